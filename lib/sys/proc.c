/* sys/proc: posix_spawn, and pipes that never wait for each other. */
#include "sys/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/file_impl.h"
#include "sys/io.h"

bool tkt_proc_find(struct tkt_buf *out, const char *name, const char *path)
{
	tkt_buf_reset(out);
	if (name[0] == '/') {
		tkt_buf_puts(out, name);
		return tkt_io_executable(out->ptr);
	}
	if (!name[0] || strchr(name, '/') || !path)
		return false;
	for (const char *p = path;;) {
		size_t n = strcspn(p, ":");

		if (n && p[0] == '/') {
			tkt_buf_reset(out);
			tkt_buf_add(out, p, n);
			tkt_buf_putc(out, '/');
			tkt_buf_puts(out, name);
			if (tkt_io_executable(out->ptr))
				return true;
		}
		if (!p[n])
			break;
		p += n + 1;
	}
	tkt_buf_reset(out);
	return false;
}

static int cannot_run(struct tkt_error *err, int errno_value, const char *program)
{
	return tkt_error_sys(err, errno_value, "cannot run '%s'", program);
}

/* PATH for a child: only absolute directories, or an editor that sh looks for would be the one that
 * lies planted in the working directory. Where none is left the system's own count: an empty PATH
 * means the working directory too. */
static void clean_path(struct tkt_buf *out, const char *path)
{
	size_t head;

	tkt_buf_puts(out, "PATH=");
	head = out->len;
	for (const char *p = path;;) {
		size_t n = strcspn(p, ":");

		if (n && p[0] == '/') {
			if (out->len > head)
				tkt_buf_putc(out, ':');
			tkt_buf_add(out, p, n);
		}
		if (!p[n])
			break;
		p += n + 1;
	}
	if (out->len == head)
		tkt_buf_puts(out, "/usr/bin:/bin");
}

/* Is the variable of this entry ("NAME=VALUE") among the names? The set ones are "NAME=VALUE" too. */
static bool names_it(const char *const *names, const char *entry)
{
	size_t n = strcspn(entry, "=");

	for (; names && *names; names++) {
		size_t m = strcspn(*names, "=*");

		if ((*names)[m] == '*' ? n >= m && memcmp(*names, entry, m) == 0
				       : n == m && memcmp(*names, entry, n) == 0)
			return true;
	}
	return false;
}

/* environ with such a PATH, and as `how` says; the array is the caller's, the texts are not. */
static char **child_environ(struct tkt_buf *path, const struct tkt_proc_how *how)
{
	size_t n = 0, more = 0, kept = 0;
	char **env;

	while (environ[n])
		n++;
	while (how->set && how->set[more])
		more++;
	env = tkt_calloc(n + more + 1, sizeof *env);
	for (size_t i = 0; i < n; i++) {
		if (names_it(how->unset, environ[i]) || names_it(how->set, environ[i]))
			continue;
		env[kept] = environ[i];
		if (strncmp(env[kept], "PATH=", 5) == 0) {
			if (!path->len)
				clean_path(path, env[kept] + 5);
			env[kept] = path->ptr;
		}
		kept++;
	}
	for (size_t i = 0; i < more; i++)
		env[kept++] = (char *)(uintptr_t)how->set[i]; /* posix_spawn does not write there */
	return env;
}

static int spawn_clean(pid_t *pid, char *const argv[], const posix_spawn_file_actions_t *actions,
		       const posix_spawnattr_t *attr, const struct tkt_proc_how *how)
{
	struct tkt_buf path = TKT_BUF_INIT;
	char **env = child_environ(&path, how);
	int e = posix_spawn(pid, argv[0], actions, attr, argv, env);

	free(env);
	tkt_buf_release(&path);
	return e;
}

/* fds: descriptors for the child's 0, 1 and 2, or -1 to inherit. An errno. */
static int spawn(pid_t *pid, char *const argv[], const int fds[3], const struct tkt_proc_how *how)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t defaults;
	int e;

	/* Where vfork is only imitated (valgrind), a failed exec looks like exit status 127. */
	if (!tkt_io_executable(argv[0]))
		return errno;
	e = posix_spawn_file_actions_init(&actions);
	if (e)
		return e;
	e = posix_spawnattr_init(&attr);
	if (e) {
		posix_spawn_file_actions_destroy(&actions);
		return e;
	}
	/* We may ignore SIGPIPE; a pager or a filter counts on dying of it. */
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	e = posix_spawnattr_setsigdefault(&attr, &defaults);
	if (!e)
		e = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	for (int i = 0; i < 3 && !e; i++)
		if (fds[i] >= 0)
			e = posix_spawn_file_actions_adddup2(&actions, fds[i], i);
	if (!e && how->dir)
		e = posix_spawn_file_actions_addchdir_np(&actions, how->dir);
	if (!e)
		e = spawn_clean(pid, argv, &actions, &attr, how);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return e;
}

static const struct tkt_proc_how as_we_are;

static int told(int raw)
{
	return WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
}

int tkt_proc_wait(pid_t pid, int *status, struct tkt_error *err)
{
	int raw;
	pid_t r;

	do
		r = waitpid(pid, &raw, 0);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return tkt_error_sys(err, errno, "cannot wait for process %ld", (long)pid);
	*status = told(raw);
	return 0;
}

static int run_captured(char *const argv[], struct tkt_buf *out, size_t max, int *status,
			struct tkt_error *err)
{
	int code = 0, e, in = -1, ends[2] = { -1, -1 };
	pid_t pid = -1;

	tkt_buf_reset(out);
	in = tkt_io_open_any("/dev/null", O_RDONLY);
	if (in < 0 || pipe2(ends, O_CLOEXEC) < 0) {
		code = cannot_run(err, errno, argv[0]);
		goto out;
	}
	e = spawn(&pid, argv, (const int[]){ in, ends[1], -1 }, &as_we_are);
	tkt_fd_close(&ends[1]); /* or the end would never come */
	if (e) {
		pid = -1;
		code = cannot_run(err, e, argv[0]);
		goto out;
	}
	if (tkt_fd_read_all(ends[0], max, 0, out) < 0)
		code = errno == EFBIG ? tkt_error_set(err, TKT_EINVALID,
						      "'%s' printed more than %zu bytes", argv[0], max)
				      : tkt_error_sys(err, errno, "cannot read from '%s'", argv[0]);
out:
	tkt_fd_close(&ends[0]); /* before waiting: who still prints gets SIGPIPE and ends */
	tkt_fd_close(&ends[1]);
	tkt_fd_close(&in);
	if (pid > 0) {
		int waited = tkt_proc_wait(pid, status, code ? NULL : err);

		code = code ? code : waited;
	}
	return code;
}

int tkt_proc_run(char *const argv[], struct tkt_buf *out, size_t max, int *status,
		 struct tkt_error *err)
{
	pid_t pid;
	int e;

	if (out)
		return run_captured(argv, out, max, status, err);
	e = spawn(&pid, argv, (const int[]){ -1, -1, -1 }, &as_we_are);
	if (e)
		return cannot_run(err, e, argv[0]);
	return tkt_proc_wait(pid, status, err);
}

int tkt_proc_start(char *const argv[], int *fd, pid_t *pid, struct tkt_error *err)
{
	int e, ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return cannot_run(err, errno, argv[0]);
	e = spawn(pid, argv, (const int[]){ ends[0], -1, -1 }, &as_we_are);
	tkt_fd_close(&ends[0]);
	if (e) {
		tkt_fd_close(&ends[1]);
		return cannot_run(err, e, argv[0]);
	}
	*fd = ends[1];
	return 0;
}

/* --- a program to talk with -------------------------------------------------------------------- */

enum { STOP_LOOK_MS = 100, END_TRIES = 60, PIPE_BYTES = 256 * 1024 };

struct tkt_proc {
	char *name;
	pid_t pid;
	int in, out, err;
	struct tkt_buf telling; /* not written yet, from `told` on */
	size_t told;
	bool told_all;
	struct tkt_buf words;
	const volatile sig_atomic_t *stop;
};

/* Its standard input is a socket: writing to one can do without SIGPIPE, and without waiting. */
static int open_pipes(struct tkt_proc *p, int theirs[3])
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return errno;
	p->in = ends[0];
	theirs[0] = ends[1];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	p->out = ends[0];
	theirs[1] = ends[1];
	fcntl(p->out, F_SETPIPE_SZ, PIPE_BYTES); /* fewer turns; a limit against it does no harm */
	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	p->err = ends[0];
	theirs[2] = ends[1];
	return 0;
}

int tkt_proc_open(struct tkt_proc **out, char *const argv[], const struct tkt_proc_how *how, struct tkt_error *err)
{
	struct tkt_proc *p = tkt_calloc(1, sizeof *p);
	int theirs[3] = { -1, -1, -1 };
	int e, code = 0;

	p->in = p->out = p->err = -1;
	p->stop = how->stop;
	p->name = tkt_strdup(argv[0]);
	tkt_buf_init(&p->telling);
	tkt_buf_init(&p->words);
	e = open_pipes(p, theirs);
	if (!e)
		e = spawn(&p->pid, argv, theirs, how);
	for (int i = 0; i < 3; i++)
		tkt_fd_close(&theirs[i]); /* or the end would never come */
	if (e) {
		p->pid = 0;
		code = cannot_run(err, e, argv[0]);
		tkt_proc_close(p, NULL, NULL, NULL);
	} else {
		*out = p;
	}
	return code;
}

static void tell(struct tkt_proc *p)
{
	while (p->in >= 0 && p->told < p->telling.len) {
		ssize_t r = send(p->in, p->telling.ptr + p->told, p->telling.len - p->told,
				 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (r < 0)
			tkt_fd_close(&p->in); /* it no longer reads; what it has to say may come yet */
		else
			p->told += (size_t)r;
	}
	tkt_buf_reset(&p->telling);
	p->told = 0;
	if (p->told_all)
		tkt_fd_close(&p->in);
}

void tkt_proc_tell(struct tkt_proc *p, const void *bytes, size_t n)
{
	if (p->in >= 0 && !p->told_all)
		tkt_buf_add(&p->telling, bytes, n);
}

void tkt_proc_told_all(struct tkt_proc *p)
{
	p->told_all = true;
}

/* What does not fit is read all the same: a full pipe would make it wait. */
static void listen_to_words(struct tkt_proc *p)
{
	char bytes[1024];
	ssize_t r = tkt_io_read(p->err, bytes, sizeof bytes);

	if (r <= 0) {
		tkt_fd_close(&p->err);
		return;
	}
	if (p->words.len < TKT_PROC_WORDS)
		tkt_buf_add(&p->words, bytes, (size_t)r);
}

/* Until stdout (or, with out < 0, stderr) has something to say. */
static int wait_for(struct tkt_proc *p, struct tkt_error *err)
{
	for (;;) {
		struct pollfd fds[3] = { { p->out, POLLIN, 0 }, { p->err, POLLIN, 0 }, { -1, POLLOUT, 0 } };
		int r;

		if (p->stop && *p->stop)
			return tkt_error_set(err, TKT_EIO, "interrupted");
		tell(p);
		if (p->telling.len)
			fds[2].fd = p->in;
		r = poll(fds, TKT_LEN(fds), p->stop ? STOP_LOOK_MS : -1);
		if (r < 0 && errno != EINTR)
			return tkt_error_sys(err, errno, "cannot wait for '%s'", p->name);
		if (r > 0 && fds[1].revents)
			listen_to_words(p);
		if (r > 0 && (fds[0].revents || (p->out < 0 && fds[1].revents)))
			return 0;
	}
}

int tkt_proc_read(struct tkt_proc *p, void *buf, size_t n, size_t *got, struct tkt_error *err)
{
	int code;
	ssize_t r;

	*got = 0;
	if (p->out < 0)
		return 0;
	code = wait_for(p, err);
	if (code)
		return code;
	r = tkt_io_read(p->out, buf, n);
	if (r < 0)
		return tkt_error_sys(err, errno, "cannot read from '%s'", p->name);
	if (r == 0)
		tkt_fd_close(&p->out);
	*got = (size_t)r;
	return 0;
}

/* Reaps it; one that was told to end and does not gets no second chance. */
static int reap(struct tkt_proc *p, bool told_to_end, int *status, struct tkt_error *err)
{
	struct timespec slice = { 0, 50000 }; /* grows: 2 s in all */
	int raw = 0, tries = 0;
	pid_t r = 0;

	while (told_to_end && r == 0 && tries++ < END_TRIES) {
		r = waitpid(p->pid, &raw, WNOHANG);
		if (r == 0)
			ppoll(NULL, 0, &slice, NULL);
		if (slice.tv_nsec < 40000000)
			slice.tv_nsec += slice.tv_nsec / 2;
	}
	if (r > 0) {
		*status = told(raw);
		return 0;
	}
	if (told_to_end)
		kill(p->pid, SIGKILL);
	return tkt_proc_wait(p->pid, status, err);
}

int tkt_proc_close(struct tkt_proc *p, int *status, struct tkt_buf *words, struct tkt_error *err)
{
	bool early;
	int own = -1, code = 0;

	if (!p)
		return 0;
	early = p->out >= 0;
	tkt_fd_close(&p->in);
	tkt_fd_close(&p->out);
	if (early && p->pid > 0)
		kill(p->pid, SIGTERM);
	while (!early && p->err >= 0 && wait_for(p, NULL) == 0)
		;
	if (!early && p->err >= 0 && p->pid > 0) { /* we shall not wait for more */
		early = true;
		kill(p->pid, SIGTERM);
	}
	tkt_fd_close(&p->err);
	if (p->pid > 0)
		code = reap(p, early, &own, err);
	if (status)
		*status = own;
	while (p->words.len && p->words.ptr[p->words.len - 1] == '\n')
		tkt_buf_truncate(&p->words, p->words.len - 1);
	if (words) {
		tkt_buf_reset(words);
		tkt_buf_add(words, p->words.ptr, p->words.len);
	}
	tkt_buf_release(&p->words);
	tkt_buf_release(&p->telling);
	free(p->name);
	free(p);
	return code;
}
