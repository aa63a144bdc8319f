/* cmd/compat: the commands of tickets.sh and their arguments. */
#include "compat.h"

#include "base/mem.h"
#include "base/str.h"
#include "sys/io.h"

static const char usage[] =
	"tickets.sh - tickets as files in the repository\n"
	"\n"
	"Usage:\n"
	"  tickets.sh help\n"
	"  tickets.sh list [--status open|pending|closed|all]\n"
	"  tickets.sh show <id-or-slug>\n"
	"  tickets.sh create --title <title> [--slug <slug>] [--kind <kind>] [--priority <priority>]"
	" [--label a,b]\n"
	"  tickets.sh comment <id-or-slug> [--role comment|plan|decision|implementation_report]"
	" [--author <name>] [--file <path>]\n"
	"  tickets.sh review <id-or-slug> --approve|--request-changes [--author <name>]"
	" [--file <path>]\n"
	"  tickets.sh status <id-or-slug> open|pending|closed\n"
	"  tickets.sh close <id-or-slug> [--resolution <text>|--file <path>]\n"
	"  tickets.sh doctor\n"
	"\n"
	"Without --file, comment and review read their text from standard input.\n"
	"\n"
	"Files:\n"
	"  work-items/{open,pending,closed}/<id>/item.md\n"
	"  work-items/{open,pending,closed}/<id>/thread.md\n"
	"  work-items/{open,pending,closed}/<id>/artifacts/\n"
	"\n"
	"Environment:\n"
	"  WORK_ITEMS_DIR  the directory with the tickets (default: work-items)\n"
	"  USER            the author of events where --author does not say\n"
	"  TKT_NOW         a time like 2026-01-02T03:04:05Z to take for now\n";

int compat_fail(struct compat *k, const char *fmt, ...)
{
	struct tkt_buf text = TKT_BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	tkt_buf_puts(&text, "error: ");
	tkt_buf_vprintf(&text, fmt, ap);
	tkt_buf_putc(&text, '\n');
	va_end(ap);
	cli_err_write(k->c, text.ptr, text.len);
	tkt_buf_release(&text);
	return 1;
}

int compat_fail_err(struct compat *k, struct tkt_error *err)
{
	if (err->code == TKT_ELOCKED)
		compat_fail(k, "work items are locked: %s", k->root);
	else
		compat_fail(k, "%s", err->message ? err->message : "it could not be done");
	tkt_error_release(err);
	return 1;
}

int compat_clock(struct compat *k)
{
	struct tkt_error err = TKT_ERROR_INIT;
	tkt_time now;

	if (env_now(&now, &err) != 0)
		return compat_fail_err(k, &err);
	tkt_time_print(now, k->at);
	tkt_time_stamp(now, k->stamp);
	return 0;
}

/* --- arguments ------------------------------------------------------------------------------- */

/* An option takes the next argument (value) or is a word of its own that stands for `preset`. */
struct option {
	const char *name;
	const char **value;
	const char *preset;
};

static int parse(struct compat *k, const char *command, char **args, const struct option *options)
{
	for (; *args; args++) {
		const struct option *o = options;

		while (o->name && strcmp(o->name, *args) != 0)
			o++;
		if (!o->name)
			return compat_fail(k, "unknown %s argument: %s", command, *args);
		if (!o->preset && !args[1])
			return compat_fail(k, "%s requires a value", *args);
		*o->value = o->preset ? o->preset : *++args;
	}
	return 0;
}

static bool one_line(const char *value)
{
	return !strchr(value, '\n');
}

static int run_list(struct compat *k, char **args)
{
	const char *word = "open";
	const struct option options[] = { { "--status", &word, NULL }, { NULL, NULL, NULL } };
	enum tkt_status status;

	if (parse(k, "list", args, options) != 0)
		return 1;
	if (strcmp(word, "all") == 0)
		return compat_list(k, 1U << TKT_OPEN | 1U << TKT_PENDING | 1U << TKT_CLOSED);
	if (!tkt_status_find(word, &status))
		return compat_fail(k, "invalid status: %s", word);
	return compat_list(k, 1U << status);
}

static int run_show(struct compat *k, char **args)
{
	if (!args[0] || args[1])
		return compat_fail(k, "show requires <id-or-slug>");
	return compat_show(k, args[0]);
}

static int run_create(struct compat *k, char **args)
{
	struct compat_new n = { "", "", "task", "P2", "" };
	const struct option options[] = {
		{ "--title", &n.title, NULL },   { "--slug", &n.slug, NULL },
		{ "--kind", &n.kind, NULL },     { "--priority", &n.priority, NULL },
		{ "--label", &n.labels, NULL },  { NULL, NULL, NULL },
	};

	if (parse(k, "create", args, options) != 0)
		return 1;
	if (!*n.title)
		return compat_fail(k, "create requires --title");
	/* a second line would be a key of its own, or the end of the frontmatter */
	if (!one_line(n.title))
		return compat_fail(k, "invalid title: %s", n.title);
	if (!one_line(n.kind))
		return compat_fail(k, "invalid kind: %s", n.kind);
	if (!one_line(n.priority))
		return compat_fail(k, "invalid priority: %s", n.priority);
	if (!one_line(n.labels))
		return compat_fail(k, "invalid label: %s", n.labels);
	return compat_create(k, &n);
}

static const char *user(void)
{
	const char *name = env_get("USER");

	return name ? name : "unknown";
}

/* The four roles that have headings of their own; any other is its own heading. NULL: nothing that
 * could stand in a header. */
static const char *heading(const char *role)
{
	static const char *const known[] = { "comment", "plan", "decision", "implementation_report" };

	for (size_t i = 0; i < TKT_LEN(known); i++)
		if (strcmp(known[i], role) == 0)
			return tkt_event_heading(role, NULL);
	for (const char *p = role; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return NULL;
	return *role ? role : NULL;
}

static int run_comment(struct compat *k, char **args)
{
	struct compat_event e = { args[0], "comment", NULL, user(), NULL, NULL };
	const struct option options[] = {
		{ "--role", &e.kind, NULL },
		{ "--author", &e.author, NULL },
		{ "--file", &e.file, NULL },
		{ NULL, NULL, NULL },
	};

	if (!args[0])
		return compat_fail(k, "comment requires <id-or-slug>");
	if (parse(k, "comment", args + 1, options) != 0)
		return 1;
	e.heading = heading(e.kind);
	if (!e.heading)
		return compat_fail(k, "invalid role: %s", e.kind);
	return compat_say(k, &e);
}

static int run_review(struct compat *k, char **args)
{
	struct compat_event e = { args[0], "review", NULL, user(), NULL, NULL };
	const struct option options[] = {
		{ "--approve", &e.status, "approve" },
		{ "--request-changes", &e.status, "request_changes" },
		{ "--author", &e.author, NULL },
		{ "--file", &e.file, NULL },
		{ NULL, NULL, NULL },
	};

	if (!args[0])
		return compat_fail(k, "review requires <id-or-slug>");
	if (parse(k, "review", args + 1, options) != 0)
		return 1;
	if (!e.status)
		return compat_fail(k, "review requires --approve or --request-changes");
	e.heading = tkt_event_heading("review", e.status);
	return compat_say(k, &e);
}

static int run_status(struct compat *k, char **args)
{
	enum tkt_status to;

	if (!args[0] || !args[1] || args[2])
		return compat_fail(k, "status requires <id-or-slug> <open|pending|closed>");
	if (!tkt_status_find(args[1], &to))
		return compat_fail(k, "invalid status: %s", args[1]);
	return compat_status(k, args[0], to);
}

static int run_close(struct compat *k, char **args)
{
	const char *resolution = NULL, *file = NULL;
	const struct option options[] = {
		{ "--resolution", &resolution, NULL },
		{ "--file", &file, NULL },
		{ NULL, NULL, NULL },
	};

	if (!args[0])
		return compat_fail(k, "close requires <id-or-slug>");
	if (parse(k, "close", args + 1, options) != 0)
		return 1;
	return compat_close(k, args[0], resolution, file);
}

static int run_doctor(struct compat *k, char **args)
{
	if (args[0])
		return compat_fail(k, "doctor takes no arguments");
	return compat_doctor(k);
}

static int run_help(struct compat *k, char **args)
{
	(void)args;
	tkt_buf_puts(&k->c->out, usage);
	return 0;
}

int compat_main(struct cli *c, int argc, char **argv)
{
	static const struct { const char *name; int (*run)(struct compat *k, char **args); } table[] = {
		{ "help", run_help },     { "--help", run_help },     { "-h", run_help },
		{ "list", run_list },     { "show", run_show },       { "create", run_create },
		{ "comment", run_comment }, { "review", run_review }, { "status", run_status },
		{ "close", run_close },   { "doctor", run_doctor },
	};
	const char *root = env_get("WORK_ITEMS_DIR");
	const char *name = argc > 1 && *argv[1] ? argv[1] : "help";
	struct compat k = { c, root ? root : "work-items", -1, NULL, "", "" };
	int status = -1;

	compat_open(&k);
	for (size_t i = 0; status < 0 && i < TKT_LEN(table); i++)
		if (strcmp(table[i].name, name) == 0)
			status = table[i].run(&k, argc > 1 ? argv + 2 : argv + argc);
	if (status < 0) {
		cli_err_write(c, usage, sizeof usage - 1);
		status = compat_fail(&k, "unknown command: %s", name);
	}
	tkt_store_free(k.store);
	if (k.fd >= 0)
		tkt_io_close(k.fd);
	return status;
}
