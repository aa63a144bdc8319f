/* ops/comment: one event, and the files that come with it. */
#include "ops/comment.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/event.h"

static bool is_word(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 127 || *s == '>' || *s == '"')
			return false;
	return true;
}

/* The event of a file that is staged under this name, which is taken over. */
static void attached(struct tkt_project *p, struct tkt_txn *t, const struct tkt_record *r, char *name,
		     struct tkt_changed *out)
{
	struct tkt_event e;

	tkt_event_make(&e, p, "artifact_added", NULL, 0);
	tkt_event_attr_set(&e, "artifact", name);
	tkt_txn_event(t, r->id, r->status, &e);
	tkt_event_release(&e);
	TKT_GROW(&out->artifacts);
	out->artifacts.items[out->artifacts.n++] = (struct tkt_artifact){ name, 0 };
}

static int attach(struct tkt_project *p, struct tkt_txn *t, const struct tkt_record *r,
		  const struct tkt_strv *files, const char *wanted, struct tkt_changed *out, struct tkt_error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < files->n; i++) {
		char *name = NULL;

		rc = tkt_txn_attach(t, r->id, r->status, files->items[i], wanted, &name, err);
		if (!rc)
			attached(p, t, r, name, out);
	}
	return rc;
}

static void touch(struct tkt_project *p, struct tkt_txn *t, const struct tkt_record *r)
{
	struct tkt_fm_edits edits = { NULL, 0, 0 };

	tkt_edits_touch(&edits, p);
	tkt_txn_edit(t, r->id, r->status, &edits);
	tkt_fm_edits_release(&edits);
}

static int plan_comment(void *payload, struct tkt_project *p, struct tkt_txn *t,
			struct tkt_record *r, struct tkt_changed *out, struct tkt_error *err)
{
	const struct tkt_comment_req *req = payload;
	struct tkt_event e;
	int rc;

	if (req->idempotency_key && tkt_event_with_key(&r->thread, req->idempotency_key)) {
		out->replayed = true;
		return 0;
	}
	tkt_event_make(&e, p, req->role ? req->role : "comment", req->body, req->body_len);
	if (req->review_status)
		tkt_event_attr_set(&e, "status", req->review_status);
	if (req->idempotency_key)
		tkt_event_attr_set(&e, TKT_ATTR_IDEMPOTENCY, req->idempotency_key);
	tkt_txn_event(t, r->id, r->status, &e);
	tkt_event_release(&e);
	rc = attach(p, t, r, &req->attach, NULL, out, err);
	touch(p, t, r);
	return rc;
}

int tkt_op_comment(struct tkt_project *p, const struct tkt_comment_req *req,
		   struct tkt_changes *out, struct tkt_error *err)
{
	struct tkt_comment_req copy = *req;
	int rc = 0;

	if (req->role && !is_word(req->role))
		rc = tkt_error_set(err, TKT_EUSAGE, "role '%s' is not one word", req->role);
	else if (req->role && strcmp(req->role, "review") == 0 && !req->review_status)
		rc = tkt_error_set(err, TKT_EUSAGE, "a review approves or requests changes");
	else if (req->body_len > TKT_EVENT_MAX)
		rc = tkt_error_set(err, TKT_EINVALID, "the text is larger than 1 MiB");
	else if (!tkt_utf8_valid(req->body ? req->body : "", req->body_len, NULL))
		rc = tkt_error_set(err, TKT_EINVALID, "the text is not valid UTF-8");
	else if (req->body && memchr(req->body, '\0', req->body_len))
		rc = tkt_error_set(err, TKT_EINVALID, "the text holds a NUL byte");
	if (!rc && req->idempotency_key)
		rc = tkt_idempotency_check(req->idempotency_key, err);
	return rc ? rc : tkt_change_each(p, &req->refs, req->if_rev, plan_comment, &copy, out, err);
}

static int plan_attach(void *payload, struct tkt_project *p, struct tkt_txn *t,
		       struct tkt_record *r, struct tkt_changed *out, struct tkt_error *err)
{
	const struct tkt_attach_req *req = payload;
	char *name = NULL;
	int rc;

	if (req->bytes) {
		rc = tkt_txn_attach_bytes(t, r->id, r->status, req->name, req->bytes->ptr, req->bytes->len, &name, err);
		if (!rc)
			attached(p, t, r, name, out);
	} else {
		rc = attach(p, t, r, &req->files, req->name, out, err);
	}
	touch(p, t, r);
	return rc;
}

int tkt_op_attach(struct tkt_project *p, const struct tkt_attach_req *req, struct tkt_changes *out,
		  struct tkt_error *err)
{
	struct tkt_attach_req copy = *req;
	struct tkt_strv refs = TKT_STRV_INIT;
	int rc;

	if (req->name && (!*req->name || strchr(req->name, '/')))
		return tkt_error_set(err, TKT_EUSAGE, "'%s' is no name of a file", req->name);
	tkt_strv_push(&refs, req->ref);
	rc = tkt_change_each(p, &refs, req->if_rev, plan_attach, &copy, out, err);
	tkt_strv_release(&refs);
	return rc;
}
