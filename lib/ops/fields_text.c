/* ops/fields_text: fields of a ticket as text: for events, for answers, for the file; and the way round
 * of a cycle. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/fields.h"

static const struct tkt_node *extra_value(const struct tkt_ticket *t, const char *key)
{
	for (size_t i = 0; i < t->extra.n; i++)
		if (strcmp(t->extra.items[i].key, key) == 0)
			return t->extra.items[i].value;
	return NULL;
}

static char *node_text(const struct tkt_node *n)
{
	struct tkt_buf out = TKT_BUF_INIT;

	if (!n || tkt_node_is_null(n))
		return NULL;
	if (n->kind == TKT_NODE_SCALAR)
		return tkt_strdup(n->text);
	tkt_fm_quote_node(&out, n);
	return tkt_buf_detach(&out);
}

static const struct tkt_node *node_of(const struct tkt_ticket *t, const struct tkt_field *f)
{
	const struct tkt_node *const *slot =
		(const struct tkt_node *const *)(const void *)((const char *)t + f->offset);

	return *slot;
}

char *tkt_ticket_text(const struct tkt_ticket *t, const char *key)
{
	const struct tkt_field *f = tkt_field_find(key);
	const struct tkt_strv *list;
	struct tkt_buf out = TKT_BUF_INIT;

	if (!f)
		return node_text(extra_value(t, key));
	if (f->type == TKT_FIELD_NODE)
		return node_text(node_of(t, f));
	if (f->type == TKT_FIELD_STRING)
		return tkt_strdup_null(tkt_field_string(t, f));
	list = tkt_field_list(t, f);
	if (!list->n)
		return NULL;
	for (size_t i = 0; i < list->n; i++) {
		tkt_buf_puts(&out, i ? ", " : "");
		tkt_buf_puts(&out, list->items[i]);
	}
	return tkt_buf_detach(&out);
}

char *tkt_ticket_yaml(const struct tkt_ticket *t, const char *key)
{
	const struct tkt_field *f = tkt_field_find(key);
	struct tkt_buf out = TKT_BUF_INIT;
	const struct tkt_node *node = f ? NULL : extra_value(t, key);

	if (f && f->type == TKT_FIELD_LIST) {
		if (tkt_field_list(t, f)->n || f->required)
			tkt_fm_quote_list(&out, tkt_field_list(t, f));
	} else if (f && f->type == TKT_FIELD_STRING) {
		const char *s = tkt_field_string(t, f);

		if (s)
			tkt_fm_quote(&out, s);
		else if (f->required)
			tkt_buf_puts(&out, "null");
	} else {
		if (f)
			node = node_of(t, f);
		if (node && node->kind == TKT_NODE_SCALAR && !tkt_node_is_null(node))
			tkt_fm_quote(&out, node->text);
		else if (node && !tkt_node_is_null(node))
			tkt_fm_quote_node(&out, node);
	}
	if (out.len)
		return tkt_buf_detach(&out);
	tkt_buf_release(&out);
	return NULL;
}

/* What a ticket waits for (or is part of). Apart, so that the recursion's frames stay small. */
static void links_of(struct tkt_project *p, const char *id, bool parents, struct tkt_strv *out)
{
	struct tkt_record r;

	if (tkt_store_load(p->store, id, TKT_READ_HEAD, &r, NULL) != 0)
		return;
	if (!parents)
		tkt_strv_copy(out, &r.ticket.blocked_by);
	else if (r.ticket.parent)
		tkt_strv_push(out, r.ticket.parent);
	tkt_record_release(&r);
}

/* Depth first along blocked_by (or parent); `seen` holds everything that has been looked at, so the
 * work is bounded by the number of tickets. `way` is the path from the start. */
static bool reaches(struct tkt_project *p, const char *from, const char *goal, bool parents,
		    struct tkt_strv *seen, struct tkt_strv *way)
{
	struct tkt_strv next = TKT_STRV_INIT;
	bool found = strcmp(from, goal) == 0;

	if (!found && (tkt_strv_has(seen, from) || way->n > 10000))
		return false;
	tkt_strv_push(way, from);
	if (found)
		return true;
	tkt_strv_push(seen, from);
	links_of(p, from, parents, &next);
	for (size_t i = 0; !found && i < next.n; i++)
		found = reaches(p, next.items[i], goal, parents, seen, way);
	tkt_strv_release(&next);
	if (!found)
		free(way->items[--way->n]);
	return found;
}

static int cycle_from(struct tkt_project *p, const char *id, const char *to, bool parents,
		      struct tkt_error *err)
{
	struct tkt_strv seen = TKT_STRV_INIT, way = TKT_STRV_INIT;
	struct tkt_buf text = TKT_BUF_INIT;
	int rc = 0;

	if (reaches(p, to, id, parents, &seen, &way)) {
		tkt_store_key(&text, p->config.prefix, id);
		for (size_t i = 0; i < way.n; i++) {
			tkt_buf_puts(&text, parents ? " is part of " : " waits for ");
			tkt_store_key(&text, p->config.prefix, way.items[i]);
		}
		rc = tkt_error_set(err, TKT_EINVALID, "that would be a circle: %s", text.ptr);
		tkt_error_hint(err, "take one of these links away first");
	}
	tkt_strv_release(&seen);
	tkt_strv_release(&way);
	tkt_buf_release(&text);
	return rc;
}

int tkt_slug_check(struct tkt_project *p, const char *id, const char *slug, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	char *other = NULL;
	int rc = tkt_project_resolve(p, slug, &other, &e);

	if (rc == TKT_EAMBIGUOUS || (rc == 0 && strcmp(other, id) != 0)) {
		rc = tkt_error_set(err, TKT_EEXISTS, "slug '%s' names %s already", slug,
				   other ? other : "another ticket");
		tkt_error_hint(err, "a slug is the name of one ticket; choose another");
	} else {
		rc = rc == TKT_ENOTFOUND || rc == 0 ? 0 : tkt_error_move(err, &e);
	}
	tkt_error_release(&e);
	free(other);
	return rc;
}

int tkt_ticket_no_cycle(struct tkt_project *p, const char *id, const struct tkt_ticket *t,
			struct tkt_error *err)
{
	int rc = t->parent ? cycle_from(p, id, t->parent, true, err) : 0;

	for (size_t i = 0; !rc && i < t->blocked_by.n; i++)
		rc = cycle_from(p, id, t->blocked_by.items[i], false, err);
	return rc;
}
