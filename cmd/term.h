/* term: the terminal: colours, width, pager; table: columns that fit it. */
#ifndef TERM_H
#define TERM_H

#include "cmd.h"

enum paint {
	PAINT_DIM, PAINT_BOLD, PAINT_KEY, PAINT_OK, PAINT_WARN, PAINT_BAD, PAINT_HEAD, PAINT_LINK, PAINT_N
};

/* Fills view, tty flags, colour and size of `c` from the globals, the environment and the descriptors. */
int term_init(struct cli *c, struct tkt_error *err);
/* Escape sequence that starts a paint, term_off ends it; "" without colour. */
const char *term_on(const struct cli *c, enum paint p);
const char *term_off(const struct cli *c);
/* Colour for standard error (its own tty decides). */
bool term_err_color(const struct cli *c);
/* Adds s (made safe) in a paint; PAINT_N: plain. */
void term_puts(struct cli *c, enum paint p, const char *s);
enum paint term_priority(const char *priority);
enum paint term_status(enum tkt_status status);
/* Writes c->out through the pager. 0, or 1 when there is none to run (then the caller writes). */
int term_page(struct cli *c);

/* table.c: rows of cells; columns shrink to fit the width, the widest flexible one first. */
enum { COL_FLEX = 1, COL_RIGHT = 2, COL_DROP = 4 /* left out on narrow terminals, last one first */ };

struct table_col {
	const char *head;
	unsigned flags;
	size_t min; /* never narrower than this, when flexible */
	size_t width;
	bool empty, dropped;
};

struct table_cell {
	char *text; /* safe text, owned */
	enum paint paint;
};

struct table {
	struct table_col *cols;
	size_t n_cols;
	struct { struct table_cell *items; size_t n, cap; } cells; /* row by row */
};

void table_add(struct table *t, enum paint p, const char *text); /* made safe here; NULL = empty */
void table_print(struct cli *c, struct table *t);
void table_release(struct table *t);
/* Appends at most `width` columns of safe text, the cut end shown as "…". Returns columns used. */
size_t table_fit(struct tkt_buf *out, const char *text, size_t width);

#endif
