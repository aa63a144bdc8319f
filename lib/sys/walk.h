/* sys/walk: names in a directory. Floor 1. */
#ifndef TKT_SYS_WALK_H
#define TKT_SYS_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum tkt_entry_type { TKT_ENTRY_DIR, TKT_ENTRY_FILE, TKT_ENTRY_LINK, TKT_ENTRY_OTHER };

struct tkt_entry {
	const char *name; /* points into the listing's arena */
	enum tkt_entry_type type;
};

struct tkt_listing {
	struct tkt_entry *items; /* byte order of the names */
	size_t n, cap;
	char *arena;
};

/* All names but "." and ".." (also other dot files), sorted. Large reads of getdents64; d_type used, fstatat only where
 * it is unknown. dirfd/path, no link followed ("." = dirfd itself). TKT_ENOTFOUND, TKT_EIO. */
int tkt_walk_list(struct tkt_listing *out, int dirfd, const char *path, struct tkt_error *err);
/* The same in the order of the directory, which is no order: for looking at every name once. */
int tkt_walk_unsorted(struct tkt_listing *out, int dirfd, const char *path, struct tkt_error *err);
void tkt_listing_release(struct tkt_listing *l);

#endif
