/* index/lsa: what the files of the built-in embedder share. Private to them. Floor 3.
 *
 * A text is a bag of features (words, and pieces of four letters), a feature has a weight and a row of DIMS numbers,
 * and a text's vector is the weighted sum of its features' rows. The rows are learned from the tickets of this root:
 * the first right singular vectors of the matrix of passages and features, so that words that stand in the same
 * passages get rows alike (latent semantic analysis). Where there is too little to learn from, the rest of the DIMS
 * numbers is a signed hash of the feature, which tells equal words apart and nothing more. */
#ifndef TKT_INDEX_LSA_INT_H
#define TKT_INDEX_LSA_INT_H

#include "index/semantic_int.h"

enum {
	TKT_LSA_DIMS = 96,
	TKT_LSA_WORDS = 32768,              /* buckets of words; as many of letters behind them */
	TKT_LSA_FEATURES = 2 * TKT_LSA_WORDS,
	TKT_LSA_BLOCK = 64,                 /* features of a row of table model */
	TKT_LSA_BLOCKS = TKT_LSA_FEATURES / TKT_LSA_BLOCK,
	TKT_LSA_WINDOW = 800,               /* bytes of a passage, or more: */
	TKT_LSA_PASSAGES_SOME = 18,         /* of a ticket that is not long */
	TKT_LSA_LONG = 24 * 1024, TKT_LSA_LONGER = 8 * 1024,
	TKT_LSA_PASSAGES = 255              /* of a ticket, at most */
};
/* Words and letters count the same; both together have length 1. */
#define TKT_LSA_SHARE 0.70710678F
#define TKT_LSA_NAME "lsa-hash-1 (builtin)"

/* --- lsa_features.c --------------------------------------------------------------------------------- */

struct tkt_lsa_bag {
	uint16_t *tf;  /* of each feature; saturates */
	struct { uint32_t *items; size_t n, cap; } used; /* those that are not 0, in order of first sight */
	struct tkt_buf scratch;
	/* the pair of signs before, for three in a row */
	uint32_t pair;
	size_t pair_end;
};
void tkt_lsa_bag_init(struct tkt_lsa_bag *b);
void tkt_lsa_bag_release(struct tkt_lsa_bag *b);
void tkt_lsa_bag_empty(struct tkt_lsa_bag *b);
void tkt_lsa_bag_add(struct tkt_lsa_bag *b, struct tkt_str text);
/* 1 + ln tf */
float tkt_lsa_damped(unsigned tf);
uint32_t tkt_lsa_mix(uint32_t h);

/* --- lsa_model.c ------------------------------------------------------------------------------------- */

/* Kept as model row "lsa". */
struct tkt_lsa_head {
	char magic[8];
	uint32_t learned;   /* of DIMS: the rest is hashed */
	uint32_t passages;  /* learned from that many */
	uint32_t tickets;   /* live ones at that time */
	float unseen_idf;   /* of a feature that was not there */
	uint64_t sum;       /* of all rows: tells two models apart */
};

struct tkt_lsa {
	struct tkt_lsa_head head;
	uint32_t *at;       /* of each feature: 1 + its row, 0: it has none */
	float *rows;        /* n of 1 + DIMS: idf and the learned part, unpacked */
	size_t n, cap;
	unsigned char here[TKT_LSA_BLOCKS / 8]; /* which blocks were read */
	bool whole;
};
struct tkt_lsa *tkt_lsa_new(void);
void tkt_lsa_free(struct tkt_lsa *m);
/* One row, packed as it is kept and unpacked again. */
void tkt_lsa_row_add(struct tkt_lsa *m, struct tkt_buf *block, uint32_t feature, float idf, const float *v);
/* NULL without an error: there is none yet. */
int tkt_lsa_load(struct tkt_index *x, struct tkt_lsa **out, struct tkt_error *err);
int tkt_lsa_save(struct tkt_index *x, const struct tkt_lsa *m, const struct tkt_buf *blocks, struct tkt_error *err);
/* Reads what the features of the bag need; all of them with bag NULL. */
int tkt_lsa_need(struct tkt_index *x, struct tkt_lsa *m, const struct tkt_lsa_bag *bag, struct tkt_error *err);
/* The vector of a bag, of length 1, or all 0. *unseen (may be NULL) += words that the model does not know. Returns how
 * much of the bag was understood: the length of its shadow among the learned directions, 1 where some are hashed. */
float tkt_lsa_fold(const struct tkt_lsa *m, const struct tkt_lsa_bag *bag, float *out, size_t *seen, size_t *unseen);

/* --- lsa_train.c, lsa_svd.c ----------------------------------------------------------------------------- */

/* Learns from the live tickets; blocks: TKT_LSA_BLOCKS buffers to be kept. */
int tkt_lsa_train(struct tkt_index *x, struct tkt_lsa **out, struct tkt_buf *blocks, struct tkt_error *err);

/* A sparse matrix by rows. */
struct tkt_sparse {
	size_t rows, columns;
	size_t *start;      /* rows + 1 */
	uint32_t *column;
	float *value;
};
void tkt_sparse_release(struct tkt_sparse *m);
/* The first k right singular vectors of a, as columns of out (a.columns x k, by rows). Same input, same bits. */
#define TKT_SVD_WIDTH 128
void tkt_svd(const struct tkt_sparse *a, size_t k, float *out, const volatile sig_atomic_t *stop);

/* --- lsa_blob.c ------------------------------------------------------------------------------------------- */

/* Its passages, as they are learned from and kept. */
void tkt_lsa_cut(struct tkt_passages *out, const struct tkt_doc *d);
/* A ticket: the whole as int8, then each passage as DIMS numbers of four bits. */
void tkt_lsa_blob(const struct tkt_lsa *m, struct tkt_lsa_bag *bag, const struct tkt_doc *d, struct tkt_buf *blob,
		  size_t *seen, size_t *unseen);
double tkt_lsa_score(const int16_t *q, double scale, const void *data, size_t n, enum tkt_doc_field *field);
bool tkt_lsa_whole(const void *data, size_t n, struct tkt_whole *out);

#endif
