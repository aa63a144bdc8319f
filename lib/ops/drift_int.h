/* ops/drift_int: what drift*.c share. Private to them. Floor 5. */
#ifndef TKT_OPS_DRIFT_INT_H
#define TKT_OPS_DRIFT_INT_H

#include "ops/drift.h"
#include "ops/links.h"

struct tkt_drift_link {
	struct tkt_oid oid;
	int64_t n, time; /* n -1: by hand, and no walk has met it */
	bool merged, closes, weak, branch; /* weak: only mentioned; branch: the merge of a branch named after the ticket */
};

/* What is kept of a ticket. */
struct tkt_drift_fact {
	char *id, *title, *slug, *number, hex[41];
	enum tkt_status status;
	bool wanted;        /* by the query */
	struct tkt_by_hands hand;
	tkt_time reopened;  /* the last time; INT64_MIN: never */
	const char *busy;   /* in progress because; NULL: it is not */
	tkt_time since;
	struct { struct tkt_drift_link *items; size_t n, cap; } links; /* by oid, each once */
};

struct tkt_drifting {
	struct tkt_project *p;
	struct tkt_index *x;
	struct tkt_git *g;
	const struct tkt_drift_req *req;
	struct tkt_drift *out;
	struct tkt_references refs;
	struct tkt_links_tips tips;
	struct tkt_graph *graph;
	struct tkt_index_set main;  /* commits that the main branch reaches */
	struct tkt_index_set named; /* commits that belong to a ticket */
	struct tkt_index_set reverted; /* commits that the main branch took back */
	struct { struct tkt_drift_fact *items; size_t n, cap; } facts; /* by id */
};

/* drift_facts.c: reads every ticket. */
int tkt_drift_read(struct tkt_drifting *d, size_t *pos, struct tkt_error *err);
void tkt_drift_facts_release(struct tkt_drifting *d);
struct tkt_drift_fact *tkt_drift_fact(struct tkt_drifting *d, const char *id); /* or NULL */
/* drift_links.c: which commits belong to which ticket: facts' links, and `named`. */
int tkt_drift_link(struct tkt_drifting *d, struct tkt_error *err);
/* drift_tickets.c: closed, merged, idle. */
int tkt_drift_tickets(struct tkt_drifting *d, struct tkt_error *err);
/* drift_came.c: did the main branch get the commit by another way: picked, or squashed? */
bool tkt_drift_came(struct tkt_drifting *d, const struct tkt_drift_fact *f, const struct tkt_drift_link *l);
/* drift_commits.c: nameless, vain. */
int tkt_drift_commits(struct tkt_drifting *d, struct tkt_error *err);

#endif
