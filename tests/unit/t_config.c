#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "text/config.h"

static const char example[] =
	"project: example   # the name\n"
	"prefix: TKT\n"
	"board:\n"
	"  name: Development\n"
	"  initial: backlog\n"
	"  columns:\n"
	"    - {id: backlog,  name: Backlog,     status: open,    color: \"#9ca3af\"}\n"
	"    - {id: building, name: Building,    status: open,    color: \"#3b82f6\", wip_limit: 3}\n"
	"    - id: done\n"
	"      name: Done\n"
	"      status: closed   # end\n"
	"  transitions: {backlog: [building], building: [backlog, done]}   # absent = any\n"
	"  kinds:\n"
	"    - {id: component, name: Component, icon: \"\xF0\x9F\x93\xA6\", color: \"#6b7280\"}\n"
	"    - bug\n"
	"  settings: {require_comment_on_move: true, allow_reopen: false}\n"
	"workflows:\n"
	"  review:\n"
	"    columns: [{id: in, status: pending}]\n"
	"  plain:\n"
	"search:\n"
	"  embedding: {provider: builtin}\n";

static void bad(const char *text, size_t line, const char *words)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_config c;

	assert_int_equal(tkt_config_parse(&c, text, strlen(text), &err), TKT_EINVALID);
	if (strstr(err.message, words) == NULL)
		fail_msg("'%s' is not in '%s'", words, err.message);
	if (err.line != line)
		fail_msg("line %zu for '%s'", err.line, text);
	tkt_error_release(&err);
}

static void without_a_file_there_are_three_columns(void **state)
{
	struct tkt_config c;
	struct tkt_ticket t;

	(void)state;
	for (int i = 0; i < 3; i++) {
		static const char *const texts[] = { NULL, "", "# nothing\n" };

		assert_int_equal(tkt_config_parse(&c, texts[i], texts[i] ? strlen(texts[i]) : 0, NULL), 0);
		assert_null(c.project);
		assert_string_equal(c.prefix, "TKT");
		assert_int_equal(c.boards.n, 1);
		assert_int_equal(c.boards.items[0].columns.n, 3);
		assert_string_equal(tkt_board_column(tkt_config_board(&c, NULL), "pending")->name, "Pending");
		assert_true(c.boards.items[0].allow_reopen);
		assert_false(c.boards.items[0].human_review);
		assert_true(tkt_board_kind_ok(&c.boards.items[0], "anything"));
		assert_false(tkt_board_kind_ok(&c.boards.items[0], NULL));
		assert_null(tkt_config_board(&c, "x"));
		tkt_ticket_init(&t);
		t.status = TKT_CLOSED;
		assert_string_equal(tkt_board_column_of(&c.boards.items[0], &t)->id, "closed");
		tkt_config_release(&c);
	}
	tkt_config_release(NULL);
}

static void the_example_is_read_whole(void **state)
{
	struct tkt_config c;
	const struct tkt_board *b;
	struct tkt_ticket t;

	(void)state;
	assert_int_equal(tkt_config_parse(&c, example, strlen(example), NULL), 0);
	b = tkt_config_board(&c, NULL);
	assert_string_equal(c.project, "example");
	assert_string_equal(b->name, "Development");
	assert_string_equal(b->initial, "backlog");
	assert_int_equal(b->columns.n, 3);
	assert_int_equal(tkt_board_column(b, "building")->wip_limit, 3);
	assert_string_equal(tkt_board_column(b, "backlog")->color, "#9ca3af");
	assert_int_equal(tkt_board_column(b, "done")->status, TKT_CLOSED);
	assert_int_equal(b->transitions.n, 2);
	assert_string_equal(b->transitions.items[1].to.items[1], "done");
	assert_true(tkt_board_kind_ok(b, "bug") && tkt_board_kind_ok(b, "component") && !tkt_board_kind_ok(b, "task"));
	assert_true(b->require_comment_on_move && !b->allow_reopen);
	assert_string_equal(tkt_config_board(&c, "review")->columns.items[0].name, "in");
	assert_int_equal(tkt_config_board(&c, "plain")->columns.n, 3);
	tkt_ticket_init(&t);
	t.column = tkt_strdup("building");
	assert_string_equal(tkt_board_column_of(b, &t)->id, "building");
	t.status = TKT_CLOSED;
	assert_string_equal(tkt_board_column_of(b, &t)->id, "done");
	t.status = TKT_PENDING;
	assert_null(tkt_board_column_of(b, &t));
	tkt_ticket_release(&t);
	tkt_config_release(&c);
}

static void mistakes_are_told_with_their_line(void **state)
{
	(void)state;
	bad("- a\n", 1, "map");
	bad("a: 1\na: 2\n", 2, "twice");
	bad("a: 1\n<<<<<<< HEAD\n", 2, "conflict");
	bad("prefix: 1x\n", 1, "prefix");
	bad("prefix: \"\"\n", 1, "prefix");
	bad("project: [a]\n", 1, "'project' must be a single value");
	bad("board: x\n", 1, "'board' must be a map");
	bad("board:\n  columns: {a: b}\n", 2, "'columns' must be a list");
	bad("board:\n  columns:\n    - a\n", 3, "column must be a map");
	bad("board:\n  columns:\n    - {status: open}\n", 3, "no id");
	bad("board:\n  columns:\n    - {id: a b, status: open}\n", 3, "one plain word");
	bad("board:\n  columns:\n    - {id: a}\n", 3, "status of column 'a'");
	bad("board:\n  columns:\n    - {id: a,\n       status: done}\n", 4, "status of column 'a'");
	bad("board:\n  columns:\n    - {id: a, status: open}\n    - {id: a, status: open}\n", 4, "appears twice");
	bad("board:\n  columns:\n    - {id: a, status: open, wip_limit: -1}\n", 3, "whole number");
	bad("board:\n  initial: x\n", 2, "column 'x'");
	bad("board:\n  transitions: {open: [x]}\n", 2, "column 'x'");
	bad("board:\n  transitions: {x: [open]}\n", 2, "column 'x'");
	bad("board:\n  settings: {allow_reopen: maybe}\n", 2, "true or false");
	bad("board:\n  kinds: [[a]]\n", 2, "kind must be");
	bad("workflows:\n  w:\n    columns: 3\n", 3, "list");
	bad("a: *b\n", 1, "alias");
}

static void sets(const char *text, const char *path, const char *value, const char *want)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_buf out = TKT_BUF_INIT;

	if (tkt_config_set(&out, text, text ? strlen(text) : 0, path, value, &err) != 0)
		fail_msg("%s: %s", path, err.message);
	assert_string_equal(out.ptr, want);
	tkt_buf_release(&out);
}

static void a_value_is_replaced_where_it_stands(void **state)
{
	(void)state;
	sets("a: 1\nproject: x   # c\nb: 2\n", "project", "y z", "a: 1\nproject: y z   # c\nb: 2\n");
	sets("project: 'x'\n", "project", "x", "project: 'x'\n");
	sets("project:\nb: 2\n", "project", "#1", "project: \"#1\"\nb: 2\n");
	sets("project: ~ # c\r\n", "project", "x", "project: x # c\r\n");
	sets("b: |\n  text\n  more\n\nproject: x\n", "b", "y", "b: y\n\nproject: x\n");
	sets("board: {columns: [{id: a, status: open, wip_limit: 3}]}\n", "board.columns.a.wip_limit", "12",
	     "board: {columns: [{id: a, status: open, wip_limit: 12}]}\n");
	sets("board:\n  columns:\n    - id: \xC3\xA9\n      status: open\n    - {id: b, status: open, name: \"\xF0\x9F\x93\xA6\", color: x}\n",
	     "board.columns.1.color", "#fff",
	     "board:\n  columns:\n    - id: \xC3\xA9\n      status: open\n    - {id: b, status: open, name: \"\xF0\x9F\x93\xA6\", color: \"#fff\"}\n");
	sets("x: {a: b, c: d}\n", "x.a", "e, f", "x: {a: \"e, f\", c: d}\n");
}

static void a_missing_value_is_added_where_it_belongs(void **state)
{
	(void)state;
	sets(NULL, "prefix", "ABC", "prefix: ABC\n");
	sets("# only this", "prefix", "ABC", "# only this\nprefix: ABC\n");
	sets("a: 1", "board.settings.allow_reopen", "false", "a: 1\nboard:\n  settings:\n    allow_reopen: false\n");
	sets("board:\n  name: x # c\n\n# end\nz: 1\n", "board.settings.track_time", "true",
	     "board:\n  name: x # c\n  settings:\n    track_time: true\n\n# end\nz: 1\n");
	sets("board:\n  settings: {allow_reopen: true}   # c\n", "board.settings.track_time", "true",
	     "board:\n  settings: {allow_reopen: true, track_time: true}   # c\n");
	sets("workflows: {}  # c\n", "workflows.w.settings.track_time", "true",
	     "workflows: {w: {settings: {track_time: true}}}  # c\n");
	sets("board:   # c\nz: 1\n", "board.name", "n", "board: {name: n}   # c\nz: 1\n");
	sets("board:\n  columns:\n    - id: a\n      status: open\n    - {id: b, status: open}\n", "board.columns.a.wip_limit", "2",
	     "board:\n  columns:\n    - id: a\n      status: open\n      wip_limit: 2\n    - {id: b, status: open}\n");
	sets("board:\n  columns:\n    - id: a\n      status: open\n    - {id: b, status: open}\n", "board.columns.b.wip_limit", "2",
	     "board:\n  columns:\n    - id: a\n      status: open\n    - {id: b, status: open, wip_limit: 2}\n");
	sets("a: 1\n...\n", "prefix", "ABC", "a: 1\nprefix: ABC\n...\n");
	sets("a: 1\r\n", "prefix", "ABC", "a: 1\r\nprefix: ABC\r\n");
	sets("\xEF\xBB\xBF" "a: 1\n", "prefix", "ABC", "\xEF\xBB\xBF" "a: 1\nprefix: ABC\n");
}

static void cannot(const char *text, const char *path, const char *value, const char *words)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_buf out = TKT_BUF_INIT;

	if (tkt_config_set(&out, text, strlen(text), path, value, &err) != TKT_EINVALID)
		fail_msg("%s: %s", path, out.ptr);
	if (strstr(err.message, words) == NULL)
		fail_msg("'%s' is not in '%s'", words, err.message);
	assert_int_equal(out.len, 0);
	tkt_error_release(&err);
	tkt_buf_release(&out);
}

static void what_is_not_legal_is_not_set(void **state)
{
	(void)state;
	cannot(example, "board.settings.allow_reopen", "maybe", "true or false");
	cannot(example, "board.columns.done.status", "finished", "must be open");
	cannot(example, "board.columns.nope.name", "x", "there is no 'nope'");
	cannot(example, "board.columns", "x", "is a list");
	cannot(example, "board", "x", "is a map");
	cannot(example, "board.name.x", "y", "there is no 'x'");
	cannot(example, "prefix", "a b", "prefix");
	cannot(example, "project", "a\nb", "line break");
	cannot(example, "project", "\xFF", "UTF-8");
	cannot(example, "search.embedding.provider", "magic", "must be builtin, off");
	cannot(example, "search.embedding.dimensions", "many", "whole number");
	cannot(example, "search.duplicates", "always", "ask, warn, refuse or off");
	cannot(example, "", "x", "no path");
	cannot(example, "a..b", "x", "no path");
	cannot(example, "a.b:", "x", "no path");
	cannot("a: [\n", "prefix", "A", "not valid YAML");
}

static void every_scalar_of_the_example_can_be_set_and_read(void **state)
{
	static const char *const paths[] = {
		"project", "prefix", "board.name", "board.columns.0.name", "board.columns.done.name", "board.columns.done.color",
		"board.kinds.component.icon", "board.kinds.0.name", "workflows.review.name", "workflows.plain.name",
		"search.embedding.model", "new", "deep.er.still", "board.transitions.backlog.0",
	};

	(void)state;
	for (size_t i = 0; i < TKT_LEN(paths); i++) {
		struct tkt_buf out = TKT_BUF_INIT, again = TKT_BUF_INIT;
		struct tkt_config c;
		const char *value = strstr(paths[i], "transitions") ? "done" : "Xy";
		char *got;

		assert_int_equal(tkt_config_set(&out, example, strlen(example), paths[i], value, NULL), 0);
		assert_int_equal(tkt_config_parse(&c, out.ptr, out.len, NULL), 0);
		got = tkt_config_get(&c, paths[i]);
		assert_string_equal(got, value);
		assert_int_equal(tkt_config_set(&again, out.ptr, out.len, paths[i], value, NULL), 0);
		assert_string_equal(again.ptr, out.ptr);
		free(got);
		tkt_config_release(&c);
		tkt_buf_release(&out);
		tkt_buf_release(&again);
	}
}

static void asks(const struct tkt_config *c, const char *path, const char *want)
{
	char *got = tkt_config_get(c, path);

	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(got, want);
	free(got);
}

static void defaults_answer_too(void **state)
{
	struct tkt_config c;

	(void)state;
	assert_int_equal(tkt_config_parse(&c, NULL, 0, NULL), 0);
	asks(&c, "prefix", "TKT");
	asks(&c, "project", NULL);
	asks(&c, "board.settings.allow_reopen", "true");
	asks(&c, "board.settings.nope", NULL);
	asks(&c, "board.columns.open.wip_limit", "0");
	asks(&c, "board.columns.open.status", "open");
	asks(&c, "board", NULL);
	asks(&c, "..", NULL);
	tkt_config_release(&c);
	assert_int_equal(tkt_config_parse(&c, example, strlen(example), NULL), 0);
	asks(&c, "board.settings.allow_reopen", "false");
	asks(&c, "board.settings.track_time", "false");
	asks(&c, "workflows.review.settings.allow_reopen", "true");
	asks(&c, "workflows.nope.settings.allow_reopen", NULL);
	asks(&c, "board.columns.1.wip_limit", "3");
	asks(&c, "board.columns", NULL);
	tkt_config_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_file_there_are_three_columns),
		cmocka_unit_test(the_example_is_read_whole),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(a_value_is_replaced_where_it_stands),
		cmocka_unit_test(a_missing_value_is_added_where_it_belongs),
		cmocka_unit_test(what_is_not_legal_is_not_set),
		cmocka_unit_test(every_scalar_of_the_example_can_be_set_and_read),
		cmocka_unit_test(defaults_answer_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
