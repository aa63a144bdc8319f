/* store/slugs: a hash set of slugs in a file. */
#include "store/slugs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "store/txn_int.h"
#include "sys/file.h"
#include "sys/io.h"
#include "text/ref.h"

#define NAME "slugs" /* in .tkt */
#define STAMP_HEAD 17 /* "YYYYMMDD-HHMMSS-" and at least one byte */

struct head {
	char magic[8];
	uint64_t cap, n; /* slots, used ones */
	struct { uint64_t ino; int64_t sec, nsec; } dirs[TKT_STATUS_N];
};

struct set {
	int fd;
	struct head head;
};

static const char magic[8] = "tktslug";

static void stamp(struct tkt_txn *t, struct head *h)
{
	memset(h->dirs, 0, sizeof h->dirs);
	for (int i = 0; i < TKT_STATUS_N; i++) {
		struct stat st;

		if (tkt_io_stat(t->s->fd, tkt_status_name((enum tkt_status)i), &st) < 0)
			continue;
		h->dirs[i].ino = st.st_ino;
		h->dirs[i].sec = st.st_mtim.tv_sec;
		h->dirs[i].nsec = st.st_mtim.tv_nsec;
	}
}

/* Opens the set; false where there is none that is good now. */
static bool set_open(struct tkt_txn *t, struct set *s)
{
	struct head now;
	struct stat st;
	bool good = false;

	s->fd = tkt_io_open(t->dir, NAME, O_RDWR | O_NONBLOCK, 0);
	if (s->fd < 0)
		return false;
	stamp(t, &now);
	if (tkt_io_pread(s->fd, &s->head, sizeof s->head, 0) == (ssize_t)sizeof s->head &&
	    memcmp(s->head.magic, magic, sizeof magic) == 0 && s->head.cap &&
	    tkt_io_fstat(s->fd, &st) == 0 &&
	    s->head.cap == ((uint64_t)st.st_size - sizeof s->head) / sizeof(uint64_t) &&
	    s->head.n < s->head.cap / 2 &&
	    memcmp(s->head.dirs, now.dirs, sizeof now.dirs) == 0)
		good = true;
	if (!good) {
		tkt_io_close(s->fd);
		s->fd = -1;
	}
	return good;
}

static void set_close(struct set *s)
{
	if (s->fd >= 0)
		tkt_io_close(s->fd);
}

static uint64_t slug_hash(const char *slug, size_t n)
{
	uint64_t h = tkt_fnv1a(slug, n);

	return h ? h : 1;
}

/* The part after the time, or all of an id of another shape. */
static struct tkt_str slug_in(const char *id)
{
	size_t n = strlen(id);
	char *slug = n >= STAMP_HEAD ? tkt_strdup(id + STAMP_HEAD - 1) : NULL;
	struct tkt_str s = { id, n };

	if (slug && tkt_id_has_slug(id, slug))
		s = (struct tkt_str){ id + STAMP_HEAD - 1, n - STAMP_HEAD + 1 };
	free(slug);
	return s;
}

/* "fix-2" may be the slug fix-2 or the second ticket with the slug fix. */
static size_t without_number(struct tkt_str s)
{
	size_t n = s.len;

	while (n > 0 && s.ptr[n - 1] >= '0' && s.ptr[n - 1] <= '9')
		n--;
	return n > 1 && n < s.len && s.ptr[n - 1] == '-' ? n - 1 : 0;
}

static void put(uint64_t *slots, struct head *h, uint64_t hash)
{
	uint64_t i = hash % h->cap;

	while (slots[i] && slots[i] != hash)
		i = (i + 1) % h->cap;
	h->n += slots[i] == 0;
	slots[i] = hash;
}

static void rebuild(struct tkt_txn *t, const struct tkt_names *names, const struct head *before)
{
	struct head h = { .cap = 0 };
	struct tkt_buf bytes = TKT_BUF_INIT;
	uint64_t *slots;

	memcpy(h.magic, magic, sizeof magic);
	memcpy(h.dirs, before->dirs, sizeof h.dirs);
	h.cap = names->n * 6 + 1024;
	slots = tkt_calloc(h.cap, sizeof *slots);
	for (size_t i = 0; i < names->n; i++) {
		struct tkt_str s = slug_in(names->items[i].id);
		size_t shorter = without_number(s);

		put(slots, &h, slug_hash(s.ptr, s.len));
		if (shorter)
			put(slots, &h, slug_hash(s.ptr, shorter));
	}
	tkt_buf_add(&bytes, &h, sizeof h);
	tkt_buf_add(&bytes, slots, h.cap * sizeof *slots);
	tkt_io_unlink(t->dir, NAME, false);
	(void)tkt_file_create(t->dir, NAME, bytes.ptr, bytes.len, false, NULL);
	tkt_buf_release(&bytes);
	free(slots);
}

/* The slot of a hash, or the empty one where it belongs. */
static off_t find(const struct set *s, uint64_t hash, bool *there)
{
	uint64_t i = hash % s->head.cap, value = 0;

	for (uint64_t tries = 0; tries < s->head.cap; tries++, i = (i + 1) % s->head.cap) {
		off_t at = (off_t)(sizeof s->head + i * sizeof value);

		if (tkt_io_pread(s->fd, &value, sizeof value, at) != (ssize_t)sizeof value)
			break;
		*there = value == hash;
		if (!value || *there)
			return at;
	}
	*there = false;
	return -1;
}

/* One reading of all names: for the answer, and for a new set. */
static int look(struct tkt_txn *t, const char *slug, bool *taken, struct tkt_error *err)
{
	struct tkt_names names = { .n = 0 };
	struct head before;
	int rc;

	stamp(t, &before); /* first: what arrives while the names are read makes the set stale */
	rc = tkt_store_names(t->s, 7, &names, err);
	for (size_t i = 0; !rc && i < names.n; i++) {
		struct tkt_str s = slug_in(names.items[i].id);
		size_t shorter = without_number(s), n = strlen(slug);

		if ((n == s.len || n == shorter) && memcmp(slug, s.ptr, n) == 0)
			*taken = true;
	}
	if (!rc)
		rebuild(t, &names, &before);
	tkt_names_release(&names);
	return rc;
}

int tkt_slug_taken(struct tkt_txn *t, const char *slug, bool *taken, struct tkt_error *err)
{
	struct set s = { .fd = -1 };
	bool good = set_open(t, &s);

	*taken = false;
	if (good)
		find(&s, slug_hash(slug, strlen(slug)), taken);
	set_close(&s);
	return good ? 0 : look(t, slug, taken, err);
}

bool tkt_slug_seen(struct tkt_store *store, const char *slug)
{
	struct tkt_txn t = { .s = store, .dir = -1 };
	struct set s = { .fd = -1 };
	bool seen = false;

	if (tkt_dir_openat(&t.dir, store->fd, TKT_PRIVATE, NULL) != 0)
		return false;
	if (set_open(&t, &s))
		find(&s, slug_hash(slug, strlen(slug)), &seen);
	set_close(&s);
	tkt_io_close(t.dir);
	return seen;
}

void tkt_slug_add(struct tkt_txn *t, const char *id)
{
	struct set s = { .fd = tkt_io_open(t->dir, NAME, O_RDWR | O_NONBLOCK, 0) };
	struct tkt_str slug = slug_in(id);
	const size_t lengths[] = { slug.len, without_number(slug) };

	/* Good until a moment ago: tkt_slug_taken looked under the same lock. */
	if (s.fd < 0 || tkt_io_pread(s.fd, &s.head, sizeof s.head, 0) != (ssize_t)sizeof s.head ||
	    !s.head.cap)
		goto out;
	for (size_t i = 0; i < TKT_LEN(lengths); i++) {
		uint64_t hash = slug_hash(slug.ptr, lengths[i]);
		bool there;
		off_t at;

		if (!lengths[i])
			continue;
		at = find(&s, hash, &there);
		if (at < 0 || there)
			continue;
		if (tkt_io_pwrite(s.fd, &hash, sizeof hash, at) != (ssize_t)sizeof hash)
			goto out;
		s.head.n++;
	}
	stamp(t, &s.head);
	if (tkt_io_pwrite(s.fd, &s.head, sizeof s.head, 0) != (ssize_t)sizeof s.head)
		tkt_io_unlink(t->dir, NAME, false);
out:
	set_close(&s);
}

bool tkt_slugs_before(struct tkt_txn *t)
{
	struct set s = { .fd = -1 };
	bool good = set_open(t, &s);

	set_close(&s);
	return good;
}

void tkt_slugs_after(struct tkt_txn *t, bool good)
{
	struct set s = { .fd = -1 };

	if (!good)
		return;
	s.fd = tkt_io_open(t->dir, NAME, O_RDWR | O_NONBLOCK, 0);
	if (s.fd >= 0 && tkt_io_pread(s.fd, &s.head, sizeof s.head, 0) == (ssize_t)sizeof s.head) {
		stamp(t, &s.head);
		if (tkt_io_pwrite(s.fd, &s.head, sizeof s.head, 0) != (ssize_t)sizeof s.head)
			tkt_io_unlink(t->dir, NAME, false);
	}
	set_close(&s);
}
