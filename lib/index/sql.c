/* index/sql: a query tree as bound SQL.
 *
 * What a value of a field must be like is decided by text/match itself: its functions are called from SQL,
 * with the node of the tree bound as a pointer. Here stands only where the values of a field are. Text
 * cannot be decided from words: a node that asks for it is NULL, and SQL's three-valued logic does the rest. */
#include "index/sql.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/index_int.h"
#include "index/sql_int.h"

/* More than this is left to tkt_match. SQLite's own limits are far above (its parser: 100 levels of its
 * stack, a few of them a level here; 32766 values). */
#define NODES_MAX 400
#define DEPTH_MAX 24

struct compiler {
	struct tkt_buf sql;
	struct { struct tkt_query *items; size_t n, cap; } nodes; /* to be bound as ?1, ?2 ...; shallow copies */
	size_t depth;
	bool text;    /* something could not be decided */
	bool too_big;
};

/* As the store has it: what lies in two directories has no status here, and blocks nobody. */
_Static_assert(TKT_OPEN == 0 && TKT_CLOSED == 2, "they stand in SQL below");
#define BLOCKED \
	"t.n IN (SELECT w.n FROM word w JOIN ticket b ON b.id = w.value WHERE w.field = 'blocked_by' AND " \
	"b.status <> 2)"
#define COLUMN "tkt_column(t.workflow, t.col, t.status)"

/* The number to bind a node by. */
static size_t bind(struct compiler *c, const struct tkt_query *q)
{
	TKT_GROW(&c->nodes);
	c->nodes.items[c->nodes.n++] = *q;
	if (c->nodes.n > NODES_MAX)
		c->too_big = true;
	return c->nodes.n;
}

static enum tkt_field_type type_of(const char *field)
{
	const struct tkt_field *f = tkt_field_find(field);

	return f ? f->type : TKT_FIELD_STRING;
}

/* Where a string field stands. Names come from the tables of text/, never from the query. */
static void add_column(struct compiler *c, const char *field)
{
	if (strcmp(field, "column") == 0)
		tkt_buf_puts(&c->sql, COLUMN);
	else
		tkt_buf_printf(&c->sql, "t.%s", strcmp(field, "key") == 0 ? "id" : field);
}

static void add_text(struct compiler *c, const struct tkt_query *q)
{
	struct tkt_query part = *q;
	size_t i;

	c->text = true;
	if (q->kind == TKT_Q_FIELD) {
		tkt_buf_puts(&c->sql, "NULL");
		return;
	}
	part.kind = TKT_Q_FIELD; /* a bare word is looked for in these, too */
	part.type = TKT_Q_SUBSTRING;
	part.field = "title";
	i = bind(c, &part);
	tkt_buf_printf(&c->sql,
		       "CASE WHEN tkt_match(t.title, ?%zu) OR tkt_match(t.id, ?%zu) OR t.n IN (SELECT n FROM word "
		       "WHERE field = 'labels' AND tkt_match(value, ?%zu)) THEN 1 END",
		       i, i, i);
}

static void add_value(struct compiler *c, const struct tkt_query *q)
{
	size_t i = bind(c, q);

	if (type_of(q->field) != TKT_FIELD_STRING) {
		tkt_buf_printf(&c->sql, "t.n IN (SELECT n FROM word WHERE field = '%s' AND tkt_match(value, ?%zu))",
			       q->field, i);
	} else if (strcmp(q->field, "author") == 0) {
		tkt_buf_printf(&c->sql, "(tkt_match(t.created_by, ?%zu) OR t.n IN (SELECT n FROM event WHERE "
					"tkt_match(author, ?%zu)))", i, i);
	} else if (strcmp(q->field, "id") == 0) {
		tkt_buf_printf(&c->sql, "(tkt_match(t.id, ?%zu) OR tkt_named(t.slug, ?%zu))", i, i);
	} else {
		tkt_buf_puts(&c->sql, "tkt_match(");
		add_column(c, q->field);
		tkt_buf_printf(&c->sql, ", ?%zu)", i);
	}
}

static void add_status(struct compiler *c, const char *word)
{
	enum tkt_status status;

	if (strcmp(word, "all") == 0)
		tkt_buf_puts(&c->sql, "1");
	else if (strcmp(word, "blocked") == 0)
		tkt_buf_puts(&c->sql, BLOCKED);
	else if (strcmp(word, "unblocked") == 0)
		tkt_buf_puts(&c->sql, "NOT " BLOCKED);
	else if (strcmp(word, "ready") == 0)
		tkt_buf_puts(&c->sql, "(t.status = 0 AND NOT " BLOCKED ")");
	else if (strcmp(word, "assigned") == 0)
		tkt_buf_puts(&c->sql, "tkt_present(t.assignee)");
	else if (strcmp(word, "unassigned") == 0)
		tkt_buf_puts(&c->sql, "NOT tkt_present(t.assignee)");
	else if (tkt_status_find(word, &status))
		tkt_buf_printf(&c->sql, "t.status = %d", (int)status);
	else
		tkt_buf_puts(&c->sql, "0");
}

static void add_presence(struct compiler *c, const char *field, bool has)
{
	tkt_buf_puts(&c->sql, has ? "" : "NOT ");
	if (strcmp(field, "status") == 0) {
		tkt_buf_puts(&c->sql, "1");
	} else if (strcmp(field, "context") == 0) {
		tkt_buf_puts(&c->sql, "coalesce(t.has_context, 0)");
	} else if (type_of(field) == TKT_FIELD_LIST) {
		tkt_buf_printf(&c->sql, "t.n IN (SELECT n FROM word WHERE field = '%s')", field);
	} else {
		tkt_buf_puts(&c->sql, "tkt_present(");
		add_column(c, field);
		tkt_buf_putc(&c->sql, ')');
	}
}

static void add_bool(struct compiler *c, const char *field, bool yes)
{
	tkt_buf_puts(&c->sql, yes ? "" : "NOT ");
	if (strcmp(field, "blocked") == 0)
		tkt_buf_puts(&c->sql, BLOCKED);
	else
		tkt_buf_printf(&c->sql, "tkt_true(t.%s)", field);
}

/* Words and names of fields: a few different ones, however often they are said. */
static void add_words(struct compiler *c, const struct tkt_query *q)
{
	struct tkt_strv said = TKT_STRV_INIT;

	tkt_buf_putc(&c->sql, '(');
	for (size_t i = 0; i < q->values.n; i++) {
		const char *word = q->values.items[i];

		if (tkt_strv_has(&said, word))
			continue;
		tkt_buf_puts(&c->sql, said.n ? " OR " : "");
		tkt_strv_push(&said, word);
		if (q->type == TKT_Q_STATUS)
			add_status(c, word);
		else if (q->type == TKT_Q_BOOL)
			add_bool(c, q->field, strcmp(word, "yes") == 0);
		else
			add_presence(c, word, strcmp(q->field, "has") == 0);
	}
	tkt_buf_puts(&c->sql, said.n ? ")" : "0)");
	tkt_strv_release(&said);
}

static void add_node(struct compiler *c, const struct tkt_query *q);

/* A chain of many as a balanced tree, so that it stays flat enough for SQLite. */
static void add_chain(struct compiler *c, const struct tkt_query *q, size_t from, size_t to)
{
	size_t middle = from + (to - from) / 2;

	if (to - from == 1) {
		add_node(c, q->items[from]);
		return;
	}
	if (++c->depth > DEPTH_MAX)
		c->too_big = true;
	if (!c->too_big) {
		tkt_buf_putc(&c->sql, '(');
		add_chain(c, q, from, middle);
		tkt_buf_puts(&c->sql, q->kind == TKT_Q_OR ? " OR " : " AND ");
		add_chain(c, q, middle, to);
		tkt_buf_putc(&c->sql, ')');
	}
	c->depth--;
}

static void add_node(struct compiler *c, const struct tkt_query *q)
{
	if (c->nodes.n > NODES_MAX || c->depth > DEPTH_MAX)
		c->too_big = true;
	if (c->too_big)
		return;
	switch (q->kind) {
	case TKT_Q_ALL:
		tkt_buf_puts(&c->sql, "1");
		return;
	case TKT_Q_NOT:
		c->depth++;
		tkt_buf_puts(&c->sql, "NOT (");
		add_node(c, q->items[0]);
		tkt_buf_putc(&c->sql, ')');
		c->depth--;
		return;
	case TKT_Q_TEXT:
		add_text(c, q);
		return;
	case TKT_Q_AND:
	case TKT_Q_OR:
		add_chain(c, q, 0, q->n);
		return;
	case TKT_Q_FIELD:
		break;
	}
	if (q->type == TKT_Q_STATUS || q->type == TKT_Q_BOOL || q->type == TKT_Q_PRESENCE)
		add_words(c, q);
	else if (strcmp(q->field, "text") == 0)
		add_text(c, q);
	else
		add_value(c, q);
}

static int prepare(struct tkt_index *x, struct compiler *c, const struct tkt_query *q, sqlite3_stmt **out,
		   struct tkt_error *err)
{
	int rc;

	tkt_buf_puts(&c->sql, "SELECT t.n FROM ticket t WHERE (");
	add_node(c, q);
	tkt_buf_puts(&c->sql, c->text ? ") IS NOT 0" : ")");
	if (c->too_big)
		rc = tkt_index_prepare(x, "SELECT n FROM ticket", out, err);
	else
		rc = tkt_index_prepare(x, c->sql.ptr, out, err);
	for (size_t i = 0; !rc && !c->too_big && i < c->nodes.n; i++) {
		int code = sqlite3_bind_pointer(*out, (int)i + 1, &c->nodes.items[i], TKT_SQL_NODE, NULL);

		if (code)
			rc = tkt_index_sqlite_error(x, code, "ask", err);
	}
	return rc;
}

int tkt_index_select(struct tkt_index *x, const struct tkt_query *q, struct tkt_index_set *out, bool *exact,
		     struct tkt_error *err)
{
	struct compiler c = { .sql = TKT_BUF_INIT };
	struct tkt_index_set set = { NULL, 0, 0 };
	const struct tkt_index_set *live = tkt_index_live(x);
	sqlite3_stmt *stmt = NULL;
	int code = SQLITE_DONE, rc;

	rc = prepare(x, &c, q, &stmt, err);
	while (!rc && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		int64_t n = sqlite3_column_int64(stmt, 0);

		if (tkt_index_set_has(live, n))
			tkt_index_set_add(&set, n);
	}
	if (!rc && code != SQLITE_DONE)
		rc = tkt_index_sqlite_error(x, code, "ask", err);
	if (!rc) {
		*exact = !c.text && !c.too_big;
		*out = set;
	} else {
		tkt_index_set_release(&set);
	}
	sqlite3_finalize(stmt);
	free(c.nodes.items);
	tkt_buf_release(&c.sql);
	return rc;
}
