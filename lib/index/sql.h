/* index/sql: a query tree (text/query) as bound SQL. Floor 3. Agrees with text/match, a property test says. */
#ifndef TKT_INDEX_SQL_H
#define TKT_INDEX_SQL_H

#include "base/strv.h"
#include "index/index.h"
#include "store/store.h"
#include "text/query.h"

/* The live tickets that match, after a refresh to the fields level. The index holds words, not text:
 * where the query asks for text (bare words, text:), *exact is false and the set holds every ticket that
 * may match; each is to be asked by tkt_match. Values are bound, never spliced. */
int tkt_index_select(struct tkt_index *x, const struct tkt_query *q, struct tkt_index_set *out,
		     bool *exact, struct tkt_error *err);

/* A row of a plain list straight from the index: status, and id, slug, title, kind, priority, updated_at
 * each with its NUL as tkt_ticket_columns writes them. In the order status, id; only members of `set`. */
typedef int (*tkt_index_row_fn)(void *payload, enum tkt_status status, const char *text, size_t len);
int tkt_index_each(struct tkt_index *x, const struct tkt_index_set *set, tkt_index_row_fn fn,
		   void *payload, struct tkt_error *err);

/* Is there an index to believe that knew tickets to that level once? Cheaper than tkt_index_stale, and like it no
 * look at the tickets. */
bool tkt_index_reaches(struct tkt_index *x, enum tkt_index_level level);

/* What a selection says of names as listed by the store, a byte each. Only what lies where the index has
 * seen it counts. */
enum { TKT_SIFT_UNKNOWN, TKT_SIFT_OUT, TKT_SIFT_IN };
void tkt_index_sift(struct tkt_index *x, const struct tkt_index_set *set, const struct tkt_names *names,
		    unsigned char *said);

/* Every edge of a live ticket, in no order: blocked_by, or parent. Fields level. */
typedef void (*tkt_index_edge_fn)(void *payload, const char *from, const char *to, bool parent);
int tkt_index_edges(struct tkt_index *x, tkt_index_edge_fn fn, void *payload, struct tkt_error *err);

/* Ids, as far as their names tell, of tickets with that slug; item.md has the last word. Never reads the names
 * again. TKT_ENO: there is no index that knows them as they are now. */
int tkt_index_slug(struct tkt_index *x, const char *slug, struct tkt_strv *ids, struct tkt_error *err);

#endif
