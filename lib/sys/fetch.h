/* sys/fetch: ask a server over HTTP, by libcurl, which is loaded when it is first needed. Floor 1.
 *
 * Whoever links libcurl pays for it at every start, and most commands never ask anybody. Nothing is kept
 * at file scope: a struct tkt_fetch holds the library, its handle and one connection that is used again.
 * One thread at a time may use it; _open and _close must not run beside other users of libcurl in the process
 * unless that libcurl says it is thread safe (7.84 and later are).
 *
 * Only http and https; certificates are checked; no redirect is followed (a body with somebody's words and a key
 * goes where the user said, or nowhere); no .netrc, no cookies. A proxy counts as the user's environment
 * has it, but never for this machine itself. */
#ifndef TKT_SYS_FETCH_H
#define TKT_SYS_FETCH_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

struct tkt_fetch;

struct tkt_fetch_req {
	const char *url;
	const char *bearer;    /* goes into "Authorization: Bearer ..." and nowhere else; NULL: none */
	const void *body;      /* JSON; sent with POST */
	size_t len;
	unsigned timeout_ms;   /* for all of it; 0 = none */
	unsigned connect_ms;   /* for the connection; 0 = as timeout_ms */
	unsigned slow_s;       /* give up after so many seconds below 30 bytes a second; 0 = never */
	size_t max;            /* bytes of an answer */
	const volatile sig_atomic_t *stop; /* set by a signal: give up; NULL = never */
};

/* Why there is no answer. What a person may be told is in err too, but a caller that knows what the
 * server is for can say it better. */
enum tkt_fetch_failure {
	TKT_FETCH_OK, TKT_FETCH_NO_LIBRARY, TKT_FETCH_URL, TKT_FETCH_CONNECT, TKT_FETCH_TLS,
	TKT_FETCH_TIMEOUT, TKT_FETCH_TOO_BIG, TKT_FETCH_CUT, TKT_FETCH_STOPPED, TKT_FETCH_OTHER
};

struct tkt_fetch_answer {
	enum tkt_fetch_failure failure;
	long status;           /* of HTTP: 200, 301, 503 ...; 0 when there was none */
	struct tkt_buf body;
	long retry_after;      /* seconds; -1: the server did not say */
	unsigned took_ms;      /* also when it failed */
};

/* TKT_EIO: there is no libcurl on this machine. */
int tkt_fetch_open(struct tkt_fetch **out, struct tkt_error *err);
void tkt_fetch_close(struct tkt_fetch *f);

/* 0 for every whole answer, whatever its status. TKT_EIO: see answer->failure. The answer is the caller's to
 * release in both cases. */
int tkt_fetch_post(struct tkt_fetch *f, const struct tkt_fetch_req *req, struct tkt_fetch_answer *answer,
		   struct tkt_error *err);
void tkt_fetch_answer_release(struct tkt_fetch_answer *answer);

/* Sleeps, but not through *stop. False: stopped. */
bool tkt_fetch_pause(unsigned ms, const volatile sig_atomic_t *stop);

/* True if the host of a URL is this machine: localhost, 127.0.0.0/8, [::1]. */
bool tkt_fetch_is_loopback(const char *url);

/* For tests: the names to load libcurl by, NULL ends them. NULL: the usual ones. */
int tkt_fetch_open_as(struct tkt_fetch **out, const char *const *names, struct tkt_error *err);

#endif
