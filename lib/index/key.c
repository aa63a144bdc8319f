/* index/key: small questions to the index: tickets by number, id and key, edges, problems. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/sweep.h"

const struct tkt_index_set *tkt_index_live(const struct tkt_index *x)
{
	return &x->live;
}

int tkt_index_ticket(struct tkt_index *x, int64_t n, char **id, enum tkt_status *status,
		     struct tkt_error *err)
{
	sqlite3_stmt *q;
	int rc = 0;

	if (!tkt_index_set_has(&x->live, n))
		return tkt_error_set(err, TKT_ENOTFOUND, "no ticket has the number %lld", (long long)n);
	if (!x->by_number)
		rc = tkt_index_prepare(x, "select id, status from ticket where n = ?", &x->by_number, err);
	if (rc)
		return rc;
	q = x->by_number;
	sqlite3_bind_int64(q, 1, n);
	if (sqlite3_step(q) == SQLITE_ROW) {
		*id = tkt_strdup((const char *)sqlite3_column_text(q, 0));
		*status = (enum tkt_status)sqlite3_column_int(q, 1);
	} else {
		rc = tkt_index_sqlite_error(x, SQLITE_ERROR, "read", err);
	}
	sqlite3_reset(q);
	return rc;
}

int tkt_index_number(struct tkt_index *x, const char *id, int64_t *n, struct tkt_error *err)
{
	int rc = 0;

	if (!x->by_id)
		rc = tkt_index_prepare(x, "select n from ticket where id = ?", &x->by_id, err);
	if (rc)
		return rc;
	sqlite3_bind_text(x->by_id, 1, id, -1, SQLITE_STATIC);
	if (sqlite3_step(x->by_id) == SQLITE_ROW &&
	    tkt_index_set_has(&x->live, sqlite3_column_int64(x->by_id, 0)))
		*n = sqlite3_column_int64(x->by_id, 0);
	else
		rc = tkt_error_set(err, TKT_ENOTFOUND, "no ticket '%s'", id);
	sqlite3_reset(x->by_id);
	sqlite3_clear_bindings(x->by_id);
	return rc;
}

/* Appends the ids that a statement gives. */
static int collect(struct tkt_index *x, sqlite3_stmt *q, bool live, struct tkt_strv *ids,
		   struct tkt_error *err)
{
	int step;

	while ((step = sqlite3_step(q)) == SQLITE_ROW)
		if (!live || tkt_index_set_has(&x->live, sqlite3_column_int64(q, 1)))
			tkt_strv_push(ids, (const char *)sqlite3_column_text(q, 0));
	return step == SQLITE_DONE ? 0 : tkt_index_sqlite_error(x, step, "read", err);
}

static int edges(struct tkt_index *x, const char *sql, const char *id, struct tkt_strv *ids,
		 struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int rc = tkt_index_prepare(x, sql, &q, err);

	if (!rc) {
		sqlite3_bind_text(q, 1, id, -1, SQLITE_STATIC);
		rc = collect(x, q, true, ids, err);
	}
	sqlite3_finalize(q);
	return rc;
}

int tkt_index_children(struct tkt_index *x, const char *id, struct tkt_strv *ids, struct tkt_error *err)
{
	return edges(x, "select id, n from ticket where parent = ? order by id", id, ids, err);
}

int tkt_index_blocks(struct tkt_index *x, const char *id, struct tkt_strv *ids, struct tkt_error *err)
{
	return edges(x,
		     "select id, n from ticket where n in"
		     " (select n from word where field = 'blocked_by' and value = ?) order by id",
		     id, ids, err);
}

/* --- keys --- */

/* Nothing came or went since the names were read? */
static bool names_hold(struct tkt_index *x)
{
	int64_t dirs = 0, newest;

	return tkt_index_meta(x, "dirs", &dirs) && dirs && (uint64_t)dirs == tkt_dirs_print(x->store, &newest);
}

/* Else they are read again; not in the middle of a snapshot, which has to stay as it is. */
static bool names_are_fresh(struct tkt_index *x)
{
	if (x->reading)
		return names_hold(x);
	if (x->opts.memory || x->memory)
		return tkt_refresh(x, TKT_INDEX_NAMES, false, NULL, NULL) == 0;
	if (!tkt_db_believe(x))
		return false;
	if (names_hold(x))
		return true;
	return tkt_refresh(x, TKT_INDEX_NAMES, true, NULL, NULL) == 0;
}

int tkt_index_key(struct tkt_index *x, const char *digits, size_t max, struct tkt_strv *ids,
		  struct tkt_error *err)
{
	char after[42];
	size_t n = strlen(digits);
	sqlite3_stmt *q = NULL;
	int rc;

	if (n < 4 || n > 40 || strspn(digits, "0123456789abcdef") != n || !names_are_fresh(x))
		return tkt_error_set(err, TKT_ENO, "there is no index to ask");
	memcpy(after, digits, n);
	after[n] = 'g'; /* behind every hex digit */
	after[n + 1] = '\0';
	rc = tkt_index_prepare(x, "select id from ticket where hex >= ? and hex < ? order by hex limit ?", &q, err);
	if (!rc) {
		sqlite3_bind_text(q, 1, digits, -1, SQLITE_STATIC);
		sqlite3_bind_text(q, 2, after, -1, SQLITE_STATIC);
		sqlite3_bind_int64(q, 3, (int64_t)max);
		rc = collect(x, q, false, ids, err);
	}
	sqlite3_finalize(q);
	return rc ? TKT_ENO : 0;
}

/* --- problems --- */

static char *id_of(struct tkt_index *x, int64_t n)
{
	sqlite3_stmt *q = NULL;
	char *id = NULL;

	if (tkt_index_prepare(x, "select id from ticket where n = ?", &q, NULL) == 0) {
		sqlite3_bind_int64(q, 1, n);
		if (sqlite3_step(q) == SQLITE_ROW)
			id = tkt_strdup((const char *)sqlite3_column_text(q, 0));
	}
	sqlite3_finalize(q);
	return id;
}

/* The words are made now: they name files as this process was told to. */
static void look_at(struct tkt_index *x, const struct tkt_index_entry *e, unsigned what,
		    struct tkt_index_problems *out)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_record r;
	char *id = id_of(x, e->n);
	struct tkt_name name = { id, (enum tkt_status)e->status };

	if (!id)
		return;
	if (e->flags & TKT_SWEEP_SPLIT)
		tkt_store_where(x->store, id, &name.status, &err);
	else if (tkt_store_load_at(x->store, &name, what, &r, &err) == 0)
		tkt_record_release(&r);
	if (err.code) {
		TKT_GROW(out);
		out->items[out->n++] = err;
	}
	free(id);
}

void tkt_index_problems(struct tkt_index *x, struct tkt_index_problems *out)
{
	for (size_t i = 0; i < x->entries.n; i++) {
		size_t before = out->n;

		if (!(x->entries.items[i].flags & TKT_SWEEP_DEAD))
			continue;
		look_at(x, &x->entries.items[i], TKT_READ_HEAD, out); /* in the words of `list` */
		if (out->n == before)
			look_at(x, &x->entries.items[i], TKT_READ_FULL, out);
	}
}

void tkt_index_partial(struct tkt_index *x, struct tkt_index_problems *out)
{
	for (size_t i = 0; i < x->entries.n; i++)
		if (x->entries.items[i].flags & TKT_SWEEP_PARTIAL)
			look_at(x, &x->entries.items[i], TKT_READ_FULL, out);
}
