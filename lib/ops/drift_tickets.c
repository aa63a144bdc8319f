/* ops/drift_tickets: closed, but not merged; merged, but open; in progress, with no commit. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/drift_int.h"
#include "ops/reverts.h"

#define IDLE_AFTER ((int64_t)24 * 3600) /* of a day of work nobody expects a commit */

static struct tkt_drift_ticket *add(struct tkt_drifting *d, struct tkt_drift_tickets *list,
				    const struct tkt_drift_fact *f, const char *why)
{
	struct tkt_buf key = TKT_BUF_INIT;
	struct tkt_drift_ticket *t;

	tkt_store_key(&key, d->p->config.prefix, f->id);
	TKT_GROW(list);
	t = &list->items[list->n++];
	*t = (struct tkt_drift_ticket){ .why = why };
	t->ticket = (struct tkt_brief){ tkt_strdup(f->id), tkt_buf_detach(&key), tkt_strdup(f->title), f->status };
	return t;
}

static void add_commit(struct tkt_drifting *d, struct tkt_drift_commits *list, const struct tkt_drift_link *l)
{
	struct tkt_drift_commit *c;
	struct tkt_git_commit commit;

	TKT_GROW(list);
	c = &list->items[list->n++];
	*c = (struct tkt_drift_commit){ .time = l->time };
	tkt_oid_hex(&l->oid, c->sha);
	memset(&commit, 0, sizeof commit);
	if (tkt_git_commit(d->g, &l->oid, &commit, NULL) == 0) {
		c->subject = tkt_git_subject(&commit);
		c->author = tkt_strdup_null(commit.author);
	}
	tkt_git_commit_release(&commit);
}

static int newest_first(const void *a, const void *b)
{
	const struct tkt_drift_commit *x = a, *y = b;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	return strcmp(x->sha, y->sha);
}

/* What stayed behind. After a squash, a rebase or a cherry-pick the main branch has newer commits than those it came from: then
 * nothing did. Where part of the work was merged a mere mention on a branch is no work. */
static bool stayed_behind(const struct tkt_drift_link *l, int64_t newest_merged)
{
	return l->n > 0 && !l->merged && l->time > newest_merged && (newest_merged == INT64_MIN || !l->weak);
}

static void look_at_closed(struct tkt_drifting *d, const struct tkt_drift_fact *f)
{
	struct tkt_drift_ticket *t = NULL;
	int64_t newest = INT64_MIN;

	for (size_t i = 0; i < f->links.n; i++)
		if (f->links.items[i].merged && f->links.items[i].time > newest)
			newest = f->links.items[i].time;
	for (size_t i = 0; i < f->links.n; i++) {
		if (!stayed_behind(&f->links.items[i], newest) || tkt_drift_came(d, f, &f->links.items[i]))
			continue;
		if (!t)
			t = add(d, &d->out->closed, f, NULL);
		add_commit(d, &t->commits, &f->links.items[i]);
	}
	if (!t)
		return;
	t->linked = f->links.n;
	qsort(t->commits.items, t->commits.n, sizeof *t->commits.items, newest_first);
}

/* The commit closed it once before: whoever opened it again knows. */
static bool closed_before(const struct tkt_drift_fact *f, const struct tkt_drift_link *l)
{
	for (size_t i = 0; i < f->hand.n; i++)
		if (f->hand.items[i].closes && tkt_oid_begins(&l->oid, f->hand.items[i].sha))
			return true;
	return false;
}

/* Said to be closed by a commit on the main branch (what `tkt link --apply` would close); or its branch was merged there,
 * and nothing was done for it since. */
static void look_at_open(struct tkt_drifting *d, const struct tkt_drift_fact *f)
{
	const struct tkt_drift_link *closing = NULL, *branch = NULL;
	bool open_work = false;

	for (size_t i = 0; i < f->links.n; i++) {
		const struct tkt_drift_link *l = &f->links.items[i];

		open_work |= !l->merged;
		if (!l->merged || f->reopened >= l->time || tkt_index_set_has(&d->reverted, l->n))
			continue;
		if (l->closes && !closed_before(f, l) && (!closing || l->time > closing->time))
			closing = l;
		if (l->branch && (!branch || l->time > branch->time))
			branch = l;
	}
	for (size_t i = 0; branch && i < f->links.n; i++)
		open_work |= f->links.items[i].time > branch->time;
	if (closing)
		add_commit(d, &add(d, &d->out->merged, f, "closes")->commits, closing);
	else if (branch && !open_work)
		add_commit(d, &add(d, &d->out->merged, f, "branch")->commits, branch);
}

static void look_at_busy(struct tkt_drifting *d, const struct tkt_drift_fact *f)
{
	if (f->busy && !f->links.n && f->since + IDLE_AFTER <= d->p->now)
		add(d, &d->out->idle, f, f->busy)->since = f->since;
}

/* What was taken back on the main branch closes nothing. Mostly there is nothing to ask for. */
static int find_reverted(struct tkt_drifting *d, struct tkt_error *err)
{
	int64_t oldest = INT64_MAX;

	for (size_t i = 0; i < d->facts.n; i++) {
		const struct tkt_drift_fact *f = &d->facts.items[i];

		for (size_t k = 0; f->wanted && f->status != TKT_CLOSED && k < f->links.n; k++)
			if (f->links.items[k].merged && (f->links.items[k].closes || f->links.items[k].branch) &&
			    f->links.items[k].n < oldest)
				oldest = f->links.items[k].n;
	}
	if (oldest == INT64_MAX)
		return 0;
	return tkt_reverts_find(d->x, d->g, d->graph, &d->main, oldest, &d->reverted, err);
}

/* Where history ends early, what is not found may be behind the end. */
int tkt_drift_tickets(struct tkt_drifting *d, struct tkt_error *err)
{
	const bool sure = d->out->known && d->out->whole;
	int rc = find_reverted(d, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < d->facts.n; i++) {
		const struct tkt_drift_fact *f = &d->facts.items[i];

		if (!f->wanted)
			continue;
		if (f->status == TKT_CLOSED && sure && d->out->mains)
			look_at_closed(d, f);
		else if (f->status != TKT_CLOSED && d->out->mains)
			look_at_open(d, f);
		if (sure)
			look_at_busy(d, f);
	}
	return 0;
}
