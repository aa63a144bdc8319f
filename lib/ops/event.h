/* ops/event: what the use cases share when they write: events, the clock as text, checks of values. Floor 5. */
#ifndef TKT_OPS_EVENT_H
#define TKT_OPS_EVENT_H

#include "ops/project.h"
#include "store/txn.h"

/* An event by the project's author now; body may be NULL. Release with tkt_event_release. */
void tkt_event_make(struct tkt_event *e, const struct tkt_project *p, const char *kind,
		    const char *body, size_t body_len);
/* updated_at: now. */
void tkt_edits_touch(struct tkt_fm_edits *edits, const struct tkt_project *p);
/* A value as YAML text into the edits; NULL or "" of an optional key removes it, of a required one writes null. */
void tkt_edits_string(struct tkt_fm_edits *edits, const struct tkt_field *f, const char *value);
void tkt_edits_list(struct tkt_fm_edits *edits, const struct tkt_field *f, const struct tkt_strv *v);

/* Is the value legal for the field, also by config.yml (kinds, columns)? Names the field and says what it must be. */
int tkt_value_check(const struct tkt_project *p, const struct tkt_field *f, const char *value,
		    bool force, struct tkt_error *err);
/* "P1" for critical/high/medium/low and p1; else a copy. Owned. */
char *tkt_value_normal(const struct tkt_field *f, const char *value);
/* REFs in parent, blocked_by, related become ids; an unknown one is TKT_ENOTFOUND. */
int tkt_value_resolve(struct tkt_project *p, const struct tkt_field *f, char **value,
		      struct tkt_error *err);
/* An event with that idempotency key in a thread, or NULL. */
const struct tkt_event *tkt_event_with_key(const struct tkt_thread *thread, const char *key);
/* A key is one line of 1-200 bytes. */
int tkt_idempotency_check(const char *key, struct tkt_error *err);

#define TKT_ATTR_IDEMPOTENCY "idempotency_key"

#endif
