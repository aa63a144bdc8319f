#!/bin/sh
# What holds for every command: standard output is checked, signals, global options.
. "$(dirname "$0")/lib.sh"

full() {
	new_root
	tkt create 'First thing' >/dev/null
	for cmd in 'tkt version' 'tkt help' 'tkt list' 'tkt show first-thing' 'tkt list --json' 'tkt history first-thing'; do
		status=0
		$cmd >/dev/full 2>"$err" || status=$?
		is "$status" 6 "$cmd"
		file_has "$err" 'standard output'
		file_lacks "$err" 'do not repeat'
	done
	status=0
	tkt set first-thing priority=P0 >/dev/full 2>"$err" || status=$?
	is "$status" 6
	file_has "$err" 'the change itself was made'
	is "$(tkt list priority:P0 --format ids | wc -l)" 1
}
t 'a full disk at standard output is status 6' full

# More than is held before it is written.
long_full() {
	new_root
	long=$(printf 'x%.0s' $(seq 480))
	for i in $(seq 80); do
		TKT_INDEX=off tkt create "$i $long" --force >/dev/null
	done
	status=0
	tkt list >/dev/full 2>"$err" || status=$?
	is "$status" 6
	lines "$err" 1
	is "$(tkt list | wc -l)" 81
	is "$(tkt list | head -n 1 | cut -f 1)" status
}
t 'so it is for output that is written piece by piece' long_full

closed() {
	new_root
	tkt create 'First thing' >/dev/null
	status=0
	tkt list >&- 2>"$err" || status=$?
	is "$status" 6
	id=$(tkt create 'Second thing')
	tkt set second-thing priority=P0 >&- 2>/dev/null || :
	file_has "work-items/open/$id/item.md" 'priority: P0'
	tkt show second-thing <&- >/dev/null
	tkt show second-thing 2>&- >/dev/null
}
t 'a closed standard output is an error, and no file of ours takes its place' closed

pipe() {
	new_root
	for i in 1 2 3; do tkt create "Thing number $i" >/dev/null; done
	bash -c 'set -o pipefail; tkt help | head -n 0; exit ${PIPESTATUS[0]}' 2>"$err" || status=$?
	empty "$err"
	(trap '' PIPE; tkt help 2>"$err" | true)
	empty "$err"
}
t 'a closed pipe ends quietly' pipe

both_sides() {
	new_root
	tkt create 'First thing' >/dev/null
	tkt --json list >a
	tkt list --json >b
	same a b
	mkdir other
	(cd other && new_root)
	is "$(tkt -C other list --format ids)" ''
	is "$(tkt list -C other --format ids)" ''
	is "$(tkt --root other/work-items list --format ids)" ''
	is "$(tkt list --format ids --root=other/work-items)" ''
	must_fail 3 tkt -C nowhere list
	file_has "$err" nowhere
	must_fail 3 tkt --root nowhere list
}
t 'global options stand before or behind the command' both_sides

locked() {
	new_root
	tkt create 'First thing' >/dev/null
	exec 9<>work-items/.tkt/lock
	flock 9
	start=$(date +%s)
	must_fail 4 tkt --lock-timeout 1 set first-thing priority=P0
	[ $(($(date +%s) - start)) -le 4 ] || fail 'waited too long'
	has "$(cat "$err")" lock
	is "$(tkt --lock-timeout 0 create 'Second thing' --json | jq -r .error.code || :)" locked
	exit_is 0 tkt list
	exec 9>&-
	exit_is 0 tkt --lock-timeout 0 set first-thing priority=P0
}
t '--lock-timeout bounds the wait; readers do not wait' locked

interrupted() {
	new_root
	tkt create 'First thing' >/dev/null
	exec 9<>work-items/.tkt/lock
	flock 9
	status=0
	(
		exec 9>&-
		trap - INT
		exec timeout --preserve-status -s INT 1 tkt --lock-timeout 300 set first-thing priority=P0
	) >"$out" 2>"$err" || status=$?
	exec 9>&-
	is "$status" 130
	file_has "$err" 'interrupted while waiting'
	is "$(tkt list priority:P0 --format ids)" ''
	exit_is 0 tkt set first-thing priority=P1
}
t 'a writer that is interrupted while it waits writes nothing' interrupted

clock() {
	new_root
	TKT_NOW=yesterday must_fail 2 tkt list
	file_has "$err" TKT_NOW
	TKT_NOW=yesterday exit_is 0 tkt version
	id=$(TKT_NOW='' tkt create 'Right now')
	like "$id" '^20[0-9]{6}-[0-9]{6}-right-now$'
}
t 'TKT_NOW is the clock, when it is a time' clock

deep() {
	new_root
	tkt create 'First thing' >/dev/null
	is "$(tkt show first-thing --json=path | jq -r .data.ticket.path)" work-items/open/20260601-120000-first-thing
	mkdir -p a/b
	path=$(cd a/b && tkt show first-thing --json=path | jq -r .data.ticket.path)
	exists "$path"
}
t 'paths are as one would type them' deep

fast() {
	need strace
	export ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" # cannot work below strace
	new_root
	tkt create 'First thing' >/dev/null
	for cmd in 'tkt version' 'tkt list' 'tkt show first-thing'; do
		strace -f -e trace=execve,clone,fork,vfork,clone3 -o calls $cmd >/dev/null
		is "$(grep -c execve calls)" 1 "$cmd starts no other program"
		strace -o calls $cmd >/dev/null
		! grep -E 'locale|nsswitch|/etc/passwd' calls || fail "$cmd reads what it does not need"
	done
	unset TKT_AUTHOR
	git init -q .
	git config user.name 'Someone'
	strace -f -e trace=execve -o calls tkt comment first-thing -m x >/dev/null
	is "$(grep -c execve calls)" 1 'git is not started for a name'
}
t 'nothing is started or read that is not needed' fast

done_testing
