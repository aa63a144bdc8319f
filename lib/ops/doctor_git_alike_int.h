/* ops/doctor_git_alike_int: tickets whose threads begin alike, and which events each of them had when; for
 * doctor_git_alike*.c only. Floor 5. */
#ifndef TKT_OPS_DOCTOR_GIT_ALIKE_INT_H
#define TKT_OPS_DOCTOR_GIT_ALIKE_INT_H

#include "base/oid_map.h"
#include "ops/doctor_git.h"
#include "ops/tips.h"

#define TKT_ALIKE_NONE SIZE_MAX

struct tkt_alike_ticket {
	const char *id;         /* borrowed from the births */
	uint64_t birth;         /* tickets with the same one are a group */
	enum tkt_status status; /* in the work tree, where text is not NONE */
	size_t text;            /* the thread in the work tree, or NONE: not readable, or in conflict */
};

/* The events of a thread by name (numbers in `events`), without `create`. */
struct tkt_alike_text {
	struct { size_t *items; size_t n, cap; } events;
};

struct tkt_alike_place { /* where a ticket is in a commit */
	size_t text; /* or NONE: not there */
	enum tkt_status status;
	struct tkt_oid item;
};

struct tkt_alike_spot { /* an event in a ticket */
	size_t event, ticket;
	size_t at; /* which commit: of `states` or `tips`; 0 in the work tree */
};
struct tkt_alike_spots {
	struct tkt_alike_spot *items;
	size_t n, cap;
};

/* An event of the work tree: where it was first seen. */
struct tkt_alike_first {
	struct tkt_oid commit; /* n 0: in none that HEAD was at */
	bool copied;           /* this was a cherry-pick or the like: it was written elsewhere */
};

struct tkt_alike_tip {
	struct tkt_oid commit;
	int64_t time;
};

struct tkt_alike {
	struct tkt_doctor_git *d;
	struct { struct tkt_alike_ticket *items; size_t n, cap; } tickets; /* by id */
	struct { struct tkt_alike_text *items; size_t n, cap; } texts;
	struct tkt_oid_map events;   /* name of an event (a hash of what makes it the same) -> its number, from 0 */
	struct tkt_strv times;       /* of each event: its `at` */
	struct tkt_oid_map by_blob;  /* -> text */
	struct tkt_oid_map by_tree;  /* of a ticket -> text */
	struct tkt_tree_scan scan, files;
	/* doctor_git_alike_past.c */
	struct tkt_oid head;
	size_t known;                   /* events of the work tree: the first so many */
	struct tkt_alike_first *first;  /* of each of these */
	struct tkt_alike_spots here;    /* of the work tree; all spots by event, then at, then ticket; each once */
	struct tkt_git_reflog states;   /* what HEAD was at, and what was merged then, oldest first */
	struct tkt_alike_spots seen;    /* in states: each event in each ticket once, where it was first seen there */
	struct tkt_alike_spots then;    /* of these the first ones of each event */
	struct tkt_alike_spots others;  /* where other tips have the events, if any came from elsewhere */
	struct { struct tkt_alike_tip *items; size_t n, cap; } tips; /* these */
	struct tkt_oid_map copied;      /* commits that HEAD came to by copying others */
};

/* The tickets that are not the only one of their birth, with their threads. None: nothing can be taken for another. */
void tkt_alike_read(struct tkt_alike *a, const struct tkt_findings *births);
void tkt_alike_release(struct tkt_alike *a);

/* The event's number in `events`; it is added if need be. */
size_t tkt_alike_event(struct tkt_alike *a, const struct tkt_event *e);
bool tkt_alike_has(const struct tkt_alike *a, size_t text, size_t event);

/* The thread of each ticket in a commit, into text[tickets.n]. trees: of the statuses, from the call before (zeroed at
 * first): nothing is done, and *same set, if they are the same. TKT_ENOTFOUND: objects are not here; TKT_EIO. */
int tkt_alike_state(struct tkt_alike *a, const struct tkt_oid *commit, struct tkt_oid trees[TKT_STATUS_N], size_t *text,
		    bool *same, struct tkt_error *err);
/* One ticket in a commit. As above. */
int tkt_alike_place(struct tkt_alike *a, const struct tkt_oid *commit, size_t ticket, struct tkt_alike_place *out,
		    struct tkt_error *err);

/* --- doctor_git_alike_past.c --- */

/* Where the events of the work tree are, and were before. TKT_ENOTFOUND: no commit yet; TKT_EIO. */
int tkt_alike_past(struct tkt_alike *a, struct tkt_error *err);

/* --- doctor_git_alike_ask.c --- */

struct tkt_alike_doubt { /* an event in the ticket `from` that was written in `home`, it seems */
	size_t event, from, home;
};
/* Is it git's doing that the event stands there, and nobody's will? */
int tkt_alike_ask(struct tkt_alike *a, const struct tkt_alike_doubt *d, bool *yes, struct tkt_error *err);
/* Is commit `old` one of tip's ancestors, or the same? */
int tkt_alike_is_in(struct tkt_alike *a, const struct tkt_oid *old, const struct tkt_oid *tip, bool *yes,
		    struct tkt_error *err);

#endif
