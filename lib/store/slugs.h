/* store/slugs: is a slug free? Without reading every name for every new ticket. Floor 2.
 *
 * .tkt/slugs is a hash set of the slugs that stand in the names of all tickets, good as long as the
 * status directories are as they were (their modification times stand in its head). It is a cache: read and
 * written under the lock only, rebuilt when in doubt, never synced. A false "taken" costs a
 * -2; a false "free" (a script made a ticket in the very same tick) is reported by doctor. */
#ifndef TKT_STORE_SLUGS_H
#define TKT_STORE_SLUGS_H

#include "store/txn.h"

/* *taken: a ticket's name ends in that slug (or in slug-<number>). TKT_EIO: cannot tell. */
int tkt_slug_taken(struct tkt_txn *t, const char *slug, bool *taken, struct tkt_error *err);
/* The same without a lock and without a look at the names: a hint. False where the set is not good. */
bool tkt_slug_seen(struct tkt_store *s, const char *slug);
/* The transaction has made a ticket of that id. */
void tkt_slug_add(struct tkt_txn *t, const char *id);
/* Around changes that move tickets: `before` tells whether the set is good, `after` says so again. */
bool tkt_slugs_before(struct tkt_txn *t);
void tkt_slugs_after(struct tkt_txn *t, bool good);

#endif
