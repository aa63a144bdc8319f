/* ops/search_filter: which tickets a search may answer with. Floor 5. Private to ops/search. */
#ifndef TKT_OPS_SEARCH_FILTER_H
#define TKT_OPS_SEARCH_FILTER_H

#include "index/index.h"
#include "ops/project.h"
#include "text/query.h"

struct tkt_filter {
	struct tkt_project *p;
	struct tkt_index *x;
	struct tkt_query *query;   /* NULL: all tickets */
	struct tkt_index_set set;  /* those that may match; the answer itself if `exact` */
	bool exact;
	struct tkt_index_set asked, no; /* not exact: who was looked at, and who did not match */
};

#define TKT_FILTER_INIT { .exact = true }

/* A query of tkt-query(7) and statuses (bits, 0 = all), after a refresh. TKT_EINVALID as tkt_query_parse. */
int tkt_filter_make(struct tkt_filter *f, struct tkt_project *p, struct tkt_index *x, const char *text,
		    unsigned statuses, size_t *pos, struct tkt_error *err);
/* For functions that take a set: NULL is all. A superset of the answer unless `exact`. */
const struct tkt_index_set *tkt_filter_set(const struct tkt_filter *f);
/* Does this one match? Reads the ticket where the index cannot tell. */
bool tkt_filter_has(struct tkt_filter *f, int64_t n);
void tkt_filter_release(struct tkt_filter *f);

#endif
