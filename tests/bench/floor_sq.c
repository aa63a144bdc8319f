/* floor_sq: what SQLite takes for the part that an index cannot avoid. Whole processes; floor.c has the rest.
 *
 *   floor_sq build DB ROOT                 a row a ticket, and FTS5 (all positions, no text kept)
 *   floor_sq show DB ROOT ID               the row, and both files printed
 *   floor_sq list DB ROOT                  stat of both files of all; all rows printed
 *   floor_sq search DB ROOT QUERY          stat of both files of all; the ten best of an FTS query
 *   floor_sq hybrid DB ROOT QUERY FILE     the same, and a vector against all of FILE
 *   floor_sq near FILE ROOT                stat of both files of all; a vector against all of FILE
 *   floor_sq pairs FILE ROOT               the same; all against all, by their first 256 bytes
 *   floor_sq vectors FILE N                no floor: makes N vectors of 1,024 bytes
 *
 * QUERY is in the words of FTS5. Making a vector of the query is left out. */
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#include "walk.h"

#define DIMENSIONS 1024
#define FIRST 256 /* one passage */
#define BEST 10

static int root;
static sqlite3 *db;
static size_t total;

static void sq(int rc, const char *what)
{
	if (rc != SQLITE_OK && rc != SQLITE_DONE && rc != SQLITE_ROW) {
		fprintf(stderr, "floor_sq: %s: %s\n", what, sqlite3_errmsg(db));
		exit(1);
	}
}

static void open_db(const char *path, int flags)
{
	sq(sqlite3_open_v2(path, &db, flags, NULL), path);
}

static void run(const char *sql)
{
	sq(sqlite3_exec(db, sql, NULL, NULL, NULL), sql);
}

static sqlite3_stmt *prepare(const char *sql)
{
	sqlite3_stmt *s;

	sq(sqlite3_prepare_v2(db, sql, -1, &s, NULL), sql);
	return s;
}

static void step(sqlite3_stmt *s)
{
	sq(sqlite3_step(s), "insert");
	sqlite3_reset(s);
}

static void bind(sqlite3_stmt *s, int at, const char *text, size_t n)
{
	sqlite3_bind_text(s, at, text, (int)n, SQLITE_STATIC);
}

/* --- files --- */

static char files[2][1 << 20];

static size_t slurp(char *to, const char *status, const char *id, const char *file)
{
	char path[4096];
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof path, "%s/%s/%s", status, id, file);
	fd = openat(root, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, to, sizeof files[0] - 1);
		close(fd);
	}
	to[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static void stat_both(const char *status, const char *id)
{
	static const char *const both[] = { "item.md", "thread.md" };
	char path[4096];
	struct stat st;

	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s/%s", status, id, both[i]);
		if (fstatat(root, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
			total += (size_t)st.st_size;
	}
}

/* --- build --- */

static const char *const keys[] = { "id", "slug", "title", "kind", "priority", "updated_at", "labels" };
#define KEYS (sizeof keys / sizeof *keys)
static sqlite3_stmt *add_ticket, *add_text;
static sqlite3_int64 number;

static size_t value_of(const char *item, const char *key, const char **at)
{
	char line[64];

	snprintf(line, sizeof line, "\n%s: ", key);
	*at = strstr(item, line);
	if (!*at)
		return 0;
	*at += strlen(line);
	return strcspn(*at, "\n");
}

static void index_ticket(const char *status, const char *id)
{
	size_t item = slurp(files[0], status, id, "item.md"), thread = slurp(files[1], status, id, "thread.md");
	const char *title, *at;
	size_t title_n = value_of(files[0], "title", &title);

	number++;
	sqlite3_bind_int64(add_ticket, 1, number);
	bind(add_ticket, 2, status, strlen(status));
	for (size_t k = 0; k < KEYS; k++) {
		size_t n = value_of(files[0], keys[k], &at);

		bind(add_ticket, (int)k + 3, at, n);
	}
	step(add_ticket);
	sqlite3_bind_int64(add_text, 1, number);
	bind(add_text, 2, title, title_n);
	bind(add_text, 3, files[0], item);
	bind(add_text, 4, files[1], thread);
	step(add_text);
}

static void build(const char *path)
{
	unlink(path);
	open_db(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	run("pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-65536; begin;"
	    "create table ticket(n integer primary key, status, id unique, slug, title, kind, priority, updated_at, labels);"
	    "create virtual table words using fts5(title, item, thread, content='', detail=full, tokenize='unicode61')");
	add_ticket = prepare("insert into ticket values(?, ?, ?, ?, ?, ?, ?, ?, ?)");
	add_text = prepare("insert into words(rowid, title, item, thread) values(?, ?, ?, ?)");
	walk(root, 3, index_ticket);
	run("create index ticket_order on ticket(status, id); commit");
}

/* --- asking --- */

static void print(sqlite3_stmt *s, int columns)
{
	while (sqlite3_step(s) == SQLITE_ROW)
		for (int i = 0; i < columns; i++) {
			const char *text = (const char *)sqlite3_column_text(s, i);

			fwrite(text ? text : "", 1, (size_t)sqlite3_column_bytes(s, i), stdout);
			putchar_unlocked(i + 1 == columns ? '\n' : '\t');
		}
	sqlite3_finalize(s);
}

static void show(const char *id)
{
	sqlite3_stmt *s = prepare("select status from ticket where id = ?");
	const char *status;

	bind(s, 1, id, strlen(id));
	check(sqlite3_step(s) == SQLITE_ROW, id);
	status = (const char *)sqlite3_column_text(s, 0);
	fwrite(files[0], 1, slurp(files[0], status, id, "item.md"), stdout);
	fwrite(files[1], 1, slurp(files[1], status, id, "thread.md"), stdout);
}

static void search(const char *query)
{
	sqlite3_stmt *s = prepare("select t.id, t.title from words join ticket t on t.n = words.rowid"
				  " where words match ? order by rank limit 10");

	bind(s, 1, query, strlen(query));
	print(s, 2);
}

/* --- vectors --- */

static int8_t block[DIMENSIONS * 256];

static int dot(const int8_t *a, const int8_t *b, int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

static void keep_best(int *best, int score)
{
	int k = BEST - 1;

	if (score <= best[k])
		return;
	for (; k > 0 && best[k - 1] < score; k--)
		best[k] = best[k - 1];
	best[k] = score;
}

/* A passage of a vector after the other, as a ticket has some. */
static void near(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), best[BEST] = { 0 };
	int8_t query[FIRST];
	ssize_t n;

	check(fd >= 0 && read(fd, query, sizeof query) == sizeof query && lseek(fd, 0, SEEK_SET) == 0, path);
	while ((n = read(fd, block, sizeof block)) > 0)
		for (ssize_t at = 0; at + FIRST <= n; at += FIRST)
			keep_best(best, dot(query, block + at, FIRST));
	close(fd);
	total += (size_t)best[0];
}

static void pairs(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), best[BEST] = { 0 };
	struct stat st;
	size_t n;
	int8_t *first;

	check(fd >= 0 && fstat(fd, &st) == 0, path);
	n = (size_t)st.st_size / DIMENSIONS;
	first = malloc(n * FIRST + 1);
	for (size_t i = 0; i < n; i++)
		check(pread(fd, first + i * FIRST, FIRST, (off_t)(i * DIMENSIONS)) == FIRST, path);
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			keep_best(best, dot(first + i * FIRST, first + k * FIRST, FIRST));
	total += (size_t)best[0];
}

static void vectors(const char *path, long n)
{
	FILE *f = fopen(path, "w");
	uint32_t x = 1;

	check(f, path);
	for (long i = 0; i < n * DIMENSIONS; i++) {
		x = x * 1664525 + 1013904223;
		fputc((int)(x >> 24), f);
	}
	check(fclose(f) == 0, path);
}

int main(int argc, char **argv)
{
	static char out[1 << 16];
	const char *mode = argc > 3 ? argv[1] : "";

	setvbuf(stdout, out, _IOFBF, sizeof out);
	if (strcmp(mode, "vectors") == 0) {
		vectors(argv[2], atol(argv[3]));
		return 0;
	}
	if (argc < 4)
		return 2;
	root = open(argv[3], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	check(root >= 0, argv[3]);
	if (strcmp(mode, "build") == 0) {
		build(argv[2]);
	} else if (strcmp(mode, "near") == 0 || strcmp(mode, "pairs") == 0) {
		walk(root, 3, stat_both);
		(mode[0] == 'n' ? near : pairs)(argv[2]);
	} else {
		open_db(argv[2], SQLITE_OPEN_READONLY);
		if (strcmp(mode, "show") != 0)
			walk(root, 3, stat_both);
		if (strcmp(mode, "show") == 0 && argc > 4)
			show(argv[4]);
		else if (strcmp(mode, "list") == 0)
			print(prepare("select status, id, slug, title, kind, priority, updated_at from ticket"
				      " order by status, id"), 7);
		else if (argc > 4)
			search(argv[4]);
		if (strcmp(mode, "hybrid") == 0 && argc > 5)
			near(argv[5]);
	}
	sqlite3_close(db);
	printf("%zu\n", total);
	return 0;
}
