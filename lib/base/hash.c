#include "base/hash.h"

#include <string.h>

static const uint32_t start[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };

void tkt_sha1_init(struct tkt_sha1 *s)
{
	memcpy(s->h, start, sizeof start);
	s->n = 0;
	memset(s->block, 0, sizeof s->block);
}

/* Macros, for one hash at a time and for several side by side: a compiler's vector of words knows
 * the same operators as a word. Choice and majority have an operation fewer than in FIPS 180-4. */
#define ROTL(x, by) ((x) << (by) | (x) >> (32 - (by)))
#define CHOICE(b, c, d) ((d) ^ ((b) & ((c) ^ (d))))
#define PARITY(b, c, d) ((b) ^ (c) ^ (d))
#define MAJORITY(b, c, d) (((b) & (c)) | ((d) & ((b) | (c))))

#define ROUND(mix, k, w, a, b, c, d, e) \
	do { \
		(e) += ROTL(a, 5) + mix(b, c, d) + (k) + (w); \
		(b) = ROTL(b, 30); \
	} while (0)
/* Five rounds bring every variable back to its place, so nothing is moved from one to the next. */
#define TWENTY_ROUNDS(mix, k, w) \
	for (size_t i = 0; i < 20; i += 5) { \
		ROUND(mix, k, (w)[i], a, b, c, d, e); \
		ROUND(mix, k, (w)[i + 1], e, a, b, c, d); \
		ROUND(mix, k, (w)[i + 2], d, e, a, b, c); \
		ROUND(mix, k, (w)[i + 3], c, d, e, a, b); \
		ROUND(mix, k, (w)[i + 4], b, c, d, e, a); \
	}
/* h, and w with the block in its first 16 words: FIPS 180-4, 6.1.2. */
#define COMPRESS(type, h, w) \
	do { \
		type a = (h)[0], b = (h)[1], c = (h)[2], d = (h)[3], e = (h)[4]; \
\
		for (size_t i = 16; i < 80; i++) { \
			type x = (w)[i - 3] ^ (w)[i - 8] ^ (w)[i - 14] ^ (w)[i - 16]; \
\
			(w)[i] = ROTL(x, 1); \
		} \
		TWENTY_ROUNDS(CHOICE, 0x5a827999U, w) \
		TWENTY_ROUNDS(PARITY, 0x6ed9eba1U, (w) + 20) \
		TWENTY_ROUNDS(MAJORITY, 0x8f1bbcdcU, (w) + 40) \
		TWENTY_ROUNDS(PARITY, 0xca62c1d6U, (w) + 60) \
		(h)[0] += a; \
		(h)[1] += b; \
		(h)[2] += c; \
		(h)[3] += d; \
		(h)[4] += e; \
	} while (0)

static uint32_t word_at(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void compress(uint32_t h[5], const unsigned char *block)
{
	uint32_t w[80];

	for (size_t i = 0; i < 16; i++)
		w[i] = word_at(block + 4 * i);
	COMPRESS(uint32_t, h, w);
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

/* By hand, for the key of each of many thousand ids: printf would take half as long as the hash. */
static size_t blob_head(char head[32], size_t n)
{
	char digits[24];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + n % 10);
	while (n /= 10);
	memcpy(head, "blob ", 5);
	memcpy(head + 5, digits + at, sizeof digits - at);
	head[5 + sizeof digits - at] = '\0'; /* belongs to the header */
	return 6 + sizeof digits - at;
}

void tkt_git_blob_sum(const void *bytes, size_t n, unsigned char out[20])
{
	struct tkt_sha1 s;
	char head[32];

	tkt_sha1_init(&s);
	tkt_sha1_add(&s, head, blob_head(head, n));
	tkt_sha1_add(&s, bytes, n);
	tkt_sha1_final(&s, out);
}

typedef uint32_t lanes __attribute__((vector_size(4 * TKT_SUMS)));

#define SHORT 128 /* bytes of two blocks: room for any id that is no curiosity */

/* The whole message with its padding, as whole blocks: how many; 0: too long. */
static size_t short_message(unsigned char out[SHORT], const char *text)
{
	char head[32];
	size_t n = strlen(text), h = blob_head(head, n), blocks = (h + n + 9 + 63) / 64;

	if (blocks > SHORT / 64)
		return 0;
	memset(out, 0, SHORT);
	memcpy(out, head, h);
	memcpy(out + h, text, n);
	out[h + n] = 0x80;
	out[blocks * 64 - 2] = (unsigned char)((h + n) * 8 >> 8);
	out[blocks * 64 - 1] = (unsigned char)((h + n) * 8);
	return blocks;
}

void tkt_git_blob_sums(const char *const *texts, size_t n, unsigned char (*out)[20])
{
	unsigned char message[TKT_SUMS][SHORT] = { { 0 } };
	size_t blocks[TKT_SUMS] = { 0 };
	lanes h[5], w[80];

	for (size_t lane = 0; lane < n; lane++) {
		blocks[lane] = short_message(message[lane], texts[lane]);
		if (!blocks[lane])
			tkt_git_blob_sum(texts[lane], strlen(texts[lane]), out[lane]);
	}
	for (size_t i = 0; i < 5; i++)
		h[i] = (lanes){ 0 } + start[i];
	for (size_t block = 0; block < SHORT / 64; block++) {
		for (size_t i = 0; i < 16; i++)
			for (size_t lane = 0; lane < TKT_SUMS; lane++)
				w[i][lane] = word_at(message[lane] + 64 * block + 4 * i);
		COMPRESS(lanes, h, w);
		for (size_t lane = 0; lane < n; lane++)
			for (size_t i = 0; blocks[lane] == block + 1 && i < 20; i++)
				out[lane][i] = (unsigned char)(h[i / 4][lane] >> (24 - 8 * (i % 4)));
	}
}

void tkt_git_blob_hex(const void *bytes, size_t n, char out[41])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char id[20];

	tkt_git_blob_sum(bytes, n, id);
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
