/* out_hooks: the hooks of a repository: what is there, what was or would be done, and what a person has to add. */
#include "out.h"

#include "base/mem.h"
#include "base/str.h"
#include "term.h"

static const char *plan_word(enum tkt_hook_step step)
{
	static const char *const words[] = { "-", "keep", "write", "chain", "renew", "remove", "restore", "leave", "managed" };

	return words[step];
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What is to be said beside the word. */
static void note(struct tkt_buf *b, const struct tkt_hooks_answer *a, size_t i, enum tkt_hooks_action action)
{
	const struct tkt_hook *h = &a->hooks.items[i];
	enum tkt_hook_step step = a->done[i];

	if (a->why[i])
		tkt_buf_puts(b, a->why[i]);
	else if (action == TKT_HOOKS_UNINSTALL && h->named && !h->aside)
		tkt_buf_printf(b, "%s still calls tkt: its file is yours to edit", h->manager);
	else if (h->state == TKT_HOOK_MANAGED && action != TKT_HOOKS_UNINSTALL)
		tkt_buf_printf(b, "%s%s", h->manager,
			       h->calls ? ", calls tkt" : h->named ? ", but it does not run yet" : "");
	else if (step == TKT_HOOK_CHAIN || (step == TKT_HOOK_KEEP && h->before))
		tkt_buf_printf(b, "%s.before-tkt runs first", h->name);
	else if (action != TKT_HOOKS_UNINSTALL && h->before)
		tkt_buf_printf(b, "%s runs first", base_name(h->before));
	else if (step == TKT_HOOK_RESTORE)
		tkt_buf_puts(b, "what was there before");
}

/* --- the lines to add ------------------------------------------------------------------------------ */

/* What has to be known of the place in FILE. */
static const char *place_of(const struct tkt_hook *h, const char *file)
{
	const char *m = h->manager;

	return strcmp(m, "pre-commit") == 0                  ? ", to the list below 'repos:', as far to the right as what is there" :
	       strcmp(m, "lefthook") == 0                    ? "; where a hook of the name stands already, to its commands" :
	       strcmp(file, "package.json") == 0             ? ", at the beginning of \"simple-git-hooks\"" :
	       strcmp(m, "core.hooksPath") == 0 || strcmp(m, "link") == 0 ? " (git runs it if it is executable)" :
								       "";
}

/* "Add to FILE:" with the lines for every managed hook that does not call us yet. They are to be copied as they stand. */
static void lines_to_add(struct tkt_buf *out, const struct tkt_hooks_answer *a)
{
	struct tkt_buf then = TKT_BUF_INIT;
	char *last = tkt_strdup("");
	bool wait = false;

	for (size_t i = 0; i < TKT_HOOKS_N; i++) {
		const struct tkt_hook *h = &a->hooks.items[i];
		struct tkt_buf text = TKT_BUF_INIT;
		const char *file;

		wait = wait || (a->done[i] == TKT_HOOK_TELL && !h->calls);
		if (a->done[i] == TKT_HOOK_TELL && !h->named) {
			tkt_hook_line(&a->hooks, i, &text, &file);
			if (strcmp(last, file) != 0) {
				tkt_buf_puts(out, "Add to ");
				out_field(out, file);
				tkt_buf_printf(out, "%s:\n", place_of(h, file));
				free(last);
				last = tkt_strdup(file);
			}
			tkt_buf_add(out, text.ptr, text.len);
		}
		tkt_buf_release(&text);
	}
	if (wait)
		tkt_hook_after(&a->hooks, &then);
	if (then.len)
		tkt_buf_printf(out, "Then run: %s\n", then.ptr);
	tkt_buf_release(&then);
	free(last);
}

/* --- the three views ------------------------------------------------------------------------------- */

/* Where something was or would be done, owned: taking out concerns our own directory, whatever core.hooksPath says. */
static char *path_of(const struct tkt_hooks_answer *a, size_t i, enum tkt_hooks_action action)
{
	const struct tkt_hook *h = &a->hooks.items[i];

	return action == TKT_HOOKS_UNINSTALL ? tkt_asprintf("%s/%s", a->hooks.dir, h->name) : tkt_strdup(h->path);
}

static struct tkt_json *json_hook(const struct tkt_hooks_answer *a, size_t i, enum tkt_hooks_action action)
{
	const struct tkt_hook *h = &a->hooks.items[i];
	struct tkt_json *o = tkt_json_object(), *add = NULL;
	struct tkt_buf text = TKT_BUF_INIT;
	char *path = path_of(a, i, action);
	const char *file;

	if (h->state == TKT_HOOK_MANAGED && !h->named) {
		tkt_hook_line(&a->hooks, i, &text, &file);
		add = tkt_json_object();
		tkt_json_set(add, "file", tkt_json_string(file));
		tkt_json_set(add, "text", tkt_json_string(text.ptr));
	}
	tkt_json_set(o, "name", tkt_json_string(h->name));
	tkt_json_set(o, "path", tkt_json_string(path));
	tkt_json_set(o, "state", tkt_json_string(tkt_hook_state_name(h->state)));
	tkt_json_set(o, "manager", tkt_json_string(h->manager));
	tkt_json_set(o, "calls", tkt_json_bool(h->calls || h->state == TKT_HOOK_INSTALLED || h->state == TKT_HOOK_CHAINED ||
					       h->state == TKT_HOOK_OUTDATED));
	tkt_json_set(o, "chained", tkt_json_string(h->before));
	tkt_json_set(o, "done", tkt_json_string(tkt_hook_step_name(a->done[i])));
	tkt_json_set(o, "why", tkt_json_string(a->why[i]));
	tkt_json_set(o, "add", add ? add : tkt_json_null());
	tkt_buf_release(&text);
	free(path);
	return o;
}

static void json_hooks(struct cli *c, const struct tkt_hooks_answer *a, enum tkt_hooks_action action, bool plan)
{
	static const char *const actions[] = { "status", "install", "uninstall" };
	struct tkt_json *data = tkt_json_object(), *hooks = tkt_json_array(), *drivers = tkt_json_array();

	for (size_t i = 0; i < TKT_HOOKS_N; i++)
		tkt_json_push(hooks, json_hook(a, i, action));
	for (size_t i = 0; i < TKT_DRIVERS_N; i++) {
		struct tkt_json *o = tkt_json_object();

		tkt_json_set(o, "name", tkt_json_string(a->drivers[i].name));
		tkt_json_set(o, "state", tkt_json_string(tkt_driver_state_name(a->drivers[i].state)));
		tkt_json_set(o, "command", tkt_json_string(a->drivers[i].value));
		tkt_json_set(o, "done", tkt_json_string(tkt_hook_step_name(a->drivers_done[i])));
		tkt_json_push(drivers, o);
	}
	tkt_json_set(data, "action", tkt_json_string(actions[action]));
	tkt_json_set(data, "dry_run", tkt_json_bool(plan));
	tkt_json_set(data, "top", tkt_json_string(a->top));
	tkt_json_set(data, "directory", tkt_json_string(a->hooks.dir));
	tkt_json_set(data, "hooks_path", tkt_json_string(a->hooks.hooks_path));
	tkt_json_set(data, "hooks", hooks);
	tkt_json_set(data, "merge_drivers", tkt_json_string(tkt_driver_state_name(tkt_hooks_drivers(a))));
	tkt_json_set(data, "drivers", drivers);
	tkt_json_set(data, "attributes", tkt_json_bool(!a->no_attributes));
	out_json(c, "hooks", data);
}

static void line_hooks(struct cli *c, const struct tkt_hooks_answer *a, enum tkt_hooks_action action, bool plan)
{
	for (size_t i = 0; i < TKT_HOOKS_N; i++) {
		const struct tkt_hook *h = &a->hooks.items[i];
		struct tkt_buf words = TKT_BUF_INIT;
		char *path = path_of(a, i, action);

		note(&words, a, i, action);
		tkt_buf_printf(&c->out, "%s\t%s\t", h->name,
			       action == TKT_HOOKS_STATUS ? tkt_hook_state_name(h->state) :
			       plan                       ? plan_word(a->done[i]) :
							    tkt_hook_step_name(a->done[i]));
		out_field(&c->out, path);
		tkt_buf_printf(&c->out, "\t%s\n", words.ptr);
		free(path);
		tkt_buf_release(&words);
	}
	for (size_t i = 0; i < TKT_DRIVERS_N; i++) {
		const struct tkt_driver *d = &a->drivers[i];

		if (action != TKT_HOOKS_STATUS && a->drivers_done[i] == TKT_HOOK_NOTHING)
			continue;
		tkt_buf_printf(&c->out, "merge.%s.driver\t%s\t", d->name,
			       action == TKT_HOOKS_STATUS ? tkt_driver_state_name(d->state) :
			       plan                       ? plan_word(a->drivers_done[i]) :
							    tkt_hook_step_name(a->drivers_done[i]));
		out_field(&c->out, a->hooks.common_dir);
		tkt_buf_puts(&c->out, "/config\t");
		out_field(&c->out, d->value);
		tkt_buf_putc(&c->out, '\n');
	}
}

static enum paint step_paint(enum tkt_hook_step step)
{
	return step == TKT_HOOK_LEAVE                             ? PAINT_BAD :
	       step == TKT_HOOK_TELL                              ? PAINT_WARN :
	       step == TKT_HOOK_NOTHING || step == TKT_HOOK_KEEP ? PAINT_DIM :
								   PAINT_OK;
}

static enum paint state_paint(const struct tkt_hook *h)
{
	switch (h->state) {
	case TKT_HOOK_INSTALLED:
	case TKT_HOOK_CHAINED:
		return PAINT_OK;
	case TKT_HOOK_FREE:
	case TKT_HOOK_OTHER:
		return PAINT_DIM;
	case TKT_HOOK_OUTDATED:
	case TKT_HOOK_MANAGED:
		break;
	}
	return h->calls ? PAINT_OK : PAINT_WARN;
}

/* What a hook is for, in the order of the hooks: a person is told where there is nothing else to tell. */
static const char *const purposes[TKT_HOOKS_N] = {
	"puts the ticket of the branch into messages",
	"checks the tickets named in messages",
	"brings the index up to date",
	"brings the index up to date",
	"brings the index up to date",
	"runs tkt doctor",
};

static void human_hooks(struct cli *c, const struct tkt_hooks_answer *a, enum tkt_hooks_action action, bool plan)
{
	struct table_col cols[] = { { .head = "HOOK" },
				    { .head = action == TKT_HOOKS_STATUS ? "STATE" : plan ? "WILL BE" : "DONE" },
				    { .head = "", .flags = COL_FLEX, .min = 20 } };
	struct table t = { .cols = cols, .n_cols = TKT_LEN(cols) };
	bool status = action == TKT_HOOKS_STATUS;

	out_field(&c->out, a->hooks.hooks_path && action != TKT_HOOKS_UNINSTALL ? a->hooks.hooks_path : a->hooks.dir);
	tkt_buf_puts(&c->out, "\n");
	for (size_t i = 0; i < TKT_HOOKS_N; i++) {
		const struct tkt_hook *h = &a->hooks.items[i];
		struct tkt_buf words = TKT_BUF_INIT;

		note(&words, a, i, action);
		if (!words.len && (status ? h->state == TKT_HOOK_INSTALLED : action == TKT_HOOKS_INSTALL))
			tkt_buf_puts(&words, purposes[i]);
		table_add(&t, PAINT_KEY, h->name);
		if (status)
			table_add(&t, state_paint(h), tkt_hook_state_name(h->state));
		else
			table_add(&t, step_paint(a->done[i]), plan ? plan_word(a->done[i]) : tkt_hook_step_name(a->done[i]));
		table_add(&t, PAINT_DIM, words.ptr);
		tkt_buf_release(&words);
	}
	for (size_t i = 0; i < TKT_DRIVERS_N; i++) {
		const struct tkt_driver *d = &a->drivers[i];
		char *name = tkt_asprintf("merge.%s.driver", d->name);

		if (status || a->drivers_done[i] != TKT_HOOK_NOTHING) {
			table_add(&t, PAINT_KEY, name);
			table_add(&t, step_paint(a->drivers_done[i]),
				  status ? tkt_driver_state_name(d->state) :
				  plan   ? plan_word(a->drivers_done[i]) :
					   tkt_hook_step_name(a->drivers_done[i]));
			table_add(&t, PAINT_DIM, plan && a->drivers_done[i] == TKT_HOOK_WRITE ? d->command : d->value);
		}
		free(name);
	}
	table_print(c, &t);
	table_release(&t);
	if (action == TKT_HOOKS_INSTALL && !a->hooks.hooks_path && !a->hooks.manager_file)
		tkt_buf_puts(&c->out, "'tkt hooks uninstall' takes them out, and gives back what was there before.\n");
}

static void warn(struct cli *c, const struct tkt_hooks_answer *a)
{
	bool asked = false;

	for (size_t i = 0; i < TKT_DRIVERS_N; i++) {
		asked = asked || a->drivers_done[i] == TKT_HOOK_WRITE || a->drivers_done[i] == TKT_HOOK_KEEP;
		if (a->drivers_done[i] == TKT_HOOK_LEAVE)
			cli_warn(c, "merge.%s.driver was left as it is: it runs another command", a->drivers[i].name);
	}
	if (asked && a->no_attributes)
		cli_warn(c, "no .gitattributes names the merge drivers: 'tkt init' writes one into work-items/ where there is none; "
			    "else add 'item.md merge=tkt-item' and 'thread.md merge=tkt-thread'");
	for (size_t i = 0; i < TKT_HOOKS_N; i++)
		if (a->why[i])
			cli_warn(c, "%s was left as it is: %s", a->hooks.items[i].name, a->why[i]);
}

void out_hooks(struct cli *c, const struct tkt_hooks_answer *a, enum tkt_hooks_action action, bool plan)
{
	if (c->g.quiet && c->view != VIEW_JSON && action != TKT_HOOKS_STATUS) {
		warn(c, a);
		return;
	}
	if (c->view == VIEW_JSON) {
		warn(c, a);
		json_hooks(c, a, action, plan);
	} else if (c->view == VIEW_HUMAN) {
		human_hooks(c, a, action, plan);
		lines_to_add(&c->out, a);
		warn(c, a);
	} else { /* the table stays a table */
		line_hooks(c, a, action, plan);
		lines_to_add(&c->late, a);
		warn(c, a);
	}
}
