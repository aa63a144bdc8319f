/* git/parse: raw commits, trees and tags. What a stranger wrote never fails a walk: an odd author or time is
 * taken as far as it goes; only what leaves no commit (no tree, no end of the header) is an error. */
#include "git/git_int.h"

#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"

enum tkt_git_type tkt_git_type_of(const char *word, size_t n)
{
	static const char *const names[] = { [TKT_GIT_COMMIT] = "commit",
					     [TKT_GIT_TREE] = "tree",
					     [TKT_GIT_BLOB] = "blob",
					     [TKT_GIT_TAG] = "tag" };

	for (size_t i = TKT_GIT_COMMIT; i < TKT_LEN(names); i++)
		if (tkt_str_eq((struct tkt_str){ word, n }, names[i]))
			return (enum tkt_git_type)i;
	return 0;
}

/* --- commits ----------------------------------------------------------------------------------- */

static bool after(struct tkt_str line, const char *key, struct tkt_str *value)
{
	if (!tkt_str_starts(line, key))
		return false;
	value->ptr = line.ptr + strlen(key);
	value->len = line.len - strlen(key);
	return true;
}

/* Seconds; 0 where they do not fit or are none. */
static int64_t seconds(struct tkt_str s)
{
	int64_t value = 0;
	bool minus;

	s = tkt_str_trim(s);
	minus = s.len && s.ptr[0] == '-';
	for (size_t i = minus; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, s.ptr[i] - '0', &value))
			return 0;
	return minus ? -value : value;
}

struct person {
	struct tkt_str name, email;
	int64_t time;
};

/* "Name <mail> seconds zone", or what somebody made of it. */
static struct person person_of(struct tkt_str s)
{
	struct person p = { { "", 0 }, { "", 0 }, 0 };
	const char *open = memchr(s.ptr, '<', s.len), *close = NULL, *last = memrchr(s.ptr, '>', s.len);
	size_t left;

	if (open) {
		left = s.len - (size_t)(open + 1 - s.ptr);
		close = memchr(open + 1, '>', left);
		p.name = tkt_str_trim((struct tkt_str){ s.ptr, (size_t)(open - s.ptr) });
		p.email = tkt_str_trim((struct tkt_str){ open + 1, close ? (size_t)(close - open) - 1 : left });
	} else {
		p.name = tkt_str_trim(s);
	}
	if (last)
		p.time = seconds((struct tkt_str){ last + 1, s.len - (size_t)(last + 1 - s.ptr) });
	return p;
}

struct raw {
	struct person author, committer;
	struct tkt_str encoding, message;
	bool tree, ended;
};

static void read_header(struct tkt_git_commit *out, struct raw *r, struct tkt_str text)
{
	struct tkt_str line, value;
	struct tkt_oid oid;
	size_t pos = 0;

	while (tkt_str_line(text, &pos, &line)) {
		if (!line.len) {
			r->ended = true;
			break;
		}
		/* What begins with a blank goes on with the header before (a signature, a merged tag). */
		if (after(line, "tree ", &value) && !r->tree)
			r->tree = tkt_oid_parse(&out->tree, value.ptr, value.len);
		else if (after(line, "parent ", &value) && tkt_oid_parse(&oid, value.ptr, value.len))
			tkt_oids_push(&out->parents, &oid);
		else if (after(line, "author ", &value))
			r->author = person_of(value);
		else if (after(line, "committer ", &value))
			r->committer = person_of(value);
		else if (after(line, "encoding ", &value))
			r->encoding = tkt_str_trim(value);
	}
	r->message = (struct tkt_str){ text.ptr + pos, text.len - pos };
}

/* The way `git log` shows it: up to a NUL, without blanks at the ends of lines and blank lines at both ends;
 * the last line ends with a newline. One of the engines can give no other. */
static void tidy(struct tkt_buf *out, struct tkt_str text)
{
	const char *nul = memchr(text.ptr, '\0', text.len);
	struct tkt_str line;
	size_t pos = 0, last = 0;

	if (nul)
		text.len = (size_t)(nul - text.ptr);
	tkt_buf_grow(out, text.len + 1);
	while (tkt_str_line(text, &pos, &line)) {
		while (line.len && memchr(" \t\r\n", line.ptr[line.len - 1], 4))
			line.len--;
		if (!line.len && !out->len)
			continue;
		tkt_buf_add(out, line.ptr, line.len);
		tkt_buf_putc(out, '\n');
		if (line.len)
			last = out->len;
	}
	tkt_buf_truncate(out, last);
}

static char *text_of(struct tkt_str s, const char *encoding)
{
	struct tkt_buf out = TKT_BUF_INIT;
	const char *nul = s.len ? memchr(s.ptr, '\0', s.len) : NULL;

	if (nul)
		s.len = (size_t)(nul - s.ptr);
	if (!encoding || !tkt_git_to_utf8(&out, s.ptr, s.len, encoding))
		tkt_buf_add(&out, s.ptr, s.len);
	return tkt_buf_detach(&out);
}

int tkt_git_parse_commit(struct tkt_git *g, const struct tkt_oid *oid, const char *bytes, size_t n,
			 struct tkt_git_commit *out, struct tkt_error *err)
{
	struct raw r = { 0 };
	struct tkt_buf message = TKT_BUF_INIT;
	char *encoding = NULL;
	char hex[TKT_OID_HEX];

	memset(out, 0, sizeof *out);
	out->oid = *oid;
	read_header(out, &r, (struct tkt_str){ bytes, n });
	if (!r.tree) {
		tkt_oid_hex(oid, hex);
		return tkt_error_set(err, TKT_EIO, "commit '%s' is damaged: it has no tree", hex);
	}
	if (tkt_git_is_shallow(g, oid))
		out->parents.n = 0;
	if (r.encoding.len)
		encoding = tkt_strndup(r.encoding.ptr, r.encoding.len);
	out->author = text_of(r.author.name, encoding);
	out->email = text_of(r.author.email, encoding);
	out->author_time = r.author.time;
	out->time = r.committer.time;
	tidy(&message, r.message);
	if (encoding) {
		char *converted = text_of((struct tkt_str){ message.ptr, message.len }, encoding);

		tkt_buf_release(&message);
		out->message = converted;
		out->message_len = strlen(converted);
	} else {
		out->message_len = message.len;
		out->message = tkt_buf_detach(&message);
	}
	free(encoding);
	return 0;
}

void tkt_git_commit_release(struct tkt_git_commit *c)
{
	tkt_oids_release(&c->parents);
	free(c->author);
	free(c->email);
	free(c->message);
	memset(c, 0, sizeof *c);
}

char *tkt_git_subject(const struct tkt_git_commit *c)
{
	struct tkt_str text = { c->message, c->message_len }, line;
	struct tkt_buf out = TKT_BUF_INIT;
	size_t pos = 0;

	while (tkt_str_line(text, &pos, &line)) {
		line = tkt_str_trim(line);
		if (!line.len && !out.len)
			continue;
		if (!line.len)
			break;
		if (out.len)
			tkt_buf_putc(&out, ' ');
		tkt_buf_add(&out, line.ptr, line.len);
	}
	return tkt_buf_detach(&out);
}

/* --- trees and tags ------------------------------------------------------------------------------ */

int tkt_git_parse_tree(const char *bytes, size_t n, size_t oid_size, struct tkt_git_tree *out,
		       struct tkt_error *err)
{
	const char *p = bytes, *end = bytes + n;

	while (p < end) {
		struct tkt_git_entry e = { 0 };
		const char *nul = memchr(p, '\0', (size_t)(end - p));
		size_t digits = 0;

		while (p < end && *p >= '0' && *p <= '7' && digits++ < 7)
			e.mode = e.mode * 8 + (unsigned)(*p++ - '0');
		if (!digits || !nul || p >= nul || *p != ' ' || nul == p + 1 ||
		    (size_t)(end - nul - 1) < oid_size)
			return tkt_error_set(err, TKT_EIO, "a tree in the repository is damaged");
		e.name = tkt_strndup(p + 1, (size_t)(nul - p) - 1);
		e.oid.n = (unsigned char)oid_size;
		memcpy(e.oid.bytes, nul + 1, oid_size);
		p = nul + 1 + oid_size;
		TKT_GROW(out);
		out->items[out->n++] = e;
	}
	return 0;
}

void tkt_git_tree_release(struct tkt_git_tree *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->items[i].name);
	free(t->items);
	memset(t, 0, sizeof *t);
}

bool tkt_git_parse_tag(const char *bytes, size_t n, struct tkt_oid *target, enum tkt_git_type *type)
{
	struct tkt_str line, value;
	size_t pos = 0;

	return tkt_str_line((struct tkt_str){ bytes, n }, &pos, &line) && after(line, "object ", &value) &&
	       tkt_oid_parse(target, value.ptr, value.len) &&
	       tkt_str_line((struct tkt_str){ bytes, n }, &pos, &line) && after(line, "type ", &value) &&
	       (*type = tkt_git_type_of(value.ptr, value.len)) != 0;
}
