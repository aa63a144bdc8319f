/* store/splits: tickets that lie in two status directories (a merge can leave them so).
 *
 * Every listing must know them, but looking for each listed name in the other directories costs as
 * much as reading the tickets. So the answer "none" is kept in .tkt/unsplit together with the
 * modification times of the three directories, which change with every arrival and departure. The file is a
 * cache: it may be missing, stale or unwritable. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/scan.h"
#include "store/store_int.h"
#include "sys/file.h"
#include "sys/io.h"

#define STAMP ".tkt/unsplit"

/* "inode seconds nanoseconds" a directory; false when one is not older than `limit`: it may change
 * again within the same tick of the clock, unseen (git calls such entries racy). */
static bool stamp_print(struct tkt_store *s, struct tkt_buf *out, const struct timespec *limit)
{
	bool settled = true;

	for (int i = 0; i < TKT_STATUS_N; i++) {
		struct stat st;

		if (tkt_io_stat(s->fd, tkt_status_name((enum tkt_status)i), &st) < 0) {
			tkt_buf_puts(out, "-\n");
			continue;
		}
		tkt_buf_printf(out, "%llu %lld %ld\n", (unsigned long long)st.st_ino,
			       (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
		if (limit && (st.st_mtim.tv_sec > limit->tv_sec ||
			      (st.st_mtim.tv_sec == limit->tv_sec &&
			       st.st_mtim.tv_nsec >= limit->tv_nsec)))
			settled = false;
	}
	return settled;
}

static bool known_none(struct tkt_store *s)
{
	struct tkt_buf now = TKT_BUF_INIT, kept = TKT_BUF_INIT;
	bool yes;

	stamp_print(s, &now, NULL);
	yes = tkt_file_read(s->fd, STAMP, 1024, &kept, NULL, NULL) == 0 && kept.len == now.len &&
	      memcmp(kept.ptr, now.ptr, now.len) == 0;
	tkt_buf_release(&now);
	tkt_buf_release(&kept);
	return yes;
}

/* Looks where every split must show: one of its two places is open or pending. */
static int look(struct tkt_store *s, struct tkt_strv *ids, struct tkt_error *err)
{
	struct tkt_names names = { .n = 0 };
	struct tkt_scan files;
	int rc = tkt_store_names(s, 1u << TKT_OPEN | 1u << TKT_PENDING, &names, err);

	tkt_scan_open(&files, s);
	for (size_t i = 0; !rc && i < names.n; i++) {
		unsigned others = names.items[i].status == TKT_OPEN ?
					  1u << TKT_PENDING | 1u << TKT_CLOSED :
					  1u << TKT_CLOSED;

		if (tkt_scan_lies(&files, names.items[i].id, others))
			tkt_strv_push(ids, names.items[i].id);
	}
	tkt_scan_close(&files);
	tkt_names_release(&names);
	return rc;
}

int tkt_store_splits(struct tkt_store *s, struct tkt_strv *ids, struct tkt_error *err)
{
	struct tkt_buf name = TKT_BUF_INIT, stamp = TKT_BUF_INIT;
	struct stat st;
	bool keep;
	int fd, rc;

	if (known_none(s))
		return 0;
	tkt_private_make(s->fd, false, NULL); /* where it cannot be, there is no cache */
	/* The new file's own time is the limit: what the directories say must be older. */
	tkt_tmp_name(&name, TKT_PRIVATE_TMP "/unsplit");
	fd = tkt_io_open(s->fd, name.ptr, O_WRONLY | O_CREAT | O_EXCL, 0666);
	keep = fd >= 0 && tkt_io_fstat(fd, &st) == 0 && stamp_print(s, &stamp, &st.st_mtim);
	rc = look(s, ids, err);
	keep = keep && !rc && !ids->n &&
	       tkt_io_write(fd, stamp.ptr, stamp.len) == (ssize_t)stamp.len;
	if (fd >= 0)
		tkt_io_close(fd);
	if (fd >= 0 && (!keep || tkt_io_rename(s->fd, name.ptr, s->fd, STAMP) < 0))
		tkt_io_unlink(s->fd, name.ptr, false);
	tkt_buf_release(&name);
	tkt_buf_release(&stamp);
	return rc;
}
