/* ops/sort: the order of rows. Equal ones keep the order status, then id. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/str.h"
#include "ops/row.h"

struct order {
	const struct tkt_field *field; /* NULL = status, id */
	bool desc;
};

/* "updated:desc" -> updated_at, true. False: no such key. */
static bool order_parse(const char *sort, struct order *out)
{
	static const struct { const char *name, *field; } shorts[] = {
		{ "created", "created_at" },     { "updated", "updated_at" },
		{ "started", "started_at" },     { "completed", "completed_at" },
		{ "label", "labels" },
	};
	const char *colon = strchr(sort, ':');
	char *name = tkt_strndup(sort, colon ? (size_t)(colon - sort) : strlen(sort));
	bool ok = !colon || strcmp(colon, ":desc") == 0 || strcmp(colon, ":asc") == 0;

	out->desc = colon && strcmp(colon, ":desc") == 0;
	out->field = tkt_field_find(name);
	for (size_t i = 0; !out->field && i < TKT_LEN(shorts); i++)
		if (strcmp(name, shorts[i].name) == 0)
			out->field = tkt_field_find(shorts[i].field);
	ok = ok && out->field && out->field->type != TKT_FIELD_NODE;
	free(name);
	return ok;
}

int tkt_sort_check(const char *sort, struct tkt_error *err)
{
	struct order o;
	int rc;

	if (!sort || order_parse(sort, &o))
		return 0;
	rc = tkt_error_set(err, TKT_EUSAGE, "cannot sort by '%s'", sort);
	tkt_error_hint(err, "sort by a field: id, title, status, kind, priority, created, updated, "
			    "assignee, due, estimate, number ..., with ':desc' for the other way");
	return rc;
}

static int by_number(const char *a, const char *b)
{
	long long x = atoll(a), y = atoll(b);

	return (x > y) - (x < y);
}

static int by_duration(const char *a, const char *b)
{
	int64_t x = 0, y = 0;

	tkt_duration_parse(a, strlen(a), true, &x);
	tkt_duration_parse(b, strlen(b), true, &y);
	return (x > y) - (x < y);
}

static int by_value(const struct tkt_field *f, const char *a, const char *b)
{
	switch (f->check) {
	case TKT_CHECK_PRIORITY: return tkt_priority_rank(a) - tkt_priority_rank(b);
	case TKT_CHECK_INT: return by_number(a, b);
	case TKT_CHECK_DURATION: return by_duration(a, b);
	default: return strcmp(a, b);
	}
}

const struct tkt_field *tkt_sort_field(const char *sort)
{
	struct order o;

	return sort && order_parse(sort, &o) ? o.field : NULL;
}

const char *tkt_sort_value(const struct tkt_record *r, const struct tkt_field *f)
{
	const struct tkt_strv *list;

	if (strcmp(f->name, "id") == 0)
		return r->id;
	if (f->type == TKT_FIELD_STRING)
		return tkt_field_string(&r->ticket, f);
	list = tkt_field_list(&r->ticket, f);
	return list->n ? list->items[0] : NULL;
}

/* What counts of a row. */
struct place {
	enum tkt_status status;
	const char *id, *value; /* NULL: not set */
};

static int compare(const struct order *o, const struct place *a, const struct place *b)
{
	int c = 0;

	if (strcmp(o->field->name, "status") == 0)
		c = o->desc ? (int)b->status - (int)a->status : (int)a->status - (int)b->status;
	else if (!a->value || !b->value) /* what is not set stands last, whichever way */
		c = (!a->value) - (!b->value);
	else
		c = o->desc ? by_value(o->field, b->value, a->value) : by_value(o->field, a->value, b->value);
	if (!c)
		c = (int)a->status - (int)b->status;
	return c ? c : strcmp(a->id, b->id);
}

static int compare_rows(const void *pa, const void *pb, void *payload)
{
	const struct tkt_record *a = &((const struct tkt_row *)pa)->record, *b = &((const struct tkt_row *)pb)->record;
	const struct order *o = payload;

	return compare(o, &(struct place){ a->status, a->id, tkt_sort_value(a, o->field) },
		       &(struct place){ b->status, b->id, tkt_sort_value(b, o->field) });
}

/* --- plain rows: the value stands behind the columns --- */

struct sorted {
	struct place place;
	struct tkt_plain plain;
};

static int compare_plain(const void *pa, const void *pb, void *payload)
{
	const struct sorted *a = pa, *b = pb;

	return compare(payload, &a->place, &b->place);
}

static void sort_plain(struct tkt_list *list, struct order *o)
{
	struct sorted *all = tkt_calloc(list->plain.n, sizeof *all);

	for (size_t i = 0; i < list->plain.n; i++) {
		struct sorted *one = &all[i];
		const char *p = list->plain.items[i].text;

		one->plain = list->plain.items[i];
		one->place = (struct place){ one->plain.status, p, NULL };
		for (size_t column = 0; column < TKT_PLAIN_COLUMNS; column++)
			p += strlen(p) + 1;
		if (*p)
			one->place.value = p + 1;
	}
	qsort_r(all, list->plain.n, sizeof *all, compare_plain, o);
	for (size_t i = 0; i < list->plain.n; i++)
		list->plain.items[i] = all[i].plain;
	free(all);
}

void tkt_sort_note(struct tkt_buf *out, const struct tkt_record *r, const struct tkt_field *f)
{
	const char *value = tkt_sort_value(r, f);

	tkt_buf_puts(out, value ? "=" : "");
	tkt_buf_puts(out, value ? value : "");
	tkt_buf_putc(out, '\0');
}

void tkt_sort_rows(struct tkt_list *list, const char *sort)
{
	struct order o;

	/* Rows come in the order status, id. */
	if (!sort || !order_parse(sort, &o))
		return;
	if (list->rows.n)
		qsort_r(list->rows.items, list->rows.n, sizeof *list->rows.items, compare_rows, &o);
	sort_plain(list, &o);
}
