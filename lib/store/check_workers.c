/* store/check_workers: many tickets are checked by several threads at once.
 *
 * Checking a ticket touches nothing but the ticket: each worker has buffers and findings of its
 * own. The findings are sorted at the end, so the report is the same whoever was quicker. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_int.h"
#include "sys/pool.h"

struct worker {
	struct tkt_check check; /* a copy with scratch of its own */
	struct tkt_findings found;
};

static void work(void *payload, size_t worker, size_t from, size_t to)
{
	struct worker *w = (struct worker *)payload + worker;

	for (size_t i = from; i < to; i++)
		tkt_check_ticket(&w->check, &w->check.tickets.items[i]);
}

static void init(struct worker *w, const struct tkt_check *c)
{
	w->check = *c;
	w->check.out = &w->found;
	tkt_buf_init(&w->check.path);
	tkt_buf_init(&w->check.dir);
	tkt_buf_init(&w->check.item);
	tkt_buf_init(&w->check.thread);
}

static void finish(struct worker *w, struct tkt_findings *out)
{
	for (size_t i = 0; i < w->found.n; i++) {
		TKT_GROW(out);
		out->items[out->n++] = w->found.items[i];
	}
	for (size_t i = 0; i < w->found.commits.n; i++) {
		TKT_GROW(&out->commits);
		out->commits.items[out->commits.n++] = w->found.commits.items[i];
	}
	for (size_t i = 0; i < w->found.births.n; i++) {
		TKT_GROW(&out->births);
		out->births.items[out->births.n++] = w->found.births.items[i];
	}
	free(w->found.items); /* what they point to is in `out` now */
	free(w->found.commits.items);
	free(w->found.births.items);
	tkt_buf_release(&w->check.path);
	tkt_buf_release(&w->check.dir);
	tkt_buf_release(&w->check.item);
	tkt_buf_release(&w->check.thread);
}

void tkt_check_tickets(struct tkt_check *c)
{
	struct worker workers[TKT_POOL_MAX];
	size_t n = tkt_pool_workers(c->tickets.n);

	memset(workers, 0, sizeof workers);
	for (size_t i = 0; i < n; i++)
		init(&workers[i], c);
	tkt_pool_run(c->tickets.n, work, workers);
	for (size_t i = 0; i < n; i++)
		finish(&workers[i], c->out);
}
