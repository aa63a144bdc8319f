/* index/links_write: the tables of history, and how commits come into them.
 *
 * links_commit: the names of objects and their n (links_int.h). links_graph: runs of commits from
 * `first` on. `data` holds their parents: for each how many, and how far back each is, as numbers of
 * 7 bits a byte: two bytes a commit, so that all of a long history is read in no time. `oids` and
 * `times` hold names and committers' times, one behind the other. links_name: what was written;
 * links_said: name, time, author and subject of commits that hold names, or were told of. links_tip: refs. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/links_int.h"

#define MANY 2000 /* commits: SQLite may write some of them before the end */

static const char tables[] =
	"create table links_commit(bucket integer primary key, size integer, data blob);"
	"create table links_graph(first integer primary key, count integer, data blob, oids blob, times blob);"
	"create table links_name(name text collate nocase, n integer, way integer, flags integer);"
	"create table links_said(n integer primary key, oid blob, time integer, author text, subject text);"
	"create table links_tip(name text, oid blob, n integer, main integer);"
	"create index links_name_name on links_name(name)";

/* Sorted at once it costs half of what it costs row by row. */
static const char no_index[] = "drop index if exists links_name_name";
static const char index_again[] = "create index links_name_name on links_name(name)";
static const char forget[] = "delete from links_commit; delete from links_graph; delete from links_name;"
			     "delete from links_said";

int tkt_links_create(struct tkt_index *x, struct tkt_error *err)
{
	return tkt_index_exec(x, tables, err);
}

static int run(struct tkt_index *x, sqlite3_stmt *q, struct tkt_error *err)
{
	int rc = sqlite3_step(q) == SQLITE_DONE ? 0 : tkt_index_sqlite_error(x, SQLITE_ERROR, "change", err);

	sqlite3_reset(q);
	return rc;
}

static int64_t newest(struct tkt_index *x)
{
	sqlite3_stmt *q = NULL;
	int64_t n = 0;

	if (tkt_index_prepare(x, "select max(first) + count - 1 from links_graph", &q, NULL) == 0 &&
	    sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return n;
}

static void get_blob(sqlite3_stmt *q, int column, struct tkt_buf *out)
{
	if (sqlite3_column_bytes(q, column))
		tkt_buf_add(out, sqlite3_column_blob(q, column), (size_t)sqlite3_column_bytes(q, column));
}

/* What stands in a bucket, and the items of it behind that. */
static int put_bucket(struct tkt_index *x, struct tkt_links_batch *b, sqlite3_stmt *q, int bucket,
		      const uint32_t *places, size_t n, int64_t base, struct tkt_buf *data, struct tkt_error *err)
{
	tkt_buf_reset(data);
	sqlite3_bind_int(b->by_oid, 1, bucket);
	if (!b->fresh && sqlite3_step(b->by_oid) == SQLITE_ROW && sqlite3_column_int(b->by_oid, 0) == (int)b->oid_size)
		get_blob(b->by_oid, 1, data);
	sqlite3_reset(b->by_oid);
	for (size_t i = 0; i < n; i++) {
		uint64_t number = (uint64_t)base + places[i] + 1;
		const unsigned char bytes[] = { number >> 24 & 255, number >> 16 & 255, number >> 8 & 255,
						number & 255 };

		tkt_buf_add(data, tkt_batch_oid(b, b->order[places[i]]), b->oid_size);
		tkt_buf_add(data, bytes, sizeof bytes);
	}
	sqlite3_bind_int(q, 1, bucket);
	sqlite3_bind_int(q, 2, (int)b->oid_size);
	sqlite3_bind_blob64(q, 3, data->ptr, data->len, SQLITE_STATIC);
	return run(x, q, err);
}

static int put_commits(struct tkt_index *x, struct tkt_links_batch *b, int64_t base, struct tkt_error *err)
{
	size_t *start = tkt_calloc(TKT_LINKS_BUCKETS + 1, sizeof *start), from = 0;
	uint32_t *places = tkt_calloc(b->n, sizeof *places);
	struct tkt_buf data = TKT_BUF_INIT;
	sqlite3_stmt *q = NULL;
	int rc = tkt_index_prepare(x, "insert or replace into links_commit values(?, ?, ?)", &q, err);

	if (!rc && base + (int64_t)b->n > UINT32_MAX)
		rc = tkt_error_set(err, TKT_EIO, "cannot keep a history like this");
	for (size_t i = 0; i < b->n; i++)
		start[tkt_links_bucket(tkt_batch_oid(b, b->order[i])) + 1]++;
	for (size_t i = 0; i < TKT_LINKS_BUCKETS; i++)
		start[i + 1] += start[i];
	for (size_t i = 0; i < b->n; i++)
		places[start[tkt_links_bucket(tkt_batch_oid(b, b->order[i]))]++] = (uint32_t)i;
	for (int k = 0; !rc && k < TKT_LINKS_BUCKETS; k++) { /* start is now the end */
		if (start[k] > from)
			rc = put_bucket(x, b, q, k, places + from, start[k] - from, base, &data, err);
		from = start[k];
		if (!rc && tkt_index_stopped(x))
			rc = tkt_error_set(err, TKT_EIO, "interrupted");
	}
	sqlite3_finalize(q);
	tkt_buf_release(&data);
	free(places);
	free(start);
	return rc;
}

#define PUT_SAID "insert or ignore into links_said values(?, ?, ?, ?, ?)"

static int put_said(struct tkt_index *x, sqlite3_stmt *q, const struct tkt_links_told *c, struct tkt_error *err)
{
	sqlite3_bind_int64(q, 1, c->n);
	sqlite3_bind_blob(q, 2, c->oid.bytes, c->oid.n, SQLITE_STATIC);
	sqlite3_bind_int64(q, 3, c->time);
	sqlite3_bind_text(q, 4, c->author, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 5, c->subject, -1, SQLITE_STATIC);
	return run(x, q, err);
}

static int put_names(struct tkt_index *x, const struct tkt_links_batch *b, int64_t base, struct tkt_error *err)
{
	sqlite3_stmt *name = NULL, *said = NULL;
	int rc = tkt_index_prepare(x, "insert into links_name values(?, ?, ?, ?)", &name, err);

	if (!rc)
		rc = tkt_index_prepare(x, PUT_SAID, &said, err);
	for (size_t i = 0; !rc && i < b->words.n; i++) {
		const struct tkt_links_word *w = &b->words.items[i];

		sqlite3_bind_text(name, 1, w->name, -1, SQLITE_STATIC);
		sqlite3_bind_int64(name, 2, base + b->place[w->item]);
		sqlite3_bind_int(name, 3, w->way);
		sqlite3_bind_int(name, 4, w->flags);
		rc = run(x, name, err);
	}
	for (size_t i = 0; !rc && i < b->said.n; i++) {
		const struct tkt_links_said_by *s = &b->said.items[i];
		struct tkt_links_told c = { .n = base + b->place[s->item], .time = b->times[s->item],
					    .author = s->author, .subject = s->subject };

		c.oid.n = (unsigned char)b->oid_size;
		memcpy(c.oid.bytes, tkt_batch_oid(b, s->item), b->oid_size);
		rc = put_said(x, said, &c, err);
	}
	sqlite3_finalize(name);
	sqlite3_finalize(said);
	return rc;
}

void tkt_links_tell(struct tkt_index *x, const struct tkt_links_told *commits, size_t n)
{
	const unsigned wait_ms = x->opts.wait_ms;
	sqlite3_stmt *q = NULL;
	int rc;

	if (!n || x->memory || !x->reading)
		return;
	x->opts.wait_ms = 0;
	rc = tkt_index_begin(x, NULL);
	if (!rc) {
		rc = tkt_index_prepare(x, PUT_SAID, &q, NULL);
		for (size_t i = 0; !rc && i < n; i++)
			rc = put_said(x, q, &commits[i], NULL);
		sqlite3_finalize(q);
		tkt_index_end(x, !rc, NULL);
	}
	x->opts.wait_ms = wait_ms;
	tkt_db_trouble(x, false); /* it is no matter */
}

/* --- the graph --- */

static void put_number(struct tkt_buf *b, uint64_t v)
{
	for (; v > 127; v >>= 7)
		tkt_buf_putc(b, (char)(unsigned char)((v & 127) | 128));
	tkt_buf_putc(b, (char)(unsigned char)v);
}

/* Parents that are known nowhere are left out. */
static void put_parents(const struct tkt_links_batch *b, int64_t base, size_t i, struct tkt_buf *out)
{
	const unsigned char *oids;
	size_t count = tkt_batch_parents(b, b->order[i], &oids), known = 0;
	int64_t few[8], *n = count > TKT_LEN(few) ? tkt_calloc(count, sizeof *n) : few;

	for (size_t k = 0; k < count; k++) {
		size_t item = tkt_batch_find(b, oids + k * b->oid_size);
		int64_t parent = item != SIZE_MAX ? base + b->place[item] :
				 b->fresh ? -1 : tkt_links_lookup(b->by_oid, oids + k * b->oid_size, b->oid_size);

		if (parent > 0 && parent <= base + (int64_t)i)
			n[known++] = parent;
	}
	put_number(out, known);
	for (size_t k = 0; k < known; k++)
		put_number(out, (uint64_t)(base + (int64_t)i + 1 - n[k]));
	if (n != few)
		free(n);
}

/* A run of commits as it lies in a row. */
struct chunk {
	int64_t first, count;
	struct tkt_buf data, oids, times;
};

static int put_chunk(struct tkt_index *x, const struct chunk *c, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int rc = tkt_index_prepare(x, "insert or replace into links_graph values(?, ?, ?, ?, ?)", &q, err);

	if (!rc) {
		sqlite3_bind_int64(q, 1, c->first);
		sqlite3_bind_int64(q, 2, c->count);
		sqlite3_bind_blob64(q, 3, c->data.ptr, c->data.len, SQLITE_STATIC);
		sqlite3_bind_blob64(q, 4, c->oids.ptr, c->oids.len, SQLITE_STATIC);
		sqlite3_bind_blob64(q, 5, c->times.ptr, c->times.len, SQLITE_STATIC);
		rc = run(x, q, err);
	}
	sqlite3_finalize(q);
	return rc;
}

/* The last run, if there is room in it. */
static int last_chunk(struct tkt_index *x, struct chunk *c, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int rc = tkt_index_prepare(x,
				   "select first, count, data, oids, times from links_graph order by first desc"
				   " limit 1",
				   &q, err);

	if (!rc && sqlite3_step(q) == SQLITE_ROW && sqlite3_column_int64(q, 1) < TKT_GRAPH_CHUNK) {
		c->first = sqlite3_column_int64(q, 0);
		c->count = sqlite3_column_int64(q, 1);
		get_blob(q, 2, &c->data);
		get_blob(q, 3, &c->oids);
		get_blob(q, 4, &c->times);
	}
	sqlite3_finalize(q);
	return rc;
}

static int put_graph(struct tkt_index *x, const struct tkt_links_batch *b, int64_t base, struct tkt_error *err)
{
	struct chunk c = { base + 1, 0, TKT_BUF_INIT, TKT_BUF_INIT, TKT_BUF_INIT };
	int rc = last_chunk(x, &c, err);

	for (size_t i = 0; !rc && i < b->n; i++) {
		put_parents(b, base, i, &c.data);
		tkt_buf_add(&c.oids, tkt_batch_oid(b, b->order[i]), b->oid_size);
		tkt_buf_add(&c.times, &b->times[b->order[i]], sizeof *b->times);
		if (++c.count < TKT_GRAPH_CHUNK && i + 1 < b->n)
			continue;
		rc = put_chunk(x, &c, err);
		c.first += c.count;
		c.count = 0;
		tkt_buf_reset(&c.data);
		tkt_buf_reset(&c.oids);
		tkt_buf_reset(&c.times);
	}
	tkt_buf_release(&c.data);
	tkt_buf_release(&c.oids);
	tkt_buf_release(&c.times);
	return rc;
}

int tkt_links_write(struct tkt_index *x, struct tkt_links_batch *b, struct tkt_error *err)
{
	int64_t base = b->fresh ? 0 : newest(x);
	int rc = 0;

	if (b->n > MANY && !x->memory) {
		tkt_stamp_spoil(tkt_store_fd(x->store));
		rc = tkt_index_exec(x, "pragma cache_spill = on", err);
	}
	if (!rc && b->fresh)
		rc = tkt_index_exec(x, no_index, err);
	if (!rc && b->fresh)
		rc = tkt_index_exec(x, forget, err);
	if (b->n)
		tkt_batch_sort(b);
	if (!rc && b->n)
		rc = put_commits(x, b, base, err);
	if (!rc && b->n)
		rc = put_graph(x, b, base, err);
	if (!rc)
		rc = put_names(x, b, base, err);
	if (!rc && b->fresh)
		rc = tkt_index_exec(x, index_again, err);
	if (!rc && b->fresh && !x->memory)
		rc = tkt_index_exec(x, "pragma incremental_vacuum", err);
	return rc;
}

/* --- an index made anew --- */

static int copy_table(struct tkt_index *x, sqlite3 *old, const char *from_sql, const char *to_sql,
		      struct tkt_error *err)
{
	sqlite3_stmt *from = NULL, *to = NULL;
	int step = SQLITE_DONE, rc = tkt_index_prepare(x, to_sql, &to, err);

	if (!rc && sqlite3_prepare_v2(old, from_sql, -1, &from, NULL) != SQLITE_OK)
		rc = TKT_ENO;
	while (!rc && (step = sqlite3_step(from)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(from); i++)
			sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i));
		rc = run(x, to, err);
	}
	if (!rc && step != SQLITE_DONE)
		rc = TKT_ENO;
	sqlite3_finalize(from);
	sqlite3_finalize(to);
	return rc;
}

int tkt_links_copy(struct tkt_index *x, sqlite3 *old, struct tkt_error *err)
{
	static const char *const copies[][2] = {
		{ "select bucket, size, data from links_commit", "insert into links_commit values(?, ?, ?)" },
		{ "select first, count, data, oids, times from links_graph",
		  "insert into links_graph values(?, ?, ?, ?, ?)" },
		{ "select name, n, way, flags from links_name", "insert into links_name values(?, ?, ?, ?)" },
		{ "select n, oid, time, author, subject from links_said",
		  "insert into links_said values(?, ?, ?, ?, ?)" },
		{ "select name, oid, n, main from links_tip", "insert into links_tip values(?, ?, ?, ?)" },
		{ "select key, value from meta where key like 'links_%'", "insert into meta values(?, ?)" },
	};
	int rc = tkt_index_exec(x, no_index, err);

	for (size_t i = 0; !rc && i < TKT_LEN(copies); i++)
		rc = copy_table(x, old, copies[i][0], copies[i][1], err);
	if (rc == TKT_ENO) { /* the old one is not whole: history is read again */
		rc = tkt_index_exec(x, forget, err);
		if (!rc)
			rc = tkt_index_exec(x, "delete from meta where key like 'links_%'; delete from links_tip", err);
	}
	return rc ? rc : tkt_index_exec(x, index_again, err);
}
