/* ops/doctor: is every ticket what tkt-format(5) says, and mend what has one right answer. Floor 5. */
#ifndef TKT_OPS_DOCTOR_H
#define TKT_OPS_DOCTOR_H

#include "ops/project.h"
#include "store/check.h"

struct tkt_doctor_req {
	struct tkt_strv refs; /* empty = the whole root */
	bool fix;             /* repair what has one right answer */
	bool dry_run;         /* say what fix would do, change nothing */
	bool all_refs;        /* look at all branches too: what will clash when they are merged */
	const char *index_file; /* GIT_INDEX_FILE of a hook, or NULL */
};

struct tkt_doctor_report {
	struct tkt_findings findings; /* what is (still) wrong, sorted by file, line, code */
	struct tkt_findings fixed;    /* what was (or would be) mended; message says what was done */
	size_t tickets;
	size_t errors, warnings, infos; /* of findings */
};

/* As tkt_project_open, but a config.yml that cannot be used is a finding (T080) and not an error: the
 * defaults count instead. */
int tkt_doctor_open(struct tkt_project **out, const struct tkt_open_opts *opts,
		    struct tkt_error *err);

/* In a repository git is looked at too, once nothing is left to mend (ops/doctor_git.h).
 * With fix, what can be mended is, in rounds, until nothing is left to mend; the findings are those
 * of the last look. With dry_run the tree is not touched and the findings are those of now. */
int tkt_op_doctor(struct tkt_project *p, const struct tkt_doctor_req *req,
		  struct tkt_doctor_report *out, struct tkt_error *err);
void tkt_doctor_report_release(struct tkt_doctor_report *r);

#endif
