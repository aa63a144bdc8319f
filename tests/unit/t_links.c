/* The graph of commits in the index: made-up histories, against a reckoning that goes from parent to
 * parent. */
#include "unit/project.h"

#include "index/links.h"
#include "sys/lock.h"

/* --- a made-up history ------------------------------------------------------------------------------ */

enum { MOST = 400 };

struct made {
	int n;                 /* commits 1..n; a parent's number is less */
	int parents[MOST][3], n_parents[MOST];
};

static unsigned turn;

static unsigned dice(unsigned sides)
{
	turn = turn * 1103515245u + 12345u;
	return turn >> 16 & 0x7fff ? (turn >> 16 & 0x7fff) % sides : 0;
}

static void make(struct made *m, int n, unsigned seed)
{
	memset(m, 0, sizeof *m);
	m->n = n;
	turn = seed;
	for (int i = 2; i <= n; i++) {
		int count = dice(20) == 0 ? 0 : dice(5) == 0 ? 2 + (int)dice(2) : 1;

		for (int k = 0; k < count; k++) {
			int parent = i - 1 - (int)dice((unsigned)(i - 1 < 12 ? i - 1 : 12));

			for (int j = 0; j < m->n_parents[i]; j++)
				if (m->parents[i][j] == parent)
					parent = 0;
			if (parent > 0)
				m->parents[i][m->n_parents[i]++] = parent;
		}
	}
}

/* The name of a commit's object says nothing of its place. */
static struct tkt_oid name_of(int commit)
{
	struct tkt_oid oid = { .n = 20 };
	uint32_t v = (uint32_t)commit * 2654435761u;

	for (int i = 0; i < 20; i++) {
		v = v * 1664525u + 1013904223u;
		oid.bytes[i] = (unsigned char)(v >> 24);
	}
	return oid;
}

static bool naive_reaches(const struct made *m, int from, int to)
{
	bool seen[MOST] = { false };

	seen[from] = true;
	for (int i = from; i > 0; i--)
		for (int k = 0; seen[i] && k < m->n_parents[i]; k++)
			seen[m->parents[i][k]] = true;
	return seen[to];
}

/* --- putting it in ---------------------------------------------------------------------------------- */

static void add(struct box *b, struct tkt_index *x, const struct made *m, int commit)
{
	struct tkt_links_name name = { "TKT-abcd", 1, commit % 2 == 0, true };
	struct tkt_oids parents = { NULL, 0, 0 };
	struct tkt_links_commit c = { .oid = name_of(commit), .parents = &parents, .time = 1000 + commit };

	for (int k = 0; k < m->n_parents[commit]; k++) {
		struct tkt_oid oid = name_of(m->parents[commit][k]);

		tkt_oids_push(&parents, &oid);
	}
	if (commit % 7 == 0) {
		c.names = &name;
		c.n_names = 1;
		c.author = "ann";
		c.subject = "about TKT-abcd";
	}
	assert_int_equal(tkt_links_add(x, &c, &b->err), 0);
	tkt_oids_release(&parents);
}

static void end(struct box *b, struct tkt_index *x, int tip, uint64_t print)
{
	struct tkt_links_tip tip_of = { (char[]){ "refs/heads/main" }, name_of(tip), -1, true };
	struct tkt_links_tips tips = { &tip_of, 1, 1 };
	struct tkt_links_state s = { .print = print, .rules = 7 };

	assert_int_equal(tkt_links_end(x, true, &tips, &s, &b->err), 0);
}

/* Commits from..to, newest first, oldest first or mixed. */
static void put(struct box *b, struct tkt_index *x, const struct made *m, int from, int to, int order)
{
	int all[MOST], n = 0;

	for (int i = from; i <= to; i++)
		all[n++] = order ? i : to - (i - from);
	for (int i = n - 1; order == 2 && i > 0; i--) {
		int k = (int)dice((unsigned)i + 1), t = all[i];

		all[i] = all[k];
		all[k] = t;
	}
	assert_int_equal(tkt_links_begin(x, true, &b->err), 0);
	if (from == 1)
		tkt_links_forget(x);
	for (int i = 0; i < n; i++)
		add(b, x, m, all[i]);
	end(b, x, to, (uint64_t)to);
}

static struct tkt_project *project(struct box *b, bool memory)
{
	struct tkt_project *p = project_new(b);

	p->index_opts.memory = memory;
	return p;
}

/* Everything that the index says of it is as it was made. */
static void check(struct box *b, struct tkt_index *x, const struct made *m, int upto)
{
	struct tkt_graph *g = NULL;
	struct tkt_links_state s;
	struct tkt_links_tips tips = { NULL, 0, 0 };
	uint64_t *mask;

	assert_int_equal(tkt_links_state(x, &s, &b->err), 0);
	assert_int_equal(s.print, upto);
	assert_int_equal(tkt_links_tips(x, &tips, &b->err), 0);
	assert_int_equal(tips.n, 1);
	assert_true(tips.items[0].main);
	assert_int_equal(tkt_graph_load(&g, x, 1, &b->err), 0);
	assert_int_equal(tkt_graph_newest(g), upto);
	mask = calloc((size_t)upto + 1, sizeof *mask);
	for (int i = 1; i <= upto; i++) {
		struct tkt_index_set seen = { NULL, 0, 0 };
		struct tkt_oid oid = name_of(i), back;
		int64_t n = tkt_links_number(x, &oid), time;
		size_t count;

		assert_true(n > 0 && n <= upto);
		assert_int_equal(tkt_links_oid(x, n, &back, &time, &b->err), 0);
		assert_true(tkt_oid_equal(&oid, &back));
		assert_int_equal(time, 1000 + i);
		(void)tkt_graph_parents(g, n, &count);
		assert_int_equal(count, m->n_parents[i]);
		tkt_graph_reach(g, n, &seen);
		tkt_graph_mask(g, &n, 1, mask);
		for (int k = 1; k <= upto; k++) {
			struct tkt_oid other = name_of(k);
			int64_t o = tkt_links_number(x, &other);

			assert_int_equal(tkt_index_set_has(&seen, o), k <= i && naive_reaches(m, i, k));
			assert_int_equal(mask[o - 1] & 1, k >= i && naive_reaches(m, k, i));
		}
		tkt_index_set_release(&seen);
	}
	free(mask);
	tkt_graph_free(g);
	tkt_links_tips_release(&tips);
	tkt_index_rest(x);
}

static void in_any_order(void **state)
{
	struct made m;

	for (int order = 0; order < 3; order++) {
		struct tkt_project *p = project(*state, order == 1);

		make(&m, 60, 11u + (unsigned)order);
		put(*state, tkt_project_index(p), &m, 1, m.n, order);
		check(*state, tkt_project_index(p), &m, m.n);
		tkt_project_free(p);
	}
}

static void piece_by_piece(void **state)
{
	struct tkt_project *p = project(*state, false);
	struct made m;

	make(&m, 90, 5);
	put(*state, tkt_project_index(p), &m, 1, 30, 2);
	put(*state, tkt_project_index(p), &m, 31, 31, 0);
	put(*state, tkt_project_index(p), &m, 32, 89, 2);
	tkt_project_free(p);
	p = project(*state, false); /* another process */
	put(*state, tkt_project_index(p), &m, 90, 90, 0);
	check(*state, tkt_project_index(p), &m, 90);
	tkt_project_free(p);
}

/* A run of the graph holds 4096: over its end, and from the middle on. */
static void long_line(void **state)
{
	struct tkt_project *p = project(*state, false);
	struct tkt_index *x = tkt_project_index(p);
	const int most = 10000;
	struct tkt_index_set seen = { NULL, 0, 0 };
	struct tkt_graph *g = NULL;
	struct box *b = *state;

	for (int part = 0; part < 2; part++) {
		assert_int_equal(tkt_links_begin(x, true, &b->err), 0);
		for (int i = part ? most : most - 5; i > (part ? most - 5 : 0); i--) {
			struct tkt_oid parent = name_of(i - 1);
			struct tkt_oids parents = { &parent, i > 1, 1 };
			struct tkt_links_commit c = { .oid = name_of(i), .parents = &parents, .time = i };

			assert_int_equal(tkt_links_add(x, &c, &b->err), 0);
		}
		end(b, x, part ? most : most - 5, 1);
	}
	for (int64_t oldest = 1; oldest < most; oldest += 4095) {
		assert_int_equal(tkt_graph_load(&g, x, oldest, &b->err), 0);
		assert_int_equal(tkt_graph_oldest(g), oldest);
		assert_int_equal(tkt_graph_newest(g), most);
		tkt_graph_reach(g, most, &seen);
		assert_int_equal(seen.n, most - oldest + 1);
		tkt_index_set_release(&seen);
		tkt_graph_free(g);
	}
	tkt_project_free(p);
}

static void unknown_parents(void **state)
{
	struct tkt_project *p = project(*state, false);
	struct tkt_index *x = tkt_project_index(p);
	struct box *b = *state;
	struct tkt_graph *g = NULL;
	struct tkt_oid oid = name_of(40);
	struct made m;
	size_t count;

	make(&m, 50, 3);
	m.n_parents[40] = 1;
	m.parents[40][0] = 39;
	assert_int_equal(tkt_links_begin(x, true, &b->err), 0);
	add(b, x, &m, 40);
	end(b, x, 40, 1);
	assert_int_equal(tkt_graph_load(&g, x, 1, &b->err), 0);
	tkt_graph_parents(g, tkt_links_number(x, &oid), &count);
	assert_int_equal(count, 0);
	tkt_graph_free(g);
	tkt_project_free(p);
}

static void given_up(void **state)
{
	struct tkt_project *p = project(*state, false);
	struct tkt_index *x = tkt_project_index(p);
	struct box *b = *state;
	struct tkt_links_state s;
	struct made m;

	make(&m, 50, 3);
	assert_int_equal(tkt_links_begin(x, true, &b->err), 0);
	add(b, x, &m, 1);
	assert_int_equal(tkt_links_end(x, false, NULL, NULL, &b->err), 0);
	assert_int_equal(tkt_links_state(x, &s, NULL), TKT_ENO);
	put(b, x, &m, 1, 40, 0);
	assert_int_equal(tkt_links_begin(x, true, &b->err), 0);
	tkt_links_forget(x);
	add(b, x, &m, 1);
	assert_int_equal(tkt_links_end(x, false, NULL, NULL, &b->err), 0);
	check(b, x, &m, 40);
	assert_int_equal(tkt_links_begin(x, true, &b->err), 0);
	tkt_links_forget(x);
	for (int i = 50; i > 0; i--)
		add(b, x, &m, i);
	end(b, x, 50, 50);
	check(b, x, &m, 50);
	tkt_project_free(p);
}

static void names(void **state)
{
	static const struct tkt_links_stem key = { "TKT-abcd000000000000000000000000000000000000", 8 },
					   other = { "TKT-abce000000000000000000000000000000000000", 8 },
					   longer = { "TKT-abcd000000000000000000000000000000000000", 9 },
					   shorter = { "TKT-abc", 7 }, beside = { "TKT-abcf", 7 }, some = { "tkt-ABCD", 8 };
	struct tkt_project *p = project(*state, false);
	struct tkt_index *x = tkt_project_index(p);
	struct tkt_links_hits hits = { NULL, 0, 0 };
	char hex[TKT_OID_HEX];
	struct box *b = *state;
	struct tkt_oid oid = name_of(14);
	struct made m;

	make(&m, 60, 8);
	put(b, x, &m, 1, 60, 0);
	assert_int_equal(tkt_links_find(x, &key, 1, &hits, &b->err), 0);
	assert_int_equal(hits.n, 60 / 7);
	for (size_t i = 0; i < hits.n; i++) {
		assert_true(!i || hits.items[i].n > hits.items[i - 1].n);
		assert_string_equal(hits.items[i].subject, "about TKT-abcd");
		assert_string_equal(hits.items[i].author, "ann");
	}
	tkt_links_hits_release(&hits);
	assert_int_equal(tkt_links_find(x, &other, 1, &hits, &b->err), 0);
	assert_int_equal(tkt_links_find(x, &longer, 1, &hits, &b->err), 0);
	assert_int_equal(tkt_links_find(x, &shorter, 1, &hits, &b->err), 0);
	assert_int_equal(tkt_links_find(x, &beside, 1, &hits, &b->err), 0);
	assert_int_equal(hits.n, 0);
	assert_int_equal(tkt_links_find(x, &some, 1, &hits, &b->err), 0);
	assert_int_equal(hits.n, 60 / 7);
	tkt_links_hits_release(&hits);
	assert_int_equal(tkt_links_all(x, true, &hits, &b->err), 0);
	assert_int_equal(hits.n, 60 / 14);
	tkt_links_hits_release(&hits);
	tkt_oid_hex(&oid, hex);
	hex[9] = '\0';
	assert_int_equal(tkt_links_abbreviated(x, hex), tkt_links_number(x, &oid));
	assert_int_equal(tkt_links_abbreviated(x, "0"), -1);
	assert_int_equal(tkt_links_abbreviated(x, "zzzz"), -1);
	tkt_project_free(p);
}

static void rebuilt(void **state)
{
	struct tkt_project *p = project(*state, false);
	struct tkt_index *x = tkt_project_index(p);
	struct tkt_links_state s;
	struct box *b = *state;
	struct made m;

	free(project_create(b, p, "A thing"));
	make(&m, 60, 21);
	put(b, x, &m, 1, 60, 2);
	assert_int_equal(tkt_index_rebuild(x, NULL, &b->err), 0);
	check(b, x, &m, 60);
	assert_int_equal(tkt_index_refresh(x, TKT_INDEX_TEXT, NULL, &b->err), 0);
	check(b, x, &m, 60);
	tkt_index_rest(x);
	box_put(b, "work-items/.tkt/index.sqlite", "not what it was");
	assert_int_equal(tkt_links_state(x, &s, NULL), TKT_ENO);
	put(b, x, &m, 1, 60, 1);
	check(b, x, &m, 60);
	tkt_project_free(p);
}

static void held(void **state)
{
	struct tkt_project *p = project(*state, false);
	struct tkt_index *x = tkt_project_index(p);
	struct tkt_lock lock = { .fd = -1 };
	struct box *b = *state;
	struct made m;

	make(&m, 60, 2);
	put(b, x, &m, 1, 30, 2);
	tkt_index_rest(x);
	assert_int_equal(tkt_lock_take(&lock, tkt_store_fd(p->store), ".tkt/index.lock", 0, &b->err), 0);
	box_failed(b, tkt_links_begin(x, false, &b->err), TKT_ELOCKED, "cannot change the index");
	check(b, x, &m, 30);
	assert_int_equal(tkt_links_to_memory(x, &b->err), 0);
	put(b, x, &m, 31, 60, 2);
	check(b, x, &m, 60);
	tkt_project_free(p);
	tkt_lock_drop(&lock);
	p = project(b, false); /* what one had in memory no other knows */
	check(b, tkt_project_index(p), &m, 30);
	tkt_project_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(in_any_order), BOX_TEST(piece_by_piece), BOX_TEST(long_line), BOX_TEST(unknown_parents),
		BOX_TEST(given_up),     BOX_TEST(names),          BOX_TEST(rebuilt),   BOX_TEST(held),
	};

	return cmocka_run_group_tests_name("links", tests, NULL, NULL);
}
