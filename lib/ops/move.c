/* ops/move: open, pending, closed - the directory, the frontmatter and the event together. */
#include "ops/move.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/event.h"
#include "ops/links.h"
#include "store/scan.h"

static const char *kind_of(const struct tkt_move_req *req, const struct tkt_record *r)
{
	if (req->to == TKT_CLOSED)
		return "close";
	return r->status == TKT_CLOSED ? "reopened" : "status_changed";
}

/* A text given with a change that is none is still a text: it becomes a comment. */
static void plan_comment(struct tkt_project *p, struct tkt_txn *t, const struct tkt_record *r,
			 const char *text, size_t len)
{
	struct tkt_fm_edits edits = { NULL, 0, 0 };
	struct tkt_event e;

	tkt_event_make(&e, p, "comment", text, len);
	tkt_txn_event(t, r->id, r->status, &e);
	tkt_event_release(&e);
	tkt_edits_touch(&edits, p);
	tkt_txn_edit(t, r->id, r->status, &edits);
	tkt_fm_edits_release(&edits);
}

/* Asked to go where it is: an error for close and reopen, nothing to do for status. */
static int stays(const struct tkt_move_req *req, struct tkt_project *p, struct tkt_txn *t,
		 const struct tkt_record *r, const struct tkt_changed *out, struct tkt_error *err)
{
	if (req->to == TKT_CLOSED && req->strict) {
		int rc = tkt_error_set(err, TKT_EEXISTS, "%s is closed already", out->key);

		tkt_error_hint(err, "'tkt comment %s' adds to it; 'tkt reopen %s' opens it again",
			       out->key, out->key);
		return rc;
	}
	if (req->reopen)
		return tkt_error_set(err, TKT_EEXISTS, "%s is not closed", out->key);
	if (req->text)
		plan_comment(p, t, r, req->text, req->text_len);
	return 0;
}

static void plan_resolution(struct tkt_txn *t, const struct tkt_record *r, const char *text,
			    size_t len)
{
	struct tkt_buf body = TKT_BUF_INIT;

	tkt_buf_add(&body, text, len);
	if (!len || text[len - 1] != '\n')
		tkt_buf_putc(&body, '\n');
	tkt_txn_replace(t, r->id, r->status, "resolution.md",
			r->has_resolution ? &r->resolution : NULL, body.ptr, body.len);
	tkt_buf_release(&body);
}

static void plan_event(const struct tkt_move_req *req, struct tkt_project *p, struct tkt_txn *t,
		       const struct tkt_record *r, const char *text, size_t len)
{
	struct tkt_event e;

	tkt_event_make(&e, p, kind_of(req, r), text, len);
	if (req->to == TKT_CLOSED) {
		tkt_event_attr_set(&e, "status", "closed");
		if (r->status != TKT_OPEN)
			tkt_event_attr_set(&e, "from", tkt_status_name(r->status));
		if (req->commit)
			tkt_event_attr_set(&e, "commit", req->commit);
	} else {
		tkt_event_attr_set(&e, "from", tkt_status_name(r->status));
		tkt_event_attr_set(&e, "to", tkt_status_name(req->to));
	}
	tkt_txn_event(t, r->id, req->to, &e);
	tkt_event_release(&e);
}

static void plan_edits(const struct tkt_move_req *req, struct tkt_project *p, struct tkt_txn *t,
		       const struct tkt_record *r, struct tkt_changed *out)
{
	const struct tkt_board *b = tkt_config_board(&p->config, r->ticket.workflow);
	const struct tkt_column *c = NULL;
	struct tkt_fm_edits edits = { NULL, 0, 0 };

	tkt_fm_edits_set(&edits, "status", tkt_status_name(req->to));
	tkt_edits_touch(&edits, p);
	/* A column belongs to one status; without one the ticket stands in the first of the new status. */
	if (r->ticket.column && b)
		c = tkt_board_column(b, r->ticket.column);
	if (r->ticket.column && (!c || c->status != req->to)) {
		tkt_fm_edits_set(&edits, "column", NULL);
		tkt_changed_diff(out, "column", r->ticket.column, NULL);
	}
	tkt_txn_edit(t, r->id, req->to, &edits);
	tkt_fm_edits_release(&edits);
}

static int plan_move(void *payload, struct tkt_project *p, struct tkt_txn *t,
		     struct tkt_record *r, struct tkt_changed *out, struct tkt_error *err)
{
	const struct tkt_move_req *req = payload;
	const struct tkt_board *b = tkt_config_board(&p->config, r->ticket.workflow);
	const char *text = req->text;
	size_t len = req->text_len;

	if (r->status == req->to)
		return stays(req, p, t, r, out, err);
	if (req->reopen && r->status != TKT_CLOSED)
		return tkt_error_set(err, TKT_EEXISTS, "%s is not closed", out->key);
	if (r->status == TKT_CLOSED && b && !b->allow_reopen)
		return tkt_error_set(err, TKT_ECONFLICT,
				     "config.yml does not allow to reopen %s (board.settings.allow_reopen)",
				     out->key);
	if (req->to == TKT_CLOSED && !text) {
		text = "Closed.\n";
		len = strlen(text);
	}
	if (req->to == TKT_CLOSED)
		plan_resolution(t, r, text, len);
	tkt_txn_move(t, r->id, r->status, req->to);
	tkt_changed_diff(out, "status", tkt_status_name(r->status), tkt_status_name(req->to));
	plan_edits(req, p, t, r, out);
	plan_event(req, p, t, r, text, len);
	return 0;
}

static bool waits_for(const struct tkt_ticket *t, const struct tkt_changes *closed)
{
	for (size_t i = 0; i < closed->n; i++)
		if (tkt_strv_has(&t->blocked_by, closed->items[i].id))
			return true;
	return false;
}

static bool is_free(struct tkt_project *p, const struct tkt_ticket *t)
{
	enum tkt_status status;

	for (size_t i = 0; i < t->blocked_by.n; i++)
		if (tkt_store_where(p->store, t->blocked_by.items[i], &status, NULL) == 0 &&
		    status != TKT_CLOSED)
			return false;
	return true;
}

/* Which tickets waited only for these? One reading of all that is not closed. */
static int find_unblocked(struct tkt_project *p, struct tkt_changes *closed, struct tkt_error *err)
{
	struct tkt_names names = { .n = 0 };
	struct tkt_scan files;
	int rc = tkt_store_names(p->store, 1u << TKT_OPEN | 1u << TKT_PENDING, &names, err);

	tkt_scan_open(&files, p->store);
	for (size_t i = 0; !rc && i < names.n; i++) {
		struct tkt_record r;

		if (tkt_scan_read(&files, &names.items[i], &r, NULL) != 0)
			continue;
		if (waits_for(&r.ticket, closed) && is_free(p, &r.ticket))
			for (size_t c = 0; c < closed->n; c++)
				if (tkt_strv_has(&r.ticket.blocked_by, closed->items[c].id))
					tkt_strv_push(&closed->items[c].unblocked, r.id);
		tkt_record_release(&r);
	}
	tkt_scan_close(&files);
	tkt_names_release(&names);
	return rc;
}

int tkt_op_move(struct tkt_project *p, const struct tkt_move_req *req, struct tkt_changes *out,
		struct tkt_error *err)
{
	struct tkt_move_req copy = *req;
	char *sha = NULL;
	int rc = 0;

	if (req->text && req->text_len > TKT_EVENT_MAX)
		rc = tkt_error_set(err, TKT_EINVALID, "the text is larger than 1 MiB");
	else if (req->text && !tkt_utf8_valid(req->text, req->text_len, NULL))
		rc = tkt_error_set(err, TKT_EINVALID, "the text is not valid UTF-8");
	else if (req->text && memchr(req->text, '\0', req->text_len))
		rc = tkt_error_set(err, TKT_EINVALID, "the text holds a NUL byte");
	if (!rc && req->commit)
		rc = tkt_commit_named(p, req->commit, &sha, err);
	copy.commit = sha;
	if (!rc)
		rc = tkt_change_each(p, &req->refs, req->if_rev, plan_move, &copy, out, err);
	free(sha);
	if (!rc && req->to == TKT_CLOSED && req->want_unblocked)
		rc = find_unblocked(p, out, err);
	return rc;
}
