#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "text/match.h"

#define NOW ((tkt_time)1767323045) /* 2026-01-02T03:04:05Z */

static const char item[] =
	"---\nid: 20260101-000000-fix-it\nslug: fix-it\ntitle: Fix Übergang\nstatus: open\nkind: bug\npriority: P1\n"
	"labels: [UI, area-core]\ncreated_at: 2026-01-01T10:00:00Z\nupdated_at: 2026-01-02T00:00:00Z\nassignee: Bob B\n"
	"legacy_ticket: null\nblocked_by: [20251231-000000-other]\nscope: lib/ui/term\ncontext: {env: staging, n: [deep]}\n"
	"estimate: 3h\ndue: 2026-01-05\nnumber: 42\nneeds_preflight: true\n---\nThe Body says xyzzy.\n";

static const char thread[] =
	"<!-- event: create author: zoe at: 2026-01-01T10:00:00Z -->\n\n## Created\n\nplugh\n\n---\n"
	"\n<!-- event: plan author: Max M at: 2026-01-01T11:00:00Z -->\n\n## Outline\n\nmore\n\n---\n";

static const struct tkt_match_facts facts = {
	.blocked = true, .key = "TKT-0000000",
	.body = { "The Body says xyzzy.\n", 21 }, .thread = { thread, sizeof thread - 1 },
};

static bool holds(const char *query)
{
	struct tkt_query *q = NULL;
	struct tkt_ticket t;
	bool yes;

	assert_int_equal(tkt_query_parse(&q, query, NOW, NULL, NULL), 0);
	assert_int_equal(tkt_ticket_parse(&t, item, sizeof item - 1, NULL), 0);
	t.status = TKT_OPEN;
	yes = tkt_match(q, &t, &facts);
	tkt_ticket_release(&t);
	tkt_query_free(q);
	return yes;
}

static void check(const char *const *queries, size_t n, bool want)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (holds(queries[i]) != want)
			fail_msg("'%s' should %smatch", queries[i], want ? "" : "not ");
	}
}

static void these_queries_match(void **state)
{
	static const char *const yes[] = {
		"", "fix", "\303\234BERGANG", "xyzzy", "plugh", "outline", "area-CORE", "text:body", "title:fix",
		"status:open", "status:open,closed", "is:open", "is:blocked", "is:assigned", "blocked:yes", "-is:ready",
		"label:ui", "label:area-*", "label:nope,ui", "-label:wontfix", "kind:BUG", "priority:P1", "priority:high",
		"priority:<=P1", "priority:>P0", "created:2026-01-01", "created:>=2026-01-01", "created:<2026-01-02",
		"created:<=2026-01-01", "-created:>2026-01-01", "updated:<1d", "updated:>1h", "created:yesterday",
		"due:>2026-01-04", "due:<=+7d", "assignee:\"bob b\"", "assignee:bob*", "no:parent", "parent:none",
		"has:due,parent", "has:context", "estimate:>=180", "estimate:<4h", "number:42", "number:>=7", "preflight:yes",
		"id:fix-it", "id:20260101", "id:20260101-000000-fix-it", "blocked_by:other", "blocked_by:20251231", "has:blocked_by",
		"scope:lib/ui", "scope:lib/ui/", "scope:lib/ui/term", "scope:*/term", "context:stag", "context:deep", "context:env",
		"author:zoe", "author:max*", "key:tkt-0000000", "(kind:spike OR kind:bug) fix", "NOT kind:spike",
	};

	(void)state;
	check(yes, TKT_LEN(yes), true);
}

static void these_do_not(void **state)
{
	static const char *const no[] = {
		"absent", "created", "zoe", "event", "text:fix", "status:closed", "is:ready", "blocked:no", "label:u", "label:area",
		"priority:P0", "priority:>P1", "created:2026-01-02", "created:>2026-01-01", "updated:>1d", "due:<2026-01-05",
		"assignee:bob", "assignee:none", "no:due", "has:parent", "estimate:>3h", "number:4", "preflight:no", "id:fix",
		"id:it", "blocked_by:fix-it", "scope:lib/u", "scope:ui", "author:bob", "key:TKT-1111", "started:>1d", "started:<1d",
		"-fix", "fix absent", "is:unassigned", "parent:x", "related:x",
	};

	(void)state;
	check(no, TKT_LEN(no), false);
}

static void a_key_may_be_any_prefix_of_the_hash(void **state)
{
	struct tkt_ticket t = { .id = tkt_strdup("hello\n") }; /* ce01362503... */
	struct tkt_match_facts f = { .key = "AB-ce01362" };
	static const char *const yes[] = { "key:AB-ce01", "key:ab-CE013625030BA8", "id:AB-ce0136" };
	static const char *const no[] = { "key:AB-ce0", "key:TKT-ce01", "key:AB-ce02" };
	struct tkt_query *q = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(tkt_query_parse(&q, yes[i], NOW, NULL, NULL), 0);
		assert_true(tkt_match(q, &t, &f));
		tkt_query_free(q);
		assert_int_equal(tkt_query_parse(&q, no[i], NOW, NULL, NULL), 0);
		assert_false(tkt_match(q, &t, &f));
		tkt_query_free(q);
	}
	free(t.id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(these_queries_match),
		cmocka_unit_test(these_do_not),
		cmocka_unit_test(a_key_may_be_any_prefix_of_the_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
