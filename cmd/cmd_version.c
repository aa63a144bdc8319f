/* tkt version */
#include "cmd.h"

#include "out.h"
#include "text/json.h"
#include "text/markdown.h"
#include "text/yaml.h"

static const struct opt opts[] = { OPT_END };

static int run(struct cli *c, void *args, struct tkt_error *err)
{
	struct tkt_json *data, *libraries;

	(void)args;
	(void)err;
	if (c->view != VIEW_JSON) {
		tkt_buf_puts(&c->out, "tkt " TKT_VERSION "\n");
		return 0;
	}
	data = tkt_json_object();
	tkt_json_set(data, "version", tkt_json_string(TKT_VERSION));
	tkt_json_set(data, "json_schema", tkt_json_int(1));
	libraries = tkt_json_object();
	tkt_json_set(libraries, "libyaml", tkt_json_string(tkt_yaml_version()));
	tkt_json_set(libraries, "cmark", tkt_json_string(tkt_markdown_version()));
	tkt_json_set(libraries, "jansson", tkt_json_string(tkt_json_version()));
	tkt_json_set(data, "libraries", libraries);
	out_json(c, "version", data);
	return 0;
}

const struct cmd cmd_version = {
	.name = "version",
	.group = GROUP_MORE,
	.operands = "",
	.opts = opts,
	.summary = "print the version",
	.examples = "tkt version --json",
	.run = run,
};
