/* ops/list: find, filter, sort, cut. It reads what the query may match, by the status directories and, where that
 * pays, by the index. */
#include "ops/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/row.h"
#include "ops/sift.h"
#include "store/scan.h"
#include "sys/pool.h"
#include "text/ref.h"

enum { SLOT_EMPTY, SLOT_ROW, SLOT_BAD };

/* What one worker reads with. */
struct reader {
	struct tkt_scan files;
	struct tkt_buf text; /* the columns of one ticket, until their length is known */
};

struct scan {
	struct tkt_project *p;
	const struct tkt_list_req *req;
	struct tkt_query *query;
	unsigned need, what; /* TKT_READ_* that rows need; that filtering needs beside */
	bool plain;    /* no row is kept; else none is plain */
	const struct tkt_field *by; /* the order; NULL: as they come */
	struct reader readers[TKT_POOL_MAX];
	struct tkt_strv splits; /* ids that lie in two places */
	struct tkt_names names;
	struct tkt_sift sift; /* what the index says of them */
	struct tkt_row *rows; /* a slot for each name: of these, or plain ones */
	struct tkt_plain *plains;
	unsigned char *state;
	struct tkt_list *out;
};

static void what_to_read(struct scan *s)
{
	s->need = TKT_READ_HEAD;
	if (s->req->want & TKT_ROW_REV)
		s->need |= TKT_READ_ITEM | TKT_READ_THREAD;
	if (s->req->want & TKT_ROW_FULL)
		s->need |= TKT_READ_FULL;
	s->what = s->need;
	if (tkt_query_needs_body(s->query))
		s->what |= TKT_READ_ITEM | TKT_READ_THREAD | (s->need ? 0 : TKT_READ_NO_REV);
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

static int read_row(struct scan *s, struct reader *with, const struct tkt_name *name, unsigned what,
		    struct tkt_row *row, struct tkt_error *err)
{
	memset(row, 0, sizeof *row);
	if (what == TKT_READ_HEAD)
		return tkt_scan_read(&with->files, name, &row->record, err);
	return tkt_store_load_at(s->p->store, name, what, &row->record, err);
}

/* Reads a ticket and asks the query about it, unless the index did so. */
static int read_match(struct scan *s, struct reader *with, size_t i, struct tkt_row *row, bool *yes,
		      struct tkt_error *err)
{
	const struct tkt_name *name = &s->names.items[i];
	int rc;

	*yes = tkt_sift_sure(&s->sift, i) || s->query->kind == TKT_Q_ALL;
	rc = read_row(s, with, name, *yes ? s->need : s->what, row, err);
	if (!rc && *yes && row->record.status != name->status && s->query->kind != TKT_Q_ALL) {
		tkt_row_release(row); /* moved since */
		*yes = false;
		rc = read_row(s, with, name, s->what, row, err);
	}
	if (!rc && !*yes)
		*yes = tkt_row_matches(s->p, s->query, row);
	return rc;
}

static char *copy(const struct tkt_buf *b)
{
	return memcpy(tkt_malloc(b->len), b->ptr, b->len);
}

static void make_plain(struct tkt_plain *out, const struct tkt_record *r, const struct tkt_field *by,
		       struct tkt_buf *text)
{
	tkt_buf_reset(text);
	tkt_buf_add(text, r->id, strlen(r->id) + 1);
	tkt_ticket_columns_of(text, &r->ticket);
	if (by)
		tkt_sort_note(text, r, by);
	*out = (struct tkt_plain){ r->status, copy(text) };
}

/* Reads a named ticket and, if it matches, keeps it in its slot. */
static int read_slot(struct scan *s, struct reader *with, size_t i, struct tkt_error *err)
{
	const struct tkt_name *name = &s->names.items[i];
	struct tkt_row row;
	bool yes;
	int rc;

	if (s->plain && !s->by && s->query->kind == TKT_Q_ALL) { /* nothing but the columns is looked at */
		tkt_buf_reset(&with->text);
		rc = tkt_scan_columns(&with->files, name, &s->plains[i].status, &with->text, err);
		if (!rc)
			s->plains[i].text = copy(&with->text);
		s->state[i] = rc ? SLOT_BAD : SLOT_ROW;
		return rc;
	}
	rc = read_match(s, with, i, &row, &yes, err);
	s->state[i] = rc ? SLOT_BAD : SLOT_EMPTY;
	if (rc)
		return rc;
	if (yes) {
		s->state[i] = SLOT_ROW;
		if (!s->plain) {
			s->rows[i] = row;
			return 0;
		}
		make_plain(&s->plains[i], &row.record, s->by, &with->text);
	}
	tkt_row_release(&row);
	return 0;
}

static void read_slots(void *payload, size_t worker, size_t from, size_t to)
{
	struct scan *s = payload;

	for (size_t i = from; i < to; i++) {
		if (tkt_strv_has(&s->splits, s->names.items[i].id))
			s->state[i] = SLOT_BAD;
		else if (!tkt_sift_out(&s->sift, i))
			read_slot(s, &s->readers[worker], i, NULL);
	}
}

/* What went wrong with a ticket, in words; or a row after all, where it did not a second time. */
static void look_closer(struct scan *s, size_t i)
{
	const struct tkt_name *name = &s->names.items[i];
	struct tkt_error e = TKT_ERROR_INIT;

	if (is_split(s, name) || read_slot(s, &s->readers[0], i, &e) == 0)
		return;
	/* Gone between listing and reading: somebody removed it, that is no error. */
	if (e.code == TKT_ENOTFOUND && !tkt_scan_lies(&s->readers[0].files, name->id, 7))
		tkt_error_release(&e);
	else
		add_bad(s->out, &e);
}

/* The slots become the list, moved up to where there is room. */
static void close_ranks(struct scan *s)
{
	struct tkt_list *out = s->out;

	out->rows.items = s->rows;
	out->plain.items = s->plains;
	out->rows.cap = s->plain ? 0 : s->names.n;
	out->plain.cap = s->plain ? s->names.n : 0;
	for (size_t i = 0; i < s->names.n; i++) {
		if (s->state[i] == SLOT_BAD)
			look_closer(s, i);
		if (s->state[i] != SLOT_ROW)
			continue;
		if (s->plain)
			out->plain.items[out->plain.n++] = s->plains[i];
		else
			out->rows.items[out->rows.n++] = s->rows[i];
	}
}

/* Every named ticket into its slot, by several threads; then the slots into rows, in their order. */
static void read_all(struct scan *s)
{
	size_t workers = tkt_pool_workers(s->names.n);

	if (s->plain)
		s->plains = tkt_calloc(s->names.n, sizeof *s->plains);
	else
		s->rows = tkt_calloc(s->names.n, sizeof *s->rows);
	s->state = tkt_calloc(s->names.n, 1);
	for (size_t i = 0; i < workers; i++) {
		tkt_scan_open(&s->readers[i].files, s->p->store);
		tkt_buf_init(&s->readers[i].text);
	}
	tkt_pool_run(s->names.n, read_slots, s);
	close_ranks(s);
	for (size_t i = 0; i < workers; i++) {
		tkt_scan_close(&s->readers[i].files);
		tkt_buf_release(&s->readers[i].text);
	}
	free(s->state);
}

static void cut(struct tkt_list *out, size_t limit)
{
	while (limit && out->rows.n > limit)
		tkt_row_release(&out->rows.items[--out->rows.n]);
	while (limit && out->plain.n > limit)
		free(out->plain.items[--out->plain.n].text);
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
		s.plain = req->want & TKT_ROW_PLAIN;
		s.by = tkt_sort_field(req->sort);
		what_to_read(&s);
		rc = tkt_store_names(p->store, which_statuses(req, s.query), &s.names, err);
	}
	if (!rc)
		rc = tkt_store_splits(p->store, &s.splits, err);
	if (!rc) {
		tkt_sift_names(&s.sift, p, s.query, &s.names);
		read_all(&s);
		out->total = out->rows.n + out->plain.n;
		tkt_sort_rows(out, req->sort);
		cut(out, req->limit);
		rc = tkt_rows_fill(p, out, req->want, err);
	}
	if (!rc && (req->want & TKT_ROW_COMMITS))
		rc = tkt_rows_commits(p, out, err);
	tkt_index_rest(p->index); /* whoever shows this may take his time */
	if (rc)
		tkt_list_release(out);
	tkt_strv_release(&s.splits);
	tkt_sift_release(&s.sift);
	tkt_names_release(&s.names);
	tkt_query_free(s.query);
	return rc;
}

int tkt_op_show(struct tkt_project *p, const struct tkt_strv *refs, unsigned want,
		struct tkt_list *out, struct tkt_error *err)
{
	const unsigned what = TKT_READ_FULL | (want & TKT_ROW_REV ? 0 : TKT_READ_NO_REV);
	struct tkt_strv ids = TKT_STRV_INIT;
	int rc;

	memset(out, 0, sizeof *out);
	rc = tkt_project_resolve_all(p, refs, &ids, err);
	for (size_t i = 0; !rc && i < ids.n; i++) {
		struct tkt_row row;

		memset(&row, 0, sizeof row);
		rc = tkt_store_load(p->store, ids.items[i], what, &row.record, err);
		if (!rc) {
			TKT_GROW(&out->rows);
			out->rows.items[out->rows.n++] = row;
		}
	}
	out->total = out->rows.n;
	if (!rc)
		rc = tkt_rows_fill(p, out, want | TKT_ROW_BLOCKED, err);
	if (!rc && (want & TKT_ROW_COMMITS))
		rc = tkt_rows_commits(p, out, err);
	tkt_index_rest(p->index);
	if (rc)
		tkt_list_release(out);
	tkt_strv_release(&ids);
	return rc;
}
