/* store/check_root: what lies in the root beside the tickets: config.yml and .tkt; and next to the
 * root, what an older tracker left. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_int.h"
#include "store/txn.h"
#include "sys/file.h"
#include "sys/io.h"
#include "sys/lock.h"
#include "sys/walk.h"

#define STALE_AFTER 3600 /* seconds: no change of a ticket takes that long */

#define FIND(code, file, line, fix, ...) tkt_findings_add(c->out, code, NULL, file, line, fix, __VA_ARGS__)

/* --- config.yml --- */

static bool is_secret_name(const char *name)
{
	static const char *const words[] = { "token", "password", "passwd", "secret", "api_key", "apikey",
					     "private_key", "access_key" };

	for (size_t i = 0; i < TKT_LEN(words); i++) {
		size_t n = strlen(name), w = strlen(words[i]);

		if (n >= w && tkt_eq_nocase(name + n - w, words[i]))
			return true;
	}
	return false;
}

/* The tree is 16 levels deep at most. */
static void check_secrets(struct tkt_check *c, const struct tkt_node *node)
{
	for (size_t i = 0; node->kind == TKT_NODE_MAP && i < node->n; i++) {
		const struct tkt_node *key = &node->items[2 * i], *value = key + 1;

		if (value->kind == TKT_NODE_SCALAR && !tkt_node_is_null(value) && is_secret_name(key->text))
			FIND("T081", "config.yml", key->line,
			     "name an environment variable here instead (api_key_env), and change the secret: git keeps it",
			     "'%s' seems to be a secret", key->text);
		else
			check_secrets(c, value);
	}
	for (size_t i = 0; node->kind == TKT_NODE_LIST && i < node->n; i++)
		check_secrets(c, &node->items[i]);
}

static void check_config(struct tkt_check *c)
{
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_config config;
	struct stat st;
	unsigned flags;

	if (tkt_io_stat(c->fd, "config.yml", &st) < 0)
		return;
	if (!S_ISREG(st.st_mode)) {
		if (S_ISLNK(st.st_mode))
			FIND("T011", "config.yml", 0, "put the file itself there; tkt follows no links",
			     "'config.yml' is a symbolic link");
		else
			FIND("T013", "config.yml", 0, "look at it and move it out of the way",
			     "'config.yml' is no regular file");
		return;
	}
	if (!tkt_check_read(c, NULL, "config.yml", TKT_CONFIG_MAX, &c->item, &flags) || flags)
		return;
	if (tkt_config_parse(&config, c->item.ptr, c->item.len, &why) != 0) {
		FIND("T080", "config.yml", why.line, "correct it; until then the defaults count here", "%s", why.message);
	} else {
		if (config.tree)
			check_secrets(c, config.tree);
		tkt_config_release(&config);
	}
	tkt_error_release(&why);
}

/* --- .tkt --- */

/* "<head>-<16 hex>": what tkt_tmp_name makes. */
bool tkt_check_tmp_name(const char *name)
{
	size_t n = strlen(name);

	return n > 17 && name[n - 17] == '-' && strspn(name + n - 16, "0123456789abcdef") == 16;
}

/* A writer that is at work just now has a journal too: then it holds the lock. */
static bool writer_at_work(struct tkt_check *c)
{
	struct tkt_lock lock = TKT_LOCK_INIT;
	int code;

	if (!tkt_file_exists(c->fd, TKT_PRIVATE_LOCK))
		return false;
	code = tkt_lock_take(&lock, c->fd, TKT_PRIVATE_LOCK, 0, NULL);
	tkt_lock_drop(&lock);
	return code == TKT_ELOCKED;
}

static void check_journal(struct tkt_check *c)
{
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_buf what = TKT_BUF_INIT;
	int pending = tkt_txn_pending(c->s, &what, &why);

	if (pending > 0 && !writer_at_work(c))
		FIND("T016", TKT_PRIVATE "/" TKT_JOURNAL, 0,
		     "the next command that writes completes it; so does tkt doctor --fix",
		     "an interrupted change was not completed: %s", what.ptr);
	else if (pending < 0 && !writer_at_work(c))
		FIND("T016", TKT_PRIVATE "/" TKT_JOURNAL, 0,
		     "the next command that writes sets it aside; so does tkt doctor --fix",
		     "a damaged journal: nothing of that change was done (%s)", why.message);
	tkt_buf_release(&what);
	tkt_error_release(&why);
}

static void check_temporaries(struct tkt_check *c)
{
	struct tkt_listing l = { 0 };
	struct tkt_buf path = TKT_BUF_INIT;
	struct stat st;

	if (tkt_walk_list(&l, c->fd, TKT_PRIVATE_TMP, NULL) != 0)
		goto out;
	for (size_t i = 0; i < l.n; i++) {
		if (!tkt_check_tmp_name(l.items[i].name))
			continue;
		tkt_buf_reset(&path);
		tkt_buf_printf(&path, "%s/%s", TKT_PRIVATE_TMP, l.items[i].name);
		if (tkt_io_stat(c->fd, path.ptr, &st) == 0 && c->now - (tkt_time)st.st_mtime > STALE_AFTER)
			FIND("T017", path.ptr, 0, "tkt doctor --fix removes it",
			     "a temporary file that an interrupted command left");
	}
out:
	tkt_listing_release(&l);
	tkt_buf_release(&path);
}

static void check_rescued(struct tkt_check *c)
{
	struct tkt_listing l = { 0 };
	struct tkt_buf path = TKT_BUF_INIT;
	static const char *const dirs[] = { TKT_PRIVATE_RESCUED, TKT_PRIVATE };

	for (size_t d = 0; d < TKT_LEN(dirs); d++) {
		bool all = strcmp(dirs[d], TKT_PRIVATE) != 0;

		if (tkt_walk_list(&l, c->fd, dirs[d], NULL) != 0)
			continue;
		for (size_t i = 0; i < l.n; i++) {
			if (!all && !tkt_starts_with(l.items[i].name, "journal.damaged"))
				continue;
			tkt_buf_reset(&path);
			tkt_buf_printf(&path, "%s/%s", dirs[d], l.items[i].name);
			FIND("T083", path.ptr, 0, "look whether its words are in the ticket; then move the file away",
			     "a recovery could not put this where it belongs");
		}
		tkt_listing_release(&l);
	}
	tkt_buf_release(&path);
}

/* What every writer opens: a link or a thing of another kind there keeps all of them out. */
static void check_private_entry(struct tkt_check *c, const char *path, bool dir)
{
	struct stat st;

	if (tkt_io_stat(c->fd, path, &st) < 0 || (dir ? S_ISDIR(st.st_mode) : S_ISREG(st.st_mode)))
		return;
	if (S_ISLNK(st.st_mode))
		FIND("T011", path, 0, "remove it; the next command that writes makes it anew",
		     "'%s' is a symbolic link, so nothing can be written", path);
	else
		FIND("T013", path, 0, "move it out of the way; the next command that writes makes it anew",
		     "'%s' is no %s, so nothing can be written", path, dir ? "directory" : "regular file");
}

static void check_private(struct tkt_check *c)
{
	struct stat st;

	if (tkt_io_stat(c->fd, TKT_PRIVATE, &st) < 0)
		return;
	if (!S_ISDIR(st.st_mode)) {
		if (S_ISLNK(st.st_mode))
			FIND("T011", TKT_PRIVATE, 0, "put a directory there; tkt follows no links",
			     "'%s' is a symbolic link", TKT_PRIVATE);
		else
			FIND("T013", TKT_PRIVATE, 0, "look at it and move it out of the way", "'%s' is no directory",
			     TKT_PRIVATE);
		return;
	}
	if (tkt_io_stat(c->fd, TKT_PRIVATE "/.gitignore", &st) < 0)
		FIND("T082", TKT_PRIVATE, 0, "write * into .tkt/.gitignore (doctor --fix does)",
		     "'%s' has no .gitignore, so git add takes the lock and the index", TKT_PRIVATE);
	check_private_entry(c, TKT_PRIVATE_LOCK, false);
	check_private_entry(c, TKT_PRIVATE_TMP, true);
	check_journal(c);
	check_temporaries(c);
	check_rescued(c);
}

/* --- beside the root --- */

/* "tickets/", some characters, ".md", as one word. */
static bool names_legacy(struct tkt_str line)
{
	const char *end = line.ptr + line.len, *p = line.ptr;

	while (p < end && (p = memmem(p, (size_t)(end - p), "tickets/", 8))) {
		p += 8;
		for (const char *q = p; q + 3 <= end && !strchr(" \t)]>\"'`", *q); q++)
			if (memcmp(q, ".md", 3) == 0)
				return true;
	}
	return false;
}

static void check_todo(struct tkt_check *c, int parent)
{
	struct tkt_str line;
	size_t pos = 0, no = 0;

	if (tkt_file_read(parent, "TODO.md", TKT_ITEM_MAX, &c->item, NULL, NULL) != 0)
		return;
	while (tkt_str_line((struct tkt_str){ c->item.ptr, c->item.len }, &pos, &line)) {
		no++;
		if (!names_legacy(line))
			continue;
		FIND("T018", "../TODO.md", no, "refer to the ticket by its id or key",
		     "TODO.md still references legacy tickets/*.md");
		return;
	}
}

static void check_legacy(struct tkt_check *c)
{
	struct tkt_listing l = { 0 };
	struct tkt_buf path = TKT_BUF_INIT;
	int parent = -1;

	tkt_buf_printf(&path, "%s/..", c->s->root);
	if (tkt_dir_open(&parent, path.ptr, NULL) != 0)
		goto out;
	check_todo(c, parent);
	if (tkt_walk_list(&l, parent, "tickets", NULL) != 0)
		goto out;
	for (size_t i = 0; i < l.n; i++) {
		if (l.items[i].type != TKT_ENTRY_FILE || !tkt_ends_with(l.items[i].name, ".md"))
			continue;
		tkt_buf_reset(&path);
		tkt_buf_printf(&path, "../tickets/%s", l.items[i].name);
		FIND("T019", path.ptr, 0, "make it a ticket: tkt create --body-file FILE",
		     "legacy ticket file remains: %s", path.ptr + 3);
	}
out:
	if (parent >= 0)
		tkt_io_close(parent);
	tkt_listing_release(&l);
	tkt_buf_release(&path);
}

void tkt_check_root(struct tkt_check *c)
{
	check_config(c);
	check_private(c);
	check_legacy(c);
}
