/* sys/fetch: the one file that knows libcurl. Its functions are looked up, not linked. */
#define CURL_DISABLE_TYPECHECK 1
#include "sys/fetch.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/mem.h"
#include "base/str.h"

#undef curl_easy_setopt
#undef curl_easy_getinfo

enum { SLOW_BYTES = 30, PAUSE_SLICE_MS = 50, RETRY_AFTER_MOST = 24 * 3600 };

struct library {
	CURLcode (*global_init)(long flags);
	void (*global_cleanup)(void);
	CURL *(*easy_init)(void);
	void (*easy_cleanup)(CURL *handle);
	CURLcode (*setopt)(CURL *handle, CURLoption option, ...);
	CURLcode (*getinfo)(CURL *handle, CURLINFO info, ...);
	CURLcode (*perform)(CURL *handle);
	const char *(*strerror)(CURLcode code);
	struct curl_slist *(*slist_append)(struct curl_slist *list, const char *line);
	void (*slist_free_all)(struct curl_slist *list);
};

struct tkt_fetch {
	struct library lib;
	CURL *handle;
	bool inited;
	/* of the request that runs */
	const struct tkt_fetch_req *req;
	struct tkt_fetch_answer *answer;
	char words[CURL_ERROR_SIZE];
};

/* --- the library ------------------------------------------------------------------------------- */

static bool look_up(struct library *lib, void *so)
{
	const struct { const char *name; void *at; } rows[] = {
		{ "curl_global_init", &lib->global_init }, { "curl_global_cleanup", &lib->global_cleanup },
		{ "curl_easy_init", &lib->easy_init },     { "curl_easy_cleanup", &lib->easy_cleanup },
		{ "curl_easy_setopt", &lib->setopt },      { "curl_easy_getinfo", &lib->getinfo },
		{ "curl_easy_perform", &lib->perform },    { "curl_easy_strerror", &lib->strerror },
		{ "curl_slist_append", &lib->slist_append }, { "curl_slist_free_all", &lib->slist_free_all },
	};

	for (size_t i = 0; i < TKT_LEN(rows); i++) {
		void *symbol = dlsym(so, rows[i].name);

		if (symbol == NULL)
			return false;
		memcpy(rows[i].at, &symbol, sizeof symbol); /* ISO C has no cast from void * to a function */
	}
	return true;
}

/* Never dlclose()d: OpenSSL behind it leaves handlers for the end of the process. A second dlopen finds it there. */
static bool load(struct library *lib, const char *const *names)
{
	static const char *const usual[] = { "libcurl.so.4", "libcurl-gnutls.so.4", NULL };

	for (names = names ? names : usual; *names; names++) {
		void *so = dlopen(*names, RTLD_NOW | RTLD_LOCAL);

		if (so && look_up(lib, so))
			return true;
	}
	return false;
}

int tkt_fetch_open_as(struct tkt_fetch **out, const char *const *names, struct tkt_error *err)
{
	struct tkt_fetch *f = tkt_calloc(1, sizeof *f);

	if (!load(&f->lib, names)) {
		tkt_error_set(err, TKT_EIO, "cannot talk HTTP: libcurl is not on this machine");
		tkt_error_hint(err, "install libcurl4");
		goto failed;
	}
	if (f->lib.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
		f->inited = true;
		f->handle = f->lib.easy_init();
	}
	if (f->handle) {
		*out = f;
		return 0;
	}
	tkt_error_set(err, TKT_EIO, "cannot talk HTTP: libcurl does not start");
failed:
	tkt_fetch_close(f);
	return TKT_EIO;
}

int tkt_fetch_open(struct tkt_fetch **out, struct tkt_error *err)
{
	return tkt_fetch_open_as(out, NULL, err);
}

void tkt_fetch_close(struct tkt_fetch *f)
{
	if (f == NULL)
		return;
	if (f->handle)
		f->lib.easy_cleanup(f->handle);
	if (f->inited)
		f->lib.global_cleanup();
	free(f);
}

/* --- one request ------------------------------------------------------------------------------- */

static size_t take_body(char *bytes, size_t size, size_t n, void *payload)
{
	struct tkt_fetch *f = payload;

	n *= size;
	if (n > f->req->max - f->answer->body.len) {
		f->answer->failure = TKT_FETCH_TOO_BIG;
		return 0; /* ends the transfer */
	}
	tkt_buf_add(&f->answer->body, bytes, n);
	return n;
}

/* Retry-After as seconds; as a date it would need a clock, and no embedding server sends one. */
static size_t take_header(char *bytes, size_t size, size_t n, void *payload)
{
	static const char name[] = "retry-after:";
	struct tkt_fetch *f = payload;
	struct tkt_str value;
	long seconds = 0;

	n *= size;
	if (n < sizeof name || strncasecmp(bytes, name, sizeof name - 1) != 0)
		return n;
	value = (struct tkt_str){ bytes + sizeof name - 1, n - (sizeof name - 1) };
	while (value.len && strchr("\r\n", value.ptr[value.len - 1]))
		value.len--;
	value = tkt_str_trim(value);
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] < '0' || value.ptr[i] > '9')
			return n;
		if (seconds < RETRY_AFTER_MOST)
			seconds = seconds * 10 + (value.ptr[i] - '0');
	}
	if (value.len)
		f->answer->retry_after = seconds;
	return n;
}

static int look_up_stop(void *payload, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct tkt_fetch *f = payload;

	(void)a, (void)b, (void)c, (void)d;
	return f->req->stop && *f->req->stop;
}

static struct curl_slist *make_headers(struct tkt_fetch *f)
{
	/* "Expect:" takes that header away: some small servers never answer it. */
	static const char *const lines[] = { "Content-Type: application/json", "Accept: application/json", "Expect:" };
	struct curl_slist *list = NULL;
	char *secret = f->req->bearer ? tkt_asprintf("Authorization: Bearer %s", f->req->bearer) : NULL;

	for (size_t i = 0; i <= TKT_LEN(lines); i++) {
		const char *line = i < TKT_LEN(lines) ? lines[i] : secret;
		struct curl_slist *longer = line ? f->lib.slist_append(list, line) : list;

		if (line && !longer)
			abort(); /* out of memory, as everywhere */
		list = longer;
	}
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
	return list;
}

static CURLcode prepare(struct tkt_fetch *f, struct curl_slist *headers)
{
	const struct tkt_fetch_req *req = f->req;
	const unsigned connect = req->connect_ms ? req->connect_ms : req->timeout_ms;
	CURLcode rc = CURLE_OK;

#define SET(option, value) (rc = rc ? rc : f->lib.setopt(f->handle, (option), (value)))
	SET(CURLOPT_URL, req->url);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_NOSIGNAL, 1L);
	/* Set only for this machine: it would take the place of the user's own no_proxy. */
	SET(CURLOPT_NOPROXY, tkt_fetch_is_loopback(req->url) ? "*" : NULL);
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_POSTFIELDS, req->body);
	SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)req->len);
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_HTTP09_ALLOWED, 0L);
	SET(CURLOPT_TIMEOUT_MS, (long)req->timeout_ms);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)connect);
	SET(CURLOPT_LOW_SPEED_LIMIT, req->slow_s ? (long)SLOW_BYTES : 0L);
	SET(CURLOPT_LOW_SPEED_TIME, (long)req->slow_s);
	SET(CURLOPT_NOPROGRESS, 0L);
	SET(CURLOPT_XFERINFOFUNCTION, look_up_stop);
	SET(CURLOPT_XFERINFODATA, (void *)f);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, (void *)f);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, (void *)f);
	SET(CURLOPT_ERRORBUFFER, f->words);
#undef SET
	/* A resolver that hangs would hold the end of the handle up, timeout or not. Not in all versions. */
	(void)f->lib.setopt(f->handle, CURLOPT_QUICK_EXIT, 1L);
	return rc;
}

static enum tkt_fetch_failure classify(CURLcode rc)
{
	switch (rc) {
	case CURLE_OK:
		return TKT_FETCH_OK;
	case CURLE_URL_MALFORMAT:
		return TKT_FETCH_URL;
	case CURLE_COULDNT_RESOLVE_PROXY: case CURLE_COULDNT_RESOLVE_HOST: case CURLE_COULDNT_CONNECT:
		return TKT_FETCH_CONNECT;
	case CURLE_SSL_CONNECT_ERROR: case CURLE_PEER_FAILED_VERIFICATION: case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
		return TKT_FETCH_TLS;
	case CURLE_OPERATION_TIMEDOUT:
		return TKT_FETCH_TIMEOUT;
	case CURLE_PARTIAL_FILE: case CURLE_GOT_NOTHING: case CURLE_RECV_ERROR: case CURLE_SEND_ERROR:
		return TKT_FETCH_CUT;
	case CURLE_ABORTED_BY_CALLBACK:
		return TKT_FETCH_STOPPED;
	default:
		return TKT_FETCH_OTHER;
	}
}

/* The words are libcurl's: they name hosts and ports, never headers. */
static int tell(struct tkt_fetch *f, CURLcode rc, struct tkt_error *err)
{
	struct tkt_buf words = TKT_BUF_INIT;
	const char *said = f->words[0] ? f->words : f->lib.strerror(rc);

	if (f->answer->failure == TKT_FETCH_STOPPED) {
		tkt_error_set(err, TKT_EIO, "interrupted");
	} else if (f->answer->failure == TKT_FETCH_TOO_BIG) {
		tkt_error_set(err, TKT_EIO, "answer is over %zu bytes", f->req->max);
	} else {
		tkt_str_visible(&words, said, strlen(said), "");
		tkt_error_set(err, TKT_EIO, "no answer over HTTP: %s", words.ptr);
	}
	tkt_buf_release(&words);
	return TKT_EIO;
}

int tkt_fetch_post(struct tkt_fetch *f, const struct tkt_fetch_req *req, struct tkt_fetch_answer *answer,
		   struct tkt_error *err)
{
	struct curl_slist *headers;
	curl_off_t took_us = 0;
	CURLcode rc;

	*answer = (struct tkt_fetch_answer){ .body = TKT_BUF_INIT, .retry_after = -1 };
	f->req = req;
	f->answer = answer;
	f->words[0] = '\0';
	headers = make_headers(f);
	rc = prepare(f, headers);
	/* libcurl has one code for a wrong scheme and for an answer that is not HTTP. */
	if (rc == CURLE_OK && !tkt_starts_with(req->url, "http://") && !tkt_starts_with(req->url, "https://"))
		rc = CURLE_URL_MALFORMAT;
	if (rc == CURLE_OK)
		rc = f->lib.perform(f->handle);
	f->lib.getinfo(f->handle, CURLINFO_RESPONSE_CODE, &answer->status);
	f->lib.getinfo(f->handle, CURLINFO_TOTAL_TIME_T, &took_us);
	answer->took_ms = (unsigned)((took_us + 999) / 1000);
	/* Nothing of the caller's stays behind, the key least of all. */
	f->lib.setopt(f->handle, CURLOPT_HTTPHEADER, NULL);
	f->lib.setopt(f->handle, CURLOPT_POSTFIELDS, NULL);
	f->lib.setopt(f->handle, CURLOPT_ERRORBUFFER, NULL);
	f->lib.slist_free_all(headers);
	if (answer->failure == TKT_FETCH_OK)
		answer->failure = classify(rc);
	if (answer->failure == TKT_FETCH_OK)
		return 0;
	return tell(f, rc, err);
}

void tkt_fetch_answer_release(struct tkt_fetch_answer *answer)
{
	if (answer)
		tkt_buf_release(&answer->body);
}

/* --- beside it --------------------------------------------------------------------------------- */

bool tkt_fetch_pause(unsigned ms, const volatile sig_atomic_t *stop)
{
	while (ms > 0 && !(stop && *stop)) {
		unsigned slice = ms < PAUSE_SLICE_MS ? ms : PAUSE_SLICE_MS;
		struct timespec t = { .tv_sec = 0, .tv_nsec = (long)slice * 1000000 };

		nanosleep(&t, NULL);
		ms -= slice;
	}
	return !(stop && *stop);
}

static bool is_host(const char *url, const char *host)
{
	size_t n = strlen(host);

	return strncasecmp(url, host, n) == 0 && strchr(":/?#", url[n]) != NULL; /* also at the end */
}

/* 127.x.y.z, digits and dots only: 127.0.0.1.example.com is somebody else. */
static bool is_127(const char *url)
{
	size_t n = strspn(url, "0123456789.");

	return tkt_starts_with(url, "127.") && strchr(":/?#", url[n]) != NULL;
}

bool tkt_fetch_is_loopback(const char *url)
{
	const char *host = strstr(url, "://");

	/* "http://127.0.0.1:80@example.com" is somebody else. */
	if (host == NULL || strpbrk(url, "@\\") != NULL)
		return false;
	host += 3;
	return is_host(host, "localhost") || is_host(host, "[::1]") || is_127(host);
}
