/* ops/drift_facts: every ticket is read once; what matters of it is kept. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/drift_int.h"
#include "ops/list.h"
#include "text/ref.h"

/* --- in progress? ------------------------------------------------------------------------------ */

/* Claimed, not released, and the lease has not run out. */
static bool is_claimed(const struct tkt_thread *th, tkt_time now)
{
	for (size_t i = th->n; i-- > 0;) {
		const struct tkt_event *e = &th->items[i];
		const char *until;
		tkt_time end;

		if (strcmp(e->kind, "released") == 0)
			return false;
		if (strcmp(e->kind, "claimed") != 0)
			continue;
		until = tkt_event_attr(e, "until");
		return !until || !tkt_time_parse(until, strlen(until), &end) || end > now;
	}
	return false;
}

/* In a column that new tickets do not come to. */
static bool has_moved(const struct tkt_config *config, const struct tkt_ticket *t)
{
	const struct tkt_board *board = tkt_config_board(config, t->workflow);
	const struct tkt_column *column = board ? tkt_board_column_of(board, t) : NULL;
	const char *initial = board ? board->initial : NULL;

	for (size_t i = 0; board && !initial && i < board->columns.n; i++)
		if (board->columns.items[i].status == TKT_OPEN)
			initial = board->columns.items[i].id;
	return column && t->column && initial && strcmp(column->id, initial) != 0;
}

static const char *busy(const struct tkt_project *p, const struct tkt_record *r)
{
	if (r->status == TKT_CLOSED)
		return NULL;
	if (r->status == TKT_PENDING)
		return "pending";
	if (is_claimed(&r->thread, p->now))
		return "claimed";
	if (r->ticket.started_at && *r->ticket.started_at)
		return "started";
	return has_moved(&p->config, &r->ticket) ? "column" : NULL;
}

static bool is_move(const char *kind)
{
	return strcmp(kind, "status_changed") == 0 || strcmp(kind, "moved") == 0 || strcmp(kind, "claimed") == 0 ||
	       strcmp(kind, "reopened") == 0;
}

/* Since when it is so: the last move, else what the fields say. */
static tkt_time busy_since(const struct tkt_project *p, const struct tkt_record *r)
{
	const char *const texts[] = { r->ticket.started_at, r->ticket.updated_at, r->ticket.created_at };
	tkt_time at;

	for (size_t i = r->thread.n; i-- > 0;)
		if (is_move(r->thread.items[i].kind) && tkt_time_parse(r->thread.items[i].at, TKT_TIME_LEN, &at))
			return at;
	for (size_t i = 0; i < TKT_LEN(texts); i++)
		if (texts[i] && tkt_time_parse(texts[i], strlen(texts[i]), &at))
			return at;
	return p->now;
}

static tkt_time last_reopened(const struct tkt_thread *th)
{
	tkt_time at, last = INT64_MIN;

	for (size_t i = 0; i < th->n; i++)
		if (strcmp(th->items[i].kind, "reopened") == 0 && tkt_time_parse(th->items[i].at, TKT_TIME_LEN, &at) &&
		    at > last)
			last = at;
	return last;
}

/* --- all of them ------------------------------------------------------------------------------- */

static void keep(struct tkt_drifting *d, const struct tkt_record *r)
{
	struct tkt_drift_fact *f;

	TKT_GROW(&d->facts);
	f = &d->facts.items[d->facts.n++];
	*f = (struct tkt_drift_fact){ .status = r->status, .wanted = !d->req->query };
	f->id = tkt_strdup(r->id);
	f->title = tkt_strdup(r->ticket.title ? r->ticket.title : "");
	f->slug = tkt_strdup_null(r->ticket.slug);
	f->number = tkt_strdup_null(r->ticket.number);
	tkt_id_hex(r->id, f->hex);
	tkt_by_hand(&r->thread, &f->hand);
	f->reopened = last_reopened(&r->thread);
	f->busy = busy(d->p, r);
	f->since = f->busy ? busy_since(d->p, r) : 0;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct tkt_drift_fact *)a)->id, ((const struct tkt_drift_fact *)b)->id);
}

struct tkt_drift_fact *tkt_drift_fact(struct tkt_drifting *d, const char *id)
{
	struct tkt_drift_fact key = { .id = (char *)(uintptr_t)id };

	return d->facts.n ? bsearch(&key, d->facts.items, d->facts.n, sizeof key, by_id) : NULL;
}

/* Which tickets the query wants. */
static int ask(struct tkt_drifting *d, size_t *pos, struct tkt_error *err)
{
	struct tkt_list_req req = { .query = d->req->query, .statuses = 7 };
	struct tkt_list list = { .total = 0 };
	int rc = d->req->query ? tkt_op_list(d->p, &req, &list, pos, err) : 0;

	if (rc || !d->req->query)
		return rc;
	for (size_t i = 0; i < list.rows.n; i++) {
		struct tkt_drift_fact *f = tkt_drift_fact(d, list.rows.items[i].record.id);

		if (f)
			f->wanted = true;
	}
	tkt_list_release(&list);
	return 0;
}

/* One that cannot be read, or lies in two places, is doctor's business. */
int tkt_drift_read(struct tkt_drifting *d, size_t *pos, struct tkt_error *err)
{
	struct tkt_names names = { .n = 0 };
	int rc = tkt_store_names(d->p->store, 7, &names, err);

	for (size_t i = 0; !rc && i < names.n; i++) {
		struct tkt_record r;

		if (tkt_store_load_at(d->p->store, &names.items[i], TKT_READ_HEAD | TKT_READ_THREAD | TKT_READ_NO_REV, &r,
				      NULL) != 0)
			continue;
		keep(d, &r);
		tkt_record_release(&r);
	}
	tkt_names_release(&names);
	if (d->facts.n > 1)
		qsort(d->facts.items, d->facts.n, sizeof *d->facts.items, by_id);
	return rc ? rc : ask(d, pos, err);
}

void tkt_drift_facts_release(struct tkt_drifting *d)
{
	for (size_t i = 0; i < d->facts.n; i++) {
		struct tkt_drift_fact *f = &d->facts.items[i];

		free(f->id);
		free(f->title);
		free(f->slug);
		free(f->number);
		free(f->links.items);
		tkt_by_hands_release(&f->hand);
	}
	free(d->facts.items);
	memset(&d->facts, 0, sizeof d->facts);
}
