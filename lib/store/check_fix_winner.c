/* store/check_fix_winner: a ticket that lies in several status directories: which one is right?
 *
 * The thread knows: the status of its latest transition counts. Where it is silent (a script moves
 * a ticket without an event), two copies that differ in nothing but status and updated_at leave the
 * younger one. Everything else is for a person to say. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_fix_int.h"

char *tkt_fix_value(struct tkt_str item, const char *key)
{
	const struct tkt_fm_entry *e;
	struct tkt_fm fm = { 0 };
	char *value = NULL;

	if (tkt_fm_parse(&fm, item.ptr, item.len, NULL) == 0) {
		e = tkt_fm_find(&fm, key);
		if (e)
			tkt_fm_scalar(e, &value);
	}
	tkt_fm_release(&fm);
	return value;
}

/* The text with the lines of status and updated_at made empty. False: no frontmatter. */
static bool without_status(struct tkt_buf *out, struct tkt_str item)
{
	struct tkt_fm fm = { 0 };
	size_t from = 0;

	if (tkt_fm_parse(&fm, item.ptr, item.len, NULL) != 0)
		return false;
	for (size_t i = 0; i < fm.n; i++) {
		const struct tkt_fm_entry *e = &fm.items[i];

		if (!tkt_str_eq(e->key, "status") && !tkt_str_eq(e->key, "updated_at"))
			continue;
		tkt_buf_add(out, item.ptr + from, e->start - from);
		tkt_buf_add(out, e->key.ptr, e->key.len);
		from = e->end;
	}
	tkt_buf_add(out, item.ptr + from, item.len - from);
	tkt_fm_release(&fm);
	return true;
}

bool tkt_fix_same_item(struct tkt_str a, struct tkt_str b)
{
	struct tkt_buf x = TKT_BUF_INIT, y = TKT_BUF_INIT;
	bool same = without_status(&x, a) && without_status(&y, b) && x.len == y.len &&
		    memcmp(x.ptr, y.ptr, x.len) == 0;

	tkt_buf_release(&x);
	tkt_buf_release(&y);
	return same;
}

/* More than the identity of an event: whatever a person could miss. */
static bool same_words(const struct tkt_event *a, const struct tkt_event *b)
{
	return tkt_event_same(a, b) && !a->heading == !b->heading &&
	       (!a->heading || strcmp(a->heading, b->heading) == 0);
}

static bool all_in(const struct tkt_thread *some, const struct tkt_thread *whole)
{
	for (size_t i = 0; i < some->n; i++) {
		size_t k = 0;

		while (k < whole->n && !same_words(&some->items[i], &whole->items[k]))
			k++;
		if (k == whole->n)
			return false;
	}
	return true;
}

bool tkt_fix_union(struct tkt_buf *out, struct tkt_str a, struct tkt_str b, bool *whole)
{
	struct tkt_thread ta = { 0 }, tb = { 0 }, both = { 0 };
	bool kept;

	if (!tkt_check_editable(a) || !tkt_check_editable(b))
		return false;
	tkt_thread_union(out, a, b);
	tkt_thread_parse(&ta, a.ptr, a.len);
	tkt_thread_parse(&tb, b.ptr, b.len);
	tkt_thread_parse(&both, out->ptr, out->len);
	/* No word may be lost here, so we look instead of trusting. */
	kept = all_in(&ta, &both);
	*whole = all_in(&tb, &both);
	tkt_thread_release(&ta);
	tkt_thread_release(&tb);
	tkt_thread_release(&both);
	return kept;
}

/* The status that an event brings the ticket to. */
static bool transition(const struct tkt_fix *f, const struct tkt_event *e, enum tkt_status *to)
{
	const char *word = tkt_event_attr(e, "to");

	if (strcmp(e->kind, "close") == 0) {
		*to = TKT_CLOSED;
		return true;
	}
	if (strcmp(e->kind, "reopened") == 0) {
		if (!tkt_status_find(word, to))
			*to = TKT_OPEN;
		return true;
	}
	if (strcmp(e->kind, "status_changed") == 0)
		return tkt_status_find(word, to);
	if (strcmp(e->kind, "moved") == 0 && word) {
		const struct tkt_board *board = f->config ? tkt_config_board(f->config, NULL) : NULL;
		const struct tkt_column *column = board ? tkt_board_column(board, word) : NULL;

		if (column)
			*to = column->status;
		return column != NULL;
	}
	return false;
}

struct latest {
	const char *at; /* borrowed from the thread, or NULL */
	enum tkt_status to;
	bool tie; /* others of the same second say something else */
};

/* In one second the later place counts, but only within one and the same thread. */
static void look_through(const struct tkt_fix *f, const struct tkt_thread *th, struct latest *l)
{
	struct latest own = { NULL, TKT_OPEN, false };

	for (size_t i = 0; i < th->n; i++) {
		enum tkt_status to;

		if (!transition(f, &th->items[i], &to) || (own.at && strcmp(th->items[i].at, own.at) < 0))
			continue;
		own.at = th->items[i].at;
		own.to = to;
	}
	if (!own.at)
		return;
	if (!l->at || strcmp(own.at, l->at) > 0)
		*l = own;
	else if (strcmp(own.at, l->at) == 0 && own.to != l->to)
		l->tie = true;
}

struct copies {
	struct tkt_buf item[TKT_STATUS_N], thread[TKT_STATUS_N];
	struct tkt_thread parsed[TKT_STATUS_N];
};

static bool read_copy(struct tkt_fix *f, struct copies *c, int s)
{
	struct tkt_buf path = TKT_BUF_INIT;
	bool ok;

	tkt_store_path(&path, (enum tkt_status)s, f->id, "item.md");
	ok = tkt_fix_read(f, path.ptr, &c->item[s]) &&
	     tkt_check_editable((struct tkt_str){ c->item[s].ptr, c->item[s].len });
	tkt_buf_reset(&path);
	tkt_store_path(&path, (enum tkt_status)s, f->id, "thread.md");
	if (tkt_fix_read(f, path.ptr, &c->thread[s]))
		tkt_thread_parse(&c->parsed[s], c->thread[s].ptr, c->thread[s].len);
	tkt_buf_release(&path);
	return ok;
}

/* All items equal but for status and updated_at: the last one changed, if it is one. */
static bool youngest(const struct copies *c, unsigned statuses, enum tkt_status *winner)
{
	char *best = NULL;
	int first = -1;
	bool sure = true;

	for (int s = 0; sure && s < TKT_STATUS_N; s++) {
		struct tkt_str item = { c->item[s].ptr, c->item[s].len };
		char *at;

		if (!(statuses & 1u << s))
			continue;
		if (first >= 0)
			sure = tkt_fix_same_item((struct tkt_str){ c->item[first].ptr, c->item[first].len }, item);
		else
			first = s;
		at = tkt_fix_value(item, "updated_at");
		if (!at || (best && strcmp(at, best) == 0)) {
			sure = false;
		} else if (!best || strcmp(at, best) > 0) {
			*winner = (enum tkt_status)s;
			free(best);
			best = at;
			at = NULL;
		}
		free(at);
	}
	free(best);
	return sure;
}

bool tkt_fix_winner(struct tkt_fix *f, unsigned statuses, enum tkt_status *winner)
{
	struct copies c = { 0 };
	struct latest l = { NULL, TKT_OPEN, false };
	bool sure = true;

	for (int s = 0; s < TKT_STATUS_N; s++) {
		tkt_buf_init(&c.item[s]);
		tkt_buf_init(&c.thread[s]);
	}
	for (int s = 0; s < TKT_STATUS_N; s++) {
		if (!(statuses & 1u << s))
			continue;
		sure = read_copy(f, &c, s) && sure;
		look_through(f, &c.parsed[s], &l);
	}
	if (sure && l.at && !l.tie && statuses & 1u << l.to)
		*winner = l.to;
	else if (sure)
		sure = youngest(&c, statuses, winner);
	for (int s = 0; s < TKT_STATUS_N; s++) {
		tkt_thread_release(&c.parsed[s]);
		tkt_buf_release(&c.item[s]);
		tkt_buf_release(&c.thread[s]);
	}
	return sure;
}
