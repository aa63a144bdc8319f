/* message: what the files of text/message share. Private to them. Floor 1. */
#ifndef TKT_TEXT_MESSAGE_INT_H
#define TKT_TEXT_MESSAGE_INT_H

#include <string.h>

#include "text/message.h"

/* As git has them: no locale, no \v, no \f. */
static inline bool tkt_msg_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline bool tkt_msg_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline char tkt_msg_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline bool tkt_msg_alnum(char c)
{
	char l = tkt_msg_lower(c);

	return tkt_msg_digit(c) || (l >= 'a' && l <= 'z');
}

/* What a word is made of. */
static inline bool tkt_msg_inner(char c)
{
	return tkt_msg_alnum(c) || c == '_';
}

static inline struct tkt_str tkt_msg_trim(struct tkt_str s)
{
	while (s.len && tkt_msg_blank(s.ptr[s.len - 1]))
		s.len--;
	while (s.len && tkt_msg_blank(*s.ptr)) {
		s.ptr++;
		s.len--;
	}
	return s;
}

static inline bool tkt_msg_starts(const char *s, size_t n, const char *with)
{
	size_t len = strlen(with);

	return n >= len && memcmp(s, with, len) == 0;
}

/* Does a comment begin here? */
static inline bool tkt_msg_comment(const char *line, size_t n, const char *comment)
{
	return comment && *comment && n && *line == *comment && tkt_msg_starts(line, n, comment);
}

/* n bytes against a word in lower case. */
bool tkt_msg_is(const char *s, size_t n, const char *word);

/* message_trailer.c: the block of trailers; start == end: none, it would go there. What follows `end`
 * is comments. */
struct tkt_msg_block {
	size_t start, end;
};
struct tkt_msg_block tkt_msg_trailer_block(const char *text, size_t n, const char *comment);
/* Where the last line of the first n bytes begins. */
size_t tkt_msg_last_line(const char *text, size_t n);
/* Of the line at `at`: where the ':' behind its key is; n: there is none. */
size_t tkt_msg_separator(const char *text, size_t n, size_t at);

/* message_branch.c: the part of a merge's subject that tells what was merged. False: it is no such
 * subject. */
bool tkt_msg_merged_part(const char *subject, size_t n, size_t *from, size_t *to);

/* message_words.c: one reading of a part of a text, from front to back. Mentions are added as they
 * come, the same name as often as it stands there, without a line. */
struct tkt_msg_scan {
	struct tkt_mentions *out;
	const char *text;
	const char *prefix;
	size_t prefix_n;
	size_t url_end;          /* up to here it is the address of something */
	size_t expect;           /* a keyword stands before: what begins right here is closed; -1: none */
	size_t quote_end;        /* up to here nothing closes */
	size_t merge, merge_end; /* the branches in a merge's subject */
	bool value, closes;      /* in the value of a trailer; of one that closes */
	size_t remark_end;       /* up to here it is a remark behind the value */
};
void tkt_msg_scan_prose(struct tkt_msg_scan *s, size_t from, size_t to);
void tkt_msg_scan_value(struct tkt_msg_scan *s, size_t from, size_t to);
bool tkt_msg_is_prefix(const struct tkt_msg_scan *s, size_t at, size_t n); /* in any case */
/* PREFIX-digits, "PREFIX" ending at `dash`: where the digits end, or 0. branch: '_' and '.' may
 * follow. */
size_t tkt_msg_key(const struct tkt_msg_scan *s, size_t dash, size_t to, bool branch);
void tkt_msg_add(const struct tkt_msg_scan *s, char *name, enum tkt_ref_way way, bool closes, bool sure, size_t at, size_t end);
/* A name as it stands, of n bytes at `at`: "#12", "TKT-3FA9", a slug, an id -> as a ticket is asked
 * for; NULL: no name. */
char *tkt_msg_name(const struct tkt_msg_scan *s, size_t at, size_t end);

/* message_value.c: names in the value of a trailer that are not written as references: slugs, ids,
 * numbers. */
void tkt_msg_bare_names(struct tkt_msg_scan *s, size_t from, size_t to, bool sure);

#endif
