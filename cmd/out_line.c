/* out_line: results for a pipe: plain, stable, no colour; the Markdown source as it is. */
#include "timeline.h"
#include "views.h"

#include "base/str.h"

/* The seven columns of tickets.sh, values as they stand in the file. */
void line_list(struct cli *c, const struct tkt_list *list)
{
	struct tkt_buf *b = &c->out;

	tkt_buf_puts(b, "status\tid\tslug\ttitle\tkind\tpriority\tupdated_at\n");
	for (size_t i = 0; i < list->plain.n; i++) {
		const char *column = list->plain.items[i].text;

		tkt_buf_puts(b, tkt_status_name(list->plain.items[i].status));
		for (int n = 0; n < 6; n++) {
			tkt_buf_putc(b, '\t');
			column = out_next_field(b, column);
		}
		tkt_buf_putc(b, '\n');
		cli_stream(c);
	}
}

static void pair(struct cli *c, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	tkt_buf_printf(&c->out, "%s: ", name);
	out_field(&c->out, value);
	tkt_buf_putc(&c->out, '\n');
}

static void pair_list(struct cli *c, const char *name, const struct tkt_strv *list)
{
	if (!list->n)
		return;
	tkt_buf_printf(&c->out, "%s: ", name);
	for (size_t i = 0; i < list->n; i++) {
		tkt_buf_puts(&c->out, i ? ", " : "");
		out_field(&c->out, list->items[i]);
	}
	tkt_buf_putc(&c->out, '\n');
}

static void head(struct cli *c, const struct tkt_row *row)
{
	const struct tkt_ticket *t = &row->record.ticket;
	const struct tkt_field *fields;
	size_t n;

	pair(c, "key", row->key);
	pair(c, "id", row->record.id);
	pair(c, "title", t->title);
	pair(c, "status", tkt_status_name(row->record.status));
	pair(c, "column", row->column);
	fields = tkt_fields(&n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(fields[i].name, "id") == 0 || strcmp(fields[i].name, "title") == 0 ||
		    strcmp(fields[i].name, "status") == 0 || strcmp(fields[i].name, "column") == 0)
			continue;
		if (fields[i].type == TKT_FIELD_STRING)
			pair(c, fields[i].name, tkt_field_string(t, &fields[i]));
		else if (fields[i].type == TKT_FIELD_LIST)
			pair_list(c, fields[i].name, tkt_field_list(t, &fields[i]));
	}
	pair_list(c, "open_blockers", &row->open_blockers);
	pair_list(c, "blocks", &row->blocks);
	pair_list(c, "children", &row->children);
	for (size_t i = 0; i < row->record.artifacts.n; i++)
		pair(c, "artifact", row->record.artifacts.items[i].name);
	pair(c, "path", row->path);
}

/* Text with exactly one line end after it and none of its own empty lines at the ends. */
static void block(struct cli *c, const char *text, size_t n)
{
	while (n && (*text == '\n' || *text == '\r')) {
		text++;
		n--;
	}
	while (n && strchr("\r\n \t", text[n - 1]))
		n--;
	if (!n)
		return;
	tkt_buf_putc(&c->out, '\n');
	for (size_t i = 0; i < n;) { /* CRLF is a line end, not a control character to point at */
		const char *end = memchr(text + i, '\n', n - i);
		size_t len = end ? (size_t)(end - text) - i : n - i;
		size_t keep = len && text[i + len - 1] == '\r' ? len - 1 : len;

		out_text(&c->out, text + i, keep);
		tkt_buf_putc(&c->out, '\n');
		i += len + 1;
	}
}

/* "--- TIME WHO: what", of an event or a commit. */
static void moment_head(struct cli *c, const struct moment *m)
{
	char at[TKT_TIME_LEN + 1];

	if (m->link)
		tkt_time_print(m->link->time, at);
	tkt_buf_printf(&c->out, "\n--- %s ", m->link ? at : m->event->at);
	out_field(&c->out, m->link ? m->link->author : m->event->author);
	tkt_buf_puts(&c->out, m->link ? ": commit " : ": ");
	if (m->link)
		commit_words(&c->out, m->link);
	else
		event_words(&c->out, m->event);
	tkt_buf_putc(&c->out, '\n');
}

void line_show(struct cli *c, const struct tkt_row *row)
{
	const struct tkt_record *r = &row->record;
	size_t body = r->ticket.body < r->item.len ? r->ticket.body : r->item.len;
	struct timeline all;

	head(c, row);
	block(c, r->item.ptr + body, r->item.len - body);
	timeline_make(&all, row, c->events);
	if (all.events + all.commits)
		tkt_buf_printf(&c->out, "\n--- %zu earlier events: --events all\n", all.events + all.commits);
	for (size_t i = 0; i < all.n; i++) {
		moment_head(c, &all.items[i]);
		if (all.items[i].event)
			block(c, all.items[i].event->body, all.items[i].event->body_len);
	}
	timeline_release(&all);
	if (r->has_resolution) {
		tkt_buf_puts(&c->out, "\n--- resolution\n");
		block(c, r->resolution.ptr, r->resolution.len);
	}
}

static void change(struct cli *c, const char *id, const char *field, const char *from, const char *to)
{
	out_field(&c->out, id);
	tkt_buf_putc(&c->out, '\t');
	out_field(&c->out, field);
	tkt_buf_putc(&c->out, '\t');
	out_field(&c->out, from);
	tkt_buf_putc(&c->out, '\t');
	out_field(&c->out, to);
	tkt_buf_putc(&c->out, '\n');
}

/* id, field, from, to. What was said and attached counts as the fields `event` and `artifact`. */
void line_changed(struct cli *c, const struct tkt_changed *ch, const char *said)
{
	for (size_t i = 0; i < ch->diffs.n; i++)
		change(c, ch->id, ch->diffs.items[i].field, ch->diffs.items[i].from,
		       ch->diffs.items[i].to);
	if (said)
		change(c, ch->id, "event", NULL, said);
	for (size_t i = 0; i < ch->artifacts.n; i++)
		change(c, ch->id, "artifact", NULL, ch->artifacts.items[i].name);
}

void line_history(struct cli *c, const struct tkt_row *row)
{
	struct timeline all;
	char at[TKT_TIME_LEN + 1];

	timeline_make(&all, row, -1);
	tkt_buf_puts(&c->out, "at\tauthor\tkind\twhat\n");
	for (size_t i = 0; i < all.n; i++) {
		const struct tkt_event *e = all.items[i].event;
		const struct tkt_link *link = all.items[i].link;

		if (link)
			tkt_time_print(link->time, at);
		tkt_buf_printf(&c->out, "%s\t", link ? at : e->at);
		out_field(&c->out, link ? link->author : e->author);
		tkt_buf_putc(&c->out, '\t');
		out_field(&c->out, link ? "commit" : e->kind);
		tkt_buf_putc(&c->out, '\t');
		if (link)
			commit_words(&c->out, link);
		else
			event_words(&c->out, e);
		tkt_buf_putc(&c->out, '\n');
	}
	timeline_release(&all);
}
