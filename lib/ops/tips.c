/* ops/tips: the tips of all branches, and what lies in their trees. */
#include "ops/tips.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/oid_map.h"
#include "base/str.h"

#define TREE_MAX ((size_t)64 * 1024 * 1024)

#define HEADS "refs/heads/"
#define REMOTES "refs/remotes/"

/* --- trees --- */

int tkt_tree_open(struct tkt_tree_scan *s, struct tkt_git *g, const struct tkt_oid *tree, struct tkt_error *err)
{
	enum tkt_git_type type = TKT_GIT_TREE;
	int rc = 0;

	s->at = 0;
	s->oid_n = tree->n;
	tkt_buf_reset(&s->bytes);
	if (tree->n)
		rc = tkt_git_object(g, tree, &type, &s->bytes, TREE_MAX, err);
	if (rc || type != TKT_GIT_TREE)
		tkt_buf_reset(&s->bytes);
	return rc;
}

bool tkt_tree_next(struct tkt_tree_scan *s, struct tkt_tree_entry *e)
{
	const char *p = s->bytes.ptr + s->at, *end = s->bytes.ptr + s->bytes.len, *stop;

	e->mode = 0;
	for (; p < end && *p >= '0' && *p <= '7'; p++)
		e->mode = e->mode << 3 | (unsigned)(*p - '0');
	if (p == end || *p != ' ')
		return false;
	e->name = p + 1;
	stop = memchr(p, '\0', (size_t)(end - p));
	if (!stop || (size_t)(end - stop - 1) < s->oid_n)
		return false;
	memset(&e->oid, 0, sizeof e->oid);
	memcpy(e->oid.bytes, stop + 1, s->oid_n);
	e->oid.n = s->oid_n;
	s->at = (size_t)(stop + 1 - s->bytes.ptr) + s->oid_n;
	return true;
}

int tkt_tips_status_trees(struct tkt_git *g, struct tkt_tree_scan *scratch, const struct tkt_oid *root,
			  struct tkt_oid out[TKT_STATUS_N], struct tkt_error *err)
{
	struct tkt_tree_entry e;
	enum tkt_status status;
	int rc = tkt_tree_open(scratch, g, root, err);

	memset(out, 0, TKT_STATUS_N * sizeof *out);
	while (!rc && tkt_tree_next(scratch, &e))
		if (tkt_tree_is_dir(&e) && tkt_status_find(e.name, &status))
			out[status] = e.oid;
	return rc;
}

int tkt_tips_files(struct tkt_git *g, struct tkt_tree_scan *scratch, const struct tkt_oid *ticket, struct tkt_oid *item,
		   struct tkt_oid *thread, struct tkt_error *err)
{
	struct tkt_tree_entry e;
	int rc = tkt_tree_open(scratch, g, ticket, err);

	memset(item, 0, sizeof *item);
	memset(thread, 0, sizeof *thread);
	while (!rc && tkt_tree_next(scratch, &e)) {
		if (tkt_tree_is_file(&e) && strcmp(e.name, "item.md") == 0)
			*item = e.oid;
		else if (tkt_tree_is_file(&e) && strcmp(e.name, "thread.md") == 0)
			*thread = e.oid;
	}
	return rc;
}

/* --- tips --- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct tkt_git_ref *)a)->name, ((const struct tkt_git_ref *)b)->name);
}

/* Remote branches and local ones may have the same short name: then git says which is which, too. */
static bool is_taken(const struct tkt_git_refs *refs, const char *space, const char *name)
{
	struct tkt_git_ref full = { .name = tkt_asprintf("%s%s", space, name) };
	bool taken = refs->n && bsearch(&full, refs->items, refs->n, sizeof full, by_name);

	free(full.name);
	return taken;
}

static char *short_name(const struct tkt_git_refs *refs, const char *ref)
{
	if (tkt_starts_with(ref, HEADS)) {
		const char *name = ref + strlen(HEADS);

		return is_taken(refs, REMOTES, name) ? tkt_asprintf("heads/%s", name) : tkt_strdup(name);
	}
	if (tkt_starts_with(ref, REMOTES)) {
		const char *name = ref + strlen(REMOTES);

		return is_taken(refs, HEADS, name) ? tkt_asprintf("remotes/%s", name) : tkt_strdup(name);
	}
	return tkt_strdup(ref);
}

static bool is_wanted(const struct tkt_git_refs *refs, const char *ref)
{
	if (strcmp(ref, "HEAD") == 0)
		return !refs->head; /* else its branch stands there */
	return tkt_starts_with(ref, HEADS) || tkt_starts_with(ref, REMOTES) || tkt_starts_with(ref, "worktrees/") ||
	       strcmp(ref, "main-worktree/HEAD") == 0;
}

static void collect(const struct tkt_git_refs *refs, struct tkt_tips *out)
{
	for (size_t i = 0; i < refs->n; i++) {
		const struct tkt_git_ref *ref = &refs->items[i];
		bool current = refs->head ? strcmp(ref->name, refs->head) == 0 : strcmp(ref->name, "HEAD") == 0;

		if (!is_wanted(refs, ref->name))
			continue;
		TKT_GROW(out);
		out->items[out->n++] = (struct tkt_tip){ .name = short_name(refs, ref->name), .current = current,
							 .commit = ref->oid };
	}
}

static bool is_stop(const struct tkt_error *e)
{
	return e->code == TKT_EIO && e->message && strcmp(e->message, "interrupted") == 0;
}

/* One that cannot be read does not hide the others, but it is told. */
static int unread(struct tkt_tips *out, struct tkt_error *e, struct tkt_error *err)
{
	if (is_stop(e))
		return tkt_error_move(err, e);
	out->unread++;
	if (!out->why)
		out->why = tkt_strdup(e->message ? e->message : "an object is missing");
	tkt_error_release(e);
	return 0;
}

/* Time and tree of each commit, which branches often share; tips without either go. */
static int read_commits(struct tkt_git *g, struct tkt_tips *out, struct tkt_error *err)
{
	struct tkt_oid_map done = { NULL, 0, 0 };
	size_t kept = 0;
	int rc = 0;

	for (size_t i = 0; i < out->n; i++) {
		struct tkt_error e = TKT_ERROR_INIT;
		struct tkt_tip tip = out->items[i];
		struct tkt_git_commit commit;
		size_t same;

		if (!rc && tkt_oid_map_get(&done, &tip.commit, &same)) {
			tip.tree = out->items[same].tree;
			tip.time = out->items[same].time;
		} else if (!rc && tkt_git_commit(g, &tip.commit, &commit, &e) == 0) {
			tip.tree = commit.tree;
			tip.time = commit.time;
			tkt_git_commit_release(&commit);
			tkt_oid_map_put(&done, &tip.commit, kept);
		} else {
			rc = rc ? rc : unread(out, &e, err);
			free(tip.name);
			continue;
		}
		out->items[kept++] = tip;
	}
	out->n = kept;
	tkt_oid_map_release(&done);
	return rc;
}

static int newest_first(const void *a, const void *b)
{
	const struct tkt_tip *x = a, *y = b;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void cut(struct tkt_tips *out, size_t limit)
{
	while (limit && out->n > limit) {
		free(out->items[--out->n].name);
		out->left_out++;
	}
}

/* The root in each commit's tree, once a tree. */
static int find_roots(struct tkt_git *g, struct tkt_tips *out, struct tkt_error *err)
{
	const char *prefix = tkt_git_facts(g)->prefix;
	struct tkt_oid_map done = { NULL, 0, 0 };
	int rc = 0;

	for (size_t i = 0; !rc && i < out->n; i++) {
		struct tkt_tip *tip = &out->items[i];
		struct tkt_error e = TKT_ERROR_INIT;
		size_t same;

		if (tkt_oid_map_get(&done, &tip->tree, &same)) {
			tip->root = out->items[same].root;
			continue;
		}
		rc = *prefix ? tkt_git_at(g, &tip->tree, prefix, &tip->root, &e) : 0;
		if (!*prefix)
			tip->root = tip->tree;
		if (rc)
			memset(&tip->root, 0, sizeof tip->root);
		if (rc == TKT_ENOTFOUND || rc == TKT_EINVALID) /* a file may stand in the way */
			rc = 0;
		else if (rc)
			rc = unread(out, &e, err);
		tkt_error_release(&e);
		tkt_oid_map_put(&done, &tip->tree, i);
	}
	tkt_oid_map_release(&done);
	return rc;
}

int tkt_tips_read(struct tkt_git *g, size_t limit, struct tkt_tips *out, struct tkt_error *err)
{
	struct tkt_git_refs refs = { .n = 0 };
	int rc = tkt_git_refs(g, &refs, err);

	memset(out, 0, sizeof *out);
	if (rc)
		return rc;
	collect(&refs, out);
	rc = read_commits(g, out, err);
	if (out->n > 1)
		qsort(out->items, out->n, sizeof *out->items, newest_first);
	cut(out, limit);
	if (!rc)
		rc = find_roots(g, out, err);
	tkt_git_refs_release(&refs);
	if (rc)
		tkt_tips_release(out);
	return rc;
}

void tkt_tips_release(struct tkt_tips *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->items[i].name);
	free(t->items);
	free(t->why);
	memset(t, 0, sizeof *t);
}
