/* sys/lock: the one writer lock of a root (tkt-hacking(7)): flock on .tkt/lock. Floor 1.
 * The file is never unlinked; a lock dies with its process; a script may take it with flock(1). */
#ifndef TKT_SYS_LOCK_H
#define TKT_SYS_LOCK_H

#include <signal.h>

#include "base/buf.h"
#include "base/error.h"

struct tkt_lock {
	int fd; /* -1 = not held */
	const volatile sig_atomic_t *stop; /* set by a signal: give up waiting; NULL = never */
};

#define TKT_LOCK_INIT { -1, NULL }

/* Waits up to timeout_ms (0 = one try). TKT_ELOCKED names the holder (pid and command, found in /proc/locks)
 * where the machine tells; TKT_EIO where the file system has no locks (ENOLCK) or cannot be written. */
int tkt_lock_take(struct tkt_lock *lock, int dirfd, const char *path, unsigned timeout_ms,
		  struct tkt_error *err);
void tkt_lock_drop(struct tkt_lock *lock); /* accepts one not held */

#endif
