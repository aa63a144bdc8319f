/* fuzz_ref: names of tickets and other small texts: nothing that is taken for an id leaves its
 * directory, what is made for display or JSON is what it promises to be. */
#include "fuzz/fuzz.h"

#include "base/date.h"
#include "base/str.h"
#include "text/ref.h"

static void ids(const char *s)
{
	char hex[41], digits[41], number[21], key[64];

	if (tkt_id_valid(s)) {
		HOLDS(strlen(s) >= 1 && strlen(s) <= TKT_ID_MAX);
		HOLDS(*s != '.' && *s != '-' && !strpbrk(s, "/\\ \n\"'"));
		HOLDS(tkt_ref_plausible(s));
	}
	tkt_id_hex(s, hex);
	HOLDS(strlen(hex) == 40 && strspn(hex, "0123456789abcdef") == 40);
	for (int n = 4; n <= 40; n += 9) {
		snprintf(key, sizeof key, "tkt-%.*s", n, hex);
		HOLDS(tkt_ref_key_digits(key, "TKT", digits));
		HOLDS(strlen(digits) == (size_t)n && strncmp(digits, hex, (size_t)n) == 0);
	}
	if (tkt_ref_key_digits(s, "TKT", digits))
		HOLDS(strlen(digits) >= 4 && strspn(digits, "0123456789abcdef") == strlen(digits));
	if (tkt_ref_number(s, "TKT", number)) {
		HOLDS(*number && strspn(number, "0123456789") == strlen(number));
		HOLDS(*number != '0' || !number[1]);
	}
}

static void slugs(const char *s)
{
	struct tkt_buf slug = TKT_BUF_INIT, again = TKT_BUF_INIT, id = TKT_BUF_INIT;

	for (size_t max = 0; max <= TKT_SLUG_MAX; max += 16) {
		tkt_buf_reset(&slug);
		tkt_buf_reset(&again);
		tkt_slugify(&slug, s, max);
		HOLDS(slug.len && (max == 0 || slug.len <= max));
		HOLDS(strspn(slug.ptr, "abcdefghijklmnopqrstuvwxyz0123456789-") == slug.len);
		HOLDS(slug.ptr[0] != '-' && slug.ptr[slug.len - 1] != '-' && !strstr(slug.ptr, "--"));
		tkt_slugify(&again, slug.ptr, max);
		HOLDS(strcmp(slug.ptr, again.ptr) == 0);
	}
	tkt_buf_puts(&id, "20260601-120000-");
	tkt_buf_puts(&id, slug.ptr);
	HOLDS(tkt_id_valid(id.ptr) && tkt_id_has_slug(id.ptr, slug.ptr));
	tkt_buf_puts(&id, "-2");
	HOLDS(tkt_id_has_slug(id.ptr, slug.ptr));
	tkt_buf_release(&slug);
	tkt_buf_release(&again);
	tkt_buf_release(&id);
}

static void shown(const char *s, size_t n)
{
	struct tkt_buf out = TKT_BUF_INIT, again = TKT_BUF_INIT;

	tkt_str_visible(&out, s, n, "\n\t");
	HOLDS(tkt_utf8_valid(out.ptr, out.len, NULL));
	for (size_t i = 0; i < out.len; i++) {
		unsigned char c = (unsigned char)out.ptr[i];

		HOLDS((c >= ' ' && c != 0x7f) || c == '\n' || c == '\t');
		HOLDS(c != 0xc2 || (unsigned char)out.ptr[i + 1] >= 0xa0);
	}
	tkt_buf_reset(&out);
	tkt_str_scrub(&out, s, n);
	HOLDS(tkt_utf8_valid(out.ptr, out.len, NULL));
	tkt_str_scrub(&again, out.ptr, out.len);
	HOLDS(out.len == again.len && memcmp(out.ptr, again.ptr, out.len) == 0);
	HOLDS(!tkt_utf8_valid(s, n, NULL) || (out.len == n && memcmp(out.ptr, s, n) == 0));
	HOLDS(tkt_str_width(s, n) <= 2 * n);
	HOLDS(tkt_contains_fold(s, n, s, n) || !tkt_utf8_valid(s, n, NULL));
	tkt_buf_release(&out);
	tkt_buf_release(&again);
}

static void times(const char *s)
{
	char text[TKT_TIME_LEN + 1];
	tkt_time t, again;
	int64_t seconds;

	if (tkt_time_parse(s, strlen(s), &t)) {
		tkt_time_print(t, text);
		HOLDS(strcmp(s, text) == 0);
	}
	if (tkt_date_parse(s, strlen(s), &t)) {
		tkt_time_print(t, text);
		HOLDS(tkt_time_parse(text, TKT_TIME_LEN, &again) && again == t);
	}
	if (tkt_duration_parse(s, strlen(s), true, &seconds))
		HOLDS(seconds >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);

	if (size > 4096)
		size = 4096;
	ids(s);
	slugs(s);
	times(s);
	shown((const char *)(size ? data : (const uint8_t *)""), size);
	if (strlen(s) < 64)
		HOLDS(strpbrk(s, "*?") || tkt_glob(s, s));
	free(s);
	return 0;
}
