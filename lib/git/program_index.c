/* git/program: git's index. */
#include "git/program_int.h"

#include <stdlib.h>

#include "base/mem.h"

/* "<tag> <mode> <name> <stage>\t<path>" */
static bool take_entry(const char *s, struct tkt_git_index *out)
{
	struct tkt_git_staged e = { 0 };
	char *end;
	size_t n;

	if (!s[0] || s[1] != ' ')
		return false;
	e.skip = *s == 'S';
	s += 2;
	e.mode = (unsigned)strtoul(s, &end, 8);
	if (*end != ' ')
		return false;
	s = end + 1;
	n = strcspn(s, " ");
	if (!tkt_oid_parse(&e.oid, s, n) || s[n] != ' ' || s[n + 1] < '0' || s[n + 1] > '3' || s[n + 2] != '\t')
		return false;
	e.stage = s[n + 1] - '0';
	e.path = tkt_strdup(s + n + 3);
	TKT_GROW(out);
	out->items[out->n++] = e;
	return true;
}

int tkt_program_index(void *self, const char *prefix, const char *file, struct tkt_git_index *out,
		      struct tkt_error *err)
{
	static const char *const args[] = { "ls-files", "-s", "-t", "-z", "--full-name", "--", NULL };
	const char *more[] = { *prefix ? prefix : NULL, NULL };
	struct tkt_buf text = TKT_BUF_INIT, words = TKT_BUF_INIT;
	const struct tkt_program_run run = {
		.args = args, .more = more, .index_file = file, .take = tkt_program_keep, .payload = &text
	};
	int status = -1, code = tkt_program_run(self, &run, &status, &words, err);

	if (!code && status)
		code = tkt_program_failed(self, "read its index", status, words.ptr, err);
	for (size_t at = 0; !code && at < text.len; at += strlen(text.ptr + at) + 1)
		if (!take_entry(text.ptr + at, out))
			code = tkt_error_set(err, TKT_EIO,
					     "git cannot read its index: its answer is not understood");
	if (code)
		tkt_git_index_release(out);
	tkt_buf_release(&words);
	tkt_buf_release(&text);
	return code;
}
