/* git/library_diff: the steps of a diff by libgit2. Private to library_diff*.c. Floor 3 [libgit2].
 *
 * libgit2 compares two texts; which files are compared is found here, so that both engines say the same: its own way
 * of finding renames is not git's. */
#ifndef TKT_GIT_LIBRARY_DIFF_INT_H
#define TKT_GIT_LIBRARY_DIFF_INT_H

#include "git/library_int.h"

struct tkt_change {
	char *path, *old_path;   /* old_path: of a rename, else NULL */
	char status;             /* A D M T R; 0: taken up by a rename */
	unsigned mode, old_mode; /* 0: not there */
	struct tkt_oid oid, old_oid;
};
struct tkt_changes_found {
	struct tkt_change *items; /* by path */
	size_t n, cap;
};

/* library_diff_tree.c: what differs between two trees; a name of no bytes is the empty tree. */
int tkt_library_diff_trees(struct tkt_library *lib, const struct tkt_oid *old, const struct tkt_oid *new,
			   struct tkt_changes_found *out, struct tkt_error *err);
/* library_diff_renames.c: joins D and A to R. */
int tkt_library_diff_renames(struct tkt_library *lib, struct tkt_changes_found *changes, struct tkt_error *err);
/* library_diff_text.c: numbers of lines, and the patch. */
int tkt_library_diff_text(struct tkt_library *lib, const struct tkt_change *c, unsigned what, size_t patch_max,
			  struct tkt_git_file *out, struct tkt_error *err);
/* A blob; *out stays NULL if it is larger than TKT_GIT_DIFF_BIG. */
int tkt_library_blob(struct tkt_library *lib, const struct tkt_oid *oid, git_blob **out, struct tkt_error *err);

#endif
