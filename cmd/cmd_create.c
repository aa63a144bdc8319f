/* tkt create */
#include "cmd.h"

#include "base/str.h"
#include "ops/create.h"
#include "ops/similar.h"
#include "out.h"
#include "sys/file.h"

struct create_args {
	struct tkt_strv words, labels, blocked_by, related, errors, warnings, references, set;
	const char *title, *slug, *body, *body_file, *kind, *priority, *assignee, *column, *parent, *scope,
		*template_name, *key;
	bool edit, force;
};

#define AT(member) offsetof(struct create_args, member)

static const struct opt opts[] = {
	{ "title", 0, OPT_STRING, AT(title), "TITLE", "the title, when it is no operand", NULL },
	{ "slug", 0, OPT_STRING, AT(slug), "SLUG", "short name in the id (default: from the title)", NULL },
	{ "body", 'b', OPT_STRING, AT(body), "TEXT", "text of the ticket (Markdown)", NULL },
	{ "body-file", 'F', OPT_STRING, AT(body_file), "FILE", "text from a file, '-' is standard input",
	  NULL },
	{ "kind", 'k', OPT_STRING, AT(kind), "KIND", "task (default), bug, feature, spike or any word",
	  NULL },
	{ "priority", 'p', OPT_CHOICE, AT(priority), "PRIORITY", "P0 (highest) to P4; default P2",
	  "P0 P1 P2 P3 P4 p0 p1 p2 p3 p4 critical high medium low" },
	{ "label", 'l', OPT_COMMAS, AT(labels), "LABEL,...", "labels", NULL },
	{ "assignee", 'a', OPT_STRING, AT(assignee), "WHO", "who works on it; @me is you", NULL },
	{ "column", 0, OPT_STRING, AT(column), "COLUMN", "column of the board to start in", NULL },
	{ "parent", 0, OPT_STRING, AT(parent), "REF", "the ticket that this is a part of", NULL },
	{ "blocked-by", 0, OPT_COMMAS, AT(blocked_by), "REF", "a ticket that this one waits for", NULL },
	{ "related", 0, OPT_COMMAS, AT(related), "REF", "a ticket to look at too", NULL },
	{ "scope", 0, OPT_STRING, AT(scope), "PATH", "path or component that it is about", NULL },
	{ "error", 0, OPT_LIST, AT(errors), "TEXT", "an error that a check or a test reported", NULL },
	{ "warning", 0, OPT_LIST, AT(warnings), "TEXT", "a warning that was reported", NULL },
	{ "reference", 0, OPT_LIST, AT(references), "R", "file:PATH, branch:NAME, commit:SHA or a URL",
	  NULL },
	{ "set", 0, OPT_LIST, AT(set), "KEY=VALUE", "any other key of the format", NULL },
	{ "template", 't', OPT_STRING, AT(template_name), "NAME", "text from work-items/templates/NAME.md",
	  NULL },
	{ "edit", 'e', OPT_FLAG, AT(edit), NULL, "write title and text in the editor", NULL },
	{ "idempotency-key", 0, OPT_STRING, AT(key), "KEY", "the same key makes the same ticket only once",
	  NULL },
	{ "force", 0, OPT_FLAG, AT(force), NULL,
	  "take words that config.yml does not know; say nothing about similar tickets", NULL },
	OPT_END,
};

/* What the editor gave: "# Title", then the text. */
static void split_title(struct tkt_buf *text, struct tkt_buf *title)
{
	struct tkt_str line = { NULL, 0 }, all = { text->ptr, text->len };
	size_t pos = 0;

	while (!line.len && tkt_str_line(all, &pos, &line))
		line = tkt_str_trim(line);
	while (line.len && *line.ptr == '#') {
		line.ptr++;
		line.len--;
	}
	line = tkt_str_trim(line);
	tkt_buf_reset(title);
	tkt_buf_add(title, line.ptr, line.len);
	while (pos < text->len && (text->ptr[pos] == '\n' || text->ptr[pos] == '\r'))
		pos++;
	memmove(text->ptr, text->ptr + pos, text->len - pos);
	tkt_buf_truncate(text, text->len - pos);
	if (text->len)
		tkt_buf_putc(text, '\n');
}

static int compose(struct cli *c, const struct create_args *args, struct tkt_create_req *req,
		   struct tkt_buf *body, struct tkt_buf *title, struct tkt_error *err)
{
	struct tkt_buf head = TKT_BUF_INIT;
	struct input_req input = { NULL, NULL, NULL, true };
	char *start = NULL;
	bool given;
	int code = 0;

	if (!req->body)
		code = tkt_op_template(c->project, args->template_name, &start, err);
	if (!code) {
		tkt_buf_printf(&head, "# %s\n\n%s", req->title ? req->title : "",
			       req->body ? req->body : start);
		input.editor_head = head.ptr;
		code = input_text(c, &input, body, &given, err);
	}
	if (!code) {
		split_title(body, title);
		req->title = title->ptr;
		req->body = body->ptr;
		req->template_name = NULL;
	}
	tkt_buf_release(&head);
	free(start);
	return code;
}

static int read_body(const struct create_args *args, struct tkt_create_req *req, struct tkt_buf *body,
		     struct tkt_error *err)
{
	int code = 0;

	if (args->body && args->body_file)
		return tkt_error_set(err, TKT_EUSAGE, "either --body or --body-file, not both");
	req->body = args->body;
	if (!args->body_file)
		return 0;
	if (strcmp(args->body_file, "-") == 0)
		code = tkt_fd_slurp(STDIN_FILENO, TKT_ITEM_MAX, body, err);
	else
		code = tkt_file_slurp(args->body_file, TKT_ITEM_MAX, body, err);
	if (!code && memchr(body->ptr, '\0', body->len))
		code = tkt_error_set(err, TKT_EINVALID, "'%s' is no text: it holds a NUL byte",
				     args->body_file);
	req->body = body->ptr;
	return code;
}

static int fill(struct cli *c, struct create_args *args, struct tkt_create_req *req,
		struct tkt_error *err)
{
	req->title = args->title ? args->title : args->words.n ? args->words.items[0] : NULL;
	if (args->title && args->words.n)
		return tkt_error_set(err, TKT_EUSAGE, "the title is given twice: '%s' and '%s'", args->title,
				     args->words.items[0]);
	if (!req->title && !args->edit) {
		tkt_error_set(err, TKT_EUSAGE, "'tkt create' needs a title");
		tkt_error_hint(err, "tkt create 'What is to be done', or --edit to write it in the editor");
		return TKT_EUSAGE;
	}
	req->slug = args->slug;
	req->kind = args->kind;
	req->priority = args->priority;
	req->assignee = args->assignee && strcmp(args->assignee, "@me") == 0 ? c->author : args->assignee;
	req->column = args->column;
	req->parent = args->parent;
	req->scope = args->scope;
	req->labels = args->labels; /* lent; args owns them */
	req->blocked_by = args->blocked_by;
	req->related = args->related;
	req->errors = args->errors;
	req->warnings = args->warnings;
	req->references = args->references;
	req->set = args->set;
	req->idempotency_key = args->key;
	req->template_name = args->template_name;
	req->force = args->force;
	return 0;
}

/* y or yes; the end of the input is no answer. */
static bool read_yes(void)
{
	char line[16] = "";
	size_t n = 0;
	char byte;

	for (;;) {
		ssize_t got = read(STDIN_FILENO, &byte, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		if (byte == '\n')
			break;
		if (n + 1 < sizeof line)
			line[n++] = byte;
	}
	return tkt_eq_nocase(line, "y") || tkt_eq_nocase(line, "yes");
}

/* What somebody wrote in the editor is not thrown away by a "no". */
static int not_created(struct cli *c, struct tkt_error *err)
{
	tkt_error_set(err, TKT_ENO, "nothing created");
	if (c->draft.len && access(c->draft.ptr, F_OK) == 0)
		tkt_error_hint(err, "your text is kept in '%s'", c->draft.ptr);
	tkt_buf_reset(&c->draft);
	return TKT_ENO;
}

static int ask(struct cli *c, const struct tkt_similar *similar, struct tkt_error *err)
{
	struct tkt_buf text = TKT_BUF_INIT;
	bool yes;

	for (size_t i = 0; i < similar->hits.n; i++) {
		out_similar_words(&text, &similar->hits.items[i]);
		tkt_buf_putc(&text, '\n');
	}
	tkt_buf_puts(&text, "Create anyway? [y/N] ");
	cli_err_write(c, text.ptr, text.len);
	tkt_buf_release(&text);
	yes = read_yes();
	return yes ? 0 : not_created(c, err);
}

static int refuse(const struct tkt_similar *similar, struct tkt_error *err)
{
	struct tkt_buf line = TKT_BUF_INIT;
	int code = tkt_error_set(err, TKT_EEXISTS, "there is such a ticket already");

	for (size_t i = 0; i < similar->hits.n; i++) {
		const struct tkt_similar_hit *hit = &similar->hits.items[i];

		if (!hit->likely)
			continue;
		tkt_buf_reset(&line);
		tkt_buf_printf(&line, "%s  %s  %s", hit->ticket.key, hit->ticket.id, hit->ticket.title);
		tkt_error_candidate(err, line.ptr);
	}
	tkt_error_hint(err, "--force makes it all the same");
	tkt_buf_release(&line);
	return code;
}

/* Names tickets like the new one before anything is written. *told: the user has seen them. */
static int look_for_similar(struct cli *c, const struct tkt_create_req *req, struct tkt_similar *similar,
			    bool *told, struct tkt_error *err)
{
	enum tkt_similar_policy policy = tkt_similar_policy(c->project);
	bool person = c->in_tty && c->err_tty && c->view != VIEW_JSON;
	char *before = NULL;
	int code = 0;

	if (env_embed(c, NULL) == 0) /* wrong settings are no reason not to make a ticket */
		tkt_op_similar(c->project, req, similar);
	*told = req->force || c->g.quiet;
	if (req->force || !tkt_similar_likely(similar) ||
	    (policy != TKT_SIMILAR_REFUSE && (policy != TKT_SIMILAR_ASK || !person)))
		return 0;
	if (req->idempotency_key) /* the one that is "there already" may be this very one */
		code = tkt_op_create_before(c->project, req->idempotency_key, &before, err);
	if (code || before) {
		free(before);
		return code;
	}
	*told = true;
	return policy == TKT_SIMILAR_REFUSE ? refuse(similar, err) : ask(c, similar, err);
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	struct create_args *args = payload;
	struct tkt_buf body = TKT_BUF_INIT, title = TKT_BUF_INIT;
	struct tkt_created created = { NULL, NULL, NULL, false };
	struct tkt_similar similar = { { NULL, 0, 0 } };
	struct tkt_create_req req;
	bool told = false;
	int code;

	memset(&req, 0, sizeof req);
	code = fill(c, args, &req, err);
	if (!code)
		code = read_body(args, &req, &body, err);
	if (!code && args->edit)
		code = compose(c, args, &req, &body, &title, err);
	if (!code)
		code = look_for_similar(c, &req, &similar, &told, err);
	if (!code) {
		cli_hold_signals();
		code = tkt_op_create(c->project, &req, &created, err);
	}
	if (!code)
		out_created(c, &created, &similar, told);
	tkt_similar_release(&similar);
	tkt_created_release(&created);
	tkt_buf_release(&body);
	tkt_buf_release(&title);
	return code;
}

const struct cmd cmd_create = {
	.name = "create",
	.aliases = "new",
	.group = GROUP_WRITE,
	.needs = NEED_WRITE,
	.operands = "TITLE",
	.min = 0,
	.max = 1,
	.args_size = sizeof(struct create_args),
	.operand_off = AT(words),
	.opts = opts,
	.summary = "make a ticket; prints its id",
	.details = "In a pipe the id alone is printed; with --json also the key and the path. --edit starts\n"
		   "from the sections of work-items/templates/default.md, or of the template that is named.\n"
		   "Tickets that are like the new one are named first; where one is likely the same, you are\n"
		   "asked on a terminal, and told in a pipe. search.duplicates of config.yml may say otherwise.",
	.examples = "tkt create 'Login forgets the return path' -k bug -p P1 -l ui,auth\n"
		    "tkt create 'Split the parser' --body-file notes.md --blocked-by TKT-3fa9c1b\n"
		    "id=$(tkt create 'Nightly build is red' --idempotency-key nightly-2026-06-01)",
	.run = run,
};
