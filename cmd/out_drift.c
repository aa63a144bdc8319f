/* out_drift: what tickets and history say differently, in the three views. */
#include "views.h"

#include "base/mem.h"
#include "base/str.h"
#include "term.h"

#define SHOWN 10     /* of a section, on a terminal */
#define SHA_SHOWN 10 /* digits */

static const char *reason(const char *why)
{
	static const char *const words[][2] = {
		{ "closes", "a commit on the main branch closes it" },
		{ "branch", "its branch was merged, and nothing came since" },
		{ "pending", "pending" },
		{ "started", "started" },
		{ "claimed", "claimed" },
		{ "column", "moved along" },
	};

	for (size_t i = 0; why && i < TKT_LEN(words); i++)
		if (strcmp(words[i][0], why) == 0)
			return words[i][1];
	return "";
}

/* --- terminal --- */

static void head(struct cli *c, const char *title, size_t n)
{
	if (c->out.len)
		tkt_buf_putc(&c->out, '\n');
	tkt_buf_printf(&c->out, "%s%s (%zu)%s\n", term_on(c, PAINT_HEAD), title, n, term_off(c));
}

static void more(struct cli *c, size_t n)
{
	if (n > SHOWN)
		tkt_buf_printf(&c->out, "  %sand %zu more%s\n", term_on(c, PAINT_DIM), n - SHOWN, term_off(c));
}

/* Safe text in what is left of the line. */
static void rest(struct cli *c, enum paint p, const char *text, size_t used)
{
	struct tkt_buf safe = TKT_BUF_INIT;

	out_field(&safe, text);
	tkt_buf_puts(&c->out, term_on(c, p));
	table_fit(&c->out, safe.ptr, c->width > used + 12 ? c->width - used : 12);
	tkt_buf_puts(&c->out, p < PAINT_N ? term_off(c) : "");
	tkt_buf_putc(&c->out, '\n');
	tkt_buf_release(&safe);
}

static void ticket_head(struct cli *c, const struct tkt_brief *t)
{
	tkt_buf_puts(&c->out, "  ");
	term_puts(c, PAINT_KEY, t->key);
	tkt_buf_puts(&c->out, "  ");
	rest(c, PAINT_N, *t->title ? t->title : t->id, strlen(t->key) + 4);
}

static void commit_line(struct cli *c, const char *indent, const struct tkt_drift_commit *k)
{
	tkt_buf_printf(&c->out, "%s%s%.*s%s  ", indent, term_on(c, PAINT_LINK), SHA_SHOWN, k->sha, term_off(c));
	if (k->name) {
		term_puts(c, PAINT_WARN, k->name);
		tkt_buf_puts(&c->out, k->ambiguous ? " (more than one)  " : "  ");
	}
	rest(c, PAINT_DIM, k->subject, strlen(indent) + SHA_SHOWN + 2 + (k->name ? strlen(k->name) + 20 : 0));
}

static void tickets(struct cli *c, const char *title, const struct tkt_drift_tickets *list, size_t commits)
{
	if (list->n)
		head(c, title, list->n);
	for (size_t i = 0; i < list->n && i < SHOWN; i++) {
		const struct tkt_drift_ticket *t = &list->items[i];
		char when[40] = "";

		ticket_head(c, &t->ticket);
		if (t->since)
			tkt_time_relative(t->since, c->now, when, sizeof when);
		if (t->why)
			tkt_buf_printf(&c->out, "    %s%s%s%s%s\n", term_on(c, PAINT_DIM), reason(t->why), *when ? ", " : "", when,
				       term_off(c));
		for (size_t k = 0; k < t->commits.n && k < commits; k++)
			commit_line(c, "    ", &t->commits.items[k]);
		if (t->linked)
			tkt_buf_printf(&c->out, "    %s%zu of %zu commit%s not merged%s\n", term_on(c, PAINT_DIM), t->commits.n,
				       t->linked, t->linked == 1 ? "" : "s", term_off(c));
	}
	more(c, list->n);
}

static void commits(struct cli *c, const char *title, const struct tkt_drift_commits *list)
{
	if (list->n)
		head(c, title, list->n);
	for (size_t i = 0; i < list->n && i < SHOWN; i++)
		commit_line(c, "  ", &list->items[i]);
	more(c, list->n);
}

static void human(struct cli *c, const struct tkt_drift *d)
{
	tickets(c, "Closed, but not merged", &d->closed, 3);
	tickets(c, "Merged, but open", &d->merged, 1);
	tickets(c, "In progress, with no commit", &d->idle, 0);
	commits(c, "Commits that name no ticket", &d->nameless);
	commits(c, "Commits that name a ticket in vain", &d->vain);
	if (!tkt_drift_count(d) && !d->why && !c->g.quiet)
		tkt_buf_printf(&c->out, "%sno drift%s\n", term_on(c, PAINT_OK), term_off(c));
}

/* --- pipe --- */

static void start(struct tkt_buf *b, const char *section, const char *first)
{
	tkt_buf_puts(b, section);
	tkt_buf_putc(b, '\t');
	out_field(b, first);
}

static void field(struct tkt_buf *b, const char *text)
{
	tkt_buf_putc(b, '\t');
	out_field(b, text);
}

static void time_field(struct tkt_buf *b, int64_t time)
{
	char text[TKT_TIME_LEN + 1];

	tkt_time_print(time, text);
	field(b, text);
}

static void line_tickets(struct tkt_buf *b, const char *section, const struct tkt_drift_tickets *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct tkt_drift_ticket *t = &list->items[i];

		start(b, section, t->ticket.key);
		field(b, t->ticket.id);
		field(b, t->ticket.title);
		if (t->why)
			field(b, t->why);
		if (t->since)
			time_field(b, t->since);
		for (size_t k = 0; k < t->commits.n; k++)
			tkt_buf_printf(b, "%c%s", k ? ',' : '\t', t->commits.items[k].sha);
		tkt_buf_putc(b, '\n');
	}
}

static void line_commits(struct tkt_buf *b, const char *section, const struct tkt_drift_commits *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct tkt_drift_commit *k = &list->items[i];

		start(b, section, k->sha);
		time_field(b, k->time);
		if (k->name)
			field(b, k->name);
		else
			field(b, k->author);
		field(b, k->subject);
		tkt_buf_putc(b, '\n');
	}
}

static void line(struct cli *c, const struct tkt_drift *d)
{
	line_tickets(&c->out, "closed", &d->closed);
	line_tickets(&c->out, "merged", &d->merged);
	line_tickets(&c->out, "idle", &d->idle);
	line_commits(&c->out, "nameless", &d->nameless);
	line_commits(&c->out, "vain", &d->vain);
}

/* --- JSON --- */

static struct tkt_json *time_json(int64_t time)
{
	char text[TKT_TIME_LEN + 1];

	tkt_time_print(time, text);
	return tkt_json_string(text);
}

static struct tkt_json *commits_json(const struct tkt_drift_commits *list, bool names)
{
	struct tkt_json *all = tkt_json_array();

	for (size_t i = 0; i < list->n; i++) {
		const struct tkt_drift_commit *k = &list->items[i];
		struct tkt_json *o = tkt_json_object();

		tkt_json_set(o, "sha", tkt_json_string(k->sha));
		tkt_json_set(o, "subject", tkt_json_string(k->subject));
		tkt_json_set(o, "author", tkt_json_string(k->author));
		tkt_json_set(o, "time", time_json(k->time));
		if (names) {
			tkt_json_set(o, "name", tkt_json_string(k->name));
			tkt_json_set(o, "ambiguous", tkt_json_bool(k->ambiguous));
		}
		tkt_json_push(all, o);
	}
	return all;
}

static struct tkt_json *tickets_json(const struct tkt_drift_tickets *list)
{
	struct tkt_json *all = tkt_json_array();

	for (size_t i = 0; i < list->n; i++) {
		const struct tkt_drift_ticket *t = &list->items[i];
		struct tkt_json *o = json_brief(&t->ticket);

		if (t->why)
			tkt_json_set(o, "reason", tkt_json_string(t->why));
		if (t->since)
			tkt_json_set(o, "since", time_json(t->since));
		if (t->linked)
			tkt_json_set(o, "linked", tkt_json_int((int64_t)t->linked));
		if (t->commits.n)
			tkt_json_set(o, "commits", commits_json(&t->commits, false));
		tkt_json_push(all, o);
	}
	return all;
}

static void json(struct cli *c, const struct tkt_drift *d)
{
	struct tkt_json *o = tkt_json_object();

	tkt_json_set(o, "closed", tickets_json(&d->closed));
	tkt_json_set(o, "merged", tickets_json(&d->merged));
	tkt_json_set(o, "idle", tickets_json(&d->idle));
	tkt_json_set(o, "nameless", commits_json(&d->nameless, false));
	tkt_json_set(o, "vain", commits_json(&d->vain, true));
	tkt_json_set(o, "total", tkt_json_int((int64_t)tkt_drift_count(d)));
	tkt_json_set(o, "since", time_json(d->since));
	tkt_json_set(o, "main", tkt_json_bool(d->mains));
	tkt_json_set(o, "state", tkt_json_string(d->known && d->whole ? "known" : "unknown"));
	tkt_json_set(o, "reason", tkt_json_string(d->why));
	out_json(c, "drift", o);
}

void out_drift(struct cli *c, const struct tkt_drift *d)
{
	if (c->view != VIEW_JSON && !d->known)
		cli_warn(c, "what history says is unknown: %s", d->why);
	else if (c->view != VIEW_JSON && d->why)
		cli_warn(c, "not everything can be told: %s", d->why);
	if (c->view == VIEW_JSON)
		json(c, d);
	else if (c->view == VIEW_HUMAN)
		human(c, d);
	else
		line(c, d);
}
