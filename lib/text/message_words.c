/* text/message_words: the words of a message that name tickets. Each byte is looked at a fixed number
 * of times. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/message_int.h"
#include "text/ref.h"

#define NONE ((size_t)-1)

void tkt_msg_add(const struct tkt_msg_scan *s, char *name, enum tkt_ref_way way, bool closes, bool sure, size_t at,
		 size_t end)
{
	struct tkt_mention *m;

	TKT_GROW(s->out);
	m = &s->out->items[s->out->n++];
	m->name = name;
	m->way = way;
	m->closes = closes;
	m->sure = sure;
	m->line = 0;
	m->at = at;
	m->len = end - at;
}

/* --- names --- */

static size_t word_end(const char *t, size_t at, size_t to)
{
	while (at < to && tkt_msg_inner(t[at]))
		at++;
	return at;
}

static bool are_digits(const char *t, size_t n)
{
	bool decimal = n <= 20, hex = n >= 4 && n <= 40;

	for (size_t i = 0; i < n && (decimal || hex); i++) {
		char c = tkt_msg_lower(t[i]);

		decimal = decimal && tkt_msg_digit(c);
		hex = hex && (tkt_msg_digit(c) || (c >= 'a' && c <= 'f'));
	}
	return n > 0 && (decimal || hex);
}

/* Something of a name stands right behind it: ".5", but no full stop. */
static bool goes_on(const char *t, size_t at, size_t to)
{
	return at + 1 < to && t[at] == '.' && tkt_msg_inner(t[at + 1]);
}

size_t tkt_msg_key(const struct tkt_msg_scan *s, size_t dash, size_t to, bool branch)
{
	const char *t = s->text;
	size_t at = dash + 1, end = at;

	while (end < to && (branch ? tkt_msg_alnum(t[end]) : tkt_msg_inner(t[end])))
		end++;
	if (!are_digits(t + at, end - at) || (!branch && goes_on(t, end, to)))
		return 0;
	return end;
}

static char *key_name(const struct tkt_msg_scan *s, size_t at, size_t end)
{
	char *name = tkt_asprintf("%s-%.*s", s->prefix, (int)(end - at), s->text + at);

	for (char *c = name + s->prefix_n; *c; c++)
		*c = tkt_msg_lower(*c);
	return name;
}

bool tkt_msg_is_prefix(const struct tkt_msg_scan *s, size_t at, size_t n)
{
	if (n != s->prefix_n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (tkt_msg_lower(s->text[at + i]) != tkt_msg_lower(s->prefix[i]))
			return false;
	return true;
}

/* "#00123" -> "123" */
static char *number_name(const char *digits, size_t n)
{
	while (n > 1 && *digits == '0') {
		digits++;
		n--;
	}
	if (n == 0 || n > 20)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (!tkt_msg_digit(digits[i]))
			return NULL;
	return tkt_strndup(digits, n);
}

char *tkt_msg_name(const struct tkt_msg_scan *s, size_t at, size_t end)
{
	const char *t = s->text + at;
	size_t n = end - at, word = word_end(s->text, at, end), key;
	char *name;

	if (n && *t == '#')
		return number_name(t + 1, n - 1);
	if (word < end && s->text[word] == '-' && tkt_msg_is_prefix(s, at, word - at)) {
		key = tkt_msg_key(s, word, end, false);
		if (key)
			return key_name(s, word + 1, key);
	}
	if (n == 0 || n > TKT_ID_MAX)
		return NULL;
	name = tkt_strndup(t, n);
	if (tkt_id_valid(name))
		return name;
	free(name);
	return NULL;
}

/* --- what stands around a name --- */

static bool is_url(const struct tkt_msg_scan *s, size_t at)
{
	return at < s->url_end;
}

static enum tkt_ref_way way_of(const struct tkt_msg_scan *s, size_t at, bool keyword)
{
	if (s->value)
		return at < s->remark_end ? TKT_REF_MESSAGE : TKT_REF_TRAILER;
	if (at >= s->merge && at < s->merge_end)
		return TKT_REF_MERGE;
	return keyword ? TKT_REF_KEYWORD : TKT_REF_MESSAGE;
}

static void found(struct tkt_msg_scan *s, char *name, bool sure, size_t at, size_t end)
{
	bool keyword = at == s->expect && at >= s->quote_end && !is_url(s, at);
	enum tkt_ref_way way = way_of(s, at, keyword);
	bool closes = s->value ? s->closes && at >= s->remark_end && !is_url(s, at) : keyword;

	tkt_msg_add(s, name, way, closes && way != TKT_REF_MERGE, sure && !is_url(s, at), at, end);
}

static size_t skip_blanks(const char *t, size_t at, size_t to, bool wrap)
{
	bool wrapped = !wrap;

	for (; at < to; at++) {
		if (t[at] == '\n' && !wrapped)
			wrapped = true;
		else if (t[at] != ' ' && t[at] != '\t' && t[at] != '\r')
			break;
	}
	return at;
}

/* Brackets, quotes and emphasis that may stand before a name. */
static size_t skip_opening(const char *t, size_t at, size_t to)
{
	for (size_t i = 0; i < 4 && at < to && strchr("([{\"'`*_", t[at]) && t[at]; i++)
		at++;
	return at;
}

/* --- words --- */

static bool is_keyword(const char *t, size_t n)
{
	static const char *const all[] = { "close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves",
					   "resolved" };

	for (size_t i = 0; i < TKT_LEN(all); i++)
		if (tkt_msg_is(t, n, all[i]))
			return true;
	return false;
}

/* "fixes TKT-1", "Closes: [TKT-1]": where the reference would have to begin. */
static void keyword(struct tkt_msg_scan *s, size_t end, size_t to)
{
	size_t at = skip_blanks(s->text, end, to, false);
	bool colon = at < to && s->text[at] == ':';

	if (colon)
		end = ++at;
	at = skip_blanks(s->text, at, to, true);
	if (at > end || colon)
		s->expect = skip_opening(s->text, at, to);
}

/* Not far behind the longest there can be: a run that goes on is no name. */
static size_t name_end(const char *t, size_t at, size_t to)
{
	if (at >= to || !tkt_msg_inner(t[at]))
		return at;
	to = to - at > TKT_ID_MAX + 1 ? at + TKT_ID_MAX + 1 : to;
	while (at < to && tkt_is_name_byte(t[at]))
		at++;
	while (at > 0 && (t[at - 1] == '.' || t[at - 1] == '-'))
		at--;
	return at;
}

/* TICKET-<slug>, TICKET-<digits> */
static size_t ticket_dash(struct tkt_msg_scan *s, size_t at, size_t dash, size_t to)
{
	size_t end = name_end(s->text, dash + 1, to);
	char *name;

	if (end <= dash + 1)
		return dash + 1;
	if (are_digits(s->text + dash + 1, end - dash - 1))
		name = key_name(s, dash + 1, end);
	else
		name = tkt_msg_name(s, dash + 1, end);
	if (!name)
		return end;
	found(s, name, true, at, end);
	return end;
}

/* TICKET: <ref>; a path, an address or "none" is no name. */
static size_t ticket_colon(struct tkt_msg_scan *s, size_t start, size_t colon, size_t to)
{
	const char *t = s->text;
	size_t at = skip_opening(t, skip_blanks(t, colon + 1, to, false), to);
	size_t end = name_end(t, at < to && t[at] == '#' ? at + 1 : at, to);
	char *name;

	if (end <= at || (end < to && strchr("/\\@:=", t[end])) || tkt_msg_is(t + at, end - at, "none") ||
	    tkt_msg_is(t + at, end - at, "n"))
		return colon + 1;
	name = tkt_msg_name(s, at, end);
	if (!name)
		return colon + 1;
	found(s, name, true, start, end);
	return end;
}

/* A word from at to end; where to go on. */
static size_t word(struct tkt_msg_scan *s, size_t at, size_t end, size_t to)
{
	const char *t = s->text;
	bool stuck = at >= 2 && (t[at - 1] == '-' || t[at - 1] == '.') && tkt_msg_inner(t[at - 2]);
	char next = end < to ? t[end] : '\0';
	bool ticket = end - at == 6 && memcmp(t + at, "TICKET", 6) == 0;
	size_t key;

	if (stuck)
		return end;
	if (next == '-' && tkt_msg_is_prefix(s, at, end - at)) {
		key = tkt_msg_key(s, end, to, false);
		if (key) {
			found(s, key_name(s, end + 1, key), true, at, key);
			return key;
		}
	}
	if (ticket && next == '-')
		return ticket_dash(s, at, end, to);
	if (ticket && next == ':' && !s->value)
		return ticket_colon(s, at, end, to);
	if (!s->value && is_keyword(t + at, end - at))
		keyword(s, end, to);
	return end;
}

/* #123: after a keyword, and in the value of a trailer. */
static size_t hash(struct tkt_msg_scan *s, size_t at, size_t to)
{
	const char *t = s->text;
	size_t end = word_end(t, at + 1, to);
	bool stuck = at > 0 && (tkt_msg_inner(t[at - 1]) || strchr("#/&", t[at - 1]));
	char *name;

	if ((at != s->expect && !(s->value && !stuck)) || is_url(s, at) || goes_on(t, end, to))
		return at + 1;
	if (at < s->quote_end || (s->value && at < s->remark_end))
		return at + 1; /* no reference without a keyword that counts */
	name = number_name(t + at + 1, end - at - 1);
	if (!name)
		return at + 1;
	found(s, name, false, at, end);
	return end;
}

/* "://" makes the whole of it an address, up to what cannot stand in one. */
static void address(struct tkt_msg_scan *s, size_t at, size_t to)
{
	const char *t = s->text;

	if (at < s->url_end || to - at < 3 || t[at + 1] != '/' || t[at + 2] != '/')
		return;
	while (at < to && !tkt_msg_blank(t[at]) && !strchr("<>\"`", t[at]))
		at++;
	s->url_end = at;
}

static size_t step(struct tkt_msg_scan *s, size_t at, size_t to)
{
	char c = s->text[at];

	if (tkt_msg_inner(c))
		return word(s, at, word_end(s->text, at, to), to);
	if (c == '#')
		return hash(s, at, to);
	if (c == ':')
		address(s, at, to);
	return at + 1;
}

/* --- prose --- */

/* Where the blank line behind it begins. */
static size_t paragraph_end(const char *t, size_t at, size_t to)
{
	const char *nl;

	while (at < to && (nl = memchr(t + at, '\n', to - at))) {
		size_t next = (size_t)(nl - t) + 1, end = skip_blanks(t, next, to, false);

		if (end < to && t[end] == '\n')
			return next;
		at = next;
	}
	return to;
}

/* A line that begins here: is it a quotation? */
static void line_starts(struct tkt_msg_scan *s, size_t at, size_t to)
{
	static const char reverts[] = "This reverts commit";
	const char *t = s->text, *end;

	while (at < to && (t[at] == ' ' || t[at] == '\t'))
		at++;
	if (at >= to || at < s->quote_end)
		return;
	if (t[at] == '>') {
		end = memchr(t + at, '\n', to - at);
		s->quote_end = end ? (size_t)(end - t) : to;
	} else if (to - at >= sizeof reverts && memcmp(t + at, reverts, sizeof reverts - 1) == 0) {
		s->quote_end = paragraph_end(t, at, to);
	}
}

void tkt_msg_scan_prose(struct tkt_msg_scan *s, size_t from, size_t to)
{
	s->value = false;
	s->expect = NONE;
	for (size_t at = from; at < to;) {
		if (at == 0 || s->text[at - 1] == '\n')
			line_starts(s, at, to);
		at = step(s, at, to);
	}
	s->expect = NONE;
}

/* --- the value of a trailer --- */

/* A '(' behind something opens a remark, up to its ')' (or the end). */
static size_t remark_end(const char *t, size_t at, size_t to)
{
	size_t depth = 0;

	for (; at < to; at++) {
		if (t[at] == '(')
			depth++;
		else if (t[at] == ')' && --depth == 0)
			break;
	}
	return at;
}

void tkt_msg_scan_value(struct tkt_msg_scan *s, size_t from, size_t to)
{
	s->value = true;
	s->expect = NONE;
	s->remark_end = 0;
	for (size_t at = from; at < to;) {
		if (s->text[at] == '(' && at > from && at >= s->remark_end)
			s->remark_end = remark_end(s->text, at, to);
		at = step(s, at, to);
	}
	s->value = false;
}
