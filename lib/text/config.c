/* text/config: config.yml -> struct tkt_config. The setting of single values is in config_set.c. */
#include "text/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "text/config_search.h"

enum { PREFIX_MAX = 32, WIP_DIGITS = 6 };

static int at_node(struct tkt_error *err, const struct tkt_node *node)
{
	tkt_error_at(err, NULL, node->line);
	return TKT_EINVALID;
}

/* --- release --- */

static void board_release(struct tkt_board *b)
{
	for (size_t i = 0; i < b->columns.n; i++) {
		free(b->columns.items[i].id);
		free(b->columns.items[i].name);
		free(b->columns.items[i].color);
	}
	for (size_t i = 0; i < b->transitions.n; i++) {
		free(b->transitions.items[i].from);
		tkt_strv_release(&b->transitions.items[i].to);
	}
	for (size_t i = 0; i < b->kinds.n; i++) {
		free(b->kinds.items[i].id);
		free(b->kinds.items[i].name);
		free(b->kinds.items[i].icon);
		free(b->kinds.items[i].color);
	}
	free(b->columns.items);
	free(b->transitions.items);
	free(b->kinds.items);
	free(b->id);
	free(b->name);
	free(b->initial);
}

void tkt_config_release(struct tkt_config *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->boards.n; i++)
		board_release(&c->boards.items[i]);
	free(c->boards.items);
	free(c->project);
	free(c->prefix);
	tkt_node_free(c->tree);
	*c = (struct tkt_config){ 0 };
}

/* --- values --- */

/* A line of text, or NULL when the key is absent or null. *out is replaced only by a value. */
static int read_text(char **out, const struct tkt_node *map, const char *key, struct tkt_error *err)
{
	const struct tkt_node *node = tkt_node_find(map, key);

	if (tkt_node_is_null(node))
		return 0;
	if (node->kind != TKT_NODE_SCALAR) {
		tkt_error_set(err, TKT_EINVALID, "'%s' must be a single value", key);
		return at_node(err, node);
	}
	for (size_t i = 0; i < node->len; i++) {
		if ((unsigned char)node->text[i] >= 0x20 && node->text[i] != 0x7F)
			continue;
		tkt_error_set(err, TKT_EINVALID, "'%s' holds a line break or control character", key);
		return at_node(err, node);
	}
	free(*out);
	*out = tkt_strdup(node->text);
	return 0;
}

static int read_bool(bool *out, const struct tkt_node *map, const char *key, struct tkt_error *err)
{
	const struct tkt_node *node = tkt_node_find(map, key);
	const char *text = tkt_node_get(map, key);

	if (tkt_node_is_null(node))
		return 0;
	if (text != NULL && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)) {
		*out = text[0] == 't';
		return 0;
	}
	tkt_error_set(err, TKT_EINVALID, "'%s' must be true or false", key);
	return at_node(err, node);
}

static int read_count(long *out, const struct tkt_node *map, const char *key, struct tkt_error *err)
{
	const struct tkt_node *node = tkt_node_find(map, key);
	const char *text = tkt_node_get(map, key);

	if (tkt_node_is_null(node))
		return 0;
	if (text != NULL && text[0] != '\0' && strlen(text) <= WIP_DIGITS &&
	    strspn(text, "0123456789") == strlen(text)) {
		*out = strtol(text, NULL, 10);
		return 0;
	}
	tkt_error_set(err, TKT_EINVALID, "'%s' must be a whole number", key);
	return at_node(err, node);
}

/* A map or a list at `key`; NULL in *out where it is absent or null. */
static int read_part(const struct tkt_node **out, const struct tkt_node *map, const char *key,
		     enum tkt_node_kind kind, struct tkt_error *err)
{
	const struct tkt_node *node = tkt_node_find(map, key);

	*out = NULL;
	if (tkt_node_is_null(node))
		return 0;
	if (node->kind == kind) {
		*out = node;
		return 0;
	}
	tkt_error_set(err, TKT_EINVALID, "'%s' must be a %s", key, kind == TKT_NODE_LIST ? "list" : "map");
	return at_node(err, node);
}

/* An id: what may stand in a frontmatter line and on a command line without quoting. */
static int read_id(char **out, const struct tkt_node *item, const char *what, struct tkt_error *err)
{
	int code = read_text(out, item, "id", err);

	if (code != 0)
		return code;
	if (*out == NULL || **out == '\0') {
		tkt_error_set(err, TKT_EINVALID, "%s has no id", what);
		return at_node(err, item);
	}
	if (strpbrk(*out, " ,:#[]{}\"'") != NULL || (*out)[0] == '-') {
		tkt_error_set(err, TKT_EINVALID, "%s id '%s' must be one plain word", what, *out);
		return at_node(err, item);
	}
	return 0;
}

/* --- columns --- */

static int fill_column(struct tkt_column *c, const struct tkt_node *item, struct tkt_error *err)
{
	const struct tkt_node *status = tkt_node_find(item, "status");
	const char *word = tkt_node_get(item, "status");
	int code = read_id(&c->id, item, "column", err);

	if (code == 0)
		code = read_text(&c->name, item, "name", err);
	if (code == 0)
		code = read_text(&c->color, item, "color", err);
	if (code == 0)
		code = read_count(&c->wip_limit, item, "wip_limit", err);
	if (code != 0)
		return code;
	if (c->name == NULL)
		c->name = tkt_strdup(c->id);
	if (tkt_status_find(word, &c->status))
		return 0;
	tkt_error_set(err, TKT_EINVALID, "status of column '%s' must be open, pending or closed", c->id);
	return at_node(err, status ? status : item);
}

static int read_columns(struct tkt_board *b, const struct tkt_node *map, struct tkt_error *err)
{
	const struct tkt_node *list;
	int code = read_part(&list, map, "columns", TKT_NODE_LIST, err);

	for (size_t i = 0; code == 0 && list != NULL && i < list->n; i++) {
		const struct tkt_node *item = &list->items[i];
		struct tkt_column *c;

		if (item->kind != TKT_NODE_MAP) {
			tkt_error_set(err, TKT_EINVALID, "a column must be a map with id and status");
			return at_node(err, item);
		}
		TKT_GROW(&b->columns);
		c = &b->columns.items[b->columns.n++];
		*c = (struct tkt_column){ 0 };
		code = fill_column(c, item, err);
		for (size_t k = 0; code == 0 && k + 1 < b->columns.n; k++) {
			if (strcmp(b->columns.items[k].id, c->id) != 0)
				continue;
			tkt_error_set(err, TKT_EINVALID, "column '%s' appears twice", c->id);
			code = at_node(err, item);
		}
	}
	return code;
}

static void default_columns(struct tkt_board *b)
{
	static const char *const names[TKT_STATUS_N] = { "Open", "Pending", "Closed" };

	for (int i = 0; i < TKT_STATUS_N; i++) {
		TKT_GROW(&b->columns);
		b->columns.items[b->columns.n++] = (struct tkt_column){
			.id = tkt_strdup(tkt_status_name((enum tkt_status)i)),
			.name = tkt_strdup(names[i]),
			.status = (enum tkt_status)i,
		};
	}
}

static int check_column(const struct tkt_board *b, const struct tkt_node *node, const char *what,
			struct tkt_error *err)
{
	if (node->kind != TKT_NODE_SCALAR) {
		tkt_error_set(err, TKT_EINVALID, "'%s' must name columns", what);
		return at_node(err, node);
	}
	if (tkt_board_column(b, node->text) != NULL)
		return 0;
	tkt_error_set(err, TKT_EINVALID, "'%s' names column '%s', which is not there", what, node->text);
	return at_node(err, node);
}

/* --- transitions, kinds, settings --- */

static int read_transitions(struct tkt_board *b, const struct tkt_node *board, struct tkt_error *err)
{
	const struct tkt_node *map;
	int code = read_part(&map, board, "transitions", TKT_NODE_MAP, err);

	for (size_t i = 0; code == 0 && map != NULL && i < map->n; i++) {
		const struct tkt_node *from = &map->items[2 * i], *to = &map->items[2 * i + 1];
		const struct tkt_node *first = to->kind == TKT_NODE_LIST ? to->items : to;
		size_t n = to->kind == TKT_NODE_LIST ? to->n : !tkt_node_is_null(to);
		struct tkt_transition *t;

		TKT_GROW(&b->transitions);
		t = &b->transitions.items[b->transitions.n++];
		*t = (struct tkt_transition){ .from = tkt_strdup(from->text) };
		code = check_column(b, from, "transitions", err);
		for (size_t k = 0; code == 0 && k < n; k++) {
			code = check_column(b, &first[k], "transitions", err);
			if (code == 0)
				tkt_strv_push(&t->to, first[k].text);
		}
	}
	return code;
}

static int fill_kind(struct tkt_kind_def *k, const struct tkt_node *item, struct tkt_error *err)
{
	int code;

	if (item->kind == TKT_NODE_SCALAR && item->len > 0) { /* `- bug` says enough */
		k->id = tkt_strdup(item->text);
		k->name = tkt_strdup(item->text);
		return 0;
	}
	if (item->kind != TKT_NODE_MAP) {
		tkt_error_set(err, TKT_EINVALID, "a kind must be a word or a map with an id");
		return at_node(err, item);
	}
	code = read_id(&k->id, item, "kind", err);
	if (code == 0)
		code = read_text(&k->name, item, "name", err);
	if (code == 0)
		code = read_text(&k->icon, item, "icon", err);
	if (code == 0)
		code = read_text(&k->color, item, "color", err);
	if (code == 0 && k->name == NULL)
		k->name = tkt_strdup(k->id);
	return code;
}

static int read_kinds(struct tkt_board *b, const struct tkt_node *board, struct tkt_error *err)
{
	const struct tkt_node *list;
	int code = read_part(&list, board, "kinds", TKT_NODE_LIST, err);

	for (size_t i = 0; code == 0 && list != NULL && i < list->n; i++) {
		struct tkt_kind_def *k;

		TKT_GROW(&b->kinds);
		k = &b->kinds.items[b->kinds.n++];
		*k = (struct tkt_kind_def){ 0 };
		code = fill_kind(k, &list->items[i], err);
	}
	return code;
}

static int read_settings(struct tkt_board *b, const struct tkt_node *board, struct tkt_error *err)
{
	const struct tkt_node *map;
	int code = read_part(&map, board, "settings", TKT_NODE_MAP, err);

	if (code == 0)
		code = read_bool(&b->require_comment_on_move, map, "require_comment_on_move", err);
	if (code == 0)
		code = read_bool(&b->allow_reopen, map, "allow_reopen", err);
	if (code == 0)
		code = read_bool(&b->auto_assign, map, "auto_assign", err);
	if (code == 0)
		code = read_bool(&b->track_time, map, "track_time", err);
	if (code == 0)
		code = read_bool(&b->human_review, map, "human_review", err);
	return code;
}

/* --- boards --- */

/* Adds a board to the config, also when it fails: the caller releases all of it. */
static int read_board(struct tkt_config *c, const char *id, const struct tkt_node *map, struct tkt_error *err)
{
	struct tkt_board *b;
	int code;

	TKT_GROW(&c->boards);
	b = &c->boards.items[c->boards.n++];
	*b = (struct tkt_board){ .id = tkt_strdup_null(id), .allow_reopen = true };
	b->name = tkt_strdup(id ? id : "Board");
	code = read_text(&b->name, map, "name", err);
	if (code == 0)
		code = read_columns(b, map, err);
	if (code == 0 && b->columns.n == 0)
		default_columns(b);
	if (code == 0)
		code = read_text(&b->initial, map, "initial", err);
	if (code == 0 && b->initial != NULL)
		code = check_column(b, tkt_node_find(map, "initial"), "initial", err);
	if (code == 0)
		code = read_transitions(b, map, err);
	if (code == 0)
		code = read_kinds(b, map, err);
	if (code == 0)
		code = read_settings(b, map, err);
	return code;
}

static int read_prefix(struct tkt_config *c, struct tkt_error *err)
{
	const char *p;
	int code = read_text(&c->prefix, c->tree, "prefix", err);

	if (code != 0)
		return code;
	p = c->prefix;
	for (size_t i = 0; p[i] != '\0'; i++) {
		bool letter = (p[i] >= 'a' && p[i] <= 'z') || (p[i] >= 'A' && p[i] <= 'Z');
		bool inner = (p[i] >= '0' && p[i] <= '9') || p[i] == '_';

		if (i >= PREFIX_MAX || !(letter || (i > 0 && inner)))
			goto bad;
	}
	if (p[0] != '\0')
		return 0;
bad:
	tkt_error_set(err, TKT_EINVALID, "'prefix' must be up to %d letters, digits and '_', a letter first", PREFIX_MAX);
	return at_node(err, tkt_node_find(c->tree, "prefix"));
}

static int read_boards(struct tkt_config *c, struct tkt_error *err)
{
	const struct tkt_node *board, *workflows;
	int code = read_part(&board, c->tree, "board", TKT_NODE_MAP, err);

	if (code == 0)
		code = read_board(c, NULL, board, err);
	if (code == 0)
		code = read_part(&workflows, c->tree, "workflows", TKT_NODE_MAP, err);
	for (size_t i = 0; code == 0 && workflows != NULL && i < workflows->n; i++) {
		const struct tkt_node *name = &workflows->items[2 * i];

		code = read_part(&board, workflows, name->text, TKT_NODE_MAP, err);
		if (code == 0)
			code = read_board(c, name->text, board, err);
	}
	return code;
}

/* Found first: YAML's own words about "<<<<<<< HEAD" help nobody. */
static int check_conflict(const char *text, size_t len, struct tkt_error *err)
{
	struct tkt_str all = { text, len }, line;
	size_t pos = 0, number = 0;

	while (tkt_str_line(all, &pos, &line)) {
		number++;
		if (!tkt_str_starts(line, "<<<<<<< ") && !tkt_str_starts(line, ">>>>>>> "))
			continue;
		tkt_error_set(err, TKT_EINVALID, "conflict marker in the configuration");
		tkt_error_at(err, NULL, number);
		return TKT_EINVALID;
	}
	return 0;
}

static int read_tree(struct tkt_config *c, const char *text, size_t len, struct tkt_error *err)
{
	int code;

	if (len > TKT_CONFIG_MAX)
		return tkt_error_set(err, TKT_EINVALID, "configuration is over %d bytes", TKT_CONFIG_MAX);
	code = check_conflict(text, len, err);
	if (code == 0)
		code = tkt_yaml_parse(&c->tree, text, len, err);
	if (code != 0 || c->tree->kind == TKT_NODE_MAP || tkt_node_is_null(c->tree))
		return code;
	tkt_error_set(err, TKT_EINVALID, "configuration must be a map of 'key: value'");
	return at_node(err, c->tree);
}

int tkt_config_parse(struct tkt_config *out, const char *text, size_t len, struct tkt_error *err)
{
	struct tkt_config c = { 0 };
	struct tkt_search_config search;
	int code = 0;

	c.prefix = tkt_strdup("TKT");
	if (text != NULL)
		code = read_tree(&c, text, len, err);
	if (code == 0)
		code = read_text(&c.project, c.tree, "project", err);
	if (code == 0)
		code = read_prefix(&c, err);
	if (code == 0)
		code = read_boards(&c, err);
	if (code == 0)
		code = tkt_search_config_read(&search, c.tree, err);
	if (code != 0)
		goto out;
	*out = c;
	c = (struct tkt_config){ 0 };
out:
	tkt_config_release(&c);
	return code;
}

/* --- asking --- */

const struct tkt_board *tkt_config_board(const struct tkt_config *c, const char *workflow)
{
	if (workflow == NULL)
		return &c->boards.items[0];
	for (size_t i = 1; i < c->boards.n; i++)
		if (strcmp(c->boards.items[i].id, workflow) == 0)
			return &c->boards.items[i];
	return NULL;
}

const struct tkt_column *tkt_board_column(const struct tkt_board *b, const char *id)
{
	for (size_t i = 0; id != NULL && i < b->columns.n; i++)
		if (strcmp(b->columns.items[i].id, id) == 0)
			return &b->columns.items[i];
	return NULL;
}

const struct tkt_column *tkt_board_column_of(const struct tkt_board *b, const struct tkt_ticket *t)
{
	const struct tkt_column *own = tkt_board_column(b, t->column);

	if (own != NULL && own->status == t->status)
		return own;
	for (size_t i = 0; i < b->columns.n; i++)
		if (b->columns.items[i].status == t->status)
			return &b->columns.items[i];
	return NULL;
}

bool tkt_board_kind_ok(const struct tkt_board *b, const char *kind)
{
	if (kind == NULL)
		return false;
	for (size_t i = 0; i < b->kinds.n; i++)
		if (strcmp(b->kinds.items[i].id, kind) == 0)
			return true;
	return b->kinds.n == 0 && kind[0] != '\0';
}
