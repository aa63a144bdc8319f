/* git/git: the front of the two engines: which one answers, and what neither needs to know. */
#include "git/git_int.h"

#include <stdlib.h>

#include "base/mem.h"

void tkt_git_free(struct tkt_git *g)
{
	if (!g)
		return;
	if (g->ops)
		g->ops->close(g->self);
	tkt_oids_release(&g->shallow);
	tkt_error_release(&g->failed);
	free(g->broken);
	free(g->facts.top);
	free(g->facts.git_dir);
	free(g->facts.common_dir);
	free(g->facts.prefix);
	free(g);
}

bool tkt_git_stopped(const struct tkt_git *g)
{
	return g->opts.stop && *g->opts.stop;
}

/* --- the engine -------------------------------------------------------------------------------- */

static void add_hint(struct tkt_error *to, const struct tkt_error *from)
{
	if (from->hint)
		tkt_error_hint(to, "%s", from->hint);
}

/* libgit2 walks faster; what it cannot read, or would read otherwise than git, git reads. */
static int start_either(struct tkt_git *g, struct tkt_error *err)
{
	const struct tkt_git_facts *f = &g->facts;
	struct tkt_error library = TKT_ERROR_INIT, program = TKT_ERROR_INIT;
	const bool unreadable = f->sha256 || f->reftable;
	int code;

	if (unreadable)
		tkt_error_set(&library, TKT_EIO, "it cannot read %s", f->sha256 ? "SHA-256" : "reftable");
	else if (!f->partial && !f->grafts && !tkt_git_library_start(g, &library))
		return 0;
	code = tkt_git_program_start(g, &program);
	if (code && !library.code)
		code = tkt_git_library_start(g, &library);
	if (code) {
		code = tkt_error_set(err, TKT_EIO, "cannot read the history of '%s': libgit2: %s; git: %s",
				     f->top, library.message, program.message);
		add_hint(err, &program);
		add_hint(err, &library);
	}
	tkt_error_release(&library);
	tkt_error_release(&program);
	return code;
}

static int start(struct tkt_git *g, struct tkt_error *err)
{
	int code = 0;

	if (g->ops)
		return 0;
	if (!g->failed.code) {
		if (g->opts.engine == TKT_GIT_LIBRARY)
			code = tkt_git_library_start(g, &g->failed);
		else if (g->opts.engine == TKT_GIT_PROGRAM)
			code = tkt_git_program_start(g, &g->failed);
		else if (g->opts.engine == TKT_GIT_AUTO)
			code = start_either(g, &g->failed);
		else
			code = tkt_error_set(&g->failed, TKT_EIO, "history is not read: no engine is wanted");
		if (!code)
			return 0;
	}
	code = tkt_error_set(err, g->failed.code, "%s", g->failed.message);
	if (err)
		add_hint(err, &g->failed);
	return code;
}

int tkt_git_engine(struct tkt_git *g, const char **name, struct tkt_error *err)
{
	int code = start(g, err);

	if (!code && name)
		*name = g->ops->name(g->self);
	return code;
}

/* --- where a shallow clone ends ------------------------------------------------------------------ */

static int by_oid(const void *a, const void *b)
{
	return memcmp(((const struct tkt_oid *)a)->bytes, ((const struct tkt_oid *)b)->bytes, TKT_OID_MAX);
}

static void read_shallow(struct tkt_git *g)
{
	char *path = tkt_asprintf("%s/shallow", g->facts.common_dir);
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_str line;
	struct tkt_oid oid;
	size_t pos = 0;

	g->shallow_read = true;
	tkt_git_slurp(path, TKT_GIT_TREE_MAX, &text, NULL);
	while (tkt_str_line((struct tkt_str){ text.ptr, text.len }, &pos, &line)) {
		line = tkt_str_trim(line);
		if (tkt_oid_parse(&oid, line.ptr, line.len))
			tkt_oids_push(&g->shallow, &oid);
	}
	if (g->shallow.n)
		qsort(g->shallow.items, g->shallow.n, sizeof *g->shallow.items, by_oid);
	tkt_buf_release(&text);
	free(path);
}

bool tkt_git_is_shallow(struct tkt_git *g, const struct tkt_oid *oid)
{
	if (!g->facts.shallow)
		return false;
	if (!g->shallow_read)
		read_shallow(g);
	return g->shallow.n && bsearch(oid, g->shallow.items, g->shallow.n, sizeof *g->shallow.items, by_oid);
}

/* --- what goes straight through ------------------------------------------------------------------ */

int tkt_git_walk(struct tkt_git *g, const struct tkt_git_walk *w, bool *missing, struct tkt_error *err)
{
	bool own = false;
	int code = start(g, err);

	if (!code)
		code = g->ops->walk(g->self, w, &own, err);
	if (missing)
		*missing = own;
	return code;
}

int tkt_git_object(struct tkt_git *g, const struct tkt_oid *oid, enum tkt_git_type *type, struct tkt_buf *out,
		   size_t max, struct tkt_error *err)
{
	enum tkt_git_type own;
	int code = start(g, err);

	tkt_buf_reset(out);
	return code ? code : g->ops->object(g->self, oid, type ? type : &own, out, max, err);
}

struct engine {
	const struct tkt_git_engine_ops *ops;
	void *self;
};

/* The program beside the engine that answers everything else; the caller closes it. */
static int start_program(struct tkt_git *g, struct engine *out, struct tkt_error *err)
{
	const struct engine was = { g->ops, g->self };
	int code = tkt_git_program_start(g, err);

	*out = (struct engine){ g->ops, g->self };
	g->ops = was.ops;
	g->self = was.self;
	return code;
}

static int ask_program(struct tkt_git *g, const char *prefix, const char *file, struct tkt_git_index *out,
		       struct tkt_error *err)
{
	struct engine git;
	int code;

	if (g->ops && g->ops->index)
		return g->ops->index(g->self, prefix, file, out, err);
	code = start_program(g, &git, err);
	if (!code) {
		code = git.ops->index(git.self, prefix, file, out, err);
		git.ops->close(git.self);
	}
	return code;
}

int tkt_git_index(struct tkt_git *g, const char *prefix, const char *file, struct tkt_git_index *out, struct tkt_error *err)
{
	struct tkt_error own = TKT_ERROR_INIT;
	const char *name;
	int code;

	memset(out, 0, sizeof *out);
	if (g->opts.engine == TKT_GIT_NONE)
		return tkt_git_engine(g, &name, err);
	if (g->opts.engine == TKT_GIT_PROGRAM || (g->facts.sha256 && g->opts.engine == TKT_GIT_AUTO))
		return ask_program(g, prefix, file, out, err);
	code = g->facts.sha256 ? tkt_error_set(&own, TKT_EIO, "cannot read git's index: its names are SHA-256") :
				 tkt_git_index_read(g, prefix, file, out, &own);
	if (code)
		tkt_git_index_release(out);
	if (code == TKT_EIO && g->opts.engine == TKT_GIT_AUTO) {
		tkt_error_release(&own);
		return ask_program(g, prefix, file, out, err);
	}
	return code ? tkt_error_move(err, &own) : 0;
}

void tkt_git_index_release(struct tkt_git_index *i)
{
	for (size_t k = 0; k < i->n; k++)
		free(i->items[k].path);
	free(i->items);
	memset(i, 0, sizeof *i);
}

int tkt_git_resolve(struct tkt_git *g, const char *rev, struct tkt_oid *out, struct tkt_error *err)
{
	int code;

	/* '^' and '-' would turn the meaning round; names of refs have no control characters. */
	if (!rev[0] || rev[0] == '-' || rev[0] == '^')
		return tkt_error_set(err, TKT_EINVALID, "'%s' is no revision", rev);
	for (const char *p = rev; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return tkt_error_set(err, TKT_EINVALID, "a revision has no control characters: '%s'",
					     rev);
	code = start(g, err);
	return code ? code : g->ops->resolve(g->self, rev, out, err);
}

/* --- objects ----------------------------------------------------------------------------------- */

static int no_commit(const struct tkt_oid *oid, struct tkt_error *err)
{
	char hex[TKT_OID_HEX];

	tkt_oid_hex(oid, hex);
	return tkt_error_set(err, TKT_ENOTFOUND, "there is no commit '%s' in this repository", hex);
}

int tkt_git_commit(struct tkt_git *g, const struct tkt_oid *oid, struct tkt_git_commit *out,
		   struct tkt_error *err)
{
	struct tkt_buf bytes = TKT_BUF_INIT;
	struct tkt_error own = TKT_ERROR_INIT;
	enum tkt_git_type type = 0;
	int code;

	memset(out, 0, sizeof *out);
	code = tkt_git_object(g, oid, &type, &bytes, TKT_GIT_COMMIT_MAX, &own);
	if (code == TKT_ENOTFOUND || (!code && type != TKT_GIT_COMMIT)) {
		tkt_error_release(&own);
		code = no_commit(oid, err);
	} else if (code) {
		code = err ? tkt_error_move(err, &own) : code;
		tkt_error_release(&own);
	} else {
		code = tkt_git_parse_commit(g, oid, bytes.ptr, bytes.len, out, err);
	}
	if (code)
		tkt_git_commit_release(out);
	tkt_buf_release(&bytes);
	return code;
}

/* A tree, or the tree of a commit or a tag. */
static int read_tree(struct tkt_git *g, struct tkt_oid oid, struct tkt_git_tree *out, struct tkt_error *err)
{
	struct tkt_buf bytes = TKT_BUF_INIT;
	enum tkt_git_type type = 0;
	int code = 0;

	for (int i = 0; !code && i < TKT_GIT_PEEL_MAX; i++) {
		code = tkt_git_object(g, &oid, &type, &bytes, TKT_GIT_TREE_MAX, err);
		if (code || type == TKT_GIT_TREE || type == TKT_GIT_BLOB)
			break;
		if (type == TKT_GIT_TAG
			    ? !tkt_git_parse_tag(bytes.ptr, bytes.len, &oid, &type)
			    : !tkt_starts_with(bytes.ptr, "tree ") ||
				      !tkt_oid_parse(&oid, bytes.ptr + 5, strcspn(bytes.ptr + 5, "\n")))
			code = tkt_error_set(err, TKT_EIO, "a commit or tag in the repository is damaged");
	}
	if (!code && type == TKT_GIT_TREE)
		code = tkt_git_parse_tree(bytes.ptr, bytes.len, oid.n, out, err);
	else if (!code)
		code = tkt_error_set(err, TKT_ENOTFOUND, "a file stands where a directory is looked for");
	tkt_buf_release(&bytes);
	return code;
}

static const struct tkt_git_entry *entry_of(const struct tkt_git_tree *t, const char *name, size_t n)
{
	for (size_t i = 0; i < t->n; i++)
		if (strncmp(t->items[i].name, name, n) == 0 && !t->items[i].name[n])
			return &t->items[i];
	return NULL;
}

int tkt_git_at(struct tkt_git *g, const struct tkt_oid *tree, const char *path, struct tkt_oid *out,
	       struct tkt_error *err)
{
	struct tkt_oid at = *tree;
	const char *p = path;

	while (*p) {
		struct tkt_git_tree t = { 0 };
		const struct tkt_git_entry *e = NULL;
		size_t n = strcspn(p, "/");
		int code = read_tree(g, at, &t, err);

		if (!code) {
			e = entry_of(&t, p, n);
			if (e)
				at = e->oid;
			if (!e || (p[n] && e->mode != 040000))
				code = tkt_error_set(err, TKT_ENOTFOUND, "there is no '%s' in that tree", path);
		}
		tkt_git_tree_release(&t);
		if (code)
			return code;
		p += n;
		p += *p == '/';
	}
	*out = at;
	return 0;
}

int tkt_git_tree(struct tkt_git *g, const struct tkt_oid *tree, const char *path, struct tkt_git_tree *out,
		 struct tkt_error *err)
{
	struct tkt_oid at;
	int code = tkt_git_at(g, tree, path, &at, err);

	memset(out, 0, sizeof *out);
	if (!code)
		code = read_tree(g, at, out, err);
	if (code)
		tkt_git_tree_release(out);
	return code;
}

/* --- what a commit changed ------------------------------------------------------------------------ */

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct tkt_git_file *)a)->path, ((const struct tkt_git_file *)b)->path);
}

/* What would make this process large, a process of git's own tells: it ends, and its memory goes with it. */
static int diff(struct tkt_git *g, const struct tkt_oid *parent, const struct tkt_oid *commit, unsigned what,
		size_t patch_max, struct tkt_git_diff *out, struct tkt_error *err)
{
	const bool other = g->opts.engine == TKT_GIT_AUTO && g->opts.program;
	struct engine git;
	int code = g->ops->diff(g->self, parent, commit, other ? what | TKT_GIT_NO_LARGE : what, patch_max, out, err);

	if (code != TKT_ENO)
		return code;
	tkt_git_diff_release(out);
	if (start_program(g, &git, NULL) != 0)
		return g->ops->diff(g->self, parent, commit, what, patch_max, out, err);
	code = git.ops->diff(git.self, parent, commit, what, patch_max, out, err);
	git.ops->close(git.self);
	return code;
}

int tkt_git_diff(struct tkt_git *g, const struct tkt_oid *commit, unsigned what, size_t patch_max,
		 struct tkt_git_diff *out, struct tkt_error *err)
{
	static const struct tkt_oid nothing;
	struct tkt_git_commit c;
	int code = tkt_git_commit(g, commit, &c, err);

	memset(out, 0, sizeof *out);
	if (!code && tkt_git_is_shallow(g, commit))
		code = tkt_error_set(err, TKT_EIO,
				     "what this commit changed is unknown: the shallow clone ends here");
	if (!code)
		code = diff(g, c.parents.n ? &c.parents.items[0] : &nothing, commit, what, patch_max, out, err);
	tkt_git_commit_release(&c);
	if (code) {
		tkt_git_diff_release(out);
		return code;
	}
	if (out->n)
		qsort(out->items, out->n, sizeof *out->items, by_path);
	out->added = out->removed = 0;
	for (size_t i = 0; i < out->n; i++) {
		out->added += out->items[i].added > 0 ? out->items[i].added : 0;
		out->removed += out->items[i].removed > 0 ? out->items[i].removed : 0;
	}
	return 0;
}

void tkt_git_diff_release(struct tkt_git_diff *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->items[i].path);
		free(d->items[i].old_path);
		tkt_buf_release(&d->items[i].patch);
	}
	free(d->items);
	memset(d, 0, sizeof *d);
}
