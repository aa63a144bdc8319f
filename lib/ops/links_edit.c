/* ops/links_edit: people link commits and take them away. */
#include "ops/links_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/event.h"

void tkt_linked_release(struct tkt_linked *l)
{
	if (!l)
		return;
	tkt_changes_release(&l->changes);
	for (size_t i = 0; i < l->commits.n; i++)
		free(l->commits.items[i].subject);
	free(l->commits.items);
	memset(l, 0, sizeof *l);
}

static struct tkt_linked_commit *add(struct tkt_linked *out, const char *sha)
{
	struct tkt_linked_commit *c;

	for (size_t i = 0; i < out->commits.n; i++)
		if (strcmp(out->commits.items[i].sha, sha) == 0)
			return &out->commits.items[i];
	TKT_GROW(&out->commits);
	c = &out->commits.items[out->commits.n++];
	memset(c, 0, sizeof *c);
	memcpy(c->sha, sha, strlen(sha)); /* of a struct tkt_link or an oid: it fits */
	return c;
}

static char *subject_of(struct tkt_git *g, const struct tkt_oid *oid)
{
	struct tkt_git_commit c;
	char *subject = NULL;

	memset(&c, 0, sizeof c);
	if (tkt_git_commit(g, oid, &c, NULL) == 0)
		subject = tkt_git_subject(&c);
	tkt_git_commit_release(&c);
	return subject;
}

/* --- which commits --- */

static int find_commits(struct tkt_project *p, const struct tkt_strv *revs, struct tkt_linked *out,
			struct tkt_error *err)
{
	struct tkt_git *g = NULL;
	int rc = tkt_project_git(p, &g, err);

	for (size_t i = 0; !rc && i < revs->n; i++) {
		struct tkt_linked_commit *c;
		struct tkt_oid oid;
		char sha[TKT_OID_HEX];

		rc = tkt_git_resolve(g, revs->items[i], &oid, err);
		if (rc)
			break;
		tkt_oid_hex(&oid, sha);
		c = add(out, sha);
		if (!c->subject)
			c->subject = subject_of(g, &oid);
	}
	return rc;
}

/* For unlink: a linked commit by its digits, also when it is gone from the repository; else as
 * above. */
static int find_linked(struct tkt_project *p, const struct tkt_link_req *req, struct tkt_linked *out,
		       struct tkt_error *err)
{
	struct tkt_git *g = NULL;
	struct tkt_links links;
	int rc = tkt_op_commits(p, req->ref, 0, &links, err);

	for (size_t i = 0; !rc && i < req->commits.n; i++) {
		const char *rev = req->commits.items[i];
		const struct tkt_link *hit = NULL;
		struct tkt_error e = TKT_ERROR_INIT;
		char sha[TKT_OID_HEX] = "";
		struct tkt_oid oid;
		size_t hits = 0;
		int code = tkt_project_git(p, &g, &e);

		if (!code)
			code = tkt_git_resolve(g, rev, &oid, &e);
		if (!code)
			tkt_oid_hex(&oid, sha);
		for (size_t k = 0; k < links.n; k++) {
			bool same = code ? tkt_is_sha(rev) && tkt_sha_same(rev, links.items[k].sha) :
					   tkt_sha_same(sha, links.items[k].sha);

			hits += same;
			hit = same ? &links.items[k] : hit;
		}
		if (hits > 1)
			rc = tkt_error_set(err, TKT_EAMBIGUOUS, "'%s' names %zu commits of %s", rev, hits, req->ref);
		else if (!hits && code && !tkt_is_sha(rev))
			rc = tkt_error_move(err, &e);
		else if (!hits)
			rc = tkt_error_set(err, TKT_ENO, "commit '%s' is not linked to %s", rev, req->ref);
		if (hits == 1 && !rc) {
			struct tkt_linked_commit *c = add(out, hit->sha);

			if (!c->subject)
				c->subject = tkt_strdup_null(hit->subject);
		}
		tkt_error_release(&e);
	}
	tkt_links_release(&links);
	return rc;
}

/* --- events --- */

struct plan {
	const struct tkt_link_req *req;
	struct tkt_linked *out;
};

static const struct tkt_by_hand *said_of(const struct tkt_by_hands *hands, const char *sha)
{
	for (size_t i = 0; i < hands->n; i++)
		if (tkt_sha_same(hands->items[i].sha, sha))
			return &hands->items[i];
	return NULL;
}

static void put_event(struct tkt_project *p, struct tkt_txn *t, const struct tkt_record *r, const char *sha,
		      bool unlink)
{
	struct tkt_event e;

	tkt_event_make(&e, p, unlink ? "commit_unlinked" : "commit_linked", NULL, 0);
	tkt_event_attr_set(&e, "commit", sha);
	if (!unlink)
		tkt_event_attr_set(&e, "method", "manual");
	tkt_txn_event(t, r->id, r->status, &e);
	tkt_event_release(&e);
}

static int plan_link(void *payload, struct tkt_project *p, struct tkt_txn *t, struct tkt_record *r,
		     struct tkt_changed *out, struct tkt_error *err)
{
	struct plan *plan = payload;
	struct tkt_fm_edits edits = { NULL, 0, 0 };
	struct tkt_by_hands hands = { NULL, 0, 0 };
	bool unlink = plan->req->unlink, any = false;

	(void)err;
	tkt_by_hand(&r->thread, &hands);
	for (size_t i = 0; i < plan->out->commits.n; i++) {
		struct tkt_linked_commit *c = &plan->out->commits.items[i];
		const struct tkt_by_hand *said = said_of(&hands, c->sha);

		c->done = !said || said->linked == unlink;
		if (!c->done)
			continue;
		any = true;
		put_event(p, t, r, c->sha, unlink);
		tkt_changed_diff(out, "commit", unlink ? c->sha : NULL, unlink ? NULL : c->sha);
	}
	if (any) {
		tkt_edits_touch(&edits, p);
		tkt_txn_edit(t, r->id, r->status, &edits);
	}
	tkt_fm_edits_release(&edits);
	tkt_by_hands_release(&hands);
	return 0;
}

int tkt_op_link(struct tkt_project *p, const struct tkt_link_req *req, struct tkt_linked *out, struct tkt_error *err)
{
	struct plan plan = { req, out };
	struct tkt_strv refs = TKT_STRV_INIT;
	char *id = NULL;
	int rc = tkt_project_resolve(p, req->ref, &id, err);

	memset(out, 0, sizeof *out);
	if (rc)
		return rc;
	tkt_strv_take(&refs, id);
	rc = req->unlink ? find_linked(p, req, out, err) : find_commits(p, &req->commits, out, err);
	if (!rc)
		rc = tkt_change_each(p, &refs, req->if_rev, plan_link, &plan, &out->changes, err);
	tkt_strv_release(&refs);
	if (rc)
		tkt_linked_release(out);
	return rc;
}

/* --- close --commit --- */

static bool taken_as_it_stands(const struct tkt_git *g, const char *rev, int code)
{
	const struct tkt_git_facts *f = g ? tkt_git_facts(g) : NULL;

	if (!tkt_is_sha(rev) || strlen(rev) < 7)
		return false;
	return !g || code == TKT_EIO || (code == TKT_ENOTFOUND && (f->shallow || f->partial));
}

int tkt_commit_named(struct tkt_project *p, const char *rev, char **sha, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	char hex[TKT_OID_HEX];
	struct tkt_git *g = NULL;
	struct tkt_oid oid;
	int rc = tkt_project_git(p, &g, &e);

	if (!rc)
		rc = tkt_git_resolve(g, rev, &oid, &e);
	if (!rc) {
		tkt_oid_hex(&oid, hex);
		*sha = tkt_strdup(hex);
	} else if (taken_as_it_stands(g, rev, rc)) {
		tkt_error_release(&e);
		*sha = tkt_strdup(rev);
		rc = 0;
	} else if (!g) {
		tkt_error_release(&e);
		tkt_error_set(&e, TKT_EINVALID, "'%s' is no commit: 7 to 64 hex digits are", rev);
	}
	return rc ? tkt_error_move(err, &e) : 0;
}
