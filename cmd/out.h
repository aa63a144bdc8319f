/* out: the views of results. One function a kind of result; each picks the view of the call
 * (terminal, pipe, JSON) and adds to c->out. What comes from files or arguments passes
 * tkt_str_visible in the two text views and is scrubbed in JSON. */
#ifndef OUT_H
#define OUT_H

#include "cmd.h"
#include "ops/branches.h"
#include "ops/change.h"
#include "ops/create.h"
#include "ops/diff.h"
#include "ops/drift.h"
#include "ops/duplicates.h"
#include "ops/hooks.h"
#include "ops/index.h"
#include "ops/init.h"
#include "ops/links.h"
#include "ops/list.h"
#include "ops/refs.h"
#include "ops/related.h"
#include "ops/search.h"
#include "ops/similar.h"
#include "text/json.h"

/* The one JSON document of a call: {"schema":1,"kind":kind,"data":data,"warnings":[...]}; data is taken. */
void out_json(struct cli *c, const char *kind, struct tkt_json *data);
/* The error: to standard error, or as the JSON document. */
void out_error(struct cli *c, const struct tkt_error *err);

/* A ticket as JSON (out_json_ticket.c): summary fields, full: body, events, artifacts, resolution. */
struct tkt_json *json_ticket(struct cli *c, const struct tkt_row *row, bool full);
struct tkt_json *json_event(const struct tkt_event *e);
/* A commit of a ticket (out_commits.c). */
struct tkt_json *json_commit(const struct tkt_link *l);
/* All of a row that asked for them; null: there is no repository, or its history cannot be read. */
struct tkt_json *json_row_commits(const struct tkt_row *row);
/* id, key, title, status; and a score, to four places (out_json_search.c). */
struct tkt_json *json_brief(const struct tkt_brief *b);
struct tkt_json *json_score(double score);
/* The fields asked for with --json=a,b, in that order. */
struct tkt_json *json_ticket_fields(struct cli *c, const struct tkt_row *row,
				    const struct tkt_strv *fields);
/* TKT_EUSAGE for a field that no ticket has (the hint lists them). *want: TKT_ROW_* that they need. */
int json_fields_check(const struct tkt_strv *fields, unsigned *want, struct tkt_error *err);

enum list_format { LIST_AUTO, LIST_TABLE, LIST_TSV, LIST_IDS, LIST_KEYS, LIST_REFS };
void out_list(struct cli *c, const struct tkt_list *list, enum list_format format);

/* cli->events tells how many events. raw: the files' bytes. */
void out_show(struct cli *c, const struct tkt_list *list, bool raw);
/* similar: what was there before. Warned of in the text views, unless `told`; part of the JSON answer. */
void out_created(struct cli *c, const struct tkt_created *created, const struct tkt_similar *similar,
		 bool told);
/* "likely a duplicate of KEY  title (open, 0.91)", safe text without a line end. */
void out_similar_words(struct tkt_buf *b, const struct tkt_similar_hit *hit);
/* `said` is what was done in words, for a change without field differences: "commented", or NULL. */
void out_changes(struct cli *c, const struct tkt_changes *changes, const char *said);
void out_history(struct cli *c, const struct tkt_row *row);
/* out_search.c. `text` is what was searched for. */
void out_search(struct cli *c, const struct tkt_search *found, const struct tkt_buf *text, bool explain);
void out_related(struct cli *c, const struct tkt_related *related);
void out_duplicates(struct cli *c, const struct tkt_duplicates *found);
void out_index(struct cli *c, const struct tkt_index_answer *answer);
void out_refs(struct cli *c, const struct tkt_refs *refs); /* out_refs.c */
/* out_diff.c. stat: without patches; raw: their bytes as they are (not for a terminal). */
void out_diff(struct cli *c, const struct tkt_commit_diff *diff, bool stat, bool raw);
/* out_commits.c */
void out_commits(struct cli *c, const struct tkt_links *links);
void out_linked(struct cli *c, const struct tkt_linked *linked, bool unlink);
void out_applied(struct cli *c, const struct tkt_applied *applied, bool dry_run);
void out_branches(struct cli *c, const struct tkt_branches *found); /* out_branches.c */
void out_drift(struct cli *c, const struct tkt_drift *found);       /* out_drift.c */
/* out_hooks.c. plan: what would be done, in words to come. */
void out_hooks(struct cli *c, const struct tkt_hooks_answer *a, enum tkt_hooks_action action, bool plan);

/* Text that came from outside, made safe: fields on one line; text keeps newlines and tabs. */
void out_field(struct tkt_buf *b, const char *s); /* NULL: nothing */
const char *out_next_field(struct tkt_buf *b, const char *s); /* the same; returns what stands behind its NUL */
void out_text(struct tkt_buf *b, const char *s, size_t n);

#endif
