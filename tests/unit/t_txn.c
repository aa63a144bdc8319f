/* Changes are all or nothing, and what a crash left is finished by the next writer. */
#include "unit/project.h"

#include "sys/journal.h"

static struct tkt_txn *begin(struct box *b, struct tkt_project *p)
{
	struct tkt_txn *t = NULL;

	assert_int_equal(tkt_txn_begin(&t, p->store, &b->err), 0);
	return t;
}

static void comment_step(struct tkt_txn *t, const char *id, enum tkt_status s, const char *body)
{
	struct tkt_event e = { 0 };

	e.kind = (char[]){ "comment" };
	e.author = (char[]){ "bob" };
	e.at = (char[]){ "2026-06-01T12:00:00Z" };
	e.body = strdup(body);
	e.body_len = strlen(body);
	tkt_txn_event(t, id, s, &e);
	free(e.body);
}

static void edit_step(struct tkt_txn *t, const char *id, enum tkt_status s, const char *key,
		      const char *value)
{
	struct tkt_fm_edits edits = { NULL, 0, 0 };

	tkt_fm_edits_set(&edits, key, value);
	tkt_txn_edit(t, id, s, &edits);
	tkt_fm_edits_release(&edits);
}

static void no_journal_is_left(struct box *b)
{
	assert_false(tkt_file_exists(b->fd, "work-items/.tkt/journal"));
	assert_int_equal(box_names(b, "work-items/.tkt/tmp"), 0);
}

static void a_new_ticket_appears_whole(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "Fix #12 now: [urgent]");

	assert_string_equal(id, "20260601-120000-fix-12-now-urgent");
	assert_non_null(strstr(project_text(b, project_path("open", id, "item.md")),
			       "title: \"Fix #12 now: [urgent]\"\nstatus: open\n"));
	assert_true(tkt_file_exists(b->fd, project_path("open", id, "artifacts/.gitkeep")));
	no_journal_is_left(b);
	free(id);
	tkt_project_free(p);
}

static void the_same_second_and_title_give_another_id_in_any_status(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *one = project_create(b, p, "Same title");
	struct tkt_txn *t = begin(b, p);

	tkt_txn_move(t, one, TKT_OPEN, TKT_CLOSED);
	assert_int_equal(tkt_txn_commit(t, &b->err), 0);
	tkt_txn_free(t);
	char *two = project_create(b, p, "Same title");

	assert_string_equal(two, "20260601-120000-same-title-2");
	free(one);
	free(two);
	tkt_project_free(p);
}

static void nothing_happens_without_commit(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "Untouched");
	char *before = strdup(project_text(b, project_path("open", id, "thread.md")));
	struct tkt_txn *t = begin(b, p);

	comment_step(t, id, TKT_OPEN, "lost on purpose");
	tkt_txn_free(t);
	assert_string_equal(project_text(b, project_path("open", id, "thread.md")), before);
	no_journal_is_left(b);
	free(before);
	free(id);
	tkt_project_free(p);
}

static void one_wrong_step_stops_all_of_them(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "All or nothing");
	char *before = strdup(project_text(b, project_path("open", id, "thread.md")));
	struct tkt_buf stale = TKT_BUF_INIT;
	struct tkt_txn *t = begin(b, p);

	tkt_buf_puts(&stale, "not what stands there");
	comment_step(t, id, TKT_OPEN, "first");
	tkt_txn_replace(t, id, TKT_OPEN, "item.md", &stale, "x", 1);
	assert_int_equal(tkt_txn_commit(t, &b->err), TKT_ECONFLICT);
	tkt_txn_free(t);
	assert_string_equal(project_text(b, project_path("open", id, "thread.md")), before);
	no_journal_is_left(b);
	tkt_buf_release(&stale);
	free(before);
	free(id);
	tkt_project_free(p);
}

/* What a crash leaves: the journal of a close, and any number of its steps done. */
static void keep_journal_and_stop(struct box *b, struct tkt_project *p, const char *id)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct tkt_txn *t = begin(b, p);

		tkt_txn_replace(t, id, TKT_OPEN, "resolution.md", NULL, "Done.\n", 6);
		tkt_txn_move(t, id, TKT_OPEN, TKT_CLOSED);
		edit_step(t, id, TKT_CLOSED, "status", "closed");
		/* stops when it is tried, not when it is checked: a file is in the way */
		tkt_txn_rename(t, "open/.gitkeep", ".gitattributes/x");
		comment_step(t, id, TKT_CLOSED, "the last word");
		_exit(tkt_txn_commit(t, NULL) == 0);
	}
	waitpid(child, &status, 0);
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(tkt_file_exists(b->fd, "work-items/.tkt/journal"));
}

static void the_next_writer_finishes_what_a_crash_left(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "Crashing close");

	keep_journal_and_stop(b, p, id);
	for (int twice = 0; twice < 2; twice++) {
		struct tkt_txn *t = begin(b, p);
		const char *text;

		tkt_txn_free(t);
		no_journal_is_left(b);
		text = project_text(b, project_path("closed", id, "thread.md"));
		assert_non_null(strstr(text, "the last word\n\n---\n"));
		assert_null(strstr(strstr(text, "the last word") + 1, "the last word"));
		assert_non_null(strstr(project_text(b, project_path("closed", id, "item.md")),
				       "status: closed\n"));
		assert_false(tkt_file_exists(b->fd, project_path("open", id, NULL)));
	}
	free(id);
	tkt_project_free(p);
}

static void a_torn_event_of_a_crashed_writer_is_completed(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "Torn append");
	char torn[1024];

	snprintf(torn, sizeof torn, "%s",
		 project_text(b, project_path("open", id, "thread.md")));
	keep_journal_and_stop(b, p, id);
	strcat(torn, "\n<!-- event: comment author: bob at: 2026-06-01T12:0");
	box_put(b, project_path("closed", id, "thread.md"), torn);
	tkt_txn_free(begin(b, p));
	assert_non_null(strstr(project_text(b, project_path("closed", id, "thread.md")),
			       "---\n\n<!-- event: comment author: bob at: 2026-06-01T12:00:00Z -->\n\n"
			       "## Comment\n\nthe last word\n\n---\n"));
	free(id);
	tkt_project_free(p);
}

static void words_for_a_ticket_that_is_gone_are_rescued(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "Vanishing");

	keep_journal_and_stop(b, p, id);
	assert_int_equal(tkt_tree_remove(b->fd, project_path("closed", id, NULL), &b->err), 0);
	tkt_txn_free(begin(b, p));
	assert_int_equal(box_names(b, "work-items/.tkt/rescued"), 2); /* resolution.md and the event */
	no_journal_is_left(b);
	free(id);
	tkt_project_free(p);
}

static void a_damaged_journal_is_set_aside_and_stops_nobody(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);

	tkt_txn_free(begin(b, p));
	box_put(b, "work-items/.tkt/journal", "tkt-journal 1 99 0000000000000000\ncut");
	tkt_txn_free(begin(b, p));
	assert_false(tkt_file_exists(b->fd, "work-items/.tkt/journal"));
	assert_int_equal(box_names(b, "work-items/.tkt"), 4); /* .gitignore lock tmp journal.damaged-… */
	tkt_project_free(p);
}

static void a_planted_journal_reaches_nothing_outside_the_root(void **state)
{
	static const char *const plans[] = {
		/* kind, id, path, to, old, at, edits, bytes: a rename out of the root, three ways */
		"1:1,1:5,0:,15:open/.gitattrib,13:../escaped.md,1:-,1:0,1:0,0:,",
		"1:1,1:5,0:,13:../outside.md,15:open/planted.md,1:-,1:0,1:0,0:,",
		"1:1,1:2,0:,14:../planted.txt,0:,1:-,1:0,1:0,4:evil,",
		"1:1,1:5,0:,10:config.yml,14:link/stolen.md,1:-,1:0,1:0,0:,",
	};
	struct box *b = *state;
	struct tkt_project *p = project_new(b);

	tkt_txn_free(begin(b, p));
	box_put(b, "outside.md", "mine");
	mkdirat(b->fd, "elsewhere", 0755);
	assert_int_equal(symlinkat("../elsewhere", b->fd, "work-items/link"), 0);
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
		int fd = openat(b->fd, "work-items/.tkt", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		assert_int_equal(tkt_journal_write(fd, "journal", plans[i], strlen(plans[i]), false,
						   &b->err), 0);
		close(fd);
		tkt_txn_free(begin(b, p));
		box_holds(b, "outside.md", "mine");
		assert_int_equal(box_names(b, "."), 3); /* work-items, outside.md, elsewhere */
		assert_int_equal(box_names(b, "elsewhere"), 0);
	}
	assert_true(tkt_file_exists(b->fd, "work-items/config.yml"));
	tkt_project_free(p);
}

static void a_change_by_a_script_between_reading_and_writing_is_kept(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "Two writers");
	struct tkt_txn *t = begin(b, p);
	char item[2048];

	edit_step(t, id, TKT_OPEN, "priority", "P0");
	snprintf(item, sizeof item, "%ssecond body line\n",
		 project_text(b, project_path("open", id, "item.md")));
	box_put(b, project_path("open", id, "item.md"), item); /* without the lock */
	assert_int_equal(tkt_txn_commit(t, &b->err), 0);
	tkt_txn_free(t);
	project_text(b, project_path("open", id, "item.md"));
	assert_non_null(strstr(b->out.ptr, "priority: P0\n"));
	assert_non_null(strstr(b->out.ptr, "second body line\n"));
	free(id);
	tkt_project_free(p);
}

static void a_linked_ticket_directory_is_refused(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	struct tkt_record r;

	mkdirat(b->fd, "elsewhere", 0755);
	box_put(b, "elsewhere/item.md", "---\nid: x\n---\n");
	assert_int_equal(symlinkat("../../elsewhere", b->fd, project_path("open", "x", NULL)), 0);
	assert_int_equal(tkt_store_load(p->store, "x", TKT_READ_FULL, &r, &b->err), TKT_EINVALID);
	assert_non_null(strstr(b->err.message, "symbolic link"));
	tkt_project_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(a_new_ticket_appears_whole),
		BOX_TEST(the_same_second_and_title_give_another_id_in_any_status),
		BOX_TEST(nothing_happens_without_commit),
		BOX_TEST(one_wrong_step_stops_all_of_them),
		BOX_TEST(the_next_writer_finishes_what_a_crash_left),
		BOX_TEST(a_torn_event_of_a_crashed_writer_is_completed),
		BOX_TEST(words_for_a_ticket_that_is_gone_are_rescued),
		BOX_TEST(a_damaged_journal_is_set_aside_and_stops_nobody),
		BOX_TEST(a_planted_journal_reaches_nothing_outside_the_root),
		BOX_TEST(a_change_by_a_script_between_reading_and_writing_is_kept),
		BOX_TEST(a_linked_ticket_directory_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
