/* base/mem: memory that cannot fail (out of memory aborts) and array growth. Floor 0. */
#ifndef TKT_BASE_MEM_H
#define TKT_BASE_MEM_H

#include <stddef.h>

void *tkt_malloc(size_t n);              /* n may be 0; never NULL */
void *tkt_calloc(size_t n, size_t size); /* checked multiplication */
void *tkt_realloc(void *p, size_t n, size_t size);
char *tkt_strdup(const char *s);
char *tkt_strndup(const char *s, size_t n); /* exactly n bytes + NUL */
char *tkt_strdup_null(const char *s);       /* NULL stays NULL */
char *tkt_asprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Makes room for one more in arrays kept as items, n, cap. */
#define TKT_GROW(v) \
	do { \
		if ((v)->n == (v)->cap) { \
			(v)->cap = (v)->cap ? (v)->cap * 2 : 8; \
			(v)->items = tkt_realloc((v)->items, (v)->cap, sizeof *(v)->items); \
		} \
	} while (0)

#define TKT_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
