/* env_git: values of git's configuration, read straight from its files: starting git costs more than
 * the whole of most commands. Where a file includes others, or the configuration comes by a
 * variable of git's own, git is asked. */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"
#include "sys/file.h"
#include "sys/proc.h"

#define CONFIG_MAX (1024 * 1024)

enum answer { ANSWER_NONE, ANSWER_FOUND, ANSWER_ASK };

/* The value of a line behind its '=': quotes, escapes and comments as git reads them. */
static char *read_value(struct tkt_str s)
{
	struct tkt_buf out = TKT_BUF_INIT;
	bool quoted = false;
	size_t keep = 0; /* trailing blanks outside quotes do not count */

	s = tkt_str_trim(s);
	for (size_t i = 0; i < s.len; i++) {
		char ch = s.ptr[i];

		if (ch == '"') {
			quoted = !quoted;
			continue;
		}
		if (!quoted && (ch == '#' || ch == ';'))
			break;
		if (ch == '\\' && i + 1 < s.len) {
			ch = s.ptr[++i];
			ch = ch == 'n' ? '\n' : ch == 't' ? '\t' : ch == 'b' ? '\b' : ch;
		}
		tkt_buf_putc(&out, ch);
		if (quoted || (ch != ' ' && ch != '\t'))
			keep = out.len;
	}
	tkt_buf_truncate(&out, keep);
	return tkt_buf_detach(&out);
}

static bool same_word(struct tkt_str s, const char *word, size_t n)
{
	return s.len == n && strncasecmp(s.ptr, word, n) == 0;
}

/* Looks through one file; key is "section.name". The last value counts. */
static enum answer scan(struct tkt_str text, const char *key, char **value)
{
	const char *dot = strchr(key, '.');
	struct tkt_str line;
	bool inside = false;
	size_t pos = 0;

	while (tkt_str_line(text, &pos, &line)) {
		line = tkt_str_trim(line);
		if (line.len && line.ptr[0] == '[') {
			const char *end = memchr(line.ptr, ']', line.len);
			struct tkt_str head = { line.ptr + 1, end ? (size_t)(end - line.ptr) - 1 : 0 };

			if (head.len >= 7 && strncasecmp(head.ptr, "include", 7) == 0)
				return ANSWER_ASK;
			inside = same_word(head, key, (size_t)(dot - key));
			if (!end)
				continue;
			line.len -= (size_t)(end + 1 - line.ptr);
			line.ptr = end + 1;
			line = tkt_str_trim(line);
		}
		if (inside && line.len && line.ptr[0] != '#' && line.ptr[0] != ';') {
			const char *eq = memchr(line.ptr, '=', line.len);
			struct tkt_str name = { line.ptr, eq ? (size_t)(eq - line.ptr) : line.len };

			if (!same_word(tkt_str_trim(name), dot + 1, strlen(dot + 1)))
				continue;
			if (line.ptr[line.len - 1] == '\\')
				return ANSWER_ASK; /* goes on in the next line */
			free(*value); /* a name alone is a yes */
			*value = eq ? read_value((struct tkt_str){ eq + 1, line.len - name.len - 1 }) : tkt_strdup("true");
		}
	}
	return *value ? ANSWER_FOUND : ANSWER_NONE;
}

static enum answer scan_file(const char *path, const char *key, char **value)
{
	struct tkt_buf text = TKT_BUF_INIT;
	enum answer answer = ANSWER_NONE;
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    tkt_file_slurp(path, CONFIG_MAX, &text, NULL) == 0)
		answer = scan((struct tkt_str){ text.ptr, text.len }, key, value);
	tkt_buf_release(&text);
	return answer;
}

static enum answer scan_path(const char *dir, const char *rest, const char *key, char **value)
{
	char *path = tkt_asprintf("%s/%s", dir, rest);
	enum answer answer = scan_file(path, key, value);

	free(path);
	return answer;
}

/* First line of a file like .git ("gitdir: PATH") or commondir, resolved against base. Owned or NULL. */
static char *read_link_file(const char *path, const char *head, const char *base)
{
	struct tkt_buf text = TKT_BUF_INIT;
	char *out = NULL;

	if (tkt_file_slurp(path, 8192, &text, NULL) == 0 && tkt_starts_with(text.ptr, head)) {
		const char *target = text.ptr + strlen(head);

		text.ptr[strcspn(text.ptr, "\r\n")] = '\0';
		target += strspn(target, " ");
		if (*target)
			out = *target == '/' ? tkt_strdup(target) : tkt_asprintf("%s/%s", base, target);
	}
	tkt_buf_release(&text);
	return out;
}

char *env_git_top(const char *dir)
{
	char *at = tkt_strdup(dir);
	struct stat st;

	for (;;) {
		char *git = tkt_asprintf("%s/.git", at);
		int found = lstat(git, &st);
		char *slash = strrchr(at, '/');

		free(git);
		if (found == 0) {
			if (!*at) { /* the work tree is the file system's root */
				free(at);
				return tkt_strdup("/");
			}
			return at;
		}
		if (!slash)
			break;
		*slash = '\0';
	}
	free(at);
	return NULL;
}

/* The directory that holds the repository's own `config`: .git, or what a worktree's .git file leads to. */
static char *common_dir(const char *cwd)
{
	const char *variable = env_get("GIT_DIR");
	char *top = variable ? NULL : env_git_top(cwd);
	char *git, *link, *file;
	struct stat st;

	if (variable)
		git = tkt_strdup(variable);
	else if (top)
		git = tkt_asprintf("%s/.git", top);
	else
		return NULL;
	if (stat(git, &st) == 0 && S_ISREG(st.st_mode)) {
		link = read_link_file(git, "gitdir:", top ? top : ".");
		free(git);
		git = link;
	}
	if (git) {
		file = tkt_asprintf("%s/commondir", git);
		link = access(file, R_OK) == 0 ? read_link_file(file, "", git) : NULL;
		free(file);
		if (link) {
			free(git);
			git = link;
		}
	}
	free(top);
	return git;
}

/* Highest priority first, so that the first file that knows the key is right. */
static enum answer look(const char *cwd, const char *key, char **value)
{
	const char *home = env_get("HOME"), *xdg = env_get("XDG_CONFIG_HOME");
	const char *global = getenv("GIT_CONFIG_GLOBAL"), *machine = getenv("GIT_CONFIG_SYSTEM");
	char *dir = common_dir(cwd);
	enum answer answer = ANSWER_NONE;

	if (getenv("GIT_CONFIG_COUNT") || getenv("GIT_CONFIG_PARAMETERS"))
		answer = ANSWER_ASK;
	if (answer == ANSWER_NONE && dir) {
		char *own = NULL;

		/* Worktrees with a configuration of their own are rare: git knows. */
		if (scan_path(dir, "config", "extensions.worktreeconfig", &own) != ANSWER_NONE)
			answer = ANSWER_ASK;
		free(own);
		if (answer == ANSWER_NONE)
			answer = scan_path(dir, "config", key, value);
	}
	if (answer == ANSWER_NONE && global)
		answer = *global ? scan_file(global, key, value) : ANSWER_NONE;
	else if (answer == ANSWER_NONE && home) {
		answer = scan_path(home, ".gitconfig", key, value);
		if (answer == ANSWER_NONE)
			answer = xdg ? scan_path(xdg, "git/config", key, value) :
				scan_path(home, ".config/git/config", key, value);
	}
	if (answer == ANSWER_NONE && !env_get("GIT_CONFIG_NOSYSTEM"))
		answer = scan_file(machine ? machine : "/etc/gitconfig", key, value);
	free(dir);
	return answer;
}

static char *ask_git(const char *key)
{
	struct tkt_buf program = TKT_BUF_INIT, out = TKT_BUF_INIT;
	char *name = tkt_strdup(key);
	char *value = NULL;
	int status = -1;

	if (tkt_proc_find(&program, "git", getenv("PATH"))) {
		char get[] = "config", end[] = "--get";
		char *argv[] = { program.ptr, get, end, name, NULL };

		if (tkt_proc_run(argv, &out, 65536, &status, NULL) == 0 && status == 0) {
			while (out.len && out.ptr[out.len - 1] == '\n')
				tkt_buf_truncate(&out, out.len - 1);
			value = tkt_buf_detach(&out);
		}
	}
	tkt_buf_release(&program);
	tkt_buf_release(&out);
	free(name);
	return value;
}

char *env_git_config(const char *cwd, const char *key)
{
	char *value = NULL;

	if (look(cwd, key, &value) == ANSWER_ASK) {
		free(value);
		value = ask_git(key);
	}
	return value;
}

bool env_git_true(const char *cwd, const char *key, bool otherwise)
{
	static const char *const no[] = { "false", "no", "off", "0", "" };
	char *value = env_git_config(cwd, key);
	bool answer = value || otherwise;

	for (size_t i = 0; value && i < TKT_LEN(no); i++)
		if (tkt_eq_nocase(value, no[i]))
			answer = false;
	free(value);
	return answer;
}

char *env_git_path(const char *cwd, const char *key)
{
	char *value = env_git_config(cwd, key), *path;
	const char *home = env_get("HOME");

	if (!value || !tkt_starts_with(value, "~/") || !home)
		return value;
	path = tkt_asprintf("%s%s", home, value + 1);
	free(value);
	return path;
}

char *env_git_editor(const char *cwd)
{
	(void)cwd;
	return ask_git("core.editor");
}

/* What GIT_CONFIG_COUNT and its like say of safe.directory: containers are told so whom to trust. Nothing else of them
 * counts for the git that reads history. */
static void read_trusted(struct tkt_strv *out)
{
	const char *count = env_get("GIT_CONFIG_COUNT");
	unsigned long n = count ? strtoul(count, NULL, 10) : 0;
	bool more = true;

	for (unsigned long i = 0; more && i < n; i++) {
		char *key = tkt_asprintf("GIT_CONFIG_KEY_%lu", i), *value = tkt_asprintf("GIT_CONFIG_VALUE_%lu", i);
		const char *name = getenv(key), *dir = getenv(value);

		free(key);
		free(value);
		more = name && dir;
		if (more && tkt_eq_nocase(name, "safe.directory")) {
			char *word = tkt_asprintf("safe.directory=%s", dir);

			tkt_strv_push(out, word);
			free(word);
		}
	}
}

int env_git(struct cli *c, struct tkt_git_opts *out, struct tkt_error *err)
{
	static const char *const engines[] = { "auto", "library", "program", "none" };
	const char *word = env_get("TKT_GIT");
	size_t engine = 0;

	while (word && engine < TKT_LEN(engines) && strcmp(word, engines[engine]) != 0)
		engine++;
	if (engine == TKT_LEN(engines))
		return tkt_error_set(err, TKT_EUSAGE, "'TKT_GIT' is auto, library, program or none, not '%s'", word);
	if (!c->git_main)
		c->git_main = env_git_config(c->cwd, "tkt.mainbranch");
	out->engine = (enum tkt_git_engine)engine;
	out->main = c->git_main;
	if (!c->git_trusted.n)
		read_trusted(&c->git_trusted);
	out->trusted = &c->git_trusted;
	out->program = tkt_proc_find(&c->git_program, "git", getenv("PATH")) ? c->git_program.ptr : NULL;
	return 0;
}
