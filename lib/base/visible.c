#include "base/str.h"

#include <string.h>

/* Characters that reorder what stands around them: a title could show as another one. */
static bool is_bidi_control(uint32_t cp)
{
	return (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) ||
	       cp == 0x200e || cp == 0x200f || cp == 0x061c;
}

/* NUL is never kept: strchr() would find it at the end of keep. */
static bool is_kept(char c, const char *keep)
{
	return c != '\0' && strchr(keep, c) != NULL;
}

static void show(struct tkt_buf *out, const char *bytes, size_t n, uint32_t cp, const char *keep)
{
	if (cp < 0x20 && is_kept((char)cp, keep)) {
		tkt_buf_putc(out, (char)cp);
	} else if (cp < 0x20 || cp == 0x7f) {
		tkt_buf_putc(out, '^');
		tkt_buf_putc(out, (char)(cp ^ 0x40));
	} else if ((cp >= 0x80 && cp < 0xa0) || is_bidi_control(cp)) {
		tkt_buf_printf(out, "<U+%04X>", (unsigned int)cp);
	} else {
		tkt_buf_add(out, bytes, n);
	}
}

/* Most text is all ASCII and shown as it stands. */
static size_t plain_run(const char *s, size_t n, const char *keep)
{
	size_t i = 0;

	while (i < n && ((s[i] >= ' ' && s[i] < 0x7f) || (s[i] > 0 && s[i] < ' ' && is_kept(s[i], keep))))
		i++;
	return i;
}

void tkt_str_visible(struct tkt_buf *out, const char *s, size_t n, const char *keep)
{
	size_t pos = 0;

	while (pos < n) {
		uint32_t cp;
		size_t plain = plain_run(s + pos, n - pos, keep), used;

		if (plain) {
			tkt_buf_add(out, s + pos, plain);
			pos += plain;
			continue;
		}
		used = tkt_utf8_decode(s + pos, n - pos, &cp);
		if (used)
			show(out, s + pos, used, cp, keep);
		else
			tkt_buf_printf(out, "<%02X>", (unsigned int)(unsigned char)s[pos]);
		pos += used ? used : 1;
	}
}
