/* ops/change: what every change of a ticket answers, and the loop that makes it. Floor 5. */
#ifndef TKT_OPS_CHANGE_H
#define TKT_OPS_CHANGE_H

#include "ops/project.h"
#include "store/txn.h"

/* One changed field, as text (lists as "a, b"); NULL = not set. */
struct tkt_diff {
	char *field, *from, *to;
};

struct tkt_changed {
	char *id, *key, *path; /* path: where the directory is now */
	struct { struct tkt_diff *items; size_t n, cap; } diffs;
	struct { struct tkt_artifact *items; size_t n, cap; } artifacts; /* added ones */
	struct tkt_strv unblocked; /* ids that wait for nothing any more (close) */
	struct tkt_strv warnings;
	char rev[17];              /* after the change */
	bool replayed;             /* an idempotency key had been used: nothing was done again */
};

struct tkt_changes {
	struct tkt_changed *items;
	size_t n, cap;
};

void tkt_changes_release(struct tkt_changes *c);

/* For the implementations in ops/. The loop: begin (lock, recovery), load each ticket whole, let `plan` say
 * what is to happen, commit; on a lost race (a writer without the lock) all of it again, a few times.
 * `plan` may be called more than once and must start afresh from the record; it leaves what it
 * changed in `out` (reset before each try). if_rev (may be NULL) must be the ticket's rev:
 * TKT_ECONFLICT. Tickets with conflict markers or unreadable frontmatter are refused before. */
typedef int (*tkt_plan_fn)(void *payload, struct tkt_project *p, struct tkt_txn *t,
			   struct tkt_record *r, struct tkt_changed *out, struct tkt_error *err);
int tkt_change_each(struct tkt_project *p, const struct tkt_strv *refs, const char *if_rev,
		    tkt_plan_fn plan, void *payload, struct tkt_changes *out, struct tkt_error *err);

void tkt_changed_diff(struct tkt_changed *c, const char *field, const char *from, const char *to);

#endif
