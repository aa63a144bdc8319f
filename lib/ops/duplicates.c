/* ops/duplicates: pairs that are near each other, grouped by who is reached from whom. */
#include "ops/duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/search_int.h"

struct node { /* a ticket that stands in a pair */
	int64_t n;
	bool read;
	struct tkt_brief brief;
	char *parent;
	struct tkt_strv blocked_by, related;
	size_t up;    /* towards the root of its group */
	size_t group; /* of a root: its place in the answer, plus 1 */
};

struct comparing {
	struct tkt_project *p;
	struct tkt_index *x;
	const struct tkt_duplicates_req *req;
	struct tkt_duplicates *out;
	struct tkt_semantic_pairs pairs;
	struct { struct node *items; size_t n, cap; } nodes; /* by n */
};

static int by_number(const void *a, const void *b)
{
	int64_t x = ((const struct node *)a)->n, y = ((const struct node *)b)->n;

	return x < y ? -1 : x > y;
}

static struct node *node_of(struct comparing *c, int64_t n)
{
	struct node key = { .n = n };

	return bsearch(&key, c->nodes.items, c->nodes.n, sizeof key, by_number);
}

static void read_node(struct comparing *c, struct node *node)
{
	struct tkt_record r;

	node->read = tkt_brief_read(c->p, c->x, node->n, TKT_READ_HEAD, &node->brief, &r, NULL) == 0;
	if (!node->read)
		return;
	node->parent = tkt_strdup_null(r.ticket.parent);
	tkt_strv_copy(&node->blocked_by, &r.ticket.blocked_by);
	tkt_strv_copy(&node->related, &r.ticket.related);
	tkt_record_release(&r);
}

static void make_nodes(struct comparing *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->pairs.n; i++) {
		const int64_t both[] = { c->pairs.items[i].a, c->pairs.items[i].b };

		for (size_t k = 0; k < 2; k++) {
			TKT_GROW(&c->nodes);
			c->nodes.items[c->nodes.n++] = (struct node){ .n = both[k] };
		}
	}
	if (!c->nodes.n)
		return;
	qsort(c->nodes.items, c->nodes.n, sizeof *c->nodes.items, by_number);
	for (size_t i = 0; i < c->nodes.n; i++)
		if (!kept || c->nodes.items[kept - 1].n != c->nodes.items[i].n)
			c->nodes.items[kept++] = c->nodes.items[i];
	c->nodes.n = kept;
	for (size_t i = 0; i < kept; i++) {
		c->nodes.items[i].up = i;
		read_node(c, &c->nodes.items[i]);
	}
}

static bool names(const struct node *a, const struct node *b)
{
	return a->parent && strcmp(a->parent, b->brief.id) == 0;
}

/* What ties two tickets: then they are alike because somebody wrote them as parts of one thing. */
static const char *link_of(const struct node *a, const struct node *b)
{
	if (names(a, b) || names(b, a))
		return "parent";
	if (a->parent && *a->parent && b->parent && strcmp(a->parent, b->parent) == 0)
		return "same parent";
	if (tkt_strv_has(&a->blocked_by, b->brief.id) || tkt_strv_has(&b->blocked_by, a->brief.id))
		return "blocked_by";
	if (tkt_strv_has(&a->related, b->brief.id) || tkt_strv_has(&b->related, a->brief.id))
		return "related";
	return NULL;
}

static struct node *root(struct comparing *c, struct node *node)
{
	while (c->nodes.items[node->up].up != node->up)
		node->up = c->nodes.items[node->up].up;
	return &c->nodes.items[node->up];
}

/* Drops pairs that do not count, joins the others. */
static void join(struct comparing *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->pairs.n; i++) {
		struct node *a = node_of(c, c->pairs.items[i].a), *b = node_of(c, c->pairs.items[i].b);

		if (!a->read || !b->read)
			continue; /* gone since the refresh */
		if (!c->req->all && link_of(a, b)) {
			c->out->left_out++;
			continue;
		}
		c->pairs.items[kept++] = c->pairs.items[i];
		a = root(c, a);
		b = root(c, b);
		if (a > b)
			a->up = b->up;
		else
			b->up = a->up;
	}
	c->pairs.n = kept;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct tkt_brief *)a)->id, ((const struct tkt_brief *)b)->id);
}

static struct tkt_duplicate_group *group_of(struct comparing *c, struct node *node)
{
	struct node *top = root(c, node);

	if (!top->group) {
		TKT_GROW(&c->out->groups);
		memset(&c->out->groups.items[c->out->groups.n], 0, sizeof *c->out->groups.items);
		top->group = ++c->out->groups.n;
	}
	return &c->out->groups.items[top->group - 1];
}

static size_t place(const struct tkt_duplicate_group *g, const char *id)
{
	struct tkt_brief key = { .id = NULL };
	const struct tkt_brief *at;
	char *copy = tkt_strdup(id);

	key.id = copy;
	at = bsearch(&key, g->tickets.items, g->tickets.n, sizeof key, by_id);
	free(copy);
	return (size_t)(at - g->tickets.items);
}

static int by_score(const void *a, const void *b)
{
	const struct tkt_duplicate_pair *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->a != y->a ? (x->a < y->a ? -1 : 1) : x->b < y->b ? -1 : x->b > y->b;
}

static int by_best(const void *a, const void *b)
{
	const struct tkt_duplicate_group *x = a, *y = b;

	if (x->pairs.items[0].score != y->pairs.items[0].score)
		return x->pairs.items[0].score > y->pairs.items[0].score ? -1 : 1;
	return strcmp(x->tickets.items[0].id, y->tickets.items[0].id);
}

static void add_pair(struct comparing *c, size_t i)
{
	struct node *a = node_of(c, c->pairs.items[i].a), *b = node_of(c, c->pairs.items[i].b);
	struct tkt_duplicate_group *g = group_of(c, a);
	size_t x = place(g, a->brief.id), y = place(g, b->brief.id);

	TKT_GROW(&g->pairs);
	g->pairs.items[g->pairs.n++] = (struct tkt_duplicate_pair){
		.a = x < y ? x : y, .b = x < y ? y : x, .score = c->pairs.items[i].score,
		.link = link_of(a, b),
	};
}

static struct tkt_brief copy(const struct tkt_brief *b)
{
	return (struct tkt_brief){ tkt_strdup(b->id), tkt_strdup(b->key), tkt_strdup(b->title), b->status };
}

static void make_groups(struct comparing *c)
{
	struct tkt_duplicates *out = c->out;
	bool *in = tkt_calloc(c->nodes.n, sizeof *in);

	for (size_t i = 0; i < c->pairs.n; i++) {
		in[node_of(c, c->pairs.items[i].a) - c->nodes.items] = true;
		in[node_of(c, c->pairs.items[i].b) - c->nodes.items] = true;
	}
	for (size_t i = 0; i < c->nodes.n; i++) {
		struct tkt_duplicate_group *g = in[i] ? group_of(c, &c->nodes.items[i]) : NULL;

		if (!g)
			continue;
		TKT_GROW(&g->tickets);
		g->tickets.items[g->tickets.n++] = copy(&c->nodes.items[i].brief);
	}
	for (size_t i = 0; i < out->groups.n; i++)
		qsort(out->groups.items[i].tickets.items, out->groups.items[i].tickets.n,
		      sizeof(struct tkt_brief), by_id);
	for (size_t i = 0; i < c->pairs.n; i++)
		add_pair(c, i);
	for (size_t i = 0; i < out->groups.n; i++)
		qsort(out->groups.items[i].pairs.items, out->groups.items[i].pairs.n,
		      sizeof(struct tkt_duplicate_pair), by_score);
	if (out->groups.n)
		qsort(out->groups.items, out->groups.n, sizeof *out->groups.items, by_best);
	free(in);
}

static int find_pairs(struct comparing *c, struct tkt_error *err)
{
	struct tkt_semantic_defaults d;
	struct tkt_error e = TKT_ERROR_INIT;
	char *why = NULL;
	bool usable = false;
	int rc = tkt_search_vectors(c->x, 0, &why, &usable, err);

	tkt_semantic_defaults(c->x, &d);
	c->out->embedder = tkt_semantic_name(c->x);
	c->out->threshold = c->req->threshold > 0 ? c->req->threshold : d.duplicate;
	if (!rc && usable) {
		rc = tkt_semantic_pairs(c->x, c->out->threshold, &c->pairs, &e);
		if (rc && tkt_search_degraded(&why, &e)) {
			usable = false;
			rc = 0;
		} else if (rc) {
			rc = tkt_error_move(err, &e);
		}
	}
	if (!rc && !usable)
		rc = tkt_error_set(err, TKT_EIO, "cannot compare tickets: %s", why ? why : "there are no vectors");
	free(why);
	return rc;
}

static void forget(struct comparing *c)
{
	for (size_t i = 0; i < c->nodes.n; i++) {
		tkt_brief_release(&c->nodes.items[i].brief);
		free(c->nodes.items[i].parent);
		tkt_strv_release(&c->nodes.items[i].blocked_by);
		tkt_strv_release(&c->nodes.items[i].related);
	}
	free(c->nodes.items);
	memset(&c->nodes, 0, sizeof c->nodes);
	free(c->pairs.items);
	memset(&c->pairs, 0, sizeof c->pairs);
}

static int once(void *payload, struct tkt_error *err)
{
	struct comparing *c = payload;
	int rc;

	tkt_duplicates_release(c->out);
	rc = tkt_index_refresh(c->x, TKT_INDEX_TEXT, NULL, err);
	if (!rc)
		rc = find_pairs(c, err);
	if (!rc) {
		make_nodes(c);
		join(c);
		make_groups(c);
		tkt_index_problems(c->x, &c->out->bad);
	}
	forget(c);
	return rc;
}

int tkt_op_duplicates(struct tkt_project *p, const struct tkt_duplicates_req *req,
		      struct tkt_duplicates *out, struct tkt_error *err)
{
	struct comparing c = { .p = p, .x = tkt_project_index(p), .req = req, .out = out };
	int rc;

	memset(out, 0, sizeof *out);
	rc = tkt_search_retry(c.x, once, &c, err);
	if (rc)
		tkt_duplicates_release(out);
	return rc;
}

void tkt_duplicates_release(struct tkt_duplicates *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->groups.n; i++) {
		struct tkt_duplicate_group *g = &d->groups.items[i];

		for (size_t k = 0; k < g->tickets.n; k++)
			tkt_brief_release(&g->tickets.items[k]);
		free(g->tickets.items);
		free(g->pairs.items);
	}
	free(d->groups.items);
	free(d->embedder);
	tkt_index_problems_release(&d->bad);
	memset(d, 0, sizeof *d);
}
