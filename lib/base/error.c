#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* The system's own words, in English whatever the locale: messages are compared by tests. */
static const char *errno_text(int errno_value)
{
#ifdef __GLIBC__
	const char *text = strerrordesc_np(errno_value);

	return text ? text : "unknown error";
#else
	return strerror(errno_value);
#endif
}

static char *format(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

static char *format(const char *fmt, va_list ap)
{
	struct tkt_buf text = TKT_BUF_INIT;

	tkt_buf_vprintf(&text, fmt, ap);
	return tkt_buf_detach(&text);
}

int tkt_error_set(struct tkt_error *err, enum tkt_code code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	if (err->code != TKT_OK)
		return err->code;
	err->code = code;
	va_start(ap, fmt);
	err->message = format(fmt, ap);
	va_end(ap);
	return code;
}

int tkt_error_sys(struct tkt_error *err, int errno_value, const char *fmt, ...)
{
	struct tkt_buf text = TKT_BUF_INIT;
	va_list ap;

	if (!err)
		return TKT_EIO;
	if (err->code != TKT_OK)
		return err->code;
	va_start(ap, fmt);
	tkt_buf_vprintf(&text, fmt, ap);
	va_end(ap);
	tkt_buf_printf(&text, ": %s", errno_text(errno_value));
	err->code = TKT_EIO;
	err->message = tkt_buf_detach(&text);
	return TKT_EIO;
}

void tkt_error_at(struct tkt_error *err, const char *file, size_t line)
{
	if (!err || err->code == TKT_OK || err->file)
		return;
	/* Who knows the line may not know the file, and the other way round. */
	err->file = tkt_strdup_null(file);
	if (!err->line)
		err->line = line;
}

void tkt_error_hint(struct tkt_error *err, const char *fmt, ...)
{
	va_list ap;

	if (!err || err->code == TKT_OK || err->hint)
		return;
	va_start(ap, fmt);
	err->hint = format(fmt, ap);
	va_end(ap);
}

void tkt_error_candidate(struct tkt_error *err, const char *text)
{
	if (err && err->code != TKT_OK)
		tkt_strv_push(&err->candidates, text);
}

int tkt_error_move(struct tkt_error *to, struct tkt_error *from)
{
	const struct tkt_error clean = TKT_ERROR_INIT;
	int code = from->code;

	if (to == from)
		return code;
	if (!to || to->code != TKT_OK) {
		tkt_error_release(from);
		return to ? to->code : code;
	}
	tkt_error_release(to);
	*to = *from;
	*from = clean;
	return to->code;
}

const char *tkt_code_name(enum tkt_code code)
{
	switch (code) {
	case TKT_OK:
		return "ok";
	case TKT_ENO:
		return "no";
	case TKT_EUSAGE:
		return "usage";
	case TKT_ENOTFOUND:
		return "not_found";
	case TKT_EAMBIGUOUS:
		return "ambiguous";
	case TKT_ECONFLICT:
		return "conflict";
	case TKT_ELOCKED:
		return "locked";
	case TKT_EINVALID:
		return "invalid";
	case TKT_EIO:
		return "io";
	case TKT_EEXISTS:
		return "exists";
	}
	return "unknown";
}

void tkt_error_release(struct tkt_error *err)
{
	const struct tkt_error clean = TKT_ERROR_INIT;

	if (!err)
		return;
	free(err->message);
	free(err->file);
	free(err->hint);
	tkt_strv_release(&err->candidates);
	*err = clean;
}
