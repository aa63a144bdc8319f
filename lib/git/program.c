/* git/program: the engine that is the program `git`, by argv. What the repository or the user configured must
 * not run anything, nor change what is said; only whose repositories are trusted (safe.directory) stays git's
 * and the user's own business. */
#include "git/program_int.h"

#include <stdlib.h>

#include "base/mem.h"

enum { READ_BYTES = 256 * 1024 };

/* Where git looks and what it says is ours to choose: `git rev-parse --local-env-vars` and its like. Where it
 * finds the user's own configuration is not. */
static const char *const unset[] = {
	"GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE",
	"GIT_INDEX_VERSION", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_QUARANTINE_PATH", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_*",
	"GIT_CONFIG_VALUE_*", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_INTERNAL_*",
	"GIT_SHALLOW_FILE", "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM",
	"GIT_TRACE*", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_LITERAL_PATHSPECS",
	"GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_ATTR_SOURCE",
	"GIT_REF_PARANOIA", "GIT_PAGER_IN_USE", "GIT_ADVICE", "GIT_DEFAULT_HASH", "LANGUAGE", "LC_*", NULL
};

/* GIT_FLUSH: history comes by the buffer, not commit by commit, each of which would wake us up. */
static const char *const set[] = {
	"GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C", "GIT_GRAFT_FILE=/dev/null",
	"GIT_NO_REPLACE_OBJECTS=1", "GIT_REF_PARANOIA=1", "GIT_FLUSH=0"
};
/* A partial clone fetches what it lacks, and a remote may be any program: no transport is allowed, or only
 * those. */
static const char *const no_fetch[] = { "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1" };
static const char *const may_fetch[] = {
	"GIT_ALLOW_PROTOCOL=file:git:http:https:ssh", "GIT_NO_LAZY_FETCH=0"
};

static const char *const global[] = {
	"--no-pager", "--no-replace-objects", "--literal-pathspecs",
	"-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.bareRepository=explicit",
	"-c", "log.showSignature=false", "-c", "core.quotePath=true", "-c", "advice.graftFileDeprecated=false",
	"-c", "gc.auto=0", "-c", "maintenance.auto=false", NULL
};

struct words { /* borrowed; NULL ends */
	const char **items;
	size_t n, cap;
};

static void push(struct words *v, const char *word)
{
	TKT_GROW(v);
	v->items[v->n++] = word;
}

static void push_all(struct words *v, const char *const *more)
{
	for (; more && *more; more++)
		push(v, *more);
}

int tkt_program_open(struct tkt_program *p, struct tkt_proc **out, const struct tkt_program_run *run,
		     struct tkt_error *err)
{
	const char *const *transports = run->fetch ? may_fetch : no_fetch;
	struct words args = { NULL, 0, 0 }, env = { NULL, 0, 0 };
	const struct tkt_strv *trusted = p->g->opts.trusted;
	struct tkt_proc_how how = { .unset = unset, .stop = p->g->opts.stop };
	char *file = run->index_file ? tkt_asprintf("GIT_INDEX_FILE=%s", run->index_file) : NULL;
	int code;

	push(&args, p->g->opts.program);
	push(&args, "-C");
	push(&args, p->g->facts.top);
	push_all(&args, global);
	for (size_t i = 0; trusted && i < trusted->n; i++) {
		push(&args, "-c");
		push(&args, trusted->items[i]);
	}
	push_all(&args, run->args);
	push_all(&args, run->more);
	push(&args, NULL);
	for (size_t i = 0; i < TKT_LEN(set); i++)
		push(&env, set[i]);
	push(&env, transports[0]);
	push(&env, transports[1]);
	push(&env, file);
	push(&env, NULL);
	how.set = env.items;
	code = tkt_proc_open(out, (char *const *)(uintptr_t)args.items, &how, err);
	free(file);
	free(env.items);
	free(args.items);
	return code;
}

int tkt_program_run(struct tkt_program *p, const struct tkt_program_run *run, int *status,
		    struct tkt_buf *words, struct tkt_error *err)
{
	struct tkt_proc *proc;
	char *bytes = NULL;
	size_t got = 1;
	int closed, code = tkt_program_open(p, &proc, run, err);

	if (code)
		return code;
	bytes = tkt_malloc(READ_BYTES);
	tkt_proc_tell(proc, run->input, run->input_n);
	tkt_proc_told_all(proc);
	while (!code && got) {
		code = tkt_proc_read(proc, bytes, READ_BYTES, &got, err);
		if (!code && got && run->take)
			code = run->take(run->payload, bytes, got, err);
	}
	closed = tkt_proc_close(proc, status, words, code ? NULL : err);
	free(bytes);
	return code ? code : closed;
}

int tkt_program_keep(void *payload, const char *bytes, size_t n, struct tkt_error *err)
{
	(void)err;
	tkt_buf_add(payload, bytes, n);
	return 0;
}

int tkt_program_failed(const struct tkt_program *p, const char *what, int status, const char *words,
		       struct tkt_error *err)
{
	static const char *const heads[] = { "fatal: ", "error: " };
	const char *top = p->g->facts.top;

	if (strstr(words, "dubious ownership") || strstr(words, "unsafe repository")) {
		int code = tkt_error_set(err, TKT_EIO,
					 "git does not trust the repository '%s': somebody else owns it", top);

		tkt_error_hint(err, "if you do: git config --global --add safe.directory '%s'", top);
		return code;
	}
	for (size_t i = 0; i < TKT_LEN(heads); i++)
		if (tkt_starts_with(words, heads[i]))
			words += strlen(heads[i]);
	if (!words[0])
		return tkt_error_set(err, TKT_EIO, "git cannot %s: it ended with status %d", what, status);
	return tkt_error_set(err, TKT_EIO, "git cannot %s: %.*s", what, (int)strcspn(words, "\n"), words);
}

/* --- the engine -------------------------------------------------------------------------------- */

static void close_program(void *self)
{
	struct tkt_program *p = self;

	tkt_program_hang_up(p, NULL);
	tkt_program_end_diff(p);
	free(p->inbox);
	free(p->name);
	free(p);
}

static const char *name_of(void *self)
{
	static const char *const args[] = { "version", NULL };
	struct tkt_program *p = self;
	struct tkt_buf out = TKT_BUF_INIT;
	const struct tkt_program_run run = { .args = args, .take = tkt_program_keep, .payload = &out };
	const char *version = out.ptr;
	int status = -1;

	if (p->name)
		return p->name;
	if (tkt_program_run(p, &run, &status, NULL, NULL) == 0 && status == 0) {
		version = out.ptr;
		if (tkt_starts_with(version, "git version "))
			version += strlen("git version ");
	}
	p->name = *version ? tkt_asprintf("git %.*s", (int)strcspn(version, "\n"), version) : tkt_strdup("git");
	tkt_buf_release(&out);
	return p->name;
}

/* Does git find the very repository that we found, and does it trust it? */
static int check(struct tkt_program *p, struct tkt_error *err)
{
	static const char *const args[] = { "rev-parse", "--absolute-git-dir", NULL };
	struct tkt_buf out = TKT_BUF_INIT, words = TKT_BUF_INIT;
	const struct tkt_program_run run = { .args = args, .take = tkt_program_keep, .payload = &out };
	struct stat ours, its;
	int status = -1, code = tkt_program_run(p, &run, &status, &words, err);

	if (!code && status) {
		code = tkt_program_failed(p, "open the repository", status, words.ptr, err);
	} else if (!code) {
		while (out.len && out.ptr[out.len - 1] == '\n')
			tkt_buf_truncate(&out, out.len - 1);
		if (stat(out.ptr, &its) != 0 || stat(p->g->facts.git_dir, &ours) != 0 ||
		    its.st_dev != ours.st_dev || its.st_ino != ours.st_ino)
			code = tkt_error_set(err, TKT_EIO, "git finds another repository than '%s': '%s'",
					     p->g->facts.git_dir, out.ptr);
	}
	tkt_buf_release(&out);
	tkt_buf_release(&words);
	return code;
}

int tkt_git_program_start(struct tkt_git *g, struct tkt_error *err)
{
	static const struct tkt_git_engine_ops ops = {
		.name = name_of,
		.close = close_program,
		.refs = tkt_program_refs,
		.walk = tkt_program_walk,
		.resolve = tkt_program_resolve,
		.object = tkt_program_object,
		.index = tkt_program_index,
		.diff = tkt_program_diff,
		.symbolic = tkt_program_symbolic,
	};
	struct tkt_program *p;
	int code;

	if (!g->opts.program) {
		code = tkt_error_set(err, TKT_EIO, "git is not on this machine");
		tkt_error_hint(err, "install git");
		return code;
	}
	p = tkt_calloc(1, sizeof *p);
	p->g = g;
	code = check(p, err);
	if (code) {
		close_program(p);
		return code;
	}
	g->ops = &ops;
	g->self = p;
	return 0;
}
