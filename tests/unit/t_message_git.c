/* Trailers: text/message against `git interpret-trailers` on many messages. TKT_LONG: more of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/proc.h"
#include "text/message.h"

static const char *const pieces[] = {
	"Subject of it", "Some text of the body.", "", "", "", "  ", "\r", "# a comment", "#", "# ------------------------ >8 ------------------------",
	"diff --git a/x b/x", "Fixes: TKT-1", "fixes : TKT-1", "Refs: TKT-2, TKT-3", "Ticket:TKT-1", "Ticket: tkt-1", " folded TKT-4",
	"\tfolded by a tab", "Signed-off-by: A <a@example.com>", "Signed-off-by:", "(cherry picked from commit 1234567)",
	"Key with blanks: x", "Key-with-dash: x", ": no key", "Fi: TKT-1", "no separator", "---", "Conflicts:", "\tfile.c", "-Dash: x",
	"Fixes: TKT-1\r", "Signed-off-by: B <b@example.com>\r", "Bug #43: y", "Tick\xc3\xa9t: TKT-1", "http://x.example/y", "Refs: ",
};

static char *git;

static int find_git(void **state)
{
	struct tkt_buf path = TKT_BUF_INIT;

	(void)state;
	if (tkt_proc_find(&path, "git", getenv("PATH")))
		git = tkt_buf_detach(&path);
	tkt_buf_release(&path);
	return 0;
}

static int forget_git(void **state)
{
	(void)state;
	free(git);
	return 0;
}

/* What git interpret-trailers makes of it. */
static void ask(struct tkt_buf *out, const struct tkt_buf *in, const char *a, const char *b, const char *c)
{
	static const char *const unset[] = { "GIT_*", NULL };
	static const char *const set[] = { "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_DIR=/nonexistent", NULL };
	const struct tkt_proc_how how = { .unset = unset, .set = set };
	char *argv[8] = { git, tkt_strdup("interpret-trailers"), tkt_strdup("--no-divider") };
	const char *more[] = { a, b, c };
	struct tkt_proc *p = NULL;
	int status = -1;
	size_t got;

	for (size_t i = 0, n = 3; i < 3; i++)
		if (more[i])
			argv[n++] = tkt_strdup(more[i]);
	assert_int_equal(tkt_proc_open(&p, argv, &how, NULL), 0);
	tkt_proc_tell(p, in->ptr, in->len);
	tkt_proc_told_all(p);
	do {
		tkt_buf_grow(out, 4096);
		assert_int_equal(tkt_proc_read(p, out->ptr + out->len, 4096, &got, NULL), 0);
		out->len += got;
	} while (got);
	out->ptr[out->len] = '\0';
	assert_int_equal(tkt_proc_close(p, &status, NULL, NULL), 0);
	assert_int_equal(status, 0);
	for (size_t i = 1; argv[i]; i++)
		free(argv[i]);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* As --unfold does. */
static void unfold(struct tkt_buf *out, struct tkt_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] != '\n') {
			tkt_buf_putc(out, s.ptr[i]);
			continue;
		}
		while (i + 1 < s.len && blank(s.ptr[i + 1]))
			i++;
		tkt_buf_putc(out, ' ');
	}
}

static void parse(struct tkt_buf *out, const struct tkt_buf *in)
{
	struct tkt_trailers t = { .n = 0 };

	tkt_message_trailers(&t, in->ptr, in->len, "#");
	for (size_t i = 0; i < t.n; i++) {
		tkt_buf_add(out, t.items[i].key.ptr, t.items[i].key.len);
		tkt_buf_puts(out, ": ");
		unfold(out, t.items[i].value);
		tkt_buf_putc(out, '\n');
	}
	tkt_trailers_release(&t);
}

static void same(const struct tkt_buf *message, const struct tkt_buf *ours, const struct tkt_buf *gits)
{
	if (strcmp(ours->ptr, gits->ptr) != 0)
		print_message("message <<%s>>\n", message->ptr);
	assert_string_equal(ours->ptr, gits->ptr);
}

/* Blank lines do not count here: where some stand behind the trailers (with blanks or "\r" in them)
 * git puts the new one behind them, so that it is none. That ours is one is asked separately. */
static void level(struct tkt_buf *b)
{
	struct tkt_str text = { b->ptr, b->len }, line;
	struct tkt_buf out = TKT_BUF_INIT;

	for (size_t pos = 0; tkt_str_line(text, &pos, &line);) {
		if (tkt_str_trim(line).len == 0)
			continue;
		tkt_buf_add(&out, line.ptr, line.len - (line.ptr[line.len - 1] == '\r'));
		tkt_buf_putc(&out, '\n');
	}
	tkt_buf_release(b);
	*b = out;
}

/* git writes all trailers anew, tkt leaves the other lines as they are; so git has a look at what tkt
 * made. */
static void try(const struct tkt_buf *message)
{
	struct tkt_buf ours = TKT_BUF_INIT, gits = TKT_BUF_INIT, tidy = TKT_BUF_INIT, whole = TKT_BUF_INIT;
	bool added;

	parse(&ours, message);
	ask(&gits, message, "--parse", NULL, NULL);
	same(message, &ours, &gits);
	tkt_buf_reset(&ours);
	tkt_buf_reset(&gits);
	tkt_buf_add(&ours, message->ptr, message->len);
	added = tkt_message_add_trailer(&ours, "Ticket", "TKT-1", "#");
	assert_true(added || ours.len == message->len);
	/* git 2.39 takes the newline that it has to add for the blank line; later ones do as we do. */
	tkt_buf_add(&whole, message->ptr, message->len);
	if (whole.len && whole.ptr[whole.len - 1] != '\n')
		tkt_buf_putc(&whole, '\n');
	ask(&gits, &whole, "--if-exists=addIfDifferent", "--trailer", "Ticket: TKT-1");
	if (ours.len && ours.ptr[ours.len - 1] != '\n')
		tkt_buf_putc(&ours, '\n');
	ask(&tidy, &ours, NULL, NULL, NULL);
	level(&tidy);
	level(&gits);
	same(message, &tidy, &gits);
	tkt_buf_reset(&gits);
	ask(&gits, &ours, "--parse", NULL, NULL);
	if (added && !strstr(gits.ptr, "Ticket: TKT-1\n"))
		fail_msg("git sees no trailer in <<%s>>", ours.ptr);
	if (tkt_message_add_trailer(&ours, "Ticket", "TKT-1", "#"))
		fail_msg("it was there already: <<%s>>", ours.ptr);
	tkt_buf_release(&ours);
	tkt_buf_release(&gits);
	tkt_buf_release(&tidy);
	tkt_buf_release(&whole);
}

static void try_text(const char *text)
{
	struct tkt_buf message = TKT_BUF_INIT;

	tkt_buf_puts(&message, text);
	try(&message);
	tkt_buf_release(&message);
}

static void messages_of_every_day_have_the_trailers_that_git_sees(void **state)
{
	(void)state;
	if (!git)
		skip();
	try_text("");
	try_text("\n");
	try_text("\n# Please enter the commit message\n#\n# On branch x\n");
	try_text("Subject");
	try_text("Subject\n");
	try_text("Subject: looks like one\n");
	try_text("Subject\n\nBody\n");
	try_text("Subject\n\nBody\n\n\n");
	try_text("Subject\n\nSigned-off-by: A <a@example.com>\n");
	try_text("Subject\n\nTicket: TKT-1\nSigned-off-by: A <a@example.com>\n");
	try_text("Subject\n\nBody\n\nFixes: a\n b\n\tc\nSigned-off-by: A\n# comment\n\n");
	try_text("Subject\r\n\r\nBody\r\n\r\nSigned-off-by: A\r\n");
	try_text("Subject\r\n\r\nSigned-off-by: A\r\n\r\n");
	try_text("Subject\n\nBody\n# ------------------------ >8 ------------------------\n# Do not\ndiff --git a/x b/x\n+Ticket: TKT-1\n");
	try_text("# ------------------------ >8 ------------------------\ndiff\n");
	try_text("Subject\n\nReviewed-by: A\nsome text\nmore\nand more\n");
	try_text("Subject\n\nSigned-off-by: A\nsome text\nmore\nand more\n");
	try_text("Subject\n\nSigned-off-by: A\nsome text\nmore\nand more\nfour\nfive\n");
	try_text("Subject\n\nTicket: TKT-1\n\n# Conflicts:\n#\tx\n");
	try_text("Subject\n\nTicket: TKT-1\n\nConflicts:\n\tx\n");
	try_text("# only\n# comments\n");
}

static void random_messages_have_the_trailers_that_git_sees(void **state)
{
	struct tkt_buf message = TKT_BUF_INIT;
	size_t rounds = getenv("TKT_LONG") ? 5000 : 150;
	unsigned seed = 20260601;

	(void)state;
	if (!git)
		skip();
	for (size_t i = 0; i < rounds; i++) {
		size_t lines = (size_t)(i % 14) + 1;

		tkt_buf_reset(&message);
		for (size_t l = 0; l < lines; l++) {
			seed = seed * 1103515245 + 12345;
			tkt_buf_puts(&message, pieces[(seed >> 16) % TKT_LEN(pieces)]);
			tkt_buf_putc(&message, '\n');
		}
		if (strncmp(message.ptr, "Conflicts:", 10) != 0) /* there git is at odds with itself */
			try(&message);
	}
	tkt_buf_release(&message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_of_every_day_have_the_trailers_that_git_sees),
		cmocka_unit_test(random_messages_have_the_trailers_that_git_sees),
	};

	return cmocka_run_group_tests(tests, find_git, forget_git);
}
