/* ops/doctor_git_rebuild: a thread in conflict that cannot be read, since comments quote markers, from git's commits.
 *
 * While a merge is under way the commits are at hand, so nobody must tell git's markers from a comment's. */
#include <string.h>

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

/* Nothing but lines of the sides and markers: nobody has written in it since. */
static bool is_gits(const struct tkt_merge_look *l, const struct tkt_merge_one *o)
{
	struct tkt_str line;
	size_t pos = 0;

	if (o->here.bytes.len > TKT_EVENT_MAX)
		return false;
	while (tkt_str_line(tkt_merge_str(&o->here.bytes), &pos, &line)) {
		bool known = !line.len || tkt_mark_length(line, '<') || tkt_mark_length(line, '|') ||
			     tkt_mark_length(line, '=') || tkt_mark_length(line, '>');

		for (size_t i = 0; i < l->sides.n && !known; i++)
			known = holds_line(&o->sides[i].bytes, line);
		if (!known)
			return false;
	}
	return true;
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
	bool clean = true;
	size_t at = 0;
	int rc = tkt_merge_read_one(l, o, err);

	if (!rc && is_gits(l, o))
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
