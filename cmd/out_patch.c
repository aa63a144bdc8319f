/* out_patch: what a commit did to one file, as git-diff(1) writes it. */
#include "views.h"

#include "base/str.h"
#include "term.h"

/* --- names --- */

static bool wants_quotes(const char *path)
{
	size_t bad;

	for (const char *p = path; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == '"' || *p == '\\')
			return true;
	return !tkt_utf8_valid(path, strlen(path), &bad);
}

static void escape(struct tkt_buf *out, unsigned char ch)
{
	static const char *const letters = "\a\b\t\n\v\f\r\"\\", *const names = "abtnvfr\"\\";
	const char *at = ch ? strchr(letters, ch) : NULL;

	if (at)
		tkt_buf_printf(out, "\\%c", names[at - letters]);
	else if (ch < 0x20 || ch >= 0x7f)
		tkt_buf_printf(out, "\\%03o", ch);
	else
		tkt_buf_putc(out, (char)ch);
}

/* "a/path", in C's quotes where git would be at a loss without them. */
static void name(struct tkt_buf *out, const char *side, const char *path)
{
	if (!wants_quotes(path)) {
		tkt_buf_printf(out, "%s%s", side, path);
		return;
	}
	tkt_buf_printf(out, "\"%s", side);
	for (const char *p = path; *p; p++)
		escape(out, (unsigned char)*p);
	tkt_buf_putc(out, '"');
}

/* --- the head of a file --- */

static void side_line(struct tkt_buf *h, const char *mark, const char *side, const char *path)
{
	tkt_buf_puts(h, mark);
	if (path)
		name(h, side, path);
	else
		tkt_buf_puts(h, "/dev/null");
	if (path && !wants_quotes(path) && strchr(path, ' '))
		tkt_buf_putc(h, '\t'); /* so that patch(1) knows where it ends */
	tkt_buf_putc(h, '\n');
}

static void moved(struct tkt_buf *h, const struct tkt_git_file *f)
{
	const char *what = f->status == 'C' ? "copy" : "rename";

	if (!f->old_path)
		return;
	tkt_buf_printf(h, "%s from ", what);
	name(h, "", f->old_path);
	tkt_buf_printf(h, "\n%s to ", what);
	name(h, "", f->path);
	tkt_buf_putc(h, '\n');
}

static void head(struct tkt_buf *h, const struct tkt_git_file *f, unsigned old_mode, unsigned mode, bool body)
{
	const char *old = f->old_path ? f->old_path : f->path;

	tkt_buf_puts(h, "diff --git ");
	name(h, "a/", old);
	tkt_buf_putc(h, ' ');
	name(h, "b/", f->path);
	tkt_buf_putc(h, '\n');
	if (!old_mode)
		tkt_buf_printf(h, "new file mode %06o\n", mode);
	else if (!mode)
		tkt_buf_printf(h, "deleted file mode %06o\n", old_mode);
	else if (old_mode != mode)
		tkt_buf_printf(h, "old mode %06o\nnew mode %06o\n", old_mode, mode);
	moved(h, f);
	if (f->binary) {
		tkt_buf_puts(h, "Binary files ");
		if (old_mode)
			name(h, "a/", old);
		else
			tkt_buf_puts(h, "/dev/null");
		tkt_buf_puts(h, " and ");
		if (mode)
			name(h, "b/", f->path);
		else
			tkt_buf_puts(h, "/dev/null");
		tkt_buf_puts(h, " differ\n");
	} else if (f->big) {
		tkt_buf_printf(h, "Patch left out: +%ld -%ld, more than 1 MiB; --full shows it\n", f->added, f->removed);
	} else if (f->added < 0) {
		tkt_buf_puts(h, "Patch not known: this clone lacks the file; --fetch gets it\n");
	} else if (body) {
		side_line(h, "--- ", "a/", old_mode ? old : NULL);
		side_line(h, "+++ ", "b/", mode ? f->path : NULL);
	}
}

/* --- lines --- */

static enum paint paint_of(char sign)
{
	switch (sign) {
	case '+':
		return PAINT_OK;
	case '-':
		return PAINT_BAD;
	case '\\':
		return PAINT_DIM;
	default:
		return PAINT_N;
	}
}

/* "@@ -1,2 +1,2 @@" in one colour, the function behind it in none. */
static size_t hunk_head(struct cli *c, struct tkt_str line)
{
	const char *end = line.len > 4 ? memmem(line.ptr + 3, line.len - 3, " @@", 3) : NULL;
	size_t n = end ? (size_t)(end - line.ptr) + 3 : line.len;

	tkt_buf_puts(&c->out, term_on(c, PAINT_LINK));
	tkt_str_visible(&c->out, line.ptr, n, "\t");
	tkt_buf_puts(&c->out, term_off(c));
	return n;
}

static void patch_line(struct cli *c, struct tkt_str line)
{
	enum paint p = line.len ? paint_of(*line.ptr) : PAINT_N;
	size_t done = line.len > 2 && memcmp(line.ptr, "@@ ", 3) == 0 ? hunk_head(c, line) : 0;

	if (p != PAINT_N && c->color)
		tkt_buf_puts(&c->out, term_on(c, p));
	tkt_str_visible(&c->out, line.ptr + done, line.len - done, "\t");
	if (p != PAINT_N && c->color)
		tkt_buf_puts(&c->out, term_off(c));
	tkt_buf_putc(&c->out, '\n');
}

static void lines(struct cli *c, const char *text, size_t n, bool raw)
{
	struct tkt_str all = { text, n }, line;

	if (raw) {
		tkt_buf_add(&c->out, text, n);
		return;
	}
	for (size_t pos = 0; tkt_str_line(all, &pos, &line);)
		patch_line(c, line);
}

static void head_lines(struct cli *c, const struct tkt_buf *h, bool raw)
{
	struct tkt_str all = { h->ptr, h->len }, line;

	if (raw) {
		tkt_buf_add(&c->out, h->ptr, h->len);
		return;
	}
	for (size_t pos = 0; tkt_str_line(all, &pos, &line);) {
		tkt_buf_puts(&c->out, term_on(c, PAINT_BOLD));
		tkt_str_visible(&c->out, line.ptr, line.len, "\t");
		tkt_buf_puts(&c->out, term_off(c));
		tkt_buf_putc(&c->out, '\n');
	}
}

static void part(struct cli *c, const struct tkt_git_file *f, unsigned old_mode, unsigned mode, struct tkt_str hunks,
		 bool raw)
{
	struct tkt_buf h = TKT_BUF_INIT;

	head(&h, f, old_mode, mode, hunks.len > 0);
	head_lines(c, &h, raw);
	if (!f->binary && !f->big)
		lines(c, hunks.ptr, hunks.len, raw);
	tkt_buf_release(&h);
}

void out_patch(struct cli *c, const struct tkt_git_file *f, bool raw)
{
	struct tkt_str all = { f->patch.ptr, f->patch.len }, rest = all;
	const char *made;

	if (f->status != 'T' || f->binary || f->big) {
		part(c, f, f->old_mode, f->mode, all, raw);
		return;
	}
	/* A file that became a link: the one goes, the other comes; git apply knows no other way. */
	made = tkt_str_starts(all, "@@ -0,0 ") ? all.ptr : memmem(all.ptr, all.len, "\n@@ -0,0 ", 9);
	all.len = !made ? all.len : (size_t)(made - all.ptr) + (made > all.ptr);
	rest.ptr += all.len;
	rest.len -= all.len;
	part(c, f, f->old_mode, 0, all, raw);
	part(c, f, 0, f->mode, rest, raw);
}
