/* index/lsa_model: what was learned, in the table model and in memory. Floor 3.
 *
 * The rows lie in blocks of 64 features, so that a query reads some 50 blocks and not megabytes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "index/lsa_int.h"

#define MAGIC "tktlsa1"
#define HEAD "lsa"
#define STRIDE (1 + TKT_LSA_DIMS)

struct packed { /* before the learned numbers */
	float idf, scale;
	uint32_t feature;
};

struct tkt_lsa *tkt_lsa_new(void)
{
	struct tkt_lsa *m = tkt_calloc(1, sizeof *m);

	memcpy(m->head.magic, MAGIC, sizeof MAGIC);
	m->at = tkt_calloc(TKT_LSA_FEATURES, sizeof *m->at);
	return m;
}

void tkt_lsa_free(struct tkt_lsa *m)
{
	if (!m)
		return;
	free(m->at);
	free(m->rows);
	free(m);
}

static void unpack(struct tkt_lsa *m, const struct packed *p, const int8_t *v)
{
	float *row;

	if (p->feature >= TKT_LSA_FEATURES || m->at[p->feature] || !isfinite(p->idf) || !isfinite(p->scale))
		return;
	if (m->n == m->cap) {
		m->cap = m->cap ? m->cap + m->cap / 2 : 256;
		m->rows = tkt_realloc(m->rows, m->cap, STRIDE * sizeof *m->rows);
	}
	row = m->rows + m->n * STRIDE;
	memset(row, 0, STRIDE * sizeof *row);
	row[0] = p->idf;
	for (size_t i = 0; i < m->head.learned; i++)
		row[1 + i] = (float)v[i] * p->scale;
	m->at[p->feature] = (uint32_t)++m->n;
}

void tkt_lsa_row_add(struct tkt_lsa *m, struct tkt_buf *block, uint32_t feature, float idf, const float *v)
{
	struct packed p = { .idf = idf, .feature = feature };
	int8_t bytes[TKT_LSA_DIMS];
	float max = 0;

	for (size_t i = 0; i < m->head.learned; i++)
		if (fabsf(v[i]) > max)
			max = fabsf(v[i]);
	p.scale = max / 127;
	(void)tkt_vec_pack(bytes, v, m->head.learned);
	tkt_buf_add(block, &p, sizeof p);
	tkt_buf_add(block, bytes, m->head.learned);
	m->head.sum = m->head.sum * 31 + tkt_fnv1a(block->ptr + block->len - m->head.learned - sizeof p,
						    sizeof p + m->head.learned);
	unpack(m, &p, bytes);
}

int tkt_lsa_load(struct tkt_index *x, struct tkt_lsa **out, struct tkt_error *err)
{
	struct tkt_buf head = TKT_BUF_INIT;
	struct tkt_lsa *m = NULL;
	int rc = tkt_model_get(x, HEAD, &head, err);

	if (rc == TKT_ENOTFOUND)
		rc = 0;
	else if (!rc && head.len == sizeof m->head && memcmp(head.ptr, MAGIC, sizeof MAGIC) == 0) {
		m = tkt_lsa_new();
		memcpy(&m->head, head.ptr, sizeof m->head);
		if (m->head.learned > TKT_LSA_DIMS || !isfinite(m->head.unseen_idf)) {
			tkt_lsa_free(m);
			m = NULL;
		}
	}
	tkt_buf_release(&head);
	if (!rc)
		*out = m;
	return rc;
}

static void block_name(char out[32], size_t i)
{
	snprintf(out, 32, HEAD "/%zu", i);
}

int tkt_lsa_save(struct tkt_index *x, const struct tkt_lsa *m, const struct tkt_buf *blocks, struct tkt_error *err)
{
	int rc = tkt_index_exec(x, "delete from model where name glob '" HEAD "/*'", err);
	char name[32];

	for (size_t i = 0; !rc && i < TKT_LSA_BLOCKS; i++) {
		if (!blocks[i].len)
			continue;
		block_name(name, i);
		rc = tkt_model_put(x, name, blocks[i].ptr, blocks[i].len, err);
	}
	return rc ? rc : tkt_model_put(x, HEAD, &m->head, sizeof m->head, err);
}

static int read_block(struct tkt_index *x, struct tkt_lsa *m, size_t i, struct tkt_buf *scratch, struct tkt_error *err)
{
	size_t step = sizeof(struct packed) + m->head.learned;
	struct packed p;
	char name[32];
	int rc;

	m->here[i / 8] |= (unsigned char)(1u << i % 8);
	block_name(name, i);
	tkt_buf_reset(scratch);
	rc = tkt_model_get(x, name, scratch, err);
	if (rc == TKT_ENOTFOUND)
		return 0;
	for (size_t at = 0; !rc && at + step <= scratch->len; at += step) {
		memcpy(&p, scratch->ptr + at, sizeof p);
		if (p.feature / TKT_LSA_BLOCK == i)
			unpack(m, &p, (const int8_t *)scratch->ptr + at + sizeof p);
	}
	return rc;
}

int tkt_lsa_need(struct tkt_index *x, struct tkt_lsa *m, const struct tkt_lsa_bag *bag, struct tkt_error *err)
{
	struct tkt_buf scratch = TKT_BUF_INIT;
	size_t n = bag ? bag->used.n : TKT_LSA_BLOCKS;
	int rc = 0;

	for (size_t i = 0; !m->whole && !rc && i < n; i++) {
		size_t block = bag ? bag->used.items[i] / TKT_LSA_BLOCK : i;

		if (!(m->here[block / 8] >> block % 8 & 1))
			rc = read_block(x, m, block, &scratch, err);
	}
	if (!rc && !bag)
		m->whole = true;
	tkt_buf_release(&scratch);
	return rc;
}

/* --- folding in ---------------------------------------------------------------------------------------- */

static void add_row(float *restrict out, const float *restrict row, float w)
{
	for (int i = 0; i < TKT_LSA_DIMS; i++)
		out[i] += w * row[i];
}

/* The words are there already; the rest of the numbers, by signs and places that the feature's hash gives. */
static void add_hashed(const struct tkt_lsa *m, float *out, uint32_t feature, float w)
{
	uint32_t h = tkt_lsa_mix(feature * 2654435761U + 1), rest = TKT_LSA_DIMS - m->head.learned;

	out[m->head.learned + h % rest] += h >> 31 ? w : -w;
}

static float weight(const struct tkt_lsa *m, const struct tkt_lsa_bag *bag, uint32_t f)
{
	float idf = m->at[f] ? m->rows[(m->at[f] - 1) * STRIDE] : m->head.unseen_idf;

	return tkt_lsa_damped(bag->tf[f]) * idf;
}

/* What each kind of feature is to be multiplied with. */
static void shares(const struct tkt_lsa *m, const struct tkt_lsa_bag *bag, float share[2])
{
	float sum[2] = { 0, 0 };

	for (size_t i = 0; i < bag->used.n; i++) {
		uint32_t f = bag->used.items[i];
		float w = weight(m, bag, f);

		sum[f >= TKT_LSA_WORDS] += w * w;
	}
	share[0] = sum[0] > 0 ? TKT_LSA_SHARE / sqrtf(sum[0]) : 0;
	share[1] = sum[1] > 0 ? TKT_LSA_SHARE / sqrtf(sum[1]) : 0;
}

float tkt_lsa_fold(const struct tkt_lsa *m, const struct tkt_lsa_bag *bag, float *out, size_t *seen, size_t *unseen)
{
	size_t k = m->head.learned, known = 0, unknown = 0;
	float share[2], sense, part = k ? sqrtf(.5F + .5F * (float)k / TKT_LSA_DIMS) : 0, rest = sqrtf(1 - part * part);

	memset(out, 0, TKT_LSA_DIMS * sizeof *out);
	shares(m, bag, share);
	for (size_t i = 0; i < bag->used.n; i++) {
		uint32_t f = bag->used.items[i];
		float w = weight(m, bag, f) * share[f >= TKT_LSA_WORDS];

		if (m->at[f])
			add_row(out, m->rows + (m->at[f] - 1) * STRIDE + 1, w);
		if (f < TKT_LSA_WORDS)
			*(m->at[f] ? &known : &unknown) += 1;
	}
	sense = tkt_vec_unit(out, k);
	if (k < TKT_LSA_DIMS) { /* what was learned counts at least as much as the hashes */
		memset(out + k, 0, (TKT_LSA_DIMS - k) * sizeof *out);
		for (size_t i = 0; i < bag->used.n; i++) {
			uint32_t f = bag->used.items[i];

			add_hashed(m, out, f, weight(m, bag, f) * share[f >= TKT_LSA_WORDS]);
		}
		(void)tkt_vec_unit(out + k, TKT_LSA_DIMS - k);
		for (size_t i = 0; i < TKT_LSA_DIMS; i++)
			out[i] *= i < k ? part : rest;
		(void)tkt_vec_unit(out, TKT_LSA_DIMS);
	}
	if (seen) {
		*seen += known;
		*unseen += unknown;
	}
	return k < TKT_LSA_DIMS ? 1 : sense;
}
