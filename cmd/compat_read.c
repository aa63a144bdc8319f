/* cmd/compat_read: tickets by the eyes of a plain line reader. */
#include "compat.h"

#include "base/mem.h"
#include "base/str.h"
#include "sys/file.h"

#define ALL_STATUSES (1U << TKT_OPEN | 1U << TKT_PENDING | 1U << TKT_CLOSED)
#define LOOKS 3
#define THREAD_LINES 80

void compat_open(struct compat *k)
{
	if (k->fd < 0)
		(void)tkt_dir_open(&k->fd, k->root, NULL); /* no root: no tickets */
}

/* --- item.md --------------------------------------------------------------------------------- */

/* The lines between the two ---, one after the other. *pos starts at 0. */
static bool next_line(struct tkt_str text, size_t *pos, struct tkt_str *line)
{
	if (*pos == 0 && !(tkt_str_line(text, pos, line) && tkt_str_eq(*line, "---")))
		return false;
	return tkt_str_line(text, pos, line) && !tkt_str_eq(*line, "---");
}

/* What follows "key:", if the line starts so. */
static bool has_key(struct tkt_str line, const char *key, struct tkt_str *rest)
{
	size_t n = strlen(key);

	if (line.len <= n || memcmp(line.ptr, key, n) != 0 || line.ptr[n] != ':')
		return false;
	rest->ptr = line.ptr + n + 1;
	rest->len = line.len - n - 1;
	return true;
}

struct tkt_str compat_value(const struct tkt_buf *item, const char *key)
{
	const struct tkt_str text = { item->ptr, item->len };
	struct tkt_str line, value = { "", 0 };
	size_t pos = 0;

	while (next_line(text, &pos, &line)) {
		if (!has_key(line, key, &value))
			continue;
		while (value.len && strchr(" \t\v\f\r", *value.ptr) && *value.ptr) {
			value.ptr++;
			value.len--;
		}
		break;
	}
	return value;
}

void compat_set(struct tkt_buf *out, const struct tkt_buf *item, const char *status, const char *at)
{
	const struct tkt_str text = { item->ptr, item->len };
	struct tkt_str line, rest;
	size_t pos = 0, copied = 0;

	tkt_buf_reset(out);
	while (next_line(text, &pos, &line)) {
		const char *key = has_key(line, "updated_at", &rest)     ? "updated_at" :
				  status && has_key(line, "status", &rest) ? "status" :
									     NULL;

		if (!key)
			continue;
		tkt_buf_add(out, text.ptr + copied, (size_t)(line.ptr - text.ptr) - copied);
		tkt_buf_printf(out, "%s: %s", key, *key == 'u' ? at : status);
		copied = (size_t)(line.ptr - text.ptr) + line.len;
	}
	tkt_buf_add(out, text.ptr + copied, text.len - copied);
}

bool compat_item(struct compat *k, enum tkt_status status, const char *name, struct tkt_buf *item)
{
	struct tkt_buf path = TKT_BUF_INIT;
	int code;

	tkt_store_path(&path, status, name, "item.md");
	code = tkt_file_read(k->fd, path.ptr, TKT_THREAD_MAX, item, NULL, NULL);
	tkt_buf_release(&path);
	return code == 0 || code == TKT_EIO; /* one that cannot be read has no values */
}

/* --- which tickets --------------------------------------------------------------------------- */

/* A name that is no id is nothing to open, and neither is a link. A directory that is a link, or
 * cannot be read, has no tickets. */
static void all_names(struct compat *k, unsigned statuses, struct tkt_names *out)
{
	memset(out, 0, sizeof *out);
	for (int s = 0; k->fd >= 0 && s < TKT_STATUS_N; s++)
		if (statuses & 1U << s)
			(void)tkt_names_add(out, k->fd, (enum tkt_status)s, true, NULL);
}

static int ambiguous(struct compat *k, const char *query, const struct tkt_strv *dirs)
{
	struct tkt_buf text = TKT_BUF_INIT;

	for (size_t i = 0; i < dirs->n; i++)
		tkt_buf_printf(&text, "%s/%s\n", k->root, dirs->items[i]);
	cli_err_write(k->c, text.ptr, text.len);
	tkt_buf_release(&text);
	return compat_fail(k, "ambiguous work item: %s", query);
}

/* The first match in `out`, all of them as "status/name" in dirs. */
static void matches(struct compat *k, const char *query, struct compat_ticket *out,
		    struct tkt_strv *dirs)
{
	struct tkt_buf item = TKT_BUF_INIT, path = TKT_BUF_INIT;
	struct tkt_names names;

	all_names(k, ALL_STATUSES, &names);
	for (size_t i = 0; *query && i < names.n; i++) {
		const struct tkt_name *n = &names.items[i];

		if (!compat_item(k, n->status, n->id, &item) ||
		    !(tkt_str_eq(compat_value(&item, "id"), query) ||
		      tkt_str_eq(compat_value(&item, "slug"), query)))
			continue;
		tkt_buf_reset(&path);
		tkt_store_path(&path, n->status, n->id, NULL);
		tkt_strv_push(dirs, path.ptr);
		if (dirs->n > 1)
			continue;
		free(out->name);
		out->name = tkt_strdup(n->id);
		out->status = n->status;
		tkt_buf_reset(&out->item);
		tkt_buf_add(&out->item, item.ptr, item.len);
	}
	tkt_names_release(&names);
	tkt_buf_release(&item);
	tkt_buf_release(&path);
}

/* None or several may be a ticket that was just moving from one directory to the next: then a
 * second look. */
int compat_find(struct compat *k, const char *query, struct compat_ticket *out)
{
	struct tkt_strv dirs = TKT_STRV_INIT;
	int status = 0;

	for (int look = 0; look < LOOKS && dirs.n != 1; look++) {
		tkt_strv_release(&dirs);
		matches(k, query, out, &dirs);
	}
	if (dirs.n == 0)
		status = compat_fail(k, "work item not found: %s", query);
	else if (dirs.n > 1)
		status = ambiguous(k, query, &dirs);
	tkt_strv_release(&dirs);
	return status;
}

void compat_ticket_release(struct compat_ticket *t)
{
	free(t->name);
	t->name = NULL;
	tkt_buf_release(&t->item);
}

/* --- list and show --------------------------------------------------------------------------- */

static void put_value(struct tkt_buf *out, const char *before, const struct tkt_buf *item,
		      const char *key, const char *after)
{
	struct tkt_str value = compat_value(item, key);

	tkt_buf_puts(out, before);
	tkt_buf_add(out, value.ptr, value.len);
	tkt_buf_puts(out, after);
}

int compat_list(struct compat *k, unsigned statuses)
{
	static const char *const columns[] = { "status", "id", "slug", "title", "kind", "priority",
					       "updated_at" };
	struct tkt_buf item = TKT_BUF_INIT;
	struct tkt_names names;
	size_t i, column;

	for (column = 0; column < TKT_LEN(columns); column++)
		tkt_buf_printf(&k->c->out, "%s%s", column ? "\t" : "", columns[column]);
	tkt_buf_putc(&k->c->out, '\n');
	all_names(k, statuses, &names);
	for (i = 0; i < names.n; i++) {
		if (!compat_item(k, names.items[i].status, names.items[i].id, &item))
			continue;
		for (column = 0; column < TKT_LEN(columns); column++)
			put_value(&k->c->out, column ? "\t" : "", &item, columns[column], "");
		tkt_buf_putc(&k->c->out, '\n');
	}
	tkt_names_release(&names);
	tkt_buf_release(&item);
	return 0;
}

/* tail -n 80 */
static void put_tail(struct tkt_buf *out, const struct tkt_buf *text)
{
	size_t start = text->len, lines = 0;

	while (start > 0) {
		if (text->ptr[start - 1] == '\n' && start < text->len && ++lines == THREAD_LINES)
			break;
		start--;
	}
	tkt_buf_add(out, text->ptr + start, text->len - start);
}

int compat_show(struct compat *k, const char *query)
{
	struct compat_ticket t = COMPAT_TICKET_INIT;
	struct tkt_buf path = TKT_BUF_INIT, thread = TKT_BUF_INIT, *out = &k->c->out;
	int status = compat_find(k, query, &t);

	if (status)
		goto out;
	put_value(out, "# ", &t.item, "title", "\n\n");
	tkt_buf_printf(out, "Path: %s/%s/%s\n", k->root, tkt_status_name(t.status), t.name);
	put_value(out, "Status: ", &t.item, "status", "\n");
	put_value(out, "ID: ", &t.item, "id", "\n");
	put_value(out, "Slug: ", &t.item, "slug", "\n\n## item.md\n\n");
	tkt_buf_add(out, t.item.ptr, t.item.len);
	tkt_buf_puts(out, "\n\n## thread.md\n\n");
	tkt_store_path(&path, t.status, t.name, "thread.md");
	if (tkt_file_read(k->fd, path.ptr, TKT_THREAD_MAX, &thread, NULL, NULL) == 0)
		put_tail(out, &thread);
	else
		tkt_buf_puts(out, "(missing thread.md)\n");
out:
	compat_ticket_release(&t);
	tkt_buf_release(&path);
	tkt_buf_release(&thread);
	return status;
}
