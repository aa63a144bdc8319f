#!/bin/sh
# Text from files and arguments never reaches a terminal as something that it would obey.
. "$(dirname "$0")/lib.sh"

esc=$(printf '\033')
bell=$(printf '\007')
c1=$(printf '\302\233')   # U+009B, CSI in one character
rlo=$(printf '\342\200\256') # U+202E

# A ticket with such bytes wherever a person or a tool can put them.
evil() {
	new_root
	id=$(tkt create 'A title' -l ui)
	dir=work-items/open/$id
	bad="x${esc}[31m$bell$c1$rlo"
	sed -i "s/^title:.*/title: $bad title/; s/^labels:.*/labels: [$bad]/; s/^assignee:.*/assignee: $bad/; s/^kind:.*/kind: $bad/" "$dir/item.md"
	sed -i "/^legacy_ticket:/a\\
scope: $bad\\
errors: [$bad]\\
x_key: $bad" "$dir/item.md"
	printf '\nBody %s\n\n```\n%s\n```\n[%s](http://x/%s)\n' "$bad" "$bad" "$bad" "$bad" >>"$dir/item.md"
	printf '\n<!-- event: comment author: "ev %s" at: 2026-06-01T12:00:00Z -->\n\n## %s\n\n%s\n\n---\n' "$bad" "$bad" "$bad" >>"$dir/thread.md"
	printf '\n<!-- event: field_changed author: x at: 2026-06-01T12:00:00Z field: "%s" from: "%s" to: "%s" -->\n\n## Changed\n\n---\n' "$bad" "$bad" "$bad" >>"$dir/thread.md"
	: >"$dir/artifacts/$bad"
	no_doctor
}
# safe FILE: none of it, and no escape sequence but colours.
safe() {
	! sed "s/$esc\\[[0-9;]*m//g" "$1" | grep -n -a -F -e "$esc" -e "$bell" -e "$c1" -e "$rlo" || fail "unsafe: $2"
	! grep -a -n "x$esc\\[31m" "$1" || fail "colours of others: $2"
}

commands='tkt list
tkt list --format table
tkt list --format refs
tkt list --format ids
tkt list --json
tkt show a-title
tkt show a-title --json
tkt history a-title
tkt history a-title --json
tkt set a-title priority=P1
tkt label a-title +y
tkt assign a-title --none
tkt comment a-title -m hello
tkt doctor
tkt close a-title'

pipes() {
	evil
	echo "$commands" | while IFS= read -r cmd; do
		status=0
		$cmd >got 2>&1 || status=$?
		[ "$status" -lt 100 ] || fail "status $status: $cmd"
		safe got "$cmd"
	done
}
t 'in a pipe everything from files is made visible' pipes

terminals() {
	evil
	echo "$commands
tkt show --raw a-title" | while IFS= read -r cmd; do
		for width in 40 80 200; do
			TERM=xterm-256color script -qec "stty cols $width; $cmd" /dev/null </dev/null >got 2>&1 || :
			safe got "$cmd"
		done
	done
}
t 'on a terminal too, and beside our own colours' terminals

arguments() {
	new_root
	bad="no${esc}[31m$bell$rlo"
	for cmd in "tkt $bad" "tkt show $bad" "tkt list --$bad" "tkt list foo:$bad" "tkt list ($bad" "tkt -C $bad list" \
		"tkt --root $bad list" "tkt create x$bad" "tkt set a $bad=1" "tkt create fine --parent $bad" "tkt help $bad" \
		"tkt config $bad" "tkt config prefix $bad" "tkt completion $bad" "tkt attach x $bad" "tkt list --limit $bad"; do
		status=0
		$cmd >got 2>&1 || status=$?
		[ "$status" -gt 0 ] && [ "$status" -lt 10 ] || fail "status $status: $cmd"
		safe got "$cmd"
	done
}
t 'what was typed is made visible in messages' arguments

raw_pipe() {
	evil
	tkt show --raw a-title >got
	cat "$dir/item.md" "$dir/thread.md" >want
	same got want
}
t '--raw into a pipe is the bytes' raw_pipe

one_row() {
	evil
	tkt list >got
	lines got 2
	is "$(sed -n 2p got | awk -F '\t' '{ print NF }')" 7
	tkt history a-title >got
	is "$(awk -F '\t' '{ print NF }' got | sort -u)" 4
}
t 'one ticket is one line, one event is one line' one_row

done_testing
