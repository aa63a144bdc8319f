/* index/vecmath: arithmetic on vectors, and plain blobs of them. Floor 3.
 *
 * Sums of floats run in a fixed order (eight of them side by side), so the same input gives the same bytes. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "index/semantic_int.h"

#define LANES 8
#define BLOCK 32 /* int8 products at a time */

TKT_VECTOR_CODE float tkt_vec_dot(const float *a, const float *b, size_t dims)
{
	float sum[LANES] = { 0 };
	size_t i = 0;

	for (; i + LANES <= dims; i += LANES)
		for (size_t k = 0; k < LANES; k++)
			sum[k] += a[i + k] * b[i + k];
	for (; i < dims; i++)
		sum[0] += a[i] * b[i];
	return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

TKT_VECTOR_CODE float tkt_vec_dotf8(const float *a, const int8_t *b, size_t dims)
{
	float sum[LANES] = { 0 };
	size_t i = 0;

	for (; i + LANES <= dims; i += LANES)
		for (size_t k = 0; k < LANES; k++)
			sum[k] += a[i + k] * (float)b[i + k];
	for (; i < dims; i++)
		sum[0] += a[i] * (float)b[i];
	return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

TKT_VECTOR_CODE static int32_t dot_block(const int8_t *restrict a, const int8_t *restrict b)
{
	int32_t sum = 0;

	for (int i = 0; i < BLOCK; i++)
		sum += (int16_t)a[i] * (int16_t)b[i];
	return sum;
}

int32_t tkt_vec_dot8(const int8_t *a, const int8_t *b, size_t dims)
{
	int32_t sum = 0;
	size_t i = 0;

	for (; i + BLOCK <= dims; i += BLOCK)
		sum += dot_block(a + i, b + i);
	for (; i < dims; i++)
		sum += a[i] * b[i];
	return sum;
}

float tkt_vec_unit(float *v, size_t dims)
{
	double sum = 0;

	for (size_t i = 0; i < dims; i++)
		sum += (double)v[i] * (double)v[i];
	if (!(sum > 0 && sum < 1e300)) { /* NaN too */
		memset(v, 0, dims * sizeof *v);
		return 0;
	}
	for (size_t i = 0; i < dims; i++)
		v[i] = (float)((double)v[i] / sqrt(sum));
	return (float)sqrt(sum);
}

float tkt_vec_pack(int8_t *out, const float *v, size_t dims)
{
	float max = 0;
	int32_t sum;

	for (size_t i = 0; i < dims; i++)
		if (fabsf(v[i]) > max && isfinite(v[i]))
			max = fabsf(v[i]);
	memset(out, 0, dims);
	for (size_t i = 0; max > 0 && i < dims; i++)
		if (isfinite(v[i]))
			out[i] = (int8_t)lrintf(v[i] / max * 127);
	sum = tkt_vec_dot8(out, out, dims);
	return sum ? (float)(1 / sqrt(sum)) : 0;
}

/* --- plain blobs ------------------------------------------------------------------------------------ */

struct head { /* of a blob */
	uint32_t magic, dims;
};
struct row { /* before each vector */
	uint32_t field;
	float scale;
};
#define MAGIC 0x31766c70 /* "plv1" */

void tkt_plain_add(struct tkt_buf *blob, enum tkt_doc_field field, const float *v, size_t dims)
{
	struct head h = { MAGIC, (uint32_t)dims };
	struct row r = { (uint32_t)field, 0 };
	size_t at;

	if (!blob->len)
		tkt_buf_add(blob, &h, sizeof h);
	at = blob->len;
	tkt_buf_pad(blob, '\0', sizeof r + dims);
	r.scale = tkt_vec_pack((int8_t *)blob->ptr + at + sizeof r, v, dims);
	memcpy(blob->ptr + at, &r, sizeof r);
}

/* The vectors in there, all of `dims`; 0 for what is no blob of ours. */
static size_t plain_count(const void *data, size_t n, size_t *dims)
{
	struct head h;

	if (n < sizeof h)
		return 0;
	memcpy(&h, data, sizeof h);
	if (h.magic != MAGIC || !h.dims || (n - sizeof h) % (sizeof(struct row) + h.dims) != 0)
		return 0;
	*dims = h.dims;
	return (n - sizeof h) / (sizeof(struct row) + h.dims);
}

static const int8_t *plain_at(const void *data, size_t i, size_t dims, struct row *r)
{
	const char *p = (const char *)data + sizeof(struct head) + i * (sizeof *r + dims);

	memcpy(r, p, sizeof *r);
	if (!isfinite(r->scale) || r->scale < 0 || r->scale > 1)
		r->scale = 0;
	return (const int8_t *)p + sizeof *r;
}

double tkt_plain_score(const float *q, size_t dims, const void *data, size_t n, enum tkt_doc_field *field)
{
	size_t of = 0, count = plain_count(data, n, &of);
	double best = -1;

	if (of != dims)
		count = 0;
	for (size_t i = count > 1; i < count; i++) {
		struct row r;
		const int8_t *v = plain_at(data, i, dims, &r);
		double cos = (double)tkt_vec_dotf8(q, v, dims) * (double)r.scale;

		if (cos <= best || r.field >= TKT_DOC_FIELDS)
			continue;
		best = cos < 1 ? cos : 1;
		*field = (enum tkt_doc_field)r.field;
	}
	return best;
}

bool tkt_plain_whole(const void *data, size_t n, struct tkt_whole *out)
{
	size_t dims = 0;
	struct row r;

	if (!plain_count(data, n, &dims))
		return false;
	out->v = plain_at(data, 0, dims, &r);
	out->dims = dims;
	out->scale = r.scale;
	return true;
}
