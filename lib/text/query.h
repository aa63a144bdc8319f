/* text/query: the query language of tkt-query(7), string -> tree. Floor 1.
 *
 *   status:open label:ui,tui -label:wontfix priority:<=P1 updated:>7d (kind:bug OR kind:spike) blocked:no text
 *
 * AND is implied and binds tighter than OR; NOT and - negate; "..." is a phrase; a comma lists
 * alternatives; <, <=, >, >= compare. Dates are YYYY-MM-DD, full times, or ages like 7d: updated:>7d is
 * "longer ago than 7 days". Fields are those of tkt_fields() and: created, updated, is, no, has, text, author. */
#ifndef TKT_TEXT_QUERY_H
#define TKT_TEXT_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/error.h"
#include "base/strv.h"

enum tkt_query_kind { TKT_Q_AND, TKT_Q_OR, TKT_Q_NOT, TKT_Q_FIELD, TKT_Q_TEXT, TKT_Q_ALL };
enum tkt_query_op { TKT_Q_EQ, TKT_Q_LT, TKT_Q_LE, TKT_Q_GT, TKT_Q_GE };
enum tkt_query_type { /* how a field's values compare */
	TKT_Q_WORD,  /* whole value, ASCII case ignored, globs */
	TKT_Q_SUBSTRING, TKT_Q_STATUS, TKT_Q_PRIORITY, TKT_Q_DATE, TKT_Q_BOOL, TKT_Q_NUMBER,
	TKT_Q_DURATION, TKT_Q_ID, TKT_Q_PRESENCE /* has:, no: name a field */
};

struct tkt_query {
	enum tkt_query_kind kind;
	struct tkt_query **items; /* AND, OR: n children; NOT: 1 */
	size_t n, cap;
	const char *field;        /* FIELD: canonical name, static */
	enum tkt_query_type type;
	enum tkt_query_op op;
	struct tkt_strv values;   /* FIELD: alternatives (one for a comparison); TEXT: the word or phrase */
	struct { tkt_time *items; size_t n, cap; } times; /* DATE, per value: start of the day or the moment */
	bool whole_day;           /* DATE: value was a date without time */
	size_t pos;               /* byte offset in the query, for messages */
};

/* Empty text gives TKT_Q_ALL. TKT_EINVALID: the message names the place; *pos (may be NULL) is its byte
 * offset, for a caret. */
int tkt_query_parse(struct tkt_query **out, const char *text, tkt_time now, size_t *pos,
		    struct tkt_error *err);
void tkt_query_free(struct tkt_query *q);
/* Back to text with explicit parentheses: parse(print(q)) is q. For tests and messages. */
void tkt_query_print(struct tkt_buf *out, const struct tkt_query *q);
/* Field names for completion and the man page. */
const char *const *tkt_query_fields(size_t *n);
/* True if the tree can match a ticket of that status (so that a list need not open closed/).
 * Conservative: true when unsure. */
bool tkt_query_may_match_status(const struct tkt_query *q, int status);
/* True if somewhere the tree asks for the status itself (status:, is:open ...): then `list` does
 * not add its own "not closed". */
bool tkt_query_mentions_status(const struct tkt_query *q);
/* True if matching needs the thread (text:, author:, bare words) or the body. */
bool tkt_query_needs_body(const struct tkt_query *q);

#endif
