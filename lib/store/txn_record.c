/* store/txn_record: steps as the bytes of a journal, and back.
 *
 * Every value is a netstring, "<length>:<bytes>," - bodies hold any byte. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/txn_int.h"

static void put(struct tkt_buf *out, const char *bytes, size_t n)
{
	tkt_buf_printf(out, "%zu:", n);
	tkt_buf_add(out, bytes, n);
	tkt_buf_putc(out, ',');
}

static void put_text(struct tkt_buf *out, const char *s)
{
	put(out, s, strlen(s));
}

static void put_number(struct tkt_buf *out, size_t v)
{
	struct tkt_buf n = TKT_BUF_INIT;

	tkt_buf_printf(&n, "%zu", v);
	put(out, n.ptr, n.len);
	tkt_buf_release(&n);
}

void tkt_steps_print(struct tkt_buf *out, const struct tkt_txn *t)
{
	put_number(out, t->n);
	for (size_t i = 0; i < t->n; i++) {
		const struct tkt_step *p = &t->items[i];

		put_number(out, (size_t)p->kind);
		put_text(out, p->id);
		put_text(out, p->path);
		put_text(out, p->to);
		put_text(out, p->old);
		put_number(out, p->at);
		put_number(out, p->edits.n);
		for (size_t e = 0; e < p->edits.n; e++) {
			put_text(out, p->edits.items[e].key);
			put_number(out, p->edits.items[e].value != NULL);
			put_text(out, p->edits.items[e].value ? p->edits.items[e].value : "");
		}
		put(out, p->bytes.ptr, p->bytes.len);
	}
}

struct reader {
	const char *at, *end;
	bool bad;
};

static struct tkt_str get(struct reader *r)
{
	struct tkt_str s = { "", 0 };
	size_t n = 0;

	if (r->bad || r->at == r->end || *r->at < '0' || *r->at > '9')
		goto bad;
	for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
		if (n > (size_t)1 << 40)
			goto bad;
		n = n * 10 + (size_t)(*r->at - '0');
	}
	if (r->at == r->end || *r->at != ':' || (size_t)(r->end - r->at) < n + 2 ||
	    r->at[1 + n] != ',')
		goto bad;
	s = (struct tkt_str){ r->at + 1, n };
	r->at += n + 2;
	return s;
bad:
	r->bad = true;
	return s;
}

static size_t get_number(struct reader *r)
{
	struct tkt_str s = get(r);
	size_t v = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9' || v > (size_t)1 << 50)
			r->bad = true;
		else
			v = v * 10 + (size_t)(s.ptr[i] - '0');
	}
	return v;
}

static char *get_text(struct reader *r)
{
	struct tkt_str s = get(r);

	return tkt_strndup(s.ptr, s.len);
}

static void replace_text(struct reader *r, char **slot)
{
	free(*slot);
	*slot = get_text(r);
}

static void get_edits(struct reader *r, struct tkt_fm_edits *edits)
{
	size_t n = get_number(r);

	while (n-- && !r->bad) {
		char *key = get_text(r);
		bool set = get_number(r) != 0;
		char *value = get_text(r);

		if (!r->bad)
			tkt_fm_edits_set(edits, key, set ? value : NULL);
		free(key);
		free(value);
	}
}

/* Below the root and no way out: a journal may have been planted in a repository. */
static bool safe_path(const char *path)
{
	for (const char *part = path;;) {
		size_t n = strcspn(part, "/");

		if (n == 0 || (n == 1 && part[0] == '.') || (n == 2 && memcmp(part, "..", 2) == 0))
			return false;
		if (!part[n])
			return true;
		part += n + 1;
	}
}

static bool safe_step(const struct tkt_step *p)
{
	bool two = p->kind == TKT_STEP_MOVE || p->kind == TKT_STEP_LINK || p->kind == TKT_STEP_RENAME;

	return safe_path(p->path) && (two ? safe_path(p->to) : !p->to[0]) &&
	       (p->kind != TKT_STEP_LINK || !strchr(p->path, '/'));
}

int tkt_steps_parse(struct tkt_txn *t, const struct tkt_buf *payload, struct tkt_error *err)
{
	struct reader r = { payload->ptr, payload->ptr + payload->len, false };
	size_t n = get_number(&r);

	while (n-- && !r.bad) {
		size_t kind = get_number(&r);
		struct tkt_step *p;
		struct tkt_str s;

		if (kind > TKT_STEP_REMOVE)
			r.bad = true;
		p = tkt_step_add(t, (enum tkt_step_kind)kind, NULL);
		replace_text(&r, &p->id);
		replace_text(&r, &p->path);
		replace_text(&r, &p->to);
		s = get(&r);
		if (s.len != 40 && s.len != 1)
			r.bad = true;
		else
			memcpy(p->old, s.ptr, s.len);
		p->old[s.len == 40 ? 40 : 1] = '\0';
		p->at = get_number(&r);
		get_edits(&r, &p->edits);
		s = get(&r);
		tkt_buf_add(&p->bytes, s.ptr, s.len);
		r.bad = r.bad || !safe_step(p);
	}
	if (r.bad || r.at != r.end)
		return tkt_error_set(err, TKT_EINVALID, "the journal is not one that tkt wrote");
	return 0;
}
