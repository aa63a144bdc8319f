/* ops/init: a new root, safe to repeat; and its settings. */
#include "ops/init.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "store/txn.h"
#include "sys/file.h"
#include "sys/io.h"

#define RESOLUTION_LINE "resolution.md merge=tkt-thread\n"

/* Without the drivers registered git falls back to an ordinary conflict, which is safe; the
 * built-in union driver would eat events (tkt-hacking(7)). */
static const char attributes[] =
	"# Merge drivers for tickets. A git that knows no driver of this name merges like any text;\n"
	"# never use merge=union here: it drops bodies of events.\n"
	"item.md merge=tkt-item\n"
	"thread.md merge=tkt-thread\n"
	RESOLUTION_LINE;

static int make_file(int fd, const char *name, const char *text, size_t n, bool sync,
		     struct tkt_init_result *out, struct tkt_error *err)
{
	int rc;

	if (tkt_file_exists(fd, name))
		return 0;
	rc = tkt_file_create(fd, name, text, n, sync, err);
	if (!rc)
		tkt_strv_push(&out->made, name);
	return rc;
}

/* The line names this file, and gives it this driver (NULL: says anything about it). */
static bool names(struct tkt_str line, const char *file, const char *driver)
{
	size_t n = strlen(file);

	line = tkt_str_trim(line);
	return tkt_str_starts(line, file) && line.len > n && (line.ptr[n] == ' ' || line.ptr[n] == '\t') &&
	       (!driver || memmem(line.ptr + n, line.len - n, driver, strlen(driver)));
}

static bool says(const struct tkt_buf *text, const char *file, const char *driver)
{
	struct tkt_str line, all = { text->ptr, text->len };
	size_t pos = 0;

	while (tkt_str_line(all, &pos, &line))
		if (names(line, file, driver))
			return true;
	return false;
}

/* The first roots said nothing of resolution.md. The line is added where the file still gives threads to the driver
 * and has no line for resolution.md of its own; nothing else in it is touched. */
static int add_attributes(int fd, bool sync, struct tkt_init_result *out, struct tkt_error *err)
{
	struct tkt_buf old = TKT_BUF_INIT, next = TKT_BUF_INIT;
	int rc = tkt_file_read(fd, ".gitattributes", TKT_CONFIG_MAX, &old, NULL, NULL);

	/* What cannot be read is the user's own: nothing that `init` must have. */
	if (rc || !says(&old, "thread.md", "merge=tkt-thread") || says(&old, "resolution.md", NULL)) {
		rc = 0;
		goto out;
	}
	tkt_buf_add(&next, old.ptr, old.len);
	if (next.ptr[next.len - 1] != '\n')
		tkt_buf_putc(&next, '\n');
	tkt_buf_puts(&next, RESOLUTION_LINE);
	rc = tkt_file_replace(fd, ".gitattributes", fd, &old, next.ptr, next.len, sync, err);
	if (!rc)
		tkt_strv_push(&out->made, ".gitattributes");
out:
	tkt_buf_release(&old);
	tkt_buf_release(&next);
	return rc;
}

/* The text of config.yml, and whether it is legal, before anything is made. */
static int config_text(const struct tkt_init_req *req, struct tkt_buf *text, struct tkt_error *err)
{
	struct tkt_config parsed = { 0 };
	int rc;

	if (req->project) {
		tkt_buf_puts(text, "project: ");
		tkt_fm_quote(text, req->project);
		tkt_buf_putc(text, '\n');
	}
	tkt_buf_puts(text, "prefix: ");
	tkt_fm_quote(text, req->prefix ? req->prefix : "TKT");
	tkt_buf_putc(text, '\n');
	rc = tkt_config_parse(&parsed, text->ptr, text->len, err);
	if (!rc)
		tkt_config_release(&parsed);
	return rc;
}

static void note_missing(const char *root, struct tkt_init_result *out)
{
	int fd = -1;
	bool there = tkt_dir_open(&fd, root, NULL) == 0;

	for (int s = 0; s < TKT_STATUS_N; s++) {
		const char *name = tkt_status_name((enum tkt_status)s);

		if (!there || !tkt_file_exists(fd, name)) {
			char *dir = tkt_asprintf("%s/", name);

			tkt_strv_take(&out->made, dir);
		}
	}
	if (there)
		tkt_io_close(fd);
}

int tkt_op_init(const struct tkt_init_req *req, struct tkt_init_result *out, struct tkt_error *err)
{
	struct tkt_buf config = TKT_BUF_INIT;
	int fd = -1, rc;

	out->made = (struct tkt_strv)TKT_STRV_INIT;
	rc = config_text(req, &config, err);
	if (rc)
		goto out;
	note_missing(req->root, out);
	rc = tkt_store_make(req->root, req->no_sync, NULL, err);
	if (!rc)
		rc = tkt_dir_open(&fd, req->root, err);
	if (!rc)
		rc = make_file(fd, "config.yml", config.ptr, config.len, !req->no_sync, out, err);
	if (!rc && !req->no_git && tkt_file_exists(fd, ".gitattributes"))
		rc = add_attributes(fd, !req->no_sync, out, err);
	else if (!rc && !req->no_git)
		rc = make_file(fd, ".gitattributes", attributes, sizeof attributes - 1,
			       !req->no_sync, out, err);
	if (!rc && !req->no_sync && out->made.n)
		rc = tkt_dir_sync(fd, ".", err);
	if (fd >= 0)
		tkt_io_close(fd);
out:
	tkt_buf_release(&config);
	if (rc)
		tkt_init_result_release(out);
	return rc;
}

void tkt_init_result_release(struct tkt_init_result *r)
{
	tkt_strv_release(&r->made);
}

int tkt_op_config_get(struct tkt_project *p, const char *key, char **value, struct tkt_error *err)
{
	(void)err;
	*value = tkt_config_get(&p->config, key);
	return 0;
}

int tkt_op_config_set(struct tkt_project *p, const char *key, const char *value, struct tkt_error *err)
{
	struct tkt_buf old = TKT_BUF_INIT, next = TKT_BUF_INIT;
	struct tkt_txn *t = NULL;
	bool there;
	int rc;

	rc = tkt_txn_begin(&t, p->store, err);
	if (rc)
		return rc;
	there = tkt_file_exists(tkt_store_fd(p->store), "config.yml");
	if (there)
		rc = tkt_file_read(tkt_store_fd(p->store), "config.yml", TKT_CONFIG_MAX, &old, NULL,
				   err);
	if (!rc)
		rc = tkt_config_set(&next, there ? old.ptr : NULL, old.len, key, value, err);
	if (!rc) {
		tkt_txn_write(t, "config.yml", there ? &old : NULL, next.ptr, next.len);
		rc = tkt_txn_commit(t, err);
	}
	tkt_txn_free(t);
	tkt_buf_release(&old);
	tkt_buf_release(&next);
	return rc;
}
