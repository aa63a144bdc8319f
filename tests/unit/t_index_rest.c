/* Whoever has his answer and keeps the project open (a pager, an editor, a server) is in nobody's way. */
#include "unit/project.h"

#include "index/index.h"
#include "index/semantic.h"
#include "ops/duplicates.h"
#include "ops/index.h"
#include "ops/related.h"
#include "ops/search.h"
#include "ops/similar.h"

static char *first, *second;

static void make(struct box *b, struct tkt_project **p)
{
	*p = project_new(b);
	first = project_create(b, *p, "Restore the session after a restart");
	second = project_create(b, *p, "The panel forgets its width");
	usleep(40000); /* what has just changed is looked at twice */
	assert_int_equal(tkt_index_refresh(tkt_project_index(*p), TKT_INDEX_TEXT, NULL, &b->err), 0);
	assert_int_equal(tkt_semantic_refresh(tkt_project_index(*p), 0, NULL, &b->err), 0);
	tkt_index_rest(tkt_project_index(*p));
}

static void drop(struct tkt_project *p)
{
	tkt_project_free(p);
	free(first);
	free(second);
}

/* Another process changes a ticket, and its index is the one on disk. */
static void others_can_write(struct box *b, const char *after)
{
	struct tkt_open_opts opts = { .root = project_root(b), .author = "bob", .now = NOW };
	struct tkt_index_refreshed done = { .read = 0 };
	struct tkt_project *p = NULL;

	assert_int_equal(tkt_project_open(&p, &opts, &b->err), 0);
	free(project_create(b, p, after));
	assert_int_equal(tkt_index_refresh(tkt_project_index(p), TKT_INDEX_TEXT, &done, &b->err), 0);
	if (done.memory)
		fail_msg("after %s others have to make do with memory: %s", after, done.why);
	assert_true(done.read >= 1);
	tkt_index_refreshed_release(&done);
	tkt_project_free(p);
}

static void search(struct box *b, struct tkt_project *p)
{
	struct tkt_search_req req = { .text = "panel width", .len = 11, .width = 80 };
	struct tkt_search found;

	assert_int_equal(tkt_op_search(p, &req, &found, NULL, &b->err), 0);
	assert_true(found.hits.n >= 1);
	tkt_search_release(&found);
	others_can_write(b, "a search");
}

static void related_and_duplicates(struct box *b, struct tkt_project *p)
{
	struct tkt_duplicates_req req = { .threshold = .5 };
	struct tkt_duplicates pairs;
	struct tkt_related near;

	assert_int_equal(tkt_op_related(p, first, 5, 0, &near, &b->err), 0);
	tkt_related_release(&near);
	others_can_write(b, "related");
	assert_int_equal(tkt_op_duplicates(p, &req, &pairs, &b->err), 0);
	tkt_duplicates_release(&pairs);
	others_can_write(b, "duplicates");
}

static void lists(struct box *b, struct tkt_project *p)
{
	struct tkt_list_req req = { .statuses = 7, .want = TKT_ROW_REVERSE };
	struct tkt_buf key = TKT_BUF_INIT;
	struct tkt_strv refs = TKT_STRV_INIT;
	struct tkt_list list;

	assert_int_equal(tkt_op_list(p, &req, &list, NULL, &b->err), 0);
	tkt_list_release(&list);
	others_can_write(b, "a list");
	tkt_store_key(&key, p->config.prefix, second);
	tkt_strv_push(&refs, key.ptr);
	assert_int_equal(tkt_op_show(p, &refs, TKT_ROW_FULL | TKT_ROW_REVERSE, &list, &b->err), 0);
	assert_string_equal(list.rows.items[0].record.id, second);
	tkt_list_release(&list);
	others_can_write(b, "show");
	tkt_strv_release(&refs);
	tkt_buf_release(&key);
}

static void a_ref(struct box *b, struct tkt_project *p)
{
	struct tkt_buf key = TKT_BUF_INIT;
	char *id = NULL;

	tkt_store_key(&key, p->config.prefix, first);
	assert_int_equal(tkt_project_resolve(p, key.ptr, &id, &b->err), 0);
	assert_string_equal(id, first);
	others_can_write(b, "a key");
	free(id);
	tkt_buf_release(&key);
}

static void who_has_his_answer_is_in_nobodys_way(void **state)
{
	struct box *b = *state;
	struct tkt_create_req req = { .title = "The panel forgets its height" };
	struct tkt_index_answer answer;
	struct tkt_similar similar;
	struct tkt_project *p;

	make(b, &p);
	search(b, p);
	related_and_duplicates(b, p);
	lists(b, p);
	a_ref(b, p);
	tkt_op_similar(p, &req, &similar);
	tkt_similar_release(&similar);
	others_can_write(b, "a question for the like");
	for (int action = TKT_INDEX_STATUS; action <= TKT_INDEX_REBUILD; action++) {
		assert_int_equal(tkt_op_index(p, (enum tkt_index_action)action, &answer, &b->err), 0);
		assert_int_equal(answer.status.stale, 0);
		tkt_index_answer_release(&answer);
		others_can_write(b, "a look at the index");
		free(project_create(b, p, "one that nobody has indexed"));
	}
	drop(p);
}

static struct tkt_index_status status(struct box *b, struct tkt_index *x)
{
	struct tkt_index_status st;

	assert_int_equal(tkt_index_status(x, &st, &b->err), 0);
	assert_true(st.believed);
	return st;
}

/* A status that looked again would find what changed since. */
static void right_after_a_refresh_the_status_is_known(void **state)
{
	struct box *b = *state;
	struct tkt_index_status known, looked;
	struct tkt_project *p;
	struct tkt_index *x;

	make(b, &p);
	x = tkt_project_index(p);
	assert_int_equal(tkt_index_refresh(x, TKT_INDEX_TEXT, NULL, &b->err), 0);
	assert_int_equal(tkt_semantic_refresh(x, 0, NULL, &b->err), 0);
	box_put(b, project_path("open", first, "artifacts/late.txt"), "since then");
	known = status(b, x);
	assert_int_equal(known.stale, 0);
	assert_int_equal(known.tickets, 2);
	assert_int_equal(known.text, 2);
	assert_int_equal(known.vectors, 2);
	looked = status(b, x); /* the first one ended the snapshot */
	assert_int_equal(looked.stale, 1);
	assert_int_equal(looked.tickets, 2);
	assert_int_equal(looked.text, 2);
	assert_true(looked.revision == known.revision);
	tkt_index_status_release(&looked);
	tkt_index_status_release(&known);
	/* A refresh that went less far than the index goes knows nothing about the rest. */
	assert_int_equal(tkt_index_refresh(x, TKT_INDEX_NAMES, NULL, &b->err), 0);
	looked = status(b, x);
	assert_int_equal(looked.stale, 1);
	tkt_index_status_release(&looked);
	drop(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(who_has_his_answer_is_in_nobodys_way),
		BOX_TEST(right_after_a_refresh_the_status_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
