/* text/ticket_fields: the one table of keys, and what their values must be. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/str.h"
#include "text/ref.h"
#include "text/ticket.h"

#define STRING(key, member, check_, required_, row_, fixed_) \
	{ key, TKT_FIELD_STRING, TKT_CHECK_##check_, required_, row_, fixed_, offsetof(struct tkt_ticket, member) }
#define LIST(key, check_, required_) \
	{ #key, TKT_FIELD_LIST, TKT_CHECK_##check_, required_, false, false, offsetof(struct tkt_ticket, key) }
#define OPTIONAL(key, check_) STRING(#key, key, check_, false, false, false)

static const struct tkt_field fields[] = {
	STRING("id", id, ID, true, false, true),
	STRING("slug", slug, SLUG, true, true, false),
	STRING("title", title, LINE, true, true, false),
	STRING("status", status_text, STATUS, true, false, true),
	STRING("kind", kind, WORD, true, true, false),
	STRING("priority", priority, PRIORITY, true, true, false),
	LIST(labels, LINE, true),
	STRING("created_at", created_at, TIME, true, false, true),
	STRING("updated_at", updated_at, TIME, true, true, true),
	STRING("assignee", assignee, LINE, true, false, false),
	STRING("legacy_ticket", legacy_ticket, LINE, true, false, false),
	OPTIONAL(column, WORD),
	OPTIONAL(workflow, LINE),
	OPTIONAL(created_by, LINE),
	OPTIONAL(parent, ID),
	LIST(blocked_by, ID, false),
	LIST(related, ID, false),
	OPTIONAL(readiness, WORD),
	OPTIONAL(needs_preflight, BOOL),
	OPTIONAL(action_required, LINE),
	LIST(risk_flags, WORD, false),
	OPTIONAL(scope, LINE),
	LIST(errors, ANY, false),
	LIST(warnings, ANY, false),
	{ "context", TKT_FIELD_NODE, TKT_CHECK_ANY, false, false, false, offsetof(struct tkt_ticket, context) },
	LIST(references, LINE, false),
	OPTIONAL(estimate, DURATION),
	OPTIONAL(due, DATE),
	OPTIONAL(started_at, TIME),
	OPTIONAL(completed_at, TIME),
	OPTIONAL(number, INT),
	LIST(aliases, LINE, false),
	OPTIONAL(fingerprint, LINE),
};

const struct tkt_field *tkt_fields(size_t *n)
{
	*n = TKT_LEN(fields);
	return fields;
}

const struct tkt_field *tkt_field_find(const char *name)
{
	for (size_t i = 0; i < TKT_LEN(fields); i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

const char *tkt_field_string(const struct tkt_ticket *t, const struct tkt_field *f)
{
	if (f->type != TKT_FIELD_STRING)
		return NULL;
	return *(char *const *)(const void *)((const char *)t + f->offset);
}

const struct tkt_strv *tkt_field_list(const struct tkt_ticket *t, const struct tkt_field *f)
{
	if (f->type != TKT_FIELD_LIST)
		return NULL;
	return (const struct tkt_strv *)(const void *)((const char *)t + f->offset);
}

/* --- status and priority --- */

static const char *const status_names[TKT_STATUS_N] = { "open", "pending", "closed" };

const char *tkt_status_name(enum tkt_status s)
{
	return status_names[s];
}

bool tkt_status_find(const char *name, enum tkt_status *out)
{
	for (int i = 0; name != NULL && i < TKT_STATUS_N; i++) {
		if (strcmp(status_names[i], name) != 0)
			continue;
		*out = (enum tkt_status)i;
		return true;
	}
	return false;
}

int tkt_priority_rank(const char *word)
{
	static const char *const names[] = { "critical", "high", "medium", "low" };

	if (word == NULL)
		return 5;
	if ((word[0] == 'P' || word[0] == 'p') && word[1] >= '0' && word[1] <= '4' && word[2] == '\0')
		return word[1] - '0';
	for (int i = 0; i < (int)TKT_LEN(names); i++)
		if (tkt_eq_nocase(word, names[i]))
			return i;
	return 5;
}

/* --- checks --- */

static bool is_line(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t step = tkt_utf8_decode(s + i, n - i, &cp);

		if (step == 0 || cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x2028 || cp == 0x2029)
			return false;
		i += step;
	}
	return n > 0 && strspn(s, " ") < n;
}

static bool is_word(const char *s)
{
	return is_line(s) && strchr(s, ' ') == NULL;
}

static bool is_slug(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || s[0] == '-' || s[n - 1] == '-')
		return false;
	return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static bool is_number(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 18 && strspn(s, "0123456789") == n;
}

const char *tkt_field_refuse(const struct tkt_field *f, const char *value)
{
	size_t n = strlen(value);
	tkt_time time;
	int64_t seconds;
	enum tkt_status status;

	switch (f->check) {
	case TKT_CHECK_ANY:
		return tkt_utf8_valid(value, n, NULL) ? NULL : "must be UTF-8";
	case TKT_CHECK_LINE:
		return is_line(value) ? NULL : "must be one line of text";
	case TKT_CHECK_WORD:
		return is_word(value) ? NULL : "must be one word";
	case TKT_CHECK_TIME:
		return tkt_time_parse(value, n, &time) ? NULL : "must be a time like 2026-01-02T03:04:05Z";
	case TKT_CHECK_DATE:
		return tkt_date_parse(value, n, &time) ? NULL : "must be a date like 2026-01-02";
	case TKT_CHECK_PRIORITY:
		return tkt_priority_rank(value) < 5 ? NULL : "must be P0, P1, P2, P3 or P4";
	case TKT_CHECK_BOOL:
		return strcmp(value, "true") == 0 || strcmp(value, "false") == 0 ? NULL : "must be true or false";
	case TKT_CHECK_INT:
		return is_number(value) ? NULL : "must be a whole number";
	case TKT_CHECK_ID:
		return tkt_id_valid(value) ? NULL : "must be a ticket id";
	case TKT_CHECK_DURATION:
		return tkt_duration_parse(value, n, true, &seconds) ? NULL : "must be minutes or a time like 3h30m";
	case TKT_CHECK_STATUS:
		return tkt_status_find(value, &status) ? NULL : "must be open, pending or closed";
	case TKT_CHECK_SLUG:
		return is_slug(value) ? NULL : "must be lower-case letters, digits and dashes";
	}
	return NULL;
}
