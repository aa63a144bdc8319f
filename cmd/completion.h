/* completion: what the three generators share. Everything comes from the command table. */
#ifndef COMPLETION_H
#define COMPLETION_H

#include "cmd.h"

enum offer { /* what stands at a place */
	OFFER_NOTHING, OFFER_WORDS, OFFER_REFS, OFFER_FILES, OFFER_DIRS, OFFER_COMMANDS, OFFER_FIELDS
};

/* For the value of an option; words: separated by blanks, with OFFER_WORDS. */
enum offer offer_value(const struct opt *o, struct tkt_buf *words);
/* For the operands of a command. */
enum offer offer_operand(const struct cmd *cmd, struct tkt_buf *words);
/* Which tickets a command may want: arguments for `tkt list`. */
const char *offer_scope(const struct cmd *cmd);
bool offer_takes_value(const struct opt *o);
/* s with every ' made safe for a single-quoted word of the shell; fish escapes with a backslash. */
void offer_quote(struct tkt_buf *out, const char *s, bool fish);

void completion_bash(struct tkt_buf *out);
void completion_zsh(struct tkt_buf *out);
void completion_fish(struct tkt_buf *out);

#endif
