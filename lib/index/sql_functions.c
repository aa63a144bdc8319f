/* index/sql: the functions of text/match for SQL. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/index_int.h"
#include "index/sql_int.h"
#include "text/match.h"

/* The text of an argument: NULL stays NULL. Ends in a NUL. */
static const char *text(sqlite3_value *v)
{
	return sqlite3_value_type(v) == SQLITE_NULL ? NULL : (const char *)sqlite3_value_text(v);
}

/* tkt_match(value, node) */
static void match_value(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	const struct tkt_query *q = sqlite3_value_pointer(args[1], TKT_SQL_NODE);
	const char *value = text(args[0]), *key = sqlite3_user_data(ctx);

	(void)n;
	sqlite3_result_int(ctx, q && value &&
				tkt_match_value(q, value, (size_t)sqlite3_value_bytes(args[0]), key));
}

/* tkt_named(slug, node) */
static void match_name(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	const struct tkt_query *q = sqlite3_value_pointer(args[1], TKT_SQL_NODE);

	(void)n;
	sqlite3_result_int(ctx, q && tkt_match_name(q, text(args[0])));
}

static void is_present(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	(void)n;
	sqlite3_result_int(ctx, tkt_match_present(text(args[0])));
}

static void is_true(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	(void)n;
	sqlite3_result_int(ctx, tkt_match_true(text(args[0])));
}

/* tkt_column(workflow, stored column, status): the one that counts, by the configuration as it is now. */
static void column_of(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	const struct tkt_index *x = sqlite3_user_data(ctx);
	const char *workflow = text(args[0]), *stored = text(args[1]);
	char *copy = tkt_strdup_null(stored);
	struct tkt_ticket t = { .column = copy, .status = (enum tkt_status)sqlite3_value_int(args[2]) };
	const struct tkt_board *b = tkt_config_board(x->config, workflow);
	const struct tkt_column *c = b ? tkt_board_column_of(b, &t) : NULL;
	const char *column = c ? c->id : stored;

	(void)n;
	if (column)
		sqlite3_result_text(ctx, column, -1, SQLITE_TRANSIENT);
	free(copy);
}

int tkt_sql_register(struct tkt_index *x, struct tkt_error *err)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
	const struct {
		const char *name;
		int args;
		void (*fn)(sqlite3_context *, int, sqlite3_value **);
		void *data;
		void (*release)(void *);
	} functions[] = {
		{ "tkt_match", 2, match_value, tkt_asprintf("%s-0", x->config->prefix), free },
		{ "tkt_named", 2, match_name, NULL, NULL },
		{ "tkt_present", 1, is_present, NULL, NULL },
		{ "tkt_true", 1, is_true, NULL, NULL },
		{ "tkt_column", 3, column_of, x, NULL },
	};
	int rc = 0;

	for (size_t i = 0; i < TKT_LEN(functions); i++) {
		int code = sqlite3_create_function_v2(x->db, functions[i].name, functions[i].args, flags,
						      functions[i].data, functions[i].fn, NULL, NULL,
						      functions[i].release);

		if (code && !rc)
			rc = tkt_index_sqlite_error(x, code, "open", err);
	}
	return rc;
}
