/* ops/drift: where tickets and history say different things. Floor 5. tkt-drift(1).
 *
 * Only what is certain is told: a list that cries wolf is not read. The cost is that of all tickets' files, and of the part of
 * history that is newer than `since`. */
#ifndef TKT_OPS_DRIFT_H
#define TKT_OPS_DRIFT_H

#include "base/oid.h"
#include "ops/project.h"
#include "ops/search.h"

#define TKT_DRIFT_SINCE ((int64_t)30 * 24 * 3600) /* commits so old are looked at, unless told otherwise */

struct tkt_drift_commit {
	char sha[TKT_OID_HEX];
	char *subject, *author;
	int64_t time;
	char *name;     /* vain: the reference as it stands there */
	bool ambiguous; /* vain: more than one ticket answers to it */
};
struct tkt_drift_commits {
	struct tkt_drift_commit *items; /* newest first */
	size_t n, cap;
};

struct tkt_drift_ticket {
	struct tkt_brief ticket;
	const char *why; /* merged: "closes", "branch"; idle: "pending", "started", "claimed", "column"; static, or NULL */
	int64_t since;   /* idle: when it began */
	size_t linked;   /* closed: how many commits are linked in all */
	struct tkt_drift_commits commits; /* closed: those that are not on the main branch; merged: the one that says so */
};
struct tkt_drift_tickets {
	struct tkt_drift_ticket *items; /* by id */
	size_t n, cap;
};

struct tkt_drift {
	struct tkt_drift_tickets closed;  /* closed, but commits are not on the main branch */
	struct tkt_drift_tickets merged;  /* merged, but open */
	struct tkt_drift_tickets idle;    /* in progress, with no commit */
	struct tkt_drift_commits nameless; /* change something outside the root, and name no ticket */
	struct tkt_drift_commits vain;     /* name a ticket that is not there */
	bool known, whole, mains;          /* history was read; to its roots; a main branch is known */
	char *why;                         /* owned: why not all could be told; NULL: all is */
	tkt_time since;
};

struct tkt_drift_req {
	const char *query; /* only these tickets, and no lists of commits; NULL: everything */
	tkt_time since;    /* commits from then on */
};

/* What cannot be known is left out, and known, whole, mains say so. TKT_EINVALID: a wrong query (*pos: byte offset, may be NULL). TKT_EIO:
 * interrupted. */
int tkt_op_drift(struct tkt_project *p, const struct tkt_drift_req *req, struct tkt_drift *out, size_t *pos,
		 struct tkt_error *err);
void tkt_drift_release(struct tkt_drift *d);
static inline size_t tkt_drift_count(const struct tkt_drift *d)
{
	return d->closed.n + d->merged.n + d->idle.n + d->nameless.n + d->vain.n;
}

#endif
