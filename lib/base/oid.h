/* base/oid: the name of a git object: SHA-1 (20 bytes) or SHA-256 (32). Floor 0. */
#ifndef TKT_BASE_OID_H
#define TKT_BASE_OID_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define TKT_OID_MAX 32
#define TKT_OID_HEX (2 * TKT_OID_MAX + 1) /* room for the digits and a NUL */

struct tkt_oid {
	unsigned char bytes[TKT_OID_MAX]; /* behind n: zeros */
	unsigned char n;                  /* 20 or 32; 0: none */
};

/* n bytes of 40 or 64 hex digits, and nothing else. */
bool tkt_oid_parse(struct tkt_oid *out, const char *hex, size_t n);
void tkt_oid_hex(const struct tkt_oid *oid, char out[TKT_OID_HEX]); /* lower case */
/* Does the name begin with these 4 to 64 hex digits (either case)? */
bool tkt_oid_begins(const struct tkt_oid *oid, const char *digits);

static inline bool tkt_oid_equal(const struct tkt_oid *a, const struct tkt_oid *b)
{
	return a->n == b->n && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

struct tkt_oids {
	struct tkt_oid *items;
	size_t n, cap;
};
void tkt_oids_push(struct tkt_oids *v, const struct tkt_oid *oid);
void tkt_oids_release(struct tkt_oids *v);

#endif
