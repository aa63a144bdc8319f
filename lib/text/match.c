/* text/match: a query tree against one ticket. */
#include "text/match.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "text/ref.h"
#include "text/thread.h"

struct subject {
	const struct tkt_ticket *t;
	const struct tkt_match_facts *facts;
};

static bool contains(struct tkt_str hay, const char *needle)
{
	return hay.len > 0 && tkt_contains_fold(hay.ptr, hay.len, needle, strlen(needle));
}

static bool contains_str(const char *hay, const char *needle)
{
	return hay && contains(tkt_str_of(hay), needle);
}

/* Bodies, and headings that say more than the kind does; "created" must not find every ticket. */
static bool thread_contains(struct tkt_str thread, const char *needle)
{
	struct tkt_thread th = { 0 };
	bool found = false;
	size_t i;

	if (!contains(thread, needle))
		return false; /* what is not in the bytes is not in the events: the common case is cheap */
	tkt_thread_parse(&th, thread.ptr, thread.len);
	found = contains(th.preamble, needle);
	for (i = 0; !found && i < th.n; i++) {
		const struct tkt_event *e = &th.items[i];
		const char *usual = tkt_event_heading(e->kind, tkt_event_attr(e, "status"));

		found = contains((struct tkt_str){ e->body, e->body_len }, needle) ||
			(e->heading && strcmp(e->heading, usual) != 0 &&
			 contains_str(e->heading, needle));
	}
	tkt_thread_release(&th);
	return found;
}

static bool text_match(const struct subject *s, const char *needle)
{
	return contains(s->facts->body, needle) || thread_contains(s->facts->thread, needle);
}

static bool any_contains(const struct tkt_strv *v, const char *needle)
{
	size_t i;

	for (i = 0; i < v->n; i++) {
		if (contains_str(v->items[i], needle))
			return true;
	}
	return false;
}

static bool any_glob(const struct tkt_strv *v, const char *pattern)
{
	size_t i;

	for (i = 0; i < v->n; i++) {
		if (tkt_glob(pattern, v->items[i]))
			return true;
	}
	return false;
}

static bool bare_word(const struct subject *s, const char *word)
{
	return contains_str(s->t->id, word) || contains_str(s->t->title, word) ||
	       any_contains(&s->t->labels, word) || text_match(s, word);
}

/* --- fields by name --- */

static const char *string_of(const struct subject *s, const char *name)
{
	const struct tkt_field *f = tkt_field_find(name);

	if (s->facts->column && strcmp(name, "column") == 0)
		return s->facts->column;
	return f && f->type == TKT_FIELD_STRING ? tkt_field_string(s->t, f) : NULL;
}

static const struct tkt_strv *list_of(const struct subject *s, const char *name)
{
	const struct tkt_field *f = tkt_field_find(name);

	return f && f->type == TKT_FIELD_LIST ? tkt_field_list(s->t, f) : NULL;
}

static bool author_match(const struct subject *s, const char *pattern)
{
	struct tkt_thread th = { 0 };
	bool found = s->t->created_by && tkt_glob(pattern, s->t->created_by);
	size_t i;

	if (found)
		return true;
	tkt_thread_parse(&th, s->facts->thread.ptr, s->facts->thread.len);
	for (i = 0; !found && i < th.n; i++)
		found = tkt_glob(pattern, th.items[i].author);
	tkt_thread_release(&th);
	return found;
}

/* scope:lib/ui is lib/ui and all below it. */
static bool scope_match(const char *scope, const char *pattern)
{
	size_t n = strlen(pattern);
	struct tkt_str top;

	while (n > 1 && pattern[n - 1] == '/')
		n--;
	if (!scope)
		return false;
	top = (struct tkt_str){ scope, strlen(scope) };
	if (top.len >= n && (top.len == n || top.ptr[n] == '/') && strncasecmp(scope, pattern, n) == 0)
		return true;
	return tkt_glob(pattern, scope);
}

static bool word_match(const struct subject *s, const char *field, const char *value)
{
	const struct tkt_strv *list = list_of(s, field);
	const char *string = string_of(s, field);

	if (strcmp(field, "author") == 0)
		return author_match(s, value);
	if (strcmp(field, "scope") == 0)
		return scope_match(string, value);
	return list ? any_glob(list, value) : string && tkt_glob(value, string);
}

static bool node_contains(const struct tkt_node *node, const char *needle)
{
	size_t i;

	if (!node)
		return false;
	if (node->text && contains((struct tkt_str){ node->text, node->len }, needle))
		return true;
	for (i = 0; i < node->n * (node->kind == TKT_NODE_MAP ? 2 : 1); i++) {
		if (node_contains(&node->items[i], needle))
			return true;
	}
	return false;
}

static bool substring_match(const struct subject *s, const char *field, const char *value)
{
	const struct tkt_strv *list = list_of(s, field);

	if (strcmp(field, "text") == 0)
		return text_match(s, value);
	if (strcmp(field, "context") == 0)
		return node_contains(s->t->context, value);
	return list ? any_contains(list, value) : contains_str(string_of(s, field), value);
}

static bool status_match(const struct subject *s, const char *word)
{
	bool assigned = s->t->assignee && s->t->assignee[0] != '\0';

	if (strcmp(word, "all") == 0)
		return true;
	if (strcmp(word, "blocked") == 0)
		return s->facts->blocked;
	if (strcmp(word, "unblocked") == 0)
		return !s->facts->blocked;
	if (strcmp(word, "ready") == 0)
		return s->t->status == TKT_OPEN && !s->facts->blocked;
	if (strcmp(word, "assigned") == 0)
		return assigned;
	if (strcmp(word, "unassigned") == 0)
		return !assigned;
	return strcmp(word, tkt_status_name(s->t->status)) == 0;
}

/* --- ordered values --- */

static bool compare(enum tkt_query_op op, int64_t have, int64_t want)
{
	switch (op) {
	case TKT_Q_LT: return have < want;
	case TKT_Q_LE: return have <= want;
	case TKT_Q_GT: return have > want;
	case TKT_Q_GE: return have >= want;
	case TKT_Q_EQ: break;
	}
	return have == want;
}

static bool priority_match(const struct subject *s, enum tkt_query_op op, const char *value)
{
	int rank = tkt_priority_rank(s->t->priority);

	return rank < 5 && compare(op, rank, tkt_priority_rank(value)); /* 5: no priority at all */
}

static bool date_match(const struct subject *s, const struct tkt_query *q, size_t i)
{
	const char *text = string_of(s, q->field);
	tkt_time have, start = q->times.items[i], last = start + (q->whole_day ? 86399 : 0);

	if (!text || !tkt_date_parse(text, strlen(text), &have))
		return false;
	switch (q->op) {
	case TKT_Q_LT: return have < start;
	case TKT_Q_LE: return have <= last;
	case TKT_Q_GT: return have > last;
	case TKT_Q_GE: return have >= start;
	case TKT_Q_EQ: break;
	}
	return have >= start && have <= last;
}

static bool duration_match(const struct subject *s, const struct tkt_query *q, const char *value)
{
	const char *text = string_of(s, q->field);
	int64_t have, want;

	return text && tkt_duration_parse(text, strlen(text), true, &have) &&
	       tkt_duration_parse(value, strlen(value), true, &want) && compare(q->op, have, want);
}

static bool number_match(const struct subject *s, const struct tkt_query *q, const char *value)
{
	const char *text = string_of(s, q->field);

	return text && *text && strlen(text) <= 18 && strspn(text, "0123456789") == strlen(text) &&
	       compare(q->op, strtoll(text, NULL, 10), strtoll(value, NULL, 10));
}

/* --- ids --- */

/* PREFIX-3fa9: the prefix is that of the ticket's own key, whatever the configuration says. */
static bool key_match(const struct subject *s, const char *id, const char *value)
{
	const char *key = s->facts->key, *dash = key ? strrchr(key, '-') : NULL;
	const char *digits = strrchr(value, '-');
	char hex[41];
	size_t n;

	if (!dash || !digits || digits - value != dash - key ||
	    strncasecmp(value, key, (size_t)(dash - key)) != 0)
		return false;
	n = strlen(++digits);
	if (n < 4 || n > 40)
		return false;
	tkt_id_hex(id, hex);
	return strncasecmp(hex, digits, n) == 0;
}

static bool one_id(const struct subject *s, const char *id, const char *value)
{
	return id && (strncasecmp(id, value, strlen(value)) == 0 || tkt_id_has_slug(id, value) ||
		      key_match(s, id, value));
}

static bool id_match(const struct subject *s, const char *field, const char *value)
{
	const struct tkt_strv *list = list_of(s, field);
	size_t i;

	if (strcmp(field, "key") == 0)
		return s->t->id && (key_match(s, s->t->id, value) ||
				    (s->facts->key && tkt_eq_nocase(s->facts->key, value)));
	if (strcmp(field, "id") == 0)
		return one_id(s, s->t->id, value) ||
		       (s->t->slug && tkt_eq_nocase(s->t->slug, value));
	if (!list)
		return one_id(s, string_of(s, field), value);
	for (i = 0; i < list->n; i++) {
		if (one_id(s, list->items[i], value))
			return true;
	}
	return false;
}

static bool present(const struct subject *s, const char *field)
{
	const struct tkt_strv *list = list_of(s, field);
	const char *string = string_of(s, field);

	if (strcmp(field, "status") == 0)
		return true;
	if (strcmp(field, "context") == 0)
		return s->t->context && !tkt_node_is_null(s->t->context) &&
		       (s->t->context->kind == TKT_NODE_SCALAR || s->t->context->n > 0);
	return list ? list->n > 0 : string && *string;
}

static bool is_true(const struct subject *s, const char *field)
{
	const char *v = string_of(s, field);

	return strcmp(field, "blocked") == 0 ? s->facts->blocked
					     : v && (tkt_eq_nocase(v, "true") || tkt_eq_nocase(v, "yes"));
}

static bool value_match(const struct subject *s, const struct tkt_query *q, size_t i)
{
	const char *value = q->values.items[i];

	switch (q->type) {
	case TKT_Q_WORD: return word_match(s, q->field, value);
	case TKT_Q_SUBSTRING: return substring_match(s, q->field, value);
	case TKT_Q_STATUS: return status_match(s, value);
	case TKT_Q_PRIORITY: return priority_match(s, q->op, value);
	case TKT_Q_DATE: return date_match(s, q, i);
	case TKT_Q_BOOL: return is_true(s, q->field) == (strcmp(value, "yes") == 0);
	case TKT_Q_NUMBER: return number_match(s, q, value);
	case TKT_Q_DURATION: return duration_match(s, q, value);
	case TKT_Q_ID: return id_match(s, q->field, value);
	case TKT_Q_PRESENCE: break;
	}
	return present(s, value) == (strcmp(q->field, "has") == 0);
}

static bool walk(const struct tkt_query *q, const struct subject *s)
{
	size_t i;

	switch (q->kind) {
	case TKT_Q_ALL:
		return true;
	case TKT_Q_NOT:
		return !walk(q->items[0], s);
	case TKT_Q_TEXT:
		return bare_word(s, q->values.items[0]);
	case TKT_Q_FIELD:
		for (i = 0; i < q->values.n; i++) {
			if (value_match(s, q, i))
				return true;
		}
		return false;
	case TKT_Q_AND:
	case TKT_Q_OR:
		break;
	}
	for (i = 0; i < q->n; i++) {
		if (walk(q->items[i], s) == (q->kind == TKT_Q_OR))
			return q->kind == TKT_Q_OR;
	}
	return q->kind == TKT_Q_AND;
}

bool tkt_match(const struct tkt_query *q, const struct tkt_ticket *t,
	       const struct tkt_match_facts *facts)
{
	struct subject s = { t, facts };

	return walk(q, &s);
}
