/* index/refresh: the index catches up with what lies on disk. */
#include "index/refresh.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/load.h"
#include "sys/file.h"

#define DEAD_SPARE 1000 /* rows of the full text without a ticket are no matter up to here */

/* --- what the index knows --- */

int tkt_entries_load(struct tkt_index *x, enum tkt_index_level level, struct tkt_error *err)
{
	const unsigned dead = level == TKT_INDEX_NAMES ? TKT_SWEEP_SPLIT : TKT_SWEEP_DEAD;
	sqlite3_stmt *q = NULL;
	int rc, step = SQLITE_DONE;

	x->entries.n = 0;
	tkt_index_set_release(&x->live);
	rc = tkt_index_prepare(x, "select n, id_hash, print, print_text, status, level, flags from sweep", &q, err);
	while (!rc && (step = sqlite3_step(q)) == SQLITE_ROW) {
		struct tkt_index_entry *e;

		TKT_GROW(&x->entries);
		e = &x->entries.items[x->entries.n++];
		e->n = sqlite3_column_int64(q, 0);
		e->id_hash = (uint64_t)sqlite3_column_int64(q, 1);
		e->print = (uint64_t)sqlite3_column_int64(q, 2);
		e->print_text = (uint64_t)sqlite3_column_int64(q, 3);
		e->status = (unsigned char)sqlite3_column_int(q, 4);
		e->level = (unsigned char)sqlite3_column_int(q, 5);
		e->flags = (unsigned char)sqlite3_column_int(q, 6);
		if (!(e->flags & dead))
			tkt_index_set_add(&x->live, e->n);
	}
	if (!rc && step != SQLITE_DONE)
		rc = tkt_index_sqlite_error(x, step, "read", err);
	sqlite3_finalize(q);
	return rc;
}

/* --- what only may have changed --- */

/* Racy, unreadable, or partly so, and nothing else is new about it. */
static bool is_doubtful(struct tkt_index *x, const struct tkt_sweep *s, size_t i)
{
	const struct tkt_look *l = &s->looks[i];
	const struct tkt_index_entry *e = l->entry ? &x->entries.items[l->entry - 1] : NULL;

	return l->todo == TKT_READ && e && !(e->flags & TKT_SWEEP_SPLIT) && e->print == l->print &&
	       e->status == s->names.items[i].status &&
	       (e->flags & TKT_SWEEP_BAD || e->level >= (unsigned char)s->level) &&
	       (s->level < TKT_INDEX_TEXT || e->print_text == l->print_text);
}

static void clear_doubt(struct tkt_index *x, struct tkt_rows *rows, struct tkt_sweep *s, struct tkt_load *l)
{
	struct tkt_look *look = &s->looks[l->look];
	const struct tkt_index_entry *e = &x->entries.items[look->entry - 1];
	bool bad = e->flags & TKT_SWEEP_BAD, part = e->flags & TKT_SWEEP_PARTIAL;
	struct tkt_digest was;

	if (bad || l->state >= TKT_LOADED_BAD) {
		if (bad && l->state == TKT_LOADED_BAD)
			look->todo = TKT_KEEP;
		return;
	}
	if (!tkt_rows_digest(rows, e->n, &was) || was.item != l->digest.item ||
	    (s->level >= TKT_INDEX_TEXT && was.text != l->digest.text))
		return;
	look->todo = part ? TKT_KEEP : TKT_RENEW;
}

/* Reads the doubtful, so that what is as it was makes nobody wait for the lock. */
static int look_closer(struct tkt_index *x, struct tkt_sweep *s, struct tkt_error *err)
{
	struct tkt_load *loads = tkt_calloc(TKT_LOAD_MAX, sizeof *loads);
	struct tkt_rows rows;
	size_t n = 0;
	int rc = tkt_rows_open(&rows, x, err);

	for (size_t i = 0; !rc && i <= s->names.n; i++) {
		if (i < s->names.n && is_doubtful(x, s, i))
			loads[n++].look = i;
		if (n < TKT_LOAD_MAX && i < s->names.n)
			continue;
		tkt_load_all(x, s, s->level, loads, n);
		for (size_t k = 0; k < n; k++) {
			clear_doubt(x, &rows, s, &loads[k]);
			tkt_load_release(&loads[k]);
		}
		n = 0;
		if (tkt_index_stopped(x))
			rc = tkt_error_set(err, TKT_EIO, "interrupted");
	}
	tkt_rows_close(&rows, false, NULL);
	free(loads);
	return rc;
}

int tkt_look(struct tkt_index *x, enum tkt_index_level level, struct tkt_sweep *s, struct tkt_error *err)
{
	int64_t config = 0, reached = 0, dead = 0, dirs = 0;
	bool doubtful = false;
	int rc = tkt_sweep(x, level, s, err);

	for (size_t i = 0; !rc && !doubtful && i < s->names.n; i++)
		doubtful = is_doubtful(x, s, i);
	if (doubtful)
		rc = look_closer(x, s, err);
	if (rc)
		return rc;
	s->must = s->gone;
	for (size_t i = 0; i < s->names.n; i++) {
		s->must += s->looks[i].todo > TKT_RENEW;
		s->may += s->looks[i].todo == TKT_RENEW;
	}
	tkt_index_meta(x, "config", &config);
	tkt_index_meta(x, "reached", &reached);
	tkt_index_meta(x, "dead", &dead);
	tkt_index_meta(x, "dirs", &dirs);
	s->columns = (uint64_t)config != tkt_rows_config(x->config);
	s->compact = level >= TKT_INDEX_TEXT && (size_t)dead > x->live.n / 4 + DEAD_SPARE;
	s->must += s->columns || s->compact || reached < (int64_t)level;
	s->may += s->dirs && (uint64_t)dirs != s->dirs;
	return 0;
}

/* --- the changes --- */

static bool is_racy(const struct tkt_change *c, int64_t newest)
{
	return newest >= c->now - TKT_RACY_NS;
}

static struct tkt_index_entry entry_of(const struct tkt_change *c, size_t i)
{
	const struct tkt_look *l = &c->s->looks[i];

	return (struct tkt_index_entry){
		.id_hash = l->hash,
		.status = (unsigned char)c->s->names.items[i].status,
		.level = TKT_INDEX_NAMES,
	};
}

static const struct tkt_index_entry *old_of(const struct tkt_change *c, size_t i)
{
	uint32_t entry = c->s->looks[i].entry;

	return entry ? &c->x->entries.items[entry - 1] : NULL;
}

/* A row that tells no more than the name: of a new one at the names level, of one in two places, of one
 * that cannot be read (e->flags). It gets a number of its own. */
static int put_name(struct tkt_change *c, size_t i, struct tkt_index_entry *e, const struct tkt_error *why,
		    struct tkt_error *err)
{
	const struct tkt_index_entry *old = old_of(c, i);
	int rc = old ? tkt_rows_drop(&c->rows, old, err) : 0;

	e->n = c->rows.next++;
	if (!rc)
		rc = tkt_rows_name(&c->rows, e->n, c->s->names.items[i].id,
				   e->flags & TKT_SWEEP_SPLIT ? -1 : (int)e->status, err);
	if (!rc && why)
		rc = tkt_rows_problem(&c->rows, e->n, why, err);
	return rc ? rc : tkt_rows_sweep(&c->rows, e, err);
}

static int place(struct tkt_change *c, size_t i, struct tkt_error *err)
{
	const struct tkt_index_entry *old = old_of(c, i);
	struct tkt_error split = TKT_ERROR_INIT;
	struct tkt_index_entry e = entry_of(c, i);
	sqlite3_stmt *q = NULL;
	int rc;

	if (!old || c->s->looks[i].split || old->flags & TKT_SWEEP_DEAD) {
		if (c->s->looks[i].split) {
			e.flags = TKT_SWEEP_SPLIT;
			tkt_store_where(c->x->store, c->s->names.items[i].id, &(enum tkt_status){ 0 }, &split);
		}
		rc = put_name(c, i, &e, split.code ? &split : NULL, err);
		tkt_error_release(&split);
		return rc;
	}
	/* Moved, and only names are asked for: the rest is read when somebody asks for it. */
	e = *old;
	e.status = (unsigned char)c->s->names.items[i].status;
	e.print = 0;
	rc = tkt_index_prepare(c->x, "update ticket set status = ? where n = ?", &q, err);
	if (!rc) {
		sqlite3_bind_int(q, 1, e.status);
		sqlite3_bind_int64(q, 2, e.n);
		if (sqlite3_step(q) != SQLITE_DONE)
			rc = tkt_index_sqlite_error(c->x, SQLITE_ERROR, "change", err);
	}
	sqlite3_finalize(q);
	return rc ? rc : tkt_rows_sweep(&c->rows, &e, err);
}

/* The entry of what was read: its prints are those from before the reading. */
static struct tkt_index_entry read_entry(const struct tkt_change *c, const struct tkt_load *l)
{
	const struct tkt_look *look = &c->s->looks[l->look];
	struct tkt_index_entry e = entry_of(c, l->look);

	e.status = (unsigned char)l->doc.record.status;
	e.level = (unsigned char)c->s->level;
	e.print = e.status == c->s->names.items[l->look].status ? look->print : 0;
	e.print_text = look->print_text;
	if (is_racy(c, look->newest))
		e.flags |= TKT_SWEEP_RACY;
	if (c->s->level >= TKT_INDEX_TEXT && is_racy(c, look->newest_text))
		e.flags |= TKT_SWEEP_RACY_TEXT;
	if (look->files)
		e.flags |= TKT_SWEEP_FILES;
	if (l->state == TKT_LOADED_PART)
		e.flags |= TKT_SWEEP_PARTIAL;
	return e;
}

/* What was read is what stands in the index: the number stays, the text is not indexed again. */
static int put_same(struct tkt_change *c, const struct tkt_index_entry *old, struct tkt_index_entry *e,
		    struct tkt_load *l, const struct tkt_digest *was, struct tkt_error *err)
{
	const unsigned text_flags = TKT_SWEEP_FILES | TKT_SWEEP_RACY_TEXT;
	bool add = old->level < TKT_INDEX_TEXT && e->level >= TKT_INDEX_TEXT;
	int rc = 0;

	e->n = old->n;
	if (old->level > e->level) { /* a look at the fields says nothing about the rest */
		e->level = old->level;
		e->print_text = old->print_text;
		e->flags = (unsigned char)((e->flags & ~text_flags) | (old->flags & text_flags));
		l->digest.text = was->text;
	}
	if (add || e->status != old->status || !old->print) { /* 0: moved, seen by name only */
		rc = tkt_rows_drop_fields(&c->rows, e->n, err);
		if (!rc)
			rc = tkt_rows_fields(&c->rows, e->n, &l->doc.record, &l->digest, err);
	}
	if (!rc && add)
		rc = tkt_fulltext_add(c->x, e->n, &l->doc, err);
	return rc ? rc : tkt_rows_sweep(&c->rows, e, err);
}

static int put_new(struct tkt_change *c, const struct tkt_index_entry *old, struct tkt_index_entry *e,
		   const struct tkt_load *l, struct tkt_error *err)
{
	int rc = old ? tkt_rows_drop(&c->rows, old, err) : 0;

	e->n = c->rows.next++;
	if (!rc)
		rc = tkt_rows_fields(&c->rows, e->n, &l->doc.record, &l->digest, err);
	if (!rc && c->s->level >= TKT_INDEX_TEXT)
		rc = tkt_fulltext_add(c->x, e->n, &l->doc, err);
	return rc ? rc : tkt_rows_sweep(&c->rows, e, err);
}

static int put(struct tkt_change *c, struct tkt_load *l, struct tkt_error *err)
{
	const struct tkt_index_entry *old = old_of(c, l->look);
	struct tkt_index_entry e;
	struct tkt_digest was;

	if (l->state == TKT_LOADED_GONE)
		return old ? tkt_rows_drop(&c->rows, old, err) : 0;
	if (l->state == TKT_LOADED_BAD) {
		e = entry_of(c, l->look);
		e.flags = TKT_SWEEP_BAD;
		e.level = (unsigned char)c->s->level;
		e.print = c->s->looks[l->look].print;
		e.print_text = c->s->looks[l->look].print_text;
		return put_name(c, l->look, &e, &l->error, err);
	}
	e = read_entry(c, l);
	c->read++;
	if (old && old->level >= TKT_INDEX_FIELDS && !(old->flags & TKT_SWEEP_DEAD) &&
	    tkt_rows_digest(&c->rows, old->n, &was) && was.item == l->digest.item &&
	    (old->level < TKT_INDEX_TEXT || e.level < TKT_INDEX_TEXT || was.text == l->digest.text))
		return put_same(c, old, &e, l, &was, err);
	return put_new(c, old, &e, l, err);
}

/* Reads what is to be read, some at a time, and puts it in. */
static int put_all(struct tkt_change *c, struct tkt_error *err)
{
	struct tkt_load *loads = tkt_calloc(TKT_LOAD_MAX, sizeof *loads);
	size_t n = 0, done = 0;
	int rc = 0;

	for (size_t i = 0; !rc && i <= c->s->names.n; i++) {
		bool last = i == c->s->names.n;

		if (!last && (c->s->looks[i].todo == TKT_READ || c->s->looks[i].todo == TKT_RENEW))
			loads[n++].look = i;
		if (n < TKT_LOAD_MAX && !last)
			continue;
		tkt_load_all(c->x, c->s, c->s->level, loads, n);
		for (size_t k = 0; k < n; k++) {
			if (!rc && tkt_index_stopped(c->x))
				rc = tkt_error_set(err, TKT_EIO, "interrupted");
			if (!rc)
				rc = put(c, &loads[k], err);
			tkt_load_release(&loads[k]);
			if (++done % 64 == 0)
				tkt_index_progress(c->x, "reading", done, c->s->must + c->s->may);
		}
		n = 0;
	}
	free(loads);
	return rc;
}

/* Dead rows of the full text are many: it is made again from the files, with the numbers as they are. */
static int compact(struct tkt_change *c, struct tkt_error *err)
{
	struct tkt_index *x = c->x;
	int rc = tkt_index_exec(x, "drop table fulltext; update sweep set level = 1 where level = 2", err);

	if (!rc)
		rc = tkt_fulltext_create(x, err);
	for (size_t i = 0; i < x->entries.n; i++)
		if (x->entries.items[i].level >= TKT_INDEX_TEXT)
			x->entries.items[i].level = TKT_INDEX_FIELDS;
	for (size_t i = 0; i < c->s->names.n; i++)
		if (!c->s->looks[i].twin && !c->s->looks[i].split && c->s->looks[i].todo < TKT_PLACE)
			c->s->looks[i].todo = TKT_READ;
	c->rows.dead = 0;
	return rc;
}

static int put_meta(struct tkt_change *c, struct tkt_error *err)
{
	struct tkt_index *x = c->x;
	int64_t reached = 0;
	int rc = tkt_index_meta_set(x, "config", (int64_t)tkt_rows_config(x->config), err);
	bool sure = c->s->dirs && !is_racy(c, c->s->dirs_newest);

	tkt_index_meta(x, "reached", &reached);
	if (!rc && reached < (int64_t)c->s->level)
		rc = tkt_index_meta_set(x, "reached", (int64_t)c->s->level, err);
	if (!rc)
		rc = tkt_index_meta_set(x, "dirs", sure ? (int64_t)c->s->dirs : 0, err);
	return rc;
}

int tkt_apply(struct tkt_change *c, struct tkt_error *err)
{
	struct tkt_index *x = c->x;
	int rc = tkt_rows_open(&c->rows, x, err);

	if (!rc && c->s->compact)
		rc = compact(c, err);
	for (size_t i = 0; !rc && i < x->entries.n; i++) {
		if (c->s->seen[i])
			continue;
		rc = tkt_rows_drop(&c->rows, &x->entries.items[i], err);
		c->gone++;
	}
	for (size_t i = 0; !rc && i < c->s->names.n; i++)
		if (c->s->looks[i].todo == TKT_PLACE)
			rc = place(c, i, err);
	if (!rc && c->s->columns)
		rc = tkt_rows_columns(x, err);
	if (!rc)
		rc = put_all(c, err);
	if (!rc)
		rc = put_meta(c, err);
	if (rc)
		tkt_rows_close(&c->rows, false, NULL);
	else
		rc = tkt_rows_close(&c->rows, true, err);
	return rc;
}
