/* git/reflog: where a ref was before, by the file that git adds a line to with each change: "<old> <new> <who> <when>",
 * a tab and what was done (gitrepository-layout(5)). */
#include <stdlib.h>

#include "base/mem.h"
#include "git/git_int.h"

enum { LOG_MAX = 64 * 1024 * 1024 };

/* "commit: subject", "commit (amend): ...", "pull origin main: Fast-forward", "rebase (start): checkout main" - but
 * "cherry-pick: subject", "commit (cherry-pick): ...", "rebase (pick): ...", "pull --rebase (pick): ...", "am: ..." */
static bool is_copied(struct tkt_str line)
{
	static const char *const plain[] = { "commit", "merge", "pull", "clone", "checkout", "reset", "branch", "initial pull" };
	static const char *const steps[] = { "(initial)", "(amend)", "(merge)", "(start)", "(finish)", "(abort)" };
	const char *tab = memchr(line.ptr, '\t', line.len), *end = line.ptr + line.len, *colon, *step;
	struct tkt_str what;

	if (!tab)
		return true;
	colon = memmem(tab, (size_t)(end - tab), ": ", 2);
	what = (struct tkt_str){ tab + 1, (size_t)((colon ? colon : end) - tab - 1) };
	step = memrchr(what.ptr, '(', what.len);
	for (size_t i = 0; step && i < TKT_LEN(steps); i++)
		if (tkt_str_eq((struct tkt_str){ step, (size_t)(what.ptr + what.len - step) }, steps[i]))
			return false;
	for (size_t i = 0; !step && i < TKT_LEN(plain); i++)
		if (tkt_str_starts(what, plain[i]))
			return false;
	return true;
}

/* "commit: subject", "commit (amend): subject" */
static bool is_made(struct tkt_str line)
{
	const char *tab = memchr(line.ptr, '\t', line.len);
	struct tkt_str what = { line.ptr + line.len, 0 };

	if (tab)
		what = (struct tkt_str){ tab + 1, (size_t)(line.ptr + line.len - tab - 1) };
	return tkt_str_starts(what, "commit: ") || tkt_str_starts(what, "commit (amend): ");
}

static void push(struct tkt_git_reflog *v, struct tkt_str name, bool copied)
{
	struct tkt_oid oid;
	bool none = strspn(name.ptr, "0") >= name.len;

	if (none || !tkt_oid_parse(&oid, name.ptr, name.len) || (v->n && tkt_oid_equal(&v->items[v->n - 1].oid, &oid)))
		return;
	TKT_GROW(v);
	v->items[v->n++] = (struct tkt_git_was){ .oid = oid, .copied = copied };
}

static void push_line(struct tkt_git_reflog *v, struct tkt_str line, size_t digits)
{
	size_t n;

	push(v, (struct tkt_str){ line.ptr, digits }, false);
	n = v->n;
	/* A new work tree's log begins without a word. */
	push(v, (struct tkt_str){ line.ptr + digits + 1, digits }, v->n && is_copied(line));
	if (n && v->n > n && is_made(line))
		v->items[n].old = v->items[n - 1].oid;
}

void tkt_git_reflog(const struct tkt_git *g, const char *ref, struct tkt_git_reflog *out)
{
	bool own = strcmp(ref, "HEAD") == 0;
	char *path = tkt_asprintf("%s/logs/%s", own ? g->facts.git_dir : g->facts.common_dir, ref);
	struct tkt_buf text = TKT_BUF_INIT;
	size_t pos = 0, digits = g->facts.sha256 ? 64 : 40;
	struct tkt_str line;

	if (!g->facts.reftable && tkt_git_slurp(path, LOG_MAX, &text, NULL))
		while (tkt_str_line((struct tkt_str){ text.ptr, text.len }, &pos, &line))
			if (line.len > 2 * digits + 1 && line.ptr[digits] == ' ' && line.ptr[2 * digits + 1] == ' ')
				push_line(out, line, digits);
	tkt_buf_release(&text);
	free(path);
}
