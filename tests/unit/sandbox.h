/* A fresh directory for each test of lib/sys, and the words to fill it. Include after cmocka.h's needs. */
#ifndef TKT_TEST_SANDBOX_H
#define TKT_TEST_SANDBOX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "sys/file.h"

struct box {
	char path[64];
	int fd;      /* of the directory */
	int fds;     /* open descriptors before the test */
	struct tkt_error err;
	struct tkt_buf out;
};

static inline int box_count_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

static inline int box_setup(void **state)
{
	const struct tkt_error clean = TKT_ERROR_INIT;
	struct box *b = calloc(1, sizeof *b);

	if (!b)
		return -1;
	b->fds = box_count_fds();
	b->err = clean;
	tkt_buf_init(&b->out);
	snprintf(b->path, sizeof b->path, "/tmp/tkt-unit-XXXXXX");
	if (!mkdtemp(b->path))
		return -1;
	b->fd = open(b->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = b;
	return b->fd < 0;
}

/* Also a look for descriptors that were left open. */
static inline int box_teardown(void **state)
{
	struct box *b = *state;
	int left, tmp = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed = tkt_tree_remove(tmp, b->path + strlen("/tmp/"), NULL);

	close(tmp);
	close(b->fd);
	tkt_error_release(&b->err);
	tkt_buf_release(&b->out);
	left = box_count_fds() - b->fds;
	free(b);
	if (left)
		print_error("%d descriptors were left open\n", left);
	return failed || left;
}

static inline void box_put(struct box *b, const char *name, const char *text)
{
	int fd = openat(b->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static inline void box_holds(struct box *b, const char *name, const char *text)
{
	struct tkt_buf is = TKT_BUF_INIT;
	char path[1024];

	snprintf(path, sizeof path, "%s/%s", b->path, name);
	assert_int_equal(tkt_file_slurp(path, 1 << 24, &is, NULL), 0);
	assert_string_equal(is.ptr, text);
	tkt_buf_release(&is);
}

static inline int box_names(struct box *b, const char *dir) /* how many names are in there */
{
	char command[256];
	int n = -1;
	FILE *f;

	snprintf(command, sizeof command, "ls -A '%s/%s' | wc -l", b->path, dir);
	f = popen(command, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &n), 1);
	pclose(f);
	return n;
}

/* The failure is of this code and its message has these words; the error is clean afterwards. */
static inline void box_failed(struct box *b, int code, int expected, const char *words)
{
	assert_int_equal(code, expected);
	assert_int_equal(b->err.code, expected);
	assert_non_null(b->err.message);
	if (!strstr(b->err.message, words))
		fail_msg("'%s' does not say '%s'", b->err.message, words);
	tkt_error_release(&b->err);
}

#define BOX_TEST(name) cmocka_unit_test_setup_teardown(name, box_setup, box_teardown)

#endif
