#include "base/date.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define MINUTE ((int64_t)60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define TIME_MIN INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */
#define TIME_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

struct moment {
	int year, month, day, hour, minute, second;
};

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. Years begin in March
 * here, so that the leap day is the last of its year and months need no table. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t in_era = y - era * 400;
	int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

/* The inverse of days_of(). */
static void date_of(int64_t days, struct moment *m)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t in_era = z - era * 146097;
	int64_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * y + y / 4 - y / 100);
	int64_t march = (5 * in_year + 2) / 153;

	m->day = (int)(in_year - (153 * march + 2) / 5 + 1);
	m->month = (int)(march < 10 ? march + 3 : march - 9);
	m->year = (int)(y + era * 400 + (m->month <= 2));
}

static bool digits(const char *s, size_t n, int *value)
{
	*value = 0;
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		*value = *value * 10 + (s[i] - '0');
	}
	return true;
}

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool parse_day(const char *s, struct moment *m)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (!digits(s, 4, &m->year) || s[4] != '-' || !digits(s + 5, 2, &m->month) ||
	    s[7] != '-' || !digits(s + 8, 2, &m->day))
		return false;
	if (m->month < 1 || m->month > 12 || m->day < 1)
		return false;
	return m->day <= lengths[m->month - 1] + (m->month == 2 && is_leap(m->year));
}

bool tkt_time_parse(const char *s, size_t n, tkt_time *out)
{
	struct moment m;

	if (n != TKT_TIME_LEN || !parse_day(s, &m))
		return false;
	if (s[10] != 'T' || !digits(s + 11, 2, &m.hour) || s[13] != ':' ||
	    !digits(s + 14, 2, &m.minute) || s[16] != ':' || !digits(s + 17, 2, &m.second) ||
	    s[19] != 'Z')
		return false;
	if (m.hour > 23 || m.minute > 59 || m.second > 59)
		return false;
	*out = days_of(m.year, m.month, m.day) * DAY + m.hour * HOUR + m.minute * MINUTE +
	       m.second;
	return true;
}

bool tkt_date_parse(const char *s, size_t n, tkt_time *out)
{
	struct moment m;

	if (n != 10)
		return tkt_time_parse(s, n, out);
	if (!parse_day(s, &m))
		return false;
	*out = days_of(m.year, m.month, m.day) * DAY;
	return true;
}

static struct moment split(tkt_time t)
{
	struct moment m;
	int64_t days, rest;

	if (t < TIME_MIN)
		t = TIME_MIN;
	if (t > TIME_MAX)
		t = TIME_MAX;
	days = t / DAY;
	rest = t % DAY;
	if (rest < 0) { /* C rounds towards zero, days begin at midnight */
		rest += DAY;
		days--;
	}
	date_of(days, &m);
	m.hour = (int)(rest / HOUR);
	m.minute = (int)(rest % HOUR / MINUTE);
	m.second = (int)(rest % MINUTE);
	return m;
}

static char *put(char *p, int value, int width)
{
	for (int i = width - 1; i >= 0; i--) {
		p[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return p + width;
}

void tkt_time_print(tkt_time t, char out[TKT_TIME_LEN + 1])
{
	struct moment m = split(t);

	memcpy(out, "0000-00-00T00:00:00Z", TKT_TIME_LEN + 1);
	put(out, m.year, 4);
	put(out + 5, m.month, 2);
	put(out + 8, m.day, 2);
	put(out + 11, m.hour, 2);
	put(out + 14, m.minute, 2);
	put(out + 17, m.second, 2);
}

void tkt_time_stamp(tkt_time t, char out[16])
{
	struct moment m = split(t);
	char *p = put(put(put(out, m.year, 4), m.month, 2), m.day, 2);

	*p++ = '-';
	p = put(put(put(p, m.hour, 2), m.minute, 2), m.second, 2);
	*p = '\0';
}

static int64_t unit_seconds(char unit)
{
	switch (unit) {
	case 'm':
		return MINUTE;
	case 'h':
		return HOUR;
	case 'd':
		return DAY;
	case 'w':
		return 7 * DAY;
	case 'y':
		return 365 * DAY;
	default:
		return 0;
	}
}

/* Reads digits at *pos; false when there are none or the number does not fit. */
static bool number(const char *s, size_t n, size_t *pos, int64_t *value)
{
	size_t start = *pos;

	*value = 0;
	for (; *pos < n && s[*pos] >= '0' && s[*pos] <= '9'; ++*pos)
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, s[*pos] - '0', value))
			return false;
	return *pos > start;
}

bool tkt_duration_parse(const char *s, size_t n, bool bare_minutes, int64_t *seconds)
{
	int64_t total = 0, value, unit, last = INT64_MAX;
	size_t pos = 0;

	if (!n)
		return false;
	while (pos < n) {
		bool first = pos == 0;

		if (!number(s, n, &pos, &value))
			return false;
		if (pos == n) {
			/* "90" is minutes; "3h30" could mean anything. */
			if (!first || !bare_minutes)
				return false;
			unit = MINUTE;
		} else {
			unit = unit_seconds(s[pos++]);
		}
		/* Units fall from left to right: "30m3h" and "1h1h" are slips. */
		if (!unit || unit >= last)
			return false;
		last = unit;
		if (__builtin_mul_overflow(value, unit, &value) ||
		    __builtin_add_overflow(total, value, &total))
			return false;
	}
	*seconds = total;
	return true;
}

void tkt_time_relative(tkt_time t, tkt_time now, char *out, size_t n)
{
	static const struct {
		uint64_t below, unit;
		const char *name;
	} steps[] = {
		{ HOUR, MINUTE, "minute" },    { DAY, HOUR, "hour" },
		{ 14 * DAY, DAY, "day" },      { 60 * DAY, 7 * DAY, "week" },
		{ 365 * DAY, 30 * DAY, "month" }, { UINT64_MAX, 365 * DAY, "year" },
	};
	bool past = t <= now;
	uint64_t gap = past ? (uint64_t)now - (uint64_t)t : (uint64_t)t - (uint64_t)now, count;
	size_t i = 0;

	if (!n)
		return;
	if (gap < (uint64_t)MINUTE) {
		snprintf(out, n, "just now");
		return;
	}
	while (i + 1 < TKT_LEN(steps) && gap >= steps[i].below)
		i++;
	count = gap / steps[i].unit;
	snprintf(out, n, "%s%" PRIu64 " %s%s%s", past ? "" : "in ", count, steps[i].name,
		 count == 1 ? "" : "s", past ? " ago" : "");
}
