/* ops/links: which commits belong to a ticket. Floor 5. tkt-commits(1).
 *
 * Derived from history each time (through the index, which reads only what is new), and what people
 * said in the thread: `commit_linked` adds a commit (so does the `commit` attribute of other
 * events), `commit_unlinked` takes one away, however it was linked; the later event counts. Where
 * history cannot be read, links are unknown, not none. */
#ifndef TKT_OPS_LINKS_H
#define TKT_OPS_LINKS_H

#include "index/links.h"
#include "ops/change.h"
#include "ops/project.h"

/* The project's repository, opened when first asked for; borrowed. TKT_ENOTFOUND: there is none. */
int tkt_project_git(struct tkt_project *p, struct tkt_git **out, struct tkt_error *err);

/* "rebase", "merge", "cherry-pick", "revert" while one is under way around the tickets; else NULL.
 * Static. */
const char *tkt_project_busy(struct tkt_project *p);

struct tkt_history {
	bool known;      /* history was read as far as it goes */
	bool whole;      /* and it goes to the roots */
	char *why;       /* not known or not whole because; owned or NULL */
	size_t fresh;    /* commits read now */
	bool rewritten;  /* a tip went away or back since the last time */
	struct tkt_git_refs refs; /* as they are now; empty where the last look holds and nobody asked */
};
/* Makes the index know history as it is now. Quick when no ref moved. Trouble is no error:
 * out->known tells. TKT_EIO: interrupted. wait: false for hooks: when somebody else is writing the
 * index, it is left to him. */
int tkt_links_refresh(struct tkt_project *p, bool want_refs, bool wait, struct tkt_history *out, struct tkt_error *err);
/* The same, for who goes on asking the index at once: it is left open, and the caller lets it rest. */
int tkt_links_refresh_open(struct tkt_project *p, bool want_refs, bool wait, struct tkt_history *out,
			   struct tkt_error *err);
void tkt_history_release(struct tkt_history *h);

enum { TKT_LINKS_STAT = 1 /* files_changed ... */, TKT_LINKS_BRANCHES = 2 /* branches, merged */ };

struct tkt_link {
	struct tkt_oid oid;
	char sha[TKT_OID_HEX];
	const char *method;  /* "message", "keyword", "trailer", "merge", "branch", "manual"; static */
	bool closes, merge, missing; /* missing: linked by hand, and not in this repository */
	char *subject, *author;  /* NULL when missing */
	int64_t time;            /* of the commit, seconds; -1 when missing */
	int64_t n;               /* in the index; -1 */
	long files, added, removed; /* -1: unknown */
	struct tkt_strv branches;   /* "main", "origin/main": short names that reach it */
	int merged;              /* 1, 0; -1: unknown */
};
struct tkt_links {
	struct tkt_link *items;  /* oldest first, by time, then parents before children */
	size_t n, cap;
	bool known;
	char *why;               /* owned; why not known, or not whole */
};
void tkt_links_release(struct tkt_links *l);
/* ref -> its commits. */
int tkt_op_commits(struct tkt_project *p, const char *ref, unsigned want, struct tkt_links *out, struct tkt_error *err);
/* The same for a ticket that is read already (show, history, drift): needs the thread. */
struct tkt_record;
int tkt_links_of(struct tkt_project *p, const struct tkt_record *r, const struct tkt_history *h, unsigned want,
		 struct tkt_links *out, struct tkt_error *err);
/* Every reference in the history that refs reach, by name, then in the order of history; after
 * tkt_links_refresh. For drift, apply, doctor. *mains (may be NULL): is a main branch known? */
struct tkt_reference {
	struct tkt_links_hit hit; /* owned */
	char *id;                 /* of the ticket; NULL: none, or more than one */
	bool ambiguous;
	bool merged;              /* the main branch reaches the commit */
};
struct tkt_references {
	struct tkt_reference *items;
	size_t n, cap;
};
int tkt_links_references(struct tkt_project *p, bool closing, struct tkt_references *out, bool *mains,
			 struct tkt_error *err);
void tkt_references_release(struct tkt_references *r);

/* "refs/heads/x" -> "x", "refs/remotes/origin/x" -> "x": what people call it; NULL: no branch.
 * Borrowed. */
const char *tkt_branch_of(const char *ref);

/* What people said in the thread, the last word for each commit. */
struct tkt_by_hand {
	char *sha;    /* as it was written: 4 to 64 hex digits, lower case */
	bool linked;  /* false: taken away */
	bool closes;  /* the event that closed the ticket */
	bool derived; /* no `commit_linked`: an attribute of another event */
};
struct tkt_by_hands {
	struct tkt_by_hand *items;
	size_t n, cap;
};
void tkt_by_hand(const struct tkt_thread *thread, struct tkt_by_hands *out);
void tkt_by_hands_release(struct tkt_by_hands *h);

struct tkt_link_req {
	const char *ref;
	struct tkt_strv commits; /* revisions */
	bool unlink;
	const char *if_rev;
};
struct tkt_linked_commit {
	char sha[TKT_OID_HEX];
	char *subject; /* NULL: not in the repository */
	bool done;     /* false: it was so before */
};
struct tkt_linked {
	struct tkt_changes changes; /* one; a diff `commit` for each event written */
	struct { struct tkt_linked_commit *items; size_t n, cap; } commits;
};
/* One event a commit. TKT_ENOTFOUND: no such commit; TKT_ENO: unlink of what is not linked; nothing
 * is written then. A commit that is linked by hand already is left alone. */
int tkt_op_link(struct tkt_project *p, const struct tkt_link_req *req, struct tkt_linked *out, struct tkt_error *err);
void tkt_linked_release(struct tkt_linked *l);

/* What `close --commit` writes: the full name (owned) of a revision. Where there is no repository,
 * or its history is not to be read or not whole, 7 to 64 hex digits are taken as they stand.
 * TKT_ENOTFOUND, TKT_EINVALID. */
int tkt_commit_named(struct tkt_project *p, const char *rev, char **sha, struct tkt_error *err);

struct tkt_apply_item {
	char *id, *key, *title, *sha, *subject;
	const char *skipped; /* NULL: closed (or would be); else why not; static */
	struct tkt_strv unblocked; /* ids that wait for nothing any more */
};
struct tkt_applied {
	struct tkt_apply_item *items; /* by id */
	size_t n, cap;
};
/* Closes every ticket that a commit on the main branch says it closes, once a commit: not what is
 * closed already, not what was reopened after the commit, not what a close event with that commit
 * closed before, nor where the commit was unlinked, or reverted there. TKT_EIO: history is unknown or not whole;
 * TKT_ENOTFOUND: no main branch; nothing is done. */
struct tkt_apply_req {
	bool merges;  /* the merge of a branch named after a ticket closes it too */
	bool dry_run;
};
int tkt_op_link_apply(struct tkt_project *p, const struct tkt_apply_req *req, struct tkt_applied *out,
		      struct tkt_error *err);
void tkt_applied_release(struct tkt_applied *a);

#endif
