/* backlog-report: what is open, by priority, then oldest first. An example of libtkt:
 *
 *   cc backlog-report.c $(pkg-config --cflags --libs --static libtkt) -o backlog-report
 *   ./backlog-report [WORK-ITEMS-DIR]
 *
 * It reads and never writes. The library does not print, does not look at the environment and does not
 * ask the clock: what it must know comes in, what it found comes out, and the program speaks. */
#include <tkt.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <base/str.h>

/* What failed, in which file, and what to do about it. */
static int complain(const struct tkt_error *err)
{
	fprintf(stderr, "backlog-report: %s", err->message);
	if (err->file)
		fprintf(stderr, " (%s:%zu)", err->file, err->line);
	fprintf(stderr, "%s%s\n", err->hint ? "; " : "", err->hint ? err->hint : "");
	return 1;
}

static int by_priority(const void *a, const void *b)
{
	const struct tkt_ticket *x = &((const struct tkt_row *)a)->record.ticket;
	const struct tkt_ticket *y = &((const struct tkt_row *)b)->record.ticket;
	int d = tkt_priority_rank(x->priority) - tkt_priority_rank(y->priority);

	return d ? d : strcmp(x->created_at ? x->created_at : "", y->created_at ? y->created_at : "");
}

/* Text of a ticket may hold anything; a terminal gets only what is safe to show. */
static void print_row(const struct tkt_row *row)
{
	const struct tkt_ticket *t = &row->record.ticket;
	const char *title = t->title ? t->title : "(no title)";
	struct tkt_buf safe = TKT_BUF_INIT;

	tkt_str_visible(&safe, title, strlen(title), "");
	printf("  %s  %s%s\n", row->key, safe.ptr, row->blocked ? "  (blocked)" : "");
	tkt_buf_release(&safe);
}

static void report(struct tkt_list *list)
{
	const char *heading = NULL;
	size_t i;

	if (list->rows.n)
		qsort(list->rows.items, list->rows.n, sizeof *list->rows.items, by_priority);
	for (i = 0; i < list->rows.n; i++) {
		static const char *const names[] = { "P0", "P1", "P2", "P3", "P4", "other" };
		int rank = tkt_priority_rank(list->rows.items[i].record.ticket.priority);

		if (heading != names[rank])
			printf("%s\n", heading = names[rank]);
		print_row(&list->rows.items[i]);
	}
	printf("%zu open\n", list->rows.n);
	for (i = 0; i < list->bad.n; i++)
		complain(&list->bad.items[i]);
}

int main(int argc, char **argv)
{
	char cwd[PATH_MAX];
	struct tkt_open_opts opts = { .root = argc > 1 ? argv[1] : NULL, .author = "nobody" };
	struct tkt_list_req req = { .statuses = 1u << TKT_OPEN, .want = TKT_ROW_BLOCKED };
	struct tkt_project *project = NULL;
	struct tkt_list list = { 0 };
	struct tkt_error err = TKT_ERROR_INIT;
	int status = 0;

	opts.cwd = getcwd(cwd, sizeof cwd) ? cwd : "/";
	opts.now = time(NULL);
	if (tkt_project_open(&project, &opts, &err) < 0 ||
	    tkt_op_list(project, &req, &list, NULL, &err) < 0) {
		status = complain(&err);
	} else {
		report(&list);
		status = list.bad.n > 0;
	}
	tkt_list_release(&list);
	tkt_project_free(project);
	tkt_error_release(&err);
	return status;
}
