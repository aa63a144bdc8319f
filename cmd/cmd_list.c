/* tkt list */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"
#include "ops/list.h"
#include "out.h"

struct list_args {
	struct tkt_strv words, statuses, labels;
	const char *kind, *assignee, *column, *sort, *format;
	long limit;
};

#define AT(member) offsetof(struct list_args, member)

static const struct opt opts[] = {
	{ "status", 's', OPT_COMMAS, AT(statuses), "STATUS", "open, pending, closed or all", NULL },
	{ "kind", 'k', OPT_STRING, AT(kind), "KIND", "bug, feature ...; a,b means one of them", NULL },
	{ "label", 'l', OPT_LIST, AT(labels), "LABEL", "with this label; a,b means one of them", NULL },
	{ "assignee", 'a', OPT_STRING, AT(assignee), "WHO", "assigned to WHO; @me is you, none is nobody",
	  NULL },
	{ "column", 0, OPT_STRING, AT(column), "COLUMN", "in this column of the board", NULL },
	{ "sort", 0, OPT_STRING, AT(sort), "KEY[:desc]", "by id, updated, created, priority, any field",
	  NULL },
	{ "limit", 'n', OPT_NUMBER, AT(limit), "N", "at most so many", NULL },
	{ "format", 0, OPT_CHOICE, AT(format), "FORMAT",
	  "table, tsv, ids, keys, refs (default: table on a terminal, else tsv)", "table tsv ids keys refs" },
	OPT_END,
};

static bool is_field(const char *s, size_t n)
{
	size_t count;
	const char *const *fields = tkt_query_fields(&count);

	for (size_t i = 0; i < count; i++)
		if (strlen(fields[i]) == n && strncasecmp(fields[i], s, n) == 0)
			return true;
	return false;
}

/* Is an argument with blanks in it an expression of the query language, or words that belong together? */
static bool is_expression(const char *arg)
{
	while (*arg) {
		size_t n = strcspn(arg, " \t\n"), skip = strspn(arg, "-(");
		size_t colon = strcspn(arg, ":");

		if (skip || *arg == '"' || (n == 2 && memcmp(arg, "OR", 2) == 0) ||
		    (n == 3 && (memcmp(arg, "NOT", 3) == 0 || memcmp(arg, "AND", 3) == 0)) ||
		    (colon < n && is_field(arg, colon)))
			return true;
		arg += n;
		arg += strspn(arg, " \t\n");
	}
	return false;
}

static void quote(struct tkt_buf *out, const char *s, size_t n)
{
	tkt_buf_putc(out, '"');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"' || s[i] == '\\')
			tkt_buf_putc(out, '\\');
		tkt_buf_putc(out, s[i]);
	}
	tkt_buf_putc(out, '"');
}

static void join(struct tkt_buf *out, const struct tkt_strv *words)
{
	for (size_t i = 0; i < words->n; i++) {
		const char *word = words->items[i];

		if (out->len)
			tkt_buf_putc(out, ' ');
		if (word[strcspn(word, " \t\n")] && !is_expression(word))
			quote(out, word, strlen(word));
		else
			tkt_buf_puts(out, word);
	}
}

/* field:"a","b" for the value "a,b" of an option. */
static void condition(struct tkt_buf *out, const char *field, const char *value)
{
	if (!value)
		return;
	tkt_buf_printf(out, " %s:", field);
	for (;;) {
		size_t n = strcspn(value, ",");

		quote(out, value, n);
		if (!value[n])
			return;
		tkt_buf_putc(out, ',');
		value += n + 1;
	}
}

/* The words of the query, AND what the options say. *shift: how far the words moved to the right. */
static void build_query(struct cli *c, const struct list_args *args, struct tkt_buf *out, size_t *shift)
{
	struct tkt_buf more = TKT_BUF_INIT;
	const char *who = args->assignee;

	if (who && strcmp(who, "@me") == 0)
		who = env_author(c);
	condition(&more, "kind", args->kind);
	condition(&more, "column", args->column);
	if (who && strcmp(who, "none") == 0)
		tkt_buf_puts(&more, " no:assignee");
	else
		condition(&more, "assignee", who);
	for (size_t i = 0; i < args->labels.n; i++)
		condition(&more, "label", args->labels.items[i]);
	*shift = more.len && args->words.n ? 1 : 0;
	if (args->words.n)
		tkt_buf_printf(out, more.len ? "(%s)%s" : "%s%s", c->query, more.ptr);
	else
		tkt_buf_add(out, more.ptr + (more.len ? 1 : 0), more.len - (more.len ? 1 : 0));
	tkt_buf_release(&more);
}

static enum list_format format_of(const char *name)
{
	static const struct {
		const char *name;
		enum list_format format;
	} formats[] = { { "table", LIST_TABLE }, { "tsv", LIST_TSV }, { "ids", LIST_IDS },
			{ "keys", LIST_KEYS }, { "refs", LIST_REFS } };

	for (size_t i = 0; name && i < TKT_LEN(formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return formats[i].format;
	return LIST_AUTO;
}

/* No more is read than what is shown. */
static int wanted(struct cli *c, enum list_format format, unsigned *want, struct tkt_error *err)
{
	if (c->view == VIEW_JSON && c->g.fields.n)
		return json_fields_check(&c->g.fields, want, err);
	if (c->view == VIEW_JSON)
		*want = TKT_ROW_BLOCKED | TKT_ROW_REVERSE | TKT_ROW_REV;
	else if (format == LIST_TABLE || (format == LIST_AUTO && c->view == VIEW_HUMAN))
		*want = TKT_ROW_BLOCKED;
	else if (format != LIST_KEYS && format != LIST_REFS)
		*want = TKT_ROW_PLAIN;
	return 0;
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	struct list_args *args = payload;
	enum list_format format = format_of(args->format);
	struct tkt_buf words = TKT_BUF_INIT, query = TKT_BUF_INIT;
	struct tkt_list list;
	struct tkt_list_req req;
	size_t shift = 0;
	int code;

	memset(&list, 0, sizeof list);
	memset(&req, 0, sizeof req);
	join(&words, &args->words);
	if (args->words.n)
		c->query = tkt_buf_detach(&words);
	code = opt_statuses(&args->statuses, &req.statuses, err);
	if (!code)
		code = wanted(c, format, &req.want, err);
	if (!code && (req.want & TKT_ROW_COMMITS)) /* who does not ask for it need not look for git */
		code = env_git(c, &c->project->git_opts, err);
	if (code)
		goto out;
	build_query(c, args, &query, &shift);
	req.query = query.len ? query.ptr : NULL;
	req.sort = args->sort;
	req.limit = args->limit > 0 ? (size_t)args->limit : 0;
	c->query_pos = (size_t)-1;
	code = tkt_op_list(c->project, &req, &list, &c->query_pos, err);
	if (code == TKT_EINVALID) { /* what was typed is wrong, not what is stored */
		code = TKT_EUSAGE;
		err->code = TKT_EUSAGE;
		if (c->query_pos != (size_t)-1)
			c->query_pos -= c->query_pos >= shift ? shift : 0;
	}
	if (!code) {
		out_list(c, &list, format);
		code = list.bad.n ? TKT_ENO : 0;
	}
out:
	tkt_list_release(&list);
	tkt_buf_release(&words);
	tkt_buf_release(&query);
	return code;
}

const struct cmd cmd_list = {
	.name = "list",
	.aliases = "ls",
	.group = GROUP_READ,
	.needs = NEED_ROOT | CMD_QUERY | CMD_PAGER,
	.operands = "[QUERY...]",
	.max = -1,
	.args_size = sizeof(struct list_args),
	.operand_off = AT(words),
	.opts = opts,
	.summary = "list tickets: all that are not closed, or what a query finds",
	.details = "A query is words and fields: status:open label:ui,tui -label:wontfix priority:<=P1\n"
		   "updated:>7d (kind:bug OR kind:spike) blocked:no. All of it must hold; see tkt-query(7).\n"
		   "Options of one letter stand alone here (-q -n5): -word is \"not word\".\n"
		   "In a pipe: status, id, slug, title, kind, priority and updated_at, separated by tabs.",
	.examples = "tkt list kind:bug priority:'<=P1'\n"
		    "tkt list -label:wontfix 'login page' --sort updated:desc -n 10\n"
		    "tkt list --json=id,title,labels",
	.run = run,
};
