/* ops/index: status, refresh, rebuild. */
#include "ops/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/semantic.h"
#include "ops/search.h"

static int vectors(struct tkt_index *x, struct tkt_index_answer *out, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	int rc = tkt_semantic_refresh(x, 0, &out->missing, &e);

	if (rc != TKT_ENO)
		return rc ? tkt_error_move(err, &e) : 0;
	out->degraded = tkt_strdup(e.message ? e.message : "the embedder gives no answer");
	tkt_error_release(&e);
	return 0;
}

int tkt_op_index(struct tkt_project *p, enum tkt_index_action action, struct tkt_index_answer *out,
		 struct tkt_error *err)
{
	struct tkt_index *x = tkt_project_index(p);
	int rc = 0;

	memset(out, 0, sizeof *out);
	out->action = action;
	if (action == TKT_INDEX_REFRESH)
		rc = tkt_index_refresh(x, TKT_INDEX_TEXT, &out->done, err);
	else if (action == TKT_INDEX_REBUILD)
		rc = tkt_index_rebuild(x, &out->done, err);
	if (!rc && action != TKT_INDEX_STATUS) {
		if (!tkt_search_off(p))
			rc = vectors(x, out, err);
		tkt_index_problems(x, &out->bad);
	}
	if (!rc)
		rc = tkt_index_status(x, &out->status, err);
	tkt_index_rest(x);
	if (rc)
		tkt_index_answer_release(out);
	return rc;
}

void tkt_index_answer_release(struct tkt_index_answer *a)
{
	if (!a)
		return;
	tkt_index_status_release(&a->status);
	tkt_index_refreshed_release(&a->done);
	free(a->degraded);
	tkt_index_problems_release(&a->bad);
	memset(a, 0, sizeof *a);
}
