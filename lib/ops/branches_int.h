/* ops/branches_int: what branches*.c share. Private to them. Floor 5. */
#ifndef TKT_OPS_BRANCHES_INT_H
#define TKT_OPS_BRANCHES_INT_H

#include "ops/branches.h"
#include "ops/tips.h"

/* The two files of a ticket, wherever they come from. */
struct tkt_branch_copy {
	struct tkt_buf item, thread;
	bool has_item, has_thread;
	char *bad; /* why it could not be read */
};
void tkt_branch_copy_init(struct tkt_branch_copy *c);
void tkt_branch_copy_release(struct tkt_branch_copy *c);

/* branches_compare.c: sums, and what is told of a copy; ours NULL: the ticket is not here. */
void tkt_branch_sums(const struct tkt_branch_copy *c, struct tkt_branch_state *out);
void tkt_branch_describe(const struct tkt_config *config, const struct tkt_branch_copy *c,
			 const struct tkt_branch_copy *ours, struct tkt_branch_state *out);

/* branches_find.c: what was typed -> the id of a ticket that some branch has. TKT_ENOTFOUND, TKT_EAMBIGUOUS. */
int tkt_branches_find(struct tkt_project *p, struct tkt_git *g, const struct tkt_tips *tips, const char *ref, char **id,
		      struct tkt_error *err);

#endif
