/* ops/move: a ticket changes its status. Floor 5. */
#ifndef TKT_OPS_MOVE_H
#define TKT_OPS_MOVE_H

#include "ops/change.h"

struct tkt_move_req {
	struct tkt_strv refs;
	enum tkt_status to;
	const char *text;  /* comment; for TKT_CLOSED the resolution (NULL: "Closed.\n") */
	size_t text_len;
	const char *commit; /* close: the commit that did it, any revision (the event tells it), or NULL */
	const char *if_rev;
	bool strict;       /* `close`, `reopen`: a ticket that is there already is TKT_EEXISTS */
	bool reopen;       /* only from closed: TKT_EEXISTS for others */
	bool want_unblocked; /* look for tickets that this frees: reads all that is not closed */
};

/* open/pending: `status_changed` (or `reopened` when it was closed); closed: resolution.md and a `close` event.
 * A ticket that is there already does not change; a text given with that becomes a comment. */
int tkt_op_move(struct tkt_project *p, const struct tkt_move_req *req, struct tkt_changes *out,
		struct tkt_error *err);

#endif
