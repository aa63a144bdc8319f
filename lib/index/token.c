/* index/token: cutting text into tokens. Floor 3. */
#include "index/token_int.h"

#include <string.h>

#include "base/mem.h"

#define MAX_BYTES 60 /* of a token */
#define MAX_PARTS 12
#define MAX_SWITCHES 3 /* from letters to digits and back: with more it is a hash or an encoding, and has no parts */

enum { LOWER = 1, UPPER = 2, DIGIT = 4, LINE = 8, OTHER = 16, HIGH = 32, WORD = LOWER | UPPER | DIGIT | LINE };

static const unsigned char classes[256] = {
	['0'] = DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT,
	['A'] = UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER,
	UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER,
	['_'] = LINE,
	['a'] = LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER,
	LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER,
#define H8 HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH
	[128] = H8, H8, H8, H8, H8, H8, H8, H8, H8, H8, H8, H8, H8, H8, H8, H8,
#undef H8
};

/* Stems of words met before: most words of a text are a few thousand. Two words of the machine hold a word. */
struct seen {
	uint64_t a, b;
	char stem[14];
	unsigned char n, flags;
};
#define SEEN_BITS 13
#define SEEN_BYTES (sizeof(struct seen) << SEEN_BITS)

/* A sign of a word while it is read. */
struct sign {
	size_t start;        /* in the text */
	unsigned char at;    /* in the folded word */
	unsigned char class;
};

struct reader {
	const char *text;
	size_t n, pos;
	int (*fn)(void *payload, const struct tkt_token *t);
	void *payload;
	struct seen *seen;             /* may be NULL */
	char word[MAX_BYTES + 20];     /* folded; may be read 16 bytes at once */
	size_t len;
	struct sign signs[MAX_BYTES + 1];
	size_t n_signs;
	bool full;                     /* the rest of the word is not kept */
};

/* --- emitting ------------------------------------------------------------------------------------ */

static int emit(struct reader *r, const char *text, size_t n, const char *folded, size_t folded_n,
		size_t start, size_t end, unsigned flags)
{
	struct tkt_token t = { { text, n }, { folded, folded_n }, start, end, flags };

	return r->fn(r->payload, &t);
}

static uint64_t load(const char *p, size_t n)
{
	uint64_t v;

	if (!n)
		return 0;
	memcpy(&v, p, 8);
	/* The bytes behind the word do not count; which end they stand at is the machine's. */
	if (n >= 8)
		return v;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return v & (((uint64_t)1 << (8 * n)) - 1);
#else
	return v & ~((~(uint64_t)0) >> (8 * n));
#endif
}

/* word has 16 readable bytes behind its start. */
static int emit_stemmed(struct reader *r, const char *word, size_t n, size_t start, size_t end, unsigned flags)
{
	char stem[MAX_BYTES + 1];
	struct seen *s = NULL;
	uint64_t a = 0, b = 0;
	size_t stem_n;

	if (r->seen && n <= 16) {
		a = load(word, n);
		b = n > 8 ? load(word + 8, n - 8) : 0;
		s = r->seen + (((a * 0x9e3779b97f4a7c15U) ^ (b * 0xc2b2ae3d27d4eb4fU)) >> (64 - SEEN_BITS));
		if (s->a == a && s->b == b && s->n)
			return emit(r, s->stem, s->n, word, n, start, end, flags | s->flags);
	}
	memcpy(stem, word, n);
	stem_n = tkt_stem(stem, n);
	if (tkt_common_word(word, n))
		flags |= TKT_TOKEN_COMMON;
	if (s && stem_n <= sizeof s->stem) {
		s->a = a;
		s->b = b;
		memcpy(s->stem, stem, stem_n);
		s->n = (unsigned char)stem_n;
		s->flags = flags & TKT_TOKEN_COMMON;
	}
	return emit(r, stem, stem_n, word, n, start, end, flags);
}

static bool letters_only(const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (word[i] < 'a' || word[i] > 'z')
			return false;
	}
	return true;
}

static bool digits_only(const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (word[i] < '0' || word[i] > '9')
			return false;
	}
	return true;
}

static int emit_word(struct reader *r, const char *word, size_t n, size_t start, size_t end, unsigned flags)
{
	if (letters_only(word, n))
		return emit_stemmed(r, word, n, start, end, flags);
	if (digits_only(word, n))
		flags |= TKT_TOKEN_NUMBER;
	return emit(r, word, n, word, n, start, end, flags);
}

/* --- words ----------------------------------------------------------------------------------------- */

static void put_sign(struct reader *r, uint32_t cp, size_t start, unsigned class)
{
	struct tkt_buf bytes = { r->word + r->len, 0, 8 };
	size_t need = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	if (r->full || r->len + need > MAX_BYTES) {
		r->full = true;
		return;
	}
	r->signs[r->n_signs].start = start;
	r->signs[r->n_signs].at = (unsigned char)r->len;
	r->signs[r->n_signs++].class = (unsigned char)class;
	if (need == 1)
		r->word[r->len] = (char)cp;
	else
		tkt_utf8_encode(&bytes, cp);
	r->len += need;
}

static size_t switches(const struct reader *r)
{
	size_t n = 0;

	for (size_t i = 1; i < r->n_signs; i++) {
		unsigned a = r->signs[i - 1].class, b = r->signs[i].class;

		n += a != LINE && b != LINE && (a == DIGIT) != (b == DIGIT);
	}
	return n;
}

/* Does a part of the word begin at sign i? */
static bool begins_part(const struct reader *r, size_t i, bool digits)
{
	unsigned before = r->signs[i - 1].class, is = r->signs[i].class;

	if (before == LINE || is == LINE)
		return true;
	if ((before == DIGIT) != (is == DIGIT))
		return digits;
	if (before == LOWER && is == UPPER)
		return true;
	/* The last capital of a run begins the next word (HTTPServer), but not for a plural (URLs). */
	return before == UPPER && is == UPPER && i + 1 < r->n_signs && r->signs[i + 1].class == LOWER &&
	       !(i + 2 == r->n_signs && r->word[r->signs[i + 1].at] == 's');
}

static int emit_parts(struct reader *r, size_t end)
{
	bool digits = switches(r) <= MAX_SWITCHES;
	size_t from = 0, parts = 0;

	for (size_t i = 1; i <= r->n_signs && parts < MAX_PARTS; i++) {
		size_t at = r->signs[from].at, stop = i < r->n_signs ? r->signs[i].at : r->len;
		int rc;

		if (i < r->n_signs && !begins_part(r, i, digits))
			continue;
		if (stop - at > 1 && stop - at < r->len) {
			rc = emit_word(r, r->word + at, stop - at, r->signs[from].start,
				       i < r->n_signs ? r->signs[i].start : end, TKT_TOKEN_PART);
			if (rc)
				return rc;
			parts++;
		}
		from = i;
	}
	return 0;
}

/* '_' at the ends is emphasis more often than part of a name. */
static void trim_lines(struct reader *r, size_t *end)
{
	size_t lead = 0;

	while (r->n_signs && !r->full && r->signs[r->n_signs - 1].class == LINE) {
		*end = r->signs[--r->n_signs].start;
		r->len--;
	}
	while (lead < r->n_signs && r->signs[lead].class == LINE)
		lead++;
	if (!lead)
		return;
	memmove(r->word, r->word + lead, r->len - lead);
	memmove(r->signs, r->signs + lead, (r->n_signs - lead) * sizeof *r->signs);
	r->len -= lead;
	r->n_signs -= lead;
	for (size_t i = 0; i < r->n_signs; i++)
		r->signs[i].at = (unsigned char)(r->signs[i].at - lead);
}

/* A word with anything in it: letters beyond ASCII, capitals inside, digits, '_'. */
static int any_word(struct reader *r)
{
	size_t end;
	int rc;

	r->len = r->n_signs = 0;
	r->full = false;
	while (r->pos < r->n) {
		unsigned char class = classes[(unsigned char)r->text[r->pos]];
		uint32_t cp, to[3];
		size_t used = 1, n;

		if (!class)
			break;
		if (class == HIGH) {
			used = tkt_utf8_decode(r->text + r->pos, r->n - r->pos, &cp);
			if (!used || tkt_token_kind(cp) != TKT_KIND_LETTER)
				break;
			class = OTHER;
		} else {
			cp = (unsigned char)r->text[r->pos];
		}
		n = tkt_token_fold(cp, to);
		if (cp >= 0xff01 && n && to[0] < 0x80) /* full width */
			class = cp <= 0xff19 ? DIGIT : cp <= 0xff3a ? UPPER : to[0] == '_' ? LINE : LOWER;
		for (size_t i = 0; i < n; i++)
			put_sign(r, to[i], r->pos, class);
		r->pos += used;
	}
	end = r->pos;
	trim_lines(r, &end);
	if (!r->n_signs)
		return 0;
	rc = emit_word(r, r->word, r->len, r->signs[0].start, end, 0);
	return rc ? rc : emit_parts(r, end);
}

/* Nearly every word: ASCII letters only, a capital at most at its start, or nothing but capitals. */
static int word(struct reader *r)
{
	size_t start = r->pos, i = start, n;
	unsigned first = classes[(unsigned char)r->text[i]], rest = 0;

	for (i++; i < r->n; i++) {
		unsigned class = classes[(unsigned char)r->text[i]];

		if (!class)
			break;
		rest |= class;
	}
	n = i - start;
	if (n > MAX_BYTES || (first != LOWER && first != UPPER) ||
	    !(rest == 0 || rest == LOWER || (rest == UPPER && first == UPPER)))
		return any_word(r);
	r->pos = i;
	for (size_t k = 0; k < n; k++)
		r->word[k] = (char)(r->text[start + k] | 0x20);
	return emit_stemmed(r, r->word, n, start, i, 0);
}

/* --- scripts without blanks ------------------------------------------------------------------------ */

/* The next sign of such a run, with a voiced mark behind it taken in; false at the end of the run. */
static bool next_sign(struct reader *r, uint32_t *cp)
{
	uint32_t c, mark, to[3];
	size_t used;

	do {
		if (r->pos >= r->n)
			return false;
		used = tkt_utf8_decode(r->text + r->pos, r->n - r->pos, &c);
		if (!used || tkt_token_kind(c) != TKT_KIND_DENSE)
			return false;
		r->pos += used;
		if (c >= 0x4e00 && c <= 0x9fff) { /* no kana: no mark */
			*cp = c;
			return true;
		}
	} while (!tkt_token_fold(c, to) || to[0] == 0x3099 || to[0] == 0x309a);
	*cp = to[0];
	used = r->pos < r->n ? tkt_utf8_decode(r->text + r->pos, r->n - r->pos, &mark) : 0;
	if (used && (mark == 0x3099 || mark == 0x309a || mark == 0xff9e || mark == 0xff9f) &&
	    tkt_token_fold(mark, to)) {
		uint32_t both = tkt_token_voiced(*cp, to[0]);

		if (both) {
			*cp = both;
			r->pos += used;
		}
	}
	return true;
}

static int dense_run(struct reader *r)
{
	char bytes[16];
	struct tkt_buf pair = { bytes, 0, sizeof bytes };
	size_t start = r->pos, end;
	uint32_t cp, next;
	int rc = 0;

	if (!next_sign(r, &cp))
		return 0;
	end = r->pos;
	for (;;) {
		bool more;
		size_t from = end;

		pair.len = 0;
		tkt_utf8_encode(&pair, cp);
		more = next_sign(r, &next);
		if (more) {
			tkt_utf8_encode(&pair, next);
			end = r->pos;
		}
		rc = emit(r, bytes, pair.len, bytes, pair.len, start, end, TKT_TOKEN_CJK);
		if (rc || !more)
			return rc;
		start = from;
		cp = next;
	}
}

static int high(struct reader *r)
{
	uint32_t cp;
	size_t used = tkt_utf8_decode(r->text + r->pos, r->n - r->pos, &cp), start = r->pos;

	if (!used) {
		r->pos++;
		return 0;
	}
	switch (tkt_token_kind(cp)) {
	case TKT_KIND_LETTER:
		return any_word(r);
	case TKT_KIND_DENSE:
		return dense_run(r);
	case TKT_KIND_SYMBOL:
		r->pos += used;
		return emit(r, r->text + start, used, r->text + start, used, start, r->pos, 0);
	default:
		r->pos += used;
		return 0;
	}
}

int tkt_tokens_each(const char *text, size_t n, struct tkt_buf *scratch,
		    int (*fn)(void *payload, const struct tkt_token *t), void *payload)
{
	struct reader r = { .text = text, .n = n, .fn = fn, .payload = payload };
	int rc = 0;

	if (scratch && scratch->len != SEEN_BYTES) {
		tkt_buf_reset(scratch);
		tkt_buf_pad(scratch, '\0', SEEN_BYTES);
	}
	if (scratch)
		r.seen = (struct seen *)(void *)scratch->ptr;
	while (!rc && r.pos < n) {
		unsigned char class = classes[(unsigned char)text[r.pos]];

		if (!class)
			r.pos++;
		else if (class == HIGH)
			rc = high(&r);
		else
			rc = word(&r);
	}
	return rc;
}
