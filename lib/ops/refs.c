/* ops/refs: the tickets that a text names: each name is resolved once, each ticket stands once. */
#include "ops/refs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/project.h"
#include "ops/refs_known.h"
#include "ops/search_int.h"
#include "text/ref.h"

#define MANY 8     /* names, from which on reading every ticket once is the shorter way */
#define ID_PART 15 /* so much of an id is no accident: the day and the time */

const char *tkt_ref_way_name(enum tkt_ref_way way)
{
	switch (way) {
	case TKT_REF_MERGE:
		return "merge";
	case TKT_REF_MESSAGE:
		return "message";
	case TKT_REF_KEYWORD:
		return "keyword";
	default:
		return "trailer";
	}
}

static struct tkt_refs_item *find(struct tkt_refs *r, const char *id)
{
	for (size_t i = 0; i < r->tickets.n; i++)
		if (strcmp(r->tickets.items[i].ticket.id, id) == 0)
			return &r->tickets.items[i];
	return NULL;
}

/* A ticket that cannot be read is named all the same; doctor says what is wrong with it. */
static void brief(struct tkt_project *p, const char *id, struct tkt_brief *out)
{
	struct tkt_buf key = TKT_BUF_INIT;
	struct tkt_record r;

	if (tkt_store_load(p->store, id, TKT_READ_HEAD, &r, NULL) == 0) {
		tkt_brief_make(p, &r, out);
		tkt_record_release(&r);
		return;
	}
	tkt_store_key(&key, p->config.prefix, id);
	out->id = tkt_strdup(id);
	out->key = tkt_buf_detach(&key);
	out->title = tkt_strdup("");
	out->status = TKT_OPEN;
	tkt_store_where(p->store, id, &out->status, NULL);
}

static void add(struct tkt_project *p, struct tkt_refs *r, const struct tkt_mention *m, const char *id)
{
	struct tkt_refs_item *item = find(r, id);

	if (!item) {
		TKT_GROW(&r->tickets);
		item = &r->tickets.items[r->tickets.n++];
		memset(item, 0, sizeof *item);
		brief(p, id, &item->ticket);
		item->line = m->line;
		item->way = m->way;
	}
	tkt_strv_push(&item->names, m->name);
	item->closes = item->closes || m->closes;
	if (m->way > item->way)
		item->way = m->way;
}

static void miss(struct tkt_refs *r, const struct tkt_mention *m, const struct tkt_error *err)
{
	bool ambiguous = err->code == TKT_EAMBIGUOUS;
	struct tkt_refs_miss *x;

	if (ambiguous)
		TKT_GROW(&r->ambiguous);
	else
		TKT_GROW(&r->unknown);
	x = ambiguous ? &r->ambiguous.items[r->ambiguous.n++] : &r->unknown.items[r->unknown.n++];
	memset(x, 0, sizeof *x);
	x->name = tkt_strdup(m->name);
	x->line = m->line;
	x->closes = m->closes;
	if (ambiguous)
		tkt_strv_copy(&x->candidates, &err->candidates);
}

/* "2026", a word of a trailer, is the beginning of many ids, but nobody's name; history does not count it
 * either. */
static bool is_chance(const struct tkt_mention *m)
{
	return strlen(m->name) < ID_PART;
}

/* Only by the beginning of its id? */
static bool is_beginning(struct tkt_project *p, const char *name, const char *id)
{
	struct tkt_record r;
	char number[21];
	bool named;

	if (!tkt_starts_with(id, name) || strcmp(id, name) == 0)
		return false;
	if (tkt_store_load(p->store, id, TKT_READ_HEAD, &r, NULL) != 0)
		return true;
	named = (r.ticket.slug && strcmp(r.ticket.slug, name) == 0) || tkt_strv_has(&r.ticket.aliases, name) ||
		(r.ticket.number && tkt_ref_number(name, p->config.prefix, number) &&
		 strcmp(number, r.ticket.number) == 0);
	tkt_record_release(&r);
	return !named;
}

static bool all_begin(const struct tkt_error *err, const char *name)
{
	for (size_t i = 0; i < err->candidates.n; i++) {
		const char *id = strstr(err->candidates.items[i], "  ");

		if (!id || !tkt_starts_with(id + 2, name))
			return false;
	}
	return true;
}

/* What is certain is answered by `known` (NULL: nothing is); the rest, and what there is to say of it,
 * by the project. */
static int look_up(struct tkt_project *p, const struct tkt_known *known, const char *name, char **id, struct tkt_error *err)
{
	const char *is = NULL;
	int n = known ? tkt_known_find(known, name, &is) : 2;

	if (n == 0)
		return tkt_error_set(err, TKT_ENOTFOUND, "no ticket '%s'", name);
	if (n > 1)
		return tkt_project_resolve(p, name, id, err);
	*id = tkt_strdup(is);
	return 0;
}

static int resolve(struct tkt_project *p, const struct tkt_known *known, const struct tkt_mention *m,
		   struct tkt_refs *out, struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	char *id = NULL;
	int rc = look_up(p, known, m->name, &id, &why);

	if (rc == 0) {
		if (!is_chance(m) || !is_beginning(p, m->name, id))
			add(p, out, m, id);
		else if (m->sure)
			miss(out, m, &why);
	} else if (rc == TKT_EAMBIGUOUS) {
		if (m->sure || !is_chance(m) || !all_begin(&why, m->name))
			miss(out, m, &why);
		rc = 0;
	} else if (rc == TKT_ENOTFOUND) {
		if (m->sure)
			miss(out, m, &why);
		rc = 0;
	} else {
		rc = tkt_error_move(err, &why);
	}
	tkt_error_release(&why);
	free(id);
	return rc;
}

int tkt_op_refs(struct tkt_project *p, const char *text, size_t n, bool closing, struct tkt_refs *out,
		struct tkt_error *err)
{
	struct tkt_mentions all = { .n = 0 };
	struct tkt_known *known = NULL;
	struct tkt_refs r;
	int rc = 0;

	memset(&r, 0, sizeof r);
	tkt_message_mentions(&all, text, n, p->config.prefix);
	if (all.n > MANY)
		rc = tkt_known_open(&known, p, err);
	for (size_t i = 0; !rc && i < all.n; i++)
		if (!closing || all.items[i].closes)
			rc = resolve(p, known, &all.items[i], &r, err);
	tkt_known_free(known);
	tkt_mentions_release(&all);
	if (rc)
		tkt_refs_release(&r);
	else
		*out = r;
	return rc;
}

void tkt_refs_release(struct tkt_refs *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->tickets.n; i++) {
		tkt_brief_release(&r->tickets.items[i].ticket);
		tkt_strv_release(&r->tickets.items[i].names);
	}
	for (size_t i = 0; i < r->unknown.n; i++)
		free(r->unknown.items[i].name);
	for (size_t i = 0; i < r->ambiguous.n; i++) {
		free(r->ambiguous.items[i].name);
		tkt_strv_release(&r->ambiguous.items[i].candidates);
	}
	free(r->tickets.items);
	free(r->unknown.items);
	free(r->ambiguous.items);
	memset(r, 0, sizeof *r);
}
