#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "text/thread.h"

static uint64_t rnd(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static void put(struct tkt_buf *b, const char *body, unsigned second)
{
	struct tkt_event e = { 0 };

	e.kind = tkt_strdup("comment");
	e.author = tkt_strdup("ann");
	e.at = tkt_asprintf("2026-01-02T03:04:%02uZ", second);
	e.body = tkt_strdup(body);
	e.body_len = strlen(body);
	tkt_event_print(b, &e, b->len == 0);
	tkt_event_release(&e);
}

static struct tkt_str str(const struct tkt_buf *b)
{
	return (struct tkt_str){ b->ptr, b->len };
}

static size_t count(const struct tkt_thread *t, const struct tkt_event *e)
{
	size_t i, n = 0;

	for (i = 0; i < t->n; i++)
		n += tkt_event_same(&t->items[i], e);
	return n;
}

/* The same events, each as often. */
static bool same_set(const struct tkt_buf *a, const struct tkt_buf *b)
{
	struct tkt_thread x, y;
	bool same;
	size_t i;

	tkt_thread_parse(&x, a->ptr, a->len);
	tkt_thread_parse(&y, b->ptr, b->len);
	same = x.n == y.n;
	for (i = 0; same && i < x.n; i++)
		same = count(&x, &x.items[i]) == count(&y, &x.items[i]);
	tkt_thread_release(&x);
	tkt_thread_release(&y);
	return same;
}

static void two_appends_are_put_in_order_of_time(void **state)
{
	struct tkt_buf a = TKT_BUF_INIT, b = TKT_BUF_INIT, want = TKT_BUF_INIT, got = TKT_BUF_INIT;

	(void)state;
	put(&a, "base", 1);
	put(&b, "base", 1);
	put(&a, "LGTM", 5);
	put(&b, "early", 3);
	put(&b, "late", 7);
	put(&want, "base", 1);
	put(&want, "early", 3);
	put(&want, "LGTM", 5);
	put(&want, "late", 7);
	tkt_thread_union(&got, str(&a), str(&b));
	assert_string_equal(got.ptr, want.ptr);
	tkt_buf_reset(&got);
	tkt_thread_union(&got, str(&b), str(&a));
	assert_string_equal(got.ptr, want.ptr);
	tkt_buf_release(&a);
	tkt_buf_release(&b);
	tkt_buf_release(&want);
	tkt_buf_release(&got);
}

static void what_stands_before_the_first_event_is_kept_from_both(void **state)
{
	struct tkt_buf a = TKT_BUF_INIT, b = TKT_BUF_INIT, e = TKT_BUF_INIT, got = TKT_BUF_INIT, again = TKT_BUF_INIT;

	(void)state;
	put(&e, "x", 1);
	tkt_buf_printf(&a, "# mine\n\n%s", e.ptr);
	tkt_buf_printf(&b, "# theirs\n\n%s", e.ptr);
	tkt_thread_union(&got, str(&a), str(&b));
	assert_true(strncmp(got.ptr, "# mine\n\n# theirs\n\n<!-- event:", 29) == 0);
	assert_true(same_set(&got, &e));
	tkt_thread_union(&again, str(&got), str(&b));
	assert_string_equal(again.ptr, got.ptr);
	tkt_buf_release(&again);
	tkt_buf_release(&a);
	tkt_buf_release(&b);
	tkt_buf_release(&e);
	tkt_buf_release(&got);
}

static void an_event_written_twice_stays_twice_and_no_more(void **state)
{
	struct tkt_buf a = TKT_BUF_INIT, b = TKT_BUF_INIT, got = TKT_BUF_INIT;

	(void)state;
	put(&a, "LGTM", 1);
	put(&b, "LGTM", 1);
	put(&b, "LGTM", 1);
	tkt_thread_union(&got, str(&a), str(&b));
	assert_string_equal(got.ptr, b.ptr);
	tkt_buf_reset(&got);
	tkt_thread_union(&got, str(&b), str(&a));
	assert_string_equal(got.ptr, b.ptr);
	tkt_buf_release(&a);
	tkt_buf_release(&b);
	tkt_buf_release(&got);
}

static void two_fields_changed_in_one_second_are_two_events(void **state)
{
	const char head[] = "<!-- event: field_changed author: ann at: 2026-01-02T03:04:05Z field: ";
	const char tail[] = " -->\n\n## field_changed\n\n\n\n---\n";
	struct tkt_buf a = TKT_BUF_INIT, b = TKT_BUF_INIT, both = TKT_BUF_INIT;

	(void)state;
	tkt_buf_printf(&a, "%skind%s", head, tail);
	tkt_buf_printf(&b, "%stitle%s", head, tail);
	tkt_thread_union(&both, str(&a), str(&b));
	assert_non_null(strstr(both.ptr, "field: kind"));
	assert_non_null(strstr(both.ptr, "field: title"));
	tkt_buf_release(&a);
	tkt_buf_release(&b);
	tkt_buf_release(&both);
}

static void nothing_and_something_is_something(void **state)
{
	struct tkt_buf a = TKT_BUF_INIT, got = TKT_BUF_INIT, none = TKT_BUF_INIT;

	(void)state;
	tkt_thread_union(&got, str(&none), str(&none));
	assert_int_equal(got.len, 0);
	put(&a, "x", 1);
	put(&a, "y", 2);
	tkt_thread_union(&got, str(&none), str(&a));
	assert_string_equal(got.ptr, a.ptr);
	tkt_buf_reset(&got);
	tkt_thread_union(&got, str(&a), str(&none));
	assert_string_equal(got.ptr, a.ptr);
	tkt_buf_release(&a);
	tkt_buf_release(&got);
	tkt_buf_release(&none);
}

static void a_torn_event_next_to_a_new_one_stays_what_it_was(void **state)
{
	struct tkt_buf a = TKT_BUF_INIT, b = TKT_BUF_INIT, got = TKT_BUF_INIT;
	struct tkt_thread t;

	(void)state;
	put(&a, "torn", 1);
	tkt_buf_truncate(&a, a.len - 6);
	put(&b, "new", 2);
	tkt_thread_union(&got, str(&a), str(&b));
	tkt_thread_parse(&t, got.ptr, got.len);
	assert_int_equal(t.n, 2);
	assert_string_equal(t.items[0].body, "torn");
	assert_true(t.items[0].flags & TKT_EVENT_TORN);
	assert_string_equal(t.items[1].body, "new");
	tkt_thread_release(&t);
	tkt_buf_release(&a);
	tkt_buf_release(&b);
	tkt_buf_release(&got);
}

static void random_thread(struct tkt_buf *b, uint64_t *s)
{
	static const char *const bodies[] = { "", "a", "b\n", "---", "<!-- event: x", "c\n\n---\n\nd" };
	size_t n = rnd(s) % 6;

	if (rnd(s) % 8 == 0)
		tkt_buf_puts(b, rnd(s) % 2 ? "# one\n" : "# two\n\n");
	while (n-- > 0) {
		put(b, bodies[rnd(s) % TKT_LEN(bodies)], (unsigned)(rnd(s) % 5));
		if (rnd(s) % 8 == 0)
			tkt_buf_puts(b, "\n\n"); /* other spacing */
	}
	if (b->len > 0 && rnd(s) % 8 == 0)
		tkt_buf_truncate(b, b->len - rnd(s) % 5); /* a torn append */
}

static void union_is_a_union(void **state)
{
	struct tkt_buf v[3], ab = TKT_BUF_INIT, ba = TKT_BUF_INIT, x = TKT_BUF_INIT, y = TKT_BUF_INIT;
	uint64_t seed = 4711;
	int round, i;

	(void)state;
	for (round = 0; round < 3000; round++) {
		for (i = 0; i < 3; i++) {
			tkt_buf_init(&v[i]);
			random_thread(&v[i], &seed);
		}
		tkt_thread_union(&x, str(&v[0]), str(&v[0]));
		assert_int_equal(x.len, v[0].len);
		assert_memory_equal(x.ptr, v[0].ptr, x.len);
		tkt_thread_union(&ab, str(&v[0]), str(&v[1]));
		tkt_thread_union(&ba, str(&v[1]), str(&v[0]));
		assert_true(same_set(&ab, &ba));
		tkt_buf_reset(&x);
		tkt_thread_union(&x, str(&ab), str(&v[1]));
		assert_string_equal(x.ptr, ab.ptr);
		tkt_buf_reset(&x);
		tkt_thread_union(&x, str(&ab), str(&v[2]));
		tkt_buf_reset(&ba);
		tkt_thread_union(&ba, str(&v[1]), str(&v[2]));
		tkt_thread_union(&y, str(&v[0]), str(&ba));
		assert_true(same_set(&x, &y));
		tkt_buf_reset(&ab);
		tkt_buf_reset(&ba);
		tkt_buf_reset(&x);
		tkt_buf_reset(&y);
		for (i = 0; i < 3; i++)
			tkt_buf_release(&v[i]);
	}
	tkt_buf_release(&ab);
	tkt_buf_release(&ba);
	tkt_buf_release(&x);
	tkt_buf_release(&y);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_appends_are_put_in_order_of_time),
		cmocka_unit_test(what_stands_before_the_first_event_is_kept_from_both),
		cmocka_unit_test(an_event_written_twice_stays_twice_and_no_more),
		cmocka_unit_test(two_fields_changed_in_one_second_are_two_events),
		cmocka_unit_test(nothing_and_something_is_something),
		cmocka_unit_test(a_torn_event_next_to_a_new_one_stays_what_it_was),
		cmocka_unit_test(union_is_a_union),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
