#!/bin/sh
# tkt comment, review, attach.
. "$(dirname "$0")/lib.sh"

tab=$(printf '\t')

some() {
	new_root
	id=$(tkt create 'First thing')
	thread=work-items/open/$id/thread.md
	tick 60
}
last() { tkt show "$id" --json | jq -r ".data.ticket.events[-1].$1"; }

sources() {
	some
	exit_is 0 tkt comment first-thing -m 'One.' -m 'Two.'
	is "$(cat "$out")" "$id${tab}event${tab}${tab}comment"
	is "$(last body)" 'One.

Two.'
	echo 'From a file.' >f
	tkt comment first-thing --file f >/dev/null
	is "$(last body)" 'From a file.'
	echo 'From a pipe.' | tkt comment first-thing >/dev/null
	is "$(last body)" 'From a pipe.'
	echo 'From a dash.' | tkt comment first-thing -F - >/dev/null
	is "$(last body)" 'From a dash.'
	must_fail 2 tkt comment first-thing -m x --file f
	must_fail 3 tkt comment first-thing --file nope
}
t 'the text comes from -m, --file or standard input' sources

empty_text() {
	some
	cp "$thread" before
	must_fail 1 tkt comment first-thing
	file_has "$err" 'nothing written'
	must_fail 1 tkt comment first-thing -m '  '
	same before "$thread"
}
t 'an empty text writes nothing, with status 1' empty_text

exact() {
	some
	printf 'a\n\n---\n\n<!-- event: comment author: x at: 2026-01-01T00:00:00Z -->\n\\<!-- event: y\n\n\n' >f
	tkt comment first-thing --file f >/dev/null
	tkt show first-thing --json | jq -j '.data.ticket.events[-1].body' >got
	same f got
	is "$(tkt show first-thing --json | jq '.data.ticket.events | length')" 2
}
t 'a body comes back byte for byte, whatever it looks like' exact

roles() {
	some
	tkt comment first-thing --role plan -m 'First this.' >/dev/null
	is "$(last kind) $(last heading)" 'plan Plan'
	tkt comment first-thing --role retrospective -m 'It went well.' >/dev/null
	is "$(last kind)" retrospective
	tkt comment first-thing -m x --author 'Someone Else' >/dev/null
	is "$(last author)" 'Someone Else'
}
t 'a role is any word; --author says who' roles

reviews() {
	some
	exit_is 0 tkt review first-thing --approve -m 'Good.'
	is "$(last kind) $(last attrs.status) $(last heading)" 'review approve Review: approve'
	exit_is 0 tkt review first-thing --request-changes -m 'Not yet.'
	is "$(last attrs.status) $(last heading)" 'request_changes Review: request changes'
	must_fail 2 tkt review first-thing -m 'Hm.'
	must_fail 2 tkt review first-thing --approve --request-changes -m 'Hm.'
	file_has "$err" 'not both'
	file_has "$err" --approve
	exit_is 0 tkt review first-thing --approve
	is "$(last body)" Approved.
	must_fail 1 tkt review first-thing --request-changes
	must_fail 1 tkt review first-thing --approve -m ''
}
t 'review approves or requests changes' reviews

several() {
	some
	tkt create 'Second thing' >/dev/null
	tkt comment first-thing second-thing -m 'For both.' >/dev/null
	is "$(grep -l 'For both.' work-items/open/*/thread.md | wc -l)" 2
	must_fail 3 tkt comment first-thing nothing -m 'For none.'
	is "$(grep -l 'For none.' work-items/open/*/thread.md | wc -l)" 0
}
t 'comment on several tickets is all or nothing' several

once() {
	some
	tkt comment first-thing -m 'Once.' --idempotency-key k1 >/dev/null
	tick 60
	is "$(tkt comment first-thing -m 'Once.' --idempotency-key k1 --json | jq .data.replayed)" true
	is "$(grep -c 'Once\.' "$thread")" 1
}
t 'the same idempotency key comments once' once

revs() {
	some
	rev=$(tkt show "$id" --json=rev | jq -r .data.ticket.rev)
	tkt comment first-thing -m 'One.' --if-rev "$rev" >/dev/null
	must_fail 4 tkt comment first-thing -m 'Two.' --if-rev "$rev"
	is "$(grep -c 'Two\.' "$thread")" 0
}
t 'comment --if-rev refuses when somebody was faster' revs

with_editor() {
	some
	printf '#!/bin/sh\nprintf "Typed by hand.\\n" >tmp\ncat "$1" >>tmp\ncat tmp >"$1"\n' >ed
	chmod +x ed
	# A terminal as standard input, so that the editor is asked.
	EDITOR=$PWD/ed GIT_EDITOR='' script -qec "tkt comment first-thing" /dev/null </dev/null >log 2>&1 || fail "$(cat log)"
	is "$(last body)" 'Typed by hand.'
	is "$(find work-items/.tkt -name 'text-*' | wc -l)" 0
	status=0
	EDITOR=true GIT_EDITOR='' script -qec "tkt comment first-thing" /dev/null </dev/null >log 2>&1 || status=$?
	is "$status" 1
	has "$(cat log)" 'nothing written'
}
t 'at a terminal the editor is asked; an empty text aborts' with_editor

not_stored() {
	some
	tkt close first-thing >/dev/null
	printf '#!/bin/sh\necho "Hours of work." >"$1"\n' >ed
	chmod +x ed
	for cmd in 'close first-thing -e' 'comment nothing' 'create -e -k "two words"'; do
		EDITOR=$PWD/ed GIT_EDITOR='' script -qec "tkt $cmd" /dev/null </dev/null >log 2>&1 || :
		kept=$(tr -d '\r\n' <log | sed -n "s/.*kept in '\([^']*\)'.*/\1/p")
		file_has "$kept" 'Hours of work.'
		rm "$kept"
	done
}
t 'what was typed in the editor and could not be stored is kept' not_stored

no_text() {
	some
	before=$(cksum <"$thread")
	for cmd in 'comment first-thing' 'review first-thing --approve' 'close first-thing' 'status first-thing pending'; do
		printf 'a\000b' >text
		# shellcheck disable=SC2086 # a command, its ticket and its options
		must_fail 5 tkt $cmd -F text
		file_has "$err" NUL
	done
	is "$(cksum <"$thread")" "$before"
}
t 'a text with a NUL byte is refused' no_text

attach() {
	some
	printf 'one' >a.txt
	mkdir d
	printf 'two' >d/a.txt
	exit_is 0 tkt attach first-thing a.txt
	is "$(cat "$out")" "$id${tab}artifact${tab}${tab}a.txt"
	tkt attach first-thing d/a.txt >/dev/null
	is "$(tkt show "$id" --json | jq -c '.data.ticket.artifacts | map([.name, .size])')" '[["a-2.txt",3],["a.txt",3]]'
	is "$(last kind) $(last attrs.artifact)" 'artifact_added a-2.txt'
	path=$(tkt show "$id" --json | jq -r '.data.ticket.artifacts[1].path')
	is "$(cat "$path")" one
	tkt comment first-thing -m 'With a file.' --attach d/a.txt >/dev/null
	is "$(tkt show "$id" --json | jq '.data.ticket.artifacts | length')" 3
	must_fail 3 tkt attach first-thing nope.txt
	must_fail 2 tkt attach first-thing
	is "$(tkt show "$id" --json | jq '.data.ticket.artifacts | length')" 3
}
t 'attach copies files into artifacts/, under a free name' attach

attach_named() {
	some
	dir=work-items/open/$id/artifacts
	printf 'one' | tkt attach first-thing - --name run.log >"$out"
	is "$(cat "$out")" "$id${tab}artifact${tab}${tab}run.log"
	is "$(cat "$dir/run.log")" one
	is "$(last kind) $(last attrs.artifact)" 'artifact_added run.log'
	printf 'a\0b\377\n' | tkt attach first-thing --name run.log - >/dev/null
	printf 'a\0b\377\n' | cmp - "$dir/run-2.log"
	tkt attach first-thing - --name empty.log </dev/null >/dev/null
	exists "$dir/empty.log"
	empty "$dir/empty.log"
	# A file may get another name too; one that is called "-" is named by its path.
	printf 'two' >a.txt
	cp a.txt ./-
	tkt attach first-thing a.txt --name b.txt >/dev/null
	same a.txt "$dir/b.txt"
	tkt attach first-thing ./- >/dev/null
	same a.txt "$dir/_"
	rm a.txt ./-
	before=$(find work-items | sort | cksum)
	must_fail 2 tkt attach first-thing - <<-END
		three
	END
	file_has "$err" 'needs --name'
	must_fail 2 tkt attach first-thing - other --name c
	must_fail 2 tkt attach first-thing - --name ''
	must_fail 2 tkt attach first-thing - --name ../c
	must_fail 3 tkt attach nothing - --name c
	must_fail 4 tkt attach first-thing - --name c --if-rev 0000
	head -c 67108865 /dev/zero >large
	must_fail 5 tkt attach first-thing - --name c <large
	file_has "$err" 'standard input'
	rm large
	is "$(find work-items | sort | cksum)" "$before"
	# Nobody waits for the lock while the text comes.
	{ tkt comment first-thing -m 'In between.' >/dev/null && echo late; } | tkt attach first-thing - --name late.log >/dev/null
	is "$(cat "$dir/late.log")" late
}
t 'attach takes standard input, under a name' attach_named

done_testing
