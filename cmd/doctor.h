/* doctor: how the report of `tkt doctor` is shown: cmd_doctor.c asks, doctor_formats.c and
 * doctor_ci.c write. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "cmd.h"
#include "ops/doctor.h"

struct doctor_view {
	const struct tkt_doctor_report *report;
	const char *prefix;   /* of paths relative to the root, so that they start at git's top: "work-items/" */
	bool dry_run, strict; /* strict: warnings fail too */
	enum tkt_level least; /* what is less than this is counted, not shown */
};

/* doctor_formats.c: for people and programs */
void doctor_text(struct cli *c, const struct doctor_view *v);
void doctor_json(struct cli *c, const struct doctor_view *v);
void doctor_junit(struct cli *c, const struct doctor_view *v);
void doctor_tap(struct cli *c, const struct doctor_view *v);
/* doctor_ci.c: for the places where findings are shown beside the lines of a merge request */
void doctor_github(struct cli *c, const struct doctor_view *v);
void doctor_gitlab(struct cli *c, const struct doctor_view *v);
void doctor_sarif(struct cli *c, const struct doctor_view *v);

bool doctor_shows(const struct doctor_view *v, const struct tkt_finding *f);
bool doctor_fails(const struct doctor_view *v, const struct tkt_finding *f);
/* The finding's file from git's top: prefix and file, ".." resolved. Owned. */
char *doctor_path(const struct doctor_view *v, const struct tkt_finding *f);

#endif
