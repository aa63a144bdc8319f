/* Two engines, one answer: whatever libgit2 says of a repository, git says too. Where libgit2 cannot read one, the
 * choice falls on git without a word. */
#include "unit/git_repo.h"

#include <time.h>

/* --- what is compared -------------------------------------------------------------------------- */

struct commits {
	struct tkt_git_commit *items;
	size_t n, cap;
};

static int keep(void *payload, const struct tkt_git_commit *c, struct tkt_error *err)
{
	struct commits *v = payload;
	struct tkt_git_commit *to;

	(void)err;
	TKT_GROW(v);
	to = &v->items[v->n++];
	*to = *c;
	memset(&to->parents, 0, sizeof to->parents);
	for (size_t i = 0; i < c->parents.n; i++)
		tkt_oids_push(&to->parents, &c->parents.items[i]);
	to->author = strdup(c->author);
	to->email = strdup(c->email);
	to->message = malloc(c->message_len + 1);
	memcpy(to->message, c->message, c->message_len + 1);
	return 0;
}

static int by_oid(const void *a, const void *b)
{
	return memcmp(((const struct tkt_git_commit *)a)->oid.bytes, ((const struct tkt_git_commit *)b)->oid.bytes,
		      TKT_OID_MAX);
}

static void release(struct commits *v)
{
	for (size_t i = 0; i < v->n; i++)
		tkt_git_commit_release(&v->items[i]);
	free(v->items);
}

static void same_string(const char *what, const char *a, const char *b)
{
	if ((a == NULL) != (b == NULL) || (a && strcmp(a, b) != 0))
		fail_msg("%s: libgit2 says '%s', git '%s'", what, a ? a : "(null)", b ? b : "(null)");
}

static void same_oid(const char *what, const struct tkt_oid *a, const struct tkt_oid *b)
{
	char x[TKT_OID_HEX], y[TKT_OID_HEX];

	tkt_oid_hex(a, x);
	tkt_oid_hex(b, y);
	same_string(what, x, y);
}

static void same_number(const char *what, long long a, long long b)
{
	if (a != b)
		fail_msg("%s: libgit2 says %lld, git %lld", what, a, b);
}

struct both {
	struct box *b;
	struct tkt_git *lib, *git;
};

static void same_code(struct both *x, const char *what, int a, int b, struct tkt_error *ea, struct tkt_error *eb)
{
	(void)x;
	if (a != b)
		fail_msg("%s: libgit2 says %d '%s', git %d '%s'", what, a, ea->message ? ea->message : "", b,
			 eb->message ? eb->message : "");
	same_number(what, (long long)ea->candidates.n, (long long)eb->candidates.n);
	for (size_t i = 0; i < ea->candidates.n; i++)
		same_string(what, ea->candidates.items[i], eb->candidates.items[i]);
	if (a == TKT_EAMBIGUOUS || a == TKT_ENOTFOUND)
		same_string(what, ea->message, eb->message);
	tkt_error_release(ea);
	tkt_error_release(eb);
}

static void same_refs(struct both *x, struct tkt_oids *tips)
{
	struct tkt_error ea = TKT_ERROR_INIT, eb = TKT_ERROR_INIT;
	struct tkt_git_refs a = { 0 }, b = { 0 };

	same_code(x, "refs", tkt_git_refs(x->lib, &a, &ea), tkt_git_refs(x->git, &b, &eb), &ea, &eb);
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		same_string("ref", a.items[i].name, b.items[i].name);
		same_oid(a.items[i].name, &a.items[i].oid, &b.items[i].oid);
		tkt_oids_push(tips, &a.items[i].oid);
	}
	same_number("refs", (long long)a.n, (long long)b.n);
	same_string("HEAD", a.head, b.head);
	assert_true(tkt_strv_equal(&a.mains, &b.mains));
	tkt_git_refs_release(&a);
	tkt_git_refs_release(&b);
}

static void walk(struct tkt_git *g, const struct tkt_oids *tips, const struct tkt_oids *seen, struct commits *out,
		 bool *missing)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_git_walk w = { .tips = tips, .seen = seen, .each = keep, .payload = out };

	*missing = false;
	if (tkt_git_walk(g, &w, missing, &err))
		fail_msg("walk: %s", err.message);
	if (out->n)
		qsort(out->items, out->n, sizeof *out->items, by_oid);
}

static void same_walk(struct both *x, const struct tkt_oids *tips, const struct tkt_oids *seen, struct commits *a)
{
	struct commits b = { 0 };
	bool a_missing, b_missing;

	walk(x->lib, tips, seen, a, &a_missing);
	walk(x->git, tips, seen, &b, &b_missing);
	same_number("missing", a_missing, b_missing);
	for (size_t i = 0; i < a->n && i < b.n; i++) {
		const struct tkt_git_commit *c = &a->items[i], *d = &b.items[i];
		char hex[TKT_OID_HEX];

		same_oid("walk", &c->oid, &d->oid);
		tkt_oid_hex(&c->oid, hex);
		same_oid("tree", &c->tree, &d->tree);
		same_number("parents", (long long)c->parents.n, (long long)d->parents.n);
		for (size_t k = 0; k < c->parents.n; k++)
			same_oid("parent", &c->parents.items[k], &d->parents.items[k]);
		same_string("author", c->author, d->author);
		same_string("email", c->email, d->email);
		same_number("author's time", c->author_time, d->author_time);
		same_number("time", c->time, d->time);
		same_number("length of a message", (long long)c->message_len, (long long)d->message_len);
		if (memcmp(c->message, d->message, c->message_len) != 0)
			fail_msg("message of %s: libgit2 says '%s', git '%s'", hex, c->message, d->message);
	}
	same_number("commits", (long long)a->n, (long long)b.n);
	release(&b);
}

static void same_file(const char *hex, const struct tkt_git_file *a, const struct tkt_git_file *b)
{
	char what[512];

	snprintf(what, sizeof what, "%.12s %c %s", hex, a->status, a->path);
	same_string(what, a->path, b->path);
	same_string(what, a->old_path, b->old_path);
#define SAME(member) snprintf(what, sizeof what, "%.12s %c %s: " #member, hex, a->status, a->path), \
	same_number(what, a->member, b->member)
	SAME(status);
	SAME(mode);
	SAME(old_mode);
	SAME(binary);
	SAME(big);
	SAME(added);
	SAME(removed);
#undef SAME
	if (a->patch.len != b->patch.len || memcmp(a->patch.ptr, b->patch.ptr, a->patch.len) != 0)
		fail_msg("%s: libgit2 says:\n%s\ngit says:\n%s", what, a->patch.ptr, b->patch.ptr);
}

static void same_diff(struct both *x, const struct tkt_oid *oid, unsigned what, size_t max)
{
	struct tkt_error ea = TKT_ERROR_INIT, eb = TKT_ERROR_INIT;
	struct tkt_git_diff a = { 0 }, b = { 0 };
	char hex[TKT_OID_HEX];
	int code;

	tkt_oid_hex(oid, hex);
	code = tkt_git_diff(x->lib, oid, what, max, &a, &ea);
	same_code(x, hex, code, tkt_git_diff(x->git, oid, what, max, &b, &eb), &ea, &eb);
	for (size_t i = 0; i < a.n && i < b.n; i++)
		same_file(hex, &a.items[i], &b.items[i]);
	same_number(hex, (long long)a.n, (long long)b.n);
	same_number(hex, a.added, b.added);
	same_number(hex, a.removed, b.removed);
	tkt_git_diff_release(&a);
	tkt_git_diff_release(&b);
}

static void same_object(struct both *x, const struct tkt_oid *oid, size_t max, enum tkt_git_type *type, struct tkt_buf *out)
{
	struct tkt_error ea = TKT_ERROR_INIT, eb = TKT_ERROR_INIT;
	struct tkt_buf other = TKT_BUF_INIT;
	enum tkt_git_type its = 0;
	char hex[TKT_OID_HEX];
	int code;

	tkt_oid_hex(oid, hex);
	*type = 0;
	code = tkt_git_object(x->lib, oid, type, out, max, &ea);
	if (ea.code == TKT_ENOTFOUND)
		tkt_error_release(&ea); /* their words are their own */
	tkt_error_release(&eb);
	if (code != tkt_git_object(x->git, oid, &its, &other, max, &eb))
		fail_msg("object %s: libgit2 says %d", hex, code);
	if (!code) {
		same_number(hex, *type, its);
		same_number(hex, (long long)out->len, (long long)other.len);
		assert_memory_equal(out->ptr, other.ptr, out->len);
	}
	tkt_error_release(&ea);
	tkt_error_release(&eb);
	tkt_buf_release(&other);
}

static void same_tree(struct both *x, const struct tkt_oid *oid, const char *path)
{
	struct tkt_error ea = TKT_ERROR_INIT, eb = TKT_ERROR_INIT;
	struct tkt_git_tree a = { 0 }, b = { 0 };
	struct tkt_buf bytes = TKT_BUF_INIT;
	enum tkt_git_type type;

	same_code(x, path, tkt_git_tree(x->lib, oid, path, &a, &ea), tkt_git_tree(x->git, oid, path, &b, &eb), &ea, &eb);
	same_number(path, (long long)a.n, (long long)b.n);
	for (size_t i = 0; i < a.n; i++) {
		same_string(path, a.items[i].name, b.items[i].name);
		same_number(path, a.items[i].mode, b.items[i].mode);
		same_oid(path, &a.items[i].oid, &b.items[i].oid);
		same_object(x, &a.items[i].oid, 1 << 24, &type, &bytes);
	}
	tkt_git_tree_release(&a);
	tkt_git_tree_release(&b);
	tkt_buf_release(&bytes);
}

static void same_index(struct both *x, const char *prefix, const char *file)
{
	struct tkt_error ea = TKT_ERROR_INIT, eb = TKT_ERROR_INIT;
	struct tkt_git_index a = { 0 }, b = { 0 };

	same_code(x, prefix, tkt_git_index(x->lib, prefix, file, &a, &ea), tkt_git_index(x->git, prefix, file, &b, &eb),
		  &ea, &eb);
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		same_string("index", a.items[i].path, b.items[i].path);
		same_number(a.items[i].path, a.items[i].mode, b.items[i].mode);
		same_number(a.items[i].path, a.items[i].stage, b.items[i].stage);
		same_number(a.items[i].path, a.items[i].skip, b.items[i].skip);
		same_oid(a.items[i].path, &a.items[i].oid, &b.items[i].oid);
	}
	same_number("index", (long long)a.n, (long long)b.n);
	tkt_git_index_release(&a);
	tkt_git_index_release(&b);
}

static void same_resolve(struct both *x, const char *rev)
{
	struct tkt_error ea = TKT_ERROR_INIT, eb = TKT_ERROR_INIT;
	struct tkt_oid a = { .n = 0 }, b = { .n = 0 };
	int code = tkt_git_resolve(x->lib, rev, &a, &ea);

	same_code(x, rev, code, tkt_git_resolve(x->git, rev, &b, &eb), &ea, &eb);
	if (!code)
		same_oid(rev, &a, &b);
}

/* --- one repository ---------------------------------------------------------------------------- */

static const char *const revisions[] = {
	"HEAD", "@", "HEAD~1", "HEAD~2", "HEAD^", "HEAD^2", "HEAD^3", "HEAD^0", "HEAD~1^{commit}", "HEAD~100", "main", "main~1",
	"refs/heads/main", "heads/main", "origin/main", "origin", "refs/remotes/origin/HEAD", "v1", "v1^{}", "v1^{commit}", "v2", "tagged",
	"of-blob", "of-tree", "HEAD^{tree}", "HEAD^{blob}", "HEAD:", "HEAD:a", "HEAD:nothing", "nothing",
	"a b", "HEAD~x", "HEAD^^^^^^^^", "HEAD@{0}", "HEAD@{999}", "@{-1}", "@{u}", "main@{u}", "..", "main..HEAD",
	"main...HEAD", "^HEAD", "-main", "--all", "--output=x", "", "HEAD\n", "HEAD^{/x[}", "HEAD^{nothing}",
	"refs/heads", "refs", ".git/HEAD", "config", "index", "objects", "info/exclude", "logs/HEAD", "0000000000000000000000000000000000000000", "ffffffffffffffffffffffffffffffffffffffff", "abc",
	"abcd", "0000", "FETCH_HEAD", "ORIG_HEAD", "twin", "tags/twin", "heads/twin", "name with space", "*", "h\xc3\xa4nsel", "HEAD*", "v1-3-gabcdef0",
	":", ":nothing", "HEAD~1~1", "HEAD~1^2", "HEAD~0", "HEAD~00001", "HEAD~99999999999999999999", "HEAD^99999999999999999999", "@~1", "@^", "@^2~1", "v2~1", "v2^0",
	"of-blob~0", "of-blob^0", "of-tree^1", "nothing~1", "HEAD~1^{tree}", "HEAD^{commit}~1", "HEAD^{}~1", "HEAD~-1", "HEAD~+1", "HEAD~ 1", "HEAD^{", "a", "one",
};

static struct both open_both(struct box *b, const char *dir)
{
	return (struct both){ b, repo_start(b, dir, TKT_GIT_LIBRARY), repo_start(b, dir, TKT_GIT_PROGRAM) };
}

static void close_both(struct both *x)
{
	tkt_git_free(x->lib);
	tkt_git_free(x->git);
}

static void same_of_commit(struct both *x, const struct tkt_git_commit *c)
{
	struct tkt_buf bytes = TKT_BUF_INIT;
	enum tkt_git_type type;
	char hex[TKT_OID_HEX];

	same_diff(x, &c->oid, TKT_GIT_PATCH, 0);
	same_diff(x, &c->oid, TKT_GIT_STAT, 0);
	same_object(x, &c->oid, 1 << 24, &type, &bytes);
	assert_int_equal(type, TKT_GIT_COMMIT);
	same_object(x, &c->oid, bytes.len, &type, &bytes);
	same_object(x, &c->oid, bytes.len - 1, &type, &bytes);
	same_object(x, &c->tree, 1 << 24, &type, &bytes);
	tkt_oid_hex(&c->oid, hex);
	hex[7] = '\0';
	same_resolve(x, hex);
	tkt_buf_release(&bytes);
}

/* These libgit2 answers by reading commits its own way, which is another at the end of a shallow clone, where a commit is
 * odd, or a reflog short. */
static void agree_on_searches(struct box *b, const char *dir)
{
	static const char *const searches[] = { ":/one", ":/on the", ":/two~1", ":/nothing such", "HEAD^{/nothing such}", "HEAD^{/one}", "HEAD~1^{/o}", "HEAD@{1}",
						"HEAD^{/^Merge}" };
	struct both x = open_both(b, dir);

	for (size_t i = 0; i < TKT_LEN(searches); i++)
		same_resolve(&x, searches[i]);
	close_both(&x);
}

/* How many commits they agree on. */
static size_t agree(struct box *b, const char *dir)
{
	struct both x = open_both(b, dir);
	struct tkt_oids tips = { 0 };
	struct commits all = { 0 }, rest = { 0 };
	size_t n;

	same_refs(&x, &tips);
	same_walk(&x, &tips, NULL, &all);
	for (size_t i = 0; i < all.n; i++)
		same_of_commit(&x, &all.items[i]);
	for (size_t i = 0; i < TKT_LEN(revisions); i++)
		same_resolve(&x, revisions[i]);
	same_index(&x, "", NULL);
	same_index(&x, "a", NULL);
	if (all.n) {
		struct tkt_oids seen = { .items = &all.items[all.n / 2].oid, .n = 1 };

		same_walk(&x, &tips, &seen, &rest);
		same_diff(&x, &all.items[0].oid, TKT_GIT_STAT, 0);
		same_diff(&x, &all.items[0].oid, TKT_GIT_PATCH, 60);
		same_tree(&x, &all.items[0].tree, "");
		same_tree(&x, &all.items[0].oid, "nothing");
	}
	n = all.n;
	release(&all);
	release(&rest);
	tkt_oids_release(&tips);
	close_both(&x);
	return n;
}

/* --- kinds of repositories --------------------------------------------------------------------- */

static const char some[] =
	"new r; printf 'one\\ntwo\\nthree\\n' >a; mkdir -p d/e; echo x >d/e/f; c one; g tag v1; echo four >>a; c two;\n"
	"g tag -a -m 'a tag' v2; g tag -a -m 'a tag of a tag' tagged v2; g tag of-blob HEAD:a; g tag -a -m 'of a tree' of-tree HEAD^{tree};\n"
	"g checkout -q -b side v1; echo 5 >b; c 'on the side'; g branch twin; g tag twin v1; g branch \"h\xc3\xa4nsel\";\n"
	"g checkout -q main; g merge -q --no-ff -m 'Merge side' side; cd ..\n";

static void plain_ones(void **state)
{
	struct box *b = *state;

	repo_sh(b, some);
	assert_int_equal(agree(b, "r"), 4);
	agree_on_searches(b, "r");
	/* Packed in every way: loose refs and packed ones, a multi-pack index, a commit graph. */
	repo_sh(b, "cd r; g pack-refs --all; echo 6 >>a; c later; g branch -f twin; g gc -q; echo 7 >>a; c loose\n");
	assert_int_equal(agree(b, "r"), 6);
	repo_sh(b, "cd r; g repack -q -d; g multi-pack-index write; g commit-graph write --reachable --changed-paths\n");
	assert_int_equal(agree(b, "r"), 6);
	repo_sh(b, "cd r; g checkout -q --detach HEAD~1; echo 8 >>a; c detached\n");
	assert_int_equal(agree(b, "r"), 7);
	repo_sh(b, "cd r; g checkout -q --orphan unborn; cd ..; g clone -q r copy; cd copy; g remote rename origin up; g fetch -q up; cd ..\n"
		   "g clone -q --mirror r m; g init -q sep --separate-git-dir apart; cd sep; g pull -q ../r main; echo 9 >>a; c separate\n");
	assert_int_equal(agree(b, "r"), 6);
	assert_int_equal(agree(b, "copy"), 6);
	assert_int_equal(agree(b, "sep"), 7);
}

static void unborn_and_empty_ones(void **state)
{
	struct box *b = *state;

	repo_sh(b, "new r\n");
	assert_int_equal(agree(b, "r"), 0);
	repo_sh(b, "cd r; echo a >a; g add a\n");
	assert_int_equal(agree(b, "r"), 0);
	repo_sh(b, "cd r; g rm -q --cached a; c 'nothing in it'; c 'still nothing'\n");
	assert_int_equal(agree(b, "r"), 2);
}

static void linked_worktrees_and_sparse_ones(void **state)
{
	struct box *b = *state;

	repo_sh(b, some);
	repo_sh(b, "cd r; g worktree add -q ../linked side; g worktree add -q --detach ../loose HEAD~1; cd ../loose; echo z >z; c loose\n"
		   "cd ../r; g config extensions.worktreeConfig true; g sparse-checkout set --no-cone d; cd ../linked; echo q >q; c linked\n");
	assert_int_equal(agree(b, "r"), 6);
	assert_int_equal(agree(b, "linked"), 6);
	assert_int_equal(agree(b, "loose"), 6);
	assert_int_equal(agree(b, "r/d/e"), 6);
}

static void shallow_ones(void **state)
{
	struct box *b = *state;
	char clone[256];

	repo_sh(b, some);
	repo_sh(b, "cd r; for i in 1 2 3 4 5; do echo $i >>a; c \"more $i\"; done\n");
	for (int depth = 1; depth <= 7; depth++) {
		snprintf(clone, sizeof clone, "g clone -q --depth %d \"file://$PWD/r\" s%d; cd s%d; echo 8 >>a; c on top\n", depth, depth,
			 depth);
		repo_sh(b, clone);
		snprintf(clone, sizeof clone, "s%d", depth);
		assert_true(agree(b, clone) > (size_t)depth);
	}
	/* What lies behind the end may be there all the same. */
	repo_sh(b, "g clone -q \"file://$PWD/r\" cut; cd cut; g fetch -q --depth 2\n");
	assert_int_equal(agree(b, "cut"), 5);
}

static void merges_and_roots(void **state)
{
	struct box *b = *state;

	repo_sh(b, "new r; seq 20 >a; c root; for i in 1 2 3 4; do g checkout -q -b t$i main; echo $i >f$i; c f$i; done\n"
		   "g checkout -q main; g merge -q -m 'An octopus' t1 t2 t3 t4; g checkout -q --orphan island; g rm -q -rf .; echo i >i; c island\n"
		   "g checkout -q main; g merge -q --allow-unrelated-histories -m 'Two roots' island\n"
		   "g checkout -q -b left; sed -i s/^5$/left/ a; c left; g checkout -q main; sed -i s/^5$/right/ a; c right\n"
		   "g merge -q left || { seq 19 >a; c 'An evil merge'; }; g merge -q -s ours -m 'Ours' t1 || :; g branch same\n"
		   "g replace HEAD HEAD~1\n");
	assert_int_equal(agree(b, "r"), 11);
	repo_sh(b, "cd r; g replace -d $(g rev-parse HEAD); g checkout -q left; sed -i s/^6$/x/ a; c x; g checkout -q main; sed -i s/^6$/y/ a; c y; g merge -q left || :\n");
	assert_int_equal(agree(b, "r"), 13); /* in the middle of a merge: the index has three stages */
}

static void odd_names_and_contents(void **state)
{
	struct box *b = *state;

	repo_sh(b,
		"new r; n='new\nline'; t=\"$(printf 'a\\ttab')\"; x=\"$(printf 'not-utf8-\\377\\376')\"\n"
		"for f in 'with space' '\"quoted\"' \"it's\" \"$n\" \"$t\" \"$x\" -leading '*' '[x]' ':(top)' 'h\xc3\xa4nsel' '\\back' a=b; do\n"
		"	seq 30 >./\"$f\"; done; mkdir -p './-d/ e/é' a; seq 40 >'./-d/ e/é/f'; echo 1 >a/b; echo 1 >a.c; echo 1 >a-b; echo 1 >ab; c one\n"
		"for f in *; do [ -d \"$f\" ] || echo more >>./\"$f\"; done; c 'changed'; g mv ./\"$x\" './moved \"'; g mv ./-d d; c moved; rm -rf ./*; c gone\n"
		"printf 'no newline' >a; printf 'one\\r\\ntwo\\r\\nthree\\r\\n' >crlf; : >empty; c one; printf 'no newline\\n' >a; c newline\n"
		"printf 'no newline\\nand again' >a; printf 'one\\ntwo\\r\\nthree\\n' >crlf; echo x >empty; c again; : >a; : >crlf; c emptied\n"
		"printf 'a\\0b' >bin; seq 2000 >t; c binary; printf 'a\\0c' >bin; (seq 2000; printf '\\0') >t; c 'binary again'\n"
		"seq 2000 | sed s/7/x/ >t; (seq 2000; printf '\\0') >late; c late; (seq 1999; printf '\\0') >late; c later; (seq 1900; printf '\\0\\n') >late; c 'binary late'\n"
		"g mv bin bin2; g mv t t2; g mv empty empty2; c 'moved whole'; chmod +x t2 bin2; c 'mode only'; chmod -x t2; echo >>t2; c 'mode and text'\n"
		"ln -s t2 link; c link; ln -sf bin2 link; c 'link moved'; rm link; echo t2 >link; c 'link to file'; rm t2; ln -s link t2; c 'file to link'\n"
		"rm late; printf '\\0' >late; c l; rm late; ln -s x late; c 'binary to link'; rm late; printf '\\0' >late; c 'link to binary'\n"
		"rm link; mkdir link; echo >link/a; c 'file to directory'; rm -rf link; echo z >link; c 'directory to file'\n"
		"g update-index --add --cacheinfo 160000,0123456789012345678901234567890123456789,sub; g commit -q -m submodule\n"
		"g update-index --add --cacheinfo 160000,1123456789012345678901234567890123456789,sub; g commit -q -m 'submodule moved'\n"
		"g update-index --force-remove sub; g update-index --add --cacheinfo 160000,1123456789012345678901234567890123456789,sub2; g commit -q -m 'submodule renamed'\n"
		"g update-index --force-remove sub2; echo sub >sub2; g add sub2; g commit -q -m 'submodule to file'; g rm -q sub2\n"
		"g update-index --add --cacheinfo 160000,1123456789012345678901234567890123456789,sub2; g commit -q -m 'file to submodule'\n"
		"g update-index --force-remove sub2; g commit -q -m 'no submodule'\n");
	assert_int_equal(agree(b, "r"), 31);
}

static void attributes_and_functions(void **state)
{
	struct box *b = *state;

	repo_sh(b,
		"new r; { echo 'int main(void)'; echo '{'; seq 40; echo '}'; } >a.c; cp a.c b.txt; cp a.c d.bin; cp a.c e.py; cp a.c link.c; seq 10 >lock\n"
		"{ echo '# Head'; seq 20; echo '## Sub'; seq 20; } >m.md; printf '\\0text' >forced; c one\n"
		"sed -i s/^30$/x/ *; printf '\\0other\\n' >forced; c 'without attributes'\n"
		"printf '*.bin binary\\nlock -diff\\n*.c diff=cpp\\n*.py diff=python\\n*.md diff=markdown\\nforced diff\\n*.txt diff=own\\n' >.gitattributes\n"
		"g config diff.own.xfuncname '^[0-9]5$'; g config diff.own.textconv 'sed s/^/converted/'; g config diff.own.command false; c attributes\n"
		"sed -i s/^25$/y/ *; sed -i s/^9$/y/ lock; printf '\\0third\\n' >forced; c 'with attributes'; g mv d.bin f.bin; g mv lock lock2; c moved\n");
	assert_int_equal(agree(b, "r"), 5);
	repo_sh(b, "cd r; g config diff.algorithm histogram; g config diff.renames false; g config diff.context 7; g config diff.noprefix true\n"
		   "g config diff.indentHeuristic false; g config diff.renameLimit 1; g config diff.interHunkContext 9; g config core.abbrev 4\n"
		   "g config color.ui always; g config diff.external false; g config diff.orderFile no-such; g config diff.mnemonicPrefix true\n"
		   "g config log.showSignature true; g config diff.ignoreSubmodules all; g config diff.submodule log; g config diff.wsErrorHighlight all\n"
		   "g config i18n.logOutputEncoding latin1; g config core.quotePath false; g config diff.relative true; g config diff.suppressBlankEmpty true\n");
	assert_int_equal(agree(b, "r"), 5); /* what the user likes to see is no part of it */
}

static void hunks_and_indents(void **state)
{
	struct box *b = *state;

	repo_sh(b,
		"new r; for i in 1 2 3; do printf 'def f%s():\\n    for x in y:\\n        if z:\\n            a()\\n\\n    return 1\\n\\n' $i; done >a\n"
		"c one; { sed 14q a; printf 'def g():\\n    for x in y:\\n        if z:\\n            a()\\n\\n    return 1\\n\\n'; sed 1,14d a; } >b; mv b a; c 'one more'\n"
		"seq 100 >n; c n; sed -i -e 10d -e 17d -e 25,31d n; c close; sed -i 's/^5/x/' n; c many; sed -i 1d n; c first; sed -i '$d' n; c last\n"
		"tac n >m; mv m n; c turned; { cat n; cat n; cat n; } >m; mv m n; c thrice; sed -i 's/$/\\r/' n; c crlf; sed -i 's/x/y/;s/\\r$//' n; c lf\n"
		"{ seq 3000; } >big; c big; awk '{ print ($1 * 7919) % 3001 }' big >b2; mv b2 big; c mixed; awk '{ print $1 % 97 }' big >b2; mv b2 big; c dull\n"
		"{ printf '%s\\n' x x x x x y x x x; } >s; c s; { printf '%s\\n' x x y x x x x x x x; } >s; c slides; tr -d '\\n' <big >one-line; c one; echo >>one-line; c x\n");
	assert_int_equal(agree(b, "r"), 18);
}

static void renames(void **state)
{
	struct box *b = *state;

	repo_sh(b,
		"new r; for i in 1 2 3 4 5 6 7 8 9; do seq $i 7 $((i * 80)) >f$i; done; seq 50 >same1; seq 50 >same2; seq 50 >d; : >e1; : >e2; c one\n"
		"mkdir x y; g mv f1 x/f1; g mv f2 x/g2; seq 3 >>x/g2; g mv f3 y/f3; sed -i 's/^.1/z/' y/f3; g mv f4 y/f5; g mv f5 y/f4; c moves\n"
		"g mv same1 x/same2; g mv same2 y/same1; g mv e1 x/e2; g mv e2 e3; c 'the same ones'; cp d d2; seq 50 >d; g rm -q d; c 'copied and gone'\n"
		"for i in 6 7 8 9; do sed -i \"s/[13579]\\$/odd $i/\" f$i; g mv f$i h$i 2>/dev/null || { g add f$i; g mv f$i h$i; }; done; c 'half of it'\n"
		"mkdir deep; for f in x/* y/*; do mv $f deep/$(basename $f).$(dirname $f); done; sed -i s/3/three/ deep/*; c 'all into one'\n"
		"for i in 1 2 3 4 5 6 7 8; do seq $i 9 >t$i; done; c tiny; for i in 1 2 3 4 5 6 7 8; do mv t$i u$((9 - i)); echo x >>u$((9 - i)); done; c 'tiny turned'\n"
		"printf 'no newline at all, and long enough to be cut into pieces of sixty-four bytes, at least two' >nn; c nn\n"
		"printf 'no newline at all, and long enough to be cut into pieces of sixty-four bytes, at least 3!' >mm; rm nn; c mm\n"
		"printf 'short' >s; c s; rm s; printf 'shorx' >s2; c s2; seq 300 | sed 's/$/\\r/' >cr; c cr; rm cr; seq 301 >lf; c lf\n"
		"head -c 30000 /bin/ls >bin; c bin; { printf x; cat bin; } >bin2; rm bin; c bin2; ln -s to l1; c l; mv l1 l2; c l2; rm l2; ln -s too l3; c l3\n"
		"chmod +x bin2; g mv bin2 bin3; c 'mode and move'; mkdir p q; seq 60 >p/k; seq 60 >q/k; c k; mkdir p2 q2; seq 61 >p2/k; seq 62 >q2/k; rm -r p q; c kk\n");
	assert_int_equal(agree(b, "r"), 22);
	/* More than the limit allows to compare: only what is the same, and what has its name. */
	repo_sh(b, "new many; mkdir a; i=0; while [ $i -lt 1010 ]; do seq $i $((i + 20)) >a/f$i; i=$((i + 1)); done; c one; mkdir b\n"
		   "i=0; while [ $i -lt 1010 ]; do { echo x; cat a/f$i; } >b/g$i; i=$((i + 1)); done; cp a/f7 b/same; mv a/f8 b/f8; echo >>b/f8; rm -r a; c two\n");
	assert_int_equal(agree(b, "many"), 2);
}

/* Made from raw bytes: what porcelain would not write. */
static void odd_commits(void **state)
{
	struct box *b = *state;

	repo_sh(b,
		"new r; echo a >a; c one; tree=$(g rev-parse HEAD^{tree})\n"
		"who='A U Thor <a@example.org> 1780315200 +0200'\n"
		"raw() { x=$(g hash-object -w -t commit --literally --stdin); g update-ref refs/heads/raw-$x $x; }\n"
		"head() { printf 'tree %s\\nparent %s\\nauthor %s\\ncommitter %s\\n' $tree $(g rev-parse main) \"$1\" \"$1\"; }\n"
		"{ head \"$who\"; printf '\\nno newline'; } | raw\n"
		"{ head \"$who\"; printf '\\n'; } | raw\n"
		"{ head \"$who\"; printf '\\n\\n\\n  leading blanks\\n\\nbody  \\n\\n\\n'; } | raw\n"
		"{ head \"$who\"; printf '\\nwith\\0a NUL\\n'; } | raw\n"
		"{ head \"$who\"; printf 'encoding ISO-8859-1\\n\\nh\\344nsel\\n'; } | raw\n"
		"{ head \"$(printf 'h\\344nsel <a@b> 1 +0000')\"; printf 'encoding latin1\\n\\nw\\344ldchen\\n'; } | raw\n"
		"{ head \"$who\"; printf 'encoding no-such\\n\\nh\\344nsel\\n'; } | raw\n"
		"{ head \"$who\"; printf '\\nnot utf-8: h\\344nsel\\n'; } | raw\n"
		"{ head \"$who\"; printf 'gpgsig -----BEGIN PGP SIGNATURE-----\\n \\n parent 0123456789012345678901234567890123456789\\n -----END-----\\n\\nsigned\\n'; } | raw\n"
		"{ head \"$who\"; printf 'mergetag object %s\\n type commit\\n tag x\\n\\nwith a header more\\n' $(g rev-parse main); } | raw\n"
		"{ head 'No Mail 5 +0000'; printf '\\nno mail\\n'; } | raw\n"
		"{ head '<> 5 +0000'; printf '\\nno name\\n'; } | raw\n"
		"{ head 'A <a@b> -5 +0000'; printf '\\nbefore the beginning\\n'; } | raw\n"
		"{ head 'A <a@b> 99999999999999999999 +0000'; printf '\\nafter the end\\n'; } | raw\n"
		"{ head 'A <a@b> 4102444800 -1200'; printf '\\nlate\\n'; } | raw\n"
		"{ head \"$who\"; printf '\\n    indented\\n\\ttabs\\ncr\\r\\n'; } | raw\n"
		"{ printf 'tree %s\\nparent %s\\nparent %s\\nauthor %s\\ncommitter %s\\n\\nthe same parent twice\\n' $tree $(g rev-parse main) $(g rev-parse main) \"$who\" \"$who\"; } | raw\n"
		"{ head \"$who\"; printf '\\n'; seq 20000; } | raw\n"
		"tree=$(printf '100664 blob %s\\told\\n100755 blob %s\\tx\\n' $(g rev-parse HEAD:a) $(g rev-parse HEAD:a) | g mktree)\n"
		"{ head \"$who\"; printf '\\nan old mode\\n'; } | raw\n");
	assert_true(agree(b, "r") >= 15);
}

static void abbreviations(void **state)
{
	struct box *b = *state;
	struct both x;
	char prefix[8];

	/* Enough objects that every four digits are the beginning of something, and some of several things. */
	repo_sh(b, "new r; { echo 'blob'; echo 'data 1'; echo x\n"
		   "i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); echo blob; n=${#i}; echo \"data $n\"; echo $i; done\n"
		   "i=0; while [ $i -lt 1500 ]; do i=$((i + 1)); echo 'commit refs/heads/main'; echo \"committer A <a@b> $i +0000\"; n=${#i}; echo \"data $n\"; echo $i; done\n"
		   "i=0; while [ $i -lt 300 ]; do i=$((i + 1)); echo \"tag t$i\"; echo 'from refs/heads/main'; echo 'tagger A <a@b> 1 +0000'; echo 'data 1'; echo t; done; } |\n"
		   "g fast-import --quiet\n");
	x = open_both(b, "r");
	for (unsigned i = 0; i < 65536; i += 331) {
		snprintf(prefix, sizeof prefix, "%04x", i);
		same_resolve(&x, prefix);
		if (i % 4 == 0) {
			snprintf(prefix, sizeof prefix, "%04X~1", i);
			same_resolve(&x, prefix);
		}
	}
	close_both(&x);
}

static void indexes(void **state)
{
	struct box *b = *state;
	struct both x;

	repo_sh(b, "new r; mkdir -p work-items/open work work-items.d; for f in work-items/open/a work-items/b work/c work-items.d/e work-item z; do echo $f >$f; done\n"
		   "c one; echo new >work-items/new; g add -N work-items/new; chmod +x z; g add z; g update-index --skip-worktree work/c; ln -s z l; g add l\n"
		   "cp .git/index ../other; g rm -q --cached work-items/b; cp .git/index .git/relative; g update-index --index-version 4; cp .git/index ../four\n"
		   "g update-index --index-version 2 2>/dev/null || :\n");
	x = open_both(b, "r");
	for (int i = 0; i < 3; i++) {
		char other[128], four[128];
		const char *const files[] = { NULL, other, four, ".git/relative", ".git/no-such" };

		snprintf(other, sizeof other, "%s/other", b->path);
		snprintf(four, sizeof four, "%s/four", b->path);
		for (size_t f = 0; f < TKT_LEN(files); f++) {
			same_index(&x, "", files[f]);
			same_index(&x, "work-items", files[f]);
			same_index(&x, "work-items/open", files[f]);
			same_index(&x, "work-items/open/a", files[f]);
			same_index(&x, "work", files[f]);
			same_index(&x, "*", files[f]);
			same_index(&x, "nothing", files[f]);
		}
		repo_sh(b, i == 0 ? "cd r; g update-index --index-version 4\n" : "cd r; g update-index --index-version 3\n");
	}
	close_both(&x);
}

/* --- random histories -------------------------------------------------------------------------- */

enum { FILES = 40, BRANCHES = 4, LINES = 120 };

struct text_file {
	char path[64];
	const char *mode;
	unsigned lines[LINES]; /* what stands in them; equal numbers, equal lines */
	int n;
	bool no_newline, binary;
};

struct branch {
	struct text_file files[FILES];
	int n, mark;
};

struct story {
	uint64_t state;
	struct branch branches[BRANCHES];
	int mark;
	FILE *to;
};

static unsigned pick(struct story *s, unsigned n)
{
	s->state = s->state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(s->state >> 33) % n;
}

static void fresh_path(struct story *s, char *out, size_t size)
{
	static const char *const dirs[] = { "", "src/", "src/deep/", "doc/", "src.d/" };
	static const char *const ends[] = { "", ".c", ".md", " x" };

	snprintf(out, size, "%sf%u%s", dirs[pick(s, 5)], pick(s, 60), ends[pick(s, 4)]);
}

/* Also no file where a directory is. */
static bool is_free(const struct branch *b, const char *path)
{
	const size_t n = strlen(path);

	for (int i = 0; i < b->n; i++) {
		const char *other = b->files[i].path;
		const size_t m = strlen(other);

		if (strncmp(other, path, n < m ? n : m) == 0 && (n == m || (n < m ? other[n] : path[m]) == '/'))
			return false;
	}
	return true;
}

static void edit(struct story *s, struct text_file *f)
{
	int at = f->n ? (int)pick(s, (unsigned)f->n) : 0, n = 1 + (int)pick(s, 12);

	switch (pick(s, 5)) {
	case 0: /* in */
		for (int i = 0; i < n && f->n < LINES; i++, f->n++) {
			memmove(&f->lines[at + 1], &f->lines[at], (size_t)(f->n - at) * sizeof *f->lines);
			f->lines[at] = pick(s, 3) ? pick(s, 4000) : pick(s, 6);
		}
		break;
	case 1: /* out */
		n = n < f->n - at ? n : f->n - at;
		memmove(&f->lines[at], &f->lines[at + n], (size_t)(f->n - at - n) * sizeof *f->lines);
		f->n -= n;
		break;
	case 2: /* again */
		for (int i = 0; i < n && at + i < f->n; i++)
			f->lines[at + i] = f->lines[pick(s, (unsigned)f->n)];
		break;
	case 3:
		f->no_newline = !f->no_newline;
		break;
	default:
		for (int i = 0; i < n && at + i < f->n; i++)
			f->lines[at + i] = pick(s, 4000);
	}
}

static void add_file(struct story *s, struct branch *b)
{
	struct text_file *f = &b->files[b->n];
	char path[64];

	fresh_path(s, path, sizeof path);
	if (b->n == FILES || !is_free(b, path))
		return;
	*f = (struct text_file){ .mode = pick(s, 12) ? "100644" : pick(s, 2) ? "100755" : "120000" };
	snprintf(f->path, sizeof f->path, "%s", path);
	f->n = (int)pick(s, LINES);
	f->binary = pick(s, 20) == 0;
	for (int i = 0; i < f->n; i++)
		f->lines[i] = pick(s, 8) ? pick(s, 4000) : pick(s, 6);
	b->n++;
}

static void change(struct story *s, struct branch *b)
{
	struct text_file *f = b->n ? &b->files[pick(s, (unsigned)b->n)] : NULL, copy;
	char path[64];

	switch (f ? pick(s, 9) : 0) {
	case 0:
		add_file(s, b);
		break;
	case 1:
		*f = b->files[--b->n];
		break;
	case 2: case 3: /* moved, mostly with changes */
		copy = *f;
		*f = b->files[--b->n];
		fresh_path(s, path, sizeof path);
		if (!is_free(b, path))
			memcpy(path, copy.path, sizeof path);
		memcpy(copy.path, path, sizeof path);
		for (unsigned i = pick(s, 8); i > 0; i--)
			edit(s, &copy);
		b->files[b->n++] = copy;
		break;
	case 4: /* copied */
		fresh_path(s, path, sizeof path);
		if (b->n < FILES && is_free(b, path)) {
			b->files[b->n] = *f;
			memcpy(b->files[b->n++].path, path, sizeof path);
		}
		break;
	case 5:
		f->mode = f->mode[3] == '7' ? "100644" : pick(s, 4) ? "100755" : "120000";
		break;
	default:
		edit(s, f);
	}
}

static void print_file(struct story *s, const struct text_file *f)
{
	struct tkt_buf text = TKT_BUF_INIT;

	for (int i = 0; i < f->n; i++)
		tkt_buf_printf(&text, "%*s%u%s", (int)(f->lines[i] % 5) * 4, f->lines[i] % 7 ? "line " : "",
			       f->lines[i], i + 1 < f->n || !f->no_newline ? "\n" : "");
	if (f->binary)
		tkt_buf_add(&text, "\0", 1);
	fprintf(s->to, "M %s inline \"%s\"\ndata %zu\n", f->mode, f->path, text.len);
	fwrite(text.ptr, 1, text.len, s->to);
	fputc('\n', s->to);
	tkt_buf_release(&text);
}

static void commit(struct story *s, int which)
{
	struct branch *b = &s->branches[which], *other = &s->branches[pick(s, BRANCHES)];
	const bool merge = other != b && other->mark && b->mark && pick(s, 6) == 0;

	if (!b->mark && other->mark) /* it begins there */
		*b = *other;
	for (unsigned i = pick(s, 7); i > 0; i--)
		change(s, b);
	if (merge && pick(s, 2))
		memcpy(b->files, other->files, sizeof b->files), b->n = other->n;
	s->mark++;
	fprintf(s->to, "commit refs/heads/b%d\nmark :%d\ncommitter A <a@b> %d +0000\ndata 5\nc%04d\n", which, s->mark,
		1000000 + s->mark * 60, s->mark);
	if (b->mark)
		fprintf(s->to, "from :%d\n", b->mark);
	if (merge && other->mark != b->mark)
		fprintf(s->to, "merge :%d\n", other->mark);
	fputs("deleteall\n", s->to);
	for (int i = 0; i < b->n; i++)
		print_file(s, &b->files[i]);
	b->mark = s->mark;
}

static void one_random_history(struct box *b, uint64_t seed, int commits)
{
	struct story *s = calloc(1, sizeof *s);
	char command[256];

	print_message("# seed %llu\n", (unsigned long long)seed);
	s->state = seed;
	snprintf(command, sizeof command, "cd '%s' && rm -rf h && git init -q -b b0 h && cd h && git fast-import --quiet", b->path);
	s->to = popen(command, "w");
	assert_non_null(s->to);
	for (int i = 0; i < commits; i++)
		commit(s, (int)pick(s, BRANCHES));
	assert_int_equal(pclose(s->to), 0);
	free(s);
	assert_int_equal(agree(b, "h"), commits);
}

static void random_histories(void **state)
{
	struct timespec now;
	const char *more = getenv("TKT_SEEDS"); /* for a longer round by hand */

	clock_gettime(CLOCK_REALTIME, &now);
	one_random_history(*state, 4, 200);
	one_random_history(*state, (uint64_t)now.tv_nsec, 60);
	for (int i = more ? atoi(more) : 0; i > 0; i--)
		one_random_history(*state, (uint64_t)i * 7919, 200);
}

/* --- what libgit2 does not read ---------------------------------------------------------------- */

/* Left to the choice, git reads it; what it says is what is there. */
static void falls_to_git(struct box *b, const char *dir, const char *count)
{
	struct tkt_git *g = NULL;
	struct tkt_git_refs refs = { 0 };
	struct tkt_oids tips = { 0 };
	struct commits all = { 0 };
	const char *name = NULL;
	bool missing;

	assert_int_equal(repo_open(b, dir, TKT_GIT_LIBRARY, &g), 0);
	assert_int_equal(tkt_git_engine(g, &name, &b->err), TKT_EIO);
	assert_non_null(b->err.message);
	tkt_error_release(&b->err);
	tkt_git_free(g);
	g = repo_start(b, dir, TKT_GIT_AUTO);
	assert_int_equal(tkt_git_engine(g, &name, NULL), 0);
	assert_memory_equal(name, "git ", 4);
	assert_int_equal(tkt_git_refs(g, &refs, &b->err), 0);
	for (size_t i = 0; i < refs.n; i++)
		tkt_oids_push(&tips, &refs.items[i].oid);
	walk(g, &tips, NULL, &all, &missing);
	assert_false(missing);
	assert_int_equal(all.n, atoi(count));
	for (size_t i = 0; i < all.n; i++) {
		struct tkt_git_diff d = { 0 };
		char hex[TKT_OID_HEX], command[256];

		tkt_oid_hex(&all.items[i].oid, hex);
		snprintf(command, sizeof command, "git diff-tree -r --root -M --first-parent --no-commit-id --name-only %s | wc -l", hex);
		assert_int_equal(tkt_git_diff(g, &all.items[i].oid, 0, 0, &d, &b->err), 0);
		if (all.items[i].parents.n < 2)
			assert_int_equal(d.n, atoi(repo_ask(b, dir, command)));
		tkt_git_diff_release(&d);
		snprintf(command, sizeof command, "git log -1 --format=%%an%%ct%%s %s", hex);
		snprintf(hex, sizeof hex, "%s%lld", all.items[i].author, (long long)all.items[i].time);
		assert_memory_equal(repo_ask(b, dir, command), hex, strlen(hex));
	}
	release(&all);
	tkt_oids_release(&tips);
	tkt_git_refs_release(&refs);
	tkt_git_free(g);
}

static void sha256_falls_to_git(void **state)
{
	struct box *b = *state;

	repo_sh(b, "g init -q --object-format=sha256 r; cd r; echo a >a; c one; g mv a b; c two; g checkout -q -b x; echo >c; c three\n");
	falls_to_git(b, "r", "3");
}

static void partial_clones_fall_to_git(void **state)
{
	struct box *b = *state;

	repo_sh(b, some);
	repo_sh(b, "g -C r config uploadpack.allowFilter true; g clone -q --filter=tree:0 --no-checkout \"file://$PWD/r\" p\n"
		   "g clone -q --filter=blob:none \"file://$PWD/r\" q\n");
	assert_int_equal(atoi(repo_ask(b, "q", "git rev-list --all --count")), 4);
	{
		struct tkt_git *g = repo_start(b, "q", TKT_GIT_AUTO);
		const char *name = NULL;

		assert_int_equal(tkt_git_engine(g, &name, NULL), 0);
		assert_memory_equal(name, "git ", 4);
		tkt_git_free(g);
	}
}

static void grafts_do_not_count(void **state)
{
	struct box *b = *state;

	repo_sh(b, some);
	repo_sh(b, "cd r; g config advice.graftFileDeprecated false; g rev-parse HEAD >.git/info/grafts\n");
	falls_to_git(b, "r", "4");
}

static void a_strangers_repository_is_refused_with_a_hint(void **state)
{
	struct box *b = *state;
	struct tkt_git *g = NULL;
	const char *name;

	if (geteuid() != 0) {
		print_message("# only root can give a directory away\n");
		return;
	}
	repo_sh(b, some);
	repo_sh(b, "chown -R 12345 r\n");
	for (int engine = TKT_GIT_AUTO; engine <= TKT_GIT_PROGRAM; engine++) {
		assert_int_equal(repo_open(b, "r", (enum tkt_git_engine)engine, &g), 0);
		assert_int_equal(tkt_git_engine(g, &name, &b->err), TKT_EIO);
		assert_non_null(b->err.hint);
		assert_non_null(strstr(b->err.hint, "safe.directory"));
		tkt_error_release(&b->err);
		tkt_git_free(g);
	}
	repo_sh(b, "chown -R 0 r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(plain_ones), BOX_TEST(unborn_and_empty_ones), BOX_TEST(linked_worktrees_and_sparse_ones),
		BOX_TEST(shallow_ones), BOX_TEST(merges_and_roots), BOX_TEST(odd_names_and_contents),
		BOX_TEST(attributes_and_functions), BOX_TEST(hunks_and_indents), BOX_TEST(renames), BOX_TEST(odd_commits),
		BOX_TEST(abbreviations), BOX_TEST(indexes), BOX_TEST(random_histories), BOX_TEST(sha256_falls_to_git),
		BOX_TEST(partial_clones_fall_to_git), BOX_TEST(grafts_do_not_count),
		BOX_TEST(a_strangers_repository_is_refused_with_a_hint),
	};

	repo_environment();
	return cmocka_run_group_tests_name("git agree", tests, NULL, NULL);
}
