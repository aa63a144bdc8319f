/* index/refresh_run: where the index that catches up lies: on disk, made anew, or in memory. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/rebuild.h"
#include "index/refresh.h"
#include "sys/io.h"

#define MANY 500 /* changes: SQLite may write some of them before the commit */

struct run {
	struct tkt_index *x;
	enum tkt_index_level level;
	struct tkt_index_refreshed done;
	struct tkt_error err; /* what is not the index's own trouble */
};

static void told(struct run *r, const struct tkt_change *c)
{
	r->done.read += c->read;
	r->done.gone += c->gone;
}

/* The clock of the file system that the tickets lie on. */
static bool fs_now(struct tkt_index *x, int64_t *now)
{
	struct stat st;

	if (tkt_io_touch(x->lock.fd) < 0 || tkt_io_fstat(x->lock.fd, &st) < 0)
		return false;
	*now = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	return true;
}

/* What lies there is read, and nothing has to be written: 0. */
static int try_reading(struct run *r, struct tkt_sweep *s)
{
	struct tkt_index *x = r->x;
	int rc = tkt_entries_load(x, r->level, &r->err);

	return rc ? rc : tkt_look(x, r->level, s, &r->err);
}

static int write_changes(struct run *r, struct tkt_sweep *s)
{
	struct tkt_index *x = r->x;
	struct tkt_change c = { .x = x, .s = s };
	int rc;

	if (!fs_now(x, &c.now))
		return tkt_error_set(&r->err, TKT_ELOCKED, "cannot touch '%s'", TKT_INDEX_LOCK);
	tkt_db_rest(x);
	if (s->must + s->may > MANY)
		tkt_stamp_spoil(tkt_store_fd(x->store));
	rc = tkt_index_exec(x, s->must + s->may > MANY ? "pragma cache_spill = on; begin immediate" :
							 "pragma cache_spill = off; pragma cache_size = -16384;"
							 "begin immediate",
			    &r->err);
	if (rc)
		return rc;
	x->writing = true;
	rc = tkt_apply(&c, &r->err);
	if (!rc && s->must + s->may > MANY)
		rc = tkt_index_exec(x, "pragma incremental_vacuum", &r->err);
	if (!rc)
		rc = tkt_db_commit(x, &r->err);
	else
		tkt_db_rest(x);
	if (!rc)
		rc = tkt_entries_load(x, r->level, &r->err);
	if (!rc)
		told(r, &c);
	return rc;
}

/* With the lock held. Another process may have done the work while we waited for it. */
static int write_disk(struct run *r, struct tkt_sweep *s, int64_t revision)
{
	struct tkt_index *x = r->x;
	int rc = 0;

	tkt_rests_remove(tkt_store_fd(x->store));
	if (!tkt_db_believe(x)) {
		tkt_error_release(&r->err);
		r->done.rebuilt = true;
		return tkt_build(x, r->level, &r->done, &r->err);
	}
	if (x->revision != revision) {
		tkt_sweep_release(s);
		rc = try_reading(r, s);
	}
	if (!rc && s->must + s->may)
		rc = write_changes(r, s);
	if (rc && x->broken && !tkt_index_stopped(x)) { /* it looked sound, but is not */
		tkt_error_release(&r->err);
		tkt_db_close(x);
		r->done.rebuilt = true;
		rc = tkt_build(x, r->level, &r->done, &r->err);
	}
	return rc;
}

/* 0; TKT_ENO: the disk is not for us, x->why says why; else what is wrong with the tickets. */
static int on_disk(struct run *r)
{
	struct tkt_index *x = r->x;
	struct tkt_sweep s = { .must = 1 };
	int64_t revision = -1;
	int rc = TKT_ENO;

	if (tkt_db_believe(x)) {
		revision = x->revision;
		rc = try_reading(r, &s);
		if (rc && !x->trouble)
			goto out;
	}
	if (rc == 0 && !s.must) {
		/* Nothing that the answer needs; what may be noted is, if nobody else is at it. */
		if (s.may && tkt_db_lock(x, 0) == 0)
			rc = write_disk(r, &s, revision);
		goto out;
	}
	tkt_db_rest(x); /* who has the lock may wait for us to let go */
	rc = tkt_db_lock(x, x->opts.wait_ms);
	if (rc) {
		rc = tkt_index_stopped(x) ? TKT_EIO : TKT_ENO;
		goto out;
	}
	tkt_db_trouble(x, false);
	rc = write_disk(r, &s, revision);
out:
	tkt_db_unlock(x);
	tkt_sweep_release(&s);
	if (rc && rc != TKT_ENO && x->trouble && !tkt_index_stopped(x)) {
		if (r->err.message)
			tkt_db_why(x, r->err.message);
		tkt_error_release(&r->err);
		rc = TKT_ENO;
	}
	return rc;
}

/* What lies on disk is the start, if it can be read at all. */
static int memory_open(struct tkt_index *x, struct tkt_error *err)
{
	char *why = tkt_strdup_null(x->why);
	sqlite3 *disk = NULL;
	sqlite3_backup *copy;
	int rc;

	if (!x->opts.memory && !x->broken && tkt_db_believe(x)) {
		disk = x->db;
		x->db = NULL;
	}
	tkt_db_why(x, why);
	free(why);
	rc = tkt_db_open(x, NULL, true, err);
	if (!rc && disk) {
		copy = sqlite3_backup_init(x->db, "main", disk, "main");
		if (copy)
			sqlite3_backup_step(copy, -1);
		if (!copy || sqlite3_backup_finish(copy) != SQLITE_OK) {
			tkt_db_close(x);
			rc = tkt_db_open(x, NULL, true, err);
			sqlite3_close_v2(disk);
			disk = NULL;
		}
	}
	if (!rc && !disk) {
		rc = tkt_schema_create(x, err);
		if (!rc)
			rc = tkt_schema_indexes(x, err);
	}
	sqlite3_close_v2(disk);
	return rc;
}

static int in_memory(struct run *r)
{
	struct tkt_index *x = r->x;
	struct tkt_sweep s = { .must = 0 };
	struct tkt_change c = { .x = x, .s = &s };
	int rc = 0;

	if (!x->db || !x->memory) {
		tkt_db_close(x);
		rc = memory_open(x, &r->err);
	}
	if (rc)
		return rc;
	tkt_db_rest(x);
	rc = tkt_index_exec(x, "begin", &r->err);
	if (!rc && !tkt_index_meta(x, "revision", &x->revision))
		rc = tkt_index_sqlite_error(x, SQLITE_ERROR, "read", &r->err);
	if (!rc)
		rc = try_reading(r, &s);
	/* No file tells the time; what changed last of all is not older than now. */
	for (size_t i = 0; !rc && i < s.names.n; i++) {
		if (s.looks[i].newest > c.now)
			c.now = s.looks[i].newest;
		if (s.looks[i].newest_text > c.now)
			c.now = s.looks[i].newest_text;
	}
	if (s.dirs_newest > c.now)
		c.now = s.dirs_newest;
	if (!rc && s.must + s.may) {
		rc = tkt_apply(&c, &r->err);
		if (!rc)
			rc = tkt_db_commit(x, &r->err);
		if (!rc)
			rc = tkt_entries_load(x, r->level, &r->err);
		told(r, &c);
	} else if (!rc) {
		x->reading = true;
	}
	if (rc)
		tkt_db_close(x);
	tkt_sweep_release(&s);
	return rc;
}

int tkt_refresh_in_memory(struct tkt_index *x, enum tkt_index_level level, struct tkt_error *err)
{
	struct run r = { .x = x, .level = level, .err = TKT_ERROR_INIT };
	int rc = in_memory(&r);

	x->swept = false;
	if (rc)
		return tkt_error_move(err, &r.err);
	x->level = level;
	return 0;
}

static int interrupted(struct run *r)
{
	tkt_error_release(&r->err);
	return tkt_error_set(&r->err, TKT_EIO, "interrupted");
}

int tkt_refresh(struct tkt_index *x, enum tkt_index_level level, bool no_memory,
		struct tkt_index_refreshed *out, struct tkt_error *err)
{
	struct run r = { .x = x, .level = level, .err = TKT_ERROR_INIT };
	int rc = TKT_ENO;

	tkt_db_why(x, NULL);
	tkt_db_trouble(x, false);
	x->swept = false;
	if (!x->opts.memory && !x->memory)
		rc = on_disk(&r);
	if (rc == TKT_ENO && !no_memory) {
		memset(&r.done, 0, sizeof r.done);
		rc = in_memory(&r);
		r.done.memory = true;
	}
	x->swept = !rc && !r.done.memory;
	if (!rc)
		x->level = level;
	else if (tkt_index_stopped(x))
		rc = interrupted(&r);
	else if (rc != TKT_ENO)
		tkt_error_set(&r.err, TKT_EIO, "cannot make the index");
	if (!rc && out) {
		*out = r.done;
		out->tickets = x->live.n;
		out->why = r.done.memory ? tkt_strdup_null(x->why) : NULL;
	} else if (rc && rc != TKT_ENO) {
		rc = tkt_error_move(err, &r.err);
		rc = rc ? rc : TKT_EIO;
	}
	tkt_error_release(&r.err);
	return rc;
}

int tkt_index_refresh(struct tkt_index *x, enum tkt_index_level level, struct tkt_index_refreshed *out,
		      struct tkt_error *err)
{
	return tkt_refresh(x, level, false, out, err);
}

int tkt_index_stale(struct tkt_index *x, enum tkt_index_level level, struct tkt_error *err)
{
	int64_t reached;

	if (x->opts.memory || !tkt_db_believe(x) || !tkt_index_meta(x, "reached", &reached) ||
	    reached < (int64_t)level || tkt_entries_load(x, level, NULL) != 0) {
		tkt_db_rest(x);
		return tkt_error_set(err, TKT_ENO, "there is no index that knows as much");
	}
	x->level = level;
	x->swept = false;
	return 0;
}
