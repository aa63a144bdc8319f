/* text/config_search: the part of config.yml that search reads. */
#include "text/config_search.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { DIMENSIONS_MAX = 16384, TIMEOUT_MAX_MS = 600000, NUMBER_DIGITS = 6, WORD_MAX = 256, URL_MAX = 2048 };

static int at_node(struct tkt_error *err, const struct tkt_node *node)
{
	tkt_error_at(err, NULL, node->line);
	return TKT_EINVALID;
}

/* A map, or NULL in *out where there is none. */
static int read_map(const struct tkt_node **out, const struct tkt_node *map, const char *key,
		    struct tkt_error *err)
{
	const struct tkt_node *node = map ? tkt_node_find(map, key) : NULL;

	*out = NULL;
	if (tkt_node_is_null(node))
		return 0;
	if (node->kind != TKT_NODE_MAP) {
		tkt_error_set(err, TKT_EINVALID, "'%s' must be a map", key);
		return at_node(err, node);
	}
	*out = node;
	return 0;
}

/* A scalar: *node NULL when it is absent. Words of one line, no control characters. */
static int read_word(const struct tkt_node **out, const struct tkt_node *map, const char *key, size_t max,
		     struct tkt_error *err)
{
	const struct tkt_node *node = map ? tkt_node_find(map, key) : NULL;

	*out = NULL;
	if (tkt_node_is_null(node))
		return 0;
	if (node->kind != TKT_NODE_SCALAR || node->len == 0 || node->len > max) {
		tkt_error_set(err, TKT_EINVALID, "'%s' must be one value of at most %zu characters", key, max);
		return at_node(err, node);
	}
	for (size_t i = 0; i < node->len; i++) {
		if ((unsigned char)node->text[i] >= 0x20 && node->text[i] != 0x7F)
			continue;
		tkt_error_set(err, TKT_EINVALID, "'%s' holds a line break or control character", key);
		return at_node(err, node);
	}
	*out = node;
	return 0;
}

static int read_text(const char **out, const struct tkt_node *map, const char *key, struct tkt_error *err)
{
	const struct tkt_node *node;
	int code = read_word(&node, map, key, WORD_MAX, err);

	if (code == 0 && node)
		*out = node->text;
	return code;
}

static int read_number(long *out, const struct tkt_node *map, const char *key, long max,
		       struct tkt_error *err)
{
	const struct tkt_node *node;
	int code = read_word(&node, map, key, WORD_MAX, err);

	if (code != 0 || !node)
		return code;
	if (node->len <= NUMBER_DIGITS && strspn(node->text, "0123456789") == node->len) {
		*out = strtol(node->text, NULL, 10);
		if (*out >= 1 && *out <= max)
			return 0;
	}
	tkt_error_set(err, TKT_EINVALID, "'%s' must be a whole number from 1 to %ld", key, max);
	return at_node(err, node);
}

/* 0 to 1, as "0.7", "1", ".5"; strtod() would ask the locale. */
static bool parse_part(const char *s, double *out)
{
	double value = 0, place = 1;
	bool point = false, digit = false;

	for (size_t n = 0; s[n] != '\0'; n++) {
		if (s[n] == '.' && !point) {
			point = true;
			continue;
		}
		if (s[n] < '0' || s[n] > '9' || n > NUMBER_DIGITS + 2)
			return false;
		digit = true;
		if (point)
			value += (s[n] - '0') * (place /= 10);
		else
			value = value * 10 + (s[n] - '0');
	}
	*out = value;
	return digit && value <= 1;
}

static int read_part(double *out, const struct tkt_node *map, const char *key, struct tkt_error *err)
{
	const struct tkt_node *node;
	int code = read_word(&node, map, key, WORD_MAX, err);

	if (code != 0 || !node || parse_part(node->text, out))
		return code;
	tkt_error_set(err, TKT_EINVALID, "'%s' must be a number from 0 to 1", key);
	return at_node(err, node);
}

bool tkt_search_provider_find(const char *word, enum tkt_search_provider *out)
{
	static const struct { const char *word; enum tkt_search_provider provider; } rows[] = {
		{ "builtin", TKT_SEARCH_BUILTIN },          { "off", TKT_SEARCH_OFF },
		{ "openai-compatible", TKT_SEARCH_OPENAI }, { "openai", TKT_SEARCH_OPENAI },
		{ "ollama", TKT_SEARCH_OLLAMA },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (strcmp(word, rows[i].word) != 0)
			continue;
		*out = rows[i].provider;
		return true;
	}
	return false;
}

const char *tkt_search_url_wrong(const char *url)
{
	const char *host;
	size_t n;

	if (!tkt_starts_with(url, "http://") && !tkt_starts_with(url, "https://"))
		return "must begin with http:// or https://";
	if (strlen(url) > URL_MAX)
		return "is too long";
	host = strstr(url, "://") + 3;
	n = strcspn(host, "/?");
	if (memchr(host, '@', n))
		return "must not hold a user name or password";
	/* It is shown in a command to copy into a shell: nothing that means something there. */
	if (url[strspn(url, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?[]%=&,+")] != '\0')
		return "holds a character that belongs into no such URL";
	if (n == 0 || *host == ':')
		return "names no host";
	return NULL;
}

static int read_url(const char **out, const struct tkt_node *map, struct tkt_error *err)
{
	const struct tkt_node *node;
	const char *wrong;
	int code = read_word(&node, map, "url", URL_MAX, err);

	if (code != 0 || !node)
		return code;
	wrong = tkt_search_url_wrong(node->text);
	if (!wrong) {
		*out = node->text;
		return 0;
	}
	tkt_error_set(err, TKT_EINVALID, "'url' of search.embedding %s", wrong); /* not itself: it may hold a password */
	return at_node(err, node);
}

/* The name of a variable. A key put here by mistake is not repeated. */
static int read_variable(const char **out, const struct tkt_node *map, struct tkt_error *err)
{
	const struct tkt_node *node;
	int code = read_word(&node, map, "api_key_env", WORD_MAX, err);

	if (code != 0 || !node)
		return code;
	*out = node->text;
	if (!(node->text[0] >= '0' && node->text[0] <= '9') &&
	    strspn(node->text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == node->len)
		return 0;
	tkt_error_set(err, TKT_EINVALID, "'api_key_env' must be the name of an environment variable");
	return at_node(err, node);
}

static int read_embedding(struct tkt_search_config *c, const struct tkt_node *map, struct tkt_error *err)
{
	const struct tkt_node *word;
	int code = read_word(&word, map, "provider", WORD_MAX, err);

	if (code == 0 && word && !tkt_search_provider_find(word->text, &c->provider)) {
		tkt_error_set(err, TKT_EINVALID,
			      "'provider' of search.embedding must be builtin, off, openai-compatible or ollama");
		code = at_node(err, word);
	}
	if (code == 0)
		code = read_url(&c->url, map, err);
	if (code == 0)
		code = read_text(&c->model, map, "model", err);
	if (code == 0)
		code = read_number(&c->dimensions, map, "dimensions", DIMENSIONS_MAX, err);
	if (code == 0)
		code = read_number(&c->timeout_ms, map, "timeout_ms", TIMEOUT_MAX_MS, err);
	if (code == 0)
		code = read_variable(&c->api_key_env, map, err);
	return code;
}

static int read_fusion(enum tkt_search_fusion *out, const struct tkt_node *map, struct tkt_error *err)
{
	const struct tkt_node *word;
	int code = read_word(&word, map, "fusion", WORD_MAX, err);

	if (code != 0 || !word)
		return code;
	if (strcmp(word->text, "linear") == 0) {
		*out = TKT_SEARCH_LINEAR;
		return 0;
	}
	if (strcmp(word->text, "rrf") == 0) {
		*out = TKT_SEARCH_RRF;
		return 0;
	}
	tkt_error_set(err, TKT_EINVALID, "'fusion' must be linear or rrf");
	return at_node(err, word);
}

static int read_duplicates(enum tkt_search_duplicates *out, const struct tkt_node *map, struct tkt_error *err)
{
	static const char *const words[] = { [TKT_DUPLICATES_ASK] = "ask", [TKT_DUPLICATES_WARN] = "warn",
					     [TKT_DUPLICATES_REFUSE] = "refuse", [TKT_DUPLICATES_OFF] = "off" };
	const struct tkt_node *word;
	int code = read_word(&word, map, "duplicates", WORD_MAX, err);

	if (code != 0 || !word)
		return code;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(word->text, words[i]) != 0)
			continue;
		*out = (enum tkt_search_duplicates)i;
		return 0;
	}
	tkt_error_set(err, TKT_EINVALID, "'duplicates' must be ask, warn, refuse or off");
	return at_node(err, word);
}

int tkt_search_config_read(struct tkt_search_config *out, const struct tkt_node *tree, struct tkt_error *err)
{
	struct tkt_search_config c = { .weight = -1 };
	const struct tkt_node *search = NULL, *embedding = NULL;
	int code = 0;

	if (tree && tree->kind == TKT_NODE_MAP)
		code = read_map(&search, tree, "search", err);
	if (code == 0)
		code = read_map(&embedding, search, "embedding", err);
	if (code == 0)
		code = read_embedding(&c, embedding, err);
	if (code == 0)
		code = read_fusion(&c.fusion, search, err);
	if (code == 0)
		code = read_part(&c.weight, search, "weight", err);
	if (code == 0)
		code = read_part(&c.similar, search, "similar", err);
	if (code == 0)
		code = read_part(&c.duplicate, search, "duplicate", err);
	if (code == 0)
		code = read_duplicates(&c.duplicates, search, err);
	if (code == 0)
		*out = c;
	return code;
}
