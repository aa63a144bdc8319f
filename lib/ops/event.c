/* ops/event: events and values as every use case writes them. */
#include "ops/event.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "text/ref.h"

void tkt_event_make(struct tkt_event *e, const struct tkt_project *p, const char *kind,
		    const char *body, size_t body_len)
{
	char at[TKT_TIME_LEN + 1];

	memset(e, 0, sizeof *e);
	tkt_time_print(p->now, at);
	e->kind = tkt_strdup(kind);
	e->author = tkt_strdup(p->author && p->author[0] ? p->author : "unknown");
	e->at = tkt_strdup(at);
	e->body = tkt_strndup(body ? body : "", body ? body_len : 0);
	e->body_len = body ? body_len : 0;
}

void tkt_edits_touch(struct tkt_fm_edits *edits, const struct tkt_project *p)
{
	char at[TKT_TIME_LEN + 1];

	tkt_time_print(p->now, at);
	tkt_fm_edits_set(edits, "updated_at", at);
}

void tkt_edits_string(struct tkt_fm_edits *edits, const struct tkt_field *f, const char *value)
{
	struct tkt_buf yaml = TKT_BUF_INIT;

	if (value && value[0])
		tkt_fm_quote(&yaml, value);
	else if (f->required)
		tkt_buf_puts(&yaml, "null");
	tkt_fm_edits_set(edits, f->name, yaml.len ? yaml.ptr : NULL);
	tkt_buf_release(&yaml);
}

void tkt_edits_list(struct tkt_fm_edits *edits, const struct tkt_field *f, const struct tkt_strv *v)
{
	struct tkt_buf yaml = TKT_BUF_INIT;

	if (v->n || f->required)
		tkt_fm_quote_list(&yaml, v);
	tkt_fm_edits_set(edits, f->name, yaml.len ? yaml.ptr : NULL);
	tkt_buf_release(&yaml);
}

static int check_kind(const struct tkt_project *p, const char *value, struct tkt_error *err)
{
	const struct tkt_board *b = tkt_config_board(&p->config, NULL);
	struct tkt_buf known = TKT_BUF_INIT;
	int rc;

	if (!b || tkt_board_kind_ok(b, value))
		return 0;
	for (size_t i = 0; i < b->kinds.n; i++)
		tkt_buf_printf(&known, "%s%s", i ? ", " : "", b->kinds.items[i].id);
	rc = tkt_error_set(err, TKT_EINVALID, "kind '%s' is not one of config.yml", value);
	tkt_error_hint(err, "known kinds: %s; --force takes any word", known.ptr);
	tkt_buf_release(&known);
	return rc;
}

static int check_column(const struct tkt_project *p, const char *value, struct tkt_error *err)
{
	const struct tkt_board *b = tkt_config_board(&p->config, NULL);
	struct tkt_buf known = TKT_BUF_INIT;
	int rc;

	if (!b || tkt_board_column(b, value))
		return 0;
	for (size_t i = 0; i < b->columns.n; i++)
		tkt_buf_printf(&known, "%s%s", i ? ", " : "", b->columns.items[i].id);
	rc = tkt_error_set(err, TKT_EINVALID, "column '%s' is not on the board", value);
	tkt_error_hint(err, "columns: %s", known.ptr);
	tkt_buf_release(&known);
	return rc;
}

int tkt_value_check(const struct tkt_project *p, const struct tkt_field *f, const char *value,
		    bool force, struct tkt_error *err)
{
	const char *why = tkt_field_refuse(f, value);

	if (!why && !tkt_utf8_valid(value, strlen(value), NULL))
		why = "must be UTF-8";
	if (why)
		return tkt_error_set(err, TKT_EINVALID, "%s '%.80s' %s", f->name, value, why);
	if (force)
		return 0;
	if (strcmp(f->name, "kind") == 0)
		return check_kind(p, value, err);
	if (strcmp(f->name, "column") == 0)
		return check_column(p, value, err);
	return 0;
}

char *tkt_value_normal(const struct tkt_field *f, const char *value)
{
	int rank;

	if (f->check != TKT_CHECK_PRIORITY)
		return tkt_strdup(value);
	rank = tkt_priority_rank(value);
	return rank < 5 ? tkt_asprintf("P%d", rank) : tkt_strdup(value);
}

int tkt_value_resolve(struct tkt_project *p, const struct tkt_field *f, char **value,
		      struct tkt_error *err)
{
	char *id = NULL;
	int rc;

	if (strcmp(f->name, "parent") != 0 && strcmp(f->name, "blocked_by") != 0 &&
	    strcmp(f->name, "related") != 0)
		return 0;
	rc = tkt_project_resolve(p, *value, &id, err);
	if (!rc) {
		free(*value);
		*value = id;
	}
	return rc;
}

const struct tkt_event *tkt_event_with_key(const struct tkt_thread *thread, const char *key)
{
	for (size_t i = 0; i < thread->n; i++) {
		const char *v = tkt_event_attr(&thread->items[i], TKT_ATTR_IDEMPOTENCY);

		if (v && strcmp(v, key) == 0)
			return &thread->items[i];
	}
	return NULL;
}

int tkt_idempotency_check(const char *key, struct tkt_error *err)
{
	size_t n = strlen(key);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)key[i] < ' ' || key[i] == 127)
			n = 0;
	if (n < 1 || n > 200)
		return tkt_error_set(err, TKT_EUSAGE,
				     "an idempotency key is one line of 1 to 200 bytes");
	return 0;
}
