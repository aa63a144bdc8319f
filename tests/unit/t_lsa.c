/* index/lsa and what it stands on: arithmetic, passages, features, singular vectors, blobs. */
#include "unit/sandbox.h"

#include <math.h>

#include "base/mem.h"
#include "index/lsa_int.h"

/* cmocka has it for float only. */
#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (double)(by))

static uint32_t seed = 7;

static float noise(void)
{
	seed = seed * 1664525U + 1013904223U;
	return (float)(seed >> 8) / (float)(1 << 24) - .5F;
}

static void packed_vectors_are_close_to_what_they_were(void **state)
{
	float a[TKT_LSA_DIMS], b[TKT_LSA_DIMS];
	int8_t pa[TKT_LSA_DIMS], pb[TKT_LSA_DIMS];

	(void)state;
	for (int round = 0; round < 50; round++) {
		float sa, sb, cos;

		for (size_t i = 0; i < TKT_LSA_DIMS; i++) {
			a[i] = noise();
			b[i] = a[i] * (float)(round % 5) + noise();
		}
		(void)tkt_vec_unit(a, TKT_LSA_DIMS);
		(void)tkt_vec_unit(b, TKT_LSA_DIMS);
		sa = tkt_vec_pack(pa, a, TKT_LSA_DIMS);
		sb = tkt_vec_pack(pb, b, TKT_LSA_DIMS);
		cos = tkt_vec_dot(a, b, TKT_LSA_DIMS);
		assert_near((float)tkt_vec_dot8(pa, pb, TKT_LSA_DIMS) * sa * sb, cos, .01);
		assert_near(tkt_vec_dotf8(a, pb, TKT_LSA_DIMS) * sb, cos, .01);
		assert_near(tkt_vec_dot8(pa, pb, 77), tkt_vec_dot8(pb, pa, 77), 0);
	}
}

static void nonsense_numbers_become_nothing(void **state)
{
	float v[4] = { 1, NAN, INFINITY, -2 };
	int8_t p[4];

	(void)state;
	assert_true(tkt_vec_pack(p, v, 4) > 0);
	assert_int_equal(p[1], 0);
	assert_int_equal(p[2], 0);
	assert_int_equal(p[3], -127);
	assert_near(tkt_vec_unit(v, 4), 0, 0);
	assert_near(v[0], 0, 0);
	assert_near(tkt_vec_pack(p, v, 4), 0, 0);
}

static void plain_blobs_say_the_best_passage(void **state)
{
	float x[3] = { 1, 0, 0 }, y[3] = { 0, 1, 0 }, xy[3] = { 1, 1, 0 }, q[3] = { 0, 1, 0 };
	struct tkt_buf blob = TKT_BUF_INIT;
	enum tkt_doc_field field = TKT_DOC_TITLE;
	struct tkt_whole w;

	(void)state;
	tkt_plain_add(&blob, TKT_DOC_TITLE, xy, 3);
	tkt_plain_add(&blob, TKT_DOC_TITLE, x, 3);
	tkt_plain_add(&blob, TKT_DOC_COMMENTS, y, 3);
	assert_near(tkt_plain_score(q, 3, blob.ptr, blob.len, &field), 1, .01);
	assert_int_equal(field, TKT_DOC_COMMENTS);
	assert_true(tkt_plain_whole(blob.ptr, blob.len, &w));
	assert_int_equal(w.dims, 3);
	assert_int_equal(w.v[0], w.v[1]);
	assert_near(tkt_plain_score(q, 4, blob.ptr, blob.len, &field), -1, 0);
	for (size_t n = 0; n < blob.len; n++)
		(void)tkt_plain_score(q, 3, blob.ptr, n, &field);
	assert_false(tkt_plain_whole(blob.ptr, 5, &w));
	tkt_buf_release(&blob);
}

static void check_pieces(const struct tkt_passages *p, const struct tkt_doc *d, size_t most)
{
	for (size_t i = 0; i < p->n; i++) {
		assert_true(tkt_utf8_valid(p->items[i].text.ptr, p->items[i].text.len, NULL));
		assert_true(p->items[i].text.len <= most);
		assert_true(p->items[i].field < TKT_DOC_FIELDS);
	}
	assert_int_equal(p->items[0].field, TKT_DOC_TITLE);
	assert_ptr_equal(p->items[0].text.ptr, d->items[0].text.ptr);
}

static void pieces_are_whole_signs_and_not_too_many(void **state)
{
	struct tkt_buf text = TKT_BUF_INIT;
	struct tkt_passages p = { NULL, 0, 0 };
	struct tkt_doc d;
	size_t all = 0;

	(void)state;
	for (int i = 0; i < 4000; i++)
		tkt_buf_puts(&text, i % 50 == 49 ? "。\n\n" : i % 7 ? "検索" : " word ");
	tkt_doc_make(&d, "A title", "l", text.ptr);
	tkt_passages_make(&p, &d, 700, 0);
	check_pieces(&p, &d, 840);
	for (size_t i = 1; i < p.n; i++)
		all += p.items[i].text.len;
	assert_true(all + 10 >= tkt_str_trim(d.items[2].text).len); /* nothing but blanks is lost */
	tkt_passages_release(&p);
	tkt_passages_make(&p, &d, 700, 9);
	assert_true(p.n <= 9 && p.n >= 5);
	tkt_passages_release(&p);
	tkt_doc_release(&d);
	tkt_doc_make(&d, "", "", "");
	tkt_passages_make(&p, &d, 700, 9);
	assert_int_equal(p.n, 0);
	tkt_passages_release(&p);
	tkt_doc_release(&d);
	tkt_buf_release(&text);
}

static void singular_vectors_are_at_right_angles_and_repeat(void **state)
{
	enum { ROWS = 200, COLUMNS = 60, EACH = 9, K = 5 };
	static uint32_t column[ROWS * EACH];
	static float value[ROWS * EACH], a[COLUMNS * K], b[COLUMNS * K];
	static size_t start[ROWS + 1];
	struct tkt_sparse m = { ROWS, COLUMNS, start, column, value };

	(void)state;
	/* Rows are of three kinds, each with columns of its own; most weight is on the first kind. */
	for (uint32_t r = 0; r < ROWS; r++) {
		uint32_t kind = r % 3;

		for (uint32_t i = 0; i < EACH; i++) {
			column[r * EACH + i] = kind * 20 + (r / 3 + i) % 20;
			value[r * EACH + i] = kind == 0 ? 3.0F : 1.0F;
		}
		start[r + 1] = (size_t)(r + 1) * EACH;
	}
	tkt_svd(&m, K, a, NULL);
	tkt_svd(&m, K, b, NULL);
	assert_memory_equal(a, b, sizeof a);
	for (size_t i = 0; i < K; i++) {
		for (size_t k = 0; k <= i; k++) {
			double dot = 0;

			for (size_t c = 0; c < COLUMNS; c++)
				dot += (double)a[c * K + i] * (double)a[c * K + k];
			assert_near(dot, i == k, 1e-3);
		}
	}
	for (size_t c = 20; c < COLUMNS; c++) /* the first one is the heavy kind's */
		assert_near(a[c * K], 0, 1e-3);
}

static float alike(const char *x, const char *y)
{
	struct tkt_lsa *m = tkt_lsa_new();
	struct tkt_lsa_bag b;
	float v[TKT_LSA_DIMS], w[TKT_LSA_DIMS], cos;

	m->head.unseen_idf = 1; /* nothing learned: by hash alone */
	tkt_lsa_bag_init(&b);
	tkt_lsa_bag_add(&b, tkt_str_of(x));
	tkt_lsa_fold(m, &b, v, NULL, NULL);
	tkt_lsa_bag_empty(&b);
	assert_int_equal(b.used.n, 0);
	tkt_lsa_bag_add(&b, tkt_str_of(y));
	tkt_lsa_fold(m, &b, w, NULL, NULL);
	cos = tkt_vec_dot(v, w, TKT_LSA_DIMS);
	tkt_lsa_bag_release(&b);
	tkt_lsa_free(m);
	return cos;
}

static void texts_of_the_same_words_are_alike_without_learning(void **state)
{
	(void)state;
	assert_near(alike("The login page", "login PAGE"), 1, .01);
	assert_true(alike("index rebuild is slow", "rebuilding slow indexes") > .5F);
	assert_true(alike("全文検索の索引", "索引の全文検索") > .5F);
	assert_true(alike("index rebuild is slow", "colour of the button") < .4F);
	assert_near(alike("", "login"), 0, 0);
	assert_near(alike("the of and", "login"), 0, 0);
	assert_near(alike("\xff\xfe\x80\xc3", "login"), 0, .3);
}

static void blobs_hold_passages_in_four_bits(void **state)
{
	struct tkt_lsa *m = tkt_lsa_new();
	struct tkt_buf blob = TKT_BUF_INIT, again = TKT_BUF_INIT;
	struct tkt_lsa_bag b;
	enum tkt_doc_field field = TKT_DOC_LABELS;
	struct tkt_whole w;
	struct tkt_doc d;
	float v[TKT_LSA_DIMS];
	int16_t q[TKT_LSA_DIMS];

	(void)state;
	m->head.unseen_idf = 1;
	tkt_lsa_bag_init(&b);
	tkt_doc_make(&d, "Login page", "", "The session token becomes stale after an hour of waiting.");
	tkt_lsa_blob(m, &b, &d, &blob, NULL, NULL);
	tkt_lsa_blob(m, &b, &d, &again, NULL, NULL);
	assert_int_equal(blob.len, again.len);
	assert_memory_equal(blob.ptr, again.ptr, blob.len);
	tkt_lsa_bag_empty(&b);
	tkt_lsa_bag_add(&b, tkt_str_of("login page session token becomes stale after hour waiting"));
	tkt_lsa_fold(m, &b, v, NULL, NULL);
	for (size_t i = 0; i < TKT_LSA_DIMS; i++)
		q[i] = (int16_t)(v[i] * 4000);
	assert_near(tkt_lsa_score(q, 1 / 4000.0, blob.ptr, blob.len, &field), 1, .03);
	assert_int_equal(field, TKT_DOC_BODY);
	assert_true(tkt_lsa_whole(blob.ptr, blob.len, &w));
	assert_near((float)tkt_vec_dot8(w.v, w.v, w.dims) * w.scale * w.scale, 1, 1e-4);
	for (size_t n = 0; n < blob.len; n++)
		assert_near(tkt_lsa_score(q, 1 / 4000.0, blob.ptr, n, &field), -1, 0);
	memset(blob.ptr + 2, 0xff, blob.len - 2);
	(void)tkt_lsa_score(q, 1 / 4000.0, blob.ptr, blob.len, &field);
	tkt_doc_release(&d);
	tkt_lsa_bag_release(&b);
	tkt_buf_release(&blob);
	tkt_buf_release(&again);
	tkt_lsa_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packed_vectors_are_close_to_what_they_were),
		cmocka_unit_test(nonsense_numbers_become_nothing),
		cmocka_unit_test(plain_blobs_say_the_best_passage),
		cmocka_unit_test(pieces_are_whole_signs_and_not_too_many),
		cmocka_unit_test(singular_vectors_are_at_right_angles_and_repeat),
		cmocka_unit_test(texts_of_the_same_words_are_alike_without_learning),
		cmocka_unit_test(blobs_hold_passages_in_four_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
