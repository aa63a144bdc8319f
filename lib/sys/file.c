#include "sys/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "sys/file_impl.h"
#include "sys/io.h"

/* A link, FIFO or device must neither be followed nor make us wait. */
#define READ_FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY)
#define HEAD_ROOM 8192

static int code_of(int errno_value)
{
	switch (errno_value) {
	case ENOENT:
	case ENOTDIR:
		return TKT_ENOTFOUND;
	case ELOOP:
	case EISDIR:
	case ENXIO:
	case EXDEV:
		return TKT_EINVALID;
	case EEXIST:
		return TKT_EEXISTS;
	default:
		return TKT_EIO;
	}
}

int tkt_file_fail(struct tkt_error *err, int errno_value, const char *verb, const char *path)
{
	int code = code_of(errno_value);

	switch (errno_value) {
	case ENOENT:
		return tkt_error_set(err, code, "cannot %s '%s': there is no such file or directory", verb,
				     path);
	case ELOOP:
		return tkt_error_set(err, code, "cannot %s '%s': it is a symbolic link, or lies behind one",
				     verb, path);
	case EXDEV:
		return tkt_error_set(err, code, "cannot %s '%s': the path is not one below the root", verb,
				     path);
	case ENXIO:
		return tkt_error_set(err, code, "cannot %s '%s': it is not a regular file", verb, path);
	case EEXIST:
		return tkt_error_set(err, code, "cannot %s '%s': something of that name is there already",
				     verb, path);
	case EISDIR:
		return tkt_error_set(err, code, "cannot %s '%s': it is a directory", verb, path);
	case ENOTDIR:
		return tkt_error_set(err, code, "cannot %s '%s': a file stands where a directory must be",
				     verb, path);
	default:
		return tkt_error_sys(err, errno_value, "cannot %s '%s'", verb, path);
	}
}

void tkt_fd_close(int *fd)
{
	if (*fd >= 0)
		tkt_io_close(*fd);
	*fd = -1;
}

int tkt_place_open(struct tkt_place *place, int dirfd, const char *path, struct tkt_error *err)
{
	const char *slash = strrchr(path, '/');
	struct tkt_buf parent = TKT_BUF_INIT;
	int code = 0;

	place->name = slash ? slash + 1 : path;
	place->fd = dirfd;
	place->ours = false;
	if (!place->name[0] || !strcmp(place->name, ".") || !strcmp(place->name, "..")) {
		code = tkt_file_fail(err, EXDEV, "use", path);
	} else if (slash) {
		tkt_buf_add(&parent, path, (size_t)(slash - path));
		place->fd = tkt_io_open(dirfd, parent.ptr, O_RDONLY | O_DIRECTORY, 0);
		if (place->fd < 0)
			code = tkt_file_fail(err, errno, "open", parent.len ? parent.ptr : path);
		else
			place->ours = true;
	}
	tkt_buf_release(&parent);
	return code;
}

void tkt_place_close(struct tkt_place *place)
{
	if (place->ours)
		tkt_fd_close(&place->fd);
	place->fd = -1;
	place->ours = false;
}

int tkt_file_open(int *fd, int dirfd, const char *path, struct stat *st, struct tkt_error *err)
{
	int code = 0;

	*fd = tkt_io_open(dirfd, path, READ_FLAGS, 0);
	if (*fd < 0)
		return tkt_file_fail(err, errno, "open", path);
	if (tkt_io_fstat(*fd, st) < 0)
		code = tkt_file_fail(err, errno, "look at", path);
	else if (!S_ISREG(st->st_mode))
		code = tkt_file_fail(err, S_ISDIR(st->st_mode) ? EISDIR : ENXIO, "read", path);
	if (code)
		tkt_fd_close(fd);
	return code;
}

int tkt_fd_read_all(int fd, size_t max, size_t expected, struct tkt_buf *out)
{
	/* One byte more than expected, so that the end shows without a second big buffer. */
	size_t step = expected < max ? expected + 1 : max;
	ssize_t r;

	if (step < 4096)
		step = 4096;
	for (;;) {
		tkt_buf_grow(out, step);
		r = tkt_io_read(fd, out->ptr + out->len, step);
		if (r <= 0)
			break;
		out->len += (size_t)r;
		out->ptr[out->len] = '\0';
		if (out->len > max) {
			errno = EFBIG;
			return -1;
		}
		if (expected && out->len == expected && (size_t)r < step)
			break; /* that this was all shows already */
		if ((size_t)r == step)
			step = step < 1u << 20 ? step * 2 : step;
		else if (expected && out->len > expected)
			step = 4096;
	}
	return r < 0 ? -1 : 0;
}

static int too_large(struct tkt_error *err, const char *path, size_t max)
{
	return tkt_error_set(err, TKT_EINVALID, "cannot read '%s': it is larger than %zu bytes", path,
			     max);
}

int tkt_file_read(int dirfd, const char *path, size_t max, struct tkt_buf *out, struct stat *st,
		  struct tkt_error *err)
{
	struct stat own;
	int code, fd = -1;

	tkt_buf_reset(out);
	code = tkt_file_open(&fd, dirfd, path, &own, err);
	if (code)
		goto out;
	if ((uintmax_t)own.st_size > max)
		code = too_large(err, path, max);
	else if (tkt_fd_read_all(fd, max, (size_t)own.st_size, out) < 0)
		code = errno == EFBIG ? too_large(err, path, max)
				      : tkt_file_fail(err, errno, "read", path);
	if (!code && st)
		*st = own;
out:
	tkt_fd_close(&fd);
	return code;
}

/* A scan over thousands of tickets: open, read, close. A regular file gives fewer bytes than asked
 * for only at its end, so that nothing else needs to be known then. fstat tells a FIFO (reads as
 * empty without a writer) from an empty file, and whether a full buffer was everything. */
int tkt_file_head(int dirfd, const char *path, size_t want, struct tkt_buf *out, bool *whole)
{
	size_t room = want > HEAD_ROOM ? want : HEAD_ROOM;
	struct stat st;
	ssize_t r;
	int code = 0, fd;

	tkt_buf_reset(out);
	*whole = false;
	fd = tkt_io_open(dirfd, path, READ_FLAGS, 0);
	if (fd < 0)
		return code_of(errno);
	tkt_buf_grow(out, room);
	r = tkt_io_read(fd, out->ptr, room);
	if (r < 0)
		code = errno == EAGAIN || errno == EINVAL ? TKT_EINVALID : code_of(errno);
	else if (r > 0 && (size_t)r < room)
		*whole = true;
	else if (tkt_io_fstat(fd, &st) < 0)
		code = TKT_EIO;
	else if (!S_ISREG(st.st_mode))
		code = TKT_EINVALID;
	else
		*whole = st.st_size <= (off_t)r;
	if (!code) {
		out->len = (size_t)r;
		out->ptr[out->len] = '\0';
	}
	tkt_io_close(fd);
	return code;
}

int tkt_file_look(int dirfd, const char *path, struct stat *st, struct tkt_error *err)
{
	struct tkt_place place = TKT_PLACE_INIT;
	int code = tkt_place_open(&place, dirfd, path, err);

	if (!code && tkt_io_stat(place.fd, place.name, st) < 0)
		code = tkt_file_fail(err, errno, "look at", path);
	tkt_place_close(&place);
	return code;
}

bool tkt_file_exists(int dirfd, const char *path)
{
	struct stat st;

	return tkt_file_look(dirfd, path, &st, NULL) == 0;
}

int tkt_fd_write_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n) {
		ssize_t r = tkt_io_write(fd, p, n);

		if (r == 0)
			errno = ENOSPC;
		if (r <= 0)
			return -1;
		p += r;
		n -= (size_t)r;
	}
	return 0;
}

/* A full disk is seen by the write or by the fsync. Without the latter nothing may see it before the name is there
 * and the bytes are not, so the space comes first: it costs more than the bytes. close is checked: some file systems
 * tell only there that the bytes went nowhere. */
int tkt_fd_fill(int fd, const void *bytes, size_t n, bool sync)
{
	int failed = 0;

	if ((!sync && tkt_io_reserve(fd, 0, (off_t)n) < 0) || tkt_fd_write_all(fd, bytes, n) < 0 ||
	    (sync && tkt_io_fsync(fd) < 0))
		failed = errno;
	if (tkt_io_close(fd) < 0 && !failed)
		failed = errno;
	errno = failed;
	return failed ? -1 : 0;
}

int tkt_file_create(int dirfd, const char *path, const void *bytes, size_t n, bool sync,
		    struct tkt_error *err)
{
	struct tkt_place place = TKT_PLACE_INIT;
	int code, fd;

	code = tkt_place_open(&place, dirfd, path, err);
	if (code)
		goto out;
	fd = tkt_io_open(place.fd, place.name, O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY, 0666);
	if (fd < 0) {
		code = tkt_file_fail(err, errno, "create", path);
		goto out;
	}
	if (tkt_fd_fill(fd, bytes, n, sync) < 0) {
		code = tkt_file_fail(err, errno, "write", path);
		tkt_io_unlink(place.fd, place.name, false);
	}
out:
	tkt_place_close(&place);
	return code;
}

int tkt_fd_slurp(int fd, size_t max, struct tkt_buf *out, struct tkt_error *err)
{
	tkt_buf_reset(out);
	if (!tkt_fd_read_all(fd, max, 0, out))
		return 0;
	if (errno == EFBIG)
		return tkt_error_set(err, TKT_EINVALID, "cannot read the input: it is larger than %zu bytes",
				     max);
	return tkt_file_fail(err, errno, "read", "input");
}

int tkt_file_slurp(const char *path, size_t max, struct tkt_buf *out, struct tkt_error *err)
{
	int code = 0, fd;

	tkt_buf_reset(out);
	fd = tkt_io_open_any(path, O_RDONLY);
	if (fd < 0)
		return tkt_file_fail(err, errno, "open", path);
	if (tkt_fd_read_all(fd, max, 0, out) < 0)
		code = errno == EFBIG ? too_large(err, path, max)
				      : tkt_file_fail(err, errno, "read", path);
	tkt_fd_close(&fd);
	return code;
}
