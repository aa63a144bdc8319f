/* The use cases through the library's own door, as a program would call them. */
#include "unit/project.h"

static struct tkt_list show(struct box *b, struct tkt_project *p, const char *ref)
{
	struct tkt_strv refs = TKT_STRV_INIT;
	struct tkt_list list;

	tkt_strv_push(&refs, ref);
	assert_int_equal(tkt_op_show(p, &refs, TKT_ROW_REVERSE | TKT_ROW_REV, &list, &b->err), 0);
	assert_int_equal(list.rows.n, 1);
	tkt_strv_release(&refs);
	return list;
}

static size_t count(struct box *b, struct tkt_project *p, const char *query)
{
	struct tkt_list_req req = { .query = query };
	struct tkt_list list;
	size_t n;

	if (tkt_op_list(p, &req, &list, NULL, &b->err) != 0)
		fail_msg("'%s': %s", query, b->err.message);
	n = list.total;
	tkt_list_release(&list);
	return n;
}

static int set(struct box *b, struct tkt_project *p, const char *ref, const char *assignment)
{
	struct tkt_set_req req = { .refs = TKT_STRV_INIT };
	struct tkt_changes out = { NULL, 0, 0 };
	int rc;

	tkt_strv_push(&req.refs, ref);
	tkt_strv_push(&req.assignments, assignment);
	rc = tkt_op_set(p, &req, &out, &b->err);
	tkt_strv_release(&req.refs);
	tkt_strv_release(&req.assignments);
	tkt_changes_release(&out);
	return rc;
}

static int move(struct box *b, struct tkt_project *p, const char *ref, enum tkt_status to,
		struct tkt_changes *out)
{
	struct tkt_move_req req = { .to = to, .want_unblocked = true, .strict = true };
	int rc;

	tkt_strv_push(&req.refs, ref);
	rc = tkt_op_move(p, &req, out, &b->err);
	tkt_strv_release(&req.refs);
	return rc;
}

static void every_name_of_a_ticket_finds_it(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "Named in many ways"), *found;
	struct tkt_buf key = TKT_BUF_INIT;

	assert_int_equal(set(b, p, id, "number=42"), 0);
	assert_int_equal(set(b, p, id, "aliases=old-name,GH-7"), 0);
	tkt_store_key(&key, "TKT", id);
	const char *refs[] = { id, "named-in-many-ways", key.ptr, "42", "#42", "TKT-42", "GH-7",
			       "old-name", "20260601-1200" };

	for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
		if (tkt_project_resolve(p, refs[i], &found, &b->err) != 0)
			fail_msg("'%s': %s", refs[i], b->err.message);
		assert_string_equal(found, id);
		free(found);
	}
	key.ptr[8] = '\0'; /* TKT- and four digits */
	assert_int_equal(tkt_project_resolve(p, key.ptr, &found, &b->err), 0);
	free(found);
	tkt_buf_release(&key);
	free(id);
	tkt_project_free(p);
}

static void context_keeps_its_keys_and_values(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "With context");

	assert_int_equal(set(b, p, id, "context={browser: firefox, os: [linux, bsd]}"), 0);
	assert_non_null(strstr(project_text(b, project_path("open", id, "item.md")),
			       "\ncontext: {browser: firefox, os: [linux, bsd]}\n"));
	assert_int_equal(set(b, p, id, "context={browser: chrome}"), 0);
	assert_non_null(strstr(project_text(b, project_path("open", id, "thread.md")),
			       "from: \"{browser: firefox, os: [linux, bsd]}\" to: \"{browser: chrome}\""));
	free(id);
	tkt_project_free(p);
}

static void an_ambiguous_name_is_an_error_that_names_the_candidates(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *one = project_create(b, p, "Twice"), *two = project_create(b, p, "Other"), *found;
	char item[512];

	snprintf(item, sizeof item, "---\nid: %s\nslug: twice\ntitle: Twice\n---\n", two);
	box_put(b, project_path("open", two, "item.md"), item); /* as only a script would */
	/* the name of one says so too, and names are looked at first */
	assert_int_equal(renameat(b->fd, project_path("open", two, NULL), b->fd,
				  "work-items/open/20260601-120000-twice-2"), 0);
	free(two);
	two = strdup("20260601-120000-twice-2");
	assert_int_equal(tkt_project_resolve(p, "twice", &found, &b->err), TKT_EAMBIGUOUS);
	assert_int_equal(b->err.candidates.n, 2);
	assert_non_null(strstr(b->err.candidates.items[0], one));
	assert_non_null(strstr(b->err.candidates.items[1], "Twice"));
	tkt_error_release(&b->err);
	box_failed(b, tkt_project_resolve(p, "nothing-like-it", &found, &b->err), TKT_ENOTFOUND,
		   "'nothing-like-it'");
	free(one);
	free(two);
	tkt_project_free(p);
}

static void a_slug_names_one_ticket(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *one = project_create(b, p, "Same name"), *two, *three;
	struct tkt_changes out = { NULL, 0, 0 };

	p->now += 5;
	two = project_create(b, p, "Same name");
	assert_string_equal(two, "20260601-120005-same-name-2");
	assert_int_equal(move(b, p, one, TKT_CLOSED, &out), 0);
	three = project_create(b, p, "same NAME");
	assert_string_equal(three, "20260601-120005-same-name-3");
	box_failed(b, set(b, p, three, "slug=same-name"), TKT_EEXISTS, "names");
	/* the set of slugs is a cache: gone, noise or stale, the answer is the same */
	assert_int_equal(unlinkat(b->fd, "work-items/.tkt/slugs", 0), 0);
	mkdirat(b->fd, "work-items/pending/20260101-000000-by-a-script", 0755);
	free(two);
	two = project_create(b, p, "By a script");
	assert_string_equal(two, "20260601-120005-by-a-script-2");
	box_put(b, "work-items/.tkt/slugs", "tktslug\0noise");
	free(two);
	two = project_create(b, p, "By a script");
	assert_string_equal(two, "20260601-120005-by-a-script-3");
	tkt_changes_release(&out);
	free(one);
	free(two);
	free(three);
	tkt_project_free(p);
}

static void a_status_change_is_two_lines(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "Two lines");
	char *before = strdup(project_text(b, project_path("open", id, "item.md")));
	struct tkt_changes out = { NULL, 0, 0 };
	size_t differing = 0, at_a = 0, at_b = 0;
	struct tkt_str a, c;

	p->now += 60;
	assert_int_equal(move(b, p, id, TKT_PENDING, &out), 0);
	project_text(b, project_path("pending", id, "item.md"));
	while (tkt_str_line(tkt_str_of(before), &at_a, &a) &&
	       tkt_str_line((struct tkt_str){ b->out.ptr, b->out.len }, &at_b, &c))
		differing += a.len != c.len || memcmp(a.ptr, c.ptr, a.len) != 0;
	assert_int_equal(differing, 2);
	assert_int_equal(out.items[0].diffs.n, 1);
	assert_string_equal(out.items[0].diffs.items[0].to, "pending");
	tkt_changes_release(&out);
	free(before);
	free(id);
	tkt_project_free(p);
}

static void closing_writes_the_resolution_and_tells_what_it_frees(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *first = project_create(b, p, "First of two"), *second = project_create(b, p, "Second of two");
	struct tkt_changes out = { NULL, 0, 0 };
	struct tkt_list list;

	assert_int_equal(set(b, p, second, "blocked_by+=first-of-two"), 0);
	assert_int_equal(count(b, p, "is:blocked"), 1);
	list = show(b, p, first);
	assert_string_equal(list.rows.items[0].blocks.items[0], second);
	tkt_list_release(&list);
	assert_int_equal(move(b, p, first, TKT_CLOSED, &out), 0);
	assert_int_equal(out.items[0].unblocked.n, 1);
	assert_string_equal(out.items[0].unblocked.items[0], second);
	box_holds(b, project_path("closed", first, "resolution.md"), "Closed.\n");
	assert_int_equal(count(b, p, "is:blocked"), 0);
	tkt_changes_release(&out);
	box_failed(b, move(b, p, first, TKT_CLOSED, &out), TKT_EEXISTS, "closed already");
	free(first);
	free(second);
	tkt_project_free(p);
}

static void a_circle_of_any_length_is_refused(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *ids[5];

	for (int i = 0; i < 5; i++) {
		char title[16];

		snprintf(title, sizeof title, "link %d", i);
		ids[i] = project_create(b, p, title);
	}
	for (int i = 0; i < 4; i++) {
		char assignment[128];

		snprintf(assignment, sizeof assignment, "blocked_by=%s", ids[i + 1]);
		assert_int_equal(set(b, p, ids[i], assignment), 0);
	}
	box_failed(b, set(b, p, ids[4], "blocked_by=link-0"), TKT_EINVALID, "circle");
	box_failed(b, set(b, p, ids[2], "blocked_by+=link-2"), TKT_EINVALID, "circle");
	box_failed(b, set(b, p, ids[2], "parent=link-2"), TKT_EINVALID, "circle");
	for (int i = 0; i < 5; i++)
		free(ids[i]);
	tkt_project_free(p);
}

static void a_repeated_idempotency_key_does_nothing_again(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	struct tkt_create_req create = { .title = "Once only", .idempotency_key = "k 1" };
	struct tkt_comment_req comment = { .body = "hello", .body_len = 5, .idempotency_key = "c1" };
	struct tkt_created one, two;
	struct tkt_changes out = { NULL, 0, 0 };

	assert_int_equal(tkt_op_create(p, &create, &one, &b->err), 0);
	assert_int_equal(tkt_op_create(p, &create, &two, &b->err), 0);
	assert_string_equal(one.id, two.id);
	assert_false(one.replayed);
	assert_true(two.replayed);
	tkt_strv_push(&comment.refs, one.id);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(tkt_op_comment(p, &comment, &out, &b->err), 0);
		assert_int_equal(out.items[0].replayed, i > 0);
		tkt_changes_release(&out);
	}
	struct tkt_list list = show(b, p, one.id);

	assert_int_equal(list.rows.items[0].record.thread.n, 2);
	tkt_list_release(&list);
	tkt_strv_release(&comment.refs);
	tkt_created_release(&one);
	tkt_created_release(&two);
	tkt_project_free(p);
}

static void a_stale_rev_is_a_conflict_and_changes_nothing(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "Revised");
	struct tkt_set_req req = { .if_rev = "0000000000000000" };
	struct tkt_changes out = { NULL, 0, 0 };
	struct tkt_list list = show(b, p, id);

	tkt_strv_push(&req.refs, id);
	tkt_strv_push(&req.assignments, "priority=P0");
	box_failed(b, tkt_op_set(p, &req, &out, &b->err), TKT_ECONFLICT, "has changed");
	req.if_rev = list.rows.items[0].record.rev;
	assert_int_equal(tkt_op_set(p, &req, &out, &b->err), 0);
	assert_string_not_equal(out.items[0].rev, req.if_rev);
	assert_int_equal(count(b, p, "priority:P0"), 1);
	tkt_strv_release(&req.refs);
	tkt_strv_release(&req.assignments);
	tkt_changes_release(&out);
	tkt_list_release(&list);
	free(id);
	tkt_project_free(p);
}

static void several_tickets_change_together_or_not_at_all(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *one = project_create(b, p, "One of many"), *two = project_create(b, p, "Two of many");
	struct tkt_move_req req = { .to = TKT_CLOSED };
	struct tkt_changes out = { NULL, 0, 0 };

	tkt_strv_push(&req.refs, one);
	tkt_strv_push(&req.refs, "nobody");
	box_failed(b, tkt_op_move(p, &req, &out, &b->err), TKT_ENOTFOUND, "nobody");
	assert_int_equal(count(b, p, ""), 2);
	free(req.refs.items[1]);
	req.refs.items[1] = strdup(two);
	assert_int_equal(tkt_op_move(p, &req, &out, &b->err), 0);
	assert_int_equal(count(b, p, ""), 0);
	assert_int_equal(count(b, p, "status:closed"), 2);
	tkt_strv_release(&req.refs);
	tkt_changes_release(&out);
	free(one);
	free(two);
	tkt_project_free(p);
}

static void a_bad_ticket_hides_no_other(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *good = project_create(b, p, "Good one"), *bad = project_create(b, p, "Bad one");
	struct tkt_list_req req = { .query = NULL };
	struct tkt_list list;

	box_put(b, project_path("open", bad, "item.md"), "---\nid: x\n<<<<<<< ours\n---\n");
	assert_int_equal(tkt_op_list(p, &req, &list, NULL, &b->err), 0);
	assert_int_equal(list.rows.n, 1);
	assert_int_equal(list.bad.n, 1);
	assert_int_equal(list.bad.items[0].line, 3);
	assert_non_null(strstr(list.bad.items[0].file, bad));
	tkt_list_release(&list);
	free(good);
	free(bad);
	tkt_project_free(p);
}

static void a_ticket_in_two_directories_is_reported_and_not_picked(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "Split brain");
	struct tkt_list_req req = { .query = NULL };
	struct tkt_list list;
	char *found = NULL;

	mkdirat(b->fd, project_path("closed", id, NULL), 0755);
	box_put(b, project_path("closed", id, "item.md"), "---\nid: x\n---\n");
	assert_int_equal(tkt_op_list(p, &req, &list, NULL, &b->err), 0);
	assert_int_equal(list.rows.n, 0);
	assert_int_equal(list.bad.n, 1);
	assert_int_equal(list.bad.items[0].candidates.n, 2);
	tkt_list_release(&list);
	assert_int_equal(tkt_project_resolve(p, id, &found, &b->err), TKT_EAMBIGUOUS);
	free(id);
	tkt_project_free(p);
}

static int edit_item(struct box *b, struct tkt_project *p, const char *id, const struct tkt_buf *old,
		     const struct tkt_buf *text, const char *why, struct tkt_changes *out)
{
	struct tkt_edit_item_req req = { id, old, text->ptr, text->len, why, NULL };

	return tkt_op_edit_item(p, &req, out, &b->err);
}

static void an_edit_of_the_whole_file_becomes_events(void **state)
{
	struct box *b = *state;
	struct tkt_project *p = project_new(b);
	char *id = project_create(b, p, "Edited by hand");
	struct tkt_changes out = { NULL, 0, 0 };
	struct tkt_buf old = TKT_BUF_INIT, text = TKT_BUF_INIT;
	struct tkt_list list;

	project_text(b, project_path("open", id, "item.md"));
	tkt_buf_add(&old, b->out.ptr, b->out.len);
	tkt_buf_add(&text, old.ptr, old.len);
	memcpy(strstr(text.ptr, "P2"), "P1", 2);
	tkt_buf_puts(&text, "\nA body.\n");
	assert_int_equal(edit_item(b, p, id, &old, &text, "why", &out), 0);
	assert_int_equal(out.items[0].diffs.n, 2); /* priority, body */
	list = show(b, p, id);
	assert_int_equal(list.rows.items[0].record.thread.n, 3);
	assert_string_equal(list.rows.items[0].record.thread.items[1].body, "why");
	tkt_list_release(&list);
	/* what was edited is no longer what stands there */
	assert_int_equal(edit_item(b, p, id, &old, &text, NULL, &out), TKT_ECONFLICT);
	tkt_error_release(&b->err);
	memcpy(strstr(text.ptr, "status: open"), "status: shut", 12);
	tkt_buf_reset(&old);
	project_text(b, project_path("open", id, "item.md"));
	tkt_buf_add(&old, b->out.ptr, b->out.len);
	box_failed(b, edit_item(b, p, id, &old, &text, NULL, &out),
		   TKT_EINVALID, "status");
	tkt_buf_release(&old);
	tkt_buf_release(&text);
	tkt_changes_release(&out);
	free(id);
	tkt_project_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOX_TEST(every_name_of_a_ticket_finds_it),
		BOX_TEST(an_ambiguous_name_is_an_error_that_names_the_candidates),
		BOX_TEST(context_keeps_its_keys_and_values),
		BOX_TEST(a_slug_names_one_ticket),
		BOX_TEST(a_status_change_is_two_lines),
		BOX_TEST(closing_writes_the_resolution_and_tells_what_it_frees),
		BOX_TEST(a_circle_of_any_length_is_refused),
		BOX_TEST(a_repeated_idempotency_key_does_nothing_again),
		BOX_TEST(a_stale_rev_is_a_conflict_and_changes_nothing),
		BOX_TEST(several_tickets_change_together_or_not_at_all),
		BOX_TEST(a_bad_ticket_hides_no_other),
		BOX_TEST(a_ticket_in_two_directories_is_reported_and_not_picked),
		BOX_TEST(an_edit_of_the_whole_file_becomes_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
