/* store/check: one run of doctor: the tree, what ties tickets together, the root. */
#include "store/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_int.h"

static void release_ticket(struct tkt_check_ticket *t)
{
	for (size_t i = 0; i < t->links.n; i++)
		free(t->links.items[i].to);
	free(t->links.items);
	free(t->id);
	free(t->slug);
	free(t->number);
	free(t->said);
}

/* Tickets, not directories: c->tickets is sorted by id. */
static size_t count_selected(const struct tkt_check *c)
{
	const char *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < c->tickets.n; i++) {
		const struct tkt_check_ticket *t = &c->tickets.items[i];

		if (!t->selected || !t->has_item || (last && strcmp(last, t->id) == 0))
			continue;
		last = t->id;
		n++;
	}
	return n;
}

int tkt_check_store(struct tkt_store *s, const struct tkt_config *config,
		    const struct tkt_strv *ids, tkt_time now, struct tkt_findings *out,
		    size_t *tickets, struct tkt_error *err)
{
	struct tkt_check c = {
		.s = s,
		.fd = s->fd,
		.config = config,
		.ids = ids && ids->n ? ids : NULL,
		.now = now,
		.out = out,
		.path = TKT_BUF_INIT,
		.dir = TKT_BUF_INIT,
		.item = TKT_BUF_INIT,
		.thread = TKT_BUF_INIT,
	};
	struct tkt_config defaults;
	bool own = !config;
	int code = 0;

	if (own)
		code = tkt_config_parse(&defaults, NULL, 0, err);
	if (code)
		return code;
	if (own)
		c.config = &defaults;
	code = tkt_check_tree(&c, err);
	if (code)
		goto out;
	tkt_check_links(&c);
	if (!c.ids)
		tkt_check_root(&c);
	tkt_findings_sort(out);
	if (tickets)
		*tickets = count_selected(&c);
out:
	if (own)
		tkt_config_release(&defaults);
	for (size_t i = 0; i < c.tickets.n; i++)
		release_ticket(&c.tickets.items[i]);
	free(c.tickets.items);
	tkt_buf_release(&c.path);
	tkt_buf_release(&c.dir);
	tkt_buf_release(&c.item);
	tkt_buf_release(&c.thread);
	return code;
}
