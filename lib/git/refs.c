/* git/refs: what the engine says of refs, with the HEADs and the main branch, which are looked up in files. */
#include "git/git_int.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/mem.h"
#include "sys/io.h"
#include "sys/walk.h"

void tkt_git_refs_release(struct tkt_git_refs *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->items[i].name);
	free(r->items);
	free(r->head);
	tkt_strv_release(&r->mains);
	memset(r, 0, sizeof *r);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct tkt_git_ref *)a)->name, ((const struct tkt_git_ref *)b)->name);
}

static void sort(struct tkt_git_refs *r)
{
	if (r->n)
		qsort(r->items, r->n, sizeof *r->items, by_name);
}

static const struct tkt_git_ref *find(const struct tkt_git_refs *r, const char *name)
{
	struct tkt_git_ref key = { .name = (char *)(uintptr_t)name };

	return r->n ? bsearch(&key, r->items, r->n, sizeof key, by_name) : NULL;
}

static bool has(const struct tkt_git_refs *r, const char *name)
{
	return find(r, name) != NULL;
}

static void add(struct tkt_git_refs *r, char *name, const struct tkt_oid *oid)
{
	TKT_GROW(r);
	r->items[r->n++] = (struct tkt_git_ref){ .name = name, .oid = *oid };
}

/* --- HEADs ------------------------------------------------------------------------------------- */

/* Where refs are no files, HEAD says "refs/heads/.invalid". */
static int ask_symbolic(struct tkt_git *g, const char *name, char **target, struct tkt_error *err)
{
	*target = NULL;
	return g->ops->symbolic ? g->ops->symbolic(g->self, name, target, err) : 0;
}

static int own_head(struct tkt_git *g, struct tkt_git_refs *r, struct tkt_error *err)
{
	struct tkt_oid oid;
	bool known = tkt_git_read_head(g->facts.git_dir, &r->head, &oid);
	int code = 0;

	if (g->facts.reftable) {
		free(r->head);
		memset(&oid, 0, sizeof oid);
		known = true;
		code = ask_symbolic(g, "HEAD", &r->head, err);
	}
	if (code || !known)
		return code;
	if (r->head && has(r, r->head))
		oid = find(r, r->head)->oid;
	if (!oid.n) {
		/* Unborn, or a ref that is no branch. */
		struct tkt_error none = TKT_ERROR_INIT;

		code = r->head && tkt_starts_with(r->head, "refs/heads/")
			       ? TKT_ENOTFOUND
			       : g->ops->resolve(g->self, "HEAD", &oid, &none);
		if (code && code != TKT_EIO)
			code = 0;
		else if (code)
			code = err ? tkt_error_move(err, &none) : code;
		tkt_error_release(&none);
	}
	if (!code && oid.n)
		add(r, tkt_strdup("HEAD"), &oid);
	return code;
}

static void other_head(struct tkt_git_refs *r, const char *git_dir, char *name)
{
	struct tkt_oid oid;
	char *ref = NULL;

	if (tkt_git_read_head(git_dir, &ref, &oid) && !ref)
		add(r, name, &oid);
	else
		free(name);
	free(ref);
}

/* Detached HEADs of the other work trees: their commits may be on no branch. */
static void other_heads(struct tkt_git *g, struct tkt_git_refs *r)
{
	char *dir = tkt_asprintf("%s/worktrees", g->facts.common_dir);
	struct tkt_listing list = { 0 };
	int fd = tkt_io_open_any(dir, O_RDONLY | O_DIRECTORY);

	if (g->facts.linked)
		other_head(r, g->facts.common_dir, tkt_strdup("main-worktree/HEAD"));
	if (fd >= 0 && tkt_walk_list(&list, fd, ".", NULL) == 0) {
		for (size_t i = 0; i < list.n; i++) {
			char *path = tkt_asprintf("%s/%s", dir, list.items[i].name);

			if (strcmp(path, g->facts.git_dir) != 0)
				other_head(r, path, tkt_asprintf("worktrees/%s/HEAD", list.items[i].name));
			free(path);
		}
		tkt_listing_release(&list);
	}
	if (fd >= 0)
		tkt_io_close(fd);
	free(dir);
}

/* --- the main branch ----------------------------------------------------------------------------- */

/* "main" of "refs/remotes/origin/main"; the name of a remote is taken to have no '/'. NULL: not of that form.
 */
static const char *below_remote(const char *ref)
{
	static const char remotes[] = "refs/remotes/";
	const char *slash;

	if (!tkt_starts_with(ref, remotes))
		return NULL;
	slash = strchr(ref + sizeof remotes - 1, '/');
	return slash && slash[1] ? slash + 1 : NULL;
}

static bool exists(const struct tkt_git_refs *r, const char *space, const char *name)
{
	char *full = tkt_asprintf("%s%s", space, name);
	bool yes = has(r, full);

	free(full);
	return yes;
}

/* On any remote: git clone -o gives it another name than origin. */
static bool exists_somewhere(const struct tkt_git_refs *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++) {
		const char *below = below_remote(r->items[i].name);

		if (below && strcmp(below, name) == 0)
			return true;
	}
	return false;
}

/* What the user calls the main branch, without remote. */
static char *named_main(const struct tkt_git_refs *r, const char *name)
{
	char *full, *out = NULL;

	if (tkt_starts_with(name, "refs/heads/"))
		return tkt_strdup(name + strlen("refs/heads/"));
	if (below_remote(name))
		return tkt_strdup(below_remote(name));
	if (exists(r, "refs/heads/", name))
		return tkt_strdup(name);
	full = tkt_asprintf("refs/remotes/%s", name);
	if (has(r, full))
		out = tkt_strdup(below_remote(full) ? below_remote(full) : name);
	free(full);
	return out ? out : tkt_strdup(name);
}

static int remote_head(struct tkt_git *g, char **target, struct tkt_error *err)
{
	char *path, *line;

	*target = NULL;
	if (g->facts.reftable)
		return ask_symbolic(g, "refs/remotes/origin/HEAD", target, err);
	path = tkt_asprintf("%s/refs/remotes/origin/HEAD", g->facts.common_dir);
	line = tkt_git_first_line(path);
	if (line && tkt_starts_with(line, "ref:"))
		*target = tkt_strdup(line + 4 + strspn(line + 4, " \t"));
	free(line);
	free(path);
	return 0;
}

static int find_mains(struct tkt_git *g, struct tkt_git_refs *r, struct tkt_error *err)
{
	static const char *const usual[] = { "main", "master", "trunk", "default" };
	char *name = NULL, *target = NULL;
	int code = 0;

	if (g->opts.main && *g->opts.main) {
		name = named_main(r, g->opts.main);
	} else {
		code = remote_head(g, &target, err);
		if (!code && target && below_remote(target) && has(r, target))
			name = tkt_strdup(below_remote(target));
	}
	for (size_t i = 0; !code && !name && i < TKT_LEN(usual); i++)
		if (exists(r, "refs/heads/", usual[i]) || exists(r, "refs/remotes/origin/", usual[i]))
			name = tkt_strdup(usual[i]);
	for (size_t i = 0; !code && !name && i < TKT_LEN(usual); i++)
		if (exists_somewhere(r, usual[i]))
			name = tkt_strdup(usual[i]);
	for (size_t i = 0; name && i < r->n; i++) {
		const char *ref = r->items[i].name, *short_name = below_remote(ref);

		if (tkt_starts_with(ref, "refs/heads/"))
			short_name = ref + strlen("refs/heads/");
		if (short_name && strcmp(short_name, name) == 0)
			tkt_strv_push(&r->mains, ref);
	}
	free(target);
	free(name);
	return code;
}

int tkt_git_refs(struct tkt_git *g, struct tkt_git_refs *out, struct tkt_error *err)
{
	int code = tkt_git_engine(g, NULL, err);

	memset(out, 0, sizeof *out);
	if (!code)
		code = g->ops->refs(g->self, out, err);
	if (!code) {
		sort(out);
		code = own_head(g, out, err);
	}
	if (!code) {
		other_heads(g, out);
		sort(out);
		code = find_mains(g, out, err);
	}
	if (code)
		tkt_git_refs_release(out);
	return code;
}
