/* index/fulltext: keyword search over FTS5. Floor 3. tkt-search(7).
 *
 * One row a ticket, a column a field, no stored text. The score is BM25 of the best window (about 100 words) of
 * the ticket: a word in the title counts in every window, words that stand side by side as in the query count
 * extra, comments a little less than the body. Frequencies are counted over live tickets only, so that scores are
 * those of a fresh index whatever was changed before.
 *
 * English words that say nothing ("the") are indexed only in texts under 240 bytes (titles, labels, short comments),
 * and looked for only where a query has nothing else: "not" finds the ticket of that title, "to be or not to
 * be" short texts with these words. In a phrase they are skipped: "state of the art" is "state art". */
#ifndef TKT_INDEX_FULLTEXT_H
#define TKT_INDEX_FULLTEXT_H

#include "index/doc.h"
#include "index/index.h"

struct tkt_text_query;

/* Any text is legal: words are alternatives, the more (and the rarer) the better; "..." is a phrase, word* a prefix,
 * a run like a/b.c or foo-bar is also looked for as a phrase, fooBar and foo_bar also by their parts. If there is
 * nothing but phrases and prefixes, all of them must be there. At most 64 words count: the rarest of the
 * first 512. NUL and broken UTF-8 are separators. */
void tkt_text_query_parse(struct tkt_text_query **out, const char *text, size_t n);
void tkt_text_query_free(struct tkt_text_query *q);
bool tkt_text_query_empty(const struct tkt_text_query *q); /* no word in it that could be found */

struct tkt_text_hit {
	int64_t n;
	double score;    /* > 0; comparable within one query, whatever `only` was */
	unsigned fields; /* 1 << enum tkt_doc_field where words of the query stand */
};
struct tkt_text_hits {
	struct tkt_text_hit *items; /* best first; equal ones by the hash of the id, so always in the same order */
	size_t n, cap;
};

/* All live matches among `only` (NULL: all); the filter comes before everything that cuts. */
int tkt_fulltext_search(struct tkt_index *x, struct tkt_text_query *q, const struct tkt_index_set *only,
			struct tkt_text_hits *out, struct tkt_error *err);
void tkt_text_hits_release(struct tkt_text_hits *h);

/* "did you mean": the query with words that no ticket has replaced by the nearest ones that tickets have; owned,
 * or NULL when there is nothing near. */
int tkt_fulltext_suggest(struct tkt_index *x, const struct tkt_text_query *q, char **out,
			 struct tkt_error *err);

/* The passage that shows best why a ticket was found, on one line of about `width` columns. */
struct tkt_snippet {
	char *text;              /* owned; blanks and line ends folded; "…" where cut */
	enum tkt_doc_field field;
	struct { struct { size_t start, end; } *items; size_t n, cap; } marks; /* byte ranges of text */
};
void tkt_snippet_make(struct tkt_snippet *out, const struct tkt_doc *d, const struct tkt_text_query *q,
		      size_t width);
void tkt_snippet_release(struct tkt_snippet *s);

#endif
