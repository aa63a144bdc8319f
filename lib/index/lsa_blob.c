/* index/lsa_blob: the vectors of a ticket as bytes. Floor 3.
 *
 * Head, the whole as int8, then for each passage its field, the square of its length (both in 16 bits) and its
 * numbers in four bits, -7 to 7, stored + 8: low halves are the first half of them. Four bits cost nothing that
 * was measurable, and 16 KB of text take about 1 KB. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "index/lsa_int.h"

#define HALF (TKT_LSA_DIMS / 2)
#define VERSION 1
#define FIELD_SHIFT 13 /* 96 * 7 * 7 < 1 << 13 */
#define THREAD_SHARE 0.3F /* of a passage that is not title or body in the vector of the whole */
#define THREAD_SCORE 0.85 /* what such a passage's cosine counts: the answer stands more often in the body */

struct head {
	uint8_t version, count;
	int8_t whole[TKT_LSA_DIMS];
};
struct row {
	uint16_t is; /* field << FIELD_SHIFT | square of the length */
	uint8_t v[HALF];
};

static bool in_thread(enum tkt_doc_field f)
{
	return f != TKT_DOC_TITLE && f != TKT_DOC_LABELS && f != TKT_DOC_BODY;
}

static void add_passage(struct tkt_buf *blob, enum tkt_doc_field field, const float *v)
{
	uint8_t q[TKT_LSA_DIMS];
	struct row r = { .is = 0 };
	float max = 0;
	int square = 0;

	for (size_t i = 0; i < TKT_LSA_DIMS; i++)
		if (fabsf(v[i]) > max)
			max = fabsf(v[i]);
	for (size_t i = 0; i < TKT_LSA_DIMS; i++) {
		int n = max > 0 ? (int)lrintf(v[i] / max * 7) : 0;

		square += n * n;
		q[i] = (uint8_t)(n + 8);
	}
	for (size_t i = 0; i < HALF; i++)
		r.v[i] = (uint8_t)(q[i] | q[HALF + i] << 4);
	r.is = (uint16_t)((unsigned)field << FIELD_SHIFT | (unsigned)square);
	tkt_buf_add(blob, &r, sizeof r);
}

/* A ticket of up to 24 KB gives up to 18 pieces; a longer one one more for each 8 KB; one of many comments each. */
void tkt_lsa_cut(struct tkt_passages *out, const struct tkt_doc *d)
{
	size_t bytes = 0, max = TKT_LSA_PASSAGES_SOME;

	for (size_t i = 0; i < d->n; i++)
		bytes += d->items[i].text.len;
	if (bytes > TKT_LSA_LONG)
		max += (bytes - TKT_LSA_LONG) / TKT_LSA_LONGER;
	if (max < d->n)
		max = d->n;
	tkt_passages_make(out, d, TKT_LSA_WINDOW, max < TKT_LSA_PASSAGES ? max : TKT_LSA_PASSAGES);
}

void tkt_lsa_blob(const struct tkt_lsa *m, struct tkt_lsa_bag *bag, const struct tkt_doc *d, struct tkt_buf *blob,
		  size_t *seen, size_t *unseen)
{
	struct tkt_passages cuts = { NULL, 0, 0 };
	struct head h = { .version = VERSION };
	float whole[TKT_LSA_DIMS] = { 0 }, v[TKT_LSA_DIMS];
	struct tkt_str title = { NULL, 0 };
	size_t at = blob->len;

	tkt_lsa_cut(&cuts, d);
	if (cuts.n && cuts.items[0].field == TKT_DOC_TITLE)
		title = cuts.items[0].text;
	tkt_buf_add(blob, &h, sizeof h);
	for (size_t i = 0; i < cuts.n; i++) {
		const struct tkt_passage *p = &cuts.items[i];

		tkt_lsa_bag_empty(bag);
		if (p->field != TKT_DOC_TITLE && title.len)
			tkt_lsa_bag_add(bag, title);
		tkt_lsa_bag_add(bag, p->text);
		tkt_lsa_fold(m, bag, v, seen, unseen);
		add_passage(blob, p->field, v);
		for (size_t k = 0; k < TKT_LSA_DIMS; k++)
			whole[k] += in_thread(p->field) ? v[k] * THREAD_SHARE : v[k];
	}
	h.count = (uint8_t)cuts.n;
	(void)tkt_vec_pack(h.whole, whole, TKT_LSA_DIMS);
	memcpy(blob->ptr + at, &h, sizeof h);
	tkt_passages_release(&cuts);
}

static bool sound(const void *data, size_t n)
{
	const struct head *h = data;

	return n >= sizeof *h && h->version == VERSION && n == sizeof *h + h->count * sizeof(struct row);
}

/* Two loops, so that compilers make vector code of both. */
TKT_VECTOR_CODE static int32_t dot4(const int16_t *restrict q, const uint8_t *restrict v)
{
	int16_t n[TKT_LSA_DIMS];
	int32_t sum = 0;

	for (int i = 0; i < HALF; i++) {
		n[i] = (int16_t)((v[i] & 15) - 8);
		n[HALF + i] = (int16_t)((v[i] >> 4) - 8);
	}
	for (int i = 0; i < TKT_LSA_DIMS; i++)
		sum += q[i] * n[i];
	return sum;
}

double tkt_lsa_score(const int16_t *q, double scale, const void *data, size_t n, enum tkt_doc_field *field)
{
	double best = -1;
	size_t count = sound(data, n) ? ((const struct head *)data)->count : 0;
	const char *p = (const char *)data + sizeof(struct head);

	for (size_t i = 0; i < count; i++, p += sizeof(struct row)) {
		uint16_t is;
		double cos;

		memcpy(&is, p, sizeof is);
		cos = dot4(q, (const uint8_t *)p + sizeof is);
		if (!(is & ((1u << FIELD_SHIFT) - 1)) || is >> FIELD_SHIFT >= TKT_DOC_FIELDS)
			continue;
		cos *= scale / sqrt(is & ((1u << FIELD_SHIFT) - 1));
		if (in_thread((enum tkt_doc_field)(is >> FIELD_SHIFT)))
			cos *= THREAD_SCORE;
		if (cos <= best)
			continue;
		best = cos < 1 ? cos : 1;
		*field = (enum tkt_doc_field)(is >> FIELD_SHIFT);
	}
	return best;
}

bool tkt_lsa_whole(const void *data, size_t n, struct tkt_whole *out)
{
	int32_t square;

	if (!sound(data, n))
		return false;
	out->v = ((const struct head *)data)->whole;
	out->dims = TKT_LSA_DIMS;
	square = tkt_vec_dot8(out->v, out->v, TKT_LSA_DIMS);
	out->scale = square ? (float)(1 / sqrt(square)) : 0;
	return true;
}
