/* git: what the files of lib/git/ share. Private to them. Floor 3. */
#ifndef TKT_GIT_GIT_INT_H
#define TKT_GIT_GIT_INT_H

#include <sys/stat.h>

#include "git/git.h"

/* Both engines keep to these, so that they say the same. */
enum {
	TKT_GIT_RENAME_LIMIT = 1000,              /* pairs of files looked at for inexact renames */
	TKT_GIT_DIFF_BIG = 32 * 1024 * 1024,      /* larger files count as binary in a diff */
	TKT_GIT_DIFF_LINES = 500000,              /* of both texts; libgit2 needs some 160 bytes for each */
	TKT_GIT_COMMIT_MAX = 16 * 1024 * 1024,    /* bytes of a commit or a tag */
	TKT_GIT_TREE_MAX = 64 * 1024 * 1024,
	TKT_GIT_PEEL_MAX = 16                     /* tags of tags of tags */
};

enum { TKT_GIT_NO_LARGE = 1 << 8 }; /* beside TKT_GIT_PATCH and the like, for the engines only */

struct tkt_git_engine_ops { /* one engine; `self` is its own */
	const char *(*name)(void *self);
	void (*close)(void *self);
	/* Heads, remotes, tags, peeled; symbolic ones left out; unsorted. HEADs and mains are git.c's. */
	int (*refs)(void *self, struct tkt_git_refs *out, struct tkt_error *err);
	int (*walk)(void *self, const struct tkt_git_walk *w, bool *missing, struct tkt_error *err);
	int (*resolve)(void *self, const char *rev, struct tkt_oid *out, struct tkt_error *err);
	int (*object)(void *self, const struct tkt_oid *oid, enum tkt_git_type *type, struct tkt_buf *out,
		      size_t max, struct tkt_error *err);
	/* NULL: tkt_git_index_read does as well. */
	int (*index)(void *self, const char *prefix, const char *file, struct tkt_git_index *out,
		     struct tkt_error *err);
	/* parent->n is 0 for a root. With TKT_GIT_NO_LARGE an engine may answer TKT_ENO: two texts have more than
	 * TKT_GIT_DIFF_LINES, and another one is to be asked. */
	int (*diff)(void *self, const struct tkt_oid *parent, const struct tkt_oid *commit, unsigned what,
		    size_t patch_max, struct tkt_git_diff *out, struct tkt_error *err);
	/* What a symbolic ref names (owned); NULL: it is none. Asked only where refs are no files (reftable);
	 * may be NULL. */
	int (*symbolic)(void *self, const char *name, char **target, struct tkt_error *err);
};

struct tkt_git {
	struct tkt_git_facts facts;
	struct tkt_git_opts opts;
	const struct tkt_git_engine_ops *ops; /* NULL: not started */
	void *self;
	struct tkt_oids shallow;  /* sorted: commits whose parents are not here */
	bool shallow_read;
	char *broken;             /* tkt_git_broken */
	struct tkt_error failed;  /* no engine could be started: not tried again */
};

/* engines: TKT_EIO with the reason if this one cannot read this repository. They set ops and self. */
int tkt_git_library_start(struct tkt_git *g, struct tkt_error *err); /* library.c: libgit2 */
int tkt_git_program_start(struct tkt_git *g, struct tkt_error *err); /* program.c: git by argv */

/* staged.c: git's index without an engine. TKT_EIO, with part of it in out: a split, sparse or damaged one. Not of SHA-256. */
int tkt_git_index_read(const struct tkt_git *g, const char *prefix, const char *file, struct tkt_git_index *out,
		       struct tkt_error *err);

/* discover.c. The bytes of a regular file of at most max bytes (a FIFO does not make it wait). */
bool tkt_git_slurp(const char *path, size_t max, struct tkt_buf *out, struct stat *st);
/* Its first line without the end; owned, NULL: unreadable. */
char *tkt_git_first_line(const char *path);
/* The first line of `path` as a path, relative ones resolved against base. Owned or NULL. */
char *tkt_git_path_in(const char *path, const char *head, const char *base);

/* print.c: would git take that for a ref? Without "refs/" or with it. */
bool tkt_git_ref_named_well(const char *name);

/* HEAD of a git directory: the ref that it names (owned), or else a commit; false: neither. */
bool tkt_git_read_head(const char *git_dir, char **ref, struct tkt_oid *oid);

/* parse.c: raw objects, the same for both engines. The caller releases what came out even on failure. */
int tkt_git_parse_commit(struct tkt_git *g, const struct tkt_oid *oid, const char *bytes, size_t n,
			 struct tkt_git_commit *out, struct tkt_error *err);
int tkt_git_parse_tree(const char *bytes, size_t n, size_t oid_size, struct tkt_git_tree *out,
		       struct tkt_error *err);
/* What a tag leads to. False: it is damaged. */
bool tkt_git_parse_tag(const char *bytes, size_t n, struct tkt_oid *target, enum tkt_git_type *type);
/* "commit", "tree", "blob", "tag"; 0: none of these. */
enum tkt_git_type tkt_git_type_of(const char *word, size_t n);
/* encode.c: `bytes` of this encoding (a commit's header) as UTF-8. False: unknown, or not so encoded; then
 * nothing is added. */
bool tkt_git_to_utf8(struct tkt_buf *out, const char *bytes, size_t n, const char *encoding);

/* Is this the last commit of a shallow clone (facts.shallow)? */
bool tkt_git_is_shallow(struct tkt_git *g, const struct tkt_oid *oid);
bool tkt_git_stopped(const struct tkt_git *g);

#endif
