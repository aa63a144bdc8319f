/* tkt merge-item, tkt merge-thread: git's merge drivers */
#include "cmd.h"

#include "base/mem.h"
#include "ops/merge.h"
#include "out.h"

struct merge_args {
	struct tkt_strv words;
};

static const struct opt opts[] = { OPT_END };

static void say(struct cli *c, const char *path, const struct tkt_strv *conflicts)
{
	struct tkt_json *data;
	struct tkt_buf names = TKT_BUF_INIT;

	if (c->view == VIEW_JSON) {
		data = tkt_json_object();
		tkt_json_set(data, "path", tkt_json_string(path));
		tkt_json_set(data, "conflicts", tkt_json_strv(conflicts));
		out_json(c, "merge", data);
		return;
	}
	for (size_t i = 0; i < conflicts->n; i++)
		tkt_buf_printf(&names, "%s%s", i ? ", " : "", conflicts->items[i]);
	if (conflicts->n && !c->g.quiet)
		cli_warn(c, "both sides changed '%s': %s", path, names.ptr);
	tkt_buf_release(&names);
}

static int run_merge(struct cli *c, const struct merge_args *args, enum tkt_merge_kind kind, struct tkt_error *err)
{
	char *const *words = args->words.items;
	const struct tkt_merge_req req = { kind, words[0], words[1], words[2], args->words.n > 3 ? words[3] : NULL };
	struct tkt_strv conflicts = TKT_STRV_INIT;
	int code;

	cli_hold_signals();
	code = tkt_op_merge(&req, &conflicts, err);
	if (!code) {
		say(c, args->words.n > 3 ? words[3] : words[1], &conflicts);
		code = conflicts.n ? TKT_ENO : 0;
	}
	tkt_strv_release(&conflicts);
	return code;
}

static int run_item(struct cli *c, void *payload, struct tkt_error *err)
{
	return run_merge(c, payload, TKT_MERGE_ITEM, err);
}

static int run_thread(struct cli *c, void *payload, struct tkt_error *err)
{
	return run_merge(c, payload, TKT_MERGE_THREAD, err);
}

const struct cmd cmd_merge_item = {
	.name = "merge-item",
	.group = GROUP_MORE,
	.needs = CMD_HIDDEN,
	.operands = "BASE OURS THEIRS [PATH]",
	.min = 3,
	.max = 4,
	.args_size = sizeof(struct merge_args),
	.operand_off = offsetof(struct merge_args, words),
	.opts = opts,
	.summary = "git's merge driver for item.md",
	.details = "Puts the merge of three files in the place of OURS: key by key, lists as sets, the body by lines.\n"
		   "What both sides changed in different ways is left between conflict markers; the status is then 1.",
	.examples = "git config merge.tkt-item.driver 'tkt merge-item %O %A %B %P'",
	.run = run_item,
};

const struct cmd cmd_merge_thread = {
	.name = "merge-thread",
	.group = GROUP_MORE,
	.needs = CMD_HIDDEN,
	.operands = "BASE OURS THEIRS [PATH]",
	.min = 3,
	.max = 4,
	.args_size = sizeof(struct merge_args),
	.operand_off = offsetof(struct merge_args, words),
	.opts = opts,
	.summary = "git's merge driver for thread.md and resolution.md",
	.details = "Puts every event of OURS and THEIRS in the place of OURS, each once, in order; for a PATH that\n"
		   "ends in resolution.md every paragraph.",
	.examples = "git config merge.tkt-thread.driver 'tkt merge-thread %O %A %B %P'",
	.run = run_thread,
};
