/* tkt search */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"
#include "out.h"
#include "sys/file.h"
#include "term.h"

#define TEXT_MAX ((size_t)4 * 1024 * 1024)
#define ON_TERMINAL 20 /* hits, if nothing else was said */
#define LINE_WIDTH 160 /* of a passage in a pipe */
#define BUDGET_MS 5000 /* an HTTP embedder may work so long before the answer */

struct search_args {
	struct tkt_strv words, statuses;
	const char *mode, *filter;
	long limit;
	bool explain;
};

#define AT(member) offsetof(struct search_args, member)

static const struct opt opts[] = {
	{ "mode", 'm', OPT_CHOICE, AT(mode), "MODE", "hybrid (default), semantic or keyword",
	  "hybrid semantic keyword" },
	{ "filter", 'f', OPT_STRING, AT(filter), "QUERY", "only among the tickets that a query finds", NULL },
	{ "status", 's', OPT_COMMAS, AT(statuses), "STATUS", "open, pending, closed or all (default)", NULL },
	{ "limit", 'n', OPT_NUMBER, AT(limit), "N", "at most so many; 0: all (default: 20 on a terminal)",
	  NULL },
	{ "explain", 0, OPT_FLAG, AT(explain), NULL, "show how each score came about", NULL },
	OPT_END,
};

/* The words with a blank between them; "-" alone is standard input. */
static int read_text(const struct tkt_strv *words, struct tkt_buf *out, struct tkt_error *err)
{
	int code;

	if (words->n == 1 && strcmp(words->items[0], "-") == 0) {
		code = tkt_fd_slurp(STDIN_FILENO, TEXT_MAX, out, err);
		tkt_error_at(err, "standard input", 0);
		return code;
	}
	for (size_t i = 0; i < words->n; i++) {
		if (i)
			tkt_buf_putc(out, ' ');
		tkt_buf_puts(out, words->items[i]);
	}
	return 0;
}

static enum tkt_search_mode mode_of(const char *word)
{
	if (word && strcmp(word, "semantic") == 0)
		return TKT_SEARCH_SEMANTIC;
	if (word && strcmp(word, "keyword") == 0)
		return TKT_SEARCH_KEYWORD;
	return TKT_SEARCH_HYBRID;
}

static size_t limit_of(const struct cli *c, long wanted)
{
	if (wanted >= 0)
		return (size_t)wanted;
	return c->view == VIEW_HUMAN && c->out_tty ? ON_TERMINAL : 0;
}

/* One line of it, for a message. */
static void shorten(struct tkt_buf *out, const struct tkt_buf *text)
{
	struct tkt_buf safe = TKT_BUF_INIT;
	struct tkt_str s = { text->ptr, text->len < 2000 ? text->len : 2000 };

	s = tkt_str_trim(s);
	tkt_str_visible(&safe, s.ptr, s.len, "");
	table_fit(out, safe.ptr, 100);
	tkt_buf_release(&safe);
}

/* Nothing found is said on standard error; JSON has it in the document. */
static int nothing(struct cli *c, const struct tkt_buf *text, const struct tkt_search *found,
		   struct tkt_error *err)
{
	struct tkt_buf shown = TKT_BUF_INIT;

	if (c->view == VIEW_JSON || c->g.quiet)
		return TKT_ENO;
	shorten(&shown, text);
	tkt_error_set(err, TKT_ENO, "no ticket matches '%s'", shown.ptr);
	if (found->suggestion)
		tkt_error_hint(err, "did you mean '%s'?", found->suggestion);
	else if (found->strict)
		tkt_error_hint(err, "phrases and prefixes must all be there; words without quotes need not");
	tkt_buf_release(&shown);
	return TKT_ENO;
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	struct search_args *args = payload;
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_search found;
	struct tkt_search_req req;
	int code;

	memset(&found, 0, sizeof found);
	memset(&req, 0, sizeof req);
	code = opt_statuses(&args->statuses, &req.statuses, err);
	if (req.statuses == (1U << TKT_STATUS_N) - 1)
		req.statuses = 0; /* no condition at all */
	if (!code)
		code = read_text(&args->words, &text, err);
	if (code)
		goto out;
	req.text = text.ptr;
	req.len = text.len;
	req.mode = mode_of(args->mode);
	req.filter = args->filter;
	req.limit = limit_of(c, args->limit);
	req.width = c->view != VIEW_HUMAN ? LINE_WIDTH : c->width > 30 ? c->width - 16 : 14;
	req.budget_ms = BUDGET_MS;
	c->query = args->filter ? tkt_strdup(args->filter) : NULL;
	c->query_pos = (size_t)-1;
	cli_hold_signals();
	code = tkt_op_search(c->project, &req, &found, &c->query_pos, err);
	if (code == TKT_EINVALID) { /* what was typed is wrong, not what is stored */
		code = TKT_EUSAGE;
		err->code = TKT_EUSAGE;
	}
	if (code)
		goto out;
	out_search(c, &found, &text, args->explain);
	if (!found.hits.n)
		code = nothing(c, &text, &found, err);
	else if (found.bad.n)
		code = TKT_ENO;
out:
	tkt_search_release(&found);
	tkt_buf_release(&text);
	return code;
}

const struct cmd cmd_search = {
	.name = "search",
	.group = GROUP_READ,
	.needs = NEED_ROOT | NEED_EMBED | CMD_QUERY | CMD_PAGER,
	.operands = "TEXT...",
	.min = 1,
	.max = -1,
	.args_size = sizeof(struct search_args),
	.operand_off = AT(words),
	.opts = opts,
	.summary = "find tickets by what they say, best first",
	.details = "Any text will do, also a whole error message; '-' reads it from standard input. The more\n"
		   "of its words a ticket has, and the rarer they are, the better; tickets that speak of the\n"
		   "same in other words come along. \"...\" is a phrase, word* a beginning. Title, labels, text,\n"
		   "comments, resolution and text artifacts are searched, of closed tickets too.\n"
		   "In a pipe: score, key, id, status, title, matched_in and a passage, separated by tabs.\n"
		   "See tkt-search(7).",
	.examples = "tkt search login forgets return path\n"
		    "tkt search '\"connection reset\"' --filter 'status:open label:net' -n 5\n"
		    "make 2>&1 | tail -n 20 | tkt search - --json",
	.run = run,
};
