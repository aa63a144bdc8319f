/* ops/row: what is known of a ticket beyond its own files. */
#include "ops/row.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/sql.h"
#include "ops/links.h"
#include "ops/sift.h"
#include "store/scan.h"
#include "text/match.h"

void tkt_row_release(struct tkt_row *r)
{
	tkt_record_release(&r->record);
	free(r->key);
	free(r->column);
	free(r->path);
	if (r->links)
		tkt_links_release(r->links);
	free(r->links);
	tkt_strv_release(&r->children);
	tkt_strv_release(&r->blocks);
	tkt_strv_release(&r->open_blockers);
}

void tkt_list_release(struct tkt_list *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->rows.n; i++)
		tkt_row_release(&l->rows.items[i]);
	free(l->rows.items);
	for (size_t i = 0; i < l->plain.n; i++)
		free(l->plain.items[i].text);
	free(l->plain.items);
	for (size_t i = 0; i < l->bad.n; i++)
		tkt_error_release(&l->bad.items[i]);
	free(l->bad.items);
	memset(l, 0, sizeof *l);
}

void tkt_row_blockers(struct tkt_project *p, struct tkt_row *row)
{
	const struct tkt_strv *ids = &row->record.ticket.blocked_by;
	enum tkt_status status;

	if (row->open_blockers.n)
		return;
	for (size_t i = 0; i < ids->n; i++)
		if (tkt_store_where(p->store, ids->items[i], &status, NULL) == 0 &&
		    status != TKT_CLOSED)
			tkt_strv_push(&row->open_blockers, ids->items[i]);
	row->blocked = row->open_blockers.n > 0;
}

bool tkt_row_matches(struct tkt_project *p, const struct tkt_query *q, struct tkt_row *row)
{
	struct tkt_match_facts facts = { 0 };
	const struct tkt_record *r = &row->record;
	const struct tkt_board *b = tkt_config_board(&p->config, r->ticket.workflow);
	const struct tkt_column *c = b ? tkt_board_column_of(b, &r->ticket) : NULL;
	struct tkt_buf key = TKT_BUF_INIT;
	bool yes;

	tkt_store_key(&key, p->config.prefix, r->id);
	tkt_row_blockers(p, row);
	facts.id = r->id;
	facts.blocked = row->blocked;
	facts.key = key.ptr;
	facts.column = c ? c->id : NULL;
	if (r->have & TKT_READ_ITEM)
		facts.body = (struct tkt_str){ r->item.ptr + r->ticket.body,
					       r->item.len - r->ticket.body };
	facts.thread = (struct tkt_str){ r->thread_text.ptr, r->thread_text.len };
	yes = tkt_match(q, &r->ticket, &facts);
	tkt_buf_release(&key);
	return yes;
}

static void fill_own(struct tkt_project *p, struct tkt_row *row)
{
	const struct tkt_board *b = tkt_config_board(&p->config, row->record.ticket.workflow);
	const struct tkt_column *c = b ? tkt_board_column_of(b, &row->record.ticket) : NULL;
	struct tkt_buf key = TKT_BUF_INIT, path = TKT_BUF_INIT;

	tkt_store_key(&key, p->config.prefix, row->record.id);
	tkt_store_show_path(p->store, &path, row->record.status, row->record.id, NULL);
	row->key = tkt_buf_detach(&key);
	row->path = tkt_buf_detach(&path);
	row->column = tkt_strdup_null(c ? c->id : NULL);
}

static int by_id(const void *a, const void *b)
{
	const struct tkt_row *const *x = a, *const *y = b;

	return strcmp((*x)->record.id, (*y)->record.id);
}

static int id_to_row(const void *id, const void *row)
{
	const struct tkt_row *const *r = row;

	return strcmp(id, (*r)->record.id);
}

static struct tkt_row *find(struct tkt_row **index, size_t n, const char *id)
{
	struct tkt_row **hit = id ? bsearch(id, index, n, sizeof *index, id_to_row) : NULL;

	return hit ? *hit : NULL;
}

/* Rows by id, to be told who depends on them. */
struct reverse {
	struct tkt_row **index;
	size_t n;
};

static void add_edge(void *payload, const char *from, const char *to, bool parent)
{
	struct reverse *rev = payload;
	struct tkt_row *row = find(rev->index, rev->n, to);

	if (row)
		tkt_strv_push(parent ? &row->children : &row->blocks, from);
}

/* Without an index: one reading of every item.md. What lies in two places is left out, as everywhere. */
static int read_edges(struct tkt_project *p, struct reverse *rev, struct tkt_error *err)
{
	struct tkt_names names = { .n = 0 };
	struct tkt_strv splits = TKT_STRV_INIT;
	struct tkt_scan files;
	int rc = tkt_store_names(p->store, 7 | TKT_NAMES_UNSORTED, &names, err);

	if (!rc)
		rc = tkt_store_splits(p->store, &splits, err);
	tkt_scan_open(&files, p->store);
	for (size_t i = 0; !rc && i < names.n; i++) {
		const struct tkt_strv *blockers;
		struct tkt_record r;

		if (tkt_strv_has(&splits, names.items[i].id) ||
		    tkt_scan_read(&files, &names.items[i], &r, NULL) != 0)
			continue;
		blockers = &r.ticket.blocked_by;
		if (r.ticket.parent)
			add_edge(rev, r.id, r.ticket.parent, true);
		for (size_t b = 0; b < blockers->n; b++)
			add_edge(rev, r.id, blockers->items[b], false);
		tkt_record_release(&r);
	}
	tkt_scan_close(&files);
	tkt_strv_release(&splits);
	tkt_names_release(&names);
	return rc;
}

/* By id, each once. */
static void tidy(struct tkt_strv *ids)
{
	size_t kept = 0;

	tkt_strv_sort(ids);
	for (size_t i = 0; i < ids->n; i++) {
		if (kept && strcmp(ids->items[kept - 1], ids->items[i]) == 0)
			free(ids->items[i]);
		else
			ids->items[kept++] = ids->items[i];
	}
	ids->n = kept;
}

/* children and blocks stand in the other tickets. */
static int fill_reverse(struct tkt_project *p, struct tkt_list *list, struct tkt_error *err)
{
	struct reverse rev = { tkt_calloc(list->rows.n, sizeof *rev.index), list->rows.n };
	bool known;
	int rc = 0;

	for (size_t i = 0; i < list->rows.n; i++)
		rev.index[i] = &list->rows.items[i];
	if (rev.n)
		qsort(rev.index, rev.n, sizeof *rev.index, by_id);
	known = tkt_sift_edges(p) && tkt_index_edges(tkt_project_index(p), add_edge, &rev, NULL) == 0;
	if (!known)
		rc = read_edges(p, &rev, err); /* what an index told before it broke comes twice; tidy */
	for (size_t i = 0; i < list->rows.n; i++) {
		tidy(&list->rows.items[i].children);
		tidy(&list->rows.items[i].blocks);
	}
	free(rev.index);
	return rc;
}

int tkt_rows_fill(struct tkt_project *p, struct tkt_list *list, unsigned want, struct tkt_error *err)
{
	for (size_t i = 0; i < list->rows.n; i++) {
		fill_own(p, &list->rows.items[i]);
		if (want & TKT_ROW_BLOCKED)
			tkt_row_blockers(p, &list->rows.items[i]);
	}
	if (want & TKT_ROW_REVERSE && list->rows.n)
		return fill_reverse(p, list, err);
	return 0;
}
