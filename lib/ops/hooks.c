/* ops/hooks: putting hooks into a repository, and taking them out. */
#include "ops/hooks.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/file.h"
#include "sys/io.h"

#define ATTRIBUTES_MAX ((size_t)1024 * 1024)

static bool names_drivers(const char *dir)
{
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_str line;
	bool item = false, thread = false;
	size_t pos = 0;
	int fd = -1;

	if (tkt_dir_open(&fd, dir, NULL) == 0 && tkt_file_read(fd, ".gitattributes", ATTRIBUTES_MAX, &text, NULL, NULL) == 0) {
		while (tkt_str_line((struct tkt_str){ text.ptr, text.len }, &pos, &line)) {
			line = tkt_str_trim(line);
			if (!line.len || line.ptr[0] == '#')
				continue;
			item = item || memmem(line.ptr, line.len, "merge=tkt-item", 14) != NULL;
			thread = thread || memmem(line.ptr, line.len, "merge=tkt-thread", 16) != NULL;
		}
	}
	if (fd >= 0)
		tkt_io_close(fd);
	tkt_buf_release(&text);
	return item && thread;
}

static enum tkt_hook_step driver_step(const struct tkt_driver *d, const struct tkt_hooks_req *req)
{
	if (req->action == TKT_HOOKS_UNINSTALL)
		return d->ours ? TKT_HOOK_REMOVE : TKT_HOOK_NOTHING;
	if (req->action != TKT_HOOKS_INSTALL || !req->drivers)
		return TKT_HOOK_NOTHING;
	return d->state == TKT_DRIVER_ABSENT ? TKT_HOOK_WRITE :
	       d->state == TKT_DRIVER_OTHER  ? TKT_HOOK_LEAVE :
					       TKT_HOOK_KEEP;
}

static void plan(struct tkt_hooks_answer *out, const struct tkt_hooks_req *req)
{
	for (size_t i = 0; i < TKT_HOOKS_N; i++) {
		const struct tkt_hook *h = &out->hooks.items[i];

		out->done[i] = req->action == TKT_HOOKS_INSTALL   ? h->install :
			       req->action == TKT_HOOKS_UNINSTALL ? h->uninstall :
								    TKT_HOOK_NOTHING;
		out->why[i] = out->done[i] == TKT_HOOK_LEAVE ? h->why : NULL;
		out->left = out->left || out->done[i] == TKT_HOOK_LEAVE;
	}
	for (size_t i = 0; i < TKT_DRIVERS_N; i++) {
		out->drivers_done[i] = driver_step(&out->drivers[i], req);
		out->left = out->left || out->drivers_done[i] == TKT_HOOK_LEAVE;
	}
}

static int look(struct tkt_hooks_answer *out, const struct tkt_hooks_req *req, const struct tkt_git_facts *facts,
		struct tkt_error *err)
{
	int rc;

	tkt_hooks_release(&out->hooks);
	tkt_drivers_release(out->drivers);
	rc = tkt_hooks_look(&out->hooks, facts, req->hooks_path, err);
	return rc ? rc : tkt_drivers_look(out->drivers, facts, req->git.program, err);
}

/* Every hook is whole by itself: what was done before a failure stays, and doing it again goes on from there. */
static int act(struct tkt_hooks_answer *out, const struct tkt_git_facts *facts, const char *program, struct tkt_error *err)
{
	int rc = 0;

	tkt_hooks_tidy(&out->hooks);
	for (size_t i = 0; !rc && i < TKT_HOOKS_N; i++)
		rc = tkt_hooks_do(&out->hooks, i, out->done[i], err);
	for (size_t i = 0; !rc && i < TKT_DRIVERS_N; i++)
		if (out->drivers_done[i] == TKT_HOOK_WRITE || out->drivers_done[i] == TKT_HOOK_REMOVE)
			rc = tkt_driver_set(&out->drivers[i], facts, program, out->drivers_done[i] == TKT_HOOK_WRITE, err);
	return rc;
}

static int no_repository(const char *dir, struct tkt_error *err)
{
	tkt_error_release(err);
	tkt_error_set(err, TKT_ENOTFOUND, "there is no git repository at '%s'", dir);
	tkt_error_hint(err, "hooks belong to a repository with a work tree: go into one, or make one with 'git init'");
	return TKT_ENOTFOUND;
}

int tkt_op_hooks(const struct tkt_hooks_req *req, struct tkt_hooks_answer *out, struct tkt_error *err)
{
	const struct tkt_git_facts *facts;
	struct tkt_git *git = NULL;
	int rc;

	memset(out, 0, sizeof *out);
	rc = tkt_git_open(&git, req->dir, &req->git, err);
	if (rc == TKT_ENOTFOUND)
		return no_repository(req->dir, err);
	if (rc)
		return rc;
	facts = tkt_git_facts(git);
	out->top = tkt_strdup(facts->top);
	rc = look(out, req, facts, err);
	if (!rc && req->drivers && !req->git.program) {
		rc = tkt_error_set(err, TKT_EIO, "cannot register merge drivers: there is no git in PATH");
		goto out;
	}
	if (rc)
		goto out;
	out->no_attributes = req->root && !names_drivers(req->root) && !names_drivers(facts->top);
	plan(out, req);
	if (!req->dry_run && req->action != TKT_HOOKS_STATUS) {
		rc = act(out, facts, req->git.program, err);
		if (!rc)
			rc = look(out, req, facts, err);
	}
out:
	if (rc)
		tkt_hooks_answer_release(out);
	tkt_git_free(git);
	return rc;
}

void tkt_hooks_answer_release(struct tkt_hooks_answer *a)
{
	free(a->top);
	tkt_hooks_release(&a->hooks);
	tkt_drivers_release(a->drivers);
	memset(a, 0, sizeof *a);
}

enum tkt_driver_state tkt_hooks_drivers(const struct tkt_hooks_answer *a)
{
	enum tkt_driver_state state = TKT_DRIVER_REGISTERED;

	for (size_t i = 0; i < TKT_DRIVERS_N; i++) {
		if (a->drivers[i].state == TKT_DRIVER_OTHER || a->drivers[i].state == TKT_DRIVER_UNKNOWN)
			return a->drivers[i].state;
		if (a->drivers[i].state == TKT_DRIVER_ABSENT)
			state = TKT_DRIVER_ABSENT;
	}
	return state;
}
