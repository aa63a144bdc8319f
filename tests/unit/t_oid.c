#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/oid.h"

static const char sha1[] = "0123456789abcdef0123456789ABCDEF01234567";
static const char sha256[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static void hex_digits_become_bytes_and_digits_again(void **state)
{
	struct tkt_oid oid;
	char hex[TKT_OID_HEX];

	(void)state;
	assert_true(tkt_oid_parse(&oid, sha1, 40));
	assert_int_equal(oid.n, 20);
	assert_int_equal(oid.bytes[0], 0x01);
	assert_int_equal(oid.bytes[15], 0xef);
	assert_int_equal(oid.bytes[20], 0);
	tkt_oid_hex(&oid, hex);
	assert_string_equal(hex, "0123456789abcdef0123456789abcdef01234567");
	assert_true(tkt_oid_parse(&oid, sha256, 64));
	assert_int_equal(oid.n, 32);
	tkt_oid_hex(&oid, hex);
	assert_string_equal(hex, sha256);
	memset(&oid, 0, sizeof oid);
	tkt_oid_hex(&oid, hex);
	assert_string_equal(hex, "");
}

static void nothing_else_is_a_name(void **state)
{
	static const char *const wrong[] = { "",
					     "0123",
					     "012345678901234567890123456789012345678",
					     "01234567890123456789012345678901234567890",
					     "g123456789012345678901234567890123456789",
					     "012345678901234567890123456789012345678g",
					     "0x23456789012345678901234567890123456789",
					     " 123456789012345678901234567890123456789" };
	struct tkt_oid oid;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_false(tkt_oid_parse(&oid, wrong[i], strlen(wrong[i])));
		assert_int_equal(oid.n, 0);
	}
	assert_false(tkt_oid_parse(&oid, sha256, 63));
	assert_false(tkt_oid_parse(&oid, sha256, 42));
}

static void a_name_begins_with_its_digits_in_either_case(void **state)
{
	struct tkt_oid oid;

	(void)state;
	assert_true(tkt_oid_parse(&oid, sha1, 40));
	assert_true(tkt_oid_begins(&oid, "0123"));
	assert_true(tkt_oid_begins(&oid, "01234"));
	assert_true(tkt_oid_begins(&oid, "0123456789AbCdEf"));
	assert_true(tkt_oid_begins(&oid, sha1));
	assert_false(tkt_oid_begins(&oid, "012")); /* too few to mean anything */
	assert_false(tkt_oid_begins(&oid, "0124"));
	assert_false(tkt_oid_begins(&oid, "01235"));
	assert_false(tkt_oid_begins(&oid, "0123x"));
	assert_false(tkt_oid_begins(&oid, sha256));
	assert_false(tkt_oid_begins(&oid, "0123456789abcdef0123456789abcdef0123456700"));
}

static void names_are_equal_or_not(void **state)
{
	struct tkt_oid a, b;
	struct tkt_oids v = { 0 };
	char padded[65] = "0123456789abcdef0123456789abcdef01234567000000000000000000000000";

	(void)state;
	assert_true(tkt_oid_parse(&a, sha1, 40));
	assert_true(tkt_oid_parse(&b, "0123456789abcdef0123456789abcdef01234567", 40));
	assert_true(tkt_oid_equal(&a, &b));
	assert_true(tkt_oid_parse(&b, "0123456789abcdef0123456789abcdef01234568", 40));
	assert_false(tkt_oid_equal(&a, &b));
	assert_true(tkt_oid_parse(&b, padded, 64)); /* the same bytes, but another kind */
	assert_false(tkt_oid_equal(&a, &b));
	for (int i = 0; i < 100; i++)
		tkt_oids_push(&v, i % 2 ? &a : &b);
	assert_int_equal(v.n, 100);
	assert_true(tkt_oid_equal(&v.items[99], &a));
	assert_true(tkt_oid_equal(&v.items[98], &b));
	tkt_oids_release(&v);
	assert_int_equal(v.n, 0);
	tkt_oids_release(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hex_digits_become_bytes_and_digits_again),
		cmocka_unit_test(nothing_else_is_a_name),
		cmocka_unit_test(a_name_begins_with_its_digits_in_either_case),
		cmocka_unit_test(names_are_equal_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
