/* ops/refs_known: what all tickets answer to, for texts with many names. Private to ops/refs. Floor 5. */
#ifndef TKT_OPS_REFS_KNOWN_H
#define TKT_OPS_REFS_KNOWN_H

#include "ops/project.h"

struct tkt_known;

/* Reads the frontmatter of every ticket once. */
int tkt_known_open(struct tkt_known **out, struct tkt_project *p, struct tkt_error *err);
void tkt_known_free(struct tkt_known *k);
/* How many tickets a name may mean, as tkt-format(5) has it: 0, 1 (then *id, borrowed), or 2 for more. */
int tkt_known_find(const struct tkt_known *k, const char *name, const char **id);

#endif
