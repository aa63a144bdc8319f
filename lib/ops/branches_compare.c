/* ops/branches_compare: one copy of a ticket beside ours: events that one of them lacks, fields that differ. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "ops/branches_int.h"

void tkt_branch_copy_init(struct tkt_branch_copy *c)
{
	memset(c, 0, sizeof *c);
	tkt_buf_init(&c->item);
	tkt_buf_init(&c->thread);
}

void tkt_branch_copy_release(struct tkt_branch_copy *c)
{
	tkt_buf_release(&c->item);
	tkt_buf_release(&c->thread);
	free(c->bad);
	memset(c, 0, sizeof *c);
}

/* A checkout may have given the lines other ends: that is no other state. */
static void sum(const struct tkt_buf *text, unsigned char out[20])
{
	struct tkt_buf plain = TKT_BUF_INIT;
	const char *p = text->ptr, *end = text->ptr + text->len;

	if (!memchr(p, '\r', text->len)) {
		tkt_git_blob_sum(p, text->len, out);
		return;
	}
	for (; p < end; p++)
		if (*p != '\r' || p + 1 == end || p[1] != '\n')
			tkt_buf_putc(&plain, *p);
	tkt_git_blob_sum(plain.ptr, plain.len, out);
	tkt_buf_release(&plain);
}

void tkt_branch_sums(const struct tkt_branch_copy *c, struct tkt_branch_state *out)
{
	memset(out->item_sum, 0, sizeof out->item_sum);
	memset(out->thread_sum, 0, sizeof out->thread_sum);
	if (c->has_item)
		sum(&c->item, out->item_sum);
	if (c->has_thread)
		sum(&c->thread, out->thread_sum);
}

/* --- events --- */

struct known {
	uint64_t hash;
	const struct tkt_event *event;
};

static int by_hash(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static struct known *hashes(const struct tkt_thread *t)
{
	struct known *all = tkt_calloc(t->n, sizeof *all);
	struct tkt_buf b = TKT_BUF_INIT;

	for (size_t i = 0; i < t->n; i++) {
		const struct tkt_event *e = &t->items[i];

		tkt_buf_reset(&b);
		tkt_buf_printf(&b, "%s\n%s\n%s\n", e->at, e->kind, e->author);
		tkt_buf_add(&b, e->body, e->body_len);
		all[i] = (struct known){ tkt_fnv1a(b.ptr, b.len), e };
	}
	if (t->n > 1)
		qsort(all, t->n, sizeof *all, by_hash);
	tkt_buf_release(&b);
	return all;
}

/* How many events of a are not in b. The same one twice is one event. */
static size_t lacking(const struct known *a, size_t n, const struct known *b, size_t m)
{
	size_t count = 0, k = 0;

	for (size_t i = 0; i < n; i++) {
		bool found = i > 0 && a[i - 1].hash == a[i].hash && tkt_event_same(a[i - 1].event, a[i].event);

		while (k < m && b[k].hash < a[i].hash)
			k++;
		for (size_t j = k; !found && j < m && b[j].hash == a[i].hash; j++)
			found = tkt_event_same(b[j].event, a[i].event);
		count += !found;
	}
	return count;
}

static void compare_threads(const struct tkt_branch_copy *theirs, const struct tkt_branch_copy *ours,
			    struct tkt_branch_state *out)
{
	struct tkt_thread a, b;
	struct known *x, *y;

	tkt_thread_parse(&a, theirs->thread.ptr, theirs->thread.len);
	tkt_thread_parse(&b, ours ? ours->thread.ptr : "", ours ? ours->thread.len : 0);
	x = hashes(&a);
	y = hashes(&b);
	out->ahead = lacking(x, a.n, y, b.n);
	out->behind = lacking(y, b.n, x, a.n);
	free(x);
	free(y);
	tkt_thread_release(&a);
	tkt_thread_release(&b);
}

/* --- fields --- */

static struct tkt_str plain_block(const struct tkt_fm_entry *e)
{
	return e ? tkt_str_trim(e->block) : (struct tkt_str){ "", 0 };
}

static void compare_keys(const struct tkt_fm *a, const struct tkt_fm *b, struct tkt_strv *out)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct tkt_fm_entry *e = &a->items[i], *other;
		struct tkt_str x, y;
		char *key;

		if (e->duplicate)
			continue;
		key = tkt_strndup(e->key.ptr, e->key.len);
		other = tkt_fm_find(b, key);
		x = plain_block(e);
		y = plain_block(other);
		if ((!other || x.len != y.len || memcmp(x.ptr, y.ptr, x.len) != 0) && !tkt_strv_has(out, key))
			tkt_strv_push(out, key);
		free(key);
	}
}

static bool same_body(const struct tkt_fm *a, const struct tkt_fm *b)
{
	struct tkt_str x = tkt_str_trim((struct tkt_str){ a->text.ptr + a->body, a->text.len - a->body });
	struct tkt_str y = tkt_str_trim((struct tkt_str){ b->text.ptr + b->body, b->text.len - b->body });

	return x.len == y.len && memcmp(x.ptr, y.ptr, x.len) == 0;
}

static void compare_items(const struct tkt_branch_copy *theirs, const struct tkt_branch_copy *ours,
			  struct tkt_branch_state *out)
{
	struct tkt_fm a, b;
	bool has_a = tkt_fm_parse(&a, theirs->item.ptr, theirs->item.len, NULL) == 0;
	bool has_b = tkt_fm_parse(&b, ours->item.ptr, ours->item.len, NULL) == 0;

	if (has_a && has_b) {
		compare_keys(&a, &b, &out->fields);
		compare_keys(&b, &a, &out->fields);
		if (!same_body(&a, &b))
			tkt_strv_push(&out->fields, "body");
	}
	if (has_a)
		tkt_fm_release(&a);
	if (has_b)
		tkt_fm_release(&b);
}

/* --- the whole --- */

static void read_fields(const struct tkt_config *config, const struct tkt_branch_copy *c, struct tkt_branch_state *out)
{
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_ticket t;
	const struct tkt_board *board;
	const struct tkt_column *column;

	if (tkt_ticket_parse(&t, c->item.ptr, c->item.len, &why) != 0) {
		out->bad = tkt_asprintf("item.md: %s", why.message ? why.message : "cannot be read");
		tkt_error_release(&why);
		return;
	}
	t.status = out->status;
	board = tkt_config_board(config, t.workflow);
	column = board ? tkt_board_column_of(board, &t) : NULL;
	out->title = tkt_strdup_null(t.title);
	out->assignee = tkt_strdup_null(t.assignee);
	out->updated_at = tkt_strdup_null(t.updated_at);
	out->column = tkt_strdup_null(column ? column->id : NULL);
	tkt_ticket_release(&t);
}

void tkt_branch_describe(const struct tkt_config *config, const struct tkt_branch_copy *c,
			 const struct tkt_branch_copy *ours, struct tkt_branch_state *out)
{
	if (c->bad)
		out->bad = tkt_strdup(c->bad);
	else if (!c->has_item)
		out->bad = tkt_strdup("it has no item.md");
	else
		read_fields(config, c, out);
	compare_threads(c, ours, out);
	if (c->has_item && ours && ours->has_item && !out->here)
		compare_items(c, ours, out);
}
