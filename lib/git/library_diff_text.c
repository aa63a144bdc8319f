/* git: the engine libgit2: how a file changed: numbers of lines and the patch. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "git/library_diff_int.h"

enum { CONTEXT = 3, ENOUGH_SEEN = 1 };

struct version { /* of a file; all NULL: it is not there */
	git_blob *blob;
	const char *path; /* for attributes; NULL: links have none */
	char *line;       /* a submodule: the line that git shows in its place */
	bool big;
};

struct taking { /* what libgit2 calls back with */
	struct tkt_git_file *file;
	bool count, print;
	size_t patch_max;
	bool binary;
};

/* --- what libgit2 says ------------------------------------------------------------------------- */

static int take_binary(const git_diff_delta *delta, const git_diff_binary *binary, void *payload)
{
	struct taking *t = payload;

	(void)delta, (void)binary;
	t->binary = true;
	return 0;
}

static void print(struct taking *t, const char *bytes, size_t n)
{
	struct tkt_git_file *f = t->file;

	if (!t->print || f->big)
		return;
	if (t->patch_max && n > t->patch_max - f->patch.len) {
		f->big = true;
		tkt_buf_release(&f->patch);
		return;
	}
	tkt_buf_add(&f->patch, bytes, n);
}

static int take_hunk(const git_diff_delta *delta, const git_diff_hunk *hunk, void *payload)
{
	struct taking *t = payload;

	(void)delta;
	if (!t->count && !t->print)
		return ENOUGH_SEEN; /* it is text, which is all that was asked */
	print(t, hunk->header, hunk->header_len);
	return 0;
}

static int take_line(const git_diff_delta *delta, const git_diff_hunk *hunk, const git_diff_line *line, void *payload)
{
	struct taking *t = payload;

	(void)delta, (void)hunk;
	if (t->count && line->origin == GIT_DIFF_LINE_ADDITION)
		t->file->added++;
	if (t->count && line->origin == GIT_DIFF_LINE_DELETION)
		t->file->removed++;
	if (strchr("+- ", line->origin))
		print(t, &line->origin, 1);
	print(t, line->content, line->content_len);
	return 0;
}

/* --- asking it --------------------------------------------------------------------------------- */

static int ask(struct tkt_library *lib, const struct version *old, const struct version *new, struct taking *t,
	       struct tkt_error *err)
{
	git_diff_options opts;
	int rc;

	lib->api.git_diff_options_init(&opts, GIT_DIFF_OPTIONS_VERSION);
	opts.flags = GIT_DIFF_INDENT_HEURISTIC;
	opts.context_lines = t->print ? CONTEXT : 0;
	if (old->line || new->line) {
		const char *a = old->blob ? lib->api.git_blob_rawcontent(old->blob) : old->line;
		const char *b = new->blob ? lib->api.git_blob_rawcontent(new->blob) : new->line;
		size_t a_n = old->blob ? (size_t)lib->api.git_blob_rawsize(old->blob) : a ? strlen(a) : 0;
		size_t b_n = new->blob ? (size_t)lib->api.git_blob_rawsize(new->blob) : b ? strlen(b) : 0;

		rc = lib->api.git_diff_buffers(a, a_n, NULL, b, b_n, NULL, &opts, NULL, take_binary, take_hunk,
					       take_line, t);
	} else {
		rc = lib->api.git_diff_blobs(old->blob, old->path, new->blob, new->path, &opts, NULL, take_binary,
					     take_hunk, take_line, t);
	}
	return rc < 0 ? tkt_library_error(lib, TKT_EIO, "cannot compare file", t->file->path, err) : 0;
}

static int open_version(struct tkt_library *lib, unsigned mode, const struct tkt_oid *oid, const char *path,
			struct version *out, struct tkt_error *err)
{
	char hex[TKT_OID_HEX];
	int rc;

	if (mode == 0)
		return 0;
	if (!S_ISREG(mode) && !S_ISLNK(mode)) {
		tkt_oid_hex(oid, hex);
		out->line = tkt_asprintf("Subproject commit %s\n", hex);
		return 0;
	}
	rc = tkt_library_blob(lib, oid, &out->blob, err);
	out->big = !rc && out->blob == NULL;
	out->path = S_ISREG(mode) ? path : NULL;
	return rc;
}

static int compare(struct tkt_library *lib, const struct tkt_change *c, const struct version *old,
		   const struct version *new, struct taking *t, struct tkt_error *err)
{
	static const struct version none = { 0 };
	struct taking count = { .file = t->file, .count = true };
	int rc;

	/* The same bytes: libgit2 would not look at them, but whether they are binary is asked. */
	if (tkt_oid_equal(&c->oid, &c->old_oid)) {
		count.count = false;
		rc = ask(lib, old, &none, &count, err);
		t->count = false;
		t->print = t->print && c->status == 'T';
	} else if (c->status == 'T') {
		rc = ask(lib, old, new, &count, err);
		t->count = false;
	} else {
		return ask(lib, old, new, t, err);
	}
	/* As git has it: a file that became a link goes away and comes in the patch, but is one file in the numbers. */
	if (!rc && t->print)
		rc = ask(lib, old, &none, t, err);
	if (!rc && t->print)
		rc = ask(lib, &none, new, t, err);
	t->binary = count.binary;
	return rc;
}

/* Too many lines for this process? Mostly the size tells that they are not. */
static bool is_large(struct tkt_library *lib, const struct version *old, const struct version *new)
{
	git_blob *const blobs[] = { old->blob, new->blob };
	size_t bytes = 0, lines = 0;

	for (size_t i = 0; i < TKT_LEN(blobs); i++)
		bytes += blobs[i] ? (size_t)lib->api.git_blob_rawsize(blobs[i]) : 0;
	for (size_t i = 0; i < TKT_LEN(blobs) && bytes > TKT_GIT_DIFF_LINES; i++) {
		const char *p = blobs[i] ? lib->api.git_blob_rawcontent(blobs[i]) : NULL;
		const char *end = p ? p + (size_t)lib->api.git_blob_rawsize(blobs[i]) : NULL;

		while (p && (p = memchr(p, '\n', (size_t)(end - p)))) {
			p++;
			lines++;
		}
	}
	return lines > TKT_GIT_DIFF_LINES;
}

int tkt_library_diff_text(struct tkt_library *lib, const struct tkt_change *c, unsigned what, size_t patch_max,
			  struct tkt_git_file *out, struct tkt_error *err)
{
	struct taking t = { .file = out, .count = true, .print = what & TKT_GIT_PATCH, .patch_max = patch_max };
	struct version old = { 0 }, new = { 0 };
	int rc;

	rc = open_version(lib, c->old_mode, &c->old_oid, out->old_path ? out->old_path : out->path, &old, err);
	if (!rc)
		rc = open_version(lib, c->mode, &c->oid, out->path, &new, err);
	if (!rc && what & TKT_GIT_NO_LARGE && is_large(lib, &old, &new))
		rc = TKT_ENO;
	else if (!rc && !old.big && !new.big)
		rc = compare(lib, c, &old, &new, &t, err);
	out->binary = t.binary || old.big || new.big;
	if (out->binary) {
		out->added = out->removed = -1;
		if (c->status != 'T')
			tkt_buf_release(&out->patch);
	}
	lib->api.git_blob_free(old.blob);
	lib->api.git_blob_free(new.blob);
	free(old.line);
	free(new.line);
	return rc;
}
