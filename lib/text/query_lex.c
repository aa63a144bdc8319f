/* text/query: characters -> tokens. A field with its values is one token, since blanks end it. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/query_int.h"

int tkt_query_fail(struct tkt_query_lexer *lex, size_t pos, const char *fmt, ...)
{
	struct tkt_buf b = TKT_BUF_INIT, seen = TKT_BUF_INIT;
	va_list ap;
	int rc;

	va_start(ap, fmt);
	tkt_buf_vprintf(&b, fmt, ap);
	va_end(ap);
	tkt_str_visible(&seen, b.ptr, b.len, ""); /* the message quotes what was typed */
	if (lex->bad)
		*lex->bad = pos;
	rc = tkt_error_set(lex->err, TKT_EINVALID, "%s at column %zu of the query", seen.ptr,
			   tkt_str_width(lex->text, pos) + 1);
	tkt_buf_release(&seen);
	tkt_buf_release(&b);
	return rc;
}

static void clear(struct tkt_query_lexer *lex)
{
	size_t i;

	for (i = 0; i < lex->values.n; i++)
		free(lex->values.items[i].text);
	lex->values.n = 0;
	free(lex->word);
	lex->word = NULL;
	lex->field = NULL;
	lex->op = TKT_Q_EQ;
}

void tkt_query_lexer_release(struct tkt_query_lexer *lex)
{
	clear(lex);
	free(lex->values.items);
	memset(&lex->values, 0, sizeof lex->values);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

/* "..." at lex->pos into out; \" and \\ stand for themselves, any other \ is text. */
static int read_quoted(struct tkt_query_lexer *lex, struct tkt_buf *out)
{
	const char *s = lex->text;
	size_t i = lex->pos + 1;

	for (; s[i] != '"'; i++) {
		if (s[i] == '\\' && (s[i + 1] == '"' || s[i + 1] == '\\'))
			i++;
		if (s[i] == '\0')
			return tkt_query_fail(lex, lex->pos, "quote is not closed");
		tkt_buf_putc(out, s[i]);
	}
	lex->pos = i + 1;
	return TKT_OK;
}

/* Where an unquoted word ends: a blank, a comma (in values), or a `)` that the word did not open
 * itself, so that main() is a word and (kind:bug) is a group. */
static size_t word_end(const char *s, size_t i, bool comma)
{
	size_t open = 0;

	for (; !is_blank(s[i]); i++) {
		if (comma && s[i] == ',')
			break;
		if (s[i] == '(')
			open++;
		else if (s[i] == ')' && open-- == 0)
			break;
	}
	return i;
}

static int read_value(struct tkt_query_lexer *lex, size_t name_at, struct tkt_str name)
{
	struct tkt_query_value v = { NULL, false, lex->pos };
	struct tkt_buf b = TKT_BUF_INIT;
	int rc = TKT_OK;

	if (lex->text[lex->pos] == '"') {
		v.quoted = true;
		rc = read_quoted(lex, &b);
		if (rc)
			goto out;
	} else {
		size_t end = word_end(lex->text, lex->pos, true);

		tkt_buf_add(&b, lex->text + lex->pos, end - lex->pos);
		lex->pos = end;
	}
	if (b.len == 0) {
		rc = tkt_query_fail(lex, v.pos, "empty value for '%.*s'", (int)name.len, name.ptr);
		tkt_error_hint(lex->err, "'no:%.*s' finds tickets without one",
			       (int)name.len, lex->text + name_at);
		goto out;
	}
	v.text = tkt_buf_detach(&b);
	TKT_GROW(&lex->values);
	lex->values.items[lex->values.n++] = v;
out:
	tkt_buf_release(&b);
	return rc;
}

static int read_field(struct tkt_query_lexer *lex, const struct tkt_query_field *field, size_t n)
{
	struct tkt_str name = { lex->text + lex->pos, n };
	size_t at = lex->pos;
	int rc;

	lex->token = TKT_T_FIELD;
	lex->field = field;
	lex->pos += n + 1;
	if (lex->text[lex->pos] == '<' || lex->text[lex->pos] == '>') {
		bool less = lex->text[lex->pos++] == '<';

		lex->op = less ? TKT_Q_LT : TKT_Q_GT;
		if (lex->text[lex->pos] == '=') {
			lex->op = less ? TKT_Q_LE : TKT_Q_GE;
			lex->pos++;
		}
	}
	for (;;) {
		rc = read_value(lex, at, name);
		if (rc || lex->text[lex->pos] != ',')
			return rc;
		lex->pos++;
	}
}

/* Length of a name before a colon, or 0. */
static size_t name_length(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return n > 0 && s[n] == ':' && !(s[0] >= '0' && s[0] <= '9') ? n : 0;
}

/* foo:bar where foo is no field: http://host, std::vector and Makefile:12 are words to look for. */
static bool looks_like_text(const char *s, size_t n)
{
	const char *after = s + n + 1;
	size_t digits = strspn(after, "0123456789:");

	return strncmp(after, "//", 2) == 0 || after[0] == ':' || after[0] == '\\' ||
	       strncmp(s, "mailto:", 7) == 0 || strncmp(s, "urn:", 4) == 0 ||
	       (digits > 0 && (is_blank(after[digits]) || after[digits] == ')'));
}

static int unknown_field(struct tkt_query_lexer *lex, size_t n)
{
	struct tkt_str name = { lex->text + lex->pos, n };
	const char *near = tkt_query_field_near(name);
	int rc = tkt_query_fail(lex, lex->pos, "unknown field '%.*s'", (int)n, name.ptr);

	if (near)
		tkt_error_hint(lex->err, "did you mean '%s:'? quotes make it text to look for", near);
	else
		tkt_error_hint(lex->err, "put it in double quotes to look for it as text");
	return rc;
}

static bool keyword(struct tkt_query_lexer *lex, size_t n)
{
	const char *s = lex->text + lex->pos;

	if (n == 2 && memcmp(s, "OR", 2) == 0)
		lex->token = TKT_T_OR;
	else if (n == 3 && memcmp(s, "AND", 3) == 0)
		lex->token = TKT_T_AND;
	else if (n == 3 && memcmp(s, "NOT", 3) == 0)
		lex->token = TKT_T_NOT;
	else
		return false;
	lex->pos += n;
	return true;
}

static int read_word(struct tkt_query_lexer *lex)
{
	const char *s = lex->text + lex->pos;
	size_t n = name_length(s), end;

	if (n > 0) {
		const struct tkt_query_field *f = tkt_query_field_find((struct tkt_str){ s, n });

		if (f)
			return read_field(lex, f, n);
		if (!looks_like_text(s, n))
			return unknown_field(lex, n);
	}
	end = word_end(lex->text, lex->pos, false);
	if (keyword(lex, end - lex->pos))
		return TKT_OK;
	lex->word = tkt_strndup(s, end - lex->pos);
	lex->pos = end;
	return TKT_OK;
}

/* A minus negates what it touches; alone, or as part of --option, it is text. */
static bool negates(const char *s)
{
	return s[0] == '-' && s[1] != '-' && s[1] != ')' && !is_blank(s[1]);
}

int tkt_query_next(struct tkt_query_lexer *lex)
{
	struct tkt_buf b = TKT_BUF_INIT;
	int rc = TKT_OK;
	char c;

	clear(lex);
	while (lex->text[lex->pos] && is_blank(lex->text[lex->pos]))
		lex->pos++;
	lex->at = lex->pos;
	c = lex->text[lex->pos];
	lex->token = TKT_T_TEXT;
	if (c == '\0') {
		lex->token = TKT_T_END;
	} else if (c == '(' || c == ')') {
		lex->token = c == '(' ? TKT_T_OPEN : TKT_T_CLOSE;
		lex->pos++;
	} else if (negates(lex->text + lex->pos)) {
		lex->token = TKT_T_NOT;
		lex->pos++;
	} else if (c == '"') {
		rc = read_quoted(lex, &b);
		if (rc == TKT_OK && b.len == 0)
			rc = tkt_query_fail(lex, lex->at, "empty phrase");
		if (rc == TKT_OK)
			lex->word = tkt_buf_detach(&b);
	} else {
		rc = read_word(lex);
	}
	tkt_buf_release(&b);
	return rc;
}
