/* index/embed_cache: what a server has answered, by content: a changed ticket costs its new passages only, and an
 * index made anew costs nothing. */
#include "index/embed_http.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "index/index_int.h"

/* The URL is no part of it: a model is what it is called, whichever port it is asked through. */
void tkt_embed_key(unsigned char out[TKT_EMBED_KEY], const struct tkt_embed *e, struct tkt_str text)
{
	char *head = tkt_asprintf("%d\n%ld\n%s\n", (int)e->kind, e->dimensions, e->model);
	struct tkt_sha1 sum;

	tkt_sha1_init(&sum);
	tkt_sha1_add(&sum, head, strlen(head));
	tkt_sha1_add(&sum, text.ptr, text.len);
	tkt_sha1_final(&sum, out);
	free(head);
}

bool tkt_embed_cache_get(struct tkt_index *x, const unsigned char key[TKT_EMBED_KEY], size_t dims,
			 struct tkt_buf *out)
{
	sqlite3_stmt *s = NULL;
	bool found = false;

	if (tkt_index_prepare(x, "SELECT data FROM embed_cache WHERE key = ?1", &s, NULL) == 0 &&
	    sqlite3_bind_blob(s, 1, key, TKT_EMBED_KEY, SQLITE_STATIC) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW) {
		const void *data = sqlite3_column_blob(s, 0);
		size_t n = (size_t)sqlite3_column_bytes(s, 0);

		found = data && n > 0 && n <= TKT_EMBED_DIMS_MAX && (dims == 0 || n == dims);
		if (found)
			tkt_buf_add(out, data, n);
	}
	sqlite3_finalize(s);
	return found;
}

int tkt_embed_cache_put(struct tkt_index *x, const unsigned char key[TKT_EMBED_KEY], const int8_t *v, size_t dims,
			struct tkt_error *err)
{
	sqlite3_stmt *s = NULL;
	int code, rc;

	if (!x->writing)
		return 0; /* another process holds the index: what is put lives in memory, and this is for the disk */
	code = tkt_index_prepare(x, "INSERT OR REPLACE INTO embed_cache VALUES(?1, ?2)", &s, err);
	if (code != 0)
		return code;
	rc = sqlite3_bind_blob(s, 1, key, TKT_EMBED_KEY, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_blob(s, 2, v, (int)dims, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	if (rc != SQLITE_DONE)
		code = tkt_index_sqlite_error(x, rc, "embed_cache", err);
	sqlite3_finalize(s);
	return code;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, TKT_EMBED_KEY);
}

/* Not by SQL alone: that would want a table of keys to hold against. */
int tkt_embed_cache_keep(struct tkt_index *x, struct tkt_embed_keys *keys, struct tkt_error *err)
{
	struct tkt_embed_keys gone = { NULL, 0, 0 };
	sqlite3_stmt *s = NULL;
	int code, rc = SQLITE_DONE;

	if (!x->writing)
		return 0;
	code = tkt_index_prepare(x, "SELECT key FROM embed_cache", &s, err);
	if (keys->n)
		qsort(keys->items, keys->n, sizeof *keys->items, by_bytes);
	while (code == 0 && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		const void *key = sqlite3_column_blob(s, 0);

		if (!key || sqlite3_column_bytes(s, 0) != TKT_EMBED_KEY ||
		    (keys->n && bsearch(key, keys->items, keys->n, sizeof *keys->items, by_bytes)))
			continue;
		TKT_GROW(&gone);
		memcpy(gone.items[gone.n++], key, TKT_EMBED_KEY);
	}
	if (code == 0 && rc != SQLITE_DONE)
		code = tkt_index_sqlite_error(x, rc, "embed_cache", err);
	sqlite3_finalize(s);
	s = NULL;
	if (code == 0 && gone.n)
		code = tkt_index_prepare(x, "DELETE FROM embed_cache WHERE key = ?1", &s, err);
	for (size_t i = 0; code == 0 && i < gone.n; i++) {
		rc = sqlite3_bind_blob(s, 1, gone.items[i], TKT_EMBED_KEY, SQLITE_STATIC);
		if (rc == SQLITE_OK)
			rc = sqlite3_step(s);
		if (rc != SQLITE_DONE)
			code = tkt_index_sqlite_error(x, rc, "embed_cache", err);
		sqlite3_reset(s);
	}
	sqlite3_finalize(s);
	free(gone.items);
	return code;
}
