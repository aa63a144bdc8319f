/* ops/links_find: the commits of a ticket, by what history says alone. */
#include "ops/links_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void push(struct tkt_founds *out, int64_t n, int rank, bool closes)
{
	TKT_GROW(out);
	out->items[out->n++] = (struct tkt_found){ n, rank, closes };
}

static int by_number(const void *a, const void *b)
{
	const struct tkt_found *x = a, *y = b;

	return x->n != y->n ? (x->n > y->n) - (x->n < y->n) : y->rank - x->rank;
}

/* Each once, by its strongest. */
static void unite(struct tkt_founds *out)
{
	size_t kept = 0;

	if (out->n > 1)
		qsort(out->items, out->n, sizeof *out->items, by_number);
	for (size_t i = 0; i < out->n; i++) {
		if (kept && out->items[kept - 1].n == out->items[i].n)
			out->items[kept - 1].closes |= out->items[i].closes;
		else
			out->items[kept++] = out->items[i];
	}
	out->n = kept;
}

/* Asking what names mean may have brought another index. */
static int unchanged(const struct tkt_called *c, int64_t revision, struct tkt_error *err)
{
	return tkt_links_revision(tkt_project_index(c->p)) == revision ?
		       0 :
		       tkt_error_set(err, TKT_ECONFLICT, "the index changed meanwhile");
}

/* The whole of history is read only for who has a part in it. The tips must be of the same index. */
static int load(struct tkt_graph **g, const struct tkt_called *c, int64_t revision, struct tkt_error *err)
{
	int rc = *g ? 0 : tkt_graph_load(g, tkt_project_index(c->p), 1, err);

	return rc ? rc : unchanged(c, revision, err);
}

/* --- what a merge brought --- */

/* From the newest on: what the other parents reach and the first does not. Ends where nothing of it
 * is left to look at. */
static void brought(const struct tkt_graph *g, int64_t merge, unsigned char *marks, struct tkt_founds *out)
{
	const int64_t oldest = tkt_graph_oldest(g);
	size_t count, pending = 0;
	const int64_t *parents = tkt_graph_parents(g, merge, &count);
	int64_t at = merge;

	for (size_t i = 0; i < count; i++) {
		pending += i && !marks[parents[i] - oldest];
		marks[parents[i] - oldest] |= i ? 2 : 1;
	}
	if (count && marks[parents[0] - oldest] == 3)
		pending--;
	while (pending && --at >= oldest) {
		unsigned char mark = marks[at - oldest];

		if (!mark)
			continue;
		if (mark == 2) {
			push(out, at, TKT_RANK_BRANCH, false);
			pending--;
		}
		parents = tkt_graph_parents(g, at, &count);
		for (size_t i = 0; i < count; i++) {
			unsigned char was = marks[parents[i] - oldest], is = mark == 2 ? was | 2 : was | 1;

			pending += !was && is == 2;
			pending -= was == 2 && is == 3;
			marks[parents[i] - oldest] = is;
		}
	}
}

/* --- branches that are not merged --- */

/* Where work of many comes together; what they reach belongs to no single ticket. */
static bool is_common(const char *branch)
{
	static const char *const names[] = { "develop", "dev", "trunk", "next", "staging", "main", "master" };

	for (size_t i = 0; i < TKT_LEN(names); i++)
		if (strcmp(branch, names[i]) == 0)
			return true;
	return tkt_starts_with(branch, "release/") || tkt_starts_with(branch, "releases/");
}

/* Everything that the branch reaches and no other does, but those that stand on it. */
static void own_commits(const struct tkt_graph *g, int64_t tip, const struct tkt_links_tips *tips, const bool *mine,
			uint64_t *mask, struct tkt_founds *out)
{
	struct tkt_index_set own = { NULL, 0, 0 }, others = { NULL, 0, 0 };
	int64_t *from = tkt_calloc(tips->n, sizeof *from);
	size_t n = 0;

	tkt_graph_mask(g, &tip, 1, mask);
	for (size_t i = 0; i < tips->n; i++) {
		const struct tkt_links_tip *t = &tips->items[i];
		const char *branch = tkt_branch_of(t->name);

		if (t->n < 0 || !branch || mine[i])
			continue;
		if (t->main || is_common(branch) || !mask[t->n - tkt_graph_oldest(g)])
			from[n++] = t->n;
	}
	tkt_graph_reach_all(g, from, n, &others);
	if (!tkt_index_set_has(&others, tip))
		tkt_graph_reach(g, tip, &own);
	for (int64_t at = tip; own.n && at >= tkt_graph_oldest(g); at--)
		if (tkt_index_set_has(&own, at) && !tkt_index_set_has(&others, at))
			push(out, at, TKT_RANK_BRANCH, false);
	tkt_index_set_release(&own);
	tkt_index_set_release(&others);
	free(from);
}

/* Without a main branch there is no telling what is a branch's own. */
static int branches(struct tkt_called *c, const struct tkt_links_tips *tips, struct tkt_graph **g, int64_t revision,
		    struct tkt_founds *out, struct tkt_error *err)
{
	bool *mine = tkt_calloc(tips->n + 1, sizeof *mine), any = false, main = false;
	uint64_t *mask = NULL;
	int rc = 0;

	for (size_t i = 0; i < tips->n; i++) {
		const char *branch = tkt_branch_of(tips->items[i].name);

		main |= tips->items[i].main;
		mine[i] = branch && !tips->items[i].main && !is_common(branch) && tips->items[i].n > 0 &&
			  tkt_called_branch(c, branch);
		any |= mine[i];
	}
	if (any && main)
		rc = load(g, c, revision, err);
	if (any && main && !rc)
		mask = tkt_calloc((size_t)tkt_graph_newest(*g) + 1, sizeof *mask);
	for (size_t i = 0; mask && i < tips->n; i++)
		if (mine[i])
			own_commits(*g, tips->items[i].n, tips, mine, mask, out);
	free(mask);
	free(mine);
	return rc;
}

/* --- names --- */

static void reached(const struct tkt_links_tips *tips, const struct tkt_graph *g, struct tkt_index_set *out)
{
	int64_t *from = tkt_calloc(tips->n + 1, sizeof *from);

	for (size_t i = 0; i < tips->n; i++)
		from[i] = tips->items[i].n;
	tkt_graph_reach_all(g, from, tips->n, out);
	free(from);
}

int tkt_links_search(struct tkt_called *c, const struct tkt_links_tips *tips, struct tkt_graph **g,
		     struct tkt_founds *out, struct tkt_error *err)
{
	struct tkt_index *x = tkt_project_index(c->p);
	struct tkt_links_hits hits = { NULL, 0, 0 };
	struct tkt_index_set seen = { NULL, 0, 0 };
	int64_t revision = tkt_links_revision(x);
	unsigned char *marks = NULL;
	int rc = tkt_links_find(x, c->stems.items, c->stems.n, &hits, err);

	if (!rc && hits.n)
		rc = load(g, c, revision, err);
	if (!rc && hits.n)
		reached(tips, *g, &seen);
	for (size_t i = 0; !rc && i < hits.n; i++) {
		const struct tkt_links_hit *hit = &hits.items[i];

		if (!tkt_index_set_has(&seen, hit->n) || !tkt_called_is(c, hit->name))
			continue;
		push(out, hit->n, TKT_RANK_MERGE + (hit->way - TKT_REF_MERGE), hit->closes);
		if (hit->way != TKT_REF_MERGE || !hit->merge)
			continue;
		free(marks);
		marks = tkt_calloc((size_t)tkt_graph_newest(*g) + 1, sizeof *marks);
		brought(*g, hit->n, marks, out);
	}
	if (!rc)
		rc = branches(c, tips, g, revision, out, err);
	unite(out);
	if (!rc)
		rc = unchanged(c, revision, err);
	free(marks);
	tkt_index_set_release(&seen);
	tkt_links_hits_release(&hits);
	return rc;
}
