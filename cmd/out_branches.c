/* out_branches: a ticket on other branches, in the three views. */
#include "views.h"

#include "base/mem.h"
#include "base/str.h"
#include "term.h"

#define NAMES_SHOWN 3 /* of the branches of a row, on a terminal */
#define FIELDS_SHOWN 3

/* --- terminal --- */

/* How many there are comes first: a narrow column cuts the end off. */
static void some_names(struct tkt_buf *out, const struct tkt_strv *names, size_t most)
{
	if (names->n > most)
		tkt_buf_printf(out, "%s%zu: ", out->len ? ", " : "", names->n);
	for (size_t i = 0; i < names->n && i < most; i++)
		tkt_buf_printf(out, "%s%s", out->len && (i || names->n <= most) ? ", " : "", names->items[i]);
}

/* Whether one of the state's branches is what the worktree is on: then its files say nothing new. */
static bool is_clean(const struct tkt_branch_state *s, const struct tkt_branch_worktree *w)
{
	bool detached = false;

	for (size_t i = 0; i < s->branches.n; i++)
		detached = detached || tkt_starts_with(s->branches.items[i], "worktrees/") ||
			   strcmp(s->branches.items[i], "main-worktree/HEAD") == 0;
	return w->branch ? tkt_strv_has(&s->branches, w->branch) : detached;
}

static void where(struct tkt_buf *out, const struct tkt_branch_state *s)
{
	if (s->here)
		tkt_buf_puts(out, "here");
	for (size_t i = 0; i < s->worktrees.n; i++)
		if (!is_clean(s, &s->worktrees.items[i]))
			tkt_buf_printf(out, "%sworktree %s", out->len ? ", " : "", s->worktrees.items[i].path);
	some_names(out, &s->branches, NAMES_SHOWN);
}

static void events(struct tkt_buf *out, const struct tkt_branch_state *s)
{
	if (s->ahead)
		tkt_buf_printf(out, "+%zu", s->ahead);
	if (s->behind)
		tkt_buf_printf(out, "%s-%zu", s->ahead ? " " : "", s->behind);
	if (!out->len)
		tkt_buf_puts(out, "same");
}

/* Who is ahead is told by events; seconds only take room. */
static void day(struct tkt_buf *out, const char *time)
{
	tkt_buf_add(out, time, time ? strnlen(time, strlen("2026-01-31")) : 0);
}

static void row(struct table *t, const struct tkt_branch_state *s, bool here)
{
	struct tkt_buf words = TKT_BUF_INIT;

	table_add(t, term_status(s->status), tkt_status_name(s->status));
	table_add(t, PAINT_N, s->column);
	day(&words, s->updated_at);
	table_add(t, PAINT_DIM, words.ptr);
	tkt_buf_reset(&words);
	if (!s->here && here)
		events(&words, s);
	table_add(t, s->ahead ? PAINT_WARN : PAINT_N, words.ptr);
	table_add(t, PAINT_N, s->assignee);
	tkt_buf_reset(&words);
	if (s->bad)
		tkt_buf_puts(&words, s->bad);
	else
		some_names(&words, &s->fields, FIELDS_SHOWN);
	if (s->split)
		tkt_buf_printf(&words, "%sin two places", words.len ? "; " : "");
	table_add(t, s->bad || s->split ? PAINT_BAD : PAINT_N, words.ptr);
	tkt_buf_reset(&words);
	where(&words, s);
	table_add(t, s->here ? PAINT_BOLD : PAINT_LINK, words.ptr);
	tkt_buf_release(&words);
}

static void counts(struct cli *c, const struct tkt_branches *found)
{
	const char *on = term_on(c, PAINT_DIM), *off = term_off(c);

	if (found->without.n || found->left_out)
		tkt_buf_putc(&c->out, '\n');
	if (found->without.n)
		tkt_buf_printf(&c->out, "%snot on %zu of %zu branch%s%s\n", on, found->without.n, found->looked,
			       found->looked == 1 ? "" : "es", off);
	if (found->left_out)
		tkt_buf_printf(&c->out, "%s%zu older branch%s not looked at; --all looks at every one%s\n", on,
			       found->left_out, found->left_out == 1 ? "" : "es", off);
}

static void title(struct cli *c, const struct tkt_branches *found)
{
	size_t used = strlen(found->key) + 2 + (found->here ? 0 : strlen("  not here"));
	struct tkt_buf safe = TKT_BUF_INIT;

	term_puts(c, PAINT_KEY, found->key);
	tkt_buf_printf(&c->out, "  %s", term_on(c, PAINT_BOLD));
	out_field(&safe, *found->title ? found->title : found->id);
	table_fit(&c->out, safe.ptr, c->width > used + 12 ? c->width - used : 12);
	tkt_buf_puts(&c->out, term_off(c));
	if (!found->here)
		tkt_buf_printf(&c->out, "  %snot here%s", term_on(c, PAINT_WARN), term_off(c));
	tkt_buf_puts(&c->out, "\n\n");
	tkt_buf_release(&safe);
}

static void human(struct cli *c, const struct tkt_branches *found)
{
	struct table_col cols[] = {
		{ "STATUS", 0, 0, 0, false, false },
		{ "COLUMN", COL_DROP, 0, 0, false, false },
		{ "UPDATED", COL_DROP, 0, 0, false, false },
		{ "EVENTS", 0, 0, 0, false, false },
		{ "ASSIGNEE", COL_DROP, 0, 0, false, false },
		{ "DIFFERS", COL_FLEX, 12, 0, false, false },
		{ "BRANCHES", COL_FLEX, 20, 0, false, false },
	};
	struct table t = { cols, TKT_LEN(cols), { NULL, 0, 0 } };

	title(c, found);
	for (size_t i = 0; i < found->states.n; i++)
		row(&t, &found->states.items[i], found->here);
	if (found->states.n)
		table_print(c, &t);
	table_release(&t);
	if (!c->g.quiet)
		counts(c, found);
}

/* --- pipe --- */

static void place(struct tkt_buf *b, size_t *n, const char *head, const char *name)
{
	tkt_buf_puts(b, (*n)++ ? "," : "");
	tkt_buf_puts(b, head);
	out_field(b, name);
}

static void line(struct cli *c, const struct tkt_branches *found)
{
	struct tkt_buf *b = &c->out;

	tkt_buf_puts(b, "status\tcolumn\tupdated_at\tahead\tbehind\tbranches\n");
	for (size_t i = 0; i < found->states.n; i++) {
		const struct tkt_branch_state *s = &found->states.items[i];
		size_t n = 0;

		tkt_buf_printf(b, "%s\t", tkt_status_name(s->status));
		out_field(b, s->column);
		tkt_buf_putc(b, '\t');
		out_field(b, s->updated_at);
		tkt_buf_printf(b, "\t%zu\t%zu\t", s->ahead, s->behind);
		if (s->here)
			place(b, &n, "worktree:.", "");
		for (size_t k = 0; k < s->branches.n; k++)
			place(b, &n, "", s->branches.items[k]);
		for (size_t k = 0; k < s->worktrees.n; k++)
			if (!is_clean(s, &s->worktrees.items[k]))
				place(b, &n, "worktree:", s->worktrees.items[k].path);
		tkt_buf_putc(b, '\n');
	}
}

/* --- JSON --- */

static struct tkt_json *worktrees_json(const struct tkt_branch_state *s)
{
	struct tkt_json *all = tkt_json_array();

	for (size_t i = 0; i < s->worktrees.n; i++) {
		struct tkt_json *o = tkt_json_object();

		tkt_json_set(o, "path", tkt_json_string(s->worktrees.items[i].path));
		tkt_json_set(o, "branch", tkt_json_string(s->worktrees.items[i].branch));
		tkt_json_push(all, o);
	}
	return all;
}

static struct tkt_json *state_json(const struct tkt_branch_state *s)
{
	struct tkt_json *o = tkt_json_object();

	tkt_json_set(o, "status", tkt_json_string(tkt_status_name(s->status)));
	tkt_json_set(o, "column", tkt_json_string(s->column));
	tkt_json_set(o, "title", tkt_json_string(s->title));
	tkt_json_set(o, "assignee", tkt_json_string(s->assignee));
	tkt_json_set(o, "updated_at", tkt_json_string(s->updated_at));
	tkt_json_set(o, "here", tkt_json_bool(s->here));
	tkt_json_set(o, "branches", tkt_json_strv(&s->branches));
	tkt_json_set(o, "worktrees", worktrees_json(s));
	tkt_json_set(o, "ahead", tkt_json_int((int64_t)s->ahead));
	tkt_json_set(o, "behind", tkt_json_int((int64_t)s->behind));
	tkt_json_set(o, "fields", tkt_json_strv(&s->fields));
	tkt_json_set(o, "split", tkt_json_bool(s->split));
	tkt_json_set(o, "error", tkt_json_string(s->bad));
	return o;
}

static void json(struct cli *c, const struct tkt_branches *found)
{
	struct tkt_json *o = tkt_json_object(), *states = tkt_json_array();

	for (size_t i = 0; i < found->states.n; i++)
		tkt_json_push(states, state_json(&found->states.items[i]));
	tkt_json_set(o, "id", tkt_json_string(found->id));
	tkt_json_set(o, "key", tkt_json_string(found->key));
	tkt_json_set(o, "title", tkt_json_string(found->title));
	tkt_json_set(o, "here", tkt_json_bool(found->here));
	tkt_json_set(o, "states", states);
	tkt_json_set(o, "not_on", tkt_json_strv(&found->without));
	tkt_json_set(o, "looked", tkt_json_int((int64_t)found->looked));
	tkt_json_set(o, "left_out", tkt_json_int((int64_t)found->left_out));
	tkt_json_set(o, "state", tkt_json_string(found->known ? "known" : "unknown"));
	tkt_json_set(o, "reason", tkt_json_string(found->why));
	out_json(c, "branches", o);
}

void out_branches(struct cli *c, const struct tkt_branches *found)
{
	if (c->view != VIEW_JSON && !found->known)
		cli_warn(c, "other branches are unknown: %s", found->why);
	if (c->view != VIEW_JSON && found->left_out && (c->view == VIEW_LINE || c->g.quiet))
		cli_warn(c, "%zu older branch%s not looked at; --all looks at every one", found->left_out,
			 found->left_out == 1 ? "" : "es");
	if (c->view == VIEW_JSON)
		json(c, found);
	else if (c->view == VIEW_HUMAN)
		human(c, found);
	else
		line(c, found);
}
