/* text/merge_lines: three-way merge by lines (diff3): both sides are compared with the base, and what
 * stands between two lines that all three have in common is taken from the side that changed it. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "text/marks.h"
#include "text/merge_impl.h"

struct lines { /* of one text, as slices and as numbers */
	struct tkt_str *items;
	uint32_t *ids;
	size_t n, cap;
};

struct names { /* one number for each different line; open addressing */
	struct tkt_str *lines; /* ptr NULL: free */
	uint32_t *ids;
	size_t mask, n;
};

struct span { /* lines of a text */
	const struct lines *of;
	size_t start, end;
};

bool tkt_merge_same(struct tkt_str a, struct tkt_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static void split(struct lines *out, struct tkt_str text)
{
	for (size_t pos = 0; pos < text.len;) {
		const char *nl = memchr(text.ptr + pos, '\n', text.len - pos);
		size_t next = nl ? (size_t)(nl - text.ptr) + 1 : text.len;

		TKT_GROW(out);
		out->items[out->n++] = (struct tkt_str){ text.ptr + pos, next - pos };
		pos = next;
	}
	out->ids = tkt_calloc(out->n + 1, sizeof *out->ids);
}

static void number(struct names *names, struct lines *l)
{
	for (size_t i = 0; i < l->n; i++) {
		size_t at = (size_t)tkt_fnv1a(l->items[i].ptr, l->items[i].len) & names->mask;

		while (names->lines[at].ptr && !tkt_merge_same(names->lines[at], l->items[i]))
			at = (at + 1) & names->mask;
		if (!names->lines[at].ptr) {
			names->lines[at] = l->items[i];
			names->ids[at] = (uint32_t)names->n++;
		}
		l->ids[i] = names->ids[at];
	}
}

static void lines_release(struct lines *l)
{
	free(l->items);
	free(l->ids);
}

static bool equal(struct span x, struct span y)
{
	size_t n = x.end - x.start;

	return n == y.end - y.start &&
	       (n == 0 || memcmp(x.of->ids + x.start, y.of->ids + y.start, n * sizeof *x.of->ids) == 0);
}

static struct tkt_str text_of(struct span s)
{
	const struct tkt_str *first, *last;

	if (s.start == s.end)
		return (struct tkt_str){ "", 0 };
	first = &s.of->items[s.start];
	last = &s.of->items[s.end - 1];
	return (struct tkt_str){ first->ptr, (size_t)(last->ptr + last->len - first->ptr) };
}

static void put(struct tkt_buf *out, struct span s)
{
	struct tkt_str text = text_of(s);

	tkt_buf_add(out, text.ptr, text.len);
}

void tkt_merge_end_line(struct tkt_buf *out)
{
	if (out->len > 0 && out->ptr[out->len - 1] != '\n')
		tkt_buf_putc(out, '\n');
}

void tkt_merge_put_conflict(struct tkt_buf *out, struct tkt_str ours, struct tkt_str theirs)
{
	tkt_merge_end_line(out);
	tkt_buf_puts(out, "<<<<<<< ours\n");
	tkt_buf_add(out, ours.ptr, ours.len);
	tkt_merge_end_line(out);
	tkt_buf_puts(out, "=======\n");
	tkt_buf_add(out, theirs.ptr, theirs.len);
	tkt_merge_end_line(out);
	tkt_buf_puts(out, ">>>>>>> theirs\n");
}

/* Longer than any marker in the text. */
static size_t mark_size(struct tkt_str text, size_t least)
{
	struct tkt_str line;
	size_t pos = 0;

	while (tkt_str_line(text, &pos, &line))
		for (const char *sign = "<|=>"; *sign; sign++)
			if (tkt_mark_length(line, *sign) >= least)
				least = tkt_mark_length(line, *sign) + 1;
	return least;
}

static void put_mark(struct tkt_buf *out, char sign, size_t n, const char *name)
{
	tkt_merge_end_line(out);
	for (size_t i = 0; i < n; i++)
		tkt_buf_putc(out, sign);
	tkt_buf_printf(out, "%s%s\n", name ? " " : "", name ? name : "");
}

void tkt_merge_put_all(struct tkt_buf *out, const struct tkt_merge *m)
{
	size_t n = mark_size(m->theirs, mark_size(m->ours, mark_size(m->base, 7)));

	put_mark(out, '<', n, "ours");
	tkt_buf_add(out, m->ours.ptr, m->ours.len);
	put_mark(out, '|', n, "base");
	tkt_buf_add(out, m->base.ptr, m->base.len);
	put_mark(out, '=', n, NULL);
	tkt_buf_add(out, m->theirs.ptr, m->theirs.len);
	put_mark(out, '>', n, "theirs");
}

/* What stands between common lines. False: both changed it, and not to the same. */
static bool put_chunk(struct tkt_buf *out, struct span base, struct span ours, struct span theirs)
{
	struct span head = ours, tail;

	if (equal(ours, theirs) || equal(base, theirs)) {
		put(out, ours);
		return true;
	}
	if (equal(base, ours)) {
		put(out, theirs);
		return true;
	}
	while (ours.start < ours.end && theirs.start < theirs.end &&
	       ours.of->ids[ours.start] == theirs.of->ids[theirs.start])
		ours.start++, theirs.start++;
	head.end = ours.start;
	tail = ours;
	while (ours.start < ours.end && theirs.start < theirs.end &&
	       ours.of->ids[ours.end - 1] == theirs.of->ids[theirs.end - 1])
		ours.end--, theirs.end--;
	tail.start = ours.end;
	put(out, head);
	tkt_merge_put_conflict(out, text_of(ours), text_of(theirs));
	put(out, tail);
	return false;
}

static bool weave(struct tkt_buf *out, const struct lines *l, const size_t *in_ours, const size_t *in_theirs)
{
	size_t o = 0, a = 0, b = 0;
	bool clean = true;

	for (;;) {
		size_t o_end, a_end, b_end;

		for (; o < l[0].n && in_ours[o] == a && in_theirs[o] == b; o++, a++, b++)
			tkt_buf_add(out, l[0].items[o].ptr, l[0].items[o].len);
		for (o_end = o; o_end < l[0].n && (in_ours[o_end] == SIZE_MAX || in_theirs[o_end] == SIZE_MAX);)
			o_end++;
		a_end = o_end < l[0].n ? in_ours[o_end] : l[1].n;
		b_end = o_end < l[0].n ? in_theirs[o_end] : l[2].n;
		if (o == o_end && a == a_end && b == b_end)
			return clean;
		if (!put_chunk(out, (struct span){ &l[0], o, o_end }, (struct span){ &l[1], a, a_end },
			       (struct span){ &l[2], b, b_end }))
			clean = false;
		o = o_end;
		a = a_end;
		b = b_end;
	}
}

bool tkt_merge_lines(struct tkt_buf *out, struct tkt_str base, struct tkt_str ours, struct tkt_str theirs)
{
	struct lines l[3] = { { NULL, NULL, 0, 0 } };
	struct names names = { NULL, NULL, 15, 0 };
	struct tkt_buf made = TKT_BUF_INIT; /* line ends are looked at: not at the caller's bytes */
	size_t *in_ours, *in_theirs;
	bool clean;

	split(&l[0], base);
	split(&l[1], ours);
	split(&l[2], theirs);
	while (names.mask < 2 * (l[0].n + l[1].n + l[2].n))
		names.mask = names.mask * 2 + 1;
	names.lines = tkt_calloc(names.mask + 1, sizeof *names.lines);
	names.ids = tkt_calloc(names.mask + 1, sizeof *names.ids);
	for (int i = 0; i < 3; i++)
		number(&names, &l[i]);
	in_ours = tkt_calloc(l[0].n + 1, sizeof *in_ours);
	in_theirs = tkt_calloc(l[0].n + 1, sizeof *in_theirs);
	tkt_lines_match(in_ours, l[0].ids, l[0].n, l[1].ids, l[1].n, names.n);
	tkt_lines_match(in_theirs, l[0].ids, l[0].n, l[2].ids, l[2].n, names.n);
	clean = weave(&made, l, in_ours, in_theirs);
	tkt_buf_add(out, made.ptr, made.len);
	free(in_ours);
	free(in_theirs);
	free(names.lines);
	free(names.ids);
	for (int i = 0; i < 3; i++)
		lines_release(&l[i]);
	tkt_buf_release(&made);
	return clean;
}
