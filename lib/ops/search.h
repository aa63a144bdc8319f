/* ops/search: the tickets that a text is about, best first. Floor 5. tkt-search(7). */
#ifndef TKT_OPS_SEARCH_H
#define TKT_OPS_SEARCH_H

#include "index/fulltext.h"
#include "index/rank.h"
#include "index/semantic.h"
#include "ops/project.h"

enum tkt_search_mode { TKT_SEARCH_HYBRID, TKT_SEARCH_SEMANTIC, TKT_SEARCH_KEYWORD };
const char *tkt_search_mode_name(enum tkt_search_mode mode); /* "hybrid", ... */

/* The user or the project has switched vectors off: nothing is missing then. */
bool tkt_search_off(const struct tkt_project *p);

#define TKT_SEARCH_SEMANTIC_MAX 200  /* so many of the semantic list count */
#define TKT_SEARCH_SEMANTIC_BESIDE 25 /* and so many beside words, if scores are added */

struct tkt_search_req {
	const char *text; /* any bytes */
	size_t len;
	enum tkt_search_mode mode;
	const char *filter;   /* a query as of tkt-query(7), or NULL */
	unsigned statuses;    /* bits 1 << status; 0: all */
	size_t limit;         /* 0 = none */
	size_t width;         /* columns of a snippet */
	unsigned budget_ms;   /* of an HTTP embedder's work before the answer; 0 = no end */
};

enum { TKT_MATCHED_ID = 1u << TKT_DOC_FIELDS }; /* beside 1 << enum tkt_doc_field */

/* A ticket as every list of this kind shows it. */
struct tkt_brief {
	char *id, *key, *title; /* title "" where the file has none */
	enum tkt_status status;
};
void tkt_brief_release(struct tkt_brief *b);

struct tkt_search_hit {
	struct tkt_brief ticket;
	struct tkt_ranked rank; /* raw scores and ranks; its score is the hit's, 0 to 1 */
	unsigned matched;       /* where: 1 << enum tkt_doc_field, TKT_MATCHED_ID */
	bool named;             /* the text is its id, key, slug, number, alias or title */
	struct tkt_snippet snippet;
};

struct tkt_search {
	struct { struct tkt_search_hit *items; size_t n, cap; } hits;
	size_t total;           /* before the limit */
	enum tkt_search_mode mode;
	bool keyword, semantic; /* which lists were made */
	bool strict;            /* only phrases and prefixes: all of them must be there */
	enum tkt_fusion fusion;
	double weight, floor;   /* as used */
	double keyword_max, semantic_max;
	size_t keyword_n, semantic_n; /* lengths of the lists */
	char *degraded;         /* why the semantic half is not there or not whole; NULL */
	char *suggestion;       /* the text with its unknown words replaced; NULL */
	char *embedder;         /* NULL when it was not asked */
	struct tkt_index_problems bad; /* tickets that could not be read */
};

/* TKT_EUSAGE: nothing to search for. TKT_EINVALID: a wrong filter (*pos: byte offset, may be NULL). Nothing
 * found is no error. */
int tkt_op_search(struct tkt_project *p, const struct tkt_search_req *req, struct tkt_search *out,
		  size_t *pos, struct tkt_error *err);
void tkt_search_release(struct tkt_search *s);

#endif
