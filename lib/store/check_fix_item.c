/* store/check_fix_item: two item.md of one ticket, with no common base at hand, become one.
 *
 * The threads tell what the base was: an event that only one of them has is a change of that side, and says what
 * the field held before. So the base can be written down again, and what follows is the three-way merge of
 * text/merge. A field that differs without such an event was changed by hand: whose change counts
 * nobody can tell, and that is a conflict. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_fix_int.h"
#include "text/merge.h"

struct half {
	struct tkt_fm fm;
	struct tkt_thread thread;
};

static bool holds(const struct tkt_thread *th, const struct tkt_event *e)
{
	for (size_t i = 0; i < th->n; i++)
		if (tkt_event_same(&th->items[i], e))
			return true;
	return false;
}

/* What the field held before the first change that only `own` knows of; NULL: it has none. */
static const char *before(const struct half *own, const struct half *other, struct tkt_str key)
{
	for (size_t i = 0; i < own->thread.n; i++) {
		const struct tkt_event *e = &own->thread.items[i];
		const char *field = tkt_event_attr(e, "field"), *from = tkt_event_attr(e, "from");

		if (!field && strcmp(e->kind, "assigned") == 0)
			field = "assignee";
		if (field && tkt_str_eq(key, field) && !holds(&other->thread, e))
			return from ? from : "";
	}
	return NULL;
}

static bool is_list(struct tkt_str key)
{
	size_t n;
	const struct tkt_field *fields = tkt_fields(&n);

	for (size_t i = 0; i < n; i++)
		if (tkt_str_eq(key, fields[i].name))
			return fields[i].type == TKT_FIELD_LIST;
	return false;
}

/* As it would stand in item.md. */
static void put_value(struct tkt_buf *out, struct tkt_str key, const char *value)
{
	struct tkt_strv items = TKT_STRV_INIT;

	if (!is_list(key)) {
		tkt_fm_quote(out, value);
		return;
	}
	while (*value) {
		size_t n = strcspn(value, ",");
		struct tkt_str item = tkt_str_trim((struct tkt_str){ value, n });

		if (item.len)
			tkt_strv_push_n(&items, item.ptr, item.len);
		value += n + (value[n] == ',');
	}
	tkt_fm_quote_list(out, &items);
	tkt_strv_release(&items);
}

static const struct tkt_fm_entry *entry_of(const struct half *h, struct tkt_str key)
{
	for (size_t i = 0; i < h->fm.n; i++)
		if (h->fm.items[i].key.len == key.len && memcmp(h->fm.items[i].key.ptr, key.ptr, key.len) == 0)
			return &h->fm.items[i];
	return NULL;
}

static bool same_value(const struct tkt_fm_entry *a, const struct tkt_fm_entry *b)
{
	return a && b && a->block.len == b->block.len && memcmp(a->block.ptr, b->block.ptr, a->block.len) == 0;
}

/* What b's first change of the field found is what a has: a did not change it by hand. */
static bool untouched(const struct tkt_fm_entry *x, struct tkt_str name, const char *from_b)
{
	char *now = x ? tkt_fm_text(x) : NULL;
	struct tkt_buf value = TKT_BUF_INIT;
	bool same;

	put_value(&value, name, from_b);
	if (is_list(name) && x)
		same = tkt_str_eq(x->value, value.ptr);
	else
		same = strcmp(from_b, now ? now : "") == 0;
	tkt_buf_release(&value);
	free(now);
	return same;
}

/* An edit that makes the key what it was in the base, starting from a's text. */
static void edit_key(struct tkt_fm_edits *edits, const struct half *a, const struct half *b, struct tkt_str name)
{
	const struct tkt_fm_entry *x = entry_of(a, name), *y = entry_of(b, name);
	const char *from = before(a, b, name), *from_b = from ? NULL : before(b, a, name);
	struct tkt_buf value = TKT_BUF_INIT;
	char *key = tkt_strndup(name.ptr, name.len);
	bool status = strcmp(key, "status") == 0;

	if (same_value(x, y))
		goto out;
	/* The status is a's, and what goes with a status follows it. */
	if (status && y)
		tkt_buf_add(&value, y->block.ptr, y->block.len);
	else if (from && from[0])
		put_value(&value, name, from);
	else if (from && is_list(name))
		tkt_buf_puts(&value, "[]");
	else if (from && strcmp(key, "assignee") == 0)
		tkt_buf_puts(&value, "null");
	if (!from_b || status || !untouched(x, name, from_b))
		tkt_fm_edits_set(edits, key, value.len ? value.ptr : NULL);
out:
	free(key);
	tkt_buf_release(&value);
}

static bool write_base(struct tkt_buf *out, const struct half *a, const struct half *b)
{
	struct tkt_fm_edits edits = { NULL, 0, 0 };
	struct tkt_str body_a = { a->fm.text.ptr + a->fm.body, a->fm.text.len - a->fm.body };
	struct tkt_str body_b = { b->fm.text.ptr + b->fm.body, b->fm.text.len - b->fm.body };
	bool ok;

	for (size_t i = 0; i < a->fm.n; i++)
		edit_key(&edits, a, b, a->fm.items[i].key);
	for (size_t i = 0; i < b->fm.n; i++)
		if (!entry_of(a, b->fm.items[i].key))
			edit_key(&edits, a, b, b->fm.items[i].key);
	ok = tkt_fm_apply(out, a->fm.text.ptr, a->fm.text.len, &edits, NULL) == 0;
	/* What a body was before nobody has written down. */
	if (ok && (body_a.len != body_b.len || (body_a.len && memcmp(body_a.ptr, body_b.ptr, body_a.len) != 0)))
		tkt_buf_truncate(out, out->len - body_a.len);
	tkt_fm_edits_release(&edits);
	return ok;
}

bool tkt_fix_item(struct tkt_buf *out, struct tkt_str a, struct tkt_str a_thread, struct tkt_str b,
		  struct tkt_str b_thread)
{
	struct half x = { .fm = { .n = 0 } }, y = { .fm = { .n = 0 } };
	struct tkt_strv conflicts = TKT_STRV_INIT;
	struct tkt_buf base = TKT_BUF_INIT;
	struct tkt_merge m;
	bool ok;

	tkt_thread_parse(&x.thread, a_thread.ptr, a_thread.len);
	tkt_thread_parse(&y.thread, b_thread.ptr, b_thread.len);
	ok = tkt_fm_parse(&x.fm, a.ptr, a.len, NULL) == 0 && tkt_fm_parse(&y.fm, b.ptr, b.len, NULL) == 0 &&
	     write_base(&base, &x, &y);
	if (ok) {
		m = (struct tkt_merge){ { base.ptr, base.len }, a, b };
		tkt_merge_item(out, &m, &conflicts);
		ok = conflicts.n == 0;
	}
	tkt_strv_release(&conflicts);
	tkt_buf_release(&base);
	tkt_fm_release(&x.fm);
	tkt_fm_release(&y.fm);
	tkt_thread_release(&x.thread);
	tkt_thread_release(&y.thread);
	return ok;
}
