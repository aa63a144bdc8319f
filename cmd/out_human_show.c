/* out_human_show: one ticket on a terminal: title, a block of fields, body, events. */
#include "timeline.h"
#include "views.h"

#include "base/mem.h"
#include "base/str.h"
#include "term.h"
#include "text/markdown.h"

#define READING_WIDTH 100 /* longer lines are hard to follow */
#define LABEL 12          /* columns of the field names */

static size_t reading_width(const struct cli *c)
{
	return c->width < READING_WIDTH ? c->width : READING_WIDTH;
}

static void markdown(struct cli *c, const char *text, size_t n, size_t indent)
{
	struct tkt_md_style style = {
		term_on(c, PAINT_BOLD), term_on(c, PAINT_BOLD), term_on(c, PAINT_BOLD),
		term_on(c, PAINT_LINK), term_on(c, PAINT_LINK), term_on(c, PAINT_DIM),
		term_on(c, PAINT_DIM),  term_on(c, PAINT_DIM),  term_off(c),
	};
	struct tkt_buf shown = TKT_BUF_INIT;
	struct tkt_str line;
	size_t pos = 0;

	tkt_markdown_term(&shown, (struct tkt_str){ text, n }, reading_width(c) - indent, &style);
	while (tkt_str_line((struct tkt_str){ shown.ptr, shown.len }, &pos, &line)) {
		if (line.len)
			tkt_buf_pad(&c->out, ' ', indent);
		tkt_buf_add(&c->out, line.ptr, line.len);
		tkt_buf_putc(&c->out, '\n');
	}
	tkt_buf_release(&shown);
}

static void label(struct cli *c, const char *name)
{
	size_t n = strlen(name);

	tkt_buf_puts(&c->out, term_on(c, PAINT_DIM));
	tkt_buf_puts(&c->out, name);
	tkt_buf_puts(&c->out, term_off(c));
	tkt_buf_pad(&c->out, ' ', n < LABEL ? LABEL - n : 1);
}

static void field(struct cli *c, const char *name, const char *value, enum paint p)
{
	if (!value || !*value)
		return;
	label(c, name);
	term_puts(c, p, value);
	tkt_buf_putc(&c->out, '\n');
}

/* A list: short words on one line, anything longer a line each. */
static void field_list(struct cli *c, const char *name, const struct tkt_strv *list, bool lines,
		       enum paint p)
{
	if (!list->n)
		return;
	label(c, name);
	for (size_t i = 0; i < list->n; i++) {
		if (i && lines)
			tkt_buf_pad(&c->out, ' ', LABEL);
		else if (i)
			tkt_buf_puts(&c->out, ", ");
		term_puts(c, p, list->items[i]);
		if (lines)
			tkt_buf_putc(&c->out, '\n');
	}
	if (!lines)
		tkt_buf_putc(&c->out, '\n');
}

/* Ids with their keys in front: what one types and what one finds on disk. With `open`, those that
 * are not in it are done with. */
static void field_refs(struct cli *c, const char *name, const struct tkt_strv *ids,
		       const struct tkt_strv *open)
{
	struct tkt_buf key = TKT_BUF_INIT;
	size_t used;

	for (size_t i = 0; i < ids->n; i++) {
		if (i)
			tkt_buf_pad(&c->out, ' ', LABEL);
		else
			label(c, name);
		tkt_buf_reset(&key);
		tkt_store_key(&key, c->project->config.prefix, ids->items[i]);
		term_puts(c, PAINT_KEY, key.ptr);
		tkt_buf_putc(&c->out, ' ');
		used = LABEL + key.len + 1;
		tkt_buf_puts(&c->out, open && !tkt_strv_has(open, ids->items[i]) ? term_on(c, PAINT_DIM) : "");
		table_fit(&c->out, ids->items[i], c->width > used + 10 ? c->width - used : 10);
		tkt_buf_puts(&c->out, term_off(c));
		tkt_buf_putc(&c->out, '\n');
	}
	tkt_buf_release(&key);
}

static void when(struct cli *c, const char *name, const char *at, const char *by)
{
	char text[48];
	tkt_time t;

	if (!at)
		return;
	label(c, name);
	if (tkt_time_parse(at, strlen(at), &t)) {
		tkt_time_relative(t, c->now, text, sizeof text);
		tkt_buf_puts(&c->out, text);
	} else {
		out_field(&c->out, at);
	}
	if (by && *by) {
		tkt_buf_puts(&c->out, " by ");
		out_field(&c->out, by);
	}
	tkt_buf_putc(&c->out, '\n');
}

static void dot(struct cli *c)
{
	tkt_buf_puts(&c->out, term_on(c, PAINT_DIM));
	tkt_buf_puts(&c->out, " · ");
	tkt_buf_puts(&c->out, term_off(c));
}

static void title(struct cli *c, const struct tkt_row *row)
{
	const struct tkt_ticket *t = &row->record.ticket;
	const char *status = tkt_status_name(row->record.status);

	term_puts(c, PAINT_KEY, row->key);
	tkt_buf_putc(&c->out, ' ');
	term_puts(c, PAINT_BOLD, t->title ? t->title : "(no title)");
	tkt_buf_putc(&c->out, '\n');
	term_puts(c, term_status(row->record.status), status);
	if (row->column && strcmp(row->column, status) != 0) {
		dot(c);
		term_puts(c, PAINT_N, row->column);
	}
	dot(c);
	term_puts(c, term_priority(t->priority), shown_priority(t->priority));
	dot(c);
	term_puts(c, PAINT_N, t->kind && *t->kind ? t->kind : "task");
	if (t->assignee) {
		dot(c);
		term_puts(c, PAINT_N, t->assignee);
	}
	if (row->blocked) {
		dot(c);
		term_puts(c, PAINT_BAD, "⊘ blocked");
	}
	tkt_buf_puts(&c->out, "\n\n");
}

static void fields(struct cli *c, const struct tkt_row *row)
{
	const struct tkt_ticket *t = &row->record.ticket;
	struct tkt_strv parent = TKT_STRV_INIT, files = TKT_STRV_INIT;

	if (t->parent)
		tkt_strv_push(&parent, t->parent);
	for (size_t i = 0; i < row->record.artifacts.n; i++)
		tkt_strv_push(&files, row->record.artifacts.items[i].name);
	field_list(c, "labels", &t->labels, false, PAINT_LINK);
	field(c, "action", t->action_required, PAINT_WARN);
	field(c, "readiness", t->readiness, PAINT_N);
	field_list(c, "risks", &t->risk_flags, false, PAINT_WARN);
	field(c, "scope", t->scope, PAINT_N);
	field(c, "estimate", t->estimate, PAINT_N);
	field(c, "due", t->due, PAINT_N);
	field_refs(c, "parent", &parent, NULL);
	field_refs(c, "children", &row->children, NULL);
	field_refs(c, "blocked by", &t->blocked_by, &row->open_blockers);
	field_refs(c, "blocks", &row->blocks, NULL);
	field_refs(c, "related", &t->related, NULL);
	field_list(c, "errors", &t->errors, true, PAINT_BAD);
	field_list(c, "warnings", &t->warnings, true, PAINT_WARN);
	field_list(c, "references", &t->references, true, PAINT_N);
	field_list(c, "files", &files, false, PAINT_N);
	when(c, "created", t->created_at, t->created_by);
	if (t->updated_at && (!t->created_at || strcmp(t->created_at, t->updated_at) != 0))
		when(c, "updated", t->updated_at, NULL);
	when(c, "completed", t->completed_at, NULL);
	field(c, "path", row->path, PAINT_N);
	tkt_strv_release(&parent);
	tkt_strv_release(&files);
}

static void event(struct cli *c, const struct tkt_event *e, bool bare)
{
	struct tkt_buf words = TKT_BUF_INIT, who = TKT_BUF_INIT;
	char ago[48] = "";
	size_t room;
	tkt_time t;

	if (tkt_time_parse(e->at, strlen(e->at), &t))
		tkt_time_relative(t, c->now, ago, sizeof ago);
	event_words(&words, e);
	if (*words.ptr >= 'a' && *words.ptr <= 'z' && !bare)
		*words.ptr = (char)(*words.ptr - 'a' + 'A');
	tkt_buf_puts(&who, " · ");
	out_field(&who, e->author);
	tkt_buf_printf(&who, " · %s", *ago ? ago : e->at);
	room = tkt_str_width(who.ptr, who.len);
	room = reading_width(c) > room + 24 ? reading_width(c) - room : 24;
	tkt_buf_puts(&c->out, term_on(c, bare ? PAINT_DIM : PAINT_BOLD));
	table_fit(&c->out, words.ptr, room);
	tkt_buf_puts(&c->out, term_off(c));
	tkt_buf_puts(&c->out, term_on(c, PAINT_DIM));
	tkt_buf_add(&c->out, who.ptr, who.len);
	tkt_buf_puts(&c->out, term_off(c));
	tkt_buf_putc(&c->out, '\n');
	if (!bare)
		markdown(c, e->body, e->body_len, 2);
	tkt_buf_release(&words);
	tkt_buf_release(&who);
}

static void commit(struct cli *c, const struct tkt_link *link)
{
	struct tkt_buf words = TKT_BUF_INIT, who = TKT_BUF_INIT;
	char ago[48];
	size_t room;

	tkt_time_relative(link->time, c->now, ago, sizeof ago);
	tkt_buf_puts(&words, "commit ");
	commit_words(&words, link);
	tkt_buf_puts(&who, " · ");
	out_field(&who, link->author);
	tkt_buf_printf(&who, " · %s", ago);
	room = tkt_str_width(who.ptr, who.len);
	room = reading_width(c) > room + 24 ? reading_width(c) - room : 24;
	table_fit(&c->out, words.ptr, room);
	tkt_buf_puts(&c->out, term_on(c, PAINT_DIM));
	tkt_buf_add(&c->out, who.ptr, who.len);
	tkt_buf_puts(&c->out, term_off(c));
	tkt_buf_putc(&c->out, '\n');
	tkt_buf_release(&words);
	tkt_buf_release(&who);
}

static void rule(struct cli *c)
{
	tkt_buf_putc(&c->out, '\n');
	tkt_buf_puts(&c->out, term_on(c, PAINT_DIM));
	for (size_t i = 0; i < reading_width(c); i++)
		tkt_buf_puts(&c->out, "─");
	tkt_buf_puts(&c->out, term_off(c));
	tkt_buf_putc(&c->out, '\n');
}

/* Words that tkt wrote itself: the title, which stands above already, or nothing but "Closed." */
static bool says_nothing(const struct tkt_event *e, const struct tkt_record *r)
{
	struct tkt_str said = tkt_str_trim((struct tkt_str){ e->body ? e->body : "", e->body_len });

	while (said.len && said.ptr[said.len - 1] == '\n')
		said.len--;
	if (strcmp(e->kind, "close") == 0)
		return tkt_str_eq(said, "Closed.");
	return strcmp(e->kind, "create") == 0 && r->ticket.title && tkt_str_eq(said, r->ticket.title);
}

static bool has_text(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strchr(" \t\r\n", text[i]))
			return true;
	return false;
}

/* The resolution is the text of the `close` event, unless somebody wrote the file by hand. */
static bool resolution_was_said(const struct tkt_record *r)
{
	for (size_t i = r->thread.n; i > 0; i--) {
		const struct tkt_event *e = &r->thread.items[i - 1];
		struct tkt_str said, kept = { r->resolution.ptr, r->resolution.len };

		if (strcmp(e->kind, "close") != 0)
			continue;
		said.ptr = e->body ? e->body : "";
		said.len = e->body_len;
		while (said.len && said.ptr[said.len - 1] == '\n')
			said.len--;
		while (kept.len && kept.ptr[kept.len - 1] == '\n')
			kept.len--;
		return said.len == kept.len && memcmp(said.ptr, kept.ptr, said.len) == 0;
	}
	return false;
}

/* Events with their words, commits a line each. */
static void timeline(struct cli *c, const struct tkt_row *row)
{
	const struct tkt_record *r = &row->record;
	struct timeline all;
	bool gap = true;
	size_t earlier;

	timeline_make(&all, row, c->events);
	earlier = all.events + all.commits;
	if (all.n + earlier)
		rule(c);
	if (earlier) {
		tkt_buf_puts(&c->out, term_on(c, PAINT_DIM));
		tkt_buf_printf(&c->out, "… %zu earlier event%s: --events all", earlier, earlier == 1 ? "" : "s");
		tkt_buf_puts(&c->out, term_off(c));
		tkt_buf_putc(&c->out, '\n');
	}
	for (size_t i = 0; i < all.n; i++) {
		const struct tkt_event *e = all.items[i].event;
		bool bare = !e || event_is_bare(e) || says_nothing(e, r);

		if (!gap && !bare)
			tkt_buf_putc(&c->out, '\n');
		if (e)
			event(c, e, bare);
		else
			commit(c, all.items[i].link);
		if (!bare)
			tkt_buf_putc(&c->out, '\n');
		gap = !bare;
	}
	timeline_release(&all);
}

void human_show(struct cli *c, const struct tkt_row *row)
{
	const struct tkt_record *r = &row->record;
	size_t body = r->ticket.body < r->item.len ? r->ticket.body : r->item.len;

	title(c, row);
	fields(c, row);
	if (has_text(r->item.ptr + body, r->item.len - body)) {
		tkt_buf_putc(&c->out, '\n');
		markdown(c, r->item.ptr + body, r->item.len - body, 0);
	}
	timeline(c, row);
	if (r->has_resolution && !resolution_was_said(r)) {
		rule(c);
		tkt_buf_puts(&c->out, term_on(c, PAINT_BOLD));
		tkt_buf_puts(&c->out, "Resolution");
		tkt_buf_puts(&c->out, term_off(c));
		tkt_buf_putc(&c->out, '\n');
		markdown(c, r->resolution.ptr, r->resolution.len, 2);
	}
	while (c->out.len > 1 && c->out.ptr[c->out.len - 1] == '\n' && c->out.ptr[c->out.len - 2] == '\n')
		tkt_buf_truncate(&c->out, c->out.len - 1);
}
