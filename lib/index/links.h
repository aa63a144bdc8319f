/* index/links: what history says of tickets: the graph of commits and the names they hold. Floor 3.
 *
 * Kept in the throwaway index as git/history told it: names as they were written, not resolved, so
 * that a ticket that comes, goes or is renamed needs no new walk. Commits have a number n of their
 * own; a parent's is always less than its child's, so that n is a topological order and reachability
 * is a sweep from high to low. A commit is never taken out before everything is read anew: what
 * rewriting left behind is simply reached by no tip. */
#ifndef TKT_INDEX_LINKS_H
#define TKT_INDEX_LINKS_H

#include "base/oid.h"
#include "index/index.h"

struct tkt_links_state {
	uint64_t print;   /* of refs and all that tips depend on, when history was last read */
	uint64_t rules;   /* hash of what the names depend on: prefix, version of the parser */
	uint64_t shallow; /* hash of where a shallow clone ends; 0: it is none */
	bool missing;     /* objects were missing */
};
/* What is there. Opens the index as it lies on disk, without a look at the tickets. TKT_ENO: history
 * was never read into it (or the index is not to be believed: it will be made when something is
 * added). */
int tkt_links_state(struct tkt_index *x, struct tkt_links_state *out, struct tkt_error *err);

/* A tip as it was when history was last read. */
struct tkt_links_tip {
	char *name;
	struct tkt_oid oid;
	int64_t n; /* of the commit; -1: not known */
	bool main; /* of the main branch */
};
struct tkt_links_tips {
	struct tkt_links_tip *items;
	size_t n, cap;
};
int tkt_links_tips(struct tkt_index *x, struct tkt_links_tips *out, struct tkt_error *err);
void tkt_links_tips_release(struct tkt_links_tips *t);

/* Grows when anything in the index changes: numbers of commits hold as long as it is the same. */
int64_t tkt_links_revision(const struct tkt_index *x);
bool tkt_links_known(struct tkt_index *x, const struct tkt_oid *oid);
int64_t tkt_links_number(struct tkt_index *x, const struct tkt_oid *oid); /* -1: not known */
/* The one commit that begins with these 4 to 64 hex digits; -1: none, or more than one. */
int64_t tkt_links_abbreviated(struct tkt_index *x, const char *digits);
int tkt_links_oid(struct tkt_index *x, int64_t n, struct tkt_oid *oid, int64_t *time, struct tkt_error *err);
/* Author and subject (owned) of a commit that holds names, or that was told since; NULL for others. */
void tkt_links_said(struct tkt_index *x, int64_t n, char **author, char **subject);
struct tkt_links_told {
	int64_t n;
	struct tkt_oid oid;
	int64_t time;
	const char *author, *subject;
};
/* Keeps what was read of commits that hold none, so that it is not read again: now or never, if the index is on disk
 * and nobody else needs it at the moment. */
void tkt_links_tell(struct tkt_index *x, const struct tkt_links_told *commits, size_t n);

/* --- adding (ops/links.c only) -------------------------------------------------------------------- */

struct tkt_links_name {
	const char *name;
	int way;      /* enum tkt_ref_way */
	bool closes, sure;
};
struct tkt_links_commit {
	struct tkt_oid oid;
	const struct tkt_oids *parents;
	int64_t time;
	const char *author, *subject; /* kept for commits with names only */
	const struct tkt_links_name *names;
	size_t n_names;
};
/* Begins to write (index lock, transaction); makes the index if there is none, of the names of
 * tickets alone. wait: for another process. TKT_ELOCKED: it holds the index (or the disk cannot be
 * written): what is there may be used as it is, or the work done in memory. Afterwards the state is
 * to be asked again: the other may have done it. */
int tkt_links_begin(struct tkt_index *x, bool wait, struct tkt_error *err);
/* Between begin and end: all that is known of history goes; it is read from nothing. */
void tkt_links_forget(struct tkt_index *x);
/* From here on this process has its own copy in memory. */
int tkt_links_to_memory(struct tkt_index *x, struct tkt_error *err);
/* In any order, each once; kept until _end, which sorts them so that parents come first. Parents
 * that never come are left out. Copies. */
int tkt_links_add(struct tkt_index *x, const struct tkt_links_commit *c, struct tkt_error *err);
/* good: commits with these tips and this state; else nothing has happened. */
int tkt_links_end(struct tkt_index *x, bool good, const struct tkt_links_tips *tips,
		  const struct tkt_links_state *state, struct tkt_error *err);

/* --- asking ---------------------------------------------------------------------------------------- */

struct tkt_links_hit {
	int64_t n;
	struct tkt_oid oid;
	int64_t time;
	char *name;      /* as it was written */
	int way;
	bool closes, sure;
	char *author, *subject;
	bool merge;      /* has more than one parent */
};
struct tkt_links_hits {
	struct tkt_links_hit *items;
	size_t n, cap;
};
void tkt_links_hits_release(struct tkt_links_hits *h);
/* A name, or what it begins with, if that has so many bytes. */
struct tkt_links_stem {
	const char *whole;
	size_t least; /* at most its length */
};
/* Commits that hold one of these names (compared without case). By n. */
int tkt_links_find(struct tkt_index *x, const struct tkt_links_stem *stems, size_t n, struct tkt_links_hits *out,
		   struct tkt_error *err);
/* All of them, by name, then n. closing: those that close only. */
int tkt_links_all(struct tkt_index *x, bool closing, struct tkt_links_hits *out, struct tkt_error *err);

/* What every ticket answers to, by the index at the fields level, in no order: id, slug, number
 * (NULL: none); then aliases. */
typedef void (*tkt_links_ticket_fn)(void *payload, const char *id, const char *slug, const char *number,
				    const char *alias);
int tkt_links_tickets(struct tkt_index *x, tkt_links_ticket_fn fn, void *payload, struct tkt_error *err);

/* --- reachability ------------------------------------------------------------------------------------ */

struct tkt_graph; /* parents of every commit from `oldest` on */
int tkt_graph_load(struct tkt_graph **out, struct tkt_index *x, int64_t oldest, struct tkt_error *err);
void tkt_graph_free(struct tkt_graph *g);
int64_t tkt_graph_oldest(const struct tkt_graph *g);
int64_t tkt_graph_newest(const struct tkt_graph *g); /* 0: there is none */
/* Sets in *seen every commit (>= oldest) that `from` reaches, itself included. */
void tkt_graph_reach(const struct tkt_graph *g, int64_t from, struct tkt_index_set *seen);
void tkt_graph_reach_all(const struct tkt_graph *g, const int64_t *from, size_t n, struct tkt_index_set *seen);
/* The other way, for up to 64 commits at once: bit i of mask[n - oldest] is set if n reaches
 * which[i]. One word a commit, from oldest to newest. */
void tkt_graph_mask(const struct tkt_graph *g, const int64_t *which, size_t n, uint64_t *mask);
/* The parents of a commit, in order; borrowed. */
const int64_t *tkt_graph_parents(const struct tkt_graph *g, int64_t n, size_t *count);

#endif
