/* text/merge_thread: two versions of thread.md -> every event of both, each once.
 *
 * An event is a node: the same in all texts that hold it, also where one side edited it. Each side is a
 * sequence of nodes; the result is a sequence that contains both. Where they leave a choice the event comes
 * first that is less by time, then by author, kind, attributes and body. So no event ever passes
 * another one of its own side, however wrong the clocks were; and the result depends on what the sides
 * hold alone: branches that are merged in different orders end with the same bytes. Picking the lesser
 * of two heads sorts each sequence by the greatest event up to there, and such sorting is associative. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "text/merge_impl.h"
#include "text/thread.h"

enum { BASE, OURS, THEIRS, SIDES };

#define NONE SIZE_MAX

enum { LOOKS_MAX = 100 * 1000 * 1000 }; /* comparisons in search of edited events; then both texts stay */

struct node {
	const struct tkt_event *e[SIDES]; /* none left: it was another one, edited */
	size_t copy; /* the how-manieth of its kind: what was written twice stays twice */
	bool done;
};

struct sequence { /* of one text: the node of each event */
	struct tkt_str text;
	struct tkt_thread thread;
	size_t *nodes;
};

struct merger {
	struct sequence of[SIDES];
	struct { struct node *items; size_t n, cap; } nodes;
	size_t *slots, mask; /* hash table: places in nodes */
};

/* --- which events are the same --- */

static uint64_t event_hash(const struct tkt_event *e, size_t copy)
{
	uint64_t h = tkt_fnv1a(e->body, e->body_len) + copy;

	h = h * 31 + tkt_fnv1a(e->at, strlen(e->at));
	h = h * 31 + tkt_fnv1a(e->author, strlen(e->author));
	return h * 31 + tkt_fnv1a(e->kind, strlen(e->kind));
}

static const struct tkt_event *any_of(const struct node *n)
{
	return n->e[OURS] ? n->e[OURS] : n->e[THEIRS] ? n->e[THEIRS] : n->e[BASE];
}

/* The node of this event that the side has not used yet. */
static size_t intern(struct merger *m, const struct tkt_event *e, int side)
{
	for (size_t copy = 0;; copy++) {
		size_t at = (size_t)event_hash(e, copy) & m->mask;
		struct node *n;

		while (m->slots[at] != NONE && (m->nodes.items[m->slots[at]].copy != copy ||
						!tkt_event_same(any_of(&m->nodes.items[m->slots[at]]), e)))
			at = (at + 1) & m->mask;
		if (m->slots[at] == NONE) {
			TKT_GROW(&m->nodes);
			m->slots[at] = m->nodes.n;
			m->nodes.items[m->nodes.n++] = (struct node){ .copy = copy };
		}
		n = &m->nodes.items[m->slots[at]];
		if (n->e[side])
			continue;
		n->e[side] = e;
		return m->slots[at];
	}
}

static void read_all(struct merger *m, const struct tkt_merge *in)
{
	const struct tkt_str texts[SIDES] = { in->base, in->ours, in->theirs };
	size_t total = 0;

	for (int s = 0; s < SIDES; s++) {
		m->of[s].text = texts[s];
		tkt_thread_parse(&m->of[s].thread, texts[s].ptr, texts[s].len);
		total += m->of[s].thread.n;
	}
	for (m->mask = 15; m->mask < 2 * total;)
		m->mask = m->mask * 2 + 1;
	m->slots = tkt_calloc(m->mask + 1, sizeof *m->slots);
	memset(m->slots, 0xff, (m->mask + 1) * sizeof *m->slots); /* NONE */
	for (int s = 0; s < SIDES; s++) {
		struct sequence *q = &m->of[s];

		q->nodes = tkt_calloc(q->thread.n + 1, sizeof *q->nodes);
		for (size_t i = 0; i < q->thread.n; i++)
			q->nodes[i] = intern(m, &q->thread.items[i], s);
	}
}

/* Renames are guessed by likeness: what git takes for two versions of one thread can be the threads of two
 * tickets. Then one side began as the base did, and the other one in another way. An edited first event
 * looks the same: for a person too, since the other mistake moves words to another ticket in silence. */
static bool two_tickets(const struct merger *m)
{
	bool missing[SIDES] = { false }, other[SIDES] = { false };

	for (size_t i = 0; i < m->nodes.n; i++) {
		const struct node *n = &m->nodes.items[i];

		if (strcmp(any_of(n)->kind, "create") != 0)
			continue;
		if (n->e[BASE] && n->e[OURS] && n->e[THEIRS])
			return false;
		for (int s = OURS; s < SIDES; s++) {
			missing[s] = missing[s] || (n->e[BASE] && !n->e[s]);
			other[s] = other[s] || (!n->e[BASE] && n->e[s] && !n->e[s == OURS ? THEIRS : OURS]);
		}
	}
	return (missing[OURS] && other[OURS]) || (missing[THEIRS] && other[THEIRS]);
}

/* --- events that somebody edited --- */

static int compare_attrs(const struct tkt_event *a, const struct tkt_event *b)
{
	for (size_t i = 0; i < a->attrs.n && i < b->attrs.n; i++) {
		int d = strcmp(a->attrs.items[i].key, b->attrs.items[i].key);

		if (!d)
			d = strcmp(a->attrs.items[i].value, b->attrs.items[i].value);
		if (d)
			return d;
	}
	return a->attrs.n < b->attrs.n ? -1 : a->attrs.n > b->attrs.n;
}

static bool same_body(const struct tkt_event *a, const struct tkt_event *b)
{
	return a->body_len == b->body_len && (a->body_len == 0 || memcmp(a->body, b->body, a->body_len) == 0);
}

/* The header as it was; or a header that was corrected (an author's name), above the same words. */
static bool edited(const struct tkt_event *from, const struct tkt_event *to, bool header)
{
	bool attrs = compare_attrs(from, to) == 0;

	if (strcmp(from->at, to->at) != 0 || strcmp(from->kind, to->kind) != 0)
		return false;
	if (header)
		return same_body(from, to) && (attrs || from->body_len > 0);
	return attrs && strcmp(from->author, to->author) == 0;
}

/* A node of the base that the side lacks, and one that only that side has, are one event that was edited
 * there. What both have made of it alike needs no pairing: the old one is gone, the new one is in both. */
static void pair_edited(struct merger *m, int side, bool header)
{
	const struct sequence *base = &m->of[BASE], *q = &m->of[side];
	int other = side == OURS ? THEIRS : OURS;
	size_t looks = 0, next = 0;

	for (size_t i = 0; i < base->thread.n && looks < LOOKS_MAX; i++) {
		struct node *old = &m->nodes.items[base->nodes[i]];

		if (old->e[side])
			continue;
		for (size_t j = 0; j < q->thread.n; j++, looks++) {
			size_t k = (next + j) % q->thread.n; /* mostly right behind the one found last */
			struct node *made = &m->nodes.items[q->nodes[k]];

			if (made->e[BASE] || !made->e[side] || made->e[other] ||
			    !edited(old->e[BASE], made->e[side], header))
				continue;
			old->e[side] = made->e[side];
			made->e[side] = NULL;
			q->nodes[k] = base->nodes[i];
			next = k + 1;
			break;
		}
	}
}

/* --- order --- */

static int compare_events(const struct tkt_event *a, const struct tkt_event *b)
{
	size_t n = a->body_len < b->body_len ? a->body_len : b->body_len;
	int d = strcmp(a->at, b->at);

	if (!d)
		d = strcmp(a->author, b->author);
	if (!d)
		d = strcmp(a->kind, b->kind);
	if (!d)
		d = compare_attrs(a, b);
	if (!d && n)
		d = memcmp(a->body, b->body, n);
	return d ? d : a->body_len < b->body_len ? -1 : a->body_len > b->body_len;
}

/* An edited event stands where the text stood that both know. */
static bool comes_first(const struct node *a, const struct node *b)
{
	const struct tkt_event *x = a->e[BASE] ? a->e[BASE] : any_of(a), *y = b->e[BASE] ? b->e[BASE] : any_of(b);
	int d = compare_events(x, y);

	return d ? d < 0 : a->copy <= b->copy;
}

static size_t next_of(const struct merger *m, int side, size_t i)
{
	while (i < m->of[side].thread.n && m->nodes.items[m->of[side].nodes[i]].done)
		i++;
	return i;
}

/* The nodes of ours and theirs as they follow each other. Where the sides contradict each other (somebody
 * moved an event), the lesser of the two heads comes first. Returns how many. */
static size_t order(struct merger *m, size_t *out)
{
	const struct sequence *a = &m->of[OURS], *b = &m->of[THEIRS];
	size_t i = 0, k = 0, n = 0;

	for (;;) {
		struct node *x, *y;
		size_t pick;

		i = next_of(m, OURS, i);
		k = next_of(m, THEIRS, k);
		if (i == a->thread.n && k == b->thread.n)
			return n;
		x = i < a->thread.n ? &m->nodes.items[a->nodes[i]] : NULL;
		y = k < b->thread.n ? &m->nodes.items[b->nodes[k]] : NULL;
		if (!x || !y)
			pick = x ? a->nodes[i] : b->nodes[k];
		else if (!x->e[THEIRS] == !y->e[OURS])
			pick = comes_first(x, y) ? a->nodes[i] : b->nodes[k];
		else
			pick = x->e[THEIRS] ? b->nodes[k] : a->nodes[i]; /* the other head waits for its place there */
		m->nodes.items[pick].done = true;
		out[n++] = pick;
	}
}

/* --- text --- */

static struct tkt_str bytes_of(const struct merger *m, const struct node *n, int side)
{
	if (!n->e[side])
		return (struct tkt_str){ "", 0 };
	return (struct tkt_str){ m->of[side].text.ptr + n->e[side]->start, n->e[side]->end - n->e[side]->start };
}

/* The empty lines between two nodes, as a side has them that knows them as neighbours; NULL stands for the beginning
 * or the end of the text. False: it does not. */
static bool space_between(const struct merger *m, const struct node *n, const struct node *next, int side,
			  struct tkt_str *out)
{
	const struct sequence *q = &m->of[side];
	const struct tkt_event *e = n ? n->e[side] : NULL, *follower = next ? next->e[side] : NULL;
	size_t start, end;

	if ((n && !e) || (next && !follower))
		return false;
	if (e ? e + 1 != (follower ? follower : q->thread.items + q->thread.n) : follower != q->thread.items)
		return false;
	start = e ? e->end : q->thread.preamble.len;
	end = follower ? follower->start : q->text.len;
	*out = (struct tkt_str){ q->text.ptr + start, end - start };
	return true;
}

static struct tkt_str greater(struct tkt_str a, struct tkt_str b)
{
	if (a.len != b.len)
		return a.len > b.len ? a : b;
	return a.len && memcmp(a.ptr, b.ptr, a.len) < 0 ? b : a;
}

static bool same_words(const struct tkt_event *a, const struct tkt_event *b)
{
	const char *x = a->heading ? a->heading : "", *y = b->heading ? b->heading : "";

	return tkt_event_same(a, b) && strcmp(x, y) == 0;
}

static void put_node(struct tkt_buf *out, const struct merger *m, const struct node *n, struct tkt_strv *conflicts)
{
	struct tkt_str base = bytes_of(m, n, BASE), ours = bytes_of(m, n, OURS), theirs = bytes_of(m, n, THEIRS);
	const struct tkt_event *e = any_of(n);
	struct tkt_buf both = TKT_BUF_INIT;

	if (!n->e[THEIRS] || tkt_merge_same(ours, theirs) || (n->e[BASE] && tkt_merge_same(base, theirs) && n->e[OURS])) {
		tkt_buf_add(out, ours.ptr, ours.len);
	} else if (!n->e[OURS] || (n->e[BASE] && tkt_merge_same(base, ours))) {
		tkt_buf_add(out, theirs.ptr, theirs.len);
	} else if (same_words(n->e[OURS], n->e[THEIRS])) {
		ours = greater(ours, theirs);
		tkt_buf_add(out, ours.ptr, ours.len);
	} else {
		if (!tkt_merge_lines(&both, base, ours, theirs))
			tkt_strv_take(conflicts, tkt_asprintf("the event of %s at %s", e->author, e->at));
		tkt_buf_add(out, both.ptr, both.len);
	}
	tkt_buf_release(&both);
}

/* As one of the sides has it, else an empty line. */
static void put_space(struct tkt_buf *out, const struct merger *m, const struct node *n, const struct node *next)
{
	struct tkt_str ours = { "", 0 }, theirs = { "", 0 };
	bool in_ours = space_between(m, n, next, OURS, &ours), in_theirs = space_between(m, n, next, THEIRS, &theirs);

	if (in_ours || in_theirs) {
		ours = greater(ours, theirs);
		tkt_buf_add(out, ours.ptr, ours.len);
	}
	if (!next || !out->len)
		return;
	tkt_merge_end_line(out);
	if (!in_ours && !in_theirs && (out->len < 2 || out->ptr[out->len - 2] != '\n'))
		tkt_buf_putc(out, '\n');
}

static void put_thread(struct tkt_buf *out, struct merger *m, struct tkt_strv *conflicts)
{
	size_t *sequence = tkt_calloc(m->nodes.n + 1, sizeof *sequence), n = order(m, sequence);
	struct tkt_str text[SIDES];
	const struct node *last = NULL;

	for (int s = 0; s < SIDES; s++)
		text[s] = m->of[s].thread.preamble;
	if (!tkt_merge_lines(out, text[BASE], text[OURS], text[THEIRS]))
		tkt_strv_push(conflicts, "the text before the events");
	for (size_t i = 0; i < n; i++) {
		const struct node *node = &m->nodes.items[sequence[i]];

		put_space(out, m, last, node);
		put_node(out, m, node, conflicts);
		last = node;
	}
	if (last)
		put_space(out, m, last, NULL);
	free(sequence);
}

static void merge_thread(struct tkt_buf *out, const struct tkt_merge *in, struct tkt_strv *conflicts)
{
	struct merger m = { .nodes = { NULL, 0, 0 } };

	read_all(&m, in);
	if (two_tickets(&m)) {
		tkt_merge_put_all(out, in);
		tkt_strv_push(conflicts, "two tickets");
	} else {
		for (int pass = 0; pass < 2; pass++)
			for (int s = OURS; s < SIDES; s++)
				pair_edited(&m, s, pass == 1);
		put_thread(out, &m, conflicts);
	}
	for (int s = 0; s < SIDES; s++) {
		tkt_thread_release(&m.of[s].thread);
		free(m.of[s].nodes);
	}
	free(m.nodes.items);
	free(m.slots);
}

void tkt_merge_thread(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts)
{
	tkt_merge_plain(out, m, (struct tkt_merge_with){ merge_thread }, conflicts);
}
