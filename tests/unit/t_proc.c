#include "unit/sandbox.h"

#include <signal.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(programs_are_found_in_absolute_entries_only),
		BOX_TEST(the_status_tells_exit_and_signal),
		BOX_TEST(output_is_caught_and_limited),
		BOX_TEST(a_program_that_is_not_there_is_an_error),
		BOX_TEST(what_we_write_is_the_standard_input_of_a_pager),
		BOX_TEST(an_argument_is_one_word_whatever_is_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
