/* out_diff: a commit, what it changed, and the tickets it names: the head, the stat, JSON. The patch
 * is out_patch.c's. */
#include "views.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/str.h"
#include "term.h"

#define NAME_MIN 10
#define GRAPH_MAX 60

static void time_text(int64_t time, char out[TKT_TIME_LEN + 1])
{
	tkt_time_print(time, out);
}

/* --- head --- */

static void head_line(struct cli *c, const char *name, const char *value)
{
	tkt_buf_printf(&c->out, "%-9s", name);
	out_field(&c->out, value);
	tkt_buf_putc(&c->out, '\n');
}

static void message(struct cli *c, const struct tkt_git_commit *commit)
{
	struct tkt_str text = { commit->message, commit->message_len }, line;

	while (text.len && strchr("\n\r\t ", text.ptr[text.len - 1]))
		text.len--;
	tkt_buf_putc(&c->out, '\n');
	for (size_t pos = 0; tkt_str_line(text, &pos, &line);) {
		if (line.len) {
			tkt_buf_puts(&c->out, "    ");
			tkt_str_visible(&c->out, line.ptr, line.len - (line.ptr[line.len - 1] == '\r'), "\t");
		}
		tkt_buf_putc(&c->out, '\n');
	}
}

static void tickets(struct cli *c, const struct tkt_refs *refs)
{
	for (size_t i = 0; i < refs->tickets.n; i++) {
		const struct tkt_refs_item *r = &refs->tickets.items[i];
		const char *title = *r->ticket.title ? r->ticket.title : r->ticket.id;
		size_t used = strlen("Ticket:    (pending)") + strlen(r->ticket.key) + 1;
		struct tkt_buf safe = TKT_BUF_INIT;

		tkt_buf_printf(&c->out, "%-9s", r->closes ? "Closes:" : "Ticket:");
		term_puts(c, PAINT_KEY, r->ticket.key);
		tkt_buf_puts(&c->out, "  ");
		out_field(&safe, title);
		if (c->view == VIEW_HUMAN)
			table_fit(&c->out, safe.ptr, c->width > used + 12 ? c->width - used : 12);
		else
			tkt_buf_puts(&c->out, safe.ptr);
		tkt_buf_release(&safe);
		tkt_buf_puts(&c->out, " (");
		term_puts(c, term_status(r->ticket.status), tkt_status_name(r->ticket.status));
		tkt_buf_puts(&c->out, ")\n");
	}
}

static void head(struct cli *c, const struct tkt_commit_diff *d)
{
	const struct tkt_git_commit *commit = &d->commit;
	char sha[TKT_OID_HEX], at[TKT_TIME_LEN + 1];
	struct tkt_buf who = TKT_BUF_INIT;

	tkt_oid_hex(&commit->oid, sha);
	tkt_buf_printf(&c->out, "%scommit %s%s\n", term_on(c, PAINT_KEY), sha, term_off(c));
	if (commit->parents.n > 1) {
		tkt_oid_hex(&commit->parents.items[0], sha);
		tkt_buf_printf(&c->out, "Merge:   of %zu commits, compared with the first, %.12s\n", commit->parents.n, sha);
	} else if (commit->parents.n == 0) {
		tkt_buf_puts(&c->out, "Root:    there is nothing before it\n");
	}
	tkt_buf_printf(&who, "%s <%s>", commit->author ? commit->author : "", commit->email ? commit->email : "");
	head_line(c, "Author:", who.ptr);
	time_text(commit->author_time, at);
	head_line(c, "Date:", at);
	tickets(c, &d->tickets);
	message(c, commit);
	tkt_buf_release(&who);
}

/* --- stat --- */

static void shown_name(struct tkt_buf *out, const struct tkt_git_file *f)
{
	if (f->old_path) {
		out_field(out, f->old_path);
		tkt_buf_puts(out, " => ");
	}
	out_field(out, f->path);
}

struct widths {
	size_t name, number, graph;
	long most;
};

static size_t digits(long n)
{
	size_t d = 1;

	for (; n >= 10; n /= 10)
		d++;
	return d;
}

static struct widths measure(const struct cli *c, const struct tkt_git_diff *diff)
{
	struct widths w = { NAME_MIN, 1, 0, 0 };
	struct tkt_buf name = TKT_BUF_INIT;
	size_t width = c->width > 40 ? c->width : 40, half;

	for (size_t i = 0; i < diff->n; i++) {
		const struct tkt_git_file *f = &diff->items[i];
		size_t len;

		tkt_buf_reset(&name);
		shown_name(&name, f);
		len = tkt_str_width(name.ptr, name.len);
		w.name = len > w.name ? len : w.name;
		if (f->binary)
			w.number = w.number < 3 ? 3 : w.number;
		else if (f->added + f->removed > w.most)
			w.most = f->added + f->removed;
	}
	tkt_buf_release(&name);
	w.number = digits(w.most) > w.number ? digits(w.most) : w.number;
	half = (width - w.number - 6) * 5 / 8;
	w.name = c->view == VIEW_HUMAN && w.name > half ? half : w.name;
	w.graph = width > w.name + w.number + 6 ? width - w.name - w.number - 6 : 1;
	w.graph = w.graph > GRAPH_MAX ? GRAPH_MAX : w.graph;
	return w;
}

/* At least one sign for what is not nothing. */
static size_t scaled(long n, const struct widths *w)
{
	if (w->most <= (long)w->graph)
		return n > 0 ? (size_t)n : 0;
	return n > 0 ? 1 + (size_t)((double)n * (double)(w->graph - 1) / (double)w->most) : 0;
}

static void bar(struct cli *c, enum paint p, char sign, size_t n)
{
	if (n == 0)
		return;
	tkt_buf_puts(&c->out, term_on(c, p));
	tkt_buf_pad(&c->out, sign, n);
	tkt_buf_puts(&c->out, term_off(c));
}

static void stat_line(struct cli *c, const struct tkt_git_file *f, const struct widths *w)
{
	struct tkt_buf name = TKT_BUF_INIT;
	size_t used, removed;

	shown_name(&name, f);
	tkt_buf_putc(&c->out, ' ');
	if (c->view == VIEW_HUMAN) {
		used = table_fit(&c->out, name.ptr, w->name);
	} else {
		tkt_buf_puts(&c->out, name.ptr);
		used = tkt_str_width(name.ptr, name.len);
	}
	tkt_buf_pad(&c->out, ' ', used < w->name ? w->name - used : 0);
	if (f->binary) {
		tkt_buf_printf(&c->out, " | %*s\n", (int)w->number, "Bin");
	} else if (f->added < 0 || f->removed < 0) {
		tkt_buf_printf(&c->out, " | %*s\n", (int)w->number, "?");
	} else {
		tkt_buf_printf(&c->out, " | %*ld%s", (int)w->number, f->added + f->removed,
			       f->added + f->removed ? " " : "");
		bar(c, PAINT_OK, '+', scaled(f->added, w));
		removed = scaled(f->removed, w);
		bar(c, PAINT_BAD, '-', removed);
		tkt_buf_putc(&c->out, '\n');
	}
	tkt_buf_release(&name);
}

static void summary(struct cli *c, const struct tkt_commit_diff *d)
{
	const struct tkt_git_diff *diff = &d->diff;
	struct tkt_buf *b = &c->out;

	tkt_buf_printf(b, " %zu file%s changed", diff->n, diff->n == 1 ? "" : "s");
	if (!diff->missing) {
		if (diff->added || !diff->removed)
			tkt_buf_printf(b, ", %ld insertion%s(+)", diff->added, diff->added == 1 ? "" : "s");
		if (diff->removed || !diff->added)
			tkt_buf_printf(b, ", %ld deletion%s(-)", diff->removed, diff->removed == 1 ? "" : "s");
	}
	if (d->elsewhere)
		tkt_buf_printf(b, "; %zu more elsewhere", d->elsewhere);
	tkt_buf_putc(b, '\n');
}

static void stat_lines(struct cli *c, const struct tkt_commit_diff *d)
{
	struct widths w = measure(c, &d->diff);

	for (size_t i = 0; i < d->diff.n; i++)
		stat_line(c, &d->diff.items[i], &w);
	summary(c, d);
}

/* --- JSON --- */

static const char *status_word(char status)
{
	switch (status) {
	case 'A':
		return "added";
	case 'D':
		return "deleted";
	case 'R':
		return "renamed";
	case 'C':
		return "copied";
	case 'T':
		return "type_changed";
	default:
		return "modified";
	}
}

static struct tkt_json *mode(unsigned m)
{
	char text[16];

	snprintf(text, sizeof text, "%06o", m);
	return tkt_json_string(m ? text : NULL);
}

static struct tkt_json *count(long n)
{
	return n < 0 ? tkt_json_null() : tkt_json_int(n);
}

static struct tkt_json *json_file(const struct tkt_git_file *f, bool stat)
{
	struct tkt_json *o = tkt_json_object();
	bool none = stat || f->binary || f->big || f->added < 0;

	tkt_json_set(o, "path", tkt_json_string(f->path));
	tkt_json_set(o, "old_path", tkt_json_string(f->old_path));
	tkt_json_set(o, "status", tkt_json_string(status_word(f->status)));
	tkt_json_set(o, "mode", mode(f->mode));
	tkt_json_set(o, "old_mode", mode(f->old_mode));
	tkt_json_set(o, "added", f->binary ? tkt_json_null() : count(f->added));
	tkt_json_set(o, "removed", f->binary ? tkt_json_null() : count(f->removed));
	tkt_json_set(o, "binary", tkt_json_bool(f->binary));
	tkt_json_set(o, "truncated", tkt_json_bool(f->big));
	tkt_json_set(o, "language", tkt_json_string(tkt_language_of(f->path)));
	tkt_json_set(o, "patch", none ? tkt_json_null() : tkt_json_string_n(f->patch.ptr, f->patch.len));
	return o;
}

static struct tkt_json *json_commit_of(const struct tkt_git_commit *commit)
{
	struct tkt_json *o = tkt_json_object(), *parents = tkt_json_array();
	char sha[TKT_OID_HEX], at[TKT_TIME_LEN + 1], *subject = tkt_git_subject(commit);

	tkt_oid_hex(&commit->oid, sha);
	tkt_json_set(o, "sha", tkt_json_string(sha));
	tkt_json_set(o, "subject", tkt_json_string(subject));
	tkt_json_set(o, "author", tkt_json_string(commit->author));
	tkt_json_set(o, "email", tkt_json_string(commit->email));
	time_text(commit->time, at);
	tkt_json_set(o, "time", tkt_json_string(at));
	time_text(commit->author_time, at);
	tkt_json_set(o, "author_time", tkt_json_string(at));
	for (size_t i = 0; i < commit->parents.n; i++) {
		tkt_oid_hex(&commit->parents.items[i], sha);
		tkt_json_push(parents, tkt_json_string(sha));
	}
	tkt_json_set(o, "parents", parents);
	tkt_json_set(o, "merge", tkt_json_bool(commit->parents.n > 1));
	tkt_json_set(o, "message", tkt_json_string_n(commit->message, commit->message_len));
	free(subject);
	return o;
}

static void json(struct cli *c, const struct tkt_commit_diff *d, bool stat)
{
	struct tkt_json *o = tkt_json_object(), *files = tkt_json_array();
	char sha[TKT_OID_HEX] = "";

	if (d->commit.parents.n)
		tkt_oid_hex(&d->commit.parents.items[0], sha);
	for (size_t i = 0; i < d->diff.n; i++)
		tkt_json_push(files, json_file(&d->diff.items[i], stat));
	tkt_json_set(o, "commit", json_commit_of(&d->commit));
	tkt_json_set(o, "against", tkt_json_string(*sha ? sha : NULL));
	tkt_json_set(o, "files", files);
	tkt_json_set(o, "files_changed", tkt_json_int((int64_t)d->diff.n));
	tkt_json_set(o, "insertions", d->diff.missing ? tkt_json_null() : tkt_json_int(d->diff.added));
	tkt_json_set(o, "deletions", d->diff.missing ? tkt_json_null() : tkt_json_int(d->diff.removed));
	tkt_json_set(o, "elsewhere", tkt_json_int((int64_t)d->elsewhere));
	tkt_json_set(o, "tickets", json_refs(&d->tickets));
	out_json(c, "diff", o);
}

/* --- all of it --- */

static void warn(struct cli *c, const struct tkt_commit_diff *d)
{
	if (d->diff.missing)
		cli_warn(c, "this clone lacks some of the files, so not all is known; --fetch gets them");
	if (d->big)
		cli_warn(c, "the patch of %zu file%s is left out; --full shows it", d->big, d->big == 1 ? "" : "s");
}

void out_diff(struct cli *c, const struct tkt_commit_diff *d, bool stat, bool raw)
{
	warn(c, d);
	if (c->view == VIEW_JSON) {
		json(c, d, stat);
		return;
	}
	if (!raw) {
		head(c, d);
		tkt_buf_putc(&c->out, '\n');
		stat_lines(c, d);
	} else if (stat) {
		stat_lines(c, d);
	}
	if (stat)
		return;
	for (size_t i = 0; i < d->diff.n; i++) {
		if (i == 0 && !raw)
			tkt_buf_putc(&c->out, '\n');
		out_patch(c, &d->diff.items[i], raw);
		cli_stream(c);
	}
}
