/* store/txn_recover: finishing what a crashed writer had begun.
 *
 * Each step looks whether it has been done already, so the whole may be repeated any number of
 * times, also after a crash in the middle of a recovery. The tree may have been changed by others
 * since (a script, git): then the words of the step go to .tkt/rescued instead of being lost, and
 * doctor names the file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/txn_int.h"
#include "sys/file.h"
#include "sys/io.h"
#include "sys/journal.h"

/* Only the machine's own failures stop a recovery: what others have changed since must not keep
 * every later writer out. */
static bool stops(int rc)
{
	return rc == TKT_EIO || rc == TKT_ELOCKED;
}

static int rescue(struct tkt_txn *t, const struct tkt_step *p, struct tkt_error *err)
{
	struct tkt_buf name = TKT_BUF_INIT, head = TKT_BUF_INIT;
	const char *file = strrchr(p->path, '/');
	int rc = 0;

	if (!p->bytes.len)
		goto out;
	rc = tkt_dir_make(t->s->fd, TKT_PRIVATE_RESCUED, err);
	tkt_buf_printf(&head, "%s/%s-%s", TKT_PRIVATE_RESCUED, p->id[0] ? p->id : "file",
		       file ? file + 1 : p->path);
	tkt_tmp_name(&name, head.ptr);
	if (!rc)
		rc = tkt_file_create(t->s->fd, name.ptr, p->bytes.ptr, p->bytes.len, t->s->sync,
				     err);
out:
	tkt_buf_release(&name);
	tkt_buf_release(&head);
	return rc;
}

/* What could not be put where it belongs although the machine is well: a link, a file with two
 * names or one too large stands there. */
static int or_rescue(int rc, struct tkt_txn *t, const struct tkt_step *p, struct tkt_error *from,
		     struct tkt_error *err)
{
	if (rc)
		rc = stops(rc) ? tkt_error_move(err, from) : rescue(t, p, err);
	tkt_error_release(from);
	return rc;
}

/* The ticket may lie elsewhere by now: the path follows it. TKT_EIO: cannot tell where it lies, and
 * nothing may be concluded from that; TKT_ENOTFOUND: nowhere. */
static int follow(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	struct tkt_buf path = TKT_BUF_INIT;
	const char *slash = strchr(p->path, '/');
	enum tkt_status status;
	size_t n = strlen(p->id);
	int rc = p->id[0] ? tkt_store_where(t->s, p->id, &status, &e) : 0;

	if (rc == TKT_EIO)
		tkt_error_move(err, &e);
	else if (!rc && n && slash && strncmp(slash + 1, p->id, n) == 0 && slash[1 + n] == '/') {
		tkt_store_path(&path, status, p->id, slash + 2 + n);
		free(p->path);
		p->path = tkt_buf_detach(&path);
	}
	tkt_error_release(&e);
	return rc == TKT_EIO || rc == TKT_ENOTFOUND ? rc : 0;
}

static int unless_changed(int rc, struct tkt_error *from, struct tkt_error *err)
{
	if (stops(rc))
		rc = tkt_error_move(err, from);
	else
		rc = 0;
	tkt_error_release(from);
	return rc;
}

/* "Cannot tell" must not pass for "no": the journal would be cleared with its work undone. */
static int look(struct tkt_txn *t, const char *path, bool *there, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	struct stat st;
	int rc = tkt_file_look(t->s->fd, path, &st, &e);

	*there = rc == 0;
	rc = rc == TKT_EIO ? tkt_error_move(err, &e) : 0;
	tkt_error_release(&e);
	return rc;
}

static int redo_move(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	bool from, to;
	int rc;

	/* Both or neither: done, or changed by others; doctor has words for what is then wrong. */
	rc = look(t, p->path, &from, err);
	if (!rc)
		rc = look(t, p->to, &to, err);
	if (rc || !from || to)
		return rc;
	return unless_changed(tkt_step_apply(t, p, &e), &e, err);
}

static int redo_edit(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	int rc = follow(t, p, err);

	if (rc == TKT_EIO)
		return rc;
	return unless_changed(tkt_step_apply(t, p, &e), &e, err);
}

static int redo_replace(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	struct tkt_buf now = TKT_BUF_INIT;
	char hash[41];
	int rc;

	rc = follow(t, p, err);
	if (rc)
		return rc == TKT_ENOTFOUND ? rescue(t, p, err) : rc;
	rc = tkt_txn_read(t, p->path, &now, &e);
	if (rc && rc != TKT_ENOTFOUND)
		goto out;
	tkt_old_hash(rc ? NULL : &now, hash);
	if (!rc && now.len == p->bytes.len && memcmp(now.ptr, p->bytes.ptr, now.len) == 0)
		rc = 0;
	else if (strcmp(hash, p->old) != 0)
		rc = TKT_ECONFLICT;
	else
		rc = tkt_step_apply(t, p, &e);
out:
	tkt_buf_release(&now);
	return or_rescue(rc, t, p, &e, err);
}

static bool holds(const struct tkt_buf *text, size_t from, const char *bytes, size_t n)
{
	return from <= text->len && memmem(text->ptr + from, text->len - from, bytes, n) != NULL;
}

/* The torn beginning of our own event at the end of the file is completed byte for byte. */
static int complete_torn(struct tkt_txn *t, struct tkt_step *p, const char *rest, size_t n,
			 struct tkt_error *err)
{
	int fd = tkt_io_open(t->s->fd, p->path, O_WRONLY | O_APPEND, 0);
	struct stat st;
	int rc = 0;

	if (fd < 0)
		return tkt_error_sys(err, errno, "cannot open '%s'", p->path);
	if (tkt_io_fstat(fd, &st) < 0 || st.st_nlink != 1)
		rc = tkt_error_set(err, TKT_EINVALID, "'%s' is not ours alone", p->path);
	while (!rc && n) {
		ssize_t w = tkt_io_write(fd, rest, n);

		if (w < 0)
			rc = tkt_error_sys(err, errno, "cannot write '%s'", p->path);
		else {
			rest += w;
			n -= (size_t)w;
		}
	}
	if (!rc && t->s->sync && tkt_io_fdatasync(fd) < 0)
		rc = tkt_error_sys(err, errno, "cannot sync '%s'", p->path);
	if (tkt_io_close(fd) < 0 && !rc)
		rc = tkt_error_sys(err, errno, "cannot close '%s'", p->path);
	return rc;
}

static int redo_append(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	struct tkt_buf now = TKT_BUF_INIT;
	/* As appended: the empty line is not there at the top of a file. */
	size_t skip = p->bytes.len && p->bytes.ptr[0] == '\n' ? 1 : 0;
	const char *event = p->bytes.ptr + skip;
	size_t n = p->bytes.len - skip, from, tail;
	int rc;

	rc = follow(t, p, err);
	if (rc)
		return rc == TKT_ENOTFOUND ? rescue(t, p, err) : rc;
	rc = tkt_txn_read(t, p->path, &now, &e);
	if (rc && rc != TKT_ENOTFOUND)
		goto out;
	rc = 0;
	from = p->at < now.len ? p->at : now.len;
	if (holds(&now, from, event, n))
		goto out;
	while (from < now.len && now.ptr[from] == '\n') /* the empty lines before the event */
		from++;
	tail = now.len - from;
	if (tail > 0 && tail < n && memcmp(now.ptr + from, event, tail) == 0)
		rc = complete_torn(t, p, event + tail, n - tail, &e);
	else
		rc = tkt_step_apply(t, p, &e);
out:
	tkt_buf_release(&now);
	return or_rescue(rc, t, p, &e, err);
}

static int redo_link(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	struct tkt_buf from = TKT_BUF_INIT;
	bool staged = false, there = false;
	int rc;

	tkt_buf_printf(&from, "%s/%s", TKT_PRIVATE_TMP, p->path);
	rc = look(t, from.ptr, &staged, err);
	if (!rc)
		rc = look(t, p->to, &there, err);
	tkt_buf_release(&from);
	if (!rc && staged && !there) {
		int lies = follow(t, p, err);

		rc = lies == TKT_EIO ? lies : 0;
		staged = lies == 0;
	}
	if (rc || !staged || there)
		return rc; /* a staged file that found no ticket stays in .tkt/tmp for doctor to name */
	return unless_changed(tkt_step_apply(t, p, &e), &e, err);
}

static int redo_remove(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;

	/* Changed since, or not empty: it stays, and doctor speaks of it again. */
	(void)err;
	tkt_step_apply(t, p, &e);
	tkt_error_release(&e);
	return 0;
}

static int redo(struct tkt_txn *t, struct tkt_step *p, struct tkt_error *err)
{
	switch (p->kind) {
	case TKT_STEP_MOVE:
	case TKT_STEP_RENAME: return redo_move(t, p, err);
	case TKT_STEP_EDIT: return redo_edit(t, p, err);
	case TKT_STEP_REPLACE: return redo_replace(t, p, err);
	case TKT_STEP_APPEND: return redo_append(t, p, err);
	case TKT_STEP_LINK: return redo_link(t, p, err);
	case TKT_STEP_REMOVE: return redo_remove(t, p, err);
	}
	return 0;
}

/* What the crashed writer had done may be in memory only: it must be on disk before the journal goes. */
static int settle(struct tkt_txn *t, const struct tkt_step *p, struct tkt_error *err)
{
	const char *const paths[] = { p->path, p->to };
	int rc = 0;

	for (size_t i = 0; t->s->sync && !rc && i < 2; i++) {
		struct tkt_error e = TKT_ERROR_INIT;
		struct stat st;
		int fd;

		if (!paths[i][0] || tkt_file_look(t->s->fd, paths[i], &st, NULL) != 0)
			continue;
		if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
			continue; /* put there by others; fsync of it would never succeed */
		fd = tkt_io_open(t->s->fd, paths[i], O_RDONLY | O_NONBLOCK, 0);
		if (fd < 0)
			continue;
		if (tkt_io_fsync(fd) < 0)
			rc = tkt_error_sys(err, errno, "cannot sync '%s'", paths[i]);
		tkt_io_close(fd);
		if (!rc)
			rc = tkt_parent_sync(t, paths[i], &e);
		if (rc)
			tkt_error_move(err, &e);
		tkt_error_release(&e);
	}
	return rc;
}

/* A journal that is cut or damaged was never complete, so nothing of it has been done. */
static int set_aside(struct tkt_txn *t, struct tkt_error *err)
{
	struct tkt_buf name = TKT_BUF_INIT;
	int rc = 0;

	tkt_tmp_name(&name, "journal.damaged");
	if (tkt_io_rename(t->dir, TKT_JOURNAL, t->dir, name.ptr) < 0)
		rc = tkt_error_sys(err, errno, "cannot set the damaged journal aside");
	tkt_buf_release(&name);
	return rc;
}

int tkt_txn_recover(struct tkt_txn *t, struct tkt_error *err)
{
	struct tkt_buf payload = TKT_BUF_INIT;
	struct tkt_error jerr = TKT_ERROR_INIT;
	int rc = tkt_journal_read(t->dir, TKT_JOURNAL, &payload, &jerr);

	if (rc == TKT_ENOTFOUND) {
		rc = 0;
		goto out;
	}
	if (!rc)
		rc = tkt_steps_parse(t, &payload, &jerr);
	if (rc == TKT_EINVALID) {
		rc = set_aside(t, err);
		goto out;
	}
	if (rc) {
		rc = tkt_error_move(err, &jerr);
		goto out;
	}
	for (size_t i = 0; !rc && i < t->n; i++)
		rc = redo(t, &t->items[i], err);
	for (size_t i = 0; !rc && i < t->n; i++)
		rc = settle(t, &t->items[i], err);
	if (!rc)
		rc = tkt_journal_clear(t->dir, TKT_JOURNAL, err);
out:
	tkt_steps_release(t);
	tkt_error_release(&jerr);
	tkt_buf_release(&payload);
	return rc;
}
