/* base/oid_map: open addressing; an object's name is its own hash. */
#include "base/oid_map.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

static struct tkt_oid_slot *slot_of(const struct tkt_oid_map *m, const struct tkt_oid *oid)
{
	size_t at = 0;

	memcpy(&at, oid->bytes, sizeof at);
	for (at &= m->cap - 1;; at = (at + 1) & (m->cap - 1))
		if (!m->items[at].oid.n || tkt_oid_equal(&m->items[at].oid, oid))
			return &m->items[at];
}

bool tkt_oid_map_get(const struct tkt_oid_map *m, const struct tkt_oid *oid, size_t *value)
{
	const struct tkt_oid_slot *slot = m->n && oid->n ? slot_of(m, oid) : NULL;

	if (!slot || !slot->oid.n)
		return false;
	if (value)
		*value = slot->value;
	return true;
}

static void grow(struct tkt_oid_map *m)
{
	struct tkt_oid_map old = *m;

	m->cap = old.cap ? old.cap * 2 : 64;
	m->items = tkt_calloc(m->cap, sizeof *m->items);
	for (size_t i = 0; i < old.cap; i++)
		if (old.items[i].oid.n)
			*slot_of(m, &old.items[i].oid) = old.items[i];
	free(old.items);
}

bool tkt_oid_map_put(struct tkt_oid_map *m, const struct tkt_oid *oid, size_t value)
{
	struct tkt_oid_slot *slot;

	if (!oid->n)
		return false;
	if (m->n * 4 >= m->cap * 3)
		grow(m);
	slot = slot_of(m, oid);
	if (slot->oid.n)
		return false;
	*slot = (struct tkt_oid_slot){ *oid, value };
	m->n++;
	return true;
}

void tkt_oid_map_release(struct tkt_oid_map *m)
{
	free(m->items);
	memset(m, 0, sizeof *m);
}
