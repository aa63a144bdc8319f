/* tkt completion */
#include "completion.h"

#include "base/mem.h"
#include "base/str.h"
#include "out.h"
#include "text/ticket.h"

struct completion_args {
	struct tkt_strv words;
};

static const struct opt opts[] = { OPT_END };

bool offer_takes_value(const struct opt *o)
{
	return o->type != OPT_FLAG && o->type != OPT_PRESET && o->type != OPT_JSON;
}

/* Each word once; p0 beside P0 is for typing, not for offering. */
static void add_words(struct tkt_buf *out, const char *words)
{
	while (*words) {
		size_t n = strcspn(words, " ");

		if (n != 2 || words[0] != 'p' || words[1] < '0' || words[1] > '9') {
			if (out->len)
				tkt_buf_putc(out, ' ');
			tkt_buf_add(out, words, n);
		}
		words += n + strspn(words + n, " ");
	}
}

enum offer offer_value(const struct opt *o, struct tkt_buf *words)
{
	static const struct {
		const char *value;
		enum offer offer;
		const char *words;
	} known[] = {
		{ "REF", OFFER_REFS, "" },
		{ "FILE", OFFER_FILES, "" },
		{ "DIR", OFFER_DIRS, "" },
		{ "PATH", OFFER_FILES, "" },
		{ "KIND", OFFER_WORDS, "task bug feature improvement spike component" },
		{ "STATUS", OFFER_WORDS, "open pending closed all" },
		{ "ROLE", OFFER_WORDS, "comment plan decision implementation_report" },
		{ "N|all", OFFER_WORDS, "all" },
		{ "KEY[:desc]", OFFER_WORDS, "id updated:desc created:desc priority" },
		{ "WHO", OFFER_WORDS, "@me" },
		{ "KEY=VALUE", OFFER_FIELDS, "" },
	};

	tkt_buf_reset(words);
	if (o->type == OPT_CHOICE) {
		add_words(words, o->words);
		return OFFER_WORDS;
	}
	for (size_t i = 0; o->value && i < TKT_LEN(known); i++) {
		if (strcmp(o->value, known[i].value) == 0) {
			add_words(words, known[i].words);
			return known[i].offer;
		}
	}
	return OFFER_NOTHING;
}

enum offer offer_operand(const struct cmd *cmd, struct tkt_buf *words)
{
	const char *spec = cmd->operands;

	tkt_buf_reset(words);
	if (strstr(spec, "open|pending|closed"))
		add_words(words, "open pending closed");
	if (strstr(spec, "bash|zsh|fish"))
		add_words(words, "bash zsh fish");
	if (strstr(spec, "status|refresh|rebuild"))
		add_words(words, "status refresh rebuild");
	if (strstr(spec, "QUERY"))
		add_words(words, "status: kind: priority: label: assignee: column: blocked: updated: created: has: no:");
	if (strstr(spec, "WHO"))
		add_words(words, "@me");
	if (tkt_starts_with(spec, "REF") || tkt_starts_with(spec, "[REF"))
		return strstr(spec, "FILE") ? OFFER_FILES : OFFER_REFS;
	if (strstr(spec, "COMMAND"))
		return OFFER_COMMANDS;
	return words->len ? OFFER_WORDS : OFFER_NOTHING;
}

const char *offer_scope(const struct cmd *cmd)
{
	if (strcmp(cmd->name, "reopen") == 0)
		return " --status closed";
	return cmd->group == GROUP_READ ? " --status all" : "";
}

void offer_quote(struct tkt_buf *out, const char *s, bool fish)
{
	for (; *s; s++) {
		if (*s == '\'')
			tkt_buf_puts(out, fish ? "\\'" : "'\\''");
		else if (fish && *s == '\\')
			tkt_buf_puts(out, "\\\\");
		else
			tkt_buf_putc(out, *s);
	}
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct completion_args *args = payload;
	const char *shell = args->words.items[0];
	struct tkt_buf script = TKT_BUF_INIT;
	struct tkt_json *data;

	if (strcmp(shell, "bash") == 0)
		completion_bash(&script);
	else if (strcmp(shell, "zsh") == 0)
		completion_zsh(&script);
	else if (strcmp(shell, "fish") == 0)
		completion_fish(&script);
	else
		tkt_error_set(err, TKT_EUSAGE, "no completion for '%s': bash, zsh or fish", shell);
	if (!err->code && c->view == VIEW_JSON) {
		data = tkt_json_object();
		tkt_json_set(data, "shell", tkt_json_string(shell));
		tkt_json_set(data, "script", tkt_json_string(script.ptr));
		out_json(c, "completion", data);
	} else if (!err->code) {
		tkt_buf_add(&c->out, script.ptr, script.len);
	}
	tkt_buf_release(&script);
	return err->code;
}

const struct cmd cmd_completion = {
	.name = "completion",
	.group = GROUP_MORE,
	.operands = "bash|zsh|fish",
	.min = 1,
	.max = 1,
	.args_size = sizeof(struct completion_args),
	.operand_off = offsetof(struct completion_args, words),
	.opts = opts,
	.summary = "print the completion script for a shell",
	.details = "`make install` puts the scripts where the shells look for them.",
	.examples = "eval \"$(tkt completion bash)\"\n"
		    "tkt completion zsh >~/.zfunc/_tkt\n"
		    "tkt completion fish >~/.config/fish/completions/tkt.fish",
	.run = run,
};
