/* index/embed_settings: config.yml and the user's own word into struct tkt_embed. */
#include "index/embed_settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/fetch.h"
#include "text/config_search.h"

void tkt_embed_release(struct tkt_embed *e)
{
	if (e == NULL)
		return;
	if (e->key)
		explicit_bzero(e->key, strlen(e->key));
	free(e->url);
	free(e->model);
	free(e->key);
	free(e->refused);
	*e = (struct tkt_embed){ 0 };
}

/* The same address, however many slashes end it. */
static bool same_url(const char *a, const char *b)
{
	size_t na = a ? strlen(a) : 0, nb = b ? strlen(b) : 0;

	while (na > 0 && a[na - 1] == '/')
		na--;
	while (nb > 0 && b[nb - 1] == '/')
		nb--;
	return na > 0 && na == nb && memcmp(a, b, na) == 0;
}

/* For a shell: the characters of a URL that mean something there are harmless in double quotes. */
static const char *quote_for(const char *url)
{
	return strpbrk(url, "?[]&") ? "\"" : "";
}

static char *refuse_unasked(const char *url)
{
	const char *q = quote_for(url);

	return tkt_asprintf("config.yml asks for embeddings from %s: allow it with 'git config tkt.embeddingUrl %s%s%s'",
			    url, q, url, q);
}

static int user_word(enum tkt_search_provider *out, const char *word, const char *where, struct tkt_error *err)
{
	struct tkt_buf shown = TKT_BUF_INIT;

	if (word == NULL || tkt_search_provider_find(word, out))
		return 0;
	tkt_str_visible(&shown, word, strlen(word), "");
	tkt_error_set(err, TKT_EINVALID, "%s is '%s', not builtin, off, openai-compatible or ollama", where, shown.ptr);
	tkt_buf_release(&shown);
	return TKT_EINVALID;
}

static int user_url(const char *url, const char *where, struct tkt_error *err)
{
	const char *wrong = url ? tkt_search_url_wrong(url) : NULL;

	return wrong ? tkt_error_set(err, TKT_EINVALID, "%s %s", where, wrong) : 0; /* not the value: see read_url */
}

static int check_user(const struct tkt_embed_user *user, enum tkt_search_provider *provider,
		      struct tkt_error *err)
{
	int code = user_word(provider, user->mode ? user->mode : user->provider,
			     user->mode ? "TKT_EMBEDDING" : "tkt.embeddingProvider of git config", err);

	if (code == 0)
		code = user_url(user->url_env, "TKT_EMBEDDING_URL", err);
	if (code == 0)
		code = user_url(user->url, "tkt.embeddingUrl of git config", err);
	return code;
}

/* The key goes to a URL that the user said, and never in the clear over a network. */
static int fill_key(struct tkt_embed *e, const char *name, const struct tkt_embed_user *user,
		    struct tkt_error *err)
{
	const char *key = name && user->variable ? user->variable(user->payload, name) : NULL;

	if (key == NULL || *key == '\0')
		return 0;
	if (tkt_starts_with(e->url, "http://") && !tkt_fetch_is_loopback(e->url)) {
		e->refused = tkt_asprintf("the key in %s is not sent to %s in the clear: use https, or no key", name, e->url);
		return 0;
	}
	for (const char *p = key; *p; p++)
		if ((unsigned char)*p <= 0x20 || (unsigned char)*p >= 0x7F)
			return tkt_error_set(err, TKT_EINVALID,
					     "%s holds a blank, control or non-ASCII character: that is no key", name);
	e->key = tkt_strdup(key);
	return 0;
}

static int fill_http(struct tkt_embed *e, const struct tkt_search_config *c, const struct tkt_embed_user *user,
		     struct tkt_error *err)
{
	const char *own = user->url_env ? user->url_env : user->url;
	/* Who names the provider names the rest too; only what is missing comes from the other. */
	bool users = user->provider || (user->mode && own);
	const char *url = users && own ? own : c->url ? c->url : own;
	const char *model = users && user->model ? user->model : c->model ? c->model : user->model;
	const char *key_env = user->key_env;
	int code = 0;

	if (url == NULL)
		e->refused = tkt_strdup("config.yml names a provider of embeddings without 'url': "
					"add it, or say 'git config tkt.embeddingUrl URL'");
	else if (!same_url(url, user->url_env) && !same_url(url, user->url))
		e->refused = refuse_unasked(url);
	else if (model == NULL)
		e->refused = tkt_strdup("embeddings need a model: name it as 'model' of search.embedding in config.yml, "
					"or say 'git config tkt.embeddingModel NAME'");
	/* A server that config.yml does not know gets no variable that config.yml names. */
	if (key_env == NULL && (!users || same_url(url, c->url)))
		key_env = c->api_key_env;
	if (e->refused == NULL) {
		e->url = tkt_strdup(url);
		e->model = tkt_strdup(model);
		code = fill_key(e, key_env, user, err);
	}
	if (code == 0 && e->refused)
		e->kind = TKT_EMBED_BUILTIN;
	return code;
}

static void fill_common(struct tkt_embed *e, const struct tkt_search_config *c)
{
	e->fusion = c->fusion == TKT_SEARCH_LINEAR ? TKT_FUSE_LINEAR :
		    c->fusion == TKT_SEARCH_RRF ? TKT_FUSE_RRF : TKT_FUSE_DEFAULT;
	e->weight = c->weight;
	e->similar = c->similar;
	e->duplicate = c->duplicate;
	e->dimensions = c->dimensions;
	e->timeout_ms = (unsigned)c->timeout_ms;
}

int tkt_embed_settings(struct tkt_embed *out, const struct tkt_config *config,
		       const struct tkt_embed_user *user, struct tkt_error *err)
{
	struct tkt_embed e = { .kind = TKT_EMBED_BUILTIN, .weight = -1 };
	struct tkt_search_config c = { .weight = -1 };
	enum tkt_search_provider provider = TKT_SEARCH_UNSET;
	int code = tkt_search_config_read(&c, config ? config->tree : NULL, err);

	if (code == 0)
		code = check_user(user, &provider, err);
	if (code != 0)
		return code;
	fill_common(&e, &c);
	if (provider == TKT_SEARCH_UNSET)
		provider = c.provider != TKT_SEARCH_UNSET ? c.provider : c.url ? TKT_SEARCH_OPENAI : TKT_SEARCH_BUILTIN;
	if (provider == TKT_SEARCH_OFF)
		e.kind = TKT_EMBED_OFF;
	if (provider == TKT_SEARCH_OPENAI || provider == TKT_SEARCH_OLLAMA) {
		e.kind = provider == TKT_SEARCH_OPENAI ? TKT_EMBED_OPENAI : TKT_EMBED_OLLAMA;
		code = fill_http(&e, &c, user, err);
	}
	if (code == 0) {
		*out = e;
		e = (struct tkt_embed){ 0 };
	}
	tkt_embed_release(&e);
	return code;
}
