/* git/program: history.
 *
 * The whole of it comes from one `git rev-list --header`, which is as fast as git reads. What is new since the
 * last time is mostly a few commits, and the caller knows the rest: those are followed from parent to parent
 * (`hops`), and only where they do not end soon the program is asked after all. Where an object is missing, git
 * gives up: then parents are followed to the end. */
#include "git/program_int.h"

#include <stdlib.h>

#include "base/mem.h"

enum { HOPS = 500, AHEAD = 64 };

struct set { /* of object names: open addressing, at most half full */
	struct tkt_oid *slots;
	size_t n, cap;
};

struct walk {
	struct tkt_program *p;
	const struct tkt_git_walk *ask;
	bool *missing;
	struct set done;      /* given to the caller, or known to be unwanted */
	struct tkt_oids left; /* still to be read; a stack */
	struct tkt_buf record, text;
};

static struct tkt_oid *slot_of(const struct set *s, const struct tkt_oid *oid)
{
	uint64_t h;
	size_t i;

	memcpy(&h, oid->bytes, sizeof h); /* names are hashes already */
	for (i = (size_t)h & (s->cap - 1); s->slots[i].n && !tkt_oid_equal(&s->slots[i], oid);
	     i = (i + 1) & (s->cap - 1))
		;
	return &s->slots[i];
}

static bool has(const struct set *s, const struct tkt_oid *oid)
{
	return s->cap && slot_of(s, oid)->n;
}

/* False: it is in there. */
static bool put(struct set *s, const struct tkt_oid *oid)
{
	struct tkt_oid *slot;

	if (s->n * 2 >= s->cap) {
		struct set bigger = { NULL, s->n, s->cap ? s->cap * 2 : 1024 };

		bigger.slots = tkt_calloc(bigger.cap, sizeof *bigger.slots);
		for (size_t i = 0; i < s->cap; i++)
			if (s->slots[i].n)
				*slot_of(&bigger, &s->slots[i]) = s->slots[i];
		free(s->slots);
		*s = bigger;
	}
	slot = slot_of(s, oid);
	if (slot->n)
		return false;
	*slot = *oid;
	s->n++;
	return true;
}

static bool is_known(const struct walk *w, const struct tkt_oid *oid)
{
	return w->ask->known && w->ask->known(w->ask->payload, oid);
}

static int give(struct walk *w, const struct tkt_oid *oid, const char *bytes, size_t n, bool follow,
		struct tkt_error *err)
{
	struct tkt_git_commit c;
	int code = tkt_git_parse_commit(w->p->g, oid, bytes, n, &c, err);

	if (!code)
		code = w->ask->each(w->ask->payload, &c, err);
	for (size_t i = c.parents.n; !code && follow && i-- > 0;)
		if (!has(&w->done, &c.parents.items[i]))
			tkt_oids_push(&w->left, &c.parents.items[i]);
	tkt_git_commit_release(&c);
	return code;
}

/* --- from parent to parent ------------------------------------------------------------------------ */

/* The commits to be read next, asked for all at once. */
static int ask_ahead(struct walk *w, struct tkt_oids *asked, struct tkt_error *err)
{
	int code = 0;

	asked->n = 0;
	while (!code && w->left.n && asked->n < AHEAD) {
		struct tkt_oid oid = w->left.items[--w->left.n];

		if (is_known(w, &oid) || !put(&w->done, &oid))
			continue;
		tkt_oids_push(asked, &oid);
		code = tkt_program_ask(w->p, &oid, err);
	}
	return code;
}

static int read_one(struct walk *w, const struct tkt_oid *oid, bool mute, struct tkt_error *err)
{
	struct tkt_error own = TKT_ERROR_INIT;
	enum tkt_git_type type = 0;
	int code = tkt_program_answer(w->p, oid, &type, &w->text, TKT_GIT_COMMIT_MAX, &own);

	if (code == TKT_ENOTFOUND || (!code && type != TKT_GIT_COMMIT)) {
		*w->missing |= !mute;
		code = 0;
	} else if (code) {
		code = err ? tkt_error_move(err, &own) : code;
	} else {
		code = give(w, oid, w->text.ptr, w->text.len, true, err);
	}
	tkt_error_release(&own);
	return code;
}

/* Reads what is left and what that leads to, at most `most` commits. mute: what is not here is no matter. */
static int hop(struct walk *w, size_t most, bool mute, struct tkt_error *err)
{
	struct tkt_oids asked = { NULL, 0, 0 };
	size_t n = 0;
	int code = 0;

	while (!code && w->left.n && n < most) {
		code = tkt_git_stopped(w->p->g) ? tkt_error_set(err, TKT_EIO, "interrupted")
						: ask_ahead(w, &asked, err);
		for (size_t i = 0; !code && i < asked.n; i++)
			code = read_one(w, &asked.items[i], mute, err);
		n += asked.n;
	}
	if (code && asked.n)
		tkt_program_hang_up(w->p, NULL); /* there may be answers that nobody took */
	tkt_oids_release(&asked);
	return code;
}

static int ignore(void *payload, const struct tkt_git_commit *c, struct tkt_error *err)
{
	(void)payload, (void)c, (void)err;
	return 0;
}

/* As git gave up: first everything that is not wanted, then the rest. */
static int hop_all(struct walk *w, struct tkt_error *err)
{
	const struct tkt_git_walk *wanted = w->ask, unwanted = { .each = ignore };
	struct set given = w->done;
	int code;

	/* What was given already must be passed through again: its parents may not have been. */
	w->done = (struct set){ NULL, 0, 0 };
	w->left.n = 0;
	w->ask = &unwanted;
	for (size_t i = 0; wanted->seen && i < wanted->seen->n; i++)
		tkt_oids_push(&w->left, &wanted->seen->items[i]);
	code = hop(w, SIZE_MAX, true, err);
	w->ask = wanted;
	for (size_t i = 0; i < wanted->tips->n; i++)
		tkt_oids_push(&w->left, &wanted->tips->items[i]);
	while (!code && w->left.n) {
		struct tkt_oid oid = w->left.items[--w->left.n];
		enum tkt_git_type type;

		if (is_known(w, &oid) || !put(&w->done, &oid))
			continue;
		if (!has(&given, &oid)) {
			code = tkt_program_ask(w->p, &oid, err);
			code = code ? code : read_one(w, &oid, false, err);
		} else if (!tkt_program_object(w->p, &oid, &type, &w->text, TKT_GIT_COMMIT_MAX, NULL)) {
			w->ask = &unwanted;
			code = give(w, &oid, w->text.ptr, w->text.len, true, err);
			w->ask = wanted;
		}
		if (!code && tkt_git_stopped(w->p->g))
			code = tkt_error_set(err, TKT_EIO, "interrupted");
	}
	free(given.slots);
	return code;
}

/* --- git rev-list -------------------------------------------------------------------------------- */

/* "<name>\n" and the commit, its message indented by four blanks. */
static int take_record(struct walk *w, const char *bytes, size_t n, struct tkt_error *err)
{
	struct tkt_str line, record = { bytes, n };
	struct tkt_oid oid;
	size_t pos = 0, start;

	if (!tkt_str_line(record, &pos, &line))
		return 0;
	if (line.len && line.ptr[0] == '-') /* a boundary; we ask for none */
		return 0;
	if (!tkt_oid_parse(&oid, line.ptr, line.len))
		return tkt_error_set(err, TKT_EIO, "git cannot read history: its answer is not understood");
	if (has(&w->done, &oid) || is_known(w, &oid))
		return 0;
	put(&w->done, &oid);
	tkt_buf_reset(&w->text);
	tkt_buf_grow(&w->text, n);
	start = pos;
	while (tkt_str_line(record, &pos, &line) && line.len)
		;
	tkt_buf_add(&w->text, bytes + start, pos - start); /* the header */
	while (tkt_str_line(record, &pos, &line)) {
		if (tkt_str_starts(line, "    "))
			line = (struct tkt_str){ line.ptr + 4, line.len - 4 };
		tkt_buf_add(&w->text, line.ptr, line.len);
		tkt_buf_putc(&w->text, '\n');
	}
	return give(w, &oid, w->text.ptr, w->text.len, false, err);
}

static int take(void *payload, const char *bytes, size_t n, struct tkt_error *err)
{
	struct walk *w = payload;
	int code = 0;

	while (!code && n) {
		const char *end = memchr(bytes, '\0', n);
		size_t piece = end ? (size_t)(end - bytes) : n;

		if (end && !w->record.len) {
			code = take_record(w, bytes, piece, err);
		} else {
			tkt_buf_add(&w->record, bytes, piece);
			if (end)
				code = take_record(w, w->record.ptr, w->record.len, err);
			if (end)
				tkt_buf_reset(&w->record);
		}
		bytes += piece + (end != NULL);
		n -= piece + (end != NULL);
	}
	return code;
}

static void add_name(struct tkt_buf *out, const char *sign, const struct tkt_oid *oid)
{
	char hex[TKT_OID_HEX];

	tkt_oid_hex(oid, hex);
	tkt_buf_puts(out, sign);
	tkt_buf_puts(out, hex);
	tkt_buf_putc(out, '\n');
}

static int list(struct walk *w, const struct tkt_oids *tips, struct tkt_error *err)
{
	static const char *const args[] = { "rev-list",		"--header", "--encoding=none",
					    "--ignore-missing", "--stdin",  NULL };
	struct tkt_buf names = TKT_BUF_INIT;
	struct tkt_program_run run = { .args = args, .take = take, .payload = w };
	int status = -1, code;

	for (size_t i = 0; i < tips->n; i++)
		add_name(&names, "", &tips->items[i]);
	for (size_t i = 0; w->ask->seen && i < w->ask->seen->n; i++)
		add_name(&names, "^", &w->ask->seen->items[i]);
	run.input = names.ptr;
	run.input_n = names.len;
	code = tkt_program_run(w->p, &run, &status, NULL, err);
	if (!code && status)
		code = tkt_git_stopped(w->p->g) ? tkt_error_set(err, TKT_EIO, "interrupted") : hop_all(w, err);
	tkt_buf_release(&names);
	return code;
}

/* A tip that is not here is passed over by rev-list without a word. */
static void look_for_tips(struct walk *w)
{
	const struct tkt_oids *tips = w->ask->tips;

	for (size_t i = 0; !*w->missing && i < tips->n; i++) {
		enum tkt_git_type type;

		if (has(&w->done, &tips->items[i]) || is_known(w, &tips->items[i]))
			continue;
		/* It may also be an ancestor of what is seen. */
		if (tkt_program_object(w->p, &tips->items[i], &type, &w->text, TKT_GIT_COMMIT_MAX, NULL) ==
		    TKT_ENOTFOUND)
			*w->missing = true;
	}
}

int tkt_program_walk(void *self, const struct tkt_git_walk *ask, bool *missing, struct tkt_error *err)
{
	struct walk w = { .p = self, .ask = ask, .missing = missing };
	struct tkt_oids rest = { NULL, 0, 0 };
	bool some = ask->known && ask->seen && ask->seen->n;
	int code = 0;

	tkt_buf_init(&w.record);
	tkt_buf_init(&w.text);
	*missing = false;
	for (size_t i = 0; i < ask->tips->n; i++)
		if (!is_known(&w, &ask->tips->items[i]))
			tkt_oids_push(&w.left, &ask->tips->items[i]);
	if (some)
		code = hop(&w, HOPS, false, err);
	if (!code && w.left.n) {
		rest = w.left;
		w.left = (struct tkt_oids){ NULL, 0, 0 };
		code = list(&w, &rest, err);
		if (!code)
			look_for_tips(&w);
	}
	tkt_oids_release(&rest);
	tkt_oids_release(&w.left);
	free(w.done.slots);
	tkt_buf_release(&w.record);
	tkt_buf_release(&w.text);
	return code;
}
