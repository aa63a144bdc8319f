#include "base/str.h"

#include <string.h>

#include "base/mem.h"

/* Simple case folding (CaseFolding.txt, status C and S) of Latin, Greek and Cyrillic. Where
 * step is 2, capitals and small letters alternate, and only every other one is a capital. */
static const struct fold {
	uint32_t first, last;
	uint32_t to; /* what `first` becomes; the others keep their distance */
	uint32_t step;
} folds[] = {
	{ 0x0041, 0x005a, 0x0061, 1 }, { 0x00b5, 0x00b5, 0x03bc, 1 },
	{ 0x00c0, 0x00d6, 0x00e0, 1 }, { 0x00d8, 0x00de, 0x00f8, 1 },
	{ 0x0100, 0x012e, 0x0101, 2 }, { 0x0132, 0x0136, 0x0133, 2 },
	{ 0x0139, 0x0147, 0x013a, 2 }, { 0x014a, 0x0176, 0x014b, 2 },
	{ 0x0178, 0x0178, 0x00ff, 1 }, { 0x0179, 0x017d, 0x017a, 2 },
	{ 0x017f, 0x017f, 0x0073, 1 }, { 0x01cd, 0x01db, 0x01ce, 2 },
	{ 0x01de, 0x01ee, 0x01df, 2 }, { 0x01f8, 0x021e, 0x01f9, 2 },
	{ 0x0222, 0x0232, 0x0223, 2 }, { 0x0386, 0x0386, 0x03ac, 1 },
	{ 0x0388, 0x038a, 0x03ad, 1 }, { 0x038c, 0x038c, 0x03cc, 1 },
	{ 0x038e, 0x038f, 0x03cd, 1 }, { 0x0391, 0x03a1, 0x03b1, 1 },
	{ 0x03a3, 0x03ab, 0x03c3, 1 }, { 0x03c2, 0x03c2, 0x03c3, 1 },
	{ 0x03d0, 0x03d0, 0x03b2, 1 }, { 0x03d1, 0x03d1, 0x03b8, 1 },
	{ 0x03d5, 0x03d5, 0x03c6, 1 }, { 0x03d6, 0x03d6, 0x03c0, 1 },
	{ 0x03d8, 0x03ee, 0x03d9, 2 }, { 0x03f0, 0x03f0, 0x03ba, 1 },
	{ 0x03f1, 0x03f1, 0x03c1, 1 }, { 0x03f4, 0x03f4, 0x03b8, 1 },
	{ 0x03f5, 0x03f5, 0x03b5, 1 }, { 0x0400, 0x040f, 0x0450, 1 },
	{ 0x0410, 0x042f, 0x0430, 1 }, { 0x0460, 0x0480, 0x0461, 2 },
	{ 0x048a, 0x04be, 0x048b, 2 }, { 0x04c0, 0x04c0, 0x04cf, 1 },
	{ 0x04c1, 0x04cd, 0x04c2, 2 }, { 0x04d0, 0x052e, 0x04d1, 2 },
	{ 0x1e00, 0x1e94, 0x1e01, 2 }, { 0x1e9b, 0x1e9b, 0x1e61, 1 },
	{ 0x1e9e, 0x1e9e, 0x00df, 1 }, { 0x1ea0, 0x1efe, 0x1ea1, 2 },
	{ 0x212a, 0x212a, 0x006b, 1 }, { 0x212b, 0x212b, 0x00e5, 1 },
};

static uint32_t fold_cp(uint32_t cp)
{
	size_t low = 0, high = TKT_LEN(folds);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct fold *f = &folds[middle];

		if (cp > f->last)
			low = middle + 1;
		else if (cp < f->first)
			high = middle;
		else
			return (cp - f->first) % f->step ? cp : f->to + (cp - f->first);
	}
	return cp;
}

/* Wrong bytes stay as they are, and are found as they are. */
static void fold(struct tkt_buf *out, const char *s, size_t n)
{
	size_t pos = 0;

	tkt_buf_grow(out, n);
	while (pos < n) {
		uint32_t cp;
		size_t used = tkt_utf8_decode(s + pos, n - pos, &cp);

		if (used == 1)
			tkt_buf_putc(out, (char)fold_cp(cp));
		else if (used)
			tkt_utf8_encode(out, fold_cp(cp));
		else
			tkt_buf_putc(out, s[pos]);
		pos += used ? used : 1;
	}
}

/* Of all that is not ASCII only these two become ASCII: the Kelvin sign and the long s. */
static bool ascii_is_enough(const char *hay, size_t hay_n, const struct tkt_buf *x)
{
	for (size_t i = 0; i < x->len; i++)
		if ((unsigned char)x->ptr[i] >= 0x80)
			return false;
	return (!memchr(x->ptr, 'k', x->len) || !memmem(hay, hay_n, "\xe2\x84\xaa", 3)) &&
	       (!memchr(x->ptr, 's', x->len) || !memmem(hay, hay_n, "\xc5\xbf", 2));
}

static void fold_ascii(struct tkt_buf *out, const char *s, size_t n)
{
	tkt_buf_add(out, s, n);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)out->ptr[i];

		out->ptr[i] = (char)(c + ((unsigned)c - 'A' < 26 ? 32 : 0));
	}
}

bool tkt_contains_fold(const char *hay, size_t hay_n, const char *needle, size_t needle_n)
{
	struct tkt_buf h = TKT_BUF_INIT, x = TKT_BUF_INIT;
	bool found;

	if (!needle_n)
		return true;
	fold(&x, needle, needle_n);
	if (ascii_is_enough(hay, hay_n, &x))
		fold_ascii(&h, hay, hay_n);
	else
		fold(&h, hay, hay_n);
	found = memmem(h.ptr, h.len, x.ptr, x.len) != NULL;
	tkt_buf_release(&h);
	tkt_buf_release(&x);
	return found;
}
