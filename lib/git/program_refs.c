/* git/program: refs, and what a user calls a revision. */
#include "git/program_int.h"

#include <stdlib.h>

#include "base/mem.h"

/* --- refs -------------------------------------------------------------------------------------- */

#define SPACES "refs/heads", "refs/remotes", "refs/tags"
#define BARE "%(objectname)%00%(symref)%00%(refname)"
#define TYPES "%00%(objecttype)%00%(*objectname)%00%(*objecttype)"

enum { FULL_FIELDS = 6, BARE_FIELDS = 3 };

/* Fields end with NULs, which no ref has, and lines with a newline, which none has either. */
static int ask(struct tkt_program *p, bool full, struct tkt_buf *out, int *status, struct tkt_buf *words,
	       struct tkt_error *err)
{
	static const char *const known[] = { "for-each-ref", "--format=" BARE TYPES, SPACES, NULL };
	static const char *const bare[] = { "for-each-ref", "--format=" BARE, SPACES, NULL };
	const struct tkt_program_run run = { .args = full ? known : bare,
					     .take = tkt_program_keep,
					     .payload = out };

	tkt_buf_reset(out);
	return tkt_program_run(p, &run, status, words, err);
}

/* Follows tags to the commit. *oid is emptied: it leads to none, or to one that is not here. */
static int peel(struct tkt_program *p, struct tkt_oid *oid, struct tkt_error *err)
{
	struct tkt_buf bytes = TKT_BUF_INIT;
	enum tkt_git_type type = 0, claimed;
	int code = 0;

	for (int i = 0; !code && i < TKT_GIT_PEEL_MAX; i++) {
		struct tkt_error own = TKT_ERROR_INIT;

		type = 0;
		code = tkt_program_object(p, oid, &type, &bytes, TKT_GIT_COMMIT_MAX, &own);
		if (code == TKT_ENOTFOUND ||
		    code == TKT_EINVALID) { /* not here; too large for a tag or a commit */
			code = 0;
			type = 0;
		} else if (code) {
			code = err ? tkt_error_move(err, &own) : code;
		}
		tkt_error_release(&own);
		if (code || type != TKT_GIT_TAG || !tkt_git_parse_tag(bytes.ptr, bytes.len, oid, &claimed))
			break;
	}
	if (type != TKT_GIT_COMMIT)
		memset(oid, 0, sizeof *oid);
	tkt_buf_release(&bytes);
	return code;
}

static int take_ref(struct tkt_program *p, const char **f, size_t n, struct tkt_git_refs *out,
		    struct tkt_error *err)
{
	bool tag = tkt_starts_with(f[2], "refs/tags/");
	struct tkt_oid oid;
	int code = 0;

	if (*f[1] || !tkt_oid_parse(&oid, f[0], strlen(f[0])))
		return 0;
	if (n == BARE_FIELDS) {
		if (tag) /* a missing branch is found out when it is walked, a missing tag is a broken tag */
			code = peel(p, &oid, err);
	} else if (strcmp(f[3], "commit") != 0) {
		if (strcmp(f[5], "commit") == 0)
			tkt_oid_parse(&oid, f[4], strlen(f[4]));
		else if (strcmp(f[5], "tag") == 0)
			code = peel(p, &oid, err);
		else
			return 0;
	}
	if (!code && oid.n) {
		TKT_GROW(out);
		out->items[out->n++] = (struct tkt_git_ref){ .name = tkt_strdup(f[2]), .oid = oid };
	}
	return code;
}

int tkt_program_refs(void *self, struct tkt_git_refs *out, struct tkt_error *err)
{
	struct tkt_buf text = TKT_BUF_INIT, words = TKT_BUF_INIT;
	struct tkt_str line;
	size_t pos = 0;
	bool full = true;
	int status = -1, code = ask(self, true, &text, &status, &words, err);

	/* It ends at the first ref whose object is not here. */
	if (!code && status) {
		full = false;
		code = ask(self, false, &text, &status, &words, err);
		if (!code && status)
			code = tkt_program_failed(self, "read refs", status, words.ptr, err);
	}
	while (!code && tkt_str_line((struct tkt_str){ text.ptr, text.len }, &pos, &line)) {
		const char *fields[FULL_FIELDS] = { line.ptr };
		size_t n = 1;

		text.ptr[(size_t)(line.ptr - text.ptr) + line.len] = '\0';
		for (size_t i = 0; i < line.len && n < FULL_FIELDS; i++)
			if (!line.ptr[i])
				fields[n++] = line.ptr + i + 1;
		if (n == (full ? FULL_FIELDS : BARE_FIELDS))
			code = take_ref(self, fields, n, out, err);
	}
	tkt_buf_release(&words);
	tkt_buf_release(&text);
	return code;
}

int tkt_program_symbolic(void *self, const char *name, char **target, struct tkt_error *err)
{
	static const char *const args[] = { "symbolic-ref", "-q", NULL };
	const char *more[] = { name, NULL };
	struct tkt_buf out = TKT_BUF_INIT, words = TKT_BUF_INIT;
	const struct tkt_program_run run = {
		.args = args, .more = more, .take = tkt_program_keep, .payload = &out
	};
	int status = -1, code = tkt_program_run(self, &run, &status, &words, err);

	*target = NULL;
	if (!code && status > 1 && words.len)
		code = tkt_program_failed(self, "read HEAD", status, words.ptr, err);
	if (!code && status == 0 && out.len) {
		tkt_buf_truncate(&out, strcspn(out.ptr, "\n"));
		*target = tkt_buf_detach(&out);
	}
	tkt_buf_release(&words);
	tkt_buf_release(&out);
	return code;
}

/* --- revisions --------------------------------------------------------------------------------- */

/* One object for the expression; *found false: none, and `words` say why. */
static int parse(struct tkt_program *p, const char *rev, struct tkt_oid *out, bool *found,
		 struct tkt_buf *words, struct tkt_error *err)
{
	static const char *const args[] = { "rev-parse", "--verify", "--end-of-options", NULL };
	const char *more[] = { rev, NULL };
	struct tkt_buf text = TKT_BUF_INIT;
	const struct tkt_program_run run = {
		.args = args, .more = more, .take = tkt_program_keep, .payload = &text
	};
	int status = -1, code = tkt_program_run(p, &run, &status, words, err);
	struct tkt_str line = { "", 0 };
	size_t pos = 0;

	*found = false;
	/* Old versions print the option along. A range is more than one line, or begins with '^'. */
	while (!code && !status && tkt_str_line((struct tkt_str){ text.ptr, text.len }, &pos, &line)) {
		if (line.len && line.ptr[0] == '-')
			continue;
		if (*found || !tkt_oid_parse(out, line.ptr, line.len)) {
			*found = false;
			break;
		}
		*found = true;
	}
	tkt_buf_release(&text);
	return code;
}

static bool is_hex(const char *s, size_t n)
{
	return n >= 4 && n <= 64 && strspn(s, "0123456789abcdefABCDEF") >= n;
}

/* The commits among the objects whose names begin so: short name and subject each. */
static int candidates(struct tkt_program *p, const char *digits, struct tkt_error *err)
{
	char *option = tkt_asprintf("--disambiguate=%s", digits);
	const char *args[] = { "rev-parse", option, NULL };
	struct tkt_buf text = TKT_BUF_INIT, bytes = TKT_BUF_INIT;
	const struct tkt_program_run run = { .args = args, .take = tkt_program_keep, .payload = &text };
	int status, code = tkt_program_run(p, &run, &status, NULL, NULL);
	struct tkt_str line;
	size_t pos = 0, n = 0;

	while (!code && n < 10 && tkt_str_line((struct tkt_str){ text.ptr, text.len }, &pos, &line)) {
		struct tkt_git_commit c = { 0 };
		enum tkt_git_type type;
		struct tkt_oid oid;
		char *subject;

		if (tkt_oid_parse(&oid, line.ptr, line.len) &&
		    !tkt_program_object(p, &oid, &type, &bytes, TKT_GIT_COMMIT_MAX, NULL) &&
		    type == TKT_GIT_COMMIT &&
		    !tkt_git_parse_commit(p->g, &oid, bytes.ptr, bytes.len, &c, NULL)) {
			subject = tkt_git_subject(&c);
			option = tkt_realloc(option, strlen(subject) + 20, 1);
			snprintf(option, strlen(subject) + 20, "%.12s %s", line.ptr, subject);
			tkt_error_candidate(err, option);
			free(subject);
			n++;
		}
		tkt_git_commit_release(&c);
	}
	tkt_buf_release(&bytes);
	tkt_buf_release(&text);
	free(option);
	return 0;
}

static int not_found(struct tkt_program *p, const char *rev, const char *words, struct tkt_error *err)
{
	size_t n = strspn(rev, "0123456789abcdefABCDEF");
	int code;

	if (strstr(words, "is ambiguous") && is_hex(rev, n)) {
		char *digits = tkt_strndup(rev, n);

		code = tkt_error_set(err, TKT_EAMBIGUOUS,
				     "'%s' is the beginning of more than one commit's name", digits);
		if (err)
			candidates(p, digits, err);
		free(digits);
		return code;
	}
	if (strstr(words, "dubious ownership"))
		return tkt_program_failed(p, "read a revision", 128, words, err);
	return tkt_error_set(err, TKT_ENOTFOUND, "there is no commit '%s' in this repository", rev);
}

/* Something of that name is there: a commit, or not? A full name is taken at its word though nothing may be
 * there. */
static int look_at(struct tkt_program *p, const char *rev, struct tkt_oid *oid, struct tkt_error *err)
{
	struct tkt_buf bytes = TKT_BUF_INIT;
	struct tkt_error own = TKT_ERROR_INIT;
	enum tkt_git_type type;
	int code = tkt_program_object(p, oid, &type, &bytes, TKT_GIT_COMMIT_MAX, &own);

	tkt_buf_release(&bytes);
	if (code == TKT_ENOTFOUND) {
		code = not_found(p, rev, "", err);
	} else if (code && code != TKT_EINVALID) {
		code = err ? tkt_error_move(err, &own) : code;
	} else {
		code = peel(p, oid, err);
		if (!code && !oid->n)
			code = tkt_error_set(err, TKT_EINVALID, "'%s' is no commit", rev);
	}
	tkt_error_release(&own);
	return code;
}

int tkt_program_resolve(void *self, const char *rev, struct tkt_oid *out, struct tkt_error *err)
{
	/* ":/text" and "HEAD:path" would take ^{commit} for a part of the text or path. */
	char *peeled = strchr(rev, ':') ? NULL : tkt_asprintf("%s^{commit}", rev);
	struct tkt_buf words = TKT_BUF_INIT;
	struct tkt_oid oid = { .n = 0 };
	bool found = false;
	int code = peeled ? parse(self, peeled, &oid, &found, &words, err) : 0;

	if (!code && !found && !strstr(words.ptr, "is ambiguous")) {
		code = parse(self, rev, &oid, &found, &words, err);
		if (!code && found)
			code = look_at(self, rev, &oid, err);
	}
	if (!code && !found)
		code = not_found(self, rev, words.ptr, err);
	if (!code)
		*out = oid;
	tkt_buf_release(&words);
	free(peeled);
	return code;
}
