/* index/embed_json: the answer of an embedding server. A scanner of its own: an answer is a few hundred thousand
 * numbers, and a tree of them costs ten times the time and the memory. Strict all the same: it takes JSON only. */
#include "index/embed_http.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum { DEPTH_MAX = 32, DIGITS_MAX = 19, EXPONENT_MAX = 9999, WORDS_MAX = 160, WORDS_READ = 4096, LEAK_MIN = 6 };

struct scan {
	const char *p, *end;
	unsigned depth;
	const char *wrong; /* the first thing that is; NULL: nothing so far */
	/* what is looked for */
	size_t want, dims, got;
	float *vectors;
	bool *there;
	struct { float *items; size_t n, cap; } one; /* the vector that is being read */
};

static bool bad(struct scan *s, const char *why)
{
	if (!s->wrong)
		s->wrong = why;
	return false;
}

static const char not_json[] = "does not answer with JSON";

/* --- the grammar ------------------------------------------------------------------------------- */

static void skip_blanks(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t'))
		s->p++;
}

/* The next sign after blanks, or '\0' at the end. */
static char peek(struct scan *s)
{
	skip_blanks(s);
	return s->p < s->end ? *s->p : '\0';
}

static bool take(struct scan *s, char c)
{
	if (peek(s) != c)
		return false;
	s->p++;
	return true;
}

static bool is_digit(const struct scan *s)
{
	return s->p < s->end && *s->p >= '0' && *s->p <= '9';
}

/* *out: what stands between the quotes, escapes as they are. */
static bool read_string(struct scan *s, struct tkt_str *out)
{
	if (!take(s, '"'))
		return bad(s, not_json);
	out->ptr = s->p;
	for (; s->p < s->end && *s->p != '"'; s->p++) {
		if ((unsigned char)*s->p < 0x20)
			return bad(s, not_json);
		if (*s->p == '\\' && (++s->p == s->end || !strchr("\"\\/bfnrtu", *s->p)))
			return bad(s, not_json);
	}
	if (s->p >= s->end)
		return bad(s, not_json);
	out->len = (size_t)(s->p++ - out->ptr);
	return true;
}

static double scale(double value, int exponent)
{
	static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13,
					 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	const int most = (int)TKT_LEN(powers) - 1;

	/* The value is below 1e20: 400 decimal places either way are nothing or too much. */
	for (; exponent < -most && value > 0; exponent += most)
		value /= powers[most];
	for (; exponent > most && value > 0 && value <= DBL_MAX; exponent -= most)
		value *= powers[most];
	return value > 0 && value <= DBL_MAX ? exponent < 0 ? value / powers[-exponent] : value * powers[exponent] : value;
}

static bool read_exponent(struct scan *s, int *out)
{
	bool minus = false;
	int e = 0;

	s->p++;
	if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
		minus = *s->p++ == '-';
	if (!is_digit(s))
		return bad(s, not_json);
	for (; is_digit(s); s->p++)
		if (e < EXPONENT_MAX)
			e = e * 10 + (*s->p - '0');
	*out += minus ? -e : e;
	return true;
}

/* To about 15 digits, which is more than a float holds. Overflow gives infinity. */
static bool read_number(struct scan *s, double *out)
{
	bool minus = take(s, '-'), zero;
	uint64_t m = 0;
	int digits = 0, exponent = 0;

	if (!is_digit(s))
		return bad(s, not_json);
	zero = *s->p == '0';
	for (int n = 0; is_digit(s); s->p++, n++) {
		if (zero && n > 0)
			return bad(s, not_json);
		if (digits < DIGITS_MAX)
			m = m * 10 + (uint64_t)(*s->p - '0'), digits += m > 0;
		else if (exponent < EXPONENT_MAX)
			exponent++;
	}
	if (s->p < s->end && *s->p == '.') {
		s->p++;
		if (!is_digit(s))
			return bad(s, not_json);
		for (; is_digit(s); s->p++)
			if (digits < DIGITS_MAX && exponent > -EXPONENT_MAX)
				m = m * 10 + (uint64_t)(*s->p - '0'), digits += m > 0, exponent--;
	}
	if (s->p < s->end && (*s->p == 'e' || *s->p == 'E') && !read_exponent(s, &exponent))
		return false;
	*out = scale((double)m, exponent) * (minus ? -1 : 1);
	return true;
}

static bool read_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return bad(s, not_json);
	s->p += n;
	return true;
}

/* Called with the key of each member, and for each element with an empty one; takes the value. */
typedef bool (*value_fn)(struct scan *s, struct tkt_str key, void *payload);

static bool read_members(struct scan *s, char open, char close, value_fn fn, void *payload)
{
	struct tkt_str key = { "", 0 };

	if (!take(s, open) || ++s->depth > DEPTH_MAX)
		return bad(s, not_json);
	if (!take(s, close)) {
		do {
			if (open == '{' && (!read_string(s, &key) || !take(s, ':')))
				return bad(s, not_json);
			if (!fn(s, key, payload))
				return false;
		} while (take(s, ','));
		if (!take(s, close))
			return bad(s, not_json);
	}
	s->depth--;
	return true;
}

static bool skip_value(struct scan *s, struct tkt_str key, void *payload)
{
	struct tkt_str text;
	double number;

	(void)key, (void)payload;
	switch (peek(s)) {
	case '{':
		return read_members(s, '{', '}', skip_value, NULL);
	case '[':
		return read_members(s, '[', ']', skip_value, NULL);
	case '"':
		return read_string(s, &text);
	case 't':
		return read_word(s, "true");
	case 'f':
		return read_word(s, "false");
	case 'n':
		return read_word(s, "null");
	default:
		return read_number(s, &number);
	}
}

/* --- vectors ----------------------------------------------------------------------------------- */

/* One array of numbers into s->one. The hot loop. */
static bool read_vector(struct scan *s)
{
	bool nothing = true;
	double value;

	s->one.n = 0;
	if (peek(s) == '"')
		return bad(s, "sends vectors as text (base64), not as numbers");
	if (!take(s, '['))
		return bad(s, "sends something else than a list of numbers as a vector");
	if (!take(s, ']')) {
		do {
			char c = peek(s);

			if (c != '-' && (c < '0' || c > '9'))
				return bad(s, "sends a vector that is not all numbers");
			if (!read_number(s, &value))
				return false;
			if (!(value <= FLT_MAX && value >= -FLT_MAX))
				return bad(s, "sends a number that is too large");
			if (s->one.n >= TKT_EMBED_DIMS_MAX)
				return bad(s, "sends a vector that is too long");
			TKT_GROW(&s->one);
			s->one.items[s->one.n++] = (float)value;
			nothing = nothing && s->one.items[s->one.n - 1] == 0;
		} while (take(s, ','));
		if (!take(s, ']'))
			return bad(s, not_json);
	}
	if (s->one.n == 0)
		return bad(s, "sends an empty vector");
	return nothing ? bad(s, "sends a vector of nothing but zeros") : true;
}

/* s->one becomes the vector of text `index`. */
static bool store(struct scan *s, double index)
{
	size_t i = index >= 0 && index < (double)s->want ? (size_t)index : s->want;

	if (i == s->want || (double)i != index)
		return bad(s, index == (double)s->got && s->got == s->want ? "sends more vectors than texts" :
			   "sends a vector with an index of no text");
	if (s->there[i])
		return bad(s, "sends two vectors with the same index");
	if (s->dims == 0)
		s->dims = s->one.n;
	if (s->one.n != s->dims)
		return bad(s, "sends vectors of another length than asked for or than each other");
	if (!s->vectors)
		s->vectors = tkt_calloc(s->want * s->dims, sizeof *s->vectors);
	memcpy(s->vectors + i * s->dims, s->one.items, s->dims * sizeof *s->vectors);
	s->there[i] = true;
	s->got++;
	return true;
}

struct element {
	bool vector, has_index;
	double index;
};

static bool read_element_member(struct scan *s, struct tkt_str key, void *payload)
{
	struct element *e = payload;
	char c;

	if (tkt_str_eq(key, "embedding")) {
		if (e->vector)
			return bad(s, "says 'embedding' twice");
		e->vector = true;
		return read_vector(s);
	}
	if (tkt_str_eq(key, "index")) {
		if (e->has_index)
			return bad(s, "says 'index' twice");
		e->has_index = true;
		c = peek(s);
		if (c != '-' && (c < '0' || c > '9'))
			return bad(s, "sends a vector with an index of no text");
		return read_number(s, &e->index);
	}
	return skip_value(s, key, NULL);
}

/* OpenAI: {"index": 0, "embedding": [...]}. Without an index the order is that of the texts. */
static bool read_element(struct scan *s, struct tkt_str key, void *payload)
{
	struct element e = { false, false, 0 };

	(void)key, (void)payload;
	if (peek(s) != '{')
		return bad(s, "sends something else than objects in 'data'");
	if (!read_members(s, '{', '}', read_element_member, &e))
		return false;
	if (!e.vector)
		return bad(s, "sends an element of 'data' without 'embedding'");
	return store(s, e.has_index ? e.index : (double)s->got);
}

/* Ollama: the vectors one after the other. */
static bool read_bare(struct scan *s, struct tkt_str key, void *payload)
{
	(void)key, (void)payload;
	return read_vector(s) && store(s, (double)s->got);
}

struct top {
	const char *name; /* of the list of vectors */
	value_fn element;
	bool seen;
};

static bool read_top(struct scan *s, struct tkt_str key, void *payload)
{
	struct top *top = payload;

	if (!tkt_str_eq(key, top->name))
		return skip_value(s, key, NULL);
	if (top->seen)
		return bad(s, "says its list of vectors twice");
	top->seen = true;
	if (peek(s) != '[')
		return bad(s, "sends something else than a list of vectors");
	return read_members(s, '[', ']', top->element, NULL);
}

void tkt_floats_release(struct tkt_floats *f)
{
	if (f == NULL)
		return;
	free(f->items);
	*f = (struct tkt_floats){ 0 };
}

int tkt_embed_parse(struct tkt_floats *out, enum tkt_embed_kind kind, const char *text, size_t len, size_t want,
		    size_t dims, struct tkt_error *err)
{
	bool ollama = kind == TKT_EMBED_OLLAMA;
	struct top top = { ollama ? "embeddings" : "data", ollama ? read_bare : read_element, false };
	struct scan s = { .p = text, .end = text + len, .want = want, .dims = dims };
	bool good;

	s.there = tkt_calloc(want, sizeof *s.there);
	good = tkt_utf8_valid(text, len, NULL) || bad(&s, not_json);
	good = good && (peek(&s) == '{' || bad(&s, not_json));
	good = good && read_members(&s, '{', '}', read_top, &top);
	good = good && (peek(&s) == '\0' && s.p == s.end ? true : bad(&s, not_json));
	good = good && (top.seen || bad(&s, "sends no vectors"));
	good = good && (s.got == want || bad(&s, "sends fewer vectors than texts"));
	if (good) {
		*out = (struct tkt_floats){ s.vectors, want, s.dims };
		s.vectors = NULL;
	}
	free(s.vectors);
	free(s.there);
	free(s.one.items);
	return good ? 0 : tkt_error_set(err, TKT_EINVALID, "%s", s.wrong);
}

/* --- the words of an error --------------------------------------------------------------------- */

struct words {
	struct tkt_str text;
};

static bool find_words(struct scan *s, struct tkt_str key, void *payload)
{
	struct words *w = payload;
	bool names = tkt_str_eq(key, "error") || tkt_str_eq(key, "message") || tkt_str_eq(key, "detail");

	if (names && !w->text.len && peek(s) == '"')
		return read_string(s, &w->text);
	if (names && peek(s) == '{')
		return read_members(s, '{', '}', find_words, w);
	return skip_value(s, key, NULL);
}

static unsigned hex_value(const char *digits)
{
	unsigned value = 0;

	for (int i = 0; i < 4; i++) {
		char c = digits[i];

		value = value << 4 | (unsigned)(c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ?
						(c | 0x20) - 'a' + 10 : 0);
	}
	return value;
}

/* Escapes resolved, since a key may hide behind them. */
static void unescape(struct tkt_buf *out, struct tkt_str in)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/    ";

	for (size_t i = 0; i < in.len; i++) {
		if (in.ptr[i] != '\\' || i + 1 >= in.len) {
			tkt_buf_putc(out, in.ptr[i]);
		} else if (in.ptr[++i] == 'u' && i + 4 < in.len) {
			unsigned cp = hex_value(in.ptr + i + 1);

			tkt_utf8_encode(out, cp >= 0xD800 && cp <= 0xDFFF ? 0xFFFD : cp);
			i += 4;
		} else {
			const char *at = strchr(from, in.ptr[i]);

			tkt_buf_putc(out, at && *at ? to[at - from] : ' ');
		}
	}
}

/* How many bytes at s are a part of the key. */
static size_t leak(const char *s, size_t n, const char *key)
{
	size_t most = 0;

	for (const char *k = key; *k; k++) {
		size_t same = 0;

		while (same < n && k[same] && k[same] == s[same])
			same++;
		most = same > most ? same : most;
	}
	return most;
}

/* Servers like to repeat the key that they do not take, whole or in part. */
static void censor(struct tkt_buf *out, const struct tkt_buf *in, const char *key)
{
	size_t length = key ? strlen(key) : 0;
	size_t least = length < LEAK_MIN ? length : LEAK_MIN;

	for (size_t i = 0; i < in->len;) {
		size_t n = least ? leak(in->ptr + i, in->len - i, key) : 0;

		if (n && n >= least) {
			tkt_buf_puts(out, "***");
			i += n;
		} else {
			tkt_buf_putc(out, in->ptr[i++]);
		}
	}
}

void tkt_embed_words(struct tkt_buf *out, const char *text, size_t len, const char *key)
{
	struct scan s = { .p = text, .end = text + len };
	struct words w = { { NULL, 0 } };
	struct tkt_buf plain = TKT_BUF_INIT, clean = TKT_BUF_INIT;
	size_t n;

	if (peek(&s) == '{')
		(void)read_members(&s, '{', '}', find_words, &w);
	if (!w.text.len)
		w.text = (struct tkt_str){ text, len };
	if (w.text.len > WORDS_READ)
		w.text.len = WORDS_READ;
	unescape(&plain, w.text);
	censor(&clean, &plain, key);
	for (size_t i = 0; i < clean.len; i++)
		if (strchr("\r\n\t", clean.ptr[i]) && clean.ptr[i])
			clean.ptr[i] = ' ';
	n = clean.len < WORDS_MAX ? clean.len : WORDS_MAX;
	while (n < clean.len && n > 0 && ((unsigned char)clean.ptr[n] & 0xC0) == 0x80)
		n--;
	tkt_str_visible(out, clean.ptr, n, "");
	if (n < clean.len)
		tkt_buf_puts(out, "…");
	tkt_buf_release(&plain);
	tkt_buf_release(&clean);
}
