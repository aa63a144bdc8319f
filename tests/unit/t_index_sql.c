/* Two routes to every answer: the index and the files. Random tickets, random queries, one truth. */
#include "unit/project.h"

#include <time.h>

#include "base/mem.h"
#include "index/sql.h"
#include "ops/row.h"
#include "text/ref.h"

#define TICKETS 48

static uint64_t rnd_state;

static uint64_t rnd(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return rnd_state;
}

static size_t below(size_t n)
{
	return (size_t)(rnd() % n);
}

#define PICK(array) ((array)[below(TKT_LEN(array))])

/* --- tickets --- */

/* What fields hold and queries ask for: mostly from one pool, so that they meet. */
static const char *const words[] = {
	"ui", "UI", "bug", "Bug", "task", "lib/ui", "lib/ui/term", "lib", "a b", "max", "Max M", "ann", "x",
	"\303\234bergang", "\303\274BERGANG", "\346\227\245\346\234\254\350\252\236", "*", "u?", "true", "yes",
	"no", "false", "none", "null",
	"0", "7", "007", "42", "1234567890123456789", "P0", "p1", "P3", "critical", "LOW", "P9", "3h", "90",
	"45m", "1h1h", "2026-05-01", "2026-05-01T12:00:00Z", "2026-06-01T11:59:59Z", "2026-02-30", "soon", "login",
	"login-2", "TKT-abcd", "open", "closed", "building", "done", "it's", "per\\cent %", "a,b", "(", "O'Brien; --",
};

static const char *const ids[] = {
	"20260101-000000-login", "20260101-000000-login-2", "20260102-000000-fix-it", "20260102-000000-TKT-abcd",
	"20260103-101112-a", "abc", "x.y_z", "TKT-abcd", "20260104-000000-other", "20260104-000001-other",
};

static const char *any_id(void)
{
	static char id[64];

	if (below(2))
		return PICK(ids);
	snprintf(id, sizeof id, "202601%02zu-000000-t%zu", below(28) + 1, below(40));
	return id;
}

static const char *a_word(void)
{
	return below(6) ? PICK(words) : any_id();
}

static void add_quoted(struct tkt_buf *out, const char *s)
{
	tkt_buf_putc(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			tkt_buf_putc(out, '\\');
		tkt_buf_putc(out, *s);
	}
	tkt_buf_putc(out, '"');
}

static void add_value(struct tkt_buf *out)
{
	size_t how = below(20);

	if (how == 0)
		tkt_buf_puts(out, "\"\"");
	else if (how == 1)
		tkt_buf_puts(out, "null");
	else if (how > 2)
		add_quoted(out, a_word());
}

static void add_list(struct tkt_buf *out)
{
	tkt_buf_putc(out, '[');
	for (size_t i = 0, n = below(4); i < n; i++) {
		tkt_buf_puts(out, i ? ", " : "");
		if (below(15))
			add_quoted(out, a_word());
		else
			tkt_buf_puts(out, "\"\"");
	}
	tkt_buf_putc(out, ']');
}

static void add_context(struct tkt_buf *out)
{
	static const char *const odd[] = { "{}", "null", "~", "[]", "\"\"", "plain", "{a: {b: [deep, \"x\"]}}", "{k: }" };

	if (below(2)) {
		tkt_buf_puts(out, PICK(odd));
		return;
	}
	tkt_buf_puts(out, "{env: ");
	add_quoted(out, a_word());
	tkt_buf_puts(out, ", list: [");
	add_quoted(out, a_word());
	tkt_buf_puts(out, "]}");
}

static const char *a_field_value(const char *name)
{
	static const char *const dates[] = { "2026-05-01", "2026-05-31T12:00:00Z", "2026-06-01T12:00:00Z",
					     "2026-06-02T00:00:00Z", "2026-13-01", "\"2026-06-01 \"", "yesterday", "\"\"" };
	static const char *const ranks[] = { "P0", "P1", "P2", "P3", "P4", "p2", "high", "Low", "urgent", "\"\"" };
	static const char *const times[] = { "30", "90", "45m", "3h30m", "2d", "1y", "0", "bad", "99999999999999999999" };

	if (tkt_ends_with(name, "_at") || strcmp(name, "due") == 0)
		return PICK(dates);
	if (strcmp(name, "priority") == 0)
		return PICK(ranks);
	if (strcmp(name, "estimate") == 0)
		return PICK(times);
	return NULL;
}

static void add_head(struct tkt_buf *out, const char *id, const char *status)
{
	size_t n;
	const struct tkt_field *f = tkt_fields(&n);

	tkt_buf_puts(out, "---\n");
	for (size_t i = 0; i < n; i++) {
		const char *value = a_field_value(f[i].name);

		if (below(3) == 0 && strcmp(f[i].name, "slug") != 0)
			continue;
		tkt_buf_printf(out, "%s: ", f[i].name);
		if (strcmp(f[i].name, "id") == 0)
			tkt_buf_puts(out, below(20) ? id : any_id());
		else if (strcmp(f[i].name, "status") == 0)
			tkt_buf_puts(out, status);
		else if (strcmp(f[i].name, "slug") == 0 && strlen(id) > 16 && below(8))
			tkt_buf_puts(out, id + 16);
		else if (value && below(5))
			tkt_buf_puts(out, value);
		else if (strcmp(f[i].name, "parent") == 0 && below(5))
			tkt_buf_puts(out, any_id());
		else if (f[i].type == TKT_FIELD_NODE)
			add_context(out);
		else if (strcmp(f[i].name, "blocked_by") == 0 && below(3))
			tkt_buf_printf(out, "[%s]", any_id());
		else if (f[i].type == TKT_FIELD_LIST)
			add_list(out);
		else
			add_value(out);
		tkt_buf_putc(out, '\n');
	}
	tkt_buf_puts(out, "---\n");
}

static void put(struct box *b, const char *status, const char *id, const char *file, const char *text)
{
	char path[512];

	snprintf(path, sizeof path, "work-items/%s/%s", status, id);
	mkdirat(b->fd, path, 0755);
	snprintf(path, sizeof path, "work-items/%s/%s/%s", status, id, file);
	box_put(b, path, text);
}

static void make_thread(struct box *b, const char *status, const char *id)
{
	static const char *const kinds[] = { "create", "comment", "plan", "status" };
	struct tkt_buf text = TKT_BUF_INIT;

	for (size_t i = 0, n = below(4); i < n; i++) {
		tkt_buf_puts(&text, i ? "\n<!-- event: " : "<!-- event: ");
		tkt_buf_printf(&text, "%s author: ", PICK(kinds));
		add_quoted(&text, a_word());
		tkt_buf_printf(&text, " at: 2026-05-%02zuT10:00:00Z -->\n\n## Comment\n\nsays %s\n\n---\n",
			       below(28) + 1, a_word());
	}
	if (below(12) == 0)
		tkt_buf_puts(&text, "<!-- event: broken\nwords\n");
	put(b, status, id, "thread.md", text.ptr);
	tkt_buf_release(&text);
}

static const char *a_status(void)
{
	return tkt_status_name((enum tkt_status)below(TKT_STATUS_N));
}

static void make_ticket(struct box *b, const char *id)
{
	struct tkt_buf text = TKT_BUF_INIT;
	const char *status = a_status();
	size_t bad = below(24);

	if (bad == 0) {
		tkt_buf_puts(&text, "no frontmatter\n");
	} else {
		add_head(&text, id, status);
		tkt_buf_printf(&text, "\nThe body says %s.\n", a_word());
	}
	if (bad == 1)
		tkt_buf_truncate(&text, text.len / 3);
	if (bad == 2) /* a directory without item.md */
		put(b, status, id, "resolution.md", "x\n");
	else
		put(b, status, id, "item.md", text.ptr);
	if (bad == 3) /* lies in two places */
		put(b, a_status(), id, "item.md", text.ptr);
	if (below(4))
		make_thread(b, status, id);
	tkt_buf_release(&text);
}

static void config(struct box *b)
{
	static const char *const texts[] = {
		"project: demo\n", "project: demo\nprefix: ab\n",
		("project: demo\nprefix: TKT\nboard:\n  columns:\n    - {id: todo, name: T, status: open}\n"
		"    - {id: building, name: B, status: open}\n    - {id: done, name: D, status: closed}\n"),
	};

	box_put(b, "work-items/config.yml", PICK(texts));
}

/* --- queries --- */

static void add_leaf(struct tkt_buf *out, bool text)
{
	static const char *const states[] = { "open", "pending", "closed", "all", "blocked", "unblocked", "ready",
					      "assigned", "unassigned" };
	static const char *const when[] = { "2026-05-01", "2026-06-01T12:00:00Z", "7d", "+3d", "1h", "today", "yesterday" };
	static const char *const ops[] = { "", "", "", "<", "<=", ">", ">=" };
	size_t n;
	const char *const *names = tkt_query_fields(&n);
	const char *name = names[below(n)];
	struct tkt_query *q = NULL;
	char op[4];

	snprintf(op, sizeof op, "%s", PICK(ops));
	if (text && below(4) == 0) {
		add_quoted(out, a_word());
		return;
	}
	for (;; name = names[below(n)]) { /* until what stands there is legal */
		struct tkt_buf one = TKT_BUF_INIT;
		bool list = !*op && below(4) == 0;

		tkt_buf_printf(&one, "%s:%s", name, op);
		for (size_t i = 0; i < (list ? 2 + below(3) : 1); i++) {
			size_t how = strcmp(name, "has") == 0 || strcmp(name, "no") == 0 ? 4 : below(10);

			tkt_buf_puts(&one, i ? "," : "");
			if (how < 2)
				tkt_buf_puts(&one, PICK(when));
			else if (how < 4)
				tkt_buf_puts(&one, PICK(states));
			else if (how == 4)
				tkt_buf_puts(&one, names[below(n)]);
			else if (how == 5)
				tkt_buf_printf(&one, "%s-%04zx", below(3) ? "TKT" : "ab", below(65536));
			else
				add_quoted(&one, a_word());
		}
		if ((text || strcmp(name, "text") != 0) && tkt_query_parse(&q, one.ptr, NOW, NULL, NULL) == 0) {
			tkt_buf_puts(out, one.ptr);
			tkt_buf_release(&one);
			break;
		}
		tkt_buf_release(&one);
		snprintf(op, sizeof op, "%s", PICK(ops));
	}
	tkt_query_free(q);
}

static void add_query(struct tkt_buf *out, size_t depth, bool text)
{
	size_t n = 2 + below(3);

	if (depth == 0 || below(3) == 0) {
		add_leaf(out, text);
		return;
	}
	if (below(4) == 0) {
		tkt_buf_puts(out, "NOT ");
		n = 1;
	}
	tkt_buf_putc(out, '(');
	for (size_t i = 0; i < n; i++) {
		tkt_buf_puts(out, !i ? "" : below(2) ? " OR " : " ");
		add_query(out, depth - 1, text);
	}
	tkt_buf_putc(out, ')');
}

/* --- the two routes --- */

struct world {
	struct box *b;
	struct tkt_project *p;
	struct { struct tkt_row *items; size_t n, cap; } rows; /* every ticket that can be read, whole */
};

static void world_make(struct world *w, struct box *b)
{
	struct tkt_open_opts opts = { .root = project_root(b), .author = "ann", .now = NOW };
	struct tkt_names names = { .n = 0 };
	struct tkt_strv splits = TKT_STRV_INIT;

	memset(w, 0, sizeof *w);
	w->b = b;
	tkt_project_free(project_new(b));
	config(b);
	for (size_t i = 0; i < TICKETS; i++)
		make_ticket(b, any_id());
	/* What lies in two places blocks nobody; what cannot be read does. */
	put(b, "open", "in-two", "item.md", "---\nslug: a\n---\n");
	put(b, "pending", "in-two", "item.md", "---\nslug: a\n---\n");
	put(b, "open", "unreadable", "item.md", "nothing");
	put(b, "open", "waits-for-two", "item.md", "---\nslug: b\nblocked_by: [in-two]\n---\n");
	put(b, "open", "waits", "item.md", "---\nslug: c\nblocked_by: [unreadable]\n---\n");
	assert_int_equal(tkt_project_open(&w->p, &opts, &b->err), 0);
	assert_int_equal(tkt_store_names(w->p->store, 7, &names, &b->err), 0);
	assert_int_equal(tkt_store_splits(w->p->store, &splits, &b->err), 0);
	for (size_t i = 0; i < names.n; i++) {
		struct tkt_row row;

		memset(&row, 0, sizeof row);
		if (tkt_strv_has(&splits, names.items[i].id) ||
		    tkt_store_load_at(w->p->store, &names.items[i], TKT_READ_FULL, &row.record, NULL) != 0)
			continue;
		TKT_GROW(&w->rows);
		w->rows.items[w->rows.n++] = row;
	}
	tkt_strv_release(&splits);
	tkt_names_release(&names);
}

static void world_release(struct world *w)
{
	for (size_t i = 0; i < w->rows.n; i++)
		tkt_row_release(&w->rows.items[i]);
	free(w->rows.items);
	tkt_project_free(w->p);
	assert_int_equal(tkt_tree_remove(w->b->fd, "work-items", NULL), 0);
}

static struct tkt_index *world_index(struct world *w)
{
	struct tkt_index *x = tkt_project_index(w->p);

	assert_int_equal(tkt_index_refresh(x, TKT_INDEX_FIELDS, NULL, &w->b->err), 0);
	assert_int_equal(tkt_index_live(x)->n, w->rows.n);
	return x;
}

/* One query both ways. */
static void compare(struct world *w, struct tkt_index *x, const char *text, bool words_asked)
{
	struct tkt_index_set set = { NULL, 0, 0 };
	struct tkt_query *q = NULL;
	size_t wanted = 0;
	bool exact = false;

	if (tkt_query_parse(&q, text, NOW, NULL, &w->b->err) != 0)
		fail_msg("'%s': %s", text, w->b->err.message);
	if (tkt_index_select(x, q, &set, &exact, &w->b->err) != 0)
		fail_msg("'%s': %s", text, w->b->err.message);
	if (!exact && !words_asked)
		fail_msg("'%s' asks for no text, and is not exact", text);
	for (size_t i = 0; i < w->rows.n; i++) {
		struct tkt_row *row = &w->rows.items[i];
		bool want = tkt_row_matches(w->p, q, row), is;
		int64_t n = 0;

		assert_int_equal(tkt_index_number(x, row->record.id, &n, &w->b->err), 0);
		is = tkt_index_set_has(&set, n);
		wanted += want;
		if (exact ? is != want : want && !is)
			fail_msg("'%s': %s/%s is %sin, and should %sbe\n%s", text,
				 tkt_status_name(row->record.status), row->record.id, is ? "" : "not ",
				 want ? "" : "not ", row->record.item.ptr);
	}
	if (exact)
		assert_int_equal(set.n, wanted);
	tkt_index_set_release(&set);
	tkt_query_free(q);
}

static void many_queries(struct box *b, uint64_t seed, size_t worlds, size_t queries)
{
	print_message("# seed %llu\n", (unsigned long long)seed);
	rnd_state = seed * 2654435769u + 88172645463325252u;
	for (size_t i = 0; i < worlds; i++) {
		struct tkt_buf text = TKT_BUF_INIT;
		struct tkt_index *x;
		struct world w;

		world_make(&w, b);
		x = world_index(&w);
		for (size_t k = 0; k < queries; k++) {
			bool words_asked = below(3) == 0;

			tkt_buf_reset(&text);
			add_query(&text, below(4), words_asked);
			compare(&w, x, text.ptr, words_asked);
		}
		tkt_buf_release(&text);
		world_release(&w);
	}
}

static void index_and_match_agree_on_random_queries(void **state)
{
	many_queries(*state, 20261121, 10, 300);
}

static void and_on_new_ones_each_time(void **state)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	many_queries(*state, (uint64_t)now.tv_nsec ^ (uint64_t)now.tv_sec << 20, 5, 300);
}

/* --- queries at the limits --- */

static void chain(struct tkt_buf *out, const char *link, const char *leaf, size_t n)
{
	for (size_t i = 0; i < n; i++)
		tkt_buf_printf(out, "%s%s", i ? link : "", leaf);
}

static void deep_and_long_queries_are_answered(void **state)
{
	static const struct { const char *open, *leaf, *close; size_t n; } nests[] = {
		{ "NOT ", "label:ui", "", 199 }, { "(-label:x OR ", "label:ui", ")", 190 },
		{ "NOT (label:x ", "label:ui", ")", 95 }, { "NOT ", "is:ready", "", 20 },
	};
	static const size_t lengths[] = { 2, 30, 399, 400, 401, 5000 };
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_index *x;
	struct world w;

	rnd_state = 7;
	world_make(&w, *state);
	x = world_index(&w);
	for (size_t i = 0; i < TKT_LEN(nests); i++) {
		tkt_buf_reset(&text);
		chain(&text, "", nests[i].open, nests[i].n);
		tkt_buf_puts(&text, nests[i].leaf);
		chain(&text, "", nests[i].close, nests[i].n);
		compare(&w, x, text.ptr, true);
	}
	for (size_t i = 0; i < TKT_LEN(lengths); i++) {
		tkt_buf_reset(&text);
		chain(&text, " OR ", "kind:bug", lengths[i]);
		compare(&w, x, text.ptr, lengths[i] > 400);
		tkt_buf_reset(&text);
		chain(&text, " ", "-(kind:bug OR label:x)", lengths[i]);
		compare(&w, x, text.ptr, true);
		tkt_buf_reset(&text);
		tkt_buf_puts(&text, "label:");
		chain(&text, ",", "nobody,ui", lengths[i]); /* one node, however many values */
		compare(&w, x, text.ptr, false);
	}
	tkt_buf_release(&text);
	world_release(&w);
}

static void values_are_not_spliced_into_sql(void **state)
{
	static const char *const queries[] = {
		"title:\"' OR 1 --\"", "label:\"x') OR (1\"", "kind:\"?1\"", "author:\"'; DROP TABLE ticket; --\"",
		"scope:\"\\\"\"", "id:\"%\"", "-kind:\"_\"",
	};
	struct tkt_index *x;
	struct world w;

	rnd_state = 11;
	world_make(&w, *state);
	x = world_index(&w);
	for (size_t i = 0; i < TKT_LEN(queries); i++)
		compare(&w, x, queries[i], false);
	world_release(&w);
}

/* --- lists and names with and without --- */

static void strv_is(const char *what, const char *query, const struct tkt_strv *a, const struct tkt_strv *b)
{
	if (!tkt_strv_equal(a, b))
		fail_msg("'%s': %s differ (%zu, %zu)", query, what, a->n, b->n);
}

static void lists_are_equal(const char *query, unsigned want, const struct tkt_list *a, const struct tkt_list *b)
{
	if (a->total != b->total || a->rows.n != b->rows.n || a->plain.n != b->plain.n || a->bad.n != b->bad.n)
		fail_msg("'%s': %zu, %zu, %zu rows; %zu, %zu, %zu with the index", query, b->rows.n, b->plain.n,
			 b->bad.n, a->rows.n, a->plain.n, a->bad.n);
	for (size_t i = 0; i < a->rows.n; i++) {
		const struct tkt_row *x = &a->rows.items[i], *y = &b->rows.items[i];

		assert_string_equal(x->record.id, y->record.id);
		assert_int_equal(x->record.status, y->record.status);
		if (want & TKT_ROW_REV)
			assert_string_equal(x->record.rev, y->record.rev);
		if (want & TKT_ROW_BLOCKED)
			assert_int_equal(x->blocked, y->blocked);
		strv_is("children", query, &x->children, &y->children);
		strv_is("blocks", query, &x->blocks, &y->blocks);
	}
	for (size_t i = 0; i < a->plain.n; i++) {
		assert_int_equal(a->plain.items[i].status, b->plain.items[i].status);
		assert_string_equal(a->plain.items[i].text, b->plain.items[i].text);
	}
	for (size_t i = 0; i < a->bad.n; i++)
		assert_string_equal(a->bad.items[i].message, b->bad.items[i].message);
}

static struct tkt_project *without_index(struct world *w)
{
	struct tkt_open_opts opts = { .root = project_root(w->b), .author = "ann", .now = NOW, .no_index = true };
	struct tkt_project *p = NULL;

	assert_int_equal(tkt_project_open(&p, &opts, &w->b->err), 0);
	return p;
}

static void a_list_is_the_same_with_and_without_the_index(void **state)
{
	static const unsigned wants[] = { 0, TKT_ROW_PLAIN, TKT_ROW_BLOCKED | TKT_ROW_REVERSE | TKT_ROW_REV };
	struct tkt_buf text = TKT_BUF_INIT;
	size_t found = 0;

	rnd_state = 4711;
	for (size_t i = 0; i < 4; i++) {
		struct tkt_project *bare;
		struct world w;

		world_make(&w, *state);
		world_index(&w);
		bare = without_index(&w);
		/* A thread that cannot be read is reported by the lists that need it. */
		put(*state, "open", "no-thread", "item.md", "---\nslug: a\nassignee: max\n---\n");
		assert_int_equal(mkdirat(w.b->fd, "work-items/open/no-thread/thread.md", 0755), 0);
		for (size_t k = 0; k < 150; k++) {
			struct tkt_list_req req = { .statuses = (unsigned)below(8), .want = PICK(wants) };
			struct tkt_list a, b;

			tkt_buf_reset(&text);
			tkt_buf_printf(&text, "%sauthor:%s ", below(3) ? "" : "-", below(2) ? "max*" : "a*");
			if (below(2))
				add_query(&text, below(3), true);
			req.query = text.ptr;
			assert_int_equal(tkt_op_list(w.p, &req, &a, NULL, &w.b->err), 0);
			assert_int_equal(tkt_op_list(bare, &req, &b, NULL, &w.b->err), 0);
			lists_are_equal(text.ptr, req.want, &a, &b);
			found += a.total;
			tkt_list_release(&a);
			tkt_list_release(&b);
		}
		tkt_project_free(bare);
		world_release(&w);
	}
	assert_true(found > 1000);
	tkt_buf_release(&text);
}

static void a_ref(struct tkt_buf *out, const struct world *w)
{
	const struct tkt_record *r = &w->rows.items[below(w->rows.n)].record;
	char hex[41];
	size_t how = below(8);

	tkt_buf_reset(out);
	tkt_id_hex(r->id, hex);
	if (how < 4)
		tkt_buf_printf(out, "%s-%.*s", below(2) ? w->p->config.prefix : "tkt", (int)(4 + below(37)), hex);
	else if (how == 4)
		tkt_buf_puts(out, r->id);
	else if (how == 5 && r->ticket.slug)
		tkt_buf_puts(out, r->ticket.slug);
	else
		tkt_buf_puts(out, a_word());
	if (below(10) == 0)
		tkt_buf_puts(out, "0");
}

/* An id whose key begins with the same 4 digits. */
static void like_key(const char *hex, char out[16])
{
	char other[41];

	for (size_t i = 0;; i++) {
		snprintf(out, 16, "c%zu", i);
		tkt_id_hex(out, other);
		if (strncmp(hex, other, 4) == 0)
			return;
	}
}

static void a_ref_means_the_same_with_and_without_the_index(void **state)
{
	char key[64], four[64], hex[41], id[96], text[128];
	const char *const keys[] = { key, four, "ab-beef", "TKT-beef", "ab-f00d" };
	struct tkt_buf ref = TKT_BUF_INIT;
	size_t found = 0;

	rnd_state = 815;
	for (size_t i = 0; i < 5; i++) {
		struct tkt_project *bare;
		struct world w;

		world_make(&w, *state);
		/* A slug that looks like a key goes before it if it stands in the id, behind it if not. */
		tkt_id_hex("waits", hex);
		snprintf(key, sizeof key, "%s-%.7s", w.p->config.prefix, hex);
		snprintf(text, sizeof text, "---\nslug: %s\n---\n", key);
		snprintf(id, sizeof id, "20260201-000000-%s%s", key, i % 2 ? "-2" : "");
		put(*state, "closed", i == 4 ? "aaa" : id, "item.md", text);
		snprintf(four, sizeof four, "%s-%.4s", w.p->config.prefix, hex);
		like_key(hex, text);
		put(*state, "open", text, "item.md", "---\ntitle: The other\n---\n");
		put(*state, "open", "20260201-000000-ab-beef", "item.md", "---\nslug: ab-beef\n---\n");
		put(*state, "open", "zzz", "item.md", "---\nslug: TKT-beef\naliases: [\"ab-f00d\"]\n---\n");
		usleep(40000); /* what has just changed may change again unseen, and is not believed yet */
		assert_int_equal(tkt_index_refresh(tkt_project_index(w.p), TKT_INDEX_NAMES, NULL, &w.b->err), 0);
		assert_true(tkt_index_exists(tkt_project_index(w.p)));
		bare = without_index(&w);
		for (size_t k = 0; k < 200; k++) {
			struct tkt_error ea = TKT_ERROR_INIT, eb = TKT_ERROR_INIT;
			char *a = NULL, *b = NULL;
			int ra, rb;

			a_ref(&ref, &w);
			if (k < TKT_LEN(keys)) {
				tkt_buf_reset(&ref);
				tkt_buf_puts(&ref, keys[k]);
			}
			ra = tkt_project_resolve(w.p, ref.ptr, &a, &ea);
			rb = tkt_project_resolve(bare, ref.ptr, &b, &eb);
			assert_int_equal(ra, rb);
			if (ra == 0)
				assert_string_equal(a, b);
			else
				assert_string_equal(ea.message, eb.message);
			if (k == 0)
				assert_string_equal(a, i == 4 ? "waits" : id);
			if (k == 1)
				assert_int_equal(ra, TKT_EAMBIGUOUS);
			strv_is("candidates", ref.ptr, &ea.candidates, &eb.candidates);
			found += ra == 0;
			free(a);
			free(b);
			tkt_error_release(&ea);
			tkt_error_release(&eb);
		}
		tkt_project_free(bare);
		world_release(&w);
	}
	assert_true(found > 400);
	tkt_buf_release(&ref);
}

struct plain_lines {
	const struct tkt_list *list;
	size_t at;
};

static int same_line(void *payload, enum tkt_status status, const char *text, size_t len)
{
	struct plain_lines *lines = payload;
	const struct tkt_plain *plain = &lines->list->plain.items[lines->at++];

	assert_true(lines->at <= lines->list->plain.n);
	assert_int_equal(plain->status, status);
	assert_memory_equal(plain->text, text, len);
	return 0;
}

static void rows_of_the_index_are_those_of_a_plain_list(void **state)
{
	struct tkt_list_req req = { .want = TKT_ROW_PLAIN, .statuses = 7 };
	struct plain_lines lines = { NULL, 0 };
	struct tkt_index *x;
	struct tkt_list list;
	struct world w;

	rnd_state = 99;
	world_make(&w, *state);
	x = world_index(&w);
	assert_int_equal(tkt_op_list(w.p, &req, &list, NULL, &w.b->err), 0);
	lines.list = &list;
	assert_int_equal(tkt_index_each(x, tkt_index_live(x), same_line, &lines, &w.b->err), 0);
	assert_int_equal(lines.at, list.plain.n);
	assert_true(lines.at > 10);
	tkt_list_release(&list);
	world_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(index_and_match_agree_on_random_queries),
		BOX_TEST(and_on_new_ones_each_time),
		BOX_TEST(deep_and_long_queries_are_answered),
		BOX_TEST(values_are_not_spliced_into_sql),
		BOX_TEST(a_list_is_the_same_with_and_without_the_index),
		BOX_TEST(a_ref_means_the_same_with_and_without_the_index),
		BOX_TEST(rows_of_the_index_are_those_of_a_plain_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
