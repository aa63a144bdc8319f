/* index/lsa_svd: the first singular vectors of a sparse matrix, by random projection. Floor 3.
 *
 * Halko, Martinsson, Tropp: the range of A from A times random signs, sharpened by two rounds of A A'; then the small
 * problem by Jacobi's rotations. Threads take whole rows, so that their number changes no bit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/lsa_int.h"
#include "sys/pool.h"

#define W TKT_SVD_WIDTH
#define ROUNDS 2
#define SWEEPS 30

void tkt_sparse_release(struct tkt_sparse *m)
{
	free(m->start);
	free(m->column);
	free(m->value);
	*m = (struct tkt_sparse){ 0, 0, NULL, NULL, NULL };
}

struct product {
	const struct tkt_sparse *a;
	const float *x;
	float *out;
};

static void add_scaled(float *restrict out, const float *restrict x, float w)
{
	for (int i = 0; i < W; i++)
		out[i] += w * x[i];
}

static void product_rows(void *payload, size_t worker, size_t from, size_t to)
{
	const struct product *p = payload;

	(void)worker;
	for (size_t r = from; r < to; r++) {
		float sum[W] = { 0 };

		for (size_t i = p->a->start[r]; i < p->a->start[r + 1]; i++)
			add_scaled(sum, p->x + (size_t)p->a->column[i] * W, p->a->value[i]);
		memcpy(p->out + r * W, sum, sizeof sum);
	}
}

static void product(const struct tkt_sparse *a, const float *x, float *out)
{
	struct product p = { a, x, out };

	tkt_pool_run(a->rows, product_rows, &p);
}

static void transpose(const struct tkt_sparse *a, struct tkt_sparse *t)
{
	size_t n = a->start[a->rows], *next;

	t->rows = a->columns;
	t->columns = a->rows;
	t->start = tkt_calloc(t->rows + 1, sizeof *t->start);
	t->column = tkt_malloc(n * sizeof *t->column);
	t->value = tkt_malloc(n * sizeof *t->value);
	next = tkt_calloc(t->rows + 1, sizeof *next);
	for (size_t i = 0; i < n; i++)
		t->start[a->column[i] + 1]++;
	for (size_t c = 0; c < t->rows; c++)
		t->start[c + 1] += t->start[c];
	memcpy(next, t->start, t->rows * sizeof *next);
	for (size_t r = 0; r < a->rows; r++) {
		for (size_t i = a->start[r]; i < a->start[r + 1]; i++) {
			size_t to = next[a->column[i]]++;

			t->column[to] = (uint32_t)r;
			t->value[to] = a->value[i];
		}
	}
	free(next);
}

/* Columns of length 1 at right angles (Gram and Schmidt, twice); one that depends on others becomes 0. */
TKT_VECTOR_CODE static void orthonormal(float *y, size_t rows)
{
	float *c = tkt_malloc(rows * W * sizeof *c);

	for (size_t r = 0; r < rows; r++)
		for (size_t i = 0; i < W; i++)
			c[i * rows + r] = y[r * W + i];
	for (size_t i = 0; i < W; i++) {
		float *v = c + i * rows, was = tkt_vec_unit(v, rows), left = was > 0 ? 1.0F : 0.0F;

		for (int twice = 0; left > 0 && twice < 2; twice++) {
			for (size_t k = 0; k < i; k++) {
				float dot = tkt_vec_dot(v, c + k * rows, rows);

				for (size_t r = 0; r < rows; r++)
					v[r] -= dot * c[k * rows + r];
			}
			left *= tkt_vec_unit(v, rows);
			if (left < 1e-4F)
				break;
		}
		if (left < 1e-4F)
			memset(v, 0, rows * sizeof *v);
	}
	for (size_t r = 0; r < rows; r++)
		for (size_t i = 0; i < W; i++)
			y[r * W + i] = c[i * rows + r];
	free(c);
}

/* b'b of a rows x W matrix. */
static void gram(const float *b, size_t rows, double *g)
{
	float *part = tkt_calloc(W * W, sizeof *part);

	memset(g, 0, W * W * sizeof *g);
	for (size_t r = 0; r < rows; r++) {
		for (size_t i = 0; i < W; i++)
			add_scaled(part + i * W, b + r * W, b[r * W + i]);
		if (r % 256 != 255 && r + 1 < rows)
			continue;
		for (size_t i = 0; i < W * W; i++)
			g[i] += (double)part[i];
		memset(part, 0, W * W * sizeof *part);
	}
	free(part);
}

/* One rotation that makes g[p][q] zero. */
TKT_VECTOR_CODE static void rotate(double *g, double *e, size_t p, size_t q)
{
	double theta = (g[q * W + q] - g[p * W + p]) / (2 * g[p * W + q]);
	double t = (theta >= 0 ? 1 : -1) / (fabs(theta) + sqrt(theta * theta + 1));
	double c = 1 / sqrt(t * t + 1), s = t * c;

	for (size_t i = 0; i < W; i++) {
		double a = g[i * W + p], b = g[i * W + q];

		g[i * W + p] = c * a - s * b;
		g[i * W + q] = s * a + c * b;
	}
	for (size_t i = 0; i < W; i++) {
		double a = g[p * W + i], b = g[q * W + i], u = e[p * W + i], v = e[q * W + i];

		g[p * W + i] = c * a - s * b;
		g[q * W + i] = s * a + c * b;
		e[p * W + i] = c * u - s * v;
		e[q * W + i] = s * u + c * v;
	}
}

/* Symmetric g becomes diagonal; rows of e are its eigenvectors. */
static void jacobi(double *g, double *e)
{
	double all = 0, off = 0;

	memset(e, 0, W * W * sizeof *e);
	for (size_t i = 0; i < W; i++)
		e[i * W + i] = 1;
	for (size_t i = 0; i < W * W; i++)
		all += g[i] * g[i];
	for (int sweep = 0; sweep < SWEEPS; sweep++) {
		off = 0;
		for (size_t p = 0; p < W; p++)
			for (size_t q = p + 1; q < W; q++)
				off += g[p * W + q] * g[p * W + q];
		if (off <= all * 1e-16)
			return;
		for (size_t p = 0; p < W; p++)
			for (size_t q = p + 1; q < W; q++)
				if (g[p * W + q] * g[p * W + q] > all * 1e-24)
					rotate(g, e, p, q);
	}
}

/* The indexes of the diagonal, largest value first. */
static void order(const double *g, size_t out[W])
{
	for (size_t i = 0; i < W; i++) {
		size_t at = i;

		for (; at > 0 && g[out[at - 1] * (W + 1)] < g[i * (W + 1)]; at--)
			out[at] = out[at - 1];
		out[at] = i;
	}
}

TKT_VECTOR_CODE static void turn(const float *b, size_t rows, const double *g, const double *e, size_t k, float *out)
{
	float *m = tkt_calloc(W * k, sizeof *m); /* e of the first k, over sigma */
	size_t by[W];

	order(g, by);
	for (size_t c = 0; c < k; c++) {
		double value = g[by[c] * (W + 1)];

		for (size_t i = 0; value > g[by[0] * (W + 1)] * 1e-10 && i < W; i++)
			m[i * k + c] = (float)(e[by[c] * W + i] / sqrt(value));
	}
	for (size_t r = 0; r < rows; r++) {
		float *to = out + r * k;

		memset(to, 0, k * sizeof *to);
		for (size_t i = 0; i < W; i++)
			for (size_t c = 0; c < k; c++)
				to[c] += b[r * W + i] * m[i * k + c];
	}
	free(m);
}

static void random_signs(float *x, size_t rows)
{
	for (size_t r = 0; r < rows; r++) {
		uint32_t bits = 0;

		for (uint32_t i = 0; i < W; i++) {
			if (i % 32 == 0)
				bits = tkt_lsa_mix((uint32_t)r * (W / 32) + i / 32 + 0x51ed270bU);
			x[r * W + i] = bits >> i % 32 & 1 ? 1.0F : -1.0F;
		}
	}
}

void tkt_svd(const struct tkt_sparse *a, size_t k, float *out, const volatile sig_atomic_t *stop)
{
	struct tkt_sparse t = { 0, 0, NULL, NULL, NULL };
	float *y = tkt_malloc(a->rows * W * sizeof *y), *z = tkt_malloc(a->columns * W * sizeof *z);
	double *g = tkt_calloc(W * W, sizeof *g), *e = tkt_calloc(W * W, sizeof *e);

	memset(out, 0, a->columns * k * sizeof *out);
	transpose(a, &t);
	random_signs(z, a->columns);
	for (int i = 0; i <= ROUNDS && !(stop && *stop); i++) {
		product(a, z, y);
		orthonormal(y, a->rows);
		product(&t, y, z);
	}
	if (!(stop && *stop)) {
		gram(z, a->columns, g);
		jacobi(g, e);
		turn(z, a->columns, g, e, k < W ? k : W, out);
	}
	tkt_sparse_release(&t);
	free(y);
	free(z);
	free(g);
	free(e);
}
