/* sys/file, P2: a file is replaced whole or not at all. Floor 1. */
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "sys/file_impl.h"
#include "sys/io.h"

void tkt_tmp_name(struct tkt_buf *out, const char *head)
{
	unsigned char bytes[8];

	/* At most 256 bytes are never cut; without randomness a safe name cannot be made. */
	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		abort();
	tkt_buf_reset(out);
	tkt_buf_puts(out, head);
	tkt_buf_putc(out, '-');
	for (size_t i = 0; i < sizeof bytes; i++)
		tkt_buf_printf(out, "%02x", bytes[i]);
}

static int conflict(struct tkt_error *err, const char *path, const char *what)
{
	return tkt_error_set(err, TKT_ECONFLICT, "cannot replace '%s': %s", path, what);
}

/* Is the target still what the caller has read? */
static int check_target(const struct tkt_place *place, const char *path, const struct tkt_buf *old,
			struct stat *st, struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_buf now = TKT_BUF_INIT;
	int code;

	if (!old) {
		if (!tkt_io_stat(place->fd, place->name, st))
			return conflict(err, path, "it has come into being meanwhile");
		return errno == ENOENT ? 0 : tkt_file_fail(err, errno, "look at", path);
	}
	code = tkt_file_read(place->fd, place->name, SIZE_MAX / 2, &now, st, &why);
	if (code == TKT_ENOTFOUND)
		code = conflict(err, path, "it is gone");
	else if (code)
		code = tkt_error_move(err, &why);
	else if (st->st_nlink != 1)
		code = tkt_error_set(err, TKT_EINVALID,
				     "cannot replace '%s': it has %lu hard links, the others would keep the "
				     "old text",
				     path, (unsigned long)st->st_nlink);
	else if (now.len != old->len || memcmp(now.ptr, old->ptr, now.len))
		code = conflict(err, path, "it has been changed meanwhile");
	tkt_error_release(&why);
	tkt_buf_release(&now);
	return code;
}

/* The temporary must lie on the file system of the target, or rename would be no rename. */
static int check_device(const struct tkt_place *place, int tmpfd, const char *path,
			struct tkt_error *err)
{
	struct stat here, there;

	if (tkt_io_fstat(place->fd, &here) < 0 || tkt_io_fstat(tmpfd, &there) < 0)
		return tkt_error_sys(err, errno, "cannot look at the directory of '%s'", path);
	if (here.st_dev != there.st_dev)
		return tkt_error_set(err, TKT_EIO,
				     "cannot replace '%s': its directory and that of temporary files are on "
				     "different file systems",
				     path);
	return 0;
}

/* keep: the permissions that the new file is to have, or NULL for those of any new file. */
static int write_temp(int tmpfd, const char *name, const char *path, const struct stat *keep,
		      const void *bytes, size_t n, bool sync, struct tkt_error *err)
{
	mode_t mode = keep ? keep->st_mode & 07777 : 0666;
	int fd = tkt_io_open(tmpfd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY, mode & 0666);

	if (fd < 0)
		return tkt_error_sys(err, errno, "cannot make a temporary file for '%s'", path);
	if (keep && tkt_io_fchmod(fd, mode) < 0) {
		tkt_error_sys(err, errno, "cannot keep the permissions of '%s'", path);
		tkt_fd_close(&fd);
		return TKT_EIO;
	}
	if (tkt_fd_fill(fd, bytes, n, sync) < 0)
		return tkt_error_sys(err, errno, "cannot write '%s'", path);
	return 0;
}

int tkt_file_replace(int dirfd, const char *path, int tmpfd, const struct tkt_buf *old,
		     const void *bytes, size_t n, bool sync, struct tkt_error *err)
{
	struct tkt_place place = TKT_PLACE_INIT;
	struct tkt_buf temp = TKT_BUF_INIT;
	struct stat st;
	bool staged = false;
	int code, r;

	code = tkt_place_open(&place, dirfd, path, err);
	if (!code)
		code = check_device(&place, tmpfd, path, err);
	if (!code)
		code = check_target(&place, path, old, &st, err);
	if (code)
		goto out;
	tkt_tmp_name(&temp, "file");
	staged = true;
	code = write_temp(tmpfd, temp.ptr, path, old ? &st : NULL, bytes, n, sync, err);
	if (!code && old) /* again, as late as can be: an editor or a script takes no lock */
		code = check_target(&place, path, old, &st, err);
	if (code)
		goto out;
	r = old ? tkt_io_rename(tmpfd, temp.ptr, place.fd, place.name)
		: tkt_io_rename_new(tmpfd, temp.ptr, place.fd, place.name);
	if (r < 0) {
		code = errno == EEXIST && !old ? conflict(err, path, "it has come into being meanwhile")
					       : tkt_error_sys(err, errno, "cannot replace '%s'", path);
		goto out;
	}
	staged = false;
	if (sync && tkt_io_fsync(place.fd) < 0)
		code = tkt_error_sys(err, errno, "cannot make the new '%s' durable", path);
out:
	if (staged)
		tkt_io_unlink(tmpfd, temp.ptr, false);
	tkt_place_close(&place);
	tkt_buf_release(&temp);
	return code;
}
