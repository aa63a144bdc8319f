/* index/semantic: which provider, and the nearest of its vectors. Floor 3. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/lsa_int.h"

/* --- providers ------------------------------------------------------------------------------------------- */

const struct tkt_provider *tkt_semantic_provider(const struct tkt_index *x)
{
	if (!x->opts.embed)
		return &tkt_provider_lsa;
	switch (x->opts.embed->kind) {
	case TKT_EMBED_BUILTIN:
		return &tkt_provider_lsa;
	case TKT_EMBED_OPENAI:
	case TKT_EMBED_OLLAMA:
		return &tkt_provider_http;
	case TKT_EMBED_OFF:
		break;
	}
	return NULL;
}

static int off(struct tkt_error *err)
{
	return tkt_error_set(err, TKT_ENO, "search by meaning is switched off");
}

struct tkt_semantic *tkt_semantic_state(struct tkt_index *x)
{
	if (!x->semantic)
		x->semantic = tkt_calloc(1, sizeof(struct tkt_semantic));
	return x->semantic;
}

void tkt_semantic_free(struct tkt_index *x)
{
	struct tkt_semantic *s = x->semantic;

	if (!s)
		return;
	sqlite3_finalize(s->put);
	sqlite3_finalize(s->put_n);
	tkt_lsa_free(s->lsa);
	if (s->http_free && s->http)
		s->http_free(s->http);
	free(s);
	x->semantic = NULL;
}

char *tkt_semantic_name(const struct tkt_index *x)
{
	const struct tkt_provider *p = tkt_semantic_provider(x);

	return p ? p->name(x) : tkt_strdup("off");
}

void tkt_semantic_defaults(const struct tkt_index *x, struct tkt_semantic_defaults *out)
{
	const struct tkt_provider *p = tkt_semantic_provider(x);
	const struct tkt_embed *e = x->opts.embed;

	(p ? p : &tkt_provider_lsa)->defaults(x, out);
	if (!(out->like_weight > 0))
		out->like_weight = out->weight;
	if (!e)
		return;
	if (e->fusion != TKT_FUSE_DEFAULT)
		out->fusion = e->fusion;
	if (e->weight >= 0)
		out->weight = out->like_weight = e->weight;
	if (e->similar > 0)
		out->similar = e->similar;
	if (e->duplicate > 0)
		out->duplicate = e->duplicate;
}

int tkt_semantic_refresh(struct tkt_index *x, unsigned budget_ms, size_t *missing, struct tkt_error *err)
{
	const struct tkt_provider *p = tkt_semantic_provider(x);

	if (missing)
		*missing = tkt_index_live(x)->n;
	return p ? p->refresh(x, budget_ms, missing, err) : off(err);
}

/* --- the best of many --------------------------------------------------------------------------------------- */

void tkt_semantic_hits_release(struct tkt_semantic_hits *h)
{
	if (!h)
		return;
	free(h->items);
	*h = (struct tkt_semantic_hits){ NULL, 0, 0 };
}

static int better(const void *a, const void *b)
{
	const struct tkt_semantic_hit *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return (x->n > y->n) - (x->n < y->n);
}

struct nearest {
	const struct tkt_provider *p;
	const struct tkt_qvec *q;
	struct tkt_whole whole; /* if there is no q */
	const struct tkt_index_set *only;
	int64_t not;            /* that ticket is left out */
	size_t max;
	double floor;           /* worse ones are not among the best */
	struct tkt_semantic_hits hits;
	const volatile sig_atomic_t *stop;
};

static void cut(struct nearest *w)
{
	if (w->hits.n)
		qsort(w->hits.items, w->hits.n, sizeof *w->hits.items, better);
	if (w->hits.n <= w->max)
		return;
	w->hits.n = w->max;
	w->floor = w->max ? w->hits.items[w->max - 1].score : w->floor;
}

static double alike(const struct tkt_whole *a, const struct tkt_whole *b)
{
	double cos;

	if (a->dims != b->dims)
		return -1;
	cos = (double)tkt_vec_dot8(a->v, b->v, a->dims) * (double)a->scale * (double)b->scale;
	return cos < 1 ? cos : 1;
}

static int meet(void *payload, int64_t n, const void *data, size_t len)
{
	struct nearest *w = payload;
	struct tkt_semantic_hit hit = { .n = n, .score = -1, .field = TKT_DOC_TITLE };
	struct tkt_whole whole;

	if (w->stop && *w->stop)
		return 1;
	if (n == w->not || (w->only && !tkt_index_set_has(w->only, n)))
		return 0;
	if (w->q)
		hit.score = w->p->score(w->q, data, len, &hit.field);
	else if (w->p->whole(data, len, &whole))
		hit.score = alike(&w->whole, &whole);
	/* Nothing in common is no neighbour. */
	if (hit.score <= 0 || hit.score < w->floor || !w->max)
		return 0;
	TKT_GROW(&w->hits);
	w->hits.items[w->hits.n++] = hit;
	if (w->hits.n >= w->max * 2 + 64)
		cut(w);
	return 0;
}

static int find(struct tkt_index *x, struct nearest *w, struct tkt_semantic_hits *out, struct tkt_error *err)
{
	char *name = w->p->name(x);
	int rc;

	w->stop = x->opts.stop;
	rc = tkt_vectors_each(x, name, meet, w, err);
	if (rc > 0)
		rc = tkt_error_set(err, TKT_EIO, "interrupted");
	if (!rc) {
		cut(w);
		tkt_semantic_hits_release(out);
		*out = w->hits;
		memset(&w->hits, 0, sizeof w->hits);
	}
	tkt_semantic_hits_release(&w->hits);
	free(name);
	return rc;
}

int tkt_semantic_search(struct tkt_index *x, const char *text, size_t len, const struct tkt_index_set *only,
			size_t max, struct tkt_semantic_hits *out, struct tkt_error *err)
{
	struct nearest w = { .p = tkt_semantic_provider(x), .only = only, .not = -1, .max = max };
	struct tkt_qvec *q = NULL;
	int rc;

	memset(out, 0, sizeof *out);
	if (!w.p)
		return off(err);
	rc = w.p->query(x, text, len, &q, err);
	if (rc || !q)
		return rc;
	w.q = q;
	rc = find(x, &w, out, err);
	w.p->query_free(q);
	return rc;
}

int tkt_semantic_like(struct tkt_index *x, int64_t n, size_t max, struct tkt_semantic_hits *out, struct tkt_error *err)
{
	struct nearest w = { .p = tkt_semantic_provider(x), .not = n, .max = max };
	struct tkt_buf blob = TKT_BUF_INIT;
	int rc;

	memset(out, 0, sizeof *out);
	if (!w.p)
		return off(err);
	rc = tkt_vectors_get(x, n, &blob, err);
	if (rc == TKT_ENOTFOUND)
		rc = 0; /* no vector: no neighbours */
	else if (!rc && w.p->whole(blob.ptr, blob.len, &w.whole))
		rc = find(x, &w, out, err);
	tkt_buf_release(&blob);
	return rc;
}

int tkt_semantic_like_doc(struct tkt_index *x, const struct tkt_doc *d, const struct tkt_index_set *only, size_t max,
			  struct tkt_semantic_hits *out, struct tkt_error *err)
{
	struct nearest w = { .p = tkt_semantic_provider(x), .only = only, .not = -1, .max = max };
	struct tkt_buf blob = TKT_BUF_INIT;
	int rc;

	memset(out, 0, sizeof *out);
	if (!w.p)
		return off(err);
	rc = w.p->doc(x, d, &blob, err);
	if (!rc && w.p->whole(blob.ptr, blob.len, &w.whole))
		rc = find(x, &w, out, err);
	tkt_buf_release(&blob);
	return rc;
}
