/* index/semantic: what its files share: providers of vectors, and the table that keeps them. Private. Floor 3.
 *
 * A provider turns a ticket into a blob (table vector, one a ticket) and a query into something to hold against
 * blobs. semantic.c does the rest: which tickets, order, pairs. */
#ifndef TKT_INDEX_SEMANTIC_INT_H
#define TKT_INDEX_SEMANTIC_INT_H

#include "index/index_int.h"

struct tkt_qvec; /* a query as vectors; each provider has its own */

/* The one vector that stands for a whole ticket; borrowed from its blob. Cosine = dot * a.scale * b.scale. */
struct tkt_whole {
	const int8_t *v;
	size_t dims;
	float scale; /* 1 / length of v; 0: a ticket without words */
};

struct tkt_provider {
	/* As tkt_semantic_name, _defaults, _refresh. The name is kept with the vectors: those of another name go. */
	char *(*name)(const struct tkt_index *x);
	void (*defaults)(const struct tkt_index *x, struct tkt_semantic_defaults *out);
	int (*refresh)(struct tkt_index *x, unsigned budget_ms, size_t *missing, struct tkt_error *err);
	/* *out is the caller's. *out NULL with 0: nothing in it to look for. TKT_ENO as in semantic.h. */
	int (*query)(struct tkt_index *x, const char *text, size_t len, struct tkt_qvec **out,
		     struct tkt_error *err);
	void (*query_free)(struct tkt_qvec *q);
	/* Best cosine of a ticket's blob and where that passage stands. Any bytes are legal (-1 for nonsense). */
	double (*score)(const struct tkt_qvec *q, const void *data, size_t n, enum tkt_doc_field *field);
	/* The blob of a ticket, appended to `blob`. */
	int (*doc)(struct tkt_index *x, const struct tkt_doc *d, struct tkt_buf *blob, struct tkt_error *err);
	/* False: no such vector in there. */
	bool (*whole)(const void *data, size_t n, struct tkt_whole *out);
};
extern const struct tkt_provider tkt_provider_lsa;  /* lsa.c */
extern const struct tkt_provider tkt_provider_http; /* embed_http.c */

/* The one of the settings; NULL: nobody makes vectors. */
const struct tkt_provider *tkt_semantic_provider(const struct tkt_index *x);

/* --- state in memory: x->semantic --------------------------------------------------------------- */

struct tkt_semantic {
	struct tkt_lsa *lsa;      /* the built-in model, when it was needed */
	void *http;               /* embed_http.c's own */
	void (*http_free)(void *http);
	sqlite3_stmt *put, *put_n; /* vectors.c: between begin and end */
};
struct tkt_semantic *tkt_semantic_state(struct tkt_index *x); /* made if there is none */

/* --- vectors.c: the table ------------------------------------------------------------------------ */

/* Live tickets that have no vector of `name` yet, by number. If the vectors there are of another name they count
 * as none. Needs no lock. */
struct tkt_lack {
	int64_t n;
	char *id;
	enum tkt_status status;
};
struct tkt_lacks {
	struct tkt_lack *items;
	size_t n, cap;
};
int tkt_vectors_missing(struct tkt_index *x, const char *name, struct tkt_lacks *out,
			struct tkt_error *err);
void tkt_lacks_release(struct tkt_lacks *l);

/* Writing: begin, put as often as wanted, end. begin drops the vectors of other names. If another process holds the
 * index, what is written lives in memory until x is freed, and nobody notices. The numbers of a list made before
 * begin stay good: a ticket that went meanwhile is skipped by put. */
int tkt_vectors_begin(struct tkt_index *x, const char *name, struct tkt_error *err);
int tkt_vectors_put(struct tkt_index *x, int64_t n, const void *data, size_t len, struct tkt_error *err);
int tkt_vectors_end(struct tkt_index *x, bool good, struct tkt_error *err);
int tkt_vectors_clear(struct tkt_index *x, struct tkt_error *err); /* between begin and end */

/* Calls fn for the live tickets that have vectors of `name`, by number, until it returns non-zero. */
typedef int (*tkt_vectors_fn)(void *payload, int64_t n, const void *data, size_t len);
int tkt_vectors_each(struct tkt_index *x, const char *name, tkt_vectors_fn fn, void *payload,
		     struct tkt_error *err);
int tkt_vectors_get(struct tkt_index *x, int64_t n, struct tkt_buf *out, struct tkt_error *err); /* TKT_ENOTFOUND */
/* model(name, data): get appends; TKT_ENOTFOUND. put between begin and end. */
int tkt_model_get(struct tkt_index *x, const char *name, struct tkt_buf *out, struct tkt_error *err);
int tkt_model_put(struct tkt_index *x, const char *name, const void *data, size_t len,
		  struct tkt_error *err);

/* --- a plain blob: `count` vectors of int8, the first the whole ticket's. For HTTP ------------------ */

/* Appends a vector (unit length or not; NaN and infinity become 0); dims the same for all of a blob. */
void tkt_plain_add(struct tkt_buf *blob, enum tkt_doc_field field, const float *v, size_t dims);
/* Best cosine with q, a float vector of unit length, over all but the first vector (over it, if it is alone). */
double tkt_plain_score(const float *q, size_t dims, const void *data, size_t n, enum tkt_doc_field *field);
bool tkt_plain_whole(const void *data, size_t n, struct tkt_whole *out);

/* Loops over numbers become vector code at -O2 too; clang does so anyway. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#define TKT_VECTOR_CODE __attribute__((optimize("O3")))
#else
#define TKT_VECTOR_CODE
#endif

/* --- vector arithmetic ---------------------------------------------------------------------------- */

/* v as int8 with max |v| = 127; returns 1 / length of the int8 vector (0 for a zero vector). */
float tkt_vec_pack(int8_t *out, const float *v, size_t dims);
int32_t tkt_vec_dot8(const int8_t *a, const int8_t *b, size_t dims);
float tkt_vec_dot(const float *a, const float *b, size_t dims);
float tkt_vec_dotf8(const float *a, const int8_t *b, size_t dims);
float tkt_vec_unit(float *v, size_t dims); /* to unit length; returns what it was; zero and non-finite: all 0 */

/* --- passages: a ticket cut into pieces ------------------------------------------------------------ */

struct tkt_passage {
	enum tkt_doc_field field;
	struct tkt_str text; /* borrowed from the doc; title not in front */
};
struct tkt_passages {
	struct tkt_passage *items;
	size_t n, cap;
};
/* Pieces of about `window` bytes, cut at line ends where there are some, never within a sign; at most `max` in
 * all (0: no limit): then the pieces get larger until they fit. The title is the first piece, labels are not in it. */
void tkt_passages_make(struct tkt_passages *out, const struct tkt_doc *d, size_t window, size_t max);
void tkt_passages_release(struct tkt_passages *p);

#endif
