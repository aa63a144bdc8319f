/* text/frontmatter_read: what the value of an entry means.
 *
 * The line comes first: libyaml is asked only where a value is quoted, in brackets, or spans
 * lines, and what it refuses is taken as the words that stand there (tkt-format(5)). */
#include "text/frontmatter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/frontmatter_impl.h"

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool null_word(struct tkt_str v)
{
	return v.len == 0 || (v.len == 1 && v.ptr[0] == '~') || (v.len == 4 && memcmp(v.ptr, "null", 4) == 0);
}

/* A one-line value that YAML reads as the same plain scalar as a line reader. */
static bool plain_clean(struct tkt_str v)
{
	char first = v.len > 0 ? v.ptr[0] : ' ';

	if (memchr("#,[]{}&*!|>'\"%@`", first, 17) != NULL)
		return false;
	if ((first == '-' || first == '?' || first == ':') && (v.len == 1 || blank(v.ptr[1])))
		return false;
	for (size_t i = 0; i < v.len; i++) {
		unsigned char c = (unsigned char)v.ptr[i];

		if ((c < 0x20 && c != '\t') || c == 0x7F)
			return false;
		if (c == ':' && (i + 1 == v.len || blank(v.ptr[i + 1])))
			return false;
		if (c == '#' && blank(v.ptr[i - 1])) /* never the first: see above */
			return false;
	}
	return true;
}

/* The value as YAML reads it after its `key:`, or NULL. A blank stands in for the key, so that
 * '---' and '%' are not at column 0; a block list or map cannot begin on the key's own line.
 * Offsets in the tree are one more than in the block. */
static struct tkt_node *parse_block(const struct tkt_fm_entry *e)
{
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_node *node = NULL;

	tkt_buf_putc(&text, ' ');
	tkt_buf_add(&text, e->block.ptr, e->block.len);
	if (tkt_yaml_parse(&node, text.ptr, text.len, NULL) != 0)
		node = NULL;
	if (node != NULL && node->kind != TKT_NODE_SCALAR && !node->flow && node->line == 1) {
		tkt_node_free(node);
		node = NULL;
	}
	tkt_buf_release(&text);
	return node;
}

static bool holds_nul(const struct tkt_node *node)
{
	return memchr(node->text, '\0', node->len) != NULL;
}

/* "..." or '...' of printable ASCII without escapes needs no parser. */
static char *unquote_simple(struct tkt_str v)
{
	char quote = v.len >= 2 ? v.ptr[0] : '\0';

	if ((quote != '"' && quote != '\'') || v.ptr[v.len - 1] != quote)
		return NULL;
	for (size_t i = 1; i + 1 < v.len; i++)
		if (v.ptr[i] < ' ' || v.ptr[i] > '~' || v.ptr[i] == quote || v.ptr[i] == '\\')
			return NULL;
	return tkt_strndup(v.ptr + 1, v.len - 2);
}

static enum tkt_fm_note line_value(struct tkt_str v, char **out)
{
	*out = v.len > 0 ? tkt_strndup(v.ptr, v.len) : NULL;
	return TKT_FM_LENIENT;
}

/* Through YAML: quoted, or more than one line. */
static enum tkt_fm_note yaml_value(const struct tkt_fm_entry *e, char **out)
{
	struct tkt_node *node = parse_block(e);
	enum tkt_fm_note note = TKT_FM_CLEAN;

	if (node == NULL || node->kind != TKT_NODE_SCALAR || holds_nul(node)) {
		note = line_value(e->value, out);
	} else if (tkt_node_is_null(node) && null_word(e->value)) {
		*out = NULL;
		note = TKT_FM_NULL;
	} else if (node->plain && node->len < e->value.len) {
		note = line_value(e->value, out);
	} else {
		*out = node->text;
		node->text = NULL;
	}
	tkt_node_free(node);
	return note;
}

/* Values that need no YAML to be read; plain ones get the note that only a closer look can give. */
static bool line_scalar(const struct tkt_fm_entry *e, char **out, enum tkt_fm_note *note)
{
	struct tkt_str v = e->value;

	if (e->multiline)
		return false;
	*note = TKT_FM_CLEAN;
	if (null_word(v)) {
		*out = NULL;
		*note = TKT_FM_NULL;
	} else if (v.ptr[0] == '"' || v.ptr[0] == '\'') {
		*out = unquote_simple(v);
		return *out != NULL;
	} else { /* of the other indicators none can give a longer scalar than the line */
		*out = tkt_strndup(v.ptr, v.len);
	}
	return true;
}

enum tkt_fm_note tkt_fm_scalar(const struct tkt_fm_entry *e, char **out)
{
	enum tkt_fm_note note;

	if (!line_scalar(e, out, &note))
		return yaml_value(e, out);
	if (note == TKT_FM_CLEAN && e->value.ptr[0] != '"' && e->value.ptr[0] != '\'' &&
	    !plain_clean(e->value))
		note = TKT_FM_LENIENT;
	return note;
}

char *tkt_fm_text(const struct tkt_fm_entry *e)
{
	enum tkt_fm_note note;
	char *text = NULL;

	if (!line_scalar(e, &text, &note))
		yaml_value(e, &text);
	return text;
}

void tkt_fm_text_add(struct tkt_buf *out, const struct tkt_fm_entry *e)
{
	char *text;

	if (!e->multiline && e->value.len && e->value.ptr[0] != '"' && e->value.ptr[0] != '\'' &&
	    !null_word(e->value)) {
		tkt_buf_add(out, e->value.ptr, e->value.len);
		return;
	}
	text = tkt_fm_text(e);
	tkt_buf_puts(out, text ? text : "");
	free(text);
}

size_t tkt_fm_core_len(const struct tkt_fm_entry *e)
{
	struct tkt_node *node = NULL;
	size_t len = 0;

	if (e->multiline || e->value.len == 0 || memchr("\"'[{", e->value.ptr[0], 4) == NULL)
		return 0;
	node = parse_block(e);
	if (node != NULL && (node->flow || (node->kind == TKT_NODE_SCALAR && !node->plain)))
		len = node->end - 1;
	tkt_node_free(node);
	return len;
}

/* --- lists --- */

/* [a, b c] of plain words, which is nearly every list: no parser. False leaves *out alone. */
static bool list_simple(struct tkt_str v, struct tkt_strv *out)
{
	size_t i = 1, start;

	if (v.len < 2 || v.ptr[0] != '[' || v.ptr[v.len - 1] != ']')
		return false;
	for (bool first = true; i + 1 < v.len; i++) { /* look before taking anything */
		char c = v.ptr[i];

		if (tkt_is_name_byte(c) || c == '/') {
			if (first && !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
				return false;
			first = false;
		} else if (c == ',') {
			if (first)
				return false;
			first = true;
		} else if (c != ' ') {
			return false;
		}
		if (first && c != ',' && c != ' ')
			return false;
	}
	for (i = 1; i < v.len; i = start + 1) {
		struct tkt_str item;

		for (start = i; start + 1 < v.len && v.ptr[start] != ','; start++)
			;
		item = tkt_str_trim((struct tkt_str){ v.ptr + i, start - i });
		if (item.len > 0)
			tkt_strv_push_n(out, item.ptr, item.len);
	}
	return true;
}

static bool list_space(char c)
{
	return blank(c) || c == '\n' || c == '\r';
}

/* One item of a list that YAML refused: blanks off, quotes off where they pair. */
static void push_loose(struct tkt_strv *out, const char *s, size_t n)
{
	struct tkt_node *node = NULL;

	while (n > 0 && list_space(s[0]))
		s++, n--;
	while (n > 0 && list_space(s[n - 1]))
		n--;
	if (n == 0)
		return;
	if ((s[0] == '"' || s[0] == '\'') && tkt_yaml_parse(&node, s, n, NULL) == 0 &&
	    node->kind == TKT_NODE_SCALAR && !holds_nul(node)) {
		tkt_strv_push(out, node->text);
	} else {
		char *text = tkt_strndup(s, n);

		for (size_t i = 0; i < n; i++)
			if (text[i] == '\n' || text[i] == '\r')
				text[i] = ' ';
		tkt_strv_take(out, text);
	}
	tkt_node_free(node);
}

/* Where the item that begins at s ends: a comma, but not one inside its quotes. */
static size_t loose_end(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && list_space(s[i]))
		i++;
	if (i < n && (s[i] == '"' || s[i] == '\'')) {
		const char *end = memchr(s + i + 1, s[i], n - i - 1);

		if (end != NULL)
			i = (size_t)(end - s) + 1;
	}
	while (i < n && s[i] != ',')
		i++;
	return i;
}

static void split_loose(struct tkt_str block, struct tkt_strv *out)
{
	const char *s = block.ptr;
	size_t n = block.len, i = 0;

	if (n > 0 && s[0] == '[') {
		s++, n--;
		for (size_t k = n; k > 0; k--) {
			if (s[k - 1] == ']') {
				n = k - 1;
				break;
			}
		}
	}
	while (i < n) {
		size_t end = i + loose_end(s + i, n - i);

		push_loose(out, s + i, end - i);
		i = end + 1;
	}
}

static enum tkt_fm_note list_of_tree(const struct tkt_fm_entry *e, const struct tkt_node *list, struct tkt_strv *out)
{
	enum tkt_fm_note note = TKT_FM_CLEAN;

	for (size_t i = 0; i < list->n; i++) {
		const struct tkt_node *item = &list->items[i];

		if (item->kind == TKT_NODE_SCALAR && !holds_nul(item)) {
			if (item->len > 0 || !item->plain)
				tkt_strv_push(out, item->text);
			continue;
		}
		/* [foo: bar]: the words as they stand */
		push_loose(out, e->block.ptr + item->start - 1, item->end - item->start);
		note = TKT_FM_LENIENT;
	}
	return note;
}

enum tkt_fm_note tkt_fm_list(const struct tkt_fm_entry *e, struct tkt_strv *out)
{
	struct tkt_node *node = NULL;
	enum tkt_fm_note note = TKT_FM_CLEAN;
	char *one = NULL;

	if (!e->multiline && list_simple(e->value, out))
		return TKT_FM_CLEAN;
	if (e->multiline || (e->value.len > 0 && e->value.ptr[0] == '['))
		node = parse_block(e);
	if (node != NULL && node->kind == TKT_NODE_LIST) {
		note = list_of_tree(e, node, out);
	} else if (node == NULL && e->value.len > 0 && e->value.ptr[0] == '[') {
		split_loose(e->block, out);
		note = TKT_FM_LENIENT;
	} else {
		note = tkt_fm_scalar(e, &one);
		if (one != NULL)
			tkt_strv_take(out, one);
	}
	tkt_node_free(node);
	return note;
}

/* --- trees --- */

static struct tkt_node *line_node(struct tkt_str v, bool plain)
{
	struct tkt_node *node = tkt_calloc(1, sizeof *node);

	node->kind = TKT_NODE_SCALAR;
	node->plain = plain;
	node->text = tkt_strndup(v.ptr, v.len);
	node->len = v.len;
	node->end = v.len;
	node->line = 1;
	return node;
}

enum tkt_fm_note tkt_fm_node(const struct tkt_fm_entry *e, struct tkt_node **out)
{
	struct tkt_node *node = NULL;

	if (!e->multiline && (e->value.len == 0 || plain_clean(e->value))) {
		*out = line_node(e->value, true);
		return null_word(e->value) ? TKT_FM_NULL : TKT_FM_CLEAN;
	}
	node = parse_block(e);
	if (node == NULL) {
		/* not plain: these are words, whatever they look like */
		*out = line_node(e->value, e->value.len == 0);
		return TKT_FM_LENIENT;
	}
	*out = node;
	return tkt_node_is_null(node) ? TKT_FM_NULL : TKT_FM_CLEAN;
}
