/* out_commits: the views of commits, link, unlink and link --apply. */
#include "views.h"

#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/str.h"
#include "term.h"

#define SHORT 10 /* digits of a commit for people */

static const char *yes_no(int v)
{
	return v < 0 ? "unknown" : v ? "yes" : "no";
}

static void time_text(int64_t time, char out[TKT_TIME_LEN + 1])
{
	out[0] = '\0';
	if (time >= 0)
		tkt_time_print(time, out);
}

/* --- commits: JSON --- */

static struct tkt_json *count(long n)
{
	return n < 0 ? tkt_json_null() : tkt_json_int(n);
}

struct tkt_json *json_commit(const struct tkt_link *l)
{
	struct tkt_json *o = tkt_json_object();
	char at[TKT_TIME_LEN + 1];

	time_text(l->time, at);
	tkt_json_set(o, "sha", tkt_json_string(l->sha));
	tkt_json_set(o, "subject", tkt_json_string(l->subject));
	tkt_json_set(o, "author", tkt_json_string(l->author));
	tkt_json_set(o, "time", tkt_json_string(*at ? at : NULL));
	tkt_json_set(o, "files_changed", count(l->files));
	tkt_json_set(o, "insertions", count(l->added));
	tkt_json_set(o, "deletions", count(l->removed));
	tkt_json_set(o, "method", tkt_json_string(l->method));
	tkt_json_set(o, "branches", tkt_json_strv(&l->branches));
	tkt_json_set(o, "merged", l->merged < 0 ? tkt_json_null() : tkt_json_bool(l->merged > 0));
	tkt_json_set(o, "closes", tkt_json_bool(l->closes));
	tkt_json_set(o, "merge", tkt_json_bool(l->merge));
	tkt_json_set(o, "missing", tkt_json_bool(l->missing));
	return o;
}

static void json_commits(struct cli *c, const struct tkt_links *links)
{
	struct tkt_json *o = tkt_json_object(), *commits = tkt_json_array();

	for (size_t i = 0; i < links->n; i++)
		tkt_json_push(commits, json_commit(&links->items[i]));
	tkt_json_set(o, "commits", commits);
	tkt_json_set(o, "state", tkt_json_string(links->known ? "known" : "unknown"));
	tkt_json_set(o, "reason", tkt_json_string(links->known ? NULL : links->why));
	out_json(c, "commit.list", o);
}

/* --- commits: a pipe --- */

static void number(struct tkt_buf *b, long n)
{
	if (n >= 0)
		tkt_buf_printf(b, "%ld", n);
	tkt_buf_putc(b, '\t');
}

static void line_commit(struct tkt_buf *b, const struct tkt_link *l)
{
	char at[TKT_TIME_LEN + 1];

	time_text(l->time, at);
	tkt_buf_printf(b, "%s\t%s\t", l->sha, at);
	out_field(b, l->author);
	tkt_buf_printf(b, "\t%s\t%s\t", l->missing ? "missing" : l->method, yes_no(l->merged));
	number(b, l->files);
	number(b, l->added);
	number(b, l->removed);
	for (size_t i = 0; i < l->branches.n; i++) {
		tkt_buf_puts(b, i ? "," : "");
		out_field(b, l->branches.items[i]);
	}
	tkt_buf_putc(b, '\t');
	out_field(b, l->subject);
	tkt_buf_putc(b, '\n');
}

static void line_commits(struct cli *c, const struct tkt_links *links)
{
	tkt_buf_puts(&c->out, "commit\ttime\tauthor\tmethod\tmerged\tfiles\tinsertions\tdeletions\tbranches\t"
			      "subject\n");
	for (size_t i = 0; i < links->n; i++)
		line_commit(&c->out, &links->items[i]);
}

/* --- commits: a terminal --- */

/* The branch that says most: a main one stands first in what people look for. */
static void where(const struct tkt_link *l, struct tkt_buf *out)
{
	tkt_buf_reset(out);
	if (l->missing)
		tkt_buf_puts(out, "not in this repository");
	else if (l->merged > 0)
		tkt_buf_puts(out, "merged");
	else if (l->branches.n)
		tkt_buf_puts(out, l->branches.items[0]);
	if (!l->missing && l->merged <= 0 && l->branches.n > 1)
		tkt_buf_printf(out, " +%zu", l->branches.n - 1);
}

static void changed(const struct tkt_link *l, struct tkt_buf *out)
{
	tkt_buf_reset(out);
	if (l->added >= 0)
		tkt_buf_printf(out, "+%ld -%ld", l->added, l->removed);
}

static void human_commits(struct cli *c, const struct tkt_links *links)
{
	struct table_col cols[] = {
		{ "COMMIT", 0, 0, 0, false, false },
		{ "DATE", 0, 0, 0, false, false },
		{ "AUTHOR", COL_FLEX | COL_DROP, 8, 0, false, false },
		{ "SUBJECT", COL_FLEX, 24, 0, false, false },
		{ "LINES", COL_RIGHT | COL_DROP, 0, 0, false, false },
		{ "FILES", COL_RIGHT | COL_DROP, 0, 0, false, false },
		{ "HOW", 0, 0, 0, false, false },
		{ "WHERE", COL_FLEX, 6, 0, false, false },
	};
	struct table t = { cols, TKT_LEN(cols), { NULL, 0, 0 } };
	struct tkt_buf cell = TKT_BUF_INIT;

	for (size_t i = 0; i < links->n; i++) {
		const struct tkt_link *l = &links->items[i];
		char at[TKT_TIME_LEN + 1];

		time_text(l->time, at);
		at[*at ? strlen("2026-01-02") : 0] = '\0';
		tkt_buf_printf(&cell, "%.*s", SHORT, l->sha);
		table_add(&t, PAINT_KEY, cell.ptr);
		table_add(&t, PAINT_DIM, at);
		table_add(&t, PAINT_N, l->author);
		table_add(&t, PAINT_N, l->subject);
		changed(l, &cell);
		table_add(&t, PAINT_N, cell.ptr);
		tkt_buf_reset(&cell);
		if (l->files >= 0)
			tkt_buf_printf(&cell, "%ld", l->files);
		table_add(&t, PAINT_N, cell.ptr);
		table_add(&t, PAINT_DIM, l->method);
		where(l, &cell);
		table_add(&t, l->missing ? PAINT_BAD : l->merged > 0 ? PAINT_OK : PAINT_LINK, cell.ptr);
		tkt_buf_reset(&cell);
	}
	if (links->n)
		table_print(c, &t);
	table_release(&t);
	tkt_buf_release(&cell);
}

void out_commits(struct cli *c, const struct tkt_links *links)
{
	if (c->view == VIEW_JSON)
		json_commits(c, links);
	else if (c->view == VIEW_HUMAN)
		human_commits(c, links);
	else
		line_commits(c, links);
}

/* --- link, unlink --- */

void out_linked(struct cli *c, const struct tkt_linked *linked, bool unlink)
{
	if (c->view != VIEW_HUMAN) {
		out_changes(c, &linked->changes, NULL);
		return;
	}
	for (size_t i = 0; i < linked->commits.n && linked->changes.n && !c->g.quiet; i++) {
		const struct tkt_linked_commit *commit = &linked->commits.items[i];

		term_puts(c, PAINT_KEY, linked->changes.items[0].key);
		tkt_buf_printf(&c->out, "%s commit %.*s",
			       unlink ? commit->done ? " no longer has" : " did not have" :
			       commit->done ? " now has" : " has already", SHORT, commit->sha);
		if (commit->subject) {
			tkt_buf_puts(&c->out, "  ");
			term_puts(c, PAINT_N, commit->subject);
		}
		tkt_buf_putc(&c->out, '\n');
	}
}

/* --- link --apply --- */

static struct tkt_json *applied_json(const struct tkt_apply_item *item)
{
	struct tkt_json *o = tkt_json_object();

	tkt_json_set(o, "id", tkt_json_string(item->id));
	tkt_json_set(o, "key", tkt_json_string(item->key));
	tkt_json_set(o, "title", tkt_json_string(item->title));
	tkt_json_set(o, "commit", tkt_json_string(item->sha));
	tkt_json_set(o, "subject", tkt_json_string(item->subject));
	if (item->skipped)
		tkt_json_set(o, "reason", tkt_json_string(item->skipped));
	else
		tkt_json_set(o, "unblocked", tkt_json_strv(&item->unblocked));
	return o;
}

static void json_applied(struct cli *c, const struct tkt_applied *applied, bool dry_run)
{
	struct tkt_json *o = tkt_json_object(), *closed = tkt_json_array(), *skipped = tkt_json_array();

	for (size_t i = 0; i < applied->n; i++)
		tkt_json_push(applied->items[i].skipped ? skipped : closed, applied_json(&applied->items[i]));
	tkt_json_set(o, "dry_run", tkt_json_bool(dry_run));
	tkt_json_set(o, "closed", closed);
	tkt_json_set(o, "skipped", skipped);
	out_json(c, "link.applied", o);
}

/* what, key, id, commit, subject or reason */
static void line_applied(struct cli *c, const struct tkt_apply_item *item, bool dry_run)
{
	struct tkt_buf *b = &c->out;

	tkt_buf_printf(b, "%s\t", item->skipped ? "skipped" : dry_run ? "would close" : "closed");
	out_field(b, item->key);
	tkt_buf_putc(b, '\t');
	out_field(b, item->id);
	tkt_buf_printf(b, "\t%s\t", item->sha);
	out_field(b, item->skipped ? item->skipped : item->subject);
	tkt_buf_putc(b, '\n');
}

static void human_applied(struct cli *c, const struct tkt_apply_item *item, bool dry_run)
{
	struct tkt_buf *b = &c->out;

	term_puts(c, PAINT_KEY, item->key);
	if (item->skipped)
		tkt_buf_printf(b, " stays open: %s (%.*s)", item->skipped, SHORT, item->sha);
	else
		tkt_buf_printf(b, " %s by %.*s  ", dry_run ? "would be closed" : "closed", SHORT, item->sha);
	if (!item->skipped)
		out_field(b, item->subject);
	tkt_buf_putc(b, '\n');
	for (size_t i = 0; i < item->unblocked.n; i++) {
		tkt_buf_puts(b, "  ");
		out_field(b, item->unblocked.items[i]);
		tkt_buf_puts(b, " waits for nothing any more\n");
	}
}

void out_applied(struct cli *c, const struct tkt_applied *applied, bool dry_run)
{
	if (c->view == VIEW_JSON) {
		json_applied(c, applied, dry_run);
		return;
	}
	for (size_t i = 0; i < applied->n && (!c->g.quiet || dry_run); i++) {
		if (c->view == VIEW_HUMAN)
			human_applied(c, &applied->items[i], dry_run);
		else
			line_applied(c, &applied->items[i], dry_run);
	}
	if (!applied->n && c->view == VIEW_HUMAN && !c->g.quiet)
		tkt_buf_puts(&c->out, "nothing to close\n");
}
