/* store/check: the table, the merging of findings, and the parts of --fix that need no tree; the
 * codes themselves are in tests/golden/doctor. */
#include "sandbox.h"

#include "base/mem.h"
#include "store/check_fix_int.h"
#include "store/check_int.h"
#include "text/thread.h"

static struct tkt_str str(const char *s)
{
	return (struct tkt_str){ s, strlen(s) };
}

static void codes_are_sorted_unique_and_named(void **state)
{
	size_t n;
	const struct tkt_rule *rules = tkt_rules(&n);

	(void)state;
	assert_true(n > 50);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(strlen(rules[i].code), 4);
		assert_ptr_equal(tkt_rule_find(rules[i].code), &rules[i]);
		assert_true(i == 0 || strcmp(rules[i - 1].code, rules[i].code) < 0);
		assert_int_equal(strspn(rules[i].name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(rules[i].name));
		assert_int_equal(rules[i].summary[strlen(rules[i].summary) - 1], '.');
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(rules[k].name, rules[i].name);
	}
	assert_null(tkt_rule_find("T999"));
	assert_string_equal(tkt_level_name(TKT_INFO), "info");
}

static void findings_sort_by_place(void **state)
{
	struct tkt_findings f = { .n = 0 };

	(void)state;
	tkt_findings_add(&f, "T040", "b", "open/b/item.md", 10, NULL, "late");
	tkt_findings_add(&f, "T038", "b", "open/b/item.md", 4, "quote it", "%s", "early");
	tkt_findings_add(&f, "T002", NULL, "open/a/item.md", 0, NULL, "first");
	tkt_findings_add(&f, "T032", "b", "open/b/item.md", 10, NULL, "same line");
	tkt_findings_sort(&f);
	assert_string_equal(f.items[0].message, "first");
	assert_string_equal(f.items[1].message, "early");
	assert_string_equal(f.items[2].message, "same line");
	assert_string_equal(f.items[3].message, "late");
	assert_null(f.items[0].id);
	assert_string_equal(f.items[1].fix, "quote it");
	tkt_findings_release(&f);
	assert_int_equal(f.n, 0);
}

static void only_our_temporaries_are_ours(void **state)
{
	(void)state;
	assert_true(tkt_check_tmp_name("file-0123456789abcdef"));
	assert_true(tkt_check_tmp_name("attach-ffffffffffffffff"));
	assert_false(tkt_check_tmp_name("0123456789abcdef"));
	assert_false(tkt_check_tmp_name("-0123456789abcdef"));
	assert_false(tkt_check_tmp_name("file-0123456789abcdeg"));
	assert_false(tkt_check_tmp_name("file-0123456789ABCDEF"));
	assert_false(tkt_check_tmp_name("file_0123456789abcdef"));
	assert_false(tkt_check_tmp_name(""));
}

static void conflicts_need_all_three_marks(void **state)
{
	(void)state;
	assert_false(tkt_check_editable(str("a\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> other\n")));
	assert_false(tkt_check_editable(str("<<<<<<< HEAD\nTitle\n========\n=======\n>>>>>>> other\n")));
	assert_true(tkt_check_editable(str("prose about <<<<<<< and ======= and >>>>>>> marks\n")));
	assert_true(tkt_check_editable(str("<<<<<<< HEAD\n=======\n")));
	assert_true(tkt_check_editable(str("Title\n=======\n>>>>>>> quoted deep\n")));
	assert_true(tkt_check_editable(str("<<<<<<< HEAD\n========\n>>>>>>> other\n")));
	assert_false(tkt_check_editable((struct tkt_str){ "a\0b", 3 }));
	assert_false(tkt_check_editable(str("\xff\xfe-")));
	assert_true(tkt_check_editable(str("")));
}

#define HEAD(kind, at) "<!-- event: " kind " author: ada at: " at " -->\n\n"
#define ONE HEAD("comment", "2026-01-01T00:00:00Z") "## Comment\n\nLGTM\n\n---\n"
#define TWO HEAD("comment", "2026-01-01T00:00:00Z") "## Comment\n\nLGTM!\n\n---\n"

static void mends(const char *text, const char *want, size_t copies, bool torn)
{
	struct tkt_buf out = TKT_BUF_INIT;
	size_t dropped;
	bool closed;
	bool changed = tkt_check_mend_thread(&out, str(text), &dropped, &closed);

	assert_int_equal(dropped, copies);
	assert_int_equal(closed, torn);
	assert_int_equal(changed, copies || torn);
	assert_string_equal(out.ptr, want);
	/* Once more does nothing. */
	if (changed) {
		struct tkt_buf again = TKT_BUF_INIT;

		assert_false(tkt_check_mend_thread(&again, str(want), &dropped, &closed));
		assert_string_equal(again.ptr, want);
		tkt_buf_release(&again);
	}
	tkt_buf_release(&out);
}

static void identical_events_collapse_and_others_stay(void **state)
{
	(void)state;
	mends(ONE "\n" ONE, ONE, 1, false);
	mends(ONE "\n" ONE "\n" ONE, ONE, 2, false);
	mends(ONE "\n" TWO, ONE "\n" TWO, 0, false);
	mends(ONE "\n" TWO "\n" ONE, ONE "\n" TWO, 1, false);
	mends("words before\n\n" ONE "\n" ONE, "words before\n\n" ONE, 1, false);
	/* Same body, but other attributes: two things that happened. */
	mends("<!-- event: field_changed author: a at: 2026-01-01T00:00:00Z field: kind -->\n\n## F\n\n\n\n---\n\n"
	      "<!-- event: field_changed author: a at: 2026-01-01T00:00:00Z field: title -->\n\n## F\n\n\n\n---\n",
	      "<!-- event: field_changed author: a at: 2026-01-01T00:00:00Z field: kind -->\n\n## F\n\n\n\n---\n\n"
	      "<!-- event: field_changed author: a at: 2026-01-01T00:00:00Z field: title -->\n\n## F\n\n\n\n---\n",
	      0, false);
	mends("", "", 0, false);
	mends("no event at all\n", "no event at all\n", 0, false);
}

static void a_torn_end_is_closed(void **state)
{
	(void)state;
	mends(HEAD("comment", "2026-01-01T00:00:00Z") "## Comment\n\nhalf",
	      HEAD("comment", "2026-01-01T00:00:00Z") "## Comment\n\nhalf\n\n---\n", 0, true);
	mends(HEAD("comment", "2026-01-01T00:00:00Z") "## Comment\n\nwhole\n",
	      HEAD("comment", "2026-01-01T00:00:00Z") "## Comment\n\nwhole\n\n---\n", 0, true);
	mends(ONE "\n" HEAD("comment", "2026-01-02T00:00:00Z"), ONE "\n" HEAD("comment", "2026-01-02T00:00:00Z") "---\n", 0,
	      true);
	/* Cut within a header: what it was going to be nobody knows. */
	mends(ONE "\n<!-- event: comm", ONE "\n<!-- event: comm", 0, false);
	mends(ONE "\n" ONE "\n" HEAD("comment", "2026-01-02T00:00:00Z") "half",
	      ONE "\n" HEAD("comment", "2026-01-02T00:00:00Z") "half\n\n---\n", 1, true);
}

static void items_are_the_same_but_for_status_and_time(void **state)
{
	const char *a = "---\nid: x\nstatus: open\nupdated_at: 2026-01-01T00:00:00Z\nkind: bug\n---\nbody\n";

	(void)state;
	assert_true(tkt_fix_same_item(str(a), str(a)));
	assert_true(tkt_fix_same_item(str(a), str("---\nid: x\nstatus:   closed\nupdated_at: 2\nkind: bug\n---\nbody\n")));
	assert_false(tkt_fix_same_item(str(a), str("---\nid: x\nstatus: open\nupdated_at: 2\nkind: task\n---\nbody\n")));
	assert_false(tkt_fix_same_item(str(a), str("---\nid: x\nstatus: open\nupdated_at: 2\nkind: bug\n---\nBody\n")));
	assert_false(tkt_fix_same_item(str(a), str("---\nid: x\nstatus: open\nkind: bug\n---\nbody\n")));
	assert_false(tkt_fix_same_item(str(a), str("no frontmatter")));
}

static void a_union_that_would_lose_an_event_is_refused(void **state)
{
	const char *a = "<!-- event: field_changed author: a at: 2026-01-01T00:00:00Z field: kind -->\n\n## F\n\n\n\n---\n";
	const char *b = "<!-- event: field_changed author: a at: 2026-01-01T00:00:00Z field: title -->\n\n## F\n\n\n\n---\n";
	struct tkt_buf out = TKT_BUF_INIT;
	bool whole = false, joined = tkt_fix_union(&out, str(a), str(b), &whole);

	(void)state;
	/* Either both are in it, or the answer is that b was not. */
	assert_true(joined);
	assert_true(!whole || (strstr(out.ptr, "field: kind") && strstr(out.ptr, "field: title")));
	tkt_buf_reset(&out);
	assert_true(tkt_fix_union(&out, str(ONE), str(TWO), &whole));
	assert_true(whole);
	assert_non_null(strstr(out.ptr, "LGTM\n"));
	assert_non_null(strstr(out.ptr, "LGTM!\n"));
	tkt_buf_reset(&out);
	assert_false(tkt_fix_union(&out, str(ONE), str("<<<<<<< a\n=======\n>>>>>>> b\n"), &whole));
	tkt_buf_reset(&out);
	/* The identity of an event leaves the heading out; a reader does not. */
	assert_true(tkt_fix_union(&out, str(ONE), str(HEAD("comment", "2026-01-01T00:00:00Z") "## Remark\n\nLGTM\n\n---\n"), &whole));
	assert_true(!whole || strstr(out.ptr, "Remark"));
	tkt_buf_release(&out);
}

/* --- trees --- */

static struct tkt_store *store_of(struct box *b)
{
	const struct tkt_store_opts opts = { .no_sync = true };
	struct tkt_store *s = NULL;

	assert_int_equal(tkt_store_make(b->path, true, NULL, &b->err), 0);
	assert_int_equal(tkt_store_open(&s, b->path, &opts, &b->err), 0);
	return s;
}

static void put_ticket(struct box *b, size_t i, size_t waits_for)
{
	struct tkt_buf path = TKT_BUF_INIT, text = TKT_BUF_INIT;

	tkt_buf_printf(&path, "open/t%05zu/artifacts", i);
	assert_int_equal(tkt_dir_make(b->fd, path.ptr, &b->err), 0);
	tkt_buf_reset(&path);
	tkt_buf_printf(&path, "open/t%05zu/item.md", i);
	tkt_buf_printf(&text, "---\nid: t%05zu\nslug: t%05zu\ntitle: a ticket\nstatus: open\nkind: task\npriority: P2\n"
			      "labels: []\ncreated_at: 2026-01-01T00:00:00Z\nupdated_at: 2026-01-01T00:00:00Z\n"
			      "assignee: null\nlegacy_ticket: null\nblocked_by: [t%05zu]\n---\n",
		       i, i, waits_for);
	assert_int_equal(tkt_file_create(b->fd, path.ptr, text.ptr, text.len, false, &b->err), 0);
	tkt_buf_reset(&path);
	tkt_buf_printf(&path, "open/t%05zu/thread.md", i);
	assert_int_equal(tkt_file_create(b->fd, path.ptr, "", 0, false, &b->err), 0);
	tkt_buf_release(&path);
	tkt_buf_release(&text);
}

/* Also enough tickets for several workers. */
static void a_long_circle_is_found_once_and_told_in_order(void **state)
{
	enum { N = 1500 };
	struct box *b = *state;
	struct tkt_store *s = store_of(b);
	struct tkt_findings found = { .n = 0 };
	size_t tickets = 0;

	for (size_t i = 0; i < N; i++)
		put_ticket(b, i, (i + 1) % N);
	assert_int_equal(tkt_check_store(s, NULL, NULL, 0, &found, &tickets, &b->err), 0);
	assert_int_equal(tickets, N);
	assert_int_equal(found.n, 1);
	assert_string_equal(found.items[0].rule->code, "T073");
	assert_string_equal(found.items[0].file, "open/t00000/item.md");
	assert_int_equal(found.items[0].line, 13);
	assert_non_null(strstr(found.items[0].message, "'t00000' waits for 't00001' waits for 't00002'"));
	assert_non_null(strstr(found.items[0].message, "'t01499' waits for 't00000'"));
	tkt_findings_release(&found);
	tkt_store_free(s);
}

static void a_dry_run_and_a_fix_say_the_same(void **state)
{
	struct box *b = *state;
	struct tkt_store *s = store_of(b);
	struct tkt_findings found = { .n = 0 }, dry = { .n = 0 }, done = { .n = 0 };

	put_ticket(b, 1, 2);
	put_ticket(b, 2, 3);
	put_ticket(b, 3, 3);
	assert_int_equal(tkt_tree_remove(b->fd, "open/t00001/artifacts", &b->err), 0);
	assert_int_equal(tkt_tree_remove(b->fd, "open/t00002/thread.md", &b->err), 0);
	assert_int_equal(tkt_check_store(s, NULL, NULL, 0, &found, NULL, &b->err), 0);
	assert_int_equal(found.n, 3); /* and t00003 waits for itself */
	assert_int_equal(tkt_check_fix(s, NULL, &found, true, &dry, &b->err), 0);
	assert_false(tkt_file_exists(b->fd, "open/t00001/artifacts"));
	assert_int_equal(tkt_check_fix(s, NULL, &found, false, &done, &b->err), 0);
	assert_int_equal(dry.n, 2);
	assert_int_equal(done.n, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(dry.items[i].message, done.items[i].message);
		assert_string_equal(dry.items[i].file, done.items[i].file);
	}
	assert_true(tkt_file_exists(b->fd, "open/t00001/artifacts/.gitkeep"));
	tkt_findings_release(&found);
	assert_int_equal(tkt_check_store(s, NULL, NULL, 0, &found, NULL, &b->err), 0);
	assert_int_equal(found.n, 1);
	tkt_findings_release(&found);
	tkt_findings_release(&dry);
	tkt_findings_release(&done);
	tkt_store_free(s);
}

static void only_the_named_tickets_are_reported(void **state)
{
	struct box *b = *state;
	struct tkt_store *s = store_of(b);
	struct tkt_findings found = { .n = 0 };
	struct tkt_strv ids = TKT_STRV_INIT;
	size_t tickets = 0;

	put_ticket(b, 1, 99);
	put_ticket(b, 2, 99);
	tkt_strv_push(&ids, "t00002");
	assert_int_equal(tkt_check_store(s, NULL, &ids, 0, &found, &tickets, &b->err), 0);
	assert_int_equal(tickets, 1);
	assert_int_equal(found.n, 1);
	assert_string_equal(found.items[0].rule->code, "T070");
	assert_string_equal(found.items[0].id, "t00002");
	tkt_findings_release(&found);
	tkt_strv_release(&ids);
	tkt_store_free(s);
}

/* The byte at `at` of a file of n bytes made of `unit`; a miss would be a file that passes as sound. */
static void finds_the_byte(struct box *b, const char *unit, size_t n, size_t at, char bad)
{
	struct tkt_findings found = { .n = 0 };
	struct tkt_check c = { .fd = b->fd, .out = &found };
	struct tkt_buf text = TKT_BUF_INIT, read = TKT_BUF_INIT;
	char said[64];
	unsigned flags;

	while (text.len < n)
		tkt_buf_puts(&text, unit);
	text.ptr[at] = bad;
	unlinkat(b->fd, "f", 0);
	assert_int_equal(tkt_file_create(b->fd, "f", text.ptr, text.len, false, NULL), 0);
	assert_true(tkt_check_read(&c, "id", "f", 1 << 20, &read, &flags));
	assert_int_equal(read.len, text.len);
	assert_int_equal(found.n, 1);
	assert_string_equal(found.items[0].rule->code, bad ? "T023" : "T024");
	assert_int_equal(flags, bad ? TKT_BYTES_NOT_UTF8 : TKT_BYTES_UNREADABLE);
	snprintf(said, sizeof said, "offset %zu", at);
	assert_non_null(strstr(found.items[0].message, said));
	tkt_findings_release(&found);
	tkt_buf_release(&text);
	tkt_buf_release(&read);
}

static void a_wrong_byte_is_found_wherever_it_stands(void **state)
{
	for (size_t at = 0; at < 100; at++) {
		finds_the_byte(*state, "a", 100, at, '\xff');
		finds_the_byte(*state, "a", 100, at, '\0');
		finds_the_byte(*state, "a", 40 + at, at, '\x80');
	}
	/* The last byte of the character becomes one that cannot be there. */
	for (size_t at = 2; at < 99; at += 3)
		finds_the_byte(*state, "\xe6\x97\xa5", 99, at - 2, '\xff');
	for (size_t at = 30; at < 99; at += 33)
		finds_the_byte(*state, "thirty bytes of ASCII and then\xe6\x97\xa5", 99, at, '\xf8');
}

static void a_conflict_is_seen_wherever_it_stands(void **state)
{
	static const char mark[] = "<<<<<<< a\n=======\n>>>>>>> b\n";

	(void)state;
	for (size_t n = 0; n < 80; n++) {
		struct tkt_buf text = TKT_BUF_INIT;

		for (size_t i = 0; i < n; i++)
			tkt_buf_puts(&text, i % 3 ? "< " : "<\n");
		tkt_buf_puts(&text, "\n<");
		assert_true(tkt_check_editable((struct tkt_str){ text.ptr, text.len }));
		tkt_buf_puts(&text, "\n");
		tkt_buf_puts(&text, mark);
		assert_false(tkt_check_editable((struct tkt_str){ text.ptr, text.len }));
		tkt_buf_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_sorted_unique_and_named),
		cmocka_unit_test(findings_sort_by_place),
		cmocka_unit_test(only_our_temporaries_are_ours),
		cmocka_unit_test(conflicts_need_all_three_marks),
		cmocka_unit_test(a_conflict_is_seen_wherever_it_stands),
		cmocka_unit_test_setup_teardown(a_wrong_byte_is_found_wherever_it_stands, box_setup, box_teardown),
		cmocka_unit_test(identical_events_collapse_and_others_stay),
		cmocka_unit_test(a_torn_end_is_closed),
		cmocka_unit_test(items_are_the_same_but_for_status_and_time),
		cmocka_unit_test(a_union_that_would_lose_an_event_is_refused),
		cmocka_unit_test_setup_teardown(a_long_circle_is_found_once_and_told_in_order, box_setup, box_teardown),
		cmocka_unit_test_setup_teardown(a_dry_run_and_a_fix_say_the_same, box_setup, box_teardown),
		cmocka_unit_test_setup_teardown(only_the_named_tickets_are_reported, box_setup, box_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
