/* ops/links_refresh: the index learns what history says now, by reading what is new of it. */
#include "ops/links_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sys/file.h"

#define RULES 1 /* another number: everything is read anew, since names are found in another way */
#define SHALLOW_MAX ((size_t)16 * 1024 * 1024)

struct reading {
	struct tkt_project *p;
	struct tkt_index *x;
	struct tkt_git *g;
	struct tkt_links_state now;  /* what is to be known */
	struct tkt_links_tips old, tips;
	struct tkt_oids want, seen;
	struct tkt_oids gone;        /* old tips that no tip is any more; sorted */
	bool *met;                   /* one of gone: a new commit stands on it */
	bool fresh;
	struct tkt_history *out;
};

void tkt_history_release(struct tkt_history *h)
{
	if (!h)
		return;
	free(h->why);
	tkt_git_refs_release(&h->refs);
	memset(h, 0, sizeof *h);
}

/* Trouble with history is no error of the call, unless somebody stopped it. */
static int unknown(struct tkt_project *p, struct tkt_history *out, struct tkt_error *e, struct tkt_error *err)
{
	if (p->git_opts.stop && *p->git_opts.stop) {
		tkt_error_release(e);
		return tkt_error_set(err, TKT_EIO, "interrupted");
	}
	out->known = out->whole = false;
	free(out->why);
	out->why = tkt_strdup(e->message ? e->message : "history cannot be read");
	tkt_error_release(e);
	return 0;
}

static void whole(struct tkt_history *out, const struct tkt_links_state *s, const char *broken)
{
	out->known = true;
	out->whole = !s->shallow && !s->missing && !broken;
	if (broken)
		out->why = tkt_asprintf("the ref '%s' is broken", broken);
	else if (s->shallow)
		out->why = tkt_strdup("the clone is shallow");
	else if (s->missing)
		out->why = tkt_strdup("objects of the repository are missing");
}

/* --- one commit --- */

static void add_name(struct tkt_links_name *to, const struct tkt_mention *m)
{
	*to = (struct tkt_links_name){ m->name, (int)m->way, m->closes, m->sure };
}

/* The branches that it merged. A word of its subject that is nothing but the name of such a branch
 * is no mention beside it. */
static void merged(const struct tkt_git_commit *c, const char *prefix, struct tkt_mentions *words,
		   struct tkt_mentions *branches)
{
	const char *end = memchr(c->message, '\n', c->message_len);
	struct tkt_strv names = TKT_STRV_INIT;

	tkt_merged_branches(&names, c->message, end ? (size_t)(end - c->message) : c->message_len);
	for (size_t i = 0; i < names.n; i++)
		tkt_branch_names(branches, names.items[i], prefix);
	for (size_t i = 0; i < branches->n; i++) {
		branches->items[i].way = TKT_REF_MERGE;
		branches->items[i].closes = false;
		for (size_t k = 0; k < words->n; k++)
			if (words->items[k].line == 1 && words->items[k].way == TKT_REF_MESSAGE &&
			    tkt_eq_nocase(words->items[k].name, branches->items[i].name))
				words->items[k].way = TKT_REF_MERGE;
	}
	tkt_strv_release(&names);
}

static int add(struct reading *r, const struct tkt_git_commit *c, struct tkt_error *err)
{
	struct tkt_mentions words = { NULL, 0, 0 }, branches = { NULL, 0, 0 };
	const char *prefix = r->p->config.prefix;
	struct tkt_links_commit commit = { .oid = c->oid, .parents = &c->parents, .time = c->time };
	struct tkt_links_name *names = NULL;
	char *subject = NULL;
	int rc;

	if (tkt_message_may_mention(c->message, c->message_len, prefix))
		tkt_message_mentions(&words, c->message, c->message_len, prefix);
	if (c->parents.n > 1)
		merged(c, prefix, &words, &branches);
	if (words.n + branches.n) {
		commit.names = names = tkt_calloc(words.n + branches.n, sizeof *names);
		for (size_t i = 0; i < words.n; i++)
			add_name(&names[commit.n_names++], &words.items[i]);
		for (size_t i = 0; i < branches.n; i++)
			add_name(&names[commit.n_names++], &branches.items[i]);
		commit.author = c->author;
		commit.subject = subject = tkt_git_subject(c);
	}
	rc = tkt_links_add(r->x, &commit, err);
	tkt_mentions_release(&words);
	tkt_mentions_release(&branches);
	free(names);
	free(subject);
	return rc;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct tkt_oid));
}

static const struct tkt_oid *find(const struct tkt_oids *sorted, const struct tkt_oid *oid)
{
	return sorted->n ? bsearch(oid, sorted->items, sorted->n, sizeof *oid, by_bytes) : NULL;
}

static int each(void *payload, const struct tkt_git_commit *c, struct tkt_error *err)
{
	struct reading *r = payload;

	r->out->fresh++;
	for (size_t i = 0; i < c->parents.n; i++) {
		const struct tkt_oid *gone = find(&r->gone, &c->parents.items[i]);

		if (gone)
			r->met[gone - r->gone.items] = true;
	}
	return add(r, c, err);
}

static bool known(void *payload, const struct tkt_oid *oid)
{
	struct reading *r = payload;

	return tkt_links_known(r->x, oid);
}

/* --- tips --- */

static void make_tips(struct reading *r, const struct tkt_git_refs *refs)
{
	for (size_t i = 0; i < refs->n; i++) {
		struct tkt_links_tip *tip;

		TKT_GROW(&r->tips);
		tip = &r->tips.items[r->tips.n++];
		*tip = (struct tkt_links_tip){ tkt_strdup(refs->items[i].name), refs->items[i].oid, -1,
					       tkt_strv_has(&refs->mains, refs->items[i].name) };
		if (r->fresh || !tkt_links_known(r->x, &tip->oid))
			tkt_oids_push(&r->want, &tip->oid);
	}
}

static void compare_tips(struct reading *r)
{
	struct tkt_oids now = { NULL, 0, 0 };

	for (size_t i = 0; i < r->tips.n; i++)
		tkt_oids_push(&now, &r->tips.items[i].oid);
	if (now.n)
		qsort(now.items, now.n, sizeof *now.items, by_bytes);
	for (size_t i = 0; i < r->old.n; i++) {
		if (r->old.items[i].n < 0)
			continue;
		if (!r->fresh)
			tkt_oids_push(&r->seen, &r->old.items[i].oid);
		if (!find(&now, &r->old.items[i].oid))
			tkt_oids_push(&r->gone, &r->old.items[i].oid);
	}
	if (r->gone.n)
		qsort(r->gone.items, r->gone.n, sizeof *r->gone.items, by_bytes);
	r->met = tkt_calloc(r->gone.n + 1, sizeof *r->met);
	tkt_oids_release(&now);
}

/* An old tip that no tip reaches any more: somebody rewrote history, or took a branch away. Most
 * often a new commit stands on the old tip, and the graph need not be asked. */
static bool rewritten(struct reading *r)
{
	struct tkt_links_tips tips = { NULL, 0, 0 };
	struct tkt_index_set seen = { NULL, 0, 0 };
	struct tkt_graph *g = NULL;
	int64_t *from = NULL;
	bool lost = false;
	size_t left = 0;

	for (size_t i = 0; i < r->gone.n; i++)
		left += !r->met[i];
	if (!left || tkt_graph_load(&g, r->x, 1, NULL) != 0)
		return false;
	if (tkt_links_tips(r->x, &tips, NULL) == 0)
		from = tkt_calloc(tips.n, sizeof *from);
	for (size_t i = 0; from && i < tips.n; i++)
		from[i] = tips.items[i].n;
	if (from)
		tkt_graph_reach_all(g, from, tips.n, &seen);
	free(from);
	for (size_t i = 0; i < r->gone.n; i++)
		lost |= !r->met[i] && !tkt_index_set_has(&seen, tkt_links_number(r->x, &r->gone.items[i]));
	tkt_index_set_release(&seen);
	tkt_links_tips_release(&tips);
	tkt_graph_free(g);
	return lost;
}

/* --- the whole --- */

static bool same(const struct tkt_links_state *a, const struct tkt_links_state *b)
{
	return a->print == b->print && a->rules == b->rules && a->shallow == b->shallow;
}

static void forget(struct reading *r)
{
	tkt_links_tips_release(&r->old);
	tkt_links_tips_release(&r->tips);
	tkt_oids_release(&r->want);
	tkt_oids_release(&r->seen);
	tkt_oids_release(&r->gone);
	free(r->met);
	r->met = NULL;
}

/* Within the transaction. */
static int walk(struct reading *r, const struct tkt_git_refs *refs, struct tkt_error *err)
{
	struct tkt_links_state s;
	bool have = tkt_links_state(r->x, &s, NULL) == 0, missing = false;
	int rc;

	r->fresh = !have || s.rules != r->now.rules || s.shallow != r->now.shallow || s.missing;
	if (r->fresh)
		tkt_links_forget(r->x);
	rc = have ? tkt_links_tips(r->x, &r->old, err) : 0;
	if (rc)
		return rc;
	make_tips(r, refs);
	compare_tips(r);
	if (r->want.n) {
		struct tkt_git_walk w = { &r->want, &r->seen, r->fresh ? NULL : known, each, r };

		rc = tkt_git_walk(r->g, &w, &missing, err);
	}
	r->now.missing = missing;
	return rc;
}

/* TKT_ELOCKED: not now, not there. Else what is wrong with history. */
static int read_once(struct reading *r, const struct tkt_git_refs *refs, bool wait, struct tkt_error *err)
{
	struct tkt_links_state s;
	int rc = tkt_links_begin(r->x, wait, err), end;

	if (rc)
		return rc;
	forget(r);
	r->out->fresh = 0;
	if (tkt_links_state(r->x, &s, NULL) == 0 && same(&s, &r->now)) { /* another process was quicker */
		r->now = s;
		return tkt_links_end(r->x, false, NULL, NULL, err);
	}
	rc = walk(r, refs, err);
	end = tkt_links_end(r->x, !rc, &r->tips, &r->now, rc ? NULL : err);
	if (!rc && end) {
		if (err && err->code)
			err->code = TKT_ELOCKED; /* the disk is not for us */
		return TKT_ELOCKED;
	}
	if (!rc)
		r->out->rewritten = rewritten(r);
	return rc;
}

static int read_history(struct reading *r, const struct tkt_git_refs *refs, bool wait, struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	int rc = read_once(r, refs, wait, &e);

	if (rc == TKT_ELOCKED && wait && !(r->p->git_opts.stop && *r->p->git_opts.stop)) {
		tkt_error_release(&e);
		rc = tkt_links_to_memory(r->x, &e);
		if (!rc)
			rc = read_once(r, refs, wait, &e);
	}
	return rc ? tkt_error_move(err, &e) : 0;
}

/* Where a shallow clone ends; 0: it is none. */
static uint64_t shallow_print(const struct tkt_git *g)
{
	const struct tkt_git_facts *facts = tkt_git_facts(g);
	struct tkt_buf text = TKT_BUF_INIT;
	uint64_t print = 0;
	char *path;

	if (!facts->shallow)
		return 0;
	path = tkt_asprintf("%s/shallow", facts->common_dir);
	if (tkt_file_slurp(path, SHALLOW_MAX, &text, NULL) == 0)
		print = tkt_fnv1a(text.ptr, text.len);
	free(path);
	tkt_buf_release(&text);
	return print ? print : 1;
}

static int look(struct reading *r, struct tkt_error *err)
{
	const char *main = r->p->git_opts.main;
	struct tkt_buf rules = TKT_BUF_INIT;
	int rc = tkt_project_git(r->p, &r->g, err);

	if (!rc)
		rc = tkt_git_print(r->g, &r->now.print, err);
	if (rc)
		return rc;
	if (main)
		r->now.print = r->now.print * 31 + tkt_fnv1a(main, strlen(main));
	tkt_buf_printf(&rules, "%d %s", RULES, r->p->config.prefix);
	r->now.rules = tkt_fnv1a(rules.ptr, rules.len);
	r->now.shallow = shallow_print(r->g);
	tkt_buf_release(&rules);
	return 0;
}

int tkt_links_refresh_open(struct tkt_project *p, bool want_refs, bool wait, struct tkt_history *out,
			   struct tkt_error *err)
{
	struct reading r = { .p = p, .x = tkt_project_index(p), .out = out };
	bool done = false;
	struct tkt_error e = TKT_ERROR_INIT;
	struct tkt_links_state s;
	int rc;

	memset(out, 0, sizeof *out);
	rc = look(&r, &e);
	if (!rc && p->git_opts.engine != TKT_GIT_NONE && tkt_links_state(r.x, &s, NULL) == 0 && same(&s, &r.now)) {
		r.now = s;
		done = true;
	}
	if (!rc && (!done || want_refs))
		rc = tkt_git_refs(r.g, &out->refs, &e);
	if (!rc && !done)
		rc = read_history(&r, &out->refs, wait, &e);
	if (rc)
		rc = unknown(p, out, &e, err);
	else
		whole(out, &r.now, tkt_git_broken(r.g));
	forget(&r);
	if (rc)
		tkt_history_release(out);
	return rc;
}

int tkt_links_refresh(struct tkt_project *p, bool want_refs, bool wait, struct tkt_history *out, struct tkt_error *err)
{
	struct tkt_index *x = tkt_project_index(p);
	bool rested = tkt_index_rests(x);
	int rc = tkt_links_refresh_open(p, want_refs, wait, out, err);

	if (rested)
		tkt_index_rest(x);
	return rc;
}
