/* tkt show, tkt history */
#include "cmd.h"

#include "ops/list.h"
#include "out.h"

#define EVENTS_ON_TERMINAL 20

struct show_args {
	struct tkt_strv refs;
	bool raw;
	const char *events;
};

#define AT(member) offsetof(struct show_args, member)

static const struct opt opts[] = {
	{ "raw", 0, OPT_FLAG, AT(raw), NULL, "print the files as they are", NULL },
	{ "events", 0, OPT_STRING, AT(events), "N|all", "the last N events (terminal: 20; else all)", NULL },
	OPT_END,
};

static int read_events(struct cli *c, const char *text, struct tkt_error *err)
{
	char *end;

	c->events = c->view == VIEW_HUMAN ? EVENTS_ON_TERMINAL : -1;
	if (!text)
		return 0;
	if (strcmp(text, "all") == 0) {
		c->events = -1;
		return 0;
	}
	errno = 0;
	c->events = strtol(text, &end, 10);
	if (errno || end == text || *end || c->events < 0)
		return tkt_error_set(err, TKT_EUSAGE, "'--events' needs a number or 'all', not '%s'", text);
	return 0;
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct show_args *args = payload;
	/* Who waits for a ticket, and its parts, stand in other tickets: only JSON reads them all. */
	unsigned want = TKT_ROW_BLOCKED | TKT_ROW_FULL | TKT_ROW_COMMITS |
			(c->view == VIEW_JSON ? TKT_ROW_REV | TKT_ROW_REVERSE : 0);
	struct tkt_list list;
	int code = read_events(c, args->events, err);

	memset(&list, 0, sizeof list);
	if (!code && c->g.fields.n)
		code = json_fields_check(&c->g.fields, &want, err);
	if (args->raw)
		want = TKT_ROW_FULL;
	if (!code)
		code = tkt_op_show(c->project, &args->refs, want, &list, err);
	if (!code) {
		out_show(c, &list, args->raw);
		code = list.bad.n ? TKT_ENO : 0;
	}
	tkt_list_release(&list);
	return code;
}

const struct cmd cmd_show = {
	.name = "show",
	.aliases = "view",
	.group = GROUP_READ,
	.needs = NEED_ROOT | NEED_GIT | CMD_PAGER,
	.operands = "REF...",
	.min = 1,
	.max = -1,
	.args_size = sizeof(struct show_args),
	.operand_off = AT(refs),
	.opts = opts,
	.summary = "show tickets: fields, text, events",
	.details = "On a terminal the Markdown is rendered; in a pipe it stays as it is written.",
	.examples = "tkt show TKT-3fa9c1b\ntkt show login-page --events all\n"
		    "tkt show login-page --json=id,status,rev",
	.run = run,
};

static const struct opt history_opts[] = { OPT_END };

static int run_history(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct show_args *args = payload;
	struct tkt_list list;
	int code;

	memset(&list, 0, sizeof list);
	code = tkt_op_show(c->project, &args->refs, TKT_ROW_FULL | TKT_ROW_COMMITS, &list, err);
	if (!code && list.rows.n == 1)
		out_history(c, &list.rows.items[0]);
	tkt_list_release(&list);
	return code;
}

const struct cmd cmd_history = {
	.name = "history",
	.group = GROUP_READ,
	.needs = NEED_ROOT | NEED_GIT | CMD_PAGER,
	.operands = "REF",
	.min = 1,
	.max = 1,
	.args_size = sizeof(struct show_args),
	.operand_off = AT(refs),
	.opts = history_opts,
	.summary = "who did what to a ticket, and when, oldest first",
	.details = "In a pipe: time, author, kind and what changed, separated by tabs.",
	.examples = "tkt history login-page\ntkt history TKT-3fa9c1b --json",
	.run = run_history,
};
