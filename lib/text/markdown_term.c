/* text/markdown: layout for a terminal: prefixes, wrapping by display width, styles. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/markdown_int.h"

static void put_code(struct tkt_buf *out, const char *code)
{
	if (code)
		tkt_buf_puts(out, code);
}

static void put_style(struct tkt_md_page *p, unsigned from, unsigned to)
{
	if (from == to)
		return;
	if (from)
		put_code(p->out, p->style->off);
	if (to & TKT_MD_HEADING)
		put_code(p->out, p->style->heading);
	if (to & TKT_MD_STRONG)
		put_code(p->out, p->style->strong);
	if (to & TKT_MD_EMPH)
		put_code(p->out, p->style->emph);
	if (to & TKT_MD_LINK)
		put_code(p->out, p->style->link);
	if (to & TKT_MD_CODE)
		put_code(p->out, p->style->code);
	if (to & TKT_MD_DIM)
		put_code(p->out, p->style->dim);
}

/* --- prefixes --- */

static size_t prefix_width(const struct tkt_md_page *p)
{
	size_t i, w = 0;

	for (i = 0; i < p->n; i++)
		w += p->levels[i].width;
	return w;
}

void tkt_md_push(struct tkt_md_page *p, const char *first, bool quote)
{
	size_t w = tkt_str_width(first, strlen(first)), n = strlen(first);
	struct tkt_md_level *l;

	/* Half of the line stays for text, however deep a hostile text nests. */
	if (p->hidden > 0 || p->n == TKT_MD_LEVELS || n >= sizeof l->first ||
	    (prefix_width(p) + w) * 2 > p->width) {
		p->hidden++;
		return;
	}
	l = &p->levels[p->n++];
	memset(l, 0, sizeof *l);
	memcpy(l->first, first, n + 1);
	if (quote)
		memcpy(l->rest, first, n + 1);
	else
		memset(l->rest, ' ', w);
	l->width = w;
	l->quote = quote;
}

static void put_prefix(struct tkt_md_page *p, bool consume)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		struct tkt_md_level *l = &p->levels[i];
		const char *text = l->used || !consume ? l->rest : l->first;
		bool bullet = !l->quote && text == l->first;

		if (l->quote || bullet)
			put_code(p->out, l->quote ? p->style->quote : p->style->bullet);
		tkt_buf_puts(p->out, text);
		if (l->quote || bullet)
			put_code(p->out, p->style->off);
		l->used = l->used || consume;
	}
}

/* No line ends in blanks of ours; a style's end behind them stays where it is. */
static void end_line(struct tkt_buf *out, size_t from)
{
	while (out->len > from && out->ptr[out->len - 1] == ' ')
		tkt_buf_truncate(out, out->len - 1);
	tkt_buf_putc(out, '\n');
}

void tkt_md_empty_line(struct tkt_md_page *p)
{
	size_t from = p->out->len;

	put_prefix(p, false);
	end_line(p->out, from);
}

void tkt_md_pop(struct tkt_md_page *p)
{
	if (p->hidden > 0) {
		p->hidden--;
		return;
	}
	if (!p->levels[p->n - 1].used) { /* an empty item still shows its bullet */
		size_t from = p->out->len;

		put_prefix(p, true);
		end_line(p->out, from);
	}
	p->n--;
}

/* --- a paragraph as atoms --- */

static bool is_wide(uint32_t cp)
{
	return tkt_cp_width(cp) == 2;
}

/* Punctuation that must not start a line. */
static bool closes(uint32_t cp)
{
	static const uint32_t marks[] = {
		0x3001, 0x3002, 0x300d, 0x300f, 0x3009, 0x300b, 0x3011, 0xff01, 0xff09, 0xff0c,
		0xff0e, 0xff1a, 0xff1b, 0xff1f, 0x30fc,
	};
	size_t i;

	for (i = 0; i < TKT_LEN(marks); i++) {
		if (marks[i] == cp)
			return true;
	}
	return false;
}

static void add_atom(struct tkt_md_page *p, const char *s, size_t n, unsigned style, bool cut)
{
	struct tkt_md_atom *a = p->atoms.n ? &p->atoms.items[p->atoms.n - 1] : NULL;

	if (!a || !p->open || cut || a->style != style || p->blanks || p->soft || p->hard) {
		TKT_GROW(&p->atoms);
		a = &p->atoms.items[p->atoms.n++];
		*a = (struct tkt_md_atom){ .start = p->text.len, .blanks = p->blanks, .style = style,
					   .soft = p->soft, .hard = p->hard, .cut = cut };
		p->blanks = 0;
		p->soft = p->hard = false;
	}
	tkt_buf_add(&p->text, s, n);
	a->len += n;
	p->open = true;
}

void tkt_md_text(struct tkt_md_page *p, const char *s, size_t n, unsigned style)
{
	struct tkt_buf b = TKT_BUF_INIT;
	uint32_t before = 0;
	size_t i = 0, used;

	tkt_str_visible(&b, s, n, "\t\n");
	while (i < b.len) {
		uint32_t cp = 0;
		bool wide;

		if (b.ptr[i] == ' ' || b.ptr[i] == '\t' || b.ptr[i] == '\n') {
			p->blanks++;
			before = 0;
			i++;
			continue;
		}
		used = tkt_utf8_decode(b.ptr + i, b.len - i, &cp);
		used = used ? used : 1;
		wide = is_wide(cp);
		/* wide characters may be parted from each other, so each starts an atom */
		add_atom(p, b.ptr + i, used, style, wide && is_wide(before) && !closes(cp));
		before = cp;
		i += used;
	}
	tkt_buf_release(&b);
}

void tkt_md_break(struct tkt_md_page *p, bool hard)
{
	p->hard = p->hard || hard;
	p->soft = true;
	p->blanks = 1;
}

/* --- wrapping --- */

/* The lines of a table (cmark knows none): each begins with '|'. Those stay as they are. */
static bool is_table(const struct tkt_md_page *p)
{
	size_t i;

	for (i = 0; i < p->atoms.n; i++) {
		const struct tkt_md_atom *a = &p->atoms.items[i];

		if ((i == 0 || a->soft) && p->text.ptr[a->start] != '|')
			return false;
	}
	return p->atoms.n > 0;
}

static bool may_break(const struct tkt_md_atom *a)
{
	return a->blanks > 0 || a->soft || a->cut;
}

/* Blanks in front of an atom on the same line: as many as in code and tables, else one. */
static size_t gap(const struct tkt_md_atom *a, bool table)
{
	return table || (a->style & TKT_MD_CODE) ? a->blanks : a->blanks > 0;
}

/* Puts atoms [from, to) on the line at hand. */
static void put_atoms(struct tkt_md_page *p, size_t from, size_t to, unsigned *style, size_t blanks,
		      bool table)
{
	size_t i;

	for (i = from; i < to; i++) {
		const struct tkt_md_atom *a = &p->atoms.items[i];
		size_t space = i == from ? blanks : gap(a, table);

		if (space > 0 && *style != a->style) {
			put_style(p, *style, *style & a->style);
			*style &= a->style;
		}
		tkt_buf_pad(p->out, ' ', space);
		put_style(p, *style, a->style);
		*style = a->style;
		tkt_buf_add(p->out, p->text.ptr + a->start, a->len);
	}
}

static void wrap(struct tkt_md_page *p)
{
	size_t indent = prefix_width(p), room = p->width > indent ? p->width - indent : 1;
	size_t i, next, col = 0, from = p->out->len;
	bool table = is_table(p), fresh = true;
	unsigned style = 0;

	for (i = 0; i < p->atoms.n; i = next) {
		const struct tkt_md_atom *a = &p->atoms.items[i];
		size_t w = a->width, space;
		bool line;

		for (next = i + 1; next < p->atoms.n && !may_break(&p->atoms.items[next]); next++)
			w += p->atoms.items[next].width;
		space = fresh ? 0 : gap(a, table);
		line = !fresh && (a->hard || (table ? a->soft : col + space + w > room));
		if (line) {
			put_style(p, style, 0);
			style = 0;
			end_line(p->out, from);
			from = p->out->len;
			space = col = 0;
		}
		if (line || fresh)
			put_prefix(p, true);
		fresh = false;
		put_atoms(p, i, next, &style, space, table);
		col += space + w;
	}
	put_style(p, style, 0);
	end_line(p->out, from);
}

void tkt_md_flush(struct tkt_md_page *p)
{
	size_t i;

	for (i = 0; i < p->atoms.n; i++) {
		struct tkt_md_atom *a = &p->atoms.items[i];

		a->width = tkt_str_width(p->text.ptr + a->start, a->len);
	}
	if (p->atoms.n > 0)
		wrap(p);
	p->atoms.n = 0;
	p->blanks = 0;
	p->soft = p->hard = p->open = false;
	tkt_buf_reset(&p->text);
}

/* --- lines that are not wrapped --- */

void tkt_md_verbatim(struct tkt_md_page *p, const char *s, size_t n, size_t indent, unsigned style)
{
	struct tkt_str all = { s, n }, line;
	size_t pos = 0;

	while (tkt_str_line(all, &pos, &line)) {
		size_t from = p->out->len;

		put_prefix(p, true);
		if (line.len > 0) {
			tkt_buf_pad(p->out, ' ', indent);
			put_style(p, 0, style);
			tkt_str_visible(p->out, line.ptr, line.len, "\t");
			put_style(p, style, 0);
			tkt_buf_putc(p->out, '\n'); /* blanks at its end are the text's own */
		} else {
			end_line(p->out, from);
		}
	}
}

void tkt_md_rule(struct tkt_md_page *p)
{
	size_t indent = prefix_width(p), n = p->width > indent ? p->width - indent : 1;

	put_prefix(p, true);
	put_style(p, 0, TKT_MD_DIM);
	for (n = n > 40 ? 40 : n; n > 0; n--)
		tkt_buf_puts(p->out, "\xe2\x94\x80"); /* U+2500 */
	put_style(p, TKT_MD_DIM, 0);
	tkt_buf_putc(p->out, '\n');
}

void tkt_md_page_release(struct tkt_md_page *p)
{
	tkt_buf_release(&p->text);
	free(p->atoms.items);
	memset(&p->atoms, 0, sizeof p->atoms);
}
