/* ops/doctor_git_join: a ticket that lies in two directories, whose item.md the sides of a merge both changed.
 *
 * Files alone do not tell what was there before, so that of two bodies one must be put aside. Git knows: from its index
 * while the conflict is unresolved there, else from the commits. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/doctor_git_merge_int.h"
#include "sys/file.h"
#include "store/txn.h"
#include "text/marks.h"
#include "text/merge.h"
#include "text/ref.h"

struct place {
	char *path;
	struct tkt_buf bytes;
	enum tkt_status status;
};

struct places {
	struct place at[TKT_STATUS_N];
	size_t n;
};

static void find_places(struct tkt_merge_look *l, const char *id, struct places *out)
{
	out->n = 0;
	for (int status = 0; status < TKT_STATUS_N; status++) {
		struct place *p = &out->at[out->n];
		struct tkt_error why = TKT_ERROR_INIT;
		struct tkt_buf path = TKT_BUF_INIT;

		*p = (struct place){ NULL, TKT_BUF_INIT, (enum tkt_status)status };
		tkt_store_path(&path, p->status, id, "item.md");
		if (tkt_file_read(tkt_store_fd(l->d->p->store), path.ptr, TKT_ITEM_MAX, &p->bytes, NULL, &why) == 0) {
			p->path = tkt_buf_detach(&path);
			out->n++;
		} else {
			tkt_buf_release(&p->bytes);
		}
		tkt_buf_release(&path);
		tkt_error_release(&why);
	}
}

static void release_places(struct places *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].path);
		tkt_buf_release(&v->at[i].bytes);
	}
}

/* The file's path below the root, if it is the item.md of a ticket: "open/<id>/item.md". */
static const char *item_path(struct tkt_merge_look *l, const struct tkt_git_staged *s)
{
	const char *prefix = tkt_git_facts(l->d->g)->prefix;

	return s->stage == 1 && tkt_ends_with(s->path, "/item.md") ? s->path + (*prefix ? strlen(prefix) + 1 : 0) : NULL;
}

static int base_of(struct tkt_merge_look *l, const struct tkt_git_index *index, const char *id, const struct places *v,
		   struct tkt_buf *out, struct tkt_error *err)
{
	const struct tkt_git_side *side = l->sides.n == 2 && !l->sides.merged ? &l->sides.items[1] : NULL;
	enum tkt_git_type type;
	size_t places = 0;

	for (size_t i = 0; i < index->n; i++) {
		const char *path = item_path(l, &index->items[i]);

		for (size_t k = 0; path && k < v->n; k++)
			if (strcmp(path, v->at[k].path) == 0)
				return tkt_git_object(l->d->g, &index->items[i].oid, &type, out, TKT_ITEM_MAX, err);
	}
	return side && side->bases.n == 1 ?
		       tkt_merge_read_file(l, &side->bases.items[0], id, "item.md", out, &places, err) : 0;
}

/* Both become the same but for the status, which the directory tells: so they can be joined. */
static int write_both(struct tkt_merge_look *l, const char *id, const struct places *v, const struct tkt_buf *made,
		      struct tkt_error *err)
{
	struct tkt_txn *t = NULL;
	int rc = l->dry ? 0 : tkt_txn_begin(&t, l->d->p->store, err);

	for (size_t i = 0; i < v->n && !rc && !l->dry; i++) {
		struct tkt_fm_edits edits = { NULL, 0, 0 };
		struct tkt_buf own = TKT_BUF_INIT;

		tkt_fm_edits_set(&edits, "status", tkt_status_name(v->at[i].status));
		rc = tkt_fm_apply(&own, made->ptr, made->len, &edits, err);
		if (!rc)
			tkt_txn_write(t, v->at[i].path, &v->at[i].bytes, own.ptr, own.len);
		tkt_fm_edits_release(&edits);
		tkt_buf_release(&own);
	}
	if (!rc && !l->dry)
		rc = tkt_txn_commit(t, err);
	tkt_txn_free(t);
	if (!rc)
		tkt_findings_add(l->done, "T005", id, v->at[0].path, 0, NULL, "merged with %s, from what git knows",
				 v->at[1].path);
	return rc;
}

static bool is_plain(const struct tkt_buf *item)
{
	size_t at = 0;

	return !tkt_marks_find(tkt_merge_str(item), &at);
}

static bool same_body(const struct tkt_buf *a, const struct tkt_buf *b)
{
	struct tkt_fm x = { .n = 0 }, y = { .n = 0 };
	bool same = tkt_fm_parse(&x, a->ptr, a->len, NULL) == 0 && tkt_fm_parse(&y, b->ptr, b->len, NULL) == 0 &&
		    a->len - x.body == b->len - y.body && memcmp(a->ptr + x.body, b->ptr + y.body, a->len - x.body) == 0;

	tkt_fm_release(&x);
	tkt_fm_release(&y);
	return same;
}

static int join(struct tkt_merge_look *l, const struct tkt_git_index *index, const char *id, struct tkt_error *err)
{
	struct tkt_buf base = TKT_BUF_INIT, made = TKT_BUF_INIT;
	struct tkt_strv conflicts = TKT_STRV_INIT;
	struct places v;
	int rc = 0;

	find_places(l, id, &v);
	if (v.n != 2 || !is_plain(&v.at[0].bytes) || !is_plain(&v.at[1].bytes) ||
	    same_body(&v.at[0].bytes, &v.at[1].bytes))
		goto out; /* nothing is put aside then */
	rc = base_of(l, index, id, &v, &base, err);
	if (!rc && base.len) {
		const struct tkt_merge m = { tkt_merge_str(&base), tkt_merge_str(&v.at[0].bytes),
					     tkt_merge_str(&v.at[1].bytes) };

		tkt_merge_item(&made, &m, &conflicts);
		if (!conflicts.n)
			rc = write_both(l, id, &v, &made, err);
	}
out:
	release_places(&v);
	tkt_strv_release(&conflicts);
	tkt_buf_release(&base);
	tkt_buf_release(&made);
	return rc;
}

int tkt_doctor_git_join(struct tkt_doctor_git *d, const struct tkt_findings *found, const char *index_file,
			struct tkt_findings *done, bool dry, struct tkt_error *err)
{
	struct tkt_merge_look l = { .d = d, .done = done, .dry = dry, .index_file = index_file };
	struct tkt_git_index index = { NULL, 0, 0 };
	bool ready = false;
	int rc = 0;

	for (size_t i = 0; i < found->n && !rc; i++) {
		const struct tkt_finding *f = &found->items[i];

		if (strcmp(f->rule->code, "T005") != 0 || !f->id)
			continue;
		if (!ready)
			rc = tkt_git_sides_read(d->g, &l.sides, err);
		if (!rc && !ready)
			rc = tkt_git_index(d->g, tkt_git_facts(d->g)->prefix, index_file, &index, err);
		ready = true;
		if (!rc)
			rc = join(&l, &index, f->id, err);
	}
	tkt_git_index_release(&index);
	tkt_git_sides_release(&l.sides);
	return rc;
}
