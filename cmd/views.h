/* views: what the three views (out_human, out_line, out_json) have in common. Only out*.c include it. */
#ifndef VIEWS_H
#define VIEWS_H

#include "out.h"

void human_list(struct cli *c, const struct tkt_list *list);
void human_show(struct cli *c, const struct tkt_row *row);
void human_created(struct cli *c, const struct tkt_created *created);
void human_changed(struct cli *c, const struct tkt_changed *changed, const char *said);
void human_history(struct cli *c, const struct tkt_row *row);

void human_search(struct cli *c, const struct tkt_search *found, bool explain);
void human_related(struct cli *c, const struct tkt_related *related);
void human_duplicates(struct cli *c, const struct tkt_duplicates *found);

void line_search(struct cli *c, const struct tkt_search *found, bool explain);
void line_related(struct cli *c, const struct tkt_related *related);
void line_duplicates(struct cli *c, const struct tkt_duplicates *found);
void line_index(struct cli *c, const struct tkt_index_answer *answer);

void json_search(struct cli *c, const struct tkt_search *found, const struct tkt_buf *text, bool explain);
void json_related(struct cli *c, const struct tkt_related *related);
void json_duplicates(struct cli *c, const struct tkt_duplicates *found);
void json_index(struct cli *c, const struct tkt_index_answer *answer);

struct tkt_json *json_refs(const struct tkt_refs *refs); /* out_refs.c: the tickets */
void out_patch(struct cli *c, const struct tkt_git_file *f, bool raw); /* out_patch.c */

void line_list(struct cli *c, const struct tkt_list *list);
void line_show(struct cli *c, const struct tkt_row *row);
void line_changed(struct cli *c, const struct tkt_changed *changed, const char *said);
void line_history(struct cli *c, const struct tkt_row *row);

void json_list(struct cli *c, const struct tkt_list *list);
void json_show(struct cli *c, const struct tkt_list *list);
void json_created(struct cli *c, const struct tkt_created *created, const struct tkt_similar *similar);
void json_changes(struct cli *c, const struct tkt_changes *changes);
void json_history(struct cli *c, const struct tkt_row *row);
struct tkt_json *json_error(const struct tkt_error *err);

/* events.c: an event in a few words: "priority: P2 → P1", "comment", "review: approve". Safe text. */
void event_words(struct tkt_buf *out, const struct tkt_event *e);
/* Does it only say what event_words says (an entry of the audit trail), with no text of a person? */
bool event_is_bare(const struct tkt_event *e);
/* How many of the last events are shown: the index of the first. */
size_t event_first(const struct tkt_thread *t, long wanted);
/* out_search.c: "title", "comments", ..., "id" for each bit of a hit, in one order; NULL behind the last. */
const char *matched_name(unsigned matched, size_t i);
/* The passage as it stands, with **matches**; one that is bold already gets no more stars. Not yet safe. */
void snippet_marked(struct tkt_buf *out, const struct tkt_snippet *s);
/* How the score of a hit is made, in words: of the whole answer. */
void explain_words(struct tkt_buf *out, const struct tkt_search *found);
/* P0-P4 for the words that are read as such, else the word itself; never NULL. */
const char *shown_priority(const char *word);

#endif
