/* index/token: text -> search tokens, the same for the full text, for queries, for the embedder and for
 * snippets. Floor 3. tkt-search(7).
 *
 * Folded: case, accents, full width, half-width kana. A run of letters, digits and '_' is a word: the whole, and
 * where it is made of parts (fooBar, foo_bar, sha256) those of two letters and more at the same position; '_' at
 * the ends is no part of it. Runs of kanji, kana, hangul, Thai are overlapping pairs, and the last sign alone;
 * an emoji is a word. Words are stemmed (Porter, English) where, folded, they are ASCII letters only. */
#ifndef TKT_INDEX_TOKEN_H
#define TKT_INDEX_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum { /* of a token, a set */
	TKT_TOKEN_PART = 1,   /* part of the word before: same position */
	TKT_TOKEN_COMMON = 2, /* one of ~120 English words that say nothing ("the") */
	TKT_TOKEN_CJK = 4,
	TKT_TOKEN_NUMBER = 8  /* digits only */
};

struct tkt_token {
	struct tkt_str text;   /* as indexed: folded and stemmed; borrowed for the call */
	struct tkt_str folded; /* before stemming */
	size_t start, end;     /* bytes of the original */
	unsigned flags;
};

/* Calls fn for each token in order until it returns non-zero, which is returned. Any bytes are legal. Tokens over 60
 * bytes are cut. `scratch` remembers stems between calls, which makes long texts three times as fast: begin with
 * an empty one, use it for nothing else. May be NULL. */
int tkt_tokens_each(const char *text, size_t n, struct tkt_buf *scratch,
		    int (*fn)(void *payload, const struct tkt_token *t), void *payload);

/* Porter's algorithm (1980) on lower-case ASCII in place; the new length. */
size_t tkt_stem(char *word, size_t n);
/* Folds one code point to at most three; 0: drop it (a combining mark). */
size_t tkt_token_fold(uint32_t cp, uint32_t out[3]);

#endif
