#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

static void sha1_hex(const void *bytes, size_t n, size_t step, char out[41])
{
	unsigned char id[20];
	struct tkt_sha1 s;

	tkt_sha1_init(&s);
	for (size_t at = 0; at < n; at += step)
		tkt_sha1_add(&s, (const char *)bytes + at, n - at < step ? n - at : step);
	tkt_sha1_final(&s, id);
	for (size_t i = 0; i < 20; i++)
		snprintf(out + 2 * i, 3, "%02x", id[i]);
}

static void sha1_gives_the_digests_of_the_standard(void **state)
{
	static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	char hex[41];

	(void)state;
	sha1_hex("", 0, 1, hex);
	assert_string_equal(hex, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	sha1_hex("abc", 3, 3, hex);
	assert_string_equal(hex, "a9993e364706816aba3e25717850c26c9cd0d89d");
	sha1_hex(two, sizeof two - 1, 64, hex);
	assert_string_equal(hex, "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}

static void a_million_letters_hash_right_in_odd_pieces(void **state)
{
	char *letters = malloc(1000000), hex[41];

	(void)state;
	assert_non_null(letters);
	memset(letters, 'a', 1000000);
	sha1_hex(letters, 1000000, 4097, hex);
	assert_string_equal(hex, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
	free(letters);
}

static void the_way_bytes_are_cut_into_pieces_plays_no_part(void **state)
{
	unsigned char bytes[200];
	char whole[41], pieces[41];

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(i * 7);
	for (size_t n = 0; n <= sizeof bytes; n++) {
		sha1_hex(bytes, n, sizeof bytes, whole);
		for (size_t step = 1; step < 70; step += 9) {
			sha1_hex(bytes, n, step, pieces);
			assert_string_equal(pieces, whole);
		}
	}
}

static void blob_ids_are_those_of_git_hash_object(void **state)
{
	static const char id[] = "20261121-003000-a-ticket-store-that-never-loses-a-word-"
				 "and-the-command-line-over-it";
	static const struct {
		const char *bytes, *hex;
		size_t n;
	} known[] = {
		{ "", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", 0 },
		{ "hello\n", "ce013625030ba8dba906f756967f9e9ca394464a", 6 },
		{ "a\0b", "20b5be91886d0b6f26dc98a225c0dac05fe2c86e", 3 },
		{ id, "8d8d657490d9d08513771d325d342808897be8c1", sizeof id - 1 },
	};
	char hex[41];

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		tkt_git_blob_hex(known[i].bytes, known[i].n, hex);
		assert_string_equal(hex, known[i].hex);
	}
}

static void texts_hashed_side_by_side_give_what_each_gives_alone(void **state)
{
	char text[200], *ends = text + sizeof text - 1;
	const char *texts[TKT_SUMS];
	unsigned char sums[TKT_SUMS][20], alone[20];

	(void)state;
	memset(text, 'x', sizeof text);
	*ends = '\0';
	for (size_t len = 0; len + TKT_SUMS * 7 < sizeof text; len++) {
		for (size_t n = 1; n <= TKT_SUMS; n++) {
			for (size_t i = 0; i < n; i++)
				texts[i] = ends - len - 7 * i;
			tkt_git_blob_sums(texts, n, sums);
			for (size_t i = 0; i < n; i++) {
				tkt_git_blob_sum(texts[i], strlen(texts[i]), alone);
				assert_memory_equal(sums[i], alone, sizeof alone);
			}
		}
	}
}

static void fnv1a_gives_its_published_values(void **state)
{
	(void)state;
	assert_true(tkt_fnv1a("", 0) == UINT64_C(0xcbf29ce484222325));
	assert_true(tkt_fnv1a("a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
	assert_true(tkt_fnv1a("foobar", 6) == UINT64_C(0x85944171f73967e8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha1_gives_the_digests_of_the_standard),
		cmocka_unit_test(a_million_letters_hash_right_in_odd_pieces),
		cmocka_unit_test(the_way_bytes_are_cut_into_pieces_plays_no_part),
		cmocka_unit_test(blob_ids_are_those_of_git_hash_object),
		cmocka_unit_test(texts_hashed_side_by_side_give_what_each_gives_alone),
		cmocka_unit_test(fnv1a_gives_its_published_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
