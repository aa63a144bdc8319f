/* text/ticket: item.md -> struct tkt_ticket, and a whole new item.md from one. */
#include "text/ticket.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/frontmatter_impl.h"

static char **string_at(struct tkt_ticket *t, const struct tkt_field *f)
{
	return (char **)(void *)((char *)t + f->offset);
}

static struct tkt_strv *list_at(struct tkt_ticket *t, const struct tkt_field *f)
{
	return (struct tkt_strv *)(void *)((char *)t + f->offset);
}

static struct tkt_node **node_at(struct tkt_ticket *t, const struct tkt_field *f)
{
	return (struct tkt_node **)(void *)((char *)t + f->offset);
}

void tkt_ticket_init(struct tkt_ticket *t)
{
	*t = (struct tkt_ticket){ 0 };
}

void tkt_ticket_release(struct tkt_ticket *t)
{
	const struct tkt_field *fields;
	size_t n;

	if (t == NULL)
		return;
	fields = tkt_fields(&n);
	for (size_t i = 0; i < n; i++) {
		if (fields[i].type == TKT_FIELD_STRING)
			free(*string_at(t, &fields[i]));
		else if (fields[i].type == TKT_FIELD_LIST)
			tkt_strv_release(list_at(t, &fields[i]));
		else
			tkt_node_free(*node_at(t, &fields[i]));
	}
	for (size_t i = 0; i < t->extra.n; i++) {
		free(t->extra.items[i].key);
		tkt_node_free(t->extra.items[i].value);
	}
	free(t->extra.items);
	tkt_ticket_init(t);
}

/* --- reading --- */

/* Files are nearly always in table order, so the search begins where the last one ended. */
static const struct tkt_field *field_from(struct tkt_str key, size_t *next)
{
	size_t n;
	const struct tkt_field *fields = tkt_fields(&n);

	for (size_t i = 0; i < n; i++) {
		size_t k = (*next + i) % n;

		if (tkt_str_eq(key, fields[k].name)) {
			*next = k + 1;
			return &fields[k];
		}
	}
	return NULL;
}

static void read_field(struct tkt_ticket *t, const struct tkt_field *f, const struct tkt_fm_entry *e)
{
	if (f->type == TKT_FIELD_STRING)
		*string_at(t, f) = tkt_fm_text(e);
	else if (f->type == TKT_FIELD_LIST)
		tkt_fm_list(e, list_at(t, f));
	else if (tkt_fm_node(e, node_at(t, f)) == TKT_FM_NULL) {
		tkt_node_free(*node_at(t, f));
		*node_at(t, f) = NULL;
	}
}

static void read_extra(struct tkt_ticket *t, const struct tkt_fm_entry *e)
{
	struct tkt_extra *extra;

	TKT_GROW(&t->extra);
	extra = &t->extra.items[t->extra.n++];
	extra->key = tkt_strndup(e->key.ptr, e->key.len);
	extra->value = NULL;
	tkt_fm_node(e, &extra->value);
}

/* The other way round than field_from: the few columns look for their lines. */
static const struct tkt_fm_entry *entry_from(const struct tkt_fm *fm, const char *key, size_t *next)
{
	for (size_t i = 0, k = *next; i < fm->n; i++, k++) {
		const struct tkt_fm_entry *e;

		if (k >= fm->n)
			k = 0;
		e = &fm->items[k];
		if (e->key.ptr[0] == key[0] && !e->duplicate && tkt_str_eq(e->key, key)) {
			*next = k + 1;
			return e;
		}
	}
	return NULL;
}

void tkt_ticket_columns(struct tkt_buf *out, const struct tkt_fm *fm)
{
	size_t n, next = 0;
	const struct tkt_field *fields = tkt_fields(&n);

	for (size_t i = 0; i < n; i++) {
		const struct tkt_fm_entry *e;

		if (!fields[i].row)
			continue;
		e = entry_from(fm, fields[i].name, &next);
		if (e)
			tkt_fm_text_add(out, e);
		tkt_buf_add(out, "", 1);
	}
}

void tkt_ticket_columns_of(struct tkt_buf *out, const struct tkt_ticket *t)
{
	size_t n;
	const struct tkt_field *fields = tkt_fields(&n);

	for (size_t i = 0; i < n; i++) {
		const char *value = fields[i].row ? tkt_field_string(t, &fields[i]) : NULL;

		if (fields[i].row)
			tkt_buf_add(out, value ? value : "", value ? strlen(value) + 1 : 1);
	}
}

void tkt_ticket_read(struct tkt_ticket *out, const struct tkt_fm *fm)
{
	size_t next = 0;

	tkt_ticket_init(out);
	for (size_t i = 0; i < fm->n; i++) {
		const struct tkt_fm_entry *e = &fm->items[i];
		const struct tkt_field *f;

		if (e->duplicate)
			continue;
		f = field_from(e->key, &next);
		if (f != NULL)
			read_field(out, f, e);
		else
			read_extra(out, e);
	}
	/* a guess until the store says which directory it lies in */
	tkt_status_find(out->status_text, &out->status);
	out->body = fm->body;
	out->body_line = fm->body_line;
}

int tkt_ticket_parse(struct tkt_ticket *out, const char *text, size_t len, struct tkt_error *err)
{
	struct tkt_fm fm = { 0 };
	int code = tkt_fm_parse(&fm, text, len, err);

	if (code == 0)
		tkt_ticket_read(out, &fm);
	tkt_fm_release(&fm);
	return code;
}

/* --- writing --- */

static const char *value_of(const struct tkt_ticket *t, const struct tkt_field *f)
{
	const char *value = tkt_field_string(t, f);

	if (strcmp(f->name, "status") == 0)
		return tkt_status_name(t->status);
	if (value == NULL && strcmp(f->name, "kind") == 0)
		return "task";
	if (value == NULL && strcmp(f->name, "priority") == 0)
		return "P2";
	return value;
}

static void print_field(struct tkt_buf *out, const struct tkt_ticket *t, const struct tkt_field *f)
{
	const struct tkt_strv *list = tkt_field_list(t, f);
	const char *value = value_of(t, f);

	if (f->type == TKT_FIELD_NODE) {
		const struct tkt_node *node = *(struct tkt_node *const *)(const void *)((const char *)t + f->offset);

		if (tkt_node_is_null(node))
			return;
		tkt_buf_printf(out, "%s: ", f->name);
		tkt_fm_quote_node(out, node);
	} else if (f->type == TKT_FIELD_LIST) {
		if (!f->required && list->n == 0)
			return;
		tkt_buf_printf(out, "%s: ", f->name);
		tkt_fm_quote_list(out, list);
	} else {
		if (!f->required && value == NULL)
			return;
		tkt_buf_printf(out, "%s: ", f->name);
		if (value != NULL)
			tkt_fm_quote(out, value);
		else
			tkt_buf_puts(out, "null");
	}
	tkt_buf_putc(out, '\n');
}

static bool key_ok(const char *key)
{
	size_t i = 0;

	while (tkt_is_name_byte(key[i]))
		i++;
	return i > 0 && key[i] == '\0' && tkt_field_find(key) == NULL;
}

void tkt_ticket_print(struct tkt_buf *out, const struct tkt_ticket *t, const char *body)
{
	size_t n;
	const struct tkt_field *fields = tkt_fields(&n);

	tkt_buf_puts(out, "---\n");
	for (size_t i = 0; i < n; i++)
		print_field(out, t, &fields[i]);
	for (size_t i = 0; i < t->extra.n; i++) {
		if (t->extra.items[i].value == NULL || !key_ok(t->extra.items[i].key))
			continue;
		tkt_buf_printf(out, "%s: ", t->extra.items[i].key);
		tkt_fm_quote_node(out, t->extra.items[i].value);
		tkt_buf_putc(out, '\n');
	}
	tkt_buf_puts(out, "---\n");
	if (body != NULL)
		tkt_buf_puts(out, body);
}
