/* tkt commits */
#include "cmd.h"

#include "out.h"

struct commits_args {
	struct tkt_strv words;
};

#define AT(member) offsetof(struct commits_args, member)

static const struct opt opts[] = { OPT_END };

/* What is unknown is not nothing; where nothing at all is there, it is no answer. */
static int nothing(struct cli *c, const struct tkt_links *links, const char *ref, struct tkt_error *err)
{
	if (links->n)
		return 0;
	if (links->known) {
		if (c->view == VIEW_HUMAN && !c->g.quiet)
			cli_warn(c, "no commit is linked to '%s'", ref);
		return 0;
	}
	if (c->view != VIEW_JSON)
		tkt_error_set(err, TKT_EIO, "the commits of '%s' are unknown: %s", ref, links->why);
	return TKT_EIO;
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct commits_args *args = payload;
	const char *ref = args->words.items[0];
	struct tkt_links links;
	int code;

	cli_hold_signals();
	code = tkt_op_commits(c->project, ref, TKT_LINKS_STAT | TKT_LINKS_BRANCHES, &links, err);
	if (code)
		return code;
	if (!links.known && links.n && c->view != VIEW_JSON)
		cli_warn(c, "there may be more commits: %s", links.why);
	out_commits(c, &links);
	code = nothing(c, &links, ref, err);
	tkt_links_release(&links);
	return code;
}

const struct cmd cmd_commits = {
	.name = "commits",
	.group = GROUP_GIT,
	.needs = NEED_ROOT | NEED_GIT | CMD_PAGER,
	.operands = "REF",
	.min = 1,
	.max = 1,
	.args_size = sizeof(struct commits_args),
	.operand_off = AT(words),
	.opts = opts,
	.summary = "the commits that belong to a ticket, oldest first",
	.details = "Those that name it in their message, that a merge of its branch brought, that stand on a branch\n"
		   "named after it, and those linked by hand. How is the method: trailer, keyword, message, merge,\n"
		   "branch or manual.\n"
		   "In a pipe: commit, time, author, method, merged, files, insertions, deletions, branches and\n"
		   "subject, separated by tabs.",
	.examples = "tkt commits login-page\ntkt commits TKT-3fa9c1b --json",
	.run = run,
};
