/* git: the engine libgit2: loading, starting, objects. */
#include "git/library_int.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/mem.h"

/* --- the library ------------------------------------------------------------------------------- */

static bool look_up(struct tkt_library *lib, void *so)
{
#define ROW(call) { #call, offsetof(struct tkt_library, api.call) },
	static const struct { const char *name; size_t at; } rows[] = { TKT_LIBGIT2_CALLS(ROW) };
#undef ROW

	for (size_t i = 0; i < TKT_LEN(rows); i++) {
		void *symbol = dlsym(so, rows[i].name);

		if (symbol == NULL)
			return false;
		/* ISO C has no cast from void * to a function. */
		memcpy((char *)lib + rows[i].at, &symbol, sizeof symbol);
	}
	return true;
}

/* Never dlclose()d: what it brings along leaves handlers for the end of the process. A second dlopen finds it there. */
static int load(struct tkt_library *lib, struct tkt_error *err)
{
	static const char name[] = "libgit2.so." LIBGIT2_SOVERSION;
	void *so = dlopen(name, RTLD_LAZY | RTLD_LOCAL);

	if (so && look_up(lib, so))
		return 0;
	return tkt_error_set(err, TKT_EIO, "cannot load %s", name);
}

int tkt_library_error(struct tkt_library *lib, enum tkt_code code, const char *what, const char *subject,
		      struct tkt_error *err)
{
	const git_error *said = lib->api.git_error_last();
	struct tkt_buf words = TKT_BUF_INIT;

	tkt_buf_puts(&words, what);
	if (subject) {
		tkt_buf_puts(&words, " '");
		tkt_str_visible(&words, subject, strlen(subject), "");
		tkt_buf_putc(&words, '\'');
	}
	if (said && said->message) {
		tkt_buf_puts(&words, ": ");
		tkt_str_visible(&words, said->message, strlen(said->message), "");
	}
	tkt_error_set(err, code, "%s", words.ptr);
	tkt_buf_release(&words);
	return code;
}

void tkt_library_to(git_oid *to, const struct tkt_oid *from)
{
	memcpy(to->id, from->bytes, sizeof to->id);
}

void tkt_library_from(struct tkt_oid *to, const git_oid *from)
{
	memset(to, 0, sizeof *to);
	memcpy(to->bytes, from->id, sizeof from->id);
	to->n = (unsigned char)sizeof from->id;
}

/* --- starting ---------------------------------------------------------------------------------- */

static int refuse(const struct tkt_git_facts *f, struct tkt_error *err)
{
	const char *what = f->sha256 ? "object names in SHA-256" : f->reftable ? "refs kept as a reftable" :
			   f->partial ? "a partial clone" : f->grafts ? "a repository with grafts" : NULL;

	return what ? tkt_error_set(err, TKT_EIO, "libgit2 cannot read %s", what) : 0;
}

/* A repository of somebody else: git refuses it, too, and safe.directory is the user's word for both. */
static int tell_open(struct tkt_library *lib, int rc, const char *top, struct tkt_error *err)
{
	const git_error *said = lib->api.git_error_last();

	if (rc != GIT_EOWNER && !(said && said->message && strstr(said->message, "safe.directory")))
		return tkt_library_error(lib, TKT_EIO, "libgit2 cannot open", top, err);
	tkt_error_set(err, TKT_EIO, "repository belongs to another user: '%s'", top);
	tkt_error_hint(err, "if you trust it: git config --global --add safe.directory '%s'", top);
	return TKT_EIO;
}

static int start(struct tkt_library *lib, struct tkt_error *err)
{
	int major = 0, minor = 0, revision = 0, rc;

	if (lib->api.git_libgit2_init() < 0)
		return tkt_library_error(lib, TKT_EIO, "libgit2 does not start", NULL, err);
	lib->inited = true;
	/* git does not compute the sum of every object that it reads either, and it is a third of the time of a walk.
	 * Objects are read once each: a cache of them would only grow. */
	lib->api.git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	lib->api.git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
	rc = lib->api.git_repository_open_ext(&lib->repo, lib->g->facts.top, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	if (rc < 0)
		return tell_open(lib, rc, lib->g->facts.top, err);
	if (lib->api.git_repository_odb(&lib->odb, lib->repo) < 0)
		return tkt_library_error(lib, TKT_EIO, "libgit2 finds no objects in", lib->g->facts.top, err);
	lib->api.git_libgit2_version(&major, &minor, &revision);
	lib->name = tkt_asprintf("libgit2 %d.%d.%d", major, minor, revision);
	return 0;
}

static const char *name_of(void *self)
{
	return ((struct tkt_library *)self)->name;
}

static void stop(void *self)
{
	struct tkt_library *lib = self;

	if (lib == NULL)
		return;
	if (lib->odb)
		lib->api.git_odb_free(lib->odb);
	if (lib->repo)
		lib->api.git_repository_free(lib->repo);
	if (lib->inited)
		lib->api.git_libgit2_shutdown();
	free(lib->name);
	free(lib);
}

int tkt_git_library_start(struct tkt_git *g, struct tkt_error *err)
{
	static const struct tkt_git_engine_ops ops = {
		.name = name_of, .close = stop,
		.refs = tkt_library_refs, .walk = tkt_library_walk, .resolve = tkt_library_resolve,
		.object = tkt_library_object, .diff = tkt_library_diff,
	};
	struct tkt_library *lib = tkt_calloc(1, sizeof *lib);
	int rc = refuse(&g->facts, err);

	lib->g = g;
	if (!rc)
		rc = load(lib, err);
	if (!rc)
		rc = start(lib, err);
	if (rc) {
		stop(lib);
		return rc;
	}
	g->ops = &ops;
	g->self = lib;
	return 0;
}

/* --- objects ----------------------------------------------------------------------------------- */

int tkt_library_object(void *self, const struct tkt_oid *oid, enum tkt_git_type *type, struct tkt_buf *out, size_t max,
		       struct tkt_error *err)
{
	struct tkt_library *lib = self;
	git_odb_object *object = NULL;
	git_object_t kind = GIT_OBJECT_INVALID;
	char hex[TKT_OID_HEX];
	size_t size = 0;
	git_oid id;
	int rc;

	tkt_oid_hex(oid, hex);
	if (oid->n != sizeof id.id)
		return tkt_error_set(err, TKT_ENOTFOUND, "no object '%s'", hex);
	tkt_library_to(&id, oid);
	/* First its size: what is too large is not to be unpacked. */
	rc = lib->api.git_odb_read_header(&size, &kind, lib->odb, &id);
	if (rc == 0 && size > max)
		return tkt_error_set(err, TKT_EINVALID, "object '%s' has more than %zu bytes", hex, max);
	if (rc == 0)
		rc = lib->api.git_odb_read(&object, lib->odb, &id);
	if (rc == GIT_ENOTFOUND)
		return tkt_error_set(err, TKT_ENOTFOUND, "no object '%s'", hex);
	if (rc < 0)
		return tkt_library_error(lib, TKT_EIO, "cannot read object", hex, err);
	tkt_buf_reset(out);
	tkt_buf_add(out, lib->api.git_odb_object_data(object), lib->api.git_odb_object_size(object));
	*type = (enum tkt_git_type)lib->api.git_odb_object_type(object);
	lib->api.git_odb_object_free(object);
	return 0;
}
