/* ops/row_commits: the commits of tickets that are shown. */
#include <stdlib.h>

#include "base/mem.h"
#include "ops/links.h"
#include "ops/row.h"

/* Outside a repository there is nothing to tell; trouble with history is told by each row's links. */
int tkt_rows_commits(struct tkt_project *p, struct tkt_list *list, struct tkt_error *err)
{
	struct tkt_history h;
	struct tkt_git *git;
	bool rested;
	int rc;

	if (tkt_project_git(p, &git, NULL) == TKT_ENOTFOUND)
		return 0;
	rested = tkt_index_rests(tkt_project_index(p));
	rc = tkt_links_refresh_open(p, false, true, &h, err);
	for (size_t i = 0; !rc && i < list->rows.n; i++) {
		struct tkt_row *row = &list->rows.items[i];

		row->links = tkt_calloc(1, sizeof *row->links);
		rc = tkt_links_of(p, &row->record, &h, TKT_LINKS_BRANCHES, row->links, err);
	}
	if (rested)
		tkt_index_rest(tkt_project_index(p));
	tkt_history_release(&h);
	return rc;
}
