/* ops/git: the repository that the project lies in, opened when first asked for. */
#include "ops/links.h"

#include "sys/io.h"

int tkt_project_git(struct tkt_project *p, struct tkt_git **out, struct tkt_error *err)
{
	char root[4096];
	int rc = 0;

	if (!p->git) {
		if (!tkt_io_fd_path(tkt_store_fd(p->store), root, sizeof root))
			return tkt_error_set(err, TKT_EIO, "cannot tell where '%s' lies", p->root);
		rc = tkt_git_open(&p->git, root, &p->git_opts, err);
	}
	if (!rc)
		*out = p->git;
	return rc;
}

const char *tkt_project_busy(struct tkt_project *p)
{
	struct tkt_git *g;

	return tkt_project_git(p, &g, NULL) == 0 ? tkt_git_busy(g) : NULL;
}
