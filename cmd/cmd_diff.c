/* tkt diff: what a commit changed */
#include "cmd.h"

#include <limits.h>

#include "base/mem.h"
#include "out.h"

#define PATCH_MAX ((size_t)1024 * 1024) /* of a file, unless --full */

struct diff_args {
	struct tkt_strv words;
	bool stat, full, raw, fetch;
};

#define AT(member) offsetof(struct diff_args, member)

static const struct opt opts[] = {
	{ "stat", 0, OPT_FLAG, AT(stat), NULL, "only the files, with how many lines changed", NULL },
	{ "full", 0, OPT_FLAG, AT(full), NULL, "the patch of each file, however large (else 1 MiB at most)", NULL },
	{ "raw", 0, OPT_FLAG, AT(raw), NULL, "in a pipe: the patch byte for byte, for git apply", NULL },
	{ "fetch", 0, OPT_FLAG, AT(fetch), NULL, "a partial clone may fetch what it lacks", NULL },
	OPT_END,
};

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	struct diff_args *args = payload;
	struct tkt_strv paths = TKT_STRV_INIT;
	char *cwd = realpath(c->cwd, NULL);
	struct tkt_diff_req req = {
		.rev = args->words.items[0], .patch = !args->stat, .fetch = args->fetch,
		.max = args->full ? 0 : PATCH_MAX, .cwd = cwd, .paths = &paths,
	};
	struct tkt_commit_diff diff;
	int code;

	for (size_t i = 1; i < args->words.n; i++)
		tkt_strv_push(&paths, args->words.items[i]);
	if (args->raw && c->out_tty)
		code = tkt_error_set(err, TKT_EUSAGE, "--raw is for pipes and files, not for a terminal");
	else
		code = tkt_op_diff(c->project, &req, &diff, err);
	if (!code) {
		out_diff(c, &diff, args->stat, args->raw);
		if (!diff.diff.n && diff.elsewhere) {
			code = TKT_ENO;
			if (c->view != VIEW_JSON && !c->g.quiet)
				tkt_error_set(err, TKT_ENO, "it changed %zu file%s, none of them there", diff.elsewhere,
					      diff.elsewhere == 1 ? "" : "s");
		}
		tkt_commit_diff_release(&diff);
	}
	tkt_strv_release(&paths);
	free(cwd);
	return code;
}

const struct cmd cmd_diff = {
	.name = "diff",
	.group = GROUP_GIT,
	.needs = NEED_ROOT | NEED_GIT | CMD_PAGER,
	.operands = "COMMIT [PATH...]",
	.min = 1,
	.max = -1,
	.args_size = sizeof(struct diff_args),
	.operand_off = AT(words),
	.opts = opts,
	.summary = "what a commit changed, and the tickets it names",
	.details = "COMMIT is any revision that git knows: HEAD~2, a branch, a tag, the beginning of a hash.\n"
		   "With PATHs only these files, and those below these directories. A merge is compared with\n"
		   "its first parent, a root commit with nothing. In a pipe the patch is a unified diff whose\n"
		   "control characters are made visible; --raw leaves every byte as it is.",
	.examples = "tkt diff HEAD\n"
		    "tkt diff 3fa9c1b --stat\n"
		    "tkt diff --raw topic~1 | git apply --index",
	.run = run,
};
