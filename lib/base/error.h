/* base/error: what went wrong, for a person and for a program. Floor 0 (libc only).
 *
 * Every function that can fail returns 0 or a negative enum tkt_code and fills
 * the caller's struct tkt_error. The first failure wins: a set error is never
 * overwritten. A NULL error is allowed everywhere; then only the code is told.
 *
 * A message is lower case, without a full stop, says first what failed, and
 * names its subject in 'single quotes'. A hint says what to do and never
 * proposes a step that could destroy anything.
 */
#ifndef TKT_BASE_ERROR_H
#define TKT_BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>

#include "base/strv.h"

enum tkt_code {
	TKT_OK = 0,
	TKT_ENO = -1,        /* ran, and the answer is "no": exit 1 */
	TKT_EUSAGE = -2,     /* called wrongly: exit 2 */
	TKT_ENOTFOUND = -3,  /* no such ticket, file, root: exit 3 */
	TKT_EAMBIGUOUS = -4, /* more than one answers; see candidates: exit 3 */
	TKT_ECONFLICT = -5,  /* somebody else changed it: exit 4 */
	TKT_ELOCKED = -6,    /* the lock was not to be had in time: exit 4 */
	TKT_EINVALID = -7,   /* the data is not what it must be: exit 5 */
	TKT_EIO = -8,        /* the machine said no: exit 6 */
	TKT_EEXISTS = -9     /* the target is there already: exit 4 */
};

struct tkt_error {
	enum tkt_code code;
	char *message;
	char *file;      /* path as the user would type it, or NULL */
	size_t line;     /* 1-based, 0 = none */
	char *hint;      /* or NULL */
	struct tkt_strv candidates; /* for TKT_EAMBIGUOUS */
};

#define TKT_ERROR_INIT { TKT_OK, NULL, NULL, 0, NULL, TKT_STRV_INIT }

/* Sets code and message unless one is set already; returns the code. */
int tkt_error_set(struct tkt_error *err, enum tkt_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* As tkt_error_set, with " : strerror(errno_value)" appended and TKT_EIO. */
int tkt_error_sys(struct tkt_error *err, int errno_value, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds the place or the hint to a set error that has none yet; a line that is known stays. No-op on
 * NULL or on a clean error. */
void tkt_error_at(struct tkt_error *err, const char *file, size_t line);
void tkt_error_hint(struct tkt_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void tkt_error_candidate(struct tkt_error *err, const char *text);

/* Moves `from` into `to` if `to` is clean, releases `from` otherwise. Returns to's code. */
int tkt_error_move(struct tkt_error *to, struct tkt_error *from);

/* The name in JSON: "not_found", "ambiguous", "invalid", "conflict", "locked", "io", "usage", "exists", "no". */
const char *tkt_code_name(enum tkt_code code);

void tkt_error_release(struct tkt_error *err); /* back to TKT_ERROR_INIT */

#endif
