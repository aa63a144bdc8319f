/* ops/init: a new root, and its settings. Floor 5. */
#ifndef TKT_OPS_INIT_H
#define TKT_OPS_INIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strv.h"
#include "ops/project.h"

struct tkt_init_req {
	const char *root;    /* directory to make, e.g. "/home/me/src/work-items" */
	const char *project; /* or NULL */
	const char *prefix;  /* or NULL = TKT; [A-Z][A-Z0-9]{0,15} */
	bool no_git;         /* no .gitattributes */
	bool no_sync;
};

struct tkt_init_result {
	struct tkt_strv made; /* paths relative to the root; empty when all was there */
};

/* Safe to repeat: what exists stays as it is, but for a line that a .gitattributes of ours lacks. */
int tkt_op_init(const struct tkt_init_req *req, struct tkt_init_result *out, struct tkt_error *err);
void tkt_init_result_release(struct tkt_init_result *r);

/* `tkt config`: reading (*value owned, NULL if unset) and writing one setting of config.yml. */
int tkt_op_config_get(struct tkt_project *p, const char *key, char **value, struct tkt_error *err);
int tkt_op_config_set(struct tkt_project *p, const char *key, const char *value, struct tkt_error *err);

#endif
