/* ops/doctor_sparse: git's index tells what is left out on purpose. Nothing is asked while nothing is missing. */
#include "ops/doctor_sparse.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/links.h"

struct left_out {
	struct tkt_strv paths; /* from the root; in the index's order, which is that of bytes */
	size_t tickets;
};

static bool is_item(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && strcmp(slash, "/item.md") == 0;
}

static void read_left_out(struct tkt_git *g, const char *index_file, struct left_out *out)
{
	const char *prefix = tkt_git_facts(g)->prefix;
	size_t skip = *prefix ? strlen(prefix) + 1 : 0;
	struct tkt_git_index index = { NULL, 0, 0 };

	/* What is wrong with the index is told by those who look for what is in it. */
	if (tkt_git_index(g, prefix, index_file, &index, NULL) != 0)
		return;
	for (size_t i = 0; i < index.n; i++) {
		const struct tkt_git_staged *s = &index.items[i];

		if (!s->skip || strlen(s->path) <= skip)
			continue;
		tkt_strv_push(&out->paths, s->path + skip);
		out->tickets += is_item(s->path);
	}
	tkt_git_index_release(&index);
}

/* The first one that is not before `path`. */
static const char *at_or_behind(const struct left_out *l, const char *path)
{
	size_t low = 0, high = l->paths.n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(l->paths.items[middle], path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->paths.n ? l->paths.items[low] : "";
}

/* The file `path`, or anything below a directory of that name. */
static bool is_left_out(const struct left_out *l, const char *path)
{
	char *below = tkt_asprintf("%s/", path);
	bool yes = strcmp(at_or_behind(l, path), path) == 0 || tkt_starts_with(at_or_behind(l, below), below);

	free(below);
	return yes;
}

static bool is_ticket_left_out(const struct left_out *l, const char *id, size_t n)
{
	bool yes = false;

	for (int status = 0; !yes && status < TKT_STATUS_N; status++) {
		char *path = tkt_asprintf("%s/%.*s/item.md", tkt_status_name((enum tkt_status)status), (int)n, id);

		yes = strcmp(at_or_behind(l, path), path) == 0;
		free(path);
	}
	return yes;
}

enum kind { OTHER, MISSING, DANGLING };

static enum kind kind_of(const struct tkt_finding *f)
{
	static const struct {
		const char *code;
		enum kind kind;
	} all[] = { /* of MISSING the file is the one that is not there */
		{ "T001", MISSING },  { "T002", MISSING },  { "T003", MISSING },  { "T004", MISSING }, { "T060", MISSING },
		{ "T061", MISSING },  { "T070", DANGLING }, { "T071", DANGLING }, { "T072", DANGLING },
	};

	for (size_t i = 0; i < TKT_LEN(all); i++)
		if (strcmp(all[i].code, f->rule->code) == 0)
			return all[i].kind;
	return OTHER;
}

static bool is_no_error(const struct left_out *l, const struct tkt_finding *f)
{
	const char *name, *end;

	switch (kind_of(f)) {
	case MISSING:
		return is_left_out(l, f->file);
	case DANGLING: /* "parent names 'ID', ..."; no id has a quote in it */
		name = strchr(f->message, '\'');
		end = name ? strchr(name + 1, '\'') : NULL;
		return end && is_ticket_left_out(l, name + 1, (size_t)(end - name) - 1);
	default:
		return false;
	}
}

static void tell(const struct left_out *l, struct tkt_findings *f)
{
	char *what = l->tickets == 1 ? tkt_strdup("one ticket is") :
		     l->tickets ? tkt_asprintf("%zu tickets are", l->tickets) : tkt_strdup("files are");

	tkt_findings_add(f, "T097", NULL, ".", 0, "git sparse-checkout add brings more, if it is wanted",
			 "%s not here: the checkout is sparse", what);
	free(what);
}

void tkt_doctor_sparse(struct tkt_project *p, const struct tkt_doctor_req *req, struct tkt_findings *f)
{
	struct left_out l = { TKT_STRV_INIT, 0 };
	struct tkt_findings gone = { .n = 0 };
	struct tkt_git *g = NULL;
	size_t kept = 0, wanted = 0;

	for (size_t i = 0; i < f->n; i++)
		wanted += kind_of(&f->items[i]) != OTHER;
	if (wanted && tkt_project_git(p, &g, NULL) == 0)
		read_left_out(g, req->index_file, &l);
	for (size_t i = 0; l.paths.n && i < f->n; i++) {
		if (is_no_error(&l, &f->items[i])) {
			TKT_GROW(&gone);
			gone.items[gone.n++] = f->items[i];
		} else {
			f->items[kept++] = f->items[i];
		}
	}
	if (gone.n) {
		f->n = kept;
		tell(&l, f);
	}
	tkt_findings_release(&gone);
	tkt_strv_release(&l.paths);
}
