#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text/markdown.h"

static const struct tkt_md_style plain = { "", "", "", "", "", "", "", "", "" };
static const struct tkt_md_style marks = { "{h}", "{s}", "{e}", "{c}", "{l}", "{q}", "{b}", "{d}", "{0}" };

static void term(const char *text, size_t width, const struct tkt_md_style *style, const char *want)
{
	struct tkt_buf b = TKT_BUF_INIT;

	tkt_markdown_term(&b, tkt_str_of(text), width, style);
	assert_string_equal(b.ptr, want);
	tkt_buf_release(&b);
}

static void html(const char *text, const char *want)
{
	struct tkt_buf b = TKT_BUF_INIT;

	tkt_markdown_html(&b, tkt_str_of(text));
	assert_string_equal(b.ptr, want);
	tkt_buf_release(&b);
}

static void paragraphs_are_joined_and_wrapped(void **state)
{
	(void)state;
	term("one two\nthree four five six seven", 20, &plain, "one two three four\nfive six seven\n");
	term("a  \nb", 20, &plain, "a\nb\n");
	term("# Head\n\ntext\n\n---\n", 20, &plain, "# Head\n\ntext\n\n"
	     "\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80"
	     "\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\n");
	term("", 20, &plain, "");
}

static void wide_characters_break_anywhere_but_before_a_full_stop(void **state)
{
	(void)state;
	term("一二三四五六七八九十一二", 20, &plain, "一二三四五六七八九十\n一二\n");
	term("一二三四五六七八九十。二", 20, &plain, "一二三四五六七八九\n十。二\n");
}

static void lists_hang_nest_and_keep_their_boxes(void **state)
{
	(void)state;
	term("- [ ] one two three four\n- [x] b\n  1. c\n  2. d\n", 20, &plain,
	     "- [ ] one two three\n  four\n- [x] b\n  1. c\n  2. d\n");
	term("9. a\n\n10. b\n", 20, &plain, "9. a\n\n10. b\n");
	term("-\n- x", 20, &plain, "-\n- x\n");
}

static void code_is_indented_and_quotes_have_a_bar(void **state)
{
	(void)state;
	term("```\nlong long long long long line\n\n  b\n```\n", 20, &plain, "    long long long long long line\n\n      b\n");
	term("> one two three four five\n>\n> b", 20, &plain, "│ one two three four\n│ five\n│\n│ b\n");
	term("a `b  c` d", 20, &plain, "a `b  c` d\n");
}

static void links_and_images_show_where_they_lead(void **state)
{
	(void)state;
	term("see [x](http://e.org/) now", 60, &plain, "see x <http://e.org/> now\n");
	term("see <http://e.org/> now", 60, &plain, "see <http://e.org/> now\n");
	term("![alt *t*](p.png) <a@b.c>", 60, &plain, "[image: alt t] <p.png> <mailto:a@b.c>\n");
	term("[![i](p)](u)", 60, &plain, "[image: i] <p> <u>\n");
}

static void tables_are_left_alone(void **state)
{
	(void)state;
	term("| a    | b |\n|------|---|\n| cccc | d eeeeeeeeeeeee |\n", 20, &plain,
	     "| a    | b |\n|------|---|\n| cccc | d eeeeeeeeeeeee |\n");
}

static void styles_are_closed_on_every_line(void **state)
{
	(void)state;
	term("a **bo ld** b", 20, &marks, "a {s}bo ld{0} b\n");
	term("**aaaaaaaaaaa bbbbbbbbbbb**", 20, &marks, "{s}aaaaaaaaaaa{0}\n{s}bbbbbbbbbbb{0}\n");
	term("# H\n\n- `x` <b>\n", 20, &marks, "{h}H{0}\n\n{b}- {0}{c}x{0} {d}<b>{0}\n");
}

static void nothing_of_the_text_steers_the_terminal(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT, big = TKT_BUF_INIT;
	const char *s;

	(void)state;
	for (s = "p \x1b[31m \xc2\x9b &#27;[2J\n\n    code \x1b]0;x\a\n\n<div \x1b>\n\n[a\x1b](b&#27;)"; big.len < 70000;)
		tkt_buf_puts(&big, s);
	tkt_markdown_term(&b, tkt_str_of(s), 40, &plain);
	assert_null(strchr(b.ptr, '\x1b'));
	assert_null(strstr(b.ptr, "\xc2\x9b"));
	tkt_buf_reset(&b);
	tkt_markdown_term(&b, (struct tkt_str){ big.ptr, big.len }, 40, &plain);
	assert_null(strchr(b.ptr, '\x1b'));
	assert_int_equal(b.ptr[b.len - 1], '\n');
	tkt_buf_release(&b);
	tkt_buf_release(&big);
}

static void deep_nesting_ends_in_time(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT, big = TKT_BUF_INIT;

	(void)state;
	tkt_buf_pad(&big, '>', 30000);
	while (big.len < 60000)
		tkt_buf_puts(&big, "word\n");
	tkt_markdown_term(&b, (struct tkt_str){ big.ptr, big.len }, 40, &plain);
	assert_true(b.len < 1000000);
	tkt_buf_release(&b);
	tkt_buf_release(&big);
}

static void html_is_safe(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT, big = TKT_BUF_INIT;

	(void)state;
	html("<script>x</script>", "<!-- raw HTML omitted -->\n");
	html("[a](JavaScript&#58;x) ![b](data:image/png;base64,AA)", "<p><a href=\"\">a</a> <img src=\"\" alt=\"b\" /></p>\n");
	html("", "");
	while (big.len <= TKT_MARKDOWN_MAX)
		tkt_buf_puts(&big, "<b>&\"");
	tkt_markdown_html(&b, (struct tkt_str){ big.ptr, big.len });
	assert_true(strncmp(b.ptr, "<pre>&lt;b&gt;&amp;&quot;", 25) == 0);
	assert_null(strstr(b.ptr, "<b>"));
	tkt_buf_release(&b);
	tkt_buf_release(&big);
}

static void task_boxes_are_found_outside_of_fences(void **state)
{
	static const char text[] = "- [ ] one\n```\n- [ ] no\n~~~\n```\n  2. [X] two \r\n* [x]\n- [y] no\n-[ ] no\n- [ ]no\n";
	struct tkt_checks c;

	(void)state;
	tkt_markdown_checks(&c, tkt_str_of(text));
	assert_int_equal(c.n, 3);
	assert_string_equal(c.items[0].text, "one");
	assert_false(c.items[0].done);
	assert_string_equal(c.items[1].text, "two");
	assert_true(c.items[1].done);
	assert_int_equal(c.items[1].line, 6);
	assert_string_equal(c.items[2].text, "");
	tkt_checks_release(&c);
	tkt_checks_release(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paragraphs_are_joined_and_wrapped),
		cmocka_unit_test(wide_characters_break_anywhere_but_before_a_full_stop),
		cmocka_unit_test(lists_hang_nest_and_keep_their_boxes),
		cmocka_unit_test(code_is_indented_and_quotes_have_a_bar),
		cmocka_unit_test(links_and_images_show_where_they_lead),
		cmocka_unit_test(tables_are_left_alone),
		cmocka_unit_test(styles_are_closed_on_every_line),
		cmocka_unit_test(nothing_of_the_text_steers_the_terminal),
		cmocka_unit_test(deep_nesting_ends_in_time),
		cmocka_unit_test(html_is_safe),
		cmocka_unit_test(task_boxes_are_found_outside_of_fences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
