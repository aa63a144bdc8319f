#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "sys/file_impl.h"
#include "sys/io.h"

#define SLEEP_FIRST_US 1000
#define SLEEP_MOST_US 50000

static long long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void sleep_us(long long us)
{
	struct timespec t = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };

	nanosleep(&t, NULL); /* woken early by a signal: the loop looks again */
}

/* A small file of /proc, or nothing. */
static void read_proc(const char *path, struct tkt_buf *out)
{
	int fd = tkt_io_open_any(path, O_RDONLY);

	if (fd >= 0 && tkt_fd_read_all(fd, 1 << 20, 0, out) < 0)
		tkt_buf_reset(out);
	tkt_fd_close(&fd);
}

/* Lines are "1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF"; with "->" for those who wait. */
static long find_holder(const char *locks, const struct stat *st)
{
	for (const char *line = locks; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		unsigned major_no, minor_no;
		unsigned long long ino;
		long pid;

		if (sscanf(line, "%*d: FLOCK %*s %*s %ld %x:%x:%llu", &pid, &major_no, &minor_no, &ino) == 4 &&
		    ino == (unsigned long long)st->st_ino && major_no == major(st->st_dev) &&
		    minor_no == minor(st->st_dev) && pid > 0)
			return pid;
	}
	return 0;
}

static void name_holder(int fd, struct tkt_error *err)
{
	struct tkt_buf text = TKT_BUF_INIT;
	struct stat st;
	char path[64];
	long pid = 0;

	if (!tkt_io_fstat(fd, &st)) {
		read_proc("/proc/locks", &text);
		pid = find_holder(text.ptr, &st);
	}
	tkt_buf_reset(&text);
	if (pid) {
		snprintf(path, sizeof path, "/proc/%ld/comm", pid);
		read_proc(path, &text);
		if (text.len && text.ptr[text.len - 1] == '\n')
			tkt_buf_truncate(&text, text.len - 1);
	}
	if (pid && text.len)
		tkt_error_hint(err, "process %ld (%s) holds it; try again", pid, text.ptr);
	else if (pid)
		tkt_error_hint(err, "process %ld holds it; try again", pid);
	else
		tkt_error_hint(err, "another process holds it; try again");
	tkt_buf_release(&text);
}

static int open_lock(int *fd, int dirfd, const char *path, struct stat *st, struct tkt_error *err)
{
	/* Writable, because NFS emulates flock by a lock on ranges; O_NONBLOCK, because of FIFOs. */
	*fd = tkt_io_open(dirfd, path, O_RDWR | O_CREAT | O_NONBLOCK | O_NOCTTY, 0666);
	if (*fd < 0 && (errno == ELOOP || errno == EISDIR))
		return tkt_file_fail(err, errno, "open the lock", path);
	if (*fd < 0) {
		bool refused = errno == EACCES;
		int code = tkt_error_sys(err, errno, "cannot open the lock '%s'", path);

		if (refused)
			tkt_error_hint(err, "who writes tickets needs the right to write there; tkt-init(1) tells how to share them");
		return code;
	}
	if (tkt_io_fstat(*fd, st) < 0)
		return tkt_error_sys(err, errno, "cannot look at the lock '%s'", path);
	if (!S_ISREG(st->st_mode))
		return tkt_error_set(err, TKT_EINVALID, "cannot use the lock '%s': it is not a regular file", path);
	return 0;
}

/* 1: have it. 0: not yet. */
static int try_once(int fd, const char *path, struct tkt_error *err)
{
#ifdef TKT_MUTANT_NO_LOCK
	return 1;
#endif
	if (!tkt_io_flock(fd, LOCK_EX | LOCK_NB))
		return 1;
	if (errno == EWOULDBLOCK)
		return 0;
	tkt_error_sys(err, errno, "cannot lock '%s'", path);
	if (errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS)
		tkt_error_hint(err, "this file system has no locks; keep the tickets on a local one");
	return TKT_EIO;
}

static int wait_for(const struct tkt_lock *lock, int fd, const char *path, unsigned timeout_ms,
		    long long deadline, struct tkt_error *err)
{
	long long pause = SLEEP_FIRST_US;

	for (;;) {
		int got = try_once(fd, path, err);
		long long left = deadline - now_us();

		if (got)
			return got < 0 ? got : 0;
		if (left <= 0)
			break;
		if (lock->stop && *lock->stop)
			return tkt_error_set(err, TKT_ELOCKED, "interrupted while waiting for '%s'", path);
		sleep_us(pause < left ? pause : left);
		pause = pause * 2 < SLEEP_MOST_US ? pause * 2 : SLEEP_MOST_US;
	}
	tkt_error_set(err, TKT_ELOCKED, "cannot lock '%s' within %u.%u s", path, timeout_ms / 1000,
		      timeout_ms % 1000 / 100);
	name_holder(fd, err);
	return TKT_ELOCKED;
}

int tkt_lock_take(struct tkt_lock *lock, int dirfd, const char *path, unsigned timeout_ms,
		  struct tkt_error *err)
{
	long long deadline = now_us() + (long long)timeout_ms * 1000;
	struct stat mine, there;
	int code, fd = -1;

	for (;;) {
		code = open_lock(&fd, dirfd, path, &mine, err);
		if (!code)
			code = wait_for(lock, fd, path, timeout_ms, deadline, err);
		if (code)
			break;
		/* `git clean` may have removed the file while we waited: a lock on a file that
		 * nobody else can find is none. */
		if (!tkt_io_stat(dirfd, path, &there) && there.st_ino == mine.st_ino &&
		    there.st_dev == mine.st_dev)
			break;
		tkt_fd_close(&fd);
		if (now_us() > deadline + 1000000) {
			code = tkt_error_set(err, TKT_ELOCKED, "cannot lock '%s': it is removed again and again",
					     path);
			break;
		}
	}
	if (code) {
		tkt_fd_close(&fd);
		return code;
	}
	lock->fd = fd;
	return 0;
}

void tkt_lock_drop(struct tkt_lock *lock)
{
	tkt_fd_close(&lock->fd);
}
