/* store/txn_create: new tickets and new files in tickets.
 *
 * A ticket is built in .tkt/tmp and appears with one rename, whole or not at all (P5). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/txn_int.h"
#include "sys/file.h"
#include "sys/io.h"
#include "text/ref.h"

#define ARTIFACT_MAX ((size_t)1024 * 1024 * 1024)

static bool id_taken(struct tkt_txn *t, const char *id)
{
	struct tkt_buf path = TKT_BUF_INIT;
	bool taken = false;

	for (int s = 0; !taken && s < TKT_STATUS_N; s++) {
		tkt_buf_reset(&path);
		tkt_store_path(&path, (enum tkt_status)s, id, NULL);
		taken = tkt_file_exists(t->s->fd, path.ptr);
	}
	tkt_buf_release(&path);
	return taken;
}

static char *numbered(const char *wanted, unsigned n)
{
	return n < 2 ? tkt_strdup(wanted) : tkt_asprintf("%s-%u", wanted, n);
}

/* Fills .tkt/tmp/<name>: item.md, thread.md, artifacts/.gitkeep; durable before it gets its name. */
static int build(struct tkt_txn *t, const char *name, const struct tkt_buf *item,
		 const struct tkt_buf *thread, struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT;
	const struct { const char *file; const struct tkt_buf *bytes; } files[] = {
		{ "item.md", item }, { "thread.md", thread }, { "artifacts/.gitkeep", NULL },
	};
	int rc;

	tkt_buf_printf(&path, "%s/artifacts", name);
	rc = tkt_dir_make(t->tmp, path.ptr, err);
	for (size_t i = 0; !rc && i < TKT_LEN(files); i++) {
		tkt_buf_reset(&path);
		tkt_buf_printf(&path, "%s/%s", name, files[i].file);
		rc = tkt_file_create(t->tmp, path.ptr, files[i].bytes ? files[i].bytes->ptr : "",
				     files[i].bytes ? files[i].bytes->len : 0, t->s->sync, err);
	}
	if (!rc && t->s->sync) {
		tkt_buf_reset(&path);
		tkt_buf_printf(&path, "%s/artifacts", name);
		rc = tkt_dir_sync(t->tmp, path.ptr, err);
	}
	if (!rc && t->s->sync)
		rc = tkt_dir_sync(t->tmp, name, err);
	tkt_buf_release(&path);
	return rc;
}

/* TKT_EEXISTS: a writer without the lock took the id in this moment. */
static int publish(struct tkt_txn *t, const char *id, tkt_create_fn make, void *payload,
		   struct tkt_error *err)
{
	struct tkt_buf name = TKT_BUF_INIT;
	struct tkt_buf item = TKT_BUF_INIT, thread = TKT_BUF_INIT;
	int open = -1, rc;

	make(payload, id, &item, &thread);
	tkt_tmp_name(&name, "new");
	rc = tkt_dir_make(t->s->fd, tkt_status_name(TKT_OPEN), err);
	if (!rc)
		rc = build(t, name.ptr, &item, &thread, err);
	if (!rc)
		rc = tkt_dir_openat(&open, t->s->fd, tkt_status_name(TKT_OPEN), err);
	if (!rc && tkt_io_rename_new(t->tmp, name.ptr, open, id) < 0)
		rc = errno == EEXIST || errno == ENOTEMPTY ?
			     TKT_EEXISTS :
			     tkt_error_sys(err, errno, "cannot make the ticket '%s'", id);
	if (rc)
		tkt_tree_remove(t->tmp, name.ptr, NULL);
	else if (t->s->sync)
		rc = tkt_dir_sync(t->s->fd, tkt_status_name(TKT_OPEN), err);
	if (open >= 0)
		tkt_io_close(open);
	tkt_buf_release(&name);
	tkt_buf_release(&item);
	tkt_buf_release(&thread);
	return rc;
}

int tkt_txn_create_raw(struct tkt_txn *t, const char *wanted, tkt_create_fn make, void *payload,
		       char **id, struct tkt_error *err)
{
	int rc = TKT_EEXISTS;

	for (unsigned n = 1; rc == TKT_EEXISTS && n < 100000; n++) {
		char *next = numbered(wanted, n);

		if (!tkt_id_valid(next))
			rc = tkt_error_set(err, TKT_EINVALID, "'%s' is longer than an id may be", next);
		else if (!id_taken(t, next))
			rc = publish(t, next, make, payload, err);
		if (!rc)
			*id = next;
		else
			free(next);
	}
	if (rc == TKT_EEXISTS)
		tkt_error_set(err, TKT_EEXISTS, "no free id like '%s'", wanted);
	return rc;
}

struct creation {
	struct tkt_ticket *ticket;
	const char *body;
	const struct tkt_event *events;
	size_t n;
};

static void print_ticket(void *payload, const char *id, struct tkt_buf *item,
			 struct tkt_buf *thread)
{
	struct creation *c = payload;

	free(c->ticket->id);
	c->ticket->id = tkt_strdup(id);
	tkt_ticket_print(item, c->ticket, c->body);
	for (size_t i = 0; i < c->n; i++)
		tkt_event_print(thread, &c->events[i], i == 0);
}

int tkt_txn_create(struct tkt_txn *t, struct tkt_ticket *ticket, const char *body,
		   const struct tkt_event *events, size_t n, struct tkt_error *err)
{
	struct creation c = { ticket, body, events, n };
	char *wanted = tkt_strdup(ticket->id), *id = NULL;
	int rc = tkt_txn_create_raw(t, wanted, print_ticket, &c, &id, err);

	free(wanted);
	free(id);
	return rc;
}

/* Is this name of an artifact free, on disk and among the steps of this transaction? */
static bool name_taken(struct tkt_txn *t, const char *path)
{
	if (tkt_file_exists(t->s->fd, path))
		return true;
	for (size_t i = 0; i < t->n; i++)
		if (t->items[i].kind == TKT_STEP_LINK && strcmp(t->items[i].to, path) == 0)
			return true;
	return false;
}

/* "notes.md" -> "notes-2.md"; what a path component may not be becomes '_'. */
static char *artifact_name(const char *wanted, unsigned n)
{
	struct tkt_buf out = TKT_BUF_INIT;
	const char *dot = strrchr(wanted, '.');

	if (!dot || dot == wanted)
		dot = wanted + strlen(wanted);
	tkt_buf_add(&out, wanted, (size_t)(dot - wanted));
	if (n > 1)
		tkt_buf_printf(&out, "-%u", n);
	tkt_buf_puts(&out, dot);
	for (size_t i = 0; i < out.len; i++)
		if ((unsigned char)out.ptr[i] < ' ' || out.ptr[i] == '/' || out.ptr[i] == 127)
			out.ptr[i] = '_';
	if (out.len && (out.ptr[0] == '.' || out.ptr[0] == '-'))
		out.ptr[0] = '_';
	return tkt_buf_detach(&out);
}

static void link_step(struct tkt_txn *t, const char *id, enum tkt_status status,
		      const char *wanted, const char *staged, char **name)
{
	struct tkt_buf path = TKT_BUF_INIT;
	struct tkt_step *p;
	unsigned n = 1;

	for (;; n++) {
		char *file = artifact_name(wanted, n);

		tkt_buf_reset(&path);
		tkt_store_path(&path, status, id, "artifacts/");
		tkt_buf_puts(&path, file);
		if (!name_taken(t, path.ptr)) {
			*name = file;
			break;
		}
		free(file);
	}
	p = tkt_step_add(t, TKT_STEP_LINK, id);
	free(p->path);
	p->path = tkt_strdup(staged);
	free(p->to);
	p->to = tkt_buf_detach(&path);
}

int tkt_txn_attach(struct tkt_txn *t, const char *id, enum tkt_status status, const char *source,
		   const char *wanted, char **name, struct tkt_error *err)
{
	struct tkt_buf staged = TKT_BUF_INIT;
	const char *base = strrchr(source, '/');
	int rc;

	if (!wanted)
		wanted = base && base[1] ? base + 1 : source;
	tkt_tmp_name(&staged, "attach");
	rc = tkt_file_import(t->tmp, staged.ptr, source, ARTIFACT_MAX, t->s->sync, err);
	if (!rc)
		link_step(t, id, status, wanted, staged.ptr, name);
	tkt_buf_release(&staged);
	return rc;
}

int tkt_txn_attach_bytes(struct tkt_txn *t, const char *id, enum tkt_status status,
			 const char *wanted, const void *bytes, size_t n, char **name,
			 struct tkt_error *err)
{
	struct tkt_buf staged = TKT_BUF_INIT;
	int rc;

	tkt_tmp_name(&staged, "attach");
	rc = tkt_file_create(t->tmp, staged.ptr, bytes, n, t->s->sync, err);
	if (!rc)
		link_step(t, id, status, wanted, staged.ptr, name);
	tkt_buf_release(&staged);
	return rc;
}
