/* index/porter: Porter's stemmer, "An algorithm for suffix stripping" (1980), as its author's own program has it.
 * Floor 3. */
#include "index/token_int.h"

#include <string.h>

#include "base/mem.h"

/* A word b[0..n); `stem` is how much of it stands before the suffix under test. */
struct word {
	char *b;
	size_t n, stem;
};

static bool consonant(const struct word *w, size_t i)
{
	switch (w->b[i]) {
	case 'a':
	case 'e':
	case 'i':
	case 'o':
	case 'u':
		return false;
	case 'y':
		return !i || !consonant(w, i - 1);
	default:
		return true;
	}
}

/* How many times a vowel is followed by a consonant in the stem: [C](VC)^m[V]. */
static size_t measure(const struct word *w)
{
	size_t m = 0;
	bool vowel = false;

	for (size_t i = 0; i < w->stem; i++) {
		bool c = consonant(w, i);

		m += c && vowel;
		vowel = !c;
	}
	return m;
}

static bool has_vowel(const struct word *w)
{
	for (size_t i = 0; i < w->stem; i++) {
		if (!consonant(w, i))
			return true;
	}
	return false;
}

static bool doubled(const struct word *w, size_t n)
{
	return n >= 2 && w->b[n - 1] == w->b[n - 2] && consonant(w, n - 1);
}

/* consonant, vowel, consonant that is no w, x, y: -hop, -fil. */
static bool short_end(const struct word *w, size_t n)
{
	return n >= 3 && consonant(w, n - 1) && !consonant(w, n - 2) && consonant(w, n - 3) &&
	       w->b[n - 1] != 'w' && w->b[n - 1] != 'x' && w->b[n - 1] != 'y';
}

static bool ends(struct word *w, const char *suffix, size_t n)
{
	if (n > w->n || w->b[w->n - 1] != suffix[n - 1] || memcmp(w->b + w->n - n, suffix, n))
		return false;
	w->stem = w->n - n;
	return true;
}
#define ENDS(w, suffix) ends(w, suffix, sizeof(suffix) - 1)

/* Never longer than what was there, but where step 1b put an e in place of a dropped suffix. */
static void become(struct word *w, const char *suffix, size_t n)
{
	memcpy(w->b + w->stem, suffix, n);
	w->n = w->stem + n;
}

static void step_1a(struct word *w)
{
	if (w->b[w->n - 1] != 's')
		return;
	if (ENDS(w, "sses") || ENDS(w, "ies"))
		w->n -= 2;
	else if (w->n >= 2 && w->b[w->n - 2] != 's')
		w->n--;
}

static void step_1b(struct word *w)
{
	if (ENDS(w, "eed")) {
		if (measure(w))
			w->n--;
		return;
	}
	if (!(ENDS(w, "ed") || ENDS(w, "ing")) || !has_vowel(w))
		return;
	w->n = w->stem;
	if (ENDS(w, "at") || ENDS(w, "bl") || ENDS(w, "iz")) {
		w->b[w->n++] = 'e';
	} else if (doubled(w, w->n)) {
		char last = w->b[w->n - 1];

		w->n -= last != 'l' && last != 's' && last != 'z';
	} else {
		w->stem = w->n;
		if (measure(w) == 1 && short_end(w, w->n))
			w->b[w->n++] = 'e';
	}
}

static void step_1c(struct word *w)
{
	if (ENDS(w, "y") && has_vowel(w))
		w->b[w->n - 1] = 'i';
}

struct rule {
	const char *from, *to;
	size_t from_n, to_n;
};
#define RULE(from, to) { from, to, sizeof(from) - 1, sizeof(to) - 1 }

/* The first suffix that fits decides, whether the measure allows it or not. */
static void by_rules(struct word *w, const struct rule *rules, size_t n, size_t least)
{
	for (size_t i = 0; i < n; i++) {
		if (!ends(w, rules[i].from, rules[i].from_n))
			continue;
		if (measure(w) > least)
			become(w, rules[i].to, rules[i].to_n);
		return;
	}
}

static void step_2(struct word *w)
{
	static const struct rule rules[] = {
		RULE("ational", "ate"), RULE("tional", "tion"), RULE("enci", "ence"), RULE("anci", "ance"),
		RULE("izer", "ize"), RULE("bli", "ble"), RULE("alli", "al"), RULE("entli", "ent"), RULE("eli", "e"),
		RULE("ousli", "ous"), RULE("ization", "ize"), RULE("ation", "ate"), RULE("ator", "ate"),
		RULE("alism", "al"), RULE("iveness", "ive"), RULE("fulness", "ful"), RULE("ousness", "ous"),
		RULE("aliti", "al"), RULE("iviti", "ive"), RULE("biliti", "ble"), RULE("logi", "log"),
	};

	by_rules(w, rules, TKT_LEN(rules), 0);
}

static void step_3(struct word *w)
{
	static const struct rule rules[] = {
		RULE("icate", "ic"), RULE("ative", ""), RULE("alize", "al"), RULE("iciti", "ic"), RULE("ical", "ic"),
		RULE("ful", ""), RULE("ness", ""),
	};

	by_rules(w, rules, TKT_LEN(rules), 0);
}

static void step_4(struct word *w)
{
	static const struct rule rules[] = {
		RULE("al", ""), RULE("ance", ""), RULE("ence", ""), RULE("er", ""), RULE("ic", ""), RULE("able", ""),
		RULE("ible", ""), RULE("ant", ""), RULE("ement", ""), RULE("ment", ""), RULE("ent", ""), RULE("ou", ""),
		RULE("ism", ""), RULE("ate", ""), RULE("iti", ""), RULE("ous", ""), RULE("ive", ""), RULE("ize", ""),
	};

	if (ENDS(w, "ion")) {
		if (w->stem && (w->b[w->stem - 1] == 's' || w->b[w->stem - 1] == 't') && measure(w) > 1)
			w->n = w->stem;
		return;
	}
	by_rules(w, rules, TKT_LEN(rules), 1);
}

static void step_5(struct word *w)
{
	w->stem = w->n - 1;
	if (w->b[w->n - 1] == 'e') {
		size_t m = measure(w);

		if (m > 1 || (m == 1 && !short_end(w, w->n - 1)))
			w->n--;
	}
	w->stem = w->n;
	if (w->b[w->n - 1] == 'l' && doubled(w, w->n) && measure(w) > 1)
		w->n--;
}

size_t tkt_stem(char *word, size_t n)
{
	struct word w = { word, n, 0 };

	if (n <= 2)
		return n;
	step_1a(&w);
	step_1b(&w);
	step_1c(&w);
	step_2(&w);
	step_3(&w);
	step_4(&w);
	step_5(&w);
	return w.n;
}
