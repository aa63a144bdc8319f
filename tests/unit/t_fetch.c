#include "unit/server.h"

#include "sys/fetch.h"

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

static const char body[] = "{\"model\":\"m\",\"input\":[\"one\",\"two\"]}";

static struct tkt_fetch_req request(const char *path)
{
	return (struct tkt_fetch_req){ .url = server_url(&server, path), .body = body, .len = sizeof body - 1,
				       .timeout_ms = 5000, .max = 1 << 20 };
}

static void answers_come_back_whole_over_one_connection(void **state)
{
	struct box *b = *state;
	struct tkt_fetch_answer answer;
	struct tkt_fetch *f = NULL;
	static const char *const paths[] = { "/v1/embeddings", "/chunked/v1/embeddings", "/v1/embeddings" };

	assert_int_equal(tkt_fetch_open(&f, &b->err), 0);
	for (int i = 0; i < 3; i++) {
		struct tkt_fetch_req req = request(paths[i]);

		req.bearer = "canary-secret";
		assert_int_equal(tkt_fetch_post(f, &req, &answer, &b->err), 0);
		assert_int_equal(answer.failure, TKT_FETCH_OK);
		assert_int_equal(answer.status, 200);
		assert_int_equal(answer.retry_after, -1);
		assert_int_equal(answer.body.ptr[0], '{');
		assert_int_equal(answer.body.ptr[answer.body.len - 1], '}');
		tkt_fetch_answer_release(&answer);
	}
	assert_int_equal(server_count(&server, "\"client\": 1,"), 3);
	assert_int_equal(server_count(&server, "\"auth\": \"Bearer canary-secret\""), 3);
	assert_int_equal(server_count(&server, "\"type\": \"application/json\""), 3);
	tkt_fetch_close(f);
}

static void the_key_of_one_request_is_not_sent_with_the_next(void **state)
{
	struct box *b = *state;
	struct tkt_fetch_answer answer;
	struct tkt_fetch *f = NULL;
	struct tkt_fetch_req req = request("/v1/embeddings");

	assert_int_equal(tkt_fetch_open(&f, &b->err), 0);
	req.bearer = "canary-secret";
	assert_int_equal(tkt_fetch_post(f, &req, &answer, &b->err), 0);
	tkt_fetch_answer_release(&answer);
	req.bearer = NULL;
	assert_int_equal(tkt_fetch_post(f, &req, &answer, &b->err), 0);
	tkt_fetch_answer_release(&answer);
	assert_int_equal(server_count(&server, "canary-secret"), 1);
	tkt_fetch_close(f);
}

static void a_status_is_an_answer_and_no_redirect_is_followed(void **state)
{
	struct box *b = *state;
	static const struct { const char *path; long status, retry; } rows[] = {
		{ "/redirect/v1/embeddings", 302, -1 }, { "/redirect307/v1/embeddings", 307, -1 },
		{ "/long429/v1/embeddings", 429, 3600 }, { "/s429/v1/embeddings", 429, 1 },
		{ "/s404/v1/embeddings", 404, -1 },     { "/s500/v1/embeddings", 500, -1 },
	};
	struct tkt_fetch *f = NULL;

	assert_int_equal(tkt_fetch_open(&f, &b->err), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tkt_fetch_req req = request(rows[i].path);
		struct tkt_fetch_answer answer;

		assert_int_equal(tkt_fetch_post(f, &req, &answer, &b->err), 0);
		assert_int_equal(answer.status, rows[i].status);
		assert_int_equal(answer.retry_after, rows[i].retry);
		tkt_fetch_answer_release(&answer);
	}
	assert_int_equal(server_count(&server, "elsewhere"), 0);
	tkt_fetch_close(f);
}

static volatile sig_atomic_t stop;

static void every_way_to_fail_has_its_name(void **state)
{
	struct box *b = *state;
	static const struct { const char *path; enum tkt_fetch_failure failure; const char *words; } rows[] = {
		{ "/hang/v1/embeddings", TKT_FETCH_TIMEOUT, "no answer over HTTP: " },
		{ "/drip/v1/embeddings", TKT_FETCH_TIMEOUT, "no answer over HTTP: " },
		{ "/huge/v1/embeddings", TKT_FETCH_TOO_BIG, "answer is over 100000 bytes" },
		{ "/reset/v1/embeddings", TKT_FETCH_CUT, "no answer over HTTP: " },
		{ "/truncated/v1/embeddings", TKT_FETCH_CUT, "no answer over HTTP: " },
		{ "/close/v1/embeddings", TKT_FETCH_CUT, "no answer over HTTP: " },
		{ "/nothttp/v1/embeddings", TKT_FETCH_OTHER, "no answer over HTTP: " },
	};
	static const struct { const char *url; enum tkt_fetch_failure failure; } urls[] = {
		{ "http://127.0.0.1:1/", TKT_FETCH_CONNECT }, { "file:///etc/passwd", TKT_FETCH_URL },
		{ "ftp://127.0.0.1/", TKT_FETCH_URL },         { "http://", TKT_FETCH_URL },
		{ "https://127.0.0.1:%s/tls/", TKT_FETCH_TLS }, { "https://localhost:%s/tls/", TKT_FETCH_TLS },
	};
	struct tkt_fetch_answer answer;
	struct tkt_fetch *f = NULL;
	char url[128];

	assert_int_equal(tkt_fetch_open(&f, &b->err), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tkt_fetch_req req = request(rows[i].path);

		req.timeout_ms = 300;
		req.max = 100000;
		req.bearer = "canary-secret";
		box_failed(b, tkt_fetch_post(f, &req, &answer, &b->err), TKT_EIO, rows[i].words);
		assert_int_equal(answer.failure, rows[i].failure);
		assert_true(answer.took_ms < 600);
		assert_true(answer.body.len <= 100000);
		tkt_fetch_answer_release(&answer);
	}
	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
		struct tkt_fetch_req req = request("");
		const char *port = strstr(urls[i].url, "%s");

		snprintf(url, sizeof url, "%.*s%s%s", port ? (int)(port - urls[i].url) : 100, urls[i].url,
			 port ? server.port : "", port ? port + 2 : "");
		req.url = url;
		req.timeout_ms = 1000;
		box_failed(b, tkt_fetch_post(f, &req, &answer, &b->err), TKT_EIO, "no answer over HTTP: ");
		assert_int_equal(answer.failure, urls[i].failure);
		tkt_fetch_answer_release(&answer);
	}
	/* its certificate is signed by nobody: the request never left */
	assert_int_equal(server_count(&server, "\"path\": \"/tls"), 0);
	tkt_fetch_close(f);
}

static void take_signal(int number)
{
	(void)number;
	stop = 1;
}

static void a_signal_ends_the_waiting(void **state)
{
	struct box *b = *state;
	struct sigaction act = { .sa_handler = take_signal };
	struct tkt_fetch_req req = request("/hang/v1/embeddings");
	struct timespec from, to;
	struct tkt_fetch_answer answer;
	struct tkt_fetch *f = NULL;

	assert_int_equal(tkt_fetch_open(&f, &b->err), 0);
	assert_int_equal(sigaction(SIGALRM, &act, NULL), 0);
	stop = 0;
	req.stop = &stop;
	req.timeout_ms = 20000;
	clock_gettime(CLOCK_MONOTONIC, &from);
	alarm(1);
	box_failed(b, tkt_fetch_post(f, &req, &answer, &b->err), TKT_EIO, "interrupted");
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_int_equal(answer.failure, TKT_FETCH_STOPPED);
	assert_true(to.tv_sec - from.tv_sec < 5);
	tkt_fetch_answer_release(&answer);
	assert_false(tkt_fetch_pause(20000, &stop));
	stop = 0;
	assert_true(tkt_fetch_pause(1, &stop));
	tkt_fetch_close(f);
}

static void a_slow_drip_is_cut_off(void **state)
{
	struct box *b = *state;
	struct tkt_fetch_req req = request("/drip/v1/embeddings");
	struct tkt_fetch_answer answer;
	struct tkt_fetch *f = NULL;

	assert_int_equal(tkt_fetch_open(&f, &b->err), 0);
	req.timeout_ms = 20000;
	req.slow_s = 1;
	box_failed(b, tkt_fetch_post(f, &req, &answer, &b->err), TKT_EIO, "no answer over HTTP: ");
	assert_int_equal(answer.failure, TKT_FETCH_TIMEOUT);
	assert_true(answer.took_ms < 4000);
	tkt_fetch_answer_release(&answer);
	tkt_fetch_close(f);
}

static void without_libcurl_there_is_one_clear_line(void **state)
{
	struct box *b = *state;
	static const char *const none[] = { "libcurl-that-is-not-there.so.4", NULL };
	static const char *const wrong[] = { "libc.so.6", NULL };
	struct tkt_fetch *f = NULL;

	box_failed(b, tkt_fetch_open_as(&f, none, &b->err), TKT_EIO, "libcurl is not on this machine");
	box_failed(b, tkt_fetch_open_as(&f, wrong, &b->err), TKT_EIO, "libcurl is not on this machine");
	assert_null(f);
	tkt_fetch_close(NULL);
}

static void this_machine_is_known_by_its_names(void **state)
{
	static const char *const ours[] = { "http://localhost", "http://LOCALHOST:1/x", "http://127.0.0.1:11434/v1",
					    "https://127.1.2.3/", "http://[::1]:80/", "http://[::1]" };
	static const char *const others[] = { "http://localhost.example.com/", "http://127.0.0.1.example.com/", "127.0.0.1",
					      "http://127.0.0.1:80@example.com/", "http://example.com/localhost",
					      "http://127.0.0.1\\@example.com", "http://localhost@example.com/",
					      "http://[::1].example.com", "http://example.com/?http://localhost" };

	(void)state;
	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
		assert_true(tkt_fetch_is_loopback(ours[i]));
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		assert_false(tkt_fetch_is_loopback(others[i]));
}

/* The port 1 of 127.0.0.1 as a proxy: nothing would come back through it. */
static void this_machine_is_never_asked_through_a_proxy(void **state)
{
	struct box *b = *state;
	struct tkt_fetch_req req = request("/v1/embeddings");
	struct tkt_fetch_answer answer;
	struct tkt_fetch *f = NULL;

	assert_int_equal(tkt_fetch_open(&f, &b->err), 0);
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	assert_int_equal(tkt_fetch_post(f, &req, &answer, &b->err), 0);
	tkt_fetch_answer_release(&answer);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	tkt_fetch_close(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(answers_come_back_whole_over_one_connection),
		SERVER_TEST(the_key_of_one_request_is_not_sent_with_the_next),
		SERVER_TEST(a_status_is_an_answer_and_no_redirect_is_followed),
		SERVER_TEST(every_way_to_fail_has_its_name),
		SERVER_TEST(a_signal_ends_the_waiting),
		SERVER_TEST(a_slow_drip_is_cut_off),
		BOX_TEST(without_libcurl_there_is_one_clear_line),
		cmocka_unit_test(this_machine_is_known_by_its_names),
		SERVER_TEST(this_machine_is_never_asked_through_a_proxy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
