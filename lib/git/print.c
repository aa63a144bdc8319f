/* git/print: a fingerprint of all that refs say, by looking at their files; and which of them say nothing. */
#include "git/git_int.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sys/file.h"
#include "sys/io.h"
#include "sys/walk.h"

/* Packed refs are always replaced as a whole; where that could leave the very same stamps, they are so few that
 * they are read. */
enum { READ_PACKED_MAX = 64 * 1024, REF_BYTES = 4096, DEEP = 100 };

static void add_name(struct tkt_buf *out, const char *name)
{
	tkt_buf_add(out, name, strlen(name) + 1);
}

static void add_stamp(struct tkt_buf *out, const struct stat *st)
{
	const int64_t stamp[] = { (int64_t)st->st_dev,		(int64_t)st->st_ino,
				  (int64_t)st->st_size,		(int64_t)st->st_mtim.tv_sec,
				  (int64_t)st->st_mtim.tv_nsec, (int64_t)st->st_ctim.tv_sec,
				  (int64_t)st->st_ctim.tv_nsec };

	tkt_buf_add(out, stamp, sizeof stamp);
}

/* Stamps of a file, and its bytes if they are few. */
static void add_file(struct tkt_buf *out, const char *dir, const char *name)
{
	char *path = tkt_asprintf("%s/%s", dir, name);
	struct tkt_buf bytes = TKT_BUF_INIT;
	struct stat st;

	add_name(out, name);
	if (stat(path, &st) == 0) {
		add_stamp(out, &st);
		if (st.st_size <= READ_PACKED_MAX && tkt_git_slurp(path, READ_PACKED_MAX, &bytes, NULL))
			tkt_buf_add(out, bytes.ptr, bytes.len);
	}
	tkt_buf_release(&bytes);
	free(path);
}

/* HEAD itself, be it a file or a link. */
static void add_head(struct tkt_buf *out, const char *git_dir)
{
	struct tkt_oid oid;
	char *ref = NULL;

	tkt_git_read_head(git_dir, &ref, &oid);
	add_name(out, ref ? ref : "");
	tkt_buf_add(out, &oid, sizeof oid);
	free(ref);
}

/* --- broken refs -------------------------------------------------------------------------------- */

bool tkt_git_ref_named_well(const char *name)
{
	size_t n = strlen(name);

	for (const char *c = name; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7f || strchr("~^:?*[\\", *c))
			return false;
	return n && name[n - 1] != '/' && name[n - 1] != '.' && *name != '.' && !strstr(name, "..") &&
	       !strstr(name, "@{") && !strstr(name, "/.") && !strstr(name, ".lock/") &&
	       !(n >= 5 && strcmp(name + n - 5, ".lock") == 0);
}

/* A power cut leaves empty ones. git passes over them with a warning, and with them over all that they held. */
static void look_for_broken(char **broken, const char *name, const struct tkt_buf *text)
{
	size_t n = text ? strcspn(text->ptr, " \t\r\n") : 0;
	struct tkt_oid oid;

	if (*broken || !tkt_git_ref_named_well(name) || (text && tkt_starts_with(text->ptr, "ref:")) ||
	    (text && tkt_oid_parse(&oid, text->ptr, n)))
		return;
	if (tkt_starts_with(name, "heads/") || tkt_starts_with(name, "remotes/") || tkt_starts_with(name, "tags/"))
		*broken = tkt_asprintf("refs/%s", name);
}

const char *tkt_git_broken(const struct tkt_git *g)
{
	return g->broken;
}

/* --- loose refs --------------------------------------------------------------------------------- */

/* `path` is where we are, below fd; what was in it is there again afterwards. A link counts by where it leads.
 */
static int add_refs(struct tkt_buf *out, int fd, struct tkt_buf *path, struct tkt_buf *scratch, int depth,
		    char **broken, struct tkt_error *err)
{
	struct tkt_listing list = { 0 };
	size_t before = path->len;
	int code = depth < DEEP ? tkt_walk_list(&list, fd, before ? path->ptr : ".", err) : 0;

	if (code == TKT_ENOTFOUND) { /* gone since: as if it had never been there */
		if (err)
			tkt_error_release(err);
		code = 0;
	}
	for (size_t i = 0; !code && i < list.n; i++) {
		char link[PATH_MAX];
		bool whole;
		ssize_t n;
		int head;

		if (before)
			tkt_buf_putc(path, '/');
		tkt_buf_puts(path, list.items[i].name);
		add_name(out, path->ptr);
		switch (list.items[i].type) {
		case TKT_ENTRY_DIR:
			code = add_refs(out, fd, path, scratch, depth + 1, broken, err);
			break;
		case TKT_ENTRY_FILE:
			head = tkt_file_head(fd, path->ptr, REF_BYTES, scratch, &whole);
			if (head == 0)
				tkt_buf_add(out, scratch->ptr, scratch->len);
			if (head != TKT_ENOTFOUND)
				look_for_broken(broken, path->ptr, head ? NULL : scratch);
			break;
		case TKT_ENTRY_LINK:
			n = readlinkat(fd, path->ptr, link, sizeof link);
			tkt_buf_add(out, link, n > 0 ? (size_t)n : 0);
			break;
		case TKT_ENTRY_OTHER:
			break;
		}
		tkt_buf_truncate(path, before);
	}
	tkt_listing_release(&list);
	return code;
}

static int add_loose(struct tkt_buf *out, const char *common_dir, char **broken, struct tkt_error *err)
{
	char *dir = tkt_asprintf("%s/refs", common_dir);
	struct tkt_buf path = TKT_BUF_INIT, scratch = TKT_BUF_INIT;
	int fd = tkt_io_open_any(dir, O_RDONLY | O_DIRECTORY), code;

	code = fd < 0 ? tkt_error_sys(err, errno, "cannot open '%s'", dir)
		      : add_refs(out, fd, &path, &scratch, 0, broken, err);
	if (fd >= 0)
		tkt_io_close(fd);
	tkt_buf_release(&scratch);
	tkt_buf_release(&path);
	free(dir);
	return code;
}

static void add_worktrees(struct tkt_buf *out, const char *common_dir)
{
	char *dir = tkt_asprintf("%s/worktrees", common_dir);
	int fd = tkt_io_open_any(dir, O_RDONLY | O_DIRECTORY);
	struct tkt_listing list = { 0 };

	if (fd >= 0 && tkt_walk_list(&list, fd, ".", NULL) == 0) {
		for (size_t i = 0; i < list.n; i++) {
			char *path = tkt_asprintf("%s/%s", dir, list.items[i].name);

			add_name(out, list.items[i].name);
			add_head(out, path);
			free(path);
		}
		tkt_listing_release(&list);
	}
	if (fd >= 0)
		tkt_io_close(fd);
	free(dir);
}

int tkt_git_print(struct tkt_git *g, uint64_t *print, struct tkt_error *err)
{
	const struct tkt_git_facts *f = &g->facts;
	struct tkt_buf all = TKT_BUF_INIT;
	int code;

	add_name(&all, f->common_dir);
	add_head(&all, f->git_dir);
	add_head(&all, f->common_dir);
	add_file(&all, f->common_dir, "packed-refs");
	add_file(&all, f->common_dir, "shallow");
	if (f->reftable)
		add_file(&all, f->common_dir, "reftable/tables.list");
	add_worktrees(&all, f->common_dir);
	free(g->broken);
	g->broken = NULL;
	code = add_loose(&all, f->common_dir, &g->broken, err);
	if (!code)
		*print = tkt_fnv1a(all.ptr, all.len);
	tkt_buf_release(&all);
	return code;
}
