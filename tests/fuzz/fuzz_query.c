/* fuzz_query: the query language. A query that parses prints to one that parses to the same tree,
 * and what may be skipped for its status never matches. */
#include "fuzz/fuzz.h"

#include "text/match.h"
#include "text/query.h"
#include "text/ticket.h"

#define NOW 1780315200 /* 2026-06-01T12:00:00Z */

static void match(const struct tkt_query *q)
{
	static const char item[] = "---\nid: 20260601-120000-a\nslug: a\ntitle: A thing of beauty\n"
				   "status: open\nkind: bug\npriority: P1\nlabels: [ui, tui]\n"
				   "created_at: 2026-05-01T12:00:00Z\nupdated_at: 2026-06-01T11:00:00Z\n"
				   "assignee: alice\nlegacy_ticket: null\n---\n\nbody text\n";
	struct tkt_match_facts facts = { .blocked = false, .key = "TKT-3fa9c1b" };
	struct tkt_ticket t;

	facts.body = tkt_str_of("\nbody text\n");
	facts.thread = tkt_str_of("");
	HOLDS(tkt_ticket_parse(&t, item, sizeof item - 1, NULL) == 0);
	for (int s = 0; s < TKT_STATUS_N; s++) {
		t.status = (enum tkt_status)s;
		HOLDS(!tkt_match(q, &t, &facts) || tkt_query_may_match_status(q, s));
	}
	tkt_ticket_release(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tkt_query *q = NULL, *again = NULL;
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_buf one = TKT_BUF_INIT, two = TKT_BUF_INIT;
	char *s = fuzz_string(data, size < 2048 ? size : 2048);
	size_t pos = 0;

	if (tkt_query_parse(&q, s, NOW, &pos, &err) == 0) {
		match(q);
		tkt_query_print(&one, q);
		if (one.len < 8192) {
			HOLDS(tkt_query_parse(&again, one.ptr, NOW, NULL, &err) == 0);
			tkt_query_print(&two, again);
			HOLDS(strcmp(one.ptr, two.ptr) == 0);
			HOLDS(tkt_query_mentions_status(q) == tkt_query_mentions_status(again));
			HOLDS(tkt_query_needs_body(q) == tkt_query_needs_body(again));
		}
	} else {
		HOLDS(err.code == TKT_EINVALID && err.message && pos <= strlen(s));
	}
	tkt_query_free(q);
	tkt_query_free(again);
	tkt_buf_release(&one);
	tkt_buf_release(&two);
	tkt_error_release(&err);
	free(s);
	return 0;
}
