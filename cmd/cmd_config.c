/* tkt config */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"
#include "ops/init.h"
#include "out.h"

struct config_args {
	struct tkt_strv words;
};

static const struct opt opts[] = { OPT_END };

/* The part of a path that a list item goes by: its id where it has one, else its index. */
static char *item_name(const struct tkt_node *item, size_t i)
{
	const char *id = item->kind == TKT_NODE_MAP ? tkt_node_get(item, "id") : NULL;

	return id ? tkt_strdup(id) : tkt_asprintf("%zu", i);
}

/* path=value for every scalar, as `git config --list` does. */
static void flatten(struct cli *c, const struct tkt_node *node, const char *path)
{
	if (node->kind == TKT_NODE_SCALAR) {
		out_field(&c->out, path);
		tkt_buf_putc(&c->out, '=');
		out_field(&c->out, tkt_node_is_null(node) ? "" : node->text);
		tkt_buf_putc(&c->out, '\n');
		return;
	}
	for (size_t i = 0; i < node->n; i++) {
		bool map = node->kind == TKT_NODE_MAP;
		const struct tkt_node *child = &node->items[map ? 2 * i + 1 : i];
		char *name = map ? tkt_strdup(node->items[2 * i].text ? node->items[2 * i].text : "") :
			item_name(child, i);
		char *full = *path ? tkt_asprintf("%s.%s", path, name) : tkt_strdup(name);

		flatten(c, child, full);
		free(full);
		free(name);
	}
}

/* The map or list that a path leads to, or NULL. */
static const struct tkt_node *below(const struct tkt_node *node, const char *key)
{
	const struct tkt_node *found = NULL;

	if (!node || node->kind == TKT_NODE_SCALAR)
		return NULL;
	for (size_t i = 0; !found && i < node->n; i++) {
		bool map = node->kind == TKT_NODE_MAP;
		const struct tkt_node *child = &node->items[map ? 2 * i + 1 : i];
		char *name = map ? tkt_strdup(node->items[2 * i].text ? node->items[2 * i].text : "") :
			item_name(child, i);
		size_t n = strlen(name);

		if (strcmp(key, name) == 0 && child->kind != TKT_NODE_SCALAR)
			found = child;
		else if (strncmp(key, name, n) == 0 && key[n] == '.')
			found = below(child, key + n + 1);
		free(name);
	}
	return found;
}

static int list(struct cli *c)
{
	const struct tkt_config *config = &c->project->config;
	struct tkt_json *data;

	if (c->view == VIEW_JSON) {
		data = tkt_json_object();
		tkt_json_set(data, "config", config->tree ? tkt_json_node(config->tree) : tkt_json_object());
		out_json(c, "config", data);
	} else if (config->tree) {
		flatten(c, config->tree, "");
	} else {
		tkt_buf_puts(&c->out, "prefix=");
		out_field(&c->out, config->prefix);
		tkt_buf_putc(&c->out, '\n');
	}
	return 0;
}

static void say(struct cli *c, const char *key, const char *from, const char *value)
{
	struct tkt_json *data = tkt_json_object();

	tkt_json_set(data, "key", tkt_json_string(key));
	tkt_json_set(data, "value", tkt_json_string(value));
	if (from)
		tkt_json_set(data, "from", tkt_json_string(*from ? from : NULL));
	out_json(c, "config", data);
}

static void many(struct cli *c, const char *key, const struct tkt_node *node)
{
	struct tkt_json *data;

	if (c->view != VIEW_JSON) {
		flatten(c, node, key);
		return;
	}
	data = tkt_json_object();
	tkt_json_set(data, "key", tkt_json_string(key));
	tkt_json_set(data, "value", tkt_json_node(node));
	out_json(c, "config", data);
}

static int get(struct cli *c, const char *key, struct tkt_error *err)
{
	const struct tkt_node *node = below(c->project->config.tree, key);
	char *value = NULL;
	int code = node ? 0 : tkt_op_config_get(c->project, key, &value, err);

	if (code)
		return code;
	if (node) {
		many(c, key, node);
		return 0;
	}
	if (c->view == VIEW_JSON)
		say(c, key, NULL, value);
	else if (value) {
		out_field(&c->out, value);
		tkt_buf_putc(&c->out, '\n');
	}
	code = value ? 0 : TKT_ENO; /* as git config: not set is status 1 and no word */
	free(value);
	return code;
}

static int set(struct cli *c, const char *key, const char *value, struct tkt_error *err)
{
	char *from = NULL;
	int code = tkt_op_config_get(c->project, key, &from, NULL);

	(void)code;
	cli_hold_signals();
	code = tkt_op_config_set(c->project, key, value, err);
	if (!code && c->view == VIEW_JSON) {
		say(c, key, from ? from : "", value);
	} else if (!code && c->view == VIEW_HUMAN && !c->g.quiet) {
		out_field(&c->out, key);
		tkt_buf_puts(&c->out, ": ");
		out_field(&c->out, from ? from : "none");
		tkt_buf_puts(&c->out, " → ");
		out_field(&c->out, value);
		tkt_buf_putc(&c->out, '\n');
	}
	free(from);
	return code;
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct config_args *args = payload;

	if (args->words.n == 0)
		return list(c);
	if (args->words.n == 1)
		return get(c, args->words.items[0], err);
	return set(c, args->words.items[0], args->words.items[1], err);
}

const struct cmd cmd_config = {
	.name = "config",
	.group = GROUP_START,
	.needs = NEED_WRITE | CMD_PAGER,
	.operands = "[KEY [VALUE]]",
	.max = 2,
	.args_size = sizeof(struct config_args),
	.operand_off = offsetof(struct config_args, words),
	.opts = opts,
	.summary = "read or set settings of the project (config.yml)",
	.details = "KEY is a path with dots; items of lists go by their id or number. A KEY that is not set\n"
		   "prints nothing, with exit status 1.",
	.examples = "tkt config prefix\ntkt config board.columns.building.wip_limit 3",
	.run = run,
};
