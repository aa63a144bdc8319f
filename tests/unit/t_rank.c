/* index/rank: two ranked lists into one. */
#include "unit/sandbox.h"

#include <math.h>

#include "index/rank.h"

/* cmocka has it for float only. */
#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (double)(by))

static struct tkt_text_hit kw[] = { { 7, 10, 1 }, { 3, 5, 4 }, { 9, 1, 8 } };
static struct tkt_semantic_hit se[] = { { 3, .8, TKT_DOC_BODY }, { 4, .4, TKT_DOC_COMMENTS } };
static const struct tkt_text_hits words = { kw, 3, 3 };
static const struct tkt_semantic_hits sense = { se, 2, 2 };

static const struct tkt_ranked *find(const struct tkt_ranking *r, int64_t n)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->items[i].n == n)
			return &r->items[i];
	return NULL;
}

static void linear_adds_shares_of_the_best(void **state)
{
	struct tkt_ranking r = { NULL, 0, 0 };

	(void)state;
	tkt_rank_fuse(&r, &words, &sense, TKT_FUSE_LINEAR, .4);
	assert_int_equal(r.n, 4);
	assert_int_equal(r.items[0].n, 3);
	assert_near(r.items[0].score, .4 + .6 * .5, 1e-12);
	assert_int_equal(r.items[1].n, 7);
	assert_near(r.items[1].score, .6, 1e-12);
	assert_near(find(&r, 4)->score, .2, 1e-12);
	assert_near(find(&r, 9)->score, .06, 1e-12);
	tkt_ranking_release(&r);
}

static void an_entry_of_both_lists_has_what_both_say(void **state)
{
	struct tkt_ranking r = { NULL, 0, 0 };
	const struct tkt_ranked *e;

	(void)state;
	tkt_rank_fuse(&r, &words, &sense, TKT_FUSE_RRF, .5);
	e = find(&r, 3);
	assert_int_equal(e->keyword_rank, 2);
	assert_int_equal(e->semantic_rank, 1);
	assert_near(e->keyword, 5, 0);
	assert_near(e->semantic, .8, 0);
	assert_int_equal(e->fields, 4);
	assert_int_equal(e->field, TKT_DOC_BODY);
	e = find(&r, 4);
	assert_int_equal(e->keyword_rank, 0);
	assert_int_equal(e->fields, 0);
	tkt_ranking_release(&r);
}

static void first_in_both_lists_is_one_by_ranks(void **state)
{
	struct tkt_ranking r = { NULL, 0, 0 };
	struct tkt_semantic_hits same = { se, 1, 1 };
	struct tkt_text_hit three = { 3, 2, 1 };
	struct tkt_text_hits one = { &three, 1, 1 };

	(void)state;
	tkt_rank_fuse(&r, &one, &same, TKT_FUSE_RRF, .7);
	assert_int_equal(r.n, 1);
	assert_near(r.items[0].score, 1, 1e-12);
	tkt_rank_fuse(&r, &words, &sense, TKT_FUSE_RRF, .7);
	assert_near(find(&r, 7)->score, .3, 1e-12);
	assert_near(find(&r, 3)->score, .7 + .3 * 61 / 62, 1e-12);
	tkt_ranking_release(&r);
}

static void one_list_alone_keeps_its_order_and_full_scores(void **state)
{
	struct tkt_ranking r = { NULL, 0, 0 };

	(void)state;
	tkt_rank_fuse(&r, &words, NULL, TKT_FUSE_LINEAR, .4);
	assert_int_equal(r.n, 3);
	assert_int_equal(r.items[0].n, 7);
	assert_near(r.items[0].score, 1, 1e-12);
	assert_int_equal(r.items[2].n, 9);
	tkt_rank_fuse(&r, NULL, &sense, TKT_FUSE_LINEAR, .4);
	assert_int_equal(r.n, 2);
	assert_near(r.items[0].score, 1, 1e-12);
	tkt_ranking_release(&r);
}

static void equal_scores_are_ordered_by_number(void **state)
{
	struct tkt_ranking r = { NULL, 0, 0 };
	struct tkt_text_hit a[] = { { 8, 2, 1 }, { 2, 2, 1 }, { 5, 2, 1 } };
	struct tkt_text_hits equal = { a, 3, 3 };

	(void)state;
	tkt_rank_fuse(&r, &equal, NULL, TKT_FUSE_LINEAR, 0);
	assert_int_equal(r.items[0].n, 2);
	assert_int_equal(r.items[1].n, 5);
	assert_int_equal(r.items[2].n, 8);
	tkt_ranking_release(&r);
}

static void nothing_and_nonsense_give_nothing(void **state)
{
	struct tkt_ranking r = { NULL, 0, 0 };
	struct tkt_text_hit zero = { 8, 0, 1 };
	struct tkt_text_hits zeros = { &zero, 1, 1 };

	(void)state;
	tkt_rank_fuse(&r, NULL, NULL, TKT_FUSE_RRF, .5);
	assert_int_equal(r.n, 0);
	tkt_rank_fuse(&r, &zeros, &sense, TKT_FUSE_LINEAR, 7);
	assert_near(find(&r, 8)->score, 0, 0);
	assert_near(find(&r, 3)->score, 1, 1e-12);
	tkt_ranking_release(&r);
	tkt_ranking_release(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linear_adds_shares_of_the_best),
		cmocka_unit_test(an_entry_of_both_lists_has_what_both_say),
		cmocka_unit_test(first_in_both_lists_is_one_by_ranks),
		cmocka_unit_test(one_list_alone_keeps_its_order_and_full_scores),
		cmocka_unit_test(equal_scores_are_ordered_by_number),
		cmocka_unit_test(nothing_and_nonsense_give_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
