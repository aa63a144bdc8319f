#include "unit/sandbox.h"

#include "sys/io.h"

typedef int (*open_fn)(int, const char *, int, mode_t);

static int opened(open_fn way, struct box *b, const char *path, int flags)
{
	int fd = way(b->fd, path, flags, 0644);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static void tree(struct box *b)
{
	assert_int_equal(mkdirat(b->fd, "dir", 0755), 0);
	assert_int_equal(mkdirat(b->fd, "dir/sub", 0755), 0);
	box_put(b, "dir/sub/file", "text");
	assert_int_equal(symlinkat("dir", b->fd, "link"), 0);
	assert_int_equal(symlinkat("sub/file", b->fd, "dir/filelink"), 0);
	assert_int_equal(symlinkat("/etc", b->fd, "away"), 0);
	assert_int_equal(symlinkat("nowhere", b->fd, "dangling"), 0);
}

/* Both ways must answer alike: which one runs is the kernel's choice. */
static void both(struct box *b, open_fn way)
{
	tree(b);
	assert_int_equal(opened(way, b, "dir/sub/file", O_RDONLY), 0);
	assert_int_equal(opened(way, b, "dir/sub", O_RDONLY | O_DIRECTORY), 0);
	assert_int_equal(opened(way, b, ".", O_RDONLY | O_DIRECTORY), 0);
	assert_int_equal(opened(way, b, "dir/none", O_RDONLY), ENOENT);
	assert_int_equal(opened(way, b, "none/file", O_RDONLY), ENOENT);
	assert_int_equal(opened(way, b, "dir/sub/file/x", O_RDONLY), ENOTDIR);
	assert_int_equal(opened(way, b, "dir/sub/file", O_RDONLY | O_DIRECTORY), ENOTDIR);
	assert_int_equal(opened(way, b, "dir/sub", O_WRONLY), EISDIR);
	/* links: at the end, in the middle, out of the tree, to nothing, as a directory */
	assert_int_equal(opened(way, b, "dir/filelink", O_RDONLY), ELOOP);
	assert_int_equal(opened(way, b, "link/sub/file", O_RDONLY), ELOOP);
	assert_int_equal(opened(way, b, "away/passwd", O_RDONLY), ELOOP);
	assert_int_equal(opened(way, b, "dangling", O_RDONLY), ELOOP);
	assert_int_equal(opened(way, b, "link", O_RDONLY | O_DIRECTORY), ELOOP);
	assert_int_equal(opened(way, b, "link/new", O_WRONLY | O_CREAT), ELOOP);
	assert_int_equal(opened(way, b, "dangling", O_WRONLY | O_CREAT), ELOOP);
	assert_int_equal(faccessat(b->fd, "nowhere", F_OK, 0), -1);
	/* paths that are no paths below */
	assert_int_equal(opened(way, b, "../x", O_RDONLY), EXDEV);
	assert_int_equal(opened(way, b, "dir/../dir/sub/file", O_RDONLY), EXDEV);
	assert_int_equal(opened(way, b, "dir/sub/..", O_RDONLY | O_DIRECTORY), EXDEV);
	assert_int_equal(opened(way, b, "./dir", O_RDONLY | O_DIRECTORY), EXDEV);
	assert_int_equal(opened(way, b, "/etc/passwd", O_RDONLY), EXDEV);
	assert_int_equal(opened(way, b, "dir//sub", O_RDONLY | O_DIRECTORY), EXDEV);
	assert_int_equal(opened(way, b, "dir/", O_RDONLY | O_DIRECTORY), EXDEV);
	assert_int_equal(opened(way, b, "", O_RDONLY), EXDEV);
	assert_int_equal(opened(way, b, "..x", O_RDONLY), ENOENT);
	/* creating */
	assert_int_equal(opened(way, b, "dir/new", O_WRONLY | O_CREAT | O_EXCL), 0);
	assert_int_equal(opened(way, b, "dir/new", O_WRONLY | O_CREAT | O_EXCL), EEXIST);
	assert_int_equal(opened(way, b, "dangling", O_WRONLY | O_CREAT | O_EXCL), EEXIST);
}

static void openat2_follows_no_link_and_leaves_no_directory(void **state)
{
	both(*state, tkt_io_open);
}

static void the_walk_answers_as_openat2_does(void **state)
{
	both(*state, tkt_io_open_walk);
}

static void descriptors_are_closed_on_exec(void **state)
{
	struct box *b = *state;
	const open_fn ways[] = { tkt_io_open, tkt_io_open_walk };

	box_put(b, "f", "x");
	for (size_t i = 0; i < 2; i++) {
		int fd = ways[i](b->fd, "f", O_RDONLY, 0);

		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		close(fd);
	}
}

static void an_over_long_name_is_an_error_and_nothing_else(void **state)
{
	struct box *b = *state;
	char name[400];

	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_int_equal(opened(tkt_io_open, b, name, O_RDONLY), ENAMETOOLONG);
	assert_int_equal(opened(tkt_io_open_walk, b, name, O_RDONLY), ENAMETOOLONG);
}

static void a_rename_for_new_names_takes_no_place(void **state)
{
	struct box *b = *state;

	assert_int_equal(mkdirat(b->fd, "a", 0755), 0);
	assert_int_equal(mkdirat(b->fd, "empty", 0755), 0);
	errno = 0;
	assert_int_equal(tkt_io_rename_new(b->fd, "a", b->fd, "empty"), -1);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(tkt_io_rename_new(b->fd, "a", b->fd, "b"), 0);
	assert_int_equal(tkt_io_rename_new(b->fd, "a", b->fd, "c"), -1);
	assert_int_equal(errno, ENOENT);
}

static void reserving_space_keeps_the_size(void **state)
{
	struct box *b = *state;
	struct stat st;
	int fd;

	box_put(b, "f", "four");
	fd = tkt_io_open(b->fd, "f", O_WRONLY, 0);
	assert_int_equal(tkt_io_reserve(fd, 4, 100000), 0);
	assert_int_equal(tkt_io_reserve(fd, 4, 0), 0);
	assert_int_equal(tkt_io_fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 4);
	assert_int_equal(tkt_io_close(fd), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(openat2_follows_no_link_and_leaves_no_directory),
		BOX_TEST(the_walk_answers_as_openat2_does),
		BOX_TEST(descriptors_are_closed_on_exec),
		BOX_TEST(an_over_long_name_is_an_error_and_nothing_else),
		BOX_TEST(a_rename_for_new_names_takes_no_place),
		BOX_TEST(reserving_space_keeps_the_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
