/* out_human_search: search, related and duplicates for a person at a terminal. */
#include "views.h"

#include "base/mem.h"
#include "base/str.h"
#include "term.h"

static void fitted(struct cli *c, enum paint p, const char *text, size_t width)
{
	struct tkt_buf safe = TKT_BUF_INIT;

	out_field(&safe, text);
	tkt_buf_puts(&c->out, term_on(c, p));
	table_fit(&c->out, safe.ptr, width > 8 ? width : 8);
	tkt_buf_puts(&c->out, p < PAINT_N ? term_off(c) : "");
	tkt_buf_release(&safe);
}

static void piece(struct cli *c, enum paint p, const char *s, size_t n)
{
	if (!n)
		return;
	tkt_buf_puts(&c->out, term_on(c, p));
	tkt_str_visible(&c->out, s, n, "");
	tkt_buf_puts(&c->out, term_off(c));
}

static void snippet(struct cli *c, const struct tkt_snippet *s)
{
	size_t at = 0;

	for (size_t i = 0; i < s->marks.n; i++) {
		piece(c, PAINT_DIM, s->text + at, s->marks.items[i].start - at);
		piece(c, PAINT_BOLD, s->text + s->marks.items[i].start,
		      s->marks.items[i].end - s->marks.items[i].start);
		at = s->marks.items[i].end;
	}
	piece(c, PAINT_DIM, s->text + at, strlen(s->text) - at);
}

static void dim(struct cli *c, const char *text)
{
	tkt_buf_puts(&c->out, term_on(c, PAINT_DIM));
	tkt_buf_puts(&c->out, text);
	tkt_buf_puts(&c->out, term_off(c));
}

static void explain_hit(struct cli *c, const struct tkt_ranked *r)
{
	struct tkt_buf line = TKT_BUF_INIT;

	tkt_buf_puts(&line, "  keyword ");
	if (r->keyword_rank)
		tkt_buf_printf(&line, "%.4f (rank %zu)", r->keyword, r->keyword_rank);
	else
		tkt_buf_puts(&line, "none");
	tkt_buf_puts(&line, " · semantic ");
	if (r->semantic_rank)
		tkt_buf_printf(&line, "%.4f (rank %zu)", r->semantic, r->semantic_rank);
	else
		tkt_buf_puts(&line, "none");
	dim(c, line.ptr);
	tkt_buf_putc(&c->out, '\n');
	tkt_buf_release(&line);
}

static void hit_lines(struct cli *c, const struct tkt_search_hit *hit)
{
	const char *status = tkt_status_name(hit->ticket.status);
	size_t used = tkt_str_width(hit->ticket.key, strlen(hit->ticket.key)) + strlen(status) + 10;

	term_puts(c, PAINT_KEY, hit->ticket.key);
	tkt_buf_puts(&c->out, "  ");
	fitted(c, PAINT_BOLD, *hit->ticket.title ? hit->ticket.title : hit->ticket.id,
	       c->width > used ? c->width - used : 0);
	tkt_buf_puts(&c->out, "  ");
	term_puts(c, term_status(hit->ticket.status), status);
	tkt_buf_printf(&c->out, "  %s%.2f%s\n", term_on(c, PAINT_DIM), hit->rank.score, term_off(c));
	if (!hit->snippet.text || !*hit->snippet.text)
		return;
	tkt_buf_puts(&c->out, "  ");
	if (hit->snippet.field != TKT_DOC_BODY && hit->snippet.field != TKT_DOC_TITLE) {
		dim(c, tkt_doc_field_name(hit->snippet.field));
		dim(c, ": ");
	}
	snippet(c, &hit->snippet);
	tkt_buf_putc(&c->out, '\n');
}

void human_search(struct cli *c, const struct tkt_search *found, bool explain)
{
	struct tkt_buf words = TKT_BUF_INIT;

	if (explain) {
		explain_words(&words, found);
		dim(c, words.ptr);
		tkt_buf_puts(&c->out, "\n\n");
	}
	for (size_t i = 0; i < found->hits.n; i++) {
		hit_lines(c, &found->hits.items[i]);
		if (explain)
			explain_hit(c, &found->hits.items[i].rank);
	}
	if (c->out_tty && !c->g.quiet && found->total > found->hits.n) {
		tkt_buf_reset(&words);
		tkt_buf_printf(&words, "%zu of %zu tickets; -n 0 shows all", found->hits.n, found->total);
		tkt_buf_putc(&c->out, '\n');
		dim(c, words.ptr);
		tkt_buf_putc(&c->out, '\n');
	}
	tkt_buf_release(&words);
}

static void why(const struct tkt_related_hit *hit, struct tkt_buf *out)
{
	static const char *const words[][2] = {
		{ "blocked_by", "waits for" }, { "blocks", "blocks" }, { "parent", "parent" },
		{ "child", "child" }, { "related", "related" },
	};

	for (size_t i = 0; i < hit->relations.n; i++)
		for (size_t k = 0; k < TKT_LEN(words); k++)
			if (strcmp(words[k][0], hit->relations.items[i]) == 0)
				tkt_buf_printf(out, "%s%s", out->len ? ", " : "", words[k][1]);
	if (!out->len)
		tkt_buf_printf(out, "similar %.2f", hit->rank.score);
}

void human_related(struct cli *c, const struct tkt_related *related)
{
	struct table_col cols[] = {
		{ "KEY", 0, 0, 0, false, false },
		{ "WHY", 0, 0, 0, false, false },
		{ "TITLE", COL_FLEX, 30, 0, false, false },
		{ "STATUS", 0, 0, 0, false, false },
	};
	struct table t = { cols, TKT_LEN(cols), { NULL, 0, 0 } };
	struct tkt_buf words = TKT_BUF_INIT;

	for (size_t i = 0; i < related->hits.n; i++) {
		const struct tkt_related_hit *hit = &related->hits.items[i];

		tkt_buf_reset(&words);
		why(hit, &words);
		table_add(&t, PAINT_KEY, hit->ticket.key);
		table_add(&t, hit->relations.n ? PAINT_LINK : PAINT_DIM, words.ptr);
		table_add(&t, PAINT_N, *hit->ticket.title ? hit->ticket.title : hit->ticket.id);
		table_add(&t, term_status(hit->ticket.status), tkt_status_name(hit->ticket.status));
	}
	if (related->hits.n)
		table_print(c, &t);
	table_release(&t);
	tkt_buf_release(&words);
}

/* A ticket of a group with its nearest one. */
static void member(struct cli *c, const struct tkt_duplicate_group *g, size_t i)
{
	const struct tkt_brief *t = &g->tickets.items[i];
	const struct tkt_duplicate_pair *best = NULL;
	size_t used = tkt_str_width(t->key, strlen(t->key)) + 34;

	for (size_t k = 0; !best && k < g->pairs.n; k++)
		if (g->pairs.items[k].a == i || g->pairs.items[k].b == i)
			best = &g->pairs.items[k];
	tkt_buf_puts(&c->out, "  ");
	term_puts(c, PAINT_KEY, t->key);
	tkt_buf_puts(&c->out, "  ");
	fitted(c, PAINT_N, *t->title ? t->title : t->id, c->width > used ? c->width - used : 0);
	tkt_buf_puts(&c->out, "  ");
	term_puts(c, term_status(t->status), tkt_status_name(t->status));
	if (best && g->tickets.n > 2) {
		const struct tkt_brief *other = &g->tickets.items[best->a == i ? best->b : best->a];

		tkt_buf_printf(&c->out, "  %s%.2f ", term_on(c, PAINT_DIM), best->score);
		out_field(&c->out, other->key);
		tkt_buf_puts(&c->out, term_off(c));
	}
	if (best && best->link) {
		tkt_buf_puts(&c->out, "  ");
		term_puts(c, PAINT_LINK, best->link);
	}
	tkt_buf_putc(&c->out, '\n');
}

void human_duplicates(struct cli *c, const struct tkt_duplicates *found)
{
	for (size_t i = 0; i < found->groups.n; i++) {
		const struct tkt_duplicate_group *g = &found->groups.items[i];

		if (i)
			tkt_buf_putc(&c->out, '\n');
		tkt_buf_printf(&c->out, "%s%zu alike by %.2f%s\n", term_on(c, PAINT_HEAD), g->tickets.n,
			       g->pairs.items[0].score, term_off(c));
		for (size_t k = 0; k < g->tickets.n; k++)
			member(c, g, k);
	}
	if (found->left_out && found->groups.n && c->out_tty && !c->g.quiet)
		tkt_buf_printf(&c->out, "\n%s%zu pair%s with a link left out; --all shows %s%s\n",
			       term_on(c, PAINT_DIM), found->left_out, found->left_out == 1 ? "" : "s",
			       found->left_out == 1 ? "it" : "them", term_off(c));
}
