/* store/scan: reading the frontmatter of many tickets, one after the other, at speed. Floor 2.
 *
 * Holds the status directories open and one buffer for all files, so that a ticket costs an open, a
 * read and a close. For one pass; not to be kept over changes. */
#ifndef TKT_STORE_SCAN_H
#define TKT_STORE_SCAN_H

#include "store/store.h"

struct tkt_scan {
	struct tkt_store *s;
	int dirs[TKT_STATUS_N]; /* -1: there is none */
	struct tkt_buf path, text;
	struct tkt_fm fm;
};

void tkt_scan_open(struct tkt_scan *c, struct tkt_store *s);
void tkt_scan_close(struct tkt_scan *c);

/* Id, status and fields of a listed ticket; out->item stays empty. Errors as tkt_store_load_at. */
int tkt_scan_read(struct tkt_scan *c, const struct tkt_name *name, struct tkt_record *out,
		  struct tkt_error *err);
/* Id and columns of a listed ticket as tkt_ticket_columns writes them, *status where it was found. */
int tkt_scan_columns(struct tkt_scan *c, const struct tkt_name *name, enum tkt_status *status,
		     struct tkt_buf *out, struct tkt_error *err);
/* Does a directory of that id lie in one of these statuses (bits)? */
bool tkt_scan_lies(struct tkt_scan *c, const char *id, unsigned statuses);

#endif
