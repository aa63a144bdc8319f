/* text/config_set: one value of config.yml read or changed by its dotted path.
 *
 * The tree knows at which bytes each node stands, so a change replaces those bytes or adds one
 * line (or one `key: value` in braces) and leaves the rest alone. Whatever comes of it is parsed
 * as a configuration before the caller gets it. */
#include "text/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "text/frontmatter_impl.h"

enum { NAMES_MAX = 12 };

/* --- paths --- */

static int split_path(struct tkt_strv *names, const char *path, struct tkt_error *err)
{
	const char *p = path;

	for (;;) {
		size_t n = strcspn(p, ".");

		if (n == 0 || n != strcspn(p, " :#,[]{}\"'\\\t\r\n."))
			return tkt_error_set(err, TKT_EINVALID, "'%s' is no path like board.settings.allow_reopen", path);
		tkt_strv_push_n(names, p, n);
		if (p[n] == '\0')
			break;
		p += n + 1;
	}
	if (names->n > NAMES_MAX || !tkt_utf8_valid(path, strlen(path), NULL))
		return tkt_error_set(err, TKT_EINVALID, "'%s' is no path like board.settings.allow_reopen", path);
	return 0;
}

/* List items answer to their index and to their id. */
static const struct tkt_node *step(const struct tkt_node *node, const char *name)
{
	if (node->kind == TKT_NODE_MAP)
		return tkt_node_find(node, name);
	if (node->kind != TKT_NODE_LIST)
		return NULL;
	for (size_t i = 0; i < node->n; i++) {
		const char *id = tkt_node_get(&node->items[i], "id");

		if (id != NULL && strcmp(id, name) == 0)
			return &node->items[i];
	}
	if (strlen(name) > 6 || strspn(name, "0123456789") != strlen(name))
		return NULL;
	size_t index = (size_t)strtoul(name, NULL, 10);

	return index < node->n ? &node->items[index] : NULL;
}

/* As deep as the tree goes; *used names were found. *in_flow: the node stands in [ ] or { }. */
static const struct tkt_node *descend(const struct tkt_node *root, const struct tkt_strv *names,
				      size_t *used, bool *in_flow)
{
	const struct tkt_node *node = root;

	*in_flow = false;
	for (*used = 0; *used < names->n; ++*used) {
		const struct tkt_node *next = step(node, names->items[*used]);

		if (next == NULL)
			break;
		*in_flow = *in_flow || node->flow;
		node = next;
	}
	return node;
}

/* --- reading --- */

static const char *bool_word(bool value)
{
	return value ? "true" : "false";
}

static char *default_setting(const struct tkt_board *b, const char *name)
{
	if (strcmp(name, "require_comment_on_move") == 0)
		return tkt_strdup(bool_word(b->require_comment_on_move));
	if (strcmp(name, "allow_reopen") == 0)
		return tkt_strdup(bool_word(b->allow_reopen));
	if (strcmp(name, "auto_assign") == 0)
		return tkt_strdup(bool_word(b->auto_assign));
	if (strcmp(name, "track_time") == 0)
		return tkt_strdup(bool_word(b->track_time));
	if (strcmp(name, "human_review") == 0)
		return tkt_strdup(bool_word(b->human_review));
	return NULL;
}

static char *default_column(const struct tkt_board *b, const char *id, const char *name)
{
	const struct tkt_column *c = tkt_board_column(b, id);

	if (c == NULL)
		return NULL;
	if (strcmp(name, "id") == 0)
		return tkt_strdup(c->id);
	if (strcmp(name, "name") == 0)
		return tkt_strdup(c->name);
	if (strcmp(name, "status") == 0)
		return tkt_strdup(tkt_status_name(c->status));
	if (strcmp(name, "wip_limit") == 0)
		return tkt_asprintf("%ld", c->wip_limit);
	return NULL;
}

static char *default_of(const struct tkt_config *c, const struct tkt_strv *names)
{
	const struct tkt_board *b = NULL;
	char **rest = names->items;
	size_t n = names->n;

	if (n == 1 && strcmp(rest[0], "prefix") == 0)
		return tkt_strdup(c->prefix);
	if (strcmp(rest[0], "board") == 0) {
		b = tkt_config_board(c, NULL);
		rest += 1;
		n -= 1;
	} else if (n > 2 && strcmp(rest[0], "workflows") == 0) {
		b = tkt_config_board(c, rest[1]);
		rest += 2;
		n -= 2;
	}
	if (b == NULL || n == 0)
		return NULL;
	if (n == 1 && strcmp(rest[0], "name") == 0)
		return tkt_strdup(b->name);
	if (n == 2 && strcmp(rest[0], "settings") == 0)
		return default_setting(b, rest[1]);
	if (n == 3 && strcmp(rest[0], "columns") == 0)
		return default_column(b, rest[1], rest[2]);
	return NULL;
}

char *tkt_config_get(const struct tkt_config *c, const char *path)
{
	struct tkt_strv names = TKT_STRV_INIT;
	const struct tkt_node *node = NULL;
	char *value = NULL;
	size_t used = 0;
	bool in_flow;

	if (split_path(&names, path, NULL) != 0)
		goto out;
	if (c->tree != NULL)
		node = descend(c->tree, &names, &used, &in_flow);
	if (node != NULL && used == names.n && !tkt_node_is_null(node)) {
		if (node->kind == TKT_NODE_SCALAR)
			value = tkt_strdup(node->text);
		goto out;
	}
	value = default_of(c, &names);
out:
	tkt_strv_release(&names);
	return value;
}

/* --- writing --- */

struct place {
	const char *text;
	size_t len;
	const char *eol;
	const struct tkt_strv *names;
	size_t used;      /* names that are there already */
	bool in_flow;
	const char *path; /* as it was given, for messages */
	const char *value;
};

static void put_value(struct tkt_buf *out, const char *value, bool in_flow)
{
	if (in_flow)
		tkt_fm_quote_item(out, value);
	else
		tkt_fm_quote(out, value);
}

/* "a: {b: {c: value}}" for the names that are not there yet. */
static void put_nested(struct tkt_buf *out, const struct place *p)
{
	size_t left = p->names->n - p->used;

	for (size_t i = p->used; i < p->names->n; i++)
		tkt_buf_printf(out, "%s%s: ", i > p->used ? "{" : "", p->names->items[i]);
	put_value(out, p->value, true);
	tkt_buf_pad(out, '}', left - 1);
}

static void replace_range(struct tkt_buf *out, const struct place *p, size_t start, size_t end, const struct tkt_buf *new)
{
	tkt_buf_add(out, p->text, start);
	tkt_buf_add(out, new->ptr, new->len);
	tkt_buf_add(out, p->text + end, p->len - end);
}

/* A node's bytes without the line ends that a | text takes with it. */
static size_t trimmed_end(const struct place *p, const struct tkt_node *node)
{
	size_t end = node->end;

	while (end > node->start && strchr(" \t\r\n", p->text[end - 1]) != NULL)
		end--;
	return end;
}

/* An empty value has no bytes of its own and stands right behind its colon. */
static void replace_node(struct tkt_buf *out, const struct place *p, const struct tkt_node *node,
			 const struct tkt_buf *value)
{
	struct tkt_buf new = TKT_BUF_INIT;
	size_t end = trimmed_end(p, node);

	if (node->start > 0 && end == node->start && strchr(" \t\n", p->text[node->start - 1]) == NULL)
		tkt_buf_putc(&new, ' ');
	tkt_buf_add(&new, value->ptr, value->len);
	replace_range(out, p, node->start, end, &new);
	tkt_buf_release(&new);
}

static void add_to_flow(struct tkt_buf *out, const struct place *p, const struct tkt_node *map)
{
	struct tkt_buf new = TKT_BUF_INIT;
	size_t at = map->start + 1;

	if (map->n > 0) {
		at = map->items[2 * map->n - 1].end;
		tkt_buf_puts(&new, ", ");
	}
	put_nested(&new, p);
	replace_range(out, p, at, at, &new);
	tkt_buf_release(&new);
}

static size_t column_of(const struct place *p, size_t at)
{
	size_t n = 0;

	while (n < at && p->text[at - n - 1] != '\n')
		n++;
	/* a BOM takes no column */
	return n == at && at >= 3 && memcmp(p->text, "\xEF\xBB\xBF", 3) == 0 ? n - 3 : n;
}

/* The start of the line after `at`; at the end of a text that lacks its last line end, *missing. */
static size_t next_line(const struct place *p, size_t at, bool *missing)
{
	const char *nl;

	*missing = false;
	if (at > 0 && p->text[at - 1] == '\n')
		return at;
	nl = memchr(p->text + at, '\n', p->len - at);
	if (nl != NULL)
		return (size_t)(nl - p->text) + 1;
	*missing = p->len > 0;
	return p->len;
}

/* New lines at the end of a block map: each further name one step to the right. */
static void add_to_block(struct tkt_buf *out, const struct place *p, size_t after, size_t indent)
{
	struct tkt_buf new = TKT_BUF_INIT;
	bool missing;
	size_t at = next_line(p, after, &missing);

	if (missing)
		tkt_buf_puts(&new, p->eol);
	for (size_t i = p->used; i < p->names->n; i++) {
		tkt_buf_pad(&new, ' ', indent + 2 * (i - p->used));
		tkt_buf_printf(&new, "%s:", p->names->items[i]);
		if (i + 1 == p->names->n) {
			tkt_buf_putc(&new, ' ');
			put_value(&new, p->value, false);
		}
		tkt_buf_puts(&new, p->eol);
	}
	replace_range(out, p, at, at, &new);
	tkt_buf_release(&new);
}

static int add_below(struct tkt_buf *out, const struct place *p, const struct tkt_node *node, struct tkt_error *err)
{
	struct tkt_buf new = TKT_BUF_INIT;
	size_t last;

	if (node->kind == TKT_NODE_MAP && node->flow) {
		add_to_flow(out, p, node);
	} else if (node->kind == TKT_NODE_MAP) {
		last = node->items[2 * node->n - 1].end;
		add_to_block(out, p, last, column_of(p, node->start));
	} else if (tkt_node_is_null(node) && p->used == 0) { /* an empty file, or only comments */
		add_to_block(out, p, p->len, 0);
	} else if (tkt_node_is_null(node)) {
		tkt_buf_putc(&new, '{');
		put_nested(&new, p);
		tkt_buf_putc(&new, '}');
		replace_node(out, p, node, &new);
		tkt_buf_release(&new);
	} else {
		return tkt_error_set(err, TKT_EINVALID, "'%s': there is no '%s'", p->path, p->names->items[p->used]);
	}
	return 0;
}

static int change(struct tkt_buf *out, struct place *p, const struct tkt_node *root, struct tkt_error *err)
{
	struct tkt_buf new = TKT_BUF_INIT;
	const struct tkt_node *node = descend(root, p->names, &p->used, &p->in_flow);

	if (p->used < p->names->n)
		return add_below(out, p, node, err);
	if (node->kind != TKT_NODE_SCALAR)
		return tkt_error_set(err, TKT_EINVALID, "'%s' is a %s, not a single value", p->path,
				     node->kind == TKT_NODE_LIST ? "list" : "map");
	if (!tkt_node_is_null(node) && strlen(node->text) == node->len && strcmp(node->text, p->value) == 0) {
		tkt_buf_add(out, p->text, p->len); /* a value that stays keeps its quotes too */
		return 0;
	}
	put_value(&new, p->value, p->in_flow);
	replace_node(out, p, node, &new);
	tkt_buf_release(&new);
	return 0;
}

/* What was asked for is now there, and the whole is a legal configuration. */
static int check_result(const struct tkt_buf *made, const struct place *p, struct tkt_error *err)
{
	struct tkt_config c = { 0 };
	char *value = NULL;
	int code = tkt_config_parse(&c, made->ptr, made->len, err);

	if (code != 0)
		goto out;
	value = tkt_config_get(&c, p->path);
	if (value == NULL || strcmp(value, p->value) != 0)
		code = tkt_error_set(err, TKT_EINVALID, "'%s' cannot be set by line; edit config.yml", p->path);
out:
	free(value);
	tkt_config_release(&c);
	return code;
}

int tkt_config_set(struct tkt_buf *out, const char *text, size_t len, const char *path,
		   const char *value, struct tkt_error *err)
{
	struct place p = { .text = text ? text : "", .len = text ? len : 0, .path = path, .value = value };
	struct tkt_strv names = TKT_STRV_INIT;
	struct tkt_config before = { 0 };
	struct tkt_node *root = NULL;
	struct tkt_buf made = TKT_BUF_INIT;
	const char *nl;
	int code;

	code = split_path(&names, path, err);
	if (code == 0 && !tkt_utf8_valid(value, strlen(value), NULL))
		code = tkt_error_set(err, TKT_EINVALID, "value of '%s' is not UTF-8", path);
	/* a file that is wrong already is reported as such, not as a wrong value */
	if (code == 0)
		code = tkt_config_parse(&before, p.text, p.len, err);
	if (code == 0)
		code = tkt_yaml_parse(&root, p.text, p.len, err);
	if (code != 0)
		goto out;
	nl = memchr(p.text, '\n', p.len);
	p.eol = nl != NULL && nl > p.text && nl[-1] == '\r' ? "\r\n" : "\n";
	p.names = &names;
	code = change(&made, &p, root, err);
	if (code == 0)
		code = check_result(&made, &p, err);
	if (code == 0)
		tkt_buf_add(out, made.ptr, made.len);
out:
	tkt_strv_release(&names);
	tkt_config_release(&before);
	tkt_node_free(root);
	tkt_buf_release(&made);
	return code;
}
