#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "text/frontmatter.h"

static struct tkt_fm parse(const char *text)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_fm fm = { 0 };

	if (tkt_fm_parse(&fm, text, strlen(text), &err) != 0)
		fail_msg("'%s': %s", text, err.message);
	return fm;
}

static void refused(const char *text, size_t n, size_t line, const char *words)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_fm fm = { 0 };

	assert_int_equal(tkt_fm_parse(&fm, text, n, &err), TKT_EINVALID);
	if (strstr(err.message, words) == NULL)
		fail_msg("'%s' is not in '%s'", words, err.message);
	assert_int_equal(err.line, line);
	tkt_error_release(&err);
}

static void reads(const char *lines, enum tkt_fm_note note, const char *want)
{
	char *text = tkt_asprintf("---\nid: x\n%s\nstatus: open\n---\nbody\n", lines);
	struct tkt_fm fm = parse(text);
	char *value = NULL;

	assert_int_equal(fm.n, 3);
	if (tkt_fm_scalar(&fm.items[1], &value) != note)
		fail_msg("another note for '%s' (%s)", lines, value);
	if (want == NULL)
		assert_null(value);
	else
		assert_string_equal(value, want);
	free(value);
	tkt_fm_release(&fm);
	free(text);
}

static void lists(const char *lines, enum tkt_fm_note note, const char *want)
{
	char *text = tkt_asprintf("---\n%s\n---\n", lines), *joined = tkt_strdup("");
	struct tkt_fm fm = parse(text);
	struct tkt_strv list = TKT_STRV_INIT;

	assert_int_equal(tkt_fm_list(&fm.items[0], &list), note);
	for (size_t i = 0; i < list.n; i++) {
		char *more = tkt_asprintf("%s<%s>", joined, list.items[i]);

		free(joined);
		joined = more;
	}
	assert_string_equal(joined, want);
	free(joined);
	tkt_strv_release(&list);
	tkt_fm_release(&fm);
	free(text);
}

static void entries_know_their_lines_and_the_body_its_place(void **state)
{
	const char *text = "---  \n# top\n  stray\nid: a\n\n# c\nlist:\n- x\n\n# in\n- y\n# out\nctx:\n  a: 1\n\n  b: 2\nid: b\nnot a key\n  nor this\nkey:value\n---\nbody\n---\n";
	struct tkt_fm fm = parse(text);

	(void)state;
	assert_int_equal(fm.n, 4);
	assert_true(tkt_str_eq(fm.items[0].key, "id"));
	assert_int_equal(fm.items[0].line, 4);
	assert_int_equal(fm.items[0].end - fm.items[0].start, 6);
	assert_true(tkt_str_eq(fm.items[1].block, "\n- x\n\n# in\n- y\n"));
	assert_true(fm.items[1].multiline);
	assert_true(tkt_str_eq(fm.items[2].block, "\n  a: 1\n\n  b: 2\n"));
	assert_true(fm.items[3].duplicate);
	assert_false(fm.items[0].duplicate);
	assert_string_equal(text + fm.body, "body\n---\n");
	assert_int_equal(fm.body_line, 22);
	assert_memory_equal(text + fm.close, "---\nbody", 8);
	assert_ptr_equal(tkt_fm_find(&fm, "id"), &fm.items[0]);
	assert_null(tkt_fm_find(&fm, "i"));
	tkt_fm_release(&fm);
	tkt_fm_release(NULL);
}

static void bom_and_crlf_are_read(void **state)
{
	struct tkt_fm fm = parse("\xEF\xBB\xBF---\r\nid: a\r\ntitle:  b c \t\r\n---\r\nbody\r\n");

	(void)state;
	assert_true(fm.bom && fm.crlf);
	assert_true(tkt_str_eq(fm.items[1].value, "b c"));
	assert_int_equal(fm.body, 35);
	tkt_fm_release(&fm);
	fm = parse("---\nid: a\n---");
	assert_int_equal(fm.body, 13);
	tkt_fm_release(&fm);
}

static void what_is_no_frontmatter_is_refused_with_its_line(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT;

	(void)state;
	refused("", 0, 1, "missing");
	refused("---", 3, 1, "not closed");
	refused("# hi\n", 5, 1, "missing");
	refused("----\nid: a\n---\n", 15, 1, "missing");
	refused("---\nid: a\n", 10, 1, "not closed");
	refused("---\nid: a\n<<<<<<< HEAD\nx: 1\n---\n", 33, 3, "conflict marker");
	refused("<<<<<<< HEAD\n---\n", 17, 1, "conflict marker");
	refused("---\nid: a\nb: \0\n---\n", 19, 3, "NUL");
	refused("\xFF\xFE-\0-\0-\0", 8, 1, "UTF-16");
	tkt_buf_puts(&b, "---\n");
	while (b.len < TKT_FRONTMATTER_MAX - 4)
		tkt_buf_puts(&b, "a: 1\n");
	tkt_buf_truncate(&b, TKT_FRONTMATTER_MAX - 4);
	b.ptr[b.len - 1] = '\n';
	tkt_buf_puts(&b, "---\n");
	tkt_buf_pad(&b, 'x', TKT_ITEM_MAX - b.len);
	struct tkt_fm fm = parse(b.ptr);
	assert_true(fm.items[1].duplicate);
	assert_true(fm.items[fm.n - 1].duplicate || fm.items[fm.n - 1].key.len != 1);
	tkt_fm_release(&fm);
	tkt_buf_putc(&b, 'x');
	refused(b.ptr, b.len, 1, "over");
	tkt_buf_reset(&b);
	tkt_buf_puts(&b, "---\n");
	tkt_buf_pad(&b, 'a', TKT_FRONTMATTER_MAX);
	tkt_buf_puts(&b, "\n---\n");
	refused(b.ptr, b.len, 1, "not closed");
	tkt_buf_release(&b);
}

static void plain_values_are_the_whole_line(void **state)
{
	static const char *const lenient[] = {
		"fix #12 now", "TUI: a thing", "task # x", "[WIP] x", "@bob", "&ref x", "*ptr", "!important",
		"`code`", "- dash", "| pipe", "> gt", "%50", "\"a\" b", "# only", "#12", "a:", "{x}", "[a]",
		"? q", ", x", "] x", "-", "|", ">", "\"open", "'it", "\"a\": b", "\"bad \xC3 byte\"", "\"nul\\0\"",
	};
	static const char *const clean[] = {
		"word", "two words", "a:b", "x#y", "https://x/#y", "--- x", "true", "12", "-1", "\xE8\xAA\x9E", "it's",
	};

	(void)state;
	for (size_t i = 0; i < TKT_LEN(lenient); i++) {
		char *line = tkt_asprintf("title: %s", lenient[i]);

		reads(line, TKT_FM_LENIENT, lenient[i]);
		free(line);
	}
	for (size_t i = 0; i < TKT_LEN(clean); i++) {
		char *line = tkt_asprintf("title:\t %s  ", clean[i]);

		reads(line, TKT_FM_CLEAN, clean[i]);
		free(line);
	}
}

static void quoted_null_and_long_values_are_read_by_yaml(void **state)
{
	(void)state;
	reads("title: \"a \\\"b\\\" \\u00e9\" # c", TKT_FM_CLEAN, "a \"b\" \xC3\xA9");
	reads("title: 'it''s'", TKT_FM_CLEAN, "it's");
	reads("title: \"#1: x\"", TKT_FM_CLEAN, "#1: x");
	reads("title: \"\"", TKT_FM_CLEAN, "");
	reads("title: \"null\"", TKT_FM_CLEAN, "null");
	reads("title: null", TKT_FM_NULL, NULL);
	reads("title: ~", TKT_FM_NULL, NULL);
	reads("title:", TKT_FM_NULL, NULL);
	reads("title:   ", TKT_FM_NULL, NULL);
	reads("title: a\n  b", TKT_FM_CLEAN, "a b");
	reads("title:\n  b", TKT_FM_CLEAN, "b");
	reads("title: |\n  # a\n  b", TKT_FM_CLEAN, "# a\nb\n");
	reads("title: \"a\n  b\"", TKT_FM_CLEAN, "a b");
	reads("title: TUI: a\n  b", TKT_FM_LENIENT, "TUI: a");
	reads("title: x # c\n  b", TKT_FM_LENIENT, "x # c");
	reads("title: --- long\n  y", TKT_FM_CLEAN, "--- long y");
	reads("title:\n  - a", TKT_FM_LENIENT, NULL);
	reads("title: x\n  # a comment of its own", TKT_FM_CLEAN, "x");
}

static void lists_are_read_however_they_are_written(void **state)
{
	(void)state;
	lists("l: []", TKT_FM_CLEAN, "");
	lists("l: [ ]", TKT_FM_CLEAN, "");
	lists("l: [a, b c,d/e.f]", TKT_FM_CLEAN, "<a><b c><d/e.f>");
	lists("l: [a, b] # c", TKT_FM_CLEAN, "<a><b>");
	lists("l: [a,]", TKT_FM_CLEAN, "<a>");
	lists("l: [\"x, y\", 'z', file:a:1, \xC3\xA9]", TKT_FM_CLEAN, "<x, y><z><file:a:1><\xC3\xA9>");
	lists("l:\n- a\n- b", TKT_FM_CLEAN, "<a><b>");
	lists("l:\n  - a\n  - 'b c'", TKT_FM_CLEAN, "<a><b c>");
	lists("l: [a,\n  b]", TKT_FM_CLEAN, "<a><b>");
	lists("l: a", TKT_FM_CLEAN, "<a>");
	lists("l: \"a\"", TKT_FM_CLEAN, "<a>");
	lists("l: null", TKT_FM_NULL, "");
	lists("l:", TKT_FM_NULL, "");
	lists("l: [foo: bar, x]", TKT_FM_LENIENT, "<foo: bar><x>");
	lists("l: [@bob, *x, a]", TKT_FM_LENIENT, "<@bob><*x><a>");
	lists("l: [a, , b]", TKT_FM_LENIENT, "<a><b>");
	lists("l: [\"a, b\", *x, 'q]", TKT_FM_LENIENT, "<a, b><*x><'q>");
	lists("l: [a, b", TKT_FM_LENIENT, "<a><b>");
	lists("l: {a: b}", TKT_FM_LENIENT, "<{a: b}>");
	lists("l: [WIP] x", TKT_FM_LENIENT, "<WIP>");
	lists("l:\n  - a: b\n  - c", TKT_FM_LENIENT, "<a: b><c>");
}

static void any_value_is_a_tree(void **state)
{
	struct tkt_fm fm = parse("---\na: {x: [1, 2]}\nb: v # c\nc: a: b\nd:\n  e: f\ng: - h\ni: &j k\nl:\n---\n");
	static const enum tkt_fm_note notes[] = {
		TKT_FM_CLEAN, TKT_FM_CLEAN, TKT_FM_LENIENT, TKT_FM_CLEAN, TKT_FM_LENIENT, TKT_FM_LENIENT, TKT_FM_NULL,
	};
	struct tkt_node *nodes[TKT_LEN(notes)] = { 0 };

	(void)state;
	assert_int_equal(fm.n, TKT_LEN(notes));
	for (size_t i = 0; i < fm.n; i++)
		assert_int_equal(tkt_fm_node(&fm.items[i], &nodes[i]), notes[i]);
	assert_int_equal(tkt_node_find(nodes[0], "x")->n, 2);
	assert_string_equal(nodes[1]->text, "v");
	assert_string_equal(nodes[2]->text, "a: b");
	assert_string_equal(tkt_node_get(nodes[3], "e"), "f");
	assert_string_equal(nodes[4]->text, "- h");
	assert_string_equal(nodes[5]->text, "&j k");
	assert_true(tkt_node_is_null(nodes[6]));
	for (size_t i = 0; i < fm.n; i++)
		tkt_node_free(nodes[i]);
	tkt_fm_release(&fm);
}

static void hostile_values_are_words(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT;

	(void)state;
	tkt_buf_puts(&b, "title: ");
	tkt_buf_pad(&b, '[', 20000);
	reads(b.ptr, TKT_FM_LENIENT, b.ptr + 7);
	tkt_buf_release(&b);
}

static void thousands_of_keys_are_found_double(void **state)
{
	struct tkt_buf b = TKT_BUF_INIT;
	struct tkt_fm fm;

	(void)state;
	tkt_buf_puts(&b, "---\n");
	for (int i = 0; i < 4000; i++)
		tkt_buf_printf(&b, "k%d: v\n", i % 3999);
	tkt_buf_puts(&b, "---\n");
	fm = parse(b.ptr);
	for (size_t i = 0; i < fm.n; i++)
		assert_int_equal(fm.items[i].duplicate, i == 3999);
	tkt_fm_release(&fm);
	tkt_buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_know_their_lines_and_the_body_its_place),
		cmocka_unit_test(bom_and_crlf_are_read),
		cmocka_unit_test(what_is_no_frontmatter_is_refused_with_its_line),
		cmocka_unit_test(plain_values_are_the_whole_line),
		cmocka_unit_test(quoted_null_and_long_values_are_read_by_yaml),
		cmocka_unit_test(lists_are_read_however_they_are_written),
		cmocka_unit_test(any_value_is_a_tree),
		cmocka_unit_test(hostile_values_are_words),
		cmocka_unit_test(thousands_of_keys_are_found_double),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
