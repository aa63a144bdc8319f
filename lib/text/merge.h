/* text/merge: two versions of a file and the one they come from -> one version. Floor 1. tkt-merge-item(1).
 *
 * What both sides did is done; what cannot be both is left between conflict markers, so that no word
 * of either side is lost. Nothing fails: texts that are no ticket are merged like any text. A byte order mark
 * and line ends are merged like a value: CRLF against LF is no change of every line. */
#ifndef TKT_TEXT_MERGE_H
#define TKT_TEXT_MERGE_H

#include "base/buf.h"
#include "base/str.h"
#include "base/strv.h"

struct tkt_merge {
	struct tkt_str base;         /* empty: both sides made the file */
	struct tkt_str ours, theirs;
};

/* Each appends the merged text to *out, and to *conflicts the names of what is left for a person: a key,
 * "the body", "the event of ann at 2026-...", "the text". None added: the merge is clean. */

/* Three-way by lines, as git does it. */
void tkt_merge_text(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts);
/* item.md: by keys, lists as sets, the body by lines. */
void tkt_merge_item(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts);
/* thread.md: every event of both sides, each once. Of an event that one side edited the edited text
 * counts; an event that one side removed stays. The order is a function of what both sides hold,
 * whatever the order in which branches are merged. */
void tkt_merge_thread(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts);
/* resolution.md: by lines, else every paragraph of both sides, each once. Never a conflict in a text. */
void tkt_merge_prose(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts);

#endif
