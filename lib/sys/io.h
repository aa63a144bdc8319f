/* sys/io: the one seam through which every system call on files goes. Floor 1.
 *
 * Same results and errno as the calls they are named after; EINTR is retried. In a build with
 * -DTKT_FAULTS the n-th call can be made to fail or to kill the process (tests/faults); the normal
 * build has no trace of that. */
#ifndef TKT_SYS_IO_H
#define TKT_SYS_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* openat2 with RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS, O_CLOEXEC added; where
 * the kernel or a sandbox has no openat2, component by component with O_NOFOLLOW. `path` is relative,
 * has no "." or ".." component. ELOOP: a link stood on the way. */
int tkt_io_open(int dirfd, const char *path, int flags, mode_t mode);
/* The way without openat2; tkt_io_open falls back to it. Here for the tests. */
int tkt_io_open_walk(int dirfd, const char *path, int flags, mode_t mode);
int tkt_io_open_any(const char *path, int flags); /* an ordinary path, the user's own: links allowed */
ssize_t tkt_io_read(int fd, void *buf, size_t n);
ssize_t tkt_io_pread(int fd, void *buf, size_t n, off_t offset);
ssize_t tkt_io_pwrite(int fd, const void *buf, size_t n, off_t offset);
ssize_t tkt_io_write(int fd, const void *buf, size_t n); /* one write(2); may be short */
int tkt_io_fsync(int fd);
int tkt_io_fdatasync(int fd);
int tkt_io_close(int fd);
int tkt_io_fstat(int fd, struct stat *st);
int tkt_io_fchmod(int fd, mode_t mode);
off_t tkt_io_tell(int fd); /* after a write on O_APPEND: where that write ended */
ssize_t tkt_io_getdents(int fd, void *buf, size_t n); /* getdents64(2) */
bool tkt_io_executable(const char *path); /* a regular file that we may run; links allowed */
bool tkt_io_writable(int dirfd, const char *path); /* false, with errno: permissions or the mount are against it */
int tkt_io_stat(int dirfd, const char *name, struct stat *st); /* AT_SYMLINK_NOFOLLOW; any depth: parents are not checked for links */
int tkt_io_mkdir(int dirfd, const char *name, mode_t mode);    /* one component below dirfd */
int tkt_io_unlink(int dirfd, const char *name, bool dir);
int tkt_io_rename(int from_fd, const char *from, int to_fd, const char *to);
/* RENAME_NOREPLACE; EEXIST where the target stands, also an empty directory. */
int tkt_io_rename_new(int from_fd, const char *from, int to_fd, const char *to);
/* RENAME_EXCHANGE: two names of one directory change places at once. EINVAL, ENOSYS: this file system cannot. */
int tkt_io_exchange(int dirfd, const char *a, const char *b);
int tkt_io_link(int dirfd, const char *from, const char *to); /* a hard link in one directory; of a symbolic link itself */
int tkt_io_truncate(int fd, off_t size);
int tkt_io_reserve(int fd, off_t offset, off_t n); /* fallocate KEEP_SIZE; 0 also where unsupported */
int tkt_io_flock(int fd, int operation);
int tkt_io_touch(int fd); /* its times become now, as the file system says */
/* The path of an open directory as the kernel knows it, without links. False where it cannot be told. */
bool tkt_io_fd_path(int fd, char *out, size_t n);

#ifdef TKT_FAULTS
/* "N:KIND", KIND = EIO ENOSPC EDQUOT EACCES EMFILE EINTR EROFS short kill; then "+" for every call
 * from the N-th on, and "@FILE" for a line in FILE about each strike (so that a script can tell a
 * loop that is through). N counts tkt_io_* calls from 1; for "short" only writes: half of the bytes
 * are written, the next write fails with ENOSPC. NULL or "" switches off; false: not understood.
 * The state is per process. tkt_io_faults_fired tells how often it struck. */
bool tkt_io_fault(const char *spec);
unsigned tkt_io_faults_fired(void);
unsigned tkt_io_calls(void);
#endif

#endif
