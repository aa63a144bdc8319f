#include "sys/io.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From <sys/file.h>, which -Ilib hides behind our own sys/file.h; LOCK_* are in <fcntl.h> too. */
int flock(int fd, int operation);

#ifdef TKT_FAULTS
/* io_fault.c: true, with errno set, if this call is to fail. */
bool tkt_io_struck(const char *call);
/* How many of n bytes this write may take; n if no fault says otherwise. */
size_t tkt_io_cut(size_t n);
#define struck(call) tkt_io_struck(call)
#define cut(n) tkt_io_cut(n)
#else
#define struck(call) false
#define cut(n) (n)
#endif

/* "", an absolute path and any "." or ".." component are refused (EXDEV, as RESOLVE_BENEATH says
 * for the ones that leave): openat2 itself would allow "sub/../x". "." alone is the directory itself. */
static bool path_is_clean(const char *path)
{
	const char *p = path;

	if (!strcmp(path, "."))
		return true;
	for (;;) {
		size_t n = strcspn(p, "/");

		if (n == 0 || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
			return false;
		if (!p[n])
			return true;
		p += n + 1;
	}
}

/* O_DIRECTORY|O_NOFOLLOW says ENOTDIR about a link; openat2 says ELOOP. One answer for both ways. */
static int open_component(int fd, const char *name, int flags, mode_t mode)
{
	struct stat st;
	int out = openat(fd, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);

	if (out < 0 && errno == ENOTDIR) {
		if (!fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode))
			errno = ELOOP;
		else
			errno = ENOTDIR;
	}
	return out;
}

int tkt_io_open_walk(int dirfd, const char *path, int flags, mode_t mode)
{
	char name[256];
	int fd = dirfd, next = -1, saved;

	if (!path_is_clean(path)) {
		errno = EXDEV;
		return -1;
	}
	for (const char *p = path;;) {
		size_t n = strcspn(p, "/");

		if (n >= sizeof name) {
			errno = ENAMETOOLONG;
			next = -1;
			break;
		}
		memcpy(name, p, n);
		name[n] = '\0';
		if (!p[n]) {
			do
				next = open_component(fd, name, flags, mode);
			while (next < 0 && errno == EINTR);
			break;
		}
		next = open_component(fd, name, O_PATH | O_DIRECTORY, 0);
		if (next < 0)
			break;
		if (fd != dirfd)
			close(fd);
		fd = next;
		p += n + 1;
	}
	saved = errno;
	if (fd != dirfd)
		close(fd);
	errno = saved;
	return next;
}

int tkt_io_open(int dirfd, const char *path, int flags, mode_t mode)
{
	struct open_how how = { 0 };
	int fd, tries = 0;

	if (!path_is_clean(path)) {
		errno = EXDEV;
		return -1;
	}
	how.flags = (uint64_t)(unsigned int)(flags | O_CLOEXEC);
	how.mode = flags & O_CREAT ? mode & 07777 : 0;
	how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
#ifdef TKT_MUTANT_FOLLOW_LINK
	if (!struck("open"))
		return openat(dirfd, path, flags | O_CLOEXEC, mode);
#endif
	do /* EAGAIN: something was renamed while the kernel looked; it gives up, not we */
		fd = struck("open") ? -1 : (int)syscall(SYS_openat2, dirfd, path, &how, sizeof how);
	while (fd < 0 && (errno == EINTR || (errno == EAGAIN && tries++ < 64)));
	/* EPERM is also what an old container's filter says about calls that it does not know. */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = tkt_io_open_walk(dirfd, path, flags, mode);
	return fd;
}

int tkt_io_open_any(const char *path, int flags)
{
	int fd;

	do
		fd = struck("open") ? -1 : open(path, flags | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	return fd;
}

ssize_t tkt_io_read(int fd, void *buf, size_t n)
{
	ssize_t r;

	do
		r = struck("read") ? -1 : read(fd, buf, n);
	while (r < 0 && errno == EINTR);
	return r;
}

ssize_t tkt_io_pwrite(int fd, const void *buf, size_t n, off_t offset)
{
	ssize_t r;

	do
		r = struck("pwrite") ? -1 : pwrite(fd, buf, n, offset);
	while (r < 0 && errno == EINTR);
	return r;
}

ssize_t tkt_io_pread(int fd, void *buf, size_t n, off_t offset)
{
	ssize_t r;

	do
		r = struck("pread") ? -1 : pread(fd, buf, n, offset);
	while (r < 0 && errno == EINTR);
	return r;
}

ssize_t tkt_io_write(int fd, const void *buf, size_t n)
{
	ssize_t r;

	do
		r = struck("write") ? -1 : write(fd, buf, cut(n));
	while (r < 0 && errno == EINTR);
	return r;
}

int tkt_io_fsync(int fd)
{
	int r;

#ifdef TKT_MUTANT_NO_FSYNC
	(void)fd;
	return 0;
#endif
	do
		r = struck("fsync") ? -1 : fsync(fd);
	while (r < 0 && errno == EINTR);
	return r;
}

int tkt_io_fdatasync(int fd)
{
	int r;

#ifdef TKT_MUTANT_NO_FSYNC
	(void)fd;
	return 0;
#endif
	do
		r = struck("fdatasync") ? -1 : fdatasync(fd);
	while (r < 0 && errno == EINTR);
	return r;
}

/* Never twice: on Linux the descriptor is gone even after EINTR. */
int tkt_io_close(int fd)
{
	bool fail = struck("close");
	int saved = errno;
	int r = close(fd);

	if (r < 0 && errno == EINTR)
		r = 0;
	if (fail && saved != EINTR) {
		errno = saved;
		r = -1;
	}
	return r;
}

int tkt_io_fstat(int fd, struct stat *st)
{
	int r;

	do
		r = struck("fstat") ? -1 : fstat(fd, st);
	while (r < 0 && errno == EINTR);
	return r;
}

int tkt_io_fchmod(int fd, mode_t mode)
{
	int r;

	do
		r = struck("fchmod") ? -1 : fchmod(fd, mode);
	while (r < 0 && errno == EINTR);
	return r;
}

off_t tkt_io_tell(int fd)
{
	off_t r;

	do
		r = struck("lseek") ? -1 : lseek(fd, 0, SEEK_CUR);
	while (r < 0 && errno == EINTR);
	return r;
}

ssize_t tkt_io_getdents(int fd, void *buf, size_t n)
{
	ssize_t r;

	do
		r = struck("getdents") ? -1 : (ssize_t)syscall(SYS_getdents64, fd, buf, n);
	while (r < 0 && errno == EINTR);
	return r;
}

bool tkt_io_executable(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	if (!S_ISREG(st.st_mode)) {
		errno = EACCES;
		return false;
	}
	return !faccessat(AT_FDCWD, path, X_OK, AT_EACCESS);
}

bool tkt_io_writable(int dirfd, const char *path)
{
	if (!faccessat(dirfd, path, W_OK, AT_EACCESS))
		return true;
	return errno != EACCES && errno != EPERM && errno != EROFS;
}

int tkt_io_stat(int dirfd, const char *name, struct stat *st)
{
	int r;

	do
		r = struck("stat") ? -1 : fstatat(dirfd, name, st, AT_SYMLINK_NOFOLLOW);
	while (r < 0 && errno == EINTR);
	return r;
}

int tkt_io_mkdir(int dirfd, const char *name, mode_t mode)
{
	int r;

	do
		r = struck("mkdir") ? -1 : mkdirat(dirfd, name, mode);
	while (r < 0 && errno == EINTR);
	return r;
}

int tkt_io_unlink(int dirfd, const char *name, bool dir)
{
	int r;

	do
		r = struck("unlink") ? -1 : unlinkat(dirfd, name, dir ? AT_REMOVEDIR : 0);
	while (r < 0 && errno == EINTR);
	return r;
}

int tkt_io_rename(int from_fd, const char *from, int to_fd, const char *to)
{
	int r;

	do
		r = struck("rename") ? -1 : renameat(from_fd, from, to_fd, to);
	while (r < 0 && errno == EINTR);
	return r;
}

int tkt_io_rename_new(int from_fd, const char *from, int to_fd, const char *to)
{
	struct stat st;
	int r;

	do
		r = struck("rename_new") ? -1 : renameat2(from_fd, from, to_fd, to, RENAME_NOREPLACE);
	while (r < 0 && errno == EINTR);
	if (r == 0 || (errno != EINVAL && errno != ENOSYS))
		return r;
	/* A file system without the flag: look, then rename. The window between the two is covered by
	 * the writer lock against everyone who takes it. */
	if (!fstatat(to_fd, to, &st, AT_SYMLINK_NOFOLLOW)) {
		errno = EEXIST;
		return -1;
	}
	return errno == ENOENT ? tkt_io_rename(from_fd, from, to_fd, to) : -1;
}

int tkt_io_exchange(int dirfd, const char *a, const char *b)
{
	int r;

	do
		r = struck("exchange") ? -1 : renameat2(dirfd, a, dirfd, b, RENAME_EXCHANGE);
	while (r < 0 && errno == EINTR);
	return r;
}

int tkt_io_link(int dirfd, const char *from, const char *to)
{
	int r;

	do
		r = struck("link") ? -1 : linkat(dirfd, from, dirfd, to, 0);
	while (r < 0 && errno == EINTR);
	return r;
}

int tkt_io_truncate(int fd, off_t size)
{
	int r;

	do
		r = struck("truncate") ? -1 : ftruncate(fd, size);
	while (r < 0 && errno == EINTR);
	return r;
}

int tkt_io_reserve(int fd, off_t offset, off_t n)
{
	int r;

	if (n <= 0)
		return 0;
	do
		r = struck("fallocate") ? -1 : fallocate(fd, FALLOC_FL_KEEP_SIZE, offset, n);
	while (r < 0 && errno == EINTR);
	if (r < 0 && (errno == EOPNOTSUPP || errno == ENOSYS))
		r = 0;
	return r;
}

int tkt_io_flock(int fd, int operation)
{
	int r;

	do
		r = struck("flock") ? -1 : flock(fd, operation);
	while (r < 0 && errno == EINTR);
	return r;
}

int tkt_io_touch(int fd)
{
	int r;

	do
		r = struck("touch") ? -1 : futimens(fd, NULL);
	while (r < 0 && errno == EINTR);
	return r;
}

bool tkt_io_fd_path(int fd, char *out, size_t n)
{
	char link[40];
	struct stat here, there;
	ssize_t r;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	r = readlink(link, out, n);
	if (r <= 0 || (size_t)r >= n || out[0] != '/')
		return false;
	out[r] = '\0';
	/* Removed since, or seen from another name space: then the path is somebody else's. */
	return !fstat(fd, &here) && !stat(out, &there) && here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}
