/* ops/links_refs: every name that history holds, and which ticket it is. Thousands of them are one
 * look at all tickets. */
#include "ops/links_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/ref.h"

struct word {
	char *text;
	size_t ticket;
};

struct words {
	struct word *items; /* by text */
	size_t n, cap;
};

struct tickets {
	const char *prefix;
	struct tkt_strv ids;
	struct words by_id, slugs, keys, numbers; /* numbers: aliases too */
};

void tkt_references_release(struct tkt_references *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n; i++) {
		struct tkt_links_hits one = { tkt_malloc(sizeof r->items[i].hit), 1, 1 };

		one.items[0] = r->items[i].hit;
		tkt_links_hits_release(&one);
		free(r->items[i].id);
	}
	free(r->items);
	memset(r, 0, sizeof *r);
}

/* --- what tickets are called --- */

static void push(struct words *w, char *text, size_t ticket)
{
	TKT_GROW(w);
	w->items[w->n++] = (struct word){ text, ticket };
}

static void learn(void *payload, const char *id, const char *slug, const char *number, const char *alias)
{
	struct tickets *t = payload;
	size_t ticket = t->ids.n;
	char hex[41];

	if (!id)
		return;
	tkt_strv_push(&t->ids, id); /* once more for each alias: what it is called is all that counts */
	if (alias) {
		push(&t->numbers, tkt_strdup(alias), ticket);
		return;
	}
	tkt_id_hex(id, hex);
	push(&t->by_id, tkt_strdup(id), ticket);
	push(&t->keys, tkt_strdup(hex), ticket);
	if (slug)
		push(&t->slugs, tkt_strdup(slug), ticket);
	if (number)
		push(&t->numbers, tkt_strdup(number), ticket);
}

static int by_text(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return strcmp(x->text, y->text);
}

static void each_words(struct tickets *t, void (*fn)(struct words *w))
{
	fn(&t->by_id);
	fn(&t->slugs);
	fn(&t->keys);
	fn(&t->numbers);
}

static void sort(struct words *w)
{
	if (w->n > 1)
		qsort(w->items, w->n, sizeof *w->items, by_text);
}

static void release(struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->items[i].text);
	free(w->items);
}

/* How many tickets have it (begins: have one that begins so): 0, 1, or more than that. */
static int have(const struct tickets *t, const struct words *w, const char *text, bool begins, const char **id)
{
	size_t low = 0, high = w->n;
	int found = 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(w->items[mid].text, text) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < w->n && found < 2; low++) {
		const char *is = t->ids.items[w->items[low].ticket];

		if (begins ? !tkt_starts_with(w->items[low].text, text) : strcmp(w->items[low].text, text) != 0)
			break;
		if (!found || strcmp(*id, is) != 0)
			found++;
		*id = is;
	}
	return found;
}

/* As tkt-format(5) says: id, slug, key, number or alias, beginning of the id. */
static int resolve(const struct tickets *t, const char *name, const char **id)
{
	char digits[41], number[21];
	const char *other = NULL;
	int n = have(t, &t->by_id, name, false, id);

	if (!n)
		n = have(t, &t->slugs, name, false, id);
	if (!n && tkt_ref_key_digits(name, t->prefix, digits))
		n = have(t, &t->keys, digits, true, id);
	if (!n) {
		n = have(t, &t->numbers, name, false, id);
		if (tkt_ref_number(name, t->prefix, number) && strcmp(number, name) != 0 &&
		    have(t, &t->numbers, number, false, &other)) {
			n += !n || strcmp(*id, other) != 0;
			*id = other;
		}
	}
	return n || strlen(name) < 15 ? n : have(t, &t->by_id, name, true, id);
}

/* --- what history holds --- */

struct reach {
	struct tkt_index_set all, main;
	bool mains;
};

static int find_reach(struct tkt_index *x, struct reach *r, struct tkt_error *err)
{
	struct tkt_links_tips tips = { NULL, 0, 0 };
	struct tkt_graph *g = NULL;
	int64_t *from = NULL;
	size_t n = 0;
	int rc = tkt_links_tips(x, &tips, err);

	if (!rc)
		rc = tkt_graph_load(&g, x, 1, err);
	if (!rc) {
		from = tkt_calloc(tips.n + 1, sizeof *from);
		for (size_t i = 0; i < tips.n; i++)
			if (tips.items[i].main && tips.items[i].n > 0)
				from[n++] = tips.items[i].n;
		r->mains = n > 0;
		tkt_graph_reach_all(g, from, n, &r->main);
		for (n = 0; n < tips.n; n++)
			from[n] = tips.items[n].n;
		tkt_graph_reach_all(g, from, n, &r->all);
	}
	free(from);
	tkt_graph_free(g);
	tkt_links_tips_release(&tips);
	return rc;
}

static void take(struct tkt_references *out, struct tkt_links_hits *hits, const struct reach *r)
{
	for (size_t i = 0; i < hits->n; i++) {
		struct tkt_links_hit *hit = &hits->items[i];

		if (!tkt_index_set_has(&r->all, hit->n))
			continue;
		TKT_GROW(out);
		out->items[out->n++] = (struct tkt_reference){ .hit = *hit,
							       .merged = tkt_index_set_has(&r->main, hit->n) };
		hit->name = hit->author = hit->subject = NULL;
	}
}

/* They stand by name: each is asked for once. */
static void resolve_all(const struct tickets *t, struct tkt_references *out)
{
	const char *name = NULL, *id = NULL;
	int n = 0;

	for (size_t i = 0; i < out->n; i++) {
		struct tkt_reference *ref = &out->items[i];

		if (!name || strcmp(name, ref->hit.name) != 0) {
			id = NULL;
			n = resolve(t, ref->hit.name, &id);
		}
		name = ref->hit.name;
		ref->id = n == 1 ? tkt_strdup(id) : NULL;
		ref->ambiguous = n > 1;
	}
}

int tkt_links_references(struct tkt_project *p, bool closing, struct tkt_references *out, bool *mains,
			 struct tkt_error *err)
{
	struct tkt_index *x = tkt_project_index(p);
	struct tickets t = { .prefix = p->config.prefix };
	struct tkt_links_hits hits = { NULL, 0, 0 };
	struct reach r = { .mains = false };
	bool rested = tkt_index_rests(x);
	int rc = tkt_links_all(x, closing, &hits, err);

	memset(out, 0, sizeof *out);
	if (!rc)
		rc = find_reach(x, &r, err);
	if (!rc)
		take(out, &hits, &r);
	/* From here on numbers of commits mean nothing: it may be another index. */
	if (!rc && out->n)
		rc = tkt_index_refresh(x, TKT_INDEX_FIELDS, NULL, err);
	if (!rc && out->n)
		rc = tkt_links_tickets(x, learn, &t, err);
	if (!rc) {
		each_words(&t, sort);
		resolve_all(&t, out);
	}
	if (mains)
		*mains = r.mains;
	if (rested)
		tkt_index_rest(x);
	each_words(&t, release);
	tkt_strv_release(&t.ids);
	tkt_index_set_release(&r.all);
	tkt_index_set_release(&r.main);
	tkt_links_hits_release(&hits);
	if (rc)
		tkt_references_release(out);
	return rc;
}
