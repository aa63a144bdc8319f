/* store/names: which tickets there are, by the names of their directories. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/store_int.h"
#include "sys/io.h"
#include "sys/walk.h"
#include "text/ref.h"

void tkt_names_release(struct tkt_names *n)
{
	for (int i = 0; i < TKT_STATUS_N; i++)
		free(n->text[i]);
	free(n->items);
	memset(n, 0, sizeof *n);
}

int tkt_names_add(struct tkt_names *out, int dirfd, enum tkt_status status, bool sorted,
		  struct tkt_error *err)
{
	struct tkt_listing listing = { NULL, 0, 0, NULL };
	struct tkt_error lerr = TKT_ERROR_INIT;
	const char *name = tkt_status_name(status);
	int rc = sorted ? tkt_walk_list(&listing, dirfd, name, &lerr) :
			  tkt_walk_unsorted(&listing, dirfd, name, &lerr);

	if (rc == TKT_ENOTFOUND) /* git keeps no empty directories */
		rc = 0;
	else if (rc)
		rc = tkt_error_move(err, &lerr);
	for (size_t i = 0; i < listing.n; i++) {
		if (listing.items[i].type != TKT_ENTRY_DIR || !tkt_id_valid(listing.items[i].name))
			continue;
		TKT_GROW(out);
		out->items[out->n++] = (struct tkt_name){ listing.items[i].name, status };
	}
	free(out->text[status]);
	out->text[status] = listing.arena;
	listing.arena = NULL;
	tkt_listing_release(&listing);
	tkt_error_release(&lerr);
	return rc;
}

/* The modification times of the status directories: they change with every arrival and departure. */
static void stamp(struct tkt_store *s, struct timespec out[TKT_STATUS_N])
{
	struct stat st;

	for (int i = 0; i < TKT_STATUS_N; i++) {
		out[i] = (struct timespec){ 0, 0 };
		if (tkt_io_stat(s->fd, tkt_status_name((enum tkt_status)i), &st) == 0)
			out[i] = st.st_mtim;
	}
}

int tkt_store_names(struct tkt_store *s, unsigned statuses, struct tkt_names *out,
		    struct tkt_error *err)
{
	struct timespec before[TKT_STATUS_N], after[TKT_STATUS_N];
	bool sorted = !(statuses & TKT_NAMES_UNSORTED);
	int rc = 0;

	/* A ticket that moves while the directories are read one after the other would be seen
	 * twice or not at all: read again, but not for ever under a stream of changes. */
	for (int tries = 0; tries < 5; tries++) {
		tkt_names_release(out);
		stamp(s, before);
		for (int i = 0; !rc && i < TKT_STATUS_N; i++)
			if (statuses & 1u << i)
				rc = tkt_names_add(out, s->fd, (enum tkt_status)i, sorted, err);
		stamp(s, after);
		if (rc || memcmp(before, after, sizeof before) == 0)
			break;
	}
	return rc;
}
