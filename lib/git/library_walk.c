/* git: the engine libgit2: walking through history.
 *
 * Not by git_revwalk, which reads every commit twice and gives up where a clone is shallow: a stack of names and a set
 * of those that were met, over the raw objects. Nothing but names is kept. */
#include "git/library_int.h"

#include <stdlib.h>

#include "base/mem.h"

enum { BYTES = sizeof(((git_oid *)0)->id), FIRST_SLOTS = 1 << 10 };

struct names { /* open addressing; a slot of zeros is free: no object has that name */
	unsigned char (*slots)[BYTES];
	size_t n, mask;
};

struct walk {
	struct tkt_library *lib;
	const struct tkt_git_walk *ask;
	struct names met;
	struct tkt_oids stack;
	bool missing;
};

/* --- the set of names -------------------------------------------------------------------------- */

static size_t find_slot(const struct names *s, const unsigned char *name)
{
	uint64_t start; /* the name is a hash as it stands */
	static const unsigned char none[BYTES];

	memcpy(&start, name, sizeof start);
	for (size_t i = (size_t)start & s->mask;; i = (i + 1) & s->mask)
		if (memcmp(s->slots[i], name, BYTES) == 0 || memcmp(s->slots[i], none, BYTES) == 0)
			return i;
}

static void widen(struct names *s)
{
	const size_t slots = s->slots ? (s->mask + 1) * 2 : FIRST_SLOTS;
	const struct names old = *s;
	static const unsigned char none[BYTES];

	s->slots = tkt_calloc(slots, BYTES);
	s->mask = slots - 1;
	for (size_t i = 0; old.slots && i <= old.mask; i++)
		if (memcmp(old.slots[i], none, BYTES) != 0)
			memcpy(s->slots[find_slot(s, old.slots[i])], old.slots[i], BYTES);
	free(old.slots);
}

/* False: it was in there. */
static bool put(struct names *s, const unsigned char *name)
{
	size_t i;

	if (s->slots == NULL || s->n * 3 >= (s->mask + 1) * 2)
		widen(s);
	i = find_slot(s, name);
	if (memcmp(s->slots[i], name, BYTES) == 0)
		return false;
	memcpy(s->slots[i], name, BYTES);
	s->n++;
	return true;
}

/* --- the walk ---------------------------------------------------------------------------------- */

/* Puts it on the stack if it is new and not known. */
static void meet(struct walk *w, const struct tkt_oid *oid)
{
	if (oid->n != BYTES || !put(&w->met, oid->bytes))
		return;
	if (w->ask->known == NULL || !w->ask->known(w->ask->payload, oid))
		tkt_oids_push(&w->stack, oid);
}

static int read_commit(struct walk *w, const struct tkt_oid *oid, struct tkt_git_commit *out, struct tkt_error *err)
{
	struct tkt_library *lib = w->lib;
	git_odb_object *object = NULL;
	char hex[TKT_OID_HEX];
	git_oid id;
	int rc;

	tkt_library_to(&id, oid);
	rc = lib->api.git_odb_read(&object, lib->odb, &id);
	if (rc == GIT_ENOTFOUND)
		return TKT_ENOTFOUND;
	tkt_oid_hex(oid, hex);
	if (rc < 0)
		return tkt_library_error(lib, TKT_EIO, "cannot read commit", hex, err);
	if (lib->api.git_odb_object_type(object) == GIT_OBJECT_COMMIT)
		rc = tkt_git_parse_commit(lib->g, oid, lib->api.git_odb_object_data(object),
					  lib->api.git_odb_object_size(object), out, err);
	else
		rc = tkt_error_set(err, TKT_EIO, "not a commit, where history has one: '%s'", hex);
	lib->api.git_odb_object_free(object);
	return rc;
}

/* hand: to the caller; otherwise they are only met, so that they are not met again. */
static int empty_stack(struct walk *w, bool hand, struct tkt_error *err)
{
	while (w->stack.n) {
		const struct tkt_oid oid = w->stack.items[--w->stack.n];
		struct tkt_git_commit c = { 0 };
		int rc = tkt_git_stopped(w->lib->g) ? tkt_error_set(err, TKT_EIO, "interrupted") :
						      read_commit(w, &oid, &c, err);

		if (rc == TKT_ENOTFOUND) {
			w->missing = w->missing || hand;
			rc = 0;
		} else if (!rc) {
			/* The first parent comes next: its object lies near by. */
			for (size_t i = c.parents.n; i-- > 0;)
				meet(w, &c.parents.items[i]);
			if (hand)
				rc = w->ask->each(w->ask->payload, &c, err);
		}
		tkt_git_commit_release(&c);
		if (rc)
			return rc;
	}
	return 0;
}

int tkt_library_walk(void *self, const struct tkt_git_walk *ask, bool *missing, struct tkt_error *err)
{
	struct walk w = { .lib = self, .ask = ask };
	int rc;

	for (size_t i = 0; ask->seen && i < ask->seen->n; i++)
		meet(&w, &ask->seen->items[i]);
	rc = empty_stack(&w, false, err);
	for (size_t i = 0; !rc && ask->tips && i < ask->tips->n; i++)
		meet(&w, &ask->tips->items[i]);
	if (!rc)
		rc = empty_stack(&w, true, err);
	if (missing)
		*missing = w.missing;
	free(w.met.slots);
	tkt_oids_release(&w.stack);
	return rc;
}
