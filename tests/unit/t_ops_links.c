/* What ops/links makes of threads, names and a repository that changes under it. */
#include "unit/project.h"

#include <time.h>

#include "base/mem.h"
#include "ops/links_int.h"
#include "sys/lock.h"
#include "text/ref.h"

/* --- a repository ----------------------------------------------------------------------------------- */

static void git(struct box *b, const char *command)
{
	char line[1024], out[256];
	FILE *f;

	snprintf(line, sizeof line,
		 "cd '%s' && GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=c"
		 " GIT_COMMITTER_EMAIL=c@d git %s 2>&1 >/dev/null",
		 b->path, command);
	f = popen(line, "r");
	assert_non_null(f);
	if (fgets(out, sizeof out, f))
		print_message("git: %s", out);
	assert_int_equal(pclose(f), 0);
}

static struct tkt_project *with_git(struct box *b)
{
	static char program[] = "/usr/bin/git";
	struct tkt_project *p = project_new(b);

	p->git_opts.program = program;
	p->index_opts.wait_ms = 100;
	return p;
}

static struct tkt_history look(struct box *b, struct tkt_project *p, bool want_refs)
{
	struct tkt_history h;

	assert_int_equal(tkt_links_refresh(p, want_refs, true, &h, &b->err), 0);
	assert_true(h.known);
	return h;
}

static void only_what_is_new(void **state)
{
	struct box *b = *state;
	struct tkt_project *p;
	struct tkt_history h;

	git(b, "init -q -b main .");
	p = with_git(b);
	for (int i = 0; i < 3; i++)
		git(b, "commit -q --allow-empty -m one");
	h = look(b, p, false);
	assert_int_equal(h.fresh, 3);
	assert_false(h.rewritten);
	tkt_history_release(&h);
	h = look(b, p, false);
	assert_int_equal(h.fresh, 0);
	assert_int_equal(h.refs.n, 0);
	tkt_history_release(&h);
	h = look(b, p, true);
	assert_true(h.refs.n > 0);
	tkt_history_release(&h);
	git(b, "commit -q --allow-empty -m two");
	h = look(b, p, false);
	assert_int_equal(h.fresh, 1);
	assert_false(h.rewritten);
	tkt_history_release(&h);
	git(b, "commit -q --allow-empty --amend -m three");
	h = look(b, p, false);
	assert_int_equal(h.fresh, 1);
	assert_true(h.rewritten);
	tkt_history_release(&h);
	git(b, "reset -q --hard HEAD~1");
	h = look(b, p, false);
	assert_int_equal(h.fresh, 0);
	assert_true(h.rewritten);
	tkt_history_release(&h);
	git(b, "branch other HEAD~1");
	h = look(b, p, false);
	assert_false(h.rewritten);
	tkt_history_release(&h);
	git(b, "branch -q -D other");
	h = look(b, p, false);
	assert_false(h.rewritten); /* main has it all */
	tkt_history_release(&h);
	tkt_project_free(p);
}

static void another_writes(void **state)
{
	struct box *b = *state;
	struct tkt_lock lock = { .fd = -1 };
	struct tkt_project *p;
	struct tkt_history h;

	git(b, "init -q -b main .");
	p = with_git(b);
	git(b, "commit -q --allow-empty -m one");
	h = look(b, p, false);
	tkt_history_release(&h);
	git(b, "commit -q --allow-empty -m two");
	assert_int_equal(tkt_lock_take(&lock, tkt_store_fd(p->store), ".tkt/index.lock", 0, &b->err), 0);
	assert_int_equal(tkt_links_refresh(p, false, false, &h, &b->err), 0);
	assert_false(h.known); /* it is left to the other */
	assert_non_null(h.why);
	tkt_history_release(&h);
	h = look(b, p, false); /* in memory */
	assert_int_equal(h.fresh, 1);
	tkt_history_release(&h);
	tkt_lock_drop(&lock);
	tkt_project_free(p);
	p = with_git(b);
	h = look(b, p, false);
	assert_int_equal(h.fresh, 1);
	tkt_history_release(&h);
	tkt_project_free(p);
}

/* What the ticket's branch commit says; NULL: it cannot be told. Without an engine what the index knows is all. */
static char *step_of(struct box *b, const char *id, bool engine)
{
	static char none[] = "/nonexistent/git";
	struct tkt_project *p = with_git(b);
	struct tkt_links links;
	char *said = NULL;

	p->git_opts.engine = TKT_GIT_PROGRAM;
	p->index_opts.wait_ms = 5000;
	if (!engine)
		p->git_opts.program = none;
	assert_int_equal(tkt_op_commits(p, id, 0, &links, &b->err), 0);
	assert_true(links.known);
	assert_int_equal(links.n, 2);
	for (size_t i = 0; i < links.n; i++)
		if (strcmp(links.items[i].method, "branch") == 0 && links.items[i].subject)
			said = tkt_asprintf("%s: %s", links.items[i].author, links.items[i].subject);
	tkt_links_release(&links);
	tkt_project_free(p);
	return said;
}

static void what_was_read_is_kept(void **state)
{
	struct box *b = *state;
	struct tkt_lock lock = { .fd = -1 };
	struct tkt_project *p;
	struct tkt_history h;
	char line[256], *id, *said, hex[41];
	time_t begun;

	git(b, "init -q -b main .");
	p = with_git(b);
	id = project_create(b, p, "First");
	tkt_id_hex(id, hex);
	git(b, "commit -q --allow-empty -m one");
	git(b, "checkout -q -b work");
	git(b, "commit -q --allow-empty -m step");
	git(b, "checkout -q main");
	snprintf(line, sizeof line, "merge -q --no-ff -m \"Merge branch '%s-%.7s'\" work", p->config.prefix, hex);
	git(b, line);
	h = look(b, p, false);
	tkt_history_release(&h);
	assert_null(step_of(b, id, false));
	/* Who writes has the index for himself; nobody waits for him only to keep this. */
	assert_int_equal(tkt_lock_take(&lock, tkt_store_fd(p->store), ".tkt/index.lock", 0, &b->err), 0);
	begun = time(NULL);
	said = step_of(b, id, true);
	assert_true(time(NULL) - begun < 4);
	assert_string_equal(said, "a: step");
	free(said);
	tkt_lock_drop(&lock);
	assert_null(step_of(b, id, false));
	free(step_of(b, id, true));
	said = step_of(b, id, false);
	assert_non_null(said);
	assert_string_equal(said, "a: step");
	free(said);
	free(id);
	tkt_project_free(p);
}

static void no_repository(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = with_git(b);
	struct tkt_links links;
	struct tkt_history h;
	char *id = project_create(b, p, "A thing");

	assert_int_equal(tkt_links_refresh(p, false, true, &h, &b->err), 0);
	assert_false(h.known);
	assert_non_null(h.why);
	tkt_history_release(&h);
	assert_int_equal(tkt_op_commits(p, id, 0, &links, &b->err), 0);
	assert_false(links.known);
	assert_int_equal(links.n, 0);
	tkt_links_release(&links);
	free(id);
	tkt_project_free(p);
}

static void stopped(void **state)
{
	struct box *b = *state;
	static const volatile sig_atomic_t stop = 1;
	struct tkt_project *p;
	struct tkt_history h;

	git(b, "init -q -b main .");
	p = with_git(b);
	git(b, "commit -q --allow-empty -m one");
	p->git_opts.stop = p->index_opts.stop = &stop;
	box_failed(b, tkt_links_refresh(p, false, true, &h, &b->err), TKT_EIO, "interrupted");
	tkt_project_free(p);
}

/* --- threads and names ------------------------------------------------------------------------------- */

static void later_counts(void **state)
{
	static const char text[] =
		"<!-- event: commit_linked author: a at: 2026-01-03T00:00:00Z commit: AAAAAAA1 method: manual -->"
		"\n\n## x\n\n---\n\n"
		"<!-- event: commit_unlinked author: a at: 2026-01-02T00:00:00Z commit: aaaaaaa1ffff -->"
		"\n\n## x\n\n---\n\n"
		"<!-- event: commit_linked author: a at: 2026-01-04T00:00:00Z commit: bbbbbbb2 -->"
		"\n\n## x\n\n---\n\n"
		"<!-- event: commit_unlinked author: a at: 2026-01-04T00:00:00Z commit: bbbb -->"
		"\n\n## x\n\n---\n\n"
		"<!-- event: close author: a at: 2026-01-05T00:00:00Z status: closed commit: ccccccc3 -->"
		"\n\n## x\n\n---\n\n"
		"<!-- event: commit_linked author: a at: 2026-01-06T00:00:00Z commit: \"no; commit\" -->"
		"\n\n## x\n\n---\n";
	struct tkt_by_hands hands = { NULL, 0, 0 };
	struct tkt_thread thread;

	(void)state;
	memset(&thread, 0, sizeof thread);
	tkt_thread_parse(&thread, text, strlen(text));
	tkt_by_hand(&thread, &hands);
	assert_int_equal(hands.n, 3);
	assert_string_equal(hands.items[0].sha, "aaaaaaa1");
	assert_true(hands.items[0].linked);
	assert_string_equal(hands.items[1].sha, "bbbb");
	assert_false(hands.items[1].linked);
	assert_true(hands.items[2].linked && hands.items[2].closes);
	tkt_by_hands_release(&hands);
	tkt_thread_release(&thread);
}

static void called(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "Login forgets the path"), key[64], hex[41];
	struct tkt_called c;
	struct tkt_record r;

	assert_int_equal(tkt_store_load(p->store, id, TKT_READ_ITEM, &r, &b->err), 0);
	tkt_called_init(&c, p, &r);
	tkt_id_hex(id, hex);
	assert_true(tkt_called_maybe(&c, id));
	assert_true(tkt_called_maybe(&c, "LOGIN-forgets-the-path"));
	assert_false(tkt_called_maybe(&c, "login-forgets"));
	assert_true(tkt_called_is(&c, id));
	for (size_t n = strlen(id); n > 10; n--) {
		id[n] = '\0';
		assert_int_equal(tkt_called_maybe(&c, id), n >= 15);
	}
	assert_true(tkt_called_is(&c, "login-forgets-the-path"));
	for (int n = 3; n <= 40; n++) {
		snprintf(key, sizeof key, "%s-%.*s", p->config.prefix, n, hex);
		assert_int_equal(tkt_called_maybe(&c, key), n > 3);
		assert_int_equal(tkt_called_is(&c, key), n > 3);
	}
	assert_true(tkt_called_branch(&c, "login-forgets-the-path"));
	assert_true(tkt_called_branch(&c, key));
	assert_false(tkt_called_branch(&c, "main"));
	assert_false(tkt_called_maybe(&c, "2026"));
	tkt_called_release(&c);
	tkt_record_release(&r);
	assert_string_equal(tkt_branch_short("refs/remotes/origin/a/b"), "origin/a/b");
	assert_string_equal(tkt_branch_of("refs/remotes/origin/a/b"), "a/b");
	assert_string_equal(tkt_branch_of("refs/heads/a/b"), "a/b");
	assert_null(tkt_branch_of("refs/tags/v1"));
	assert_null(tkt_branch_short("HEAD"));
	free(id);
	tkt_project_free(p);
}

/* A thousand tickets and their names in history: one look at all of them says which is which. */
static void references(void **state)
{
	struct box *b = *state;
	struct tkt_references refs;
	struct tkt_project *p;
	struct tkt_history h;
	bool mains = false;
	char line[512], *id, *id2, hex[41];

	git(b, "init -q -b main .");
	p = with_git(b);
	id = project_create(b, p, "First");
	id2 = project_create(b, p, "Second");
	tkt_id_hex(id, hex);
	snprintf(line, sizeof line, "commit -q --allow-empty -m 'fixes %s-%.7s'", p->config.prefix, hex);
	git(b, line);
	git(b, "checkout -q -b side");
	snprintf(line, sizeof line, "commit -q --allow-empty -m x -m 'Closes: %s'", id2);
	git(b, line);
	git(b, "commit -q --allow-empty -m 'fixes TKT-0000000'");
	h = look(b, p, false);
	tkt_history_release(&h);
	assert_int_equal(tkt_links_references(p, true, &refs, &mains, &b->err), 0);
	assert_true(mains);
	assert_int_equal(refs.n, 3);
	for (size_t i = 0; i < refs.n; i++) {
		const struct tkt_reference *r = &refs.items[i];

		assert_int_equal(r->merged, r->id && strcmp(r->id, id) == 0);
		assert_false(r->ambiguous);
		assert_true(r->id ? strcmp(r->id, id) == 0 || strcmp(r->id, id2) == 0 :
				    strcmp(r->hit.name, "TKT-0000000") == 0);
	}
	tkt_references_release(&refs);
	free(id);
	free(id2);
	tkt_project_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(only_what_is_new), BOX_TEST(another_writes), BOX_TEST(what_was_read_is_kept),
		BOX_TEST(no_repository),    BOX_TEST(stopped),        BOX_TEST(later_counts),
		BOX_TEST(called),           BOX_TEST(references),
	};

	return cmocka_run_group_tests_name("ops_links", tests, NULL, NULL);
}
