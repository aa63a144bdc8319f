/* text/frontmatter: the lines between the two --- of item.md. Floor 1.
 *
 * A line scanner comes first, YAML second (tkt-format(5)): whatever a shell script reads
 * with `sed s/^key: //` is what tkt reads. Editing replaces single lines and leaves every other
 * byte alone. */
#ifndef TKT_TEXT_FRONTMATTER_H
#define TKT_TEXT_FRONTMATTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "base/strv.h"
#include "text/yaml.h"

#define TKT_ITEM_MAX (1024 * 1024)      /* bytes of item.md */
#define TKT_FRONTMATTER_MAX (64 * 1024) /* the closing --- is within */

/* One `key: value`, with the lines that continue it (indented, or "- " items, or blank and
 * comment lines between such). */
struct tkt_fm_entry {
	struct tkt_str key;
	struct tkt_str value; /* rest of the first line, blanks and CR trimmed */
	struct tkt_str block; /* value and its continuation lines, as in the file */
	size_t start, end;    /* offsets of the whole lines in the text, line end included */
	size_t line;          /* 1-based in the file */
	bool multiline;
	bool duplicate;       /* an earlier entry has the same key: that one counts */
};

struct tkt_fm { /* borrows the text */
	struct tkt_str text;
	struct tkt_fm_entry *items;
	size_t n, cap;
	size_t body;      /* offset of the first byte after the closing line */
	size_t body_line; /* its line number */
	size_t close;     /* offset of the closing --- line */
	bool bom, crlf;   /* crlf: the opening line ends in CRLF, so do lines that tkt writes */
};

/* Finds the entries. TKT_EINVALID with the line: no `---` on line 1, not closed within 64 KiB,
 * over 1 MiB, conflict markers, UTF-16, NUL in the frontmatter. Lines that are no `key: value`
 * are kept and skipped. */
int tkt_fm_parse(struct tkt_fm *out, const char *text, size_t len, struct tkt_error *err);
/* The same with the memory of an earlier parse (or a zeroed struct): for reading many files. After a
 * failure too, fm is to be released at last. */
int tkt_fm_scan(struct tkt_fm *fm, const char *text, size_t len, struct tkt_error *err);
void tkt_fm_release(struct tkt_fm *fm);

/* First entry of that key or NULL. Borrowed. */
const struct tkt_fm_entry *tkt_fm_find(const struct tkt_fm *fm, const char *key);

/* How a value was understood; the caller (doctor) may want to say so. */
enum tkt_fm_note {
	TKT_FM_CLEAN,    /* YAML and line agree */
	TKT_FM_LENIENT,  /* not what YAML reads: the rest of the line was taken */
	TKT_FM_NULL      /* null, ~ or nothing */
};

/* A scalar as tkt-format(5) reads it: an owned string in *out (NULL for null). The note is
 * returned. Quoted scalars are unquoted; plain ones are the whole rest of the line. libyaml is
 * only called for values that start with an indicator or span lines. */
enum tkt_fm_note tkt_fm_scalar(const struct tkt_fm_entry *e, char **out);
/* The string alone, without the look at what YAML would make of it. */
char *tkt_fm_text(const struct tkt_fm_entry *e);
void tkt_fm_text_add(struct tkt_buf *out, const struct tkt_fm_entry *e); /* the same behind *out; null is nothing */
/* A list: flow or block sequence; a single scalar is a list of one; what YAML refuses is split
 * at commas between the brackets (LENIENT). */
enum tkt_fm_note tkt_fm_list(const struct tkt_fm_entry *e, struct tkt_strv *out);
/* Any value as a node tree (context, unknown keys); where YAML refuses, a scalar of the line. */
enum tkt_fm_note tkt_fm_node(const struct tkt_fm_entry *e, struct tkt_node **out);

/* One change: key's lines become `key: value` (value is YAML text, see the quoting functions),
 * or go away when value is NULL. A key that is not there is inserted: required keys in their
 * place, others before the closing ---. */
struct tkt_fm_edit {
	char *key, *value;
};

struct tkt_fm_edits {
	struct tkt_fm_edit *items;
	size_t n, cap;
};

void tkt_fm_edits_set(struct tkt_fm_edits *e, const char *key, const char *yaml_value); /* copies; a later one for the same key replaces the earlier */
void tkt_fm_edits_release(struct tkt_fm_edits *e);

/* The new text. Only lines of the named keys change; a value that stays equal byte for byte
 * changes nothing. TKT_EINVALID where text does not parse, or where a key is a duplicate (named
 * with its line) - nothing is written until that is mended. */
int tkt_fm_apply(struct tkt_buf *out, const char *text, size_t len,
		 const struct tkt_fm_edits *edits, struct tkt_error *err);

/* YAML text of a string, on one line: plain where YAML and a line reader both read the same
 * string back, else double-quoted with escapes. "null"-like strings are quoted. */
void tkt_fm_quote(struct tkt_buf *out, const char *s);
/* "[a, b]"; items quoted where needed. "[]" when empty. */
void tkt_fm_quote_list(struct tkt_buf *out, const struct tkt_strv *list);
/* A tree on one line, in flow style; quoted scalars stay quoted. */
void tkt_fm_quote_node(struct tkt_buf *out, const struct tkt_node *node);

#endif
