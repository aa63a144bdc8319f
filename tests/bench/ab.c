/* ab: times whole processes in turn, A B A B, so that what disturbs one disturbs the other.
 *
 *   ab REPS SECONDS -- COMMAND A... :: COMMAND B... [:: ...]
 *
 * prints one line a command: median and least milliseconds, runs, peak memory in MB (of the largest run). A command
 * that has used up SECONDS is not run again. COMMAND may be PREPARE... ++ COMMAND...: what stands before ++ runs
 * first each time and is not timed. Output goes to /dev/null. Arguments are the same in every run but for these:
 *
 *   @FILE      line i of the file in run i
 *   @FILE*K    K lines: arguments of their own
 *   %i         the number of the run
 *
 * AB_CPU=1: milliseconds of processor time instead of those that went by, for a machine that others use, too.
 *
 * An argument @@... is @... itself. A command that fails ends it all: a failure is no time. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MAX 8
#define ARGS_MAX 4096

static struct command {
	char **args;
	int n;
	char **prepare; /* NULL: nothing */
	int prepare_n;
	long peak; /* kB */
	double *times;
	int runs;
	double used;
} commands[COMMANDS_MAX];

static char *argv_now[ARGS_MAX];
static int args_now;

static void die(const char *what)
{
	fprintf(stderr, "ab: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double of(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static void push(char *s)
{
	if (args_now + 1 >= ARGS_MAX || !s)
		die("too many arguments");
	argv_now[args_now++] = s;
}

/* Lines i*k .. i*k+k-1, from the start again past the end. */
static void push_lines(const char *spec, int i)
{
	char *path = strdup(spec), *star = path ? strrchr(path, '*') : NULL, *line = NULL;
	int k = 1, count = 0;
	size_t cap = 0;
	ssize_t n;
	FILE *f;

	if (star) {
		*star = '\0';
		k = atoi(star + 1);
	}
	f = path ? fopen(path, "r") : NULL;
	if (!f)
		die(spec);
	for (int skip = i * k; count < k;) {
		n = getline(&line, &cap, f);
		if (n < 0) {
			rewind(f);
			if (getline(&line, &cap, f) < 0)
				die(spec);
			rewind(f);
			continue;
		}
		if (skip-- > 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		push(strdup(line));
		count++;
	}
	free(line);
	free(path);
	fclose(f);
}

static void expand(char **args, int n, int i)
{
	args_now = 0;
	for (int k = 0; k < n; k++) {
		char *arg = args[k], *at = strstr(arg, "%i");

		if (arg[0] == '@' && arg[1] != '@') {
			push_lines(arg + 1, i);
		} else if (at) {
			size_t size = strlen(arg) + 16;
			char *made = malloc(size);

			snprintf(made, size, "%.*s%d%s", (int)(at - arg), arg, i, at + 2);
			push(made);
		} else {
			push(strdup(arg[0] == '@' ? arg + 1 : arg));
		}
	}
	argv_now[args_now] = NULL;
}

static void child(void)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, 0);
	dup2(null, 1);
	if (!getenv("AB_ERRORS"))
		dup2(null, 2);
	execvp(argv_now[0], argv_now);
	_exit(127);
}

/* The milliseconds of one process; its peak memory goes to *peak if that was less. */
static double one(char **args, int n, int i, long *peak)
{
	struct rusage usage;
	double start, took;
	int status;
	pid_t pid;

	expand(args, n, i);
	start = now();
	pid = vfork();
	if (pid == 0)
		child();
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0)
		die(argv_now[0]);
	took = now() - start;
	if (getenv("AB_CPU"))
		took = of(usage.ru_utime) + of(usage.ru_stime);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "ab: status %d of:", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
		for (int k = 0; k < args_now && k < 8; k++)
			fprintf(stderr, " %s", argv_now[k]);
		fprintf(stderr, "\n");
		exit(1);
	}
	if (usage.ru_maxrss > *peak)
		*peak = usage.ru_maxrss;
	for (int k = 0; k < args_now; k++)
		free(argv_now[k]);
	return took;
}

static void run(struct command *c, int i)
{
	long peak = 0;

	if (c->prepare)
		one(c->prepare, c->prepare_n, i, &peak);
	c->times[c->runs] = one(c->args, c->n, i, &c->peak);
	c->used += c->times[c->runs++];
}

/* PREPARE... ++ COMMAND... */
static void split(struct command *c)
{
	for (int k = 0; k < c->n; k++) {
		if (strcmp(c->args[k], "++") == 0) {
			c->prepare = c->args;
			c->prepare_n = k;
			c->args += k + 1;
			c->n -= k + 1;
			return;
		}
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	int reps, n = 0;
	double most;

	if (argc < 5 || strcmp(argv[3], "--") != 0)
		return 2;
	reps = atoi(argv[1]);
	most = atof(argv[2]) * 1e3;
	commands[0].args = argv + 4;
	for (int i = 4; i < argc; i++) {
		if (strcmp(argv[i], "::") == 0 && n + 1 < COMMANDS_MAX)
			commands[++n].args = argv + i + 1;
		else
			commands[n].n++;
	}
	for (int k = 0; k <= n; k++) {
		split(&commands[k]);
		commands[k].times = calloc((size_t)reps + 1, sizeof(double));
		if (!commands[k].times || commands[k].n == 0)
			return 2;
	}
	for (int i = 0; i < reps; i++)
		for (int k = 0; k <= n; k++)
			if (commands[k].used < most || i == 0)
				run(&commands[k], i);
	for (int k = 0; k <= n; k++) {
		struct command *c = &commands[k];

		qsort(c->times, (size_t)c->runs, sizeof(double), by_value);
		printf("%.3f %.3f %d %.1f\n", c->times[c->runs / 2], c->times[0], c->runs, (double)c->peak / 1024);
	}
	return 0;
}
