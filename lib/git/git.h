/* git/git: the repository that the tickets lie in, for reading. Floor 3 [libgit2].
 *
 * Two engines answer the same questions: libgit2, loaded when it is first needed (starting it costs
 * more than most commands), and the program `git`, always by argv. libgit2 comes first; what it cannot
 * read (SHA-256, reftable, partial clones, an unknown extension), and what would cost this process much
 * memory (to compare very long texts), the program does. Shallow clones are read by both: a commit named in the file `shallow` has no parents. Where neither engine can answer,
 * the answer is "unknown": TKT_EIO with the reason, never an empty list. Nothing here writes to the
 * repository, runs a hook, a filter, a pager or a text converter, or talks to a network (but
 * tkt_git_diff of a partial clone when asked to).
 *
 * Names of revisions and paths are the user's or a stranger's: an expression that starts with '-' is
 * refused, object names are hex digits, and a path is never taken for an option. Replacement objects
 * and grafts do not count. */
#ifndef TKT_GIT_GIT_H
#define TKT_GIT_GIT_H

#include <signal.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/oid.h"
#include "base/str.h"
#include "base/strv.h"

struct tkt_git;

enum tkt_git_engine {
	TKT_GIT_AUTO,
	TKT_GIT_LIBRARY,
	TKT_GIT_PROGRAM,
	TKT_GIT_NONE /* for tests: neither */
};

struct tkt_git_opts {
	const char *program;   /* absolute path of git; NULL: there is none */
	enum tkt_git_engine engine;
	const char *main;      /* the main branch by the user's word ("main", "origin/trunk"); NULL: found */
	/* "safe.directory=<dir>": whom else to trust, for the program, which gets no other setting from outside
	 * git's files; NULL: nobody. Borrowed for life. */
	const struct tkt_strv *trusted;
	/* A signal sets it and ends long work with TKT_EIO "interrupted"; NULL: never. */
	const volatile sig_atomic_t *stop;
};

/* What can be told of a repository by looking at its files, without an engine. */
struct tkt_git_facts {
	char *top;        /* of the work tree, absolute, without links */
	char *git_dir;    /* of this work tree: <top>/.git, or .git/worktrees/<name> */
	char *common_dir; /* of the repository; the same but in a linked worktree */
	char *prefix;     /* from top to dir: "work-items"; "" if they are the same */
	bool shallow;     /* history ends early: what is not found may be behind the end */
	bool linked;      /* a linked worktree */
	bool sha256, reftable, partial;
	bool grafts;
};

/* Looks from dir (absolute) upwards for .git (a directory, or a file that leads to one). A bare repository
 * is none. Starts no engine. opts' strings are borrowed for life. TKT_ENOTFOUND: there is no repository;
 * TKT_EIO: .git is a file that leads to none. */
int tkt_git_open(struct tkt_git **out, const char *dir, const struct tkt_git_opts *opts,
		 struct tkt_error *err);
void tkt_git_free(struct tkt_git *g);
const struct tkt_git_facts *tkt_git_facts(const struct tkt_git *g);
/* The engine that answers: "libgit2 1.5.1", "git 2.39.5" (name may be NULL); starts it. TKT_EIO: neither, and
 * why; it is not tried again. */
int tkt_git_engine(struct tkt_git *g, const char **name, struct tkt_error *err);

/* "rebase", "merge", "cherry-pick", "revert" while one is under way in this work tree, else NULL. Static. */
const char *tkt_git_busy(const struct tkt_git *g);

/* A fingerprint of everything that refs and HEADs (of all worktrees) say, and of `shallow`, without an
 * engine: equal prints, equal refs. Costs a look at each loose ref. Take it before the refs are read. */
int tkt_git_print(struct tkt_git *g, uint64_t *print, struct tkt_error *err);
/* A ref that the last print met and whose file names nothing (a power cut leaves empty ones): what it held is
 * not known. NULL: there was none. Borrowed. */
const char *tkt_git_broken(const struct tkt_git *g);

/* --- refs ---------------------------------------------------------------------------------------- */

struct tkt_git_ref {
	/* "refs/heads/main", "refs/remotes/origin/x", "refs/tags/v1"; "HEAD" of this work tree (if it is
	 * born); of others, where they are detached, "worktrees/<name>/HEAD" or "main-worktree/HEAD". */
	char *name;
	/* The commit: tags are peeled; refs that lead to no commit are left out (so are tags of objects that
	 * are not here; a branch of one that is not here stays: a walk tells that it is missing). */
	struct tkt_oid oid;
};

struct tkt_git_refs {
	struct tkt_git_ref *items; /* by name, in byte order; symbolic refs (origin/HEAD) are left out */
	size_t n, cap;
	char *head;                /* what HEAD names ("refs/heads/main"), born or not; NULL: detached */
	struct tkt_strv mains;     /* full names of the main branch, local and remote, that exist; or none */
};

/* Main: opts.main (mains is empty if there is no such branch), else what refs/remotes/origin/HEAD leads to,
 * else the first of main, master, trunk, default that exists as a local branch or below origin, or then below
 * any remote. Its local branch and the remotes' of the same name all count. */
int tkt_git_refs(struct tkt_git *g, struct tkt_git_refs *out, struct tkt_error *err);
void tkt_git_refs_release(struct tkt_git_refs *r);

struct tkt_git_worktree {
	char *path;          /* absolute; this one first */
	char *head;          /* "refs/heads/x", or NULL: detached */
	bool gone;           /* its directory is not there */
};
struct tkt_git_worktrees {
	struct tkt_git_worktree *items;
	size_t n, cap;
};
/* By the files of the repository, without an engine. */
int tkt_git_worktrees(const struct tkt_git *g, struct tkt_git_worktrees *out, struct tkt_error *err);
void tkt_git_worktrees_release(struct tkt_git_worktrees *w);

struct tkt_git_was {
	struct tkt_oid oid;
	struct tkt_oid old; /* what a commit was made from here: its parent, or what it amended; n 0: it was not made so */
	bool copied; /* it came by a cherry-pick, a rebase, a patch: what is new in it was written elsewhere before */
};
struct tkt_git_reflog {
	struct tkt_git_was *items;
	size_t n, cap;
};
/* The commits that HEAD of this work tree ("HEAD") or another ref was at, oldest first, by git's log of it. Some may be
 * gone by now. Adds nothing where git keeps no log, one of more than 64 MiB, or not in files (reftable). The caller
 * frees items. */
void tkt_git_reflog(const struct tkt_git *g, const char *ref, struct tkt_git_reflog *out);

struct tkt_git_stash {
	struct tkt_oid commit;
	int64_t time;
};
struct tkt_git_stashes {
	struct tkt_git_stash *items;
	size_t n, cap;
};
/* What git stash put aside of late, also what was put back and dropped (found among the newest loose objects: where
 * git gc packed them, nothing is found). The caller frees items. TKT_EIO. */
int tkt_git_stashed(struct tkt_git *g, struct tkt_git_stashes *out, struct tkt_error *err);

/* --- commits and objects ------------------------------------------------------------------------- */

struct tkt_git_commit {
	struct tkt_oid oid, tree;
	struct tkt_oids parents; /* none for a root, and where a shallow clone ends */
	char *author, *email;    /* UTF-8 if the commit says its encoding, else as they stand */
	int64_t author_time, time; /* seconds; `time` is the committer's */
	/* As author, and tidied as git log does: no blanks at the ends of lines (CRLF becomes LF), no blank
	 * lines before and behind, a newline at the end unless it is empty. At the first NUL it ends. */
	char *message;
	size_t message_len;
};
void tkt_git_commit_release(struct tkt_git_commit *c);
/* The first line of a message, the lines of a folded subject joined by blanks; owned. */
char *tkt_git_subject(const struct tkt_git_commit *c);

struct tkt_git_walk {
	const struct tkt_oids *tips;
	/* These and all before them are not wanted; what is gone is ignored. May be NULL. */
	const struct tkt_oids *seen;
	/* The same asked commit by commit; may be NULL. All ancestors of a known commit must be known. */
	bool (*known)(void *payload, const struct tkt_oid *oid);
	/* Each new commit once, in any order. Borrowed for the call. Not 0 ends the walk with that code. */
	int (*each)(void *payload, const struct tkt_git_commit *c, struct tkt_error *err);
	void *payload;
};
/* TKT_EIO: unreadable, or interrupted. *missing (may be NULL): an object that should be there was not, a tip
 * or a parent (a broken clone): the walk went on without it, and the answer is not the whole. */
int tkt_git_walk(struct tkt_git *g, const struct tkt_git_walk *w, bool *missing, struct tkt_error *err);

/* "HEAD~2", "a1b2c3d", "main", "v1.0" -> the commit. TKT_ENOTFOUND; TKT_EAMBIGUOUS (an abbreviation);
 * TKT_EINVALID (is empty, starts with '-' or '^', has control characters; or is no commit). */
int tkt_git_resolve(struct tkt_git *g, const char *rev, struct tkt_oid *out, struct tkt_error *err);
/* TKT_ENOTFOUND: there is no such commit here. */
int tkt_git_commit(struct tkt_git *g, const struct tkt_oid *oid, struct tkt_git_commit *out,
		   struct tkt_error *err);

enum tkt_git_type { TKT_GIT_COMMIT = 1, TKT_GIT_TREE, TKT_GIT_BLOB, TKT_GIT_TAG };
/* The bytes of an object. TKT_ENOTFOUND; TKT_EINVALID: larger than max. */
int tkt_git_object(struct tkt_git *g, const struct tkt_oid *oid, enum tkt_git_type *type, struct tkt_buf *out,
		   size_t max, struct tkt_error *err);

struct tkt_git_entry {
	char *name;
	unsigned mode; /* 040000 directory, 0100644, 0100755, 0120000 link, 0160000 submodule */
	struct tkt_oid oid;
};
struct tkt_git_tree {
	struct tkt_git_entry *items;
	size_t n, cap;
};
/* The directory `path` ("" = top) of a tree or a commit. TKT_ENOTFOUND: no such directory there. */
int tkt_git_tree(struct tkt_git *g, const struct tkt_oid *tree, const char *path, struct tkt_git_tree *out,
		 struct tkt_error *err);
/* The object at a path (file or directory). TKT_ENOTFOUND. */
int tkt_git_at(struct tkt_git *g, const struct tkt_oid *tree, const char *path, struct tkt_oid *out,
	       struct tkt_error *err);
void tkt_git_tree_release(struct tkt_git_tree *t);

struct tkt_git_staged {
	char *path;    /* from the top */
	unsigned mode;
	int stage;     /* 0; 1 base, 2 ours, 3 theirs of a conflict */
	bool skip;     /* "skip-worktree": git-sparse-checkout(1) leaves it out of the work tree */
	struct tkt_oid oid;
};
struct tkt_git_index {
	struct tkt_git_staged *items;
	size_t n, cap;
};
/* What git's index holds below `prefix` (from the top; "" = all). `file`: GIT_INDEX_FILE of a hook (from the
 * top, if it is relative), or NULL. */
int tkt_git_index(struct tkt_git *g, const char *prefix, const char *file, struct tkt_git_index *out,
		  struct tkt_error *err);
void tkt_git_index_release(struct tkt_git_index *i);

/* --- what a commit changed ------------------------------------------------------------------------ */

enum { TKT_GIT_STAT = 0, TKT_GIT_PATCH = 1, TKT_GIT_FETCH = 2 /* a partial clone may fetch what it lacks */ };

struct tkt_git_file {
	char *path, *old_path;   /* old_path: of renames and copies, else NULL. Bytes as git has them */
	char status;             /* A D M R C T */
	unsigned mode, old_mode; /* 0: not there */
	long added, removed;     /* lines; -1: binary, or not known (tkt_git_diff.missing) */
	bool binary, big;        /* big: the patch would be larger than patch_max and was left out */
	/* With TKT_GIT_PATCH: hunks from the first "@@" line on; empty for binary, mode-only, pure rename. A
	 * change of type (T) is the hunk that removes and the hunk that adds. */
	struct tkt_buf patch;
};

struct tkt_git_diff {
	struct tkt_git_file *items; /* by path */
	size_t n, cap;
	long added, removed;        /* in all, without binary files */
	bool missing;               /* numbers are unknown: objects are not in this partial clone; where trees
				       are not either, there are no items */
};
/* A commit against its first parent; a root against nothing; where a shallow clone ends TKT_EIO. Renames are
 * found as git does by default (50 %), copies are not. Files of more than 32 MiB count as binary. A patch of
 * more than patch_max bytes a file is left out (0: no limit). */
int tkt_git_diff(struct tkt_git *g, const struct tkt_oid *commit, unsigned what, size_t patch_max,
		 struct tkt_git_diff *out, struct tkt_error *err);
void tkt_git_diff_release(struct tkt_git_diff *d);

#endif
