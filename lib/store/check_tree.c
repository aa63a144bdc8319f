/* store/check_tree: the status directories, the tickets in them, and the files of each ticket. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_int.h"
#include "sys/file.h"
#include "sys/io.h"
#include "sys/walk.h"
#include "text/ref.h"

#define LINK_FIX "put the file or directory itself there; tkt follows no links"

const char *tkt_check_path(struct tkt_check *c, const char *name)
{
	tkt_buf_reset(&c->path);
	tkt_buf_add(&c->path, c->dir.ptr, c->dir.len);
	tkt_buf_putc(&c->path, '/');
	tkt_buf_puts(&c->path, name);
	return c->path.ptr;
}

static bool there(struct tkt_check *c, const char *path)
{
	struct stat st;

	return tkt_io_stat(c->fd, path, &st) == 0;
}

/* Reports what is no plain file or directory where one must be. True: it is what it must be. */
static bool right_type(struct tkt_check *c, const char *id, const char *path,
		       const struct tkt_entry *e, enum tkt_entry_type must)
{
	if (e->type == must)
		return true;
	if (e->type == TKT_ENTRY_LINK)
		tkt_findings_add(c->out, "T011", id, path, 0, LINK_FIX, "'%s' is a symbolic link", e->name);
	else
		tkt_findings_add(c->out, "T013", id, path, 0, "look at it and move it out of the way",
				 "'%s' is no %s", e->name, must == TKT_ENTRY_DIR ? "directory" : "regular file");
	return false;
}

static void check_unknown(struct tkt_check *c, const struct tkt_check_ticket *t, const struct tkt_entry *e)
{
	const char *path = tkt_check_path(c, e->name);

	if (e->type == TKT_ENTRY_LINK || e->type == TKT_ENTRY_OTHER) {
		right_type(c, t->id, path, e, TKT_ENTRY_FILE);
		return;
	}
	if (e->type == TKT_ENTRY_DIR) {
		struct tkt_buf inner = TKT_BUF_INIT;

		tkt_buf_printf(&inner, "%s/item.md", path);
		if (there(c, inner.ptr)) {
			tkt_findings_add(c->out, "T006", t->id, path, 0,
					 "move it up to where its id belongs (mv without -T nests)",
					 "ticket '%s' lies inside ticket '%s'", e->name, t->id);
			tkt_buf_release(&inner);
			return;
		}
		tkt_buf_release(&inner);
	}
	if (strcmp(e->name, ".gitkeep") != 0)
		tkt_findings_add(c->out, "T015", t->id, path, 0, "attach it: artifacts/ is the place for files",
				 "'%s' is no part of a ticket", e->name);
}

static void check_entry(struct tkt_check *c, const struct tkt_check_ticket *t, const struct tkt_entry *e,
			struct tkt_check_files *files)
{
	const struct {
		const char *name;
		enum tkt_entry_type type;
		bool *slot;
	} known[] = {
		{ "item.md", TKT_ENTRY_FILE, &files->item },
		{ "thread.md", TKT_ENTRY_FILE, &files->thread },
		{ "resolution.md", TKT_ENTRY_FILE, &files->resolution },
		{ "artifacts", TKT_ENTRY_DIR, &files->artifacts },
	};

	for (size_t i = 0; i < TKT_LEN(known); i++) {
		if (strcmp(known[i].name, e->name) != 0)
			continue;
		/* A link or a fifo of that name is not "missing" as well. */
		*known[i].slot = right_type(c, t->id, tkt_check_path(c, e->name), e, known[i].type);
		if (!*known[i].slot)
			files->other = true;
		return;
	}
	files->other = true;
	check_unknown(c, t, e);
}

static bool listed(const struct tkt_listing *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->items[i].name, name) == 0)
			return true;
	return false;
}

static bool holds_ticket(struct tkt_check *c, const struct tkt_listing *l)
{
	struct tkt_buf inner = TKT_BUF_INIT;
	bool found = false;

	for (size_t i = 0; !found && i < l->n; i++) {
		if (l->items[i].type != TKT_ENTRY_DIR)
			continue;
		tkt_buf_reset(&inner);
		tkt_buf_printf(&inner, "%s/%s/item.md", c->dir.ptr, l->items[i].name);
		found = there(c, inner.ptr);
	}
	tkt_buf_release(&inner);
	return found;
}

static void check_resolution(struct tkt_check *c, const struct tkt_check_ticket *t, bool present, bool closed)
{
	const char *path = tkt_check_path(c, "resolution.md");
	unsigned flags;

	if (present)
		tkt_check_read(c, t->id, path, TKT_ITEM_MAX, &c->item, &flags);
	else if (t->status == TKT_CLOSED && closed)
		tkt_findings_add(c->out, "T060", t->id, path, 0,
				 "write resolution.md from the close event (doctor --fix does)",
				 "the ticket is closed and has no resolution.md, but its close event has words");
	else if (t->status == TKT_CLOSED)
		tkt_findings_add(c->out, "T061", t->id, path, 0, "say in resolution.md how it was resolved",
				 "the ticket is closed without a resolution.md or a close event");
}

/* The files of a ticket that has an item.md. */
static void check_files(struct tkt_check *c, struct tkt_check_ticket *t, const struct tkt_listing *l,
			const struct tkt_check_files *files)
{
	bool closed = false;
	unsigned flags;

	if (files->item &&
	    tkt_check_read(c, t->id, tkt_check_path(c, "item.md"), TKT_ITEM_MAX, &c->item, &flags) &&
	    !(flags & TKT_BYTES_UNREADABLE))
		tkt_check_item(c, t, (struct tkt_str){ c->item.ptr, c->item.len }, !(flags & TKT_BYTES_NOT_UTF8));
	if (files->thread) {
		if (tkt_check_read(c, t->id, tkt_check_path(c, "thread.md"), TKT_THREAD_MAX, &c->thread, &flags) &&
		    !(flags & TKT_BYTES_UNREADABLE))
			tkt_check_thread(c, t, (struct tkt_str){ c->thread.ptr, c->thread.len }, &closed);
	} else if (!listed(l, "thread.md")) {
		tkt_findings_add(c->out, "T003", t->id, tkt_check_path(c, "thread.md"), 0,
				 "put it back from git, or let doctor --fix begin a new one",
				 "the ticket has no thread.md");
	}
	if (!files->artifacts && !listed(l, "artifacts"))
		tkt_findings_add(c->out, "T004", t->id, tkt_check_path(c, "artifacts"), 0,
				 "make it, with a .gitkeep so that git keeps it (doctor --fix does)",
				 "the ticket has no artifacts/ directory");
	if (files->resolution || !listed(l, "resolution.md"))
		check_resolution(c, t, files->resolution, closed);
}

static bool artifacts_empty(struct tkt_check *c)
{
	struct tkt_listing l = { 0 };
	bool empty = true;

	if (tkt_walk_list(&l, c->fd, tkt_check_path(c, "artifacts"), NULL) == 0)
		for (size_t i = 0; i < l.n; i++)
			empty = empty && strcmp(l.items[i].name, ".gitkeep") == 0;
	tkt_listing_release(&l);
	return empty;
}

/* Only item.md is read of tickets that were not asked for: their links may close a circle. */
static void check_unselected(struct tkt_check *c, struct tkt_check_ticket *t)
{
	struct tkt_findings none = { .n = 0 }, *out = c->out;
	struct stat st;
	unsigned flags;

	c->out = &none;
	t->has_item = tkt_io_stat(c->fd, tkt_check_path(c, "item.md"), &st) == 0;
	if (t->has_item &&
	    tkt_check_read(c, t->id, tkt_check_path(c, "item.md"), TKT_ITEM_MAX, &c->item, &flags) &&
	    !(flags & TKT_BYTES_UNREADABLE))
		tkt_check_item(c, t, (struct tkt_str){ c->item.ptr, c->item.len }, !(flags & TKT_BYTES_NOT_UTF8));
	c->out = out;
	tkt_findings_release(&none);
}

void tkt_check_ticket(struct tkt_check *c, struct tkt_check_ticket *t)
{
	struct tkt_check_files files = { 0 };
	struct tkt_listing l = { 0 };
	struct tkt_error why = TKT_ERROR_INIT;
	int code;

	tkt_buf_reset(&c->dir);
	tkt_store_path(&c->dir, t->status, t->id, NULL);
	if (!t->selected) {
		check_unselected(c, t);
		return;
	}
	code = tkt_walk_unsorted(&l, c->fd, c->dir.ptr, &why);
	if (code == TKT_ENOTFOUND)
		t->selected = false; /* moved away while we looked */
	else if (code)
		tkt_findings_add(c->out, "T014", t->id, c->dir.ptr, 0, "give yourself the right to read it (ls -l)",
				 "%s", why.message);
	if (code)
		goto out;
	for (size_t i = 0; i < l.n; i++)
		check_entry(c, t, &l.items[i], &files);
	t->has_item = files.item || listed(&l, "item.md");
	t->empty = !files.thread && !files.resolution && !files.other && (!files.artifacts || artifacts_empty(c));
	if (t->has_item)
		check_files(c, t, &l, &files);
	else
		t->nested = holds_ticket(c, &l);
out:
	tkt_listing_release(&l);
	tkt_error_release(&why);
}

/* A name in a status directory; the tickets are only put down. */
static void check_name(struct tkt_check *c, enum tkt_status status, const struct tkt_entry *e)
{
	static const char *const plain[] = { ".gitkeep", ".gitignore", ".gitattributes" };
	const char *path;
	struct tkt_check_ticket *t;

	tkt_buf_reset(&c->dir);
	tkt_buf_puts(&c->dir, tkt_status_name(status));
	path = tkt_check_path(c, e->name);
	for (size_t i = 0; i < TKT_LEN(plain); i++)
		if (strcmp(e->name, plain[i]) == 0 && e->type == TKT_ENTRY_FILE)
			return;
	if (e->type == TKT_ENTRY_LINK || e->type == TKT_ENTRY_OTHER) {
		if (!c->ids)
			right_type(c, NULL, path, e, TKT_ENTRY_DIR);
	} else if (e->type == TKT_ENTRY_FILE || e->name[0] == '.') {
		if (!c->ids)
			tkt_findings_add(c->out, "T008", NULL, path, 0, "move it out of the status directory",
					 "'%s' is no ticket", e->name);
	} else if (!tkt_id_valid(e->name)) {
		if (!c->ids)
			tkt_findings_add(c->out, "T009", NULL, path, 0,
					 "rename it, and its id in item.md: [A-Za-z0-9._-], at most 200 bytes",
					 "'%s' cannot be the id of a ticket", e->name);
	} else {
		TKT_GROW(&c->tickets);
		t = &c->tickets.items[c->tickets.n++];
		*t = (struct tkt_check_ticket){ .id = tkt_strdup(e->name), .status = status };
		t->selected = !c->ids || tkt_strv_has(c->ids, e->name);
	}
}

static int check_status(struct tkt_check *c, enum tkt_status status, struct tkt_error *err)
{
	const char *name = tkt_status_name(status);
	struct tkt_entry self = { name, TKT_ENTRY_OTHER };
	struct tkt_listing l = { 0 };
	struct tkt_error why = TKT_ERROR_INIT;
	struct stat st;
	int code = 0;

	if (tkt_io_stat(c->fd, name, &st) < 0) {
		if (!c->ids)
			tkt_findings_add(c->out, "T001", NULL, name, 0,
					 "make it, with a .gitkeep so that git keeps it (doctor --fix does)",
					 "directory '%s' is missing", name);
		return 0;
	}
	if (!S_ISDIR(st.st_mode)) {
		self.type = S_ISLNK(st.st_mode) ? TKT_ENTRY_LINK : TKT_ENTRY_OTHER;
		right_type(c, NULL, name, &self, TKT_ENTRY_DIR);
		return 0;
	}
	code = tkt_walk_list(&l, c->fd, name, &why);
	if (code == TKT_EIO || code == TKT_EINVALID) {
		tkt_findings_add(c->out, "T014", NULL, name, 0, "give yourself the right to read it (ls -l)", "%s",
				 why.message);
		code = 0;
	}
	for (size_t i = 0; !code && i < l.n; i++)
		check_name(c, status, &l.items[i]);
	code = code == TKT_ENOTFOUND ? 0 : code;
	if (code)
		tkt_error_move(err, &why);
	tkt_listing_release(&l);
	tkt_error_release(&why);
	return code;
}

int tkt_check_tree(struct tkt_check *c, struct tkt_error *err)
{
	int code = 0;

	for (int s = 0; !code && s < TKT_STATUS_N; s++)
		code = check_status(c, (enum tkt_status)s, err);
	if (!code)
		tkt_check_tickets(c);
	return code;
}
