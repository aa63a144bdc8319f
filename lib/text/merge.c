/* text/merge: what is common to all merges: byte order marks, line ends, and texts that are no text. */
#include "text/merge.h"

#include <string.h>

#include "text/merge_impl.h"

static const char mark[] = "\xef\xbb\xbf";

enum ends { ENDS_NONE, ENDS_LF, ENDS_CRLF, ENDS_MIXED };

static enum ends ends_of(struct tkt_str s)
{
	size_t lf = 0, crlf = 0;

	for (size_t pos = 0; pos < s.len;) {
		const char *nl = memchr(s.ptr + pos, '\n', s.len - pos);

		if (!nl)
			break;
		if (nl > s.ptr && nl[-1] == '\r')
			crlf++;
		else
			lf++;
		pos = (size_t)(nl - s.ptr) + 1;
	}
	if (lf && crlf)
		return ENDS_MIXED;
	return crlf ? ENDS_CRLF : lf ? ENDS_LF : ENDS_NONE;
}

/* Three-way, of anything that has no two halves; without a base the lesser one. */
static enum ends ends_merged(enum ends base, enum ends ours, enum ends theirs)
{
	if (ours == ENDS_NONE || theirs == ENDS_NONE)
		return ours == ENDS_NONE ? theirs : ours;
	if (ours == theirs || base == theirs)
		return ours;
	return base == ours ? theirs : ENDS_LF;
}

static bool take_mark(struct tkt_str *s)
{
	if (s->len < 3 || memcmp(s->ptr, mark, 3) != 0)
		return false;
	s->ptr += 3;
	s->len -= 3;
	return true;
}

static void to_lf(struct tkt_buf *out, struct tkt_str s)
{
	for (size_t pos = 0; pos < s.len;) {
		const char *nl = memchr(s.ptr + pos, '\n', s.len - pos);
		size_t next = nl ? (size_t)(nl - s.ptr) + 1 : s.len;
		bool crlf = nl && nl > s.ptr && nl[-1] == '\r';

		tkt_buf_add(out, s.ptr + pos, next - pos - (crlf ? 2 : 0));
		if (crlf)
			tkt_buf_putc(out, '\n');
		pos = next;
	}
}

static void to_crlf(struct tkt_buf *out, struct tkt_str s)
{
	for (size_t pos = 0; pos < s.len;) {
		const char *nl = memchr(s.ptr + pos, '\n', s.len - pos);
		size_t stop = nl ? (size_t)(nl - s.ptr) : s.len;

		tkt_buf_add(out, s.ptr + pos, stop - pos);
		if (nl)
			tkt_buf_puts(out, "\r\n");
		pos = nl ? stop + 1 : stop;
	}
}

void tkt_merge_plain(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_merge_with with,
		     struct tkt_strv *conflicts)
{
	struct tkt_buf lf[3] = { TKT_BUF_INIT, TKT_BUF_INIT, TKT_BUF_INIT }, made = TKT_BUF_INIT;
	struct tkt_merge plain = *m;
	struct tkt_str *const sides[3] = { &plain.base, &plain.ours, &plain.theirs };
	enum ends ends[3], wanted;
	bool marked[3], uniform = true;

	for (int i = 0; i < 3; i++) {
		marked[i] = take_mark(sides[i]);
		ends[i] = ends_of(*sides[i]);
		uniform = uniform && ends[i] != ENDS_MIXED;
	}
	wanted = uniform ? ends_merged(ends[0], ends[1], ends[2]) : ENDS_LF;
	for (int i = 0; i < 3 && uniform; i++) {
		if (ends[i] != ENDS_CRLF)
			continue;
		to_lf(&lf[i], *sides[i]);
		*sides[i] = (struct tkt_str){ lf[i].ptr, lf[i].len };
	}
	with.merge(&made, &plain, conflicts);
	if (marked[1] == marked[2] ? marked[1] : !marked[0])
		tkt_buf_add(out, mark, 3);
	if (wanted == ENDS_CRLF)
		to_crlf(out, (struct tkt_str){ made.ptr, made.len });
	else
		tkt_buf_add(out, made.ptr, made.len);
	for (int i = 0; i < 3; i++)
		tkt_buf_release(&lf[i]);
	tkt_buf_release(&made);
}

bool tkt_merge_trivial(struct tkt_buf *out, const struct tkt_merge *m)
{
	struct tkt_str taken = m->ours;

	if (tkt_merge_same(m->base, m->ours))
		taken = m->theirs;
	else if (!tkt_merge_same(m->ours, m->theirs) && !tkt_merge_same(m->base, m->theirs))
		return false;
	tkt_buf_add(out, taken.ptr, taken.len);
	return true;
}

static bool holds_nul(struct tkt_str s)
{
	return s.len > 0 && memchr(s.ptr, '\0', s.len) != NULL;
}

void tkt_merge_as_text(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts)
{
	if (tkt_merge_trivial(out, m))
		return;
	if (holds_nul(m->base) || holds_nul(m->ours) || holds_nul(m->theirs))
		tkt_buf_add(out, m->ours.ptr, m->ours.len); /* no text: as git does, ours stays */
	else if (tkt_merge_lines(out, m->base, m->ours, m->theirs))
		return;
	tkt_strv_push(conflicts, "the text");
}

void tkt_merge_text(struct tkt_buf *out, const struct tkt_merge *m, struct tkt_strv *conflicts)
{
	tkt_merge_plain(out, m, (struct tkt_merge_with){ tkt_merge_as_text }, conflicts);
}
