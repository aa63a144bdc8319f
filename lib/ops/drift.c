/* ops/drift: tickets beside history: read both, put them together, tell where they part. */
#include "ops/drift.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/drift_int.h"

static bool is_stop(const struct tkt_error *e)
{
	return e->code == TKT_EIO && e->message && strcmp(e->message, "interrupted") == 0;
}

static void not_known(struct tkt_drift *out, const char *why)
{
	out->known = false;
	if (!out->why)
		out->why = tkt_strdup(why ? why : "history cannot be read");
}

/* Resolving what history names may have brought another index, and with it other numbers. */
static void number_again(struct tkt_drifting *d)
{
	for (size_t i = 0; i < d->refs.n; i++)
		d->refs.items[i].hit.n = tkt_links_number(d->x, &d->refs.items[i].hit.oid);
}

/* Tips, graph, and what the main branch reaches: of the index as it lies there now. TKT_ECONFLICT: it lost what was read. */
static int load_graph(struct tkt_drifting *d, struct tkt_error *err)
{
	struct tkt_links_state state;
	int rc = 0;

	if (tkt_links_state(d->x, &state, NULL) != 0)
		rc = tkt_error_set(err, TKT_ECONFLICT, "the index changed meanwhile");
	if (!rc)
		rc = tkt_links_tips(d->x, &d->tips, err);
	if (!rc)
		rc = tkt_graph_load(&d->graph, d->x, 1, err);
	for (size_t i = 0; !rc && i < d->tips.n; i++)
		if (d->tips.items[i].main && d->tips.items[i].n > 0)
			tkt_graph_reach(d->graph, d->tips.items[i].n, &d->main);
	return rc;
}

static void forget(struct tkt_drifting *d)
{
	tkt_references_release(&d->refs);
	tkt_links_tips_release(&d->tips);
	tkt_graph_free(d->graph);
	d->graph = NULL;
	tkt_index_set_release(&d->main);
	tkt_index_set_release(&d->named);
	tkt_index_set_release(&d->reverted);
	tkt_drift_facts_release(d);
}

static char *no_main(const char *wanted)
{
	if (wanted && *wanted)
		return tkt_asprintf("there is no branch '%s', which git config tkt.mainBranch names", wanted);
	return tkt_strdup("there is no main branch; git config tkt.mainBranch NAME says which one it is");
}

/* What history holds, and what its names mean. */
static int read_history(struct tkt_drifting *d, struct tkt_error *err)
{
	struct tkt_history h;
	struct tkt_error why = TKT_ERROR_INIT;
	int64_t revision;
	int rc = tkt_project_git(d->p, &d->g, &why);

	if (rc) {
		if (is_stop(&why))
			return tkt_error_move(err, &why);
		not_known(d->out, why.message);
		tkt_error_release(&why);
		return 0;
	}
	rc = tkt_index_refresh(d->x, TKT_INDEX_FIELDS, NULL, err);
	if (!rc)
		rc = tkt_links_refresh(d->p, false, true, &h, err);
	if (rc)
		return rc;
	d->out->known = h.known;
	d->out->whole = h.whole;
	d->out->why = tkt_strdup_null(h.why);
	tkt_history_release(&h);
	if (!d->out->known)
		return 0;
	revision = tkt_links_revision(d->x);
	rc = tkt_links_references(d->p, false, &d->refs, &d->out->mains, err);
	if (!rc)
		rc = load_graph(d, err);
	if (!rc && tkt_links_revision(d->x) != revision)
		number_again(d);
	if (!rc && !d->out->mains && !d->out->why && tkt_graph_newest(d->graph) > 0)
		d->out->why = no_main(d->p->git_opts.main);
	return rc;
}

static int once(struct tkt_drifting *d, size_t *pos, struct tkt_error *err)
{
	int64_t revision;
	int rc = tkt_drift_read(d, pos, err); /* first: a query may bring another index too */

	if (!rc)
		rc = read_history(d, err);
	if (rc || !d->out->known)
		return rc;
	revision = tkt_links_revision(d->x);
	rc = tkt_drift_link(d, err);
	if (!rc && !d->req->query)
		rc = tkt_drift_commits(d, err);
	if (!rc)
		rc = tkt_drift_tickets(d, err);
	if (!rc && tkt_links_revision(d->x) != revision)
		rc = tkt_error_set(err, TKT_ECONFLICT, "the index changed meanwhile");
	return rc;
}

int tkt_op_drift(struct tkt_project *p, const struct tkt_drift_req *req, struct tkt_drift *out, size_t *pos,
		 struct tkt_error *err)
{
	struct tkt_drifting d = { .p = p, .x = tkt_project_index(p), .req = req, .out = out };
	struct tkt_error why = TKT_ERROR_INIT;
	bool rested = tkt_index_rests(d.x);
	int rc = TKT_ECONFLICT;

	memset(out, 0, sizeof *out);
	for (int tries = 0; rc == TKT_ECONFLICT && tries < 3; tries++) {
		tkt_error_release(&why);
		tkt_drift_release(out);
		out->since = req->since;
		rc = once(&d, pos, &why);
		forget(&d);
	}
	if (rested)
		tkt_index_rest(d.x);
	if (!rc)
		return 0;
	tkt_drift_release(out);
	return tkt_error_move(err, &why);
}

static void commits_release(struct tkt_drift_commits *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->items[i].subject);
		free(list->items[i].author);
		free(list->items[i].name);
	}
	free(list->items);
}

static void tickets_release(struct tkt_drift_tickets *list)
{
	for (size_t i = 0; i < list->n; i++) {
		tkt_brief_release(&list->items[i].ticket);
		commits_release(&list->items[i].commits);
	}
	free(list->items);
}

void tkt_drift_release(struct tkt_drift *d)
{
	if (!d)
		return;
	tickets_release(&d->closed);
	tickets_release(&d->merged);
	tickets_release(&d->idle);
	commits_release(&d->nameless);
	commits_release(&d->vain);
	free(d->why);
	memset(d, 0, sizeof *d);
}
