/* index/embed_round: some tickets cut into pieces, and the vectors of those that are known. */
#include "index/embed_round_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum { WINDOW = 1800, PIECES = 16, PIECE_MAX = 6000 };

/* --- pieces ------------------------------------------------------------------------------------ */

size_t tkt_embed_cut(const char *s, size_t len, size_t most)
{
	if (len <= most)
		return len;
	while (most > 0 && ((unsigned char)s[most] & 0xC0) == 0x80)
		most--;
	return most;
}

static void add_piece(struct tkt_round *r, const struct tkt_embed *e, enum tkt_doc_field field, const char *title,
		      struct tkt_str text)
{
	struct tkt_buf all = TKT_BUF_INIT;
	struct tkt_piece *p;

	tkt_buf_puts(&all, title);
	if (*title && text.len)
		tkt_buf_putc(&all, '\n');
	tkt_buf_add(&all, text.ptr, tkt_embed_cut(text.ptr, text.len, PIECE_MAX));
	TKT_GROW(&r->pieces);
	p = &r->pieces.items[r->pieces.n++];
	*p = (struct tkt_piece){ .field = field, .len = all.len };
	tkt_embed_key(p->key, e, (struct tkt_str){ all.ptr, all.len });
	p->text = tkt_buf_detach(&all);
}

bool tkt_embed_blank(struct tkt_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] > ' ')
			return false;
	return true;
}

/* The title alone, then the pieces of the text with the title in front; of a ticket without a word, its id. */
void tkt_round_add(struct tkt_round *r, const struct tkt_embed *e, int64_t n, const struct tkt_doc *d)
{
	struct tkt_round_ticket t = { .n = n, .first = r->pieces.n };
	struct tkt_passages cuts = { NULL, 0, 0 };
	struct tkt_str title = { "", 0 };
	char *head;

	tkt_passages_make(&cuts, d, WINDOW, PIECES);
	if (cuts.n && cuts.items[0].field == TKT_DOC_TITLE)
		title = tkt_str_trim(cuts.items[0].text);
	head = tkt_strndup(title.len ? title.ptr : "", tkt_embed_cut(title.ptr, title.len, WINDOW));
	for (size_t i = 0; i < cuts.n; i++) {
		if (tkt_embed_blank(cuts.items[i].text))
			continue;
		if (cuts.items[i].field == TKT_DOC_TITLE)
			add_piece(r, e, TKT_DOC_TITLE, head, (struct tkt_str){ "", 0 });
		else
			add_piece(r, e, cuts.items[i].field, head, cuts.items[i].text);
	}
	if (r->pieces.n == t.first && d->record.id)
		add_piece(r, e, TKT_DOC_TITLE, d->record.id, (struct tkt_str){ "", 0 });
	t.count = r->pieces.n - t.first;
	TKT_GROW(&r->tickets);
	r->tickets.items[r->tickets.n++] = t;
	tkt_passages_release(&cuts);
	free(head);
}

/* The first piece of the round with that key. */
static const struct tkt_piece *same_before(const struct tkt_round *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (memcmp(r->pieces.items[k].key, r->pieces.items[i].key, TKT_EMBED_KEY) == 0)
			return &r->pieces.items[k];
	return NULL;
}

/* What the cache has. The first vector found says how long vectors are, if nobody knows. */
void tkt_round_look_up(struct tkt_index *x, struct tkt_round *r, size_t from, size_t *dims)
{
	struct tkt_buf found = TKT_BUF_INIT;

	for (size_t i = from; i < r->pieces.n; i++) {
		struct tkt_piece *p = &r->pieces.items[i];

		tkt_buf_reset(&found);
		if (tkt_embed_cache_get(x, p->key, *dims, &found)) {
			*dims = found.len;
			p->vec = tkt_malloc(found.len);
			memcpy(p->vec, found.ptr, found.len);
		} else if (!same_before(r, i)) {
			r->lacking++;
			r->bytes += p->len;
		}
	}
	tkt_buf_release(&found);
}

void tkt_round_reset(struct tkt_round *r)
{
	for (size_t i = 0; i < r->pieces.n; i++) {
		free(r->pieces.items[i].text);
		free(r->pieces.items[i].vec);
	}
	r->pieces.n = r->tickets.n = r->lacking = r->bytes = 0;
}

void tkt_round_release(struct tkt_round *r)
{
	tkt_round_reset(r);
	free(r->pieces.items);
	free(r->tickets.items);
}

size_t tkt_round_choose(const struct tkt_round *r, size_t step, size_t *at, struct tkt_str *texts)
{
	size_t n = 0, bytes = 0;

	for (size_t i = 0; i < r->pieces.n && n < step && n < TKT_EMBED_INPUTS; i++) {
		const struct tkt_piece *p = &r->pieces.items[i];

		if (p->vec || same_before(r, i))
			continue;
		if (n > 0 && bytes + p->len > TKT_EMBED_BYTES)
			break;
		texts[n] = (struct tkt_str){ p->text, p->len };
		at[n++] = i;
		bytes += p->len;
	}
	return n;
}

/* The answer to pieces[at[i]], and to every other piece of the same text. */
void tkt_round_take(struct tkt_round *r, const size_t *at, const struct tkt_floats *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct tkt_piece *asked = &r->pieces.items[at[i]];

		asked->vec = tkt_malloc(f->dims);
		asked->fresh = true;
		(void)tkt_vec_pack(asked->vec, f->items + i * f->dims, f->dims);
		r->lacking--;
		r->bytes -= asked->len;
		for (size_t k = at[i] + 1; k < r->pieces.n; k++) {
			struct tkt_piece *p = &r->pieces.items[k];

			if (p->vec || memcmp(p->key, asked->key, TKT_EMBED_KEY) != 0)
				continue;
			p->vec = tkt_malloc(f->dims);
			memcpy(p->vec, asked->vec, f->dims);
		}
	}
}

/* --- keeping ----------------------------------------------------------------------------------- */

bool tkt_round_whole(const struct tkt_round *r, const struct tkt_round_ticket *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (!r->pieces.items[t->first + i].vec)
			return false;
	return t->count > 0;
}

/* The mean of the pieces' directions, then the pieces. */
void tkt_round_blob(const struct tkt_round *r, const struct tkt_round_ticket *t, size_t dims, struct tkt_buf *blob)
{
	float *mean = tkt_calloc(dims, sizeof *mean), *v = tkt_calloc(dims, sizeof *v);

	for (size_t i = 0; i < t->count; i++) {
		const struct tkt_piece *p = &r->pieces.items[t->first + i];

		for (size_t k = 0; k < dims; k++)
			v[k] = (float)p->vec[k];
		(void)tkt_vec_unit(v, dims);
		for (size_t k = 0; k < dims; k++)
			mean[k] += v[k];
	}
	tkt_plain_add(blob, TKT_DOC_TITLE, mean, dims);
	for (size_t i = 0; i < t->count; i++) {
		const struct tkt_piece *p = &r->pieces.items[t->first + i];

		for (size_t k = 0; k < dims; k++)
			v[k] = (float)p->vec[k];
		tkt_plain_add(blob, p->field, v, dims);
	}
	free(mean);
	free(v);
}

