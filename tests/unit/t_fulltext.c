/* Keyword search finds what the words say, takes any text, and forgets nothing but the past. */
#include "unit/project.h"

#include "base/mem.h"
#include "index/fulltext_int.h"

/* An index of texts alone. */
static struct tkt_index *open_index(void)
{
	struct tkt_index *x = calloc(1, sizeof *x);

	assert_non_null(x);
	assert_int_equal(sqlite3_open(":memory:", &x->db), SQLITE_OK);
	assert_int_equal(tkt_fulltext_register(x, NULL), 0);
	assert_int_equal(tkt_fulltext_create(x, NULL), 0);
	return x;
}

static void close_index(struct tkt_index *x)
{
	sqlite3_finalize(x->add_text);
	assert_int_equal(sqlite3_close(x->db), SQLITE_OK);
	tkt_index_set_release(&x->live);
	free(x);
}

static void put_parts(struct tkt_index *x, int64_t n, const char *title, const char *body, const char *comment)
{
	const struct tkt_doc_part comments[] = { { TKT_DOC_COMMENTS, tkt_str_of(comment) },
						 { TKT_DOC_COMMENTS, tkt_str_of("begins with beta") } };
	struct tkt_doc d;

	tkt_doc_make(&d, title, "label", body);
	for (size_t i = 0; comment && i < TKT_LEN(comments); i++) {
		TKT_GROW(&d);
		d.items[d.n++] = comments[i];
	}
	assert_int_equal(tkt_fulltext_add(x, n, &d, NULL), 0);
	tkt_index_set_add(&x->live, n);
	tkt_doc_release(&d);
}

static void put(struct tkt_index *x, int64_t n, const char *title, const char *body)
{
	put_parts(x, n, title, body, NULL);
}

static void kill_row(struct tkt_index *x, int64_t n)
{
	assert_true(tkt_index_set_has(&x->live, n));
	x->live.bits[n / 64] &= ~((uint64_t)1 << (n % 64));
	x->live.n--;
}

static struct tkt_text_hits ask_n(struct tkt_index *x, const char *text, size_t n, const struct tkt_index_set *only)
{
	const struct tkt_error clean = TKT_ERROR_INIT;
	struct tkt_error err = clean;
	struct tkt_text_hits hits = { NULL, 0, 0 };
	struct tkt_text_query *q = NULL;

	tkt_text_query_parse(&q, text, n);
	if (tkt_fulltext_search(x, q, only, &hits, &err))
		fail_msg("%s", err.message);
	if (tkt_text_query_empty(q))
		assert_int_equal(hits.n, 0);
	for (size_t i = 0; i < hits.n; i++) {
		assert_true(hits.items[i].score > 0);
		assert_true(hits.items[i].fields != 0);
		assert_true(!i || hits.items[i - 1].score >= hits.items[i].score);
	}
	tkt_text_query_free(q);
	return hits;
}

/* The numbers found, best first: "2 1". */
static void finds(struct tkt_index *x, const char *text, const char *expected)
{
	struct tkt_text_hits hits = ask_n(x, text, strlen(text), NULL);
	struct tkt_buf is = TKT_BUF_INIT;

	for (size_t i = 0; i < hits.n; i++)
		tkt_buf_printf(&is, "%s%d", i ? " " : "", (int)hits.items[i].n);
	if (strcmp(is.ptr, expected))
		fail_msg("'%s' finds %s, not %s", text, is.ptr, expected);
	tkt_buf_release(&is);
	tkt_text_hits_release(&hits);
}

static void words_are_alternatives_and_more_of_them_are_better(void **state)
{
	struct tkt_index *x = open_index();

	(void)state;
	put(x, 1, "Login page", "The page is slow.");
	put(x, 2, "Login crashes", "On a slow line the login crashes the server.");
	put(x, 3, "Colours", "All of them are wrong.");
	finds(x, "login crash", "2 1");
	finds(x, "crashing", "2");
	finds(x, "what about the colours?", "3");
	finds(x, "zebra", "");
	finds(x, "zebra colour", "3");
	close_index(x);
}

/* So many words of which none is in two places. */
static void put_filler(struct tkt_buf *out, char first, int n)
{
	for (int i = 0; i < n; i++)
		tkt_buf_printf(out, " %cq%c%c", first, 'a' + i % 26, 'a' + i / 26);
}

static void words_that_stand_together_count_more(void **state)
{
	struct tkt_index *x = open_index();
	struct tkt_buf text = TKT_BUF_INIT;

	(void)state;
	for (int64_t n = 1; n <= 3; n++) {
		tkt_buf_reset(&text);
		tkt_buf_puts(&text, "socket");
		if (n < 3)
			put_filler(&text, (char)('a' + n), n == 1 ? 400 : 10);
		tkt_buf_puts(&text, " timeout");
		put(x, n, "Same", text.ptr);
	}
	put(x, 4, "Other", "nothing");
	put(x, 5, "Other", "nothing");
	/* Side by side, in one window, far from each other. */
	finds(x, "socket timeout", "3 2 1");
	/* In another order they are no pair. */
	finds(x, "timeout socket", "2 3 1");
	tkt_buf_release(&text);
	close_index(x);
}

static void the_title_counts_most_and_comments_least(void **state)
{
	struct tkt_index *x = open_index();

	(void)state;
	put_parts(x, 1, "First", "nothing", "a socket");
	put(x, 2, "Second", "a socket");
	put(x, 3, "Socket", "nothing");
	put(x, 4, "Fourth", "nothing");
	put(x, 5, "Fifth", "nothing");
	finds(x, "socket", "3 2 1");
	close_index(x);
}

static void names_are_found_by_their_parts(void **state)
{
	struct tkt_index *x = open_index();

	(void)state;
	put(x, 1, "One", "see fooBarBaz and lib/index/token_fold.c");
	put(x, 2, "Two", "the bar and the token");
	put(x, 3, "Three", "zoo");
	finds(x, "fooBarBaz", "1 2"); /* the bar of the second */
	finds(x, "foobarbaz", "1");
	finds(x, "baz", "1");
	finds(x, "token_fold.c", "1 2");
	finds(x, "FOLD", "1");
	close_index(x);
}

static void a_whole_name_needs_no_crumbs(void **state)
{
	struct tkt_index *x = open_index();

	(void)state;
	put(x, 1, "One", "uq17zx");
	put(x, 2, "Two", "uq18zx");
	finds(x, "uq17zx", "1");
	finds(x, "uq19zx", "1 2"); /* nobody has it: then its parts are better than nothing */
	close_index(x);
}

static void phrases_and_prefixes_are_required_when_alone(void **state)
{
	struct tkt_index *x = open_index();

	(void)state;
	put_parts(x, 1, "One", "state of the art", "ends with alpha");
	put(x, 2, "State of the art", "short");
	put(x, 3, "Three", "art of the state, running");
	finds(x, "\"state of the art\"", "2 1");
	finds(x, "\"art state\"", "3");
	finds(x, "\"state of the art\" runn*", "");
	finds(x, "\"art state\" runn*", "3");
	finds(x, "runn*", "3");
	finds(x, "runnings*", "3");
	finds(x, "sho*", "2");
	finds(x, "\"state of the art\" running", "2 3 1"); /* with a plain word they only add */
	finds(x, "\"alpha begins\"", ""); /* two comments */
	finds(x, "\"ends with alpha\"", "1");
	finds(x, "art\"", "2 1 3");
	finds(x, "\"\"", "");
	close_index(x);
}

static void common_words_are_found_in_short_texts(void **state)
{
	struct tkt_index *x = open_index();

	(void)state;
	put(x, 1, "Not", "x");
	put(x, 2, "Two", "to be or not to be");
	put(x, 3, "Three", "other words");
	finds(x, "not", "1 2");
	finds(x, "\"to be or not to be\"", "2");
	finds(x, "the words of it", "3");
	close_index(x);
}

static void scripts_without_blanks_are_found(void **state)
{
	struct tkt_index *x = open_index();

	(void)state;
	put(x, 1, "検索機能の実装", "本文");
	put(x, 2, "機能", "ﾃﾞｰﾀの検索");
	put(x, 3, "Größe", "naïve 🚀");
	finds(x, "機能", "1 2");
	finds(x, "\"検索機能\"", "1");
	finds(x, "検", "1 2");
	finds(x, "装", "1");
	finds(x, "データ", "2");
	finds(x, "grosse", "3");
	finds(x, "NAIVE", "3");
	finds(x, "🚀", "3");
	close_index(x);
}

static void fields_and_filters_hold(void **state)
{
	struct tkt_index *x = open_index();
	struct tkt_index_set only = { NULL, 0, 0 };
	struct tkt_text_hits hits;

	(void)state;
	put_parts(x, 1, "Apple", "pear", "apple");
	put(x, 2, "Plum", "apple");
	put(x, 70, "Apple apple", "apple");
	hits = ask_n(x, "apple", 5, NULL);
	assert_int_equal(hits.n, 3);
	tkt_text_hits_release(&hits);
	tkt_index_set_add(&only, 1);
	tkt_index_set_add(&only, 2);
	hits = ask_n(x, "apple", 5, &only);
	assert_int_equal(hits.n, 2);
	assert_int_equal(hits.items[0].n, 1);
	assert_int_equal(hits.items[0].fields, 1 << TKT_DOC_TITLE | 1 << TKT_DOC_COMMENTS);
	assert_int_equal(hits.items[1].fields, 1 << TKT_DOC_BODY);
	tkt_text_hits_release(&hits);
	kill_row(x, 1);
	hits = ask_n(x, "apple", 5, &only);
	assert_int_equal(hits.n, 1);
	tkt_text_hits_release(&hits);
	hits = ask_n(x, "label", 5, NULL);
	assert_int_equal(hits.n, 2);
	assert_int_equal(hits.items[0].fields, 1 << TKT_DOC_LABELS);
	tkt_text_hits_release(&hits);
	tkt_index_set_release(&only);
	close_index(x);
}

/* A ticket that was changed has a new number, and stays where it was in the list. */
static void equal_tickets_keep_their_order(void **state)
{
	struct tkt_index_entry entries[] = { { .n = 1, .id_hash = 20 }, { .n = 2, .id_hash = 30 }, { .n = 3,
		.id_hash = 10 } };
	struct tkt_index *x = open_index();

	(void)state;
	x->entries.items = entries;
	x->entries.n = 3;
	for (int64_t n = 1; n <= 3; n++)
		put(x, n, "Same", "text");
	finds(x, "same", "3 1 2");
	kill_row(x, 1);
	entries[0] = entries[1];
	entries[1] = entries[2];
	entries[2].n = 4;
	entries[2].id_hash = 20;
	put(x, 4, "Same", "text");
	finds(x, "same", "3 4 2");
	close_index(x);
}

static void any_query_is_legal(void **state)
{
	static const char *const bits[] = { "\"", "*", "AND", " ", "(", ")", "NEAR(", "apple", "-", ":", "^", "title:",
		"検",
		"\xff", "+", "{", "}", ",", "'", "; drop table fulltext", "foo_bar", "OR", "NOT", "🚀", "\t", "..", "\x1e", "7" };
	struct tkt_index *x = open_index();
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_text_hits hits;
	uint32_t r = 99;

	(void)state;
	put(x, 1, "Apple foo_bar", "AND title 検索 or 7");
	put(x, 2, "Pear", "not near");
	for (int round = 0; round < 3000; round++) {
		tkt_buf_reset(&text);
		for (int i = 0; i < round % 40; i++) {
			r = r * 1664525 + 1013904223;
			if (round % 3)
				tkt_buf_puts(&text, bits[(r >> 16) % TKT_LEN(bits)]);
			else
				tkt_buf_putc(&text, (char)(r >> 16)); /* NUL, too */
		}
		hits = ask_n(x, text.ptr, text.len, NULL);
		tkt_text_hits_release(&hits);
	}
	tkt_buf_reset(&text);
	for (int i = 0; text.len < 100000; i++)
		tkt_buf_printf(&text, "word%d \"a phrase%d\" pre%d* ", i, i, i);
	tkt_buf_puts(&text, " apple");
	hits = ask_n(x, text.ptr, text.len, NULL);
	tkt_text_hits_release(&hits);
	tkt_buf_release(&text);
	close_index(x);
}

static void at_most_64_terms_count_and_those_are_the_rarest(void **state)
{
	struct tkt_index *x = open_index();
	struct tkt_buf text = TKT_BUF_INIT;

	(void)state;
	for (int i = 0; i < 100; i++)
		tkt_buf_printf(&text, "often%c%c ", 'a' + i % 26, 'a' + i / 26);
	put(x, 1, "One", text.ptr);
	put(x, 2, "Two", text.ptr);
	put(x, 3, "Three", "seldom");
	tkt_buf_puts(&text, "seldom");
	finds(x, text.ptr, "1 2 3");
	tkt_buf_release(&text);
	close_index(x);
}

static const char *random_text(uint32_t *r, struct tkt_buf *out)
{
	static const char *const words[] = { "alpha", "beta", "gamma", "delta", "foo_bar", "the", "検索", "機能", "of",
		"a/b.c",
		"epsilon", "zeta", "sha256", "eta" };
	size_t n;

	*r = *r * 1664525 + 1013904223;
	n = (*r >> 16) % 40 + 1;
	tkt_buf_reset(out);
	for (size_t i = 0; i < n; i++) {
		*r = *r * 1664525 + 1013904223;
		tkt_buf_printf(out, "%s ", words[(*r >> 16) % TKT_LEN(words)]);
	}
	return out->ptr;
}

static void scores_do_not_depend_on_the_past(void **state)
{
	static const char *const queries[] = { "alpha", "foo_bar the beta", "\"alpha beta\"", "検索 機能 zeta",
		"a/b.c sha256 of gamma",
		"\"gamma delta\" alph*" };
	struct tkt_index *old = open_index(), *fresh = open_index();
	struct tkt_buf title = TKT_BUF_INIT, body = TKT_BUF_INIT;
	int64_t now[60] = { 0 }, next = 1; /* the live number of each ticket */
	uint32_t seed[60], r = 4711;
	size_t compared = 0;

	(void)state;
	for (int step = 0; step < 1500; step++) {
		size_t k;

		r = r * 1664525 + 1013904223;
		k = (r >> 16) % 60;
		if (now[k])
			kill_row(old, now[k]);
		now[k] = 0;
		if (r >> 8 & 3) {
			seed[k] = r;
			random_text(&r, &title);
			put(old, now[k] = next++, title.ptr, random_text(&r, &body));
		}
	}
	for (size_t k = 0; k < 60; k++) {
		if (!now[k])
			continue;
		random_text(&seed[k], &title);
		put(fresh, (int64_t)k + 1, title.ptr, random_text(&seed[k], &body));
	}
	assert_int_equal(old->live.n, fresh->live.n);
	for (size_t i = 0; i < TKT_LEN(queries); i++) {
		struct tkt_text_hits a = ask_n(old, queries[i], strlen(queries[i]), NULL);
		struct tkt_text_hits b = ask_n(fresh, queries[i], strlen(queries[i]), NULL);

		assert_int_equal(a.n, b.n);
		for (size_t k = 0; k < b.n; k++) {
			for (size_t m = 0; m < a.n; m++) {
				if (a.items[m].n != now[b.items[k].n - 1])
					continue;
				assert_true(a.items[m].score == b.items[k].score); /* to the last bit */
				assert_int_equal(a.items[m].fields, b.items[k].fields);
				compared++;
			}
		}
		tkt_text_hits_release(&a);
		tkt_text_hits_release(&b);
	}
	assert_true(compared > 60);
	tkt_buf_release(&title);
	tkt_buf_release(&body);
	close_index(old);
	close_index(fresh);
}

static void near_words_are_suggested_as_tickets_write_them(void **state)
{
	static const char *const cases[][2] = {
		{ "the orchestratr", "the orchestrator" }, { "Settigns!", "settings!" }, { "esttings", "settings" },
			{ "xsettings", "settings" },
		{ "orchestrator", NULL }, { "xyzzyx", NULL }, { "\"no phrase\" qq", NULL }, { "", NULL },
	};
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	struct tkt_index_opts opts = { .memory = true };
	struct tkt_index *x = tkt_index_new(p->store, &p->config, &opts);

	free(project_create(b, p, "The orchestrator"));
	free(project_create(b, p, "Many settings"));
	assert_int_equal(tkt_index_refresh(x, TKT_INDEX_TEXT, NULL, &b->err), 0);
	for (size_t i = 0; i < TKT_LEN(cases); i++) {
		struct tkt_text_query *q = NULL;
		char *out = NULL;

		tkt_text_query_parse(&q, cases[i][0], strlen(cases[i][0]));
		assert_int_equal(tkt_fulltext_suggest(x, q, &out, &b->err), 0);
		if (cases[i][1]) {
			assert_non_null(out);
			assert_string_equal(out, cases[i][1]);
		} else {
			assert_null(out);
		}
		free(out);
		tkt_text_query_free(q);
	}
	tkt_index_free(x);
	tkt_project_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_alternatives_and_more_of_them_are_better),
		cmocka_unit_test(words_that_stand_together_count_more),
		cmocka_unit_test(the_title_counts_most_and_comments_least),
		cmocka_unit_test(names_are_found_by_their_parts),
		cmocka_unit_test(a_whole_name_needs_no_crumbs),
		cmocka_unit_test(phrases_and_prefixes_are_required_when_alone),
		cmocka_unit_test(common_words_are_found_in_short_texts),
		cmocka_unit_test(scripts_without_blanks_are_found),
		cmocka_unit_test(fields_and_filters_hold),
		cmocka_unit_test(equal_tickets_keep_their_order),
		cmocka_unit_test(any_query_is_legal),
		cmocka_unit_test(at_most_64_terms_count_and_those_are_the_rarest),
		cmocka_unit_test(scores_do_not_depend_on_the_past),
		BOX_TEST(near_words_are_suggested_as_tickets_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
