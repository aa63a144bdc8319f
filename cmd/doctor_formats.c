/* doctor_formats: the report for people (text) and for programs (json, junit, tap). */
#include "doctor.h"

#include "base/mem.h"
#include "base/str.h"
#include "out.h"
#include "term.h"

bool doctor_shows(const struct doctor_view *v, const struct tkt_finding *f)
{
	return f->rule->level <= v->least;
}

bool doctor_fails(const struct doctor_view *v, const struct tkt_finding *f)
{
	return f->rule->level == TKT_ERROR || (v->strict && f->rule->level == TKT_WARNING);
}

char *doctor_path(const struct doctor_view *v, const struct tkt_finding *f)
{
	size_t n = strlen(v->prefix);
	const char *file = f->file;

	/* What lies beside the root: "work-items/" and "../TODO.md" is "TODO.md". */
	if (tkt_starts_with(file, "../") && n) {
		file += 3;
		for (n--; n && v->prefix[n - 1] != '/'; n--)
			;
	}
	return tkt_asprintf("%.*s%s", (int)n, v->prefix, file);
}

/* --- text --- */

static enum paint paint_of(enum tkt_level level)
{
	return level == TKT_ERROR ? PAINT_BAD : level == TKT_WARNING ? PAINT_WARN : PAINT_DIM;
}

static void place(struct tkt_buf *b, const struct tkt_finding *f)
{
	out_field(b, f->file);
	if (f->line)
		tkt_buf_printf(b, ":%zu", f->line);
	tkt_buf_puts(b, ": ");
}

static void text_finding(struct cli *c, const struct tkt_finding *f)
{
	place(&c->out, f);
	term_puts(c, paint_of(f->rule->level), tkt_level_name(f->rule->level));
	tkt_buf_putc(&c->out, ' ');
	term_puts(c, PAINT_BOLD, f->rule->code);
	tkt_buf_puts(&c->out, ": ");
	out_field(&c->out, f->message);
	tkt_buf_putc(&c->out, '\n');
	if (f->fix && (c->view == VIEW_HUMAN || c->g.verbose)) {
		tkt_buf_puts(&c->out, "    ");
		term_puts(c, PAINT_DIM, f->fix);
		tkt_buf_putc(&c->out, '\n');
	}
}

static void text_fixed(struct cli *c, const struct doctor_view *v, const struct tkt_finding *f)
{
	term_puts(c, PAINT_OK, v->dry_run ? "would fix " : "fixed ");
	place(&c->out, f);
	tkt_buf_printf(&c->out, "%s ", f->rule->code);
	out_field(&c->out, f->message);
	tkt_buf_putc(&c->out, '\n');
}

static void counted(struct tkt_buf *b, const char *before, size_t n, const char *one, const char *many)
{
	tkt_buf_printf(b, "%s%zu %s", before, n, n == 1 ? one : many);
}

static void summary(struct cli *c, const struct doctor_view *v)
{
	const struct tkt_doctor_report *r = v->report;
	struct tkt_buf words = TKT_BUF_INIT;

	tkt_buf_puts(&c->out, "doctor: ");
	if (r->errors || r->warnings) {
		counted(&words, "", r->errors, "error", "errors");
		counted(&words, ", ", r->warnings, "warning", "warnings");
	} else {
		tkt_buf_puts(&words, "ok");
	}
	term_puts(c, r->errors ? PAINT_BAD : r->warnings ? PAINT_WARN : PAINT_OK, words.ptr);
	counted(&c->out, " (", r->tickets, "ticket", "tickets");
	if (r->infos)
		counted(&c->out, ", ", r->infos, "note", "notes");
	if (r->fixed.n)
		tkt_buf_printf(&c->out, ", %zu %s", r->fixed.n, v->dry_run ? "can be fixed" : "fixed");
	tkt_buf_puts(&c->out, ")\n");
	tkt_buf_release(&words);
}

void doctor_text(struct cli *c, const struct doctor_view *v)
{
	const struct tkt_doctor_report *r = v->report;

	for (size_t i = 0; i < r->fixed.n; i++)
		text_fixed(c, v, &r->fixed.items[i]);
	for (size_t i = 0; i < r->findings.n; i++)
		if (doctor_shows(v, &r->findings.items[i]))
			text_finding(c, &r->findings.items[i]);
	if (!c->g.quiet || r->errors || r->warnings)
		summary(c, v);
}

/* --- json --- */

static struct tkt_json *json_finding(const struct tkt_finding *f)
{
	struct tkt_json *o = tkt_json_object();

	tkt_json_set(o, "code", tkt_json_string(f->rule->code));
	tkt_json_set(o, "level", tkt_json_string(tkt_level_name(f->rule->level)));
	tkt_json_set(o, "name", tkt_json_string(f->rule->name));
	tkt_json_set(o, "file", tkt_json_string(f->file));
	tkt_json_set(o, "line", f->line ? tkt_json_int((int64_t)f->line) : tkt_json_null());
	tkt_json_set(o, "message", tkt_json_string(f->message));
	tkt_json_set(o, "fix", tkt_json_string(f->fix));
	tkt_json_set(o, "id", tkt_json_string(f->id));
	return o;
}

void doctor_json(struct cli *c, const struct doctor_view *v)
{
	const struct tkt_doctor_report *r = v->report;
	struct tkt_json *o = tkt_json_object(), *findings = tkt_json_array(), *fixed = tkt_json_array();

	for (size_t i = 0; i < r->findings.n; i++)
		if (doctor_shows(v, &r->findings.items[i]))
			tkt_json_push(findings, json_finding(&r->findings.items[i]));
	for (size_t i = 0; i < r->fixed.n; i++)
		tkt_json_push(fixed, json_finding(&r->fixed.items[i]));
	tkt_json_set(o, "findings", findings);
	tkt_json_set(o, "errors", tkt_json_int((int64_t)r->errors));
	tkt_json_set(o, "warnings", tkt_json_int((int64_t)r->warnings));
	tkt_json_set(o, "infos", tkt_json_int((int64_t)r->infos));
	tkt_json_set(o, "tickets", tkt_json_int((int64_t)r->tickets));
	tkt_json_set(o, "fixed", fixed);
	tkt_json_set(o, "dry_run", tkt_json_bool(v->dry_run));
	tkt_json_set(o, "root", tkt_json_string(c->project->root));
	out_json(c, "doctor", o);
}

/* --- one test a code: junit and tap --- */

struct tally {
	size_t shown, failing;
};

static struct tally tally(const struct doctor_view *v, const struct tkt_rule *rule)
{
	struct tally t = { 0, 0 };

	for (size_t i = 0; i < v->report->findings.n; i++) {
		const struct tkt_finding *f = &v->report->findings.items[i];

		if (f->rule != rule)
			continue;
		t.shown += doctor_shows(v, f);
		t.failing += doctor_fails(v, f);
	}
	return t;
}

/* A finding in one line, with the path from git's top. */
static void one_line(struct tkt_buf *b, const struct doctor_view *v, const struct tkt_finding *f)
{
	char *path = doctor_path(v, f);

	out_field(b, path);
	if (f->line)
		tkt_buf_printf(b, ":%zu", f->line);
	tkt_buf_puts(b, ": ");
	out_field(b, f->message);
	if (f->fix) {
		tkt_buf_puts(b, " - ");
		out_field(b, f->fix);
	}
	free(path);
}

static void xml(struct tkt_buf *out, const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '&': tkt_buf_puts(out, "&amp;"); break;
		case '<': tkt_buf_puts(out, "&lt;"); break;
		case '>': tkt_buf_puts(out, "&gt;"); break;
		case '"': tkt_buf_puts(out, "&quot;"); break;
		default: tkt_buf_putc(out, *s);
		}
	}
}

static void junit_lines(struct cli *c, const struct doctor_view *v, const struct tkt_rule *rule)
{
	struct tkt_buf line = TKT_BUF_INIT;

	for (size_t i = 0; i < v->report->findings.n; i++) {
		const struct tkt_finding *f = &v->report->findings.items[i];

		if (f->rule != rule || !(doctor_shows(v, f) || doctor_fails(v, f)))
			continue;
		tkt_buf_reset(&line);
		one_line(&line, v, f);
		xml(&c->out, line.ptr);
		tkt_buf_putc(&c->out, '\n');
	}
	tkt_buf_release(&line);
}

static void junit_case(struct cli *c, const struct doctor_view *v, const struct tkt_rule *rule)
{
	struct tally t = tally(v, rule);

	tkt_buf_printf(&c->out, "    <testcase classname=\"tkt.doctor\" name=\"%s %s\"", rule->code, rule->name);
	if (!t.shown && !t.failing) {
		tkt_buf_puts(&c->out, "/>\n");
		return;
	}
	tkt_buf_puts(&c->out, t.failing ? ">\n      <failure" : ">\n      <system-out");
	if (t.failing) {
		tkt_buf_printf(&c->out, " type=\"%s\" message=\"", tkt_level_name(rule->level));
		xml(&c->out, rule->summary);
		tkt_buf_printf(&c->out, " (%zu)\"", t.failing);
	}
	tkt_buf_puts(&c->out, ">");
	junit_lines(c, v, rule);
	tkt_buf_puts(&c->out, t.failing ? "</failure>\n    </testcase>\n" : "</system-out>\n    </testcase>\n");
}

void doctor_junit(struct cli *c, const struct doctor_view *v)
{
	size_t n, failures = 0;
	const struct tkt_rule *rules = tkt_rules(&n);

	for (size_t i = 0; i < n; i++)
		failures += tally(v, &rules[i]).failing > 0;
	tkt_buf_puts(&c->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	tkt_buf_printf(&c->out, "<testsuites name=\"tkt\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n", n, failures);
	tkt_buf_printf(&c->out, "  <testsuite name=\"tkt doctor\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"0\">\n",
		       n, failures);
	for (size_t i = 0; i < n; i++)
		junit_case(c, v, &rules[i]);
	tkt_buf_puts(&c->out, "  </testsuite>\n</testsuites>\n");
}

void doctor_tap(struct cli *c, const struct doctor_view *v)
{
	size_t n;
	const struct tkt_rule *rules = tkt_rules(&n);

	tkt_buf_printf(&c->out, "TAP version 13\n1..%zu\n", n);
	for (size_t i = 0; i < n; i++) {
		tkt_buf_printf(&c->out, "%s %zu - %s %s\n", tally(v, &rules[i]).failing ? "not ok" : "ok", i + 1,
			       rules[i].code, rules[i].name);
		for (size_t k = 0; k < v->report->findings.n; k++) {
			const struct tkt_finding *f = &v->report->findings.items[k];

			if (f->rule != &rules[i] || !(doctor_shows(v, f) || doctor_fails(v, f)))
				continue;
			tkt_buf_puts(&c->out, "# ");
			one_line(&c->out, v, f);
			tkt_buf_putc(&c->out, '\n');
		}
	}
}
