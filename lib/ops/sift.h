/* ops/sift: which of many listed tickets need not be read, by the index. Floor 5.
 *
 * The index is asked where it saves the reading of threads or of everything; a plain list reads the few files
 * that it shows faster than the index could be brought up to date. Without one, nothing is sifted out. */
#ifndef TKT_OPS_SIFT_H
#define TKT_OPS_SIFT_H

#include "ops/project.h"
#include "text/query.h"

struct tkt_sift {
	unsigned char *said; /* TKT_SIFT_* (index/sql) of each name; NULL: the index was not asked */
	bool exact;          /* what is in matches for certain */
};

void tkt_sift_names(struct tkt_sift *out, struct tkt_project *p, const struct tkt_query *q,
		    const struct tkt_names *names);
void tkt_sift_release(struct tkt_sift *s);
bool tkt_sift_out(const struct tkt_sift *s, size_t i);  /* cannot match */
bool tkt_sift_sure(const struct tkt_sift *s, size_t i); /* matches */

/* Is the index worth asking for the edges of all tickets? Then it is up to date for that. */
bool tkt_sift_edges(struct tkt_project *p);

#endif
