/* ops/merge: the merge drivers of git for the files of a ticket. Floor 5. tkt-merge-item(1).
 *
 * They need no root: git hands over temporary files. */
#ifndef TKT_OPS_MERGE_H
#define TKT_OPS_MERGE_H

#include "base/error.h"
#include "base/strv.h"

enum tkt_merge_kind { TKT_MERGE_ITEM, TKT_MERGE_THREAD };

struct tkt_merge_req {
	enum tkt_merge_kind kind;
	const char *base, *ours, *theirs; /* files; base may be empty or not there; ours becomes the result */
	const char *path;                 /* that they stand for; NULL if unknown. The driver for threads takes
					     resolution.md too, so that a clone has two drivers to know. */
};

/* *conflicts gets the names of what is left between markers in `ours`: none, and the merge is clean.
 * On failure `ours` is as it was. */
int tkt_op_merge(const struct tkt_merge_req *req, struct tkt_strv *conflicts, struct tkt_error *err);

#endif
