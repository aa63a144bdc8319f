/* sys/pool: the same work on many items by a few threads. Floor 1.
 *
 * For reading: a cold disk answers eight questions at once as fast as one; warm files gain little.
 * Below a few hundred items everything runs in the caller's thread. Workers see the descriptors that
 * were open before; what they open is theirs. */
#ifndef TKT_SYS_POOL_H
#define TKT_SYS_POOL_H

#include <stddef.h>

#define TKT_POOL_MAX 8

/* How many workers n items are worth: 1 to TKT_POOL_MAX. */
size_t tkt_pool_workers(size_t n);
/* Calls work(payload, worker, from, to) until [0, n) is covered; `worker` < tkt_pool_workers(n) tells
 * whose scratch space to use. Returns when all is done. Signals stay with the caller's thread. */
void tkt_pool_run(size_t n, void (*work)(void *payload, size_t worker, size_t from, size_t to),
		  void *payload);
/* The same for items that take a quarter of a millisecond and more each (a ticket is read and taken apart): some
 * dozens are worth a second thread. `worker` < TKT_POOL_MAX. */
void tkt_pool_run_large(size_t n, void (*work)(void *payload, size_t worker, size_t from, size_t to),
			void *payload);

#endif
