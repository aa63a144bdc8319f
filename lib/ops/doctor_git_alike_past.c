/* ops/doctor_git_alike_past: where an event was when it was first seen here: by git's log of HEAD; or, if it came by a
 * cherry-pick or is not committed, by the tips of other branches, and the stash. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/doctor_git_alike_int.h"

enum {
	STATES_MAX = 1000, /* of HEAD, the newest */
	TIPS_MAX = 200,
	BRANCH_MAX = 50    /* what the branch was before */
};

/* --- spots --- */

static void add_spot(struct tkt_alike_spots *v, size_t event, size_t ticket, size_t at)
{
	TKT_GROW(v);
	v->items[v->n++] = (struct tkt_alike_spot){ event, ticket, at };
}

static int by_event(const void *a, const void *b)
{
	const struct tkt_alike_spot *x = a, *y = b;

	if (x->event != y->event)
		return x->event < y->event ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->ticket < y->ticket ? -1 : x->ticket > y->ticket;
}

/* An event that stands twice in one ticket is another matter. */
static void tidy(struct tkt_alike_spots *v)
{
	size_t kept = 0;

	if (v->n)
		qsort(v->items, v->n, sizeof *v->items, by_event);
	for (size_t i = 0; i < v->n; i++)
		if (!kept || by_event(&v->items[kept - 1], &v->items[i]) != 0)
			v->items[kept++] = v->items[i];
	v->n = kept;
}

/* Those events of the text that the work tree has too. */
static void add_known(struct tkt_alike *a, struct tkt_alike_spots *v, size_t ticket, size_t text, size_t at)
{
	const struct tkt_alike_text *t = text == TKT_ALIKE_NONE ? NULL : &a->texts.items[text];

	for (size_t i = 0; t && i < t->events.n; i++)
		if (t->events.items[i] < a->known)
			add_spot(v, t->events.items[i], ticket, at);
}

static void read_here(struct tkt_alike *a)
{
	a->known = a->events.n;
	for (size_t i = 0; i < a->tickets.n; i++)
		add_known(a, &a->here, i, a->tickets.items[i].text, 0);
	tidy(&a->here);
}

/* --- what HEAD was at --- */

static int add_state(struct tkt_alike *a, struct tkt_oid_map *known, const struct tkt_git_was *was, struct tkt_error *err)
{
	struct tkt_git_commit c;
	int rc;

	if (!tkt_oid_map_put(known, &was->oid, 0))
		return 0;
	rc = tkt_git_commit(a->d->g, &was->oid, &c, err);
	if (rc == TKT_ENOTFOUND) { /* git drops what nothing leads to any more */
		tkt_error_release(err);
		return 0;
	}
	if (rc)
		return rc;
	/* What a merge brought in was there before it. */
	for (size_t i = 0; c.parents.n > 1 && i < c.parents.n; i++)
		if (tkt_oid_map_put(known, &c.parents.items[i], 0)) {
			TKT_GROW(&a->states);
			a->states.items[a->states.n++] = (struct tkt_git_was){ .oid = c.parents.items[i] };
		}
	TKT_GROW(&a->states);
	a->states.items[a->states.n++] = *was;
	if (was->copied)
		tkt_oid_map_put(&a->copied, &was->oid, 0);
	tkt_git_commit_release(&c);
	return 0;
}

static int read_log(struct tkt_alike *a, struct tkt_error *err)
{
	struct tkt_git_reflog log = { NULL, 0, 0 };
	struct tkt_oid_map known = { NULL, 0, 0 };
	int rc = tkt_git_resolve(a->d->g, "HEAD", &a->head, err);

	if (!rc)
		tkt_git_reflog(a->d->g, "HEAD", &log);
	for (size_t i = log.n > STATES_MAX ? log.n - STATES_MAX : 0; i < log.n && !rc; i++)
		rc = add_state(a, &known, &log.items[i], err);
	tkt_oid_map_release(&known);
	free(log.items);
	return rc;
}

static int by_ticket(const void *a, const void *b)
{
	const struct tkt_alike_spot *x = a, *y = b;

	if (x->event != y->event)
		return x->event < y->event ? -1 : 1;
	if (x->ticket != y->ticket)
		return x->ticket < y->ticket ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* Of each event in each ticket the first time; then of these the first of each event. */
static void keep_first(struct tkt_alike *a)
{
	struct tkt_alike_spots *v = &a->seen;
	size_t kept = 0;

	if (v->n)
		qsort(v->items, v->n, sizeof *v->items, by_ticket);
	for (size_t i = 0; i < v->n; i++)
		if (!kept || v->items[kept - 1].event != v->items[i].event || v->items[kept - 1].ticket != v->items[i].ticket)
			v->items[kept++] = v->items[i];
	v->n = kept;
	tidy(v);
	for (size_t i = 0; i < v->n; i++) {
		const struct tkt_git_was *was = &a->states.items[v->items[i].at];
		struct tkt_alike_first *first = &a->first[v->items[i].event];

		if (!first->commit.n)
			*first = (struct tkt_alike_first){ was->oid, was->copied };
		if (tkt_oid_equal(&first->commit, &was->oid))
			add_spot(&a->then, v->items[i].event, v->items[i].ticket, 0);
	}
	tidy(&a->then);
}

static int find_first(struct tkt_alike *a, struct tkt_error *err)
{
	size_t n = a->tickets.n, *text = tkt_calloc(n, sizeof *text), *before = tkt_calloc(n, sizeof *before);
	struct tkt_oid trees[TKT_STATUS_N];
	int rc = 0;

	memset(trees, 0, sizeof trees);
	memset(text, 0xff, n * sizeof *text); /* NONE */
	memset(before, 0xff, n * sizeof *before);
	for (size_t s = 0; s < a->states.n && !rc; s++) {
		bool same = false;

		rc = tkt_alike_state(a, &a->states.items[s].oid, trees, text, &same, err);
		if (rc == TKT_ENOTFOUND) { /* no tickets there yet, or part of it is gone */
			tkt_error_release(err);
			rc = 0;
			continue;
		}
		for (size_t i = 0; i < n && !rc && !same; i++)
			if (text[i] != TKT_ALIKE_NONE && text[i] != before[i])
				add_known(a, &a->seen, i, text[i], s);
		memcpy(before, text, n * sizeof *before);
	}
	if (!rc)
		keep_first(a);
	free(text);
	free(before);
	return rc;
}

/* --- elsewhere --- */

static int read_tip(struct tkt_alike *a, const struct tkt_oid *commit, int64_t time, struct tkt_error *err)
{
	size_t n = a->tickets.n, *text = tkt_calloc(n, sizeof *text);
	struct tkt_oid trees[TKT_STATUS_N];
	bool same = false;
	int rc;

	memset(trees, 0, sizeof trees);
	memset(text, 0xff, n * sizeof *text); /* NONE */
	rc = tkt_alike_state(a, commit, trees, text, &same, err);
	for (size_t i = 0; i < n && !rc; i++)
		add_known(a, &a->others, i, text[i], a->tips.n);
	if (!rc) {
		TKT_GROW(&a->tips);
		a->tips.items[a->tips.n++] = (struct tkt_alike_tip){ *commit, time };
	}
	if (rc == TKT_ENOTFOUND) {
		tkt_error_release(err);
		rc = 0;
	}
	free(text);
	return rc;
}

/* Where the branch was that is checked out: a rebase of it may have begun elsewhere. */
static int read_branch(struct tkt_alike *a, const struct tkt_tip *tip, struct tkt_error *err)
{
	char *ref = tkt_asprintf("refs/%s%s", tkt_starts_with(tip->name, "heads/") ? "" : "heads/", tip->name);
	struct tkt_git_reflog log = { NULL, 0, 0 };
	int rc = 0;

	tkt_git_reflog(a->d->g, ref, &log);
	for (size_t i = log.n > BRANCH_MAX ? log.n - BRANCH_MAX : 0; i < log.n && !rc; i++)
		rc = read_tip(a, &log.items[i].oid, tip->time, err);
	free(log.items);
	free(ref);
	return rc;
}

static int read_tips(struct tkt_alike *a, bool uncommitted, struct tkt_error *err)
{
	struct tkt_git_stashes stashed = { NULL, 0, 0 };
	struct tkt_tips tips = { .n = 0 };
	int rc = tkt_tips_read(a->d->g, TIPS_MAX, &tips, err);

	for (size_t i = 0; i < tips.n && !rc; i++)
		if (tips.items[i].current)
			rc = read_branch(a, &tips.items[i], err);
		else if (tips.items[i].root.n)
			rc = read_tip(a, &tips.items[i].commit, tips.items[i].time, err);
	if (!rc && uncommitted)
		rc = tkt_git_stashed(a->d->g, &stashed, err);
	for (size_t i = 0; i < stashed.n && !rc; i++)
		rc = read_tip(a, &stashed.items[i].commit, stashed.items[i].time, err);
	free(stashed.items);
	tidy(&a->others);
	tkt_tips_release(&tips);
	return rc;
}

int tkt_alike_past(struct tkt_alike *a, struct tkt_error *err)
{
	bool uncommitted = false;
	int rc;

	read_here(a);
	if (!a->known)
		return 0;
	a->first = tkt_calloc(a->known, sizeof *a->first);
	rc = read_log(a, err);
	if (!rc)
		rc = find_first(a, err);
	for (size_t i = 0; i < a->known; i++)
		uncommitted = uncommitted || !a->first[i].commit.n;
	if (!rc && (uncommitted || a->copied.n))
		rc = read_tips(a, uncommitted, err);
	return rc;
}
