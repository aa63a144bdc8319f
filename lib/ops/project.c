/* ops/project: opening a project and naming its tickets. */
#include "ops/project.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sys/file.h"

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
	tkt_store_free(p->store);
	tkt_config_release(&p->config);
	free(p->root);
	free(p->author);
	free(p);
}

int tkt_project_resolve(struct tkt_project *p, const char *ref, char **id, struct tkt_error *err)
{
	return tkt_store_resolve(p->store, ref, p->config.prefix, id, err);
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
