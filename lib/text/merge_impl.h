/* text/merge_impl: what the files of merge share; not for others. Floor 1. */
#ifndef TKT_TEXT_MERGE_IMPL_H
#define TKT_TEXT_MERGE_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/frontmatter.h"
#include "text/merge.h"

enum tkt_side { TKT_OURS, TKT_THEIRS, TKT_NEITHER };

/* merge.c */
struct tkt_merge_with {
	void (*merge)(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts);
};

/* Takes marks and CR away (where no text mixes line ends), merges, and puts them back as both sides want. */
void tkt_merge_plain(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_merge_with with,
		     struct tkt_strv *conflicts);
/* Only one side changed, or both to the same: then that is the answer. */
bool tkt_merge_trivial(struct tkt_buf *out, const struct tkt_merge *m);
void tkt_merge_as_text(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts);

/* merge_match.c: which line of b stands for which of a. Lines are numbers, equal lines equal ones, all
 * below `ids`. match[i] is a place in b or SIZE_MAX; the places grow. */
void tkt_lines_match(size_t *match, const uint32_t *a, size_t a_n, const uint32_t *b, size_t b_n, size_t ids);

/* merge_lines.c: appends the merged lines, without a look at marks and line ends. False: markers stand in it. */
bool tkt_merge_lines(struct tkt_buf *out, struct tkt_str base, struct tkt_str ours, struct tkt_str theirs);
/* The two texts between markers. */
void tkt_merge_put_conflict(struct tkt_buf *out, struct tkt_str ours, struct tkt_str theirs);
/* All three texts, as a whole: two tickets that git took for one, which doctor --fix can tell apart. */
void tkt_merge_put_all(struct tkt_buf *out, const struct tkt_merge *m);
/* A line end, unless there is one or nothing at all. */
void tkt_merge_end_line(struct tkt_buf *out);
bool tkt_merge_same(struct tkt_str a, struct tkt_str b); /* the same bytes */

/* merge_value.c: one key. An entry is NULL where the key is not there. */
struct tkt_merge_key {
	const struct tkt_fm_entry *base, *ours, *theirs;
};

/* What decides between two changes of a ticket's state. */
struct tkt_merge_state {
	enum tkt_side status; /* the side whose status counts, where they differ; TKT_NEITHER: they do not */
	enum tkt_side later;  /* the side that was updated later; never TKT_NEITHER */
	enum tkt_side elder;  /* the side that was created earlier; TKT_NEITHER: in one second */
};

enum tkt_merge_choice { TKT_CHOOSE_OURS, TKT_CHOOSE_THEIRS, TKT_CHOOSE_TEXT, TKT_CHOOSE_NONE };

void tkt_merge_state_of(struct tkt_merge_state *out, const struct tkt_fm *base, const struct tkt_fm *ours,
			const struct tkt_fm *theirs);
/* TKT_CHOOSE_TEXT: the value is in *text, as YAML. TKT_CHOOSE_NONE: a true conflict. */
enum tkt_merge_choice tkt_merge_key(struct tkt_buf *text, const struct tkt_merge_key *k,
				    const struct tkt_merge_state *state);
bool tkt_merge_entry_same(const struct tkt_fm_entry *a, const struct tkt_fm_entry *b); /* means the same */

#endif
