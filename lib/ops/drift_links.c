/* ops/drift_links: which commits belong to which ticket, for all tickets at once. As ops/links does for one: by reference, by
 * hand, by the branch. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/drift_int.h"
#include "text/message.h"
#include "text/ref.h"

/* --- one link ---------------------------------------------------------------------------------- */

static const struct tkt_by_hand *said_of(const struct tkt_drift_fact *f, const struct tkt_oid *oid)
{
	for (size_t i = 0; i < f->hand.n; i++)
		if (tkt_oid_begins(oid, f->hand.items[i].sha))
			return &f->hand.items[i];
	return NULL;
}

static struct tkt_drift_link *add(struct tkt_drifting *d, struct tkt_drift_fact *f, int64_t n)
{
	struct tkt_drift_link *l;

	TKT_GROW(&f->links);
	l = &f->links.items[f->links.n++];
	*l = (struct tkt_drift_link){ .n = n };
	if (n > 0) {
		l->merged = tkt_index_set_has(&d->main, n);
		tkt_index_set_add(&d->named, n);
	}
	return l;
}

static int by_oid(const void *a, const void *b)
{
	const struct tkt_drift_link *x = a, *y = b;
	int order = memcmp(x->oid.bytes, y->oid.bytes, sizeof x->oid.bytes);

	return order ? order : (x->n > y->n) - (x->n < y->n);
}

/* Each commit once, by its strongest. */
static void unite(struct tkt_drift_fact *f)
{
	size_t kept = 0;

	if (f->links.n > 1)
		qsort(f->links.items, f->links.n, sizeof *f->links.items, by_oid);
	for (size_t i = 0; i < f->links.n; i++) {
		struct tkt_drift_link *l = &f->links.items[i], *last = kept ? &f->links.items[kept - 1] : NULL;

		if (!last || !l->oid.n || !tkt_oid_equal(&last->oid, &l->oid)) {
			f->links.items[kept++] = *l;
			continue;
		}
		last->closes |= l->closes;
		last->branch |= l->branch;
		last->weak &= l->weak;
	}
	f->links.n = kept;
}

/* --- by hand, by reference --------------------------------------------------------------------- */

static int by_hand(struct tkt_drifting *d, struct tkt_drift_fact *f, struct tkt_error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < f->hand.n; i++) {
		const char *sha = f->hand.items[i].sha;
		struct tkt_drift_link *l;
		struct tkt_oid oid;
		int64_t n;

		if (!f->hand.items[i].linked)
			continue;
		n = tkt_oid_parse(&oid, sha, strlen(sha)) ? tkt_links_number(d->x, &oid) : tkt_links_abbreviated(d->x, sha);
		l = add(d, f, n);
		if (n > 0)
			rc = tkt_links_oid(d->x, n, &l->oid, &l->time, err);
	}
	return rc;
}

/* What a merge of the ticket's branch brought belongs to it. */
static void brought(struct tkt_drifting *d, int64_t merge)
{
	struct tkt_index_set before = { NULL, 0, 0 }, theirs = { NULL, 0, 0 };
	size_t count;
	const int64_t *parents = tkt_graph_parents(d->graph, merge, &count);

	if (count > 1) {
		tkt_graph_reach(d->graph, parents[0], &before);
		tkt_graph_reach_all(d->graph, parents + 1, count - 1, &theirs);
	}
	for (int64_t n = merge; theirs.n && n > 0; n--)
		if (tkt_index_set_has(&theirs, n) && !tkt_index_set_has(&before, n))
			tkt_index_set_add(&d->named, n);
	tkt_index_set_release(&before);
	tkt_index_set_release(&theirs);
}

static void by_reference(struct tkt_drifting *d)
{
	for (size_t i = 0; i < d->refs.n; i++) {
		const struct tkt_reference *ref = &d->refs.items[i];
		struct tkt_drift_fact *f = ref->id ? tkt_drift_fact(d, ref->id) : NULL;
		const struct tkt_by_hand *said = f ? said_of(f, &ref->hit.oid) : NULL;
		struct tkt_drift_link *l;

		if (!f || (said && !said->linked))
			continue;
		l = add(d, f, ref->hit.n);
		l->oid = ref->hit.oid;
		l->time = ref->hit.time;
		l->closes = ref->hit.closes;
		l->weak = ref->hit.way == TKT_REF_MESSAGE && !ref->hit.closes;
		l->branch = ref->hit.way == TKT_REF_MERGE && ref->hit.merge;
		/* Long ago it matters to nobody, and each costs a look at the graph. */
		if (l->branch && ref->hit.time >= d->req->since)
			brought(d, ref->hit.n);
	}
}

/* --- by the branch ----------------------------------------------------------------------------- */

struct word {
	const char *text;
	struct tkt_drift_fact *fact;
};
struct words {
	struct word *items; /* by text: ids and slugs; keys; numbers */
	size_t n, cap;
};

static void push(struct words *w, const char *text, struct tkt_drift_fact *f)
{
	if (!text)
		return;
	TKT_GROW(w);
	w->items[w->n++] = (struct word){ text, f };
}

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct word *)a)->text, ((const struct word *)b)->text);
}

/* The one ticket whose word this is, or begins with this. */
static struct tkt_drift_fact *only(const struct words *w, const char *text, bool begins)
{
	struct tkt_drift_fact *found = NULL;
	size_t low = 0, high = w->n, len = strlen(text);

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(w->items[mid].text, text) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < w->n; low++) {
		if (begins ? strncmp(w->items[low].text, text, len) != 0 : strcmp(w->items[low].text, text) != 0)
			break;
		if (found && found != w->items[low].fact)
			return NULL;
		found = w->items[low].fact;
	}
	return found;
}

static struct tkt_drift_fact *named(const struct tkt_drifting *d, const struct words *w, const char *branch)
{
	struct tkt_mentions names = { NULL, 0, 0 };
	struct tkt_drift_fact *f = NULL;

	tkt_branch_names(&names, branch, d->p->config.prefix);
	for (size_t i = 0; !f && i < names.n; i++) {
		const char *name = names.items[i].name;
		char digits[41], number[21];

		f = only(&w[0], name, false);
		if (!f && tkt_ref_key_digits(name, d->p->config.prefix, digits))
			f = only(&w[1], digits, true);
		if (!f && tkt_ref_number(name, d->p->config.prefix, number))
			f = only(&w[2], number, false);
	}
	tkt_mentions_release(&names);
	return f;
}

/* The commits that only this branch has. */
static void own(struct tkt_drifting *d, const struct tkt_links_tip *tip)
{
	struct tkt_index_set theirs = { NULL, 0, 0 };

	tkt_graph_reach(d->graph, tip->n, &theirs);
	for (int64_t n = tip->n; n > 0; n--)
		if (tkt_index_set_has(&theirs, n) && !tkt_index_set_has(&d->main, n))
			tkt_index_set_add(&d->named, n);
	tkt_index_set_release(&theirs);
}

static void by_branch(struct tkt_drifting *d)
{
	struct words w[3] = { { NULL, 0, 0 }, { NULL, 0, 0 }, { NULL, 0, 0 } };

	for (size_t i = 0; i < d->facts.n; i++) {
		struct tkt_drift_fact *f = &d->facts.items[i];

		push(&w[0], f->id, f);
		push(&w[0], f->slug, f);
		push(&w[1], f->hex, f);
		push(&w[2], f->number, f);
	}
	for (size_t i = 0; i < TKT_LEN(w); i++)
		if (w[i].n > 1)
			qsort(w[i].items, w[i].n, sizeof *w[i].items, by_text);
	for (size_t i = 0; i < d->tips.n; i++) {
		const struct tkt_links_tip *tip = &d->tips.items[i];
		const char *branch = tkt_branch_of(tip->name);
		struct tkt_drift_fact *f;
		struct tkt_drift_link *l;

		if (!branch || tip->main || tip->n < 1 || tkt_index_set_has(&d->main, tip->n))
			continue;
		f = named(d, w, branch);
		if (!f || (said_of(f, &tip->oid) && !said_of(f, &tip->oid)->linked))
			continue;
		l = add(d, f, tip->n);
		if (tkt_links_oid(d->x, tip->n, &l->oid, &l->time, NULL) != 0)
			l->oid = tip->oid;
		own(d, tip);
	}
	for (size_t i = 0; i < TKT_LEN(w); i++)
		free(w[i].items);
}

int tkt_drift_link(struct tkt_drifting *d, struct tkt_error *err)
{
	int rc = 0;

	by_reference(d);
	for (size_t i = 0; !rc && i < d->facts.n; i++)
		if (d->facts.items[i].hand.n)
			rc = by_hand(d, &d->facts.items[i], err);
	if (!rc && d->out->mains)
		by_branch(d);
	for (size_t i = 0; i < d->facts.n; i++)
		unite(&d->facts.items[i]);
	return rc;
}
