/* index/rows: a ticket into rows and out again. */
#include "index/rows.h"

#include <string.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "text/ref.h"

static const char *const drops[] = {
	"delete from ticket where n = ?",
	"delete from word where n = ?",
	"delete from event where n = ?",
	"delete from problem where n = ?",
	"delete from sweep where n = ?",
};

#define FIELD_TABLES 4 /* of drops: all but sweep */

int tkt_rows_open(struct tkt_rows *r, struct tkt_index *x, struct tkt_error *err)
{
	const struct {
		sqlite3_stmt **out;
		const char *sql;
	} all[] = {
		{ &r->ticket, "insert into ticket values(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
			      "?,?,?,?,?,?)" },
		{ &r->name, "insert into ticket(n, id, hex, status) values(?,?,?,?)" },
		{ &r->word, "insert into word values(?,?,?)" },
		{ &r->event, "insert into event values(?,?,?,?)" },
		{ &r->sweep, "insert or replace into sweep values(?,?,?,?,?,?,?)" },
		{ &r->digest, "select digest from ticket where n = ?" },
		{ &r->drop[0], drops[0] },
		{ &r->drop[1], drops[1] },
		{ &r->drop[2], drops[2] },
		{ &r->drop[3], drops[3] },
		{ &r->drop[4], drops[4] },
		{ &r->problem, "insert into problem values(?,?,?,?,?)" },
	};
	int rc = 0;

	memset(r, 0, sizeof *r);
	r->x = x;
	for (size_t i = 0; !rc && i < TKT_LEN(all); i++)
		rc = tkt_index_prepare(x, all[i].sql, all[i].out, err);
	if (!rc && (!tkt_index_meta(x, "next", &r->next) || !tkt_index_meta(x, "dead", &r->dead)))
		rc = tkt_index_sqlite_error(x, SQLITE_ERROR, "read", err);
	return rc;
}

int tkt_rows_close(struct tkt_rows *r, bool good, struct tkt_error *err)
{
	sqlite3_stmt *all[] = { r->ticket, r->name,    r->word,    r->event,   r->sweep,
				r->digest, r->drop[0], r->drop[1], r->drop[2], r->drop[3],
				r->drop[4], r->problem };
	int rc = 0;

	for (size_t i = 0; i < TKT_LEN(all); i++)
		sqlite3_finalize(all[i]);
	sqlite3_finalize(r->x->add_text);
	r->x->add_text = NULL;
	if (good)
		rc = tkt_index_meta_set(r->x, "next", r->next, err);
	if (good && !rc)
		rc = tkt_index_meta_set(r->x, "dead", r->dead, err);
	return rc;
}

static int run(struct tkt_rows *r, sqlite3_stmt *q, struct tkt_error *err)
{
	int rc = 0;

	if (sqlite3_step(q) != SQLITE_DONE)
		rc = tkt_index_sqlite_error(r->x, SQLITE_ERROR, "change", err);
	sqlite3_reset(q);
	return rc;
}

static void bind_text(sqlite3_stmt *q, int at, const char *text)
{
	if (text)
		sqlite3_bind_text(q, at, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(q, at);
}

int tkt_rows_name(struct tkt_rows *r, int64_t n, const char *id, int status, struct tkt_error *err)
{
	char hex[41];

	tkt_id_hex(id, hex);
	sqlite3_bind_int64(r->name, 1, n);
	sqlite3_bind_text(r->name, 2, id, -1, SQLITE_STATIC);
	sqlite3_bind_text(r->name, 3, hex, 40, SQLITE_STATIC);
	if (status < 0)
		sqlite3_bind_null(r->name, 4);
	else
		sqlite3_bind_int(r->name, 4, status);
	return run(r, r->name, err);
}

/* For whoever asks in SQL; tkt_index_problems looks at the ticket itself. */
int tkt_rows_problem(struct tkt_rows *r, int64_t n, const struct tkt_error *e, struct tkt_error *err)
{
	sqlite3_bind_int64(r->problem, 1, n);
	sqlite3_bind_int(r->problem, 2, e->code);
	bind_text(r->problem, 3, e->message);
	bind_text(r->problem, 4, e->file);
	sqlite3_bind_int64(r->problem, 5, (int64_t)e->line);
	return run(r, r->problem, err);
}

/* --- fields --- */

static void bind_date(sqlite3_stmt *q, int at, const char *text)
{
	tkt_time t;

	if (text && tkt_date_parse(text, strlen(text), &t))
		sqlite3_bind_int64(q, at, t);
	else
		sqlite3_bind_null(q, at);
}

static bool has_context(const struct tkt_node *c)
{
	return c && !tkt_node_is_null(c) && (c->kind == TKT_NODE_SCALAR || c->n > 0);
}

static const char *board_column(const struct tkt_config *config, const struct tkt_ticket *t)
{
	const struct tkt_board *b = config ? tkt_config_board(config, t->workflow) : NULL;
	const struct tkt_column *c = b ? tkt_board_column_of(b, t) : NULL;

	return c ? c->id : NULL;
}

static int insert_ticket(struct tkt_rows *r, int64_t n, const struct tkt_record *record,
			 const struct tkt_digest *digest, struct tkt_error *err)
{
	const struct tkt_ticket *t = &record->ticket;
	const char *const texts[] = {
		t->slug, t->title, t->kind, t->priority, t->assignee, t->legacy_ticket, t->column,
		board_column(r->x->config, t), t->workflow, t->created_by, t->parent, t->readiness,
		t->needs_preflight, t->action_required, t->scope, t->estimate, t->due, t->started_at,
		t->completed_at, t->created_at, t->updated_at, t->number, t->fingerprint,
	};
	const char *const dates[] = { t->created_at, t->updated_at, t->started_at, t->completed_at, t->due };
	sqlite3_stmt *q = r->ticket;
	char hex[41];
	int at = 0;

	tkt_id_hex(record->id, hex);
	sqlite3_bind_int64(q, ++at, n);
	sqlite3_bind_text(q, ++at, record->id, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, ++at, hex, 40, SQLITE_STATIC);
	sqlite3_bind_int(q, ++at, (int)record->status);
	for (size_t i = 0; i < TKT_LEN(texts); i++)
		bind_text(q, ++at, texts[i]);
	sqlite3_bind_int(q, ++at, tkt_priority_rank(t->priority));
	for (size_t i = 0; i < TKT_LEN(dates); i++)
		bind_date(q, ++at, dates[i]);
	sqlite3_bind_int(q, ++at, has_context(t->context));
	sqlite3_bind_blob(q, ++at, digest, sizeof *digest, SQLITE_STATIC);
	bind_text(q, ++at, t->id);
	return run(r, q, err);
}

static int insert_word(struct tkt_rows *r, int64_t n, const char *field, struct tkt_str value,
		       struct tkt_error *err)
{
	sqlite3_bind_int64(r->word, 1, n);
	sqlite3_bind_text(r->word, 2, field, -1, SQLITE_STATIC);
	sqlite3_bind_text(r->word, 3, value.ptr, (int)value.len, SQLITE_STATIC);
	return run(r, r->word, err);
}

/* Every text in a tree, keys too: as text/match looks at it. */
static int insert_leaves(struct tkt_rows *r, int64_t n, const struct tkt_node *node, struct tkt_error *err)
{
	int rc = 0;

	if (node->text)
		rc = insert_word(r, n, "context", (struct tkt_str){ node->text, node->len }, err);
	for (size_t i = 0; !rc && i < node->n * (node->kind == TKT_NODE_MAP ? 2 : 1); i++)
		rc = insert_leaves(r, n, &node->items[i], err);
	return rc;
}

static int insert_words(struct tkt_rows *r, int64_t n, const struct tkt_ticket *t, struct tkt_error *err)
{
	size_t count;
	const struct tkt_field *fields = tkt_fields(&count);
	int rc = 0;

	for (size_t i = 0; !rc && i < count; i++) {
		const struct tkt_strv *list = tkt_field_list(t, &fields[i]);

		for (size_t j = 0; !rc && list && j < list->n; j++)
			rc = insert_word(r, n, fields[i].name, tkt_str_of(list->items[j]), err);
	}
	if (!rc && t->context)
		rc = insert_leaves(r, n, t->context, err);
	return rc;
}

int tkt_rows_fields(struct tkt_rows *r, int64_t n, const struct tkt_record *record,
		    const struct tkt_digest *digest, struct tkt_error *err)
{
	int rc = insert_ticket(r, n, record, digest, err);

	if (!rc)
		rc = insert_words(r, n, &record->ticket, err);
	for (size_t i = 0; !rc && i < record->thread.n; i++) {
		const struct tkt_event *e = &record->thread.items[i];

		sqlite3_bind_int64(r->event, 1, n);
		bind_text(r->event, 2, e->at);
		bind_text(r->event, 3, e->kind);
		bind_text(r->event, 4, e->author);
		rc = run(r, r->event, err);
	}
	return rc;
}

int tkt_rows_sweep(struct tkt_rows *r, const struct tkt_index_entry *e, struct tkt_error *err)
{
	sqlite3_bind_int64(r->sweep, 1, e->n);
	sqlite3_bind_int64(r->sweep, 2, (int64_t)e->id_hash);
	sqlite3_bind_int64(r->sweep, 3, (int64_t)e->print);
	sqlite3_bind_int64(r->sweep, 4, (int64_t)e->print_text);
	sqlite3_bind_int(r->sweep, 5, e->status);
	sqlite3_bind_int(r->sweep, 6, e->level);
	sqlite3_bind_int(r->sweep, 7, e->flags);
	return run(r, r->sweep, err);
}

int tkt_rows_drop_fields(struct tkt_rows *r, int64_t n, struct tkt_error *err)
{
	int rc = 0;

	for (int i = 0; !rc && i < FIELD_TABLES; i++) {
		sqlite3_bind_int64(r->drop[i], 1, n);
		rc = run(r, r->drop[i], err);
	}
	return rc;
}

int tkt_rows_drop(struct tkt_rows *r, const struct tkt_index_entry *e, struct tkt_error *err)
{
	int rc = tkt_rows_drop_fields(r, e->n, err);

	if (!rc) {
		sqlite3_bind_int64(r->drop[FIELD_TABLES], 1, e->n);
		rc = run(r, r->drop[FIELD_TABLES], err);
	}
	if (e->level >= TKT_INDEX_TEXT) {
		r->dead++;
		if (!rc)
			rc = tkt_semantic_drop(r->x, e->n, err);
	}
	return rc;
}

bool tkt_rows_digest(struct tkt_rows *r, int64_t n, struct tkt_digest *out)
{
	bool there;

	sqlite3_bind_int64(r->digest, 1, n);
	there = sqlite3_step(r->digest) == SQLITE_ROW &&
		sqlite3_column_bytes(r->digest, 0) == (int)sizeof *out;
	if (there)
		memcpy(out, sqlite3_column_blob(r->digest, 0), sizeof *out);
	sqlite3_reset(r->digest);
	return there;
}

/* --- columns --- */

uint64_t tkt_rows_config(const struct tkt_config *config)
{
	struct tkt_buf text = TKT_BUF_INIT;
	uint64_t print;

	for (size_t i = 0; config && i < config->boards.n; i++) {
		const struct tkt_board *b = &config->boards.items[i];

		tkt_buf_printf(&text, "%s\n", b->id ? b->id : "");
		for (size_t j = 0; j < b->columns.n; j++)
			tkt_buf_printf(&text, "\t%d %s\n", (int)b->columns.items[j].status,
				       b->columns.items[j].id);
	}
	print = tkt_fnv1a(text.ptr, text.len);
	tkt_buf_release(&text);
	return print;
}

static char *column_text(sqlite3_stmt *q, int at)
{
	return (char *)(uintptr_t)sqlite3_column_text(q, at);
}

int tkt_rows_columns(struct tkt_index *x, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL, *set = NULL;
	int rc, step = SQLITE_DONE;

	rc = tkt_index_prepare(x, "select n, status, col, workflow, board_col from ticket where status >= 0", &q, err);
	if (!rc)
		rc = tkt_index_prepare(x, "update ticket set board_col = ? where n = ?", &set, err);
	while (!rc && (step = sqlite3_step(q)) == SQLITE_ROW) {
		struct tkt_ticket t = { .status = (enum tkt_status)sqlite3_column_int(q, 1) };
		const char *was = column_text(q, 4), *is;

		t.column = column_text(q, 2);
		t.workflow = column_text(q, 3);
		is = board_column(x->config, &t);
		if (is == was || (is && was && strcmp(is, was) == 0))
			continue;
		bind_text(set, 1, is);
		sqlite3_bind_int64(set, 2, sqlite3_column_int64(q, 0));
		if (sqlite3_step(set) != SQLITE_DONE)
			rc = tkt_index_sqlite_error(x, SQLITE_ERROR, "change", err);
		sqlite3_reset(set);
	}
	if (!rc && step != SQLITE_DONE)
		rc = tkt_index_sqlite_error(x, step, "read", err);
	sqlite3_finalize(q);
	sqlite3_finalize(set);
	return rc;
}
