/* text/markdown: the page that markdown.c fills and markdown_term.c lays out. Private to the two. Floor 1.
 * Knows widths, prefixes and styles, but nothing of CommonMark. */
#ifndef TKT_TEXT_MARKDOWN_INT_H
#define TKT_TEXT_MARKDOWN_INT_H

#include "text/markdown.h"

enum { /* styles of a run of text; a set */
	TKT_MD_HEADING = 1, TKT_MD_STRONG = 2, TKT_MD_EMPH = 4, TKT_MD_CODE = 8, TKT_MD_LINK = 16,
	TKT_MD_DIM = 32
};

/* A run of visible text that is never broken inside. */
struct tkt_md_atom {
	size_t start, len; /* in page.text */
	size_t width;
	size_t blanks;     /* in front of it, on the same line */
	unsigned style;
	bool soft;         /* a soft line break stands in front */
	bool hard;         /* a hard one */
	bool cut;          /* may start a line though no blank stands in front (wide characters) */
};

struct tkt_md_level {
	char first[32], rest[32]; /* prefix of the first line, of the others */
	size_t width;
	bool quote, used;
};

#define TKT_MD_LEVELS 16 /* deeper nesting is laid out as if it were this deep */

struct tkt_md_page {
	struct tkt_buf *out;
	size_t width;
	const struct tkt_md_style *style;
	struct tkt_md_level levels[TKT_MD_LEVELS];
	size_t n, hidden;     /* levels shown; levels beyond those */
	struct tkt_buf text;  /* of the paragraph at hand */
	struct { struct tkt_md_atom *items; size_t n, cap; } atoms;
	size_t blanks;        /* pending in front of the next atom */
	bool soft, hard;      /* pending too */
	bool open;            /* the last atom may be continued */
};

void tkt_md_push(struct tkt_md_page *p, const char *first, bool quote);
void tkt_md_pop(struct tkt_md_page *p);
/* Text of a paragraph, as written; made visible here. */
void tkt_md_text(struct tkt_md_page *p, const char *s, size_t n, unsigned style);
void tkt_md_break(struct tkt_md_page *p, bool hard);
/* The paragraph, wrapped; emptied afterwards. */
void tkt_md_flush(struct tkt_md_page *p);
/* Lines as they stand, behind `indent` blanks. */
void tkt_md_verbatim(struct tkt_md_page *p, const char *s, size_t n, size_t indent, unsigned style);
void tkt_md_rule(struct tkt_md_page *p);
void tkt_md_empty_line(struct tkt_md_page *p);
void tkt_md_page_release(struct tkt_md_page *p);

#endif
