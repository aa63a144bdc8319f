#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text/ref.h"

static void an_id_is_one_safe_path_component(void **state)
{
	char long_id[TKT_ID_MAX + 2];

	(void)state;
	assert_true(tkt_id_valid("20260102-030405-a-b"));
	assert_true(tkt_id_valid("A_b.c"));
	assert_false(tkt_id_valid(NULL));
	assert_false(tkt_id_valid(""));
	assert_false(tkt_id_valid(".."));
	assert_false(tkt_id_valid("-x"));
	assert_false(tkt_id_valid("a/b"));
	assert_false(tkt_id_valid("a b"));
	memset(long_id, 'a', sizeof long_id);
	long_id[TKT_ID_MAX + 1] = '\0';
	assert_false(tkt_id_valid(long_id));
	long_id[TKT_ID_MAX] = '\0';
	assert_true(tkt_id_valid(long_id));
}

static void a_slug_is_found_in_a_standard_id_with_or_without_a_number(void **state)
{
	(void)state;
	assert_true(tkt_id_has_slug("20260102-030405-fix-it", "fix-it"));
	assert_true(tkt_id_has_slug("20260102-030405-fix-it-2", "fix-it"));
	assert_true(tkt_id_has_slug("20260102-030405-fix-it-12", "fix-it"));
	assert_true(tkt_id_has_slug("20260102-030405-fix-it-2", "fix-it-2"));
	assert_false(tkt_id_has_slug("20260102-030405-fix-it-1", "fix-it"));
	assert_false(tkt_id_has_slug("20260102-030405-fix-it-02", "fix-it"));
	assert_false(tkt_id_has_slug("20260102-030405-fix-it-2x", "fix-it"));
	assert_false(tkt_id_has_slug("20260102-030405-fix-it", "fix"));
	assert_false(tkt_id_has_slug("20260102-030405-fix-it", ""));
	assert_false(tkt_id_has_slug("fix-it", "fix-it"));
	assert_false(tkt_id_has_slug("2026", "x"));
}

static void the_hex_is_that_of_git_hash_object(void **state)
{
	char hex[41];

	(void)state;
	tkt_id_hex("hello\n", hex);
	assert_string_equal(hex, "ce013625030ba8dba906f756967f9e9ca394464a");
}

static void keys_need_the_prefix_and_four_digits(void **state)
{
	char out[41];

	(void)state;
	assert_true(tkt_ref_key_digits("tkt-3FA9c1b", "TKT", out));
	assert_string_equal(out, "3fa9c1b");
	assert_false(tkt_ref_key_digits("TKT-3fa", "TKT", out));
	assert_false(tkt_ref_key_digits("3fa9c1b", "TKT", out));
	assert_false(tkt_ref_key_digits("TKT-3fa9x", "TKT", out));
	assert_false(tkt_ref_key_digits("ABC-3fa9", "TKT", out));
	assert_false(tkt_ref_key_digits("TKT-00000000000000000000000000000000000000000", "TKT", out));
	assert_false(tkt_ref_key_digits(NULL, "TKT", out));
}

static void numbers_are_read_in_three_spellings(void **state)
{
	char out[21];

	(void)state;
	assert_true(tkt_ref_number("TKT-0123", "TKT", out));
	assert_string_equal(out, "123");
	assert_true(tkt_ref_number("#7", "TKT", out));
	assert_string_equal(out, "7");
	assert_true(tkt_ref_number("000", "TKT", out));
	assert_string_equal(out, "0");
	assert_true(tkt_ref_number("12345678901234567890", "TKT", out));
	assert_false(tkt_ref_number("123456789012345678901", "TKT", out));
	assert_false(tkt_ref_number("", "TKT", out));
	assert_false(tkt_ref_number("#", "TKT", out));
	assert_false(tkt_ref_number("12a", "TKT", out));
	assert_false(tkt_ref_number("-1", "TKT", out));
}

static void a_ref_with_control_characters_is_no_ref(void **state)
{
	(void)state;
	assert_true(tkt_ref_plausible("fix-it"));
	assert_true(tkt_ref_plausible("\xc3\xa4"));
	assert_false(tkt_ref_plausible(""));
	assert_false(tkt_ref_plausible(NULL));
	assert_false(tkt_ref_plausible("a\nb"));
	assert_false(tkt_ref_plausible("a\xc2\x9b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_is_one_safe_path_component),
		cmocka_unit_test(a_slug_is_found_in_a_standard_id_with_or_without_a_number),
		cmocka_unit_test(the_hex_is_that_of_git_hash_object),
		cmocka_unit_test(keys_need_the_prefix_and_four_digits),
		cmocka_unit_test(numbers_are_read_in_three_spellings),
		cmocka_unit_test(a_ref_with_control_characters_is_no_ref),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
