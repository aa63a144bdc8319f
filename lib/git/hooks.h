/* git/hooks: the hooks that tkt puts into a repository, and takes away again. Floor 3. tkt-hooks(1).
 *
 * A slot is <common_dir>/hooks/NAME. Where nothing is, our script is put; where somebody's hook is, whatever it is made of, the
 * two change places in one step: his is NAME.before-tkt from then on, ours runs it first. Taking away renames it back: the
 * same file. Our script is known by its second line, with a version and a digest of the rest: what does not fit is not ours and
 * is never overwritten. Whoever is killed in between leaves the old hook at work; doing it again completes it. Slots
 * that a manager of hooks looks after are left alone. */
#ifndef TKT_GIT_HOOKS_H
#define TKT_GIT_HOOKS_H

#include "git/git.h"

#define TKT_HOOKS_N 6

enum tkt_hook_state {
	TKT_HOOK_FREE,      /* nothing there */
	TKT_HOOK_INSTALLED, /* ours alone */
	TKT_HOOK_CHAINED,   /* ours, and it runs what was there */
	TKT_HOOK_OUTDATED,  /* ours, of another version, or git does not run it */
	TKT_HOOK_OTHER,     /* somebody's; tkt is not called */
	TKT_HOOK_MANAGED    /* the business of a manager of hooks */
};
const char *tkt_hook_state_name(enum tkt_hook_state state); /* "free" ... */

enum tkt_hook_step { /* what installing or uninstalling does to a slot */
	TKT_HOOK_NOTHING,  /* there is nothing to do */
	TKT_HOOK_KEEP,     /* it is as it should be */
	TKT_HOOK_WRITE,    /* a new file */
	TKT_HOOK_CHAIN,    /* ours in front of somebody's */
	TKT_HOOK_RENEW,    /* ours, written anew */
	TKT_HOOK_REMOVE,
	TKT_HOOK_RESTORE,  /* what was there before comes back */
	TKT_HOOK_LEAVE,    /* it should be done, but would hurt somebody's: see why */
	TKT_HOOK_TELL      /* managed: the line to add is all there is to say */
};
const char *tkt_hook_step_name(enum tkt_hook_step step); /* "nothing", "kept", "written", "chained" ... */

struct tkt_hook {
	const char *name;    /* "commit-msg"; static */
	char *path;          /* where git looks for it */
	char *before;        /* <slot>.before-tkt, where somebody's hook waits; or NULL */
	char *aside;         /* "commit-msg.legacy": our script, which a manager has moved there; or NULL */
	enum tkt_hook_state state;
	const char *manager; /* "husky", "lefthook", "pre-commit", "overcommit", "simple-git-hooks", "core.hooksPath", "link" (the
				directory is one); static, or NULL */
	bool named;          /* managed: the line for tkt stands where it is to stand */
	bool calls;          /* managed: and git runs the manager, so that tkt is called */
	enum tkt_hook_step install, uninstall;
	const char *why;     /* of TKT_HOOK_LEAVE; static, or NULL */
};

struct tkt_hooks {
	struct tkt_hook items[TKT_HOOKS_N]; /* in the order in which git runs them */
	char *dir;        /* <common_dir>/hooks */
	char *hooks_path; /* core.hooksPath, absolute; NULL: not set, or the same directory */
	char *common_dir;
	const char *manager_file; /* of the manager, at the top of the work tree: "lefthook.toml"; static, or NULL */
};

/* hooks_path: core.hooksPath as git config says it, or NULL; "~/" is not known here. TKT_EIO. */
int tkt_hooks_look(struct tkt_hooks *out, const struct tkt_git_facts *facts, const char *hooks_path, struct tkt_error *err);
void tkt_hooks_release(struct tkt_hooks *h);
/* Does a step of hook i, which _look has found. TKT_ECONFLICT: somebody did something meanwhile; TKT_EIO. */
int tkt_hooks_do(const struct tkt_hooks *h, size_t i, enum tkt_hook_step step, struct tkt_error *err);
/* Removes what somebody who was killed may have left beside the slots. */
void tkt_hooks_tidy(const struct tkt_hooks *h);
/* The line or lines to add for a managed hook, and in *file where ("lefthook.yml"; borrowed from h or static). */
void tkt_hook_line(const struct tkt_hooks *h, size_t i, struct tkt_buf *out, const char **file);
/* The command by which the manager takes the lines up that are still to be added; nothing, where it needs none. Appends. */
void tkt_hook_after(const struct tkt_hooks *h, struct tkt_buf *out);

/* --- merge drivers: settings merge.tkt-item.* and merge.tkt-thread.* of the repository ------------ */

enum tkt_driver_state {
	TKT_DRIVER_ABSENT,
	TKT_DRIVER_REGISTERED, /* a command that runs tkt, whoever wrote it and wherever */
	TKT_DRIVER_OTHER,      /* another command */
	TKT_DRIVER_UNKNOWN     /* there is no git to ask */
};
const char *tkt_driver_state_name(enum tkt_driver_state state);

#define TKT_DRIVERS_N 2
struct tkt_driver {
	const char *name;    /* "tkt-item"; static */
	const char *command; /* what install writes; static */
	char *value;         /* as it counts; or NULL */
	bool ours;           /* the repository's own configuration has it as we write it */
	enum tkt_driver_state state;
};
/* program: git's absolute path, or NULL. */
int tkt_drivers_look(struct tkt_driver out[TKT_DRIVERS_N], const struct tkt_git_facts *facts, const char *program,
		     struct tkt_error *err);
void tkt_drivers_release(struct tkt_driver drivers[TKT_DRIVERS_N]);
/* Registers one, or takes it out if it is ours. TKT_EIO: git says no. */
int tkt_driver_set(const struct tkt_driver *d, const struct tkt_git_facts *facts, const char *program, bool on,
		   struct tkt_error *err);

#endif
