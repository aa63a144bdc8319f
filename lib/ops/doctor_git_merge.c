/* ops/doctor_git_merge: does the work tree hold every event that the sides of a merge brought, in its own ticket?
 *
 * Git guesses by likeness what was moved where: threads that are alike to the byte (tickets made by a script in one
 * second) can be taken for each other, and no driver sees more than three texts. An octopus merge runs no driver, and
 * leaves what one side moved and the other changed in the index alone. Only the commits tell what each ticket had. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/doctor_git_merge_int.h"
#include "store/txn.h"
#include "sys/file.h"
#include "text/marks.h"

void tkt_merge_text_release(struct tkt_merge_text *t)
{
	tkt_thread_release(&t->thread);
	tkt_buf_release(&t->bytes);
}

static void parse(struct tkt_merge_text *t)
{
	tkt_thread_parse(&t->thread, t->bytes.ptr, t->bytes.len);
}

bool tkt_merge_has(const struct tkt_merge_text *t, const struct tkt_event *e)
{
	for (size_t i = t->thread.n; i-- > 0;) /* what is asked for is mostly new */
		if (tkt_event_same(&t->thread.items[i], e))
			return true;
	return false;
}

int tkt_merge_read_file(struct tkt_merge_look *l, const struct tkt_oid *tree, const char *id, const char *name,
			struct tkt_buf *out, size_t *places, struct tkt_error *err)
{
	const char *prefix = tkt_git_facts(l->d->g)->prefix;
	int rc = 0;

	for (int status = 0; status < TKT_STATUS_N && !rc; status++) {
		struct tkt_error why = TKT_ERROR_INIT;
		struct tkt_buf path = TKT_BUF_INIT, bytes = TKT_BUF_INIT;
		enum tkt_git_type type = TKT_GIT_BLOB;
		struct tkt_oid oid;

		tkt_buf_printf(&path, "%s%s", prefix, *prefix ? "/" : "");
		tkt_store_path(&path, (enum tkt_status)status, id, name);
		rc = tkt_git_at(l->d->g, tree, path.ptr, &oid, &why);
		if (!rc)
			rc = tkt_git_object(l->d->g, &oid, &type, &bytes, TKT_THREAD_MAX, &why);
		if (!rc && type == TKT_GIT_BLOB) {
			tkt_buf_add(out, bytes.ptr, bytes.len);
			++*places;
		}
		rc = rc && rc != TKT_ENOTFOUND ? tkt_error_move(err, &why) : 0;
		tkt_error_release(&why);
		tkt_buf_release(&path);
		tkt_buf_release(&bytes);
	}
	return rc;
}

int tkt_merge_read_side(struct tkt_merge_look *l, size_t side, const char *id, const char *name, struct tkt_buf *out,
			size_t *places, struct tkt_error *err)
{
	const struct tkt_git_side *s = &l->sides.items[side];
	int rc = tkt_merge_read_file(l, &s->commit, id, name, out, places, err);

	return rc || !s->untracked.n ? rc : tkt_merge_read_file(l, &s->untracked, id, name, out, places, err);
}

int tkt_merge_read_at(struct tkt_merge_look *l, const struct tkt_oid *tree, const char *id,
		      struct tkt_merge_text *out, struct tkt_error *err)
{
	size_t places = 0;
	int rc = tkt_merge_read_file(l, tree, id, "thread.md", &out->bytes, &places, err);

	parse(out);
	return rc;
}

bool tkt_merge_read_here(struct tkt_doctor_git *d, struct tkt_merge_one *o)
{
	struct tkt_store *s = d->p->store;
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_buf path = TKT_BUF_INIT;
	size_t at = 0;
	bool ok = tkt_store_where(s, o->id, &o->status, &why) == 0;

	if (ok) {
		tkt_store_path(&path, o->status, o->id, "thread.md");
		ok = tkt_file_read(tkt_store_fd(s), path.ptr, TKT_THREAD_MAX, &o->here.bytes, NULL, &why) == 0;
		o->marked = ok && tkt_marks_find(tkt_merge_str(&o->here.bytes), &at);
		ok = ok && !o->marked;
	}
	if (ok)
		parse(&o->here);
	tkt_buf_release(&path);
	tkt_error_release(&why);
	return ok;
}

static int read_thread(struct tkt_merge_look *l, size_t side, const char *id, struct tkt_merge_text *out,
		       struct tkt_error *err)
{
	size_t places = 0;
	int rc = tkt_merge_read_side(l, side, id, "thread.md", &out->bytes, &places, err);

	parse(out);
	return rc;
}

int tkt_merge_read_one(struct tkt_merge_look *l, struct tkt_merge_one *o, struct tkt_error *err)
{
	int rc = 0;

	o->sides = tkt_calloc(l->sides.n, sizeof *o->sides);
	for (size_t i = 0; i < l->sides.n && !rc; i++)
		rc = read_thread(l, i, o->id, &o->sides[i], err);
	if (!rc && l->sides.merged)
		rc = tkt_merge_read_at(l, &l->sides.head, o->id, &o->committed, err);
	return rc;
}

void tkt_merge_release_one(struct tkt_merge_look *l, struct tkt_merge_one *o)
{
	for (size_t i = 0; o->sides && i < l->sides.n; i++)
		tkt_merge_text_release(&o->sides[i]);
	free(o->sides);
	tkt_merge_text_release(&o->here);
	tkt_merge_text_release(&o->committed);
}

/* --- lost ------------------------------------------------------------------------------------- */

bool tkt_merge_on_a_side(const struct tkt_merge_look *l, const struct tkt_merge_one *o, const struct tkt_event *e)
{
	for (size_t i = 0; i < l->sides.n; i++)
		if (tkt_merge_has(&o->sides[i], e))
			return true;
	return false;
}

/* The merge made another one of it: somebody corrected the words while merging. */
static bool is_edited(const struct tkt_merge_look *l, const struct tkt_merge_one *o, const struct tkt_event *e)
{
	for (size_t i = 0; i < o->here.thread.n; i++) {
		const struct tkt_event *x = &o->here.thread.items[i];

		if (strcmp(x->at, e->at) == 0 && strcmp(x->author, e->author) == 0 && strcmp(x->kind, e->kind) == 0 &&
		    !tkt_merge_on_a_side(l, o, x))
			return true;
	}
	return false;
}

/* Was it there before the sides parted? Then one of them took it out. */
static int is_old(struct tkt_merge_look *l, const struct tkt_git_side *side, const struct tkt_merge_one *o,
		  const struct tkt_event *e, bool *old,
		  struct tkt_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < side->bases.n && !rc && !*old; i++) {
		struct tkt_merge_text base = { .bytes = TKT_BUF_INIT };

		rc = tkt_merge_read_at(l, &side->bases.items[i], o->id, &base, err);
		*old = !rc && tkt_merge_has(&base, e);
		tkt_merge_text_release(&base);
	}
	return rc;
}

/* A squash leaves no word of whether it was given up. What another ticket has now was lost by it for certain. */
static bool is_elsewhere(struct tkt_merge_look *l, const struct tkt_merge_one *o, const struct tkt_event *e)
{
	bool found = false;

	for (size_t i = 0; i < l->sides.ids.n && !found; i++) {
		struct tkt_merge_one other = { .id = l->sides.ids.items[i] };

		found = strcmp(other.id, o->id) != 0 && tkt_merge_read_here(l->d, &other) && tkt_merge_has(&other.here, e);
		tkt_merge_release_one(l, &other);
	}
	return found;
}

/* Appends the bytes of what is lost to *lost, event by event. */
static int find_lost(struct tkt_merge_look *l, const struct tkt_merge_one *o, struct tkt_buf *lost,
		     struct tkt_error *err)
{
	int rc = 0;

	for (size_t k = 0; k < l->sides.n && !rc; k++) {
		const struct tkt_merge_text *t = &o->sides[k];

		if (l->sides.items[k].skip || tkt_merge_same_bytes(&t->bytes, &o->here.bytes))
			continue;
		for (size_t i = 0; i < t->thread.n && !rc; i++) {
			const struct tkt_event *e = &t->thread.items[i];
			bool old = false;

			if (!tkt_merge_is_whole(e) || tkt_merge_has(&o->here, e) || tkt_merge_has(&o->committed, e))
				continue;
			if ((l->sides.squash || is_edited(l, o, e)) && !is_elsewhere(l, o, e))
				continue;
			rc = is_old(l, &l->sides.items[k], o, e, &old, err);
			if (rc || old)
				continue;
			tkt_buf_add(lost, t->bytes.ptr + e->start, e->end - e->start);
			tkt_buf_puts(lost, "\n\n");
		}
	}
	return rc;
}

/* --- mending ---------------------------------------------------------------------------------- */

int tkt_merge_replace(struct tkt_merge_look *l, const char *path, const struct tkt_buf *old, const struct tkt_buf *made,
		   struct tkt_error *err)
{
	struct tkt_txn *t = NULL;
	int rc = tkt_txn_begin(&t, l->d->p->store, err);

	if (!rc) {
		tkt_txn_write(t, path, old, made->ptr, made->len);
		rc = tkt_txn_commit(t, err);
	}
	tkt_txn_free(t);
	return rc;
}

/* Git took it for removed and left it in the index alone (stage 3 without 2): it comes back where it lay, as other
 * merges leave it, and is joined from there. *n counts. */
static int put_back_file(struct tkt_merge_look *l, const struct tkt_git_staged *s, const char *path, size_t *n,
			 struct tkt_error *err)
{
	struct tkt_buf bytes = TKT_BUF_INIT;
	enum tkt_git_type type = TKT_GIT_BLOB;
	int rc = tkt_git_object(l->d->g, &s->oid, &type, &bytes, TKT_THREAD_MAX, err);

	if (!rc && type == TKT_GIT_BLOB && (s->mode & 0170000) == 0100000) {
		rc = l->dry ? 0 : tkt_merge_replace(l, path, NULL, &bytes, err);
		*n += !rc;
	}
	tkt_buf_release(&bytes);
	return rc;
}

static int put_back_files(struct tkt_merge_look *l, const struct tkt_merge_one *o, size_t *n, struct tkt_error *err)
{
	const char *prefix = tkt_git_facts(l->d->g)->prefix;
	struct tkt_git_index index = { NULL, 0, 0 };
	size_t skip = *prefix ? strlen(prefix) + 1 : 0;
	int rc = tkt_git_index(l->d->g, prefix, l->index_file, &index, err);

	for (size_t i = 0; i < index.n && !rc; i++) {
		const struct tkt_git_staged *s = &index.items[i];
		const char *path = s->path + skip, *slash = strchr(path, '/');
		bool ours = i && index.items[i - 1].stage == 2 && strcmp(index.items[i - 1].path, s->path) == 0;

		if (s->stage != 3 || ours || !slash || !tkt_starts_with(slash + 1, o->id) ||
		    slash[1 + strlen(o->id)] != '/')
			continue;
		if (!tkt_file_exists(tkt_store_fd(l->d->p->store), path))
			rc = put_back_file(l, s, path, n, err);
	}
	tkt_git_index_release(&index);
	return rc;
}

static int put_back(struct tkt_merge_look *l, const struct tkt_merge_one *o, const char *path,
		    const struct tkt_buf *lost, struct tkt_error *err)
{
	struct tkt_buf made = TKT_BUF_INIT;
	size_t files = 0;
	int rc = l->sides.merged ? 0 : put_back_files(l, o, &files, err);

	if (!rc && !files) {
		tkt_thread_union(&made, tkt_merge_str(&o->here.bytes), tkt_merge_str(lost));
		rc = l->dry ? 0 : tkt_merge_replace(l, path, &o->here.bytes, &made, err);
	}
	if (!rc)
		tkt_findings_add(l->done, "T098", o->id, path, 0, NULL,
				 files ? "files that git left out came back" : "events that the merge lost came back");
	tkt_buf_release(&made);
	return rc;
}

static int tell_lost(struct tkt_merge_look *l, const struct tkt_merge_one *o, const struct tkt_buf *lost,
		     struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT;
	struct tkt_thread th;
	int rc = 0;

	tkt_store_path(&path, o->status, o->id, "thread.md");
	if (l->done) {
		rc = put_back(l, o, path.ptr, lost, err);
	} else {
		tkt_thread_parse(&th, lost->ptr, lost->len);
		for (size_t i = 0; i < th.n; i++)
			tkt_findings_add(l->d->f, "T098", o->id, path.ptr, 0, "tkt doctor --fix puts it back",
					 "the merge lost the '%.64s' event of %s by '%.64s'", th.items[i].kind,
					 th.items[i].at, th.items[i].author);
		tkt_thread_release(&th);
	}
	tkt_buf_release(&path);
	return rc;
}

/* --- a ticket --------------------------------------------------------------------------------- */

static int look_at(struct tkt_merge_look *l, const char *id, struct tkt_error *err)
{
	struct tkt_merge_one o = { .id = id };
	struct tkt_buf lost = TKT_BUF_INIT;
	int rc = 0;

	if (tkt_merge_read_here(l->d, &o)) {
		rc = tkt_merge_read_one(l, &o, err);
		if (!rc)
			rc = find_lost(l, &o, &lost, err);
		if (!rc && lost.len)
			rc = tell_lost(l, &o, &lost, err);
		if (!rc && l->sides.n > 1)
			tkt_merge_find_strays(l, &o);
	} else if (o.marked && l->done && !l->sides.merged) {
		rc = tkt_merge_rebuild(l, &o, err);
	}
	tkt_buf_release(&lost);
	tkt_merge_release_one(l, &o);
	return rc;
}

int tkt_doctor_git_merge(struct tkt_doctor_git *d, const char *index_file, struct tkt_findings *done, bool dry,
			 struct tkt_error *err)
{
	struct tkt_merge_look l = { .d = d, .done = done, .dry = dry, .index_file = index_file };
	int rc = tkt_git_sides_read(d->g, &l.sides, err);

	for (size_t i = 0; i < l.sides.ids.n && !rc; i++)
		if (!d->ids || tkt_strv_has(d->ids, l.sides.ids.items[i]))
			rc = look_at(&l, l.sides.ids.items[i], err);
	if (!rc)
		rc = tkt_merge_strays(&l, err);
	for (size_t i = 0; i < l.sides.ids.n && !rc && !l.sides.merged; i++)
		if (!d->ids || tkt_strv_has(d->ids, l.sides.ids.items[i]))
			rc = tkt_merge_item_look(&l, l.sides.ids.items[i], err);
	for (size_t i = 0; i < l.strays.n; i++)
		tkt_event_release(&l.strays.items[i].event);
	free(l.strays.items);
	tkt_git_sides_release(&l.sides);
	return rc;
}
