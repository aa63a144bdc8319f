#!/bin/sh
# What leaves libtkt.a and what it asks of the process. The compiler has seen through every macro
# by then, which a search of the sources has not.
. "$(dirname "$0")/lib.sh"
need nm objdump

lib=$TKT_BUILD/libtkt.a
[ -f "$lib" ] || { echo "Bail out! no $lib: make"; exit 1; }
case ${SAN:-} in
?*)
	echo "1..0 # SKIP a build with sanitizers ($SAN) has their symbols: run make lint without SAN"
	exit 0
	;;
esac

# "object symbol", the object as buf.o
nm -A -g --defined-only "$lib" | awk '{ split($1, f, ":"); print f[2], $NF }' >"$tmp/defined"
nm -A -u "$lib" | awk '{ split($1, f, ":"); print f[2], $NF }' >"$tmp/undefined"
if [ "$(wc -l <"$tmp/defined")" -gt 50 ]; then point ok 'libtkt.a defines symbols'; else point not 'libtkt.a defines symbols'; fi

grep -v ' tkt_' "$tmp/defined" >"$tmp/alien"
finds_nothing 'only tkt_ names leave libtkt.a' "$tmp/alien"

sort -k2 "$tmp/defined" | uniq -f1 -D >"$tmp/twice"
finds_nothing 'no name is defined twice' "$tmp/twice"

# uses NAMES [OBJECTS]: objects that use one of the names (a fortified __x_chk is x), except those.
uses() {
	awk -v names="$1" -v except="${2:-}" '
		BEGIN {
			k = split(names, a, " "); for (i = 1; i <= k; i++) bad[a[i]] = 1
			k = split(except, a, " "); for (i = 1; i <= k; i++) may[a[i]] = 1
		}
		{
			s = $2
			sub(/@.*/, "", s); sub(/^__isoc99_/, "", s)
			if (s ~ /^__.*_chk$/) { sub(/^__/, "", s); sub(/_chk$/, "", s) }
			if (s in bad && !($1 in may))
				print $1 ": " $2
		}' "$tmp/undefined" >"$tmp/uses"
}
uses 'printf vprintf puts putchar putc perror stdout stderr stdin psignal syslog'
finds_nothing 'the library never prints' "$tmp/uses"
# _exit: only in the child between fork and exec.
uses 'exit quick_exit atexit on_exit _Exit err errx verr verrx'
finds_nothing 'the library never ends the process' "$tmp/uses"
uses '_exit execve execvp execvpe fork vfork posix_spawn posix_spawnp waitpid pipe2 kill sigaction sigprocmask signal' proc.o
finds_nothing 'only sys/proc starts and ends processes' "$tmp/uses"
uses 'getenv secure_getenv setenv putenv unsetenv clearenv environ __environ' proc.o
finds_nothing 'the library never reads the environment' "$tmp/uses"
uses 'time gettimeofday clock_gettime timespec_get ftime' lock.o
finds_nothing 'the library never asks the clock (sys/lock measures its own waiting)' "$tmp/uses"
uses 'chdir fchdir umask setlocale getcwd isatty getopt getopt_long optarg tzset'
finds_nothing 'the library leaves directory, umask, locale and terminal to the process' "$tmp/uses"
uses 'system popen gets strcpy strcat stpcpy sprintf vsprintf strtok gmtime localtime ctime asctime
	mktemp tmpnam tempnam rand srand random scanf fscanf alloca atoi atol'
finds_nothing 'no banned function is called' "$tmp/uses"
uses 'yaml_emitter_initialize yaml_emitter_emit'
finds_nothing 'YAML is never emitted' "$tmp/uses"

# Tables of const pointers are relocated once (.data.rel.ro) and read-only from then on.
# tkt_buf_empty is the one NUL that all empty buffers point at; nobody writes there.
objdump -t "$lib" | awk '
	/^[^ ]*\.o: / { object = $1; next }
	/^[0-9a-f]+ / {
		# value, 7 flags in fixed columns, section, size, name
		flags = substr($0, 18, 7)
		split(substr($0, 26), f, /[ \t]+/)
		if (flags ~ /O/ && f[1] ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ && f[1] !~ /^\.data\.rel\.ro/ &&
		    $NF != "tkt_buf_empty")
			print object " " f[3] (f[4] == "" ? "" : " " f[4]) " in " f[1]
	}' >"$tmp/state"
finds_nothing 'the library has no mutable state at file scope' "$tmp/state"

done_testing
