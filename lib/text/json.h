/* text/json: the one room that knows jansson. Floor 1.
 *
 * Values are opaque; "take" semantics: a value put into another belongs to it. Strings are
 * scrubbed to valid UTF-8 on the way in. */
#ifndef TKT_TEXT_JSON_H
#define TKT_TEXT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/strv.h"
#include "text/yaml.h"

struct tkt_json;

struct tkt_json *tkt_json_object(void);
struct tkt_json *tkt_json_array(void);
struct tkt_json *tkt_json_string(const char *s); /* NULL gives null */
struct tkt_json *tkt_json_string_n(const char *s, size_t n);
struct tkt_json *tkt_json_int(int64_t v);
struct tkt_json *tkt_json_real(double v);
struct tkt_json *tkt_json_bool(bool v);
struct tkt_json *tkt_json_null(void);
struct tkt_json *tkt_json_strv(const struct tkt_strv *v);
/* YAML tree as JSON: plain null, true/false and integers become JSON's own. NULL gives null. */
struct tkt_json *tkt_json_node(const struct tkt_node *node);
void tkt_json_set(struct tkt_json *object, const char *key, struct tkt_json *take);
void tkt_json_push(struct tkt_json *array, struct tkt_json *take);
void tkt_json_free(struct tkt_json *v);

/* Keys in the order in which they were set. indent 0: one line. No newline at the end. */
void tkt_json_print(struct tkt_buf *out, const struct tkt_json *v, int indent);

/* Duplicate keys, trailing text, bad UTF-8 are refused: TKT_EINVALID with line. */
int tkt_json_parse(struct tkt_json **out, const char *text, size_t len, struct tkt_error *err);
const struct tkt_json *tkt_json_get(const struct tkt_json *object, const char *key); /* or NULL */
const struct tkt_json *tkt_json_at(const struct tkt_json *array, size_t i);          /* or NULL */
size_t tkt_json_size(const struct tkt_json *v); /* of an array or object */
const char *tkt_json_text(const struct tkt_json *v); /* of a string, else NULL; borrowed */

/* Of jansson, as tkt was built with. */
const char *tkt_json_version(void);

#endif
