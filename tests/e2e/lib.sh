# shellcheck shell=sh
# The harness of the shell tests. A test file is
#
#	#!/bin/sh
#	. "$(dirname "$0")/lib.sh"
#
#	comment_lands() {
#		new_root
#		id=$(tkt create 'First thing')
#		tkt comment "$id" -m hello
#		file_has "work-items/open/$id/thread.md" hello
#		must_fail 3 tkt show nothing && file_has "$err" nothing
#	}
#	t 'a comment lands in the thread' comment_lands
#
#	done_testing
#
# Each test runs in a subshell with `set -eu`, in an empty directory of its own, with no standard
# input, a fixed clock, identity and locale, and no configuration of the user's. After it, `tkt
# doctor` runs on every work-items/ below that directory and `git fsck` on every repository.
#
# making      new_root [DIR]          work-items/ in DIR (default .), without git
#             new_repo [DIR]          the same in a git repository, committed
#             tickets_sh ARGS...      tkt by the name tickets.sh, from the root's directory
#             commit [MESSAGE]        everything in the repository of the working directory
#             at TIME / tick SECONDS  sets the clock / moves it on (this test only)
# asking      run CMD…                -> $status, files $out and $err; a crash fails at once
#             exit_is N CMD…          run, and the status must be N
#             must_fail N CMD…        run, and the status must be N, which is a "no": 1 to 125
#             quietly CMD…            run; must succeed and print nothing
# asserting   is GOT WANTED [WHAT]    has TEXT PART     lacks TEXT PART     like TEXT ERE
#             same FILE FILE          file_has FILE PART   file_lacks FILE PART
#             lines FILE N            empty FILE        exists PATH         missing PATH
#             diff_lines N FILE FILE  N changed lines (a replaced line counts once)
#             fail SAYING…            skip REASON       need TOOL…
# not after   no_doctor / no_fsck     inside a test: it leaves a broken tree on purpose
#
# TKT_BUILD names the build; KEEP=1 keeps the directories. $SRC is the source tree, $TKT the binary.

# --- the world of every test -----------------------------------------------------------------------

SRC=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
while [ ! -f "$SRC/tests/e2e/lib.sh" ]; do
	[ -n "$SRC" ] || { echo 'Bail out! lib.sh: no source tree above the test'; exit 1; }
	SRC=${SRC%/*}
done
TKT_BUILD=${TKT_BUILD:-build/release}
case $TKT_BUILD in /*) ;; *) TKT_BUILD=$SRC/$TKT_BUILD ;; esac
TKT=$TKT_BUILD/tkt
[ -x "$TKT" ] || { echo "Bail out! no $TKT: make"; exit 1; }

# Nothing of the caller's may change an answer; what is kept is for the tests, tkt does not know it.
for h_var in $(env | sed -n 's/^\(\(GIT\|TKT\|XDG\)_[A-Za-z0-9_]*\)=.*/\1/p'); do
	case $h_var in
	TKT_BUILD | TKT_*_BUILD | TKT_LONG | TKT_SEED | TKT_SHELL | TKT_HAMMER_* | TKT_LEAKS | TKT_RUN_DIR) ;;
	*) unset "$h_var" ;;
	esac
done
unset h_var CI WORK_ITEMS_DIR NO_COLOR CLICOLOR CLICOLOR_FORCE FORCE_COLOR COLUMNS LINES CDPATH VISUAL EMAIL LESS
umask 022

h_top=$(mktemp -d "${TMPDIR:-/tmp}/tkt-e2e.XXXXXX") || { echo 'Bail out! no temporary directory'; exit 1; }
h_top=$(CDPATH='' cd -- "$h_top" && pwd -P)
mkdir "$h_top/home" "$h_top/config" "$h_top/bin" "$h_top/tmp"
ln -s "$TKT" "$h_top/bin/tkt"
PATH=$h_top/bin:$PATH
HOME=$h_top/home
TMPDIR=$h_top/tmp
TMPPREFIX=$TMPDIR/zsh # for zsh, which does not look at TMPDIR
XDG_CONFIG_HOME=$h_top/config
XDG_CACHE_HOME=$h_top/config
XDG_DATA_HOME=$h_top/config
USER=tester
LOGNAME=tester
LC_ALL=C.UTF-8
LANG=C.UTF-8
TZ=UTC
TERM=dumb
PAGER='cat'
EDITOR='false'
TKT_AUTHOR='Test Author'
GIT_CONFIG_GLOBAL=/dev/null
GIT_CONFIG_NOSYSTEM=1
GIT_TERMINAL_PROMPT=0
GIT_PAGER='cat'
GIT_AUTHOR_NAME='Test Author'
GIT_AUTHOR_EMAIL=author@example.com
GIT_COMMITTER_NAME='Test Committer'
GIT_COMMITTER_EMAIL=committer@example.com
# No temporary directory lies in somebody's repository, wherever it is.
GIT_CEILING_DIRECTORIES=$h_top
# A sanitizer's report ends by a signal, so that it can never pass for an answer.
ASAN_OPTIONS=abort_on_error=1:detect_leaks=${TKT_LEAKS:-1}${ASAN_OPTIONS:+:$ASAN_OPTIONS}
UBSAN_OPTIONS=abort_on_error=1:halt_on_error=1:print_stacktrace=1
# libgit2 1.5 loses what it compiled for a pattern at each look at extensions of a repository.
echo 'leak:libpcre2' >"$h_top/lsan"
LSAN_OPTIONS=exitcode=139:suppressions=$h_top/lsan:print_suppressions=0
TSAN_OPTIONS=exitcode=139
export SRC TKT TKT_BUILD PATH HOME TMPDIR TMPPREFIX XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME USER LOGNAME \
	LC_ALL LANG TZ TERM PAGER EDITOR TKT_AUTHOR GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM \
	GIT_TERMINAL_PROMPT GIT_PAGER GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME \
	GIT_COMMITTER_EMAIL GIT_CEILING_DIRECTORIES ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS TSAN_OPTIONS

h_clean() {
	cd /
	if [ -n "${KEEP:-}" ]; then
		echo "# kept: $h_top"
	else
		chmod -R u+rwX "$h_top" 2>/dev/null
		rm -rf "$h_top"
	fi
}
trap h_clean EXIT
trap 'exit 130' INT TERM HUP

h_n=0
h_failed=0
status=0
out=$h_top/out
err=$h_top/err

# --- time ------------------------------------------------------------------------------------------

at() {
	TKT_NOW=$1
	GIT_AUTHOR_DATE=$1
	GIT_COMMITTER_DATE=$1
	export TKT_NOW GIT_AUTHOR_DATE GIT_COMMITTER_DATE
}
tick() {
	at "$(date -u -d "@$(($(date -u -d "$TKT_NOW" +%s) + ${1:-1}))" +%Y-%m-%dT%H:%M:%SZ)"
}
at 2026-06-01T12:00:00Z

# --- roots and repositories ------------------------------------------------------------------------

new_root() {
	mkdir -p "${1:-.}"
	(cd "${1:-.}" && "$TKT" init --no-git >/dev/null)
}
tickets_sh() {
	[ -e ../tickets.sh ] || ln -s "$TKT" ../tickets.sh
	../tickets.sh "$@"
}
new_repo() {
	mkdir -p "${1:-.}"
	(
		cd "${1:-.}"
		git init -q -b main
		"$TKT" init >/dev/null
		git add -A
		git commit -q -m 'Start'
	)
}
commit() {
	git add -A
	git commit -q -m "${1:-Change}"
}

no_doctor() { : >"$h_dir.no_doctor"; }
no_fsck() { : >"$h_dir.no_fsck"; }

# --- running a command and looking at its answer ---------------------------------------------------

# A signal, an abort or a sanitizer's report is never an answer, whatever number it left.
h_crashed() {
	[ "$1" -lt 126 ] && ! grep -a -q -E \
		'(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|: runtime error: |Assertion .* failed' "$2" || return 0
	return 1
}

run() {
	status=0
	"$@" >"$out" 2>"$err" || status=$?
	if h_crashed "$status" "$err"; then
		fail "crashed (status $status): $*"
	fi
}
exit_is() {
	h_want=$1
	shift
	run "$@"
	[ "$status" = "$h_want" ] || fail "status is $status, not $h_want: $*"
}
must_fail() {
	if [ "$1" -lt 1 ] || [ "$1" -gt 125 ]; then
		fail "must_fail $1: a \"no\" is 1 to 125"
	fi
	exit_is "$@"
}
quietly() {
	exit_is 0 "$@"
	if [ -s "$out" ] || [ -s "$err" ]; then
		fail "is not quiet: $*"
	fi
}

# --- assertions ------------------------------------------------------------------------------------

# `exit` and not `return`: it also ends a test from inside `if`, `&&` and `!`, where -e sleeps.
fail() {
	{
		echo "$*"
		for h_file in "$out" "$err"; do
			[ ! -s "$h_file" ] || {
				echo "last ${h_file##*.}:"
				head -n 30 "$h_file" | cat -v | sed 's/^/  /'
			}
		done
	} >&2
	exit 1
}
skip() {
	echo "$*" >"$h_dir.skip"
	exit 77
}
# A missing tool is a failure: `make check-deps` installs what the tests use.
need() {
	for h_tool; do command -v "$h_tool" >/dev/null || fail "needs $h_tool"; done
}

is() {
	[ "$1" = "$2" ] || {
		printf '%s\n' "$1" >"$h_dir.got"
		printf '%s\n' "$2" >"$h_dir.want"
		diff -u --label got --label wanted "$h_dir.got" "$h_dir.want" >&2 || :
		fail "${3:-these differ}"
	}
}
has() { case $1 in *"$2"*) ;; *) fail "no '$2' in: $1" ;; esac; }
lacks() { case $1 in *"$2"*) fail "'$2' is in: $1" ;; esac; }
like() { printf '%s\n' "$1" | grep -q -E -e "$2" || fail "nothing like /$2/ in: $1"; }
same() {
	cmp -s "$1" "$2" || {
		diff -u "$1" "$2" | cat -v | head -n 60 >&2 || :
		fail "$1 and $2 differ"
	}
}
file_has() {
	[ -f "$1" ] || fail "no file $1"
	grep -q -F -e "$2" "$1" || {
		head -n 40 "$1" | cat -v | sed 's/^/  /' >&2
		fail "no '$2' in $1"
	}
}
file_lacks() {
	[ -f "$1" ] || fail "no file $1"
	! grep -n -F -e "$2" "$1" >&2 || fail "'$2' is in $1"
}
lines() {
	h_have=$(wc -l <"$1")
	[ "$h_have" -eq "$2" ] || fail "$1 has $h_have lines, not $2: $(head -n 30 "$1")"
}
empty() { [ ! -s "$1" ] || fail "$1 is not empty: $(head -n 20 "$1")"; }
exists() { [ -e "$1" ] || fail "$1 is not there"; }
missing() { if [ -e "$1" ] || [ -L "$1" ]; then fail "$1 is there"; fi; }
diff_lines() {
	h_have=$(diff "$2" "$3" | awk '/^</ {a++} /^>/ {b++} END {print (a > b ? a : b) + 0}')
	[ "$h_have" -eq "$1" ] || {
		diff -u "$2" "$3" >&2 || :
		fail "$h_have lines differ, not $1: $2 $3"
	}
}

# --- one test --------------------------------------------------------------------------------------

# What must be true after every test.
h_after() {
	[ -e "$h_dir.no_doctor" ] || find "$h_dir" -type d -name work-items -prune -print |
		while IFS= read -r h_root; do
			# A directory of that name that is no root at all is the test's own business.
			[ -d "$h_root/open" ] || [ -d "$h_root/closed" ] || continue
			"$TKT" --root "$h_root" doctor >"$h_dir.doctor" 2>&1 </dev/null || {
				echo "tkt doctor says no to $h_root (status $?):"
				head -n 20 "$h_dir.doctor"
				exit 1
			}
		done || return 1
	[ -e "$h_dir.no_fsck" ] || find "$h_dir" -name .git -prune -print |
		while IFS= read -r h_repo; do
			git -C "${h_repo%/.git}" fsck --strict --no-progress --no-dangling >"$h_dir.fsck" 2>&1 </dev/null || {
				echo "git fsck says no to ${h_repo%/.git} (status $?):"
				head -n 20 "$h_dir.fsck"
				exit 1
			}
		done || return 1
}

# t SENTENCE FUNCTION [ARGUMENT…]
t() {
	h_name=$1
	shift
	h_n=$((h_n + 1))
	h_dir=$h_top/$h_n
	out=$h_dir.out
	err=$h_dir.err
	mkdir "$h_dir"
	: >"$out"
	: >"$err"
	# Not in a condition: there, -e would sleep in all of it.
	(
		trap - EXIT
		cd "$h_dir"
		set -eu
		"$@"
	) </dev/null >"$h_dir.log" 2>&1
	h_status=$?
	if [ "$h_status" = 0 ] && h_crashed 0 "$h_dir.log"; then
		h_status=134
	fi
	if [ "$h_status" = 0 ]; then
		h_after >>"$h_dir.log" || h_status=1
	fi
	if [ "$h_status" = 0 ]; then
		echo "ok $h_n - $h_name"
	elif [ "$h_status" = 77 ] && [ -s "$h_dir.skip" ]; then
		echo "ok $h_n - $h_name # SKIP $(cat "$h_dir.skip")"
	else
		echo "not ok $h_n - $h_name"
		echo "# status $h_status"
		tail -n 80 "$h_dir.log" | sed "s|$h_top/||g; s/^/# /"
		h_failed=$((h_failed + 1))
	fi
	[ -n "${KEEP:-}" ] || { chmod -R u+rwX "$h_dir"; rm -rf "$h_dir" "$h_dir".*; } 2>/dev/null
}

# Without it there is no plan, and tests/run takes the file for dead.
done_testing() {
	echo "1..$h_n"
	[ "$h_failed" = 0 ]
	exit
}
