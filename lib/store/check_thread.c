/* store/check_thread: thread.md: events that were cut, glued, doubled; lines that only look like headers. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/oid_map.h"
#include "store/check_int.h"

#define MARK "<!-- event:"

#define FIND(code, line, fix, ...) \
	tkt_findings_add(c->out, code, t->id, tkt_check_path(c, "thread.md"), line, fix, __VA_ARGS__)

/* --- copies --- */

/* An event's bytes without the blank lines behind it. */
struct copy {
	const struct tkt_event *event;
	struct tkt_str raw;
	uint64_t hash;
};

struct copies {
	struct copy *items; /* by time, then bytes, then place; those that stand there once are left out */
	size_t n, cap;
};

static int by_time(const void *a, const void *b)
{
	const struct copy *x = a, *y = b;
	int order = strcmp(x->event->at, y->event->at);

	return order ? order : x->event->start < y->event->start ? -1 : 1;
}

static int by_bytes(const void *a, const void *b)
{
	const struct copy *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->event->start < y->event->start ? -1 : x->event->start > y->event->start;
}

static struct tkt_str raw_of(struct tkt_str text, const struct tkt_event *e)
{
	struct tkt_str s = { text.ptr + e->start, e->end - e->start };

	while (s.len && strchr(" \t\r\n", s.ptr[s.len - 1]) && s.ptr[s.len - 1])
		s.len--;
	return s;
}

static bool same_bytes(const struct copy *a, const struct copy *b)
{
	return a->hash == b->hash && a->raw.len == b->raw.len && memcmp(a->raw.ptr, b->raw.ptr, a->raw.len) == 0;
}

/* Only events of one and the same second are looked at byte by byte. */
static void sort_run(struct tkt_str text, struct copy *run, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		run[i].raw = raw_of(text, run[i].event);
		run[i].hash = tkt_fnv1a(run[i].raw.ptr, run[i].raw.len);
	}
	qsort(run, n, sizeof *run, by_bytes);
}

static bool any_same_time(const struct tkt_thread *th)
{
	bool sorted = true, same = false;

	for (size_t i = 1; i < th->n; i++) {
		int order = strcmp(th->items[i - 1].at, th->items[i].at);

		sorted = sorted && order <= 0;
		same = same || order == 0;
	}
	return same || !sorted;
}

/* The copies beyond the first of each event, in `out`, in no order. */
static void find_copies(struct copies *out, const struct tkt_thread *th, struct tkt_str text)
{
	struct copies all = { NULL, 0, 0 };
	size_t from = 0;

	if (!any_same_time(th))
		return;
	for (size_t i = 0; i < th->n; i++) {
		if (th->items[i].flags & (TKT_EVENT_TORN | TKT_EVENT_SCAR))
			continue;
		TKT_GROW(&all);
		all.items[all.n++] = (struct copy){ .event = &th->items[i] };
	}
	if (all.n > 1)
		qsort(all.items, all.n, sizeof *all.items, by_time);
	for (size_t i = 1; i <= all.n; i++) {
		if (i < all.n && strcmp(all.items[i].event->at, all.items[from].event->at) == 0)
			continue;
		if (i - from > 1)
			sort_run(text, all.items + from, i - from);
		for (size_t k = from + 1; k < i; k++) {
			if (!same_bytes(&all.items[k - 1], &all.items[k]))
				continue;
			TKT_GROW(out);
			out->items[out->n++] = all.items[k];
		}
		from = i;
	}
	free(all.items);
}

/* --- headers that are none --- */

/* Offset of the next broken header line at or after `from`; text.len if there is none. '<' is rare. */
static size_t next_broken(struct tkt_str text, size_t from)
{
	while (from < text.len) {
		const char *p = memchr(text.ptr + from, '<', text.len - from);
		struct tkt_str line;
		size_t pos;

		if (!p)
			break;
		pos = from = (size_t)(p - text.ptr);
		if ((from == 0 || p[-1] == '\n') && tkt_str_line(text, &pos, &line) &&
		    tkt_event_is_broken_header(line))
			return from;
		from++;
	}
	return text.len;
}

static void report_broken(struct tkt_check *c, const struct tkt_check_ticket *t, struct tkt_str text, size_t at)
{
	struct tkt_str line = { "", 0 };
	size_t pos = at;

	tkt_str_line(text, &pos, &line);
	line = tkt_str_trim(line);
	FIND("T052", tkt_check_line(text, at),
	     "complete it: <!-- event: KIND author: NAME at: TIME -->; if it is prose, put a \\ before it",
	     "event header without a kind, an author and a valid time, or without its end: '%.*s'",
	     (int)(line.len > 100 ? 100 : line.len), line.ptr);
}

/* Looks between the headers only: those that the parser took are good. */
static void check_broken(struct tkt_check *c, const struct tkt_check_ticket *t, const struct tkt_thread *th,
			 struct tkt_str text)
{
	for (size_t i = 0; i <= th->n; i++) {
		struct tkt_str part = { text.ptr, i < th->n ? th->items[i].start : text.len };
		size_t at = i ? th->items[i - 1].start + 1 : 0;

		for (; (at = next_broken(part, at)) < part.len; at++)
			report_broken(c, t, text, at);
	}
}

/* The text ends within a header, so what is torn is that header and not the event before it. */
static bool ends_in_header(struct tkt_str text, const struct tkt_event *last)
{
	size_t at = last->start, found = text.len;

	while ((at = next_broken(text, at)) < text.len)
		found = at++;
	return found < text.len && !memchr(text.ptr + found, '\n', text.len - found);
}

/* --- the whole --- */

static void check_preamble(struct tkt_check *c, const struct tkt_check_ticket *t, const struct tkt_thread *th,
			   struct tkt_str text)
{
	size_t pos = th->preamble.len >= 3 && memcmp(th->preamble.ptr, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	struct tkt_str line, all = th->preamble;

	if (th->n && th->items[0].start == 0)
		return;
	while (tkt_str_line(all, &pos, &line)) {
		size_t at = (size_t)(line.ptr - all.ptr);

		line = tkt_str_trim(line);
		/* A broken header is reported as one. */
		if (!line.len || tkt_str_eq(line, "---") || tkt_str_starts(line, MARK))
			continue;
		FIND("T056", tkt_check_line(text, at), "give it an event header, if it is one",
		     "text before the first event: '%.*s'", (int)(line.len > 60 ? 60 : line.len), line.ptr);
		return;
	}
}

static void check_event(struct tkt_check *c, const struct tkt_check_ticket *t, const struct tkt_thread *th,
			size_t i, struct tkt_str text)
{
	const struct tkt_event *e = &th->items[i];
	bool last = i + 1 == th->n;

	if (e->flags & TKT_EVENT_SCAR)
		FIND("T053", e->line, "look up the lost body with git log -p -- FILE, and put it below the header",
		     "the '%s' event of %s has no body: the next header follows at once", e->kind, e->author);
	else if (e->flags & TKT_EVENT_TORN && !last)
		FIND("T051", e->line, "nothing needs to be done; a line of --- belongs before the next header",
		     "the '%s' event of %s is not closed by ---", e->kind, e->author);
	else if (e->flags & TKT_EVENT_TORN && !ends_in_header(text, e))
		FIND("T050", e->line, "see that its text is whole, then close it with --- (doctor --fix does)",
		     "the last event ('%s' of %s) is not closed by ---", e->kind, e->author);
	if (e->end - e->start > TKT_EVENT_MAX)
		FIND("T057", e->line, "attach what is large as a file",
		     "the '%s' event has %zu bytes, more than %d", e->kind, e->end - e->start, TKT_EVENT_MAX);
	if (i && strcmp(e->at, th->items[i - 1].at) < 0)
		FIND("T054", e->line, "nothing needs to be done: the order of the file counts",
		     "the '%s' event of %s is older than the one before it", e->kind, e->at);
}

/* The commits that events name, each where it was last said, unless a later event takes the link back. */
static void note_commits(struct tkt_check *c, const struct tkt_check_ticket *t, const struct tkt_thread *th)
{
	struct tkt_oid_map later = { NULL, 0, 0 };

	for (size_t i = th->n; i-- > 0;) {
		const struct tkt_event *e = &th->items[i];
		const char *sha = e->attrs.n ? tkt_event_attr(e, "commit") : NULL;
		struct tkt_oid oid;

		if (!sha || (tkt_oid_parse(&oid, sha, strlen(sha)) && !tkt_oid_map_put(&later, &oid, 0)) ||
		    strcmp(e->kind, "commit_unlinked") == 0)
			continue;
		TKT_GROW(&c->out->commits);
		c->out->commits.items[c->out->commits.n++] = (struct tkt_check_commit){
			tkt_strdup(t->id), tkt_strdup(tkt_check_path(c, "thread.md")), tkt_strdup(sha), e->line,
		};
	}
	tkt_oid_map_release(&later);
}

static void note_birth(struct tkt_check *c, const struct tkt_check_ticket *t, const struct tkt_thread *th,
		       struct tkt_str text)
{
	struct tkt_str first;
	size_t i = 0;

	if (!th->n)
		return;
	while (i < th->n && strcmp(th->items[i].kind, "create") != 0)
		i++;
	first = raw_of(text, &th->items[i < th->n ? i : 0]);
	TKT_GROW(&c->out->births);
	c->out->births.items[c->out->births.n++] = (struct tkt_check_birth){
		tkt_strdup(t->id), tkt_fnv1a(first.ptr, first.len),
	};
}

void tkt_check_thread(struct tkt_check *c, const struct tkt_check_ticket *t, struct tkt_str text,
		      bool *closed)
{
	struct tkt_thread th;
	struct copies copies = { NULL, 0, 0 };

	tkt_thread_scan(&th, text.ptr, text.len);
	check_preamble(c, t, &th, text);
	check_broken(c, t, &th, text);
	for (size_t i = 0; i < th.n; i++)
		check_event(c, t, &th, i, text);
	note_commits(c, t, &th);
	note_birth(c, t, &th, text);
	find_copies(&copies, &th, text);
	for (size_t i = 0; i < copies.n; i++)
		FIND("T055", copies.items[i].event->line, "keep one of them (doctor --fix does)",
		     "the '%s' event of %s at %s stands there twice", copies.items[i].event->kind,
		     copies.items[i].event->author, copies.items[i].event->at);
	for (size_t i = 0; i < th.n && !*closed; i++)
		*closed = th.items[i].body_len && strcmp(th.items[i].kind, "close") == 0;
	free(copies.items);
	tkt_thread_release(&th);
}

/* --- mending --- */

static int by_place(const void *a, const void *b)
{
	const struct copy *x = a, *y = b;

	return x->event->start < y->event->start ? -1 : x->event->start > y->event->start;
}

/* The text without the copies, each with the blank lines that follow it. */
static void drop_copies(struct tkt_buf *out, struct tkt_str text, const struct tkt_thread *th,
			struct copies *copies)
{
	size_t from = 0;

	if (copies->n > 1)
		qsort(copies->items, copies->n, sizeof *copies->items, by_place);
	for (size_t i = 0; i < copies->n; i++) {
		const struct tkt_event *e = copies->items[i].event;
		size_t row = (size_t)(e - th->items);

		tkt_buf_add(out, text.ptr + from, e->start - from);
		from = row + 1 < th->n ? th->items[row + 1].start : text.len;
	}
	tkt_buf_add(out, text.ptr + from, text.len - from);
	/* What the last copy took with it were the line ends of the file. */
	while (from == text.len && out->len > 1 && out->ptr[out->len - 1] == '\n' && out->ptr[out->len - 2] == '\n')
		tkt_buf_truncate(out, out->len - 1);
}

bool tkt_check_mend_thread(struct tkt_buf *out, struct tkt_str text, size_t *dropped, bool *closed)
{
	struct copies copies = { NULL, 0, 0 };
	struct tkt_thread th;
	const struct tkt_event *last;

	tkt_thread_parse(&th, text.ptr, text.len);
	last = th.n ? &th.items[th.n - 1] : NULL;
	find_copies(&copies, &th, text);
	drop_copies(out, text, &th, &copies);
	*dropped = copies.n;
	*closed = last && last->flags & TKT_EVENT_TORN && !ends_in_header(text, last);
	if (*closed) {
		if (out->ptr[out->len - 1] != '\n')
			tkt_buf_putc(out, '\n');
		if (out->len < 2 || out->ptr[out->len - 2] != '\n')
			tkt_buf_putc(out, '\n');
		tkt_buf_puts(out, "---\n");
	}
	free(copies.items);
	tkt_thread_release(&th);
	return *dropped || *closed;
}
