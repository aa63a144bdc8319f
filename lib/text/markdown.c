/* text/markdown: the one room that knows cmark. Walks its tree for the terminal, lets it write HTML. */
#include "text/markdown.h"

#include <cmark.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "text/markdown_int.h"

/* Never UNSAFE: raw HTML stays out. */
#define OPTIONS (CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8)

struct walk {
	struct tkt_md_page page;
	cmark_iter *iter;
	unsigned style;
	size_t link_text, link_atoms; /* where the text of the open link starts */
};

static const char *literal(cmark_node *node)
{
	const char *s = cmark_node_get_literal(node);

	return s ? s : "";
}

/* --- terminal: inlines --- */

static void put_url(struct walk *w, const char *url)
{
	struct tkt_buf b = TKT_BUF_INIT;

	tkt_buf_printf(&b, "<%s>", url);
	tkt_md_text(&w->page, b.ptr, b.len, w->style | TKT_MD_LINK);
	tkt_buf_release(&b);
}

/* [image: alt] <url>; steps over what is inside of it. */
static void image(struct walk *w, cmark_node *node)
{
	struct tkt_buf b = TKT_BUF_INIT;
	const char *url = cmark_node_get_url(node);
	cmark_event_type ev;

	tkt_buf_puts(&b, "[image:");
	while ((ev = cmark_iter_next(w->iter)) != CMARK_EVENT_DONE) {
		cmark_node *inner = cmark_iter_get_node(w->iter);
		cmark_node_type type = cmark_node_get_type(inner);

		if (ev == CMARK_EVENT_EXIT && inner == node)
			break;
		if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) {
			if (b.len == 7)
				tkt_buf_putc(&b, ' ');
			tkt_buf_puts(&b, literal(inner));
		} else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) {
			tkt_buf_putc(&b, ' ');
		}
	}
	tkt_buf_putc(&b, ']');
	tkt_md_text(&w->page, b.ptr, b.len, w->style);
	if (url && *url) {
		tkt_md_text(&w->page, " ", 1, w->style);
		put_url(w, url);
	}
	tkt_buf_release(&b);
}

static void link_enter(struct walk *w)
{
	w->link_text = w->page.text.len;
	w->link_atoms = w->page.atoms.n;
	w->page.open = false; /* its text can be taken back as a whole */
	w->style |= TKT_MD_LINK;
}

static void link_exit(struct walk *w, cmark_node *node)
{
	struct tkt_md_page *p = &w->page;
	const char *url = cmark_node_get_url(node);
	struct tkt_buf seen = TKT_BUF_INIT;
	struct tkt_str text = { p->text.ptr + w->link_text, p->text.len - w->link_text };

	w->style &= ~(unsigned)TKT_MD_LINK;
	if (!url || !*url)
		goto out;
	tkt_str_visible(&seen, url, strlen(url), "");
	if (text.len > 0 && (tkt_str_eq(text, seen.ptr) ||
			     (tkt_starts_with(seen.ptr, "mailto:") && tkt_str_eq(text, seen.ptr + 7)))) {
		struct tkt_md_atom first = p->atoms.items[w->link_atoms];

		p->atoms.n = w->link_atoms;
		tkt_buf_truncate(&p->text, w->link_text);
		p->blanks = first.blanks;
		p->soft = first.soft;
		p->hard = first.hard;
	} else if (text.len > 0) {
		tkt_md_text(p, " ", 1, w->style);
	}
	p->open = false;
	put_url(w, url);
out:
	tkt_buf_release(&seen);
}

static void code_span(struct walk *w, const char *s)
{
	const char *code = w->page.style->code;
	const char *tick = code && *code ? "" : "`"; /* without colour the marks say it */

	tkt_md_text(&w->page, tick, strlen(tick), w->style | TKT_MD_CODE);
	tkt_md_text(&w->page, s, strlen(s), w->style | TKT_MD_CODE);
	tkt_md_text(&w->page, tick, strlen(tick), w->style | TKT_MD_CODE);
}

static void set_style(struct walk *w, unsigned bit, bool on)
{
	w->style = on ? w->style | bit : w->style & ~bit;
}

static void inline_node(struct walk *w, cmark_node *node, bool enter)
{
	const char *s = literal(node);

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		tkt_md_text(&w->page, s, strlen(s), w->style);
		break;
	case CMARK_NODE_CODE:
		code_span(w, s);
		break;
	case CMARK_NODE_HTML_INLINE:
		tkt_md_text(&w->page, s, strlen(s), w->style | TKT_MD_DIM);
		break;
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK:
		tkt_md_break(&w->page, cmark_node_get_type(node) == CMARK_NODE_LINEBREAK);
		break;
	case CMARK_NODE_STRONG:
		set_style(w, TKT_MD_STRONG, enter);
		break;
	case CMARK_NODE_EMPH:
		set_style(w, TKT_MD_EMPH, enter);
		break;
	case CMARK_NODE_LINK:
		if (enter)
			link_enter(w);
		else
			link_exit(w, node);
		break;
	case CMARK_NODE_IMAGE:
		if (enter)
			image(w, node);
		break;
	default:
		break;
	}
}

/* --- terminal: blocks --- */

/* An empty line between this block and the one before it, but in tight lists. */
static void space_before(struct walk *w, cmark_node *node)
{
	cmark_node *list = cmark_node_parent(node);

	if (!cmark_node_previous(node) || !list)
		return;
	if (cmark_node_get_type(list) == CMARK_NODE_ITEM)
		list = cmark_node_parent(list);
	if (cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list))
		return;
	tkt_md_empty_line(&w->page);
}

/* Counts through the items in one go: asking each for its place would be quadratic. */
static int item_number(cmark_node *node)
{
	cmark_node *before = cmark_node_previous(node);
	void *n = before ? cmark_node_get_user_data(before) : NULL;
	int number = before ? (int)(intptr_t)n + 1 : cmark_node_get_list_start(cmark_node_parent(node));

	cmark_node_set_user_data(node, (void *)(intptr_t)number);
	return number;
}

static void item_enter(struct walk *w, cmark_node *node)
{
	cmark_node *list = cmark_node_parent(node);
	struct tkt_buf b = TKT_BUF_INIT;

	if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST)
		tkt_buf_printf(&b, "%d%c ", item_number(node),
			       cmark_node_get_list_delim(list) == CMARK_PAREN_DELIM ? ')' : '.');
	else
		tkt_buf_puts(&b, "- ");
	tkt_md_push(&w->page, b.ptr, false);
	tkt_buf_release(&b);
}

static void heading(struct walk *w, cmark_node *node, bool enter)
{
	const char *code = w->page.style->heading;

	if (enter && !(code && *code)) {
		tkt_md_text(&w->page, "######", (size_t)cmark_node_get_heading_level(node), 0);
		tkt_md_text(&w->page, " ", 1, 0);
	}
	set_style(w, TKT_MD_HEADING, enter);
	if (!enter)
		tkt_md_flush(&w->page);
}

static void block_node(struct walk *w, cmark_node *node, bool enter)
{
	const char *s = literal(node);

	if (enter)
		space_before(w, node);
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_BLOCK_QUOTE:
		if (enter)
			tkt_md_push(&w->page, "\xe2\x94\x82 ", true); /* U+2502 */
		else
			tkt_md_pop(&w->page);
		break;
	case CMARK_NODE_ITEM:
		if (enter)
			item_enter(w, node);
		else
			tkt_md_pop(&w->page);
		break;
	case CMARK_NODE_HEADING:
		heading(w, node, enter);
		break;
	case CMARK_NODE_PARAGRAPH:
		if (!enter)
			tkt_md_flush(&w->page);
		break;
	case CMARK_NODE_CODE_BLOCK:
		tkt_md_verbatim(&w->page, s, strlen(s), 4, TKT_MD_CODE);
		break;
	case CMARK_NODE_HTML_BLOCK:
		tkt_md_verbatim(&w->page, s, strlen(s), 0, TKT_MD_DIM);
		break;
	case CMARK_NODE_THEMATIC_BREAK:
		tkt_md_rule(&w->page);
		break;
	default:
		break;
	}
}

static void as_it_stands(struct tkt_buf *out, struct tkt_str text)
{
	tkt_str_visible(out, text.ptr, text.len, "\n\t");
	if (text.len > 0 && text.ptr[text.len - 1] != '\n')
		tkt_buf_putc(out, '\n');
}

void tkt_markdown_term(struct tkt_buf *out, struct tkt_str text, size_t width,
		       const struct tkt_md_style *style)
{
	static const struct tkt_md_style plain = { "", "", "", "", "", "", "", "", "" };
	struct walk w = { .page = { .out = out, .width = width ? width : 80,
				    .style = style ? style : &plain, .text = TKT_BUF_INIT } };
	cmark_event_type ev;
	cmark_node *doc;

	if (text.len > TKT_MARKDOWN_MAX) {
		as_it_stands(out, text);
		return;
	}
	if (w.page.width < 20)
		w.page.width = 20;
	doc = cmark_parse_document(text.len ? text.ptr : "", text.len, OPTIONS);
	w.iter = cmark_iter_new(doc);
	while ((ev = cmark_iter_next(w.iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(w.iter);
		cmark_node_type type = cmark_node_get_type(node);

		if (type >= CMARK_NODE_FIRST_BLOCK && type <= CMARK_NODE_LAST_BLOCK)
			block_node(&w, node, ev == CMARK_EVENT_ENTER);
		else
			inline_node(&w, node, ev == CMARK_EVENT_ENTER);
	}
	cmark_iter_free(w.iter);
	cmark_node_free(doc);
	tkt_md_page_release(&w.page);
}

/* --- HTML --- */

static void put_escaped(struct tkt_buf *out, struct tkt_str text)
{
	struct tkt_buf clean = TKT_BUF_INIT;
	size_t i;

	tkt_str_scrub(&clean, text.ptr, text.len);
	for (i = 0; i < clean.len; i++) {
		switch (clean.ptr[i]) {
		case '&': tkt_buf_puts(out, "&amp;"); break;
		case '<': tkt_buf_puts(out, "&lt;"); break;
		case '>': tkt_buf_puts(out, "&gt;"); break;
		case '"': tkt_buf_puts(out, "&quot;"); break;
		case '\0': tkt_buf_puts(out, "\xef\xbf\xbd"); break; /* HTML has no NUL */
		default: tkt_buf_putc(out, clean.ptr[i]);
		}
	}
	tkt_buf_release(&clean);
}

/* cmark lets data:image/... through; a page of ours does not need it. Blanks and controls in
 * front do not count for a browser either. */
static void empty_data_links(cmark_node *doc)
{
	cmark_iter *iter = cmark_iter_new(doc);

	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		const char *url = cmark_node_get_url(node);

		while (url && *url && (unsigned char)*url <= ' ')
			url++;
		if (url && strncasecmp(url, "data:", 5) == 0)
			cmark_node_set_url(node, "");
	}
	cmark_iter_free(iter);
}

void tkt_markdown_html(struct tkt_buf *out, struct tkt_str text)
{
	cmark_node *doc;
	char *html;

	if (text.len > TKT_MARKDOWN_MAX) {
		tkt_buf_puts(out, "<pre>");
		put_escaped(out, text);
		tkt_buf_puts(out, "</pre>\n");
		return;
	}
	doc = cmark_parse_document(text.len ? text.ptr : "", text.len, OPTIONS);
	empty_data_links(doc);
	html = cmark_render_html(doc, OPTIONS);
	tkt_buf_puts(out, html);
	free(html);
	cmark_node_free(doc);
}

const char *tkt_markdown_version(void)
{
	return cmark_version_string();
}
