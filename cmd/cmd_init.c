/* tkt init */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"
#include "ops/init.h"
#include "out.h"

struct init_args {
	const char *project, *prefix;
	bool no_git;
};

#define AT(member) offsetof(struct init_args, member)

static const struct opt opts[] = {
	{ "project", 0, OPT_STRING, AT(project), "NAME", "name of the project, kept in config.yml", NULL },
	{ "prefix", 0, OPT_STRING, AT(prefix), "P", "first part of keys (default TKT)", NULL },
	{ "no-git", 0, OPT_FLAG, AT(no_git), NULL, "write no .gitattributes", NULL },
	OPT_END,
};

static void say(struct cli *c, const char *root, const struct tkt_init_result *r)
{
	struct tkt_json *data;

	if (c->view == VIEW_JSON) {
		data = tkt_json_object();
		tkt_json_set(data, "root", tkt_json_string(root));
		tkt_json_set(data, "made", tkt_json_strv(&r->made));
		out_json(c, "init", data);
		return;
	}
	if (c->g.quiet)
		return;
	if (c->view == VIEW_LINE) {
		out_field(&c->out, root);
		tkt_buf_putc(&c->out, '\n');
		return;
	}
	out_field(&c->out, root);
	if (!r->made.n) {
		tkt_buf_puts(&c->out, ": everything is there already\n");
		return;
	}
	tkt_buf_puts(&c->out, ": made");
	for (size_t i = 0; i < r->made.n; i++) {
		tkt_buf_puts(&c->out, i ? ", " : " ");
		out_field(&c->out, r->made.items[i]);
	}
	tkt_buf_puts(&c->out, "\nNext: tkt create 'What is to be done'\n");
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct init_args *args = payload;
	const char *sync = env_get("TKT_FSYNC");
	struct tkt_init_result result = { TKT_STRV_INIT };
	struct tkt_init_req req;
	int code;

	memset(&req, 0, sizeof req);
	req.root = c->g.root ? c->g.root : env_get("WORK_ITEMS_DIR");
	if (!req.root)
		req.root = "work-items";
	req.project = args->project;
	req.prefix = args->prefix;
	req.no_git = args->no_git;
	req.no_sync = sync && strcmp(sync, "off") == 0;
	cli_hold_signals();
	code = tkt_op_init(&req, &result, err);
	if (!code)
		say(c, req.root, &result);
	tkt_init_result_release(&result);
	return code;
}

const struct cmd cmd_init = {
	.name = "init",
	.group = GROUP_START,
	.needs = NEED_CWD,
	.operands = "",
	.args_size = sizeof(struct init_args),
	.opts = opts,
	.summary = "make the directory work-items/ for tickets, here",
	.details = "Makes open/, pending/, closed/, config.yml and .gitattributes below work-items/ in the\n"
		   "working directory, or where --root says. What exists stays as it is.",
	.examples = "tkt init --project example\ntkt init --prefix APP",
	.run = run,
};
