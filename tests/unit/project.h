/* A project with a root in a fresh directory, for the tests of lib/store and lib/ops. */
#ifndef TKT_TEST_PROJECT_H
#define TKT_TEST_PROJECT_H

#include "unit/sandbox.h"

#include "store/txn.h"
#include "tkt.h"

#define NOW 1780315200 /* 2026-06-01T12:00:00Z */

static inline char *project_root(struct box *b)
{
	static char root[96];

	snprintf(root, sizeof root, "%s/work-items", b->path);
	return root;
}

static inline struct tkt_project *project_new(struct box *b)
{
	struct tkt_init_req init = { .root = project_root(b), .project = "demo" };
	struct tkt_open_opts opts = { .root = project_root(b), .author = "ann", .now = NOW };
	struct tkt_init_result made;
	struct tkt_project *p = NULL;

	assert_int_equal(tkt_op_init(&init, &made, &b->err), 0);
	tkt_init_result_release(&made);
	assert_int_equal(tkt_project_open(&p, &opts, &b->err), 0);
	return p;
}

/* A new ticket with that title; its id. */
static inline char *project_create(struct box *b, struct tkt_project *p, const char *title)
{
	struct tkt_create_req req = { .title = title };
	struct tkt_created out;
	char *id;

	assert_int_equal(tkt_op_create(p, &req, &out, &b->err), 0);
	id = strdup(out.id);
	tkt_created_release(&out);
	return id;
}

static inline char *project_path(const char *status, const char *id, const char *file)
{
	static char path[512];

	snprintf(path, sizeof path, "work-items/%s/%s%s%s", status, id, file ? "/" : "",
		 file ? file : "");
	return path;
}

/* The bytes of a file below the box. */
static inline const char *project_text(struct box *b, const char *path)
{
	assert_int_equal(tkt_file_read(b->fd, path, 1 << 26, &b->out, NULL, &b->err), 0);
	return b->out.ptr;
}

#endif
