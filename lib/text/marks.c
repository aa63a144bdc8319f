/* text/marks: finds conflicts by their markers, and takes them apart. */
#include "text/marks.h"

#include <stdint.h>
#include <string.h>

enum { MARK_MIN = 7, MARK_MAX = 63 };

size_t tkt_mark_length(struct tkt_str line, char sign)
{
	size_t n = 0;

	while (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	while (n < line.len && line.ptr[n] == sign)
		n++;
	if (n < MARK_MIN || n > MARK_MAX)
		return 0;
	/* `=======` stands alone, a longer line of text underlines a heading; the others have a name behind them. */
	if (sign == '=')
		return n == line.len ? n : 0;
	return (n < line.len && line.ptr[n] == ' ') || (sign == '|' && n == line.len) ? n : 0;
}

struct conflict { /* offsets; base_at is ours_end where no base is shown */
	size_t start, ours, ours_end, base, base_end, theirs, theirs_end, end;
	size_t n; /* length of its markers */
	bool has_base;
};

/* The line at *pos; *start becomes its offset. */
static bool next_line(struct tkt_str text, size_t *pos, size_t *start, struct tkt_str *line)
{
	*start = *pos;
	return tkt_str_line(text, pos, line);
}

/* The conflict whose first marker, of `n` signs, stands before `pos`. */
static bool read_conflict(struct conflict *c, struct tkt_str text, size_t pos, size_t n)
{
	enum { IN_OURS, IN_BASE, IN_THEIRS } in = IN_OURS;
	struct tkt_str line;
	size_t start;

	c->ours = pos;
	c->has_base = false;
	while (next_line(text, &pos, &start, &line)) {
		if (in == IN_OURS && tkt_mark_length(line, '|') == n) {
			c->ours_end = start;
			c->base = pos;
			c->has_base = true;
			in = IN_BASE;
		} else if (in != IN_THEIRS && tkt_mark_length(line, '=') == n) {
			*(in == IN_OURS ? &c->ours_end : &c->base_end) = start;
			c->theirs = pos;
			in = IN_THEIRS;
		} else if (in == IN_THEIRS && tkt_mark_length(line, '>') == n) {
			c->theirs_end = start;
			c->end = pos;
			return true;
		}
	}
	return false;
}

static bool find_conflict(struct conflict *c, struct tkt_str text, size_t from)
{
	struct tkt_str line;
	size_t pos = from, start;
	uint64_t open = 0; /* lengths that nothing closes any more: not looked for again from every line */

	while (pos < text.len) {
		const char *p = memmem(text.ptr + pos, text.len - pos, "<<<<<<<", MARK_MIN);
		size_t n;

		if (!p)
			break;
		pos = (size_t)(p - text.ptr);
		if (pos > from && p[-1] != '\n') {
			while (pos < text.len && text.ptr[pos] == '<')
				pos++;
			continue;
		}
		if (!next_line(text, &pos, &start, &line))
			break;
		n = tkt_mark_length(line, '<');
		if (!n || open & (uint64_t)1 << n)
			continue;
		c->start = start;
		c->n = n;
		if (read_conflict(c, text, pos, n))
			return true;
		open |= (uint64_t)1 << n;
	}
	return false;
}

bool tkt_marks_find(struct tkt_str text, size_t *at)
{
	struct conflict c;

	if (!find_conflict(&c, text, *at))
		return false;
	*at = c.start;
	return true;
}

static void add(struct tkt_buf *out, struct tkt_str text, size_t start, size_t end)
{
	tkt_buf_add(out, text.ptr + start, end - start);
}

/* A marker of that length, as text: then nobody knows which one was git's. */
static bool has_mark(struct tkt_str text, const char *signs, size_t n)
{
	struct tkt_str line;
	size_t pos = 0;

	while (tkt_str_line(text, &pos, &line))
		for (const char *sign = signs; *sign; sign++)
			if (tkt_mark_length(line, *sign) == n)
				return true;
	return false;
}

static bool has_mark_in(struct tkt_str text, size_t start, size_t end, const char *signs, size_t n)
{
	return has_mark((struct tkt_str){ text.ptr + start, end - start }, signs, n);
}

void tkt_marks_split(struct tkt_sides *out, struct tkt_str text)
{
	struct conflict c;
	size_t pos = 0, inner = 0, n = 7;

	*out = (struct tkt_sides){ TKT_BUF_INIT, TKT_BUF_INIT, TKT_BUF_INIT, true, true, 0 };
	while (find_conflict(&c, text, pos)) {
		n = c.n;
		out->sure = out->sure && !has_mark_in(text, pos, c.start, "<>", n) &&
			    !has_mark_in(text, c.ours, c.ours_end, "<>", n) &&
			    !has_mark_in(text, c.theirs, c.theirs_end, "<=|", n);
		add(&out->base, text, pos, c.start);
		add(&out->ours, text, pos, c.start);
		add(&out->theirs, text, pos, c.start);
		add(&out->ours, text, c.ours, c.ours_end);
		add(&out->theirs, text, c.theirs, c.theirs_end);
		if (c.has_base)
			add(&out->base, text, c.base, c.base_end);
		else
			out->has_base = false;
		out->n++;
		pos = c.end;
	}
	out->sure = out->sure && !has_mark_in(text, pos, text.len, "<>", n);
	add(&out->base, text, pos, text.len);
	add(&out->ours, text, pos, text.len);
	add(&out->theirs, text, pos, text.len);
	if (!out->n || tkt_marks_find((struct tkt_str){ out->base.ptr, out->base.len }, &inner))
		out->has_base = false;
}

void tkt_sides_release(struct tkt_sides *s)
{
	tkt_buf_release(&s->base);
	tkt_buf_release(&s->ours);
	tkt_buf_release(&s->theirs);
}
