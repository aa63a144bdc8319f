/* table: rows of cells in columns that fit the terminal. */
#include "term.h"

#include "base/mem.h"
#include "base/str.h"
#include "out.h"

#define GAP 2

void table_add(struct table *t, enum paint p, const char *text)
{
	struct tkt_buf safe = TKT_BUF_INIT;

	out_field(&safe, text);
	TKT_GROW(&t->cells);
	t->cells.items[t->cells.n].text = tkt_buf_detach(&safe);
	t->cells.items[t->cells.n++].paint = p;
}

void table_release(struct table *t)
{
	for (size_t i = 0; i < t->cells.n; i++)
		free(t->cells.items[i].text);
	free(t->cells.items);
	memset(&t->cells, 0, sizeof t->cells);
}

size_t table_fit(struct tkt_buf *out, const char *text, size_t width)
{
	size_t n = strlen(text), used = 0, i = 0;
	size_t full = tkt_str_width(text, n);

	if (full <= width) {
		tkt_buf_add(out, text, n);
		return full;
	}
	while (i < n) {
		uint32_t cp = 0;
		size_t len = tkt_utf8_decode(text + i, n - i, &cp);
		size_t w = len ? (size_t)tkt_cp_width(cp) : 1;

		if (used + w + 1 > width)
			break;
		tkt_buf_add(out, text + i, len ? len : 1);
		used += w;
		i += len ? len : 1;
	}
	while (out->len && out->ptr[out->len - 1] == ' ' && used) { /* no blank before the mark */
		tkt_buf_truncate(out, out->len - 1);
		used--;
	}
	tkt_buf_puts(out, "…");
	return used + 1;
}

static void natural_widths(struct table *t)
{
	for (size_t i = 0; i < t->n_cols; i++) {
		t->cols[i].width = 0;
		t->cols[i].empty = true;
		t->cols[i].dropped = false;
	}
	for (size_t i = 0; i < t->cells.n; i++) {
		struct table_col *col = &t->cols[i % t->n_cols];
		const char *text = t->cells.items[i].text;
		size_t w = *text ? tkt_str_width(text, strlen(text)) : 0;

		if (w > col->width)
			col->width = w;
		col->empty &= w == 0;
	}
	for (size_t i = 0; i < t->n_cols; i++) {
		size_t head = tkt_str_width(t->cols[i].head, strlen(t->cols[i].head));

		t->cols[i].dropped = t->cols[i].empty;
		if (t->cols[i].width < head)
			t->cols[i].width = head;
	}
}

static size_t total(const struct table *t)
{
	size_t sum = 0;

	for (size_t i = 0; i < t->n_cols; i++)
		if (!t->cols[i].dropped)
			sum += t->cols[i].width + GAP;
	return sum > GAP ? sum - GAP : 0;
}

/* Takes `over` columns away: flexible ones shrink to their minimum (at the worst to `least`), the
 * widest first. Returns what is still too much. */
static size_t shrink(struct table *t, size_t over, size_t least)
{
	while (over > 0) {
		struct table_col *widest = NULL;

		for (size_t i = 0; i < t->n_cols; i++) {
			struct table_col *col = &t->cols[i];

			if (!col->dropped && (col->flags & COL_FLEX) &&
			    col->width > (least < col->min ? least : col->min) &&
			    (!widest || col->width > widest->width))
				widest = col;
		}
		if (!widest)
			return over;
		widest->width--;
		over--;
	}
	return 0;
}

/* Narrower than anybody works: the text gets what is left, then only the first columns stay. */
static void squeeze(struct table *t, size_t width)
{
	for (size_t i = t->n_cols; i > 0; i--) {
		size_t sum = total(t);

		if (sum <= width || shrink(t, sum - width, 12) == 0)
			return;
		if (i > 1 && !(t->cols[i - 1].flags & COL_FLEX))
			t->cols[i - 1].dropped = true;
	}
}

/* A column that may be left out goes before the flexible ones get too narrow to read. */
static void fit(struct table *t, size_t width)
{
	size_t least, sum;

	for (;;) {
		struct table_col *victim = NULL;

		least = 0;
		for (size_t i = 0; i < t->n_cols; i++) {
			struct table_col *col = &t->cols[i];

			if (col->dropped)
				continue;
			least += ((col->flags & COL_FLEX) && col->min < col->width ? col->min : col->width) + GAP;
			if (col->flags & COL_DROP)
				victim = col;
		}
		if (least <= width + GAP || !victim)
			break;
		victim->dropped = true;
	}
	sum = total(t);
	if (sum > width && shrink(t, sum - width, (size_t)-1) > 0)
		squeeze(t, width);
}

static void print_cell(struct cli *c, const struct table_col *col, const char *text, enum paint p,
		       bool last)
{
	struct tkt_buf cut = TKT_BUF_INIT;
	size_t used = table_fit(&cut, text, col->width);
	size_t pad = used < col->width ? col->width - used : 0;

	if (col->flags & COL_RIGHT)
		tkt_buf_pad(&c->out, ' ', pad);
	if (*cut.ptr) {
		tkt_buf_puts(&c->out, term_on(c, p));
		tkt_buf_add(&c->out, cut.ptr, cut.len);
		if (p < PAINT_N)
			tkt_buf_puts(&c->out, term_off(c));
	}
	if (!last)
		tkt_buf_pad(&c->out, ' ', (col->flags & COL_RIGHT ? 0 : pad) + GAP);
	tkt_buf_release(&cut);
}

void table_print(struct cli *c, struct table *t)
{
	size_t last = 0;

	natural_widths(t);
	fit(t, c->width);
	for (size_t i = 0; i < t->n_cols; i++)
		if (!t->cols[i].dropped)
			last = i;
	for (size_t i = 0; i < t->n_cols; i++)
		if (!t->cols[i].dropped)
			print_cell(c, &t->cols[i], t->cols[i].head, PAINT_DIM, i == last);
	tkt_buf_putc(&c->out, '\n');
	for (size_t i = 0; i < t->cells.n; i++) {
		size_t col = i % t->n_cols;

		if (!t->cols[col].dropped)
			print_cell(c, &t->cols[col], t->cells.items[i].text, t->cells.items[i].paint,
				   col == last);
		if (col + 1 == t->n_cols)
			tkt_buf_putc(&c->out, '\n');
	}
}
