/* index/lsa_features: text -> bag of features. Floor 3. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "index/lsa_int.h"
#include "index/token.h"

#define GRAM 4       /* letters */
#define WORD_MAX 30  /* longer ones are no words */
#define TF_MAX 1000

void tkt_lsa_bag_init(struct tkt_lsa_bag *b)
{
	*b = (struct tkt_lsa_bag){ .scratch = TKT_BUF_INIT, .pair_end = (size_t)-1 };
	b->tf = tkt_calloc(TKT_LSA_FEATURES, sizeof *b->tf);
}

void tkt_lsa_bag_release(struct tkt_lsa_bag *b)
{
	free(b->tf);
	free(b->used.items);
	tkt_buf_release(&b->scratch);
	*b = (struct tkt_lsa_bag){ .scratch = TKT_BUF_INIT };
}

void tkt_lsa_bag_empty(struct tkt_lsa_bag *b)
{
	for (size_t i = 0; i < b->used.n; i++)
		b->tf[b->used.items[i]] = 0;
	b->used.n = 0;
}

uint32_t tkt_lsa_mix(uint32_t h)
{
	h ^= h >> 16;
	h *= 0x7feb352dU;
	h ^= h >> 15;
	h *= 0x846ca68bU;
	return h ^ h >> 16;
}

static uint32_t hash(uint32_t seed, const char *s, size_t n)
{
	uint32_t h = 2166136261U ^ seed;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619U;
	return tkt_lsa_mix(h);
}

static void count(struct tkt_lsa_bag *b, uint32_t feature)
{
	if (!b->tf[feature]) {
		TKT_GROW(&b->used);
		b->used.items[b->used.n++] = feature;
	}
	if (b->tf[feature] < TF_MAX)
		b->tf[feature]++;
}

static void count_word(struct tkt_lsa_bag *b, const char *s, size_t n)
{
	count(b, hash('w', s, n) % TKT_LSA_WORDS);
}

static void count_letters(struct tkt_lsa_bag *b, uint32_t h)
{
	count(b, TKT_LSA_WORDS + h % TKT_LSA_WORDS);
}

/* <word>: its pieces of four signs; a shorter one whole. */
static void grams(struct tkt_lsa_bag *b, struct tkt_str word)
{
	char s[WORD_MAX + 2];
	size_t at[WORD_MAX + 3], signs = 0, n = 0;

	if (word.len > WORD_MAX)
		return;
	s[n++] = '<';
	memcpy(s + n, word.ptr, word.len);
	n += word.len;
	s[n++] = '>';
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			at[signs++] = i;
	at[signs] = n;
	if (signs < GRAM)
		count_letters(b, hash('c', s, n));
	for (size_t i = 0; i + GRAM <= signs; i++)
		count_letters(b, hash('c', s + at[i], at[i + GRAM] - at[i]));
}

/* Two signs are a word, and three are one of its pieces. */
static void dense(struct tkt_lsa_bag *b, const struct tkt_token *t)
{
	uint32_t h = hash('c', t->text.ptr, t->text.len);

	count_word(b, t->text.ptr, t->text.len);
	count_letters(b, h);
	if (t->start < b->pair_end)
		count_letters(b, tkt_lsa_mix(b->pair ^ (h + 0x9e3779b9U)));
	b->pair = h;
	b->pair_end = t->end;
}

static int token(void *payload, const struct tkt_token *t)
{
	struct tkt_lsa_bag *b = payload;

	if (t->flags & TKT_TOKEN_CJK) {
		/* The last sign of a run comes alone; only where the run is that sign does it say something. */
		if (t->end - t->start > 4 || t->start >= b->pair_end)
			dense(b, t);
		return 0;
	}
	if ((t->flags & TKT_TOKEN_COMMON) || !t->text.len || t->folded.len > WORD_MAX)
		return 0;
	if (t->folded.len >= 2)
		count_word(b, t->text.ptr, t->text.len);
	if (!(t->flags & TKT_TOKEN_PART))
		grams(b, t->folded);
	return 0;
}

void tkt_lsa_bag_add(struct tkt_lsa_bag *b, struct tkt_str text)
{
	b->pair_end = 0;
	(void)tkt_tokens_each(text.ptr, text.len, &b->scratch, token, b);
}

float tkt_lsa_damped(unsigned tf)
{
	static const float small[] = { 0.0F, 1.0F, 1.693147F, 2.098612F, 2.386294F, 2.609438F, 2.791759F, 2.945910F,
				       3.079442F, 3.197225F, 3.302585F };
	float v;

	if (tf < TKT_LEN(small))
		return small[tf];
	v = small[TKT_LEN(small) - 1];
	for (unsigned t = 20; t <= tf; t *= 2)
		v += 0.693147F;
	return v;
}
