/* ops/doctor_git: doctor's look at git: links to commits that are nowhere; then the index, and on request all branches. */
#include "ops/doctor_git.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/links.h"

static bool is_stop(const struct tkt_error *e)
{
	return e->code == TKT_EIO && e->message && strcmp(e->message, "interrupted") == 0;
}

void tkt_doctor_git_unknown(struct tkt_doctor_git *d, const char *what, const char *why)
{
	char *reason = tkt_asprintf(": %s", why ? why : "git cannot be asked");
	char *message = tkt_asprintf("%s%s", what, reason);
	bool told = false;

	for (size_t i = 0; !told && i < d->f->n; i++)
		told = strcmp(d->f->items[i].rule->code, "T097") == 0 && tkt_ends_with(d->f->items[i].message, reason);
	if (!told)
		tkt_findings_add(d->f, "T097", NULL, ".", 0, "nothing needs to be done if git is not wanted here", "%s",
				 message);
	free(reason);
	free(message);
}

/* --- links to commits --- */

enum answer { IS_THERE, IS_GONE, IS_UNKNOWN };

static bool is_hex(const char *s)
{
	return strlen(s) >= 4 && strlen(s) <= 64 && strspn(s, "0123456789abcdefABCDEF") == strlen(s);
}

/* A commit by its full name, or (in threads written by hand) a beginning of it. */
static enum answer look_up(struct tkt_git *g, const char *sha, struct tkt_error *why)
{
	struct tkt_git_commit commit;
	struct tkt_oid oid;
	int rc;

	if (!is_hex(sha))
		return IS_GONE;
	if (tkt_oid_parse(&oid, sha, strlen(sha))) {
		rc = tkt_git_commit(g, &oid, &commit, why);
		if (!rc)
			tkt_git_commit_release(&commit);
	} else {
		rc = tkt_git_resolve(g, sha, &oid, why);
	}
	return rc == 0 || rc == TKT_EAMBIGUOUS ? IS_THERE : rc == TKT_EIO ? IS_UNKNOWN : IS_GONE;
}

static void report(struct tkt_doctor_git *d, const struct tkt_check_commit *c)
{
	tkt_findings_add(d->f, "T090", c->id, c->file, c->line,
			 "git fetch may bring it; else tkt unlink it, and tkt link what took its place",
			 "commit '%.64s' is not in the repository", c->sha);
}

static int check_commits(struct tkt_doctor_git *d, struct tkt_error *err)
{
	const struct tkt_git_facts *facts = tkt_git_facts(d->g);
	struct tkt_error why = TKT_ERROR_INIT;
	size_t unknown = 0;

	for (size_t i = 0; i < d->f->commits.n; i++) {
		const struct tkt_check_commit *c = &d->f->commits.items[i];
		enum answer answer;

		tkt_error_release(&why);
		answer = look_up(d->g, c->sha, &why);
		if (is_stop(&why))
			return tkt_error_move(err, &why);
		if (answer == IS_UNKNOWN) {
			tkt_doctor_git_unknown(d, "commits could not be looked up", why.message);
			break;
		}
		if (answer == IS_GONE && (facts->shallow || facts->partial))
			unknown++;
		else if (answer == IS_GONE)
			report(d, c);
	}
	if (unknown) {
		char *what = tkt_asprintf("%zu linked commit%s not here", unknown, unknown == 1 ? " is" : "s are");

		tkt_doctor_git_unknown(d, what, facts->shallow ? "the clone is shallow" : "the clone is partial");
		free(what);
	}
	tkt_error_release(&why);
	return 0;
}

/* --- the whole --- */

/* Trouble with one part is told, and the other parts are looked at all the same. */
static int part(struct tkt_doctor_git *d, const char *what, int rc, struct tkt_error *why, struct tkt_error *err)
{
	if (rc && is_stop(why))
		return tkt_error_move(err, why);
	if (rc)
		tkt_doctor_git_unknown(d, what, why->message);
	tkt_error_release(why);
	return 0;
}

int tkt_doctor_git(struct tkt_project *p, const struct tkt_doctor_req *req, const struct tkt_strv *ids,
		   struct tkt_findings *f, struct tkt_error *err)
{
	struct tkt_doctor_git d = { .p = p, .ids = ids, .f = f };
	struct tkt_error why = TKT_ERROR_INIT;
	int rc = tkt_project_git(p, &d.g, &why);

	if (rc == TKT_ENOTFOUND) {
		if (req->all_refs)
			tkt_doctor_git_unknown(&d, "there are no other branches", why.message);
		tkt_error_release(&why);
		return 0;
	}
	if (rc)
		return part(&d, "git was not asked", rc, &why, err);
	rc = check_commits(&d, err);
	if (!rc)
		rc = part(&d, "git's index was not looked at", tkt_doctor_git_index(&d, req->index_file, &why), &why, err);
	if (!rc)
		rc = part(&d, "merges were not looked at",
			  tkt_doctor_git_merge(&d, req->index_file, NULL, false, &why), &why, err);
	if (!rc)
		rc = part(&d, "what git did before was not looked at", tkt_doctor_git_alike(&d, f, NULL, false, &why),
			  &why, err);
	if (!rc && req->all_refs)
		rc = part(&d, "other branches were not looked at", tkt_doctor_git_refs(&d, &why), &why, err);
	return rc;
}

/* What cannot be read is told by the look that follows. */
static int forgive(int rc, struct tkt_error *why, struct tkt_error *err)
{
	rc = rc && is_stop(why) ? tkt_error_move(err, why) : 0;
	tkt_error_release(why);
	return rc;
}

int tkt_doctor_git_fix_first(struct tkt_project *p, const struct tkt_doctor_req *req, const struct tkt_findings *found,
			     struct tkt_findings *done, struct tkt_error *err)
{
	struct tkt_findings ignored = { .n = 0 };
	struct tkt_doctor_git d = { .p = p, .f = &ignored };
	struct tkt_error why = TKT_ERROR_INIT;
	int rc = tkt_project_git(p, &d.g, &why);

	if (!rc)
		rc = tkt_doctor_git_join(&d, found, req->index_file, done, req->dry_run, &why);
	tkt_findings_release(&ignored);
	return forgive(rc, &why, err);
}

int tkt_doctor_git_fix(struct tkt_project *p, const struct tkt_doctor_req *req, const struct tkt_strv *ids,
		       const struct tkt_findings *found, struct tkt_findings *done, struct tkt_error *err)
{
	struct tkt_findings ignored = { .n = 0 };
	struct tkt_doctor_git d = { .p = p, .ids = ids, .f = &ignored };
	struct tkt_error why = TKT_ERROR_INIT;
	int rc = tkt_project_git(p, &d.g, &why);

	if (!rc)
		rc = tkt_doctor_git_merge(&d, req->index_file, done, req->dry_run, &why);
	if (!rc)
		rc = tkt_doctor_git_alike(&d, found, done, req->dry_run, &why);
	tkt_findings_release(&ignored);
	return forgive(rc, &why, err);
}
