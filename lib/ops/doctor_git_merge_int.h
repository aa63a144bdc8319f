/* ops/doctor_git_merge_int: one merge and its tickets, for doctor_git_{merge,strays,rebuild,items,alike*}.c. Floor 5. */
#ifndef TKT_OPS_DOCTOR_GIT_MERGE_INT_H
#define TKT_OPS_DOCTOR_GIT_MERGE_INT_H

#include "ops/doctor_git.h"

struct tkt_merge_text { /* a thread */
	struct tkt_buf bytes;
	struct tkt_thread thread;
};

struct tkt_merge_stray { /* an event that no side had in this ticket */
	const char *id; /* borrowed from the sides */
	struct tkt_event event;
};

struct tkt_merge_look {
	struct tkt_doctor_git *d;
	struct tkt_findings *done; /* NULL: only look */
	bool dry;
	const char *index_file;
	struct tkt_git_sides sides;
	struct { struct tkt_merge_stray *items; size_t n, cap; } strays;
};

struct tkt_merge_one { /* a ticket */
	const char *id;
	enum tkt_status status;
	bool marked; /* its thread holds a conflict */
	struct tkt_merge_text here, committed; /* committed: by a merge that is done */
	struct tkt_merge_text *sides;
};

/* A file of the ticket as a commit or its tree has it, appended to *out; *places counts the directories it lies in. */
int tkt_merge_read_file(struct tkt_merge_look *l, const struct tkt_oid *tree, const char *id, const char *name,
			struct tkt_buf *out, size_t *places, struct tkt_error *err);
/* The same on a side. */
int tkt_merge_read_side(struct tkt_merge_look *l, size_t side, const char *id, const char *name, struct tkt_buf *out,
			size_t *places, struct tkt_error *err);
/* The thread as a commit or its tree has it, wherever the ticket lies there; empty if it is not there. */
int tkt_merge_read_at(struct tkt_merge_look *l, const struct tkt_oid *tree, const char *id, struct tkt_merge_text *out,
		      struct tkt_error *err);
/* The same on all sides. */
int tkt_merge_read_one(struct tkt_merge_look *l, struct tkt_merge_one *o, struct tkt_error *err);
/* The ticket's thread in the work tree. False: the ticket lies nowhere or in two places, its thread is not readable or
 * still in conflict: others say so. */
bool tkt_merge_read_here(struct tkt_doctor_git *d, struct tkt_merge_one *o);
bool tkt_merge_has(const struct tkt_merge_text *t, const struct tkt_event *e);
bool tkt_merge_on_a_side(const struct tkt_merge_look *l, const struct tkt_merge_one *o, const struct tkt_event *e);

/* doctor_git_strays.c. The thread without its event i. */
void tkt_merge_cut(struct tkt_buf *made, const struct tkt_merge_text *t, size_t i);
static inline bool tkt_merge_is_whole(const struct tkt_event *e)
{
	return !(e->flags & (TKT_EVENT_TORN | TKT_EVENT_SCAR));
}
void tkt_merge_release_one(struct tkt_merge_look *l, struct tkt_merge_one *o);
void tkt_merge_text_release(struct tkt_merge_text *t);
int tkt_merge_replace(struct tkt_merge_look *l, const char *path, const struct tkt_buf *old, const struct tkt_buf *made,
		      struct tkt_error *err);
static inline bool tkt_merge_same_bytes(const struct tkt_buf *a, const struct tkt_buf *b)
{
	return a->len == b->len && (!a->len || memcmp(a->ptr, b->ptr, a->len) == 0);
}
static inline struct tkt_str tkt_merge_str(const struct tkt_buf *b)
{
	return (struct tkt_str){ b->ptr, b->len };
}

/* Adds the events of the ticket here that it had on no side. */
void tkt_merge_find_strays(struct tkt_merge_look *l, const struct tkt_merge_one *o);
/* Sends them home. */
int tkt_merge_strays(struct tkt_merge_look *l, struct tkt_error *err);

/* doctor_git_rebuild.c: a thread in conflict is merged anew from the sides, if nobody has written in it since. */
int tkt_merge_rebuild(struct tkt_merge_look *l, struct tkt_merge_one *o, struct tkt_error *err);

/* Nothing but lines of that file on the sides, of this ticket or another that changed, and markers: nobody has written
 * in it since. */
int tkt_merge_is_gits(struct tkt_merge_look *l, const char *id, const char *name, const struct tkt_buf *text, bool *yes,
		      struct tkt_error *err);

/* doctor_git_items.c: item.md of a ticket, in a merge that is under way. */
int tkt_merge_item_look(struct tkt_merge_look *l, const char *id, struct tkt_error *err);

#endif
