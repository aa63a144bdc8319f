/* ops/doctor_git: what git knows and files do not tell: links to commits, the index, other branches. Floor 5. */
#ifndef TKT_OPS_DOCTOR_GIT_H
#define TKT_OPS_DOCTOR_GIT_H

#include "ops/doctor.h"

/* Adds findings to *f (unsorted), by what is in it already: its commits are looked up. ids NULL: all tickets. Outside a repository
 * nothing is done; what cannot be read is a finding too (T097). TKT_EIO: interrupted. */
int tkt_doctor_git(struct tkt_project *p, const struct tkt_doctor_req *req, const struct tkt_strv *ids,
		   struct tkt_findings *f, struct tkt_error *err);

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
/* T097, once a reason. */
void tkt_doctor_git_unknown(struct tkt_doctor_git *d, const char *what, const char *why);

#endif
