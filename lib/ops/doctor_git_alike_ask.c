/* ops/doctor_git_alike_ask: an event stands in another ticket than before: was that git, or somebody's will? */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/doctor_git_alike_int.h"
#include "ops/doctor_git_merge_int.h"
#include "sys/file.h"

enum { RANGE_MAX = 2000 }; /* commits since an event was written: beyond, nobody knows how it came to where it is */

/* --- history --- */

struct range {
	struct tkt_git_commit *items; /* name and parents only */
	size_t n, cap;
	bool cut; /* there are more */
};

static int collect(void *payload, const struct tkt_git_commit *c, struct tkt_error *err)
{
	struct range *r = payload;
	struct tkt_git_commit *own;

	(void)err;
	if (r->n == RANGE_MAX)
		return TKT_ECONFLICT;
	TKT_GROW(r);
	own = &r->items[r->n++];
	*own = (struct tkt_git_commit){ .oid = c->oid };
	for (size_t i = 0; i < c->parents.n; i++)
		tkt_oids_push(&own->parents, &c->parents.items[i]);
	return 0;
}

/* The commits of tip that are none of base's. */
static int read_range(struct tkt_alike *a, const struct tkt_oid *tip, const struct tkt_oid *base, struct range *out,
		      struct tkt_error *err)
{
	struct tkt_oids tips = { NULL, 0, 0 }, seen = { NULL, 0, 0 };
	struct tkt_git_walk walk = { .tips = &tips, .seen = &seen, .each = collect, .payload = out };
	bool missing = false;
	int rc;

	tkt_oids_push(&tips, tip);
	tkt_oids_push(&seen, base);
	rc = tkt_git_walk(a->d->g, &walk, &missing, err);
	out->cut = rc == TKT_ECONFLICT || missing;
	if (rc == TKT_ECONFLICT) {
		tkt_error_release(err);
		rc = 0;
	}
	tkt_oids_release(&tips);
	tkt_oids_release(&seen);
	return rc;
}

static void release_range(struct range *r)
{
	for (size_t i = 0; i < r->n; i++)
		tkt_oids_release(&r->items[i].parents);
	free(r->items);
	*r = (struct range){ .items = NULL };
}

int tkt_alike_is_in(struct tkt_alike *a, const struct tkt_oid *old, const struct tkt_oid *tip, bool *yes,
		    struct tkt_error *err)
{
	struct range range = { .items = NULL };
	int rc = read_range(a, old, tip, &range, err);

	*yes = !rc && !range.n;
	release_range(&range);
	return rc;
}

/* --- a commit and its parents --- */

struct pair { /* both tickets in a commit */
	struct tkt_alike_place from, home;
	bool in_from, in_home; /* the event */
};

static int read_pair(struct tkt_alike *a, const struct tkt_oid *commit, const struct tkt_alike_doubt *d, struct pair *out,
		     struct tkt_error *err)
{
	int rc = tkt_alike_place(a, commit, d->from, &out->from, err);

	if (!rc)
		rc = tkt_alike_place(a, commit, d->home, &out->home, err);
	out->in_from = !rc && tkt_alike_has(a, out->from.text, d->event);
	out->in_home = !rc && tkt_alike_has(a, out->home.text, d->event);
	return rc;
}

static bool read_item(struct tkt_alike *a, const struct tkt_oid *item, struct tkt_buf *out)
{
	struct tkt_error why = TKT_ERROR_INIT;
	enum tkt_git_type type;
	bool good = item->n && tkt_git_object(a->d->g, item, &type, out, TKT_ITEM_MAX, &why) == 0;

	tkt_error_release(&why);
	return good;
}

static bool read_item_here(struct tkt_alike *a, size_t ticket, struct tkt_buf *out)
{
	const struct tkt_alike_ticket *t = &a->tickets.items[ticket];
	struct tkt_store *s = a->d->p->store;
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_buf path = TKT_BUF_INIT;
	bool good;

	tkt_store_path(&path, t->status, t->id, "item.md");
	good = tkt_file_read(tkt_store_fd(s), path.ptr, TKT_ITEM_MAX, out, NULL, &why) == 0;
	tkt_error_release(&why);
	tkt_buf_release(&path);
	return good;
}

/* Whoever writes an event sets updated_at: was that at another time? */
static bool is_of_other_time(struct tkt_alike *a, const struct tkt_buf *item, size_t event)
{
	const char *key = memmem(item->ptr, item->len, "\nupdated_at:", 12), *value = key ? key + 12 : "";

	value += strspn(value, " \t\"'");
	return strspn(value, "0123456789") == 4 && strncmp(value, a->times.items[event], 20) != 0;
}

/* The commit changed nothing else of the ticket. */
static bool is_unwritten(struct tkt_alike *a, const struct pair *before, const struct pair *after, size_t event)
{
	struct tkt_buf item = TKT_BUF_INIT;
	bool yes = tkt_oid_equal(&before->from.item, &after->from.item) && read_item(a, &after->from.item, &item) &&
		   is_of_other_time(a, &item, event);

	tkt_buf_release(&item);
	return yes;
}

/* Git takes a file for another one only where it was moved to. */
static bool both_moved(const struct pair *before, enum tkt_status from, enum tkt_status home)
{
	return before->home.status != home && (before->from.text == TKT_ALIKE_NONE || before->from.status != from);
}

/* A ticket that is new has moved, too; but who copies a ticket copies its events, and then both have them. */
static int is_moved_since(struct tkt_alike *a, const struct tkt_oid *commit, const struct tkt_alike_doubt *d,
			  enum tkt_status status, bool *yes, struct tkt_error *err)
{
	bool doubled = tkt_alike_has(a, a->tickets.items[d->home].text, d->event);
	struct tkt_alike_place source;
	int rc = tkt_alike_place(a, commit, d->from, &source, err);

	*yes = !rc && (source.text == TKT_ALIKE_NONE ? !doubled : source.status != status);
	return rc;
}

/* So the wrong ticket lies elsewhere than in the commit where the event was written: the first one, or, if it came by
 * copying or is not committed, all that have it in the right ticket. */
static int was_moved(struct tkt_alike *a, const struct tkt_alike_doubt *d, enum tkt_status status, bool *yes,
		     struct tkt_error *err)
{
	const struct tkt_alike_first *first = &a->first[d->event];
	int rc = 0;

	*yes = true;
	if (first->commit.n && !first->copied)
		return is_moved_since(a, &first->commit, d, status, yes, err);
	for (size_t i = 0; i < a->others.n && !rc && *yes; i++) {
		const struct tkt_alike_spot *s = &a->others.items[i];

		if (s->event == d->event && s->ticket == d->home)
			rc = is_moved_since(a, &a->tips.items[s->at].commit, d, status, yes, err);
	}
	return rc;
}

/* A commit of one parent brought the event into the wrong ticket if it came by copying (a rebase, a cherry-pick); or, as
 * by a squash, if it changed the right ticket beside it, or nothing else of the wrong one. Whoever takes an event to
 * another ticket by hand does not move both. */
static bool ask_one_parent(struct tkt_alike *a, const struct tkt_git_commit *c, const struct tkt_alike_doubt *d,
			   const struct pair *before, const struct pair *after)
{
	if (!after->in_home && both_moved(before, after->from.status, after->home.status))
		return true;
	if (!after->in_home && !before->in_home &&
	    (tkt_oid_map_get(&a->copied, &c->oid, NULL) || !tkt_oid_equal(&before->home.item, &after->home.item)))
		return true;
	return (after->in_home || !before->in_home) && is_unwritten(a, before, after, d->event);
}

/* Did a third ticket have the event in this commit, and not in that one (NULL: in the work tree)? */
static int ask_other(struct tkt_alike *a, const struct tkt_oid *before, const struct tkt_oid *after,
		     const struct tkt_alike_doubt *d, bool *yes, struct tkt_error *err)
{
	size_t n = a->tickets.n, *text = tkt_calloc(2 * n, sizeof *text);
	struct tkt_oid trees[TKT_STATUS_N], others[TKT_STATUS_N];
	bool same;
	int rc;

	memset(trees, 0, sizeof trees);
	memset(others, 0, sizeof others);
	memset(text, 0xff, 2 * n * sizeof *text); /* NONE */
	rc = tkt_alike_state(a, before, trees, text, &same, err);
	if (!rc && after)
		rc = tkt_alike_state(a, after, others, text + n, &same, err);
	*yes = false;
	for (size_t i = 0; i < n && !rc && !*yes; i++)
		*yes = i != d->from && tkt_alike_has(a, text[i], d->event) &&
		       !tkt_alike_has(a, after ? text[n + i] : a->tickets.items[i].text, d->event);
	free(text);
	return rc;
}

/* Did this commit bring the event into the wrong ticket? A merge did if a parent had it in the right one. */
static int ask_commit(struct tkt_alike *a, const struct tkt_git_commit *c, const struct tkt_alike_doubt *d, bool *yes,
		      struct tkt_error *err)
{
	struct pair after, before = { .in_from = false };
	bool in_home = false, other = false;
	int rc = read_pair(a, &c->oid, d, &after, err);

	if (rc || !after.in_from)
		return rc;
	for (size_t i = 0; i < c->parents.n && !rc; i++) {
		rc = read_pair(a, &c->parents.items[i], d, &before, err);
		if (rc || before.in_from)
			return rc;
		in_home = in_home || before.in_home;
	}
	if (!rc && c->parents.n)
		*yes = c->parents.n > 1 ? in_home : ask_one_parent(a, c, d, &before, &after);
	if (!rc && *yes && c->parents.n == 1 && !before.in_home) {
		rc = ask_other(a, &c->parents.items[0], &c->oid, d, &other, err);
		*yes = !other;
	}
	if (!rc && *yes && c->parents.n == 1)
		rc = was_moved(a, d, after.from.status, yes, err);
	return rc;
}

/* What is not committed: a stash that was put back, a squash. By the same signs. */
static int ask_work_tree(struct tkt_alike *a, const struct tkt_alike_doubt *d, bool *yes, struct tkt_error *err)
{
	const struct tkt_alike_ticket *home = &a->tickets.items[d->home];
	struct tkt_buf there = TKT_BUF_INIT, here = TKT_BUF_INIT;
	bool in_home = tkt_alike_has(a, home->text, d->event);
	struct pair before;
	int rc = read_pair(a, &a->head, d, &before, err);

	if (rc || before.in_from)
		return rc;
	*yes = !in_home && both_moved(&before, a->tickets.items[d->from].status, home->status);
	if (!*yes && !in_home && !before.in_home)
		*yes = read_item(a, &before.home.item, &there) && read_item_here(a, d->home, &here) &&
		       !tkt_merge_same_bytes(&there, &here);
	tkt_buf_reset(&there);
	if (!*yes && (in_home || !before.in_home))
		*yes = read_item(a, &before.from.item, &there) && read_item_here(a, d->from, &here) &&
		       tkt_merge_same_bytes(&there, &here) && is_of_other_time(a, &here, d->event);
	tkt_buf_release(&there);
	tkt_buf_release(&here);
	return *yes ? was_moved(a, d, a->tickets.items[d->from].status, yes, err) : 0;
}

static const struct tkt_git_was *first_in(const struct tkt_alike *a, size_t event, size_t ticket)
{
	for (size_t i = 0; i < a->seen.n; i++)
		if (a->seen.items[i].event == event && a->seen.items[i].ticket == ticket)
			return &a->states.items[a->seen.items[i].at];
	return NULL;
}

/* Both have it: did it come into this one by copying, while no other branch has it there? */
static int ask_copy(struct tkt_alike *a, const struct tkt_alike_doubt *d, bool *yes, struct tkt_error *err)
{
	const struct tkt_git_was *was = first_in(a, d->event, d->from);
	struct tkt_buf item = TKT_BUF_INIT;
	int rc = 0;

	*yes = read_item_here(a, d->from, &item) && is_of_other_time(a, &item, d->event);
	tkt_buf_release(&item);
	for (size_t i = 0; i < a->others.n && *yes && !rc; i++) {
		const struct tkt_alike_spot *s = &a->others.items[i];
		bool copy = false;

		if (s->event != d->event || s->ticket != d->from)
			continue;
		rc = tkt_alike_is_in(a, &was->oid, &a->tips.items[s->at].commit, &copy, err);
		*yes = copy;
	}
	return rc;
}

/* A person took it there, in a commit of this clone, whatever became of that commit since. */
static int ask_hand(struct tkt_alike *a, const struct tkt_alike_doubt *d, bool *yes, struct tkt_error *err)
{
	const struct tkt_git_was *was = first_in(a, d->event, d->from);
	struct pair before, after;
	int rc;

	*yes = false;
	if (!was || !was->old.n)
		return 0;
	rc = read_pair(a, &was->old, d, &before, err);
	if (!rc)
		rc = read_pair(a, &was->oid, d, &after, err);
	if (rc || before.in_from || (before.in_home && both_moved(&before, after.from.status, after.home.status)))
		return rc;
	return ask_other(a, &was->old, &was->oid, d, yes, err);
}

/* One ticket in two places, with another id: a person copied it, or tkt took two of one id apart. */
static bool is_copy(struct tkt_alike *a, const struct tkt_alike_doubt *d)
{
	struct tkt_buf items[2] = { TKT_BUF_INIT, TKT_BUF_INIT };
	const char *titles[2] = { NULL, NULL };
	bool yes = true;

	for (size_t i = 0; i < 2 && yes; i++) {
		yes = read_item_here(a, i ? d->home : d->from, &items[i]);
		if (yes)
			titles[i] = memmem(items[i].ptr, items[i].len, "\ntitle:", 7);
		yes = yes && titles[i];
	}
	if (yes) {
		size_t n = 1 + strcspn(titles[0] + 1, "\r\n");

		yes = n == 1 + strcspn(titles[1] + 1, "\r\n") && memcmp(titles[0], titles[1], n) == 0;
	}
	tkt_buf_release(&items[0]);
	tkt_buf_release(&items[1]);
	return yes;
}

/* How it came to where HEAD had it there first. (A revert of a revert brings it back later.) */
static int ask_range(struct tkt_alike *a, const struct tkt_alike_doubt *d, bool *yes, struct tkt_error *err)
{
	const struct tkt_git_was *was = first_in(a, d->event, d->from);
	struct range range = { .items = NULL };
	int rc = was ? read_range(a, &was->oid, &a->first[d->event].commit, &range, err) : 0;

	for (size_t i = 0; i < range.n && !rc && !range.cut && !*yes; i++)
		rc = ask_commit(a, &range.items[i], d, yes, err);
	release_range(&range);
	return rc;
}

int tkt_alike_ask(struct tkt_alike *a, const struct tkt_alike_doubt *d, bool *yes, struct tkt_error *err)
{
	const struct tkt_alike_first *first = &a->first[d->event];
	const struct tkt_git_was *was = first_in(a, d->event, d->from);
	bool doubled = tkt_alike_has(a, a->tickets.items[d->home].text, d->event), settled, taken = false;
	struct pair head;
	int rc = ask_hand(a, d, &settled, err);

	*yes = false;
	if (rc || settled || is_copy(a, d))
		return rc;
	rc = read_pair(a, &a->head, d, &head, err);
	if (!rc && !head.in_from)
		rc = ask_other(a, &a->head, NULL, d, &taken, err);
	if (rc || (taken && !head.in_home))
		return rc;
	*yes = first->copied && !doubled && !taken;
	if (doubled && was && was->copied)
		rc = ask_copy(a, d, yes, err);
	else if (first->commit.n && !*yes && !taken)
		rc = ask_range(a, d, yes, err);
	if (!rc && !*yes)
		rc = ask_work_tree(a, d, yes, err);
	return rc;
}
