/* ops/comment: events that people write: comments, plans, decisions, reviews; and files. Floor 5. */
#ifndef TKT_OPS_COMMENT_H
#define TKT_OPS_COMMENT_H

#include "ops/change.h"

struct tkt_comment_req {
	struct tkt_strv refs;
	const char *role;   /* NULL = "comment"; any word; "review" needs review_status */
	const char *review_status; /* "approve" or "request_changes", or NULL */
	const char *body;   /* bytes of the body, as they are to stand */
	size_t body_len;
	struct tkt_strv attach;          /* files to copy into artifacts/ */
	const char *idempotency_key;     /* or NULL */
	const char *if_rev;
};

int tkt_op_comment(struct tkt_project *p, const struct tkt_comment_req *req,
		   struct tkt_changes *out, struct tkt_error *err);

struct tkt_attach_req {
	const char *ref;
	struct tkt_strv files;       /* lent */
	const char *name;            /* of the only file, or of bytes; NULL: the files' own */
	const struct tkt_buf *bytes; /* instead of files; NULL: none */
	const char *if_rev;
};

/* `tkt attach`: files into artifacts/, one `artifact_added` event each. */
int tkt_op_attach(struct tkt_project *p, const struct tkt_attach_req *req, struct tkt_changes *out,
		  struct tkt_error *err);

#endif
