/* The engine that is the program `git`: what it tells, and what it does not let others run. */
#include "unit/git_repo.h"

#include <sys/resource.h>
#include <time.h>

/* --- walks ------------------------------------------------------------------------------------- */

struct seen {
	struct tkt_oids oids, known;
	struct tkt_buf messages; /* "[subject]" each */
	size_t asked;
	volatile sig_atomic_t *stop; /* set at the first commit */
};

static int each(void *payload, const struct tkt_git_commit *c, struct tkt_error *err)
{
	struct seen *s = payload;
	char *subject = tkt_git_subject(c);

	(void)err;
	for (size_t i = 0; i < s->oids.n; i++)
		assert_false(tkt_oid_equal(&s->oids.items[i], &c->oid));
	if (s->oids.n < 2000)
		tkt_oids_push(&s->oids, &c->oid);
	tkt_buf_printf(&s->messages, "[%s]", subject);
	free(subject);
	if (s->stop)
		*s->stop = 1;
	return 0;
}

static bool known(void *payload, const struct tkt_oid *oid)
{
	struct seen *s = payload;

	s->asked++;
	for (size_t i = 0; i < s->known.n; i++)
		if (tkt_oid_equal(&s->known.items[i], oid))
			return true;
	return false;
}

static void seen_release(struct seen *s)
{
	tkt_oids_release(&s->oids);
	tkt_oids_release(&s->known);
	tkt_buf_release(&s->messages);
}

static void add_rev(struct tkt_oids *out, struct tkt_git *g, const char *rev)
{
	struct tkt_error err = TKT_ERROR_INIT;
	struct tkt_oid oid;

	if (tkt_git_resolve(g, rev, &oid, &err))
		fail_msg("%s: %s", rev, err.message);
	tkt_oids_push(out, &oid);
}

static int walk(struct tkt_git *g, const char *tip, const char *seen, struct seen *s, bool *missing,
		struct tkt_error *err)
{
	struct tkt_oids tips = { 0 }, old = { 0 };
	struct tkt_git_walk w = { .tips = &tips, .seen = &old, .each = each, .payload = s };
	int code;

	if (tip)
		add_rev(&tips, g, tip);
	if (seen)
		add_rev(&old, g, seen);
	if (s->known.n)
		w.known = known;
	code = tkt_git_walk(g, &w, missing, err);
	tkt_oids_release(&tips);
	tkt_oids_release(&old);
	return code;
}

static void history_comes_once_each_and_not_what_is_seen(void **state)
{
	struct box *b = *state;
	struct seen s = { .messages = TKT_BUF_INIT };
	struct tkt_git *g;
	bool missing = true;

	repo_sh(b, "new r; c one; c two; g branch old; c three; g checkout -q -b x old; c four; g merge -q -m "
		   "five main\n");
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	assert_int_equal(walk(g, "x", NULL, &s, &missing, &b->err), 0);
	assert_int_equal(s.oids.n, 5);
	assert_false(missing);
	for (const char *const *p =
		     (const char *const[]){ "[one]", "[two]", "[three]", "[four]", "[five]", NULL };
	     *p; p++)
		assert_non_null(strstr(s.messages.ptr, *p));
	seen_release(&s);
	s = (struct seen){ .messages = TKT_BUF_INIT };
	assert_int_equal(walk(g, "x", "old", &s, &missing, &b->err), 0);
	assert_int_equal(s.oids.n, 3);
	/* What the caller knows ends it the same way, without a process that reads everything. */
	seen_release(&s);
	s = (struct seen){ .messages = TKT_BUF_INIT };
	add_rev(&s.known, g, "old");
	add_rev(&s.known, g, "old~1");
	assert_int_equal(walk(g, "x", "old", &s, &missing, &b->err), 0);
	assert_int_equal(s.oids.n, 3);
	assert_true(s.asked > 0);
	seen_release(&s);
	tkt_git_free(g);
}

static void a_long_way_back_to_what_is_known_is_given_to_git(void **state)
{
	struct box *b = *state;
	struct seen s = { .messages = TKT_BUF_INIT };
	struct tkt_git *g;
	bool missing = true;

	repo_sh(b, "new r; c first; g tag first; python3 -c '\n"
		   "for i in range(700):\n"
		   "    print(\"commit refs/heads/main\\ncommitter A <a@x> %d +0000\\ndata 2\\nm\\n%s\" % "
		   "(1780400000 + i, \"from refs/heads/main^0\\n\" if i == 0 else \"\"))\n"
		   "' | g fast-import --quiet\n");
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	add_rev(&s.known, g, "first");
	assert_int_equal(walk(g, "main", "first", &s, &missing, &b->err), 0);
	assert_int_equal(s.oids.n, 700);
	assert_false(missing);
	seen_release(&s);
	tkt_git_free(g);
}

static void what_is_missing_is_said_and_the_rest_is_told(void **state)
{
	struct box *b = *state;
	struct seen s = { .messages = TKT_BUF_INIT };
	struct tkt_oids tips = { 0 }, old = { 0 };
	struct tkt_git_walk w = { .tips = &tips, .seen = &old, .each = each, .payload = &s };
	struct tkt_oid gone;
	struct tkt_git *g;
	bool missing = false;

	repo_sh(b, "new r; c one; c two; c three; g tag t; c four; o=$(g rev-parse HEAD~2); g checkout -q -b "
		   "y; c five\n"
		   "rm -f .git/objects/$(echo $o | cut -c1-2)/$(echo $o | cut -c3-)\n");
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	assert_int_equal(walk(g, "y", NULL, &s, &missing, &b->err), 0);
	assert_true(missing);
	assert_int_equal(s.oids.n, 3); /* five, four, three; two is gone and one behind it */
	seen_release(&s);
	s = (struct seen){ .messages = TKT_BUF_INIT };
	assert_int_equal(walk(g, "y", "t", &s, &missing, &b->err), 0);
	assert_int_equal(s.oids.n, 2);
	seen_release(&s);
	/* tips and seen ones that are gone: the first matters, the other not */
	s = (struct seen){ .messages = TKT_BUF_INIT };
	gone = repo_oid("1234567890123456789012345678901234567890");
	add_rev(&tips, g, "y");
	tkt_oids_push(&tips, &gone);
	add_rev(&old, g, "main");
	assert_int_equal(tkt_git_walk(g, &w, &missing, &b->err), 0);
	assert_true(missing);
	assert_int_equal(s.oids.n, 1);
	tips.n = 1;
	tkt_oids_push(&old, &gone);
	s.oids.n = 0;
	assert_int_equal(tkt_git_walk(g, &w, &missing, &b->err), 0);
	assert_int_equal(s.oids.n, 1);
	seen_release(&s);
	tkt_oids_release(&tips);
	tkt_oids_release(&old);
	tkt_git_free(g);
}

static void a_walk_ends_when_a_signal_came(void **state)
{
	struct box *b = *state;
	volatile sig_atomic_t stop = 0;
	struct tkt_git_opts opts = { .program = GIT_PROGRAM, .engine = TKT_GIT_PROGRAM, .stop = &stop };
	struct seen s = { .messages = TKT_BUF_INIT, .stop = &stop };
	struct timespec from, to;
	struct tkt_git *g;
	char path[256];

	repo_sh(b, "new r; python3 -c '\n"
		   "for i in range(20000):\n"
		   "    print(\"commit refs/heads/main\\ncommitter A <a@x> %d +0000\\ndata 500\\n\" % "
		   "(1780400000 + i) + \"m\" * 500)\n"
		   "' | g fast-import --quiet\n");
	snprintf(path, sizeof path, "%s/r", b->path);
	assert_int_equal(tkt_git_open(&g, path, &opts, &b->err), 0);
	clock_gettime(CLOCK_MONOTONIC, &from);
	box_failed(b, walk(g, "main", NULL, &s, NULL, &b->err), TKT_EIO, "interrupted");
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true(to.tv_sec - from.tv_sec < 5);
	assert_true(s.messages.len < 20000 * 500 / 2);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
	seen_release(&s);
	tkt_git_free(g);
}

/* --- what people write ----------------------------------------------------------------------------- */

static void commit_is(struct box *b, struct tkt_git *g, const char *rev, const char *author, const char *email,
		      int64_t author_time, int64_t time, const char *message)
{
	struct tkt_git_commit c;
	struct tkt_oids tips = { 0 };

	add_rev(&tips, g, rev);
	if (tkt_git_commit(g, &tips.items[0], &c, &b->err))
		fail_msg("%s: %s", rev, b->err.message);
	assert_string_equal(c.author, author);
	assert_string_equal(c.email, email);
	assert_int_equal(c.author_time, author_time);
	assert_int_equal(c.time, time);
	assert_string_equal(c.message, message);
	assert_int_equal(c.message_len, strlen(message));
	tkt_git_commit_release(&c);
	tkt_oids_release(&tips);
}

struct copy {
	struct tkt_git *g;
	size_t n;
};

/* rev-list and cat-file must tell the same of every commit. */
static int same(void *payload, const struct tkt_git_commit *c, struct tkt_error *err)
{
	struct copy *s = payload;
	struct tkt_git_commit d;

	assert_int_equal(tkt_git_commit(s->g, &c->oid, &d, err), 0);
	assert_string_equal(c->author, d.author);
	assert_string_equal(c->email, d.email);
	assert_string_equal(c->message, d.message);
	assert_int_equal(c->author_time, d.author_time);
	assert_int_equal(c->time, d.time);
	assert_int_equal(c->parents.n, d.parents.n);
	assert_true(tkt_oid_equal(&c->tree, &d.tree));
	tkt_git_commit_release(&d);
	s->n++;
	return 0;
}

static const char odd_ones[] =
	"new r; c root; g config i18n.logOutputEncoding ISO-8859-1; g config i18n.commitEncoding KOI8-R\n"
	"t=$(g rev-parse HEAD^{tree}); p=$(g rev-parse HEAD)\n"
	"raw() { o=$(printf \"tree $t\\nparent $p\\n$2\" | g hash-object -t commit -w --literally --stdin); g "
	"update-ref refs/heads/$1 $o; }\n"
	"raw nul 'author A <a@x> 1 +0000\\ncommitter C <c@x> 2 +0000\\n\\nsub\\0ject\\n\\nbody TKT-1\\n'\n"
	"raw latin 'author M\\351l <m@x> 1 +0000\\ncommitter C <c@x> 2 +0000\\nencoding "
	"ISO-8859-1\\n\\ns\\351\\n'\n"
	"raw liar 'author A <a@x> 1 +0000\\ncommitter C <c@x> 2 +0000\\nencoding ../../evil\\n\\ns\\351\\n'\n"
	"raw crlf 'author A <a@x> 1 +0000\\ncommitter C <c@x> 2 +0000\\n\\nsubject\\r\\n\\r\\nbody \\r\\n'\n"
	"raw indent 'author A <a@x> 1 +0000\\ncommitter C <c@x> 2 +0000\\n\\n\\n \\n    subject\\n\\tgoes "
	"on\\n\\n\\n     code\\n\\n\\n'\n"
	"raw signed 'author A <a@x> 1 +0000\\ncommitter C <c@x> 2 +0000\\ngpgsig -----BEGIN\\n parent 00\\n "
	"author no\\n \\n -----END\\n\\nsigned\\n'\n"
	"raw empty 'author A <a@x> 1 +0000\\ncommitter C <c@x> 2 +0000\\n'\n"
	"raw escapes 'author A\\033[31m <a@x> 1 +0000\\ncommitter C <c@x> 2 +0000\\n\\n\\033]0;x\\007\\n'\n"
	"raw nomail 'author Just A Name\\ncommitter C <c@x> 2 +0000\\n\\nm\\n'\n"
	"raw negative 'author A <a@x> -5 +0000\\ncommitter C <c@x> -7 +9999\\n\\nm\\n'\n"
	"raw absurd 'author A <a@x> 99999999999999999999999 +0000\\ncommitter C <c@x> 2 +0000\\n\\nm\\n'\n"
	"raw angles 'author A> <a<b>@x> 1 +0000\\ncommitter <> 2\\n\\nm\\n'\n"
	"raw none '\\nno header at all\\n'\n";

static void what_people_write_is_taken_as_far_as_it_goes(void **state)
{
	struct box *b = *state;
	struct tkt_git *g;
	struct tkt_git_refs refs;
	struct tkt_oids tips = { 0 };
	struct copy s = { 0 };
	struct tkt_git_walk w = { .tips = &tips, .each = same, .payload = &s };
	bool missing;

	repo_sh(b, odd_ones);
	g = s.g = repo_start(b, "r", TKT_GIT_PROGRAM);
	commit_is(b, g, "nul", "A", "a@x", 1, 2, "sub\n");
	commit_is(b, g, "latin", "M\303\251l", "m@x", 1, 2, "s\303\251\n");
	commit_is(b, g, "liar", "A", "a@x", 1, 2, "s\351\n");
	commit_is(b, g, "crlf", "A", "a@x", 1, 2, "subject\n\nbody\n");
	commit_is(b, g, "indent", "A", "a@x", 1, 2, "    subject\n\tgoes on\n\n\n     code\n");
	commit_is(b, g, "signed", "A", "a@x", 1, 2, "signed\n");
	commit_is(b, g, "empty", "A", "a@x", 1, 2, "");
	commit_is(b, g, "escapes", "A\033[31m", "a@x", 1, 2, "\033]0;x\a\n");
	commit_is(b, g, "nomail", "Just A Name", "", 0, 2, "m\n");
	commit_is(b, g, "negative", "A", "a@x", -5, -7, "m\n");
	commit_is(b, g, "absurd", "A", "a@x", 0, 2, "m\n");
	commit_is(b, g, "angles", "A>", "a<b", 1, 2, "m\n");
	commit_is(b, g, "none", "", "", 0, 0, "no header at all\n");
	assert_int_equal(tkt_git_refs(g, &refs, &b->err), 0);
	for (size_t i = 0; i < refs.n; i++)
		tkt_oids_push(&tips, &refs.items[i].oid);
	assert_int_equal(tkt_git_walk(g, &w, &missing, &b->err), 0);
	assert_int_equal(s.n, 14);
	assert_false(missing);
	tkt_git_refs_release(&refs);
	tkt_oids_release(&tips);
	tkt_git_free(g);
}

/* --- refs and revisions ---------------------------------------------------------------------------- */

static void refs_are(struct box *b, struct tkt_git *g, const char *expected)
{
	struct tkt_buf is = TKT_BUF_INIT;
	struct tkt_git_refs refs;

	if (tkt_git_refs(g, &refs, &b->err))
		fail_msg("%s", b->err.message);
	for (size_t i = 0; i < refs.n; i++)
		tkt_buf_printf(&is, "%s ", refs.items[i].name);
	tkt_buf_printf(&is, "| %s |", refs.head ? refs.head : "detached");
	for (size_t i = 0; i < refs.mains.n; i++)
		tkt_buf_printf(&is, " %s", refs.mains.items[i]);
	assert_string_equal(is.ptr, expected);
	tkt_buf_release(&is);
	tkt_git_refs_release(&refs);
}

static void refs_lead_to_commits(void **state)
{
	struct box *b = *state;
	struct tkt_git_refs refs;
	struct tkt_git *g;
	struct tkt_oid one;

	repo_sh(b,
		"new r; echo x >f; c one; g tag -a -m a a; g tag -a -m b b a; g tag -a -m c c b; g tag light\n"
		"g tag file HEAD:f; g tag -a -m t tree 'HEAD^{tree}'; g tag -a -m tt tree2 tree; g branch -- "
		"side/x; g pack-refs --all; c two\n"
		"g symbolic-ref refs/heads/alias refs/heads/main; g update-ref refs/heads/--output=x HEAD\n");
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	refs_are(b, g,
		 "HEAD refs/heads/--output=x refs/heads/main refs/heads/side/x refs/tags/a refs/tags/b "
		 "refs/tags/c refs/tags/light "
		 "| refs/heads/main | refs/heads/main");
	assert_int_equal(tkt_git_refs(g, &refs, &b->err), 0);
	assert_int_equal(tkt_git_resolve(g, "HEAD~1", &one, &b->err), 0);
	for (size_t i = 3; i < refs.n; i++)
		assert_true(tkt_oid_equal(&refs.items[i].oid, &one));
	tkt_git_refs_release(&refs);
	tkt_git_free(g);
	/* A ref whose object is gone does not hide the others; the walk will tell. */
	repo_sh(b, "cd r; echo 1234567890123456789012345678901234567890 >.git/refs/heads/gone; cp "
		   ".git/refs/heads/gone .git/refs/tags/\n");
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	assert_int_equal(tkt_git_refs(g, &refs, &b->err), 0);
	assert_string_equal(refs.items[2].name, "refs/heads/gone");
	assert_int_equal(refs.n, 9);
	tkt_git_refs_release(&refs);
	tkt_git_free(g);
}

static void revision_is(struct box *b, struct tkt_git *g, const char *rev, const char *same_as)
{
	struct tkt_oid oid;
	char hex[TKT_OID_HEX], command[256];

	if (tkt_git_resolve(g, rev, &oid, &b->err))
		fail_msg("%s: %s", rev, b->err.message);
	tkt_oid_hex(&oid, hex);
	snprintf(command, sizeof command, "git rev-parse '%s'", same_as);
	assert_string_equal(hex, repo_ask(b, "r", command));
}

static void revisions_are_found_or_it_is_told_why_not(void **state)
{
	struct box *b = *state;
	struct tkt_oid oid;
	struct tkt_git *g;
	char hex[TKT_OID_HEX];

	repo_sh(b, "new r; echo x >f; c one; g tag -a -m t t; c two words; g checkout -q -b x; c three; g "
		   "checkout -q main\n"
		   "g update-ref refs/heads/-x HEAD\n");
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	revision_is(b, g, "HEAD~1", "t^{commit}");
	revision_is(b, g, "t", "t^{commit}");
	revision_is(b, g, ":/two words", "main");
	revision_is(b, g, "@{-1}", "x");
	revision_is(b, g, "refs/heads/-x", "main");
	tkt_oid_hex(&(struct tkt_oid){ .n = 0 }, hex);
	revision_is(b, g, repo_ask(b, "r", "git rev-parse --short=7 x"), "x");
	box_failed(b, tkt_git_resolve(g, "nope", &oid, &b->err), TKT_ENOTFOUND, "no commit 'nope'");
	box_failed(b, tkt_git_resolve(g, "1234567890123456789012345678901234567890", &oid, &b->err),
		   TKT_ENOTFOUND, "no commit '1234");
	box_failed(b, tkt_git_resolve(g, "HEAD:f", &oid, &b->err), TKT_EINVALID, "is no commit");
	box_failed(b, tkt_git_resolve(g, "HEAD^{tree}", &oid, &b->err), TKT_EINVALID, "is no commit");
	box_failed(b, tkt_git_resolve(g, repo_ask(b, "r", "git rev-parse HEAD:f"), &oid, &b->err), TKT_EINVALID,
		   "is no commit");
	for (const char *const *p = (const char *const[]){ "", "-x", "--output=x", "--all", "^HEAD", "a\nb",
							   "HEAD\033", NULL };
	     *p; p++) {
		assert_int_equal(tkt_git_resolve(g, *p, &oid, &b->err), TKT_EINVALID);
		tkt_error_release(&b->err);
	}
	box_failed(b, tkt_git_resolve(g, "HEAD..x", &oid, &b->err), TKT_ENOTFOUND, "no commit");
	tkt_git_free(g);
}

static void an_ambiguous_beginning_names_its_candidates(void **state)
{
	struct box *b = *state;
	struct tkt_oid oid;
	struct tkt_git *g;
	char digits[5] = "";

	/* Two commits among many whose names begin alike: four digits are enough for that. */
	repo_sh(b, "new r; python3 -c '\n"
		   "for i in range(1500):\n"
		   "    print(\"commit refs/heads/main\\ncommitter A <a@x> %d +0000\\ndata 7\\nsubject\\n\" % "
		   "(1780400000 + i))\n"
		   "' | g fast-import --quiet\n");
	snprintf(digits, sizeof digits, "%s",
		 repo_ask(b, "r", "git rev-list main | cut -c1-4 | sort | uniq -d | head -n 1"));
	assert_int_equal(strlen(digits), 4);
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	assert_int_equal(tkt_git_resolve(g, digits, &oid, &b->err), TKT_EAMBIGUOUS);
	assert_true(b->err.candidates.n >= 2);
	assert_true(tkt_starts_with(b->err.candidates.items[0], digits));
	assert_true(tkt_ends_with(b->err.candidates.items[0], " subject"));
	tkt_error_release(&b->err);
	tkt_git_free(g);
}

/* --- objects, the index, differences ----------------------------------------------------------------- */

static void objects_come_whole_or_not_at_all(void **state)
{
	struct box *b = *state;
	enum tkt_git_type type;
	struct tkt_git_tree tree;
	struct tkt_oid oid, head;
	struct tkt_git *g;

	repo_sh(b, "new r; mkdir -p d/e; head -c 3000000 /dev/zero >d/big; head -c 1000 /dev/zero >d/small; "
		   "printf 'a\\0b' >d/e/f; ln -s f d/e/l; c one\n");
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	assert_int_equal(tkt_git_resolve(g, "HEAD", &head, &b->err), 0);
	assert_int_equal(tkt_git_at(g, &head, "d/e/f", &oid, &b->err), 0);
	assert_int_equal(tkt_git_object(g, &oid, &type, &b->out, 3, &b->err), 0);
	assert_int_equal(type, TKT_GIT_BLOB);
	assert_int_equal(b->out.len, 3);
	assert_memory_equal(b->out.ptr, "a\0b", 3);
	box_failed(b, tkt_git_object(g, &oid, &type, &b->out, 2, &b->err), TKT_EINVALID, "larger than 2");
	assert_int_equal(tkt_git_at(g, &head, "d/big", &oid, &b->err), 0);
	box_failed(b, tkt_git_object(g, &oid, &type, &b->out, 2999999, &b->err), TKT_EINVALID,
		   "larger than 2999999");
	assert_int_equal(tkt_git_object(g, &oid, &type, &b->out, 3000000, &b->err), 0);
	assert_int_equal(b->out.len, 3000000);
	oid = repo_oid("1234567890123456789012345678901234567890");
	box_failed(b, tkt_git_object(g, &oid, &type, &b->out, 99, &b->err), TKT_ENOTFOUND, "no object '1234");
	assert_int_equal(tkt_git_tree(g, &head, "d/e", &tree, &b->err), 0);
	assert_int_equal(tree.n, 2);
	assert_string_equal(tree.items[0].name, "f");
	assert_int_equal(tree.items[0].mode, 0100644);
	assert_int_equal(tree.items[1].mode, 0120000);
	tkt_git_tree_release(&tree);
	assert_int_equal(tkt_git_tree(g, &head, "", &tree, &b->err), 0);
	assert_int_equal(tree.items[0].mode, 040000);
	tkt_git_tree_release(&tree);
	box_failed(b, tkt_git_tree(g, &head, "d/e/f", &tree, &b->err), TKT_ENOTFOUND, "a file stands");
	box_failed(b, tkt_git_at(g, &head, "d/e/f/g", &oid, &b->err), TKT_ENOTFOUND, "there is no");
	box_failed(b, tkt_git_at(g, &head, "d/x", &oid, &b->err), TKT_ENOTFOUND, "there is no 'd/x'");
	tkt_git_free(g);
}

static void the_index_is_told_with_its_conflicts(void **state)
{
	struct box *b = *state;
	struct tkt_git_index index;
	struct tkt_git *g;

	repo_sh(b, "new r; mkdir t; echo 1 >t/f; echo 1 >other; c one; g checkout -q -b x; echo 2 >t/f; c two; "
		   "g checkout -q main\n"
		   "echo 3 >t/f; c three; g merge -q x || true; echo n >'t/:(top)new'; g add t/:*; cp "
		   ".git/index .git/i2; g reset -q --hard\n");
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	assert_int_equal(tkt_git_index(g, "", NULL, &index, &b->err), 0);
	assert_int_equal(index.n, 2);
	tkt_git_index_release(&index);
	assert_int_equal(tkt_git_index(g, "t", ".git/i2", &index, &b->err), 0);
	assert_int_equal(index.n, 4);
	assert_string_equal(index.items[0].path, "t/:(top)new");
	assert_int_equal(index.items[0].stage, 0);
	for (int i = 1; i < 4; i++) {
		assert_string_equal(index.items[i].path, "t/f");
		assert_int_equal(index.items[i].stage, i);
		assert_int_equal(index.items[i].mode, 0100644);
	}
	tkt_git_index_release(&index);
	assert_int_equal(tkt_git_index(g, ":(exclude)t", NULL, &index, &b->err), 0); /* a name, no magic */
	assert_int_equal(index.n, 0);
	tkt_git_index_release(&index);
	tkt_git_free(g);
}

static void diff_is(struct box *b, struct tkt_git *g, const char *rev, unsigned what, size_t max,
		    const char *expected)
{
	struct tkt_buf is = TKT_BUF_INIT;
	struct tkt_git_diff d;
	struct tkt_oid oid;

	assert_int_equal(tkt_git_resolve(g, rev, &oid, &b->err), 0);
	if (tkt_git_diff(g, &oid, what, max, &d, &b->err))
		fail_msg("%s: %s", rev, b->err.message);
	for (size_t i = 0; i < d.n; i++) {
		struct tkt_git_file *f = &d.items[i];

		tkt_buf_printf(&is, "%c %o %o %ld %ld %s%s%s%s%s\n%s", f->status, f->old_mode, f->mode,
			       f->added, f->removed, f->path, f->old_path ? " was " : "",
			       f->old_path ? f->old_path : "", f->binary ? " binary" : "", f->big ? " big" : "",
			       f->patch.ptr);
	}
	tkt_buf_printf(&is, "%ld %ld%s", d.added, d.removed, d.missing ? " missing" : "");
	assert_string_equal(is.ptr, expected);
	tkt_buf_release(&is);
	tkt_git_diff_release(&d);
}

static const char changes[] = "new r; printf 'a\\nb\\nc\\n' >f; printf x >'n\ndiff --git a'; seq 1 50 >ren; ln "
			      "-s f l; printf 'a\\0b' >bin; echo '@@ -1 +1 @@' >at; c 1\n"
			      "g mv ren ren2; echo 51 >>ren2; rm l; echo file >l; printf 'a\\0c' >bin; echo y "
			      ">>'n\ndiff --git a'; chmod +x f; echo new >'sp ace'\n"
			      "echo 'diff --git a/f b/f' >at; : >empty; c 2; g rm -q at; c 3\n";

static void what_a_commit_changed_is_told(void **state)
{
	struct box *b = *state;
	struct tkt_git *g;

	repo_sh(b, changes);
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	diff_is(b, g, "HEAD~1", TKT_GIT_PATCH, 0,
		"M 100644 100644 1 1 at\n@@ -1 +1 @@\n-@@ -1 +1 @@\n+diff --git a/f b/f\n"
		"M 100644 100644 -1 -1 bin binary\n"
		"A 0 100644 0 0 empty\n"
		"M 100644 100755 0 0 f\n"
		"T 120000 100644 1 1 l\n@@ -1 +0,0 @@\n-f\n\\ No newline at end of file\n@@ -0,0 +1 @@\n+file\n"
		"M 100644 100644 1 1 n\ndiff --git a\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+xy\n"
		"R 100644 100644 1 0 ren2 was ren\n@@ -48,3 +48,4 @@\n 48\n 49\n 50\n+51\n"
		"A 0 100644 1 0 sp ace\n@@ -0,0 +1 @@\n+new\n"
		"5 3");
	diff_is(b, g, "HEAD~2", TKT_GIT_STAT, 0,
		"A 0 100644 1 0 at\nA 0 100644 -1 -1 bin binary\nA 0 100644 3 0 f\nA 0 120000 1 0 l\n"
		"A 0 100644 1 0 n\ndiff --git a\nA 0 100644 50 0 ren\n56 0");
	diff_is(b, g, "HEAD", TKT_GIT_PATCH, 12, "D 100644 0 0 1 at big\n0 1");
	tkt_git_free(g);
}

static void a_merge_is_told_against_its_first_parent_and_nothing_may_be_nothing(void **state)
{
	struct box *b = *state;
	struct tkt_git *g;

	repo_sh(b, "new r; c zero; echo a >a; c one; g checkout -q -b x HEAD~1; echo b >b; c two; g checkout "
		   "-q main; g merge -q -m m x; c none\n");
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	diff_is(b, g, "HEAD", TKT_GIT_PATCH, 0, "0 0");
	diff_is(b, g, "HEAD~1", TKT_GIT_PATCH, 0, "A 0 100644 1 0 b\n@@ -0,0 +1 @@\n+b\n1 0");
	diff_is(b, g, "HEAD~3", TKT_GIT_STAT, 0, "0 0");
	tkt_git_free(g);
}

static void nobodys_configuration_changes_a_difference(void **state)
{
	struct box *b = *state;
	struct tkt_git *g;

	repo_sh(b, changes);
	repo_sh(b, "cd r; printf 'a\\n\\nb\\n' >gap; c 4; printf 'a\\n\\nc\\n' >gap; c 5\n");
	repo_sh(b, "cd r; for s in diff.noprefix=true diff.mnemonicPrefix=true diff.algorithm=patience "
		   "diff.context=0 diff.renames=false\\\n"
		   " diff.suppressBlankEmpty=true diff.renameLimit=1 diff.orderFile=/nonexistent "
		   "color.ui=always color.diff=always\\\n"
		   " core.quotePath=false diff.submodule=log diff.relative=true diff.external=/bin/false "
		   "diff.wsErrorHighlight=all; do\n"
		   "g config \"${s%%=*}\" \"${s#*=}\"; done\n");
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	diff_is(b, g, "HEAD~3", TKT_GIT_STAT, 0,
		"M 100644 100644 1 1 at\nM 100644 100644 -1 -1 bin binary\nA 0 100644 0 0 empty\nM 100644 "
		"100755 0 0 f\nT 120000 100644 1 1 l\n"
		"M 100644 100644 1 1 n\ndiff --git a\nR 100644 100644 1 0 ren2 was ren\nA 0 100644 1 0 sp "
		"ace\n5 3");
	diff_is(b, g, "HEAD~2", TKT_GIT_PATCH, 0, "D 100644 0 0 1 at\n@@ -1 +0,0 @@\n-diff --git a/f b/f\n0 1");
	diff_is(b, g, "HEAD", TKT_GIT_PATCH, 0, "M 100644 100644 1 1 gap\n@@ -1,3 +1,3 @@\n a\n \n-b\n+c\n1 1");
	tkt_git_free(g);
}

/* git, as a script of ours sees it: each call is a line of the file `calls`. */
static struct tkt_git *start_with(struct box *b, const char *script)
{
	static char program[1024];
	struct tkt_git_opts opts = { .program = program, .engine = TKT_GIT_PROGRAM };
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_git *g = NULL;
	char path[1024];

	tkt_buf_printf(&text, "#!/bin/sh\necho \"$*\" >>'%s/calls'\n%s\nexec " GIT_PROGRAM " \"$@\"\n", b->path,
		       script);
	box_put(b, "wrapped", text.ptr);
	tkt_buf_release(&text);
	assert_int_equal(fchmodat(b->fd, "wrapped", 0755, 0), 0);
	unlinkat(b->fd, "calls", 0);
	snprintf(program, sizeof program, "%s/wrapped", b->path);
	snprintf(path, sizeof path, "%s/r", b->path);
	if (tkt_git_open(&g, path, &opts, &b->err) || tkt_git_engine(g, NULL, &b->err))
		fail_msg("%s", b->err.message);
	return g;
}

static const char *calls_of(struct box *b, const char *pattern)
{
	char command[256];

	snprintf(command, sizeof command, "grep -c -e '%s' calls", pattern);
	return repo_ask(b, ".", command);
}

static void the_numbers_of_many_commits_come_from_one_git(void **state)
{
	struct box *b = *state;
	struct tkt_git *g;

	repo_sh(b, "new r; echo a >a; c one; printf 'end\n' >'end\n'; c two; printf 'end\nend\n' >'end\n'; c three; "
		   "c none\n");
	g = start_with(b, "");
	for (int i = 0; i < 3; i++) {
		diff_is(b, g, "HEAD", TKT_GIT_STAT, 0, "0 0");
		diff_is(b, g, "HEAD~1", TKT_GIT_STAT, 0, "M 100644 100644 1 0 end\n\n1 0");
		diff_is(b, g, "HEAD~2", TKT_GIT_STAT, 0, "A 0 100644 1 0 end\n\n1 0");
		diff_is(b, g, "HEAD~3", TKT_GIT_STAT, 0, "A 0 100644 1 0 a\n1 0");
	}
	assert_string_equal(calls_of(b, "diff-tree"), "1");
	/* It began without what came later. */
	repo_sh(b, "cd r; echo b >b; c four; g gc -q\n");
	diff_is(b, g, "HEAD", TKT_GIT_STAT, 0, "A 0 100644 1 0 b\n1 0");
	diff_is(b, g, "HEAD~3", TKT_GIT_STAT, 0, "A 0 100644 1 0 end\n\n1 0");
	assert_string_equal(calls_of(b, "diff-tree"), "1");
	tkt_git_free(g);
}

static void a_git_that_ends_too_early_is_no_answer(void **state)
{
	/* At once; amid an answer; without the name of the commit, which nobody asked for. */
	static const char *const ends[] = { "exit 3", "printf ':100644 100644 1 2 M\\0a'; exit 0",
					    "printf 'end\\n'", "printf 'end\\nend\\n'; exit 0" };
	struct box *b = *state;
	char script[256];

	repo_sh(b, "new r; echo a >a; c one; echo b >b; c two; c none\n");
	for (size_t i = 0; i < TKT_LEN(ends); i++) {
		struct tkt_git *g;

		snprintf(script, sizeof script, "case \"$*\" in *--always*) %s ;; esac", ends[i]);
		g = start_with(b, script);
		diff_is(b, g, "HEAD~1", TKT_GIT_STAT, 0, "A 0 100644 1 0 b\n1 0");
		diff_is(b, g, "HEAD~2", TKT_GIT_STAT, 0, "A 0 100644 1 0 a\n1 0");
		diff_is(b, g, "HEAD", TKT_GIT_STAT, 0, "0 0");
		tkt_git_free(g);
	}
}

static void what_cannot_be_read_is_not_told_as_nothing(void **state)
{
	struct box *b = *state;
	struct tkt_git_diff d;
	struct tkt_oid oid;
	struct tkt_git *g;

	repo_sh(b, "new r; mkdir d; echo a >d/a; c one; echo b >d/b; c two; t=$(g rev-parse HEAD:d); rm -f "
		   ".git/objects/${t%${t#??}}/${t#??}\n");
	g = start_with(b, "");
	diff_is(b, g, "HEAD~1", TKT_GIT_STAT, 0, "A 0 100644 1 0 d/a\n1 0");
	assert_int_equal(tkt_git_resolve(g, "HEAD", &oid, &b->err), 0);
	box_failed(b, tkt_git_diff(g, &oid, TKT_GIT_STAT, 0, &d, &b->err), TKT_EIO, "git cannot tell what a commit changed");
	diff_is(b, g, "HEAD~1", TKT_GIT_STAT, 0, "A 0 100644 1 0 d/a\n1 0");
	/* A commit that is another: of it the git that stays says nothing. */
	repo_sh(b, "cd r; o() { o=$(g rev-parse $1); echo .git/objects/${o%${o#??}}/${o#??}; }; echo c >c; c three; "
		   "cp -f $(o HEAD~2) $(o HEAD)\n");
	diff_is(b, g, "HEAD", TKT_GIT_STAT, 0, "A 0 100644 1 0 d/a\n1 0");
	tkt_git_free(g);
}

static void a_huge_file_is_no_matter(void **state)
{
	struct box *b = *state;
	struct tkt_git_diff d;
	struct tkt_oid oid;
	struct rusage use;
	struct tkt_git *g;

	repo_sh(b, "new r; c 0; yes 'a line of text that goes on' | head -c 20000000 >long; tr -d '\\n' <long "
		   ">line; c 1; "
		   "yes 'a line of text that goes on' | head -c 100000000 >huge; c 2\n");
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	assert_int_equal(tkt_git_resolve(g, "HEAD", &oid, &b->err), 0);
	assert_int_equal(tkt_git_diff(g, &oid, TKT_GIT_PATCH, 100000, &d, &b->err), 0);
	assert_int_equal(d.n, 1);
	assert_true(d.items[0].binary);
	tkt_git_diff_release(&d);
	assert_int_equal(tkt_git_resolve(g, "HEAD~1", &oid, &b->err), 0);
	assert_int_equal(tkt_git_diff(g, &oid, TKT_GIT_PATCH, 100000, &d, &b->err), 0);
	assert_int_equal(d.n, 2);
	assert_true(d.items[0].big && d.items[1].big);
	assert_int_equal(d.items[0].patch.len + d.items[1].patch.len, 0);
	assert_int_equal(d.items[0].added, 1);
	tkt_git_diff_release(&d);
	tkt_git_free(g);
	getrusage(RUSAGE_SELF, &use);
#ifndef __SANITIZE_ADDRESS__
	assert_true(use.ru_maxrss < 30000); /* ours: no patch was held */
#endif
}

/* --- kinds of repositories --------------------------------------------------------------------------- */

static void a_sha256_repository_is_read(void **state)
{
	struct box *b = *state;
	struct seen s = { .messages = TKT_BUF_INIT };
	struct tkt_git *g;
	bool missing = true;

	repo_sh(b, "g init -q --object-format=sha256 r; cd r; echo a >a; c one; echo b >a; c two; g tag -a -m "
		   "t t\n");
	g = repo_start(b, "r", TKT_GIT_AUTO);
	assert_true(tkt_git_facts(g)->sha256);
	refs_are(b, g, "HEAD refs/heads/main refs/tags/t | refs/heads/main | refs/heads/main");
	assert_int_equal(walk(g, "t", NULL, &s, &missing, &b->err), 0);
	assert_int_equal(s.oids.n, 2);
	assert_int_equal(s.oids.items[0].n, 32);
	diff_is(b, g, "HEAD", TKT_GIT_PATCH, 0, "M 100644 100644 1 1 a\n@@ -1 +1 @@\n-a\n+b\n1 1");
	diff_is(b, g, "HEAD~1", TKT_GIT_STAT, 0, "A 0 100644 1 0 a\n1 0");
	seen_release(&s);
	tkt_git_free(g);
}

static void a_shallow_clone_ends_where_it_ends(void **state)
{
	struct box *b = *state;
	struct seen s = { .messages = TKT_BUF_INIT };
	struct tkt_git_commit c;
	struct tkt_git_diff d;
	struct tkt_oid oid;
	struct tkt_git *g;
	bool missing = true;

	repo_sh(b, "new o; echo 1 >f; c one; echo 2 >f; c two; echo 3 >f; c three; cd ..; g clone -q --depth 2 "
		   "\"file://$PWD/o\" r\n");
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	assert_true(tkt_git_facts(g)->shallow);
	assert_int_equal(walk(g, "HEAD", NULL, &s, &missing, &b->err), 0);
	assert_int_equal(s.oids.n, 2);
	assert_false(missing);
	assert_int_equal(tkt_git_resolve(g, "HEAD~1", &oid, &b->err), 0);
	assert_int_equal(tkt_git_commit(g, &oid, &c, &b->err), 0);
	assert_int_equal(c.parents.n, 0);
	tkt_git_commit_release(&c);
	box_failed(b, tkt_git_diff(g, &oid, TKT_GIT_STAT, 0, &d, &b->err), TKT_EIO, "shallow clone ends here");
	diff_is(b, g, "HEAD", TKT_GIT_STAT, 0, "M 100644 100644 1 1 f\n1 1");
	seen_release(&s);
	tkt_git_free(g);
}

static void a_partial_clone_fetches_only_when_asked(void **state)
{
	struct box *b = *state;
	struct seen s = { .messages = TKT_BUF_INIT };
	enum tkt_git_type type;
	struct tkt_git *g;
	struct tkt_oid oid;
	bool missing = true;
	char objects[64];

	repo_sh(b, "new o; echo 1 >f; c one; echo 2 >f; c two; echo 3 >f; c three; g config "
		   "uploadpack.allowFilter true; cd ..\n"
		   "g clone -q --no-checkout --filter=blob:none \"file://$PWD/o\" r; g clone -q --no-checkout "
		   "--filter=tree:0 \"file://$PWD/o\" t\n");
	snprintf(objects, sizeof objects, "%s", repo_ask(b, "r", "git count-objects -v | grep -c . ; true"));
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	assert_true(tkt_git_facts(g)->partial);
	assert_int_equal(walk(g, "HEAD", NULL, &s, &missing, &b->err), 0);
	assert_int_equal(s.oids.n, 3);
	assert_false(missing);
	diff_is(b, g, "HEAD", TKT_GIT_STAT, 0, "M 100644 100644 -1 -1 f\n0 0 missing");
	assert_int_equal(tkt_git_resolve(g, "HEAD", &oid, &b->err), 0);
	assert_int_equal(tkt_git_at(g, &oid, "f", &oid, &b->err), 0);
	box_failed(b, tkt_git_object(g, &oid, &type, &b->out, 99, &b->err), TKT_ENOTFOUND, "object");
	assert_string_equal(repo_ask(b, "r", "git rev-list --objects --missing=print --all | grep -c '^?'"),
			    "3");
	diff_is(b, g, "HEAD", TKT_GIT_PATCH | TKT_GIT_FETCH, 0,
		"M 100644 100644 1 1 f\n@@ -1 +1 @@\n-2\n+3\n1 1");
	assert_string_equal(repo_ask(b, "r", "git rev-list --objects --missing=print --all | grep -c '^?'"),
			    "1");
	seen_release(&s);
	tkt_git_free(g);
	s = (struct seen){ .messages = TKT_BUF_INIT };
	g = repo_start(b, "t", TKT_GIT_PROGRAM);
	assert_int_equal(walk(g, "HEAD", NULL, &s, &missing, &b->err), 0);
	assert_int_equal(s.oids.n, 3);
	diff_is(b, g, "HEAD", TKT_GIT_STAT, 0, "0 0 missing");
	seen_release(&s);
	tkt_git_free(g);
}

/* --- hostile ones ---------------------------------------------------------------------------------- */

static void nothing_that_the_repository_names_is_run(void **state)
{
	struct box *b = *state;
	struct seen s = { .messages = TKT_BUF_INIT };
	struct tkt_git_index index;
	struct tkt_git *g;
	struct stat st;
	char here[256], path[300], old_path[4096], evil[400], trace[400];

	repo_sh(b, "new r; echo 1 >f.txt; c one; echo 2 >f.txt; c two\n"
		   "printf '#!/bin/sh\\necho \"$0 $*\" >>%s/ran\\nexit 1\\n' \"$(cd .. && pwd)\" >git; chmod "
		   "+x git; cp git ../evil; ls ..\n"
		   "e=$(cd .. && pwd)/evil\n"
		   "for k in core.fsmonitor core.pager core.sshCommand core.editor core.askPass diff.external "
		   "diff.x.textconv diff.x.command\\\n"
		   " filter.x.clean filter.x.smudge filter.x.process gpg.program pager.rev-list "
		   "pager.diff-tree core.gitProxy credential.helper\\\n"
		   " alias.rev-list alias.cat-file core.alternateRefsCommand uploadpack.packObjectsHook; do g "
		   "config $k \"$e\"; done\n"
		   "g config log.showSignature true; mkdir -p hooks; cp git hooks/post-index-change; g config "
		   "core.hooksPath \"$PWD/hooks\"\n"
		   "echo '* diff=x filter=x' >.gitattributes; cp git .git/hooks/post-index-change\n"
		   "g config extensions.partialClone x; g config remote.x.url \"ext::$e\"; g config "
		   "remote.x.promisor true; g config protocol.ext.allow always\n"
		   "g config remote.x.uploadpack \"$e\"; g config core.repositoryFormatVersion 1\n");
	snprintf(path, sizeof path, "%s/r", b->path);
	snprintf(evil, sizeof evil, "%s/evil", b->path);
	snprintf(old_path, sizeof old_path, "%s", getenv("PATH"));
	assert_non_null(getcwd(here, sizeof here));
	assert_int_equal(chdir(path), 0);
	setenv("PATH", ".:", 1);
	setenv("GIT_EXTERNAL_DIFF", evil, 1);
	setenv("GIT_PAGER", evil, 1);
	setenv("GIT_SSH_COMMAND", evil, 1);
	setenv("GIT_DIR", "/nonexistent", 1);
	setenv("GIT_INDEX_FILE", "/nonexistent", 1);
	setenv("GIT_OBJECT_DIRECTORY", "/nonexistent", 1);
	setenv("GIT_CONFIG_COUNT", "1", 1);
	setenv("GIT_CONFIG_KEY_0", "core.fsmonitor", 1);
	setenv("GIT_CONFIG_VALUE_0", evil, 1);
	setenv("GIT_ICASE_PATHSPECS", "1", 1);
	snprintf(trace, sizeof trace, "%s/ran", b->path);
	setenv("GIT_TRACE2", trace, 1);
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	assert_int_equal(walk(g, "HEAD", NULL, &s, NULL, &b->err), 0);
	assert_int_equal(s.oids.n, 2);
	refs_are(b, g, "HEAD refs/heads/main | refs/heads/main | refs/heads/main");
	diff_is(b, g, "HEAD", TKT_GIT_PATCH | TKT_GIT_FETCH, 0,
		"M 100644 100644 1 1 f.txt\n@@ -1 +1 @@\n-1\n+2\n1 1");
	diff_is(b, g, "HEAD", TKT_GIT_STAT, 0, "M 100644 100644 1 1 f.txt\n1 1");
	assert_int_equal(tkt_git_index(g, "f.txt", NULL, &index, &b->err), 0);
	assert_int_equal(index.n, 1);
	tkt_git_index_release(&index);
	/* a missing object, too, runs nothing: the remote may be any program */
	s.oids.n = 0;
	{
		struct tkt_oid oid = repo_oid("1234567890123456789012345678901234567890");
		enum tkt_git_type type;

		box_failed(b, tkt_git_object(g, &oid, &type, &b->out, 99, &b->err), TKT_ENOTFOUND, "object");
	}
	tkt_git_free(g);
	for (const char *const *p =
		     (const char *const[]){ "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND", "GIT_DIR",
					    "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_CONFIG_COUNT",
					    "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0", "GIT_ICASE_PATHSPECS",
					    "GIT_TRACE2", NULL };
	     *p; p++)
		unsetenv(*p);
	setenv("PATH", old_path, 1);
	assert_int_equal(chdir(here), 0);
	if (fstatat(b->fd, "ran", &st, 0) == 0)
		box_holds(b, "ran", "");
	seen_release(&s);
}

/* The git that stays reads no partial clone, as the repository above is one. */
static void numbers_run_nothing_either(void **state)
{
	struct box *b = *state;
	struct tkt_git *g;
	struct stat st;

	repo_sh(b, "new r; echo 1 >f; echo '* diff=x filter=x' >.gitattributes; c one; echo 2 >f; c two\n"
		   "printf '#!/bin/sh\\n: >%s/ran\\nexit 1\\n' \"$(cd .. && pwd)\" >../evil; chmod +x ../evil\n"
		   "for k in diff.external diff.x.textconv diff.x.command filter.x.clean filter.x.smudge filter.x.process "
		   "core.fsmonitor core.pager; do g config $k \"$(cd .. && pwd)/evil\"; done\n");
	unlinkat(b->fd, "ran", 0);
	g = start_with(b, "");
	diff_is(b, g, "HEAD", TKT_GIT_STAT, 0, "M 100644 100644 1 1 f\n1 1");
	assert_string_equal(calls_of(b, "--stdin"), "1");
	tkt_git_free(g);
	assert_int_equal(fstatat(b->fd, "ran", &st, 0), -1);
}

static void replacements_and_grafts_do_not_count(void **state)
{
	struct box *b = *state;
	struct seen s = { .messages = TKT_BUF_INIT };
	struct tkt_git *g;

	repo_sh(b, "new r; c one; c two; c three; o=$(g rev-parse HEAD~1); g replace --graft HEAD; mkdir -p "
		   ".git/info; echo $o >.git/info/grafts\n");
	g = repo_start(b, "r", TKT_GIT_PROGRAM);
	assert_int_equal(walk(g, "HEAD", NULL, &s, NULL, &b->err), 0);
	assert_int_equal(s.oids.n, 3);
	assert_true(tkt_git_facts(g)->grafts);
	seen_release(&s);
	tkt_git_free(g);
}

static void what_git_says_no_to_is_told(void **state)
{
	struct box *b = *state;
	struct tkt_git *g;
	const char *name;

	repo_sh(b, "new r; c one\n");
	setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1", 1);
	assert_int_equal(repo_open(b, "r", TKT_GIT_PROGRAM, &g), 0);
	assert_int_equal(tkt_git_engine(g, &name, &b->err), TKT_EIO);
	assert_non_null(strstr(b->err.message, "somebody else owns it"));
	assert_non_null(strstr(b->err.hint, "safe.directory"));
	tkt_error_release(&b->err);
	box_failed(b, tkt_git_engine(g, &name, &b->err), TKT_EIO,
		   "somebody else owns it"); /* not tried again */
	unsetenv("GIT_TEST_ASSUME_DIFFERENT_OWNER");
	tkt_git_free(g);
	/* a directory that we take for a repository and git does not must not make it answer for the next one
	 * above */
	repo_sh(b, "cd r; mkdir -p in/.git/objects in/.git/refs; echo ref: refs/heads/main >in/.git/HEAD; g "
		   "config -f in/.git/config core.repositoryformatversion 99\n");
	assert_int_equal(repo_open(b, "r/in", TKT_GIT_PROGRAM, &g), 0);
	assert_int_equal(tkt_git_engine(g, &name, &b->err), TKT_EIO);
	tkt_error_release(&b->err);
	tkt_git_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(history_comes_once_each_and_not_what_is_seen),
		BOX_TEST(a_long_way_back_to_what_is_known_is_given_to_git),
		BOX_TEST(what_is_missing_is_said_and_the_rest_is_told),
		BOX_TEST(a_walk_ends_when_a_signal_came),
		BOX_TEST(what_people_write_is_taken_as_far_as_it_goes),
		BOX_TEST(refs_lead_to_commits),
		BOX_TEST(revisions_are_found_or_it_is_told_why_not),
		BOX_TEST(an_ambiguous_beginning_names_its_candidates),
		BOX_TEST(objects_come_whole_or_not_at_all),
		BOX_TEST(the_index_is_told_with_its_conflicts),
		BOX_TEST(what_a_commit_changed_is_told),
		BOX_TEST(a_merge_is_told_against_its_first_parent_and_nothing_may_be_nothing),
		BOX_TEST(nobodys_configuration_changes_a_difference),
		BOX_TEST(the_numbers_of_many_commits_come_from_one_git),
		BOX_TEST(a_git_that_ends_too_early_is_no_answer),
		BOX_TEST(what_cannot_be_read_is_not_told_as_nothing),
		BOX_TEST(a_huge_file_is_no_matter),
		BOX_TEST(a_sha256_repository_is_read),
		BOX_TEST(a_shallow_clone_ends_where_it_ends),
		BOX_TEST(a_partial_clone_fetches_only_when_asked),
		BOX_TEST(nothing_that_the_repository_names_is_run),
		BOX_TEST(numbers_run_nothing_either),
		BOX_TEST(replacements_and_grafts_do_not_count),
		BOX_TEST(what_git_says_no_to_is_told),
	};

	repo_environment();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
