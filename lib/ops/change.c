/* ops/change: the loop around every change of a ticket. */
#include "ops/change.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sys/file.h"

/* Races with writers that do not take the lock are rare and short. */
#define TRIES 5

static void changed_release(struct tkt_changed *c)
{
	free(c->id);
	free(c->key);
	free(c->path);
	for (size_t i = 0; i < c->diffs.n; i++) {
		free(c->diffs.items[i].field);
		free(c->diffs.items[i].from);
		free(c->diffs.items[i].to);
	}
	free(c->diffs.items);
	for (size_t i = 0; i < c->artifacts.n; i++)
		free(c->artifacts.items[i].name);
	free(c->artifacts.items);
	tkt_strv_release(&c->unblocked);
	tkt_strv_release(&c->warnings);
	memset(c, 0, sizeof *c);
}

void tkt_changes_release(struct tkt_changes *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		changed_release(&c->items[i]);
	free(c->items);
	*c = (struct tkt_changes){ NULL, 0, 0 };
}

void tkt_changed_diff(struct tkt_changed *c, const char *field, const char *from, const char *to)
{
	TKT_GROW(&c->diffs);
	c->diffs.items[c->diffs.n++] = (struct tkt_diff){
		tkt_strdup(field), tkt_strdup_null(from), tkt_strdup_null(to),
	};
}

static int check_rev(struct tkt_project *p, const struct tkt_record *r, const char *if_rev,
		     struct tkt_error *err)
{
	struct tkt_buf key = TKT_BUF_INIT;
	int rc = 0;

	if (if_rev && strcmp(if_rev, r->rev) != 0) {
		tkt_store_key(&key, p->config.prefix, r->id);
		rc = tkt_error_set(err, TKT_ECONFLICT, "%s has changed: its rev is '%s', not '%s'",
				   key.ptr, r->rev, if_rev);
		tkt_error_hint(err, "read it again ('tkt show %s --json') and repeat", key.ptr);
	}
	tkt_buf_release(&key);
	return rc;
}

static int plan_one(struct tkt_project *p, struct tkt_txn *t, const char *id, const char *if_rev,
		    tkt_plan_fn plan, void *payload, struct tkt_changed *out, struct tkt_error *err)
{
	struct tkt_buf key = TKT_BUF_INIT;
	struct tkt_record r;
	int rc = tkt_store_load(p->store, id, TKT_READ_ITEM | TKT_READ_THREAD | TKT_READ_RESOLUTION,
				&r, err);

	if (rc)
		return rc;
	tkt_store_key(&key, p->config.prefix, id);
	out->id = tkt_strdup(id);
	out->key = tkt_buf_detach(&key);
	rc = check_rev(p, &r, if_rev, err);
	if (!rc)
		rc = plan(payload, p, t, &r, out, err);
	tkt_record_release(&r);
	return rc;
}

/* What the tickets look like afterwards; a failure here is no failure of the change. */
static void look_again(struct tkt_project *p, struct tkt_changed *c)
{
	struct tkt_buf path = TKT_BUF_INIT;
	struct tkt_record r;

	if (tkt_store_load(p->store, c->id, TKT_READ_ITEM | TKT_READ_THREAD, &r, NULL) != 0)
		return;
	memcpy(c->rev, r.rev, sizeof c->rev);
	for (size_t i = 0; i < c->artifacts.n; i++) {
		struct stat st;

		tkt_buf_reset(&path);
		tkt_store_path(&path, r.status, r.id, "artifacts/");
		tkt_buf_puts(&path, c->artifacts.items[i].name);
		if (tkt_file_look(tkt_store_fd(p->store), path.ptr, &st, NULL) == 0)
			c->artifacts.items[i].size = (long long)st.st_size;
	}
	tkt_buf_reset(&path);
	tkt_store_show_path(p->store, &path, r.status, r.id, NULL);
	c->path = tkt_buf_detach(&path);
	tkt_record_release(&r);
}

static int try_once(struct tkt_project *p, const struct tkt_strv *refs, const char *if_rev,
		    tkt_plan_fn plan, void *payload, struct tkt_changes *out, struct tkt_error *err)
{
	struct tkt_strv ids = TKT_STRV_INIT;
	struct tkt_txn *t = NULL;
	int rc = tkt_txn_begin(&t, p->store, err);

	if (!rc)
		rc = tkt_project_resolve_all(p, refs, &ids, err);
	for (size_t i = 0; !rc && i < ids.n; i++) {
		TKT_GROW(out);
		memset(&out->items[out->n], 0, sizeof *out->items);
		rc = plan_one(p, t, ids.items[i], if_rev, plan, payload, &out->items[out->n++], err);
	}
	if (!rc)
		rc = tkt_txn_commit(t, err);
	for (size_t i = 0; !rc && i < out->n; i++)
		look_again(p, &out->items[i]);
	tkt_txn_free(t);
	tkt_strv_release(&ids);
	return rc;
}

int tkt_change_each(struct tkt_project *p, const struct tkt_strv *refs, const char *if_rev,
		    tkt_plan_fn plan, void *payload, struct tkt_changes *out, struct tkt_error *err)
{
	int rc = TKT_ECONFLICT;

	for (int tries = 1; rc == TKT_ECONFLICT && tries <= TRIES; tries++) {
		struct tkt_error e = TKT_ERROR_INIT;

		tkt_changes_release(out);
		rc = try_once(p, refs, if_rev, plan, payload, out, &e);
		/* A rev that does not fit will not fit later either. */
		if (rc && (rc != TKT_ECONFLICT || if_rev || tries == TRIES))
			rc = tkt_error_move(err, &e), tries = TRIES;
		tkt_error_release(&e);
	}
	if (rc)
		tkt_changes_release(out);
	return rc;
}
