/* git/hooks: what stands in the slots, and what is to be done about it. */
#include "git/hooks_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sys/file.h"
#include "sys/io.h"

static const char *const names[TKT_HOOKS_N] = {
	"prepare-commit-msg", "commit-msg", "post-commit", "post-merge", "post-rewrite", "pre-push",
};

const char *tkt_hook_state_name(enum tkt_hook_state state)
{
	static const char *const words[] = { "free", "installed", "chained", "outdated", "other", "managed" };

	return words[state];
}

const char *tkt_hook_step_name(enum tkt_hook_step step)
{
	static const char *const words[] = { "nothing", "kept", "written", "chained", "renewed",
					     "removed", "restored", "left", "managed" };

	return words[step];
}

/* --- our script ------------------------------------------------------------------------------------ */

#define HEAD "#!/bin/sh\n# tkt hook "
#define VERSION "1"
#define DIGEST 16

static void script_body(struct tkt_buf *out, const char *name)
{
	bool quiet = strncmp(name, "post-", 5) == 0;
	bool blocks = strcmp(name, "commit-msg") == 0 || strcmp(name, "pre-push") == 0;

	tkt_buf_printf(out,
		       "# What was here before is %s" TKT_HOOK_BEFORE " and runs first. tkt itself stops git only where its settings\n"
		       "# say so; TKT_HOOKS=0 leaves it out. tkt-hooks(1)\n"
		       "before=${0%%.legacy}" TKT_HOOK_BEFORE "\n"
		       "if [ -x \"$before\" ]; then\n"
		       "\t\"$before\" \"$@\" || exit\n"
		       "fi\n"
		       "[ \"${TKT_HOOKS:-}\" != 0 ] || exit 0\n"
		       "tkt=$(command -v tkt 2>/dev/null) || exit 0\n"
		       "case $tkt in /*) ;; *) exit 0 ;; esac\n"
		       "\"$tkt\" hook %s \"$@\" </dev/null%s\n"
		       "%s"
		       "exit 0\n",
		       name, name, quiet ? " >/dev/null 2>&1" : "", blocks ? "[ $? -ne 1 ] || exit 1\n" : "");
}

static void digest_of(const char *text, size_t n, char out[41])
{
	tkt_git_blob_hex(text, n, out);
	out[DIGEST] = '\0';
}

void tkt_hook_script(struct tkt_buf *out, const char *name)
{
	struct tkt_buf body = TKT_BUF_INIT;
	char digest[41];

	script_body(&body, name);
	digest_of(body.ptr, body.len, digest);
	tkt_buf_printf(out, HEAD VERSION " %s: written by 'tkt hooks install', taken away by 'tkt hooks uninstall'.\n%s",
		       digest, body.ptr);
	tkt_buf_release(&body);
}

/* Of a text: ours of any version has its own digest in the second line. */
static enum tkt_hook_owner owner_of_text(const struct tkt_buf *text, const char *name)
{
	struct tkt_buf now = TKT_BUF_INIT;
	enum tkt_hook_owner owner = TKT_OWNER_CHANGED;
	const char *p = text->ptr + sizeof HEAD - 1, *end;
	char digest[41];

	if (text->len < sizeof HEAD - 1 || memcmp(text->ptr, HEAD, sizeof HEAD - 1) != 0)
		return TKT_OWNER_OTHER;
	p += strspn(p, "0123456789");
	end = strchr(p, '\n');
	if (*p == ' ' && end && (size_t)(end - p) > DIGEST) {
		digest_of(end + 1, text->len - (size_t)(end + 1 - text->ptr), digest);
		if (memcmp(p + 1, digest, DIGEST) == 0)
			owner = TKT_OWNER_OLD;
	}
	tkt_hook_script(&now, name);
	if (now.len == text->len && memcmp(now.ptr, text->ptr, now.len) == 0)
		owner = TKT_OWNER_CURRENT;
	tkt_buf_release(&now);
	return owner;
}

int tkt_hook_owner(int dirfd, const char *file, const char *name, enum tkt_hook_owner *out, struct stat *st,
		   struct tkt_error *err)
{
	struct tkt_buf text = TKT_BUF_INIT;
	struct stat mine;
	int rc;

	*out = TKT_OWNER_NONE;
	if (tkt_io_stat(dirfd, file, st ? st : &mine) < 0)
		return errno == ENOENT ? 0 : tkt_error_sys(err, errno, "cannot look at the hook '%s'", file);
	*out = TKT_OWNER_OTHER;
	if (!S_ISREG((st ? st : &mine)->st_mode))
		return 0;
	/* What cannot be read is somebody's: ours can. */
	rc = tkt_file_read(dirfd, file, TKT_HOOK_MAX, &text, NULL, NULL);
	if (!rc)
		*out = owner_of_text(&text, name);
	tkt_buf_release(&text);
	return 0;
}

/* --- the slots ------------------------------------------------------------------------------------- */

struct slot {
	enum tkt_hook_owner here, before;
	bool file;  /* what is here is a file or a link: can be moved */
	bool twins; /* both names are one file: somebody was killed between link and rename */
	bool still; /* ours, but not executable: git does not run it */
};

static bool is_ours(enum tkt_hook_owner owner)
{
	return owner == TKT_OWNER_CURRENT || owner == TKT_OWNER_OLD;
}

static void plan_install(struct tkt_hook *h, const struct slot *s)
{
	if (h->state == TKT_HOOK_MANAGED) {
		h->install = TKT_HOOK_TELL;
	} else if (s->here == TKT_OWNER_NONE) {
		h->install = TKT_HOOK_WRITE;
	} else if (is_ours(s->here)) {
		h->install = s->here == TKT_OWNER_CURRENT && !is_ours(s->before) && !s->still ? TKT_HOOK_KEEP : TKT_HOOK_RENEW;
	} else if (s->here == TKT_OWNER_CHANGED) {
		h->install = TKT_HOOK_LEAVE;
		h->why = "tkt's script was changed by hand";
	} else if (!s->file) {
		h->install = TKT_HOOK_LEAVE;
		h->why = "what is there is no file";
	} else if (h->aside) { /* if what is there runs it, both would run each other for ever */
		h->install = TKT_HOOK_LEAVE;
		h->why = "somebody has moved tkt's script aside";
	} else if (s->before == TKT_OWNER_NONE || is_ours(s->before) || s->twins) {
		h->install = TKT_HOOK_CHAIN;
	} else {
		h->install = TKT_HOOK_LEAVE;
		h->why = "somebody has put another hook in the place of tkt's, and the one that was there first is still "
			 "kept beside it";
	}
}

static void plan_uninstall(struct tkt_hook *h, const struct slot *s)
{
	bool kept = s->before == TKT_OWNER_OTHER || s->before == TKT_OWNER_CHANGED;

	if (is_ours(s->here) || s->here == TKT_OWNER_NONE) {
		h->uninstall = kept ? TKT_HOOK_RESTORE :
			       s->here == TKT_OWNER_NONE && s->before == TKT_OWNER_NONE ? TKT_HOOK_NOTHING : TKT_HOOK_REMOVE;
	} else if (s->here == TKT_OWNER_CHANGED) {
		h->uninstall = TKT_HOOK_LEAVE;
		h->why = "tkt's script was changed by hand";
	} else if (h->aside) {
		h->uninstall = kept ? TKT_HOOK_RESTORE : TKT_HOOK_REMOVE;
	} else if (is_ours(s->before) || s->twins) {
		h->uninstall = TKT_HOOK_REMOVE; /* only what lies beside it */
	} else if (kept) {
		h->uninstall = TKT_HOOK_LEAVE;
		h->why = "somebody has put another hook in the place of tkt's, and the one that was there first is still "
			 "kept beside it";
	} else {
		h->uninstall = TKT_HOOK_NOTHING;
	}
}

static enum tkt_hook_state state_of(const struct slot *s)
{
	switch (s->here) {
	case TKT_OWNER_NONE:
		return TKT_HOOK_FREE;
	case TKT_OWNER_CURRENT:
		return s->still || is_ours(s->before) ? TKT_HOOK_OUTDATED :
		       s->before == TKT_OWNER_NONE    ? TKT_HOOK_INSTALLED :
							TKT_HOOK_CHAINED;
	case TKT_OWNER_OLD:
		return TKT_HOOK_OUTDATED;
	case TKT_OWNER_CHANGED:
	case TKT_OWNER_OTHER:
		break;
	}
	return TKT_HOOK_OTHER;
}

/* Managers that came after us have moved our script: pre-commit to NAME.legacy, which it runs first, lefthook to NAME.old, where
 * it only keeps it; both give it back its name when they go. */
static void look_aside(struct tkt_hook *h, int fd)
{
	static const char *const suffixes[] = { ".legacy", ".old" };

	for (size_t i = 0; !h->aside && i < TKT_LEN(suffixes); i++) {
		enum tkt_hook_owner owner;
		char *file = tkt_asprintf("%s%s", h->name, suffixes[i]);

		if (tkt_hook_owner(fd, file, h->name, &owner, NULL, NULL) == 0 && is_ours(owner)) {
			h->aside = tkt_strdup(file);
			h->named = i == 0;
		}
		free(file);
	}
}

static int look_slot(struct tkt_hook *h, int fd, const char *dir, const char *manager, struct tkt_error *err)
{
	char *beside = tkt_asprintf("%s" TKT_HOOK_BEFORE, h->name);
	struct tkt_buf text = TKT_BUF_INIT;
	struct slot s = { TKT_OWNER_NONE, TKT_OWNER_NONE, false, false, false };
	struct stat here, before;
	int rc = 0;

	h->path = tkt_asprintf("%s/%s", dir, h->name);
	if (fd >= 0)
		rc = tkt_hook_owner(fd, h->name, h->name, &s.here, &here, err);
	if (!rc && fd >= 0)
		rc = tkt_hook_owner(fd, beside, h->name, &s.before, &before, err);
	if (!rc) {
		s.file = s.here != TKT_OWNER_NONE && (S_ISREG(here.st_mode) || S_ISLNK(here.st_mode));
		s.twins = s.here != TKT_OWNER_NONE && s.before != TKT_OWNER_NONE && here.st_ino == before.st_ino &&
			  here.st_dev == before.st_dev;
		s.still = is_ours(s.here) && !(here.st_mode & 0111);
		h->state = state_of(&s);
		if (s.before == TKT_OWNER_OTHER || s.before == TKT_OWNER_CHANGED)
			h->before = tkt_asprintf("%s/%s", dir, beside);
		if (s.here == TKT_OWNER_OTHER && tkt_hook_text(h->path, &text))
			h->manager = tkt_hook_manager_of_text(text.ptr, text.len);
		if (!h->manager && (s.here == TKT_OWNER_OTHER || s.here == TKT_OWNER_NONE))
			h->manager = manager;
		if (h->manager)
			h->state = TKT_HOOK_MANAGED;
		if (s.here == TKT_OWNER_OTHER)
			look_aside(h, fd);
		plan_install(h, &s);
		plan_uninstall(h, &s);
	}
	tkt_buf_release(&text);
	free(beside);
	return rc;
}

/* core.hooksPath: git looks nowhere else. */
static void look_elsewhere(struct tkt_hooks *out, const char *manager)
{
	for (size_t i = 0; i < TKT_HOOKS_N; i++) {
		struct tkt_hook *h = &out->items[i];
		const char *husky = strstr(out->hooks_path, "/.husky/_");

		h->state = TKT_HOOK_MANAGED;
		h->manager = manager;
		h->named = false;
		h->install = TKT_HOOK_TELL;
		h->why = h->uninstall == TKT_HOOK_LEAVE ? h->why : NULL;
		free(h->path);
		/* husky 9 has its own runners in .husky/_; a person's lines stand in .husky. */
		if (husky && strcmp(husky, "/.husky/_") == 0)
			h->path = tkt_asprintf("%.*s/%s", (int)(husky - out->hooks_path + 7), out->hooks_path, h->name);
		else
			h->path = tkt_asprintf("%s/%s", out->hooks_path, h->name);
	}
}

/* A managed hook, or what a manager's hook leads to, may call us already. */
static void look_calls(struct tkt_hooks *out, const char *top)
{
	for (size_t i = 0; i < TKT_HOOKS_N; i++) {
		struct tkt_hook *h = &out->items[i];
		struct tkt_buf text = TKT_BUF_INIT;
		const char *file = NULL;
		struct stat st;
		char *path = NULL, *call = tkt_asprintf("tkt hook %s", h->name);

		if (h->state == TKT_HOOK_MANAGED)
			tkt_hook_line(out, i, &text, &file);
		if (file)
			path = file[0] == '/' ? tkt_strdup(file) : tkt_asprintf("%s/%s", top, file);
		tkt_buf_reset(&text);
		if (path && tkt_hook_text(path, &text))
			h->named = h->named || memmem(text.ptr, text.len, call, strlen(call)) != NULL;
		free(path);
		path = tkt_asprintf("%s/%s", out->hooks_path ? out->hooks_path : out->dir, h->name);
		h->calls = h->named && tkt_io_stat(AT_FDCWD, path, &st) == 0 && (st.st_mode & 0111); /* a link has all bits */
		free(path);
		free(call);
		tkt_buf_release(&text);
	}
}

/* Another directory than our own? Absolute, owned; NULL: not set, or the same one. */
static char *other_path(const char *dir, const char *top, const char *hooks_path)
{
	struct stat a, b;
	char *path;

	if (!hooks_path)
		return NULL;
	path = hooks_path[0] == '/' ? tkt_strdup(hooks_path) : tkt_asprintf("%s/%s", top, hooks_path);
	for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
		path[n - 1] = '\0';
	if (strcmp(path, dir) == 0 || (tkt_io_stat(AT_FDCWD, path, &a) == 0 && S_ISDIR(a.st_mode) &&
				       tkt_io_stat(AT_FDCWD, dir, &b) == 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev)) {
		free(path);
		return NULL;
	}
	return path;
}

int tkt_hooks_look(struct tkt_hooks *out, const struct tkt_git_facts *facts, const char *hooks_path, struct tkt_error *err)
{
	const char *manager = tkt_hook_manager_of_tree(facts->top);
	struct stat st;
	int fd = -1, rc = 0;

	memset(out, 0, sizeof *out);
	out->common_dir = tkt_strdup(facts->common_dir);
	out->dir = tkt_asprintf("%s/hooks", facts->common_dir);
	out->manager_file = manager ? tkt_hook_manager_file(facts->top, manager) : NULL;
	out->hooks_path = other_path(out->dir, facts->top, hooks_path);
	if (tkt_io_stat(AT_FDCWD, out->dir, &st) < 0) {
		if (errno != ENOENT)
			rc = tkt_error_sys(err, errno, "cannot look at '%s'", out->dir);
	} else if (!S_ISDIR(st.st_mode)) {
		manager = S_ISLNK(st.st_mode) && !manager ? "link" : manager ? manager : "core.hooksPath";
	} else {
		rc = tkt_dir_open(&fd, out->dir, err);
	}
	for (size_t i = 0; i < TKT_HOOKS_N; i++)
		out->items[i].name = names[i];
	for (size_t i = 0; !rc && i < TKT_HOOKS_N; i++)
		rc = look_slot(&out->items[i], fd, out->dir, manager, err);
	if (!rc && out->hooks_path)
		look_elsewhere(out, strstr(out->hooks_path, "/.husky") ? "husky" :
			       manager && strcmp(manager, "link") != 0 ? manager : "core.hooksPath");
	if (!rc)
		look_calls(out, facts->top);
	if (fd >= 0)
		tkt_io_close(fd);
	if (rc)
		tkt_hooks_release(out);
	return rc;
}

void tkt_hooks_release(struct tkt_hooks *h)
{
	for (size_t i = 0; i < TKT_HOOKS_N; i++) {
		free(h->items[i].path);
		free(h->items[i].before);
		free(h->items[i].aside);
	}
	free(h->dir);
	free(h->hooks_path);
	free(h->common_dir);
	memset(h, 0, sizeof *h);
}
