/* index/rank: two ranked lists into one. Floor 3. Pure. */
#include "index/rank.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define K 60 /* of reciprocal ranks */

void tkt_ranking_release(struct tkt_ranking *r)
{
	if (!r)
		return;
	free(r->items);
	*r = (struct tkt_ranking){ NULL, 0, 0 };
}

static int by_number(const void *a, const void *b)
{
	const struct tkt_ranked *x = a, *y = b;

	return (x->n > y->n) - (x->n < y->n);
}

static int best_first(const void *a, const void *b)
{
	const struct tkt_ranked *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return by_number(a, b);
}

static void put(struct tkt_ranking *out, struct tkt_ranked r)
{
	TKT_GROW(out);
	out->items[out->n++] = r;
}

/* A ticket of both lists stands twice: one entry of the two. */
static void join(struct tkt_ranking *out)
{
	size_t n = 0;

	if (out->n)
		qsort(out->items, out->n, sizeof *out->items, by_number);
	for (size_t i = 0; i < out->n; i++) {
		struct tkt_ranked *to = n ? &out->items[n - 1] : NULL, *from = &out->items[i];

		if (!to || to->n != from->n) {
			out->items[n++] = *from;
			continue;
		}
		if (from->keyword_rank) {
			to->keyword = from->keyword;
			to->keyword_rank = from->keyword_rank;
			to->fields = from->fields;
		} else {
			to->semantic = from->semantic;
			to->semantic_rank = from->semantic_rank;
			to->field = from->field;
		}
	}
	out->n = n;
}

static double by_rank(size_t rank)
{
	return rank ? (K + 1.0) / (K + (double)rank) : 0;
}

static double share(double score, double max)
{
	return score > 0 && max > 0 ? score / max : 0;
}

void tkt_rank_fuse(struct tkt_ranking *out, const struct tkt_text_hits *keyword,
		   const struct tkt_semantic_hits *semantic, enum tkt_fusion fusion, double weight)
{
	double k_max = keyword && keyword->n ? keyword->items[0].score : 0;
	double s_max = semantic && semantic->n ? semantic->items[0].score : 0;

	tkt_ranking_release(out);
	if (!(weight >= 0))
		weight = 0;
	if (weight > 1)
		weight = 1;
	/* One list alone is not made smaller by the other's absence. */
	if (!semantic || !keyword)
		weight = semantic ? 1 : 0;
	for (size_t i = 0; keyword && i < keyword->n; i++)
		put(out, (struct tkt_ranked){ .n = keyword->items[i].n, .keyword = keyword->items[i].score,
					      .keyword_rank = i + 1, .fields = keyword->items[i].fields });
	for (size_t i = 0; semantic && i < semantic->n; i++)
		put(out, (struct tkt_ranked){ .n = semantic->items[i].n, .semantic = semantic->items[i].score,
					      .semantic_rank = i + 1, .field = semantic->items[i].field });
	join(out);
	for (size_t i = 0; i < out->n; i++) {
		struct tkt_ranked *r = &out->items[i];

		if (fusion == TKT_FUSE_RRF)
			r->score = weight * by_rank(r->semantic_rank) + (1 - weight) * by_rank(r->keyword_rank);
		else
			r->score = weight * share(r->semantic, s_max) + (1 - weight) * share(r->keyword, k_max);
	}
	if (out->n)
		qsort(out->items, out->n, sizeof *out->items, best_first);
}
