/* timeline: events and commits, oldest first. */
#include "timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SHORT_SHA 10 /* digits; what git shows in histories of some size */

static void push(struct timeline *t, const struct tkt_event *event, const struct tkt_link *link)
{
	TKT_GROW(t);
	t->items[t->n++] = (struct moment){ event, link };
}

/* A commit that somebody linked by hand and that is not here has no time; its event tells of it. */
static const struct tkt_link *next_link(const struct tkt_links *links, size_t *i)
{
	while (links && *i < links->n && links->items[*i].missing)
		(*i)++;
	return links && *i < links->n ? &links->items[*i] : NULL;
}

void timeline_make(struct timeline *t, const struct tkt_row *row, long wanted)
{
	const struct tkt_thread *thread = &row->record.thread;
	const struct tkt_link *link;
	size_t at = 0, cut;
	tkt_time when;

	memset(t, 0, sizeof *t);
	for (size_t i = 0; i < thread->n; i++) {
		const struct tkt_event *e = &thread->items[i];

		if (tkt_time_parse(e->at, strlen(e->at), &when))
			for (; (link = next_link(row->links, &at)) != NULL && link->time < when; at++)
				push(t, NULL, link);
		push(t, e, NULL);
	}
	for (; (link = next_link(row->links, &at)) != NULL; at++)
		push(t, NULL, link);
	if (wanted < 0 || (size_t)wanted >= t->n)
		return;
	cut = t->n - (size_t)wanted;
	for (size_t i = 0; i < cut; i++) {
		t->events += t->items[i].event != NULL;
		t->commits += t->items[i].link != NULL;
	}
	t->n -= cut;
	memmove(t->items, t->items + cut, t->n * sizeof *t->items);
}

void timeline_release(struct timeline *t)
{
	free(t->items);
	memset(t, 0, sizeof *t);
}

void commit_words(struct tkt_buf *out, const struct tkt_link *link)
{
	tkt_buf_printf(out, "%.*s ", SHORT_SHA, link->sha);
	out_field(out, link->subject ? link->subject : "(not in this repository)");
}
