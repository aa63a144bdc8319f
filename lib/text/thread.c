/* text/thread: bytes -> events. From header to header; what is between is read from its end. */
#include "text/thread.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"

#define MARK "<!-- event:"
#define MARK_LEN (sizeof MARK - 1)

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static bool starts_mark(struct tkt_str line)
{
	return line.len >= MARK_LEN && memcmp(line.ptr, MARK, MARK_LEN) == 0;
}

static bool blank_line(struct tkt_str line)
{
	size_t i;

	for (i = 0; i < line.len; i++) {
		if (!is_blank(line.ptr[i]))
			return false;
	}
	return true;
}

/* --- header --- */

/* Bytes of " word: " less the leading blank, at s.ptr[i]: the length of "word:" or 0. The
 * colon must be followed by a blank or by the end, so that times and URLs are no keys. */
static size_t key_at(struct tkt_str s, size_t i)
{
	size_t n = 0;

	while (i + n < s.len && is_word(s.ptr[i + n]))
		n++;
	if (n == 0 || i + n >= s.len || s.ptr[i + n] != ':')
		return 0;
	if (i + n + 1 < s.len && !is_blank(s.ptr[i + n + 1]))
		return 0;
	return n + 1;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The escape at s.ptr[i] == '\\', which is not the last byte; returns the bytes read. An escape
 * that tkt does not write (also \x00, which no C string can hold) stays as it stands. */
static size_t unescape(struct tkt_str s, size_t i, struct tkt_buf *out)
{
	char c = s.ptr[i + 1];

	if (c == 'x' && i + 3 < s.len) {
		int hi = hex_digit(s.ptr[i + 2]), lo = hex_digit(s.ptr[i + 3]);

		if (hi >= 0 && lo >= 0 && hi + lo > 0) {
			tkt_buf_putc(out, (char)(unsigned char)(hi * 16 + lo));
			return 4;
		}
	}
	if (c == 'n' || c == 'r' || c == 't') {
		tkt_buf_putc(out, c == 'n' ? '\n' : c == 'r' ? '\r' : '\t');
		return 2;
	}
	if (c != '"' && c != '\\')
		tkt_buf_putc(out, '\\');
	tkt_buf_putc(out, c);
	return 2;
}

/* A value that starts with '"' at i. Returns the offset after the closing quote, or 0 where it
 * is no quoted value after all (never closed, or glued to more text): then it is plain. */
static size_t quoted_value(struct tkt_str s, size_t i, struct tkt_buf *out)
{
	i++;
	while (i < s.len && s.ptr[i] != '"') {
		if (s.ptr[i] == '\\' && i + 1 < s.len) {
			i += unescape(s, i, out);
		} else {
			tkt_buf_putc(out, s.ptr[i++]);
		}
	}
	if (i >= s.len)
		return 0;
	i++;
	if (i < s.len && !is_blank(s.ptr[i]))
		return 0;
	while (i < s.len && is_blank(s.ptr[i]))
		i++;
	return i == s.len || key_at(s, i) > 0 ? i : 0;
}

/* One value from offset i (after the colon); returns the offset of the next key or the end. */
static size_t read_value(struct tkt_str s, size_t i, struct tkt_buf *out, bool *given)
{
	size_t start, end;

	tkt_buf_reset(out);
	*given = false;
	while (i < s.len && is_blank(s.ptr[i]))
		i++;
	if (i < s.len && s.ptr[i] == '"') {
		size_t after = quoted_value(s, i, out);

		if (after > 0) {
			*given = true; /* "" is an empty value that was meant */
			return after;
		}
		tkt_buf_reset(out);
	}
	for (start = i; i < s.len; i++) {
		if ((i == start || is_blank(s.ptr[i - 1])) && key_at(s, i) > 0)
			break;
	}
	for (end = i; end > start && is_blank(s.ptr[end - 1]);)
		end--;
	tkt_buf_add(out, s.ptr + start, end - start);
	*given = end > start;
	return i;
}

/* Gives the value to the event; the first author and the first time count. */
static void take_value(struct tkt_event *e, struct tkt_str key, const char *value)
{
	struct tkt_attr a;

	if (tkt_str_eq(key, "author") && !e->author) {
		e->author = tkt_strdup(value);
		return;
	}
	if (tkt_str_eq(key, "at") && !e->at) {
		e->at = tkt_strdup(value);
		return;
	}
	a.key = tkt_strndup(key.ptr, key.len);
	a.value = tkt_strdup(value);
	TKT_GROW(&e->attrs);
	e->attrs.items[e->attrs.n++] = a;
}

/* What stands between `<!-- event:` and `-->`, if the line has that shape. */
static bool header_inside(struct tkt_str line, struct tkt_str *inside)
{
	const char *end;

	while (line.len > 0 && is_blank(line.ptr[line.len - 1]))
		line.len--;
	if (!starts_mark(line) || memchr(line.ptr, '\0', line.len))
		return false;
	inside->ptr = line.ptr + MARK_LEN;
	inside->len = line.len - MARK_LEN;
	end = memmem(inside->ptr, inside->len, "-->", 3);
	/* the comment ends where HTML ends it; text after that makes the line prose */
	if (!end || end + 3 != line.ptr + line.len)
		return false;
	inside->len = (size_t)(end - inside->ptr);
	return inside->len > 0 && is_blank(inside->ptr[0]);
}

/* Reads a header line into an empty event; on false the event may hold rubbish to release. `value` is scratch. */
static bool read_header(struct tkt_event *e, struct tkt_str line, struct tkt_buf *value)
{
	struct tkt_str s, key;
	bool given;
	tkt_time when;
	size_t i;

	if (!header_inside(line, &s))
		return false;
	i = read_value(s, 0, value, &given);
	if (!given)
		return false;
	e->kind = tkt_strdup(value->ptr);
	while (i < s.len) {
		key.ptr = s.ptr + i;
		key.len = key_at(s, i) - 1;
		i = read_value(s, i + key.len + 1, value, &given);
		if (!given && tkt_str_eq(key, "author") && !e->author)
			return false;
		take_value(e, key, value->ptr);
	}
	return e->author && e->at && tkt_time_parse(e->at, strlen(e->at), &when);
}

bool tkt_event_is_header(struct tkt_str line)
{
	struct tkt_buf value = TKT_BUF_INIT;
	struct tkt_event e = { 0 };
	bool ok = read_header(&e, line, &value);

	tkt_event_release(&e);
	tkt_buf_release(&value);
	return ok;
}

bool tkt_event_is_broken_header(struct tkt_str line)
{
	return starts_mark(line) && !tkt_event_is_header(line);
}

/* --- body --- */

/* Copies the body, one `\` less in front of lines that the writer had to escape. */
static void take_body(struct tkt_event *e, struct tkt_str raw)
{
	struct tkt_buf b = TKT_BUF_INIT;
	const char *p = raw.ptr, *end = raw.ptr + raw.len, *from = p;

	while ((p = memchr(p, '\\', (size_t)(end - p))) != NULL) { /* rare: lines without one are no work */
		const char *start = p;

		while (p < end && *p == '\\')
			p++;
		if ((start == raw.ptr || start[-1] == '\n') && starts_mark((struct tkt_str){ p, (size_t)(end - p) })) {
			tkt_buf_add(&b, from, (size_t)(start - from));
			from = start + 1;
		}
	}
	tkt_buf_add(&b, from, (size_t)(end - from));
	e->body_len = b.len;
	e->body = tkt_buf_detach(&b);
}

/* What stands below a header, up to the next one or the end. */
struct region {
	size_t body;    /* offset after the header line */
	size_t close;   /* offset of the last --- line; 0 = none */
	size_t after;   /* offset after that line */
	size_t text;    /* end of the last line that is not blank, header included */
	bool exact;     /* that --- line is three bytes and a newline */
	bool tail;      /* text that is not blank follows that line */
	size_t blanks;  /* blank lines after the last --- */
};

/* One line end (LF or CRLF) less, if there is one. */
static bool chop_line_end(struct tkt_str *s)
{
	if (s->len == 0 || s->ptr[s->len - 1] != '\n')
		return false;
	s->len--;
	if (s->len > 0 && s->ptr[s->len - 1] == '\r')
		s->len--;
	return true;
}

/* Takes the heading off the front; what stays is where the body starts. */
static struct tkt_str take_heading(struct tkt_event *e, struct tkt_str s)
{
	struct tkt_str line = { s.ptr, 0 };
	size_t pos = 0, blanks = 0, start = 0;
	bool more;

	while ((more = tkt_str_line(s, &pos, &line)) && blank_line(line)) {
		if (line.len > 0)
			e->flags |= TKT_EVENT_SPACING;
		blanks++;
		start = pos;
	}
	if (blanks != 1)
		e->flags |= TKT_EVENT_SPACING;
	if (!more || !tkt_str_starts(line, "## ")) {
		e->flags |= TKT_EVENT_NO_HEADING;
		return (struct tkt_str){ s.ptr + start, s.len - start };
	}
	if (line.ptr[line.len - 1] == '\r') {
		e->flags |= TKT_EVENT_SPACING;
		line.len--;
	}
	e->heading = tkt_strndup(line.ptr + 3, line.len - 3);
	start = pos;
	if (start < s.len && s.ptr[start] == '\n') {
		start++;
	} else {
		e->flags |= TKT_EVENT_SPACING;
		if (start + 1 < s.len && s.ptr[start] == '\r' && s.ptr[start + 1] == '\n')
			start += 2;
	}
	return (struct tkt_str){ s.ptr + start, s.len - start };
}

static void close_event(struct tkt_event *e, const char *text, const struct region *r, bool bodies)
{
	bool closed = r->close > 0 && !r->tail;
	struct tkt_str s = { text + r->body, (closed ? r->close : r->text) - r->body };

	e->end = closed ? r->after : r->text;
	s = take_heading(e, s);
	if (closed) {
		if (!r->exact)
			e->flags |= TKT_EVENT_SPACING;
		if (s.len >= 2 && s.ptr[s.len - 1] == '\n' && s.ptr[s.len - 2] == '\n') {
			s.len -= 2;
		} else {
			e->flags |= TKT_EVENT_SPACING;
			if (chop_line_end(&s))
				chop_line_end(&s);
		}
	} else {
		/* Torn: line ends at the end may be the next append's, so they do not count. */
		while (s.len > 0 && (s.ptr[s.len - 1] == '\n' || s.ptr[s.len - 1] == '\r'))
			s.len--;
		e->flags |= TKT_EVENT_TORN;
	}
	if (bodies)
		take_body(e, s);
	else
		e->body_len = s.len;
}

/* Read from its end, where a whole event says all that is to be known: few lines of a thread are looked at. */
static void scan_region(struct region *r, const char *text, size_t body, size_t end)
{
	*r = (struct region){ .body = body, .text = body };
	for (size_t start, next = end; next > body && !r->close; next = start) {
		size_t stop = text[next - 1] == '\n' ? next - 1 : next;
		const char *nl = memrchr(text + body, '\n', stop - body);
		struct tkt_str t;

		start = nl ? (size_t)(nl - text) + 1 : body;
		t = (struct tkt_str){ text + start, stop - start };
		while (t.len > 0 && is_blank(t.ptr[t.len - 1]))
			t.len--;
		if (t.len == 0) {
			r->blanks++;
			continue;
		}
		if (r->text == body)
			r->text = next;
		if (t.len == 3 && memcmp(t.ptr, "---", 3) == 0) {
			r->close = start;
			r->after = next;
			r->exact = stop == start + 3 && next == start + 4;
		} else {
			r->tail = true;
		}
	}
}

/* The open event ends: at a header, or with the text. */
static void end_event(struct tkt_thread *t, const char *text, size_t body, size_t end, bool at_header, bool bodies)
{
	struct tkt_event *e;
	struct region r;

	if (t->n == 0)
		return;
	e = &t->items[t->n - 1];
	scan_region(&r, text, body, end);
	close_event(e, text, &r, bodies);
	if (r.text <= r.body && at_header) {
		e->flags &= ~(unsigned)TKT_EVENT_TORN;
		e->flags |= TKT_EVENT_SCAR;
	}
	if (r.blanks != (at_header ? 1 : 0))
		e->flags |= TKT_EVENT_SPACING;
}

/* Where the next line that begins as a header does; the end if there is none. `from` is the start of a line. */
static size_t next_mark(struct tkt_str text, size_t from)
{
	const char *start = text.ptr + from, *end = text.ptr + text.len;

	for (const char *p = start; (p = memchr(p, '<', (size_t)(end - p))) != NULL; p++)
		if ((p == start || p[-1] == '\n') && starts_mark((struct tkt_str){ p, (size_t)(end - p) }))
			return (size_t)(p - text.ptr);
	return text.len;
}

#define BLOCK 64

/* Blocks of a fixed length are what a compiler makes wide instructions of. */
static size_t count_lines(const char *s, size_t n)
{
	size_t lines = 0;

	for (; n >= BLOCK; s += BLOCK, n -= BLOCK) {
		unsigned char some = 0;

		for (size_t i = 0; i < BLOCK; i++)
			some = (unsigned char)(some + (s[i] == '\n'));
		lines += some;
	}
	while (n-- > 0)
		lines += *s++ == '\n';
	return lines;
}

static void parse(struct tkt_thread *out, const char *text, size_t len, bool bodies)
{
	struct tkt_str all = { text, len }, line;
	struct tkt_buf value = TKT_BUF_INIT;
	struct tkt_event e = { 0 };
	/* a byte order mark must not hide the first header */
	size_t pos = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	size_t body = 0, start, counted = 0, no = 1;

	memset(out, 0, sizeof *out);
	while (pos < len && (start = next_mark(all, pos)) < len) {
		pos = start;
		tkt_str_line(all, &pos, &line);
		if (!read_header(&e, line, &value)) {
			tkt_event_release(&e);
			continue;
		}
		end_event(out, text, body, start, true, bodies);
		if (out->n == 0)
			out->preamble = (struct tkt_str){ text, start };
		no += count_lines(text + counted, start - counted);
		counted = start;
		e.line = no;
		e.start = start;
		body = pos;
		TKT_GROW(out);
		out->items[out->n++] = e;
		memset(&e, 0, sizeof e);
	}
	end_event(out, text, body, len, false, bodies);
	if (out->n == 0)
		out->preamble = all;
	tkt_buf_release(&value);
}

void tkt_thread_parse(struct tkt_thread *out, const char *text, size_t len)
{
	parse(out, text, len, true);
}

void tkt_thread_scan(struct tkt_thread *out, const char *text, size_t len)
{
	parse(out, text, len, false);
}

/* --- memory --- */

void tkt_event_release(struct tkt_event *e)
{
	size_t i;

	if (!e)
		return;
	for (i = 0; i < e->attrs.n; i++) {
		free(e->attrs.items[i].key);
		free(e->attrs.items[i].value);
	}
	free(e->attrs.items);
	free(e->kind);
	free(e->author);
	free(e->at);
	free(e->heading);
	free(e->body);
	memset(e, 0, sizeof *e);
}

void tkt_thread_release(struct tkt_thread *t)
{
	size_t i;

	if (!t)
		return;
	for (i = 0; i < t->n; i++)
		tkt_event_release(&t->items[i]);
	free(t->items);
	memset(t, 0, sizeof *t);
}
