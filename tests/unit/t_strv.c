#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/strv.h"

static void pushing_copies_and_taking_does_not(void **state)
{
	struct tkt_strv v = TKT_STRV_INIT;
	char text[] = "abc", *own = tkt_strdup("own");

	(void)state;
	tkt_strv_push(&v, text);
	tkt_strv_push_n(&v, text, 2);
	tkt_strv_take(&v, own);
	text[0] = 'X';
	assert_int_equal(v.n, 3);
	assert_string_equal(v.items[0], "abc");
	assert_string_equal(v.items[1], "ab");
	assert_ptr_equal(v.items[2], own);
	tkt_strv_release(&v);
	assert_null(v.items);
	tkt_strv_release(&v);
	tkt_strv_release(NULL);
}

static void a_thousand_strings_keep_their_order(void **state)
{
	struct tkt_strv v = TKT_STRV_INIT;

	(void)state;
	for (int i = 0; i < 1000; i++)
		tkt_strv_take(&v, tkt_asprintf("%d", i));
	assert_int_equal(v.n, 1000);
	assert_string_equal(v.items[999], "999");
	assert_true(tkt_strv_has(&v, "500"));
	assert_false(tkt_strv_has(&v, "1000"));
	tkt_strv_release(&v);
}

static void removing_takes_all_equal_ones_and_keeps_the_order(void **state)
{
	struct tkt_strv v = TKT_STRV_INIT;

	(void)state;
	assert_false(tkt_strv_remove(&v, "a"));
	tkt_strv_push(&v, "a");
	tkt_strv_push(&v, "b");
	tkt_strv_push(&v, "a");
	tkt_strv_push(&v, "c");
	assert_true(tkt_strv_remove(&v, "a"));
	assert_false(tkt_strv_remove(&v, "a"));
	assert_int_equal(v.n, 2);
	assert_string_equal(v.items[0], "b");
	assert_string_equal(v.items[1], "c");
	tkt_strv_release(&v);
}

static void removing_by_an_item_of_the_array_itself_is_safe(void **state)
{
	struct tkt_strv v = TKT_STRV_INIT;

	(void)state;
	tkt_strv_push(&v, "a");
	tkt_strv_push(&v, "b");
	tkt_strv_push(&v, "a");
	assert_true(tkt_strv_remove(&v, v.items[0]));
	assert_int_equal(v.n, 1);
	assert_string_equal(v.items[0], "b");
	tkt_strv_release(&v);
}

static void sorting_is_by_byte_not_by_locale(void **state)
{
	struct tkt_strv v = TKT_STRV_INIT;

	(void)state;
	tkt_strv_sort(&v);
	tkt_strv_push(&v, "\xc3\xa9");
	tkt_strv_push(&v, "b");
	tkt_strv_push(&v, "B");
	tkt_strv_push(&v, "");
	tkt_strv_sort(&v);
	assert_string_equal(v.items[0], "");
	assert_string_equal(v.items[1], "B");
	assert_string_equal(v.items[2], "b");
	assert_string_equal(v.items[3], "\xc3\xa9");
	tkt_strv_release(&v);
}

static void a_copy_is_equal_and_independent(void **state)
{
	struct tkt_strv a = TKT_STRV_INIT, b = TKT_STRV_INIT;

	(void)state;
	assert_true(tkt_strv_equal(&a, &b));
	tkt_strv_push(&a, "x");
	tkt_strv_push(&b, "old");
	assert_false(tkt_strv_equal(&a, &b));
	tkt_strv_copy(&b, &a);
	assert_true(tkt_strv_equal(&a, &b));
	assert_ptr_not_equal(a.items[0], b.items[0]);
	tkt_strv_copy(&a, &a);
	assert_string_equal(a.items[0], "x");
	tkt_strv_push(&a, "y");
	assert_false(tkt_strv_equal(&a, &b));
	tkt_strv_release(&a);
	tkt_strv_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pushing_copies_and_taking_does_not),
		cmocka_unit_test(a_thousand_strings_keep_their_order),
		cmocka_unit_test(removing_takes_all_equal_ones_and_keeps_the_order),
		cmocka_unit_test(removing_by_an_item_of_the_array_itself_is_safe),
		cmocka_unit_test(sorting_is_by_byte_not_by_locale),
		cmocka_unit_test(a_copy_is_equal_and_independent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
