/* tkt hooks: hooks in a repository: what will be written is told first. */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"
#include "ops/hooks.h"
#include "out.h"
#include "sys/proc.h"

struct hooks_args {
	struct tkt_strv words;
	bool drivers, yes, dry_run;
};

#define AT(member) offsetof(struct hooks_args, member)

static const struct opt opts[] = {
	{ "merge-drivers", 0, OPT_FLAG, AT(drivers), NULL, "install: register the merge drivers for tickets too", NULL },
	{ "yes", 'y', OPT_FLAG, AT(yes), NULL, "do not ask", NULL },
	{ "dry-run", 'n', OPT_FLAG, AT(dry_run), NULL, "say what would be done, and change nothing", NULL },
	OPT_END,
};

static int action_of(const struct hooks_args *args, enum tkt_hooks_action *out, struct tkt_error *err)
{
	static const char *const words[] = { "status", "install", "uninstall" };
	const char *word = args->words.n ? args->words.items[0] : "status";

	for (size_t i = 0; i < TKT_LEN(words); i++)
		if (strcmp(word, words[i]) == 0) {
			*out = (enum tkt_hooks_action)i;
			if (args->drivers && *out != TKT_HOOKS_INSTALL)
				return tkt_error_set(err, TKT_EUSAGE, "--merge-drivers belongs to 'tkt hooks install'");
			return 0;
		}
	tkt_error_set(err, TKT_EUSAGE, "'tkt hooks' cannot do '%s'", word);
	tkt_error_hint(err, "it is one of: install, uninstall, status");
	return TKT_EUSAGE;
}

/* Yes, unless a person at a terminal says another thing. */
static bool ask(struct cli *c)
{
	static const char question[] = "Go on? [Y/n] ";
	char answer[16];
	ssize_t n;

	cli_err_write(c, question, sizeof question - 1);
	do
		n = read(STDIN_FILENO, answer, sizeof answer);
	while (n < 0 && errno == EINTR);
	return n > 0 && (answer[0] == '\n' || answer[0] == 'y' || answer[0] == 'Y');
}

static bool is_work(const struct tkt_hooks_answer *a)
{
	for (size_t i = 0; i < TKT_HOOKS_N; i++)
		if (a->done[i] != TKT_HOOK_NOTHING && a->done[i] != TKT_HOOK_KEEP && a->done[i] != TKT_HOOK_TELL &&
		    a->done[i] != TKT_HOOK_LEAVE)
			return true;
	for (size_t i = 0; i < TKT_DRIVERS_N; i++)
		if (a->drivers_done[i] == TKT_HOOK_WRITE || a->drivers_done[i] == TKT_HOOK_REMOVE)
			return true;
	return false;
}

/* Shows the plan to a person, who may say no. TKT_ENO: so it was. */
static int agree(struct cli *c, const struct tkt_hooks_req *req, struct tkt_error *err)
{
	struct tkt_hooks_req plan = *req;
	struct tkt_hooks_answer answer;
	bool yes = true;
	int code;

	plan.dry_run = true;
	code = tkt_op_hooks(&plan, &answer, err);
	if (code)
		return code;
	if (is_work(&answer)) {
		out_hooks(c, &answer, req->action, true);
		yes = ask(c);
	}
	tkt_hooks_answer_release(&answer);
	return yes ? 0 : tkt_error_set(err, TKT_ENO, "nothing was done");
}

/* Hooks that are in their places and yet do nothing. */
static void say_idle(struct cli *c, const struct tkt_hooks_answer *a, const char *dir)
{
	const char *word = env_get("TKT_HOOKS");
	struct tkt_buf program = TKT_BUF_INIT;
	bool off = !word && !env_git_true(dir, "tkt.hooks", true), there = false;

	for (size_t i = 0; i < TKT_HOOKS_N; i++) {
		enum tkt_hook_state state = a->hooks.items[i].state;

		there = there || state == TKT_HOOK_INSTALLED || state == TKT_HOOK_CHAINED || a->hooks.items[i].calls;
	}
	if (there && !tkt_proc_find(&program, "tkt", getenv("PATH")))
		cli_warn(c, "the hooks do nothing yet: they look for tkt in PATH, and it is not there");
	if (there && (off || (word && strcmp(word, "0") == 0)))
		cli_warn(c, "the hooks do nothing: %s", off ? "git config tkt.hooks says so" : "TKT_HOOKS is 0");
	tkt_buf_release(&program);
}

static int act(struct cli *c, const struct tkt_hooks_req *req, bool yes, struct tkt_error *err)
{
	struct tkt_hooks_answer answer;
	int code = 0;

	if (req->action != TKT_HOOKS_STATUS && !req->dry_run && !yes && c->in_tty && c->err_tty && c->view == VIEW_HUMAN)
		code = agree(c, req, err);
	if (code)
		return code;
	cli_hold_signals();
	code = tkt_op_hooks(req, &answer, err);
	if (code)
		return code;
	out_hooks(c, &answer, req->action, req->dry_run);
	if (req->action != TKT_HOOKS_UNINSTALL)
		say_idle(c, &answer, req->dir);
	code = answer.left ? TKT_ENO : 0;
	tkt_hooks_answer_release(&answer);
	return code;
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct hooks_args *args = payload;
	const char *root = c->g.root ? c->g.root : env_get("WORK_ITEMS_DIR");
	struct tkt_hooks_req req = { .drivers = args->drivers, .dry_run = args->dry_run };
	struct tkt_buf found = TKT_BUF_INIT;
	char *path, *dir = NULL;
	int code = action_of(args, &req.action, err);

	if (!code)
		code = env_git(c, &req.git, err);
	if (code)
		return code;
	if (!root && tkt_root_find(&found, c->cwd, NULL) == 0)
		root = found.ptr;
	dir = c->g.root ? realpath(c->g.root, NULL) : NULL; /* the repository of those tickets */
	req.dir = dir ? dir : c->cwd;
	path = env_git_path(req.dir, "core.hookspath");
	req.root = root;
	req.hooks_path = path;
	code = act(c, &req, args->yes, err);
	free(dir);
	free(path);
	tkt_buf_release(&found);
	return code;
}

const struct cmd cmd_hooks = {
	.name = "hooks",
	.group = GROUP_GIT,
	.needs = NEED_CWD,
	.operands = "[install|uninstall|status]",
	.max = 1,
	.args_size = sizeof(struct hooks_args),
	.operand_off = AT(words),
	.opts = opts,
	.summary = "put hooks into the git repository, or take them out",
	.details = "The hooks check what commit messages say of tickets and add trailers. One that is there already is\n"
		   "kept and runs first; 'uninstall' gives it back as it was. Where husky, lefthook, pre-commit or\n"
		   "core.hooksPath rule, nothing is written: the lines to add are printed.\n"
		   "git config tkt.* sets what they do, TKT_HOOKS=0 leaves them out; tkt-hooks(1).",
	.examples = "tkt hooks install --merge-drivers\ntkt hooks install --dry-run\ntkt hooks status\ntkt hooks uninstall",
	.run = run,
};
