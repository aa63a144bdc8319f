/* index/vectors: the tables vector and model. Floor 3.
 *
 * vector_have holds the numbers alone: to ask which tickets have vectors must not read the vectors. Where another
 * process holds the index, tables of the same names in the connection's own temporary database hide it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/semantic_int.h"

#define OWNER "owner" /* model row: whose vectors these are */

static const char tables[] = "create table vector(n integer primary key, data blob);"
			     "create table vector_have(n integer primary key);"
			     "create table model(name text primary key, data blob);"
			     "create table embed_cache(key blob primary key, data blob) without rowid";

static const char own_copy[] = "pragma temp_store = memory;"
			       "create temp table vector(n integer primary key, data blob);"
			       "create temp table vector_have(n integer primary key);"
			       "create temp table model(name text primary key, data blob);"
			       "insert into temp.vector select n, data from main.vector;"
			       "insert into temp.vector_have select n from main.vector_have;"
			       "insert into temp.model select name, data from main.model";

static const char own_gone[] = "drop table if exists temp.vector;"
			       "drop table if exists temp.vector_have;"
			       "drop table if exists temp.model";

int tkt_semantic_create(struct tkt_index *x, struct tkt_error *err)
{
	return tkt_index_exec(x, tables, err);
}

static int done(struct tkt_index *x, sqlite3_stmt *q, int rc, const char *what, struct tkt_error *err)
{
	sqlite3_finalize(q);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : tkt_index_sqlite_error(x, rc, what, err);
}

static int run_n(struct tkt_index *x, const char *sql, int64_t n, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int rc = tkt_index_prepare(x, sql, &q, err);

	if (rc)
		return rc;
	sqlite3_bind_int64(q, 1, n);
	return done(x, q, sqlite3_step(q), "forget a vector", err);
}

int tkt_semantic_drop(struct tkt_index *x, int64_t n, struct tkt_error *err)
{
	int rc = run_n(x, "delete from main.vector where n = ?", n, err);

	return rc ? rc : run_n(x, "delete from main.vector_have where n = ?", n, err);
}

/* --- model rows ----------------------------------------------------------------------------------- */

int tkt_model_get(struct tkt_index *x, const char *name, struct tkt_buf *out, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int rc = tkt_index_prepare(x, "select data from model where name = ?", &q, err), step;

	if (rc)
		return rc;
	sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
	step = sqlite3_step(q);
	if (step == SQLITE_ROW && sqlite3_column_bytes(q, 0) > 0)
		tkt_buf_add(out, sqlite3_column_blob(q, 0), (size_t)sqlite3_column_bytes(q, 0));
	if (step == SQLITE_DONE)
		rc = TKT_ENOTFOUND;
	return done(x, q, step, "read a model", err) ? TKT_EIO : rc;
}

int tkt_model_put(struct tkt_index *x, const char *name, const void *data, size_t len, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int rc = tkt_index_prepare(x, "insert or replace into model values(?, ?)", &q, err);

	if (rc)
		return rc;
	sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_blob64(q, 2, data, len, SQLITE_STATIC);
	return done(x, q, sqlite3_step(q), "keep a model", err);
}

static bool owned_by(struct tkt_index *x, const char *name)
{
	struct tkt_buf is = TKT_BUF_INIT;
	bool same = tkt_model_get(x, OWNER, &is, NULL) == 0 && strcmp(is.ptr, name) == 0;

	tkt_buf_release(&is);
	return same;
}

/* --- which are there -------------------------------------------------------------------------------- */

void tkt_lacks_release(struct tkt_lacks *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n; i++)
		free(l->items[i].id);
	free(l->items);
	*l = (struct tkt_lacks){ NULL, 0, 0 };
}

/* The numbers of the tickets that have a vector. */
static int have(struct tkt_index *x, struct tkt_index_set *out, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int rc = tkt_index_prepare(x, "select n from vector_have", &q, err), step;

	if (rc)
		return rc;
	while ((step = sqlite3_step(q)) == SQLITE_ROW)
		if (sqlite3_column_int64(q, 0) >= 0 && sqlite3_column_int64(q, 0) < (int64_t)1 << 32)
			tkt_index_set_add(out, sqlite3_column_int64(q, 0));
	return done(x, q, step, "read the vectors", err);
}

int tkt_vectors_missing(struct tkt_index *x, const char *name, struct tkt_lacks *out, struct tkt_error *err)
{
	const struct tkt_index_set *live = tkt_index_live(x);
	struct tkt_index_set set = { NULL, 0, 0 };
	int rc = owned_by(x, name) ? have(x, &set, err) : 0;

	for (size_t w = 0; !rc && w < live->words; w++) {
		uint64_t left = live->bits[w] & ~(w < set.words ? set.bits[w] : 0);

		for (; !rc && left; left &= left - 1) {
			int64_t n = (int64_t)w * 64 + __builtin_ctzll(left);
			struct tkt_lack l = { .n = n };

			rc = tkt_index_ticket(x, n, &l.id, &l.status, err);
			if (rc)
				break;
			TKT_GROW(out);
			out->items[out->n++] = l;
		}
	}
	tkt_index_set_release(&set);
	return rc;
}

/* --- writing ----------------------------------------------------------------------------------------- */

/* As tkt_index_begin; an index that changed meanwhile is caught up with. */
static int begin(struct tkt_index *x, struct tkt_error *err)
{
	int rc = TKT_ECONFLICT;

	for (int tries = 0; rc == TKT_ECONFLICT && tries < 4; tries++) {
		if (tries && (rc = tkt_index_refresh(x, TKT_INDEX_TEXT, NULL, err)) != 0)
			return rc;
		rc = tkt_index_begin(x, NULL);
	}
	if (!rc) {
		rc = tkt_index_exec(x, own_gone, err);
		if (rc)
			tkt_index_end(x, false, NULL);
		return rc;
	}
	if (tkt_index_stopped(x))
		return tkt_error_set(err, TKT_EIO, "interrupted");
	rc = tkt_index_exec(x, own_gone, err);
	return rc ? rc : tkt_index_exec(x, own_copy, err);
}

int tkt_vectors_clear(struct tkt_index *x, struct tkt_error *err)
{
	return tkt_index_exec(x, "delete from vector; delete from vector_have", err);
}

int tkt_vectors_begin(struct tkt_index *x, const char *name, struct tkt_error *err)
{
	struct tkt_semantic *s;
	int rc = begin(x, err);

	if (rc)
		return rc;
	if (!owned_by(x, name)) {
		rc = tkt_index_exec(x, "delete from model", err);
		if (!rc)
			rc = tkt_vectors_clear(x, err);
		if (!rc)
			rc = tkt_model_put(x, OWNER, name, strlen(name), err);
	}
	s = tkt_semantic_state(x);
	if (!rc)
		rc = tkt_index_prepare(x, "insert or replace into vector values(?, ?)", &s->put, err);
	if (!rc)
		rc = tkt_index_prepare(x, "insert or replace into vector_have values(?)", &s->put_n, err);
	if (rc)
		tkt_vectors_end(x, false, NULL);
	return rc;
}

int tkt_vectors_put(struct tkt_index *x, int64_t n, const void *data, size_t len, struct tkt_error *err)
{
	struct tkt_semantic *s = tkt_semantic_state(x);
	int rc;

	if (!tkt_index_set_has(tkt_index_live(x), n))
		return 0;
	sqlite3_bind_int64(s->put, 1, n);
	sqlite3_bind_blob64(s->put, 2, data, len, SQLITE_STATIC);
	sqlite3_bind_int64(s->put_n, 1, n);
	rc = sqlite3_step(s->put);
	if (rc == SQLITE_DONE)
		rc = sqlite3_step(s->put_n);
	sqlite3_reset(s->put);
	sqlite3_reset(s->put_n);
	sqlite3_clear_bindings(s->put);
	return rc == SQLITE_DONE ? 0 : tkt_index_sqlite_error(x, rc, "keep a vector", err);
}

int tkt_vectors_end(struct tkt_index *x, bool good, struct tkt_error *err)
{
	struct tkt_semantic *s = tkt_semantic_state(x);

	sqlite3_finalize(s->put);
	sqlite3_finalize(s->put_n);
	s->put = s->put_n = NULL;
	if (x->writing)
		return tkt_index_end(x, good, err);
	return good ? 0 : tkt_index_exec(x, own_gone, err);
}

/* --- reading ------------------------------------------------------------------------------------------ */

int tkt_vectors_each(struct tkt_index *x, const char *name, tkt_vectors_fn fn, void *payload, struct tkt_error *err)
{
	const struct tkt_index_set *live = tkt_index_live(x);
	sqlite3_stmt *q = NULL;
	int rc, step = SQLITE_DONE, stop = 0;

	if (!owned_by(x, name))
		return 0;
	rc = tkt_index_prepare(x, "select n, data from vector order by n", &q, err);
	if (rc)
		return rc;
	while (!stop && (step = sqlite3_step(q)) == SQLITE_ROW) {
		int64_t n = sqlite3_column_int64(q, 0);
		const void *data = sqlite3_column_blob(q, 1);

		if (data && tkt_index_set_has(live, n))
			stop = fn(payload, n, data, (size_t)sqlite3_column_bytes(q, 1));
	}
	rc = done(x, q, step, "read the vectors", err);
	return rc ? rc : stop;
}

int tkt_vectors_get(struct tkt_index *x, int64_t n, struct tkt_buf *out, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int rc = tkt_index_prepare(x, "select data from vector where n = ?", &q, err), step;

	if (rc)
		return rc;
	sqlite3_bind_int64(q, 1, n);
	step = sqlite3_step(q);
	if (step == SQLITE_ROW)
		tkt_buf_add(out, sqlite3_column_blob(q, 0), (size_t)sqlite3_column_bytes(q, 0));
	else
		rc = TKT_ENOTFOUND;
	return done(x, q, step, "read a vector", err) ? TKT_EIO : rc;
}
