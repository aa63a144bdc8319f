/* git/worktrees: the work trees of a repository, by its files. */
#include "git/git_int.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/mem.h"
#include "sys/io.h"
#include "sys/walk.h"

static void add(struct tkt_git_worktrees *out, char *path, const char *git_dir)
{
	struct tkt_git_worktree w = { .path = path };
	struct tkt_oid oid;
	struct stat st;

	tkt_git_read_head(git_dir, &w.head, &oid);
	w.gone = stat(path, &st) != 0 || !S_ISDIR(st.st_mode);
	TKT_GROW(out);
	out->items[out->n++] = w;
}

/* ".../x/.git" -> ".../x", without links if it is there. */
static char *work_tree_of(const char *dot_git)
{
	const char *slash = strrchr(dot_git, '/');
	char *path =
		slash && slash > dot_git ? tkt_strndup(dot_git, (size_t)(slash - dot_git)) : tkt_strdup("/");
	char *real = realpath(path, NULL), *out = real ? tkt_strdup(real) : path;

	if (real)
		free(path);
	free(real);
	return out;
}

/* The one that .git itself lies in; a bare repository, or one elsewhere (a submodule), has none that we know.
 */
static void add_main(struct tkt_git_worktrees *out, const struct tkt_git_facts *f)
{
	if (f->linked && tkt_ends_with(f->common_dir, "/.git"))
		add(out, work_tree_of(f->common_dir), f->common_dir);
}

static void add_linked(struct tkt_git_worktrees *out, const struct tkt_git_facts *f, const char *git_dir)
{
	char *file = tkt_asprintf("%s/gitdir", git_dir), *dot_git = tkt_git_path_in(file, "", git_dir);

	if (dot_git && strcmp(git_dir, f->git_dir) != 0)
		add(out, work_tree_of(dot_git), git_dir);
	free(dot_git);
	free(file);
}

int tkt_git_worktrees(const struct tkt_git *g, struct tkt_git_worktrees *out, struct tkt_error *err)
{
	const struct tkt_git_facts *f = &g->facts;
	char *dir = tkt_asprintf("%s/worktrees", f->common_dir);
	struct tkt_listing list = { 0 };
	int code = 0, fd;

	memset(out, 0, sizeof *out);
	add(out, tkt_strdup(f->top), f->git_dir);
	add_main(out, f);
	fd = tkt_io_open_any(dir, O_RDONLY | O_DIRECTORY);
	if (fd >= 0)
		code = tkt_walk_list(&list, fd, ".", err);
	for (size_t i = 0; !code && i < list.n; i++) {
		char *path = tkt_asprintf("%s/%s", dir, list.items[i].name);

		if (list.items[i].type == TKT_ENTRY_DIR)
			add_linked(out, f, path);
		free(path);
	}
	tkt_listing_release(&list);
	if (fd >= 0)
		tkt_io_close(fd);
	if (code)
		tkt_git_worktrees_release(out);
	free(dir);
	return code;
}

void tkt_git_worktrees_release(struct tkt_git_worktrees *w)
{
	for (size_t i = 0; i < w->n; i++) {
		free(w->items[i].path);
		free(w->items[i].head);
	}
	free(w->items);
	memset(w, 0, sizeof *w);
}
