/* text/thread: thread.md, the append-only log of a ticket. Floor 1. tkt-format(5). */
#ifndef TKT_TEXT_THREAD_H
#define TKT_TEXT_THREAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#define TKT_EVENT_MAX (1024 * 1024) /* bytes of one event as written */

struct tkt_attr {
	char *key, *value;
};

enum { /* what is wrong with an event as it stands; a set */
	TKT_EVENT_TORN = 1,        /* no closing ---: an append was cut off */
	TKT_EVENT_NO_HEADING = 2,  /* body starts right away (written by hand): fine */
	TKT_EVENT_SCAR = 4,        /* header directly followed by the next header: a union merge ate the body */
	TKT_EVENT_SPACING = 8      /* other empty lines than tkt writes: fine */
};

struct tkt_event {
	char *kind, *author;
	char *at;          /* 20 bytes, valid */
	struct { struct tkt_attr *items; size_t n, cap; } attrs; /* status, from, to, ... in file order */
	char *heading;     /* without "## "; NULL if none */
	char *body;        /* unescaped; body_len bytes and a NUL */
	size_t body_len;
	size_t line;       /* of the header, 1-based */
	size_t start, end; /* offsets of the event's bytes in the text */
	unsigned flags;
};

struct tkt_thread {
	struct tkt_event *items;
	size_t n, cap;
	struct tkt_str preamble; /* bytes before the first header, borrowed from the text */
};

/* Never fails on content: what is no header is body. */
void tkt_thread_parse(struct tkt_thread *out, const char *text, size_t len);
/* The same without the bodies (NULL; body_len as they stand, escaped): for who looks through thousands. */
void tkt_thread_scan(struct tkt_thread *out, const char *text, size_t len);
void tkt_thread_release(struct tkt_thread *t);
void tkt_event_release(struct tkt_event *e);
void tkt_event_copy(struct tkt_event *to, const struct tkt_event *from);

const char *tkt_event_attr(const struct tkt_event *e, const char *key); /* or NULL; borrowed */
void tkt_event_attr_set(struct tkt_event *e, const char *key, const char *value);

/* Is this line (no line end) an event header? Used by readers, writers' escape and doctor. */
bool tkt_event_is_header(struct tkt_str line);
/* A line that looks like one but is not: `<!-- event:` at column 0 that does not parse. */
bool tkt_event_is_broken_header(struct tkt_str line);

/* The heading that goes with a kind: "Comment", "Plan", ..., "Review: approve" (status attr), else
 * the kind itself. Static, or the kind's own pointer. */
const char *tkt_event_heading(const char *kind, const char *status);

/* Appends the exact bytes of section 3 to `out`. With `first` the leading empty line is left out
 * (top of a new file). A NULL heading is taken from the kind. Bodies are escaped here, values quoted here. */
void tkt_event_print(struct tkt_buf *out, const struct tkt_event *e, bool first);

/* Same time, author, kind, attributes and body (the ticket is given by the file). */
bool tkt_event_same(const struct tkt_event *a, const struct tkt_event *b);
int tkt_event_by_time(const void *a, const void *b); /* qsort of struct tkt_event by at only */

/* Merges the text of b into a: all of a's bytes stay where time order allows; events of b that a
 * lacks are put in, stably ordered by time. Used by `doctor --fix` and the merge driver. */
void tkt_thread_union(struct tkt_buf *out, struct tkt_str a, struct tkt_str b);

#endif
