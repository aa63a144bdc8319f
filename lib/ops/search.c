/* ops/search: the filter, two ranked lists, one ranking, and the passages that show why. */
#include "ops/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/search_filter.h"
#include "ops/search_int.h"
#include "sys/pool.h"

const char *tkt_search_mode_name(enum tkt_search_mode mode)
{
	static const char *const names[] = {
		[TKT_SEARCH_HYBRID] = "hybrid", [TKT_SEARCH_SEMANTIC] = "semantic",
		[TKT_SEARCH_KEYWORD] = "keyword",
	};

	return names[mode];
}

/* Only "..." and word*: then every hit must have all of them, and what is merely alike does not count. */
static bool is_strict(const char *s, size_t n)
{
	size_t i = 0, terms = 0;

	while (i < n) {
		size_t start = i;

		if (memchr(" \t\r\n", s[i], 4)) {
			i++;
			continue;
		}
		if (s[i] == '"') {
			const char *end = memchr(s + i + 1, '"', n - i - 1);

			if (!end)
				return false;
			i = (size_t)(end - s) + 1;
		} else {
			while (i < n && !memchr(" \t\r\n\"", s[i], 5))
				i++;
			if (s[i - 1] != '*' || i - start < 2)
				return false;
		}
		terms++;
	}
	return terms > 0;
}

static int keyword(struct tkt_searching *s, struct tkt_error *err)
{
	struct tkt_text_hits *h = &s->keyword;
	size_t kept = 0;
	int rc = tkt_fulltext_search(s->x, s->words, tkt_filter_set(&s->filter), h, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < h->n; i++)
		if (tkt_filter_has(&s->filter, h->items[i].n))
			h->items[kept++] = h->items[i];
	h->n = kept;
	s->out->keyword = true;
	s->out->keyword_n = kept;
	s->out->keyword_max = kept ? h->items[0].score : 0;
	return 0;
}

/* The first ones that match and are near enough to say something. Beside words, scores far down the list only
 * blur the order: of 20 to 200, 25 did best on the development sets. */
static void cut_semantic(struct tkt_searching *s)
{
	bool beside = s->req->mode == TKT_SEARCH_HYBRID && s->out->fusion == TKT_FUSE_LINEAR;
	size_t most = beside ? TKT_SEARCH_SEMANTIC_BESIDE : TKT_SEARCH_SEMANTIC_MAX;
	struct tkt_semantic_hits *h = &s->semantic;
	size_t kept = 0;

	for (size_t i = 0; i < h->n && kept < most; i++)
		if (h->items[i].score >= s->out->floor && h->items[i].score > 0 &&
		    tkt_filter_has(&s->filter, h->items[i].n))
			h->items[kept++] = h->items[i];
	h->n = kept;
}

/* Nothing is missing then, unless it was asked for by name. */
static bool is_off(const struct tkt_searching *s)
{
	if (!tkt_search_off(s->p))
		return false;
	if (s->req->mode == TKT_SEARCH_SEMANTIC)
		s->out->degraded = tkt_strdup("embedding is switched off");
	return true;
}

static int semantic(struct tkt_searching *s, struct tkt_error *err)
{
	const struct tkt_index_set *only = tkt_filter_set(&s->filter);
	size_t max = s->filter.exact ? TKT_SEARCH_SEMANTIC_MAX : s->filter.set.n;
	struct tkt_semantic_defaults d;
	struct tkt_error e = TKT_ERROR_INIT;
	bool usable = false;
	int rc;

	tkt_semantic_defaults(s->x, &d);
	s->out->fusion = d.fusion == TKT_FUSE_DEFAULT ? TKT_FUSE_LINEAR : d.fusion;
	s->out->weight = d.weight;
	s->out->floor = d.floor;
	s->out->embedder = tkt_semantic_name(s->x);
	rc = tkt_search_vectors(s->x, s->req->budget_ms, &s->out->degraded, &usable, err);
	if (rc || !usable)
		return rc;
	rc = tkt_semantic_search(s->x, s->req->text, s->req->len, only, max, &s->semantic, &e);
	if (rc)
		return tkt_search_degraded(&s->out->degraded, &e) ? 0 : tkt_error_move(err, &e);
	cut_semantic(s);
	s->out->semantic = true;
	s->out->semantic_n = s->semantic.n;
	s->out->semantic_max = s->semantic.n ? s->semantic.items[0].score : 0;
	return 0;
}

static int rank(struct tkt_searching *s, struct tkt_error *err)
{
	enum tkt_search_mode mode = s->req->mode;
	struct tkt_search *out = s->out;
	int rc = 0;

	out->strict = mode == TKT_SEARCH_HYBRID && is_strict(s->req->text, s->req->len);
	if (mode != TKT_SEARCH_KEYWORD && !out->strict && !is_off(s))
		rc = semantic(s, err);
	/* Without an answer of the embedder words are what is left, whatever was asked for. */
	if (!rc && (mode != TKT_SEARCH_SEMANTIC || !out->semantic))
		rc = keyword(s, err);
	if (rc)
		return rc;
	if (out->semantic && out->keyword && out->fusion == TKT_FUSE_RRF) { /* ranks count: so ties do */
		rc = tkt_search_ties(s->x, s->keyword.items, sizeof *s->keyword.items, s->keyword.n, 0, err);
		if (!rc)
			rc = tkt_search_ties(s->x, s->semantic.items, sizeof *s->semantic.items, s->semantic.n, 0,
					     err);
	}
	if (out->semantic && out->keyword)
		tkt_rank_fuse(&s->ranking, &s->keyword, &s->semantic, out->fusion, out->weight);
	else if (out->semantic)
		tkt_rank_fuse(&s->ranking, NULL, &s->semantic, TKT_FUSE_LINEAR, 1);
	else
		tkt_rank_fuse(&s->ranking, &s->keyword, NULL, TKT_FUSE_LINEAR, 0);
	if (!rc)
		rc = tkt_search_ties(s->x, s->ranking.items, sizeof *s->ranking.items, s->ranking.n, s->req->limit,
				     err);
	if (!rc && out->keyword && !s->keyword.n)
		rc = tkt_fulltext_suggest(s->x, s->words, &out->suggestion, err);
	return rc;
}

static void add_hit(struct tkt_search *out, const struct tkt_ranked *r, unsigned matched, bool named)
{
	struct tkt_search_hit hit = { .rank = *r, .matched = matched, .named = named };

	if (named)
		hit.rank.score = 1;
	TKT_GROW(&out->hits);
	out->hits.items[out->hits.n++] = hit;
}

static unsigned where(const struct tkt_ranked *r)
{
	return r->keyword_rank ? r->fields : 1u << r->field;
}

/* Those that the text names go before those that speak of it. */
static void put_in_order(struct tkt_searching *s)
{
	const struct tkt_ranking *k = &s->ranking;
	struct tkt_search *out = s->out;
	size_t limit = s->req->limit;

	out->total = k->n;
	for (size_t i = 0; i < s->named.n; i++) {
		struct tkt_ranked r = { .n = s->named.items[i].n };
		unsigned matched = s->named.items[i].matched;

		for (size_t j = 0; j < k->n; j++)
			if (k->items[j].n == r.n)
				r = k->items[j];
		if (r.keyword_rank || r.semantic_rank)
			matched |= where(&r);
		else
			out->total++;
		add_hit(out, &r, matched, true);
	}
	for (size_t i = 0; i < k->n && (!limit || out->hits.n < limit); i++)
		if (!tkt_searching_named(s, k->items[i].n))
			add_hit(out, &k->items[i], where(&k->items[i]), false);
	while (limit && out->hits.n > limit)
		tkt_brief_release(&out->hits.items[--out->hits.n].ticket);
}

static void show(void *payload, size_t worker, size_t from, size_t to)
{
	struct tkt_searching *s = payload;

	(void)worker;
	for (size_t i = from; i < to; i++) {
		struct tkt_search_hit *hit = &s->out->hits.items[i];
		struct tkt_name name = { hit->ticket.id, hit->ticket.status };
		struct tkt_doc doc;

		if (!name.id || tkt_doc_load(s->p->store, &name, &doc, NULL) != 0)
			continue; /* gone since the refresh */
		hit->ticket.title = tkt_strdup(doc.record.ticket.title ? doc.record.ticket.title : "");
		hit->ticket.status = doc.record.status;
		tkt_snippet_make(&hit->snippet, &doc, s->words, s->req->width);
		tkt_doc_release(&doc);
	}
}

/* Titles and passages of what is shown, and of nothing else. */
static void fill(struct tkt_searching *s)
{
	struct tkt_search *out = s->out;
	size_t kept = 0;

	for (size_t i = 0; i < out->hits.n; i++) {
		struct tkt_brief *b = &out->hits.items[i].ticket;
		struct tkt_buf key = TKT_BUF_INIT;

		if (tkt_index_ticket(s->x, out->hits.items[i].rank.n, &b->id, &b->status, NULL) == 0)
			tkt_store_key(&key, s->p->config.prefix, b->id);
		b->key = tkt_buf_detach(&key);
	}
	tkt_pool_run_large(out->hits.n, show, s);
	for (size_t i = 0; i < out->hits.n; i++) {
		if (out->hits.items[i].ticket.title) {
			out->hits.items[kept++] = out->hits.items[i];
			continue;
		}
		tkt_brief_release(&out->hits.items[i].ticket);
		tkt_snippet_release(&out->hits.items[i].snippet);
		out->total--;
	}
	out->hits.n = kept;
}

static int attempt(struct tkt_searching *s, struct tkt_error *err)
{
	int rc = tkt_index_refresh(s->x, TKT_INDEX_TEXT, NULL, err);

	if (!rc)
		rc = tkt_filter_make(&s->filter, s->p, s->x, s->req->filter, s->req->statuses, s->pos,
				     err);
	if (!rc)
		rc = rank(s, err);
	if (!rc)
		rc = tkt_searching_names(s, err);
	if (!rc) {
		if (s->named.n) { /* what was meant is found */
			free(s->out->suggestion);
			s->out->suggestion = NULL;
		}
		put_in_order(s);
		fill(s);
		tkt_index_problems(s->x, &s->out->bad);
		tkt_index_partial(s->x, &s->out->bad);
	}
	return rc;
}

static void forget(struct tkt_searching *s)
{
	tkt_filter_release(&s->filter);
	tkt_text_hits_release(&s->keyword);
	tkt_semantic_hits_release(&s->semantic);
	tkt_ranking_release(&s->ranking);
	free(s->named.items);
	memset(&s->named, 0, sizeof s->named);
	tkt_text_query_free(s->words);
	s->words = NULL;
}

static bool nothing_said(const struct tkt_search_req *req)
{
	for (size_t i = 0; i < req->len; i++)
		if (!memchr(" \t\r\n", req->text[i], 4) && req->text[i])
			return false;
	return true;
}

static int once(void *payload, struct tkt_error *err)
{
	struct tkt_searching *s = payload;
	int rc;

	tkt_search_release(s->out);
	s->out->mode = s->req->mode;
	tkt_text_query_parse(&s->words, s->req->text, s->req->len);
	rc = attempt(s, err);
	forget(s);
	return rc;
}

int tkt_op_search(struct tkt_project *p, const struct tkt_search_req *req, struct tkt_search *out,
		  size_t *pos, struct tkt_error *err)
{
	struct tkt_searching s = { .p = p, .x = tkt_project_index(p), .req = req, .out = out, .pos = pos };
	int rc;

	memset(out, 0, sizeof *out);
	if (nothing_said(req))
		return tkt_error_set(err, TKT_EUSAGE, "nothing to search for: the text is empty");
	rc = tkt_search_retry(s.x, once, &s, err);
	if (rc)
		tkt_search_release(out);
	return rc;
}
