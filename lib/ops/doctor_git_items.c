/* ops/doctor_git_items: item.md while a merge is under way: does it hold what the sides made of it?
 *
 * Git may take the item.md of two tickets for one that was moved (those of a script are much alike), and then merges
 * texts of two tickets; an octopus merge leaves what one branch changed aside. The commits tell what each ticket's is. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/doctor_git_merge_int.h"
#include "sys/file.h"
#include "text/marks.h"
#include "text/merge.h"

struct item {
	struct tkt_buf bytes;
	size_t places; /* directories it lies in: 1, if it is there */
};

struct look_item {
	const char *id;
	enum tkt_status status;
	struct item here, *sides;
	struct tkt_buf made; /* what the sides make of it */
	bool known, clean;   /* can that be told; without a conflict? */
};

/* False: the ticket lies nowhere or in two places, or has no item.md: others say so. */
static bool read_here(struct tkt_merge_look *l, struct look_item *o)
{
	struct tkt_store *s = l->d->p->store;
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_buf path = TKT_BUF_INIT;
	bool ok = tkt_store_where(s, o->id, &o->status, &why) == 0;

	if (ok) {
		tkt_store_path(&path, o->status, o->id, "item.md");
		ok = tkt_file_read(tkt_store_fd(s), path.ptr, TKT_ITEM_MAX, &o->here.bytes, NULL, &why) == 0;
	}
	tkt_buf_release(&path);
	tkt_error_release(&why);
	return ok;
}

/* --- what the sides make of it --- */

static int merge_side(struct tkt_merge_look *l, struct look_item *o, size_t i, struct tkt_error *err)
{
	const struct tkt_git_side *side = &l->sides.items[i];
	struct item base = { TKT_BUF_INIT, 0 };
	struct tkt_strv conflicts = TKT_STRV_INIT;
	struct tkt_buf out = TKT_BUF_INIT;
	struct tkt_merge m;
	int rc = 0;

	/* Nobody knows what was before; there are conflicts in conflicts; or the ticket is to go. */
	o->known = o->clean && !side->skip && side->bases.n == 1 && o->sides[i].places <= 1;
	if (o->known)
		rc = tkt_merge_read_file(l, &side->bases.items[0], o->id, "item.md", &base.bytes, &base.places, err);
	o->known = o->known && !rc && base.places <= 1 && o->sides[i].places >= base.places;
	if (!o->known || !o->sides[i].places)
		goto done;
	if (!o->made.len) {
		tkt_buf_add(&o->made, o->sides[i].bytes.ptr, o->sides[i].bytes.len);
		goto done;
	}
	m = (struct tkt_merge){ tkt_merge_str(&base.bytes), tkt_merge_str(&o->made), tkt_merge_str(&o->sides[i].bytes) };
	tkt_merge_item(&out, &m, &conflicts);
	o->clean = !conflicts.n;
	tkt_buf_reset(&o->made);
	tkt_buf_add(&o->made, out.ptr, out.len);
done:
	tkt_strv_release(&conflicts);
	tkt_buf_release(&base.bytes);
	tkt_buf_release(&out);
	return rc;
}

/* The directory is the truth about the status. */
static void set_status(struct look_item *o)
{
	struct tkt_fm_edits edits = { NULL, 0, 0 };
	struct tkt_buf out = TKT_BUF_INIT;

	tkt_fm_edits_set(&edits, "status", tkt_status_name(o->status));
	o->known = tkt_fm_apply(&out, o->made.ptr, o->made.len, &edits, NULL) == 0;
	if (o->known) {
		tkt_buf_reset(&o->made);
		tkt_buf_add(&o->made, out.ptr, out.len);
	}
	tkt_fm_edits_release(&edits);
	tkt_buf_release(&out);
}

static int merge_sides(struct tkt_merge_look *l, struct look_item *o, struct tkt_error *err)
{
	int rc = 0;

	o->sides = tkt_calloc(l->sides.n, sizeof *o->sides);
	for (size_t i = 0; i < l->sides.n && !rc; i++)
		rc = tkt_merge_read_side(l, i, o->id, "item.md", &o->sides[i].bytes, &o->sides[i].places, err);
	if (rc)
		return rc;
	o->clean = true;
	o->known = o->sides[0].places <= 1;
	tkt_buf_add(&o->made, o->sides[0].bytes.ptr, o->sides[0].bytes.len);
	for (size_t i = 1; i < l->sides.n && !rc && o->known; i++)
		rc = merge_side(l, o, i, err);
	if (!rc && o->known && o->clean && o->made.len)
		set_status(o);
	return rc;
}

/* --- is it that? --- */

/* A conflict with the text of another ticket. */
static bool has_stranger(const struct look_item *o)
{
	struct tkt_str line;
	size_t pos = 0, at = 0;

	if (!tkt_marks_find(tkt_merge_str(&o->here.bytes), &at))
		return false;
	while (tkt_str_line(tkt_merge_str(&o->here.bytes), &pos, &line))
		if (tkt_str_starts(line, "id: ") &&
		    !tkt_str_eq((struct tkt_str){ line.ptr + 4, line.len - 4 }, o->id))
			return true;
	return false;
}

static bool is_a_side(const struct tkt_merge_look *l, const struct look_item *o)
{
	for (size_t i = 0; i < l->sides.n; i++)
		if (o->sides[i].places == 1 && tkt_merge_same_bytes(&o->sides[i].bytes, &o->here.bytes))
			return true;
	return false;
}

static int settle(struct tkt_merge_look *l, const struct look_item *o, bool stranger, struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT;
	int rc = 0;

	tkt_store_path(&path, o->status, o->id, "item.md");
	if (l->done) {
		rc = l->dry ? 0 : tkt_merge_replace(l, path.ptr, &o->here.bytes, &o->made, err);
		if (!rc)
			tkt_findings_add(l->done, stranger ? "T022" : "T098", o->id, path.ptr, 0, NULL, "%s",
					 stranger ? "merged anew from git's commits" : "what the merge lost came back");
	} else if (!stranger) { /* else the conflict is told already */
		tkt_findings_add(l->d->f, "T098", o->id, path.ptr, 0, "tkt doctor --fix puts it back",
				 "the merge lost what a side changed");
	}
	tkt_buf_release(&path);
	return rc;
}

int tkt_merge_item_look(struct tkt_merge_look *l, const char *id, struct tkt_error *err)
{
	struct look_item o = { .id = id };
	bool stranger = false, wrong = false;
	int rc = 0;

	if (!read_here(l, &o) || (!l->done && has_stranger(&o)))
		goto out;
	rc = merge_sides(l, &o, err);
	if (rc || !o.known || !o.made.len || tkt_merge_same_bytes(&o.made, &o.here.bytes))
		goto out;
	stranger = has_stranger(&o);
	if (stranger)
		rc = tkt_merge_is_gits(l, id, "item.md", &o.here.bytes, &wrong, err);
	else /* A squash leaves no word of whether it was given up. */
		wrong = o.clean && !l->sides.squash && is_a_side(l, &o);
	if (!rc && wrong)
		rc = settle(l, &o, stranger, err);
out:
	for (size_t i = 0; o.sides && i < l->sides.n; i++)
		tkt_buf_release(&o.sides[i].bytes);
	free(o.sides);
	tkt_buf_release(&o.here.bytes);
	tkt_buf_release(&o.made);
	return rc;
}
