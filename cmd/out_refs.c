/* out_refs: the tickets that a text names, in the three views. */
#include "views.h"

#include "base/mem.h"
#include "term.h"

static void human(struct cli *c, const struct tkt_refs *refs)
{
	struct table_col cols[] = {
		{ "KEY", 0, 0, 0, false, false },
		{ "STATUS", 0, 0, 0, false, false },
		{ "WAY", 0, 0, 0, false, false },
		{ "CLOSES", 0, 0, 0, false, false },
		{ "LINE", COL_RIGHT | COL_DROP, 0, 0, false, false },
		{ "TITLE", COL_FLEX, 30, 0, false, false },
	};
	struct table t = { cols, TKT_LEN(cols), { NULL, 0, 0 } };
	struct tkt_buf line = TKT_BUF_INIT;

	for (size_t i = 0; i < refs->tickets.n; i++) {
		const struct tkt_refs_item *r = &refs->tickets.items[i];

		tkt_buf_reset(&line);
		tkt_buf_printf(&line, "%zu", r->line);
		table_add(&t, PAINT_KEY, r->ticket.key);
		table_add(&t, term_status(r->ticket.status), tkt_status_name(r->ticket.status));
		table_add(&t, PAINT_N, tkt_ref_way_name(r->way));
		table_add(&t, PAINT_WARN, r->closes ? "closes" : NULL);
		table_add(&t, PAINT_DIM, line.ptr);
		table_add(&t, PAINT_N, *r->ticket.title ? r->ticket.title : r->ticket.id);
	}
	if (refs->tickets.n)
		table_print(c, &t);
	else if (!c->g.quiet)
		tkt_buf_puts(&c->out, "no tickets\n");
	table_release(&t);
	tkt_buf_release(&line);
}

static void line(struct cli *c, const struct tkt_refs *refs)
{
	struct tkt_buf *b = &c->out;

	for (size_t i = 0; i < refs->tickets.n; i++) {
		const struct tkt_refs_item *r = &refs->tickets.items[i];

		out_field(b, r->ticket.key);
		tkt_buf_putc(b, '\t');
		out_field(b, r->ticket.id);
		tkt_buf_printf(b, "\t%s\t%s%s\t", tkt_status_name(r->ticket.status), tkt_ref_way_name(r->way),
			       r->closes ? "!" : "");
		out_field(b, r->ticket.title);
		tkt_buf_putc(b, '\n');
	}
}

static struct tkt_json *misses(const struct tkt_refs_miss *items, size_t n, bool candidates)
{
	struct tkt_json *all = tkt_json_array();

	for (size_t i = 0; i < n; i++) {
		struct tkt_json *o = tkt_json_object();

		tkt_json_set(o, "name", tkt_json_string(items[i].name));
		tkt_json_set(o, "line", tkt_json_int((int64_t)items[i].line));
		tkt_json_set(o, "closes", tkt_json_bool(items[i].closes));
		if (candidates)
			tkt_json_set(o, "candidates", tkt_json_strv(&items[i].candidates));
		tkt_json_push(all, o);
	}
	return all;
}

struct tkt_json *json_refs(const struct tkt_refs *refs)
{
	struct tkt_json *all = tkt_json_array();

	for (size_t i = 0; i < refs->tickets.n; i++) {
		const struct tkt_refs_item *r = &refs->tickets.items[i];
		struct tkt_json *o = json_brief(&r->ticket);

		tkt_json_set(o, "name", tkt_json_string(r->names.items[0]));
		tkt_json_set(o, "names", tkt_json_strv(&r->names));
		tkt_json_set(o, "way", tkt_json_string(tkt_ref_way_name(r->way)));
		tkt_json_set(o, "closes", tkt_json_bool(r->closes));
		tkt_json_set(o, "line", tkt_json_int((int64_t)r->line));
		tkt_json_push(all, o);
	}
	return all;
}

static void json(struct cli *c, const struct tkt_refs *refs)
{
	struct tkt_json *data = tkt_json_object();

	tkt_json_set(data, "refs", json_refs(refs));
	tkt_json_set(data, "unknown", misses(refs->unknown.items, refs->unknown.n, false));
	tkt_json_set(data, "ambiguous", misses(refs->ambiguous.items, refs->ambiguous.n, true));
	out_json(c, "refs", data);
}

static void warn(struct cli *c, const struct tkt_refs *refs)
{
	for (size_t i = 0; i < refs->unknown.n; i++)
		cli_warn(c, "line %zu: no ticket '%s'", refs->unknown.items[i].line, refs->unknown.items[i].name);
	for (size_t i = 0; i < refs->ambiguous.n; i++) {
		const struct tkt_refs_miss *m = &refs->ambiguous.items[i];

		cli_warn(c, "line %zu: '%s' names more than one ticket", m->line, m->name);
		for (size_t k = 0; k < m->candidates.n; k++)
			cli_warn(c, "  %s", m->candidates.items[k]);
	}
}

void out_refs(struct cli *c, const struct tkt_refs *refs)
{
	if (c->view == VIEW_JSON) {
		json(c, refs);
		return;
	}
	warn(c, refs);
	if (c->view == VIEW_HUMAN)
		human(c, refs);
	else
		line(c, refs);
}
