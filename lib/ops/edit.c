/* ops/edit: fields by name (`set`, `label`, `assign`) and the whole file (`edit`). */
#include "ops/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/event.h"
#include "ops/fields.h"

/* A field with its text before and after. */
struct change {
	char *key, *from, *to, *yaml;
};

struct changes {
	struct change *items;
	size_t n, cap;
};

static void changes_release(struct changes *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->items[i].key);
		free(c->items[i].from);
		free(c->items[i].to);
		free(c->items[i].yaml);
	}
	free(c->items);
}

/* Notes the text of a field before it is changed, once. */
static void before(struct changes *c, const struct tkt_ticket *t, const char *key)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->items[i].key, key) == 0)
			return;
	TKT_GROW(c);
	c->items[c->n++] = (struct change){ tkt_strdup(key), tkt_ticket_text(t, key), NULL, NULL };
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static int assign_all(struct tkt_project *p, const struct tkt_set_req *req, struct tkt_ticket *t,
		      struct changes *c, struct tkt_error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < req->assignments.n; i++) {
		char *key = tkt_assignment_key(req->assignments.items[i]);

		if (key)
			before(c, t, key);
		rc = tkt_ticket_assign(p, t, req->assignments.items[i], req->force, err);
		free(key);
	}
	if (req->add_labels.n || req->drop_labels.n)
		before(c, t, "labels");
	for (size_t i = 0; !rc && i < req->add_labels.n; i++)
		rc = tkt_ticket_put(p, t, "labels", req->add_labels.items[i], req->force, err);
	for (size_t i = 0; !rc && i < req->drop_labels.n; i++)
		tkt_strv_remove(&t->labels, req->drop_labels.items[i]);
	return rc;
}

/* One `blocked`/`unblocked` event an edge, since each names its ticket. */
static void edge_events(struct tkt_project *p, struct tkt_txn *txn, const struct tkt_record *r,
			const struct tkt_strv *was, const struct tkt_strv *is, const char *kind)
{
	for (size_t i = 0; i < is->n; i++) {
		struct tkt_event e;

		if (tkt_strv_has(was, is->items[i]))
			continue;
		tkt_event_make(&e, p, kind, NULL, 0);
		tkt_event_attr_set(&e, "ticket", is->items[i]);
		tkt_txn_event(txn, r->id, r->status, &e);
		tkt_event_release(&e);
	}
}

static void field_event(struct tkt_project *p, struct tkt_txn *txn, const struct tkt_record *r,
			const struct change *c, const char *comment)
{
	bool assignee = strcmp(c->key, "assignee") == 0;
	struct tkt_event e;

	tkt_event_make(&e, p, assignee ? "assigned" : "field_changed", comment,
		       comment ? strlen(comment) : 0);
	if (!assignee)
		tkt_event_attr_set(&e, "field", c->key);
	if (c->from)
		tkt_event_attr_set(&e, "from", c->from);
	if (c->to)
		tkt_event_attr_set(&e, "to", c->to);
	tkt_txn_event(txn, r->id, r->status, &e);
	tkt_event_release(&e);
}

/* The comment stands in the first event. */
static void plan_events(struct tkt_project *p, struct tkt_txn *txn, const struct tkt_record *r,
			const struct tkt_strv *was_blocked_by, const struct tkt_ticket *now,
			const struct changes *c, const char *comment)
{
	for (size_t i = 0; i < c->n; i++) {
		bool edges = strcmp(c->items[i].key, "blocked_by") == 0;

		if (!edges || comment) {
			field_event(p, txn, r, &c->items[i], comment);
			comment = NULL;
		}
		if (edges) {
			edge_events(p, txn, r, was_blocked_by, &now->blocked_by, "blocked");
			edge_events(p, txn, r, &now->blocked_by, was_blocked_by, "unblocked");
		}
	}
}

static void comment_only(struct tkt_project *p, struct tkt_txn *txn, const struct tkt_record *r,
			 const char *text)
{
	struct tkt_event e;

	tkt_event_make(&e, p, "comment", text, strlen(text));
	tkt_txn_event(txn, r->id, r->status, &e);
	tkt_event_release(&e);
}

/* Drops what did not change; the rest gets its new text and YAML. */
static void after(struct changes *c, const struct tkt_ticket *t, struct tkt_changed *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++) {
		struct change *x = &c->items[i];

		x->to = tkt_ticket_text(t, x->key);
		if (same_text(x->from, x->to)) {
			free(x->key);
			free(x->from);
			free(x->to);
			continue;
		}
		x->yaml = tkt_ticket_yaml(t, x->key);
		tkt_changed_diff(out, x->key, x->from, x->to);
		c->items[kept++] = *x;
	}
	c->n = kept;
}

/* What a change may break in other tickets: circles, and slugs that name two. */
static int check_links(struct tkt_project *p, const char *id, const struct tkt_ticket *now,
		       const struct changes *c, struct tkt_error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < c->n; i++)
		if (strcmp(c->items[i].key, "slug") == 0)
			rc = tkt_slug_check(p, id, now->slug, err);
	return rc ? rc : tkt_ticket_no_cycle(p, id, now, err);
}

static int plan_set(void *payload, struct tkt_project *p, struct tkt_txn *txn,
		    struct tkt_record *r, struct tkt_changed *out, struct tkt_error *err)
{
	const struct tkt_set_req *req = payload;
	struct tkt_fm_edits edits = { NULL, 0, 0 };
	struct tkt_strv blocked_by = TKT_STRV_INIT;
	struct changes c = { NULL, 0, 0 };
	const char *comment = req->comment && req->comment[0] ? req->comment : NULL;
	int rc;

	tkt_strv_copy(&blocked_by, &r->ticket.blocked_by);
	rc = assign_all(p, req, &r->ticket, &c, err);
	if (!rc)
		after(&c, &r->ticket, out);
	if (!rc)
		rc = check_links(p, r->id, &r->ticket, &c, err);
	if (rc || (!c.n && !comment))
		goto out;
	if (c.n)
		plan_events(p, txn, r, &blocked_by, &r->ticket, &c, comment);
	else
		comment_only(p, txn, r, comment);
	for (size_t i = 0; i < c.n; i++)
		tkt_fm_edits_set(&edits, c.items[i].key, c.items[i].yaml);
	tkt_edits_touch(&edits, p);
	tkt_txn_edit(txn, r->id, r->status, &edits);
out:
	tkt_fm_edits_release(&edits);
	tkt_strv_release(&blocked_by);
	changes_release(&c);
	return rc;
}

int tkt_op_set(struct tkt_project *p, const struct tkt_set_req *req, struct tkt_changes *out,
	       struct tkt_error *err)
{
	struct tkt_set_req copy = *req;

	if (req->comment && !tkt_utf8_valid(req->comment, strlen(req->comment), NULL))
		return tkt_error_set(err, TKT_EINVALID, "the comment is not valid UTF-8");
	return tkt_change_each(p, &req->refs, req->if_rev, plan_set, &copy, out, err);
}

/* A value that a person typed into the file is held to the same rules as one for `set`. */
static int check_typed(struct tkt_project *p, const struct tkt_fm *fm, const struct tkt_ticket *now,
		       const char *key, struct tkt_error *err)
{
	const struct tkt_field *f = tkt_field_find(key);
	const struct tkt_fm_entry *e = tkt_fm_find(fm, key);
	const struct tkt_strv *list;
	int rc = 0;

	if (!f || f->type == TKT_FIELD_NODE)
		return 0;
	if (f->type == TKT_FIELD_STRING && tkt_field_string(now, f))
		rc = tkt_value_check(p, f, tkt_field_string(now, f), true, err);
	else if (f->type == TKT_FIELD_STRING && f->required && strcmp(key, "assignee") != 0 &&
		 strcmp(key, "legacy_ticket") != 0)
		rc = tkt_error_set(err, TKT_EINVALID, "%s cannot be empty", f->name);
	list = f->type == TKT_FIELD_LIST ? tkt_field_list(now, f) : NULL;
	for (size_t i = 0; !rc && list && i < list->n; i++)
		rc = tkt_value_check(p, f, list->items[i], true, err);
	if (rc)
		tkt_error_at(err, NULL, e ? e->line : 1);
	return rc;
}

static int check_fixed(const struct tkt_ticket *was, const struct tkt_ticket *now,
		       struct tkt_error *err)
{
	const char *const keys[] = { "id", "status", "created_at" };

	for (size_t i = 0; i < TKT_LEN(keys); i++) {
		const struct tkt_field *f = tkt_field_find(keys[i]);

		if (same_text(tkt_field_string(was, f), tkt_field_string(now, f)))
			continue;
		tkt_error_set(err, TKT_EINVALID, "%s cannot be changed by hand", keys[i]);
		if (strcmp(keys[i], "status") == 0)
			tkt_error_hint(err, "use 'tkt status', 'tkt close' or 'tkt reopen'");
		return TKT_EINVALID;
	}
	return 0;
}

/* Every known field, and every unknown key of either side, with its text before. */
static void before_all(struct changes *c, const struct tkt_ticket *was,
		       const struct tkt_ticket *now)
{
	size_t n;
	const struct tkt_field *f = tkt_fields(&n);

	for (size_t i = 0; i < n; i++)
		if (!f[i].fixed)
			before(c, was, f[i].name);
	for (size_t i = 0; i < was->extra.n; i++)
		before(c, was, was->extra.items[i].key);
	for (size_t i = 0; i < now->extra.n; i++)
		before(c, was, now->extra.items[i].key);
}

static bool same_body(const struct tkt_buf *old, const struct tkt_ticket *was, const char *text,
		      size_t len, const struct tkt_ticket *now)
{
	return old->len - was->body == len - now->body &&
	       memcmp(old->ptr + was->body, text + now->body, len - now->body) == 0;
}

static int plan_item_events(struct tkt_project *p, struct tkt_txn *txn, const struct tkt_record *r,
			    const struct tkt_edit_item_req *x, const struct tkt_ticket *now,
			    struct tkt_changed *out, struct tkt_error *err)
{
	struct changes c = { NULL, 0, 0 };
	struct tkt_fm fm = { .items = NULL };
	const char *comment = x->comment;
	char body_key[] = "body";
	int rc = tkt_fm_parse(&fm, x->text, x->len, err);

	if (rc)
		return rc;
	before_all(&c, &r->ticket, now);
	after(&c, now, out);
	for (size_t i = 0; !rc && i < c.n; i++)
		rc = check_typed(p, &fm, now, c.items[i].key, err);
	if (!rc)
		rc = check_links(p, r->id, now, &c, err);
	if (!rc) {
		plan_events(p, txn, r, &r->ticket.blocked_by, now, &c, comment);
		if (!same_body(x->old, &r->ticket, x->text, x->len, now)) {
			struct change body = { body_key, NULL, NULL, NULL };

			field_event(p, txn, r, &body, c.n ? NULL : comment);
			tkt_changed_diff(out, "body", NULL, NULL);
		}
	}
	changes_release(&c);
	tkt_fm_release(&fm);
	return rc;
}

static int plan_item(void *payload, struct tkt_project *p, struct tkt_txn *txn,
		     struct tkt_record *r, struct tkt_changed *out, struct tkt_error *err)
{
	const struct tkt_edit_item_req *x = payload;
	struct tkt_fm_edits edits = { NULL, 0, 0 };
	struct tkt_buf next = TKT_BUF_INIT;
	struct tkt_ticket now;
	int rc;

	if (r->item.len != x->old->len || memcmp(r->item.ptr, x->old->ptr, x->old->len) != 0) {
		rc = tkt_error_set(err, TKT_ECONFLICT, "%s was changed while you edited it",
				   out->key);
		tkt_error_hint(err, "look at it again and put your changes in anew");
		return rc;
	}
	if (x->len == x->old->len && memcmp(x->text, x->old->ptr, x->len) == 0)
		return 0;
	rc = tkt_ticket_parse(&now, x->text, x->len, err);
	if (rc)
		return rc;
	rc = check_fixed(&r->ticket, &now, err);
	tkt_edits_touch(&edits, p);
	if (!rc)
		rc = tkt_fm_apply(&next, x->text, x->len, &edits, err);
	if (!rc) {
		tkt_txn_replace(txn, r->id, r->status, "item.md", x->old, next.ptr, next.len);
		rc = plan_item_events(p, txn, r, x, &now, out, err);
	}
	tkt_buf_release(&next);
	tkt_fm_edits_release(&edits);
	tkt_ticket_release(&now);
	return rc;
}

int tkt_op_edit_item(struct tkt_project *p, const struct tkt_edit_item_req *req, struct tkt_changes *out,
		     struct tkt_error *err)
{
	struct tkt_edit_item_req copy = *req;
	struct tkt_strv refs = TKT_STRV_INIT;
	size_t bad = 0;
	int rc;

	if (req->len > TKT_ITEM_MAX)
		return tkt_error_set(err, TKT_EINVALID, "the text is larger than 1 MiB");
	if (memchr(req->text, '\0', req->len) && !memchr(req->old->ptr, '\0', req->old->len))
		return tkt_error_set(err, TKT_EINVALID, "the text holds a NUL byte");
	if (!tkt_utf8_valid(req->text, req->len, &bad) && tkt_utf8_valid(req->old->ptr, req->old->len, NULL))
		return tkt_error_set(err, TKT_EINVALID, "the text is not valid UTF-8 from byte %zu on", bad + 1);
	if (copy.comment && !*copy.comment)
		copy.comment = NULL;
	tkt_strv_push(&refs, req->ref);
	rc = tkt_change_each(p, &refs, req->if_rev, plan_item, &copy, out, err);
	tkt_strv_release(&refs);
	return rc;
}
