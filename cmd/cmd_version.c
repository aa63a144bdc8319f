/* tkt version */
#include "cmd.h"

#include "out.h"

static const struct opt opts[] = { OPT_END };

static int run(struct cli *c, void *args, struct tkt_error *err)
{
	struct tkt_json *data;

	(void)args;
	(void)err;
	if (c->view != VIEW_JSON) {
		tkt_buf_puts(&c->out, "tkt " TKT_VERSION "\n");
		return 0;
	}
	data = tkt_json_object();
	tkt_json_set(data, "version", tkt_json_string(TKT_VERSION));
	tkt_json_set(data, "json_schema", tkt_json_int(1));
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
