/* cmd_table: the one table of commands, and the options that all of them share. */
#include "cmd.h"

#include "base/mem.h"
#include "base/str.h"

const struct cmd *const cmd_table[] = {
	&cmd_init,     &cmd_where,   &cmd_config,  &cmd_create,  &cmd_list,   &cmd_show,  &cmd_search,
	&cmd_related,  &cmd_duplicates, &cmd_history, &cmd_edit, &cmd_set,    &cmd_label, &cmd_assign,
	&cmd_attach,   &cmd_comment, &cmd_review,  &cmd_status,  &cmd_close,  &cmd_reopen,
	&cmd_commits,  &cmd_diff,    &cmd_refs,    &cmd_link,    &cmd_unlink, &cmd_branches, &cmd_drift, &cmd_hooks,
	&cmd_doctor,   &cmd_index,   &cmd_help,    &cmd_version, &cmd_completion,
	&cmd_hook,     &cmd_merge_item, &cmd_merge_thread, NULL,
};

const char *const cmd_group_names[GROUP_N] = {
	[GROUP_START] = "Start",       [GROUP_READ] = "Look",     [GROUP_WRITE] = "Write",
	[GROUP_MOVE] = "Move along", [GROUP_GIT] = "With git",   [GROUP_CARE] = "Take care", [GROUP_MORE] = "More",
};

#define AT(member) offsetof(struct globals, member)

const struct opt cmd_globals[] = {
	{ "directory", 'C', OPT_STRING, AT(dir), "DIR", "run as if started in DIR", NULL },
	{ "root", 0, OPT_STRING, AT(root), "DIR", "the directory with the tickets (work-items)", NULL },
	{ "json", 0, OPT_JSON, AT(json), "FIELDS", "one JSON document; --json=id,title picks ticket fields",
	  NULL },
	{ "color", 0, OPT_CHOICE, AT(color), "WHEN", "auto, always or never", "auto always never" },
	{ "no-pager", 0, OPT_FLAG, AT(no_pager), NULL, "print long output straight to the terminal", NULL },
	{ "quiet", 'q', OPT_FLAG, AT(quiet), NULL, "say nothing about what was done", NULL },
	{ "verbose", 'v', OPT_FLAG, AT(verbose), NULL, "say more", NULL },
	{ "author", 0, OPT_STRING, AT(author), "NAME", "who writes (else TKT_AUTHOR, git's user.name)",
	  NULL },
	{ "lock-timeout", 0, OPT_NUMBER, AT(lock_timeout), "SECONDS",
	  "how long to wait for another writer (default 10)", NULL },
	{ "version", 0, OPT_FLAG, AT(version), NULL, "print the version", NULL },
	{ "help", 'h', OPT_FLAG, AT(help), NULL, "print help for the command", NULL },
	OPT_END,
};

static bool has_alias(const char *aliases, const char *name)
{
	size_t n = strlen(name);

	while (aliases && *aliases) {
		size_t len = strcspn(aliases, " ");

		if (len == n && memcmp(aliases, name, n) == 0)
			return true;
		aliases += len + strspn(aliases + len, " ");
	}
	return false;
}

const struct cmd *cmd_find(const char *name)
{
	for (size_t i = 0; cmd_table[i]; i++)
		if (strcmp(cmd_table[i]->name, name) == 0 || has_alias(cmd_table[i]->aliases, name))
			return cmd_table[i];
	return NULL;
}

const char *cmd_nearest(const char *name)
{
	/* What people type who come from other trackers. */
	static const char *const known[][2] = {
		{ "add", "create" },  { "mk", "create" },      { "done", "close" },   { "rm", "close" },
		{ "delete", "close" }, { "resolve", "close" }, { "open", "show" },    { "cat", "show" },
		{ "log", "history" },  { "note", "comment" },  { "root", "where" },   { "check", "doctor" },
		{ "fsck", "doctor" },  { "tag", "label" },     { "update", "set" },   { "find", "search" },
		{ "grep", "search" },  { "query", "list" },    { "similar", "related" }, { "like", "related" },
		{ "dup", "duplicates" }, { "dups", "duplicates" }, { "reindex", "index" },
		{ "mv", "status" },    { "move", "status" },
	};
	const char *best = NULL;
	size_t least = strlen(name) > 4 ? 3 : 2;

	for (size_t i = 0; cmd_table[i]; i++) {
		size_t d = tkt_str_distance(name, cmd_table[i]->name);

		if (d < least) {
			least = d;
			best = cmd_table[i]->name;
		}
	}
	for (size_t i = 0; !best && i < TKT_LEN(known); i++)
		if (strcmp(known[i][0], name) == 0)
			best = known[i][1];
	for (size_t i = 0; !best && strlen(name) > 1 && cmd_table[i]; i++)
		if (tkt_starts_with(cmd_table[i]->name, name))
			best = cmd_table[i]->name;
	return best;
}
