#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* malloc(0) may be NULL, and NULL would look like a failure: ask for one byte then. */
void *tkt_malloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		abort();
	return p;
}

void *tkt_calloc(size_t n, size_t size)
{
	void *p = n && size ? calloc(n, size) : calloc(1, 1);

	if (!p)
		abort();
	return p;
}

void *tkt_realloc(void *p, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		abort();
	p = realloc(p, bytes ? bytes : 1);
	if (!p)
		abort();
	return p;
}

char *tkt_strdup(const char *s)
{
	return tkt_strndup(s, strlen(s));
}

char *tkt_strndup(const char *s, size_t n)
{
	char *copy;

	if (n == SIZE_MAX)
		abort();
	copy = tkt_malloc(n + 1);
	if (n)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *tkt_strdup_null(const char *s)
{
	return s ? tkt_strdup(s) : NULL;
}

char *tkt_asprintf(const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	return text;
}
