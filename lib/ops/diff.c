/* ops/diff: what a commit changed, and which tickets it names. */
#include "ops/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/links.h"

/* --- paths --- */

/* Adds the components of `path` to out: "." is nothing, ".." takes one away. False: it leaves the top. */
static bool walk(struct tkt_buf *out, const char *path)
{
	while (*path) {
		size_t n = strcspn(path, "/");
		const char *up;

		if (n == 2 && memcmp(path, "..", 2) == 0) {
			if (!out->len)
				return false;
			up = strrchr(out->ptr, '/');
			tkt_buf_truncate(out, up ? (size_t)(up - out->ptr) : 0);
		} else if (n && !(n == 1 && *path == '.')) {
			if (out->len)
				tkt_buf_putc(out, '/');
			tkt_buf_add(out, path, n);
		}
		path += n + (path[n] == '/');
	}
	return true;
}

/* What stands behind `top` in `path`, both absolute; NULL: it lies elsewhere. */
static const char *below(const char *top, const char *path)
{
	size_t n = strlen(top);

	if (strncmp(top, path, n) != 0 || (path[n] != '\0' && path[n] != '/'))
		return NULL;
	return path[n] == '/' ? path + n + 1 : path + n;
}

/* A path as somebody in cwd writes it -> from the top, without slashes at its ends. */
static int from_top(const char *top, const char *cwd, const char *path, struct tkt_strv *out, struct tkt_error *err)
{
	const char *start = cwd ? below(top, cwd) : NULL, *rest = path;
	struct tkt_buf whole = TKT_BUF_INIT;
	bool good = true;

	if (*path == '/')
		rest = below(top, path);
	else if (start)
		good = walk(&whole, start);
	good = good && rest && walk(&whole, rest);
	if (good)
		tkt_strv_push(out, whole.ptr);
	tkt_buf_release(&whole);
	return good ? 0 : tkt_error_set(err, TKT_ENOTFOUND, "'%s' lies outside the repository '%s'", path, top);
}

static bool is_in(const struct tkt_strv *paths, const char *path)
{
	for (size_t i = 0; path && i < paths->n; i++) {
		size_t n = strlen(paths->items[i]);

		if (n == 0 || (strncmp(paths->items[i], path, n) == 0 && (path[n] == '\0' || path[n] == '/')))
			return true;
	}
	return false;
}

static void release_file(struct tkt_git_file *f)
{
	struct tkt_git_diff one = { .items = tkt_malloc(sizeof *f), .n = 1, .cap = 1 };

	one.items[0] = *f;
	tkt_git_diff_release(&one);
}

/* Leaves what lies in paths, and counts anew. */
static void keep(struct tkt_commit_diff *d, const struct tkt_strv *paths)
{
	struct tkt_git_diff *all = &d->diff;
	size_t kept = 0;

	all->added = all->removed = 0;
	for (size_t i = 0; i < all->n; i++) {
		struct tkt_git_file *f = &all->items[i];

		if (!is_in(paths, f->path) && !is_in(paths, f->old_path)) {
			release_file(f);
			d->elsewhere++;
			continue;
		}
		all->added += f->added > 0 ? f->added : 0;
		all->removed += f->removed > 0 ? f->removed : 0;
		all->items[kept++] = *f;
	}
	all->n = kept;
}

/* --- the commit --- */

static int read_diff(struct tkt_git *git, const struct tkt_diff_req *req, const struct tkt_strv *paths,
		     struct tkt_commit_diff *d, struct tkt_error *err)
{
	unsigned what = (req->patch ? TKT_GIT_PATCH : TKT_GIT_STAT) | (req->fetch ? TKT_GIT_FETCH : 0);
	int rc = tkt_git_diff(git, &d->commit.oid, what, req->max, &d->diff, err);

	if (rc)
		return rc;
	if (paths->n)
		keep(d, paths);
	for (size_t i = 0; i < d->diff.n; i++)
		d->big += d->diff.items[i].big;
	return 0;
}

int tkt_op_diff(struct tkt_project *p, const struct tkt_diff_req *req, struct tkt_commit_diff *out, struct tkt_error *err)
{
	struct tkt_strv paths = TKT_STRV_INIT;
	struct tkt_git *git = NULL;
	struct tkt_oid oid;
	struct tkt_commit_diff d;
	int rc = tkt_project_git(p, &git, err);

	memset(&d, 0, sizeof d);
	for (size_t i = 0; !rc && req->paths && i < req->paths->n; i++)
		rc = from_top(tkt_git_facts(git)->top, req->cwd, req->paths->items[i], &paths, err);
	if (!rc)
		rc = tkt_git_resolve(git, req->rev, &oid, err);
	if (!rc)
		rc = tkt_git_commit(git, &oid, &d.commit, err);
	if (!rc)
		rc = read_diff(git, req, &paths, &d, err);
	if (!rc)
		rc = tkt_op_refs(p, d.commit.message, d.commit.message_len, false, &d.tickets, err);
	if (rc)
		tkt_commit_diff_release(&d);
	else
		*out = d;
	tkt_strv_release(&paths);
	return rc;
}

void tkt_commit_diff_release(struct tkt_commit_diff *d)
{
	if (!d)
		return;
	tkt_git_commit_release(&d->commit);
	tkt_git_diff_release(&d->diff);
	tkt_refs_release(&d->tickets);
	memset(d, 0, sizeof *d);
}
