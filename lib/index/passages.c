/* index/passages: a ticket cut into pieces for vectors. Floor 3. */
#include <stdlib.h>

#include "base/mem.h"
#include "index/semantic_int.h"

void tkt_passages_release(struct tkt_passages *p)
{
	if (!p)
		return;
	free(p->items);
	*p = (struct tkt_passages){ NULL, 0, 0 };
}

static bool inside_sign(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* How good it is to cut before s.ptr[i]: after an empty line or before a heading 3, a line 2, a sentence or word 1. */
static int cut_value(struct tkt_str s, size_t i)
{
	const char *p = s.ptr + i;

	if (p[-1] == '\n')
		return *p == '#' || (i >= 2 && p[-2] == '\n') ? 3 : 2;
	if (p[-1] == ' ' || (i >= 3 && p[-3] == '\xe3' && p[-2] == '\x80' && p[-1] == '\x82'))
		return 1;
	return 0;
}

/* The best place to cut in the second half of [0, window); the last of equals. */
static size_t best_cut(struct tkt_str s, size_t window)
{
	size_t best = window;
	int value = 0;

	for (size_t i = window; i > window * 3 / 5; i--) {
		int v = cut_value(s, i);

		if (v > value) {
			value = v;
			best = i;
		}
	}
	while (!value && best > window * 3 / 5 && inside_sign(s.ptr[best]))
		best--;
	return best;
}

static bool blank(struct tkt_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] > ' ')
			return false;
	return true;
}

static void add(struct tkt_passages *out, enum tkt_doc_field field, struct tkt_str text)
{
	if (blank(text))
		return;
	TKT_GROW(out);
	out->items[out->n++] = (struct tkt_passage){ field, text };
}

/* A last piece that would be small stays with the one before. */
static void cut(struct tkt_passages *out, const struct tkt_doc_part *part, size_t window)
{
	struct tkt_str rest = part->text;

	while (rest.len > window + window / 5) {
		size_t n = best_cut(rest, window);

		add(out, part->field, (struct tkt_str){ rest.ptr, n });
		rest.ptr += n;
		rest.len -= n;
	}
	add(out, part->field, rest);
}

void tkt_passages_make(struct tkt_passages *out, const struct tkt_doc *d, size_t window, size_t max)
{
	size_t from = out->n;

	if (window < 64)
		window = 64;
	if (max == 1)
		max = 2; /* the title, and one for all the rest cannot be: parts stay apart */
	for (int tries = 0;; tries++) {
		out->n = from;
		for (size_t i = 0; i < d->n; i++) {
			const struct tkt_doc_part *part = &d->items[i];

			if (part->field == TKT_DOC_TITLE)
				add(out, part->field, part->text);
			else if (part->field != TKT_DOC_LABELS)
				cut(out, part, window);
		}
		if (!max || out->n - from <= max)
			return;
		if (tries == 60)
			break;
		window += window / 5;
	}
	out->n = from + max; /* more parts than that: the first ones count */
}
