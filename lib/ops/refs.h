/* ops/refs: the tickets that a text names. Floor 5. tkt-refs(1). */
#ifndef TKT_OPS_REFS_H
#define TKT_OPS_REFS_H

#include "ops/search.h"
#include "text/message.h"

struct tkt_refs_item {
	struct tkt_brief ticket;
	struct tkt_strv names;  /* as they stand in the text, the first one first */
	enum tkt_ref_way way;   /* the strongest of them */
	bool closes;
	size_t line;            /* of the first */
};

struct tkt_refs_miss {
	char *name;
	size_t line;
	bool closes;
	struct tkt_strv candidates; /* for a person, one ticket each; none: no ticket has this name */
};

struct tkt_refs {
	struct { struct tkt_refs_item *items; size_t n, cap; } tickets; /* in the order of the text, each once */
	struct { struct tkt_refs_miss *items; size_t n, cap; } unknown, ambiguous;
};

/* closing: only what would be closed. A name that does not claim to be a ticket and is none is left
 * out. */
int tkt_op_refs(struct tkt_project *p, const char *text, size_t n, bool closing, struct tkt_refs *out,
		struct tkt_error *err);
void tkt_refs_release(struct tkt_refs *r);
/* "merge", "message", "keyword", "trailer" */
const char *tkt_ref_way_name(enum tkt_ref_way way);

#endif
