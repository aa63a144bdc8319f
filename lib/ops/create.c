/* ops/create: from a request to a ticket on disk. */
#include "ops/create.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/event.h"
#include "ops/fields.h"
#include "store/slugs.h"
#include "sys/file.h"
#include "text/ref.h"

#define TITLE_MIN 3
#define TITLE_MAX 500

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

static int check_title(const struct tkt_project *p, const char *title, struct tkt_error *err)
{
	size_t n;
	int rc;

	if (!title || !*title)
		return tkt_error_set(err, TKT_EUSAGE, "a ticket needs a title");
	rc = tkt_value_check(p, tkt_field_find("title"), title, false, err);
	if (rc)
		return rc;
	n = characters(title);
	if (n < TITLE_MIN || n > TITLE_MAX) {
		rc = tkt_error_set(err, TKT_EINVALID,
				   "the title has %zu character%s; %d to %d are allowed", n,
				   n == 1 ? "" : "s", TITLE_MIN, TITLE_MAX);
		tkt_error_hint(err, "put the details into the body (--body, --body-file, --edit)");
	}
	return rc;
}

/* The column that a new ticket starts in; NULL where that is the first open one anyway. */
static int start_column(const struct tkt_project *p, const char *wanted, const char **out,
			struct tkt_error *err)
{
	const struct tkt_board *b = tkt_config_board(&p->config, NULL);
	const struct tkt_column *c;

	*out = NULL;
	if (!wanted && b)
		wanted = b->initial;
	if (!wanted || !b)
		return 0;
	c = tkt_board_column(b, wanted);
	if (!c)
		return 0; /* named by tkt_value_check */
	if (c->status != TKT_OPEN)
		return tkt_error_set(err, TKT_EINVALID,
				     "a new ticket is open; column '%s' holds %s ones", wanted,
				     tkt_status_name(c->status));
	for (size_t i = 0; i < b->columns.n; i++) {
		if (b->columns.items[i].status != TKT_OPEN)
			continue;
		if (strcmp(b->columns.items[i].id, wanted) != 0)
			*out = wanted;
		break;
	}
	return 0;
}

static void start_ticket(const struct tkt_project *p, const struct tkt_create_req *req,
			 struct tkt_ticket *t)
{
	struct tkt_buf slug = TKT_BUF_INIT;
	char at[TKT_TIME_LEN + 1], stamp[16];

	tkt_slugify(&slug, req->slug && req->slug[0] ? req->slug : req->title, TKT_SLUG_MAX);
	tkt_time_print(p->now, at);
	tkt_time_stamp(p->now, stamp);
	t->id = tkt_asprintf("%s-%s", stamp, slug.ptr);
	t->slug = tkt_buf_detach(&slug);
	t->status = TKT_OPEN;
	t->status_text = tkt_strdup("open");
	t->title = tkt_strdup(req->title);
	t->kind = tkt_strdup("task");
	t->priority = tkt_strdup("P2");
	t->created_at = tkt_strdup(at);
	t->updated_at = tkt_strdup(at);
	t->created_by = tkt_strdup_null(p->author);
}

static int fill(struct tkt_project *p, const struct tkt_create_req *req, struct tkt_ticket *t,
		struct tkt_error *err)
{
	const struct { const char *key, *value; } words[] = {
		{ "kind", req->kind }, { "priority", req->priority },
		{ "assignee", req->assignee }, { "column", req->column },
		{ "parent", req->parent }, { "scope", req->scope },
	};
	const struct { const char *key; const struct tkt_strv *values; } lists[] = {
		{ "labels", &req->labels }, { "blocked_by", &req->blocked_by },
		{ "related", &req->related }, { "errors", &req->errors },
		{ "warnings", &req->warnings }, { "references", &req->references },
	};
	const char *column = NULL;
	int rc = 0;

	for (size_t i = 0; !rc && i < TKT_LEN(words); i++)
		if (words[i].value)
			rc = tkt_ticket_put(p, t, words[i].key, words[i].value, req->force, err);
	for (size_t i = 0; !rc && i < TKT_LEN(lists); i++)
		for (size_t v = 0; !rc && v < lists[i].values->n; v++)
			rc = tkt_ticket_put(p, t, lists[i].key, lists[i].values->items[v],
					    req->force, err);
	for (size_t i = 0; !rc && i < req->set.n; i++)
		rc = tkt_ticket_assign(p, t, req->set.items[i], req->force, err);
	if (!rc)
		rc = start_column(p, t->column, &column, err);
	if (!rc) {
		char *keep = tkt_strdup_null(column);

		free(t->column);
		t->column = keep;
	}
	return rc;
}

/* An earlier create with the same key? The key stands in the first event of the thread. */
static int find_replay(struct tkt_project *p, const char *key, char **id, struct tkt_error *err)
{
	struct tkt_names names = { .n = 0 };
	struct tkt_buf path = TKT_BUF_INIT, head = TKT_BUF_INIT;
	bool whole;
	int rc = tkt_store_names(p->store, 7, &names, err);

	for (size_t i = 0; !rc && !*id && i < names.n; i++) {
		struct tkt_thread thread = { NULL, 0, 0, { NULL, 0 } };

		tkt_buf_reset(&path);
		tkt_store_path(&path, names.items[i].status, names.items[i].id, "thread.md");
		if (tkt_file_head(tkt_store_fd(p->store), path.ptr, 4096, &head, &whole) != 0 ||
		    !memmem(head.ptr, head.len, TKT_ATTR_IDEMPOTENCY,
			    strlen(TKT_ATTR_IDEMPOTENCY)))
			continue;
		tkt_thread_parse(&thread, head.ptr, head.len);
		const struct tkt_event *e = tkt_event_with_key(&thread, key);

		if (e && strcmp(e->kind, "create") == 0)
			*id = tkt_strdup(names.items[i].id);
		tkt_thread_release(&thread);
	}
	tkt_names_release(&names);
	tkt_buf_release(&path);
	tkt_buf_release(&head);
	return rc;
}

int tkt_op_create_before(struct tkt_project *p, const char *key, char **id, struct tkt_error *err)
{
	*id = NULL;
	return find_replay(p, key, id, err);
}

/* A slug names one ticket: the script's doctor holds that, so the second one gets a -2. */
static int free_slug(struct tkt_txn *txn, const struct tkt_project *p, struct tkt_ticket *t,
		     struct tkt_error *err)
{
	char *base = tkt_strdup(t->slug), stamp[16];
	bool taken = true;
	int rc = 0;

	for (unsigned n = 1; !rc && n < 100000; n++) {
		char number[16] = "";
		size_t len = strlen(base), extra = 0;

		if (n > 1)
			extra = (size_t)snprintf(number, sizeof number, "-%u", n);
		if (len + extra > TKT_SLUG_MAX)
			len = TKT_SLUG_MAX - extra;
		while (len > 1 && base[len - 1] == '-')
			len--;
		free(t->slug);
		t->slug = tkt_asprintf("%.*s%s", (int)len, base, number);
		rc = tkt_slug_taken(txn, t->slug, &taken, err);
		if (!taken)
			break;
	}
	tkt_time_stamp(p->now, stamp);
	free(t->id);
	t->id = tkt_asprintf("%s-%s", stamp, t->slug);
	free(base);
	return rc;
}

static int write_ticket(struct tkt_project *p, const struct tkt_create_req *req,
			struct tkt_txn *txn, struct tkt_ticket *t, struct tkt_error *err)
{
	struct tkt_buf body = TKT_BUF_INIT;
	struct tkt_event e;
	char *template = NULL, *slug = NULL;
	const char *text = req->body;
	int rc = 0;

	if (!text && req->template_name) {
		rc = tkt_op_template(p, req->template_name, &template, err);
		text = template;
	}
	if (rc)
		return rc;
	if (text && text[0]) {
		tkt_buf_putc(&body, '\n');
		tkt_buf_puts(&body, text);
		if (body.ptr[body.len - 1] != '\n')
			tkt_buf_putc(&body, '\n');
	}
	tkt_event_make(&e, p, "create", t->title, strlen(t->title));
	if (req->idempotency_key)
		tkt_event_attr_set(&e, TKT_ATTR_IDEMPOTENCY, req->idempotency_key);
	slug = tkt_strdup(t->slug);
	rc = free_slug(txn, p, t, err);
	/* Threads that are equal byte for byte git takes for each other when it follows moved files. */
	if (!rc && strcmp(slug, t->slug) != 0)
		tkt_event_attr_set(&e, "slug", t->slug);
	if (!rc)
		rc = tkt_txn_create(txn, t, body.ptr, &e, 1, err);
	if (!rc)
		tkt_slug_add(txn, t->id);
	tkt_event_release(&e);
	free(slug);
	free(template);
	tkt_buf_release(&body);
	return rc;
}

static void answer(struct tkt_project *p, const char *id, struct tkt_created *out)
{
	struct tkt_buf key = TKT_BUF_INIT, path = TKT_BUF_INIT;
	enum tkt_status status = TKT_OPEN;

	tkt_store_where(p->store, id, &status, NULL);
	tkt_store_key(&key, p->config.prefix, id);
	tkt_store_show_path(p->store, &path, status, id, NULL);
	out->id = tkt_strdup(id);
	out->key = tkt_buf_detach(&key);
	out->path = tkt_buf_detach(&path);
}

static int check_request(struct tkt_project *p, const struct tkt_create_req *req,
			 struct tkt_error *err)
{
	int rc = check_title(p, req->title, err);

	if (!rc && req->body && !tkt_utf8_valid(req->body, strlen(req->body), NULL))
		rc = tkt_error_set(err, TKT_EINVALID, "the body is not valid UTF-8");
	if (!rc && req->body && strlen(req->body) > TKT_ITEM_MAX - TKT_FRONTMATTER_MAX)
		rc = tkt_error_set(err, TKT_EINVALID, "the body is larger than 960 KiB");
	if (!rc && req->idempotency_key)
		rc = tkt_idempotency_check(req->idempotency_key, err);
	return rc;
}

int tkt_op_create(struct tkt_project *p, const struct tkt_create_req *req, struct tkt_created *out,
		  struct tkt_error *err)
{
	struct tkt_txn *txn = NULL;
	struct tkt_ticket t;
	char *id = NULL;
	int rc;

	*out = (struct tkt_created){ NULL, NULL, NULL, false };
	tkt_ticket_init(&t);
	rc = check_request(p, req, err);
	if (!rc)
		rc = tkt_txn_begin(&txn, p->store, err);
	if (!rc && req->idempotency_key)
		rc = find_replay(p, req->idempotency_key, &id, err);
	if (!rc && id) {
		out->replayed = true;
	} else if (!rc) {
		start_ticket(p, req, &t);
		rc = fill(p, req, &t, err);
		if (!rc)
			rc = write_ticket(p, req, txn, &t, err);
		if (!rc)
			id = tkt_strdup(t.id);
	}
	if (!rc)
		answer(p, id, out);
	free(id);
	tkt_ticket_release(&t);
	tkt_txn_free(txn);
	return rc;
}

void tkt_created_release(struct tkt_created *c)
{
	if (!c)
		return;
	free(c->id);
	free(c->key);
	free(c->path);
	*c = (struct tkt_created){ NULL, NULL, NULL, false };
}

int tkt_op_template(struct tkt_project *p, const char *name, char **body, struct tkt_error *err)
{
	struct tkt_buf path = TKT_BUF_INIT, text = TKT_BUF_INIT;
	bool asked = name != NULL;
	int rc;

	if (!name)
		name = "default";
	tkt_buf_printf(&path, "templates/%s.md", name);
	if (!tkt_id_valid(name))
		rc = tkt_error_set(err, TKT_EUSAGE, "'%s' is no name of a template", name);
	else if (!tkt_file_exists(tkt_store_fd(p->store), path.ptr))
		rc = TKT_ENOTFOUND;
	else
		rc = tkt_file_read(tkt_store_fd(p->store), path.ptr, TKT_ITEM_MAX, &text, NULL,
				   err);
	if (rc == TKT_ENOTFOUND && asked) {
		tkt_error_set(err, TKT_ENOTFOUND, "no template '%s/%s'", p->root, path.ptr);
	} else if (rc == TKT_ENOTFOUND) {
		rc = 0;
		tkt_buf_puts(&text, "## Background\n\n\n## Acceptance criteria\n\n- [ ] \n");
	}
	if (!rc)
		*body = tkt_buf_detach(&text);
	tkt_buf_release(&path);
	tkt_buf_release(&text);
	return rc;
}
