/* index/embed_http: the provider of vectors that asks a server. A ticket is its title and pieces of its text, each
 * with the title in front; each piece has a vector, and their mean stands for the whole.
 *
 * What was paid for is kept at once: pieces go into the cache after every request, tickets into the index as soon as
 * all of their pieces are there. So a search with a small budget gets on with it, and the next one goes on. */
#include "index/embed_round_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/fetch.h"

enum {
	TIMEOUT_MS = 3000, PATIENCE = 20 /* times that, where nobody waits for an answer */, QUERY_MAX = 2000,
	ROUND_TICKETS = 128, ROUND_REQUESTS = 4 /* tickets are gathered for so many */, STEP_FIRST = 8
};
enum { OTHER_LENGTH = 1 }; /* no error yet: the server's vectors have another length than those in the index */
#define MODEL_ROW "http"

struct http { /* x->semantic's http */
	struct tkt_fetch *fetch;
	char *name;  /* whose dims these are */
	size_t dims; /* of the vectors in the index; 0: not known yet */
};

struct tkt_qvec {
	float *v;
	size_t dims;
};

/* --- the state --------------------------------------------------------------------------------- */

static char *http_name(const struct tkt_index *x)
{
	const struct tkt_embed *e = x->opts.embed;
	const char *kind = e->kind == TKT_EMBED_OLLAMA ? "ollama" : "openai-compatible";

	if (e->dimensions > 0)
		return tkt_asprintf("%s %s %ld", kind, e->model, e->dimensions);
	return tkt_asprintf("%s %s", kind, e->model);
}

static void http_free(void *payload)
{
	struct http *h = payload;

	tkt_fetch_close(h->fetch);
	free(h->name);
	free(h);
}

static struct http *state(struct tkt_index *x)
{
	struct tkt_semantic *s = tkt_semantic_state(x);
	struct http *h = s->http;

	if (!h) {
		h = tkt_calloc(1, sizeof *h);
		h->name = http_name(x);
		s->http = h;
		s->http_free = http_free;
	}
	return h;
}

/* How long the vectors in the index are: "DIMS NAME" in the table model. */
static void load_dims(struct tkt_index *x, struct http *h)
{
	struct tkt_buf row = TKT_BUF_INIT;
	char *end = row.ptr;
	unsigned long dims;

	h->dims = 0;
	if (tkt_model_get(x, MODEL_ROW, &row, NULL) == 0) {
		dims = strtoul(row.ptr, &end, 10);
		if (*end == ' ' && strcmp(end + 1, h->name) == 0 && dims <= TKT_EMBED_DIMS_MAX)
			h->dims = dims;
	}
	tkt_buf_release(&row);
}

static int save_dims(struct tkt_index *x, const struct http *h, struct tkt_error *err)
{
	char *row = tkt_asprintf("%zu %s", h->dims, h->name);
	int code = tkt_model_put(x, MODEL_ROW, row, strlen(row), err);

	free(row);
	return code;
}

/* budget_ms 0: no end, and patience. */
static struct tkt_asker make_asker(struct tkt_index *x, struct http *h, unsigned budget_ms)
{
	const struct tkt_embed *e = x->opts.embed;
	unsigned timeout = e->timeout_ms ? e->timeout_ms : TIMEOUT_MS;

	return (struct tkt_asker){
		.embed = e, .stop = x->opts.stop, .fetch = h->fetch, .persist = true, .left_ms = budget_ms,
		.endless = budget_ms == 0, .timeout_ms = budget_ms ? timeout : timeout * PATIENCE,
	};
}

static void http_defaults(const struct tkt_index *x, struct tkt_semantic_defaults *out)
{
	(void)x;
	*out = (struct tkt_semantic_defaults){ .fusion = TKT_FUSE_RRF, .weight = .7, .floor = .1, .similar = .75,
					       .duplicate = .9 };
}

/* --- asking ------------------------------------------------------------------------------------ */

/* One request for up to `step` pieces that lack a vector. OTHER_LENGTH: h->dims is the new one. */
static int ask_some(struct tkt_asker *a, struct http *h, struct tkt_round *r, size_t step, struct tkt_error *err)
{
	struct tkt_str texts[TKT_EMBED_INPUTS];
	size_t at[TKT_EMBED_INPUTS], n = tkt_round_choose(r, step, at, texts);
	struct tkt_floats f = { NULL, 0, 0 };
	int code;

	code = tkt_embed_ask(a, texts, n, a->embed->dimensions > 0 ? (size_t)a->embed->dimensions : 0, &f, err);
	h->fetch = a->fetch;
	if (code == 0 && h->dims && f.dims != h->dims)
		code = OTHER_LENGTH;
	if (code == 0)
		tkt_round_take(r, at, &f);
	if (code == 0 || code == OTHER_LENGTH)
		h->dims = f.dims;
	tkt_floats_release(&f);
	return code;
}

/* --- keeping ------------------------------------------------------------------------------------ */

static int put_round(struct tkt_index *x, const struct http *h, struct tkt_round *r, size_t *stored,
		     struct tkt_error *err)
{
	struct tkt_buf blob = TKT_BUF_INIT;
	int code = save_dims(x, h, err);

	for (size_t i = 0; code == 0 && i < r->pieces.n; i++) {
		struct tkt_piece *p = &r->pieces.items[i];

		if (p->fresh)
			code = tkt_embed_cache_put(x, p->key, p->vec, h->dims, err);
		p->fresh = false;
	}
	for (size_t i = 0; code == 0 && i < r->tickets.n; i++) {
		struct tkt_round_ticket *t = &r->tickets.items[i];

		if (t->stored || !tkt_round_whole(r, t))
			continue;
		tkt_buf_reset(&blob);
		tkt_round_blob(r, t, h->dims, &blob);
		code = tkt_vectors_put(x, t->n, blob.ptr, blob.len, err);
		t->stored = true;
		*stored += code == 0;
	}
	tkt_buf_release(&blob);
	return code;
}

/* Is there anything in the round to keep? */
static bool is_news(const struct tkt_round *r)
{
	for (size_t i = 0; i < r->pieces.n; i++)
		if (r->pieces.items[i].fresh)
			return true;
	for (size_t i = 0; i < r->tickets.n; i++)
		if (!r->tickets.items[i].stored && tkt_round_whole(r, &r->tickets.items[i]))
			return true;
	return false;
}

/* The index is locked for the writing only, never while a server thinks. */
static int save_round(struct tkt_index *x, const struct http *h, struct tkt_round *r, size_t *stored,
		      struct tkt_error *err)
{
	int code, end;

	if (!is_news(r))
		return 0;
	code = tkt_vectors_begin(x, h->name, err);
	if (code != 0)
		return code;
	code = put_round(x, h, r, stored, err);
	end = tkt_vectors_end(x, code == 0, code == 0 ? err : NULL);
	return code ? code : end;
}

/* The model behind the name gives vectors of another length now: those there are no good any more. */
static int start_over(struct tkt_index *x, const struct http *h, struct tkt_error *err)
{
	int code = tkt_vectors_begin(x, h->name, err), end;

	if (code != 0)
		return code;
	code = tkt_vectors_clear(x, err);
	if (code == 0)
		code = save_dims(x, h, err);
	end = tkt_vectors_end(x, code == 0, code == 0 ? err : NULL);
	return code ? code : end;
}

/* --- all tickets ------------------------------------------------------------------------------- */

struct work {
	struct tkt_lacks lacks;
	size_t next, stored, step;
	struct tkt_round round;
	struct tkt_embed_keys keys; /* of all, if all are looked at: what else the cache holds is of no use */
	bool all;
};

static void gather(struct tkt_index *x, struct http *h, struct work *w)
{
	struct tkt_round *r = &w->round;

	tkt_round_reset(r);
	while (w->next < w->lacks.n && r->lacking < ROUND_REQUESTS * TKT_EMBED_INPUTS &&
	       r->bytes < (size_t)ROUND_REQUESTS * TKT_EMBED_BYTES && r->tickets.n < ROUND_TICKETS) {
		const struct tkt_lack *l = &w->lacks.items[w->next++];
		const struct tkt_name name = { .status = l->status, .id = l->id };
		size_t from = r->pieces.n;
		struct tkt_doc d;

		if (tkt_doc_load(x->store, &name, &d, NULL) != 0)
			continue; /* it changed or went meanwhile: the next refresh knows more */
		tkt_round_add(r, x->opts.embed, l->n, &d);
		tkt_doc_release(&d);
		tkt_round_look_up(x, r, from, &h->dims);
		for (size_t i = from; w->all && i < r->pieces.n; i++) {
			TKT_GROW(&w->keys);
			memcpy(w->keys.items[w->keys.n++], r->pieces.items[i].key, TKT_EMBED_KEY);
		}
	}
}

/* Until nothing is lacking in the round, or the time is up (then 0 too). */
static int finish_round(struct tkt_index *x, struct tkt_asker *a, struct http *h, struct work *w, struct tkt_error *err)
{
	int code = 0;

	while (code == 0 && w->round.lacking > 0 && (a->endless || a->left_ms > 0)) {
		if (tkt_index_stopped(x))
			return tkt_error_set(err, TKT_EIO, "interrupted");
		code = ask_some(a, h, &w->round, w->step, err);
		if (code == 0)
			code = save_round(x, h, &w->round, &w->stored, err);
		/* Within a budget a slow server gets small bites, so that each search gets somewhere. */
		if (a->endless || a->took_ms < a->left_ms / 4)
			w->step = w->step * 2 < TKT_EMBED_INPUTS ? w->step * 2 : TKT_EMBED_INPUTS;
	}
	return code;
}

static int work_through(struct tkt_index *x, struct tkt_asker *a, struct http *h, struct work *w, struct tkt_error *err)
{
	int code = tkt_vectors_missing(x, h->name, &w->lacks, err);

	w->step = a->endless ? TKT_EMBED_INPUTS : STEP_FIRST;
	w->all = a->endless && w->lacks.n > 0 && w->lacks.n == tkt_index_live(x)->n;
	while (code == 0 && w->next < w->lacks.n && (a->endless || a->left_ms > 0)) {
		if (tkt_index_stopped(x)) {
			code = tkt_error_set(err, TKT_EIO, "interrupted");
			break;
		}
		tkt_index_progress(x, "vectors", w->stored, w->lacks.n);
		gather(x, h, w);
		code = save_round(x, h, &w->round, &w->stored, err); /* all that the cache had */
		if (code == 0)
			code = finish_round(x, a, h, w, err);
	}
	if (code == 0 && w->lacks.n)
		tkt_index_progress(x, "vectors", w->stored, w->lacks.n);
	if (code == 0 && w->all && w->stored == w->lacks.n) {
		code = tkt_vectors_begin(x, h->name, err);
		if (code == 0) {
			code = tkt_embed_cache_keep(x, &w->keys, err);
			tkt_vectors_end(x, code == 0, NULL);
		}
	}
	return code;
}

static void work_release(struct work *w)
{
	tkt_lacks_release(&w->lacks);
	tkt_round_release(&w->round);
	free(w->keys.items);
	*w = (struct work){ 0 };
}

static int http_refresh(struct tkt_index *x, unsigned budget_ms, size_t *missing, struct tkt_error *err)
{
	struct http *h = state(x);
	struct tkt_asker a = make_asker(x, h, budget_ms);
	struct work w = { 0 };
	int code;

	load_dims(x, h);
	code = work_through(x, &a, h, &w, err);
	if (code == OTHER_LENGTH) { /* once; then the server is to blame */
		work_release(&w);
		code = start_over(x, h, err);
		if (code == 0)
			code = work_through(x, &a, h, &w, err);
		if (code == OTHER_LENGTH)
			code = tkt_error_set(err, TKT_ENO, "the embedding server gives vectors of ever another length");
	}
	if (missing)
		*missing = w.lacks.n - w.stored;
	work_release(&w);
	return code;
}

/* --- single texts ------------------------------------------------------------------------------ */

static int http_query(struct tkt_index *x, const char *text, size_t len, struct tkt_qvec **out, struct tkt_error *err)
{
	struct http *h = state(x);
	struct tkt_asker a = make_asker(x, h, x->opts.embed->timeout_ms ? x->opts.embed->timeout_ms : TIMEOUT_MS);
	struct tkt_str all = { text, tkt_embed_cut(text, len, QUERY_MAX) };
	struct tkt_floats f = { NULL, 0, 0 };
	size_t before, asked = a.embed->dimensions > 0 ? (size_t)a.embed->dimensions : 0;
	int code;

	*out = NULL;
	if (tkt_embed_blank(all))
		return 0;
	code = tkt_embed_ask(&a, &all, 1, asked, &f, err);
	h->fetch = a.fetch;
	if (code != 0)
		return code;
	load_dims(x, h);
	before = h->dims;
	if (before && before != f.dims) {
		h->dims = f.dims;
		(void)start_over(x, h, NULL);
		code = tkt_error_set(err, TKT_ENO, "the model '%s' gives vectors of %zu numbers now, not of %zu; "
				     "those of the tickets are made again", a.embed->model, f.dims, before);
		tkt_floats_release(&f);
		return code;
	}
	(void)tkt_vec_unit(f.items, f.dims);
	*out = tkt_malloc(sizeof **out);
	**out = (struct tkt_qvec){ f.items, f.dims };
	return 0;
}

static void http_query_free(struct tkt_qvec *q)
{
	if (q == NULL)
		return;
	free(q->v);
	free(q);
}

static double http_score(const struct tkt_qvec *q, const void *data, size_t n, enum tkt_doc_field *field)
{
	return tkt_plain_score(q->v, q->dims, data, n, field);
}

/* A ticket that is not written yet: what the cache has, and one request for the rest. Keeps nothing. */
static int http_doc(struct tkt_index *x, const struct tkt_doc *d, struct tkt_buf *blob, struct tkt_error *err)
{
	struct http *h = state(x);
	struct tkt_asker a = make_asker(x, h, x->opts.embed->timeout_ms ? x->opts.embed->timeout_ms : TIMEOUT_MS);
	struct tkt_round r = { 0 };
	int code = 0;

	load_dims(x, h);
	tkt_round_add(&r, x->opts.embed, 0, d);
	tkt_round_look_up(x, &r, 0, &h->dims);
	while (code == 0 && r.lacking > 0)
		code = ask_some(&a, h, &r, TKT_EMBED_INPUTS, err);
	if (code == OTHER_LENGTH)
		code = tkt_error_set(err, TKT_ENO, "the model '%s' gives vectors of another length now", a.embed->model);
	if (code == 0 && tkt_round_whole(&r, &r.tickets.items[0]))
		tkt_round_blob(&r, &r.tickets.items[0], h->dims, blob);
	tkt_round_release(&r);
	return code;
}

const struct tkt_provider tkt_provider_http = {
	.name = http_name, .defaults = http_defaults, .refresh = http_refresh, .query = http_query,
	.query_free = http_query_free, .score = http_score, .doc = http_doc, .whole = tkt_plain_whole,
};
