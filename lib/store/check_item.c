/* store/check_item: item.md as a whole: its frontmatter, the fields that must be there, and
 * those that must fit each other. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_int.h"

#define FIELDS_MAX 48

/* One item.md under examination. */
struct item {
	struct tkt_check *c;
	struct tkt_check_ticket *t;
	struct tkt_fm fm;
	const struct tkt_field *table;
	size_t n;                                  /* rows of the table */
	struct tkt_check_field fields[FIELDS_MAX]; /* by row; entry NULL = not there */
};

#define FIND(code, line, fix, ...) \
	tkt_findings_add(it->c->out, code, it->t->id, tkt_check_path(it->c, "item.md"), line, fix, __VA_ARGS__)

/* The row of a key; keys mostly stand in the order of the table, so the search begins at *next. */
static size_t row_of(const struct item *it, struct tkt_str key, size_t *next)
{
	for (size_t i = 0; i < it->n; i++) {
		size_t k = (*next + i) % it->n;

		if (tkt_str_eq(key, it->table[k].name)) {
			*next = k + 1;
			return k;
		}
	}
	return it->n;
}

/* A field of the table by name; NULL when the file has none. */
static const struct tkt_check_field *field(const struct item *it, const char *name)
{
	for (size_t i = 0; i < it->n; i++)
		if (strcmp(it->table[i].name, name) == 0)
			return it->fields[i].entry ? &it->fields[i] : NULL;
	return NULL;
}

static const char *text_of(const struct tkt_check_field *f)
{
	return f && f->text && f->text[0] ? f->text : NULL;
}

/* What tkt_fm_parse refuses, under the code that says which. */
static void report_refused(struct tkt_check *c, const struct tkt_check_ticket *t, struct tkt_str text,
			   const struct tkt_error *why)
{
	const char *path = tkt_check_path(c, "item.md");
	size_t bom = text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	struct tkt_str line = { "", 0 };
	size_t pos = bom;

	tkt_str_line(text, &pos, &line);
	if (!tkt_str_eq(tkt_str_trim(line), "---"))
		tkt_findings_add(c->out, "T020", t->id, path, 1, "begin the file with a line of --- and the fields",
				 "item.md does not begin with a line of ---");
	else if (why->line > 1) /* half of a conflict: one marker without the others */
		tkt_findings_add(c->out, "T022", t->id, path, why->line,
				 "resolve the conflict: keep what belongs there of both sides, then git add", "%s",
				 why->message);
	else
		tkt_findings_add(c->out, "T021", t->id, path, 1,
				 "close the fields with a line of --- before the body", "%s", why->message);
}

static bool blank_or_comment(struct tkt_str line)
{
	line = tkt_str_trim(line);
	return line.len == 0 || line.ptr[0] == '#';
}

/* Lines between the entries that belong to none. */
static void check_gap(struct item *it, size_t from, size_t to, size_t no)
{
	struct tkt_str gap = { it->fm.text.ptr + from, to > from ? to - from : 0 }, line;
	size_t pos = 0;

	while (tkt_str_line(gap, &pos, &line)) {
		if (!blank_or_comment(line)) {
			line = tkt_str_trim(line);
			FIND("T039", no, "make it 'key: value', or move it below the closing ---",
			     "not a 'key: value' line: '%.*s'", (int)(line.len > 60 ? 60 : line.len), line.ptr);
		}
		no++;
	}
}

static void check_stray_lines(struct item *it)
{
	struct tkt_str opener;
	size_t pos = 0, no = 2;

	tkt_str_line(it->fm.text, &pos, &opener);
	for (size_t i = 0; i < it->fm.n; i++) {
		const struct tkt_fm_entry *e = &it->fm.items[i];

		if (e->start > pos)
			check_gap(it, pos, e->start, no);
		no = e->line + tkt_check_line((struct tkt_str){ it->fm.text.ptr + e->start, e->end - e->start },
					      e->end - e->start) - 1;
		pos = e->end;
	}
	check_gap(it, pos, it->fm.close, no);
}

static void check_entries(struct item *it)
{
	size_t next = 0;

	for (size_t i = 0; i < it->fm.n; i++) {
		const struct tkt_fm_entry *e = &it->fm.items[i];
		size_t row = row_of(it, e->key, &next);

		if (e->duplicate) {
			FIND("T035", e->line, "keep one of the two lines",
			     "'%.*s' stands there twice; the first counts", (int)e->key.len, e->key.ptr);
		} else if (row == it->n) {
			tkt_check_extra(it->c, it->t, e);
		} else {
			it->fields[row].field = &it->table[row];
			it->fields[row].entry = e;
			tkt_check_value(it->c, it->t, &it->fields[row]);
		}
	}
}

static void check_required(struct item *it)
{
	for (size_t i = 0; i < it->n; i++) {
		const struct tkt_check_field *f = &it->fields[i];
		const char *name = it->table[i].name;

		if (!it->table[i].required)
			continue;
		if (!f->entry)
			FIND("T030", it->fm.body_line - 1, "add the line to the frontmatter",
			     "required field '%s' is missing", name);
		else if (it->table[i].type == TKT_FIELD_STRING && !text_of(f) && strcmp(name, "assignee") != 0 &&
			 strcmp(name, "legacy_ticket") != 0)
			FIND("T030", f->entry->line, "give it a value", "required field '%s' is empty", name);
	}
}

static void check_times(struct item *it)
{
	const struct tkt_check_field *updated = field(it, "updated_at");
	const char *from = text_of(field(it, "created_at")), *to = text_of(updated);
	tkt_time a, b;

	if (from && to && tkt_time_parse(from, strlen(from), &a) && tkt_time_parse(to, strlen(to), &b) && b < a)
		FIND("T041", updated->entry->line, "one of the two times is wrong; git log tells which",
		     "updated_at %s is before created_at %s", to, from);
}

/* Words that config.yml knows or does not. */
static void check_board(struct item *it)
{
	const struct tkt_config *config = it->c->config;
	const struct tkt_check_field *workflow = field(it, "workflow"), *column = field(it, "column"),
				     *kind = field(it, "kind");
	const struct tkt_board *board = tkt_config_board(config, text_of(workflow));
	const struct tkt_column *col;

	if (!board) {
		FIND("T046", workflow->entry->line, "name a workflow of config.yml, or add it there",
		     "config.yml has no workflow '%s'", workflow->text);
		board = &config->boards.items[0];
	} else if (text_of(column)) {
		col = tkt_board_column(board, column->text);
		if (!col)
			FIND("T044", column->entry->line, "name a column of the board, or add it to config.yml",
			     "the board has no column '%s'", column->text);
		else if (col->status != it->t->status)
			FIND("T045", column->entry->line,
			     "name a column of this status; until then the first one counts",
			     "column '%s' is one of status %s, the ticket is %s", column->text,
			     tkt_status_name(col->status), tkt_status_name(it->t->status));
	}
	if (text_of(kind) && !tkt_board_kind_ok(board, kind->text))
		FIND("T042", kind->entry->line, "use a kind of config.yml, or add this one there",
		     "config.yml does not list the kind '%s'", kind->text);
}

void tkt_check_item(struct tkt_check *c, struct tkt_check_ticket *t, struct tkt_str text, bool utf8)
{
	struct tkt_error why = TKT_ERROR_INIT;
	struct item item = { .c = c, .t = t }, *it = &item;

	item.table = tkt_fields(&item.n);
	assert(item.n <= FIELDS_MAX);
	if (tkt_fm_parse(&item.fm, text.ptr, text.len, &why) != 0) {
		report_refused(c, t, text, &why);
		goto out;
	}
	if (!utf8 && !tkt_utf8_valid(text.ptr, item.fm.close, NULL))
		goto out;
	check_stray_lines(it);
	check_entries(it);
	check_required(it);
	check_times(it);
	check_board(it);
out:
	for (size_t i = 0; i < item.n; i++)
		free(item.fields[i].text);
	tkt_fm_release(&item.fm);
	tkt_error_release(&why);
}
