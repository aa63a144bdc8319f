/* text/marks: conflict markers in a text: where they stand, and the two texts that they were made of. Floor 1.
 *
 * Markers are seven signs or more (git takes one more for every level of a merge of renames or of bases): all
 * of one conflict have the same length. One marker alone is text: a ticket may well speak about it. */
#ifndef TKT_TEXT_MARKS_H
#define TKT_TEXT_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

/* The line is a marker of that sign ('<', '|', '=', '>'): its length, else 0. */
size_t tkt_mark_length(struct tkt_str line, char sign);

/* The first whole conflict at or after *at: `<`, `=`, `>` in that order. *at becomes its offset. */
bool tkt_marks_find(struct tkt_str text, size_t *at);

struct tkt_sides { /* the texts that a text with conflicts stands for */
	struct tkt_buf base, ours, theirs;
	bool has_base; /* every conflict showed one (merge.conflictStyle diff3), without conflicts of its own */
	bool sure;     /* no line of the text could be taken for a marker that it is not */
	size_t n;      /* conflicts */
};

/* Nothing but conflicts told apart; *out is to be released. What is in no conflict is in all three. */
void tkt_marks_split(struct tkt_sides *out, struct tkt_str text);
void tkt_sides_release(struct tkt_sides *s);

#endif
