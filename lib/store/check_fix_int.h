/* store/check_fix_int: mending one ticket, shared by the check_fix*.c files only. Floor 2.
 *
 * A ticket is read into memory, mended there, and what came out differently is written in one
 * transaction. A dry run does all but the last step, so that both say the same. */
#ifndef TKT_CHECK_FIX_INT_H
#define TKT_CHECK_FIX_INT_H

#include "store/check_int.h"
#include "text/marks.h"

struct tkt_fix_file {
	bool present;       /* in the mended ticket */
	bool on_disk;       /* at its place now, holding `old` */
	struct tkt_buf old, now;
};

/* What is done after the files have been written, in this order. */
struct tkt_fix_op {
	char *path, *to;    /* to NULL: path is removed */
	struct tkt_buf old;  /* of a removed or a changed file */
	struct tkt_buf next; /* of a made or a changed one */
	bool file;           /* old counts */
	bool made;           /* next counts */
};

struct tkt_fix {
	struct tkt_store *s;
	const struct tkt_config *config;
	const char *id;
	enum tkt_status status;
	char *dir; /* "open/<id>": where the files are written */
	struct tkt_fix_file item, thread, resolution;
	bool artifacts;          /* there, or will be by an op */
	struct tkt_strv names;   /* in artifacts/, also those on their way */
	struct { struct tkt_fix_op *items; size_t n, cap; } ops;
	bool joined;             /* more was put together than the findings name */
	bool refused;            /* two answers are possible, or something is not readable */
	struct tkt_buf said;     /* details of a join */
	const struct tkt_strv *moved; /* directories that this run has moved up, or would have */
	struct tkt_findings done;
};

/* check_fix_ticket.c */
/* Reads the ticket, once: where it lies under a status, or a directory that will be moved there. */
void tkt_fix_load(struct tkt_fix *f, enum tkt_status status);
void tkt_fix_load_at(struct tkt_fix *f, enum tkt_status status, const char *dir);
void tkt_fix_rename(struct tkt_fix *f, const char *from, const char *to);
void tkt_fix_write(struct tkt_fix *f, const char *path, const struct tkt_buf *old, const struct tkt_buf *next);
void tkt_fix_make(struct tkt_fix *f, const char *path, const struct tkt_buf *bytes);
void tkt_fix_remove(struct tkt_fix *f, const char *path, const struct tkt_buf *old); /* old NULL: a directory */
/* A free name in artifacts/ like `wanted`: wanted, stem-2.ext ...; taken from now on. Owned. */
char *tkt_fix_free_name(struct tkt_fix *f, const char *wanted);
/* False: not there; f->refused is set where it is there and cannot be read. */
bool tkt_fix_read(struct tkt_fix *f, const char *path, struct tkt_buf *out);
/* What can be mended of the ticket's own files; `found` tells what is wrong (all of it when joined). */
void tkt_fix_complete(struct tkt_fix *f, const struct tkt_findings *found);
void tkt_fix_release(struct tkt_fix *f);

/* check_fix_join.c: the ticket's directories become one; the nested one moves up. */
void tkt_fix_join(struct tkt_fix *f, const struct tkt_findings *found);
void tkt_fix_nested(struct tkt_fix *f, const struct tkt_finding *found);
/* check_fix_winner.c: which of the status directories (bits) the ticket belongs to; false: one is not readable. */
bool tkt_fix_winner(struct tkt_fix *f, unsigned statuses, enum tkt_status *winner);
/* check_fix_marks.c: a file with conflict markers becomes what a driver would have made of it. */
void tkt_fix_marks(struct tkt_fix *f, const char *path);
/* check_fix_split.c: true: the sides belong to two tickets, and if it could be they were told apart. */
bool tkt_fix_strangers(struct tkt_fix *f, const char *path, const struct tkt_buf *text, const struct tkt_sides *s);
/* check_fix_item.c: the merge of two item.md of one ticket; the status is a's. False: a person must decide. */
bool tkt_fix_item(struct tkt_buf *out, struct tkt_str a, struct tkt_str a_thread, struct tkt_str b,
		  struct tkt_str b_thread);
/* Equal but for status and updated_at. */
bool tkt_fix_same_item(struct tkt_str a, struct tkt_str b);
/* The value of a key of item.md, owned, or NULL. */
char *tkt_fix_value(struct tkt_str item, const char *key);
/* tkt_thread_union, with every event of a in it; false: not so, or one of them is not readable. *whole:
 * every event of b too, heading and attributes included (the identity of an event is less than that). */
bool tkt_fix_union(struct tkt_buf *out, struct tkt_str a, struct tkt_str b, bool *whole);

#endif
