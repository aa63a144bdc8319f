/* store/check_fix_split: a conflict between two tickets, since git guesses by likeness what was moved where.
 *
 * item.md says which ticket it is. A thread does not: it belongs to the ticket whose thread holds the same `create`
 * event. What belongs to the directory stays; what does not goes home, and is merged there. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_fix_int.h"
#include "sys/file.h"
#include "text/marks.h"
#include "text/merge.h"
#include "text/ref.h"

static struct tkt_str str_of(const struct tkt_buf *b)
{
	return (struct tkt_str){ b->ptr, b->len };
}

/* --- whose is it? --- */

/* The `create` events that only one of two threads has. */
static bool holds_like(const struct tkt_thread *th, const struct tkt_event *e)
{
	for (size_t i = 0; i < th->n; i++)
		if (tkt_event_same(&th->items[i], e))
			return true;
	return false;
}

static const struct tkt_event *own_create(const struct tkt_thread *th, const struct tkt_thread *other)
{
	for (size_t i = 0; i < th->n; i++)
		if (strcmp(th->items[i].kind, "create") == 0 && !holds_like(other, &th->items[i]))
			return &th->items[i];
	return NULL;
}

/* The one other ticket whose thread holds the event; where two say so, nobody knows. */
static bool owner_of(struct tkt_fix *f, const struct tkt_event *e, char **id)
{
	struct tkt_buf path = TKT_BUF_INIT, text = TKT_BUF_INIT;
	struct tkt_names names = { 0 };
	size_t found = 0;

	if (tkt_store_names(f->s, (1u << TKT_STATUS_N) - 1, &names, NULL) != 0)
		f->refused = true;
	for (size_t i = 0; i < names.n && !f->refused; i++) {
		struct tkt_thread th;

		if (strcmp(names.items[i].id, f->id) == 0 || (*id && strcmp(names.items[i].id, *id) == 0))
			continue;
		tkt_buf_reset(&path);
		tkt_buf_reset(&text);
		tkt_store_path(&path, names.items[i].status, names.items[i].id, "thread.md");
		if (tkt_file_read(f->s->fd, path.ptr, TKT_THREAD_MAX, &text, NULL, NULL) != 0)
			continue;
		tkt_thread_parse(&th, text.ptr, text.len);
		if (holds_like(&th, e) && found++ == 0)
			*id = tkt_strdup(names.items[i].id);
		tkt_thread_release(&th);
	}
	tkt_names_release(&names);
	tkt_buf_release(&path);
	tkt_buf_release(&text);
	if (found > 1)
		f->refused = true;
	return found == 1;
}

struct strangers {
	char *ours, *theirs; /* ids of the other tickets that the sides belong to, or NULL */
};

static void threads_owners(struct tkt_fix *f, const struct tkt_sides *s, struct strangers *out)
{
	struct tkt_thread a, b;
	const struct tkt_event *x, *y;

	tkt_thread_parse(&a, s->ours.ptr, s->ours.len);
	tkt_thread_parse(&b, s->theirs.ptr, s->theirs.len);
	x = own_create(&a, &b);
	y = own_create(&b, &a);
	if (x)
		owner_of(f, x, &out->ours);
	if (y)
		owner_of(f, y, &out->theirs);
	tkt_thread_release(&a);
	tkt_thread_release(&b);
}

static void items_owners(const struct tkt_fix *f, const struct tkt_sides *s, struct strangers *out)
{
	out->ours = tkt_fix_value(str_of(&s->ours), "id");
	out->theirs = tkt_fix_value(str_of(&s->theirs), "id");
	if (out->ours && strcmp(out->ours, f->id) == 0) {
		free(out->ours);
		out->ours = NULL;
	}
	if (out->theirs && strcmp(out->theirs, f->id) == 0) {
		free(out->theirs);
		out->theirs = NULL;
	}
}

/* --- home --- */

/* The file of the ticket where its item.md lies; in two directories, nowhere. */
static bool home_of(struct tkt_fix *f, const char *id, const char *name, struct tkt_buf *path)
{
	struct tkt_error why = TKT_ERROR_INIT;
	enum tkt_status status = TKT_OPEN;
	bool ok = tkt_id_valid(id) && tkt_store_where(f->s, id, &status, &why) == 0;

	if (ok)
		tkt_store_path(path, status, id, name);
	tkt_error_release(&why);
	return ok;
}

static bool join_home(struct tkt_buf *out, bool item, const struct tkt_sides *s, struct tkt_str home, struct tkt_str stray)
{
	struct tkt_merge m = { { "", 0 }, home, stray };
	struct tkt_strv conflicts = TKT_STRV_INIT;
	struct tkt_buf none = TKT_BUF_INIT;
	char *base = NULL, *id = tkt_fix_value(stray, "id");
	bool ok, whole = false;

	if (item && s->has_base)
		base = tkt_fix_value(str_of(&s->base), "id");
	if (!item) {
		ok = tkt_fix_union(out, home, stray, &whole) && whole;
	} else if (base && id && strcmp(base, id) == 0) {
		m.base = str_of(&s->base);
		tkt_merge_item(out, &m, &conflicts);
		ok = true; /* what contradicts is left there, between markers, as a driver would */
	} else {
		ok = tkt_fix_item(out, home, str_of(&none), stray, str_of(&none));
	}
	tkt_strv_release(&conflicts);
	tkt_buf_release(&none);
	free(base);
	free(id);
	return ok;
}

static void send_home(struct tkt_fix *f, const char *path, const struct tkt_buf *text, const struct tkt_sides *s,
		      bool ours_strays, const char *id)
{
	const struct tkt_buf *stray = ours_strays ? &s->ours : &s->theirs, *stays = ours_strays ? &s->theirs : &s->ours;
	const char *name = strrchr(path, '/') + 1;
	struct tkt_buf home = TKT_BUF_INIT, old = TKT_BUF_INIT, made = TKT_BUF_INIT;

	if (!home_of(f, id, name, &home) || !tkt_fix_read(f, home.ptr, &old) || !tkt_check_editable(str_of(&old)) ||
	    !tkt_check_editable(str_of(stays)) || !tkt_check_editable(str_of(stray)) ||
	    !join_home(&made, strcmp(name, "item.md") == 0, s, str_of(&old), str_of(stray))) {
		f->refused = true;
		goto out;
	}
	tkt_fix_write(f, path, text, stays);
	if (made.len != old.len || memcmp(made.ptr, old.ptr, old.len) != 0)
		tkt_fix_write(f, home.ptr, &old, &made);
	tkt_findings_add(&f->done, "T022", f->id, path, 0, NULL, "what belongs to ticket '%s' went to %s", id, home.ptr);
out:
	tkt_buf_release(&home);
	tkt_buf_release(&old);
	tkt_buf_release(&made);
}

bool tkt_fix_strangers(struct tkt_fix *f, const char *path, const struct tkt_buf *text, const struct tkt_sides *s)
{
	const char *name = strrchr(path, '/') + 1;
	struct strangers who = { NULL, NULL };
	bool two;

	if (strcmp(name, "thread.md") == 0)
		threads_owners(f, s, &who);
	else if (strcmp(name, "item.md") == 0)
		items_owners(f, s, &who);
	two = who.ours || who.theirs;
	if (who.ours && who.theirs)
		f->refused = true; /* neither belongs here */
	else if (two && !f->refused)
		send_home(f, path, text, s, who.ours != NULL, who.ours ? who.ours : who.theirs);
	free(who.ours);
	free(who.theirs);
	return two;
}
