/* text/query: the values of one field: checked, and put into the one form that match and the index compare. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "text/query_int.h"

#define DAY 86400

/* The canonical spelling of a value out of a blank-separated list of spellings, or NULL. */
static char *pick(const char *list, const char *value)
{
	while (*list) {
		size_t n = strcspn(list, " ");

		if (strlen(value) == n && strncasecmp(list, value, n) == 0)
			return tkt_strndup(list, n);
		list += n + (list[n] == ' ');
	}
	return NULL;
}

static int one_of(struct tkt_query_lexer *lex, struct tkt_query *q, const struct tkt_query_value *v)
{
	bool is = strcmp(q->field, "is") == 0;
	char *word = pick(is ? "open pending closed all blocked unblocked ready assigned unassigned"
			     : "open pending closed all", v->text);

	if (!word)
		return tkt_query_fail(lex, v->pos, is ? "'is:' knows open, pending, closed, all, blocked, "
							"unblocked, ready, assigned and unassigned, not '%s'"
						      : "unknown status '%s' (open, pending, closed or all)",
				      v->text);
	tkt_strv_take(&q->values, word);
	return TKT_OK;
}

static int priority(struct tkt_query_lexer *lex, struct tkt_query *q, const struct tkt_query_value *v)
{
	static const struct { const char *word, *rank; } words[] = {
		{ "critical", "P0" }, { "high", "P1" }, { "medium", "P2" }, { "low", "P3" },
	};
	char *rank = pick("P0 P1 P2 P3 P4", v->text);
	size_t i;

	for (i = 0; !rank && i < TKT_LEN(words); i++) {
		if (tkt_eq_nocase(words[i].word, v->text))
			rank = tkt_strdup(words[i].rank);
	}
	if (!rank)
		return tkt_query_fail(lex, v->pos, "unknown priority '%s' (P0 to P4)", v->text);
	tkt_strv_take(&q->values, rank);
	return TKT_OK;
}

static int yes_no(struct tkt_query_lexer *lex, struct tkt_query *q, const struct tkt_query_value *v)
{
	char *yes = pick("yes true 1 on", v->text), *no = pick("no false 0 off", v->text);
	int rc = TKT_OK;

	if (!yes && !no)
		rc = tkt_query_fail(lex, v->pos, "'%s:' is yes or no, not '%s'", q->field, v->text);
	else
		tkt_strv_push(&q->values, yes ? "yes" : "no");
	free(yes);
	free(no);
	return rc;
}

static int number(struct tkt_query_lexer *lex, struct tkt_query *q, const struct tkt_query_value *v)
{
	const char *s = v->text + (v->text[0] == '#');
	size_t n = strlen(s);

	if (n == 0 || n > 18 || strspn(s, "0123456789") != n)
		return tkt_query_fail(lex, v->pos, "'%s' is not a number", v->text);
	while (s[0] == '0' && s[1] != '\0')
		s++;
	tkt_strv_push(&q->values, s);
	return TKT_OK;
}

static int duration(struct tkt_query_lexer *lex, struct tkt_query *q, const struct tkt_query_value *v)
{
	int64_t seconds;

	if (!tkt_duration_parse(v->text, strlen(v->text), true, &seconds))
		return tkt_query_fail(lex, v->pos, "'%s' is not a duration (90, 45m, 3h30m, 2d)", v->text);
	tkt_strv_push(&q->values, v->text);
	return TKT_OK;
}

static int presence(struct tkt_query_lexer *lex, struct tkt_query *q, const struct tkt_query_value *v)
{
	struct tkt_str name = tkt_str_of(v->text);
	const struct tkt_query_field *f = tkt_query_field_find(name);
	const char *near = f ? NULL : tkt_query_field_near(name);
	int rc;

	if (f && f->present) {
		tkt_strv_push(&q->values, f->name);
		return TKT_OK;
	}
	rc = tkt_query_fail(lex, v->pos, "'%s:' needs the name of a field, not '%s'", q->field, v->text);
	if (near)
		tkt_error_hint(lex->err, "did you mean '%s:%s'?", q->field, near);
	return rc;
}

/* --- dates --- */

static void push_time(struct tkt_query *q, tkt_time t)
{
	TKT_GROW(&q->times);
	q->times.items[q->times.n++] = t;
}

/* An age or an offset: one moment, compared absolutely from here on. "Longer ago than" is
 * "before", so an age turns the comparison around; +7d looks ahead and does not. */
static int relative(struct tkt_query_lexer *lex, struct tkt_query *q, const struct tkt_query_value *v,
		    int64_t seconds, tkt_time now)
{
	static const enum tkt_query_op turned[] = {
		[TKT_Q_EQ] = TKT_Q_GE, [TKT_Q_LT] = TKT_Q_GT, [TKT_Q_LE] = TKT_Q_GE,
		[TKT_Q_GT] = TKT_Q_LT, [TKT_Q_GE] = TKT_Q_LE,
	};
	bool ahead = v->text[0] == '+';
	char text[TKT_TIME_LEN + 1];
	tkt_time t;

	if (lex->values.n > 1)
		return tkt_query_fail(lex, v->pos, "an age like '%s' cannot stand in a list", v->text);
	if (ahead)
		q->op = q->op == TKT_Q_EQ ? TKT_Q_LE : q->op;
	else
		q->op = turned[q->op];
	/* printed and read back, so that the tree holds a time that can be written */
	tkt_time_print(ahead ? now + seconds : now - seconds, text);
	if (!tkt_time_parse(text, TKT_TIME_LEN, &t))
		t = 0;
	push_time(q, t);
	tkt_strv_push(&q->values, text);
	return TKT_OK;
}

static int date(struct tkt_query_lexer *lex, struct tkt_query *q, const struct tkt_query_value *v, tkt_time now)
{
	const char *s = v->text + (v->text[0] == '+');
	char text[TKT_TIME_LEN + 1];
	int64_t seconds;
	bool day;
	tkt_time t;

	if (tkt_duration_parse(s, strlen(s), false, &seconds) && seconds >= 0 &&
	    seconds <= (int64_t)100000 * DAY)
		return relative(lex, q, v, seconds, now);
	if (tkt_eq_nocase(v->text, "today") || tkt_eq_nocase(v->text, "yesterday")) {
		tkt_time_print(now - (tkt_eq_nocase(v->text, "today") ? 0 : DAY), text);
		text[10] = '\0';
	} else if (strlen(v->text) <= TKT_TIME_LEN) {
		memcpy(text, v->text, strlen(v->text) + 1);
	} else {
		text[0] = '\0';
	}
	if (!tkt_date_parse(text, strlen(text), &t))
		return tkt_query_fail(lex, v->pos, "bad date '%s' (YYYY-MM-DD, a full time, or an age "
						   "like 7d)", v->text);
	day = strlen(text) == 10;
	if (q->times.n > 0 && day != q->whole_day)
		return tkt_query_fail(lex, v->pos, "days and times cannot stand in one list");
	q->whole_day = day;
	push_time(q, t);
	tkt_strv_push(&q->values, text);
	return TKT_OK;
}

static int one_value(struct tkt_query_lexer *lex, struct tkt_query *q, const struct tkt_query_value *v, tkt_time now)
{
	switch (q->type) {
	case TKT_Q_STATUS: return one_of(lex, q, v);
	case TKT_Q_PRIORITY: return priority(lex, q, v);
	case TKT_Q_DATE: return date(lex, q, v, now);
	case TKT_Q_BOOL: return yes_no(lex, q, v);
	case TKT_Q_NUMBER: return number(lex, q, v);
	case TKT_Q_DURATION: return duration(lex, q, v);
	case TKT_Q_PRESENCE: return presence(lex, q, v);
	case TKT_Q_WORD:
	case TKT_Q_SUBSTRING:
	case TKT_Q_ID:
		break;
	}
	tkt_strv_push(&q->values, v->text);
	return TKT_OK;
}

static bool ordered(enum tkt_query_type t)
{
	return t == TKT_Q_PRIORITY || t == TKT_Q_DATE || t == TKT_Q_NUMBER || t == TKT_Q_DURATION;
}

/* field:none becomes no:field, alone or beside the other alternatives. */
static struct tkt_query *with_none(struct tkt_query *q, const char *field)
{
	struct tkt_query *no = tkt_query_new(TKT_Q_FIELD, q->pos), *either;

	no->field = tkt_query_field_find(tkt_str_of("no"))->name;
	no->type = TKT_Q_PRESENCE;
	tkt_strv_push(&no->values, field);
	if (q->values.n == 0) {
		tkt_query_free(q);
		return no;
	}
	either = tkt_query_new(TKT_Q_OR, q->pos);
	tkt_query_add(either, no);
	tkt_query_add(either, q);
	return either;
}

int tkt_query_field_node(struct tkt_query **out, struct tkt_query_lexer *lex, tkt_time now)
{
	struct tkt_query *q = tkt_query_new(TKT_Q_FIELD, lex->at);
	bool none = false;
	int rc = TKT_OK;
	size_t i;

	q->field = lex->field->name;
	q->type = lex->field->type;
	q->op = lex->op;
	if (q->op != TKT_Q_EQ && !ordered(q->type)) {
		rc = tkt_query_fail(lex, lex->at, "'%s' cannot be compared with < or >", q->field);
		goto out;
	}
	if (q->op != TKT_Q_EQ && lex->values.n > 1) {
		rc = tkt_query_fail(lex, lex->values.items[1].pos, "a comparison takes one value");
		goto out;
	}
	for (i = 0; rc == TKT_OK && i < lex->values.n; i++) {
		const struct tkt_query_value *v = &lex->values.items[i];

		if (lex->field->none && !v->quoted && lex->op == TKT_Q_EQ &&
		    tkt_eq_nocase(v->text, "none"))
			none = true;
		else
			rc = one_value(lex, q, v, now);
	}
	if (rc)
		goto out;
	*out = none ? with_none(q, lex->field->name) : q;
	q = NULL;
out:
	tkt_query_free(q);
	return rc;
}
