/* store/layout: where the root is, what stands in it, and how it is made. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/store_int.h"
#include "sys/file.h"
#include "sys/io.h"

void tkt_store_path(struct tkt_buf *out, enum tkt_status status, const char *id, const char *file)
{
	tkt_buf_puts(out, tkt_status_name(status));
	tkt_buf_putc(out, '/');
	tkt_buf_puts(out, id);
	if (file) {
		tkt_buf_putc(out, '/');
		tkt_buf_puts(out, file);
	}
}

void tkt_store_show_path(const struct tkt_store *s, struct tkt_buf *out, enum tkt_status status,
			 const char *id, const char *file)
{
	tkt_buf_puts(out, s->root);
	if (!tkt_ends_with(s->root, "/"))
		tkt_buf_putc(out, '/');
	tkt_store_path(out, status, id, file);
}

/* 1 a directory, 0 nothing of use, TKT_EINVALID a link: a root is only followed through a link
 * when the user names it, since a cloned repository may hold any link. */
static int look_for_root(struct tkt_buf *path, struct tkt_error *err)
{
	struct stat st;

	if (tkt_io_stat(AT_FDCWD, path->ptr, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES ?
			       0 :
			       tkt_error_sys(err, errno, "cannot look at '%s'", path->ptr);
	if (S_ISDIR(st.st_mode))
		return 1;
	if (!S_ISLNK(st.st_mode))
		return 0;
	tkt_error_set(err, TKT_EINVALID, "'%s' is a symbolic link and is not followed", path->ptr);
	tkt_error_hint(err, "name it with --root or WORK_ITEMS_DIR if you mean it");
	return TKT_EINVALID;
}

int tkt_root_find(struct tkt_buf *out, const char *cwd, struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT;
	struct stat st;
	size_t up = strlen(cwd);
	int rc = 0;

	for (;;) {
		while (up > 1 && cwd[up - 1] == '/')
			up--;
		tkt_buf_reset(&path);
		tkt_buf_add(&path, cwd, up);
		if (up > 1)
			tkt_buf_putc(&path, '/');
		size_t here = path.len;

		tkt_buf_puts(&path, "work-items");
		rc = look_for_root(&path, err);
		if (rc)
			break;
		tkt_buf_truncate(&path, here);
		tkt_buf_puts(&path, ".git");
		if (up <= 1 || tkt_io_stat(AT_FDCWD, path.ptr, &st) == 0)
			break;
		while (up > 1 && cwd[up - 1] != '/')
			up--;
	}
	if (rc == 1) {
		tkt_buf_reset(out);
		tkt_buf_add(out, path.ptr, path.len);
		rc = 0;
	} else if (rc == 0) {
		rc = tkt_error_set(err, TKT_ENOTFOUND, "no work-items directory in '%s' or above", cwd);
		tkt_error_hint(err, "run 'tkt init' at the top of the project to make one");
	}
	tkt_buf_release(&path);
	return rc;
}

int tkt_private_make(int rootfd, bool sync, struct tkt_error *err)
{
	struct stat st;
	int rc;

	if (tkt_io_stat(rootfd, TKT_PRIVATE "/.gitignore", &st) == 0 &&
	    tkt_io_stat(rootfd, TKT_PRIVATE_TMP, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	rc = tkt_dir_make(rootfd, TKT_PRIVATE_TMP, err);
	/* A journal is as sure to be there as the directory that it lies in. */
	if (!rc && sync)
		rc = tkt_dir_sync(rootfd, ".", err);
	if (!rc && sync)
		rc = tkt_dir_sync(rootfd, TKT_PRIVATE, err);
	if (rc)
		return rc;
	if (tkt_file_exists(rootfd, TKT_PRIVATE "/.gitignore"))
		return 0;
	rc = tkt_file_create(rootfd, TKT_PRIVATE "/.gitignore", "*\n", 2, sync, NULL);
	if (rc == TKT_EEXISTS) /* another process was as quick */
		rc = 0;
	if (rc)
		tkt_error_set(err, rc, "cannot write '%s'", TKT_PRIVATE "/.gitignore");
	return rc;
}

/* An empty directory does not survive a clone without a file in it. */
static int make_status_dir(int fd, enum tkt_status s, bool sync, size_t *made,
			   struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT;
	int rc;

	rc = tkt_dir_make(fd, tkt_status_name(s), err);
	if (rc)
		goto out;
	tkt_buf_printf(&path, "%s/.gitkeep", tkt_status_name(s));
	if (!tkt_file_exists(fd, path.ptr)) {
		rc = tkt_file_create(fd, path.ptr, "", 0, sync, NULL);
		if (rc == TKT_EEXISTS)
			rc = 0;
		else if (rc)
			tkt_error_set(err, rc, "cannot write '%s'", path.ptr);
		else
			++*made;
	}
out:
	tkt_buf_release(&path);
	return rc;
}

/* The directories above the root, as `git init a/b` makes them. */
static int make_above(const char *root, struct tkt_error *err)
{
	char *path = tkt_strdup(root);
	int rc = 0;

	for (char *slash = strchr(path + 1, '/'); !rc && slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (tkt_io_mkdir(AT_FDCWD, path, 0777) < 0 && errno != EEXIST)
			rc = tkt_error_sys(err, errno, "cannot make the directory '%s'", path);
		*slash = '/';
	}
	free(path);
	return rc;
}

int tkt_store_make(const char *root, bool no_sync, size_t *made, struct tkt_error *err)
{
	int fd = -1, rc;
	size_t count = 0;

	rc = tkt_dir_open(&fd, root, NULL);
	if (rc == TKT_ENOTFOUND) {
		rc = root[0] ? make_above(root, err) : 0;
		if (rc)
			goto out;
		if (tkt_io_mkdir(AT_FDCWD, root, 0777) < 0 && errno != EEXIST) {
			rc = tkt_error_sys(err, errno, "cannot make the directory '%s'", root);
			goto out;
		}
		count++;
		rc = tkt_dir_open(&fd, root, err);
	} else if (rc) {
		rc = tkt_dir_open(&fd, root, err);
	}
	for (int s = 0; !rc && s < TKT_STATUS_N; s++)
		rc = make_status_dir(fd, (enum tkt_status)s, !no_sync, &count, err);
	if (!rc)
		rc = tkt_private_make(fd, !no_sync, err);
	if (!rc && !no_sync && count)
		rc = tkt_dir_sync(fd, ".", err);
	if (!rc && made)
		*made = count;
out:
	if (fd >= 0)
		tkt_io_close(fd);
	return rc;
}
