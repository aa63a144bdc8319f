/* store/store: tickets as files below a root. Floor 2. tkt-format(5).
 *
 * Readers take no lock and see old or new, never half. The directory that a ticket lies in is its
 * status. A ticket in two status directories is an error for every reader, never picked silently. */
#ifndef TKT_STORE_STORE_H
#define TKT_STORE_STORE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/strv.h"
#include "text/thread.h"
#include "text/ticket.h"

#define TKT_THREAD_MAX ((size_t)64 * 1024 * 1024)

struct tkt_store;

struct tkt_store_opts {
	unsigned lock_timeout_ms;
	const volatile sig_atomic_t *stop; /* ends the wait for the lock; NULL = never */
	bool no_sync; /* leave every fsync out (bench, tests); the default is durable */
};

/* root: the work-items directory. TKT_ENOTFOUND if it is no directory or has none of the three status directories. */
int tkt_store_open(struct tkt_store **out, const char *root, const struct tkt_store_opts *opts,
		   struct tkt_error *err);
void tkt_store_free(struct tkt_store *s);
int tkt_store_fd(const struct tkt_store *s);           /* of the root; borrowed */
const char *tkt_store_root(const struct tkt_store *s); /* as given; borrowed */
/* Makes the directories open pending closed (with .gitkeep) where missing and .tkt with its
 * .gitignore. Only `init` and `create` call it. *made counts. */
int tkt_store_make(const char *root, bool no_sync, size_t *made, struct tkt_error *err);

/* store/layout: where is the root? Going up from cwd (absolute) to the first directory that holds
 * `work-items`, stopping below a directory that holds .git, or at /. TKT_ENOTFOUND with a hint. */
int tkt_root_find(struct tkt_buf *out, const char *cwd, struct tkt_error *err);

/* A listed ticket: its id (directory name, borrowed) and where it lies. */
struct tkt_name {
	const char *id;
	enum tkt_status status;
};

struct tkt_names {
	struct tkt_name *items;
	size_t n, cap;
	char *text[TKT_STATUS_N]; /* where the ids of a directory stand */
};

#define TKT_NAMES_UNSORTED (1u << TKT_STATUS_N) /* with the statuses: in any order within each */

/* The ids in the given status directories (bit 1 << status), in the order open, pending, closed and by
 * name. Names that are no ids, links and files are left out (doctor reports them). Missing directories are empty. */
int tkt_store_names(struct tkt_store *s, unsigned statuses, struct tkt_names *out,
		    struct tkt_error *err);
void tkt_names_release(struct tkt_names *n);
/* The same for one status directory below dirfd, behind what is in *out already. Once a status. */
int tkt_names_add(struct tkt_names *out, int dirfd, enum tkt_status status, bool sorted,
		  struct tkt_error *err);

/* Where a ticket lies. TKT_ENOTFOUND; TKT_EAMBIGUOUS (two directories; both are candidates). */
int tkt_store_where(struct tkt_store *s, const char *id, enum tkt_status *status,
		    struct tkt_error *err);

/* store/splits: the ids that lie in more than one status directory. Quick when nothing arrived or left
 * since the last look. */
int tkt_store_splits(struct tkt_store *s, struct tkt_strv *ids, struct tkt_error *err);

enum { /* what to read */
	TKT_READ_HEAD = 0,       /* frontmatter; the body only as far as it came along */
	TKT_READ_ITEM = 1,       /* all of item.md */
	TKT_READ_THREAD = 2,
	TKT_READ_RESOLUTION = 4,
	TKT_READ_ARTIFACTS = 8,  /* names and sizes */
	TKT_READ_FULL = 15,
	TKT_READ_NO_REV = 16     /* leave rev empty, although it could be had: it costs as much as the rest */
};

struct tkt_artifact {
	char *name;
	long long size;
};

/* A ticket as read from disk. */
struct tkt_record {
	char *id;
	enum tkt_status status;
	unsigned have;           /* TKT_READ_* that were read */
	struct tkt_buf item, thread_text, resolution;
	bool has_thread, has_resolution, has_artifacts;
	struct tkt_ticket ticket;
	struct tkt_thread thread; /* parsed from thread_text */
	struct { struct tkt_artifact *items; size_t n, cap; } artifacts;
	char rev[17];            /* of item and thread; "" unless both were read */
};

/* TKT_ENOTFOUND, TKT_EAMBIGUOUS, TKT_EINVALID (item.md unreadable as a ticket, with file and line). */
int tkt_store_load(struct tkt_store *s, const char *id, unsigned what, struct tkt_record *out,
		   struct tkt_error *err);
/* As load for one already located by tkt_store_names: does not look into the other directories when
 * found where it was said to be, else looks again. */
int tkt_store_load_at(struct tkt_store *s, const struct tkt_name *name, unsigned what,
		      struct tkt_record *out, struct tkt_error *err);
void tkt_record_init(struct tkt_record *r);
void tkt_record_release(struct tkt_record *r);

/* The path of a ticket's file relative to the root: "open/<id>/item.md"; file NULL: the directory. */
void tkt_store_path(struct tkt_buf *out, enum tkt_status status, const char *id, const char *file);
/* The same with the root in front, as a user would type it (for messages). */
void tkt_store_show_path(const struct tkt_store *s, struct tkt_buf *out, enum tkt_status status,
			 const char *id, const char *file);

/* store/resolve: REF -> id by tkt-format(5): id, slug, key, number/alias, id prefix.
 * TKT_ENOTFOUND (with near misses as a hint), TKT_EAMBIGUOUS (candidates "key  id  title"). *id is owned. */
int tkt_store_resolve(struct tkt_store *s, const char *ref, const char *prefix, char **id,
		      struct tkt_error *err);
/* The short key: prefix, '-', 7 digits of the id's hash. */
void tkt_store_key(struct tkt_buf *out, const char *prefix, const char *id);

#endif
