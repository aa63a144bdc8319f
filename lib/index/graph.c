/* index/graph: which commit reaches which. A parent's number is less than its child's, so one pass
 * answers. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/links_int.h"

struct tkt_graph {
	int64_t oldest, newest; /* newest < oldest: none */
	size_t *first;          /* of a commit's parents; one more at the end */
	struct { int64_t *items; size_t n, cap; } parents;
	size_t cap;
};

void tkt_graph_free(struct tkt_graph *g)
{
	if (!g)
		return;
	free(g->first);
	free(g->parents.items);
	free(g);
}

static bool get_number(const unsigned char **at, const unsigned char *end, uint64_t *v)
{
	*v = 0;
	for (int shift = 0; *at < end && shift < 63; shift += 7) {
		unsigned char c = *(*at)++;

		*v |= (uint64_t)(c & 127) << shift;
		if (c < 128)
			return true;
	}
	return false;
}

static void add_commit(struct tkt_graph *g)
{
	size_t i = (size_t)(++g->newest - g->oldest);

	if (i + 1 >= g->cap) {
		g->cap = g->cap ? g->cap * 2 : 1024;
		g->first = tkt_realloc(g->first, g->cap, sizeof *g->first);
	}
	g->first[i] = g->parents.n;
}

/* One run; commits older than wanted are passed over. */
static bool add_chunk(struct tkt_graph *g, int64_t first, int64_t count, const unsigned char *at, size_t len)
{
	const unsigned char *end = at + len;

	if (first > g->newest + 1 || count < 0)
		return false;
	for (int64_t n = first; n < first + count; n++) {
		uint64_t parents, back;

		if (!get_number(&at, end, &parents))
			return false;
		if (n >= g->oldest)
			add_commit(g);
		for (uint64_t i = 0; i < parents; i++) {
			if (!get_number(&at, end, &back) || !back || back >= (uint64_t)n)
				return false;
			if (n < g->oldest)
				continue;
			TKT_GROW(&g->parents);
			g->parents.items[g->parents.n++] = n - (int64_t)back;
		}
	}
	return at == end;
}

int tkt_graph_load(struct tkt_graph **out, struct tkt_index *x, int64_t oldest, struct tkt_error *err)
{
	struct tkt_graph *g = tkt_calloc(1, sizeof *g);
	sqlite3_stmt *q = NULL;
	int step = SQLITE_DONE, rc = 0;

	g->oldest = oldest > 1 ? oldest : 1;
	g->newest = g->oldest - 1;
	if (tkt_links_there(x))
		rc = tkt_index_prepare(x,
				       "select first, count, data from links_graph where first > ? order by first",
				       &q, err);
	if (q) {
		sqlite3_bind_int64(q, 1, g->oldest - TKT_GRAPH_CHUNK);
		while (!rc && (step = sqlite3_step(q)) == SQLITE_ROW) {
			if (!add_chunk(g, sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
				       sqlite3_column_blob(q, 2), (size_t)sqlite3_column_bytes(q, 2)))
				rc = tkt_error_set(err, TKT_EIO,
						   "cannot read the index: the graph of commits is broken");
		}
	}
	if (!rc && step != SQLITE_DONE)
		rc = tkt_index_sqlite_error(x, step, "read", err);
	sqlite3_finalize(q);
	if (rc) {
		tkt_graph_free(g);
		return rc;
	}
	if (!g->first)
		g->first = tkt_calloc(1, sizeof *g->first);
	g->first[g->newest + 1 - g->oldest] = g->parents.n;
	*out = g;
	return 0;
}

int64_t tkt_graph_oldest(const struct tkt_graph *g)
{
	return g->oldest;
}

int64_t tkt_graph_newest(const struct tkt_graph *g)
{
	return g->newest >= g->oldest ? g->newest : 0;
}

const int64_t *tkt_graph_parents(const struct tkt_graph *g, int64_t n, size_t *count)
{
	size_t i = (size_t)(n - g->oldest);

	*count = 0;
	if (n < g->oldest || n > g->newest)
		return NULL;
	*count = g->first[i + 1] - g->first[i];
	return g->parents.items + g->first[i];
}

void tkt_graph_reach_all(const struct tkt_graph *g, const int64_t *from, size_t n, struct tkt_index_set *seen)
{
	int64_t top = 0;

	for (size_t i = 0; i < n; i++) {
		if (from[i] < g->oldest || from[i] > g->newest)
			continue;
		tkt_index_set_add(seen, from[i]);
		top = from[i] > top ? from[i] : top;
	}
	for (int64_t at = top; at >= g->oldest; at--) {
		size_t count;
		const int64_t *parents;

		if (!tkt_index_set_has(seen, at))
			continue;
		parents = tkt_graph_parents(g, at, &count);
		for (size_t i = 0; i < count; i++)
			if (parents[i] >= g->oldest)
				tkt_index_set_add(seen, parents[i]);
	}
}

void tkt_graph_reach(const struct tkt_graph *g, int64_t from, struct tkt_index_set *seen)
{
	tkt_graph_reach_all(g, &from, 1, seen);
}

void tkt_graph_mask(const struct tkt_graph *g, const int64_t *which, size_t n, uint64_t *mask)
{
	if (g->newest < g->oldest)
		return;
	memset(mask, 0, (size_t)(g->newest - g->oldest + 1) * sizeof *mask);
	for (size_t i = 0; i < n && i < 64; i++)
		if (which[i] >= g->oldest && which[i] <= g->newest)
			mask[which[i] - g->oldest] |= (uint64_t)1 << i;
	for (int64_t at = g->oldest; at <= g->newest; at++) {
		size_t count;
		const int64_t *parents = tkt_graph_parents(g, at, &count);

		for (size_t i = 0; i < count; i++)
			if (parents[i] >= g->oldest)
				mask[at - g->oldest] |= mask[parents[i] - g->oldest];
	}
}
