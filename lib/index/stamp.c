/* index/stamp: the line that tells whether the index may be believed. */
#include "index/stamp.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "sys/file.h"
#include "sys/io.h"

#define VERSION 1
#define LINE_MAX_BYTES 256
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

static int64_t nanoseconds(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

/* A restart may have lost what was written and not yet on the disk, but kept the times. */
static void read_boot(char out[40])
{
	int fd = tkt_io_open_any(BOOT_ID, O_RDONLY);
	ssize_t r = fd >= 0 ? tkt_io_read(fd, out, 36) : -1;

	if (fd >= 0)
		tkt_io_close(fd);
	out[r > 0 ? r : 0] = '\0';
	out[strspn(out, "0123456789abcdef-")] = '\0';
}

bool tkt_stamp_look(int rootfd, struct tkt_stamp *out)
{
	struct stat st;

	if (tkt_io_stat(rootfd, ".tkt", &st) < 0 || !S_ISDIR(st.st_mode) ||
	    tkt_io_stat(rootfd, TKT_INDEX_FILE, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	out->dev = st.st_dev;
	out->ino = st.st_ino;
	out->size = st.st_size;
	out->written = nanoseconds(&st.st_mtim);
	out->changed = nanoseconds(&st.st_ctim);
	read_boot(out->boot);
	return true;
}

bool tkt_stamp_read(int rootfd, struct tkt_stamp *out)
{
	struct tkt_buf line = TKT_BUF_INIT;
	int version = 0, end = 0;
	bool good = false;

	out->boot[0] = '\0';
	if (tkt_file_read(rootfd, TKT_INDEX_STAMP, LINE_MAX_BYTES, &line, NULL, NULL) == 0 &&
	    strlen(line.ptr) == line.len &&
	    sscanf(line.ptr,
		   "tkt-index %d %" SCNu64 " %" SCNu64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %36[0-9a-f-] .%n",
		   &version, &out->dev, &out->ino, &out->size, &out->written, &out->changed, out->boot,
		   &end) == 7)
		good = version == VERSION && end > 0;
	tkt_buf_release(&line);
	return good;
}

bool tkt_stamp_same(const struct tkt_stamp *a, const struct tkt_stamp *b, bool *rebooted)
{
	if (rebooted)
		*rebooted = strcmp(a->boot, b->boot) != 0;
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size && a->written == b->written &&
	       a->changed == b->changed;
}

/* The stamp is written in place: torn or half it is no stamp, which costs a second look. Whatever
 * else stands there under that name is taken away. */
static void put(int rootfd, const char *line, size_t n)
{
	const int flags = O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY;
	struct stat st;
	int fd = tkt_io_open(rootfd, TKT_INDEX_STAMP, flags, 0666);

	if (fd < 0 || tkt_io_fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1 ||
	    st.st_size > (off_t)n) {
		if (fd >= 0)
			tkt_io_close(fd);
		if (tkt_tree_remove(rootfd, TKT_INDEX_STAMP, NULL) != 0)
			return;
		fd = tkt_io_open(rootfd, TKT_INDEX_STAMP, flags | O_EXCL, 0666);
		if (fd < 0)
			return;
	}
	if (tkt_io_pwrite(fd, line, n, 0) != (ssize_t)n)
		(void)tkt_io_truncate(fd, 0);
	tkt_io_close(fd);
}

void tkt_stamp_spoil(int rootfd)
{
	char line[LINE_MAX_BYTES];

	memset(line, ' ', sizeof line);
	put(rootfd, line, sizeof line);
}

void tkt_stamp_write(int rootfd, const struct tkt_stamp *now)
{
	char line[LINE_MAX_BYTES];
	int n;

	memset(line, ' ', sizeof line);
	n = snprintf(line, sizeof line,
		     "tkt-index %d %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64 " %s .",
		     VERSION, now->dev, now->ino, now->size, now->written, now->changed,
		     now->boot[0] ? now->boot : "-");
	if (n < 0 || (size_t)n >= sizeof line)
		return;
	line[n] = ' ';
	line[sizeof line - 1] = '\n';
	put(rootfd, line, sizeof line);
}
