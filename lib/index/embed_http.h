/* index/embed_http: vectors from a server over HTTP: what its files share, and tests look at. Private. Floor 3.
 *
 * embed_json.c reads answers, embed_ask.c holds the conversation, embed_cache.c keeps what was answered, embed_http.c
 * is the provider. Whatever a server sends, the answer is vectors that are what they should be, or one line that says
 * what is wrong with it. */
#ifndef TKT_INDEX_EMBED_HTTP_H
#define TKT_INDEX_EMBED_HTTP_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "index/semantic.h"

#define TKT_EMBED_INPUTS 64            /* texts in one request, at most */
#define TKT_EMBED_BYTES (100 * 1024)   /* bytes of text in one request, at most, if it is more than one */
#define TKT_EMBED_DIMS_MAX 16384
#define TKT_EMBED_KEY 20               /* bytes of a key of the cache */

/* --- embed_json.c --------------------------------------------------------------------------------- */

struct tkt_floats {
	float *items; /* n * dims, vector after vector */
	size_t n, dims;
};
void tkt_floats_release(struct tkt_floats *f);

/* The vectors of a whole answer, in the order of the texts. `want` of them; dims 0: any length, the same for all.
 * TKT_EINVALID: says what is wrong, to stand behind "the embedding server ... ". */
int tkt_embed_parse(struct tkt_floats *out, enum tkt_embed_kind kind, const char *text, size_t len, size_t want,
		    size_t dims, struct tkt_error *err);
/* The server's own words in an answer that is an error ({"error": "..."}, {"error": {"message": "..."}}), on one
 * line; what is no such JSON is taken as it stands. Whatever looks like a part of `key` is taken out; short. */
void tkt_embed_words(struct tkt_buf *out, const char *text, size_t len, const char *key);

/* --- embed_ask.c ---------------------------------------------------------------------------------- */

struct tkt_fetch;

struct tkt_asker {
	const struct tkt_embed *embed;
	const volatile sig_atomic_t *stop;
	struct tkt_fetch *fetch;   /* opened when first needed */
	unsigned timeout_ms;       /* of one request */
	unsigned left_ms;          /* of all of them, waiting included; 0: spent. Counted down */
	bool endless;              /* left_ms does not count */
	bool persist;              /* a server that is busy, or breaks off, is asked again */
	unsigned took_ms;          /* of the last request */
};
/* Vectors of n texts. dims: as they must be, 0: any. TKT_ENO: one line; TKT_EIO: interrupted. */
int tkt_embed_ask(struct tkt_asker *a, const struct tkt_str *texts, size_t n, size_t dims, struct tkt_floats *out,
		  struct tkt_error *err);
/* Where a request goes: the URL of the settings, with the end that the provider has if it is not there. Owned. */
char *tkt_embed_endpoint(const struct tkt_embed *e);
/* "http://127.0.0.1:11434": what may be shown of a URL. Owned. */
char *tkt_embed_origin(const char *url);

/* --- embed_cache.c -------------------------------------------------------------------------------- */

struct tkt_index;

/* A vector as it is kept: int8, the largest of them 127 or -127. */
void tkt_embed_key(unsigned char out[TKT_EMBED_KEY], const struct tkt_embed *e, struct tkt_str text);
/* Appends the vector of a key if there is one of `dims` (0: any). False: none. */
bool tkt_embed_cache_get(struct tkt_index *x, const unsigned char key[TKT_EMBED_KEY], size_t dims,
			 struct tkt_buf *out);
/* Between tkt_vectors_begin and _end. */
int tkt_embed_cache_put(struct tkt_index *x, const unsigned char key[TKT_EMBED_KEY], const int8_t *v, size_t dims,
			struct tkt_error *err);
/* Deletes what is not among the keys; sorts them. Between begin and end. */
struct tkt_embed_keys {
	unsigned char (*items)[TKT_EMBED_KEY];
	size_t n, cap;
};
int tkt_embed_cache_keep(struct tkt_index *x, struct tkt_embed_keys *keys, struct tkt_error *err);

#endif
