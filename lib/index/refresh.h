/* index/refresh: what is between a look at the disk and the index that knows it. Private to lib/index. Floor 3. */
#ifndef TKT_INDEX_REFRESH_H
#define TKT_INDEX_REFRESH_H

#include "index/rows.h"
#include "index/sweep.h"

/* A file may change again without a trace within a tick of the clock; this is five of the slowest usual ones. */
#define TKT_RACY_NS ((int64_t)20 * 1000 * 1000)

struct tkt_change {
	struct tkt_index *x;
	struct tkt_sweep *s;
	int64_t now; /* by the clock of the file system, before the files were read */
	struct tkt_rows rows;
	size_t read, gone;
};

/* A sweep, and a second look at what it leaves in doubt. Entries are those of the snapshot. */
int tkt_look(struct tkt_index *x, enum tkt_index_level level, struct tkt_sweep *s, struct tkt_error *err);
/* Within a transaction: everything that the sweep found. */
int tkt_apply(struct tkt_change *c, struct tkt_error *err);

#endif
