/* git/library: the engine that is libgit2; what its files share. Private to them. Floor 3 [libgit2].
 *
 * libgit2 is not linked: what it brings along (TLS, SSH, Kerberos) would double the start of every command. It is
 * loaded by the name of the very interface that its header had when this was compiled, and only ever reads. */
#ifndef TKT_GIT_LIBRARY_INT_H
#define TKT_GIT_LIBRARY_INT_H

/* Not <git2.h>: in git2/index.h a member has the name of a banned function. */
#include <git2/blob.h>
#include <git2/diff.h>
#include <git2/errors.h>
#include <git2/global.h>
#include <git2/object.h>
#include <git2/odb.h>
#include <git2/refs.h>
#include <git2/repository.h>
#include <git2/revparse.h>
#include <git2/version.h>

#include "git/git_int.h"

#define TKT_LIBGIT2_CALLS(X) \
	X(git_libgit2_init) X(git_libgit2_shutdown) X(git_libgit2_opts) X(git_libgit2_version) X(git_error_last) \
	X(git_repository_open_ext) X(git_repository_free) X(git_repository_odb) X(git_odb_free) X(git_odb_read) \
	X(git_odb_read_header) X(git_odb_object_data) X(git_odb_object_size) X(git_odb_object_type) \
	X(git_odb_object_free) X(git_odb_foreach) X(git_reference_iterator_new) X(git_reference_next) \
	X(git_reference_iterator_free) X(git_reference_type) X(git_reference_name) X(git_reference_target) \
	X(git_reference_free) X(git_reference_dwim) X(git_reference_resolve) X(git_odb_exists_prefix) \
	X(git_revparse_single) X(git_object_id) X(git_object_free) \
	X(git_blob_lookup) X(git_blob_rawcontent) X(git_blob_rawsize) X(git_blob_free) X(git_diff_blobs) \
	X(git_diff_buffers) X(git_diff_options_init)

struct tkt_library {
	struct tkt_git *g;
	git_repository *repo;
	git_odb *odb;
	bool inited;
	char *name;
#define TKT_LIBGIT2_MEMBER(call) __typeof__(call) *call;
	struct { TKT_LIBGIT2_CALLS(TKT_LIBGIT2_MEMBER) } api;
#undef TKT_LIBGIT2_MEMBER
};

/* Sets `code`: "what 'subject': <libgit2's words>", made safe to show. subject may be NULL. */
int tkt_library_error(struct tkt_library *lib, enum tkt_code code, const char *what, const char *subject,
		      struct tkt_error *err);
void tkt_library_to(git_oid *to, const struct tkt_oid *from);
void tkt_library_from(struct tkt_oid *to, const git_oid *from);

/* The functions of the engine (git_int.h) that have a file of their own. */
int tkt_library_walk(void *self, const struct tkt_git_walk *w, bool *missing, struct tkt_error *err);
int tkt_library_refs(void *self, struct tkt_git_refs *out, struct tkt_error *err);
int tkt_library_resolve(void *self, const char *rev, struct tkt_oid *out, struct tkt_error *err);
int tkt_library_diff(void *self, const struct tkt_oid *parent, const struct tkt_oid *commit, unsigned what,
		     size_t patch_max, struct tkt_git_diff *out, struct tkt_error *err);
int tkt_library_object(void *self, const struct tkt_oid *oid, enum tkt_git_type *type, struct tkt_buf *out, size_t max,
		       struct tkt_error *err);

#endif
