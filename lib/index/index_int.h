/* index: what the files of lib/index/ share. Private to them. Floor 3. */
#ifndef TKT_INDEX_INDEX_INT_H
#define TKT_INDEX_INDEX_INT_H

#include <sqlite3.h>

#include "index/index.h"
#include "index/semantic.h"
#include "index/stamp.h"
#include "sys/lock.h"

/* What is known of a ticket in memory after a refresh: enough to map numbers without SQL. */
struct tkt_index_entry {
	int64_t n;
	uint64_t id_hash; /* tkt_fnv1a of the id */
	uint64_t print;   /* of the stats of item.md and thread.md */
	uint64_t print_text; /* of those of resolution.md and artifacts/ */
	unsigned char status, level, flags; /* TKT_SWEEP_* */
};

struct tkt_index {
	struct tkt_store *store;
	const struct tkt_config *config;
	struct tkt_index_opts opts;
	sqlite3 *db;   /* NULL before the first refresh */
	bool memory;   /* db is one in memory */
	bool writing;  /* the index lock is held and a write transaction is open */
	struct { struct tkt_index_entry *items; size_t n, cap; } entries; /* sorted by n */
	struct tkt_index_set live;
	/* private parts of single files may follow; see their comments */
	void *semantic; /* semantic.c: model in memory; freed by tkt_semantic_free */
	void *links; /* links_add.c: commits that wait for the end; freed by tkt_links_free */

	/* db.c */
	struct tkt_lock lock;   /* of .tkt/index.lock, while it is held */
	struct tkt_stamp opened; /* the file that db is, when it was opened or written last */
	bool reading;           /* a transaction is open: the snapshot */
	bool trouble;           /* SQLite said no since this was set to false */
	bool broken;            /* and not because of the machine: the file is not what it seemed */
	int64_t revision;       /* of the snapshot */
	enum tkt_index_level level; /* what the last refresh reached */
	bool swept;             /* the snapshot is that of this process's last look at the tickets */
	sqlite3_stmt *by_number, *by_id;
	sqlite3_stmt *add_text; /* fulltext.c's, as long as rows are put in */
	char *why;              /* what keeps us from the disk, or from what lies there; or NULL */
};

enum { /* sweep.flags */
	TKT_SWEEP_RACY = 1,       /* item.md or thread.md may change without a trace */
	TKT_SWEEP_BAD = 2,        /* item.md cannot be read as a ticket */
	TKT_SWEEP_PARTIAL = 4,    /* something else of it cannot */
	TKT_SWEEP_FILES = 8,      /* there are files in artifacts/ */
	TKT_SWEEP_SPLIT = 16,     /* it lies in two status directories */
	TKT_SWEEP_RACY_TEXT = 32, /* as RACY, of resolution.md and artifacts/ */
	TKT_SWEEP_DEAD = TKT_SWEEP_BAD | TKT_SWEEP_SPLIT
};

/* --- between db, schema, sweep, rows, refresh, rebuild, status and key; nobody else calls these --- */

/* db.c. `path` NULL: in memory. Opens x->db, which is none before. */
int tkt_db_open(struct tkt_index *x, const char *path, bool make, struct tkt_error *err);
void tkt_db_trouble(struct tkt_index *x, bool on);
void tkt_db_close(struct tkt_index *x);
/* The absolute path of a file in .tkt, without links; owned. NULL where it cannot be told. */
char *tkt_db_path(struct tkt_index *x, const char *name);
/* Opens the index on disk if it is to be believed, and begins to read: x->reading. False: x->why says why not. */
bool tkt_db_believe(struct tkt_index *x);
/* The lock, made with .tkt where missing. 0, or why there is none (x->why too). */
int tkt_db_lock(struct tkt_index *x, unsigned wait_ms);
void tkt_db_unlock(struct tkt_index *x);
void tkt_db_why(struct tkt_index *x, const char *why);
/* Ends what is open: the snapshot, or an unfinished change. */
void tkt_db_rest(struct tkt_index *x);
/* Begins to read, in the state that is now the last: x->revision. */
int tkt_db_read(struct tkt_index *x, struct tkt_error *err);
/* After `begin immediate`: revision + 1, commit, stamp, and reading again. */
int tkt_db_commit(struct tkt_index *x, struct tkt_error *err);

/* schema.c */
int tkt_schema_create(struct tkt_index *x, struct tkt_error *err);
int tkt_schema_indexes(struct tkt_index *x, struct tkt_error *err); /* after the first rows are in */
bool tkt_schema_ours(struct tkt_index *x);

/* refresh.c */
int tkt_refresh(struct tkt_index *x, enum tkt_index_level level, bool no_memory,
		struct tkt_index_refreshed *out, struct tkt_error *err);
/* From here on in memory, with what the disk knows to start from. */
int tkt_refresh_in_memory(struct tkt_index *x, enum tkt_index_level level, struct tkt_error *err);
/* entries and live of the snapshot; by the names alone every ticket in one place counts. */
int tkt_entries_load(struct tkt_index *x, enum tkt_index_level level, struct tkt_error *err);

/* sql trouble -> TKT_EIO with SQLite's words; callers above never see it (refresh bypasses). */
int tkt_index_sqlite_error(struct tkt_index *x, int rc, const char *what, struct tkt_error *err);
int tkt_index_exec(struct tkt_index *x, const char *sql, struct tkt_error *err);
/* *out is the caller's to finalize. */
int tkt_index_prepare(struct tkt_index *x, const char *sql, sqlite3_stmt **out, struct tkt_error *err);
/* meta(key, value): small facts. get: NULL stmt-free; returns false if there is none. */
bool tkt_index_meta(struct tkt_index *x, const char *key, int64_t *value);
int tkt_index_meta_set(struct tkt_index *x, const char *key, int64_t value, struct tkt_error *err);
/* Enters a write transaction for changes beside a refresh (vectors): takes the lock if it is not held,
 * and leaves it with commit (good) or rollback. In memory: only the transaction. TKT_ELOCKED: another
 * process writes. begin may find that the index changed since the refresh: TKT_ECONFLICT, refresh again. */
int tkt_index_begin(struct tkt_index *x, struct tkt_error *err);
int tkt_index_end(struct tkt_index *x, bool good, struct tkt_error *err);
void tkt_index_progress(struct tkt_index *x, const char *what, size_t done, size_t total);
bool tkt_index_stopped(const struct tkt_index *x);

/* fulltext.c: called by open for every connection, by schema, and for each ticket (re)read at the text level. */
int tkt_fulltext_register(struct tkt_index *x, struct tkt_error *err); /* tokenizer and functions */
int tkt_fulltext_create(struct tkt_index *x, struct tkt_error *err);   /* the virtual table */
int tkt_fulltext_add(struct tkt_index *x, int64_t n, const struct tkt_doc *d, struct tkt_error *err);
/* sql.c: functions of its own for every connection. */
int tkt_sql_register(struct tkt_index *x, struct tkt_error *err);
/* links_add.c */
int tkt_links_create(struct tkt_index *x, struct tkt_error *err); /* its tables */
int tkt_links_copy(struct tkt_index *x, sqlite3 *old, struct tkt_error *err); /* what another index knows of history */
void tkt_links_free(struct tkt_index *x);
/* semantic.c */
int tkt_semantic_create(struct tkt_index *x, struct tkt_error *err); /* its tables */
void tkt_semantic_free(struct tkt_index *x);
/* Rows of a number that died; vectors may go at once (full text stays until the next rebuild). */
int tkt_semantic_drop(struct tkt_index *x, int64_t n, struct tkt_error *err);

#endif
