/* cmd/compat: tkt called under the name tickets.sh (tkt-format(5)). The script of that name
 * at the top of this project is the other half: whatever one prints or writes, so does the other.
 *
 *   compat.c        the commands, their arguments, usage
 *   compat_read.c   tickets by the eyes of a plain line reader: find, list, show
 *   compat_write.c  create, events, moves: what is to happen, as one transaction
 *   compat_doctor.c doctor
 *
 * Every function here that can fail answers 0 or 1, the exit status; what went wrong has been said
 * by compat_fail() then. */
#ifndef COMPAT_H
#define COMPAT_H

#include "cmd.h"
#include "store/store.h"

struct compat {
	struct cli *c;
	const char *root;        /* WORK_ITEMS_DIR as it was given */
	int fd;                  /* of the root; -1: there is none */
	struct tkt_store *store; /* open only while something is written */
	char at[TKT_TIME_LEN + 1], stamp[16]; /* compat_clock() */
};

/* A ticket that was asked for. */
struct compat_ticket {
	char *name; /* of its directory, which need not be the id in the file */
	enum tkt_status status;
	struct tkt_buf item; /* item.md */
};

#define COMPAT_TICKET_INIT { NULL, TKT_OPEN, TKT_BUF_INIT }

/* compat.c: "error: " and the message to standard error; 1. */
int compat_fail(struct compat *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same for an error of the library, which is released. */
int compat_fail_err(struct compat *k, struct tkt_error *err);
int compat_clock(struct compat *k); /* TKT_NOW or the clock into k->at and k->stamp */

/* compat_read.c */
void compat_open(struct compat *k); /* looks for the root */
/* The frontmatter's first line of that key: what follows the colon and blanks, else empty. */
struct tkt_str compat_value(const struct tkt_buf *item, const char *key);
/* item with updated_at, and status unless NULL, where such lines are. */
void compat_set(struct tkt_buf *out, const struct tkt_buf *item, const char *status, const char *at);
/* What item.md holds: 1, or 0 where no regular file is. */
bool compat_item(struct compat *k, enum tkt_status status, const char *name, struct tkt_buf *item);
int compat_find(struct compat *k, const char *query, struct compat_ticket *out);
void compat_ticket_release(struct compat_ticket *t);
int compat_list(struct compat *k, unsigned statuses);
int compat_show(struct compat *k, const char *query);

/* compat_write.c */
struct compat_new {
	const char *title, *slug, *kind, *priority, *labels;
};
struct compat_event {
	const char *query, *kind, *heading, *author;
	const char *status; /* of a review, or NULL */
	const char *file;   /* the body, or NULL: standard input */
};
int compat_create(struct compat *k, const struct compat_new *args);
int compat_say(struct compat *k, const struct compat_event *args);
int compat_status(struct compat *k, const char *query, enum tkt_status to);
/* resolution: NULL or empty: "Closed."; file: NULL or empty: none. */
int compat_close(struct compat *k, const char *query, const char *resolution, const char *file);

/* compat_doctor.c */
int compat_doctor(struct compat *k);

#endif
