/* text/query: tokens -> tree, by recursive descent. */
#include "text/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/query_int.h"

/* Groups and NOTs may nest this deep; more is refused before the stack could notice. */
#define DEPTH_MAX 200

struct parser {
	struct tkt_query_lexer lex;
	tkt_time now;
	size_t depth;
};

struct tkt_query *tkt_query_new(enum tkt_query_kind kind, size_t pos)
{
	struct tkt_query *q = tkt_calloc(1, sizeof *q);

	q->kind = kind;
	q->pos = pos;
	return q;
}

void tkt_query_add(struct tkt_query *parent, struct tkt_query *take)
{
	TKT_GROW(parent);
	parent->items[parent->n++] = take;
}

void tkt_query_free(struct tkt_query *q)
{
	size_t i;

	if (!q)
		return;
	for (i = 0; i < q->n; i++)
		tkt_query_free(q->items[i]);
	free(q->items);
	free(q->times.items);
	tkt_strv_release(&q->values);
	free(q);
}

static int parse_or(struct tkt_query **out, struct parser *p);

/* A chain of one link becomes the child: (a) is a. */
static struct tkt_query *collapse(struct tkt_query *q)
{
	struct tkt_query *only = q->items[0];

	if (q->n != 1)
		return q;
	q->n = 0;
	tkt_query_free(q);
	return only;
}

static int parse_group(struct tkt_query **out, struct parser *p)
{
	size_t open = p->lex.at;
	struct tkt_query *q = NULL;
	int rc = tkt_query_next(&p->lex);

	if (rc)
		goto out;
	if (p->lex.token == TKT_T_CLOSE) {
		rc = tkt_query_fail(&p->lex, open, "nothing between the parentheses");
		goto out;
	}
	rc = parse_or(&q, p);
	if (rc)
		goto out;
	if (p->lex.token != TKT_T_CLOSE) {
		rc = tkt_query_fail(&p->lex, open, "unbalanced parenthesis: '(' is not closed");
		goto out;
	}
	rc = tkt_query_next(&p->lex);
	if (rc)
		goto out;
	*out = q;
	q = NULL;
out:
	tkt_query_free(q);
	return rc;
}

static int parse_leaf(struct tkt_query **out, struct parser *p)
{
	struct tkt_query *q = NULL;
	int rc = TKT_OK;

	if (p->lex.token == TKT_T_FIELD) {
		rc = tkt_query_field_node(&q, &p->lex, p->now);
	} else {
		q = tkt_query_new(TKT_Q_TEXT, p->lex.at);
		tkt_strv_push(&q->values, p->lex.word);
	}
	if (rc == TKT_OK)
		rc = tkt_query_next(&p->lex);
	if (rc)
		goto out;
	*out = q;
	q = NULL;
out:
	tkt_query_free(q);
	return rc;
}

static const char *token_name(enum tkt_query_token t)
{
	switch (t) {
	case TKT_T_AND: return "'AND'";
	case TKT_T_OR: return "'OR'";
	case TKT_T_CLOSE: return "')'";
	default: return "the end";
	}
}

static int parse_unary(struct tkt_query **out, struct parser *p);

static int parse_not(struct tkt_query **out, struct parser *p)
{
	struct tkt_query *q = tkt_query_new(TKT_Q_NOT, p->lex.at), *inner = NULL;
	int rc = tkt_query_next(&p->lex);

	if (rc == TKT_OK)
		rc = parse_unary(&inner, p);
	if (rc)
		goto out;
	tkt_query_add(q, inner);
	*out = q;
	q = NULL;
out:
	tkt_query_free(q);
	return rc;
}

static int parse_unary(struct tkt_query **out, struct parser *p)
{
	int rc;

	if (p->lex.token == TKT_T_TEXT || p->lex.token == TKT_T_FIELD)
		return parse_leaf(out, p);
	if (p->lex.token != TKT_T_NOT && p->lex.token != TKT_T_OPEN)
		return tkt_query_fail(&p->lex, p->lex.at, "expected a word or a field, found %s",
				      token_name(p->lex.token));
	if (p->depth == DEPTH_MAX)
		return tkt_query_fail(&p->lex, p->lex.at, "more than %d levels of nesting", DEPTH_MAX);
	p->depth++;
	rc = p->lex.token == TKT_T_NOT ? parse_not(out, p) : parse_group(out, p);
	p->depth--;
	return rc;
}

/* AND and OR alike: operands joined by the token, or (AND) by nothing. */
static int parse_chain(struct tkt_query **out, struct parser *p, enum tkt_query_kind kind)
{
	struct tkt_query *q = tkt_query_new(kind, p->lex.at), *item;
	enum tkt_query_token joint = kind == TKT_Q_OR ? TKT_T_OR : TKT_T_AND;
	int rc;

	for (;;) {
		item = NULL;
		rc = kind == TKT_Q_OR ? parse_chain(&item, p, TKT_Q_AND) : parse_unary(&item, p);
		if (rc)
			goto out;
		tkt_query_add(q, item);
		if (p->lex.token == joint) {
			rc = tkt_query_next(&p->lex);
			if (rc)
				goto out;
		} else if (kind == TKT_Q_OR || p->lex.token == TKT_T_END ||
			   p->lex.token == TKT_T_CLOSE || p->lex.token == TKT_T_OR) {
			break;
		}
	}
	*out = collapse(q);
	q = NULL;
out:
	tkt_query_free(q);
	return rc;
}

static int parse_or(struct tkt_query **out, struct parser *p)
{
	return parse_chain(out, p, TKT_Q_OR);
}

int tkt_query_parse(struct tkt_query **out, const char *text, tkt_time now, size_t *pos,
		    struct tkt_error *err)
{
	struct parser p = { .lex = { .text = text, .bad = pos, .err = err }, .now = now };
	struct tkt_query *q = NULL;
	int rc = tkt_query_next(&p.lex);

	if (rc)
		goto out;
	if (p.lex.token == TKT_T_END) {
		*out = tkt_query_new(TKT_Q_ALL, 0);
		goto out;
	}
	rc = p.lex.token == TKT_T_CLOSE ? TKT_OK : parse_or(&q, &p);
	if (rc)
		goto out;
	if (p.lex.token == TKT_T_CLOSE) {
		rc = tkt_query_fail(&p.lex, p.lex.at, "unbalanced parenthesis: ')' closes nothing");
		goto out;
	}
	*out = q;
	q = NULL;
out:
	tkt_query_free(q);
	tkt_query_lexer_release(&p.lex);
	return rc;
}
