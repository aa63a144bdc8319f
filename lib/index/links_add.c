/* index/links_add: what a walk over history brings, kept until its end. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/links_int.h"

#define COMMITS_MAX (UINT32_MAX / 2)

void tkt_links_free(struct tkt_index *x)
{
	struct tkt_links_batch *b = x->links;

	if (!b)
		return;
	for (size_t i = 0; i < b->words.n; i++)
		free(b->words.items[i].name);
	for (size_t i = 0; i < b->said.n; i++) {
		free(b->said.items[i].author);
		free(b->said.items[i].subject);
	}
	sqlite3_finalize(b->by_oid);
	free(b->oids);
	free(b->times);
	free(b->first);
	free(b->parents.items);
	free(b->words.items);
	free(b->said.items);
	free(b->slots);
	free(b->place);
	free(b->order);
	free(b);
	x->links = NULL;
}

/* The index as it lies there, or one that knows the names of the tickets. */
static int make(struct tkt_index *x, struct tkt_error *err)
{
	int rc = tkt_refresh(x, x->level, !x->opts.memory, NULL, err);

	if (rc != TKT_ENO)
		return rc;
	return tkt_error_set(err, TKT_ELOCKED, "cannot change the index: %s", x->why ? x->why : "it is held");
}

/* It may have changed since it was looked at; nothing hangs on that here. */
static int begin(struct tkt_index *x, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	int rc = TKT_ECONFLICT;

	for (int tries = 0; rc == TKT_ECONFLICT && tries < 4; tries++) {
		tkt_error_release(&e);
		rc = tries || !tkt_links_there(x) ? make(x, &e) : 0;
		if (!rc)
			rc = tkt_index_begin(x, &e);
	}
	if (rc && tkt_index_stopped(x)) {
		tkt_error_release(&e);
		rc = tkt_error_set(&e, TKT_EIO, "interrupted");
	} else if (rc == TKT_ECONFLICT || (rc && x->trouble)) {
		e.code = TKT_ELOCKED; /* whatever it is, the memory is free */
	}
	return rc ? tkt_error_move(err, &e) : 0;
}

int tkt_links_begin(struct tkt_index *x, bool wait, struct tkt_error *err)
{
	unsigned wait_ms = x->opts.wait_ms;
	struct tkt_links_batch *b;
	int rc;

	if (!wait)
		x->opts.wait_ms = 0;
	tkt_db_trouble(x, false);
	rc = begin(x, err);
	x->opts.wait_ms = wait_ms;
	if (rc)
		return rc;
	tkt_links_free(x);
	b = x->links = tkt_calloc(1, sizeof *b);
	rc = tkt_index_prepare(x, TKT_LINKS_BUCKET, &b->by_oid, err);
	if (rc) {
		tkt_links_free(x);
		tkt_index_end(x, false, NULL);
	}
	return rc;
}

void tkt_links_forget(struct tkt_index *x)
{
	struct tkt_links_batch *b = x->links;

	b->fresh = true;
}

int tkt_links_to_memory(struct tkt_index *x, struct tkt_error *err)
{
	return tkt_refresh_in_memory(x, x->level, err);
}

static void grow(struct tkt_links_batch *b)
{
	if (b->n < b->cap)
		return;
	b->cap = b->cap ? b->cap * 2 : 256;
	b->oids = tkt_realloc(b->oids, b->cap, b->oid_size);
	b->times = tkt_realloc(b->times, b->cap, sizeof *b->times);
	b->first = tkt_realloc(b->first, b->cap, sizeof *b->first);
}

static void add_parent(struct tkt_links_batch *b, const struct tkt_oid *oid)
{
	if (b->parents.n == b->parents.cap) {
		b->parents.cap = b->parents.cap ? b->parents.cap * 2 : 256;
		b->parents.items = tkt_realloc(b->parents.items, b->parents.cap, b->oid_size);
	}
	memcpy(b->parents.items + b->parents.n++ * b->oid_size, oid->bytes, b->oid_size);
}

static void add_names(struct tkt_links_batch *b, const struct tkt_links_commit *c)
{
	unsigned merge = c->parents && c->parents->n > 1 ? TKT_LINKS_MERGE : 0;

	for (size_t i = 0; i < c->n_names; i++) {
		const struct tkt_links_name *name = &c->names[i];
		unsigned flags = merge | (name->closes ? TKT_LINKS_CLOSES : 0U) | (name->sure ? TKT_LINKS_SURE : 0U);

		TKT_GROW(&b->words);
		b->words.items[b->words.n++] = (struct tkt_links_word){
			tkt_strdup(name->name), (uint32_t)b->n, (unsigned char)name->way, (unsigned char)flags,
		};
	}
	TKT_GROW(&b->said);
	b->said.items[b->said.n++] = (struct tkt_links_said_by){
		tkt_strdup_null(c->author), tkt_strdup_null(c->subject), (uint32_t)b->n,
	};
}

int tkt_links_add(struct tkt_index *x, const struct tkt_links_commit *c, struct tkt_error *err)
{
	struct tkt_links_batch *b = x->links;

	if (!b->n)
		b->oid_size = c->oid.n;
	if (c->oid.n < 20 || c->oid.n != b->oid_size || b->parents.n >= COMMITS_MAX || b->n >= COMMITS_MAX)
		return tkt_error_set(err, TKT_EIO, "cannot keep a history like this");
	if (b->n % 1024 == 0) {
		if (tkt_index_stopped(x))
			return tkt_error_set(err, TKT_EIO, "interrupted");
		tkt_index_progress(x, "commits", b->n, 0);
	}
	grow(b);
	memcpy(b->oids + b->n * b->oid_size, c->oid.bytes, b->oid_size);
	b->times[b->n] = c->time;
	b->first[b->n] = (uint32_t)b->parents.n;
	for (size_t i = 0; c->parents && i < c->parents->n; i++)
		if (c->parents->items[i].n == b->oid_size)
			add_parent(b, &c->parents->items[i]);
	if (c->n_names)
		add_names(b, c);
	b->n++;
	return 0;
}

static int put_tips(struct tkt_index *x, const struct tkt_links_batch *b, const struct tkt_links_tips *tips,
		    struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int rc = tkt_index_exec(x, "delete from links_tip", err);

	if (!rc)
		rc = tkt_index_prepare(x, "insert into links_tip values(?, ?, ?, ?)", &q, err);
	for (size_t i = 0; !rc && i < tips->n; i++) {
		const struct tkt_links_tip *tip = &tips->items[i];

		sqlite3_bind_text(q, 1, tip->name, -1, SQLITE_STATIC);
		sqlite3_bind_blob(q, 2, tip->oid.bytes, tip->oid.n, SQLITE_STATIC);
		sqlite3_bind_int64(q, 3, tkt_links_lookup(b->by_oid, tip->oid.bytes, tip->oid.n));
		sqlite3_bind_int(q, 4, tip->main);
		if (sqlite3_step(q) != SQLITE_DONE)
			rc = tkt_index_sqlite_error(x, SQLITE_ERROR, "change", err);
		sqlite3_reset(q);
	}
	sqlite3_finalize(q);
	return rc;
}

static int put_state(struct tkt_index *x, const struct tkt_links_state *state, struct tkt_error *err)
{
	int rc = tkt_index_meta_set(x, "links_print", (int64_t)state->print, err);

	if (!rc)
		rc = tkt_index_meta_set(x, "links_rules", (int64_t)state->rules, err);
	if (!rc)
		rc = tkt_index_meta_set(x, "links_shallow", (int64_t)state->shallow, err);
	return rc ? rc : tkt_index_meta_set(x, "links_missing", state->missing, err);
}

int tkt_links_end(struct tkt_index *x, bool good, const struct tkt_links_tips *tips,
		  const struct tkt_links_state *state, struct tkt_error *err)
{
	struct tkt_links_batch *b = x->links;
	int rc = 0, end;

	if (good)
		rc = tkt_links_write(x, b, err);
	if (good && !rc)
		rc = put_tips(x, b, tips, err);
	if (good && !rc)
		rc = put_state(x, state, err);
	tkt_links_free(x);
	end = tkt_index_end(x, good && !rc, rc ? NULL : err);
	return rc ? rc : end;
}
