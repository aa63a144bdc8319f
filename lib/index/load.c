/* index/load: reading tickets for the index, by several threads. */
#include "index/load.h"

#include <string.h>

#include "sys/file.h"
#include "sys/io.h"
#include "sys/pool.h"

struct work {
	struct tkt_index *x;
	struct tkt_sweep *s;
	enum tkt_index_level level;
	struct tkt_load *loads;
	int dirs[TKT_STATUS_N];
};

void tkt_load_release(struct tkt_load *l)
{
	tkt_doc_release(&l->doc);
	tkt_error_release(&l->error);
}

/* Eight bytes at a time: it is for telling the same from changed, no security rests on it. */
static uint64_t digest_add(uint64_t h, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint64_t v = n;

	for (;;) {
		h = (h ^ v) * 0x9E3779B97F4A7C15u;
		h ^= h >> 32;
		if (!n)
			return h;
		v = 0;
		memcpy(&v, p, n < sizeof v ? n : sizeof v);
		p += n < sizeof v ? n : sizeof v;
		n -= n < sizeof v ? n : sizeof v;
	}
}

static void digest_make(struct tkt_load *l, enum tkt_index_level level)
{
	const struct tkt_record *r = &l->doc.record;
	uint64_t h = digest_add(1, r->item.ptr, r->item.len);

	h = digest_add(h, r->thread_text.ptr, r->thread_text.len);
	l->digest.item = h + l->state;
	l->digest.text = 0;
	if (level < TKT_INDEX_TEXT)
		return;
	h = digest_add(2, r->resolution.ptr, r->resolution.len);
	for (size_t i = 0; i < l->doc.n; i++)
		if (l->doc.items[i].field == TKT_DOC_ARTIFACTS)
			h = digest_add(h, l->doc.items[i].text.ptr, l->doc.items[i].text.len);
	l->digest.text = h + l->state;
}

static void load_one(struct work *w, struct tkt_load *l)
{
	const unsigned want = w->level >= TKT_INDEX_TEXT ? TKT_READ_FULL : TKT_READ_ITEM | TKT_READ_THREAD;
	const struct tkt_name *name = &w->s->names.items[l->look];
	struct tkt_look *look = &w->s->looks[l->look];
	enum tkt_status where;
	int rc;

	memset(&l->doc, 0, sizeof l->doc);
	l->error = (struct tkt_error)TKT_ERROR_INIT;
	l->state = TKT_LOADED;
	if (w->level >= TKT_INDEX_TEXT)
		tkt_look_text(w->dirs[name->status], name->id, true, look);
	rc = tkt_store_load_at(w->x->store, name, want | TKT_READ_NO_REV, &l->doc.record, &l->error);
	if (rc && tkt_doc_load_part(w->x->store, name, want, &l->doc)) /* the ticket is what the rest says */
		l->state = TKT_LOADED_PART;
	else if (rc && tkt_store_where(w->x->store, name->id, &where, NULL) == TKT_ENOTFOUND)
		l->state = TKT_LOADED_GONE;
	else if (rc)
		l->state = TKT_LOADED_BAD;
	if (l->state >= TKT_LOADED_BAD)
		return;
	if (w->level >= TKT_INDEX_TEXT)
		tkt_doc_fill(w->x->store, &l->doc);
	digest_make(l, w->level);
}

static void load_some(void *payload, size_t worker, size_t from, size_t to)
{
	struct work *w = payload;

	(void)worker;
	for (size_t i = from; i < to; i++)
		load_one(w, &w->loads[i]);
}

void tkt_load_all(struct tkt_index *x, struct tkt_sweep *s, enum tkt_index_level level, struct tkt_load *loads,
		  size_t n)
{
	struct work w = { .x = x, .s = s, .level = level, .loads = loads, .dirs = { -1, -1, -1 } };

	for (int i = 0; i < TKT_STATUS_N; i++)
		(void)tkt_dir_openat(&w.dirs[i], tkt_store_fd(x->store), tkt_status_name((enum tkt_status)i), NULL);
	tkt_pool_run_large(n, load_some, &w);
	for (int i = 0; i < TKT_STATUS_N; i++)
		if (w.dirs[i] >= 0)
			tkt_io_close(w.dirs[i]);
}
