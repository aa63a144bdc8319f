/* out_json: results as JSON (tkt-json(5)): one document, {"schema":1,"kind":...,"data":...,"warnings":[]}. */
#include "views.h"

#include "base/str.h"

void out_json(struct cli *c, const char *kind, struct tkt_json *data)
{
	struct tkt_json *doc = tkt_json_object();

	tkt_json_set(doc, "schema", tkt_json_int(1));
	tkt_json_set(doc, "kind", tkt_json_string(kind));
	tkt_json_set(doc, "data", data);
	tkt_json_set(doc, "warnings", c->warnings ? c->warnings : tkt_json_array());
	c->warnings = NULL;
	tkt_json_print(&c->out, doc, c->out_tty ? 2 : 0);
	tkt_buf_putc(&c->out, '\n');
	c->wrote_json = true;
	tkt_json_free(doc);
}

struct tkt_json *json_error(const struct tkt_error *err)
{
	struct tkt_json *o = tkt_json_object();

	tkt_json_set(o, "code", tkt_json_string(tkt_code_name(err->code)));
	tkt_json_set(o, "message", tkt_json_string(err->message ? err->message : ""));
	tkt_json_set(o, "hint", tkt_json_string(err->hint));
	tkt_json_set(o, "file", tkt_json_string(err->file));
	tkt_json_set(o, "line", err->line ? tkt_json_int((int64_t)err->line) : tkt_json_null());
	tkt_json_set(o, "candidates", tkt_json_strv(&err->candidates));
	return o;
}

static struct tkt_json *tickets(struct cli *c, const struct tkt_list *list, bool full)
{
	struct tkt_json *o = tkt_json_object(), *all = tkt_json_array();
	size_t total = list->total > list->rows.n ? list->total : list->rows.n;

	for (size_t i = 0; i < list->rows.n; i++)
		tkt_json_push(all, c->g.fields.n ?
			      json_ticket_fields(c, &list->rows.items[i], &c->g.fields) :
			      json_ticket(c, &list->rows.items[i], full));
	tkt_json_set(o, "tickets", all);
	tkt_json_set(o, "total", tkt_json_int((int64_t)total));
	tkt_json_set(o, "truncated", tkt_json_bool(total > list->rows.n));
	tkt_json_set(o, "next", tkt_json_null());
	return o;
}

void json_list(struct cli *c, const struct tkt_list *list)
{
	out_json(c, "ticket.list", tickets(c, list, false));
}

void json_show(struct cli *c, const struct tkt_list *list)
{
	struct tkt_json *o;

	if (list->rows.n != 1) {
		out_json(c, "ticket.list", tickets(c, list, true));
		return;
	}
	o = tkt_json_object();
	tkt_json_set(o, "ticket", c->g.fields.n ?
		     json_ticket_fields(c, &list->rows.items[0], &c->g.fields) :
		     json_ticket(c, &list->rows.items[0], true));
	out_json(c, "ticket", o);
}

static struct tkt_json *similar_json(const struct tkt_similar *similar)
{
	struct tkt_json *all = tkt_json_array();

	for (size_t i = 0; i < similar->hits.n; i++) {
		const struct tkt_similar_hit *hit = &similar->hits.items[i];
		struct tkt_json *o = json_brief(&hit->ticket);

		tkt_json_set(o, "score", json_score(hit->score));
		tkt_json_set(o, "likely", tkt_json_bool(hit->likely));
		tkt_json_push(all, o);
	}
	return all;
}

void json_created(struct cli *c, const struct tkt_created *created, const struct tkt_similar *similar)
{
	static const struct tkt_similar none = { { NULL, 0, 0 } };
	struct tkt_json *o = tkt_json_object();

	tkt_json_set(o, "id", tkt_json_string(created->id));
	tkt_json_set(o, "key", tkt_json_string(created->key));
	tkt_json_set(o, "path", tkt_json_string(created->path));
	tkt_json_set(o, "replayed", tkt_json_bool(created->replayed));
	tkt_json_set(o, "similar", similar_json(created->replayed ? &none : similar));
	out_json(c, "ticket.created", o);
}

static struct tkt_json *changed(const struct tkt_changed *ch)
{
	struct tkt_json *o = tkt_json_object(), *diffs = tkt_json_array(), *files = tkt_json_array();

	for (size_t i = 0; i < ch->diffs.n; i++) {
		struct tkt_json *d = tkt_json_object();

		tkt_json_set(d, "field", tkt_json_string(ch->diffs.items[i].field));
		tkt_json_set(d, "from", tkt_json_string(ch->diffs.items[i].from));
		tkt_json_set(d, "to", tkt_json_string(ch->diffs.items[i].to));
		tkt_json_push(diffs, d);
	}
	for (size_t i = 0; i < ch->artifacts.n; i++) {
		struct tkt_json *a = tkt_json_object();

		tkt_json_set(a, "name", tkt_json_string(ch->artifacts.items[i].name));
		tkt_json_set(a, "size", tkt_json_int(ch->artifacts.items[i].size));
		tkt_json_push(files, a);
	}
	tkt_json_set(o, "id", tkt_json_string(ch->id));
	tkt_json_set(o, "key", tkt_json_string(ch->key));
	tkt_json_set(o, "changes", diffs);
	tkt_json_set(o, "unblocked", tkt_json_strv(&ch->unblocked));
	tkt_json_set(o, "artifacts", files);
	tkt_json_set(o, "path", tkt_json_string(ch->path));
	tkt_json_set(o, "rev", tkt_json_string(*ch->rev ? ch->rev : NULL));
	tkt_json_set(o, "replayed", tkt_json_bool(ch->replayed));
	return o;
}

void json_changes(struct cli *c, const struct tkt_changes *changes)
{
	struct tkt_json *o, *all;

	if (changes->n == 1) {
		out_json(c, "ticket.changed", changed(&changes->items[0]));
		return;
	}
	o = tkt_json_object();
	all = tkt_json_array();
	for (size_t i = 0; i < changes->n; i++)
		tkt_json_push(all, changed(&changes->items[i]));
	tkt_json_set(o, "tickets", all);
	tkt_json_set(o, "total", tkt_json_int((int64_t)changes->n));
	out_json(c, "ticket.changed.list", o);
}

void json_history(struct cli *c, const struct tkt_row *row)
{
	struct tkt_json *o = tkt_json_object(), *events = tkt_json_array();
	const struct tkt_thread *t = &row->record.thread;

	for (size_t i = 0; i < t->n; i++)
		tkt_json_push(events, json_event(&t->items[i]));
	tkt_json_set(o, "id", tkt_json_string(row->record.id));
	tkt_json_set(o, "key", tkt_json_string(row->key));
	tkt_json_set(o, "events", events);
	tkt_json_set(o, "commits", json_row_commits(row));
	out_json(c, "history", o);
}
