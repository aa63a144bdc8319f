/* ops/hooks: putting hooks into a repository, and what they do when git runs them. Floor 5. tkt-hooks(1), tkt-hook(1). */
#ifndef TKT_OPS_HOOKS_H
#define TKT_OPS_HOOKS_H

#include "git/hooks.h"
#include "ops/project.h"

/* --- install, uninstall, status: no project is needed ---------------------------------------------- */

enum tkt_hooks_action { TKT_HOOKS_STATUS, TKT_HOOKS_INSTALL, TKT_HOOKS_UNINSTALL };

struct tkt_hooks_req {
	const char *dir;        /* absolute: where the repository is looked for */
	const char *root;       /* the work-items directory, for its .gitattributes; NULL: there is none */
	const char *hooks_path; /* core.hooksPath as it counts there, without "~"; NULL: not set */
	struct tkt_git_opts git;
	enum tkt_hooks_action action;
	bool drivers;           /* install: merge drivers too */
	bool dry_run;
};

struct tkt_hooks_answer {
	char *top;                /* of the work tree */
	struct tkt_hooks hooks;   /* as they are afterwards; with dry_run, as they are */
	enum tkt_hook_step done[TKT_HOOKS_N]; /* or would be done */
	const char *why[TKT_HOOKS_N]; /* of TKT_HOOK_LEAVE; static */
	struct tkt_driver drivers[TKT_DRIVERS_N];
	enum tkt_hook_step drivers_done[TKT_DRIVERS_N];
	bool left;                /* something had to be left as it is, although it was asked for */
	bool no_attributes;       /* work-items/.gitattributes does not name the drivers */
};

/* TKT_ENOTFOUND: no repository. TKT_ECONFLICT, TKT_ELOCKED: somebody else is at it. TKT_EIO. */
int tkt_op_hooks(const struct tkt_hooks_req *req, struct tkt_hooks_answer *out, struct tkt_error *err);
void tkt_hooks_answer_release(struct tkt_hooks_answer *a);
/* Both drivers in one word. */
enum tkt_driver_state tkt_hooks_drivers(const struct tkt_hooks_answer *a);

/* --- what git is doing ----------------------------------------------------------------------------- */

struct tkt_git_doing {
	char *branch;  /* HEAD's, without refs/heads/; NULL: none, or detached */
	bool merge, rebase, pick; /* a merge; a rebase or am; a cherry-pick or revert: in progress */
};
/* By the files of the git directory of this work tree. Never fails: what cannot be read is not so. */
void tkt_git_doing(struct tkt_git_doing *out, const char *git_dir);
void tkt_git_doing_release(struct tkt_git_doing *d);

/* --- messages --------------------------------------------------------------------------------------- */

enum tkt_hook_check { TKT_CHECK_WARN, TKT_CHECK_ERROR, TKT_CHECK_OFF };

struct tkt_hook_rules {
	enum tkt_hook_check check; /* names that are no ticket, or more than one */
	bool require;              /* a commit must name a ticket */
	bool add;                  /* trailers */
	const char *trailer;       /* "Ticket" */
	const char *comment;       /* core.commentString or core.commentChar as it stands; NULL: "#" */
	const char *form;          /* what commit.template's file says; NULL: there is none */
	bool edited;               /* an editor was or will be opened: lines may be comments */
};

struct tkt_hook_answer {
	bool changed;        /* the message is another one now */
	bool refused;        /* by the rules: `why` */
	char *why, *hint;
	struct tkt_strv said; /* what is to be known */
};
void tkt_hook_answer_release(struct tkt_hook_answer *a);

/* What begins a comment in this message; NULL: there are none. Static, or of rules. */
const char *tkt_hook_comment(const struct tkt_hook_rules *rules, const char *text, size_t n);
/* TKT_EIO and the like: nothing could be told; the message is as it was. */
int tkt_op_hook_commit_msg(struct tkt_project *p, const struct tkt_hook_rules *rules, const struct tkt_git_doing *doing,
			   struct tkt_buf *message, struct tkt_hook_answer *out, struct tkt_error *err);
/* source: git's second argument, or NULL. */
int tkt_op_hook_prepare(struct tkt_project *p, const struct tkt_hook_rules *rules, const struct tkt_git_doing *doing,
			const char *source, struct tkt_buf *message, struct tkt_hook_answer *out, struct tkt_error *err);

/* Does the index know history already, and may it be brought up to date now? Then does it. Quiet. */
void tkt_op_hook_refresh(struct tkt_project *p);

#endif
