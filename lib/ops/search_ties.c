/* ops/search_ties: equal scores stand by id. Numbers of the index tell who was changed last, and an answer must not
 * depend on that. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/search_int.h"

struct head { /* every list begins its items so */
	int64_t n;
	double score;
};

_Static_assert(offsetof(struct tkt_text_hit, n) == 0 && offsetof(struct tkt_semantic_hit, n) == 0 &&
	       offsetof(struct tkt_ranked, n) == 0, "the number comes first");
_Static_assert(offsetof(struct tkt_text_hit, score) == offsetof(struct head, score) &&
	       offsetof(struct tkt_semantic_hit, score) == offsetof(struct head, score) &&
	       offsetof(struct tkt_ranked, score) == offsetof(struct head, score), "then the score");

struct tie {
	char *id;
	size_t at;
};

static int by_id(const void *a, const void *b)
{
	const struct tie *x = a, *y = b;
	int d = strcmp(x->id, y->id);

	return d ? d : x->at < y->at ? -1 : x->at > y->at;
}

static struct head head_of(const char *items, size_t size, size_t i)
{
	struct head h;

	memcpy(&h, items + i * size, sizeof h);
	return h;
}

static int sort_run(struct tkt_index *x, char *run, size_t size, size_t n, struct tkt_error *err)
{
	struct tie *ties = tkt_calloc(n, sizeof *ties);
	char *copy = tkt_malloc(n * size);
	int rc = 0;

	memcpy(copy, run, n * size);
	for (size_t i = 0; !rc && i < n; i++) {
		enum tkt_status status;

		ties[i].at = i;
		rc = tkt_index_ticket(x, head_of(run, size, i).n, &ties[i].id, &status, err);
	}
	if (!rc) {
		qsort(ties, n, sizeof *ties, by_id);
		for (size_t i = 0; i < n; i++)
			memcpy(run + i * size, copy + ties[i].at * size, size);
	}
	for (size_t i = 0; i < n; i++)
		free(ties[i].id);
	free(ties);
	free(copy);
	return rc;
}

int tkt_search_ties(struct tkt_index *x, void *items, size_t size, size_t n, size_t upto, struct tkt_error *err)
{
	size_t begin = 0;
	int rc = 0;

	while (!rc && begin < n && (!upto || begin < upto)) {
		double score = head_of(items, size, begin).score;
		size_t end = begin + 1;

		while (end < n && !(head_of(items, size, end).score < score))
			end++;
		if (end - begin > 1)
			rc = sort_run(x, (char *)items + begin * size, size, end - begin, err);
		begin = end;
	}
	return rc;
}
