/* ops/search_filter: by the index where it can tell, by the ticket's own text where it cannot. */
#include "ops/search_filter.h"

#include <stdlib.h>
#include <string.h>

#include "index/sql.h"
#include "ops/row.h"

/* "status:open,closed (what was asked)": statuses are a condition like any other. */
static void with_statuses(struct tkt_buf *out, const char *text, unsigned statuses)
{
	bool any = false;

	for (int i = 0; i < TKT_STATUS_N; i++) {
		if (!(statuses >> i & 1))
			continue;
		tkt_buf_puts(out, any ? "," : "status:");
		tkt_buf_puts(out, tkt_status_name((enum tkt_status)i));
		any = true;
	}
	if (text && any)
		tkt_buf_printf(out, " (%s)", text);
	else if (text)
		tkt_buf_puts(out, text);
}

int tkt_filter_make(struct tkt_filter *f, struct tkt_project *p, struct tkt_index *x, const char *text,
		    unsigned statuses, size_t *pos, struct tkt_error *err)
{
	struct tkt_buf whole = TKT_BUF_INIT;
	int rc;

	*f = (struct tkt_filter)TKT_FILTER_INIT;
	f->p = p;
	f->x = x;
	if (!text && !statuses)
		return 0;
	/* First as it was typed: places in messages fit then, and no parenthesis can close ours. */
	rc = tkt_query_parse(&f->query, text ? text : "", p->now, pos, err);
	if (!rc && f->query->kind == TKT_Q_ALL)
		text = NULL;
	if (!rc && statuses) {
		tkt_query_free(f->query);
		f->query = NULL;
		with_statuses(&whole, text, statuses);
		rc = tkt_query_parse(&f->query, whole.ptr, p->now, NULL, err);
	}
	if (!rc)
		rc = tkt_index_select(x, f->query, &f->set, &f->exact, err);
	if (rc)
		tkt_filter_release(f);
	tkt_buf_release(&whole);
	return rc;
}

const struct tkt_index_set *tkt_filter_set(const struct tkt_filter *f)
{
	return f->query ? &f->set : NULL;
}

static bool look(struct tkt_filter *f, int64_t n)
{
	struct tkt_name name = { NULL, TKT_OPEN };
	struct tkt_row row;
	char *id = NULL;
	bool yes = false;

	memset(&row, 0, sizeof row);
	if (tkt_index_ticket(f->x, n, &id, &name.status, NULL) == 0) {
		name.id = id;
		if (tkt_store_load_at(f->p->store, &name, TKT_READ_ITEM | TKT_READ_THREAD, &row.record,
				      NULL) == 0) {
			yes = tkt_row_matches(f->p, f->query, &row);
			tkt_row_release(&row);
		}
	}
	free(id);
	return yes;
}

bool tkt_filter_has(struct tkt_filter *f, int64_t n)
{
	if (!f->query)
		return true;
	if (!tkt_index_set_has(&f->set, n))
		return false;
	if (f->exact)
		return true;
	if (!tkt_index_set_has(&f->asked, n)) {
		tkt_index_set_add(&f->asked, n);
		if (!look(f, n))
			tkt_index_set_add(&f->no, n);
	}
	return !tkt_index_set_has(&f->no, n);
}

void tkt_filter_release(struct tkt_filter *f)
{
	if (!f)
		return;
	tkt_query_free(f->query);
	tkt_index_set_release(&f->set);
	tkt_index_set_release(&f->asked);
	tkt_index_set_release(&f->no);
	*f = (struct tkt_filter)TKT_FILTER_INIT;
}
