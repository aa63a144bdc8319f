/* index/semantic with the built-in embedder: small roots, changes, drift, damage. */
#include "unit/sandbox.h"

#include <math.h>
#include <sys/file.h>

#include "base/mem.h"
#include "index/lsa_int.h"

struct room {
	struct tkt_store *store;
	struct tkt_config config;
	struct tkt_index *x;
};

static const char *const topics[4][8] = {
	{ "login", "session", "token", "password", "cookie", "expiry", "account", "signin" },
	{ "index", "search", "sqlite", "query", "ranking", "snippet", "tokenizer", "fulltext" },
	{ "button", "colour", "theme", "layout", "font", "margin", "dialog", "widget" },
	{ "deploy", "container", "pipeline", "release", "rollback", "staging", "cluster", "registry" },
};

static void put_ticket(struct box *b, int i, const char *title, const char *body, size_t n)
{
	struct tkt_buf text = TKT_BUF_INIT;
	char dir[128], file[160];

	snprintf(dir, sizeof dir, "work-items/open/20260101-%06d-t", i);
	snprintf(file, sizeof file, "%s/item.md", dir);
	(void)mkdirat(b->fd, "work-items", 0755);
	(void)mkdirat(b->fd, "work-items/open", 0755);
	(void)mkdirat(b->fd, dir, 0755);
	tkt_buf_printf(&text, "---\nid: 20260101-%06d-t\nslug: t-%d\ntitle: \"%s\"\nstatus: open\nkind: task\n"
			      "priority: P2\nlabels: []\ncreated_at: 2026-01-01T00:00:00Z\n"
			      "updated_at: 2026-01-01T00:00:00Z\nassignee: null\nlegacy_ticket: null\n---\n\n",
		       i, i, title);
	tkt_buf_add(&text, body, n);
	tkt_buf_putc(&text, '\n');
	{
		int fd = openat(b->fd, file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

		assert_true(fd >= 0);
		assert_int_equal(write(fd, text.ptr, text.len), (ssize_t)text.len);
		close(fd);
	}
	tkt_buf_release(&text);
}

/* Of topic i % 4: a title of two of its words, a body of four others. */
static void put_topic(struct box *b, int i)
{
	const char *const *w = topics[i % 4];
	char title[64], body[256];
	int k = i / 4;

	snprintf(title, sizeof title, "%s %s", w[k % 8], w[(k + 1) % 8]);
	snprintf(body, sizeof body, "The %s is wrong, and %s too. See %s with %s; nobody knows why this happens.",
		 w[(k + 2) % 8], w[(k + 3) % 8], w[(k + 4) % 8], w[(k + 5) % 8]);
	put_ticket(b, i, title, body, strlen(body));
}

static void enter(struct box *b, struct room *r, bool memory)
{
	struct tkt_store_opts store = { .no_sync = true };
	struct tkt_index_opts opts = { .wait_ms = 20, .memory = memory };
	char root[128];

	memset(r, 0, sizeof *r);
	snprintf(root, sizeof root, "%s/work-items", b->path);
	assert_int_equal(tkt_store_make(root, true, NULL, &b->err), 0);
	assert_int_equal(tkt_config_parse(&r->config, NULL, 0, &b->err), 0);
	assert_int_equal(tkt_store_open(&r->store, root, &store, &b->err), 0);
	r->x = tkt_index_new(r->store, &r->config, &opts);
}

static void leave(struct room *r)
{
	tkt_index_free(r->x);
	tkt_store_free(r->store);
	tkt_config_release(&r->config);
}

static void update(struct box *b, struct room *r)
{
	size_t missing = 99;

	assert_int_equal(tkt_index_refresh(r->x, TKT_INDEX_TEXT, NULL, &b->err), 0);
	assert_int_equal(tkt_semantic_refresh(r->x, 0, &missing, &b->err), 0);
	assert_int_equal(missing, 0);
}

/* The ids found, numbers only: "3 7 11". */
static const char *found(struct box *b, struct room *r, const char *text, size_t max)
{
	static char out[4096];
	struct tkt_semantic_hits hits;
	size_t n = 0;

	assert_int_equal(tkt_semantic_search(r->x, text, strlen(text), NULL, max, &hits, &b->err), 0);
	assert_true(hits.n <= max);
	out[0] = '\0';
	for (size_t i = 0; i < hits.n; i++) {
		enum tkt_status status;
		char *id;

		if (i)
			assert_true(hits.items[i].score <= hits.items[i - 1].score);
		assert_int_equal(tkt_index_ticket(r->x, hits.items[i].n, &id, &status, &b->err), 0);
		n += (size_t)snprintf(out + n, sizeof out - n, "%d ", atoi(id + 9));
		free(id);
	}
	tkt_semantic_hits_release(&hits);
	return out;
}

static struct tkt_lsa_head head(struct room *r)
{
	struct tkt_lsa *m = NULL;
	struct tkt_lsa_head h;

	assert_int_equal(tkt_lsa_load(r->x, &m, NULL), 0);
	assert_non_null(m);
	h = m->head;
	tkt_lsa_free(m);
	return h;
}

static int collect(void *payload, int64_t n, const void *data, size_t len)
{
	tkt_buf_add(payload, &n, sizeof n);
	tkt_buf_add(payload, data, len);
	return 0;
}

static void bytes(struct box *b, struct room *r, struct tkt_buf *out)
{
	assert_int_equal(tkt_vectors_each(r->x, TKT_LSA_NAME, collect, out, &b->err), 0);
}

static void small_roots_are_no_trouble(void **state)
{
	struct box *b = *state;
	struct tkt_semantic_pairs pairs;
	struct room r;

	enter(b, &r, true);
	update(b, &r);
	assert_string_equal(found(b, &r, "login", 5), "");
	put_ticket(b, 1, "login fails", "", 0);
	update(b, &r);
	assert_string_equal(found(b, &r, "login", 5), "1 ");
	put_ticket(b, 2, "", "The colour of the button", 24);
	put_ticket(b, 3, "...", "!!", 2);
	update(b, &r);
	assert_string_equal(found(b, &r, "login failed", 1), "1 ");
	assert_string_equal(found(b, &r, "button colours", 1), "2 ");
	assert_string_equal(found(b, &r, "", 5), "");
	assert_string_equal(found(b, &r, "?!", 5), "");
	assert_int_equal(tkt_semantic_pairs(r.x, .5, &pairs, &b->err), 0);
	assert_int_equal(pairs.n, 0);
	leave(&r);
}

static void the_same_tickets_give_the_same_bytes(void **state)
{
	struct box *b = *state;
	struct tkt_buf one = TKT_BUF_INIT, two = TKT_BUF_INIT;
	struct room r;

	for (int i = 0; i < 120; i++)
		put_topic(b, i);
	enter(b, &r, true);
	update(b, &r);
	bytes(b, &r, &one);
	leave(&r);
	enter(b, &r, false);
	update(b, &r);
	bytes(b, &r, &two);
	leave(&r);
	assert_true(one.len > 120 * 100);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.ptr, two.ptr, one.len);
	tkt_buf_reset(&two);
	enter(b, &r, false); /* and what was kept is read back */
	update(b, &r);
	bytes(b, &r, &two);
	assert_memory_equal(one.ptr, two.ptr, one.len);
	leave(&r);
	tkt_buf_release(&one);
	tkt_buf_release(&two);
}

/* Ten words that could stand anywhere, behind those given. */
static void put_mixed(struct box *b, int i, const char *words, uint32_t *seed)
{
	struct tkt_buf body = TKT_BUF_INIT;

	tkt_buf_puts(&body, words);
	for (int k = 0; k < 10; k++) {
		*seed = *seed * 1664525U + 1013904223U;
		tkt_buf_printf(&body, " %c%c%c%c", 'a' + (int)(*seed >> 16) % 20, 'a' + (int)(*seed >> 24) % 16,
			       'b' + (int)(*seed >> 24) % 16, 'c' + (int)(*seed >> 16) % 20);
	}
	put_ticket(b, i, "Something", body.ptr, body.len);
	tkt_buf_release(&body);
}

static void words_that_go_together_find_each_other(void **state)
{
	struct box *b = *state;
	uint32_t seed = 5;
	struct room r;

	for (int i = 0; i < 400; i++)
		put_mixed(b, i, i % 8 ? "plain" : "walrus tusker plain", &seed);
	put_mixed(b, 777, "tusker", &seed);
	enter(b, &r, true);
	update(b, &r);
	assert_non_null(strstr(found(b, &r, "walrus", 60), " 777 "));
	assert_string_equal(found(b, &r, "qxzvkj wwqpt zzyxq", 9), "");
	leave(&r);
}

#define MANY 700 /* tickets: too many passages for learning anew with every change */

static void a_changed_ticket_gets_new_vectors_and_one_that_went_has_none(void **state)
{
	struct box *b = *state;
	struct tkt_lsa_head was, is;
	struct room r;

	for (int i = 0; i < MANY; i++)
		put_topic(b, i);
	enter(b, &r, false);
	update(b, &r);
	was = head(&r);
	put_ticket(b, 5, "rollback rollback", "rollback of the registry cluster", 32); /* was of topic 1 */
	update(b, &r);
	assert_string_equal(found(b, &r, "rollback", 1), "5 ");
	is = head(&r);
	assert_memory_equal(&was, &is, sizeof was); /* folded in: nothing was learned anew */
	assert_int_equal(unlinkat(b->fd, "work-items/open/20260101-000005-t/item.md", 0), 0);
	assert_int_equal(unlinkat(b->fd, "work-items/open/20260101-000005-t", AT_REMOVEDIR), 0);
	update(b, &r);
	assert_null(strstr(found(b, &r, "rollback", 200), " 5 "));
	leave(&r);
}

static void folded_in_tickets_are_found_as_after_learning_again(void **state)
{
	struct box *b = *state;
	struct tkt_semantic_hits in, again;
	struct room r, fresh;
	double sum = 0;

	for (int i = 0; i < MANY; i++)
		put_topic(b, i);
	enter(b, &r, false);
	update(b, &r);
	for (int i = MANY; i < MANY + 40; i++)
		put_topic(b, i);
	update(b, &r);
	enter(b, &fresh, true);
	tkt_index_free(fresh.x);
	assert_int_equal(tkt_tree_remove(b->fd, "work-items/.tkt", &b->err), 0);
	fresh.x = tkt_index_new(fresh.store, &fresh.config, &(struct tkt_index_opts){ .memory = true });
	update(b, &fresh);
	assert_int_equal(head(&r).tickets, MANY);
	assert_int_equal(head(&fresh).tickets, MANY + 40);
	assert_int_equal(tkt_semantic_search(r.x, "sqlite ranking", 14, NULL, 20, &in, &b->err), 0);
	assert_int_equal(tkt_semantic_search(fresh.x, "sqlite ranking", 14, NULL, 20, &again, &b->err), 0);
	assert_int_equal(in.n, 20);
	assert_int_equal(again.n, 20);
	for (size_t i = 0; i < 20; i++)
		sum += fabs(in.items[i].score - again.items[i].score);
	assert_true(sum / 20 < .05);
	tkt_semantic_hits_release(&in);
	tkt_semantic_hits_release(&again);
	leave(&fresh);
	leave(&r);
}

static void it_learns_again_when_there_are_twice_as_many(void **state)
{
	struct box *b = *state;
	struct room r;

	for (int i = 0; i < MANY; i++)
		put_topic(b, i);
	enter(b, &r, false);
	update(b, &r);
	assert_int_equal(head(&r).tickets, MANY);
	for (int i = MANY; i < 2 * MANY + 10; i++)
		put_topic(b, i);
	update(b, &r);
	update(b, &r);
	assert_int_equal(head(&r).tickets, 2 * MANY + 10);
	leave(&r);
}

static void pairs_are_those_that_a_look_at_each_ticket_finds(void **state)
{
	struct box *b = *state;
	struct tkt_semantic_pairs pairs;
	struct tkt_semantic_hits hits;
	struct room r;
	size_t n = 0;

	for (int i = 0; i < 150; i++)
		put_topic(b, i);
	enter(b, &r, true);
	update(b, &r);
	assert_int_equal(tkt_semantic_pairs(r.x, .8, &pairs, &b->err), 0);
	assert_true(pairs.n > 10);
	for (size_t i = 0; i < pairs.n; i++) {
		assert_true(pairs.items[i].a < pairs.items[i].b);
		assert_true(pairs.items[i].score >= .8);
		assert_true(!i || pairs.items[i].score <= pairs.items[i - 1].score);
	}
	for (int64_t t = 0; t < 1000; t++) {
		if (!tkt_index_set_has(tkt_index_live(r.x), t))
			continue;
		assert_int_equal(tkt_semantic_like(r.x, t, 1000, &hits, &b->err), 0);
		for (size_t i = 0; i < hits.n; i++)
			n += hits.items[i].n > t && hits.items[i].score >= .8;
		tkt_semantic_hits_release(&hits);
	}
	assert_int_equal(n, pairs.n);
	free(pairs.items);
	leave(&r);
}

static void a_new_ticket_is_held_against_those_that_count(void **state)
{
	struct box *b = *state;
	struct tkt_index_set only = { NULL, 0, 0 };
	struct tkt_semantic_hits hits;
	struct tkt_doc d;
	struct room r;

	for (int i = 0; i < MANY; i++)
		put_topic(b, i);
	enter(b, &r, true);
	update(b, &r);
	tkt_doc_make(&d, "login session", "", "The token is wrong, and password too. See cookie with expiry; nobody knows.");
	assert_int_equal(tkt_semantic_like_doc(r.x, &d, NULL, 5, &hits, &b->err), 0);
	assert_int_equal(hits.n, 5);
	assert_true(hits.items[0].score > .9);
	tkt_index_set_add(&only, hits.items[3].n);
	tkt_semantic_hits_release(&hits);
	assert_int_equal(tkt_semantic_like_doc(r.x, &d, &only, 5, &hits, &b->err), 0);
	assert_int_equal(hits.n, 1);
	tkt_semantic_hits_release(&hits);
	tkt_index_set_release(&only);
	tkt_doc_release(&d);
	leave(&r);
}

static void wild_texts_and_damaged_vectors_do_no_harm(void **state)
{
	struct box *b = *state;
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_semantic_pairs pairs;
	struct room r;

	for (int i = 0; i < 80; i++)
		put_topic(b, i);
	for (unsigned i = 0; i < 1 << 20; i++)
		tkt_buf_putc(&text, (char)(i * 2654435761U >> 13 | (i % 3 ? 0x40 : 0)));
	put_ticket(b, 90, "noise", text.ptr, text.len);
	tkt_buf_reset(&text);
	for (int i = 0; i < 200000; i++)
		tkt_buf_puts(&text, i % 9 ? "token" : " ");
	put_ticket(b, 91, "long words", text.ptr, text.len);
	enter(b, &r, true);
	assert_int_equal(tkt_index_refresh(r.x, TKT_INDEX_TEXT, NULL, &b->err), 0);
	assert_int_equal(tkt_semantic_refresh(r.x, 0, NULL, &b->err), 0);
	assert_true(strlen(found(b, &r, "login cookie", 10)) > 0);
	assert_int_equal(tkt_index_exec(r.x, "update vector set data = randomblob(length(data)) where n % 3 = 0;"
					     "update vector set data = x'' where n % 3 = 1;"
					     "update model set data = randomblob(length(data)) where name glob 'lsa/*'",
					&b->err), 0);
	tkt_semantic_free(r.x);
	(void)found(b, &r, "login cookie", 10);
	assert_int_equal(tkt_semantic_pairs(r.x, .9, &pairs, &b->err), 0);
	free(pairs.items);
	tkt_buf_release(&text);
	leave(&r);
}

static void while_another_holds_the_index_vectors_live_in_memory(void **state)
{
	struct box *b = *state;
	struct room r;
	int fd;

	for (int i = 0; i < 60; i++)
		put_topic(b, i);
	enter(b, &r, false);
	assert_int_equal(tkt_index_refresh(r.x, TKT_INDEX_TEXT, NULL, &b->err), 0);
	fd = openat(b->fd, "work-items/.tkt/index.lock", O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(tkt_semantic_refresh(r.x, 0, NULL, &b->err), 0);
	assert_true(strlen(found(b, &r, "login session", 10)) > 0);
	close(fd);
	update(b, &r);
	assert_true(strlen(found(b, &r, "login session", 10)) > 0);
	leave(&r);
	enter(b, &r, false);
	assert_int_equal(tkt_index_refresh(r.x, TKT_INDEX_TEXT, NULL, &b->err), 0);
	(void)head(&r); /* and then they were kept */
	leave(&r);
}

static void in_a_small_root_vectors_are_those_of_a_fresh_index(void **state)
{
	struct box *b = *state;
	struct room r, fresh;

	for (int i = 0; i < 120; i++) /* enough to learn from */
		put_topic(b, i);
	enter(b, &r, false);
	update(b, &r);
	put_topic(b, 121);
	put_ticket(b, 5, "rollback rollback", "rollback of the registry cluster", 32);
	update(b, &r);
	enter(b, &fresh, true);
	tkt_index_free(fresh.x);
	fresh.x = tkt_index_new(fresh.store, &fresh.config, &(struct tkt_index_opts){ .memory = true });
	update(b, &fresh);
	assert_int_equal(head(&r).sum, head(&fresh).sum);
	leave(&fresh);
	leave(&r);
}

static void a_weight_of_the_settings_counts_for_searches_and_for_related_tickets(void **state)
{
	struct box *b = *state;
	struct tkt_embed set = { .kind = TKT_EMBED_BUILTIN, .weight = .25 }, unset = { .weight = -1 },
			 http = { .kind = TKT_EMBED_OLLAMA, .weight = -1 };
	const struct { const struct tkt_embed *embed; double weight, like; } rows[] = {
		{ &set, .25, .25 }, { &unset, .1, .4 }, { NULL, .1, .4 }, { &http, .7, .7 },
	};
	struct tkt_semantic_defaults d;
	struct room r;

	enter(b, &r, true);
	for (size_t i = 0; i < TKT_LEN(rows); i++) {
		struct tkt_index_opts opts = { .memory = true, .embed = rows[i].embed };
		struct tkt_index *x = tkt_index_new(r.store, &r.config, &opts);

		tkt_semantic_defaults(x, &d);
		assert_true(fabs(d.weight - rows[i].weight) < 1e-9);
		assert_true(fabs(d.like_weight - rows[i].like) < 1e-9);
		tkt_index_free(x);
	}
	leave(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(small_roots_are_no_trouble),
		BOX_TEST(the_same_tickets_give_the_same_bytes),
		BOX_TEST(words_that_go_together_find_each_other),
		BOX_TEST(a_changed_ticket_gets_new_vectors_and_one_that_went_has_none),
		BOX_TEST(folded_in_tickets_are_found_as_after_learning_again),
		BOX_TEST(it_learns_again_when_there_are_twice_as_many),
		BOX_TEST(in_a_small_root_vectors_are_those_of_a_fresh_index),
		BOX_TEST(a_weight_of_the_settings_counts_for_searches_and_for_related_tickets),
		BOX_TEST(pairs_are_those_that_a_look_at_each_ticket_finds),
		BOX_TEST(a_new_ticket_is_held_against_those_that_count),
		BOX_TEST(wild_texts_and_damaged_vectors_do_no_harm),
		BOX_TEST(while_another_holds_the_index_vectors_live_in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
