/* ops/doctor_git_index: git's index beside the work tree: what would go wrong if it were committed as it is. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/doctor_git.h"
#include "ops/tips.h"

/* A ticket as the index, the work tree and (where that matters) the last commit have it; bits 1 << status. */
struct entry {
	char *id;
	unsigned staged, items; /* anything of it; its item.md */
	unsigned here;
	bool committed;
	char *unmerged;         /* the first path that is, from the root; owned */
	struct tkt_buf names;   /* of all of them */
};

/* The files of a ticket beside each other in the index: borrowed from a path. */
struct run {
	const char *id;
	size_t n;
	bool item, unmerged;
};

struct look {
	struct tkt_doctor_git *d;
	const char *prefix;     /* "work-items"; "" */
	struct tkt_git_index index;
	struct tkt_names names;
	struct { struct run *items; size_t n, cap; } runs[TKT_STATUS_N];
	struct { struct entry *items; size_t n, cap; } entries; /* by id; of tickets that are not plainly the same on both sides */
	struct tkt_buf scratch;
	bool sparse;            /* git add goes by the sparse patterns, unless it is told not to */
	char *private;          /* the first tracked file of .tkt */
	size_t private_n;
};

/* What is only announced (git add -N) stands there as an empty file, and no commit takes it. */
static bool is_empty_blob(const struct tkt_oid *oid)
{
	static const char *const empty[] = { "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
					     "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813" };
	char hex[TKT_OID_HEX];

	if (oid->bytes[0] != 0xe6 && oid->bytes[0] != 0x47)
		return false;
	tkt_oid_hex(oid, hex);
	return strcmp(hex, empty[0]) == 0 || strcmp(hex, empty[1]) == 0;
}

/* --- reading ---------------------------------------------------------------------------------- */

struct place { /* "open/<id>/<name>" */
	enum tkt_status status;
	const char *path, *id, *name;
	size_t n; /* of the id */
};

/* The path from the root, or NULL: it lies elsewhere. */
static const char *below_root(const struct look *l, const char *path)
{
	size_t n = strlen(l->prefix);

	if (!n)
		return path;
	return strncmp(path, l->prefix, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

static bool find_place(const char *path, struct place *out)
{
	const char *slash = strchr(path, '/'), *end = slash ? strchr(slash + 1, '/') : NULL;
	char word[16];

	if (!end || end == slash + 1 || (size_t)(slash - path) >= sizeof word)
		return false;
	memcpy(word, path, (size_t)(slash - path));
	word[slash - path] = '\0';
	*out = (struct place){ TKT_OPEN, path, slash + 1, end + 1, (size_t)(end - slash - 1) };
	return tkt_status_find(word, &out->status);
}

static void unmerged_other(struct look *l, const char *path)
{
	struct tkt_findings *f = l->d->f;
	const struct tkt_finding *last = f->n ? &f->items[f->n - 1] : NULL;

	if (l->d->ids || (last && strcmp(last->rule->code, "T091") == 0 && strcmp(last->file, path) == 0))
		return; /* another stage of the same */
	tkt_findings_add(f, "T091", NULL, path, 0, "resolve it, then git add it", "git's index has '%s' unresolved", path);
}

static void note(struct look *l, const struct tkt_git_staged *s, const struct place *p)
{
	size_t n = l->runs[p->status].n;
	struct run *last = n ? &l->runs[p->status].items[n - 1] : NULL;

	if (!s->stage && is_empty_blob(&s->oid))
		return;
	if (!last || last->n != p->n || memcmp(last->id, p->id, p->n) != 0) {
		TKT_GROW(&l->runs[p->status]);
		last = &l->runs[p->status].items[n];
		*last = (struct run){ .id = p->id, .n = p->n };
		l->runs[p->status].n++;
	}
	last->unmerged |= s->stage > 0;
	last->item |= !s->stage && strcmp(p->name, "item.md") == 0;
}

static int read_index(struct look *l, const char *file, struct tkt_error *err)
{
	int rc = tkt_git_index(l->d->g, l->prefix, file, &l->index, err);

	for (size_t i = 0; !rc && i < l->index.n; i++) {
		const struct tkt_git_staged *s = &l->index.items[i];
		const char *path = below_root(l, s->path);
		struct place p;

		l->sparse |= s->skip;
		if (!path)
			continue;
		if (find_place(path, &p))
			note(l, s, &p);
		else if (s->stage)
			unmerged_other(l, path);
		if (tkt_starts_with(path, ".tkt/") && strcmp(path, ".tkt/.gitignore") != 0 && !l->private_n++)
			l->private = tkt_strdup(path);
	}
	return rc == TKT_ENOTFOUND ? TKT_EIO : rc;
}

/* --- who needs a closer look? ------------------------------------------------------------------- */

static void suspect(struct look *l, const char *id, size_t n)
{
	TKT_GROW(&l->entries);
	l->entries.items[l->entries.n++] = (struct entry){ .id = tkt_strndup(id, n), .names = TKT_BUF_INIT };
}

/* One status: the index's runs beside the names of the directory, both sorted (almost alike: what the order makes seem to
 * differ is looked at for nothing). */
static void compare(struct look *l, enum tkt_status status)
{
	const struct tkt_name *names = l->names.items;
	size_t i = 0, k = 0, end;

	while (k < l->names.n && names[k].status != status)
		k++;
	for (end = k; end < l->names.n && names[end].status == status; end++)
		;
	while (i < l->runs[status].n || k < end) {
		const struct run *r = i < l->runs[status].n ? &l->runs[status].items[i] : NULL;
		int order = !r ? 1 : k == end ? -1 : strncmp(r->id, names[k].id, r->n);

		if (order == 0 && r && names[k].id[r->n])
			order = -1;
		if ((order && r && order < 0) || (!order && r && (!r->item || r->unmerged)))
			suspect(l, r->id, r->n);
		else if (order > 0)
			suspect(l, names[k].id, strlen(names[k].id));
		i += order <= 0;
		k += order >= 0;
	}
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->id, ((const struct entry *)b)->id);
}

static void sort(struct look *l)
{
	size_t kept = 0;

	if (l->entries.n > 1)
		qsort(l->entries.items, l->entries.n, sizeof *l->entries.items, by_id);
	for (size_t i = 0; i < l->entries.n; i++) {
		if (kept && strcmp(l->entries.items[kept - 1].id, l->entries.items[i].id) == 0)
			free(l->entries.items[i].id);
		else
			l->entries.items[kept++] = l->entries.items[i];
	}
	l->entries.n = kept;
}

static struct entry *entry_of(struct look *l, const char *id, size_t n)
{
	struct entry key = { .staged = 0 };

	tkt_buf_reset(&l->scratch);
	tkt_buf_add(&l->scratch, id, n);
	key.id = l->scratch.ptr;
	return l->entries.n ? bsearch(&key, l->entries.items, l->entries.n, sizeof key, by_id) : NULL;
}

static void add_unmerged(struct entry *e, const struct place *p)
{
	if (e->unmerged && strcmp(e->unmerged, p->path) == 0)
		return; /* another stage of the same */
	if (!e->unmerged)
		e->unmerged = tkt_strdup(p->path);
	if (e->names.len < 200 && !strstr(e->names.ptr, p->name))
		tkt_buf_printf(&e->names, "%s%s", e->names.len ? ", " : "", p->name);
}

/* All that is known of the suspects, from both sides. */
static void gather(struct look *l)
{
	for (size_t i = 0; i < l->index.n; i++) {
		const struct tkt_git_staged *s = &l->index.items[i];
		const char *path = below_root(l, s->path);
		struct place p;
		struct entry *e;

		if (!path || !find_place(path, &p))
			continue;
		e = entry_of(l, p.id, p.n);
		if (e && s->stage)
			add_unmerged(e, &p);
		if (!e || s->stage || is_empty_blob(&s->oid))
			continue;
		e->staged |= 1u << p.status;
		if (strcmp(p.name, "item.md") == 0)
			e->items |= 1u << p.status;
	}
	for (size_t i = 0; i < l->names.n; i++) {
		struct entry *e = entry_of(l, l->names.items[i].id, strlen(l->names.items[i].id));

		if (e)
			e->here |= 1u << l->names.items[i].status;
	}
}

static int read_both(struct look *l, const char *file, struct tkt_error *err)
{
	int rc = read_index(l, file, err);

	if (!rc)
		rc = tkt_store_names(l->d->p->store, 7, &l->names, err);
	if (rc)
		return rc;
	for (int status = 0; status < TKT_STATUS_N; status++)
		compare(l, (enum tkt_status)status);
	sort(l);
	if (l->entries.n)
		gather(l);
	return 0;
}

/* Of the tickets that the index does not have: which does the last commit have? Mostly there are none to ask for. */
static int read_head(struct look *l, struct tkt_error *err)
{
	struct tkt_tree_scan s = { .bytes = TKT_BUF_INIT };
	struct tkt_oid commit, root, trees[TKT_STATUS_N];
	struct tkt_tree_entry t;
	size_t lost = 0;
	int rc = 0;

	for (size_t i = 0; i < l->entries.n; i++)
		lost += l->entries.items[i].here && !l->entries.items[i].staged;
	if (!lost || tkt_git_resolve(l->d->g, "HEAD", &commit, NULL) != 0)
		return 0;
	rc = tkt_git_at(l->d->g, &commit, l->prefix, &root, err);
	if (rc == TKT_ENOTFOUND || rc == TKT_EINVALID) {
		tkt_error_release(err);
		return 0;
	}
	if (!rc)
		rc = tkt_tips_status_trees(l->d->g, &s, &root, trees, err);
	for (int status = 0; !rc && status < TKT_STATUS_N; status++) {
		rc = tkt_tree_open(&s, l->d->g, &trees[status], err);
		while (!rc && tkt_tree_next(&s, &t)) {
			struct entry key = { .id = (char *)(uintptr_t)t.name }, *e;

			e = bsearch(&key, l->entries.items, l->entries.n, sizeof key, by_id);
			if (e && tkt_tree_is_dir(&t))
				e->committed = true;
		}
	}
	tkt_buf_release(&s.bytes);
	return rc;
}

/* --- telling ---------------------------------------------------------------------------------- */

static bool has_finding(const struct tkt_findings *f, const char *id, const char *code)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->items[i].id && strcmp(f->items[i].id, id) == 0 && strcmp(f->items[i].rule->code, code) == 0)
			return true;
	return false;
}

static const char *root_of(const struct look *l)
{
	return *l->prefix ? l->prefix : ".";
}

static const char *add_of(const struct look *l)
{
	return l->sparse ? "git add --sparse -A" : "git add -A";
}

/* What ends it once all is staged; after a stash nothing does. */
static const char *go_on(const struct look *l)
{
	static const char *const words[][2] = { { "merge", ", and git commit" },
						{ "rebase", ", and git rebase --continue" },
						{ "cherry-pick", ", and git cherry-pick --continue" },
						{ "revert", ", and git revert --continue" } };
	const char *busy = tkt_git_busy(l->d->g);

	for (size_t i = 0; busy && i < TKT_LEN(words); i++)
		if (strcmp(words[i][0], busy) == 0)
			return words[i][1];
	return "";
}

static void tell_unmerged(struct look *l, const struct entry *e)
{
	struct tkt_findings *f = l->d->f;
	const char *first = "";
	char *fix;

	if (has_finding(f, e->id, "T005") || has_finding(f, e->id, "T007"))
		first = "tkt doctor --fix brings its parts together; then ";
	else if (has_finding(f, e->id, "T098"))
		first = "tkt doctor --fix puts back what the merge lost; then ";
	else if (has_finding(f, e->id, "T022"))
		first = "tkt doctor --fix merges what nobody needs to choose, take the other markers out by hand; then ";
	else if (!e->here)
		first = "put the ticket back if it is still wanted; then ";
	fix = tkt_asprintf("%s%s %s%s", first, add_of(l), root_of(l), go_on(l));
	tkt_findings_add(f, "T091", e->id, e->unmerged, 0, fix, "git's index has files of this ticket unresolved: %s",
			 e->names.ptr);
	free(fix);
}

static void statuses(struct tkt_buf *out, unsigned bits)
{
	for (int status = 0; status < TKT_STATUS_N; status++)
		if (bits >> status & 1)
			tkt_buf_printf(out, "%s%s/", out->len ? " and " : "", tkt_status_name((enum tkt_status)status));
}

static bool is_one(unsigned bits)
{
	return bits && !(bits & (bits - 1));
}

static enum tkt_status first_of(unsigned bits)
{
	return bits & 1 ? TKT_OPEN : bits & 2 ? TKT_PENDING : TKT_CLOSED;
}

/* Not what is plainly staged or plainly not: only an index that nobody can want as a commit. */
static void tell_half(struct look *l, const struct entry *e)
{
	struct tkt_buf words = TKT_BUF_INIT, in = TKT_BUF_INIT, path = TKT_BUF_INIT;
	char *fix = NULL;

	statuses(&in, e->staged);
	if (e->staged && !is_one(e->staged) && (!e->here || is_one(e->here)))
		tkt_buf_printf(&words, "git's index has it under %s: a commit now puts it in two places", in.ptr);
	else if (is_one(e->staged) && e->here && !e->items && !has_finding(l->d->f, e->id, "T002"))
		tkt_buf_printf(&words, "git's index has it under %s without its item.md: a commit now breaks it", in.ptr);
	else if (!e->staged && e->here && e->committed)
		tkt_buf_puts(&words, "git's index does not have it, the last commit does: a commit now loses it");
	if (words.len) {
		tkt_store_path(&path, first_of(e->here ? e->here : e->staged), e->id, NULL);
		fix = tkt_asprintf("%s %s stages all of it", add_of(l), root_of(l));
		tkt_findings_add(l->d->f, "T092", e->id, path.ptr, 0, fix, "%s", words.ptr);
		free(fix);
	}
	tkt_buf_release(&words);
	tkt_buf_release(&in);
	tkt_buf_release(&path);
}

static void tell(struct look *l)
{
	for (size_t i = 0; i < l->entries.n; i++) {
		const struct entry *e = &l->entries.items[i];

		if (l->d->ids && !tkt_strv_has(l->d->ids, e->id))
			continue;
		if (e->unmerged)
			tell_unmerged(l, e);
		else
			tell_half(l, e);
	}
	if (l->private_n && !l->d->ids) {
		char *fix = tkt_asprintf("git rm -r --cached %s%s.tkt keeps the files, and git forgets them", l->prefix,
					 *l->prefix ? "/" : "");

		tkt_findings_add(l->d->f, "T093", NULL, l->private, 0, fix, "git tracks %zu file%s of .tkt", l->private_n,
				 l->private_n == 1 ? "" : "s");
		free(fix);
	}
}

int tkt_doctor_git_index(struct tkt_doctor_git *d, const char *file, struct tkt_error *err)
{
	struct look l = { .d = d, .prefix = tkt_git_facts(d->g)->prefix, .scratch = TKT_BUF_INIT };
	int rc = read_both(&l, file, err);

	if (!rc)
		rc = read_head(&l, err);
	if (!rc)
		tell(&l);
	for (size_t i = 0; i < l.entries.n; i++) {
		free(l.entries.items[i].id);
		free(l.entries.items[i].unmerged);
		tkt_buf_release(&l.entries.items[i].names);
	}
	free(l.entries.items);
	for (int status = 0; status < TKT_STATUS_N; status++)
		free(l.runs[status].items);
	tkt_git_index_release(&l.index);
	tkt_names_release(&l.names);
	tkt_buf_release(&l.scratch);
	free(l.private);
	return rc;
}
