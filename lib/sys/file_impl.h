/* sys/file_impl: what the files behind sys/file.h share; nobody else includes it. Floor 1. */
#ifndef TKT_SYS_FILE_IMPL_H
#define TKT_SYS_FILE_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

/* The directory that a path lies in, opened once; everything after happens relative to it, so that
 * a directory that is moved meanwhile (a status change by a script) is followed, not recreated. */
struct tkt_place {
	int fd;           /* dirfd itself where the path has one component */
	bool ours;        /* close fd */
	const char *name; /* last component, points into the path */
};

#define TKT_PLACE_INIT { -1, false, NULL }

int tkt_place_open(struct tkt_place *place, int dirfd, const char *path, struct tkt_error *err);
void tkt_place_close(struct tkt_place *place);

/* "cannot <verb> '<path>': …" with the code that fits errno: ENOENT, ENOTDIR TKT_ENOTFOUND; ELOOP, EISDIR,
 * ENXIO, EXDEV TKT_EINVALID; EEXIST TKT_EEXISTS; else TKT_EIO. */
int tkt_file_fail(struct tkt_error *err, int errno_value, const char *verb, const char *path);
/* Opens a regular file for reading (a FIFO cannot make it wait) and tells about it. */
int tkt_file_open(int *fd, int dirfd, const char *path, struct stat *st, struct tkt_error *err);
/* Reads on to the end: 0, or -1 with errno; EFBIG when there is more than max. */
int tkt_fd_read_all(int fd, size_t max, size_t expected, struct tkt_buf *out);
/* All n bytes: 0, or -1 with errno. */
int tkt_fd_write_all(int fd, const void *bytes, size_t n);
/* Fills a new file that was opened as fd, which it always closes: space reserved, written, fsynced,
 * closed, each checked. */
int tkt_fd_fill(int fd, const void *bytes, size_t n, bool sync);
/* Closes *fd if it is one; for descriptors whose close cannot lose anything. */
void tkt_fd_close(int *fd);

#endif
