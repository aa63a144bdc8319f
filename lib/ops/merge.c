/* ops/merge: reads three files, puts the merge in the place of one of them. */
#include "ops/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sys/file.h"
#include "sys/io.h"
#include "text/merge.h"

#define MERGE_MAX ((size_t)64 * 1024 * 1024)

static int read_side(const char *path, struct tkt_buf *out, bool must, struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	int code = tkt_file_slurp(path, MERGE_MAX, out, &why);

	if (code == TKT_ENOTFOUND && !must) { /* both sides made the file */
		tkt_error_release(&why);
		return 0;
	}
	return code ? tkt_error_move(err, &why) : 0;
}

/* By a rename: a file that is cut short would be taken for the merge. git throws it away in a moment, so there is
 * nothing to sync. */
static int write_ours(const char *path, const struct tkt_buf *old, const struct tkt_buf *made, struct tkt_error *err)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? tkt_strndup(path, (size_t)(slash - path) + 1) : tkt_strdup(".");
	int fd = -1, code;

	code = tkt_dir_open(&fd, dir, err);
	if (!code) {
		code = tkt_file_replace(fd, slash ? slash + 1 : path, fd, old, made->ptr, made->len, false, err);
		tkt_io_close(fd);
	}
	free(dir);
	return code;
}

static bool is_resolution(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return path && strcmp(slash ? slash + 1 : path, "resolution.md") == 0;
}

int tkt_op_merge(const struct tkt_merge_req *req, struct tkt_strv *conflicts, struct tkt_error *err)
{
	struct tkt_buf base = TKT_BUF_INIT, ours = TKT_BUF_INIT, theirs = TKT_BUF_INIT, made = TKT_BUF_INIT;
	struct tkt_merge m;
	int code;

	code = read_side(req->base, &base, false, err);
	if (!code)
		code = read_side(req->ours, &ours, true, err);
	if (!code)
		code = read_side(req->theirs, &theirs, true, err);
	if (code)
		goto out;
	m = (struct tkt_merge){ { base.ptr, base.len }, { ours.ptr, ours.len }, { theirs.ptr, theirs.len } };
	if (req->kind == TKT_MERGE_ITEM)
		tkt_merge_item(&made, &m, conflicts);
	else if (is_resolution(req->path))
		tkt_merge_prose(&made, &m, conflicts);
	else
		tkt_merge_thread(&made, &m, conflicts);
	if (made.len != ours.len || memcmp(made.ptr, ours.ptr, made.len) != 0)
		code = write_ours(req->ours, &ours, &made, err);
out:
	if (code)
		tkt_strv_release(conflicts);
	tkt_buf_release(&base);
	tkt_buf_release(&ours);
	tkt_buf_release(&theirs);
	tkt_buf_release(&made);
	return code;
}
