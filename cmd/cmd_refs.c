/* tkt refs: the tickets that a text names */
#include "cmd.h"

#include "out.h"
#include "sys/file.h"

#define TEXT_MAX ((size_t)64 * 1024 * 1024)

struct refs_args {
	struct tkt_strv words;
	const char *commit;
	bool closing, strict;
};

#define AT(member) offsetof(struct refs_args, member)

static const struct opt opts[] = {
	{ "commit", 'c', OPT_STRING, AT(commit), "COMMIT", "the message of a commit instead of a file", NULL },
	{ "closing", 0, OPT_FLAG, AT(closing), NULL, "only tickets that it would close", NULL },
	{ "strict", 0, OPT_FLAG, AT(strict), NULL, "status 1 if a name is unknown or ambiguous", NULL },
	OPT_END,
};

static int read_commit(struct cli *c, const char *rev, struct tkt_buf *out, struct tkt_error *err)
{
	struct tkt_git_commit commit;
	struct tkt_git *git = NULL;
	struct tkt_oid oid;
	int code = tkt_project_git(c->project, &git, err);

	if (!code)
		code = tkt_git_resolve(git, rev, &oid, err);
	if (!code)
		code = tkt_git_commit(git, &oid, &commit, err);
	if (code)
		return code;
	tkt_buf_add(out, commit.message, commit.message_len);
	tkt_git_commit_release(&commit);
	return 0;
}

static int read_text(struct cli *c, const struct refs_args *args, struct tkt_buf *out, struct tkt_error *err)
{
	const char *file = args->words.n ? args->words.items[0] : "-";
	int code;

	if (args->commit && args->words.n)
		return tkt_error_set(err, TKT_EUSAGE, "--commit and a file at once");
	if (args->commit)
		return read_commit(c, args->commit, out, err);
	if (strcmp(file, "-") != 0)
		return tkt_file_slurp(file, TEXT_MAX, out, err);
	code = tkt_fd_slurp(STDIN_FILENO, TEXT_MAX, out, err);
	tkt_error_at(err, "standard input", 0);
	return code;
}

static int run(struct cli *c, void *payload, struct tkt_error *err)
{
	const struct refs_args *args = payload;
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_refs refs;
	int code = read_text(c, args, &text, err);

	if (!code)
		code = tkt_op_refs(c->project, text.ptr, text.len, args->closing, &refs, err);
	if (!code) {
		out_refs(c, &refs);
		if (args->strict && (refs.unknown.n || refs.ambiguous.n))
			code = TKT_ENO;
		tkt_refs_release(&refs);
	}
	tkt_buf_release(&text);
	return code;
}

const struct cmd cmd_refs = {
	.name = "refs",
	.group = GROUP_GIT,
	.needs = NEED_ROOT | NEED_GIT | CMD_PAGER,
	.operands = "[FILE|-]",
	.min = 0,
	.max = 1,
	.args_size = sizeof(struct refs_args),
	.operand_off = AT(words),
	.opts = opts,
	.summary = "the tickets that a text names, and which of them it closes",
	.details = "Reads FILE, else standard input, as a commit message is read: keys and numbers\n"
		   "(TKT-3fa9c1b), TICKET: <name>, the trailers Ticket, Refs, Fixes, Closes and Resolves, and\n"
		   "'fixes TKT-...' and the like in prose.\n"
		   "In a pipe: key, id, status, way ('trailer', 'keyword', 'message', 'merge', with '!' if it\n"
		   "closes) and title, separated by tabs.",
	.examples = "git log -1 --format=%B | tkt refs\n"
		    "tkt refs --commit HEAD --closing\n"
		    "tkt refs --strict notes.txt",
	.run = run,
};
