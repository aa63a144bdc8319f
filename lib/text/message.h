/* text/message: commit messages: which tickets they name, and their trailers. Floor 1. tkt-refs(1).
 *
 * A reference is a word of its own: no ASCII letter, digit or '_' touches it, no word and '-' or '.'
 * stand before it ("x-TKT-12"), no '.' and a word behind it ("TKT-12.5"); "-word" may ("TKT-12-login"
 * is TKT-12).
 *   PREFIX-<4 to 40 hex digits>   a key or the beginning of one       (prefix in any case; text "3fa9c1b")
 *   PREFIX-<digits>               a number too, where no key begins so
 *   TICKET-<key digits, number, slug or id>
 *   TICKET: <id, slug, key, number>          in prose too, the word in capitals
 *   Ticket: Refs: Fixes: Closes: Resolves:   trailers (any case), several values separated by commas or blanks
 *   close(s|d), fix(es|ed), resolve(s|d) followed by a reference or #number, in prose (any case); an optional ':'
 * `closes`: it came with Fixes/Closes/Resolves or such a keyword. Each word counts once, with the
 * strongest way. What stands in an inner quotation ("> ..."), in what git quotes (the subject in
 * Revert "...", the paragraph "This reverts commit"), in an address (https://x/TKT-12) or in a remark
 * behind the value of a trailer ("Fixes: 54a4f0239f2e ("TKT-12: ...")") does not close. Names in
 * trailers that are not written as references may be anything: `sure` tells which ones claim to be a
 * ticket. */
#ifndef TKT_TEXT_MESSAGE_H
#define TKT_TEXT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum tkt_ref_way { /* how a commit names a ticket, weakest first */
	TKT_REF_MERGE,   /* merge of a branch named after it */
	TKT_REF_MESSAGE, /* a word of subject or body */
	TKT_REF_KEYWORD, /* "fixes TKT-..." in prose */
	TKT_REF_TRAILER  /* "Fixes: TKT-..." and so on */
};

struct tkt_mention {
	char *name;         /* as a ticket would be asked for: "TKT-3fa9c1b" (prefix as configured, digits in lower case), "123" (a #number),
			       a slug or an id as it stands */
	enum tkt_ref_way way;
	bool closes;
	bool sure;          /* written as a reference (PREFIX-, TICKET, Ticket:), in no address; a slug in Refs: may be anything */
	size_t line;        /* 1-based, of the first one */
	size_t at, len;     /* where it stands in the text */
};

struct tkt_mentions {
	struct tkt_mention *items; /* in the order of the text, each name once */
	size_t n, cap;
};

/* prefix: of config.yml ("TKT"). The text may be anything. Linear time. Appends; merges with what is
 * there. */
void tkt_message_mentions(struct tkt_mentions *out, const char *text, size_t n, const char *prefix);
/* A quick look: can there be one at all? Never false when there is. For walks over histories. */
bool tkt_message_may_mention(const char *text, size_t n, const char *prefix);
void tkt_mentions_release(struct tkt_mentions *m);

/* Branches named after tickets: "TKT-3fa9c1b", "feature/tkt-123-login", "<slug>", "<id>",
 * "user/<slug>". Names in the order in which they should be tried (the caller resolves; the first that
 * is a ticket counts). `branch` without refs/heads/ or the remote's name. */
void tkt_branch_names(struct tkt_mentions *out, const char *branch, const char *prefix);
/* The branches that a merge commit's subject says were merged: "Merge branch 'a'", "Merge branches
 * 'a', 'b' and 'c'", "Merge remote-tracking branch 'origin/a' into main", "Merge pull request #1 from
 * user/a", "Merged in a (pull request #1)", "Merge branch 'a' of URL". Appends names without the
 * remote's. */
struct tkt_strv;
void tkt_merged_branches(struct tkt_strv *out, const char *subject, size_t n);

/* Trailers as git-interpret-trailers(1) --no-divider (so git-commit(1), git-log(1)) sees them: the
 * last paragraph of a message, if every line in it is a trailer or a continuation (or at least a
 * quarter are and one is git's own), before comment lines and the scissors. */
struct tkt_trailer {
	struct tkt_str key, value; /* borrowed; a folded value as it stands */
	size_t line;
};
struct tkt_trailers {
	struct tkt_trailer *items;
	size_t n, cap;
};
void tkt_message_trailers(struct tkt_trailers *out, const char *text, size_t n, const char *comment);
void tkt_trailers_release(struct tkt_trailers *t);
/* Puts "key: value" where git interpret-trailers --if-exists addIfDifferent would. False: it stands
 * there already. `comment`: core.commentString ("#"), with which the lines of comments begin; NULL or "": the message
 * has none. What follows (comments, scissors, the diff of commit -v) stays byte for byte. */
bool tkt_message_add_trailer(struct tkt_buf *message, const char *key, const char *value, const char *comment);
/* How many bytes of it are message: up to the scissors line; comment lines are not cut. */
size_t tkt_message_end(const char *text, size_t n, const char *comment);
/* The message without its comment lines and what follows the scissors: what git will commit, for
 * _mentions in a hook. Appends. */
void tkt_message_clean(struct tkt_buf *out, const char *text, size_t n, const char *comment);
/* Nothing but blanks, comments and trailers of these keys (NULL ends). */
bool tkt_message_is_empty(const char *text, size_t n, const char *comment, const char *const *keys);

#endif
