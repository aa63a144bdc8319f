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

static const char *value_of(const struct tkt_row *r, const struct tkt_field *f)
{
	const struct tkt_strv *list;

	if (strcmp(f->name, "id") == 0)
		return r->record.id;
	if (f->type == TKT_FIELD_STRING)
		return tkt_field_string(&r->record.ticket, f);
	list = tkt_field_list(&r->record.ticket, f);
	return list->n ? list->items[0] : NULL;
}

static int compare(const void *pa, const void *pb, void *payload)
{
	const struct tkt_row *a = pa, *b = pb;
	const struct order *o = payload;
	const char *x, *y;
	int c = 0;

	if (strcmp(o->field->name, "status") != 0) {
		x = value_of(a, o->field);
		y = value_of(b, o->field);
		if (!x || !y) /* what is not set stands last, whichever way */
			c = (!x) - (!y);
		else
			c = o->desc ? by_value(o->field, y, x) : by_value(o->field, x, y);
	} else {
		c = o->desc ? (int)b->record.status - (int)a->record.status :
			      (int)a->record.status - (int)b->record.status;
	}
	if (!c)
		c = (int)a->record.status - (int)b->record.status;
	return c ? c : strcmp(a->record.id, b->record.id);
}

void tkt_sort_rows(struct tkt_list *list, const char *sort)
{
	struct order o;

	/* Rows come in the order status, id. */
	if (sort && order_parse(sort, &o))
		qsort_r(list->rows.items, list->rows.n, sizeof *list->rows.items, compare, &o);
}
