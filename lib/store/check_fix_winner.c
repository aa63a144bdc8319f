/* store/check_fix_winner: a ticket that lies in several status directories: which one is right?
 *
 * Two clones that mend the same ticket must say the same, so the answer depends on what the files hold and on
 * nothing else. The thread knows: the status of its latest transition counts. Where it leads to none of the
 * directories, the one whose own thread has that transition; else the latest transition to one of them. Where
 * the threads are silent (a script moves a ticket without an event): the younger item.md, what
 * all item.md say, and at last the status that is further along. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_fix_int.h"
#include "text/merge.h"

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
	struct tkt_strv conflicts = TKT_STRV_INIT;
	bool kept;

	if (!tkt_check_editable(a) || !tkt_check_editable(b))
		return false;
	/* As the merge driver does it, so that it is the same who of the two brings them together. */
	tkt_merge_thread(out, &(struct tkt_merge){ { "", 0 }, a, b }, &conflicts);
	if (conflicts.n) {
		tkt_buf_reset(out);
		tkt_thread_union(out, a, b);
	}
	tkt_strv_release(&conflicts);
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

/* Which of two transitions is the later one: in one second the order of bytes decides. */
static int compare(const struct tkt_event *a, enum tkt_status a_to, const struct tkt_event *b, enum tkt_status b_to)
{
	size_t n = a->body_len < b->body_len ? a->body_len : b->body_len;
	int d = strcmp(a->at, b->at);

	if (!d)
		d = (int)a_to - (int)b_to;
	if (!d)
		d = strcmp(a->author, b->author);
	if (!d)
		d = strcmp(a->kind, b->kind);
	if (!d && n)
		d = memcmp(a->body, b->body, n);
	return d ? d : a->body_len < b->body_len ? -1 : a->body_len > b->body_len;
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

/* The latest transition of one thread, if it leads to one of these statuses: in one second the later place counts. */
static const struct tkt_event *latest_in(const struct tkt_fix *f, const struct tkt_thread *th, unsigned statuses,
					 enum tkt_status *to)
{
	const struct tkt_event *found = NULL;
	enum tkt_status next;

	for (size_t i = 0; i < th->n; i++) {
		const struct tkt_event *e = &th->items[i];

		if (!transition(f, e, &next) || !(statuses & 1u << next) || (found && strcmp(e->at, found->at) < 0))
			continue;
		found = e;
		*to = next;
	}
	return found;
}

/* The same of all threads; *holders: the directories whose thread has it. */
static const struct tkt_event *latest(const struct tkt_fix *f, const struct copies *c, unsigned statuses,
				      enum tkt_status *to, unsigned *holders)
{
	const struct tkt_event *found = NULL;
	enum tkt_status next = TKT_OPEN;

	*holders = 0;
	for (int s = 0; s < TKT_STATUS_N; s++) {
		const struct tkt_event *e = latest_in(f, &c->parsed[s], statuses, &next);

		if (e && (!found || compare(e, next, found, *to) > 0)) {
			found = e;
			*to = next;
		}
	}
	for (int s = 0; found && s < TKT_STATUS_N; s++)
		for (size_t i = 0; i < c->parsed[s].n; i++)
			if (tkt_event_same(&c->parsed[s].items[i], found))
				*holders |= 1u << s;
	return found;
}

static bool single(unsigned bits, enum tkt_status *status)
{
	int s = 0;

	if (!bits || bits & (bits - 1))
		return false;
	while (!(bits & 1u << s))
		s++;
	*status = (enum tkt_status)s;
	return true;
}

/* Those of the statuses whose item.md has the greatest updated_at; one without a time is the oldest. */
static unsigned youngest(const struct copies *c, unsigned statuses)
{
	char *best = NULL;
	unsigned bits = 0;

	for (int s = 0; s < TKT_STATUS_N; s++) {
		char *at;
		int d;

		if (!(statuses & 1u << s))
			continue;
		at = tkt_fix_value((struct tkt_str){ c->item[s].ptr, c->item[s].len }, "updated_at");
		d = !at || !best ? (at != NULL) - (best != NULL) : strcmp(at, best);
		if (d >= 0)
			bits = (d > 0 ? 0 : bits) | 1u << s;
		if (d > 0) {
			free(best);
			best = at;
			at = NULL;
		}
		free(at);
	}
	free(best);
	return bits;
}

/* What all of them say in item.md, if that is one of them. */
static bool said_by_all(const struct copies *c, unsigned statuses, enum tkt_status *winner)
{
	enum tkt_status said, first = TKT_OPEN;
	bool any = false, same = true;

	for (int s = 0; same && s < TKT_STATUS_N; s++) {
		char *word;

		if (!(statuses & 1u << s))
			continue;
		word = tkt_fix_value((struct tkt_str){ c->item[s].ptr, c->item[s].len }, "status");
		same = word && tkt_status_find(word, &said) && (!any || said == first);
		if (same)
			first = said;
		any = true;
		free(word);
	}
	if (!same || !(statuses & 1u << first))
		return false;
	*winner = first;
	return true;
}

static void decide(const struct tkt_fix *f, const struct copies *c, unsigned statuses, enum tkt_status *winner)
{
	unsigned holders, bits, all = (1u << TKT_STATUS_N) - 1;
	enum tkt_status to = TKT_OPEN;

	if (latest(f, c, all, &to, &holders)) {
		if (statuses & 1u << to) {
			*winner = to;
			return;
		}
		if (single(holders & statuses, winner))
			return;
		if (latest(f, c, statuses, &to, &holders)) {
			*winner = to;
			return;
		}
	}
	bits = youngest(c, statuses);
	if (single(bits, winner) || said_by_all(c, statuses, winner))
		return;
	for (int s = 0; s < TKT_STATUS_N; s++)
		if (bits & 1u << s)
			*winner = (enum tkt_status)s;
}

bool tkt_fix_winner(struct tkt_fix *f, unsigned statuses, enum tkt_status *winner)
{
	struct copies c = { 0 };
	bool sure = true;

	for (int s = 0; s < TKT_STATUS_N; s++) {
		tkt_buf_init(&c.item[s]);
		tkt_buf_init(&c.thread[s]);
	}
	for (int s = 0; s < TKT_STATUS_N; s++)
		if (statuses & 1u << s)
			sure = read_copy(f, &c, s) && sure;
	if (sure)
		decide(f, &c, statuses, winner);
	for (int s = 0; s < TKT_STATUS_N; s++) {
		tkt_thread_release(&c.parsed[s]);
		tkt_buf_release(&c.item[s]);
		tkt_buf_release(&c.thread[s]);
	}
	return sure;
}
