/* tkt index */
#include "cmd.h"

#include "out.h"

struct index_args {
	struct tkt_strv words;
};

static const struct opt opts[] = { OPT_END };

static int action_of(const struct tkt_strv *words, enum tkt_index_action *out, struct tkt_error *err)
{
	const char *word = words->n ? words->items[0] : "status";

	if (strcmp(word, "status") == 0) {
		*out = TKT_INDEX_STATUS;
	} else if (strcmp(word, "refresh") == 0) {
		*out = TKT_INDEX_REFRESH;
	} else if (strcmp(word, "rebuild") == 0) {
		*out = TKT_INDEX_REBUILD;
	} else {
		tkt_error_set(err, TKT_EUSAGE, "'tkt index' cannot do '%s'", word);
		tkt_error_hint(err, "it is one of: status, refresh, rebuild");
		return TKT_EUSAGE;
	}
	return 0;
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct index_args *args = payload;
	enum tkt_index_action action;
	struct tkt_index_answer answer;
	int code = action_of(&args->words, &action, err);

	if (code)
		return code;
	c->progress.at_once = true;
	cli_hold_signals();
	code = tkt_op_index(c->project, action, &answer, err);
	if (code)
		return code;
	out_index(c, &answer);
	code = answer.bad.n || answer.degraded ? TKT_ENO : 0;
	tkt_index_answer_release(&answer);
	return code;
}

const struct cmd cmd_index = {
	.name = "index",
	.group = GROUP_CARE,
	.needs = NEED_ROOT | NEED_EMBED,
	.operands = "[status|refresh|rebuild]",
	.max = 1,
	.args_size = sizeof(struct index_args),
	.operand_off = offsetof(struct index_args, words),
	.opts = opts,
	.summary = "look at the search index, or make it",
	.details = "The index is a cache that every command brings up to date by itself: nobody needs this\n"
		   "command. 'refresh' does that work now, with all vectors; 'rebuild' makes it from nothing.\n"
		   "Deleting work-items/.tkt/index.sqlite loses nothing.",
	.examples = "tkt index status\ntkt index rebuild",
	.run = run,
};
