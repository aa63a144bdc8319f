/* git: the engine libgit2: in which files two trees differ. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "git/library_diff_int.h"

enum { DEEPEST = 1024, MOST = 1000000, DIRECTORY = 0040000, SUBMODULE = 0160000 };

struct comparison {
	struct tkt_library *lib;
	struct tkt_changes_found *out;
	struct tkt_buf path; /* of the directory, with its '/' */
	int deep;
	struct tkt_error *err;
};

static int compare(struct comparison *c, const struct tkt_oid *old, const struct tkt_oid *new);

/* As git takes them: old versions of it stored other ones. */
static unsigned mode_of(unsigned mode)
{
	if (S_ISREG(mode))
		return mode & 0100 ? 0100755 : 0100644;
	return S_ISLNK(mode) ? 0120000 : S_ISDIR(mode) ? DIRECTORY : SUBMODULE;
}

static int read_tree(struct comparison *c, const struct tkt_oid *oid, struct tkt_git_tree *out)
{
	struct tkt_library *lib = c->lib;
	git_odb_object *object = NULL;
	char hex[TKT_OID_HEX];
	git_oid id;
	int rc;

	if (oid->n == 0)
		return 0;
	tkt_library_to(&id, oid);
	tkt_oid_hex(oid, hex);
	if (lib->api.git_odb_read(&object, lib->odb, &id) < 0)
		return tkt_library_error(lib, TKT_EIO, "cannot read directory", hex, c->err);
	if (lib->api.git_odb_object_type(object) == GIT_OBJECT_TREE)
		rc = tkt_git_parse_tree(lib->api.git_odb_object_data(object), lib->api.git_odb_object_size(object),
					sizeof id.id, out, c->err);
	else
		rc = tkt_error_set(c->err, TKT_EIO, "not a directory, where a commit has one: '%s'", hex);
	lib->api.git_odb_object_free(object);
	for (size_t i = 0; i < out->n; i++)
		out->items[i].mode = mode_of(out->items[i].mode);
	return rc;
}

/* Git's order: a directory stands where its name with a '/' would. */
static int compare_entries(const struct tkt_git_entry *a, const struct tkt_git_entry *b)
{
	const size_t a_n = strlen(a->name), b_n = strlen(b->name), n = a_n < b_n ? a_n : b_n;
	const int order = memcmp(a->name, b->name, n);
	const int a_end = n < a_n ? (unsigned char)a->name[n] : a->mode == DIRECTORY ? '/' : 0;
	const int b_end = n < b_n ? (unsigned char)b->name[n] : b->mode == DIRECTORY ? '/' : 0;

	return order ? order : a_end - b_end;
}

static int add_change(struct comparison *c, const struct tkt_git_entry *old, const struct tkt_git_entry *new)
{
	struct tkt_change *at;

	if (c->out->n >= MOST)
		return tkt_error_set(c->err, TKT_EIO, "more than %d files were changed", MOST);
	TKT_GROW(c->out);
	at = &c->out->items[c->out->n++];
	*at = (struct tkt_change){ .path = tkt_asprintf("%s%s", c->path.ptr, old ? old->name : new->name) };
	if (old) {
		at->old_mode = old->mode;
		at->old_oid = old->oid;
	}
	if (new) {
		at->mode = new->mode;
		at->oid = new->oid;
	}
	at->status = old == NULL ? 'A' : new == NULL ? 'D' : (old->mode & S_IFMT) != (new->mode & S_IFMT) ? 'T' : 'M';
	return 0;
}

/* One of them may be NULL. */
static int differ(struct comparison *c, const struct tkt_git_entry *old, const struct tkt_git_entry *new)
{
	static const struct tkt_oid none = { .n = 0 };
	const struct tkt_git_entry *any = old ? old : new;
	const size_t len = c->path.len;
	int rc;

	if (old && new && old->mode == new->mode && tkt_oid_equal(&old->oid, &new->oid))
		return 0;
	if (any->mode != DIRECTORY)
		return add_change(c, old, new);
	tkt_buf_puts(&c->path, any->name);
	tkt_buf_putc(&c->path, '/');
	rc = compare(c, old ? &old->oid : &none, new ? &new->oid : &none);
	tkt_buf_truncate(&c->path, len);
	return rc;
}

static int compare(struct comparison *c, const struct tkt_oid *old, const struct tkt_oid *new)
{
	struct tkt_git_tree a = { 0 }, b = { 0 };
	size_t i = 0, j = 0;
	int rc = 0;

	if (++c->deep > DEEPEST)
		rc = tkt_error_set(c->err, TKT_EIO, "directories lie deeper than %d", DEEPEST);
	if (!rc && tkt_git_stopped(c->lib->g))
		rc = tkt_error_set(c->err, TKT_EIO, "interrupted");
	if (!rc)
		rc = read_tree(c, old, &a);
	if (!rc)
		rc = read_tree(c, new, &b);
	while (!rc && (i < a.n || j < b.n)) {
		const int order = i == a.n ? 1 : j == b.n ? -1 : compare_entries(&a.items[i], &b.items[j]);

		rc = differ(c, order <= 0 ? &a.items[i] : NULL, order >= 0 ? &b.items[j] : NULL);
		i += order <= 0;
		j += order >= 0;
	}
	tkt_git_tree_release(&a);
	tkt_git_tree_release(&b);
	c->deep--;
	return rc;
}

int tkt_library_diff_trees(struct tkt_library *lib, const struct tkt_oid *old, const struct tkt_oid *new,
			   struct tkt_changes_found *out, struct tkt_error *err)
{
	struct comparison c = { .lib = lib, .out = out, .path = TKT_BUF_INIT, .err = err };
	int rc = compare(&c, old, new);

	tkt_buf_release(&c.path);
	return rc;
}
