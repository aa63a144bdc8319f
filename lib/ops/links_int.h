/* ops/links: what its files share. Private to them. Floor 5. */
#ifndef TKT_OPS_LINKS_INT_H
#define TKT_OPS_LINKS_INT_H

#include "ops/links.h"
#include "text/message.h"

/* links_names.c: what a ticket answers to. */
struct tkt_called {
	struct tkt_project *p;
	const char *id;
	struct { struct tkt_links_stem *items; size_t n, cap; } stems; /* key, slug, aliases, number, id */
	struct tkt_strv names;  /* their texts */
	struct tkt_strv good, bad; /* names that were asked for: this ticket, or not it alone */
};
void tkt_called_init(struct tkt_called *c, struct tkt_project *p, const struct tkt_record *r);
void tkt_called_release(struct tkt_called *c);
/* Could that name be this ticket? By the name alone. */
bool tkt_called_maybe(const struct tkt_called *c, const char *name);
/* Is it? Looks at the others. */
bool tkt_called_is(struct tkt_called *c, const char *name);
/* Is a branch (its short name) named after it? */
bool tkt_called_branch(struct tkt_called *c, const char *branch);

/* "refs/heads/x" -> "x", "refs/remotes/origin/x" -> "origin/x"; NULL: no branch. Borrowed. */
const char *tkt_branch_short(const char *ref);

/* links_hand.c: tkt_by_hand (ops/links.h), and */
/* 4 to 64 hex digits. */
bool tkt_is_sha(const char *s);
/* Both are the same commit, as far as the shorter one tells. */
bool tkt_sha_same(const char *a, const char *b);

/* links_find.c: the commits of a ticket by history alone, with numbers; strongest first for each. */
enum { TKT_RANK_BRANCH, TKT_RANK_MERGE, TKT_RANK_MESSAGE, TKT_RANK_KEYWORD, TKT_RANK_TRAILER, TKT_RANK_MANUAL };
struct tkt_found {
	int64_t n;
	int rank;
	bool closes;
};
struct tkt_founds {
	struct tkt_found *items; /* by n, each once */
	size_t n, cap;
};
/* tips: of the index. *g: NULL, or the graph from 1 on; loaded when it is needed. TKT_ECONFLICT: the index changed
 * meanwhile. */
int tkt_links_search(struct tkt_called *c, const struct tkt_links_tips *tips, struct tkt_graph **g,
		     struct tkt_founds *out, struct tkt_error *err);

#endif
