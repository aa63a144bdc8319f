/* git: the engine libgit2: what a commit changed. */
#include <stdlib.h>

#include "base/mem.h"
#include "git/library_diff_int.h"

static int tree_of(struct tkt_library *lib, const struct tkt_oid *oid, struct tkt_oid *out, struct tkt_error *err)
{
	struct tkt_git_commit c = { 0 };
	struct tkt_buf bytes = TKT_BUF_INIT;
	enum tkt_git_type type;
	char hex[TKT_OID_HEX];
	int rc = 0;

	memset(out, 0, sizeof *out);
	if (oid->n == 0)
		return 0;
	tkt_oid_hex(oid, hex);
	rc = tkt_library_object(lib, oid, &type, &bytes, TKT_GIT_COMMIT_MAX, err);
	if (!rc && type != TKT_GIT_COMMIT)
		rc = tkt_error_set(err, TKT_EINVALID, "not a commit: '%s'", hex);
	if (!rc)
		rc = tkt_git_parse_commit(lib->g, oid, bytes.ptr, bytes.len, &c, err);
	if (!rc)
		*out = c.tree;
	tkt_git_commit_release(&c);
	tkt_buf_release(&bytes);
	return rc;
}

int tkt_library_blob(struct tkt_library *lib, const struct tkt_oid *oid, git_blob **out, struct tkt_error *err)
{
	git_object_t type;
	char hex[TKT_OID_HEX];
	size_t size;
	git_oid id;
	int rc;

	*out = NULL;
	tkt_oid_hex(oid, hex);
	tkt_library_to(&id, oid);
	rc = lib->api.git_odb_read_header(&size, &type, lib->odb, &id);
	if (rc == 0 && size <= TKT_GIT_DIFF_BIG)
		rc = lib->api.git_blob_lookup(out, lib->repo, &id);
	return rc < 0 ? tkt_library_error(lib, TKT_EIO, "cannot read file", hex, err) : 0;
}

static int add_file(struct tkt_library *lib, struct tkt_change *c, unsigned what, size_t patch_max,
		    struct tkt_git_diff *out, struct tkt_error *err)
{
	struct tkt_git_file *f;

	TKT_GROW(out);
	f = &out->items[out->n++];
	*f = (struct tkt_git_file){ .path = c->path, .old_path = c->old_path, .status = c->status, .mode = c->mode,
				    .old_mode = c->old_mode, .patch = TKT_BUF_INIT };
	c->path = c->old_path = NULL;
	if (tkt_git_stopped(lib->g))
		return tkt_error_set(err, TKT_EIO, "interrupted");
	return tkt_library_diff_text(lib, c, what, patch_max, f, err);
}

int tkt_library_diff(void *self, const struct tkt_oid *parent, const struct tkt_oid *commit, unsigned what,
		     size_t patch_max, struct tkt_git_diff *out, struct tkt_error *err)
{
	struct tkt_library *lib = self;
	struct tkt_changes_found changes = { 0 };
	struct tkt_oid old, new;
	int rc = tree_of(lib, parent, &old, err);

	if (!rc)
		rc = tree_of(lib, commit, &new, err);
	if (!rc)
		rc = tkt_library_diff_trees(lib, &old, &new, &changes, err);
	if (!rc)
		rc = tkt_library_diff_renames(lib, &changes, err);
	for (size_t i = 0; !rc && i < changes.n; i++)
		if (changes.items[i].status)
			rc = add_file(lib, &changes.items[i], what, patch_max, out, err);
	for (size_t i = 0; !rc && i < out->n; i++) {
		out->added += out->items[i].added > 0 ? out->items[i].added : 0;
		out->removed += out->items[i].removed > 0 ? out->items[i].removed : 0;
	}
	for (size_t i = 0; i < changes.n; i++) {
		free(changes.items[i].path);
		free(changes.items[i].old_path);
	}
	free(changes.items);
	return rc;
}
