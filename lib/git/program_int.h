/* git/program: the engine that is the program `git`; what its files share. Private to them. Floor 3. */
#ifndef TKT_GIT_PROGRAM_INT_H
#define TKT_GIT_PROGRAM_INT_H

#include "git/git_int.h"
#include "sys/proc.h"

struct tkt_program {
	struct tkt_git *g;
	char *name;            /* "git 2.39.5"; NULL: not asked yet */
	struct tkt_proc *cat;  /* git cat-file --batch; NULL: not running */
	struct tkt_proc *diff; /* git diff-tree --stdin; NULL: not running */
	char *inbox;           /* what it said and nobody took yet: from `at` to `end` */
	size_t at, end;
};

struct tkt_program_run {
	const char *const *args;  /* behind `git -C top ...`; NULL ends */
	const char *const *more;  /* further arguments; NULL ends; may be NULL */
	const char *index_file;   /* GIT_INDEX_FILE; NULL: git's own */
	bool fetch;               /* a partial clone may fetch what it lacks */
	const void *input;        /* standard input */
	size_t input_n;
	/* The output piece by piece; not 0 ends the run with that code. */
	int (*take)(void *payload, const char *bytes, size_t n, struct tkt_error *err);
	void *payload;
};
/* Starts git so; for what lives longer. */
int tkt_program_open(struct tkt_program *p, struct tkt_proc **out, const struct tkt_program_run *run,
		     struct tkt_error *err);
/* Runs to the end: 0 whatever the exit status, which is told; words (may be NULL): its stderr. */
int tkt_program_run(struct tkt_program *p, const struct tkt_program_run *run, int *status,
		    struct tkt_buf *words, struct tkt_error *err);
/* A `take` that keeps everything; payload: struct tkt_buf. */
int tkt_program_keep(void *payload, const char *bytes, size_t n, struct tkt_error *err);
/* "git cannot <what>: <its first words>", with a hint where git has one. Returns TKT_EIO. */
int tkt_program_failed(const struct tkt_program *p, const char *what, int status, const char *words,
		       struct tkt_error *err);

/* Objects may be asked for ahead of reading, so that one answer is made while another is read. Each answer
 * must be taken, in this order. */
int tkt_program_ask(struct tkt_program *p, const struct tkt_oid *oid, struct tkt_error *err);
int tkt_program_answer(struct tkt_program *p, const struct tkt_oid *oid, enum tkt_git_type *type,
		       struct tkt_buf *out, size_t max, struct tkt_error *err);
/* Ends git cat-file; what was asked and not read is lost. It starts anew when needed. */
void tkt_program_hang_up(struct tkt_program *p, struct tkt_buf *words);

/* Ends git diff-tree; as above. */
void tkt_program_end_diff(struct tkt_program *p);

/* The functions of the engine (git_int.h) that have a file of their own. */
int tkt_program_object(void *self, const struct tkt_oid *oid, enum tkt_git_type *type, struct tkt_buf *out,
		       size_t max, struct tkt_error *err);
int tkt_program_refs(void *self, struct tkt_git_refs *out, struct tkt_error *err);
int tkt_program_symbolic(void *self, const char *name, char **target, struct tkt_error *err);
int tkt_program_resolve(void *self, const char *rev, struct tkt_oid *out, struct tkt_error *err);
int tkt_program_walk(void *self, const struct tkt_git_walk *w, bool *missing, struct tkt_error *err);
int tkt_program_index(void *self, const char *prefix, const char *file, struct tkt_git_index *out,
		      struct tkt_error *err);
int tkt_program_diff(void *self, const struct tkt_oid *parent, const struct tkt_oid *commit, unsigned what,
		     size_t patch_max, struct tkt_git_diff *out, struct tkt_error *err);

#endif
