/* ops/doctor_git_sides: what the work tree should hold everything of: the parents of the merge that HEAD is, or the
 * commits that a merge, a rebase or a cherry-pick is bringing in just now.
 *
 * Of each side what counts came after the commits that the others know too: what is older and gone was taken out on
 * purpose by somebody. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/oid_map.h"
#include "ops/doctor_git.h"
#include "ops/tips.h"
#include "sys/file.h"
#include "text/ref.h"

enum {
	COMMITS_MAX = 20000,   /* of one side: beyond, it is not looked at */
	MARK_FILE_MAX = 16 * 1024 * 1024, /* SQUASH_MSG holds the messages of all commits */
	BASES_READ = 8         /* to tell at once what is as it was; the others are read where something is missing */
};

static void push_side(struct tkt_git_sides *s, const struct tkt_oid *commit)
{
	TKT_GROW(s);
	s->items[s->n++] = (struct tkt_git_side){ .commit = *commit };
}

/* The commits that a file in git's directory names, one a line; of those that SQUASH_MSG tells of ("commit <name>") the
 * first, which holds the others. False: there is no such file. */
static bool read_mark(struct tkt_git *g, const char *name, struct tkt_oids *out)
{
	char *path = tkt_asprintf("%s/%s", tkt_git_facts(g)->git_dir, name);
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_str line;
	struct tkt_oid oid;
	size_t pos = 0;
	bool there = tkt_file_slurp(path, MARK_FILE_MAX, &text, &why) == 0;

	while (there && tkt_str_line((struct tkt_str){ text.ptr, text.len }, &pos, &line)) {
		bool squash = line.len > 7 && memcmp(line.ptr, "commit ", 7) == 0;

		if (tkt_oid_parse(&oid, line.ptr + (squash ? 7 : 0), line.len - (squash ? 7 : 0)))
			tkt_oids_push(out, &oid);
		if (squash && out->n)
			break;
	}
	tkt_error_release(&why);
	tkt_buf_release(&text);
	free(path);
	return there;
}

/* --- what is new on a side --- */

struct news {
	struct tkt_oid_map own;
	struct tkt_oids parents;
};

static int note(void *payload, const struct tkt_git_commit *c, struct tkt_error *err)
{
	struct news *n = payload;

	(void)err;
	tkt_oid_map_put(&n->own, &c->oid, 0);
	for (size_t i = 0; i < c->parents.n; i++)
		tkt_oids_push(&n->parents, &c->parents.items[i]);
	return n->own.n > COMMITS_MAX ? TKT_ECONFLICT : 0;
}

static int find_bases(struct tkt_git *g, struct tkt_git_sides *s, size_t i, struct tkt_error *err)
{
	struct tkt_oids tip = { &s->items[i].commit, 1, 1 }, others = { NULL, 0, 0 };
	struct news news = { .parents = { NULL, 0, 0 } };
	struct tkt_git_walk walk = { .tips = &tip, .seen = &others, .each = note, .payload = &news };
	struct tkt_oid_map seen = { NULL, 0, 0 };
	bool missing = false;
	int rc;

	for (size_t k = 0; k < s->n; k++)
		if (k != i)
			tkt_oids_push(&others, &s->items[k].commit);
	rc = tkt_git_walk(g, &walk, &missing, err);
	/* Where history is cut off nobody knows what is old. */
	s->items[i].skip = rc || missing || !news.own.n || tkt_git_facts(g)->shallow;
	for (size_t k = 0; k < news.parents.n && !rc; k++) {
		const struct tkt_oid *p = &news.parents.items[k];

		if (!tkt_oid_map_get(&news.own, p, NULL) && tkt_oid_map_put(&seen, p, 0))
			tkt_oids_push(&s->items[i].bases, p);
	}
	tkt_oid_map_release(&news.own);
	tkt_oid_map_release(&seen);
	tkt_oids_release(&news.parents);
	tkt_oids_release(&others);
	if (rc == TKT_ECONFLICT) {
		tkt_error_release(err);
		rc = 0;
	}
	return rc;
}

/* --- the sides --- */

/* What is here already counts too, but nothing of it can be missing without a person's doing. */
static void add_changes(struct tkt_git_sides *out, const struct tkt_oid *head, const struct tkt_git_commit *c)
{
	push_side(out, head);
	out->items[0].skip = true;
	tkt_oids_push(&out->items[0].bases, &c->parents.items[0]);
	push_side(out, &c->oid);
	tkt_oids_push(&out->items[1].bases, &c->parents.items[0]);
}

static int add_picked(struct tkt_git *g, struct tkt_git_sides *out, const struct tkt_oid *head,
		      const struct tkt_oid *oid, struct tkt_error *err)
{
	struct tkt_git_commit c;
	int rc = tkt_git_commit(g, oid, &c, err);

	if (rc)
		return rc;
	if (c.parents.n == 1)
		add_changes(out, head, &c);
	tkt_git_commit_release(&c);
	return 0;
}

/* Is what the index has as base of a conflict (stage 1) the file of that ticket in the commit, wherever the ticket was? */
static int is_base(struct tkt_git *g, const struct tkt_git_staged *s, const struct tkt_oid *commit, bool *yes,
		   struct tkt_error *err)
{
	const char *prefix = tkt_git_facts(g)->prefix, *file = s->path + (*prefix ? strlen(prefix) + 1 : 0);
	const char *rest = strchr(file, '/');
	int rc = 0;

	for (int status = 0; status < TKT_STATUS_N && rest && !rc && !*yes; status++) {
		struct tkt_error why = TKT_ERROR_INIT;
		char *path = tkt_asprintf("%s%s%s%s", prefix, *prefix ? "/" : "", tkt_status_name((enum tkt_status)status),
					  rest);
		struct tkt_oid oid;

		rc = tkt_git_at(g, commit, path, &oid, &why);
		*yes = !rc && tkt_oid_equal(&oid, &s->oid);
		rc = rc && rc != TKT_ENOTFOUND ? tkt_error_move(err, &why) : 0;
		tkt_error_release(&why);
		free(path);
	}
	return rc;
}

/* git stash pop ended in a conflict: the stash is still there then, and files are unresolved that come from it. */
static int add_stash(struct tkt_git *g, struct tkt_git_sides *out, const struct tkt_oid *head, struct tkt_error *err)
{
	struct tkt_git_index index = { NULL, 0, 0 };
	struct tkt_git_reflog log = { NULL, 0, 0 };
	bool unresolved = false;
	int rc = 0;

	tkt_git_reflog(g, "refs/stash", &log);
	if (log.n)
		rc = tkt_git_index(g, tkt_git_facts(g)->prefix, NULL, &index, err);
	for (size_t i = 0; i < index.n && !unresolved; i++)
		unresolved = index.items[i].stage == 1;
	for (size_t k = unresolved ? log.n : 0; k-- > 0 && !rc && !out->n;) {
		struct tkt_git_commit c;
		bool yes = false;

		rc = tkt_git_commit(g, &log.items[k].oid, &c, err);
		if (rc)
			break;
		for (size_t i = 0; i < index.n && !rc && !yes && c.parents.n > 1; i++)
			if (index.items[i].stage == 1)
				rc = is_base(g, &index.items[i], &c.parents.items[0], &yes, err);
		if (!rc && yes) {
			add_changes(out, head, &c);
			if (c.parents.n > 2)
				out->items[1].untracked = c.parents.items[2];
		}
		tkt_git_commit_release(&c);
	}
	tkt_git_index_release(&index);
	free(log.items);
	return rc;
}

/* A merge whose tree is that of a parent: git merge -s ours. Somebody wanted nothing of the others. */
static int forget_ours(struct tkt_git *g, struct tkt_git_sides *s, struct tkt_error *err)
{
	bool ours = false;
	int rc = 0;

	for (size_t i = 0; i < s->n && !rc; i++) {
		struct tkt_git_commit c;

		rc = tkt_git_commit(g, &s->items[i].commit, &c, err);
		if (rc)
			break;
		ours = ours || tkt_oid_equal(&c.tree, &s->head);
		tkt_git_commit_release(&c);
	}
	for (size_t i = 0; i < s->n && ours; i++)
		s->items[i].skip = true;
	return rc;
}

static int find_sides(struct tkt_git *g, struct tkt_git_sides *out, struct tkt_error *err)
{
	struct tkt_oids marks = { NULL, 0, 0 };
	struct tkt_git_commit head = { .author = NULL };
	const char *busy = tkt_git_busy(g);
	struct tkt_oid oid;
	int rc = tkt_git_resolve(g, "HEAD", &oid, err);

	if (!rc)
		rc = tkt_git_commit(g, &oid, &head, err);
	out->squash = !busy && !rc && read_mark(g, "SQUASH_MSG", &marks) && marks.n;
	if (!rc && !busy && !out->squash)
		rc = add_stash(g, out, &head.oid, err);
	/* REBASE_HEAD outlives its rebase: what is under way counts. */
	if (rc || out->n || (busy && strcmp(busy, "revert") == 0)) {
		/* nothing is here yet, or all is known, or what is here is to go */
	} else if (busy && strcmp(busy, "merge") != 0) {
		read_mark(g, strcmp(busy, "rebase") == 0 ? "REBASE_HEAD" : "CHERRY_PICK_HEAD", &marks);
		if (marks.n == 1)
			rc = add_picked(g, out, &head.oid, &marks.items[0], err);
	} else if (busy ? read_mark(g, "MERGE_HEAD", &marks) : out->squash || head.parents.n > 1) {
		const struct tkt_oids *v = marks.n ? &marks : &head.parents;

		out->merged = !marks.n;
		out->head = head.tree;
		if (marks.n)
			push_side(out, &head.oid);
		for (size_t i = 0; i < v->n; i++)
			push_side(out, &v->items[i]);
		for (size_t i = 0; i < out->n && !rc; i++)
			rc = find_bases(g, out, i, err);
		if (out->merged && !rc)
			rc = forget_ours(g, out, err);
	}
	tkt_git_commit_release(&head);
	tkt_oids_release(&marks);
	return rc;
}

/* --- tickets that a side changed --- */

static int status_trees(struct tkt_git *g, struct tkt_tree_scan *scan, const struct tkt_oid *commit,
			struct tkt_oid out[TKT_STATUS_N], struct tkt_error *err)
{
	struct tkt_oid root;
	int rc = tkt_git_at(g, commit, tkt_git_facts(g)->prefix, &root, err);

	memset(out, 0, TKT_STATUS_N * sizeof *out);
	if (rc == TKT_ENOTFOUND) {
		tkt_error_release(err);
		return 0;
	}
	return rc ? rc : tkt_tips_status_trees(g, scan, &root, out, err);
}

static int read_known(struct tkt_git *g, struct tkt_tree_scan *scan, const struct tkt_oid *base,
		      struct tkt_oid_map *known,
		      struct tkt_error *err)
{
	struct tkt_oid trees[TKT_STATUS_N];
	struct tkt_tree_entry e;
	int rc = status_trees(g, scan, base, trees, err);

	for (int status = 0; status < TKT_STATUS_N && !rc; status++) {
		rc = tkt_tree_open(scan, g, &trees[status], err);
		while (!rc && tkt_tree_next(scan, &e))
			tkt_oid_map_put(known, &e.oid, 0);
	}
	return rc;
}

static int find_changed_in(struct tkt_git *g, struct tkt_tree_scan *scan, const struct tkt_oid *commit,
			   const struct tkt_oid_map *known, struct tkt_strv *ids, struct tkt_error *err)
{
	struct tkt_oid trees[TKT_STATUS_N];
	struct tkt_tree_entry e;
	int rc = status_trees(g, scan, commit, trees, err);

	for (int status = 0; status < TKT_STATUS_N && !rc; status++) {
		rc = tkt_tree_open(scan, g, &trees[status], err);
		while (!rc && tkt_tree_next(scan, &e))
			if (tkt_tree_is_dir(&e) && !tkt_oid_map_get(known, &e.oid, NULL) && tkt_id_valid(e.name))
				tkt_strv_push(ids, e.name);
	}
	return rc;
}

static int find_changed(struct tkt_git *g, const struct tkt_git_side *side, struct tkt_strv *ids, struct tkt_error *err)
{
	struct tkt_tree_scan scan = { .bytes = TKT_BUF_INIT };
	struct tkt_oid_map known = { NULL, 0, 0 };
	int rc = 0;

	for (size_t i = 0; i < side->bases.n && i < BASES_READ && !rc; i++)
		rc = read_known(g, &scan, &side->bases.items[i], &known, err);
	if (!rc)
		rc = find_changed_in(g, &scan, &side->commit, &known, ids, err);
	if (!rc && side->untracked.n)
		rc = find_changed_in(g, &scan, &side->untracked, &known, ids, err);
	tkt_oid_map_release(&known);
	tkt_buf_release(&scan.bytes);
	return rc;
}

static void unique(struct tkt_strv *v)
{
	size_t kept = 0;

	tkt_strv_sort(v);
	for (size_t i = 0; i < v->n; i++) {
		if (kept && strcmp(v->items[kept - 1], v->items[i]) == 0)
			free(v->items[i]);
		else
			v->items[kept++] = v->items[i];
	}
	v->n = kept;
}

int tkt_git_sides_read(struct tkt_git *g, struct tkt_git_sides *out, struct tkt_error *err)
{
	int rc = find_sides(g, out, err);

	for (size_t i = 0; i < out->n && !rc; i++)
		rc = find_changed(g, &out->items[i], out->items[i].skip ? &out->others : &out->ids, err);
	unique(&out->ids);
	unique(&out->others);
	if (rc == TKT_ENOTFOUND) { /* no commit yet, or objects are missing: then others say so */
		tkt_error_release(err);
		tkt_git_sides_release(out);
		rc = 0;
	}
	return rc;
}

void tkt_git_sides_release(struct tkt_git_sides *s)
{
	for (size_t i = 0; i < s->n; i++)
		tkt_oids_release(&s->items[i].bases);
	free(s->items);
	tkt_strv_release(&s->ids);
	tkt_strv_release(&s->others);
	*s = (struct tkt_git_sides){ .items = NULL };
}
