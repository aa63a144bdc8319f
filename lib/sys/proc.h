/* sys/proc: other programs, always by argv, never through a shell with user text. Floor 1. */
#ifndef TKT_SYS_PROC_H
#define TKT_SYS_PROC_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

/* Full path of a program in `path` (value of PATH); empty, relative and "." entries are skipped, so
 * that nothing planted in the working directory runs. False if there is none. */
bool tkt_proc_find(struct tkt_buf *out, const char *name, const char *path);
/* Runs argv[0] (an absolute path) and waits. stdin/stdout are inherited unless out is given (then
 * stdout is read into it, at most max bytes, stdin is /dev/null; more is TKT_EINVALID). Exit status
 * in *status (128+n for signal n). */
int tkt_proc_run(char *const argv[], struct tkt_buf *out, size_t max, int *status,
		 struct tkt_error *err);
/* Starts argv with its standard input on a pipe: *fd is ours to write. For the pager. */
int tkt_proc_start(char *const argv[], int *fd, pid_t *pid, struct tkt_error *err);
int tkt_proc_wait(pid_t pid, int *status, struct tkt_error *err);

/* --- a program to talk with ----------------------------------------------------------------------- */

/* Its standard input, output and error are ours. Neither waits for the other: what it is told is kept
 * until it reads, and what it says on stderr is read along (about TKT_PROC_WORDS bytes are kept, for
 * messages). */
struct tkt_proc;

#define TKT_PROC_WORDS 4096

struct tkt_proc_how {
	/* Taken out of the environment ("GIT_*": all that begin so), and "NAME=VALUE" put in. NULL ends;
	 * either may be NULL. */
	const char *const *unset;
	const char *const *set;
	const char *dir; /* working directory; NULL: ours */
	/* Reading ends with TKT_EIO "interrupted" when it is set; NULL: never. */
	const volatile sig_atomic_t *stop;
};

int tkt_proc_open(struct tkt_proc **out, char *const argv[], const struct tkt_proc_how *how,
		  struct tkt_error *err);
/* To be written to its standard input; `n` bytes are copied. If it no longer reads, they are dropped. */
void tkt_proc_tell(struct tkt_proc *p, const void *bytes, size_t n);
void tkt_proc_told_all(struct tkt_proc *p); /* its standard input ends behind that */
/* Waits for output, at least one byte; *got is 0 at its end. TKT_EIO. */
int tkt_proc_read(struct tkt_proc *p, void *buf, size_t n, size_t *got, struct tkt_error *err);
/* The end: reads what is left of stderr, waits, and frees. A program that has not closed its output yet
 * is told to end (SIGTERM, and SIGKILL when it does not listen). NULL is allowed; status as above, may be
 * NULL. words (may be NULL): its stderr. */
int tkt_proc_close(struct tkt_proc *p, int *status, struct tkt_buf *words, struct tkt_error *err);

#endif
