# shellcheck shell=sh
# What the tests of the tickets.sh dialect share, on top of tests/e2e/lib.sh: the script and tkt under
# its name do the same things in two directories.
#
#   both ARGUMENT…        the script in script/, tkt in tkt/; answers and trees must agree. $status, $out
#                         and $err are the answer. Standard input is the file $input (/dev/null).
#   says N ARGUMENT…      both, and the status must be N
#   each COMMAND…         a command of the shell in script/ and in tkt/
#   both_error TEXT ARG…  both refuse: status 1, nothing on standard output, `error: TEXT`
#                         on standard error
#
# TKT_SHELL is the shell that runs the script (default sh).

# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../e2e/lib.sh"

SCRIPT=$SRC/tickets.sh
DIALECT=$h_top/bin/tickets.sh
ln -s "$TKT" "$DIALECT"
TKT_SHELL=${TKT_SHELL:-sh}
TKT_FSYNC=off
export TKT_FSYNC
input=/dev/null

# $TKT_SHELL may be "bash --posix"
# shellcheck disable=SC2086
script() { $TKT_SHELL "$SCRIPT" "$@"; }
dialect() { "$DIALECT" "$@"; }

start() { mkdir script tkt; }
each() {
	for h_side in script tkt; do
		(cd "$h_side" && "$@") || fail "in $h_side: $*"
	done
}
# Names, kinds, permissions, links and bytes of everything but .tkt.
tree() {
	(
		cd "$1"
		find . -name .tkt -prune -o -printf '%p %y %m %l\n' | sort
		find . -name .tkt -prune -o -type f -exec sha1sum {} + | sort
	)
}
both() {
	(cd script && exit_status script "$@") <"$input" >"$h_dir.out1" 2>"$h_dir.err1"
	h_one=$(cat "$h_dir.status")
	(cd tkt && exit_status dialect "$@") <"$input" >"$out" 2>"$err"
	status=$(cat "$h_dir.status")
	is "$status" "$h_one" "exit status of tkt and of the script: $*"
	same "$h_dir.out1" "$out"
	same "$h_dir.err1" "$err"
	tree script >"$h_dir.tree1"
	tree tkt >"$h_dir.tree2"
	same "$h_dir.tree1" "$h_dir.tree2"
	if h_crashed "$status" "$err"; then
		fail "crashed: $*"
	fi
}
exit_status() {
	h_code=0
	"$@" || h_code=$?
	echo "$h_code" >"$h_dir.status"
}
says() {
	h_want=$1
	shift
	both "$@"
	[ "$status" = "$h_want" ] || fail "status is $status, not $h_want: $*"
}
both_error() {
	h_text=$1
	shift
	says 1 "$@"
	is "$(cat "$err")" "error: $h_text"
	empty "$out"
}
