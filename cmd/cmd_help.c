/* tkt help */
#include "cmd.h"

struct help_args {
	struct tkt_strv words;
};

static const struct opt opts[] = { OPT_END };

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct help_args *args = payload;
	const struct cmd *cmd;
	const char *near;

	if (!args->words.n) {
		help_overview(c);
		return 0;
	}
	cmd = cmd_find(args->words.items[0]);
	if (cmd) {
		help_command(c, cmd);
		return 0;
	}
	near = cmd_nearest(args->words.items[0]);
	tkt_error_set(err, TKT_EUSAGE, "there is no command '%s'", args->words.items[0]);
	if (near)
		tkt_error_hint(err, "did you mean 'tkt help %s'?", near);
	else
		tkt_error_hint(err, "'tkt help' lists the commands");
	return TKT_EUSAGE;
}

const struct cmd cmd_help = {
	.name = "help",
	.group = GROUP_MORE,
	.needs = CMD_PAGER,
	.operands = "[COMMAND]",
	.max = 1,
	.args_size = sizeof(struct help_args),
	.operand_off = offsetof(struct help_args, words),
	.opts = opts,
	.summary = "say what a command does, with its options",
	.details = "Without COMMAND all commands are listed. With --json the whole table of commands\n"
		   "and options is printed.",
	.examples = "tkt help create\ntkt create -h",
	.run = run,
};
