#include "base/str.h"

/* Locale and sign of char play no part, so no <ctype.h>. */
static char slug_char(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
}

/* How many of the n bytes stay: all, or at most max, ending before a '-' where there is one. */
static size_t cut(const char *slug, size_t n, size_t max)
{
	if (!max || n <= max)
		return n;
	for (size_t at = max; at > 0; at--)
		if (slug[at] == '-')
			return at;
	return max;
}

void tkt_slugify(struct tkt_buf *out, const char *title, size_t max)
{
	size_t start = out->len, n;

	for (const char *p = title; *p; p++) {
		char c = slug_char(*p);

		/* No '-' at the start, and one for a whole run. */
		if (c != '-' || (out->len > start && out->ptr[out->len - 1] != '-'))
			tkt_buf_putc(out, c);
	}
	if (out->len > start && out->ptr[out->len - 1] == '-')
		tkt_buf_truncate(out, out->len - 1);
	if (out->len == start)
		tkt_buf_puts(out, "item");
	n = cut(out->ptr + start, out->len - start, max);
	tkt_buf_truncate(out, start + n);
}
