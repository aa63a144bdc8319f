/* store/txn: the life of a transaction and the steps that callers put into it. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "store/slugs.h"
#include "store/txn_int.h"
#include "sys/file.h"
#include "sys/io.h"
#include "sys/journal.h"

int tkt_txn_begin(struct tkt_txn **out, struct tkt_store *s, struct tkt_error *err)
{
	struct tkt_txn *t = tkt_calloc(1, sizeof *t);
	int rc;

	t->s = s;
	t->lock = (struct tkt_lock)TKT_LOCK_INIT;
	t->lock.stop = s->stop;
	t->dir = t->tmp = -1;
	rc = tkt_private_make(s->fd, s->sync, err);
	if (!rc)
		rc = tkt_dir_openat(&t->dir, s->fd, TKT_PRIVATE, err);
	if (!rc)
		rc = tkt_dir_openat(&t->tmp, s->fd, TKT_PRIVATE_TMP, err);
#ifndef TKT_MUTANT_NO_LOCK
	if (!rc)
		rc = tkt_lock_take(&t->lock, s->fd, TKT_PRIVATE_LOCK, s->lock_timeout_ms, err);
#endif
	if (!rc)
		rc = tkt_txn_recover(t, err);
	if (rc)
		tkt_txn_free(t);
	else
		*out = t;
	return rc;
}

static void step_release(struct tkt_step *p)
{
	free(p->id);
	free(p->path);
	free(p->to);
	tkt_fm_edits_release(&p->edits);
	tkt_buf_release(&p->bytes);
}

void tkt_steps_release(struct tkt_txn *t)
{
	for (size_t i = 0; i < t->n; i++)
		step_release(&t->items[i]);
	free(t->items);
	t->items = NULL;
	t->n = t->cap = 0;
}

/* Staged files of a transaction that never came to pass. */
static void drop_staged(struct tkt_txn *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->items[i].kind == TKT_STEP_LINK)
			tkt_io_unlink(t->tmp, t->items[i].path, false);
}

void tkt_txn_free(struct tkt_txn *t)
{
	if (!t)
		return;
	drop_staged(t);
	tkt_steps_release(t);
	tkt_lock_drop(&t->lock);
	if (t->dir >= 0)
		tkt_io_close(t->dir);
	if (t->tmp >= 0)
		tkt_io_close(t->tmp);
	free(t);
}

struct tkt_step *tkt_step_add(struct tkt_txn *t, enum tkt_step_kind kind, const char *id)
{
	struct tkt_step *p;

	TKT_GROW(t);
	p = &t->items[t->n++];
	memset(p, 0, sizeof *p);
	p->kind = kind;
	p->id = tkt_strdup(id ? id : "");
	p->path = tkt_strdup("");
	p->to = tkt_strdup("");
	memcpy(p->old, "-", 2);
	tkt_buf_init(&p->bytes);
	return p;
}

static void set_path(char **slot, enum tkt_status status, const char *id, const char *file)
{
	struct tkt_buf path = TKT_BUF_INIT;

	tkt_store_path(&path, status, id, file);
	free(*slot);
	*slot = tkt_buf_detach(&path);
}

static void set_text(char **slot, const char *text)
{
	free(*slot);
	*slot = tkt_strdup(text);
}

void tkt_old_hash(const struct tkt_buf *old, char out[41])
{
	if (old)
		tkt_git_blob_hex(old->ptr, old->len, out);
	else
		memcpy(out, "-", 2);
}

void tkt_txn_move(struct tkt_txn *t, const char *id, enum tkt_status from, enum tkt_status to)
{
	struct tkt_step *p = tkt_step_add(t, TKT_STEP_MOVE, id);

	set_path(&p->path, from, id, NULL);
	set_path(&p->to, to, id, NULL);
}

void tkt_txn_edit(struct tkt_txn *t, const char *id, enum tkt_status status,
		  const struct tkt_fm_edits *edits)
{
	struct tkt_step *p = tkt_step_add(t, TKT_STEP_EDIT, id);

	set_path(&p->path, status, id, "item.md");
	for (size_t i = 0; i < edits->n; i++)
		tkt_fm_edits_set(&p->edits, edits->items[i].key, edits->items[i].value);
}

void tkt_txn_replace(struct tkt_txn *t, const char *id, enum tkt_status status, const char *file,
		     const struct tkt_buf *old, const void *bytes, size_t n)
{
	struct tkt_step *p = tkt_step_add(t, TKT_STEP_REPLACE, id);

	set_path(&p->path, status, id, file);
	tkt_old_hash(old, p->old);
	tkt_buf_add(&p->bytes, bytes, n);
}

void tkt_txn_event(struct tkt_txn *t, const char *id, enum tkt_status status,
		   const struct tkt_event *e)
{
	struct tkt_step *p = tkt_step_add(t, TKT_STEP_APPEND, id);

	set_path(&p->path, status, id, "thread.md");
	tkt_event_print(&p->bytes, e, false);
}

void tkt_txn_rename(struct tkt_txn *t, const char *from, const char *to)
{
	struct tkt_step *p = tkt_step_add(t, TKT_STEP_RENAME, NULL);

	set_text(&p->path, from);
	set_text(&p->to, to);
}

void tkt_txn_remove(struct tkt_txn *t, const char *path, const struct tkt_buf *old)
{
	struct tkt_step *p = tkt_step_add(t, TKT_STEP_REMOVE, NULL);

	set_text(&p->path, path);
	tkt_old_hash(old, p->old);
}

void tkt_txn_write(struct tkt_txn *t, const char *path, const struct tkt_buf *old,
		   const void *bytes, size_t n)
{
	struct tkt_step *p = tkt_step_add(t, TKT_STEP_REPLACE, NULL);

	set_text(&p->path, path);
	tkt_old_hash(old, p->old);
	tkt_buf_add(&p->bytes, bytes, n);
}

/* The journal names staged files: their names must be there at least as surely as it is. */
static int sync_staged(struct tkt_txn *t, struct tkt_error *err)
{
	for (size_t i = 0; t->s->sync && i < t->n; i++)
		if (t->items[i].kind == TKT_STEP_LINK)
			return tkt_dir_sync(t->s->fd, TKT_PRIVATE_TMP, err);
	return 0;
}

/* Journal first when there is more than one step: from then on the whole will come to pass, now
 * or when the next writer takes the lock. Only while nothing has been done can it be taken back. */
int tkt_txn_commit(struct tkt_txn *t, struct tkt_error *err)
{
	struct tkt_buf payload = TKT_BUF_INIT;
	bool journal = t->n > 1, written = false, undone;
	bool moves = false, slugs;
	size_t done = 0;
	int rc = tkt_steps_check(t, err);

	for (size_t i = 0; i < t->n; i++)
		moves = moves || t->items[i].kind == TKT_STEP_MOVE;
	slugs = moves && tkt_slugs_before(t);

	if (!rc && journal) {
		tkt_steps_print(&payload, t);
		rc = sync_staged(t, err);
		if (!rc)
			rc = tkt_journal_write(t->dir, TKT_JOURNAL, payload.ptr, payload.len,
					       t->s->sync, err);
		written = !rc;
	}
	while (!rc && done < t->n) {
		rc = tkt_step_apply(t, &t->items[done], err);
		if (!rc)
			done++;
	}
	/* A step that failed for the machine's sake may have happened all the same (the rename was
	 * made, the fsync after it failed): then only going forward is safe. */
	undone = rc && done == 0 && (rc != TKT_EIO || tkt_step_untouched(t, &t->items[0]));
	if (written && (!rc || undone)) {
		int cleared = tkt_journal_clear(t->dir, TKT_JOURNAL, rc ? NULL : err);

		rc = rc ? rc : cleared;
	} else if (rc && written) {
		tkt_error_hint(err, "do not repeat it: the change is recorded in .tkt/journal, and the "
				    "next command that writes completes it");
	}
	if (!rc || (written && !undone))
		tkt_steps_release(t); /* staged files belong to the journal now */
	tkt_slugs_after(t, slugs && !rc);
	tkt_buf_release(&payload);
	return rc;
}

int tkt_txn_pending(struct tkt_store *s, struct tkt_buf *describe, struct tkt_error *err)
{
	struct tkt_buf payload = TKT_BUF_INIT;
	struct tkt_error jerr = TKT_ERROR_INIT;
	struct tkt_txn t = { .s = s, .lock = TKT_LOCK_INIT, .dir = -1, .tmp = -1 };
	int rc = tkt_dir_openat(&t.dir, s->fd, TKT_PRIVATE, NULL);

	if (!rc)
		rc = tkt_journal_read(t.dir, TKT_JOURNAL, &payload, &jerr);
	if (!rc)
		rc = tkt_steps_parse(&t, &payload, &jerr);
	for (size_t i = 0; !rc && describe && i < t.n; i++)
		tkt_buf_printf(describe, "%s%s", i ? ", " : "",
			       t.items[i].to[0] ? t.items[i].to : t.items[i].path);
	if (rc == TKT_ENOTFOUND)
		rc = 0;
	else if (rc == 0)
		rc = 1;
	else
		rc = tkt_error_move(err, &jerr);
	tkt_steps_release(&t);
	tkt_error_release(&jerr);
	tkt_buf_release(&payload);
	if (t.dir >= 0)
		tkt_io_close(t.dir);
	return rc;
}
