/* text/markdown: what tkt needs of CommonMark (cmark, safe options only, capped). Floor 1.
 *
 * cmark 0.30.2 is super-quadratic on some input (tkt-hacking(7)), so anything over
 * TKT_MARKDOWN_MAX bytes is shown as it stands instead of being rendered. */
#ifndef TKT_TEXT_MARKDOWN_H
#define TKT_TEXT_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

#define TKT_MARKDOWN_MAX (64 * 1024)

/* Escape sequences by role; all "" for no colour. Strings are borrowed and go out as they are. */
struct tkt_md_style {
	const char *heading, *strong, *emph, *code, *link, *quote, *bullet, *dim, *off;
};

/* Readable text for a terminal of `width` columns: wrapped paragraphs (by display width), headings,
 * lists with hanging indent, task boxes, code blocks indented and never wrapped, quotes with a bar,
 * links as text and <url>. All content passes tkt_str_visible. Ends with one newline. */
void tkt_markdown_term(struct tkt_buf *out, struct tkt_str text, size_t width,
		       const struct tkt_md_style *style);
/* Safe HTML (raw HTML dropped, javascript: and data: links emptied); over the cap an escaped <pre>. */
void tkt_markdown_html(struct tkt_buf *out, struct tkt_str text);

struct tkt_check {
	char *text; /* of the item, one line */
	bool done;
	size_t line; /* 1-based in the text */
};
struct tkt_checks {
	struct tkt_check *items;
	size_t n, cap;
};
/* Task list items "- [ ]", "- [x]", found by lines (not inside fenced code). */
void tkt_markdown_checks(struct tkt_checks *out, struct tkt_str text);
void tkt_checks_release(struct tkt_checks *c);

/* Of cmark, as it runs. */
const char *tkt_markdown_version(void);

#endif
