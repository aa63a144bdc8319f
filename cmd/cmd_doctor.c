/* tkt doctor: is every ticket what the format says, and mend what has one right answer. */
#include "doctor.h"

#include "base/mem.h"
#include "base/str.h"
#include "out.h"
#include "term.h"

#define LOCK_TIMEOUT_MS 10000

struct doctor_args {
	struct tkt_strv words;
	bool fix, dry_run, strict, list, all_refs;
	const char *format, *level;
};

#define AT(member) offsetof(struct doctor_args, member)

static const struct opt opts[] = {
	{ "fix", 0, OPT_FLAG, AT(fix), NULL, "mend what has one right answer, and say what was done", NULL },
	{ "dry-run", 'n', OPT_FLAG, AT(dry_run), NULL, "say what --fix would do, and change nothing", NULL },
	{ "format", 0, OPT_CHOICE, AT(format), "FORMAT", "how the findings are written (default text)",
	  "text json github gitlab sarif junit tap" },
	{ "level", 0, OPT_CHOICE, AT(level), "LEVEL", "the least that is shown: error, warning or info",
	  "error warning info" },
	{ "strict", 0, OPT_FLAG, AT(strict), NULL, "fail on warnings too", NULL },
	{ "all-refs", 0, OPT_FLAG, AT(all_refs), NULL, "look at all branches too: what clashes when they are merged", NULL },
	{ "codes", 0, OPT_FLAG, AT(list), NULL, "list every code there is, and stop", NULL },
	OPT_END,
};

static void list_codes(struct cli *c)
{
	size_t n;
	const struct tkt_rule *rules = tkt_rules(&n);
	struct tkt_json *all, *o;

	if (c->view != VIEW_JSON) {
		for (size_t i = 0; i < n; i++)
			tkt_buf_printf(&c->out, "%s\t%s\t%s\t%s\t%s\n", rules[i].code, tkt_level_name(rules[i].level),
				       rules[i].name, rules[i].fixable ? "fix" : "-", rules[i].summary);
		return;
	}
	all = tkt_json_array();
	for (size_t i = 0; i < n; i++) {
		o = tkt_json_object();
		tkt_json_set(o, "code", tkt_json_string(rules[i].code));
		tkt_json_set(o, "level", tkt_json_string(tkt_level_name(rules[i].level)));
		tkt_json_set(o, "name", tkt_json_string(rules[i].name));
		tkt_json_set(o, "summary", tkt_json_string(rules[i].summary));
		tkt_json_set(o, "fixable", tkt_json_bool(rules[i].fixable));
		tkt_json_push(all, o);
	}
	o = tkt_json_object();
	tkt_json_set(o, "codes", all);
	out_json(c, "doctor.codes", o);
}

/* Where the root lies below git's top: "work-items/". CI shows files by that path. */
static char *root_prefix(const struct cli *c)
{
	char *root = realpath(c->project->root, NULL), *top = root ? env_git_top(root) : NULL;
	const char *rest = root ? root : "", *base = strrchr(rest, '/');
	size_t n = top ? strlen(top) : 0;
	char *prefix;

	if (top && tkt_starts_with(rest, top))
		rest += n;
	else if (base)
		rest = base;
	rest += *rest == '/';
	prefix = *rest ? tkt_asprintf("%s/", rest) : tkt_strdup("");
	free(root);
	free(top);
	return prefix;
}

static const struct {
	const char *name;
	void (*write)(struct cli *c, const struct doctor_view *v);
} formats[] = {
	{ "text", doctor_text },     { "json", doctor_json },   { "github", doctor_github },
	{ "gitlab", doctor_gitlab }, { "sarif", doctor_sarif }, { "junit", doctor_junit },
	{ "tap", doctor_tap },
};

static enum tkt_level least_level(const struct cli *c, const struct doctor_args *args)
{
	if (args->level)
		return strcmp(args->level, "error") == 0   ? TKT_ERROR :
		       strcmp(args->level, "warning") == 0 ? TKT_WARNING :
							     TKT_INFO;
	return c->g.quiet ? TKT_WARNING : TKT_INFO;
}

static void show(struct cli *c, const struct doctor_args *args, const struct tkt_doctor_report *report)
{
	struct doctor_view v = { .report = report, .dry_run = args->dry_run, .strict = args->strict };
	const char *name = args->format ? args->format : c->view == VIEW_JSON ? "json" : "text";
	char *prefix = root_prefix(c);
	size_t i = 0;

	v.prefix = prefix;
	v.least = least_level(c, args);
	while (strcmp(formats[i].name, name) != 0)
		i++;
	formats[i].write(c, &v);
	free(prefix);
}

/* A hook of git may look at another index than the repository's own. Owned, absolute, or NULL. */
static char *index_file(const struct cli *c)
{
	const char *file = env_get("GIT_INDEX_FILE");

	return !file || *file == '/' ? tkt_strdup_null(file) : tkt_asprintf("%s/%s", c->cwd, file);
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	struct doctor_args *args = payload;
	struct tkt_doctor_req req = { .refs = args->words, .fix = args->fix, .dry_run = args->dry_run,
				      .all_refs = args->all_refs };
	struct tkt_doctor_report report;
	char *index = NULL;
	int code;

	if (c->g.json && args->format && strcmp(args->format, "json") != 0)
		return tkt_error_set(err, TKT_EUSAGE, "--json and --format=%s cannot be had at once", args->format);
	if (args->list) {
		list_codes(c);
		return 0;
	}
	code = cli_open(c, tkt_doctor_open, err);
	if (code)
		return code;
	if (args->fix && !args->dry_run)
		cli_hold_signals();
	req.index_file = index = index_file(c);
	code = tkt_op_doctor(c->project, &req, &report, err);
	free(index);
	if (code)
		return code;
	show(c, args, &report);
	if (report.errors || (args->strict && report.warnings))
		code = TKT_ENO;
	tkt_doctor_report_release(&report);
	return code;
}

const struct cmd cmd_doctor = {
	.name = "doctor",
	.group = GROUP_CARE,
	.needs = NEED_CWD | NEED_GIT,
	.operands = "[REF...]",
	.max = -1,
	.args_size = sizeof(struct doctor_args),
	.operand_off = AT(words),
	.opts = opts,
	.summary = "check every ticket, and mend what has one right answer",
	.details = "Each finding has a stable code, a level, a file and a line, and says what to do.\n"
		   "Errors make the exit status 1; warnings only with --strict; notes (info) never.\n"
		   "tkt-doctor(1) describes every code; --codes lists them.",
	.examples = "tkt doctor\ntkt doctor --fix --dry-run\ntkt doctor --fix\ntkt doctor --all-refs\ntkt doctor --format=github\n"
		    "tkt doctor --format=sarif >tkt.sarif",
	.run = run,
};
