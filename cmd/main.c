/* main: global options, dispatch, exit status, standard output checked. */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"
#include "ops/links.h"
#include "out.h"
#include "sys/proc.h"
#include "term.h"

#define LOCK_TIMEOUT_MS 10000

static volatile sig_atomic_t caught; /* the one mutable thing at file scope: the signal that came */

int cli_status(enum tkt_code code)
{
	switch (code) {
	case TKT_OK:
		return 0;
	case TKT_ENO:
		return 1;
	case TKT_EUSAGE:
		return 2;
	case TKT_ENOTFOUND:
	case TKT_EAMBIGUOUS:
		return 3;
	case TKT_ECONFLICT:
	case TKT_ELOCKED:
	case TKT_EEXISTS:
		return 4;
	case TKT_EINVALID:
		return 5;
	case TKT_EIO:
		return 6;
	}
	return 6;
}

static void on_signal(int number)
{
	caught = number;
}

void cli_hold_signals(void)
{
	struct sigaction act;

	/* Once: the next one finds the default again, so that nobody has to wait for a lock. */
	memset(&act, 0, sizeof act);
	act.sa_handler = on_signal;
	act.sa_flags = (int)((unsigned)SA_RESTART | (unsigned)SA_RESETHAND);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
}

/* Descriptors 0 to 2 must be taken, or a file of ours would become "standard output". A closed
 * standard output is opened for reading only: writing to it fails, as it should. */
static void take_std_fds(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", fd == 1 ? O_RDONLY : O_RDWR);
}

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		bytes += done;
		n -= (size_t)done;
	}
	return 0;
}

#define STREAM_BYTES (64 * 1024)

int cli_flush(struct cli *c, struct tkt_error *err)
{
	progress_end(c);
	if (c->out.len && !c->write_errno && write_all(STDOUT_FILENO, c->out.ptr, c->out.len) < 0) {
		c->write_errno = errno;
		if (c->write_errno == EPIPE) { /* the reader has seen enough; SIGPIPE was ignored by our parent */
			tkt_buf_reset(&c->out);
			signal(SIGPIPE, SIG_DFL);
			raise(SIGPIPE);
		}
	}
	tkt_buf_reset(&c->out);
	return c->write_errno ? tkt_error_sys(err, c->write_errno, "cannot write standard output") : 0;
}

void cli_stream(struct cli *c)
{
	if (c->out.len >= STREAM_BYTES && !c->out_tty)
		cli_flush(c, NULL); /* what fails is told by the last one */
}

void cli_err_write(struct cli *c, const char *bytes, size_t n)
{
	cli_flush(c, NULL);
	(void)write_all(STDERR_FILENO, bytes, n);
}

static int change_directory(struct cli *c, struct tkt_error *err)
{
	const char *dir = c->g.dir;

	c->g.dir = NULL; /* another one behind the command goes on from here */
	if (!dir || chdir(dir) == 0)
		return 0;
	if (errno == ENOENT || errno == ENOTDIR)
		return tkt_error_set(err, TKT_ENOTFOUND, "no such directory '%s'", dir);
	return tkt_error_sys(err, errno, "cannot go to '%s'", dir);
}

static int need_cwd(struct cli *c, struct tkt_error *err)
{
	if (c->cwd)
		return 0;
	c->cwd = getcwd(NULL, 0);
	if (!c->cwd)
		return tkt_error_sys(err, errno, "cannot tell the working directory");
	return 0;
}

/* A root below the working directory is named as one would type it. */
static const char *shorten(const struct cli *c, const char *path)
{
	size_t n = strlen(c->cwd);

	if (n > 1 && tkt_starts_with(path, c->cwd) && path[n] == '/' && path[n + 1])
		return path + n + 1;
	return path;
}

int cli_open(struct cli *c, cli_open_fn open, struct tkt_error *err)
{
	struct tkt_buf root = TKT_BUF_INIT;
	struct tkt_open_opts opts;
	const char *variable = env_get("WORK_ITEMS_DIR");
	const char *sync = env_get("TKT_FSYNC"), *index = env_get("TKT_INDEX");
	int code = 0;

	memset(&opts, 0, sizeof opts);
	if (c->g.root) {
		opts.root = c->g.root;
		c->root_source = "--root";
	} else if (variable) {
		opts.root = variable;
		c->root_source = "WORK_ITEMS_DIR";
	} else {
		code = tkt_root_find(&root, c->cwd, err);
		if (code)
			goto out;
		opts.root = shorten(c, root.ptr);
		c->root_source = "search";
	}
	opts.cwd = c->cwd;
	opts.author = c->cmd->needs & NEED_AUTHOR ? env_author(c) : NULL;
	opts.now = c->now;
	opts.stop = &caught;
	opts.no_sync = sync && strcmp(sync, "off") == 0;
	opts.no_index = index && strcmp(index, "off") == 0;
	opts.progress = progress_wanted(c) ? progress_show : NULL;
	opts.payload = c;
	opts.lock_timeout_ms = c->g.lock_timeout < 0 ? LOCK_TIMEOUT_MS :
		c->g.lock_timeout > 86400 ? 86400000U : (unsigned)c->g.lock_timeout * 1000U;
	if (c->cmd->needs & NEED_GIT)
		code = env_git(c, &opts.git, err);
	if (!code)
		code = open(&c->project, &opts, err);
	if (!code && c->g.verbose && c->view != VIEW_JSON)
		cli_warn(c, "root is '%s' (%s)", c->project->root, c->root_source);
out:
	tkt_buf_release(&root);
	return code;
}

/* People do comment in the middle of a rebase; they should know where it will end up. */
static void warn_busy(struct cli *c)
{
	const char *what = tkt_project_busy(c->project);

	if (what)
		cli_warn(c, "a %s is under way here: what you write now becomes part of it", what);
}

static int satisfy(struct cli *c, struct tkt_error *err)
{
	int code = env_now(&c->now, err);

	if (!code)
		code = need_cwd(c, err);
	if (!code && (c->cmd->needs & NEED_ROOT))
		code = cli_open(c, tkt_project_open, err);
	if (!code && (c->cmd->needs & NEED_EMBED))
		code = env_embed(c, err);
	if (!code && (c->cmd->needs & NEED_WRITE) == NEED_WRITE && !c->g.quiet)
		warn_busy(c);
	return code;
}

static int run(struct cli *c, int argc, char **argv, struct tkt_error *err)
{
	const struct cmd *cmd = c->cmd;
	void *args = tkt_calloc(1, cmd->args_size ? cmd->args_size : 1);
	int code;

	opt_init(cmd->opts, args);
	code = opt_parse(c, cmd, argc, argv, args, err);
	if (!code)
		code = change_directory(c, err);
	if (!code)
		code = term_init(c, err);
	if (!code && c->g.help) {
		help_command(c, cmd);
	} else if (!code) {
		if (cmd->needs & (NEED_ROOT | NEED_AUTHOR | NEED_CWD))
			code = satisfy(c, err);
		if (!code)
			code = cmd->run(c, args, err);
		input_settle(c, code, err);
	}
	opt_release(cmd->opts, args);
	if (cmd->max != 0)
		tkt_strv_release((void *)((char *)args + cmd->operand_off));
	free(args);
	return code;
}

/* `tkt name` runs tkt-name from PATH. Comes back only when there is none. */
static void try_plugin(struct cli *c, const char *name, char **argv, struct tkt_error *err)
{
	struct tkt_buf program = TKT_BUF_INIT, path = TKT_BUF_INIT;

	for (const char *s = name; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '-' && *s != '_')
			return;
	tkt_buf_printf(&program, "tkt-%s", name);
	if (tkt_proc_find(&path, program.ptr, getenv("PATH"))) {
		if (c->g.root)
			setenv("WORK_ITEMS_DIR", c->g.root, 1);
		if (c->g.author)
			setenv("TKT_AUTHOR", c->g.author, 1);
		argv[0] = program.ptr;
		execv(path.ptr, argv);
		tkt_error_sys(err, errno, "cannot run '%s'", path.ptr);
	}
	tkt_buf_release(&program);
	tkt_buf_release(&path);
}

static int dispatch(struct cli *c, int argc, char **argv, struct tkt_error *err)
{
	const char *name, *nearest;
	int used = 0;
	int code = opt_parse_globals(c, argc, argv, &used, err);

	if (!code)
		code = change_directory(c, err);
	if (code)
		return code;
	argc -= used;
	argv += used;
	name = c->g.version ? "version" : argc ? argv[0] : "help";
	if (c->g.help && !argc)
		c->g.help = false; /* tkt -h: the overview, not the help of help */
	c->cmd = cmd_find(name);
	if (c->cmd)
		return c->g.version ? run(c, 0, argv, err) : run(c, argc ? argc - 1 : 0, argv + !!argc, err);
	try_plugin(c, name, argv, err);
	nearest = cmd_nearest(name);
	tkt_error_set(err, TKT_EUSAGE, "there is no command '%s'", name);
	if (nearest)
		tkt_error_hint(err, "did you mean 'tkt %s'? 'tkt help' lists the commands", nearest);
	else
		tkt_error_hint(err, "'tkt help' lists the commands");
	return err->code;
}

/* An error before the options were understood still answers in JSON when that was asked for. */
static void look_for_json(struct cli *c, int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0 || tkt_starts_with(argv[i], "--json="))
			c->g.json = true;
}

static int finish(struct cli *c, int code, struct tkt_error *err)
{
	struct tkt_error flush = TKT_ERROR_INIT;
	int status = cli_status((enum tkt_code)code);

	progress_end(c);
	if (err->code)
		out_error(c, err);
	if (!c->out_tty || !c->cmd || !(c->cmd->needs & CMD_PAGER) || term_page(c) != 0)
		cli_flush(c, &flush);
	if (flush.code) {
		if (!code && c->cmd && (c->cmd->needs & NEED_AUTHOR)) /* who repeats it, doubles it */
			tkt_error_hint(&flush, "the change itself was made; do not repeat it");
		c->g.json = false;
		out_error(c, &flush);
		status = cli_status(flush.code);
	}
	if (c->late.len)
		(void)write_all(STDERR_FILENO, c->late.ptr, c->late.len);
	tkt_error_release(&flush);
	return status;
}

static void release(struct cli *c)
{
	tkt_project_free(c->project);
	env_embed_free(c);
	opt_release(cmd_globals, &c->g);
	tkt_buf_release(&c->out);
	tkt_buf_release(&c->late);
	tkt_buf_release(&c->draft);
	tkt_buf_release(&c->git_program);
	free(c->git_main);
	tkt_strv_release(&c->git_trusted);
	tkt_buf_release(&c->draft_start);
	tkt_json_free(c->warnings);
	free(c->cwd);
	free(c->author);
	free(c->query);
}

int main(int argc, char **argv)
{
	struct cli c;
	struct tkt_error err = TKT_ERROR_INIT;
	const char *name = argc > 0 && argv[0] ? argv[0] : "tkt";
	const char *slash = strrchr(name, '/');
	int status, code;

	memset(&c, 0, sizeof c);
	tkt_buf_init(&c.out);
	tkt_buf_init(&c.late);
	tkt_buf_init(&c.draft);
	tkt_buf_init(&c.git_program);
	tkt_buf_init(&c.draft_start);
	opt_init(cmd_globals, &c.g);
	take_std_fds();
	signal(SIGXFSZ, SIG_IGN); /* a file over the limit is a write that fails, not the end */
	if (strcmp(slash ? slash + 1 : name, "tickets.sh") == 0) {
		status = compat_main(&c, argc, argv);
		if (cli_flush(&c, &err) != 0)
			status = 1;
	} else {
		argc -= argc > 0;
		code = dispatch(&c, argc, argv + 1, &err);
		if (code == TKT_EUSAGE || !c.cmd)
			look_for_json(&c, argc, argv + 1);
		status = finish(&c, code, &err);
	}
	tkt_error_release(&err);
	release(&c);
	if (caught) {
		signal(caught, SIG_DFL);
		raise(caught);
	}
	return status;
}
