/* ops/row: what is known of a ticket beyond its own files. */
#include "ops/row.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/scan.h"

void tkt_row_release(struct tkt_row *r)
{
	tkt_record_release(&r->record);
	free(r->key);
	free(r->column);
	free(r->path);
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

/* children and blocks stand in the other tickets: one reading of every item.md. */
static int fill_reverse(struct tkt_project *p, struct tkt_list *list, struct tkt_error *err)
{
	struct tkt_names names = { .n = 0 };
	struct tkt_scan files;
	struct tkt_row **index = tkt_calloc(list->rows.n, sizeof *index);
	int rc = tkt_store_names(p->store, 7, &names, err);

	for (size_t i = 0; i < list->rows.n; i++)
		index[i] = &list->rows.items[i];
	qsort(index, list->rows.n, sizeof *index, by_id);
	tkt_scan_open(&files, p->store);
	for (size_t i = 0; !rc && i < names.n; i++) {
		struct tkt_record r;
		struct tkt_row *row;

		if (tkt_scan_read(&files, &names.items[i], &r, NULL) != 0)
			continue;
		row = find(index, list->rows.n, r.ticket.parent);
		if (row)
			tkt_strv_push(&row->children, r.id);
		for (size_t b = 0; b < r.ticket.blocked_by.n; b++) {
			row = find(index, list->rows.n, r.ticket.blocked_by.items[b]);
			if (row)
				tkt_strv_push(&row->blocks, r.id);
		}
		tkt_record_release(&r);
	}
	tkt_scan_close(&files);
	free(index);
	tkt_names_release(&names);
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
