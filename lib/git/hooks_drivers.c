/* git/hooks: the merge drivers in a repository's configuration, by git itself: it knows how to write its files. */
#include "git/hooks_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/proc.h"

#define ANSWER_MAX 65536

/* Where tkt is not found, an ordinary merge with markers: with the bare command git leaves ours, and says conflict. */
#define COMMAND(what) \
	"if command -v tkt >/dev/null 2>&1; then tkt merge-" what " %O %A %B %P; else git merge-file %A %O %B; fi"

static const struct {
	const char *name, *title, *word, *command;
} known[TKT_DRIVERS_N] = {
	{ "tkt-item", "tickets by key", "tkt merge-item ", COMMAND("item") },
	{ "tkt-thread", "threads by event", "tkt merge-thread ", COMMAND("thread") },
};

const char *tkt_driver_state_name(enum tkt_driver_state state)
{
	static const char *const words[] = { "absent", "registered", "other", "unknown" };

	return words[state];
}

/* git config, of the repository's own file or (file NULL) as it counts in top. *value: owned, NULL: not set. */
static int ask(const char *program, const char *top, const char *file, const char *key, char **value, struct tkt_error *err)
{
	const char *own[] = { program, "config", "--file", file, "--get", key, NULL };
	const char *any[] = { program, "-C", top, "config", "--get", key, NULL };
	struct tkt_buf out = TKT_BUF_INIT;
	int status = -1, rc;

	*value = NULL;
	rc = tkt_proc_run((char *const *)(file ? own : any), &out, ANSWER_MAX, &status, err);
	if (!rc && status > 1)
		rc = tkt_error_set(err, TKT_EIO, "cannot read '%s': git config ends with status %d", key, status);
	if (!rc && status == 0) {
		if (out.len && out.ptr[out.len - 1] == '\n')
			tkt_buf_truncate(&out, out.len - 1);
		*value = tkt_buf_detach(&out);
	}
	tkt_buf_release(&out);
	return rc;
}

static char *config_path(const struct tkt_git_facts *facts)
{
	return tkt_asprintf("%s/config", facts->common_dir);
}

int tkt_drivers_look(struct tkt_driver out[TKT_DRIVERS_N], const struct tkt_git_facts *facts, const char *program,
		     struct tkt_error *err)
{
	char *file = config_path(facts);
	int rc = 0;

	memset(out, 0, TKT_DRIVERS_N * sizeof *out);
	for (size_t i = 0; !rc && i < TKT_DRIVERS_N; i++) {
		struct tkt_driver *d = &out[i];
		char *key = tkt_asprintf("merge.%s.driver", known[i].name), *own = NULL;

		d->name = known[i].name;
		d->command = known[i].command;
		d->state = TKT_DRIVER_UNKNOWN;
		if (program) {
			rc = ask(program, facts->top, NULL, key, &d->value, err);
			if (!rc)
				rc = ask(program, facts->top, file, key, &own, err);
			d->ours = own && strcmp(own, d->command) == 0;
			d->state = !d->value                        ? TKT_DRIVER_ABSENT :
				   strstr(d->value, known[i].word) ? TKT_DRIVER_REGISTERED :
								     TKT_DRIVER_OTHER;
		}
		free(own);
		free(key);
	}
	free(file);
	if (rc)
		tkt_drivers_release(out);
	return rc;
}

void tkt_drivers_release(struct tkt_driver drivers[TKT_DRIVERS_N])
{
	for (size_t i = 0; i < TKT_DRIVERS_N; i++)
		free(drivers[i].value);
	memset(drivers, 0, TKT_DRIVERS_N * sizeof *drivers);
}

/* value NULL: takes the key out, and with the last key of a section the section, as long as nothing else stands there. */
static int set(const char *program, const char *file, const char *key, const char *value, struct tkt_error *err)
{
	const char *argv[] = { program, "config", "--file", file, value ? key : "--unset", value ? value : key, NULL };
	struct tkt_buf out = TKT_BUF_INIT;
	int status = -1;
	int rc = tkt_proc_run((char *const *)argv, &out, ANSWER_MAX, &status, err);

	if (!rc && status != 0)
		rc = tkt_error_set(err, TKT_EIO, "cannot write '%s' into '%s': git config ends with status %d", key, file, status);
	tkt_buf_release(&out);
	return rc;
}

/* git leaves the head of an empty section where a comment stands before it. Gone with it must be nothing else: the
 * next line is another section, or there is none. */
static bool is_empty_section(const char *file, const char *name)
{
	char *head = tkt_asprintf("[merge \"%s\"]", name);
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_str line, next;
	bool empty = false;
	size_t pos = 0, after, heads = 0;

	if (tkt_hook_text(file, &text)) {
		struct tkt_str all = { text.ptr, text.len };

		while (tkt_str_line(all, &pos, &line)) {
			if (!tkt_str_eq(line, head))
				continue;
			heads++;
			after = pos;
			empty = !tkt_str_line(all, &after, &next) || (next.len && next.ptr[0] == '[');
		}
	}
	tkt_buf_release(&text);
	free(head);
	return empty && heads == 1;
}

static int remove_section(const char *program, const char *file, const char *name, struct tkt_error *err)
{
	char *section = tkt_asprintf("merge.%s", name);
	int rc = set(program, file, "--remove-section", section, err);

	free(section);
	return rc;
}

int tkt_driver_set(const struct tkt_driver *d, const struct tkt_git_facts *facts, const char *program, bool on,
		   struct tkt_error *err)
{
	size_t i = strcmp(d->name, known[0].name) == 0 ? 0 : 1;
	char *file = config_path(facts), *title = NULL;
	char *key = tkt_asprintf("merge.%s.driver", d->name), *name = tkt_asprintf("merge.%s.name", d->name);
	int rc = ask(program, facts->top, file, name, &title, err);

	if (!rc && on && !title)
		rc = set(program, file, name, known[i].title, err);
	if (!rc && on)
		rc = set(program, file, key, d->command, err);
	if (!rc && !on && d->ours)
		rc = set(program, file, key, NULL, err);
	if (!rc && !on && title && strcmp(title, known[i].title) == 0)
		rc = set(program, file, name, NULL, err);
	if (!rc && !on && is_empty_section(file, d->name))
		rc = remove_section(program, file, d->name, err);
	free(title);
	free(name);
	free(key);
	free(file);
	return rc;
}
