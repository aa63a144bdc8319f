/* ops/branches_find: a ticket that only other branches have, by what was typed. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/oid_map.h"
#include "base/str.h"
#include "ops/branches_int.h"
#include "text/ref.h"

struct finding {
	const char *ref;
	bool is_key;
	char digits[41];
	struct tkt_strv exact, others; /* ids */
};

/* One found is enough for an exact id; more than one makes the others ambiguous. */
static void look(struct finding *f, const char *id)
{
	char hex[41];

	if (!tkt_id_valid(id))
		return;
	if (strcmp(id, f->ref) == 0) {
		if (!f->exact.n)
			tkt_strv_push(&f->exact, id);
		return;
	}
	if (f->is_key)
		tkt_id_hex(id, hex);
	if (!(f->is_key && strncmp(hex, f->digits, strlen(f->digits)) == 0) && !tkt_id_has_slug(id, f->ref))
		return;
	if (!tkt_strv_has(&f->others, id) && f->others.n < 10)
		tkt_strv_push(&f->others, id);
}

static int scan(struct finding *f, struct tkt_git *g, const struct tkt_tips *tips, struct tkt_error *err)
{
	struct tkt_tree_scan s = { .bytes = TKT_BUF_INIT };
	struct tkt_oid_map done = { NULL, 0, 0 };
	struct tkt_oid trees[TKT_STATUS_N];
	struct tkt_tree_entry e;
	int rc = 0;

	for (size_t i = 0; !rc && !f->exact.n && i < tips->n; i++) {
		if (!tkt_oid_map_put(&done, &tips->items[i].root, 0))
			continue;
		if (tkt_tips_status_trees(g, &s, &tips->items[i].root, trees, NULL) != 0)
			continue;
		for (int status = 0; !rc && status < TKT_STATUS_N; status++) {
			if (!tkt_oid_map_put(&done, &trees[status], 0))
				continue;
			rc = tkt_tree_open(&s, g, &trees[status], err);
			while (!rc && tkt_tree_next(&s, &e))
				if (tkt_tree_is_dir(&e))
					look(f, e.name);
		}
	}
	tkt_buf_release(&s.bytes);
	tkt_oid_map_release(&done);
	return rc;
}

int tkt_branches_find(struct tkt_project *p, struct tkt_git *g, const struct tkt_tips *tips, const char *ref, char **id,
		      struct tkt_error *err)
{
	struct finding f = { .ref = ref };
	int rc = 0;

	f.is_key = tkt_ref_key_digits(ref, p->config.prefix, f.digits);
	if (tkt_ref_plausible(ref))
		rc = scan(&f, g, tips, err);
	if (rc) {
		; /* told */
	} else if (f.exact.n || f.others.n == 1) {
		*id = tkt_strdup(f.exact.n ? f.exact.items[0] : f.others.items[0]);
	} else if (f.others.n) {
		rc = tkt_error_set(err, TKT_EAMBIGUOUS, "more than one ticket on other branches answers to '%s'", ref);
		for (size_t i = 0; i < f.others.n; i++)
			tkt_error_candidate(err, f.others.items[i]);
	} else {
		rc = TKT_ENOTFOUND;
	}
	tkt_strv_release(&f.exact);
	tkt_strv_release(&f.others);
	return rc;
}
