/* completion_zsh: the script for zsh; titles are shown beside keys. */
#include "completion.h"

#include "base/str.h"

static const char head[] =
	"#compdef tkt\n"
	"# zsh completion for tkt; made by `tkt completion zsh`\n"
	"\n"
	"_tkt_refs() {\n"
	"	local -a refs\n"
	"	local key title\n"
	"	while IFS=$'\\t' read -r key title; do\n"
	"		refs+=(\"${key//:/\\\\:}:$title\")\n"
	"	done < <(command tkt list --format refs \"$@\" 2>/dev/null)\n"
	"	_describe -t tickets ticket refs && return\n"
	"	[[ -n $PREFIX ]] || return 1\n"
	"	local -a ids\n"
	"	ids=(${(f)\"$(command tkt list --format ids \"$@\" 2>/dev/null)\"})\n"
	"	compadd -a ids\n"
	"	compadd -- ${ids#[0-9]*-[0-9]*-}\n"
	"}\n"
	"\n";

/* Text inside [...] of an option spec. */
static void explain(struct tkt_buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '[' || *s == ']' || *s == ':')
			tkt_buf_putc(out, '\\');
		if (*s == '\'')
			tkt_buf_puts(out, "'\\''");
		else
			tkt_buf_putc(out, *s);
	}
}

static void action(struct tkt_buf *out, enum offer offer, const char *words, const char *scope)
{
	switch (offer) {
	case OFFER_WORDS:
		tkt_buf_printf(out, "(%s)", words);
		break;
	case OFFER_REFS:
		tkt_buf_printf(out, "{ _tkt_refs%s }", scope);
		break;
	case OFFER_FILES:
		tkt_buf_puts(out, "_files");
		break;
	case OFFER_DIRS:
		tkt_buf_puts(out, "_files -/");
		break;
	case OFFER_COMMANDS:
		tkt_buf_puts(out, "_tkt_commands");
		break;
	case OFFER_NOTHING:
	case OFFER_FIELDS:
		tkt_buf_putc(out, ' ');
		break;
	}
}

static void spec(struct tkt_buf *out, const struct opt *o)
{
	struct tkt_buf words = TKT_BUF_INIT;
	bool many = o->type == OPT_LIST || o->type == OPT_COMMAS;

	tkt_buf_puts(out, "		");
	if (o->letter && many)
		tkt_buf_printf(out, "'*'{-%c,--%s%s}'[", o->letter, o->name, "=");
	else if (o->letter)
		tkt_buf_printf(out, "'(-%c --%s)'{-%c,--%s%s}'[", o->letter, o->name, o->letter, o->name,
			       offer_takes_value(o) ? "=" : "");
	else
		tkt_buf_printf(out, "'%s--%s%s[", many ? "*" : "", o->name,
			       offer_takes_value(o) || o->type == OPT_JSON ? "=" : "");
	explain(out, o->help);
	tkt_buf_putc(out, ']');
	if (o->type == OPT_JSON) {
		tkt_buf_puts(out, "::fields: ");
	} else if (offer_takes_value(o)) {
		enum offer offer = offer_value(o, &words);

		tkt_buf_putc(out, ':');
		explain(out, o->value ? o->value : o->name);
		tkt_buf_putc(out, ':');
		action(out, offer, words.ptr, "");
	}
	tkt_buf_puts(out, "' \\\n");
	tkt_buf_release(&words);
}

static void specs(struct tkt_buf *out, const struct opt *opts)
{
	for (; opts->name; opts++)
		spec(out, opts);
}

static void command(struct tkt_buf *out, const struct cmd *cmd)
{
	struct tkt_buf words = TKT_BUF_INIT;
	enum offer offer = offer_operand(cmd, &words);

	tkt_buf_printf(out, "	%s", cmd->name);
	if (cmd->aliases)
		tkt_buf_printf(out, "|%s", cmd->aliases);
	tkt_buf_puts(out, ")\n		_arguments -s -S : \\\n");
	specs(out, cmd->opts);
	specs(out, cmd_globals);
	tkt_buf_puts(out, "		");
	if (offer == OFFER_FILES && *cmd->operands == 'R')
		tkt_buf_puts(out, "'1:ticket:_tkt_refs' '*:file:_files'");
	else if (offer == OFFER_REFS && words.len)
		tkt_buf_printf(out, "'1:ticket:_tkt_refs' '*:word:(%s)'", words.ptr);
	else if (offer == OFFER_NOTHING)
		tkt_buf_puts(out, "'*: : '");
	else {
		tkt_buf_puts(out, cmd->max == 1 ? "'1:" : "'*:");
		tkt_buf_puts(out, offer == OFFER_REFS ? "ticket:" : "word:");
		action(out, offer, words.ptr, offer_scope(cmd));
		tkt_buf_putc(out, '\'');
	}
	tkt_buf_puts(out, " ;;\n");
	tkt_buf_release(&words);
}

void completion_zsh(struct tkt_buf *out)
{
	tkt_buf_puts(out, head);
	tkt_buf_puts(out, "_tkt_commands() {\n	local -a commands=(\n");
	for (size_t i = 0; cmd_table[i]; i++) {
		if (cmd_table[i]->needs & CMD_HIDDEN)
			continue;
		tkt_buf_printf(out, "		'%s:", cmd_table[i]->name);
		offer_quote(out, cmd_table[i]->summary, false);
		tkt_buf_puts(out, "'\n");
	}
	tkt_buf_puts(out, "	)\n	_describe -t commands command commands\n}\n\n"
		     "_tkt() {\n	local curcontext=$curcontext state line\n	typeset -A opt_args\n"
		     "	_arguments -s -S -C : \\\n");
	specs(out, cmd_globals);
	tkt_buf_puts(out, "		'1:command:_tkt_commands' '*::argument:->argument' && return\n"
		     "	[[ $state = argument ]] || return 1\n	case $words[1] in\n");
	for (size_t i = 0; cmd_table[i]; i++)
		if (!(cmd_table[i]->needs & CMD_HIDDEN))
			command(out, cmd_table[i]);
	tkt_buf_puts(out, "	*) _files ;;\n	esac\n}\n\n"
		     "if [[ $funcstack[1] = _tkt ]]; then\n	_tkt \"$@\"\nelse\n	compdef _tkt tkt\nfi\n");
}
