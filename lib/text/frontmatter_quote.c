/* text/frontmatter_quote: strings, lists and trees as one line of YAML.
 *
 * Plain only where a line reader and libyaml both read the same string back; anything that looks
 * doubtful is put to libyaml itself before it is left unquoted. */
#include "text/frontmatter.h"

#include <string.h>

#include "base/mem.h"
#include "text/frontmatter_impl.h"

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool null_like(const char *s)
{
	return s[0] == '\0' || strcmp(s, "~") == 0 || tkt_eq_nocase(s, "null");
}

/* Words of letters, digits and _ . / - need no second thought, in a list or out of it. */
static bool obviously_plain(const char *s, size_t n)
{
	if (!alnum(s[0]) || s[n - 1] == ' ')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!tkt_is_name_byte(s[i]) && s[i] != ' ' && s[i] != '/')
			return false;
	return true;
}

/* Never to be seen raw in a value: C0, C1, DEL, bidi, what YAML calls a line break or refuses. */
static bool must_escape(uint32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
		return true;
	if (cp == 0x061C || cp == 0x200E || cp == 0x200F || cp == 0x2028 || cp == 0x2029)
		return true;
	if ((cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069))
		return true;
	return cp == 0xFEFF || cp == 0xFFFE || cp == 0xFFFF;
}

static bool needs_escape(const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint32_t cp = (unsigned char)s[i];
		size_t step = cp < 0x80 ? 1 : tkt_utf8_decode(s + i, n - i, &cp);

		if (step == 0 || must_escape(cp))
			return true;
		i += step;
	}
	return false;
}

/* The rules of plain scalars; libyaml has the last word. */
static bool shaped_plain(const char *s, size_t n, bool in_flow)
{
	if (s[0] == ' ' || s[n - 1] == ' ' || s[n - 1] == ':')
		return false;
	if (strchr("#,[]{}&*!|>'\"%@`:?", s[0]) != NULL || (s[0] == '-' && (n == 1 || s[1] == ' ')))
		return false;
	if (strncmp(s, "---", 3) == 0 || strncmp(s, "...", 3) == 0)
		return false;
	if (strstr(s, ": ") != NULL || strstr(s, " #") != NULL)
		return false;
	return !in_flow || (strpbrk(s, ",[]{}\"'") == NULL && s[0] != '-');
}

/* libyaml reads it as this plain string. */
static bool reads_back(const char *s, size_t n, bool in_flow)
{
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_node *root = NULL;
	const struct tkt_node *node;
	bool same = false;

	if (in_flow)
		tkt_buf_putc(&text, '[');
	tkt_buf_add(&text, s, n);
	if (in_flow)
		tkt_buf_putc(&text, ']');
	if (tkt_yaml_parse(&root, text.ptr, text.len, NULL) != 0)
		goto out;
	node = root;
	if (in_flow)
		node = root->kind == TKT_NODE_LIST && root->n == 1 ? &root->items[0] : NULL;
	same = node != NULL && node->kind == TKT_NODE_SCALAR && node->plain && node->len == n &&
	       memcmp(node->text, s, n) == 0;
out:
	tkt_node_free(root);
	tkt_buf_release(&text);
	return same;
}

static bool plain_ok(const char *s, size_t n, bool in_flow)
{
	if (null_like(s))
		return false;
	if (obviously_plain(s, n))
		return true;
	return !needs_escape(s, n) && shaped_plain(s, n, in_flow) && reads_back(s, n, in_flow);
}

static void escape(struct tkt_buf *out, uint32_t cp)
{
	switch (cp) {
	case '\n':
		tkt_buf_puts(out, "\\n");
		break;
	case '\t':
		tkt_buf_puts(out, "\\t");
		break;
	case '\r':
		tkt_buf_puts(out, "\\r");
		break;
	default:
		tkt_buf_printf(out, cp < 0x80 ? "\\x%02X" : "\\u%04X", (unsigned)cp);
		break;
	}
}

void tkt_fm_quote_double(struct tkt_buf *out, const char *s, size_t n)
{
	tkt_buf_putc(out, '"');
	for (size_t i = 0; i < n;) {
		uint32_t cp = (unsigned char)s[i];
		size_t step = cp < 0x80 ? 1 : tkt_utf8_decode(s + i, n - i, &cp);

		if (step == 0) { /* YAML cannot carry a byte that is no UTF-8 */
			tkt_buf_puts(out, "\xEF\xBF\xBD");
			step = 1;
		} else if (must_escape(cp)) {
			escape(out, cp);
		} else {
			if (cp == '"' || cp == '\\')
				tkt_buf_putc(out, '\\');
			tkt_buf_add(out, s + i, step);
		}
		i += step;
	}
	tkt_buf_putc(out, '"');
}

static void quote(struct tkt_buf *out, const char *s, bool in_flow)
{
	size_t n = strlen(s);

	if (plain_ok(s, n, in_flow))
		tkt_buf_add(out, s, n);
	else
		tkt_fm_quote_double(out, s, n);
}

void tkt_fm_quote(struct tkt_buf *out, const char *s)
{
	quote(out, s, false);
}

void tkt_fm_quote_item(struct tkt_buf *out, const char *s)
{
	quote(out, s, true);
}

void tkt_fm_quote_list(struct tkt_buf *out, const struct tkt_strv *list)
{
	tkt_buf_putc(out, '[');
	for (size_t i = 0; i < list->n; i++) {
		if (i > 0)
			tkt_buf_puts(out, ", ");
		quote(out, list->items[i], true);
	}
	tkt_buf_putc(out, ']');
}

static void quote_scalar_node(struct tkt_buf *out, const struct tkt_node *node)
{
	if (tkt_node_is_null(node))
		tkt_buf_puts(out, "null");
	else if (node->plain)
		quote(out, node->text, true);
	else
		tkt_fm_quote_double(out, node->text, node->len);
}

void tkt_fm_quote_node(struct tkt_buf *out, const struct tkt_node *node)
{
	if (node->kind == TKT_NODE_SCALAR) {
		quote_scalar_node(out, node);
		return;
	}
	tkt_buf_putc(out, node->kind == TKT_NODE_LIST ? '[' : '{');
	for (size_t i = 0; i < node->n; i++) {
		const struct tkt_node *value = &node->items[i];

		if (i > 0)
			tkt_buf_puts(out, ", ");
		if (node->kind == TKT_NODE_MAP) {
			const struct tkt_node *key = &node->items[2 * i];

			if (key->len > 0 && obviously_plain(key->text, key->len))
				tkt_buf_add(out, key->text, key->len);
			else
				tkt_fm_quote_double(out, key->text, key->len);
			tkt_buf_puts(out, ": ");
			value = &node->items[2 * i + 1];
		}
		tkt_fm_quote_node(out, value);
	}
	tkt_buf_putc(out, node->kind == TKT_NODE_LIST ? ']' : '}');
}
