/* index/suggest: "did you mean": words that no ticket has, replaced by near ones that tickets have. Floor 3
 * [sqlite3]. */
#include "index/fulltext_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/token.h"

#define WORDS_MAX 16 /* of a query: a slip of the pen is in something typed, not in something pasted */

#define NEAREST 8  /* stems that are tried */
#define READ 12    /* tickets that are read to see how they write a word */

struct near {
	char *term;
	size_t distance;
	int64_t tickets;
};

struct nearest {
	struct near items[NEAREST];
	size_t n;
};

/* The live tickets that have the term, at most `max`. */
static int find_live(struct tkt_index *x, const char *term, bool prefix, size_t max, int64_t *live, size_t *n,
		     struct tkt_error *err)
{
	char *match = tkt_asprintf("\"%s\"%s", term, prefix ? " *" : "");
	sqlite3_stmt *stmt = NULL;
	int rc;

	*n = 0;
	rc = tkt_index_prepare(x, "SELECT rowid FROM fulltext WHERE fulltext MATCH ?1", &stmt, err);
	if (rc)
		goto out;
	sqlite3_bind_text(stmt, 1, match, -1, SQLITE_STATIC);
	while (*n < max && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (tkt_index_set_has(&x->live, sqlite3_column_int64(stmt, 0)))
			live[(*n)++] = sqlite3_column_int64(stmt, 0);
	}
	rc = rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : tkt_index_sqlite_error(x, rc, "search", err);
out:
	sqlite3_finalize(stmt);
	free(match);
	return rc;
}

static bool nearer(const struct near *a, const struct near *b)
{
	if (a->distance != b->distance)
		return a->distance < b->distance;
	if (a->tickets != b->tickets)
		return a->tickets > b->tickets;
	return strcmp(a->term, b->term) < 0;
}

static void consider(struct nearest *best, const char *term, size_t distance, int64_t tickets)
{
	struct near new = { tkt_strdup(term), distance, tickets };
	size_t at = best->n;

	while (at && nearer(&new, &best->items[at - 1]))
		at--;
	if (at == NEAREST) {
		free(new.term);
		return;
	}
	if (best->n == NEAREST)
		free(best->items[--best->n].term);
	memmove(best->items + at + 1, best->items + at, (best->n - at) * sizeof new);
	best->items[at] = new;
	best->n++;
}

static size_t limit_of(const char *word)
{
	return strlen(word) <= 4 ? 1 : 2;
}

/* How far a stem of the index may be from the word. An ending that is typed wrong is not taken off
 * ("orchestratr" and "orchestr", "settigns" and "set"), so the beginning alone may fit, too; the written form decides later. */
static size_t stem_distance(const struct tkt_text_term *word, const char *term, size_t len, size_t limit)
{
	size_t n = strlen(word->text), distance = limit + 1;
	char *cut;

	if (len <= n + limit && n <= len + limit)
		distance = tkt_str_distance(word->text, term);
	if (distance <= limit || len < 3 || len >= n)
		return distance;
	if (len < 5)
		return memcmp(word->text, term, len) ? limit + 1 : limit;
	cut = tkt_strndup(word->text, len);
	distance = tkt_str_distance(cut, term) + 1;
	free(cut);
	return distance;
}

/* Terms that begin with this letter: the whole vocabulary would be the whole index. */
static int scan(struct tkt_index *x, const struct tkt_text_term *word, char letter, struct nearest *best,
		struct tkt_error *err)
{
	const char from[2] = { letter, '\0' }, to[2] = { (char)(letter + 1), '\0' };
	size_t limit = limit_of(word->word);
	sqlite3_stmt *stmt = NULL;
	int rc = tkt_index_prepare(x, "SELECT term, doc FROM temp.fulltext_words WHERE term >= ?1 AND term < ?2",
				   &stmt, err);

	if (rc)
		return rc;
	sqlite3_bind_text(stmt, 1, from, 1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, to, 1, SQLITE_STATIC);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *term = (const char *)sqlite3_column_text(stmt, 0);
		size_t distance;

		if (!term || strlen(term) < 2)
			continue;
		distance = stem_distance(word, term, strlen(term), limit);
		if (distance <= limit)
			consider(best, term, distance, sqlite3_column_int64(stmt, 1));
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : tkt_index_sqlite_error(x, rc, "read the words of", err);
}

/* --- from a stem back to a word -------------------------------------------------------------------- */

struct form {
	const char *term, *typed;
	char *found; /* nearest so far */
	size_t distance;
};

static int on_token(void *payload, const struct tkt_token *t)
{
	struct form *f = payload;
	size_t distance;
	char *word;

	if (!tkt_str_eq(t->text, f->term))
		return 0;
	word = tkt_strndup(t->folded.ptr, t->folded.len);
	distance = tkt_str_distance(f->typed, word);
	if (!f->found || distance < f->distance) {
		free(f->found);
		f->found = word;
		f->distance = distance;
	} else {
		free(word);
	}
	return 0;
}

/* The word as the ticket writes it; NULL where that is not near enough. */
static char *form_of(struct tkt_index *x, const char *term, const char *typed, int64_t n)
{
	struct form f = { term, typed, NULL, 0 };
	struct tkt_doc d;
	struct tkt_name name;
	char *id = NULL;

	if (!tkt_index_ticket(x, n, &id, &name.status, NULL)) {
		name.id = id;
		if (!tkt_doc_load(x->store, &name, &d, NULL)) {
			for (size_t i = 0; i < d.n; i++)
				tkt_tokens_each(d.items[i].text.ptr, d.items[i].text.len, NULL, on_token, &f);
			tkt_doc_release(&d);
		}
	}
	free(id);
	if (f.found && f.distance > limit_of(typed)) {
		free(f.found);
		f.found = NULL;
	}
	return f.found;
}

static int replace(struct tkt_index *x, const struct tkt_text_term *word, char **out, struct tkt_error *err)
{
	struct nearest best = { .n = 0 };
	int rc = scan(x, word, word->text[0], &best, err);

	*out = NULL;
	/* The first two letters swapped, or the first one too much. */
	if (!rc && !best.n && word->text[1] != word->text[0])
		rc = scan(x, word, word->text[1], &best, err);
	for (size_t i = 0; i < best.n; i++) {
		int64_t live[READ];
		size_t n = 0;

		if (!rc && !*out)
			rc = find_live(x, best.items[i].term, false, READ, live, &n, err);
		for (size_t k = 0; !rc && !*out && k < n; k++)
			*out = form_of(x, best.items[i].term, word->word, live[k]);
		free(best.items[i].term);
	}
	return rc;
}

int tkt_fulltext_suggest(struct tkt_index *x, const struct tkt_text_query *q, char **out, struct tkt_error *err)
{
	struct tkt_buf text = TKT_BUF_INIT;
	size_t pos = 0;
	bool changed = false;
	int rc;

	*out = NULL;
	if (q->n > WORDS_MAX)
		return 0;
	rc = tkt_index_exec(x, "CREATE VIRTUAL TABLE IF NOT EXISTS temp.fulltext_words"
			       " USING fts5vocab(main, fulltext, row)", err);
	for (size_t i = 0; !rc && i < q->n; i++) {
		const struct tkt_text_term *t = &q->items[i];
		char *word = NULL;
		int64_t live;
		size_t n = 0;

		if (!t->word || t->part || t->dense || t->common || strlen(t->text) < 3 || t->start < pos)
			continue;
		rc = find_live(x, t->text, t->prefix, 1, &live, &n, err);
		if (!rc && !n)
			rc = replace(x, t, &word, err);
		if (word) {
			tkt_buf_add(&text, q->text + pos, t->start - pos);
			tkt_buf_puts(&text, word);
			pos = t->end;
			changed = true;
		}
		free(word);
	}
	if (!rc && changed) {
		tkt_buf_add(&text, q->text + pos, q->text_n - pos);
		*out = tkt_buf_detach(&text);
	}
	tkt_buf_release(&text);
	return rc;
}
