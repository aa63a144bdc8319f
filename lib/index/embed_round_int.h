/* index/embed_round: some tickets cut into pieces, on their way to a server. Private to embed_http. Floor 3. */
#ifndef TKT_INDEX_EMBED_ROUND_INT_H
#define TKT_INDEX_EMBED_ROUND_INT_H

#include "index/embed_http.h"
#include "index/semantic_int.h"

struct tkt_piece {
	unsigned char key[TKT_EMBED_KEY];
	enum tkt_doc_field field;
	char *text;
	size_t len;
	int8_t *vec;  /* NULL: to be asked for */
	bool fresh;   /* not in the cache on disk yet */
};
struct tkt_round_ticket {
	int64_t n;
	size_t first, count;
	bool stored;
};
struct tkt_round {
	struct { struct tkt_piece *items; size_t n, cap; } pieces;
	struct { struct tkt_round_ticket *items; size_t n, cap; } tickets;
	size_t lacking, bytes; /* pieces without a vector, and their text */
};

/* The title alone, then the pieces of the text, each with the title in front; of a ticket without a word, its id. */
void tkt_round_add(struct tkt_round *r, const struct tkt_embed *e, int64_t n, const struct tkt_doc *d);
/* Vectors of pieces from `from` on that the cache has. *dims 0: the first one found says how long they are. */
void tkt_round_look_up(struct tkt_index *x, struct tkt_round *r, size_t from, size_t *dims);
/* Up to `step` pieces to ask for: their places in `at`, their texts (borrowed) in `texts`. At most TKT_EMBED_INPUTS. */
size_t tkt_round_choose(const struct tkt_round *r, size_t step, size_t *at, struct tkt_str *texts);
/* The answer to pieces[at[i]], and to every other piece of the same text. */
void tkt_round_take(struct tkt_round *r, const size_t *at, const struct tkt_floats *f);
bool tkt_round_whole(const struct tkt_round *r, const struct tkt_round_ticket *t); /* all its pieces are there */
/* What goes into the index: the mean of the pieces' directions, then the pieces. */
void tkt_round_blob(const struct tkt_round *r, const struct tkt_round_ticket *t, size_t dims, struct tkt_buf *blob);
void tkt_round_reset(struct tkt_round *r);
void tkt_round_release(struct tkt_round *r);

/* At most `most` bytes of s, not cut within a sign. */
size_t tkt_embed_cut(const char *s, size_t len, size_t most);
bool tkt_embed_blank(struct tkt_str s); /* not one sign in it */

#endif
