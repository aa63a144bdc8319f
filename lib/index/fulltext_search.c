/* index/fulltext_search: a query through FTS5. Floor 3 [sqlite3].
 *
 * Two statements a query: the first counts, for each term, the live tickets that have it, the second goes
 * through the tickets that match. Both hand their search to the functions below as a bound pointer. */
#include "index/fulltext_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define POINTER "tkt_text_search"
#define RUN_WEIGHT .5 /* foo-bar as a phrase: its words count already */

struct search {
	struct tkt_index *x;
	const struct tkt_index_set *only;
	const struct tkt_text_query *q;
	size_t terms[TKT_TEXT_TERMS_MAX]; /* of the expression, as numbers in q */
	size_t n_terms;
	size_t *with;                     /* live tickets with each term of q */
	struct tkt_text_scorer scorer;
	struct tkt_text_hits *out;
	bool counting;
};

struct count {
	struct search *s;
	size_t n;
};

static int count_row(const Fts5ExtensionApi *api, Fts5Context *cursor, void *payload)
{
	struct count *c = payload;

	c->n += tkt_index_set_has(&c->s->x->live, api->xRowid(cursor));
	return SQLITE_OK;
}

static int count_terms(struct search *s, const Fts5ExtensionApi *api, Fts5Context *cursor)
{
	int n = api->xPhraseCount(cursor), rc = SQLITE_OK;

	for (int i = 0; rc == SQLITE_OK && i < n && (size_t)i < s->n_terms; i++) {
		struct count c = { s, 0 };

		rc = api->xQueryPhrase(cursor, i, &c, count_row);
		s->with[s->terms[i]] = c.n;
	}
	return rc;
}

static int gather(struct search *s, const Fts5ExtensionApi *api, Fts5Context *cursor)
{
	struct tkt_text_scorer *k = &s->scorer;

	for (size_t i = 0; i < k->terms; i++) {
		Fts5PhraseIter iter;
		int column, at, rc;
		size_t begin = k->hits.n;

		rc = api->xPhraseFirst(cursor, (int)i, &iter, &column, &at);
		if (rc != SQLITE_OK)
			return rc;
		for (; column >= 0; api->xPhraseNext(cursor, &iter, &column, &at)) {
			if (column >= TKT_DOC_FIELDS || at < 0)
				return SQLITE_CORRUPT;
			TKT_GROW(&k->hits);
			k->hits.items[k->hits.n++] = TKT_TEXT_HIT(column, at, i);
		}
		if (k->hits.n > begin) {
			TKT_GROW(&k->runs);
			k->runs.items[k->runs.n++] = begin;
		}
	}
	return SQLITE_OK;
}

static int take_row(struct search *s, const Fts5ExtensionApi *api, Fts5Context *cursor)
{
	struct tkt_text_hit hit = { .n = api->xRowid(cursor) };
	int rc;

	if (!tkt_index_set_has(&s->x->live, hit.n) || (s->only && !tkt_index_set_has(s->only, hit.n)))
		return SQLITE_OK;
	rc = gather(s, api, cursor);
	if (rc != SQLITE_OK)
		return rc;
	hit.score = tkt_text_score(&s->scorer, &hit.fields);
	TKT_GROW(s->out);
	s->out->items[s->out->n++] = hit;
	return SQLITE_OK;
}

static void on_row(const Fts5ExtensionApi *api, Fts5Context *cursor, sqlite3_context *result, int n_args,
		   sqlite3_value **args)
{
	struct search *s = n_args == 1 ? sqlite3_value_pointer(args[0], POINTER) : NULL;
	int rc = SQLITE_MISUSE;

	if (s)
		rc = s->counting ? count_terms(s, api, cursor) : take_row(s, api, cursor);
	if (rc != SQLITE_OK)
		sqlite3_result_error_code(result, rc);
}

int tkt_fulltext_functions(fts5_api *api)
{
	return api->xCreateFunction(api, "tkt_row", NULL, on_row, NULL);
}

/* --- the expression ---------------------------------------------------------------------------- */

static void put_term(struct tkt_buf *match, const struct tkt_text_term *t)
{
	tkt_buf_putc(match, '"');
	tkt_buf_puts(match, t->text); /* a token holds no quote */
	tkt_buf_puts(match, t->prefix ? "\" *" : "\"");
}

/* Terms of one group stand for each other; groups stand for each other too, or are all required. */
static void put_expression(struct tkt_buf *match, const struct search *s)
{
	for (size_t i = 0; i < s->n_terms; i++) {
		const struct tkt_text_term *t = &s->q->items[s->terms[i]];
		bool first = !i || s->q->items[s->terms[i - 1]].group != t->group;
		bool last = i + 1 == s->n_terms || s->q->items[s->terms[i + 1]].group != t->group;

		if (i)
			tkt_buf_puts(match, first && s->q->all && !s->counting ? " AND " : " OR ");
		if (first)
			tkt_buf_putc(match, '(');
		put_term(match, t);
		if (last)
			tkt_buf_putc(match, ')');
	}
}

static int run(struct search *s, struct tkt_error *err)
{
	struct tkt_buf match = TKT_BUF_INIT;
	sqlite3_stmt *stmt = NULL;
	int rc;

	put_expression(&match, s);
	rc = tkt_index_prepare(s->x, s->counting ?
			       "SELECT tkt_row(fulltext, ?2) FROM fulltext WHERE fulltext MATCH ?1 LIMIT 1" :
			       "SELECT tkt_row(fulltext, ?2) FROM fulltext WHERE fulltext MATCH ?1", &stmt, err);
	if (rc)
		goto out;
	sqlite3_bind_text64(stmt, 1, match.ptr, match.len, SQLITE_STATIC, SQLITE_UTF8);
	sqlite3_bind_pointer(stmt, 2, s, POINTER, NULL);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
		;
	rc = rc == SQLITE_DONE ? 0 : tkt_index_sqlite_error(s->x, rc, "search", err);
out:
	sqlite3_finalize(stmt);
	tkt_buf_release(&match);
	return rc;
}

/* --- choosing terms --------------------------------------------------------------------------- */

/* Counts all terms, 64 at a time: the expression is only there to be asked about. */
static int count_all(struct search *s, struct tkt_error *err)
{
	int rc = 0;

	s->counting = true;
	for (size_t from = 0; !rc && from < s->q->n; from += s->n_terms) {
		s->n_terms = 0;
		while (s->n_terms < TKT_TEXT_TERMS_MAX && from + s->n_terms < s->q->n) {
			s->terms[s->n_terms] = from + s->n_terms;
			s->n_terms++;
		}
		rc = run(s, err);
	}
	s->counting = false;
	return rc;
}

/* Where some ticket has the whole (sha256), its numbers and crumbs (256, "zx") are not looked for alone. */
static bool is_crumb(const struct search *s, const struct tkt_text_term *t)
{
	return t->whole && s->with[t->whole - 1] &&
	       (strlen(t->text) < 3 || (t->text[0] >= '0' && t->text[0] <= '9'));
}

static int compare_rare(const void *a, const void *b, void *payload)
{
	const size_t *x = a, *y = b, *with = payload;

	if (with[*x] != with[*y])
		return with[*x] < with[*y] ? -1 : 1;
	return *x < *y ? -1 : *x > *y;
}

static int compare_numbers(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Keeps the rarest, in the order of the query. */
static void choose(struct search *s)
{
	size_t *found = tkt_calloc(s->q->n, sizeof *found), n = 0;

	for (size_t i = 0; i < s->q->n; i++) {
		if (is_crumb(s, &s->q->items[i]))
			s->with[i] = 0;
	}
	for (size_t i = 0; i < s->q->n; i++) {
		if (s->with[i])
			found[n++] = i;
	}
	if (n)
		qsort_r(found, n, sizeof *found, compare_rare, s->with);
	s->n_terms = n < TKT_TEXT_TERMS_MAX ? n : TKT_TEXT_TERMS_MAX;
	memcpy(s->terms, found, s->n_terms * sizeof *found);
	if (n)
		qsort(s->terms, s->n_terms, sizeof *s->terms, compare_numbers);
	free(found);
}

/* With all groups required, one without a live ticket ends the search. */
static bool hopeless(const struct search *s)
{
	unsigned groups = 0;

	for (size_t i = 0; i < s->n_terms; i++)
		groups += !i || s->q->items[s->terms[i - 1]].group != s->q->items[s->terms[i]].group;
	return !groups || (s->q->all && groups < s->q->groups && s->n_terms < TKT_TEXT_TERMS_MAX);
}

static void prepare_scorer(struct search *s)
{
	struct tkt_text_scorer *k = &s->scorer;
	unsigned before = 0;

	k->terms = s->n_terms;
	for (size_t i = 0; i < s->n_terms; i++) {
		const struct tkt_text_term *t = &s->q->items[s->terms[i]];

		k->idf[i] = tkt_text_idf(s->x->live.n, s->with[s->terms[i]]) * (t->run ? RUN_WEIGHT : 1);
		k->dense[i] = t->dense;
		if (t->part || t->run)
			continue;
		k->follows[i] = t->tokens == 1 ? before : 0;
		before = t->tokens == 1 ? (unsigned)i + 1 : 0;
	}
	tkt_text_scorer_init(k);
}

/* Of the id of a ticket: numbers tell when it was last changed, and answers do not depend on that. */
static uint64_t id_hash(const struct tkt_index *x, int64_t n)
{
	size_t low = 0, high = x->entries.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (x->entries.items[middle].n < n)
			low = middle + 1;
		else
			high = middle;
	}
	return low < x->entries.n && x->entries.items[low].n == n ? x->entries.items[low].id_hash : 0;
}

static int compare_hits(const void *a, const void *b, void *index)
{
	const struct tkt_text_hit *x = a, *y = b;
	uint64_t hash_x, hash_y;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	hash_x = id_hash(index, x->n);
	hash_y = id_hash(index, y->n);
	if (hash_x != hash_y)
		return hash_x < hash_y ? -1 : 1;
	return x->n < y->n ? -1 : x->n > y->n;
}

int tkt_fulltext_search(struct tkt_index *x, struct tkt_text_query *q, const struct tkt_index_set *only,
			struct tkt_text_hits *out, struct tkt_error *err)
{
	struct search s = { .x = x, .only = only, .q = q, .out = out };
	int rc = 0;

	out->n = 0;
	if (!q->n)
		return 0;
	s.with = tkt_calloc(q->n, sizeof *s.with);
	rc = count_all(&s, err);
	if (rc)
		goto out;
	choose(&s);
	if (hopeless(&s))
		goto out;
	prepare_scorer(&s);
	rc = run(&s, err);
	if (!rc && out->n)
		qsort_r(out->items, out->n, sizeof *out->items, compare_hits, x);
out:
	free(s.with);
	tkt_text_scorer_release(&s.scorer);
	return rc;
}

void tkt_text_hits_release(struct tkt_text_hits *h)
{
	free(h->items);
	memset(h, 0, sizeof *h);
}
