/* text/query: what can be said of a tree without a ticket. */
#include <string.h>

#include "text/query.h"
#include "text/ticket.h"

static void put_quoted(struct tkt_buf *out, const char *s)
{
	tkt_buf_putc(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			tkt_buf_putc(out, '\\');
		tkt_buf_putc(out, *s);
	}
	tkt_buf_putc(out, '"');
}

static void put_field(struct tkt_buf *out, const struct tkt_query *q)
{
	static const char *const ops[] = {
		[TKT_Q_EQ] = "", [TKT_Q_LT] = "<", [TKT_Q_LE] = "<=", [TKT_Q_GT] = ">", [TKT_Q_GE] = ">=",
	};
	size_t i;

	tkt_buf_printf(out, "%s:%s", q->field, ops[q->op]);
	for (i = 0; i < q->values.n; i++) {
		if (i > 0)
			tkt_buf_putc(out, ',');
		put_quoted(out, q->values.items[i]);
	}
}

void tkt_query_print(struct tkt_buf *out, const struct tkt_query *q)
{
	size_t i;

	switch (q->kind) {
	case TKT_Q_ALL:
		break;
	case TKT_Q_TEXT:
		put_quoted(out, q->values.items[0]);
		break;
	case TKT_Q_FIELD:
		put_field(out, q);
		break;
	case TKT_Q_NOT:
		tkt_buf_puts(out, "NOT ");
		tkt_query_print(out, q->items[0]);
		break;
	case TKT_Q_AND:
	case TKT_Q_OR:
		tkt_buf_putc(out, '(');
		for (i = 0; i < q->n; i++) {
			if (i > 0)
				tkt_buf_puts(out, q->kind == TKT_Q_OR ? " OR " : " ");
			tkt_query_print(out, q->items[i]);
		}
		tkt_buf_putc(out, ')');
		break;
	}
}

/* --- knowing only the status --- */

enum truth { NO, MAYBE, YES };

static enum truth word_holds(const char *word, enum tkt_status status)
{
	enum tkt_status named;

	if (strcmp(word, "all") == 0)
		return YES;
	if (tkt_status_find(word, &named))
		return named == status ? YES : NO;
	if (strcmp(word, "ready") == 0)
		return status == TKT_OPEN ? MAYBE : NO;
	return MAYBE;
}

static enum truth field_holds(const struct tkt_query *q, enum tkt_status status)
{
	enum truth best = NO;
	size_t i;

	if (q->type != TKT_Q_STATUS)
		return MAYBE;
	for (i = 0; i < q->values.n; i++) {
		enum truth t = word_holds(q->values.items[i], status);

		best = t > best ? t : best;
	}
	return best;
}

/* Kleene's logic: AND is the least, OR the greatest, NOT turns around. */
static enum truth holds(const struct tkt_query *q, enum tkt_status status)
{
	enum truth all = q->kind == TKT_Q_OR ? NO : YES;
	size_t i;

	switch (q->kind) {
	case TKT_Q_ALL:
		return YES;
	case TKT_Q_TEXT:
		return MAYBE;
	case TKT_Q_FIELD:
		return field_holds(q, status);
	case TKT_Q_NOT:
		return (enum truth)(YES - holds(q->items[0], status));
	case TKT_Q_AND:
	case TKT_Q_OR:
		break;
	}
	for (i = 0; i < q->n; i++) {
		enum truth t = holds(q->items[i], status);

		if (q->kind == TKT_Q_OR ? t > all : t < all)
			all = t;
	}
	return all;
}

bool tkt_query_may_match_status(const struct tkt_query *q, int status)
{
	return holds(q, (enum tkt_status)status) != NO;
}

bool tkt_query_mentions_status(const struct tkt_query *q)
{
	enum tkt_status named;
	size_t i;

	for (i = 0; i < q->n; i++) {
		if (tkt_query_mentions_status(q->items[i]))
			return true;
	}
	if (q->kind != TKT_Q_FIELD || q->type != TKT_Q_STATUS)
		return false;
	for (i = 0; i < q->values.n; i++) {
		if (strcmp(q->values.items[i], "all") == 0 || tkt_status_find(q->values.items[i], &named))
			return true;
	}
	return false;
}

bool tkt_query_needs_body(const struct tkt_query *q)
{
	size_t i;

	for (i = 0; i < q->n; i++) {
		if (tkt_query_needs_body(q->items[i]))
			return true;
	}
	return q->kind == TKT_Q_TEXT ||
	       (q->kind == TKT_Q_FIELD &&
		(strcmp(q->field, "text") == 0 || strcmp(q->field, "author") == 0));
}
