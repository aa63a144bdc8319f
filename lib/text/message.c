/* text/message: which tickets a commit message names. */
#include "text/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/message_int.h"

/* --- each name once --- */

static int by_place(const void *a, const void *b)
{
	const struct tkt_mention *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static int by_name(const void *a, const void *b)
{
	const struct tkt_mention *const *x = a, *const *y = b;
	int d = strcmp((*x)->name, (*y)->name);

	return d ? d : *x < *y ? -1 : *x > *y;
}

/* The later one goes up in the first. */
static void join(struct tkt_mention *to, struct tkt_mention *from)
{
	if (from->way > to->way)
		to->way = from->way;
	to->closes = to->closes || from->closes;
	to->sure = to->sure || from->sure;
	free(from->name);
	from->name = NULL;
}

static void drop_gone(struct tkt_mentions *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n; i++)
		if (m->items[i].name)
			m->items[kept++] = m->items[i];
	m->n = kept;
}

static void number_lines(struct tkt_mentions *m, size_t from, const char *text)
{
	size_t line = 1, at = 0;

	for (size_t i = from; i < m->n; i++) {
		const char *nl;

		while (at < m->items[i].at && (nl = memchr(text + at, '\n', m->items[i].at - at))) {
			line++;
			at = (size_t)(nl - text) + 1;
		}
		at = m->items[i].at;
		m->items[i].line = line;
	}
}

/* Those from `from` on are new, of this text. */
static void settle(struct tkt_mentions *m, size_t from, const char *text)
{
	struct tkt_mention **order;
	size_t last = 0;

	if (m->n == from)
		return;
	qsort(m->items + from, m->n - from, sizeof *m->items, by_place);
	number_lines(m, from, text);
	order = tkt_malloc(m->n * sizeof *order);
	for (size_t i = 0; i < m->n; i++)
		order[i] = &m->items[i];
	qsort(order, m->n, sizeof(struct tkt_mention *), by_name);
	for (size_t i = 1; i < m->n; i++) {
		if (strcmp(order[i]->name, order[last]->name) == 0)
			join(order[last], order[i]);
		else
			last = i;
	}
	free(order);
	drop_gone(m);
}

/* --- the whole message --- */

enum kind { NOT_OURS, TICKET, REFERS, CLOSES };

static enum kind kind_of(struct tkt_str key)
{
	static const struct {
		const char *key;
		enum kind kind;
	} all[] = { { "ticket", TICKET }, { "refs", REFERS }, { "fixes", CLOSES }, { "closes", CLOSES }, { "resolves", CLOSES } };

	for (size_t i = 0; i < TKT_LEN(all); i++)
		if (tkt_msg_is(key.ptr, key.len, all[i].key))
			return all[i].kind;
	return NOT_OURS;
}

/* What git itself says of another commit or of branches is no promise. */
static void look_at_subject(struct tkt_msg_scan *s, size_t n)
{
	static const char revert[] = "Revert \"";
	const char *nl = memchr(s->text, '\n', n), *quote;
	size_t end = nl ? (size_t)(nl - s->text) : n;

	if (end >= sizeof revert && memcmp(s->text, revert, sizeof revert - 1) == 0) {
		quote = memrchr(s->text, '"', end);
		s->quote_end = (size_t)(quote - s->text) < sizeof revert - 1 ? end : (size_t)(quote - s->text);
	}
	if (!tkt_msg_merged_part(s->text, end, &s->merge, &s->merge_end))
		s->merge = s->merge_end = 0;
}

void tkt_message_mentions(struct tkt_mentions *out, const char *text, size_t n, const char *prefix)
{
	struct tkt_msg_scan s = { .out = out, .text = text, .prefix = prefix, .prefix_n = strlen(prefix) };
	struct tkt_trailers trailers = { .n = 0 };
	size_t at = 0, before = out->n;

	if (n == 0)
		return;
	look_at_subject(&s, n);
	tkt_message_trailers(&trailers, text, n, "#");
	for (size_t i = 0; i < trailers.n; i++) {
		const struct tkt_trailer *t = &trailers.items[i];
		enum kind kind = kind_of(t->key);
		size_t from = (size_t)(t->value.ptr - text), to = from + t->value.len;

		if (kind == NOT_OURS)
			continue;
		tkt_msg_scan_prose(&s, at, (size_t)(t->key.ptr - text));
		s.closes = kind == CLOSES;
		tkt_msg_scan_value(&s, from, to);
		tkt_msg_bare_names(&s, from, to, kind == TICKET);
		at = to;
	}
	tkt_msg_scan_prose(&s, at, n);
	tkt_trailers_release(&trailers);
	settle(out, before, text);
}

void tkt_mentions_release(struct tkt_mentions *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++)
		free(m->items[i].name);
	free(m->items);
	memset(m, 0, sizeof *m);
}

/* --- a quick look --- */

/* Does `word` (lower case) end right before `end`, whatever its case? */
static bool ends_with(const char *text, size_t end, const char *word, size_t n)
{
	if (end < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (tkt_msg_lower(text[end - n + i]) != tkt_msg_lower(word[i]))
			return false;
	return true;
}

static bool trailer_before(const char *text, size_t end)
{
	while (end && (text[end - 1] == ' ' || text[end - 1] == '\t'))
		end--;
	return ends_with(text, end, "ticket", 6) || ends_with(text, end, "refs", 4) || ends_with(text, end, "fixes", 5) ||
	       ends_with(text, end, "closes", 6) || ends_with(text, end, "resolves", 8);
}

bool tkt_message_may_mention(const char *text, size_t n, const char *prefix)
{
	size_t prefix_n = strlen(prefix);

	for (size_t i = 0; i + 1 < n; i++) {
		switch (text[i]) {
		case '-':
			if (tkt_msg_inner(text[i + 1]) &&
			    (ends_with(text, i, prefix, prefix_n) || ends_with(text, i, "ticket", 6)))
				return true;
			break;
		case '#':
			if (tkt_msg_digit(text[i + 1]))
				return true;
			break;
		case ':':
			if (trailer_before(text, i))
				return true;
			break;
		default:
			break;
		}
	}
	return false;
}
