/* ops/related: the tickets to look at beside one: those it is tied to, then those like it. Floor 5. */
#ifndef TKT_OPS_RELATED_H
#define TKT_OPS_RELATED_H

#include "ops/search.h"

struct tkt_related_hit {
	struct tkt_brief ticket;
	struct tkt_strv relations; /* "parent", "child", "blocked_by", "blocks", "related"; none: similar only */
	struct tkt_ranked rank;    /* score 0 where it is not among the similar ones */
};

struct tkt_related {
	struct tkt_brief ticket;   /* the one that was asked for */
	struct { struct tkt_related_hit *items; size_t n, cap; } hits; /* tied ones first */
	size_t total;              /* before the limit */
	char *degraded;
	struct tkt_index_problems bad;
};

/* limit: of the similar ones; 0 = none. budget_ms as of tkt_search_req. */
int tkt_op_related(struct tkt_project *p, const char *ref, size_t limit, unsigned budget_ms,
		   struct tkt_related *out, struct tkt_error *err);
void tkt_related_release(struct tkt_related *r);

#endif
