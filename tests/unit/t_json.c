#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text/json.h"

static char *print(const struct tkt_json *v, int indent)
{
	struct tkt_buf b = TKT_BUF_INIT;

	tkt_json_print(&b, v, indent);
	return tkt_buf_detach(&b);
}

static void expect(struct tkt_json *take, const char *want)
{
	char *got = print(take, 0);

	assert_string_equal(got, want);
	free(got);
	tkt_json_free(take);
}

static void keys_keep_the_order_in_which_they_were_set(void **state)
{
	struct tkt_json *o = tkt_json_object(), *a = tkt_json_array();

	(void)state;
	tkt_json_push(a, tkt_json_int(INT64_MIN));
	tkt_json_push(a, tkt_json_bool(true));
	tkt_json_push(a, tkt_json_string(NULL));
	tkt_json_push(a, tkt_json_real(0.83));
	tkt_json_set(o, "z", a);
	tkt_json_set(o, "a", tkt_json_string("x"));
	tkt_json_set(o, "m", tkt_json_object());
	assert_int_equal(tkt_json_size(o), 3);
	assert_int_equal(tkt_json_size(tkt_json_get(o, "z")), 4);
	assert_string_equal(tkt_json_text(tkt_json_get(o, "a")), "x");
	assert_null(tkt_json_text(tkt_json_at(tkt_json_get(o, "z"), 0)));
	assert_null(tkt_json_get(o, "q"));
	assert_null(tkt_json_at(o, 0));
	expect(o, "{\"z\":[-9223372036854775808,true,null,0.83],\"a\":\"x\",\"m\":{}}");
}

static void strings_are_scrubbed_and_keep_nul(void **state)
{
	(void)state;
	expect(tkt_json_string("a\xff" "b"), "\"a\xef\xbf\xbd" "b\"");
	expect(tkt_json_string_n("a\0b", 3), "\"a\\u0000b\"");
	expect(tkt_json_string("\xe6\x97\xa5"), "\"\xe6\x97\xa5\"");
}

static void what_steers_a_terminal_is_escaped(void **state)
{
	(void)state;
	expect(tkt_json_string("\x1b\x7f\xc2\x9b\xe2\x80\xae\xe2\x81\xa6"), "\"\\u001B\\u007F\\u009B\\u202E\\u2066\"");
}

static void duplicates_trailing_text_and_bad_bytes_are_refused_with_a_line(void **state)
{
	static const char *const bad[] = { "{\"a\":1,\n\"a\":2}", "{}\n{}", "[1,\n]", "\n\"\xff\"", "\nNaN" };
	struct tkt_json *v = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct tkt_error err = TKT_ERROR_INIT;

		assert_int_equal(tkt_json_parse(&v, bad[i], strlen(bad[i]), &err), TKT_EINVALID);
		assert_int_equal(err.line, 2);
		assert_null(v);
		tkt_error_release(&err);
	}
	assert_int_equal(tkt_json_parse(&v, "", 0, NULL), TKT_EINVALID);
}

static void parse_and_print_agree(void **state)
{
	static const char text[] = "{\"b\":[1,2.5,null,false],\"a\":{\"x\":\"\\u0000y\"}}";
	struct tkt_json *v = NULL;
	char *pretty;

	(void)state;
	assert_int_equal(tkt_json_parse(&v, text, sizeof text - 1, NULL), 0);
	pretty = print(v, 2);
	assert_non_null(strstr(pretty, "\n  \"a\": {\n    \"x\""));
	free(pretty);
	expect(v, text);
	assert_int_equal(tkt_json_parse(&v, "\"s\"", 3, NULL), 0);
	expect(v, "\"s\"");
}

static void a_yaml_tree_becomes_json(void **state)
{
	static const char text[] = "{a: 1, b: \"1\", c: [null, ~, true, 007, -0, x y], d: {e: 12345678901234567890}}";
	struct tkt_node *node = NULL;

	(void)state;
	assert_int_equal(tkt_yaml_parse(&node, text, sizeof text - 1, NULL), 0);
	expect(tkt_json_node(node), "{\"a\":1,\"b\":\"1\",\"c\":[null,null,true,\"007\",\"-0\",\"x y\"],"
				    "\"d\":{\"e\":\"12345678901234567890\"}}");
	expect(tkt_json_node(NULL), "null");
	tkt_node_free(node);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_keep_the_order_in_which_they_were_set),
		cmocka_unit_test(strings_are_scrubbed_and_keep_nul),
		cmocka_unit_test(what_steers_a_terminal_is_escaped),
		cmocka_unit_test(duplicates_trailing_text_and_bad_bytes_are_refused_with_a_line),
		cmocka_unit_test(parse_and_print_agree),
		cmocka_unit_test(a_yaml_tree_becomes_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
