/* index/fulltext_score: how well a ticket answers, from where the words of the query stand in it. Floor 3. */
#include "index/fulltext_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Found on the development halves of three corpora, where all of these have flat optima. */
#define K1 1.5
#define W_TEXT .5       /* of a word in a text, before it saturates */
#define TITLE_UNITS 4   /* a word in the title counts as four in a text */
#define LABEL_UNITS 1
#define F_COMMENTS .9   /* what windows of comments and artifacts are worth */
#define WINDOW 60       /* positions: about 100 words of English, since common ones have none */
#define WINDOW_DENSE 120 /* where pairs of signs are looked for */
#define PAIR_WEIGHT .2
#define SATURATED TKT_TEXT_SATURATED

double tkt_text_idf(size_t all, size_t with)
{
	double n = (double)all, df = (double)(with < all ? with : all);

	return log(1 + (n - df + .5) / (df + .5));
}

static void make_room(struct tkt_text_scorer *s, size_t n)
{
	if (n <= s->spare_cap)
		return;
	s->spare_cap = n * 2;
	s->spare = tkt_realloc(s->spare, s->spare_cap, sizeof *s->spare);
}

/* Merges the sorted runs two by two. */
static void merge_runs(struct tkt_text_scorer *s)
{
	while (s->runs.n > 1) {
		size_t out = 0, kept = 0;

		make_room(s, s->hits.n);
		for (size_t r = 0; r < s->runs.n; r += 2) {
			size_t a = s->runs.items[r], end_b = s->hits.n, b, end_a;

			b = end_a = r + 1 < s->runs.n ? s->runs.items[r + 1] : s->hits.n;
			if (r + 2 < s->runs.n)
				end_b = s->runs.items[r + 2];
			s->runs.items[kept++] = out;
			while (a < end_a && b < end_b)
				s->spare[out++] = s->hits.items[a] <= s->hits.items[b] ?
							s->hits.items[a++] : s->hits.items[b++];
			while (a < end_a)
				s->spare[out++] = s->hits.items[a++];
			while (b < end_b)
				s->spare[out++] = s->hits.items[b++];
		}
		s->runs.n = kept;
		memcpy(s->hits.items, s->spare, out * sizeof *s->hits.items);
	}
}

static unsigned column_of(uint64_t hit)
{
	return (unsigned)(hit >> 48);
}

static uint64_t place_of(uint64_t hit)
{
	return hit >> 8;
}

static unsigned term_of(uint64_t hit)
{
	return hit & 0xff;
}

/* Counts are in units of what a word in a text is worth; more than the table holds is as good as the last. */
static double saturated(const struct tkt_text_scorer *s, unsigned units)
{
	return s->saturated[units < SATURATED ? units : SATURATED - 1];
}

void tkt_text_scorer_init(struct tkt_text_scorer *s)
{
	for (size_t i = 0; i < s->terms; i++) {
		unsigned before = s->follows[i];

		s->dense[s->terms + i] = s->dense[i];
		s->idf[s->terms + i] = before ? PAIR_WEIGHT * (s->idf[before - 1] + s->idf[i]) : 0;
	}
	for (size_t i = 0; i < SATURATED; i++) {
		double tf = (double)i * W_TEXT;

		s->saturated[i] = tf * (K1 + 1) / (tf + K1);
	}
}

/* The best window over the hits [from, to) of one column, above what `base` holds already. */
static double best_window(const struct tkt_text_scorer *s, const unsigned *base, size_t from, size_t to)
{
	unsigned units[TKT_TEXT_TERMS_MAX * 2];
	double sum = 0, best;
	size_t start = from;
	uint64_t dense_until = 0;

	memcpy(units, base, s->terms * 2 * sizeof *units);
	for (size_t t = 0; t < s->terms * 2; t++)
		sum += s->idf[t] * saturated(s, base[t]);
	best = sum;
	for (size_t i = from; i < to; i++) {
		unsigned t = term_of(s->hits.items[i]);
		uint64_t at = place_of(s->hits.items[i]), width;

		if (s->dense[t])
			dense_until = at + WINDOW_DENSE;
		width = at < dense_until ? WINDOW_DENSE : WINDOW;
		while (at - place_of(s->hits.items[start]) >= width) {
			unsigned gone = term_of(s->hits.items[start++]);

			units[gone]--;
			sum -= s->idf[gone] * (saturated(s, units[gone] + 1) - saturated(s, units[gone]));
		}
		units[t]++;
		sum += s->idf[t] * (saturated(s, units[t]) - saturated(s, units[t] - 1));
		if (sum > best)
			best = sum;
	}
	return best;
}

/* Does the word before that of hit i in the query stand directly before it? */
static bool is_pair(const struct tkt_text_scorer *s, size_t i)
{
	uint64_t place = place_of(s->hits.items[i]);
	unsigned before = s->follows[term_of(s->hits.items[i])];

	while (before && i-- > 0 && place - place_of(s->hits.items[i]) <= 1) {
		if (place != place_of(s->hits.items[i]) && term_of(s->hits.items[i]) + 1 == before)
			return true;
	}
	return false;
}

/* Such pairs count as one more word. */
static void add_pairs(struct tkt_text_scorer *s)
{
	size_t n = 0;

	make_room(s, s->hits.n * 2);
	for (size_t i = 0; i < s->hits.n; i++) {
		s->spare[n++] = s->hits.items[i];
		if (is_pair(s, i))
			s->spare[n++] = s->hits.items[i] + s->terms;
	}
	while (s->hits.cap < n) {
		s->hits.n = s->hits.cap;
		TKT_GROW(&s->hits);
	}
	memcpy(s->hits.items, s->spare, n * sizeof *s->spare);
	s->hits.n = n;
}

double tkt_text_score(struct tkt_text_scorer *s, unsigned *fields)
{
	unsigned base[TKT_TEXT_TERMS_MAX * 2] = { 0 };
	double best;
	size_t i = 0;

	merge_runs(s);
	add_pairs(s);
	*fields = 0;
	for (; i < s->hits.n && column_of(s->hits.items[i]) <= TKT_DOC_LABELS; i++) {
		unsigned column = column_of(s->hits.items[i]);

		base[term_of(s->hits.items[i])] += column == TKT_DOC_TITLE ? TITLE_UNITS : LABEL_UNITS;
		*fields |= 1U << column;
	}
	best = best_window(s, base, 0, 0);
	while (i < s->hits.n) {
		unsigned column = column_of(s->hits.items[i]);
		size_t from = i;
		double score;

		while (i < s->hits.n && column_of(s->hits.items[i]) == column)
			i++;
		*fields |= 1U << column;
		score = best_window(s, base, from, i);
		if (column == TKT_DOC_COMMENTS || column == TKT_DOC_ARTIFACTS)
			score *= F_COMMENTS;
		if (score > best)
			best = score;
	}
	s->hits.n = s->runs.n = 0;
	return best;
}

void tkt_text_scorer_release(struct tkt_text_scorer *s)
{
	free(s->hits.items);
	free(s->spare);
	free(s->runs.items);
}
