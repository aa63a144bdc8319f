/* ops/similar: is there such a ticket already? Asked before `create` writes. Floor 5.
 *
 * A hint that costs next to nothing: in a small root the index is brought up to date, in a large one it is used
 * as it lies: up to 2000 tickets by what title and body are about, from there on by the words of the titles alone,
 * as the number of tickets must not count. Where there is no index only equal titles are found. Trouble of any
 * kind means "none". */
#ifndef TKT_OPS_SIMILAR_H
#define TKT_OPS_SIMILAR_H

#include "ops/create.h"
#include "ops/search.h"

struct tkt_similar_hit {
	struct tkt_brief ticket;
	double score; /* cosine; 1 for the same title */
	bool likely;  /* likely the same thing */
};
struct tkt_similar {
	struct { struct tkt_similar_hit *items; size_t n, cap; } hits; /* best first, at most 3 */
};

enum tkt_similar_policy { /* search.duplicates of config.yml */
	TKT_SIMILAR_ASK,    /* the default */
	TKT_SIMILAR_WARN, TKT_SIMILAR_REFUSE, TKT_SIMILAR_OFF
};
enum tkt_similar_policy tkt_similar_policy(const struct tkt_project *p);

/* Before tkt_op_create, with its request. */
void tkt_op_similar(struct tkt_project *p, const struct tkt_create_req *req, struct tkt_similar *out);
bool tkt_similar_likely(const struct tkt_similar *s);
void tkt_similar_release(struct tkt_similar *s);

#endif
