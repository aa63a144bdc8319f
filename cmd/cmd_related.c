/* tkt related */
#include "cmd.h"

#include "out.h"

#define SHOWN 10
#define BUDGET_MS 5000

struct related_args {
	struct tkt_strv words;
	long limit;
};

#define AT(member) offsetof(struct related_args, member)

static const struct opt opts[] = {
	{ "limit", 'n', OPT_NUMBER, AT(limit), "N", "at most so many similar ones (default 10; 0: all)", NULL },
	OPT_END,
};

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct related_args *args = payload;
	const char *ref = args->words.items[0];
	struct tkt_related related;
	int code;

	cli_hold_signals();
	code = tkt_op_related(c->project, ref, args->limit < 0 ? SHOWN : (size_t)args->limit, BUDGET_MS, &related,
			      err);
	if (code)
		return code;
	out_related(c, &related);
	if (!related.hits.n) {
		code = TKT_ENO;
		if (c->view != VIEW_JSON && !c->g.quiet)
			tkt_error_set(err, TKT_ENO, "no ticket is related to '%s'", ref);
	} else if (related.bad.n) {
		code = TKT_ENO;
	}
	tkt_related_release(&related);
	return code;
}

const struct cmd cmd_related = {
	.name = "related",
	.group = GROUP_READ,
	.needs = NEED_ROOT | NEED_EMBED | CMD_PAGER,
	.operands = "REF",
	.min = 1,
	.max = 1,
	.args_size = sizeof(struct related_args),
	.operand_off = AT(words),
	.opts = opts,
	.summary = "the tickets to look at beside one: linked ones, then similar ones",
	.details = "First all that are tied to it: parent, children, what it waits for, what waits for it,\n"
		   "related ones; then those that speak of the same.\n"
		   "In a pipe: why, score, key, id, status and title, separated by tabs.",
	.examples = "tkt related login-page\ntkt related TKT-3fa9c1b -n 3 --json",
	.run = run,
};
