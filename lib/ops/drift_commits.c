/* ops/drift_commits: the commits since a day: those that name no ticket, and those that name one in vain. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/drift_int.h"
#include "ops/reverts.h"
#include "ops/tips.h"

#define SLOP 5 /* so many old commits in a row end a path: clocks go wrong */

struct step {
	int64_t n;
	int slop;
};

struct walk {
	struct tkt_drifting *d;
	struct { struct step *items; size_t n, cap; } todo;
	struct tkt_index_set seen, recent;
	struct { int64_t *items; size_t n, cap; } found; /* recent ones */
	struct tkt_tree_scan a, b;
	struct tkt_buf x, y;
};

/* --- which commits ----------------------------------------------------------------------------- */

static void go_to(struct walk *w, int64_t n, int slop)
{
	if (n < 1 || tkt_index_set_has(&w->seen, n))
		return;
	tkt_index_set_add(&w->seen, n);
	TKT_GROW(&w->todo);
	w->todo.items[w->todo.n++] = (struct step){ n, slop };
}

/* From HEAD and the local branches: what others push is theirs to mend. */
static int find_recent(struct walk *w, struct tkt_error *err)
{
	const struct tkt_drifting *d = w->d;
	int rc = 0;

	for (size_t i = 0; i < d->tips.n; i++)
		if (strcmp(d->tips.items[i].name, "HEAD") == 0 || tkt_starts_with(d->tips.items[i].name, "refs/heads/"))
			go_to(w, d->tips.items[i].n, SLOP);
	while (!rc && w->todo.n) {
		struct step s = w->todo.items[--w->todo.n];
		struct tkt_oid oid;
		const int64_t *parents;
		int64_t time;
		size_t count;

		rc = tkt_links_oid(d->x, s.n, &oid, &time, err);
		if (rc)
			break;
		if (time >= d->req->since) {
			TKT_GROW(&w->found);
			w->found.items[w->found.n++] = s.n;
			tkt_index_set_add(&w->recent, s.n);
			s.slop = SLOP;
		} else if (--s.slop <= 0) {
			continue;
		}
		parents = tkt_graph_parents(d->graph, s.n, &count);
		for (size_t i = 0; i < count; i++)
			go_to(w, parents[i], s.slop);
	}
	return rc;
}

/* --- what did it change? ----------------------------------------------------------------------- */

/* The tree's bytes without the entry `name`; what that is, in *entry (n 0: not there, or no directory). */
static int all_but(struct walk *w, struct tkt_tree_scan *s, const struct tkt_oid *tree, struct tkt_str name,
		   struct tkt_oid *entry, struct tkt_buf *out, struct tkt_error *err)
{
	struct tkt_tree_entry e;
	int rc = tkt_tree_open(s, w->d->g, tree, err);
	size_t from = 0;

	tkt_buf_reset(out);
	memset(entry, 0, sizeof *entry);
	while (!rc && tkt_tree_next(s, &e)) {
		if (tkt_str_eq(name, e.name)) {
			if (tkt_tree_is_dir(&e))
				*entry = e.oid;
		} else {
			tkt_buf_add(out, s->bytes.ptr + from, s->at - from);
		}
		from = s->at;
	}
	return rc;
}

/* Do the two trees differ in anything that does not lie in the root? */
static int differ_outside(struct walk *w, struct tkt_oid before, struct tkt_oid after, bool *outside,
			  struct tkt_error *err)
{
	const char *rest = tkt_git_facts(w->d->g)->prefix;
	struct tkt_oid x, y;
	int rc = 0;

	*outside = false;
	while (!rc && *rest && !*outside && !tkt_oid_equal(&before, &after)) {
		struct tkt_str name = { rest, strcspn(rest, "/") };

		rc = all_but(w, &w->a, &before, name, &x, &w->x, err);
		if (!rc)
			rc = all_but(w, &w->b, &after, name, &y, &w->y, err);
		*outside = w->x.len != w->y.len || memcmp(w->x.ptr, w->y.ptr, w->x.len) != 0;
		before = x;
		after = y;
		rest += name.len + (rest[name.len] == '/');
	}
	return rc;
}

static int looks_outside(struct walk *w, const struct tkt_git_commit *c, bool *outside, struct tkt_error *err)
{
	struct tkt_git_commit parent;
	struct tkt_oid before;
	int rc = 0;

	memset(&parent, 0, sizeof parent);
	memset(&before, 0, sizeof before);
	if (c->parents.n) {
		rc = tkt_git_commit(w->d->g, &c->parents.items[0], &parent, err);
		before = parent.tree;
	}
	tkt_git_commit_release(&parent);
	return rc ? rc : differ_outside(w, before, c->tree, outside, err);
}

/* --- the two lists ----------------------------------------------------------------------------- */

static struct tkt_drift_commit *add(struct tkt_drift_commits *list, const struct tkt_oid *oid, int64_t time)
{
	struct tkt_drift_commit *c;

	TKT_GROW(list);
	c = &list->items[list->n++];
	*c = (struct tkt_drift_commit){ .time = time };
	tkt_oid_hex(oid, c->sha);
	return c;
}

/* Only what claims to be a ticket: a word in Refs: may be anything. */
static void find_vain(struct walk *w)
{
	struct tkt_drifting *d = w->d;

	for (size_t i = 0; i < d->refs.n; i++) {
		const struct tkt_reference *ref = &d->refs.items[i];
		struct tkt_drift_commit *c;

		if (ref->id || !ref->hit.sure || !tkt_index_set_has(&w->recent, ref->hit.n))
			continue;
		c = add(&d->out->vain, &ref->hit.oid, ref->hit.time);
		c->subject = tkt_strdup_null(ref->hit.subject);
		c->author = tkt_strdup_null(ref->hit.author);
		c->name = tkt_strdup(ref->hit.name);
		c->ambiguous = ref->ambiguous;
		tkt_index_set_add(&d->named, ref->hit.n); /* told here, and only here */
	}
}

/* Where a shallow clone ends nobody knows what the commit changed. */
static bool is_cut_off(const struct tkt_drifting *d, const struct tkt_git_commit *c)
{
	return !c->parents.n && tkt_git_facts(d->g)->shallow;
}

#define CHAIN 16 /* reverts of reverts of ... */

/* It takes back, or is a copy of, what belongs to a ticket; or of what does so, or of a merge, which needs no name either. */
static bool follows_named(const struct tkt_drifting *d, const struct tkt_git_commit *first)
{
	struct tkt_git_commit c;
	struct tkt_oid oid;
	bool more = tkt_says_reverts(first, &oid) || tkt_says_picked(first, &oid);

	for (int i = 0; more && i < CHAIN; i++) {
		int64_t n = tkt_links_number(d->x, &oid);

		if (n > 0 && tkt_index_set_has(&d->named, n))
			return true;
		if (tkt_git_commit(d->g, &oid, &c, NULL) != 0)
			return false;
		if (c.parents.n > 1) {
			tkt_git_commit_release(&c);
			return true;
		}
		more = tkt_says_reverts(&c, &oid) || tkt_says_picked(&c, &oid);
		tkt_git_commit_release(&c);
	}
	return false;
}

static int look_at(struct walk *w, int64_t n, struct tkt_error *err)
{
	struct tkt_drifting *d = w->d;
	struct tkt_git_commit c;
	struct tkt_oid oid;
	bool outside = false;
	int64_t time;
	int rc = tkt_links_oid(d->x, n, &oid, &time, err);

	if (rc)
		return rc;
	memset(&c, 0, sizeof c);
	rc = tkt_git_commit(d->g, &oid, &c, err);
	if (!rc && c.parents.n < 2 && !is_cut_off(d, &c) && !follows_named(d, &c))
		rc = looks_outside(w, &c, &outside, err);
	if (!rc && outside) {
		struct tkt_drift_commit *to = add(&d->out->nameless, &oid, time);

		to->subject = tkt_git_subject(&c);
		to->author = tkt_strdup_null(c.author);
	}
	tkt_git_commit_release(&c);
	return rc;
}

static int newest_first(const void *a, const void *b)
{
	const struct tkt_drift_commit *x = a, *y = b;
	int order;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	order = strcmp(x->sha, y->sha);
	return order || !x->name || !y->name ? order : strcmp(x->name, y->name);
}

static void sort(struct tkt_drift_commits *list)
{
	if (list->n > 1)
		qsort(list->items, list->n, sizeof *list->items, newest_first);
}

/* A commit whose objects are not here (a partial or broken clone) is passed over, and the answer is not whole. */
static int find_nameless(struct walk *w, struct tkt_error *err)
{
	struct tkt_drifting *d = w->d;
	int rc = 0;

	for (size_t i = 0; !rc && i < w->found.n; i++) {
		struct tkt_error why = TKT_ERROR_INIT;

		if (tkt_index_set_has(&d->named, w->found.items[i]))
			continue;
		rc = look_at(w, w->found.items[i], &why);
		if (rc == TKT_EIO) {
			tkt_error_move(err, &why);
			break;
		}
		if (rc) {
			d->out->whole = false;
			if (!d->out->why)
				d->out->why = tkt_strdup(why.message ? why.message : "objects are missing");
			rc = 0;
		}
		tkt_error_release(&why);
	}
	return rc;
}

int tkt_drift_commits(struct tkt_drifting *d, struct tkt_error *err)
{
	struct walk w = { .d = d, .x = TKT_BUF_INIT, .y = TKT_BUF_INIT };
	int rc;

	tkt_buf_init(&w.a.bytes);
	tkt_buf_init(&w.b.bytes);
	rc = find_recent(&w, err);
	if (!rc)
		find_vain(&w);
	if (!rc)
		rc = find_nameless(&w, err);
	sort(&d->out->nameless);
	sort(&d->out->vain);
	free(w.todo.items);
	free(w.found.items);
	tkt_index_set_release(&w.seen);
	tkt_index_set_release(&w.recent);
	tkt_buf_release(&w.a.bytes);
	tkt_buf_release(&w.b.bytes);
	tkt_buf_release(&w.x);
	tkt_buf_release(&w.y);
	return rc;
}
