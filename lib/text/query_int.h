/* text/query: what the files query*.c share. Private to them. Floor 1. */
#ifndef TKT_TEXT_QUERY_INT_H
#define TKT_TEXT_QUERY_INT_H

#include "base/str.h"
#include "text/query.h"

/* One name that may stand before a colon. */
struct tkt_query_field {
	const char *name;    /* canonical; as in tkt_fields() where it is a field of the ticket */
	const char *alias;   /* other names, blank-separated, or NULL */
	enum tkt_query_type type;
	bool none;           /* field:none asks for tickets without a value */
	bool present;        /* has: and no: may name it */
};

/* By name or alias; ASCII case ignored, '-' is as good as '_'. NULL if there is none. */
const struct tkt_query_field *tkt_query_field_find(struct tkt_str name);
/* The name most like it, or NULL where none is near. */
const char *tkt_query_field_near(struct tkt_str name);

enum tkt_query_token { /* kinds of token */
	TKT_T_END, TKT_T_OPEN, TKT_T_CLOSE, TKT_T_AND, TKT_T_OR, TKT_T_NOT,
	TKT_T_TEXT,  /* text holds the word or phrase */
	TKT_T_FIELD  /* field, op, values */
};

struct tkt_query_value {
	char *text;
	bool quoted;
	size_t pos;
};

struct tkt_query_lexer {
	const char *text;
	size_t pos;               /* of the next token */
	enum tkt_query_token token;
	size_t at;                /* where the current token starts */
	char *word;               /* TEXT */
	const struct tkt_query_field *field; /* FIELD */
	enum tkt_query_op op;
	struct { struct tkt_query_value *items; size_t n, cap; } values;
	size_t *bad;              /* the caller's place for a caret, or NULL */
	struct tkt_error *err;
};

/* Moves to the next token. 0 or TKT_EINVALID. */
int tkt_query_next(struct tkt_query_lexer *lex);
void tkt_query_lexer_release(struct tkt_query_lexer *lex);
/* Reports at a byte offset; the message gets its column. TKT_EINVALID. */
int tkt_query_fail(struct tkt_query_lexer *lex, size_t pos, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The current FIELD token as a node: values checked and normalised. */
int tkt_query_field_node(struct tkt_query **out, struct tkt_query_lexer *lex, tkt_time now);

struct tkt_query *tkt_query_new(enum tkt_query_kind kind, size_t pos);
void tkt_query_add(struct tkt_query *parent, struct tkt_query *take);

#endif
