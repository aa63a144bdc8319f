/* ops/links_names: what a ticket answers to, and what branches are called. */
#include "ops/links_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/ref.h"

#define ID_PART 15 /* so much of an id is no accident: the day and the time */
#define KEY_PART 4 /* digits that a key has at least */

/* By that name (owned), or so many bytes of its beginning and more. */
static void answer(struct tkt_called *c, char *name, size_t least)
{
	size_t len = strlen(name);

	tkt_strv_take(&c->names, name);
	TKT_GROW(&c->stems);
	c->stems.items[c->stems.n++] = (struct tkt_links_stem){ name, least < len ? least : len };
}

void tkt_called_init(struct tkt_called *c, struct tkt_project *p, const struct tkt_record *r)
{
	const char *prefix = p->config.prefix;
	char hex[41];

	memset(c, 0, sizeof *c);
	c->p = p;
	c->id = r->id;
	tkt_id_hex(r->id, hex);
	answer(c, tkt_asprintf("%s-%s", prefix, hex), strlen(prefix) + 1 + KEY_PART);
	if (r->ticket.slug)
		answer(c, tkt_strdup(r->ticket.slug), SIZE_MAX);
	for (size_t i = 0; i < r->ticket.aliases.n; i++)
		answer(c, tkt_strdup(r->ticket.aliases.items[i]), SIZE_MAX);
	if (r->ticket.number) {
		answer(c, tkt_strdup(r->ticket.number), SIZE_MAX);
		answer(c, tkt_asprintf("%s-%s", prefix, r->ticket.number), SIZE_MAX);
		answer(c, tkt_asprintf("#%s", r->ticket.number), SIZE_MAX);
	}
	answer(c, tkt_strdup(r->id), ID_PART);
}

void tkt_called_release(struct tkt_called *c)
{
	free(c->stems.items);
	tkt_strv_release(&c->names);
	tkt_strv_release(&c->good);
	tkt_strv_release(&c->bad);
}

bool tkt_called_maybe(const struct tkt_called *c, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < c->stems.n; i++)
		if (len >= c->stems.items[i].least && strncasecmp(c->stems.items[i].whole, name, len) == 0)
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
