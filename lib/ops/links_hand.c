/* ops/links_hand: commits that people linked or took away, as the thread tells it. */
#include "ops/links_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool tkt_is_sha(const char *s)
{
	size_t n = strlen(s);

	return n >= 4 && n <= 64 && strspn(s, "0123456789abcdefABCDEF") == n;
}

bool tkt_sha_same(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if ((*a | (*a >= 'A' ? 32 : 0)) != (*b | (*b >= 'A' ? 32 : 0)))
			return false;
	return true;
}

void tkt_by_hands_release(struct tkt_by_hands *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n; i++)
		free(h->items[i].sha);
	free(h->items);
	memset(h, 0, sizeof *h);
}

static int by_time(const void *a, const void *b)
{
	const struct tkt_event *const *x = a, *const *y = b;
	int order = strcmp((*x)->at, (*y)->at);

	return order ? order : (*x > *y) - (*x < *y); /* they stand in one array */
}

/* The later one counts. What is taken away goes however it was written; what is linked may be one of
 * several. */
static void say(struct tkt_by_hands *out, const struct tkt_event *e, const char *sha)
{
	bool linked = strcmp(e->kind, "commit_unlinked") != 0;
	struct tkt_by_hand *h;
	size_t kept = 0;

	for (size_t i = 0; i < out->n; i++) {
		if (tkt_sha_same(out->items[i].sha, sha)) {
			free(out->items[i].sha);
			continue;
		}
		out->items[kept++] = out->items[i];
	}
	out->n = kept;
	TKT_GROW(out);
	h = &out->items[out->n++];
	*h = (struct tkt_by_hand){ tkt_strdup(sha), linked, strcmp(e->kind, "close") == 0,
				   linked && strcmp(e->kind, "commit_linked") != 0 };
	for (char *c = h->sha; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'F' ? *c + 32 : *c);
}

void tkt_by_hand(const struct tkt_thread *thread, struct tkt_by_hands *out)
{
	const struct tkt_event **events = tkt_calloc(thread->n + 1, sizeof *events);
	size_t n = 0;

	for (size_t i = 0; i < thread->n; i++) {
		const char *sha = tkt_event_attr(&thread->items[i], "commit");

		if (sha && tkt_is_sha(sha))
			events[n++] = &thread->items[i];
	}
	if (n > 1)
		qsort(events, n, sizeof(struct tkt_event *), by_time);
	for (size_t i = 0; i < n; i++)
		say(out, events[i], tkt_event_attr(events[i], "commit"));
	free(events);
}
