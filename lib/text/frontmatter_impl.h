/* text/frontmatter_impl: what the files of frontmatter, ticket and config share; not for others. Floor 1. */
#ifndef TKT_TEXT_FRONTMATTER_IMPL_H
#define TKT_TEXT_FRONTMATTER_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "text/frontmatter.h"


/* For a one-line value that is quoted or in brackets: the length of the value itself, without
 * the comment that may follow. 0 for plain ones and where YAML refuses. */
size_t tkt_fm_core_len(const struct tkt_fm_entry *e);

/* As tkt_fm_quote, for a place inside [ ] or { }. */
void tkt_fm_quote_item(struct tkt_buf *out, const char *s);
/* Double-quoted, whatever s is. */
void tkt_fm_quote_double(struct tkt_buf *out, const char *s, size_t n);

#endif
