#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct tkt_str tkt_str_of(const char *s)
{
	struct tkt_str slice = { s ? s : "", s ? strlen(s) : 0 };

	return slice;
}

const bool tkt_name_bytes[256] = {
	['-'] = true, ['.'] = true, ['_'] = true,
	['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true,
	['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true,
	['A'] = true, ['B'] = true, ['C'] = true, ['D'] = true, ['E'] = true,
	['F'] = true, ['G'] = true, ['H'] = true, ['I'] = true, ['J'] = true,
	['K'] = true, ['L'] = true, ['M'] = true, ['N'] = true, ['O'] = true,
	['P'] = true, ['Q'] = true, ['R'] = true, ['S'] = true, ['T'] = true,
	['U'] = true, ['V'] = true, ['W'] = true, ['X'] = true, ['Y'] = true,
	['Z'] = true, ['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true,
	['e'] = true, ['f'] = true, ['g'] = true, ['h'] = true, ['i'] = true,
	['j'] = true, ['k'] = true, ['l'] = true, ['m'] = true, ['n'] = true,
	['o'] = true, ['p'] = true, ['q'] = true, ['r'] = true, ['s'] = true,
	['t'] = true, ['u'] = true, ['v'] = true, ['w'] = true, ['x'] = true,
	['y'] = true, ['z'] = true,
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

struct tkt_str tkt_str_trim(struct tkt_str s)
{
	while (s.len && is_blank(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool tkt_str_eq(struct tkt_str s, const char *c)
{
	return s.len == strlen(c) && (!s.len || !memcmp(s.ptr, c, s.len));
}

bool tkt_str_starts(struct tkt_str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.len >= n && (!n || !memcmp(s.ptr, prefix, n));
}

bool tkt_starts_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

bool tkt_ends_with(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && !memcmp(s + n - m, suffix, m);
}

/* tolower() would ask the locale. */
static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool tkt_eq_nocase(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

bool tkt_str_line(struct tkt_str text, size_t *pos, struct tkt_str *line)
{
	const char *start, *end;
	size_t left;

	if (*pos >= text.len)
		return false;
	start = text.ptr + *pos;
	left = text.len - *pos;
	end = memchr(start, '\n', left);
	line->ptr = start;
	line->len = end ? (size_t)(end - start) : left;
	*pos += line->len + (end ? 1 : 0);
	return true;
}

/* Going back to the last star only is enough, so that "a*a*a*a*b" stays cheap. */
bool tkt_glob(const char *pattern, const char *s)
{
	const char *star = NULL, *resume = NULL;

	while (*s) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = s;
		} else if (*pattern && (*pattern == '?' || lower(*pattern) == lower(*s))) {
			pattern++;
			s++;
		} else if (star) {
			pattern = star;
			s = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

size_t tkt_str_distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), result;
	size_t *rows = tkt_calloc(3 * (m + 1), sizeof *rows);
	size_t *before = rows, *above = rows + m + 1, *row = rows + 2 * (m + 1);

	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *spare = before;

		before = above;
		above = row;
		row = spare;
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			row[j] = min3(above[j] + 1, row[j - 1] + 1,
				      above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = min3(row[j], row[j], before[j - 2] + 1);
		}
	}
	result = row[m];
	free(rows);
	return result;
}
