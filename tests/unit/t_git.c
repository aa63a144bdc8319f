/* What is told of a repository without an engine, and which engine answers. */
#include "unit/git_repo.h"

#include "git/git_int.h"

static const struct tkt_git_facts *look(struct box *b, const char *dir, struct tkt_git **g)
{
	if (repo_open(b, dir, TKT_GIT_PROGRAM, g))
		fail_msg("%s: %s", dir, b->err.message);
	return tkt_git_facts(*g);
}

static void path_is(struct box *b, const char *is, const char *expected)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s", b->path, expected);
	assert_string_equal(is, path);
}

/* --- where it is ------------------------------------------------------------------------------- */

static void it_is_found_upwards_and_without_links(void **state)
{
	struct box *b = *state;
	const struct tkt_git_facts *f;
	struct tkt_git *g;

	repo_sh(b, "new r; mkdir -p a/b/.git c/.git/objects; cd ..; ln -s r/a link\n");
	f = look(b, "r/a/b", &g); /* an empty .git is none */
	path_is(b, f->top, "r");
	path_is(b, f->git_dir, "r/.git");
	path_is(b, f->common_dir, "r/.git");
	assert_string_equal(f->prefix, "a/b");
	assert_false(f->linked || f->shallow || f->sha256 || f->reftable || f->partial || f->grafts);
	tkt_git_free(g);
	f = look(b, "link/b", &g);
	path_is(b, f->top, "r");
	assert_string_equal(f->prefix, "a/b");
	tkt_git_free(g);
	f = look(b, "r", &g);
	assert_string_equal(f->prefix, "");
	tkt_git_free(g);
	f = look(b, "r/c", &g);
	assert_string_equal(f->prefix, "c");
	tkt_git_free(g);
}

static void where_there_is_none_it_is_told(void **state)
{
	struct box *b = *state;
	struct tkt_git *g;

	repo_sh(b, "mkdir none; g init -q --bare bare.git; mkdir lost; echo 'gitdir: /nonexistent/x' "
		   ">lost/.git; mkdir pipe; mkfifo pipe/.git\n"
		   "mkdir odd; mkdir -p odd/.git/objects odd/.git/refs; mkfifo odd/.git/HEAD\n");
	box_failed(b, repo_open(b, "none", TKT_GIT_AUTO, &g), TKT_ENOTFOUND, "no git repository");
	box_failed(b, repo_open(b, "bare.git", TKT_GIT_AUTO, &g), TKT_ENOTFOUND, "no git repository");
	box_failed(b, repo_open(b, "lost", TKT_GIT_AUTO, &g), TKT_EIO, "leads to no git repository");
	box_failed(b, repo_open(b, "pipe", TKT_GIT_AUTO, &g), TKT_ENOTFOUND, "no git repository");
	box_failed(b, repo_open(b, "odd", TKT_GIT_AUTO, &g), TKT_ENOTFOUND, "no git repository");
	box_failed(b, repo_open(b, "not/there", TKT_GIT_AUTO, &g), TKT_EIO, "cannot look at");
}

static void work_trees_and_submodules_lead_to_their_repository(void **state)
{
	struct box *b = *state;
	const struct tkt_git_facts *f;
	struct tkt_git *g;

	repo_sh(b, "new r; c one; g worktree add -q ../w 2>/dev/null; mkdir ../w/sub; g submodule --quiet add "
		   "\"$PWD\" m; c two\n"
		   "cd ..; g clone -q r s; mv s/.git elsewhere; ln -s ../elsewhere s/.git\n"
		   "mkdir rel; mv w rel/w; echo 'gitdir: ../../r/.git/worktrees/w' >rel/w/.git\n");
	f = look(b, "rel/w/sub", &g);
	path_is(b, f->top, "rel/w");
	path_is(b, f->git_dir, "r/.git/worktrees/w");
	path_is(b, f->common_dir, "r/.git");
	assert_string_equal(f->prefix, "sub");
	assert_true(f->linked);
	tkt_git_free(g);
	f = look(b, "r/m", &g);
	path_is(b, f->top, "r/m");
	path_is(b, f->git_dir, "r/.git/modules/m");
	assert_false(f->linked);
	tkt_git_free(g);
	f = look(b, "s", &g);
	path_is(b, f->top, "s");
	path_is(b, f->git_dir, "elsewhere");
	tkt_git_free(g);
}

static void its_kind_is_read_from_its_files(void **state)
{
	struct box *b = *state;
	const struct tkt_git_facts *f;
	struct tkt_git *g;

	repo_sh(b, "new r; c one\n");
	repo_sh(b, "cd r; printf '[Extensions]\\n\\tobjectFormat = SHA256 \\n[core] x\\n' >.git/config\n");
	f = look(b, "r", &g);
	assert_true(f->sha256 && !f->reftable && !f->partial);
	tkt_git_free(g);
	repo_sh(b, "cd r; printf '# [extensions] objectformat = sha256\\n[extensions] refStorage = "
		   "\"reftable\"\\n' >.git/config\n");
	f = look(b, "r", &g);
	assert_true(!f->sha256 && f->reftable && !f->partial);
	tkt_git_free(g);
	repo_sh(b, "cd r; printf '[remote \"x.y\"]\\n\\turl = u\\n\\tpromisor\\n' >.git/config\n");
	f = look(b, "r", &g);
	assert_true(!f->sha256 && !f->reftable && f->partial);
	tkt_git_free(g);
	repo_sh(b, "cd r; printf '[remote \"x\"]\\n\\tpromisor = false\\n[broken\\n=\\n' >.git/config; : "
		   ">.git/shallow; mkdir -p .git/info; : >.git/info/grafts\n");
	f = look(b, "r", &g);
	assert_true(!f->partial && !f->shallow && !f->grafts);
	tkt_git_free(g);
	repo_sh(b, "cd r; echo 1234567890123456789012345678901234567890 >.git/shallow; cp .git/shallow "
		   ".git/info/grafts\n");
	f = look(b, "r", &g);
	assert_true(f->shallow && f->grafts);
	tkt_git_free(g);
}

/* --- the fingerprint --------------------------------------------------------------------------- */

static uint64_t print(struct box *b, const char *dir)
{
	struct tkt_git *g;
	uint64_t one = 1, two = 2;

	look(b, dir, &g);
	assert_int_equal(tkt_git_print(g, &one, &b->err), 0);
	assert_int_equal(tkt_git_print(g, &two, &b->err), 0);
	assert_true(one == two);
	tkt_git_free(g);
	return one;
}

static void the_print_changes_with_every_ref_and_head(void **state)
{
	static const char *const steps[] = {
		"c two",
		"g branch x",
		"g tag t",
		"g checkout -q x",
		"g checkout -q --detach",
		"g branch -m x y",
		"g branch -D y",
		"g update-ref refs/remotes/o/a/b/c HEAD",
		"g pack-refs --all",
		"g branch z",
		"g tag -d t",
		"g symbolic-ref refs/remotes/o/HEAD refs/remotes/o/a/b/c",
		"g worktree add -q --detach ../w",
		"cd ../w; c three",
		"g rev-parse HEAD >.git/shallow",
		"rm .git/shallow",
		"g update-ref refs/heads/z HEAD~1",
		"ln -s main .git/refs/heads/l",
		"ln -sf z .git/refs/heads/l",
		"rm .git/HEAD; ln -s refs/heads/z .git/HEAD",
	};
	struct box *b = *state;
	uint64_t before, after;

	repo_sh(b, "new r; c one\n");
	before = print(b, "r");
	for (size_t i = 0; i < TKT_LEN(steps); i++) {
		char script[256];

		snprintf(script, sizeof script, "cd r; %s\n", steps[i]);
		repo_sh(b, script);
		after = print(b, "r");
		if (before == after)
			fail_msg("not seen: %s", steps[i]);
		before = after;
	}
	repo_sh(b, "cd r; echo x >f; g add f; g status >/dev/null; g repack -adq; g config a.b c; mkdir "
		   ".git/hooks/x; g stash list\n");
	assert_true(before == print(b, "r"));
	assert_false(before == print(b, "w")); /* its HEAD is another */
}

static void a_ref_that_is_written_twice_in_one_moment_is_seen(void **state)
{
	struct box *b = *state;
	uint64_t before, after;

	repo_sh(b, "new r; c one; c two; g pack-refs --all\n");
	before = print(b, "r");
	for (int i = 0; i < 20; i++) { /* same size, and the stamps may be the same */
		char script[128];

		snprintf(script, sizeof script,
			 "cd r; g update-ref refs/heads/main main@{1}; g pack-refs --all\n");
		repo_sh(b, script);
		after = print(b, "r");
		assert_false(before == after);
		before = after;
	}
}

/* --- work trees -------------------------------------------------------------------------------- */

static void work_trees_are_told_with_their_branches(void **state)
{
	struct box *b = *state;
	struct tkt_git_worktrees w;
	struct tkt_git *g;

	repo_sh(b, "new r; c one; g worktree add -q -b x ../w; g worktree add -q --detach ../d; g worktree add "
		   "-q -b y ../gone; rm -r ../gone\n"
		   "echo ../../../../d/.git >.git/worktrees/d/gitdir\n");
	look(b, "r", &g);
	assert_int_equal(tkt_git_worktrees(g, &w, &b->err), 0);
	assert_int_equal(w.n, 4);
	path_is(b, w.items[0].path, "r");
	assert_string_equal(w.items[0].head, "refs/heads/main");
	path_is(b, w.items[1].path, "d");
	assert_null(w.items[1].head);
	path_is(b, w.items[2].path, "gone");
	assert_true(w.items[2].gone && !w.items[0].gone && !w.items[1].gone);
	path_is(b, w.items[3].path, "w");
	assert_string_equal(w.items[3].head, "refs/heads/x");
	tkt_git_worktrees_release(&w);
	tkt_git_free(g);
	look(b, "w", &g);
	assert_int_equal(tkt_git_worktrees(g, &w, &b->err), 0);
	assert_int_equal(w.n, 4);
	path_is(b, w.items[0].path, "w");
	path_is(b, w.items[1].path, "r");
	tkt_git_worktrees_release(&w);
	tkt_git_free(g);
}

/* --- heads and the main branch ------------------------------------------------------------------- */

static void refs_of(struct box *b, const char *dir, const char *main, const char *expected)
{
	struct tkt_buf is = TKT_BUF_INIT;
	const struct tkt_git_opts opts = { .program = GIT_PROGRAM, .engine = TKT_GIT_PROGRAM, .main = main };
	struct tkt_git_refs refs;
	struct tkt_git *g;
	char path[512];

	snprintf(path, sizeof path, "%s/%s", b->path, dir);
	assert_int_equal(tkt_git_open(&g, path, &opts, &b->err), 0);
	if (tkt_git_refs(g, &refs, &b->err))
		fail_msg("%s", b->err.message);
	for (size_t i = 0; i < refs.n; i++)
		if (!tkt_starts_with(refs.items[i].name, "refs/"))
			tkt_buf_printf(&is, "%s ", refs.items[i].name);
	tkt_buf_printf(&is, "| %s |", refs.head ? refs.head : "detached");
	for (size_t i = 0; i < refs.mains.n; i++)
		tkt_buf_printf(&is, " %s", refs.mains.items[i]);
	assert_string_equal(is.ptr, expected);
	tkt_buf_release(&is);
	tkt_git_refs_release(&refs);
	tkt_git_free(g);
}

static void heads_are_tips_too(void **state)
{
	struct box *b = *state;

	repo_sh(b, "new r\n");
	refs_of(b, "r", NULL, "| refs/heads/main |");
	repo_sh(b, "cd r; c one; g worktree add -q --detach ../d; g worktree add -q -b x ../w\n");
	refs_of(b, "r", NULL, "HEAD worktrees/d/HEAD | refs/heads/main | refs/heads/main");
	refs_of(b, "d", NULL, "HEAD | detached | refs/heads/main");
	repo_sh(b, "cd r; g checkout -q --detach\n");
	refs_of(b, "w", NULL, "HEAD main-worktree/HEAD worktrees/d/HEAD | refs/heads/x | refs/heads/main");
	refs_of(b, "r", NULL, "HEAD worktrees/d/HEAD | detached | refs/heads/main");
	repo_sh(b, "cd r; g checkout -q main; g update-ref refs/odd/place HEAD; g symbolic-ref HEAD "
		   "refs/odd/place\n");
	refs_of(b, "r", NULL, "HEAD worktrees/d/HEAD | refs/odd/place | refs/heads/main");
	repo_sh(b, "cd r; rm .git/HEAD; ln -s refs/heads/x .git/HEAD\n");
	refs_of(b, "r", NULL, "HEAD worktrees/d/HEAD | refs/heads/x | refs/heads/main");
}

static void the_main_branch_is_found_out(void **state)
{
	struct box *b = *state;

	repo_sh(b, "new o; c one; g checkout -q -b develop; g branch -- feature/main; g checkout -q main; cd "
		   "..; g clone -q o r; cd r; g remote rename -- origin up 2>/dev/null; g remote add origin "
		   "../o; g fetch -q origin\n"
		   "g checkout -q -b develop up/develop; g branch default\n");
	refs_of(b, "r", NULL,
		"HEAD | refs/heads/develop | refs/heads/main refs/remotes/origin/main refs/remotes/up/main");
	repo_sh(b, "cd r; g remote set-head origin develop\n");
	refs_of(b, "r", NULL,
		"HEAD | refs/heads/develop | refs/heads/develop refs/remotes/origin/develop "
		"refs/remotes/up/develop");
	refs_of(b, "r", "main",
		"HEAD | refs/heads/develop | refs/heads/main refs/remotes/origin/main refs/remotes/up/main");
	refs_of(b, "r", "origin/feature/main",
		"HEAD | refs/heads/develop | refs/remotes/origin/feature/main refs/remotes/up/feature/main");
	refs_of(b, "r", "refs/remotes/up/main",
		"HEAD | refs/heads/develop | refs/heads/main refs/remotes/origin/main refs/remotes/up/main");
	refs_of(b, "r", "refs/heads/default", "HEAD | refs/heads/develop | refs/heads/default");
	refs_of(b, "r", "nope", "HEAD | refs/heads/develop |");
	/* a remote HEAD that leads nowhere is no answer */
	repo_sh(b, "cd r; echo ref: refs/remotes/origin/gone >.git/refs/remotes/origin/HEAD; g branch -D main "
		   "-q; g remote remove up; g branch -r -d origin/main -q\n");
	refs_of(b, "r", NULL, "HEAD | refs/heads/develop | refs/heads/default");
	repo_sh(b, "cd r; g branch -q -D default\n");
	refs_of(b, "r", NULL, "HEAD | refs/heads/develop |");
}

/* --- which engine ------------------------------------------------------------------------------ */

static int start_as(struct box *b, const char *dir, enum tkt_git_engine engine, const char *program,
		    const char **name, struct tkt_git **g)
{
	struct tkt_git_opts opts = { .program = program, .engine = engine };
	char path[512];

	snprintf(path, sizeof path, "%s/%s", b->path, dir);
	assert_int_equal(tkt_git_open(g, path, &opts, &b->err), 0);
	return tkt_git_engine(*g, name, &b->err);
}

static void the_engine_that_can_answers_and_else_it_is_told_why(void **state)
{
	struct box *b = *state;
	struct tkt_git_refs refs;
	struct tkt_git *g;
	const char *name = NULL;

	repo_sh(b, "new r; c one; cd ..; g init -q --object-format=sha256 s; g clone -q r p; g -C p config "
		   "extensions.partialClone origin\n");
	assert_int_equal(start_as(b, "r", TKT_GIT_PROGRAM, GIT_PROGRAM, &name, &g), 0);
	assert_true(tkt_starts_with(name, "git 2."));
	tkt_git_free(g);
	assert_int_equal(start_as(b, "s", TKT_GIT_AUTO, GIT_PROGRAM, &name, &g), 0);
	assert_true(tkt_starts_with(name, "git 2."));
	tkt_git_free(g);
	assert_int_equal(start_as(b, "p", TKT_GIT_AUTO, GIT_PROGRAM, &name, &g), 0);
	assert_true(tkt_starts_with(name, "git 2."));
	tkt_git_free(g);
	assert_int_equal(start_as(b, "s", TKT_GIT_AUTO, NULL, &name, &g), TKT_EIO);
	assert_non_null(strstr(b->err.message, "SHA-256"));
	assert_non_null(strstr(b->err.message, "git is not on this machine"));
	assert_string_equal(b->err.hint, "install git");
	tkt_error_release(&b->err);
	box_failed(b, tkt_git_refs(g, &refs, &b->err), TKT_EIO, "SHA-256");
	tkt_git_refs_release(&refs);
	tkt_git_free(g);
	box_failed(b, start_as(b, "r", TKT_GIT_NONE, GIT_PROGRAM, &name, &g), TKT_EIO, "no engine");
	tkt_git_free(g);
	box_failed(b, start_as(b, "r", TKT_GIT_PROGRAM, "/nonexistent/git", &name, &g), TKT_EIO,
		   "cannot run '/nonexistent/git'");
	tkt_git_free(g);
}

/* --- raw objects ------------------------------------------------------------------------------- */

static void damaged_objects_are_no_end_of_the_world(void **state)
{
	static const char commit[] = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent "
				     "4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
				     "author A B <a@x> 12 +0000\ncommitter C <c@x> 34 -0130\nencoding "
				     "latin1\ngpgsig x\n y\n\nsubject\nfolded\n\nbody\n";
	static const char tree[] = "100644 a\0aaaaaaaaaaaaaaaaaaaa40000 dir\0bbbbbbbbbbbbbbbbbbbb";
	struct box *b = *state;
	struct tkt_git *g;
	struct tkt_oid oid = repo_oid("4b825dc642cb6eb9a060e54bf8d69288fbee4904"), target;
	enum tkt_git_type type;
	unsigned seed = 7;

	repo_sh(b, "new r\n");
	look(b, "r", &g);
	for (size_t n = 0; n < sizeof commit; n++) {
		char *bytes = malloc(n + 1); /* exactly as long: whoever reads on is caught by the sanitizer */
		struct tkt_git_commit c;

		memcpy(bytes, commit, n);
		if (tkt_git_parse_commit(g, &oid, bytes, n, &c, NULL) == 0)
			assert_int_equal(strlen(c.message), c.message_len);
		tkt_git_commit_release(&c);
		for (int i = 0; n && i < 20; i++) {
			seed = seed * 1103515245 + 12345;
			bytes[(seed >> 8) % n] = (char)(seed >> 24);
			if (tkt_git_parse_commit(g, &oid, bytes, n, &c, NULL) == 0)
				assert_int_equal(strlen(c.message), c.message_len);
			tkt_git_commit_release(&c);
			tkt_git_parse_tag(bytes, n, &target, &type);
		}
		free(bytes);
	}
	for (size_t n = 0; n < sizeof tree; n++) {
		char *bytes = malloc(n + 1);
		struct tkt_git_tree t = { 0 };
		int code;

		memcpy(bytes, tree, n);
		code = tkt_git_parse_tree(bytes, n, 20, &t, NULL);
		assert_int_equal(code, n == 0 || n == 29 || n == sizeof tree - 1 ? 0 : TKT_EIO);
		tkt_git_tree_release(&t);
		free(bytes);
	}
	{
		struct tkt_git_commit c;
		char *subject;

		assert_int_equal(tkt_git_parse_commit(g, &oid, commit, sizeof commit - 1, &c, &b->err), 0);
		subject = tkt_git_subject(&c);
		assert_string_equal(subject, "subject folded");
		assert_string_equal(c.author, "A B");
		assert_int_equal(c.parents.n, 1);
		free(subject);
		tkt_git_commit_release(&c);
		box_failed(b, tkt_git_parse_commit(g, &oid, "author x\n\nm", 11, &c, &b->err), TKT_EIO,
			   "is damaged");
		tkt_git_commit_release(&c);
	}
	tkt_git_free(g);
}

/* Each commit that HEAD was at: + for a copy, then its subject; each with a comma. */
static void log_is(struct box *b, struct tkt_git *g, const char *expected)
{
	struct tkt_git_reflog log = { NULL, 0, 0 };
	struct tkt_git_commit c;

	tkt_buf_reset(&b->out);
	tkt_git_reflog(g, "HEAD", &log);
	for (size_t i = 0; i < log.n; i++) {
		char *subject;

		assert_int_equal(tkt_git_commit(g, &log.items[i].oid, &c, &b->err), 0);
		subject = tkt_git_subject(&c);
		tkt_buf_printf(&b->out, "%s%s,", log.items[i].copied ? "+" : "", subject);
		free(subject);
		tkt_git_commit_release(&c);
	}
	free(log.items);
	assert_string_equal(b->out.ptr, expected);
}

static void what_head_was_at_is_told_and_what_was_copied(void **state)
{
	struct tkt_git_reflog none = { NULL, 0, 0 };
	struct box *b = *state;
	struct tkt_git *g;

	repo_sh(b, "new r; c one; g switch -q -c x; c two; c three; g switch -q main; c four\n"
		   "g cherry-pick --allow-empty x >/dev/null; g switch -q x; g commit -q --amend --allow-empty -m 'three: a'\n"
		   "g rebase -q --reapply-cherry-picks --empty=keep main; g merge -q --no-ff -m merged x~1 || :\n");
	look(b, "r", &g);
	log_is(b, g, "one,two,three,one,four,+three,three,three: a,three,+two,+three: a,");
	repo_sh(b, "cd r; mv .git/logs/HEAD log; { echo; echo nothing at all; cat log; } >.git/logs/HEAD\n");
	log_is(b, g, "one,two,three,one,four,+three,three,three: a,three,+two,+three: a,");
	tkt_git_reflog(g, "refs/heads/none", &none);
	assert_int_equal(none.n, 0);
	tkt_git_free(g);
}

static void what_was_stashed_is_found_for_a_while(void **state)
{
	struct tkt_git_stashes found = { NULL, 0, 0 };
	struct box *b = *state;
	struct tkt_git *g;

	repo_sh(b, "new r; echo 1 >f; c one; echo 2 >f; g stash -q; g stash pop -q; g stash push -q -m words; g stash drop -q\n");
	look(b, "r", &g);
	assert_int_equal(tkt_git_stashed(g, &found, &b->err), 0);
	assert_int_equal(found.n, 2);
	assert_true(found.items[0].time > found.items[1].time); /* the newest first */
	found.n = 0;
	repo_sh(b, "cd r; g gc -q --prune=now\n");
	assert_int_equal(tkt_git_stashed(g, &found, &b->err), 0);
	assert_int_equal(found.n, 0);
	free(found.items);
	tkt_git_free(g);
}

static void old_encodings_become_utf8(void **state)
{
	struct box *b = *state;

	(void)state;
	tkt_buf_reset(&b->out);
	assert_true(tkt_git_to_utf8(&b->out, "gr\374n", 4, "ISO-8859-1"));
	assert_true(tkt_git_to_utf8(&b->out, "\200", 1, "windows-1252"));
	assert_true(tkt_git_to_utf8(&b->out, "\363\327", 2, "KOI8-R"));
	assert_true(tkt_git_to_utf8(&b->out, "\223\372", 2, "Shift_JIS"));
	assert_string_equal(b->out.ptr, "gr\303\274n\342\202\254\320\241\320\262\346\227\245");
	for (const char *const *p =
		     (const char *const[]){ "", "utf-8", "../x", "ISO-8859-1//TRANSLIT", "ISO-8859-1,x",
					    "ISO-2022-CN-EXT", "UTF-7", "iso-8859-1/../../x", "latin1x", NULL };
	     *p; p++)
		if (tkt_git_to_utf8(&b->out, "abc", 3, *p))
			fail_msg("'%s' was let in", *p);
	assert_false(tkt_git_to_utf8(&b->out, "\377\377", 2, "EUC-JP")); /* not so encoded: nothing is added */
	assert_string_equal(b->out.ptr, "gr\303\274n\342\202\254\320\241\320\262\346\227\245");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(it_is_found_upwards_and_without_links),
		BOX_TEST(where_there_is_none_it_is_told),
		BOX_TEST(work_trees_and_submodules_lead_to_their_repository),
		BOX_TEST(its_kind_is_read_from_its_files),
		BOX_TEST(the_print_changes_with_every_ref_and_head),
		BOX_TEST(a_ref_that_is_written_twice_in_one_moment_is_seen),
		BOX_TEST(work_trees_are_told_with_their_branches),
		BOX_TEST(heads_are_tips_too),
		BOX_TEST(the_main_branch_is_found_out),
		BOX_TEST(the_engine_that_can_answers_and_else_it_is_told_why),
		BOX_TEST(damaged_objects_are_no_end_of_the_world),
		BOX_TEST(what_head_was_at_is_told_and_what_was_copied),
		BOX_TEST(what_was_stashed_is_found_for_a_while),
		BOX_TEST(old_encodings_become_utf8),
	};

	repo_environment();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
