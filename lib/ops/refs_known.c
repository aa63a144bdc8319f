/* ops/refs_known: what all tickets answer to. tkt_project_resolve reads every ticket for a name that
 * stands nowhere; a text can have thousands of these. */
#include "ops/refs_known.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "store/scan.h"
#include "text/ref.h"

struct word {
	char *text;
	size_t ticket; /* place in names */
};

struct words {
	struct word *items; /* by text */
	size_t n, cap;
};

enum { BY_ID, BY_SLUG, BY_KEY, BY_NUMBER, KINDS };

struct tkt_known {
	const char *prefix;
	struct tkt_names names;
	struct words by[KINDS];
};

static void push(struct words *w, const char *text, size_t ticket)
{
	TKT_GROW(w);
	w->items[w->n].text = tkt_strdup(text);
	w->items[w->n++].ticket = ticket;
}

static int by_text(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return strcmp(x->text, y->text);
}

static void learn(struct tkt_known *k, struct tkt_scan *files, size_t ticket)
{
	const struct tkt_name *name = &k->names.items[ticket];
	struct tkt_record r;
	char hex[41];

	tkt_id_hex(name->id, hex);
	push(&k->by[BY_ID], name->id, ticket);
	push(&k->by[BY_KEY], hex, ticket);
	if (tkt_scan_read(files, name, &r, NULL) != 0)
		return; /* by its id and key alone */
	if (r.ticket.slug)
		push(&k->by[BY_SLUG], r.ticket.slug, ticket);
	if (r.ticket.number)
		push(&k->by[BY_NUMBER], r.ticket.number, ticket);
	for (size_t i = 0; i < r.ticket.aliases.n; i++)
		push(&k->by[BY_NUMBER], r.ticket.aliases.items[i], ticket);
	tkt_record_release(&r);
}

int tkt_known_open(struct tkt_known **out, struct tkt_project *p, struct tkt_error *err)
{
	struct tkt_known *k = tkt_calloc(1, sizeof *k);
	struct tkt_scan files;
	int rc = tkt_store_names(p->store, 7 | TKT_NAMES_UNSORTED, &k->names, err);

	if (rc) {
		tkt_known_free(k);
		return rc;
	}
	k->prefix = p->config.prefix;
	tkt_scan_open(&files, p->store);
	for (size_t i = 0; i < k->names.n; i++)
		learn(k, &files, i);
	tkt_scan_close(&files);
	for (size_t i = 0; i < KINDS; i++)
		if (k->by[i].n > 1)
			qsort(k->by[i].items, k->by[i].n, sizeof *k->by[i].items, by_text);
	*out = k;
	return 0;
}

void tkt_known_free(struct tkt_known *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < KINDS; i++) {
		for (size_t j = 0; j < k->by[i].n; j++)
			free(k->by[i].items[j].text);
		free(k->by[i].items);
	}
	tkt_names_release(&k->names);
	free(k);
}

static size_t first(const struct words *w, const char *text)
{
	size_t low = 0, high = w->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(w->items[mid].text, text) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Adds to a count of 0, 1 or 2 those that are called so (begins: or whose name begins so). */
static int count(const struct tkt_known *k, int kind, const char *text, bool begins, int n, const char **id)
{
	const struct words *w = &k->by[kind];

	for (size_t i = first(w, text); i < w->n && n < 2; i++) {
		const char *is = k->names.items[w->items[i].ticket].id;

		if (begins ? !tkt_starts_with(w->items[i].text, text) : strcmp(w->items[i].text, text) != 0)
			break;
		if (n == 0 || strcmp(*id, is) != 0)
			n++;
		*id = is;
	}
	return n;
}

int tkt_known_find(const struct tkt_known *k, const char *name, const char **id)
{
	char digits[41], number[21];
	int n = count(k, BY_ID, name, false, 0, id);

	if (!n)
		n = count(k, BY_SLUG, name, false, 0, id);
	if (!n && tkt_ref_key_digits(name, k->prefix, digits))
		n = count(k, BY_KEY, digits, true, 0, id);
	if (!n) {
		n = count(k, BY_NUMBER, name, false, 0, id);
		if (tkt_ref_number(name, k->prefix, number) && strcmp(number, name) != 0)
			n = count(k, BY_NUMBER, number, false, n, id);
	}
	return n ? n : count(k, BY_ID, name, true, 0, id);
}
