/* index/doc: a ticket as text to be found: title, labels, body, comments, resolution, artifacts. Floor 3. */
#ifndef TKT_INDEX_DOC_H
#define TKT_INDEX_DOC_H

#include "base/str.h"
#include "store/store.h"

enum tkt_doc_field {
	TKT_DOC_TITLE, TKT_DOC_LABELS, TKT_DOC_BODY, TKT_DOC_COMMENTS, TKT_DOC_RESOLUTION,
	TKT_DOC_ARTIFACTS, TKT_DOC_FIELDS
};
const char *tkt_doc_field_name(enum tkt_doc_field f); /* "title", "labels", "body", ... as in matched_in */

struct tkt_doc_part {
	enum tkt_doc_field field;
	struct tkt_str text; /* valid UTF-8; borrowed from the doc or its record */
};

/* In order: title first (one part, maybe empty), then labels (one part: labels, scope, risk flags, aliases,
 * references), body (errors, warnings and action_required in a part of their own), each comment (the preamble,
 * bodies of events, headings that say more than the kind; none of a state event without words, nor of a `create`
 * event that repeats title or body or tells only which program made it), the resolution (a `close` event of the
 * same words is not told twice), text artifacts (UTF-8 without NUL, the first 64 KiB of each, 256 KiB in all). */
struct tkt_doc {
	struct tkt_record record;
	struct tkt_doc_part *items;
	size_t n, cap;
	struct tkt_strv own; /* texts made up here */
};

/* Reads all files of a ticket. What cannot be read beside item.md is left out (tkt_index_partial tells of it).
 * Errors as tkt_store_load_at. */
int tkt_doc_load(struct tkt_store *s, const struct tkt_name *name, struct tkt_doc *out,
		 struct tkt_error *err);
/* Only those of the files in `want` (TKT_READ_*) that can be read; false: item.md cannot. For the index, which
 * fills the parts by itself. */
bool tkt_doc_load_part(struct tkt_store *s, const struct tkt_name *name, unsigned want, struct tkt_doc *out);
/* One that is no ticket yet: title and body as `create` has them. Copies. */
void tkt_doc_make(struct tkt_doc *out, const char *title, const char *labels, const char *body);
void tkt_doc_release(struct tkt_doc *d);
/* The parts of a record that is read already (to its full extent, or as far as its files could be read). */
void tkt_doc_fill(struct tkt_store *s, struct tkt_doc *d);

#endif
