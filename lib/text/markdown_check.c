/* text/markdown: task list items, found by lines. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/markdown.h"

static size_t blanks(struct tkt_str s, size_t i)
{
	size_t n = 0;

	while (i + n < s.len && (s.ptr[i + n] == ' ' || s.ptr[i + n] == '\t'))
		n++;
	return n;
}

/* A line of at least three ` or ~: their number, else 0. */
static size_t fence(struct tkt_str s, char *mark, bool *bare)
{
	size_t i = blanks(s, 0), n = 0;

	if (i >= s.len || (s.ptr[i] != '`' && s.ptr[i] != '~'))
		return 0;
	*mark = s.ptr[i];
	while (i + n < s.len && s.ptr[i + n] == *mark)
		n++;
	s = tkt_str_trim((struct tkt_str){ s.ptr + i + n, s.len - i - n });
	*bare = s.len == 0;
	if (*mark == '`' && s.len > 0 && memchr(s.ptr, '`', s.len))
		return 0; /* ```code``` on one line */
	return n >= 3 ? n : 0;
}

/* Length of "- ", "* ", "+ ", "12. " or "3) " with all its blanks, else 0. */
static size_t marker(struct tkt_str s, size_t i)
{
	size_t n = 0, gap;

	if (i < s.len && strchr("-*+", s.ptr[i]) && s.ptr[i]) {
		n = 1;
	} else {
		while (i + n < s.len && n < 9 && s.ptr[i + n] >= '0' && s.ptr[i + n] <= '9')
			n++;
		if (n == 0 || i + n >= s.len || (s.ptr[i + n] != '.' && s.ptr[i + n] != ')'))
			return 0;
		n++;
	}
	gap = blanks(s, i + n);
	return gap ? n + gap : 0;
}

static bool read_check(struct tkt_check *c, struct tkt_str s)
{
	size_t i = blanks(s, 0), n = marker(s, i);
	struct tkt_str text;
	char box;

	i += n;
	if (n == 0 || i + 3 > s.len || s.ptr[i] != '[' || s.ptr[i + 2] != ']')
		return false;
	box = s.ptr[i + 1];
	if ((box != ' ' && box != 'x' && box != 'X') || (i + 3 < s.len && !blanks(s, i + 3) && s.ptr[i + 3] != '\r'))
		return false;
	text = tkt_str_trim((struct tkt_str){ s.ptr + i + 3, s.len - i - 3 });
	c->text = tkt_strndup(text.ptr, text.len);
	c->done = box != ' ';
	return true;
}

void tkt_markdown_checks(struct tkt_checks *out, struct tkt_str text)
{
	struct tkt_str line;
	size_t pos = 0, open = 0, no = 0;
	char mark = 0;

	memset(out, 0, sizeof *out);
	while (tkt_str_line(text, &pos, &line)) {
		struct tkt_check c = { NULL, false, ++no };
		bool bare = false;
		char m = 0;
		size_t n = fence(line, &m, &bare);

		if (open > 0) {
			if (n >= open && m == mark && bare)
				open = 0;
		} else if (n > 0) {
			open = n;
			mark = m;
		} else if (read_check(&c, line)) {
			TKT_GROW(out);
			out->items[out->n++] = c;
		}
	}
}

void tkt_checks_release(struct tkt_checks *c)
{
	size_t i;

	if (!c)
		return;
	for (i = 0; i < c->n; i++)
		free(c->items[i].text);
	free(c->items);
	memset(c, 0, sizeof *c);
}
