/* base/buf: growable bytes that are always a C string too. Floor 0.
 *
 * ptr is never NULL and ptr[len] is always '\0'; bytes may contain NUL. */
#ifndef TKT_BASE_BUF_H
#define TKT_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

struct tkt_buf {
	char *ptr;
	size_t len, cap; /* cap 0: ptr is the shared empty string, not ours */
};

extern char tkt_buf_empty[1];
#define TKT_BUF_INIT { tkt_buf_empty, 0, 0 }

void tkt_buf_init(struct tkt_buf *b);
void tkt_buf_release(struct tkt_buf *b); /* frees; usable again */
void tkt_buf_reset(struct tkt_buf *b);   /* len = 0, keeps the memory */
void tkt_buf_grow(struct tkt_buf *b, size_t extra); /* room for `extra` more bytes and the NUL */
void tkt_buf_add(struct tkt_buf *b, const void *bytes, size_t n);
void tkt_buf_puts(struct tkt_buf *b, const char *s);
void tkt_buf_putc(struct tkt_buf *b, char c);
void tkt_buf_pad(struct tkt_buf *b, char c, size_t n);
void tkt_buf_printf(struct tkt_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void tkt_buf_vprintf(struct tkt_buf *b, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
void tkt_buf_truncate(struct tkt_buf *b, size_t len); /* len <= b->len */
/* The bytes as an owned malloc'd string (never NULL); the buffer is empty afterwards. */
char *tkt_buf_detach(struct tkt_buf *b);

#endif
