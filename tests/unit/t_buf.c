#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"

static void an_empty_buffer_is_a_string_and_owns_nothing(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT;
	char *text;

	(void)state;
	assert_string_equal(b.ptr, "");
	tkt_buf_reset(&b);
	tkt_buf_truncate(&b, 0);
	tkt_buf_add(&b, NULL, 0);
	tkt_buf_puts(&b, "");
	tkt_buf_pad(&b, 'x', 0);
	assert_int_equal(b.cap, 0);
	text = tkt_buf_detach(&b);
	assert_string_equal(text, "");
	free(text);
	tkt_buf_release(&b);
	tkt_buf_release(NULL);
}

static void bytes_may_hold_nul_and_the_end_is_terminated(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT;

	(void)state;
	tkt_buf_add(&b, "a\0b", 3);
	tkt_buf_putc(&b, '\0');
	tkt_buf_puts(&b, "c");
	assert_int_equal(b.len, 5);
	assert_memory_equal(b.ptr, "a\0b\0c", 6);
	tkt_buf_release(&b);
	assert_string_equal(b.ptr, "");
}

static void growing_keeps_every_byte(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		tkt_buf_putc(&b, (char)('a' + i % 26));
		assert_int_equal(b.ptr[b.len], '\0');
	}
	for (int i = 0; i < 5000; i++)
		assert_int_equal(b.ptr[i], 'a' + i % 26);
	tkt_buf_release(&b);
}

static void printf_fits_at_the_edges_of_the_memory(void **state)
{
	(void)state;
	for (int n = 0; n < 200; n++) {
		struct tkt_buf b = TKT_BUF_INIT;

		tkt_buf_puts(&b, "ab");
		tkt_buf_printf(&b, "%*s|", n, "x");
		assert_int_equal(b.len, 2 + (n ? (size_t)n : 1) + 1);
		assert_int_equal(strlen(b.ptr), b.len);
		assert_int_equal(b.ptr[b.len - 1], '|');
		assert_int_equal(b.ptr[b.len - 2], 'x');
		tkt_buf_release(&b);
	}
}

static void printf_of_nothing_into_nothing_is_fine(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT;

	(void)state;
	tkt_buf_printf(&b, "%s", "");
	assert_int_equal(b.len, 0);
	assert_string_equal(b.ptr, "");
	tkt_buf_release(&b);
}

static void reset_keeps_the_memory_and_truncate_cuts(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT;
	size_t cap;

	(void)state;
	tkt_buf_pad(&b, '-', 100);
	cap = b.cap;
	tkt_buf_truncate(&b, 3);
	assert_string_equal(b.ptr, "---");
	tkt_buf_reset(&b);
	assert_string_equal(b.ptr, "");
	assert_int_equal(b.cap, cap);
	tkt_buf_release(&b);
}

static void detaching_hands_over_and_leaves_an_empty_buffer(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT;
	char *text;

	(void)state;
	tkt_buf_puts(&b, "mine");
	text = tkt_buf_detach(&b);
	assert_string_equal(text, "mine");
	assert_int_equal(b.cap, 0);
	tkt_buf_puts(&b, "next");
	assert_string_equal(text, "mine");
	free(text);
	tkt_buf_release(&b);
}

static void memory_of_size_zero_is_never_null(void **state)
{
	void *a = tkt_malloc(0), *b = tkt_calloc(0, 8), *c = tkt_realloc(NULL, 0, 4);
	char *cut = tkt_strndup("abc\0def", 5), *text = tkt_asprintf("%d-%s", 7, "x");

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	assert_non_null(c);
	assert_memory_equal(cut, "abc\0d", 6);
	assert_string_equal(text, "7-x");
	assert_null(tkt_strdup_null(NULL));
	free(a);
	free(b);
	free(c);
	free(cut);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_buffer_is_a_string_and_owns_nothing),
		cmocka_unit_test(bytes_may_hold_nul_and_the_end_is_terminated),
		cmocka_unit_test(growing_keeps_every_byte),
		cmocka_unit_test(printf_fits_at_the_edges_of_the_memory),
		cmocka_unit_test(printf_of_nothing_into_nothing_is_fine),
		cmocka_unit_test(reset_keeps_the_memory_and_truncate_cuts),
		cmocka_unit_test(detaching_hands_over_and_leaves_an_empty_buffer),
		cmocka_unit_test(memory_of_size_zero_is_never_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
