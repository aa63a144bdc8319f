/* store/check_cycles: tickets that wait for each other in a circle, or are each other's parents.
 *
 * Depth first with a stack of its own: a chain of 100,000 tickets is no reason to overflow the
 * machine's. Every edge is walked once; an edge back into the path closes a circle. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_int.h"

enum color { WHITE, ON_PATH, DONE };

struct walk {
	struct tkt_check *c;
	enum tkt_link_kind kind;
	unsigned char *color; /* by place in c->tickets */
	size_t *at;           /* the next link of each ticket */
	size_t *path;         /* places, from the start of the walk */
	size_t *depth_of;     /* of each ticket that is on the path */
	size_t depth;
};

/* The path from place `from` in it on is a circle: told from its smallest id, so that it reads the
 * same wherever the walk began. */
static void report(struct walk *w, size_t from)
{
	struct tkt_check_ticket *items = w->c->tickets.items;
	size_t n = w->depth - from, least = 0;
	const char *verb = w->kind == TKT_LINK_BLOCKER ? "waits for" : "is part of";
	struct tkt_buf text = TKT_BUF_INIT;
	const struct tkt_check_ticket *t, *next;
	bool selected = false;
	size_t line = 0;

	for (size_t i = 0; i < n; i++) {
		selected = selected || items[w->path[from + i]].selected;
		if (strcmp(items[w->path[from + i]].id, items[w->path[from + least]].id) < 0)
			least = i;
	}
	t = &items[w->path[from + least]];
	next = &items[w->path[from + (least + 1) % n]];
	for (size_t i = 0; i < t->links.n && !line; i++)
		if (t->links.items[i].kind == w->kind && strcmp(t->links.items[i].to, next->id) == 0)
			line = t->links.items[i].line;
	for (size_t i = 0; i < n; i++)
		tkt_buf_printf(&text, "'%s' %s ", items[w->path[from + (least + i) % n]].id, verb);
	tkt_buf_printf(&text, "'%s'", t->id);
	tkt_buf_reset(&w->c->path);
	tkt_store_path(&w->c->path, t->status, t->id, "item.md");
	if (selected)
		tkt_findings_add(w->c->out, w->kind == TKT_LINK_BLOCKER ? "T073" : "T074", t->id, w->c->path.ptr, line,
				 w->kind == TKT_LINK_BLOCKER ? "take one of the blocked_by links away" :
							       "take one of the parent links away",
				 "%s", text.ptr);
	tkt_buf_release(&text);
}

static void push(struct walk *w, size_t node)
{
	w->color[node] = ON_PATH;
	w->depth_of[node] = w->depth;
	w->path[w->depth++] = node;
}

/* One link of the ticket on top of the path; a white target becomes the new top. */
static void follow(struct walk *w, const struct tkt_check_link *l)
{
	struct tkt_check_ticket *to;
	size_t node;

	if (l->kind != w->kind || !(to = tkt_check_find(w->c, l->to)))
		return;
	node = (size_t)(to - w->c->tickets.items);
	if (w->color[node] == ON_PATH) {
		report(w, w->depth_of[node]);
	} else if (w->color[node] == WHITE) {
		push(w, node);
	}
}

static void walk_from(struct walk *w, size_t start)
{
	if (w->color[start] != WHITE)
		return;
	push(w, start);
	while (w->depth) {
		size_t node = w->path[w->depth - 1];
		const struct tkt_check_ticket *t = &w->c->tickets.items[node];

		if (w->at[node] < t->links.n) {
			follow(w, &t->links.items[w->at[node]++]);
		} else {
			w->color[node] = DONE;
			w->depth--;
		}
	}
}

void tkt_check_cycles(struct tkt_check *c)
{
	static const enum tkt_link_kind kinds[] = { TKT_LINK_BLOCKER, TKT_LINK_PARENT };
	size_t n = c->tickets.n;

	for (size_t k = 0; k < TKT_LEN(kinds); k++) {
		struct walk w = {
			.c = c,
			.kind = kinds[k],
			.color = tkt_calloc(n + 1, 1),
			.at = tkt_calloc(n + 1, sizeof(size_t)),
			.path = tkt_calloc(n + 1, sizeof(size_t)),
			.depth_of = tkt_calloc(n + 1, sizeof(size_t)),
		};

		for (size_t i = 0; i < n; i++)
			walk_from(&w, i);
		free(w.color);
		free(w.at);
		free(w.path);
		free(w.depth_of);
	}
}
