/* index/rebuild: an index from nothing, put in its place when it is done. Private to lib/index. Floor 3. */
#ifndef TKT_INDEX_REBUILD_H
#define TKT_INDEX_REBUILD_H

#include "index/index_int.h"

/* With the lock held and x->db closed; afterwards x reads the new one. On failure no file is left. */
int tkt_build(struct tkt_index *x, enum tkt_index_level level, struct tkt_index_refreshed *done,
	      struct tkt_error *err);

/* With the lock held: what killed processes left beside the index. */
void tkt_rests_remove(int rootfd);

#endif
