/* ops/doctor_git_refs: one walk over the tips of all branches: what will clash when they are merged.
 *
 * Every tree and every file is read once, whatever number of branches share it. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/oid_map.h"
#include "ops/doctor_git.h"
#include "ops/tips.h"

#define NO_CLAIM ((size_t)-1)

/* A ticket as some branches have it: one tree. */
struct variant {
	char *id, *slug, *number; /* NULL: it has none */
	uint64_t *creates;        /* of its events that created it: one, mostly */
	size_t creates_n;
	enum tkt_status status;
	size_t tip;               /* the newest that has it */
	size_t claim;             /* of the clash that is looked at just now */
};

struct dir { /* a status directory */
	size_t *items; /* variants */
	size_t n, cap;
};

struct root {
	size_t dirs[TKT_STATUS_N];
};

struct look {
	struct tkt_doctor_git *d;
	struct tkt_tips tips;
	struct tkt_tree_scan scan, inner;
	struct tkt_buf text;
	struct tkt_oid_map root_of, dir_of, variant_of[TKT_STATUS_N]; /* of trees */
	struct { struct root *items; size_t n, cap; } roots;
	struct { struct dir *items; size_t n, cap; } dirs;
	struct { struct variant *items; size_t n, cap; } variants;
};

/* --- reading ---------------------------------------------------------------------------------- */

static int read_text(struct look *l, const struct tkt_oid *oid, size_t max, struct tkt_error *err)
{
	enum tkt_git_type type = TKT_GIT_BLOB;
	struct tkt_error why = TKT_ERROR_INIT;
	int rc = 0;

	tkt_buf_reset(&l->text);
	if (oid->n)
		rc = tkt_git_object(l->d->g, oid, &type, &l->text, max, &why);
	if (rc == TKT_EINVALID || type != TKT_GIT_BLOB) { /* too large: doctor says so on that branch */
		tkt_buf_reset(&l->text);
		tkt_error_release(&why);
		return 0;
	}
	return rc ? tkt_error_move(err, &why) : 0;
}

static void read_item(struct look *l, struct variant *v)
{
	struct tkt_ticket t;

	if (tkt_ticket_parse(&t, l->text.ptr, l->text.len, NULL) != 0)
		return;
	v->slug = tkt_strdup_null(t.slug);
	v->number = tkt_strdup_null(t.number);
	tkt_ticket_release(&t);
}

static void read_thread(struct look *l, struct variant *v)
{
	struct tkt_buf b = TKT_BUF_INIT;
	struct tkt_thread th;

	tkt_thread_parse(&th, l->text.ptr, l->text.len);
	for (size_t i = 0; i < th.n; i++) {
		const struct tkt_event *e = &th.items[i];

		if (strcmp(e->kind, "create") != 0)
			continue;
		tkt_buf_reset(&b);
		tkt_buf_printf(&b, "%s\n%s\n", e->at, e->author);
		tkt_buf_add(&b, e->body, e->body_len);
		v->creates = tkt_realloc(v->creates, v->creates_n + 1, sizeof *v->creates);
		v->creates[v->creates_n++] = tkt_fnv1a(b.ptr, b.len);
	}
	tkt_thread_release(&th);
	tkt_buf_release(&b);
}

/* The same tree under another name (a ticket that was copied) is another variant, and rare. */
static int read_variant(struct look *l, enum tkt_status status, const struct tkt_tree_entry *e, size_t tip, size_t *at,
			struct tkt_error *err)
{
	struct variant v = { .status = status, .tip = tip, .claim = NO_CLAIM };
	struct tkt_oid item, thread;
	int rc;

	if (tkt_oid_map_get(&l->variant_of[status], &e->oid, at) && strcmp(l->variants.items[*at].id, e->name) == 0)
		return 0;
	rc = tkt_tips_files(l->d->g, &l->inner, &e->oid, &item, &thread, err);
	if (!rc)
		rc = read_text(l, &item, TKT_ITEM_MAX, err);
	if (!rc)
		read_item(l, &v);
	if (!rc)
		rc = read_text(l, &thread, TKT_THREAD_MAX, err);
	if (!rc)
		read_thread(l, &v);
	v.id = tkt_strdup(e->name);
	TKT_GROW(&l->variants);
	l->variants.items[l->variants.n] = v;
	*at = l->variants.n++;
	tkt_oid_map_put(&l->variant_of[status], &e->oid, *at);
	return rc;
}

static int read_dir(struct look *l, enum tkt_status status, const struct tkt_oid *tree, size_t tip, size_t *at,
		    struct tkt_error *err)
{
	struct dir dir = { NULL, 0, 0 };
	struct tkt_tree_entry e;
	int rc;

	/* The empty directory of two statuses is one tree, and has no variants. */
	if (tkt_oid_map_get(&l->dir_of, tree, at))
		return 0;
	rc = tkt_tree_open(&l->scan, l->d->g, tree, err);
	while (!rc && tkt_tree_next(&l->scan, &e)) {
		size_t variant;

		if (!tkt_tree_is_dir(&e))
			continue;
		rc = read_variant(l, status, &e, tip, &variant, err);
		if (rc)
			break;
		TKT_GROW(&dir);
		dir.items[dir.n++] = variant;
	}
	TKT_GROW(&l->dirs);
	l->dirs.items[l->dirs.n] = dir;
	*at = l->dirs.n++;
	tkt_oid_map_put(&l->dir_of, tree, *at);
	return rc;
}

static int read_root(struct look *l, size_t tip, struct tkt_error *err)
{
	struct tkt_oid trees[TKT_STATUS_N];
	struct root root;
	int rc;

	if (!tkt_oid_map_put(&l->root_of, &l->tips.items[tip].root, l->roots.n))
		return 0;
	rc = tkt_tips_status_trees(l->d->g, &l->scan, &l->tips.items[tip].root, trees, err);
	for (int status = 0; !rc && status < TKT_STATUS_N; status++)
		rc = read_dir(l, (enum tkt_status)status, &trees[status], tip, &root.dirs[status], err);
	if (rc)
		return rc;
	TKT_GROW(&l->roots);
	l->roots.items[l->roots.n++] = root;
	return 0;
}

/* A branch whose objects are not all here is told of, and hides no other. */
static int read_all(struct look *l, struct tkt_error *err)
{
	int rc = tkt_tips_read(l->d->g, 0, &l->tips, err);

	if (!rc && l->tips.unread)
		tkt_doctor_git_unknown(l->d, "a branch could not be read", l->tips.why);
	for (size_t i = 0; !rc && i < l->tips.n; i++) {
		struct tkt_error why = TKT_ERROR_INIT;

		if (!l->tips.items[i].root.n || read_root(l, i, &why) == 0)
			continue;
		if (why.message && strcmp(why.message, "interrupted") == 0)
			rc = tkt_error_move(err, &why);
		else
			tkt_doctor_git_unknown(l->d, "a branch could not be read", why.message);
		tkt_error_release(&why);
	}
	return rc;
}

/* --- the same id twice ------------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
	const struct variant *x = *(const struct variant *const *)a, *y = *(const struct variant *const *)b;
	int order = strcmp(x->id, y->id);

	return order ? order : x < y ? -1 : x > y;
}

static void path_of(struct look *l, const struct variant *v, const char *file, struct tkt_buf *out)
{
	enum tkt_status status = v->status;

	if (tkt_store_where(l->d->p->store, v->id, &status, NULL) != 0)
		status = v->status;
	tkt_buf_reset(out);
	tkt_store_path(out, status, v->id, file);
}

struct hashes {
	uint64_t *items;
	size_t n, cap;
};

static bool knows(const struct hashes *known, const struct variant *v)
{
	for (size_t i = 0; i < v->creates_n; i++)
		for (size_t k = 0; k < known->n; k++)
			if (v->creates[i] == known->items[k])
				return true;
	return false;
}

static void learn(struct hashes *known, const struct variant *v)
{
	for (size_t i = 0; i < v->creates_n && known->n < 64; i++) {
		struct variant one = { .creates = &v->creates[i], .creates_n = 1 };

		if (knows(known, &one))
			continue;
		TKT_GROW(known);
		known->items[known->n++] = v->creates[i];
	}
}

/* Of the variants of one id: one that has no beginning in common with the first, not even by way of others (a merged
 * thread holds the beginnings of both). NULL: there is none. */
static const struct variant *stranger(struct variant **v, size_t n)
{
	struct hashes known = { NULL, 0, 0 };
	const struct variant *other = NULL;
	size_t before;

	do {
		before = known.n;
		other = NULL;
		for (size_t i = 0; i < n; i++) {
			if (!v[i]->creates_n)
				continue;
			if (!known.n || knows(&known, v[i]))
				learn(&known, v[i]);
			else if (!other)
				other = v[i];
		}
	} while (other && known.n != before);
	free(known.items);
	return other;
}

static void clash_of_id(struct look *l, struct variant **v, size_t n)
{
	const struct variant *other = stranger(v, n), *first = v[0];
	struct tkt_buf path = TKT_BUF_INIT;

	if (!other)
		return;
	for (size_t i = 0; i < n && !first->creates_n; i++)
		first = v[i];
	path_of(l, first, "thread.md", &path);
	tkt_findings_add(l->d->f, "T094", first->id, path.ptr, 0,
			 "give one of them another id before the branches are merged: its directory, and id: in item.md",
			 "'%s' and '%s' each created another ticket with the id '%s'", l->tips.items[first->tip].name,
			 l->tips.items[other->tip].name, first->id);
	tkt_buf_release(&path);
}

static void clashes_of_ids(struct look *l, struct variant **sorted)
{
	size_t from = 0;

	qsort(sorted, l->variants.n, sizeof *sorted, by_id);
	for (size_t i = 1; i <= l->variants.n; i++) {
		if (i < l->variants.n && strcmp(sorted[i]->id, sorted[from]->id) == 0)
			continue;
		if (i - from > 1)
			clash_of_id(l, sorted + from, i - from);
		from = i;
	}
}

/* --- the same slug, the same number -------------------------------------------------------------- */

/* What a ticket claims for itself, and in which roots. */
struct claim {
	const struct variant *v;
	size_t group;
	uint64_t *roots; /* bits */
};

struct claims {
	struct claim *items;
	size_t n, cap;
	bool number; /* else slugs */
};

static const char *value_of(const struct variant *v, bool number)
{
	return number ? v->number : v->slug;
}

static int by_slug(const void *a, const void *b)
{
	const struct variant *x = *(const struct variant *const *)a, *y = *(const struct variant *const *)b;
	int order = strcmp(x->slug ? x->slug : "", y->slug ? y->slug : "");

	return order ? order : by_id(a, b);
}

static int by_number(const void *a, const void *b)
{
	const struct variant *x = *(const struct variant *const *)a, *y = *(const struct variant *const *)b;
	int order = strcmp(x->number ? x->number : "", y->number ? y->number : "");

	return order ? order : by_id(a, b);
}

/* Values that more than one id claims: a claim for each id. */
static void find_claims(struct look *l, struct variant **sorted, struct claims *out)
{
	size_t n = l->variants.n, from = 0;

	for (size_t i = 0; i < n; i++)
		sorted[i]->claim = NO_CLAIM;
	for (size_t i = 1; i <= n; i++) {
		const char *value = value_of(sorted[from], out->number);
		const char *next = i < n ? value_of(sorted[i], out->number) : NULL;

		if (value && next && strcmp(value, next) == 0)
			continue;
		if (value && *value && strcmp(sorted[from]->id, sorted[i - 1]->id) != 0) {
			for (size_t k = from; k < i; k++) {
				if (k == from || strcmp(sorted[k]->id, sorted[k - 1]->id) != 0) {
					TKT_GROW(out);
					out->items[out->n++] = (struct claim){ sorted[k], from, NULL };
				}
				sorted[k]->claim = out->n - 1;
			}
		}
		from = i;
	}
}

static void find_roots(struct look *l, struct claims *c)
{
	for (size_t i = 0; i < c->n; i++)
		c->items[i].roots = tkt_calloc(l->roots.n / 64 + 1, sizeof *c->items[i].roots);
	for (size_t r = 0; r < l->roots.n; r++)
		for (int status = 0; status < TKT_STATUS_N; status++) {
			const struct dir *dir = &l->dirs.items[l->roots.items[r].dirs[status]];

			for (size_t i = 0; i < dir->n; i++) {
				size_t claim = l->variants.items[dir->items[i]].claim;

				if (claim != NO_CLAIM)
					c->items[claim].roots[r / 64] |= UINT64_C(1) << (r % 64);
			}
		}
}

/* Both on one branch: doctor finds that there. */
static bool together(const struct look *l, const struct claim *a, const struct claim *b)
{
	for (size_t i = 0; i <= l->roots.n / 64; i++)
		if (a->roots[i] & b->roots[i])
			return true;
	return false;
}

static void tell_claim(struct look *l, const struct claims *c, const struct claim *a, const struct claim *b)
{
	struct tkt_buf path = TKT_BUF_INIT;

	path_of(l, a->v, "item.md", &path);
	tkt_findings_add(l->d->f, c->number ? "T095" : "T096", a->v->id, path.ptr, 0,
			 c->number ? "give one of them another number, or none" : "give one of them another slug",
			 "%s '%s' is that of '%s' on '%s', and of '%s' on '%s'", c->number ? "number" : "slug",
			 value_of(a->v, c->number), a->v->id, l->tips.items[a->v->tip].name, b->v->id,
			 l->tips.items[b->v->tip].name);
	tkt_buf_release(&path);
}

#define COMPARED 100 /* of one group: a slug that thousands have is not compared with all of them */

static void clashes_of(struct look *l, struct variant **sorted, bool number)
{
	struct claims c = { .number = number };

	qsort(sorted, l->variants.n, sizeof *sorted, number ? by_number : by_slug);
	find_claims(l, sorted, &c);
	if (c.n)
		find_roots(l, &c);
	for (size_t i = 1; i < c.n; i++) {
		size_t first = i > COMPARED ? i - COMPARED : 0;

		for (size_t k = first; k < i; k++) {
			if (c.items[k].group != c.items[i].group || together(l, &c.items[k], &c.items[i]))
				continue;
			tell_claim(l, &c, &c.items[k], &c.items[i]);
			break;
		}
	}
	for (size_t i = 0; i < c.n; i++)
		free(c.items[i].roots);
	free(c.items);
}

/* --- the whole --------------------------------------------------------------------------------- */

static void find_clashes(struct look *l)
{
	struct variant **sorted = tkt_calloc(l->variants.n + 1, sizeof *sorted);

	for (size_t i = 0; i < l->variants.n; i++)
		sorted[i] = &l->variants.items[i];
	if (l->variants.n > 1) {
		clashes_of_ids(l, sorted);
		clashes_of(l, sorted, true);
		clashes_of(l, sorted, false);
	}
	free(sorted);
}

static void release(struct look *l)
{
	tkt_tips_release(&l->tips);
	tkt_buf_release(&l->scan.bytes);
	tkt_buf_release(&l->inner.bytes);
	tkt_buf_release(&l->text);
	tkt_oid_map_release(&l->root_of);
	tkt_oid_map_release(&l->dir_of);
	for (int status = 0; status < TKT_STATUS_N; status++)
		tkt_oid_map_release(&l->variant_of[status]);
	free(l->roots.items);
	for (size_t i = 0; i < l->dirs.n; i++)
		free(l->dirs.items[i].items);
	free(l->dirs.items);
	for (size_t i = 0; i < l->variants.n; i++) {
		free(l->variants.items[i].id);
		free(l->variants.items[i].slug);
		free(l->variants.items[i].number);
		free(l->variants.items[i].creates);
	}
	free(l->variants.items);
}

int tkt_doctor_git_refs(struct tkt_doctor_git *d, struct tkt_error *err)
{
	struct look l = { .d = d };
	int rc;

	tkt_buf_init(&l.scan.bytes);
	tkt_buf_init(&l.inner.bytes);
	tkt_buf_init(&l.text);
	rc = read_all(&l, err);
	if (!rc)
		find_clashes(&l);
	release(&l);
	return rc;
}
