/* git/busy: is git in the middle of something? By its own marks in the work tree's git directory, as git-status(1) does. */
#include <fcntl.h>

#include "base/mem.h"
#include "git/git_int.h"
#include "sys/io.h"

const char *tkt_git_busy(const struct tkt_git *g)
{
	static const char *const marks[][2] = {
		{ "rebase-merge", "rebase" },          { "rebase-apply", "rebase" },
		{ "CHERRY_PICK_HEAD", "cherry-pick" }, { "REVERT_HEAD", "revert" },
		{ "MERGE_HEAD", "merge" },
	};
	struct tkt_buf path = TKT_BUF_INIT;
	const char *what = NULL;
	struct stat st;

	for (size_t i = 0; i < TKT_LEN(marks) && !what; i++) {
		tkt_buf_reset(&path);
		tkt_buf_printf(&path, "%s/%s", g->facts.git_dir, marks[i][0]);
		if (tkt_io_stat(AT_FDCWD, path.ptr, &st) == 0)
			what = marks[i][1];
	}
	tkt_buf_release(&path);
	return what;
}
