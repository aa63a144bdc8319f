/* text/merge_match: the common lines of two texts.
 *
 * Lines that stand exactly once on each side anchor the rest (patience), what is between two anchors is
 * compared by itself, and where there is no anchor Myers' algorithm finds the shortest change, up to a
 * bound: a block that differs everywhere is a block that was replaced. Any answer is a sound one (a
 * common subsequence); the bounds keep 1 MiB of equal or of random lines to milliseconds. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/merge_impl.h"

#define NONE SIZE_MAX

enum { DEPTH_MAX = 64, EDITS_MAX = 800 };

struct matcher {
	size_t *match;
	const uint32_t *a, *b;
	uint32_t *seen_a, *seen_b; /* by line: how often in the block; all 0 between blocks */
	size_t *place_b;
};

struct block {
	size_t a, a_end, b, b_end;
};

struct anchor {
	size_t a, b, before; /* before: the anchor that precedes it in the longest chain */
};

static void count_lines(struct matcher *m, const struct block *k)
{
	for (size_t i = k->a; i < k->a_end; i++)
		m->seen_a[m->a[i]]++;
	for (size_t i = k->b; i < k->b_end; i++) {
		m->seen_b[m->b[i]]++;
		m->place_b[m->b[i]] = i;
	}
}

static void forget_lines(struct matcher *m, const struct block *k)
{
	for (size_t i = k->a; i < k->a_end; i++)
		m->seen_a[m->a[i]] = 0;
	for (size_t i = k->b; i < k->b_end; i++)
		m->seen_b[m->b[i]] = 0;
}

/* The longest chain of anchors that grows in b too; returns its length, the chain is in chain[]. */
static size_t longest_chain(struct anchor *all, size_t n, size_t *chain)
{
	size_t *last = tkt_calloc(n + 1, sizeof *last), length = 0; /* last[i]: lowest end of a chain of i + 1 */

	for (size_t i = 0; i < n; i++) {
		size_t low = 0, high = length;

		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (all[last[middle]].b < all[i].b)
				low = middle + 1;
			else
				high = middle;
		}
		all[i].before = low ? last[low - 1] : NONE;
		last[low] = i;
		if (low == length)
			length++;
	}
	for (size_t k = length, i = length ? last[length - 1] : NONE; k-- > 0; i = all[i].before)
		chain[k] = i;
	free(last);
	return length;
}

/* --- Myers --- */

/* How far each diagonal gets with so many edits; all rounds are kept for the way back. */
struct reach {
	int32_t *items;
	size_t n, cap;
};

/* Round e has diagonals -e to e; this is its diagonal 0. */
static int32_t *round_of(const struct reach *r, long edits)
{
	return r->items + edits * edits + edits;
}

/* Where diagonal d of a round comes from: d + 1 (a line of b came) or d - 1 (one of a went). */
static long from_diagonal(const struct reach *r, long edits, long d)
{
	const int32_t *old = round_of(r, edits - 1);

	return d == -edits || (d != edits && old[d - 1] < old[d + 1]) ? d + 1 : d - 1;
}

static long first_x(const struct reach *r, long edits, long d)
{
	long from;

	if (edits == 0)
		return 0;
	from = from_diagonal(r, edits, d);
	return round_of(r, edits - 1)[from] + (from < d);
}

/* The way back: what a round went on along its diagonal are common lines. */
static void walk_back(struct matcher *m, const struct block *k, const struct reach *r, long edits, long d)
{
	for (;; edits--) {
		long start = first_x(r, edits, d);

		for (long x = round_of(r, edits)[d]; x > start; x--)
			m->match[k->a + (size_t)x - 1] = k->b + (size_t)(x - d) - 1;
		if (edits == 0)
			return;
		d = from_diagonal(r, edits, d);
	}
}

static void myers(struct matcher *m, const struct block *k)
{
	long a_n = (long)(k->a_end - k->a), b_n = (long)(k->b_end - k->b);
	struct reach r = { NULL, 0, 0 };

	for (long edits = 0; edits <= EDITS_MAX; edits++) {
		while (r.cap < (size_t)((edits + 1) * (edits + 1))) {
			r.cap = r.cap ? r.cap * 2 : 64;
			r.items = tkt_realloc(r.items, r.cap, sizeof *r.items);
		}
		for (long d = -edits; d <= edits; d += 2) {
			long x = first_x(&r, edits, d), y = x - d;

			while (x < a_n && y < b_n && m->a[k->a + (size_t)x] == m->b[k->b + (size_t)y])
				x++, y++;
			round_of(&r, edits)[d] = (int32_t)x;
			if (x >= a_n && y >= b_n) {
				walk_back(m, k, &r, edits, d);
				free(r.items);
				return;
			}
		}
	}
	free(r.items);
}

/* --- blocks --- */

static void match_block(struct matcher *m, struct block k, int depth);

/* False where no line stands once on each side. */
static bool by_anchors(struct matcher *m, const struct block *k, int depth)
{
	struct { struct anchor *items; size_t n, cap; } found = { NULL, 0, 0 };
	struct block part = *k;
	size_t *chain, length;

	count_lines(m, k);
	for (size_t i = k->a; i < k->a_end; i++) {
		if (m->seen_a[m->a[i]] != 1 || m->seen_b[m->a[i]] != 1)
			continue;
		TKT_GROW(&found);
		found.items[found.n++] = (struct anchor){ i, m->place_b[m->a[i]], NONE };
	}
	forget_lines(m, k);
	if (!found.n)
		return false;
	chain = tkt_calloc(found.n, sizeof *chain);
	length = longest_chain(found.items, found.n, chain);
	for (size_t i = 0; i < length; i++) {
		const struct anchor *at = &found.items[chain[i]];

		m->match[at->a] = at->b;
		part.a_end = at->a;
		part.b_end = at->b;
		match_block(m, part, depth + 1);
		part.a = at->a + 1;
		part.b = at->b + 1;
	}
	part.a_end = k->a_end;
	part.b_end = k->b_end;
	match_block(m, part, depth + 1);
	free(chain);
	free(found.items);
	return true;
}

static void match_block(struct matcher *m, struct block k, int depth)
{
	while (k.a < k.a_end && k.b < k.b_end && m->a[k.a] == m->b[k.b])
		m->match[k.a++] = k.b++;
	while (k.a < k.a_end && k.b < k.b_end && m->a[k.a_end - 1] == m->b[k.b_end - 1])
		m->match[--k.a_end] = --k.b_end;
	if (k.a == k.a_end || k.b == k.b_end)
		return;
	if (depth >= DEPTH_MAX || !by_anchors(m, &k, depth))
		myers(m, &k);
}

void tkt_lines_match(size_t *match, const uint32_t *a, size_t a_n, const uint32_t *b, size_t b_n, size_t ids)
{
	struct matcher m = { match, a, b, NULL, NULL, NULL };
	struct block all = { 0, a_n, 0, b_n };

	m.seen_a = tkt_calloc(ids + 1, sizeof *m.seen_a);
	m.seen_b = tkt_calloc(ids + 1, sizeof *m.seen_b);
	m.place_b = tkt_calloc(ids + 1, sizeof *m.place_b);
	for (size_t i = 0; i < a_n; i++)
		match[i] = NONE;
	match_block(&m, all, 0);
	free(m.seen_a);
	free(m.seen_b);
	free(m.place_b);
}
