/* cmd/compat_write: what tickets.sh changes, each command one transaction of the store, so that
 * the lock, the journal and the fsyncs are the same as everywhere. */
#include "compat.h"

#include "base/mem.h"
#include "base/str.h"
#include "store/txn.h"
#include "sys/file.h"
#include "sys/io.h"
#include "text/ref.h"

#define LOCK_TIMEOUT_MS 10000
#define TRIES 8 /* against writers that take no lock */

/* --- places ---------------------------------------------------------------------------------- */

/* mkdir -p of an ordinary path. */
static int make_root(struct compat *k)
{
	struct tkt_buf path = TKT_BUF_INIT;
	const char *end = k->root;
	struct stat st;
	int status = 0;

	while (*end) {
		end += strspn(end, "/");
		end += strcspn(end, "/");
		tkt_buf_reset(&path);
		tkt_buf_add(&path, k->root, (size_t)(end - k->root));
		mkdir(path.ptr, 0777);
	}
	if (stat(k->root, &st) < 0 || !S_ISDIR(st.st_mode))
		status = compat_fail(k, "cannot make the directory: %s", k->root);
	tkt_buf_release(&path);
	return status;
}

/* Opens the store for writing. A status directory that is a link or a file is refused. */
static int open_store(struct compat *k)
{
	const char *sync = env_get("TKT_FSYNC");
	const struct tkt_store_opts opts = {
		.lock_timeout_ms = LOCK_TIMEOUT_MS,
		.no_sync = sync && strcmp(sync, "off") == 0,
	};
	struct tkt_error err = TKT_ERROR_INIT;
	struct stat st;

	for (int s = 0; s < TKT_STATUS_N; s++) {
		const char *name = tkt_status_name((enum tkt_status)s);

		if (tkt_io_stat(k->fd, name, &st) == 0 && !S_ISDIR(st.st_mode))
			return compat_fail(k, "not a directory: %s/%s", k->root, name);
	}
	if (tkt_store_open(&k->store, k->root, &opts, &err) != 0)
		return compat_fail_err(k, &err);
	return 0;
}

/* The root and the three status directories where missing, and the store. */
static int make_dirs(struct compat *k)
{
	int status = make_root(k);

	compat_open(k);
	if (!status && k->fd < 0)
		status = compat_fail(k, "cannot make the directory: %s", k->root);
	for (int s = 0; !status && s < TKT_STATUS_N; s++) {
		const char *name = tkt_status_name((enum tkt_status)s);
		int code = tkt_dir_make(k->fd, name, NULL);

		if (code)
			status = compat_fail(k, "%s: %s/%s",
					     code == TKT_EINVALID ? "not a directory" :
								    "cannot make the directory",
					     k->root, name);
	}
	return status ? status : open_store(k);
}

/* A file that is there may be written: regular, no link, no second name outside of here. */
static int check_plain(struct compat *k, const struct compat_ticket *t, const char *file)
{
	struct tkt_buf path = TKT_BUF_INIT;
	struct stat st;
	int status = 0;

	tkt_store_path(&path, t->status, t->name, file);
	if (tkt_io_stat(k->fd, path.ptr, &st) == 0 &&
	    (!S_ISREG(st.st_mode) || st.st_nlink != 1))
		status = compat_fail(k, "not a plain file: %s/%s", k->root, path.ptr);
	tkt_buf_release(&path);
	return status;
}

/* --- create ---------------------------------------------------------------------------------- */

struct creation {
	const struct compat *k;
	const struct compat_new *args;
	const char *slug;
	struct tkt_buf labels;
};

static void put_labels(struct tkt_buf *out, const char *labels)
{
	const char *blanks = " \t\v\f\r";
	bool first = true;

	tkt_buf_putc(out, '[');
	while (*labels) {
		size_t n = strcspn(labels, ",");
		struct tkt_str one = { labels, n };

		labels += n;
		labels += *labels == ',';
		while (one.len && strchr(blanks, *one.ptr)) {
			one.ptr++;
			one.len--;
		}
		while (one.len && strchr(blanks, one.ptr[one.len - 1]))
			one.len--;
		if (one.len && !first)
			tkt_buf_puts(out, ", ");
		tkt_buf_add(out, one.ptr, one.len);
		first = first && !one.len;
	}
	tkt_buf_putc(out, ']');
}

static void print_new(void *payload, const char *id, struct tkt_buf *item, struct tkt_buf *thread)
{
	const struct creation *n = payload;
	const struct compat_new *args = n->args;
	const char *at = n->k->at;

	tkt_buf_printf(item, "---\nid: %s\nslug: %s\ntitle: %s\nstatus: open\nkind: %s\npriority: %s\n",
		       id, n->slug, args->title, args->kind, args->priority);
	tkt_buf_printf(item, "labels: %s\ncreated_at: %s\nupdated_at: %s\n", n->labels.ptr, at, at);
	tkt_buf_puts(item, "assignee: null\nlegacy_ticket: null\n---\n\n## Background\n\n"
			   "Created by tickets.sh.\n\n## Acceptance criteria\n\n- TBD\n");
	tkt_buf_printf(thread,
		       "<!-- event: create author: tickets.sh at: %s -->\n\n## Created\n\n"
		       "Created by tickets.sh create.\n\n---\n",
		       at);
}

int compat_create(struct compat *k, const struct compat_new *args)
{
	struct creation n = { k, args, NULL, TKT_BUF_INIT };
	struct tkt_buf slug = TKT_BUF_INIT, wanted = TKT_BUF_INIT;
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_txn *txn = NULL;
	char *id = NULL;
	int status = compat_clock(k);

	if (status)
		goto out;
	tkt_slugify(&slug, *args->slug ? args->slug : args->title, 0);
	n.slug = slug.ptr;
	put_labels(&n.labels, args->labels);
	tkt_buf_printf(&wanted, "%s-%s", k->stamp, slug.ptr);
	if (!tkt_id_valid(wanted.ptr))
		status = compat_fail(k, "'%s' is longer than an id may be", wanted.ptr);
	if (!status)
		status = make_dirs(k);
	if (status)
		goto out;
	cli_hold_signals();
	if (tkt_txn_begin(&txn, k->store, &err) != 0 ||
	    tkt_txn_create_raw(txn, wanted.ptr, print_new, &n, &id, &err) != 0)
		status = compat_fail_err(k, &err);
	else
		tkt_buf_printf(&k->c->out, "%s\n", id);
out:
	tkt_txn_free(txn);
	free(id);
	tkt_buf_release(&slug);
	tkt_buf_release(&wanted);
	tkt_buf_release(&n.labels);
	return status;
}

/* --- changes --------------------------------------------------------------------------------- */

/* What a command does to one ticket. */
struct change {
	const char *query;
	bool move;
	enum tkt_status to;              /* move */
	const struct tkt_event *event;   /* or NULL */
	const struct tkt_buf *resolution; /* or NULL */
};

/* updated_at and, for a move, status. As an edit of keys wherever that gives the same bytes: then
 * a writer without the lock that comes between loses nothing. */
static void plan_item(struct compat *k, struct tkt_txn *txn, const struct compat_ticket *t,
		      const struct change *c)
{
	const char *word = c->move ? tkt_status_name(c->to) : NULL;
	struct tkt_buf plain = TKT_BUF_INIT, edited = TKT_BUF_INIT;
	struct tkt_fm_edits edits = { NULL, 0, 0 };
	bool same;

	compat_set(&plain, &t->item, word, k->at);
	tkt_fm_edits_set(&edits, "updated_at", k->at);
	if (word)
		tkt_fm_edits_set(&edits, "status", word);
	same = tkt_fm_apply(&edited, t->item.ptr, t->item.len, &edits, NULL) == 0 &&
	       edited.len == plain.len && memcmp(edited.ptr, plain.ptr, plain.len) == 0;
	if (!same)
		tkt_txn_replace(txn, t->name, t->status, "item.md", &t->item, plain.ptr, plain.len);
	if (c->move && c->to != t->status)
		tkt_txn_move(txn, t->name, t->status, c->to);
	if (same)
		tkt_txn_edit(txn, t->name, c->move ? c->to : t->status, &edits);
	tkt_fm_edits_release(&edits);
	tkt_buf_release(&plain);
	tkt_buf_release(&edited);
}

static int plan_resolution(struct compat *k, struct tkt_txn *txn, const struct compat_ticket *t,
			   const struct change *c)
{
	struct tkt_buf path = TKT_BUF_INIT, old = TKT_BUF_INIT;
	struct tkt_error err = TKT_ERROR_INIT;
	int code, status = 0;

	tkt_store_path(&path, t->status, t->name, "resolution.md");
	code = tkt_file_read(k->fd, path.ptr, TKT_THREAD_MAX, &old, NULL, &err);
	if (code && code != TKT_ENOTFOUND)
		status = compat_fail_err(k, &err);
	else
		tkt_txn_replace(txn, t->name, c->to, "resolution.md", code ? NULL : &old,
				c->resolution->ptr, c->resolution->len);
	tkt_error_release(&err);
	tkt_buf_release(&path);
	tkt_buf_release(&old);
	return status;
}

static int check_target(struct compat *k, const struct compat_ticket *t, enum tkt_status to)
{
	struct tkt_buf path = TKT_BUF_INIT;
	int status = 0;

	tkt_store_path(&path, to, t->name, NULL);
	if (to != t->status && tkt_file_exists(k->fd, path.ptr))
		status = compat_fail(k, "target already exists: %s/%s", k->root, path.ptr);
	tkt_buf_release(&path);
	return status;
}

/* One look at the ticket under the lock, and what follows from it. 0 planned, 1 refused. */
static int plan(struct compat *k, struct tkt_txn *txn, const struct change *c)
{
	struct compat_ticket t = COMPAT_TICKET_INIT;
	int status = compat_find(k, c->query, &t);

	if (!status && !c->move)
		status = check_plain(k, &t, "thread.md");
	if (!status)
		status = check_plain(k, &t, "item.md");
	if (!status && c->move)
		status = check_target(k, &t, c->to);
	if (!status && c->move && c->event)
		status = check_plain(k, &t, "thread.md");
	if (!status && c->resolution)
		status = check_plain(k, &t, "resolution.md");
	if (!status) {
		plan_item(k, txn, &t, c);
		if (c->resolution)
			status = plan_resolution(k, txn, &t, c);
		if (c->event)
			tkt_txn_event(txn, t.name, c->move ? c->to : t.status, c->event);
	}
	compat_ticket_release(&t);
	return status;
}

static int change(struct compat *k, const struct change *c)
{
	struct tkt_error err = TKT_ERROR_INIT;
	int status = 1, code = TKT_ECONFLICT;

	cli_hold_signals();
	for (int tries = 0; code == TKT_ECONFLICT && tries < TRIES; tries++) {
		struct tkt_txn *txn = NULL;

		/* Begun, but not to be finished now: the next writer will, so it is not for us to
		 * do it again. */
		if (tries > 0 && tkt_txn_pending(k->store, NULL, NULL) != 0)
			break;
		tkt_error_release(&err);
		status = 1;
		code = tkt_txn_begin(&txn, k->store, &err);
		if (!code) {
			status = plan(k, txn, c);
			if (!status)
				code = tkt_txn_commit(txn, &err);
		}
		tkt_txn_free(txn);
	}
	if (code)
		status = compat_fail_err(k, &err);
	tkt_error_release(&err);
	return status;
}

/* --- events ---------------------------------------------------------------------------------- */

static int read_body(struct compat *k, const char *file, struct tkt_buf *body)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct stat st;
	int status = 0;

	if (file && *file) {
		if (stat(file, &st) < 0 || !S_ISREG(st.st_mode))
			status = compat_fail(k, "file not found: %s", file);
		else if (tkt_file_slurp(file, TKT_THREAD_MAX, body, &err) != 0)
			status = compat_fail(k, "cannot read: %s", file);
	} else if (isatty(STDIN_FILENO)) {
		tkt_buf_puts(body, "No body provided.\n");
	} else if (tkt_fd_slurp(STDIN_FILENO, TKT_THREAD_MAX, body, &err) != 0) {
		status = compat_fail(k, "cannot read standard input");
	}
	tkt_error_release(&err);
	return status;
}

static void event_set(struct tkt_event *e, const char *kind, const char *heading,
		      const char *author, const char *status)
{
	e->kind = tkt_strdup(kind);
	e->heading = tkt_strdup(heading);
	e->author = tkt_strdup(author);
	if (status)
		tkt_event_attr_set(e, "status", status);
}

/* body moves into the event; the time is k->at. */
static void event_take(struct compat *k, struct tkt_event *e, struct tkt_buf *body)
{
	e->at = tkt_strdup(k->at);
	e->body_len = body->len;
	e->body = tkt_buf_detach(body);
}

/* The ticket is looked for before the body is read, so that a mistake shows at once. */
static int find_first(struct compat *k, const char *query)
{
	struct compat_ticket t = COMPAT_TICKET_INIT;
	int status = compat_find(k, query, &t);

	compat_ticket_release(&t);
	return status;
}

int compat_say(struct compat *k, const struct compat_event *args)
{
	struct tkt_event event;
	struct tkt_buf body = TKT_BUF_INIT;
	int status = find_first(k, args->query);

	memset(&event, 0, sizeof event);
	if (!status)
		status = read_body(k, args->file, &body);
	if (!status)
		status = compat_clock(k);
	if (!status) {
		const struct change c = { args->query, false, TKT_OPEN, &event, NULL };

		event_set(&event, args->kind, args->heading, args->author, args->status);
		event_take(k, &event, &body);
		status = open_store(k);
		if (!status)
			status = change(k, &c);
	}
	tkt_event_release(&event);
	tkt_buf_release(&body);
	return status;
}

int compat_status(struct compat *k, const char *query, enum tkt_status to)
{
	const struct change c = { query, true, to, NULL, NULL };
	int status = find_first(k, query);

	if (!status)
		status = compat_clock(k);
	if (!status)
		status = make_dirs(k);
	return status ? status : change(k, &c);
}

int compat_close(struct compat *k, const char *query, const char *resolution, const char *file)
{
	const char *user = env_get("USER");
	struct tkt_event event;
	struct tkt_buf body = TKT_BUF_INIT, text = TKT_BUF_INIT;
	int status = find_first(k, query);

	memset(&event, 0, sizeof event);
	if (!status && file && *file)
		status = read_body(k, file, &body);
	else if (!status)
		tkt_buf_printf(&body, "%s\n", resolution && *resolution ? resolution : "Closed.");
	if (!status)
		status = compat_clock(k);
	if (!status)
		status = make_dirs(k);
	if (!status) {
		const struct change c = { query, true, TKT_CLOSED, &event, &text };

		tkt_buf_add(&text, body.ptr, body.len);
		event_set(&event, "close", "Closed", user ? user : "unknown", "closed");
		event_take(k, &event, &body);
		status = change(k, &c);
	}
	tkt_event_release(&event);
	tkt_buf_release(&body);
	tkt_buf_release(&text);
	return status;
}
