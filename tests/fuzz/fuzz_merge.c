/* fuzz_merge: three texts, with a byte 1 between them, merged as text, as item.md and as thread.md. Which side
 * is ours does not matter (but for the order of keys), a side merged with itself is itself, and no event is lost or doubled. */
#include "fuzz/fuzz.h"

#include "text/frontmatter.h"
#include "text/merge.h"
#include "text/thread.h"

typedef void (*merge_fn)(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts);

static size_t merge(struct tkt_buf *out, merge_fn with, struct tkt_str base, struct tkt_str ours, struct tkt_str theirs)
{
	struct tkt_merge m = { base, ours, theirs };
	struct tkt_strv conflicts = TKT_STRV_INIT;
	size_t n;

	with(out, &m, &conflicts);
	n = conflicts.n;
	tkt_strv_release(&conflicts);
	return n;
}

static int same(const struct tkt_buf *a, struct tkt_str b)
{
	return a->len == b.len && (!b.len || memcmp(a->ptr, b.ptr, b.len) == 0);
}

static struct tkt_str slice(const struct tkt_buf *b)
{
	return (struct tkt_str){ b->ptr, b->len };
}

/* Of item.md the order is ours, and a stray line can have a place in one order only. */
static void both_ways(merge_fn with, struct tkt_str o, struct tkt_str a, struct tkt_str b)
{
	struct tkt_buf ab = TKT_BUF_INIT, ba = TKT_BUF_INIT, aa = TKT_BUF_INIT;
	size_t n = merge(&ab, with, o, a, b), m = merge(&ba, with, o, b, a);

	HOLDS(n == m || with == tkt_merge_item);
	HOLDS(n || with == tkt_merge_item || same(&ab, slice(&ba)));
	HOLDS(merge(&aa, with, o, a, a) == 0 && same(&aa, a));
	tkt_buf_release(&ab);
	tkt_buf_release(&ba);
	tkt_buf_release(&aa);
}

static size_t count(const struct tkt_thread *t, const struct tkt_event *e)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += tkt_event_same(&t->items[i], e);
	return n;
}

/* Each event of t stands in the result as often as in the side that has it most often. */
static void all_there(const struct tkt_thread *t, const struct tkt_thread *other, const struct tkt_thread *merged)
{
	for (size_t i = 0; i < t->n; i++) {
		size_t mine = count(t, &t->items[i]), theirs = count(other, &t->items[i]);

		HOLDS(count(merged, &t->items[i]) == (mine > theirs ? mine : theirs));
	}
}

static void events(struct tkt_str a, struct tkt_str b)
{
	struct tkt_thread ta, tb, tm;
	struct tkt_buf merged = TKT_BUF_INIT;

	if (merge(&merged, tkt_merge_thread, (struct tkt_str){ "", 0 }, a, b) == 0 && !memchr(a.ptr, '\r', a.len) &&
	    !memchr(b.ptr, '\r', b.len)) {
		tkt_thread_parse(&ta, a.ptr, a.len);
		tkt_thread_parse(&tb, b.ptr, b.len);
		tkt_thread_parse(&tm, merged.ptr, merged.len);
		all_there(&ta, &tb, &tm);
		all_there(&tb, &ta, &tm);
		tkt_thread_release(&ta);
		tkt_thread_release(&tb);
		tkt_thread_release(&tm);
	}
	tkt_buf_release(&merged);
}

static int parses(struct tkt_str text)
{
	struct tkt_fm fm = { 0 };
	int ok = tkt_fm_parse(&fm, text.ptr, text.len, NULL) == 0;

	tkt_fm_release(&fm);
	return ok;
}

static void items(struct tkt_str o, struct tkt_str a, struct tkt_str b)
{
	struct tkt_buf merged = TKT_BUF_INIT;

	if (merge(&merged, tkt_merge_item, o, a, b) == 0 && parses(o) && parses(a) && parses(b))
		HOLDS(parses(slice(&merged)));
	tkt_buf_release(&merged);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tkt_str part[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
	const char *p = (const char *)data, *end = p + size;

	for (int i = 0; i < 3 && p; i++) {
		const char *stop = p < end ? memchr(p, 1, (size_t)(end - p)) : NULL;

		if (p < end)
			part[i] = (struct tkt_str){ p, (size_t)((i == 2 || !stop ? end : stop) - p) };
		p = stop && i < 2 ? stop + 1 : NULL;
	}
	both_ways(tkt_merge_text, part[0], part[1], part[2]);
	both_ways(tkt_merge_item, part[0], part[1], part[2]);
	both_ways(tkt_merge_thread, part[0], part[1], part[2]);
	events(part[1], part[2]);
	items(part[0], part[1], part[2]);
	return 0;
}
