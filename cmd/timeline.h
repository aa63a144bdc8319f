/* timeline: the events of a ticket and its commits in one line of time. Only out*.c include it. */
#ifndef TIMELINE_H
#define TIMELINE_H

#include "ops/links.h"
#include "out.h"

struct moment { /* one of the two */
	const struct tkt_event *event;
	const struct tkt_link *link;
};

struct timeline {
	struct moment *items;
	size_t n, cap;
	size_t events, commits; /* how many earlier ones were left out */
};

/* Events stand in the order of the file, whatever their times say; a commit stands before the first event that is
 * later. With `wanted` >= 0 only the last so many moments. Borrows from the row. */
void timeline_make(struct timeline *t, const struct tkt_row *row, long wanted);
void timeline_release(struct timeline *t);

/* "a1b2c3d Add the form", safe text. A commit that is not here says so. */
void commit_words(struct tkt_buf *out, const struct tkt_link *link);

#endif
