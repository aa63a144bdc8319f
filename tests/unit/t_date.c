#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"

static bool time_ok(const char *s)
{
	tkt_time t;

	return tkt_time_parse(s, strlen(s), &t);
}

static tkt_time at(const char *s)
{
	tkt_time t = -1;

	assert_true(tkt_date_parse(s, strlen(s), &t));
	return t;
}

static void known_times_are_their_seconds(void **state)
{
	(void)state;
	assert_true(at("1970-01-01T00:00:00Z") == 0);
	assert_true(at("1969-12-31T23:59:59Z") == -1);
	assert_true(at("2000-02-29T12:34:56Z") == 951827696);
	assert_true(at("2026-11-21T00:30:00Z") == 1795221000);
	assert_true(at("2038-01-19T03:14:08Z") == INT64_C(2147483648));
	assert_true(at("0000-01-01T00:00:00Z") == INT64_C(-62167219200));
	assert_true(at("9999-12-31T23:59:59Z") == INT64_C(253402300799));
}

static void the_29th_of_february_exists_in_leap_years_only(void **state)
{
	(void)state;
	assert_true(time_ok("2024-02-29T00:00:00Z"));
	assert_true(time_ok("2000-02-29T00:00:00Z"));
	assert_true(time_ok("0000-02-29T00:00:00Z"));
	assert_false(time_ok("2023-02-29T00:00:00Z"));
	assert_false(time_ok("1900-02-29T00:00:00Z"));
	assert_false(time_ok("2100-02-29T00:00:00Z"));
	assert_false(time_ok("2024-02-30T00:00:00Z"));
}

static void anything_but_the_exact_form_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:05z",
		"2026-01-02t03:04:05Z", "2026-01-02 03:04:05Z", "2026-01-02T03:04:05Z ",
		"2026-01-02T03:04:05+00:00", "2026-01-02T03:04:60Z", "2026-01-02T03:60:05Z",
		"2026-01-02T24:00:00Z", "2026-00-02T03:04:05Z", "2026-13-02T03:04:05Z",
		"2026-01-00T03:04:05Z", "2026-01-32T03:04:05Z", "2026-04-31T03:04:05Z",
		"-026-01-02T03:04:05Z", "2026-1-002T03:04:05Z", "2026-01-02T03:04:0 Z",
		"2026/01/02T03:04:05Z", "2026-01-02T03-04-05Z", "+026-01-02T03:04:05Z",
	};
	tkt_time t = 42;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (tkt_time_parse(bad[i], strlen(bad[i]), &t))
			fail_msg("accepted '%s'", bad[i]);
	assert_true(t == 42);
	assert_false(tkt_time_parse("2026-01-02T03:04:0\0Z", 20, &t));
}

static void printing_is_the_inverse_of_parsing_on_every_day(void **state)
{
	char text[TKT_TIME_LEN + 1], last[TKT_TIME_LEN + 1] = "";
	tkt_time t = INT64_C(-62167219200), back;

	(void)state;
	for (int64_t i = 0; t <= INT64_C(253402300799); i++, t += 86400) {
		tkt_time odd = t + i * 7919 % 86400;

		tkt_time_print(odd, text);
		if (!tkt_time_parse(text, TKT_TIME_LEN, &back) || back != odd)
			fail_msg("'%s' does not come back", text);
		if (strncmp(last, text, 10) >= 0)
			fail_msg("'%s' is not after '%s'", text, last);
		memcpy(last, text, sizeof last);
	}
	assert_memory_equal(last, "9999-12-31", 10);
}

static void times_beyond_the_calendar_print_as_its_ends(void **state)
{
	char text[TKT_TIME_LEN + 1];

	(void)state;
	tkt_time_print(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59Z");
	tkt_time_print(INT64_C(253402300800), text);
	assert_string_equal(text, "9999-12-31T23:59:59Z");
	tkt_time_print(INT64_MIN, text);
	assert_string_equal(text, "0000-01-01T00:00:00Z");
}

static void a_stamp_is_the_head_of_an_id(void **state)
{
	char stamp[16];

	(void)state;
	tkt_time_stamp(at("2026-11-21T00:30:09Z"), stamp);
	assert_string_equal(stamp, "20261121-003009");
	tkt_time_stamp(INT64_MIN, stamp);
	assert_string_equal(stamp, "00000101-000000");
}

static void a_date_is_its_midnight(void **state)
{
	tkt_time t;

	(void)state;
	assert_true(at("2026-11-21") == at("2026-11-21T00:00:00Z"));
	assert_false(tkt_date_parse("2026-11-2", 9, &t));
	assert_false(tkt_date_parse("2026-02-29", 10, &t));
	assert_false(tkt_date_parse("tomorrow!!", 10, &t));
}

static void durations_add_their_units_up(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} good[] = {
		{ "45m", 2700 },   { "3h30m", 12600 },  { "7d", 604800 }, { "2w", 1209600 },
		{ "0m", 0 },       { "1y", 31536000 },  { "1w2d3h4m", 604800 + 172800 + 11040 },
		{ "90m", 5400 },   { "007d", 604800 },
	};
	int64_t s;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		s = -1;
		if (!tkt_duration_parse(good[i].text, strlen(good[i].text), false, &s) ||
		    s != good[i].seconds)
			fail_msg("'%s' is not %lld", good[i].text, (long long)good[i].seconds);
	}
	assert_true(tkt_duration_parse("90", 2, true, &s) && s == 5400);
	assert_false(tkt_duration_parse("90", 2, false, &s));
	assert_true(tkt_duration_parse("3h30mXX", 5, true, &s) && s == 12600);
}

static void unclear_durations_are_refused(void **state)
{
	static const char *const bad[] = { "",     "m",    "3x",  "3h30", "30m3h", "1h1h", "-3h",
					   "+3h",  " 3h",  "3h ", "3 h",  "3H",    "1.5h", "h3",
					   "3hm",  "3mh" };
	int64_t s = 42;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (tkt_duration_parse(bad[i], strlen(bad[i]), true, &s))
			fail_msg("accepted '%s'", bad[i]);
	assert_true(s == 42);
}

static void durations_that_do_not_fit_are_refused(void **state)
{
	static const char *const bad[] = { "9223372036854775808m", "9223372036854775807m",
					   "292471208678y", "292471208677y365d",
					   "99999999999999999999999999" };
	int64_t s = 42;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (tkt_duration_parse(bad[i], strlen(bad[i]), true, &s))
			fail_msg("accepted '%s'", bad[i]);
	assert_true(s == 42);
	assert_true(tkt_duration_parse("292471208677y", 13, false, &s));
	assert_true(s == INT64_C(292471208677) * 31536000);
}

static void relative_times_read_like_speech(void **state)
{
	static const struct {
		int64_t ago;
		const char *text;
	} known[] = {
		{ 0, "just now" },          { 59, "just now" },         { -59, "just now" },
		{ 60, "1 minute ago" },     { 3599, "59 minutes ago" }, { 3600, "1 hour ago" },
		{ -7200, "in 2 hours" },    { 3 * 86400, "3 days ago" }, { -86400, "in 1 day" },
		{ 14 * 86400, "2 weeks ago" }, { 60 * 86400, "2 months ago" },
		{ 365 * 86400, "1 year ago" }, { -800 * 86400, "in 2 years" },
	};
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		tkt_time_relative(1000000000 - known[i].ago, 1000000000, text, sizeof text);
		assert_string_equal(text, known[i].text);
	}
}

static void relative_times_stay_within_their_room(void **state)
{
	char text[32];

	(void)state;
	tkt_time_relative(INT64_MIN, INT64_MAX, text, sizeof text);
	assert_string_equal(text, "584942417355 years ago");
	tkt_time_relative(INT64_MAX, INT64_MIN, text, sizeof text);
	assert_string_equal(text, "in 584942417355 years");
	memset(text, 'X', sizeof text);
	tkt_time_relative(0, 3600, text, 4);
	assert_memory_equal(text, "1 h\0X", 5);
	tkt_time_relative(0, 3600, text, 0);
	assert_int_equal(text[0], '1');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_times_are_their_seconds),
		cmocka_unit_test(the_29th_of_february_exists_in_leap_years_only),
		cmocka_unit_test(anything_but_the_exact_form_is_refused),
		cmocka_unit_test(printing_is_the_inverse_of_parsing_on_every_day),
		cmocka_unit_test(times_beyond_the_calendar_print_as_its_ends),
		cmocka_unit_test(a_stamp_is_the_head_of_an_id),
		cmocka_unit_test(a_date_is_its_midnight),
		cmocka_unit_test(durations_add_their_units_up),
		cmocka_unit_test(unclear_durations_are_refused),
		cmocka_unit_test(durations_that_do_not_fit_are_refused),
		cmocka_unit_test(relative_times_read_like_speech),
		cmocka_unit_test(relative_times_stay_within_their_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
