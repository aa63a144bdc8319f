/* store/scan: reading the frontmatter of many tickets at speed. */
#include "store/scan.h"

#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "sys/file.h"
#include "sys/io.h"

#define HEAD_BYTES 2048 /* most frontmatters are a quarter of this */

void tkt_scan_open(struct tkt_scan *c, struct tkt_store *s)
{
	c->s = s;
	c->fm = (struct tkt_fm){ .items = NULL };
	tkt_buf_init(&c->path);
	tkt_buf_init(&c->text);
	for (int i = 0; i < TKT_STATUS_N; i++)
		if (tkt_dir_openat(&c->dirs[i], tkt_store_fd(s),
				   tkt_status_name((enum tkt_status)i), NULL) != 0)
			c->dirs[i] = -1;
}

void tkt_scan_close(struct tkt_scan *c)
{
	for (int i = 0; i < TKT_STATUS_N; i++)
		if (c->dirs[i] >= 0)
			tkt_io_close(c->dirs[i]);
	tkt_buf_release(&c->path);
	tkt_buf_release(&c->text);
	tkt_fm_release(&c->fm);
}

/* The frontmatter of a ticket that lies where it was listed and is as usual. Moved, long or bad: the
 * careful way finds out and has the words for it. */
static bool scan_quick(struct tkt_scan *c, const struct tkt_name *name)
{
	bool whole;

	tkt_buf_reset(&c->path);
	tkt_buf_puts(&c->path, name->id);
	tkt_buf_puts(&c->path, "/item.md");
	return c->dirs[name->status] >= 0 &&
	       tkt_file_head(c->dirs[name->status], c->path.ptr, HEAD_BYTES, &c->text, &whole) == 0 &&
	       tkt_fm_scan(&c->fm, c->text.ptr, c->text.len, NULL) == 0;
}

int tkt_scan_read(struct tkt_scan *c, const struct tkt_name *name, struct tkt_record *out,
		  struct tkt_error *err)
{
	if (!scan_quick(c, name))
		return tkt_store_load_at(c->s, name, TKT_READ_HEAD, out, err);
	tkt_record_init(out);
	tkt_ticket_read(&out->ticket, &c->fm);
	out->id = tkt_strdup(name->id);
	out->status = out->ticket.status = name->status;
	return 0;
}

int tkt_scan_columns(struct tkt_scan *c, const struct tkt_name *name, enum tkt_status *status,
		     struct tkt_buf *out, struct tkt_error *err)
{
	struct tkt_record r;
	int rc;

	if (scan_quick(c, name)) {
		*status = name->status;
		tkt_buf_add(out, name->id, strlen(name->id) + 1);
		tkt_ticket_columns(out, &c->fm);
		return 0;
	}
	rc = tkt_store_load_at(c->s, name, TKT_READ_HEAD, &r, err);
	if (rc)
		return rc;
	*status = r.status;
	tkt_buf_add(out, r.id, strlen(r.id) + 1);
	tkt_ticket_columns_of(out, &r.ticket);
	tkt_record_release(&r);
	return 0;
}

bool tkt_scan_lies(struct tkt_scan *c, const char *id, unsigned statuses)
{
	struct stat st;

	for (int i = 0; i < TKT_STATUS_N; i++)
		if (statuses & 1u << i && c->dirs[i] >= 0 &&
		    tkt_io_stat(c->dirs[i], id, &st) == 0 && S_ISDIR(st.st_mode))
			return true;
	return false;
}
