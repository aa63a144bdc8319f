/* git/stashed: what git stash put aside and put back. No list has it any more, but for a while its commit is still there:
 * git gc takes loose objects that nothing leads to after two weeks. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "git/git_int.h"
#include "sys/io.h"
#include "sys/walk.h"

enum {
	FILE_MAX = 4096, /* bytes of a loose commit of git stash: it is some 200 */
	LOOK_MAX = 1000  /* objects, the newest */
};

struct loose {
	struct tkt_oid oid;
	struct timespec at;
};

struct looses {
	struct loose *items;
	size_t n, cap;
};

static int newest_first(const void *a, const void *b)
{
	const struct loose *x = a, *y = b;

	if (x->at.tv_sec != y->at.tv_sec)
		return x->at.tv_sec > y->at.tv_sec ? -1 : 1;
	if (x->at.tv_nsec != y->at.tv_nsec)
		return x->at.tv_nsec > y->at.tv_nsec ? -1 : 1;
	return memcmp(x->oid.bytes, y->oid.bytes, sizeof x->oid.bytes);
}

/* objects/<2 digits>/<the others> */
static void list_dir(struct looses *out, int fd, const char *digits)
{
	struct tkt_listing list = { .n = 0 };
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_buf path = TKT_BUF_INIT;
	struct stat st;

	if (tkt_walk_unsorted(&list, fd, digits, &why) == 0)
		for (size_t i = 0; i < list.n; i++) {
			struct loose l;

			tkt_buf_reset(&path);
			tkt_buf_printf(&path, "%s%s", digits, list.items[i].name);
			if (!tkt_oid_parse(&l.oid, path.ptr, path.len))
				continue;
			tkt_buf_reset(&path);
			tkt_buf_printf(&path, "%s/%s", digits, list.items[i].name);
			if (tkt_io_stat(fd, path.ptr, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
				continue;
			l.at = st.st_mtim;
			TKT_GROW(out);
			out->items[out->n++] = l;
		}
	tkt_listing_release(&list);
	tkt_error_release(&why);
	tkt_buf_release(&path);
}

static bool is_stash(const struct tkt_git_commit *c)
{
	return c->parents.n > 1 &&
	       (strncmp(c->message, "WIP on ", 7) == 0 || strncmp(c->message, "On ", 3) == 0);
}

int tkt_git_stashed(struct tkt_git *g, struct tkt_git_stashes *out, struct tkt_error *err)
{
	char *objects = tkt_asprintf("%s/objects", g->facts.common_dir);
	int fd = tkt_io_open_any(objects, O_RDONLY | O_DIRECTORY), rc = 0;
	struct looses found = { NULL, 0, 0 };

	for (unsigned i = 0; i < 256 && fd >= 0; i++)
		list_dir(&found, fd, (char[]){ "0123456789abcdef"[i >> 4], "0123456789abcdef"[i & 15], '\0' });
	if (fd >= 0)
		tkt_io_close(fd);
	if (found.n)
		qsort(found.items, found.n, sizeof *found.items, newest_first);
	for (size_t i = 0; i < found.n && i < LOOK_MAX && !rc; i++) {
		enum tkt_git_type type = TKT_GIT_BLOB;
		struct tkt_buf bytes = TKT_BUF_INIT;
		struct tkt_git_commit c;

		rc = tkt_git_object(g, &found.items[i].oid, &type, &bytes, TKT_GIT_COMMIT_MAX, err);
		tkt_buf_release(&bytes);
		if (!rc && type == TKT_GIT_COMMIT && !(rc = tkt_git_commit(g, &found.items[i].oid, &c, err))) {
			if (is_stash(&c)) {
				TKT_GROW(out);
				out->items[out->n++] = (struct tkt_git_stash){ c.oid, c.time };
			}
			tkt_git_commit_release(&c);
		}
		if (rc == TKT_ENOTFOUND || rc == TKT_EINVALID) { /* taken away meanwhile, or large */
			tkt_error_release(err);
			rc = 0;
		}
	}
	free(found.items);
	free(objects);
	return rc;
}
