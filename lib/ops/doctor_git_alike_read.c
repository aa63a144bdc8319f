/* ops/doctor_git_alike_read: tickets whose threads begin alike, and which events each of them had in a commit.
 *
 * Commits share most of their trees, and such threads most of their bytes: everything is read once, by its name. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "ops/doctor_git_alike_int.h"
#include "ops/doctor_git_merge_int.h"

/* --- events --- */

size_t tkt_alike_event(struct tkt_alike *a, const struct tkt_event *e)
{
	struct tkt_oid name = { .n = 20 };
	struct tkt_sha1 sum;
	size_t number = a->events.n;

	tkt_sha1_init(&sum);
	tkt_sha1_add(&sum, e->kind, strlen(e->kind) + 1);
	tkt_sha1_add(&sum, e->author, strlen(e->author) + 1);
	tkt_sha1_add(&sum, e->at, strlen(e->at) + 1);
	for (size_t i = 0; i < e->attrs.n; i++) {
		tkt_sha1_add(&sum, e->attrs.items[i].key, strlen(e->attrs.items[i].key) + 1);
		tkt_sha1_add(&sum, e->attrs.items[i].value, strlen(e->attrs.items[i].value) + 1);
	}
	tkt_sha1_add(&sum, "", 1);
	tkt_sha1_add(&sum, e->body, e->body_len);
	tkt_sha1_final(&sum, name.bytes);
	if (tkt_oid_map_put(&a->events, &name, number))
		tkt_strv_push(&a->times, e->at);
	else
		tkt_oid_map_get(&a->events, &name, &number);
	return number;
}

bool tkt_alike_has(const struct tkt_alike *a, size_t text, size_t event)
{
	const struct tkt_alike_text *t = text == TKT_ALIKE_NONE ? NULL : &a->texts.items[text];

	for (size_t i = 0; t && i < t->events.n; i++)
		if (t->events.items[i] == event)
			return true;
	return false;
}

static size_t add_text(struct tkt_alike *a, const struct tkt_thread *th)
{
	struct tkt_alike_text t = { { NULL, 0, 0 } };

	for (size_t i = 0; i < th->n; i++) {
		const struct tkt_event *e = &th->items[i];

		if (strcmp(e->kind, "create") == 0 || !tkt_merge_is_whole(e))
			continue;
		TKT_GROW(&t.events);
		t.events.items[t.events.n++] = tkt_alike_event(a, e);
	}
	TKT_GROW(&a->texts);
	a->texts.items[a->texts.n] = t;
	return a->texts.n++;
}

/* --- the work tree --- */

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct tkt_alike_ticket *)a)->id, ((const struct tkt_alike_ticket *)b)->id);
}

static int by_birth(const void *a, const void *b)
{
	const struct tkt_check_birth *x = *(const struct tkt_check_birth *const *)a;
	const struct tkt_check_birth *y = *(const struct tkt_check_birth *const *)b;

	return x->print < y->print ? -1 : x->print > y->print;
}

static void group(struct tkt_alike *a, const struct tkt_findings *f)
{
	const struct tkt_check_birth **sorted = tkt_calloc(f->births.n, sizeof *sorted);

	for (size_t i = 0; i < f->births.n; i++)
		sorted[i] = &f->births.items[i];
	qsort(sorted, f->births.n, sizeof *sorted, by_birth);
	for (size_t i = 0; i < f->births.n; i++) {
		if (!(i && sorted[i - 1]->print == sorted[i]->print) &&
		    !(i + 1 < f->births.n && sorted[i + 1]->print == sorted[i]->print))
			continue;
		TKT_GROW(&a->tickets);
		a->tickets.items[a->tickets.n++] = (struct tkt_alike_ticket){
			.id = sorted[i]->id, .birth = sorted[i]->print, .text = TKT_ALIKE_NONE };
	}
	free(sorted);
	if (a->tickets.n)
		qsort(a->tickets.items, a->tickets.n, sizeof *a->tickets.items, by_id);
}

void tkt_alike_read(struct tkt_alike *a, const struct tkt_findings *births)
{
	if (births->births.n)
		group(a, births);
	for (size_t i = 0; i < a->tickets.n; i++) {
		struct tkt_alike_ticket *t = &a->tickets.items[i];
		struct tkt_merge_one o = { .id = t->id };

		/* Twice: it lies in two places, and that comes first. */
		if (!(i && strcmp(t[-1].id, t->id) == 0) && tkt_merge_read_here(a->d, &o)) {
			t->status = o.status;
			t->text = add_text(a, &o.here.thread);
		}
		tkt_merge_text_release(&o.here);
	}
}

void tkt_alike_release(struct tkt_alike *a)
{
	for (size_t i = 0; i < a->texts.n; i++)
		free(a->texts.items[i].events.items);
	free(a->texts.items);
	free(a->tickets.items);
	free(a->first);
	free(a->here.items);
	free(a->states.items);
	free(a->seen.items);
	free(a->then.items);
	free(a->others.items);
	free(a->tips.items);
	tkt_oid_map_release(&a->copied);
	tkt_oid_map_release(&a->events);
	tkt_strv_release(&a->times);
	tkt_oid_map_release(&a->by_blob);
	tkt_oid_map_release(&a->by_tree);
	tkt_buf_release(&a->scan.bytes);
	tkt_buf_release(&a->files.bytes);
	memset(a, 0, sizeof *a);
}

/* --- a commit --- */

static int read_blob(struct tkt_alike *a, const struct tkt_oid *blob, size_t *text, struct tkt_error *err)
{
	struct tkt_thread th = { NULL, 0, 0, { NULL, 0 } };
	struct tkt_buf bytes = TKT_BUF_INIT;
	enum tkt_git_type type;
	int rc;

	*text = TKT_ALIKE_NONE;
	if (!blob->n || tkt_oid_map_get(&a->by_blob, blob, text))
		return 0;
	rc = tkt_git_object(a->d->g, blob, &type, &bytes, TKT_THREAD_MAX, err);
	if (!rc) {
		tkt_thread_parse(&th, bytes.ptr, bytes.len);
		*text = add_text(a, &th);
		tkt_oid_map_put(&a->by_blob, blob, *text);
	}
	tkt_thread_release(&th);
	tkt_buf_release(&bytes);
	return rc;
}

static int read_ticket(struct tkt_alike *a, const struct tkt_oid *tree, size_t *text, struct tkt_oid *item,
		       struct tkt_error *err)
{
	struct tkt_oid thread;
	int rc;

	if (!item && tkt_oid_map_get(&a->by_tree, tree, text))
		return 0;
	rc = tkt_tips_files(a->d->g, &a->files, tree, item ? item : &(struct tkt_oid){ .n = 0 }, &thread, err);
	if (!rc)
		rc = read_blob(a, &thread, text, err);
	if (!rc)
		tkt_oid_map_put(&a->by_tree, tree, *text);
	return rc;
}

static struct tkt_alike_ticket *find(const struct tkt_alike *a, const char *id)
{
	struct tkt_alike_ticket key = { .id = id };

	return bsearch(&key, a->tickets.items, a->tickets.n, sizeof key, by_id);
}

int tkt_alike_state(struct tkt_alike *a, const struct tkt_oid *commit, struct tkt_oid trees[TKT_STATUS_N], size_t *text,
		    bool *same, struct tkt_error *err)
{
	struct tkt_oid root, before[TKT_STATUS_N];
	struct tkt_tree_entry e;
	int rc = tkt_git_at(a->d->g, commit, tkt_git_facts(a->d->g)->prefix, &root, err);

	memcpy(before, trees, sizeof before);
	if (!rc)
		rc = tkt_tips_status_trees(a->d->g, &a->scan, &root, trees, err);
	*same = !rc && memcmp(before, trees, sizeof before) == 0;
	if (rc || *same)
		return rc;
	for (size_t i = 0; i < a->tickets.n; i++)
		text[i] = TKT_ALIKE_NONE;
	for (int status = 0; status < TKT_STATUS_N && !rc; status++) {
		rc = tkt_tree_open(&a->scan, a->d->g, &trees[status], err);
		while (!rc && tkt_tree_next(&a->scan, &e)) {
			struct tkt_alike_ticket *t = tkt_tree_is_dir(&e) ? find(a, e.name) : NULL;

			if (t)
				rc = read_ticket(a, &e.oid, &text[t - a->tickets.items], NULL, err);
		}
	}
	return rc;
}

int tkt_alike_place(struct tkt_alike *a, const struct tkt_oid *commit, size_t ticket, struct tkt_alike_place *out,
		    struct tkt_error *err)
{
	const char *prefix = tkt_git_facts(a->d->g)->prefix;
	int rc = 0;

	*out = (struct tkt_alike_place){ .text = TKT_ALIKE_NONE };
	for (int status = 0; status < TKT_STATUS_N && !rc; status++) {
		struct tkt_error why = TKT_ERROR_INIT;
		struct tkt_buf path = TKT_BUF_INIT;
		struct tkt_oid tree;

		tkt_buf_printf(&path, "%s%s%s/%s", prefix, *prefix ? "/" : "", tkt_status_name((enum tkt_status)status),
			       a->tickets.items[ticket].id);
		rc = tkt_git_at(a->d->g, commit, path.ptr, &tree, &why);
		if (!rc) {
			out->status = (enum tkt_status)status;
			rc = read_ticket(a, &tree, &out->text, &out->item, &why);
		} else if (rc == TKT_ENOTFOUND) {
			rc = 0;
		}
		if (rc)
			tkt_error_move(err, &why);
		tkt_error_release(&why);
		tkt_buf_release(&path);
	}
	return rc;
}
