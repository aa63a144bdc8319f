#include "unit/sandbox.h"

#include "sys/journal.h"

static void a_payload_comes_back_byte_for_byte(void **state)
{
	struct box *b = *state;

	assert_int_equal(tkt_journal_write(b->fd, "j", "a\0\nb", 4, true, &b->err), 0);
	assert_int_equal(tkt_journal_read(b->fd, "j", &b->out, &b->err), 0);
	assert_int_equal(b->out.len, 4);
	assert_memory_equal(b->out.ptr, "a\0\nb", 5);
	assert_int_equal(tkt_journal_write(b->fd, "j", "", 0, true, &b->err), 0);
	assert_int_equal(tkt_journal_read(b->fd, "j", &b->out, &b->err), 0);
	assert_int_equal(b->out.len, 0);
	assert_int_equal(box_names(b, "."), 1);
}

static void the_header_is_what_the_manual_says(void **state)
{
	struct box *b = *state;

	assert_int_equal(tkt_journal_write(b->fd, "j", "a", 1, false, &b->err), 0);
	box_holds(b, "j", "tkt-journal 1 1 af63dc4c8601ec8c\na");
}

static void clearing_is_final_and_may_be_repeated(void **state)
{
	struct box *b = *state;

	assert_int_equal(tkt_journal_clear(b->fd, "j", &b->err), 0);
	assert_int_equal(tkt_journal_write(b->fd, "j", "x", 1, true, &b->err), 0);
	assert_int_equal(tkt_journal_clear(b->fd, "j", &b->err), 0);
	box_failed(b, tkt_journal_read(b->fd, "j", &b->out, &b->err), TKT_ENOTFOUND, "'j'");
	assert_int_equal(box_names(b, "."), 0);
}

static void a_journal_cut_anywhere_or_changed_does_not_count(void **state)
{
	struct box *b = *state;
	const char *whole = "tkt-journal 1 1 af63dc4c8601ec8c\na";
	char text[64];

	for (size_t n = 0; n < strlen(whole); n++) {
		snprintf(text, sizeof text, "%.*s", (int)n, whole);
		box_put(b, "j", text);
		box_failed(b, tkt_journal_read(b->fd, "j", &b->out, &b->err), TKT_EINVALID, "damaged");
		assert_int_equal(b->out.len, 0);
	}
	for (size_t n = 0; n < strlen(whole); n++) {
		snprintf(text, sizeof text, "%s", whole);
		text[n] ^= 1;
		box_put(b, "j", text);
		box_failed(b, tkt_journal_read(b->fd, "j", &b->out, &b->err), TKT_EINVALID, "damaged");
	}
	snprintf(text, sizeof text, "%sb", whole);
	box_put(b, "j", text);
	box_failed(b, tkt_journal_read(b->fd, "j", &b->out, &b->err), TKT_EINVALID, "damaged");
}

static void what_a_dead_writer_left_is_written_over(void **state)
{
	struct box *b = *state;

	box_put(b, "j.new", "half");
	assert_int_equal(tkt_journal_write(b->fd, "j", "x", 1, true, &b->err), 0);
	assert_int_equal(box_names(b, "."), 1);
	assert_int_equal(symlinkat("elsewhere", b->fd, "j.new"), 0);
	assert_int_equal(tkt_journal_write(b->fd, "j", "y", 1, true, &b->err), 0);
	assert_false(tkt_file_exists(b->fd, "elsewhere"));
	assert_int_equal(tkt_journal_read(b->fd, "j", &b->out, &b->err), 0);
	assert_string_equal(b->out.ptr, "y");
}

static void a_journal_that_is_a_link_is_not_read(void **state)
{
	struct box *b = *state;

	box_put(b, "real", "tkt-journal 1 1 af63dc4c8601ec8c\na");
	assert_int_equal(symlinkat("real", b->fd, "j"), 0);
	box_failed(b, tkt_journal_read(b->fd, "j", &b->out, &b->err), TKT_EINVALID, "link");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(a_payload_comes_back_byte_for_byte),
		BOX_TEST(the_header_is_what_the_manual_says),
		BOX_TEST(clearing_is_final_and_may_be_repeated),
		BOX_TEST(a_journal_cut_anywhere_or_changed_does_not_count),
		BOX_TEST(what_a_dead_writer_left_is_written_over),
		BOX_TEST(a_journal_that_is_a_link_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
