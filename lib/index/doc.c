/* index/doc: a ticket as text to be found. */
#include "index/doc.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sys/file.h"

#define ARTIFACT_MAX ((size_t)64 * 1024)   /* of one artifact */
#define ARTIFACTS_MAX ((size_t)256 * 1024) /* of all */

const char *tkt_doc_field_name(enum tkt_doc_field f)
{
	static const char *const names[TKT_DOC_FIELDS] = {
		"title", "labels", "body", "comments", "resolution", "artifacts",
	};

	return names[f];
}

static struct tkt_str trim(struct tkt_str s)
{
	while (s.len && (unsigned char)s.ptr[0] <= ' ') {
		s.ptr++;
		s.len--;
	}
	while (s.len && (unsigned char)s.ptr[s.len - 1] <= ' ')
		s.len--;
	return s;
}

/* Most text is ASCII, and eight bytes at a time tell. */
static bool is_ascii(struct tkt_str s)
{
	uint64_t eight, all = 0;
	size_t i = 0;

	for (; i + sizeof eight <= s.len; i += sizeof eight) {
		memcpy(&eight, s.ptr + i, sizeof eight);
		all |= eight;
	}
	for (; i < s.len; i++)
		all |= (unsigned char)s.ptr[i];
	return !(all & 0x8080808080808080u);
}

static void add(struct tkt_doc *d, enum tkt_doc_field field, struct tkt_str text)
{
	struct tkt_buf clean = TKT_BUF_INIT;

	if (!is_ascii(text) && !tkt_utf8_valid(text.ptr, text.len, NULL)) {
		tkt_str_scrub(&clean, text.ptr, text.len);
		text.len = clean.len;
		text.ptr = tkt_buf_detach(&clean);
		tkt_strv_take(&d->own, (char *)text.ptr);
	}
	TKT_GROW(d);
	d->items[d->n++] = (struct tkt_doc_part){ field, text };
}

/* A text made up here becomes a part, and the buffer is empty again. */
static void add_own(struct tkt_doc *d, enum tkt_doc_field field, struct tkt_buf *text)
{
	struct tkt_str s = { NULL, text->len };
	char *own = tkt_buf_detach(text);

	s.ptr = own;
	tkt_strv_take(&d->own, own);
	add(d, field, s);
}

static void join(struct tkt_buf *out, const char *text)
{
	if (!text || !*text)
		return;
	if (out->len)
		tkt_buf_putc(out, '\n');
	tkt_buf_puts(out, text);
}

static void join_all(struct tkt_buf *out, const struct tkt_strv *list)
{
	for (size_t i = 0; i < list->n; i++)
		join(out, list->items[i]);
}

static void add_item(struct tkt_doc *d)
{
	const struct tkt_record *r = &d->record;
	const struct tkt_ticket *t = &r->ticket;
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_str body;

	add(d, TKT_DOC_TITLE, tkt_str_of(t->title));
	join_all(&text, &t->labels);
	join(&text, t->scope);
	join_all(&text, &t->risk_flags);
	join_all(&text, &t->aliases);
	join_all(&text, &t->references);
	if (text.len)
		add_own(d, TKT_DOC_LABELS, &text);
	body = trim((struct tkt_str){ r->item.ptr + t->body, r->item.len - t->body });
	if (body.len)
		add(d, TKT_DOC_BODY, body);
	join_all(&text, &t->errors);
	join_all(&text, &t->warnings);
	join(&text, t->action_required);
	if (text.len)
		add_own(d, TKT_DOC_BODY, &text);
	tkt_buf_release(&text);
}

/* "Comment" above a comment tells nothing; a heading of somebody's own does, unless it is all there is of
 * an event that no person writes. */
static bool heading_tells(const struct tkt_event *e, bool alone)
{
	static const char *const said[] = { "comment", "plan", "decision", "implementation_report", "review" };
	bool of_a_person = !alone;

	for (size_t i = 0; i < TKT_LEN(said); i++)
		of_a_person |= strcmp(e->kind, said[i]) == 0;
	return of_a_person && e->heading &&
	       strcmp(e->heading, tkt_event_heading(e->kind, tkt_event_attr(e, "status"))) != 0;
}

static bool same(struct tkt_str a, struct tkt_str b)
{
	return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

/* "Created by tickets.sh create." */
static bool names_a_program(struct tkt_str s)
{
	static const char head[] = "Created by ", tail[] = " create.";
	const size_t around = sizeof head - 1 + sizeof tail - 1;

	return s.len > around && !memcmp(s.ptr, head, sizeof head - 1) &&
	       !memcmp(s.ptr + s.len - (sizeof tail - 1), tail, sizeof tail - 1) &&
	       !memchr(s.ptr + sizeof head - 1, ' ', s.len - around);
}

/* Programs write the title or the body a second time, or who they are; else somebody's words had two hits for one. */
static bool tells_nothing_new(const struct tkt_record *r, const struct tkt_event *e, struct tkt_str body,
			      struct tkt_str resolution)
{
	if (strcmp(e->kind, "close") == 0)
		return same(body, resolution);
	if (strcmp(e->kind, "create") != 0)
		return false;
	return same(body, trim(tkt_str_of(r->ticket.title))) || names_a_program(body) ||
	       same(body, trim((struct tkt_str){ r->item.ptr + r->ticket.body, r->item.len - r->ticket.body }));
}

static void add_thread(struct tkt_doc *d)
{
	const struct tkt_record *r = &d->record;
	struct tkt_str resolution = trim((struct tkt_str){ r->resolution.ptr, r->resolution.len });
	struct tkt_str preamble = trim(r->thread.preamble);
	struct tkt_buf text = TKT_BUF_INIT;

	if (preamble.len)
		add(d, TKT_DOC_COMMENTS, preamble);
	for (size_t i = 0; i < r->thread.n; i++) {
		const struct tkt_event *e = &r->thread.items[i];
		struct tkt_str body = trim((struct tkt_str){ e->body, e->body_len });

		if (body.len && tells_nothing_new(r, e, body, resolution))
			body.len = 0;
		if (heading_tells(e, !body.len)) {
			tkt_buf_puts(&text, e->heading);
			if (body.len)
				tkt_buf_puts(&text, "\n\n");
			tkt_buf_add(&text, body.ptr, body.len);
			add_own(d, TKT_DOC_COMMENTS, &text);
		} else if (body.len) {
			add(d, TKT_DOC_COMMENTS, body);
		}
	}
	if (resolution.len)
		add(d, TKT_DOC_RESOLUTION, resolution);
	tkt_buf_release(&text);
}

/* Valid UTF-8 without NUL; a sign that the limit cut in two does not count against it. */
static bool is_text(struct tkt_buf *text, bool whole)
{
	size_t bad;

	if (!text->len || memchr(text->ptr, '\0', text->len))
		return false;
	if (tkt_utf8_valid(text->ptr, text->len, &bad))
		return true;
	if (whole || text->len - bad > 3)
		return false;
	tkt_buf_truncate(text, bad);
	return bad > 0;
}

static void add_artifacts(struct tkt_store *s, struct tkt_doc *d)
{
	const struct tkt_record *r = &d->record;
	struct tkt_buf path = TKT_BUF_INIT, text = TKT_BUF_INIT;
	size_t room = ARTIFACTS_MAX;

	for (size_t i = 0; i < r->artifacts.n && room; i++) {
		size_t want = room < ARTIFACT_MAX ? room : ARTIFACT_MAX;
		bool whole;

		tkt_buf_reset(&path);
		tkt_store_path(&path, r->status, r->id, "artifacts/");
		tkt_buf_puts(&path, r->artifacts.items[i].name);
		if (tkt_file_head(tkt_store_fd(s), path.ptr, want, &text, &whole) != 0)
			continue;
		if (text.len > want) {
			tkt_buf_truncate(&text, want);
			whole = false;
		}
		if (!is_text(&text, whole))
			continue;
		room -= text.len;
		add_own(d, TKT_DOC_ARTIFACTS, &text);
	}
	tkt_buf_release(&path);
	tkt_buf_release(&text);
}

void tkt_doc_fill(struct tkt_store *s, struct tkt_doc *d)
{
	add_item(d);
	add_thread(d);
	add_artifacts(s, d);
}

bool tkt_doc_load_part(struct tkt_store *s, const struct tkt_name *name, unsigned want, struct tkt_doc *out)
{
	unsigned good = TKT_READ_ITEM | TKT_READ_NO_REV;

	for (unsigned what = TKT_READ_THREAD; what <= want && what <= TKT_READ_ARTIFACTS; what *= 2) {
		if (tkt_store_load_at(s, name, good | what, &out->record, NULL) == 0)
			good |= what;
		tkt_record_release(&out->record);
	}
	return tkt_store_load_at(s, name, good, &out->record, NULL) == 0;
}

int tkt_doc_load(struct tkt_store *s, const struct tkt_name *name, struct tkt_doc *out,
		 struct tkt_error *err)
{
	struct tkt_error e = TKT_ERROR_INIT;
	int rc;

	memset(out, 0, sizeof *out);
	rc = tkt_store_load_at(s, name, TKT_READ_FULL | TKT_READ_NO_REV, &out->record, &e);
	if (rc && tkt_doc_load_part(s, name, TKT_READ_FULL, out))
		rc = 0;
	if (rc)
		rc = tkt_error_move(err, &e);
	else
		tkt_doc_fill(s, out);
	tkt_error_release(&e);
	return rc;
}

void tkt_doc_make(struct tkt_doc *out, const char *title, const char *labels, const char *body)
{
	const struct {
		enum tkt_doc_field field;
		const char *text;
	} parts[] = { { TKT_DOC_TITLE, title }, { TKT_DOC_LABELS, labels }, { TKT_DOC_BODY, body } };

	memset(out, 0, sizeof *out);
	tkt_record_init(&out->record);
	for (size_t i = 0; i < TKT_LEN(parts); i++) {
		struct tkt_str text = trim(tkt_str_of(parts[i].text));
		struct tkt_buf own = TKT_BUF_INIT;

		if (!text.len && parts[i].field != TKT_DOC_TITLE)
			continue;
		tkt_buf_add(&own, text.ptr, text.len);
		add_own(out, parts[i].field, &own);
	}
}

void tkt_doc_release(struct tkt_doc *d)
{
	if (!d)
		return;
	tkt_record_release(&d->record);
	free(d->items);
	tkt_strv_release(&d->own);
	memset(d, 0, sizeof *d);
	tkt_record_init(&d->record);
}
