/* tkt comment, tkt review, tkt attach: events that people write. */
#include "cmd.h"

#include "base/str.h"
#include "ops/comment.h"
#include "out.h"
#include "sys/file.h"

#define STDIN_MAX ((size_t)64 * 1024 * 1024) /* it is held in memory, so that nobody waits while it comes */

struct comment_args {
	struct tkt_strv words, messages, attach;
	const char *file, *name, *role, *verdict, *against, *key, *if_rev;
};

#define AT(member) offsetof(struct comment_args, member)

#define OPT_TEXT \
	{ "message", 'm', OPT_LIST, AT(messages), "TEXT", "the text; several become paragraphs", NULL }, \
	{ "file", 'F', OPT_STRING, AT(file), "FILE", "text from a file, '-' is standard input", NULL }
#define OPT_SAFE \
	{ "idempotency-key", 0, OPT_STRING, AT(key), "KEY", "the same key writes only once", NULL }, \
	{ "if-rev", 0, OPT_STRING, AT(if_rev), "REV", "only if the ticket is still at this rev (of --json)", \
	  NULL }

static const struct opt comment_opts[] = {
	OPT_TEXT,
	{ "role", 'r', OPT_STRING, AT(role), "ROLE", "comment (default), plan, decision or any word",
	  NULL },
	{ "attach", 0, OPT_LIST, AT(attach), "FILE", "copy a file into artifacts/", NULL },
	OPT_SAFE,
	OPT_END,
};

static const struct opt review_opts[] = {
	{ "approve", 0, OPT_PRESET, AT(verdict), NULL, "it is good", "approve" },
	{ "request-changes", 0, OPT_PRESET, AT(against), NULL, "something is to be changed", "request_changes" },
	OPT_TEXT,
	{ "attach", 0, OPT_LIST, AT(attach), "FILE", "copy a file into artifacts/", NULL },
	OPT_SAFE,
	OPT_END,
};

static const struct opt attach_opts[] = {
	{ "name", 0, OPT_STRING, AT(name), "NAME", "what the file is called there", NULL },
	{ "if-rev", 0, OPT_STRING, AT(if_rev), "REV", "only if the ticket is still at this rev (of --json)",
	  NULL },
	OPT_END,
};

static int write_event(struct cli *c, struct comment_args *args, const char *said, struct tkt_error *err)
{
	struct input_req input = { &args->messages, args->file, "", false };
	struct tkt_changes changes = { NULL, 0, 0 };
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_comment_req req;
	bool given = false;
	int code = input_text(c, &input, &text, &given, err);

	/* A script that approves need not say why; at a terminal an empty text aborts. */
	if (code == TKT_ENO && args->verdict && strcmp(args->verdict, "approve") == 0 && !c->in_tty &&
	    !args->file && !args->messages.n) {
		tkt_error_release(err);
		tkt_buf_reset(&text);
		tkt_buf_puts(&text, "Approved.");
		code = 0;
	}
	if (!code) {
		memset(&req, 0, sizeof req);
		req.refs = args->words; /* lent */
		req.role = args->role;
		req.review_status = args->verdict;
		req.body = text.ptr;
		req.body_len = text.len;
		req.attach = args->attach;
		req.idempotency_key = args->key;
		req.if_rev = args->if_rev;
		cli_hold_signals();
		code = tkt_op_comment(c->project, &req, &changes, err);
	}
	if (!code)
		out_changes(c, &changes, said);
	tkt_changes_release(&changes);
	tkt_buf_release(&text);
	return code;
}

static int run_comment(struct cli *c, void *payload, struct tkt_error *err)
{
	struct comment_args *args = payload;

	return write_event(c, args, args->role ? args->role : "comment", err);
}

static int run_review(struct cli *c, void *payload, struct tkt_error *err)
{
	struct comment_args *args = payload;

	if (!args->verdict == !args->against)
		return tkt_error_set(err, TKT_EUSAGE, "'tkt review' needs --approve or --request-changes%s",
				     args->verdict ? ", not both" : "");
	if (args->against)
		args->verdict = args->against;
	args->role = "review";
	return write_event(c, args, strcmp(args->verdict, "approve") == 0 ? "review: approve" :
			   "review: request changes", err);
}

static int read_stdin(struct tkt_buf *out, struct tkt_error *err)
{
	int code = tkt_fd_slurp(STDIN_FILENO, STDIN_MAX, out, err);

	tkt_error_at(err, "standard input", 0);
	return code;
}

static int run_attach(struct cli *c, void *payload, struct tkt_error *err)
{
	struct comment_args *args = payload;
	struct tkt_changes changes = { NULL, 0, 0 };
	struct tkt_attach_req req = { .ref = args->words.items[0], .name = args->name, .if_rev = args->if_rev };
	struct tkt_buf bytes = TKT_BUF_INIT;
	bool input = false;
	int code = 0;

	for (size_t i = 1; i < args->words.n; i++) {
		tkt_strv_push(&req.files, args->words.items[i]);
		input |= strcmp(args->words.items[i], "-") == 0;
	}
	if (args->name && req.files.n > 1)
		code = tkt_error_set(err, TKT_EUSAGE, "--name is for one FILE");
	else if (input && !args->name)
		code = tkt_error_set(err, TKT_EUSAGE, "standard input needs --name");
	else if (input)
		code = read_stdin(&bytes, err);
	if (!code) {
		req.bytes = input ? &bytes : NULL;
		cli_hold_signals();
		code = tkt_op_attach(c->project, &req, &changes, err);
	}
	if (!code)
		out_changes(c, &changes, NULL);
	tkt_changes_release(&changes);
	tkt_strv_release(&req.files);
	tkt_buf_release(&bytes);
	return code;
}

const struct cmd cmd_comment = {
	.name = "comment",
	.group = GROUP_WRITE,
	.needs = NEED_WRITE,
	.operands = "REF...",
	.min = 1,
	.max = -1,
	.args_size = sizeof(struct comment_args),
	.operand_off = AT(words),
	.opts = comment_opts,
	.summary = "write a comment, a plan, a decision ...",
	.details = "The text comes from -m, --file, standard input when that is no terminal, else the editor.",
	.examples = "tkt comment login-page -m 'Happens with Firefox too'\n"
		    "make test 2>&1 | tkt comment login-page --role implementation_report",
	.run = run_comment,
};

const struct cmd cmd_review = {
	.name = "review",
	.group = GROUP_WRITE,
	.needs = NEED_WRITE,
	.operands = "REF...",
	.min = 1,
	.max = -1,
	.args_size = sizeof(struct comment_args),
	.operand_off = AT(words),
	.opts = review_opts,
	.summary = "approve a ticket's work, or request changes",
	.details = "The text comes from -m, --file, standard input when that is no terminal, else the editor.",
	.examples = "tkt review login-page --approve -m 'Works for me'\n"
		    "tkt review login-page --request-changes --file review.md",
	.run = run_review,
};

const struct cmd cmd_attach = {
	.name = "attach",
	.group = GROUP_WRITE,
	.needs = NEED_WRITE,
	.operands = "REF FILE...",
	.min = 2,
	.max = -1,
	.args_size = sizeof(struct comment_args),
	.operand_off = AT(words),
	.opts = attach_opts,
	.summary = "copy files into a ticket's artifacts/",
	.details = "FILE '-' is standard input, which needs a --name.",
	.examples = "tkt attach login-page screenshot.png trace.log\n"
		    "make test 2>&1 | tkt attach login-page - --name test.log",
	.run = run_attach,
};
