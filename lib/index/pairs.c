/* index/pairs: all pairs of tickets that are alike. Floor 3.
 *
 * Every ticket against every other, by threads. Most pairs are out after the first numbers: what the rest could add to
 * their cosine is at most the product of the rests' lengths. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/semantic_int.h"
#include "sys/pool.h"

#define FIRST 32 /* numbers */
#define SLACK 1e-5F

struct found {
	int64_t a, b;
	double score;
};

struct table {
	size_t dims; /* of all; set by the first */
	size_t n, cap;
	int64_t *number;
	float *scale, *rest; /* 1 / length; share of the numbers after FIRST in it */
	int8_t *v;
	double threshold;
	const struct tkt_provider *p;
	const volatile sig_atomic_t *stop;
	struct { struct found *items; size_t n, cap; } found[TKT_POOL_MAX];
};

static int take(void *payload, int64_t n, const void *data, size_t len)
{
	struct table *t = payload;
	struct tkt_whole w;
	size_t first;
	int32_t rest;

	if (!t->p->whole(data, len, &w) || !(w.scale > 0) || (t->dims && t->dims != w.dims))
		return 0;
	t->dims = w.dims;
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 256;
		t->number = tkt_realloc(t->number, t->cap, sizeof *t->number);
		t->scale = tkt_realloc(t->scale, t->cap, sizeof *t->scale);
		t->rest = tkt_realloc(t->rest, t->cap, sizeof *t->rest);
		t->v = tkt_realloc(t->v, t->cap, t->dims);
	}
	first = t->dims < FIRST ? t->dims : FIRST;
	rest = tkt_vec_dot8(w.v + first, w.v + first, t->dims - first);
	t->number[t->n] = n;
	t->scale[t->n] = w.scale;
	t->rest[t->n] = sqrtf((float)rest) * w.scale;
	memcpy(t->v + t->n++ * t->dims, w.v, t->dims);
	return 0;
}

static void hold(struct table *t, size_t worker, size_t i, size_t j)
{
	size_t first = t->dims < FIRST ? t->dims : FIRST;
	const int8_t *a = t->v + i * t->dims, *b = t->v + j * t->dims;
	float scale = t->scale[i] * t->scale[j];
	int32_t dot = tkt_vec_dot8(a, b, first);
	double score;

	if ((float)dot * scale + t->rest[i] * t->rest[j] + SLACK < (float)t->threshold)
		return;
	dot += tkt_vec_dot8(a + first, b + first, t->dims - first);
	score = (double)dot * (double)t->scale[i] * (double)t->scale[j];
	if (score < t->threshold)
		return;
	TKT_GROW(&t->found[worker]);
	t->found[worker].items[t->found[worker].n++] =
		(struct found){ t->number[i], t->number[j], score < 1 ? score : 1 };
}

/* Row by row of a few tickets against a column that is read once for all of them. */
static void hold_rows(void *payload, size_t worker, size_t from, size_t to)
{
	struct table *t = payload;

	for (size_t j = from + 1; j < t->n && !(t->stop && *t->stop); j++)
		for (size_t i = from; i < to && i < j; i++)
			hold(t, worker, i, j);
}

static int by_score(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

static void join(struct table *t, struct tkt_semantic_pairs *out)
{
	size_t from = 0;

	for (size_t w = 1; w < TKT_POOL_MAX; w++) {
		for (size_t i = 0; i < t->found[w].n; i++) {
			TKT_GROW(&t->found[0]);
			t->found[0].items[t->found[0].n++] = t->found[w].items[i];
		}
		free(t->found[w].items);
		t->found[w].items = NULL;
	}
	if (t->found[0].n)
		qsort(t->found[0].items, t->found[0].n, sizeof *t->found[0].items, by_score);
	for (; from < t->found[0].n; from++) {
		const struct found *f = &t->found[0].items[from];

		TKT_GROW(out);
		out->items[out->n].a = f->a;
		out->items[out->n].b = f->b;
		out->items[out->n++].score = f->score;
	}
}

int tkt_semantic_pairs(struct tkt_index *x, double threshold, struct tkt_semantic_pairs *out, struct tkt_error *err)
{
	struct table t = { .threshold = threshold, .p = tkt_semantic_provider(x), .stop = x->opts.stop };
	char *name;
	int rc;

	memset(out, 0, sizeof *out);
	if (!t.p)
		return tkt_error_set(err, TKT_ENO, "search by meaning is switched off");
	name = t.p->name(x);
	rc = tkt_vectors_each(x, name, take, &t, err);
	if (!rc)
		tkt_pool_run(t.n, hold_rows, &t);
	if (!rc && tkt_index_stopped(x))
		rc = tkt_error_set(err, TKT_EIO, "interrupted");
	if (!rc)
		join(&t, out);
	for (size_t w = 0; w < TKT_POOL_MAX; w++)
		free(t.found[w].items);
	free(t.number);
	free(t.scale);
	free(t.rest);
	free(t.v);
	free(name);
	return rc;
}
