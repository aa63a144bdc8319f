/* out_json_search: search, related, duplicates and index as JSON: tkt-json(5). */
#include "views.h"

#include "base/str.h"

struct tkt_json *json_score(double score)
{
	return tkt_json_real((double)(long long)(score * 10000 + (score < 0 ? -.5 : .5)) / 10000);
}

struct tkt_json *json_brief(const struct tkt_brief *b)
{
	struct tkt_json *o = tkt_json_object();

	tkt_json_set(o, "id", tkt_json_string(b->id));
	tkt_json_set(o, "key", tkt_json_string(b->key));
	tkt_json_set(o, "title", tkt_json_string(b->title));
	tkt_json_set(o, "status", tkt_json_string(tkt_status_name(b->status)));
	return o;
}

static struct tkt_json *snippet(const struct tkt_snippet *s)
{
	struct tkt_buf b = TKT_BUF_INIT;
	struct tkt_json *json;

	snippet_marked(&b, s);
	json = tkt_json_string_n(b.ptr, b.len);
	tkt_buf_release(&b);
	return json;
}

static struct tkt_json *raw(double score, size_t rank)
{
	struct tkt_json *o;

	if (!rank)
		return tkt_json_null();
	o = tkt_json_object();
	tkt_json_set(o, "score", json_score(score));
	tkt_json_set(o, "rank", tkt_json_int((int64_t)rank));
	return o;
}

static struct tkt_json *ranks(const struct tkt_ranked *r)
{
	struct tkt_json *o = tkt_json_object();

	tkt_json_set(o, "keyword", raw(r->keyword, r->keyword_rank));
	tkt_json_set(o, "semantic", raw(r->semantic, r->semantic_rank));
	return o;
}

static struct tkt_json *hit_json(const struct tkt_search_hit *hit, bool explain)
{
	struct tkt_json *o = json_brief(&hit->ticket), *in = tkt_json_array();
	const char *name;

	for (size_t i = 0; (name = matched_name(hit->matched, i)); i++)
		tkt_json_push(in, tkt_json_string(name));
	tkt_json_set(o, "score", json_score(hit->rank.score));
	tkt_json_set(o, "matched_in", in);
	tkt_json_set(o, "snippet", snippet(&hit->snippet));
	tkt_json_set(o, "snippet_in", tkt_json_string(hit->snippet.text && *hit->snippet.text ?
						      tkt_doc_field_name(hit->snippet.field) : NULL));
	if (explain)
		tkt_json_set(o, "explain", ranks(&hit->rank));
	return o;
}

static struct tkt_json *explain_json(const struct tkt_search *found)
{
	struct tkt_json *o = tkt_json_object();
	struct tkt_buf words = TKT_BUF_INIT;
	bool both = found->keyword && found->semantic;

	explain_words(&words, found);
	tkt_json_set(o, "formula", tkt_json_string(words.ptr));
	tkt_json_set(o, "fusion", tkt_json_string(!both ? NULL : found->fusion == TKT_FUSE_RRF ? "rrf" : "linear"));
	tkt_json_set(o, "weight", both ? json_score(found->weight) : tkt_json_null());
	tkt_json_set(o, "embedder", tkt_json_string(found->embedder));
	tkt_json_set(o, "keyword_hits", found->keyword ? tkt_json_int((int64_t)found->keyword_n) : tkt_json_null());
	tkt_json_set(o, "semantic_hits",
		     found->semantic ? tkt_json_int((int64_t)found->semantic_n) : tkt_json_null());
	tkt_buf_release(&words);
	return o;
}

void json_search(struct cli *c, const struct tkt_search *found, const struct tkt_buf *text, bool explain)
{
	struct tkt_json *o = tkt_json_object(), *hits = tkt_json_array();

	for (size_t i = 0; i < found->hits.n; i++)
		tkt_json_push(hits, hit_json(&found->hits.items[i], explain));
	tkt_json_set(o, "query", tkt_json_string_n(text->ptr, text->len));
	tkt_json_set(o, "mode", tkt_json_string(tkt_search_mode_name(found->mode)));
	tkt_json_set(o, "degraded", tkt_json_string(found->degraded));
	tkt_json_set(o, "hits", hits);
	tkt_json_set(o, "total", tkt_json_int((int64_t)found->total));
	tkt_json_set(o, "truncated", tkt_json_bool(found->total > found->hits.n));
	tkt_json_set(o, "suggestion", tkt_json_string(found->suggestion));
	if (explain)
		tkt_json_set(o, "explain", explain_json(found));
	out_json(c, "search", o);
}

void json_related(struct cli *c, const struct tkt_related *related)
{
	struct tkt_json *o = json_brief(&related->ticket), *hits = tkt_json_array();

	for (size_t i = 0; i < related->hits.n; i++) {
		const struct tkt_related_hit *hit = &related->hits.items[i];
		struct tkt_json *h = json_brief(&hit->ticket);

		tkt_json_set(h, "relations", tkt_json_strv(&hit->relations));
		tkt_json_set(h, "score", json_score(hit->rank.score));
		tkt_json_push(hits, h);
	}
	tkt_json_set(o, "degraded", tkt_json_string(related->degraded));
	tkt_json_set(o, "hits", hits);
	tkt_json_set(o, "total", tkt_json_int((int64_t)related->total));
	tkt_json_set(o, "truncated", tkt_json_bool(related->total > related->hits.n));
	out_json(c, "related", o);
}

static struct tkt_json *group_json(const struct tkt_duplicate_group *g)
{
	struct tkt_json *o = tkt_json_object(), *tickets = tkt_json_array(), *pairs = tkt_json_array();

	for (size_t i = 0; i < g->tickets.n; i++)
		tkt_json_push(tickets, json_brief(&g->tickets.items[i]));
	for (size_t i = 0; i < g->pairs.n; i++) {
		const struct tkt_duplicate_pair *pair = &g->pairs.items[i];
		struct tkt_json *p = tkt_json_object();

		tkt_json_set(p, "a", tkt_json_string(g->tickets.items[pair->a].id));
		tkt_json_set(p, "b", tkt_json_string(g->tickets.items[pair->b].id));
		tkt_json_set(p, "score", json_score(pair->score));
		tkt_json_set(p, "link", tkt_json_string(pair->link));
		tkt_json_push(pairs, p);
	}
	tkt_json_set(o, "score", json_score(g->pairs.items[0].score));
	tkt_json_set(o, "tickets", tickets);
	tkt_json_set(o, "pairs", pairs);
	return o;
}

void json_duplicates(struct cli *c, const struct tkt_duplicates *found)
{
	struct tkt_json *o = tkt_json_object(), *groups = tkt_json_array();

	for (size_t i = 0; i < found->groups.n; i++)
		tkt_json_push(groups, group_json(&found->groups.items[i]));
	tkt_json_set(o, "threshold", json_score(found->threshold));
	tkt_json_set(o, "embedder", tkt_json_string(found->embedder));
	tkt_json_set(o, "groups", groups);
	tkt_json_set(o, "total", tkt_json_int((int64_t)found->groups.n));
	tkt_json_set(o, "left_out", tkt_json_int((int64_t)found->left_out));
	out_json(c, "duplicates", o);
}

void json_index(struct cli *c, const struct tkt_index_answer *answer)
{
	static const char *const actions[] = {
		[TKT_INDEX_STATUS] = "status", [TKT_INDEX_REFRESH] = "refresh", [TKT_INDEX_REBUILD] = "rebuild",
	};
	const struct tkt_index_status *st = &answer->status;
	struct tkt_json *o = tkt_json_object();

	tkt_json_set(o, "action", tkt_json_string(actions[answer->action]));
	tkt_json_set(o, "path", tkt_json_string(st->path));
	tkt_json_set(o, "exists", tkt_json_bool(st->exists));
	tkt_json_set(o, "believed", tkt_json_bool(st->believed));
	tkt_json_set(o, "writable", tkt_json_bool(st->writable));
	tkt_json_set(o, "why", tkt_json_string(st->why ? st->why : answer->done.why));
	tkt_json_set(o, "memory", tkt_json_bool(answer->done.memory));
	tkt_json_set(o, "bytes", tkt_json_int(st->bytes));
	tkt_json_set(o, "revision", tkt_json_int(st->revision));
	tkt_json_set(o, "tickets", tkt_json_int((int64_t)st->tickets));
	tkt_json_set(o, "fields", tkt_json_int((int64_t)st->fields));
	tkt_json_set(o, "text", tkt_json_int((int64_t)st->text));
	tkt_json_set(o, "vectors", tkt_json_int((int64_t)st->vectors));
	tkt_json_set(o, "stale", tkt_json_int((int64_t)st->stale));
	tkt_json_set(o, "embedder", tkt_json_string(st->embedder));
	tkt_json_set(o, "read", tkt_json_int((int64_t)answer->done.read));
	tkt_json_set(o, "gone", tkt_json_int((int64_t)answer->done.gone));
	tkt_json_set(o, "rebuilt", tkt_json_bool(answer->done.rebuilt));
	tkt_json_set(o, "missing", tkt_json_int((int64_t)answer->missing));
	tkt_json_set(o, "degraded", tkt_json_string(answer->degraded));
	out_json(c, "index", o);
}
