/* store/record: one ticket from its directory into memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "store/store_int.h"
#include "sys/file.h"
#include "sys/io.h"
#include "sys/walk.h"

#define HEAD_BYTES 4096 /* the frontmatter and a good part of the body in one read */

void tkt_record_init(struct tkt_record *r)
{
	memset(r, 0, sizeof *r);
	tkt_buf_init(&r->item);
	tkt_buf_init(&r->thread_text);
	tkt_buf_init(&r->resolution);
	tkt_ticket_init(&r->ticket);
}

void tkt_record_release(struct tkt_record *r)
{
	if (!r)
		return;
	free(r->id);
	tkt_buf_release(&r->item);
	tkt_buf_release(&r->thread_text);
	tkt_buf_release(&r->resolution);
	tkt_ticket_release(&r->ticket);
	tkt_thread_release(&r->thread);
	for (size_t i = 0; i < r->artifacts.n; i++)
		free(r->artifacts.items[i].name);
	free(r->artifacts.items);
	tkt_record_init(r);
}

/* Errors name the file as the user sees it. */
static int at_file(struct tkt_store *s, const struct tkt_name *name, const char *file, int rc,
		   struct tkt_error *from, struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT;

	tkt_store_show_path(s, &path, name->status, name->id, file);
	if (!from->code)
		tkt_error_set(from, (enum tkt_code)rc, "cannot read '%s'", path.ptr);
	tkt_error_at(from, path.ptr, 0);
	tkt_buf_release(&path);
	return tkt_error_move(err, from);
}

static int read_item(struct tkt_store *s, const struct tkt_name *name, unsigned what,
		     struct tkt_record *r, struct tkt_error *err)
{
	struct tkt_error ferr = TKT_ERROR_INIT;
	struct tkt_buf path = TKT_BUF_INIT;
	bool whole = true;
	int rc;

	tkt_store_path(&path, name->status, name->id, "item.md");
	if (what & TKT_READ_ITEM) {
		rc = tkt_file_read(s->fd, path.ptr, TKT_ITEM_MAX, &r->item, NULL, &ferr);
	} else {
		rc = tkt_file_head(s->fd, path.ptr, HEAD_BYTES, &r->item, &whole);
		if (rc && rc != TKT_ENOTFOUND) /* once more for the message */
			rc = tkt_file_read(s->fd, path.ptr, TKT_ITEM_MAX, &r->item, NULL, &ferr);
	}
	if (!rc)
		rc = tkt_ticket_parse(&r->ticket, r->item.ptr, r->item.len, &ferr);
	if (rc == TKT_EINVALID && !whole) { /* long frontmatter: the head was not enough */
		tkt_error_release(&ferr);
		tkt_ticket_release(&r->ticket);
		rc = tkt_file_read(s->fd, path.ptr, TKT_ITEM_MAX, &r->item, NULL, &ferr);
		if (!rc)
			rc = tkt_ticket_parse(&r->ticket, r->item.ptr, r->item.len, &ferr);
		whole = true;
	}
	if (rc) {
		rc = at_file(s, name, "item.md", rc, &ferr, err);
	} else {
		r->ticket.status = name->status;
		if (whole)
			r->have |= TKT_READ_ITEM;
	}
	tkt_error_release(&ferr);
	tkt_buf_release(&path);
	return rc;
}

/* thread.md and resolution.md may be missing; anything else wrong with them is told. */
static int read_optional(struct tkt_store *s, const struct tkt_name *name, const char *file,
			 size_t max, struct tkt_buf *out, bool *has, struct tkt_error *err)
{
	struct tkt_error ferr = TKT_ERROR_INIT;
	struct tkt_buf path = TKT_BUF_INIT;
	int rc;

	tkt_store_path(&path, name->status, name->id, file);
	rc = tkt_file_read(s->fd, path.ptr, max, out, NULL, &ferr);
	*has = rc == 0;
	if (rc == TKT_ENOTFOUND)
		rc = 0;
	else if (rc)
		rc = at_file(s, name, file, rc, &ferr, err);
	tkt_error_release(&ferr);
	tkt_buf_release(&path);
	return rc;
}

static int read_artifacts(struct tkt_store *s, const struct tkt_name *name, struct tkt_record *r,
			  struct tkt_error *err)
{
	struct tkt_listing l = { NULL, 0, 0, NULL };
	struct tkt_error lerr = TKT_ERROR_INIT;
	struct tkt_buf path = TKT_BUF_INIT;
	struct stat st;
	int rc;

	tkt_store_path(&path, name->status, name->id, "artifacts");
	rc = tkt_walk_list(&l, s->fd, path.ptr, &lerr);
	r->has_artifacts = rc == 0;
	if (rc == TKT_ENOTFOUND)
		rc = 0;
	else if (rc)
		rc = at_file(s, name, "artifacts", rc, &lerr, err);
	tkt_buf_putc(&path, '/');
	size_t base = path.len;

	for (size_t i = 0; i < l.n; i++) {
		if (l.items[i].name[0] == '.' || l.items[i].type == TKT_ENTRY_LINK)
			continue;
		tkt_buf_truncate(&path, base);
		tkt_buf_puts(&path, l.items[i].name);
		TKT_GROW(&r->artifacts);
		r->artifacts.items[r->artifacts.n++] = (struct tkt_artifact){
			tkt_strdup(l.items[i].name),
			tkt_io_stat(s->fd, path.ptr, &st) == 0 ? (long long)st.st_size : 0,
		};
	}
	tkt_listing_release(&l);
	tkt_error_release(&lerr);
	tkt_buf_release(&path);
	return rc;
}

/* Any change of directory, item or thread is another rev, on every clone the same. */
static void set_rev(struct tkt_record *r)
{
	static const char digits[] = "0123456789abcdef";
	const char *status = tkt_status_name(r->status);
	struct tkt_sha1 sha;
	unsigned char sum[20];
	char len[24];

	tkt_sha1_init(&sha);
	tkt_sha1_add(&sha, status, strlen(status) + 1);
	snprintf(len, sizeof len, "%zu", r->item.len);
	tkt_sha1_add(&sha, len, strlen(len) + 1);
	tkt_sha1_add(&sha, r->item.ptr, r->item.len);
	tkt_sha1_add(&sha, r->thread_text.ptr, r->thread_text.len);
	tkt_sha1_final(&sha, sum);
	for (size_t i = 0; i < 8; i++) {
		r->rev[2 * i] = digits[sum[i] >> 4];
		r->rev[2 * i + 1] = digits[sum[i] & 15];
	}
	r->rev[16] = '\0';
}

static int read_all(struct tkt_store *s, const struct tkt_name *name, unsigned what,
		    struct tkt_record *r, struct tkt_error *err)
{
	int rc;

	r->id = tkt_strdup(name->id);
	r->status = name->status;
	rc = read_item(s, name, what, r, err);
	if (!rc && what & TKT_READ_THREAD) {
		rc = read_optional(s, name, "thread.md", TKT_THREAD_MAX, &r->thread_text,
				   &r->has_thread, err);
		if (!rc)
			tkt_thread_parse(&r->thread, r->thread_text.ptr, r->thread_text.len);
	}
	if (!rc && what & TKT_READ_RESOLUTION)
		rc = read_optional(s, name, "resolution.md", TKT_ITEM_MAX, &r->resolution,
				   &r->has_resolution, err);
	if (!rc && what & TKT_READ_ARTIFACTS)
		rc = read_artifacts(s, name, r, err);
	if (!rc) {
		r->have |= what & TKT_READ_FULL;
		if ((r->have & 3) == 3 && !(what & TKT_READ_NO_REV))
			set_rev(r);
	}
	return rc;
}

int tkt_store_load_at(struct tkt_store *s, const struct tkt_name *name, unsigned what,
		      struct tkt_record *out, struct tkt_error *err)
{
	struct tkt_error ferr = TKT_ERROR_INIT;
	struct tkt_name again = *name;
	int rc;

	tkt_record_init(out);
	rc = read_all(s, name, what, out, &ferr);
	/* Moved since it was listed? Then it lies elsewhere now, and is read there. */
	if (rc == TKT_ENOTFOUND && tkt_store_where(s, name->id, &again.status, NULL) == 0 &&
	    again.status != name->status) {
		tkt_record_release(out);
		tkt_error_release(&ferr);
		rc = read_all(s, &again, what, out, &ferr);
	}
	if (rc) {
		tkt_record_release(out);
		rc = tkt_error_move(err, &ferr);
	}
	tkt_error_release(&ferr);
	return rc;
}

int tkt_store_load(struct tkt_store *s, const char *id, unsigned what, struct tkt_record *out,
		   struct tkt_error *err)
{
	struct tkt_name name = { id, TKT_OPEN };
	int rc = tkt_store_where(s, id, &name.status, err);

	if (!rc)
		rc = tkt_store_load_at(s, &name, what, out, err);
	return rc;
}
