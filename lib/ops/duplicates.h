/* ops/duplicates: tickets that say the same, to be looked at by a person. Floor 5. tkt-search(7). */
#ifndef TKT_OPS_DUPLICATES_H
#define TKT_OPS_DUPLICATES_H

#include "ops/search.h"

struct tkt_duplicate_pair {
	size_t a, b;      /* places in the group's tickets */
	double score;     /* cosine */
	const char *link; /* "parent", "same parent", "blocked_by", "related"; NULL: nothing ties them */
};

struct tkt_duplicate_group {
	struct { struct tkt_brief *items; size_t n, cap; } tickets; /* by id */
	struct { struct tkt_duplicate_pair *items; size_t n, cap; } pairs; /* best first */
};

struct tkt_duplicates {
	struct { struct tkt_duplicate_group *items; size_t n, cap; } groups; /* by their best pair */
	double threshold;
	size_t left_out; /* pairs that are tied to each other anyway */
	char *embedder;
	struct tkt_index_problems bad;
};

struct tkt_duplicates_req {
	double threshold; /* 0: what the settings or the embedder say */
	bool all;         /* tied ones too */
};

/* TKT_EIO: the embedder cannot be had. */
int tkt_op_duplicates(struct tkt_project *p, const struct tkt_duplicates_req *req,
		      struct tkt_duplicates *out, struct tkt_error *err);
void tkt_duplicates_release(struct tkt_duplicates *d);

#endif
