/* ops/doctor_git_strays: events that a merge put into a ticket which had them on no side.
 *
 * Each belongs to another ticket that had it on a side: there it stands again or is put back, and goes out of the wrong
 * one. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/doctor_git_merge_int.h"

void tkt_merge_find_strays(struct tkt_merge_look *l, const struct tkt_merge_one *o)
{
	for (size_t i = 0; i < o->here.thread.n; i++) {
		const struct tkt_event *e = &o->here.thread.items[i];
		struct tkt_merge_stray *s;

		if (!tkt_merge_is_whole(e) || tkt_merge_on_a_side(l, o, e) ||
		    (l->sides.merged && !tkt_merge_has(&o->committed, e)))
			continue;
		TKT_GROW(&l->strays);
		s = &l->strays.items[l->strays.n++];
		*s = (struct tkt_merge_stray){ .id = o->id };
		tkt_event_copy(&s->event, e);
	}
}

void tkt_merge_cut(struct tkt_buf *made, const struct tkt_merge_text *t, size_t i)
{
	const struct tkt_event *e = &t->thread.items[i];
	bool last = i + 1 == t->thread.n;
	size_t next = last ? t->bytes.len : e[1].start;

	tkt_buf_add(made, t->bytes.ptr, !last || !i ? e->start : e[-1].end);
	tkt_buf_add(made, t->bytes.ptr + next, t->bytes.len - next);
	if (made->len && made->ptr[made->len - 1] != '\n')
		tkt_buf_putc(made, '\n');
}

static int take_out(struct tkt_merge_look *l, const struct tkt_merge_stray *s, const struct tkt_merge_one *home,
		    struct tkt_error *err)
{
	struct tkt_merge_one o = { .id = s->id };
	struct tkt_buf path = TKT_BUF_INIT, made = TKT_BUF_INIT;
	int rc = 0;

	if (!tkt_merge_read_here(l->d, &o))
		goto out;
	tkt_store_path(&path, o.status, o.id, "thread.md");
	for (size_t i = 0; i < o.here.thread.n; i++) {
		const struct tkt_event *e = &o.here.thread.items[i];

		if (!tkt_event_same(e, &s->event))
			continue;
		if (!l->done) {
			tkt_findings_add(l->d->f, "T098", o.id, path.ptr, e->line, "tkt doctor --fix takes it out",
					 "the merge put an event of ticket '%s' here", home->id);
			break;
		}
		tkt_merge_cut(&made, &o.here, i);
		rc = l->dry ? 0 : tkt_merge_replace(l, path.ptr, &o.here.bytes, &made, err);
		if (!rc)
			tkt_findings_add(l->done, "T098", o.id, path.ptr, 0, NULL, "an event of ticket '%s' went out",
					 home->id);
		break;
	}
out:
	tkt_merge_release_one(l, &o);
	tkt_buf_release(&path);
	tkt_buf_release(&made);
	return rc;
}

/* The ticket had it on a side and has it no more, as long as nobody has said that this is to be so. */
static int take_home(struct tkt_merge_look *l, const struct tkt_merge_stray *s, const struct tkt_merge_one *home,
		     struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT, event = TKT_BUF_INIT, made = TKT_BUF_INIT;
	int rc = 0;

	if (l->done && !l->dry) {
		tkt_store_path(&path, home->status, home->id, "thread.md");
		tkt_event_print(&event, &s->event, true);
		tkt_thread_union(&made, tkt_merge_str(&home->here.bytes), tkt_merge_str(&event));
		rc = tkt_merge_replace(l, path.ptr, &home->here.bytes, &made, err);
	}
	tkt_buf_release(&path);
	tkt_buf_release(&event);
	tkt_buf_release(&made);
	return rc;
}

/* Certain only where the other ticket has the event on a side, and (again) here; or would have it but for this merge, and
 * then it comes first. */
static int send_one(struct tkt_merge_look *l, const struct tkt_merge_stray *s, const struct tkt_strv *homes, bool here,
		    bool *done, struct tkt_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < homes->n && !rc && !*done; i++) {
		struct tkt_merge_one o = { .id = homes->items[i] };

		if (strcmp(s->id, o.id) != 0 && tkt_merge_read_here(l->d, &o) && tkt_merge_has(&o.here, &s->event) == here)
			rc = tkt_merge_read_one(l, &o, err);
		*done = !rc && o.sides && tkt_merge_on_a_side(l, &o, &s->event);
		if (*done && !here)
			rc = take_home(l, s, &o, err);
		if (*done && !rc)
			rc = take_out(l, s, &o, err);
		tkt_merge_release_one(l, &o);
	}
	return rc;
}

/* Nothing of it can be lost, but it may have got what is another one's. */
static int look_at_other(struct tkt_merge_look *l, const char *id, struct tkt_error *err)
{
	struct tkt_merge_one o = { .id = id };
	int rc = 0;

	if (tkt_merge_read_here(l->d, &o)) {
		rc = tkt_merge_read_one(l, &o, err);
		if (!rc)
			tkt_merge_find_strays(l, &o);
	}
	tkt_merge_release_one(l, &o);
	return rc;
}

static int send_to(struct tkt_merge_look *l, const struct tkt_merge_stray *s, bool here, bool *done, struct tkt_error *err)
{
	int rc = send_one(l, s, &l->sides.ids, here, done, err);

	return rc || *done ? rc : send_one(l, s, &l->sides.others, here, done, err);
}

int tkt_merge_strays(struct tkt_merge_look *l, struct tkt_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < l->sides.others.n && !rc; i++)
		if (!tkt_strv_has(&l->sides.ids, l->sides.others.items[i]))
			rc = look_at_other(l, l->sides.others.items[i], err);
	for (size_t i = 0; i < l->strays.n && !rc; i++) {
		bool done = false;

		if (!l->sides.merged) /* else a person may have wanted it so */
			rc = send_to(l, &l->strays.items[i], false, &done, err);
		if (!rc && !done)
			rc = send_to(l, &l->strays.items[i], true, &done, err);
	}
	return rc;
}
