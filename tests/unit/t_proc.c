#include "unit/sandbox.h"

#include <signal.h>
#include <time.h>

#include "sys/proc.h"

static char sh[] = "/bin/sh", dash_c[] = "-c";

static void programs_are_found_in_absolute_entries_only(void **state)
{
	struct box *b = *state;
	char path[256], here[256];

	assert_non_null(getcwd(here, sizeof here));
	box_put(b, "tool", "#!/bin/sh\n");
	assert_int_equal(fchdir(b->fd), 0);
	assert_false(tkt_proc_find(&b->out, "tool", b->path)); /* not executable */
	assert_int_equal(fchmodat(b->fd, "tool", 0755, 0), 0);
	assert_true(tkt_proc_find(&b->out, "tool", b->path));
	snprintf(path, sizeof path, "%s/tool", b->path);
	assert_string_equal(b->out.ptr, path);
	assert_true(tkt_proc_find(&b->out, path, ""));
	snprintf(path, sizeof path, "/nonexistent:%s", b->path);
	assert_true(tkt_proc_find(&b->out, "tool", path));
	/* planted in the working directory: never */
	assert_false(tkt_proc_find(&b->out, "tool", ""));
	assert_false(tkt_proc_find(&b->out, "tool", "."));
	assert_false(tkt_proc_find(&b->out, "tool", ":/usr/bin:"));
	assert_false(tkt_proc_find(&b->out, "tool", "::.:./"));
	assert_false(tkt_proc_find(&b->out, "./tool", b->path));
	assert_false(tkt_proc_find(&b->out, "tool", NULL));
	assert_false(tkt_proc_find(&b->out, "", b->path));
	assert_int_equal(mkdirat(b->fd, "dir", 0755), 0);
	assert_false(tkt_proc_find(&b->out, "dir", b->path));
	assert_int_equal(chdir(here), 0);
}

static void the_status_tells_exit_and_signal(void **state)
{
	struct box *b = *state;
	char three[] = "exit 3", killed[] = "kill -9 $$";
	char *exits[] = { sh, dash_c, three, NULL }, *dies[] = { sh, dash_c, killed, NULL };
	int status = -1;

	assert_int_equal(tkt_proc_run(exits, NULL, 0, &status, &b->err), 0);
	assert_int_equal(status, 3);
	assert_int_equal(tkt_proc_run(dies, NULL, 0, &status, &b->err), 0);
	assert_int_equal(status, 128 + SIGKILL);
}

static void output_is_caught_and_limited(void **state)
{
	struct box *b = *state;
	char hello[] = "cat; printf 'hello\\n'", endless[] = "while echo xxxxxxxx; do :; done 2>/dev/null";
	char *prints[] = { sh, dash_c, hello, NULL }, *floods[] = { sh, dash_c, endless, NULL };
	int status = -1;

	assert_int_equal(tkt_proc_run(prints, &b->out, 100, &status, &b->err), 0);
	assert_int_equal(status, 0);
	assert_string_equal(b->out.ptr, "hello\n");
	box_failed(b, tkt_proc_run(floods, &b->out, 1000, &status, &b->err), TKT_EINVALID, "more than 1000");
}

static void a_program_that_is_not_there_is_an_error(void **state)
{
	struct box *b = *state;
	char none[] = "/nonexistent/program";
	char *argv[] = { none, NULL };
	int status, fd;
	pid_t pid;

	box_failed(b, tkt_proc_run(argv, NULL, 0, &status, &b->err), TKT_EIO, "cannot run '/nonexistent");
	box_failed(b, tkt_proc_run(argv, &b->out, 9, &status, &b->err), TKT_EIO, "cannot run '/nonexistent");
	box_failed(b, tkt_proc_start(argv, &fd, &pid, &b->err), TKT_EIO, "cannot run '/nonexistent");
}

static void what_we_write_is_the_standard_input_of_a_pager(void **state)
{
	struct box *b = *state;
	char script[128];
	char *argv[] = { sh, dash_c, script, NULL };
	int fd = -1, status = -1;
	pid_t pid;

	snprintf(script, sizeof script, "cat >'%s/out'; exit 5", b->path);
	assert_int_equal(tkt_proc_start(argv, &fd, &pid, &b->err), 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(write(fd, "page\n", 5), 5);
	close(fd);
	assert_int_equal(tkt_proc_wait(pid, &status, &b->err), 0);
	assert_int_equal(status, 5);
	box_holds(b, "out", "page\n");
	box_failed(b, tkt_proc_wait(pid, &status, &b->err), TKT_EIO, "cannot wait");
}

static void an_argument_is_one_word_whatever_is_in_it(void **state)
{
	struct box *b = *state;
	char echo[] = "/bin/echo", evil[] = "$(id) `id` ; id *";
	char *argv[] = { echo, evil, NULL };
	int status = -1;

	assert_int_equal(tkt_proc_run(argv, &b->out, 100, &status, &b->err), 0);
	assert_string_equal(b->out.ptr, "$(id) `id` ; id *\n");
}

/* --- a program to talk with -------------------------------------------------------------------- */

static const struct tkt_proc_how plain;

static size_t read_all(struct box *b, struct tkt_proc *p)
{
	char bytes[65536];
	size_t got = 1, all = 0;

	tkt_buf_reset(&b->out);
	while (got) {
		assert_int_equal(tkt_proc_read(p, bytes, sizeof bytes, &got, &b->err), 0);
		if (b->out.len < 4096)
			tkt_buf_add(&b->out, bytes, got < 4096 ? got : 4096);
		all += got;
	}
	return all;
}

static struct tkt_proc *open_sh(struct box *b, const char *script, const struct tkt_proc_how *how)
{
	char *argv[] = { sh, dash_c, (char *)(uintptr_t)script, NULL };
	struct tkt_proc *p = NULL;

	assert_int_equal(tkt_proc_open(&p, argv, how, &b->err), 0);
	return p;
}

static void nobody_waits_for_nobody(void **state)
{
	struct box *b = *state;
	const size_t n = 3000000;
	char *bytes = calloc(n, 1);
	struct tkt_buf words = TKT_BUF_INIT;
	struct tkt_proc *p;
	int status = -1;

	/* all three pipes are full at once; what it says is more than anybody wants to keep */
	p = open_sh(b, "head -c 2000000 /dev/zero | tr '\\0' 'e' >&2; head -c 2000000 /dev/zero; cat; exit 7", &plain);
	tkt_proc_tell(p, bytes, n);
	tkt_proc_told_all(p);
	assert_int_equal(read_all(b, p), 2000000 + n);
	assert_int_equal(tkt_proc_close(p, &status, &words, &b->err), 0);
	assert_int_equal(status, 7);
	assert_true(words.len >= TKT_PROC_WORDS && words.len < 2 * TKT_PROC_WORDS);
	assert_int_equal(words.ptr[0], 'e');
	tkt_buf_release(&words);
	free(bytes);
}

static void one_can_talk_with_it_line_by_line(void **state)
{
	struct box *b = *state;
	struct tkt_proc *p = open_sh(b, "while read -r line; do echo \"<$line>\"; done; echo end", &plain);
	char bytes[100];
	size_t got;
	int status = -1;

	for (int i = 0; i < 100; i++) {
		tkt_proc_tell(p, "word\n", 5);
		assert_int_equal(tkt_proc_read(p, bytes, sizeof bytes, &got, &b->err), 0);
		assert_int_equal(got, 7);
		assert_memory_equal(bytes, "<word>\n", 7);
	}
	tkt_proc_told_all(p);
	assert_int_equal(read_all(b, p), 4);
	assert_string_equal(b->out.ptr, "end\n");
	assert_int_equal(tkt_proc_read(p, bytes, sizeof bytes, &got, &b->err), 0); /* the end stays the end */
	assert_int_equal(got, 0);
	assert_int_equal(tkt_proc_close(p, &status, NULL, &b->err), 0);
	assert_int_equal(status, 0);
}

static void who_does_not_read_does_not_kill_us(void **state)
{
	struct box *b = *state;
	char bytes[100000] = "";
	struct tkt_proc *p = open_sh(b, "exec <&-; echo hello; echo ' sorry' >&2; exit 3", &plain);
	struct tkt_buf words = TKT_BUF_INIT;
	int status = -1;

	for (int i = 0; i < 20; i++)
		tkt_proc_tell(p, bytes, sizeof bytes);
	assert_int_equal(read_all(b, p), 6);
	tkt_proc_tell(p, bytes, sizeof bytes);
	assert_int_equal(tkt_proc_close(p, &status, &words, &b->err), 0);
	assert_int_equal(status, 3);
	assert_string_equal(words.ptr, " sorry");
	tkt_buf_release(&words);
}

static void the_environment_and_the_directory_are_as_asked(void **state)
{
	struct box *b = *state;
	const char *const unset[] = { "TKT_T_ONE", "TKT_TT_*", NULL }, *const set[] = { "TKT_T_NEW=a b", "TKT_T_TWO=other", NULL };
	const struct tkt_proc_how how = { .unset = unset, .set = set, .dir = b->path };
	struct tkt_proc *p;
	char expected[256];

	setenv("TKT_T_ONE", "1", 1);
	setenv("TKT_T_ONES", "kept", 1);
	setenv("TKT_T_TWO", "2", 1);
	setenv("TKT_TT_A", "3", 1);
	setenv("TKT_TT_", "4", 1);
	p = open_sh(b, "pwd; env | grep ^TKT_T | sort", &how);
	read_all(b, p);
	assert_int_equal(tkt_proc_close(p, NULL, NULL, &b->err), 0);
	snprintf(expected, sizeof expected, "%s\nTKT_T_NEW=a b\nTKT_T_ONES=kept\nTKT_T_TWO=other\n", b->path);
	assert_string_equal(b->out.ptr, expected);
	assert_string_equal(getenv("TKT_T_ONE"), "1"); /* ours is as it was */
	unsetenv("TKT_T_ONE");
	unsetenv("TKT_T_ONES");
	unsetenv("TKT_T_TWO");
	unsetenv("TKT_TT_A");
	unsetenv("TKT_TT_");
}

static void who_is_not_done_is_told_to_end(void **state)
{
	struct box *b = *state;
	struct tkt_proc *p;
	struct timespec from, to;
	int status = -1;

	clock_gettime(CLOCK_MONOTONIC, &from);
	p = open_sh(b, "exec sleep 100", &plain);
	assert_int_equal(tkt_proc_close(p, &status, NULL, &b->err), 0);
	assert_int_equal(status, 128 + SIGTERM);
	p = open_sh(b, "trap '' TERM; echo; while :; do sleep 0.2; done", &plain);
	{
		char byte;
		size_t got;

		assert_int_equal(tkt_proc_read(p, &byte, 1, &got, &b->err), 0); /* now it does not listen */
	}
	assert_int_equal(tkt_proc_close(p, &status, NULL, &b->err), 0);
	assert_int_equal(status, 128 + SIGKILL);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true(to.tv_sec - from.tv_sec < 20);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(tkt_proc_close(NULL, NULL, NULL, &b->err), 0);
}

static void a_signal_ends_the_waiting(void **state)
{
	struct box *b = *state;
	volatile sig_atomic_t stop = 0;
	const struct tkt_proc_how how = { .stop = &stop };
	struct tkt_proc *p = open_sh(b, "echo; exec sleep 100", &how);
	char byte;
	size_t got;

	assert_int_equal(tkt_proc_read(p, &byte, 1, &got, &b->err), 0);
	stop = 1;
	box_failed(b, tkt_proc_read(p, &byte, 1, &got, &b->err), TKT_EIO, "interrupted");
	assert_int_equal(tkt_proc_close(p, NULL, NULL, &b->err), 0);
}

static void what_cannot_be_started_leaves_nothing(void **state)
{
	struct box *b = *state;
	char none[] = "/nonexistent/program";
	char *argv[] = { none, NULL }, *there[] = { sh, NULL };
	const struct tkt_proc_how nowhere = { .dir = "/nonexistent" };
	struct tkt_proc *p = NULL;

	box_failed(b, tkt_proc_open(&p, argv, &plain, &b->err), TKT_EIO, "cannot run '/nonexistent");
	box_failed(b, tkt_proc_open(&p, there, &nowhere, &b->err), TKT_EIO, "cannot run '/bin/sh'");
	assert_null(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(programs_are_found_in_absolute_entries_only),
		BOX_TEST(the_status_tells_exit_and_signal),
		BOX_TEST(output_is_caught_and_limited),
		BOX_TEST(a_program_that_is_not_there_is_an_error),
		BOX_TEST(what_we_write_is_the_standard_input_of_a_pager),
		BOX_TEST(an_argument_is_one_word_whatever_is_in_it),
		BOX_TEST(nobody_waits_for_nobody),
		BOX_TEST(one_can_talk_with_it_line_by_line),
		BOX_TEST(who_does_not_read_does_not_kill_us),
		BOX_TEST(the_environment_and_the_directory_are_as_asked),
		BOX_TEST(who_is_not_done_is_told_to_end),
		BOX_TEST(a_signal_ends_the_waiting),
		BOX_TEST(what_cannot_be_started_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
