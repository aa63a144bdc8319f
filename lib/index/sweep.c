/* index/sweep: the names and stats of all tickets, and what they say beside the index. */
#include "index/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/strv.h"
#include "sys/file.h"
#include "sys/io.h"
#include "sys/pool.h"
#include "sys/walk.h"
#include "text/ref.h"

#define SECOND ((int64_t)1000000000)
#define PATH_ROOM (TKT_ID_MAX + 32)

void tkt_sweep_release(struct tkt_sweep *s)
{
	tkt_names_release(&s->names);
	free(s->looks);
	free(s->seen);
	memset(s, 0, sizeof *s);
}

/* --- prints --- */

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9E3779B97F4A7C15u;
	return h ^ h >> 29;
}

static int64_t ns(const struct timespec *t)
{
	return (int64_t)t->tv_sec * SECOND + t->tv_nsec;
}

/* Nobody can set a ctime; an mtime far ahead of it was set by hand and tells no time. Where both are
 * whole seconds, the file system counts in seconds (or two). */
static int64_t newest_of(const struct stat *st)
{
	int64_t changed = ns(&st->st_ctim), written = ns(&st->st_mtim);
	bool coarse = changed % SECOND == 0 && written % SECOND == 0;
	int64_t newest = written > changed && written - changed < 2 * SECOND ? written : changed;

	return coarse ? newest + 2 * SECOND : newest;
}

static void stat_into(uint64_t *print, int64_t *newest, int dirfd, const char *path)
{
	struct stat st;

	if (tkt_io_stat(dirfd, path, &st) < 0) {
		*print = mix(*print, 1);
		return;
	}
	*print = mix(*print, (uint64_t)st.st_ino);
	*print = mix(*print, (uint64_t)st.st_dev ^ (uint64_t)st.st_mode << 40);
	*print = mix(*print, (uint64_t)st.st_size);
	*print = mix(*print, (uint64_t)ns(&st.st_mtim));
	*print = mix(*print, (uint64_t)ns(&st.st_ctim));
	if (newest_of(&st) > *newest)
		*newest = newest_of(&st);
}

uint64_t tkt_dirs_print(struct tkt_store *s, int64_t *newest)
{
	uint64_t print = 3;

	*newest = 0;
	for (int i = 0; i < TKT_STATUS_N; i++)
		stat_into(&print, newest, tkt_store_fd(s), tkt_status_name((enum tkt_status)i));
	return print ? print : 1;
}

struct path {
	char text[PATH_ROOM];
	size_t id; /* its length */
};

static void path_set(struct path *p, const char *id)
{
	p->id = strlen(id);
	memcpy(p->text, id, p->id + 1);
}

static const char *path_of(struct path *p, const char *file)
{
	memcpy(p->text + p->id, file, strlen(file) + 1);
	return p->text;
}

static void look_item(int fd, struct path *p, struct tkt_look *l)
{
	uint64_t print = 1;

	l->newest = 0;
	stat_into(&print, &l->newest, fd, path_of(p, "/item.md"));
	stat_into(&print, &l->newest, fd, path_of(p, "/thread.md"));
	l->print = print;
}

/* An empty artifacts/ gives the same print whether it was looked into or not. */
static void look_files(int fd, struct path *p, uint64_t *print, struct tkt_look *l)
{
	struct tkt_listing list = { NULL, 0, 0, NULL };
	struct tkt_buf path = TKT_BUF_INIT;

	l->files = false;
	if (tkt_walk_list(&list, fd, path_of(p, "/artifacts"), NULL) != 0)
		return;
	for (size_t i = 0; i < list.n; i++) {
		const char *name = list.items[i].name;

		if (name[0] == '.' || list.items[i].type == TKT_ENTRY_LINK)
			continue;
		l->files = true;
		tkt_buf_reset(&path);
		tkt_buf_puts(&path, p->text);
		tkt_buf_putc(&path, '/');
		tkt_buf_puts(&path, name);
		*print = mix(*print, tkt_fnv1a(name, strlen(name)));
		stat_into(print, &l->newest_text, fd, path.ptr);
	}
	tkt_buf_release(&path);
	tkt_listing_release(&list);
}

static void look_text(int fd, struct path *p, bool files, struct tkt_look *l)
{
	uint64_t print = 2;

	l->newest_text = 0;
	stat_into(&print, &l->newest_text, fd, path_of(p, "/resolution.md"));
	stat_into(&print, &l->newest_text, fd, path_of(p, "/artifacts"));
	if (files)
		look_files(fd, p, &print, l);
	l->print_text = print;
}

void tkt_look_text(int statusfd, const char *id, bool files, struct tkt_look *out)
{
	struct path p;

	path_set(&p, id);
	look_text(statusfd, &p, files, out);
}

/* --- names beside entries --- */

static size_t table_size(size_t n)
{
	size_t size = 64;

	while (size < n * 2)
		size *= 2;
	return size;
}

/* Every name into a table by its hash; a name that comes again lies in two directories. */
static uint32_t *table_make(struct tkt_sweep *s, size_t size)
{
	uint32_t *table = tkt_calloc(size, sizeof *table);

	for (size_t i = 0; i < s->names.n; i++) {
		const char *id = s->names.items[i].id;
		struct tkt_look *l = &s->looks[i];
		size_t at;

		l->hash = tkt_fnv1a(id, strlen(id));
		for (at = l->hash & (size - 1); table[at]; at = (at + 1) & (size - 1)) {
			size_t other = table[at] - 1;

			if (s->looks[other].hash == l->hash && !strcmp(s->names.items[other].id, id)) {
				s->looks[other].split = l->split = l->twin = true;
				break;
			}
		}
		if (!l->twin)
			table[at] = (uint32_t)i + 1;
	}
	return table;
}

static void match_entries(struct tkt_index *x, struct tkt_sweep *s)
{
	size_t size = table_size(s->names.n);
	uint32_t *table = table_make(s, size);

	for (size_t e = 0; e < x->entries.n; e++) {
		uint64_t hash = x->entries.items[e].id_hash;

		for (size_t at = hash & (size - 1); table[at]; at = (at + 1) & (size - 1)) {
			struct tkt_look *l = &s->looks[table[at] - 1];

			if (l->hash != hash || l->entry)
				continue;
			l->entry = (uint32_t)e + 1;
			s->seen[e] = true;
			break;
		}
		s->gone += !s->seen[e];
	}
	free(table);
}

/* --- the sweep --- */

struct stats {
	struct tkt_index *x;
	struct tkt_sweep *s;
	int dirs[TKT_STATUS_N];
};

static void take_stats(void *payload, size_t worker, size_t from, size_t to)
{
	struct stats *w = payload;
	struct path p;

	(void)worker;
	for (size_t i = from; i < to; i++) {
		struct tkt_look *l = &w->s->looks[i];
		const struct tkt_index_entry *e = l->entry ? &w->x->entries.items[l->entry - 1] : NULL;
		int fd = w->dirs[w->s->names.items[i].status];

		if (l->split)
			continue;
		path_set(&p, w->s->names.items[i].id);
		look_item(fd, &p, l);
		if (w->s->level >= TKT_INDEX_TEXT)
			look_text(fd, &p, !e || e->flags & TKT_SWEEP_FILES, l);
	}
}

static int stat_all(struct tkt_index *x, struct tkt_sweep *s, struct tkt_error *err)
{
	struct stats w = { .x = x, .s = s, .dirs = { -1, -1, -1 } };
	int rc = 0;

	for (int i = 0; !rc && i < TKT_STATUS_N; i++) {
		rc = tkt_dir_openat(&w.dirs[i], tkt_store_fd(x->store), tkt_status_name((enum tkt_status)i), err);
		if (rc == TKT_ENOTFOUND) { /* no names from there, or gone since: then all of them are */
			tkt_error_release(err);
			rc = 0;
		}
	}
	if (!rc)
		tkt_pool_run(s->names.n, take_stats, &w);
	for (int i = 0; i < TKT_STATUS_N; i++)
		if (w.dirs[i] >= 0)
			tkt_io_close(w.dirs[i]);
	return rc;
}

/* What must be done with a name at this level. Entries that could have changed unseen, and those that could
 * not be read, are READ here; refresh looks whether that is so. */
static enum tkt_todo judge(const struct tkt_sweep *s, const struct tkt_look *l, enum tkt_status status,
			   const struct tkt_index_entry *e)
{
	unsigned racy = s->level >= TKT_INDEX_TEXT ? TKT_SWEEP_RACY | TKT_SWEEP_RACY_TEXT : TKT_SWEEP_RACY;

	if (l->twin)
		return TKT_KEEP;
	if (!e || l->split)
		return e && e->flags & TKT_SWEEP_SPLIT ? TKT_KEEP :
		       l->split || s->level == TKT_INDEX_NAMES ? TKT_PLACE :
								 TKT_READ;
	if (e->flags & TKT_SWEEP_SPLIT || e->status != status)
		return s->level == TKT_INDEX_NAMES ? TKT_PLACE : TKT_READ;
	if (s->level == TKT_INDEX_NAMES)
		return TKT_KEEP;
	if (e->flags & (racy | TKT_SWEEP_BAD | TKT_SWEEP_PARTIAL) || e->print != l->print ||
	    (s->level >= TKT_INDEX_TEXT && e->print_text != l->print_text))
		return TKT_READ;
	return e->level < (unsigned char)s->level ? TKT_READ : TKT_KEEP;
}

int tkt_sweep(struct tkt_index *x, enum tkt_index_level level, struct tkt_sweep *out, struct tkt_error *err)
{
	int64_t later;
	int rc;

	memset(out, 0, sizeof *out);
	out->level = level;
	out->dirs = tkt_dirs_print(x->store, &out->dirs_newest);
	rc = tkt_store_names(x->store, 7 | TKT_NAMES_UNSORTED, &out->names, err);
	if (rc)
		return rc == TKT_EIO ? rc : TKT_EIO;
	if (tkt_dirs_print(x->store, &later) != out->dirs)
		out->dirs = 0;
	out->looks = tkt_calloc(out->names.n, sizeof *out->looks);
	out->seen = tkt_calloc(x->entries.n, sizeof *out->seen);
	match_entries(x, out);
	if (level >= TKT_INDEX_FIELDS)
		rc = stat_all(x, out, err);
	for (size_t i = 0; !rc && i < out->names.n; i++) {
		struct tkt_look *l = &out->looks[i];
		const struct tkt_index_entry *e = l->entry ? &x->entries.items[l->entry - 1] : NULL;

		l->todo = (unsigned char)judge(out, l, out->names.items[i].status, e);
	}
	if (rc)
		tkt_sweep_release(out);
	return rc;
}
