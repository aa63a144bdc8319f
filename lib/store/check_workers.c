/* store/check_workers: many tickets are read by several threads at once.
 *
 * Reading a ticket touches nothing but the ticket: each worker has buffers and findings of its
 * own, and takes the next few tickets from a counter. The findings are sorted at the end, so the
 * report is the same whoever was quicker. A cold disk answers eight questions at once as fast as one. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_int.h"

#define WORKERS_MAX 8
#define WORTH_A_WORKER 256 /* tickets: less is read before a thread has started */
#define TAKE 16            /* tickets at a time */

struct shared {
	struct tkt_check_ticket *tickets;
	size_t n;
	atomic_size_t next;
};

struct worker {
	struct shared *shared;
	struct tkt_check check; /* a copy with scratch of its own */
	struct tkt_findings found;
	pthread_t thread;
	bool started;
};

static void work(struct worker *w)
{
	size_t from;

	while ((from = atomic_fetch_add(&w->shared->next, TAKE)) < w->shared->n)
		for (size_t i = from; i < from + TAKE && i < w->shared->n; i++)
			tkt_check_ticket(&w->check, &w->shared->tickets[i]);
}

static void *thread_main(void *worker)
{
	work(worker);
	return NULL;
}

static void init(struct worker *w, struct shared *shared, const struct tkt_check *c)
{
	w->shared = shared;
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
	free(w->found.items); /* what they point to is in `out` now */
	tkt_buf_release(&w->check.path);
	tkt_buf_release(&w->check.dir);
	tkt_buf_release(&w->check.item);
	tkt_buf_release(&w->check.thread);
}

void tkt_check_tickets(struct tkt_check *c)
{
	struct shared shared = { .tickets = c->tickets.items, .n = c->tickets.n };
	struct worker workers[WORKERS_MAX];
	size_t n = c->tickets.n / WORTH_A_WORKER + 1;
	sigset_t all, old;

	if (n > WORKERS_MAX)
		n = WORKERS_MAX;
	memset(workers, 0, sizeof workers);
	for (size_t i = 0; i < n; i++)
		init(&workers[i], &shared, c);
	/* Signals are the caller's business, so they go to the caller's thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	for (size_t i = 1; i < n; i++)
		workers[i].started = pthread_create(&workers[i].thread, NULL, thread_main, &workers[i]) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	work(&workers[0]);
	for (size_t i = 0; i < n; i++) {
		if (workers[i].started)
			pthread_join(workers[i].thread, NULL);
		finish(&workers[i], c->out);
	}
}
