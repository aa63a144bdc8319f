/* ops/edit: fields, labels, assignee, and whole-file edits. Floor 5. */
#ifndef TKT_OPS_EDIT_H
#define TKT_OPS_EDIT_H

#include "ops/change.h"

struct tkt_set_req {
	struct tkt_strv refs;
	struct tkt_strv assignments; /* KEY=VALUE sets; KEY= or KEY=null takes an optional key away;
	                                for lists KEY=a,b sets, KEY+=a adds, KEY-=a removes */
	struct tkt_strv add_labels, drop_labels;
	const char *comment; /* body of the events, or NULL */
	const char *if_rev;
	bool force;          /* kinds and columns unknown to config.yml */
};

/* Every field that really changes is one `field_changed` event (assignee: `assigned`). No change, no event, no write. */
int tkt_op_set(struct tkt_project *p, const struct tkt_set_req *req, struct tkt_changes *out,
	       struct tkt_error *err);

struct tkt_edit_item_req {
	const char *ref;
	const struct tkt_buf *old; /* item.md as it was given to the editor */
	const char *text;          /* and as the user left it, whole */
	size_t len;
	const char *comment;       /* body of the events, or NULL */
	const char *if_rev;
};

/* `tkt edit`. Refused with the line where the text does not parse (TKT_EINVALID) or changes id, status or created_at;
 * TKT_ECONFLICT where item.md is no longer `old`. updated_at is set here. Fields and body that changed become events. */
int tkt_op_edit_item(struct tkt_project *p, const struct tkt_edit_item_req *req, struct tkt_changes *out,
		     struct tkt_error *err);

#endif
