/* store/check_value: one value of item.md: is it YAML, is it of its field's type, what does it link to? */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/check_int.h"
#include "sys/io.h"

#define FIND(code, line, fix, ...) \
	tkt_findings_add(c->out, code, t->id, tkt_check_path(c, "item.md"), line, fix, __VA_ARGS__)

/* Names of what tkt-format(5) refuses, as text/yaml words them. */
static bool is_forbidden(const char *message)
{
	static const char *const words[] = { "is not allowed", "nested deeper", "second YAML document", "YAML events" };

	for (size_t i = 0; i < TKT_LEN(words); i++)
		if (strstr(message, words[i]))
			return true;
	return false;
}

/* Why YAML does not take the value as it stands after its key; false: it does. A blank stands in for
 * the key: a block list or map cannot begin on the key's own line. */
static bool yaml_refuses(const struct tkt_fm_entry *e, struct tkt_node **node, struct tkt_error *why)
{
	struct tkt_buf text = TKT_BUF_INIT;
	bool refused;

	*node = NULL;
	tkt_buf_putc(&text, ' ');
	tkt_buf_add(&text, e->block.ptr, e->block.len);
	refused = tkt_yaml_parse(node, text.ptr, text.len, why) != 0;
	if (!refused && (*node)->kind != TKT_NODE_SCALAR && !(*node)->flow && (*node)->line == 1) {
		tkt_error_set(why, TKT_EINVALID, "a list or map cannot begin on the line of its key");
		tkt_error_at(why, NULL, 1);
		refused = true;
	}
	tkt_buf_release(&text);
	return refused;
}

static void note_lenient(struct tkt_check *c, const struct tkt_check_ticket *t, const struct tkt_fm_entry *e,
			 const char *text)
{
	struct tkt_buf fix = TKT_BUF_INIT;

	if (text && !e->multiline) {
		tkt_buf_printf(&fix, "nothing needs to be done; for other YAML readers write %.*s: ", (int)e->key.len,
			       e->key.ptr);
		tkt_fm_quote(&fix, text);
	} else {
		tkt_buf_puts(&fix, "nothing needs to be done; for other YAML readers quote it on one line");
	}
	FIND("T038", e->line, fix.ptr, "YAML would not read the value of '%.*s' as the words that stand there",
	     (int)e->key.len, e->key.ptr);
	tkt_buf_release(&fix);
}

/* A value that is not a scalar and that YAML has to understand. `lenient`: commas split it otherwise. */
static void check_yaml(struct tkt_check *c, const struct tkt_check_ticket *t, const struct tkt_fm_entry *e,
		       bool lenient)
{
	struct tkt_error why = TKT_ERROR_INIT;
	struct tkt_node *node;

	if (!yaml_refuses(e, &node, &why))
		note_lenient(c, t, e, NULL);
	else if (is_forbidden(why.message))
		FIND("T037", e->line + (why.line ? why.line - 1 : 0), "write the value out, without it",
		     "'%.*s': %s", (int)e->key.len, e->key.ptr, why.message);
	else if (lenient)
		note_lenient(c, t, e, NULL);
	else
		FIND("T036", e->line + (why.line ? why.line - 1 : 0), "write the value as YAML, or quote it",
		     "'%.*s': %s", (int)e->key.len, e->key.ptr, why.message);
	tkt_node_free(node);
	tkt_error_release(&why);
}

void tkt_check_extra(struct tkt_check *c, struct tkt_check_ticket *t, const struct tkt_fm_entry *e)
{
	struct tkt_node *node = NULL;
	char first = e->value.len ? e->value.ptr[0] : ' ';

	if (tkt_fm_node(e, &node) == TKT_FM_LENIENT)
		check_yaml(c, t, e, !e->multiline && first != '[' && first != '{');
	tkt_node_free(node);
}

static void add_link(struct tkt_check_ticket *t, enum tkt_link_kind kind, const char *to, size_t line)
{
	TKT_GROW(&t->links);
	t->links.items[t->links.n++] = (struct tkt_check_link){ tkt_strdup(to), kind, line };
}

static bool is_commit(const char *s)
{
	size_t n = strlen(s);

	return n >= 4 && n <= 64 && strspn(s, "0123456789abcdefABCDEF") == n;
}

static void check_reference(struct tkt_check *c, struct tkt_check_ticket *t, const char *ref, size_t line)
{
	struct tkt_buf path = TKT_BUF_INIT;
	struct stat st;

	if (tkt_starts_with(ref, "commit:") && !is_commit(ref + 7)) {
		FIND("T049", line, "name the commit by 4 to 64 hex digits", "'%s' names no commit", ref);
	} else if (tkt_starts_with(ref, "artifact:")) {
		tkt_buf_printf(&path, "artifacts/%s", ref + 9);
		if (tkt_io_stat(c->fd, tkt_check_path(c, path.ptr), &st) < 0)
			FIND("T049", line, "attach the file, or correct the name", "there is no '%s' in the ticket",
			     path.ptr);
	}
	tkt_buf_release(&path);
}

static void check_labels(struct tkt_check *c, struct tkt_check_ticket *t, const struct tkt_strv *v, size_t line)
{
	for (size_t i = 1; i < v->n; i++) {
		for (size_t k = 0; k < i && i < 1000; k++) {
			if (strcmp(v->items[i], v->items[k]) != 0)
				continue;
			FIND("T048", line, "name it once", "label '%s' is listed twice", v->items[i]);
			break;
		}
	}
}

static void check_list_item(struct tkt_check *c, struct tkt_check_ticket *t, const struct tkt_check_field *f,
			    const char *item)
{
	const char *name = f->field->name, *refused;

	if (strcmp(name, "blocked_by") == 0)
		add_link(t, TKT_LINK_BLOCKER, item, f->entry->line);
	else if (strcmp(name, "related") == 0)
		add_link(t, TKT_LINK_RELATED, item, f->entry->line);
	else if (strcmp(name, "references") == 0)
		check_reference(c, t, item, f->entry->line);
	else if ((refused = tkt_field_refuse(f->field, item)) != NULL)
		FIND("T047", f->entry->line, "correct the value", "'%s' in '%s' %s", item, name, refused);
}

static void check_list(struct tkt_check *c, struct tkt_check_ticket *t, const struct tkt_check_field *f)
{
	struct tkt_strv v = TKT_STRV_INIT;

	if (tkt_fm_list(f->entry, &v) == TKT_FM_LENIENT)
		check_yaml(c, t, f->entry, !f->entry->multiline);
	for (size_t i = 0; i < v.n; i++)
		check_list_item(c, t, f, v.items[i]);
	if (v.n > 1 && strcmp(f->field->name, "labels") == 0)
		check_labels(c, t, &v, f->entry->line);
	tkt_strv_release(&v);
}

static void check_node(struct tkt_check *c, struct tkt_check_ticket *t, const struct tkt_check_field *f)
{
	struct tkt_node *node = NULL;
	enum tkt_fm_note note = tkt_fm_node(f->entry, &node);

	if (note == TKT_FM_LENIENT)
		check_yaml(c, t, f->entry, false);
	else if (note == TKT_FM_CLEAN && node->kind != TKT_NODE_MAP)
		FIND("T047", f->entry->line, "write it as {key: value}", "'%s' must be a map", f->field->name);
	tkt_node_free(node);
}

/* Scalars that have a code of their own. False: the field's type is all there is to say. */
static bool check_special(struct tkt_check *c, struct tkt_check_ticket *t, const struct tkt_check_field *f)
{
	const char *name = f->field->name, *text = f->text;
	size_t line = f->entry->line;

	if (strcmp(name, "id") == 0) {
		if (strcmp(text, t->id) != 0) {
			t->said = tkt_strdup(text); /* which of two codes it is shows when all ids are known */
			t->said_line = line;
		}
	} else if (strcmp(name, "slug") == 0) {
		t->slug = tkt_strdup(text);
		t->slug_line = line;
		return false;
	} else if (strcmp(name, "number") == 0) {
		t->number = tkt_strdup(text);
		t->number_line = line;
		return false;
	} else if (strcmp(name, "status") == 0) {
		if (strcmp(text, tkt_status_name(t->status)) != 0)
			FIND("T032", line, "the directory decides: write its name here (doctor --fix does)",
			     "status is '%s' under %s/", text, tkt_status_name(t->status));
	} else if (strcmp(name, "parent") == 0) {
		add_link(t, TKT_LINK_PARENT, text, line);
	} else {
		return false;
	}
	return true;
}

void tkt_check_value(struct tkt_check *c, struct tkt_check_ticket *t, struct tkt_check_field *f)
{
	const char *name = f->field->name, *refused;
	size_t line = f->entry->line;

	if (f->field->type == TKT_FIELD_LIST) {
		check_list(c, t, f);
		return;
	}
	if (f->field->type == TKT_FIELD_NODE) {
		check_node(c, t, f);
		return;
	}
	if (tkt_fm_scalar(f->entry, &f->text) == TKT_FM_LENIENT)
		note_lenient(c, t, f->entry, f->text);
	if (!f->text || !f->text[0] || check_special(c, t, f))
		return;
	refused = tkt_field_refuse(f->field, f->text);
	if (!refused)
		return;
	if (f->field->check == TKT_CHECK_TIME)
		FIND("T040", line, "write it in UTC like 2026-01-02T03:04:05Z", "%s is no time: '%s'", name, f->text);
	else if (f->field->check == TKT_CHECK_PRIORITY)
		FIND("T043", line, "write P0, P1, P2, P3 or P4", "priority '%s' is none of P0 to P4", f->text);
	else
		FIND("T047", line, "correct the value", "%s '%s' %s", name, f->text, refused);
}
