/* text/match: a query tree against one ticket. Floor 1. The yardstick that the index must agree with. */
#ifndef TKT_TEXT_MATCH_H
#define TKT_TEXT_MATCH_H

#include "base/str.h"
#include "text/query.h"
#include "text/ticket.h"

/* What is known of a ticket beside its own fields. */
struct tkt_match_facts {
	const char *id;         /* the name of the directory; NULL: what the frontmatter says */
	bool blocked;           /* a ticket in blocked_by is not closed */
	const char *key;        /* "TKT-3fa9c1b" or NULL */
	const char *column;     /* the effective column; NULL: only a stored one counts */
	struct tkt_str body;    /* of item.md; searched by bare words */
	struct tkt_str thread;  /* text of the thread; may be empty */
};

bool tkt_match(const struct tkt_query *q, const struct tkt_ticket *t,
	       const struct tkt_match_facts *facts);

/* --- of one value, for the index too, which has values but no struct tkt_ticket --- */

/* Does an alternative of a FIELD node hold for this value of the field, or for this item of its list? Of all
 * types but STATUS, BOOL and PRESENCE. NULL never. key: any of the project, for the prefix (ID); may be NULL. */
bool tkt_match_value(const struct tkt_query *q, const char *value, size_t len, const char *key);
/* `id:` finds a ticket by its whole slug, too. */
bool tkt_match_name(const struct tkt_query *q, const char *name);
/* A string field that is set: `has:` */
bool tkt_match_present(const char *value);
/* `true` or `yes` */
bool tkt_match_true(const char *value);
/* `context` holds something. */
bool tkt_match_node_present(const struct tkt_node *node);
/* A word of `status:` or `is:` */
bool tkt_match_status(const char *word, enum tkt_status status, bool blocked, bool assigned);

#endif
