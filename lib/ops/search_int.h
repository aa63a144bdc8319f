/* ops/search_int: what the files of search, related, duplicates and similar share. Private to them. Floor 5. */
#ifndef TKT_OPS_SEARCH_INT_H
#define TKT_OPS_SEARCH_INT_H

#include "ops/search.h"
#include "ops/search_filter.h"

/* One search on its way. */
struct tkt_searching {
	struct tkt_project *p;
	struct tkt_index *x;
	const struct tkt_search_req *req;
	struct tkt_search *out;
	size_t *pos;
	struct tkt_filter filter;
	struct tkt_text_query *words;
	struct tkt_text_hits keyword;
	struct tkt_semantic_hits semantic;
	struct tkt_ranking ranking;
	struct { struct { int64_t n; unsigned matched; } *items; size_t n, cap; } named;
};

/* Tickets that the text names by id, key, slug, number or alias, or whose title it is. After the lists. */
int tkt_searching_names(struct tkt_searching *s, struct tkt_error *err);
bool tkt_searching_named(const struct tkt_searching *s, int64_t n);

/* Takes err's message for *degraded if the embedder is what failed; false if it is another error. */
bool tkt_search_degraded(char **degraded, struct tkt_error *err);
/* Brings the vectors up to date. 0 with *degraded set: without them, or not with all of them. *usable: there is
 * something to ask. */
int tkt_search_vectors(struct tkt_index *x, unsigned budget_ms, char **degraded, bool *usable,
		       struct tkt_error *err);
/* Calls it again, from the refresh on, where the index fails. Afterwards nobody has to wait for us. */
int tkt_search_retry(struct tkt_index *x, int (*once)(void *payload, struct tkt_error *err), void *payload,
		     struct tkt_error *err);

/* Equal scores in the order of ids, as far as `upto` (0: all). items: an array of hits that begin with number and
 * score, best first. */
int tkt_search_ties(struct tkt_index *x, void *items, size_t size, size_t n, size_t upto,
		    struct tkt_error *err);

void tkt_brief_make(const struct tkt_project *p, const struct tkt_record *r, struct tkt_brief *out);
/* By number: reads `what` of the ticket; record may be NULL, else it is the caller's to release. */
int tkt_brief_read(struct tkt_project *p, struct tkt_index *x, int64_t n, unsigned what,
		   struct tkt_brief *out, struct tkt_record *record, struct tkt_error *err);
/* Numbers of the tickets that a query finds, for queries that the index answers alone. Adds to *out. */
int tkt_search_select(struct tkt_project *p, struct tkt_index *x, const char *query,
		      struct tkt_index_set *out, struct tkt_error *err);
/* Equal but for case, and blanks at the ends. */
bool tkt_same_title(const char *a, const char *b, size_t b_len);

#endif
