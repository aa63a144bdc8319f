/* out_human: results for a person at a terminal. */
#include "timeline.h"
#include "views.h"

#include "base/mem.h"
#include "base/str.h"
#include "term.h"

/* --- lists -------------------------------------------------------------------------------- */

static void relative(struct cli *c, const char *at, char out[40])
{
	tkt_time t;

	if (at && tkt_time_parse(at, strlen(at), &t))
		tkt_time_relative(t, c->now, out, 40);
	else
		snprintf(out, 40, "%s", at ? at : "");
}

static char *joined(const struct tkt_strv *list)
{
	struct tkt_buf b = TKT_BUF_INIT;

	for (size_t i = 0; i < list->n; i++) {
		tkt_buf_puts(&b, i ? ", " : "");
		tkt_buf_puts(&b, list->items[i]);
	}
	return tkt_buf_detach(&b);
}

static void list_row(struct cli *c, struct table *t, const struct tkt_row *row, bool column)
{
	const struct tkt_ticket *k = &row->record.ticket;
	bool closed = row->record.status == TKT_CLOSED;
	char *labels = joined(&k->labels);
	char when[40];

	relative(c, k->updated_at, when);
	table_add(t, PAINT_KEY, row->key);
	table_add(t, closed ? PAINT_DIM : term_priority(k->priority), shown_priority(k->priority));
	table_add(t, PAINT_BAD, row->blocked ? "⊘" : "");
	table_add(t, closed ? PAINT_DIM : PAINT_N, k->title ? k->title : row->record.id);
	table_add(t, term_status(row->record.status),
		  column && row->column ? row->column : tkt_status_name(row->record.status));
	table_add(t, PAINT_N, k->kind && strcmp(k->kind, "task") != 0 ? k->kind : "");
	table_add(t, PAINT_LINK, labels);
	table_add(t, PAINT_N, k->assignee);
	table_add(t, PAINT_DIM, when);
	free(labels);
}

static void list_footer(struct cli *c, const struct tkt_list *list)
{
	size_t n = list->rows.n;

	if (!c->out_tty || c->g.quiet)
		return;
	tkt_buf_puts(&c->out, term_on(c, PAINT_DIM));
	if (list->total > n)
		tkt_buf_printf(&c->out, "\n%zu of %zu tickets", n, list->total);
	else
		tkt_buf_printf(&c->out, "\n%zu ticket%s", n, n == 1 ? "" : "s");
	tkt_buf_puts(&c->out, term_off(c));
	tkt_buf_putc(&c->out, '\n');
}

void human_list(struct cli *c, const struct tkt_list *list)
{
	struct table_col cols[] = {
		{ "KEY", 0, 0, 0, false, false },
		{ "PRI", 0, 0, 0, false, false },
		{ "", 0, 0, 0, false, false },
		{ "TITLE", COL_FLEX, 36, 0, false, false },
		{ "STATUS", 0, 0, 0, false, false },
		{ "KIND", COL_DROP, 0, 0, false, false },
		{ "LABELS", COL_FLEX | COL_DROP, 12, 0, false, false },
		{ "ASSIGNEE", COL_FLEX | COL_DROP, 8, 0, false, false },
		{ "UPDATED", 0, 0, 0, false, false },
	};
	struct table t = { cols, TKT_LEN(cols), { NULL, 0, 0 } };
	bool column = false;

	if (!list->rows.n) {
		if (c->out_tty && !c->g.quiet)
			tkt_buf_printf(&c->out, "no tickets match; %s\n", c->query ?
				       "'tkt list status:open,pending,closed' shows all of them" :
				       "'tkt create TITLE' makes one, 'tkt list --status all' shows closed ones");
		return;
	}
	for (size_t i = 0; i < list->rows.n; i++) {
		const struct tkt_row *row = &list->rows.items[i];

		column |= row->column && strcmp(row->column, tkt_status_name(row->record.status)) != 0;
	}
	if (column)
		cols[4].head = "COLUMN";
	for (size_t i = 0; i < list->rows.n; i++)
		list_row(c, &t, &list->rows.items[i], column);
	table_print(c, &t);
	list_footer(c, list);
	table_release(&t);
}

/* --- changes ------------------------------------------------------------------------------ */

void human_created(struct cli *c, const struct tkt_created *created)
{
	term_puts(c, PAINT_KEY, created->key);
	tkt_buf_puts(&c->out, created->replayed ? " was created before: " : " created: ");
	out_field(&c->out, created->path);
	tkt_buf_putc(&c->out, '\n');
}

static void change_line(struct cli *c, const struct tkt_changed *ch, const struct tkt_diff *d)
{
	term_puts(c, PAINT_KEY, ch->key);
	tkt_buf_putc(&c->out, ' ');
	out_field(&c->out, d->field);
	if (!d->from && !d->to) {
		tkt_buf_puts(&c->out, " changed\n");
		return;
	}
	tkt_buf_puts(&c->out, ": ");
	term_puts(c, PAINT_DIM, d->from && *d->from ? d->from : "none");
	tkt_buf_puts(&c->out, " → ");
	term_puts(c, PAINT_BOLD, d->to && *d->to ? d->to : "none");
	tkt_buf_putc(&c->out, '\n');
}

void human_changed(struct cli *c, const struct tkt_changed *ch, const char *said)
{
	struct tkt_buf key = TKT_BUF_INIT;

	for (size_t i = 0; i < ch->diffs.n; i++)
		change_line(c, ch, &ch->diffs.items[i]);
	if (said || (!ch->diffs.n && !ch->artifacts.n)) {
		term_puts(c, PAINT_KEY, ch->key);
		tkt_buf_puts(&c->out, ch->replayed ? " was told before: " : said ? " new " : " ");
		out_field(&c->out, said ? said : "unchanged");
		tkt_buf_putc(&c->out, '\n');
	}
	for (size_t i = 0; i < ch->artifacts.n; i++) {
		term_puts(c, PAINT_KEY, ch->key);
		tkt_buf_puts(&c->out, " attached ");
		out_field(&c->out, ch->artifacts.items[i].name);
		tkt_buf_putc(&c->out, '\n');
	}
	for (size_t i = 0; i < ch->unblocked.n; i++) {
		tkt_buf_reset(&key);
		tkt_store_key(&key, c->project->config.prefix, ch->unblocked.items[i]);
		term_puts(c, PAINT_KEY, key.ptr);
		tkt_buf_puts(&c->out, " is free now: ");
		term_puts(c, PAINT_OK, ch->unblocked.items[i]);
		tkt_buf_putc(&c->out, '\n');
	}
	tkt_buf_release(&key);
}

static void history_row(struct cli *c, struct table *t, const struct moment *m, struct tkt_buf *what)
{
	const struct tkt_event *e = m->event;
	struct tkt_str line = { NULL, 0 }, text = { e && e->body ? e->body : "", e ? e->body_len : 0 };
	char when[40], at[TKT_TIME_LEN + 1];
	size_t pos = 0;

	tkt_buf_reset(what);
	if (!e) {
		tkt_time_print(m->link->time, at);
		relative(c, at, when);
		tkt_buf_puts(what, "commit ");
		commit_words(what, m->link);
	} else {
		relative(c, e->at, when);
		event_words(what, e);
	}
	while (!line.len && tkt_str_line(text, &pos, &line)) /* the first words that were said */
		line = tkt_str_trim(line);
	if (line.len) {
		tkt_buf_puts(what, " · ");
		tkt_buf_add(what, line.ptr, line.len);
	}
	table_add(t, PAINT_DIM, when);
	table_add(t, PAINT_N, e ? e->author : m->link->author);
	table_add(t, e && event_is_bare(e) ? PAINT_DIM : PAINT_N, what->ptr);
}

void human_history(struct cli *c, const struct tkt_row *row)
{
	struct table_col cols[] = {
		{ "WHEN", 0, 0, 0, false, false },
		{ "WHO", COL_FLEX, 6, 0, false, false },
		{ "WHAT", COL_FLEX, 20, 0, false, false },
	};
	struct table t = { cols, TKT_LEN(cols), { NULL, 0, 0 } };
	struct tkt_buf what = TKT_BUF_INIT;
	struct timeline all;

	term_puts(c, PAINT_KEY, row->key);
	tkt_buf_putc(&c->out, ' ');
	term_puts(c, PAINT_BOLD, row->record.ticket.title ? row->record.ticket.title : row->record.id);
	tkt_buf_puts(&c->out, "\n\n");
	timeline_make(&all, row, -1);
	for (size_t i = 0; i < all.n; i++)
		history_row(c, &t, &all.items[i], &what);
	if (all.n)
		table_print(c, &t);
	else
		tkt_buf_puts(&c->out, "no events\n");
	timeline_release(&all);
	table_release(&t);
	tkt_buf_release(&what);
}
