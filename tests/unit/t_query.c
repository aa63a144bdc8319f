#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "text/query.h"
#include "text/ticket.h"

#define NOW ((tkt_time)1767323045) /* 2026-01-02T03:04:05Z */

static struct tkt_query *parse(const char *text)
{
	struct tkt_query *q = NULL;

	assert_int_equal(tkt_query_parse(&q, text, NOW, NULL, NULL), 0);
	return q;
}

static void reads_as(const char *text, const char *want)
{
	struct tkt_query *q = parse(text), *again;
	struct tkt_buf b = TKT_BUF_INIT, c = TKT_BUF_INIT;

	tkt_query_print(&b, q);
	assert_string_equal(b.ptr, want);
	again = parse(b.ptr);
	tkt_query_print(&c, again);
	assert_string_equal(c.ptr, want);
	tkt_query_free(again);
	tkt_query_free(q);
	tkt_buf_release(&b);
	tkt_buf_release(&c);
}

static void fails(const char *text, size_t at, const char *part, const char *hint)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_query *q = NULL;
	size_t pos = 9999;

	assert_int_equal(tkt_query_parse(&q, text, NOW, &pos, &err), TKT_EINVALID);
	assert_null(q);
	assert_int_equal(pos, at);
	assert_non_null(strstr(err.message, part));
	if (hint)
		assert_non_null(strstr(err.hint, hint));
	tkt_error_release(&err);
}

static void and_binds_tighter_than_or(void **state)
{
	(void)state;
	reads_as("", "");
	reads_as("  ", "");
	reads_as("a b OR c AND d", "((\"a\" \"b\") OR (\"c\" \"d\"))");
	reads_as("a (b OR c)", "(\"a\" (\"b\" OR \"c\"))");
	reads_as("((a))", "\"a\"");
	reads_as("NOT a -b -(c d)", "(NOT \"a\" NOT \"b\" NOT (\"c\" \"d\"))");
	reads_as("or and not", "(\"or\" \"and\" \"not\")");
}

static void words_that_only_look_like_syntax_are_text(void **state)
{
	(void)state;
	reads_as("- a-b --json main() http://x/y?a=b a/b.c:12 Makefile:12 std::vector",
		 "(\"-\" \"a-b\" \"--json\" \"main()\" \"http://x/y?a=b\" \"a/b.c:12\" \"Makefile:12\" \"std::vector\")");
	reads_as("\"status:open \\\"x\\\\\"", "\"status:open \\\"x\\\\\"");
}

static void fields_have_aliases_lists_and_one_spelling(void **state)
{
	(void)state;
	reads_as("Label:ui,\"a b\"", "labels:\"ui\",\"a b\"");
	reads_as("blocked-by:x", "blocked_by:\"x\"");
	reads_as("priority:<=high", "priority:<=\"P1\"");
	reads_as("status:OPEN,closed is:Ready", "(status:\"open\",\"closed\" is:\"ready\")");
	reads_as("blocked:false", "blocked:\"no\"");
	reads_as("assignee:none", "no:\"assignee\"");
	reads_as("assignee:none,bob", "(no:\"assignee\" OR assignee:\"bob\")");
	reads_as("assignee:\"none\"", "assignee:\"none\"");
	reads_as("has:label,due", "has:\"labels\",\"due\"");
	reads_as("number:#007", "number:\"7\"");
	reads_as("(kind:bug OR kind:spike)", "(kind:\"bug\" OR kind:\"spike\")");
}

static void ages_become_times_that_compare_the_other_way_round(void **state)
{
	struct tkt_query *q = parse("created:2026-01-01");

	(void)state;
	assert_true(q->whole_day);
	tkt_query_free(q);
	reads_as("updated:>7d", "updated_at:<\"2025-12-26T03:04:05Z\"");
	reads_as("updated:<7d", "updated_at:>\"2025-12-26T03:04:05Z\"");
	reads_as("updated:7d", "updated_at:>=\"2025-12-26T03:04:05Z\"");
	reads_as("due:<=+1d", "due:<=\"2026-01-03T03:04:05Z\"");
	reads_as("created:today,2026-01-01", "created_at:\"2026-01-02\",\"2026-01-01\"");
	reads_as("created:>=2026-06-01", "created_at:>=\"2026-06-01\"");
}

static void errors_name_the_place(void **state)
{
	char deep[1300];

	(void)state;
	fails("a lable:x", 2, "unknown field 'lable' at column 3", "label");
	fails("zzzzzz:x", 0, "unknown field", "double quotes");
	fails("a (b", 2, "not closed", NULL);
	fails("a ) b", 2, "')' closes nothing", NULL);
	fails(")", 0, "')' closes nothing", NULL);
	fails("()", 0, "nothing between", NULL);
	fails("label:", 6, "empty value for 'label'", "no:label");
	fails("label:a,", 8, "empty value", NULL);
	fails("\"a", 0, "quote is not closed", NULL);
	fails("a OR", 4, "found the end", NULL);
	fails("OR a", 0, "found 'OR'", NULL);
	fails("NOT", 3, "found the end", NULL);
	fails("due:soon", 4, "bad date 'soon'", NULL);
	fails("priority:P9", 9, "unknown priority", NULL);
	fails("status:opne", 7, "unknown status", NULL);
	fails("title:>x", 0, "cannot be compared", NULL);
	fails("priority:<P1,P2", 13, "takes one value", NULL);
	fails("number:x", 7, "not a number", NULL);
	fails("has:labl", 4, "name of a field", "label");
	fails("estimate:>soon", 10, "not a duration", NULL);
	fails("created:7d,2026-01-01", 8, "cannot stand in a list", NULL);
	memset(deep, '(', sizeof deep);
	deep[sizeof deep - 1] = '\0';
	fails(deep, 200, "200 levels", NULL);
	for (size_t i = 0; i + 4 < sizeof deep; i += 4)
		memcpy(deep + i, "NOT ", 4);
	fails(deep, 800, "200 levels", NULL);
}

static void the_status_is_seen_without_a_ticket(void **state)
{
	static const struct { const char *text; bool closed, open, mentions, body; } table[] = {
		{ "", true, true, false, false },
		{ "status:open", false, true, true, false },
		{ "-status:closed kind:bug", false, true, true, false },
		{ "is:closed OR kind:bug", true, true, true, false },
		{ "is:blocked", true, true, false, false },
		{ "is:ready", false, true, false, false },
		{ "status:all", true, true, true, false },
		{ "word", true, true, false, true },
		{ "(author:x)", true, true, false, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < TKT_LEN(table); i++) {
		struct tkt_query *q = parse(table[i].text);

		assert_int_equal(tkt_query_may_match_status(q, TKT_CLOSED), table[i].closed);
		assert_int_equal(tkt_query_may_match_status(q, TKT_OPEN), table[i].open);
		assert_int_equal(tkt_query_mentions_status(q), table[i].mentions);
		assert_int_equal(tkt_query_needs_body(q), table[i].body);
		tkt_query_free(q);
	}
}

static void every_name_is_understood_and_every_field_of_a_ticket_has_one(void **state)
{
	size_t n, i, k;
	const char *const *names = tkt_query_fields(&n);
	const struct tkt_field *f;

	(void)state;
	for (i = 0; i < n; i++) {
		char *text = tkt_asprintf("%s:zzz", names[i]);
		struct tkt_error err = TKT_ERROR_INIT;
		struct tkt_query *q = NULL;

		if (tkt_query_parse(&q, text, NOW, NULL, &err))
			assert_null(strstr(err.message, "unknown field"));
		tkt_query_free(q);
		tkt_error_release(&err);
		free(text);
	}
	f = tkt_fields(&k);
	for (i = 0; i < k; i++) {
		size_t j = 0;

		while (j < n && strcmp(names[j], f[i].name) != 0)
			j++;
		assert_true(j < n);
	}
}

static uint64_t rnd(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static void random_queries_print_and_parse_back(void **state)
{
	static const char *const bits[] = {
		" ", " OR ", " AND ", "NOT ", "-", "(", ")", "(", ")", "a", "status:open", "label:x,y", "\"p q\"", "updated:>7d",
		"priority:<P2", "assignee:none,b", "\\", "\"", ":", ",", "no:due", "\xff", "\t", "due:2026-01-01", "<", "x:",
	};
	uint64_t seed = 99;
	int round, good = 0;

	(void)state;
	for (round = 0; round < 20000; round++) {
		struct tkt_buf b = TKT_BUF_INIT, c = TKT_BUF_INIT, d = TKT_BUF_INIT;
		struct tkt_query *q = NULL, *again = NULL;
		size_t n = rnd(&seed) % 9, pos = 0;

		while (n-- > 0)
			tkt_buf_puts(&b, bits[rnd(&seed) % TKT_LEN(bits)]);
		if (tkt_query_parse(&q, b.ptr, NOW, &pos, NULL)) {
			assert_true(pos <= b.len);
		} else {
			good++;
			tkt_query_print(&c, q);
			assert_int_equal(tkt_query_parse(&again, c.ptr, NOW, NULL, NULL), 0);
			tkt_query_print(&d, again);
			assert_string_equal(c.ptr, d.ptr);
		}
		tkt_query_free(q);
		tkt_query_free(again);
		tkt_buf_release(&b);
		tkt_buf_release(&c);
		tkt_buf_release(&d);
	}
	assert_true(good > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(and_binds_tighter_than_or),
		cmocka_unit_test(words_that_only_look_like_syntax_are_text),
		cmocka_unit_test(fields_have_aliases_lists_and_one_spelling),
		cmocka_unit_test(ages_become_times_that_compare_the_other_way_round),
		cmocka_unit_test(errors_name_the_place),
		cmocka_unit_test(the_status_is_seen_without_a_ticket),
		cmocka_unit_test(every_name_is_understood_and_every_field_of_a_ticket_has_one),
		cmocka_unit_test(random_queries_print_and_parse_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
