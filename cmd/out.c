/* out: picks the view of a call; errors and warnings. */
#include "views.h"

#include <stdint.h>

#include "base/str.h"
#include "ops/links.h"
#include "term.h"

void out_text(struct tkt_buf *b, const char *s, size_t n)
{
	tkt_str_visible(b, s, n, "\n\t");
}

/* A word of bytes, seven bits each, none of them a control character? Then no sum carries into the
 * next byte: 0x60 lifts 0x20 and up over 0x80, and 0x01 lifts 0x7f there. */
static bool all_plain(const char *s)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word;

	memcpy(&word, s, sizeof word);
	return !((word | (word + ones) | ~(word + ones * 0x60)) & ones * 0x80);
}

/* Most values are plain ASCII: those are copied at once. */
static void field(struct tkt_buf *b, const char *s, size_t len)
{
	size_t n = 0;

	while (n + sizeof(uint64_t) <= len && all_plain(s + n))
		n += sizeof(uint64_t);
	while (n < len && s[n] >= 0x20 && s[n] < 0x7f)
		n++;
	tkt_buf_add(b, s, n);
	if (n < len)
		tkt_str_visible(b, s + n, len - n, "");
}

void out_field(struct tkt_buf *b, const char *s)
{
	if (s)
		field(b, s, strlen(s));
}

const char *out_next_field(struct tkt_buf *b, const char *s)
{
	size_t len = strlen(s);

	field(b, s, len);
	return s + len + 1;
}

static void warn_bad(struct cli *c, const struct tkt_list *list)
{
	for (size_t i = 0; i < list->bad.n; i++)
		cli_warn_error(c, &list->bad.items[i]);
}

void out_list(struct cli *c, const struct tkt_list *list, enum list_format format)
{
	warn_bad(c, list);
	if (c->view == VIEW_JSON) {
		json_list(c, list);
		return;
	}
	if (format == LIST_AUTO)
		format = c->view == VIEW_HUMAN ? LIST_TABLE : LIST_TSV;
	switch (format) {
	case LIST_AUTO:
	case LIST_TABLE:
		human_list(c, list);
		break;
	case LIST_TSV:
		line_list(c, list);
		break;
	case LIST_IDS:
		for (size_t i = 0; i < list->plain.n; i++) {
			out_field(&c->out, list->plain.items[i].text);
			tkt_buf_putc(&c->out, '\n');
		}
		break;
	case LIST_KEYS:
	case LIST_REFS:
		for (size_t i = 0; i < list->rows.n; i++) {
			const struct tkt_row *row = &list->rows.items[i];

			out_field(&c->out, row->key);
			if (format == LIST_REFS) {
				tkt_buf_putc(&c->out, '\t');
				out_field(&c->out, row->record.ticket.title);
			}
			tkt_buf_putc(&c->out, '\n');
		}
		break;
	}
}

static void raw_files(struct cli *c, const struct tkt_record *r)
{
	tkt_buf_add(&c->out, r->item.ptr, r->item.len);
	tkt_buf_add(&c->out, r->thread_text.ptr, r->thread_text.len);
	tkt_buf_add(&c->out, r->resolution.ptr, r->resolution.len);
}

/* Commits that are not all known are never shown as if they were; said once. */
static void warn_links(struct cli *c, const struct tkt_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (rows[i].links && !rows[i].links->known) {
			cli_warn(c, "not all commits are known: %s",
				 rows[i].links->why ? rows[i].links->why : "history cannot be read");
			return;
		}
	}
}

void out_show(struct cli *c, const struct tkt_list *list, bool raw)
{
	warn_bad(c, list);
	warn_links(c, list->rows.items, list->rows.n);
	if (c->view == VIEW_JSON) {
		json_show(c, list);
		return;
	}
	for (size_t i = 0; i < list->rows.n; i++) {
		const struct tkt_row *row = &list->rows.items[i];

		if (i && !raw)
			tkt_buf_puts(&c->out, c->view == VIEW_HUMAN ? "\n\n" : "\n");
		if (raw)
			raw_files(c, &row->record);
		else if (c->view == VIEW_HUMAN)
			human_show(c, row);
		else
			line_show(c, row);
	}
	if (raw && c->out_tty) { /* a terminal never gets what it would obey */
		struct tkt_buf safe = TKT_BUF_INIT;

		out_text(&safe, c->out.ptr, c->out.len);
		tkt_buf_release(&c->out);
		c->out = safe;
	}
}

void out_similar_words(struct tkt_buf *b, const struct tkt_similar_hit *hit)
{
	tkt_buf_puts(b, hit->likely ? "likely a duplicate of " : "similar to ");
	out_field(b, hit->ticket.key);
	tkt_buf_puts(b, "  ");
	out_field(b, hit->ticket.title);
	tkt_buf_printf(b, " (%s, %.2f)", tkt_status_name(hit->ticket.status), hit->score);
}

static void warn_similar(struct cli *c, const struct tkt_similar *similar)
{
	struct tkt_buf words = TKT_BUF_INIT;

	for (size_t i = 0; i < similar->hits.n; i++) {
		tkt_buf_reset(&words);
		out_similar_words(&words, &similar->hits.items[i]);
		cli_warn(c, "%s", words.ptr);
	}
	tkt_buf_release(&words);
}

void out_created(struct cli *c, const struct tkt_created *created, const struct tkt_similar *similar,
		 bool told)
{
	if (c->view != VIEW_JSON && !told && !created->replayed)
		warn_similar(c, similar);
	if (c->view == VIEW_JSON) {
		json_created(c, created, similar);
	} else if (c->view == VIEW_HUMAN && !c->g.quiet) {
		human_created(c, created);
	} else {
		out_field(&c->out, created->id);
		tkt_buf_putc(&c->out, '\n');
	}
}

void out_changes(struct cli *c, const struct tkt_changes *changes, const char *said)
{
	for (size_t i = 0; i < changes->n; i++)
		for (size_t k = 0; k < changes->items[i].warnings.n; k++)
			cli_warn(c, "%s", changes->items[i].warnings.items[k]);
	if (c->view == VIEW_JSON) {
		json_changes(c, changes);
		return;
	}
	for (size_t i = 0; i < changes->n && !c->g.quiet; i++) {
		if (c->view == VIEW_HUMAN)
			human_changed(c, &changes->items[i], said);
		else
			line_changed(c, &changes->items[i], said);
	}
}

void out_history(struct cli *c, const struct tkt_row *row)
{
	warn_links(c, row, 1);
	if (c->view == VIEW_JSON)
		json_history(c, row);
	else if (c->view == VIEW_HUMAN)
		human_history(c, row);
	else
		line_history(c, row);
}

/* --- errors ------------------------------------------------------------------------------- */

static void paint_late(struct cli *c, const char *code, const char *text)
{
	bool color = term_err_color(c);

	tkt_buf_puts(&c->late, color ? code : "");
	tkt_buf_puts(&c->late, text);
	tkt_buf_puts(&c->late, color ? "\033[0m" : "");
}

static void message_line(struct cli *c, const struct tkt_error *err)
{
	if (err->file) {
		out_field(&c->late, err->file);
		if (err->line)
			tkt_buf_printf(&c->late, ":%zu", err->line);
		tkt_buf_puts(&c->late, ": ");
	} else if (err->line) {
		tkt_buf_printf(&c->late, "line %zu: ", err->line);
	}
	out_field(&c->late, err->message ? err->message : tkt_code_name(err->code));
	tkt_buf_putc(&c->late, '\n');
}

/* The query, and a caret under the place that is wrong. */
static void query_line(struct cli *c)
{
	size_t n = strlen(c->query), pos = c->query_pos < n ? c->query_pos : n;
	struct tkt_buf before = TKT_BUF_INIT;

	tkt_str_visible(&before, c->query, pos, "");
	tkt_buf_puts(&c->late, "  ");
	out_field(&c->late, c->query);
	tkt_buf_puts(&c->late, "\n  ");
	tkt_buf_pad(&c->late, ' ', tkt_str_width(before.ptr, before.len));
	paint_late(c, "\033[31m", "^");
	tkt_buf_putc(&c->late, '\n');
	tkt_buf_release(&before);
}

static void human_error(struct cli *c, const struct tkt_error *err)
{
	paint_late(c, "\033[1;31m", "tkt:");
	tkt_buf_putc(&c->late, ' ');
	message_line(c, err);
	if (c->query && c->query_pos != (size_t)-1 && err->code == TKT_EUSAGE)
		query_line(c);
	if (err->hint) {
		paint_late(c, "\033[36m", "hint:");
		tkt_buf_putc(&c->late, ' ');
		out_field(&c->late, err->hint);
		tkt_buf_putc(&c->late, '\n');
	}
	for (size_t i = 0; i < err->candidates.n; i++) {
		tkt_buf_puts(&c->late, "  ");
		out_field(&c->late, err->candidates.items[i]);
		tkt_buf_putc(&c->late, '\n');
	}
}

void out_error(struct cli *c, const struct tkt_error *err)
{
	struct tkt_json *doc;

	if (!c->g.json || c->wrote_json) {
		human_error(c, err);
		return;
	}
	doc = tkt_json_object();
	tkt_json_set(doc, "schema", tkt_json_int(1));
	tkt_json_set(doc, "kind", tkt_json_string("error"));
	tkt_json_set(doc, "error", json_error(err));
	tkt_buf_reset(&c->out);
	tkt_json_print(&c->out, doc, c->out_tty ? 2 : 0);
	tkt_buf_putc(&c->out, '\n');
	c->wrote_json = true;
	tkt_json_free(doc);
}

void cli_warn_error(struct cli *c, const struct tkt_error *err)
{
	if (c->g.json && !c->wrote_json) {
		if (!c->warnings)
			c->warnings = tkt_json_array();
		tkt_json_push(c->warnings, json_error(err));
		return;
	}
	paint_late(c, "\033[33m", "tkt:");
	tkt_buf_putc(&c->late, ' ');
	message_line(c, err);
}

void cli_warn(struct cli *c, const char *fmt, ...)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_buf text = TKT_BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	tkt_buf_vprintf(&text, fmt, ap);
	va_end(ap);
	tkt_error_set(&err, TKT_ENO, "%s", text.ptr);
	cli_warn_error(c, &err);
	tkt_error_release(&err);
	tkt_buf_release(&text);
}
