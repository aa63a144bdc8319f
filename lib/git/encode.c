/* git/encode: commits that say that they are not UTF-8. */
#include "git/git_int.h"

#include <iconv.h>
#include <strings.h>

#include "base/mem.h"

/* The name comes from a stranger, and iconv would load a module by it: only encodings that people really
 * wrote commits in. What ends with '*' goes on with digits, letters, '-' and '_'. */
static const char *const known[] = {
	"iso-8859-*", "iso8859-*", "iso_8859-*", "iso88591", "latin1", "latin-1", "latin2", "latin-2",
	"latin9", "latin-9", "windows-125*", "cp125*", "cp1252", "cp437", "cp850", "cp866", "cp932", "cp936",
	"cp949", "cp950", "koi8-*", "us-ascii", "ascii", "shift_jis", "shift-jis", "sjis", "euc-jp", "eucjp",
	"euc-kr", "euckr", "gbk", "gb2312", "gb18030", "big5", "macintosh"
};

static bool is_known(const char *encoding)
{
	for (size_t i = 0; i < TKT_LEN(known); i++) {
		size_t n = strcspn(known[i], "*");

		if (strncasecmp(encoding, known[i], n) != 0)
			continue;
		if (!known[i][n] ? !encoding[n]
				 : strspn(encoding + n,
					  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") ==
						   strlen(encoding + n) &&
					   strlen(encoding + n) < 12)
			return true;
	}
	return false;
}

bool tkt_git_to_utf8(struct tkt_buf *out, const char *bytes, size_t n, const char *encoding)
{
	size_t before = out->len;
	char *in = (char *)(uintptr_t)bytes; /* iconv does not write there */
	iconv_t to;
	bool good = true;

	if (!is_known(encoding))
		return false;
	to = iconv_open("UTF-8", encoding);
	if (to == (iconv_t)-1)
		return false;
	while (good && n) {
		char *at;
		size_t room = n * 2 + 16, all = room, r;

		tkt_buf_grow(out, room);
		at = out->ptr + out->len;
		r = iconv(to, &in, &n, &at, &room);
		out->len += all - room;
		out->ptr[out->len] = '\0';
		good = r != (size_t)-1 || errno == E2BIG;
	}
	iconv_close(to);
	if (!good)
		tkt_buf_truncate(out, before);
	return good;
}
