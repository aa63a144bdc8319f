/* git/program: what a commit changed: one `git diff-tree`, read as it comes, so that a patch that is too large
 * is never held. The order of its parts: all of --raw, all of --numstat (both end names with NULs), a NUL, the
 * patches in the same order. Numbers alone, which are asked for commit after commit, come from one that stays. */
#include "git/program_int.h"

#include <stdlib.h>

#include "base/mem.h"

static const char file_head[] =
	"diff --git "; /* no line of a hunk begins so: they begin with ' ', '+', '-' or '\' */

enum { HEAD_BYTES = sizeof file_head - 1 };
enum state { META, OLD_NAME, NEW_NAME, STAT_OLD, STAT_NEW, PATCH };

struct reader {
	struct tkt_git_diff *out;
	size_t patch_max;
	enum state state;
	struct tkt_buf token;
	const char *name; /* of the commit, if git is to say it first */
	size_t stats; /* numstat lines so far */
	/* of the patch */
	size_t file;	/* 1-based: whose patch comes */
	unsigned parts; /* more to come for this file: a change of type is a deletion and an addition */
	bool hunks;	/* not its header */
	bool inside;	/* of a line whose beginning was looked at */
};

static int not_understood(struct tkt_error *err)
{
	return tkt_error_set(err, TKT_EIO,
			     "git cannot tell what a commit changed: its answer is not understood");
}

/* --- names and numbers --------------------------------------------------------------------------- */

/* ":<old mode> <mode> <old name> <name> <status>[<similarity>]" */
static int take_meta(struct reader *r, const char *s, struct tkt_error *err)
{
	struct tkt_git_file f = { .added = -1, .removed = -1 };
	char *end;

	tkt_buf_init(&f.patch);
	f.old_mode = (unsigned)strtoul(s + 1, &end, 8);
	f.mode = *end == ' ' ? (unsigned)strtoul(end + 1, &end, 8) : 0;
	for (int i = 0; i < 2 && end; i++) /* the names */
		end = *end ? strchr(end + 1, ' ') : NULL;
	if (!end || !strchr("ADMRCT", end[1]))
		return not_understood(err);
	f.status = end[1];
	TKT_GROW(r->out);
	r->out->items[r->out->n++] = f;
	r->state = f.status == 'R' || f.status == 'C' ? OLD_NAME : NEW_NAME;
	return 0;
}

/* "<added>\t<removed>\t<path>", the path empty where two follow. */
static int take_stat(struct reader *r, const char *s, struct tkt_error *err)
{
	struct tkt_git_file *f;
	char *end;

	if (r->stats == r->out->n)
		return not_understood(err);
	f = &r->out->items[r->stats++];
	if (tkt_starts_with(s, "-\t-\t")) {
		f->binary = true;
		end = (char *)(uintptr_t)s + 3;
	} else {
		f->added = strtol(s, &end, 10);
		f->removed = *end == '\t' ? strtol(end + 1, &end, 10) : -1;
		if (*end != '\t')
			return not_understood(err);
	}
	if (!end[1])
		r->state = STAT_OLD;
	else if (strcmp(end + 1, f->path) != 0)
		return not_understood(err);
	return 0;
}

static int take_token(struct reader *r, const char *s, struct tkt_error *err)
{
	struct tkt_git_file *last = r->out->n ? &r->out->items[r->out->n - 1] : NULL;

	switch (r->state) {
	case OLD_NAME:
		last->old_path = tkt_strdup(s);
		r->state = NEW_NAME;
		return 0;
	case NEW_NAME:
		last->path = tkt_strdup(s);
		r->state = META;
		return 0;
	case STAT_OLD:
		r->state = STAT_NEW;
		return 0;
	case STAT_NEW:
		r->state = META;
		return 0;
	case META:
	case PATCH:
		break;
	}
	if (r->name) {
		const char *name = r->name;

		r->name = NULL;
		return strcmp(s, name) == 0 ? 0 : not_understood(err);
	}
	if (!*s) {
		r->state = PATCH;
		return r->stats == r->out->n ? 0 : not_understood(err);
	}
	return *s == ':' && !r->stats ? take_meta(r, s, err) : take_stat(r, s, err);
}

/* --- patches ----------------------------------------------------------------------------------- */

static int next_file(struct reader *r, struct tkt_error *err)
{
	r->hunks = false;
	if (r->parts) {
		r->parts--;
		return 0;
	}
	if (r->file == r->out->n)
		return not_understood(err);
	r->parts = r->out->items[r->file++].status == 'T';
	return 0;
}

static void keep(struct reader *r, const char *bytes, size_t n)
{
	struct tkt_git_file *f = r->file ? &r->out->items[r->file - 1] : NULL;

	if (!r->hunks || !f || f->big)
		return;
	if (r->patch_max && n > r->patch_max - f->patch.len) {
		f->big = true;
		tkt_buf_release(&f->patch);
		return;
	}
	tkt_buf_add(&f->patch, bytes, n);
}

static int take_patch(struct reader *r, const char *bytes, size_t n, struct tkt_error *err)
{
	int code = 0;

	while (n && !code) {
		size_t want = r->inside ? n : HEAD_BYTES - r->token.len;
		const char *end = memchr(bytes, '\n', n < want ? n : want);
		size_t piece = end ? (size_t)(end - bytes) + 1 : n < want ? n : want;

		if (r->inside) {
			keep(r, bytes, piece);
		} else {
			tkt_buf_add(&r->token, bytes, piece);
			if (end || r->token.len == HEAD_BYTES) {
				if (tkt_starts_with(r->token.ptr, file_head))
					code = next_file(r, err);
				else if (tkt_starts_with(r->token.ptr, "@@ "))
					r->hunks = true;
				keep(r, r->token.ptr, r->token.len);
				tkt_buf_reset(&r->token);
				r->inside = true;
			}
		}
		if (end)
			r->inside = false;
		bytes += piece;
		n -= piece;
	}
	return code;
}

static int take(void *payload, const char *bytes, size_t n, struct tkt_error *err)
{
	struct reader *r = payload;
	int code = 0;

	while (n && !code && r->state != PATCH) {
		const char *end = memchr(bytes, '\0', n);
		size_t piece = end ? (size_t)(end - bytes) : n;

		tkt_buf_add(&r->token, bytes, piece);
		if (end) {
			code = take_token(r, r->token.ptr, err);
			tkt_buf_reset(&r->token);
			piece++;
		}
		bytes += piece;
		n -= piece;
	}
	return code ? code : take_patch(r, bytes, n, err);
}

/* --- the program --------------------------------------------------------------------------------- */

/* Whatever the user configured, so that every machine and both engines say the same. */
#define ARGS \
	"-c", "diff.suppressBlankEmpty=false", "-c", "diff.orderFile=", "-c", "core.bigFileThreshold=32m", \
	"diff-tree", "-r", "-z", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color", \
	"--no-relative", "--ignore-submodules=none", "--submodule=short", "--diff-algorithm=myers", \
	"--indent-heuristic", "--src-prefix=a/", "--dst-prefix=b/", "-l1000", "--raw"
#define NUMBERS "--numstat", "-M50%"

static void begin(struct reader *r)
{
	tkt_git_diff_release(r->out);
	*r = (struct reader){ .out = r->out, .patch_max = r->patch_max, .token = r->token };
	tkt_buf_reset(&r->token);
}

static int run(struct tkt_program *p, struct reader *r, const char *const *more, bool fetch, int *status,
	       struct tkt_buf *words, struct tkt_error *err)
{
	static const char *const args[] = { ARGS, NULL };
	const struct tkt_program_run how = {
		.args = args, .more = more, .fetch = fetch, .take = take, .payload = r
	};
	int code;

	begin(r);
	code = tkt_program_run(p, &how, status, words, err);
	if (!code && !*status && (r->stats != r->out->n || r->state == OLD_NAME || r->state == NEW_NAME) &&
	    strcmp(more[0], "--numstat") == 0)
		code = not_understood(err);
	return code;
}

/* A line that names no object is said back behind the answer (gitk relies on that, too): there it ends. No token
 * begins so but a path. */
static const char end_mark[] = "end\n";

static bool answered(struct tkt_program *p, struct reader *r)
{
	char bytes[4096];
	size_t got;

	while (r->state != META || strcmp(r->token.ptr, end_mark) != 0)
		if (r->state == PATCH || tkt_proc_read(p->diff, bytes, sizeof bytes, &got, NULL) || !got ||
		    take(r, bytes, got, NULL))
			return false;
	return !r->name && r->stats == r->out->n;
}

/* By the git that stays. False: it cannot, and one of its own is to say why. Of a commit that it cannot read it does
 * not even say the name. */
static bool ask(struct tkt_program *p, struct reader *r, const struct tkt_oid *parent, const char *from, const char *to)
{
	static const char *const args[] = { ARGS, NUMBERS, "--root", "--always", "--stdin", NULL };
	const struct tkt_program_run how = { .args = args };
	char *line;

	if (p->g->facts.partial || (!p->diff && tkt_program_open(p, &p->diff, &how, NULL)))
		return false;
	line = tkt_asprintf("%s%s%s\n%s", to, parent->n ? " " : "", parent->n ? from : "", end_mark);
	tkt_proc_tell(p->diff, line, strlen(line));
	free(line);
	begin(r);
	r->name = to;
	if (answered(p, r))
		return true;
	tkt_program_end_diff(p);
	return false;
}

void tkt_program_end_diff(struct tkt_program *p)
{
	tkt_proc_close(p->diff, NULL, NULL, NULL);
	p->diff = NULL;
}

int tkt_program_diff(void *self, const struct tkt_oid *parent, const struct tkt_oid *commit, unsigned what,
		     size_t patch_max, struct tkt_git_diff *out, struct tkt_error *err)
{
	/* What comes before everything, by the way its objects are named. */
	static const char *const empty[] = {
		"4b825dc642cb6eb9a060e54bf8d69288fbee4904",
		"6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
	};
	const bool patch = what & TKT_GIT_PATCH, fetch = what & TKT_GIT_FETCH;
	struct tkt_program *p = self;
	struct reader r = { .out = out, .patch_max = patch_max };
	struct tkt_buf words = TKT_BUF_INIT;
	char from[TKT_OID_HEX], to[TKT_OID_HEX];
	const char *before = parent->n ? from : empty[commit->n > 20];
	const char *numbers[] = { NUMBERS, before, to, NULL };
	const char *whole[] = { NUMBERS, "-p", "-U3", "--inter-hunk-context=0", before, to, NULL };
	const char *names[] = { "-M100%", before, to, NULL };
	int status = 0, code = 0;

	tkt_buf_init(&r.token);
	tkt_oid_hex(parent, from);
	tkt_oid_hex(commit, to);
	if (patch || !ask(p, &r, parent, from, to))
		code = run(p, &r, patch ? whole : numbers, fetch, &status, &words, err);
	if (!code && status && p->g->facts.partial) {
		/* Files are not here. Which ones changed can mostly be told: that needs trees only. */
		code = run(p, &r, names, false, &status, &words, err);
		if (!code && status)
			tkt_git_diff_release(out);
		out->missing = true;
	} else if (!code && status) {
		code = tkt_program_failed(p, "tell what a commit changed", status, words.ptr, err);
	} else if (!code && patch && (r.file != out->n || r.parts)) {
		code = not_understood(err);
	}
	tkt_buf_release(&r.token);
	tkt_buf_release(&words);
	return code;
}
