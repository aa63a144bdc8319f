/* store/txn_int: the steps of a transaction, shared by the txn_*.c files only. Floor 2. */
#ifndef TKT_TXN_INT_H
#define TKT_TXN_INT_H

#include "store/store_int.h"
#include "store/txn.h"
#include "sys/lock.h"

enum tkt_step_kind {
	TKT_STEP_MOVE,    /* path -> to: a ticket directory */
	TKT_STEP_EDIT,    /* path: item.md, keys get values */
	TKT_STEP_REPLACE, /* path: must hold `old` (a hash, "-" = must not exist), gets bytes */
	TKT_STEP_APPEND,  /* path: bytes at the end; `at` = size before */
	TKT_STEP_LINK,    /* path: staged file in .tkt/tmp -> to */
	TKT_STEP_RENAME,  /* path -> to: anything, parents made */
	TKT_STEP_REMOVE   /* path: a file that holds `old`, or an empty directory ("-") */
};

struct tkt_step {
	enum tkt_step_kind kind;
	char *id;   /* of the ticket or "" */
	char *path, *to;
	char old[41];
	size_t at;
	struct tkt_fm_edits edits;
	struct tkt_buf bytes;
};

struct tkt_txn {
	struct tkt_store *s;
	struct tkt_lock lock;
	int dir, tmp; /* .tkt and .tkt/tmp */
	struct tkt_step *items;
	size_t n, cap;
};

struct tkt_step *tkt_step_add(struct tkt_txn *t, enum tkt_step_kind kind, const char *id);
void tkt_steps_release(struct tkt_txn *t);

/* txn_record.c: the payload of the journal. */
void tkt_steps_print(struct tkt_buf *out, const struct tkt_txn *t);
int tkt_steps_parse(struct tkt_txn *t, const struct tkt_buf *payload, struct tkt_error *err);

/* txn_apply.c: is everything still as it was read? Nothing is changed. */
int tkt_steps_check(struct tkt_txn *t, struct tkt_error *err);
/* Does one step for the first time. */
int tkt_step_apply(struct tkt_txn *t, struct tkt_step *step, struct tkt_error *err);
/* fsync of the directory that a path lies in. */
int tkt_parent_sync(struct tkt_txn *t, const char *path, struct tkt_error *err);
/* True only if it is certain that a step which failed has changed nothing. */
bool tkt_step_untouched(struct tkt_txn *t, const struct tkt_step *step);
/* txn_recover.c: does what is left of the journal's steps, however often; what can no longer be
 * put where it belongs goes to .tkt/rescued. Then the journal is cleared. */
int tkt_txn_recover(struct tkt_txn *t, struct tkt_error *err);

/* Reads a file of at most TKT_THREAD_MAX below the root; TKT_ENOTFOUND without a message. */
int tkt_txn_read(struct tkt_txn *t, const char *path, struct tkt_buf *out, struct tkt_error *err);
/* "-" for NULL, else the git blob hash. */
void tkt_old_hash(const struct tkt_buf *old, char out[41]);

#endif
