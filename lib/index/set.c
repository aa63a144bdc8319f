/* index/set: sets of ticket numbers, and lists of problems. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/index.h"

void tkt_index_set_add(struct tkt_index_set *s, int64_t n)
{
	size_t word = (size_t)n / 64;

	if (n < 0 || tkt_index_set_has(s, n))
		return;
	if (word >= s->words) {
		size_t words = s->words * 2 > word + 1 ? s->words * 2 : word + 1;

		s->bits = tkt_realloc(s->bits, words, sizeof *s->bits);
		memset(s->bits + s->words, 0, (words - s->words) * sizeof *s->bits);
		s->words = words;
	}
	s->bits[word] |= (uint64_t)1 << n % 64;
	s->n++;
}

void tkt_index_set_release(struct tkt_index_set *s)
{
	if (!s)
		return;
	free(s->bits);
	memset(s, 0, sizeof *s);
}

void tkt_index_problems_release(struct tkt_index_problems *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		tkt_error_release(&p->items[i]);
	free(p->items);
	memset(p, 0, sizeof *p);
}

void tkt_index_refreshed_release(struct tkt_index_refreshed *r)
{
	if (!r)
		return;
	free(r->why);
	memset(r, 0, sizeof *r);
}

void tkt_index_status_release(struct tkt_index_status *st)
{
	if (!st)
		return;
	free(st->path);
	free(st->why);
	free(st->embedder);
	memset(st, 0, sizeof *st);
}
