/* index/titles: each word is followed through the full text until it turns out to be common. Floor 3 [sqlite3]. */
#include "index/titles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/index_int.h"
#include "index/token.h"

#define WORDS 16  /* of a title are looked at */
#define RARE 64   /* tickets with a rare word, at most */
#define RARE_WORDS 4 /* so many of those are followed */

struct hints {
	struct tkt_index *x;
	struct tkt_strv words; /* of the new title, as indexed, each once */
	struct { int64_t *items; size_t n, cap; } numbers; /* tickets with a rare word */
	struct tkt_titles *out;
};

static int add_word(void *payload, const struct tkt_token *t)
{
	struct tkt_strv *words = payload;
	char *word;

	if (t->flags & (TKT_TOKEN_PART | TKT_TOKEN_COMMON) || words->n == WORDS)
		return 0;
	word = tkt_strndup(t->text.ptr, t->text.len);
	if (tkt_strv_has(words, word))
		free(word);
	else
		tkt_strv_take(words, word);
	return 0;
}

/* A query takes words as they are indexed. *rare: the word has come to its end within RARE tickets; their numbers are in h then. */
static int follow(struct hints *h, sqlite3_stmt *find, const char *word, bool *rare, struct tkt_error *err)
{
	struct tkt_buf match = TKT_BUF_INIT;
	size_t before = h->numbers.n;
	int step;

	tkt_buf_printf(&match, "\"%s\"", word); /* tokens hold no quotes */
	sqlite3_bind_text(find, 1, match.ptr, (int)match.len, SQLITE_TRANSIENT);
	while ((step = sqlite3_step(find)) == SQLITE_ROW && h->numbers.n - before <= RARE) {
		TKT_GROW(&h->numbers);
		h->numbers.items[h->numbers.n++] = sqlite3_column_int64(find, 0);
	}
	*rare = step == SQLITE_DONE && h->numbers.n > before && h->numbers.n - before <= RARE;
	if (!*rare)
		h->numbers.n = before;
	sqlite3_reset(find);
	tkt_buf_release(&match);
	if (step != SQLITE_DONE && step != SQLITE_ROW)
		return tkt_index_sqlite_error(h->x, step, "search", err);
	return 0;
}

static int find_numbers(struct hints *h, struct tkt_error *err)
{
	sqlite3_stmt *find = NULL;
	size_t followed = 0;
	int rc = tkt_index_prepare(h->x, "select rowid from fulltext where fulltext match ?1", &find, err);

	for (size_t i = 0; !rc && i < h->words.n && followed < RARE_WORDS; i++) {
		bool rare = false;

		rc = follow(h, find, h->words.items[i], &rare, err);
		followed += rare;
	}
	sqlite3_finalize(find);
	return rc;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static double likeness(const struct tkt_strv *a, const char *title)
{
	struct tkt_strv b = TKT_STRV_INIT;
	size_t both = 0, n;

	tkt_tokens_each(title, strlen(title), NULL, add_word, &b);
	for (size_t i = 0; i < b.n; i++)
		both += tkt_strv_has(a, b.items[i]);
	n = b.n;
	tkt_strv_release(&b);
	return n && a->n ? (double)both / sqrt((double)a->n * (double)n) : 0;
}

static void add(struct hints *h, sqlite3_stmt *q)
{
	const char *id = (const char *)sqlite3_column_text(q, 0), *title = (const char *)sqlite3_column_text(q, 1);
	double score = title ? likeness(&h->words, title) : 0;
	struct tkt_titles *out = h->out;

	if (!id || score <= 0)
		return;
	TKT_GROW(out);
	out->items[out->n].id = tkt_strdup(id);
	out->items[out->n].title = tkt_strdup(title);
	out->items[out->n].status = (enum tkt_status)sqlite3_column_int(q, 2);
	out->items[out->n++].score = score;
}

/* Numbers of tickets that are gone have no row any more. */
static int read_titles(struct hints *h, struct tkt_error *err)
{
	sqlite3_stmt *q = NULL;
	int step = SQLITE_DONE;
	int rc = tkt_index_prepare(h->x, "select id, title, status from ticket where n = ?1", &q, err);

	if (h->numbers.n)
		qsort(h->numbers.items, h->numbers.n, sizeof *h->numbers.items, by_number);
	for (size_t i = 0; !rc && i < h->numbers.n; i++) {
		if (i && h->numbers.items[i] == h->numbers.items[i - 1])
			continue;
		sqlite3_bind_int64(q, 1, h->numbers.items[i]);
		step = sqlite3_step(q);
		if (step == SQLITE_ROW)
			add(h, q);
		else if (step != SQLITE_DONE)
			rc = tkt_index_sqlite_error(h->x, step, "read", err);
		sqlite3_reset(q);
	}
	sqlite3_finalize(q);
	return rc;
}

static void best_first(struct tkt_titles *t)
{
	for (size_t i = 1; i < t->n; i++) {
		for (size_t k = i; k > 0; k--) {
			if (t->items[k - 1].score > t->items[k].score ||
			    (t->items[k - 1].score >= t->items[k].score &&
			     strcmp(t->items[k - 1].id, t->items[k].id) <= 0))
				break;
			t->items[t->n] = t->items[k]; /* room for one more is there, see below */
			t->items[k] = t->items[k - 1];
			t->items[k - 1] = t->items[t->n];
		}
	}
}

int tkt_index_titles(struct tkt_index *x, const char *title, size_t max, struct tkt_titles *out,
		     struct tkt_error *err)
{
	struct hints h = { .x = x, .out = out };
	int64_t reached;
	int rc;

	memset(out, 0, sizeof *out);
	if (x->opts.memory || !tkt_db_believe(x) || !tkt_index_meta(x, "reached", &reached) ||
	    reached < TKT_INDEX_TEXT)
		return tkt_error_set(err, TKT_ENO, "there is no index to ask");
	tkt_tokens_each(title, strlen(title), NULL, add_word, &h.words);
	rc = find_numbers(&h, err);
	if (!rc)
		rc = read_titles(&h, err);
	TKT_GROW(out);
	best_first(out);
	while (out->n > max) {
		free(out->items[--out->n].id);
		free(out->items[out->n].title);
	}
	if (rc)
		tkt_titles_release(out);
	tkt_strv_release(&h.words);
	free(h.numbers.items);
	tkt_db_rest(x);
	return rc;
}

void tkt_titles_release(struct tkt_titles *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++) {
		free(t->items[i].id);
		free(t->items[i].title);
	}
	free(t->items);
	memset(t, 0, sizeof *t);
}
