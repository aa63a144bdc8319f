/* index/fulltext: what its files share. Private to them. Floor 3. */
#ifndef TKT_INDEX_FULLTEXT_INT_H
#define TKT_INDEX_FULLTEXT_INT_H

#include "index/fulltext.h"
#include "index/index_int.h"

#define TKT_TEXT_TERMS_MAX 64  /* that are searched for */
#define TKT_TEXT_TERMS_READ 20000 /* that are looked at to find the rarest: what 100 kB can hold */
/* Between two texts of one column: a token of its own, so that no phrase reaches over it. */
#define TKT_TEXT_BREAK '\x1e'
/* Common words ("the") are only indexed in texts of fewer bytes. */
#define TKT_TEXT_SHORT 240

/* Something to look for: a word, or words in a row. */
struct tkt_text_term {
	char *text;       /* tokens as indexed, with a blank between */
	char *word;       /* the first as it was asked for, folded; NULL for a phrase */
	size_t tokens;
	unsigned group;   /* terms of one group stand for each other */
	size_t start, end; /* of `word` in the query */
	size_t whole;     /* of a part: the term of its word, as number + 1 */
	bool prefix, dense, common;
	bool part, run;   /* of a word that is asked for too; words that stand in a row without a blank */
};

struct tkt_text_query {
	struct tkt_text_term *items;
	size_t n, cap;
	char *text;       /* as given, for suggestions */
	size_t text_n;
	unsigned groups;
	bool all;         /* every group must be there */
};

/* --- fulltext_score.c --- */

/* Where a term stands: column, position, term. Sorts by number. */
#define TKT_TEXT_HIT(column, at, term) ((uint64_t)(column) << 48 | (uint64_t)(at) << 8 | (uint64_t)(term))
#define TKT_TEXT_SATURATED 256
struct tkt_text_scorer {
	size_t terms;
	double idf[TKT_TEXT_TERMS_MAX * 2]; /* from `terms` on: of the pair that ends with the term */
	bool dense[TKT_TEXT_TERMS_MAX * 2];
	unsigned follows[TKT_TEXT_TERMS_MAX * 2]; /* the term before it in the query, + 1; 0: none */
	double saturated[TKT_TEXT_SATURATED];
	struct { uint64_t *items; size_t n, cap; } hits;
	uint64_t *spare;
	size_t spare_cap;
	struct { size_t *items; size_t n, cap; } runs; /* where the hits of each term begin */
};
void tkt_text_scorer_init(struct tkt_text_scorer *s); /* once terms, idf, dense and follows are set */
void tkt_text_scorer_release(struct tkt_text_scorer *s);
/* Takes the hits (run by run sorted) of one ticket and forgets them. */
double tkt_text_score(struct tkt_text_scorer *s, unsigned *fields);
double tkt_text_idf(size_t all, size_t with);

/* --- fulltext_search.c --- */
int tkt_fulltext_functions(fts5_api *api);

#endif
