#include "unit/server.h"

#include "index/embed_http.h"
#include "index/embed_settings.h"
#include "sys/fetch.h"

#define SECRET "canary-0123456789-secret"

static struct server server;

static int server_setup(void **state)
{
	int failed = box_setup(state);

	if (!failed)
		server_start(&server, *state);
	return failed;
}

static int server_teardown(void **state)
{
	server_stop(&server);
	return box_teardown(state);
}

#define SERVER_TEST(name) cmocka_unit_test_setup_teardown(name, server_setup, server_teardown)

/* --- reading answers --- */

static int parse(struct box *b, enum tkt_embed_kind kind, const char *text, size_t want, size_t dims,
		 struct tkt_floats *f)
{
	return tkt_embed_parse(f, kind, text, strlen(text), want, dims, &b->err);
}

static void vectors_come_in_the_order_of_the_texts(void **state)
{
	struct box *b = *state;
	struct tkt_floats f = { 0 };

	assert_int_equal(parse(b, TKT_EMBED_OPENAI, "{\"object\":\"list\",\"data\":[{\"index\":1,\"embedding\":[3,4]},"
			       "{\"embedding\":[-1.5e0, 2E-1],\"index\":0, \"object\":{\"a\":[null,true,false,\"x\\n\\u00e4\"]}}],"
			       "\"usage\":{\"n\":1}} \n", 2, 0, &f), 0);
	assert_int_equal(f.n, 2);
	assert_int_equal(f.dims, 2);
	assert_true(f.items[0] == -1.5f && f.items[1] == .2f && f.items[2] == 3 && f.items[3] == 4);
	tkt_floats_release(&f);
	assert_int_equal(parse(b, TKT_EMBED_OLLAMA, "{\"model\":\"m\",\"embeddings\":[[1],[2],[3]]}", 3, 1, &f), 0);
	assert_true(f.items[0] == 1 && f.items[1] == 2 && f.items[2] == 3);
	tkt_floats_release(&f);
	/* some servers leave the index out: then the order is that of the texts */
	assert_int_equal(parse(b, TKT_EMBED_OPENAI, "{\"data\":[{\"embedding\":[1]},{\"embedding\":[2]}]}", 2, 0, &f), 0);
	assert_true(f.items[0] == 1 && f.items[1] == 2);
	tkt_floats_release(&f);
}

static void numbers_are_read_as_the_c_library_reads_them(void **state)
{
	struct box *b = *state;
	static const char *const texts[] = { "0.1", "-0.023064255", "1e-5", "123456789012345678901234567890", "1e-400", "-1E+3",
					     "0.00000000000000000000000000000000000001", "3.4028234e38", "1e-38", "5e-324",
					     "0.3333333333333333333333333333", "100000", "-0.0", "9.999999999999999999999e-1",
					     "0.0000000000000000000000000000000000000000000000001e49" };
	char text[256];

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct tkt_floats f = { 0 };
		double wanted = strtod(texts[i], NULL);

		snprintf(text, sizeof text, "{\"embeddings\":[[%s,1]]}", texts[i]);
		assert_int_equal(parse(b, TKT_EMBED_OLLAMA, text, 1, 0, &f), 0);
		if (f.items[0] != (float)wanted)
			assert_true((double)f.items[0] > wanted * (1 - 1e-6) && (double)f.items[0] < wanted * (1 + 1e-6));
		tkt_floats_release(&f);
	}
}

static void every_wrong_answer_is_refused_with_its_reason(void **state)
{
	struct box *b = *state;
#define OPENAI(vectors) TKT_EMBED_OPENAI, "{\"data\":[" vectors "]}"
#define OLLAMA(vectors) TKT_EMBED_OLLAMA, "{\"embeddings\":[" vectors "]}"
	static const struct { enum tkt_embed_kind kind; const char *text, *words; } rows[] = {
		{ OPENAI("{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}"), "the same index" },
		{ OPENAI("{\"index\":-1,\"embedding\":[1]},{\"index\":1,\"embedding\":[1]}"), "an index of no text" },
		{ OPENAI("{\"index\":2,\"embedding\":[1]},{\"index\":1,\"embedding\":[1]}"), "an index of no text" },
		{ OPENAI("{\"index\":1e300,\"embedding\":[1]},{\"index\":1,\"embedding\":[1]}"), "an index of no text" },
		{ OPENAI("{\"index\":0.5,\"embedding\":[1]},{\"index\":1,\"embedding\":[1]}"), "an index of no text" },
		{ OPENAI("{\"index\":\"0\",\"embedding\":[1]},{\"index\":1,\"embedding\":[1]}"), "an index of no text" },
		{ OPENAI("{\"index\":0,\"index\":1,\"embedding\":[1]}"), "'index' twice" },
		{ OPENAI("{\"index\":0,\"embedding\":[1],\"embedding\":[1]}"), "'embedding' twice" },
		{ OPENAI("{\"index\":0}"), "without 'embedding'" },
		{ OPENAI("[1],[2]"), "something else than objects" },
		{ OPENAI("{\"embedding\":\"AACAPwAAgD8=\"}"), "base64" },
		{ OPENAI("{\"embedding\":{}}"), "something else than a list of numbers" },
		{ OPENAI("{\"embedding\":[1]}"), "fewer vectors" },
		{ OPENAI("{\"embedding\":[1]},{\"embedding\":[1]},{\"embedding\":[1]}"), "more vectors" },
		{ OLLAMA("[1],[2],[3]"), "more vectors" },
		{ OLLAMA("[1],[2,3]"), "another length" },
		{ OLLAMA("[1]"), "fewer vectors" },
		{ OLLAMA(""), "fewer vectors" },
		{ OLLAMA("[],[]"), "empty vector" },
		{ OLLAMA("[0,0],[1,2]"), "nothing but zeros" },
		{ OLLAMA("[0,-0.0e5],[1,2]"), "nothing but zeros" },
		{ OLLAMA("[null,1],[1,2]"), "not all numbers" },
		{ OLLAMA("[NaN,1],[1,2]"), "not all numbers" },
		{ OLLAMA("[true,1],[1,2]"), "not all numbers" },
		{ OLLAMA("[[1],1],[1,2]"), "not all numbers" },
		{ OLLAMA("[1e999,1],[1,2]"), "too large" },
		{ OLLAMA("[-1e39,1],[1,2]"), "too large" },
		{ OLLAMA("[01,1],[1,2]"), "JSON" },
		{ OLLAMA("[1.,1],[1,2]"), "JSON" },
		{ OLLAMA("[1e,1],[1,2]"), "JSON" },
		{ OLLAMA("[1 1],[1,2]"), "JSON" },
		{ OLLAMA("[1,],[1,2]"), "not all numbers" },
		{ OLLAMA("[-,1],[1,2]"), "JSON" },
		{ OLLAMA("[1],[2]],\"embeddings\":[[1],[2]"), "twice" },
		{ TKT_EMBED_OLLAMA, "", "JSON" },
		{ TKT_EMBED_OLLAMA, "null", "JSON" },
		{ TKT_EMBED_OLLAMA, "[[1],[2]]", "JSON" },
		{ TKT_EMBED_OLLAMA, "{}", "no vectors" },
		{ TKT_EMBED_OLLAMA, "{\"embeddings\":{}}", "something else than a list of vectors" },
		{ TKT_EMBED_OLLAMA, "{\"embeddings\":[[1],[2]]", "JSON" },
		{ TKT_EMBED_OLLAMA, "{\"embeddings\":[[1],[2]]}x", "JSON" },
		{ TKT_EMBED_OLLAMA, "{\"embeddings\":[[1],[2]]}}", "JSON" },
		{ TKT_EMBED_OLLAMA, "{\"a\":\"\n\",\"embeddings\":[[1],[2]]}", "JSON" },
		{ TKT_EMBED_OLLAMA, "{\"a\":\"\xff\",\"embeddings\":[[1],[2]]}", "JSON" },
		{ TKT_EMBED_OLLAMA, "{\"a\":\"\\x\",\"embeddings\":[[1],[2]]}", "JSON" },
		{ TKT_EMBED_OLLAMA, "{\"a\":nil,\"embeddings\":[[1],[2]]}", "JSON" },
		{ TKT_EMBED_OLLAMA, "{a:1,\"embeddings\":[[1],[2]]}", "JSON" },
		{ TKT_EMBED_OLLAMA, "<html>", "JSON" },
	};
	struct tkt_floats f = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		box_failed(b, parse(b, rows[i].kind, rows[i].text, 2, 0, &f), TKT_EINVALID, rows[i].words);
		assert_null(f.items);
	}
	box_failed(b, parse(b, OLLAMA("[1],[2]"), 2, 3, &f), TKT_EINVALID, "another length");
	/* cut anywhere: no, and nothing read beyond the end */
	for (size_t n = 0; n < strlen(rows[0].text); n++) {
		char *part = malloc(n + 1);

		memcpy(part, rows[0].text, n);
		assert_int_equal(tkt_embed_parse(&f, TKT_EMBED_OPENAI, part, n, 2, 0, NULL), TKT_EINVALID);
		free(part);
	}
}

static void the_words_of_an_error_are_short_safe_and_without_the_key(void **state)
{
	static const struct { const char *text, *words; } rows[] = {
		{ "{\"error\":{\"message\":\"no such model\",\"code\":1}}", "no such model" },
		{ "{\"error\":\"model \\\"m\\\" not found\"}", "model \"m\" not found" },
		{ "{\"detail\":\"Not Found\"}", "Not Found" },
		{ "plain\nwords", "plain words" },
		{ "", "" },
		{ "{\"error\":\"key " SECRET " is wrong\"}", "key *** is wrong" },
		{ "{\"error\":\"key \\u0063anary-0123456789-secret is wrong\"}", "key *** is wrong" },
		{ "{\"error\":\"begins canary-01..., ends ...89-secret\"}", "begins ***..., ends ...***" },
		{ "{\"error\":\"\\u001b[31mred\\u202e\"}", "^[[31mred<U+202E>" },
	};
	struct tkt_buf out = TKT_BUF_INIT;
	char text[4096];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		tkt_buf_reset(&out);
		tkt_embed_words(&out, rows[i].text, strlen(rows[i].text), SECRET);
		assert_string_equal(out.ptr, rows[i].words);
	}
	memset(text, 'x', sizeof text);
	memcpy(text + 2000, SECRET, strlen(SECRET));
	tkt_buf_reset(&out);
	tkt_embed_words(&out, text, sizeof text, SECRET);
	assert_true(out.len < 200);
	tkt_buf_release(&out);
}

/* --- addresses and settings --- */

static void the_address_is_the_base_or_the_whole(void **state)
{
	static const struct { enum tkt_embed_kind kind; const char *url, *whole; } rows[] = {
		{ TKT_EMBED_OPENAI, "https://api.openai.com/v1", "https://api.openai.com/v1/embeddings" },
		{ TKT_EMBED_OPENAI, "https://api.openai.com/v1/", "https://api.openai.com/v1/embeddings" },
		{ TKT_EMBED_OPENAI, "https://a.b/v1/embeddings", "https://a.b/v1/embeddings" },
		{ TKT_EMBED_OPENAI, "https://a.b/x?api-version=1", "https://a.b/x/embeddings?api-version=1" },
		{ TKT_EMBED_OPENAI, "https://a.b/x/embeddings?api-version=1", "https://a.b/x/embeddings?api-version=1" },
		{ TKT_EMBED_OLLAMA, "http://localhost:11434", "http://localhost:11434/api/embed" },
		{ TKT_EMBED_OLLAMA, "http://localhost:11434/", "http://localhost:11434/api/embed" },
		{ TKT_EMBED_OLLAMA, "http://localhost:11434/api", "http://localhost:11434/api/embed" },
		{ TKT_EMBED_OLLAMA, "http://localhost:11434/api/embed", "http://localhost:11434/api/embed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tkt_embed e = { .kind = rows[i].kind, .url = (char *)(uintptr_t)rows[i].url };
		char *is = tkt_embed_endpoint(&e);

		assert_string_equal(is, rows[i].whole);
		free(is);
	}
	char *origin = tkt_embed_origin("https://a.b:1/x?key=1");

	assert_string_equal(origin, "https://a.b:1");
	free(origin);
}

static int asked; /* for the value of a variable */

static const char *variable(void *payload, const char *name)
{
	(void)payload;
	asked++;
	return strcmp(name, "THE_KEY") == 0 ? SECRET : strcmp(name, "BAD_KEY") == 0 ? "a\r\nHost: b" : NULL;
}

static int settle(struct box *b, struct tkt_embed *out, const char *config, struct tkt_embed_user *user)
{
	struct tkt_config c;
	int code = tkt_config_parse(&c, config, strlen(config), &b->err);

	if (code)
		return code;
	user->variable = variable;
	asked = 0;
	code = tkt_embed_settings(out, &c, user, &b->err);
	tkt_config_release(&c);
	return code;
}

#define ASKS(url) "search:\n  embedding: {provider: ollama, url: '" url "', model: m, api_key_env: THE_KEY}\n"

static void no_server_is_asked_without_the_users_word(void **state)
{
	struct box *b = *state;
	static const struct { const char *env, *git; bool allowed; } rows[] = {
		{ NULL, NULL, false },
		{ "http://127.0.0.1:11434", NULL, true },
		{ NULL, "http://127.0.0.1:11434", true },
		{ NULL, "http://127.0.0.1:11434/", true },
		{ "http://127.0.0.1:9", "http://127.0.0.1:11434", true },
		{ NULL, "http://127.0.0.1:1143", false },
		{ NULL, "http://127.0.0.1:11434.example.com", false },
		{ NULL, "https://127.0.0.1:11434", false },
		{ NULL, "http://127.0.0.1:11434/v1", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tkt_embed_user user = { .url_env = rows[i].env, .url = rows[i].git };
		struct tkt_embed e;

		assert_int_equal(settle(b, &e, ASKS("http://127.0.0.1:11434"), &user), 0);
		assert_int_equal(e.kind, rows[i].allowed ? TKT_EMBED_OLLAMA : TKT_EMBED_BUILTIN);
		if (rows[i].allowed) {
			assert_null(e.refused);
			assert_string_equal(e.url, "http://127.0.0.1:11434");
			assert_string_equal(e.model, "m");
			assert_string_equal(e.key, SECRET);
		} else {
			assert_string_equal(e.refused, "config.yml asks for embeddings from http://127.0.0.1:11434: "
					    "allow it with 'git config tkt.embeddingUrl http://127.0.0.1:11434'");
			assert_int_equal(asked, 0);
			assert_null(e.url);
			assert_null(e.key);
		}
		tkt_embed_release(&e);
	}
}

static void the_users_own_settings_go_first(void **state)
{
	struct box *b = *state;
	struct tkt_embed_user off = { .mode = "off", .url = "http://127.0.0.1:1" };
	struct tkt_embed_user builtin = { .mode = "builtin", .url = "http://127.0.0.1:1" };
	struct tkt_embed_user own = { .provider = "openai-compatible", .url = "http://127.0.0.1:2/v1", .model = "mine" };
	struct tkt_embed_user consent = { .url = "http://127.0.0.1:1", .model = "mine" };
	struct tkt_embed_user wrong = { .mode = "magic" }, bad_url = { .url = "file:///etc/passwd" };
	struct tkt_embed e;

	assert_int_equal(settle(b, &e, ASKS("http://127.0.0.1:1"), &off), 0);
	assert_int_equal(e.kind, TKT_EMBED_OFF);
	tkt_embed_release(&e);
	assert_int_equal(settle(b, &e, ASKS("http://127.0.0.1:1"), &builtin), 0);
	assert_int_equal(e.kind, TKT_EMBED_BUILTIN);
	assert_null(e.refused);
	tkt_embed_release(&e);
	/* their own server; the variable that config.yml names is not for it */
	assert_int_equal(settle(b, &e, ASKS("http://127.0.0.1:1"), &own), 0);
	assert_int_equal(e.kind, TKT_EMBED_OPENAI);
	assert_string_equal(e.url, "http://127.0.0.1:2/v1");
	assert_string_equal(e.model, "mine");
	assert_null(e.key);
	assert_int_equal(asked, 0);
	tkt_embed_release(&e);
	/* config.yml leaves the address to the user */
	assert_int_equal(settle(b, &e, "search: {embedding: {provider: ollama}}\n", &consent), 0);
	assert_int_equal(e.kind, TKT_EMBED_OLLAMA);
	assert_string_equal(e.url, "http://127.0.0.1:1");
	assert_string_equal(e.model, "mine");
	tkt_embed_release(&e);
	/* a word of consent for one project says nothing about those that ask for nothing */
	assert_int_equal(settle(b, &e, "project: x\n", &consent), 0);
	assert_int_equal(e.kind, TKT_EMBED_BUILTIN);
	assert_null(e.refused);
	tkt_embed_release(&e);
	box_failed(b, settle(b, &e, "project: x\n", &wrong), TKT_EINVALID, "TKT_EMBEDDING is 'magic'");
	box_failed(b, settle(b, &e, "project: x\n", &bad_url), TKT_EINVALID, "tkt.embeddingUrl of git config must begin");
}

static void a_key_does_not_go_over_the_network_in_the_clear(void **state)
{
	struct box *b = *state;
	struct tkt_embed_user user = { .url = "http://192.0.2.1:80/v1" }, tls = { .url = "https://192.0.2.1/v1" };
	struct tkt_embed_user injected = { .url = "https://192.0.2.1/v1", .key_env = "BAD_KEY" };
	struct tkt_embed e;

	assert_int_equal(settle(b, &e, ASKS("http://192.0.2.1:80/v1"), &user), 0);
	assert_int_equal(e.kind, TKT_EMBED_BUILTIN);
	assert_non_null(strstr(e.refused, "in the clear"));
	assert_null(strstr(e.refused, SECRET));
	assert_null(e.key);
	tkt_embed_release(&e);
	assert_int_equal(settle(b, &e, ASKS("https://192.0.2.1/v1"), &tls), 0);
	assert_int_equal(e.kind, TKT_EMBED_OLLAMA);
	assert_string_equal(e.key, SECRET);
	tkt_embed_release(&e);
	box_failed(b, settle(b, &e, ASKS("https://192.0.2.1/v1"), &injected), TKT_EINVALID, "BAD_KEY holds");
	/* without a key, plain http is the user's business */
	assert_int_equal(settle(b, &e, "search: {embedding: {provider: ollama, model: m}}\n", &user), 0);
	assert_int_equal(e.kind, TKT_EMBED_OLLAMA);
	tkt_embed_release(&e);
}

static void wrong_settings_are_errors_with_their_line(void **state)
{
	struct box *b = *state;
	static const struct { const char *text, *words; } rows[] = {
		{ "provider: magic", "'provider' of search.embedding must be" },
		{ "provider: [ollama]", "'provider' must be one value" },
		{ "url: ftp://x", "must begin with http" },
		{ "url: 'http://'", "names no host" },
		{ "url: 'http://:80'", "names no host" },
		{ "url: http://user:pass@host/", "must not hold a user name or password" },
		{ "url: 'http://x/$(reboot)'", "holds a character" },
		{ "url: \"http://x/';reboot;'\"", "holds a character" },
		{ "url: 'http://x y'", "holds a character" },
		{ "url: 'http://x/#f'", "holds a character" },
		{ "dimensions: 0", "whole number from 1 to 16384" },
		{ "dimensions: 16385", "whole number from 1 to 16384" },
		{ "dimensions: -5", "whole number" },
		{ "dimensions: 768.5", "whole number" },
		{ "timeout_ms: soon", "whole number" },
		{ "api_key_env: sk-abc123", "must be the name of an environment variable" },
		{ "api_key_env: 'A B'", "must be the name of an environment variable" },
		{ "model: [a]", "'model' must be one value" },
	};
	static const char *const search[] = { "weight: 1.1", "weight: x", "weight: 1e-1", "weight: '.'", "similar: -1",
					      "duplicate: 2", "fusion: sum", "embedding: 7" };
	struct tkt_embed_user nobody = { 0 };
	struct tkt_embed e;
	char text[256];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		snprintf(text, sizeof text, "prefix: A\nsearch:\n  embedding:\n    %s\n", rows[i].text);
		assert_int_equal(settle(b, &e, text, &nobody), TKT_EINVALID);
		assert_int_equal(b->err.line, 4);
		assert_null(strstr(b->err.message, "user:pass"));
		assert_null(strstr(b->err.message, "sk-abc"));
		box_failed(b, TKT_EINVALID, TKT_EINVALID, rows[i].words);
	}
	for (size_t i = 0; i < sizeof search / sizeof search[0]; i++) {
		snprintf(text, sizeof text, "prefix: A\nsearch:\n  %s\n", search[i]);
		assert_int_equal(settle(b, &e, text, &nobody), TKT_EINVALID);
		assert_int_equal(b->err.line, 3);
		tkt_error_release(&b->err);
	}
	assert_int_equal(settle(b, &e, "search: {fusion: rrf, weight: 0.25, similar: .5, duplicate: 1}\n", &nobody), 0);
	assert_int_equal(e.fusion, TKT_FUSE_RRF);
	assert_true(e.weight == .25 && e.similar == .5 && e.duplicate == 1);
	tkt_embed_release(&e);
	assert_int_equal(settle(b, &e, "search: null\n", &nobody), 0);
	assert_true(e.weight < 0);
	tkt_embed_release(&e);
}

/* --- asking --- */

static struct tkt_str two[] = { { "the car is red", 14 }, { "tea", 3 } };

static struct tkt_asker ask_mode(struct tkt_embed *e, enum tkt_embed_kind kind, const char *mode, unsigned ms)
{
	static char url[256];
	static char model[] = "toy", key[] = SECRET;

	snprintf(url, sizeof url, "http://127.0.0.1:%s%s%s%s", server.port, *mode ? "/" : "", mode,
		 kind == TKT_EMBED_OPENAI ? "/v1" : "");
	*e = (struct tkt_embed){ .kind = kind, .url = url, .model = model, .key = key };
	return (struct tkt_asker){ .embed = e, .timeout_ms = ms, .left_ms = ms * 4, .persist = true };
}

static void both_providers_answer(void **state)
{
	struct box *b = *state;
	static const char *const modes[] = { "", "shuffled", "noindex", "http10", "chunked", "dims4096", "dims256", "toolong" };

	for (size_t i = 0; i < 2 * sizeof modes / sizeof modes[0]; i++) {
		struct tkt_embed e;
		struct tkt_asker a = ask_mode(&e, i % 2 ? TKT_EMBED_OLLAMA : TKT_EMBED_OPENAI, modes[i / 2], 3000);
		struct tkt_floats f = { 0 }, one = { 0 };

		assert_int_equal(tkt_embed_ask(&a, two, 2, 0, &f, &b->err), 0);
		assert_int_equal(f.n, 2);
		assert_int_equal(tkt_embed_ask(&a, two + 1, 1, f.dims, &one, &b->err), 0);
		assert_memory_equal(f.items + f.dims, one.items, f.dims * sizeof(float));
		tkt_floats_release(&f);
		tkt_floats_release(&one);
		tkt_fetch_close(a.fetch);
	}
	assert_int_equal(server_count(&server, "\"auth\": \"Bearer " SECRET "\""), 32);
	assert_int_equal(server_count(&server, "\"truncate\": true"), 16);
	assert_int_equal(server_count(&server, "\"format\": \"float\""), 16);
	assert_int_equal(server_count(&server, "\"dimensions\": null"), 32);
}

static void dimensions_are_asked_for_and_checked(void **state)
{
	struct box *b = *state;
	struct tkt_embed e;
	struct tkt_asker a = ask_mode(&e, TKT_EMBED_OPENAI, "", 3000);
	struct tkt_floats f = { 0 };

	e.dimensions = 256;
	assert_int_equal(tkt_embed_ask(&a, two, 2, 256, &f, &b->err), 0);
	assert_int_equal(f.dims, 256);
	assert_int_equal(server_count(&server, "\"dimensions\": 256"), 1);
	tkt_floats_release(&f);
	tkt_fetch_close(a.fetch);
	a = ask_mode(&e, TKT_EMBED_OPENAI, "wrongdims", 3000);
	e.dimensions = 256;
	box_failed(b, tkt_embed_ask(&a, two, 2, 256, &f, &b->err), TKT_ENO, "another length");
	tkt_fetch_close(a.fetch);
}

static void a_server_that_misbehaves_is_told_in_one_line(void **state)
{
	struct box *b = *state;
	static const struct { const char *mode, *words; } rows[] = {
		{ "dupindex", "the same index" }, { "negindex", "an index of no text" }, { "bigindex", "an index of no text" },
		{ "halfindex", "an index of no text" }, { "textindex", "an index of no text" }, { "missing", "fewer vectors" },
		{ "extra", "more vectors" }, { "lengths", "another length" }, { "zero", "nothing but zeros" },
		{ "empty", "empty vector" }, { "null", "not all numbers" }, { "nan", "not all numbers" }, { "inf", "too large" },
		{ "base64", "base64" }, { "notjson", "does not answer with JSON" }, { "array", "does not answer with JSON" },
		{ "wrongtypes", "something else than a list of vectors" }, { "novectors", "sends no vectors" },
		{ "deep", "does not answer with JSON" }, { "badutf8", "does not answer with JSON" },
		{ "dupkeys", "twice" }, { "cutjson", "does not answer with JSON" }, { "trailing", "does not answer with JSON" },
		{ "shortlength", "does not answer with JSON" }, { "huge", "an answer that is too large" },
		{ "drip", "did not answer within 0.2 s" }, { "hang", "did not answer within 0.2 s" },
		{ "s403", "does not accept the key (HTTP 403)" },
		{ "s401", "does not accept the key (HTTP 401): Incorrect API key provided: ***. ^[[31mAgain: *** ***" },
		{ "s404", "does not know the address or the model (HTTP 404): model \"toy\" not found, try pulling it first" },
		{ "s500", "says no (HTTP 500): boom ***xxx" }, { "redirect", "sends elsewhere, which is not followed (HTTP 302)" },
		{ "redirect307", "sends elsewhere, which is not followed (HTTP 307)" },
		{ "long429", "is busy (HTTP 429): quota" }, { "nothttp", "cannot be asked" },
	};
	char head[64];

	snprintf(head, sizeof head, "the embedding server at http://127.0.0.1:%s ", server.port);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tkt_embed e;
		struct tkt_asker a = ask_mode(&e, TKT_EMBED_OPENAI, rows[i].mode, 200);
		struct tkt_floats f = { 0 };
		int code = tkt_embed_ask(&a, two, 2, 0, &f, &b->err);

		assert_int_equal(code, TKT_ENO);
		if (!strstr(b->err.message, rows[i].words))
			fail_msg("%s: '%s' does not say '%s'", rows[i].mode, b->err.message, rows[i].words);
		assert_int_equal(strncmp(b->err.message, head, strlen(head)), 0);
		assert_null(strstr(b->err.message, "canary"));
		assert_null(strchr(b->err.message, '\n'));
		assert_true(strlen(b->err.message) < 400);
		assert_null(f.items);
		tkt_error_release(&b->err);
		tkt_fetch_close(a.fetch);
	}
}

static void a_busy_server_is_asked_again_within_bounds(void **state)
{
	struct box *b = *state;
	static const struct { const char *mode; bool persist; unsigned left_ms; int requests; bool good; } rows[] = {
		{ "s429", true, 5000, 3, true },      /* Retry-After: 1, twice */
		{ "s503", true, 900, 1, false },      /* no time to wait a second */
		{ "s429", false, 5000, 1, false },    /* the fourth of them */
		{ "always503", true, 20000, 3, false },
		{ "long429", true, 20000, 1, false }, /* an hour is too long */
		{ "closeonce", true, 5000, 2, true },
		{ "close", true, 5000, 2, false },    /* twice is no bad luck */
		{ "s500", true, 5000, 1, false },
		{ "hang", true, 700, 1, false },
	};
	int before = 0;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tkt_embed e;
		struct tkt_asker a = ask_mode(&e, TKT_EMBED_OLLAMA, rows[i].mode, 300);
		struct tkt_floats f = { 0 };

		a.persist = rows[i].persist;
		a.left_ms = rows[i].left_ms;
		a.endless = strcmp(rows[i].mode, "long429") == 0;
		assert_int_equal(tkt_embed_ask(&a, two, 2, 0, &f, &b->err), rows[i].good ? 0 : TKT_ENO);
		assert_int_equal(server_count(&server, "\"path\"") - before, rows[i].requests);
		before += rows[i].requests;
		tkt_error_release(&b->err);
		tkt_floats_release(&f);
		tkt_fetch_close(a.fetch);
	}
}

static void a_server_that_is_not_there_is_told_at_once(void **state)
{
	struct box *b = *state;
	static char url[] = "http://127.0.0.1:1/v1?api-key=hidden", model[] = "toy";
	struct tkt_embed e = { .kind = TKT_EMBED_OPENAI, .url = url, .model = model };
	struct tkt_asker a = { .embed = &e, .timeout_ms = 3000, .left_ms = 3000, .persist = true };
	struct tkt_floats f = { 0 };

	assert_int_equal(tkt_embed_ask(&a, two, 2, 0, &f, &b->err), TKT_ENO);
	assert_string_equal(b->err.message, "the embedding server at http://127.0.0.1:1 cannot be reached");
	assert_true(a.took_ms < 500);
	tkt_error_release(&b->err);
	tkt_fetch_close(a.fetch);
	/* no time left: not even asked */
	a = (struct tkt_asker){ .embed = &e, .timeout_ms = 3000 };
	box_failed(b, tkt_embed_ask(&a, two, 2, 0, &f, &b->err), TKT_ENO, "had no time left");
	tkt_fetch_close(a.fetch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(vectors_come_in_the_order_of_the_texts),
		BOX_TEST(numbers_are_read_as_the_c_library_reads_them),
		BOX_TEST(every_wrong_answer_is_refused_with_its_reason),
		BOX_TEST(the_words_of_an_error_are_short_safe_and_without_the_key),
		cmocka_unit_test(the_address_is_the_base_or_the_whole),
		BOX_TEST(no_server_is_asked_without_the_users_word),
		BOX_TEST(the_users_own_settings_go_first),
		BOX_TEST(a_key_does_not_go_over_the_network_in_the_clear),
		BOX_TEST(wrong_settings_are_errors_with_their_line),
		SERVER_TEST(both_providers_answer),
		SERVER_TEST(dimensions_are_asked_for_and_checked),
		SERVER_TEST(a_server_that_misbehaves_is_told_in_one_line),
		SERVER_TEST(a_busy_server_is_asked_again_within_bounds),
		SERVER_TEST(a_server_that_is_not_there_is_told_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
