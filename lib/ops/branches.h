/* ops/branches: a ticket as it stands on other branches and in other worktrees. Floor 5. tkt-branches(1). */
#ifndef TKT_OPS_BRANCHES_H
#define TKT_OPS_BRANCHES_H

#include "base/oid.h"
#include "ops/project.h"

#define TKT_BRANCHES_MAX 1000 /* so many are looked at unless all are asked for */

struct tkt_branch_worktree {
	char *path, *branch; /* branch: short, NULL: detached */
};

/* One state of the ticket, and everybody who has it: the same status directory, item.md and thread.md (line ends do not count). */
struct tkt_branch_state {
	enum tkt_status status;
	struct tkt_oid item, thread; /* as git has them; n 0: on disk only, or not there */
	unsigned char item_sum[20], thread_sum[20];
	bool here;                   /* so it lies in this work tree */
	bool split;                  /* somebody who has this has the ticket in another status directory too */
	char *title, *assignee, *column, *updated_at; /* NULL where it has none or cannot be read */
	struct tkt_strv branches;    /* short names, the newest tip first */
	struct { struct tkt_branch_worktree *items; size_t n, cap; } worktrees; /* other ones */
	size_t ahead, behind;        /* events that it has and we lack; that we have and it lacks */
	struct tkt_strv fields;      /* keys whose values differ from ours, "body" for the text, "resolution" never */
	char *bad;                   /* why it cannot be read; NULL */
	bool unread;                 /* its bytes could not be had: the sums tell nothing */
};

struct tkt_branches {
	char *id, *key, *title;      /* title: ours, else of the first state */
	bool here;                   /* the ticket lies in this work tree */
	struct { struct tkt_branch_state *items; size_t n, cap; } states; /* ours first, then by newest tip */
	struct tkt_strv without;     /* branches that do not have it, the newest tip first */
	size_t looked, left_out;     /* branches */
	bool known;                  /* false: branches could not be read, or not all */
	char *why;                   /* owned */
};

/* all: more than TKT_BRANCHES_MAX branches too. A ticket that is on other branches only is found by id, slug (of the id) and key.
 * That history cannot be read is no error: out->known. TKT_ENOTFOUND: no such ticket anywhere. */
int tkt_op_branches(struct tkt_project *p, const char *ref, bool all, struct tkt_branches *out, struct tkt_error *err);
void tkt_branches_release(struct tkt_branches *b);

#endif
