/* ops/links: the commits of a ticket: by history, and by hand. */
#include "ops/links_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const methods[] = { "branch", "merge", "message", "keyword", "trailer", "manual" };

struct gather {
	struct tkt_project *p;
	struct tkt_index *x;
	const struct tkt_record *r;
	const struct tkt_history *h;
	struct tkt_links_tips tips;
	struct tkt_graph *g;
	struct tkt_founds found;
	struct tkt_by_hands hand;
	struct { struct tkt_links_told *items; size_t n, cap; } told; /* what the index did not know; borrowed */
	struct tkt_links *out;
};

static void link_release(struct tkt_link *l)
{
	free(l->subject);
	free(l->author);
	tkt_strv_release(&l->branches);
}

void tkt_links_release(struct tkt_links *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n; i++)
		link_release(&l->items[i]);
	free(l->items);
	free(l->why);
	memset(l, 0, sizeof *l);
}

static struct tkt_link *add(struct tkt_links *out, int64_t n, int rank, bool closes)
{
	struct tkt_link *l;

	TKT_GROW(out);
	l = &out->items[out->n++];
	memset(l, 0, sizeof *l);
	l->n = n;
	l->method = methods[rank];
	l->closes = closes;
	l->time = -1;
	l->files = l->added = l->removed = -1;
	l->merged = -1;
	return l;
}

static void set_oid(struct tkt_link *l, const struct tkt_oid *oid)
{
	l->oid = *oid;
	tkt_oid_hex(oid, l->sha);
}

/* --- by history --- */

static int search(struct gather *w, struct tkt_error *err)
{
	struct tkt_called called;
	int rc = TKT_ECONFLICT;

	tkt_called_init(&called, w->p, w->r);
	for (int tries = 0; rc == TKT_ECONFLICT && tries < 3; tries++) {
		tkt_links_tips_release(&w->tips);
		tkt_graph_free(w->g);
		w->g = NULL;
		w->found.n = 0;
		/* Where nothing can be read and nothing was, there are no tips; the graph is empty. */
		rc = tkt_links_tips(w->x, &w->tips, err);
		if (!rc)
			rc = tkt_links_search(&called, &w->tips, &w->g, &w->found, tries < 2 ? NULL : err);
	}
	tkt_called_release(&called);
	return rc;
}

/* --- by hand --- */

/* A commit that no walk has met: it is there all the same, or it is gone. */
static void look_outside(struct gather *w, struct tkt_link *l, const char *sha)
{
	struct tkt_git_commit c;
	struct tkt_git *git = NULL;
	struct tkt_oid oid;
	size_t len = strlen(sha);

	memset(&c, 0, sizeof c);
	l->missing = true;
	memcpy(l->sha, sha, len + 1);
	if (tkt_oid_parse(&oid, sha, len))
		l->oid = oid;
	if (tkt_project_git(w->p, &git, NULL) != 0 ||
	    (!l->oid.n && (tkt_git_resolve(git, sha, &oid, NULL) != 0 || !tkt_oid_begins(&oid, sha))))
		return;
	if (tkt_git_commit(git, &oid, &c, NULL) == 0) {
		l->missing = false;
		set_oid(l, &oid);
		l->subject = tkt_git_subject(&c);
		l->author = tkt_strdup_null(c.author);
		l->time = c.time;
		l->merge = c.parents.n > 1;
	}
	tkt_git_commit_release(&c);
}

static const struct tkt_by_hand *said_of(const struct gather *w, const struct tkt_oid *oid)
{
	for (size_t i = 0; i < w->hand.n; i++)
		if (tkt_oid_begins(oid, w->hand.items[i].sha))
			return &w->hand.items[i];
	return NULL;
}

static int64_t number_of(const struct gather *w, const char *sha)
{
	struct tkt_oid oid;

	return tkt_oid_parse(&oid, sha, strlen(sha)) ? tkt_links_number(w->x, &oid) : tkt_links_abbreviated(w->x, sha);
}

/* What people said counts more than what history says. */
static int put_together(struct gather *w, struct tkt_error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < w->found.n; i++) {
		const struct tkt_found *f = &w->found.items[i];
		struct tkt_link *l;
		struct tkt_oid oid;
		int64_t time;

		rc = tkt_links_oid(w->x, f->n, &oid, &time, err);
		if (rc || said_of(w, &oid)) {
			if (!rc && said_of(w, &oid)->linked && f->closes)
				w->hand.items[said_of(w, &oid) - w->hand.items].closes = true;
			continue;
		}
		l = add(w->out, f->n, f->rank, f->closes);
		set_oid(l, &oid);
		l->time = time;
	}
	for (size_t i = 0; !rc && i < w->hand.n; i++) {
		const struct tkt_by_hand *h = &w->hand.items[i];
		struct tkt_link *l;

		if (!h->linked)
			continue;
		l = add(w->out, number_of(w, h->sha), TKT_RANK_MANUAL, h->closes);
		if (l->n < 0) {
			look_outside(w, l, h->sha);
			continue;
		}
		rc = tkt_links_oid(w->x, l->n, &l->oid, &l->time, err);
		if (!rc)
			tkt_oid_hex(&l->oid, l->sha);
	}
	return rc;
}

/* --- details --- */

static void describe(struct gather *w, struct tkt_link *l)
{
	struct tkt_git_commit c;
	struct tkt_git *git = NULL;
	size_t parents;

	if (l->n < 0)
		return;
	(void)tkt_graph_parents(w->g, l->n, &parents);
	l->merge = parents > 1;
	tkt_links_said(w->x, l->n, &l->author, &l->subject);
	if (l->subject)
		return;
	memset(&c, 0, sizeof c);
	if (tkt_project_git(w->p, &git, NULL) == 0 && tkt_git_commit(git, &l->oid, &c, NULL) == 0) {
		l->subject = tkt_git_subject(&c);
		free(l->author);
		l->author = tkt_strdup_null(c.author);
		TKT_GROW(&w->told);
		w->told.items[w->told.n++] = (struct tkt_links_told){ l->n, l->oid, l->time, l->author, l->subject };
	}
	tkt_git_commit_release(&c);
}

static void numstat(struct gather *w, struct tkt_link *l)
{
	struct tkt_git_diff d;
	struct tkt_git *git = NULL;

	memset(&d, 0, sizeof d);
	if (l->missing || !l->oid.n || tkt_project_git(w->p, &git, NULL) != 0 ||
	    tkt_git_diff(git, &l->oid, TKT_GIT_STAT, 0, &d, NULL) != 0)
		return;
	l->files = (long)d.n;
	l->added = d.missing ? -1 : d.added;
	l->removed = d.missing ? -1 : d.removed;
	tkt_git_diff_release(&d);
}

/* Some of the commits at a time: which branches are above them. */
static void put_branches(struct gather *w, struct tkt_link **some, const int64_t *numbers, size_t n, uint64_t *mask)
{
	bool main = false;

	tkt_graph_mask(w->g, numbers, n, mask);
	for (size_t t = 0; t < w->tips.n; t++) {
		const struct tkt_links_tip *tip = &w->tips.items[t];
		const char *name = tkt_branch_short(tip->name);

		main |= tip->main && tip->n > 0;
		for (size_t i = 0; tip->n > 0 && name && i < n; i++) {
			if (!(mask[tip->n - tkt_graph_oldest(w->g)] >> i & 1))
				continue;
			tkt_strv_push(&some[i]->branches, name);
			if (tip->main)
				some[i]->merged = 1;
		}
	}
	/* Where history is cut off, a path may be behind the cut. */
	for (size_t i = 0; i < n; i++)
		if (some[i]->merged < 0 && main && w->h->known && w->h->whole)
			some[i]->merged = 0;
}

static void find_branches(struct gather *w)
{
	uint64_t *mask = tkt_calloc((size_t)tkt_graph_newest(w->g) + 1, sizeof *mask);
	struct tkt_link *some[64];
	int64_t numbers[64];
	size_t n = 0;

	for (size_t i = 0; i < w->out->n; i++) {
		if (w->out->items[i].missing)
			continue;
		some[n] = &w->out->items[i];
		numbers[n++] = w->out->items[i].n;
		if (n == TKT_LEN(some)) {
			put_branches(w, some, numbers, n, mask);
			n = 0;
		}
	}
	if (n)
		put_branches(w, some, numbers, n, mask);
	free(mask);
}

static int by_time(const void *a, const void *b)
{
	const struct tkt_link *x = a, *y = b;

	if (x->missing != y->missing)
		return x->missing - y->missing;
	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->n != y->n ? (x->n > y->n) - (x->n < y->n) : strcmp(x->sha, y->sha);
}

static bool stopped(const struct gather *w)
{
	return w->p->git_opts.stop && *w->p->git_opts.stop;
}

int tkt_links_of(struct tkt_project *p, const struct tkt_record *r, const struct tkt_history *h, unsigned want,
		 struct tkt_links *out, struct tkt_error *err)
{
	struct gather w = { .p = p, .x = tkt_project_index(p), .r = r, .h = h, .out = out };
	bool rested = tkt_index_rests(w.x);
	int rc;

	memset(out, 0, sizeof *out);
	out->known = h->known && h->whole;
	out->why = tkt_strdup_null(h->why);
	tkt_by_hand(&r->thread, &w.hand);
	rc = search(&w, err);
	if (!rc)
		rc = put_together(&w, err);
	if (!rc && out->n && !w.g)
		rc = tkt_graph_load(&w.g, w.x, 1, err);
	for (size_t i = 0; !rc && i < out->n; i++) {
		describe(&w, &out->items[i]);
		if (want & TKT_LINKS_STAT)
			numstat(&w, &out->items[i]);
		if (stopped(&w))
			rc = tkt_error_set(err, TKT_EIO, "interrupted");
	}
	if (!rc && out->n && want & TKT_LINKS_BRANCHES)
		find_branches(&w);
	if (!rc && out->n > 1)
		qsort(out->items, out->n, sizeof *out->items, by_time);
	if (!rc)
		tkt_links_tell(w.x, w.told.items, w.told.n);
	free(w.told.items);
	free(w.found.items);
	tkt_by_hands_release(&w.hand);
	tkt_links_tips_release(&w.tips);
	tkt_graph_free(w.g);
	if (rested)
		tkt_index_rest(w.x);
	if (rc)
		tkt_links_release(out);
	return rc;
}

int tkt_op_commits(struct tkt_project *p, const char *ref, unsigned want, struct tkt_links *out, struct tkt_error *err)
{
	struct tkt_history h;
	struct tkt_record r;
	char *id = NULL;
	int rc = tkt_project_resolve(p, ref, &id, err);

	memset(out, 0, sizeof *out);
	if (rc)
		return rc;
	tkt_record_init(&r);
	rc = tkt_store_load(p->store, id, TKT_READ_THREAD, &r, err);
	free(id);
	if (rc)
		return rc;
	rc = tkt_links_refresh(p, false, true, &h, err);
	if (!rc) {
		rc = tkt_links_of(p, &r, &h, want, out, err);
		tkt_history_release(&h);
	}
	tkt_record_release(&r);
	return rc;
}
