#include "sys/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/file.h"
#include "sys/file_impl.h"
#include "sys/io.h"

/* readdir asks for 32 KiB at a time and copies; 10,000 tickets are ten calls here. */
#define BLOCK ((size_t)64 * 1024)

/* As the kernel writes it; glibc has no declaration for the buffer of the bare call. */
struct dirent_head {
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	unsigned char type;
};

#define NAME_AT (offsetof(struct dirent_head, type) + 1)

enum { KERNEL_UNKNOWN = 0, KERNEL_DIR = 4, KERNEL_FILE = 8, KERNEL_LINK = 10 };

static enum tkt_entry_type type_of_mode(mode_t mode)
{
	if (S_ISDIR(mode))
		return TKT_ENTRY_DIR;
	if (S_ISREG(mode))
		return TKT_ENTRY_FILE;
	return S_ISLNK(mode) ? TKT_ENTRY_LINK : TKT_ENTRY_OTHER;
}

static enum tkt_entry_type type_of(int fd, const char *name, unsigned char type)
{
	struct stat st;

	switch (type) {
	case KERNEL_DIR:
		return TKT_ENTRY_DIR;
	case KERNEL_FILE:
		return TKT_ENTRY_FILE;
	case KERNEL_LINK:
		return TKT_ENTRY_LINK;
	case KERNEL_UNKNOWN:
		return tkt_io_stat(fd, name, &st) < 0 ? TKT_ENTRY_OTHER : type_of_mode(st.st_mode);
	default:
		return TKT_ENTRY_OTHER;
	}
}

static void add_block(struct tkt_listing *l, struct tkt_buf *arena, int fd, const char *block,
		      size_t n)
{
	struct dirent_head head;

	for (size_t at = 0; at + NAME_AT < n; at += head.reclen) {
		const char *name = block + at + NAME_AT;

		memcpy(&head, block + at, NAME_AT);
		if (name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2])))
			continue;
		TKT_GROW(l);
		l->items[l->n].name = NULL; /* set when the arena has stopped moving */
		l->items[l->n].type = type_of(fd, name, head.type);
		l->n++;
		tkt_buf_add(arena, name, strlen(name) + 1);
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct tkt_entry *)a)->name, ((const struct tkt_entry *)b)->name);
}

static void set_names(struct tkt_listing *l)
{
	const char *p = l->arena;

	for (size_t i = 0; i < l->n; i++) {
		l->items[i].name = p;
		p += strlen(p) + 1;
	}
}

int tkt_walk_list(struct tkt_listing *out, int dirfd, const char *path, struct tkt_error *err)
{
	int code = tkt_walk_unsorted(out, dirfd, path, err);

	if (!code && out->n > 1)
		qsort(out->items, out->n, sizeof *out->items, by_name);
	return code;
}

int tkt_walk_unsorted(struct tkt_listing *out, int dirfd, const char *path, struct tkt_error *err)
{
	struct tkt_listing l = { 0 };
	struct tkt_buf arena = TKT_BUF_INIT;
	char block[BLOCK];
	ssize_t r;
	int code, fd = -1;

	code = tkt_dir_openat(&fd, dirfd, path, err);
	if (code)
		goto out;
	while ((r = tkt_io_getdents(fd, block, sizeof block)) > 0)
		add_block(&l, &arena, fd, block, (size_t)r);
	if (r < 0) {
		code = tkt_file_fail(err, errno, "list", path);
		goto out;
	}
	l.arena = tkt_buf_detach(&arena);
	set_names(&l);
	*out = l;
	memset(&l, 0, sizeof l);
out:
	tkt_fd_close(&fd);
	tkt_listing_release(&l);
	tkt_buf_release(&arena);
	return code;
}

void tkt_listing_release(struct tkt_listing *l)
{
	if (!l)
		return;
	free(l->items);
	free(l->arena);
	memset(l, 0, sizeof *l);
}
