/* events: an event in a few words, the same in every text view. */
#include "views.h"

#include "base/str.h"

static const char *attr(const struct tkt_event *e, const char *key)
{
	const char *value = tkt_event_attr(e, key);

	return value && *value ? value : NULL;
}

static void arrow(struct tkt_buf *out, const char *field, const char *from, const char *to)
{
	out_field(out, field);
	tkt_buf_puts(out, ": ");
	out_field(out, from ? from : "none");
	tkt_buf_puts(out, " → ");
	out_field(out, to ? to : "none");
}

/* Kinds that change a field: its name, or NULL. */
static const char *field_of(const struct tkt_event *e)
{
	if (strcmp(e->kind, "field_changed") == 0)
		return attr(e, "field") ? attr(e, "field") : "field";
	if (strcmp(e->kind, "status_changed") == 0)
		return "status";
	if (strcmp(e->kind, "moved") == 0)
		return "column";
	if (strcmp(e->kind, "assigned") == 0)
		return "assignee";
	return NULL;
}

/* Any other kind of tkt's: the kind with its attributes behind it. */
static void kind_words(struct tkt_buf *out, const struct tkt_event *e)
{
	static const char *const shown[][3] = {
		{ "artifact_added", "attached", "artifact" }, { "commit_linked", "linked commit", "commit" },
		{ "commit_unlinked", "unlinked commit", "commit" },
		{ "blocked", "blocked by", "ticket" },        { "unblocked", "unblocked by", "ticket" },
		{ "time_logged", "minutes logged:", "minutes" }, { "claimed", "claimed until", "until" },
	};

	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
		if (strcmp(e->kind, shown[i][0]) == 0 && attr(e, shown[i][2])) {
			tkt_buf_printf(out, "%s ", shown[i][1]);
			out_field(out, attr(e, shown[i][2]));
			return;
		}
	}
	for (const char *s = e->kind; *s; s++) {
		char c[2] = { *s == '_' ? ' ' : *s, '\0' };

		out_field(out, (unsigned char)*s < 0x80 ? c : "?");
	}
	if (strcmp(e->kind, "review") == 0 && attr(e, "status")) {
		tkt_buf_puts(out, ": ");
		out_field(out, strcmp(attr(e, "status"), "request_changes") == 0 ? "request changes" :
			  attr(e, "status"));
	}
}

void event_words(struct tkt_buf *out, const struct tkt_event *e)
{
	const char *field = field_of(e);

	if (field && (attr(e, "from") || attr(e, "to")))
		arrow(out, field, attr(e, "from"), attr(e, "to"));
	else if (strcmp(e->kind, "field_changed") == 0) {
		out_field(out, field);
		tkt_buf_puts(out, " changed");
	} else if (strcmp(e->kind, "create") == 0)
		tkt_buf_puts(out, "created");
	else if (strcmp(e->kind, "close") == 0)
		tkt_buf_puts(out, "closed");
	else
		kind_words(out, e);
}

bool event_is_bare(const struct tkt_event *e)
{
	size_t i = 0;

	while (i < e->body_len && strchr(" \t\r\n", e->body[i]))
		i++;
	return i == e->body_len;
}

size_t event_first(const struct tkt_thread *t, long wanted)
{
	return wanted >= 0 && (size_t)wanted < t->n ? t->n - (size_t)wanted : 0;
}

const char *shown_priority(const char *word)
{
	static const char *const names[] = { "P0", "P1", "P2", "P3", "P4" };
	int rank = tkt_priority_rank(word);

	if (!word || !*word)
		return "P2";
	return rank >= 0 && rank < 5 ? names[rank] : word;
}
