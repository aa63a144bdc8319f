/* index/schema: the tables. A change of any of them is another SCHEMA: the index is made anew. */
#include "index/index_int.h"

#define SCHEMA 2
#define APPLICATION 0x746b7469 /* "tkti" */

static const char tables[] =
	"create table meta(key text primary key, value integer) without rowid;"
	"create table ticket(n integer primary key, id text, hex text, status integer, slug text, title text,"
	" kind text, priority text, assignee text, legacy_ticket text, col text, board_col text, workflow text,"
	" created_by text, parent text, readiness text, needs_preflight text, action_required text, scope text,"
	" estimate text, due text, started_at text, completed_at text, created_at text, updated_at text,"
	" number text, fingerprint text, rank integer, created integer, updated integer, started integer,"
	" completed integer, due_time integer, has_context integer, digest blob, item_id text);"
	"create table sweep(n integer primary key, id_hash integer, print integer, print_text integer,"
	" status integer, level integer, flags integer);"
	"create table word(n integer, field text, value text);"
	"create table event(n integer, at text, kind text, author text);"
	"create table problem(n integer, code integer, message text, file text, line integer);"
	"insert into meta values('revision', 0), ('next', 1), ('dead', 0), ('dirs', 0), ('config', 0),"
	" ('reached', 0)";

/* Sorted at once they cost a third of what they cost row by row. */
static const char indexes[] = "create unique index ticket_id on ticket(id);"
			      "create index ticket_hex on ticket(hex);"
			      "create index ticket_tail on ticket(substr(id, 17));" /* the slug in the name */
			      "create index ticket_parent on ticket(parent) where parent is not null;"
			      "create index word_value on word(field, value);"
			      "create index word_n on word(n);"
			      "create index event_n on event(n);"
			      "create index problem_n on problem(n)";

int tkt_schema_create(struct tkt_index *x, struct tkt_error *err)
{
	char *versions = sqlite3_mprintf("pragma application_id = %d; pragma user_version = %d", APPLICATION,
					 SCHEMA);
	int rc = versions ? tkt_index_exec(x, versions, err) :
			    tkt_index_sqlite_error(x, SQLITE_NOMEM, "make", err);

	sqlite3_free(versions);
	if (!rc)
		rc = tkt_index_exec(x, tables, err);
	if (!rc)
		rc = tkt_fulltext_create(x, err);
	if (!rc)
		rc = tkt_semantic_create(x, err);
	if (!rc)
		rc = tkt_links_create(x, err);
	return rc;
}

int tkt_schema_indexes(struct tkt_index *x, struct tkt_error *err)
{
	return tkt_index_exec(x, indexes, err);
}

static int pragma(struct tkt_index *x, const char *sql)
{
	sqlite3_stmt *q = NULL;
	int value = -1;

	if (sqlite3_prepare_v2(x->db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		value = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	return value;
}

bool tkt_schema_ours(struct tkt_index *x)
{
	return pragma(x, "pragma application_id") == APPLICATION && pragma(x, "pragma user_version") == SCHEMA;
}
