/* ops/fields: values into the fields of a ticket in memory, checked and resolved. Floor 5. */
#ifndef TKT_OPS_FIELDS_H
#define TKT_OPS_FIELDS_H

#include "ops/project.h"

/* One value: replaces a string field, is added to a list field. Unknown keys go to `extra`. An
 * empty or "null" value clears. TKT_EINVALID, TKT_ENOTFOUND, TKT_EUSAGE (a key that is not for setting). */
int tkt_ticket_put(struct tkt_project *p, struct tkt_ticket *t, const char *key, const char *value,
		   bool force, struct tkt_error *err);
/* "KEY=VALUE": a list takes a,b as its whole; "KEY+=a" adds, "KEY-=a" removes. */
int tkt_ticket_assign(struct tkt_project *p, struct tkt_ticket *t, const char *assignment,
		      bool force, struct tkt_error *err);
/* The key of an assignment, owned; NULL where there is no '='. */
char *tkt_assignment_key(const char *assignment);

/* The field's value as one line of text for events and answers; NULL when not set. Owned. */
char *tkt_ticket_text(const struct tkt_ticket *t, const char *key);
/* The YAML text to write for the key; NULL: the line goes away. Owned. */
char *tkt_ticket_yaml(const struct tkt_ticket *t, const char *key);

/* TKT_EEXISTS if the slug names another ticket. */
int tkt_slug_check(struct tkt_project *p, const char *id, const char *slug, struct tkt_error *err);

/* TKT_EINVALID with the way round if `id` waited (over any number of others) for itself once `t`
 * has its new blocked_by and parent. */
int tkt_ticket_no_cycle(struct tkt_project *p, const char *id, const struct tkt_ticket *t,
			struct tkt_error *err);

#endif
