/* text/yaml: a small, bounded reader of YAML values (libyaml's event parser). Floor 1.
 *
 * UTF-8 only; one document; no anchors, aliases or tags; nesting to 16; at most 65536 events
 * (tkt-format(5), tkt-hacking(7)). Never emits: writing is done line by line
 * by text/frontmatter. */
#ifndef TKT_TEXT_YAML_H
#define TKT_TEXT_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum tkt_node_kind { TKT_NODE_SCALAR, TKT_NODE_LIST, TKT_NODE_MAP };

struct tkt_node {
	enum tkt_node_kind kind;
	bool plain;           /* scalar without quotes: "null", "~" and "" mean nothing */
	bool flow;            /* list or map in [ ] or { } */
	char *text;           /* scalar: owned, may hold NUL only through \0 escapes */
	size_t len;
	size_t start, end;    /* byte offsets of the node in the parsed text */
	size_t line;          /* 1-based within the parsed text */
	struct tkt_node *items; /* list: n values. map: 2n nodes, key value key value ... */
	size_t n, cap;
};

/* Parses one value. TKT_EINVALID with line (1-based in `text`) and a message that says what is
 * wrong: syntax, anchor, alias, tag, second document, too deep, not UTF-8, duplicate map key. */
int tkt_yaml_parse(struct tkt_node **out, const char *text, size_t len, struct tkt_error *err);
void tkt_node_free(struct tkt_node *node);

/* True for a plain null, ~ or nothing. NULL counts as null. */
bool tkt_node_is_null(const struct tkt_node *node);
/* The value of `key` in a map, or NULL. Borrowed. */
const struct tkt_node *tkt_node_find(const struct tkt_node *map, const char *key);
/* find, and only if it is a non-null scalar; else NULL. Borrowed. */
const char *tkt_node_get(const struct tkt_node *map, const char *key);

/* Of libyaml, as it runs. */
const char *tkt_yaml_version(void);

#endif
