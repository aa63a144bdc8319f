/* sys/journal: one durable record of what is about to be done (write-ahead). Floor 1.
 *
 * The journal is a file with a header line, the length and a checksum of an opaque payload. It is
 * complete or it does not count. What the payload means is the store's business (store/txn). */
#ifndef TKT_SYS_JOURNAL_H
#define TKT_SYS_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Writes dirfd/name durably (temp, fsync, rename, fsync dir). The lock is held by the caller. */
int tkt_journal_write(int dirfd, const char *name, const void *payload, size_t n, bool sync,
		      struct tkt_error *err);
/* TKT_ENOTFOUND: none. TKT_EINVALID: there is one but it is cut or damaged. */
int tkt_journal_read(int dirfd, const char *name, struct tkt_buf *payload, struct tkt_error *err);
int tkt_journal_clear(int dirfd, const char *name, struct tkt_error *err);

#endif
