/* index/titles: titles like a new one, by their rare words. Floor 3.
 *
 * For hints: the index is used as it lies, and a few reads are enough however many tickets there are. */
#ifndef TKT_INDEX_TITLES_H
#define TKT_INDEX_TITLES_H

#include "index/index.h"

struct tkt_titles {
	struct {
		char *id, *title;
		enum tkt_status status;
		double score; /* cosine of the sets of words, 0 to 1 */
	} *items;
	size_t n, cap;
};

/* The `max` most alike that share a rare word, best first. TKT_ENO: there is no index to ask, or it has no text. */
int tkt_index_titles(struct tkt_index *x, const char *title, size_t max, struct tkt_titles *out,
		     struct tkt_error *err);
void tkt_titles_release(struct tkt_titles *t);

#endif
