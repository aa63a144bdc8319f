#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text/marks.h"

static void line_is(const char *line, char sign, size_t n)
{
	assert_int_equal(tkt_mark_length(tkt_str_of(line), sign), n);
}

static void markers_are_seven_signs_or_more(void **state)
{
	(void)state;
	line_is("<<<<<<< HEAD", '<', 7);
	line_is("<<<<<<<< HEAD:a/b", '<', 8);
	line_is("<<<<<<<", '<', 0);
	line_is("<<<<<< HEAD", '<', 0);
	line_is("=======", '=', 7);
	line_is("=======\r", '=', 7);
	line_is("======= x", '=', 0);
	line_is("|||||||", '|', 7);
	line_is("||||||| base", '|', 7);
	line_is(">>>>>>> x", '>', 7);
	line_is(" >>>>>>> x", '>', 0);
	line_is("", '=', 0);
}

static void splits(const char *text, const char *ours, const char *base, const char *theirs, bool sure)
{
	struct tkt_sides s;

	tkt_marks_split(&s, tkt_str_of(text));
	assert_string_equal(s.ours.ptr, ours);
	assert_string_equal(s.theirs.ptr, theirs);
	assert_int_equal(s.has_base, base != NULL);
	if (base)
		assert_string_equal(s.base.ptr, base);
	assert_int_equal(s.sure, sure);
	tkt_sides_release(&s);
}

static void both_texts_come_back_whole(void **state)
{
	(void)state;
	splits("a\n<<<<<<< x\nb\n=======\nc\n>>>>>>> y\nd\n", "a\nb\nd\n", NULL, "a\nc\nd\n", true);
	splits("<<<<<<< x\nb\n||||||| z\no\n=======\n>>>>>>> y\n", "b\n", "o\n", "", true);
	splits("<<<<<<< x\r\nb\r\n=======\r\nc\r\n>>>>>>> y\r\n", "b\r\n", NULL, "c\r\n", true);
	splits("<<<<<<< x\nb\n=======\nc\n>>>>>>> y\nd\n<<<<<<< x\ne\n=======\nf\n>>>>>>> y\n", "b\nd\ne\n", NULL,
	       "c\nd\nf\n", true);
	/* another level has other markers */
	splits("<<<<<<<< x\n<<<<<<< x\nb\n=======\nc\n>>>>>>> y\n========\nd\n>>>>>>>> y\n",
	       "<<<<<<< x\nb\n=======\nc\n>>>>>>> y\n", NULL, "d\n", true);
}

static void what_looks_like_a_marker_makes_it_unsure(void **state)
{
	(void)state;
	splits("<<<<<<< said\n<<<<<<< x\nb\n=======\nc\n>>>>>>> y\n", "<<<<<<< x\nb\n", NULL, "c\n", false);
	splits("<<<<<<< x\nb\n=======\nc\n=======\n>>>>>>> y\n", "b\n", NULL, "c\n=======\n", false);
	splits("<<<<<<< x\nb\n=======\nc\n>>>>>>> y\n>>>>>>> z\n", "b\n>>>>>>> z\n", NULL, "c\n>>>>>>> z\n", false);
	splits("======= no\n<<<<<<< x\nb\n=======\nc\n>>>>>>> y\n=======\n", "======= no\nb\n=======\n", NULL,
	       "======= no\nc\n=======\n", true);
}

static void half_a_conflict_is_text(void **state)
{
	size_t at = 0;

	(void)state;
	splits("<<<<<<< x\nb\n=======\n", "<<<<<<< x\nb\n=======\n", NULL, "<<<<<<< x\nb\n=======\n", false);
	splits("no\n", "no\n", NULL, "no\n", true);
	splits("", "", NULL, "", true);
	assert_false(tkt_marks_find(tkt_str_of("<<<<<<< x\n>>>>>>> y\n"), &at));
	assert_false(tkt_marks_find(tkt_str_of("a <<<<<<< x\n=======\n>>>>>>> y\n"), &at));
	assert_true(tkt_marks_find(tkt_str_of("a\n<<<<<<<< x\n=======\n========\n>>>>>>>> y\n"), &at));
	assert_int_equal(at, 2);
}

/* Many beginnings and no end take no time. */
static void a_hostile_text_takes_no_time(void **state)
{
	struct tkt_buf text = TKT_BUF_INIT;
	size_t at = 0;

	(void)state;
	for (int i = 0; i < 200000; i++)
		tkt_buf_printf(&text, "<<<<<<<%.*s x\n", i % 50, "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<");
	assert_false(tkt_marks_find((struct tkt_str){ text.ptr, text.len }, &at));
	tkt_buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markers_are_seven_signs_or_more),
		cmocka_unit_test(both_texts_come_back_whole),
		cmocka_unit_test(what_looks_like_a_marker_makes_it_unsure),
		cmocka_unit_test(half_a_conflict_is_text),
		cmocka_unit_test(a_hostile_text_takes_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
