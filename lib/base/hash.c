#include "base/hash.h"

#include <stdio.h>
#include <string.h>

void tkt_sha1_init(struct tkt_sha1 *s)
{
	static const uint32_t start[5] = {
		0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0
	};

	memcpy(s->h, start, sizeof start);
	s->n = 0;
	memset(s->block, 0, sizeof s->block);
}

static uint32_t rotl(uint32_t x, unsigned int by)
{
	return x << by | x >> (32 - by);
}

/* The message schedule of FIPS 180-4, 6.1.2 step 1. */
static void schedule(uint32_t w[80], const unsigned char *p)
{
	for (size_t i = 0; i < 16; i++, p += 4)
		w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	for (size_t i = 16; i < 80; i++)
		w[i] = rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
}

static uint32_t mix(size_t round, uint32_t b, uint32_t c, uint32_t d)
{
	switch (round / 20) {
	case 0:
		return ((b & c) | (~b & d)) + 0x5a827999;
	case 1:
		return (b ^ c ^ d) + 0x6ed9eba1;
	case 2:
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	default:
		return (b ^ c ^ d) + 0xca62c1d6;
	}
}

static void compress(uint32_t h[5], const unsigned char *block)
{
	uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	schedule(w, block);
	for (size_t i = 0; i < 80; i++) {
		uint32_t next = rotl(a, 5) + mix(i, b, c, d) + e + w[i];

		e = d;
		d = c;
		c = rotl(b, 30);
		b = a;
		a = next;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

void tkt_sha1_add(struct tkt_sha1 *s, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	while (n) {
		size_t at = (size_t)(s->n % 64), take = 64 - at;

		if (take > n)
			take = n;
		memcpy(s->block + at, p, take);
		s->n += take;
		p += take;
		n -= take;
		if (at + take == 64)
			compress(s->h, s->block);
	}
}

void tkt_sha1_final(struct tkt_sha1 *s, unsigned char out[20])
{
	static const unsigned char padding[64] = { 0x80 };
	unsigned char length[8];
	uint64_t bits = s->n * 8;
	size_t at = (size_t)(s->n % 64);

	for (size_t i = 0; i < 8; i++)
		length[i] = (unsigned char)(bits >> (56 - 8 * i));
	tkt_sha1_add(s, padding, at < 56 ? 56 - at : 120 - at);
	tkt_sha1_add(s, length, sizeof length);
	for (size_t i = 0; i < 20; i++)
		out[i] = (unsigned char)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

void tkt_git_blob_hex(const void *bytes, size_t n, char out[41])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char id[20];
	struct tkt_sha1 s;
	char head[32];
	int len = snprintf(head, sizeof head, "blob %zu", n);

	tkt_sha1_init(&s);
	tkt_sha1_add(&s, head, (size_t)len + 1); /* the NUL belongs to the header */
	tkt_sha1_add(&s, bytes, n);
	tkt_sha1_final(&s, id);
	for (size_t i = 0; i < 20; i++) {
		out[2 * i] = digits[id[i] >> 4];
		out[2 * i + 1] = digits[id[i] & 15];
	}
	out[40] = '\0';
}

uint64_t tkt_fnv1a(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++) {
		h ^= p[i];
		h *= UINT64_C(0x100000001b3);
	}
	return h;
}
