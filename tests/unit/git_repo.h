/* Real git repositories for the unit tests of lib/git: made by git itself, read by both engines. */
#ifndef TKT_TEST_GIT_REPO_H
#define TKT_TEST_GIT_REPO_H

#include "unit/sandbox.h"

#include "base/mem.h"
#include "git/git.h"

#define GIT_PROGRAM "/usr/bin/git"

/* libgit2 1.5 forgets what it matched a configuration with extensions against: 20 KB a key, once for each opening. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void); /* for its library */
const char *__lsan_default_suppressions(void)
{
	return "leak:libpcre2\n";
}

/* Nothing of the user's: before the first repository. */
static inline void repo_environment(void)
{
	static const char *const set[][2] = {
		{ "HOME", "/nonexistent" },           { "XDG_CONFIG_HOME", "/nonexistent" },
		{ "GIT_CONFIG_GLOBAL", "/dev/null" }, { "GIT_CONFIG_NOSYSTEM", "1" },
		{ "GIT_AUTHOR_NAME", "Ann Ox" },      { "GIT_AUTHOR_EMAIL", "ann@example.org" },
		{ "GIT_COMMITTER_NAME", "Bo Cow" },   { "GIT_COMMITTER_EMAIL", "bo@example.org" },
		{ "GIT_AUTHOR_DATE", "1780315200 +0200" }, { "GIT_COMMITTER_DATE", "1780318800 -0330" },
		{ "LC_ALL", "C.UTF-8" },              { "GIT_TERMINAL_PROMPT", "0" },
	};

	for (size_t i = 0; i < TKT_LEN(set); i++)
		setenv(set[i][0], set[i][1], 1);
}

/* A script in the box; it must succeed. Each call of git is a minute later than the one before. `g` is git without surprises, `new DIR` an empty repository, `c WORDS` commits all. */
static inline void repo_sh(struct box *b, const char *script)
{
	static const char head[] =
		"set -eu\n"
		"g() { T=$((T + 60)); GIT_AUTHOR_DATE=\"$((T - 7200)) +0200\"; GIT_COMMITTER_DATE=\"$T -0330\"; git -c init.defaultBranch=main -c protocol.file.allow=always -c gc.auto=0 -c core.compression=0 \"$@\"; }\n"
		"new() { g init -q \"$1\"; cd \"$1\"; }\n"
		"c() { g add -A; g commit -q --allow-empty -m \"$*\"; }\n";
	static long hours;
	struct tkt_buf text = TKT_BUF_INIT;
	char command[256];

	tkt_buf_puts(&text, head);
	tkt_buf_printf(&text, "T=%ld\n", 1780315200L + ++hours * 360000);
	tkt_buf_puts(&text, script);
	box_put(b, "script.sh", text.ptr);
	tkt_buf_release(&text);
	snprintf(command, sizeof command, "cd '%s' && sh script.sh >script.out 2>&1", b->path);
	if (system(command) != 0) {
		snprintf(command, sizeof command, "cat '%s/script.out' >&2", b->path);
		(void)!system(command);
		fail_msg("the script failed: %s", script);
	}
	unlinkat(b->fd, "script.sh", 0);
	unlinkat(b->fd, "script.out", 0);
}

/* The first line that a command prints, in a directory of the box. */
static inline const char *repo_ask(struct box *b, const char *dir, const char *command)
{
	static char line[4096];
	char whole[8192];
	FILE *f;

	snprintf(whole, sizeof whole, "cd '%s/%s' && %s", b->path, dir, command);
	f = popen(whole, "r");
	assert_non_null(f);
	line[0] = '\0';
	if (fgets(line, sizeof line, f))
		line[strcspn(line, "\n")] = '\0';
	pclose(f);
	return line;
}

static inline int repo_open(struct box *b, const char *dir, enum tkt_git_engine engine, struct tkt_git **out)
{
	static struct tkt_git_opts opts;
	char path[1024];

	opts = (struct tkt_git_opts){ .program = GIT_PROGRAM, .engine = engine };
	snprintf(path, sizeof path, "%s/%s", b->path, dir);
	return tkt_git_open(out, path, &opts, &b->err);
}

/* Opened, and the engine runs. */
static inline struct tkt_git *repo_start(struct box *b, const char *dir, enum tkt_git_engine engine)
{
	struct tkt_git *g = NULL;
	const char *name = NULL;

	if (repo_open(b, dir, engine, &g) || tkt_git_engine(g, &name, &b->err))
		fail_msg("%s: %s", dir, b->err.message);
	return g;
}

static inline struct tkt_oid repo_oid(const char *hex)
{
	struct tkt_oid oid;

	if (!tkt_oid_parse(&oid, hex, strlen(hex)))
		fail_msg("'%s' is no name of an object", hex);
	return oid;
}

#endif
