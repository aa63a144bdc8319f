/* text/config: work-items/config.yml: project, key prefix, board (tkt-format(5)). Floor 1. */
#ifndef TKT_TEXT_CONFIG_H
#define TKT_TEXT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "text/ticket.h"

#define TKT_CONFIG_MAX (256 * 1024)

struct tkt_column {
	char *id, *name, *color;
	enum tkt_status status;
	long wip_limit; /* 0 = none */
};

struct tkt_kind_def {
	char *id, *name, *icon, *color;
};

struct tkt_transition {
	char *from;
	struct tkt_strv to;
};

struct tkt_board {
	char *id; /* NULL for the default board, else the workflow's name */
	char *name, *initial;
	struct { struct tkt_column *items; size_t n, cap; } columns; /* never empty: Open, Pending, Closed when absent */
	struct { struct tkt_transition *items; size_t n, cap; } transitions; /* n 0 = any */
	struct { struct tkt_kind_def *items; size_t n, cap; } kinds; /* n 0 = any word */
	bool require_comment_on_move, allow_reopen, auto_assign, track_time, human_review;
};

struct tkt_config {
	char *project; /* or NULL */
	char *prefix;  /* "TKT" */
	struct { struct tkt_board *items; size_t n, cap; } boards; /* [0] is the default board */
	struct tkt_node *tree; /* the whole file, for `tkt config KEY`; NULL when there is none */
};

/* NULL text: the defaults. TKT_EINVALID with the line in config.yml. */
int tkt_config_parse(struct tkt_config *out, const char *text, size_t len, struct tkt_error *err);
void tkt_config_release(struct tkt_config *c);

const struct tkt_board *tkt_config_board(const struct tkt_config *c, const char *workflow); /* or NULL */
const struct tkt_column *tkt_board_column(const struct tkt_board *b, const char *id);       /* or NULL */
/* The column of a ticket: its own if the board has it with the ticket's status, else the first of its status; may be NULL. */
const struct tkt_column *tkt_board_column_of(const struct tkt_board *b, const struct tkt_ticket *t);
bool tkt_board_kind_ok(const struct tkt_board *b, const char *kind);

/* `tkt config KEY VALUE`: the text with the scalar at a dotted path (board.settings.allow_reopen,
 * prefix; list items by index or id: board.columns.building.wip_limit) replaced in place, or added
 * to the mapping that should hold it. Everything else stays byte for byte; the result parses.
 * TKT_EINVALID: no such place, not a scalar, the value is not legal there. text may be NULL. */
int tkt_config_set(struct tkt_buf *out, const char *text, size_t len, const char *path,
		   const char *value, struct tkt_error *err);
/* The value at a dotted path as text (scalar) or NULL; defaults count for the known keys. Owned. */
char *tkt_config_get(const struct tkt_config *c, const char *path);

#endif
