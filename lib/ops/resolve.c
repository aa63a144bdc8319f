/* ops/resolve: what a person typed -> the ticket that is meant, with the help of an index that lies there.
 *
 * It answers slugs and keys, and only where the answer is certain; whatever else there is to say, errors above
 * all, comes from tkt_store_resolve. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/sql.h"
#include "ops/project.h"
#include "sys/io.h"
#include "text/ref.h"

/* From so many tickets on hashing all their names takes longer than a start of the process. */
#define MANY 1000

/* How many of these tickets have the slug: 0, 1 or more. -1: one of them has to be looked at with care. */
static int with_slug(struct tkt_project *p, const struct tkt_strv *ids, const char *slug, const char **id)
{
	int n = 0;

	for (size_t i = 0; i < ids->n; i++) {
		struct tkt_record r;

		if (tkt_store_load(p->store, ids->items[i], TKT_READ_HEAD, &r, NULL) != 0)
			return -1;
		if (r.ticket.slug && strcmp(r.ticket.slug, slug) == 0) {
			*id = ids->items[i];
			n++;
		}
		tkt_record_release(&r);
	}
	return n;
}

/* For what is no id: one ticket has it as its slug; or none, and one has it as its key. */
static bool by_index(struct tkt_project *p, const char *ref, const char *digits, char **id)
{
	struct tkt_strv keys = TKT_STRV_INIT, slugs = TKT_STRV_INIT;
	struct tkt_index *x = tkt_project_index(p);
	const char *found = NULL;
	enum tkt_status status;
	int n = -1;

	/* A key is worth reading the names again; a slug, which the names tell anyway, is not. */
	if (tkt_index_exists(x) && (!digits || tkt_index_key(x, digits, 2, &keys, NULL) == 0) &&
	    tkt_index_slug(x, ref, &slugs, NULL) == 0)
		n = with_slug(p, &slugs, ref, &found);
	if (n == 0 && keys.n == 1) {
		int rc = tkt_store_where(p->store, keys.items[0], &status, NULL);

		found = keys.items[0];
		n = rc == 0 || rc == TKT_EAMBIGUOUS; /* in two places: one ticket all the same */
	}
	if (n == 1)
		*id = tkt_strdup(found);
	tkt_strv_release(&keys);
	tkt_strv_release(&slugs);
	return n == 1;
}

/* The next one shall not have to hash all names. Not for a few tickets, and not where nothing can stay. */
static void make_names(struct tkt_project *p)
{
	struct tkt_names names = { .n = 0 };
	int fd = tkt_store_fd(p->store);
	struct stat st;
	bool can = tkt_io_stat(fd, ".tkt", &st) == 0 ? S_ISDIR(st.st_mode) && tkt_io_writable(fd, ".tkt") :
						       tkt_io_writable(fd, ".");

	if (can && tkt_store_names(p->store, 7 | TKT_NAMES_UNSORTED, &names, NULL) == 0 && names.n >= MANY)
		tkt_index_refresh(tkt_project_index(p), TKT_INDEX_NAMES, NULL, NULL);
	tkt_names_release(&names);
}

int tkt_project_resolve(struct tkt_project *p, const char *ref, char **id, struct tkt_error *err)
{
	bool rested = tkt_index_rests(p->index), key = false;
	enum tkt_status status;
	char digits[41];
	int rc;

	if (!p->no_index && tkt_ref_plausible(ref)) {
		rc = tkt_store_where(p->store, ref, &status, NULL);
		if (rc == 0) {
			*id = tkt_strdup(ref);
			return 0;
		}
		key = tkt_ref_key_digits(ref, p->config.prefix, digits);
		if (rc == TKT_ENOTFOUND && by_index(p, ref, key ? digits : NULL, id)) {
			rc = 0;
			goto out;
		}
	}
	rc = tkt_store_resolve(p->store, ref, p->config.prefix, id, err);
	if (!rc && key && !tkt_index_exists(tkt_project_index(p)))
		make_names(p);
out:
	if (rested) /* else somebody is in the middle of a question of his own */
		tkt_index_rest(p->index);
	return rc;
}

int tkt_project_resolve_all(struct tkt_project *p, const struct tkt_strv *refs,
			    struct tkt_strv *ids, struct tkt_error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < refs->n; i++) {
		char *id = NULL;

		rc = tkt_project_resolve(p, refs->items[i], &id, err);
		if (!rc && !tkt_strv_has(ids, id))
			tkt_strv_push(ids, id);
		free(id);
	}
	return rc;
}
