/* sys/file: whole files, safely, below a directory descriptor. Floor 1.
 *
 * Paths are relative to dirfd and never leave it; links are never followed; only regular files are
 * opened. tkt-hacking(7). "EIO from fsync = failed": nothing is retried on the same file. */
#ifndef TKT_SYS_FILE_H
#define TKT_SYS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/error.h"

/* Opens a directory by an ordinary path (links allowed: it is the user's own choice) as the anchor
 * of everything below. TKT_ENOTFOUND, TKT_EIO. The caller closes *fd. */
int tkt_dir_open(int *fd, const char *path, struct tkt_error *err);
/* Opens a directory below dirfd, no link followed. TKT_ENOTFOUND; TKT_EINVALID for a link or a file. */
int tkt_dir_openat(int *fd, int dirfd, const char *path, struct tkt_error *err);
/* mkdir where missing, each component; a link or file in the way is TKT_EINVALID. */
int tkt_dir_make(int dirfd, const char *path, struct tkt_error *err);

/* Reads all of a regular file into `out` (reset first). TKT_ENOTFOUND; TKT_EINVALID: a link, no regular
 * file, larger than max bytes. st may be NULL. */
int tkt_file_read(int dirfd, const char *path, size_t max, struct tkt_buf *out, struct stat *st,
		  struct tkt_error *err);
/* Reads at least the first `want` bytes (or all when shorter) for list scans; *whole tells if that
 * was everything. One open, one read, one close when the file is small. Nothing but errno-like
 * codes: 0, TKT_ENOTFOUND, TKT_EINVALID, TKT_EIO, so that a scan makes no messages. */
int tkt_file_head(int dirfd, const char *path, size_t want, struct tkt_buf *out, bool *whole);
/* What stands there, of any type, itself and not what it may point to. TKT_ENOTFOUND: nothing; TKT_EINVALID: a link
 * on the way; TKT_EIO: cannot tell, which is not "nothing" - whoever acts upon "nothing" asks this. */
int tkt_file_look(int dirfd, const char *path, struct stat *st, struct tkt_error *err);
/* True if something (of any type) stands there; false also where that cannot be told. */
bool tkt_file_exists(int dirfd, const char *path);

/* Writes and fsyncs a new file at dirfd/path (O_EXCL). TKT_EEXISTS, TKT_EIO; nothing is left on failure.
 * `sync` false leaves the fsync out. The directory is not fsynced (tkt_dir_sync). */
int tkt_file_create(int dirfd, const char *path, const void *bytes, size_t n, bool sync,
		    struct tkt_error *err);

/* P2: puts `bytes` in the place of dirfd/path by a temporary file in tmpfd (same file system), fsync,
 * a look whether the target still holds exactly `old`, rename, fsync of the directory.
 * old NULL: the target must not exist. TKT_ECONFLICT: the target is not what was read (nothing
 * changed). The mode of an existing target is kept; hard-linked targets are refused (TKT_EINVALID). */
int tkt_file_replace(int dirfd, const char *path, int tmpfd, const struct tkt_buf *old,
		     const void *bytes, size_t n, bool sync, struct tkt_error *err);

/* P3: appends with one write on an O_APPEND descriptor; starts a new line first if the file does not
 * end with one; space reserved before, so that a full disk leaves the size as it was; cut back after
 * a failed short write only if nobody wrote behind it; if the file was replaced meanwhile (inode
 * changed), appends to the new one too and sets *replaced (may be NULL). Creates a missing file. */
int tkt_file_append(int dirfd, const char *path, const void *bytes, size_t n, bool sync,
		    bool *replaced, struct tkt_error *err);

/* fsync of a directory below dirfd ("." for itself). */
int tkt_dir_sync(int dirfd, const char *path, struct tkt_error *err);

/* Copies a file named by an ordinary path (the user's, links allowed) to dirfd/path, O_EXCL, fsynced.
 * TKT_EINVALID over max bytes or not regular. */
int tkt_file_import(int dirfd, const char *path, const char *source, size_t max, bool sync,
		    struct tkt_error *err);
/* Reads an ordinary path, also a pipe (`--file <(cmd)`); fd 0 for "-" is the caller's business.
 * TKT_ENOTFOUND; TKT_EINVALID over max bytes or a directory. */
int tkt_file_slurp(const char *path, size_t max, struct tkt_buf *out, struct tkt_error *err);
int tkt_fd_slurp(int fd, size_t max, struct tkt_buf *out, struct tkt_error *err);
/* Removes a file or a whole directory tree below dirfd without following links. Nothing there: done. */
int tkt_tree_remove(int dirfd, const char *path, struct tkt_error *err);
/* A fresh name for temporaries: "<head>-<16 hex>" from getrandom(2). */
void tkt_tmp_name(struct tkt_buf *out, const char *head);

#endif
