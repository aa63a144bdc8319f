#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "text/yaml.h"

static struct tkt_node *good(const char *text)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_node *node = NULL;

	if (tkt_yaml_parse(&node, text, strlen(text), &err) != 0)
		fail_msg("'%s': %s", text, err.message);
	return node;
}

static void bad_n(const char *text, size_t n, size_t line, const char *words)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_node *node = NULL;

	assert_int_equal(tkt_yaml_parse(&node, text, n, &err), TKT_EINVALID);
	assert_null(node);
	if (strstr(err.message, words) == NULL)
		fail_msg("'%s' is not in '%s'", words, err.message);
	assert_int_equal(err.line, line);
	tkt_error_release(&err);
	assert_int_equal(tkt_yaml_parse(&node, text, n, NULL), TKT_EINVALID);
}

static void bad(const char *text, size_t line, const char *words)
{
	bad_n(text, strlen(text), line, words);
}

static void scalars_lists_and_maps_become_a_tree(void **state)
{
	struct tkt_node *n = good("a: 1\nb: [x, 'y z', {k: ~}]\nc:\n  d: \"q\"\n");

	(void)state;
	assert_int_equal(n->kind, TKT_NODE_MAP);
	assert_int_equal(n->n, 3);
	assert_false(n->flow);
	assert_string_equal(tkt_node_get(n, "a"), "1");
	assert_true(tkt_node_find(n, "b")->flow);
	assert_int_equal(tkt_node_find(n, "b")->n, 3);
	assert_false(tkt_node_find(n, "b")->items[1].plain);
	assert_null(tkt_node_get(&tkt_node_find(n, "b")->items[2], "k"));
	assert_string_equal(tkt_node_get(tkt_node_find(n, "c"), "d"), "q");
	assert_null(tkt_node_get(n, "b"));
	assert_null(tkt_node_find(n, "zz"));
	assert_null(tkt_node_find(NULL, "a"));
	assert_int_equal(tkt_node_find(n, "c")->line, 4);
	tkt_node_free(n);
	tkt_node_free(NULL);
}

static void offsets_count_bytes_also_after_wide_characters(void **state)
{
	const char *text = "\xEF\xBB\xBF# gr\xC3\xBC\xC3\x9F\xF0\x9F\x93\xA6\r\nk\xC3\xA9: \"\xE8\xAA\x9E\" # c\r\nl: [a, b]  \r\nm:\r\n  x: y # z\r\n\r\n# end\r\n";
	struct tkt_node *n = good(text);
	const struct tkt_node *v = tkt_node_find(n, "k\xC3\xA9");

	(void)state;
	assert_int_equal(v->end - v->start, 5);
	assert_memory_equal(text + v->start, "\"\xE8\xAA\x9E\"", 5);
	assert_int_equal(v->line, 2);
	v = tkt_node_find(n, "l");
	assert_int_equal(v->end - v->start, 6);
	assert_memory_equal(text + v->start, "[a, b]", 6);
	v = tkt_node_find(n, "m");
	assert_int_equal(v->line, 5);
	assert_memory_equal(text + v->start, "x: y", 4);
	assert_int_equal(v->end - v->start, 4);
	tkt_node_free(n);
}

static void null_is_plain_only(void **state)
{
	static const struct { const char *text; bool null; } cases[] = {
		{ "", true }, { "~", true }, { "null", true }, { "# c", true }, { "'null'", false },
		{ "\"\"", false }, { "nul", false }, { "[]", false }, { "{}", false },
	};

	(void)state;
	assert_true(tkt_node_is_null(NULL));
	for (size_t i = 0; i < TKT_LEN(cases); i++) {
		struct tkt_node *n = good(cases[i].text);

		assert_int_equal(tkt_node_is_null(n), cases[i].null);
		tkt_node_free(n);
	}
}

static void what_a_ticket_never_needs_is_refused_with_its_line(void **state)
{
	(void)state;
	bad("a: 1\nb: &x 2\n", 2, "anchor '&x'");
	bad("a: *x\n", 1, "alias '*x'");
	bad("a: !t x\n", 1, "tag '!t'");
	bad("- !!str x\n", 1, "tag");
	bad("a: 1\n---\nb: 2\n", 2, "second YAML document");
	bad("a: 1\nb: 2\na: 3\n", 3, "key 'a' appears twice");
	bad("{x: {a: 1, b: 2, a: 3}}", 1, "'a' appears twice");
	bad("? [a]\n: b\n", 1, "map key");
	bad("a: [1, 2\nb: 3\n", 2, "not valid YAML");
	bad("a: b: c", 1, "not valid YAML");
}

static void bytes_that_are_no_text_are_found_where_they_stand(void **state)
{
	(void)state;
	bad_n("a: 1\nb: \0x", 10, 2, "U+0000 at byte 8");
	bad("a: 1\n\nb: \xC3\x28", 3, "UTF-8 at byte 9");
	bad("a: \x1B[0m", 1, "U+001B");
	bad("a: \xED\xA0\x80", 1, "UTF-8");
	bad_n("\xFF\xFEk\0:\0", 6, 1, "UTF-16");
	bad_n("\xFE\xFF\0k\0:", 6, 1, "UTF-16");
}

static void nesting_ends_at_sixteen(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT;

	(void)state;
	tkt_buf_pad(&b, '[', 16);
	tkt_buf_pad(&b, ']', 16);
	tkt_node_free(good(b.ptr));
	tkt_buf_reset(&b);
	tkt_buf_pad(&b, '[', 17);
	tkt_buf_pad(&b, ']', 17);
	bad(b.ptr, 1, "nested deeper");
	tkt_buf_reset(&b);
	tkt_buf_pad(&b, '[', 20000);
	bad(b.ptr, 1, "nested deeper");
	tkt_buf_reset(&b);
	for (int i = 0; i < 20000; i++)
		tkt_buf_puts(&b, "{a: ");
	bad(b.ptr, 1, "nested deeper");
	tkt_buf_reset(&b);
	for (int i = 0; i < 70000; i++)
		tkt_buf_puts(&b, "- a\n");
	bad(b.ptr, 65534, "YAML events");
	tkt_buf_release(&b);
}

static void random_bytes_never_crash_it(void **state)
{
	static const char alphabet[] = "[]{},:-? \n\t'\"&*!|>%@`#ab\\0~\xC3\xA9\r\x85";
	uint32_t seed = 20260101;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[48];
		size_t n = 0;
		struct tkt_node *node = NULL;

		seed = seed * 1664525u + 1013904223u;
		size_t want = (seed >> 16) % sizeof text;
		while (n < want) {
			seed = seed * 1664525u + 1013904223u;
			text[n++] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
		}
		if (tkt_yaml_parse(&node, text, n, NULL) == 0) {
			assert_true(node->start <= node->end && node->end <= n);
			tkt_node_free(node);
		} else {
			assert_null(node);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scalars_lists_and_maps_become_a_tree),
		cmocka_unit_test(offsets_count_bytes_also_after_wide_characters),
		cmocka_unit_test(null_is_plain_only),
		cmocka_unit_test(what_a_ticket_never_needs_is_refused_with_its_line),
		cmocka_unit_test(bytes_that_are_no_text_are_found_where_they_stand),
		cmocka_unit_test(nesting_ends_at_sixteen),
		cmocka_unit_test(random_bytes_never_crash_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
