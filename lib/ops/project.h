/* ops/project: an open project, which every use case takes first. Floor 5.
 *
 * ops is the only door into the house for cmd, MCP and web: one file a use case, request struct in,
 * result struct out. Nothing here prints, reads the environment or asks the clock. */
#ifndef TKT_OPS_PROJECT_H
#define TKT_OPS_PROJECT_H

#include "base/date.h"
#include "base/error.h"
#include "git/git.h"
#include "index/index.h"
#include "store/store.h"
#include "text/config.h"

struct tkt_open_opts {
	const char *root;   /* the work-items directory; NULL: search upwards from cwd */
	const char *cwd;    /* absolute; where the search starts */
	const char *author; /* of events; never NULL for changes */
	tkt_time now;
	unsigned lock_timeout_ms;
	const volatile sig_atomic_t *stop; /* set by a signal handler: no longer wait for the lock */
	bool no_sync;
	bool no_index; /* lists and keys do without; what cannot makes one in memory */
	const struct tkt_embed *embed; /* who makes vectors; NULL: the built-in one. Borrowed for life */
	struct tkt_git_opts git; /* how history is read; strings borrowed for life; zeroed: libgit2 only */
	/* Long work on the index tells how far it is (index/index.h); NULL: nobody asks. */
	void (*progress)(void *payload, const char *what, size_t done, size_t total);
	void *payload;
};

struct tkt_project {
	struct tkt_store *store;
	struct tkt_config config;
	char *root;
	char *author;
	tkt_time now;
	bool no_index;
	struct tkt_index_opts index_opts; /* may be changed until the index is first asked for */
	struct tkt_index *index;          /* NULL: not asked for yet */
	struct tkt_git_opts git_opts;     /* may be changed until git is first asked for */
	struct tkt_git *git;              /* NULL: not asked for yet (ops/links.h: tkt_project_git) */
};

/* TKT_ENOTFOUND: no root. TKT_EINVALID: config.yml. */
int tkt_project_open(struct tkt_project **out, const struct tkt_open_opts *opts,
		     struct tkt_error *err);
void tkt_project_free(struct tkt_project *p);

/* The index, made when first asked for; borrowed. No file is touched before it is refreshed. */
struct tkt_index *tkt_project_index(struct tkt_project *p);

/* ops/resolve: REF -> id (owned). As tkt_store_resolve with the project's prefix. */
int tkt_project_resolve(struct tkt_project *p, const char *ref, char **id, struct tkt_error *err);
/* REFs -> ids; all or nothing; a ticket named twice stands once. */
int tkt_project_resolve_all(struct tkt_project *p, const struct tkt_strv *refs,
			    struct tkt_strv *ids, struct tkt_error *err);

#endif
