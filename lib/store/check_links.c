/* store/check_links: what only shows when all tickets are known: ids, slugs and numbers used twice, tickets
 * in two places, links that lead nowhere. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/mem.h"
#include "store/check_int.h"
#include "sys/io.h"

/* Ids that differ only in case stand side by side, and equal ones too. */
static int by_id(const void *a, const void *b)
{
	const struct tkt_check_ticket *x = a, *y = b;
	int order = strcasecmp(x->id, y->id);

	if (!order)
		order = strcmp(x->id, y->id);
	return order ? order : (int)x->status - (int)y->status;
}

static int id_against(const void *id, const void *ticket)
{
	const struct tkt_check_ticket *t = ticket;
	int order = strcasecmp(id, t->id);

	return order ? order : strcmp(id, t->id);
}

struct tkt_check_ticket *tkt_check_find(const struct tkt_check *c, const char *id)
{
	return c->tickets.n ? bsearch(id, c->tickets.items, c->tickets.n, sizeof *c->tickets.items, id_against) : NULL;
}

static bool still_there(struct tkt_check *c, const struct tkt_check_ticket *t, const char *file)
{
	struct tkt_buf path = TKT_BUF_INIT;
	struct stat st;
	bool there;

	tkt_store_path(&path, t->status, t->id, file);
	there = tkt_io_stat(c->fd, path.ptr, &st) == 0;
	tkt_buf_release(&path);
	return there;
}

static const char *ticket_path(struct tkt_check *c, const struct tkt_check_ticket *t, const char *file)
{
	tkt_buf_reset(&c->path);
	tkt_store_path(&c->path, t->status, t->id, file);
	return c->path.ptr;
}

/* --- one id, several directories --- */

static void report_split(struct tkt_check *c, const struct tkt_check_ticket *first,
			 const struct tkt_check_ticket *t)
{
	/* A ticket that was moved while we read is seen in both places, but is there in one only. */
	if (!first->selected || !still_there(c, first, "item.md") || !still_there(c, t, "item.md"))
		return;
	tkt_findings_add(c->out, "T005", t->id, ticket_path(c, t, NULL), 0,
			 "tkt doctor --fix joins the two: all events, the status of the latest transition",
			 "the ticket lies in %s/ and in %s/", tkt_status_name(first->status),
			 tkt_status_name(t->status));
}

/* A directory without item.md: `home` has the item of that id, or there is none. */
static void report_no_item(struct tkt_check *c, const struct tkt_check_ticket *t,
			   const struct tkt_check_ticket *home)
{
	if (!t->selected || !still_there(c, t, NULL) || still_there(c, t, "item.md"))
		return;
	if (home)
		tkt_findings_add(c->out, "T007", t->id, ticket_path(c, t, NULL), 0,
				 "tkt doctor --fix brings the files home",
				 t->empty ? "an empty left-over of the ticket, which lies in %s/" :
					    "files of the ticket, which lies in %s/",
				 tkt_status_name(home->status));
	else if (!t->nested) /* else that has been reported, and is what is wrong here */
		tkt_findings_add(c->out, "T002", t->id, ticket_path(c, t, "item.md"), 0,
				 "put item.md back (git log --all -- DIR tells where it was)",
				 "the ticket directory has no item.md");
}

static void check_same_id(struct tkt_check *c, const struct tkt_check_ticket *group, size_t n)
{
	const struct tkt_check_ticket *home = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!group[i].has_item)
			continue;
		if (home)
			report_split(c, home, &group[i]);
		else
			home = &group[i];
	}
	for (size_t i = 0; i < n; i++)
		if (!group[i].has_item)
			report_no_item(c, &group[i], home);
}

static void check_case(struct tkt_check *c, const struct tkt_check_ticket *a, const struct tkt_check_ticket *b)
{
	if (strcasecmp(a->id, b->id) != 0 || !(a->selected || b->selected))
		return;
	tkt_findings_add(c->out, "T010", b->id, ticket_path(c, b, NULL), 0,
			 "rename one of them: some file systems cannot hold both",
			 "the id differs from '%s' only in upper and lower case", a->id);
}

static void check_said(struct tkt_check *c, const struct tkt_check_ticket *t)
{
	const struct tkt_check_ticket *other;

	if (!t->said || !t->selected)
		return;
	other = tkt_check_find(c, t->said);
	if (other && other->has_item)
		tkt_findings_add(c->out, "T033", t->id, ticket_path(c, t, "item.md"), t->said_line,
				 "give this ticket the id that its directory has, or see which of the two is a copy",
				 "id '%s' is that of another ticket, in %s/", t->said, tkt_status_name(other->status));
	else
		tkt_findings_add(c->out, "T031", t->id, ticket_path(c, t, "item.md"), t->said_line,
				 "make the two equal; other tickets may refer to either (grep tells)",
				 "id is '%s' in the directory '%s'", t->said, t->id);
}

/* --- slugs and numbers --- */

/* What a ticket says it is called. */
struct claim {
	const char *value;
	uint64_t hash; /* of the value */
	size_t line;
	const struct tkt_check_ticket *t;
};

/* Equal ones side by side; which of two others comes first is all the same, so numbers may decide that. */
static int by_value(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int order;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	order = strcmp(x->value, y->value);
	return order ? order : x->t < y->t ? -1 : x->t > y->t;
}

static void check_claims(struct tkt_check *c, bool numbers)
{
	const char *what = numbers ? "number" : "slug";
	struct claim *claims = tkt_calloc(c->tickets.n + 1, sizeof *claims);
	char *fix = tkt_asprintf("give one of the two another %s; until then neither answers to it", what);
	size_t n = 0;

	for (size_t i = 0; i < c->tickets.n; i++) {
		const struct tkt_check_ticket *t = &c->tickets.items[i];
		const char *value = numbers ? t->number : t->slug;

		if (value)
			claims[n++] = (struct claim){ value, tkt_fnv1a(value, strlen(value)),
						      numbers ? t->number_line : t->slug_line, t };
	}
	if (n > 1)
		qsort(claims, n, sizeof *claims, by_value);
	for (size_t i = 1; i < n; i++) {
		const struct tkt_check_ticket *a = claims[i - 1].t, *b = claims[i].t;

		if (strcmp(claims[i - 1].value, claims[i].value) != 0 || strcmp(a->id, b->id) == 0 ||
		    !(a->selected || b->selected))
			continue;
		tkt_findings_add(c->out, numbers ? "T075" : "T034", b->id, ticket_path(c, b, "item.md"), claims[i].line,
				 fix, "%s '%s' is also that of '%s'", what, claims[i].value, a->id);
	}
	free(fix);
	free(claims);
}

/* --- links --- */

/* Somebody wrote a slug where an id belongs: the fix names the id. */
static const struct tkt_check_ticket *by_its_slug(const struct tkt_check *c, const char *slug)
{
	const struct tkt_check_ticket *found = NULL;

	for (size_t i = 0; i < c->tickets.n; i++) {
		const struct tkt_check_ticket *t = &c->tickets.items[i];

		if (!t->slug || strcmp(t->slug, slug) != 0)
			continue;
		if (found)
			return NULL;
		found = t;
	}
	return found;
}

static void report_dangling(struct tkt_check *c, const struct tkt_check_ticket *t, const struct tkt_check_link *l)
{
	static const char *const codes[] = { "T070", "T071", "T072" };
	static const char *const names[] = { "blocked_by", "parent", "related" };
	const struct tkt_check_ticket *meant = by_its_slug(c, l->to);
	struct tkt_buf fix = TKT_BUF_INIT;

	if (meant)
		tkt_buf_printf(&fix, "write the id: %s", meant->id);
	else
		tkt_buf_puts(&fix, "correct the id; the ticket may still be on another branch");
	tkt_findings_add(c->out, codes[l->kind], t->id, ticket_path(c, t, "item.md"), l->line, fix.ptr,
			 "%s names '%s', and there is no such ticket", names[l->kind], l->to);
	tkt_buf_release(&fix);
}

static void check_dangling(struct tkt_check *c, const struct tkt_check_ticket *t)
{
	for (size_t i = 0; t->selected && i < t->links.n; i++)
		if (!tkt_check_find(c, t->links.items[i].to))
			report_dangling(c, t, &t->links.items[i]);
}

void tkt_check_links(struct tkt_check *c)
{
	struct tkt_check_ticket *items = c->tickets.items;
	size_t n = c->tickets.n, from = 0;

	if (n > 1)
		qsort(items, n, sizeof *items, by_id);
	for (size_t i = 1; i <= n; i++) {
		if (i < n && strcmp(items[i].id, items[from].id) == 0)
			continue;
		check_same_id(c, items + from, i - from);
		if (i < n)
			check_case(c, &items[from], &items[i]);
		from = i;
	}
	for (size_t i = 0; i < n; i++) {
		check_said(c, &items[i]);
		check_dangling(c, &items[i]);
	}
	check_claims(c, false);
	check_claims(c, true);
	tkt_check_cycles(c);
}
