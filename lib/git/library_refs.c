/* git: the engine libgit2: refs, and what an expression names. */
#include "git/library_int.h"

#include <stdlib.h>

#include "base/mem.h"

enum { SHORTEST = 4, CANDIDATES = 10 };

static const char hex_digits[] = "0123456789abcdefABCDEF";

/* The commit that a name leads to, through tags. False: none; *rc < 0: unreadable. *here: false for an object that is
 * not in this repository. */
static bool peel(struct tkt_library *lib, git_oid *id, bool *here, int *rc, struct tkt_error *err)
{
	for (int deep = 0; deep <= TKT_GIT_PEEL_MAX; deep++) {
		git_odb_object *tag = NULL;
		git_object_t type = GIT_OBJECT_INVALID;
		enum tkt_git_type to_type;
		struct tkt_oid to;
		size_t size;
		bool whole;

		*rc = lib->api.git_odb_read_header(&size, &type, lib->odb, id);
		if (*rc == 0 && type == GIT_OBJECT_TAG && size <= TKT_GIT_COMMIT_MAX)
			*rc = lib->api.git_odb_read(&tag, lib->odb, id);
		*here = *rc != GIT_ENOTFOUND;
		if (!*here) {
			*rc = 0;
			return false;
		}
		if (*rc < 0) {
			*rc = tkt_library_error(lib, TKT_EIO, "cannot read an object that a ref names", NULL, err);
			return false;
		}
		if (tag == NULL)
			return type == GIT_OBJECT_COMMIT;
		whole = tkt_git_parse_tag(lib->api.git_odb_object_data(tag), lib->api.git_odb_object_size(tag), &to,
					  &to_type) && to.n == sizeof id->id;
		lib->api.git_odb_object_free(tag);
		if (!whole)
			return false;
		tkt_library_to(id, &to);
	}
	return false;
}

static int take_ref(struct tkt_library *lib, git_reference *ref, struct tkt_git_refs *out, struct tkt_error *err)
{
	const char *name = lib->api.git_reference_name(ref);
	bool here = true;
	git_oid id;
	int rc = 0;

	if (lib->api.git_reference_type(ref) != GIT_REFERENCE_DIRECT || !tkt_git_ref_named_well(name) ||
	    (!tkt_starts_with(name, "refs/heads/") && !tkt_starts_with(name, "refs/remotes/") &&
	     !tkt_starts_with(name, "refs/tags/")))
		return 0;
	id = *lib->api.git_reference_target(ref);
	/* A branch whose commit is gone is left in: a walk then tells what is missing. */
	if (!peel(lib, &id, &here, &rc, err) && (rc || here || tkt_starts_with(name, "refs/tags/")))
		return rc;
	TKT_GROW(out);
	out->items[out->n].name = tkt_strdup(name);
	tkt_library_from(&out->items[out->n++].oid, &id);
	return 0;
}

int tkt_library_refs(void *self, struct tkt_git_refs *out, struct tkt_error *err)
{
	struct tkt_library *lib = self;
	git_reference_iterator *it = NULL;
	git_reference *ref;
	int rc = lib->api.git_reference_iterator_new(&it, lib->repo);

	while (rc == 0 && (rc = lib->api.git_reference_next(&ref, it)) == 0) {
		int taken = tkt_git_stopped(lib->g) ? tkt_error_set(err, TKT_EIO, "interrupted") :
						      take_ref(lib, ref, out, err);

		lib->api.git_reference_free(ref);
		if (taken) {
			lib->api.git_reference_iterator_free(it);
			return taken;
		}
	}
	if (it)
		lib->api.git_reference_iterator_free(it);
	return rc == GIT_ITEROVER ? 0 : tkt_library_error(lib, TKT_EIO, "cannot read the refs", NULL, err);
}

/* --- expressions ------------------------------------------------------------------------------- */

struct abbreviation {
	struct tkt_library *lib;
	char digits[TKT_OID_HEX];
	struct tkt_oids found; /* commits, and tags of commits */
};

static int look_at(const git_oid *id, void *payload)
{
	struct abbreviation *a = payload;
	git_oid commit = *id;
	struct tkt_oid oid;
	int rc = 0;
	bool here;

	tkt_library_from(&oid, id);
	if (!tkt_oid_begins(&oid, a->digits) || !peel(a->lib, &commit, &here, &rc, NULL))
		return 0;
	for (size_t i = 0; i < a->found.n; i++) /* loose and in a pack */
		if (tkt_oid_equal(&a->found.items[i], &oid))
			return 0;
	tkt_oids_push(&a->found, &oid);
	return 0;
}

static int compare_oids(const void *a, const void *b)
{
	return memcmp(((const struct tkt_oid *)a)->bytes, ((const struct tkt_oid *)b)->bytes, TKT_OID_MAX);
}

static int no_commit(const char *rev, struct tkt_error *err)
{
	return tkt_error_set(err, TKT_ENOTFOUND, "there is no commit '%s' in this repository", rev);
}

static int look_up_ref(struct tkt_library *lib, const char *name, git_oid *out)
{
	git_reference *ref = NULL, *direct = NULL;
	int rc = lib->api.git_reference_dwim(&ref, lib->repo, name);

	if (rc == 0)
		rc = lib->api.git_reference_resolve(&direct, ref);
	if (rc == 0)
		*out = *lib->api.git_reference_target(direct);
	lib->api.git_reference_free(direct);
	lib->api.git_reference_free(ref);
	return rc;
}

static int look_up_expression(struct tkt_library *lib, const char *rev, git_oid *out)
{
	git_object *object = NULL;
	const git_error *said;
	int rc = lib->api.git_revparse_single(&object, lib->repo, rev);

	if (rc == 0)
		*out = *lib->api.git_object_id(object);
	lib->api.git_object_free(object);
	if (rc == GIT_EINVALIDSPEC || rc == GIT_EPEEL || rc == GIT_EUNBORNBRANCH)
		return GIT_ENOTFOUND;
	/* A file in the git directory that is no ref: "config". */
	said = rc == GIT_ERROR ? lib->api.git_error_last() : NULL;
	return said && said->klass == GIT_ERROR_REFERENCE ? GIT_ENOTFOUND : rc;
}

/* In git's order. libgit2 is asked last: on its way it reads commits, and it is strict about who signed them and when. */
static int look_up(struct tkt_library *lib, const char *rev, git_oid *out)
{
	const size_t n = strlen(rev);
	char digits[TKT_OID_HEX] = "0000000000000000000000000000000000000000";
	struct tkt_oid oid;
	int rc;

	if (n == 40 && tkt_oid_parse(&oid, rev, n)) {
		tkt_library_to(out, &oid);
		return 0;
	}
	if (rev[0] == ':' && rev[1] != '/')
		return GIT_ENOTFOUND; /* a file in the index, which libgit2 does not look up */
	if (look_up_ref(lib, rev, out) == 0)
		return 0;
	if (n >= SHORTEST && n < 40 && rev[strspn(rev, hex_digits)] == '\0') {
		memcpy(digits, rev, n);
		tkt_oid_parse(&oid, digits, 40);
		tkt_library_to(out, &oid);
		rc = lib->api.git_odb_exists_prefix(out, lib->odb, out, n);
		if (rc != GIT_ENOTFOUND)
			return rc;
	}
	return look_up_expression(lib, rev, out);
}

/* As the other engine has it: short name and subject. */
static void add_candidates(struct abbreviation *a, struct tkt_error *err)
{
	struct tkt_buf bytes = TKT_BUF_INIT;
	char hex[TKT_OID_HEX], *subject, *line;
	enum tkt_git_type type;

	if (a->found.n)
		qsort(a->found.items, a->found.n, sizeof *a->found.items, compare_oids);
	for (size_t i = 0, n = 0; i < a->found.n && n < CANDIDATES; i++) {
		struct tkt_git_commit c = { 0 };

		if (!tkt_library_object(a->lib, &a->found.items[i], &type, &bytes, TKT_GIT_COMMIT_MAX, NULL) &&
		    type == TKT_GIT_COMMIT &&
		    !tkt_git_parse_commit(a->lib->g, &a->found.items[i], bytes.ptr, bytes.len, &c, NULL)) {
			tkt_oid_hex(&a->found.items[i], hex);
			subject = tkt_git_subject(&c);
			line = tkt_asprintf("%.12s %s", hex, subject);
			tkt_error_candidate(err, line);
			free(line);
			free(subject);
			n++;
		}
		tkt_git_commit_release(&c);
	}
	tkt_buf_release(&bytes);
}

/* libgit2 counts objects of all kinds that begin so; where a commit is asked for, git counts those that lead to one. */
static int look_up_commits(struct tkt_library *lib, const char *rev, git_oid *out, struct tkt_error *err)
{
	const size_t n = strspn(rev, hex_digits);
	struct abbreviation a = { .lib = lib };
	char hex[TKT_OID_HEX], *full;
	int rc = GIT_EAMBIGUOUS;

	if (n < SHORTEST || n >= sizeof a.digits)
		return GIT_ENOTFOUND;
	memcpy(a.digits, rev, n);
	lib->api.git_odb_foreach(lib->odb, look_at, &a);
	if (a.found.n == 1) {
		tkt_oid_hex(&a.found.items[0], hex);
		full = tkt_asprintf("%s%s", hex, rev + n);
		rc = look_up(lib, full, out);
		free(full);
	} else {
		tkt_error_set(err, TKT_EAMBIGUOUS, "'%s' is the beginning of more than one commit's name", a.digits);
		add_candidates(&a, err);
	}
	tkt_oids_release(&a.found);
	return rc;
}

/* What an expression without steps names. `steps` of `whole` come behind it. */
static int resolve(struct tkt_library *lib, const char *rev, const char *whole, bool steps, struct tkt_oid *out,
		   struct tkt_error *err)
{
	bool here = false;
	git_oid id;
	int rc = look_up(lib, rev, &id);

	if (rc == GIT_EAMBIGUOUS)
		rc = look_up_commits(lib, rev, &id, err);
	if (rc == GIT_EAMBIGUOUS)
		return TKT_EAMBIGUOUS;
	if (rc == GIT_ENOTFOUND)
		return no_commit(whole, err);
	if (rc < 0)
		return tkt_library_error(lib, TKT_EIO, "cannot look up", rev, err);
	if (!peel(lib, &id, &here, &rc, err))
		return rc ? rc : !here || steps ? no_commit(whole, err) :
			    tkt_error_set(err, TKT_EINVALID, "'%s' is no commit", rev);
	tkt_library_from(out, &id);
	return 0;
}

/* To the n-th parent (1-based; 0: the commit itself); false: it is not here. */
static bool step(struct tkt_library *lib, struct tkt_oid *oid, size_t n)
{
	struct tkt_git_commit c = { 0 };
	bool there = tkt_git_commit(lib->g, oid, &c, NULL) == 0 && c.parents.n >= n;

	if (there && n)
		*oid = c.parents.items[n - 1];
	tkt_git_commit_release(&c);
	return there;
}

/* "~3", "^2" and so on, from left to right. Not by libgit2, which would pass over the end of a shallow clone. */
static bool take_steps(struct tkt_library *lib, const char *p, struct tkt_oid *oid)
{
	while (*p) {
		const bool back = *p++ == '~';
		char *end = NULL;
		const size_t n = *p >= '0' && *p <= '9' ? strtoul(p, &end, 10) : 1;

		for (size_t i = 0; back && i < n; i++)
			if (tkt_git_stopped(lib->g) || !step(lib, oid, 1))
				return false;
		if (!back && !step(lib, oid, n))
			return false;
		p = end ? end : p;
	}
	return true;
}

int tkt_library_resolve(void *self, const char *rev, struct tkt_oid *out, struct tkt_error *err)
{
	struct tkt_library *lib = self;
	size_t n = strchr(rev, ':') ? strlen(rev) : strcspn(rev, "~^");
	char *base;
	int rc;

	if (rev[n + strspn(rev + n, "~^0123456789")])
		n = strlen(rev); /* "^{tree}" and the like */
	base = n == 1 && rev[0] == '@' ? tkt_strdup("HEAD") : tkt_strndup(rev, n);
	rc = resolve(lib, base, rev, rev[n] != '\0', out, err);
	if (!rc && (!take_steps(lib, rev + n, out) || (rev[n] && !step(lib, out, 0))))
		rc = no_commit(rev, err);
	free(base);
	return rc;
}
