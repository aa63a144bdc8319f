/* index/rows: what the index holds of one ticket, in and out of the tables. Private to lib/index. Floor 3. */
#ifndef TKT_INDEX_ROWS_H
#define TKT_INDEX_ROWS_H

#include "index/index_int.h"

/* The statements of one transaction. */
struct tkt_rows {
	struct tkt_index *x;
	sqlite3_stmt *ticket, *name, *word, *event, *sweep, *digest, *problem;
	sqlite3_stmt *drop[5];
	int64_t next, dead; /* the next number; rows of the full text whose ticket is gone */
};

/* What was read of a ticket: of item.md and thread.md, and of the rest. */
struct tkt_digest {
	uint64_t item, text;
};

int tkt_rows_open(struct tkt_rows *r, struct tkt_index *x, struct tkt_error *err);
/* Notes `next` and `dead`. */
int tkt_rows_close(struct tkt_rows *r, bool good, struct tkt_error *err);

/* A ticket whose name alone is known; status < 0: it has two. */
int tkt_rows_name(struct tkt_rows *r, int64_t n, const char *id, int status, struct tkt_error *err);
int tkt_rows_fields(struct tkt_rows *r, int64_t n, const struct tkt_record *record,
		    const struct tkt_digest *digest, struct tkt_error *err);
int tkt_rows_problem(struct tkt_rows *r, int64_t n, const struct tkt_error *e, struct tkt_error *err);
int tkt_rows_sweep(struct tkt_rows *r, const struct tkt_index_entry *e, struct tkt_error *err);
/* The fields of a number, which may get others; or all of it, for good. */
int tkt_rows_drop_fields(struct tkt_rows *r, int64_t n, struct tkt_error *err);
int tkt_rows_drop(struct tkt_rows *r, const struct tkt_index_entry *e, struct tkt_error *err);
bool tkt_rows_digest(struct tkt_rows *r, int64_t n, struct tkt_digest *out);

/* The effective columns hang on config.yml: a print of what they hang on, and all of them anew. */
uint64_t tkt_rows_config(const struct tkt_config *config);
int tkt_rows_columns(struct tkt_index *x, struct tkt_error *err);

#endif
