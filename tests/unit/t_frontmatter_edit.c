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
#include "text/ticket.h"

static uint32_t seed = 20260102;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

/* A NULL value removes. The list ends with a NULL key. */
static char *edit(const char *text, int want, size_t line, ...)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_fm_edits edits = { 0 };
	struct tkt_buf out = TKT_BUF_INIT;
	const char *key;
	va_list ap;
	int code;

	va_start(ap, line);
	while ((key = va_arg(ap, const char *)) != NULL)
		tkt_fm_edits_set(&edits, key, va_arg(ap, const char *));
	va_end(ap);
	code = tkt_fm_apply(&out, text, strlen(text), &edits, &err);
	if (code != want)
		fail_msg("code %d: %s", code, err.message);
	if (want != 0) {
		assert_int_equal(out.len, 0);
		assert_int_equal(err.line, line);
	}
	tkt_error_release(&err);
	tkt_fm_edits_release(&edits);
	return tkt_buf_detach(&out);
}

#define GIVES(text, want, ...) \
	do { \
		char *got_ = edit(text, 0, 0, __VA_ARGS__, (char *)NULL); \
		assert_string_equal(got_, want); \
		free(got_); \
	} while (0)

#define REFUSES(text, line, ...) free(edit(text, TKT_EINVALID, line, __VA_ARGS__, (char *)NULL))

static void only_the_lines_of_the_named_keys_change(void **state)
{
	(void)state;
	GIVES("---\n# c\nid: a\nstatus:   open  \nweird\nx: {a: 1}\n---\nstatus: open\n",
	      "---\n# c\nid: a\nstatus:   closed\nweird\nx: {a: 1}\n---\nstatus: open\n", "status", "closed");
	GIVES("---\nstatus:   open  \n---\n", "---\nstatus:   open  \n---\n", "status", "open");
	GIVES("---\na: 1\nb:\nc: 3\n---\n", "---\na: 1\nb: 2\nc: 3\n---\n", "b", "2");
	GIVES("---\na: 1\nb: 2\n---\n", "---\na: 1\nb:\n---\n", "b", "");
	GIVES("---\na: 1\nb: 2\n---\n", "---\na: 1\n---\n", "b", (char *)NULL, "zz", (char *)NULL);
	GIVES("---\nl:\n  - a\n\n  - b\n# k\nm: 1\n---\n", "---\nl: [c]\n# k\nm: 1\n---\n", "l", "[c]");
	GIVES("---\nl:\n  - a\n# k\nm: 1\n---\n", "---\n# k\nm: 1\n---\n", "l", (char *)NULL);
}

static void a_comment_after_a_quoted_or_bracketed_value_stays(void **state)
{
	(void)state;
	GIVES("---\nl: [a]  # why\n---\n", "---\nl: [a, b]  # why\n---\n", "l", "[a, b]");
	GIVES("---\nl: [a]  # why\n---\n", "---\nl: [a]  # why\n---\n", "l", "[a]");
	GIVES("---\nt: 'x' # why\n---\n", "---\nt: \"y\" # why\n---\n", "t", "y");
	GIVES("---\nt: 'x' # why\n---\n", "---\nt: null\n---\n", "t", "null");
	GIVES("---\nt: x # why\n---\n", "---\nt: y\n---\n", "t", "y");
}

static void bom_and_line_ends_stay(void **state)
{
	(void)state;
	GIVES("\xEF\xBB\xBF---\r\nid: a\r\nstatus: open\r\n---\r\nb\n",
	      "\xEF\xBB\xBF---\r\nid: a\r\nstatus: closed\r\ncolumn: done\r\n---\r\nb\n", "status", "closed", "column", "done");
	GIVES("---\nid: a\r\nb: 1\n---", "---\nid: c\r\nb: 2\n---", "id", "c", "b", "2");
}

static void a_new_key_finds_its_place(void **state)
{
	(void)state;
	GIVES("---\nid: a\nkind: task\nx: 1\nassignee: null\ny: 2\n---\n",
	      "---\nid: a\nslug: s\ntitle: t\nkind: task\nx: 1\nassignee: null\ncolumn: c\nparent: p\ny: 2\nz: 3\n---\n",
	      "parent", "p", "z", "3", "title", "t", "column", "c", "slug", "s");
	GIVES("---\nx: 1\n---\n", "---\nid: a\nx: 1\ncolumn: c\n---\n", "column", "c", "id", "a");
	GIVES("---\ntitle: t\n---\n", "---\nid: a\nslug: s\ntitle: u\n---\n", "slug", "s", "title", "u", "id", "a");
	GIVES("---\n---\n", "---\nid: a\n---\n", "id", "a");
	GIVES("---\nassignee: a\n  b\n\nz: 1\n---\n", "---\nassignee: a\n  b\ndue: 2026-01-01\n\nz: 1\n---\n", "due", "2026-01-01");
}

static void what_cannot_be_written_is_refused(void **state)
{
	char *long_value = tkt_calloc(1, TKT_FRONTMATTER_MAX + 1);

	(void)state;
	REFUSES("---\na: 1\nb: 2\na: 3\n---\n", 4, "a", "1");
	GIVES("---\na: 1\nb: 2\na: 3\n---\n", "---\na: 1\nb: 4\na: 3\n---\n", "b", "4");
	REFUSES("---\na: 1\n---\n", 0, "a", "1\nb: 2");
	REFUSES("---\na: 1\n---\n", 0, "a b", "1");
	REFUSES("---\na: 1\n---\n", 0, "", "1");
	REFUSES("no\n", 1, "a", "1");
	/* the stray "- x" would become the list of a */
	REFUSES("---\na:\nb: 2\n- x\n---\n", 2, "b", (char *)NULL);
	REFUSES("---\nb: 2\n- x\n---\n", 2, "b", "");
	GIVES("---\n  stray\nb: 2\n---\n", "---\n  stray\nid: a\nb: 2\n---\n", "id", "a");
	memset(long_value, 'x', TKT_FRONTMATTER_MAX);
	REFUSES("---\na: 1\n---\n", 1, "a", long_value);
	free(long_value);
}

static void a_later_edit_of_a_key_replaces_the_earlier(void **state)
{
	(void)state;
	GIVES("---\na: 1\n---\n", "---\na: 3\n---\n", "a", "2", "a", "3");
	tkt_fm_edits_release(NULL);
}

static void quotes(const char *s, const char *want)
{
	struct tkt_buf out = TKT_BUF_INIT;

	tkt_fm_quote(&out, s);
	assert_string_equal(out.ptr, want);
	tkt_buf_release(&out);
}

static void only_safe_strings_stay_plain(void **state)
{
	(void)state;
	quotes("word", "word");
	quotes("two words/x_y.z-1", "two words/x_y.z-1");
	quotes("a:b, c (d) [e]", "a:b, c (d) [e]");
	quotes("\xE8\xAA\x9E x#y", "\xE8\xAA\x9E x#y");
	quotes("-x", "-x");
	quotes("true", "true");
	quotes("", "\"\"");
	quotes("null", "\"null\"");
	quotes("Null", "\"Null\"");
	quotes("~", "\"~\"");
	quotes(" a", "\" a\"");
	quotes("a ", "\"a \"");
	quotes("fix #12 now", "\"fix #12 now\"");
	quotes("TUI: x", "\"TUI: x\"");
	quotes("[WIP] x", "\"[WIP] x\"");
	quotes("a\"b\\c", "a\"b\\c");
	quotes("\"a\\", "\"\\\"a\\\\\"");
	quotes("a\nb\tc\r\x01\x7F", "\"a\\nb\\tc\\r\\x01\\x7F\"");
	quotes("\xC2\x85\xE2\x80\xA8\xE2\x80\xAE\xEF\xBB\xBF", "\"\\u0085\\u2028\\u202E\\uFEFF\"");
	quotes("a\xFF" "b", "\"a\xEF\xBF\xBD" "b\"");
	quotes("--- a", "\"--- a\"");
	quotes("...", "\"...\"");
}

static void lists_quote_what_brackets_need(void **state)
{
	struct tkt_strv list = TKT_STRV_INIT;
	struct tkt_buf out = TKT_BUF_INIT;

	(void)state;
	tkt_fm_quote_list(&out, &list);
	tkt_strv_push(&list, "a b");
	tkt_strv_push(&list, "x,y");
	tkt_strv_push(&list, "file:a.c:12");
	tkt_strv_push(&list, "null");
	tkt_strv_push(&list, "");
	tkt_strv_push(&list, "a: b");
	tkt_strv_push(&list, "{");
	tkt_fm_quote_list(&out, &list);
	assert_string_equal(out.ptr, "[][a b, \"x,y\", file:a.c:12, \"null\", \"\", \"a: b\", \"{\"]");
	tkt_strv_release(&list);
	tkt_buf_release(&out);
}

/* A string of difficult pieces; always valid UTF-8, without NUL. */
static void random_text(struct tkt_buf *out, uint32_t most)
{
	static const char *const pieces[] = {
		"a", "b", "Z", "0", "9", " ", " ", ":", "#", "-", "?", ",", "[", "]", "{", "}", "&", "*", "!", "|",
		">", "'", "\"", "%", "@", "`", "\\", "~", "null", "---", "...", ": ", " #", "\n", "\t", "\r",
		"\x01", "\x1B", "\x7F", "\xC2\x85", "\xC2\xA0", "\xC3\xA9", "\xE2\x80\xA8", "\xE2\x80\xAE",
		"\xEF\xBB\xBF", "\xF0\x9F\x93\xA6", "=", "<", "<<<<<<< ", ".", "/", "_", "true", "\xEF\xBF\xBF", "$", "(", ")",
	};

	tkt_buf_reset(out);
	for (uint32_t n = draw(most); n > 0; n--)
		tkt_buf_puts(out, pieces[draw((uint32_t)TKT_LEN(pieces))]);
}

static void every_string_comes_back_from_its_quoting(void **state)
{
	struct tkt_buf s = TKT_BUF_INIT, q = TKT_BUF_INIT, file = TKT_BUF_INIT;

	(void)state;
	for (int round = 0; round < 8000; round++) {
		struct tkt_node *node = NULL;
		struct tkt_fm fm = { 0 };
		char *back = NULL;

		random_text(&s, 9);
		tkt_buf_reset(&q);
		tkt_fm_quote(&q, s.ptr);
		assert_null(strchr(q.ptr, '\n'));
		if (tkt_yaml_parse(&node, q.ptr, q.len, NULL) != 0)
			fail_msg("libyaml refuses <%s>", q.ptr);
		assert_int_equal(node->kind, TKT_NODE_SCALAR);
		assert_string_equal(node->text, s.ptr);
		assert_false(tkt_node_is_null(node));
		tkt_node_free(node);
		tkt_buf_reset(&file);
		tkt_buf_printf(&file, "---\nkey: %s\n---\n", q.ptr);
		assert_int_equal(tkt_fm_parse(&fm, file.ptr, file.len, NULL), 0);
		assert_int_equal(tkt_fm_scalar(&fm.items[0], &back), TKT_FM_CLEAN);
		assert_string_equal(back, s.ptr);
		free(back);
		tkt_fm_release(&fm);
		/* the file as a whole is YAML too */
		assert_int_equal(tkt_yaml_parse(&node, file.ptr, file.len - 4, NULL), 0);
		assert_string_equal(node->items[1].text, s.ptr);
		tkt_node_free(node);
	}
	tkt_buf_release(&s);
	tkt_buf_release(&q);
	tkt_buf_release(&file);
}

static void every_list_comes_back_from_its_quoting(void **state)
{
	struct tkt_buf s = TKT_BUF_INIT, file = TKT_BUF_INIT;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		struct tkt_strv list = TKT_STRV_INIT, back = TKT_STRV_INIT;
		struct tkt_fm fm = { 0 };

		for (uint32_t n = draw(5); n > 0; n--) {
			random_text(&s, 5);
			tkt_strv_push(&list, s.ptr);
		}
		tkt_buf_reset(&file);
		tkt_buf_puts(&file, "---\nkey: ");
		tkt_fm_quote_list(&file, &list);
		tkt_buf_puts(&file, "\n---\n");
		assert_int_equal(tkt_fm_parse(&fm, file.ptr, file.len, NULL), 0);
		if (tkt_fm_list(&fm.items[0], &back) != TKT_FM_CLEAN || !tkt_strv_equal(&list, &back))
			fail_msg("not the same list: %s", file.ptr);
		tkt_fm_release(&fm);
		tkt_strv_release(&list);
		tkt_strv_release(&back);
	}
	tkt_buf_release(&s);
	tkt_buf_release(&file);
}

static void random_file(struct tkt_buf *out)
{
	static const char *const lines[] = {
		"id: a", "slug:  s ", "title: fix #1: x", "status: open", "labels: [a, b]  # c", "kind: 'task' # k",
		"priority: \"P1\"", "# comment", "", "  indented", "- dash", "unknown: {a: [1, 2]}", "list:", "  - one",
		"- two", "text: |", "  # not a comment", "broken: [", "key:nospace", "\tx", "x: &a b", "  ", "assignee:",
	};

	tkt_buf_reset(out);
	tkt_buf_puts(out, draw(4) ? "---" : "\xEF\xBB\xBF---");
	tkt_buf_puts(out, draw(3) ? "\n" : "\r\n");
	for (uint32_t n = draw(14); n > 0; n--) {
		tkt_buf_puts(out, lines[draw((uint32_t)TKT_LEN(lines))]);
		tkt_buf_puts(out, draw(3) ? "\n" : "\r\n");
	}
	tkt_buf_puts(out, "---\nbody\nid: no\n---\n");
}

static void writing_what_stands_there_changes_no_byte(void **state)
{
	struct tkt_buf file = TKT_BUF_INIT;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct tkt_fm_edits edits = { 0 };
		struct tkt_buf out = TKT_BUF_INIT;
		struct tkt_fm fm = { 0 };

		random_file(&file);
		assert_int_equal(tkt_fm_parse(&fm, file.ptr, file.len, NULL), 0);
		for (size_t i = 0; i < fm.n; i++) {
			char *key = tkt_strndup(fm.items[i].key.ptr, fm.items[i].key.len);
			char *value = tkt_strndup(fm.items[i].value.ptr, fm.items[i].value.len);
			bool doubled = false;

			for (size_t k = 0; k < fm.n; k++)
				doubled = doubled || (k != i && tkt_str_eq(fm.items[k].key, key));
			if (!doubled && !fm.items[i].multiline)
				tkt_fm_edits_set(&edits, key, value);
			free(key);
			free(value);
		}
		assert_int_equal(tkt_fm_apply(&out, file.ptr, file.len, &edits, NULL), 0);
		assert_string_equal(out.ptr, file.ptr);
		tkt_buf_release(&out);
		tkt_fm_release(&fm);
		tkt_fm_edits_release(&edits);
	}
	tkt_buf_release(&file);
}

static void a_written_value_is_read_back_and_other_entries_stay(void **state)
{
	static const char *const keys[] = { "id", "title", "kind", "list", "text", "unknown", "column", "brand.new", "assignee" };
	struct tkt_buf file = TKT_BUF_INIT, s = TKT_BUF_INIT, q = TKT_BUF_INIT;

	(void)state;
	for (int round = 0; round < 6000; round++) {
		const char *key = keys[draw((uint32_t)TKT_LEN(keys))];
		struct tkt_fm_edits edits = { 0 };
		struct tkt_buf out = TKT_BUF_INIT;
		struct tkt_fm before = { 0 }, after = { 0 };
		const struct tkt_fm_entry *old, *new;
		char *back = NULL;
		size_t head, tail;

		random_file(&file);
		random_text(&s, 6);
		tkt_buf_reset(&q);
		tkt_fm_quote(&q, s.ptr);
		tkt_fm_edits_set(&edits, key, q.ptr);
		assert_int_equal(tkt_fm_parse(&before, file.ptr, file.len, NULL), 0);
		if (tkt_fm_apply(&out, file.ptr, file.len, &edits, NULL) == 0) {
			assert_int_equal(tkt_fm_parse(&after, out.ptr, out.len, NULL), 0);
			old = tkt_fm_find(&before, key);
			new = tkt_fm_find(&after, key);
			assert_non_null(new);
			tkt_fm_scalar(new, &back);
			if (strcmp(back ? back : "", s.ptr) != 0)
				fail_msg("wrote <%s>, read <%s> in\n%s", s.ptr, back, out.ptr);
			/* what stands before and after the line is the same */
			head = new->start;
			tail = out.len - new->end;
			assert_memory_equal(out.ptr, file.ptr, head);
			assert_memory_equal(out.ptr + new->end, file.ptr + file.len - tail, tail);
			assert_int_equal(file.len - tail - head, old ? old->end - old->start : 0);
			tkt_fm_release(&after);
		}
		free(back);
		tkt_buf_release(&out);
		tkt_fm_release(&before);
		tkt_fm_edits_release(&edits);
	}
	tkt_buf_release(&file);
	tkt_buf_release(&s);
	tkt_buf_release(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_lines_of_the_named_keys_change),
		cmocka_unit_test(a_comment_after_a_quoted_or_bracketed_value_stays),
		cmocka_unit_test(bom_and_line_ends_stay),
		cmocka_unit_test(a_new_key_finds_its_place),
		cmocka_unit_test(what_cannot_be_written_is_refused),
		cmocka_unit_test(a_later_edit_of_a_key_replaces_the_earlier),
		cmocka_unit_test(only_safe_strings_stay_plain),
		cmocka_unit_test(lists_quote_what_brackets_need),
		cmocka_unit_test(every_string_comes_back_from_its_quoting),
		cmocka_unit_test(every_list_comes_back_from_its_quoting),
		cmocka_unit_test(writing_what_stands_there_changes_no_byte),
		cmocka_unit_test(a_written_value_is_read_back_and_other_entries_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
