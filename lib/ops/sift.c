/* ops/sift: which of many listed tickets need not be read. */
#include "ops/sift.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/sql.h"
#include "sys/io.h"

/* From so many tickets on an index is made where there is none: it pays with the next question. */
#define MANY 2000

/* Could the index rule tickets out that lie in the right directory? The text of words it does not know. */
static bool narrows(const struct tkt_query *q)
{
	switch (q->kind) {
	case TKT_Q_ALL:
	case TKT_Q_TEXT:
		return false;
	case TKT_Q_FIELD:
		return strcmp(q->field, "text") != 0 && q->type != TKT_Q_STATUS;
	case TKT_Q_NOT:
		return narrows(q->items[0]);
	case TKT_Q_AND:
		for (size_t i = 0; i < q->n; i++)
			if (narrows(q->items[i]))
				return true;
		return false;
	case TKT_Q_OR:
		break;
	}
	for (size_t i = 0; i < q->n; i++)
		if (!narrows(q->items[i]))
			return false;
	return true;
}

static bool asks_author(const struct tkt_query *q)
{
	if (q->kind == TKT_Q_FIELD && strcmp(q->field, "author") == 0)
		return true;
	for (size_t i = 0; i < q->n; i++)
		if (asks_author(q->items[i]))
			return true;
	return false;
}

/* Up to date, if it knew fields before (and can be kept: in memory it would be made from nothing each time), or
 * is to be made now. */
static bool index_ready(struct tkt_project *p, bool make)
{
	struct tkt_index *x;

	if (p->no_index)
		return false;
	x = tkt_project_index(p);
	if (!make && (!tkt_io_writable(tkt_store_fd(p->store), ".tkt") ||
		      !tkt_index_reaches(x, TKT_INDEX_FIELDS)))
		return false;
	return tkt_index_refresh(x, TKT_INDEX_FIELDS, NULL, NULL) == 0;
}

void tkt_sift_names(struct tkt_sift *out, struct tkt_project *p, const struct tkt_query *q,
		    const struct tkt_names *names)
{
	struct tkt_index_set set = { NULL, 0, 0 };

	*out = (struct tkt_sift){ NULL, false };
	/* Parsing all threads takes about as long as making the index. */
	if (!tkt_query_needs_body(q) || !narrows(q) || !index_ready(p, names->n >= MANY && asks_author(q)) ||
	    tkt_index_select(tkt_project_index(p), q, &set, &out->exact, NULL) != 0)
		return;
	out->said = tkt_malloc(names->n + 1);
	tkt_index_sift(tkt_project_index(p), &set, names, out->said);
	tkt_index_set_release(&set);
}

void tkt_sift_release(struct tkt_sift *s)
{
	free(s->said);
	s->said = NULL;
}

bool tkt_sift_out(const struct tkt_sift *s, size_t i)
{
	return s->said && s->said[i] == TKT_SIFT_OUT;
}

bool tkt_sift_sure(const struct tkt_sift *s, size_t i)
{
	return s->said && s->exact && s->said[i] == TKT_SIFT_IN;
}

bool tkt_sift_edges(struct tkt_project *p)
{
	return index_ready(p, false);
}
