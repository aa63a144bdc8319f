#include "base/str.h"

#include <assert.h>

/* The allowed second bytes of RFC 3629's table: they alone rule out overlong forms,
 * surrogates and what lies above U+10FFFF. */
static bool second_ok(unsigned char lead, unsigned char second)
{
	switch (lead) {
	case 0xe0:
		return second >= 0xa0 && second <= 0xbf;
	case 0xed:
		return second >= 0x80 && second <= 0x9f;
	case 0xf0:
		return second >= 0x90 && second <= 0xbf;
	case 0xf4:
		return second >= 0x80 && second <= 0x8f;
	default:
		return (second & 0xc0) == 0x80;
	}
}

size_t tkt_utf8_decode(const char *s, size_t n, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char lead = p[0];
	uint32_t value;
	size_t used;

	if (lead < 0x80) {
		*cp = lead;
		return 1;
	}
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	used = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (used > n || !second_ok(lead, p[1]))
		return 0;
	value = lead & (0x7fU >> used);
	for (size_t i = 1; i < used; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (p[i] & 0x3fU);
	}
	*cp = value;
	return used;
}

void tkt_utf8_encode(struct tkt_buf *out, uint32_t cp)
{
	char bytes[4];
	size_t n;

	assert(cp <= 0x10ffff && (cp < 0xd800 || cp > 0xdfff));
	if (cp < 0x80) {
		tkt_buf_putc(out, (char)cp);
		return;
	}
	n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--) {
		bytes[i] = (char)(0x80 | (cp & 0x3f));
		cp >>= 6;
	}
	/* What is left fits behind the n ones and the zero that announce n bytes. */
	bytes[0] = (char)((0xf00U >> n & 0xff) | cp);
	tkt_buf_add(out, bytes, n);
}

bool tkt_utf8_valid(const char *s, size_t n, size_t *bad)
{
	size_t pos = 0;

	while (pos < n) {
		uint32_t cp;
		size_t used = tkt_utf8_decode(s + pos, n - pos, &cp);

		if (!used) {
			if (bad)
				*bad = pos;
			return false;
		}
		pos += used;
	}
	return true;
}

void tkt_str_scrub(struct tkt_buf *out, const char *s, size_t n)
{
	size_t pos = 0;

	while (pos < n) {
		uint32_t cp;
		size_t used = tkt_utf8_decode(s + pos, n - pos, &cp);

		if (used)
			tkt_buf_add(out, s + pos, used);
		else
			tkt_utf8_encode(out, 0xfffd);
		pos += used ? used : 1;
	}
}
