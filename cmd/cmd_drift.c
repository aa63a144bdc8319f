/* tkt drift */
#include "cmd.h"

#include <string.h>

#include "base/mem.h"
#include "out.h"

struct drift_args {
	struct tkt_strv words;
	const char *since;
};

#define AT(member) offsetof(struct drift_args, member)

static const struct opt opts[] = {
	{ "since", 0, OPT_STRING, AT(since), "DATE", "commits from then on: a date, or an age like 7d (default 30d)", NULL },
	OPT_END,
};

static int read_since(const struct cli *c, const char *text, tkt_time *out, struct tkt_error *err)
{
	int64_t age;

	*out = c->now - TKT_DRIFT_SINCE;
	if (!text || tkt_date_parse(text, strlen(text), out))
		return 0;
	if (!tkt_duration_parse(text, strlen(text), false, &age))
		return tkt_error_set(err, TKT_EUSAGE, "--since is a date like 2026-01-31 or an age like 7d, not '%s'", text);
	*out = c->now - age;
	return 0;
}

static void join(struct tkt_buf *out, const struct tkt_strv *words)
{
	for (size_t i = 0; i < words->n; i++)
		tkt_buf_printf(out, "%s%s", i ? " " : "", words->items[i]);
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct drift_args *args = payload;
	struct tkt_drift_req req = { NULL, 0 };
	struct tkt_buf query = TKT_BUF_INIT;
	struct tkt_drift found;
	int code = read_since(c, args->since, &req.since, err);

	if (code)
		return code;
	join(&query, &args->words);
	if (args->words.n)
		c->query = tkt_buf_detach(&query);
	tkt_buf_release(&query);
	req.query = c->query;
	c->query_pos = (size_t)-1;
	cli_hold_signals();
	code = tkt_op_drift(c->project, &req, &found, &c->query_pos, err);
	if (code == TKT_EINVALID && err->code == TKT_EINVALID && c->query_pos != (size_t)-1)
		code = err->code = TKT_EUSAGE; /* what was typed is wrong, not what is stored */
	if (code)
		return code;
	out_drift(c, &found);
	if (tkt_drift_count(&found))
		code = TKT_ENO;
	else if (found.why)
		code = TKT_EIO;
	tkt_drift_release(&found);
	return code;
}

const struct cmd cmd_drift = {
	.name = "drift",
	.group = GROUP_GIT,
	.needs = NEED_ROOT | NEED_GIT | CMD_PAGER | CMD_QUERY,
	.operands = "[QUERY...]",
	.max = -1,
	.args_size = sizeof(struct drift_args),
	.operand_off = AT(words),
	.opts = opts,
	.summary = "where tickets and history say different things",
	.details = "Closed, but commits are not on the main branch; merged, but open; in progress for more than a day,\n"
		   "with no commit; commits of late that name no ticket, or one that is not there. With a query only\n"
		   "its tickets, and no commits. Only what is certain is told.\n"
		   "Exit status 0: nothing; 1: something; 6: nothing found, but not all could be known.\n"
		   "In a pipe: section, key or commit, and more, separated by tabs.",
	.examples = "tkt drift\ntkt drift --since 7d\ntkt drift assignee:@me",
	.run = run,
};
