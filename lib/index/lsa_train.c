/* index/lsa_train: learns from a sample of the live tickets. Floor 3.
 *
 * Up to ROWS passages, of tickets taken in the order of a hash of their ids (so that what was learned does not
 * depend on the index's history), from each as many as let every ticket have its share. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "index/lsa_int.h"

#define ROWS 4000
#define SMALL 50      /* passages: fewer teach nothing */
#define SHORT 32       /* bytes */
#define SHARE_MIN 4   /* passages of a ticket */

struct pick {
	uint64_t order;
	struct tkt_name name;
	char *id;
};

struct lesson {
	struct { struct pick *items; size_t n, cap; } picks;
	struct tkt_lsa_bag bag;
	/* the sample: features and how often, row by row */
	struct { struct { uint32_t feature; uint32_t tf; } *items; size_t n, cap; } cells;
	struct { size_t *items; size_t n, cap; } ends;
	uint32_t *df;
};

static int by_order(const void *a, const void *b)
{
	const struct pick *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return strcmp(x->id, y->id);
}

static int pick_all(struct tkt_index *x, struct lesson *l, struct tkt_error *err)
{
	const struct tkt_index_set *live = tkt_index_live(x);
	int rc = 0;

	for (size_t n = 0; !rc && n < live->words * 64; n++) {
		struct pick p = { .id = NULL };

		if (!tkt_index_set_has(live, (int64_t)n))
			continue;
		rc = tkt_index_ticket(x, (int64_t)n, &p.id, &p.name.status, err);
		if (rc)
			break;
		p.name.id = p.id;
		p.order = tkt_fnv1a(p.id, strlen(p.id)) * 0x9e3779b97f4a7c15U;
		TKT_GROW(&l->picks);
		l->picks.items[l->picks.n++] = p;
	}
	if (l->picks.n)
		qsort(l->picks.items, l->picks.n, sizeof *l->picks.items, by_order);
	return rc;
}

static void take_row(struct lesson *l, struct tkt_str title, const struct tkt_passage *p)
{
	tkt_lsa_bag_empty(&l->bag);
	if (p->field != TKT_DOC_TITLE)
		tkt_lsa_bag_add(&l->bag, title);
	tkt_lsa_bag_add(&l->bag, p->text);
	for (size_t i = 0; i < l->bag.used.n; i++) {
		uint32_t f = l->bag.used.items[i];

		TKT_GROW(&l->cells);
		l->cells.items[l->cells.n].feature = f;
		l->cells.items[l->cells.n++].tf = l->bag.tf[f];
		l->df[f]++;
	}
	TKT_GROW(&l->ends);
	l->ends.items[l->ends.n++] = l->cells.n;
}

/* A title alone, or one with a line like "Created by NAME", would teach the title twice. */
static size_t telling(const struct tkt_passages *cuts)
{
	size_t n = 0;

	for (size_t i = 0; i < cuts->n; i++)
		n += cuts->items[i].field != TKT_DOC_TITLE && cuts->items[i].text.len >= SHORT;
	return n;
}

/* Evenly `share` of the passages; the last one where none is telling. */
static void take_doc(struct lesson *l, const struct tkt_doc *d, size_t share)
{
	struct tkt_passages cuts = { NULL, 0, 0 };
	struct tkt_str title = { "", 0 };
	size_t n, at = 0, taken = 0;

	tkt_lsa_cut(&cuts, d);
	if (cuts.n && cuts.items[0].field == TKT_DOC_TITLE)
		title = cuts.items[0].text;
	n = telling(&cuts);
	if (!n && cuts.n)
		take_row(l, title, &cuts.items[cuts.n - 1]);
	for (size_t i = 0; i < cuts.n && taken < share && l->ends.n < ROWS; i++) {
		const struct tkt_passage *p = &cuts.items[i];

		if (p->field == TKT_DOC_TITLE || p->text.len < SHORT)
			continue;
		if (n <= share || at * share / n >= taken) {
			take_row(l, title, p);
			taken++;
		}
		at++;
	}
	tkt_passages_release(&cuts);
}

static int gather(struct tkt_index *x, struct lesson *l, struct tkt_error *err)
{
	size_t share = l->picks.n ? ROWS * 3 / 2 / l->picks.n : 0;
	struct tkt_doc d;

	if (share < SHARE_MIN)
		share = SHARE_MIN;
	for (size_t i = 0; i < l->picks.n && l->ends.n < ROWS; i++) {
		if (tkt_index_stopped(x))
			return tkt_error_set(err, TKT_EIO, "interrupted");
		if (i % 64 == 0)
			tkt_index_progress(x, "learning", l->ends.n, ROWS);
		if (tkt_doc_load(x->store, &l->picks.items[i].name, &d, NULL) != 0)
			continue; /* gone meanwhile, or unreadable: another teaches as well */
		take_doc(l, &d, share);
		tkt_doc_release(&d);
	}
	return 0;
}

static float idf(size_t n, size_t df)
{
	return (float)log1p(((double)n - (double)df + .5) / ((double)df + .5));
}

/* Features that stand in one passage only teach nothing about others. `at` of a feature: its column. */
static uint32_t columns(const struct lesson *l, uint32_t *at)
{
	uint32_t n = 0;

	for (uint32_t f = 0; f < TKT_LSA_FEATURES; f++)
		at[f] = l->df[f] > 1 ? n++ : UINT32_MAX;
	return n;
}

static void scale_row(const struct tkt_sparse *a, const unsigned char *is_letters, size_t from, size_t to)
{
	float sum[2] = { 0, 0 };

	for (size_t i = from; i < to; i++)
		sum[is_letters[a->column[i]]] += a->value[i] * a->value[i];
	for (size_t i = from; i < to; i++) {
		float s = sum[is_letters[a->column[i]]];

		a->value[i] *= TKT_LSA_SHARE / sqrtf(s > 0 ? s : 1);
	}
}

static void matrix(const struct lesson *l, const uint32_t *at, uint32_t n, struct tkt_sparse *a)
{
	unsigned char *is_letters = tkt_calloc(n + 1, 1);
	size_t cell = 0, used = 0;

	a->rows = l->ends.n;
	a->columns = n;
	a->start = tkt_calloc(a->rows + 1, sizeof *a->start);
	a->column = tkt_malloc(l->cells.n * sizeof *a->column);
	a->value = tkt_malloc(l->cells.n * sizeof *a->value);
	for (uint32_t f = TKT_LSA_WORDS; f < TKT_LSA_FEATURES; f++)
		if (at[f] != UINT32_MAX)
			is_letters[at[f]] = 1;
	for (size_t r = 0; r < a->rows; r++) {
		for (; cell < l->ends.items[r]; cell++) {
			uint32_t f = l->cells.items[cell].feature;

			if (at[f] == UINT32_MAX)
				continue;
			a->column[used] = at[f];
			a->value[used++] = tkt_lsa_damped(l->cells.items[cell].tf) * idf(a->rows, l->df[f]);
		}
		a->start[r + 1] = used;
		scale_row(a, is_letters, a->start[r], used);
	}
	free(is_letters);
}

static size_t dims(size_t passages)
{
	if (passages < SMALL)
		return 0;
	return passages / 4 < TKT_LSA_DIMS ? passages / 4 : TKT_LSA_DIMS;
}

static struct tkt_lsa *learn(struct lesson *l, const volatile sig_atomic_t *stop, struct tkt_buf *blocks)
{
	struct tkt_lsa *m = tkt_lsa_new();
	uint32_t *at = tkt_malloc(TKT_LSA_FEATURES * sizeof *at), n = columns(l, at);
	size_t rows = l->ends.n, k = n > 1 ? dims(rows) : 0;
	struct tkt_sparse a = { 0, 0, NULL, NULL, NULL };
	float *v = tkt_calloc((size_t)n * k + 1, sizeof *v);

	m->head.learned = (uint32_t)k;
	m->head.passages = (uint32_t)rows;
	m->head.tickets = (uint32_t)l->picks.n;
	m->head.unseen_idf = idf(rows, 0);
	if (k) {
		matrix(l, at, n, &a);
		free(l->cells.items);
		memset(&l->cells, 0, sizeof l->cells);
		tkt_svd(&a, k, v, stop);
	}
	for (uint32_t f = 0; f < TKT_LSA_FEATURES; f++)
		if (at[f] != UINT32_MAX)
			tkt_lsa_row_add(m, &blocks[f / TKT_LSA_BLOCK], f, idf(rows, l->df[f]), v + at[f] * k);
	m->whole = true;
	tkt_sparse_release(&a);
	free(at);
	free(v);
	return m;
}

int tkt_lsa_train(struct tkt_index *x, struct tkt_lsa **out, struct tkt_buf *blocks, struct tkt_error *err)
{
	struct lesson l = { .picks = { NULL, 0, 0 } };
	struct tkt_lsa *m = NULL;
	int rc;

	tkt_lsa_bag_init(&l.bag);
	l.df = tkt_calloc(TKT_LSA_FEATURES, sizeof *l.df);
	rc = pick_all(x, &l, err);
	if (!rc)
		rc = gather(x, &l, err);
	if (!rc) {
		m = learn(&l, x->opts.stop, blocks);
		if (tkt_index_stopped(x))
			rc = tkt_error_set(err, TKT_EIO, "interrupted");
	}
	if (!rc) {
		tkt_index_progress(x, "learning", l.ends.n, l.ends.n);
		*out = m;
		m = NULL;
	}
	for (size_t i = 0; i < l.picks.n; i++)
		free(l.picks.items[i].id);
	tkt_lsa_free(m);
	free(l.picks.items);
	free(l.cells.items);
	free(l.ends.items);
	free(l.df);
	tkt_lsa_bag_release(&l.bag);
	return rc;
}
