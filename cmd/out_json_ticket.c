/* out_json_ticket: a ticket as JSON: the fields of tkt-json(5), in that order. null or [] where unset. */
#include "views.h"

#include "base/mem.h"
#include "base/str.h"
#include "ops/links.h"

typedef struct tkt_json *make_fn(struct cli *c, const struct tkt_row *row);

struct json_field {
	const char *name;
	make_fn *make;  /* NULL: a key of item.md as it stands */
	unsigned want;  /* TKT_ROW_* without which it is not known */
};

static struct tkt_json *make_id(struct cli *c, const struct tkt_row *row)
{
	(void)c;
	return tkt_json_string(row->record.id);
}

static struct tkt_json *make_key(struct cli *c, const struct tkt_row *row)
{
	(void)c;
	return tkt_json_string(row->key);
}

static struct tkt_json *make_status(struct cli *c, const struct tkt_row *row)
{
	(void)c;
	return tkt_json_string(tkt_status_name(row->record.status));
}

static struct tkt_json *make_column(struct cli *c, const struct tkt_row *row)
{
	(void)c;
	return tkt_json_string(row->column);
}

static struct tkt_json *make_kind(struct cli *c, const struct tkt_row *row)
{
	const char *kind = row->record.ticket.kind;

	(void)c;
	return tkt_json_string(kind && *kind ? kind : "task");
}

static struct tkt_json *make_priority(struct cli *c, const struct tkt_row *row)
{
	(void)c;
	return tkt_json_string(shown_priority(row->record.ticket.priority));
}

static struct tkt_json *make_children(struct cli *c, const struct tkt_row *row)
{
	(void)c;
	return tkt_json_strv(&row->children);
}

static struct tkt_json *make_open_blockers(struct cli *c, const struct tkt_row *row)
{
	(void)c;
	return tkt_json_strv(&row->open_blockers);
}

static struct tkt_json *make_blocks(struct cli *c, const struct tkt_row *row)
{
	(void)c;
	return tkt_json_strv(&row->blocks);
}

static struct tkt_json *make_blocked(struct cli *c, const struct tkt_row *row)
{
	(void)c;
	return tkt_json_bool(row->blocked);
}

static struct tkt_json *make_needs_preflight(struct cli *c, const struct tkt_row *row)
{
	const char *word = row->record.ticket.needs_preflight;

	(void)c;
	if (!word)
		return tkt_json_null();
	return tkt_json_bool(tkt_eq_nocase(word, "true") || tkt_eq_nocase(word, "yes"));
}

static struct tkt_json *make_number(struct cli *c, const struct tkt_row *row)
{
	const char *text = row->record.ticket.number;
	char *end;
	long long n;

	(void)c;
	if (!text || !*text)
		return tkt_json_null();
	errno = 0;
	n = strtoll(text, &end, 10);
	return errno || *end ? tkt_json_null() : tkt_json_int((int64_t)n);
}

static struct tkt_json *make_path(struct cli *c, const struct tkt_row *row)
{
	(void)c;
	return tkt_json_string(row->path);
}

static struct tkt_json *make_rev(struct cli *c, const struct tkt_row *row)
{
	(void)c;
	return tkt_json_string(*row->record.rev ? row->record.rev : NULL);
}

static struct tkt_json *make_extra(struct cli *c, const struct tkt_row *row)
{
	const struct tkt_ticket *t = &row->record.ticket;
	struct tkt_json *o = tkt_json_object();

	(void)c;
	for (size_t i = 0; i < t->extra.n; i++)
		tkt_json_set(o, t->extra.items[i].key, tkt_json_node(t->extra.items[i].value));
	return o;
}

static struct tkt_json *make_body(struct cli *c, const struct tkt_row *row)
{
	const struct tkt_record *r = &row->record;
	size_t start = r->ticket.body < r->item.len ? r->ticket.body : r->item.len;

	(void)c;
	return tkt_json_string_n(r->item.ptr + start, r->item.len - start);
}

struct tkt_json *json_event(const struct tkt_event *e)
{
	struct tkt_json *o = tkt_json_object(), *attrs = tkt_json_object();

	for (size_t i = 0; i < e->attrs.n; i++)
		tkt_json_set(attrs, e->attrs.items[i].key, tkt_json_string(e->attrs.items[i].value));
	tkt_json_set(o, "kind", tkt_json_string(e->kind));
	tkt_json_set(o, "author", tkt_json_string(e->author));
	tkt_json_set(o, "at", tkt_json_string(e->at));
	tkt_json_set(o, "heading", tkt_json_string(e->heading));
	tkt_json_set(o, "body", tkt_json_string_n(e->body ? e->body : "", e->body_len));
	tkt_json_set(o, "attrs", attrs);
	return o;
}

static struct tkt_json *make_events(struct cli *c, const struct tkt_row *row)
{
	struct tkt_json *all = tkt_json_array();
	size_t first = event_first(&row->record.thread, c->events);

	for (size_t i = first; i < row->record.thread.n; i++)
		tkt_json_push(all, json_event(&row->record.thread.items[i]));
	return all;
}

static struct tkt_json *make_artifacts(struct cli *c, const struct tkt_row *row)
{
	struct tkt_json *all = tkt_json_array();

	(void)c;
	for (size_t i = 0; i < row->record.artifacts.n; i++) {
		const struct tkt_artifact *a = &row->record.artifacts.items[i];
		struct tkt_json *o = tkt_json_object();
		char *path = tkt_asprintf("%s/artifacts/%s", row->path, a->name);

		tkt_json_set(o, "name", tkt_json_string(a->name));
		tkt_json_set(o, "size", tkt_json_int(a->size));
		tkt_json_set(o, "path", tkt_json_string(path));
		tkt_json_push(all, o);
		free(path);
	}
	return all;
}

static struct tkt_json *make_resolution(struct cli *c, const struct tkt_row *row)
{
	const struct tkt_record *r = &row->record;

	(void)c;
	return r->has_resolution ? tkt_json_string_n(r->resolution.ptr, r->resolution.len) : tkt_json_null();
}

struct tkt_json *json_row_commits(const struct tkt_row *row)
{
	struct tkt_json *all;

	if (!row->links || (!row->links->known && !row->links->n))
		return tkt_json_null();
	all = tkt_json_array();
	for (size_t i = 0; i < row->links->n; i++)
		tkt_json_push(all, json_commit(&row->links->items[i]));
	return all;
}

static struct tkt_json *make_commits(struct cli *c, const struct tkt_row *row)
{
	(void)c;
	return json_row_commits(row);
}

static const struct json_field fields[] = {
	{ "id", make_id, 0 },
	{ "key", make_key, 0 },
	{ "slug", NULL, 0 },
	{ "title", NULL, 0 },
	{ "status", make_status, 0 },
	{ "column", make_column, 0 },
	{ "kind", make_kind, 0 },
	{ "priority", make_priority, 0 },
	{ "labels", NULL, 0 },
	{ "assignee", NULL, 0 },
	{ "created_at", NULL, 0 },
	{ "updated_at", NULL, 0 },
	{ "created_by", NULL, 0 },
	{ "started_at", NULL, 0 },
	{ "completed_at", NULL, 0 },
	{ "parent", NULL, 0 },
	{ "children", make_children, TKT_ROW_REVERSE },
	{ "blocked_by", NULL, 0 },
	{ "open_blockers", make_open_blockers, TKT_ROW_BLOCKED },
	{ "blocks", make_blocks, TKT_ROW_REVERSE },
	{ "blocked", make_blocked, TKT_ROW_BLOCKED },
	{ "related", NULL, 0 },
	{ "readiness", NULL, 0 },
	{ "needs_preflight", make_needs_preflight, 0 },
	{ "action_required", NULL, 0 },
	{ "risk_flags", NULL, 0 },
	{ "scope", NULL, 0 },
	{ "errors", NULL, 0 },
	{ "warnings", NULL, 0 },
	{ "context", NULL, 0 },
	{ "references", NULL, 0 },
	{ "estimate", NULL, 0 },
	{ "due", NULL, 0 },
	{ "number", make_number, 0 },
	{ "aliases", NULL, 0 },
	{ "legacy_ticket", NULL, 0 },
	{ "workflow", NULL, 0 },
	{ "fingerprint", NULL, 0 },
	{ "path", make_path, 0 },
	{ "rev", make_rev, TKT_ROW_REV },
	{ "extra", make_extra, 0 },
	{ "body", make_body, TKT_ROW_FULL },
	{ "events", make_events, TKT_ROW_FULL },
	{ "artifacts", make_artifacts, TKT_ROW_FULL },
	{ "resolution", make_resolution, TKT_ROW_FULL },
	{ "commits", make_commits, TKT_ROW_FULL | TKT_ROW_COMMITS },
};

static const struct json_field *field_find(const char *name)
{
	for (size_t i = 0; i < TKT_LEN(fields); i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

static struct tkt_json *value(struct cli *c, const struct tkt_row *row, const struct json_field *f)
{
	const struct tkt_ticket *t = &row->record.ticket;
	const struct tkt_field *key;

	if (f->make)
		return f->make(c, row);
	key = tkt_field_find(f->name);
	if (!key)
		return tkt_json_null();
	if (key->type == TKT_FIELD_STRING)
		return tkt_json_string(tkt_field_string(t, key));
	if (key->type == TKT_FIELD_LIST)
		return tkt_json_strv(tkt_field_list(t, key));
	return tkt_json_node(*(struct tkt_node *const *)(const void *)((const char *)t + key->offset));
}

struct tkt_json *json_ticket(struct cli *c, const struct tkt_row *row, bool full)
{
	struct tkt_json *o = tkt_json_object();

	for (size_t i = 0; i < TKT_LEN(fields); i++)
		if (full || !(fields[i].want & TKT_ROW_FULL))
			tkt_json_set(o, fields[i].name, value(c, row, &fields[i]));
	return o;
}

struct tkt_json *json_ticket_fields(struct cli *c, const struct tkt_row *row,
				    const struct tkt_strv *names)
{
	struct tkt_json *o = tkt_json_object();

	for (size_t i = 0; i < names->n; i++)
		tkt_json_set(o, names->items[i], value(c, row, field_find(names->items[i])));
	return o;
}

int json_fields_check(const struct tkt_strv *names, unsigned *want, struct tkt_error *err)
{
	struct tkt_buf all = TKT_BUF_INIT;
	const char *bad = NULL;

	*want = 0;
	for (size_t i = 0; i < names->n && !bad; i++) {
		const struct json_field *f = field_find(names->items[i]);

		if (f)
			*want |= f->want;
		else
			bad = names->items[i];
	}
	if (!bad)
		return 0;
	for (size_t i = 0; i < TKT_LEN(fields); i++)
		tkt_buf_printf(&all, "%s%s", i ? "," : "", fields[i].name);
	tkt_error_set(err, TKT_EUSAGE, "a ticket has no field '%s'", bad);
	tkt_error_hint(err, "fields: %s", all.ptr);
	tkt_buf_release(&all);
	return TKT_EUSAGE;
}
