/* ops/list: find, filter, sort, cut. Without an index: it reads what the query may match. */
#include "ops/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/row.h"
#include "store/scan.h"
#include "sys/pool.h"
#include "text/match.h"
#include "text/ref.h"

enum { SLOT_EMPTY, SLOT_ROW, SLOT_BAD };

struct scan {
	struct tkt_project *p;
	const struct tkt_list_req *req;
	struct tkt_query *query;
	unsigned what; /* TKT_READ_* that filtering and rows need */
	struct tkt_scan files[TKT_POOL_MAX];
	struct tkt_strv splits; /* ids that lie in two places */
	struct tkt_names names;
	struct tkt_row *slots;  /* one a name */
	unsigned char *state;
	struct tkt_list *out;
};

static unsigned what_to_read(const struct tkt_list_req *req, const struct tkt_query *q)
{
	unsigned what = TKT_READ_HEAD;

	if (tkt_query_needs_body(q))
		what |= TKT_READ_ITEM | TKT_READ_THREAD;
	if (req->want & TKT_ROW_REV)
		what |= TKT_READ_ITEM | TKT_READ_THREAD;
	if (req->want & TKT_ROW_FULL)
		what |= TKT_READ_FULL;
	return what;
}

static unsigned which_statuses(const struct tkt_list_req *req, const struct tkt_query *q)
{
	unsigned all = 1u << TKT_OPEN | 1u << TKT_PENDING | 1u << TKT_CLOSED;
	unsigned mask = req->statuses;

	if (!mask)
		mask = tkt_query_mentions_status(q) ? all : all & ~(1u << TKT_CLOSED);
	for (int s = 0; s < TKT_STATUS_N; s++)
		if (!tkt_query_may_match_status(q, s))
			mask &= ~(1u << s);
	return mask;
}

static void add_bad(struct tkt_list *out, struct tkt_error *e)
{
	TKT_GROW(&out->bad);
	out->bad.items[out->bad.n++] = *e;
	*e = (struct tkt_error)TKT_ERROR_INIT;
}

static bool matches(struct scan *s, struct tkt_row *row)
{
	struct tkt_match_facts facts = { 0 };
	const struct tkt_record *r = &row->record;
	const struct tkt_board *b = tkt_config_board(&s->p->config, r->ticket.workflow);
	const struct tkt_column *c = b ? tkt_board_column_of(b, &r->ticket) : NULL;
	struct tkt_buf key = TKT_BUF_INIT;
	bool yes;

	if (s->query->kind == TKT_Q_ALL)
		return true;
	tkt_store_key(&key, s->p->config.prefix, r->id);
	tkt_row_blockers(s->p, row);
	facts.blocked = row->blocked;
	facts.key = key.ptr;
	facts.column = c ? c->id : NULL;
	if (r->have & TKT_READ_ITEM)
		facts.body = (struct tkt_str){ r->item.ptr + r->ticket.body,
					       r->item.len - r->ticket.body };
	facts.thread = (struct tkt_str){ r->thread_text.ptr, r->thread_text.len };
	yes = tkt_match(s->query, &r->ticket, &facts);
	tkt_buf_release(&key);
	return yes;
}

/* A ticket that lies in two places is nobody's to pick from: it is reported instead, once. */
static bool is_split(struct scan *s, const struct tkt_name *name)
{
	struct tkt_error e = TKT_ERROR_INIT;
	enum tkt_status where;

	if (!tkt_strv_has(&s->splits, name->id) ||
	    tkt_store_where(s->p->store, name->id, &where, &e) != TKT_EAMBIGUOUS) {
		tkt_error_release(&e);
		return false;
	}
	for (size_t i = 0; i < s->out->bad.n; i++)
		if (e.code && strcmp(s->out->bad.items[i].message, e.message) == 0)
			tkt_error_release(&e);
	if (e.code)
		add_bad(s->out, &e);
	return true;
}

static int read_row(struct scan *s, struct tkt_scan *files, const struct tkt_name *name,
		    struct tkt_row *row, struct tkt_error *err)
{
	memset(row, 0, sizeof *row);
	if (s->what == TKT_READ_HEAD)
		return tkt_scan_read(files, name, &row->record, err);
	return tkt_store_load_at(s->p->store, name, s->what, &row->record, err);
}

static void read_slots(void *payload, size_t worker, size_t from, size_t to)
{
	struct scan *s = payload;

	for (size_t i = from; i < to; i++) {
		struct tkt_row *row = &s->slots[i];

		if (tkt_strv_has(&s->splits, s->names.items[i].id) ||
		    read_row(s, &s->files[worker], &s->names.items[i], row, NULL) != 0)
			s->state[i] = SLOT_BAD;
		else if (matches(s, row))
			s->state[i] = SLOT_ROW;
		else
			tkt_row_release(row);
	}
}

/* What went wrong with a ticket, in words; or a row after all, where it did not a second time. */
static void look_closer(struct scan *s, const struct tkt_name *name)
{
	struct tkt_error e = TKT_ERROR_INIT;
	struct tkt_row row;

	if (is_split(s, name))
		return;
	if (read_row(s, &s->files[0], name, &row, &e) != 0) {
		/* Gone between listing and reading: somebody removed it, that is no error. */
		if (e.code == TKT_ENOTFOUND && !tkt_scan_lies(&s->files[0], name->id, 7))
			tkt_error_release(&e);
		else
			add_bad(s->out, &e);
	} else if (matches(s, &row)) {
		TKT_GROW(&s->out->rows);
		s->out->rows.items[s->out->rows.n++] = row;
	} else {
		tkt_row_release(&row);
	}
}

/* Every named ticket into its slot, by several threads; then the slots into rows, in their order. */
static void read_all(struct scan *s)
{
	size_t workers = tkt_pool_workers(s->names.n);

	s->slots = tkt_calloc(s->names.n, sizeof *s->slots);
	s->state = tkt_calloc(s->names.n, 1);
	for (size_t i = 0; i < workers; i++) {
		tkt_scan_open(&s->files[i], s->p->store);
		s->files[i].rows = s->req->want == TKT_ROW_BARE && !s->req->sort &&
				   s->query->kind == TKT_Q_ALL;
	}
	tkt_pool_run(s->names.n, read_slots, s);
	for (size_t i = 0; i < s->names.n; i++) {
		if (s->state[i] == SLOT_BAD) {
			look_closer(s, &s->names.items[i]);
		} else if (s->state[i] == SLOT_ROW) {
			TKT_GROW(&s->out->rows);
			s->out->rows.items[s->out->rows.n++] = s->slots[i];
		}
	}
	for (size_t i = 0; i < workers; i++)
		tkt_scan_close(&s->files[i]);
	free(s->slots);
	free(s->state);
}

static void cut(struct tkt_list *out, size_t limit)
{
	while (limit && out->rows.n > limit)
		tkt_row_release(&out->rows.items[--out->rows.n]);
}

int tkt_op_list(struct tkt_project *p, const struct tkt_list_req *req, struct tkt_list *out,
		size_t *query_pos, struct tkt_error *err)
{
	struct scan s = { .p = p, .req = req, .out = out };
	int rc;

	memset(out, 0, sizeof *out);
	rc = tkt_query_parse(&s.query, req->query ? req->query : "", p->now, query_pos, err);
	if (!rc)
		rc = tkt_sort_check(req->sort, err);
	if (!rc) {
		s.what = what_to_read(req, s.query);
		rc = tkt_store_names(p->store, which_statuses(req, s.query), &s.names, err);
	}
	if (!rc)
		rc = tkt_store_splits(p->store, &s.splits, err);
	if (!rc)
		read_all(&s);
	if (!rc) {
		out->total = out->rows.n;
		tkt_sort_rows(out, req->sort);
		cut(out, req->limit);
		rc = tkt_rows_fill(p, out, req->want, err);
	}
	if (rc)
		tkt_list_release(out);
	tkt_strv_release(&s.splits);
	tkt_names_release(&s.names);
	tkt_query_free(s.query);
	return rc;
}

int tkt_op_show(struct tkt_project *p, const struct tkt_strv *refs, unsigned want,
		struct tkt_list *out, struct tkt_error *err)
{
	struct tkt_strv ids = TKT_STRV_INIT;
	int rc;

	memset(out, 0, sizeof *out);
	rc = tkt_project_resolve_all(p, refs, &ids, err);
	for (size_t i = 0; !rc && i < ids.n; i++) {
		struct tkt_row row;

		memset(&row, 0, sizeof row);
		rc = tkt_store_load(p->store, ids.items[i], TKT_READ_FULL, &row.record, err);
		if (!rc) {
			TKT_GROW(&out->rows);
			out->rows.items[out->rows.n++] = row;
		}
	}
	out->total = out->rows.n;
	if (!rc)
		rc = tkt_rows_fill(p, out, want | TKT_ROW_BLOCKED, err);
	if (rc)
		tkt_list_release(out);
	tkt_strv_release(&ids);
	return rc;
}
