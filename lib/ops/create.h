/* ops/create: a new ticket. Floor 5. */
#ifndef TKT_OPS_CREATE_H
#define TKT_OPS_CREATE_H

#include "ops/project.h"

struct tkt_create_req {
	const char *title;    /* 1 line of UTF-8, 3 to 500 characters */
	const char *slug, *body, *kind, *priority, *assignee, *column, *parent, *scope; /* NULL = default */
	struct tkt_strv labels, blocked_by, related, errors, warnings, references;
	struct tkt_strv set;  /* "KEY=VALUE" */
	const char *idempotency_key; /* or NULL: same key, same ticket */
	const char *template_name;   /* work-items/templates/<name>.md, or NULL */
	bool force;           /* take words that config.yml does not know */
};

struct tkt_created {
	char *id, *key, *path;
	bool replayed;
};

/* TKT_EUSAGE-like mistakes in values are TKT_EINVALID; a REF that names nothing TKT_ENOTFOUND. */
int tkt_op_create(struct tkt_project *p, const struct tkt_create_req *req, struct tkt_created *out,
		  struct tkt_error *err);
void tkt_created_release(struct tkt_created *c);
/* The ticket that was made with this idempotency key before (owned); NULL: none. */
int tkt_op_create_before(struct tkt_project *p, const char *key, char **id, struct tkt_error *err);
/* The body that a new ticket gets when none is given: from the template or the default sections. Owned. */
int tkt_op_template(struct tkt_project *p, const char *name, char **body, struct tkt_error *err);

#endif
