/* Text is cut into the same tokens wherever it comes from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/token.h"

struct seen {
	struct tkt_buf text;
	size_t n, count;
};

/* "text" for a word, "+text" for a part, "~" behind a common word, "#" behind a number. */
static int note(void *payload, const struct tkt_token *t)
{
	struct seen *s = payload;

	assert_true(t->start < t->end && t->end <= s->n);
	assert_true(t->text.len > 0 && t->text.len <= 60);
	assert_true(tkt_utf8_valid(t->text.ptr, t->text.len, NULL));
	assert_null(memchr(t->text.ptr, ' ', t->text.len));
	assert_null(memchr(t->text.ptr, '"', t->text.len));
	if (s->count++)
		tkt_buf_putc(&s->text, ' ');
	if (t->flags & TKT_TOKEN_PART)
		tkt_buf_putc(&s->text, '+');
	tkt_buf_add(&s->text, t->text.ptr, t->text.len);
	if (t->flags & TKT_TOKEN_COMMON)
		tkt_buf_putc(&s->text, '~');
	if (t->flags & TKT_TOKEN_NUMBER)
		tkt_buf_putc(&s->text, '#');
	return 0;
}

static void is_cut(const char *text, const char *expected)
{
	struct tkt_buf scratch = TKT_BUF_INIT;

	/* Without memory, with a new one, and with one that has seen the words. */
	for (int round = 0; round < 3; round++) {
		struct seen s = { TKT_BUF_INIT, strlen(text), 0 };

		assert_int_equal(tkt_tokens_each(text, s.n, round ? &scratch : NULL, note, &s), 0);
		assert_string_equal(s.text.ptr, expected);
		tkt_buf_release(&s.text);
	}
	tkt_buf_release(&scratch);
}

static void case_and_accents_are_folded(void **state)
{
	(void)state;
	is_cut("Crash CRASH crash", "crash crash crash");
	is_cut("caf\xc3\xa9 \xc3\x9c" "ber stra\xc3\x9f" "e \xc5\x81\xc3\xb3" "d\xc5\xba \xc3\x98" "re",
		"cafe uber strass lodz or");
	is_cut("cafe\xcc\x81 na\xc3\xafve", "cafe naiv"); /* a combining accent */
	is_cut("\xd0\x81\xd0\xb6 \xd0\xb5\xd0\xb6", "\xd0\xb5\xd0\xb6 \xd0\xb5\xd0\xb6"); /* Cyrillic */
	is_cut("\xce\x9f\xce\x94\xce\x8c\xce\xa3 \xce\xbf\xce\xb4\xcf\x8c\xcf\x82",
	       "\xce\xbf\xce\xb4\xce\xbf\xcf\x83 \xce\xbf\xce\xb4\xce\xbf\xcf\x83"); /* both sigmas */
	is_cut("\xef\xbc\xa1\xef\xbd\x82\xef\xbc\x93 \xef\xbc\x93", "ab3 +ab 3#"); /* full width */
}

static void names_are_kept_whole_and_in_parts(void **state)
{
	(void)state;
	is_cut("fooBar", "foobar +foo +bar");
	is_cut("foo_bar_2", "foo_bar_2 +foo +bar");
	is_cut("HTTPServer parseURLs IDs", "httpserver +http +server parseurl +pars +url id");
	is_cut("sha256 utf8", "sha256 +sha +256# utf8 +utf");
	is_cut("_emph_ __init__ ____", "emph init");
	is_cut("a/b.c foo-bar", "a~ b c foo bar");
	is_cut("3f2a9c1de0b4", "3f2a9c1de0b4"); /* a hash has no parts */
	is_cut("2024-05-01", "2024# 05# 01#");
	is_cut("don't", "don~ t~");
	is_cut("ÉCOLE élèveActif", "ecol eleveactif +elev +actif");
}

static void scripts_without_blanks_become_pairs(void **state)
{
	(void)state;
	is_cut("検索機能", "検索 索機 機能 能");
	is_cut("検", "検");
	is_cut("検索、機能", "検索 索 機能 能");
	is_cut("API検索x", "api 検索 索 x");
	is_cut("한국어", "한국 국어 어");
	/* Half-width katakana with their voiced marks, and kana with combining ones. */
	is_cut("ﾃﾞｰﾀ", "デー ータ タ");
	is_cut("ﾊﾟ", "パ");
	is_cut("カ\xe3\x82\x99ス", "ガス ス");
	is_cut("ウ\xe3\x82\x99 ワ\xe3\x82\x99", "ヴ \xe3\x83\xb7");
}

static void common_words_are_known(void **state)
{
	(void)state;
	is_cut("To be, or not to be: that is THE question",
	       "to~ be~ or~ not~ to~ be~ that~ is~ the~ question");
	is_cut("a about yours would open off", "a~ about~ your~ would~ open off");
}

static void emoji_are_words_and_wrong_bytes_are_none(void **state)
{
	(void)state;
	is_cut("go \xf0\x9f\x9a\x80\xf0\x9f\x9a\x80 x", "go \xf0\x9f\x9a\x80 \xf0\x9f\x9a\x80 x");
	is_cut("ab\xff" "cd \xc3", "ab cd");
	is_cut("", "");
	is_cut("!?.,;:'\"*()", "");
}

static void long_words_are_cut(void **state)
{
	char text[201];
	char expected[128];

	(void)state;
	memset(text, 'q', sizeof text - 1);
	text[200] = '\0';
	memset(expected, 'q', 60);
	expected[60] = '\0';
	is_cut(text, expected);
	for (size_t i = 0; i < 200; i += 2)
		memcpy(text + i, "\xc3\xbe", 2); /* thorn: two letters each */
	for (size_t i = 0; i < 60; i += 2)
		memcpy(expected + i, "th", 2);
	is_cut(text, expected);
}

/* The examples of Porter's paper. */
static void english_is_stemmed(void **state)
{
	static const char *const words[][2] = {
		{ "caresses", "caress" }, { "ponies", "poni" }, { "ties", "ti" }, { "caress", "caress" }, { "cats", "cat" },
		{ "feed", "feed" }, { "agreed", "agre" }, { "plastered", "plaster" }, { "bled", "bled" },
		{ "motoring", "motor" }, { "sing", "sing" }, { "conflated", "conflat" }, { "troubled", "troubl" },
		{ "sized", "size" }, { "hopping", "hop" }, { "tanned", "tan" }, { "falling", "fall" },
		{ "hissing", "hiss" }, { "fizzed", "fizz" }, { "failing", "fail" }, { "filing", "file" },
		{ "happy", "happi" }, { "sky", "sky" }, { "relational", "relat" }, { "conditional", "condit" },
		{ "rational", "ration" }, { "valenci", "valenc" }, { "digitizer", "digit" }, { "radically", "radic" },
		{ "differently", "differ" }, { "vilely", "vile" }, { "analogously", "analog" },
		{ "vietnamization", "vietnam" }, { "predication", "predic" }, { "operator", "oper" },
		{ "feudalism", "feudal" }, { "decisiveness", "decis" }, { "hopefulness", "hope" },
		{ "callousness", "callous" }, { "formality", "formal" }, { "sensitivity", "sensit" },
		{ "sensibility", "sensibl" }, { "triplicate", "triplic" }, { "formative", "form" },
		{ "formalize", "formal" }, { "electrical", "electr" }, { "hopeful", "hope" }, { "goodness", "good" },
		{ "revival", "reviv" }, { "allowance", "allow" }, { "inference", "infer" }, { "airliner", "airlin" },
		{ "adjustable", "adjust" }, { "defensible", "defens" }, { "irritant", "irrit" },
		{ "replacement", "replac" }, { "adjustment", "adjust" }, { "dependent", "depend" },
		{ "adoption", "adopt" }, { "homologous", "homolog" }, { "effective", "effect" },
		{ "bowdlerize", "bowdler" }, { "probate", "probat" }, { "rate", "rate" }, { "cease", "ceas" },
		{ "controll", "control" }, { "roll", "roll" }, { "is", "is" }, { "s", "s" }, { "ion", "ion" },
		{ "generalizations", "gener" }, { "oscillators", "oscil" }, { "ing", "ing" }, { "ed", "ed" },
	};

	(void)state;
	for (size_t i = 0; i < TKT_LEN(words); i++) {
		char word[32];
		size_t n = strlen(words[i][0]);

		memcpy(word, words[i][0], n + 1);
		word[tkt_stem(word, n)] = '\0';
		assert_string_equal(word, words[i][1]);
	}
}

static void memory_changes_nothing(void **state)
{
	struct tkt_buf text = TKT_BUF_INIT, scratch = TKT_BUF_INIT;
	struct seen a = { .text = TKT_BUF_INIT }, b = { .text = TKT_BUF_INIT };

	(void)state;
	for (int i = 0; i < 26 * 26 * 8; i++)
		tkt_buf_printf(&text, "internal%c%c%.*s ", 'a' + i % 26, 'a' + i / 26 % 26, i / 676, "ization");
	for (int i = 0; i < 2000; i++) /* others that come back */
		tkt_buf_printf(&text, "%c%c%c internal%c%c ", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i % 7, 'a' + i % 26,
			'a' + i / 26 % 26);
	a.n = b.n = text.len;
	tkt_tokens_each(text.ptr, text.len, NULL, note, &a);
	tkt_tokens_each(text.ptr, text.len, &scratch, note, &b);
	assert_string_equal(a.text.ptr, b.text.ptr);
	tkt_buf_reset(&b.text);
	b.count = 0;
	tkt_tokens_each(text.ptr, text.len, &scratch, note, &b);
	assert_string_equal(a.text.ptr, b.text.ptr);
	tkt_buf_release(&a.text);
	tkt_buf_release(&b.text);
	tkt_buf_release(&text);
	tkt_buf_release(&scratch);
}

static int stop_at_second(void *payload, const struct tkt_token *t)
{
	(void)t;
	return ++*(int *)payload == 2 ? 7 : 0;
}

static void the_reader_may_stop(void **state)
{
	int n = 0;

	(void)state;
	assert_int_equal(tkt_tokens_each("a b c d", 7, NULL, stop_at_second, &n), 7);
	assert_int_equal(n, 2);
}

static void any_bytes_are_legal(void **state)
{
	static const char *const bits[] = { "a", "B", "9", "_", " ", "\xe6\xa4\x9c", "\xe3\x82\x99", "\xef\xbe\x9e",
		"\xcc\x81",
		"\xc3\x9f", "\xf0\x9f\x9a\x80", "\xff", "\xc3", "\xe6\xa4", "\"", "*", "-", "\xef\xbc\xa1", "\xd0\x96" };
	struct tkt_buf text = TKT_BUF_INIT, scratch = TKT_BUF_INIT;
	uint32_t r = 12345;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct seen s = { TKT_BUF_INIT, 0, 0 };
		char *exact;

		tkt_buf_reset(&text);
		for (int i = 0; i < round % 90; i++) {
			r = r * 1664525 + 1013904223;
			if (round % 3)
				tkt_buf_puts(&text, bits[(r >> 16) % TKT_LEN(bits)]);
			else
				tkt_buf_putc(&text, (char)(r >> 16));
		}
		exact = malloc(text.len ? text.len : 1); /* so that a byte too far is seen */
		memcpy(exact, text.ptr, text.len);
		s.n = text.len;
		assert_int_equal(tkt_tokens_each(exact, text.len, &scratch, note, &s), 0);
		free(exact);
		tkt_buf_release(&s.text);
	}
	tkt_buf_release(&text);
	tkt_buf_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_and_accents_are_folded),
		cmocka_unit_test(names_are_kept_whole_and_in_parts),
		cmocka_unit_test(scripts_without_blanks_become_pairs),
		cmocka_unit_test(common_words_are_known),
		cmocka_unit_test(emoji_are_words_and_wrong_bytes_are_none),
		cmocka_unit_test(long_words_are_cut),
		cmocka_unit_test(english_is_stemmed),
		cmocka_unit_test(memory_changes_nothing),
		cmocka_unit_test(the_reader_may_stop),
		cmocka_unit_test(any_bytes_are_legal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
