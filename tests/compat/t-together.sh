#!/bin/sh
# tickets.sh and tkt at the same time: the lock is the same lock, and no event is lost.
# shellcheck source=tests/compat/lib-compat.sh
. "$(dirname "$0")/lib-compat.sh"

rounds=15
[ -z "${TKT_LONG:-}" ] || rounds=300

hammer_one() { # who, which command
	n=0
	while [ $n -lt $rounds ]; do
		n=$((n + 1))
		printf 'token %s.%s\nsecond line\n' "$1" $n | "$2" comment first --author "$1" || echo "$1 $n" >>failed
	done
}
mover() {
	n=0
	while [ $n -lt $rounds ]; do
		n=$((n + 1))
		"$1" status first pending || echo "move $n" >>failed
		"$1" status first open || echo "move $n" >>failed
	done
}
together() {
	script create --title First >/dev/null
	for who in 1 2 3; do
		hammer_one s$who script &
		hammer_one t$who dialect &
	done
	mover script &
	mover dialect &
	wait
	missing failed
	thread=$(echo work-items/*/*/thread.md)
	is "$(grep -c '^<!-- event: comment' "$thread")" $((6 * rounds))
	is "$(grep '^token ' "$thread" | sort | uniq -d)" ''
	is "$(grep -c '^token ' "$thread")" $((6 * rounds))
	# every event is whole: header, heading, body, end
	is "$(tkt show first --json | jq '[.data.ticket.events[] | select(.kind == "comment") | select(.body | test("^token [st][123][.][0-9]+\nsecond line\n?$"))] | length')" $((6 * rounds))
	is "$(script list --status all | tail -n +2 | wc -l)" 1
	exit_is 0 script doctor
}
t 'eight writers lose nothing' together

creators() {
	for who in 1 2 3; do
		(for n in 1 2 3 4 5; do script create --title same; done) >s$who &
		(for n in 1 2 3 4 5; do dialect create --title same; done) >t$who &
	done
	wait
	cat s1 s2 s3 t1 t2 t3 | sort >ids
	lines ids 30
	is "$(uniq -d ids)" ''
	is "$(find work-items/open -name item.md | wc -l)" 30
	no_doctor # one slug thirty times
}
t 'new tickets at one time all get ids of their own' creators

locked() {
	start
	says 0 create --title First
	for side in script tkt; do
		(
			cd $side
			exec 8>>work-items/.tkt/lock
			flock 8
			exec sleep 14
		) &
	done
	sleep 1
	for side in script dialect; do
		(
			cd "${side%dialect}${side#script}" 2>/dev/null || cd tkt
			code=0
			$side comment first 2>../$side.err || code=$?
			echo $code >../$side.code
		) &
	done
	wait
	is "$(cat script.err)" 'error: work items are locked: work-items'
	is "$(cat dialect.err)" 'error: work items are locked: work-items'
	is "$(cat script.code dialect.code)" "1
1"
	says 0 show first
	says 0 comment first
}
t 'a lock that is held for ten seconds is an error, and nothing is written' locked

interrupted() {
	mkdir tmp
	TMPDIR=$PWD/tmp
	export TMPDIR
	script create --title First >/dev/null
	mkfifo pipe
	sh "$SCRIPT" comment first <pipe &
	pid=$!
	exec 7>pipe
	while [ -z "$(ls tmp)" ]; do sleep 0.1; done
	kill -TERM $pid
	exec 7>&-
	code=0
	wait $pid || code=$?
	is $code 143
	is "$(ls tmp)" ''
	lines work-items/open/*/thread.md 7
}
t 'a terminated comment leaves nothing behind' interrupted

done_testing
