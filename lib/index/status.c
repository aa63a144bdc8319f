/* index/status: what there is of an index, without changing it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/refresh.h"
#include "sys/io.h"

static size_t count(struct tkt_index *x, const char *sql)
{
	sqlite3_stmt *q = NULL;
	size_t n = 0;

	if (sqlite3_prepare_v2(x->db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		n = (size_t)sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return n;
}

static bool writable(struct tkt_index *x)
{
	int rootfd = tkt_store_fd(x->store);
	struct stat st;

	if (tkt_io_stat(rootfd, ".tkt", &st) < 0)
		return tkt_io_writable(rootfd, ".");
	return S_ISDIR(st.st_mode) && tkt_io_writable(rootfd, ".tkt");
}

/* Entries are those of the snapshot, and what is on disk was compared with them. */
static void tell(struct tkt_index *x, struct tkt_index_status *out)
{
	out->revision = x->revision;
	out->tickets = x->live.n;
	for (size_t i = 0; i < x->entries.n; i++) {
		const struct tkt_index_entry *e = &x->entries.items[i];

		out->fields += !(e->flags & TKT_SWEEP_DEAD) && e->level >= TKT_INDEX_FIELDS;
		out->text += !(e->flags & TKT_SWEEP_DEAD) && e->level >= TKT_INDEX_TEXT;
	}
	out->vectors = count(x, "select count(*) from vector_have");
}

static int look(struct tkt_index *x, struct tkt_index_status *out, struct tkt_error *err)
{
	struct tkt_sweep s = { .must = 0 };
	int64_t reached = 0;
	int rc;

	tkt_index_meta(x, "reached", &reached);
	rc = tkt_entries_load(x, (enum tkt_index_level)reached, err);
	if (!rc)
		rc = tkt_look(x, (enum tkt_index_level)reached, &s, err);
	if (rc)
		return rc;
	out->stale = s.gone;
	for (size_t i = 0; i < s.names.n; i++)
		out->stale += s.looks[i].todo > TKT_RENEW;
	tkt_sweep_release(&s);
	return 0;
}

/* The last refresh left nothing stale, if it went as far as the index goes, and what is there is what it left. */
static bool is_known(struct tkt_index *x, int64_t revision)
{
	int64_t reached;

	return x->swept && x->revision == revision && tkt_index_meta(x, "reached", &reached) &&
	       reached <= (int64_t)x->level;
}

int tkt_index_status(struct tkt_index *x, struct tkt_index_status *out, struct tkt_error *err)
{
	int64_t revision = x->revision;
	struct stat st;
	int rc = 0;

	memset(out, 0, sizeof *out);
	out->path = tkt_asprintf("%s%s" TKT_INDEX_FILE, tkt_store_root(x->store),
				 tkt_ends_with(tkt_store_root(x->store), "/") ? "" : "/");
	out->exists = tkt_io_stat(tkt_store_fd(x->store), TKT_INDEX_FILE, &st) == 0;
	if (out->exists)
		out->bytes = (long long)st.st_size;
	out->writable = writable(x);
	tkt_db_why(x, NULL);
	out->believed = tkt_db_believe(x);
	if (out->believed && !is_known(x, revision))
		rc = look(x, out, err);
	if (out->believed && !rc)
		tell(x, out);
	if (out->exists && !out->believed)
		out->why = tkt_strdup_null(x->why);
	else if (!out->writable)
		out->why = tkt_strdup("the directory cannot be written");
	out->embedder = tkt_semantic_name(x);
	tkt_index_rest(x);
	if (rc)
		tkt_index_status_release(out);
	return rc;
}
