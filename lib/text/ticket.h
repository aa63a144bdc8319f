/* text/ticket: what a ticket is, once its item.md is read. Floor 1.
 *
 * A thin typed envelope around free Markdown: every word that the format does not know is kept
 * (kinds and readiness are any word; unknown keys stand in `extra`). tkt-format(5). */
#ifndef TKT_TEXT_TICKET_H
#define TKT_TEXT_TICKET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strv.h"
#include "text/frontmatter.h"

enum tkt_status { TKT_OPEN, TKT_PENDING, TKT_CLOSED, TKT_STATUS_N };

const char *tkt_status_name(enum tkt_status s); /* "open", "pending", "closed" */
bool tkt_status_find(const char *name, enum tkt_status *out);

/* An unknown key or the context map: the value as a tree. */
struct tkt_extra {
	char *key;
	struct tkt_node *value;
};

struct tkt_ticket {
	enum tkt_status status; /* of the directory; the frontmatter's own word is status_text */
	char *id, *slug, *title, *status_text, *kind, *priority;
	struct tkt_strv labels;
	char *created_at, *updated_at; /* as they stand; may be no valid time */
	char *assignee, *legacy_ticket;
	char *column, *workflow, *created_by, *parent;
	struct tkt_strv blocked_by, related;
	char *readiness, *needs_preflight, *action_required;
	struct tkt_strv risk_flags;
	char *scope;
	struct tkt_strv errors, warnings;
	struct tkt_node *context;
	struct tkt_strv references;
	char *estimate, *due, *started_at, *completed_at;
	char *number;
	struct tkt_strv aliases;
	char *fingerprint;
	struct { struct tkt_extra *items; size_t n, cap; } extra;
	size_t body, body_line; /* where the body starts in item.md */
};

/* The keys of the format in the order in which they are written; one table for reading, writing,
 * `set`, JSON, queries and doctor. */
enum tkt_field_type { TKT_FIELD_STRING, TKT_FIELD_LIST, TKT_FIELD_NODE };

enum tkt_field_check { /* what a value must be; doctor and `set` hold it */
	TKT_CHECK_ANY, TKT_CHECK_LINE, TKT_CHECK_WORD, TKT_CHECK_TIME, TKT_CHECK_DATE,
	TKT_CHECK_PRIORITY, TKT_CHECK_BOOL, TKT_CHECK_INT, TKT_CHECK_ID, TKT_CHECK_DURATION,
	TKT_CHECK_STATUS, TKT_CHECK_SLUG
};

struct tkt_field {
	const char *name;
	enum tkt_field_type type;
	enum tkt_field_check check;
	bool required;
	bool row;      /* a column of a plain list beside id and status, which the directory knows (strings only) */
	bool fixed;    /* not for `set`: id, status, created_at, updated_at */
	size_t offset; /* of char *, struct tkt_strv or struct tkt_node * in struct tkt_ticket */
};

const struct tkt_field *tkt_fields(size_t *n);            /* required ones first, in order */
const struct tkt_field *tkt_field_find(const char *name); /* or NULL */
const char *tkt_field_string(const struct tkt_ticket *t, const struct tkt_field *f); /* borrowed or NULL */
const struct tkt_strv *tkt_field_list(const struct tkt_ticket *t, const struct tkt_field *f);

/* NULL if the text is a legal value for the field (a list: of one of its items); else a static
 * phrase: "must be P0, P1, P2, P3 or P4". */
const char *tkt_field_refuse(const struct tkt_field *f, const char *value);

/* 0-4 of P0-P4, p0-p4, critical/high/medium/low; 5 for any other word or NULL. */
int tkt_priority_rank(const char *word);

/* Reads the bytes of an item.md. Missing keys stay NULL; priority is as it stands in the file.
 * TKT_EINVALID only where tkt_fm_parse says so. */
int tkt_ticket_parse(struct tkt_ticket *out, const char *text, size_t len, struct tkt_error *err);
/* The same from lines already found. */
void tkt_ticket_read(struct tkt_ticket *out, const struct tkt_fm *fm);
/* Only the columns of a plain list, without a struct between: the strings with `row` in table order,
 * each with its NUL, "" where not set. For listing thousands; _of for a ticket that is read already. */
void tkt_ticket_columns(struct tkt_buf *out, const struct tkt_fm *fm);
void tkt_ticket_columns_of(struct tkt_buf *out, const struct tkt_ticket *t);
void tkt_ticket_init(struct tkt_ticket *t);
void tkt_ticket_release(struct tkt_ticket *t);

/* A whole new item.md: required keys, then the set optional ones, in table order, then body. */
void tkt_ticket_print(struct tkt_buf *out, const struct tkt_ticket *t, const char *body);

#endif
