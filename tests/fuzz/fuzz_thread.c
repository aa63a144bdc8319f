/* fuzz_thread: thread.md. Any body and any value comes back; what is appended is one event more;
 * a union has the events of both and is idempotent. */
#include "fuzz/fuzz.h"

#include "text/thread.h"

static struct tkt_str slice(const struct tkt_buf *b)
{
	return (struct tkt_str){ b->ptr, b->len };
}

static void equal_attrs(const struct tkt_event *a, const struct tkt_event *b)
{
	HOLDS(a->attrs.n == b->attrs.n);
	for (size_t i = 0; i < a->attrs.n; i++) {
		/* "--" may not stand in a comment, and a key has no escapes: it is changed. */
		HOLDS(strcmp(a->attrs.items[i].key, b->attrs.items[i].key) == 0 ||
		      strstr(a->attrs.items[i].key, "--"));
		HOLDS(strcmp(a->attrs.items[i].value, b->attrs.items[i].value) == 0);
	}
}

static int odd_key(const struct tkt_event *e)
{
	for (size_t i = 0; i < e->attrs.n; i++)
		if (strstr(e->attrs.items[i].key, "--"))
			return 1;
	return 0;
}

/* What was read, printed anew, reads as the same event. */
static void reprint(const struct tkt_event *e)
{
	struct tkt_buf out = TKT_BUF_INIT;
	struct tkt_thread t;

	tkt_event_print(&out, e, true);
	tkt_thread_parse(&t, out.ptr, out.len);
	HOLDS(t.n == 1 && t.preamble.len == 0);
	HOLDS(odd_key(e) || tkt_event_same(e, &t.items[0]));
	equal_attrs(e, &t.items[0]);
	HOLDS(!(t.items[0].flags & (TKT_EVENT_TORN | TKT_EVENT_SCAR)));
	tkt_thread_release(&t);
	tkt_buf_release(&out);
}

/* Events lie in order, within the text, and do not overlap. */
static void reading(const char *text, size_t len)
{
	struct tkt_thread t;
	size_t at;

	tkt_thread_parse(&t, text, len);
	at = t.preamble.len;
	HOLDS(at <= len);
	for (size_t i = 0; i < t.n; i++) {
		const struct tkt_event *e = &t.items[i];

		HOLDS(e->kind && e->author && strlen(e->at) == 20);
		HOLDS(e->start >= at && e->end > e->start && e->end <= len);
		HOLDS(e->body && e->body[e->body_len] == '\0');
		at = e->end;
		if (i < 8)
			reprint(e);
	}
	tkt_thread_release(&t);
}

/* An event with the input as body and as value, alone and behind the input as it stands. */
static void append(const char *text, size_t len, const char *value)
{
	char kind[] = "comment", author[] = "A. \"B\" <c>: d", at[] = "2026-06-01T12:00:00Z";
	struct tkt_event e;
	struct tkt_buf file = TKT_BUF_INIT;
	struct tkt_thread before, after;

	memset(&e, 0, sizeof e);
	e.kind = kind;
	e.author = author;
	e.at = at;
	e.body = (char *)(uintptr_t)text;
	e.body_len = len;
	if (len < TKT_EVENT_MAX / 4)
		reprint(&e);
	tkt_event_attr_set(&e, "from", value);
	reprint(&e);

	tkt_thread_parse(&before, text, len);
	tkt_buf_add(&file, text, len);
	tkt_event_print(&file, &e, len == 0);
	tkt_thread_parse(&after, file.ptr, file.len);
	HOLDS(after.n == before.n + 1);
	HOLDS(tkt_event_same(&e, &after.items[after.n - 1]));
	equal_attrs(&e, &after.items[after.n - 1]);
	tkt_thread_release(&before);
	tkt_thread_release(&after);
	tkt_buf_release(&file);
	for (size_t i = 0; i < e.attrs.n; i++) {
		free(e.attrs.items[i].key);
		free(e.attrs.items[i].value);
	}
	free(e.attrs.items);
}

/* Every event of part is in whole. */
static void within(struct tkt_str part, struct tkt_str whole)
{
	struct tkt_thread p, w;

	tkt_thread_parse(&p, part.ptr, part.len);
	tkt_thread_parse(&w, whole.ptr, whole.len);
	for (size_t i = 0; i < p.n && i < 32; i++) {
		size_t k = 0;

		while (k < w.n && !tkt_event_same(&p.items[i], &w.items[k]))
			k++;
		HOLDS(k < w.n);
	}
	tkt_thread_release(&p);
	tkt_thread_release(&w);
}

static void join(struct tkt_str a, struct tkt_str b)
{
	struct tkt_buf u = TKT_BUF_INIT, again = TKT_BUF_INIT;

	tkt_thread_union(&u, a, a);
	HOLDS(u.len == a.len && (a.len == 0 || memcmp(u.ptr, a.ptr, a.len) == 0));
	tkt_buf_reset(&u);
	tkt_thread_union(&u, a, b);
	within(a, slice(&u));
	within(b, slice(&u));
	tkt_thread_union(&again, slice(&u), b);
	HOLDS(again.len == u.len && memcmp(again.ptr, u.ptr, u.len) == 0);
	tkt_buf_reset(&again);
	tkt_thread_union(&again, slice(&u), a);
	HOLDS(again.len == u.len && memcmp(again.ptr, u.ptr, u.len) == 0);
	tkt_buf_release(&u);
	tkt_buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *value = fuzz_string(data, size < 200 ? size : 200);
	const char *cut;
	size_t half;

	HOLDS(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	reading(text, size);
	append(text, size, value);

	/* Two threads in one input: \001 parts them. */
	cut = memchr(text, 1, size);
	half = cut ? (size_t)(cut - text) : size / 2;
	join((struct tkt_str){ text, half },
	     (struct tkt_str){ text + half + (cut ? 1 : 0), size - half - (cut ? 1 : 0) });
	free(text);
	free(value);
	return 0;
}
