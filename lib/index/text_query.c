/* index/text_query: what a user typed as things to look for. Floor 3. */
#include "index/fulltext_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "index/token.h"

#define RUN_MAX 8 /* words in a row without a blank between */

struct parser {
	struct tkt_text_query *q;
	struct tkt_buf words;  /* of a phrase */
	size_t n_words;
	size_t base;           /* of the words that are read, in the query */
	size_t whole;          /* the last term that was no part, + 1 */
	size_t last_end;       /* of the token before */
	bool plain;            /* there is a word that is neither phrase nor prefix */
	bool dense, dense_end; /* the phrase has such words; the token before was one */
	bool only_common;
	uint32_t *slots;       /* of the terms that are no prefixes: number + 1, by hash */
	size_t n_slots;        /* a power of two, or 0 */
};

static struct tkt_text_term *add(struct parser *p, const char *text, size_t n, size_t tokens)
{
	struct tkt_text_query *q = p->q;
	struct tkt_text_term *t;

	if (!n || q->n >= TKT_TEXT_TERMS_READ)
		return NULL;
	TKT_GROW(q);
	t = &q->items[q->n++];
	memset(t, 0, sizeof *t);
	t->text = tkt_strndup(text, n);
	t->tokens = tokens;
	t->group = q->groups;
	return t;
}

/* Where such a term stands, or the free slot where it would. */
static uint32_t *slot_of(const struct parser *p, const char *text, size_t n, size_t tokens)
{
	size_t at = (size_t)tkt_fnv1a(text, n) + tokens;

	for (;; at++) {
		uint32_t *slot = &p->slots[at & (p->n_slots - 1)];
		const struct tkt_text_term *t = *slot ? &p->q->items[*slot - 1] : NULL;

		if (!t || (t->tokens == tokens && strlen(t->text) == n && !memcmp(t->text, text, n)))
			return slot;
	}
}

static void more_slots(struct parser *p)
{
	free(p->slots);
	p->n_slots = p->n_slots ? p->n_slots * 4 : 256;
	p->slots = tkt_calloc(p->n_slots, sizeof *p->slots);
	for (size_t i = 0; i < p->q->n; i++) {
		const struct tkt_text_term *t = &p->q->items[i];

		if (!t->prefix)
			*slot_of(p, t->text, strlen(t->text), t->tokens) = (uint32_t)i + 1;
	}
}

static struct tkt_text_term *add_once(struct parser *p, const char *text, size_t n, size_t tokens)
{
	struct tkt_text_term *t = NULL;
	uint32_t *slot;

	if (p->q->n * 2 >= p->n_slots)
		more_slots(p);
	slot = slot_of(p, text, n, tokens);
	if (!*slot) {
		t = add(p, text, n, tokens);
		*slot = t ? (uint32_t)p->q->n : 0;
	}
	return t;
}

static bool one_sign(struct tkt_str s)
{
	uint32_t cp;

	return s.len && tkt_utf8_decode(s.ptr, s.len, &cp) == s.len;
}

/* The last sign of a run of pairs: the pair before holds it. */
static bool is_tail(const struct parser *p, const struct tkt_token *t)
{
	return (t->flags & TKT_TOKEN_CJK) && p->dense_end && t->end == p->last_end && one_sign(t->text);
}

static int on_phrase_token(void *payload, const struct tkt_token *t)
{
	struct parser *p = payload;

	if (t->flags & TKT_TOKEN_PART || is_tail(p, t))
		return 0;
	p->dense_end = t->flags & TKT_TOKEN_CJK;
	p->dense = p->dense || p->dense_end;
	p->last_end = t->end;
	/* Common words are at no position of their own in the index. */
	if (t->flags & TKT_TOKEN_COMMON)
		return 0;
	p->only_common = false;
	if (p->n_words++)
		tkt_buf_putc(&p->words, ' ');
	tkt_buf_add(&p->words, t->text.ptr, t->text.len);
	return 0;
}

/* "to be or not to be": short texts that have all of these words, in whatever order. */
static int on_common_token(void *payload, const struct tkt_token *t)
{
	struct parser *p = payload;
	struct tkt_text_term *term = add_once(p, t->text.ptr, t->text.len, 1);

	if (term) {
		term->common = true;
		p->q->groups++;
	}
	return 0;
}

static void begin_phrase(struct parser *p)
{
	tkt_buf_reset(&p->words);
	p->n_words = 0;
	p->last_end = 0;
	p->dense = p->dense_end = false;
	p->only_common = true;
}

static void phrase(struct parser *p, const char *text, size_t n)
{
	struct tkt_text_term *t;

	begin_phrase(p);
	tkt_tokens_each(text, n, NULL, on_phrase_token, p);
	if (!p->n_words && p->only_common) {
		tkt_tokens_each(text, n, NULL, on_common_token, p);
		return;
	}
	t = add_once(p, p->words.ptr, p->words.len, p->n_words);
	if (!t)
		return;
	t->dense = p->dense;
	t->prefix = p->dense && p->n_words == 1 && one_sign(tkt_str_of(t->text));
	p->q->groups++;
}

/* What the run of words ended with is also a phrase. */
static void end_run(struct parser *p)
{
	struct tkt_text_term *t;

	if (p->n_words > 1 && p->n_words <= RUN_MAX) {
		t = add_once(p, p->words.ptr, p->words.len, p->n_words);
		if (t) {
			t->run = true;
			p->q->groups++;
		}
	}
	tkt_buf_reset(&p->words);
	p->n_words = 0;
}

static int on_word(void *payload, const struct tkt_token *t)
{
	struct parser *p = payload;
	bool dense = t->flags & TKT_TOKEN_CJK, part = t->flags & TKT_TOKEN_PART;
	struct tkt_text_term *term;

	if (is_tail(p, t))
		return 0;
	if (dense || (!part && t->start > p->last_end + 2))
		end_run(p);
	term = add_once(p, t->text.ptr, t->text.len, 1);
	if (term) {
		term->word = tkt_strndup(t->folded.ptr, t->folded.len);
		term->start = p->base + t->start;
		term->end = p->base + t->end;
		term->whole = part ? p->whole : 0;
		term->dense = dense;
		term->common = t->flags & TKT_TOKEN_COMMON;
		term->part = part;
		term->prefix = dense && one_sign(t->text);
		p->q->groups++;
	}
	p->dense_end = dense;
	if (part)
		return 0;
	p->whole = term ? p->q->n : 0;
	p->last_end = t->end;
	if (!dense && !(t->flags & TKT_TOKEN_COMMON)) {
		if (p->n_words++)
			tkt_buf_putc(&p->words, ' ');
		tkt_buf_add(&p->words, t->text.ptr, t->text.len);
	}
	return 0;
}

static int on_prefix_token(void *payload, const struct tkt_token *t)
{
	struct parser *p = payload;

	if (t->flags & TKT_TOKEN_PART || is_tail(p, t))
		return 0;
	p->dense_end = p->dense = t->flags & TKT_TOKEN_CJK;
	p->last_end = t->end;
	p->n_words++;
	tkt_buf_reset(&p->words);
	tkt_buf_add(&p->words, t->folded.ptr, t->folded.len);
	tkt_buf_putc(&p->words, ' ');
	tkt_buf_add(&p->words, t->text.ptr, t->text.len);
	return 0;
}

/* word*: what begins with it. The index holds stems, which may be shorter than what was typed: running* is to find
 * "run" (its own stem), runn* too (two of a kind become one where an ending fell). */
static bool prefix(struct parser *p, const char *text, size_t n)
{
	struct tkt_text_term *t;
	const char *stem;
	size_t len;

	begin_phrase(p);
	tkt_tokens_each(text, n, NULL, on_prefix_token, p);
	if (p->n_words != 1)
		return false;
	stem = strchr(p->words.ptr, ' ') + 1;
	len = (size_t)(stem - 1 - p->words.ptr);
	t = add(p, p->words.ptr, len, 1);
	if (!t)
		return true;
	t->prefix = true;
	t->dense = p->dense;
	if (!p->dense && strlen(stem) < len)
		add(p, stem, strlen(stem), 1);
	else if (len > 3 && p->words.ptr[len - 1] == p->words.ptr[len - 2])
		add(p, p->words.ptr, len - 1, 1);
	p->q->groups++;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || !c;
}

static void words(struct parser *p, const char *text, size_t n)
{
	size_t before = p->q->groups;

	while (n && (text[n - 1] == ',' || text[n - 1] == ';'))
		n--;
	if (n > 1 && text[n - 1] == '*' && text[n - 2] != '*' && text[0] != '*' && prefix(p, text, n - 1))
		return;
	begin_phrase(p);
	p->base = (size_t)(text - p->q->text);
	tkt_tokens_each(text, n, NULL, on_word, p);
	end_run(p);
	p->plain = p->plain || p->q->groups > before;
}

/* Common words count only where there is nothing else. */
static void drop_common(struct tkt_text_query *q)
{
	size_t kept = 0, said = 0;

	for (size_t i = 0; i < q->n; i++)
		said += !q->items[i].common;
	if (!said)
		return;
	for (size_t i = 0; i < q->n; i++) {
		if (q->items[i].whole)
			q->items[i].whole -= i - kept; /* a common word has no parts: nothing goes between */
		if (q->items[i].common) {
			free(q->items[i].text);
			free(q->items[i].word);
			q->groups--;
		} else {
			q->items[kept++] = q->items[i];
		}
	}
	q->n = kept;
}

void tkt_text_query_parse(struct tkt_text_query **out, const char *text, size_t n)
{
	struct parser p = { .words = TKT_BUF_INIT };
	size_t pos = 0;

	p.q = tkt_calloc(1, sizeof *p.q);
	p.q->text = tkt_strndup(text, n);
	p.q->text_n = n;
	text = p.q->text;
	while (pos < n) {
		size_t end = pos + 1;

		if (is_blank(text[pos])) {
			pos++;
			continue;
		}
		if (text[pos] == '"') {
			const char *close = memchr(text + end, '"', n - end);

			if (close)
				phrase(&p, text + end, (size_t)(close - text) - end);
			pos = close ? (size_t)(close - text) + 1 : end;
			continue;
		}
		while (end < n && !is_blank(text[end]) && text[end] != '"')
			end++;
		words(&p, text + pos, end - pos);
		pos = end;
	}
	p.q->all = !p.plain && p.q->groups > 0;
	drop_common(p.q);
	free(p.slots);
	tkt_buf_release(&p.words);
	*out = p.q;
}

void tkt_text_query_free(struct tkt_text_query *q)
{
	if (!q)
		return;
	for (size_t i = 0; i < q->n; i++) {
		free(q->items[i].text);
		free(q->items[i].word);
	}
	free(q->items);
	free(q->text);
	free(q);
}

bool tkt_text_query_empty(const struct tkt_text_query *q)
{
	return !q->n;
}
