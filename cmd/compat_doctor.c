/* cmd/compat_doctor: what tickets.sh doctor finds. `tkt doctor` (store/check) finds all of this and
 * more; the words and the order here are the script's. */
#include "compat.h"

#include "base/mem.h"
#include "base/str.h"
#include "sys/file.h"
#include "sys/io.h"
#include "sys/walk.h"

struct doctor {
	struct compat *k;
	struct tkt_buf text; /* the findings */
	size_t n;
	struct tkt_strv ids, slugs;
};

static void finding(struct doctor *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void finding(struct doctor *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tkt_buf_puts(&d->text, "doctor: ");
	tkt_buf_vprintf(&d->text, fmt, ap);
	tkt_buf_putc(&d->text, '\n');
	va_end(ap);
	d->n++;
}

static bool is(struct doctor *d, const char *dir, const char *file, mode_t type)
{
	struct tkt_buf path = TKT_BUF_INIT;
	struct stat st;
	bool yes;

	if (d->k->fd < 0)
		return false;
	tkt_buf_puts(&path, dir);
	if (file)
		tkt_buf_printf(&path, "/%s", file);
	yes = tkt_io_stat(d->k->fd, path.ptr, &st) == 0 &&
	      (st.st_mode & S_IFMT) == type;
	tkt_buf_release(&path);
	return yes;
}

static void push(struct tkt_strv *v, struct tkt_str s)
{
	if (s.len)
		tkt_strv_push_n(v, s.ptr, s.len);
}

/* dir is "open/<name>" below the root. */
static void check_item(struct doctor *d, enum tkt_status status, const char *dir,
		       const struct tkt_buf *item)
{
	const char *root = d->k->root, *name = strchr(dir, '/') + 1;
	const struct tkt_str text = { item->ptr, item->len };
	struct tkt_str line, id, word;
	size_t fields, pos = 0;
	const struct tkt_field *field = tkt_fields(&fields);

	if (!tkt_str_line(text, &pos, &line) || !tkt_str_eq(line, "---"))
		finding(d, "item.md missing frontmatter opener: %s/%s/item.md", root, dir);
	for (size_t i = 0; i < fields; i++)
		if (field[i].required && compat_value(item, field[i].name).len == 0)
			finding(d, "missing required field '%s': %s/%s/item.md", field[i].name, root,
				dir);
	id = compat_value(item, "id");
	word = compat_value(item, "status");
	push(&d->ids, id);
	push(&d->slugs, compat_value(item, "slug"));
	if (id.len && !tkt_str_eq(id, name))
		finding(d, "directory id mismatch: %s/%s has id %.*s", root, dir, (int)id.len, id.ptr);
	if (!tkt_str_eq(word, tkt_status_name(status)))
		finding(d, "status mismatch: %s/%s/item.md has '%.*s' under '%s'", root, dir,
			(int)word.len, word.ptr, tkt_status_name(status));
}

static void check_ticket(struct doctor *d, enum tkt_status status, const char *name)
{
	const char *root = d->k->root;
	struct tkt_buf dir = TKT_BUF_INIT, item = TKT_BUF_INIT;

	tkt_store_path(&dir, status, name, NULL);
	if (!is(d, dir.ptr, "item.md", S_IFREG)) {
		finding(d, "missing item.md: %s/%s", root, dir.ptr);
	} else {
		if (!is(d, dir.ptr, "thread.md", S_IFREG))
			finding(d, "missing thread.md: %s/%s", root, dir.ptr);
		if (!is(d, dir.ptr, "artifacts", S_IFDIR))
			finding(d, "missing artifacts/: %s/%s", root, dir.ptr);
		compat_item(d->k, status, name, &item);
		check_item(d, status, dir.ptr, &item);
	}
	tkt_buf_release(&dir);
	tkt_buf_release(&item);
}

static void check_status(struct doctor *d, enum tkt_status status)
{
	struct tkt_listing names;

	memset(&names, 0, sizeof names);
	if (d->k->fd < 0 ||
	    tkt_walk_list(&names, d->k->fd, tkt_status_name(status), NULL) != 0)
		return;
	for (size_t i = 0; i < names.n; i++) {
		const struct tkt_entry *e = &names.items[i];

		/* not what `*` names, or no line */
		if (e->type == TKT_ENTRY_DIR && e->name[0] != '.' && !strchr(e->name, '\n'))
			check_ticket(d, status, e->name);
	}
	tkt_listing_release(&names);
}

static void duplicates(struct doctor *d, struct tkt_strv *v, const char *what)
{
	tkt_strv_sort(v);
	for (size_t i = 1; i < v->n; i++)
		if (strcmp(v->items[i], v->items[i - 1]) == 0 &&
		    (i == 1 || strcmp(v->items[i], v->items[i - 2]) != 0))
			finding(d, "duplicate %s: %s", what, v->items[i]);
}

/* --- what an older layout left --------------------------------------------------------------- */

/* tickets/[^][ )]+\.md or tickets/.*\.review\.md */
static bool names_legacy(const char *line)
{
	const char *at = line;

	while ((at = strstr(at, "tickets/")) != NULL) {
		at += strlen("tickets/");
		if (strstr(at, ".review.md"))
			return true;
		for (const char *p = at; *p && !strchr("][ )", *p); p++)
			if (p > at && tkt_starts_with(p, ".md"))
				return true;
	}
	return false;
}

static void check_todo(struct doctor *d)
{
	struct tkt_buf text = TKT_BUF_INIT, copy = TKT_BUF_INIT;
	struct tkt_str line;
	struct stat st;
	size_t pos = 0;
	bool found = false;

	if (stat("TODO.md", &st) == 0 && S_ISREG(st.st_mode))
		(void)tkt_file_slurp("TODO.md", TKT_THREAD_MAX, &text, NULL);
	while (!found && tkt_str_line((struct tkt_str){ text.ptr, text.len }, &pos, &line)) {
		tkt_buf_reset(&copy);
		tkt_buf_add(&copy, line.ptr, line.len);
		found = names_legacy(copy.ptr);
	}
	if (found)
		finding(d, "TODO.md still references legacy tickets/*.md");
	tkt_buf_release(&text);
	tkt_buf_release(&copy);
}

/* Review files match both patterns and are named twice. */
static void check_legacy(struct doctor *d)
{
	static const char *const ends[] = { ".md", ".review.md" };
	struct tkt_listing names;
	struct stat st;
	int fd = -1;

	memset(&names, 0, sizeof names);
	if (tkt_dir_open(&fd, "tickets", NULL) == 0 && tkt_walk_list(&names, fd, ".", NULL) == 0) {
		for (size_t e = 0; e < TKT_LEN(ends); e++)
			for (size_t i = 0; i < names.n; i++)
				if (names.items[i].name[0] != '.' &&
				    tkt_ends_with(names.items[i].name, ends[e]) &&
				    fstatat(fd, names.items[i].name, &st, 0) == 0)
					finding(d, "legacy ticket file remains: tickets/%s",
						names.items[i].name);
	}
	tkt_listing_release(&names);
	if (fd >= 0)
		tkt_io_close(fd);
}

int compat_doctor(struct compat *k)
{
	struct doctor d = { k, TKT_BUF_INIT, 0, TKT_STRV_INIT, TKT_STRV_INIT };
	int s, status = 0;

	for (s = 0; s < TKT_STATUS_N; s++)
		if (!is(&d, tkt_status_name((enum tkt_status)s), NULL, S_IFDIR))
			finding(&d, "missing directory: %s/%s", k->root,
				tkt_status_name((enum tkt_status)s));
	for (s = 0; s < TKT_STATUS_N; s++)
		check_status(&d, (enum tkt_status)s);
	duplicates(&d, &d.ids, "id");
	duplicates(&d, &d.slugs, "slug");
	check_todo(&d);
	check_legacy(&d);
	if (d.n) {
		tkt_buf_printf(&d.text, "doctor: %zu error(s)\n", d.n);
		cli_err_write(k->c, d.text.ptr, d.text.len);
		status = 1;
	} else {
		tkt_buf_puts(&k->c->out, "doctor: ok\n");
	}
	tkt_buf_release(&d.text);
	tkt_strv_release(&d.ids);
	tkt_strv_release(&d.slugs);
	return status;
}
