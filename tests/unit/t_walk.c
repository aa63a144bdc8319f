#include "unit/sandbox.h"

#include "sys/walk.h"

static void names_come_sorted_by_bytes_with_their_types(void **state)
{
	struct box *b = *state;
	struct tkt_listing l = { 0 };

	box_put(b, "b", "");
	box_put(b, "B", "");
	box_put(b, ".hidden", "");
	box_put(b, "b-1", "");
	box_put(b, "\xc3\xa9", "");
	assert_int_equal(mkdirat(b->fd, "a", 0755), 0);
	assert_int_equal(symlinkat("a", b->fd, "link"), 0);
	assert_int_equal(mkfifoat(b->fd, "fifo", 0644), 0);
	assert_int_equal(tkt_walk_list(&l, b->fd, ".", &b->err), 0);
	assert_int_equal(l.n, 8);
	assert_string_equal(l.items[0].name, ".hidden");
	assert_string_equal(l.items[1].name, "B");
	assert_string_equal(l.items[2].name, "a");
	assert_int_equal(l.items[2].type, TKT_ENTRY_DIR);
	assert_string_equal(l.items[3].name, "b");
	assert_int_equal(l.items[3].type, TKT_ENTRY_FILE);
	assert_string_equal(l.items[4].name, "b-1");
	assert_string_equal(l.items[5].name, "fifo");
	assert_int_equal(l.items[5].type, TKT_ENTRY_OTHER);
	assert_string_equal(l.items[6].name, "link");
	assert_int_equal(l.items[6].type, TKT_ENTRY_LINK);
	assert_string_equal(l.items[7].name, "\xc3\xa9");
	tkt_listing_release(&l);
	tkt_listing_release(&l);
	tkt_listing_release(NULL);
}

static void an_empty_directory_has_no_names(void **state)
{
	struct box *b = *state;
	struct tkt_listing l = { 0 };

	assert_int_equal(mkdirat(b->fd, "a", 0755), 0);
	assert_int_equal(tkt_walk_list(&l, b->fd, "a", &b->err), 0);
	assert_int_equal(l.n, 0);
	tkt_listing_release(&l);
}

static void many_names_take_many_reads_and_none_is_lost(void **state)
{
	enum { MANY = 5000 };
	struct box *b = *state;
	struct tkt_listing l = { 0 };
	char name[64];

	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "20260101-000000-a-rather-long-ticket-name-%05d", (i * 7) % MANY);
		box_put(b, name, "");
	}
	assert_int_equal(tkt_walk_list(&l, b->fd, ".", &b->err), 0);
	assert_int_equal(l.n, MANY);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "20260101-000000-a-rather-long-ticket-name-%05d", i);
		assert_string_equal(l.items[i].name, name);
	}
	tkt_listing_release(&l);
}

static void links_and_files_are_not_listed(void **state)
{
	struct box *b = *state;
	struct tkt_listing l = { 0 };

	box_put(b, "f", "");
	assert_int_equal(mkdirat(b->fd, "a", 0755), 0);
	assert_int_equal(symlinkat("a", b->fd, "link"), 0);
	box_failed(b, tkt_walk_list(&l, b->fd, "link", &b->err), TKT_EINVALID, "link");
	box_failed(b, tkt_walk_list(&l, b->fd, "f", &b->err), TKT_EINVALID, "directory");
	box_failed(b, tkt_walk_list(&l, b->fd, "none", &b->err), TKT_ENOTFOUND, "none");
	assert_int_equal(l.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(names_come_sorted_by_bytes_with_their_types),
		BOX_TEST(an_empty_directory_has_no_names),
		BOX_TEST(many_names_take_many_reads_and_none_is_lost),
		BOX_TEST(links_and_files_are_not_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
