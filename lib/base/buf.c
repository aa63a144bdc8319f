#include "base/buf.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Shared by every empty buffer, so that ptr is never NULL. Nobody writes to it: each
 * writer below either grows first or leaves a buffer with cap 0 alone. */
char tkt_buf_empty[1];

void tkt_buf_init(struct tkt_buf *b)
{
	b->ptr = tkt_buf_empty;
	b->len = 0;
	b->cap = 0;
}

void tkt_buf_release(struct tkt_buf *b)
{
	if (!b)
		return;
	if (b->cap)
		free(b->ptr);
	tkt_buf_init(b);
}

void tkt_buf_reset(struct tkt_buf *b)
{
	tkt_buf_truncate(b, 0);
}

void tkt_buf_truncate(struct tkt_buf *b, size_t len)
{
	assert(len <= b->len);
	b->len = len;
	if (b->cap)
		b->ptr[len] = '\0';
}

void tkt_buf_grow(struct tkt_buf *b, size_t extra)
{
	size_t need, cap;

	if (extra >= SIZE_MAX - b->len)
		abort();
	need = b->len + extra + 1;
	if (need <= b->cap)
		return;
	cap = b->cap > SIZE_MAX / 2 ? SIZE_MAX : b->cap * 2;
	if (cap < 32)
		cap = 32;
	if (cap < need)
		cap = need;
	b->ptr = tkt_realloc(b->cap ? b->ptr : NULL, cap, 1);
	b->ptr[b->len] = '\0';
	b->cap = cap;
}

void tkt_buf_add(struct tkt_buf *b, const void *bytes, size_t n)
{
	if (!n)
		return;
	tkt_buf_grow(b, n);
	memcpy(b->ptr + b->len, bytes, n);
	b->len += n;
	b->ptr[b->len] = '\0';
}

void tkt_buf_puts(struct tkt_buf *b, const char *s)
{
	tkt_buf_add(b, s, strlen(s));
}

void tkt_buf_putc(struct tkt_buf *b, char c)
{
	tkt_buf_add(b, &c, 1);
}

void tkt_buf_pad(struct tkt_buf *b, char c, size_t n)
{
	if (!n)
		return;
	tkt_buf_grow(b, n);
	memset(b->ptr + b->len, c, n);
	b->len += n;
	b->ptr[b->len] = '\0';
}

void tkt_buf_printf(struct tkt_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tkt_buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void tkt_buf_vprintf(struct tkt_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	size_t room = b->cap ? b->cap - b->len : 0;
	int n;

	/* Most texts fit at once; the length of the others is known after the first try. */
	va_copy(again, ap);
	n = vsnprintf(room ? b->ptr + b->len : NULL, room, fmt, ap);
	if (n < 0)
		abort();
	if ((size_t)n >= room) {
		tkt_buf_grow(b, (size_t)n);
		vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	b->len += (size_t)n;
}

char *tkt_buf_detach(struct tkt_buf *b)
{
	char *text = b->cap ? b->ptr : tkt_strdup("");

	tkt_buf_init(b);
	return text;
}
