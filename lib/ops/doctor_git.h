/* ops/doctor_git: what git knows and files do not tell: links to commits, the index, other branches. Floor 5. */
#ifndef TKT_OPS_DOCTOR_GIT_H
#define TKT_OPS_DOCTOR_GIT_H

#include "ops/doctor.h"

/* Adds findings to *f (unsorted), by what is in it already: its commits are looked up. ids NULL: all tickets. Outside a repository
 * nothing is done; what cannot be read is a finding too (T097). TKT_EIO: interrupted. */
int tkt_doctor_git(struct tkt_project *p, const struct tkt_doctor_req *req, const struct tkt_strv *ids,
		   struct tkt_findings *f, struct tkt_error *err);

/* Before files are mended without git: merges what else would be put aside, from what git knows (T005). found: what is to
 * be mended; *done as for tkt_check_fix. */
int tkt_doctor_git_fix_first(struct tkt_project *p, const struct tkt_doctor_req *req, const struct tkt_findings *found,
			     struct tkt_findings *done, struct tkt_error *err);
/* After that: mends what a merge did to tickets (T098). found: of the look before. */
int tkt_doctor_git_fix(struct tkt_project *p, const struct tkt_doctor_req *req, const struct tkt_strv *ids,
		       const struct tkt_findings *found, struct tkt_findings *done, struct tkt_error *err);

/* For the files doctor_git*.c. */
struct tkt_doctor_git {
	struct tkt_project *p;
	struct tkt_git *g;
	const struct tkt_strv *ids;
	struct tkt_findings *f;
};
/* doctor_git_index.c: git's index. file: GIT_INDEX_FILE or NULL. */
int tkt_doctor_git_index(struct tkt_doctor_git *d, const char *file, struct tkt_error *err);
/* doctor_git_refs.c: what clashes between branches; all of the root. */
int tkt_doctor_git_refs(struct tkt_doctor_git *d, struct tkt_error *err);
/* doctor_git_merge.c: events that a merge lost, or gave to another ticket. done (may be NULL: only look) gets what was
 * mended, or in a dry run would be. */
int tkt_doctor_git_merge(struct tkt_doctor_git *d, const char *index_file, struct tkt_findings *done, bool dry,
			 struct tkt_error *err);
/* doctor_git_join.c: the item.md of tickets in two directories (T005), before they are joined by their files. */
int tkt_doctor_git_join(struct tkt_doctor_git *d, const struct tkt_findings *found, const char *index_file,
			struct tkt_findings *done, bool dry, struct tkt_error *err);
/* doctor_git_alike.c: events that git gave to another ticket, in a merge or a rebase of this clone. done: as above. */
int tkt_doctor_git_alike(struct tkt_doctor_git *d, const struct tkt_findings *births, struct tkt_findings *done, bool dry,
			 struct tkt_error *err);
/* doctor_git_sides.c */
struct tkt_git_side {
	struct tkt_oid commit;
	struct tkt_oid untracked; /* of a stash: a commit with more files of it; n 0: none */
	struct tkt_oids bases; /* what is in one of them is not this side's doing */
	bool skip;
};
struct tkt_git_sides {
	struct tkt_git_side *items;
	size_t n, cap;
	bool merged;         /* HEAD is the merge, and this its tree; else one is under way */
	bool squash;         /* under way, or given up: nobody can tell */
	struct tkt_oid head;
	struct tkt_strv ids;    /* of the tickets that are not on all sides as they were; sorted */
	struct tkt_strv others; /* the same of sides that are skipped */
};
int tkt_git_sides_read(struct tkt_git *g, struct tkt_git_sides *out, struct tkt_error *err);
void tkt_git_sides_release(struct tkt_git_sides *s);
/* T097, once a reason. */
void tkt_doctor_git_unknown(struct tkt_doctor_git *d, const char *what, const char *why);

#endif
