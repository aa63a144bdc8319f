/* text/yaml: libyaml's events, made into a small tree under limits.
 *
 * libyaml itself accepts UTF-16, any depth, duplicate keys and several documents
 * (tkt-hacking(7)); all of that is refused here. Its marks count characters, ours
 * count bytes, so the reader keeps a cursor that walks from mark to mark. */
#include "text/yaml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/mem.h"
#include "base/str.h"

enum { DEPTH_MAX = 16, EVENT_MAX = 65536 };

struct reader {
	const char *text;
	size_t len;
	size_t base;                /* bytes of a BOM, which libyaml never sees */
	size_t chars, bytes, lines; /* the cursor, past the BOM */
	struct tkt_node open[DEPTH_MAX];
	size_t depth;
	size_t events, documents;
	struct tkt_node *root;
};

static void node_release(struct tkt_node *node)
{
	size_t count = node->kind == TKT_NODE_MAP ? 2 * node->n : node->n;

	for (size_t i = 0; i < count; i++)
		node_release(&node->items[i]);
	free(node->items);
	free(node->text);
}

void tkt_node_free(struct tkt_node *node)
{
	if (node == NULL)
		return;
	node_release(node);
	free(node);
}

bool tkt_node_is_null(const struct tkt_node *node)
{
	if (node == NULL)
		return true;
	if (node->kind != TKT_NODE_SCALAR || !node->plain)
		return false;
	return node->len == 0 || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0;
}

const struct tkt_node *tkt_node_find(const struct tkt_node *map, const char *key)
{
	size_t n = strlen(key);

	if (map == NULL || map->kind != TKT_NODE_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++) {
		const struct tkt_node *k = &map->items[2 * i];

		if (k->len == n && memcmp(k->text, key, n) == 0)
			return &map->items[2 * i + 1];
	}
	return NULL;
}

const char *tkt_node_get(const struct tkt_node *map, const char *key)
{
	const struct tkt_node *value = tkt_node_find(map, key);

	if (value == NULL || value->kind != TKT_NODE_SCALAR || tkt_node_is_null(value))
		return NULL;
	return value->text;
}

/* --- places --- */

static size_t count_lines(const char *text, size_t n)
{
	size_t lines = 1;

	for (size_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	return lines;
}

static bool continues(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* Moves the cursor to a character index; the text is valid UTF-8 by now. */
static size_t place(struct reader *r, size_t index)
{
	const char *text = r->text + r->base;
	size_t len = r->len - r->base;

	while (r->chars < index && r->bytes < len) {
		r->lines += text[r->bytes++] == '\n';
		while (r->bytes < len && continues(text[r->bytes]))
			r->bytes++;
		r->chars++;
	}
	while (r->chars > index) {
		do
			r->bytes--;
		while (continues(text[r->bytes]));
		r->lines -= text[r->bytes] == '\n';
		r->chars--;
	}
	return r->base + r->bytes;
}

static int refuse(struct reader *r, const yaml_mark_t *mark, struct tkt_error *err)
{
	place(r, mark->index);
	tkt_error_at(err, NULL, r->lines + 1);
	return TKT_EINVALID;
}

/* --- bytes --- */

/* What libyaml's reader takes. It reports everything else at line 1, so we look first. */
static bool legal(uint32_t cp)
{
	if (cp < 0x20)
		return cp == '\t' || cp == '\n' || cp == '\r';
	if (cp < 0x7F)
		return true;
	if (cp < 0xA0)
		return cp == 0x85;
	return cp != 0xFEFF && cp != 0xFFFE && cp != 0xFFFF;
}

static int check_bytes(const char *text, size_t len, size_t from, struct tkt_error *err)
{
	size_t i = from;

	if (len >= 2 && (memcmp(text, "\xFE\xFF", 2) == 0 || memcmp(text, "\xFF\xFE", 2) == 0)) {
		tkt_error_set(err, TKT_EINVALID, "UTF-16 is not read; save the file as UTF-8");
		tkt_error_at(err, NULL, 1);
		return TKT_EINVALID;
	}
	while (i < len) {
		uint32_t cp = (unsigned char)text[i];
		size_t step = cp < 0x80 ? 1 : tkt_utf8_decode(text + i, len - i, &cp);

		if (step == 0) {
			tkt_error_set(err, TKT_EINVALID, "not valid UTF-8 at byte %zu", i);
			goto bad;
		}
		if (!legal(cp)) {
			tkt_error_set(err, TKT_EINVALID, "control character U+%04X at byte %zu", (unsigned)cp, i);
			goto bad;
		}
		i += step;
	}
	return 0;
bad:
	tkt_error_at(err, NULL, count_lines(text, i));
	return TKT_EINVALID;
}

/* --- events --- */

static void attach(struct reader *r, struct tkt_node node)
{
	if (r->depth == 0) {
		if (r->root == NULL)
			r->root = tkt_calloc(1, sizeof *r->root);
		*r->root = node;
		return;
	}
	struct tkt_node *parent = &r->open[r->depth - 1];

	TKT_GROW(parent);
	parent->items[parent->n++] = node;
}

static int by_key(const void *a, const void *b)
{
	const struct tkt_node *x = *(const struct tkt_node *const *)a;
	const struct tkt_node *y = *(const struct tkt_node *const *)b;
	size_t n = x->len < y->len ? x->len : y->len;
	int order = memcmp(x->text, y->text, n);

	if (order != 0)
		return order;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return x->start < y->start ? -1 : x->start > y->start;
}

/* Sorted, because a hostile flow map holds tens of thousands of keys. */
static int check_keys(const struct tkt_node *map, struct tkt_error *err)
{
	const struct tkt_node **keys = tkt_calloc(map->n, sizeof *keys);
	int code = 0;

	for (size_t i = 0; i < map->n; i++) {
		keys[i] = &map->items[2 * i];
		if (keys[i]->kind == TKT_NODE_SCALAR)
			continue;
		code = tkt_error_set(err, TKT_EINVALID, "a map key must be a single value");
		tkt_error_at(err, NULL, keys[i]->line);
		goto out;
	}
	if (map->n > 1)
		qsort(keys, map->n, sizeof *keys, by_key);
	for (size_t i = 1; i < map->n; i++) {
		if (keys[i]->len != keys[i - 1]->len || memcmp(keys[i]->text, keys[i - 1]->text, keys[i]->len) != 0)
			continue;
		code = tkt_error_set(err, TKT_EINVALID, "key '%s' appears twice", keys[i]->text);
		tkt_error_at(err, NULL, keys[i]->line);
		goto out;
	}
out:
	free(keys);
	return code;
}

static int open_node(struct reader *r, const yaml_event_t *e, struct tkt_error *err)
{
	struct tkt_node node = { 0 };

	if (r->depth == DEPTH_MAX) {
		tkt_error_set(err, TKT_EINVALID, "nested deeper than %d levels", DEPTH_MAX);
		return refuse(r, &e->start_mark, err);
	}
	if (e->type == YAML_SEQUENCE_START_EVENT) {
		node.kind = TKT_NODE_LIST;
		node.flow = e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	} else {
		node.kind = TKT_NODE_MAP;
		node.flow = e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
	}
	node.start = place(r, e->start_mark.index);
	node.end = node.start;
	node.line = r->lines + 1;
	r->open[r->depth++] = node;
	return 0;
}

/* libyaml ends a block collection at the next token, after comments that are none of it, and a
 * single pair in [a: b] likewise: those end where their last child ends. */
static int close_node(struct reader *r, const yaml_event_t *e, struct tkt_error *err)
{
	struct tkt_node node = r->open[--r->depth];
	size_t nodes = node.n;
	size_t end = place(r, e->end_mark.index);
	char closer = node.kind == TKT_NODE_LIST ? ']' : '}';
	int code = 0;

	if (node.kind == TKT_NODE_MAP)
		node.n = nodes / 2;
	if (node.flow && end > node.start && r->text[end - 1] == closer)
		node.end = end;
	else if (nodes > 0)
		node.end = node.items[nodes - 1].end;
	if (node.kind == TKT_NODE_MAP)
		code = check_keys(&node, err);
	attach(r, node);
	return code;
}

static void add_scalar(struct reader *r, const yaml_event_t *e)
{
	struct tkt_node node = { .kind = TKT_NODE_SCALAR };

	node.plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node.text = tkt_strndup((const char *)e->data.scalar.value, e->data.scalar.length);
	node.len = e->data.scalar.length;
	node.start = place(r, e->start_mark.index);
	node.line = r->lines + 1;
	node.end = place(r, e->end_mark.index);
	attach(r, node);
}

static int check_extras(struct reader *r, const yaml_event_t *e, struct tkt_error *err)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	switch (e->type) {
	case YAML_SCALAR_EVENT:
		anchor = e->data.scalar.anchor;
		tag = e->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = e->data.sequence_start.anchor;
		tag = e->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = e->data.mapping_start.anchor;
		tag = e->data.mapping_start.tag;
		break;
	case YAML_ALIAS_EVENT:
		tkt_error_set(err, TKT_EINVALID, "alias '*%s' is not allowed", (const char *)e->data.alias.anchor);
		return refuse(r, &e->start_mark, err);
	default:
		return 0;
	}
	if (anchor != NULL)
		tkt_error_set(err, TKT_EINVALID, "anchor '&%s' is not allowed", (const char *)anchor);
	else if (tag != NULL)
		tkt_error_set(err, TKT_EINVALID, "tag '%s' is not allowed", (const char *)tag);
	else
		return 0;
	return refuse(r, &e->start_mark, err);
}

static int take(struct reader *r, const yaml_event_t *e, struct tkt_error *err)
{
	int code = check_extras(r, e, err);

	if (code != 0)
		return code;
	if (++r->events > EVENT_MAX) {
		tkt_error_set(err, TKT_EINVALID, "more than %d YAML events", EVENT_MAX);
		return refuse(r, &e->start_mark, err);
	}
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (r->documents++ == 0)
			return 0;
		tkt_error_set(err, TKT_EINVALID, "a second YAML document begins");
		return refuse(r, &e->start_mark, err);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return open_node(r, e, err);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_node(r, e, err);
	case YAML_SCALAR_EVENT:
		add_scalar(r, e);
		return 0;
	default:
		return 0;
	}
}

static int read_events(struct reader *r, yaml_parser_t *yaml, struct tkt_error *err)
{
	for (;;) {
		yaml_event_t event;
		yaml_event_type_t type;
		int code;

		if (!yaml_parser_parse(yaml, &event)) {
			tkt_error_set(err, TKT_EINVALID, "not valid YAML: %s",
				      yaml->problem ? yaml->problem : "unknown problem");
			return refuse(r, &yaml->problem_mark, err);
		}
		type = event.type;
		code = take(r, &event, err);
		yaml_event_delete(&event);
		if (code != 0 || type == YAML_STREAM_END_EVENT)
			return code;
	}
}

int tkt_yaml_parse(struct tkt_node **out, const char *text, size_t len, struct tkt_error *err)
{
	struct reader r = { .text = text, .len = len };
	yaml_parser_t yaml;
	int code;

	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		r.base = 3;
	code = check_bytes(text, len, r.base, err);
	if (code != 0)
		return code;
	if (!yaml_parser_initialize(&yaml))
		abort(); /* only out of memory */
	yaml_parser_set_encoding(&yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&yaml, (const unsigned char *)text + r.base, len - r.base);
	code = read_events(&r, &yaml, err);
	if (code != 0)
		goto out;
	if (r.root == NULL) { /* nothing but comments: a null */
		attach(&r, (struct tkt_node){ .kind = TKT_NODE_SCALAR, .plain = true, .text = tkt_strdup(""),
					      .start = r.base, .end = r.base, .line = 1 });
	}
	*out = r.root;
	r.root = NULL;
out:
	while (r.depth > 0) {
		/* an unfinished map counts nodes, not pairs */
		r.open[--r.depth].kind = TKT_NODE_LIST;
		node_release(&r.open[r.depth]);
	}
	tkt_node_free(r.root);
	yaml_parser_delete(&yaml);
	return code;
}

const char *tkt_yaml_version(void)
{
	return yaml_get_version_string();
}
