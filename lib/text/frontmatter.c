/* text/frontmatter: finds the entries between the two --- lines, in one pass.
 *
 * A list reads this for every ticket, so it touches each byte of the frontmatter about once,
 * never the body, and allocates nothing but the array of entries. */
#include "text/frontmatter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/frontmatter_impl.h"
#include "text/marks.h"

enum { FIRST_CAP = 16, FEW = 64 };

enum shape {
	LINE_KEY,
	LINE_INDENTED,
	LINE_DASH,   /* "- item" at column 0 */
	LINE_FILLER, /* blank, or a comment */
	LINE_CLOSE,
	LINE_CONFLICT,
	LINE_OTHER
};

struct line {
	size_t start, stop, next; /* stop: before CR and LF; next: after them */
	size_t number;
	size_t colon; /* LINE_KEY */
};

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static int fail_at(struct tkt_error *err, size_t line)
{
	tkt_error_at(err, NULL, line);
	return TKT_EINVALID;
}

static bool is_rule(const char *s, size_t n)
{
	if (n < 3 || memcmp(s, "---", 3) != 0)
		return false;
	for (size_t i = 3; i < n; i++)
		if (!blank(s[i]) && s[i] != '\r')
			return false;
	return true;
}

static bool is_conflict(const char *s, size_t n)
{
	return n > 7 && (s[0] == '<' || s[0] == '>') && tkt_mark_length((struct tkt_str){ s, n }, s[0]);
}

static void next_line(const char *text, size_t len, struct line *line)
{
	const char *nl = memchr(text + line->start, '\n', len - line->start);
	size_t stop = nl ? (size_t)(nl - text) : len;

	line->next = nl ? stop + 1 : len;
	if (stop > line->start && text[stop - 1] == '\r')
		stop--;
	line->stop = stop;
}

/* The open entry holds a | or > text: there a "# line" is content. */
static bool in_block_scalar(const struct tkt_fm_entry *open)
{
	return open != NULL && open->value.len > 0 && (open->value.ptr[0] == '|' || open->value.ptr[0] == '>');
}

/* The length of the name before a colon that a blank or nothing follows, else 0. */
static size_t key_len(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && tkt_is_name_byte(s[i]))
		i++;
	return i < n && s[i] == ':' && (i + 1 == n || blank(s[i + 1])) ? i : 0;
}

static enum shape shape_of(const char *text, struct line *line, const struct tkt_fm_entry *open)
{
	const char *s = text + line->start;
	size_t n = line->stop - line->start, key = key_len(s, n), i = 0;

	if (key) { /* asked first, as most lines are; no other shape looks like one */
		line->colon = line->start + key;
		return LINE_KEY;
	}
	if (n == 0 || s[0] == '#')
		return LINE_FILLER;
	if (blank(s[0])) {
		while (i < n && blank(s[i]))
			i++;
		if (i == n || (s[i] == '#' && !in_block_scalar(open)))
			return LINE_FILLER;
		return LINE_INDENTED;
	}
	if (is_rule(s, n))
		return LINE_CLOSE;
	if (s[0] == '-' && (n == 1 || blank(s[1])))
		return LINE_DASH;
	if (is_conflict(s, n))
		return LINE_CONFLICT;
	return LINE_OTHER;
}

static struct tkt_fm_entry *add_entry(struct tkt_fm *fm, const struct line *line)
{
	const char *text = fm->text.ptr;
	struct tkt_fm_entry *e;

	TKT_GROW(fm);
	e = &fm->items[fm->n++];
	*e = (struct tkt_fm_entry){
		.key = { text + line->start, line->colon - line->start },
		.value = tkt_str_trim((struct tkt_str){ text + line->colon + 1, line->stop - line->colon - 1 }),
		.start = line->start,
		.end = line->next,
		.line = line->number,
	};
	if (e->value.len == 0)
		e->value.ptr = text + line->colon + 1;
	e->block = e->value;
	return e;
}

/* Takes the line into the entry, with the blank and comment lines that stand between. */
static void extend(struct tkt_fm *fm, struct tkt_fm_entry *e, const struct line *line)
{
	e->end = line->next;
	e->multiline = true;
	e->block.len = (size_t)(fm->text.ptr + line->next - e->block.ptr);
}

/* A "- item" at column 0 belongs to a key only when nothing stands after the key's colon. */
static bool takes_dash(const struct tkt_fm_entry *e)
{
	return e->value.len == 0 || e->value.ptr[0] == '#';
}

static int by_key(const void *a, const void *b)
{
	const struct tkt_fm_entry *x = *(const struct tkt_fm_entry *const *)a;
	const struct tkt_fm_entry *y = *(const struct tkt_fm_entry *const *)b;
	size_t n = x->key.len < y->key.len ? x->key.len : y->key.len;
	int order = memcmp(x->key.ptr, y->key.ptr, n);

	if (order != 0)
		return order;
	if (x->key.len != y->key.len)
		return x->key.len < y->key.len ? -1 : 1;
	return x->start < y->start ? -1 : 1;
}

static bool same_key(const struct tkt_fm_entry *a, const struct tkt_fm_entry *b)
{
	return a->key.len == b->key.len && memcmp(a->key.ptr, b->key.ptr, a->key.len) == 0;
}

/* Pairwise for a usual ticket; sorted for one with thousands of keys. */
static void mark_duplicates(struct tkt_fm *fm)
{
	struct tkt_fm_entry **sorted;

	if (fm->n <= FEW) {
		uint64_t seen = 0; /* a bit for length and first and last byte: mostly enough to say no */

		for (size_t i = 0; i < fm->n; i++) {
			struct tkt_str key = fm->items[i].key;
			uint64_t bit = (uint64_t)1 << ((key.len * 7 + (unsigned char)key.ptr[0] * 3u +
							(unsigned char)key.ptr[key.len - 1]) % 64);

			for (size_t j = 0; seen & bit && j < i && !fm->items[i].duplicate; j++)
				fm->items[i].duplicate = same_key(&fm->items[i], &fm->items[j]);
			seen |= bit;
		}
		return;
	}
	sorted = tkt_calloc(fm->n, sizeof *sorted);
	for (size_t i = 0; i < fm->n; i++)
		sorted[i] = &fm->items[i];
	qsort(sorted, fm->n, sizeof *sorted, by_key);
	for (size_t i = 1; i < fm->n; i++)
		sorted[i]->duplicate = same_key(sorted[i], sorted[i - 1]);
	free(sorted);
}

static int check_nul(const char *text, size_t n, struct tkt_error *err)
{
	const char *nul = memchr(text, '\0', n);
	size_t line = 1;

	if (nul == NULL)
		return 0;
	for (const char *p = text; p < nul; p++)
		line += *p == '\n';
	tkt_error_set(err, TKT_EINVALID, "frontmatter holds a NUL byte");
	return fail_at(err, line);
}

/* The opening line; *line is it. */
static int scan_opener(struct tkt_fm *fm, struct line *line, struct tkt_error *err)
{
	const char *text = fm->text.ptr;
	size_t len = fm->text.len;

	if (len > TKT_ITEM_MAX) {
		tkt_error_set(err, TKT_EINVALID, "item.md is over %d bytes", TKT_ITEM_MAX);
		return fail_at(err, 1);
	}
	if (len >= 2 && (memcmp(text, "\xFE\xFF", 2) == 0 || memcmp(text, "\xFF\xFE", 2) == 0)) {
		tkt_error_set(err, TKT_EINVALID, "item.md is UTF-16; save it as UTF-8");
		return fail_at(err, 1);
	}
	fm->bom = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0;
	*line = (struct line){ .start = fm->bom ? 3 : 0, .number = 1 };
	next_line(text, len, line);
	if (is_rule(text + line->start, line->stop - line->start)) {
		fm->crlf = line->next > line->stop + 1;
		return 0;
	}
	if (is_conflict(text + line->start, line->stop - line->start))
		tkt_error_set(err, TKT_EINVALID, "conflict marker before the frontmatter");
	else
		tkt_error_set(err, TKT_EINVALID, "frontmatter is missing: line 1 is not '---'");
	return fail_at(err, 1);
}

/* The lines after the opener, up to the closing one. */
static int scan_lines(struct tkt_fm *fm, struct line line, struct tkt_error *err)
{
	const char *text = fm->text.ptr;
	size_t len = fm->text.len;
	bool open = false; /* the last entry can still be continued */

	while (line.next < len && line.next + 3 <= TKT_FRONTMATTER_MAX) {
		struct tkt_fm_entry *last = open ? &fm->items[fm->n - 1] : NULL;

		line.start = line.next;
		line.number++;
		next_line(text, len, &line);
		switch (shape_of(text, &line, last)) {
		case LINE_KEY:
			add_entry(fm, &line);
			open = true;
			break;
		case LINE_INDENTED:
			if (last != NULL)
				extend(fm, last, &line);
			break;
		case LINE_DASH:
			open = last != NULL && takes_dash(last);
			if (open)
				extend(fm, last, &line);
			break;
		case LINE_FILLER:
			break;
		case LINE_OTHER:
			open = false;
			break;
		case LINE_CONFLICT:
			tkt_error_set(err, TKT_EINVALID, "conflict marker in the frontmatter");
			return fail_at(err, line.number);
		case LINE_CLOSE:
			fm->close = line.start;
			fm->body = line.next;
			fm->body_line = line.number + 1;
			return check_nul(text, line.start, err);
		}
	}
	if (check_nul(text, len < TKT_FRONTMATTER_MAX ? len : TKT_FRONTMATTER_MAX, err) != 0)
		return TKT_EINVALID;
	tkt_error_set(err, TKT_EINVALID, "frontmatter is not closed by a '---' line within %d KiB", TKT_FRONTMATTER_MAX / 1024);
	return fail_at(err, 1);
}

int tkt_fm_scan(struct tkt_fm *fm, const char *text, size_t len, struct tkt_error *err)
{
	struct line line;
	int code;

	*fm = (struct tkt_fm){ .text = { text, len }, .items = fm->items, .cap = fm->cap };
	code = scan_opener(fm, &line, err);
	if (code == 0)
		code = scan_lines(fm, line, err);
	if (code == 0)
		mark_duplicates(fm);
	return code;
}

int tkt_fm_parse(struct tkt_fm *out, const char *text, size_t len, struct tkt_error *err)
{
	struct tkt_fm fm = { .items = tkt_calloc(FIRST_CAP, sizeof *fm.items), .cap = FIRST_CAP };
	int code = tkt_fm_scan(&fm, text, len, err);

	if (code == 0)
		*out = fm;
	else
		free(fm.items);
	return code;
}

void tkt_fm_release(struct tkt_fm *fm)
{
	if (fm == NULL)
		return;
	free(fm->items);
	*fm = (struct tkt_fm){ 0 };
}

const struct tkt_fm_entry *tkt_fm_find(const struct tkt_fm *fm, const char *key)
{
	size_t n = strlen(key);

	for (size_t i = 0; i < fm->n; i++)
		if (fm->items[i].key.len == n && memcmp(fm->items[i].key.ptr, key, n) == 0)
			return &fm->items[i];
	return NULL;
}
