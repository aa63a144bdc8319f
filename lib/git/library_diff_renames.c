/* git: the engine libgit2: which of the files that went away came back under another name.
 *
 * What git 2.39 does by default (diffcore-rename), rewritten, so that both engines tell the same story: first files that
 * did not change, then ones whose last component is unique and that are very much alike, then the best pairs of all
 * with all. How much alike: which part of the larger file's bytes lies in pieces (a line, or 64 bytes of one) that both
 * have, as sums of pieces tell. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "git/library_diff_int.h"

enum {
	SUMS = 107927, PIECE = 64, TEXT_LOOK = 8000,
	WHOLE = 60000, ENOUGH = 30000, ENOUGH_BY_NAME = 45000,
	BEST_OF = 4, ALIKE_LOOK = 100
};

struct pieces { /* how many bytes lie in pieces of this sum */
	struct piece { unsigned sum, bytes; } *items;
	size_t n, cap;
};

struct side {
	struct tkt_change *change;
	const char *name;  /* the last component */
	size_t size;
	bool taken, unreadable, looked;
	bool unique;       /* no other of this side that is still free has this name */
	struct pieces pieces;
};

struct sides {
	struct side *items;
	size_t n, cap;
};

struct pair {
	struct side *from, *to; /* NULL: none */
	int score;
	bool same_name;
	size_t order;           /* so that sorting keeps what is equal as it was */
};

struct search {
	struct tkt_library *lib;
	struct sides from, to;
	unsigned *counts; /* of the `to` that is looked at, by sum */
	unsigned *spare;  /* zeros, for cut() */
	struct tkt_error *err;
};

/* --- how much alike ---------------------------------------------------------------------------- */

static void cut(struct search *s, struct pieces *out, const unsigned char *p, size_t n)
{
	const bool text = memchr(p, '\0', n < TEXT_LOOK ? n : TEXT_LOOK) == NULL;
	uint32_t a = 0, b = 0;
	unsigned bytes = 0;

	for (size_t i = 0; i < n; i++) {
		const uint32_t was = a;
		unsigned sum;

		if (text && p[i] == '\r' && i + 1 < n && p[i + 1] == '\n')
			continue;
		a = ((a << 7) ^ (b >> 25)) + p[i];
		b = (b << 7) ^ (was >> 25);
		if (++bytes < PIECE && p[i] != '\n')
			continue;
		sum = (a + b * 0x61) % SUMS;
		if (s->spare[sum] == 0) {
			TKT_GROW(out);
			out->items[out->n++].sum = sum;
		}
		s->spare[sum] += bytes;
		a = b = bytes = 0;
	}
	/* A last piece without a newline does not count. */
	for (size_t i = 0; i < out->n; i++) {
		out->items[i].bytes = s->spare[out->items[i].sum];
		s->spare[out->items[i].sum] = 0;
	}
}

static int look_at(struct search *s, struct side *side, const struct tkt_oid *oid)
{
	git_blob *blob = NULL;
	int rc = tkt_library_blob(s->lib, oid, &blob, s->err);

	side->looked = true;
	side->unreadable = blob == NULL; /* too large */
	if (blob)
		cut(s, &side->pieces, s->lib->api.git_blob_rawcontent(blob), side->size);
	s->lib->api.git_blob_free(blob);
	return rc;
}

/* 0 to WHOLE. The counts are those of `to` from its first pair on until forget(). */
static int score(struct search *s, struct side *from, struct side *to, int *out)
{
	const uint64_t large = from->size > to->size ? from->size : to->size;
	const uint64_t small = from->size > to->size ? to->size : from->size;
	uint64_t both = 0;
	int rc = 0;

	*out = 0;
	if (!S_ISREG(from->change->old_mode) || !S_ISREG(to->change->mode) || to->size == 0 ||
	    large * (WHOLE - ENOUGH) < (large - small) * WHOLE)
		return 0;
	if (!to->looked) {
		rc = look_at(s, to, &to->change->oid);
		for (size_t i = 0; i < to->pieces.n; i++)
			s->counts[to->pieces.items[i].sum] = to->pieces.items[i].bytes;
	}
	if (!rc && !from->looked)
		rc = look_at(s, from, &from->change->old_oid);
	if (rc || from->unreadable || to->unreadable)
		return rc;
	for (size_t i = 0; i < from->pieces.n; i++) {
		const struct piece *p = &from->pieces.items[i];

		both += p->bytes < s->counts[p->sum] ? p->bytes : s->counts[p->sum];
	}
	*out = (int)(both * WHOLE / large);
	return 0;
}

static void forget(struct search *s, struct side *to)
{
	for (size_t i = 0; i < to->pieces.n; i++)
		s->counts[to->pieces.items[i].sum] = 0;
	free(to->pieces.items);
	to->pieces = (struct pieces){ 0 };
	to->looked = false;
}

/* --- pairs ------------------------------------------------------------------------------------- */

static void join(struct side *from, struct side *to)
{
	from->taken = to->taken = true;
	to->change->status = 'R';
	to->change->old_path = from->change->path;
	to->change->old_mode = from->change->old_mode;
	to->change->old_oid = from->change->old_oid;
	from->change->path = NULL;
	from->change->status = 0;
}

static int compare_sums(const void *a, const void *b)
{
	const struct side *x = *(struct side *const *)a, *y = *(struct side *const *)b;
	const int order = memcmp(x->change->old_oid.bytes, y->change->old_oid.bytes, TKT_OID_MAX);

	return order ? order : x < y ? -1 : x > y;
}

/* The first of the same bytes, better one with the same name. `first` passes over what is taken. */
static struct side *find_same(struct side **sorted, size_t n, size_t *first, const struct side *to)
{
	struct side *best = NULL;
	size_t looked = 0;

	while (*first < n && sorted[*first]->taken &&
	       tkt_oid_equal(&sorted[*first]->change->old_oid, &to->change->oid))
		++*first;
	for (size_t i = *first; i < n && tkt_oid_equal(&sorted[i]->change->old_oid, &to->change->oid); i++) {
		struct side *from = sorted[i];

		if (from->taken || ((!S_ISREG(from->change->old_mode) || !S_ISREG(to->change->mode)) &&
				    from->change->old_mode != to->change->mode))
			continue;
		if (strcmp(from->name, to->name) == 0)
			return from;
		if (!best)
			best = from;
		if (looked++ > ALIKE_LOOK)
			break;
	}
	return best;
}

static void join_same(struct search *s)
{
	struct side **sorted = tkt_calloc(s->from.n, sizeof *sorted);
	size_t *firsts = tkt_calloc(s->from.n, sizeof *firsts); /* of each run of the same bytes */

	for (size_t i = 0; i < s->from.n; i++)
		sorted[i] = &s->from.items[i];
	qsort(sorted, s->from.n, sizeof *sorted, compare_sums);
	for (size_t i = 0; i < s->from.n; i++)
		firsts[i] = i;
	for (size_t i = 0; i < s->to.n; i++) {
		struct side *from, *to = &s->to.items[i];
		size_t low = 0, high = s->from.n;

		while (low < high) {
			const size_t middle = (low + high) / 2;

			if (memcmp(sorted[middle]->change->old_oid.bytes, to->change->oid.bytes, TKT_OID_MAX) < 0)
				low = middle + 1;
			else
				high = middle;
		}
		from = low < s->from.n ? find_same(sorted, s->from.n, &firsts[low], to) : NULL;
		if (from)
			join(from, to);
	}
	free(sorted);
	free(firsts);
}

static int compare_names(const void *a, const void *b)
{
	const struct side *x = *(struct side *const *)a, *y = *(struct side *const *)b;

	return strcmp(x->name, y->name);
}

/* Those that are free, by name. */
static struct side **by_name(struct sides *sides, size_t *n)
{
	struct side **sorted = tkt_calloc(sides->n, sizeof *sorted);

	*n = 0;
	for (size_t i = 0; i < sides->n; i++)
		if (!sides->items[i].taken)
			sorted[(*n)++] = &sides->items[i];
	qsort(sorted, *n, sizeof *sorted, compare_names);
	for (size_t i = 0; i < *n; i++)
		sorted[i]->unique = (i == 0 || compare_names(&sorted[i - 1], &sorted[i]) != 0) &&
				    (i + 1 == *n || compare_names(&sorted[i], &sorted[i + 1]) != 0);
	return sorted;
}

static int join_by_name(struct search *s)
{
	size_t from_n, to_n;
	struct side **from = by_name(&s->from, &from_n), **to = by_name(&s->to, &to_n);
	int rc = 0, is;

	for (size_t i = 0, j = 0; !rc && i < from_n && j < to_n;) {
		const int order = strcmp(from[i]->name, to[j]->name);

		if (order == 0 && from[i]->unique && to[j]->unique) {
			rc = score(s, from[i], to[j], &is);
			forget(s, to[j]);
			if (!rc && is >= ENOUGH_BY_NAME)
				join(from[i], to[j]);
		}
		i += order <= 0;
		j += order > 0;
	}
	free(from);
	free(to);
	return rc;
}

/* --- all with all ------------------------------------------------------------------------------ */

/* Which comes first: > 0 means b. */
static int compare_scores(const struct pair *a, const struct pair *b)
{
	if (!a->to || !b->to)
		return !a->to && b->to ? 1 : a->to && !b->to ? -1 : 0;
	return a->score != b->score ? b->score - a->score : b->same_name - a->same_name;
}

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	const int order = compare_scores(x, y);

	return order ? order : x->order < y->order ? -1 : x->order > y->order;
}

static void keep_better(struct pair *best, const struct pair *pair)
{
	size_t worst = 0;

	for (size_t i = 1; i < BEST_OF; i++)
		if (compare_scores(&best[i], &best[worst]) > 0)
			worst = i;
	if (compare_scores(&best[worst], pair) > 0)
		best[worst] = *pair;
}

static int score_row(struct search *s, struct side *to, struct pair *best)
{
	int rc = tkt_git_stopped(s->lib->g) ? tkt_error_set(s->err, TKT_EIO, "interrupted") : 0;

	for (size_t i = 0; !rc && i < s->from.n; i++) {
		struct pair pair = { .from = &s->from.items[i], .to = to };

		if (pair.from->taken)
			continue;
		rc = score(s, pair.from, to, &pair.score);
		pair.same_name = strcmp(pair.from->name, to->name) == 0;
		keep_better(best, &pair);
	}
	forget(s, to);
	return rc;
}

static size_t count_free(const struct sides *sides)
{
	size_t n = 0;

	for (size_t i = 0; i < sides->n; i++)
		n += !sides->items[i].taken;
	return n;
}

static int join_best(struct search *s)
{
	const size_t from_n = count_free(&s->from), to_n = count_free(&s->to);
	struct pair *pairs;
	size_t n = 0;
	int rc = 0;

	if (from_n * to_n > (size_t)TKT_GIT_RENAME_LIMIT * TKT_GIT_RENAME_LIMIT)
		return 0;
	pairs = tkt_calloc(to_n * BEST_OF, sizeof *pairs);
	for (size_t i = 0; !rc && i < s->to.n; i++) {
		if (s->to.items[i].taken)
			continue;
		rc = score_row(s, &s->to.items[i], pairs + n);
		n += BEST_OF;
	}
	for (size_t i = 0; i < n; i++)
		pairs[i].order = i;
	qsort(pairs, n, sizeof *pairs, compare_pairs);
	for (size_t i = 0; !rc && i < n && pairs[i].to && pairs[i].score >= ENOUGH; i++)
		if (!pairs[i].to->taken && !pairs[i].from->taken)
			join(pairs[i].from, pairs[i].to);
	free(pairs);
	return rc;
}

/* --- the search -------------------------------------------------------------------------------- */

static void add_side(struct sides *sides, struct tkt_change *c)
{
	const char *slash = strrchr(c->path, '/');

	TKT_GROW(sides);
	sides->items[sides->n++] = (struct side){ .change = c, .name = slash ? slash + 1 : c->path };
}

static int read_size(struct search *s, struct side *side, unsigned mode, const struct tkt_oid *oid)
{
	git_object_t type;
	char hex[TKT_OID_HEX];
	git_oid id;

	if (side->taken || !S_ISREG(mode))
		return 0;
	tkt_library_to(&id, oid);
	tkt_oid_hex(oid, hex);
	if (s->lib->api.git_odb_read_header(&side->size, &type, s->lib->odb, &id) < 0)
		return tkt_library_error(s->lib, TKT_EIO, "cannot read file", hex, s->err);
	return 0;
}

static int join_alike(struct search *s)
{
	int rc = 0;

	if (!count_free(&s->from) || !count_free(&s->to))
		return 0;
	s->counts = tkt_calloc(SUMS, sizeof *s->counts);
	s->spare = tkt_calloc(SUMS, sizeof *s->spare);
	for (size_t i = 0; !rc && i < s->from.n; i++)
		rc = read_size(s, &s->from.items[i], s->from.items[i].change->old_mode, &s->from.items[i].change->old_oid);
	for (size_t i = 0; !rc && i < s->to.n; i++)
		rc = read_size(s, &s->to.items[i], s->to.items[i].change->mode, &s->to.items[i].change->oid);
	if (!rc)
		rc = join_by_name(s);
	if (!rc)
		rc = join_best(s);
	free(s->counts);
	free(s->spare);
	return rc;
}

int tkt_library_diff_renames(struct tkt_library *lib, struct tkt_changes_found *changes, struct tkt_error *err)
{
	struct search s = { .lib = lib, .err = err };
	int rc = 0;

	for (size_t i = 0; i < changes->n; i++)
		if (changes->items[i].status == 'D')
			add_side(&s.from, &changes->items[i]);
		else if (changes->items[i].status == 'A')
			add_side(&s.to, &changes->items[i]);
	if (s.from.n && s.to.n) {
		join_same(&s);
		rc = join_alike(&s);
	}
	for (size_t i = 0; i < s.from.n; i++)
		free(s.from.items[i].pieces.items);
	for (size_t i = 0; i < s.to.n; i++)
		free(s.to.items[i].pieces.items);
	free(s.from.items);
	free(s.to.items);
	return rc;
}
