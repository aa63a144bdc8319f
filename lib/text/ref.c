/* text/ref: names of tickets: ids, slugs, keys. */
#include "text/ref.h"

#include <string.h>

#include "base/hash.h"
#include "base/str.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool tkt_id_valid(const char *id)
{
	size_t n = 0;

	if (!id || id[0] == '.' || id[0] == '-')
		return false;
	while (tkt_is_name_byte(id[n]))
		n++;
	return id[n] == '\0' && n > 0 && n <= TKT_ID_MAX;
}

/* The part after "YYYYMMDD-HHMMSS-", or NULL where the id has another shape. */
static const char *after_stamp(const char *id)
{
	size_t i;

	for (i = 0; i < 16; i++) {
		if (i == 8 || i == 15 ? id[i] != '-' : !is_digit(id[i]))
			return NULL;
	}
	return id + 16;
}

bool tkt_id_has_slug(const char *id, const char *slug)
{
	const char *rest = after_stamp(id);
	size_t n = strlen(slug);

	if (!rest || n == 0 || strncmp(rest, slug, n) != 0)
		return false;
	rest += n;
	if (*rest == '\0')
		return true;
	/* Only numbers that tkt itself hands out: -2 and up, no leading zero. */
	if (*rest++ != '-' || !is_digit(*rest) || *rest == '0' || strcmp(rest, "1") == 0)
		return false;
	while (is_digit(*rest))
		rest++;
	return *rest == '\0';
}

void tkt_id_hex(const char *id, char out[41])
{
	tkt_git_blob_hex(id, strlen(id), out);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* What follows "PREFIX-", or NULL. */
static const char *after_prefix(const char *ref, const char *prefix)
{
	for (; *prefix; ref++, prefix++) {
		if (lower(*ref) != lower(*prefix))
			return NULL;
	}
	return *ref == '-' ? ref + 1 : NULL;
}

bool tkt_ref_key_digits(const char *ref, const char *prefix, char out[41])
{
	const char *digits = ref ? after_prefix(ref, prefix) : NULL;
	char hex[41];
	size_t n = 0;

	if (!digits)
		return false;
	for (; digits[n]; n++) {
		char c = lower(digits[n]);

		if (n == 40 || !(is_digit(c) || (c >= 'a' && c <= 'f')))
			return false;
		hex[n] = c;
	}
	if (n < 4)
		return false;
	hex[n] = '\0';
	memcpy(out, hex, n + 1);
	return true;
}

bool tkt_ref_number(const char *ref, const char *prefix, char out[21])
{
	const char *digits;
	size_t n = 0;

	if (!ref)
		return false;
	digits = after_prefix(ref, prefix);
	if (!digits)
		digits = *ref == '#' ? ref + 1 : ref;
	if (*digits == '\0')
		return false;
	while (digits[0] == '0' && digits[1] != '\0')
		digits++;
	for (; digits[n]; n++) {
		if (n == 20 || !is_digit(digits[n]))
			return false;
	}
	memcpy(out, digits, n + 1);
	return true;
}

bool tkt_ref_plausible(const char *ref)
{
	size_t n = ref ? strlen(ref) : 0, i = 0;

	if (n == 0 || n > TKT_ID_MAX)
		return false;
	while (i < n) {
		uint32_t cp = (unsigned char)ref[i];
		size_t used = tkt_utf8_decode(ref + i, n - i, &cp);

		/* C0, DEL and C1; bytes that are no UTF-8 may stand in a foreign name */
		if (used > 0 && (cp < 0x20 || (cp >= 0x7f && cp < 0xa0)))
			return false;
		i += used ? used : 1;
	}
	return true;
}
