/* The engine libgit2 for itself: against what git says. */
#include "unit/git_repo.h"

#include <sys/time.h>

struct seen {
	struct tkt_oids oids;
	int stop_after;  /* 0: never */
	const struct tkt_oids *known;
	size_t asked;
};

static int each(void *payload, const struct tkt_git_commit *c, struct tkt_error *err)
{
	struct seen *s = payload;

	tkt_oids_push(&s->oids, &c->oid);
	if (s->stop_after && (int)s->oids.n == s->stop_after)
		return tkt_error_set(err, TKT_ENO, "enough");
	return 0;
}

static bool known(void *payload, const struct tkt_oid *oid)
{
	struct seen *s = payload;

	s->asked++;
	for (size_t i = 0; s->known && i < s->known->n; i++)
		if (tkt_oid_equal(&s->known->items[i], oid))
			return true;
	return false;
}

static struct tkt_oid rev(struct tkt_git *g, const char *name)
{
	struct tkt_oid oid = { .n = 0 };

	assert_int_equal(tkt_git_resolve(g, name, &oid, NULL), 0);
	return oid;
}

/* --- walks ------------------------------------------------------------------------------------- */

/*   a - b - c - f     main
 *    \     \   /
 *     d --- e         side (e merges c); g: a root of its own, on `other` */
static const char diamond[] =
	"new r; c a; g tag a; c b; c c; g tag c; g checkout -q -b side a; c d; g tag d; g merge -q --no-ff -m e c;\n"
	"g checkout -q main; g merge -q --no-ff -m f side; g checkout -q --orphan other; c g\n";

static size_t walk(struct tkt_git *g, const char *tips, const char *seen, const struct tkt_oids *some, bool ask)
{
	struct tkt_oids from = { 0 }, to = { 0 };
	struct seen s = { .known = some };
	struct tkt_git_walk w = { .tips = &from, .seen = &to, .each = each, .payload = &s, .known = ask ? known : NULL };
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_oid oid;
	bool missing = true;
	char name[64];
	size_t n;
	int used;

	for (; sscanf(tips, "%63s%n", name, &used) == 1; tips += used) {
		oid = rev(g, name);
		tkt_oids_push(&from, &oid);
	}
	for (; sscanf(seen, "%63s%n", name, &used) == 1; seen += used) {
		oid = rev(g, name);
		tkt_oids_push(&to, &oid);
	}
	assert_int_equal(tkt_git_walk(g, &w, &missing, &err), 0);
	assert_false(missing);
	n = s.oids.n;
	tkt_oids_release(&from);
	tkt_oids_release(&to);
	tkt_oids_release(&s.oids);
	return n;
}

static void a_walk_hands_each_commit_once_and_nothing_that_was_seen(void **state)
{
	struct box *b = *state;
	struct tkt_oids some = { 0 };
	struct tkt_git *g;
	struct tkt_oid oid;

	repo_sh(b, diamond);
	g = repo_start(b, "r", TKT_GIT_LIBRARY);
	assert_int_equal(walk(g, "main", "", NULL, false), 6);
	assert_int_equal(walk(g, "main other side main", "", NULL, false), 7);
	assert_int_equal(walk(g, "", "", NULL, false), 0);
	/* As rev-list main ^X: also what X reaches by another way. */
	assert_int_equal(walk(g, "main", "a", NULL, false), 5);
	assert_int_equal(walk(g, "main", "c", NULL, false), 3);
	assert_int_equal(walk(g, "main", "d", NULL, false), 4);
	assert_int_equal(walk(g, "main", "side", NULL, false), 1);
	assert_int_equal(walk(g, "main", "main", NULL, false), 0);
	assert_int_equal(walk(g, "other", "main", NULL, false), 1);
	assert_int_equal(walk(g, "side", "main", NULL, false), 0);
	/* Known ones cut their ancestors off; what is only seen goes on being looked through. */
	oid = rev(g, "c");
	tkt_oids_push(&some, &oid);
	oid = rev(g, "c~1");
	tkt_oids_push(&some, &oid);
	oid = rev(g, "a");
	tkt_oids_push(&some, &oid);
	assert_int_equal(walk(g, "main", "", &some, true), 3);
	assert_int_equal(walk(g, "main", "d", &some, true), 2);
	assert_int_equal(walk(g, "main", "c", &some, true), 3);
	tkt_oids_release(&some);
	tkt_git_free(g);
}

static void a_walk_ends_when_it_is_told_to(void **state)
{
	static volatile sig_atomic_t stop;
	struct tkt_git_opts opts = { .program = GIT_PROGRAM, .engine = TKT_GIT_LIBRARY, .stop = &stop };
	struct box *b = *state;
	struct seen s = { .stop_after = 2 };
	struct tkt_oids tips = { 0 };
	struct tkt_git_walk w = { .tips = &tips, .each = each, .payload = &s };
	struct tkt_git *g = NULL;
	struct tkt_oid oid;
	char path[128];

	repo_sh(b, diamond);
	snprintf(path, sizeof path, "%s/r", b->path);
	assert_int_equal(tkt_git_open(&g, path, &opts, &b->err), 0);
	oid = rev(g, "main");
	tkt_oids_push(&tips, &oid);
	box_failed(b, tkt_git_walk(g, &w, NULL, &b->err), TKT_ENO, "enough");
	assert_int_equal(s.oids.n, 2);
	stop = 1;
	box_failed(b, tkt_git_walk(g, &w, NULL, &b->err), TKT_EIO, "interrupted");
	assert_int_equal(s.oids.n, 2);
	tkt_oids_release(&s.oids);
	tkt_oids_release(&tips);
	tkt_git_free(g);
}

static void what_is_missing_is_told_and_the_rest_is_there(void **state)
{
	struct box *b = *state;
	struct seen s = { 0 };
	struct tkt_oids tips = { 0 };
	struct tkt_git_walk w = { .tips = &tips, .each = each, .payload = &s };
	struct tkt_git *g;
	struct tkt_oid oid, gone;
	bool missing = false;

	repo_sh(b, diamond);
	gone = repo_oid(repo_ask(b, "r", "git rev-parse d"));
	g = repo_start(b, "r", TKT_GIT_LIBRARY);
	oid = rev(g, "main");
	repo_sh(b, "cd r; x=$(g rev-parse d); rm -f .git/objects/$(echo $x | cut -c1-2)/$(echo $x | cut -c3-)\n");
	tkt_oids_push(&tips, &oid);
	assert_int_equal(tkt_git_walk(g, &w, &missing, &b->err), 0);
	assert_true(missing);
	assert_int_equal(s.oids.n, 5);
	/* As something seen it is ignored. */
	tkt_oids_release(&s.oids);
	w.seen = &(struct tkt_oids){ .items = &gone, .n = 1 };
	assert_int_equal(tkt_git_walk(g, &w, &missing, &b->err), 0);
	assert_false(missing);
	assert_int_equal(s.oids.n, 5);
	/* A commit that is not unreadable but wrong fails. */
	repo_sh(b, "cd r; x=$(g rev-parse side); f=.git/objects/$(echo $x | cut -c1-2)/$(echo $x | cut -c3-); chmod u+w $f;\n"
		   "printf 'x\\234garbage' >$f\n");
	w.seen = NULL;
	box_failed(b, tkt_git_walk(g, &w, &missing, &b->err), TKT_EIO, "cannot read commit");
	tkt_oids_release(&s.oids);
	tkt_oids_release(&tips);
	tkt_git_free(g);
}

/* --- starting ---------------------------------------------------------------------------------- */

static void what_it_cannot_read_is_refused_with_the_reason(void **state)
{
	static const struct { const char *script, *words; } cases[] = {
		{ "g init -q --object-format=sha256 r", "SHA-256" },
		{ "new r; c one; g config core.repositoryFormatVersion 1; g config extensions.refStorage reftable", "reftable" },
		{ "new r; c one; g config core.repositoryFormatVersion 1; g config extensions.partialClone origin", "partial clone" },
		{ "new r; c one; g config core.repositoryFormatVersion 1; g config extensions.relativeWorktrees true", "relativeworktrees" },
		{ "new r; c one; g config core.repositoryFormatVersion 2", "libgit2 cannot open" },
		{ "new r; c one; g rev-parse HEAD >.git/info/grafts", "grafts" },
		{ "new r; c one; echo '[broken' >>.git/config", "libgit2 cannot open" },
	};
	struct box *b = *state;

	for (size_t i = 0; i < TKT_LEN(cases); i++) {
		struct tkt_git *g = NULL;
		const char *name = NULL;

		repo_sh(b, "rm -rf r\n");
		repo_sh(b, cases[i].script);
		assert_int_equal(repo_open(b, "r", TKT_GIT_LIBRARY, &g), 0);
		box_failed(b, tkt_git_engine(g, &name, &b->err), TKT_EIO, cases[i].words);
		assert_null(name);
		tkt_git_free(g);
	}
}

static void it_says_its_version_and_starts_again_and_again(void **state)
{
	struct box *b = *state;

	repo_sh(b, "new r; c one\n");
	for (int i = 0; i < 5; i++) {
		struct tkt_git *g = repo_start(b, "r", TKT_GIT_LIBRARY), *h = repo_start(b, "r", TKT_GIT_LIBRARY);
		const char *name = NULL;

		assert_int_equal(tkt_git_engine(g, &name, &b->err), 0);
		assert_memory_equal(name, "libgit2 ", 8);
		tkt_git_free(g);
		assert_int_equal(walk(h, "HEAD", "", NULL, false), 1);
		tkt_git_free(h);
	}
}

static void nothing_in_the_repository_is_changed(void **state)
{
	struct box *b = *state;
	struct tkt_git_index index;
	struct tkt_git_refs refs;
	struct tkt_git_diff diff;
	struct tkt_git *g;
	struct tkt_oid oid;

	repo_sh(b, diamond);
	repo_sh(b, "cd r; echo a >a; g add a; find . -type f -print0 | sort -z | xargs -0 stat -c '%n %s %y %Z' >../before\n");
	g = repo_start(b, "r", TKT_GIT_LIBRARY);
	assert_int_equal(walk(g, "main", "", NULL, false), 6);
	assert_int_equal(tkt_git_refs(g, &refs, &b->err), 0);
	assert_int_equal(tkt_git_index(g, "", NULL, &index, &b->err), 0);
	oid = rev(g, "main");
	assert_int_equal(tkt_git_diff(g, &oid, TKT_GIT_PATCH, 0, &diff, &b->err), 0);
	tkt_git_refs_release(&refs);
	tkt_git_index_release(&index);
	tkt_git_diff_release(&diff);
	tkt_git_free(g);
	repo_sh(b, "cd r; find . -type f -print0 | sort -z | xargs -0 stat -c '%n %s %y %Z' >../after; cmp ../before ../after\n");
}

/* --- refs ------------------------------------------------------------------------------------------ */

static void a_branch_whose_commit_is_gone_stays_and_a_tag_does_not(void **state)
{
	struct box *b = *state;
	struct tkt_git_refs refs;
	struct tkt_git *g;

	repo_sh(b, "new r; c one; g tag -a -m t whole; h=0123456789012345678901234567890123456789\n"
		   "echo $h >.git/refs/heads/gone; echo $h >.git/refs/tags/gone; echo junk >.git/refs/heads/junk; : >.git/refs/heads/empty\n"
		   "g symbolic-ref refs/heads/alias refs/heads/main; g update-ref refs/notes/x HEAD; g update-ref refs/pull/1/head HEAD\n");
	g = repo_start(b, "r", TKT_GIT_LIBRARY);
	assert_int_equal(tkt_git_refs(g, &refs, &b->err), 0);
	assert_int_equal(refs.n, 4);
	assert_string_equal(refs.items[0].name, "HEAD");
	assert_string_equal(refs.items[1].name, "refs/heads/gone");
	assert_string_equal(refs.items[2].name, "refs/heads/main");
	assert_string_equal(refs.items[3].name, "refs/tags/whole");
	assert_true(tkt_oid_equal(&refs.items[3].oid, &refs.items[0].oid));
	tkt_git_refs_release(&refs);
	tkt_git_free(g);
}

static double now_ms(void)
{
	struct timeval t;

	gettimeofday(&t, NULL);
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static void thousands_of_refs_are_quick(void **state)
{
	struct box *b = *state;
	struct tkt_git_refs refs;
	struct tkt_git *g;
	double from;

	repo_sh(b, "new r; c one; g tag -a -m t t; { i=0; while [ $i -lt 5000 ]; do echo \"create refs/heads/b/$i HEAD\"; echo \"create refs/tags/x/$i t\"\n"
		   "i=$((i + 1)); done; } | g update-ref --stdin; g pack-refs --all\n");
	g = repo_start(b, "r", TKT_GIT_LIBRARY);
	from = now_ms();
	assert_int_equal(tkt_git_refs(g, &refs, &b->err), 0);
	print_message("# 10,000 refs: %.1f ms\n", now_ms() - from);
	assert_int_equal(refs.n, 10003);
	assert_true(now_ms() - from < 5000); /* not quadratic, on any machine */
	tkt_git_refs_release(&refs);
	tkt_git_free(g);
}

/* --- diffs ----------------------------------------------------------------------------------------- */

static void large_files_are_binary_and_large_patches_are_left_out(void **state)
{
	struct box *b = *state;
	struct tkt_git_diff d;
	struct tkt_git *g;
	struct tkt_oid oid;

	repo_sh(b, "new r; g config core.bigFileThreshold 1m; head -c 34000000 /dev/zero | tr '\\0' '\\n' >large; seq 100000 >fits; c one; echo >>large; echo >>fits; c two; g mv large moved; c three\n"
		   "echo >>moved; g mv moved large; c four\n");
	g = repo_start(b, "r", TKT_GIT_LIBRARY);
	oid = rev(g, "HEAD~3");
	assert_int_equal(tkt_git_diff(g, &oid, TKT_GIT_PATCH, 1000, &d, &b->err), 0);
	assert_int_equal(d.n, 2);
	assert_false(d.items[0].binary);
	assert_true(d.items[0].big);
	assert_int_equal(d.items[0].patch.len, 0);
	assert_int_equal(d.items[0].added, 100000);
	assert_true(d.items[1].binary);
	assert_int_equal(d.items[1].added, -1);
	assert_int_equal(d.added, 100000);
	tkt_git_diff_release(&d);
	oid = rev(g, "HEAD~2");
	assert_int_equal(tkt_git_diff(g, &oid, TKT_GIT_PATCH, 1000, &d, &b->err), 0);
	assert_false(d.items[0].big);
	assert_int_equal(d.items[0].added, 1);
	assert_true(d.items[0].patch.len > 0);
	assert_true(d.items[1].binary);
	tkt_git_diff_release(&d);
	oid = rev(g, "HEAD~1");
	assert_int_equal(tkt_git_diff(g, &oid, TKT_GIT_PATCH, 1000, &d, &b->err), 0);
	assert_int_equal(d.n, 1);
	assert_int_equal(d.items[0].status, 'R');
	tkt_git_diff_release(&d);
	tkt_git_free(g);
}

static void a_missing_file_is_an_error_and_not_an_empty_one(void **state)
{
	struct box *b = *state;
	struct tkt_git_diff d;
	struct tkt_git *g;
	struct tkt_oid oid;

	repo_sh(b, "new r; echo a >a; c one; echo b >>a; c two; x=$(g rev-parse HEAD:a); rm -f .git/objects/$(echo $x | cut -c1-2)/$(echo $x | cut -c3-)\n");
	g = repo_start(b, "r", TKT_GIT_LIBRARY);
	oid = rev(g, "HEAD");
	box_failed(b, tkt_git_diff(g, &oid, 0, 0, &d, &b->err), TKT_EIO, "cannot read file");
	assert_int_equal(d.n, 0);
	oid = rev(g, "HEAD~1");
	assert_int_equal(tkt_git_diff(g, &oid, 0, 0, &d, &b->err), 0);
	tkt_git_diff_release(&d);
	tkt_git_free(g);
}

/* --- git's index ----------------------------------------------------------------------------------- */

static void a_split_a_sparse_and_a_damaged_index_are_refused(void **state)
{
	struct box *b = *state;
	struct tkt_git_index index;
	struct tkt_git *g;

	repo_sh(b, "new r; mkdir d e; echo a >a; echo b >d/b; echo c >e/c; c one; cp .git/index ../good; g update-index --split-index; cp .git/index ../split\n"
		   "cp ../good .git/index; g sparse-checkout set --cone --sparse-index d; cp .git/index ../sparse; : >../empty; head -c 90 ../good >../cut\n"
		   "{ head -c 8 ../good; printf '\\377\\377\\377\\377'; tail -c +13 ../good; } >../many; { printf 'DIRC\\0\\0\\0\\5'; tail -c +9 ../good; } >../five\n"
		   "{ printf XIRC; tail -c +5 ../good; } >../other; mkdir ../directory\n");
	g = repo_start(b, "r", TKT_GIT_LIBRARY);
	{
		static const char *const files[][2] = {
			{ "split", "split" }, { "sparse", "sparse" }, { "empty", "damaged" }, { "cut", "damaged" }, { "many", "damaged" },
			{ "five", "version" }, { "other", "damaged" }, { "directory", "directory" },
		};

		for (size_t i = 0; i < TKT_LEN(files); i++) {
			char path[128];
			int code;

			snprintf(path, sizeof path, "%s/%s", b->path, files[i][0]);
			code = tkt_git_index(g, "", path, &index, &b->err);
			assert_true(code < 0);
			if (!strstr(b->err.message, files[i][1]))
				fail_msg("%s: '%s'", files[i][0], b->err.message);
			tkt_error_release(&b->err);
			tkt_git_index_release(&index);
		}
	}
	tkt_git_free(g);
}

/* Every byte of an index turned over: an answer or an error, and nothing read beyond the end. */
static void a_damaged_index_does_not_crash(void **state)
{
	struct box *b = *state;
	struct tkt_buf good = TKT_BUF_INIT;
	struct tkt_git_index index;
	struct tkt_git *g;
	char path[128];

	repo_sh(b, "new r; mkdir d; echo a >a; echo b >d/b; echo c >d/c; echo n >n; g add a d; g add -N n; g update-index --index-version 4\n");
	g = repo_start(b, "r", TKT_GIT_LIBRARY);
	snprintf(path, sizeof path, "%s/r/.git/index", b->path);
	assert_int_equal(tkt_file_slurp(path, 1 << 20, &good, &b->err), 0);
	for (size_t i = 0; i < good.len; i++) {
		static const unsigned char to[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };

		for (size_t k = 0; k < TKT_LEN(to); k++) {
			const char was = good.ptr[i];
			int fd;

			good.ptr[i] = (char)to[k];
			fd = openat(b->fd, "odd", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
			assert_int_equal(write(fd, good.ptr, good.len), (ssize_t)good.len);
			close(fd);
			snprintf(path, sizeof path, "%s/odd", b->path);
			(void)tkt_git_index(g, "", path, &index, NULL);
			tkt_git_index_release(&index);
			good.ptr[i] = was;
		}
	}
	tkt_buf_release(&good);
	tkt_git_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(a_walk_hands_each_commit_once_and_nothing_that_was_seen),
		BOX_TEST(a_walk_ends_when_it_is_told_to),
		BOX_TEST(what_is_missing_is_told_and_the_rest_is_there),
		BOX_TEST(what_it_cannot_read_is_refused_with_the_reason),
		BOX_TEST(it_says_its_version_and_starts_again_and_again),
		BOX_TEST(nothing_in_the_repository_is_changed),
		BOX_TEST(a_branch_whose_commit_is_gone_stays_and_a_tag_does_not),
		BOX_TEST(thousands_of_refs_are_quick),
		BOX_TEST(large_files_are_binary_and_large_patches_are_left_out),
		BOX_TEST(a_missing_file_is_an_error_and_not_an_empty_one),
		BOX_TEST(a_split_a_sparse_and_a_damaged_index_are_refused),
		BOX_TEST(a_damaged_index_does_not_crash),
	};

	repo_environment();
	return cmocka_run_group_tests_name("git library", tests, NULL, NULL);
}
