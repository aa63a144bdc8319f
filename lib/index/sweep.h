/* index/sweep: one look at what lies on disk, beside what the index knows. Private to lib/index. Floor 3. */
#ifndef TKT_INDEX_SWEEP_H
#define TKT_INDEX_SWEEP_H

#include "index/index_int.h"

enum tkt_todo {
	TKT_KEEP,  /* as the index has it */
	TKT_RENEW, /* the same text under other stats; may be noted */
	TKT_PLACE, /* only the status is another, or the name is new and names are all that is asked */
	TKT_READ   /* to be read */
};

/* What is seen of one name. */
struct tkt_look {
	uint64_t hash;       /* of the id */
	uint64_t print, print_text;
	int64_t newest, newest_text; /* the latest change that the prints know of; nanoseconds */
	uint32_t entry;      /* in x->entries, + 1; 0: the index does not know it */
	unsigned char todo;
	bool split, twin;    /* in two directories; and the second of the two, which counts for nothing */
	bool files;          /* in artifacts/ */
};

struct tkt_sweep {
	enum tkt_index_level level;
	struct tkt_names names;
	struct tkt_look *looks; /* one a name */
	bool *seen;             /* one an entry */
	uint64_t dirs;          /* of the three directories; 0: they changed while they were read */
	int64_t dirs_newest;
	size_t must, may, gone; /* changes to make; changes that could be noted; entries without a name */
	bool columns, compact;  /* config.yml is another; the full text has too many dead rows */
};

/* TKT_EIO: a directory cannot be read. Names, looks and gone; refresh counts the rest. */
int tkt_sweep(struct tkt_index *x, enum tkt_index_level level, struct tkt_sweep *out, struct tkt_error *err);
void tkt_sweep_release(struct tkt_sweep *s);

/* The status directories as they stand. */
uint64_t tkt_dirs_print(struct tkt_store *s, int64_t *newest);
/* Looks at resolution.md and everything in artifacts/. */
void tkt_look_text(int statusfd, const char *id, bool files, struct tkt_look *out);

#endif
