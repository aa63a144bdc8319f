/* text/thread: two texts of one thread -> one text that holds every event of both.
 *
 * The bytes of `a` stay as they are; events that only `b` has are put between them. An event
 * counts as often as it stands in the text that has it most often, so nothing that was written
 * twice on purpose ("LGTM", "LGTM") is lost, and union is idempotent, commutative and
 * associative on these multisets. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "text/thread.h"

/* How many copies of an event `a` still has to offer against those of `b`. Open addressing. */
struct slot {
	const struct tkt_event *event;
	size_t left;
};

struct table {
	struct slot *slots;
	size_t mask;
};

static uint64_t event_hash(const struct tkt_event *e)
{
	uint64_t h = tkt_fnv1a(e->body, e->body_len);

	h = h * 31 + tkt_fnv1a(e->at, strlen(e->at));
	h = h * 31 + tkt_fnv1a(e->author, strlen(e->author));
	return h * 31 + tkt_fnv1a(e->kind, strlen(e->kind));
}

static struct slot *table_find(const struct table *t, const struct tkt_event *e)
{
	size_t i = (size_t)event_hash(e) & t->mask;

	while (t->slots[i].event && !tkt_event_same(t->slots[i].event, e))
		i = (i + 1) & t->mask;
	return &t->slots[i];
}

static void table_fill(struct table *t, const struct tkt_thread *a)
{
	size_t size = 16, i;

	while (size < a->n * 2)
		size *= 2;
	t->mask = size - 1;
	t->slots = tkt_calloc(size, sizeof *t->slots);
	for (i = 0; i < a->n; i++) {
		struct slot *s = table_find(t, &a->items[i]);

		s->event = &a->items[i];
		s->left++;
	}
}

/* Events of b that a lacks, by time; those of one second in b's order. */
struct missing {
	const struct tkt_event **items;
	size_t n, cap;
};

static int by_time_then_place(const void *x, const void *y)
{
	const struct tkt_event *a = *(const struct tkt_event *const *)x;
	const struct tkt_event *b = *(const struct tkt_event *const *)y;
	int d = strcmp(a->at, b->at);

	return d ? d : a->start < b->start ? -1 : a->start > b->start;
}

static void find_missing(struct missing *m, const struct tkt_thread *a, const struct tkt_thread *b)
{
	struct table t = { NULL, 0 };
	size_t i;

	table_fill(&t, a);
	for (i = 0; i < b->n; i++) {
		struct slot *s = table_find(&t, &b->items[i]);

		if (s->event && s->left > 0) {
			s->left--;
			continue;
		}
		TKT_GROW(m);
		m->items[m->n++] = &b->items[i];
	}
	free(t.slots);
	if (m->n > 1)
		qsort(m->items, m->n, sizeof *m->items, by_time_then_place);
}

/* An empty line between what is there and what comes. */
static void separate(struct tkt_buf *out)
{
	if (out->len == 0 || (out->len == 3 && memcmp(out->ptr, "\xef\xbb\xbf", 3) == 0))
		return;
	if (out->ptr[out->len - 1] != '\n')
		tkt_buf_putc(out, '\n');
	if (out->len < 2 || out->ptr[out->len - 2] != '\n')
		tkt_buf_putc(out, '\n');
}

static struct tkt_str trim_all(struct tkt_str s)
{
	while (s.len > 0 && strchr(" \t\r\n", s.ptr[s.len - 1]) && s.ptr[s.len - 1])
		s.len--;
	while (s.len > 0 && strchr(" \t\r\n", s.ptr[0]) && s.ptr[0]) {
		s.ptr++;
		s.len--;
	}
	return s;
}

static bool holds(struct tkt_str hay, struct tkt_str needle)
{
	return needle.len == 0 || (hay.len > 0 && memmem(hay.ptr, hay.len, needle.ptr, needle.len));
}

/* Text before the first event: a's, and b's too where it says anything that a's does not.
 * Returns true if something of b came in. */
static bool put_preamble(struct tkt_buf *out, struct tkt_str a, struct tkt_str b)
{
	struct tkt_str ta, tb;

	if (b.len >= 3 && memcmp(b.ptr, "\xef\xbb\xbf", 3) == 0) {
		b.ptr += 3;
		b.len -= 3;
	}
	ta = trim_all(a);
	tb = trim_all(b);
	if (holds(a, tb)) {
		tkt_buf_add(out, a.ptr, a.len);
		return false;
	}
	if (!holds(b, ta)) {
		tkt_buf_add(out, a.ptr, a.len);
		separate(out);
	}
	tkt_buf_add(out, b.ptr, b.len);
	return true;
}

static void put_bytes(struct tkt_buf *out, struct tkt_str text, size_t start, size_t end)
{
	tkt_buf_add(out, text.ptr + start, end - start);
}

/* a's events with their own spacing, the missing ones after the last of a that is not younger. */
static void weave(struct tkt_buf *out, struct tkt_str a, const struct tkt_thread *ta,
		  struct tkt_str b, const struct missing *m, bool inserted)
{
	const char **earliest = tkt_calloc(ta->n + 1, sizeof *earliest);
	size_t i, k = 0;

	/* earliest[i]: the earliest time at or after place i. What comes in before place i must
	 * be earlier than all of these. */
	for (i = ta->n; i-- > 0;) {
		const char *later = earliest[i + 1];

		earliest[i] = later && strcmp(later, ta->items[i].at) < 0 ? later : ta->items[i].at;
	}
	for (i = 0; i <= ta->n; i++) {
		for (; k < m->n && (i == ta->n || strcmp(m->items[k]->at, earliest[i]) < 0); k++) {
			separate(out);
			put_bytes(out, b, m->items[k]->start, m->items[k]->end);
			inserted = true;
		}
		if (i == ta->n)
			break;
		if (inserted)
			separate(out);
		put_bytes(out, a, ta->items[i].start, i + 1 < ta->n ? ta->items[i + 1].start : a.len);
		inserted = false;
	}
	if (inserted && out->len > 0 && out->ptr[out->len - 1] != '\n')
		tkt_buf_putc(out, '\n');
	free(earliest);
}

void tkt_thread_union(struct tkt_buf *out, struct tkt_str a, struct tkt_str b)
{
	struct tkt_thread ta = { 0 }, tb = { 0 };
	struct missing m = { 0 };
	struct tkt_buf mine = TKT_BUF_INIT; /* separate() must not look at the caller's bytes */
	bool more;

	tkt_thread_parse(&ta, a.ptr, a.len);
	tkt_thread_parse(&tb, b.ptr, b.len);
	find_missing(&m, &ta, &tb);
	more = put_preamble(&mine, ta.preamble, tb.preamble);
	weave(&mine, a, &ta, b, &m, more);
	tkt_buf_add(out, mine.ptr, mine.len);
	free(m.items);
	tkt_buf_release(&mine);
	tkt_thread_release(&tb);
	tkt_thread_release(&ta);
}
