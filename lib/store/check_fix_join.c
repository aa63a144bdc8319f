/* store/check_fix_join: the directories of one ticket become one, and no word of either is lost:
 * what cannot be merged is kept as an artifact. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "store/check_fix_int.h"
#include "sys/file.h"
#include "sys/io.h"
#include "sys/walk.h"
#include "text/merge.h"

#define COMPARE_MAX ((size_t)64 * 1024 * 1024)

static struct tkt_str str_of(const struct tkt_buf *b)
{
	return (struct tkt_str){ b->ptr, b->len };
}

static bool same_bytes(const struct tkt_buf *a, const struct tkt_buf *b)
{
	return a->len == b->len && memcmp(a->ptr, b->ptr, a->len) == 0;
}

static void put(struct tkt_fix_file *file, const struct tkt_buf *bytes)
{
	tkt_buf_reset(&file->now);
	tkt_buf_add(&file->now, bytes->ptr, bytes->len);
	file->present = true;
}

/* The file goes to artifacts/ under a free name like `wanted`. */
static void keep(struct tkt_fix *f, const char *path, const char *wanted)
{
	char *name = tkt_fix_free_name(f, wanted);
	char *to = tkt_asprintf("%s/artifacts/%s", f->dir, name);

	tkt_fix_rename(f, path, to);
	tkt_buf_printf(&f->said, "; %s kept as artifacts/%s", path, name);
	free(name);
	free(to);
}

/* "item-open-0123abcd.md": the stem, where it comes from, what it holds: two clones that keep different texts give
 * them different names, and git has nothing to merge. */
static char *name_with(const char *stem, const char *path, const struct tkt_buf *bytes)
{
	return tkt_asprintf("%s-%.*s-%08x.md", stem, (int)strcspn(path, "/"), path,
			    (unsigned)(tkt_fnv1a(bytes->ptr, bytes->len) & 0xffffffffu));
}

/* A text that cannot be merged becomes an artifact, as a quotation: git follows files by likeness, and must
 * not take it for the file that it was. */
static void quote(struct tkt_fix *f, const char *stem, const char *path, const struct tkt_buf *bytes)
{
	char *wanted = name_with(stem, path, bytes), *name = tkt_fix_free_name(f, wanted);
	char *to = tkt_asprintf("%s/artifacts/%s", f->dir, name);
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_str line;
	size_t pos = 0;

	while (tkt_str_line(str_of(bytes), &pos, &line)) {
		tkt_buf_puts(&text, line.len ? "> " : ">");
		tkt_buf_add(&text, line.ptr, line.len);
		tkt_buf_putc(&text, '\n');
	}
	tkt_fix_make(f, to, &text);
	tkt_fix_remove(f, path, bytes);
	tkt_buf_printf(&f->said, "; %s kept as artifacts/%s", path, name);
	tkt_buf_release(&text);
	free(wanted);
	free(name);
	free(to);
}

/* The thread beside another file of the same directory. */
static void thread_beside(struct tkt_fix *f, const char *path, struct tkt_buf *out)
{
	char *thread = tkt_asprintf("%.*s/thread.md", (int)(strrchr(path, '/') - path), path);

	tkt_fix_read(f, thread, out);
	free(thread);
}

static void take_item(struct tkt_fix *f, const char *path, const struct tkt_buf *other)
{
	struct tkt_buf next = TKT_BUF_INIT, thread = TKT_BUF_INIT;

	thread_beside(f, path, &thread);
	if (!f->item.present) {
		put(&f->item, other);
		tkt_fix_remove(f, path, other);
	} else if (tkt_fix_item(&next, str_of(&f->item.now), str_of(&f->thread.now), str_of(other), str_of(&thread))) {
		put(&f->item, &next);
		tkt_fix_remove(f, path, other);
	} else {
		quote(f, "item", path, other);
	}
	tkt_buf_release(&next);
	tkt_buf_release(&thread);
}

static void take_thread(struct tkt_fix *f, const char *path, const struct tkt_buf *other)
{
	struct tkt_buf both = TKT_BUF_INIT;
	bool whole = true;

	if (!f->thread.present)
		put(&f->thread, other);
	else if (tkt_fix_union(&both, str_of(&f->thread.now), str_of(other), &whole))
		put(&f->thread, &both);
	else
		f->refused = true;
	if (whole) {
		tkt_fix_remove(f, path, other);
	} else {
		/* Two events of one identity that still differ somewhere. */
		quote(f, "thread", path, other);
	}
	tkt_buf_release(&both);
}

/* A ticket that is open again still has the resolution that it had. */
static void take_resolution(struct tkt_fix *f, const char *path, const struct tkt_buf *other)
{
	struct tkt_merge m = { { "", 0 }, str_of(&f->resolution.now), str_of(other) };
	struct tkt_strv conflicts = TKT_STRV_INIT;
	struct tkt_buf both = TKT_BUF_INIT;

	if (f->resolution.present && (!tkt_check_editable(m.ours) || !tkt_check_editable(m.theirs)))
		f->refused = true;
	else if (f->resolution.present)
		tkt_merge_prose(&both, &m, &conflicts);
	else
		tkt_buf_add(&both, other->ptr, other->len);
	if (conflicts.n) {
		quote(f, "resolution", path, other);
	} else if (!f->refused) {
		put(&f->resolution, &both);
		tkt_fix_remove(f, path, other);
	}
	tkt_strv_release(&conflicts);
	tkt_buf_release(&both);
}

/* Is it the same name, but for a number that it got where its own was taken: "a.txt", "a-2.txt"? */
static bool is_variant(const char *a, const char *b)
{
	const char *const names[] = { a, b }, *tails[2];
	size_t stems[2];

	for (size_t i = 0; i < 2; i++) {
		const char *dot = strrchr(names[i], '.');
		size_t n = dot && dot != names[i] ? (size_t)(dot - names[i]) : strlen(names[i]), digits = 0;

		tails[i] = names[i] + n;
		while (digits < n && names[i][n - digits - 1] >= '0' && names[i][n - digits - 1] <= '9')
			digits++;
		stems[i] = digits && digits + 1 < n && names[i][n - digits - 1] == '-' ? n - digits - 1 : n;
	}
	return stems[0] == stems[1] && memcmp(a, b, stems[0]) == 0 && strcmp(tails[0], tails[1]) == 0;
}

/* Under its own name, or as another clone named it that joined the same two. */
static bool has_artifact(struct tkt_fix *f, const char *name, const struct tkt_buf *bytes)
{
	bool found = false;

	for (size_t i = 0; i < f->names.n && !found; i++) {
		char *path = tkt_asprintf("%s/artifacts/%s", f->dir, f->names.items[i]);
		struct tkt_buf mine = TKT_BUF_INIT;

		found = is_variant(f->names.items[i], name) &&
			tkt_file_read(f->s->fd, path, COMPARE_MAX, &mine, NULL, NULL) == 0 && same_bytes(&mine, bytes);
		tkt_buf_release(&mine);
		free(path);
	}
	return found;
}

/* One file or directory of artifacts/. */
static void take_artifact(struct tkt_fix *f, const char *dir, const struct tkt_entry *e)
{
	struct tkt_buf theirs = TKT_BUF_INIT;
	char *path = tkt_asprintf("%s/%s", dir, e->name), *to, *name;
	int fd = f->s->fd;

	if (e->type == TKT_ENTRY_LINK || e->type == TKT_ENTRY_OTHER) {
		f->refused = true;
		goto out;
	}
	if (e->type == TKT_ENTRY_FILE && tkt_file_read(fd, path, COMPARE_MAX, &theirs, NULL, NULL) == 0 &&
	    ((strcmp(e->name, ".gitkeep") == 0 && !theirs.len) || has_artifact(f, e->name, &theirs))) {
		tkt_fix_remove(f, path, &theirs);
		goto out;
	}
	name = tkt_fix_free_name(f, e->name);
	to = tkt_asprintf("%s/artifacts/%s", f->dir, name);
	tkt_fix_rename(f, path, to);
	tkt_buf_printf(&f->said, "; artifact %s taken over%s%s", e->name,
		       strcmp(name, e->name) != 0 ? " as " : "", strcmp(name, e->name) != 0 ? name : "");
	free(name);
	free(to);
out:
	tkt_buf_release(&theirs);
	free(path);
}

static void take_artifacts(struct tkt_fix *f, const char *path)
{
	struct tkt_listing l = { 0 };

	if (tkt_walk_list(&l, f->s->fd, path, NULL) != 0)
		f->refused = true;
	for (size_t i = 0; i < l.n; i++)
		take_artifact(f, path, &l.items[i]);
	tkt_fix_remove(f, path, NULL);
	tkt_listing_release(&l);
}

/* What is no part of a ticket: to the same name if it is free, else among the artifacts. */
static void take_other(struct tkt_fix *f, const char *path, const struct tkt_entry *e)
{
	char *to = tkt_asprintf("%s/%s", f->dir, e->name);
	char *inner = tkt_asprintf("%s/item.md", path);

	if (f->moved && tkt_strv_has(f->moved, path))
		goto out; /* in a dry run it only would be gone */
	if (e->type == TKT_ENTRY_DIR && tkt_file_exists(f->s->fd, inner))
		f->refused = true; /* a ticket of its own, and it cannot move */
	else if (tkt_file_exists(f->s->fd, to))
		keep(f, path, e->name);
	else
		tkt_fix_rename(f, path, to);
out:
	free(to);
	free(inner);
}

static void take_entry(struct tkt_fix *f, const char *dir, const struct tkt_entry *e)
{
	static const struct {
		const char *name;
		void (*take)(struct tkt_fix *f, const char *path, const struct tkt_buf *other);
	} files[] = { { "item.md", take_item }, { "thread.md", take_thread }, { "resolution.md", take_resolution } };
	struct tkt_buf bytes = TKT_BUF_INIT;
	char *path = tkt_asprintf("%s/%s", dir, e->name);
	size_t i = 0;

	while (i < TKT_LEN(files) && strcmp(files[i].name, e->name) != 0)
		i++;
	if (e->type == TKT_ENTRY_LINK || e->type == TKT_ENTRY_OTHER)
		f->refused = true;
	else if (i < TKT_LEN(files) && e->type == TKT_ENTRY_FILE && tkt_fix_read(f, path, &bytes) &&
		 tkt_check_editable(str_of(&bytes)))
		files[i].take(f, path, &bytes);
	else if (i < TKT_LEN(files))
		f->refused = true;
	else if (strcmp(e->name, "artifacts") == 0 && e->type == TKT_ENTRY_DIR)
		take_artifacts(f, path);
	else
		take_other(f, path, e);
	free(path);
	tkt_buf_release(&bytes);
}

/* All of `dir` comes home; what is left of it is empty and goes. */
static void absorb(struct tkt_fix *f, const char *dir)
{
	struct tkt_listing l = { 0 };

	if (tkt_walk_list(&l, f->s->fd, dir, NULL) != 0)
		f->refused = true;
	for (size_t i = 0; i < l.n; i++)
		take_entry(f, dir, &l.items[i]);
	tkt_fix_remove(f, dir, NULL);
	f->joined = true;
	tkt_listing_release(&l);
}

/* A disk that cannot answer must not pass for "no": then nothing is decided. */
static bool is_there(struct tkt_fix *f, enum tkt_status status, const char *file)
{
	struct tkt_buf path = TKT_BUF_INIT;
	struct stat st;
	bool there;

	tkt_store_path(&path, status, f->id, file);
	there = tkt_io_stat(f->s->fd, path.ptr, &st) == 0;
	if (!there && errno != ENOENT && errno != ENOTDIR)
		f->refused = true;
	tkt_buf_release(&path);
	return there;
}

static void say_done(struct tkt_fix *f, const char *code, const char *path, const char *what)
{
	tkt_findings_add(&f->done, code, f->id, path, 0, NULL, "%s%s", what, f->said.ptr);
	tkt_buf_reset(&f->said);
}

static void absorb_status(struct tkt_fix *f, enum tkt_status status)
{
	struct tkt_buf path = TKT_BUF_INIT;
	bool split = is_there(f, status, "item.md");
	char *what = tkt_asprintf(split ? "joined into %s" : "brought home to %s", f->dir);

	tkt_store_path(&path, status, f->id, NULL);
	absorb(f, path.ptr);
	say_done(f, split ? "T005" : "T007", path.ptr, what);
	free(what);
	tkt_buf_release(&path);
}

void tkt_fix_join(struct tkt_fix *f, const struct tkt_findings *found)
{
	unsigned items = 0, dirs = 0;
	enum tkt_status winner = TKT_OPEN;

	(void)found;
	for (int s = 0; s < TKT_STATUS_N; s++) {
		if (is_there(f, (enum tkt_status)s, NULL))
			dirs |= 1u << s;
		if (is_there(f, (enum tkt_status)s, "item.md"))
			items |= 1u << s;
	}
	if (f->refused || !items || !(dirs & (dirs - 1)))
		return; /* gone meanwhile, or nowhere to go */
	if (items & (items - 1)) {
		if (!tkt_fix_winner(f, items, &winner)) {
			f->refused = true;
			return;
		}
	} else {
		while (!(items & 1u << winner))
			winner = (enum tkt_status)(winner + 1);
	}
	tkt_fix_load(f, winner);
	if (!tkt_check_editable(str_of(&f->item.now)))
		f->refused = true;
	for (int s = 0; s < TKT_STATUS_N && !f->refused; s++)
		if (dirs & 1u << s && s != (int)winner)
			absorb_status(f, (enum tkt_status)s);
}

/* --- nested --- */

static bool id_is_free(struct tkt_fix *f, enum tkt_status but)
{
	for (int s = 0; s < TKT_STATUS_N; s++)
		if (is_there(f, (enum tkt_status)s, (enum tkt_status)s == but ? "item.md" : NULL))
			return false;
	return true;
}

/* closed/X/X, where closed/X is but a shell: the files move up into it. */
static void move_up_into(struct tkt_fix *f, const char *path, enum tkt_status status)
{
	char *what;

	tkt_fix_load(f, status);
	absorb(f, path);
	what = tkt_asprintf("moved up into %s", f->dir);
	say_done(f, "T006", path, what);
	free(what);
}

/* closed/X/Y: the directory moves up beside its host. */
static void move_up_beside(struct tkt_fix *f, const char *path, enum tkt_status status)
{
	char *to = tkt_asprintf("%s/%s", tkt_status_name(status), f->id);
	char *host = tkt_strndup(path, (size_t)(strrchr(path, '/') - path));
	struct tkt_listing l = { 0 };

	/* Written where it lies now: the rename comes after that. */
	tkt_fix_load_at(f, status, path);
	f->joined = true;
	tkt_fix_rename(f, path, to);
	if (tkt_walk_list(&l, f->s->fd, host, NULL) == 0 && l.n == 1)
		tkt_fix_remove(f, host, NULL); /* it held nothing else */
	tkt_findings_add(&f->done, "T006", f->id, path, 0, NULL, "moved up to %s", to);
	tkt_listing_release(&l);
	free(to);
	free(host);
}

void tkt_fix_nested(struct tkt_fix *f, const struct tkt_finding *found)
{
	const char *host = strchr(found->file, '/'), *inner = strrchr(found->file, '/');
	bool same = host && strncmp(host + 1, f->id, strlen(f->id)) == 0 && host[1 + strlen(f->id)] == '/';
	enum tkt_status status = TKT_OPEN;
	char *word;

	if (!host || inner == host || strcmp(inner + 1, f->id) != 0)
		return;
	word = tkt_strndup(found->file, (size_t)(host - found->file));
	if (!tkt_status_find(word, &status) || !tkt_file_exists(f->s->fd, found->file))
		f->refused = true;
	/* Its own host may stand there, as long as it holds no item.md. */
	else if (!same && is_there(f, status, NULL))
		f->refused = true;
	else if (!id_is_free(f, status))
		f->refused = true;
	else if (same)
		move_up_into(f, found->file, status);
	else
		move_up_beside(f, found->file, status);
	free(word);
}
