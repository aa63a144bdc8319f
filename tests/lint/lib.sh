# shellcheck shell=sh
# What the lint tests share. Each check writes what it finds to a file, a line each, and `finds_nothing
# SENTENCE` makes a TAP point of it:
#
#	some_check >"$tmp/x"
#	finds_nothing 'no header is lonely' "$tmp/x"
#
# A check that looked at nothing proves nothing, so each says how many files it saw.

SRC=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
cd "$SRC" || exit 1
TKT_BUILD=${TKT_BUILD:-build/release}
case $TKT_BUILD in /*) ;; *) TKT_BUILD=$SRC/$TKT_BUILD ;; esac
LC_ALL=C.UTF-8
export SRC TKT_BUILD LC_ALL

tmp=$(mktemp -d "${TMPDIR:-/tmp}/tkt-lint.XXXXXX") || exit 1
trap 'cd /; [ -n "${KEEP:-}" ] || rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP
n=0
failed=0

point() { # OK|NOT SENTENCE [FILE of diagnostics]
	n=$((n + 1))
	if [ "$1" = ok ]; then
		echo "ok $n - $2"
	else
		failed=$((failed + 1))
		echo "not ok $n - $2"
		[ -z "${3:-}" ] || head -n 60 "$3" | sed 's/^/# /'
	fi
}

# SENTENCE FILE: not through a pipe, where the counters would be lost.
finds_nothing() {
	if [ -s "$2" ]; then point not "$1" "$2"; else point ok "$1"; fi
}

# SENTENCE CMD…: its output is shown where it fails.
succeeds() {
	s_name=$1
	shift
	if "$@" >"$tmp/log" 2>&1 </dev/null; then
		point ok "$s_name"
	else
		tail -n 40 "$tmp/log" >"$tmp/tail"
		point not "$s_name" "$tmp/tail"
	fi
}

need() {
	for s_tool; do
		command -v "$s_tool" >/dev/null || { echo "Bail out! needs $s_tool: make check-deps"; exit 1; }
	done
}

# The sources as they lie there, committed or not.
sources() { find "$@" -type f \( -name '*.c' -o -name '*.h' \) | sort; }

done_testing() {
	echo "1..$n"
	[ "$failed" = 0 ]
	exit
}
