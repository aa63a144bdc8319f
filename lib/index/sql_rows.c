/* index/sql: rows, names and edges straight from the index. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "index/index_int.h"
#include "index/sql.h"
#include "index/sweep.h"
#include "text/ref.h"

/* A column with its NUL; "" where not set. */
static void add_column(struct tkt_buf *out, sqlite3_stmt *stmt, int i)
{
	const char *text = (const char *)sqlite3_column_text(stmt, i);

	tkt_buf_puts(out, text ? text : "");
	tkt_buf_putc(out, '\0');
}

static int each_of_status(struct tkt_index *x, sqlite3_stmt *stmt, int status, const struct tkt_index_set *set,
			  tkt_index_row_fn fn, void *payload, struct tkt_error *err)
{
	struct tkt_buf text = TKT_BUF_INIT;
	int code, rc = 0;

	sqlite3_bind_int(stmt, 1, status);
	while (!rc && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (!tkt_index_set_has(set, sqlite3_column_int64(stmt, 0)))
			continue;
		tkt_buf_reset(&text);
		for (int i = 1; i <= 6; i++)
			add_column(&text, stmt, i);
		rc = fn(payload, (enum tkt_status)status, text.ptr, text.len);
	}
	if (!rc && code != SQLITE_DONE)
		rc = tkt_index_sqlite_error(x, code, "read", err);
	sqlite3_reset(stmt);
	tkt_buf_release(&text);
	return rc;
}

int tkt_index_each(struct tkt_index *x, const struct tkt_index_set *set, tkt_index_row_fn fn, void *payload,
		   struct tkt_error *err)
{
	sqlite3_stmt *stmt = NULL;
	int rc = tkt_index_prepare(x, "SELECT n, id, slug, title, kind, priority, updated_at FROM ticket "
				      "WHERE status = ?1 ORDER BY id", &stmt, err);

	for (int status = 0; !rc && status < TKT_STATUS_N; status++)
		rc = each_of_status(x, stmt, status, set, fn, payload, err);
	sqlite3_finalize(stmt);
	return rc;
}

/* --- names --- */

/* Entries by the hash of their id; 0 = a free slot, else 1 + the place in x->entries. */
struct table {
	size_t *slots;
	size_t cap; /* a power of two */
};

static size_t *slot_of(const struct tkt_index *x, const struct table *t, uint64_t hash)
{
	size_t i = (size_t)(hash ^ hash >> 32) & (t->cap - 1);

	while (t->slots[i] && x->entries.items[t->slots[i] - 1].id_hash != hash)
		i = (i + 1) & (t->cap - 1);
	return &t->slots[i];
}

void tkt_index_sift(struct tkt_index *x, const struct tkt_index_set *set, const struct tkt_names *names,
		    unsigned char *said)
{
	const struct tkt_index_set *live = tkt_index_live(x);
	struct table t = { NULL, 16 };
	bool *twice = tkt_calloc(x->entries.n + 1, sizeof *twice);

	while (t.cap < x->entries.n * 2)
		t.cap *= 2;
	t.slots = tkt_calloc(t.cap, sizeof *t.slots);
	for (size_t i = 0; i < x->entries.n; i++) {
		size_t *slot = slot_of(x, &t, x->entries.items[i].id_hash);

		if (*slot)
			twice[*slot - 1] = true;
		else
			*slot = i + 1;
	}
	for (size_t i = 0; i < names->n; i++) {
		const struct tkt_name *name = &names->items[i];
		size_t at = *slot_of(x, &t, tkt_fnv1a(name->id, strlen(name->id)));
		const struct tkt_index_entry *e = at ? &x->entries.items[at - 1] : NULL;

		said[i] = TKT_SIFT_UNKNOWN;
		if (e && !twice[at - 1] && e->status == name->status && !(e->flags & TKT_SWEEP_PARTIAL) &&
		    tkt_index_set_has(live, e->n))
			said[i] = tkt_index_set_has(set, e->n) ? TKT_SIFT_IN : TKT_SIFT_OUT;
	}
	free(t.slots);
	free(twice);
}

bool tkt_index_reaches(struct tkt_index *x, enum tkt_index_level level)
{
	int64_t reached = 0;

	return (x->reading || (!x->opts.memory && tkt_db_believe(x))) && tkt_index_meta(x, "reached", &reached) &&
	       reached >= (int64_t)level;
}

static bool names_hold(struct tkt_index *x)
{
	int64_t dirs = 0, newest;

	return (x->reading || (!x->opts.memory && tkt_db_believe(x))) && tkt_index_meta(x, "dirs", &dirs) &&
	       dirs && (uint64_t)dirs == tkt_dirs_print(x->store, &newest);
}

int tkt_index_slug(struct tkt_index *x, const char *slug, struct tkt_strv *ids, struct tkt_error *err)
{
	sqlite3_stmt *stmt = NULL;
	int code = SQLITE_DONE, rc;

	if (!names_hold(x))
		return tkt_error_set(err, TKT_ENO, "there is no index to ask");
	/* After YYYYMMDD-HHMMSS- stands the slug, then nothing or a number: '.' follows '-'. */
	rc = tkt_index_prepare(x, "SELECT id FROM ticket WHERE substr(id, 17) >= ?1 AND "
				  "substr(id, 17) < ?1 || '.' ORDER BY id", &stmt, err);
	if (!rc)
		sqlite3_bind_text(stmt, 1, slug, -1, SQLITE_STATIC);
	while (!rc && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *id = (const char *)sqlite3_column_text(stmt, 0);

		if (id && tkt_id_has_slug(id, slug))
			tkt_strv_push(ids, id);
	}
	if (!rc && code != SQLITE_DONE)
		rc = tkt_index_sqlite_error(x, code, "read", err);
	sqlite3_finalize(stmt);
	return rc ? TKT_ENO : 0;
}

/* --- edges --- */

int tkt_index_edges(struct tkt_index *x, tkt_index_edge_fn fn, void *payload, struct tkt_error *err)
{
	const struct tkt_index_set *live = tkt_index_live(x);
	sqlite3_stmt *stmt = NULL;
	int code = SQLITE_DONE;
	int rc = tkt_index_prepare(x, "SELECT n, id, parent, 1 FROM ticket WHERE parent IS NOT NULL UNION ALL "
				      "SELECT t.n, t.id, w.value, 0 FROM word w JOIN ticket t ON t.n = w.n "
				      "WHERE w.field = 'blocked_by'", &stmt, err);

	while (!rc && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *from = (const char *)sqlite3_column_text(stmt, 1);
		const char *to = (const char *)sqlite3_column_text(stmt, 2);

		if (from && to && tkt_index_set_has(live, sqlite3_column_int64(stmt, 0)))
			fn(payload, from, to, sqlite3_column_int(stmt, 3) != 0);
	}
	if (!rc && code != SQLITE_DONE)
		rc = tkt_index_sqlite_error(x, code, "read", err);
	sqlite3_finalize(stmt);
	return rc;
}
