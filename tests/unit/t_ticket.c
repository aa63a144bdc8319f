#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "text/ticket.h"

static struct tkt_ticket parse(const char *text)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_ticket t;

	if (tkt_ticket_parse(&t, text, strlen(text), &err) != 0)
		fail_msg("%s", err.message);
	return t;
}

static const char full[] =
	"---\nid: 20260102-030405-a\nslug: a\ntitle: \"TUI: a\"\nstatus: pending\nkind: bug\npriority: P1\n"
	"labels: [x, y z]\ncreated_at: 2026-01-02T03:04:05Z\nupdated_at: 2026-01-02T03:04:06Z\nassignee: null\n"
	"legacy_ticket: null\ncolumn: testing\nworkflow: w\ncreated_by: me\nparent: p\nblocked_by: [b1, b2]\nrelated: [r]\n"
	"readiness: ready\nneeds_preflight: true\naction_required: say yes\nrisk_flags: [f]\nscope: lib/text\n"
	"errors: [\"a, b\"]\nwarnings: [w]\ncontext: {a: 1, b: [x, \"2\"], c: {d: null}}\nreferences: [\"file:a.c:12\"]\n"
	"estimate: 3h30m\ndue: 2026-02-01\nstarted_at: 2026-01-02T03:04:05Z\ncompleted_at: 2026-01-02T03:04:05Z\n"
	"number: 12\naliases: [q]\nfingerprint: ff\nunknown: {k: v}\nother: word\n---\n\nbody\n";

static void every_known_key_is_filled_and_the_rest_is_extra(void **state)
{
	struct tkt_ticket t = parse(full);
	size_t n;
	const struct tkt_field *fields = tkt_fields(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		bool nullable = strcmp(fields[i].name, "assignee") == 0 || strcmp(fields[i].name, "legacy_ticket") == 0;

		assert_ptr_equal(tkt_field_find(fields[i].name), &fields[i]);
		if (fields[i].type == TKT_FIELD_STRING)
			assert_int_equal(tkt_field_string(&t, &fields[i]) == NULL, nullable);
		else if (fields[i].type == TKT_FIELD_LIST)
			assert_true(tkt_field_list(&t, &fields[i])->n > 0);
	}
	assert_string_equal(t.title, "TUI: a");
	assert_int_equal(t.status, TKT_PENDING);
	assert_string_equal(t.labels.items[1], "y z");
	assert_string_equal(t.errors.items[0], "a, b");
	assert_string_equal(tkt_node_get(t.context, "a"), "1");
	assert_int_equal(t.extra.n, 2);
	assert_string_equal(t.extra.items[0].key, "unknown");
	assert_string_equal(tkt_node_get(t.extra.items[0].value, "k"), "v");
	assert_string_equal(full + t.body, "\nbody\n");
	assert_null(tkt_field_find("nope"));
	assert_null(tkt_field_string(&t, tkt_field_find("labels")));
	assert_null(tkt_field_list(&t, tkt_field_find("title")));
	tkt_ticket_release(&t);
	tkt_ticket_release(NULL);
}

static void a_printed_ticket_is_read_back_and_printed_the_same(void **state)
{
	struct tkt_ticket t = parse(full), back;
	struct tkt_buf one = TKT_BUF_INIT, two = TKT_BUF_INIT;

	(void)state;
	tkt_ticket_print(&one, &t, "\nbody\n");
	assert_non_null(strstr(one.ptr, "context: {a: 1, b: [x, \"2\"], c: {d: null}}\n"));
	assert_non_null(strstr(one.ptr, "other: word\n---\n\nbody\n"));
	back = parse(one.ptr);
	tkt_ticket_print(&two, &back, "\nbody\n");
	assert_string_equal(one.ptr, two.ptr);
	tkt_ticket_release(&t);
	tkt_ticket_release(&back);
	tkt_buf_release(&one);
	tkt_buf_release(&two);
}

static void a_new_ticket_has_the_required_keys_only(void **state)
{
	struct tkt_ticket t;
	struct tkt_buf out = TKT_BUF_INIT;

	(void)state;
	tkt_ticket_init(&t);
	t.id = tkt_strdup("20260102-030405-x");
	t.slug = tkt_strdup("x");
	t.title = tkt_strdup("null");
	t.created_at = tkt_strdup("2026-01-02T03:04:05Z");
	t.updated_at = tkt_strdup("2026-01-02T03:04:05Z");
	tkt_ticket_print(&out, &t, NULL);
	assert_string_equal(out.ptr,
			    "---\nid: 20260102-030405-x\nslug: x\ntitle: \"null\"\nstatus: open\nkind: task\npriority: P2\n"
			    "labels: []\ncreated_at: 2026-01-02T03:04:05Z\nupdated_at: 2026-01-02T03:04:05Z\n"
			    "assignee: null\nlegacy_ticket: null\n---\n");
	tkt_ticket_release(&t);
	tkt_buf_release(&out);
}

static void sloppy_files_are_read(void **state)
{
	struct tkt_ticket t = parse("---\ntitle: null\ntitle: second\nlabels: [foo: bar, x]\nstatus: weird\npriority: high\ncontext: ~\n---\n");

	(void)state;
	assert_null(t.title);
	assert_null(t.id);
	assert_null(t.context);
	assert_int_equal(t.labels.n, 2);
	assert_string_equal(t.labels.items[0], "foo: bar");
	assert_string_equal(t.status_text, "weird");
	assert_string_equal(t.priority, "high");
	assert_int_equal(t.extra.n, 0);
	tkt_ticket_release(&t);
	assert_int_equal(tkt_ticket_parse(&t, "x", 1, NULL), TKT_EINVALID);
}

static void words_have_their_ranks(void **state)
{
	enum tkt_status s;

	(void)state;
	assert_int_equal(tkt_priority_rank("P0"), 0);
	assert_int_equal(tkt_priority_rank("p4"), 4);
	assert_int_equal(tkt_priority_rank("Critical"), 0);
	assert_int_equal(tkt_priority_rank("low"), 3);
	assert_int_equal(tkt_priority_rank("P5"), 5);
	assert_int_equal(tkt_priority_rank("P12"), 5);
	assert_int_equal(tkt_priority_rank(""), 5);
	assert_int_equal(tkt_priority_rank(NULL), 5);
	assert_true(tkt_status_find("closed", &s) && s == TKT_CLOSED);
	assert_false(tkt_status_find("Closed", &s));
	assert_false(tkt_status_find(NULL, &s));
	assert_string_equal(tkt_status_name(TKT_PENDING), "pending");
}

static void values_that_are_not_legal_are_named(void **state)
{
	static const struct { const char *field, *good, *bad; } cases[] = {
		{ "title", "a b: #", "a\nb" }, { "title", "\xE8\xAA\x9E", "\xFF" }, { "title", "x", "  " },
		{ "kind", "bug", "two words" }, { "priority", "P3", "P9" }, { "labels", "good first", "" },
		{ "created_at", "2026-01-02T03:04:05Z", "2026-01-02" }, { "due", "2026-01-02", "soon" },
		{ "needs_preflight", "true", "yes" }, { "number", "12", "-1" }, { "parent", "20260102-030405-a", "../x" },
		{ "estimate", "3h30m", "long" }, { "estimate", "90", "" }, { "status", "open", "done" },
		{ "slug", "a-b1", "A" }, { "slug", "a", "-a" }, { "errors", "a\nb", "\xFF" },
	};

	(void)state;
	for (size_t i = 0; i < TKT_LEN(cases); i++) {
		const struct tkt_field *f = tkt_field_find(cases[i].field);

		if (tkt_field_refuse(f, cases[i].good) != NULL)
			fail_msg("%s: '%s' is good", f->name, cases[i].good);
		if (tkt_field_refuse(f, cases[i].bad) == NULL)
			fail_msg("%s: '%s' is bad", f->name, cases[i].bad);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_known_key_is_filled_and_the_rest_is_extra),
		cmocka_unit_test(a_printed_ticket_is_read_back_and_printed_the_same),
		cmocka_unit_test(a_new_ticket_has_the_required_keys_only),
		cmocka_unit_test(sloppy_files_are_read),
		cmocka_unit_test(words_have_their_ranks),
		cmocka_unit_test(values_that_are_not_legal_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
