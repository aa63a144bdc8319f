/* completion_bash: the script for bash. Needs nothing beside bash itself. */
#include "completion.h"

#include "base/str.h"

static const char head[] =
	"# bash completion for tkt; made by `tkt completion bash`\n"
	"\n"
	"# Slugs are what people remember; keys and ids come when the word looks like one.\n"
	"_tkt_refs()\n"
	"{\n"
	"	local id slug rest\n"
	"	while IFS=$'\\t' read -r rest id slug rest; do\n"
	"		[[ $id = id && $slug = slug ]] && continue\n"
	"		if [[ $cur = [0-9]* ]]; then\n"
	"			[[ $id = \"$cur\"* ]] && COMPREPLY+=(\"$id\")\n"
	"		else\n"
	"			[[ $slug = \"$cur\"* ]] && COMPREPLY+=(\"$slug\")\n"
	"		fi\n"
	"	done < <(command tkt \"${_tkt_root[@]}\" list --format tsv \"$@\" 2>/dev/null)\n"
	"	[[ $cur = [A-Z]* ]] && while read -r id; do\n"
	"		[[ $id = \"$cur\"* ]] && COMPREPLY+=(\"$id\")\n"
	"	done < <(command tkt \"${_tkt_root[@]}\" list --format keys \"$@\" 2>/dev/null)\n"
	"}\n"
	"\n"
	"_tkt_words()\n"
	"{\n"
	"	local IFS=$' \\t\\n'\n"
	"	COMPREPLY+=($(compgen -W \"$1\" -- \"$cur\"))\n"
	"}\n"
	"\n"
	"_tkt_files()\n"
	"{\n"
	"	compopt -o filenames 2>/dev/null\n"
	"	local IFS=$'\\n'\n"
	"	COMPREPLY+=($(compgen -\"$1\" -- \"$cur\"))\n"
	"}\n"
	"\n"
	"_tkt()\n"
	"{\n"
	"	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd='' i\n"
	"	local -a _tkt_root=()\n"
	"	COMPREPLY=()\n"
	"	# --name=value comes in three pieces\n"
	"	[[ $cur = = ]] && cur=''\n"
	"	[[ $prev = = && $COMP_CWORD -gt 1 ]] && prev=${COMP_WORDS[COMP_CWORD-2]}\n"
	"	for ((i = 1; i < COMP_CWORD; i++)); do\n"
	"		case ${COMP_WORDS[i]} in\n"
	"		-C|--directory|--root)\n"
	"			_tkt_root+=(\"${COMP_WORDS[i]}\" \"${COMP_WORDS[i+1]}\")\n"
	"			((i++)) ;;\n";

static void actions(struct tkt_buf *out, enum offer offer, const char *words, const char *scope)
{
	if (*words)
		tkt_buf_printf(out, " _tkt_words '%s';", words);
	switch (offer) {
	case OFFER_REFS:
		tkt_buf_printf(out, " _tkt_refs%s;", scope);
		break;
	case OFFER_FILES:
		tkt_buf_puts(out, " _tkt_files f;");
		break;
	case OFFER_DIRS:
		tkt_buf_puts(out, " _tkt_files d;");
		break;
	case OFFER_COMMANDS:
		tkt_buf_puts(out, " _tkt_words \"$commands\";");
		break;
	case OFFER_NOTHING:
	case OFFER_WORDS:
	case OFFER_FIELDS:
		break;
	}
}

/* "create:-k|create:--kind) _tkt_words '...'; return ;;" for every option with a value. */
static void values(struct tkt_buf *out, const char *cmd, const struct opt *opts)
{
	struct tkt_buf words = TKT_BUF_INIT;

	for (; opts->name; opts++) {
		enum offer offer;

		if (!offer_takes_value(opts))
			continue;
		offer = offer_value(opts, &words);
		tkt_buf_printf(out, "	%s:--%s", cmd, opts->name);
		if (opts->letter)
			tkt_buf_printf(out, "|%s:-%c", cmd, opts->letter);
		tkt_buf_puts(out, ")");
		actions(out, offer, words.ptr, "");
		tkt_buf_puts(out, " return ;;\n");
	}
	tkt_buf_release(&words);
}

static void names(struct tkt_buf *out, const struct opt *opts)
{
	for (; opts->name; opts++)
		tkt_buf_printf(out, " --%s", opts->name);
}

void completion_bash(struct tkt_buf *out)
{
	struct tkt_buf words = TKT_BUF_INIT;
	const struct opt *o;

	tkt_buf_puts(out, head);
	tkt_buf_puts(out, "		");
	for (o = cmd_globals; o->name; o++)
		if (offer_takes_value(o) && strcmp(o->name, "directory") != 0 && strcmp(o->name, "root") != 0)
			tkt_buf_printf(out, "--%s|", o->name);
	tkt_buf_truncate(out, out->len - 1);
	tkt_buf_puts(out, ") ((i++)) ;;\n		-*|=) ;;\n		*) cmd=${COMP_WORDS[i]}; break ;;\n"
		     "		esac\n	done\n	local commands='");
	for (size_t i = 0; cmd_table[i]; i++)
		if (!(cmd_table[i]->needs & CMD_HIDDEN))
			tkt_buf_printf(out, "%s%s", i ? " " : "", cmd_table[i]->name);
	tkt_buf_puts(out, "'\n	case $cmd in\n");
	for (size_t i = 0; cmd_table[i]; i++)
		if (cmd_table[i]->aliases)
			tkt_buf_printf(out, "	%s) cmd=%s ;;\n", cmd_table[i]->aliases, cmd_table[i]->name);
	tkt_buf_puts(out, "	esac\n	case $cmd:$prev in\n");
	for (size_t i = 0; cmd_table[i]; i++)
		values(out, cmd_table[i]->name, cmd_table[i]->opts);
	values(out, "*", cmd_globals);
	tkt_buf_puts(out, "	esac\n	case $cmd:$cur in\n");
	for (size_t i = 0; cmd_table[i]; i++) {
		tkt_buf_printf(out, "	%s:-*) _tkt_words '", cmd_table[i]->name);
		names(out, cmd_table[i]->opts);
		names(out, cmd_globals);
		tkt_buf_puts(out, "' ;;\n");
	}
	tkt_buf_puts(out, "	:-*) _tkt_words '");
	names(out, cmd_globals);
	tkt_buf_puts(out, "' ;;\n	:*) _tkt_words \"$commands\" ;;\n");
	for (size_t i = 0; cmd_table[i]; i++) {
		enum offer offer = offer_operand(cmd_table[i], &words);

		tkt_buf_printf(out, "	%s:*)", cmd_table[i]->name);
		if (offer == OFFER_FILES && *cmd_table[i]->operands == 'R')
			actions(out, OFFER_REFS, "", "");
		actions(out, offer, words.ptr, offer_scope(cmd_table[i]));
		tkt_buf_puts(out, " return ;;\n");
	}
	tkt_buf_puts(out, "	esac\n}\n\ncomplete -o nosort -F _tkt tkt 2>/dev/null || complete -F _tkt tkt\n");
	tkt_buf_release(&words);
}
