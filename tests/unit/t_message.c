#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/strv.h"
#include "text/message.h"

/* "TKT-12:k!?@2": name, way (m merge, w word, k keyword, t trailer), ! closes, ? not sure, @ line (if not 1). */
static void print(struct tkt_buf *out, const struct tkt_mentions *m)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct tkt_mention *x = &m->items[i];

		tkt_buf_printf(out, "%s%s:%c%s%s", i ? " " : "", x->name, "mwkt"[x->way], x->closes ? "!" : "",
			       x->sure ? "" : "?");
		if (x->line != 1)
			tkt_buf_printf(out, "@%zu", x->line);
	}
}

static void check(const char *prefix, const char *text, const char *want)
{
	struct tkt_mentions m = { .n = 0 };
	struct tkt_buf got = TKT_BUF_INIT;
	size_t n = strlen(text);
	char *bare = tkt_malloc(n); /* no NUL behind it: a sanitizer sees what reads too far */

	memcpy(bare, text, n);
	tkt_message_mentions(&m, bare, n, prefix);
	print(&got, &m);
	if (strcmp(got.ptr, want) != 0)
		print_message("in <<%s>>\n", text);
	assert_string_equal(got.ptr, want);
	for (size_t i = 0; i < m.n; i++)
		assert_true(m.items[i].at + m.items[i].len <= n);
	assert_true(m.n == 0 || tkt_message_may_mention(bare, n, prefix));
	tkt_buf_release(&got);
	tkt_mentions_release(&m);
	free(bare);
}

static void names(const char *text, const char *want)
{
	check("TKT", text, want);
}

static void a_key_or_a_number_is_a_word_of_its_own(void **state)
{
	(void)state;
	names("TKT-12", "TKT-12:w");
	names("TKT-12: do it", "TKT-12:w");
	names("Do it (TKT-12)", "TKT-12:w");
	names("[TKT-12] do it", "TKT-12:w");
	names("see TKT-12.", "TKT-12:w");
	names("see TKT-12...", "TKT-12:w");
	names("TKT-12's end", "TKT-12:w");
	names("TKT-1/TKT-2,TKT-3;TKT-4", "TKT-1:w TKT-2:w TKT-3:w TKT-4:w");
	names("tkt-3FA9C1B Tkt-3fa9c1b", "TKT-3fa9c1b:w");
	names("TKT-12-login", "TKT-12:w");
	names("`TKT-12` **TKT-13** \"TKT-14\"", "TKT-12:w TKT-13:w TKT-14:w");
	names("- TKT-12\n-TKT-13\n    TKT-14", "TKT-12:w TKT-13:w@2 TKT-14:w@3");
	names("ä\xe4\xbf\xae" "TKT-12\xe7\x9a\x84", "TKT-12:w");
	names("xTKT-12 _TKT-12 9TKT-12 my-TKT-12 my.TKT-12", "");
	names("TKT-12x TKT-12_a TKT-12.5 TKT-abc TKT- TKT-g123 TKT12 TKT--12", "");
	names("TKT-face TKT-fac", "TKT-face:w");
	names("TKT-0123456789012345678901234567890123456789", "TKT-0123456789012345678901234567890123456789:w");
	names("TKT-01234567890123456789012345678901234567890", "");
	names("", "");
}

static void the_prefix_is_the_projects_own(void **state)
{
	(void)state;
	check("A", "A-12 a-3fa9 TKT-12 BA-12 A_1-12", "A-12:w A-3fa9:w");
	check("MY_TKT2", "my_tkt2-12 TKT2-12 XMY_TKT2-1", "MY_TKT2-12:w");
	check("TICKET", "TICKET-12 ticket-13 TICKET-fix-it", "TICKET-12:w TICKET-13:w fix-it:w");
	check("fix", "fixes fix-12, fix FIX-13", "fix-12:k! fix-13:k!");
}

static void TICKET_in_capitals_names_slugs_and_ids_too(void **state)
{
	(void)state;
	names("TICKET-fix-login.", "fix-login:w");
	names("TICKET-3fa9c1b TICKET-12", "TKT-3fa9c1b:w TKT-12:w");
	names("TICKET-20260601-120000-fix-it", "20260601-120000-fix-it:w");
	names("do it TICKET: fix-login, now", "fix-login:w");
	names("do it TICKET: `fix-login`", "fix-login:w");
	names("TICKET: TKT-12-login and", "TKT-12:w");
	names("TICKET:tkt-3FA9", "TKT-3fa9:w");
	names("TICKET: #12", "12:w");
	names("ticket-less, ticket: none, Ticket: x\nmore", "");
	names("TICKET: none TICKET: n/a TICKET: https://x/y TICKET: <id>", "");
	names("fixes TICKET-12; closes TICKET: fix-login", "TKT-12:k! fix-login:k!");
}

static void a_keyword_right_before_it_closes(void **state)
{
	static const char *const words[] = { "close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves",
					     "resolved", "FIXES", "Closes" };
	char text[64];

	(void)state;
	for (size_t i = 0; i < TKT_LEN(words); i++) {
		snprintf(text, sizeof text, "%s TKT-12", words[i]);
		names(text, "TKT-12:k!");
	}
	names("closes: TKT-12", "TKT-12:k!");
	names("closes:TKT-12", "TKT-12:k!");
	names("this closes: #12", "12:k!?");
	names("fixes #12, fixes #0013", "12:k!? 13:k!?");
	names("fixes TKT-1 and TKT-2", "TKT-1:k! TKT-2:w");
	names("fixes TKT-1, fixes TKT-2", "TKT-1:k! TKT-2:k!");
	names("fixes\nTKT-1", "TKT-1:k!@2");
	names("fixes\n\nTKT-1", "TKT-1:w@3");
	names("fixes [TKT-1] fixes (#2) fixes **TKT-3**", "TKT-1:k! 2:k!? TKT-3:k!");
	names("prefix TKT-1", "TKT-1:w");
	names("bug-fix TKT-1", "TKT-1:w");
	names("fix-TKT-1", "");
	names("fix the TKT-1 thing", "TKT-1:w");
	names("fixing TKT-1, fixup TKT-2, closing #3", "TKT-1:w TKT-2:w");
	names("#12 (#13)", "");
	names("fixes a#12 fixes #12a fixes #1.2 fixes owner/repo#3", "");
	names("Refs TKT-1. Fixes TKT-1.", "TKT-1:k!");
	names("fixes TKT-12-login", "TKT-12:k!");
}

static void what_is_quoted_links_and_does_not_close(void **state)
{
	(void)state;
	names("Subject\n\n> fixes TKT-1\n\nfixes TKT-2", "TKT-1:w@3 TKT-2:k!@5");
	names("Subject\n\n  > fixes TKT-1", "TKT-1:w@3");
	names("Revert \"fixes TKT-1\"\n\nThis reverts commit 1234567, which\nfixes TKT-3.\n\nFixes: TKT-2",
	      "TKT-1:w TKT-3:w@4 TKT-2:t!@6");
	names("Revert \"fixes TKT-1\"\r\n\r\nThis reverts commit 1234567.\r\n\r\nThis fixes TKT-2.",
	      "TKT-1:w TKT-2:k!@5");
	names("Revert \"Revert \"fixes TKT-1\"\" fixes TKT-2", "TKT-1:w TKT-2:k!");
	names("Revert \"fixes TKT-1", "TKT-1:w");
	names("Reapply \"fixes TKT-1\"", "TKT-1:k!");
	names("fixes https://x.example/TKT-1 now", "TKT-1:w?");
	names("see https://x.example/TKT-1/TKT-2 TKT-3", "TKT-1:w? TKT-2:w? TKT-3:w");
	names("fixes https://x.example/issues#12", "");
}

static void trailers_may_name_several(void **state)
{
	(void)state;
	names("S\n\nFixes: TKT-1, TKT-2 and #3\n", "TKT-1:t!@3 TKT-2:t!@3 3:t!?@3");
	names("S\n\nTicket: TKT-1\nRefs: TKT-2 TKT-3\ncloses: #4\nRESOLVES : tkt-5", "TKT-1:t@3 TKT-2:t@4 TKT-3:t@4 4:t!?@5 TKT-5:t!@6");
	names("S\n\nRefs: TKT-1,\n TKT-2\nSigned-off-by: A <a@x>\n", "TKT-1:t@3 TKT-2:t@4");
	names("S\n\nRefs: TKT-1\n\nnot the last\n", "TKT-1:w@3");
	names("S\n\nFixes: TKT-1\n\nnot the last\n", "TKT-1:k!@3");
	names("S fixes TKT-1\n\nRefs: TKT-1\n", "TKT-1:t!");
	names("S\n\nLink: https://x/TKT-9\nCo-authored-by: TKT-8 <x@y>\n", "TKT-9:w?@3 TKT-8:w@4");
	names("S\n\nCloses: https://x/TKT-9\n", "TKT-9:t?@3");
	names("S\n\nFixes: 54a4f0239f2e (\"fix TKT-12 again (TKT-14)\"), TKT-13\n",
	      "54a4f0239f2e:t!?@3 TKT-12:w@3 TKT-14:w@3 TKT-13:t!@3");
	names("S\n\nFixes: (TKT-1)\n", "TKT-1:t!@3");
	names("S\r\n\r\nFixes: TKT-1\r\nRefs: TKT-2\r\n", "TKT-1:t!@3 TKT-2:t@4");
	names("Fixes: TKT-1\nRefs: a-b", "TKT-1:k!");
}

static void slugs_and_ids_in_trailers_are_names_unless_it_is_prose(void **state)
{
	(void)state;
	names("S\n\nTicket: fix-login\nRefs: other, third\n", "fix-login:t@3 other:t?@4 third:t?@4");
	names("S\n\nRefs: fix-login other-2 and 20260601-120000-x\n",
	      "fix-login:t?@3 other-2:t?@3 20260601-120000-x:t?@3");
	names("S\n\nFixes: the login page\n", "");
	names("S\n\nFixes: 3 bugs\n", "");
	names("S\n\nFixes: 3\n", "3:t!?@3");
	names("S\n\nTicket: none\nRefs: n/a\nRefs: -\n", "");
	names("S\n\nTicket: [fix-login]\nRefs: \"a-b\", `c-d`, <e-f>\n", "fix-login:t@3 a-b:t?@4 c-d:t?@4 e-f:t?@4");
	names("S\n\nTicket: fix-login (the one)\n", "fix-login:t@3");
	names("S\n\nTicket: ../etc, a/b, x@y, $(id)\n", "");
}

static void a_merge_names_its_branches(void **state)
{
	(void)state;
	names("Merge branch 'TKT-12'", "TKT-12:m");
	names("Merge branch 'TKT-12-login' into TKT-13", "TKT-12:m TKT-13:w");
	names("Merge branch 'x/tkt-3fa9' of https://h/TKT-7\n\nfixes TKT-5", "TKT-3fa9:m TKT-7:w? TKT-5:k!@3");
	names("Merge pull request #1 from me/TKT-12\n\nfixes TKT-12", "TKT-12:k!");
	names("Merge TKT-12 in", "TKT-12:w");
}

static void merged(const char *subject, const char *want)
{
	struct tkt_strv v = TKT_STRV_INIT;
	struct tkt_buf got = TKT_BUF_INIT;

	tkt_merged_branches(&v, subject, strlen(subject));
	for (size_t i = 0; i < v.n; i++)
		tkt_buf_printf(&got, "%s%s", i ? " " : "", v.items[i]);
	assert_string_equal(got.ptr, want);
	tkt_buf_release(&got);
	tkt_strv_release(&v);
}

static void subjects_of_merges_are_read(void **state)
{
	(void)state;
	merged("Merge branch 'a'", "a");
	merged("Merge branch 'a/b' into main\nMerge branch 'c'", "a/b");
	merged("Merge branch 'a' into 'main'", "a");
	merged("Merge branches 'a', 'b' and 'c'", "a b c");
	merged("Merge branches 'a' and 'b', remote-tracking branches 'origin/c/d' and 'up/e', tag 'v1' into x", "a b c/d e");
	merged("Merge remote-tracking branch 'origin/a' into main", "a");
	merged("Merge branch 'a' of git://h/x into y", "a");
	merged("Merge branch 'a' of h:x; branch 'b' of h:y into z", "a b");
	merged("Merge tag 'v1.0' into main", "");
	merged("Merge commit '1234abc'", "");
	merged("Merge pull request #1 from user/a/b", "a/b");
	merged("Merge pull request 'x from y' (#3) from user/a into main", "a");
	merged("Merge pull request #1", "");
	merged("Merged in a/b (pull request #1)", "a/b");
	merged("Merge branch 'a", "");
	merged("Merge branch ''", "");
	merged("Merge the things", "");
	merged("", "");
}

static void branch(const char *name, const char *want)
{
	struct tkt_mentions m = { .n = 0 };
	struct tkt_buf got = TKT_BUF_INIT;

	tkt_branch_names(&m, name, "TKT");
	for (size_t i = 0; i < m.n; i++)
		tkt_buf_printf(&got, "%s%s%s", i ? " " : "", m.items[i].name, m.items[i].sure ? "" : "?");
	assert_string_equal(got.ptr, want);
	tkt_buf_release(&got);
	tkt_mentions_release(&m);
}

static void branches_are_named_after_tickets_in_many_ways(void **state)
{
	(void)state;
	branch("TKT-3fa9c1b", "TKT-3fa9c1b");
	branch("tkt-3FA9C1B", "TKT-3fa9c1b");
	branch("feature/tkt-123-login", "tkt-123-login? TKT-123");
	branch("feature-TKT-12_login", "feature-TKT-12_login? feature-tkt-12_login? TKT-12");
	branch("user/fix-login", "fix-login?");
	branch("20260601-120000-fix", "20260601-120000-fix?");
	branch("20260601-120000-fix/part", "part? 20260601-120000-fix?");
	branch("ticket-12", "ticket-12? TKT-12");
	branch("xTKT-12", "xTKT-12? xtkt-12?");
	branch("main", "main?");
	branch("", "");
	branch("a/", "");
	branch("a/$(id)", "");
}

static void mentions_are_joined_with_what_is_there(void **state)
{
	struct tkt_mentions m = { .n = 0 };
	struct tkt_buf got = TKT_BUF_INIT;

	(void)state;
	tkt_message_mentions(&m, "TKT-1 TKT-2", 11, "TKT");
	tkt_message_mentions(&m, "x\nfixes TKT-2 TKT-3", 19, "TKT");
	print(&got, &m);
	assert_string_equal(got.ptr, "TKT-1:w TKT-2:k! TKT-3:w@2");
	tkt_buf_release(&got);
	tkt_mentions_release(&m);
}

/* --- the same by an obvious way --- */

static bool inner(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A key at `at`? Where it ends, or 0. */
static size_t slow_key(const char *t, size_t at)
{
	size_t n, decimal, end;

	if (strncasecmp(t + at, "TKT-", 4) != 0 || (at > 0 && inner(t[at - 1])))
		return 0;
	n = strspn(t + at + 4, "0123456789abcdefABCDEF");
	decimal = strspn(t + at + 4, "0123456789");
	end = at + 4 + n;
	if (at > 1 && strchr("-.", t[at - 1]) && inner(t[at - 2]))
		return 0;
	if (inner(t[end]) || (t[end] == '.' && inner(t[end + 1])))
		return 0;
	return (n >= 4 && n <= 40) || (n > 0 && n == decimal && n <= 20) ? end : 0;
}

/* Does "fixes", and blanks with one newline at most, or ":" too, stand right before it? */
static bool slow_closes(const char *t, size_t at)
{
	bool wrapped = false, colon = false;
	size_t end = at, blanks;

	while (end > 0 && (t[end - 1] == ' ' || (t[end - 1] == '\n' && !wrapped)))
		wrapped = t[--end] == '\n' || wrapped;
	blanks = at - end;
	if (end > 0 && t[end - 1] == ':') {
		colon = true;
		for (end--; end > 0 && t[end - 1] == ' ';)
			end--;
	}
	if (!(blanks || colon) || end < 5 || strncasecmp(t + end - 5, "fixes", 5) != 0)
		return false;
	end -= 5;
	return end == 0 || !(inner(t[end - 1]) || (end > 1 && strchr("-.", t[end - 1]) && inner(t[end - 2])));
}

static void slow(struct tkt_mentions *out, const char *t)
{
	for (size_t at = 0, end; t[at]; at++) {
		struct tkt_mention *m = NULL;
		char *name;

		end = slow_key(t, at);
		if (!end)
			continue;
		name = tkt_strndup(t + at, end - at);
		for (char *c = name; *c; c++)
			*c = (char)(c - name < 3 ? *c & ~0x20 : *c >= 'A' && *c <= 'Z' ? *c | 0x20 : *c);
		for (size_t i = 0; i < out->n; i++)
			if (strcmp(out->items[i].name, name) == 0)
				m = &out->items[i];
		if (!m) {
			TKT_GROW(out);
			m = &out->items[out->n++];
			memset(m, 0, sizeof *m);
			m->name = tkt_strdup(name);
			m->way = TKT_REF_MESSAGE;
			m->sure = true;
			m->line = 1;
			for (size_t i = 0; i < at; i++)
				m->line += t[i] == '\n';
		}
		if (slow_closes(t, at)) {
			m->closes = true;
			m->way = TKT_REF_KEYWORD;
		}
		free(name);
	}
}

static void random_texts_are_read_as_an_obvious_way_reads_them(void **state)
{
	static const char *const bits[] = { "TKT-12", "tkt-3Fa9", "TKT-", "TKT-abc", "fixes", "Fixes", " ", " ", " ", "\n", ":", ".", "-", "x",
					    "_", "3", ")", "TKT-12", "\n\n", ",", "\xc3\xa4", ";" };
	unsigned seed = 7;

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		struct tkt_mentions a = { .n = 0 }, b = { .n = 0 };
		struct tkt_buf t = TKT_BUF_INIT, got = TKT_BUF_INIT, want = TKT_BUF_INIT;

		for (size_t k = 0; k < 3 + i % 14; k++) {
			seed = seed * 1103515245 + 12345;
			tkt_buf_puts(&t, bits[(seed >> 16) % TKT_LEN(bits)]);
		}
		tkt_buf_puts(&t, "\n\nthe end"); /* no trailers */
		tkt_message_mentions(&a, t.ptr, t.len, "TKT");
		slow(&b, t.ptr);
		print(&got, &a);
		print(&want, &b);
		if (strcmp(got.ptr, want.ptr) != 0)
			print_message("in <<%s>>\n", t.ptr);
		assert_string_equal(got.ptr, want.ptr);
		tkt_mentions_release(&a);
		tkt_mentions_release(&b);
		tkt_buf_release(&t);
		tkt_buf_release(&got);
		tkt_buf_release(&want);
	}
}

#define CUT " ------------------------ >8 ------------------------\n"

static void comments_may_begin_with_several_characters(void **state)
{
	static const char message[] = "Subject\n"
				      "/ text\n"
				      "//text TKT-1\n"
				      "\n"
				      " // text\n"
				      "/" CUT "\n"
				      "Refs: a\n"
				      "// b: c\n"
				      "Fixes: d\n"
				      "\n"
				      "//\n"
				      "//\tnew file: x\n";
	static const char below[] = "//" CUT "diff\nRefs: e\n";
	struct tkt_buf b = TKT_BUF_INIT, clean = TKT_BUF_INIT;
	struct tkt_trailers t = { .n = 0 };

	(void)state;
	tkt_buf_printf(&b, "%s%s", message, below);
	assert_int_equal(tkt_message_end(b.ptr, b.len, "//"), strlen(message));
	assert_int_equal(tkt_message_end(b.ptr, b.len, "/"), strlen("Subject\n/ text\n//text TKT-1\n\n // text\n"));
	assert_int_equal(tkt_message_end(b.ptr, b.len, "#"), b.len);
	assert_int_equal(tkt_message_end(b.ptr, b.len, ""), b.len);
	assert_int_equal(tkt_message_end(below, strlen(below), "//"), 0);
	assert_int_equal(tkt_message_end(below, strlen(below) - strlen("\ndiff\nRefs: e\n"), "//"), /* no end of the line */
			 strlen(below) - strlen("\ndiff\nRefs: e\n"));
	tkt_message_clean(&clean, b.ptr, b.len, "//");
	assert_string_equal(clean.ptr, "Subject\n/ text\n\n // text\n/" CUT "\nRefs: a\nFixes: d\n\n");
	tkt_message_trailers(&t, b.ptr, b.len, "//");
	assert_int_equal(t.n, 2);
	assert_int_equal(t.items[1].value.len, 1);
	assert_memory_equal(t.items[1].value.ptr, "d", 1);
	tkt_trailers_release(&t);
	assert_true(tkt_message_add_trailer(&b, "Ticket", "TKT-1", "//"));
	assert_memory_equal(b.ptr + strlen(message) - strlen("\n//\n//\tnew file: x\n"), "Ticket: TKT-1\n\n//\n", 18);
	assert_string_equal(b.ptr + b.len - strlen(below), below);
	assert_false(tkt_message_add_trailer(&b, "Ticket", "TKT-1", "//"));
	assert_true(tkt_message_is_empty("//a\n\n//" CUT "x\n", 60, "//", NULL));
	assert_false(tkt_message_is_empty("/a\n", 3, "//", NULL));
	tkt_buf_release(&clean);
	tkt_buf_release(&b);
}

static double took(const char *unit, size_t total)
{
	struct tkt_mentions m = { .n = 0 };
	struct tkt_trailers t = { .n = 0 };
	struct tkt_buf b = TKT_BUF_INIT;
	clock_t start;

	tkt_buf_puts(&b, "S\n\n");
	while (b.len < total)
		tkt_buf_puts(&b, unit);
	start = clock();
	tkt_message_may_mention(b.ptr, b.len, "TKT");
	tkt_message_mentions(&m, b.ptr, b.len, "TKT");
	tkt_message_trailers(&t, b.ptr, b.len, "#");
	tkt_message_is_empty(b.ptr, b.len, "#", NULL);
	tkt_message_add_trailer(&b, "Ticket", "TKT-1", "#");
	tkt_mentions_release(&m);
	tkt_trailers_release(&t);
	tkt_buf_release(&b);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void hostile_texts_take_linear_time(void **state)
{
	static const char *const units[] = {
		"fixes #", "TKT-", "TKT-1 ", "fixes #1 ", "Fixes: TKT-1\n", "Fixes: a-b, ", "Fixes:", "fixes ", "fix\n", "(", "()", "#1",
		"> ", ">\n", "TICKET-", "TICKET:", "TICKET: a.", "TICKET-......", "://", "a://b ", "This reverts commit\n", "\n", " \n",
		"# \n", "Conflicts:\n", "\t\n", " ", "x", "-", ".", "Signed-off-by: x\n y\n", "Refs: x", "Refs: x,\n y ", "\r\n", "'", "a ",
		"1", "Fixes: (\n", "tkt-1-tkt-1.", "fixes:\n",
	};

	(void)state;
	for (size_t i = 0; i < TKT_LEN(units); i++) {
		double t = took(units[i], 400000);

		if (t > 2)
			fail_msg("400 kB of <<%s>> took %.1f s", units[i], t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_or_a_number_is_a_word_of_its_own),
		cmocka_unit_test(the_prefix_is_the_projects_own),
		cmocka_unit_test(TICKET_in_capitals_names_slugs_and_ids_too),
		cmocka_unit_test(a_keyword_right_before_it_closes),
		cmocka_unit_test(what_is_quoted_links_and_does_not_close),
		cmocka_unit_test(trailers_may_name_several),
		cmocka_unit_test(slugs_and_ids_in_trailers_are_names_unless_it_is_prose),
		cmocka_unit_test(a_merge_names_its_branches),
		cmocka_unit_test(subjects_of_merges_are_read),
		cmocka_unit_test(branches_are_named_after_tickets_in_many_ways),
		cmocka_unit_test(mentions_are_joined_with_what_is_there),
		cmocka_unit_test(random_texts_are_read_as_an_obvious_way_reads_them),
		cmocka_unit_test(comments_may_begin_with_several_characters),
		cmocka_unit_test(hostile_texts_take_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
