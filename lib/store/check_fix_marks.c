/* store/check_fix_marks: files that a merge left with conflict markers, where they have one right answer.
 *
 * A conflict holds both texts whole, so the merge that the drivers of text/merge would have made can still be made:
 * every event of both threads, every paragraph of both resolutions, the fields that only one side changed. Where
 * that leaves a conflict, the file stays as it is: which title counts is for a person to say. A quoted conflict in
 * the middle of a comment is no conflict, and stays too. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_fix_int.h"
#include "text/marks.h"
#include "text/merge.h"

static struct tkt_str str_of(const struct tkt_buf *b)
{
	return (struct tkt_str){ b->ptr, b->len };
}

static struct tkt_merge sides_of(const struct tkt_sides *s)
{
	struct tkt_merge m = { { "", 0 }, str_of(&s->ours), str_of(&s->theirs) };

	if (s->has_base)
		m.base = str_of(&s->base);
	return m;
}

static bool is_clean(struct tkt_str text)
{
	size_t at = 0;

	return !tkt_marks_find(text, &at) && tkt_check_editable(text);
}

/* Headers of events stand in what the sides do not share: then no conflict lies within one comment. */
static bool between_events(struct tkt_str ours, struct tkt_str theirs)
{
	struct tkt_thread a, b;
	bool differ;

	tkt_thread_parse(&a, ours.ptr, ours.len);
	tkt_thread_parse(&b, theirs.ptr, theirs.len);
	differ = a.n != b.n;
	for (size_t i = 0; !differ && i < a.n; i++) {
		const struct tkt_event *x = &a.items[i], *y = &b.items[i];

		differ = strcmp(x->at, y->at) != 0 || strcmp(x->author, y->author) != 0 || strcmp(x->kind, y->kind) != 0;
	}
	tkt_thread_release(&a);
	tkt_thread_release(&b);
	return differ;
}

/* Whole events only: where a side ends within one, a person must look what became of the rest. */
static bool is_whole(struct tkt_str thread)
{
	struct tkt_thread th;
	bool whole = true;

	tkt_thread_parse(&th, thread.ptr, thread.len);
	for (size_t i = 0; whole && i < th.n; i++)
		whole = !(th.items[i].flags & (TKT_EVENT_SCAR | (i + 1 == th.n ? TKT_EVENT_TORN : 0)));
	tkt_thread_release(&th);
	return whole;
}

static bool merge_thread(struct tkt_buf *out, const struct tkt_sides *s)
{
	struct tkt_merge m = sides_of(s);
	struct tkt_strv conflicts = TKT_STRV_INIT;
	bool ok = between_events(m.ours, m.theirs) && is_whole(m.ours) && is_whole(m.theirs);

	if (ok) {
		tkt_merge_thread(out, &m, &conflicts);
		ok = conflicts.n == 0;
	}
	/* Two beginnings that belong to no other ticket: one id that was made twice. */
	if (!ok && conflicts.n && m.base.len) {
		m.base.len = 0;
		tkt_strv_release(&conflicts);
		tkt_buf_reset(out);
		tkt_merge_thread(out, &m, &conflicts);
		ok = conflicts.n == 0;
	}
	tkt_strv_release(&conflicts);
	return ok;
}

static bool merge_prose(struct tkt_buf *out, const struct tkt_sides *s)
{
	const struct tkt_merge m = sides_of(s);
	struct tkt_strv conflicts = TKT_STRV_INIT;
	bool ok;

	tkt_merge_prose(out, &m, &conflicts);
	ok = conflicts.n == 0;
	tkt_strv_release(&conflicts);
	return ok;
}

/* The thread of the same directory tells who changed what, as long as it is not merged yet itself. */
static bool merge_item(struct tkt_fix *f, struct tkt_buf *out, const struct tkt_sides *s, const char *dir)
{
	const struct tkt_merge m = sides_of(s);
	struct tkt_strv conflicts = TKT_STRV_INIT;
	struct tkt_buf thread = TKT_BUF_INIT;
	struct tkt_sides t;
	char *path = tkt_asprintf("%s/thread.md", dir);
	bool ok;

	tkt_fix_read(f, path, &thread);
	tkt_marks_split(&t, str_of(&thread));
	if (s->has_base) {
		tkt_merge_item(out, &m, &conflicts);
		ok = conflicts.n == 0;
	} else {
		ok = tkt_fix_item(out, m.ours, str_of(&t.ours), m.theirs, str_of(&t.theirs));
	}
	tkt_strv_release(&conflicts);
	tkt_sides_release(&t);
	tkt_buf_release(&thread);
	free(path);
	return ok;
}

static bool merge_file(struct tkt_fix *f, struct tkt_buf *out, const char *path, const struct tkt_sides *s)
{
	const char *name = strrchr(path, '/') + 1;
	char *dir = tkt_strndup(path, (size_t)(name - path - 1));
	bool ok = false;

	if (!is_clean(str_of(&s->ours)) || !is_clean(str_of(&s->theirs)))
		ok = false; /* conflicts of conflicts, or something else is wrong */
	else if (strcmp(name, "thread.md") == 0)
		ok = merge_thread(out, s);
	else if (strcmp(name, "resolution.md") == 0)
		ok = merge_prose(out, s);
	else if (strcmp(name, "item.md") == 0)
		ok = merge_item(f, out, s, dir);
	free(dir);
	return ok && is_clean(str_of(out));
}

void tkt_fix_marks(struct tkt_fix *f, const char *path)
{
	struct tkt_buf text = TKT_BUF_INIT, made = TKT_BUF_INIT;
	struct tkt_sides sides = { TKT_BUF_INIT, TKT_BUF_INIT, TKT_BUF_INIT, false, false, 0 };

	if (!strrchr(path, '/') || !tkt_fix_read(f, path, &text))
		goto out;
	tkt_marks_split(&sides, str_of(&text));
	if (!sides.n || !sides.sure)
		goto out;
	if (tkt_fix_strangers(f, path, &text, &sides))
		goto out; /* two tickets */
	if (!f->refused && merge_file(f, &made, path, &sides)) {
		tkt_fix_write(f, path, &text, &made);
		tkt_findings_add(&f->done, "T022", f->id, path, 0, NULL, "both sides merged: nothing in them contradicts");
	}
out:
	tkt_sides_release(&sides);
	tkt_buf_release(&text);
	tkt_buf_release(&made);
}
