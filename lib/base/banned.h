/* base/banned: functions that nobody here calls. Force-included (-include) for lib/ and cmd/.
 * Floor 0.
 *
 * The headers that declare them come first: a poisoned name may not even be declared
 * afterwards. Instead of them: tkt_buf and tkt_asprintf for text, tkt_str_line and slices for
 * splitting, base/date for times, sys/proc (argv, never a shell) for programs. */
#ifndef TKT_BASE_BANNED_H
#define TKT_BASE_BANNED_H

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

/* Some libcs define a few of these as macros, and a macro cannot be poisoned quietly. */
#undef strcpy
#undef strncpy
#undef strcat
#undef strtok
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat strncpy stpcpy strtok
#pragma GCC poison sprintf vsprintf gets
#pragma GCC poison gmtime localtime ctime asctime
#pragma GCC poison system popen
#pragma GCC poison tmpnam tempnam mktemp

#endif
