/* base/hash: SHA-1 as git uses it for object names (no security rests on it), FNV-1a. Floor 0. */
#ifndef TKT_BASE_HASH_H
#define TKT_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct tkt_sha1 {
	uint32_t h[5];
	uint64_t n;
	unsigned char block[64];
};

void tkt_sha1_init(struct tkt_sha1 *s);
void tkt_sha1_add(struct tkt_sha1 *s, const void *bytes, size_t n);
void tkt_sha1_final(struct tkt_sha1 *s, unsigned char out[20]);
/* git hash-object --stdin: SHA-1 of "blob <n>\0" and the bytes; then as 40 hex digits and a NUL. */
void tkt_git_blob_sum(const void *bytes, size_t n, unsigned char out[20]);
/* The sums of up to TKT_SUMS texts, side by side: three times as fast for short ones. */
#define TKT_SUMS 4
void tkt_git_blob_sums(const char *const *texts, size_t n, unsigned char (*out)[20]);
void tkt_git_blob_hex(const void *bytes, size_t n, char out[41]);
uint64_t tkt_fnv1a(const void *bytes, size_t n);

#endif
