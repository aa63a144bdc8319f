/* ops/project: opening a project. */
#include "ops/project.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sys/file.h"

#define INDEX_WAIT_MS 2000 /* for another process at the index; in memory the answer takes about as long */

static int read_config(struct tkt_project *p, struct tkt_error *err)
{
	struct tkt_buf text = TKT_BUF_INIT, path = TKT_BUF_INIT;
	int fd = tkt_store_fd(p->store);
	struct stat st;
	int rc = tkt_file_look(fd, "config.yml", &st, NULL);

	if (rc != TKT_ENOTFOUND)
		rc = tkt_file_read(fd, "config.yml", TKT_CONFIG_MAX, &text, NULL, err);

	if (rc == 0)
		rc = tkt_config_parse(&p->config, text.ptr, text.len, err);
	else if (rc == TKT_ENOTFOUND)
		rc = tkt_config_parse(&p->config, NULL, 0, err);
	if (rc) {
		tkt_buf_printf(&path, "%s/config.yml", p->root);
		tkt_error_at(err, path.ptr, 0);
	}
	tkt_buf_release(&text);
	tkt_buf_release(&path);
	return rc;
}

int tkt_project_open(struct tkt_project **out, const struct tkt_open_opts *opts,
		     struct tkt_error *err)
{
	struct tkt_store_opts sopts = { opts->lock_timeout_ms, opts->stop, opts->no_sync };
	struct tkt_project *p = tkt_calloc(1, sizeof *p);
	struct tkt_buf root = TKT_BUF_INIT;
	int rc = 0;

	if (opts->root)
		tkt_buf_puts(&root, opts->root);
	else
		rc = tkt_root_find(&root, opts->cwd, err);
	if (!rc)
		rc = tkt_store_open(&p->store, root.ptr, &sopts, err);
	p->root = tkt_buf_detach(&root);
	p->author = tkt_strdup_null(opts->author);
	p->now = opts->now;
	p->no_index = opts->no_index;
	p->index_opts = (struct tkt_index_opts){
		.wait_ms = opts->lock_timeout_ms < INDEX_WAIT_MS ? opts->lock_timeout_ms : INDEX_WAIT_MS,
		.stop = opts->stop,
		.progress = opts->progress,
		.payload = opts->payload,
		.memory = opts->no_index,
		.embed = opts->embed,
	};
	p->git_opts = opts->git;
	p->git_opts.stop = opts->stop;
	if (!rc)
		rc = read_config(p, err);
	if (rc)
		tkt_project_free(p);
	else
		*out = p;
	return rc;
}

void tkt_project_free(struct tkt_project *p)
{
	if (!p)
		return;
	tkt_index_free(p->index); /* first: it borrows the others */
	tkt_git_free(p->git);
	tkt_store_free(p->store);
	tkt_config_release(&p->config);
	free(p->root);
	free(p->author);
	free(p);
}

struct tkt_index *tkt_project_index(struct tkt_project *p)
{
	if (!p->index)
		p->index = tkt_index_new(p->store, &p->config, &p->index_opts);
	return p->index;
}
