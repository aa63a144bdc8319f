/* git/discover: where the repository is, and what its files say without an engine. */
#include "git/git_int.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/file.h"
#include "sys/io.h"

enum { LINK_FILE_MAX = 64 * 1024, CONFIG_MAX = 4 * 1024 * 1024 };

bool tkt_git_slurp(const char *path, size_t max, struct tkt_buf *out, struct stat *st)
{
	int fd = tkt_io_open_any(path, O_RDONLY | O_NONBLOCK);
	struct stat own;
	bool good;

	tkt_buf_reset(out);
	if (fd < 0)
		return false;
	good = tkt_io_fstat(fd, &own) == 0 && S_ISREG(own.st_mode) && tkt_fd_slurp(fd, max, out, NULL) == 0;
	tkt_io_close(fd);
	if (good && st)
		*st = own;
	return good;
}

char *tkt_git_first_line(const char *path)
{
	struct tkt_buf text = TKT_BUF_INIT;
	char *line = NULL;

	if (tkt_git_slurp(path, LINK_FILE_MAX, &text, NULL)) {
		tkt_buf_truncate(&text, strcspn(text.ptr, "\r\n"));
		line = tkt_buf_detach(&text);
	}
	tkt_buf_release(&text);
	return line;
}

char *tkt_git_path_in(const char *path, const char *head, const char *base)
{
	char *line = tkt_git_first_line(path), *out = NULL;

	if (line && tkt_starts_with(line, head)) {
		const char *target = line + strlen(head);

		target += strspn(target, " \t");
		if (*target)
			out = *target == '/' ? tkt_strdup(target) : tkt_asprintf("%s/%s", base, target);
	}
	free(line);
	return out;
}

bool tkt_git_read_head(const char *git_dir, char **ref, struct tkt_oid *oid)
{
	char *path = tkt_asprintf("%s/HEAD", git_dir), *line;
	char link[PATH_MAX];
	ssize_t n = readlink(path, link, sizeof link - 1);
	const char *name;
	bool good = false;

	*ref = NULL;
	memset(oid, 0, sizeof *oid);
	/* git once made HEAD a link to the branch's file, and still reads such. */
	if (n > 0) {
		link[n] = '\0';
		if (tkt_starts_with(link, "refs/")) {
			*ref = tkt_strdup(link);
			free(path);
			return true;
		}
	}
	line = tkt_git_first_line(path);
	if (line && tkt_starts_with(line, "ref:")) {
		name = line + 4 + strspn(line + 4, " \t");
		good = tkt_starts_with(name, "refs/");
		if (good)
			*ref = tkt_strndup(name, strcspn(name, " \t"));
	} else if (line) {
		good = tkt_oid_parse(oid, line, strcspn(line, " \t"));
	}
	free(line);
	free(path);
	return good;
}

/* --- finding it -------------------------------------------------------------------------------- */

static char *real(const char *path)
{
	char *r = realpath(path, NULL), *out = tkt_strdup_null(r);

	free(r);
	return out;
}

static bool is_dir(const char *dir, const char *name)
{
	char *path = tkt_asprintf("%s/%s", dir, name);
	struct stat st;
	bool yes = stat(path, &st) == 0 && S_ISDIR(st.st_mode);

	free(path);
	return yes;
}

static bool is_there(const char *dir, const char *name)
{
	char *path = tkt_asprintf("%s/%s", dir, name);
	struct stat st;
	bool yes = lstat(path, &st) == 0;

	free(path);
	return yes;
}

/* What git takes for one: HEAD, and objects and refs, here or in the common directory. */
static char *common_of(const char *git_dir)
{
	char *path = tkt_asprintf("%s/commondir", git_dir);
	char *to = tkt_git_path_in(path, "", git_dir), *out;
	char *ref = NULL;
	struct tkt_oid oid;

	out = real(to ? to : git_dir);
	free(to);
	free(path);
	if (out &&
	    (!is_dir(out, "objects") || !is_dir(out, "refs") || !tkt_git_read_head(git_dir, &ref, &oid))) {
		free(out);
		out = NULL;
	}
	free(ref);
	return out;
}

/* 0 with git_dir set or not; TKT_EIO: .git is a file that leads to no repository. */
static int look_here(struct tkt_git_facts *f, const char *at, struct tkt_error *err)
{
	char *dot = tkt_asprintf("%s/.git", *at == '/' && !at[1] ? "" : at), *to = NULL, *dir = NULL;
	struct stat st;
	int code = 0;

	if (stat(dot, &st) == 0 && S_ISREG(st.st_mode)) {
		to = tkt_git_path_in(dot, "gitdir:", at);
		dir = to ? real(to) : NULL;
		if (dir)
			f->common_dir = common_of(dir);
		if (!f->common_dir)
			code = tkt_error_set(err, TKT_EIO, "'%s' leads to no git repository", dot);
	} else if (stat(dot, &st) == 0 && S_ISDIR(st.st_mode)) {
		dir = real(dot);
		if (dir)
			f->common_dir = common_of(dir);
	}
	if (f->common_dir) {
		f->git_dir = dir;
		f->top = tkt_strdup(at);
		dir = NULL;
	}
	free(dir);
	free(to);
	free(dot);
	return code;
}

static int find(struct tkt_git_facts *f, const char *dir, struct tkt_error *err)
{
	char *at = real(dir), *whole;
	int code = 0;

	if (!at)
		return tkt_error_sys(err, errno, "cannot look at '%s'", dir);
	whole = tkt_strdup(at);
	for (;;) {
		char *slash = strrchr(at, '/');

		code = look_here(f, at, err);
		if (code || f->top || !slash || !slash[1])
			break;
		slash[slash == at] = '\0';
	}
	if (f->top) {
		size_t n = strlen(f->top);

		n += n > 1 && whole[n] == '/';
		f->prefix = tkt_strdup(whole + n);
	} else if (!code) {
		code = tkt_error_set(err, TKT_ENOTFOUND, "'%s' lies in no git repository", dir);
	}
	free(whole);
	free(at);
	return code;
}

/* --- its configuration --------------------------------------------------------------------------- */

static bool is(struct tkt_str s, const char *word)
{
	return s.len == strlen(word) && strncasecmp(s.ptr, word, s.len) == 0;
}

/* One line of a section. A value that is guessed wrongly only chooses the engine. */
static void note(struct tkt_git_facts *f, struct tkt_str section, struct tkt_str line)
{
	const char *eq = memchr(line.ptr, '=', line.len);
	struct tkt_str key = line, value = { "true", 4 };

	if (eq) {
		key.len = (size_t)(eq - line.ptr);
		value = tkt_str_trim((struct tkt_str){ eq + 1, line.len - key.len - 1 });
		key = tkt_str_trim(key);
		if (value.len > 1 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"')
			value = (struct tkt_str){ value.ptr + 1, value.len - 2 };
	}
	if (is(section, "extensions")) {
		if (is(key, "objectformat"))
			f->sha256 = is(value, "sha256");
		else if (is(key, "refstorage"))
			f->reftable = is(value, "reftable");
		else if (is(key, "partialclone"))
			f->partial = value.len > 0;
	} else if (section.len > 6 && strncasecmp(section.ptr, "remote", 6) == 0) {
		if (is(key, "promisor"))
			f->partial |=
				!is(value, "false") && !is(value, "no") && !is(value, "off") && !is(value, "0");
		else if (is(key, "partialclonefilter"))
			f->partial = true;
	}
}

static void read_config(struct tkt_git_facts *f)
{
	char *path = tkt_asprintf("%s/config", f->common_dir);
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_str line, section = { "", 0 };
	size_t pos = 0;

	tkt_git_slurp(path, CONFIG_MAX, &text, NULL);
	while (tkt_str_line((struct tkt_str){ text.ptr, text.len }, &pos, &line)) {
		line = tkt_str_trim(line);
		if (line.len && line.ptr[0] == '[') {
			const char *end = memchr(line.ptr, ']', line.len);

			if (!end)
				continue;
			section = tkt_str_trim((struct tkt_str){ line.ptr + 1, (size_t)(end - line.ptr) - 1 });
			line.len -= (size_t)(end + 1 - line.ptr);
			line.ptr = end + 1;
			line = tkt_str_trim(line);
		}
		if (line.len && line.ptr[0] != '#' && line.ptr[0] != ';')
			note(f, section, line);
	}
	tkt_buf_release(&text);
	free(path);
}

static bool has_bytes(const char *dir, const char *name)
{
	char *path = tkt_asprintf("%s/%s", dir, name);
	struct stat st;
	bool yes = stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;

	free(path);
	return yes;
}

int tkt_git_open(struct tkt_git **out, const char *dir, const struct tkt_git_opts *opts, struct tkt_error *err)
{
	struct tkt_git *g = tkt_calloc(1, sizeof *g);
	struct tkt_git_facts *f = &g->facts;
	int code = find(f, dir, err);

	if (code) {
		tkt_git_free(g);
		return code;
	}
	g->opts = *opts;
	read_config(f);
	f->linked = strcmp(f->git_dir, f->common_dir) != 0;
	f->shallow = has_bytes(f->common_dir, "shallow");
	f->grafts = has_bytes(f->common_dir, "info/grafts");
	f->reftable |= is_there(f->common_dir, "reftable/tables.list");
	*out = g;
	return 0;
}

const struct tkt_git_facts *tkt_git_facts(const struct tkt_git *g)
{
	return &g->facts;
}
