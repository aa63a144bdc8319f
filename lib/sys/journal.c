#include "sys/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "sys/file.h"
#include "sys/file_impl.h"
#include "sys/io.h"

#define MAGIC "tkt-journal 1 "
#define JOURNAL_MAX ((size_t)256 * 1024 * 1024)

/* The temporary has a fixed name: the lock is held, so one of that name is a dead writer's. */
static void temp_name(struct tkt_buf *out, const char *name)
{
	tkt_buf_printf(out, "%s.new", name);
}

static int drop_temp(int dirfd, const char *temp, struct tkt_error *err)
{
	if (!tkt_io_unlink(dirfd, temp, false) || errno == ENOENT)
		return 0;
	return tkt_file_fail(err, errno, "remove", temp);
}

int tkt_journal_write(int dirfd, const char *name, const void *payload, size_t n, bool sync,
		      struct tkt_error *err)
{
	struct tkt_buf temp = TKT_BUF_INIT, text = TKT_BUF_INIT;
	int code;

	temp_name(&temp, name);
	tkt_buf_printf(&text, MAGIC "%zu %016" PRIx64 "\n", n, tkt_fnv1a(payload, n));
	tkt_buf_add(&text, payload, n);
	code = drop_temp(dirfd, temp.ptr, err);
	if (!code)
		code = tkt_file_create(dirfd, temp.ptr, text.ptr, text.len, sync, err);
	if (code)
		goto out;
#ifdef TKT_MUTANT_SWAPPED_ORDER /* the directory is made durable before there is anything new in it */
	sync = sync && tkt_io_fsync(dirfd) < 0;
#endif
	if (tkt_io_rename(dirfd, temp.ptr, dirfd, name) < 0) {
		code = tkt_file_fail(err, errno, "write", name);
		tkt_io_unlink(dirfd, temp.ptr, false);
	} else if (sync && tkt_io_fsync(dirfd) < 0) {
		code = tkt_file_fail(err, errno, "make durable", name);
		/* Told "failed", the caller does nothing: then nobody may do it later either. */
		tkt_io_unlink(dirfd, name, false);
	}
out:
	tkt_buf_release(&temp);
	tkt_buf_release(&text);
	return code;
}

/* Bytes of the header, or 0 where the text is not one whole journal. */
static size_t check(const struct tkt_buf *text)
{
	const char *end = memchr(text->ptr, '\n', text->len);
	char head[64];
	size_t n, payload;

	if (!end)
		return 0;
	n = (size_t)(end - text->ptr) + 1;
	payload = text->len - n;
	/* What it must say is known: no parsing, and no second spelling that would pass. */
	snprintf(head, sizeof head, MAGIC "%zu %016" PRIx64 "\n", payload,
		 tkt_fnv1a(text->ptr + n, payload));
	return strlen(head) == n && !memcmp(head, text->ptr, n) ? n : 0;
}

int tkt_journal_read(int dirfd, const char *name, struct tkt_buf *payload, struct tkt_error *err)
{
	size_t head;
	int code = tkt_file_read(dirfd, name, JOURNAL_MAX, payload, NULL, err);

	if (code)
		return code;
	head = check(payload);
	if (!head) {
		tkt_buf_reset(payload);
		return tkt_error_set(err, TKT_EINVALID, "the journal '%s' is cut short or damaged", name);
	}
	memmove(payload->ptr, payload->ptr + head, payload->len - head);
	tkt_buf_truncate(payload, payload->len - head);
	return 0;
}

/* Always durable: a journal that comes back after a crash would be done again over newer changes. */
int tkt_journal_clear(int dirfd, const char *name, struct tkt_error *err)
{
	if (tkt_io_unlink(dirfd, name, false) < 0)
		return errno == ENOENT ? 0 : tkt_file_fail(err, errno, "remove", name);
	if (tkt_io_fsync(dirfd) < 0)
		return tkt_file_fail(err, errno, "make durable the removal of", name);
	return 0;
}
