/* ops/reverts: by the words that git puts into messages; what it means is told by the graph. */
#include "ops/reverts.h"

#include <string.h>

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* The last of them counts: a pick of a pick was picked from the nearer one. */
static bool says(const struct tkt_git_commit *c, const char *words, struct tkt_oid *out)
{
	const char *p = c->message;
	bool found = false;

	while (p && (p = strstr(p, words))) {
		size_t n = 0;

		p += strlen(words);
		while (n <= 2 * TKT_OID_MAX && is_hex(p[n]))
			n++;
		found |= tkt_oid_parse(out, p, n);
	}
	return found;
}

bool tkt_says_reverts(const struct tkt_git_commit *c, struct tkt_oid *out)
{
	return says(c, "This reverts commit ", out);
}

bool tkt_says_picked(const struct tkt_git_commit *c, struct tkt_oid *out)
{
	return says(c, "(cherry picked from commit ", out);
}

/* Of a merge what it brought. */
static void take_back(const struct tkt_graph *graph, int64_t n, struct tkt_index_set *out)
{
	struct tkt_index_set before = { NULL, 0, 0 }, theirs = { NULL, 0, 0 };
	size_t count;
	const int64_t *parents = tkt_graph_parents(graph, n, &count);

	tkt_index_set_add(out, n);
	if (count > 1) {
		tkt_graph_reach(graph, parents[0], &before);
		tkt_graph_reach_all(graph, parents + 1, count - 1, &theirs);
		for (int64_t i = n; i > 0; i--)
			if (tkt_index_set_has(&theirs, i) && !tkt_index_set_has(&before, i))
				tkt_index_set_add(out, i);
	}
	tkt_index_set_release(&before);
	tkt_index_set_release(&theirs);
}

/* From the newest to the oldest: a revert that was reverted itself takes nothing back. */
int tkt_reverts_find(struct tkt_index *x, struct tkt_git *g, const struct tkt_graph *graph, const struct tkt_index_set *main,
		     int64_t oldest, struct tkt_index_set *out, struct tkt_error *err)
{
	size_t looked = 0;

	for (int64_t n = tkt_graph_newest(graph); n >= oldest && n > 0 && looked < TKT_REVERTS_MAX; n--) {
		struct tkt_error why = TKT_ERROR_INIT;
		struct tkt_git_commit c;
		struct tkt_oid oid;
		int64_t time;
		int rc;

		if (!tkt_index_set_has(main, n) || tkt_index_set_has(out, n))
			continue;
		looked++;
		memset(&c, 0, sizeof c);
		rc = tkt_links_oid(x, n, &oid, &time, &why);
		if (!rc)
			rc = tkt_git_commit(g, &oid, &c, &why);
		if (rc == TKT_EIO || rc == TKT_ECONFLICT)
			return tkt_error_move(err, &why);
		tkt_error_release(&why);
		if (!rc && tkt_says_reverts(&c, &oid)) {
			int64_t target = tkt_links_number(x, &oid);

			if (target > 0 && target < n)
				take_back(graph, target, out);
		}
		tkt_git_commit_release(&c);
	}
	return 0;
}

int tkt_reverts_on_main(struct tkt_project *p, int64_t oldest, struct tkt_index_set *out, struct tkt_error *err)
{
	struct tkt_index *x = tkt_project_index(p);
	struct tkt_index_set main = { NULL, 0, 0 };
	struct tkt_links_tips tips = { .n = 0 };
	struct tkt_graph *graph = NULL;
	struct tkt_git *g;
	int rc = tkt_project_git(p, &g, err);

	if (!rc)
		rc = tkt_links_tips(x, &tips, err);
	if (!rc)
		rc = tkt_graph_load(&graph, x, 1, err);
	for (size_t i = 0; !rc && i < tips.n; i++)
		if (tips.items[i].main && tips.items[i].n > 0)
			tkt_graph_reach(graph, tips.items[i].n, &main);
	if (!rc)
		rc = tkt_reverts_find(x, g, graph, &main, oldest, out, err);
	tkt_links_tips_release(&tips);
	tkt_graph_free(graph);
	tkt_index_set_release(&main);
	return rc;
}
