/* index/token: what the files of the tokenizer share. Private. Floor 3. */
#ifndef TKT_INDEX_TOKEN_INT_H
#define TKT_INDEX_TOKEN_INT_H

#include "index/token.h"

enum tkt_token_kind {
	TKT_KIND_NONE,   /* between words */
	TKT_KIND_LETTER, /* of words, and digits, and marks on letters */
	TKT_KIND_DENSE,  /* of scripts without blanks: pairs of signs stand for words */
	TKT_KIND_SYMBOL  /* emoji: a word each */
};
/* Of a code point above ASCII. */
enum tkt_token_kind tkt_token_kind(uint32_t cp);
/* The one sign of a kana and the (half-)voiced mark U+3099, U+309A behind it; 0: there is none. */
uint32_t tkt_token_voiced(uint32_t kana, uint32_t mark);
/* "the", "of": words of English that are in every text. Lower case, not stemmed. */
bool tkt_common_word(const char *word, size_t n);

#endif
