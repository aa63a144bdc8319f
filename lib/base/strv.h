/* base/strv: a growable array of owned strings. Floor 0. */
#ifndef TKT_BASE_STRV_H
#define TKT_BASE_STRV_H

#include <stdbool.h>
#include <stddef.h>

struct tkt_strv {
	char **items;
	size_t n, cap;
};

#define TKT_STRV_INIT { NULL, 0, 0 }

void tkt_strv_push(struct tkt_strv *v, const char *s);            /* copies */
void tkt_strv_push_n(struct tkt_strv *v, const char *s, size_t n); /* copies n bytes */
void tkt_strv_take(struct tkt_strv *v, char *s);                  /* owns s from now on */
bool tkt_strv_has(const struct tkt_strv *v, const char *s);
bool tkt_strv_remove(struct tkt_strv *v, const char *s); /* all equal ones; order kept; false if none */
void tkt_strv_sort(struct tkt_strv *v);                  /* byte order */
void tkt_strv_copy(struct tkt_strv *to, const struct tkt_strv *from); /* releases `to` first */
bool tkt_strv_equal(const struct tkt_strv *a, const struct tkt_strv *b);
void tkt_strv_release(struct tkt_strv *v);

#endif
