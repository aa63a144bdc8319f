/* ops/index: looking after the throwaway index. Floor 5. */
#ifndef TKT_OPS_INDEX_H
#define TKT_OPS_INDEX_H

#include "index/index.h"
#include "ops/project.h"

enum tkt_index_action { TKT_INDEX_STATUS, TKT_INDEX_REFRESH, TKT_INDEX_REBUILD };

struct tkt_index_answer {
	enum tkt_index_action action;
	struct tkt_index_status status; /* afterwards */
	struct tkt_index_refreshed done; /* zero for STATUS */
	size_t missing;                 /* tickets without vectors, because of: */
	char *degraded;                 /* or NULL */
	struct tkt_index_problems bad;
};

/* STATUS changes nothing; REFRESH brings text and vectors up to date; REBUILD makes them from nothing. */
int tkt_op_index(struct tkt_project *p, enum tkt_index_action action, struct tkt_index_answer *out,
		 struct tkt_error *err);
void tkt_index_answer_release(struct tkt_index_answer *a);

#endif
