/* store/txn: changes to tickets, all or nothing. Floor 2. tkt-hacking(7).
 *
 *   tkt_txn_begin     takes the lock, finishes what a crashed writer left
 *   tkt_txn_*         says what is to happen; nothing is touched yet
 *   tkt_txn_commit    a journal if there is more than one step, then the steps
 *   tkt_txn_free      drops the lock
 *
 * Steps are kept as meaning, not as bytes, wherever possible: an edit is "these keys get these
 * values" and is applied to whatever item.md then holds, so that a writer without the lock (a
 * script, an editor, git) loses nothing, and a roll-forward after a crash can be repeated. */
#ifndef TKT_STORE_TXN_H
#define TKT_STORE_TXN_H

#include "store/store.h"

struct tkt_txn;

int tkt_txn_begin(struct tkt_txn **out, struct tkt_store *s, struct tkt_error *err);
void tkt_txn_free(struct tkt_txn *t); /* without commit: nothing has happened */

/* The ticket moves to another status directory. */
void tkt_txn_move(struct tkt_txn *t, const char *id, enum tkt_status from, enum tkt_status to);
/* Keys of item.md get new values (copied). `status` is where the ticket lies after earlier steps. */
void tkt_txn_edit(struct tkt_txn *t, const char *id, enum tkt_status status,
		  const struct tkt_fm_edits *edits);
/* A whole file of the ticket is replaced; old is what it must still hold (NULL: must not exist). */
void tkt_txn_replace(struct tkt_txn *t, const char *id, enum tkt_status status, const char *file,
		     const struct tkt_buf *old, const void *bytes, size_t n);
/* An event is appended to thread.md. */
void tkt_txn_event(struct tkt_txn *t, const char *id, enum tkt_status status,
		   const struct tkt_event *e);
/* A file of the user's becomes artifacts/<name>; content is staged at once (may fail); *name is the one
 * wanted (NULL: its own) unless taken, then name-2 ... (owned). */
int tkt_txn_attach(struct tkt_txn *t, const char *id, enum tkt_status status, const char *source,
		   const char *wanted, char **name, struct tkt_error *err);
/* As attach with bytes instead of a file. */
int tkt_txn_attach_bytes(struct tkt_txn *t, const char *id, enum tkt_status status,
			 const char *wanted, const void *bytes, size_t n, char **name,
			 struct tkt_error *err);
/* Renames anything below the root (doctor --fix): the target must not exist; parent directories are made. */
void tkt_txn_rename(struct tkt_txn *t, const char *from, const char *to);
/* Removes a file or an empty directory below the root (doctor --fix; only what is kept elsewhere by an earlier step). */
void tkt_txn_remove(struct tkt_txn *t, const char *path, const struct tkt_buf *old);
/* A file at any path below the root (config.yml, doctor --fix). */
void tkt_txn_write(struct tkt_txn *t, const char *path, const struct tkt_buf *old,
		   const void *bytes, size_t n);

/* P5: a whole new ticket in one rename; the id is made unique (…-2, -3) and written into `ticket->id` (and
 * item.md, which is printed here from the ticket). events go into thread.md; artifacts/.gitkeep is made.
 * body as it is to stand in item.md after the frontmatter. item: NULL, or the exact bytes with the
 * id left as "%ID%"... see tkt_txn_create_raw. Happens at once, needs no commit. Other steps may follow
 * in the same transaction. */
int tkt_txn_create(struct tkt_txn *t, struct tkt_ticket *ticket, const char *body,
		   const struct tkt_event *events, size_t n, struct tkt_error *err);
/* The dialect's own bytes: `make` prints item.md and thread.md for the id that it is given. */
typedef void (*tkt_create_fn)(void *payload, const char *id, struct tkt_buf *item,
			      struct tkt_buf *thread);
int tkt_txn_create_raw(struct tkt_txn *t, const char *wanted_id, tkt_create_fn make, void *payload,
		       char **id, struct tkt_error *err);

/* Does it. TKT_ECONFLICT: something is no longer what was read; nothing of this transaction has been
 * done (begin again: tkt_txn_retry). TKT_EIO in the middle: the journal stays and the next writer completes it. */
int tkt_txn_commit(struct tkt_txn *t, struct tkt_error *err);

/* What a crashed writer left, without doing anything: 1 there is a journal, 0 none, TKT_EINVALID damaged. */
int tkt_txn_pending(struct tkt_store *s, struct tkt_buf *describe, struct tkt_error *err);

#endif
