/* store/check_fix: doctor --fix: ticket by ticket, each in one transaction; and the root itself. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_fix_int.h"
#include "store/txn.h"
#include "sys/file.h"
#include "text/ref.h"

struct run {
	struct tkt_store *s;
	const struct tkt_config *config;
	const struct tkt_findings *found;
	bool dry;
	struct tkt_findings *done;
	struct tkt_strv moved; /* nested directories that moved up, or would have */
};

static bool is_code(const struct tkt_finding *f, const char *code)
{
	return strcmp(f->rule->code, code) == 0;
}

static void take_done(struct run *r, struct tkt_findings *done)
{
	for (size_t i = 0; i < done->n; i++) {
		TKT_GROW(r->done);
		r->done->items[r->done->n++] = done->items[i];
	}
	done->n = 0; /* the strings are the run's now */
}

static void put_file(struct tkt_txn *t, const struct tkt_fix *f, const char *name, const struct tkt_fix_file *file)
{
	char *path = tkt_asprintf("%s/%s", f->dir, name);

	if (file->present && (!file->on_disk || file->now.len != file->old.len ||
			      memcmp(file->now.ptr, file->old.ptr, file->old.len) != 0))
		tkt_txn_write(t, path, file->on_disk ? &file->old : NULL, file->now.ptr, file->now.len);
	free(path);
}

/* .gitkeep where nothing else comes into artifacts/. */
static void put_artifacts(struct tkt_txn *t, const struct tkt_fix *f)
{
	char *path = tkt_asprintf("%s/artifacts", f->dir), *keep = tkt_asprintf("%s/.gitkeep", path);

	if (f->artifacts && !f->names.n && !tkt_file_exists(f->s->fd, path))
		tkt_txn_write(t, keep, NULL, "", 0);
	free(path);
	free(keep);
}

/* TKT_ECONFLICT and TKT_EEXISTS: somebody was quicker; the next round looks again. */
static int commit(struct run *r, struct tkt_fix *f, struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_txn *t = NULL;
	int code = tkt_txn_begin(&t, r->s, &why);

	if (code)
		goto out;
	if (f->dir) {
		put_file(t, f, "item.md", &f->item);
		put_file(t, f, "thread.md", &f->thread);
		put_file(t, f, "resolution.md", &f->resolution);
		put_artifacts(t, f);
	}
	for (size_t i = 0; i < f->ops.n; i++) {
		const struct tkt_fix_op *op = &f->ops.items[i];

		if (op->made)
			tkt_txn_write(t, op->path, op->file ? &op->old : NULL, op->next.ptr, op->next.len);
		else if (op->to)
			tkt_txn_rename(t, op->path, op->to);
		else
			tkt_txn_remove(t, op->path, op->file ? &op->old : NULL);
	}
	code = tkt_txn_commit(t, &why);
out:
	if (code && code != TKT_ECONFLICT && code != TKT_EEXISTS)
		tkt_error_move(err, &why);
	tkt_txn_free(t);
	tkt_error_release(&why);
	return code;
}

static const struct tkt_finding *finding_of(const struct run *r, const char *id, const char *code)
{
	for (size_t i = 0; i < r->found->n; i++)
		if (is_code(&r->found->items[i], code) && r->found->items[i].id &&
		    strcmp(r->found->items[i].id, id) == 0)
			return &r->found->items[i];
	return NULL;
}

static void load_where_it_lies(struct tkt_fix *f)
{
	enum tkt_status status;

	if (tkt_store_where(f->s, f->id, &status, NULL) != 0)
		f->refused = true;
	else
		tkt_fix_load(f, status);
}

/* found: a ticket that lies in another one, or a file with conflict markers; NULL: all that is wrong with the ticket. */
static int fix_with(struct run *r, const char *id, const struct tkt_finding *found, struct tkt_error *err)
{
	const struct tkt_finding *nested = found && is_code(found, "T006") ? found : NULL;
	struct tkt_fix f = {
		.s = r->s,
		.config = r->config,
		.id = id,
		.item = { .old = TKT_BUF_INIT, .now = TKT_BUF_INIT },
		.thread = { .old = TKT_BUF_INIT, .now = TKT_BUF_INIT },
		.resolution = { .old = TKT_BUF_INIT, .now = TKT_BUF_INIT },
		.said = TKT_BUF_INIT,
		.moved = &r->moved,
	};
	int code = 0;

	if (nested)
		tkt_fix_nested(&f, nested);
	else if (found)
		tkt_fix_marks(&f, found->file);
	else if (finding_of(r, id, "T005") || finding_of(r, id, "T007"))
		tkt_fix_join(&f, r->found);
	else
		load_where_it_lies(&f);
	if (!f.refused && f.item.present)
		tkt_fix_complete(&f, r->found);
	if (!f.refused && f.done.n && !r->dry)
		code = commit(r, &f, err);
	if (!f.refused && !code) {
		if (nested && f.done.n)
			tkt_strv_push(&r->moved, nested->file);
		take_done(r, &f.done);
	}
	tkt_fix_release(&f);
	return code == TKT_ECONFLICT || code == TKT_EEXISTS ? 0 : code;
}

/* A nested ticket is reported with its host's id; its own is the last part of the path. */
static int fix_nested(struct run *r, const struct tkt_finding *found, struct tkt_error *err)
{
	const char *slash = strrchr(found->file, '/');

	if (!slash || !tkt_id_valid(slash + 1))
		return 0;
	return fix_with(r, slash + 1, found, err);
}

/* Before all else: a file with markers is no file that anything could be done with. What is mended here is looked at
 * again in the next round. */
static int fix_marks(struct run *r, struct tkt_error *err)
{
	int code = 0;

	for (size_t i = 0; !code && i < r->found->n; i++)
		if (is_code(&r->found->items[i], "T022") && r->found->items[i].id)
			code = fix_with(r, r->found->items[i].id, &r->found->items[i], err);
	return code;
}

static int fix_tickets(struct run *r, struct tkt_error *err)
{
	struct tkt_strv seen = TKT_STRV_INIT;
	size_t before = r->done->n;
	int code = fix_marks(r, err);

	if (!r->dry && r->done->n > before)
		return code;

	/* First, because a directory with a ticket in it cannot be joined with anything. */
	for (size_t i = 0; !code && i < r->found->n; i++)
		if (is_code(&r->found->items[i], "T006"))
			code = fix_nested(r, &r->found->items[i], err);
	for (size_t i = 0; !code && i < r->found->n; i++) {
		const struct tkt_finding *f = &r->found->items[i];

		if (!f->rule->fixable || !f->id || is_code(f, "T006") || is_code(f, "T022"))
			continue;
		if (!seen.n || strcmp(seen.items[seen.n - 1], f->id) != 0) {
			if (tkt_strv_has(&seen, f->id))
				continue;
			tkt_strv_push(&seen, f->id);
			code = fix_with(r, f->id, NULL, err);
		}
	}
	tkt_strv_release(&seen);
	return code;
}

/* --- the root --- */

static void say(struct run *r, const struct tkt_finding *f, const char *what)
{
	tkt_findings_add(r->done, f->rule->code, NULL, f->file, 0, NULL, "%s", what);
}

static int make_directory(struct run *r, const struct tkt_finding *f, struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_txn *t = NULL;
	char *keep = tkt_asprintf("%s/.gitkeep", f->file);
	int code = 0;

	if (!r->dry) {
		code = tkt_txn_begin(&t, r->s, &why);
		if (!code) {
			tkt_txn_write(t, keep, NULL, "", 0);
			code = tkt_txn_commit(t, &why);
		}
	}
	if (!code)
		say(r, f, "made, with .gitkeep");
	else if (code == TKT_ECONFLICT || code == TKT_EEXISTS)
		code = 0;
	else
		tkt_error_move(err, &why);
	tkt_txn_free(t);
	tkt_error_release(&why);
	free(keep);
	return code;
}

/* Taking the lock is all there is to do: that completes the journal and makes .tkt whole. */
static int take_lock(struct run *r, const struct tkt_finding *f, const char *what, struct tkt_error *err)
{
	struct tkt_txn *t = NULL;
	int code = r->dry ? 0 : tkt_txn_begin(&t, r->s, err);

	if (!code)
		say(r, f, what);
	tkt_txn_free(t);
	return code;
}

/* Under the lock, so that no writer can be about to use it; and only what has a name of ours. */
static int remove_temporary(struct run *r, const struct tkt_finding *f, struct tkt_error *err)
{
	const char *slash = strrchr(f->file, '/');
	struct tkt_txn *t = NULL;
	int code = 0;

	if (!slash || !tkt_starts_with(f->file, TKT_PRIVATE_TMP "/") || !tkt_check_tmp_name(slash + 1))
		return 0;
	if (!r->dry) {
		code = tkt_txn_begin(&t, r->s, err);
		if (!code)
			code = tkt_tree_remove(r->s->fd, f->file, err);
	}
	if (!code)
		say(r, f, "removed");
	tkt_txn_free(t);
	return code;
}

static int fix_root(struct run *r, struct tkt_error *err)
{
	int code = 0;

	for (size_t i = 0; !code && i < r->found->n; i++) {
		const struct tkt_finding *f = &r->found->items[i];

		if (is_code(f, "T001"))
			code = make_directory(r, f, err);
		else if (is_code(f, "T016"))
			code = take_lock(r, f, "the interrupted change completed, or set aside if it was damaged", err);
		else if (is_code(f, "T017"))
			code = remove_temporary(r, f, err);
		else if (is_code(f, "T082"))
			code = take_lock(r, f, ".tkt/.gitignore written", err);
	}
	return code;
}

static bool has_journal(const struct tkt_findings *found)
{
	for (size_t i = 0; i < found->n; i++)
		if (is_code(&found->items[i], "T016"))
			return true;
	return false;
}

int tkt_check_fix(struct tkt_store *s, const struct tkt_config *config,
		  const struct tkt_findings *found, bool dry_run, struct tkt_findings *done,
		  struct tkt_error *err)
{
	struct run r = { s, config, found, dry_run, done, TKT_STRV_INIT };
	int code = fix_root(&r, err);

	/* Completing the journal changes tickets: what was found about them may no longer be so. */
	if (!code && (dry_run || !has_journal(found)))
		code = fix_tickets(&r, err);
	tkt_strv_release(&r.moved);
	return code;
}
