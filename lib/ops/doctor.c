/* ops/doctor: look, mend, look again. */
#include "ops/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/doctor_git.h"
#include "ops/doctor_sparse.h"

/* One thing mended may bring another to light (a ticket moved up has a status that no longer fits);
 * more than a few rounds would mean that two fixes undo each other. */
#define ROUNDS_MAX 8

static int open_anyway(struct tkt_project **out, const struct tkt_open_opts *opts, struct tkt_error *err)
{
	struct tkt_store_opts sopts = { opts->lock_timeout_ms, opts->stop, opts->no_sync };
	struct tkt_project *p = tkt_calloc(1, sizeof *p);
	struct tkt_buf root = TKT_BUF_INIT;
	int code = 0;

	if (opts->root)
		tkt_buf_puts(&root, opts->root);
	else
		code = tkt_root_find(&root, opts->cwd, err);
	if (!code)
		code = tkt_store_open(&p->store, root.ptr, &sopts, err);
	if (!code)
		code = tkt_config_parse(&p->config, NULL, 0, err);
	p->root = tkt_buf_detach(&root);
	p->author = tkt_strdup_null(opts->author);
	p->now = opts->now;
	p->git_opts = opts->git;
	p->git_opts.stop = opts->stop;
	if (code)
		tkt_project_free(p);
	else
		*out = p;
	return code;
}

int tkt_doctor_open(struct tkt_project **out, const struct tkt_open_opts *opts,
		    struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	int code = tkt_project_open(out, opts, &why);

	if (code && why.file && tkt_ends_with(why.file, "config.yml"))
		code = open_anyway(out, opts, err);
	else if (code)
		tkt_error_move(err, &why);
	tkt_error_release(&why);
	return code;
}

/* REFs as they are, where they are ids of directories: doctor must reach a ticket that no reader
 * accepts, because it lies in two places or has no readable item.md. */
static int resolve(struct tkt_project *p, const struct tkt_strv *refs, struct tkt_strv *ids,
		   struct tkt_error *err)
{
	int code = 0;

	for (size_t i = 0; !code && i < refs->n; i++) {
		enum tkt_status status;
		char *id = NULL;
		int where = tkt_store_where(p->store, refs->items[i], &status, NULL);

		if (where == 0 || where == TKT_EAMBIGUOUS)
			id = tkt_strdup(refs->items[i]);
		else
			code = tkt_project_resolve(p, refs->items[i], &id, err);
		if (!code && !tkt_strv_has(ids, id))
			tkt_strv_push(ids, id);
		free(id);
	}
	return code;
}

static void count(struct tkt_doctor_report *r)
{
	r->errors = r->warnings = r->infos = 0;
	for (size_t i = 0; i < r->findings.n; i++) {
		enum tkt_level level = r->findings.items[i].rule->level;

		r->errors += level == TKT_ERROR;
		r->warnings += level == TKT_WARNING;
		r->infos += level == TKT_INFO;
	}
}

static int rounds(struct tkt_project *p, const struct tkt_doctor_req *req, const struct tkt_strv *ids,
		  struct tkt_doctor_report *r, struct tkt_error *err)
{
	int code = 0;

	for (int i = 0; !code; i++) {
		size_t before = r->fixed.n;

		tkt_findings_release(&r->findings);
		code = tkt_check_store(p->store, &p->config, ids, p->now, &r->findings, &r->tickets, err);
		if (!code)
			tkt_doctor_sparse(p, req, &r->findings);
		if (code || !(req->fix || req->dry_run) || i == ROUNDS_MAX)
			break;
		code = tkt_doctor_git_fix_first(p, req, &r->findings, &r->fixed, err);
		if (!code)
			code = tkt_check_fix(p->store, &p->config, &r->findings, req->dry_run, &r->fixed, err);
		if (req->dry_run || r->fixed.n == before)
			break;
	}
	return code;
}

/* What git knows of a merge is asked when files alone tell nothing more, and may bring more of them to light. */
static int mend(struct tkt_project *p, const struct tkt_doctor_req *req, const struct tkt_strv *ids,
		struct tkt_doctor_report *r, struct tkt_error *err)
{
	int code = 0;

	for (int i = 0; !code; i++) {
		size_t before;

		code = rounds(p, req, ids, r, err);
		before = r->fixed.n;
		if (!code && (req->fix || req->dry_run) && i < ROUNDS_MAX)
			code = tkt_doctor_git_fix(p, req, ids, &r->findings, &r->fixed, err);
		if (req->dry_run || r->fixed.n == before)
			break;
	}
	return code;
}

int tkt_op_doctor(struct tkt_project *p, const struct tkt_doctor_req *req,
		  struct tkt_doctor_report *out, struct tkt_error *err)
{
	struct tkt_doctor_report r = { 0 };
	struct tkt_strv ids = TKT_STRV_INIT;
	int code = resolve(p, &req->refs, &ids, err);

	if (!code)
		code = mend(p, req, ids.n ? &ids : NULL, &r, err);
	if (!code)
		code = tkt_doctor_git(p, req, ids.n ? &ids : NULL, &r.findings, err);
	if (code)
		goto out;
	tkt_findings_sort(&r.findings);
	count(&r);
	*out = r;
	r = (struct tkt_doctor_report){ 0 };
out:
	tkt_doctor_report_release(&r);
	tkt_strv_release(&ids);
	return code;
}

void tkt_doctor_report_release(struct tkt_doctor_report *r)
{
	if (!r)
		return;
	tkt_findings_release(&r->findings);
	tkt_findings_release(&r->fixed);
	*r = (struct tkt_doctor_report){ 0 };
}
