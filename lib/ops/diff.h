/* ops/diff: what a commit changed, and which tickets it names. Floor 5. tkt-diff(1). */
#ifndef TKT_OPS_DIFF_H
#define TKT_OPS_DIFF_H

#include "git/git.h"
#include "ops/refs.h"

struct tkt_diff_req {
	const char *rev;
	bool patch;            /* else numbers only */
	bool fetch;            /* a partial clone may ask for what it lacks */
	size_t max;            /* bytes of patch a file; 0: no limit */
	const char *cwd;       /* absolute; what paths start from; NULL: the top */
	const struct tkt_strv *paths; /* these and what lies below them; NULL or none: all */
};

struct tkt_commit_diff {
	struct tkt_git_commit commit;
	struct tkt_git_diff diff;  /* its numbers count the files that are in it */
	struct tkt_refs tickets;
	size_t elsewhere;          /* files that it changed, but not below paths */
	size_t big;                /* files whose patch is left out */
};

/* TKT_ENOTFOUND: no such commit, no repository. TKT_EIO: it cannot be told (the end of a shallow
 * clone). */
int tkt_op_diff(struct tkt_project *p, const struct tkt_diff_req *req, struct tkt_commit_diff *out, struct tkt_error *err);
void tkt_commit_diff_release(struct tkt_commit_diff *d);

/* language.c: what a file is written in, by its name: "C", "Python"; NULL: not known. */
const char *tkt_language_of(const char *path);

#endif
