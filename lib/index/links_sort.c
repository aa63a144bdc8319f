/* index/links_sort: commits in an order in which parents come first. Nothing calls itself: histories
 * are long. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/links_int.h"

static size_t slot_of(const struct tkt_links_batch *b, const unsigned char *oid)
{
	uint64_t bits;

	memcpy(&bits, oid, sizeof bits);
	return (size_t)((bits * 0x9e3779b97f4a7c15u) >> 20) & b->mask;
}

static void make_slots(struct tkt_links_batch *b)
{
	size_t size = 64;

	while (size < b->n * 2)
		size *= 2;
	b->mask = size - 1;
	b->slots = tkt_calloc(size, sizeof *b->slots);
	for (size_t i = 0; i < b->n; i++) {
		size_t at = slot_of(b, tkt_batch_oid(b, i));

		while (b->slots[at])
			at = (at + 1) & b->mask;
		b->slots[at] = (uint32_t)i + 1;
	}
}

size_t tkt_batch_find(const struct tkt_links_batch *b, const unsigned char *oid)
{
	for (size_t at = slot_of(b, oid); b->slots[at]; at = (at + 1) & b->mask)
		if (memcmp(tkt_batch_oid(b, b->slots[at] - 1), oid, b->oid_size) == 0)
			return b->slots[at] - 1;
	return SIZE_MAX;
}

struct step {
	uint32_t item, next; /* the parent to look at */
};

struct steps {
	struct step *items;
	size_t n, cap;
};

#define UNDER_WAY UINT32_MAX

/* Depth first; a commit is placed when all its parents are. */
static void place(struct tkt_links_batch *b, struct steps *stack, uint32_t *placed, uint32_t item)
{
	TKT_GROW(stack);
	stack->items[stack->n++] = (struct step){ item, 0 };
	b->place[item] = UNDER_WAY;
	while (stack->n) {
		struct step *top = &stack->items[stack->n - 1];
		const unsigned char *parents;
		size_t count = tkt_batch_parents(b, top->item, &parents), parent = SIZE_MAX;

		while (top->next < count && parent == SIZE_MAX) {
			parent = tkt_batch_find(b, parents + top->next++ * b->oid_size);
			if (parent != SIZE_MAX && b->place[parent])
				parent = SIZE_MAX;
		}
		if (parent != SIZE_MAX) {
			TKT_GROW(stack);
			stack->items[stack->n++] = (struct step){ (uint32_t)parent, 0 };
			b->place[parent] = UNDER_WAY;
			continue;
		}
		b->order[(*placed)++] = top->item;
		b->place[top->item] = *placed;
		stack->n--;
	}
}

/* A walk brings the newest first, so from its end on the way is short. */
void tkt_batch_sort(struct tkt_links_batch *b)
{
	struct steps stack = { NULL, 0, 0 };
	uint32_t placed = 0;

	make_slots(b);
	b->place = tkt_calloc(b->n, sizeof *b->place);
	b->order = tkt_calloc(b->n, sizeof *b->order);
	for (size_t i = b->n; i-- > 0;)
		if (!b->place[i])
			place(b, &stack, &placed, (uint32_t)i);
	free(stack.items);
}
