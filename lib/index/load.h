/* index/load: tickets from disk, many at once, each with a digest of what was read. Private to lib/index. Floor 3. */
#ifndef TKT_INDEX_LOAD_H
#define TKT_INDEX_LOAD_H

#include "index/rows.h"
#include "index/sweep.h"

enum tkt_loaded {
	TKT_LOADED,
	TKT_LOADED_PART, /* item.md, but not all of the rest */
	TKT_LOADED_BAD,  /* no ticket can be made of it: error says why */
	TKT_LOADED_GONE  /* it was removed since it was listed */
};

struct tkt_load {
	size_t look; /* whose */
	enum tkt_loaded state;
	struct tkt_doc doc; /* parts only at the text level */
	struct tkt_digest digest;
	struct tkt_error error;
};

/* As many as one call of tkt_load_all may have: what they hold lies in memory at once. */
#define TKT_LOAD_MAX 128

/* Fills everything but `look`. At the text level looks[].print_text and files are taken anew. */
void tkt_load_all(struct tkt_index *x, struct tkt_sweep *s, enum tkt_index_level level, struct tkt_load *loads,
		  size_t n);
void tkt_load_release(struct tkt_load *l);

#endif
