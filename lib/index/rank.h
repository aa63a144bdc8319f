/* index/rank: two ranked lists into one. Floor 3. Pure: no files, no database. */
#ifndef TKT_INDEX_RANK_H
#define TKT_INDEX_RANK_H

#include "index/fulltext.h"
#include "index/semantic.h"

struct tkt_ranked {
	int64_t n;
	double score;              /* 0 to 1 */
	double keyword, semantic;  /* raw scores; 0 where it is not in that list */
	size_t keyword_rank, semantic_rank; /* 1 = best; 0 = not in that list */
	unsigned fields;           /* of the keyword hit */
	enum tkt_doc_field field;  /* of the semantic hit */
};
struct tkt_ranking {
	struct tkt_ranked *items; /* best first, then by number */
	size_t n, cap;
};

/* Either list may be NULL. LINEAR: weight * s/max(s) + (1 - weight) * k/max(k), a missing one counts 0. RRF: by
 * ranks, k = 60, scaled so that first in both lists is 1. weight: of the semantic list. */
void tkt_rank_fuse(struct tkt_ranking *out, const struct tkt_text_hits *keyword,
		   const struct tkt_semantic_hits *semantic, enum tkt_fusion fusion, double weight);
void tkt_ranking_release(struct tkt_ranking *r);

#endif
