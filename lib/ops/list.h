/* ops/list: which tickets are there. Floor 5. */
#ifndef TKT_OPS_LIST_H
#define TKT_OPS_LIST_H

#include "ops/project.h"
#include "text/query.h"

enum { /* what each row must know beside the fields of item.md; a set */
	TKT_ROW_BLOCKED = 1,  /* open_blockers, blocked */
	TKT_ROW_REVERSE = 2,  /* children, blocks: reads every item.md */
	TKT_ROW_REV = 4,      /* rev: reads thread.md too */
	TKT_ROW_FULL = 8,     /* body, events, artifacts, resolution (show) */
	TKT_ROW_PLAIN = 16,   /* alone: no rows but plain ones, for lists of many thousands */
	TKT_ROW_COMMITS = 32  /* links: asks history (ops/links.h) */
};

struct tkt_links; /* ops/links.h */

struct tkt_row {
	struct tkt_record record;
	char *key;
	char *column;                    /* effective; NULL if the board has none for the status */
	struct tkt_strv children, blocks, open_blockers;
	bool blocked;
	char *path;                      /* "<root>/open/<id>" */
	struct tkt_links *links;         /* with TKT_ROW_COMMITS, and where there is a repository; else NULL */
};

#define TKT_PLAIN_COLUMNS 6
/* The seven columns of a list in a pipe: what a tkt_row takes a page for fits into three lines of it. */
struct tkt_plain {
	enum tkt_status status;
	char *text; /* id, slug, title, kind, priority, updated_at, each with a NUL; "" where not set */
};

struct tkt_list_req {
	const char *query;      /* or NULL */
	unsigned statuses;      /* bits 1 << status; 0: all that is not closed unless the query names a status */
	const char *sort;       /* "id" (default: status, then id), "updated:desc", "priority", any field */
	size_t limit;           /* 0 = none */
	unsigned want;          /* TKT_ROW_* */
};

struct tkt_list {
	struct { struct tkt_row *items; size_t n, cap; } rows;
	struct { struct tkt_plain *items; size_t n, cap; } plain; /* with TKT_ROW_PLAIN, instead of rows */
	size_t total;           /* matches before the limit */
	struct { struct tkt_error *items; size_t n, cap; } bad; /* tickets that could not be read; exit 1 */
};

/* TKT_EINVALID for a wrong query (*query_pos: byte offset, may be NULL), sort key. Bad tickets never hide others. */
int tkt_op_list(struct tkt_project *p, const struct tkt_list_req *req, struct tkt_list *out,
		size_t *query_pos, struct tkt_error *err);
void tkt_list_release(struct tkt_list *l);
void tkt_row_release(struct tkt_row *r);

/* `tkt show`, `history`: some tickets whole, in the order asked for. want as above (FULL is implied;
 * rev costs a hash of everything and is there with TKT_ROW_REV only). */
int tkt_op_show(struct tkt_project *p, const struct tkt_strv *refs, unsigned want,
		struct tkt_list *out, struct tkt_error *err);

#endif
