/* sys/file, P3: appending beside writers who know of no lock. Floor 1. */
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "sys/file_impl.h"
#include "sys/io.h"

#define FLAGS (O_RDWR | O_APPEND | O_NONBLOCK | O_NOCTTY)
#define ROUNDS 8 /* of "the file was replaced meanwhile"; more is no race but a fight */

static int open_or_create(const struct tkt_place *place, int *fd, bool *created)
{
	for (int i = 0; i < ROUNDS; i++) {
		*created = false;
		*fd = tkt_io_open(place->fd, place->name, FLAGS, 0);
		if (*fd >= 0 || errno != ENOENT)
			break;
		*created = true;
		*fd = tkt_io_open(place->fd, place->name, FLAGS | O_CREAT | O_EXCL, 0666);
		if (*fd >= 0 || errno != EEXIST)
			break;
	}
	return *fd < 0 ? -1 : 0;
}

/* Takes back [start, end) unless somebody has written behind it: those bytes are not ours. */
static void cut_back(int fd, off_t start, off_t end)
{
	struct stat st;
	int saved = errno;

	if (!tkt_io_fstat(fd, &st) && st.st_size == end)
		(void)tkt_io_truncate(fd, start);
	errno = saved;
}

/* One write; what a short one left over follows only while nobody is behind it. 0, or -1 with errno. */
static int write_record(int fd, off_t size, const char *bytes, size_t n, bool sync)
{
	struct stat st;
	off_t start, end;
	ssize_t r = tkt_io_write(fd, bytes, n);

	if (r < 0)
		return -1;
	/* With O_APPEND the kernel chose the place; the offset says where it ended. */
	end = tkt_io_tell(fd);
	if (end < 0) { /* then it is known only if nobody else has written since `size` */
		cut_back(fd, size, size + (off_t)r);
		return -1;
	}
	start = end - (off_t)r;
	while ((size_t)r < n) {
		ssize_t more = -1;

		if (!tkt_io_fstat(fd, &st)) {
			if (st.st_size == end)
				more = tkt_io_write(fd, bytes + r, n - (size_t)r);
			else
				errno = EIO; /* cut in two by another writer */
		}
		if (more <= 0) {
			if (more == 0)
				errno = ENOSPC;
			cut_back(fd, start, end);
			return -1;
		}
		r += more;
		end += (off_t)more;
	}
	/* A failed fsync is a failed append: what may or may not be on the disk is taken back, so
	 * that the answer "failed" stays true for who looks now. */
	if (sync && tkt_io_fsync(fd) < 0) {
		cut_back(fd, start, end);
		return -1;
	}
	return 0;
}

/* Does the file end in the middle of a line? One that is growing under our eyes does for a moment:
 * the kernel moves the size on while a write of several pages is under way. Wrong in the end, this
 * costs an empty line between two events and nothing else. */
static bool ends_torn(int fd, struct stat *st)
{
	off_t size;
	char last;

	for (int i = 0; i < ROUNDS; i++) {
		size = st->st_size;
		if (size == 0 || tkt_io_pread(fd, &last, 1, size - 1) != 1 || last == '\n')
			return false;
		if (tkt_io_fstat(fd, st) < 0 || st->st_size == size)
			break;
	}
	return true;
}

/* One append to whatever the name means now; *st tells what that was. */
static int append_once(const struct tkt_place *place, const char *path, const void *bytes, size_t n,
		       bool sync, struct stat *st, struct tkt_error *err)
{
	struct tkt_buf record = TKT_BUF_INIT;
	bool created = false;
	int code = 0, fd = -1;

	if (open_or_create(place, &fd, &created) < 0) {
		code = tkt_file_fail(err, errno, "append to", path);
		goto out;
	}
	if (tkt_io_fstat(fd, st) < 0)
		code = tkt_file_fail(err, errno, "look at", path);
	else if (!S_ISREG(st->st_mode))
		code = tkt_file_fail(err, ENXIO, "append to", path);
	else if (st->st_nlink > 1)
		code = tkt_error_set(err, TKT_EINVALID,
				     "cannot append to '%s': it has %lu hard links and is not ours alone", path,
				     (unsigned long)st->st_nlink);
	if (code)
		goto out;
	if (ends_torn(fd, st))
		tkt_buf_putc(&record, '\n');
	tkt_buf_add(&record, bytes, n);
	/* First the space: a full disk is to be noticed before a part of the record is in the file. */
	if (tkt_io_reserve(fd, st->st_size, (off_t)record.len) < 0 ||
	    write_record(fd, st->st_size, record.ptr, record.len, sync) < 0) {
		code = tkt_file_fail(err, errno, "append to", path);
		if (created && !tkt_io_fstat(fd, st) && st->st_size == 0)
			tkt_io_unlink(place->fd, place->name, false);
	}
	/* After an fsync there is nothing left for close to lose. */
	if (tkt_io_close(fd) < 0 && !code && !sync)
		code = tkt_file_fail(err, errno, "append to", path);
	fd = -1;
	if (!code && created && sync && tkt_io_fsync(place->fd) < 0)
		code = tkt_file_fail(err, errno, "make durable", path);
out:
	tkt_fd_close(&fd);
	tkt_buf_release(&record);
	return code;
}

int tkt_file_append(int dirfd, const char *path, const void *bytes, size_t n, bool sync,
		    bool *replaced, struct tkt_error *err)
{
	struct tkt_place place = TKT_PLACE_INIT;
	struct stat wrote, now;
	bool again = true;
	int code;

	if (replaced)
		*replaced = false;
	code = tkt_place_open(&place, dirfd, path, err);
	for (int round = 0; !code && again; round++) {
		if (round == ROUNDS) {
			code = tkt_error_set(err, TKT_ECONFLICT,
					     "cannot append to '%s': it is being replaced again and again", path);
			break;
		}
		code = append_once(&place, path, bytes, n, sync, &wrote, err);
		if (code)
			break;
		/* git and editors replace files: then our bytes went into one that nobody sees. */
		again = tkt_io_stat(place.fd, place.name, &now) < 0
				? errno == ENOENT
				: now.st_ino != wrote.st_ino || now.st_dev != wrote.st_dev;
		if (again && replaced)
			*replaced = true;
	}
	tkt_place_close(&place);
	return code;
}
