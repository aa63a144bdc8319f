/* index/rebuild: an index from nothing, beside the old one until it is done. */
#include "index/rebuild.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/refresh.h"
#include "sys/file.h"
#include "sys/io.h"
#include "sys/walk.h"

#define HEAD ".tkt/index-"

/* A killed process may have left its own behind. We hold the lock: nobody else is at it. */
void tkt_rests_remove(int rootfd)
{
	struct tkt_listing l = { NULL, 0, 0, NULL };
	struct tkt_buf path = TKT_BUF_INIT;

	if (tkt_walk_unsorted(&l, rootfd, ".tkt", NULL) != 0)
		return;
	for (size_t i = 0; i < l.n; i++) {
		if (!tkt_starts_with(l.items[i].name, "index-"))
			continue;
		tkt_buf_reset(&path);
		tkt_buf_printf(&path, ".tkt/%s", l.items[i].name);
		tkt_tree_remove(rootfd, path.ptr, NULL);
	}
	tkt_buf_release(&path);
	tkt_listing_release(&l);
}

/* Whatever stands in the way goes; a journal first, or it would be played into the new file. */
static int put_in_place(int rootfd, const char *name, struct tkt_error *err)
{
	static const char *const others[] = { TKT_INDEX_FILE "-journal", TKT_INDEX_FILE "-wal",
					      TKT_INDEX_FILE "-shm" };
	struct stat st;
	int rc = 0;

	tkt_stamp_spoil(rootfd);
	for (size_t i = 0; !rc && i < TKT_LEN(others); i++)
		if (tkt_io_stat(rootfd, others[i], &st) == 0)
			rc = tkt_tree_remove(rootfd, others[i], err);
	if (!rc && tkt_io_stat(rootfd, TKT_INDEX_FILE, &st) == 0 && S_ISDIR(st.st_mode))
		rc = tkt_tree_remove(rootfd, TKT_INDEX_FILE, err);
	if (!rc && tkt_io_rename(rootfd, name, rootfd, TKT_INDEX_FILE) < 0)
		rc = tkt_error_set(err, TKT_EIO, "cannot put '%s' in its place", TKT_INDEX_FILE);
	return rc;
}

/* The revision grows over a rebuild too: it starts from the time, in milliseconds. */
static int start(struct tkt_index *x, int64_t now, struct tkt_error *err)
{
	int rc = tkt_index_exec(x,
				"pragma page_size = 4096; pragma auto_vacuum = incremental; pragma journal_mode = off;"
				"pragma locking_mode = exclusive; pragma cache_size = -12288; begin",
				err);

	if (!rc)
		rc = tkt_schema_create(x, err);
	x->revision = now / 1000000;
	return rc ? rc : tkt_index_meta_set(x, "revision", x->revision, err);
}

static int fill(struct tkt_index *x, enum tkt_index_level level, struct tkt_index_refreshed *done,
		struct tkt_error *err)
{
	struct tkt_sweep s = { .must = 0 };
	struct tkt_change c = { .x = x, .s = &s };
	struct stat st;
	int rc;

	if (tkt_io_touch(x->lock.fd) < 0 || tkt_io_fstat(x->lock.fd, &st) < 0) {
		x->trouble = true;
		return tkt_error_set(err, TKT_EIO, "cannot touch '%s'", TKT_INDEX_LOCK);
	}
	c.now = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	x->entries.n = 0;
	tkt_index_set_release(&x->live);
	rc = start(x, c.now, err);
	if (!rc)
		rc = tkt_look(x, level, &s, err);
	if (!rc)
		rc = tkt_apply(&c, err);
	if (!rc)
		rc = tkt_schema_indexes(x, err);
	if (!rc) /* merging the full text leaves a quarter of the file free */
		rc = tkt_index_exec(x, "pragma incremental_vacuum; commit", err);
	if (!rc) {
		done->read = c.read;
		done->gone = c.gone;
	}
	tkt_sweep_release(&s);
	return rc;
}

static int build(struct tkt_index *x, enum tkt_index_level level, struct tkt_index_refreshed *done,
		 int (*more)(struct tkt_index *x, void *payload, struct tkt_error *err), void *payload,
		 struct tkt_error *err)
{
	int rootfd = tkt_store_fd(x->store), rc;
	struct tkt_buf name = TKT_BUF_INIT;
	struct tkt_stamp now;
	char *path;

	tkt_rests_remove(rootfd);
	tkt_tmp_name(&name, HEAD "new");
	path = tkt_db_path(x, name.ptr);
	tkt_db_trouble(x, false);
	if (!path) {
		x->trouble = true;
		rc = tkt_error_set(err, TKT_EIO, "cannot tell where '%s' lies", tkt_store_root(x->store));
		goto out;
	}
	/* SQLite would make it without the right to write for a group that shares the checkout. */
	rc = tkt_file_create(rootfd, name.ptr, "", 0, false, err);
	x->trouble |= rc != 0;
	if (!rc)
		rc = tkt_db_open(x, path, true, err);
	if (!rc)
		rc = fill(x, level, done, err);
	if (!rc && more)
		rc = more(x, payload, err);
	tkt_db_close(x);
	if (!rc) {
		rc = put_in_place(rootfd, name.ptr, err);
		x->trouble |= rc != 0;
	}
	if (rc) {
		tkt_tree_remove(rootfd, name.ptr, NULL);
		goto out;
	}
	if (tkt_stamp_look(rootfd, &now))
		tkt_stamp_write(rootfd, &now);
	if (!tkt_db_believe(x)) {
		x->trouble = true;
		rc = tkt_error_set(err, TKT_EIO, "cannot use the index: %s", x->why);
	} else {
		rc = tkt_entries_load(x, level, err);
	}
out:
	free(path);
	tkt_buf_release(&name);
	return rc;
}

int tkt_build(struct tkt_index *x, enum tkt_index_level level, struct tkt_index_refreshed *done,
	      struct tkt_error *err)
{
	return build(x, level, done, NULL, NULL, err);
}

/* --- on request --- */

/* What was paid for: a row is a vector by the hash of its text, whoever asks. And what history says. */
static int copy_cache(struct tkt_index *x, void *payload, struct tkt_error *err)
{
	sqlite3_stmt *from = NULL, *to = NULL;
	int rc = 0;

	if (!payload ||
	    sqlite3_prepare_v2(payload, "select key, data from embed_cache", -1, &from, NULL) != SQLITE_OK)
		return 0;
	rc = tkt_index_exec(x, "begin", err);
	if (!rc)
		rc = tkt_index_prepare(x, "insert or ignore into embed_cache(key, data) values(?, ?)", &to, err);
	while (!rc && sqlite3_step(from) == SQLITE_ROW) {
		sqlite3_bind_value(to, 1, sqlite3_column_value(from, 0));
		sqlite3_bind_value(to, 2, sqlite3_column_value(from, 1));
		if (sqlite3_step(to) != SQLITE_DONE)
			rc = tkt_index_sqlite_error(x, SQLITE_ERROR, "change", err);
		sqlite3_reset(to);
	}
	sqlite3_finalize(from);
	sqlite3_finalize(to);
	if (!rc)
		rc = tkt_links_copy(x, payload, err);
	return rc ? rc : tkt_index_exec(x, "commit", err);
}

int tkt_index_rebuild(struct tkt_index *x, struct tkt_index_refreshed *out, struct tkt_error *err)
{
	struct tkt_index_refreshed done = { .rebuilt = true };
	struct tkt_error e = TKT_ERROR_INIT;
	sqlite3 *old = NULL;
	int rc;

	tkt_semantic_free(x);
	if (x->memory)
		tkt_db_close(x);
	if (x->opts.memory || tkt_db_lock(x, x->opts.wait_ms) != 0)
		goto bypass;
	if (tkt_db_believe(x)) {
		tkt_db_rest(x);
		old = x->db;
		x->db = NULL;
	}
	tkt_db_close(x);
	rc = build(x, TKT_INDEX_TEXT, &done, copy_cache, old, &e);
	sqlite3_close_v2(old);
	tkt_db_unlock(x);
	if (rc && x->trouble && !tkt_index_stopped(x)) {
		tkt_error_release(&e);
		goto bypass;
	}
	if (rc)
		return tkt_error_move(err, &e);
	x->level = TKT_INDEX_TEXT;
	x->swept = true;
	done.tickets = x->live.n;
	if (out)
		*out = done;
	return 0;
bypass:
	return tkt_refresh(x, TKT_INDEX_TEXT, false, out, err);
}
