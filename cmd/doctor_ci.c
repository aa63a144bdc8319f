/* doctor_ci: the report for GitHub (workflow commands), GitLab (code quality) and SARIF 2.1.0. */
#include "doctor.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "out.h"

/* Message and fix in one, on one line, safe. */
static char *whole_message(const struct tkt_finding *f)
{
	struct tkt_buf b = TKT_BUF_INIT;

	out_field(&b, f->message);
	if (f->fix) {
		tkt_buf_puts(&b, ". To do: ");
		out_field(&b, f->fix);
	}
	return tkt_buf_detach(&b);
}

/* The same finding has the same fingerprint after lines were added above it, and no two findings of
 * one report have the same (GitLab drops those): equal ones are numbered. */
static void fingerprint(const struct doctor_view *v, size_t i, char out[41])
{
	const struct tkt_finding *items = v->report->findings.items;
	struct tkt_buf b = TKT_BUF_INIT;
	size_t number = 0;

	for (size_t k = i; k-- > 0;) {
		/* Sorted by file, so the equal ones are near. */
		if (strcmp(items[k].file, items[i].file) != 0)
			break;
		number += items[k].rule == items[i].rule && strcmp(items[k].message, items[i].message) == 0;
	}
	tkt_buf_printf(&b, "%s\n%s\n%s\n%zu", items[i].rule->code, items[i].file, items[i].message, number);
	tkt_git_blob_hex(b.ptr, b.len, out);
	tkt_buf_release(&b);
}

/* --- github --- */

/* %, CR and LF would end or change the command; in properties : and , too. */
static void github_escape(struct tkt_buf *out, const char *s, const char *more)
{
	for (; *s; s++) {
		if (*s == '%' || *s == '\r' || *s == '\n' || strchr(more, *s))
			tkt_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*s);
		else
			tkt_buf_putc(out, *s);
	}
}

static void github_finding(struct cli *c, const struct doctor_view *v, const struct tkt_finding *f)
{
	static const char *const words[] = { "error", "warning", "notice" };
	char *path = doctor_path(v, f), *text = whole_message(f);
	struct tkt_buf safe = TKT_BUF_INIT;

	out_field(&safe, path);
	tkt_buf_printf(&c->out, "::%s file=", words[f->rule->level]);
	github_escape(&c->out, safe.ptr, ":,");
	tkt_buf_release(&safe);
	if (f->line)
		tkt_buf_printf(&c->out, ",line=%zu,endLine=%zu,col=1", f->line, f->line);
	tkt_buf_printf(&c->out, ",title=%s %s::", f->rule->code, f->rule->name);
	github_escape(&c->out, text, "");
	tkt_buf_putc(&c->out, '\n');
	free(path);
	free(text);
}

void doctor_github(struct cli *c, const struct doctor_view *v)
{
	/* GitHub shows the first ten of a kind only, so the errors come first. */
	for (int level = TKT_ERROR; level <= (int)v->least; level++)
		for (size_t i = 0; i < v->report->findings.n; i++)
			if ((int)v->report->findings.items[i].rule->level == level)
				github_finding(c, v, &v->report->findings.items[i]);
}

/* --- gitlab --- */

void doctor_gitlab(struct cli *c, const struct doctor_view *v)
{
	static const char *const severities[] = { "major", "minor", "info" };
	struct tkt_json *all = tkt_json_array();

	for (size_t i = 0; i < v->report->findings.n; i++) {
		const struct tkt_finding *f = &v->report->findings.items[i];
		struct tkt_json *o, *location, *lines;
		char *path, *text, hex[41];

		if (!doctor_shows(v, f))
			continue;
		path = doctor_path(v, f);
		text = whole_message(f);
		fingerprint(v, i, hex);
		o = tkt_json_object();
		location = tkt_json_object();
		lines = tkt_json_object();
		tkt_json_set(lines, "begin", tkt_json_int(f->line ? (int64_t)f->line : 1));
		tkt_json_set(location, "path", tkt_json_string(path));
		tkt_json_set(location, "lines", lines);
		tkt_json_set(o, "description", tkt_json_string(text));
		tkt_json_set(o, "check_name", tkt_json_string(f->rule->code));
		tkt_json_set(o, "fingerprint", tkt_json_string(hex));
		tkt_json_set(o, "severity", tkt_json_string(severities[f->rule->level]));
		tkt_json_set(o, "location", location);
		tkt_json_push(all, o);
		free(path);
		free(text);
	}
	tkt_json_print(&c->out, all, 2);
	tkt_buf_putc(&c->out, '\n');
	tkt_json_free(all);
}

/* --- sarif --- */

static const char *sarif_level(enum tkt_level level)
{
	static const char *const words[] = { "error", "warning", "note" };

	return words[level];
}

static struct tkt_json *sarif_text(const char *s)
{
	struct tkt_json *o = tkt_json_object();

	tkt_json_set(o, "text", tkt_json_string(s));
	return o;
}

static struct tkt_json *sarif_rules(void)
{
	size_t n;
	const struct tkt_rule *rules = tkt_rules(&n);
	struct tkt_json *all = tkt_json_array();

	for (size_t i = 0; i < n; i++) {
		struct tkt_json *o = tkt_json_object(), *level = tkt_json_object();

		tkt_json_set(level, "level", tkt_json_string(sarif_level(rules[i].level)));
		tkt_json_set(o, "id", tkt_json_string(rules[i].code));
		tkt_json_set(o, "name", tkt_json_string(rules[i].name));
		tkt_json_set(o, "shortDescription", sarif_text(rules[i].summary));
		tkt_json_set(o, "help", sarif_text(rules[i].fixable ? "tkt doctor --fix mends this. See tkt-doctor(1)." :
								       "See tkt-doctor(1)."));
		tkt_json_set(o, "defaultConfiguration", level);
		tkt_json_push(all, o);
	}
	return all;
}

/* A path as a relative URI (RFC 3986). */
static char *sarif_uri(const char *path)
{
	struct tkt_buf b = TKT_BUF_INIT;

	for (; *path; path++) {
		unsigned char ch = (unsigned char)*path;

		if (isalnum(ch) || strchr("-._~/", ch))
			tkt_buf_putc(&b, *path);
		else
			tkt_buf_printf(&b, "%%%02X", ch);
	}
	return tkt_buf_detach(&b);
}

static struct tkt_json *sarif_location(const struct doctor_view *v, const struct tkt_finding *f)
{
	struct tkt_json *artifact = tkt_json_object(), *physical = tkt_json_object();
	struct tkt_json *location = tkt_json_object(), *region, *all = tkt_json_array();
	char *path = doctor_path(v, f), *uri = sarif_uri(path);

	tkt_json_set(artifact, "uri", tkt_json_string(uri));
	tkt_json_set(artifact, "uriBaseId", tkt_json_string("%SRCROOT%"));
	tkt_json_set(physical, "artifactLocation", artifact);
	if (f->line) {
		region = tkt_json_object();
		tkt_json_set(region, "startLine", tkt_json_int((int64_t)f->line));
		tkt_json_set(physical, "region", region);
	}
	tkt_json_set(location, "physicalLocation", physical);
	tkt_json_push(all, location);
	free(path);
	free(uri);
	return all;
}

static struct tkt_json *sarif_result(const struct doctor_view *v, size_t i)
{
	const struct tkt_finding *f = &v->report->findings.items[i];
	struct tkt_json *o = tkt_json_object(), *prints = tkt_json_object();
	char *text = whole_message(f), hex[41];
	size_t n;

	fingerprint(v, i, hex);
	tkt_json_set(prints, "tkt/v1", tkt_json_string(hex));
	tkt_json_set(o, "ruleId", tkt_json_string(f->rule->code));
	tkt_json_set(o, "ruleIndex", tkt_json_int(f->rule - tkt_rules(&n)));
	tkt_json_set(o, "level", tkt_json_string(sarif_level(f->rule->level)));
	tkt_json_set(o, "message", sarif_text(text));
	tkt_json_set(o, "locations", sarif_location(v, f));
	tkt_json_set(o, "partialFingerprints", prints);
	free(text);
	return o;
}

void doctor_sarif(struct cli *c, const struct doctor_view *v)
{
	struct tkt_json *log = tkt_json_object(), *run = tkt_json_object(), *runs = tkt_json_array();
	struct tkt_json *tool = tkt_json_object(), *driver = tkt_json_object(), *results = tkt_json_array();

	for (size_t i = 0; i < v->report->findings.n; i++)
		if (doctor_shows(v, &v->report->findings.items[i]))
			tkt_json_push(results, sarif_result(v, i));
	tkt_json_set(driver, "name", tkt_json_string("tkt"));
	tkt_json_set(driver, "version", tkt_json_string(TKT_VERSION));
	tkt_json_set(driver, "rules", sarif_rules());
	tkt_json_set(tool, "driver", driver);
	tkt_json_set(run, "tool", tool);
	tkt_json_set(run, "columnKind", tkt_json_string("utf16CodeUnits"));
	tkt_json_set(run, "results", results);
	tkt_json_push(runs, run);
	tkt_json_set(log, "$schema", tkt_json_string("https://json.schemastore.org/sarif-2.1.0.json"));
	tkt_json_set(log, "version", tkt_json_string("2.1.0"));
	tkt_json_set(log, "runs", runs);
	tkt_json_print(&c->out, log, 2);
	tkt_buf_putc(&c->out, '\n');
	tkt_json_free(log);
}
