/* text/frontmatter_edit: changes lines in place; every other byte stays.
 *
 * Each change becomes a patch (a range and its new text); the patches are sorted and the file is
 * copied around them. What comes out is parsed again before anyone gets it. */
#include "text/frontmatter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/frontmatter_impl.h"
#include "text/ticket.h"

struct patch {
	size_t start, end; /* equal for an insertion */
	size_t rank;       /* order of insertions at one place */
	struct tkt_buf text;
};

struct patches {
	struct patch *items;
	size_t n, cap;
};

void tkt_fm_edits_set(struct tkt_fm_edits *e, const char *key, const char *yaml_value)
{
	char *value = tkt_strdup_null(yaml_value);

	for (size_t i = 0; i < e->n; i++) {
		if (strcmp(e->items[i].key, key) != 0)
			continue;
		free(e->items[i].value);
		e->items[i].value = value;
		return;
	}
	TKT_GROW(e);
	e->items[e->n++] = (struct tkt_fm_edit){ tkt_strdup(key), value };
}

void tkt_fm_edits_release(struct tkt_fm_edits *e)
{
	if (e == NULL)
		return;
	for (size_t i = 0; i < e->n; i++) {
		free(e->items[i].key);
		free(e->items[i].value);
	}
	free(e->items);
	*e = (struct tkt_fm_edits){ 0 };
}

static struct patch *add_patch(struct patches *p, size_t start, size_t end, size_t rank)
{
	TKT_GROW(p);
	struct patch *patch = &p->items[p->n++];

	*patch = (struct patch){ .start = start, .end = end, .rank = rank };
	tkt_buf_init(&patch->text);
	return patch;
}

static void patches_release(struct patches *p)
{
	for (size_t i = 0; i < p->n; i++)
		tkt_buf_release(&p->items[i].text);
	free(p->items);
}

/* --- one line --- */

static bool needs_care(const char *value)
{
	return value[0] != '\0' && strchr("\"'[{", value[0]) == NULL;
}

/* The new value in front of the comment that followed the old one. A plain value would swallow
 * the comment ("plain values are the whole rest of the line"), so it is quoted; null cannot be. */
static void put_with_comment(struct tkt_buf *out, const char *value, struct tkt_str comment)
{
	if (!needs_care(value)) {
		tkt_buf_puts(out, value);
	} else if (strcmp(value, "null") == 0 || strcmp(value, "~") == 0) {
		tkt_buf_puts(out, value);
		return;
	} else {
		tkt_fm_quote_double(out, value, strlen(value));
	}
	if (value[0] != '\0')
		tkt_buf_add(out, comment.ptr, comment.len);
}

static size_t line_end_at(const char *text, size_t start, size_t end)
{
	const char *nl = memchr(text + start, '\n', end - start);

	return nl ? (size_t)(nl - text) + 1 : end;
}

static void replace_value(struct patches *p, const struct tkt_fm *fm, const struct tkt_fm_entry *e,
			  const char *value)
{
	const char *text = fm->text.ptr, *colon = e->key.ptr + e->key.len;
	size_t first_end = line_end_at(text, e->start, e->end);
	bool crlf = first_end - e->start >= 2 && text[first_end - 2] == '\r';
	size_t core = tkt_fm_core_len(e);
	struct patch *patch;

	if (!e->multiline && (tkt_str_eq(e->value, value) ||
			      (core > 0 && tkt_str_eq((struct tkt_str){ e->value.ptr, core }, value))))
		return;
	patch = add_patch(p, e->start, e->end, 0);
	tkt_buf_add(&patch->text, e->key.ptr, e->key.len + 1);
	if (value[0] != '\0' && e->value.len > 0)
		tkt_buf_add(&patch->text, colon + 1, (size_t)(e->value.ptr - colon) - 1);
	else if (value[0] != '\0')
		tkt_buf_putc(&patch->text, ' ');
	if (core > 0 && core < e->value.len)
		put_with_comment(&patch->text, value, (struct tkt_str){ e->value.ptr + core, e->value.len - core });
	else
		tkt_buf_puts(&patch->text, value);
	tkt_buf_puts(&patch->text, crlf ? "\r\n" : "\n");
}

/* --- a new line --- */

static size_t field_index(const char *key, const struct tkt_field *fields, size_t n)
{
	size_t i = 0;

	while (i < n && strcmp(fields[i].name, key) != 0)
		i++;
	return i;
}

/* After the nearest key that comes before it in the table; a required key without one stands
 * before the nearest that comes after it; everything else before the closing line. */
static size_t place_of(const struct tkt_fm *fm, size_t index, const struct tkt_field *fields, size_t n)
{
	const struct tkt_fm_entry *e;

	if (index == n)
		return fm->close;
	for (size_t i = index; i-- > 0;) {
		e = tkt_fm_find(fm, fields[i].name);
		if (e != NULL)
			return e->end;
	}
	if (!fields[index].required)
		return fm->close;
	for (size_t i = index + 1; i < n; i++) {
		e = tkt_fm_find(fm, fields[i].name);
		if (e != NULL)
			return e->start;
	}
	/* not on line 2: an indented line there would become part of the new entry */
	return fm->n > 0 ? fm->items[0].start : fm->close;
}

static void insert_line(struct patches *p, const struct tkt_fm *fm, const char *key, const char *value,
			size_t order)
{
	size_t n, index;
	const struct tkt_field *fields = tkt_fields(&n);
	struct patch *patch;
	size_t at;

	index = field_index(key, fields, n);
	at = place_of(fm, index, fields, n);
	patch = add_patch(p, at, at, index < n ? index : n + order);
	tkt_buf_printf(&patch->text, "%s:%s%s%s", key, value[0] ? " " : "", value, fm->crlf ? "\r\n" : "\n");
}

/* --- all of it --- */

static int check_edit(const struct tkt_fm *fm, const struct tkt_fm_edit *edit, struct tkt_error *err)
{
	size_t n = strlen(edit->key), i = 0;

	while (i < n && tkt_is_name_byte(edit->key[i]))
		i++;
	if (n == 0 || i < n)
		return tkt_error_set(err, TKT_EINVALID, "'%s' is no name for a key", edit->key);
	if (edit->value != NULL && strpbrk(edit->value, "\r\n") != NULL)
		return tkt_error_set(err, TKT_EINVALID, "value of '%s' is more than one line", edit->key);
	for (i = 0; i < fm->n; i++) {
		if (!fm->items[i].duplicate || !tkt_str_eq(fm->items[i].key, edit->key))
			continue;
		tkt_error_set(err, TKT_EINVALID, "key '%s' appears twice, so it is not written", edit->key);
		tkt_error_at(err, NULL, fm->items[i].line);
		tkt_error_hint(err, "keep one of the two lines");
		return TKT_EINVALID;
	}
	return 0;
}

static int by_place(const void *a, const void *b)
{
	const struct patch *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static void copy_around(struct tkt_buf *out, struct tkt_str text, struct patches *p)
{
	size_t at = 0;

	if (p->n > 1)
		qsort(p->items, p->n, sizeof *p->items, by_place);
	for (size_t i = 0; i < p->n; i++) {
		tkt_buf_add(out, text.ptr + at, p->items[i].start - at);
		tkt_buf_add(out, p->items[i].text.ptr, p->items[i].text.len);
		at = p->items[i].end;
	}
	tkt_buf_add(out, text.ptr + at, text.len - at);
}

static bool edited(const struct tkt_fm_entry *e, const struct tkt_fm_edits *edits)
{
	for (size_t i = 0; i < edits->n; i++)
		if (tkt_str_eq(e->key, edits->items[i].key))
			return true;
	return false;
}

/* A stray "- x" or indented line can fall to the key above it when a line between goes away, or
 * when that key's value becomes empty. Then nothing is written. */
static int check_others(const struct tkt_fm *before, const struct tkt_fm *after,
			const struct tkt_fm_edits *edits, struct tkt_error *err)
{
	size_t k = 0;

	for (size_t i = 0; i < after->n; i++) {
		const struct tkt_fm_entry *new = &after->items[i], *old;
		bool same = !new->multiline;

		if (!edited(new, edits)) {
			while (k < before->n && edited(&before->items[k], edits))
				k++;
			assert(k < before->n);
			old = &before->items[k++];
			same = old->block.len == new->block.len &&
			       memcmp(old->block.ptr, new->block.ptr, old->block.len) == 0;
		}
		if (same)
			continue;
		tkt_error_set(err, TKT_EINVALID, "a stray line would become part of '%.*s'",
			      (int)new->key.len, new->key.ptr);
		tkt_error_at(err, NULL, new->line);
		return TKT_EINVALID;
	}
	return 0;
}

int tkt_fm_apply(struct tkt_buf *out, const char *text, size_t len,
		 const struct tkt_fm_edits *edits, struct tkt_error *err)
{
	struct tkt_fm fm = { 0 }, after = { 0 };
	struct tkt_buf made = TKT_BUF_INIT;
	struct patches patches = { 0 };
	int code;

	code = tkt_fm_parse(&fm, text, len, err);
	for (size_t i = 0; code == 0 && i < edits->n; i++)
		code = check_edit(&fm, &edits->items[i], err);
	if (code != 0)
		goto out;
	for (size_t i = 0; i < edits->n; i++) {
		const struct tkt_fm_edit *edit = &edits->items[i];
		const struct tkt_fm_entry *e = tkt_fm_find(&fm, edit->key);

		if (e != NULL && edit->value != NULL)
			replace_value(&patches, &fm, e, edit->value);
		else if (e != NULL)
			add_patch(&patches, e->start, e->end, 0);
		else if (edit->value != NULL)
			insert_line(&patches, &fm, edit->key, edit->value, i);
	}
	copy_around(&made, fm.text, &patches);
	/* a value can push the closing line or the file over its limit */
	code = tkt_fm_parse(&after, made.ptr, made.len, err);
	if (code == 0)
		code = check_others(&fm, &after, edits, err);
	if (code != 0)
		goto out;
	tkt_buf_add(out, made.ptr, made.len);
out:
	tkt_fm_release(&after);
	tkt_fm_release(&fm);
	patches_release(&patches);
	tkt_buf_release(&made);
	return code;
}
