/* ops/related: ties first, then what both halves of a search call alike. */
#include "ops/related.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/search_int.h"

#define BODY_WORDS 120 /* of the body are looked for, with the title; measured, tkt-search(7) */
#define LIKE_MAX 200

struct relating {
	struct tkt_project *p;
	struct tkt_index *x;
	const char *ref;
	size_t limit;
	unsigned budget_ms;
	struct tkt_related *out;
	int64_t self;
	struct tkt_record record;
	struct tkt_text_hits keyword;
	struct tkt_semantic_hits semantic;
	struct tkt_ranking ranking;
};

static struct tkt_related_hit *hit_of(struct tkt_related *out, int64_t n)
{
	for (size_t i = 0; i < out->hits.n; i++)
		if (out->hits.items[i].rank.n == n)
			return &out->hits.items[i];
	return NULL;
}

static struct tkt_related_hit *add(struct relating *r, int64_t n)
{
	struct tkt_related_hit hit = { .rank = { .n = n } };

	if (tkt_brief_read(r->p, r->x, n, TKT_READ_HEAD, &hit.ticket, NULL, NULL) != 0)
		return NULL; /* gone since the refresh */
	TKT_GROW(&r->out->hits);
	r->out->hits.items[r->out->hits.n] = hit;
	return &r->out->hits.items[r->out->hits.n++];
}

static void tie_number(struct relating *r, int64_t n, const char *relation)
{
	struct tkt_related_hit *hit = hit_of(r->out, n);

	if (n == r->self)
		return;
	if (!hit)
		hit = add(r, n);
	if (hit && !tkt_strv_has(&hit->relations, relation))
		tkt_strv_push(&hit->relations, relation);
}

/* What names no ticket, or one that cannot be read, is left out: doctor tells of it. */
static void tie(struct relating *r, const char *id, const char *relation)
{
	int64_t n;

	if (id && *id && tkt_index_number(r->x, id, &n, NULL) == 0)
		tie_number(r, n, relation);
}

static void tie_all(struct relating *r, const struct tkt_strv *ids, const char *relation)
{
	for (size_t i = 0; i < ids->n; i++)
		tie(r, ids->items[i], relation);
}

static int ties(struct relating *r, struct tkt_error *err)
{
	const struct tkt_ticket *t = &r->record.ticket;
	struct tkt_strv children = TKT_STRV_INIT, blocks = TKT_STRV_INIT;
	struct tkt_index_set named = { NULL, 0, 0 };
	struct tkt_buf query = TKT_BUF_INIT;
	int rc = tkt_index_children(r->x, r->record.id, &children, err);

	if (!rc)
		rc = tkt_index_blocks(r->x, r->record.id, &blocks, err);
	tkt_buf_printf(&query, "related:\"%s\"", r->record.id);
	if (!rc)
		rc = tkt_search_select(r->p, r->x, query.ptr, &named, err);
	if (!rc) {
		tie(r, t->parent, "parent");
		tie_all(r, &children, "child");
		tie_all(r, &t->blocked_by, "blocked_by");
		tie_all(r, &blocks, "blocks");
		tie_all(r, &t->related, "related");
		for (size_t i = 0; i < named.words * 64; i++)
			if (tkt_index_set_has(&named, (int64_t)i))
				tie_number(r, (int64_t)i, "related");
	}
	tkt_strv_release(&children);
	tkt_strv_release(&blocks);
	tkt_index_set_release(&named);
	tkt_buf_release(&query);
	return rc;
}

/* Title and the first words of the body, with nothing in them that a query would take for its own. */
static void words_of(const struct relating *r, struct tkt_buf *out)
{
	const struct tkt_record *t = &r->record;
	size_t words = 0, i = t->ticket.body < t->item.len ? t->ticket.body : t->item.len;

	tkt_buf_puts(out, t->ticket.title ? t->ticket.title : "");
	tkt_buf_putc(out, ' ');
	for (; i < t->item.len && words < BODY_WORDS; i++) {
		char c = t->item.ptr[i];
		bool blank = isspace((unsigned char)c) || !c;

		words += blank && out->ptr[out->len - 1] != ' ';
		tkt_buf_putc(out, blank ? ' ' : c);
	}
	for (i = 0; i < out->len; i++)
		if (out->ptr[i] == '"' || out->ptr[i] == '*')
			out->ptr[i] = ' ';
}

static int keyword(struct relating *r, struct tkt_error *err)
{
	const struct tkt_index_set *live = tkt_index_live(r->x);
	struct tkt_index_set others = { NULL, 0, 0 };
	struct tkt_text_query *q = NULL;
	struct tkt_buf words = TKT_BUF_INIT;
	int rc;

	for (size_t i = 0; i < live->words * 64; i++)
		if (tkt_index_set_has(live, (int64_t)i) && (int64_t)i != r->self)
			tkt_index_set_add(&others, (int64_t)i);
	words_of(r, &words);
	tkt_text_query_parse(&q, words.ptr, words.len);
	rc = tkt_fulltext_search(r->x, q, &others, &r->keyword, err);
	tkt_text_query_free(q);
	tkt_index_set_release(&others);
	tkt_buf_release(&words);
	return rc;
}

/* Both lists as the embedder in use puts them together for a search. */
static int fuse(struct relating *r, bool usable, struct tkt_error *err)
{
	struct tkt_semantic_defaults d;
	int rc = tkt_search_ties(r->x, r->keyword.items, sizeof *r->keyword.items, r->keyword.n, 0, err);

	if (!rc)
		rc = tkt_search_ties(r->x, r->semantic.items, sizeof *r->semantic.items, r->semantic.n, 0, err);
	tkt_semantic_defaults(r->x, &d);
	if (!rc && usable)
		tkt_rank_fuse(&r->ranking, &r->keyword, &r->semantic, d.fusion, d.like_weight);
	else if (!rc)
		tkt_rank_fuse(&r->ranking, &r->keyword, NULL, TKT_FUSE_LINEAR, 0);
	if (!rc)
		rc = tkt_search_ties(r->x, r->ranking.items, sizeof *r->ranking.items, r->ranking.n, 0, err);
	return rc;
}

static int alike(struct relating *r, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	bool usable = false;
	int rc = 0;

	if (!tkt_search_off(r->p))
		rc = tkt_search_vectors(r->x, r->budget_ms, &r->out->degraded, &usable, err);
	if (!rc && usable) {
		rc = tkt_semantic_like(r->x, r->self, LIKE_MAX, &r->semantic, &e);
		usable = rc == 0;
		if (rc)
			rc = tkt_search_degraded(&r->out->degraded, &e) ? 0 : tkt_error_move(err, &e);
	}
	while (r->semantic.n && r->semantic.items[r->semantic.n - 1].score <= 0)
		r->semantic.n--;
	if (!rc)
		rc = keyword(r, err);
	return rc ? rc : fuse(r, usable, err);
}

static void put_in_order(struct relating *r)
{
	struct tkt_related *out = r->out;
	size_t ties_n = out->hits.n, shown = 0;

	out->total = ties_n;
	for (size_t i = 0; i < r->ranking.n; i++) {
		const struct tkt_ranked *k = &r->ranking.items[i];
		struct tkt_related_hit *hit = hit_of(out, k->n);

		if (k->n == r->self)
			continue;
		out->total += !hit;
		if (!hit && (!r->limit || shown < r->limit)) {
			hit = add(r, k->n);
			shown++;
		}
		if (hit)
			hit->rank = *k;
	}
}

static int load(struct relating *r, struct tkt_error *err)
{
	char *id = NULL;
	int rc = tkt_project_resolve(r->p, r->ref, &id, err);

	if (!rc)
		rc = tkt_store_load(r->p->store, id, TKT_READ_ITEM, &r->record, err);
	if (!rc)
		tkt_brief_make(r->p, &r->record, &r->out->ticket);
	if (!rc)
		rc = tkt_index_number(r->x, id, &r->self, err);
	free(id);
	return rc;
}

static int once(void *payload, struct tkt_error *err)
{
	struct relating *r = payload;
	int rc;

	tkt_related_release(r->out);
	tkt_record_init(&r->record);
	rc = tkt_index_refresh(r->x, TKT_INDEX_TEXT, NULL, err);
	if (!rc)
		rc = load(r, err);
	if (!rc)
		rc = ties(r, err);
	if (!rc)
		rc = alike(r, err);
	if (!rc) {
		put_in_order(r);
		tkt_index_problems(r->x, &r->out->bad);
	}
	tkt_record_release(&r->record);
	tkt_text_hits_release(&r->keyword);
	tkt_semantic_hits_release(&r->semantic);
	tkt_ranking_release(&r->ranking);
	return rc;
}

int tkt_op_related(struct tkt_project *p, const char *ref, size_t limit, unsigned budget_ms,
		   struct tkt_related *out, struct tkt_error *err)
{
	struct relating r = { .p = p, .x = tkt_project_index(p), .ref = ref, .limit = limit,
			      .budget_ms = budget_ms, .out = out };
	int rc;

	memset(out, 0, sizeof *out);
	rc = tkt_search_retry(r.x, once, &r, err);
	if (rc)
		tkt_related_release(out);
	return rc;
}

void tkt_related_release(struct tkt_related *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->hits.n; i++) {
		tkt_brief_release(&r->hits.items[i].ticket);
		tkt_strv_release(&r->hits.items[i].relations);
	}
	free(r->hits.items);
	tkt_brief_release(&r->ticket);
	free(r->degraded);
	tkt_index_problems_release(&r->bad);
	memset(r, 0, sizeof *r);
}
