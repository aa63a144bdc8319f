/* input: text from -m, --file, standard input or the user's editor. */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"
#include "sys/file.h"
#include "sys/proc.h"
#include "text/thread.h"

#define CUT_LINE "<!-- Everything below this line is left out. An empty text aborts. -->"

static void ignore_signal(int number)
{
	(void)number; /* a handler and not SIG_IGN: the editor must not inherit it */
}

/* The editor as the user named it; what git's configuration says is git's to read (it checks whose it is). */
static char *editor_words(const struct cli *c)
{
	static const char *const names[] = { "TKT_EDITOR", "GIT_EDITOR", "VISUAL", "EDITOR" };
	char *words;

	for (size_t i = 0; i < TKT_LEN(names); i++)
		if (env_get(names[i]))
			return tkt_strdup(env_get(names[i]));
	words = env_git_editor(c->cwd);
	return words ? words : tkt_strdup("vi");
}

int input_editor(struct cli *c, const char *path, struct tkt_error *err)
{
	char *words = editor_words(c);
	char *script = tkt_asprintf("%s \"$@\"", words); /* as git does: the file is "$1", never part of it */
	char *file = tkt_strdup(path);
	char shell[] = "/bin/sh", flag[] = "-c";
	char *argv[] = { shell, flag, script, words, file, NULL };
	struct sigaction act, before;
	int status = 0, code;

	memset(&act, 0, sizeof act);
	act.sa_handler = ignore_signal;
	sigaction(SIGINT, &act, &before);
	code = cli_flush(c, err);
	if (!code)
		code = tkt_proc_run(argv, NULL, 0, &status, err);
	sigaction(SIGINT, &before, NULL);
	if (!code && status != 0) {
		code = tkt_error_set(err, TKT_EIO, "the editor '%s' failed with status %d", words, status);
		tkt_error_hint(err, "set TKT_EDITOR or EDITOR, or give the text with -m or --file");
	}
	free(words);
	free(script);
	free(file);
	return code;
}

int input_draft(struct cli *c, const char *head, const void *bytes, size_t n, struct tkt_buf *path,
		struct tkt_error *err)
{
	int fd = tkt_store_fd(c->project->store);
	struct tkt_buf name = TKT_BUF_INIT, fresh = TKT_BUF_INIT;
	int code = tkt_dir_make(fd, ".tkt", err);
	mode_t mask;

	if (!code && !tkt_file_exists(fd, ".tkt/.gitignore"))
		(void)tkt_file_create(fd, ".tkt/.gitignore", "*\n", 2, false, NULL);
	tkt_tmp_name(&fresh, head);
	tkt_buf_printf(&name, ".tkt/%s.md", fresh.ptr);
	mask = umask(077); /* nobody else's business before it is written */
	if (!code)
		code = tkt_file_create(fd, name.ptr, bytes, n, false, err);
	umask(mask);
	tkt_buf_release(&fresh);
	tkt_buf_reset(path);
	tkt_buf_printf(path, "%s/%s", c->project->root, name.ptr);
	tkt_buf_release(&name);
	return code;
}

static void trim(struct tkt_buf *b)
{
	const char *cut = strstr(b->ptr, CUT_LINE);
	size_t blank = 0;

	if (cut)
		tkt_buf_truncate(b, (size_t)(cut - b->ptr));
	while (b->len && strchr(" \t\r\n", b->ptr[b->len - 1]))
		tkt_buf_truncate(b, b->len - 1);
	while (blank < b->len && (b->ptr[blank] == '\n' || b->ptr[blank] == '\r'))
		blank++;
	if (blank) {
		memmove(b->ptr, b->ptr + blank, b->len - blank);
		tkt_buf_truncate(b, b->len - blank);
	}
}

static int from_editor(struct cli *c, const char *head, struct tkt_buf *out, struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT, start = TKT_BUF_INIT;
	int code;

	tkt_buf_printf(&start, "%s\n\n%s\n", head, CUT_LINE);
	code = input_draft(c, "text", start.ptr, start.len, &path, err);
	if (!code)
		code = input_editor(c, path.ptr, err);
	if (!code)
		code = tkt_file_slurp(path.ptr, TKT_EVENT_MAX, out, err);
	if (!code)
		trim(out);
	if (*path.ptr)
		unlink(path.ptr);
	tkt_buf_release(&path);
	tkt_buf_release(&start);
	return code;
}

static int from_file(const char *file, struct tkt_buf *out, struct tkt_error *err)
{
	int code;

	if (strcmp(file, "-") == 0) {
		code = tkt_fd_slurp(STDIN_FILENO, TKT_EVENT_MAX, out, err);
		tkt_error_at(err, "standard input", 0);
		return code;
	}
	return tkt_file_slurp(file, TKT_EVENT_MAX, out, err);
}

static bool is_blank(const struct tkt_buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (!strchr(" \t\r\n", b->ptr[i]) || !b->ptr[i])
			return false;
	return true;
}

int input_text(struct cli *c, const struct input_req *req, struct tkt_buf *out, bool *given,
	       struct tkt_error *err)
{
	const struct tkt_strv *messages = req->messages;
	int code = 0;

	*given = true;
	tkt_buf_reset(out);
	if (messages && messages->n && req->file)
		return tkt_error_set(err, TKT_EUSAGE, "either -m or --file, not both");
	if (messages && messages->n) {
		for (size_t i = 0; i < messages->n; i++) {
			tkt_buf_puts(out, i ? "\n\n" : "");
			tkt_buf_puts(out, messages->items[i]);
		}
	} else if (req->file) {
		code = from_file(req->file, out, err);
	} else if (req->optional && !req->editor_head) {
		*given = false;
		return 0;
	} else if (req->editor_head && (c->in_tty || req->optional)) {
		code = from_editor(c, req->editor_head, out, err);
	} else {
		code = from_file("-", out, err);
	}
	if (!code && is_blank(out)) {
		code = tkt_error_set(err, TKT_ENO, "nothing written: the text is empty");
		if (!req->file && !(messages && messages->n))
			tkt_error_hint(err, "give it with -m TEXT, --file FILE or on standard input");
	}
	return code;
}
