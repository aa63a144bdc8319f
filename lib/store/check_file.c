/* store/check_file: a file's bytes: can it be read, and is it text at all? */
#include <string.h>

#include "base/mem.h"
#include "store/check_int.h"
#include "sys/file.h"
#include "sys/io.h"
#include "text/marks.h"

size_t tkt_check_line(struct tkt_str text, size_t offset)
{
	const char *p = text.ptr, *end = text.ptr + offset;
	size_t line = 1;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
		line++;
		p++;
	}
	return line;
}

#define HIGH 0x8080808080808080ULL

static uint64_t eight(const char *s)
{
	uint64_t bytes;

	memcpy(&bytes, s, sizeof bytes);
	return bytes;
}

/* How far the text surely is valid UTF-8, at a character's start: all of it, mostly. Doctor reads every byte of every
 * ticket: ASCII goes in blocks, and characters of three bytes (the CJK ones) need no table. */
static size_t surely_valid(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i = 0;

	while (i + 8 <= n) {
		while (i + 32 <= n &&
		       !((eight(s + i) | eight(s + i + 8) | eight(s + i + 16) | eight(s + i + 24)) & HIGH))
			i += 32;
		while (i + 8 <= n && !(eight(s + i) & HIGH))
			i += 8;
		while (i + 8 <= n && p[i] < 0x80)
			i++;
		while (i + 3 <= n && p[i] > 0xe0 && p[i] < 0xf0 && p[i] != 0xed && (p[i + 1] & 0xc0) == 0x80 &&
		       (p[i + 2] & 0xc0) == 0x80)
			i += 3;
		if (i + 2 <= n && p[i] >= 0xc2 && p[i] < 0xe0 && (p[i + 1] & 0xc0) == 0x80) {
			i += 2;
		} else if (i < n && p[i] >= 0x80) {
			uint32_t cp;
			size_t step = tkt_utf8_decode(s + i, n - i, &cp);

			if (!step)
				break;
			i += step;
		}
	}
	return i;
}

static bool is_utf8(struct tkt_str text, size_t *bad)
{
	size_t from = surely_valid(text.ptr, text.len);

	if (from >= text.len || tkt_utf8_valid(text.ptr + from, text.len - from, bad))
		return true;
	*bad += from;
	return false;
}

/* "<<", as in a conflict marker. The single sign is rare, and memchr is quicker than any search for more. */
static bool holds_angles(struct tkt_str text)
{
	const char *p = text.ptr, *end = text.ptr + text.len;

	while ((p = memchr(p, '<', (size_t)(end - p))) != NULL && ++p < end)
		if (*p == '<')
			return true;
	return false;
}

/* A whole conflict: a ticket may well speak about one of the marks. */
static bool find_conflict(struct tkt_str text, size_t *at)
{
	*at = 0;
	return holds_angles(text) && tkt_marks_find(text, at);
}

static void check_line_ends(struct tkt_check *c, const char *id, const char *path, struct tkt_str text)
{
	size_t pos = 0, no = 0;
	struct tkt_str line;
	bool first = false;

	while (tkt_str_line(text, &pos, &line)) {
		bool crlf = line.len && line.ptr[line.len - 1] == '\r';

		if (line.ptr + line.len == text.ptr + text.len)
			break; /* no line end at all */
		if (++no == 1)
			first = crlf;
		if (crlf == first)
			continue;
		tkt_findings_add(c->out, "T027", id, path, no,
				 "give all lines of the file the same ending",
				 "this line ends in %s, the first one in %s", crlf ? "CRLF" : "LF",
				 first ? "CRLF" : "LF");
		return;
	}
}

static bool is_utf16(struct tkt_str text)
{
	return text.len >= 2 && (memcmp(text.ptr, "\xfe\xff", 2) == 0 || memcmp(text.ptr, "\xff\xfe", 2) == 0);
}

bool tkt_check_editable(struct tkt_str text)
{
	size_t at;

	if (!text.len)
		return true;
	return !is_utf16(text) && !memchr(text.ptr, '\0', text.len) && !find_conflict(text, &at);
}

static unsigned check_bytes(struct tkt_check *c, const char *id, const char *path, struct tkt_str text)
{
	const char *nul = memchr(text.ptr, '\0', text.len);
	unsigned flags = 0;
	size_t at;

	if (is_utf16(text)) {
		tkt_findings_add(c->out, "T025", id, path, 1, "save the file as UTF-8",
				 "the file is UTF-16, not UTF-8");
		return TKT_BYTES_UNREADABLE;
	}
	if (nul) {
		at = (size_t)(nul - text.ptr);
		tkt_findings_add(c->out, "T024", id, path, tkt_check_line(text, at),
				 "take the byte out, or look up an older version with git log -- FILE",
				 "NUL byte at offset %zu", at);
		flags |= TKT_BYTES_UNREADABLE;
	}
	if (!is_utf8(text, &at)) {
		tkt_findings_add(c->out, "T023", id, path, tkt_check_line(text, at),
				 "save the file as UTF-8", "byte 0x%02X at offset %zu is not valid UTF-8",
				 (unsigned)(unsigned char)text.ptr[at], at);
		flags |= TKT_BYTES_NOT_UTF8;
	}
	if (text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0)
		tkt_findings_add(c->out, "T028", id, path, 1, "save the file as UTF-8 without a signature",
				 "the file begins with a byte order mark");
	if (memchr(text.ptr, '\r', text.len))
		check_line_ends(c, id, path, text);
	if (find_conflict(text, &at)) {
		tkt_findings_add(c->out, "T022", id, path, tkt_check_line(text, at),
				 "resolve the conflict: keep what belongs there of both sides, then git add",
				 "unresolved merge conflict");
		flags |= TKT_BYTES_UNREADABLE;
	}
	return flags;
}

static void report_unread(struct tkt_check *c, const char *id, const char *path, size_t max, int code,
			  const struct tkt_error *why)
{
	struct stat st;

	if (code == TKT_EINVALID && tkt_io_stat(c->fd, path, &st) == 0 && st.st_size > 0 &&
	    (size_t)st.st_size > max)
		tkt_findings_add(c->out, "T026", id, path, 0,
				 "move what is large into a file under artifacts/",
				 "%lld bytes are more than the %zu that are read", (long long)st.st_size, max);
	else
		tkt_findings_add(c->out, "T014", id, path, 0, "give yourself the right to read it (ls -l)",
				 "%s", why->message);
}

bool tkt_check_read(struct tkt_check *c, const char *id, const char *path, size_t max,
		    struct tkt_buf *out, unsigned *flags)
{
	struct tkt_error why = TKT_ERROR_INIT;
	struct stat st;
	int code = tkt_file_read(c->fd, path, max, out, &st, &why);

	*flags = 0;
	if (code == TKT_ENOTFOUND)
		goto out; /* went away while we looked: somebody moves the ticket just now */
	if (code) {
		report_unread(c, id, path, max, code, &why);
		goto out;
	}
	if (st.st_nlink > 1)
		tkt_findings_add(c->out, "T012", id, path, 0,
				 "give it bytes of its own: cp FILE FILE.new && mv FILE.new FILE",
				 "the file has %llu names (hard links)", (unsigned long long)st.st_nlink);
	*flags = check_bytes(c, id, path, (struct tkt_str){ out->ptr, out->len });
out:
	tkt_error_release(&why);
	return code == 0;
}
