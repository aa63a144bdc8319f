/* help: texts made from the command table. */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"
#include "out.h"
#include "term.h"

#define HELP_COL 30   /* where the explanation of an option starts */
#define HELP_WIDTH 79 /* of all lines but the examples */

void help_usage(struct tkt_buf *out, const struct cmd *cmd)
{
	tkt_buf_printf(out, "tkt %s%s%s%s", cmd->name, *cmd->operands ? " " : "", cmd->operands,
		       cmd->opts->name ? " [options]" : "");
}

static void heading(struct cli *c, const char *text)
{
	tkt_buf_puts(&c->out, term_on(c, PAINT_BOLD));
	tkt_buf_puts(&c->out, text);
	tkt_buf_puts(&c->out, term_off(c));
	tkt_buf_putc(&c->out, '\n');
}

/* The words of a text in lines of HELP_WIDTH that begin at `col`, where the first one stands already. */
static void fold(struct tkt_buf *out, const char *text, size_t col)
{
	size_t at = col;

	for (text += strspn(text, " \n"); *text; text += strspn(text, " \n")) {
		size_t n = strcspn(text, " \n");

		if (at > col && at + 1 + n > HELP_WIDTH) {
			tkt_buf_putc(out, '\n');
			tkt_buf_pad(out, ' ', col);
			at = col;
		} else if (at > col) {
			tkt_buf_putc(out, ' ');
			at++;
		}
		tkt_buf_add(out, text, n);
		at += n;
		text += n;
	}
	tkt_buf_putc(out, '\n');
}

static void option(struct cli *c, const struct opt *o)
{
	struct tkt_buf left = TKT_BUF_INIT, text = TKT_BUF_INIT;

	if (o->letter)
		tkt_buf_printf(&left, "  -%c, ", o->letter);
	else
		tkt_buf_puts(&left, "      ");
	tkt_buf_printf(&left, "--%s", o->name);
	if (o->type == OPT_JSON)
		tkt_buf_printf(&left, "[=%s]", o->value);
	else if (o->value)
		tkt_buf_printf(&left, " %s", o->value);
	if (left.len + 2 > HELP_COL) {
		tkt_buf_add(&c->out, left.ptr, left.len);
		tkt_buf_putc(&c->out, '\n');
		tkt_buf_pad(&c->out, ' ', HELP_COL);
	} else {
		tkt_buf_add(&c->out, left.ptr, left.len);
		tkt_buf_pad(&c->out, ' ', HELP_COL - left.len);
	}
	tkt_buf_puts(&text, o->help);
	if (o->type == OPT_LIST || o->type == OPT_COMMAS)
		tkt_buf_puts(&text, " (may be repeated)");
	fold(&c->out, text.ptr, HELP_COL);
	tkt_buf_release(&text);
	tkt_buf_release(&left);
}

static void options(struct cli *c, const char *title, const struct opt *opts)
{
	if (!opts->name)
		return;
	tkt_buf_putc(&c->out, '\n');
	heading(c, title);
	for (; opts->name; opts++)
		option(c, opts);
}

static struct tkt_json *option_json(const struct opt *o)
{
	static const char *const types[] = {
		[OPT_FLAG] = "flag",     [OPT_STRING] = "string", [OPT_CHOICE] = "choice",
		[OPT_LIST] = "list",     [OPT_COMMAS] = "list",   [OPT_NUMBER] = "number",
		[OPT_PRESET] = "flag", [OPT_JSON] = "optional",
	};
	struct tkt_json *j = tkt_json_object();
	char letter[2] = { o->letter, '\0' };

	tkt_json_set(j, "name", tkt_json_string(o->name));
	tkt_json_set(j, "letter", tkt_json_string(o->letter ? letter : NULL));
	tkt_json_set(j, "type", tkt_json_string(types[o->type]));
	tkt_json_set(j, "value", tkt_json_string(o->value));
	tkt_json_set(j, "words", tkt_json_string(o->type == OPT_CHOICE ? o->words : NULL));
	tkt_json_set(j, "help", tkt_json_string(o->help));
	return j;
}

static struct tkt_json *options_json(const struct opt *opts)
{
	struct tkt_json *all = tkt_json_array();

	for (; opts->name; opts++)
		tkt_json_push(all, option_json(opts));
	return all;
}

static struct tkt_json *command_json(const struct cmd *cmd)
{
	struct tkt_json *j = tkt_json_object();

	tkt_json_set(j, "name", tkt_json_string(cmd->name));
	tkt_json_set(j, "aliases", tkt_json_string(cmd->aliases));
	tkt_json_set(j, "group", tkt_json_string(cmd_group_names[cmd->group]));
	tkt_json_set(j, "operands", tkt_json_string(cmd->operands));
	tkt_json_set(j, "summary", tkt_json_string(cmd->summary));
	tkt_json_set(j, "details", tkt_json_string(cmd->details));
	tkt_json_set(j, "examples", tkt_json_string(cmd->examples));
	tkt_json_set(j, "options", options_json(cmd->opts));
	return j;
}

static void print_json(struct cli *c, const struct cmd *only)
{
	struct tkt_json *data = tkt_json_object(), *all = tkt_json_array();

	for (size_t i = 0; cmd_table[i]; i++)
		if (!only || cmd_table[i] == only)
			tkt_json_push(all, command_json(cmd_table[i]));
	tkt_json_set(data, "commands", all);
	tkt_json_set(data, "options", options_json(cmd_globals));
	out_json(c, "help", data);
}

void help_command(struct cli *c, const struct cmd *cmd)
{
	const char *line;

	if (c->view == VIEW_JSON) {
		print_json(c, cmd);
		return;
	}
	tkt_buf_printf(&c->out, "tkt %s: %s\n\n", cmd->name, cmd->summary);
	tkt_buf_puts(&c->out, "usage: ");
	help_usage(&c->out, cmd);
	tkt_buf_putc(&c->out, '\n');
	if (cmd->aliases)
		tkt_buf_printf(&c->out, "alias: %s\n", cmd->aliases);
	if (cmd->details) {
		tkt_buf_putc(&c->out, '\n');
		fold(&c->out, cmd->details, 0);
	}
	options(c, "Options", cmd->opts);
	options(c, "Options of every command", cmd_globals);
	if (cmd->examples) {
		tkt_buf_putc(&c->out, '\n');
		heading(c, "Examples");
		for (line = cmd->examples; line && *line; line = *line ? line + 1 : line) {
			size_t n = strcspn(line, "\n");

			tkt_buf_puts(&c->out, "  ");
			tkt_buf_add(&c->out, line, n);
			tkt_buf_putc(&c->out, '\n');
			line += n;
			if (!*line)
				break;
		}
	}
}

void help_overview(struct cli *c)
{
	if (c->view == VIEW_JSON) {
		print_json(c, NULL);
		return;
	}
	tkt_buf_puts(&c->out, "tkt: tickets as Markdown files in a git repository\n"
		     "usage: tkt [options] COMMAND ...\n");
	for (int g = 0; g < GROUP_N; g++) {
		tkt_buf_putc(&c->out, '\n');
		heading(c, cmd_group_names[g]);
		for (size_t i = 0; cmd_table[i]; i++) {
			const struct cmd *cmd = cmd_table[i];

			if ((int)cmd->group != g || (cmd->needs & CMD_HIDDEN))
				continue;
			tkt_buf_puts(&c->out, "  ");
			tkt_buf_puts(&c->out, term_on(c, PAINT_KEY));
			tkt_buf_puts(&c->out, cmd->name);
			tkt_buf_puts(&c->out, term_off(c));
			tkt_buf_pad(&c->out, ' ', strlen(cmd->name) < 12 ? 12 - strlen(cmd->name) : 1);
			tkt_buf_printf(&c->out, "%s\n", cmd->summary);
		}
	}
	tkt_buf_puts(&c->out, "\n'tkt help COMMAND' says more; a REF is an id, a slug, a key (TKT-3fa9c1b) or\n"
		     "the start of an id. Every command takes --json.\n");
}
