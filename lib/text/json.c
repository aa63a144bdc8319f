/* text/json: the one room that knows jansson. A struct tkt_json is a json_t by another name. */
#include "text/json.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

/* Out of memory aborts, as everywhere; every other reason for NULL is excluded by the callers. */
static struct tkt_json *wrap(json_t *v)
{
	if (!v)
		abort();
	return (struct tkt_json *)v;
}

static json_t *raw(struct tkt_json *v)
{
	return (json_t *)v;
}

static const json_t *raw_const(const struct tkt_json *v)
{
	return (const json_t *)v;
}

struct tkt_json *tkt_json_object(void)
{
	return wrap(json_object());
}

struct tkt_json *tkt_json_array(void)
{
	return wrap(json_array());
}

struct tkt_json *tkt_json_null(void)
{
	return wrap(json_null());
}

struct tkt_json *tkt_json_bool(bool v)
{
	return wrap(json_boolean(v));
}

struct tkt_json *tkt_json_int(int64_t v)
{
	return wrap(json_integer((json_int_t)v));
}

struct tkt_json *tkt_json_real(double v)
{
	json_t *real = json_real(v);

	return wrap(real ? real : json_null()); /* JSON has no NaN and no infinity */
}

struct tkt_json *tkt_json_string_n(const char *s, size_t n)
{
	struct tkt_buf b = TKT_BUF_INIT;
	struct tkt_json *v;

	tkt_str_scrub(&b, s, n);
	v = wrap(json_stringn(b.ptr, b.len));
	tkt_buf_release(&b);
	return v;
}

struct tkt_json *tkt_json_string(const char *s)
{
	return s ? tkt_json_string_n(s, strlen(s)) : tkt_json_null();
}

struct tkt_json *tkt_json_strv(const struct tkt_strv *v)
{
	struct tkt_json *array = tkt_json_array();
	size_t i;

	for (i = 0; v && i < v->n; i++)
		tkt_json_push(array, tkt_json_string(v->items[i]));
	return array;
}

static void set_n(struct tkt_json *object, const char *key, size_t n, struct tkt_json *take)
{
	struct tkt_buf b = TKT_BUF_INIT;

	tkt_str_scrub(&b, key, n);
	if (json_object_setn_new(raw(object), b.ptr, b.len, raw(take)) != 0)
		abort();
	tkt_buf_release(&b);
}

void tkt_json_set(struct tkt_json *object, const char *key, struct tkt_json *take)
{
	set_n(object, key, strlen(key), take);
}

void tkt_json_push(struct tkt_json *array, struct tkt_json *take)
{
	if (json_array_append_new(raw(array), raw(take)) != 0)
		abort();
}

void tkt_json_free(struct tkt_json *v)
{
	json_decref(raw(v));
}

/* Digits as JSON writes them, within 64 bits; 007 and +1 stay strings, as somebody wrote them. */
static bool plain_integer(const char *s, size_t n, int64_t *out)
{
	size_t i = n > 0 && s[0] == '-';
	char *end;

	if (i == n || (s[i] == '0' && n > i + 1) || n > 20 || strspn(s + i, "0123456789") != n - i)
		return false;
	errno = 0;
	*out = strtoll(s, &end, 10);
	return errno == 0 && end == s + n && !(s[0] == '-' && *out == 0);
}

static struct tkt_json *scalar(const struct tkt_node *node)
{
	const char *s = node->text ? node->text : "";
	int64_t number;

	if (tkt_node_is_null(node))
		return tkt_json_null();
	if (node->plain && (strcmp(s, "true") == 0 || strcmp(s, "false") == 0))
		return tkt_json_bool(s[0] == 't');
	if (node->plain && plain_integer(s, node->len, &number))
		return tkt_json_int(number);
	return tkt_json_string_n(s, node->len);
}

/* The depth is bounded by the YAML reader (16). */
struct tkt_json *tkt_json_node(const struct tkt_node *node)
{
	struct tkt_json *v;
	size_t i;

	if (!node)
		return tkt_json_null();
	if (node->kind == TKT_NODE_SCALAR)
		return scalar(node);
	v = node->kind == TKT_NODE_LIST ? tkt_json_array() : tkt_json_object();
	if (node->kind == TKT_NODE_LIST) {
		for (i = 0; i < node->n; i++)
			tkt_json_push(v, tkt_json_node(&node->items[i]));
		return v;
	}
	for (i = 0; i < node->n; i++) {
		const struct tkt_node *key = &node->items[2 * i];

		/* a key that is itself a list or a map has no name in JSON */
		set_n(v, key->text ? key->text : "", key->text ? key->len : 0,
		      tkt_json_node(&node->items[2 * i + 1]));
	}
	return v;
}

static int dump_into(const char *bytes, size_t n, void *payload)
{
	tkt_buf_add(payload, bytes, n);
	return 0;
}

/* Characters that steer a terminal; valid in JSON as they are, but the output may be looked at. */
static bool steers(uint32_t cp)
{
	return (cp >= 0x7f && cp < 0xa0) || cp == 0x61c || cp == 0x200e || cp == 0x200f ||
	       (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

static void add_steerless(struct tkt_buf *out, const char *s, size_t n)
{
	size_t i = 0, from = 0;

	while (i < n) {
		unsigned char c = (unsigned char)s[i];
		uint32_t cp = c;
		size_t used = 1;

		if (c >= 0x80) {
			used = tkt_utf8_decode(s + i, n - i, &cp);
			used = used ? used : 1;
		}
		if (c >= 0x7f && steers(cp)) {
			tkt_buf_add(out, s + from, i - from);
			tkt_buf_printf(out, "\\u%04X", (unsigned)cp);
			from = i + used;
		}
		i += used;
	}
	tkt_buf_add(out, s + from, n - from);
}

void tkt_json_print(struct tkt_buf *out, const struct tkt_json *v, int indent)
{
	size_t flags = JSON_ENCODE_ANY | JSON_REAL_PRECISION(15);
	struct tkt_buf b = TKT_BUF_INIT;

	flags |= indent > 0 ? JSON_INDENT((size_t)(indent > 31 ? 31 : indent)) : JSON_COMPACT;
	if (json_dump_callback(raw_const(v), dump_into, &b, flags) != 0)
		abort(); /* only a cycle or bad UTF-8 could do that, and neither gets in */
	add_steerless(out, b.ptr, b.len);
	tkt_buf_release(&b);
}

int tkt_json_parse(struct tkt_json **out, const char *text, size_t len, struct tkt_error *err)
{
	struct tkt_buf why = TKT_BUF_INIT;
	json_error_t e;
	json_t *v = json_loadb(text, len,
			       JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);
	int rc = TKT_OK;

	if (!v) {
		tkt_str_visible(&why, e.text, strlen(e.text), "");
		rc = tkt_error_set(err, TKT_EINVALID, "bad JSON: %s", why.ptr);
		tkt_error_at(err, NULL, e.line > 0 ? (size_t)e.line : 1);
		goto out;
	}
	*out = (struct tkt_json *)v;
out:
	tkt_buf_release(&why);
	return rc;
}

const struct tkt_json *tkt_json_get(const struct tkt_json *object, const char *key)
{
	return (const struct tkt_json *)json_object_get(raw_const(object), key);
}

const struct tkt_json *tkt_json_at(const struct tkt_json *array, size_t i)
{
	return (const struct tkt_json *)json_array_get(raw_const(array), i);
}

size_t tkt_json_size(const struct tkt_json *v)
{
	return json_is_object(raw_const(v)) ? json_object_size(raw_const(v))
					    : json_array_size(raw_const(v));
}

const char *tkt_json_text(const struct tkt_json *v)
{
	return json_string_value(raw_const(v));
}

const char *tkt_json_version(void)
{
	return JANSSON_VERSION;
}
