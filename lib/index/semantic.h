/* index/semantic: vectors of tickets and nearest neighbours. Floor 3. tkt-search(7).
 *
 * The built-in embedder (lsa-hash-1) learns from the tickets of this root which words go together; it is no
 * pretrained model. Others are asked over HTTP (index/embed_http). Vectors lie in the index, quantised. */
#ifndef TKT_INDEX_SEMANTIC_H
#define TKT_INDEX_SEMANTIC_H

#include "index/doc.h"
#include "index/index.h"

enum tkt_embed_kind { TKT_EMBED_BUILTIN, TKT_EMBED_OPENAI, TKT_EMBED_OLLAMA, TKT_EMBED_OFF };
enum tkt_fusion { TKT_FUSE_DEFAULT, TKT_FUSE_LINEAR, TKT_FUSE_RRF };

/* search: of config.yml, checked, with the user's consent and key. tkt-config(5). */
struct tkt_embed {
	enum tkt_embed_kind kind;
	char *url, *model;       /* HTTP */
	char *key;               /* the secret itself; never written, never told */
	long dimensions;         /* asked for; 0 = the model's own */
	unsigned timeout_ms;     /* of one request while searching; 0 = 3000 */
	enum tkt_fusion fusion;
	double weight;           /* of the semantic half, 0-1; negative = default of the provider */
	double similar, duplicate; /* cosine thresholds; 0 = those of the provider */
	char *refused;           /* why HTTP is not used although config.yml asks for it; NULL = it may be */
};
void tkt_embed_release(struct tkt_embed *e);

struct tkt_semantic_hit {
	int64_t n;
	double score;              /* cosine of the best passage, -1 to 1 */
	enum tkt_doc_field field;  /* where that passage stands */
};
struct tkt_semantic_hits {
	struct tkt_semantic_hit *items; /* best first, then by number */
	size_t n, cap;
};
void tkt_semantic_hits_release(struct tkt_semantic_hits *h);

/* Brings all vectors up to date, after tkt_index_refresh to the text level. budget_ms: of HTTP work; 0 = no end.
 * TKT_ENO: the provider is down, slow, wrong or refused: err says which, one line, without secrets;
 * what came before it stays. *missing (may be NULL): tickets that have no vectors yet. */
int tkt_semantic_refresh(struct tkt_index *x, unsigned budget_ms, size_t *missing, struct tkt_error *err);

/* The `max` nearest live tickets among `only` (NULL: all). TKT_ENO as above. */
int tkt_semantic_search(struct tkt_index *x, const char *text, size_t len,
			const struct tkt_index_set *only, size_t max, struct tkt_semantic_hits *out,
			struct tkt_error *err);
/* The nearest tickets of a ticket (itself left out), whole against whole. */
int tkt_semantic_like(struct tkt_index *x, int64_t n, size_t max, struct tkt_semantic_hits *out,
		      struct tkt_error *err);
/* The nearest tickets of one that is not written yet, among `only`. */
int tkt_semantic_like_doc(struct tkt_index *x, const struct tkt_doc *d, const struct tkt_index_set *only,
			  size_t max, struct tkt_semantic_hits *out, struct tkt_error *err);
/* Pairs with a cosine of at least `threshold`; a < b. */
struct tkt_semantic_pairs {
	struct { int64_t a, b; double score; } *items;
	size_t n, cap;
};
int tkt_semantic_pairs(struct tkt_index *x, double threshold, struct tkt_semantic_pairs *out,
		       struct tkt_error *err);

/* What the provider in use recommends; what the settings say goes before. */
struct tkt_semantic_defaults {
	enum tkt_fusion fusion;
	double weight, floor; /* floor: a cosine below it says nothing */
	double like_weight;   /* instead of weight, where a ticket is the query */
	double similar, duplicate;
};
void tkt_semantic_defaults(const struct tkt_index *x, struct tkt_semantic_defaults *out);
/* "lsa-hash-1 (builtin)", "openai-compatible MODEL". Owned. */
char *tkt_semantic_name(const struct tkt_index *x);

#endif
