/* tkt set, tkt label, tkt assign: fields of tickets. */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"
#include "ops/edit.h"
#include "out.h"

struct set_args {
	struct tkt_strv words, messages;
	const char *if_rev, *none;
	bool force;
};

#define AT(member) offsetof(struct set_args, member)

#define OPT_MESSAGE { "message", 'm', OPT_LIST, AT(messages), "TEXT", "say why", NULL }
#define OPT_IF_REV \
	{ "if-rev", 0, OPT_STRING, AT(if_rev), "REV", "only if the ticket is still at this rev (of --json)", \
	  NULL }

static const struct opt set_opts[] = {
	OPT_MESSAGE,
	OPT_IF_REV,
	{ "force", 0, OPT_FLAG, AT(force), NULL, "take a kind or column that config.yml does not know", NULL },
	OPT_END,
};

static const struct opt label_opts[] = { OPT_MESSAGE, OPT_IF_REV, OPT_END };

static const struct opt assign_opts[] = {
	{ "none", 0, OPT_PRESET, AT(none), NULL, "to nobody", "null" },
	OPT_MESSAGE,
	OPT_IF_REV,
	OPT_END,
};

/* Does the change, and says it. Takes what is in req's lists. */
static int change(struct cli *c, struct set_args *args, struct tkt_set_req *req, struct tkt_error *err)
{
	struct input_req input = { &args->messages, NULL, NULL, true };
	struct tkt_changes changes = { NULL, 0, 0 };
	struct tkt_buf text = TKT_BUF_INIT;
	bool given = false;
	int code = input_text(c, &input, &text, &given, err);

	if (!code) {
		req->comment = given ? text.ptr : NULL;
		req->if_rev = args->if_rev;
		req->force = args->force;
		cli_hold_signals();
		code = tkt_op_set(c->project, req, &changes, err);
	}
	if (!code)
		out_changes(c, &changes, NULL);
	tkt_changes_release(&changes);
	tkt_buf_release(&text);
	tkt_strv_release(&req->refs);
	tkt_strv_release(&req->assignments);
	tkt_strv_release(&req->add_labels);
	tkt_strv_release(&req->drop_labels);
	return code;
}

static int run_set(struct cli *c, void *payload, struct tkt_error *err)
{
	struct set_args *args = payload;
	struct tkt_set_req req;

	memset(&req, 0, sizeof req);
	for (size_t i = 0; i < args->words.n; i++) {
		bool pair = strchr(args->words.items[i], '=') != NULL;

		tkt_strv_push(pair ? &req.assignments : &req.refs, args->words.items[i]);
	}
	if (!req.refs.n || !req.assignments.n) {
		tkt_error_set(err, TKT_EUSAGE, req.refs.n ? "'tkt set' needs KEY=VALUE" : "'tkt set' needs a REF");
		tkt_error_hint(err, "tkt set REF priority=P1 kind=bug; labels+=ui adds, labels-=ui removes, due= clears");
	}
	if (err->code) {
		tkt_strv_release(&req.refs);
		tkt_strv_release(&req.assignments);
		return err->code;
	}
	return change(c, args, &req, err);
}

/* +a,b is two labels, as it is in every list of labels. */
static void add_labels(struct tkt_strv *to, const char *words)
{
	for (const char *end; *words; words = *end ? end + 1 : end) {
		end = words + strcspn(words, ",");
		if (end > words) {
			char *label = tkt_strndup(words, (size_t)(end - words));

			tkt_strv_push(to, label);
			free(label);
		}
	}
}

static int run_label(struct cli *c, void *payload, struct tkt_error *err)
{
	struct set_args *args = payload;
	struct tkt_set_req req;

	memset(&req, 0, sizeof req);
	for (size_t i = 0; i < args->words.n; i++) {
		const char *word = args->words.items[i];

		if (*word == '+' && word[1])
			add_labels(&req.add_labels, word + 1);
		else if (*word == '-' && word[1])
			add_labels(&req.drop_labels, word + 1);
		else
			tkt_strv_push(&req.refs, word);
	}
	if (!req.refs.n || (!req.add_labels.n && !req.drop_labels.n)) {
		tkt_error_set(err, TKT_EUSAGE, req.refs.n ? "'tkt label' needs labels with + or - in front" :
			      "'tkt label' needs a REF");
		tkt_error_hint(err, "tkt label REF +ui -wontfix");
	}
	if (err->code) {
		tkt_strv_release(&req.refs);
		tkt_strv_release(&req.add_labels);
		tkt_strv_release(&req.drop_labels);
		return err->code;
	}
	return change(c, args, &req, err);
}

static int run_assign(struct cli *c, void *payload, struct tkt_error *err)
{
	struct set_args *args = payload;
	const char *who = args->none;
	size_t refs = args->words.n;
	struct tkt_set_req req;
	char *assignment;

	if (!who && refs < 2) {
		tkt_error_set(err, TKT_EUSAGE, "'tkt assign' needs a REF and who, or --none");
		tkt_error_hint(err, "tkt assign REF alice; @me is you");
		return TKT_EUSAGE;
	}
	if (!who)
		who = args->words.items[--refs];
	if (strcmp(who, "@me") == 0)
		who = c->author;
	memset(&req, 0, sizeof req);
	for (size_t i = 0; i < refs; i++)
		tkt_strv_push(&req.refs, args->words.items[i]);
	assignment = tkt_asprintf("assignee=%s", who);
	tkt_strv_push(&req.assignments, assignment);
	free(assignment);
	return change(c, args, &req, err);
}

const struct cmd cmd_set = {
	.name = "set",
	.group = GROUP_WRITE,
	.needs = NEED_WRITE,
	.operands = "REF... KEY=VALUE...",
	.min = 1,
	.max = -1,
	.args_size = sizeof(struct set_args),
	.operand_off = AT(words),
	.opts = set_opts,
	.summary = "change fields of tickets",
	.details = "KEY= (or KEY=null) takes an optional key away. Lists: KEY=a,b sets, KEY+=a adds, KEY-=a\n"
		   "removes. Every field that really changes becomes an event.",
	.examples = "tkt set login-page priority=P0 due=2026-07-01\n"
		    "tkt set TKT-3fa9c1b labels+=ui -m 'seen in the header too'",
	.run = run_set,
};

const struct cmd cmd_label = {
	.name = "label",
	.group = GROUP_WRITE,
	.needs = NEED_WRITE | CMD_DASH_WORDS,
	.operands = "REF... +LABEL -LABEL...",
	.min = 1,
	.max = -1,
	.args_size = sizeof(struct set_args),
	.operand_off = AT(words),
	.opts = label_opts,
	.summary = "add and remove labels",
	.details = "Options that start with one dash go before REF: behind it -x takes the label x away.",
	.examples = "tkt label login-page +ui +auth -wontfix",
	.run = run_label,
};

const struct cmd cmd_assign = {
	.name = "assign",
	.group = GROUP_WRITE,
	.needs = NEED_WRITE,
	.operands = "REF... WHO",
	.min = 1,
	.max = -1,
	.args_size = sizeof(struct set_args),
	.operand_off = AT(words),
	.opts = assign_opts,
	.summary = "say who works on a ticket",
	.examples = "tkt assign login-page alice\ntkt assign login-page @me\ntkt assign login-page --none",
	.run = run_assign,
};
