/* store/txn_apply: checking and doing the steps of a transaction. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/txn_int.h"
#include "sys/file.h"
#include "sys/io.h"

int tkt_txn_read(struct tkt_txn *t, const char *path, struct tkt_buf *out, struct tkt_error *err)
{
	struct tkt_error ferr = TKT_ERROR_INIT;
	int rc = tkt_file_read(t->s->fd, path, TKT_THREAD_MAX, out, NULL, &ferr);

	if (rc && rc != TKT_ENOTFOUND)
		tkt_error_move(err, &ferr);
	tkt_error_release(&ferr);
	return rc;
}

/* Where a step's path is before the moves that stand ahead of it have been made. */
static void path_now(const struct tkt_txn *t, size_t step, struct tkt_buf *out)
{
	const char *path = t->items[step].path;

	tkt_buf_reset(out);
	for (size_t i = 0; i < step; i++) {
		const struct tkt_step *m = &t->items[i];
		size_t n = strlen(m->to);

		if (m->kind == TKT_STEP_MOVE && strncmp(path, m->to, n) == 0 && path[n] == '/') {
			tkt_buf_puts(out, m->path);
			tkt_buf_puts(out, path + n);
			return;
		}
	}
	tkt_buf_puts(out, path);
}

static int changed(const struct tkt_txn *t, const char *path, struct tkt_error *err)
{
	int rc = tkt_error_set(err, TKT_ECONFLICT, "'%s/%s' was changed by somebody else",
			       t->s->root, path);

	tkt_error_hint(err, "look at the ticket again and repeat the command");
	return rc;
}

/* A file with further names is not written; that has to be said before anything has been done. */
static int check_names(struct tkt_txn *t, const char *path, nlink_t names, struct tkt_error *err)
{
	int rc;

	if (names <= 1)
		return 0;
	rc = tkt_error_set(err, TKT_EINVALID, "'%s/%s' has %lu names (hard links), so it is not written",
			   t->s->root, path, (unsigned long)names);
	tkt_error_hint(err, "replace it by a copy of its own: cp -p, then mv");
	return rc;
}

static int check_writable(struct tkt_txn *t, const char *path, struct tkt_error *err)
{
	if (tkt_io_writable(t->s->fd, path))
		return 0;
	return tkt_error_sys(err, errno, "cannot write '%s/%s'", t->s->root, path);
}

/* Can a file come out of .tkt/tmp to this path? Found out later, in the middle, it would keep a
 * journal that nobody can complete, and every other writer out. */
static int check_place(struct tkt_txn *t, const char *path, struct tkt_error *err)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? tkt_strndup(path, (size_t)(slash - path)) : tkt_strdup(".");
	struct stat there, tmp;
	int rc = 0;

	if (tkt_io_stat(t->s->fd, dir, &there) == 0) { /* else it will be made */
		rc = check_writable(t, dir, err);
		if (!rc && tkt_io_fstat(t->tmp, &tmp) == 0 && tmp.st_dev != there.st_dev)
			rc = tkt_error_set(err, TKT_EIO, "'%s/%s' is on another file system than '%s/%s'",
					   t->s->root, dir, t->s->root, TKT_PRIVATE_TMP);
	}
	free(dir);
	return rc;
}

/* Reads a file that is about to be replaced. */
static int read_own(struct tkt_txn *t, const char *path, struct tkt_buf *out, struct tkt_error *err)
{
	struct tkt_error ferr = TKT_ERROR_INIT;
	struct stat st;
	int rc = tkt_file_read(t->s->fd, path, TKT_THREAD_MAX, out, &st, &ferr);

	if (rc && rc != TKT_ENOTFOUND)
		tkt_error_move(err, &ferr);
	else if (!rc)
		rc = check_names(t, path, st.st_nlink, err);
	if (rc == 0 || rc == TKT_ENOTFOUND) {
		int place = check_place(t, path, err);

		rc = place ? place : rc;
	}
	tkt_error_release(&ferr);
	return rc;
}

static int check_old(struct tkt_txn *t, const struct tkt_step *p, const char *path,
		     struct tkt_error *err)
{
	struct tkt_buf now = TKT_BUF_INIT;
	char hash[41];
	int rc = p->kind == TKT_STEP_REPLACE ? read_own(t, path, &now, err) :
					       tkt_txn_read(t, path, &now, err);

	if (rc == 0 || rc == TKT_ENOTFOUND) {
		tkt_old_hash(rc == 0 ? &now : NULL, hash);
		rc = strcmp(hash, p->old) == 0 ? 0 : changed(t, path, err);
	}
	tkt_buf_release(&now);
	return rc;
}

static int check_edit(struct tkt_txn *t, struct tkt_step *p, const char *path,
		      struct tkt_error *err)
{
	struct tkt_buf now = TKT_BUF_INIT, next = TKT_BUF_INIT;
	int rc = read_own(t, path, &now, err);

	if (rc == TKT_ENOTFOUND)
		rc = changed(t, path, err);
	else if (!rc)
		rc = tkt_fm_apply(&next, now.ptr, now.len, &p->edits, err);
	if (rc == TKT_EINVALID && err) {
		tkt_buf_reset(&next);
		tkt_buf_printf(&next, "%s/%s", t->s->root, path);
		tkt_error_at(err, next.ptr, 0);
	}
	tkt_buf_release(&now);
	tkt_buf_release(&next);
	return rc;
}

static int check_append(struct tkt_txn *t, struct tkt_step *p, const char *path,
			struct tkt_error *err)
{
	struct stat st;
	int rc = 0;

	if (p->bytes.len > TKT_EVENT_MAX + 4096)
		return tkt_error_set(err, TKT_EINVALID, "the event is larger than 1 MiB");
	p->at = 0;
	if (tkt_io_stat(t->s->fd, path, &st) == 0) {
		if (!S_ISREG(st.st_mode))
			return tkt_error_set(err, TKT_EINVALID, "'%s/%s' is no regular file",
					     t->s->root, path);
		rc = check_names(t, path, st.st_nlink, err);
		if (!rc)
			rc = check_writable(t, path, err);
		p->at = (size_t)st.st_size;
	} else if (errno != ENOENT) {
		return tkt_error_sys(err, errno, "cannot look at '%s/%s'", t->s->root, path);
	} else {
		rc = check_place(t, path, err);
	}
	if (rc)
		return rc;
	/* Behind what earlier steps append: each event has its own place to be looked for in. */
	for (const struct tkt_step *q = t->items; q < p; q++)
		if (q->kind == TKT_STEP_APPEND && strcmp(q->path, p->path) == 0)
			p->at += q->bytes.len;
	/* A thread that has grown too large would not be read again: no event after it, nor those before. */
	if (p->at + p->bytes.len + 1 > TKT_THREAD_MAX)
		return tkt_error_set(err, TKT_EINVALID, "'%s/%s' would become larger than %u MiB", t->s->root,
				     path, (unsigned)(TKT_THREAD_MAX >> 20));
	return 0;
}

static int check_free(struct tkt_txn *t, const char *path, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	struct stat st;
	int rc = tkt_file_look(t->s->fd, path, &st, &e);

	if (rc == TKT_ENOTFOUND)
		rc = 0;
	else if (rc)
		rc = tkt_error_move(err, &e);
	else
		rc = TKT_EEXISTS;
	tkt_error_release(&e);
	if (rc != TKT_EEXISTS)
		return rc;
	rc = tkt_error_set(err, TKT_EEXISTS, "'%s/%s' is there already", t->s->root, path);
	tkt_error_hint(err, "'tkt doctor' says what stands in the way");
	return rc;
}

static int check_move(struct tkt_txn *t, const struct tkt_step *p, struct tkt_error *err)
{
	struct stat st;
	int rc = tkt_file_look(t->s->fd, p->path, &st, NULL);

	if (rc == TKT_ENOTFOUND)
		return changed(t, p->path, err);
	if (rc)
		return tkt_error_set(err, rc, "cannot look at '%s/%s'", t->s->root, p->path);
	rc = check_free(t, p->to, err);
	if (!rc)
		rc = check_place(t, p->to, err);
	if (!rc)
		rc = check_place(t, p->path, err);
	/* Its ".." changes. */
	return rc ? rc : check_writable(t, p->path, err);
}

int tkt_steps_check(struct tkt_txn *t, struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT;
	int rc = 0;

	for (size_t i = 0; !rc && i < t->n; i++) {
		struct tkt_step *p = &t->items[i];

		path_now(t, i, &path);
		switch (p->kind) {
		case TKT_STEP_MOVE: rc = check_move(t, p, err); break;
		case TKT_STEP_EDIT: rc = check_edit(t, p, path.ptr, err); break;
		case TKT_STEP_APPEND: rc = check_append(t, p, path.ptr, err); break;
		case TKT_STEP_REPLACE: rc = check_old(t, p, path.ptr, err); break;
		case TKT_STEP_LINK:
		case TKT_STEP_RENAME:
			rc = check_free(t, p->to, err);
			if (!rc)
				rc = check_place(t, p->to, err);
			break;
		case TKT_STEP_REMOVE: break;
		}
	}
	tkt_buf_release(&path);
	return rc;
}

int tkt_parent_sync(struct tkt_txn *t, const char *path, struct tkt_error *err)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? tkt_strndup(path, (size_t)(slash - path)) : tkt_strdup(".");
	int rc = tkt_dir_sync(t->s->fd, dir, err);

	free(dir);
	return rc;
}

/* The directory that a path lies in, no link followed on the way, and the name in it. */
static int parent_open(struct tkt_txn *t, const char *path, int *fd, const char **name,
		       struct tkt_error *err)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? tkt_strndup(path, (size_t)(slash - path)) : tkt_strdup(".");
	int rc = tkt_dir_openat(fd, t->s->fd, dir, err);

	*name = slash ? slash + 1 : path;
	free(dir);
	return rc;
}

static int rename_below(struct tkt_txn *t, const char *from, const char *to, struct tkt_error *err)
{
	const char *from_name, *to_name;
	int from_fd = -1, to_fd = -1;
	int rc = parent_open(t, from, &from_fd, &from_name, err);

	if (!rc)
		rc = parent_open(t, to, &to_fd, &to_name, err);
	if (!rc && tkt_io_rename_new(from_fd, from_name, to_fd, to_name) < 0)
		rc = errno == EEXIST || errno == ENOTEMPTY ?
			     TKT_EEXISTS :
			     tkt_error_sys(err, errno, "cannot move '%s' to '%s'", from, to);
	if (from_fd >= 0)
		tkt_io_close(from_fd);
	if (to_fd >= 0)
		tkt_io_close(to_fd);
	return rc;
}

/* rename, then fsync of both parents: without it a crash could show neither or both. */
static int rename_synced(struct tkt_txn *t, const char *from, const char *to, struct tkt_error *err)
{
	const char *const paths[] = { from, to };
	int rc = rename_below(t, from, to, err);

	if (rc == TKT_EEXISTS)
		return check_free(t, to, err);
	for (size_t i = 0; t->s->sync && !rc && i < 2; i++)
		rc = tkt_parent_sync(t, paths[i], err);
	return rc;
}

/* A directory is as durable as its entry in the one above. */
static int make_parent(struct tkt_txn *t, const char *path, struct tkt_error *err)
{
	const char *slash = strrchr(path, '/');
	struct stat st;
	char *dir;
	int rc = 0;

	if (!slash)
		return 0;
	dir = tkt_strndup(path, (size_t)(slash - path));
	if (tkt_file_look(t->s->fd, dir, &st, NULL) != 0 || !S_ISDIR(st.st_mode)) {
		rc = tkt_dir_make(t->s->fd, dir, err);
		if (!rc && t->s->sync) {
			char *above = strrchr(dir, '/');

			if (above)
				*above = '\0';
			rc = tkt_dir_sync(t->s->fd, above ? dir : ".", err);
		}
	}
	free(dir);
	return rc;
}

static int edit_once(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	struct tkt_buf old = TKT_BUF_INIT, next = TKT_BUF_INIT;
	int rc = tkt_txn_read(t, p->path, &old, err);

	if (rc == TKT_ENOTFOUND)
		tkt_error_set(err, TKT_ENOTFOUND, "'%s/%s' is gone", t->s->root, p->path);
	if (!rc)
		rc = tkt_fm_apply(&next, old.ptr, old.len, &p->edits, err);
	if (!rc && (next.len != old.len || memcmp(next.ptr, old.ptr, old.len) != 0))
		rc = tkt_file_replace(t->s->fd, p->path, t->tmp, &old, next.ptr, next.len,
				      t->s->sync, err);
	tkt_buf_release(&old);
	tkt_buf_release(&next);
	return rc;
}

/* Read, edit, replace - again when a writer without the lock came between. */
static int apply_edit(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	int rc = TKT_ECONFLICT;

	for (int tries = 0; rc == TKT_ECONFLICT && tries < 16; tries++) {
		struct tkt_error e = TKT_ERROR_INIT;

		rc = edit_once(t, p, &e);
		if (rc && (rc != TKT_ECONFLICT || tries == 15))
			tkt_error_move(err, &e);
		tkt_error_release(&e);
	}
	return rc;
}

static int apply_replace(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	struct tkt_buf old = TKT_BUF_INIT;
	bool fresh = strcmp(p->old, "-") == 0;
	char hash[41];
	/* A ticket's directory is there or the ticket is gone; other files may need theirs made. */
	int rc = p->id[0] ? 0 : make_parent(t, p->path, err);

	if (!rc && !fresh) {
		rc = tkt_txn_read(t, p->path, &old, err);
		if (rc == TKT_ENOTFOUND)
			rc = changed(t, p->path, err);
		if (!rc) {
			tkt_old_hash(&old, hash);
			if (strcmp(hash, p->old) != 0)
				rc = changed(t, p->path, err);
		}
	}
	if (!rc)
		rc = tkt_file_replace(t->s->fd, p->path, t->tmp, fresh ? NULL : &old, p->bytes.ptr,
				      p->bytes.len, t->s->sync, err);
	tkt_buf_release(&old);
	return rc;
}

static int apply_append(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	struct stat st;
	bool there = tkt_io_stat(t->s->fd, p->path, &st) == 0, first;
	size_t skip;

	if (!there && errno != ENOENT)
		return tkt_error_sys(err, errno, "cannot look at '%s'", p->path);
	first = !there || st.st_size == 0;
	skip = first && p->bytes.len && p->bytes.ptr[0] == '\n' ? 1 : 0;
	/* The empty line before an event is left out at the top of a file. */
	return tkt_file_append(t->s->fd, p->path, p->bytes.ptr + skip, p->bytes.len - skip,
			       t->s->sync, NULL, err);
}

static int apply_link(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	struct tkt_buf from = TKT_BUF_INIT;
	int rc = make_parent(t, p->to, err);

	tkt_buf_printf(&from, "%s/%s", TKT_PRIVATE_TMP, p->path);
	if (!rc)
		rc = rename_synced(t, from.ptr, p->to, err);
	tkt_buf_release(&from);
	return rc;
}

static int apply_remove(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	const char *name;
	struct stat st;
	int fd = -1, rc = 0;

	if (tkt_io_stat(t->s->fd, p->path, &st) < 0)
		return 0;
	if (!S_ISDIR(st.st_mode) && strcmp(p->old, "-") != 0)
		rc = check_old(t, p, p->path, err);
	if (!rc)
		rc = parent_open(t, p->path, &fd, &name, err);
	if (!rc && tkt_io_unlink(fd, name, S_ISDIR(st.st_mode)) < 0)
		rc = tkt_error_sys(err, errno, "cannot remove '%s'", p->path);
	if (fd >= 0)
		tkt_io_close(fd);
	if (!rc && t->s->sync)
		rc = tkt_parent_sync(t, p->path, err);
	return rc;
}

int tkt_step_apply(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	int rc = 0;

	switch (p->kind) {
	case TKT_STEP_MOVE:
		rc = make_parent(t, p->to, err);
		return rc ? rc : rename_synced(t, p->path, p->to, err);
	case TKT_STEP_EDIT: return apply_edit(t, p, err);
	case TKT_STEP_REPLACE: return apply_replace(t, p, err);
	case TKT_STEP_APPEND: return apply_append(t, p, err);
	case TKT_STEP_LINK: return apply_link(t, p, err);
	case TKT_STEP_RENAME:
		rc = make_parent(t, p->to, err);
		return rc ? rc : rename_synced(t, p->path, p->to, err);
	case TKT_STEP_REMOVE: return apply_remove(t, p, err);
	}
	return rc;
}

bool tkt_step_untouched(struct tkt_txn *t, const struct tkt_step *p)
{
	struct tkt_buf now = TKT_BUF_INIT;
	struct stat st;
	char hash[41];
	int rc;

	switch (p->kind) {
	case TKT_STEP_APPEND:
		return tkt_io_stat(t->s->fd, p->path, &st) == 0 && (size_t)st.st_size == p->at;
	case TKT_STEP_MOVE:
	case TKT_STEP_RENAME:
		return tkt_file_look(t->s->fd, p->path, &st, NULL) == 0 &&
		       tkt_file_look(t->s->fd, p->to, &st, NULL) == TKT_ENOTFOUND;
	case TKT_STEP_REPLACE:
		rc = tkt_txn_read(t, p->path, &now, NULL);
		tkt_old_hash(rc ? NULL : &now, hash);
		tkt_buf_release(&now);
		return (rc == 0 || rc == TKT_ENOTFOUND) && strcmp(hash, p->old) == 0;
	case TKT_STEP_LINK: return tkt_file_look(t->s->fd, p->to, &st, NULL) == TKT_ENOTFOUND;
	case TKT_STEP_EDIT:
	case TKT_STEP_REMOVE: break;
	}
	return false;
}
