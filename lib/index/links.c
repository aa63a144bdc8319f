/* index/links: what is known of history, by the tables that links_write.c fills. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/links_int.h"

bool tkt_links_there(struct tkt_index *x)
{
	if (x->writing)
		return true;
	if (x->db && x->memory)
		return x->reading || tkt_db_read(x, NULL) == 0;
	return !x->opts.memory && ((x->db && x->reading) || tkt_db_believe(x));
}

int64_t tkt_links_revision(const struct tkt_index *x)
{
	return x->revision;
}

int tkt_links_state(struct tkt_index *x, struct tkt_links_state *out, struct tkt_error *err)
{
	static const char *const keys[] = { "links_print", "links_rules", "links_shallow", "links_missing" };
	int64_t values[TKT_LEN(keys)];
	sqlite3_stmt *q = NULL;
	size_t n = 0;

	if (tkt_links_there(x) && tkt_index_prepare(x, "select value from meta where key = ?", &q, NULL) == 0)
		for (; n < TKT_LEN(keys); n++) {
			sqlite3_bind_text(q, 1, keys[n], -1, SQLITE_STATIC);
			if (sqlite3_step(q) != SQLITE_ROW)
				break;
			values[n] = sqlite3_column_int64(q, 0);
			sqlite3_reset(q);
		}
	sqlite3_finalize(q);
	if (n < TKT_LEN(keys))
		return tkt_error_set(err, TKT_ENO, "history was never read");
	*out = (struct tkt_links_state){ (uint64_t)values[0], (uint64_t)values[1], (uint64_t)values[2],
					 values[3] != 0 };
	return 0;
}

static void read_oid(sqlite3_stmt *q, int column, struct tkt_oid *out)
{
	int n = sqlite3_column_bytes(q, column);

	memset(out, 0, sizeof *out);
	if (n > 0 && n <= TKT_OID_MAX) {
		memcpy(out->bytes, sqlite3_column_blob(q, column), (size_t)n);
		out->n = (unsigned char)n;
	}
}

static char *read_text(sqlite3_stmt *q, int column)
{
	return tkt_strdup_null((const char *)sqlite3_column_text(q, column));
}

/* --- tips --- */

int tkt_links_tips(struct tkt_index *x, struct tkt_links_tips *out, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int step = SQLITE_DONE, rc;

	if (!tkt_links_there(x))
		return 0;
	rc = tkt_index_prepare(x, "select name, oid, n, main from links_tip order by name", &q, err);
	while (!rc && (step = sqlite3_step(q)) == SQLITE_ROW) {
		struct tkt_links_tip *tip;

		TKT_GROW(out);
		tip = &out->items[out->n++];
		tip->name = read_text(q, 0);
		read_oid(q, 1, &tip->oid);
		tip->n = sqlite3_column_int64(q, 2);
		tip->main = sqlite3_column_int(q, 3) != 0;
	}
	if (!rc && step != SQLITE_DONE)
		rc = tkt_index_sqlite_error(x, step, "read", err);
	sqlite3_finalize(q);
	return rc;
}

void tkt_links_tips_release(struct tkt_links_tips *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++)
		free(t->items[i].name);
	free(t->items);
	memset(t, 0, sizeof *t);
}

/* --- commits --- */

/* The entries of a bucket: *size bytes of name and 4 of n each. */
static const unsigned char *entries(sqlite3_stmt *q, size_t *size, size_t *count)
{
	int n = sqlite3_column_int(q, 0);

	*size = n >= 20 && n <= TKT_OID_MAX ? (size_t)n : 0;
	*count = *size ? (size_t)sqlite3_column_bytes(q, 1) / (*size + 4) : 0;
	return sqlite3_column_blob(q, 1);
}

static int64_t number_at(const unsigned char *at)
{
	return (int64_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

int64_t tkt_links_lookup(sqlite3_stmt *by_oid, const unsigned char *oid, size_t n)
{
	int64_t found = -1;

	sqlite3_bind_int(by_oid, 1, tkt_links_bucket(oid));
	if (sqlite3_step(by_oid) == SQLITE_ROW) {
		size_t size, count;
		const unsigned char *at = entries(by_oid, &size, &count);

		for (; size == n && count && found < 0; count--, at += size + 4)
			if (memcmp(at, oid, size) == 0)
				found = number_at(at + size);
	}
	sqlite3_reset(by_oid);
	return found;
}

int64_t tkt_links_number(struct tkt_index *x, const struct tkt_oid *oid)
{
	const struct tkt_links_batch *b = x->links;
	sqlite3_stmt *q = NULL;
	int64_t n = -1;

	if (b && b->by_oid)
		return b->fresh ? -1 : tkt_links_lookup(b->by_oid, oid->bytes, oid->n);
	if (tkt_links_there(x) && tkt_index_prepare(x, TKT_LINKS_BUCKET, &q, NULL) == 0)
		n = tkt_links_lookup(q, oid->bytes, oid->n);
	sqlite3_finalize(q);
	return n;
}

bool tkt_links_known(struct tkt_index *x, const struct tkt_oid *oid)
{
	return tkt_links_number(x, oid) >= 0;
}

int64_t tkt_links_abbreviated(struct tkt_index *x, const char *digits)
{
	size_t len = strlen(digits), size = 0, count = 0;
	const unsigned char *at = NULL;
	char filled[65];
	struct tkt_oid from, oid;
	sqlite3_stmt *q = NULL;
	int64_t n = -1;

	if (len < 4 || len > 64 || !tkt_links_there(x))
		return -1;
	memset(filled, '0', sizeof filled);
	memcpy(filled, digits, len);
	if (!tkt_oid_parse(&from, filled, 64) || tkt_index_prepare(x, TKT_LINKS_BUCKET, &q, NULL) != 0)
		return -1;
	sqlite3_bind_int(q, 1, tkt_links_bucket(from.bytes));
	if (sqlite3_step(q) == SQLITE_ROW)
		at = entries(q, &size, &count);
	for (; count; count--, at += size + 4) {
		memset(&oid, 0, sizeof oid);
		memcpy(oid.bytes, at, size);
		oid.n = (unsigned char)size;
		if (!tkt_oid_begins(&oid, digits))
			continue;
		if (n >= 0) { /* two of them */
			n = -1;
			break;
		}
		n = number_at(at + size);
	}
	sqlite3_finalize(q);
	return n;
}

/* From the run that it lies in. */
static bool read_place(sqlite3_stmt *q, int64_t n, struct tkt_oid *oid, int64_t *time)
{
	int64_t at = n - sqlite3_column_int64(q, 0), count = sqlite3_column_int64(q, 1);
	size_t oids = (size_t)sqlite3_column_bytes(q, 2), times = (size_t)sqlite3_column_bytes(q, 3), size;
	const char *all = sqlite3_column_blob(q, 2), *all_times = sqlite3_column_blob(q, 3);

	if (at < 0 || at >= count || times != (size_t)count * sizeof *time)
		return false;
	size = oids / (size_t)count;
	if (size * (size_t)count != oids || size < 20 || size > TKT_OID_MAX)
		return false;
	memset(oid, 0, sizeof *oid);
	memcpy(oid->bytes, all + (size_t)at * size, size);
	oid->n = (unsigned char)size;
	memcpy(time, all_times + (size_t)at * sizeof *time, sizeof *time);
	return true;
}

int tkt_links_oid(struct tkt_index *x, int64_t n, struct tkt_oid *oid, int64_t *time, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int rc = tkt_links_there(x) ? 0 : tkt_error_set(err, TKT_ENOTFOUND, "there is no commit %lld", (long long)n);

	if (!rc)
		rc = tkt_index_prepare(x,
				       "select first, count, oids, times from links_graph where first <= ?"
				       " order by first desc limit 1",
				       &q, err);
	if (rc)
		return rc;
	sqlite3_bind_int64(q, 1, n);
	if (sqlite3_step(q) != SQLITE_ROW || !read_place(q, n, oid, time))
		rc = tkt_error_set(err, TKT_ENOTFOUND, "there is no commit %lld", (long long)n);
	sqlite3_finalize(q);
	return rc;
}

void tkt_links_said(struct tkt_index *x, int64_t n, char **author, char **subject)
{
	sqlite3_stmt *q = NULL;

	*author = *subject = NULL;
	if (!tkt_links_there(x) ||
	    tkt_index_prepare(x, "select author, subject from links_said where n = ?", &q, NULL) != 0)
		return;
	sqlite3_bind_int64(q, 1, n);
	if (sqlite3_step(q) == SQLITE_ROW) {
		*author = read_text(q, 0);
		*subject = read_text(q, 1);
	}
	sqlite3_finalize(q);
}

/* --- names --- */

#define HIT "select s.n, s.oid, s.time, m.name, m.way, m.flags, s.author, s.subject from links_name m" \
	    " join links_said s on s.n = m.n"

void tkt_links_hits_release(struct tkt_links_hits *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n; i++) {
		free(h->items[i].name);
		free(h->items[i].author);
		free(h->items[i].subject);
	}
	free(h->items);
	memset(h, 0, sizeof *h);
}

static int collect(struct tkt_index *x, sqlite3_stmt *q, struct tkt_links_hits *out, struct tkt_error *err)
{
	int step;

	while ((step = sqlite3_step(q)) == SQLITE_ROW) {
		struct tkt_links_hit *hit;
		int flags = sqlite3_column_int(q, 5);

		TKT_GROW(out);
		hit = &out->items[out->n++];
		*hit = (struct tkt_links_hit){
			.n = sqlite3_column_int64(q, 0),
			.time = sqlite3_column_int64(q, 2),
			.name = read_text(q, 3),
			.way = sqlite3_column_int(q, 4),
			.closes = flags & TKT_LINKS_CLOSES,
			.sure = flags & TKT_LINKS_SURE,
			.author = read_text(q, 6),
			.subject = read_text(q, 7),
			.merge = flags & TKT_LINKS_MERGE,
		};
		read_oid(q, 1, &hit->oid);
	}
	return step == SQLITE_DONE ? 0 : tkt_index_sqlite_error(x, step, "read", err);
}

static int by_number(const void *a, const void *b)
{
	const struct tkt_links_hit *x = a, *y = b;

	return x->n != y->n ? (x->n > y->n) - (x->n < y->n) : x->way - y->way;
}

int tkt_links_find(struct tkt_index *x, const struct tkt_links_stem *stems, size_t n, struct tkt_links_hits *out,
		   struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int rc;

	if (!tkt_links_there(x))
		return 0;
	rc = tkt_index_prepare(x, HIT " where m.name between ?1 and ?2 and m.name = substr(?2, 1, length(m.name))",
			       &q, err);
	for (size_t i = 0; !rc && i < n; i++) {
		sqlite3_bind_text(q, 1, stems[i].whole, (int)stems[i].least, SQLITE_STATIC);
		sqlite3_bind_text(q, 2, stems[i].whole, -1, SQLITE_STATIC);
		rc = collect(x, q, out, err);
		sqlite3_reset(q);
	}
	sqlite3_finalize(q);
	if (!rc && out->n > 1)
		qsort(out->items, out->n, sizeof *out->items, by_number);
	return rc;
}

int tkt_links_all(struct tkt_index *x, bool closing, struct tkt_links_hits *out, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int rc;

	if (!tkt_links_there(x))
		return 0;
	rc = tkt_index_prepare(x, HIT " where m.flags & ? = ? order by m.name, m.n", &q, err);
	if (!rc) {
		sqlite3_bind_int(q, 1, closing ? TKT_LINKS_CLOSES : 0);
		sqlite3_bind_int(q, 2, closing ? TKT_LINKS_CLOSES : 0);
		rc = collect(x, q, out, err);
	}
	sqlite3_finalize(q);
	return rc;
}

int tkt_links_tickets(struct tkt_index *x, tkt_links_ticket_fn fn, void *payload, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int step = SQLITE_DONE, rc;

	rc = tkt_index_prepare(x,
			       "select id, slug, number, null from ticket union all "
			       "select t.id, null, null, w.value from word w join ticket t on t.n = w.n"
			       " where w.field = 'aliases'",
			       &q, err);
	while (!rc && (step = sqlite3_step(q)) == SQLITE_ROW)
		fn(payload, (const char *)sqlite3_column_text(q, 0), (const char *)sqlite3_column_text(q, 1),
		   (const char *)sqlite3_column_text(q, 2), (const char *)sqlite3_column_text(q, 3));
	if (!rc && step != SQLITE_DONE)
		rc = tkt_index_sqlite_error(x, step, "read", err);
	sqlite3_finalize(q);
	return rc;
}
