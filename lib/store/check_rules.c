/* store/check_rules: the table of codes, and lists of findings. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check.h"

#define E TKT_ERROR
#define W TKT_WARNING
#define I TKT_INFO

/* Codes are for ever: CI files, suppressions and people's habits name them. A row that is no longer
 * needed goes, its number is not given again. T00x-T01x the tree, T02x bytes, T03x-T04x item.md,
 * T05x thread.md, T06x resolution.md, T07x between tickets, T08x the root, T09x git (ops/doctor_git). */
static const struct tkt_rule rules[] = {
	{ "T001", E, "missing-directory", "A status directory is missing.", true },
	{ "T002", E, "missing-item", "A ticket directory has no item.md.", false },
	{ "T003", E, "missing-thread", "A ticket has no thread.md.", true },
	{ "T004", E, "missing-artifacts", "A ticket has no artifacts directory.", true },
	{ "T005", E, "split-ticket", "A ticket lies in more than one status directory.", true },
	{ "T006", E, "nested-ticket", "A ticket directory lies inside another one.", true },
	{ "T007", E, "orphaned-files", "Files of a ticket lie apart from its item.md.", true },
	{ "T008", W, "stray-file", "A status directory holds something that is no ticket.", false },
	{ "T009", E, "bad-name", "A directory's name cannot be a ticket id.", false },
	{ "T010", E, "case-collision", "Two ids differ only in upper and lower case.", false },
	{ "T011", E, "symbolic-link", "A symbolic link stands where tkt follows none.", false },
	{ "T012", W, "hard-link", "A file has more than one name, so tkt will not write it.", false },
	{ "T013", E, "special-file", "Something stands there that is not the file or directory it must be.",
	  false },
	{ "T014", E, "unreadable", "A file or directory cannot be read.", false },
	{ "T015", I, "unknown-file", "A ticket directory holds a file that the format does not know.", false },
	{ "T016", E, "leftover-journal", "A change was interrupted and not yet completed.", true },
	{ "T017", I, "stale-temporary", "An old temporary file of tkt was left behind.", true },
	{ "T018", W, "legacy-todo", "TODO.md still refers to tickets/*.md.", false },
	{ "T019", W, "legacy-ticket", "A ticket file of the old kind remains under tickets/.", false },

	{ "T020", E, "no-frontmatter", "item.md does not begin with ---.", false },
	{ "T021", E, "unclosed-frontmatter", "The frontmatter of item.md has no closing --- in time.", false },
	{ "T022", E, "conflict-markers", "A merge conflict was never resolved.", true },
	{ "T023", E, "invalid-utf8", "The text is not valid UTF-8.", false },
	{ "T024", E, "nul-byte", "The text holds a NUL byte.", false },
	{ "T025", E, "utf-16", "The text is UTF-16.", false },
	{ "T026", E, "too-large", "A file is larger than the format allows.", false },
	{ "T027", I, "mixed-line-endings", "Some lines end in CRLF and some in LF.", false },
	{ "T028", I, "byte-order-mark", "The text begins with a byte order mark.", false },

	{ "T030", E, "missing-field", "A required field of item.md is missing or empty.", false },
	{ "T031", E, "id-mismatch", "The id in item.md is not the name of its directory.", false },
	{ "T032", E, "status-mismatch", "The status in item.md is not that of its directory.", true },
	{ "T033", E, "duplicate-id", "Two tickets claim the same id.", false },
	{ "T034", E, "duplicate-slug", "Two tickets have the same slug.", false },
	{ "T035", W, "duplicate-key", "A field of item.md appears twice; the first counts.", false },
	{ "T036", E, "invalid-yaml", "A value that must be YAML is none.", false },
	{ "T037", E, "forbidden-yaml", "A value uses YAML that tkt refuses: anchors, aliases, tags, deep nesting.",
	  false },
	{ "T038", I, "lenient-value", "YAML reads a value otherwise than the line stands there.", false },
	{ "T039", W, "stray-line", "A line of the frontmatter is no 'key: value'.", false },
	{ "T040", E, "bad-time", "A time is not of the form 2026-01-02T03:04:05Z.", false },
	{ "T041", W, "time-order", "updated_at is before created_at.", false },
	{ "T042", W, "unknown-kind", "config.yml does not list this kind.", false },
	{ "T043", W, "unknown-priority", "The priority is none of P0 to P4.", false },
	{ "T044", W, "unknown-column", "The board has no such column.", false },
	{ "T045", W, "column-status", "The column belongs to another status.", false },
	{ "T046", W, "unknown-workflow", "config.yml has no such workflow.", false },
	{ "T047", W, "bad-value", "A value is not of its field's type.", false },
	{ "T048", I, "duplicate-label", "A label is listed twice.", false },
	{ "T049", W, "bad-reference", "A reference names an artifact or commit that cannot be.", false },

	{ "T050", E, "torn-event", "The last event has no closing ---: an append was cut off.", true },
	{ "T051", I, "unclosed-event", "An event has no --- before the next one.", false },
	{ "T052", W, "broken-header", "A line looks like an event header but cannot be read as one.", false },
	{ "T053", E, "merge-scar", "A merge glued two event headers together and lost a body.", false },
	{ "T054", I, "event-order", "An event is older than the one before it.", false },
	{ "T055", W, "duplicate-event", "The same event stands there twice, byte for byte.", true },
	{ "T056", I, "thread-preamble", "thread.md holds text that belongs to no event.", false },
	{ "T057", W, "event-too-large", "An event is larger than 1 MiB.", false },

	{ "T060", W, "missing-resolution", "A closed ticket has a close event but no resolution.md.", true },
	{ "T061", I, "no-resolution", "A closed ticket does not say how it was resolved.", false },

	{ "T070", E, "dangling-blocker", "blocked_by names a ticket that does not exist.", false },
	{ "T071", E, "dangling-parent", "parent names a ticket that does not exist.", false },
	{ "T072", W, "dangling-related", "related names a ticket that does not exist.", false },
	{ "T073", E, "blocked-cycle", "Tickets wait for each other in a circle.", false },
	{ "T074", E, "parent-cycle", "Tickets are each other's parents in a circle.", false },
	{ "T075", W, "duplicate-number", "Two tickets have the same number.", false },

	{ "T080", E, "config-invalid", "config.yml cannot be used.", false },
	{ "T081", E, "secret-in-config", "config.yml seems to hold a secret.", false },
	{ "T082", W, "private-not-ignored", "The private .tkt directory is not kept out of git.", true },
	{ "T083", W, "rescued-words", "Words that a recovery could not put back lie in .tkt.", false },

	{ "T090", W, "dangling-commit", "A thread links a commit that is not in the repository.", false },
	{ "T091", W, "unmerged", "A merge left files of a ticket unresolved in git's index.", false },
	{ "T092", W, "half-staged", "Only half of a ticket's move is staged: a commit now would break it.", false },
	{ "T093", E, "private-tracked", "Git tracks files of the private .tkt directory.", false },
	{ "T094", E, "id-clash", "Two branches created different tickets with the same id.", false },
	{ "T095", W, "number-clash", "Tickets on different branches have the same number.", false },
	{ "T096", W, "slug-clash", "Tickets on different branches have the same slug.", false },
	{ "T097", I, "git-unknown", "Git's side could not be looked at, or not all of it.", false },
	{ "T098", E, "lost-in-merge", "A merge lost an event or a change, or gave an event to another ticket.", true },
};

#undef E
#undef W
#undef I

const struct tkt_rule *tkt_rules(size_t *n)
{
	*n = TKT_LEN(rules);
	return rules;
}

static int by_code(const void *code, const void *rule)
{
	return strcmp(code, ((const struct tkt_rule *)rule)->code);
}

const struct tkt_rule *tkt_rule_find(const char *code)
{
	return bsearch(code, rules, TKT_LEN(rules), sizeof *rules, by_code);
}

const char *tkt_level_name(enum tkt_level l)
{
	static const char *const names[] = { "error", "warning", "info" };

	return names[l];
}

void tkt_findings_add(struct tkt_findings *f, const char *code, const char *id, const char *file,
		      size_t line, const char *fix, const char *fmt, ...)
{
	struct tkt_buf message = TKT_BUF_INIT;
	struct tkt_finding *item;
	va_list ap;

	va_start(ap, fmt);
	tkt_buf_vprintf(&message, fmt, ap);
	va_end(ap);
	TKT_GROW(f);
	item = &f->items[f->n++];
	item->rule = tkt_rule_find(code);
	item->file = tkt_strdup(file);
	item->line = line;
	item->message = tkt_buf_detach(&message);
	item->fix = tkt_strdup_null(fix);
	item->id = tkt_strdup_null(id);
}

static int by_place(const void *a, const void *b)
{
	const struct tkt_finding *x = a, *y = b;
	int order = strcmp(x->file, y->file);

	if (order)
		return order;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	order = strcmp(x->rule->code, y->rule->code);
	return order ? order : strcmp(x->message, y->message);
}

void tkt_findings_sort(struct tkt_findings *f)
{
	if (f->n > 1)
		qsort(f->items, f->n, sizeof *f->items, by_place);
}

void tkt_findings_release(struct tkt_findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->items[i].file);
		free(f->items[i].message);
		free(f->items[i].fix);
		free(f->items[i].id);
	}
	free(f->items);
	for (size_t i = 0; i < f->commits.n; i++) {
		free(f->commits.items[i].id);
		free(f->commits.items[i].file);
		free(f->commits.items[i].sha);
	}
	free(f->commits.items);
	for (size_t i = 0; i < f->births.n; i++)
		free(f->births.items[i].id);
	free(f->births.items);
	memset(f, 0, sizeof *f);
}
