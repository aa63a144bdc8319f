/* ops/branches: the tips of all branches, then the files of other worktrees; equal copies are one state. */
#include "ops/branches.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/oid_map.h"
#include "base/str.h"
#include "ops/branches_int.h"
#include "ops/links.h"
#include "sys/file.h"
#include "sys/io.h"
#include "text/ref.h"

#define NO_STATE ((size_t)-1)

struct looking {
	struct tkt_project *p;
	struct tkt_git *g;
	const char *id;
	struct tkt_branches *out;
	struct tkt_branch_copy ours;
	bool has_ours;
	struct tkt_tree_scan scan;
	struct tkt_oid_map roots;   /* of a root: in places */
	struct { struct { size_t state[TKT_STATUS_N]; } *items; size_t n, cap; } places;
	struct tkt_oid_map dirs;    /* of a status directory: in tickets */
	struct tkt_oids tickets;    /* the ticket's tree in it; n 0: not there */
	struct tkt_oid_map copies[TKT_STATUS_N]; /* of a ticket's tree: the state */
};

/* --- states --- */

static struct tkt_branch_state *state_add(struct looking *l, enum tkt_status status)
{
	struct tkt_branches *out = l->out;

	TKT_GROW(&out->states);
	out->states.items[out->states.n] = (struct tkt_branch_state){ .status = status };
	return &out->states.items[out->states.n++];
}

static void state_release(struct tkt_branch_state *s)
{
	free(s->title);
	free(s->assignee);
	free(s->column);
	free(s->updated_at);
	free(s->bad);
	tkt_strv_release(&s->branches);
	tkt_strv_release(&s->fields);
	for (size_t i = 0; i < s->worktrees.n; i++) {
		free(s->worktrees.items[i].path);
		free(s->worktrees.items[i].branch);
	}
	free(s->worktrees.items);
}

/* The state of a copy: one that is there already, or a new one. */
static size_t state_of(struct looking *l, enum tkt_status status, const struct tkt_branch_copy *c, bool here)
{
	struct tkt_branch_state sums, *s;

	tkt_branch_sums(c, &sums);
	for (size_t i = 0; i < l->out->states.n; i++) {
		s = &l->out->states.items[i];
		if (s->status == status && s->unread == !!c->bad && (!s->unread || strcmp(s->bad, c->bad) == 0) &&
		    memcmp(s->item_sum, sums.item_sum, sizeof sums.item_sum) == 0 &&
		    memcmp(s->thread_sum, sums.thread_sum, sizeof sums.thread_sum) == 0)
			return i;
	}
	s = state_add(l, status);
	memcpy(s->item_sum, sums.item_sum, sizeof sums.item_sum);
	memcpy(s->thread_sum, sums.thread_sum, sizeof sums.thread_sum);
	s->here = here;
	s->unread = !!c->bad;
	tkt_branch_describe(&l->p->config, c, l->has_ours ? &l->ours : NULL, s);
	return l->out->states.n - 1;
}

/* --- files on disk --- */

static void read_file(int fd, const char *dir, const char *name, size_t max, struct tkt_buf *out, bool *has, char **bad)
{
	struct tkt_error why = TKT_ERROR_INIT;
	char *path = tkt_asprintf("%s/%s", dir, name);
	int rc = tkt_file_read(fd, path, max, out, NULL, &why);

	*has = rc == 0;
	if (rc && rc != TKT_ENOTFOUND && !*bad)
		*bad = tkt_asprintf("%s: %s", name, why.message ? why.message : "cannot be read");
	tkt_error_release(&why);
	free(path);
}

/* False: the ticket does not lie in that status directory. No link is followed. */
static bool read_disk(int fd, enum tkt_status status, const char *id, struct tkt_branch_copy *c)
{
	char *dir = tkt_asprintf("%s/%s", tkt_status_name(status), id);
	struct stat st;
	bool there = tkt_file_look(fd, dir, &st, NULL) == 0 && S_ISDIR(st.st_mode);

	tkt_branch_copy_init(c);
	if (there) {
		read_file(fd, dir, "item.md", TKT_ITEM_MAX, &c->item, &c->has_item, &c->bad);
		read_file(fd, dir, "thread.md", TKT_THREAD_MAX, &c->thread, &c->has_thread, &c->bad);
		/* What git leaves of a ticket that was moved: directories with nothing in them. */
		there = c->has_item || c->has_thread || c->bad;
	}
	free(dir);
	if (!there)
		tkt_branch_copy_release(c);
	return there;
}

static void look_here(struct looking *l)
{
	int fd = tkt_store_fd(l->p->store);

	for (int status = 0; status < TKT_STATUS_N; status++) {
		struct tkt_branch_copy c;
		size_t at;

		if (!read_disk(fd, (enum tkt_status)status, l->id, &c))
			continue;
		if (l->has_ours) { /* in a second place: doctor knows what to do */
			l->out->states.items[0].split = true;
			at = state_of(l, (enum tkt_status)status, &c, true);
			l->out->states.items[at].split = true;
			tkt_branch_copy_release(&c);
			continue;
		}
		l->ours = c;
		l->has_ours = true;
		state_of(l, (enum tkt_status)status, &l->ours, true);
	}
	l->out->here = l->has_ours;
}

static void add_worktree(struct tkt_branch_state *s, const struct tkt_git_worktree *w)
{
	const char *head = w->head;

	if (head && tkt_starts_with(head, "refs/heads/"))
		head += strlen("refs/heads/");
	TKT_GROW(&s->worktrees);
	s->worktrees.items[s->worktrees.n++] =
		(struct tkt_branch_worktree){ tkt_strdup(w->path), tkt_strdup_null(head) };
}

static void look_at_worktree(struct looking *l, const struct tkt_git_worktree *w)
{
	const char *prefix = tkt_git_facts(l->g)->prefix;
	size_t found[TKT_STATUS_N], n = 0;
	int top = -1, fd = -1;

	if (tkt_dir_open(&top, w->path, NULL) != 0)
		return;
	if (tkt_dir_openat(&fd, top, *prefix ? prefix : ".", NULL) != 0)
		goto out;
	for (int status = 0; status < TKT_STATUS_N; status++) {
		struct tkt_branch_copy c;

		if (!read_disk(fd, (enum tkt_status)status, l->id, &c))
			continue;
		found[n] = state_of(l, (enum tkt_status)status, &c, false);
		add_worktree(&l->out->states.items[found[n++]], w);
		tkt_branch_copy_release(&c);
	}
	for (size_t i = 0; n > 1 && i < n; i++)
		l->out->states.items[found[i]].split = true;
out:
	if (fd >= 0)
		tkt_io_close(fd);
	tkt_io_close(top);
}

static void look_at_worktrees(struct looking *l)
{
	struct tkt_git_worktrees all = { .n = 0 };

	if (tkt_git_worktrees(l->g, &all, NULL) != 0)
		return;
	for (size_t i = 1; i < all.n; i++) /* the first one is this one */
		if (!all.items[i].gone)
			look_at_worktree(l, &all.items[i]);
	tkt_git_worktrees_release(&all);
}

/* --- branches --- */

static int read_blob(struct looking *l, const struct tkt_oid *oid, size_t max, struct tkt_buf *out, bool *has, char **bad,
		     struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	enum tkt_git_type type = TKT_GIT_BLOB;
	int rc;

	*has = false;
	if (!oid->n)
		return 0;
	rc = tkt_git_object(l->g, oid, &type, out, max, &why);
	*has = rc == 0 && type == TKT_GIT_BLOB;
	if (rc && rc != TKT_EINVALID) /* not here at all (a partial clone): that is not the ticket's fault */
		return tkt_error_move(err, &why);
	if (!*has && !*bad)
		*bad = tkt_strdup(why.message ? why.message : "it is no file");
	tkt_error_release(&why);
	return 0;
}

/* The state of a ticket's tree in a status directory. */
static int look_at_ticket(struct looking *l, enum tkt_status status, const struct tkt_oid *tree, size_t *state,
			  struct tkt_error *err)
{
	struct tkt_branch_copy c;
	struct tkt_oid item, thread;
	int rc = 0;

	if (tkt_oid_map_get(&l->copies[status], tree, state))
		return 0;
	tkt_branch_copy_init(&c);
	rc = tkt_tips_files(l->g, &l->scan, tree, &item, &thread, err);
	if (!rc)
		rc = read_blob(l, &item, TKT_ITEM_MAX, &c.item, &c.has_item, &c.bad, err);
	if (!rc)
		rc = read_blob(l, &thread, TKT_THREAD_MAX, &c.thread, &c.has_thread, &c.bad, err);
	if (!rc) {
		struct tkt_branch_state *s;

		*state = state_of(l, status, &c, false);
		s = &l->out->states.items[*state];
		if (!s->item.n && !s->thread.n) {
			s->item = item;
			s->thread = thread;
		}
		tkt_oid_map_put(&l->copies[status], tree, *state);
	}
	tkt_branch_copy_release(&c);
	return rc;
}

/* The ticket's tree in a status directory, once a directory. */
static int look_at_dir(struct looking *l, const struct tkt_oid *dir, struct tkt_oid *ticket, struct tkt_error *err)
{
	struct tkt_tree_entry e;
	size_t at;
	int rc;

	memset(ticket, 0, sizeof *ticket);
	if (tkt_oid_map_get(&l->dirs, dir, &at)) {
		*ticket = l->tickets.items[at];
		return 0;
	}
	rc = tkt_tree_open(&l->scan, l->g, dir, err);
	while (!rc && !ticket->n && tkt_tree_next(&l->scan, &e))
		if (tkt_tree_is_dir(&e) && strcmp(e.name, l->id) == 0)
			*ticket = e.oid;
	if (!rc && tkt_oid_map_put(&l->dirs, dir, l->tickets.n))
		tkt_oids_push(&l->tickets, ticket);
	return rc;
}

static int look_at_root(struct looking *l, const struct tkt_oid *root, size_t *place, struct tkt_error *err)
{
	struct tkt_oid dirs[TKT_STATUS_N], ticket;
	size_t states[TKT_STATUS_N], n = 0;
	int rc = 0;

	if (tkt_oid_map_get(&l->roots, root, place))
		return 0;
	rc = tkt_tips_status_trees(l->g, &l->scan, root, dirs, err);
	for (int status = 0; !rc && status < TKT_STATUS_N; status++) {
		states[status] = NO_STATE;
		rc = look_at_dir(l, &dirs[status], &ticket, err);
		if (!rc && ticket.n)
			rc = look_at_ticket(l, (enum tkt_status)status, &ticket, &states[status], err);
		n += states[status] != NO_STATE;
	}
	if (rc)
		return rc;
	TKT_GROW(&l->places);
	for (int status = 0; status < TKT_STATUS_N; status++) {
		l->places.items[l->places.n].state[status] = states[status];
		if (n > 1 && states[status] != NO_STATE)
			l->out->states.items[states[status]].split = true;
	}
	*place = l->places.n++;
	tkt_oid_map_put(&l->roots, root, *place);
	return 0;
}

static void not_known(struct tkt_branches *out, const char *why)
{
	out->known = false;
	if (!out->why)
		out->why = tkt_strdup(why ? why : "the repository cannot be read");
}

/* A branch with objects that are not here (a partial or broken clone) is told of, and hides no other. */
static int look_at_tip(struct looking *l, const struct tkt_tip *tip, struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	size_t place = 0;
	bool found = false;
	int rc = tip->root.n ? look_at_root(l, &tip->root, &place, &why) : 0;

	if (rc && why.message && strcmp(why.message, "interrupted") == 0)
		return tkt_error_move(err, &why);
	if (rc) {
		not_known(l->out, why.message);
		tkt_error_release(&why);
		return 0;
	}
	for (int status = 0; tip->root.n && status < TKT_STATUS_N; status++) {
		size_t state = l->places.items[place].state[status];

		if (state == NO_STATE)
			continue;
		tkt_strv_push(&l->out->states.items[state].branches, tip->name);
		found = true;
	}
	if (!found)
		tkt_strv_push(&l->out->without, tip->name);
	l->out->looked++;
	return 0;
}

/* --- the whole --- */

/* REF -> id. A ticket that lies in two places here is no hindrance. */
static int resolve(struct looking *l, const struct tkt_tips *tips, const char *ref, char **id, struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	enum tkt_status status;
	int rc = tkt_store_where(l->p->store, ref, &status, NULL);

	if (rc == 0 || rc == TKT_EAMBIGUOUS) {
		*id = tkt_strdup(ref);
		return 0;
	}
	rc = tkt_project_resolve(l->p, ref, id, &why);
	if (rc == TKT_ENOTFOUND && l->g) {
		rc = tkt_branches_find(l->p, l->g, tips, ref, id, err);
		if (rc == TKT_ENOTFOUND && tkt_id_valid(ref)) {
			*id = tkt_strdup(ref); /* perhaps on disk in another worktree */
			rc = 0;
		} else if (rc != TKT_ENOTFOUND) {
			tkt_error_release(&why);
			return rc;
		}
	}
	if (rc)
		return tkt_error_move(err, &why);
	tkt_error_release(&why);
	return 0;
}

static void name_it(struct looking *l)
{
	struct tkt_buf key = TKT_BUF_INIT;
	const char *title = l->out->states.n ? l->out->states.items[0].title : NULL;

	tkt_store_key(&key, l->p->config.prefix, l->id);
	l->out->id = tkt_strdup(l->id);
	l->out->key = tkt_buf_detach(&key);
	l->out->title = tkt_strdup(title ? title : "");
}

static int open_tips(struct looking *l, bool all, struct tkt_tips *tips, struct tkt_error *err)
{
	struct tkt_error why = TKT_ERROR_INIT;
	int rc = tkt_project_git(l->p, &l->g, &why);

	l->out->known = rc == 0;
	if (!rc)
		rc = tkt_tips_read(l->g, all ? 0 : TKT_BRANCHES_MAX, tips, &why);
	if (rc && why.message && strcmp(why.message, "interrupted") == 0)
		return tkt_error_move(err, &why);
	if (rc)
		not_known(l->out, why.message);
	else if (tips->unread)
		not_known(l->out, tips->why);
	l->out->left_out = tips->left_out;
	tkt_error_release(&why);
	return 0;
}

static int look(struct looking *l, const char *ref, const struct tkt_tips *tips, struct tkt_error *err)
{
	char *id = NULL;
	int rc = resolve(l, tips, ref, &id, err);

	l->id = id;
	if (!rc)
		look_here(l);
	for (size_t i = 0; !rc && i < tips->n; i++)
		rc = look_at_tip(l, &tips->items[i], err);
	if (!rc && l->g)
		look_at_worktrees(l);
	if (!rc && !l->out->states.n)
		rc = tkt_error_set(err, TKT_ENOTFOUND, "no ticket '%s', here or on another branch", ref);
	if (!rc)
		name_it(l);
	free(id);
	return rc;
}

int tkt_op_branches(struct tkt_project *p, const char *ref, bool all, struct tkt_branches *out, struct tkt_error *err)
{
	struct looking l = { .p = p, .out = out, .scan = { .bytes = TKT_BUF_INIT } };
	struct tkt_tips tips = { .n = 0 };
	int rc;

	memset(out, 0, sizeof *out);
	tkt_branch_copy_init(&l.ours);
	rc = open_tips(&l, all, &tips, err);
	if (!rc)
		rc = look(&l, ref, &tips, err);
	tkt_tips_release(&tips);
	tkt_branch_copy_release(&l.ours);
	tkt_buf_release(&l.scan.bytes);
	tkt_oid_map_release(&l.roots);
	tkt_oid_map_release(&l.dirs);
	tkt_oids_release(&l.tickets);
	free(l.places.items);
	for (int status = 0; status < TKT_STATUS_N; status++)
		tkt_oid_map_release(&l.copies[status]);
	if (rc)
		tkt_branches_release(out);
	return rc;
}

void tkt_branches_release(struct tkt_branches *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->states.n; i++)
		state_release(&b->states.items[i]);
	free(b->states.items);
	tkt_strv_release(&b->without);
	free(b->id);
	free(b->key);
	free(b->title);
	free(b->why);
	memset(b, 0, sizeof *b);
}
