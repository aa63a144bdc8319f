/* fuzz_message: commit messages: what is found lies in the text, each name once; a trailer that is put
 * in takes nothing away. */
#include "fuzz/fuzz.h"

#include "base/strv.h"
#include "text/message.h"
#include "text/ref.h"

static void mentions(const char *text, size_t n, const char *prefix)
{
	struct tkt_mentions m = { .n = 0 };

	tkt_message_mentions(&m, text, n, prefix);
	HOLDS(m.n == 0 || tkt_message_may_mention(text, n, prefix));
	for (size_t i = 0; i < m.n; i++) {
		const struct tkt_mention *x = &m.items[i];

		HOLDS(x->at < n && x->len > 0 && x->len <= n - x->at);
		HOLDS(tkt_ref_plausible(x->name) && tkt_id_valid(x->name));
		HOLDS(i == 0 || (x[-1].at < x->at && x[-1].line <= x->line));
		HOLDS(!x->closes || x->way == TKT_REF_KEYWORD || x->way == TKT_REF_TRAILER);
		for (size_t k = 0; n < 300 && k < i; k++)
			HOLDS(strcmp(m.items[k].name, x->name) != 0);
	}
	tkt_mentions_release(&m);
}

static void trailers(const char *text, size_t n, const char *comment)
{
	struct tkt_trailers t = { .n = 0 };

	tkt_message_trailers(&t, text, n, comment);
	for (size_t i = 0; i < t.n; i++) {
		const struct tkt_trailer *x = &t.items[i];

		HOLDS(x->key.len > 0 && x->key.ptr >= text && x->value.ptr > x->key.ptr);
		HOLDS(x->value.ptr + x->value.len <= text + n);
		HOLDS(i == 0 || x[-1].line < x->line);
	}
	tkt_trailers_release(&t);
	HOLDS(tkt_message_end(text, n, comment) <= n);
}

/* All that was there is there, in its order, around what is new. */
static void adding(const char *text, size_t n, const char *comment)
{
	struct tkt_buf b = TKT_BUF_INIT;
	size_t same = 0, tail = 0;

	tkt_buf_add(&b, text, n);
	if (tkt_message_add_trailer(&b, "Ticket", "TKT-12", comment)) {
		HOLDS(b.len > n && strlen("Ticket: TKT-12\n") <= b.len - n);
		while (same < n && b.ptr[same] == text[same])
			same++;
		while (tail < n - same && b.ptr[b.len - 1 - tail] == text[n - 1 - tail])
			tail++;
		HOLDS(same + tail == n || text[n - 1] != '\n'); /* else the last line got its end, too */
	} else {
		HOLDS(b.len == n && (n == 0 || memcmp(b.ptr, text, n) == 0));
	}
	tkt_buf_reset(&b);
	tkt_message_clean(&b, text, n, comment);
	HOLDS(b.len <= n);
	tkt_message_is_empty(text, n, comment, NULL);
	tkt_buf_release(&b);
}

static void branches(const char *text, size_t n)
{
	struct tkt_mentions m = { .n = 0 };
	struct tkt_strv v = TKT_STRV_INIT;
	char *s = fuzz_string((const uint8_t *)text, n);

	tkt_branch_names(&m, s, "TKT");
	for (size_t i = 0; i < m.n; i++)
		HOLDS(tkt_id_valid(m.items[i].name));
	tkt_merged_branches(&v, text, n);
	for (size_t i = 0; i < v.n; i++)
		HOLDS(*v.items[i] && !strchr(v.items[i], '\n'));
	tkt_mentions_release(&m);
	tkt_strv_release(&v);
	free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = calloc(1, size + !size); /* as long as it is: no NUL behind it */

	HOLDS(text);
	if (size)
		memcpy(text, data, size);
	mentions(text, size, "TKT");
	mentions(text, size, "fix");
	mentions(text, size, "TICKET");
	trailers(text, size, "#");
	trailers(text, size, "//");
	trailers(text, size, NULL);
	adding(text, size, "#");
	adding(text, size, "//");
	adding(text, size, NULL);
	branches(text, size);
	free(text);
	return 0;
}
