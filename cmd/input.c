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

static int run_editor(struct cli *c, struct tkt_error *err)
{
	char *words = editor_words(c);
	char *script = tkt_asprintf("%s \"$@\"", words); /* as git does: the file is "$1", never part of it */
	char *file = tkt_strdup(c->draft.ptr);
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
		tkt_error_hint(err, "TKT_EDITOR or EDITOR names another one");
	}
	free(words);
	free(script);
	free(file);
	return code;
}

int input_editor(struct cli *c, size_t max, struct tkt_buf *text, struct tkt_error *err)
{
	int code = run_editor(c, err);

	if (!code && access(c->draft.ptr, F_OK) != 0)
		code = tkt_error_set(err, TKT_EIO, "the editor left no file '%s'", c->draft.ptr);
	return code ? code : tkt_file_slurp(c->draft.ptr, max, text, err);
}

int input_draft(struct cli *c, const char *head, const void *bytes, size_t n, struct tkt_error *err)
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
	if (!code) {
		tkt_buf_printf(&c->draft, "%s/%s", c->project->root, name.ptr);
		tkt_buf_add(&c->draft_start, bytes, n);
	}
	tkt_buf_release(&fresh);
	tkt_buf_release(&name);
	return code;
}

void input_settle(struct cli *c, int code, struct tkt_error *err)
{
	struct tkt_error told = TKT_ERROR_INIT;
	struct tkt_buf text = TKT_BUF_INIT;
	const char *path = c->draft.ptr;
	bool same;

	if (!c->draft.len || access(path, F_OK) != 0)
		return;
	same = tkt_file_slurp(path, TKT_ITEM_MAX, &text, NULL) == 0 && text.len == c->draft_start.len &&
	       memcmp(text.ptr, c->draft_start.ptr, text.len) == 0;
	tkt_buf_release(&text);
	if (code == 0 || code == TKT_ENO || same) {
		unlink(path);
		return;
	}
	tkt_error_set(&told, err->code, "%s", err->message ? err->message : "the change was not stored");
	if (err->file)
		tkt_error_at(&told, err->file, err->line);
	tkt_error_hint(&told, "%s%syour text is kept in '%s'", err->hint ? err->hint : "",
		       err->hint ? "; " : "", path);
	tkt_error_release(err);
	*err = told;
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
	struct tkt_buf start = TKT_BUF_INIT;
	int code;

	tkt_buf_printf(&start, "%s\n\n%s\n", head, CUT_LINE);
	code = input_draft(c, "text", start.ptr, start.len, err);
	if (!code)
		code = input_editor(c, TKT_EVENT_MAX, out, err);
	if (!code)
		trim(out);
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
