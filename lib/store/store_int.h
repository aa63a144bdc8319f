/* store/store_int: what the files of this room share; nobody else includes it. Floor 2. */
#ifndef TKT_STORE_INT_H
#define TKT_STORE_INT_H

#include "store/store.h"

#define TKT_PRIVATE ".tkt"
#define TKT_PRIVATE_TMP ".tkt/tmp"
#define TKT_PRIVATE_LOCK ".tkt/lock"
#define TKT_JOURNAL "journal" /* in .tkt */
#define TKT_PRIVATE_RESCUED ".tkt/rescued"

struct tkt_store {
	char *root;
	int fd;
	unsigned lock_timeout_ms;
	const volatile sig_atomic_t *stop;
	bool sync;
};

/* Makes .tkt, .tkt/.gitignore and .tkt/tmp where missing. */
int tkt_private_make(int rootfd, bool sync, struct tkt_error *err);

#endif
