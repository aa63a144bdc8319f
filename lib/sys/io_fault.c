/* sys/io_fault: the fault counter behind sys/io; nothing of it is in a normal build. Floor 1. */
#include "sys/io.h"

#ifdef TKT_FAULTS

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool tkt_io_struck(const char *call);
size_t tkt_io_cut(size_t n);

enum { FAULT_SHORT = -1, FAULT_KILL = -2 };

static const struct {
	const char *name;
	int value; /* errno, or one of FAULT_* */
} kinds[] = {
	{ "EIO", EIO },       { "ENOSPC", ENOSPC }, { "EDQUOT", EDQUOT },     { "EACCES", EACCES },
	{ "EMFILE", EMFILE }, { "EINTR", EINTR },   { "EROFS", EROFS },       { "short", FAULT_SHORT },
	{ "kill", FAULT_KILL },
};

/* The one place in lib/ with state of its own: a test build, one process, one fault. */
static struct {
	unsigned calls, writes, fired, at;
	int kind;
	bool more, cut_now, full_next, interrupted;
	char log[512];
} state;

static void tell(const char *call)
{
	char line[96];
	int fd, n;

	state.fired++;
	if (!state.log[0])
		return;
	fd = open(state.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	n = snprintf(line, sizeof line, "%u %s\n", state.calls, call);
	if (fd < 0 || write(fd, line, (size_t)n) != n)
		abort();
	close(fd);
}

bool tkt_io_fault(const char *spec)
{
	char *end;
	size_t n;

	memset(&state, 0, sizeof state);
	if (!spec || !*spec)
		return true;
	state.at = (unsigned)strtoul(spec, &end, 10);
	if (!state.at || *end != ':')
		return false;
	spec = end + 1;
	n = strcspn(spec, "+@");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strlen(kinds[i].name) == n && !strncmp(kinds[i].name, spec, n))
			state.kind = kinds[i].value;
	spec += n;
	if (*spec == '+') {
		state.more = true;
		spec++;
	}
	if (*spec == '@')
		snprintf(state.log, sizeof state.log, "%s", spec + 1);
	return state.kind != 0 && (*spec == '\0' || *spec == '@');
}

unsigned tkt_io_faults_fired(void)
{
	return state.fired;
}

unsigned tkt_io_calls(void)
{
	return state.calls;
}

/* Before main, so that no door into the library can forget it; a test build only. */
__attribute__((constructor)) static void from_environment(void)
{
	const char *spec = getenv("TKT_FAULT");

	if (spec && !tkt_io_fault(spec)) {
		fprintf(stderr, "TKT_FAULT='%s' is not understood\n", spec);
		_exit(99);
	}
}

static bool due(unsigned n)
{
	return state.at && (n == state.at || (state.more && n > state.at));
}

static bool struck_short(const char *call)
{
	if (strcmp(call, "write"))
		return false;
	state.writes++;
	if (state.full_next) {
		state.full_next = state.more;
		errno = ENOSPC;
		return true;
	}
	state.cut_now = due(state.writes);
	return false;
}

bool tkt_io_struck(const char *call)
{
	state.calls++;
	if (!state.kind)
		return false;
	if (state.kind == FAULT_SHORT)
		return struck_short(call);
	if (!due(state.calls))
		return false;
	if (state.kind == EINTR) { /* every second try gets through, or a retry would never end */
		state.interrupted = !state.interrupted;
		if (!state.interrupted)
			return false;
	}
	tell(call);
	if (state.kind == FAULT_KILL) {
		raise(SIGKILL);
		_exit(137);
	}
	errno = state.kind;
	return true;
}

size_t tkt_io_cut(size_t n)
{
	if (!state.cut_now)
		return n;
	state.cut_now = false;
	state.full_next = true;
	tell("write short");
	return n / 2;
}

#endif
