#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

#include <errno.h>

static void the_first_failure_wins(void **state)
{
	struct tkt_error err = TKT_ERROR_INIT;

	(void)state;
	assert_int_equal(tkt_error_set(&err, TKT_ENOTFOUND, "no ticket '%s'", "a"), TKT_ENOTFOUND);
	assert_int_equal(tkt_error_set(&err, TKT_EIO, "later"), TKT_ENOTFOUND);
	assert_int_equal(tkt_error_sys(&err, ENOSPC, "later"), TKT_ENOTFOUND);
	assert_int_equal(err.code, TKT_ENOTFOUND);
	assert_string_equal(err.message, "no ticket 'a'");
	tkt_error_release(&err);
}

static void a_null_error_still_tells_the_code(void **state)
{
	(void)state;
	assert_int_equal(tkt_error_set(NULL, TKT_ELOCKED, "x"), TKT_ELOCKED);
	assert_int_equal(tkt_error_sys(NULL, ENOENT, "x"), TKT_EIO);
	tkt_error_at(NULL, "f", 1);
	tkt_error_hint(NULL, "h");
	tkt_error_candidate(NULL, "c");
	tkt_error_release(NULL);
}

static void a_system_error_names_the_reason_in_english(void **state)
{
	struct tkt_error err = TKT_ERROR_INIT;

	(void)state;
	assert_int_equal(tkt_error_sys(&err, ENOENT, "cannot open '%s'", "x"), TKT_EIO);
	assert_string_equal(err.message, "cannot open 'x': No such file or directory");
	tkt_error_release(&err);
	tkt_error_sys(&err, 99999, "odd");
	assert_string_equal(err.message, "odd: unknown error");
	tkt_error_release(&err);
}

static void place_and_hint_are_set_once_and_only_on_a_failure(void **state)
{
	struct tkt_error err = TKT_ERROR_INIT;

	(void)state;
	tkt_error_at(&err, "item.md", 3);
	tkt_error_hint(&err, "nothing to hint");
	tkt_error_candidate(&err, "nobody");
	assert_null(err.file);
	assert_null(err.hint);
	assert_int_equal(err.candidates.n, 0);
	tkt_error_set(&err, TKT_EINVALID, "bad");
	tkt_error_at(&err, "item.md", 3);
	tkt_error_at(&err, "other.md", 4);
	tkt_error_hint(&err, "try %d", 1);
	tkt_error_hint(&err, "try %d", 2);
	assert_string_equal(err.file, "item.md");
	assert_int_equal(err.line, 3);
	assert_string_equal(err.hint, "try 1");
	tkt_error_release(&err);
	assert_int_equal(err.code, TKT_OK);
	assert_null(err.message);
	assert_null(err.file);
}

static void moving_into_a_clean_error_carries_everything(void **state)
{
	struct tkt_error to = TKT_ERROR_INIT, from = TKT_ERROR_INIT;

	(void)state;
	tkt_error_set(&from, TKT_EAMBIGUOUS, "'a' is ambiguous");
	tkt_error_candidate(&from, "a1");
	tkt_error_candidate(&from, "a2");
	assert_int_equal(tkt_error_move(&to, &from), TKT_EAMBIGUOUS);
	assert_int_equal(from.code, TKT_OK);
	assert_null(from.message);
	assert_int_equal(to.candidates.n, 2);
	assert_string_equal(to.candidates.items[1], "a2");
	tkt_error_release(&to);
}

static void moving_into_a_set_error_drops_the_later_one(void **state)
{
	struct tkt_error to = TKT_ERROR_INIT, from = TKT_ERROR_INIT;

	(void)state;
	tkt_error_set(&to, TKT_EIO, "first");
	tkt_error_set(&from, TKT_EINVALID, "second");
	assert_int_equal(tkt_error_move(&to, &from), TKT_EIO);
	assert_string_equal(to.message, "first");
	assert_int_equal(from.code, TKT_OK);
	tkt_error_set(&from, TKT_EINVALID, "third");
	assert_int_equal(tkt_error_move(NULL, &from), TKT_EINVALID);
	assert_null(from.message);
	tkt_error_release(&to);
}

static void every_code_has_its_name(void **state)
{
	static const char *const names[] = { "ok", "no", "usage", "not_found", "ambiguous",
					     "conflict", "locked", "invalid", "io", "exists" };

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_string_equal(tkt_code_name((enum tkt_code)-i), names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_failure_wins),
		cmocka_unit_test(a_null_error_still_tells_the_code),
		cmocka_unit_test(a_system_error_names_the_reason_in_english),
		cmocka_unit_test(place_and_hint_are_set_once_and_only_on_a_failure),
		cmocka_unit_test(moving_into_a_clean_error_carries_everything),
		cmocka_unit_test(moving_into_a_set_error_drops_the_later_one),
		cmocka_unit_test(every_code_has_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
