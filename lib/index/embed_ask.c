/* index/embed_ask: the conversation with an embedding server: what is sent, how long to wait, when to ask again, and
 * how to say in one line what went wrong. The key goes into the request and nowhere else. */
#include "index/embed_http.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/fetch.h"
#include "text/json.h"

enum {
	TRIES = 5, TRIES_SEARCHING = 3, PAUSE_FIRST_MS = 250, RETRY_AFTER_MOST = 30 /* seconds */, CONNECT_MS = 10000,
	SLOW_MIN_S = 10, NUMBER_BYTES = 32, ANSWER_SLACK = 64 * 1024, DIMS_USUAL_MOST = 4096,
	SHORT_BYTES = 700 /* of a text that is too long for the model */
};

/* --- addresses --------------------------------------------------------------------------------- */

char *tkt_embed_endpoint(const struct tkt_embed *e)
{
	const char *tail = e->kind == TKT_EMBED_OLLAMA ? "/api/embed" : "/embeddings";
	size_t n = strcspn(e->url, "?"), whole = strlen(tail);
	const char *query = e->url + n;

	while (n > 0 && e->url[n - 1] == '/')
		n--;
	if (n >= whole && memcmp(e->url + n - whole, tail, whole) == 0)
		tail = "";
	else if (e->kind == TKT_EMBED_OLLAMA && n > 4 && memcmp(e->url + n - 4, "/api", 4) == 0)
		tail += 4;
	return tkt_asprintf("%.*s%s%s", (int)n, e->url, tail, query);
}

char *tkt_embed_origin(const char *url)
{
	const char *host = strstr(url, "://");
	size_t n = host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/?#") : strlen(url);

	return tkt_strndup(url, n);
}

/* --- what is sent ------------------------------------------------------------------------------ */

/* At most n bytes, not cut within a sign. */
static size_t cut(struct tkt_str s, size_t n)
{
	if (s.len <= n)
		return s.len;
	while (n > 0 && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
		n--;
	return n;
}

static void make_body(struct tkt_buf *out, const struct tkt_embed *e, const struct tkt_str *texts, size_t n,
		      size_t most)
{
	struct tkt_json *body = tkt_json_object(), *input = tkt_json_array();

	for (size_t i = 0; i < n; i++)
		tkt_json_push(input, tkt_json_string_n(texts[i].ptr, most ? cut(texts[i], most) : texts[i].len));
	tkt_json_set(body, "model", tkt_json_string(e->model));
	tkt_json_set(body, "input", input);
	if (e->kind == TKT_EMBED_OLLAMA)
		tkt_json_set(body, "truncate", tkt_json_bool(true));
	else
		tkt_json_set(body, "encoding_format", tkt_json_string("float"));
	if (e->dimensions > 0)
		tkt_json_set(body, "dimensions", tkt_json_int(e->dimensions));
	tkt_json_print(out, body, 0);
	tkt_json_free(body);
}

/* --- what went wrong --------------------------------------------------------------------------- */

/* "the embedding server at ORIGIN ..." as TKT_ENO. */
__attribute__((format(printf, 3, 4)))
static int complain(const struct tkt_asker *a, struct tkt_error *err, const char *fmt, ...)
{
	struct tkt_buf what = TKT_BUF_INIT, origin = TKT_BUF_INIT;
	char *shown = tkt_embed_origin(a->embed->url);
	va_list ap;

	va_start(ap, fmt);
	tkt_buf_vprintf(&what, fmt, ap);
	va_end(ap);
	tkt_str_visible(&origin, shown, strlen(shown), "");
	tkt_error_set(err, TKT_ENO, "the embedding server at %s %s", origin.ptr, what.ptr);
	tkt_buf_release(&what);
	tkt_buf_release(&origin);
	free(shown);
	return TKT_ENO;
}

static int complain_of_failure(const struct tkt_asker *a, const struct tkt_fetch_answer *answer,
			       unsigned timeout_ms, const struct tkt_error *why, struct tkt_error *err)
{
	switch (answer->failure) {
	case TKT_FETCH_STOPPED:
		return tkt_error_set(err, TKT_EIO, "interrupted");
	case TKT_FETCH_CONNECT:
		return complain(a, err, "cannot be reached");
	case TKT_FETCH_TIMEOUT:
		if (timeout_ms % 1000 == 0)
			return complain(a, err, "did not answer within %u s", timeout_ms / 1000);
		return complain(a, err, "did not answer within %.3g s", timeout_ms / 1000.0);
	case TKT_FETCH_TLS:
		return complain(a, err, "shows no certificate that this machine trusts: %s", why->message);
	case TKT_FETCH_TOO_BIG:
		return complain(a, err, "sends an answer that is too large");
	case TKT_FETCH_CUT:
		return complain(a, err, "broke off in the middle of its answer");
	default:
		return complain(a, err, "cannot be asked: %s", why->message);
	}
}

static int complain_of_status(const struct tkt_asker *a, const struct tkt_fetch_answer *answer,
			      struct tkt_error *err)
{
	struct tkt_buf words = TKT_BUF_INIT;
	long status = answer->status;
	const char *what = status == 401 || status == 403 ? "does not accept the key" :
			   status == 404 ? "does not know the address or the model" :
			   status == 429 || status == 503 ? "is busy" :
			   status >= 300 && status < 400 ? "sends elsewhere, which is not followed" : "says no";

	if (!(status >= 300 && status < 400))
		tkt_embed_words(&words, answer->body.ptr, answer->body.len, a->embed->key);
	if ((status == 401 || status == 403) && !a->embed->key)
		what = "wants a key";
	complain(a, err, "%s (HTTP %ld)%s%s", what, status, words.len ? ": " : "", words.ptr);
	tkt_buf_release(&words);
	return TKT_ENO;
}

/* --- one request, and again -------------------------------------------------------------------- */

static void spend(struct tkt_asker *a, unsigned ms)
{
	a->left_ms = a->left_ms > ms ? a->left_ms - ms : 0;
}

static bool is_busy(const struct tkt_fetch_answer *answer)
{
	return answer->failure == TKT_FETCH_OK && (answer->status == 429 || answer->status == 503);
}

/* How long to wait before another try; 0: there is none. */
static unsigned pause_before(const struct tkt_asker *a, const struct tkt_fetch_answer *answer, unsigned tries)
{
	unsigned wait = (unsigned)PAUSE_FIRST_MS << tries;

	bool broke = answer->failure == TKT_FETCH_CUT || answer->status == 502; /* once may be bad luck */

	if (!a->persist || tries + 1 >= (unsigned)(broke ? 2 : a->endless ? TRIES : TRIES_SEARCHING))
		return 0;
	if (!is_busy(answer) && !broke)
		return 0;
	if (answer->retry_after > RETRY_AFTER_MOST)
		return 0;
	if (answer->retry_after > 0 && (unsigned)answer->retry_after * 1000 > wait)
		wait = (unsigned)answer->retry_after * 1000;
	return a->endless || wait < a->left_ms ? wait : 0;
}

/* Room for `n` vectors as wasteful as JSON gets. */
static size_t answer_limit(const struct tkt_asker *a, size_t n, size_t dims)
{
	size_t most = dims ? dims : a->embed->dimensions > 0 ? (size_t)a->embed->dimensions :
		      n == 1 ? TKT_EMBED_DIMS_MAX : DIMS_USUAL_MOST;

	return n * most * NUMBER_BYTES + ANSWER_SLACK;
}

struct exchange {
	struct tkt_fetch_req req;
	struct tkt_fetch_answer answer;
	char *url;
	struct tkt_buf body;
};

/* 0: an answer is there, whatever its status. */
static int talk(struct tkt_asker *a, struct exchange *x, struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	unsigned wait;
	int code;

	for (unsigned tries = 0;; tries++) {
		x->req.timeout_ms = a->endless || a->left_ms > a->timeout_ms ? a->timeout_ms : a->left_ms;
		x->req.connect_ms = x->req.timeout_ms < CONNECT_MS ? x->req.timeout_ms : CONNECT_MS;
		if (x->req.timeout_ms == 0)
			return complain(a, err, "had no time left to answer");
		tkt_fetch_answer_release(&x->answer);
		tkt_error_release(&why);
		code = tkt_fetch_post(a->fetch, &x->req, &x->answer, &why);
		a->took_ms = x->answer.took_ms;
		spend(a, x->answer.took_ms);
		wait = pause_before(a, &x->answer, tries);
		if (wait == 0)
			break;
		spend(a, wait);
		if (!tkt_fetch_pause(wait, a->stop)) {
			tkt_error_release(&why);
			return tkt_error_set(err, TKT_EIO, "interrupted");
		}
	}
	if (code != 0)
		code = complain_of_failure(a, &x->answer, x->req.timeout_ms, &why, err);
	tkt_error_release(&why);
	return code;
}

/* The server's ways to say that a text is too long for its model. */
static bool is_too_long(long status)
{
	return status == 400 || status == 413 || status == 422;
}

static bool any_longer(const struct tkt_str *texts, size_t n, size_t than)
{
	for (size_t i = 0; i < n; i++)
		if (texts[i].len > than)
			return true;
	return false;
}

static int ask_open(struct tkt_asker *a, const struct tkt_str *texts, size_t n, size_t dims,
		    struct tkt_floats *out, struct tkt_error *err)
{
	struct exchange x = { .answer = { .body = TKT_BUF_INIT }, .body = TKT_BUF_INIT };
	struct tkt_error why = TKT_ERROR_INIT;
	int code = 0;

	x.url = tkt_embed_endpoint(a->embed);
	x.req = (struct tkt_fetch_req){ .url = x.url, .bearer = a->embed->key, .stop = a->stop,
					.max = answer_limit(a, n, dims) };
	/* As long as a model may take to load; a server that sends a byte now and then is cut off earlier. */
	x.req.slow_s = a->timeout_ms / 1000 > 2 * SLOW_MIN_S ? a->timeout_ms / 2000 : 0;
	for (size_t most = 0;; most = SHORT_BYTES) {
		tkt_buf_reset(&x.body);
		make_body(&x.body, a->embed, texts, n, most);
		x.req.body = x.body.ptr;
		x.req.len = x.body.len;
		code = talk(a, &x, err);
		if (code != 0 || most || !is_too_long(x.answer.status) || !any_longer(texts, n, SHORT_BYTES))
			break;
	}
	if (code == 0 && x.answer.status != 200)
		code = complain_of_status(a, &x.answer, err);
	if (code == 0 && tkt_embed_parse(out, a->embed->kind, x.answer.body.ptr, x.answer.body.len, n, dims, &why) != 0)
		code = complain(a, err, "%s", why.message);
	tkt_error_release(&why);
	tkt_fetch_answer_release(&x.answer);
	tkt_buf_release(&x.body);
	free(x.url);
	return code;
}

int tkt_embed_ask(struct tkt_asker *a, const struct tkt_str *texts, size_t n, size_t dims, struct tkt_floats *out,
		  struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	int code;

	if (!a->fetch && tkt_fetch_open(&a->fetch, &why) != 0) {
		code = complain(a, err, "cannot be asked: %s", why.message);
		tkt_error_release(&why);
		return code;
	}
	return ask_open(a, texts, n, dims, out, err);
}
