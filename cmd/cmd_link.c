/* tkt link, tkt unlink: which commits belong to a ticket, by the word of a person; and what they close. */
#include "cmd.h"

#include "base/str.h"
#include "out.h"

struct link_args {
	struct tkt_strv words;
	const char *if_rev;
	bool apply, merges, dry_run;
};

#define AT(member) offsetof(struct link_args, member)

#define OPT_IF_REV \
	{ "if-rev", 0, OPT_STRING, AT(if_rev), "REV", "only if the ticket is still at this rev (of --json)", \
	  NULL }

static const struct opt link_opts[] = {
	{ "apply", 0, OPT_FLAG, AT(apply), NULL, "close what commits on the main branch say they close", NULL },
	{ "merges", 0, OPT_FLAG, AT(merges), NULL, "with --apply: the merge of a ticket's branch closes it too", NULL },
	{ "dry-run", 'n', OPT_FLAG, AT(dry_run), NULL, "with --apply: only say what would be closed", NULL },
	OPT_IF_REV,
	OPT_END,
};

static const struct opt unlink_opts[] = { OPT_IF_REV, OPT_END };

static int link_commits(struct cli *c, const struct link_args *args, bool unlink, struct tkt_error *err)
{
	struct tkt_link_req req = { .ref = args->words.items[0], .unlink = unlink, .if_rev = args->if_rev };
	struct tkt_linked linked;
	int code;

	for (size_t i = 1; i < args->words.n; i++)
		tkt_strv_push(&req.commits, args->words.items[i]);
	cli_hold_signals();
	code = tkt_op_link(c->project, &req, &linked, err);
	if (!code) {
		out_linked(c, &linked, unlink);
		tkt_linked_release(&linked);
	}
	tkt_strv_release(&req.commits);
	return code;
}

static int apply(struct cli *c, const struct link_args *args, struct tkt_error *err)
{
	const struct tkt_apply_req req = { args->merges, args->dry_run };
	struct tkt_applied applied;
	int code;

	if (args->words.n || args->if_rev)
		return tkt_error_set(err, TKT_EUSAGE, "'tkt link --apply' takes no %s",
				     args->words.n ? "operands" : "--if-rev");
	cli_hold_signals();
	code = tkt_op_link_apply(c->project, &req, &applied, err);
	if (!code) {
		out_applied(c, &applied, args->dry_run);
		tkt_applied_release(&applied);
	}
	return code;
}

static int run_link(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct link_args *args = payload;

	if (args->apply)
		return apply(c, args, err);
	if (args->dry_run || args->merges)
		return tkt_error_set(err, TKT_EUSAGE, "%s goes with --apply", args->dry_run ? "--dry-run" : "--merges");
	if (args->words.n < 2) {
		tkt_error_set(err, TKT_EUSAGE, "'tkt link' needs a ticket and a commit");
		tkt_error_hint(err, "usage: tkt link REF COMMIT..., or tkt link --apply");
		return TKT_EUSAGE;
	}
	return link_commits(c, args, false, err);
}

static int run_unlink(struct cli *c, void *payload, struct tkt_error *err)
{
	return link_commits(c, payload, true, err);
}

const struct cmd cmd_link = {
	.name = "link",
	.group = GROUP_GIT,
	.needs = NEED_WRITE | NEED_GIT,
	.operands = "[REF COMMIT...]",
	.min = 0,
	.max = -1,
	.args_size = sizeof(struct link_args),
	.operand_off = AT(words),
	.opts = link_opts,
	.summary = "say that commits belong to a ticket, or do what commits say",
	.details = "For commits whose messages do not name it. A COMMIT is any revision that git knows: a name, a\n"
		   "branch, HEAD~2. All are linked, or none. With --apply every ticket that a commit on the main\n"
		   "branch closes (Fixes:, Closes:, Resolves:, \"fixes TKT-...\") is closed, unless it was reopened\n"
		   "since.",
	.examples = "tkt link login-page HEAD\ntkt link TKT-3fa9c1b a1b2c3d 5d6e7f8\ntkt link --apply --dry-run",
	.run = run_link,
};

const struct cmd cmd_unlink = {
	.name = "unlink",
	.group = GROUP_GIT,
	.needs = NEED_WRITE | NEED_GIT,
	.operands = "REF COMMIT...",
	.min = 2,
	.max = -1,
	.args_size = sizeof(struct link_args),
	.operand_off = AT(words),
	.opts = unlink_opts,
	.summary = "say that commits do not belong to a ticket",
	.details = "However they came to be linked: by hand, or by what their messages say. Also commits that are\n"
		   "gone from the repository. Exit status 1: one of them is not linked; then nothing is changed.",
	.examples = "tkt unlink login-page a1b2c3d",
	.run = run_unlink,
};
