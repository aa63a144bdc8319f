/* ops/fields: one place where values get into tickets. */
#include "ops/fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/event.h"

static char **string_slot(struct tkt_ticket *t, const struct tkt_field *f)
{
	return (char **)(void *)((char *)t + f->offset);
}

static struct tkt_strv *list_slot(struct tkt_ticket *t, const struct tkt_field *f)
{
	return (struct tkt_strv *)(void *)((char *)t + f->offset);
}

static struct tkt_extra *find_extra(const struct tkt_ticket *t, const char *key)
{
	for (size_t i = 0; i < t->extra.n; i++)
		if (strcmp(t->extra.items[i].key, key) == 0)
			return &t->extra.items[i];
	return NULL;
}

static bool is_key(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!(*s >= 'a' && *s <= 'z') && !(*s >= 'A' && *s <= 'Z') &&
		    !(*s >= '0' && *s <= '9') && !strchr("_.-", *s))
			return false;
	return true;
}

static bool clears(const char *value)
{
	return !*value || strcmp(value, "null") == 0;
}

static int put_extra(struct tkt_ticket *t, const char *key, const char *value,
		     struct tkt_error *err)
{
	struct tkt_extra *x = find_extra(t, key);
	struct tkt_node *node = NULL;

	if (!is_key(key))
		return tkt_error_set(err, TKT_EUSAGE,
				     "'%s' is no key: letters, digits, '_', '.' and '-' are", key);
	if (!clears(value)) {
		node = tkt_calloc(1, sizeof *node);
		node->kind = TKT_NODE_SCALAR;
		node->text = tkt_strdup(value);
		node->len = strlen(value);
	}
	if (!x) {
		TKT_GROW(&t->extra);
		x = &t->extra.items[t->extra.n++];
		*x = (struct tkt_extra){ tkt_strdup(key), NULL };
	}
	tkt_node_free(x->value);
	x->value = node;
	return 0;
}

/* context: a flow map as YAML text. */
static int put_node(struct tkt_ticket *t, const struct tkt_field *f, const char *value,
		    struct tkt_error *err)
{
	struct tkt_node **slot = (struct tkt_node **)(void *)((char *)t + f->offset);
	struct tkt_node *node = NULL;
	int rc = 0;

	if (!clears(value))
		rc = tkt_yaml_parse(&node, value, strlen(value), err);
	if (!rc && node && (node->kind != TKT_NODE_MAP || strchr(value, '\n'))) {
		rc = tkt_error_set(err, TKT_EINVALID, "%s must be a map like {key: value}", f->name);
		tkt_node_free(node);
	} else if (!rc) {
		tkt_node_free(*slot);
		*slot = node;
	}
	return rc;
}

static int put_known(struct tkt_project *p, struct tkt_ticket *t, const struct tkt_field *f,
		     const char *value, bool force, struct tkt_error *err)
{
	char *v = tkt_value_normal(f, value);
	int rc = tkt_value_check(p, f, v, force, err);

	if (!rc)
		rc = tkt_value_resolve(p, f, &v, err);
	if (!rc && f->type == TKT_FIELD_LIST) {
		if (!tkt_strv_has(list_slot(t, f), v))
			tkt_strv_push(list_slot(t, f), v);
	} else if (!rc) {
		free(*string_slot(t, f));
		*string_slot(t, f) = v;
		v = NULL;
	}
	free(v);
	return rc;
}

static int refuse_fixed(const struct tkt_field *f, struct tkt_error *err)
{
	int rc = tkt_error_set(err, TKT_EUSAGE, "'%s' is not for setting by hand", f->name);

	if (strcmp(f->name, "status") == 0)
		tkt_error_hint(err, "use 'tkt status', 'tkt close' or 'tkt reopen'");
	return rc;
}

int tkt_ticket_put(struct tkt_project *p, struct tkt_ticket *t, const char *key, const char *value,
		   bool force, struct tkt_error *err)
{
	const struct tkt_field *f = tkt_field_find(key);

	if (!f)
		return put_extra(t, key, value, err);
	if (f->fixed)
		return refuse_fixed(f, err);
	if (f->type == TKT_FIELD_NODE)
		return put_node(t, f, value, err);
	if (!clears(value))
		return put_known(p, t, f, value, force, err);
	if (f->type == TKT_FIELD_LIST) {
		tkt_strv_release(list_slot(t, f));
		return 0;
	}
	if (f->required && strcmp(key, "assignee") != 0 && strcmp(key, "legacy_ticket") != 0)
		return tkt_error_set(err, TKT_EINVALID, "%s cannot be empty", f->name);
	free(*string_slot(t, f));
	*string_slot(t, f) = NULL;
	return 0;
}

/* A comma-separated list, item by item; errors and warnings are sentences and are one item. */
static int put_items(struct tkt_project *p, struct tkt_ticket *t, const struct tkt_field *f,
		     const char *value, bool force, struct tkt_error *err)
{
	bool sentences = strcmp(f->name, "errors") == 0 || strcmp(f->name, "warnings") == 0;
	int rc = 0;

	while (!rc && *value) {
		size_t n = sentences ? strlen(value) : strcspn(value, ",");
		struct tkt_str item = tkt_str_trim((struct tkt_str){ value, n });
		char *one = tkt_strndup(item.ptr, item.len);

		if (item.len)
			rc = put_known(p, t, f, one, force, err);
		free(one);
		value += n + (value[n] == ',');
	}
	return rc;
}

static int drop_items(struct tkt_project *p, struct tkt_ticket *t, const struct tkt_field *f,
		      const char *value, struct tkt_error *err)
{
	struct tkt_strv *list = list_slot(t, f);

	while (*value) {
		size_t n = strcspn(value, ",");
		struct tkt_str item = tkt_str_trim((struct tkt_str){ value, n });
		char *one = tkt_strndup(item.ptr, item.len);

		/* As it stands, else what the REF means. */
		if (!tkt_strv_remove(list, one)) {
			int rc = tkt_value_resolve(p, f, &one, err);

			if (rc) {
				free(one);
				return rc;
			}
			tkt_strv_remove(list, one);
		}
		free(one);
		value += n + (value[n] == ',');
	}
	return 0;
}

char *tkt_assignment_key(const char *assignment)
{
	const char *eq = strchr(assignment, '=');
	size_t n;

	if (!eq)
		return NULL;
	n = (size_t)(eq - assignment);
	if (n && (assignment[n - 1] == '+' || assignment[n - 1] == '-'))
		n--;
	return tkt_strndup(assignment, n);
}

static int assign_list(struct tkt_project *p, struct tkt_ticket *t, const struct tkt_field *f,
		       char op, const char *value, bool force, struct tkt_error *err)
{
	struct tkt_strv was = TKT_STRV_INIT;
	int rc;

	if (op == '-')
		return drop_items(p, t, f, value, err);
	tkt_strv_copy(&was, list_slot(t, f));
	if (op == '=')
		tkt_strv_release(list_slot(t, f));
	rc = op == '=' && clears(value) ? 0 : put_items(p, t, f, value, force, err);
	if (rc)
		tkt_strv_copy(list_slot(t, f), &was);
	tkt_strv_release(&was);
	return rc;
}

int tkt_ticket_assign(struct tkt_project *p, struct tkt_ticket *t, const char *assignment,
		      bool force, struct tkt_error *err)
{
	char *key = tkt_assignment_key(assignment);
	const struct tkt_field *f;
	const char *value;
	char op;
	int rc;

	if (!key)
		return tkt_error_set(err, TKT_EUSAGE, "'%s' is not KEY=VALUE", assignment);
	f = tkt_field_find(key);
	op = assignment[strlen(key)];
	value = strchr(assignment, '=') + 1;
	if (f && f->fixed)
		rc = refuse_fixed(f, err);
	else if (f && f->type == TKT_FIELD_LIST)
		rc = assign_list(p, t, f, op, value, force, err);
	else if (op != '=')
		rc = tkt_error_set(err, TKT_EUSAGE, "'%s' is no list: use %s=VALUE", key, key);
	else
		rc = tkt_ticket_put(p, t, key, value, force, err);
	free(key);
	return rc;
}
