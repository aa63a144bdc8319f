/* text/message_add: putting a trailer into a message, and what somebody is about to commit without its
 * comments. */
#include <string.h>
#include <strings.h>

#include "text/message_int.h"

/* The key without the signs at its end, as git compares it. */
static size_t bare_len(const char *key, size_t n)
{
	while (n && !tkt_msg_alnum(key[n - 1]))
		n--;
	return n;
}

/* As git does: the shorter key decides, so that an abbreviated one is the same. */
static bool same_key(struct tkt_str have, const char *key)
{
	size_t a = bare_len(have.ptr, have.len), b = bare_len(key, strlen(key));

	return strncasecmp(have.ptr, key, a < b ? a : b) == 0;
}

static bool same_value(struct tkt_str have, struct tkt_str value)
{
	return have.len == value.len && strncasecmp(have.ptr, value.ptr, value.len) == 0;
}

static bool is_there(const struct tkt_buf *message, const char *key, struct tkt_str value, const char *comment)
{
	struct tkt_trailers all = { .n = 0 };
	bool found = false;

	tkt_message_trailers(&all, message->ptr, message->len, comment);
	for (size_t i = 0; !found && i < all.n; i++)
		found = same_key(all.items[i].key, key) && same_value(all.items[i].value, value);
	tkt_trailers_release(&all);
	return found;
}

static bool ends_blank(const char *text, size_t n)
{
	size_t at = tkt_msg_last_line(text, n);

	while (at < n && tkt_msg_blank(text[at]))
		at++;
	return n > 0 && at == n;
}

static bool has_crlf(const struct tkt_buf *m)
{
	const char *nl = memchr(m->ptr, '\n', m->len);

	return nl && nl > m->ptr && nl[-1] == '\r';
}

static void insert(struct tkt_buf *b, size_t at, const struct tkt_buf *what)
{
	size_t tail = b->len - at;

	tkt_buf_grow(b, what->len);
	memmove(b->ptr + at + what->len, b->ptr + at, tail + 1);
	memcpy(b->ptr + at, what->ptr, what->len);
	b->len += what->len;
}

bool tkt_message_add_trailer(struct tkt_buf *message, const char *key, const char *value, const char *comment)
{
	const char *eol = has_crlf(message) ? "\r\n" : "\n";
	struct tkt_str trimmed = tkt_msg_trim(tkt_str_of(value));
	struct tkt_msg_block block;
	struct tkt_buf what = TKT_BUF_INIT;
	size_t at;

	if (message->len && message->ptr[message->len - 1] != '\n')
		tkt_buf_puts(&what, eol);
	if (is_there(message, key, trimmed, comment)) {
		tkt_buf_release(&what);
		return false;
	}
	tkt_buf_add(message, what.ptr, what.len);
	tkt_buf_reset(&what);
	block = tkt_msg_trailer_block(message->ptr, message->len, comment);
	at = block.end;
	if (block.start < block.end) {
		while (at > block.start && ends_blank(message->ptr, at)) /* "\r\n" at the end is no part of it */
			at = tkt_msg_last_line(message->ptr, at);
	} else if (!ends_blank(message->ptr, at)) {
		tkt_buf_puts(&what, eol);
	}
	tkt_buf_printf(&what, "%s: ", key);
	tkt_buf_add(&what, trimmed.ptr, trimmed.len);
	tkt_buf_puts(&what, eol);
	insert(message, at, &what);
	tkt_buf_release(&what);
	return true;
}

/* The line at `at` without its end. */
static struct tkt_str line_at(const char *text, size_t n, size_t at)
{
	const char *nl = memchr(text + at, '\n', n - at);
	struct tkt_str line = { text + at, nl ? (size_t)(nl - text) - at : n - at };

	return line;
}

static bool has_key(const char *text, size_t n, size_t at, const char *const *keys)
{
	size_t colon = tkt_msg_separator(text, n, at);
	struct tkt_str key = { text + at, colon - at };

	if (colon == n)
		return false;
	key = tkt_msg_trim(key);
	for (size_t i = 0; keys && keys[i]; i++)
		if (strlen(keys[i]) == key.len && strncasecmp(keys[i], key.ptr, key.len) == 0)
			return true;
	return false;
}

bool tkt_message_is_empty(const char *text, size_t n, const char *comment, const char *const *keys)
{
	size_t end = tkt_message_end(text, n, comment);
	bool ours = false; /* the line before was one of those trailers */

	for (size_t at = 0; at < end;) {
		struct tkt_str line = line_at(text, end, at);
		bool comments = tkt_msg_comment(line.ptr, line.len, comment);

		if (!comments && tkt_msg_trim(line).len) {
			ours = tkt_msg_blank(*line.ptr) ? ours : has_key(text, end, at, keys);
			if (!ours)
				return false;
		} else {
			ours = false;
		}
		at += line.len + 1;
	}
	return true;
}

void tkt_message_clean(struct tkt_buf *out, const char *text, size_t n, const char *comment)
{
	size_t end = tkt_message_end(text, n, comment);

	for (size_t at = 0; at < end;) {
		struct tkt_str line = line_at(text, end, at);

		if (!tkt_msg_comment(line.ptr, line.len, comment))
			tkt_buf_add(out, line.ptr, at + line.len < end ? line.len + 1 : line.len);
		at += line.len + 1;
	}
}
