/* store/check_int: one run of doctor, shared by the check_*.c files only. Floor 2. */
#ifndef TKT_CHECK_INT_H
#define TKT_CHECK_INT_H

#include "base/str.h"
#include "store/check.h"
#include "store/store_int.h"

enum tkt_link_kind { TKT_LINK_BLOCKER, TKT_LINK_PARENT, TKT_LINK_RELATED };

struct tkt_check_link {
	char *to; /* the id as it stands there */
	enum tkt_link_kind kind;
	size_t line;
};

/* What is remembered of a ticket until all have been read. */
struct tkt_check_ticket {
	char *id; /* the directory's name */
	enum tkt_status status;
	bool has_item;
	bool selected;     /* findings about it are wanted */
	bool nested;       /* a ticket lies inside this directory */
	bool empty;        /* no item.md, and nothing but an empty artifacts/ either */
	char *slug, *number, *said; /* said: the id in item.md where that is another one */
	size_t slug_line, number_line, said_line;
	struct { struct tkt_check_link *items; size_t n, cap; } links;
};

struct tkt_check {
	struct tkt_store *s;
	int fd; /* the root */
	const struct tkt_config *config;
	const struct tkt_strv *ids; /* NULL = all */
	tkt_time now;
	struct tkt_findings *out;
	struct { struct tkt_check_ticket *items; size_t n, cap; } tickets; /* by status, then id; later by id */
	struct tkt_buf path, dir;    /* scratch: see tkt_check_path */
	struct tkt_buf item, thread; /* bytes of the ticket at hand; the memory is used again */
};

/* What the listing of a ticket's directory showed. */
struct tkt_check_files {
	bool item, thread, resolution, artifacts; /* there, and of the right type */
	bool other;                               /* anything beside them */
};

/* check_tree.c: the three status directories and what lies in them. */
int tkt_check_tree(struct tkt_check *c, struct tkt_error *err);
void tkt_check_ticket(struct tkt_check *c, struct tkt_check_ticket *t);
/* check_workers.c: tkt_check_ticket for all of c->tickets. */
void tkt_check_tickets(struct tkt_check *c);
/* "<dir of the ticket at hand>/<name>"; valid until the next call. */
const char *tkt_check_path(struct tkt_check *c, const char *name);
/* check_root.c: config.yml, .tkt, and TODO.md beside the root. */
void tkt_check_root(struct tkt_check *c);

/* check_file.c: reads a file and looks at its bytes. False: it could not be had (which has been
 * reported). `flags` says what was wrong with the bytes. */
enum { /* a set */
	TKT_BYTES_UNREADABLE = 1, /* NUL, UTF-16, conflict markers: do not read on */
	TKT_BYTES_NOT_UTF8 = 2
};
bool tkt_check_read(struct tkt_check *c, const char *id, const char *path, size_t max,
		    struct tkt_buf *out, unsigned *flags);
size_t tkt_check_line(struct tkt_str text, size_t offset); /* 1-based */

/* check_item.c, check_thread.c: the text of one file of a ticket. */
/* utf8 false: wrong bytes have been reported, so values with such bytes say nothing new. */
void tkt_check_item(struct tkt_check *c, struct tkt_check_ticket *t, struct tkt_str text, bool utf8);
/* *closed: there is a `close` event that has words. */
void tkt_check_thread(struct tkt_check *c, const struct tkt_check_ticket *t, struct tkt_str text,
		      bool *closed);
/* check_value.c: one value of item.md. */
struct tkt_check_field {
	const struct tkt_field *field;
	const struct tkt_fm_entry *entry;
	char *text; /* the scalar, owned; NULL for null or a list */
};
void tkt_check_value(struct tkt_check *c, struct tkt_check_ticket *t, struct tkt_check_field *f);
/* An unknown key. */
void tkt_check_extra(struct tkt_check *c, struct tkt_check_ticket *t, const struct tkt_fm_entry *e);

/* check_links.c: what only shows when all tickets are known. */
void tkt_check_links(struct tkt_check *c);
/* check_cycles.c: c->tickets is sorted by id. */
void tkt_check_cycles(struct tkt_check *c);
struct tkt_check_ticket *tkt_check_find(const struct tkt_check *c, const char *id); /* or NULL */

/* check_thread.c: thread.md with identical events once and the last one closed; false: nothing to
 * change. *dropped counts the copies. */
bool tkt_check_mend_thread(struct tkt_buf *out, struct tkt_str text, size_t *dropped, bool *closed);
/* check_root.c: true for a name that tkt gives to its temporaries: "<head>-<16 hex>". */
bool tkt_check_tmp_name(const char *name);
/* check_file.c: text that may be edited: no NUL, no UTF-16, no conflict markers. */
bool tkt_check_editable(struct tkt_str text);

#endif
