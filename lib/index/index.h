/* index/index: the throwaway index <root>/.tkt/index.sqlite. Floor 3 [sqlite3].
 *
 * A cache of what the files say: it may be deleted, cut, overwritten or replaced at any moment, and no
 * answer changes. It is believed only if it is byte for byte the file that tkt left there (a stamp beside it
 * holds its inode and times), so a planted or damaged one is never read; then it is made anew, or, where
 * .tkt cannot be written or another process holds it, made in memory. Never fsynced.
 *
 * A ticket's row has a number `n` that is never used twice: a changed ticket gets a new one. Whoever keeps
 * data by n (full text, vectors) may leave that of dead numbers lying; `live` tells which count. */
#ifndef TKT_INDEX_INDEX_H
#define TKT_INDEX_INDEX_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "store/store.h"
#include "text/config.h"

struct tkt_index;
struct tkt_embed; /* index/semantic.h */

enum tkt_index_level { /* how much of a ticket the index knows; each holds the ones before it */
	TKT_INDEX_NAMES,  /* id, status, key: from the names of the directories alone */
	TKT_INDEX_FIELDS, /* the frontmatter, lists, edges, the headers of events */
	TKT_INDEX_TEXT    /* full text; artifacts and resolution are looked at too */
};

struct tkt_index_opts {
	unsigned wait_ms;                  /* for another process that writes the index; then it is bypassed */
	const volatile sig_atomic_t *stop; /* a signal ends long work with TKT_EIO "interrupted"; NULL = never */
	/* Long work tells how far it is: "reading", "words", "vectors", "learning". NULL: nobody asks. */
	void (*progress)(void *payload, const char *what, size_t done, size_t total);
	void *payload;
	bool memory;                       /* leave the disk alone (tests; --no-index) */
	const struct tkt_embed *embed;     /* who makes vectors; NULL: the built-in one. Borrowed for life */
};

/* Does not touch a file yet. Config and store are borrowed for life. */
struct tkt_index *tkt_index_new(struct tkt_store *s, const struct tkt_config *config,
				const struct tkt_index_opts *opts);
void tkt_index_free(struct tkt_index *x);

/* True if an index lies on disk that would be believed. Costs a few system calls. */
bool tkt_index_exists(struct tkt_index *x);

struct tkt_index_refreshed {
	size_t tickets, read, gone; /* live tickets; (re)read in this refresh; rows that went */
	bool rebuilt;               /* there was none to believe */
	bool memory;                /* made in memory: `why` says what kept it from the disk */
	char *why;                  /* owned, or NULL */
};
void tkt_index_refreshed_release(struct tkt_index_refreshed *r);

/* Makes the index know every ticket up to `level` as it lies on disk now, and holds that snapshot for
 * reading until the next refresh or _free. Trouble with the index itself never shows: it is rebuilt or
 * bypassed. *out may be NULL. TKT_EIO: the tickets' directories cannot be read, or interrupted. */
int tkt_index_refresh(struct tkt_index *x, enum tkt_index_level level, struct tkt_index_refreshed *out,
		      struct tkt_error *err);
/* Ends the snapshot, so that others can write: whoever has his answer and lives on (a pager, a server)
 * calls it. What is borrowed stays; questions are answered from what is then there. */
void tkt_index_rest(struct tkt_index *x);
bool tkt_index_rests(const struct tkt_index *x); /* there is no snapshot; true for NULL */
/* Uses what is on disk as it is, without a look at the tickets: for answers that are hints only.
 * TKT_ENO: there is none to believe or it does not reach that level. */
int tkt_index_stale(struct tkt_index *x, enum tkt_index_level level, struct tkt_error *err);
/* From nothing: a new file beside the old one, put in its place when done; text level, then vectors by
 * tkt_semantic_refresh. What HTTP embedders gave is kept (index/embed_cache). */
int tkt_index_rebuild(struct tkt_index *x, struct tkt_index_refreshed *out, struct tkt_error *err);

struct tkt_index_status {
	bool exists, believed, writable;
	char *path;              /* owned */
	char *why;               /* not believed or not writable because; owned or NULL */
	long long bytes;
	int64_t revision;        /* grows with every change of what the index knows */
	size_t tickets, fields, text, vectors; /* tickets in all; how many are known to that level */
	size_t stale;            /* tickets that changed on disk since */
	char *embedder;          /* "lsa-hash-1 (builtin)", "openai-compatible MODEL 768"; owned */
};
/* What is there, without changing it. Ends the snapshot. Right after a refresh or rebuild nothing is looked at
 * twice: the tickets are as that found them. */
int tkt_index_status(struct tkt_index *x, struct tkt_index_status *out, struct tkt_error *err);
void tkt_index_status_release(struct tkt_index_status *st);

/* A set of ticket numbers. */
struct tkt_index_set {
	uint64_t *bits;
	size_t words; /* of 64 */
	size_t n;     /* members */
};
static inline bool tkt_index_set_has(const struct tkt_index_set *s, int64_t n)
{
	return n >= 0 && (uint64_t)n / 64 < s->words && s->bits[n / 64] >> (n % 64) & 1;
}
void tkt_index_set_add(struct tkt_index_set *s, int64_t n);
void tkt_index_set_release(struct tkt_index_set *s);

/* --- after a refresh ---------------------------------------------------------------------------- */

/* The tickets that count: neither gone, nor in two directories, nor unreadable. Borrowed. */
const struct tkt_index_set *tkt_index_live(const struct tkt_index *x);
/* Id (owned) and status of a number. TKT_ENOTFOUND for one that is not live. */
int tkt_index_ticket(struct tkt_index *x, int64_t n, char **id, enum tkt_status *status,
		     struct tkt_error *err);
int tkt_index_number(struct tkt_index *x, const char *id, int64_t *n, struct tkt_error *err);
/* What is wrong with tickets that are not live: one error each (message, file, line), as `list` would tell.
 * Appends. */
struct tkt_index_problems {
	struct tkt_error *items;
	size_t n, cap;
};
void tkt_index_problems(struct tkt_index *x, struct tkt_index_problems *out);
/* Tickets that count although something beside their item.md could not be read. Appends. */
void tkt_index_partial(struct tkt_index *x, struct tkt_index_problems *out);
void tkt_index_problems_release(struct tkt_index_problems *p);

/* Ids whose key begins with these hex digits (4 to 40, lower case); at most `max`. Names level. The names
 * are looked at again only if a directory changed: the common case costs O(1). TKT_ENO: no index to ask
 * (then the caller looks itself). */
int tkt_index_key(struct tkt_index *x, const char *digits, size_t max, struct tkt_strv *ids,
		  struct tkt_error *err);
/* Ids of tickets with `id` as parent / in blocked_by, sorted by id. Fields level. */
int tkt_index_children(struct tkt_index *x, const char *id, struct tkt_strv *ids, struct tkt_error *err);
int tkt_index_blocks(struct tkt_index *x, const char *id, struct tkt_strv *ids, struct tkt_error *err);

#endif
