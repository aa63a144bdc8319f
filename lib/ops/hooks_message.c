/* ops/hooks: what commit-msg and prepare-commit-msg do to a message. The message is a stranger's text: it is read, and nothing
 * of it is run or told unmade. */
#include "ops/hooks.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/links.h"
#include "sys/file.h"
#include "sys/io.h"
#include "text/message.h"
#include "text/ref.h"

/* --- what git is doing ----------------------------------------------------------------------------- */

void tkt_git_doing(struct tkt_git_doing *out, const char *git_dir)
{
	static const char ref[] = "ref: refs/heads/";
	struct tkt_buf head = TKT_BUF_INIT;
	int fd = -1;

	memset(out, 0, sizeof *out);
	if (tkt_dir_open(&fd, git_dir, NULL) != 0)
		return;
	if (tkt_file_read(fd, "HEAD", 65536, &head, NULL, NULL) == 0 && tkt_starts_with(head.ptr, ref)) {
		head.ptr[strcspn(head.ptr, "\r\n")] = '\0';
		if (head.ptr[sizeof ref - 1])
			out->branch = tkt_strdup(head.ptr + sizeof ref - 1);
	}
	out->merge = tkt_file_exists(fd, "MERGE_HEAD");
	out->rebase = tkt_file_exists(fd, "rebase-merge") || tkt_file_exists(fd, "rebase-apply");
	out->pick = tkt_file_exists(fd, "CHERRY_PICK_HEAD") || tkt_file_exists(fd, "REVERT_HEAD");
	tkt_buf_release(&head);
	tkt_io_close(fd);
}

void tkt_git_doing_release(struct tkt_git_doing *d)
{
	free(d->branch);
	memset(d, 0, sizeof *d);
}

void tkt_hook_answer_release(struct tkt_hook_answer *a)
{
	free(a->why);
	free(a->hint);
	tkt_strv_release(&a->said);
	memset(a, 0, sizeof *a);
}

/* --- comments --------------------------------------------------------------------------------------- */

/* git's own words in a message have lines that are the sign alone, or the scissors: where the last such line begins; n:
 * there is none. */
static size_t template_at(const char *text, size_t n, const char *sign)
{
	size_t end = tkt_message_end(text, n, sign), found = end, pos = 0, len = strlen(sign);
	struct tkt_str line;

	for (; end == n && tkt_str_line((struct tkt_str){ text, n }, &pos, &line);)
		if (line.len == len && memcmp(line.ptr, sign, len) == 0)
			found = (size_t)(line.ptr - text);
	return found;
}

/* For "auto" git takes one that begins no line of the message, and writes with it below. */
static const char *guess_sign(const char *text, size_t n)
{
	static const char *const signs[] = { "#", ";", "@", "!", "$", "%", "^", "&", "|", ":" };
	const char *best = signs[0];
	size_t last = 0;

	for (size_t i = 0; i < TKT_LEN(signs); i++) {
		size_t at = template_at(text, n, signs[i]);

		if (at < n && at >= last) {
			best = signs[i];
			last = at;
		}
	}
	return best;
}

const char *tkt_hook_comment(const struct tkt_hook_rules *rules, const char *text, size_t n)
{
	const char *sign = rules->comment && rules->comment[0] ? rules->comment : "#";
	const char *guess = sign[1] ? guess_sign(text, n) : sign;

	/* Of several characters git knows since 2.45; before it has core.commentChar beside. */
	if (strcmp(sign, "auto") == 0 || (template_at(text, n, sign) == n && template_at(text, n, guess) < n))
		sign = guess;
	return rules->edited || template_at(text, n, sign) < n ? sign : NULL;
}

/* --- the tickets that a message names ------------------------------------------------------------- */

struct named {
	char *id;
	bool trailer, word; /* by a trailer; in prose, so that it is certainly meant */
};

struct names {
	struct named *items;
	size_t n, cap;
	struct tkt_strv wrong; /* sentences about those that are no ticket, or many */
};

static void names_release(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->items[i].id);
	free(names->items);
	tkt_strv_release(&names->wrong);
}

static struct named *find_id(struct names *names, const char *id)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->items[i].id, id) == 0)
			return &names->items[i];
	return NULL;
}

static void add_id(struct names *names, char *take, const struct tkt_mention *m)
{
	struct named *n = find_id(names, take);

	if (n) {
		free(take);
	} else {
		TKT_GROW(names);
		n = &names->items[names->n++];
		*n = (struct named){ take, false, false };
	}
	n->trailer = n->trailer || m->way == TKT_REF_TRAILER;
	n->word = n->word || (m->way != TKT_REF_TRAILER && m->sure);
}

static void add_wrong(struct names *names, const struct tkt_mention *m, const struct tkt_error *why)
{
	struct tkt_buf b = TKT_BUF_INIT;

	if (!m->sure)
		return;
	if (why->code == TKT_ENOTFOUND) {
		tkt_buf_printf(&b, "'%s' is no ticket here", m->name);
	} else {
		tkt_buf_printf(&b, "'%s' may be more than one ticket", m->name);
		for (size_t i = 0; i < why->candidates.n && i < 3; i++)
			tkt_buf_printf(&b, "%s %s", i ? ";" : ":", why->candidates.items[i]);
	}
	tkt_strv_take(&names->wrong, tkt_buf_detach(&b));
}

static int look_up(struct tkt_project *p, const struct tkt_buf *text, struct names *out, struct tkt_error *err)
{
	struct tkt_mentions mentions = { .n = 0 };
	int rc = 0;

	tkt_message_mentions(&mentions, text->ptr, text->len, p->config.prefix);
	for (size_t i = 0; !rc && i < mentions.n; i++) {
		struct tkt_error why = TKT_ERROR_INIT;
		char *id = NULL;

		rc = tkt_project_resolve(p, mentions.items[i].name, &id, &why);
		if (!rc)
			add_id(out, id, &mentions.items[i]);
		else if (rc == TKT_ENOTFOUND || rc == TKT_EAMBIGUOUS)
			add_wrong(out, &mentions.items[i], &why);
		else
			tkt_error_move(err, &why);
		rc = rc == TKT_ENOTFOUND || rc == TKT_EAMBIGUOUS || rc == TKT_EINVALID ? 0 : rc;
		tkt_error_release(&why);
	}
	tkt_mentions_release(&mentions);
	return rc;
}

/* The key by which a ticket is found again: as short as `tkt list` has it, longer where two begin alike. */
static char *key_of(struct tkt_project *p, const char *id)
{
	char hex[41], *key = NULL;

	tkt_id_hex(id, hex);
	for (int digits = TKT_KEY_DIGITS; digits <= 40; digits++) {
		char *other = NULL;
		bool good;

		free(key);
		key = tkt_asprintf("%s-%.*s", p->config.prefix, digits, hex);
		good = tkt_project_resolve(p, key, &other, NULL) == 0 && strcmp(other, id) == 0;
		free(other);
		if (good)
			break;
	}
	return key;
}

/* --- commit-msg ------------------------------------------------------------------------------------- */

static bool is_blank(const struct tkt_buf *text)
{
	return text->ptr[strspn(text->ptr, " \t\r\n\f\v")] == '\0';
}

/* Merges say what they are; fixup! and the like are gone when they get into history. */
static bool left_alone(const struct tkt_buf *text)
{
	const char *subject = text->ptr + strspn(text->ptr, " \t\r\n");
	struct tkt_strv merged = TKT_STRV_INIT;
	bool alone;

	tkt_merged_branches(&merged, subject, strcspn(subject, "\n"));
	alone = merged.n || tkt_starts_with(subject, "fixup! ") || tkt_starts_with(subject, "squash! ") ||
		tkt_starts_with(subject, "amend! ");
	tkt_strv_release(&merged);
	return alone;
}

/* The same words, whatever blanks and comments stand between them; `ours`: lines of that trailer do not count. */
static bool same_words(const struct tkt_buf *a, const char *b, const char *comment, const char *ours)
{
	struct tkt_buf have = TKT_BUF_INIT, want = TKT_BUF_INIT, clean = TKT_BUF_INIT;
	struct tkt_str line;
	size_t pos = 0, n = strlen(ours);
	bool same;

	tkt_message_clean(&clean, b, strlen(b), comment);
	for (size_t i = 0; i < clean.len; i++)
		if (!strchr(" \t\r\n", clean.ptr[i]))
			tkt_buf_putc(&want, clean.ptr[i]);
	while (tkt_str_line((struct tkt_str){ a->ptr, a->len }, &pos, &line)) {
		if (line.len > n && line.ptr[n] == ':' && strncmp(line.ptr, ours, n) == 0)
			continue;
		for (size_t i = 0; i < line.len; i++)
			if (!strchr(" \t\r\n", line.ptr[i]))
				tkt_buf_putc(&have, line.ptr[i]);
	}
	same = have.len == want.len && memcmp(have.ptr, want.ptr, have.len) == 0;
	tkt_buf_release(&have);
	tkt_buf_release(&want);
	tkt_buf_release(&clean);
	return same;
}

/* An editor was left without a word: what stands there is what prepare-commit-msg added, and perhaps a template. git shall see
 * what it would have seen without us, and stop. */
static bool nothing_written(const struct tkt_hook_rules *rules, const struct tkt_buf *text, const char *comment,
			    struct tkt_buf *message)
{
	const char *keys[] = { rules->trailer, NULL };

	if (!rules->edited || !rules->add)
		return false;
	if (tkt_message_is_empty(text->ptr, text->len, NULL, keys)) {
		tkt_buf_reset(message);
		return true;
	}
	if (!rules->form || !same_words(text, rules->form, comment, rules->trailer))
		return false;
	tkt_buf_reset(message);
	tkt_buf_puts(message, rules->form);
	return true;
}

static void refuse(struct tkt_project *p, const struct tkt_hook_rules *rules, bool wrong, struct tkt_hook_answer *out)
{
	out->refused = true;
	if (wrong) {
		out->why = tkt_strdup("the message names what is no ticket");
		out->hint = tkt_strdup("mend the name, or go on with 'git commit --no-verify'; git config tkt.checkReferences asks for this");
		return;
	}
	out->why = tkt_strdup("the message names no ticket");
	out->hint = tkt_asprintf("name one, as in '%s: %s-3fa9c1b', or go on with 'git commit --no-verify'; "
				 "git config tkt.requireReference asks for this",
				 rules->trailer, p->config.prefix);
}

int tkt_op_hook_commit_msg(struct tkt_project *p, const struct tkt_hook_rules *rules, const struct tkt_git_doing *doing,
			   struct tkt_buf *message, struct tkt_hook_answer *out, struct tkt_error *err)
{
	const char *comment = tkt_hook_comment(rules, message->ptr, message->len);
	struct tkt_buf text = TKT_BUF_INIT;
	struct names names = { .n = 0 };
	int rc = 0;

	tkt_message_clean(&text, message->ptr, message->len, comment);
	if (is_blank(&text) || doing->merge || left_alone(&text))
		goto out;
	if (nothing_written(rules, &text, comment, message)) {
		out->changed = true;
		goto out;
	}
	rc = look_up(p, &text, &names, err);
	if (rc)
		goto out;
	if (rules->check != TKT_CHECK_OFF)
		for (size_t i = 0; i < names.wrong.n; i++)
			tkt_strv_push(&out->said, names.wrong.items[i]);
	if (rules->check == TKT_CHECK_ERROR && names.wrong.n)
		refuse(p, rules, true, out);
	else if (rules->require && !names.n && !doing->rebase && !doing->pick)
		refuse(p, rules, false, out);
	for (size_t i = 0; i < names.n && rules->add && !out->refused; i++) {
		char *key = names.items[i].word && !names.items[i].trailer ? key_of(p, names.items[i].id) : NULL;

		if (key && tkt_message_add_trailer(message, rules->trailer, key, comment))
			out->changed = true;
		free(key);
	}
out:
	names_release(&names);
	tkt_buf_release(&text);
	return rc;
}

/* --- prepare-commit-msg ------------------------------------------------------------------------------ */

static bool is_common(const char *branch)
{
	static const char *const words[] = { "main", "master", "trunk", "default", "develop", "dev", "next", "staging" };

	for (size_t i = 0; i < TKT_LEN(words); i++)
		if (strcmp(branch, words[i]) == 0)
			return true;
	return false;
}

/* A word of a branch that only happens to begin like an id is not its name. */
static bool is_named(struct tkt_project *p, const struct tkt_mention *m, const char *id)
{
	struct tkt_record r;
	bool same;

	if (m->sure || strcmp(m->name, id) == 0)
		return true;
	if (tkt_store_load(p->store, id, TKT_READ_HEAD, &r, NULL) != 0)
		return false;
	same = r.ticket.slug && strcmp(r.ticket.slug, m->name) == 0;
	tkt_record_release(&r);
	return same;
}

/* The ticket that a branch is named after, owned; NULL: none. */
static char *ticket_of(struct tkt_project *p, const char *branch)
{
	struct tkt_mentions names = { .n = 0 };
	char *found = NULL;

	if (!branch || is_common(branch))
		return NULL;
	tkt_branch_names(&names, branch, p->config.prefix);
	for (size_t i = 0; !found && i < names.n; i++) {
		char *id = NULL;

		if (tkt_project_resolve(p, names.items[i].name, &id, NULL) == 0 && is_named(p, &names.items[i], id))
			found = id;
		else
			free(id);
	}
	tkt_mentions_release(&names);
	return found;
}

/* An empty message that will be edited: the first line stays empty, where the cursor is. */
static void start_message(struct tkt_buf *message, const char *trailer, const char *key)
{
	struct tkt_buf next = TKT_BUF_INIT;

	tkt_buf_printf(&next, "\n\n%s: %s\n\n", trailer, key);
	tkt_buf_puts(&next, message->ptr + strspn(message->ptr, " \t\r\n"));
	tkt_buf_reset(message);
	tkt_buf_add(message, next.ptr, next.len);
	tkt_buf_release(&next);
}

static bool is_for_us(const struct tkt_hook_rules *rules, const struct tkt_git_doing *doing, const char *source)
{
	if (!rules->add || doing->merge || doing->rebase || doing->pick)
		return false;
	return !source || !source[0] || strcmp(source, "message") == 0 || strcmp(source, "template") == 0;
}

int tkt_op_hook_prepare(struct tkt_project *p, const struct tkt_hook_rules *rules, const struct tkt_git_doing *doing,
			const char *source, struct tkt_buf *message, struct tkt_hook_answer *out, struct tkt_error *err)
{
	const char *comment = tkt_hook_comment(rules, message->ptr, message->len);
	struct tkt_buf text = TKT_BUF_INIT;
	struct names names = { .n = 0 };
	char *id = NULL, *key = NULL;
	int rc = 0;

	if (!is_for_us(rules, doing, source))
		return 0;
	tkt_message_clean(&text, message->ptr, message->len, comment);
	/* No words, and no editor for any: git is to see the empty message. NUL bytes: not a message of git's. */
	if ((is_blank(&text) && !rules->edited) || memchr(message->ptr, '\0', message->len) || left_alone(&text))
		goto out;
	/* A template that commit-msg would not know again stays as it is, or git could not tell that nobody has written anything. */
	if (source && strcmp(source, "template") == 0 &&
	    (!rules->form || !same_words(&text, rules->form, comment, rules->trailer)))
		goto out;
	id = ticket_of(p, doing->branch);
	if (!id)
		goto out;
	rc = look_up(p, &text, &names, err);
	if (rc || find_id(&names, id))
		goto out;
	key = key_of(p, id);
	if (is_blank(&text)) {
		start_message(message, rules->trailer, key);
		out->changed = true;
	} else {
		out->changed = tkt_message_add_trailer(message, rules->trailer, key, comment);
	}
out:
	names_release(&names);
	tkt_buf_release(&text);
	free(key);
	free(id);
	return rc;
}

/* --- after a commit ---------------------------------------------------------------------------------- */

void tkt_op_hook_refresh(struct tkt_project *p)
{
	struct tkt_links_state state;
	struct tkt_history history;

	/* The first look at history is long, and belongs to whoever first asks for commits. */
	if (p->no_index || tkt_links_state(tkt_project_index(p), &state, NULL) != 0)
		return;
	if (tkt_links_refresh(p, false, false, &history, NULL) == 0)
		tkt_history_release(&history);
}
