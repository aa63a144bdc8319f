/* base/oid: names of git objects. */
#include "base/oid.h"

#include <stdlib.h>

#include "base/mem.h"

/* By table: a history has two names in every commit. 0 is no digit; a digit is its value + 1. */
static const unsigned char values[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static int digit(char c)
{
	return values[(unsigned char)c] - 1;
}

bool tkt_oid_parse(struct tkt_oid *out, const char *hex, size_t n)
{
	memset(out, 0, sizeof *out);
	if (n != 40 && n != 64)
		return false;
	for (size_t i = 0; i < n; i += 2) {
		int high = digit(hex[i]), low = digit(hex[i + 1]);

		if (high < 0 || low < 0)
			return false;
		out->bytes[i / 2] = (unsigned char)(high << 4 | low);
	}
	out->n = (unsigned char)(n / 2);
	return true;
}

void tkt_oid_hex(const struct tkt_oid *oid, char out[TKT_OID_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < oid->n; i++) {
		out[2 * i] = digits[oid->bytes[i] >> 4];
		out[2 * i + 1] = digits[oid->bytes[i] & 15];
	}
	out[2 * (size_t)oid->n] = '\0';
}

bool tkt_oid_begins(const struct tkt_oid *oid, const char *digits)
{
	size_t n = strlen(digits);

	if (n < 4 || n > 2 * (size_t)oid->n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int half = i % 2 ? oid->bytes[i / 2] & 15 : oid->bytes[i / 2] >> 4;

		if (digit(digits[i]) != half)
			return false;
	}
	return true;
}

void tkt_oids_push(struct tkt_oids *v, const struct tkt_oid *oid)
{
	TKT_GROW(v);
	v->items[v->n++] = *oid;
}

void tkt_oids_release(struct tkt_oids *v)
{
	free(v->items);
	memset(v, 0, sizeof *v);
}
