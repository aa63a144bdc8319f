#include "unit/sandbox.h"

#include <signal.h>
#include <time.h>

#include "sys/lock.h"

/* A child that holds the lock until it is killed; returns when it has it. */
static pid_t holder(struct box *b)
{
	int ready[2];
	pid_t pid;
	char byte = 0;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		struct tkt_lock lock = TKT_LOCK_INIT;

		if (tkt_lock_take(&lock, b->fd, "lock", 0, NULL) || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void a_lock_is_taken_dropped_and_taken_again(void **state)
{
	struct box *b = *state;
	struct tkt_lock lock = TKT_LOCK_INIT;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(tkt_lock_take(&lock, b->fd, "lock", 0, &b->err), 0);
		assert_true(lock.fd >= 0);
		tkt_lock_drop(&lock);
		assert_int_equal(lock.fd, -1);
		tkt_lock_drop(&lock);
	}
	assert_true(tkt_file_exists(b->fd, "lock")); /* never unlinked */
}

static void the_holder_is_named_after_the_time_is_up(void **state)
{
	struct box *b = *state;
	struct tkt_lock lock = TKT_LOCK_INIT;
	pid_t pid = holder(b);
	char words[64];
	double start = seconds();
	int code = tkt_lock_take(&lock, b->fd, "lock", 200, &b->err);

	assert_true(seconds() - start >= 0.19);
	assert_true(seconds() - start < 5);
	assert_int_equal(lock.fd, -1);
	assert_non_null(b->err.hint);
	snprintf(words, sizeof words, "process %ld (", (long)pid);
	if (!strstr(b->err.hint, words))
		fail_msg("'%s' does not name the holder '%s'", b->err.hint, words);
	box_failed(b, code, TKT_ELOCKED, "cannot lock 'lock' within 0.2 s");
	end(pid);
}

static void one_try_does_not_wait(void **state)
{
	struct box *b = *state;
	struct tkt_lock lock = TKT_LOCK_INIT;
	pid_t pid = holder(b);
	double start = seconds();

	box_failed(b, tkt_lock_take(&lock, b->fd, "lock", 0, &b->err), TKT_ELOCKED, "within 0.0 s");
	assert_true(seconds() - start < 2);
	end(pid);
}

static void a_killed_holder_leaves_no_lock(void **state)
{
	struct box *b = *state;
	struct tkt_lock lock = TKT_LOCK_INIT;

	end(holder(b));
	assert_int_equal(tkt_lock_take(&lock, b->fd, "lock", 0, &b->err), 0);
	tkt_lock_drop(&lock);
}

static void who_waits_gets_the_lock_when_it_is_free(void **state)
{
	struct box *b = *state;
	struct tkt_lock lock = TKT_LOCK_INIT;
	pid_t pid = holder(b), killer = fork();

	if (!killer) {
		usleep(100000);
		kill(pid, SIGKILL);
		_exit(0);
	}
	assert_int_equal(tkt_lock_take(&lock, b->fd, "lock", 10000, &b->err), 0);
	tkt_lock_drop(&lock);
	waitpid(pid, NULL, 0);
	waitpid(killer, NULL, 0);
}

static void only_one_of_many_is_inside(void **state)
{
	enum { PROCESSES = 4, ROUNDS = 50 };
	struct box *b = *state;

	box_put(b, "count", "0");
	for (int p = 0; p < PROCESSES; p++) {
		if (fork())
			continue;
		for (int i = 0; i < ROUNDS; i++) {
			struct tkt_lock lock = TKT_LOCK_INIT;
			struct tkt_buf text = TKT_BUF_INIT;
			char next[16];

			if (tkt_lock_take(&lock, b->fd, "lock", 30000, NULL) ||
			    tkt_file_read(b->fd, "count", 100, &text, NULL, NULL))
				_exit(1);
			snprintf(next, sizeof next, "%d", atoi(text.ptr) + 1);
			usleep(100);
			box_put(b, "count", next);
			tkt_buf_release(&text);
			tkt_lock_drop(&lock);
		}
		_exit(0);
	}
	for (int p = 0; p < PROCESSES; p++) {
		int status = -1;

		wait(&status);
		assert_int_equal(status, 0);
	}
	box_holds(b, "count", "200");
}

/* flock(2) on a descriptor that came by fork is one lock: so children must not keep it. */
static void a_program_that_we_start_does_not_hold_the_lock(void **state)
{
	struct box *b = *state;
	struct tkt_lock lock = TKT_LOCK_INIT;

	assert_int_equal(tkt_lock_take(&lock, b->fd, "lock", 0, &b->err), 0);
	assert_true(fcntl(lock.fd, F_GETFD) & FD_CLOEXEC);
	tkt_lock_drop(&lock);
}

static void a_lock_file_that_was_removed_meanwhile_is_made_again(void **state)
{
	struct box *b = *state;
	struct tkt_lock lock = TKT_LOCK_INIT, second = TKT_LOCK_INIT;
	pid_t pid = holder(b);

	assert_int_equal(unlinkat(b->fd, "lock", 0), 0);
	assert_int_equal(tkt_lock_take(&lock, b->fd, "lock", 100, &b->err), 0);
	end(pid);
	box_failed(b, tkt_lock_take(&second, b->fd, "lock", 0, &b->err), TKT_ELOCKED, "cannot lock");
	tkt_lock_drop(&lock);
}

static void links_and_fifos_are_no_locks(void **state)
{
	struct box *b = *state;
	struct tkt_lock lock = TKT_LOCK_INIT;

	assert_int_equal(symlinkat("elsewhere", b->fd, "link"), 0);
	assert_int_equal(mkfifoat(b->fd, "fifo", 0644), 0);
	box_failed(b, tkt_lock_take(&lock, b->fd, "link", 0, &b->err), TKT_EINVALID, "symbolic link");
	box_failed(b, tkt_lock_take(&lock, b->fd, "fifo", 0, &b->err), TKT_EINVALID, "regular");
	box_failed(b, tkt_lock_take(&lock, b->fd, "no/lock", 0, &b->err), TKT_EIO, "No such file");
	assert_false(tkt_file_exists(b->fd, "elsewhere"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(a_lock_is_taken_dropped_and_taken_again),
		BOX_TEST(the_holder_is_named_after_the_time_is_up),
		BOX_TEST(one_try_does_not_wait),
		BOX_TEST(a_killed_holder_leaves_no_lock),
		BOX_TEST(who_waits_gets_the_lock_when_it_is_free),
		BOX_TEST(only_one_of_many_is_inside),
		BOX_TEST(a_program_that_we_start_does_not_hold_the_lock),
		BOX_TEST(a_lock_file_that_was_removed_meanwhile_is_made_again),
		BOX_TEST(links_and_fifos_are_no_locks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
