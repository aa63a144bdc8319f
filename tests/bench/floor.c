/* floor: how fast the machine is at what a command cannot avoid. Whole processes, as the command is one.
 *
 *   floor names ROOT          getdents of the three status directories
 *   floor stat|stat2 ROOT     and stat of every item.md | and thread.md
 *   floor open ROOT           read every item.md below open/
 *   floor read|read2 ROOT     read every item.md | and thread.md
 *   floor one ROOT ID         the directory is found, item.md and thread.md are read
 *   floor create ROOT         a new ticket: three files in a new directory, durable, one rename
 *   floor comment ROOT ID     an append, and item.md replaced, both durable
 *   floor move ROOT ID        the same, and the directory renamed to pending/, journaled
 *   floor close ROOT ID...    the same, and resolution.md; for each ID, one journal
 *   floor append ROOT ID...   no floor: an event more in each thread.md, so that a run finds something changed
 *
 * -n before the mode leaves every fsync out. */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "walk.h"

static int root;
static bool no_sync;
static char block[1 << 20];
static size_t total;

static void sync_fd(int fd)
{
	if (!no_sync)
		check(fsync(fd) == 0, "fsync");
}

static void sync_dir(const char *path)
{
	int fd = openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	check(fd >= 0, path);
	sync_fd(fd);
	close(fd);
}

/* --- reading --- */

static void read_file(const char *path)
{
	int fd = openat(root, path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return;
	while ((n = read(fd, block, sizeof block)) > 0)
		total += (size_t)n;
	close(fd);
}

static void stat_file(const char *path)
{
	struct stat st;

	if (fstatat(root, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
		total += (size_t)st.st_size;
}

static void visit(const char *mode, const char *status, const char *id)
{
	char path[4096];
	bool reads = strncmp(mode, "stat", 4) != 0;

	total++;
	if (strcmp(mode, "names") == 0)
		return;
	snprintf(path, sizeof path, "%s/%s/item.md", status, id);
	(reads ? read_file : stat_file)(path);
	if (mode[strlen(mode) - 1] == '2') {
		snprintf(path, sizeof path, "%s/%s/thread.md", status, id);
		(reads ? read_file : stat_file)(path);
	}
}

static const char *mode_now;

static void visit_now(const char *status, const char *id)
{
	visit(mode_now, status, id);
}

static void each(const char *mode)
{
	mode_now = mode;
	walk(root, strcmp(mode, "open") == 0 ? 1 : 3, visit_now);
}

/* --- writing --- */

static size_t find(const char *id)
{
	char path[4096];
	struct stat st;

	for (size_t s = 0; s < 3; s++) {
		snprintf(path, sizeof path, "%s/%s", statuses[s], id);
		if (fstatat(root, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
			return s;
	}
	check(false, id);
	return 0;
}

static void write_file(const char *path, int flags, const char *bytes, size_t n)
{
	int fd = openat(root, path, O_WRONLY | O_CLOEXEC | flags, 0644);

	check(fd >= 0 && write(fd, bytes, n) == (ssize_t)n, path);
	sync_fd(fd);
	close(fd);
}

static void replace(const char *dir, const char *file, const char *bytes, size_t n)
{
	char path[4096];

	write_file(".tkt/floor.tmp", O_CREAT | O_TRUNC, bytes, n);
	snprintf(path, sizeof path, "%s/%s", dir, file);
	check(renameat(root, ".tkt/floor.tmp", root, path) == 0, path);
	sync_dir(dir);
}

/* item.md with the same bytes, and one event more. */
static void comment(const char *dir)
{
	static const char event[] = "\n<!-- event: comment author: floor at: 2026-06-01T12:00:00Z -->\n"
				    "\n## Comment\n\nx\n\n---\n";
	char path[4096];
	int fd;
	ssize_t n = 0;

	snprintf(path, sizeof path, "%s/item.md", dir);
	fd = openat(root, path, O_RDONLY | O_CLOEXEC);
	check(fd >= 0 && (n = read(fd, block, sizeof block)) > 0, path);
	close(fd);
	snprintf(path, sizeof path, "%s/thread.md", dir);
	write_file(path, O_APPEND, event, sizeof event - 1);
	replace(dir, "item.md", block, (size_t)n);
}

static void move(const char *id, size_t to, bool resolution)
{
	char from[4096], dir[4096];
	size_t s = find(id);

	snprintf(from, sizeof from, "%s/%s", statuses[s], id);
	snprintf(dir, sizeof dir, "%s/%s", statuses[to], id);
	if (s != to) {
		check(renameat(root, from, root, dir) == 0, dir);
		sync_dir(statuses[s]);
		sync_dir(statuses[to]);
	}
	comment(dir);
	if (resolution)
		replace(dir, "resolution.md", "Closed.\n", 8);
}

static void journal(bool begin)
{
	if (begin) {
		write_file(".tkt/floor.journal", O_CREAT | O_TRUNC, block, 1024);
		sync_dir(".tkt");
	} else {
		check(unlinkat(root, ".tkt/floor.journal", 0) == 0, "journal");
		sync_dir(".tkt");
	}
}

static void create(void)
{
	char dir[256], path[300], to[300];
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(dir, sizeof dir, ".tkt/new-%ld-%d", (long)now.tv_nsec, (int)getpid());
	check(mkdirat(root, dir, 0755) == 0, dir);
	snprintf(path, sizeof path, "%s/artifacts", dir);
	check(mkdirat(root, path, 0755) == 0, path);
	snprintf(path, sizeof path, "%s/artifacts/.gitkeep", dir);
	write_file(path, O_CREAT, "", 0);
	snprintf(path, sizeof path, "%s/item.md", dir);
	write_file(path, O_CREAT, block, 600);
	snprintf(path, sizeof path, "%s/thread.md", dir);
	write_file(path, O_CREAT, block, 120);
	sync_dir(dir);
	snprintf(to, sizeof to, "open/20990101-000000-floor-%ld-%d", (long)now.tv_nsec, (int)getpid());
	check(renameat(root, dir, root, to) == 0, to);
	sync_dir("open");
}

static void append(int n, char **ids)
{
	char path[4096], event[200];
	struct timespec now;
	int len;

	no_sync = true;
	clock_gettime(CLOCK_REALTIME, &now);
	len = snprintf(event, sizeof event, "\n<!-- event: comment author: bench at: 2026-06-01T12:00:00Z -->\n"
		       "\n## Comment\n\nA word more about the panel, and %ld.\n\n---\n", (long)now.tv_nsec);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s/thread.md", statuses[find(ids[i])], ids[i]);
		write_file(path, O_APPEND, event, (size_t)len);
	}
}

static void one(const char *id)
{
	visit("read2", statuses[find(id)], id);
}

static void change(const char *mode, int n, char **ids)
{
	int lock;

	(void)!mkdirat(root, ".tkt", 0755);
	lock = openat(root, ".tkt/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	check(lock >= 0 && flock(lock, LOCK_EX) == 0, "lock");
	if (strcmp(mode, "create") == 0) {
		create();
	} else if (strcmp(mode, "comment") == 0) {
		char dir[4096];

		snprintf(dir, sizeof dir, "%s/%s", statuses[find(ids[0])], ids[0]);
		comment(dir);
	} else {
		journal(true);
		for (int i = 0; i < n; i++)
			move(ids[i], mode[0] == 'm' ? 1 : 2, mode[0] == 'c');
		journal(false);
	}
	close(lock);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "-n") == 0) {
		no_sync = true;
		argc--;
		argv++;
	}
	if (argc < 3)
		return 2;
	root = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	check(root >= 0, argv[2]);
	if (strcmp(argv[1], "one") == 0 && argc > 3)
		one(argv[3]);
	else if (strcmp(argv[1], "append") == 0)
		append(argc - 3, argv + 3);
	else if (strcmp(argv[1], "create") == 0 || argc > 3)
		change(argv[1], argc - 3, argv + 3);
	else
		each(argv[1]);
	printf("%zu\n", total);
	return 0;
}
