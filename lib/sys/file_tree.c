/* sys/file: directories, trees, and files that come from outside. Floor 1. */
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "sys/file_impl.h"
#include "sys/io.h"
#include "sys/walk.h"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY)
#define DEPTH_MAX 64 /* one descriptor a level */

int tkt_dir_open(int *fd, const char *path, struct tkt_error *err)
{
	int got = tkt_io_open_any(path, DIR_FLAGS);

	if (got < 0)
		return tkt_file_fail(err, errno, "open", path);
	*fd = got;
	return 0;
}

int tkt_dir_openat(int *fd, int dirfd, const char *path, struct tkt_error *err)
{
	int got = tkt_io_open(dirfd, path, DIR_FLAGS, 0);

	if (got < 0 && errno == ENOTDIR)
		return tkt_error_set(err, TKT_EINVALID, "cannot open '%s': it is not a directory", path);
	if (got < 0)
		return tkt_file_fail(err, errno, "open", path);
	*fd = got;
	return 0;
}

int tkt_dir_make(int dirfd, const char *path, struct tkt_error *err)
{
	struct tkt_buf name = TKT_BUF_INIT;
	int code = 0, fd = dirfd;

	for (const char *p = path; !code && *p;) {
		size_t n = strcspn(p, "/");
		int next = -1;

		tkt_buf_reset(&name);
		tkt_buf_add(&name, p, n);
		if (!n || !strcmp(name.ptr, ".") || !strcmp(name.ptr, ".."))
			code = tkt_file_fail(err, EXDEV, "make", path);
		else if (tkt_io_mkdir(fd, name.ptr, 0777) < 0 && errno != EEXIST)
			code = tkt_file_fail(err, errno, "make", path);
		else
			code = tkt_dir_openat(&next, fd, name.ptr, err);
		if (fd != dirfd)
			tkt_fd_close(&fd);
		fd = code ? dirfd : next;
		p += n;
		while (*p == '/')
			p++;
	}
	if (fd != dirfd)
		tkt_fd_close(&fd);
	tkt_buf_release(&name);
	return code;
}

int tkt_dir_sync(int dirfd, const char *path, struct tkt_error *err)
{
	int code, fd = -1;

	code = tkt_dir_openat(&fd, dirfd, path, err);
	if (!code && tkt_io_fsync(fd) < 0)
		code = tkt_file_fail(err, errno, "make durable", path);
	tkt_fd_close(&fd);
	return code;
}

static int remove_at(int dirfd, const char *name, int depth, struct tkt_error *err)
{
	struct tkt_listing names = { 0 };
	int code, fd = -1;

	/* As a file first: that is right for links too, and a directory says EISDIR (EPERM by POSIX). */
	if (!tkt_io_unlink(dirfd, name, false) || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return tkt_file_fail(err, errno, "remove", name);
	if (depth >= DEPTH_MAX)
		return tkt_error_set(err, TKT_EINVALID, "cannot remove '%s': it is nested too deep", name);
	code = tkt_dir_openat(&fd, dirfd, name, err);
	if (!code)
		code = tkt_walk_list(&names, fd, ".", err);
	for (size_t i = 0; !code && i < names.n; i++)
		code = remove_at(fd, names.items[i].name, depth + 1, err);
	tkt_fd_close(&fd);
	if (!code && tkt_io_unlink(dirfd, name, true) < 0 && errno != ENOENT)
		code = tkt_file_fail(err, errno, "remove", name);
	tkt_listing_release(&names);
	return code;
}

int tkt_tree_remove(int dirfd, const char *path, struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_place place = TKT_PLACE_INIT;
	int code;

	code = tkt_place_open(&place, dirfd, path, &why);
	if (!code)
		code = remove_at(place.fd, place.name, 0, &why);
	if (code == TKT_ENOTFOUND) /* its parent is gone: so is it */
		code = 0;
	else if (code)
		code = tkt_error_move(err, &why);
	tkt_error_release(&why);
	tkt_place_close(&place);
	return code;
}

/* Copies what is left of `in`, at most max bytes. TKT_EINVALID: more. */
static int copy(int in, int out, const char *source, const char *path, size_t max,
		struct tkt_error *err)
{
	struct tkt_buf block = TKT_BUF_INIT;
	size_t total = 0, room = 256 * 1024;
	ssize_t r;
	int code = 0;

	tkt_buf_grow(&block, room);
	while (!code && (r = tkt_io_read(in, block.ptr, room)) != 0) {
		if (r < 0) {
			code = tkt_file_fail(err, errno, "read", source);
		} else if ((size_t)r > max - total) {
			code = tkt_error_set(err, TKT_EINVALID, "cannot take '%s': it is larger than %zu bytes",
					     source, max);
		} else {
			total += (size_t)r;
			if (tkt_fd_write_all(out, block.ptr, (size_t)r) < 0)
				code = tkt_file_fail(err, errno, "write", path);
		}
	}
	tkt_buf_release(&block);
	return code;
}

/* The source is opened without waiting and must be a plain file: an artifact is not made of a FIFO. */
static int open_source(int *in, const char *source, size_t max, struct stat *st,
		       struct tkt_error *err)
{
	*in = tkt_io_open_any(source, O_RDONLY | O_NONBLOCK);
	if (*in < 0)
		return tkt_file_fail(err, errno, "open", source);
	if (tkt_io_fstat(*in, st) < 0)
		return tkt_file_fail(err, errno, "look at", source);
	if (!S_ISREG(st->st_mode))
		return tkt_error_set(err, TKT_EINVALID, "cannot take '%s': it is not a regular file", source);
	if ((uintmax_t)st->st_size > max)
		return tkt_error_set(err, TKT_EINVALID, "cannot take '%s': it is larger than %zu bytes",
				     source, max);
	return 0;
}

int tkt_file_import(int dirfd, const char *path, const char *source, size_t max, bool sync,
		    struct tkt_error *err)
{
	struct tkt_place place = TKT_PLACE_INIT;
	struct stat st;
	bool made = false;
	int code, in = -1, fd = -1;

	code = open_source(&in, source, max, &st, err);
	if (!code)
		code = tkt_place_open(&place, dirfd, path, err);
	if (code)
		goto out;
	fd = tkt_io_open(place.fd, place.name, O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY, 0666);
	if (fd < 0) {
		code = tkt_file_fail(err, errno, "create", path);
		goto out;
	}
	made = true;
	if (tkt_io_reserve(fd, 0, st.st_size) < 0)
		code = tkt_file_fail(err, errno, "write", path);
	else
		code = copy(in, fd, source, path, max, err);
	if (!code && sync && tkt_io_fsync(fd) < 0)
		code = tkt_file_fail(err, errno, "write", path);
	if (tkt_io_close(fd) < 0 && !code)
		code = tkt_file_fail(err, errno, "write", path);
out:
	if (made && code)
		tkt_io_unlink(place.fd, place.name, false);
	tkt_place_close(&place);
	tkt_fd_close(&in);
	return code;
}
