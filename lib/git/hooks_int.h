/* git/hooks_int: what the files of git/hooks share. Private to them. Floor 3. */
#ifndef TKT_GIT_HOOKS_INT_H
#define TKT_GIT_HOOKS_INT_H

#include <sys/stat.h>

#include "git/hooks.h"

#define TKT_HOOK_BEFORE ".before-tkt"
#define TKT_HOOK_MAX ((size_t)256 * 1024) /* a hook that is larger is a program */

enum tkt_hook_owner { /* of a file in the slot or beside it */
	TKT_OWNER_NONE,    /* there is no file */
	TKT_OWNER_CURRENT, /* ours, as it would be written now */
	TKT_OWNER_OLD,     /* ours */
	TKT_OWNER_CHANGED, /* ours once, but somebody has written in it */
	TKT_OWNER_OTHER    /* somebody's */
};

/* The script, whole. */
void tkt_hook_script(struct tkt_buf *out, const char *name);
/* Whose is dirfd/file? No link is followed. st may be NULL. TKT_EIO: cannot tell. */
int tkt_hook_owner(int dirfd, const char *file, const char *name, enum tkt_hook_owner *out, struct stat *st,
		   struct tkt_error *err);
/* hooks_manager.c: who looks after all slots by a file at the top of the work tree, or by one of these hooks' own text. */
const char *tkt_hook_manager_of_tree(const char *top);
/* "lefthook.yml": the file of that manager which stands at the top; static, or NULL. */
const char *tkt_hook_manager_file(const char *top, const char *manager);
const char *tkt_hook_manager_of_text(const char *text, size_t n);
/* A regular file by its ordinary path, links followed; false: there is none that can be read (or it is too long). */
bool tkt_hook_text(const char *path, struct tkt_buf *out);

#endif
