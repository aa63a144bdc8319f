/* text/thread: events -> the exact bytes of tkt-format(5), and the small things around one event. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/thread.h"

#define MARK "<!-- event:"
#define MARK_LEN (sizeof MARK - 1)

void tkt_event_copy(struct tkt_event *to, const struct tkt_event *from)
{
	size_t i;

	*to = *from;
	to->kind = tkt_strdup_null(from->kind);
	to->author = tkt_strdup_null(from->author);
	to->at = tkt_strdup_null(from->at);
	to->heading = tkt_strdup_null(from->heading);
	to->body = from->body ? tkt_strndup(from->body, from->body_len) : NULL;
	memset(&to->attrs, 0, sizeof to->attrs);
	for (i = 0; i < from->attrs.n; i++) {
		TKT_GROW(&to->attrs);
		to->attrs.items[to->attrs.n].key = tkt_strdup(from->attrs.items[i].key);
		to->attrs.items[to->attrs.n++].value = tkt_strdup(from->attrs.items[i].value);
	}
}

const char *tkt_event_attr(const struct tkt_event *e, const char *key)
{
	size_t i;

	for (i = 0; i < e->attrs.n; i++) {
		if (strcmp(e->attrs.items[i].key, key) == 0)
			return e->attrs.items[i].value;
	}
	return NULL;
}

void tkt_event_attr_set(struct tkt_event *e, const char *key, const char *value)
{
	size_t i;

	for (i = 0; i < e->attrs.n; i++) {
		if (strcmp(e->attrs.items[i].key, key) == 0) {
			char *copy = tkt_strdup(value); /* value may be the old one */

			free(e->attrs.items[i].value);
			e->attrs.items[i].value = copy;
			return;
		}
	}
	TKT_GROW(&e->attrs);
	e->attrs.items[e->attrs.n].key = tkt_strdup(key);
	e->attrs.items[e->attrs.n++].value = tkt_strdup(value);
}

const char *tkt_event_heading(const char *kind, const char *status)
{
	static const struct { const char *kind, *heading; } table[] = {
		{ "create", "Created" },
		{ "comment", "Comment" },
		{ "plan", "Plan" },
		{ "decision", "Decision" },
		{ "implementation_report", "Implementation report" },
		{ "close", "Closed" },
	};
	size_t i;

	if (strcmp(kind, "review") == 0 && status) {
		if (strcmp(status, "approve") == 0)
			return "Review: approve";
		if (strcmp(status, "request_changes") == 0)
			return "Review: request changes";
	}
	for (i = 0; i < TKT_LEN(table); i++) {
		if (strcmp(table[i].kind, kind) == 0)
			return table[i].heading;
	}
	return kind;
}

/* Plain where a reader that splits at blanks gets the same string back. */
static bool needs_quotes(const char *v)
{
	const char *p;

	if (*v == '\0' || strstr(v, "--"))
		return true;
	for (p = v; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c <= ' ' || c == 0x7f || strchr("\":>\\", c))
			return true;
	}
	return false;
}

static void put_value(struct tkt_buf *out, const char *v)
{
	const char *p;

	if (!needs_quotes(v)) {
		tkt_buf_puts(out, v);
		return;
	}
	tkt_buf_putc(out, '"');
	for (p = v; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '"' || c == '\\') {
			tkt_buf_putc(out, '\\');
			tkt_buf_putc(out, *p);
		} else if (c == '\n' || c == '\r' || c == '\t') {
			tkt_buf_puts(out, c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
		} else if (c < ' ' || c == 0x7f) {
			tkt_buf_printf(out, "\\x%02x", (unsigned)c);
		} else if (c == '-' && out->ptr[out->len - 1] == '-') {
			/* "--" would end the comment for somebody; the last byte written decides,
			 * so that "---" becomes -\x2d- and not two escapes */
			tkt_buf_puts(out, "\\x2d");
		} else {
			tkt_buf_putc(out, *p);
		}
	}
	tkt_buf_putc(out, '"');
}

/* A key is one word; a byte that could not be read back as part of one becomes '_'. */
static void put_key(struct tkt_buf *out, const char *key)
{
	const char *p;

	if (*key == '\0')
		tkt_buf_putc(out, '_');
	for (p = key; *p; p++) {
		bool word = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			    (*p >= '0' && *p <= '9') || *p == '_' ||
			    (*p == '-' && out->ptr[out->len - 1] != '-');

		tkt_buf_putc(out, word ? *p : '_');
	}
}

static void put_heading(struct tkt_buf *out, const char *h)
{
	/* One line, whatever a caller passes. */
	for (; *h; h++)
		tkt_buf_putc(out, (unsigned char)*h < ' ' || *h == 0x7f ? ' ' : *h);
}

/* Lines that begin like a header, after any number of `\`, get one more. */
static void put_body(struct tkt_buf *out, const char *body, size_t len)
{
	size_t pos = 0;

	while (pos < len) {
		const char *nl = memchr(body + pos, '\n', len - pos);
		size_t next = nl ? (size_t)(nl - body) + 1 : len, i = pos;

		while (i < next && body[i] == '\\')
			i++;
		if (next - i >= MARK_LEN && memcmp(body + i, MARK, MARK_LEN) == 0)
			tkt_buf_putc(out, '\\');
		tkt_buf_add(out, body + pos, next - pos);
		pos = next;
	}
}

void tkt_event_print(struct tkt_buf *out, const struct tkt_event *e, bool first)
{
	size_t i;

	if (!first)
		tkt_buf_putc(out, '\n');
	tkt_buf_puts(out, MARK " ");
	put_value(out, e->kind);
	tkt_buf_puts(out, " author: ");
	put_value(out, e->author);
	tkt_buf_printf(out, " at: %s", e->at); /* valid, so never quoted */
	for (i = 0; i < e->attrs.n; i++) {
		tkt_buf_putc(out, ' ');
		put_key(out, e->attrs.items[i].key);
		tkt_buf_puts(out, ": ");
		put_value(out, e->attrs.items[i].value);
	}
	tkt_buf_puts(out, " -->\n\n## ");
	put_heading(out, e->heading ? e->heading
				    : tkt_event_heading(e->kind, tkt_event_attr(e, "status")));
	tkt_buf_puts(out, "\n\n");
	put_body(out, e->body, e->body ? e->body_len : 0);
	tkt_buf_puts(out, "\n\n---\n");
}

static bool same_attrs(const struct tkt_event *a, const struct tkt_event *b)
{
	if (a->attrs.n != b->attrs.n)
		return false;
	for (size_t i = 0; i < a->attrs.n; i++)
		if (strcmp(a->attrs.items[i].key, b->attrs.items[i].key) != 0 ||
		    strcmp(a->attrs.items[i].value, b->attrs.items[i].value) != 0)
			return false;
	return true;
}

/* With the attributes: two fields changed in one second are two events with empty bodies. */
bool tkt_event_same(const struct tkt_event *a, const struct tkt_event *b)
{
	return same_attrs(a, b) && a->body_len == b->body_len && strcmp(a->at, b->at) == 0 &&
	       strcmp(a->author, b->author) == 0 && strcmp(a->kind, b->kind) == 0 &&
	       (a->body_len == 0 || memcmp(a->body, b->body, a->body_len) == 0);
}

int tkt_event_by_time(const void *a, const void *b)
{
	const struct tkt_event *x = a, *y = b;

	return strcmp(x->at, y->at);
}
