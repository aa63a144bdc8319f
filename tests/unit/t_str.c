#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"

#define LIT(s) s, sizeof(s) - 1

static void every_code_point_comes_back_from_its_bytes(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT;

	(void)state;
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		uint32_t back = 0;
		size_t want = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

		if (cp == 0xd800)
			cp = 0xe000;
		tkt_buf_reset(&b);
		tkt_utf8_encode(&b, cp);
		if (b.len != want || tkt_utf8_decode(b.ptr, b.len, &back) != want || back != cp)
			fail_msg("U+%04X does not come back", (unsigned int)cp);
		for (size_t n = 1; n < want; n++) /* cut */
			if (tkt_utf8_decode(b.ptr, n, &back))
				fail_msg("U+%04X is accepted cut", (unsigned int)cp);
	}
	tkt_buf_release(&b);
}

static void wrong_utf8_is_refused(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf",
		"\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff", "\xc3(", "\xe2\x82(",
		"\xe2(\xac", "\xf0\x9f\x98(", "\xf0\x9f(\x80", "\xc3\xc3",
	};
	uint32_t cp;

	(void)state;
	for (size_t i = 0; i < TKT_LEN(bad); i++)
		if (tkt_utf8_decode(bad[i], strlen(bad[i]), &cp))
			fail_msg("case %zu is accepted", i);
}

static void the_first_wrong_byte_is_named(void **state)
{
	size_t bad = 99;

	(void)state;
	assert_true(tkt_utf8_valid("", 0, &bad));
	assert_true(tkt_utf8_valid(LIT("a\0\xf0\x9f\x98\x80"), &bad));
	assert_int_equal(bad, 99);
	assert_false(tkt_utf8_valid(LIT("ab\xc3\xa9\xff"), &bad));
	assert_int_equal(bad, 4);
	assert_false(tkt_utf8_valid(LIT("ab\xe2\x82"), &bad));
	assert_int_equal(bad, 2);
	assert_false(tkt_utf8_valid(LIT("\x80"), NULL));
}

static void widths_are_those_of_a_terminal(void **state)
{
	static const struct {
		uint32_t cp;
		int width;
	} known[] = {
		{ 'a', 1 },       { 0xe9, 1 },     { 0xad, 1 },     { 0x300, 0 },   { 0x36f, 0 },
		{ 0x370, 1 },     { 0x600, 1 },    { 0x1100, 2 },   { 0x1160, 0 },  { 0x200b, 0 },
		{ 0x200d, 0 },    { 0x2010, 1 },   { 0x231a, 2 },   { 0x2e80, 2 },  { 0x303f, 1 },
		{ 0x3042, 2 },    { 0x3099, 0 },   { 0x4e2d, 2 },   { 0xac00, 2 },  { 0xfe0f, 0 },
		{ 0xfeff, 0 },    { 0xff21, 2 },   { 0xff71, 1 },   { 0x1f600, 2 }, { 0x1f1e9, 1 },
		{ 0x1fae8, 2 },   { 0x20000, 2 },  { 0x3fffd, 2 },  { 0xe0001, 0 }, { 0xe01ef, 0 },
		{ 0x10ffff, 1 },
	};

	(void)state;
	for (size_t i = 0; i < TKT_LEN(known); i++)
		if (tkt_cp_width(known[i].cp) != known[i].width)
			fail_msg("U+%04X is not %d wide", (unsigned int)known[i].cp,
				 known[i].width);
	assert_int_equal(tkt_str_width(LIT("")), 0);
	assert_int_equal(tkt_str_width(LIT("e\xcc\x81\xe4\xb8\xad!")), 4);
	assert_int_equal(tkt_str_width(LIT("\xff\xe4\xb8")), 3);
}

static void assert_visible(const char *s, size_t n, const char *keep, const char *want)
{
	struct tkt_buf b = TKT_BUF_INIT;

	tkt_str_visible(&b, s, n, keep);
	assert_string_equal(b.ptr, want);
	assert_int_equal(b.len, strlen(want));
	tkt_buf_release(&b);
}

static void visible_disarms_control_characters(void **state)
{
	(void)state;
	assert_visible(LIT("\x1b[31mred\x1b[0m"), "", "^[[31mred^[[0m");
	assert_visible(LIT("\x1b]0;title\x07"), "\n\t", "^[]0;title^G");
	assert_visible(LIT("a\0b\x7f"), "\n\t", "a^@b^?");
	assert_visible(LIT("a\tb\nc\rd"), "\n\t", "a\tb\nc^Md");
	assert_visible(LIT("a\tb\nc"), "", "a^Ib^Jc");
}

static void visible_disarms_c1_and_bidi_controls(void **state)
{
	(void)state;
	assert_visible(LIT("\xc2\x9b" "31m"), "\n", "<U+009B>31m");
	assert_visible(LIT("\xc2\x80\xc2\x9f\xc2\xa0"), "", "<U+0080><U+009F>\xc2\xa0");
	assert_visible(LIT("a\xe2\x80\xae" "b"), "", "a<U+202E>b");
	assert_visible(LIT("\xe2\x80\xaa\xe2\x81\xa6\xe2\x81\xa9"), "", "<U+202A><U+2066><U+2069>");
	assert_visible(LIT("\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c"), "", "<U+200E><U+200F><U+061C>");
}

static void visible_shows_wrong_bytes_and_keeps_good_text(void **state)
{
	(void)state;
	assert_visible(LIT("\x9b" "31m"), "\n", "<9B>31m");
	assert_visible(LIT("\xff\xc0\x80"), "", "<FF><C0><80>");
	assert_visible(LIT("\xe2\x82"), "", "<E2><82>");
	assert_visible(LIT("\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80 ^ <U+202E>"), "",
		       "\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80 ^ <U+202E>");
}

static void scrub_replaces_each_wrong_byte(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT;

	(void)state;
	tkt_str_scrub(&b, LIT("a\xff\xc3\xa9\xed\xa0\x80z"));
	assert_string_equal(b.ptr, "a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz");
	assert_true(tkt_utf8_valid(b.ptr, b.len, NULL));
	tkt_buf_release(&b);
}

static void assert_slug(const char *title, size_t max, const char *want)
{
	struct tkt_buf b = TKT_BUF_INIT;

	tkt_slugify(&b, title, max);
	assert_string_equal(b.ptr, want);
	tkt_buf_reset(&b);
	tkt_buf_puts(&b, "20260101-000000-"); /* what is there already stays */
	tkt_slugify(&b, title, max);
	assert_string_equal(b.ptr + 16, want);
	tkt_buf_release(&b);
}

static void slug_collapses_runs_of_other_characters(void **state)
{
	(void)state;
	assert_slug("Fix: the  #12 / thing!", 80, "fix-the-12-thing");
	assert_slug("--A--b--", 0, "a-b");
	assert_slug("caf\xc3\xa9 au lait", 0, "caf-au-lait");
	assert_slug("a_b.c", 0, "a-b-c");
	assert_slug("\nx\n", 0, "x");
}

static void slug_of_nothing_usable_is_item(void **state)
{
	(void)state;
	assert_slug("", 80, "item");
	assert_slug("-", 0, "item");
	assert_slug("\xe4\xb8\xad\xe6\x96\x87", 80, "item");
}

static void slug_is_cut_at_a_dash(void **state)
{
	char title[200], want[81];

	(void)state;
	assert_slug("abc def", 7, "abc-def");
	assert_slug("abc def", 6, "abc");
	assert_slug("abc def", 4, "abc");
	assert_slug("abc def", 3, "abc");
	assert_slug("abc def", 2, "ab");
	memset(title, 'x', sizeof title);
	title[199] = '\0';
	memset(want, 'x', 80);
	want[80] = '\0';
	assert_slug(title, 80, want); /* no '-' to cut at */
	title[80] = ' ';
	assert_slug(title, 80, want); /* exactly 80 before the '-' */
	title[80] = 'x';
	title[79] = ' ';
	want[79] = '\0';
	assert_slug(title, 80, want);
	title[100] = '\0';
	title[79] = 'x';
	title[50] = ' ';
	want[50] = '\0';
	assert_slug(title, 80, want);
}

static void slices_trim_and_compare(void **state)
{
	struct tkt_str s = tkt_str_trim(tkt_str_of(" \t key: v \r"));

	(void)state;
	assert_true(tkt_str_eq(s, "key: v"));
	assert_false(tkt_str_eq(s, "key: "));
	assert_false(tkt_str_eq(s, "key: vv"));
	assert_true(tkt_str_starts(s, "key:"));
	assert_true(tkt_str_starts(s, ""));
	assert_false(tkt_str_starts(s, "key: vv"));
	assert_int_equal(tkt_str_trim(tkt_str_of(" \t\r ")).len, 0);
	assert_int_equal(tkt_str_of(NULL).len, 0);
	assert_true(tkt_str_eq(tkt_str_of(NULL), ""));
	assert_true(tkt_starts_with("abc", "ab"));
	assert_false(tkt_starts_with("a", "ab"));
	assert_true(tkt_ends_with("item.md", ".md"));
	assert_false(tkt_ends_with("md", ".md"));
	assert_true(tkt_eq_nocase("TkT-1", "tKt-1"));
	assert_false(tkt_eq_nocase("a", "ab"));
	assert_false(tkt_eq_nocase("ab", "a"));
	assert_false(tkt_eq_nocase("[", "{"));
}

static void lines_end_at_newline_and_keep_their_cr(void **state)
{
	struct tkt_str text = { "a\r\n\nlast", 8 }, line;
	size_t pos = 0;

	(void)state;
	assert_true(tkt_str_line(text, &pos, &line));
	assert_true(tkt_str_eq(line, "a\r"));
	assert_true(tkt_str_line(text, &pos, &line));
	assert_true(tkt_str_eq(line, ""));
	assert_int_equal(pos, 4);
	assert_true(tkt_str_line(text, &pos, &line));
	assert_true(tkt_str_eq(line, "last"));
	assert_false(tkt_str_line(text, &pos, &line));
	pos = 0;
	text = tkt_str_of("x\n");
	assert_true(tkt_str_line(text, &pos, &line));
	assert_false(tkt_str_line(text, &pos, &line));
	pos = 0;
	assert_false(tkt_str_line(tkt_str_of(NULL), &pos, &line));
}

static void globs_match_whole_strings(void **state)
{
	(void)state;
	assert_true(tkt_glob("*", ""));
	assert_true(tkt_glob("area/*", "Area/net"));
	assert_true(tkt_glob("a?c", "abc"));
	assert_true(tkt_glob("*b*b", "abab"));
	assert_true(tkt_glob("**x", "x"));
	assert_true(tkt_glob("", ""));
	assert_true(tkt_glob("a*", "a*"));
	assert_false(tkt_glob("", "a"));
	assert_false(tkt_glob("a?c", "ac"));
	assert_false(tkt_glob("area/*", "area"));
	assert_false(tkt_glob("ab", "abc"));
	assert_false(tkt_glob("a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static void searching_folds_latin_greek_and_cyrillic(void **state)
{
	(void)state;
	assert_true(tkt_contains_fold(LIT("anything"), LIT("")));
	assert_true(tkt_contains_fold(LIT(""), LIT("")));
	assert_false(tkt_contains_fold(LIT(""), LIT("a")));
	assert_true(tkt_contains_fold(LIT("The LOCK file"), LIT("lock")));
	assert_true(tkt_contains_fold(LIT("\xc3\x9c" "BER"), LIT("\xc3\xbc" "ber")));
	assert_true(tkt_contains_fold(LIT("\xc5\xb9\xc3\xb3\xc5\x82w"), LIT("\xc5\xba\xc3\x93\xc5\x81W")));
	assert_true(tkt_contains_fold(LIT("\xce\xa3\xce\xaf\xcf\x82"), LIT("\xcf\x83\xce\x8a\xcf\x83")));
	assert_true(tkt_contains_fold(LIT("\xd0\x96\xd0\xa3\xd0\x9a"), LIT("\xd0\xb6\xd1\x83\xd0\xba")));
	assert_false(tkt_contains_fold(LIT("\xc3\x97"), LIT("\xc3\xb7"))); /* times is no capital */
	assert_false(tkt_contains_fold(LIT("e"), LIT("\xc3\xa9")));
	/* signs of other scripts that fold to ASCII: the Kelvin sign, the long s */
	assert_true(tkt_contains_fold(LIT("at 300 \xe2\x84\xaa"), LIT("300 k")));
	assert_true(tkt_contains_fold(LIT("mi\xc5\xbf" "s"), LIT("MISS")));
	assert_false(tkt_contains_fold(LIT("at 300 \xe2\x84\xab"), LIT("300 k")));
	assert_true(tkt_contains_fold(LIT("a\0bC"), LIT("Bc")));
	assert_true(tkt_contains_fold(LIT("a\xff" "B"), LIT("\xff" "b")));
}

static void distance_counts_a_swap_as_one_slip(void **state)
{
	(void)state;
	assert_int_equal(tkt_str_distance("", ""), 0);
	assert_int_equal(tkt_str_distance("", "abc"), 3);
	assert_int_equal(tkt_str_distance("abc", ""), 3);
	assert_int_equal(tkt_str_distance("list", "lsit"), 1);
	assert_int_equal(tkt_str_distance("kitten", "sitting"), 3);
	assert_int_equal(tkt_str_distance("ca", "abc"), 3); /* optimal string alignment */
	assert_int_equal(tkt_str_distance("create", "craete"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_comes_back_from_its_bytes),
		cmocka_unit_test(wrong_utf8_is_refused),
		cmocka_unit_test(the_first_wrong_byte_is_named),
		cmocka_unit_test(widths_are_those_of_a_terminal),
		cmocka_unit_test(visible_disarms_control_characters),
		cmocka_unit_test(visible_disarms_c1_and_bidi_controls),
		cmocka_unit_test(visible_shows_wrong_bytes_and_keeps_good_text),
		cmocka_unit_test(scrub_replaces_each_wrong_byte),
		cmocka_unit_test(slug_collapses_runs_of_other_characters),
		cmocka_unit_test(slug_of_nothing_usable_is_item),
		cmocka_unit_test(slug_is_cut_at_a_dash),
		cmocka_unit_test(slices_trim_and_compare),
		cmocka_unit_test(lines_end_at_newline_and_keep_their_cr),
		cmocka_unit_test(globs_match_whole_strings),
		cmocka_unit_test(searching_folds_latin_greek_and_cyrillic),
		cmocka_unit_test(distance_counts_a_swap_as_one_slip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
