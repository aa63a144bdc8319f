/* ops/links_apply: what commits on the main branch say they close is closed. */
#include "ops/links_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "ops/move.h"
#include "ops/reverts.h"
#include "text/message.h"

#define SHORT 10 /* digits of a commit in the resolution */

void tkt_applied_release(struct tkt_applied *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n; i++) {
		struct tkt_apply_item *item = &a->items[i];

		free(item->id);
		free(item->key);
		free(item->title);
		free(item->sha);
		free(item->subject);
		tkt_strv_release(&item->unblocked);
	}
	free(a->items);
	memset(a, 0, sizeof *a);
}

/* --- may this commit close it? --- */

static const char *by_the_thread(const struct tkt_thread *thread, const char *sha, int64_t time)
{
	struct tkt_by_hands hands = { NULL, 0, 0 };
	const char *why = NULL;
	tkt_time at;

	tkt_by_hand(thread, &hands);
	for (size_t i = 0; i < hands.n; i++)
		if (!hands.items[i].linked && tkt_sha_same(hands.items[i].sha, sha))
			why = "the commit was unlinked";
	tkt_by_hands_release(&hands);
	for (size_t i = 0; !why && i < thread->n; i++) {
		const struct tkt_event *e = &thread->items[i];
		const char *commit = tkt_event_attr(e, "commit");

		if (strcmp(e->kind, "close") == 0 && commit && tkt_is_sha(commit) && tkt_sha_same(commit, sha))
			why = "the commit closed it before";
		else if (strcmp(e->kind, "reopened") == 0 && tkt_time_parse(e->at, strlen(e->at), &at) && at >= time)
			why = "it was reopened after the commit";
	}
	return why;
}

static int close_it(struct tkt_project *p, const struct tkt_record *r, const char *verb, struct tkt_apply_item *item,
		    struct tkt_error *err)
{
	struct tkt_move_req req = { .to = TKT_CLOSED, .commit = item->sha, .if_rev = r->rev, .want_unblocked = true };
	struct tkt_changes changes = { NULL, 0, 0 };
	struct tkt_buf text = TKT_BUF_INIT, safe = TKT_BUF_INIT;
	int rc;

	tkt_str_visible(&safe, item->subject ? item->subject : "", item->subject ? strlen(item->subject) : 0, "");
	tkt_buf_printf(&text, "%s by %.*s %s\n", verb, SHORT, item->sha, safe.ptr);
	tkt_strv_push(&req.refs, item->id);
	req.text = text.ptr;
	req.text_len = text.len;
	rc = tkt_op_move(p, &req, &changes, err);
	if (!rc && changes.n)
		tkt_strv_copy(&item->unblocked, &changes.items[0].unblocked);
	tkt_changes_release(&changes);
	tkt_strv_release(&req.refs);
	tkt_buf_release(&text);
	tkt_buf_release(&safe);
	return rc;
}

/* --- ticket by ticket --- */

/* By ticket, the newest commit first. */
static int by_ticket(const void *a, const void *b)
{
	const struct tkt_reference *x = a, *y = b;
	int order = strcmp(x->id ? x->id : "", y->id ? y->id : "");

	if (order)
		return order;
	return x->hit.n != y->hit.n ? (x->hit.n < y->hit.n) - (x->hit.n > y->hit.n) : strcmp(x->hit.name, y->hit.name);
}

static void fill(struct tkt_project *p, const struct tkt_record *r, const struct tkt_links_hit *hit,
		 struct tkt_apply_item *out)
{
	struct tkt_buf key = TKT_BUF_INIT;
	char sha[TKT_OID_HEX];

	memset(out, 0, sizeof *out);
	tkt_store_key(&key, p->config.prefix, r->id);
	tkt_oid_hex(&hit->oid, sha);
	out->id = tkt_strdup(r->id);
	out->key = tkt_buf_detach(&key);
	out->title = tkt_strdup_null(r->ticket.title);
	out->sha = tkt_strdup(sha);
	out->subject = tkt_strdup_null(hit->subject);
}

/* What was taken back on the main branch closes nothing any more. Mostly there is nothing to ask for. */
static int leave_reverted(struct tkt_project *p, struct tkt_references *refs, struct tkt_error *err)
{
	struct tkt_index *x = tkt_project_index(p);
	struct tkt_index_set reverted = { NULL, 0, 0 };
	int64_t oldest = INT64_MAX;
	int rc = 0;

	for (size_t i = 0; i < refs->n; i++) {
		const struct tkt_reference *ref = &refs->items[i];
		enum tkt_status status;
		int64_t n;

		if (!ref->id || !ref->merged || tkt_store_where(p->store, ref->id, &status, NULL) != 0 || status == TKT_CLOSED)
			continue;
		n = tkt_links_number(x, &ref->hit.oid);
		if (n > 0 && n < oldest)
			oldest = n;
	}
	if (oldest != INT64_MAX)
		rc = tkt_reverts_on_main(p, oldest, &reverted, err);
	for (size_t i = 0; !rc && reverted.n && i < refs->n; i++)
		if (tkt_index_set_has(&reverted, tkt_links_number(x, &refs->items[i].hit.oid)))
			refs->items[i].hit.closes = false;
	tkt_index_set_release(&reverted);
	return rc;
}

/* Where merges count, they close like words. */
static void leave_words(const struct tkt_apply_req *req, struct tkt_references *refs)
{
	for (size_t i = 0; i < refs->n; i++) {
		struct tkt_reference *ref = &refs->items[i];

		ref->hit.closes |= req->merges && ref->hit.way == TKT_REF_MERGE;
		ref->merged &= ref->hit.closes;
	}
}

/* The references of one ticket. The newest commit that may close it does; where none may, the newest
 * tells why. */
static int apply(struct tkt_project *p, const struct tkt_reference *refs, size_t n, bool dry_run,
		 struct tkt_applied *out, struct tkt_error *err)
{
	const struct tkt_links_hit *hit = NULL;
	const char *why = NULL;
	struct tkt_apply_item *item;
	struct tkt_record r;
	int rc;

	tkt_record_init(&r);
	rc = tkt_store_load(p->store, refs[0].id, TKT_READ_ITEM | TKT_READ_THREAD, &r, err);
	if (rc || r.status == TKT_CLOSED)
		goto out;
	for (size_t i = 0; i < n; i++) {
		const struct tkt_links_hit *h = &refs[i].hit;
		char sha[TKT_OID_HEX];
		const char *no;

		if (!refs[i].merged)
			continue;
		tkt_oid_hex(&h->oid, sha);
		no = by_the_thread(&r.thread, sha, h->time);
		if (!no && !h->closes)
			no = "the commit was reverted";
		if (!hit || (why && !no)) {
			hit = h;
			why = no;
		}
	}
	if (!hit)
		goto out;
	TKT_GROW(out);
	item = &out->items[out->n++];
	fill(p, &r, hit, item);
	item->skipped = why;
	if (!why && !dry_run)
		rc = close_it(p, &r, hit->way == TKT_REF_MERGE ? "Merged" : "Fixed", item, err);
out:
	tkt_record_release(&r);
	return rc;
}

static int check(const struct tkt_history *h, struct tkt_error *err)
{
	if (h->known && h->whole)
		return 0;
	tkt_error_set(err, TKT_EIO, "cannot tell what history closes: %s", h->why ? h->why : "it is unknown");
	if (h->known)
		tkt_error_hint(err, "nothing was closed; 'git fetch --unshallow' brings the rest of history");
	return TKT_EIO;
}

int tkt_op_link_apply(struct tkt_project *p, const struct tkt_apply_req *req, struct tkt_applied *out,
		      struct tkt_error *err)
{
	struct tkt_references refs = { NULL, 0, 0 };
	struct tkt_history h;
	bool mains = false;
	int rc = tkt_links_refresh(p, false, true, &h, err);

	memset(out, 0, sizeof *out);
	if (rc)
		return rc;
	rc = check(&h, err);
	if (!rc)
		rc = tkt_links_references(p, !req->merges, &refs, &mains, err);
	if (!rc && !mains) {
		rc = tkt_error_set(err, TKT_ENOTFOUND, "there is no main branch");
		tkt_error_hint(err, "'git config tkt.mainBranch NAME' says which one it is");
	}
	if (!rc && refs.n > 1)
		qsort(refs.items, refs.n, sizeof *refs.items, by_ticket);
	leave_words(req, &refs);
	if (!rc)
		rc = leave_reverted(p, &refs, err);
	for (size_t i = 0, n; !rc && i < refs.n; i += n) {
		for (n = 1; i + n < refs.n && refs.items[i].id && refs.items[i + n].id &&
			    strcmp(refs.items[i].id, refs.items[i + n].id) == 0;)
			n++;
		if (refs.items[i].id)
			rc = apply(p, &refs.items[i], n, req->dry_run, out, err);
	}
	tkt_references_release(&refs);
	tkt_history_release(&h);
	if (rc)
		tkt_applied_release(out);
	return rc;
}
