/* ops/reverts: commits that say which other commit they take back, or were picked from. Floor 5. */
#ifndef TKT_OPS_REVERTS_H
#define TKT_OPS_REVERTS_H

#include "git/git.h"
#include "ops/links.h"

#define TKT_REVERTS_MAX 20000 /* so many commits are asked whether they revert something */

/* The commit that the message says it reverts ("This reverts commit <sha>") or was picked from ("(cherry picked from
 * commit <sha>"), as git words them; full names only. */
bool tkt_says_reverts(const struct tkt_git_commit *c, struct tkt_oid *out);
bool tkt_says_picked(const struct tkt_git_commit *c, struct tkt_oid *out);

/* Sets in *out what commits of `main` from `oldest` on took back, and nobody brought back by reverting the revert; of a
 * merge all that it brought. Looks at the newest TKT_REVERTS_MAX only; what is not here is passed over. TKT_EIO: interrupted. */
int tkt_reverts_find(struct tkt_index *x, struct tkt_git *g, const struct tkt_graph *graph, const struct tkt_index_set *main,
		     int64_t oldest, struct tkt_index_set *out, struct tkt_error *err);
/* The same for whoever has no graph at hand: by the index as it lies there. */
int tkt_reverts_on_main(struct tkt_project *p, int64_t oldest, struct tkt_index_set *out, struct tkt_error *err);

#endif
