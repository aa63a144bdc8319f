/* text/message_value: names in a trailer that are not written as references: "Refs: fix-login,
 * 20260601-120000-x".
 *
 * People write prose there too ("Fixes: the login page"). So each item between commas is one name, or
 * several of which each looks like a slug or a number, or else it has none. What stands in parentheses
 * is a remark. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/message_int.h"

struct piece {
	size_t at, end;
};

static bool cuts(char c)
{
	return c == ',' || c == ';';
}

/* The next word of an item, without quotes and brackets around it; false at the end or where a remark
 * begins. */
static bool next_word(const char *t, size_t *pos, size_t to, struct piece *word)
{
	size_t at = *pos, end;

	while (at < to && tkt_msg_blank(t[at]))
		at++;
	if (at == to || t[at] == '(')
		return false;
	end = at;
	while (end < to && !tkt_msg_blank(t[end]))
		end++;
	*pos = end;
	while (at < end && strchr("[{\"'`*<", t[at]) && t[at])
		at++;
	while (end > at && strchr("]}\"'`*>.", t[end - 1]) && t[end - 1])
		end--;
	word->at = at;
	word->end = end;
	return true;
}

enum sort { PROSE, REFERENCE /* found already */, SLUG, PLAIN /* "login": alone it may be one */ };

static bool has_url(const char *t, size_t n)
{
	return n >= 3 && memmem(t, n, "://", 3);
}

/* PREFIX-digits or TICKET-...: the other reading has it. */
static bool is_written(const struct tkt_msg_scan *s, const struct piece *w)
{
	const char *t = s->text + w->at;
	size_t word = 0, n = w->end - w->at;

	while (word < n && tkt_msg_inner(t[word]))
		word++;
	if (word == n || t[word] != '-')
		return false;
	if (word == 6 && memcmp(t, "TICKET", 6) == 0)
		return true;
	return tkt_msg_is_prefix(s, w->at, word) && tkt_msg_key(s, w->at + word, w->end, false);
}

static enum sort sort_of(const struct tkt_msg_scan *s, const struct piece *w)
{
	const char *t = s->text + w->at;
	size_t n = w->end - w->at;
	bool bare, slug = false;
	char *name;

	if (n == 0 || tkt_msg_is(t, n, "and") || *t == '#' || has_url(t, n) || (n == 1 && strchr("&+-", *t)))
		return REFERENCE;
	name = tkt_msg_name(s, w->at, w->end);
	if (!name)
		return PROSE;
	bare = !is_written(s, w);
	slug = strpbrk(name, "-_0123456789") != NULL;
	free(name);
	return !bare ? REFERENCE : slug ? SLUG : PLAIN;
}

static bool is_none(const char *t, size_t n)
{
	return tkt_msg_is(t, n, "none") || tkt_msg_is(t, n, "n/a") || tkt_msg_is(t, n, "na") || tkt_msg_is(t, n, "no") ||
	       tkt_msg_is(t, n, "tbd");
}

static void add(struct tkt_msg_scan *s, const struct piece *w, bool sure)
{
	char *name = tkt_msg_name(s, w->at, w->end);

	if (name)
		tkt_msg_add(s, name, TKT_REF_TRAILER, s->closes, sure, w->at, w->end);
}

static void item(struct tkt_msg_scan *s, size_t from, size_t to, bool sure)
{
	struct piece w = { 0, 0 };
	size_t pos = from, words = 0, plain = 0;

	while (next_word(s->text, &pos, to, &w)) {
		enum sort sort = sort_of(s, &w);

		if (sort == PROSE || (words == 0 && is_none(s->text + w.at, w.end - w.at)))
			return;
		words++;
		plain += sort == PLAIN;
	}
	if (plain && words > 1)
		return;
	for (pos = from; next_word(s->text, &pos, to, &w);) {
		enum sort sort = sort_of(s, &w);

		if (sort == SLUG || sort == PLAIN)
			add(s, &w, sure);
	}
}

void tkt_msg_bare_names(struct tkt_msg_scan *s, size_t from, size_t to, bool sure)
{
	size_t depth = 0, start = from;

	for (size_t at = from; at <= to; at++) {
		char c = at < to ? s->text[at] : ',';

		if (c == '(')
			depth++;
		else if (c == ')' && depth)
			depth--;
		if (at == to || (cuts(c) && depth == 0)) {
			item(s, start, at, sure);
			start = at + 1;
		}
	}
}
