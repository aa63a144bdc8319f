/* The passage shown is the one that says why, on one line, with whole words marked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "index/fulltext.h"

/* The snippet with [marks] around the marked words. */
static void shows_in(const char *body, const char *query, size_t width, const char *expected)
{
	struct tkt_buf is = TKT_BUF_INIT;
	struct tkt_text_query *q = NULL;
	struct tkt_snippet s;
	struct tkt_doc d;
	size_t pos = 0;

	tkt_doc_make(&d, "The title", "", body);
	tkt_text_query_parse(&q, query, strlen(query));
	tkt_snippet_make(&s, &d, q, width);
	assert_true(tkt_utf8_valid(s.text, strlen(s.text), NULL));
	assert_null(strchr(s.text, '\n'));
	assert_true(tkt_str_width(s.text, strlen(s.text)) <= width);
	for (size_t i = 0; i < s.marks.n; i++) {
		assert_true(s.marks.items[i].start >= pos && s.marks.items[i].end > s.marks.items[i].start);
		tkt_buf_add(&is, s.text + pos, s.marks.items[i].start - pos);
		tkt_buf_putc(&is, '[');
		tkt_buf_add(&is, s.text + s.marks.items[i].start, s.marks.items[i].end - s.marks.items[i].start);
		tkt_buf_putc(&is, ']');
		pos = s.marks.items[i].end;
	}
	tkt_buf_puts(&is, s.text + pos);
	if (expected)
		assert_string_equal(is.ptr, expected);
	tkt_snippet_release(&s);
	tkt_text_query_free(q);
	tkt_doc_release(&d);
	tkt_buf_release(&is);
}

static void whole_words_are_marked(void **state)
{
	(void)state;
	shows_in("It crashes when running fooBar.", "crash run bar", 60, "It [crashes] when [running] [fooBar].");
	shows_in("It crashes when running.", "runn*", 60, "It crashes when [running].");
	shows_in("state of the art", "\"state of the art\"", 60, "[state] of the [art]");
	shows_in("\xc3\x9c" "ber alles", "uber", 60, "[\xc3\x9c" "ber] alles");
	shows_in("新しい検索機能です", "検索機能", 60, "新しい[検索機能]です");
	shows_in("新しい検索機能です", "検", 60, "新しい[検索]機能です");
}

static void blanks_and_lines_are_folded(void **state)
{
	(void)state;
	shows_in("one\n\n  two\tthree\r\nfour", "three", 60, "one two [three] four");
}

static void the_best_window_is_found_and_cut_at_words(void **state)
{
	struct tkt_buf body = TKT_BUF_INIT;

	(void)state;
	tkt_buf_puts(&body, "A socket. ");
	for (int i = 0; i < 50; i++)
		tkt_buf_puts(&body, "Nothing to see in here. ");
	tkt_buf_puts(&body, "The socket runs into its timeout at night. ");
	for (int i = 0; i < 50; i++)
		tkt_buf_puts(&body, "Nothing to see in here. ");
	shows_in(body.ptr, "socket timeout", 60,
		 "\xe2\x80\xa6here. The [socket] runs into its [timeout] at night. Nothing\xe2\x80\xa6");
	shows_in(body.ptr, "zebra", 30, "A socket. Nothing to see in\xe2\x80\xa6");
	tkt_buf_release(&body);
}

static void where_nothing_is_found_the_ticket_begins(void **state)
{
	(void)state;
	shows_in("Some text.", "title", 60, "Some text.");
	shows_in("Some text.", "", 60, "Some text.");
	shows_in("Some text.", "\"", 60, "Some text.");
	shows_in("", "title", 60, "");
}

static void comments_have_passages_too(void **state)
{
	struct tkt_text_query *q = NULL;
	struct tkt_snippet s;
	struct tkt_doc d;

	(void)state;
	tkt_doc_make(&d, "Title", "red", "body");
	TKT_GROW(&d);
	d.items[d.n].field = TKT_DOC_COMMENTS;
	d.items[d.n++].text = tkt_str_of("found in a comment");
	tkt_text_query_parse(&q, "comment", 7);
	tkt_snippet_make(&s, &d, q, 40);
	assert_int_equal(s.field, TKT_DOC_COMMENTS);
	assert_string_equal(s.text, "found in a comment");
	assert_int_equal(s.marks.n, 1);
	tkt_snippet_release(&s);
	tkt_text_query_free(q);
	tkt_doc_release(&d);
}

static void any_text_gives_a_line(void **state)
{
	static const char *const bits[] = { "a", "word ", "\n", " ", "検", "索", "\xcc\x81", "\xf0\x9f\x9a\x80", "fooBar",
		"_", "\x1b[31m",
		"verylongwordwithoutanyblankinitthatgoesonandon", "。", "ﾃﾞ", "\xc3\x9f", "word" };
	struct tkt_buf body = TKT_BUF_INIT;
	uint32_t r = 7;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		tkt_buf_reset(&body);
		for (int i = 0; i < round % 120; i++) {
			r = r * 1664525 + 1013904223;
			tkt_buf_puts(&body, bits[(r >> 16) % TKT_LEN(bits)]);
		}
		shows_in(body.ptr, "word bar 検索 a \"ss\"", 16 + (size_t)round % 80, NULL);
	}
	tkt_buf_release(&body);
}

static void a_megabyte_takes_no_time(void **state)
{
	struct tkt_buf body = TKT_BUF_INIT;
	clock_t start;

	(void)state;
	for (int i = 0; body.len < 1 << 20; i++)
		tkt_buf_printf(&body, "the word number %d of wordTwo ", i);
	start = clock();
	shows_in(body.ptr, "word two number of 77", 80, NULL);
	assert_true(clock() - start < CLOCKS_PER_SEC * 2);
	tkt_buf_release(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_words_are_marked),
		cmocka_unit_test(blanks_and_lines_are_folded),
		cmocka_unit_test(the_best_window_is_found_and_cut_at_words),
		cmocka_unit_test(where_nothing_is_found_the_ticket_begins),
		cmocka_unit_test(comments_have_passages_too),
		cmocka_unit_test(any_text_gives_a_line),
		cmocka_unit_test(a_megabyte_takes_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
