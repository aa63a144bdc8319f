/* index/snippet: the passage that shows best why a ticket was found. Floor 3.
 *
 * One pass over all texts finds the window with the most (and the longest) different words of the query; it is
 * then put on one line, and the words in it are marked. */
#include "index/fulltext_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "index/token.h"

#define ELLIPSIS "\xe2\x80\xa6"
#define REPEAT .05 /* what a word that stands there already adds */

struct wanted {
	struct tkt_str text;
	double weight;
	bool prefix;
};

/* The tokens of the query, to be looked up. */
struct lookup {
	struct { struct wanted *items; size_t n, cap; } words;
	uint32_t *slots; /* number + 1 */
	size_t mask;
	bool prefixes;
};

struct hit {
	size_t word, start, end;
};

struct finder {
	struct lookup look;
	struct { struct hit *items; size_t n, cap; } hits; /* from `first` on in the window */
	size_t first;
	unsigned *counts;      /* of each wanted word in the window */
	double score;
	size_t whole_start, whole_end; /* of the word whose parts come now */
	size_t part, width;
	struct { size_t part, start, end; double score; } best;
};

/* --- the words of the query -------------------------------------------------------------------- */

static void want(struct lookup *l, struct tkt_str text, const struct tkt_text_term *t)
{
	struct wanted *w;

	TKT_GROW(&l->words);
	w = &l->words.items[l->words.n++];
	w->text = text;
	w->prefix = t->prefix;
	w->weight = (text.len < 12 ? (double)text.len : 12) + 2;
	if (t->part || t->common)
		w->weight /= 4;
	l->prefixes = l->prefixes || t->prefix;
}

static size_t find_slot(const struct lookup *l, struct tkt_str text)
{
	size_t at = (size_t)tkt_fnv1a(text.ptr, text.len) & l->mask;

	while (l->slots[at]) {
		struct tkt_str is = l->words.items[l->slots[at] - 1].text;

		if (is.len == text.len && !memcmp(is.ptr, text.ptr, is.len))
			break;
		at = (at + 1) & l->mask;
	}
	return at;
}

static void make_lookup(struct lookup *l, const struct tkt_text_query *q)
{
	size_t size = 16;

	for (size_t i = 0; i < q->n; i++) {
		const char *p = q->items[i].text;

		while (*p) {
			struct tkt_str token = { p, strcspn(p, " ") };

			want(l, token, &q->items[i]);
			p += token.len + (p[token.len] == ' ');
		}
	}
	while (size < l->words.n * 4)
		size *= 2;
	l->slots = tkt_calloc(size, sizeof *l->slots);
	l->mask = size - 1;
	for (size_t i = 0; i < l->words.n; i++) {
		size_t at = find_slot(l, l->words.items[i].text);

		if (!l->slots[at])
			l->slots[at] = (uint32_t)i + 1;
	}
}

/* The number of the wanted word that this token is, + 1. */
static size_t look_up(const struct lookup *l, const struct tkt_token *t)
{
	size_t found = l->slots[find_slot(l, t->text)];

	for (size_t i = 0; l->prefixes && !found && i < l->words.n; i++) {
		const struct wanted *w = &l->words.items[i];

		if (w->prefix && t->folded.len >= w->text.len && !memcmp(t->folded.ptr, w->text.ptr, w->text.len))
			found = i + 1;
	}
	return found;
}

static void lookup_release(struct lookup *l)
{
	free(l->words.items);
	free(l->slots);
}

/* --- the best window ----------------------------------------------------------------------------- */

static void leave(struct finder *f)
{
	const struct hit *h = &f->hits.items[f->first++];
	double weight = f->look.words.items[h->word].weight;

	f->score -= --f->counts[h->word] ? weight * REPEAT : weight;
}

static int on_token(void *payload, const struct tkt_token *t)
{
	struct finder *f = payload;
	size_t found = look_up(&f->look, t);
	struct hit h = { found - 1, t->start, t->end };
	double weight;

	if (!(t->flags & TKT_TOKEN_PART)) {
		f->whole_start = t->start;
		f->whole_end = t->end;
	}
	if (!found)
		return 0;
	if (t->flags & TKT_TOKEN_PART) {
		h.start = f->whole_start;
		h.end = f->whole_end;
	}
	while (f->first < f->hits.n && h.end - f->hits.items[f->first].start > f->width)
		leave(f);
	if (f->first == f->hits.n)
		f->first = f->hits.n = 0;
	TKT_GROW(&f->hits);
	f->hits.items[f->hits.n++] = h;
	weight = f->look.words.items[h.word].weight;
	f->score += f->counts[h.word]++ ? weight * REPEAT : weight;
	/* Sums of parts of weights: a hair more is not more. */
	if (f->score > f->best.score + 1e-6) {
		f->best.score = f->score;
		f->best.part = f->part;
		f->best.start = f->hits.items[f->first].start;
		f->best.end = h.end;
	}
	return 0;
}

static void find(struct finder *f, const struct tkt_doc *d)
{
	struct tkt_buf scratch = TKT_BUF_INIT;

	for (f->part = 0; f->part < d->n; f->part++) {
		const struct tkt_doc_part *p = &d->items[f->part];

		if (p->field == TKT_DOC_TITLE) /* is shown anyway */
			continue;
		tkt_tokens_each(p->text.ptr, p->text.len, &scratch, on_token, f);
		while (f->first < f->hits.n)
			leave(f);
		f->first = f->hits.n = 0;
		f->score = 0;
	}
	tkt_buf_release(&scratch);
}

/* --- putting it on a line -------------------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* One code point forward; a wrong byte is one column of U+FFFD. */
static size_t step(struct tkt_str s, size_t pos, size_t *columns)
{
	uint32_t cp;
	size_t used = tkt_utf8_decode(s.ptr + pos, s.len - pos, &cp);

	*columns = used ? (size_t)tkt_cp_width(cp) : 1;
	return used ? used : 1;
}

/* May text be cut before pos? At blanks, and between signs that are wide: their scripts have no blanks. */
static bool is_border(struct tkt_str s, size_t pos)
{
	size_t columns;

	if (!pos || pos >= s.len || is_blank(s.ptr[pos]) || is_blank(s.ptr[pos - 1]))
		return true;
	if (((unsigned char)s.ptr[pos] & 0xc0) == 0x80)
		return false;
	step(s, pos, &columns);
	return columns == 2;
}

/* Where to begin so that about `columns` stand before pos. */
static size_t begin_at(struct tkt_str s, size_t pos, size_t columns)
{
	size_t from = pos, used = 0, wide;

	while (from && used < columns) {
		from--;
		if (((unsigned char)s.ptr[from] & 0xc0) == 0x80 && from)
			continue;
		step(s, from, &wide);
		used += wide;
	}
	while (from < pos && (!is_border(s, from) || is_blank(s.ptr[from])))
		from++;
	return from;
}

/* Where to end a line of `columns` that begins at `from`; after `least`, if there is a border. */
static size_t end_at(struct tkt_str s, size_t from, size_t least, size_t columns)
{
	size_t pos = from, border = 0, used = 0;

	while (pos < s.len) {
		size_t wide, n = step(s, pos, &wide);

		if (is_blank(s.ptr[pos]))
			wide = pos && is_blank(s.ptr[pos - 1]) ? 0 : 1;
		if (used + wide > columns)
			break;
		used += wide;
		pos += n;
		if (pos >= least && is_border(s, pos))
			border = pos;
	}
	if (pos < s.len && border > from)
		pos = border;
	while (pos > from && pos < s.len && is_blank(s.ptr[pos - 1]))
		pos--;
	return pos;
}

struct marker {
	struct lookup *look;
	struct { struct hit *items; size_t n, cap; } marks;
	size_t whole_start, whole_end;
};

static int on_mark(void *payload, const struct tkt_token *t)
{
	struct marker *m = payload;
	size_t n = m->marks.n;

	if (!(t->flags & TKT_TOKEN_PART)) {
		m->whole_start = t->start;
		m->whole_end = t->end;
	}
	if (!look_up(m->look, t))
		return 0;
	/* Pairs of signs overlap, parts lie in their word. */
	if (n && m->whole_start <= m->marks.items[n - 1].end) {
		if (m->whole_end > m->marks.items[n - 1].end)
			m->marks.items[n - 1].end = m->whole_end;
		return 0;
	}
	TKT_GROW(&m->marks);
	m->marks.items[m->marks.n++] = (struct hit){ 0, m->whole_start, m->whole_end };
	return 0;
}

static void put_line(struct tkt_snippet *out, struct tkt_buf *line, struct tkt_str s, const struct marker *m)
{
	size_t mark = 0, pos = 0;

	while (pos <= s.len) {
		uint32_t cp;
		size_t used;

		if (mark < m->marks.n && pos >= m->marks.items[mark].end) {
			out->marks.items[out->marks.n - 1].end = line->len;
			mark++;
		}
		if (mark < m->marks.n && pos == m->marks.items[mark].start) {
			TKT_GROW(&out->marks);
			out->marks.items[out->marks.n++].start = line->len;
		}
		if (pos == s.len)
			break;
		used = tkt_utf8_decode(s.ptr + pos, s.len - pos, &cp);
		if (is_blank(s.ptr[pos])) {
			if (line->len && !is_blank(line->ptr[line->len - 1]))
				tkt_buf_putc(line, ' ');
		} else {
			tkt_utf8_encode(line, used ? cp : 0xfffd);
		}
		pos += used ? used : 1;
	}
}

static void show(struct tkt_snippet *out, struct tkt_str s, size_t from, size_t to, struct lookup *look)
{
	struct marker m = { .look = look };
	struct tkt_buf line = TKT_BUF_INIT;
	struct tkt_str cut = { s.ptr + from, to - from };

	tkt_tokens_each(cut.ptr, cut.len, NULL, on_mark, &m);
	if (from)
		tkt_buf_puts(&line, ELLIPSIS);
	put_line(out, &line, cut, &m);
	while (line.len && line.ptr[line.len - 1] == ' ')
		tkt_buf_truncate(&line, line.len - 1);
	if (to < s.len)
		tkt_buf_puts(&line, ELLIPSIS);
	out->text = tkt_buf_detach(&line);
	free(m.marks.items);
}

/* Nothing of the query stands outside the title: how the ticket begins. */
static size_t first_part(const struct tkt_doc *d)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->items[i].field >= TKT_DOC_BODY && tkt_str_trim(d->items[i].text).len)
			return i;
	}
	return d->n;
}

void tkt_snippet_make(struct tkt_snippet *out, const struct tkt_doc *d, const struct tkt_text_query *q,
		      size_t width)
{
	struct finder f = { .width = width < 16 ? 16 : width };
	size_t from = 0, to, span;
	struct tkt_str s;

	memset(out, 0, sizeof *out);
	make_lookup(&f.look, q);
	f.counts = tkt_calloc(f.look.words.n + 1, sizeof *f.counts);
	if (f.look.words.n)
		find(&f, d);
	if (f.best.score <= 0)
		f.best.part = first_part(d);
	out->field = f.best.part < d->n ? d->items[f.best.part].field : TKT_DOC_BODY;
	if (f.best.part < d->n) {
		s = d->items[f.best.part].text;
		while (s.len && is_blank(s.ptr[s.len - 1]))
			s.len--;
		span = f.best.end - f.best.start;
		if (f.best.score > 0)
			from = begin_at(s, f.best.start, span < f.width ? (f.width - span) / 3 : 0);
		if (from && from == strspn(s.ptr, " \t\r\n"))
			from = 0;
		to = end_at(s, from, f.best.end, f.width - 2);
		show(out, s, from, to, &f.look);
	} else {
		out->text = tkt_strdup("");
	}
	free(f.counts);
	free(f.hits.items);
	lookup_release(&f.look);
}

void tkt_snippet_release(struct tkt_snippet *s)
{
	if (!s)
		return;
	free(s->text);
	free(s->marks.items);
	memset(s, 0, sizeof *s);
}
