/* store/check: findings of doctor: one pass over the files, no git, no index. Floor 2. tkt-format(5). */
#ifndef TKT_STORE_CHECK_H
#define TKT_STORE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "store/store.h"
#include "text/config.h"

enum tkt_level { TKT_ERROR, TKT_WARNING, TKT_INFO };

/* One row of the table of codes; the man page tkt-doctor.1 and SARIF rules come from it. */
struct tkt_rule {
	const char *code;    /* "T001"; never reused */
	enum tkt_level level;
	const char *name;    /* "missing-item" */
	const char *summary; /* one sentence */
	bool fixable;        /* doctor --fix knows one right answer */
};

const struct tkt_rule *tkt_rules(size_t *n);              /* by code */
const struct tkt_rule *tkt_rule_find(const char *code);   /* or NULL */
const char *tkt_level_name(enum tkt_level l); /* "error", "warning", "info" */

struct tkt_finding {
	const struct tkt_rule *rule;
	char *file;    /* relative to the root: "open/<id>/item.md", "config.yml", "../TODO.md" */
	size_t line;   /* 1-based; 0 = the file as such */
	char *message; /* what is wrong, with the words found */
	char *fix;     /* what to do; never destructive */
	char *id;      /* ticket or NULL */
};

/* A commit that a thread says belongs to its ticket, and that nothing later in it takes back. Whether there is such a
 * commit only git can tell. */
struct tkt_check_commit {
	char *id, *file, *sha; /* file: relative to the root */
	size_t line;           /* of the event */
};

/* How a thread begins: tickets with equal prints may have equal first events, byte for byte. */
struct tkt_check_birth {
	char *id;
	uint64_t print;
};

struct tkt_findings {
	struct tkt_finding *items;
	size_t n, cap;
	struct { struct tkt_check_commit *items; size_t n, cap; } commits; /* in no order */
	struct { struct tkt_check_birth *items; size_t n, cap; } births;   /* in no order */
};

void tkt_findings_add(struct tkt_findings *f, const char *code, const char *id, const char *file,
		      size_t line, const char *fix, const char *fmt, ...)
	__attribute__((format(printf, 7, 8)));
void tkt_findings_sort(struct tkt_findings *f); /* by file, line, code */
void tkt_findings_release(struct tkt_findings *f);

/* ids NULL: everything, also strays beside the tickets; else these tickets only. One pass. `now` tells
 * which temporary files are old. config NULL: the defaults. *tickets (may be NULL) counts. */
int tkt_check_store(struct tkt_store *s, const struct tkt_config *config,
		    const struct tkt_strv *ids, tkt_time now, struct tkt_findings *out,
		    size_t *tickets, struct tkt_error *err);
/* Repairs what has one right answer, ticket by ticket in transactions; done gets what was mended (the
 * message says what was done). dry_run: the same list, and nothing is touched. What another
 * writer changed meanwhile is left for the next round. */
int tkt_check_fix(struct tkt_store *s, const struct tkt_config *config,
		  const struct tkt_findings *found, bool dry_run, struct tkt_findings *done,
		  struct tkt_error *err);

#endif
