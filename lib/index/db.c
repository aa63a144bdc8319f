/* index/db: the connection to SQLite: opened carefully, believed or not, read and written under the lock. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/index_int.h"
#include "sys/file.h"
#include "sys/io.h"

#define BUSY_MS 300

struct tkt_index *tkt_index_new(struct tkt_store *s, const struct tkt_config *config,
				const struct tkt_index_opts *opts)
{
	struct tkt_index *x = tkt_calloc(1, sizeof *x);

	x->store = s;
	x->config = config;
	if (opts)
		x->opts = *opts;
	x->lock.fd = -1;
	x->lock.stop = x->opts.stop;
	return x;
}

void tkt_index_free(struct tkt_index *x)
{
	if (!x)
		return;
	tkt_semantic_free(x);
	tkt_links_free(x);
	tkt_db_close(x);
	tkt_db_unlock(x);
	tkt_index_set_release(&x->live);
	free(x->entries.items);
	free(x->why);
	free(x);
}

void tkt_db_why(struct tkt_index *x, const char *why)
{
	char *copy = tkt_strdup_null(why);

	free(x->why);
	x->why = copy;
}

/* --- small things for everybody --- */

void tkt_db_trouble(struct tkt_index *x, bool on)
{
	x->trouble = on;
	x->broken = false;
}

static bool of_the_machine(int rc)
{
	static const int codes[] = { SQLITE_BUSY, SQLITE_LOCKED,   SQLITE_FULL,     SQLITE_IOERR,
				     SQLITE_NOMEM, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM };

	for (size_t i = 0; i < TKT_LEN(codes); i++)
		if ((rc & 0xff) == codes[i])
			return true;
	return false;
}

int tkt_index_sqlite_error(struct tkt_index *x, int rc, const char *what, struct tkt_error *err)
{
	x->trouble = true;
	x->broken |= !of_the_machine(x->db ? sqlite3_errcode(x->db) : rc);
	return tkt_error_set(err, TKT_EIO, "cannot %s the index: %s", what,
			     x->db ? sqlite3_errmsg(x->db) : sqlite3_errstr(rc));
}

int tkt_index_exec(struct tkt_index *x, const char *sql, struct tkt_error *err)
{
	int rc = sqlite3_exec(x->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : tkt_index_sqlite_error(x, rc, "change", err);
}

int tkt_index_prepare(struct tkt_index *x, const char *sql, sqlite3_stmt **out, struct tkt_error *err)
{
	int rc = sqlite3_prepare_v2(x->db, sql, -1, out, NULL);

	return rc == SQLITE_OK ? 0 : tkt_index_sqlite_error(x, rc, "ask", err);
}

bool tkt_index_meta(struct tkt_index *x, const char *key, int64_t *value)
{
	sqlite3_stmt *q = NULL;
	bool found = false;

	if (x->db && sqlite3_prepare_v2(x->db, "select value from meta where key = ?", -1, &q, NULL) == SQLITE_OK) {
		sqlite3_bind_text(q, 1, key, -1, SQLITE_STATIC);
		found = sqlite3_step(q) == SQLITE_ROW;
		if (found)
			*value = sqlite3_column_int64(q, 0);
	}
	sqlite3_finalize(q);
	return found;
}

int tkt_index_meta_set(struct tkt_index *x, const char *key, int64_t value, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int rc = tkt_index_prepare(x, "insert or replace into meta values(?, ?)", &q, err);

	if (!rc) {
		sqlite3_bind_text(q, 1, key, -1, SQLITE_STATIC);
		sqlite3_bind_int64(q, 2, value);
		if (sqlite3_step(q) != SQLITE_DONE)
			rc = tkt_index_sqlite_error(x, SQLITE_ERROR, "change", err);
	}
	sqlite3_finalize(q);
	return rc;
}

void tkt_index_progress(struct tkt_index *x, const char *what, size_t done, size_t total)
{
	if (x->opts.progress)
		x->opts.progress(x->opts.payload, what, done, total);
}

bool tkt_index_stopped(const struct tkt_index *x)
{
	return x->opts.stop && *x->opts.stop;
}

/* --- opening --- */

char *tkt_db_path(struct tkt_index *x, const char *name)
{
	char root[4096];

	return tkt_io_fd_path(tkt_store_fd(x->store), root, sizeof root) ?
		       tkt_asprintf("%s/%s", strcmp(root, "/") ? root : "", name) :
		       NULL;
}

/* A reader that holds its snapshot lets a commit wait. Most are done in no time; one that is not may be
 * somebody's pager, and the memory is quicker. */
static int busy(void *payload, int tries)
{
	struct tkt_index *x = payload;
	unsigned waited = tries < 8 ? (unsigned)tries : 8 + 5 * (unsigned)(tries - 8);

	if (waited >= x->opts.wait_ms || waited >= BUSY_MS || tkt_index_stopped(x))
		return 0;
	sqlite3_sleep(tries < 8 ? 1 : 5);
	return 1;
}

/* What comes with a file counts for nothing: no triggers, views or functions of its schema are run, nor its
 * cells trusted. */
static void harden(sqlite3 *db)
{
	static const struct {
		int option, value;
	} options[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },      { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 }, { SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },        { SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	};

	for (size_t i = 0; i < TKT_LEN(options); i++)
		sqlite3_db_config(db, options[i].option, options[i].value, (int *)NULL);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
}

int tkt_db_open(struct tkt_index *x, const char *path, bool make, struct tkt_error *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	int rc;

	if (path)
		flags |= SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
	if (make || !path)
		flags |= SQLITE_OPEN_CREATE;
	rc = sqlite3_open_v2(path ? path : ":memory:", &x->db, flags, NULL);
	if (rc != SQLITE_OK) {
		rc = tkt_index_sqlite_error(x, rc, "open", err);
		tkt_db_close(x);
		return rc;
	}
	x->memory = !path;
	harden(x->db);
	sqlite3_busy_handler(x->db, busy, x);
	/* What a killed writer leaves half done is never believed, so its journal needs no file. */
	rc = tkt_index_exec(x,
			    "pragma cell_size_check = on; pragma mmap_size = 0; pragma synchronous = off;"
			    "pragma temp_store = memory; pragma journal_mode = memory",
			    err);
	if (!rc)
		rc = tkt_fulltext_register(x, err);
	if (!rc)
		rc = tkt_sql_register(x, err);
	if (rc)
		tkt_db_close(x);
	return rc;
}

void tkt_db_close(struct tkt_index *x)
{
	sqlite3_finalize(x->by_number);
	sqlite3_finalize(x->by_id);
	sqlite3_finalize(x->add_text);
	x->by_number = x->by_id = x->add_text = NULL;
	tkt_db_rest(x);
	sqlite3_close_v2(x->db);
	x->db = NULL;
	x->memory = false;
}

void tkt_db_rest(struct tkt_index *x)
{
	if (x->by_number)
		sqlite3_reset(x->by_number);
	if (x->by_id)
		sqlite3_reset(x->by_id);
	if (x->db && !sqlite3_get_autocommit(x->db))
		sqlite3_exec(x->db, "rollback", NULL, NULL, NULL);
	x->reading = x->writing = false;
}

void tkt_index_rest(struct tkt_index *x)
{
	if (!x || x->writing)
		return;
	tkt_db_rest(x);
	x->swept = false;
}

bool tkt_index_rests(const struct tkt_index *x)
{
	return !x || (!x->reading && !x->writing);
}

int tkt_db_read(struct tkt_index *x, struct tkt_error *err)
{
	int rc;

	tkt_db_rest(x);
	rc = tkt_index_exec(x, "begin", err);
	if (!rc && !tkt_index_meta(x, "revision", &x->revision))
		rc = tkt_index_sqlite_error(x, SQLITE_ERROR, "read", err);
	if (rc)
		tkt_db_rest(x);
	else
		x->reading = true;
	return rc;
}

/* --- believing --- */

/* A journal beside the file would be played back into it; we never leave one. */
static bool has_journal(int rootfd)
{
	static const char *const names[] = { TKT_INDEX_FILE "-journal", TKT_INDEX_FILE "-wal",
					     TKT_INDEX_FILE "-shm" };
	struct stat st;

	for (size_t i = 0; i < TKT_LEN(names); i++)
		if (tkt_io_stat(rootfd, names[i], &st) == 0)
			return true;
	return false;
}

static bool sound(struct tkt_index *x)
{
	sqlite3_stmt *q = NULL;
	bool good = false;

	if (sqlite3_prepare_v2(x->db, "pragma integrity_check(1)", -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW) {
		const char *says = (const char *)sqlite3_column_text(q, 0);

		good = says && strcmp(says, "ok") == 0;
	}
	sqlite3_finalize(q);
	return good;
}

/* Looks before and, with the file's own lock held, after opening: then nobody can have changed it between. */
bool tkt_db_believe(struct tkt_index *x)
{
	int rootfd = tkt_store_fd(x->store);
	struct tkt_stamp said, now;
	bool rebooted = false, good;
	char *path = NULL;

	tkt_db_rest(x);
	if (!tkt_stamp_look(rootfd, &now)) {
		tkt_db_why(x, "there is none");
		tkt_db_close(x);
		return false;
	}
	good = tkt_stamp_read(rootfd, &said) && tkt_stamp_same(&said, &now, &rebooted) &&
	       !has_journal(rootfd);
	if (x->db && (x->memory || !good || !tkt_stamp_same(&x->opened, &now, NULL)))
		tkt_db_close(x);
	if (good && !x->db) {
		path = tkt_db_path(x, TKT_INDEX_FILE);
		good = path && tkt_db_open(x, path, false, NULL) == 0;
	}
	good = good && tkt_db_read(x, NULL) == 0 && tkt_stamp_look(rootfd, &now) &&
	       tkt_stamp_same(&said, &now, NULL) && tkt_schema_ours(x) && (!rebooted || sound(x));
	if (good && rebooted)
		tkt_stamp_write(rootfd, &now);
	if (!good) {
		tkt_db_why(x, "it is not as tkt left it");
		tkt_db_close(x);
	}
	x->opened = now;
	free(path);
	return good;
}

bool tkt_index_exists(struct tkt_index *x)
{
	struct tkt_stamp said, now;

	return !x->opts.memory && tkt_stamp_look(tkt_store_fd(x->store), &now) &&
	       tkt_stamp_read(tkt_store_fd(x->store), &said) && tkt_stamp_same(&said, &now, NULL);
}

/* --- writing --- */

/* .tkt, where it is not there yet and the root can be written; never committed. */
static int make_private(struct tkt_index *x, struct tkt_error *err)
{
	int rootfd = tkt_store_fd(x->store), rc;
	struct stat st;

	if (tkt_io_stat(rootfd, ".tkt/.gitignore", &st) == 0)
		return 0;
	rc = tkt_dir_make(rootfd, ".tkt", err);
	if (!rc) {
		rc = tkt_file_create(rootfd, ".tkt/.gitignore", "*\n", 2, false, NULL);
		rc = rc == TKT_EEXISTS ? 0 : rc;
		if (rc)
			tkt_error_set(err, (enum tkt_code)rc, "cannot write '.tkt/.gitignore'");
	}
	return rc;
}

int tkt_db_lock(struct tkt_index *x, unsigned wait_ms)
{
	struct tkt_error e = TKT_ERROR_INIT;
	int rc = 0;

	if (x->lock.fd >= 0)
		return 0;
	rc = make_private(x, &e);
	if (!rc)
		rc = tkt_lock_take(&x->lock, tkt_store_fd(x->store), TKT_INDEX_LOCK, wait_ms, &e);
	if (rc)
		tkt_db_why(x, e.message);
	tkt_error_release(&e);
	return rc;
}

void tkt_db_unlock(struct tkt_index *x)
{
	tkt_lock_drop(&x->lock);
}

/* Where SQLite waited in vain for a reader, nothing was written and the old stamp holds. */
static void restore_stamp(struct tkt_index *x)
{
	struct tkt_stamp now;

	if (tkt_stamp_look(tkt_store_fd(x->store), &now) && tkt_stamp_same(&now, &x->opened, NULL))
		tkt_stamp_write(tkt_store_fd(x->store), &now);
}

int tkt_db_commit(struct tkt_index *x, struct tkt_error *err)
{
	int rootfd = tkt_store_fd(x->store), rc;
	struct tkt_stamp now;

	rc = tkt_index_meta_set(x, "revision", x->revision + 1, err);
	if (rc)
		return rc;
	if (!x->memory)
		tkt_stamp_spoil(rootfd);
	rc = tkt_index_exec(x, "commit", err);
	if (rc) {
		tkt_db_rest(x);
		if (!x->memory)
			restore_stamp(x);
		return rc;
	}
	x->writing = false;
	if (!x->memory && tkt_stamp_look(rootfd, &now)) {
		x->opened = now;
		tkt_stamp_write(rootfd, &now);
	}
	return tkt_db_read(x, err);
}

/* Who has the lock may wait for us to let go of the snapshot; afterwards it may be another. */
static int wait_for_lock(struct tkt_index *x, struct tkt_error *err)
{
	int64_t was = x->revision;

	if (tkt_db_lock(x, 0) == 0)
		return 0;
	tkt_db_rest(x);
	if (tkt_db_lock(x, x->opts.wait_ms) == 0)
		return 0;
	if (tkt_db_read(x, NULL) != 0 || x->revision != was)
		return tkt_error_set(err, TKT_ECONFLICT, "the index changed meanwhile");
	return tkt_error_set(err, TKT_ELOCKED, "cannot change the index: %s", x->why);
}

int tkt_index_begin(struct tkt_index *x, struct tkt_error *err)
{
	int64_t was = x->revision;
	bool swept = x->swept;
	int rc = x->memory ? 0 : wait_for_lock(x, err);

	x->swept = false; /* it may be another's snapshot now */
	if (rc)
		return rc;
	if (!x->memory && !tkt_db_believe(x)) {
		tkt_db_unlock(x);
		return tkt_error_set(err, TKT_ECONFLICT, "the index was replaced meanwhile");
	}
	tkt_db_rest(x);
	rc = tkt_index_exec(x, "begin immediate", err);
	if (!rc && (!tkt_index_meta(x, "revision", &x->revision) || x->revision != was))
		rc = tkt_error_set(err, TKT_ECONFLICT, "the index changed meanwhile");
	if (rc) {
		tkt_db_rest(x);
		tkt_db_unlock(x);
		(void)tkt_db_read(x, NULL);
		return rc;
	}
	x->writing = true;
	x->swept = swept;
	return 0;
}

int tkt_index_end(struct tkt_index *x, bool good, struct tkt_error *err)
{
	int rc = 0;

	if (good)
		rc = tkt_db_commit(x, err);
	if (!good || rc) {
		tkt_db_rest(x);
		(void)tkt_db_read(x, NULL);
	}
	tkt_db_unlock(x);
	return rc;
}
