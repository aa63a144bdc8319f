/* base/str: borrowed slices, UTF-8, slugs, safe display. Floor 0. Locale plays no part. */
#ifndef TKT_BASE_STR_H
#define TKT_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/strv.h"

/* A borrowed run of bytes; not terminated. */
struct tkt_str {
	const char *ptr;
	size_t len;
};

struct tkt_str tkt_str_of(const char *s); /* NULL gives the empty slice */
struct tkt_str tkt_str_trim(struct tkt_str s);       /* blanks, tabs, CR at both ends */
bool tkt_str_eq(struct tkt_str s, const char *c);
bool tkt_str_starts(struct tkt_str s, const char *prefix);
bool tkt_starts_with(const char *s, const char *prefix);
bool tkt_ends_with(const char *s, const char *suffix);
bool tkt_eq_nocase(const char *a, const char *b); /* ASCII */
/* [A-Za-z0-9._-]: what ids and keys are made of. Inline: every name and key passes through it. */
extern const bool tkt_name_bytes[256];
static inline bool tkt_is_name_byte(char c)
{
	return tkt_name_bytes[(unsigned char)c];
}

/* The line at *pos (without its end), *pos moved past the end ("\n"; a "\r" before it stays
 * in the line). False at the end of the text. */
bool tkt_str_line(struct tkt_str text, size_t *pos, struct tkt_str *line);

/* One code point at s[0..n): bytes used (1-4), or 0 where the bytes are no valid UTF-8
 * (overlong, surrogate, above U+10FFFF, cut). n >= 1. RFC 3629. */
size_t tkt_utf8_decode(const char *s, size_t n, uint32_t *cp);
void tkt_utf8_encode(struct tkt_buf *out, uint32_t cp);
/* True if all is valid; else *bad (may be NULL) is the offset of the first wrong byte. */
bool tkt_utf8_valid(const char *s, size_t n, size_t *bad);
/* Columns on a terminal: 0 for combining and zero-width, 2 for wide (East Asian, emoji), else 1. */
int tkt_cp_width(uint32_t cp);
size_t tkt_str_width(const char *s, size_t n); /* invalid bytes count 1 */

/* `fmt` of what a terminal or a pipe may get (tkt-hacking(7)):
 * C0 but the ones in keep ("\n\t" for bodies, "" for fields), DEL and C1 as ^X or <U+0085>,
 * bidi controls (U+202A-E, U+2066-9, U+200E/F, U+061C) as <U+202E>, invalid bytes as <FF>. */
void tkt_str_visible(struct tkt_buf *out, const char *s, size_t n, const char *keep);
/* Valid UTF-8 with every wrong byte replaced by U+FFFD (for JSON). */
void tkt_str_scrub(struct tkt_buf *out, const char *s, size_t n);

/* tkt-format(5): lower-case ASCII, every run of other characters one '-', none at the
 * ends, empty becomes "item". max = 0: no limit; else cut at a '-' to at most max bytes. */
void tkt_slugify(struct tkt_buf *out, const char *title, size_t max);

/* Glob with * and ? over bytes, ASCII case ignored (label globs). */
bool tkt_glob(const char *pattern, const char *s);
/* True if needle is in hay, ASCII and Latin/Greek/Cyrillic simple case folding. Empty is in all. */
bool tkt_contains_fold(const char *hay, size_t hay_n, const char *needle, size_t needle_n);
/* Optimal string alignment distance, for "did you mean". */
size_t tkt_str_distance(const char *a, const char *b);

#endif
