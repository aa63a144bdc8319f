/* index/lsa: the built-in provider of vectors. Floor 3. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/lsa_int.h"
#include "sys/pool.h"

#define CHUNK 2048          /* tickets between two looks at the index */
#define QUERY_MAX 32768     /* bytes of a query that count */
#define QUERY_SCALE 4000    /* largest number of a query's vector */
/* Of 600 queries of random letters 95 in 100 have less than .038, of 1,061 real ones none less than .06. */
#define SENSE_MIN 0.05F
#define LITTLE 600 /* passages: up to here it is learned anew with every change */
#define DRIFT "lsa-drift"   /* model row */
/* Found on the development halves of three corpora. Words are the better half of a search: more costs as much
 * in English as it gains in Japanese. Of a whole ticket, that has many words, vectors say more. */
#define WEIGHT .1
#define LIKE_WEIGHT .4
#define UNSEEN_MORE 0.3     /* of the words of new tickets, above what was usual: then it learns again */

struct tkt_qvec {
	int16_t v[TKT_LSA_DIMS];
	double scale;
};

/* What was folded in since the model was learned. */
struct drift {
	uint64_t seen, unseen, tickets; /* later tickets */
	double usual;                   /* share of words that the model did not know in the tickets that it is of */
};

static char *lsa_name(const struct tkt_index *x)
{
	(void)x;
	return tkt_strdup(TKT_LSA_NAME);
}

static void lsa_defaults(const struct tkt_index *x, struct tkt_semantic_defaults *out)
{
	(void)x;
	*out = (struct tkt_semantic_defaults){ .fusion = TKT_FUSE_LINEAR, .weight = WEIGHT, .floor = .3,
					       .like_weight = LIKE_WEIGHT, .similar = .88, .duplicate = .94 };
}

/* --- the model in memory --------------------------------------------------------------------------------- */

/* The one that the vectors in the index are of, kept in x->semantic; NULL if there is none. */
static int model(struct tkt_index *x, struct tkt_lsa **out, struct tkt_error *err)
{
	struct tkt_semantic *s = tkt_semantic_state(x);
	struct tkt_lsa *m = NULL;
	int rc = tkt_lsa_load(x, &m, err);

	if (rc)
		return rc;
	if (m && s->lsa && memcmp(&m->head, &s->lsa->head, sizeof m->head) == 0) {
		tkt_lsa_free(m);
	} else {
		tkt_lsa_free(s->lsa);
		s->lsa = m;
	}
	*out = s->lsa;
	return 0;
}

/* --- vectors of many tickets ------------------------------------------------------------------------------- */

struct worker {
	struct tkt_lsa_bag bag;
	size_t seen, unseen;
};

struct work {
	struct tkt_index *x;
	struct tkt_lsa *m; /* ours: that of x goes with its connection */
	struct tkt_buf *blocks; /* of a model just learned that is not kept yet; or NULL */
	struct tkt_lacks lacks;
	size_t from, stored;
	struct tkt_buf blobs[CHUNK];
	struct worker workers[TKT_POOL_MAX];
};

static void embed_some(void *payload, size_t worker, size_t from, size_t to)
{
	struct work *w = payload;
	struct worker *me = &w->workers[worker];

	if (!me->bag.tf)
		tkt_lsa_bag_init(&me->bag);
	for (size_t i = from; i < to && !tkt_index_stopped(w->x); i++) {
		const struct tkt_lack *l = &w->lacks.items[w->from + i];
		const struct tkt_name name = { .id = l->id, .status = l->status };
		struct tkt_doc d;

		tkt_buf_reset(&w->blobs[i]);
		if (tkt_doc_load(w->x->store, &name, &d, NULL) != 0)
			continue; /* it changed or went meanwhile: the next refresh knows more */
		tkt_lsa_blob(w->m, &me->bag, &d, &w->blobs[i], &me->seen, &me->unseen);
		tkt_doc_release(&d);
	}
}

/* Is the model in the index still ours? Another process may have learned anew. */
static bool same_model(struct work *w)
{
	struct tkt_lsa *m = NULL;
	bool same = tkt_lsa_load(w->x, &m, NULL) == 0 && m && memcmp(&m->head, &w->m->head, sizeof m->head) == 0;

	tkt_lsa_free(m);
	return same;
}

static void tally(struct work *w, struct drift *d)
{
	size_t seen = 0, unseen = 0;

	for (size_t i = 0; i < TKT_POOL_MAX; i++) {
		seen += w->workers[i].seen;
		unseen += w->workers[i].unseen;
		w->workers[i].seen = w->workers[i].unseen = 0;
	}
	if (w->blocks) {
		d->usual = seen + unseen ? (double)unseen / (double)(seen + unseen) : 0;
		return;
	}
	d->seen += seen;
	d->unseen += unseen;
}

static void drift_get(struct tkt_index *x, struct drift *d)
{
	struct tkt_buf row = TKT_BUF_INIT;

	memset(d, 0, sizeof *d);
	if (tkt_model_get(x, DRIFT, &row, NULL) == 0 && row.len == sizeof *d)
		memcpy(d, row.ptr, sizeof *d);
	if (!(d->usual >= 0 && d->usual <= 1))
		d->usual = 0;
	tkt_buf_release(&row);
}

/* Between begin and end. TKT_ECONFLICT: start again. */
static int keep(struct work *w, size_t n, struct tkt_error *err)
{
	bool fresh = w->blocks != NULL, first = w->from == 0;
	struct drift d = { .usual = 0 };
	int rc = 0;

	if (fresh && first) {
		rc = tkt_vectors_clear(w->x, err);
		if (!rc)
			rc = tkt_lsa_save(w->x, w->m, w->blocks, err);
	} else if (!same_model(w)) {
		return TKT_ECONFLICT;
	}
	if (!fresh || !first)
		drift_get(w->x, &d);
	tally(w, &d);
	for (size_t i = 0; !rc && i < n; i++) {
		if (!w->blobs[i].len)
			continue;
		rc = tkt_vectors_put(w->x, w->lacks.items[w->from + i].n, w->blobs[i].ptr, w->blobs[i].len, err);
		w->stored++;
		d.tickets += !fresh;
	}
	return rc ? rc : tkt_model_put(w->x, DRIFT, &d, sizeof d, err);
}

static int embed_all(struct work *w, struct tkt_error *err)
{
	int rc = 0, end;

	for (; !rc && w->from < w->lacks.n; w->from += CHUNK) {
		size_t n = w->lacks.n - w->from < CHUNK ? w->lacks.n - w->from : CHUNK;

		tkt_index_progress(w->x, "vectors", w->from, w->lacks.n);
		tkt_pool_run_large(n, embed_some, w);
		if (tkt_index_stopped(w->x))
			return tkt_error_set(err, TKT_EIO, "interrupted");
		rc = tkt_vectors_begin(w->x, TKT_LSA_NAME, err);
		if (rc)
			return rc;
		rc = keep(w, n, err);
		end = tkt_vectors_end(w->x, rc == 0, rc ? NULL : err);
		rc = rc ? rc : end;
	}
	if (!rc)
		tkt_index_progress(w->x, "vectors", w->lacks.n, w->lacks.n);
	return rc;
}

static bool drifted(struct tkt_index *x, const struct tkt_lsa *m)
{
	size_t live = tkt_index_live(x)->n, then = m->head.tickets, enough = then / 8 > 16 ? then / 8 : 16;
	struct drift d;

	if (live >= then * 2 || live * 2 < then)
		return live > 0;
	drift_get(x, &d);
	return d.tickets >= enough && (double)d.unseen > (d.usual + UNSEEN_MORE) * (double)(d.seen + d.unseen);
}

/* Learning from little takes no time, and then the answers are those of a fresh index. */
static bool is_little(struct tkt_index *x, const struct tkt_lsa *m, size_t lacking)
{
	return m->head.passages <= LITTLE && (lacking || tkt_index_live(x)->n != m->head.tickets);
}

static int once(struct work *w, struct tkt_error *err)
{
	struct tkt_index *x = w->x;
	struct tkt_semantic *s;
	struct tkt_lsa *m = NULL;
	bool again = true;
	int rc = tkt_vectors_missing(x, TKT_LSA_NAME, &w->lacks, err);

	if (!rc)
		rc = model(x, &m, err);
	if (!rc && m)
		again = drifted(x, m) || is_little(x, m, w->lacks.n);
	if (rc || (!again && !w->lacks.n) || !tkt_index_live(x)->n)
		return rc;
	s = tkt_semantic_state(x);
	w->m = s->lsa;
	s->lsa = NULL;
	if (again) {
		tkt_lsa_free(w->m);
		w->m = NULL;
		w->blocks = tkt_calloc(TKT_LSA_BLOCKS, sizeof *w->blocks);
		for (size_t i = 0; i < TKT_LSA_BLOCKS; i++)
			tkt_buf_init(&w->blocks[i]);
		tkt_lacks_release(&w->lacks);
		rc = tkt_lsa_train(x, &w->m, w->blocks, err);
		if (!rc)
			rc = tkt_vectors_missing(x, "", &w->lacks, err); /* all */
	} else {
		rc = tkt_lsa_need(x, w->m, NULL, err);
	}
	if (!rc)
		rc = embed_all(w, err);
	return rc;
}

static void work_release(struct work *w)
{
	for (size_t i = 0; w->blocks && i < TKT_LSA_BLOCKS; i++)
		tkt_buf_release(&w->blocks[i]);
	for (size_t i = 0; i < CHUNK; i++)
		tkt_buf_release(&w->blobs[i]);
	for (size_t i = 0; i < TKT_POOL_MAX; i++)
		tkt_lsa_bag_release(&w->workers[i].bag);
	tkt_lacks_release(&w->lacks);
	free(w->blocks);
	tkt_lsa_free(w->m);
	free(w);
}

static int lsa_refresh(struct tkt_index *x, unsigned budget_ms, size_t *missing, struct tkt_error *err)
{
	size_t left = 0;
	int rc = TKT_ECONFLICT;

	(void)budget_ms;
	for (int tries = 0; rc == TKT_ECONFLICT && tries < 4; tries++) {
		struct work *w = tkt_calloc(1, sizeof *w);

		w->x = x;
		for (size_t i = 0; i < CHUNK; i++)
			tkt_buf_init(&w->blobs[i]);
		rc = once(w, err);
		left = w->lacks.n - w->stored;
		if (!rc && w->m && !tkt_semantic_state(x)->lsa) {
			tkt_semantic_state(x)->lsa = w->m;
			w->m = NULL;
		}
		work_release(w);
	}
	if (missing)
		*missing = left;
	return rc == TKT_ECONFLICT ? tkt_error_set(err, TKT_ENO, "other processes keep changing the index") : rc;
}

/* --- queries ------------------------------------------------------------------------------------------------ */

static void lsa_query_free(struct tkt_qvec *q)
{
	free(q);
}

static struct tkt_qvec *pack_query(const float *v)
{
	struct tkt_qvec *q;
	float max = 0;

	for (size_t i = 0; i < TKT_LSA_DIMS; i++)
		if (fabsf(v[i]) > max)
			max = fabsf(v[i]);
	if (!(max > 0))
		return NULL;
	q = tkt_calloc(1, sizeof *q);
	q->scale = (double)max / QUERY_SCALE;
	for (size_t i = 0; i < TKT_LSA_DIMS; i++)
		q->v[i] = (int16_t)lrintf(v[i] / max * QUERY_SCALE);
	return q;
}

static int lsa_query(struct tkt_index *x, const char *text, size_t len, struct tkt_qvec **out, struct tkt_error *err)
{
	struct tkt_lsa_bag bag;
	struct tkt_lsa *m = NULL;
	float v[TKT_LSA_DIMS], sense;
	int rc = model(x, &m, err);

	*out = NULL;
	if (rc || !m)
		return rc;
	tkt_lsa_bag_init(&bag);
	tkt_lsa_bag_add(&bag, (struct tkt_str){ text, len < QUERY_MAX ? len : QUERY_MAX });
	rc = tkt_lsa_need(x, m, &bag, err);
	if (!rc) {
		sense = tkt_lsa_fold(m, &bag, v, NULL, NULL);
		*out = sense < SENSE_MIN ? NULL : pack_query(v);
	}
	tkt_lsa_bag_release(&bag);
	return rc;
}

static double lsa_score(const struct tkt_qvec *q, const void *data, size_t n, enum tkt_doc_field *field)
{
	return tkt_lsa_score(q->v, q->scale, data, n, field);
}

static int lsa_doc(struct tkt_index *x, const struct tkt_doc *d, struct tkt_buf *blob, struct tkt_error *err)
{
	struct tkt_lsa_bag bag;
	struct tkt_lsa *m = NULL;
	int rc = model(x, &m, err);

	if (rc || !m)
		return rc;
	tkt_lsa_bag_init(&bag);
	for (size_t i = 0; i < d->n; i++)
		tkt_lsa_bag_add(&bag, d->items[i].text);
	rc = tkt_lsa_need(x, m, &bag, err);
	if (!rc)
		tkt_lsa_blob(m, &bag, d, blob, NULL, NULL);
	tkt_lsa_bag_release(&bag);
	return rc;
}

const struct tkt_provider tkt_provider_lsa = {
	.name = lsa_name, .defaults = lsa_defaults, .refresh = lsa_refresh, .query = lsa_query,
	.query_free = lsa_query_free, .score = lsa_score, .doc = lsa_doc, .whole = tkt_lsa_whole,
};
