/* text/config_search: `search:` of config.yml, checked. Floor 1. tkt-config(5).
 *
 * What the repository asks for, no more: whether a URL may be called is for the user to say
 * (index/embed_settings). */
#ifndef TKT_TEXT_CONFIG_SEARCH_H
#define TKT_TEXT_CONFIG_SEARCH_H

#include <stdbool.h>

#include "base/error.h"
#include "text/yaml.h"

enum tkt_search_provider {
	TKT_SEARCH_UNSET, TKT_SEARCH_BUILTIN, TKT_SEARCH_OFF, TKT_SEARCH_OPENAI, TKT_SEARCH_OLLAMA
};
enum tkt_search_fusion { TKT_SEARCH_ANY, TKT_SEARCH_LINEAR, TKT_SEARCH_RRF };
enum tkt_search_duplicates { TKT_DUPLICATES_ASK, TKT_DUPLICATES_WARN, TKT_DUPLICATES_REFUSE, TKT_DUPLICATES_OFF };

struct tkt_search_config {
	enum tkt_search_provider provider;
	const char *url, *model, *api_key_env; /* borrowed from the tree; NULL: not said */
	long dimensions, timeout_ms;           /* 0: not said */
	enum tkt_search_fusion fusion;
	double weight;                         /* negative: not said */
	double similar, duplicate;             /* 0: not said */
	enum tkt_search_duplicates duplicates; /* what `create` does about a likely one */
};

/* tree: the whole file, or NULL. TKT_EINVALID with the line. */
int tkt_search_config_read(struct tkt_search_config *out, const struct tkt_node *tree, struct tkt_error *err);

/* "builtin", "off", "openai-compatible" (or "openai"), "ollama". */
bool tkt_search_provider_find(const char *word, enum tkt_search_provider *out);
/* NULL, or why this is no URL to ask: http or https, a host, no user name or password, plain characters. */
const char *tkt_search_url_wrong(const char *url);

#endif
