/* base/date: times as seconds since 1970-01-01T00:00:00Z, RFC 3339 in UTC, durations. Floor 0.
 * Nobody here asks the clock: "now" is always a parameter. */
#ifndef TKT_BASE_DATE_H
#define TKT_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t tkt_time; /* the one typedef: a unit, not a struct */

#define TKT_TIME_LEN 20 /* strlen("2026-01-02T03:04:05Z") */

/* Exactly YYYY-MM-DDTHH:MM:SSZ with a valid date (years 0000-9999, no leap second). */
bool tkt_time_parse(const char *s, size_t n, tkt_time *out);
/* Writes 20 bytes and a NUL. Outside years 0000-9999 the nearest valid time is written. */
void tkt_time_print(tkt_time t, char out[TKT_TIME_LEN + 1]);
/* Writes YYYYMMDD-HHMMSS and a NUL: the head of an id (tkt-format(5)). */
void tkt_time_stamp(tkt_time t, char out[16]);
/* "YYYY-MM-DD" -> its midnight; also a full time. */
bool tkt_date_parse(const char *s, size_t n, tkt_time *out);
/* "90", "45m", "3h30m", "7d", "2w", "1y" ("90" alone is minutes when bare_minutes, else refused). Seconds. m = minutes; y = 365 d. */
bool tkt_duration_parse(const char *s, size_t n, bool bare_minutes, int64_t *seconds);
/* "3 days ago", "in 2 hours", "just now". out gets at most n bytes with NUL; 32 is enough. */
void tkt_time_relative(tkt_time t, tkt_time now, char *out, size_t n);

#endif
