/* base/oid_map: object names -> numbers, so that what many branches share is read once. Floor 0. */
#ifndef TKT_BASE_OID_MAP_H
#define TKT_BASE_OID_MAP_H

#include "base/oid.h"

struct tkt_oid_slot {
	struct tkt_oid oid; /* n 0: free */
	size_t value;
};

struct tkt_oid_map {
	struct tkt_oid_slot *items;
	size_t n, cap; /* cap: a power of two, or 0 */
};

bool tkt_oid_map_get(const struct tkt_oid_map *m, const struct tkt_oid *oid, size_t *value); /* value may be NULL */
/* False, and nothing is changed: it is there already. An empty name is never there. */
bool tkt_oid_map_put(struct tkt_oid_map *m, const struct tkt_oid *oid, size_t value);
void tkt_oid_map_release(struct tkt_oid_map *m);

#endif
