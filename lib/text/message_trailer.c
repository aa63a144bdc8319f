/* text/message_trailer: the trailers of a message, where git-interpret-trailers(1) --no-divider sees
 * them.
 *
 * The rules are those of git 2.39, with its corners: the first paragraph is the title and has none;
 * comments and blank lines at the end do not count, nor does a "Conflicts:" list of old; of the last
 * paragraph all must be trailers, or a quarter if one is git's own ("Signed-off-by: ", "(cherry picked
 * from commit "). One pass from the back. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/message_int.h"

#define CUT " ------------------------ >8 ------------------------\n"

size_t tkt_message_end(const char *text, size_t n, const char *comment)
{
	size_t len = comment ? strlen(comment) : 0;
	const char *end = text + n;

	for (const char *cut = text; len && (cut = memmem(cut, (size_t)(end - cut), CUT, sizeof CUT - 1)); cut++) {
		const size_t before = (size_t)(cut - text);

		if (before >= len && memcmp(cut - len, comment, len) == 0 &&
		    (before == len || cut[-(ptrdiff_t)len - 1] == '\n'))
			return before - len;
	}
	return n;
}

/* Where the next line begins. */
static size_t next_line(const char *text, size_t n, size_t at)
{
	const char *nl = memchr(text + at, '\n', n - at);

	return nl ? (size_t)(nl - text) + 1 : n;
}

static bool is_blank_line(const char *text, size_t n, size_t at)
{
	while (at < n && text[at] != '\n' && tkt_msg_blank(text[at]))
		at++;
	return at == n || text[at] == '\n';
}

/* Without the comments and empty lines at the end. */
static size_t trailer_end(const char *text, size_t n, const char *comment)
{
	size_t cutoff = tkt_message_end(text, n, comment), run = 0;
	bool conflicts = false;

	for (size_t at = 0; at < cutoff; at = next_line(text, n, at)) {
		if (tkt_msg_comment(text + at, n - at, comment) || text[at] == '\n') {
			run = run ? run : at;
		} else if (tkt_msg_starts(text + at, n - at, "Conflicts:\n")) {
			conflicts = true;
			run = run ? run : at;
		} else if (!(conflicts && text[at] == '\t') && run) {
			run = 0;
			conflicts = false;
		}
	}
	return run ? run : cutoff;
}

size_t tkt_msg_separator(const char *text, size_t n, size_t at)
{
	bool blank = false;

	for (size_t i = at; i < n; i++) {
		char c = text[i];

		if (c == ':')
			return i > at ? i : n;
		if (!blank && (tkt_msg_alnum(c) || c == '-'))
			continue;
		if (i == at || (c != ' ' && c != '\t'))
			return n;
		blank = true;
	}
	return n;
}

/* The title is no trailer, whatever it looks like. */
static size_t title_end(const char *text, size_t n, const char *comment)
{
	size_t at = 0;

	while (at < n && (tkt_msg_comment(text + at, n - at, comment) || !is_blank_line(text, n, at)))
		at = next_line(text, n, at);
	return at;
}

struct tally {
	size_t trailers, others, maybe; /* maybe: lines that may continue a trailer above them */
	bool own;                       /* one is of git's making */
};

static void count_line(struct tally *t, const char *text, size_t end, size_t at, const char *comment)
{
	const char *line = text + at;
	size_t n = end - at;

	if (tkt_msg_comment(line, n, comment)) {
		t->others += t->maybe;
		t->maybe = 0;
	} else if (tkt_msg_starts(line, n, "Signed-off-by: ") || tkt_msg_starts(line, n, "(cherry picked from commit ")) {
		t->trailers++;
		t->maybe = 0;
		t->own = true;
	} else if (!tkt_msg_blank(*line) && tkt_msg_separator(text, end, at) < end) {
		t->trailers++;
		t->maybe = 0;
	} else if (tkt_msg_blank(*line)) {
		t->maybe++;
	} else {
		t->others += 1 + t->maybe;
		t->maybe = 0;
	}
}

size_t tkt_msg_last_line(const char *text, size_t n)
{
	size_t at = n ? n - 1 : 0;

	while (at > 0 && text[at - 1] != '\n')
		at--;
	return at;
}

struct tkt_msg_block tkt_msg_trailer_block(const char *text, size_t n, const char *comment)
{
	struct tkt_msg_block b = { .end = trailer_end(text, n, comment) };
	size_t title = title_end(text, b.end, comment);
	struct tally t = { .trailers = 0 };
	bool begun = false;

	b.start = b.end;
	for (size_t at = b.end; at > title;) {
		size_t below = at;

		at = tkt_msg_last_line(text, at);
		if (at < title)
			break;
		if (is_blank_line(text, b.end, at) && !tkt_msg_comment(text + at, b.end - at, comment)) {
			if (!begun)
				continue;
			t.others += t.maybe;
			if (t.own ? t.trailers * 3 >= t.others : t.trailers && !t.others)
				b.start = below;
			break;
		}
		begun = begun || !tkt_msg_comment(text + at, b.end - at, comment);
		count_line(&t, text, b.end, at, comment);
	}
	return b;
}

static void push(struct tkt_trailers *out, const char *text, size_t at, size_t colon, size_t end, size_t line)
{
	struct tkt_trailer *t;

	TKT_GROW(out);
	t = &out->items[out->n++];
	t->key.ptr = text + at;
	t->key.len = colon - at;
	t->value.ptr = text + colon + 1;
	t->value.len = end - colon - 1;
	t->line = line;
	t->key = tkt_msg_trim(t->key);
	t->value = tkt_msg_trim(t->value);
}

static size_t count_lines(const char *text, size_t n)
{
	size_t lines = 0;

	for (const char *nl = text; n && (nl = memchr(nl, '\n', (size_t)(text + n - nl))); nl++) {
		lines++;
		if (nl + 1 == text + n)
			break;
	}
	return lines;
}

void tkt_message_trailers(struct tkt_trailers *out, const char *text, size_t n, const char *comment)
{
	struct tkt_msg_block b = tkt_msg_trailer_block(text, n, comment);
	size_t line = count_lines(text, b.start);

	for (size_t at = b.start, next; at < b.end; at = next) {
		size_t colon = tkt_msg_separator(text, b.end, at), first = line + 1;

		next = next_line(text, b.end, at);
		line++;
		if (colon == b.end || tkt_msg_comment(text + at, b.end - at, comment))
			continue;
		while (next < b.end && tkt_msg_blank(text[next])) {
			next = next_line(text, b.end, next);
			line++;
		}
		push(out, text, at, colon, next, first);
	}
}

void tkt_trailers_release(struct tkt_trailers *t)
{
	if (!t)
		return;
	free(t->items);
	memset(t, 0, sizeof *t);
}
