/* text/merge_prose: two versions of resolution.md -> every paragraph of both, each once.
 *
 * Two branches that both close a ticket both say why; neither is wrong, and no merge should stop for that. What
 * merges by lines without a conflict is merged so. Else paragraphs count: those that one side took out of the
 * base are gone, those that both have stand where they stand, and of two that stand in one place the
 * lesser comes first, so that it does not matter which side is ours. git's own union driver would be
 * line by line, and would say a paragraph twice that the sides have in different orders. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/merge_impl.h"

enum { BASE, OURS, THEIRS, SIDES };
enum { BLOCKS_MAX = 2000 }; /* all are compared with all */

struct blocks { /* paragraphs; code between fences is one */
	struct tkt_str *items;
	size_t n, cap;
};

static bool is_fence(struct tkt_str line)
{
	line = tkt_str_trim(line);
	return tkt_str_starts(line, "```") || tkt_str_starts(line, "~~~");
}

static void add_block(struct blocks *b, struct tkt_str text, size_t start, size_t end)
{
	while (end > start && strchr(" \t\r\n", text.ptr[end - 1]) && text.ptr[end - 1])
		end--;
	if (end == start)
		return;
	TKT_GROW(b);
	b->items[b->n++] = (struct tkt_str){ text.ptr + start, end - start };
}

static void split(struct blocks *b, struct tkt_str text)
{
	struct tkt_str line;
	size_t pos = 0, start = 0, from = 0;
	bool fenced = false;

	for (; tkt_str_line(text, &pos, &line); from = pos) {
		if (is_fence(line))
			fenced = !fenced;
		if (fenced || tkt_str_trim(line).len)
			continue;
		add_block(b, text, start, from);
		start = pos;
	}
	add_block(b, text, start, text.len);
}

static size_t count_in(const struct tkt_str *items, size_t n, struct tkt_str block)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += tkt_merge_same(items[i], block);
	return count;
}

/* Takes out what the other side took out of the base. */
static void drop_removed(struct blocks *b, const struct blocks *base, const struct blocks *other)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->n; i++)
		if (!count_in(base->items, base->n, b->items[i]) || count_in(other->items, other->n, b->items[i]))
			b->items[kept++] = b->items[i];
	b->n = kept;
}

/* What stands before the next paragraph that both have. */
static size_t run_of(const struct blocks *b, size_t from, const struct blocks *other, size_t other_from)
{
	size_t end = from;

	while (end < b->n && !count_in(other->items + other_from, other->n - other_from, b->items[end]))
		end++;
	return end;
}

static bool lesser(struct tkt_str a, struct tkt_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int d = memcmp(a.ptr, b.ptr, n);

	return d ? d < 0 : a.len <= b.len;
}

/* As often as the side has it that has it most often, and no more. */
static void put_run(struct blocks *out, const struct blocks *sides, size_t from, size_t end, int side)
{
	for (size_t i = from; i < end; i++) {
		struct tkt_str block = sides[side].items[i];
		size_t a = count_in(sides[OURS].items, sides[OURS].n, block);
		size_t b = count_in(sides[THEIRS].items, sides[THEIRS].n, block);

		if (count_in(out->items, out->n, block) >= (a > b ? a : b))
			continue;
		TKT_GROW(out);
		out->items[out->n++] = block;
	}
}

static void weave(struct blocks *out, const struct blocks *sides)
{
	const struct blocks *a = &sides[OURS], *b = &sides[THEIRS];
	size_t i = 0, k = 0;

	while (i < a->n || k < b->n) {
		size_t i_end = run_of(a, i, b, k), k_end = run_of(b, k, a, i);
		bool ours_first = i_end == i || k_end == k || lesser(a->items[i], b->items[k]);

		put_run(out, sides, ours_first ? i : k, ours_first ? i_end : k_end, ours_first ? OURS : THEIRS);
		put_run(out, sides, ours_first ? k : i, ours_first ? k_end : i_end, ours_first ? THEIRS : OURS);
		i = i_end;
		k = k_end;
		if (i == a->n || k == b->n)
			continue;
		/* Both heads stand on the other side too; if they differ, somebody changed the order. */
		if (tkt_merge_same(a->items[i], b->items[k])) {
			put_run(out, sides, i, i + 1, OURS);
			i++;
			k++;
		} else if (lesser(a->items[i], b->items[k])) {
			put_run(out, sides, i, i + 1, OURS);
			i++;
		} else {
			put_run(out, sides, k, k + 1, THEIRS);
			k++;
		}
	}
}

static void put_blocks(struct tkt_buf *out, const struct blocks *b)
{
	for (size_t i = 0; i < b->n; i++) {
		if (i)
			tkt_buf_putc(out, '\n');
		tkt_buf_add(out, b->items[i].ptr, b->items[i].len);
		tkt_buf_putc(out, '\n');
	}
}

static void merge_prose(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts)
{
	const struct tkt_str texts[SIDES] = { m->base, m->ours, m->theirs };
	struct blocks sides[SIDES] = { { NULL, 0, 0 } }, all = { NULL, 0, 0 };
	struct tkt_buf made = TKT_BUF_INIT;
	bool small = true;

	for (int s = 0; s < SIDES; s++) {
		split(&sides[s], texts[s]);
		small = small && sides[s].n <= BLOCKS_MAX && (!texts[s].len || !memchr(texts[s].ptr, 0, texts[s].len));
	}
	if (!small) {
		tkt_merge_as_text(out, m, conflicts);
	} else if (texts[BASE].len && tkt_merge_lines(&made, m->base, m->ours, m->theirs)) {
		tkt_buf_add(out, made.ptr, made.len);
	} else {
		drop_removed(&sides[OURS], &sides[BASE], &sides[THEIRS]);
		drop_removed(&sides[THEIRS], &sides[BASE], &sides[OURS]);
		weave(&all, sides);
		put_blocks(out, &all);
	}
	for (int s = 0; s < SIDES; s++)
		free(sides[s].items);
	free(all.items);
	tkt_buf_release(&made);
}

void tkt_merge_prose(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts)
{
	if (!tkt_merge_trivial(out, m))
		tkt_merge_plain(out, m, (struct tkt_merge_with){ merge_prose }, conflicts);
}
