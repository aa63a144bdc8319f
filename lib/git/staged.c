/* git/staged: git's index, by its own bytes (gitformat-index(5), versions 2 to 4): no engine is needed, and a hook asks for
 * nothing else. A split index and a sparse one are left to the program. */
#include <stdlib.h>

#include "base/mem.h"
#include "git/git_int.h"
#include "sys/file.h"

enum {
	HEAD = 12, SUM = 20, OID = 20, MODE_AT = 24, OID_AT = 40, FLAGS_AT = OID_AT + OID, NAME_AT = FLAGS_AT + 2,
	EXTENDED = 0x4000, SKIP = 0x40, STAGE = 0x3000, STAGE_SHIFT = 12, DIRECTORY = 0040000
};

#define LARGEST ((size_t)1 << 30)
#define LONGEST ((size_t)1 << 16) /* a name; more would be a trap: each may repeat the one before */

struct reading {
	const unsigned char *at, *end; /* end: of what is there before the sum */
	unsigned version;
	struct tkt_buf name; /* version 4 tells only what differs from the last one */
};

static unsigned get32(const unsigned char *p)
{
	return (unsigned)p[0] << 24 | (unsigned)p[1] << 16 | (unsigned)p[2] << 8 | p[3];
}

/* By whole components: "work" does not lead to "work-items/a". */
static bool is_below(const char *path, const char *prefix, size_t n)
{
	return n == 0 || (strncmp(path, prefix, n) == 0 && (path[n] == '/' || path[n] == '\0'));
}

/* How much of the last name's end goes away. */
static bool read_strip(struct reading *r, size_t *strip)
{
	unsigned char c;

	*strip = 0;
	for (int i = 0; i < 5 && r->at < r->end; i++) {
		c = *r->at++;
		*strip = (*strip << 7) + (c & 127);
		if (!(c & 128))
			return *strip <= r->name.len;
		++*strip;
	}
	return false;
}

/* The name of the entry that began at `from`; r->at behind the entry. */
static bool read_name(struct reading *r, const unsigned char *from)
{
	size_t strip = r->name.len;
	const unsigned char *nul;

	if (r->version == 4 && !read_strip(r, &strip))
		return false;
	nul = memchr(r->at, '\0', (size_t)(r->end - r->at));
	if (nul == NULL)
		return false;
	tkt_buf_truncate(&r->name, r->name.len - strip);
	tkt_buf_add(&r->name, r->at, (size_t)(nul - r->at));
	if (r->name.len > LONGEST)
		return false;
	if (r->version == 4) {
		r->at = nul + 1;
		return true;
	}
	/* One to eight zeros, up to a multiple of eight. */
	r->at = from + (((size_t)(nul - from) + 8) & ~(size_t)7);
	return r->at <= r->end;
}

static bool read_entry(struct reading *r, struct tkt_git_staged *out)
{
	const unsigned char *from = r->at;
	unsigned flags;

	if ((size_t)(r->end - from) < NAME_AT)
		return false;
	flags = (unsigned)from[FLAGS_AT] << 8 | from[FLAGS_AT + 1];
	out->mode = get32(from + MODE_AT);
	out->stage = (int)((flags & STAGE) >> STAGE_SHIFT);
	out->skip = false;
	memset(&out->oid, 0, sizeof out->oid);
	memcpy(out->oid.bytes, from + OID_AT, OID);
	out->oid.n = OID;
	r->at += NAME_AT;
	if (flags & EXTENDED) {
		if (r->version < 3 || r->end - r->at < 2)
			return false;
		out->skip = r->at[0] & SKIP;
		r->at += 2;
	}
	return read_name(r, from);
}

/* Behind the entries: what git must know to read them begins with a small letter. NULL: all is well. */
static const char *read_extensions(struct reading *r)
{
	while (r->end - r->at >= 8) {
		const size_t size = get32(r->at + 4);

		if (memcmp(r->at, "link", 4) == 0)
			return "it is a split one";
		if (memcmp(r->at, "sdir", 4) == 0)
			return "it is a sparse one";
		if (*r->at < 'A' || *r->at > 'Z')
			return "it has an unknown extension";
		if ((size_t)(r->end - r->at) - 8 < size)
			return "it is damaged";
		r->at += 8 + size;
	}
	return NULL;
}

/* NULL, or why it cannot be read. */
static const char *read_index(struct reading *r, const char *prefix, size_t n, struct tkt_git_index *out)
{
	unsigned count;

	if (r->end - r->at < HEAD || memcmp(r->at, "DIRC", 4) != 0)
		return "it is damaged";
	r->version = get32(r->at + 4);
	count = get32(r->at + 8);
	r->at += HEAD;
	if (r->version < 2 || r->version > 4)
		return "its version is unknown";
	while (count--) {
		struct tkt_git_staged entry;

		if (!read_entry(r, &entry))
			return "it is damaged";
		if (entry.mode == DIRECTORY)
			return "it is a sparse one";
		if (!is_below(r->name.ptr, prefix, n))
			continue;
		entry.path = tkt_strndup(r->name.ptr, r->name.len);
		TKT_GROW(out);
		out->items[out->n++] = entry;
	}
	return read_extensions(r);
}

int tkt_git_index_read(const struct tkt_git *g, const char *prefix, const char *file, struct tkt_git_index *out,
		       struct tkt_error *err)
{
	const struct tkt_git_facts *f = &g->facts;
	/* As git has it: a relative GIT_INDEX_FILE counts from the top. */
	char *path = file == NULL ? tkt_asprintf("%s/index", f->git_dir) :
		     file[0] == '/' ? tkt_strdup(file) : tkt_asprintf("%s/%s", f->top, file);
	struct tkt_error trouble = TKT_ERROR_INIT;
	struct reading r = { .name = TKT_BUF_INIT };
	struct tkt_buf bytes = TKT_BUF_INIT;
	size_t n = strlen(prefix);
	const char *why;
	int rc;

	while (n && prefix[n - 1] == '/')
		n--;
	rc = tkt_file_slurp(path, LARGEST, &bytes, &trouble);
	if (!rc) {
		r.at = (const unsigned char *)bytes.ptr;
		r.end = r.at + (bytes.len > SUM ? bytes.len - SUM : 0);
		why = read_index(&r, prefix, n, out);
		if (why)
			rc = tkt_error_set(err, TKT_EIO, "cannot read git's index '%s': %s", path, why);
	} else if (rc == TKT_ENOTFOUND) {
		rc = 0; /* nothing was ever added */
		tkt_error_release(&trouble);
	} else {
		rc = tkt_error_move(err, &trouble);
	}
	tkt_error_release(&trouble);
	tkt_buf_release(&r.name);
	tkt_buf_release(&bytes);
	free(path);
	return rc;
}
