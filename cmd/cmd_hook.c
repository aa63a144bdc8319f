/* tkt hook: what the hooks of git call. Whatever happens here to tkt itself never stops git: the status is 1 where the settings
 * ask for a refusal, else 0. */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"
#include "ops/doctor.h"
#include "ops/hooks.h"
#include "out.h"
#include "sys/file.h"
#include "sys/io.h"

#define MESSAGE_MAX ((size_t)64 * 1024 * 1024) /* `git commit -v` puts the diff into it */
#define TEMPLATE_MAX ((size_t)1024 * 1024)
#define SHOWN 5                                /* findings of doctor */

struct hook_args {
	struct tkt_strv words;
};

static const struct opt opts[] = { OPT_END };

/* --- settings: git config, the user's own --------------------------------------------------------- */

/* One of the words, which stand in the order of the answers; the first one if it is not set or another word. */
static size_t config_choice(struct cli *c, const char *key, const char *const words[], size_t n)
{
	char *value = env_git_config(c->cwd, key);
	size_t found = 0;

	for (size_t i = 0; value && i < n; i++)
		if (tkt_eq_nocase(value, words[i]))
			found = i;
	free(value);
	return found;
}

/* TKT_HOOKS has the last word, then tkt.hooks. */
static bool wanted(struct cli *c)
{
	const char *word = env_get("TKT_HOOKS");

	return word ? strcmp(word, "0") != 0 : env_git_true(c->cwd, "tkt.hooks", true);
}

struct settings {
	struct tkt_hook_rules rules;
	char *trailer, *comment;
	struct tkt_buf template;
};

static bool is_key(const char *s)
{
	return *s && s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* The file that commit.template names; from the top of the work tree, where hooks run. */
static void read_template(struct cli *c, struct settings *s)
{
	char *path = env_git_path(c->cwd, "commit.template");
	struct stat st;

	if (path && stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    tkt_file_slurp(path, TEMPLATE_MAX, &s->template, NULL) == 0)
		s->rules.form = s->template.ptr;
	free(path);
}

static void read_settings(struct cli *c, struct settings *s)
{
	static const char *const checks[] = { "warn", "error", "off" };
	const char *editor = getenv("GIT_EDITOR");

	s->trailer = env_git_config(c->cwd, "tkt.trailer");
	s->comment = env_git_config(c->cwd, "core.commentstring");
	if (!s->comment)
		s->comment = env_git_config(c->cwd, "core.commentchar");
	s->rules.check = (enum tkt_hook_check)config_choice(c, "tkt.checkreferences", checks, TKT_LEN(checks));
	s->rules.require = env_git_true(c->cwd, "tkt.requirereference", false);
	s->rules.add = env_git_true(c->cwd, "tkt.addtrailer", true);
	s->rules.trailer = s->trailer && is_key(s->trailer) ? s->trailer : "Ticket";
	s->rules.comment = s->comment;
	read_template(c, s);
	s->rules.edited = !editor || strcmp(editor, ":") != 0; /* so git tells its hooks that there is no editor */
}

/* --- where we are ------------------------------------------------------------------------------------ */

/* The root as always; and where git was started below the top and the top has none, from there. */
static bool open_root(struct cli *c, cli_open_fn open, struct tkt_error *why)
{
	const char *below = env_get("GIT_PREFIX");
	struct tkt_buf root = TKT_BUF_INIT;
	char *dir;

	if (cli_open(c, open, why) == 0)
		return true;
	if (why->code == TKT_ENOTFOUND && below && !c->g.root && !env_get("WORK_ITEMS_DIR")) {
		dir = tkt_asprintf("%s/%s", c->cwd, below);
		if (tkt_root_find(&root, dir, NULL) == 0) {
			tkt_error_release(why);
			c->g.root = root.ptr;
			cli_open(c, open, why);
			c->g.root = NULL;
		}
		free(dir);
	}
	tkt_buf_release(&root);
	return c->project != NULL;
}

static void doing(struct cli *c, struct tkt_git_doing *out)
{
	const char *dir = env_get("GIT_DIR");
	struct tkt_git_opts none = { .engine = TKT_GIT_NONE };
	struct tkt_git *git = NULL;

	memset(out, 0, sizeof *out);
	if (dir) {
		tkt_git_doing(out, dir);
	} else if (tkt_git_open(&git, c->cwd, &none, NULL) == 0) {
		tkt_git_doing(out, tkt_git_facts(git)->git_dir);
		tkt_git_free(git);
	}
}

/* --- messages ----------------------------------------------------------------------------------------- */

struct file {
	int dir;           /* descriptor of the directory that it lies in */
	const char *name;
	struct tkt_buf old, text;
};

static int read_message(struct file *f, const char *path, struct tkt_error *err)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? tkt_strndup(path, slash == path ? 1 : (size_t)(slash - path)) : tkt_strdup(".");
	int rc = tkt_dir_open(&f->dir, dir, err);

	f->name = slash ? slash + 1 : path;
	if (!rc)
		rc = tkt_file_read(f->dir, f->name, MESSAGE_MAX, &f->old, NULL, err);
	if (!rc)
		tkt_buf_add(&f->text, f->old.ptr, f->old.len);
	free(dir);
	return rc;
}

static void release_message(struct file *f)
{
	if (f->dir >= 0)
		tkt_io_close(f->dir);
	tkt_buf_release(&f->old);
	tkt_buf_release(&f->text);
}

static int message_hook(struct cli *c, const struct tkt_strv *words, bool prepare, struct tkt_hook_answer *answer,
			struct tkt_error *why)
{
	struct file f = { -1, NULL, TKT_BUF_INIT, TKT_BUF_INIT };
	struct settings s = { .template = TKT_BUF_INIT };
	struct tkt_git_doing now;
	/* pre-commit has it in a variable only. */
	const char *source = words->n > 2 ? words->items[2] : env_get("PRE_COMMIT_COMMIT_MSG_SOURCE");
	int rc = 0;

	doing(c, &now);
	read_settings(c, &s);
	rc = words->n > 1 ? read_message(&f, words->items[1], why) : tkt_error_set(why, TKT_EUSAGE, "no file is named");
	if (!rc && prepare)
		rc = tkt_op_hook_prepare(c->project, &s.rules, &now, source, &f.text, answer, why);
	else if (!rc)
		rc = tkt_op_hook_commit_msg(c->project, &s.rules, &now, &f.text, answer, why);
	if (!rc && answer->changed)
		rc = tkt_file_replace(f.dir, f.name, f.dir, &f.old, f.text.ptr, f.text.len, false, why);
	release_message(&f);
	tkt_git_doing_release(&now);
	free(s.trailer);
	free(s.comment);
	tkt_buf_release(&s.template);
	return rc;
}

static int run_message(struct cli *c, const struct tkt_strv *words, struct tkt_error *err)
{
	bool prepare = strcmp(words->items[0], "prepare-commit-msg") == 0;
	struct tkt_hook_answer answer = { .changed = false };
	struct tkt_error why = TKT_ERROR_INIT;
	int code = 0;

	if (!open_root(c, tkt_project_open, &why)) {
		if (why.code != TKT_ENOTFOUND && !prepare)
			cli_warn(c, "the message was not looked at: %s", why.message);
	} else if (message_hook(c, words, prepare, &answer, &why) != 0) {
		cli_warn(c, "the message was not looked at: %s", why.message);
	}
	for (size_t i = 0; i < answer.said.n; i++)
		cli_warn(c, "%s", answer.said.items[i]);
	if (answer.refused) {
		code = tkt_error_set(err, TKT_ENO, "%s", answer.why);
		tkt_error_hint(err, "%s", answer.hint);
	}
	tkt_hook_answer_release(&answer);
	tkt_error_release(&why);
	return code;
}

/* --- the others ----------------------------------------------------------------------------------------- */

static int run_after(struct cli *c, const struct tkt_strv *words, struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_git_doing now;

	(void)err;
	doing(c, &now);
	/* A rebase ends with post-rewrite; until then every commit of it is for nothing. */
	if ((!now.rebase || strcmp(words->items[0], "post-rewrite") == 0) && open_root(c, tkt_project_open, &why))
		tkt_op_hook_refresh(c->project);
	tkt_git_doing_release(&now);
	tkt_error_release(&why);
	return 0;
}

static void say_findings(struct cli *c, const struct tkt_doctor_report *report)
{
	size_t said = 0;

	for (size_t i = 0; i < report->findings.n && said < SHOWN; i++) {
		const struct tkt_finding *f = &report->findings.items[i];

		if (f->rule->level != TKT_ERROR)
			continue;
		cli_warn(c, "%s: %s: %s", f->rule->code, f->file, f->message);
		said++;
	}
	if (report->errors > said)
		cli_warn(c, "and %zu more; 'tkt doctor' lists them", report->errors - said);
}

static int run_push(struct cli *c, const struct tkt_strv *words, struct tkt_error *err)
{
	static const char *const answers[] = { "warn", "block", "off" };
	size_t answer = config_choice(c, "tkt.prepush", answers, TKT_LEN(answers));
	struct tkt_doctor_req req = { .fix = false };
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_doctor_report report;
	int code = 0;

	(void)words;
	if (answer == 2 || !open_root(c, tkt_doctor_open, &why)) {
		if (why.code && why.code != TKT_ENOTFOUND)
			cli_warn(c, "the tickets were not looked at: %s", why.message);
	} else if (tkt_op_doctor(c->project, &req, &report, &why) != 0) {
		cli_warn(c, "the tickets were not looked at: %s", why.message);
	} else {
		say_findings(c, &report);
		if (report.errors && answer == 1) {
			code = tkt_error_set(err, TKT_ENO, "tickets have errors (%zu)", report.errors);
			tkt_error_hint(err, "see 'tkt doctor', or go on with 'git push --no-verify'; git config "
					    "tkt.prePush asks for this");
		}
		tkt_doctor_report_release(&report);
	}
	tkt_error_release(&why);
	return code;
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	static const struct {
		const char *name;
		int (*run)(struct cli *c, const struct tkt_strv *words, struct tkt_error *err);
	} hooks[] = {
		{ "prepare-commit-msg", run_message }, { "commit-msg", run_message }, { "post-commit", run_after },
		{ "post-merge", run_after },           { "post-rewrite", run_after }, { "pre-push", run_push },
	};
	const struct hook_args *args = payload;

	if (strcmp(args->words.items[0], "-h") == 0 || strcmp(args->words.items[0], "--help") == 0)
		help_command(c, c->cmd); /* nothing was parsed: what follows NAME is git's */
	/* Of a name that this version does not know a later one has written: it is nothing to stop for. */
	for (size_t i = 0; i < TKT_LEN(hooks); i++)
		if (strcmp(args->words.items[0], hooks[i].name) == 0)
			return wanted(c) ? hooks[i].run(c, &args->words, err) : 0;
	return 0;
}

const struct cmd cmd_hook = {
	.name = "hook",
	.group = GROUP_MORE,
	.needs = NEED_CWD | NEED_GIT | CMD_RAW | CMD_HIDDEN,
	.operands = "NAME [ARGS...]",
	.min = 1,
	.max = -1,
	.args_size = sizeof(struct hook_args),
	.operand_off = offsetof(struct hook_args, words),
	.opts = opts,
	.summary = "what git's hooks call",
	.details = "NAME is a hook of git, ARGS are what git gives it. 'tkt hooks install' writes hooks that call it;\n"
		   "managers of hooks (husky, lefthook, pre-commit) can as well. Without tickets it does nothing, and\n"
		   "it fails only where git config tkt.* asks for that.",
	.examples = "tkt hook commit-msg \"$1\"",
	.run = run,
};
