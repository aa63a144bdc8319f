/* opt: arguments -> a fresh args struct, by the option tables. */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"

struct parse { /* one walk over the arguments */
	struct cli *c;
	const struct cmd *cmd; /* NULL: globals before the command */
	void *args;
	int argc, i;           /* argv[i] is looked at */
	char **argv;
};

/* Where the value of an option lands: options of the command first, then the globals. */
struct target {
	const struct opt *opt;
	void *base;
};

static void *slot(const struct target *t)
{
	return (char *)t->base + t->opt->offset;
}

void opt_init(const struct opt *opts, void *args)
{
	for (; opts->name; opts++)
		if (opts->type == OPT_NUMBER)
			*(long *)(void *)((char *)args + opts->offset) = -1;
}

void opt_release(const struct opt *opts, void *args)
{
	for (; opts->name; opts++) {
		void *at = (char *)args + opts->offset;

		if (opts->type == OPT_LIST || opts->type == OPT_COMMAS)
			tkt_strv_release(at);
		else if (opts->type == OPT_JSON)
			tkt_strv_release(&((struct globals *)args)->fields);
	}
}

static bool name_is(const char *name, const char *s, size_t n)
{
	return strlen(name) == n && memcmp(name, s, n) == 0;
}

static bool find_in(const struct opt *opts, void *base, const char *name, size_t n, char letter,
		    struct target *t)
{
	for (; opts->name; opts++) {
		if (name ? name_is(opts->name, name, n) : opts->letter && opts->letter == letter) {
			t->opt = opts;
			t->base = base;
			return true;
		}
	}
	return false;
}

static bool find(struct parse *p, const char *name, size_t n, char letter, struct target *t)
{
	return (p->cmd && find_in(p->cmd->opts, p->args, name, n, letter, t)) ||
	       find_in(cmd_globals, &p->c->g, name, n, letter, t);
}

static void nearest_in(const struct opt *opts, const char *name, const char **best, size_t *least)
{
	for (; opts->name; opts++) {
		size_t d = tkt_str_distance(name, opts->name);

		if (tkt_starts_with(opts->name, name) && strlen(name) > 2)
			d = 1;
		if (d < *least) {
			*least = d;
			*best = opts->name;
		}
	}
}

static int unknown(struct parse *p, const char *arg, size_t n, struct tkt_error *err)
{
	char *name = tkt_strndup(arg, n);
	const char *best = NULL;
	size_t least = strlen(name) > 6 ? 4 : 3;

	tkt_error_set(err, TKT_EUSAGE, "unknown option '%s'", name);
	if (tkt_starts_with(name, "--")) {
		if (p->cmd)
			nearest_in(p->cmd->opts, name + 2, &best, &least);
		nearest_in(cmd_globals, name + 2, &best, &least);
	}
	if (best)
		tkt_error_hint(err, "did you mean '--%s'?", best);
	else if (p->cmd)
		tkt_error_hint(err, "'tkt %s -h' lists the options; text that starts with '-' goes after '--'",
			       p->cmd->name);
	else
		tkt_error_hint(err, "see 'tkt help'");
	free(name);
	return TKT_EUSAGE;
}

static void add_commas(struct tkt_strv *list, const char *value)
{
	struct tkt_str part;
	const char *end;

	do {
		end = strchr(value, ',');
		part.ptr = value;
		part.len = end ? (size_t)(end - value) : strlen(value);
		part = tkt_str_trim(part);
		if (part.len)
			tkt_strv_push_n(list, part.ptr, part.len);
		value = end ? end + 1 : value;
	} while (end);
}

static bool word_in(const char *words, const char *value)
{
	size_t n = strlen(value);

	while (*words) {
		size_t len = strcspn(words, " ");

		if (len == n && memcmp(words, value, n) == 0)
			return true;
		words += len + strspn(words + len, " ");
	}
	return false;
}

static int set_number(long *at, const char *name, const char *value, struct tkt_error *err)
{
	char *end;

	errno = 0;
	*at = strtol(value, &end, 10);
	if (errno || end == value || *end || *at < 0)
		return tkt_error_set(err, TKT_EUSAGE, "'--%s' needs a number, not '%s'", name, value);
	return 0;
}

static int set_value(const struct target *t, const char *value, struct tkt_error *err)
{
	const struct opt *o = t->opt;

	switch (o->type) {
	case OPT_FLAG:
		*(bool *)slot(t) = true;
		return 0;
	case OPT_JSON:
		*(bool *)slot(t) = true;
		if (value)
			add_commas(&((struct globals *)t->base)->fields, value);
		return 0;
	case OPT_PRESET:
		*(const char **)slot(t) = o->words;
		return 0;
	case OPT_CHOICE:
		if (!word_in(o->words, value)) {
			tkt_error_set(err, TKT_EUSAGE, "'--%s' cannot be '%s'", o->name, value);
			tkt_error_hint(err, "it is one of: %s", o->words);
			return TKT_EUSAGE;
		}
		*(const char **)slot(t) = value;
		return 0;
	case OPT_STRING:
		*(const char **)slot(t) = value;
		return 0;
	case OPT_LIST:
		tkt_strv_push(slot(t), value);
		return 0;
	case OPT_COMMAS:
		add_commas(slot(t), value);
		return 0;
	case OPT_NUMBER:
		return set_number(slot(t), o->name, value, err);
	}
	return 0;
}

static bool takes_value(const struct opt *o)
{
	return o->type != OPT_FLAG && o->type != OPT_PRESET && o->type != OPT_JSON;
}

/* The value behind an option: what was glued to it, else the next argument. */
static int need_value(struct parse *p, const struct opt *o, const char **value, struct tkt_error *err)
{
	if (*value)
		return 0;
	if (p->i + 1 >= p->argc) {
		tkt_error_set(err, TKT_EUSAGE, "'--%s' needs a value: %s", o->name, o->value);
		return TKT_EUSAGE;
	}
	*value = p->argv[++p->i];
	return 0;
}

static int long_option(struct parse *p, const char *arg, struct tkt_error *err)
{
	size_t n = strcspn(arg + 2, "=");
	const char *value = arg[2 + n] == '=' ? arg + 3 + n : NULL;
	struct target t;
	int code;

	if (!find(p, arg + 2, n, 0, &t))
		return unknown(p, arg, n + 2, err);
	if (value && !takes_value(t.opt) && t.opt->type != OPT_JSON)
		return tkt_error_set(err, TKT_EUSAGE, "'--%s' takes no value", t.opt->name);
	if (takes_value(t.opt)) {
		code = need_value(p, t.opt, &value, err);
		if (code)
			return code;
	}
	return set_value(&t, value, err);
}

/* -q, -qv, -pP1, -p P1, -p=P1 */
static int short_options(struct parse *p, const char *arg, struct tkt_error *err)
{
	struct target t;
	const char *value;
	int code;

	for (const char *s = arg + 1; *s; s++) {
		if (!find(p, NULL, 0, *s, &t)) {
			char shown[3] = { '-', *s, '\0' };

			return unknown(p, s == arg + 1 ? arg : shown, s == arg + 1 ? strlen(arg) : 2, err);
		}
		if (!takes_value(t.opt)) {
			code = set_value(&t, NULL, err);
			if (code)
				return code;
			continue;
		}
		value = s[1] == '=' ? s + 2 : s[1] ? s + 1 : NULL;
		code = need_value(p, t.opt, &value, err);
		return code ? code : set_value(&t, value, err);
	}
	return 0;
}

/* Is an argument that starts with '-' an operand here? */
static bool is_operand(const struct parse *p, const char *arg, size_t operands)
{
	if (arg[0] != '-' || !arg[1])
		return true;
	if (arg[1] == '-')
		return false;
	if ((p->cmd->needs & CMD_DASH_WORDS) && operands > 0)
		return true;
	/* In a query -word is "not word"; -n5 is what it looks like. */
	return (p->cmd->needs & CMD_QUERY) && arg[2] &&
	       (arg[1] != 'n' || arg[2 + strspn(arg + 2, "0123456789")]);
}

static int check_count(const struct parse *p, size_t n, const char *last, struct tkt_error *err)
{
	const struct cmd *cmd = p->cmd;

	if (p->c->g.help)
		return 0;
	if (n < (size_t)cmd->min) {
		tkt_error_set(err, TKT_EUSAGE, "'tkt %s' needs %s", cmd->name, cmd->operands);
		tkt_error_hint(err, "usage: tkt %s %s%s; 'tkt %s -h' says more", cmd->name, cmd->operands,
			       cmd->opts->name ? " [options]" : "", cmd->name);
		return TKT_EUSAGE;
	}
	if (cmd->max >= 0 && n > (size_t)cmd->max) {
		tkt_error_set(err, TKT_EUSAGE, "too many arguments for 'tkt %s': '%s'", cmd->name, last);
		tkt_error_hint(err, "usage: tkt %s%s%s%s; put text with blanks in quotes", cmd->name,
			       *cmd->operands ? " " : "", cmd->operands,
			       cmd->opts->name ? " [options]" : "");
		return TKT_EUSAGE;
	}
	return 0;
}

int opt_parse(struct cli *c, const struct cmd *cmd, int argc, char **argv, void *args,
	      struct tkt_error *err)
{
	struct parse p = { c, cmd, args, argc, 0, argv };
	struct tkt_strv none = TKT_STRV_INIT;
	struct tkt_strv *words = cmd->max == 0 ? &none : (void *)((char *)args + cmd->operand_off);
	bool raw = (cmd->needs & CMD_RAW) != 0;
	int code = 0;

	for (; !code && p.i < argc; p.i++) {
		const char *arg = argv[p.i];

		if (raw || is_operand(&p, arg, words->n))
			tkt_strv_push(words, arg);
		else if (strcmp(arg, "--") == 0)
			raw = true;
		else if (arg[1] == '-')
			code = long_option(&p, arg, err);
		else
			code = short_options(&p, arg, err);
	}
	if (!code)
		code = check_count(&p, words->n, words->n ? words->items[words->n - 1] : "", err);
	tkt_strv_release(&none);
	return code;
}

int opt_parse_globals(struct cli *c, int argc, char **argv, int *used, struct tkt_error *err)
{
	struct parse p = { c, NULL, NULL, argc, 0, argv };
	int code = 0;

	for (; !code && p.i < argc; p.i++) {
		const char *arg = argv[p.i];

		if (arg[0] != '-' || !arg[1] || strcmp(arg, "--") == 0)
			break;
		code = arg[1] == '-' ? long_option(&p, arg, err) : short_options(&p, arg, err);
	}
	*used = p.i;
	return code;
}

int opt_statuses(const struct tkt_strv *names, unsigned *bits, struct tkt_error *err)
{
	enum tkt_status status;

	for (size_t i = 0; i < names->n; i++) {
		if (strcmp(names->items[i], "all") == 0) {
			*bits |= (1U << TKT_STATUS_N) - 1;
		} else if (tkt_status_find(names->items[i], &status)) {
			*bits |= 1U << status;
		} else {
			tkt_error_set(err, TKT_EUSAGE, "there is no status '%s'", names->items[i]);
			tkt_error_hint(err, "it is open, pending, closed or all");
			return TKT_EUSAGE;
		}
	}
	return 0;
}
