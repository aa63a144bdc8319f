/* text/merge_value: one key of item.md, changed on both sides in different ways. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "text/frontmatter_impl.h"
#include "text/merge_impl.h"
#include "text/ticket.h"

bool tkt_merge_entry_same(const struct tkt_fm_entry *a, const struct tkt_fm_entry *b)
{
	if (!a || !b)
		return a == b;
	return a->multiline == b->multiline && tkt_merge_same(a->block, b->block);
}

/* --- times and state --- */

static bool time_of(const struct tkt_fm_entry *e, tkt_time *out)
{
	char *text = e ? tkt_fm_text(e) : NULL;
	bool ok = text && tkt_time_parse(text, strlen(text), out);

	free(text);
	return ok;
}

/* How far along: of two changes in one second the one that leads further counts. */
static int progress(const struct tkt_fm *fm)
{
	const struct tkt_fm_entry *e = tkt_fm_find(fm, "status");
	char *text = e ? tkt_fm_text(e) : NULL;
	enum tkt_status status = TKT_OPEN;
	int rank = text && tkt_status_find(text, &status) ? (int)status : -1;

	free(text);
	return rank;
}

/* At the same time: by how far along, then by bytes, so that it does not matter which side is ours. */
static enum tkt_side later_side(const struct tkt_fm *ours, const struct tkt_fm *theirs)
{
	tkt_time a = 0, b = 0;
	bool has_a = time_of(tkt_fm_find(ours, "updated_at"), &a);
	bool has_b = time_of(tkt_fm_find(theirs, "updated_at"), &b);
	int d;

	if (has_a != has_b)
		return has_a ? TKT_OURS : TKT_THEIRS;
	if (a != b)
		return a > b ? TKT_OURS : TKT_THEIRS;
	d = progress(ours) - progress(theirs);
	if (d == 0) {
		size_t n = ours->close < theirs->close ? ours->close : theirs->close;

		d = memcmp(ours->text.ptr, theirs->text.ptr, n);
	}
	return d >= 0 ? TKT_OURS : TKT_THEIRS;
}

void tkt_merge_state_of(struct tkt_merge_state *out, const struct tkt_fm *base, const struct tkt_fm *ours,
			const struct tkt_fm *theirs)
{
	tkt_time made_a = 0, made_b = 0;
	const struct tkt_fm_entry *o = tkt_fm_find(base, "status");
	const struct tkt_fm_entry *a = tkt_fm_find(ours, "status"), *b = tkt_fm_find(theirs, "status");

	out->later = later_side(ours, theirs);
	out->elder = TKT_NEITHER;
	if (time_of(tkt_fm_find(ours, "created_at"), &made_a) && time_of(tkt_fm_find(theirs, "created_at"), &made_b) &&
	    made_a != made_b)
		out->elder = made_a < made_b ? TKT_OURS : TKT_THEIRS;
	if (tkt_merge_entry_same(a, b))
		out->status = TKT_NEITHER;
	else if (tkt_merge_entry_same(a, o))
		out->status = TKT_THEIRS;
	else if (tkt_merge_entry_same(b, o))
		out->status = TKT_OURS;
	else
		out->status = out->later;
}

static enum tkt_merge_choice choose(enum tkt_side side)
{
	return side == TKT_THEIRS ? TKT_CHOOSE_THEIRS : TKT_CHOOSE_OURS;
}

/* The later or the earlier of two times; a word that is no time gives way to one. */
static enum tkt_merge_choice by_time(const struct tkt_merge_key *k, bool want_later)
{
	tkt_time a = 0, b = 0;
	bool has_a = time_of(k->ours, &a), has_b = time_of(k->theirs, &b);

	if (!has_a && !has_b)
		return TKT_CHOOSE_NONE;
	if (!has_a || !has_b)
		return has_a ? TKT_CHOOSE_OURS : TKT_CHOOSE_THEIRS;
	return (want_later ? a >= b : a <= b) ? TKT_CHOOSE_OURS : TKT_CHOOSE_THEIRS;
}

/* started_at and completed_at go with the status; where both ended up in the same one, the first start
 * and the last end count. A time that only one side has still depends on who was later. */
static enum tkt_merge_choice with_status(const struct tkt_merge_key *k, const struct tkt_merge_state *state,
					 bool want_later)
{
	tkt_time t;

	if (state->status != TKT_NEITHER)
		return choose(state->status);
	if (time_of(k->ours, &t) && time_of(k->theirs, &t))
		return by_time(k, want_later);
	return choose(state->later);
}

/* One id that was made twice: who made it first; in one second the lesser name. The threads name both. */
static enum tkt_merge_choice creator(const struct tkt_merge_key *k, const struct tkt_merge_state *state)
{
	struct tkt_str a, b;
	size_t n;
	int d;

	if (k->base || !k->ours || !k->theirs)
		return TKT_CHOOSE_NONE;
	if (state->elder != TKT_NEITHER)
		return choose(state->elder);
	a = k->ours->block;
	b = k->theirs->block;
	n = a.len < b.len ? a.len : b.len;
	d = memcmp(a.ptr, b.ptr, n);
	return d < 0 || (d == 0 && a.len <= b.len) ? TKT_CHOOSE_OURS : TKT_CHOOSE_THEIRS;
}

/* --- lists --- */

struct list {
	struct tkt_strv items;
	struct tkt_str comment; /* behind the brackets */
	bool sure;              /* read as YAML reads it, and no comment stands inside */
};

static void read_list(struct list *out, const struct tkt_fm_entry *e)
{
	size_t core;

	*out = (struct list){ .items = TKT_STRV_INIT, .comment = { "", 0 }, .sure = true };
	if (!e)
		return;
	out->sure = tkt_fm_list(e, &out->items) != TKT_FM_LENIENT;
	core = tkt_fm_core_len(e);
	if (core > 0)
		out->comment = tkt_str_trim((struct tkt_str){ e->value.ptr + core, e->value.len - core });
	if (e->multiline && memchr(e->block.ptr, '#', e->block.len))
		out->sure = false;
}

/* ours without what they took out, then what they put in */
static void merge_sets(struct tkt_strv *out, const struct list *base, const struct list *ours,
		       const struct list *theirs)
{
	for (size_t i = 0; i < ours->items.n; i++) {
		const char *item = ours->items.items[i];

		if (tkt_strv_has(&theirs->items, item) || !tkt_strv_has(&base->items, item))
			tkt_strv_push(out, item);
	}
	for (size_t i = 0; i < theirs->items.n; i++) {
		const char *item = theirs->items.items[i];

		if (!tkt_strv_has(&base->items, item) && !tkt_strv_has(out, item))
			tkt_strv_push(out, item);
	}
}

static enum tkt_merge_choice by_set(struct tkt_buf *text, const struct tkt_merge_key *k)
{
	enum tkt_merge_choice choice = TKT_CHOOSE_NONE;
	struct tkt_strv merged = TKT_STRV_INIT;
	struct list base, ours, theirs;
	struct tkt_str comment;

	read_list(&base, k->base);
	read_list(&ours, k->ours);
	read_list(&theirs, k->theirs);
	comment = tkt_merge_same(base.comment, ours.comment) ? theirs.comment : ours.comment;
	if (!base.sure || !ours.sure || !theirs.sure ||
	    (!tkt_merge_same(comment, theirs.comment) && !tkt_merge_same(base.comment, theirs.comment)))
		goto out;
	merge_sets(&merged, &base, &ours, &theirs);
	if (k->ours && tkt_strv_equal(&merged, &ours.items) && tkt_merge_same(comment, ours.comment)) {
		choice = TKT_CHOOSE_OURS;
	} else if (k->theirs && tkt_strv_equal(&merged, &theirs.items) && tkt_merge_same(comment, theirs.comment)) {
		choice = TKT_CHOOSE_THEIRS;
	} else {
		choice = TKT_CHOOSE_TEXT;
		tkt_fm_quote_list(text, &merged);
		if (comment.len) {
			tkt_buf_putc(text, ' ');
			tkt_buf_add(text, comment.ptr, comment.len);
		}
	}
out:
	tkt_strv_release(&merged);
	tkt_strv_release(&base.items);
	tkt_strv_release(&ours.items);
	tkt_strv_release(&theirs.items);
	return choice;
}

/* --- one key --- */

static bool is(const struct tkt_merge_key *k, const char *name)
{
	return tkt_str_eq(k->ours ? k->ours->key : k->theirs ? k->theirs->key : k->base->key, name);
}

static bool is_list(const struct tkt_merge_key *k)
{
	struct tkt_str key = k->ours ? k->ours->key : k->theirs->key;
	size_t n;
	const struct tkt_field *fields = tkt_fields(&n);

	for (size_t i = 0; i < n; i++)
		if (tkt_str_eq(key, fields[i].name))
			return fields[i].type == TKT_FIELD_LIST;
	return false;
}

enum tkt_merge_choice tkt_merge_key(struct tkt_buf *text, const struct tkt_merge_key *k,
				    const struct tkt_merge_state *state)
{
	bool same = tkt_merge_entry_same(k->ours, k->theirs);

	/* A column belongs to a status: it comes from the side that the status comes from. */
	if (!same && is(k, "column") && state->status != TKT_NEITHER)
		return choose(state->status);
	if (same) /* also where only blanks differ: then the changed line */
		return k->ours && k->base && k->ours->end - k->ours->start == k->base->end - k->base->start &&
				       memcmp(k->ours->key.ptr, k->base->key.ptr, k->base->end - k->base->start) == 0
			       ? TKT_CHOOSE_THEIRS
			       : TKT_CHOOSE_OURS;
	if (tkt_merge_entry_same(k->base, k->ours))
		return TKT_CHOOSE_THEIRS;
	if (tkt_merge_entry_same(k->base, k->theirs))
		return TKT_CHOOSE_OURS;
	if (is(k, "status"))
		return choose(state->status);
	if (is(k, "column"))
		return choose(state->later);
	if (is(k, "updated_at"))
		return by_time(k, true);
	if (is(k, "created_at"))
		return by_time(k, false);
	if (is(k, "created_by"))
		return creator(k, state);
	if (is(k, "started_at") || is(k, "completed_at"))
		return with_status(k, state, is(k, "completed_at"));
	return is_list(k) ? by_set(text, k) : TKT_CHOOSE_NONE;
}
