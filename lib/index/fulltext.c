/* index/fulltext: the FTS5 table, its tokenizer, and a ticket's row in it. Floor 3 [sqlite3].
 *
 * Columns title, labels, body, comments, resolution, artifacts. Words of English that say nothing are left
 * out of texts of TKT_TEXT_SHORT bytes and more: they would be two fifths of the index. In shorter ones they are kept at
 * the position of the word before, so that positions, and with them phrases, are the same in both.
 *
 * A query's text reaches the tokenizer as tokens already, with blanks between. */
#include "index/fulltext_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/token.h"

struct tokenizer {
	struct tkt_buf scratch;
};

struct sink {
	void *payload;
	int (*token)(void *payload, int flags, const char *text, int n, int start, int end);
	size_t base;  /* of the section in the text */
	bool is_short;
};

static int create_tokenizer(void *unused, const char **args, int n_args, Fts5Tokenizer **out)
{
	struct tokenizer *t = tkt_calloc(1, sizeof *t);

	(void)unused;
	(void)args;
	(void)n_args;
	tkt_buf_init(&t->scratch);
	*out = (Fts5Tokenizer *)t;
	return SQLITE_OK;
}

static void delete_tokenizer(Fts5Tokenizer *opaque)
{
	struct tokenizer *t = (struct tokenizer *)opaque;

	tkt_buf_release(&t->scratch);
	free(t);
}

static int on_token(void *payload, const struct tkt_token *t)
{
	struct sink *s = payload;
	bool aside = t->flags & (TKT_TOKEN_PART | TKT_TOKEN_COMMON);

	if (t->flags & TKT_TOKEN_COMMON && !s->is_short)
		return SQLITE_OK;
	return s->token(s->payload, aside ? FTS5_TOKEN_COLOCATED : 0, t->text.ptr, (int)t->text.len,
			(int)(s->base + t->start), (int)(s->base + t->end));
}

static int tokenize_query(struct sink *s, const char *text, size_t n)
{
	size_t pos = 0;
	int rc = SQLITE_OK;

	while (rc == SQLITE_OK && pos < n) {
		const char *blank = memchr(text + pos, ' ', n - pos);
		size_t end = blank ? (size_t)(blank - text) : n;

		if (end > pos)
			rc = s->token(s->payload, 0, text + pos, (int)(end - pos), (int)pos, (int)end);
		pos = end + 1;
	}
	return rc;
}

static int tokenize(Fts5Tokenizer *opaque, void *payload, int flags, const char *text, int len,
		    int (*token)(void *payload, int flags, const char *text, int n, int start, int end))
{
	static const char mark[] = { TKT_TEXT_BREAK };
	struct tokenizer *t = (struct tokenizer *)opaque;
	struct sink s = { payload, token, 0, false };
	size_t n = len > 0 && text ? (size_t)len : 0;
	int rc = SQLITE_OK;

	if (flags & FTS5_TOKENIZE_QUERY)
		return tokenize_query(&s, text, n);
	while (rc == SQLITE_OK && s.base < n) {
		const char *end = memchr(text + s.base, TKT_TEXT_BREAK, n - s.base);
		size_t section = end ? (size_t)(end - text) - s.base : n - s.base;

		s.is_short = section < TKT_TEXT_SHORT;
		rc = tkt_tokens_each(text + s.base, section, &t->scratch, on_token, &s);
		s.base += section;
		if (rc == SQLITE_OK && end) {
			rc = token(payload, 0, mark, 1, (int)s.base, (int)s.base + 1);
			s.base++;
		}
	}
	return rc;
}

static int find_api(sqlite3 *db, fts5_api **out)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL);

	*out = NULL;
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_pointer(stmt, 1, (void *)out, "fts5_api_ptr", NULL);
	if (rc == SQLITE_OK)
		sqlite3_step(stmt);
	rc = sqlite3_finalize(stmt);
	return rc != SQLITE_OK ? rc : *out ? SQLITE_OK : SQLITE_ERROR;
}

int tkt_fulltext_register(struct tkt_index *x, struct tkt_error *err)
{
	fts5_tokenizer methods = { create_tokenizer, delete_tokenizer, tokenize };
	fts5_api *api = NULL;
	int rc = find_api(x->db, &api);

	if (rc == SQLITE_OK)
		rc = api->xCreateTokenizer(api, "tkt", NULL, &methods, NULL);
	if (rc == SQLITE_OK)
		rc = tkt_fulltext_functions(api);
	return rc == SQLITE_OK ? 0 : tkt_index_sqlite_error(x, rc, "set up", err);
}

/* The greater hash table makes fewer and larger pieces. They are merged when there are eight of a size: in
 * steps, as FTS5 would have it, a third of what some changed tickets cost went into that. */
int tkt_fulltext_create(struct tkt_index *x, struct tkt_error *err)
{
	return tkt_index_exec(x,
		"CREATE VIRTUAL TABLE fulltext USING fts5(title, labels, body, comments, resolution, artifacts,"
		" content='', columnsize=0, detail=full, tokenize='tkt');"
		"INSERT INTO fulltext(fulltext, rank) VALUES('hashsize', 4194304);"
		"INSERT INTO fulltext(fulltext, rank) VALUES('automerge', 0);"
		"INSERT INTO fulltext(fulltext, rank) VALUES('crisismerge', 8);", err);
}

/* The parts of each field as one text: borrowed where there is one, else joined. */
static struct tkt_str field_text(const struct tkt_doc *d, enum tkt_doc_field field, struct tkt_buf *joined)
{
	struct tkt_str one = { "", 0 };
	size_t n = 0;

	tkt_buf_reset(joined);
	for (size_t i = 0; i < d->n; i++) {
		const struct tkt_doc_part *p = &d->items[i];

		if (p->field != field || !p->text.len)
			continue;
		if (n == 1)
			tkt_buf_add(joined, one.ptr, one.len);
		if (n++) {
			tkt_buf_putc(joined, TKT_TEXT_BREAK);
			tkt_buf_add(joined, p->text.ptr, p->text.len);
		}
		one = p->text;
	}
	if (n > 1) {
		one.ptr = joined->ptr;
		one.len = joined->len;
	}
	return one;
}

int tkt_fulltext_add(struct tkt_index *x, int64_t n, const struct tkt_doc *d, struct tkt_error *err)
{
	struct tkt_buf joined[TKT_DOC_FIELDS];
	sqlite3_stmt *stmt;
	int rc = 0;

	if (!x->add_text)
		rc = tkt_index_prepare(x, "INSERT INTO fulltext(rowid, title, labels, body, comments, resolution,"
				       " artifacts) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", &x->add_text, err);
	if (rc)
		return rc;
	stmt = x->add_text;
	for (size_t i = 0; i < TKT_DOC_FIELDS; i++)
		tkt_buf_init(&joined[i]);
	sqlite3_bind_int64(stmt, 1, n);
	for (size_t i = 0; i < TKT_DOC_FIELDS; i++) {
		struct tkt_str text = field_text(d, (enum tkt_doc_field)i, &joined[i]);

		sqlite3_bind_text64(stmt, (int)i + 2, text.ptr, text.len, SQLITE_STATIC, SQLITE_UTF8);
	}
	rc = sqlite3_step(stmt);
	rc = rc == SQLITE_DONE ? 0 : tkt_index_sqlite_error(x, rc, "add text to", err);
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	for (size_t i = 0; i < TKT_DOC_FIELDS; i++)
		tkt_buf_release(&joined[i]);
	return rc;
}
