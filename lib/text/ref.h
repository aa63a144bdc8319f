/* text/ref: names of tickets: ids, slugs, keys. Floor 1. tkt-format(5). */
#ifndef TKT_TEXT_REF_H
#define TKT_TEXT_REF_H

#include <stdbool.h>
#include <stddef.h>

#define TKT_ID_MAX 200
#define TKT_SLUG_MAX 80
#define TKT_KEY_DIGITS 7

/* One path component of [A-Za-z0-9._-], not starting with . or -, 1 to 200 bytes. */
bool tkt_id_valid(const char *id);
/* id is YYYYMMDD-HHMMSS-<slug> with an optional -2, -3 ... at the end: true if that slug fits.
 * Only by the name; the frontmatter has the last word. */
bool tkt_id_has_slug(const char *id, const char *slug);
/* All 40 hex digits of the git blob hash of the id. */
void tkt_id_hex(const char *id, char out[41]);

/* "TKT-3fa9c1b" -> "3fa9c1b" lower-cased, if ref is prefix, '-' and 4 to 40 hex digits (the prefix
 * compared without case). False otherwise. A bare run of hex digits is no key. */
bool tkt_ref_key_digits(const char *ref, const char *prefix, char out[41]);
/* "TKT-123" or "123" or "#123" -> 123 as decimal digits (as they stand, leading zeros dropped). */
bool tkt_ref_number(const char *ref, const char *prefix, char out[21]);
/* A ref that no ticket can have: empty, over 200 bytes, control characters. */
bool tkt_ref_plausible(const char *ref);

#endif
