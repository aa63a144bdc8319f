#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "text/thread.h"

#define S(lit) ((struct tkt_str){ lit, sizeof(lit) - 1 })

static const char plain[] =
	"<!-- event: create author: ann at: 2026-01-02T03:04:05Z -->\n"
	"\n## Created\n\nhello\n\n---\n"
	"\n<!-- event: review author: \"Bob B\" at: 2026-01-02T03:04:06Z status: approve -->\n"
	"\n## Review: approve\n\nfine\n\n\n---\n";

static uint64_t rnd(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static void an_event_is_read_and_written_byte_for_byte(void **state)
{
	struct tkt_thread t;
	struct tkt_buf b = TKT_BUF_INIT;

	(void)state;
	tkt_thread_parse(&t, plain, sizeof plain - 1);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.items[0].flags, 0);
	assert_int_equal(t.items[1].flags, 0);
	assert_string_equal(t.items[0].body, "hello");
	assert_string_equal(t.items[1].author, "Bob B");
	assert_string_equal(t.items[1].body, "fine\n");
	assert_string_equal(tkt_event_attr(&t.items[1], "status"), "approve");
	assert_null(tkt_event_attr(&t.items[1], "none"));
	assert_int_equal(t.items[1].line, 9);
	tkt_event_print(&b, &t.items[0], true);
	tkt_event_print(&b, &t.items[1], false);
	assert_string_equal(b.ptr, plain);
	tkt_buf_release(&b);
	tkt_thread_release(&t);
}

static void only_a_whole_line_with_kind_author_and_time_is_a_header(void **state)
{
	static const char *const yes[] = {
		"<!-- event: a author: b at: 2026-01-02T03:04:05Z -->",
		"<!-- event: a author: b at: 2026-01-02T03:04:05Z --> \t\r",
		"<!-- event: a author: b c d at: 2026-01-02T03:04:05Z to: x y -->",
		"<!-- event: a author: \"\" at: 2026-01-02T03:04:05Z -->",
		"<!-- event: a at: 2026-01-02T03:04:05Z author: b -->",
		"<!-- event: a author: \"b\" c at: 2026-01-02T03:04:05Z -->",
	};
	static const char *const no[] = {
		"", "<!-- event:", "<!-- event: -->", "<!-- event: ... -->",
		" <!-- event: a author: b at: 2026-01-02T03:04:05Z -->",
		"<!-- event: a author: b at: 2026-01-02T03:04:05Z --> x",
		"<!-- event: a author: b at: 2026-02-30T03:04:05Z -->",
		"<!-- event: a author: b at: 2026-01-02 -->",
		"<!-- event: a author: at: 2026-01-02T03:04:05Z -->",
		"<!-- event: author: b at: 2026-01-02T03:04:05Z -->",
		"<!-- event: a at: 2026-01-02T03:04:05Z -->",
		"<!-- event: a author: b --> at: 2026-01-02T03:04:05Z -->",
		"<!-- event: a author: b at: 2026-01-02T03:04:05Z",
		"\\<!-- event: a author: b at: 2026-01-02T03:04:05Z -->",
	};
	size_t i;

	(void)state;
	for (i = 0; i < TKT_LEN(yes); i++)
		assert_true(tkt_event_is_header(tkt_str_of(yes[i])));
	for (i = 0; i < TKT_LEN(no); i++)
		assert_false(tkt_event_is_header(tkt_str_of(no[i])));
	assert_true(tkt_event_is_broken_header(S("<!-- event: ... -->")));
	assert_false(tkt_event_is_broken_header(tkt_str_of(yes[0])));
	assert_false(tkt_event_is_broken_header(S("text")));
	assert_false(tkt_event_is_header(S("<!-- event: a author: b\0c at: 2026-01-02T03:04:05Z -->")));
}

static void values_that_could_end_the_comment_are_escaped(void **state)
{
	struct tkt_event e = { .kind = tkt_strdup("a b"), .author = tkt_strdup("x --> y\"\\\n\x01\x7f---"),
			       .at = tkt_strdup("2026-01-02T03:04:05Z"), .body = tkt_strdup("") };
	struct tkt_buf b = TKT_BUF_INIT;
	struct tkt_thread t;

	(void)state;
	tkt_event_attr_set(&e, "to", "");
	tkt_event_attr_set(&e, "from", "old");
	tkt_event_attr_set(&e, "from", "new");
	tkt_event_print(&b, &e, true);
	assert_string_equal(b.ptr, "<!-- event: \"a b\" author: \"x -\\x2d> y\\\"\\\\\\n\\x01\\x7f-\\x2d-\""
				   " at: 2026-01-02T03:04:05Z to: \"\" from: new -->\n\n## a b\n\n\n\n---\n");
	tkt_thread_parse(&t, b.ptr, b.len);
	assert_int_equal(t.n, 1);
	assert_true(tkt_event_same(&e, &t.items[0]));
	assert_string_equal(tkt_event_attr(&t.items[0], "to"), "");
	tkt_thread_release(&t);
	tkt_buf_release(&b);
	tkt_event_release(&e);
}

static void a_missing_end_a_scar_and_a_missing_heading_are_told_apart(void **state)
{
	static const char text[] =
		"before\n"
		"<!-- event: a author: b at: 2026-01-02T03:04:05Z -->\n\n"
		"<!-- event: c author: d at: 2026-01-02T03:04:05Z -->\n\nno heading\n\n---\n\n"
		"<!-- event: e author: f at: 2026-01-02T03:04:05Z -->\n\n## H\n\none\n---\ntwo\n\n---\n\n"
		"<!-- event: g author: h at: 2026-01-02T03:04:05Z -->\n\n## Comment\n\nx\n\n---\ntail\n";
	struct tkt_thread t;

	(void)state;
	tkt_thread_parse(&t, text, sizeof text - 1);
	assert_int_equal(t.n, 4);
	assert_int_equal(t.preamble.len, 7);
	assert_int_equal(t.items[0].flags & (TKT_EVENT_SCAR | TKT_EVENT_TORN), TKT_EVENT_SCAR);
	assert_int_equal(t.items[1].flags, TKT_EVENT_NO_HEADING);
	assert_string_equal(t.items[1].body, "no heading");
	assert_null(t.items[1].heading);
	assert_int_equal(t.items[2].flags, 0);
	assert_string_equal(t.items[2].body, "one\n---\ntwo");
	assert_int_equal(t.items[3].flags & TKT_EVENT_TORN, TKT_EVENT_TORN);
	assert_string_equal(t.items[3].body, "x\n\n---\ntail");
	tkt_thread_release(&t);
}

static void other_spacing_crlf_and_a_byte_order_mark_are_read(void **state)
{
	static const char text[] =
		"\xef\xbb\xbf<!-- event: a author: b at: 2026-01-02T03:04:05Z -->\r\n\r\n## H\r\n\r\none\r\ntwo\r\n\r\n---\r\n\r\n"
		"<!-- event: c author: d at: 2026-01-02T03:04:05Z -->\n## H2\nbody\n---";
	struct tkt_thread t;

	(void)state;
	tkt_thread_parse(&t, text, sizeof text - 1);
	assert_int_equal(t.n, 2);
	assert_string_equal(t.items[0].heading, "H");
	assert_string_equal(t.items[0].body, "one\r\ntwo");
	assert_int_equal(t.items[0].flags, TKT_EVENT_SPACING);
	assert_string_equal(t.items[1].heading, "H2");
	assert_string_equal(t.items[1].body, "body");
	assert_int_equal(t.items[1].flags, TKT_EVENT_SPACING);
	tkt_thread_release(&t);
}

static void headings_go_with_kinds(void **state)
{
	(void)state;
	assert_string_equal(tkt_event_heading("create", NULL), "Created");
	assert_string_equal(tkt_event_heading("implementation_report", NULL), "Implementation report");
	assert_string_equal(tkt_event_heading("review", "request_changes"), "Review: request changes");
	assert_string_equal(tkt_event_heading("review", NULL), "review");
	assert_string_equal(tkt_event_heading("moved", NULL), "moved");
}

static const char *const nasty[] = {
	"", "\n", "\n\n", "\r\n", "\r", "---", "---\n", "\n---\n", "\n\n---\n", "--- \n", "```\n", "~~~", " ", "\t",
	"<!-- event: ... -->\n", "<!-- event: a author: b at: 2026-01-02T03:04:05Z -->\n", "\\", "\\\\<!-- event:",
	"\n<!-- event: a author: b at: 2026-01-02T03:04:05Z -->\n\n## Comment\n\nx\n\n---\n", "## Comment\n\n",
	"## ", "\xff\xfe", "\xc2\x9b", "\xe6\x97\xa5", "text", "-->", "<!--", "a: b", "\"", "\x1b[31m", ">", ":",
};

static void random_bytes(struct tkt_buf *b, uint64_t *s, size_t most, bool nul)
{
	size_t n = (size_t)(rnd(s) % (most + 1));

	while (n-- > 0) {
		if (nul && rnd(s) % 16 == 0)
			tkt_buf_putc(b, '\0');
		else
			tkt_buf_puts(b, nasty[rnd(s) % TKT_LEN(nasty)]);
	}
}

static char *random_text(uint64_t *s)
{
	struct tkt_buf b = TKT_BUF_INIT;

	random_bytes(&b, s, 3, false);
	return tkt_buf_detach(&b);
}

static void whatever_is_written_comes_back_exactly(void **state)
{
	uint64_t seed = 20260102;
	int round;

	(void)state;
	for (round = 0; round < 3000; round++) {
		struct tkt_event e[4];
		struct tkt_buf b = TKT_BUF_INIT;
		struct tkt_thread t;
		size_t n = 1 + rnd(&seed) % 4, i;

		for (i = 0; i < n; i++) {
			struct tkt_buf body = TKT_BUF_INIT;
			char *v;

			memset(&e[i], 0, sizeof e[i]);
			e[i].kind = random_text(&seed);
			if (!e[i].kind[0]) {
				free(e[i].kind);
				e[i].kind = tkt_strdup("comment");
			}
			e[i].author = random_text(&seed);
			e[i].at = tkt_strdup("2026-01-02T03:04:05Z");
			v = random_text(&seed);
			tkt_event_attr_set(&e[i], "to", v);
			free(v);
			random_bytes(&body, &seed, 8, true);
			e[i].body_len = body.len;
			e[i].body = tkt_buf_detach(&body);
			tkt_event_print(&b, &e[i], i == 0);
		}
		tkt_thread_parse(&t, b.ptr, b.len);
		assert_int_equal(t.n, n);
		for (i = 0; i < n; i++) {
			assert_true(tkt_event_same(&t.items[i], &e[i]));
			assert_int_equal(t.items[i].flags, 0);
			assert_string_equal(tkt_event_attr(&t.items[i], "to"), tkt_event_attr(&e[i], "to"));
			tkt_event_release(&e[i]);
		}
		tkt_thread_release(&t);
		tkt_buf_release(&b);
	}
}

static void any_bytes_at_all_are_read(void **state)
{
	uint64_t seed = 7;
	int round;

	(void)state;
	for (round = 0; round < 3000; round++) {
		struct tkt_buf b = TKT_BUF_INIT;
		struct tkt_thread t;
		size_t i;

		random_bytes(&b, &seed, 20, true);
		tkt_thread_parse(&t, b.ptr, b.len);
		for (i = 0; i < t.n; i++)
			assert_true(t.items[i].start < t.items[i].end && t.items[i].end <= b.len);
		tkt_thread_release(&t);
		tkt_buf_release(&b);
	}
}

static void a_copy_is_its_own(void **state)
{
	struct tkt_thread t;
	struct tkt_event e;

	(void)state;
	tkt_thread_parse(&t, plain, sizeof plain - 1);
	tkt_event_copy(&e, &t.items[1]);
	tkt_thread_release(&t);
	assert_string_equal(e.author, "Bob B");
	assert_string_equal(tkt_event_attr(&e, "status"), "approve");
	tkt_event_release(&e);
	tkt_event_release(NULL);
	tkt_thread_release(NULL);
}

static void no_text_is_no_event(void **state)
{
	struct tkt_thread t;

	(void)state;
	tkt_thread_parse(&t, NULL, 0);
	assert_int_equal(t.n, 0);
	assert_int_equal(t.preamble.len, 0);
	tkt_thread_release(&t);
}

/* What is between two headers is not read line by line: it still has to count, and what looks like an end or a header
 * in the middle of a text must not be taken for one. */
static void a_long_text_between_headers_moves_nothing(void **state)
{
	static const char head[] = "<!-- event: comment author: ada at: 2026-01-01T00:00:00Z -->\n\n## Comment\n\n";
	static const char *const parts[] = { "---\n", "\n", "a < b\n", "  <!-- event: quoted -->\n",
					     "\\<!-- event: was a header -->\n", "\\\\ and \\\\<!-- event: no\n" };
	uint64_t seed = 4;

	(void)state;
	for (size_t round = 0; round < 300; round++) {
		struct tkt_buf b = TKT_BUF_INIT;
		size_t lines = 1, body, second;
		struct tkt_thread t, scan;

		tkt_buf_puts(&b, head);
		body = b.len;
		for (size_t i = rnd(&seed) % 60; i > 0; i--)
			tkt_buf_puts(&b, parts[rnd(&seed) % TKT_LEN(parts)]);
		tkt_buf_puts(&b, "end");
		second = b.len + 7;
		tkt_buf_puts(&b, "\n\n---\n\n");
		for (const char *p = b.ptr; *p; p++)
			lines += *p == '\n';
		tkt_buf_puts(&b, head);
		tkt_buf_puts(&b, "torn\n---\nhere");
		tkt_thread_parse(&t, b.ptr, b.len);
		assert_int_equal(t.n, 2);
		assert_int_equal(t.items[0].flags, 0);
		assert_int_equal(t.items[0].end, second - 1);
		assert_int_equal(t.items[1].start, second);
		assert_int_equal(t.items[1].line, lines);
		assert_int_equal(t.items[1].flags, TKT_EVENT_TORN);
		assert_string_equal(t.items[1].body, "torn\n---\nhere");
		/* One `\` less before what would be a header, at the start of a line only. */
		assert_null(strstr(t.items[0].body, "\n\\<!-- event: was"));
		if (strstr(b.ptr + body, "\n\\<!-- event: was"))
			assert_non_null(strstr(t.items[0].body, "\n<!-- event: was"));
		if (strstr(b.ptr, "and "))
			assert_non_null(strstr(t.items[0].body, "\\\\ and \\\\<!-- event: no\n"));
		tkt_thread_scan(&scan, b.ptr, b.len);
		assert_int_equal(scan.n, 2);
		for (size_t i = 0; i < 2; i++) {
			assert_null(scan.items[i].body);
			assert_true(scan.items[i].body_len >= t.items[i].body_len);
			assert_int_equal(scan.items[i].flags, t.items[i].flags);
			assert_int_equal(scan.items[i].line, t.items[i].line);
			assert_int_equal(scan.items[i].end, t.items[i].end);
			assert_string_equal(scan.items[i].heading, t.items[i].heading);
		}
		tkt_thread_release(&scan);
		tkt_thread_release(&t);
		tkt_buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_read_and_written_byte_for_byte),
		cmocka_unit_test(only_a_whole_line_with_kind_author_and_time_is_a_header),
		cmocka_unit_test(values_that_could_end_the_comment_are_escaped),
		cmocka_unit_test(a_missing_end_a_scar_and_a_missing_heading_are_told_apart),
		cmocka_unit_test(other_spacing_crlf_and_a_byte_order_mark_are_read),
		cmocka_unit_test(headings_go_with_kinds),
		cmocka_unit_test(whatever_is_written_comes_back_exactly),
		cmocka_unit_test(any_bytes_at_all_are_read),
		cmocka_unit_test(a_copy_is_its_own),
		cmocka_unit_test(no_text_is_no_event),
		cmocka_unit_test(a_long_text_between_headers_moves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
