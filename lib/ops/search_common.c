/* ops/search_common: what search, related, duplicates and similar share. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/search_int.h"

bool tkt_search_off(const struct tkt_project *p)
{
	return p->index_opts.embed && p->index_opts.embed->kind == TKT_EMBED_OFF;
}

bool tkt_search_degraded(char **degraded, struct tkt_error *err)
{
	if (err->code != TKT_ENO)
		return false;
	if (!*degraded)
		*degraded = tkt_strdup(err->message ? err->message : "the embedder gives no answer");
	tkt_error_release(err);
	return true;
}

int tkt_search_vectors(struct tkt_index *x, unsigned budget_ms, char **degraded, bool *usable,
		       struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	size_t missing = 0;
	int rc = tkt_semantic_refresh(x, budget_ms, &missing, &e);

	*usable = rc == 0;
	if (rc)
		return tkt_search_degraded(degraded, &e) ? 0 : tkt_error_move(err, &e);
	if (missing && !*degraded)
		*degraded = tkt_asprintf("%zu ticket%s no vectors yet; 'tkt index refresh' makes them", missing,
					 missing == 1 ? " has" : "s have");
	return 0;
}

/* Somebody may damage the index under our hands: the next refresh finds that out and makes another. */
int tkt_search_retry(struct tkt_index *x, int (*once)(void *payload, struct tkt_error *err), void *payload,
		     struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	int rc = 0;

	for (int tries = 0; tries < 3; tries++) {
		tkt_error_release(&e);
		rc = once(payload, &e);
		if (rc != TKT_EIO || (e.message && strcmp(e.message, "interrupted") == 0))
			break;
	}
	tkt_index_rest(x);
	return rc ? tkt_error_move(err, &e) : 0;
}

void tkt_brief_release(struct tkt_brief *b)
{
	free(b->id);
	free(b->key);
	free(b->title);
	memset(b, 0, sizeof *b);
}

void tkt_brief_make(const struct tkt_project *p, const struct tkt_record *r, struct tkt_brief *out)
{
	struct tkt_buf key = TKT_BUF_INIT;

	tkt_store_key(&key, p->config.prefix, r->id);
	out->id = tkt_strdup(r->id);
	out->key = tkt_buf_detach(&key);
	out->title = tkt_strdup(r->ticket.title ? r->ticket.title : "");
	out->status = r->status;
}

int tkt_brief_read(struct tkt_project *p, struct tkt_index *x, int64_t n, unsigned what,
		   struct tkt_brief *out, struct tkt_record *record, struct tkt_error *err)
{
	struct tkt_name name = { NULL, TKT_OPEN };
	struct tkt_record own;
	char *id = NULL;
	int rc = tkt_index_ticket(x, n, &id, &name.status, err);

	memset(out, 0, sizeof *out);
	if (rc)
		return rc;
	name.id = id;
	rc = tkt_store_load_at(p->store, &name, what, record ? record : &own, err);
	if (!rc) {
		tkt_brief_make(p, record ? record : &own, out);
		if (!record)
			tkt_record_release(&own);
	}
	free(id);
	return rc;
}

void tkt_search_release(struct tkt_search *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->hits.n; i++) {
		tkt_brief_release(&s->hits.items[i].ticket);
		tkt_snippet_release(&s->hits.items[i].snippet);
	}
	free(s->hits.items);
	free(s->degraded);
	free(s->suggestion);
	free(s->embedder);
	tkt_index_problems_release(&s->bad);
	memset(s, 0, sizeof *s);
}
