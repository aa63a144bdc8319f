/* The primitives of lib/sys under every fault at every call: the build with -DTKT_FAULTS only. */
#include "unit/sandbox.h"

#include "sys/io.h"
#include "sys/journal.h"

#ifndef TKT_FAULTS
int main(void)
{
	printf("Bail out! built without -DTKT_FAULTS\n");
	return 1;
}
#else

static const char old_text[] = "old line\nsecond old line\n", new_text[] = "something quite new\n";
static const char both_text[] = "old line\nsecond old line\nsomething quite new\n";
static const char *const kinds[] = { "EIO",     "ENOSPC",  "EDQUOT", "EACCES", "EMFILE", "EROFS",
				     "EINTR",   "short",   "kill",   "EIO+",   "ENOSPC+", "EMFILE+",
				     "EINTR+",  "short+" };

static void the_nth_call_fails_once_or_from_then_on(void **state)
{
	struct box *b = *state;
	struct stat st;

	box_put(b, "f", "x");
	assert_true(tkt_io_fault("2:EIO"));
	assert_int_equal(tkt_io_stat(b->fd, "f", &st), 0);
	assert_int_equal(tkt_io_stat(b->fd, "f", &st), -1);
	assert_int_equal(errno, EIO);
	assert_int_equal(tkt_io_stat(b->fd, "f", &st), 0);
	assert_int_equal(tkt_io_faults_fired(), 1);
	assert_int_equal(tkt_io_calls(), 3);
	assert_true(tkt_io_fault("1:ENOSPC+"));
	assert_int_equal(tkt_io_stat(b->fd, "f", &st), -1);
	assert_int_equal(tkt_io_stat(b->fd, "f", &st), -1);
	assert_int_equal(errno, ENOSPC);
	assert_true(tkt_io_fault("1:EINTR+"));
	assert_int_equal(tkt_io_stat(b->fd, "f", &st), 0);
	assert_true(tkt_io_faults_fired() > 0);
	assert_false(tkt_io_fault("1:NONSENSE"));
	assert_false(tkt_io_fault("x:EIO"));
	assert_true(tkt_io_fault(NULL));
	assert_int_equal(tkt_io_stat(b->fd, "f", &st), 0);
}

static void a_short_write_takes_half_and_the_next_finds_the_disk_full(void **state)
{
	struct box *b = *state;
	int fd = tkt_io_open(b->fd, "f", O_WRONLY | O_CREAT, 0644);

	assert_true(tkt_io_fault("1:short"));
	assert_int_equal(tkt_io_write(fd, "12345678", 8), 4);
	assert_int_equal(tkt_io_write(fd, "5678", 4), -1);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(tkt_io_write(fd, "5678", 4), 4);
	tkt_io_fault(NULL);
	close(fd);
}

static void each_strike_is_written_down_where_asked(void **state)
{
	struct box *b = *state;
	struct stat st;
	char spec[128];

	snprintf(spec, sizeof spec, "1:EIO@%s/log", b->path);
	assert_true(tkt_io_fault(spec));
	assert_int_equal(tkt_io_stat(b->fd, "f", &st), -1);
	tkt_io_fault(NULL);
	box_holds(b, "log", "1 stat\n");
}

/* --- every fault at every call ----------------------------------------------------------------- */

struct action {
	int (*run)(struct box *b);
	const char *file, *before, *after; /* NULL: is not there */
};

static int do_replace(struct box *b)
{
	struct tkt_buf old = TKT_BUF_INIT;
	int tmp = openat(b->fd, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int code;

	tkt_buf_puts(&old, old_text);
	code = tkt_file_replace(b->fd, "d/f", tmp, &old, new_text, strlen(new_text), true, NULL);
	tkt_buf_release(&old);
	close(tmp);
	return code;
}

static int do_place(struct box *b)
{
	int tmp = openat(b->fd, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int code = tkt_file_replace(b->fd, "d/f", tmp, NULL, new_text, strlen(new_text), true, NULL);

	close(tmp);
	return code;
}

static int do_append(struct box *b)
{
	return tkt_file_append(b->fd, "d/f", new_text, strlen(new_text), true, NULL, NULL);
}

static int do_create(struct box *b)
{
	return tkt_file_create(b->fd, "d/f", new_text, strlen(new_text), true, NULL);
}

static int do_import(struct box *b)
{
	char source[80];

	snprintf(source, sizeof source, "%s/source", b->path);
	return tkt_file_import(b->fd, "d/f", source, 1000, true, NULL);
}

static int do_journal(struct box *b)
{
	int dir = openat(b->fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int code = tkt_journal_write(dir, "f", "payload", 7, true, NULL);

	close(dir);
	return code;
}

/* What is there afterwards: -1 neither, 0 before, 1 after. */
static int which(struct box *b, const struct action *a)
{
	struct tkt_buf is = TKT_BUF_INIT;
	int code = tkt_file_read(b->fd, a->file, 10000, &is, NULL, NULL);
	int found = -1;

	if (code == TKT_ENOTFOUND)
		found = a->after == NULL ? 1 : a->before == NULL ? 0 : -1;
	else if (a->after && !strcmp(is.ptr, a->after))
		found = 1;
	else if (a->before && !strcmp(is.ptr, a->before))
		found = 0;
	tkt_buf_release(&is);
	return found;
}

static void start(struct box *b, const struct action *a)
{
	assert_int_equal(tkt_tree_remove(b->fd, "d", NULL), 0);
	assert_int_equal(tkt_tree_remove(b->fd, "tmp", NULL), 0);
	assert_int_equal(mkdirat(b->fd, "d", 0755), 0);
	assert_int_equal(mkdirat(b->fd, "tmp", 0755), 0);
	if (a->before)
		box_put(b, "d/f", a->before);
}

/* One run with one fault; true if it struck. */
static bool one(struct box *b, const struct action *a, const char *kind, unsigned n)
{
	bool persistent = kind[strlen(kind) - 1] == '+', kill_it = !strcmp(kind, "kill");
	char spec[32];
	int code = 0, status = 0, found;
	unsigned fired;
	pid_t pid;

	start(b, a);
	snprintf(spec, sizeof spec, "%u:%s", n, kind);
	if (kill_it) {
		pid = fork();
		if (!pid) {
			tkt_io_fault(spec);
			_exit(a->run(b) != 0);
		}
		waitpid(pid, &status, 0);
		fired = WIFSIGNALED(status);
		code = fired ? TKT_EIO : WEXITSTATUS(status);
	} else {
		assert_true(tkt_io_fault(spec));
		code = a->run(b);
		fired = tkt_io_faults_fired();
		tkt_io_fault(NULL);
	}
	found = which(b, a);
	if (found < 0)
		fail_msg("%s: neither the old nor the new is there", spec);
	if (code == 0 && found != 1)
		fail_msg("%s: success was told, but nothing done", spec);
	if (!fired && code)
		fail_msg("%s: failed without a fault", spec);
	if (!strncmp(kind, "EINTR", 5) && code)
		fail_msg("%s: an interrupted call is to be repeated", spec);
	if (!kill_it && !persistent && box_names(b, "tmp"))
		fail_msg("%s: a temporary was left", spec);
	/* and afterwards all goes well */
	if (code && found == 0 && (a->run(b) != 0 || which(b, a) != 1))
		fail_msg("%s: the next try fails too", spec);
	return fired;
}

static void sweep(struct box *b, const struct action *a)
{
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		unsigned n = 1;

		while (one(b, a, kinds[k], n))
			if (++n > 200)
				fail_msg("%s: no end", kinds[k]);
		if (n == 1)
			fail_msg("%s never struck", kinds[k]);
	}
}

static void replacing_is_all_or_nothing(void **state)
{
	const struct action a = { do_replace, "d/f", old_text, new_text };

	sweep(*state, &a);
}

static void placing_a_new_file_is_all_or_nothing(void **state)
{
	const struct action a = { do_place, "d/f", NULL, new_text };

	sweep(*state, &a);
}

static void appending_is_all_or_nothing(void **state)
{
	const struct action a = { do_append, "d/f", old_text, both_text };

	sweep(*state, &a);
}

static void a_journal_is_whole_or_does_not_count(void **state)
{
	struct box *b = *state;
	const struct action a = { do_journal, "d/f", NULL, "tkt-journal 1 7 8f6a1c3f2d7f5e57\npayload" };
	struct action known = a;
	char *text;

	/* The bytes of a whole one, from a run without faults. */
	start(b, &a);
	assert_int_equal(do_journal(b), 0);
	assert_int_equal(tkt_file_read(b->fd, "d/f", 1000, &b->out, NULL, &b->err), 0);
	text = tkt_buf_detach(&b->out);
	known.after = text;
	sweep(b, &known);
	free(text);
}

/* Creating in place is for names that nobody looks at yet; failed (not killed) it leaves nothing. */
static void a_file_that_could_not_be_made_is_not_there(void **state)
{
	struct box *b = *state;
	const struct action actions[] = {
		{ do_create, "d/f", NULL, new_text },
		{ do_import, "d/f", NULL, new_text },
	};

	box_put(b, "source", new_text);
	for (size_t i = 0; i < 2; i++)
		for (unsigned n = 1, fired = 1; fired; n++) {
			char spec[32];
			int code;

			snprintf(spec, sizeof spec, "%u:ENOSPC", n);
			start(b, &actions[i]);
			tkt_io_fault(spec);
			code = actions[i].run(b);
			fired = tkt_io_faults_fired();
			tkt_io_fault(NULL);
			if (which(b, &actions[i]) != (code == 0))
				fail_msg("%s: half a file", spec);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(the_nth_call_fails_once_or_from_then_on),
		BOX_TEST(a_short_write_takes_half_and_the_next_finds_the_disk_full),
		BOX_TEST(each_strike_is_written_down_where_asked),
		BOX_TEST(replacing_is_all_or_nothing),
		BOX_TEST(placing_a_new_file_is_all_or_nothing),
		BOX_TEST(appending_is_all_or_nothing),
		BOX_TEST(a_journal_is_whole_or_does_not_count),
		BOX_TEST(a_file_that_could_not_be_made_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
