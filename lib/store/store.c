/* store/store: reading tickets. Readers take no lock; every file is read once and then parsed. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/store_int.h"
#include "sys/file.h"
#include "sys/io.h"
#include "text/ref.h"

int tkt_store_open(struct tkt_store **out, const char *root, const struct tkt_store_opts *opts,
		   struct tkt_error *err)
{
	struct stat st;
	int fd, found = 0, rc;

	rc = tkt_dir_open(&fd, root, err);
	if (rc)
		return rc;
	for (int s = 0; !rc && s < TKT_STATUS_N; s++) {
		const char *name = tkt_status_name((enum tkt_status)s);

		if (tkt_io_stat(fd, name, &st) < 0) {
			if (errno != ENOENT)
				rc = tkt_error_sys(err, errno, "cannot look at '%s/%s'", root, name);
			continue;
		}
		if (S_ISDIR(st.st_mode))
			found++;
		else
			rc = tkt_error_set(err, TKT_EINVALID, "'%s/%s' is no directory", root,
					   name);
	}
	if (rc) {
		tkt_error_hint(err, "tkt follows no links below its root");
		tkt_io_close(fd);
		return rc;
	}
	if (!found) {
		tkt_io_close(fd);
		rc = tkt_error_set(err, TKT_ENOTFOUND,
				   "'%s' holds none of open, pending and closed", root);
		tkt_error_hint(err, "run 'tkt init' to make them");
		return rc;
	}
	*out = tkt_calloc(1, sizeof **out);
	(*out)->root = tkt_strdup(root);
	(*out)->fd = fd;
	(*out)->lock_timeout_ms = opts ? opts->lock_timeout_ms : 0;
	(*out)->stop = opts ? opts->stop : NULL;
	(*out)->sync = !(opts && opts->no_sync);
	return 0;
}

void tkt_store_free(struct tkt_store *s)
{
	if (!s)
		return;
	tkt_io_close(s->fd);
	free(s->root);
	free(s);
}

int tkt_store_fd(const struct tkt_store *s)
{
	return s->fd;
}

const char *tkt_store_root(const struct tkt_store *s)
{
	return s->root;
}

static int refuse_link(struct tkt_store *s, const char *id, enum tkt_status status,
		       struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT;
	int rc;

	tkt_store_show_path(s, &path, status, id, NULL);
	rc = tkt_error_set(err, TKT_EINVALID, "ticket directory '%s' is a symbolic link", path.ptr);
	tkt_error_at(err, path.ptr, 0);
	tkt_error_hint(err, "tkt follows no links; put the directory itself there");
	tkt_buf_release(&path);
	return rc;
}

static int split_error(struct tkt_store *s, const char *id, unsigned found, struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT;
	int rc = tkt_error_set(err, TKT_EAMBIGUOUS, "ticket '%s' lies in more than one status directory",
			       id);

	for (int i = 0; i < TKT_STATUS_N; i++) {
		if (!(found & 1u << i))
			continue;
		tkt_buf_reset(&path);
		tkt_store_show_path(s, &path, (enum tkt_status)i, id, NULL);
		tkt_error_candidate(err, path.ptr);
	}
	tkt_error_hint(err, "'tkt doctor --fix' joins them, keeping every event, if the threads tell "
			    "which status came last");
	tkt_buf_release(&path);
	return rc;
}

int tkt_store_where(struct tkt_store *s, const char *id, enum tkt_status *status,
		    struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT;
	unsigned found = 0;
	int rc = 0;

	if (!tkt_id_valid(id))
		return tkt_error_set(err, TKT_ENOTFOUND, "'%s' is no ticket id", id);
	/* Twice, for a ticket that is moved under our eyes. */
	for (int tries = 0; tries < 2 && !found && !rc; tries++) {
		for (int i = 0; i < TKT_STATUS_N; i++) {
			struct stat st;

			tkt_buf_reset(&path);
			tkt_store_path(&path, (enum tkt_status)i, id, NULL);
			if (tkt_io_stat(s->fd, path.ptr, &st) < 0) {
				if (errno != ENOENT && errno != ENOTDIR && !rc)
					rc = tkt_error_sys(err, errno, "cannot look at '%s/%s'",
							   s->root, path.ptr);
				continue;
			}
			if (S_ISLNK(st.st_mode))
				rc = refuse_link(s, id, (enum tkt_status)i, err);
			else if (S_ISDIR(st.st_mode)) {
				found |= 1u << i;
				*status = (enum tkt_status)i;
			}
		}
	}
	tkt_buf_release(&path);
	if (rc)
		return rc;
	if (!found)
		return tkt_error_set(err, TKT_ENOTFOUND, "no ticket '%s'", id);
	if (found & (found - 1))
		return split_error(s, id, found, err);
	return 0;
}
