/* text/query: the names that may stand before a colon. Its own table, not tkt_fields(): a query has
 * aliases and names that no file has (is, text, blocked), and how values compare is its business. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/query_int.h"

static const struct tkt_query_field fields[] = {
	/* name, alias, type, none, present */
	{ "id", NULL, TKT_Q_ID, false, true },
	{ "slug", NULL, TKT_Q_WORD, false, true },
	{ "title", NULL, TKT_Q_SUBSTRING, false, true },
	{ "status", NULL, TKT_Q_STATUS, false, true },
	{ "kind", "type", TKT_Q_WORD, false, true },
	{ "priority", "prio", TKT_Q_PRIORITY, false, true },
	{ "labels", "label tag tags", TKT_Q_WORD, true, true },
	{ "created_at", "created", TKT_Q_DATE, false, true },
	{ "updated_at", "updated", TKT_Q_DATE, false, true },
	{ "assignee", "assigned", TKT_Q_WORD, true, true },
	{ "legacy_ticket", "legacy", TKT_Q_SUBSTRING, true, true },
	{ "column", NULL, TKT_Q_WORD, true, true },
	{ "workflow", NULL, TKT_Q_WORD, true, true },
	{ "created_by", "creator", TKT_Q_WORD, true, true },
	{ "parent", NULL, TKT_Q_ID, true, true },
	{ "blocked_by", "blocker blockers", TKT_Q_ID, true, true },
	{ "related", NULL, TKT_Q_ID, true, true },
	{ "readiness", NULL, TKT_Q_WORD, false, true },
	{ "needs_preflight", "preflight", TKT_Q_BOOL, false, true },
	{ "action_required", "action", TKT_Q_SUBSTRING, true, true },
	{ "risk_flags", "risk risk_flag", TKT_Q_WORD, true, true },
	{ "scope", NULL, TKT_Q_WORD, true, true },
	{ "errors", "error", TKT_Q_SUBSTRING, true, true },
	{ "warnings", "warning", TKT_Q_SUBSTRING, true, true },
	{ "context", NULL, TKT_Q_SUBSTRING, true, true },
	{ "references", "reference", TKT_Q_SUBSTRING, true, true },
	{ "estimate", NULL, TKT_Q_DURATION, true, true },
	{ "due", NULL, TKT_Q_DATE, true, true },
	{ "started_at", "started", TKT_Q_DATE, true, true },
	{ "completed_at", "completed", TKT_Q_DATE, true, true },
	{ "number", NULL, TKT_Q_NUMBER, true, true },
	{ "aliases", "alias", TKT_Q_WORD, true, true },
	{ "fingerprint", NULL, TKT_Q_WORD, true, true },
	/* not in the file */
	{ "key", NULL, TKT_Q_ID, false, false },
	{ "is", NULL, TKT_Q_STATUS, false, false },
	{ "has", NULL, TKT_Q_PRESENCE, false, false },
	{ "no", NULL, TKT_Q_PRESENCE, false, false },
	{ "blocked", NULL, TKT_Q_BOOL, false, false },
	{ "text", NULL, TKT_Q_SUBSTRING, false, false },
	{ "author", NULL, TKT_Q_WORD, false, false },
};

/* The same names for others; a test holds the two together. */
static const char *const names[] = {
	"action", "action_required", "alias", "aliases", "assigned", "assignee", "author",
	"blocked", "blocked_by", "blocker", "blockers", "column", "completed", "completed_at",
	"context", "created", "created_at", "created_by", "creator", "due", "error", "errors",
	"estimate", "fingerprint", "has", "id", "is", "key", "kind", "label", "labels", "legacy",
	"legacy_ticket", "needs_preflight", "no", "number", "parent", "preflight", "prio",
	"priority", "readiness", "reference", "references", "related", "risk", "risk_flag",
	"risk_flags", "scope", "slug", "started", "started_at", "status", "tag", "tags", "text",
	"title", "type", "updated", "updated_at", "warning", "warnings", "workflow",
};

static bool same_name(struct tkt_str name, const char *known, size_t n)
{
	size_t i;

	if (name.len != n)
		return false;
	for (i = 0; i < n; i++) {
		char c = name.ptr[i];

		c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == '-' ? '_' : c;
		if (c != known[i])
			return false;
	}
	return true;
}

const struct tkt_query_field *tkt_query_field_find(struct tkt_str name)
{
	size_t i;

	for (i = 0; i < TKT_LEN(fields); i++) {
		const char *alias = fields[i].alias;

		if (same_name(name, fields[i].name, strlen(fields[i].name)))
			return &fields[i];
		while (alias && *alias) {
			size_t n = strcspn(alias, " ");

			if (same_name(name, alias, n))
				return &fields[i];
			alias += n + (alias[n] == ' ');
		}
	}
	return NULL;
}

const char *tkt_query_field_near(struct tkt_str name)
{
	char *word;
	const char *best = NULL;
	size_t i, least;

	if (name.len < 2 || name.len > 32)
		return NULL; /* too short to guess, too long to be a slip */
	word = tkt_strndup(name.ptr, name.len);
	least = name.len <= 4 ? 2 : 3; /* one slip in a short name, two in a longer one */
	for (i = 0; i < TKT_LEN(names); i++) {
		size_t d = tkt_str_distance(word, names[i]);

		if (d < least) {
			least = d;
			best = names[i];
		}
	}
	free(word);
	return best;
}

const char *const *tkt_query_fields(size_t *n)
{
	*n = TKT_LEN(names);
	return names;
}
