/* tests/e2e/embed_server.py as a child of a unit test. */
#ifndef TKT_TEST_SERVER_H
#define TKT_TEST_SERVER_H

#include "unit/sandbox.h"

#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

struct server {
	pid_t pid;
	char port[16];
	char log[96];  /* one line of JSON a request */
	char mode[96]; /* write a mode into this file */
};

/* Beside the sources, wherever the build lies below them. */
static inline void server_script(char *out, size_t size)
{
	char exe[1024];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

	assert_true(n > 0);
	exe[n] = '\0';
	for (char *slash = strrchr(exe, '/'); slash; slash = strrchr(exe, '/')) {
		*slash = '\0';
		assert_true((size_t)snprintf(out, size, "%s/tests/e2e/embed_server.py", exe) < size);
		if (access(out, R_OK) == 0)
			return;
	}
	fail_msg("no tests/e2e/embed_server.py above the test");
}

static inline void server_start(struct server *s, struct box *b)
{
	char script[1100], port[96];
	struct timespec t = { .tv_nsec = 10000000 };
	FILE *f = NULL;

	server_script(script, sizeof script);
	snprintf(port, sizeof port, "%s/port", b->path);
	snprintf(s->log, sizeof s->log, "%s/log", b->path);
	snprintf(s->mode, sizeof s->mode, "%s/mode", b->path);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (s->pid == 0) {
		execlp("python3", "python3", script, port, s->log, s->mode, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 1000 && !f; i++) {
		f = fopen(port, "r");
		if (!f)
			nanosleep(&t, NULL);
	}
	assert_non_null(f);
	assert_non_null(fgets(s->port, sizeof s->port, f));
	fclose(f);
	s->port[strcspn(s->port, "\n")] = '\0';
}

static inline void server_stop(struct server *s)
{
	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
	}
	s->pid = 0;
}

static inline char *server_url(const struct server *s, const char *path)
{
	static char url[256];

	snprintf(url, sizeof url, "http://127.0.0.1:%s%s", s->port, path);
	return url;
}

static inline void server_mode(struct box *b, const char *mode)
{
	box_put(b, "mode", mode);
}

/* How often `word` stands in the log; 0 without one. */
static inline int server_count(const struct server *s, const char *word)
{
	struct tkt_buf log = TKT_BUF_INIT;
	int n = 0;

	(void)tkt_file_slurp(s->log, 1 << 24, &log, NULL);
	for (const char *at = strstr(log.ptr, word); at; at = strstr(at + 1, word))
		n++;
	tkt_buf_release(&log);
	return n;
}

#endif
