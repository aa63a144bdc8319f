/* ops/similar: candidates by the words of the title, then by what title and body are about. */
#include "ops/similar.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "index/titles.h"
#include "ops/search_int.h"
#include "store/slugs.h"
#include "sys/io.h"
#include "text/ref.h"

#define SMALL_ROOT 200 /* tickets: up to here the index is brought up to date */
#define MEDIUM_ROOT 2000 /* up to here it is used as it lies, with its vectors */
#define CANDIDATES 30  /* so many of the keyword hits are compared */
#define TITLES 5       /* so many of them are asked for their title */
#define SHOWN 3
#define TITLE_SIMILAR .75 /* in a larger root: of the words of two titles */
#define TITLE_LIKELY .95
#define TITLE_BEST .99 /* the same words in another order are not the same title */

enum tkt_similar_policy tkt_similar_policy(const struct tkt_project *p)
{
	char *word = tkt_config_get(&p->config, "search.duplicates");
	enum tkt_similar_policy policy = TKT_SIMILAR_ASK;

	if (word && strcmp(word, "warn") == 0)
		policy = TKT_SIMILAR_WARN;
	else if (word && strcmp(word, "refuse") == 0)
		policy = TKT_SIMILAR_REFUSE;
	else if (word && strcmp(word, "off") == 0)
		policy = TKT_SIMILAR_OFF;
	free(word);
	return policy;
}

static struct tkt_similar_hit *hit_of(struct tkt_similar *out, const char *id)
{
	for (size_t i = 0; i < out->hits.n; i++)
		if (strcmp(out->hits.items[i].ticket.id, id) == 0)
			return &out->hits.items[i];
	return NULL;
}

/* Takes the brief. */
static void add(struct tkt_similar *out, struct tkt_brief *b, double score, bool likely)
{
	struct tkt_similar_hit *old = hit_of(out, b->id);

	if (old) {
		old->score = score > old->score ? score : old->score;
		old->likely |= likely;
		tkt_brief_release(b);
		return;
	}
	TKT_GROW(&out->hits);
	out->hits.items[out->hits.n++] = (struct tkt_similar_hit){ *b, score, likely };
	memset(b, 0, sizeof *b);
}

/* --- the same title ----------------------------------------------------------------------------- */

static bool is_ascii(const char *s)
{
	while (*s && (unsigned char)*s < 0x80)
		s++;
	return !*s;
}

/* 1: the same; TITLE_BEST: but for signs between the words, where the slug tells all of them; else 0. */
static double same_words(const char *a, const char *b)
{
	struct tkt_buf x = TKT_BUF_INIT, y = TKT_BUF_INIT;
	double score = 0;

	if (tkt_same_title(a, b, strlen(b))) {
		score = 1;
	} else if (is_ascii(a) && is_ascii(b)) {
		tkt_slugify(&x, a, 0);
		tkt_slugify(&y, b, 0);
		score = strcmp(x.ptr, y.ptr) == 0 ? TITLE_BEST : 0;
	}
	tkt_buf_release(&x);
	tkt_buf_release(&y);
	return score;
}

/* Equal titles have equal slugs, and whether a slug is taken is known at once. A title of which no
 * letter came into its slug says nothing in this way. */
static void by_slug(struct tkt_project *p, const char *title, struct tkt_similar *out)
{
	struct tkt_buf slug = TKT_BUF_INIT;
	struct tkt_record r;
	struct tkt_brief b;
	char *id = NULL;

	tkt_slugify(&slug, title, TKT_SLUG_MAX);
	if (strcmp(slug.ptr, "item") != 0 && tkt_slug_seen(p->store, slug.ptr) &&
	    tkt_store_resolve(p->store, slug.ptr, p->config.prefix, &id, NULL) == 0 &&
	    tkt_store_load(p->store, id, TKT_READ_HEAD, &r, NULL) == 0) {
		double score = r.ticket.title ? same_words(r.ticket.title, title) : 0;

		if (score > 0) {
			tkt_brief_make(p, &r, &b);
			add(out, &b, score, true);
		}
		tkt_record_release(&r);
	}
	free(id);
	tkt_buf_release(&slug);
}

/* --- by the index ------------------------------------------------------------------------------- */

/* Most file systems count directories in a directory: two links, and one for each. Those that do not say one. */
static bool count_links(struct tkt_project *p, size_t *n)
{
	struct stat st;

	*n = 0;
	for (int s = 0; s < TKT_STATUS_N; s++) {
		if (tkt_io_stat(tkt_store_fd(p->store), tkt_status_name((enum tkt_status)s), &st) < 0)
			continue;
		if (st.st_nlink < 2)
			return false;
		*n += (size_t)st.st_nlink - 2;
	}
	return true;
}

/* More than `max` directories in a status? Reads no further than that, and nothing where the links tell that
 * there are: to be wrong about this costs a little time or a hint. */
static bool is_small(struct tkt_project *p, size_t max)
{
	_Alignas(8) char block[16384];
	size_t n = 0;

	if (count_links(p, &n) && n > max)
		return false;
	n = 0;
	for (int s = 0; s < TKT_STATUS_N && n <= max; s++) {
		int fd = tkt_io_open(tkt_store_fd(p->store), tkt_status_name((enum tkt_status)s),
				     O_RDONLY | O_DIRECTORY, 0);
		ssize_t len;

		if (fd < 0)
			continue;
		while (n <= max && (len = tkt_io_getdents(fd, block, sizeof block)) > 0) {
			for (ssize_t at = 0; at < len; n++) {
				unsigned short record;

				memcpy(&record, block + at + 16, sizeof record); /* d_reclen */
				at += record;
			}
		}
		tkt_io_close(fd);
	}
	return n <= max + 4 * TKT_STATUS_N; /* ".", "..", .gitkeep and the like */
}

/* The model of the root alone is asked; a ticket that is being written goes over no wire. */
static bool is_local(const struct tkt_project *p)
{
	const struct tkt_embed *e = p->index_opts.embed;

	return !e || e->kind == TKT_EMBED_BUILTIN;
}

/* *vectors: there are some to compare with. */
static int open_index(struct tkt_project *p, struct tkt_index *x, bool *vectors)
{
	int rc;

	*vectors = is_local(p);
	if (!is_small(p, SMALL_ROOT))
		return tkt_index_stale(x, TKT_INDEX_TEXT, NULL);
	rc = tkt_index_refresh(x, TKT_INDEX_TEXT, NULL, NULL);
	if (!rc && *vectors)
		*vectors = tkt_semantic_refresh(x, 0, NULL, NULL) == 0;
	return rc;
}

static void same_titles(struct tkt_project *p, struct tkt_index *x, const char *title,
			const struct tkt_text_hits *hits, struct tkt_similar *out)
{
	for (size_t i = 0; i < hits->n && i < TITLES; i++) {
		struct tkt_brief b;
		double score;

		if (!(hits->items[i].fields & 1u << TKT_DOC_TITLE) ||
		    tkt_brief_read(p, x, hits->items[i].n, TKT_READ_HEAD, &b, NULL, NULL) != 0)
			continue;
		score = same_words(b.title, title);
		if (score > 0)
			add(out, &b, score, true);
		tkt_brief_release(&b);
	}
}

static void alike(struct tkt_project *p, struct tkt_index *x, const struct tkt_create_req *req,
		  const struct tkt_index_set *only, struct tkt_similar *out)
{
	struct tkt_semantic_hits hits = { NULL, 0, 0 };
	struct tkt_semantic_defaults d;
	struct tkt_doc doc;

	tkt_semantic_defaults(x, &d);
	tkt_doc_make(&doc, req->title, NULL, req->body);
	if (tkt_semantic_like_doc(x, &doc, only, SHOWN, &hits, NULL) == 0) {
		for (size_t i = 0; i < hits.n && hits.items[i].score >= d.similar; i++) {
			struct tkt_brief b;

			if (tkt_brief_read(p, x, hits.items[i].n, TKT_READ_HEAD, &b, NULL, NULL) == 0)
				add(out, &b, hits.items[i].score, hits.items[i].score >= d.duplicate);
		}
	}
	tkt_semantic_hits_release(&hits);
	tkt_doc_release(&doc);
}

/* Quotes and stars of a title are no syntax. */
static char *plain_words(const char *title)
{
	char *words = tkt_strdup(title);

	for (char *s = words; *s; s++)
		if (*s == '"' || *s == '*')
			*s = ' ';
	return words;
}

/* A root of any size, in a moment: titles with a rare word of the new one. */
static void by_titles(struct tkt_project *p, const struct tkt_create_req *req, struct tkt_similar *out)
{
	struct tkt_titles titles = { NULL, 0, 0 };

	(void)tkt_index_titles(tkt_project_index(p), req->title, SHOWN, &titles, NULL);
	for (size_t i = 0; i < titles.n && titles.items[i].score >= TITLE_SIMILAR; i++) {
		struct tkt_buf key = TKT_BUF_INIT;
		struct tkt_brief b = { tkt_strdup(titles.items[i].id), NULL, tkt_strdup(titles.items[i].title),
				       titles.items[i].status };
		double score = titles.items[i].score < TITLE_BEST ? titles.items[i].score : TITLE_BEST;

		if (tkt_same_title(b.title, req->title, strlen(req->title)))
			score = 1;
		tkt_store_key(&key, p->config.prefix, b.id);
		b.key = tkt_buf_detach(&key);
		if (tkt_store_where(p->store, b.id, &b.status, NULL) == 0)
			add(out, &b, score, score >= TITLE_LIKELY);
		else
			tkt_brief_release(&b); /* gone since */
	}
	tkt_titles_release(&titles);
}

static void by_index(struct tkt_project *p, const struct tkt_create_req *req, struct tkt_similar *out)
{
	struct tkt_text_hits hits = { NULL, 0, 0 };
	struct tkt_index_set only = { NULL, 0, 0 };
	struct tkt_text_query *q = NULL;
	struct tkt_index *x;
	char *words = plain_words(req->title);
	bool vectors = false;

	x = tkt_project_index(p);
	tkt_text_query_parse(&q, words, strlen(words));
	if (open_index(p, x, &vectors) == 0 && tkt_fulltext_search(x, q, NULL, &hits, NULL) == 0) {
		same_titles(p, x, req->title, &hits, out);
		for (size_t i = 0; i < hits.n && i < CANDIDATES; i++)
			tkt_index_set_add(&only, hits.items[i].n);
		if (vectors && only.n)
			alike(p, x, req, &only, out);
	}
	tkt_text_query_free(q);
	tkt_text_hits_release(&hits);
	tkt_index_set_release(&only);
	free(words);
}

/* --- both --------------------------------------------------------------------------------------- */

static int by_score(const void *a, const void *b)
{
	const struct tkt_similar_hit *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return strcmp(x->ticket.id, y->ticket.id);
}

void tkt_op_similar(struct tkt_project *p, const struct tkt_create_req *req, struct tkt_similar *out)
{
	memset(out, 0, sizeof *out);
	if (!req->title || !*req->title || tkt_similar_policy(p) == TKT_SIMILAR_OFF)
		return;
	by_slug(p, req->title, out);
	if (!p->index) { /* nobody waits for a hint, and it draws no bar */
		p->index_opts.wait_ms = 0;
		p->index_opts.progress = NULL;
	}
	if (!p->no_index && is_small(p, MEDIUM_ROOT))
		by_index(p, req, out);
	else if (!p->no_index)
		by_titles(p, req, out);
	tkt_index_rest(p->index);
	if (out->hits.n > 1)
		qsort(out->hits.items, out->hits.n, sizeof *out->hits.items, by_score);
	while (out->hits.n > SHOWN)
		tkt_brief_release(&out->hits.items[--out->hits.n].ticket);
}

bool tkt_similar_likely(const struct tkt_similar *s)
{
	for (size_t i = 0; i < s->hits.n; i++)
		if (s->hits.items[i].likely)
			return true;
	return false;
}

void tkt_similar_release(struct tkt_similar *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->hits.n; i++)
		tkt_brief_release(&s->hits.items[i].ticket);
	free(s->hits.items);
	memset(s, 0, sizeof *s);
}
