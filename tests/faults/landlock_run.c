/* landlock_run [--or-skip] -w DIR… -- COMMAND…
 *
 * Runs COMMAND so that it, and whatever it starts, can make, change, move and remove files below
 * the given directories only; reading is free. The kernel enforces it (Landlock), so a test that
 * passes here has written nowhere else. /dev/null, /dev/tty, /dev/full, /dev/shm and /proc/self stay writable:
 * shells need them. Status 125: could not be confined. --or-skip: then runs unconfined and says so. */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef LANDLOCK_ACCESS_FS_TRUNCATE /* ABI 3; Debian 12's headers know ABI 2 */
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

#define ON_FILES (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE)
#define ALL_WRITES \
	(ON_FILES | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
	 LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | \
	 LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER)

/* "" or what went wrong. */
static const char *allow(int ruleset, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = { 0 };
	struct stat st;
	const char *wrong = "";

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return "cannot open a directory";
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		access &= ON_FILES;
	rule.allowed_access = access;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0))
		wrong = "cannot add a rule";
	close(rule.parent_fd);
	return wrong;
}

static const char *confine(char **dirs, int n)
{
	static const char *const always[] = { "/dev/null", "/dev/tty", "/dev/full", "/dev/zero", "/dev/shm", "/dev/pts",
					      "/dev/ptmx", "/proc/self" };
	struct landlock_ruleset_attr attr = { 0 };
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	uint64_t access = ALL_WRITES;
	const char *wrong = "";
	int ruleset;

	if (abi < 1)
		return "this kernel has no Landlock";
	if (abi < 2)
		return "this kernel's Landlock forbids every move between directories (ABI 1)";
	if (abi < 3)
		access &= ~LANDLOCK_ACCESS_FS_TRUNCATE;
	attr.handled_access_fs = access;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (ruleset < 0)
		return "cannot make a ruleset";
	for (int i = 0; !*wrong && i < n; i++)
		wrong = allow(ruleset, dirs[i], access);
	for (size_t i = 0; !*wrong && i < sizeof always / sizeof always[0]; i++)
		(void)allow(ruleset, always[i], access); /* not everywhere is all of it there */
	if (!*wrong && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		wrong = "cannot give up new privileges";
	if (!*wrong && syscall(SYS_landlock_restrict_self, ruleset, 0))
		wrong = "cannot restrict itself";
	close(ruleset);
	return wrong;
}

int main(int argc, char **argv)
{
	bool or_skip = false;
	int n = 0, i = 1;
	const char *wrong;

	/* The directories are gathered at the front of argv: there are fewer than words before them. */
	for (; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "--or-skip")) {
			or_skip = true;
		} else if (!strcmp(argv[i], "-w") && i + 1 < argc) {
			argv[n++] = argv[++i];
		} else {
			break;
		}
	}
	if (i >= argc - 1 || strcmp(argv[i], "--")) {
		fprintf(stderr, "usage: landlock_run [--or-skip] -w DIR... -- COMMAND...\n");
		return 125;
	}
	wrong = confine(argv, n);
	if (*wrong) {
		fprintf(stderr, "landlock_run: %s: %s\n", wrong,
			or_skip ? "RUNNING UNCONFINED" : "not run");
		if (!or_skip)
			return 125;
	}
	execvp(argv[i + 1], argv + i + 1);
	fprintf(stderr, "landlock_run: cannot run '%s': %s\n", argv[i + 1], strerror(errno));
	return errno == ENOENT ? 127 : 126;
}
