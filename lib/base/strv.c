#include "base/strv.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void tkt_strv_push(struct tkt_strv *v, const char *s)
{
	tkt_strv_take(v, tkt_strdup(s));
}

void tkt_strv_push_n(struct tkt_strv *v, const char *s, size_t n)
{
	tkt_strv_take(v, tkt_strndup(s, n));
}

void tkt_strv_take(struct tkt_strv *v, char *s)
{
	TKT_GROW(v);
	v->items[v->n++] = s;
}

bool tkt_strv_has(const struct tkt_strv *v, const char *s)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->items[i], s))
			return true;
	return false;
}

bool tkt_strv_remove(struct tkt_strv *v, const char *s)
{
	size_t kept = 0, before = v->n;
	char *last = NULL;

	for (size_t i = 0; i < before; i++) {
		if (strcmp(v->items[i], s) != 0) {
			v->items[kept++] = v->items[i];
			continue;
		}
		/* s itself may be one of the items: free it only when no longer needed. */
		if (v->items[i] == s)
			last = v->items[i];
		else
			free(v->items[i]);
	}
	free(last);
	v->n = kept;
	return kept != before;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void tkt_strv_sort(struct tkt_strv *v)
{
	if (v->n > 1)
		qsort(v->items, v->n, sizeof *v->items, by_bytes);
}

void tkt_strv_copy(struct tkt_strv *to, const struct tkt_strv *from)
{
	if (to == from)
		return;
	tkt_strv_release(to);
	for (size_t i = 0; i < from->n; i++)
		tkt_strv_push(to, from->items[i]);
}

bool tkt_strv_equal(const struct tkt_strv *a, const struct tkt_strv *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}

void tkt_strv_release(struct tkt_strv *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < v->n; i++)
		free(v->items[i]);
	free(v->items);
	v->items = NULL;
	v->n = 0;
	v->cap = 0;
}
