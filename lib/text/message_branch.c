/* text/message_branch: branches named after tickets, and the branches that a merge commit's subject
 * names. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strv.h"
#include "text/message_int.h"
#include "text/ref.h"

bool tkt_msg_is(const char *s, size_t n, const char *word)
{
	size_t i = 0;

	while (i < n && word[i] && tkt_msg_lower(s[i]) == word[i])
		i++;
	return i == n && word[i] == '\0';
}

/* --- a branch's name --- */

static bool has(const struct tkt_mentions *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->items[i].name, name) == 0)
			return true;
	return false;
}

/* Takes name. */
static void candidate(struct tkt_mentions *out, char *name, bool sure, size_t at, size_t len)
{
	struct tkt_mention *m;

	if (!tkt_id_valid(name) || has(out, name)) {
		free(name);
		return;
	}
	TKT_GROW(out);
	m = &out->items[out->n++];
	memset(m, 0, sizeof *m);
	m->name = name;
	m->way = TKT_REF_MERGE;
	m->sure = sure;
	m->line = 1;
	m->at = at;
	m->len = len;
}

static void lower_all(char *s)
{
	for (; *s; s++)
		*s = tkt_msg_lower(*s);
}

/* Is "<word>-<digits>" at `at`, behind a sign or the beginning? Where the digits end, or 0. */
static size_t key_at(const struct tkt_msg_scan *s, size_t at, size_t n, size_t word_n, const char *word)
{
	size_t dash = at + word_n;

	if (at > 0 && tkt_msg_alnum(s->text[at - 1]))
		return 0;
	if (dash >= n || s->text[dash] != '-' || !tkt_msg_is(s->text + at, word_n, word))
		return 0;
	return tkt_msg_key(s, dash, n, true);
}

static void keys_in(struct tkt_mentions *out, const struct tkt_msg_scan *s, const char *lower, size_t n)
{
	for (size_t at = 0; at < n; at++) {
		size_t word = s->prefix_n, end = key_at(s, at, n, word, lower);

		if (!end) {
			word = strlen("ticket");
			end = key_at(s, at, n, word, "ticket");
		}
		if (!end)
			continue;
		char *name = tkt_asprintf("%s-%.*s", s->prefix, (int)(end - at - word - 1), s->text + at + word + 1);

		lower_all(name + s->prefix_n);
		candidate(out, name, true, at, end - at);
		at = end - 1;
	}
}

/* "20260601-120000-fix-it" between slashes. */
static bool is_id_shaped(const char *s, size_t n)
{
	for (size_t i = 0; i < 16; i++)
		if (i >= n || (i == 8 || i == 15 ? s[i] != '-' : !tkt_msg_digit(s[i])))
			return false;
	return n > 16;
}

void tkt_branch_names(struct tkt_mentions *out, const char *branch, const char *prefix)
{
	struct tkt_msg_scan s = { .text = branch, .prefix = prefix, .prefix_n = strlen(prefix) };
	const char *slash = strrchr(branch, '/'), *last = slash ? slash + 1 : branch;
	size_t n = strlen(branch), len = strlen(last), at = (size_t)(last - branch);
	char *lower = tkt_strdup(prefix), *small;

	lower_all(lower);
	if (n == 0 || n > 4096) { /* git has no such names */
		free(lower);
		return;
	}
	/* The whole of it is a key, or else a slug or an id. */
	if (key_at(&s, at, n, s.prefix_n, lower) != n) {
		candidate(out, tkt_strdup(last), false, at, len);
		small = tkt_strdup(last);
		lower_all(small);
		candidate(out, small, false, at, len);
	}
	keys_in(out, &s, lower, n);
	for (size_t i = 0, end; i < n; i = end + 1) {
		end = i + strcspn(branch + i, "/");
		if (is_id_shaped(branch + i, end - i))
			candidate(out, tkt_strndup(branch + i, end - i), false, i, end - i);
	}
	free(lower);
}

/* --- a merge's subject --- */

static size_t find(const char *s, size_t from, size_t to, const char *what)
{
	const char *at = from < to ? memmem(s + from, to - from, what, strlen(what)) : NULL;

	return at ? (size_t)(at - s) : to;
}

static bool begins(const char *s, size_t n, const char *with)
{
	return n >= strlen(with) && memcmp(s, with, strlen(with)) == 0;
}

/* The end of a quoted name: a "'" with nothing of a name behind it. */
static size_t quote_end(const char *s, size_t at, size_t n)
{
	for (; at < n; at++)
		if (s[at] == '\'' && (at + 1 == n || strchr(" ,;:.)\r\n", s[at + 1])))
			return at;
	return n;
}

/* The last " from ": a title stands before it. */
static size_t last_from(const char *s, size_t n)
{
	size_t found = n;

	for (size_t at = find(s, 0, n, " from "); at < n; at = find(s, at + 1, n, " from "))
		found = at;
	return found;
}

static size_t word_end(const char *s, size_t at, size_t n)
{
	while (at < n && !tkt_msg_blank(s[at]))
		at++;
	return at;
}

/* What a subject tells of: quoted names, or one bare word. */
enum shape { NO_MERGE, QUOTED, BARE, OF_USER /* BARE, its owner before it */ };

static enum shape shape_of(const char *s, size_t n, size_t *from, size_t *to)
{
	*to = n;
	if (begins(s, n, "Merge branch") || begins(s, n, "Merge remote-tracking branch") || begins(s, n, "Merge tag") ||
	    begins(s, n, "Merge commit")) {
		*from = strlen("Merge ");
		return QUOTED;
	}
	if (begins(s, n, "Merge pull request ")) {
		size_t at = last_from(s, n);

		if (at == n)
			return NO_MERGE;
		*from = at + strlen(" from ");
		*to = word_end(s, *from, n);
		return OF_USER;
	}
	if (begins(s, n, "Merged in ")) {
		*from = strlen("Merged in ");
		*to = word_end(s, *from, n);
		return BARE;
	}
	return NO_MERGE;
}

/* One name of a quoted list; where it ends. The word before the quote tells what it is: branch, tag,
 * commit. */
struct name {
	size_t at, end;
	bool is_branch, remote;
};

/* The next quoted name from `at` on; false: no more. " into " or " of <URL>" ends the list. */
static bool next_name(const char *s, size_t *pos, size_t n, struct name *out)
{
	for (size_t at = *pos; at < n; at++) {
		if (s[at] == '\'') {
			out->at = at + 1;
			out->end = quote_end(s, at + 1, n);
			*pos = out->end + 1;
			return out->end < n;
		}
		if (at > 0 && s[at - 1] != ' ')
			continue;
		if (begins(s + at, n - at, "into "))
			return false;
		if (begins(s + at, n - at, "of ")) /* "of URL; branch 'x' of URL": words of a URL are not names */
			at = find(s, at, n, ";");
		else if (begins(s + at, n - at, "remote-tracking branch"))
			out->is_branch = out->remote = true;
		else if (begins(s + at, n - at, "branch") && !(at >= 16 && begins(s + at - 16, 16, "remote-tracking ")))
			out->is_branch = true, out->remote = false;
		else if (begins(s + at, n - at, "tag") || begins(s + at, n - at, "commit"))
			out->is_branch = false;
	}
	return false;
}

/* Without the first component. */
static size_t behind_slash(const char *s, size_t at, size_t end)
{
	const char *slash = memchr(s + at, '/', end - at);

	return slash && slash + 1 < s + end ? (size_t)(slash - s) + 1 : at;
}

bool tkt_msg_merged_part(const char *subject, size_t n, size_t *from, size_t *to)
{
	struct name name = { .is_branch = false };
	size_t pos;

	switch (shape_of(subject, n, from, to)) {
	case NO_MERGE:
		return false;
	case QUOTED:
		pos = *from;
		*to = *from;
		while (next_name(subject, &pos, n, &name))
			*to = name.end;
		return true;
	default:
		return true;
	}
}

/* git has no branches with blanks or control characters in their names. */
static void push(struct tkt_strv *out, const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)name[i] <= ' ' || name[i] == 0x7f)
			return;
	if (n)
		tkt_strv_push_n(out, name, n);
}

void tkt_merged_branches(struct tkt_strv *out, const char *subject, size_t n)
{
	const char *nl = memchr(subject, '\n', n);
	struct name name = { .is_branch = false };
	size_t from, to, pos;
	enum shape shape;

	n = nl ? (size_t)(nl - subject) : n;
	shape = shape_of(subject, n, &from, &to);
	if (shape == BARE || shape == OF_USER) {
		from = shape == OF_USER ? behind_slash(subject, from, to) : from;
		push(out, subject + from, to - from);
		return;
	}
	pos = from = shape == QUOTED ? from : n;
	while (next_name(subject, &pos, n, &name)) {
		size_t at = name.remote ? behind_slash(subject, name.at, name.end) : name.at;

		if (name.is_branch)
			push(out, subject + at, name.end - at);
	}
}
