/* sys/proc: other programs, always by argv, never through a shell with user text. Floor 1. */
#ifndef TKT_SYS_PROC_H
#define TKT_SYS_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

/* Full path of a program in `path` (value of PATH); empty, relative and "." entries are skipped, so
 * that nothing planted in the working directory runs. False if there is none. */
bool tkt_proc_find(struct tkt_buf *out, const char *name, const char *path);
/* Runs argv[0] (an absolute path) and waits. stdin/stdout are inherited unless out is given (then
 * stdout is read into it, at most max bytes, stdin is /dev/null; more is TKT_EINVALID). Exit status in *status (128+n for signal n). */
int tkt_proc_run(char *const argv[], struct tkt_buf *out, size_t max, int *status,
		 struct tkt_error *err);
/* Starts argv with its standard input on a pipe: *fd is ours to write. For the pager. */
int tkt_proc_start(char *const argv[], int *fd, pid_t *pid, struct tkt_error *err);
int tkt_proc_wait(pid_t pid, int *status, struct tkt_error *err);

#endif
