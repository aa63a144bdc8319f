/* git/program: objects, by one `git cat-file --batch` that stays. It is asked by full names only. */
#include "git/program_int.h"

#include <stdlib.h>

#include "base/mem.h"

enum { INBOX_BYTES = 256 * 1024, SKIP_MAX = 1024 * 1024 };

void tkt_program_hang_up(struct tkt_program *p, struct tkt_buf *words)
{
	int status;

	tkt_proc_close(p->cat, &status, words, NULL);
	p->cat = NULL;
	p->at = p->end = 0;
}

/* It ended though we did not ask for that: a damaged object, or somebody killed it. */
static int lost(struct tkt_program *p, struct tkt_error *err)
{
	struct tkt_buf words = TKT_BUF_INIT;
	int code;

	tkt_program_hang_up(p, &words);
	/* A partial clone without it, and it may not be fetched: some versions of git end then. */
	if (p->g->facts.partial && (strstr(words.ptr, "promisor") || strstr(words.ptr, "not allowed")))
		code = tkt_error_set(err, TKT_ENOTFOUND, "an object is not in this partial clone");
	else
		code = tkt_program_failed(p, "read objects", 0, words.len ? words.ptr : "it ended too early",
					  err);
	tkt_buf_release(&words);
	return code;
}

static int fill(struct tkt_program *p, struct tkt_error *err)
{
	size_t got;
	int code;

	if (p->at < p->end)
		return 0;
	code = tkt_proc_read(p->cat, p->inbox, INBOX_BYTES, &got, err);
	if (code) {
		tkt_program_hang_up(p, NULL);
		return code;
	}
	p->at = 0;
	p->end = got;
	return got ? 0 : lost(p, err);
}

/* n bytes, to out or away. */
static int take(struct tkt_program *p, struct tkt_buf *out, size_t n, struct tkt_error *err)
{
	int code = 0;

	while (n && !(code = fill(p, err))) {
		size_t piece = p->end - p->at < n ? p->end - p->at : n;

		if (out)
			tkt_buf_add(out, p->inbox + p->at, piece);
		p->at += piece;
		n -= piece;
	}
	return code;
}

static int take_line(struct tkt_program *p, struct tkt_buf *out, struct tkt_error *err)
{
	int code;

	tkt_buf_reset(out);
	while (!(code = fill(p, err))) {
		const char *from = p->inbox + p->at, *end = memchr(from, '\n', p->end - p->at);
		size_t n = end ? (size_t)(end - from) : p->end - p->at;

		tkt_buf_add(out, from, n);
		p->at += n + (end != NULL);
		if (end)
			break;
		if (out->len > INBOX_BYTES)
			return lost(p, err);
	}
	return code;
}

int tkt_program_ask(struct tkt_program *p, const struct tkt_oid *oid, struct tkt_error *err)
{
	static const char *const args[] = { "cat-file", "--batch", NULL };
	const struct tkt_program_run run = { .args = args };
	char line[TKT_OID_HEX + 1];

	if (!p->cat) {
		int code = tkt_program_open(p, &p->cat, &run, err);

		if (code) {
			p->cat = NULL;
			return code;
		}
		if (!p->inbox)
			p->inbox = tkt_malloc(INBOX_BYTES);
	}
	tkt_oid_hex(oid, line);
	line[2 * (size_t)oid->n] = '\n';
	tkt_proc_tell(p->cat, line, 2 * (size_t)oid->n + 1);
	return 0;
}

/* "<name> <type> <size>" or "<name> missing". */
static int read_head(struct tkt_program *p, const struct tkt_oid *oid, const char *line,
		     enum tkt_git_type *type, size_t *size, struct tkt_error *err)
{
	char hex[TKT_OID_HEX];
	size_t n = 2 * (size_t)oid->n, word;
	char *end;

	tkt_oid_hex(oid, hex);
	if (strncmp(line, hex, n) == 0 && line[n] == ' ') {
		line += n + 1;
		if (strcmp(line, "missing") == 0)
			return tkt_error_set(err, TKT_ENOTFOUND, "there is no object '%s' in this repository",
					     hex);
		word = strcspn(line, " ");
		*type = tkt_git_type_of(line, word);
		if (*type && line[word]) {
			*size = (size_t)strtoumax(line + word + 1, &end, 10);
			if (!*end)
				return 0;
		}
	}
	return lost(p, err);
}

int tkt_program_answer(struct tkt_program *p, const struct tkt_oid *oid, enum tkt_git_type *type,
		       struct tkt_buf *out, size_t max, struct tkt_error *err)
{
	char hex[TKT_OID_HEX];
	size_t size = 0;
	int code = take_line(p, out, err);

	if (!code)
		code = read_head(p, oid, out->ptr, type, &size, err);
	tkt_buf_reset(out);
	if (code)
		return code;
	if (size > max) {
		/* Rather a new start than reading on and on. */
		if (size > SKIP_MAX)
			tkt_program_hang_up(p, NULL);
		else
			code = take(p, NULL, size + 1, err);
		tkt_oid_hex(oid, hex);
		return code ? code
			    : tkt_error_set(err, TKT_EINVALID, "object '%s' is larger than %zu bytes", hex,
					    max);
	}
	code = take(p, out, size, err);
	return code ? code : take(p, NULL, 1, err); /* the newline behind it */
}

int tkt_program_object(void *self, const struct tkt_oid *oid, enum tkt_git_type *type, struct tkt_buf *out,
		       size_t max, struct tkt_error *err)
{
	int code = tkt_program_ask(self, oid, err);

	return code ? code : tkt_program_answer(self, oid, type, out, max, err);
}
