#include "sys/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
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

/* environ with such a PATH; the array is the caller's, the texts are not. */
static char **child_environ(struct tkt_buf *path)
{
	size_t n = 0;
	char **env;

	while (environ[n])
		n++;
	env = tkt_calloc(n + 1, sizeof *env);
	for (size_t i = 0; i < n; i++) {
		env[i] = environ[i];
		if (strncmp(env[i], "PATH=", 5) != 0)
			continue;
		if (!path->len)
			clean_path(path, env[i] + 5);
		env[i] = path->ptr;
	}
	return env;
}

static int spawn_clean(pid_t *pid, char *const argv[], const posix_spawn_file_actions_t *actions,
		       const posix_spawnattr_t *attr)
{
	struct tkt_buf path = TKT_BUF_INIT;
	char **env = child_environ(&path);
	int e = posix_spawn(pid, argv[0], actions, attr, argv, env);

	free(env);
	tkt_buf_release(&path);
	return e;
}

/* in, out: descriptors for the child's 0 and 1, or -1 to inherit. An errno. */
static int spawn(pid_t *pid, char *const argv[], int in, int out)
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
	if (!e && in >= 0)
		e = posix_spawn_file_actions_adddup2(&actions, in, 0);
	if (!e && out >= 0)
		e = posix_spawn_file_actions_adddup2(&actions, out, 1);
	if (!e)
		e = spawn_clean(pid, argv, &actions, &attr);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return e;
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
	*status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
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
	e = spawn(&pid, argv, in, ends[1]);
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
	e = spawn(&pid, argv, -1, -1);
	if (e)
		return cannot_run(err, e, argv[0]);
	return tkt_proc_wait(pid, status, err);
}

int tkt_proc_start(char *const argv[], int *fd, pid_t *pid, struct tkt_error *err)
{
	int e, ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return cannot_run(err, errno, argv[0]);
	e = spawn(pid, argv, ends[0], -1);
	tkt_fd_close(&ends[0]);
	if (e) {
		tkt_fd_close(&ends[1]);
		return cannot_run(err, e, argv[0]);
	}
	*fd = ends[1];
	return 0;
}
