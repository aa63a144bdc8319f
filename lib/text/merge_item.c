/* text/merge_item: two versions of item.md, key by key.
 *
 * Lines are taken as they stand in one of the files; only a list that both sides changed is written anew.
 * The order is ours; a key that only they have stands behind the one that precedes it there. What
 * comes out clean is read again, and whatever is not as planned is merged like any text instead. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/marks.h"
#include "text/merge_impl.h"
#include "text/ticket.h"

enum { BASE, OURS, THEIRS, SIDES };
enum { KEYS_MAX = 1000, LINES_MAX = 4000 }; /* more is no ticket: merged like any text */

struct slot { /* one key, or the end of the frontmatter (all NULL) */
	const struct tkt_fm_entry *e[SIDES];
};

struct emitted {
	size_t start, end;
};

struct item {
	struct tkt_fm fm[SIDES];
	struct tkt_buf base;  /* the base without conflicts */
	bool marked;          /* the merged frontmatter holds conflict markers */
	struct { struct slot *items; size_t n, cap; } slots;
	struct { struct emitted *items; size_t n, cap; } entries; /* in the result */
};

static struct tkt_str key_of(const struct slot *s)
{
	for (int i = OURS; i < SIDES; i++)
		if (s->e[i])
			return s->e[i]->key;
	return (struct tkt_str){ "", 0 };
}

/* --- reading --- */

/* When branches have crossed, git merges their bases first, and leaves conflicts in what it hands over
 * as base: what stands there is neither's, so it goes. */
static void without_conflicts(struct tkt_buf *out, struct tkt_str text)
{
	struct tkt_str line;
	size_t pos = 0;
	bool inside = false;

	for (size_t start = 0; tkt_str_line(text, &pos, &line); start = pos) {
		if (tkt_mark_length(line, '<'))
			inside = true;
		if (!inside)
			tkt_buf_add(out, text.ptr + start, pos - start);
		if (tkt_mark_length(line, '>'))
			inside = false;
	}
}

static bool read_base(struct item *item, struct tkt_str text)
{
	if (text.len == 0) { /* both made it: every key is new */
		item->fm[BASE].text = (struct tkt_str){ "", 0 };
		return true;
	}
	if (tkt_fm_parse(&item->fm[BASE], text.ptr, text.len, NULL) == 0)
		return true;
	without_conflicts(&item->base, text);
	return tkt_fm_parse(&item->fm[BASE], item->base.ptr, item->base.len, NULL) == 0;
}

static bool plain_enough(const struct tkt_fm *fm)
{
	size_t lines = 0;

	for (size_t i = 0; i < fm->n; i++)
		if (fm->items[i].duplicate)
			return false;
	for (size_t i = 0; i < fm->close; i++)
		lines += fm->text.ptr[i] == '\n';
	return fm->n <= KEYS_MAX && lines <= LINES_MAX;
}

static bool read_sides(struct item *item, const struct tkt_merge *m)
{
	const struct tkt_str sides[SIDES] = { m->base, m->ours, m->theirs };

	for (int i = 0; i < SIDES; i++)
		if (!tkt_utf8_valid(sides[i].ptr, sides[i].len, NULL))
			return false;
	if (!read_base(item, m->base))
		return false;
	for (int i = OURS; i < SIDES; i++)
		if (tkt_fm_parse(&item->fm[i], sides[i].ptr, sides[i].len, NULL) != 0)
			return false;
	for (int i = 0; i < SIDES; i++)
		if (!plain_enough(&item->fm[i]))
			return false;
	return true;
}

/* --- the order of keys --- */

static const struct tkt_fm_entry *find(const struct tkt_fm *fm, struct tkt_str key)
{
	for (size_t i = 0; i < fm->n; i++)
		if (tkt_merge_same(fm->items[i].key, key))
			return &fm->items[i];
	return NULL;
}

static size_t rank_of(struct tkt_str key)
{
	size_t n, i = 0;
	const struct tkt_field *fields = tkt_fields(&n);

	while (i < n && !tkt_str_eq(key, fields[i].name))
		i++;
	return i;
}

/* Two keys that the sides put in the same place: in the order of the format, then of bytes. */
static bool stands_before(struct tkt_str a, struct tkt_str b)
{
	size_t x = rank_of(a), y = rank_of(b), n = a.len < b.len ? a.len : b.len;
	int d = memcmp(a.ptr, b.ptr, n);

	if (x != y)
		return x < y;
	return d ? d < 0 : a.len < b.len;
}

static size_t place_after(const struct item *item, struct tkt_str key)
{
	size_t i = 0;

	while (i < item->slots.n && !tkt_merge_same(key_of(&item->slots.items[i]), key))
		i++;
	return i + 1;
}

static void order_keys(struct item *item)
{
	const struct tkt_fm *ours = &item->fm[OURS], *theirs = &item->fm[THEIRS];

	for (size_t i = 0; i < ours->n; i++) {
		struct tkt_str key = ours->items[i].key;

		TKT_GROW(&item->slots);
		item->slots.items[item->slots.n++] =
			(struct slot){ { find(&item->fm[BASE], key), &ours->items[i], find(theirs, key) } };
	}
	for (size_t i = 0; i < theirs->n; i++) {
		struct tkt_str key = theirs->items[i].key;
		size_t at = i ? place_after(item, theirs->items[i - 1].key) : 0;

		if (find(ours, key))
			continue;
		TKT_GROW(&item->slots);
		while (at < item->slots.n && !item->slots.items[at].e[BASE] && !item->slots.items[at].e[THEIRS] &&
		       stands_before(key_of(&item->slots.items[at]), key))
			at++;
		memmove(item->slots.items + at + 1, item->slots.items + at,
			(item->slots.n++ - at) * sizeof *item->slots.items);
		item->slots.items[at] = (struct slot){ { find(&item->fm[BASE], key), NULL, &theirs->items[i] } };
	}
	TKT_GROW(&item->slots);
	item->slots.items[item->slots.n++] = (struct slot){ { NULL, NULL, NULL } };
}

/* --- comments and stray lines: what stands between the entries --- */

static size_t first_line_end(struct tkt_str text)
{
	const char *nl = memchr(text.ptr, '\n', text.len);

	return nl ? (size_t)(nl - text.ptr) + 1 : text.len;
}

/* What stands before the entry; before the closing line for the end. */
static struct tkt_str gap_of(const struct item *item, const struct slot *s, int side)
{
	const struct tkt_fm *fm = &item->fm[side];
	bool end = key_of(s).len == 0;
	size_t start, stop;

	if (fm->text.len == 0 || (!end && !s->e[side]))
		return (struct tkt_str){ "", 0 };
	stop = end ? fm->close : s->e[side]->start;
	if (end)
		start = fm->n ? fm->items[fm->n - 1].end : first_line_end(fm->text);
	else
		start = s->e[side] > fm->items ? s->e[side][-1].end : first_line_end(fm->text);
	return (struct tkt_str){ fm->text.ptr + start, stop - start };
}

static bool has_line(struct tkt_str text, struct tkt_str wanted)
{
	struct tkt_str line;
	size_t pos = 0;

	while (tkt_str_line(text, &pos, &line))
		if (tkt_merge_same(line, wanted))
			return true;
	return false;
}

/* Ours, without the lines that they took away, with the ones that they added. */
static void put_gap(struct tkt_buf *out, const struct item *item, const struct slot *s)
{
	struct tkt_str gap[SIDES], line;

	for (int i = 0; i < SIDES; i++)
		gap[i] = gap_of(item, s, i);
	for (size_t pos = 0, start = 0; tkt_str_line(gap[OURS], &pos, &line); start = pos)
		if (tkt_str_trim(line).len == 0 || !has_line(gap[BASE], line) || has_line(gap[THEIRS], line))
			tkt_buf_add(out, gap[OURS].ptr + start, pos - start);
	for (size_t pos = 0, start = 0; tkt_str_line(gap[THEIRS], &pos, &line); start = pos)
		if (tkt_str_trim(line).len && !has_line(gap[BASE], line) && !has_line(gap[OURS], line))
			tkt_buf_add(out, gap[THEIRS].ptr + start, pos - start);
}

/* --- writing --- */

static struct tkt_str lines_of(const struct tkt_fm *fm, const struct tkt_fm_entry *e)
{
	return e ? (struct tkt_str){ fm->text.ptr + e->start, e->end - e->start } : (struct tkt_str){ "", 0 };
}

static void put_slot(struct tkt_buf *out, struct item *item, const struct slot *s,
		     const struct tkt_merge_state *state, struct tkt_strv *conflicts)
{
	const struct tkt_merge_key key = { s->e[BASE], s->e[OURS], s->e[THEIRS] };
	struct tkt_str name = key_of(s), ours = lines_of(&item->fm[OURS], s->e[OURS]);
	struct tkt_str theirs = lines_of(&item->fm[THEIRS], s->e[THEIRS]);
	struct tkt_buf text = TKT_BUF_INIT;
	size_t start = out->len;

	switch (tkt_merge_key(&text, &key, state)) {
	case TKT_CHOOSE_OURS:
		tkt_buf_add(out, ours.ptr, ours.len);
		break;
	case TKT_CHOOSE_THEIRS:
		tkt_buf_add(out, theirs.ptr, theirs.len);
		break;
	case TKT_CHOOSE_TEXT:
		tkt_buf_add(out, name.ptr, name.len);
		tkt_buf_printf(out, ": %s\n", text.ptr);
		break;
	case TKT_CHOOSE_NONE:
		tkt_merge_put_conflict(out, ours, theirs);
		tkt_strv_push_n(conflicts, name.ptr, name.len);
		item->marked = true;
		break;
	}
	tkt_buf_release(&text);
	if (out->len == start)
		return;
	TKT_GROW(&item->entries);
	item->entries.items[item->entries.n++] = (struct emitted){ start, out->len };
}

/* It reads back as what was put there: no stray line has become part of another key. */
static bool as_planned(const struct item *item, const struct tkt_buf *made)
{
	struct tkt_fm fm = { 0 };
	bool same;

	if (tkt_fm_parse(&fm, made->ptr, made->len, NULL) != 0)
		return false;
	same = fm.n == item->entries.n;
	for (size_t i = 0; same && i < fm.n; i++)
		same = fm.items[i].start == item->entries.items[i].start &&
		       fm.items[i].end == item->entries.items[i].end && !fm.items[i].duplicate;
	tkt_fm_release(&fm);
	return same;
}

static struct tkt_str body_of(const struct tkt_fm *fm)
{
	return (struct tkt_str){ fm->text.ptr + fm->body, fm->text.len - fm->body };
}

static void put_item(struct tkt_buf *out, struct item *item, struct tkt_strv *conflicts)
{
	const struct tkt_fm *ours = &item->fm[OURS];
	struct tkt_buf body = TKT_BUF_INIT;
	struct tkt_merge_state state;
	bool clean;

	tkt_merge_state_of(&state, &item->fm[BASE], ours, &item->fm[THEIRS]);
	order_keys(item);
	tkt_buf_add(out, ours->text.ptr, first_line_end(ours->text));
	for (size_t i = 0; i < item->slots.n; i++) {
		put_gap(out, item, &item->slots.items[i]);
		if (i + 1 < item->slots.n)
			put_slot(out, item, &item->slots.items[i], &state, conflicts);
	}
	tkt_buf_add(out, ours->text.ptr + ours->close, ours->body - ours->close);
	clean = tkt_merge_lines(&body, body_of(&item->fm[BASE]), body_of(ours), body_of(&item->fm[THEIRS]));
	if (body.len)
		tkt_merge_end_line(out);
	tkt_buf_add(out, body.ptr, body.len);
	if (!clean)
		tkt_strv_push(conflicts, "the body");
	tkt_buf_release(&body);
}

/* Renames are guessed by likeness: what git takes for two versions of one file can be two tickets. */
static bool two_tickets(const struct item *item)
{
	const struct tkt_fm_entry *a = tkt_fm_find(&item->fm[OURS], "id"), *b = tkt_fm_find(&item->fm[THEIRS], "id");

	return a && b && !tkt_merge_entry_same(a, b);
}

static void merge_item(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts)
{
	struct tkt_strv found = TKT_STRV_INIT;
	struct tkt_buf made = TKT_BUF_INIT;
	struct item item = { .base = TKT_BUF_INIT };

	if (!read_sides(&item, m)) {
		tkt_merge_as_text(out, m, conflicts);
		goto out;
	}
	if (two_tickets(&item)) {
		tkt_merge_put_all(out, m);
		tkt_strv_push(conflicts, "two tickets");
		goto out;
	}
	put_item(&made, &item, &found);
	if (!item.marked && !as_planned(&item, &made)) {
		tkt_merge_as_text(out, m, conflicts);
		goto out;
	}
	tkt_buf_add(out, made.ptr, made.len);
	for (size_t i = 0; i < found.n; i++)
		tkt_strv_push(conflicts, found.items[i]);
out:
	for (int i = 0; i < SIDES; i++)
		tkt_fm_release(&item.fm[i]);
	free(item.slots.items);
	free(item.entries.items);
	tkt_buf_release(&item.base);
	tkt_buf_release(&made);
	tkt_strv_release(&found);
}

void tkt_merge_item(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts)
{
	if (!tkt_merge_trivial(out, m))
		tkt_merge_plain(out, m, (struct tkt_merge_with){ merge_item }, conflicts);
}
