/* fuzz_frontmatter: editing item.md. An edit changes its own lines and nothing else; what is quoted
 * or printed reads back as it was. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "text/frontmatter.h"
#include "text/ticket.h"

#define TIME "2026-06-01T12:00:00Z"

static void apply(struct tkt_buf *out, const char *text, size_t len, const char *key,
		  const char *value, int *code)
{
	struct tkt_fm_edits edits = { NULL, 0, 0 };
	struct tkt_error err = TKT_ERROR_INIT;

	if (key)
		tkt_fm_edits_set(&edits, key, value);
	*code = tkt_fm_apply(out, text, len, &edits, &err);
	HOLDS(*code == 0 || *code == err.code);
	HOLDS(*code == 0 || err.message);
	tkt_error_release(&err);
	tkt_fm_edits_release(&edits);
}

/* No edits, and edits that say what is there already: not one byte changes. */
static void no_op(const struct tkt_fm *fm, const char *text, size_t len)
{
	struct tkt_buf out = TKT_BUF_INIT;
	int code;

	apply(&out, text, len, NULL, NULL, &code);
	HOLDS(code == 0 && out.len == len && memcmp(out.ptr, text, len) == 0);
	for (size_t i = 0; i < fm->n && i < 16; i++) {
		const struct tkt_fm_entry *e = &fm->items[i];
		char *key = strndup(e->key.ptr, e->key.len);
		char *value = strndup(e->value.ptr, e->value.len);

		HOLDS(e->start < e->end && e->end <= fm->close && fm->close <= fm->body);
		tkt_buf_reset(&out);
		if (!e->multiline && e->value.len && strlen(value) == e->value.len) {
			apply(&out, text, len, key, value, &code);
			HOLDS(code == 0 || code == TKT_EINVALID);
			HOLDS(code || (out.len == len && memcmp(out.ptr, text, len) == 0));
		}
		free(key);
		free(value);
	}
	tkt_buf_release(&out);
}

/* One key gets a value: it reads back, the body stays, doing it again changes nothing. */
static void one_edit(const struct tkt_fm *fm, const char *text, size_t len)
{
	struct tkt_buf once = TKT_BUF_INIT, twice = TKT_BUF_INIT;
	struct tkt_fm after;
	struct tkt_error err = TKT_ERROR_INIT;
	char *got = NULL;
	int code;

	apply(&once, text, len, "updated_at", TIME, &code);
	if (code == 0 && once.len <= TKT_ITEM_MAX &&
	    tkt_fm_parse(&after, once.ptr, once.len, &err) == 0) {
		const struct tkt_fm_entry *e = tkt_fm_find(&after, "updated_at");

		HOLDS(e && tkt_fm_scalar(e, &got) != TKT_FM_NULL && strcmp(got, TIME) == 0);
		HOLDS(once.len - after.body == len - fm->body);
		HOLDS(memcmp(once.ptr + after.body, text + fm->body, len - fm->body) == 0);
		HOLDS(after.n == fm->n || (after.n == fm->n + 1 && !tkt_fm_find(fm, "updated_at")));
		apply(&twice, once.ptr, once.len, "updated_at", TIME, &code);
		HOLDS(code == 0 && twice.len == once.len);
		HOLDS(memcmp(twice.ptr, once.ptr, once.len) == 0);
		free(got);
		tkt_fm_release(&after);
	} else if (code == 0) {
		/* Only a line that no longer fits may stop the result from being read. */
		HOLDS(fm->close + 64 > TKT_FRONTMATTER_MAX || once.len > TKT_ITEM_MAX);
	}
	tkt_error_release(&err);
	tkt_buf_release(&once);
	tkt_buf_release(&twice);
}

/* What is printed reads back: print(parse(print(x))) is print(x). */
static void ticket(const char *text, size_t len)
{
	struct tkt_ticket t, again;
	struct tkt_buf one = TKT_BUF_INIT, two = TKT_BUF_INIT;
	struct tkt_error err = TKT_ERROR_INIT;

	if (tkt_ticket_parse(&t, text, len, &err) == 0) {
		if (tkt_utf8_valid(text, len, NULL) && len < TKT_FRONTMATTER_MAX / 8) {
			tkt_ticket_print(&one, &t, "body\n");
			HOLDS(tkt_ticket_parse(&again, one.ptr, one.len, &err) == 0);
			again.status = t.status;
			tkt_ticket_print(&two, &again, "body\n");
			HOLDS(one.len == two.len && memcmp(one.ptr, two.ptr, one.len) == 0);
			tkt_ticket_release(&again);
		}
		tkt_ticket_release(&t);
	}
	tkt_error_release(&err);
	tkt_buf_release(&one);
	tkt_buf_release(&two);
}

static struct tkt_fm_entry *as_value(struct tkt_fm *fm, struct tkt_buf *text, const struct tkt_buf *yaml)
{
	struct tkt_error err = TKT_ERROR_INIT;

	HOLDS(!memchr(yaml->ptr, '\n', yaml->len));
	tkt_buf_puts(text, "---\ntitle: ");
	tkt_buf_add(text, yaml->ptr, yaml->len);
	tkt_buf_puts(text, "\n---\n");
	HOLDS(tkt_fm_parse(fm, text->ptr, text->len, &err) == 0);
	HOLDS(fm->n == 1 && !fm->items[0].multiline);
	tkt_error_release(&err);
	return &fm->items[0];
}

/* Any text as a value, and its lines as a list. */
static void quotes(const char *s)
{
	struct tkt_buf yaml = TKT_BUF_INIT, text = TKT_BUF_INIT;
	struct tkt_strv list = TKT_STRV_INIT, back = TKT_STRV_INIT;
	struct tkt_fm fm;
	char *got = NULL;
	const char *end;

	tkt_fm_quote(&yaml, s);
	HOLDS(tkt_fm_scalar(as_value(&fm, &text, &yaml), &got) == TKT_FM_CLEAN);
	HOLDS(strcmp(got, s) == 0);
	tkt_fm_release(&fm);
	free(got);

	for (; (end = strchr(s, '\n')); s = end + 1)
		tkt_strv_push_n(&list, s, (size_t)(end - s));
	tkt_strv_push(&list, s);
	tkt_buf_reset(&yaml);
	tkt_buf_reset(&text);
	tkt_fm_quote_list(&yaml, &list);
	HOLDS(tkt_fm_list(as_value(&fm, &text, &yaml), &back) == TKT_FM_CLEAN);
	HOLDS(tkt_strv_equal(&list, &back));
	tkt_fm_release(&fm);
	tkt_strv_release(&list);
	tkt_strv_release(&back);
	tkt_buf_release(&yaml);
	tkt_buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tkt_fm fm;
	struct tkt_error err = TKT_ERROR_INIT;
	char *text = malloc(size + 1), *s = fuzz_string(data, size);

	/* A copy of the very size, so that a sanitizer sees a read past its end. */
	HOLDS(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	if (tkt_fm_parse(&fm, text, size, &err) == 0) {
		no_op(&fm, text, size);
		one_edit(&fm, text, size);
		ticket(text, size);
		tkt_fm_release(&fm);
	} else {
		HOLDS(err.code == TKT_EINVALID && err.message);
	}
	if (strlen(s) < 4096 && tkt_utf8_valid(s, strlen(s), NULL))
		quotes(s);
	tkt_error_release(&err);
	free(text);
	free(s);
	return 0;
}
