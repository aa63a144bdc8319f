/* ops/search_names: a text that is the name of a ticket finds that ticket first. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "index/sql.h"
#include "ops/search_int.h"
#include "text/ref.h"

#define TITLES_MAX 20 /* so many of the best keyword hits are asked for their title */

bool tkt_same_title(const char *a, const char *b, size_t b_len)
{
	struct tkt_str x = tkt_str_trim(tkt_str_of(a)), y = { b, b_len };

	y = tkt_str_trim(y);
	return x.len && y.len && tkt_contains_fold(x.ptr, x.len, y.ptr, y.len) &&
	       tkt_contains_fold(y.ptr, y.len, x.ptr, x.len);
}

bool tkt_searching_named(const struct tkt_searching *s, int64_t n)
{
	for (size_t i = 0; i < s->named.n; i++)
		if (s->named.items[i].n == n)
			return true;
	return false;
}

static void name(struct tkt_searching *s, int64_t n, unsigned matched)
{
	if (tkt_searching_named(s, n) || !tkt_index_set_has(tkt_index_live(s->x), n) ||
	    !tkt_filter_has(&s->filter, n))
		return;
	TKT_GROW(&s->named);
	s->named.items[s->named.n].n = n;
	s->named.items[s->named.n++].matched = matched;
}

static void name_id(struct tkt_searching *s, const char *id)
{
	int64_t n;

	if (tkt_index_number(s->x, id, &n, NULL) == 0)
		name(s, n, TKT_MATCHED_ID);
}

int tkt_search_select(struct tkt_project *p, struct tkt_index *x, const char *query,
		      struct tkt_index_set *out, struct tkt_error *err)
{
	struct tkt_query *q = NULL;
	bool exact = false;
	int rc = tkt_query_parse(&q, query, p->now, NULL, err);

	if (!rc)
		rc = tkt_index_select(x, q, out, &exact, err);
	tkt_query_free(q);
	return rc;
}

/* Slug, number, alias. Words that look like nothing but words are not asked for: "login" is a search. */
static int by_fields(struct tkt_searching *s, const char *word, struct tkt_error *err)
{
	struct tkt_index_set set = { NULL, 0, 0 };
	struct tkt_buf query = TKT_BUF_INIT;
	char number[21];
	int rc;

	if (!word[strcspn(word, "-_.#0123456789")] || word[strcspn(word, "*?\"\\")])
		return 0;
	tkt_buf_printf(&query, "slug:\"%s\" OR aliases:\"%s\"", word, word);
	if (tkt_ref_number(word, s->p->config.prefix, number))
		tkt_buf_printf(&query, " OR number:%s", number);
	rc = tkt_search_select(s->p, s->x, query.ptr, &set, err);
	for (size_t i = 0; !rc && set.n && set.n < 64 && i < set.words * 64; i++)
		if (tkt_index_set_has(&set, (int64_t)i))
			name(s, (int64_t)i, TKT_MATCHED_ID);
	tkt_index_set_release(&set);
	tkt_buf_release(&query);
	return rc;
}

/* Two of one key are both shown: this is a search, not a command on one of them. By the snapshot that the lists
 * are of: tkt_index_key() would look whether it is still the last. */
static void by_key(struct tkt_searching *s, const char *digits)
{
	const struct tkt_index_set *live = tkt_index_live(s->x);

	for (size_t i = 0; i < live->words * 64; i++) {
		enum tkt_status status;
		char *id = NULL, hex[41];

		if (!tkt_index_set_has(live, (int64_t)i) ||
		    tkt_index_ticket(s->x, (int64_t)i, &id, &status, NULL) != 0)
			continue;
		tkt_id_hex(id, hex);
		if (tkt_starts_with(hex, digits))
			name(s, (int64_t)i, TKT_MATCHED_ID);
		free(id);
	}
}

static int by_reference(struct tkt_searching *s, struct tkt_str text, struct tkt_error *err)
{
	char *word = tkt_strndup(text.ptr, text.len), digits[41];
	int rc = 0;

	if (strlen(word) != text.len || !tkt_ref_plausible(word) || word[strcspn(word, " \t")])
		goto out;
	name_id(s, word);
	if (tkt_ref_key_digits(word, s->p->config.prefix, digits))
		by_key(s, digits);
	if (!s->named.n)
		rc = by_fields(s, word, err);
out:
	free(word);
	return rc;
}

static void by_title(struct tkt_searching *s, struct tkt_str text)
{
	for (size_t i = 0; i < s->keyword.n && i < TITLES_MAX; i++) {
		int64_t n = s->keyword.items[i].n;
		struct tkt_brief b;

		if (!(s->keyword.items[i].fields & 1u << TKT_DOC_TITLE) ||
		    tkt_brief_read(s->p, s->x, n, TKT_READ_HEAD, &b, NULL, NULL) != 0)
			continue;
		if (tkt_same_title(b.title, text.ptr, text.len))
			name(s, n, 1u << TKT_DOC_TITLE);
		tkt_brief_release(&b);
	}
}

int tkt_searching_names(struct tkt_searching *s, struct tkt_error *err)
{
	struct tkt_str text = { s->req->text, s->req->len };
	int rc;

	text = tkt_str_trim(text);
	if (!text.len || text.len > 2000)
		return 0;
	rc = by_reference(s, text, err);
	if (!rc)
		by_title(s, text);
	return rc;
}
