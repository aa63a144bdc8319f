/* tkt branches */
#include "cmd.h"

#include "out.h"

struct branches_args {
	struct tkt_strv words;
	bool all;
};

#define AT(member) offsetof(struct branches_args, member)

static const struct opt opts[] = {
	{ "all", 'a', OPT_FLAG, AT(all), NULL, "look at every branch, not only at the 1000 newest", NULL },
	OPT_END,
};

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct branches_args *args = payload;
	struct tkt_branches found;
	bool known;
	int code = tkt_op_branches(c->project, args->words.items[0], args->all, &found, err);

	if (code)
		return code;
	out_branches(c, &found);
	known = found.known;
	tkt_branches_release(&found);
	return known ? 0 : TKT_EIO;
}

const struct cmd cmd_branches = {
	.name = "branches",
	.group = GROUP_GIT,
	.needs = NEED_ROOT | NEED_GIT | CMD_PAGER,
	.operands = "REF",
	.min = 1,
	.max = 1,
	.args_size = sizeof(struct branches_args),
	.operand_off = AT(words),
	.opts = opts,
	.summary = "a ticket as it stands on other branches and in other worktrees",
	.details = "Equal copies are shown once, with all who have them. A ticket that lies on other branches only\n"
		   "is found by its id, slug or key.\n"
		   "In a pipe: status, column, updated_at, events ahead and behind, and branches, separated by tabs.",
	.examples = "tkt branches login-page\ntkt branches TKT-3fa9c1b --json",
	.run = run,
};
