/* git/hooks: putting our script into a slot, and taking it out. All below a descriptor of the directory, which is locked
 * meanwhile against another tkt; every step is one rename, so that a hook is at its place at every instant. */
#include "git/hooks_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/mem.h"
#include "sys/file.h"
#include "sys/io.h"

#define NEW "tkt-hook.new" /* our script before it has its name; one name, so that what a killed one left is found */

struct place {
	int fd;           /* of the directory */
	const char *name;
	char *before;     /* NAME.before-tkt */
};

static int conflict(struct tkt_error *err, const char *name)
{
	tkt_error_set(err, TKT_ECONFLICT, "cannot change the hook '%s': it was changed meanwhile", name);
	tkt_error_hint(err, "try again");
	return TKT_ECONFLICT;
}

static int fail(struct tkt_error *err, const struct place *p)
{
	return errno == EEXIST || errno == ENOENT ? conflict(err, p->name) :
						    tkt_error_sys(err, errno, "cannot change the hook '%s'", p->name);
}

/* Whose each of the two is must not have changed since it was looked at. */
static bool is_mine(const struct place *p, const char *file)
{
	enum tkt_hook_owner owner;

	return tkt_hook_owner(p->fd, file, p->name, &owner, NULL, NULL) == 0 &&
	       (owner == TKT_OWNER_CURRENT || owner == TKT_OWNER_OLD);
}

static bool is_there(const struct place *p, const char *file)
{
	struct stat st;

	return tkt_io_stat(p->fd, file, &st) == 0;
}

/* Our script as a new file, ready to run. The umask counts; in a shared repository so do the
 * permissions of the directory, whose group is to run it. */
static int write_script(const struct place *p, struct tkt_error *err)
{
	struct tkt_buf text = TKT_BUF_INIT;
	struct stat dir, st;
	int fd, rc = 0;

	tkt_hook_script(&text, p->name);
	tkt_io_unlink(p->fd, NEW, false);
	fd = tkt_io_open(p->fd, NEW, O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY, 0755);
	if (fd < 0) {
		rc = tkt_error_sys(err, errno, "cannot write the hook '%s'", p->name);
	} else {
		if (tkt_io_fstat(p->fd, &dir) == 0 && (dir.st_mode & S_ISGID) && tkt_io_fstat(fd, &st) == 0)
			rc = tkt_io_fchmod(fd, (st.st_mode & 0777) | (dir.st_mode & 055));
		for (size_t done = 0; !rc && done < text.len;) {
			ssize_t n = tkt_io_write(fd, text.ptr + done, text.len - done);

			rc = n < 0 ? -1 : 0;
			done += n < 0 ? 0 : (size_t)n;
		}
		if (!rc)
			rc = tkt_io_fsync(fd);
		if (rc)
			tkt_error_sys(err, errno, "cannot write the hook '%s'", p->name);
		if (tkt_io_close(fd) < 0 && !rc)
			rc = tkt_error_sys(err, errno, "cannot write the hook '%s'", p->name);
		if (rc) {
			tkt_io_unlink(p->fd, NEW, false);
			rc = TKT_EIO;
		}
	}
	tkt_buf_release(&text);
	return rc;
}

/* Where nothing is, or where ours is. */
static int put(const struct place *p, bool renew, struct tkt_error *err)
{
	int rc, r;

	if (is_mine(p, p->before) && tkt_io_unlink(p->fd, p->before, false) < 0) /* left by one who was killed */
		return fail(err, p);
	if (renew && !is_mine(p, p->name))
		return conflict(err, p->name);
	rc = write_script(p, err);
	if (!rc) {
		r = renew ? tkt_io_rename(p->fd, NEW, p->fd, p->name) : tkt_io_rename_new(p->fd, NEW, p->fd, p->name);
		if (r < 0) {
			rc = fail(err, p);
			tkt_io_unlink(p->fd, NEW, false);
		}
	}
	return rc;
}

/* A file system that cannot exchange: the old hook gets its second name first, then ours takes the first one. */
static int link_and_rename(const struct place *p, struct tkt_error *err)
{
	struct stat a, b;
	int rc = 0;

	/* before-tkt is ours at this moment, written for the exchange. */
	if (tkt_io_rename(p->fd, p->before, p->fd, NEW) < 0) {
		rc = fail(err, p);
	} else if (tkt_io_link(p->fd, p->name, p->before) < 0 || tkt_io_stat(p->fd, p->name, &a) < 0 ||
		   tkt_io_stat(p->fd, p->before, &b) < 0 || a.st_ino != b.st_ino ||
		   tkt_io_rename(p->fd, NEW, p->fd, p->name) < 0) {
		rc = fail(err, p);
		tkt_io_unlink(p->fd, NEW, false);
	}
	return rc;
}

/* Somebody's hook and ours change places. */
static int chain(const struct place *p, struct tkt_error *err)
{
	struct stat a, b;
	bool twins = tkt_io_stat(p->fd, p->name, &a) == 0 && tkt_io_stat(p->fd, p->before, &b) == 0 &&
		     a.st_ino == b.st_ino && a.st_dev == b.st_dev;
	bool left = is_mine(p, p->before);
	int rc, r;

	if (is_mine(p, p->name))
		return conflict(err, p->name);
	rc = write_script(p, err);
	if (rc)
		return rc;
	if (twins) /* the second name is there already: only ours is missing */
		r = tkt_io_rename(p->fd, NEW, p->fd, p->name);
	else if (left)
		r = tkt_io_rename(p->fd, NEW, p->fd, p->before);
	else
		r = tkt_io_rename_new(p->fd, NEW, p->fd, p->before);
	if (r < 0) {
		rc = fail(err, p);
		tkt_io_unlink(p->fd, NEW, false);
	} else if (!twins && tkt_io_exchange(p->fd, p->name, p->before) < 0) {
		if (errno == EINVAL || errno == ENOSYS)
			rc = link_and_rename(p, err);
		else
			rc = fail(err, p);
		if (rc && is_mine(p, p->before))
			tkt_io_unlink(p->fd, p->before, false);
	}
	return rc;
}

/* What is ours goes; somebody's that waits beside it comes back by a rename: the same file. */
static int take_out(const struct place *p, const char *aside, struct tkt_error *err)
{
	struct stat a, b;
	int r = 0;

	if (aside && is_mine(p, aside)) { /* the slot is a manager's: as if it had found what was there before us */
		if (is_there(p, p->before) && !is_mine(p, p->before))
			r = tkt_io_rename(p->fd, p->before, p->fd, aside);
		else
			r = tkt_io_unlink(p->fd, aside, false);
	} else if (is_there(p, p->before) && !is_mine(p, p->before)) {
		if (tkt_io_stat(p->fd, p->name, &a) == 0 && tkt_io_stat(p->fd, p->before, &b) == 0 && a.st_ino == b.st_ino)
			r = tkt_io_unlink(p->fd, p->before, false); /* rename(2) does nothing with twins */
		else if (is_mine(p, p->name))
			r = tkt_io_rename(p->fd, p->before, p->fd, p->name);
		else
			r = tkt_io_rename_new(p->fd, p->before, p->fd, p->name);
	} else {
		if (is_mine(p, p->before))
			r = tkt_io_unlink(p->fd, p->before, false);
		if (!r && is_mine(p, p->name))
			r = tkt_io_unlink(p->fd, p->name, false);
	}
	return r < 0 ? fail(err, p) : 0;
}

/* The directory of hooks, which a template may have left out. A link on its place is refused: it leads to somebody's. */
static int open_dir(const struct tkt_hooks *h, bool make, int *common, int *fd, struct tkt_error *err)
{
	int rc = tkt_dir_open(common, h->common_dir, err);

	if (!rc && make)
		rc = tkt_dir_make(*common, "hooks", err);
	return rc ? rc : tkt_dir_openat(fd, *common, "hooks", err);
}

int tkt_hooks_do(const struct tkt_hooks *h, size_t i, enum tkt_hook_step step, struct tkt_error *err)
{
	struct place p = { -1, h->items[i].name, NULL };
	bool in = step == TKT_HOOK_WRITE || step == TKT_HOOK_CHAIN || step == TKT_HOOK_RENEW;
	bool away = step == TKT_HOOK_REMOVE || step == TKT_HOOK_RESTORE;
	int common = -1, rc;

	if (!in && !away)
		return 0;
	rc = open_dir(h, in, &common, &p.fd, err);
	if (rc)
		goto out;
	p.before = tkt_asprintf("%s" TKT_HOOK_BEFORE, p.name);
	if (tkt_io_flock(p.fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		rc = tkt_error_set(err, TKT_ELOCKED, "cannot change the hook '%s': another tkt is at it", p.name);
	else if (away)
		rc = take_out(&p, h->items[i].aside, err);
	else if (step == TKT_HOOK_CHAIN)
		rc = chain(&p, err);
	else
		rc = put(&p, step == TKT_HOOK_RENEW, err);
	if (!rc)
		(void)tkt_io_fsync(p.fd);
	if (!rc && away) /* if nothing else is there: installing made it */
		(void)tkt_io_unlink(common, "hooks", true);
out:
	if (p.fd >= 0)
		tkt_io_close(p.fd);
	if (common >= 0)
		tkt_io_close(common);
	free(p.before);
	return rc;
}

void tkt_hooks_tidy(const struct tkt_hooks *h)
{
	int common = -1, fd = -1;

	if (open_dir(h, false, &common, &fd, NULL) == 0 && tkt_io_flock(fd, LOCK_EX | LOCK_NB) == 0)
		tkt_io_unlink(fd, NEW, false);
	if (fd >= 0)
		tkt_io_close(fd);
	if (common >= 0)
		tkt_io_close(common);
}
