/* env: what the process knows: variables, the clock, who is writing. */
#include "cmd.h"

#include <pwd.h>

#include "base/mem.h"
#include "base/str.h"

const char *env_get(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

int env_now(tkt_time *now, struct tkt_error *err)
{
	const char *fixed = env_get("TKT_NOW");
	struct timespec t;

	if (fixed) {
		if (tkt_time_parse(fixed, strlen(fixed), now))
			return 0;
		return tkt_error_set(err, TKT_EUSAGE, "TKT_NOW is '%s', not like 2026-01-02T03:04:05Z",
				     fixed);
	}
	clock_gettime(CLOCK_REALTIME, &t);
	*now = (tkt_time)t.tv_sec;
	return 0;
}

/* An author is one line; what would not be is made visible, so that nothing odd gets into files. */
static char *clean(const char *name)
{
	struct tkt_buf safe = TKT_BUF_INIT;
	struct tkt_str s = tkt_str_trim(tkt_str_of(name));

	if (!s.len)
		return NULL;
	tkt_str_visible(&safe, s.ptr, s.len, "");
	return tkt_buf_detach(&safe);
}

const char *env_author(struct cli *c)
{
	const char *name = c->g.author ? c->g.author : env_get("TKT_AUTHOR");
	const struct passwd *user;
	char *owned = NULL;

	if (c->author)
		return c->author;
	if (!name) {
		owned = env_git_config(c->cwd, "user.name");
		name = owned && *owned ? owned : env_get("USER");
	}
	if (!name) {
		user = getpwuid(getuid());
		name = user && user->pw_name && *user->pw_name ? user->pw_name : "unknown";
	}
	c->author = clean(name);
	if (!c->author)
		c->author = tkt_strdup("unknown");
	free(owned);
	return c->author;
}
