/* fuzz: what the fuzz programs share. A program is one LLVMFuzzerTestOneInput; it is linked with
 * libFuzzer (make fuzz) or with standalone.c (make check). */
#ifndef TKT_FUZZ_H
#define TKT_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that does not hold ends the process, as a crash does. NDEBUG does not matter. */
#define HOLDS(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__,          \
				#condition);                                                       \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* The input as a C string up to its first NUL; free() it. */
static inline char *fuzz_string(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t n = nul ? (size_t)(nul - data) : size;
	char *s = malloc(n + 1);

	HOLDS(s);
	if (n)
		memcpy(s, data, n);
	s[n] = '\0';
	return s;
}

#endif
