/* index/embed_settings: who may be asked for vectors: config.yml proposes, the user decides. Floor 3. Pure.
 *
 * config.yml comes from whoever can push to the repository. It may name a server, but no word of a ticket goes
 * there before the user has said the same URL: `git config tkt.embeddingUrl URL` in the user's own or the clone's
 * configuration (which no repository can bring along), or TKT_EMBEDDING_URL. */
#ifndef TKT_INDEX_EMBED_SETTINGS_H
#define TKT_INDEX_EMBED_SETTINGS_H

#include "base/error.h"
#include "index/semantic.h"
#include "text/config.h"

/* What the user said, from places that no repository can write to. NULL where nothing was said. */
struct tkt_embed_user {
	const char *mode;          /* TKT_EMBEDDING: builtin, off; or a provider */
	const char *url_env;       /* TKT_EMBEDDING_URL */
	const char *url, *provider, *model, *key_env; /* tkt.embeddingUrl, tkt.embeddingProvider, ... */
	/* The value of an environment variable, or NULL. Asked only for a URL that the user allowed. */
	const char *(*variable)(void *payload, const char *name);
	void *payload;
};

/* TKT_EINVALID: the user's own settings or config.yml are wrong. A request that was not allowed is no error: the
 * built-in embedder, and out->refused says how to allow it. */
int tkt_embed_settings(struct tkt_embed *out, const struct tkt_config *config,
		       const struct tkt_embed_user *user, struct tkt_error *err);

#endif
