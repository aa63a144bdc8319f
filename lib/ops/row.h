/* ops/row: the rows of a list: what is known of a ticket beyond its own files, and their order. Floor 5. */
#ifndef TKT_OPS_ROW_H
#define TKT_OPS_ROW_H

#include "ops/list.h"

/* open_blockers and blocked, once. A blocker that is nowhere does not block (doctor names it). */
void tkt_row_blockers(struct tkt_project *p, struct tkt_row *row);
/* tkt_match with what is known of the row: its id, key, column, blockers, and as much text as was read. */
bool tkt_row_matches(struct tkt_project *p, const struct tkt_query *q, struct tkt_row *row);
/* key, column, path, blockers, children and blocks, as far as wanted. */
int tkt_rows_fill(struct tkt_project *p, struct tkt_list *list, unsigned want, struct tkt_error *err);

/* links of every row: what history says (ops/links.h). */
int tkt_rows_commits(struct tkt_project *p, struct tkt_list *list, struct tkt_error *err);

/* NULL, "id", or a field of tkt_fields() (created, updated for short), then ":desc" or ":asc". */
int tkt_sort_check(const char *sort, struct tkt_error *err);
/* The field that `sort` names, or NULL; what it goes by in a ticket. */
const struct tkt_field *tkt_sort_field(const char *sort);
const char *tkt_sort_value(const struct tkt_record *r, const struct tkt_field *f);
/* Behind the columns of a plain row, for tkt_sort_rows. */
void tkt_sort_note(struct tkt_buf *out, const struct tkt_record *r, const struct tkt_field *f);
void tkt_sort_rows(struct tkt_list *list, const char *sort);

#endif
