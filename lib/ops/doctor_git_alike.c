/* ops/doctor_git_alike: events that git gave to another ticket, some time ago.
 *
 * Git follows a moved file by its likeness. Tickets that a script made in one second have threads that are equal byte
 * for byte, so that git may take one for the other; and where only one side of a merge changed a thread it asks no
 * driver. A merge can be looked at again, from its parents; a rebase, a cherry-pick or a squash leaves no trace but
 * git's log of HEAD: where an event stood first there it was written. */
#include <stdlib.h>
#include <string.h>

#include "ops/doctor_git_alike_int.h"
#include "ops/doctor_git_merge_int.h"
#include "store/txn.h"

struct look {
	struct tkt_alike a;
	struct tkt_findings *done; /* NULL: only look */
	bool dry;
	struct tkt_git_sides sides; /* read where something is found */
	bool has_sides;
};

/* --- telling and mending -------------------------------------------------------------------------- */

static size_t find_event(struct look *l, const struct tkt_merge_one *o, size_t event)
{
	size_t i = 0;

	while (i < o->here.thread.n && tkt_alike_event(&l->a, &o->here.thread.items[i]) != event)
		i++;
	return i;
}

static bool is_told(const struct tkt_findings *f, const char *id, size_t line)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->items[i].rule->code, "T098") == 0 && f->items[i].line == line && f->items[i].id &&
		    strcmp(f->items[i].id, id) == 0)
			return true;
	return false;
}

static int send_home(struct look *l, const struct tkt_merge_one *from, const struct tkt_merge_one *home, size_t i,
		     const char *from_path, const char *home_path, struct tkt_error *err)
{
	const struct tkt_event *e = &from->here.thread.items[i];
	struct tkt_buf cut = TKT_BUF_INIT, joined = TKT_BUF_INIT;
	struct tkt_txn *t = NULL;
	int rc = tkt_txn_begin(&t, l->a.d->p->store, err);

	if (!rc) {
		tkt_merge_cut(&cut, &from->here, i);
		tkt_thread_union(&joined, tkt_merge_str(&home->here.bytes),
				 (struct tkt_str){ from->here.bytes.ptr + e->start, e->end - e->start });
		tkt_txn_write(t, home_path, &home->here.bytes, joined.ptr, joined.len);
		tkt_txn_write(t, from_path, &from->here.bytes, cut.ptr, cut.len);
		rc = tkt_txn_commit(t, err);
	}
	tkt_txn_free(t);
	tkt_buf_release(&cut);
	tkt_buf_release(&joined);
	return rc;
}

static int settle(struct look *l, const struct tkt_alike_doubt *d, struct tkt_error *err)
{
	struct tkt_merge_one from = { .id = l->a.tickets.items[d->from].id };
	struct tkt_merge_one home = { .id = l->a.tickets.items[d->home].id };
	struct tkt_buf from_path = TKT_BUF_INIT, home_path = TKT_BUF_INIT;
	size_t i = 0;
	int rc = 0;

	if (!tkt_merge_read_here(l->a.d, &from) || !tkt_merge_read_here(l->a.d, &home) ||
	    (i = find_event(l, &from, d->event)) == from.here.thread.n)
		goto out;
	tkt_store_path(&from_path, from.status, from.id, "thread.md");
	tkt_store_path(&home_path, home.status, home.id, "thread.md");
	if (l->done) {
		rc = l->dry ? 0 : send_home(l, &from, &home, i, from_path.ptr, home_path.ptr, err);
		if (!rc)
			tkt_findings_add(l->done, "T098", from.id, from_path.ptr, 0, NULL,
					 "an event of ticket '%s' went back to it", home.id);
	} else if (!is_told(l->a.d->f, from.id, from.here.thread.items[i].line)) {
		tkt_findings_add(l->a.d->f, "T098", from.id, from_path.ptr, from.here.thread.items[i].line,
				 "tkt doctor --fix takes it back there", "git put an event of ticket '%s' here",
				 home.id);
	}
out:
	tkt_merge_text_release(&from.here);
	tkt_merge_text_release(&home.here);
	tkt_buf_release(&from_path);
	tkt_buf_release(&home_path);
	return rc;
}

/* A side of the merge that is looked at has the event there, and brought it: if it went, doctor_git_merge would miss it,
 * as long as the merge is not committed with it. That goes first. */
static int is_wanted(struct look *l, const struct tkt_alike_doubt *d, bool *yes, struct tkt_error *err)
{
	int rc = l->has_sides ? 0 : tkt_git_sides_read(l->a.d->g, &l->sides, err);
	struct tkt_alike_place head;

	l->has_sides = true;
	*yes = false;
	if (!rc && l->sides.merged) {
		rc = tkt_alike_place(&l->a, &l->a.head, d->from, &head, err);
		if (rc || tkt_alike_has(&l->a, head.text, d->event))
			return rc;
	}
	for (size_t i = 0; i < l->sides.n && !rc && !*yes; i++) {
		const struct tkt_git_side *s = &l->sides.items[i];
		struct tkt_alike_place place;

		if (s->skip)
			continue;
		rc = tkt_alike_place(&l->a, &s->commit, d->from, &place, err);
		*yes = !rc && tkt_alike_has(&l->a, place.text, d->event);
		for (size_t k = 0; k < s->bases.n && !rc && *yes; k++) {
			rc = tkt_alike_place(&l->a, &s->bases.items[k], d->from, &place, err);
			*yes = !rc && !tkt_alike_has(&l->a, place.text, d->event);
		}
	}
	return rc;
}

/* --- here against then ----------------------------------------------------------------------------- */

struct run { /* the spots of one event */
	const struct tkt_alike_spot *items;
	size_t n;
};

static bool in_run(const struct run *r, size_t ticket)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->items[i].ticket == ticket)
			return true;
	return false;
}

static bool same_run(const struct run *a, const struct run *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (!in_run(b, a->items[i].ticket))
			return false;
	return a->n == b->n;
}

/* The spots from *i on that are of the same event (and tip) as this one. */
static struct run next_run(const struct tkt_alike_spots *v, size_t *i)
{
	struct run r = { v->items + *i, 0 };

	while (*i < v->n && v->items[*i].event == r.items->event && v->items[*i].at == r.items->at) {
		++*i;
		r.n++;
	}
	return r;
}

/* The spots of this event, if there are any; *i goes on to it. */
static struct run run_of(const struct tkt_alike_spots *v, size_t *i, size_t event)
{
	while (*i < v->n && v->items[*i].event < event)
		++*i;
	return *i < v->n && v->items[*i].event == event ? next_run(v, i) : (struct run){ NULL, 0 };
}

/* What tips say of an event that came by copying: those that do not have it from here must all say the same. If one
 * of them says what is here, nobody knows. */
static int ask_tips(struct look *l, const struct run *here, size_t *i, struct run *out, struct tkt_error *err)
{
	size_t event = here->items->event;
	bool differ = false;
	int rc = 0;

	for (struct run r; (r = run_of(&l->a.others, i, event)).n && !rc;) {
		bool copy = false;

		rc = tkt_alike_is_in(&l->a, &l->a.first[event].commit, &l->a.tips.items[r.items->at].commit, &copy, err);
		if (rc || copy)
			continue;
		differ = differ || (out->n && !same_run(&r, out));
		*out = r;
	}
	if (differ)
		out->n = 0;
	return rc;
}

/* Of one that is not committed the oldest counts: it may have been stashed again since. */
static void ask_stashes(const struct look *l, size_t event, size_t *i, struct run *out)
{
	const struct tkt_alike_tip *tips = l->a.tips.items;

	for (struct run r; (r = run_of(&l->a.others, i, event)).n;)
		if (!out->n || tips[r.items->at].time <= tips[out->items->at].time)
			*out = r;
}

/* Each ticket that should not have the event, beside one that should. */
static int compare(struct look *l, const struct run *here, const struct run *then, const struct run *first, bool tip,
		   struct tkt_error *err)
{
	const struct tkt_alike_ticket *tickets = l->a.tickets.items;
	size_t k = 0;
	int rc = 0;

	for (size_t i = 0; i < here->n && then->n && !rc; i++) {
		struct tkt_alike_doubt d = { here->items[i].event, here->items[i].ticket, 0 };
		bool yes = false, wanted = false, doubled;

		if (in_run(then, d.from))
			continue;
		while (k < then->n && in_run(here, then->items[k].ticket))
			k++;
		doubled = k == then->n;
		/* Somebody may have written the same to both; but not what came with a copy. */
		if (doubled && tip && first->n && !in_run(first, d.from))
			continue;
		d.home = then->items[doubled ? 0 : k++].ticket;
		if (tickets[d.from].birth == tickets[d.home].birth && tickets[d.home].text != TKT_ALIKE_NONE)
			rc = tkt_alike_ask(&l->a, &d, &yes, err);
		if (!rc && yes)
			rc = is_wanted(l, &d, &wanted, err);
		if (!rc && yes && !wanted)
			rc = settle(l, &d, err);
	}
	return rc;
}

static int look_at_all(struct look *l, struct tkt_error *err)
{
	size_t h = 0, t = 0, o = 0;
	int rc = 0;

	while (h < l->a.here.n && !rc) {
		struct run here = next_run(&l->a.here, &h), then = run_of(&l->a.then, &t, here.items->event);
		const struct tkt_alike_first *first = &l->a.first[here.items->event];
		struct run tips = { NULL, 0 };

		if (first->commit.n && !first->copied) {
			rc = compare(l, &here, &then, &then, false, err);
			continue;
		}
		if (first->commit.n)
			rc = ask_tips(l, &here, &o, &tips, err);
		else
			ask_stashes(l, here.items->event, &o, &tips);
		if (!rc)
			rc = compare(l, &here, &tips, &then, true, err);
	}
	return rc;
}

int tkt_doctor_git_alike(struct tkt_doctor_git *d, const struct tkt_findings *births, struct tkt_findings *done, bool dry,
			 struct tkt_error *err)
{
	struct look l = { .a = { .d = d }, .done = done, .dry = dry };
	int rc;

	tkt_alike_read(&l.a, births);
	rc = tkt_alike_past(&l.a, err);
	if (!rc)
		rc = look_at_all(&l, err);
	if (rc == TKT_ENOTFOUND) { /* no commit yet, or objects are missing: then others say so */
		tkt_error_release(err);
		rc = 0;
	}
	tkt_git_sides_release(&l.sides);
	tkt_alike_release(&l.a);
	return rc;
}
