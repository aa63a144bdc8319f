#include "unit/sandbox.h"

#include <signal.h>
#include <sys/mount.h>

#include "base/mem.h"
#include "sys/file_impl.h"

#define MAX ((size_t)1 << 20)

static struct tkt_buf text(const char *s)
{
	struct tkt_buf b = TKT_BUF_INIT;

	tkt_buf_puts(&b, s);
	return b;
}

static int replace(struct box *b, const char *path, const char *old, const char *new)
{
	struct tkt_buf was = old ? text(old) : text("");
	int tmp, code;

	if (mkdirat(b->fd, "tmp", 0755) < 0)
		assert_int_equal(errno, EEXIST);
	tmp = openat(b->fd, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	code = tkt_file_replace(b->fd, path, tmp, old ? &was : NULL, new, strlen(new), true, &b->err);
	close(tmp);
	tkt_buf_release(&was);
	assert_int_equal(box_names(b, "tmp"), 0);
	return code;
}

static int append(struct box *b, const char *path, const char *bytes, bool *replaced)
{
	return tkt_file_append(b->fd, path, bytes, strlen(bytes), true, replaced, &b->err);
}

static void a_file_is_read_whole_and_told_about(void **state)
{
	struct box *b = *state;
	struct stat st;

	box_put(b, "f", "hello\n");
	assert_int_equal(tkt_file_read(b->fd, "f", MAX, &b->out, &st, &b->err), 0);
	assert_string_equal(b->out.ptr, "hello\n");
	assert_int_equal(st.st_size, 6);
	assert_int_equal(tkt_file_read(b->fd, "f", 6, &b->out, NULL, &b->err), 0);
	box_put(b, "empty", "");
	assert_int_equal(tkt_file_read(b->fd, "empty", 0, &b->out, NULL, &b->err), 0);
	assert_int_equal(b->out.len, 0);
}

/* Between the look at its size and the read. */
static void a_file_that_has_grown_is_read_to_its_end(void **state)
{
	static const size_t sizes[] = { 1, 5000, 9999, 10000, 10001, 30000 };
	struct box *b = *state;
	char *bytes = calloc(10001, 1);

	memset(bytes, 'x', 10000);
	box_put(b, "f", bytes);
	for (size_t i = 0; i < TKT_LEN(sizes); i++) {
		int fd = openat(b->fd, "f", O_RDONLY | O_CLOEXEC);

		tkt_buf_reset(&b->out);
		assert_int_equal(tkt_fd_read_all(fd, MAX, sizes[i], &b->out), 0);
		assert_string_equal(b->out.ptr, bytes);
		close(fd);
	}
	free(bytes);
}

static void a_file_over_the_limit_is_refused(void **state)
{
	struct box *b = *state;

	box_put(b, "f", "hello\n");
	box_failed(b, tkt_file_read(b->fd, "f", 5, &b->out, NULL, &b->err), TKT_EINVALID, "larger than 5");
}

static void links_directories_and_fifos_are_no_files(void **state)
{
	struct box *b = *state;
	struct stat st;

	box_put(b, "f", "x");
	assert_int_equal(mkdirat(b->fd, "dir", 0755), 0);
	assert_int_equal(symlinkat("f", b->fd, "link"), 0);
	assert_int_equal(symlinkat(".", b->fd, "dirlink"), 0);
	assert_int_equal(mkfifoat(b->fd, "fifo", 0644), 0);
	box_failed(b, tkt_file_read(b->fd, "link", MAX, &b->out, NULL, &b->err), TKT_EINVALID, "symbolic link");
	box_failed(b, tkt_file_read(b->fd, "dirlink/f", MAX, &b->out, NULL, &b->err), TKT_EINVALID, "link");
	box_failed(b, tkt_file_read(b->fd, "fifo", MAX, &b->out, NULL, &b->err), TKT_EINVALID, "regular");
	box_failed(b, tkt_file_read(b->fd, "dir", MAX, &b->out, NULL, &b->err), TKT_EINVALID, "directory");
	box_failed(b, tkt_file_read(b->fd, "../f", MAX, &b->out, NULL, &b->err), TKT_EINVALID, "below");
	box_failed(b, tkt_file_read(b->fd, "none", MAX, &b->out, NULL, &b->err), TKT_ENOTFOUND, "'none'");
	box_failed(b, append(b, "link", "y\n", NULL), TKT_EINVALID, "link");
	box_failed(b, append(b, "dirlink/f", "y\n", NULL), TKT_EINVALID, "link");
	box_failed(b, append(b, "dir", "y\n", NULL), TKT_EINVALID, "directory");
	box_failed(b, append(b, "fifo", "y\n", NULL), TKT_EINVALID, "regular");
	box_failed(b, replace(b, "link", "x", "y"), TKT_EINVALID, "link");
	box_failed(b, replace(b, "dirlink/f", "x", "y"), TKT_EINVALID, "link");
	box_failed(b, replace(b, "dir", "x", "y"), TKT_EINVALID, "directory");
	box_holds(b, "f", "x");
	assert_int_equal(tkt_file_look(b->fd, "fifo", &st, &b->err), 0);
	assert_true(S_ISFIFO(st.st_mode));
	box_failed(b, tkt_file_look(b->fd, "none", &st, &b->err), TKT_ENOTFOUND, "none");
	box_failed(b, tkt_file_look(b->fd, "none/f", &st, &b->err), TKT_ENOTFOUND, "none");
	box_failed(b, tkt_file_look(b->fd, "dirlink/f", &st, &b->err), TKT_EINVALID, "link");
	assert_true(tkt_file_exists(b->fd, "link"));
	assert_false(tkt_file_exists(b->fd, "dirlink/f"));
	assert_false(tkt_file_exists(b->fd, "none"));
}

static void the_head_of_a_file_comes_with_word_whether_it_is_all(void **state)
{
	struct box *b = *state;
	char *big = malloc(8193);
	bool whole;

	memset(big, 'a', 8192);
	big[8192] = '\0';
	box_put(b, "big", big);
	assert_int_equal(tkt_file_head(b->fd, "big", 100, &b->out, &whole), 0);
	assert_int_equal(b->out.len, 8192);
	assert_true(whole);
	assert_int_equal(append(b, "big", "b", NULL), 0);
	assert_int_equal(tkt_file_head(b->fd, "big", 100, &b->out, &whole), 0);
	assert_true(b->out.len >= 100);
	assert_false(whole);
	assert_int_equal(tkt_file_head(b->fd, "big", 20000, &b->out, &whole), 0);
	assert_int_equal(b->out.len, 8194); /* a new line first */
	assert_true(whole);
	box_put(b, "empty", "");
	assert_int_equal(tkt_file_head(b->fd, "empty", 100, &b->out, &whole), 0);
	assert_true(whole);
	assert_int_equal(b->out.len, 0);
	free(big);
}

static void the_head_of_no_file_is_a_code(void **state)
{
	struct box *b = *state;
	bool whole;

	assert_int_equal(mkdirat(b->fd, "dir", 0755), 0);
	assert_int_equal(mkfifoat(b->fd, "fifo", 0644), 0);
	assert_int_equal(symlinkat("dir", b->fd, "link"), 0);
	assert_int_equal(tkt_file_head(b->fd, "dir", 1, &b->out, &whole), TKT_EINVALID);
	assert_int_equal(tkt_file_head(b->fd, "fifo", 1, &b->out, &whole), TKT_EINVALID);
	assert_int_equal(tkt_file_head(b->fd, "link", 1, &b->out, &whole), TKT_EINVALID);
	assert_int_equal(tkt_file_head(b->fd, "link/f", 1, &b->out, &whole), TKT_EINVALID);
	assert_int_equal(tkt_file_head(b->fd, "none", 1, &b->out, &whole), TKT_ENOTFOUND);
	assert_int_equal(tkt_file_head(b->fd, "dir/../dir/f", 1, &b->out, &whole), TKT_EINVALID);
}

static void creating_takes_no_place(void **state)
{
	struct box *b = *state;

	assert_int_equal(tkt_file_create(b->fd, "f", "a\n", 2, true, &b->err), 0);
	box_holds(b, "f", "a\n");
	box_failed(b, tkt_file_create(b->fd, "f", "b", 1, true, &b->err), TKT_EEXISTS, "'f'");
	box_failed(b, tkt_file_create(b->fd, "no/f", "b", 1, true, &b->err), TKT_ENOTFOUND, "'no'");
	box_holds(b, "f", "a\n");
	assert_int_equal(symlinkat("g", b->fd, "link"), 0);
	box_failed(b, tkt_file_create(b->fd, "link", "b", 1, true, &b->err), TKT_EEXISTS, "'link'");
	assert_false(tkt_file_exists(b->fd, "g"));
}

static void replacing_keeps_the_mode_and_leaves_no_temporary(void **state)
{
	struct box *b = *state;
	struct stat st;

	assert_int_equal(mkdirat(b->fd, "d", 0755), 0);
	box_put(b, "d/f", "old");
	assert_int_equal(fchmodat(b->fd, "d/f", 0751, 0), 0);
	assert_int_equal(replace(b, "d/f", "old", "new"), 0);
	box_holds(b, "d/f", "new");
	assert_int_equal(fstatat(b->fd, "d/f", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0751);
}

static void replacing_what_is_not_as_it_was_read_is_a_conflict(void **state)
{
	struct box *b = *state;

	box_put(b, "f", "theirs");
	box_failed(b, replace(b, "f", "old", "new"), TKT_ECONFLICT, "changed meanwhile");
	box_holds(b, "f", "theirs");
	box_failed(b, replace(b, "f", NULL, "new"), TKT_ECONFLICT, "come into being");
	box_holds(b, "f", "theirs");
	box_failed(b, replace(b, "gone", "old", "new"), TKT_ECONFLICT, "gone");
	assert_false(tkt_file_exists(b->fd, "gone"));
	assert_int_equal(replace(b, "fresh", NULL, "new"), 0);
	box_holds(b, "fresh", "new");
}

static void files_with_hard_links_are_not_written(void **state)
{
	struct box *b = *state;

	box_put(b, "f", "old\n");
	assert_int_equal(linkat(b->fd, "f", b->fd, "other", 0), 0);
	box_failed(b, replace(b, "f", "old\n", "new"), TKT_EINVALID, "2 hard links");
	box_failed(b, append(b, "f", "more\n", NULL), TKT_EINVALID, "2 hard links");
	box_holds(b, "other", "old\n");
}

static void a_temporary_on_another_file_system_is_refused(void **state)
{
	struct box *b = *state;
	struct stat here, there;
	struct tkt_buf old = text("old");
	int shm = open("/dev/shm", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	box_put(b, "f", "old");
	if (shm < 0 || fstat(shm, &there) || fstat(b->fd, &here) || here.st_dev == there.st_dev) {
		print_message("# SKIPPED: no second file system at /dev/shm\n");
		skip();
	}
	box_failed(b, tkt_file_replace(b->fd, "f", shm, &old, "new", 3, true, &b->err), TKT_EIO,
		   "different file systems");
	box_holds(b, "f", "old");
	close(shm);
	tkt_buf_release(&old);
}

static void appending_creates_and_starts_a_new_line_after_a_torn_one(void **state)
{
	struct box *b = *state;
	bool replaced = true;

	assert_int_equal(append(b, "f", "one\n", &replaced), 0);
	assert_false(replaced);
	assert_int_equal(append(b, "f", "two", NULL), 0);
	assert_int_equal(append(b, "f", "three\n", NULL), 0);
	box_holds(b, "f", "one\ntwo\nthree\n");
	box_failed(b, append(b, "no/f", "x", NULL), TKT_ENOTFOUND, "'no'");
}

static void appends_of_many_processes_all_arrive_whole(void **state)
{
	enum { WRITERS = 6, EACH = 40, LINE = 3000 };
	struct box *b = *state;
	size_t lines = 0;

	for (int w = 0; w < WRITERS; w++) {
		pid_t pid = fork();

		if (!pid) {
			char line[LINE + 1];
			int bad = 0;

			memset(line, 'a' + w, LINE - 1);
			line[LINE - 1] = '\n';
			for (int i = 0; i < EACH; i++)
				bad |= tkt_file_append(b->fd, "f", line, LINE, false, NULL, NULL);
			_exit(bad != 0);
		}
	}
	for (int w = 0; w < WRITERS; w++) {
		int status = -1;

		wait(&status);
		assert_int_equal(status, 0);
	}
	assert_int_equal(tkt_file_read(b->fd, "f", MAX, &b->out, NULL, &b->err), 0);
	for (const char *p = b->out.ptr; *p; p += LINE, lines++) {
		p += strspn(p, "\n"); /* a line may have looked torn while it was being written */
		for (int i = 0; i < LINE - 1; i++)
			if (p[i] != p[0])
				fail_msg("two records were mixed");
	}
	assert_int_equal(lines, WRITERS * EACH);
}

/* A child replaces the file all the time, as a checkout does; whatever happened, the last
 * append is in the file that stands there in the end. */
static void an_append_to_a_file_that_is_being_replaced_is_in_the_new_one(void **state)
{
	struct box *b = *state;
	int seen = 0;

	box_put(b, "f", "start\n");
	for (int round = 0; round < 300; round++) {
		char token[32];
		bool replaced = false;
		pid_t pid = fork();
		int code;

		if (!pid) {
			box_put(b, "new", "other\n");
			_exit(renameat(b->fd, "new", b->fd, "f") != 0);
		}
		snprintf(token, sizeof token, "token %d\n", round);
		code = append(b, "f", token, &replaced);
		assert_int_equal(code, 0);
		seen += replaced;
		waitpid(pid, NULL, 0);
		assert_int_equal(tkt_file_read(b->fd, "f", MAX, &b->out, NULL, &b->err), 0);
		if (replaced)
			assert_non_null(strstr(b->out.ptr, token));
	}
	(void)seen; /* how often the race was met is the scheduler's business */
}

static void a_full_disk_leaves_what_was_there(void **state)
{
	struct box *b = *state;
	struct tkt_buf old = text("old\n");
	char *big = malloc(200000);
	char path[80];
	int fd, tmp;

	assert_int_equal(mkdirat(b->fd, "small", 0755), 0);
	snprintf(path, sizeof path, "%s/small", b->path);
	if (mount("tmpfs", path, "tmpfs", 0, "size=64k")) {
		print_message("# SKIPPED: cannot mount a tmpfs here: %s\n", strerror(errno));
		free(big);
		tkt_buf_release(&old);
		skip();
	}
	memset(big, 'x', 200000);
	box_put(b, "small/f", "old\n");
	assert_int_equal(mkdirat(b->fd, "small/tmp", 0755), 0);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	tmp = openat(fd, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	box_failed(b, tkt_file_append(fd, "f", big, 200000, true, NULL, &b->err), TKT_EIO, "No space left");
	box_holds(b, "small/f", "old\n");
	box_failed(b, tkt_file_append(fd, "g", big, 200000, true, NULL, &b->err), TKT_EIO, "No space left");
	assert_false(tkt_file_exists(fd, "g"));
	for (int sync = 0; sync < 2; sync++) {
		box_failed(b, tkt_file_replace(fd, "f", tmp, &old, big, 200000, sync, &b->err), TKT_EIO, "No space");
		box_holds(b, "small/f", "old\n");
		assert_int_equal(box_names(b, "small/tmp"), 0);
		box_failed(b, tkt_file_create(fd, "g", big, 200000, sync, &b->err), TKT_EIO, "No space left");
		assert_false(tkt_file_exists(fd, "g"));
	}
	assert_int_equal(tkt_file_append(fd, "f", "fits\n", 5, true, NULL, &b->err), 0);
	box_holds(b, "small/f", "old\nfits\n");
	close(fd);
	close(tmp);
	assert_int_equal(umount(path), 0);
	tkt_buf_release(&old);
	free(big);
}

static void directories_are_made_through_no_link(void **state)
{
	struct box *b = *state;
	int fd = -1;

	assert_int_equal(tkt_dir_make(b->fd, "a/b/c", &b->err), 0);
	assert_int_equal(tkt_dir_make(b->fd, "a/b/c", &b->err), 0);
	assert_int_equal(tkt_dir_openat(&fd, b->fd, "a/b/c", &b->err), 0);
	close(fd);
	assert_int_equal(tkt_dir_sync(b->fd, "a", &b->err), 0);
	assert_int_equal(tkt_dir_sync(b->fd, ".", &b->err), 0);
	assert_int_equal(symlinkat("a", b->fd, "link"), 0);
	box_put(b, "f", "");
	box_failed(b, tkt_dir_make(b->fd, "link/x", &b->err), TKT_EINVALID, "link");
	box_failed(b, tkt_dir_make(b->fd, "f/x", &b->err), TKT_EINVALID, "not a directory");
	box_failed(b, tkt_dir_make(b->fd, "a/../x", &b->err), TKT_EINVALID, "below");
	box_failed(b, tkt_dir_openat(&fd, b->fd, "f", &b->err), TKT_EINVALID, "not a directory");
	box_failed(b, tkt_dir_openat(&fd, b->fd, "none", &b->err), TKT_ENOTFOUND, "none");
	box_failed(b, tkt_dir_open(&fd, "/nonexistent/x", &b->err), TKT_ENOTFOUND, "/nonexistent");
	assert_false(tkt_file_exists(b->fd, "a/x"));
}

static void trees_are_removed_and_links_in_them_not_followed(void **state)
{
	struct box *b = *state;

	assert_int_equal(tkt_dir_make(b->fd, "keep", &b->err), 0);
	box_put(b, "keep/f", "x");
	assert_int_equal(tkt_dir_make(b->fd, "t/a/b", &b->err), 0);
	box_put(b, "t/a/b/f", "x");
	assert_int_equal(symlinkat("../../keep", b->fd, "t/a/link"), 0);
	assert_int_equal(tkt_tree_remove(b->fd, "t", &b->err), 0);
	assert_false(tkt_file_exists(b->fd, "t"));
	box_holds(b, "keep/f", "x");
	assert_int_equal(tkt_tree_remove(b->fd, "t", &b->err), 0);
	assert_int_equal(tkt_tree_remove(b->fd, "t/none", &b->err), 0);
	assert_int_equal(symlinkat("keep", b->fd, "link"), 0);
	box_failed(b, tkt_tree_remove(b->fd, "link/f", &b->err), TKT_EINVALID, "link");
	assert_int_equal(tkt_tree_remove(b->fd, "link", &b->err), 0);
	box_failed(b, tkt_tree_remove(b->fd, "..", &b->err), TKT_EINVALID, "below");
	box_holds(b, "keep/f", "x");
}

static void a_users_file_is_copied_within_the_limit(void **state)
{
	struct box *b = *state;
	char source[80];

	box_put(b, "src", "content");
	assert_int_equal(symlinkat("src", b->fd, "srclink"), 0);
	assert_int_equal(mkfifoat(b->fd, "fifo", 0644), 0);
	snprintf(source, sizeof source, "%s/srclink", b->path);
	assert_int_equal(tkt_file_import(b->fd, "dst", source, 7, true, &b->err), 0);
	box_holds(b, "dst", "content");
	box_failed(b, tkt_file_import(b->fd, "dst", source, 7, true, &b->err), TKT_EEXISTS, "'dst'");
	box_failed(b, tkt_file_import(b->fd, "d2", source, 6, true, &b->err), TKT_EINVALID, "larger than 6");
	assert_int_equal(tkt_file_slurp(source, 7, &b->out, &b->err), 0);
	assert_string_equal(b->out.ptr, "content");
	box_failed(b, tkt_file_slurp(source, 6, &b->out, &b->err), TKT_EINVALID, "larger");
	box_failed(b, tkt_file_import(b->fd, "d2", b->path, 9, true, &b->err), TKT_EINVALID, "regular");
	snprintf(source, sizeof source, "%s/fifo", b->path);
	box_failed(b, tkt_file_import(b->fd, "d2", source, 9, true, &b->err), TKT_EINVALID, "regular");
	box_failed(b, tkt_file_import(b->fd, "d2", "/nonexistent", 9, true, &b->err), TKT_ENOTFOUND, "/none");
	assert_false(tkt_file_exists(b->fd, "d2"));
}

static void temporary_names_differ(void **state)
{
	struct box *b = *state;
	struct tkt_buf other = TKT_BUF_INIT;

	tkt_tmp_name(&b->out, "x");
	tkt_tmp_name(&other, "x");
	assert_int_equal(b->out.len, 18);
	assert_memory_equal(b->out.ptr, "x-", 2);
	assert_string_not_equal(b->out.ptr, other.ptr);
	tkt_buf_release(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(a_file_is_read_whole_and_told_about),
		BOX_TEST(a_file_that_has_grown_is_read_to_its_end),
		BOX_TEST(a_file_over_the_limit_is_refused),
		BOX_TEST(links_directories_and_fifos_are_no_files),
		BOX_TEST(the_head_of_a_file_comes_with_word_whether_it_is_all),
		BOX_TEST(the_head_of_no_file_is_a_code),
		BOX_TEST(creating_takes_no_place),
		BOX_TEST(replacing_keeps_the_mode_and_leaves_no_temporary),
		BOX_TEST(replacing_what_is_not_as_it_was_read_is_a_conflict),
		BOX_TEST(files_with_hard_links_are_not_written),
		BOX_TEST(a_temporary_on_another_file_system_is_refused),
		BOX_TEST(appending_creates_and_starts_a_new_line_after_a_torn_one),
		BOX_TEST(appends_of_many_processes_all_arrive_whole),
		BOX_TEST(an_append_to_a_file_that_is_being_replaced_is_in_the_new_one),
		BOX_TEST(a_full_disk_leaves_what_was_there),
		BOX_TEST(directories_are_made_through_no_link),
		BOX_TEST(trees_are_removed_and_links_in_them_not_followed),
		BOX_TEST(a_users_file_is_copied_within_the_limit),
		BOX_TEST(temporary_names_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
