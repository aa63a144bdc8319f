/* A ticket as text to be found: which words stand in which part, and which are nobody's. */
#include "unit/project.h"

#include "base/mem.h"
#include "index/doc.h"

#define ID "20260101-000000-one"

struct made {
	struct tkt_store *store;
	struct tkt_doc doc;
};

static void put(struct box *b, const char *file, const char *text)
{
	char path[256];

	snprintf(path, sizeof path, "work-items/open/" ID "/%s", file);
	box_put(b, path, text);
}

static void put_item(struct box *b, const char *more, const char *body)
{
	char text[4096];

	snprintf(text, sizeof text,
		 "---\nid: " ID "\nslug: one\ntitle: The title\nstatus: open\nkind: task\npriority: P2\n"
		 "labels: [ui, web]\ncreated_at: 2026-01-01T00:00:00Z\nupdated_at: 2026-01-01T00:00:00Z\n"
		 "assignee: null\nlegacy_ticket: null\n%s---\n%s",
		 more, body);
	put(b, "item.md", text);
}

static void make(struct made *m, struct box *b)
{
	size_t count;
	char root[128];

	snprintf(root, sizeof root, "%s/work-items", b->path);
	assert_int_equal(tkt_store_make(root, true, &count, &b->err), 0);
	assert_int_equal(tkt_store_open(&m->store, root, NULL, &b->err), 0);
	mkdirat(b->fd, "work-items/open/" ID, 0755);
	mkdirat(b->fd, "work-items/open/" ID "/artifacts", 0755);
	put_item(b, "", "");
}

static void load(struct made *m, struct box *b)
{
	const struct tkt_name name = { ID, TKT_OPEN };

	assert_int_equal(tkt_doc_load(m->store, &name, &m->doc, &b->err), 0);
}

static void drop(struct made *m)
{
	tkt_doc_release(&m->doc);
	tkt_store_free(m->store);
}

/* All parts, "field: text" with '|' between. */
static void is_made_of(const struct tkt_doc *d, const char *wanted)
{
	struct tkt_buf is = TKT_BUF_INIT;

	for (size_t i = 0; i < d->n; i++) {
		tkt_buf_printf(&is, "%s%s: ", i ? "|" : "", tkt_doc_field_name(d->items[i].field));
		tkt_buf_add(&is, d->items[i].text.ptr, d->items[i].text.len);
		assert_true(tkt_utf8_valid(d->items[i].text.ptr, d->items[i].text.len, NULL));
	}
	assert_string_equal(is.ptr, wanted);
	tkt_buf_release(&is);
}

static void the_parts_come_in_their_order(void **state)
{
	struct made m;

	make(&m, *state);
	put_item(*state, "scope: lib/index\nrisk_flags: [data]\naliases: [old-1]\nreferences: [RFC 1]\n"
			 "errors: [\"boom\"]\nwarnings: [\"hm\"]\naction_required: call back\n",
		 "\nThe body\nof it.\n\n");
	put(*state, "thread.md", "Before all.\n\n<!-- event: comment author: bob at: 2026-02-01T00:00:00Z -->\n\n"
				 "## Comment\n\nFirst words.\n\n---\n"
				 "\n<!-- event: comment author: bob at: 2026-02-02T00:00:00Z -->\n\n"
				 "## A heading of mine\n\nMore words.\n\n---\n");
	put(*state, "resolution.md", "It is done.\n");
	put(*state, "artifacts/log.txt", "a log\n");
	load(&m, *state);
	is_made_of(&m.doc, "title: The title|labels: ui\nweb\nlib/index\ndata\nold-1\nRFC 1|body: The body\nof it.|"
			   "body: boom\nhm\ncall back|comments: Before all.|comments: First words.|"
			   "comments: A heading of mine\n\nMore words.|resolution: It is done.|artifacts: a log\n");
	drop(&m);
}

static void events_without_words_give_no_part(void **state)
{
	struct made m;

	make(&m, *state);
	put(*state, "thread.md", "\n<!-- event: create author: bob at: 2026-02-01T00:00:00Z -->\n\n"
				 "## Created\n\n---\n"
				 "\n<!-- event: status author: bob at: 2026-02-02T00:00:00Z from: open to: pending -->\n\n"
				 "## Status changed\n\n---\n");
	load(&m, *state);
	is_made_of(&m.doc, "title: The title|labels: ui\nweb");
	drop(&m);
}

static void a_create_event_that_adds_no_words_gives_no_part(void **state)
{
	static const char *const said[] = { "The title", "The body,\n\nof two lines.", "Created by tickets.sh create." };
	struct made m;

	make(&m, *state);
	put_item(*state, "", "\nThe body,\n\nof two lines.\n");
	for (size_t i = 0; i < TKT_LEN(said); i++) {
		char thread[512];

		snprintf(thread, sizeof thread,
			 "\n<!-- event: create author: bob at: 2026-02-01T00:00:00Z -->\n\n## Created\n\n%s\n\n---\n",
			 said[i]);
		put(*state, "thread.md", thread);
		load(&m, *state);
		is_made_of(&m.doc, "title: The title|labels: ui\nweb|body: The body,\n\nof two lines.");
		tkt_doc_release(&m.doc);
	}
	put(*state, "thread.md", "\n<!-- event: create author: bob at: 2026-02-01T00:00:00Z -->\n\n## Created\n\n"
				 "Created by hand, after a long talk.\n\n---\n"
				 "\n<!-- event: comment author: bob at: 2026-02-01T00:00:00Z -->\n\n## Comment\n\n"
				 "The title\n\n---\n");
	load(&m, *state);
	is_made_of(&m.doc, "title: The title|labels: ui\nweb|body: The body,\n\nof two lines.|"
			   "comments: Created by hand, after a long talk.|comments: The title");
	drop(&m);
}

static void a_close_that_says_the_same_is_not_told_twice(void **state)
{
	struct made m;

	make(&m, *state);
	put(*state, "thread.md", "\n<!-- event: close author: bob at: 2026-02-01T00:00:00Z -->\n\n"
				 "## Closed\n\nIt is done.\n\n---\n"
				 "\n<!-- event: close author: bob at: 2026-02-03T00:00:00Z -->\n\n"
				 "## Closed\n\nAnd again.\n\n---\n");
	put(*state, "resolution.md", "\nIt is done.\n\n");
	load(&m, *state);
	is_made_of(&m.doc, "title: The title|labels: ui\nweb|comments: And again.|resolution: It is done.");
	drop(&m);
}

static void broken_bytes_become_valid_text(void **state)
{
	struct made m;

	make(&m, *state);
	put_item(*state, "", "bad \xff byte");
	load(&m, *state);
	is_made_of(&m.doc, "title: The title|labels: ui\nweb|body: bad \xef\xbf\xbd byte");
	drop(&m);
}

static void put_bytes(struct box *b, const char *name, const char *unit, size_t n, size_t times)
{
	char path[256];
	int fd;

	snprintf(path, sizeof path, "work-items/open/" ID "/artifacts/%s", name);
	fd = openat(b->fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	while (times--)
		assert_int_equal(write(fd, unit, n), (ssize_t)n);
	close(fd);
}

static void only_text_artifacts_count_and_not_without_end(void **state)
{
	struct made m;
	size_t all = 0;

	make(&m, *state);
	put_bytes(*state, "a-picture.png", "\x89PNG\0\0", 6, 10);
	put_bytes(*state, "b-latin.txt", "caf\xe9 noir", 9, 10);
	put_bytes(*state, "c-empty.txt", "", 0, 0);
	mkdirat(((struct box *)*state)->fd, "work-items/open/" ID "/artifacts/d-directory", 0755);
	assert_int_equal(mkfifoat(((struct box *)*state)->fd, "work-items/open/" ID "/artifacts/e-fifo", 0644), 0);
	for (char c = 'f'; c < 'm'; c++) /* 65537 bytes: the last sign is cut in two */
		put_bytes(*state, (char[]){ c, '\0' }, c == 'f' ? "\xc3\xa9\xc3\xa9\xe3\x81\x82" : "word ", c == 'f' ? 7 : 5,
			  65536 / 5 + 1);
	load(&m, *state);
	assert_int_equal(m.doc.n, 6);
	for (size_t i = 2; i < m.doc.n; i++) {
		assert_int_equal(m.doc.items[i].field, TKT_DOC_ARTIFACTS);
		assert_true(m.doc.items[i].text.len <= 65536);
		assert_true(m.doc.items[i].text.len > 65530 || i == m.doc.n - 1);
		assert_true(tkt_utf8_valid(m.doc.items[i].text.ptr, m.doc.items[i].text.len, NULL));
		all += m.doc.items[i].text.len;
	}
	assert_true(all <= 262144 && all > 262000);
	drop(&m);
}

static void one_that_is_no_ticket_yet_has_the_same_parts(void **state)
{
	struct tkt_doc d;

	(void)state;
	tkt_doc_make(&d, "New thing", "ui", " Why it is.\n");
	is_made_of(&d, "title: New thing|labels: ui|body: Why it is.");
	tkt_doc_release(&d);
	tkt_doc_make(&d, NULL, NULL, "\xff");
	is_made_of(&d, "title: |body: \xef\xbf\xbd");
	tkt_doc_release(&d);
	tkt_doc_release(NULL);
}

static void a_ticket_that_cannot_be_read_is_an_error(void **state)
{
	const struct tkt_name name = { ID, TKT_OPEN }, nobody = { "20260101-000000-two", TKT_OPEN };
	struct box *b = *state;
	struct made m;

	make(&m, b);
	put(b, "item.md", "nothing of a ticket\n");
	box_failed(b, tkt_doc_load(m.store, &name, &m.doc, &b->err), TKT_EINVALID, "---");
	assert_int_equal(tkt_doc_load(m.store, &nobody, &m.doc, &b->err), TKT_ENOTFOUND);
	drop(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(the_parts_come_in_their_order),
		BOX_TEST(events_without_words_give_no_part),
		BOX_TEST(a_create_event_that_adds_no_words_gives_no_part),
		BOX_TEST(a_close_that_says_the_same_is_not_told_twice),
		BOX_TEST(broken_bytes_become_valid_text),
		BOX_TEST(only_text_artifacts_count_and_not_without_end),
		BOX_TEST(one_that_is_no_ticket_yet_has_the_same_parts),
		BOX_TEST(a_ticket_that_cannot_be_read_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
