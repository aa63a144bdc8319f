/* tkt where */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"
#include "out.h"
#include "term.h"

static const struct opt opts[] = { OPT_END };

static void line(struct cli *c, const char *name, const char *value)
{
	size_t n = strlen(name);

	if (!value)
		return;
	tkt_buf_puts(&c->out, term_on(c, PAINT_DIM));
	tkt_buf_puts(&c->out, name);
	tkt_buf_puts(&c->out, term_off(c));
	tkt_buf_pad(&c->out, ' ', n < 12 ? 12 - n : 1);
	out_field(&c->out, value);
	tkt_buf_putc(&c->out, '\n');
}

static void json(struct cli *c, const char *root, const char *top)
{
	struct tkt_json *data = tkt_json_object();

	tkt_json_set(data, "root", tkt_json_string(root));
	tkt_json_set(data, "source", tkt_json_string(c->root_source));
	tkt_json_set(data, "project", tkt_json_string(c->project->config.project));
	tkt_json_set(data, "prefix", tkt_json_string(c->project->config.prefix));
	tkt_json_set(data, "git_top", tkt_json_string(top));
	tkt_json_set(data, "author", tkt_json_string(env_author(c)));
	out_json(c, "where", data);
}

static int run(struct cli *c, void *args, struct tkt_error *err)
{
	const char *given = c->project->root;
	char *root = realpath(given, NULL);
	char *top;

	(void)args;
	if (!root)
		return tkt_error_sys(err, errno, "cannot find '%s'", given);
	top = env_git_top(root);
	if (c->view == VIEW_JSON) {
		json(c, root, top);
	} else if (c->view == VIEW_LINE && !c->g.verbose) {
		out_field(&c->out, root);
		tkt_buf_putc(&c->out, '\n');
	} else {
		line(c, "root", root);
		line(c, "found by", strcmp(c->root_source, "search") == 0 ?
		     "going up from the working directory" : c->root_source);
		line(c, "project", c->project->config.project);
		line(c, "prefix", c->project->config.prefix);
		line(c, "git", top ? top : "no repository");
		line(c, "author", env_author(c));
	}
	free(root);
	free(top);
	return 0;
}

const struct cmd cmd_where = {
	.name = "where",
	.group = GROUP_START,
	.needs = NEED_ROOT,
	.operands = "",
	.opts = opts,
	.summary = "say which directory is used, how it was found, and who you are",
	.details = "In a pipe the path alone is printed; all of it with -v.",
	.examples = "tkt where\ncd \"$(tkt where)\"",
	.run = run,
};
