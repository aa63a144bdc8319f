/* The index may be late, broken, planted or out of reach: what it says is what the files say. */
#include "unit/project.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <time.h>

#include "index/index_int.h"
#include "ops/list.h"
#include "sys/lock.h"
#include "text/ref.h"

#define DIR_OF "work-items/"

/* --- a root, and what is done to it --------------------------------------------------------------- */

struct world {
	struct box *b;
	struct tkt_store *store;
	struct tkt_config config;
};

static char *at_path(struct box *b, const char *rel)
{
	static char path[4][1024];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof path[turn], "%s/%s", b->path, rel);
	return path[turn];
}

static void world_open(struct world *w, struct box *b)
{
	struct tkt_store_opts opts = { .no_sync = true };
	size_t made;

	w->b = b;
	assert_int_equal(tkt_store_make(at_path(b, "work-items"), true, &made, &b->err), 0);
	assert_int_equal(tkt_store_open(&w->store, at_path(b, "work-items"), &opts, &b->err), 0);
	assert_int_equal(tkt_config_parse(&w->config, NULL, 0, &b->err), 0);
}

static void world_close(struct world *w)
{
	tkt_config_release(&w->config);
	tkt_store_free(w->store);
}

static void put_item(struct box *b, const char *status, const char *id, const char *title, const char *more,
		     const char *body)
{
	char path[512], text[8192];

	snprintf(path, sizeof path, DIR_OF "%s/%s", status, id);
	mkdirat(b->fd, path, 0755);
	snprintf(path, sizeof path, DIR_OF "%s/%s/item.md", status, id);
	snprintf(text, sizeof text,
		 "---\nid: %s\nslug: s-%s\ntitle: %s\nstatus: %s\nkind: task\npriority: P2\nlabels: [ui]\n"
		 "created_at: 2026-01-01T00:00:00Z\nupdated_at: 2026-01-01T00:00:00Z\nassignee: null\n"
		 "legacy_ticket: null\n%s---\n\n%s\n",
		 id, id, title, status, more, body);
	box_put(b, path, text);
}

static void put_file(struct box *b, const char *status, const char *id, const char *file, const char *text)
{
	char path[512];

	snprintf(path, sizeof path, DIR_OF "%s/%s/%s", status, id, file);
	box_put(b, path, text);
}

static void put_comment(struct box *b, const char *status, const char *id, const char *words)
{
	char text[1024];

	snprintf(text, sizeof text,
		 "\n<!-- event: comment author: bob at: 2026-02-01T00:00:00Z -->\n\n## Comment\n\n%s\n\n---\n", words);
	put_file(b, status, id, "thread.md", text);
}

static void some_tickets(struct box *b)
{
	put_item(b, "open", "20260101-000000-alpha", "Alpha beta", "", "Body of the first one.");
	put_item(b, "open", "20260101-000000-gamma", "Gamma", "parent: 20260101-000000-alpha\n", "Second.");
	put_item(b, "pending", "20260101-000000-delta", "Delta", "blocked_by: [20260101-000000-alpha]\n", "Third.");
	put_item(b, "closed", "20260101-000000-omega", "Omega", "context: {a: {b: deep}}\n", "Fourth.");
	put_comment(b, "open", "20260101-000000-alpha", "A zebra crossed.");
	put_file(b, "closed", "20260101-000000-omega", "resolution.md", "Solved by patience.\n");
}

static struct tkt_index *index_new(struct world *w, unsigned wait_ms, bool memory)
{
	struct tkt_index_opts opts = { .wait_ms = wait_ms, .memory = memory };

	return tkt_index_new(w->store, &w->config, &opts);
}

/* --- everything that an index says, as text ------------------------------------------------------- */

static void dump_query(struct tkt_index *x, const char *sql, struct tkt_buf *out)
{
	sqlite3_stmt *q = NULL;
	struct tkt_error err = TKT_ERROR_INIT;

	if (tkt_index_prepare(x, sql, &q, &err) != 0)
		fail_msg("%s: %s", sql, err.message);
	while (sqlite3_step(q) == SQLITE_ROW) {
		if (!tkt_index_set_has(tkt_index_live(x), sqlite3_column_int64(q, 0)))
			continue;
		for (int i = 1; i < sqlite3_column_count(q); i++) {
			const char *text = (const char *)sqlite3_column_text(q, i);

			tkt_buf_printf(out, "%s|", text ? text : "NULL");
		}
		tkt_buf_putc(out, '\n');
	}
	sqlite3_finalize(q);
}

static void dump(struct tkt_index *x, enum tkt_index_level level, struct tkt_buf *out)
{
	struct tkt_index_problems p = { 0 };
	struct tkt_strv lines = TKT_STRV_INIT;

	tkt_buf_reset(out);
	tkt_buf_printf(out, "%zu tickets\n", tkt_index_live(x)->n);
	dump_query(x, "select n, id, hex, status from ticket order by id", out);
	if (level >= TKT_INDEX_FIELDS) {
		dump_query(x, "select n, id, slug, title, kind, priority, assignee, legacy_ticket, col, board_col,"
			      " workflow, created_by, parent, readiness, scope, due, created_at, updated_at, rank,"
			      " created, updated, has_context, item_id from ticket order by id", out);
		dump_query(x, "select t.n, t.id, field, value from word w join ticket t on t.n = w.n"
			      " order by 2, 3, 4", out);
		dump_query(x, "select t.n, t.id, at, e.kind, author from event e join ticket t on t.n = e.n"
			      " order by 2, 3, 4, 5", out);
	}
	if (level >= TKT_INDEX_TEXT) {
		sqlite3_exec(x->db, "create virtual table if not exists temp.vocab using fts5vocab(main, fulltext,"
				    " instance)", NULL, NULL, NULL);
		dump_query(x, "select t.n, t.id, v.term, v.col, v.offset from temp.vocab v join ticket t"
			      " on t.n = v.doc order by 2, 3, 4, 5", out);
	}
	tkt_index_problems(x, &p);
	for (size_t i = 0; i < p.n; i++)
		tkt_strv_push(&lines, p.items[i].message);
	tkt_strv_sort(&lines);
	for (size_t i = 0; level >= TKT_INDEX_FIELDS && i < lines.n; i++)
		tkt_buf_printf(out, "problem: %s\n", lines.items[i]);
	tkt_strv_release(&lines);
	tkt_index_problems_release(&p);
}

static void refresh(struct tkt_index *x, enum tkt_index_level level, struct tkt_index_refreshed *out)
{
	struct tkt_error err = TKT_ERROR_INIT;

	if (tkt_index_refresh(x, level, out, &err) != 0)
		fail_msg("refresh: %s", err.message);
}

/* What x says is what one made now from nothing says. */
static void is_right_of(struct world *w, struct tkt_index *x, enum tkt_index_level level, const char *when)
{
	struct tkt_index *fresh = index_new(w, 0, true);
	struct tkt_buf is = TKT_BUF_INIT, must = TKT_BUF_INIT;

	refresh(fresh, level, NULL);
	dump(x, level, &is);
	dump(fresh, level, &must);
	if (strcmp(is.ptr, must.ptr) != 0)
		fail_msg("%s:\n%s--- is not\n%s", when, is.ptr, must.ptr);
	tkt_index_free(fresh);
	tkt_buf_release(&is);
	tkt_buf_release(&must);
}

/* A new process would find: how it went, and that it is right. */
static struct tkt_index_refreshed look_now(struct world *w, enum tkt_index_level level, const char *when)
{
	struct tkt_index_refreshed r;
	struct tkt_index *x = index_new(w, 2000, false);

	refresh(x, level, &r);
	is_right_of(w, x, level, when);
	tkt_index_free(x);
	free(r.why);
	r.why = NULL;
	return r;
}

static void settle(struct world *w, enum tkt_index_level level)
{
	struct timespec t = { 0, 45000000 };

	nanosleep(&t, NULL); /* past the ticks in which a change may go unseen */
	look_now(w, level, "settling");
}

/* --- the tests ----------------------------------------------------------------------------------- */

static void an_index_is_made_once_and_then_believed(void **state)
{
	struct world w;
	struct tkt_index_refreshed r;
	struct tkt_index *x;

	world_open(&w, *state);
	some_tickets(w.b);
	x = index_new(&w, 100, false);
	assert_false(tkt_index_exists(x));
	tkt_index_free(x);
	r = look_now(&w, TKT_INDEX_NAMES, "names");
	assert_true(r.rebuilt);
	assert_false(r.memory);
	assert_int_equal(r.tickets, 4);
	assert_int_equal(r.read, 0);
	r = look_now(&w, TKT_INDEX_FIELDS, "fields");
	assert_false(r.rebuilt);
	assert_int_equal(r.read, 4);
	r = look_now(&w, TKT_INDEX_TEXT, "text");
	assert_false(r.rebuilt);
	assert_int_equal(r.read, 4);
	settle(&w, TKT_INDEX_TEXT);
	r = look_now(&w, TKT_INDEX_TEXT, "text again");
	assert_int_equal(r.read, 0);
	r = look_now(&w, TKT_INDEX_FIELDS, "fields again");
	assert_int_equal(r.read, 0);
	x = index_new(&w, 100, false);
	assert_true(tkt_index_exists(x));
	tkt_index_free(x);
	box_holds(w.b, DIR_OF ".tkt/.gitignore", "*\n");
	world_close(&w);
}

static void only_what_changed_is_read(void **state)
{
	struct world w;
	struct tkt_index_refreshed r;

	world_open(&w, *state);
	some_tickets(w.b);
	settle(&w, TKT_INDEX_TEXT);
	settle(&w, TKT_INDEX_TEXT);
	put_comment(w.b, "open", "20260101-000000-gamma", "An okapi.");
	r = look_now(&w, TKT_INDEX_TEXT, "a comment");
	assert_int_equal(r.read, 1);
	settle(&w, TKT_INDEX_TEXT);
	put_file(w.b, "open", "20260101-000000-gamma", "resolution.md", "A gnu.\n");
	r = look_now(&w, TKT_INDEX_FIELDS, "a resolution is not among the fields");
	assert_int_equal(r.read, 0);
	r = look_now(&w, TKT_INDEX_TEXT, "a resolution");
	assert_int_equal(r.read, 1);
	mkdirat(w.b->fd, DIR_OF "open/20260101-000000-gamma/artifacts", 0755);
	put_file(w.b, "open", "20260101-000000-gamma", "artifacts/log.txt", "wombat\n");
	look_now(&w, TKT_INDEX_TEXT, "an artifact");
	settle(&w, TKT_INDEX_TEXT);
	put_file(w.b, "open", "20260101-000000-gamma", "artifacts/log.txt", "tapir!\n");
	r = look_now(&w, TKT_INDEX_TEXT, "an artifact of the same size");
	assert_int_equal(r.read, 1);
	world_close(&w);
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static void random_id(unsigned *seed, char *out, size_t n)
{
	snprintf(out, n, "20260101-000000-t%u", next_random(seed) % 12);
}

static const char *const statuses[] = { "open", "pending", "closed" };

/* Where it lies; NULL: nowhere. */
static const char *where_is(struct box *b, const char *id)
{
	char path[512];

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof path, DIR_OF "%s/%s", statuses[i], id);
		if (tkt_file_exists(b->fd, path))
			return statuses[i];
	}
	return NULL;
}

__attribute__((format(printf, 2, 3))) static void shell(struct box *b, const char *format, ...)
{
	char command[2048];
	int n = snprintf(command, sizeof command, "exec 2>/dev/null; cd '%s/work-items' && ", b->path);
	va_list ap;

	va_start(ap, format);
	vsnprintf(command + n, sizeof command - (size_t)n, format, ap);
	va_end(ap);
	if (system(command) == -1) /* what cannot be done is not */
		fail();
}

/* The same size, and the time of the last change set back: only the ctime tells. */
static void edit_unseen(struct box *b, const char *status, const char *id, const char *letter)
{
	char path[512];
	struct stat st;
	struct timespec times[2];
	int fd;

	snprintf(path, sizeof path, DIR_OF "%s/%s/item.md", status, id);
	fd = openat(b->fd, path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return;
	fstat(fd, &st);
	if (st.st_size > 2 && pwrite(fd, letter, 1, st.st_size - 2) != 1)
		fail();
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	futimens(fd, times);
	close(fd);
}

static void change_something(struct box *b, unsigned *seed)
{
	const unsigned what = next_random(seed) % 13;
	const char *to = statuses[next_random(seed) % 3], *from;
	char id[64], words[64];

	random_id(seed, id, sizeof id);
	from = where_is(b, id);
	snprintf(words, sizeof words, "word%u thing%u", next_random(seed) % 50, next_random(seed) % 50);
	if (!from || what == 0) {
		put_item(b, from ? from : to, id, words, next_random(seed) % 2 ? "labels: [a, b]\n" : "", words);
		return;
	}
	switch (what) {
	case 1: put_comment(b, from, id, words); return;
	case 2: shell(b, "mv %s/%s %s/%s", from, id, to, id); return;
	case 3: shell(b, "rm -rf %s/%s", from, id); return;
	case 4: shell(b, "cp -r %s/%s %s/%s", from, id, to, id); return;
	case 5: put_file(b, from, id, "item.md", "no ticket at all\n"); return;
	case 6: put_file(b, from, id, "resolution.md", words); return;
	case 7:
		shell(b, "mkdir -p %s/%s/artifacts", from, id);
		put_file(b, from, id, "artifacts/a.txt", words);
		return;
	case 8: edit_unseen(b, from, id, "x"); return;
	case 9: shell(b, "rm -f %s/%s/item.md", from, id); return;
	case 10: shell(b, "touch %s/%s/item.md", from, id); return;
	case 11: shell(b, "rm -rf %s/%s/thread.md && mkdir -p %s/t", from, id, to); return;
	default: put_item(b, from, id, "Again", "workflow: none\ncolumn: x\n", words); return;
	}
}

static void after_any_change_the_rows_are_those_of_a_fresh_index(void **state)
{
	struct world w;
	const char *given = getenv("TKT_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : 42;
	struct tkt_index *kept;

	world_open(&w, *state);
	some_tickets(w.b);
	kept = index_new(&w, 2000, false);
	for (int step = 0; step < 300; step++) {
		enum tkt_index_level level = (enum tkt_index_level)(next_random(&seed) % 3);
		char when[64];

		snprintf(when, sizeof when, "step %d", step);
		for (unsigned n = next_random(&seed) % 3 + 1; n; n--)
			change_something(w.b, &seed);
		if (next_random(&seed) % 3) {
			assert_false(look_now(&w, level, when).memory);
			continue;
		}
		refresh(kept, level, NULL);
		is_right_of(&w, kept, level, when);
		/* A snapshot that is held would keep the others from the disk. */
		tkt_index_free(kept);
		kept = index_new(&w, 2000, next_random(&seed) % 4 == 0);
		if (next_random(&seed) % 2)
			refresh(kept, TKT_INDEX_NAMES, NULL);
		if (!kept->memory)
			tkt_db_rest(kept);
	}
	tkt_index_free(kept);
	world_close(&w);
}

static void edits_within_a_tick_of_the_clock_are_seen(void **state)
{
	struct world w;

	world_open(&w, *state);
	some_tickets(w.b);
	for (int i = 0; i < 300; i++) {
		const char letter[2] = { (char)('a' + i % 26), '\0' };

		if (i % 3 == 0)
			edit_unseen(w.b, "open", "20260101-000000-gamma", letter);
		else if (i % 3 == 1)
			put_comment(w.b, "open", "20260101-000000-gamma", letter);
		else
			put_file(w.b, "open", "20260101-000000-gamma", "resolution.md", letter);
		look_now(&w, TKT_INDEX_TEXT, "an edit in no time");
	}
	world_close(&w);
}

/* The stats in the index become those of now, as if the edit had come in the same tick. */
static void hide_from_stat(struct world *w)
{
	struct tkt_index *x = index_new(w, 100, false), *now = index_new(w, 0, true);
	sqlite3_stmt *q = NULL;

	refresh(now, TKT_INDEX_TEXT, NULL);
	assert_true(tkt_db_believe(x));
	assert_int_equal(tkt_index_begin(x, &w->b->err), 0);
	assert_int_equal(tkt_index_prepare(x, "update sweep set print = ?, print_text = ? where id_hash = ?", &q,
					   &w->b->err), 0);
	for (size_t i = 0; i < now->entries.n; i++) {
		const struct tkt_index_entry *e = &now->entries.items[i];

		sqlite3_bind_int64(q, 1, (int64_t)e->print);
		sqlite3_bind_int64(q, 2, (int64_t)e->print_text);
		sqlite3_bind_int64(q, 3, (int64_t)e->id_hash);
		assert_int_equal(sqlite3_step(q), SQLITE_DONE);
		sqlite3_reset(q);
	}
	sqlite3_finalize(q);
	assert_int_equal(tkt_index_end(x, true, &w->b->err), 0);
	tkt_index_free(x);
	tkt_index_free(now);
}

/* Kernels with finer clocks for files leave no trace of the rule in the test above. */
static void what_is_young_is_read_again_whatever_its_times_say(void **state)
{
	struct world w;
	struct tkt_index_refreshed r;

	world_open(&w, *state);
	some_tickets(w.b);
	settle(&w, TKT_INDEX_TEXT);
	settle(&w, TKT_INDEX_TEXT);
	r = look_now(&w, TKT_INDEX_TEXT, "nothing young");
	assert_int_equal(r.read, 0);
	for (int i = 0; i < 6; i++) {
		const bool thread = i % 2 == 0;

		for (int k = 0; k < 2; k++) {
			char words[16];

			snprintf(words, sizeof words, "no%d%d\n", i, k);
			if (thread)
				put_comment(w.b, "open", "20260101-000000-gamma", words);
			else
				put_file(w.b, "open", "20260101-000000-gamma", "resolution.md", words);
			if (k)
				hide_from_stat(&w);
			r = look_now(&w, i < 4 ? TKT_INDEX_TEXT : TKT_INDEX_FIELDS, "in the same tick");
			assert_true(r.read || i == 5);
		}
	}
	world_close(&w);
}

static void a_name_may_move_within_a_tick(void **state)
{
	struct world w;

	world_open(&w, *state);
	some_tickets(w.b);
	for (int i = 0; i < 60; i++) {
		shell(w.b, "mv %s/20260101-000000-gamma %s/", statuses[i % 3], statuses[(i + 1) % 3]);
		look_now(&w, i % 2 ? TKT_INDEX_NAMES : TKT_INDEX_FIELDS, "a move");
	}
	world_close(&w);
}

/* --- damage ---------------------------------------------------------------------------------------- */

#define FILE_OF DIR_OF TKT_INDEX_FILE

static void restamp(struct world *w, const char *boot)
{
	struct tkt_stamp now;

	assert_true(tkt_stamp_look(tkt_store_fd(w->store), &now));
	if (boot)
		snprintf(now.boot, sizeof now.boot, "%s", boot);
	tkt_stamp_write(tkt_store_fd(w->store), &now);
}

static void overwrite(struct world *w, size_t from, size_t n)
{
	int fd = openat(w->b->fd, FILE_OF, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	for (size_t i = 0; i < n; i += 4)
		if (pwrite(fd, "\xde\xad\xbe\xef", 4, (off_t)(from + i)) != 4)
			fail();
	close(fd);
}

static void set_version(struct world *w)
{
	struct tkt_index *x = index_new(w, 0, false);

	assert_true(tkt_db_believe(x));
	tkt_db_rest(x);
	assert_int_equal(tkt_index_exec(x, "pragma user_version = 99", NULL), 0);
	tkt_index_free(x);
	restamp(w, NULL);
}

static void damage(struct world *w, int kind)
{
	int root = tkt_store_fd(w->store);

	switch (kind) {
	case 0: unlinkat(root, TKT_INDEX_FILE, 0); break;
	case 1: assert_int_equal(truncate(at_path(w->b, FILE_OF), 5000), 0); break;
	case 2: assert_int_equal(truncate(at_path(w->b, FILE_OF), 0), 0); break;
	case 3: overwrite(w, 0, 8192); break;
	case 4: overwrite(w, 0, 4096); restamp(w, NULL); break;
	case 5: set_version(w); break;
	case 6: unlinkat(root, TKT_INDEX_FILE, 0); mkdirat(root, TKT_INDEX_FILE, 0755);
		box_put(w->b, FILE_OF "/in-the-way", "x"); break;
	case 7: unlinkat(root, TKT_INDEX_FILE, 0);
		box_put(w->b, "outside", "not yours");
		assert_int_equal(symlinkat("../../outside", root, TKT_INDEX_FILE), 0); break;
	case 8: unlinkat(root, TKT_INDEX_FILE, 0);
		assert_int_equal(mkfifoat(root, TKT_INDEX_FILE, 0644), 0); break;
	case 9: box_put(w->b, DIR_OF TKT_INDEX_STAMP, "tkt-index 1 2 3 4 5"); break;
	case 10: unlinkat(root, TKT_INDEX_STAMP, 0); break;
	case 11: unlinkat(root, TKT_INDEX_STAMP, 0); mkdirat(root, TKT_INDEX_STAMP, 0755); break;
	case 12: unlinkat(root, TKT_INDEX_STAMP, 0); mkfifoat(root, TKT_INDEX_STAMP, 0644); break;
	case 13: box_put(w->b, FILE_OF "-journal", "planted"); break;
	case 14: mkdirat(root, TKT_INDEX_FILE "-wal", 0755); break;
	case 15: restamp(w, "00000000-0000-0000-0000-000000000000"); overwrite(w, 4096, 2048);
		restamp(w, "00000000-0000-0000-0000-000000000000"); break;
	case 16: shell(w->b, "cp .tkt/index.sqlite x; mv x .tkt/index.sqlite"); break;
	default: overwrite(w, 100, 4); break;
	}
}

static void whatever_was_done_to_the_file_the_answer_is_right(void **state)
{
	struct world w;

	world_open(&w, *state);
	some_tickets(w.b);
	settle(&w, TKT_INDEX_TEXT);
	for (int kind = 0; kind < 18; kind++) {
		struct tkt_index_refreshed r;
		char when[32];

		snprintf(when, sizeof when, "damage %d", kind);
		damage(&w, kind);
		r = look_now(&w, kind % 2 ? TKT_INDEX_FIELDS : TKT_INDEX_TEXT, when);
		if (!r.rebuilt || r.memory)
			fail_msg("%s: not made anew (%d %d)", when, r.rebuilt, r.memory);
		r = look_now(&w, TKT_INDEX_TEXT, when);
		if (r.rebuilt || r.memory)
			fail_msg("%s: not believed after it was made anew", when);
		if (kind == 7)
			box_holds(w.b, "outside", "not yours");
	}
	world_close(&w);
}

static void a_restart_of_the_machine_makes_it_look_closer(void **state)
{
	struct world w;
	struct tkt_index_refreshed r;
	struct tkt_stamp said, now;

	world_open(&w, *state);
	some_tickets(w.b);
	settle(&w, TKT_INDEX_TEXT);
	restamp(&w, "00000000-0000-0000-0000-000000000000");
	r = look_now(&w, TKT_INDEX_TEXT, "another boot");
	assert_false(r.rebuilt);
	assert_true(tkt_stamp_read(tkt_store_fd(w.store), &said));
	assert_true(tkt_stamp_look(tkt_store_fd(w.store), &now));
	assert_string_equal(said.boot, now.boot);
	world_close(&w);
}

static void a_link_in_the_place_of_the_private_directory_is_not_followed(void **state)
{
	struct world w;
	struct tkt_index_refreshed r;

	world_open(&w, *state);
	some_tickets(w.b);
	shell(w.b, "rm -rf .tkt; mkdir ../elsewhere; ln -s ../elsewhere .tkt");
	r = look_now(&w, TKT_INDEX_TEXT, "a linked .tkt");
	assert_true(r.memory);
	assert_int_equal(box_names(w.b, "elsewhere"), 0);
	world_close(&w);
}

/* --- others at the same time --------------------------------------------------------------------- */

static void a_lock_that_another_process_holds_is_bypassed(void **state)
{
	struct world w;
	struct tkt_lock lock = TKT_LOCK_INIT;
	struct tkt_index_refreshed r;
	struct tkt_index *x;

	world_open(&w, *state);
	some_tickets(w.b);
	settle(&w, TKT_INDEX_TEXT);
	put_comment(w.b, "open", "20260101-000000-gamma", "An okapi.");
	assert_int_equal(tkt_lock_take(&lock, tkt_store_fd(w.store), TKT_INDEX_LOCK, 0, &w.b->err), 0);
	for (int rounds = 0; rounds < 2; rounds++) { /* with an index to start from, and without */
		x = index_new(&w, 30, false);
		refresh(x, TKT_INDEX_TEXT, &r);
		assert_true(r.memory);
		assert_non_null(r.why);
		is_right_of(&w, x, TKT_INDEX_TEXT, "bypassed");
		put_comment(w.b, "open", "20260101-000000-alpha", "Once more.");
		tkt_index_refreshed_release(&r);
		refresh(x, TKT_INDEX_TEXT, &r);
		assert_int_equal(r.read >= 1, 1);
		is_right_of(&w, x, TKT_INDEX_TEXT, "bypassed again");
		tkt_index_refreshed_release(&r);
		tkt_index_free(x);
		unlinkat(tkt_store_fd(w.store), TKT_INDEX_FILE, 0);
	}
	tkt_lock_drop(&lock);
	assert_false(look_now(&w, TKT_INDEX_TEXT, "free again").memory);
	world_close(&w);
}

static void a_reader_keeps_its_snapshot_and_a_writer_gets_by(void **state)
{
	struct world w;
	struct tkt_index_refreshed r;
	struct tkt_index *reader, *writer;
	struct tkt_buf before = TKT_BUF_INIT, after = TKT_BUF_INIT;

	world_open(&w, *state);
	some_tickets(w.b);
	settle(&w, TKT_INDEX_TEXT);
	reader = index_new(&w, 50, false);
	refresh(reader, TKT_INDEX_TEXT, NULL);
	dump(reader, TKT_INDEX_TEXT, &before);
	put_comment(w.b, "open", "20260101-000000-gamma", "An okapi.");
	writer = index_new(&w, 50, false);
	refresh(writer, TKT_INDEX_TEXT, &r);
	is_right_of(&w, writer, TKT_INDEX_TEXT, "beside a reader");
	assert_true(r.memory);
	assert_int_equal(r.read, 1); /* what is on disk was the start */
	tkt_index_refreshed_release(&r);
	tkt_index_free(writer);
	dump(reader, TKT_INDEX_TEXT, &after);
	assert_string_equal(before.ptr, after.ptr);
	tkt_index_rest(reader);
	r = look_now(&w, TKT_INDEX_TEXT, "beside one that rests");
	assert_false(r.memory);
	assert_false(r.rebuilt);
	refresh(reader, TKT_INDEX_TEXT, NULL);
	is_right_of(&w, reader, TKT_INDEX_TEXT, "after a rest");
	tkt_index_free(reader);
	tkt_buf_release(&before);
	tkt_buf_release(&after);
	world_close(&w);
}

static void deleted_while_it_is_read_it_answers_to_the_end(void **state)
{
	struct world w;
	struct tkt_index *x;

	world_open(&w, *state);
	some_tickets(w.b);
	x = index_new(&w, 50, false);
	refresh(x, TKT_INDEX_TEXT, NULL);
	shell(w.b, "rm -rf .tkt");
	is_right_of(&w, x, TKT_INDEX_TEXT, "deleted");
	refresh(x, TKT_INDEX_TEXT, NULL);
	is_right_of(&w, x, TKT_INDEX_TEXT, "made again");
	tkt_index_free(x);
	world_close(&w);
}

/* Takes the lock, and while the parent waits for it makes a ticket and indexes it. */
static void be_quicker(struct world *w, int ready)
{
	struct timespec t = { 0, 200000000 };
	struct tkt_index *x = index_new(w, 0, false);

	if (tkt_db_lock(x, 0) != 0 || write(ready, "", 1) != 1)
		_exit(1);
	nanosleep(&t, NULL);
	put_item(w->b, "open", "20260101-000000-quick", "Quick", "", "x");
	_exit(tkt_index_refresh(x, TKT_INDEX_TEXT, NULL, NULL) != 0);
}

static void who_waited_for_the_lock_looks_again(void **state)
{
	struct world w;
	struct tkt_index_refreshed r;
	int ready[2], status;
	char byte;

	world_open(&w, *state);
	some_tickets(w.b);
	settle(&w, TKT_INDEX_TEXT);
	put_comment(w.b, "open", "20260101-000000-gamma", "An okapi.");
	assert_int_equal(pipe(ready), 0);
	if (fork() == 0)
		be_quicker(&w, ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	r = look_now(&w, TKT_INDEX_TEXT, "after the quicker one");
	assert_false(r.rebuilt || r.memory);
	assert_int_equal(r.tickets, 5);
	wait(&status);
	assert_int_equal(status, 0);
	close(ready[0]);
	close(ready[1]);
	world_close(&w);
}

static void children_do(struct world *w, int rounds, unsigned seed)
{
	for (int i = 0; i < rounds; i++) {
		struct tkt_index *x = index_new(w, 3000, false);
		struct tkt_error err = TKT_ERROR_INIT;
		int rc = next_random(&seed) % 3 ? tkt_index_refresh(x, TKT_INDEX_TEXT, NULL, &err) :
						  tkt_index_rebuild(x, NULL, &err);

		if (rc || tkt_index_live(x)->n < 4)
			_exit(1);
		if (next_random(&seed) % 3 == 0)
			put_comment(w->b, "open", "20260101-000000-gamma", i % 2 ? "even" : "odd");
		tkt_index_free(x);
	}
	_exit(0);
}

static void many_processes_refresh_and_rebuild_at_once(void **state)
{
	struct world w;
	int status;

	world_open(&w, *state);
	some_tickets(w.b);
	for (unsigned i = 0; i < 4; i++)
		if (fork() == 0)
			children_do(&w, 25, i);
	for (int i = 0; i < 4; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_false(look_now(&w, TKT_INDEX_TEXT, "after the crowd").memory);
	world_close(&w);
}

static void killed_at_any_moment_the_next_one_is_right(void **state)
{
	struct world w;
	unsigned seed = 7;

	world_open(&w, *state);
	some_tickets(w.b);
	for (int i = 0; i < 40; i++) {
		struct timespec t = { 0, (long)(next_random(&seed) % 6000) * 1000 };
		pid_t pid = fork();

		if (pid == 0)
			children_do(&w, 1000, (unsigned)i);
		nanosleep(&t, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		assert_false(look_now(&w, TKT_INDEX_TEXT, "after a kill").memory);
	}
	settle(&w, TKT_INDEX_TEXT);
	put_comment(w.b, "open", "20260101-000000-gamma", "The last word.");
	look_now(&w, TKT_INDEX_TEXT, "at last");
	/* .gitignore, tmp, and the three files of the index */
	assert_int_equal(box_names(w.b, DIR_OF ".tkt"), 5);
	world_close(&w);
}

/* --- where nothing can be written ---------------------------------------------------------------- */

/* As somebody who may only read; root is not hindered by modes. */
static int as_reader(struct world *w, bool with_index)
{
	struct tkt_index_refreshed r;
	struct tkt_index *x;

	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		return 10;
	x = index_new(w, 100, false);
	if (tkt_index_refresh(x, TKT_INDEX_TEXT, &r, NULL) != 0)
		return 11;
	if (r.memory == with_index || tkt_index_live(x)->n != 4)
		return 12;
	tkt_index_free(x);
	return 0;
}

static void a_tree_that_cannot_be_written_is_searched_all_the_same(void **state)
{
	struct world w;
	int status;

	world_open(&w, *state);
	some_tickets(w.b);
	chmod(w.b->path, 0755);
	for (int with = 0; with < 2; with++) {
		if (with)
			settle(&w, TKT_INDEX_TEXT);
		shell(w.b, "chmod a-w,a+rX . .tkt");
		if (fork() == 0)
			_exit(as_reader(&w, with));
		wait(&status);
		shell(w.b, "chmod u+w . .tkt");
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	shell(w.b, "rm -rf .tkt; chmod a-w .");
	if (fork() == 0)
		_exit(as_reader(&w, false));
	wait(&status);
	shell(w.b, "chmod u+w .");
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_false(tkt_file_exists(w.b->fd, DIR_OF ".tkt"));
	world_close(&w);
}

static void a_full_disk_is_no_error(void **state)
{
	struct world w;
	int status;

	world_open(&w, *state);
	some_tickets(w.b);
	for (int with = 0; with < 2; with++) {
		if (fork() == 0) {
			struct rlimit limit = { 20000, 20000 };
			struct tkt_index_refreshed r;
			struct tkt_index *x = index_new(&w, 100, false);

			signal(SIGXFSZ, SIG_IGN);
			setrlimit(RLIMIT_FSIZE, &limit);
			if (tkt_index_refresh(x, TKT_INDEX_TEXT, &r, NULL) != 0 || !r.memory || !r.why)
				_exit(1);
			_exit(tkt_index_live(x)->n != 4);
		}
		wait(&status);
		assert_int_equal(status, 0);
		look_now(&w, TKT_INDEX_TEXT, "room again");
		put_comment(w.b, "open", "20260101-000000-gamma", "More to write.");
	}
	world_close(&w);
}

static void a_signal_ends_long_work_and_leaves_nothing(void **state)
{
	static volatile sig_atomic_t stop = 1;
	struct world w;
	struct tkt_index_opts opts = { .wait_ms = 100, .stop = &stop };
	struct tkt_index *x;

	world_open(&w, *state);
	some_tickets(w.b);
	x = tkt_index_new(w.store, &w.config, &opts);
	box_failed(w.b, tkt_index_refresh(x, TKT_INDEX_TEXT, NULL, &w.b->err), TKT_EIO, "interrupted");
	assert_false(tkt_file_exists(w.b->fd, FILE_OF));
	box_failed(w.b, tkt_index_rebuild(x, NULL, &w.b->err), TKT_EIO, "interrupted");
	tkt_index_free(x);
	assert_false(look_now(&w, TKT_INDEX_TEXT, "afterwards").memory);
	world_close(&w);
}

/* --- questions ------------------------------------------------------------------------------------- */

static void keys_are_found_and_names_are_fresh(void **state)
{
	struct world w;
	struct tkt_strv ids = TKT_STRV_INIT;
	struct tkt_index *x;
	char hex[41];

	world_open(&w, *state);
	some_tickets(w.b);
	tkt_id_hex("20260101-000000-gamma", hex);
	hex[7] = '\0';
	x = index_new(&w, 100, false);
	assert_int_equal(tkt_index_key(x, hex, 10, &ids, NULL), TKT_ENO); /* none is made for this */
	assert_false(tkt_file_exists(w.b->fd, FILE_OF));
	refresh(x, TKT_INDEX_NAMES, NULL);
	tkt_index_free(x);
	for (int i = 0; i < 20; i++) {
		char id[64];

		snprintf(id, sizeof id, "20260101-000000-n%d", i);
		put_item(w.b, "open", id, "New", "", "x");
		tkt_id_hex(id, hex);
		hex[10] = '\0';
		x = index_new(&w, 100, false);
		assert_int_equal(tkt_index_key(x, hex, 10, &ids, NULL), 0);
		assert_int_equal(ids.n, 1);
		assert_string_equal(ids.items[0], id);
		tkt_strv_release(&ids);
		shell(w.b, "rm -r open/%s", id);
		tkt_index_free(x);
		x = index_new(&w, 100, false);
		assert_int_equal(tkt_index_key(x, hex, 10, &ids, NULL), 0);
		assert_int_equal(ids.n, 0);
		assert_int_equal(tkt_index_key(x, "00g0", 10, &ids, NULL), TKT_ENO);
		tkt_index_free(x);
	}
	tkt_strv_release(&ids);
	world_close(&w);
}

static void edges_numbers_and_ids_go_both_ways(void **state)
{
	struct world w;
	struct tkt_strv ids = TKT_STRV_INIT;
	enum tkt_status status;
	struct tkt_index *x;
	int64_t n;
	char *id;

	world_open(&w, *state);
	some_tickets(w.b);
	x = index_new(&w, 100, false);
	refresh(x, TKT_INDEX_FIELDS, NULL);
	assert_int_equal(tkt_index_children(x, "20260101-000000-alpha", &ids, &w.b->err), 0);
	assert_int_equal(tkt_index_blocks(x, "20260101-000000-alpha", &ids, &w.b->err), 0);
	assert_int_equal(ids.n, 2);
	assert_string_equal(ids.items[0], "20260101-000000-gamma");
	assert_string_equal(ids.items[1], "20260101-000000-delta");
	assert_int_equal(tkt_index_number(x, ids.items[1], &n, &w.b->err), 0);
	assert_int_equal(tkt_index_ticket(x, n, &id, &status, &w.b->err), 0);
	assert_string_equal(id, ids.items[1]);
	assert_int_equal(status, TKT_PENDING);
	free(id);
	box_failed(w.b, tkt_index_number(x, "nobody", &n, &w.b->err), TKT_ENOTFOUND, "nobody");
	box_failed(w.b, tkt_index_ticket(x, 99, &id, &status, &w.b->err), TKT_ENOTFOUND, "99");
	tkt_strv_release(&ids);
	tkt_index_free(x);
	world_close(&w);
}

static void what_is_wrong_is_told_as_list_tells_it(void **state)
{
	struct world w;
	struct tkt_index_problems p = { 0 };
	struct tkt_project *project = NULL;
	struct tkt_open_opts opts = { .root = at_path(*state, "work-items"), .author = "ann", .now = NOW };
	struct tkt_list_req req = { .query = "status:all" };
	struct tkt_list list;
	struct tkt_index *x;

	world_open(&w, *state);
	some_tickets(w.b);
	shell(w.b, "cp -r open/20260101-000000-gamma closed/");
	put_file(w.b, "open", "20260101-000000-alpha", "item.md", "---\ntitle: never closed\n");
	mkdirat(w.b->fd, DIR_OF "closed/20260101-000000-empty", 0755);
	assert_int_equal(tkt_project_open(&project, &opts, &w.b->err), 0);
	assert_int_equal(tkt_op_list(project, &req, &list, NULL, &w.b->err), 0);
	x = index_new(&w, 100, false);
	refresh(x, TKT_INDEX_TEXT, NULL);
	assert_int_equal(tkt_index_live(x)->n, 2);
	tkt_index_problems(x, &p);
	assert_int_equal(p.n, 3);
	assert_int_equal(list.bad.n, 3);
	for (size_t i = 0; i < p.n; i++) {
		bool found = false;

		for (size_t k = 0; k < list.bad.n; k++)
			found |= strcmp(p.items[i].message, list.bad.items[k].message) == 0 &&
				 p.items[i].code == list.bad.items[k].code &&
				 p.items[i].line == list.bad.items[k].line &&
				 p.items[i].candidates.n == list.bad.items[k].candidates.n;
		if (!found)
			fail_msg("list does not tell '%s'", p.items[i].message);
	}
	tkt_index_problems_release(&p);
	tkt_list_release(&list);
	tkt_project_free(project);
	tkt_index_free(x);
	world_close(&w);
}

static void a_ticket_with_an_unreadable_thread_still_counts(void **state)
{
	struct world w;
	struct tkt_index_problems p = { 0 };
	struct tkt_index *x;

	world_open(&w, *state);
	some_tickets(w.b);
	mkdirat(w.b->fd, DIR_OF "open/20260101-000000-gamma/thread.md", 0755);
	for (int rounds = 0; rounds < 2; rounds++) {
		x = index_new(&w, 100, false);
		refresh(x, TKT_INDEX_TEXT, NULL);
		assert_int_equal(tkt_index_live(x)->n, 4);
		tkt_index_problems(x, &p);
		assert_int_equal(p.n, 0);
		tkt_index_partial(x, &p);
		assert_int_equal(p.n, 1);
		assert_non_null(strstr(p.items[0].message, "thread.md"));
		tkt_index_problems_release(&p);
		is_right_of(&w, x, TKT_INDEX_TEXT, "a thread that is a directory");
		tkt_index_free(x);
	}
	unlinkat(w.b->fd, DIR_OF "open/20260101-000000-gamma/thread.md", AT_REMOVEDIR);
	look_now(&w, TKT_INDEX_TEXT, "mended");
	world_close(&w);
}

static void another_board_gives_other_columns(void **state)
{
	static const char board[] = "board:\n  columns:\n    - {id: todo, name: Todo, status: open}\n"
				    "    - {id: done, name: Done, status: closed}\n";
	struct world w;
	struct tkt_index_refreshed r;

	world_open(&w, *state);
	some_tickets(w.b);
	settle(&w, TKT_INDEX_FIELDS);
	tkt_config_release(&w.config);
	assert_int_equal(tkt_config_parse(&w.config, board, strlen(board), &w.b->err), 0);
	r = look_now(&w, TKT_INDEX_FIELDS, "another board");
	assert_false(r.rebuilt);
	world_close(&w);
}

static void status_tells_and_changes_nothing(void **state)
{
	struct world w;
	struct tkt_index_status st;
	struct tkt_index *x;

	world_open(&w, *state);
	some_tickets(w.b);
	x = index_new(&w, 100, false);
	assert_int_equal(tkt_index_status(x, &st, &w.b->err), 0);
	assert_false(st.exists || st.believed);
	assert_true(st.writable);
	tkt_index_status_release(&st);
	assert_false(tkt_file_exists(w.b->fd, FILE_OF));
	settle(&w, TKT_INDEX_TEXT);
	settle(&w, TKT_INDEX_TEXT);
	put_comment(w.b, "open", "20260101-000000-gamma", "An okapi.");
	assert_int_equal(tkt_index_status(x, &st, &w.b->err), 0);
	assert_true(st.exists && st.believed && st.bytes > 0 && st.revision > 0);
	assert_int_equal(st.tickets, 4);
	assert_int_equal(st.text, 4);
	assert_int_equal(st.stale, 1);
	tkt_index_status_release(&st);
	tkt_index_free(x);
	world_close(&w);
}

static void stale_answers_come_without_a_look(void **state)
{
	struct world w;
	struct tkt_index *x;

	world_open(&w, *state);
	some_tickets(w.b);
	x = index_new(&w, 100, false);
	box_failed(w.b, tkt_index_stale(x, TKT_INDEX_NAMES, &w.b->err), TKT_ENO, "no index");
	settle(&w, TKT_INDEX_FIELDS);
	put_item(w.b, "open", "20260101-000000-new", "New", "", "x");
	assert_int_equal(tkt_index_stale(x, TKT_INDEX_FIELDS, &w.b->err), 0);
	assert_int_equal(tkt_index_live(x)->n, 4);
	box_failed(w.b, tkt_index_stale(x, TKT_INDEX_TEXT, &w.b->err), TKT_ENO, "no index");
	tkt_index_free(x);
	world_close(&w);
}

static void dead_rows_of_the_full_text_are_swept_out(void **state)
{
	struct world w;
	struct tkt_index_refreshed r;
	struct tkt_index *x;
	int64_t dead = -1;

	world_open(&w, *state);
	some_tickets(w.b);
	settle(&w, TKT_INDEX_TEXT);
	x = index_new(&w, 100, false);
	refresh(x, TKT_INDEX_TEXT, NULL);
	assert_int_equal(tkt_index_begin(x, &w.b->err), 0);
	assert_int_equal(tkt_index_meta_set(x, "dead", 5000, &w.b->err), 0);
	assert_int_equal(tkt_index_end(x, true, &w.b->err), 0);
	tkt_index_free(x);
	r = look_now(&w, TKT_INDEX_FIELDS, "not the full text's business");
	assert_int_equal(r.read, 0);
	r = look_now(&w, TKT_INDEX_TEXT, "swept out");
	assert_int_equal(r.read, 4);
	assert_false(r.rebuilt);
	x = index_new(&w, 100, false);
	refresh(x, TKT_INDEX_TEXT, &r);
	assert_true(tkt_index_meta(x, "dead", &dead));
	assert_int_equal(dead, 0);
	tkt_index_free(x);
	world_close(&w);
}

static void other_changes_go_in_whole_or_not_at_all(void **state)
{
	struct world w;
	struct tkt_index *x, *y;
	int64_t value = 0;

	world_open(&w, *state);
	some_tickets(w.b);
	settle(&w, TKT_INDEX_TEXT);
	x = index_new(&w, 30, false);
	y = index_new(&w, 30, false);
	refresh(x, TKT_INDEX_TEXT, NULL);
	assert_int_equal(tkt_index_begin(x, &w.b->err), 0);
	assert_int_equal(tkt_index_meta_set(x, "mine", 1, &w.b->err), 0);
	refresh(y, TKT_INDEX_TEXT, NULL); /* nothing to do: no lock is wanted */
	assert_false(y->memory);
	box_failed(w.b, tkt_index_begin(y, &w.b->err), TKT_ELOCKED, "cannot change the index");
	assert_int_equal(tkt_index_end(x, false, &w.b->err), 0);
	assert_false(tkt_index_meta(x, "mine", &value));
	tkt_db_rest(y);
	assert_int_equal(tkt_index_begin(x, &w.b->err), 0);
	assert_int_equal(tkt_index_meta_set(x, "mine", 2, &w.b->err), 0);
	assert_int_equal(tkt_index_end(x, true, &w.b->err), 0);
	assert_true(tkt_index_meta(x, "mine", &value));
	assert_int_equal(value, 2);
	box_failed(w.b, tkt_index_begin(y, &w.b->err), TKT_ECONFLICT, "changed meanwhile");
	tkt_index_free(x);
	tkt_index_free(y);
	assert_false(look_now(&w, TKT_INDEX_TEXT, "stamped").rebuilt);
	world_close(&w);
}

static void a_rebuild_starts_from_nothing_and_keeps_what_was_paid_for(void **state)
{
	struct world w;
	struct tkt_index_refreshed r;
	struct tkt_index *x;
	struct tkt_index_status before, after;
	struct tkt_buf all = TKT_BUF_INIT;

	world_open(&w, *state);
	some_tickets(w.b);
	settle(&w, TKT_INDEX_TEXT);
	x = index_new(&w, 100, false);
	refresh(x, TKT_INDEX_TEXT, NULL);
	assert_int_equal(tkt_index_begin(x, &w.b->err), 0);
	assert_int_equal(tkt_index_exec(x, "insert into embed_cache(key, data) values(x'01', x'0203')", &w.b->err), 0);
	assert_int_equal(tkt_index_end(x, true, &w.b->err), 0);
	assert_int_equal(tkt_index_status(x, &before, &w.b->err), 0);
	assert_int_equal(tkt_index_rebuild(x, &r, &w.b->err), 0);
	assert_true(r.rebuilt);
	assert_int_equal(r.read, 4);
	is_right_of(&w, x, TKT_INDEX_TEXT, "rebuilt");
	dump_query(x, "select (select min(n) from ticket), hex(data) from embed_cache", &all);
	assert_string_equal(all.ptr, "0203|\n");
	assert_int_equal(tkt_index_status(x, &after, &w.b->err), 0);
	assert_true(after.revision > before.revision);
	tkt_index_status_release(&before);
	tkt_index_status_release(&after);
	tkt_buf_release(&all);
	tkt_index_free(x);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(an_index_is_made_once_and_then_believed),
		BOX_TEST(only_what_changed_is_read),
		BOX_TEST(after_any_change_the_rows_are_those_of_a_fresh_index),
		BOX_TEST(edits_within_a_tick_of_the_clock_are_seen),
		BOX_TEST(what_is_young_is_read_again_whatever_its_times_say),
		BOX_TEST(a_name_may_move_within_a_tick),
		BOX_TEST(whatever_was_done_to_the_file_the_answer_is_right),
		BOX_TEST(a_restart_of_the_machine_makes_it_look_closer),
		BOX_TEST(a_link_in_the_place_of_the_private_directory_is_not_followed),
		BOX_TEST(a_lock_that_another_process_holds_is_bypassed),
		BOX_TEST(a_reader_keeps_its_snapshot_and_a_writer_gets_by),
		BOX_TEST(deleted_while_it_is_read_it_answers_to_the_end),
		BOX_TEST(who_waited_for_the_lock_looks_again),
		BOX_TEST(many_processes_refresh_and_rebuild_at_once),
		BOX_TEST(killed_at_any_moment_the_next_one_is_right),
		BOX_TEST(a_tree_that_cannot_be_written_is_searched_all_the_same),
		BOX_TEST(a_full_disk_is_no_error),
		BOX_TEST(a_signal_ends_long_work_and_leaves_nothing),
		BOX_TEST(keys_are_found_and_names_are_fresh),
		BOX_TEST(edges_numbers_and_ids_go_both_ways),
		BOX_TEST(what_is_wrong_is_told_as_list_tells_it),
		BOX_TEST(a_ticket_with_an_unreadable_thread_still_counts),
		BOX_TEST(another_board_gives_other_columns),
		BOX_TEST(status_tells_and_changes_nothing),
		BOX_TEST(stale_answers_come_without_a_look),
		BOX_TEST(dead_rows_of_the_full_text_are_swept_out),
		BOX_TEST(other_changes_go_in_whole_or_not_at_all),
		BOX_TEST(a_rebuild_starts_from_nothing_and_keeps_what_was_paid_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
