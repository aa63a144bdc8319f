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

static const char *id_of(const struct subject *s)
{
	return s->facts->id ? s->facts->id : s->t->id;
}

static bool bare_word(const struct subject *s, const char *word)
{
	return contains_str(id_of(s), word) || contains_str(s->t->title, word) ||
	       any_contains(&s->t->labels, word) || text_match(s, word);
}

/* --- fields by name --- */

static const char *string_of(const struct subject *s, const char *name)
{
	const struct tkt_field *f = tkt_field_find(name);

	if (s->facts->column && strcmp(name, "column") == 0)
		return s->facts->column;
	if (strcmp(name, "id") == 0)
		return id_of(s);
	return f && f->type == TKT_FIELD_STRING ? tkt_field_string(s->t, f) : NULL;
}

static const struct tkt_strv *list_of(const struct subject *s, const char *name)
{
	const struct tkt_field *f = tkt_field_find(name);

	return f && f->type == TKT_FIELD_LIST ? tkt_field_list(s->t, f) : NULL;
}

/* --- one value of a field --- */

/* scope:lib/ui is lib/ui and all below it. */
static bool scope_match(const char *scope, const char *pattern)
{
	size_t n = strlen(pattern);
	struct tkt_str top;

	while (n > 1 && pattern[n - 1] == '/')
		n--;
	top = (struct tkt_str){ scope, strlen(scope) };
	if (top.len >= n && (top.len == n || top.ptr[n] == '/') && strncasecmp(scope, pattern, n) == 0)
		return true;
	return tkt_glob(pattern, scope);
}

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

static bool priority_match(enum tkt_query_op op, const char *text, const char *value)
{
	int rank = tkt_priority_rank(text);

	return rank < 5 && compare(op, rank, tkt_priority_rank(value)); /* 5: no priority at all */
}

static bool date_match(const struct tkt_query *q, size_t i, const char *text)
{
	tkt_time have, start = q->times.items[i], last = start + (q->whole_day ? 86399 : 0);

	if (!tkt_date_parse(text, strlen(text), &have))
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

static bool duration_match(enum tkt_query_op op, const char *text, const char *value)
{
	int64_t have, want;

	return tkt_duration_parse(text, strlen(text), true, &have) &&
	       tkt_duration_parse(value, strlen(value), true, &want) && compare(op, have, want);
}

static bool number_match(enum tkt_query_op op, const char *text, const char *value)
{
	return *text && strlen(text) <= 18 && strspn(text, "0123456789") == strlen(text) &&
	       compare(op, strtoll(text, NULL, 10), strtoll(value, NULL, 10));
}

/* PREFIX-3fa9: the prefix is that of the ticket's own key, whatever the configuration says. */
static bool key_match(const char *key, const char *id, const char *value)
{
	const char *dash = key ? strrchr(key, '-') : NULL, *digits = strrchr(value, '-');
	char hex[41];
	size_t n;

	if (!dash || !digits || digits - value != dash - key ||
	    strncasecmp(value, key, (size_t)(dash - key)) != 0)
		return false;
	n = strlen(++digits);
	if (n < 4 || n > 40 || strspn(digits, "0123456789abcdefABCDEF") != n)
		return false;
	tkt_id_hex(id, hex);
	return strncasecmp(hex, digits, n) == 0;
}

static bool id_match(const struct tkt_query *q, const char *id, const char *value, const char *key)
{
	if (strcmp(q->field, "key") == 0)
		return key_match(key, id, value);
	return strncasecmp(id, value, strlen(value)) == 0 || tkt_id_has_slug(id, value) ||
	       key_match(key, id, value);
}

bool tkt_match_value(const struct tkt_query *q, const char *value, size_t len, const char *key)
{
	bool scope = strcmp(q->field, "scope") == 0, yes = false;
	size_t i;

	for (i = 0; value && !yes && i < q->values.n; i++) {
		const char *want = q->values.items[i];

		switch (q->type) {
		case TKT_Q_WORD: yes = scope ? scope_match(value, want) : tkt_glob(want, value); break;
		case TKT_Q_SUBSTRING: yes = contains((struct tkt_str){ value, len }, want); break;
		case TKT_Q_PRIORITY: yes = priority_match(q->op, value, want); break;
		case TKT_Q_DATE: yes = date_match(q, i, value); break;
		case TKT_Q_NUMBER: yes = number_match(q->op, value, want); break;
		case TKT_Q_DURATION: yes = duration_match(q->op, value, want); break;
		case TKT_Q_ID: yes = id_match(q, value, want, key); break;
		case TKT_Q_STATUS:
		case TKT_Q_BOOL:
		case TKT_Q_PRESENCE:
			break;
		}
	}
	return yes;
}

bool tkt_match_name(const struct tkt_query *q, const char *name)
{
	size_t i;

	for (i = 0; name && i < q->values.n; i++) {
		if (tkt_eq_nocase(name, q->values.items[i]))
			return true;
	}
	return false;
}

bool tkt_match_present(const char *value)
{
	return value && *value;
}

bool tkt_match_true(const char *value)
{
	return value && (tkt_eq_nocase(value, "true") || tkt_eq_nocase(value, "yes"));
}

bool tkt_match_node_present(const struct tkt_node *node)
{
	return node && !tkt_node_is_null(node) && (node->kind == TKT_NODE_SCALAR || node->n > 0);
}

bool tkt_match_status(const char *word, enum tkt_status status, bool blocked, bool assigned)
{
	if (strcmp(word, "all") == 0)
		return true;
	if (strcmp(word, "blocked") == 0)
		return blocked;
	if (strcmp(word, "unblocked") == 0)
		return !blocked;
	if (strcmp(word, "ready") == 0)
		return status == TKT_OPEN && !blocked;
	if (strcmp(word, "assigned") == 0)
		return assigned;
	if (strcmp(word, "unassigned") == 0)
		return !assigned;
	return strcmp(word, tkt_status_name(status)) == 0;
}

/* --- a field of a ticket --- */

static bool string_match(const struct subject *s, const struct tkt_query *q, const char *value)
{
	return value && tkt_match_value(q, value, strlen(value), s->facts->key);
}

static bool list_match(const struct subject *s, const struct tkt_query *q, const struct tkt_strv *list)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (string_match(s, q, list->items[i]))
			return true;
	}
	return false;
}

static bool author_match(const struct subject *s, const struct tkt_query *q)
{
	struct tkt_thread th = { 0 };
	bool found = string_match(s, q, s->t->created_by);
	size_t i;

	if (found)
		return true;
	tkt_thread_parse(&th, s->facts->thread.ptr, s->facts->thread.len);
	for (i = 0; !found && i < th.n; i++)
		found = string_match(s, q, th.items[i].author);
	tkt_thread_release(&th);
	return found;
}

static bool node_match(const struct tkt_query *q, const struct tkt_node *node)
{
	size_t i;

	if (!node)
		return false;
	if (node->text && tkt_match_value(q, node->text, node->len, NULL))
		return true;
	for (i = 0; i < node->n * (node->kind == TKT_NODE_MAP ? 2 : 1); i++) {
		if (node_match(q, &node->items[i]))
			return true;
	}
	return false;
}

static bool field_match(const struct subject *s, const struct tkt_query *q)
{
	const struct tkt_strv *list = list_of(s, q->field);

	if (strcmp(q->field, "author") == 0)
		return author_match(s, q);
	if (strcmp(q->field, "context") == 0)
		return node_match(q, s->t->context);
	if (strcmp(q->field, "key") == 0)
		return string_match(s, q, id_of(s)) || (id_of(s) && tkt_match_name(q, s->facts->key));
	if (strcmp(q->field, "id") == 0 && tkt_match_name(q, s->t->slug))
		return true;
	return list ? list_match(s, q, list) : string_match(s, q, string_of(s, q->field));
}

static bool present(const struct subject *s, const char *field)
{
	const struct tkt_strv *list = list_of(s, field);

	if (strcmp(field, "status") == 0)
		return true;
	if (strcmp(field, "context") == 0)
		return tkt_match_node_present(s->t->context);
	return list ? list->n > 0 : tkt_match_present(string_of(s, field));
}

static bool is_true(const struct subject *s, const char *field)
{
	return strcmp(field, "blocked") == 0 ? s->facts->blocked : tkt_match_true(string_of(s, field));
}

/* What is no comparison with a value of the field. */
static bool word_holds(const struct subject *s, const struct tkt_query *q, const char *word)
{
	if (q->type == TKT_Q_STATUS)
		return tkt_match_status(word, s->t->status, s->facts->blocked,
					tkt_match_present(s->t->assignee));
	if (q->type == TKT_Q_BOOL)
		return is_true(s, q->field) == (strcmp(word, "yes") == 0);
	if (q->type == TKT_Q_PRESENCE)
		return present(s, word) == (strcmp(q->field, "has") == 0);
	return text_match(s, word);
}

static bool node_holds(const struct subject *s, const struct tkt_query *q)
{
	size_t i;

	if (q->type != TKT_Q_STATUS && q->type != TKT_Q_BOOL && q->type != TKT_Q_PRESENCE &&
	    strcmp(q->field, "text") != 0)
		return field_match(s, q);
	for (i = 0; i < q->values.n; i++) {
		if (word_holds(s, q, q->values.items[i]))
			return true;
	}
	return false;
}

static bool walk(const struct tkt_query *q, const struct subject *s);

/* What one look at a field decides goes before reading through the text. */
static bool walk_chain(const struct tkt_query *q, const struct subject *s)
{
	bool enough = q->kind == TKT_Q_OR; /* one of an OR that holds, one of an AND that does not */
	int pass;
	size_t i;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < q->n; i++) {
			if (tkt_query_needs_body(q->items[i]) == (pass == 1) && walk(q->items[i], s) == enough)
				return enough;
		}
	}
	return !enough;
}

static bool walk(const struct tkt_query *q, const struct subject *s)
{
	switch (q->kind) {
	case TKT_Q_ALL:
		return true;
	case TKT_Q_NOT:
		return !walk(q->items[0], s);
	case TKT_Q_TEXT:
		return bare_word(s, q->values.items[0]);
	case TKT_Q_FIELD:
		return node_holds(s, q);
	case TKT_Q_AND:
	case TKT_Q_OR:
		break;
	}
	return walk_chain(q, s);
}

bool tkt_match(const struct tkt_query *q, const struct tkt_ticket *t,
	       const struct tkt_match_facts *facts)
{
	struct subject s = { t, facts };

	return walk(q, &s);
}
