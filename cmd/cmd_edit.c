/* tkt edit */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"
#include "ops/edit.h"
#include "ops/list.h"
#include "out.h"
#include "sys/file.h"

struct edit_args {
	struct tkt_strv words, messages;
	const char *if_rev;
};

#define AT(member) offsetof(struct edit_args, member)

static const struct opt opts[] = {
	{ "message", 'm', OPT_LIST, AT(messages), "TEXT", "say why", NULL },
	{ "if-rev", 0, OPT_STRING, AT(if_rev), "REV", "only if the ticket is still at this rev (of --json)",
	  NULL },
	OPT_END,
};

/* On a terminal: what is wrong, and "again?". */
static bool again(struct cli *c, const struct tkt_error *err)
{
	static const char question[] = "Edit again? [Y/n] ";
	char answer[64];

	if (!c->in_tty || !c->err_tty || err->code != TKT_EINVALID)
		return false;
	out_error(c, err);
	cli_err_write(c, c->late.ptr, c->late.len);
	tkt_buf_reset(&c->late);
	cli_err_write(c, question, sizeof question - 1);
	if (!fgets(answer, sizeof answer, stdin))
		return false;
	return answer[0] != 'n' && answer[0] != 'N';
}

static int edit_once(struct cli *c, struct tkt_edit_item_req *req, struct tkt_changes *changes,
		     struct tkt_error *err)
{
	struct tkt_buf text = TKT_BUF_INIT;
	int code = input_editor(c, TKT_ITEM_MAX, &text, err);

	if (!code && text.len == req->old->len && memcmp(text.ptr, req->old->ptr, text.len) == 0)
		code = tkt_error_set(err, TKT_ENO, "nothing written: the text did not change");
	req->text = text.ptr;
	req->len = text.len;
	if (!code)
		code = tkt_op_edit_item(c->project, req, changes, err);
	tkt_buf_release(&text);
	return code;
}

static int edit(struct cli *c, struct tkt_edit_item_req *req, struct tkt_changes *changes, struct tkt_error *err)
{
	int code = 0;

	req->text = req->old->ptr;
	req->len = req->old->len;
	if (req->if_rev) /* nobody shall type for a ticket that is not the one they saw */
		code = tkt_op_edit_item(c->project, req, changes, err);
	if (!code)
		code = input_draft(c, "edit", req->old->ptr, req->old->len, err);
	while (!code) {
		code = edit_once(c, req, changes, err);
		if (code >= 0 || !again(c, err))
			break;
		tkt_error_release(err);
		code = 0;
	}
	return code;
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	struct edit_args *args = payload;
	struct input_req input = { &args->messages, NULL, NULL, true };
	struct tkt_edit_item_req req = { .ref = NULL };
	struct tkt_changes changes = { NULL, 0, 0 };
	struct tkt_buf comment = TKT_BUF_INIT;
	struct tkt_list list;
	bool given = false;
	int code = input_text(c, &input, &comment, &given, err);

	memset(&list, 0, sizeof list);
	if (!code)
		code = tkt_op_show(c->project, &args->words, TKT_ROW_FULL, &list, err);
	if (!code) {
		req.ref = list.rows.items[0].record.id;
		req.old = &list.rows.items[0].record.item;
		req.comment = given ? comment.ptr : NULL;
		req.if_rev = args->if_rev;
		code = edit(c, &req, &changes, err);
	}
	if (!code)
		out_changes(c, &changes, NULL);
	tkt_changes_release(&changes);
	tkt_list_release(&list);
	tkt_buf_release(&comment);
	return code;
}

const struct cmd cmd_edit = {
	.name = "edit",
	.group = GROUP_WRITE,
	.needs = NEED_WRITE,
	.operands = "REF",
	.min = 1,
	.max = 1,
	.args_size = sizeof(struct edit_args),
	.operand_off = AT(words),
	.opts = opts,
	.summary = "change a ticket's file in the editor",
	.details = "Opens a copy of item.md in TKT_EDITOR, GIT_EDITOR, VISUAL, EDITOR, git's core.editor or\n"
		   "vi. What does not read as a ticket is refused with its line, and your text is kept.",
	.examples = "tkt edit login-page\nEDITOR='code --wait' tkt edit TKT-3fa9c1b",
	.run = run,
};
