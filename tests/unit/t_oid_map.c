#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/oid_map.h"

/* Names whose first bytes, by which they are found, are `first`; the last ones tell them apart. */
static struct tkt_oid name(uint64_t first, uint32_t last, unsigned n)
{
	struct tkt_oid oid;

	memset(&oid, 0, sizeof oid);
	oid.n = (unsigned char)n;
	memcpy(oid.bytes, &first, sizeof first);
	memcpy(oid.bytes + n - sizeof last, &last, sizeof last);
	return oid;
}

static void what_was_put_is_found_and_nothing_else(void **state)
{
	struct tkt_oid_map m = { NULL, 0, 0 };
	struct tkt_oid a = name(1, 1, 20), b = name(2, 2, 20);
	size_t value = 99;

	(void)state;
	assert_false(tkt_oid_map_get(&m, &a, &value));
	assert_true(tkt_oid_map_put(&m, &a, 7));
	assert_true(tkt_oid_map_get(&m, &a, &value));
	assert_int_equal(value, 7);
	assert_true(tkt_oid_map_get(&m, &a, NULL));
	value = 99;
	assert_false(tkt_oid_map_get(&m, &b, &value));
	assert_int_equal(value, 99);
	tkt_oid_map_release(&m);
	assert_int_equal(m.n, 0);
	assert_false(tkt_oid_map_get(&m, &a, &value));
	tkt_oid_map_release(&m);
}

static void the_first_value_stays(void **state)
{
	struct tkt_oid_map m = { NULL, 0, 0 };
	struct tkt_oid a = name(1, 1, 20);
	size_t value = 0;

	(void)state;
	assert_true(tkt_oid_map_put(&m, &a, 1));
	assert_false(tkt_oid_map_put(&m, &a, 2));
	assert_int_equal(m.n, 1);
	assert_true(tkt_oid_map_get(&m, &a, &value));
	assert_int_equal(value, 1);
	tkt_oid_map_release(&m);
}

static void the_empty_name_is_never_there(void **state)
{
	struct tkt_oid_map m = { NULL, 0, 0 };
	struct tkt_oid none, a = name(0, 1, 20);

	(void)state;
	memset(&none, 0, sizeof none);
	assert_false(tkt_oid_map_put(&m, &none, 1));
	assert_false(tkt_oid_map_get(&m, &none, NULL));
	assert_true(tkt_oid_map_put(&m, &a, 1)); /* where the empty name would lie */
	assert_false(tkt_oid_map_get(&m, &none, NULL));
	assert_int_equal(m.n, 1);
	tkt_oid_map_release(&m);
}

static void names_that_begin_alike_are_told_apart(void **state)
{
	struct tkt_oid_map m = { NULL, 0, 0 };
	size_t value;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		struct tkt_oid oid = name(UINT64_MAX, i, 20); /* all want the last place, and go on from the first */

		assert_true(tkt_oid_map_put(&m, &oid, i));
	}
	for (uint32_t i = 0; i < 1000; i++) {
		struct tkt_oid oid = name(UINT64_MAX, i, 20), longer = name(UINT64_MAX, i, 32);

		assert_true(tkt_oid_map_get(&m, &oid, &value));
		assert_int_equal(value, i);
		assert_false(tkt_oid_map_get(&m, &longer, &value));
	}
	tkt_oid_map_release(&m);
}

static void a_hundred_thousand_are_all_found_however_it_grows(void **state)
{
	const uint64_t spread = UINT64_C(0x9e3779b97f4a7c15);
	struct tkt_oid_map m = { NULL, 0, 0 };
	size_t value;

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		struct tkt_oid oid = name(i * spread, i, 32);

		assert_true(tkt_oid_map_put(&m, &oid, i));
		assert_true(m.n < m.cap); /* a search for what is not there must end */
	}
	assert_int_equal(m.n, 100000);
	for (uint32_t i = 0; i < 100000; i++) {
		struct tkt_oid oid = name(i * spread, i, 32), other = name(i * spread, i + 1, 32);

		assert_true(tkt_oid_map_get(&m, &oid, &value));
		assert_int_equal(value, i);
		assert_false(tkt_oid_map_get(&m, &other, &value));
	}
	tkt_oid_map_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_is_found_and_nothing_else),
		cmocka_unit_test(the_first_value_stays),
		cmocka_unit_test(the_empty_name_is_never_there),
		cmocka_unit_test(names_that_begin_alike_are_told_apart),
		cmocka_unit_test(a_hundred_thousand_are_all_found_however_it_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
