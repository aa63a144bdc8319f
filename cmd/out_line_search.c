/* out_line_search: search, related, duplicates and index for a pipe: tab-separated, with a heading. */
#include "views.h"

#include "base/str.h"

static void snippet(struct tkt_buf *b, const struct tkt_snippet *s)
{
	struct tkt_buf marked = TKT_BUF_INIT;

	snippet_marked(&marked, s);
	tkt_str_visible(b, marked.ptr, marked.len, "");
	tkt_buf_release(&marked);
}

/* key, id, status, title */
static void brief(struct tkt_buf *b, const struct tkt_brief *t)
{
	out_field(b, t->key);
	tkt_buf_putc(b, '\t');
	out_field(b, t->id);
	tkt_buf_printf(b, "\t%s\t", tkt_status_name(t->status));
	out_field(b, t->title);
}

static void raw(struct tkt_buf *b, double score, size_t rank)
{
	if (rank)
		tkt_buf_printf(b, "\t%.4f\t%zu", score, rank);
	else
		tkt_buf_puts(b, "\t\t");
}

void line_search(struct cli *c, const struct tkt_search *found, bool explain)
{
	struct tkt_buf *b = &c->out;
	const char *name;

	tkt_buf_puts(b, "score\tkey\tid\tstatus\ttitle\tmatched_in\tsnippet");
	tkt_buf_puts(b, explain ? "\tkeyword\tkeyword_rank\tsemantic\tsemantic_rank\n" : "\n");
	for (size_t i = 0; i < found->hits.n; i++) {
		const struct tkt_search_hit *hit = &found->hits.items[i];

		tkt_buf_printf(b, "%.4f\t", hit->rank.score);
		brief(b, &hit->ticket);
		tkt_buf_putc(b, '\t');
		for (size_t k = 0; (name = matched_name(hit->matched, k)); k++)
			tkt_buf_printf(b, "%s%s", k ? "," : "", name);
		tkt_buf_putc(b, '\t');
		snippet(b, &hit->snippet);
		if (explain) {
			raw(b, hit->rank.keyword, hit->rank.keyword_rank);
			raw(b, hit->rank.semantic, hit->rank.semantic_rank);
		}
		tkt_buf_putc(b, '\n');
	}
}

void line_related(struct cli *c, const struct tkt_related *related)
{
	struct tkt_buf *b = &c->out;

	tkt_buf_puts(b, "why\tscore\tkey\tid\tstatus\ttitle\n");
	for (size_t i = 0; i < related->hits.n; i++) {
		const struct tkt_related_hit *hit = &related->hits.items[i];

		for (size_t k = 0; k < hit->relations.n; k++)
			tkt_buf_printf(b, "%s%s", k ? "," : "", hit->relations.items[k]);
		tkt_buf_printf(b, "%s\t%.4f\t", hit->relations.n ? "" : "similar", hit->rank.score);
		brief(b, &hit->ticket);
		tkt_buf_putc(b, '\n');
	}
}

void line_duplicates(struct cli *c, const struct tkt_duplicates *found)
{
	struct tkt_buf *b = &c->out;

	tkt_buf_puts(b, "group\tscore\tlink\tkey\tid\tstatus\ttitle\tother_key\tother_id\tother_status\tother_title\n");
	for (size_t i = 0; i < found->groups.n; i++) {
		const struct tkt_duplicate_group *g = &found->groups.items[i];

		for (size_t k = 0; k < g->pairs.n; k++) {
			const struct tkt_duplicate_pair *pair = &g->pairs.items[k];

			tkt_buf_printf(b, "%zu\t%.4f\t%s\t", i + 1, pair->score, pair->link ? pair->link : "");
			brief(b, &g->tickets.items[pair->a]);
			tkt_buf_putc(b, '\t');
			brief(b, &g->tickets.items[pair->b]);
			tkt_buf_putc(b, '\n');
		}
	}
}

static void count(struct tkt_buf *b, const char *name, size_t n)
{
	tkt_buf_printf(b, "%s: %zu\n", name, n);
}

/* The same on a terminal: names and values. */
void line_index(struct cli *c, const struct tkt_index_answer *answer)
{
	const struct tkt_index_status *st = &answer->status;
	struct tkt_buf *b = &c->out;

	tkt_buf_puts(b, "path: ");
	out_field(b, st->path);
	tkt_buf_printf(b, "\nstate: %s\n", !st->exists ? "none" : st->believed ? "good" : "not believed");
	if (st->why) {
		tkt_buf_puts(b, "why: ");
		out_field(b, st->why);
		tkt_buf_putc(b, '\n');
	}
	tkt_buf_printf(b, "writable: %s\nbytes: %lld\nrevision: %lld\n", st->writable ? "yes" : "no", st->bytes,
		       (long long)st->revision);
	count(b, "tickets", st->tickets);
	count(b, "fields", st->fields);
	count(b, "text", st->text);
	count(b, "vectors", st->vectors);
	count(b, "stale", st->stale);
	tkt_buf_puts(b, "embedder: ");
	out_field(b, st->embedder);
	tkt_buf_putc(b, '\n');
	if (answer->action != TKT_INDEX_STATUS) {
		count(b, "read", answer->done.read);
		count(b, "gone", answer->done.gone);
	}
}
