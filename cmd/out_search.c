/* out_search: what search, related, duplicates and index found: warnings, and the view of the call. */
#include "views.h"

#include "base/str.h"

const char *matched_name(unsigned matched, size_t i)
{
	if (matched & TKT_MATCHED_ID) {
		if (i == 0)
			return "id";
		i--;
	}
	for (unsigned f = 0; f < TKT_DOC_FIELDS; f++) {
		if (!(matched >> f & 1))
			continue;
		if (i == 0)
			return tkt_doc_field_name((enum tkt_doc_field)f);
		i--;
	}
	return NULL;
}

static void explain_hybrid(struct tkt_buf *out, const struct tkt_search *found)
{
	double w = found->weight;

	if (found->fusion == TKT_FUSE_RRF)
		tkt_buf_printf(out, "score = 61 * (%.2f / (60 + semantic rank) + %.2f / (60 + keyword rank))", w,
			       1 - w);
	else
		tkt_buf_printf(out, "score = %.2f * semantic / %.4f + %.2f * keyword / %.4f", w,
			       found->semantic_max, 1 - w, found->keyword_max);
}

void explain_words(struct tkt_buf *out, const struct tkt_search *found)
{
	if (found->keyword && found->semantic)
		explain_hybrid(out, found);
	else if (found->semantic)
		tkt_buf_printf(out, "score = semantic / %.4f", found->semantic_max);
	else
		tkt_buf_printf(out, "score = keyword / %.4f", found->keyword_max);
	if (found->strict)
		tkt_buf_puts(out, "; only phrases and prefixes were asked for: by keyword alone");
	if (found->keyword)
		tkt_buf_printf(out, "; %zu by keyword", found->keyword_n);
	if (found->semantic)
		tkt_buf_printf(out, "; %zu by %s with a cosine of %.2f and more", found->semantic_n, found->embedder,
			       found->floor);
	tkt_buf_puts(out, "; a ticket that the text names has score 1");
}

static void warn_bad(struct cli *c, const struct tkt_index_problems *bad)
{
	for (size_t i = 0; i < bad->n; i++)
		cli_warn_error(c, &bad->items[i]);
}

/* In JSON it is a field. */
static void warn_degraded(struct cli *c, const char *why, bool semantic)
{
	if (why && c->view != VIEW_JSON)
		cli_warn(c, "%s: %s", semantic ? "not everything was compared" : "by keyword only", why);
}

/* config.yml proposes a server that the user has not allowed; the built-in one has answered. */
static void warn_refused(struct cli *c)
{
	if (c->embed && c->embed->refused && !c->g.quiet)
		cli_warn(c, "%s", c->embed->refused);
}

void out_search(struct cli *c, const struct tkt_search *found, const struct tkt_buf *text, bool explain)
{
	struct tkt_buf words = TKT_BUF_INIT;

	warn_bad(c, &found->bad);
	warn_refused(c);
	warn_degraded(c, found->degraded, found->semantic);
	if (c->view != VIEW_JSON && found->hits.n && found->suggestion && !c->g.quiet)
		cli_warn(c, "no ticket has these words; did you mean '%s'?", found->suggestion);
	if (c->view == VIEW_LINE && explain) { /* a table in a pipe has no room for a sentence */
		explain_words(&words, found);
		cli_warn(c, "%s", words.ptr);
	}
	if (c->view == VIEW_JSON)
		json_search(c, found, text, explain);
	else if (c->view == VIEW_HUMAN)
		human_search(c, found, explain);
	else
		line_search(c, found, explain);
	tkt_buf_release(&words);
}

void out_related(struct cli *c, const struct tkt_related *related)
{
	warn_bad(c, &related->bad);
	warn_refused(c);
	warn_degraded(c, related->degraded, false);
	if (c->view == VIEW_JSON)
		json_related(c, related);
	else if (c->view == VIEW_HUMAN)
		human_related(c, related);
	else
		line_related(c, related);
}

void out_duplicates(struct cli *c, const struct tkt_duplicates *found)
{
	warn_bad(c, &found->bad);
	warn_refused(c);
	if (c->view != VIEW_JSON && !found->groups.n && !c->g.quiet)
		cli_warn(c, "no two tickets are alike by %.2f or more%s", found->threshold,
			 found->left_out ? "; --all shows those with a link" : "");
	if (c->view == VIEW_JSON)
		json_duplicates(c, found);
	else if (c->view == VIEW_HUMAN)
		human_duplicates(c, found);
	else
		line_duplicates(c, found);
}

void out_index(struct cli *c, const struct tkt_index_answer *answer)
{
	warn_bad(c, &answer->bad);
	warn_refused(c);
	if (c->view != VIEW_JSON && answer->degraded)
		cli_warn(c, "%zu ticket%s no vectors: %s", answer->missing, answer->missing == 1 ? " has" : "s have",
			 answer->degraded);
	if (c->view != VIEW_JSON && answer->done.memory && answer->done.why)
		cli_warn(c, "the index was made in memory only: %s", answer->done.why);
	if (c->view == VIEW_JSON)
		json_index(c, answer);
	else if (answer->action == TKT_INDEX_STATUS || !c->g.quiet)
		line_index(c, answer);
}

static bool is_bold(const char *text, size_t start, size_t end)
{
	return start >= 2 && memcmp(text + start - 2, "**", 2) == 0 && strncmp(text + end, "**", 2) == 0;
}

void snippet_marked(struct tkt_buf *out, const struct tkt_snippet *s)
{
	size_t at = 0;

	for (size_t i = 0; i < s->marks.n; i++) {
		size_t start = s->marks.items[i].start, end = s->marks.items[i].end;
		const char *stars = is_bold(s->text, start, end) ? "" : "**";

		tkt_buf_add(out, s->text + at, start - at);
		tkt_buf_puts(out, stars);
		tkt_buf_add(out, s->text + start, end - start);
		tkt_buf_puts(out, stars);
		at = end;
	}
	if (s->text)
		tkt_buf_puts(out, s->text + at);
}
