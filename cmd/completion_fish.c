/* completion_fish: the script for fish; titles are shown beside keys. */
#include "completion.h"

#include "base/str.h"

static const char head[] =
	"# fish completion for tkt; made by `tkt completion fish`\n"
	"\n"
	"function __tkt_command --description 'the command on the line, if there is one'\n"
	"	set -l words (commandline -opc)\n"
	"	set -e words[1]\n"
	"	set -l skip 0\n"
	"	for word in $words\n"
	"		if test $skip = 1\n"
	"			set skip 0\n"
	"			continue\n"
	"		end\n"
	"		switch $word\n";

static const char middle[] =
	"				set skip 1\n"
	"			case '-*'\n"
	"			case '*'\n"
	"				echo $word\n"
	"				return 0\n"
	"		end\n"
	"	end\n"
	"	return 1\n"
	"end\n"
	"\n"
	"function __tkt_is\n"
	"	set -l command (__tkt_command)\n"
	"	and contains -- $command $argv\n"
	"end\n"
	"\n"
	"function __tkt_refs\n"
	"	command tkt list --format refs $argv 2>/dev/null\n"
	"	command tkt list --format ids $argv 2>/dev/null\n"
	"end\n"
	"\n"
	"complete -c tkt -f\n";

static void quoted(struct tkt_buf *out, const char *flag, const char *text)
{
	tkt_buf_printf(out, " %s '", flag);
	offer_quote(out, text, true);
	tkt_buf_putc(out, '\'');
}

/* The part of a line that says what is offered. */
static void action(struct tkt_buf *out, enum offer offer, const char *words, const char *scope)
{
	switch (offer) {
	case OFFER_WORDS:
		quoted(out, "-a", words);
		break;
	case OFFER_REFS:
		tkt_buf_printf(out, " -k -a '(__tkt_refs%s)'", scope);
		break;
	case OFFER_FILES:
		tkt_buf_puts(out, " -F");
		break;
	case OFFER_DIRS:
		tkt_buf_puts(out, " -a '(__fish_complete_directories)'");
		break;
	case OFFER_COMMANDS:
		for (size_t i = 0; cmd_table[i]; i++)
			tkt_buf_printf(out, "%s%s", i ? " " : " -a '", cmd_table[i]->name);
		tkt_buf_putc(out, '\'');
		break;
	case OFFER_NOTHING:
	case OFFER_FIELDS:
		break;
	}
}

static void options(struct tkt_buf *out, const char *condition, const struct opt *opts)
{
	struct tkt_buf words = TKT_BUF_INIT;

	for (; opts->name; opts++) {
		tkt_buf_printf(out, "complete -c tkt%s%s -l %s", *condition ? " -n " : "", condition,
			       opts->name);
		if (opts->letter)
			tkt_buf_printf(out, " -s %c", opts->letter);
		quoted(out, "-d", opts->help);
		if (offer_takes_value(opts)) {
			enum offer offer = offer_value(opts, &words);

			tkt_buf_puts(out, offer == OFFER_FILES ? " -r" : " -x");
			action(out, offer, words.ptr, "");
		}
		tkt_buf_putc(out, '\n');
	}
	tkt_buf_release(&words);
}

static void command(struct tkt_buf *out, const struct cmd *cmd)
{
	struct tkt_buf is = TKT_BUF_INIT, words = TKT_BUF_INIT;
	enum offer offer = offer_operand(cmd, &words);

	tkt_buf_printf(&is, "'__tkt_is %s%s%s'", cmd->name, cmd->aliases ? " " : "",
		       cmd->aliases ? cmd->aliases : "");
	tkt_buf_puts(out, "\ncomplete -c tkt -n 'not __tkt_command'");
	quoted(out, "-a", cmd->name);
	quoted(out, "-d", cmd->summary);
	tkt_buf_putc(out, '\n');
	options(out, is.ptr, cmd->opts);
	if (*cmd->operands == 'R' && offer == OFFER_FILES) {
		tkt_buf_printf(out, "complete -c tkt -n %s", is.ptr);
		action(out, OFFER_REFS, "", "");
		tkt_buf_putc(out, '\n');
	}
	if (offer != OFFER_WORDS && words.len) {
		tkt_buf_printf(out, "complete -c tkt -n %s", is.ptr);
		action(out, OFFER_WORDS, words.ptr, "");
		tkt_buf_putc(out, '\n');
	}
	if (offer != OFFER_NOTHING) {
		tkt_buf_printf(out, "complete -c tkt -n %s", is.ptr);
		action(out, offer, words.ptr, offer_scope(cmd));
		tkt_buf_putc(out, '\n');
	}
	tkt_buf_release(&is);
	tkt_buf_release(&words);
}

void completion_fish(struct tkt_buf *out)
{
	bool first = true;

	tkt_buf_puts(out, head);
	tkt_buf_puts(out, "			case");
	for (const struct opt *o = cmd_globals; o->name; o++) {
		if (!offer_takes_value(o))
			continue;
		tkt_buf_printf(out, " --%s", o->name);
		if (o->letter)
			tkt_buf_printf(out, " -%c", o->letter);
		first = false;
	}
	tkt_buf_puts(out, first ? " --\n" : "\n");
	tkt_buf_puts(out, middle);
	options(out, "", cmd_globals);
	for (size_t i = 0; cmd_table[i]; i++)
		if (!(cmd_table[i]->needs & CMD_HIDDEN))
			command(out, cmd_table[i]);
}
