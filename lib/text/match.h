/* text/match: a query tree against one ticket. Floor 1. The yardstick that the index must agree with. */
#ifndef TKT_TEXT_MATCH_H
#define TKT_TEXT_MATCH_H

#include "base/str.h"
#include "text/query.h"
#include "text/ticket.h"

/* What is known of a ticket beside its own fields. */
struct tkt_match_facts {
	bool blocked;           /* a ticket in blocked_by is not closed */
	const char *key;        /* "TKT-3fa9c1b" or NULL */
	const char *column;     /* the effective column; NULL: only a stored one counts */
	struct tkt_str body;    /* of item.md; searched by bare words */
	struct tkt_str thread;  /* text of the thread; may be empty */
};

bool tkt_match(const struct tkt_query *q, const struct tkt_ticket *t,
	       const struct tkt_match_facts *facts);

#endif
