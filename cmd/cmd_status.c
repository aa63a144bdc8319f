/* tkt status, tkt close, tkt reopen: a ticket changes its status. */
#include "cmd.h"

#include "base/str.h"
#include "ops/move.h"
#include "out.h"

struct status_args {
	struct tkt_strv words, messages;
	const char *file, *commit, *if_rev;
	bool edit;
};

#define AT(member) offsetof(struct status_args, member)

#define OPT_TEXT \
	{ "message", 'm', OPT_LIST, AT(messages), "TEXT", "say why; several become paragraphs", NULL }, \
	{ "file", 'F', OPT_STRING, AT(file), "FILE", "text from a file, '-' is standard input", NULL }, \
	{ "edit", 'e', OPT_FLAG, AT(edit), NULL, "write the text in the editor", NULL }
#define OPT_IF_REV \
	{ "if-rev", 0, OPT_STRING, AT(if_rev), "REV", "only if the ticket is still at this rev (of --json)", \
	  NULL }

static const struct opt status_opts[] = { OPT_TEXT, OPT_IF_REV, OPT_END };

static const struct opt close_opts[] = {
	OPT_TEXT,
	{ "commit", 0, OPT_STRING, AT(commit), "SHA", "the commit that did it: any revision", NULL },
	OPT_IF_REV,
	OPT_END,
};

static int move(struct cli *c, struct status_args *args, struct tkt_move_req *req, struct tkt_error *err)
{
	struct input_req input = { &args->messages, args->file, args->edit ? "" : NULL, true };
	struct tkt_changes changes = { NULL, 0, 0 };
	struct tkt_buf text = TKT_BUF_INIT;
	bool given = false;
	int code = input_text(c, &input, &text, &given, err);

	if (!code) {
		req->text = given ? text.ptr : NULL;
		req->text_len = given ? text.len : 0;
		req->commit = args->commit;
		req->if_rev = args->if_rev;
		/* It reads every ticket that is not closed: not for a script that closes one. */
		req->want_unblocked = req->to == TKT_CLOSED && c->view != VIEW_LINE;
		cli_hold_signals();
		code = tkt_op_move(c->project, req, &changes, err);
	}
	if (!code)
		out_changes(c, &changes, NULL);
	tkt_changes_release(&changes);
	tkt_buf_release(&text);
	return code;
}

static int run_status(struct cli *c, void *payload, struct tkt_error *err)
{
	struct status_args *args = payload;
	struct tkt_move_req req;
	const char *name = args->words.items[args->words.n - 1];
	int code;

	memset(&req, 0, sizeof req);
	if (!tkt_status_find(name, &req.to)) {
		tkt_error_set(err, TKT_EUSAGE, "there is no status '%s'", name);
		tkt_error_hint(err, "it is open, pending or closed, behind the REFs: tkt status REF pending");
		return TKT_EUSAGE;
	}
	for (size_t i = 0; i + 1 < args->words.n; i++)
		tkt_strv_push(&req.refs, args->words.items[i]);
	code = move(c, args, &req, err);
	tkt_strv_release(&req.refs);
	return code;
}

static int run_close(struct cli *c, void *payload, struct tkt_error *err)
{
	struct status_args *args = payload;
	struct tkt_move_req req;

	memset(&req, 0, sizeof req);
	req.refs = args->words; /* lent */
	req.to = TKT_CLOSED;
	req.strict = true;
	return move(c, args, &req, err);
}

static int run_reopen(struct cli *c, void *payload, struct tkt_error *err)
{
	struct status_args *args = payload;
	struct tkt_move_req req;

	memset(&req, 0, sizeof req);
	req.refs = args->words; /* lent */
	req.to = TKT_OPEN;
	req.strict = req.reopen = true;
	return move(c, args, &req, err);
}

const struct cmd cmd_status = {
	.name = "status",
	.group = GROUP_MOVE,
	.needs = NEED_WRITE,
	.operands = "REF... open|pending|closed",
	.min = 2,
	.max = -1,
	.args_size = sizeof(struct status_args),
	.operand_off = AT(words),
	.opts = status_opts,
	.summary = "move tickets to open, pending or closed",
	.examples = "tkt status login-page pending -m 'waits for the new API'",
	.run = run_status,
};

const struct cmd cmd_close = {
	.name = "close",
	.group = GROUP_MOVE,
	.needs = NEED_WRITE | NEED_GIT,
	.operands = "REF...",
	.min = 1,
	.max = -1,
	.args_size = sizeof(struct status_args),
	.operand_off = AT(words),
	.opts = close_opts,
	.summary = "close tickets, with a resolution",
	.details = "All of them are closed, or none. Says which tickets wait for nothing any more.",
	.examples = "tkt close login-page -m 'Fixed: the path is kept in the session'\n"
		    "tkt close TKT-3fa9c1b TKT-8d8d657 --commit 1a2b3c4",
	.run = run_close,
};

const struct cmd cmd_reopen = {
	.name = "reopen",
	.group = GROUP_MOVE,
	.needs = NEED_WRITE,
	.operands = "REF...",
	.min = 1,
	.max = -1,
	.args_size = sizeof(struct status_args),
	.operand_off = AT(words),
	.opts = status_opts,
	.summary = "open closed tickets again",
	.examples = "tkt reopen login-page -m 'It is back with Safari'",
	.run = run_reopen,
};
