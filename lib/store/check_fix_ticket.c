/* store/check_fix_ticket: a ticket in memory, and what can be mended of its own files. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_fix_int.h"
#include "sys/file.h"
#include "sys/walk.h"

static struct tkt_str text_of(const struct tkt_fix_file *file)
{
	return (struct tkt_str){ file->now.ptr, file->now.len };
}

bool tkt_fix_read(struct tkt_fix *f, const char *path, struct tkt_buf *out)
{
	int code = tkt_file_read(f->s->fd, path, TKT_THREAD_MAX, out, NULL, NULL);

	if (code && code != TKT_ENOTFOUND)
		f->refused = true;
	return code == 0;
}

static char *path_in(const struct tkt_fix *f, const char *name)
{
	return tkt_asprintf("%s/%s", f->dir, name);
}

static void load_file(struct tkt_fix *f, const char *name, struct tkt_fix_file *file)
{
	char *path = path_in(f, name);

	tkt_buf_reset(&file->now);
	file->present = file->on_disk = tkt_fix_read(f, path, &file->old);
	if (file->present)
		tkt_buf_add(&file->now, file->old.ptr, file->old.len);
	free(path);
}

void tkt_fix_load_at(struct tkt_fix *f, enum tkt_status status, const char *dir)
{
	struct tkt_listing l = { 0 };
	char *path;

	f->status = status;
	f->dir = tkt_strdup(dir);
	load_file(f, "item.md", &f->item);
	load_file(f, "thread.md", &f->thread);
	load_file(f, "resolution.md", &f->resolution);
	path = path_in(f, "artifacts");
	f->artifacts = tkt_walk_list(&l, f->s->fd, path, NULL) == 0;
	for (size_t i = 0; i < l.n; i++)
		tkt_strv_push(&f->names, l.items[i].name);
	tkt_listing_release(&l);
	free(path);
}

void tkt_fix_load(struct tkt_fix *f, enum tkt_status status)
{
	struct tkt_buf dir = TKT_BUF_INIT;

	tkt_store_path(&dir, status, f->id, NULL);
	tkt_fix_load_at(f, status, dir.ptr);
	tkt_buf_release(&dir);
}

static struct tkt_fix_op *add_op(struct tkt_fix *f, const char *path)
{
	struct tkt_fix_op *op;

	TKT_GROW(&f->ops);
	op = &f->ops.items[f->ops.n++];
	*op = (struct tkt_fix_op){ .path = tkt_strdup(path), .old = TKT_BUF_INIT, .next = TKT_BUF_INIT };
	return op;
}

void tkt_fix_rename(struct tkt_fix *f, const char *from, const char *to)
{
	add_op(f, from)->to = tkt_strdup(to);
}

void tkt_fix_make(struct tkt_fix *f, const char *path, const struct tkt_buf *bytes)
{
	struct tkt_fix_op *op = add_op(f, path);

	op->made = true;
	tkt_buf_add(&op->next, bytes->ptr, bytes->len);
}

void tkt_fix_write(struct tkt_fix *f, const char *path, const struct tkt_buf *old, const struct tkt_buf *next)
{
	struct tkt_fix_op *op = add_op(f, path);

	op->made = op->file = true;
	tkt_buf_add(&op->old, old->ptr, old->len);
	tkt_buf_add(&op->next, next->ptr, next->len);
}

void tkt_fix_remove(struct tkt_fix *f, const char *path, const struct tkt_buf *old)
{
	struct tkt_fix_op *op = add_op(f, path);

	op->file = old != NULL;
	if (old)
		tkt_buf_add(&op->old, old->ptr, old->len);
}

char *tkt_fix_free_name(struct tkt_fix *f, const char *wanted)
{
	const char *dot = strrchr(wanted, '.');
	size_t stem = dot && dot != wanted ? (size_t)(dot - wanted) : strlen(wanted);
	char *name = tkt_strdup(wanted);

	for (unsigned n = 2; tkt_strv_has(&f->names, name); n++) {
		free(name);
		name = tkt_asprintf("%.*s-%u%s", (int)stem, wanted, n, wanted + stem);
	}
	tkt_strv_push(&f->names, name);
	f->artifacts = true;
	return name;
}

void tkt_fix_release(struct tkt_fix *f)
{
	struct tkt_fix_file *files[] = { &f->item, &f->thread, &f->resolution };

	for (size_t i = 0; i < TKT_LEN(files); i++) {
		tkt_buf_release(&files[i]->old);
		tkt_buf_release(&files[i]->now);
	}
	for (size_t i = 0; i < f->ops.n; i++) {
		free(f->ops.items[i].path);
		free(f->ops.items[i].to);
		tkt_buf_release(&f->ops.items[i].old);
		tkt_buf_release(&f->ops.items[i].next);
	}
	free(f->ops.items);
	free(f->dir);
	tkt_strv_release(&f->names);
	tkt_buf_release(&f->said);
	tkt_findings_release(&f->done);
}

/* --- completing --- */

/* Is this wrong with the ticket? A join makes new ones of its own, so then all is looked at. */
static bool wanted(const struct tkt_fix *f, const struct tkt_findings *found, const char *code)
{
	if (f->joined)
		return true;
	for (size_t i = 0; i < found->n; i++)
		if (found->items[i].id && strcmp(found->items[i].id, f->id) == 0 &&
		    strcmp(found->items[i].rule->code, code) == 0)
			return true;
	return false;
}

#define DONE(code, name, ...) \
	do { \
		char *done_path = path_in(f, name); \
		tkt_findings_add(&f->done, code, f->id, done_path, 0, NULL, __VA_ARGS__); \
		free(done_path); \
	} while (0)

static void fix_status(struct tkt_fix *f)
{
	struct tkt_fm_edits edits = { NULL, 0, 0 };
	struct tkt_buf next = TKT_BUF_INIT;
	char *said = tkt_fix_value(text_of(&f->item), "status");
	const char *must = tkt_status_name(f->status);

	if (!said || strcmp(said, must) == 0 || !tkt_check_editable(text_of(&f->item)))
		goto out;
	tkt_fm_edits_set(&edits, "status", must);
	/* Refused for a key that stands there twice: which of them counts is not ours to say. */
	if (tkt_fm_apply(&next, f->item.now.ptr, f->item.now.len, &edits, NULL) != 0)
		goto out;
	tkt_buf_reset(&f->item.now);
	tkt_buf_add(&f->item.now, next.ptr, next.len);
	DONE("T032", "item.md", "status set to '%s' (was '%s')", must, said);
out:
	tkt_fm_edits_release(&edits);
	tkt_buf_release(&next);
	free(said);
}

/* A log cannot be invented: one event says that it was lost, at the time that the ticket has. */
static void fix_missing_thread(struct tkt_fix *f)
{
	char body[] = "thread.md was missing; tkt doctor began this one.";
	char *at = tkt_fix_value(text_of(&f->item), "created_at");
	char *author = tkt_fix_value(text_of(&f->item), "created_by");
	char kind[] = "migration", unknown[] = "unknown";
	struct tkt_event e = { .kind = kind, .body = body, .body_len = sizeof body - 1 };
	tkt_time time;

	if (at && tkt_time_parse(at, strlen(at), &time)) {
		e.at = at;
		e.author = author && author[0] ? author : unknown;
		tkt_event_print(&f->thread.now, &e, true);
		f->thread.present = true;
		DONE("T003", "thread.md", "thread.md begun with one event");
	}
	free(at);
	free(author);
}

static void fix_thread(struct tkt_fix *f)
{
	struct tkt_buf next = TKT_BUF_INIT;
	size_t dropped;
	bool closed;

	if (tkt_check_editable(text_of(&f->thread)) &&
	    tkt_check_mend_thread(&next, text_of(&f->thread), &dropped, &closed)) {
		tkt_buf_reset(&f->thread.now);
		tkt_buf_add(&f->thread.now, next.ptr, next.len);
		if (closed)
			DONE("T050", "thread.md", "the last event closed with ---");
		if (dropped)
			DONE("T055", "thread.md", "%zu identical cop%s of events taken out", dropped,
			     dropped == 1 ? "y" : "ies");
	}
	tkt_buf_release(&next);
}

static void fix_resolution(struct tkt_fix *f)
{
	struct tkt_thread th;

	if (f->status != TKT_CLOSED || f->resolution.present || !f->thread.present)
		return;
	tkt_thread_parse(&th, f->thread.now.ptr, f->thread.now.len);
	for (size_t i = th.n; i-- > 0 && !f->resolution.present;) {
		const struct tkt_event *e = &th.items[i];

		if (strcmp(e->kind, "close") != 0 || !e->body_len)
			continue;
		tkt_buf_add(&f->resolution.now, e->body, e->body_len);
		if (e->body[e->body_len - 1] != '\n')
			tkt_buf_putc(&f->resolution.now, '\n');
		f->resolution.present = true;
		DONE("T060", "resolution.md", "resolution.md written from the close event of %s", e->at);
	}
	tkt_thread_release(&th);
}

void tkt_fix_complete(struct tkt_fix *f, const struct tkt_findings *found)
{
	if (wanted(f, found, "T032"))
		fix_status(f);
	if (!f->thread.present && wanted(f, found, "T003"))
		fix_missing_thread(f);
	else if (f->thread.present && (wanted(f, found, "T050") || wanted(f, found, "T055")))
		fix_thread(f);
	if (wanted(f, found, "T060"))
		fix_resolution(f);
	if (!f->artifacts && wanted(f, found, "T004")) {
		f->artifacts = true;
		DONE("T004", "artifacts", "artifacts/ made, with .gitkeep");
	}
}
