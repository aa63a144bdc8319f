/* store/resolve: what a person typed -> the ticket that is meant (tkt-format(5)).
 *
 * The order is: exact id, slug, key, number or alias, unique prefix of the id. What names alone can
 * answer is asked first; files are only read for what stands nowhere else. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "store/scan.h"
#include "store/store_int.h"
#include "sys/pool.h"
#include "text/ref.h"

struct search {
	struct tkt_store *s;
	const char *ref, *prefix;
	struct tkt_names names;
	struct tkt_names hits; /* ids borrowed from names */
};

void tkt_store_key(struct tkt_buf *out, const char *prefix, const char *id)
{
	char hex[41];

	tkt_id_hex(id, hex);
	tkt_buf_puts(out, prefix);
	tkt_buf_putc(out, '-');
	tkt_buf_add(out, hex, TKT_KEY_DIGITS);
}

static void hit(struct search *q, const struct tkt_name *n)
{
	TKT_GROW(&q->hits);
	q->hits.items[q->hits.n++] = *n;
}

/* A ticket that lies in two directories is one answer here; loading it says what is wrong. */
static bool one_answer(const struct search *q)
{
	for (size_t i = 1; i < q->hits.n; i++)
		if (strcmp(q->hits.items[i].id, q->hits.items[0].id) != 0)
			return false;
	return q->hits.n > 0;
}

/* Candidates are shown with as many key digits as tell them apart. */
static size_t key_digits(const struct search *q)
{
	size_t need = TKT_KEY_DIGITS;

	for (size_t i = 0; i < q->hits.n; i++) {
		for (size_t j = i + 1; j < q->hits.n; j++) {
			char a[41], b[41];
			size_t same = 0;

			if (strcmp(q->hits.items[i].id, q->hits.items[j].id) == 0)
				continue;
			tkt_id_hex(q->hits.items[i].id, a);
			tkt_id_hex(q->hits.items[j].id, b);
			while (same < 40 && a[same] == b[same])
				same++;
			if (same + 1 > need)
				need = same + 1;
		}
	}
	return need;
}

static int ambiguous(struct search *q, struct tkt_error *err)
{
	struct tkt_buf line = TKT_BUF_INIT;
	size_t digits = key_digits(q);
	int rc = tkt_error_set(err, TKT_EAMBIGUOUS, "'%s' names %zu tickets", q->ref, q->hits.n);

	for (size_t i = 0; err && i < q->hits.n && i < 20; i++) {
		struct tkt_record r;
		char hex[41];

		tkt_id_hex(q->hits.items[i].id, hex);
		tkt_buf_reset(&line);
		tkt_buf_printf(&line, "%s-%.*s  %s", q->prefix, (int)digits, hex,
			       q->hits.items[i].id);
		if (tkt_store_load_at(q->s, &q->hits.items[i], TKT_READ_HEAD, &r, NULL) == 0) {
			if (r.ticket.title)
				tkt_buf_printf(&line, "  %s", r.ticket.title);
			tkt_record_release(&r);
		}
		tkt_error_candidate(err, line.ptr);
	}
	tkt_error_hint(err, "name one of them by its id or key");
	tkt_buf_release(&line);
	return rc;
}

/* The slug stands at the end of the ids that tkt makes; item.md has the last word. */
static void by_slug_in_name(struct search *q)
{
	for (size_t i = 0; i < q->names.n; i++) {
		struct tkt_record r;

		if (!tkt_id_has_slug(q->names.items[i].id, q->ref) ||
		    tkt_store_load_at(q->s, &q->names.items[i], TKT_READ_HEAD, &r, NULL) != 0)
			continue;
		if (r.ticket.slug && strcmp(r.ticket.slug, q->ref) == 0)
			hit(q, &q->names.items[i]);
		tkt_record_release(&r);
	}
}

struct key {
	const struct tkt_names *names;
	unsigned char sum[20]; /* what the digits say; the rest is 0 */
	size_t digits;
	bool *is; /* one a name */
};

static void compare_keys(void *payload, size_t worker, size_t from, size_t to)
{
	struct key *k = payload;
	size_t whole = k->digits / 2;

	(void)worker;
	for (size_t i = from, n; i < to; i += n) {
		const char *ids[TKT_SUMS];
		unsigned char sums[TKT_SUMS][20];

		for (n = 0; n < TKT_SUMS && i + n < to; n++)
			ids[n] = k->names->items[i + n].id;
		tkt_git_blob_sums(ids, n, sums);
		for (size_t j = 0; j < n; j++)
			k->is[i + j] = memcmp(sums[j], k->sum, whole) == 0 &&
				       (k->digits % 2 == 0 || (sums[j][whole] & 0xf0) == k->sum[whole]);
	}
}

/* Every name is hashed, so several threads share them. */
static void by_key(struct search *q)
{
	struct key k = { .names = &q->names };
	char digits[41];

	if (!tkt_ref_key_digits(q->ref, q->prefix, digits))
		return;
	for (; digits[k.digits]; k.digits++) {
		char c = digits[k.digits];
		int value = c <= '9' ? c - '0' : c - 'a' + 10;

		k.sum[k.digits / 2] |= (unsigned char)(k.digits % 2 ? value : value << 4);
	}
	k.is = tkt_calloc(q->names.n, sizeof *k.is);
	tkt_pool_run(q->names.n, compare_keys, &k);
	for (size_t i = 0; i < q->names.n; i++)
		if (k.is[i])
			hit(q, &q->names.items[i]);
	free(k.is);
}

/* Slugs that are not in the name, then numbers and aliases: one reading of every item.md. */
static void by_content(struct search *q)
{
	struct tkt_names others = { .n = 0 };
	char number[21] = "";
	bool numeric = tkt_ref_number(q->ref, q->prefix, number);
	struct tkt_scan files;

	tkt_scan_open(&files, q->s);
	for (size_t i = 0; i < q->names.n; i++) {
		struct tkt_record r;

		if (tkt_scan_read(&files, &q->names.items[i], &r, NULL) != 0)
			continue;
		if (r.ticket.slug && strcmp(r.ticket.slug, q->ref) == 0) {
			hit(q, &q->names.items[i]);
		} else if (tkt_strv_has(&r.ticket.aliases, q->ref) ||
			   (numeric && r.ticket.number && strcmp(r.ticket.number, number) == 0)) {
			TKT_GROW(&others);
			others.items[others.n++] = q->names.items[i];
		}
		tkt_record_release(&r);
	}
	bool slugs = q->hits.n > 0; /* a slug counts before a number */

	for (size_t i = 0; !slugs && i < others.n; i++)
		hit(q, &others.items[i]);
	tkt_scan_close(&files);
	free(others.items);
}

static void by_prefix(struct search *q)
{
	for (size_t i = 0; i < q->names.n; i++)
		if (tkt_starts_with(q->names.items[i].id, q->ref))
			hit(q, &q->names.items[i]);
}

static int by_place(const void *a, const void *b)
{
	const struct tkt_name *x = a, *y = b;

	return x->status != y->status ? (int)x->status - (int)y->status : strcmp(x->id, y->id);
}

/* The names come in any order; what is shown of them stands by status and id. */
static void sort(struct tkt_names *names)
{
	if (names->n > 1)
		qsort(names->items, names->n, sizeof *names->items, by_place);
}

/* Up to three names that look like what was typed. */
static void near_misses(struct search *q, struct tkt_error *err)
{
	struct tkt_buf hint = TKT_BUF_INIT;
	size_t found = 0, len = strlen(q->ref);

	for (size_t i = 0; len >= 3 && i < q->names.n && i < 20000 && found < 3; i++) {
		const char *id = q->names.items[i].id;
		const char *slug = strlen(id) > 16 ? id + 16 : id;

		if (!strstr(id, q->ref) &&
		    (strlen(slug) > len + 2 || len > strlen(slug) + 2 ||
		     tkt_str_distance(slug, q->ref) > 2))
			continue;
		tkt_buf_printf(&hint, "%s'%s'", found ? ", " : "did you mean ", id);
		found++;
	}
	if (found)
		tkt_error_hint(err, "%s?", hint.ptr);
	else
		tkt_error_hint(err, "'tkt list --status all' shows what there is");
	tkt_buf_release(&hint);
}

static int search_all(struct search *q, struct tkt_error *err)
{
	void (*const steps[])(struct search *) = { by_slug_in_name, by_key, by_content, by_prefix };
	int rc = tkt_store_names(q->s, 7 | TKT_NAMES_UNSORTED, &q->names, err);

	for (size_t i = 0; !rc && i < TKT_LEN(steps); i++) {
		steps[i](q);
		sort(&q->hits);
		if (one_answer(q))
			return 0;
		if (q->hits.n)
			return ambiguous(q, err);
	}
	if (!rc) {
		sort(&q->names);
		rc = tkt_error_set(err, TKT_ENOTFOUND, "no ticket '%s'", q->ref);
		near_misses(q, err);
	}
	return rc;
}

int tkt_store_resolve(struct tkt_store *s, const char *ref, const char *prefix, char **id,
		      struct tkt_error *err)
{
	struct search q = { .s = s, .ref = ref, .prefix = prefix };
	struct tkt_error werr = TKT_ERROR_INIT;
	enum tkt_status status;
	int rc;

	if (!tkt_ref_plausible(ref))
		return tkt_error_set(err, TKT_ENOTFOUND, "'%s' is no name of a ticket", ref);
	rc = tkt_store_where(s, ref, &status, &werr);
	if (rc == 0) {
		*id = tkt_strdup(ref);
	} else if (rc != TKT_ENOTFOUND) {
		rc = tkt_error_move(err, &werr);
	} else {
		rc = search_all(&q, err);
		if (!rc)
			*id = tkt_strdup(q.hits.items[0].id);
	}
	free(q.hits.items);
	tkt_names_release(&q.names);
	tkt_error_release(&werr);
	return rc;
}
