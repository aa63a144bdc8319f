/* ops/tips: where else tickets lie: the tips of all branches, and the tree of the root in each. Floor 5.
 *
 * Branches mostly share trees: whoever looks at many of them keeps what he has read by the tree's name. */
#ifndef TKT_OPS_TIPS_H
#define TKT_OPS_TIPS_H

#include "base/date.h"
#include "git/git.h"
#include "text/ticket.h"

struct tkt_tip {
	char *name;            /* "main", "origin/main"; detached: "HEAD", "worktrees/NAME/HEAD", "main-worktree/HEAD" */
	bool current;          /* what this work tree is on */
	struct tkt_oid commit, tree;
	struct tkt_oid root;   /* the tree of the tickets' directory; n 0: there is none */
	tkt_time time;         /* of the commit */
};

struct tkt_tips {
	struct tkt_tip *items; /* newest first, then by name */
	size_t n, cap;
	size_t left_out;       /* older ones, beyond the limit */
	size_t unread;         /* whose commit or trees could not be had */
	char *why;             /* of the first of these; owned or NULL */
};

/* limit 0: all. TKT_EIO: refs cannot be read. */
int tkt_tips_read(struct tkt_git *g, size_t limit, struct tkt_tips *out, struct tkt_error *err);
void tkt_tips_release(struct tkt_tips *t);

/* A tree's bytes, entry by entry. What is no tree ends it. */
struct tkt_tree_scan {
	struct tkt_buf bytes;
	size_t at;
	unsigned char oid_n;
};
struct tkt_tree_entry {
	const char *name; /* borrowed from the bytes */
	unsigned mode;
	struct tkt_oid oid;
};
/* An empty name, or one of something that is no tree, is a tree without entries. TKT_EIO, TKT_ENOTFOUND (objects are missing).
 * The memory is used again; release `bytes` at last. */
int tkt_tree_open(struct tkt_tree_scan *s, struct tkt_git *g, const struct tkt_oid *tree, struct tkt_error *err);
bool tkt_tree_next(struct tkt_tree_scan *s, struct tkt_tree_entry *e);
static inline bool tkt_tree_is_dir(const struct tkt_tree_entry *e)
{
	return (e->mode & 0170000) == 0040000;
}
static inline bool tkt_tree_is_file(const struct tkt_tree_entry *e)
{
	return (e->mode & 0170000) == 0100000;
}

/* The trees of open, pending and closed in a root; n 0: there is none. */
int tkt_tips_status_trees(struct tkt_git *g, struct tkt_tree_scan *scratch, const struct tkt_oid *root,
			  struct tkt_oid out[TKT_STATUS_N], struct tkt_error *err);
/* item.md and thread.md in a ticket's tree; n 0: not there, or no regular file. */
int tkt_tips_files(struct tkt_git *g, struct tkt_tree_scan *scratch, const struct tkt_oid *ticket, struct tkt_oid *item,
		   struct tkt_oid *thread, struct tkt_error *err);

#endif
