/* ops/drift_came: a commit that the main branch does not reach, and yet has: it was picked from there or to there, or its branch
 * was squashed. Asked of few commits, so it may cost something. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/drift_int.h"
#include "ops/reverts.h"

/* --- picked ------------------------------------------------------------------------------------ */

static bool same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Picking and rebasing keep who wrote it and when. */
static bool is_copy(const struct tkt_git_commit *a, const struct tkt_git_commit *b)
{
	return a->author_time == b->author_time && same(a->author, b->author) && same(a->email, b->email);
}

static bool was_picked(struct tkt_drifting *d, const struct tkt_drift_fact *f, const struct tkt_git_commit *c)
{
	struct tkt_oid from;
	bool found = tkt_says_picked(c, &from) && tkt_index_set_has(&d->main, tkt_links_number(d->x, &from));

	for (size_t i = 0; !found && i < f->links.n; i++) {
		struct tkt_git_commit other;

		if (!f->links.items[i].merged || tkt_git_commit(d->g, &f->links.items[i].oid, &other, NULL) != 0)
			continue;
		found = is_copy(c, &other);
		tkt_git_commit_release(&other);
	}
	return found;
}

/* --- squashed ---------------------------------------------------------------------------------- */

static bool is_closed_at(const struct tkt_drifting *d, const struct tkt_oid *commit, const char *id)
{
	const char *prefix = tkt_git_facts(d->g)->prefix;
	char *path = tkt_asprintf("%s%s%s/%s/item.md", prefix, *prefix ? "/" : "", tkt_status_name(TKT_CLOSED), id);
	struct tkt_oid oid;
	bool closed = tkt_git_at(d->g, commit, path, &oid, NULL) == 0;

	free(path);
	return closed;
}

/* Where the branch left the main one the ticket was not closed. */
static bool was_open_before(const struct tkt_drifting *d, int64_t tip, const char *id)
{
	struct tkt_index_set theirs = { NULL, 0, 0 };
	bool open = true;

	tkt_graph_reach(d->graph, tip, &theirs);
	for (int64_t n = tip; open && n > 0; n--) {
		const int64_t *parents;
		size_t count;

		if (!tkt_index_set_has(&theirs, n) || tkt_index_set_has(&d->main, n))
			continue;
		parents = tkt_graph_parents(d->graph, n, &count);
		for (size_t i = 0; open && i < count; i++) {
			struct tkt_oid oid;
			int64_t time;

			if (tkt_index_set_has(&d->main, parents[i]))
				open = tkt_links_oid(d->x, parents[i], &oid, &time, NULL) == 0 && !is_closed_at(d, &oid, id);
		}
	}
	tkt_index_set_release(&theirs);
	return open;
}

static bool reaches(const struct tkt_drifting *d, int64_t tip, int64_t n)
{
	struct tkt_index_set theirs = { NULL, 0, 0 };
	bool yes;

	if (tip <= n)
		return tip == n;
	tkt_graph_reach(d->graph, tip, &theirs);
	yes = tkt_index_set_has(&theirs, n);
	tkt_index_set_release(&theirs);
	return yes;
}

/* The ticket was closed on the branch, and the main branch has it closed: with that it got the work too. Of all branches that
 * have the commit. */
static bool was_squashed(const struct tkt_drifting *d, const struct tkt_drift_fact *f, int64_t n)
{
	bool closed = false, found = false;

	for (size_t i = 0; !closed && i < d->tips.n; i++)
		closed = d->tips.items[i].main && is_closed_at(d, &d->tips.items[i].oid, f->id);
	for (size_t i = 0; closed && i < d->tips.n; i++) {
		const struct tkt_links_tip *tip = &d->tips.items[i];

		if (tip->n < 1 || tkt_index_set_has(&d->main, tip->n) || !reaches(d, tip->n, n))
			continue;
		if (!is_closed_at(d, &tip->oid, f->id) || !was_open_before(d, tip->n, f->id))
			return false;
		found = true;
	}
	return found;
}

bool tkt_drift_came(struct tkt_drifting *d, const struct tkt_drift_fact *f, const struct tkt_drift_link *l)
{
	struct tkt_git_commit c;
	bool picked;

	if (tkt_git_commit(d->g, &l->oid, &c, NULL) != 0)
		return false;
	picked = was_picked(d, f, &c);
	tkt_git_commit_release(&c);
	return picked || was_squashed(d, f, l->n);
}
