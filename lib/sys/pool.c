/* sys/pool: a few threads that take the next few items from a counter. */
#include "sys/pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#define WORTH_A_WORKER 512 /* items: less is done before a thread has started */
#define TAKE 16            /* items at a time */
#define LARGE 24           /* as WORTH_A_WORKER, where an item is work for some time; those are taken one by one */

struct pool {
	void (*work)(void *payload, size_t worker, size_t from, size_t to);
	void *payload;
	size_t n, take;
	atomic_size_t next;
};

struct worker {
	struct pool *pool;
	size_t number;
	pthread_t thread;
	bool started;
};

static size_t workers_for(size_t n, size_t each)
{
	size_t workers = n / each + 1;

	return workers > TKT_POOL_MAX ? TKT_POOL_MAX : workers;
}

size_t tkt_pool_workers(size_t n)
{
	return workers_for(n, WORTH_A_WORKER);
}

static void *run(void *payload)
{
	struct worker *w = payload;
	struct pool *p = w->pool;
	size_t from;

	/* A table of descriptors of its own: else every open and close waits for the others'. */
	if (w->number)
		(void)unshare(CLONE_FILES);

	while ((from = atomic_fetch_add(&p->next, p->take)) < p->n)
		p->work(p->payload, w->number, from, from + p->take < p->n ? from + p->take : p->n);
	return NULL;
}

static void run_all(struct pool *pool, size_t count)
{
	struct worker workers[TKT_POOL_MAX];
	sigset_t all, old;

	for (size_t i = 0; i < count; i++)
		workers[i] = (struct worker){ .pool = pool, .number = i };
	/* Signals are the caller's business, so they go to the caller's thread. A thread that
	 * cannot be had is no failure: the others do its work. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	for (size_t i = 1; i < count; i++)
		workers[i].started = pthread_create(&workers[i].thread, NULL, run, &workers[i]) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	run(&workers[0]);
	for (size_t i = 1; i < count; i++)
		if (workers[i].started)
			pthread_join(workers[i].thread, NULL);
}

void tkt_pool_run(size_t n, void (*work)(void *payload, size_t worker, size_t from, size_t to),
		  void *payload)
{
	struct pool pool = { .work = work, .payload = payload, .n = n, .take = TAKE };

	run_all(&pool, tkt_pool_workers(n));
}

void tkt_pool_run_large(size_t n, void (*work)(void *payload, size_t worker, size_t from, size_t to),
			void *payload)
{
	struct pool pool = { .work = work, .payload = payload, .n = n, .take = 1 };

	run_all(&pool, workers_for(n, LARGE));
}
