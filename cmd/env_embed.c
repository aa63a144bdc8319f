/* env_embed: what the user has said about embeddings, in variables and in git's configuration: places that no
 * repository can write to. The rule itself is in lib/index/embed_settings.c. */
#include "cmd.h"

#include "base/mem.h"
#include "index/embed_settings.h"
#include "text/config_search.h"

static const char *variable(void *payload, const char *name)
{
	(void)payload;
	return env_get(name);
}

/* True if a server may come into it at all. Most projects have none, and git's files are not read for nothing. */
static bool wants_server(struct cli *c, const struct tkt_embed_user *user)
{
	struct tkt_search_config config;
	enum tkt_search_provider mode = TKT_SEARCH_UNSET;

	if (user->mode && tkt_search_provider_find(user->mode, &mode) &&
	    (mode == TKT_SEARCH_OFF || mode == TKT_SEARCH_BUILTIN))
		return false;
	return user->mode || user->provider ||
	       (tkt_search_config_read(&config, c->project->config.tree, NULL) == 0 &&
		(config.url || config.provider == TKT_SEARCH_OPENAI || config.provider == TKT_SEARCH_OLLAMA));
}

int env_embed(struct cli *c, struct tkt_error *err)
{
	struct tkt_embed_user user = { .mode = env_get("TKT_EMBEDDING"), .variable = variable };
	char *url = NULL, *model = NULL, *key_env = NULL;
	char *provider = user.mode ? NULL : env_git_config(c->cwd, "tkt.embeddingprovider");
	int code;

	user.provider = provider && *provider ? provider : NULL;
	if (wants_server(c, &user)) {
		url = env_git_config(c->cwd, "tkt.embeddingurl");
		model = env_git_config(c->cwd, "tkt.embeddingmodel");
		key_env = env_git_config(c->cwd, "tkt.embeddingkeyenv");
		user.url_env = env_get("TKT_EMBEDDING_URL");
		user.url = url && *url ? url : NULL;
		user.model = env_get("TKT_EMBEDDING_MODEL");
		if (!user.model && model && *model)
			user.model = model;
		user.key_env = key_env && *key_env ? key_env : NULL;
	}
	env_embed_free(c);
	c->embed = tkt_calloc(1, sizeof *c->embed);
	code = tkt_embed_settings(c->embed, &c->project->config, &user, err);
	if (code == 0)
		c->project->index_opts.embed = c->embed;
	free(provider);
	free(url);
	free(model);
	free(key_env);
	return code;
}

void env_embed_free(struct cli *c)
{
	tkt_embed_release(c->embed);
	free(c->embed);
	c->embed = NULL;
}
