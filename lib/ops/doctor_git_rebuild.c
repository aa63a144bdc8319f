/* ops/doctor_git_rebuild: a thread in conflict that cannot be read, since comments quote markers, from git's commits.
 *
 * While a merge is under way the commits are at hand, so nobody must tell git's markers from a comment's. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ops/doctor_git_merge_int.h"
#include "text/marks.h"
#include "text/merge.h"

static bool holds_line(const struct tkt_buf *text, struct tkt_str line)
{
	const char *p = text->ptr, *end = text->ptr + text->len;

	while ((p = memmem(p, (size_t)(end - p), line.ptr, line.len)) != NULL) {
		if ((p == text->ptr || p[-1] == '\n') && (p + line.len == end || p[line.len] == '\n'))
			return true;
		p++;
	}
	return false;
}

struct lines {
	struct { struct tkt_str *items; size_t n, cap; } v;
};

/* Those that no side of the ticket holds stay. */
static int drop_known(struct tkt_merge_look *l, const char *id, const char *name, struct lines *left, struct tkt_error *err)
{
	struct tkt_buf bytes = TKT_BUF_INIT;
	size_t kept = 0, places = 0;
	int rc = 0;

	for (size_t i = 0; i < l->sides.n && !rc; i++) {
		rc = tkt_merge_read_side(l, i, id, name, &bytes, &places, err);
		tkt_buf_putc(&bytes, '\n');
	}
	for (size_t i = 0; i < left->v.n && !rc; i++)
		if (!holds_line(&bytes, left->v.items[i]))
			left->v.items[kept++] = left->v.items[i];
	if (!rc)
		left->v.n = kept;
	tkt_buf_release(&bytes);
	return rc;
}

int tkt_merge_is_gits(struct tkt_merge_look *l, const char *id, const char *name, const struct tkt_buf *text, bool *yes,
		      struct tkt_error *err)
{
	struct lines left = { { NULL, 0, 0 } };
	struct tkt_str line;
	size_t pos = 0;
	int rc = 0;

	*yes = false;
	if (text->len > TKT_EVENT_MAX)
		return 0;
	while (tkt_str_line(tkt_merge_str(text), &pos, &line)) {
		if (!line.len || tkt_mark_length(line, '<') || tkt_mark_length(line, '|') ||
		    tkt_mark_length(line, '=') || tkt_mark_length(line, '>'))
			continue;
		TKT_GROW(&left.v);
		left.v.items[left.v.n++] = line;
	}
	rc = drop_known(l, id, name, &left, err);
	/* Git may have taken it for the file of another ticket. */
	for (size_t i = 0; i < l->sides.ids.n && left.v.n && !rc; i++)
		rc = drop_known(l, l->sides.ids.items[i], name, &left, err);
	*yes = !rc && !left.v.n;
	free(left.v.items);
	return rc;
}

/* One side after the other is merged into the first, as the driver would. *clean: there is one answer. */
static int merge_sides(struct tkt_merge_look *l, const struct tkt_merge_one *o, struct tkt_buf *made, bool *clean,
		       struct tkt_error *err)
{
	int rc = 0;

	tkt_buf_add(made, o->sides[0].bytes.ptr, o->sides[0].bytes.len);
	for (size_t i = 1; i < l->sides.n && !rc; i++) {
		const struct tkt_git_side *side = &l->sides.items[i];
		struct tkt_merge_text base = { .bytes = TKT_BUF_INIT };
		struct tkt_strv conflicts = TKT_STRV_INIT;
		struct tkt_buf out = TKT_BUF_INIT;

		if (side->bases.n == 1)
			rc = tkt_merge_read_at(l, &side->bases.items[0], o->id, &base, err);
		if (!rc && o->sides[i].bytes.len) {
			const struct tkt_merge m = { tkt_merge_str(&base.bytes), tkt_merge_str(made),
								   tkt_merge_str(&o->sides[i].bytes) };

			tkt_merge_thread(&out, &m, &conflicts);
			*clean = *clean && !conflicts.n;
			tkt_buf_reset(made);
			tkt_buf_add(made, out.ptr, out.len);
		}
		tkt_strv_release(&conflicts);
		tkt_buf_release(&out);
		tkt_merge_text_release(&base);
	}
	return rc;
}

int tkt_merge_rebuild(struct tkt_merge_look *l, struct tkt_merge_one *o, struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT, made = TKT_BUF_INIT;
	bool clean = true, gits = false;
	size_t at = 0;
	int rc = tkt_merge_read_one(l, o, err);

	if (!rc)
		rc = tkt_merge_is_gits(l, o->id, "thread.md", &o->here.bytes, &gits, err);
	if (!rc && gits)
		rc = merge_sides(l, o, &made, &clean, err);
	if (!rc && made.len && clean && !tkt_marks_find(tkt_merge_str(&made), &at)) {
		tkt_store_path(&path, o->status, o->id, "thread.md");
		rc = l->dry ? 0 : tkt_merge_replace(l, path.ptr, &o->here.bytes, &made, err);
		if (!rc)
			tkt_findings_add(l->done, "T022", o->id, path.ptr, 0, NULL, "merged anew from git's commits");
	}
	tkt_buf_release(&path);
	tkt_buf_release(&made);
	return rc;
}
