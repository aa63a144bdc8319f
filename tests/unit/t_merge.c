#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/mem.h"
#include "text/frontmatter.h"
#include "text/merge.h"
#include "text/thread.h"
#include "text/ticket.h"

typedef void (*merge_fn)(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts);

static uint64_t rnd(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static uint64_t seed_of(void)
{
	const char *given = getenv("TKT_SEED");

	return given && strtoull(given, NULL, 10) ? strtoull(given, NULL, 10) : 20260601;
}

static long rounds(long usual)
{
	return getenv("TKT_LONG") ? usual * 20 : usual;
}

/* The merged text (owned); *conflicts: how many. */
static char *merge(merge_fn with, const char *base, const char *ours, const char *theirs, size_t *conflicts)
{
	struct tkt_merge m = { tkt_str_of(base), tkt_str_of(ours), tkt_str_of(theirs) };
	struct tkt_strv names = TKT_STRV_INIT;
	struct tkt_buf out = TKT_BUF_INIT;

	with(&out, &m, &names);
	*conflicts = names.n;
	tkt_strv_release(&names);
	return tkt_buf_detach(&out);
}

static void check(merge_fn with, const char *base, const char *ours, const char *theirs, size_t conflicts,
		  const char *wanted)
{
	size_t n;
	char *got = merge(with, base, ours, theirs, &n);

	assert_string_equal(got, wanted);
	assert_int_equal(n, conflicts);
	free(got);
}

/* --- text --- */

static void texts_merge_by_lines(void **state)
{
	(void)state;
	check(tkt_merge_text, "a\nb\nc\n", "a\nb\nc\n", "a\nX\nc\n", 0, "a\nX\nc\n");
	check(tkt_merge_text, "a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n", 0, "A\nb\nc\nD\n");
	check(tkt_merge_text, "a\nb\nc\n", "a\nX\nc\n", "a\nX\nc\n", 0, "a\nX\nc\n");
	check(tkt_merge_text, "a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n", 1,
	      "a\n<<<<<<< ours\nX\n=======\nY\n>>>>>>> theirs\nc\n");
	check(tkt_merge_text, "a\nb\nc\n", "a\nsame\nX\nc\n", "a\nsame\nY\nc\n", 1,
	      "a\nsame\n<<<<<<< ours\nX\n=======\nY\n>>>>>>> theirs\nc\n");
	check(tkt_merge_text, "", "a\n", "b\n", 1, "<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n");
	check(tkt_merge_text, "a\n", "", "a\nb\n", 1, "<<<<<<< ours\n=======\na\nb\n>>>>>>> theirs\n");
	check(tkt_merge_text, "", "", "", 0, "");
}

static void a_missing_last_line_end_is_a_change_of_that_line_only(void **state)
{
	(void)state;
	check(tkt_merge_text, "a\nb\nc", "A\nb\nc", "a\nb\nc\n", 0, "A\nb\nc\n");
	check(tkt_merge_text, "a\nb\nc", "A\nb\nc", "a\nb\nc", 0, "A\nb\nc");
	check(tkt_merge_text, "a\nb", "a\nX", "a\nY", 1, "a\n<<<<<<< ours\nX\n=======\nY\n>>>>>>> theirs\n");
}

static void line_ends_and_marks_merge_like_a_value(void **state)
{
	(void)state;
	check(tkt_merge_text, "a\nb\nc\n", "a\r\nb\r\nc\r\n", "a\nb\nX\n", 0, "a\r\nb\r\nX\r\n");
	check(tkt_merge_text, "a\nb\nc\n", "A\nb\nc\n", "a\r\nb\r\nc\r\n", 0, "A\r\nb\r\nc\r\n");
	check(tkt_merge_text, "a\r\nb\r\n", "a\nb\n", "a\r\nb\r\nc\r\n", 0, "a\nb\nc\n");
	check(tkt_merge_text, "a\nb\nc\n", "\xef\xbb\xbf" "a\nb\nX\n", "A\nb\nc\n", 0, "\xef\xbb\xbf" "A\nb\nX\n");
	check(tkt_merge_text, "\xef\xbb\xbf" "a\nb\nc\n", "\xef\xbb\xbf" "a\nb\nX\n", "A\nb\nc\n", 0, "A\nb\nX\n");
	/* mixed ones are part of their lines */
	check(tkt_merge_text, "a\r\nb\nc\n", "a\r\nb\nX\n", "a\nb\nc\n", 0, "a\nb\nX\n");
}

static void what_is_no_text_stays_ours(void **state)
{
	struct tkt_merge m = { { "\0a", 2 }, { "\0b", 2 }, { "\0c", 2 } };
	struct tkt_strv names = TKT_STRV_INIT;
	struct tkt_buf out = TKT_BUF_INIT;

	(void)state;
	tkt_merge_item(&out, &m, &names);
	assert_int_equal(names.n, 1);
	assert_int_equal(out.len, 2);
	assert_memory_equal(out.ptr, "\0b", 2);
	tkt_strv_release(&names);
	tkt_buf_release(&out);
}

/* Lines from a pool; a small one makes many equal lines. */
static void random_lines(struct tkt_buf *out, uint64_t *s, size_t n, unsigned pool)
{
	while (n--)
		tkt_buf_printf(out, "%u\n", (unsigned)(rnd(s) % pool));
}

static void random_edit(struct tkt_buf *out, const struct tkt_buf *from, uint64_t *s, unsigned pool)
{
	struct tkt_str text = { from->ptr, from->len }, line;
	size_t pos = 0;

	while (tkt_str_line(text, &pos, &line)) {
		unsigned what = (unsigned)(rnd(s) % 12);

		if (what == 0)
			continue;
		if (what == 1)
			random_lines(out, s, 1 + rnd(s) % 3, pool);
		if (what == 2)
			random_lines(out, s, 1, pool);
		else
			tkt_buf_printf(out, "%.*s\n", (int)line.len, line.ptr);
	}
}

static size_t count_lines(const char *text, const char *line)
{
	struct tkt_str all = tkt_str_of(text), one;
	size_t pos = 0, n = 0;

	while (tkt_str_line(all, &pos, &one))
		n += tkt_str_eq(one, line);
	return n;
}

/* Where it is clean, each line stands as often as the two changes of its number say. */
static void random_texts_lose_and_double_no_line(void **state)
{
	uint64_t s = seed_of();

	(void)state;
	for (long round = 0; round < rounds(2000); round++) {
		struct tkt_buf o = TKT_BUF_INIT, a = TKT_BUF_INIT, b = TKT_BUF_INIT;
		unsigned pool = round % 3 ? 6 : 1000;
		size_t c1, c2;
		char *ab, *ba, *same, line[16];

		random_lines(&o, &s, rnd(&s) % 30, pool);
		random_edit(&a, &o, &s, pool);
		random_edit(&b, &o, &s, pool);
		ab = merge(tkt_merge_text, o.ptr, a.ptr, b.ptr, &c1);
		ba = merge(tkt_merge_text, o.ptr, b.ptr, a.ptr, &c2);
		assert_int_equal(c1, c2);
		if (!c1) {
			assert_string_equal(ab, ba);
			for (unsigned i = 0; i < pool; i++) {
				long in_a, in_b, in_o, in_ab;

				snprintf(line, sizeof line, "%u", i);
				in_o = (long)count_lines(o.ptr, line);
				in_a = (long)count_lines(a.ptr, line);
				in_b = (long)count_lines(b.ptr, line);
				in_ab = (long)count_lines(ab, line);
				/* the same change of both sides is done once */
				assert_true(in_ab >= (in_a < in_b ? in_a : in_b) - (in_o > in_ab ? in_o : 0));
				if (in_a == in_o || in_b == in_o || pool > 500)
					continue;
				assert_true(in_ab <= in_a + in_b);
			}
		}
		same = merge(tkt_merge_text, o.ptr, a.ptr, o.ptr, &c1);
		assert_string_equal(same, a.ptr);
		free(same);
		same = merge(tkt_merge_text, o.ptr, o.ptr, b.ptr, &c1);
		assert_string_equal(same, b.ptr);
		free(same);
		same = merge(tkt_merge_text, o.ptr, a.ptr, a.ptr, &c1);
		assert_string_equal(same, a.ptr);
		free(same);
		free(ab);
		free(ba);
		tkt_buf_release(&o);
		tkt_buf_release(&a);
		tkt_buf_release(&b);
	}
}

static void large_texts_take_no_time(void **state)
{
	struct tkt_buf o = TKT_BUF_INIT, a = TKT_BUF_INIT, b = TKT_BUF_INIT;
	uint64_t s = seed_of();
	size_t n;
	char *got;

	(void)state;
	/* all lines the same; few different ones; nothing in common */
	for (unsigned pool = 1; pool < 1000 * 1000 * 1000; pool *= 100) {
		tkt_buf_reset(&o);
		tkt_buf_reset(&a);
		tkt_buf_reset(&b);
		while (o.len < 1000 * 1000) {
			random_lines(&o, &s, 1, pool);
			random_lines(&a, &s, 1, pool);
			random_lines(&b, &s, 1, pool);
		}
		got = merge(tkt_merge_text, o.ptr, a.ptr, b.ptr, &n);
		assert_true(n || strcmp(a.ptr, b.ptr) == 0 || pool == 1);
		free(got);
	}
	tkt_buf_release(&o);
	tkt_buf_release(&a);
	tkt_buf_release(&b);
}

/* --- item.md --- */

#define TICKET(title, status, priority, labels, updated, rest) \
	"---\nid: 20260101-000000-x\nslug: x\ntitle: " title "\nstatus: " status "\nkind: task\npriority: " priority \
	"\nlabels: " labels "\ncreated_at: 2026-01-01T00:00:00Z\nupdated_at: " updated \
	"\nassignee: null\nlegacy_ticket: null\n" rest "---\n\nBody\n"
#define T1 "2026-01-01T00:00:01Z"
#define T2 "2026-01-01T00:00:02Z"
#define T3 "2026-01-01T00:00:03Z"

static const char item_base[] = TICKET("T", "open", "P2", "[a, b]", T1, "");

static void keys_of_different_lines_merge(void **state)
{
	(void)state;
	check(tkt_merge_item, item_base, TICKET("New", "open", "P2", "[a, b]", T2, ""),
	      TICKET("T", "open", "P0", "[a, b]", T3, ""), 0, TICKET("New", "open", "P0", "[a, b]", T3, ""));
	check(tkt_merge_item, item_base, TICKET("New", "open", "P2", "[a, b]", T3, ""),
	      TICKET("T", "open", "P0", "[a, b]", T2, ""), 0, TICKET("New", "open", "P0", "[a, b]", T3, ""));
	check(tkt_merge_item, item_base, TICKET("New", "open", "P2", "[a, b]", T2, ""),
	      TICKET("New", "open", "P2", "[a, b]", T3, ""), 0, TICKET("New", "open", "P2", "[a, b]", T3, ""));
}

static void lists_merge_as_sets(void **state)
{
	(void)state;
	check(tkt_merge_item, item_base, TICKET("T", "open", "P2", "[a, b, mine]", T2, ""),
	      TICKET("T", "open", "P2", "[b, theirs]", T3, ""), 0,
	      TICKET("T", "open", "P2", "[b, mine, theirs]", T3, ""));
	check(tkt_merge_item, item_base, TICKET("T", "open", "P2", "[]", T2, ""),
	      TICKET("T", "open", "P2", "[a, b, c]", T3, ""), 0, TICKET("T", "open", "P2", "[c]", T3, ""));
	check(tkt_merge_item, item_base, TICKET("T", "open", "P2", "[b, a]", T2, ""),
	      TICKET("T", "open", "P2", "[a]", T3, ""), 0, TICKET("T", "open", "P2", "[a]", T3, ""));
	/* a list that was not there; a comment of one side stays */
	check(tkt_merge_item, item_base, TICKET("T", "open", "P2", "[a, b]", T2, "related: [x-1] # why\n"),
	      TICKET("T", "open", "P2", "[a, b]", T3, "related: [y-1]\n"), 0,
	      TICKET("T", "open", "P2", "[a, b]", T3, "related: [x-1, y-1] # why\n"));
	/* two comments, or one inside: for a person */
	check(tkt_merge_item, item_base, TICKET("T", "open", "P2", "[a, b]", T2, "related: [x-1] # why\n"),
	      TICKET("T", "open", "P2", "[a, b]", T2, "related: [y-1] # so\n"), 1,
	      TICKET("T", "open", "P2", "[a, b]", T2, "<<<<<<< ours\nrelated: [x-1] # why\n=======\n"
		     "related: [y-1] # so\n>>>>>>> theirs\n"));
}

static void the_later_status_counts_and_takes_its_column_along(void **state)
{
	static const char *const sides[2] = {
		TICKET("T", "pending", "P2", "[a, b]", T2, "column: review\nstarted_at: " T2 "\n"),
		TICKET("T", "closed", "P2", "[a, b]", T3, "column: done\ncompleted_at: " T3 "\n"),
	};

	(void)state;
	/* one side changed it */
	check(tkt_merge_item, item_base, sides[0], TICKET("T", "open", "P0", "[a, b]", T3, ""), 0,
	      TICKET("T", "pending", "P0", "[a, b]", T3, "column: review\nstarted_at: " T2 "\n"));
	/* both */
	check(tkt_merge_item, item_base, sides[0], sides[1], 0,
	      TICKET("T", "closed", "P2", "[a, b]", T3, "column: done\nstarted_at: " T2 "\ncompleted_at: " T3 "\n"));
	check(tkt_merge_item, item_base, sides[1], sides[0], 0,
	      TICKET("T", "closed", "P2", "[a, b]", T3, "column: done\nstarted_at: " T2 "\ncompleted_at: " T3 "\n"));
	/* in one second: the one that leads further */
	check(tkt_merge_item, item_base, TICKET("T", "pending", "P2", "[a, b]", T2, ""),
	      TICKET("T", "closed", "P2", "[a, b]", T2, ""), 0, TICKET("T", "closed", "P2", "[a, b]", T2, ""));
	/* a column of a status that is no more does not come back */
	check(tkt_merge_item, TICKET("T", "open", "P2", "[]", T1, "column: backlog\n"),
	      TICKET("T", "closed", "P2", "[]", T2, "column: done\n"),
	      TICKET("T", "open", "P2", "[]", T3, "column: building\n"), 0,
	      TICKET("T", "closed", "P2", "[]", T3, "column: done\n"));
	/* two moves within a status: the later one */
	check(tkt_merge_item, TICKET("T", "open", "P2", "[]", T1, "column: backlog\n"),
	      TICKET("T", "open", "P2", "[]", T3, "column: ready\n"),
	      TICKET("T", "open", "P2", "[]", T2, "column: building\n"), 0,
	      TICKET("T", "open", "P2", "[]", T3, "column: ready\n"));
}

static void two_values_stand_between_markers_around_their_lines_only(void **state)
{
	(void)state;
	check(tkt_merge_item, item_base, TICKET("Mine", "open", "P1", "[a, b]", T2, ""),
	      TICKET("Theirs", "open", "P2", "[b]", T3, ""), 1,
	      "---\nid: 20260101-000000-x\nslug: x\n<<<<<<< ours\ntitle: Mine\n=======\ntitle: Theirs\n>>>>>>> theirs\n"
	      "status: open\nkind: task\npriority: P1\nlabels: [b]\ncreated_at: 2026-01-01T00:00:00Z\n"
	      "updated_at: " T3 "\nassignee: null\nlegacy_ticket: null\n---\n\nBody\n");
	/* changed here, taken away there */
	check(tkt_merge_item, TICKET("T", "open", "P2", "[]", T1, "scope: a\n"),
	      TICKET("T", "open", "P2", "[]", T1, "scope: b\n"), TICKET("T", "open", "P2", "[]", T1, ""), 1,
	      TICKET("T", "open", "P2", "[]", T1, "<<<<<<< ours\nscope: b\n=======\n>>>>>>> theirs\n"));
}

static void unknown_keys_and_comments_come_along(void **state)
{
	(void)state;
	check(tkt_merge_item, TICKET("T", "open", "P2", "[]", T1, "# old\nx: 1\n"),
	      TICKET("T", "open", "P2", "[]", T1, "# mine\n# old\nx: 1\ny:\n  - a # b\n"),
	      TICKET("T", "open", "P2", "[]", T1, "# theirs\nx: 2\n\n# about z\nz: {a: b}\n"), 0,
	      TICKET("T", "open", "P2", "[]", T1, "# mine\n# theirs\nx: 2\ny:\n  - a # b\n# about z\nz: {a: b}\n"));
	check(tkt_merge_item, TICKET("T", "open", "P2", "[]", T1, "x:\n  a: 1\n  b: 2\n"),
	      TICKET("T", "open", "P2", "[]", T1, "x:\n  a: 1\n  b: 3\n"),
	      TICKET("T", "open", "P2", "[]", T1, "x:\n  a: 4\n  b: 2\n"), 1,
	      TICKET("T", "open", "P2", "[]", T1, "<<<<<<< ours\nx:\n  a: 1\n  b: 3\n=======\nx:\n  a: 4\n  b: 2\n"
		     ">>>>>>> theirs\n"));
	/* new keys of both in one place: in the order of the format, on both sides */
	check(tkt_merge_item, item_base, TICKET("T", "open", "P2", "[a, b]", T1, "due: 2026-02-02\n"),
	      TICKET("T", "open", "P2", "[a, b]", T1, "parent: p\n"), 0,
	      TICKET("T", "open", "P2", "[a, b]", T1, "parent: p\ndue: 2026-02-02\n"));
	check(tkt_merge_item, item_base, TICKET("T", "open", "P2", "[a, b]", T1, "parent: p\n"),
	      TICKET("T", "open", "P2", "[a, b]", T1, "due: 2026-02-02\n"), 0,
	      TICKET("T", "open", "P2", "[a, b]", T1, "parent: p\ndue: 2026-02-02\n"));
}

static void bodies_merge_by_lines(void **state)
{
	(void)state;
	check(tkt_merge_item, "---\na: 1\n---\n\none\ntwo\nthree\n", "---\na: 2\n---\n\nONE\ntwo\nthree\n",
	      "---\na: 1\n---\n\none\ntwo\nTHREE", 0, "---\na: 2\n---\n\nONE\ntwo\nTHREE");
	check(tkt_merge_item, "---\na: 1\n---\n\none\n", "---\na: 2\n---\n\nONE\n", "---\na: 1\n---\n\nuno\n", 1,
	      "---\na: 2\n---\n\n<<<<<<< ours\nONE\n=======\nuno\n>>>>>>> theirs\n");
	check(tkt_merge_item, "---\na: 1\n---", "---\na: 2\n---", "---\na: 1\n---\nbody\n", 0, "---\na: 2\n---\nbody\n");
}

static void odd_files_are_merged_like_any_text(void **state)
{
	static const char *const odd[] = {
		"no frontmatter\n", "---\na: 1\nnot closed\n", "---\na: 1\na: 2\n---\n", "---\na: \xff\n---\n",
		"---\n<<<<<<< x\na: 1\n=======\na: 2\n>>>>>>> y\n---\n",
	};

	(void)state;
	for (size_t i = 0; i < TKT_LEN(odd); i++) {
		char *ours = tkt_asprintf("%sours\n", odd[i]), *theirs = tkt_asprintf("theirs\n%s", odd[i]);
		char *wanted = tkt_asprintf("theirs\n%sours\n", odd[i]);

		check(tkt_merge_item, odd[i], ours, theirs, 0, wanted);
		free(ours);
		free(theirs);
		free(wanted);
	}
	/* a stray line would become part of a key that theirs emptied */
	check(tkt_merge_item, "---\na: 1\nb: x\n---\n", "---\na: 1\n- stray\nb: x\n---\n", "---\na:\nb: y\n---\n", 1,
	      "---\n<<<<<<< ours\na: 1\n- stray\nb: x\n=======\na:\nb: y\n>>>>>>> theirs\n---\n");
}

static void a_base_with_conflicts_of_its_own_is_read_around_them(void **state)
{
	(void)state;
	check(tkt_merge_item, "---\na: 1\n<<<<<<< ours\nb: 1\n=======\nb: 2\n>>>>>>> theirs\nc: 1\n---\nx\n",
	      "---\na: 2\nb: 1\nc: 1\n---\nx\n", "---\na: 1\nb: 1\nc: 2\n---\nx\n", 0,
	      "---\na: 2\nb: 1\nc: 2\n---\nx\n");
}

static void both_made_the_same_ticket(void **state)
{
	(void)state;
	check(tkt_merge_item, "", TICKET("T", "open", "P2", "[a]", T2, ""), TICKET("T", "open", "P2", "[b]", T3, "due: 2026-01-01\n"),
	      0, TICKET("T", "open", "P2", "[a, b]", T3, "due: 2026-01-01\n"));
}

static void two_tickets_are_never_made_one(void **state)
{
	(void)state;
	check(tkt_merge_item, "---\nid: x\na: 1\n---\n", "---\nid: y\na: 1\n---\n", "---\nid: x\na: 2\n---\n", 1,
	      "<<<<<<< ours\n---\nid: y\na: 1\n---\n||||||| base\n---\nid: x\na: 1\n---\n"
	      "=======\n---\nid: x\na: 2\n---\n>>>>>>> theirs\n");
	/* longer markers where the texts hold some */
	check(tkt_merge_item, "---\nid: x\n---\n", "---\nid: y\n---\n======= \n=======\n", "---\nid: x\na: 2\n---\n", 1,
	      "<<<<<<<< ours\n---\nid: y\n---\n======= \n=======\n|||||||| base\n---\nid: x\n---\n"
	      "========\n---\nid: x\na: 2\n---\n>>>>>>>> theirs\n");
}

/* One random change of a ticket; what it says may be the same on both sides. */
static void random_item(struct tkt_buf *out, const char *from, uint64_t *s)
{
	static const char *const words[] = { "a", "b", "c", "d" };
	struct tkt_fm_edits edits = { NULL, 0, 0 };
	struct tkt_strv list = TKT_STRV_INIT;
	struct tkt_buf text = TKT_BUF_INIT;
	tkt_time t = 1767225600 + (tkt_time)(rnd(s) % 1000);
	char when[TKT_TIME_LEN + 1];

	for (size_t i = 0; i < TKT_LEN(words); i++)
		if (rnd(s) % 2)
			tkt_strv_push(&list, words[i]);
	tkt_fm_quote_list(&text, &list);
	if (rnd(s) % 2)
		tkt_fm_edits_set(&edits, rnd(s) % 2 ? "labels" : "blocked_by", text.ptr);
	if (rnd(s) % 3 == 0)
		tkt_fm_edits_set(&edits, "status", tkt_status_name((enum tkt_status)(rnd(s) % TKT_STATUS_N)));
	if (rnd(s) % 4 == 0)
		tkt_fm_edits_set(&edits, "title", words[rnd(s) % TKT_LEN(words)]);
	if (rnd(s) % 4 == 0)
		tkt_fm_edits_set(&edits, "scope", rnd(s) % 2 ? words[rnd(s) % TKT_LEN(words)] : NULL);
	if (rnd(s) % 4 == 0)
		tkt_fm_edits_set(&edits, "column", words[rnd(s) % TKT_LEN(words)]);
	tkt_time_print(t, when);
	if (rnd(s) % 4 == 0)
		tkt_fm_edits_set(&edits, "completed_at", when);
	tkt_fm_edits_set(&edits, "updated_at", when);
	assert_int_equal(tkt_fm_apply(out, from, strlen(from), &edits, NULL), 0);
	if (rnd(s) % 3 == 0)
		tkt_buf_printf(out, "more %u\n", (unsigned)(rnd(s) % 3));
	tkt_fm_edits_release(&edits);
	tkt_strv_release(&list);
	tkt_buf_release(&text);
}

/* key=value lines with sorted lists, sorted: what a ticket says, whatever the order. */
static char *sayings(const char *text)
{
	struct tkt_strv all = TKT_STRV_INIT;
	struct tkt_buf out = TKT_BUF_INIT;
	struct tkt_fm fm = { 0 };

	assert_int_equal(tkt_fm_parse(&fm, text, strlen(text), NULL), 0);
	for (size_t i = 0; i < fm.n; i++) {
		struct tkt_strv list = TKT_STRV_INIT;
		struct tkt_buf one = TKT_BUF_INIT;

		tkt_fm_list(&fm.items[i], &list);
		tkt_strv_sort(&list);
		tkt_buf_printf(&one, "%.*s=", (int)fm.items[i].key.len, fm.items[i].key.ptr);
		for (size_t k = 0; k < list.n; k++)
			tkt_buf_printf(&one, "%s,", list.items[k]);
		tkt_strv_take(&all, tkt_buf_detach(&one));
		tkt_strv_release(&list);
	}
	tkt_strv_sort(&all);
	for (size_t i = 0; i < all.n; i++)
		tkt_buf_printf(&out, "%s\n", all.items[i]);
	tkt_buf_puts(&out, text + fm.body);
	tkt_fm_release(&fm);
	tkt_strv_release(&all);
	return tkt_buf_detach(&out);
}

static void it_does_not_matter_which_side_is_ours(void **state)
{
	uint64_t s = seed_of();
	long clean = 0;

	(void)state;
	for (long round = 0; round < rounds(3000); round++) {
		struct tkt_buf a = TKT_BUF_INIT, b = TKT_BUF_INIT;
		size_t c1, c2;
		char *ab, *ba, *again;

		random_item(&a, item_base, &s);
		random_item(&b, item_base, &s);
		ab = merge(tkt_merge_item, item_base, a.ptr, b.ptr, &c1);
		ba = merge(tkt_merge_item, item_base, b.ptr, a.ptr, &c2);
		assert_int_equal(c1, c2);
		if (!c1) {
			char *x = sayings(ab), *y = sayings(ba);
			struct tkt_ticket t;

			clean++;
			assert_string_equal(x, y);
			assert_int_equal(tkt_ticket_parse(&t, ab, strlen(ab), NULL), 0);
			tkt_ticket_release(&t);
			/* merged once more, nothing happens */
			again = merge(tkt_merge_item, a.ptr, ab, a.ptr, &c1);
			assert_string_equal(again, ab);
			free(again);
			again = merge(tkt_merge_item, b.ptr, ab, ba, &c1);
			assert_int_equal(c1, 0);
			free(again);
			free(x);
			free(y);
		}
		free(ab);
		free(ba);
		tkt_buf_release(&a);
		tkt_buf_release(&b);
	}
	assert_true(clean > rounds(3000) / 3);
}

/* --- thread.md --- */

static void put_event(struct tkt_buf *b, const char *author, unsigned second, const char *body)
{
	struct tkt_event e = { 0 };

	e.kind = tkt_strdup("comment");
	e.author = tkt_strdup(author);
	e.at = tkt_asprintf("2026-01-02T03:%02u:%02uZ", second / 60, second % 60);
	e.body = tkt_strdup(body);
	e.body_len = strlen(body);
	tkt_event_print(b, &e, b->len == 0);
	tkt_event_release(&e);
}

/* "ann 3 hello|bob 4 LGTM" -> a thread */
static char *thread(const char *events)
{
	struct tkt_buf out = TKT_BUF_INIT;

	while (*events) {
		char author[16], body[64];
		unsigned second;
		int n = 0;

		assert_int_equal(sscanf(events, "%15s %u %63[^|]%n", author, &second, body, &n), 3);
		put_event(&out, author, second, body);
		events += n + (events[n] == '|');
	}
	return tkt_buf_detach(&out);
}

static void check_thread(const char *base, const char *ours, const char *theirs, const char *wanted)
{
	char *o = thread(base), *a = thread(ours), *b = thread(theirs), *w = thread(wanted);

	check(tkt_merge_thread, o, a, b, 0, w);
	check(tkt_merge_thread, o, b, a, 0, w);
	free(o);
	free(a);
	free(b);
	free(w);
}

static void events_of_both_sides_stand_in_order(void **state)
{
	(void)state;
	check_thread("ann 1 x", "ann 1 x|ann 2 LGTM", "ann 1 x|bob 3 LGTM", "ann 1 x|ann 2 LGTM|bob 3 LGTM");
	check_thread("", "ann 1 x|ann 3 y", "bob 2 z", "ann 1 x|bob 2 z|ann 3 y");
	check_thread("ann 1 x", "ann 1 x|ann 2 y", "ann 1 x", "ann 1 x|ann 2 y");
	/* the same event from both, and one written twice */
	check_thread("ann 1 x", "ann 1 x|ann 2 y", "ann 1 x|ann 2 y|bob 3 z", "ann 1 x|ann 2 y|bob 3 z");
	check_thread("ann 1 x", "ann 1 x|ann 2 y|ann 2 y", "ann 1 x|ann 2 y", "ann 1 x|ann 2 y|ann 2 y");
	/* a clock that was wrong: nothing passes another event of its own side */
	check_thread("ann 5 x", "ann 5 x|ann 2 y|ann 3 z", "ann 5 x|bob 4 w", "ann 5 x|ann 2 y|ann 3 z|bob 4 w");
	/* in one second: each side's order, else by author */
	check_thread("", "bob 1 one|ann 1 two", "carl 1 three", "bob 1 one|ann 1 two|carl 1 three");
	check_thread("", "ann 1 c|ann 1 a", "ann 1 b", "ann 1 b|ann 1 c|ann 1 a");
}

static void an_edited_event_replaces_the_old_one(void **state)
{
	(void)state;
	check_thread("ann 1 x|bob 2 y", "ann 1 corrected|bob 2 y", "ann 1 x|bob 2 y|ann 3 z",
		     "ann 1 corrected|bob 2 y|ann 3 z");
	check_thread("ann 1 x|bob 2 y", "ann 1 corrected|bob 2 y|ann 4 w", "ann 1 corrected|bob 2 y|ann 3 z",
		     "ann 1 corrected|bob 2 y|ann 3 z|ann 4 w");
	/* a name set right in all headers */
	check_thread("ann 1 x|bob 2 y|ann 3 y", "Ann 1 x|bob 2 y|Ann 3 y", "ann 1 x|bob 2 y|ann 3 y|carl 4 z",
		     "Ann 1 x|bob 2 y|Ann 3 y|carl 4 z");
}

static void a_removed_event_stays(void **state)
{
	(void)state;
	check_thread("ann 1 x|bob 2 y", "bob 2 y", "ann 1 x|bob 2 y|ann 3 z", "ann 1 x|bob 2 y|ann 3 z");
	check_thread("ann 1 x|bob 2 y", "bob 2 y|carl 4 w", "bob 2 y|ann 3 z", "bob 2 y|ann 3 z|carl 4 w");
}

static void threads_of_two_tickets_are_never_made_one(void **state)
{
#define MADE(second) "<!-- event: create author: ann at: 2026-01-02T03:04:" second "Z -->\n\n## Created\n\nx\n\n---\n"
	char *said = thread("bob 9 y");

	(void)state;
	for (int side = 0; side < 2; side++) {
		char *mine = tkt_asprintf("%s\n%s", side ? MADE("06") : MADE("05"), said);
		char *wanted = tkt_asprintf("<<<<<<< ours\n%s||||||| base\n%s=======\n%s>>>>>>> theirs\n", mine,
					    MADE("05"), side ? MADE("05") : MADE("06"));

		check(tkt_merge_thread, MADE("05"), mine, side ? MADE("05") : MADE("06"), 1, wanted);
		free(mine);
		free(wanted);
	}
	/* the same id made twice is one ticket */
	check(tkt_merge_thread, "", MADE("05"), MADE("06"), 0, MADE("05") "\n" MADE("06"));
	free(said);
#undef MADE
}

static void an_event_that_both_edited_is_for_a_person(void **state)
{
	char *o = thread("ann 1 x|bob 2 y"), *a = thread("ann 1 mine|bob 2 y"), *b = thread("ann 1 theirs|bob 2 y");
	size_t n;
	char *got = merge(tkt_merge_thread, o, a, b, &n);

	(void)state;
	assert_int_equal(n, 1);
	assert_non_null(strstr(got, "## Comment\n\n<<<<<<< ours\nmine\n=======\ntheirs\n>>>>>>> theirs\n\n---\n\n<!--"));
	free(o);
	free(a);
	free(b);
	free(got);
}

static void threads_written_by_hand_keep_their_form(void **state)
{
	static const char head[] = "# Thread\n\nNotes.\n\n\n";
	static const char hand[] = "<!-- event: comment author: ann at: 2026-01-02T03:04:05Z -->\nno heading\n---\n\n\n";
	static const char torn[] = "<!-- event: comment author: ann at: 2026-01-02T03:04:06Z -->\n\n## Comment\n\ntorn";
	static const char more[] = "<!-- event: comment author: bob at: 2026-01-02T03:04:07Z -->\n\n## Comment\n\nx\n\n---\n";
	char *o = tkt_asprintf("%s%s%s", head, hand, torn), *b = tkt_asprintf("%s%s%s\n\n%s", head, hand, torn, more);
	char *a = tkt_asprintf("%sMore.\n\n%s%s", head, hand, torn);
	char *w = tkt_asprintf("%sMore.\n\n%s%s\n\n%s", head, hand, torn, more);
	struct tkt_buf crlf = TKT_BUF_INIT, wanted = TKT_BUF_INIT;

	(void)state;
	check(tkt_merge_thread, o, a, b, 0, w);
	check(tkt_merge_thread, o, b, a, 0, w);
	check(tkt_merge_thread, "", "", o, 0, o);
	check(tkt_merge_thread, "notes\n", "notes\n", more, 0, more);
	for (const char *p = a; *p; p++)
		tkt_buf_printf(&crlf, *p == '\n' ? "\r\n" : "%c", *p);
	for (const char *p = w; *p; p++)
		tkt_buf_printf(&wanted, *p == '\n' ? "\r\n" : "%c", *p);
	check(tkt_merge_thread, o, crlf.ptr, b, 0, wanted.ptr);
	tkt_buf_release(&crlf);
	tkt_buf_release(&wanted);
	free(o);
	free(a);
	free(b);
	free(w);
}

/* --- clones --- */

enum { CLONES = 5, COMMITS_MAX = 600 };

struct commit {
	char *text;
	uint64_t before[(COMMITS_MAX + 63) / 64]; /* itself and its ancestors */
};

struct world {
	struct commit commits[COMMITS_MAX];
	size_t n;
};

static bool is_before(const struct world *w, size_t a, size_t of)
{
	return w->commits[of].before[a / 64] >> (a % 64) & 1;
}

static size_t add_commit(struct world *w, char *text, size_t p, size_t q)
{
	struct commit *c = &w->commits[w->n];

	assert_true(w->n < COMMITS_MAX);
	c->text = text;
	for (size_t i = 0; i < TKT_LEN(c->before); i++)
		c->before[i] = w->n ? w->commits[p].before[i] | w->commits[q].before[i] : 0;
	c->before[w->n / 64] |= (uint64_t)1 << (w->n % 64);
	return w->n++;
}

/* What git does: the best common ancestors, merged with each other where there are several. */
static char *base_of(struct world *w, size_t a, size_t b)
{
	size_t best[COMMITS_MAX], n = 0, conflicts;
	char *text = NULL;

	for (size_t i = w->n; i-- > 0;) {
		bool covered = !is_before(w, i, a) || !is_before(w, i, b);

		for (size_t k = 0; k < n && !covered; k++)
			covered = is_before(w, i, best[k]);
		if (!covered)
			best[n++] = i;
	}
	for (size_t i = 0; i < n; i++) {
		char *inner, *merged;

		if (!text) {
			text = tkt_strdup(w->commits[best[i]].text);
			continue;
		}
		inner = base_of(w, best[i - 1], best[i]);
		merged = merge(tkt_merge_thread, inner, text, w->commits[best[i]].text, &conflicts);
		free(inner);
		free(text);
		text = merged;
	}
	return text ? text : tkt_strdup("");
}

static size_t merge_commits(struct world *w, size_t a, size_t b)
{
	size_t conflicts;
	char *base, *text;

	if (is_before(w, b, a))
		return a;
	if (is_before(w, a, b))
		return b;
	base = base_of(w, a, b);
	text = merge(tkt_merge_thread, base, w->commits[a].text, w->commits[b].text, &conflicts);
	assert_int_equal(conflicts, 0);
	free(base);
	return add_commit(w, text, a, b);
}

static char *appended(const char *text, uint64_t *s, unsigned *token, unsigned clock)
{
	static const char *const authors[] = { "ann", "bob", "carl" };
	struct tkt_buf out = TKT_BUF_INIT;
	char body[32];

	tkt_buf_puts(&out, text);
	for (size_t n = 1 + rnd(s) % 3; n--;) {
		snprintf(body, sizeof body, "%c token %u", (char)('a' + rnd(s) % 26), (*token)++);
		/* many in one second, and some clocks run behind */
		put_event(&out, authors[rnd(s) % 3], clock / 4 + (unsigned)(rnd(s) % 5 ? 4 : rnd(s) % 8), body);
	}
	return tkt_buf_detach(&out);
}

/* All heads become one, in random pairs. */
static char *join_all(struct world *w, const size_t *heads, uint64_t *s)
{
	size_t left[CLONES], n = CLONES, from = w->n;
	char *text;

	memcpy(left, heads, sizeof left);
	while (n > 1) {
		size_t i = rnd(s) % n, k = rnd(s) % n;

		if (i == k)
			continue;
		left[i] = merge_commits(w, left[i], left[k]);
		left[k] = left[--n];
	}
	text = tkt_strdup(w->commits[left[0]].text);
	while (w->n > from)
		free(w->commits[--w->n].text);
	return text;
}

static void check_tokens(const char *text, unsigned tokens)
{
	struct tkt_thread t;

	tkt_thread_parse(&t, text, strlen(text));
	assert_int_equal(t.n, tokens);
	for (unsigned i = 0; i < tokens; i++) {
		char body[32];
		size_t found = 0;

		snprintf(body, sizeof body, "token %u", i);
		for (size_t k = 0; k < t.n; k++)
			found += strcmp(t.items[k].body + 2, body) == 0 && t.items[k].flags == 0;
		assert_int_equal(found, 1);
	}
	tkt_thread_release(&t);
}

static void clones_that_merge_in_any_order_end_with_the_same_bytes(void **state)
{
	struct world *w = tkt_calloc(1, sizeof *w);
	uint64_t s = seed_of();

	(void)state;
	for (long round = 0; round < rounds(150); round++) {
		size_t heads[CLONES], start;
		unsigned token = 0;
		char *text, *other;

		start = add_commit(w, appended("", &s, &token, 0), 0, 0);
		for (int i = 0; i < CLONES; i++)
			heads[i] = start;
		for (unsigned step = 0; step < 40; step++) {
			size_t me = rnd(&s) % CLONES, you = rnd(&s) % CLONES;

			if (rnd(&s) % 2)
				heads[me] = merge_commits(w, heads[me], heads[you]);
			else
				heads[me] = add_commit(w, appended(w->commits[heads[me]].text, &s, &token, step),
						       heads[me], heads[me]);
		}
		text = join_all(w, heads, &s);
		check_tokens(text, token);
		for (int i = 0; i < 4; i++) {
			other = join_all(w, heads, &s);
			assert_string_equal(text, other);
			free(other);
		}
		free(text);
		while (w->n)
			free(w->commits[--w->n].text);
	}
	free(w);
}

/* --- resolution.md --- */

static void two_resolutions_are_both_said(void **state)
{
	(void)state;
	check(tkt_merge_prose, "", "Done.\n", "Done.\n", 0, "Done.\n");
	check(tkt_merge_prose, "", "B.\n", "A.\n", 0, "A.\n\nB.\n");
	check(tkt_merge_prose, "", "A.\n", "B.\n", 0, "A.\n\nB.\n");
	check(tkt_merge_prose, "", "A.\n\nB.\n", "B.\n\nA.\n", 0, "A.\n\nB.\n");
	check(tkt_merge_prose, "", "B.\n\nA.\n", "A.\n\nB.\n", 0, "A.\n\nB.\n");
	check(tkt_merge_prose, "", "A.\n\nB.\n", "B.\n\nC.", 0, "A.\n\nB.\n\nC.\n");
	check(tkt_merge_prose, "Old.\n", "New.\n", "Newer.\n", 0, "New.\n\nNewer.\n");
	check(tkt_merge_prose, "Old.\n", "New.\n", "Old.\n", 0, "New.\n");
	check(tkt_merge_prose, "One.\n\nTwo.\n", "One!\n\nTwo.\n", "One.\n\nTwo!\n", 0, "One!\n\nTwo!\n");
	/* code is one paragraph, and what one side says twice stays twice */
	check(tkt_merge_prose, "", "```\na\n\nb\n```\n", "```\na\n\nc\n```\n", 0,
	      "```\na\n\nb\n```\n\n```\na\n\nc\n```\n");
	check(tkt_merge_prose, "", "X\n\nX\n", "X\n\nY\n", 0, "X\n\nX\n\nY\n");
	check(tkt_merge_prose, "", "A.\r\n", "B.\r\n", 0, "A.\r\n\r\nB.\r\n");
}

static void random_resolutions_keep_every_paragraph_whichever_side_is_ours(void **state)
{
	uint64_t s = seed_of();

	(void)state;
	for (long n = 0; n < rounds(2000); n++) {
		struct tkt_buf text[2] = { TKT_BUF_INIT, TKT_BUF_INIT };
		char *one, *two;
		size_t conflicts;

		for (int side = 0; side < 2; side++)
			for (size_t i = 1 + rnd(&s) % 4; i-- > 0;)
				tkt_buf_printf(&text[side], "%c.\n%s", (int)('a' + (int)(rnd(&s) % 6)), i ? "\n" : "");
		one = merge(tkt_merge_prose, "", text[0].ptr, text[1].ptr, &conflicts);
		two = merge(tkt_merge_prose, "", text[1].ptr, text[0].ptr, &conflicts);
		assert_string_equal(one, two);
		for (char c = 'a'; c < 'g'; c++) {
			size_t in[3] = { 0, 0, 0 };
			const char *const all[3] = { text[0].ptr, text[1].ptr, one };

			for (int k = 0; k < 3; k++)
				for (const char *p = all[k]; *p; p++)
					in[k] += *p == c;
			assert_int_equal(in[2], in[0] > in[1] ? in[0] : in[1]);
		}
		free(one);
		free(two);
		tkt_buf_release(&text[0]);
		tkt_buf_release(&text[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_merge_by_lines),
		cmocka_unit_test(a_missing_last_line_end_is_a_change_of_that_line_only),
		cmocka_unit_test(line_ends_and_marks_merge_like_a_value),
		cmocka_unit_test(what_is_no_text_stays_ours),
		cmocka_unit_test(random_texts_lose_and_double_no_line),
		cmocka_unit_test(large_texts_take_no_time),
		cmocka_unit_test(keys_of_different_lines_merge),
		cmocka_unit_test(lists_merge_as_sets),
		cmocka_unit_test(the_later_status_counts_and_takes_its_column_along),
		cmocka_unit_test(two_values_stand_between_markers_around_their_lines_only),
		cmocka_unit_test(unknown_keys_and_comments_come_along),
		cmocka_unit_test(bodies_merge_by_lines),
		cmocka_unit_test(odd_files_are_merged_like_any_text),
		cmocka_unit_test(a_base_with_conflicts_of_its_own_is_read_around_them),
		cmocka_unit_test(both_made_the_same_ticket),
		cmocka_unit_test(two_tickets_are_never_made_one),
		cmocka_unit_test(it_does_not_matter_which_side_is_ours),
		cmocka_unit_test(events_of_both_sides_stand_in_order),
		cmocka_unit_test(an_edited_event_replaces_the_old_one),
		cmocka_unit_test(a_removed_event_stays),
		cmocka_unit_test(threads_of_two_tickets_are_never_made_one),
		cmocka_unit_test(an_event_that_both_edited_is_for_a_person),
		cmocka_unit_test(threads_written_by_hand_keep_their_form),
		cmocka_unit_test(two_resolutions_are_both_said),
		cmocka_unit_test(random_resolutions_keep_every_paragraph_whichever_side_is_ours),
		cmocka_unit_test(clones_that_merge_in_any_order_end_with_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
