/* index/links: what its files share. Private to lib/index. Floor 3. */
#ifndef TKT_INDEX_LINKS_INT_H
#define TKT_INDEX_LINKS_INT_H

#include "index/index_int.h"
#include "index/links.h"

enum { TKT_LINKS_CLOSES = 1, TKT_LINKS_SURE = 2, TKT_LINKS_MERGE = 4 }; /* links_name.flags */

#define TKT_GRAPH_CHUNK 1024 /* commits a row of links_graph at most */

/* Objects by the first ten bits of their names: a row of links_commit holds those of a bucket, one
 * behind the other, each with four bytes of its n (big-endian) behind it. */
#define TKT_LINKS_BUCKETS 1024
#define TKT_LINKS_BUCKET "select size, data from links_commit where bucket = ?"
static inline int tkt_links_bucket(const unsigned char *oid)
{
	return oid[0] << 2 | oid[1] >> 6;
}

/* One name that waits. */
struct tkt_links_word {
	char *name;
	uint32_t item;
	unsigned char way, flags;
};

/* Author and subject of a commit with names. */
struct tkt_links_said_by {
	char *author, *subject;
	uint32_t item;
};

/* Commits between begin and end. Names of objects stand one behind the other, as many bytes each as
 * the first one has. */
struct tkt_links_batch {
	bool fresh;
	size_t oid_size, n, cap;
	unsigned char *oids;
	int64_t *times;
	uint32_t *first; /* of its parents in `parents`; those of the last end where the list ends */
	struct { unsigned char *items; size_t n, cap; } parents;
	struct { struct tkt_links_word *items; size_t n, cap; } words;
	struct { struct tkt_links_said_by *items; size_t n, cap; } said;
	sqlite3_stmt *by_oid;

	/* links_sort.c */
	uint32_t *slots; /* hash table: number of an item + 1 */
	size_t mask;
	uint32_t *place;  /* of an item in the order, from 1 */
	uint32_t *order;  /* items, parents first */
};

static inline const unsigned char *tkt_batch_oid(const struct tkt_links_batch *b, size_t item)
{
	return b->oids + item * b->oid_size;
}

static inline size_t tkt_batch_parents(const struct tkt_links_batch *b, size_t item, const unsigned char **out)
{
	size_t end = item + 1 < b->n ? b->first[item + 1] : b->parents.n;

	*out = b->parents.items ? b->parents.items + b->first[item] * b->oid_size : NULL;
	return end - b->first[item];
}

/* links_sort.c: slots, place and order. */
void tkt_batch_sort(struct tkt_links_batch *b);
/* The item with that name, or SIZE_MAX; after the sort. */
size_t tkt_batch_find(const struct tkt_links_batch *b, const unsigned char *oid);

/* links.c: a snapshot is open, in memory or of the disk as it lies there. */
bool tkt_links_there(struct tkt_index *x);
/* by_oid: TKT_LINKS_BUCKET. */
int64_t tkt_links_lookup(sqlite3_stmt *by_oid, const unsigned char *oid, size_t n);
/* links_write.c: within the transaction. */
int tkt_links_write(struct tkt_index *x, struct tkt_links_batch *b, struct tkt_error *err);

#endif
