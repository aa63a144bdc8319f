/* ops/links_names: what a ticket answers to, and what branches are called. */
#include "ops/links_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/ref.h"

#define ID_PART 15 /* so much of an id is no accident: the day and the time */

void tkt_called_init(struct tkt_called *c, struct tkt_project *p, const struct tkt_record *r)
{
	size_t len = strlen(r->id);

	memset(c, 0, sizeof *c);
	c->p = p;
	c->id = r->id;
	tkt_id_hex(r->id, c->hex);
	if (r->ticket.slug)
		tkt_strv_push(&c->names, r->ticket.slug);
	for (size_t i = 0; i < r->ticket.aliases.n; i++)
		tkt_strv_push(&c->names, r->ticket.aliases.items[i]);
	if (r->ticket.number) {
		tkt_strv_push(&c->names, r->ticket.number);
		tkt_strv_take(&c->names, tkt_asprintf("%s-%s", p->config.prefix, r->ticket.number));
		tkt_strv_take(&c->names, tkt_asprintf("#%s", r->ticket.number));
	}
	tkt_strv_push(&c->names, r->id);
	for (size_t n = ID_PART; n < len; n++)
		tkt_strv_push_n(&c->names, r->id, n);
}

void tkt_called_release(struct tkt_called *c)
{
	tkt_strv_release(&c->names);
	tkt_strv_release(&c->good);
	tkt_strv_release(&c->bad);
}

bool tkt_called_maybe(const struct tkt_called *c, const char *name)
{
	char digits[41];

	if (tkt_ref_key_digits(name, c->p->config.prefix, digits) && tkt_starts_with(c->hex, digits))
		return true;
	for (size_t i = 0; i < c->names.n; i++)
		if (tkt_eq_nocase(c->names.items[i], name))
			return true;
	return false;
}

bool tkt_called_is(struct tkt_called *c, const char *name)
{
	char *id = NULL;
	bool is;

	if (tkt_strv_has(&c->good, name))
		return true;
	if (tkt_strv_has(&c->bad, name))
		return false;
	is = tkt_project_resolve(c->p, name, &id, NULL) == 0 && strcmp(id, c->id) == 0;
	tkt_strv_push(is ? &c->good : &c->bad, name);
	free(id);
	return is;
}

/* The first of its names that is a ticket counts; few branches come so far that others are asked. */
bool tkt_called_branch(struct tkt_called *c, const char *branch)
{
	struct tkt_mentions names = { NULL, 0, 0 };
	bool is = false, other = false;
	size_t mine = 0;

	tkt_branch_names(&names, branch, c->p->config.prefix);
	while (mine < names.n && !tkt_called_maybe(c, names.items[mine].name))
		mine++;
	for (size_t i = 0; mine < names.n && !is && !other && i < names.n; i++) {
		char *id = NULL;

		is = tkt_called_is(c, names.items[i].name);
		other = !is && tkt_project_resolve(c->p, names.items[i].name, &id, NULL) == 0;
		free(id);
	}
	tkt_mentions_release(&names);
	return is;
}

const char *tkt_branch_short(const char *ref)
{
	if (tkt_starts_with(ref, "refs/heads/"))
		return ref + strlen("refs/heads/");
	return tkt_starts_with(ref, "refs/remotes/") ? ref + strlen("refs/remotes/") : NULL;
}

const char *tkt_branch_of(const char *ref)
{
	const char *slash;

	if (!tkt_starts_with(ref, "refs/remotes/"))
		return tkt_branch_short(ref);
	slash = strchr(ref + strlen("refs/remotes/"), '/');
	return slash ? slash + 1 : NULL;
}
