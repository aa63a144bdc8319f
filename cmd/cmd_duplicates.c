/* tkt duplicates */
#include "cmd.h"

#include "out.h"

struct duplicates_args {
	const char *threshold;
	bool all;
};

#define AT(member) offsetof(struct duplicates_args, member)

static const struct opt opts[] = {
	{ "threshold", 0, OPT_STRING, AT(threshold), "T",
	  "how alike: 0 to 1 (default: search.duplicate of config.yml, else what suits the embedder)", NULL },
	{ "all", 0, OPT_FLAG, AT(all), NULL, "also pairs with a link between them, or under one parent", NULL },
	OPT_END,
};

static int read_threshold(const char *word, double *out, struct tkt_error *err)
{
	char *end;

	*out = 0;
	if (!word)
		return 0;
	errno = 0;
	*out = strtod(word, &end);
	if (errno || end == word || *end || !(*out > 0 && *out <= 1)) {
		tkt_error_set(err, TKT_EUSAGE, "'--threshold' needs a number above 0 and up to 1, not '%s'", word);
		return TKT_EUSAGE;
	}
	return 0;
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct duplicates_args *args = payload;
	struct tkt_duplicates_req req = { .all = args->all };
	struct tkt_duplicates found;
	int code = read_threshold(args->threshold, &req.threshold, err);

	if (code)
		return code;
	cli_hold_signals();
	code = tkt_op_duplicates(c->project, &req, &found, err);
	if (code)
		return code;
	out_duplicates(c, &found);
	code = found.bad.n ? TKT_ENO : 0;
	tkt_duplicates_release(&found);
	return code;
}

const struct cmd cmd_duplicates = {
	.name = "duplicates",
	.group = GROUP_READ,
	.needs = NEED_ROOT | NEED_EMBED | CMD_PAGER,
	.operands = "",
	.max = 0,
	.args_size = sizeof(struct duplicates_args),
	.opts = opts,
	.summary = "tickets that may say the same twice, in groups",
	.details = "A list to look at, no more: two tickets for two parts of one thing can be as alike as two\n"
		   "for the same thing. Pairs with a link or one parent are left out; --all shows them too.\n"
		   "In a pipe: a line a pair, separated by tabs: group, score, link, then key, id, status and\n"
		   "title of the one and of the other.",
	.examples = "tkt duplicates\ntkt duplicates --threshold 0.8 --all",
	.run = run,
};
